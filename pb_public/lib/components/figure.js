import { rupiah, signed } from '../format.js';
import { html } from '../view.js';

/**
 * A large amount with a small, raised Rp.
 * @param {{rupiah: number, size?: 'xl' | '' | 's' | 'mega', bare?: boolean, class?: string}} props bare = without Rp
 */
export function Figure({ rupiah: amount, size = '', bare, class: extra = '' }) {
  return html`<span class=${`fig ${size ? `fig-${size}` : ''} ${extra}`}>${!bare && html`<span class="rp">Rp</span>`}${rupiah(amount)}</span>`;
}

/**
 * An amount in a row. Rp is left out where the unit is already stated.
 * @param {{rupiah: number, unit?: boolean, sign?: boolean, class?: string}} props
 */
export function Money({ rupiah: amount, unit, sign, class: extra = '' }) {
  return html`<span class=${`money ${extra}`}>${unit && html`<span class="rp">Rp</span>`}${sign ? signed(amount) : rupiah(amount)}</span>`;
}
