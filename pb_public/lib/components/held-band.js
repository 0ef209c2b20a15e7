import { rupiah } from '../format.js';
import { html } from '../view.js';
import { w, wn } from '../words.js';
import { Icon } from './icon.js';

/**
 * Receipts put aside: how many, and the last of them.
 * @param {{n: number, who?: string, rows: number, total_rupiah: number, open: () => void}} props
 */
export const HeldBand = ({ n, who, rows, total_rupiah: total, open }) => html`<button type="button" class="held" onClick=${open}><${Icon} name="pause" /><b>${wn('till.held', n)}</b>
  <span class="held-who">${who && `${who}, `}${wn('till.rows', rows)}</span><span class="v">${rupiah(total)}</span>
  <span class="go">${w('till.continue')} <kbd class="kbd">F9</kbd></span></button>`;
