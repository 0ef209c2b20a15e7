import { html, useId, useState } from '../view.js';
import { w } from '../words.js';
import { Icon } from './icon.js';

/**
 * A labelled input. The error names what to change; hint and error are read with the input.
 * Other attributes (type, inputmode, autocomplete, maxlength, name, required …) go to the input.
 * @param {object} props
 * @param {string} props.label
 * @param {string} props.value
 * @param {(value: string) => void} [props.onInput]
 * @param {string} [props.hint]
 * @param {string} [props.error]
 * @param {string} [props.prefix] `Rp`
 * @param {string} [props.icon]
 * @param {boolean} [props.disabled]
 * @param {boolean} [props.big]
 * @param {{value: string, label: string}[]} [props.options] then it is a select
 * @param {import('../view.js').Children} [props.end] at the right edge, inside
 * @param {import('../view.js').Children} [props.aside] beside the label; the keyboard comes to it after the input
 * @param {any} [props.inputRef]
 */
export function Field({ label, value, onInput, hint, error, prefix, icon, disabled, big, options, end, aside, inputRef, ...rest }) {
  const id = useId();
  const described = [hint && `${id}-h`, error && `${id}-e`].filter(Boolean).join(' ') || undefined;
  const typed = (/** @type {any} */ e) => onInput?.(e.currentTarget.value);
  const common = { id, value, disabled, ref: inputRef, 'aria-describedby': described, 'aria-invalid': error ? 'true' : undefined, ...rest };
  return html`<div class=${`field ${aside ? 'beside' : ''}`}>
    <div class="lab"><label for=${id}>${label}</label></div>
    <div class=${`inp ${error ? 'bad' : ''} ${disabled ? 'off' : ''} ${big ? 'big' : ''}`}>
      ${icon && html`<${Icon} name=${icon} />`}${prefix && html`<span class="pre" aria-hidden="true">${prefix}</span>`}
      ${options
    ? html`<select ...${common} onChange=${typed}>${options.map((o) => html`<option key=${o.value} value=${o.value}>${o.label}</option>`)}</select><${Icon} name="down" small />`
    : html`<input ...${common} onInput=${typed} />`}
      ${disabled && html`<${Icon} name="lock" small />`}${end}
    </div>
    ${hint && !error && html`<p class="hint" id=${`${id}-h`}>${hint}</p>`}
    ${error && html`<p class="err" id=${`${id}-e`}><${Icon} name="warning" /><span>${error}</span></p>`}
    ${aside && html`<div class="aside">${aside}</div>`}
  </div>`;
}

/** A password that can be looked at. @param {any} props as Field */
export function PasswordField(props) {
  const [seen, setSeen] = useState(false);
  return html`<${Field} ...${props} type=${seen ? 'text' : 'password'} autocapitalize="off" spellcheck=${false}
    end=${html`<button type="button" class="end" aria-pressed=${seen} onClick=${() => setSeen(!seen)}>${seen ? w('common.hide') : w('common.show')}</button>`} />`;
}

/** @param {{label: string, checked: boolean, onChange: (checked: boolean) => void}} props */
export function Check({ label, checked, onChange }) {
  return html`<label class="check"><input type="checkbox" checked=${checked} onChange=${(/** @type {any} */ e) => onChange(e.currentTarget.checked)} /><span>${label}</span></label>`;
}
