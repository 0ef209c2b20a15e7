import { Button, Field, Icon } from '../lib/components/index.js';
import { theme } from '../lib/theme.js';
import { html, useEffect, useState } from '../lib/view.js';
import { language, w } from '../lib/words.js';
import { colourOf, contrast, hex } from './contrast.js';
import { Group } from './parts.js';

// Each with the ground it stands on and the ratio it owes that ground; 0 = a ground, or for the eye alone.
/** @type {[string, [string, string, number][]][]} */
const families = [
  ['paper', [['paper', '', 0], ['paper-raised', '', 0], ['paper-sunk', '', 0], ['row-hover', '', 0]]],
  ['ink', [['ink', 'paper', 4.5], ['ink-2', 'paper', 4.5], ['ink-3', 'paper-sunk', 4.5], ['control', 'paper', 3], ['line', '', 0], ['line-strong', '', 0]]],
  ['brand', [['brand', 'paper', 0], ['on-brand', 'brand', 4.5], ['brand-text', 'paper', 4.5], ['brand-text', 'brand-tint', 4.5], ['focus-edge', 'paper', 3]]],
  ['meaning', [['pos', 'paper', 4.5], ['pos', 'pos-tint', 4.5], ['neg', 'paper', 4.5], ['neg', 'neg-tint', 4.5]]],
  ['base', [['base', '', 0], ['on-base', 'base', 4.5], ['on-base-2', 'base', 4.5], ['brand-on-base', 'base', 4.5], ['pos-on-base', 'base', 4.5], ['neg-on-base', 'base', 4.5]]],
  ['parts', [['c0', 'paper', 3], ['c1', 'paper', 3], ['c2', 'paper', 3], ['c3', '', 0], ['c4', '', 0], ['c5', 'paper', 3], ['g-rest', '', 0]]],
];

/** @param {{name: string, on: string, least: number}} props */
function Token({ name, on, least }) {
  const colour = colourOf(`--${name}`);
  const ratio = on ? contrast(colour, colourOf(`--${on}`)) : 0;
  const said = ratio.toFixed(2).replace('.', language.value === 'id' ? ',' : '.');
  const text = on && least >= 4.5;
  return html`<li><span class="g-swatch" style=${text ? { background: `var(--${on})`, color: `var(--${name})` } : { background: `var(--${name})` }}>${text ? 'Aa' : ''}</span>
    <span class="g-token"><b class="mono">--${name}</b><small>${hex(colour)}</small></span>
    ${on ? html`<span class="g-ratio"><b>${said}</b><small>${w('look.on', { ground: on })}</small>${least ? html`<span class=${`state ${ratio >= least ? 'pos' : 'neg'}`}><${Icon} name=${ratio >= least ? 'check' : 'warning'} label=${w(ratio >= least ? 'look.holds' : 'look.fails')} /></span>` : ''}</span>` : html`<span></span>`}</li>`;
}

/** The device's own wish, so that measures follow it. */
function useDeviceTheme() {
  const [, again] = useState(0);
  useEffect(() => {
    const dark = matchMedia('(prefers-color-scheme: dark)');
    const changed = () => again((n) => n + 1);
    dark.addEventListener('change', changed);
    // Stylesheets may come after the first drawing.
    document.getElementById('brand')?.addEventListener('load', changed);
    return () => { dark.removeEventListener('change', changed); document.getElementById('brand')?.removeEventListener('load', changed); };
  }, []);
}

const samples = ['#F4B024', '#0B6E99', '#C0392B', '#6B3FA0', '#1B7F5A', '#E75480', '#FFFFFF'];

/** A co-op's own accent, tried on this page alone; the server corrects it. */
function Accent() {
  const [value, setValue] = useState('');
  const link = /** @type {HTMLLinkElement | null} */ (document.getElementById('brand'));
  const good = /^#[0-9a-f]{6}$/i.test(value);
  const put = (/** @type {string} */ v) => {
    setValue(v);
    if (/^#[0-9a-f]{6}$/i.test(v) && link) link.href = `/brand.css?warna=${v.slice(1)}`;
  };
  const back = () => { setValue(''); if (link) link.href = '/brand.css'; };
  return html`<div class="g-accent"><div><${Field} label=${w('look.accent')} value=${value} onInput=${put} placeholder="#F4B024" maxlength="7" autocapitalize="off" spellcheck=${false}
      hint=${w('look.accent_hint')} error=${value.length === 7 && !good ? w('look.accent_wrong') : ''} />
    <ul class="g-samples">${samples.map((c) => html`<li key=${c}><button type="button" aria-label=${c} title=${c} style=${{ background: c }} onClick=${() => put(c)}></button></li>`)}</ul>
    ${value && html`<${Button} kind="ghost" small onClick=${back}>${w('look.accent_back')}<//>`}</div>
    <div class="g-accent-shown"><span class="chip now">${w('common.now')}</span> <span class="chip tint">${w('look.tint')}</span> <b class="rest">${w('look.brand_text')}</b>
      <span class="btn brand" aria-hidden="true">${w('look.at_till')}</span><span class="on-base g-pad"><b class="g-onbase">${w('look.brand_on_base')}</b></span></div></div>`;
}

export function Colours() {
  useDeviceTheme();
  return html`<div key=${theme.value} class="g-families">${families.map(([family, tokens]) => html`<${Group} key=${family} title=${w(`look.family_${family}`)}>
    <ul class="g-tokens">${tokens.map(([name, on, least]) => html`<${Token} key=${name + on} name=${name} on=${on} least=${least} />`)}</ul><//>`)}</div>
    <${Group} title=${w('look.accent_title')} note=${w('look.accent_note')}><${Accent} /><//>`;
}
