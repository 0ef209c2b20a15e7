import { rupiah } from '../format.js';
import { html } from '../view.js';
import { w } from '../words.js';

/** What has no drawing of its own: a parcel with the woven mark, which pretends nothing. */
export const Parcel = () => html`<svg class="good" viewBox="30 60 140 140" preserveAspectRatio="xMinYMax meet" aria-hidden="true">
  <path fill="var(--rail)" d="M34 92h112v108H34z" /><path fill="var(--rail-edge)" d="m146 92 18-12v106l-18 14zM34 92l18-12h112l-18 12z" />
  <g transform="translate(64 120) scale(1.6)"><path fill="var(--goods-ink)" d="M1 7h30v7H1zM1 18h30v7H1z" /><path fill="var(--brand)" d="M7 1h7v16H7zM7 26h7v5H7zM18 1h7v5h-7zM18 15h7v16h-7z" /></g></svg>`;

/**
 * Goods on one rail: unit, the member's price large, everybody's small, what is left.
 * @param {{goods: {name: string, unit: string, member_rupiah: number, public_rupiah: number, left: string, low?: boolean, out?: boolean, picture?: any}[]}} props
 */
export const Shelf = ({ goods }) => html`<ul class="shelf">${goods.map((g) => html`<li key=${g.name} class=${g.out ? 'out' : ''}>${g.picture ?? html`<${Parcel} />`}
  <div class="tag"><p class="nm">${g.name}<small>${g.unit}</small></p><p class="pr">${rupiah(g.member_rupiah)}</p>
    <p class="pub">${w('common.public_price', { amount: rupiah(g.public_rupiah) })}</p><p class=${`left ${g.out ? 'soft' : g.low ? 'rest' : 'pos'}`}>${g.left}</p></div></li>`)}</ul>`;
