// What a consignor is owed: what was sold, the share of it, what was paid. Rows add up to the balance.
import { info } from '../../lib/api.js';
import { Button, Field, Loaded } from '../../lib/components/index.js';
import { Table } from '../../lib/components/table.js';
import { day, quantity, rupiah, today } from '../../lib/format.js';
import { go, href, route } from '../../lib/route.js';
import { html } from '../../lib/view.js';
import { w } from '../../lib/words.js';
import { query, useResource } from '../fetching.js';
import { Back } from './parts.js';

/** @typedef {import('../types.js').Door} Door */

/** @param {{door: Door, id: string, writes: boolean}} props */
export function Consignor({ door, id, writes }) {
  const from = route.value.query.get('from') || `${today().slice(0, 7)}-01`;
  const to = route.value.query.get('to') || today();
  const it = useResource(door, `/api/coop/treasury/consignors/${encodeURIComponent(id)}${query({ from, to })}`);
  const move = (/** @type {object} */ next) => go(`/kas/titip/${id}${query({ from, to, ...next })}`);
  return html`<${Back} /><div class="narrow-list"><div class="two no-print"><${Field} label=${w('cash.since_day')} type="date" max=${to} value=${from} onInput=${(/** @type {string} */ d) => { if (d) move({ from: d }); }} /><${Field} label=${w('cash.until_day')} type="date" min=${from} max=${today()} value=${to} onInput=${(/** @type {string} */ d) => { if (d) move({ to: d }); }} /></div>
    <${Loaded} of=${it} rows=${6} draw=${(/** @type {any} */ s) => html`<${Paper} s=${s} writes=${writes} />`} /></div>`;
}

/** @param {{s: any, writes: boolean}} props */
function Paper({ s, writes }) {
  const columns = [{ label: w('cash.product'), cell: (/** @type {any} */ r) => r.product }, { label: w('office.quantity'), num: true, cell: (/** @type {any} */ r) => quantity(r.quantity) },
    { label: w('cash.sales'), num: true, class: 'desk', cell: (/** @type {any} */ r) => rupiah(r.sales_rupiah) }, { label: w('cash.share'), num: true, cell: (/** @type {any} */ r) => html`<b>${rupiah(r.share_rupiah)}</b>` }];
  return html`<article class="paper one"><header><p class="note">${info.value?.name ?? ''}</p><h1 class="h2">${w('cash.settlement', { name: s.name })}</h1><p class="note">${day(s.from)} – ${day(s.to)}</p></header>
    ${s.sold.length ? html`<${Table} columns=${columns} rows=${s.sold} rowKey=${(/** @type {any} */ r) => r.product} caption=${w('cash.sold')} />` : html`<p class="read">${w('cash.sold_none')}</p>`}
    <dl class="rows"><div><dt>${w('cash.owed_before', { date: day(s.from, 'medium') })}</dt><dd>${rupiah(s.opening_rupiah)}</dd></div>
      <div><dt>${w('cash.sales')} ${rupiah(s.sales_rupiah)}, ${w('cash.share_of_it')}</dt><dd>${rupiah(s.share_rupiah)}</dd></div>
      ${s.other_rupiah !== 0 && html`<div><dt>${w('cash.other')}</dt><dd>${rupiah(s.other_rupiah)}</dd></div>`}
      ${s.paid.map((/** @type {any} */ p) => html`<div key=${p.entry}><dt>${w('cash.paid_on', { date: day(p.date, 'medium') })} · ${p.number}</dt><dd>${rupiah(-p.amount_rupiah)}</dd></div>`)}
      <div class="sum"><dt>${w('cash.owed_now', { date: day(s.to, 'medium') })}</dt><dd>${rupiah(s.closing_rupiah)}</dd></div></dl>
    <div class="signs print-only"><p>${w('cash.sign_give')}</p><p>${w('cash.sign_take')}</p></div></article>
    <div class="slip-b no-print">${writes && s.closing_rupiah > 0 && html`<${Button} icon="cash" href=${href(`/kas/bayar?kind=consignor&to=${s.number}`)}>${w('cash.pay')}<//>`}<${Button} kind="ghost" icon="print" onClick=${() => print()}>${w('cash.print')}<//></div>`;
}
