import { info } from '../api.js';
import { chainHead, dateOf, day, memberNumber, period, quantity, rupiah, time } from '../format.js';
import { html } from '../view.js';
import { w } from '../words.js';

/**
 * Goods on credit as paper: what was taken, on what terms, and each month's instalment. The rows of the schedule add up
 * to what is said above them.
 * @param {{sale: import('../../kasir/credit.js').CreditSale}} props
 */
export function CreditSlip({ sale: s }) {
  const made = s.state === 'made';
  const total = s.principal_rupiah + s.margin_rupiah;
  return html`<article class="slip roll" aria-label=${w('till.credit')}>
    <header><b>${info.value?.name || info.value?.short_name || ''}</b><span>${day(dateOf(Date.parse(s.at)), 'long')}, ${time(s.at)}</span>
      <span>${made ? w('till.credit_number', { number: s.number }) : w('till.credit_asked_slip')}</span><span>${w('till.slip_cashier', { till: s.till, cashier: s.cashier })}</span>
      <span>${w('till.slip_member', { number: `…${memberNumber(s.member.number).slice(-3)}` })}</span></header>
    <ol>${s.lines.map((l, i) => html`<li key=${i}><span>${l.name}</span><span class="sl"><span>${quantity(l.quantity)} ${l.unit}${l.price_rupiah > 0 ? ` × ${rupiah(l.price_rupiah)}` : ''}</span>${l.amount_rupiah > 0 && html`<b>${rupiah(l.amount_rupiah)}</b>`}</span></li>`)}</ol>
    <dl><div class="t"><dt>${w('till.slip_total')}</dt><dd>Rp ${rupiah(s.total_rupiah)}</dd></div>
      ${s.down_rupiah > 0 && html`<div><dt>${w('till.credit_down')}</dt><dd>${rupiah(s.down_rupiah)}</dd></div>`}
      <div><dt>${w('till.credit_principal')}</dt><dd>${rupiah(s.principal_rupiah)}</dd></div>
      <div><dt>${w('till.credit_margin')}</dt><dd>${rupiah(s.margin_rupiah)}</dd></div>
      <div class="t"><dt>${w('till.credit_all', { n: s.parts })}</dt><dd>Rp ${rupiah(total)}</dd></div></dl>
    ${s.schedule.length > 0 && html`<dl class="plan-rows">${s.schedule.map((p) => html`<div key=${p.n}><dt>${p.n}. ${period(p.period)}</dt><dd>${rupiah(p.principal_rupiah + p.margin_rupiah)}</dd></div>`)}</dl>`}
    <footer>${made ? html`<span>${w('till.credit_early')}</span>` : html`<span>${w('till.credit_not_yet')}</span>`}
      ${s.hash ? html`<span>${w('till.slip_hash')}</span><code>${chainHead(s.hash, s.entry)}</code>` : html`<span>${w('till.slip_reference')}</span><code>${s.id}</code>`}
      ${made && html`<span class="sign-line">${w('till.credit_sign')}</span>`}</footer></article>`;
}
