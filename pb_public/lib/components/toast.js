import { html, signal } from '../view.js';
import { w } from '../words.js';
import { Icon } from './icon.js';

/** @typedef {{id: number, text: string, kind: 'good' | 'warn' | 'bad', action?: {label: string, run: () => void}}} ToastItem */

const shown = signal(/** @type {ToastItem[]} */ ([]));
let last = 0;

/** @param {number} id */
const drop = (id) => { shown.value = shown.peek().filter((t) => t.id !== id); };

/**
 * A short word about what just happened; the same word again takes the first one's place. One with an action, and a bad one,
 * stays until it is closed.
 * @param {string} text
 * @param {{kind?: 'good' | 'warn' | 'bad', action?: {label: string, run: () => void}}} [options]
 */
export function toast(text, { kind = 'good', action } = {}) {
  const id = ++last;
  shown.value = [...shown.peek().filter((t) => t.text !== text || t.kind !== kind || t.action).slice(-1), { id, text, kind, action }];
  if (kind !== 'bad' && !action) setTimeout(() => drop(id), 5_000);
}

/** Stands once at the end of a page. */
export function Toasts() {
  return html`<div class="toasts" role="status" aria-live="polite">${shown.value.map((t) => html`<div key=${t.id} class=${`toast ${t.kind}`}>
    <${Icon} name=${t.kind === 'good' ? 'check' : t.kind === 'warn' ? 'info' : 'warning'} /><span>${t.text}</span>
    ${t.action
    ? html`<button type="button" onClick=${() => { drop(t.id); t.action?.run(); }}>${t.action.label}</button>`
    : html`<button type="button" aria-label=${w('common.close')} onClick=${() => drop(t.id)}><${Icon} name="close" /></button>`}</div>`)}</div>`;
}
