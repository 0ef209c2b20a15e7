// The receipt as paper: on the screen after a sale, and 80 mm wide from the printer.
import { info } from '../../lib/api.js';
import { chainHead, day, memberNumber, quantity, rupiah, time } from '../../lib/format.js';
import { html, signal } from '../../lib/view.js';
import { w } from '../../lib/words.js';
import { saleOf } from '../queue.js';
import { receiptOf } from '../receipt.js';
import { paid } from '../till.js';

/** @typedef {import('../receipt.js').Receipt} Receipt */

const printing = signal(/** @type {Receipt | null} */ (null));

/** Prints one receipt and nothing else of the page. @param {Receipt} receipt */
export function printReceipt(receipt) {
  printing.value = receipt;
  // The slip must be drawn before the print dialog takes its picture.
  requestAnimationFrame(() => requestAnimationFrame(() => { window.print(); printing.value = null; }));
}

const sheet = document.createElement('style');
document.head.append(sheet);

/** Paper from a roll is as long as what stands on it; CSS alone can't say so. */
addEventListener('beforeprint', () => {
  const it = document.querySelector('.printed');
  if (!it?.firstElementChild) { sheet.textContent = ''; return; }
  it.classList.add('measured');
  const mm = Math.ceil(it.getBoundingClientRect().height * 25.4 / 96) + 10;
  it.classList.remove('measured');
  sheet.textContent = `@page{size:80mm ${Math.max(80, mm)}mm;margin:3mm}`;
});

/** A member is named by the last digits of the number only: slips lie about. @param {number} n */
const lastDigits = (n) => `…${memberNumber(n).slice(-3)}`;

/** @param {{receipt: Receipt}} props */
export function Slip({ receipt: r }) {
  return html`<article class="slip" aria-label=${w('till.receipt', { number: r.number || w('till.unnumbered') })}>
    <header><b>${info.value?.name || info.value?.short_name || ''}</b><span>${day(r.date, 'long')}, ${time(r.sold_at)}</span>
      <span>${r.number ? w('till.receipt', { number: r.number }) : w('till.waiting_slip')}</span><span>${w('till.slip_cashier', { till: r.till, cashier: r.cashier })}</span>
      ${r.member && html`<span>${w('till.slip_member', { number: lastDigits(r.member.number) })}</span>`}</header>
    <ol>${r.lines.map((l, i) => html`<li key=${i}><span>${l.name}</span><span class="sl"><span>${quantity(l.quantity)} ${l.unit} × ${rupiah(l.price_rupiah)}</span><b>${rupiah(l.amount_rupiah)}</b></span></li>`)}</ol>
    <dl><div class="t"><dt>${w('till.slip_total')}</dt><dd>Rp ${rupiah(r.total_rupiah)}</dd></div>
      ${r.tenders.map((t, i) => html`<div key=${i}><dt>${w(t.kind === 'payroll' ? 'till.payroll' : 'till.cash')}</dt><dd>${rupiah(t.amount_rupiah)}</dd></div>`)}
      ${r.change_rupiah > 0 && html`<div><dt>${w('till.change_due')}</dt><dd>${rupiah(r.change_rupiah)}</dd></div>`}</dl>
    ${r.saved_rupiah > 0 && html`<p class="sv">${w('till.saved', { amount: rupiah(r.saved_rupiah) })}</p>`}
    <footer>${r.hash ? html`<span>${w('till.slip_hash')}</span><code>${chainHead(r.hash, r.entry)}</code>`
    : html`<span>${w('till.slip_reference')}</span><code>${r.id}</code>`}<span>${w('till.slip_thanks')}</span></footer>
  </article>`;
}

/** What a printer gets: the receipt asked for, or the one just paid. */
export function Printed() {
  const sale = saleOf(paid.value);
  const it = printing.value ?? (sale ? receiptOf(sale) : null);
  return html`<div class="print-only printed" aria-hidden="true">${it && html`<${Slip} receipt=${it} />`}</div>`;
}
