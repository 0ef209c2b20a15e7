import { html, useId } from '../view.js';
import { Icon } from './icon.js';

/**
 * A code of a few digits in boxes. Beneath lies one field, so that it is pasted, filled in by the phone and read aloud as one.
 * @param {{label: string, value: string, length?: number, onInput: (value: string) => void, hint?: string, error?: string}} props
 */
export function CodeBoxes({ label, value, length = 6, onInput, hint, error }) {
  const id = useId();
  const typed = (/** @type {any} */ e) => { const next = e.currentTarget.value.replace(/\D/g, '').slice(0, length); e.currentTarget.value = next; onInput(next); };
  return html`<div class="field"><div class="lab"><label for=${id}>${label}</label></div>
    <div class=${`codes ${error ? 'bad' : ''}`}>${Array.from({ length }, (_, i) => html`<i key=${i} aria-hidden="true" class=${i === Math.min(value.length, length - 1) ? 'at' : ''}>${value[i] ?? ''}</i>`)}
      <input id=${id} value=${value} onInput=${typed} inputmode="numeric" autocomplete="one-time-code" maxlength=${length} aria-describedby=${hint || error ? `${id}-h` : undefined} aria-invalid=${error ? 'true' : undefined} /></div>
    ${error ? html`<p class="err" id=${`${id}-h`}><${Icon} name="warning" /><span>${error}</span></p>` : hint && html`<p class="hint" id=${`${id}-h`}>${hint}</p>`}</div>`;
}
