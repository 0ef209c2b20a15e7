// One input for everything. Enter empties it at once, so a scanner's next burst always finds it empty.
import { IconButton, Icon } from '../../lib/components/index.js';
import { rupiah } from '../../lib/format.js';
import { html, useEffect, useId, useRef, useState } from '../../lib/view.js';
import { w } from '../../lib/words.js';
import { priceOf, draft } from '../sale.js';
import { find, search } from '../catalogue.js';
import { burst, scanNote, understand } from '../scan.js';
import { asking, take } from '../till.js';

/** @typedef {import('../catalogue.js').Product} Product */

/** Only names are searched; a code or a card being scanned is left alone. @param {string} text @returns {Product[]} */
function resultsFor(text) {
  const said = understand(text);
  if (said.kind !== 'goods' || /^\d{3,}$/.test(said.text)) return [];
  const exact = find(said.text);
  const found = search(said.text);
  return exact ? [exact, ...found.filter((p) => p.id !== exact.id)].slice(0, 8) : found;
}

/** @param {{results: Product[], at: number, id: string, onPick: (p: Product) => void}} props */
function Results({ results, at, id, onPick }) {
  return html`<ul class="results" role="listbox" id=${id} aria-label=${w('till.results')}>${results.map((p, i) => html`
    <li key=${p.id} id=${`${id}-${i}`} role="option" aria-selected=${i === at} onPointerDown=${(/** @type {Event} */ e) => { e.preventDefault(); onPick(p); }}>
      <span><b>${p.name}</b><small>${p.barcode || p.code}${Number(p.stock) <= 0 && html` · <em>${w('till.no_stock')}</em>`}</small></span>
      <span class="a">${rupiah(priceOf(p, draft.value.buyer))}${p.weighed && html`<small> / ${p.unit}</small>`}</span></li>`)}</ul>`;
}

/** @param {{door: ReturnType<typeof import('../../lib/auth.js').openDoor>, field: {current: HTMLInputElement | null}}} props */
export function ScanField({ door, field }) {
  const [results, setResults] = useState(/** @type {Product[]} */ ([]));
  const [at, setAt] = useState(0);
  const timer = useRef(0);
  const id = useId();
  useEffect(() => () => clearTimeout(timer.current), []);

  const look = () => { clearTimeout(timer.current); setResults(resultsFor(field.current?.value ?? '')); setAt(0); };
  /** A burst ends before this runs; a person sees no delay. */
  const typed = () => { clearTimeout(timer.current); timer.current = setTimeout(look, 60); };

  /** @param {Product} [pick] */
  function enter(pick) {
    const input = field.current;
    if (!input) return;
    const text = input.value;
    clearTimeout(timer.current);
    setResults([]);
    input.value = '';
    const left = take(door, text, pick);
    // What was not understood stays, selected: it can be read and mended, and the next scan overwrites it.
    if (left && !input.value) { input.value = left; if (/[*×]$/.test(left)) input.setSelectionRange(left.length, left.length); else input.select(); }
  }

  /** @param {KeyboardEvent} e */
  function pressed(e) {
    if (e.isComposing) return;
    if (e.key === 'Enter') {
      e.preventDefault();
      if (e.repeat) return;
      const text = field.current?.value ?? '';
      // Enter may come before the list was drawn; what it stands for is looked up now. A scan is never a search.
      const fresh = results.length ? results : burst() ? [] : resultsFor(text);
      const exact = find(understand(text).kind === 'goods' ? /** @type {any} */ (understand(text)).text : '');
      enter(exact && at === 0 ? exact : fresh[Math.min(at, fresh.length - 1)]);
    } else if (results.length && (e.key === 'ArrowDown' || e.key === 'ArrowUp')) {
      e.preventDefault();
      setAt((at + (e.key === 'ArrowDown' ? 1 : results.length - 1)) % results.length);
    } else if (e.key === 'Escape' && field.current?.value) {
      e.preventDefault();
      field.current.value = '';
      scanNote.value = null;
      setResults([]);
    }
  }

  const note = scanNote.value;
  return html`<div class="scan-wrap">
    ${results.length > 0 && html`<${Results} results=${results} at=${at} id=${id} onPick=${(/** @type {Product} */ p) => { enter(p); field.current?.focus(); }} />`}
    ${note && html`<p class=${`scan-note ${note.bad ? 'bad' : ''}`} role="alert"><${Icon} name=${note.bad ? 'warning' : 'info'} /><span>${note.text}</span>
      ${note.undo && html`<button type="button" class="lnk" onClick=${() => { note.undo?.(); field.current?.focus(); }}>${w('till.undo')}</button>`}</p>`}
    <div class="scan"><${Icon} name="scan" />
      <input ref=${field} type="text" class="scan-input" role="combobox" aria-label=${w('till.scan')} placeholder=${w('till.scan')} aria-expanded=${results.length > 0}
        aria-controls=${results.length ? id : undefined} aria-autocomplete="list" aria-activedescendant=${results.length ? `${id}-${at}` : undefined}
        autocomplete="off" autocapitalize="off" autocorrect="off" spellcheck=${false} enterkeyhint="done" maxlength="300" onInput=${typed} onKeyDown=${pressed} />
      <${IconButton} icon="camera" label=${w('till.camera')} onClick=${() => { asking.value = { kind: 'camera' }; }} />
      <kbd class="kbd" aria-hidden="true">/</kbd></div></div>`;
}
