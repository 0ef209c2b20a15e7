import { info } from '../api.js';
import { day, memberNumber, quantity, rupiah, time } from '../format.js';
import { html } from '../view.js';
import { w } from '../words.js';
import { inEights } from './trace.js';

/** A member is named by the last digits of the number only: slips lie about. @param {number} n */
const lastDigits = (n) => `…${memberNumber(n).slice(-3)}`;

/**
 * A receipt as paper: what was bought, how it was paid, and the trace it left in the books.
 * @param {{receipt: import('../../kasir/receipt.js').Receipt}} props
 */
export function Slip({ receipt: r }) {
  return html`<article class="slip roll" aria-label=${w('till.receipt', { number: r.number || w('till.unnumbered') })}>
    <header><b>${info.value?.name || info.value?.short_name || ''}</b><span>${day(r.date, 'long')}, ${time(r.sold_at)}</span>
      <span>${r.number ? w('till.receipt', { number: r.number }) : w(r.quarantined ? 'till.quarantined_slip' : 'till.waiting_slip')}</span><span>${w('till.slip_cashier', { till: r.till, cashier: r.cashier })}</span>
      ${r.member && html`<span>${w('till.slip_member', { number: lastDigits(r.member.number) })}</span>`}</header>
    <ol>${r.lines.map((l, i) => html`<li key=${i}><span>${l.name}</span><span class="sl"><span>${quantity(l.quantity)} ${l.unit} × ${rupiah(l.price_rupiah)}</span><b>${rupiah(l.amount_rupiah)}</b></span></li>`)}</ol>
    <dl><div class="t"><dt>${w('till.slip_total')}</dt><dd>Rp ${rupiah(r.total_rupiah)}</dd></div>
      ${r.tenders.map((t, i) => html`<div key=${i}><dt>${w(t.kind === 'payroll' ? 'till.payroll' : 'till.cash')}</dt><dd>${rupiah(t.amount_rupiah)}</dd></div>`)}
      ${r.change_rupiah > 0 && html`<div><dt>${w('till.change_due')}</dt><dd>${rupiah(r.change_rupiah)}</dd></div>`}</dl>
    ${r.saved_rupiah > 0 && html`<p class="sv">${w('till.saved', { amount: rupiah(r.saved_rupiah) })}</p>`}
    <footer>${r.hash ? html`<span>${w('till.slip_hash')}</span><code>${inEights(r.hash).map((part, i) => html`<span key=${i}>${part}</span>`)}</code>`
    : html`<span>${w('till.slip_reference')}</span><code>${r.id}</code>`}<span>${w('till.slip_thanks')}</span></footer>
  </article>`;
}
