import { html } from '../view.js';
import { w } from '../words.js';
import { Icon } from './icon.js';

/**
 * The steps of something: ink is done, kunyit (and the word) is now, pale is to come.
 * @param {{steps: {label: string, state: 'done' | 'now' | 'next', note?: string}[], label: string}} props
 */
export function Path({ steps, label }) {
  return html`<ol class="path" aria-label=${label}>${steps.map((s) => html`<li key=${s.label} class=${s.state} aria-current=${s.state === 'now' ? 'step' : undefined}>
    <b>${s.state === 'done' && html`<${Icon} name="check" label=${w('common.done')} />`}<span>${s.label}</span>
      ${s.state === 'now' && html`<span class="chip now">${w('common.now')}</span>`}</b>
    ${s.note && html`<small>${s.note}</small>`}</li>`)}</ol>`;
}
