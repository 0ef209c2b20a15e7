import { html, useId } from '../view.js';
import { w } from '../words.js';
import { Icon } from './icon.js';

/** Work in progress as strips, not a spinner. */
export const Strips = () => html`<span class="strips" aria-hidden="true"><i></i><i></i><i></i><i></i></span>`;

/**
 * Primary is ink; `brand` (kunyit) only at the till; `danger` can't be undone. A disabled one says why beneath.
 * @param {object} props
 * @param {'' | 'ghost' | 'danger' | 'brand'} [props.kind]
 * @param {string} [props.href] then it is a link
 * @param {string} [props.icon]
 * @param {boolean} [props.small]
 * @param {boolean} [props.wide]
 * @param {boolean} [props.submit]
 * @param {boolean} [props.busy]
 * @param {string} [props.busyText] else "one moment"
 * @param {boolean} [props.disabled]
 * @param {string} [props.why] shown beneath when disabled
 * @param {(e: MouseEvent) => void} [props.onClick]
 * @param {import('../view.js').Children} [props.children]
 * @param {string} [props.class]
 */
export function Button({ kind = '', href, icon, small, wide, submit, busy, busyText, disabled, why, onClick, children, class: extra = '' }) {
  const id = useId();
  const name = `btn ${kind} ${small ? 'sm' : ''} ${wide ? 'wide' : ''} ${extra}`;
  const inside = html`${icon && !busy && html`<${Icon} name=${icon} />`}${busy ? html`<${Strips} /><span>${busyText ?? w('common.busy')}</span>` : html`<span>${children}</span>`}`;
  if (href && !disabled) return html`<a class=${name} href=${href} onClick=${onClick}>${inside}</a>`;
  const explained = disabled && why;
  const button = html`<button class=${name} type=${submit ? 'submit' : 'button'} disabled=${disabled && !busy} aria-busy=${busy ? 'true' : undefined}
    aria-describedby=${explained ? id : undefined} onClick=${busy ? undefined : onClick}>${inside}</button>`;
  return explained ? html`<span class="btn-with">${button}<small class="btn-why" id=${id}>${why}</small></span>` : button;
}

/**
 * An icon alone; its label is read aloud and shown on hover.
 * @param {{icon: string, label: string, onClick?: (e: MouseEvent) => void, href?: string, ring?: boolean, disabled?: boolean}} props
 */
export function IconButton({ icon, label, onClick, href, ring, disabled }) {
  const name = `icobtn ${ring ? 'ring' : ''}`;
  return href
    ? html`<a class=${name} href=${href} aria-label=${label} title=${label}><${Icon} name=${icon} /></a>`
    : html`<button type="button" class=${name} aria-label=${label} title=${label} disabled=${disabled} onClick=${onClick}><${Icon} name=${icon} /></button>`;
}
