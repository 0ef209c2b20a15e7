// Goods that come back, of a purchase or of a plan: how much of which line.
import { Field } from '../lib/components/index.js';
import { html, useState } from '../lib/view.js';
import { w } from '../lib/words.js';

/** @typedef {{line: number, name: string, unit: string, quantity: string, back?: string}} Sold */

/** Quantities have at most three decimals. @param {number} n */
export const plain = (n) => String(Math.round(n * 1000) / 1000).replace('.', ',');

/** @param {{quantity: string, back?: string}} g */
export const stillOut = (g) => Number(g.quantity) - Number(g.back || 0);

/**
 * One field for each line that is out, and what was written into them: `lines` as the server wants them, `missing` why
 * that is nothing yet, or ''. `all` fills in everything that is out.
 * @param {Sold[]} goods
 * @param {boolean} full whether all of it stands there from the start
 */
export function useBack(goods, full) {
  const out = goods.filter((g) => stillOut(g) > 0);
  const every = () => Object.fromEntries(out.map((g) => [g.line, plain(stillOut(g))]));
  const [counts, setCounts] = useState(/** @type {Record<number, string>} */ (full ? every() : {}));
  const lines = out.map((g) => ({ line: g.line, quantity: (counts[g.line] ?? '').trim().replace(',', '.') })).filter((l) => l.quantity !== '' && Number(l.quantity) !== 0);
  const fields = out.map((g) => html`<${Field} key=${g.line} label=${w('plan.return_of', { name: g.name, n: plain(stillOut(g)), unit: g.unit })} inputmode="decimal" autocomplete="off" placeholder="0" value=${counts[g.line] ?? ''} onInput=${(/** @type {string} */ q) => setCounts({ ...counts, [g.line]: q })} maxlength="9" />`);
  return { lines, fields: html`<div class="back-lines">${fields}</div>`, some: out.length, all: () => setCounts(every()), missing: !lines.length ? w('plan.return_none') : lines.some((l) => !(Number(l.quantity) > 0)) ? w('plan.return_unclear') : '' };
}
