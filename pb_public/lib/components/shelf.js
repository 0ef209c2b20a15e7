import { quantity, rupiah } from '../format.js';
import { html } from '../view.js';
import { w } from '../words.js';
import { Good } from './goods.js';
import { Icon } from './icon.js';

/** @typedef {{number: number, name: string, unit: string, price_rupiah: number, member_price_rupiah: number, stock: string}} Goods */

const few = 5;

/** @param {{p: Goods}} props */
function Stock({ p }) {
  const left = Number(p.stock);
  if (!(left > 0)) return html`<span class="stock out">${w('member.sold_out')}</span>`;
  if (left <= few) return html`<span class="stock few">${w('member.stock_few', { n: quantity(p.stock) })}</span>`;
  return html`<span class="stock">${w('member.stock', { n: quantity(p.stock) })}</span>`;
}

/**
 * One kind of goods on the rail: what a member pays is large, what everybody pays small, and what is left.
 * @param {{p: Goods, marked: boolean, toggle: () => void, at: number, of: number}} props
 */
export function Ware({ p, marked, toggle, at, of }) {
  const own = p.member_price_rupiah || p.price_rupiah;
  const saved = p.price_rupiah - own;
  return html`<li class=${Number(p.stock) > 0 ? 'ware' : 'ware gone'} aria-posinset=${at + 1} aria-setsize=${of}>
    <span class="stand"><${Good} name=${p.name} /><button type="button" class="icobtn heart" aria-pressed=${marked} aria-label=${w('member.favourite_of', { name: p.name })} onClick=${toggle}><${Icon} name="heart" /></button></span>
    <div class="named"><h2>${p.name}</h2>${p.unit && html`<span class="unit">${w('member.per_unit', { unit: p.unit })}</span>`}</div>
    <span class="own-price"><span class="vh">${w('member.member_price')} </span>${rupiah(own)}</span>
    <span class="else">${saved > 0 ? html`<span>${w('member.public_short', { amount: rupiah(p.price_rupiah) })}</span> <b class="pos">${w('member.saves', { amount: rupiah(saved) })}</b>` : html`<span>${w('member.same_price')}</span>`}</span>
    <${Stock} p=${p} /></li>`;
}
