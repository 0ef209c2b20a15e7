// Rows that more than one screen shows.
import { asFault } from '../lib/api.js';
import { Button, toast } from '../lib/components/index.js';
import { day, rupiah } from '../lib/format.js';
import { href } from '../lib/route.js';
import { html } from '../lib/view.js';
import { w, wn } from '../lib/words.js';

/** @typedef {import('./store.js').Receipt} Receipt */

/** @param {Receipt} r */
const paidBy = (r) => r.tenders.map((t) => w(`member.tender_${t.kind}`)).join(' + ');

/** @param {{purchases: Receipt[]}} props */
export const PurchaseRows = ({ purchases }) => html`<ul class="buys">${purchases.map((r) => html`<li key=${r.id}><a href=${href(`/struk/${r.id}`)}>
  <span class="d">${day(r.date, 'dayOnly')}<small>${day(r.date, 'monthShort')}</small></span>
  <span class="w">${wn('member.goods', r.lines.length)}<small>${r.number} · ${paidBy(r)}</small></span>
  <span class="a">${rupiah(r.total_rupiah)}</span></a></li>`)}</ul>`;

/** A button for what is older. @param {{of: ReturnType<typeof import('../lib/resource.js').paged>}} props */
export function More({ of }) {
  if (!of.next()) return null;
  return html`<div class="more"><${Button} kind="ghost" small busy=${of.busy()} onClick=${() => of.more().catch((cause) => toast(asFault(cause).message, { kind: 'bad' }))}>${w('common.more')}<//></div>`;
}
