// Goods as drawings: one sprite and one table for all, so that a shelf of thousands costs a line each and the public
// page shows the same. What has no drawing of its own is a parcel with its name on it, and doesn't pretend to be
// anything else.
import { html } from '../view.js';
import table from './goods-table.js';

const sprite = new URL('goods.svg', import.meta.url).pathname;
const places = /** @type {Record<string, {x: number, label: string, word: number}>} */ (table.places);

/** @param {string[][]} list @param {string} name @param {string} otherwise */
const first = (list, name, otherwise) => list.find(([word]) => name.includes(` ${word}`))?.[1] ?? otherwise;

/** @param {{name: string}} props */
export function Good({ name }) {
  const lower = ` ${name.toLowerCase().split(/[^\p{L}\p{N}]+/u).filter(Boolean).join(' ')} `;
  const shape = first(table.shapes, lower, 'parcel');
  const { x, label, word } = places[shape];
  const [called] = lower.trim().split(' ');
  return html`<svg class="drawn" viewBox=${`${x} 30 130 170`} aria-hidden="true"><use href=${`${sprite}#${shape}`} />
    ${label && html`<use href=${`${sprite}#${first(table.labels, lower, 'mark')}`} transform=${label} />`}
    ${word > 0 && html`<text class=${shape} x="100" y=${word} text-anchor="middle" font-size=${called.length > 6 ? Math.floor(168 / called.length) : 28}>${called}</text>`}</svg>`;
}
