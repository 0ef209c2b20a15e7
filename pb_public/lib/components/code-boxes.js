import { html, useId } from '../view.js';
import { Icon } from './icon.js';

/**
 * A short code of digits, one box for each. It is one field, so that pasting, a phone's suggestion and a
 * screen reader work as in any other.
 * @param {{label: string, value: string, onInput: (value: string) => void, length?: number, error?: string, inputRef?: any}} props
 */
export function CodeBoxes({ label, value, onInput, length = 6, error, inputRef }) {
  const id = useId();
  const typed = (/** @type {any} */ e) => {
    const digits = e.currentTarget.value.replace(/\D/g, '').slice(0, length);
    e.currentTarget.value = digits;
    onInput(digits);
  };
  return html`<div class="field codes"><label class="vh" for=${id}>${label}</label>
    <div class="boxes"><input id=${id} ref=${inputRef} value=${value} onInput=${typed} inputmode="numeric" autocomplete="one-time-code" spellcheck=${false}
      aria-invalid=${error ? 'true' : undefined} aria-describedby=${error ? `${id}-e` : undefined} />
      <span aria-hidden="true">${Array.from({ length }, (_, i) => html`<i key=${i} class=${i === Math.min(value.length, length - 1) ? 'at' : ''}>${value[i] ?? ''}</i>`)}</span></div>
    ${error && html`<p class="err" id=${`${id}-e`}><${Icon} name="warning" /><span>${error}</span></p>`}
  </div>`;
}
