// After a sale: the change, large; the slip; and the next customer.
import { Button, Icon } from '../../lib/components/index.js';
import { Slip } from '../../lib/components/slip.js';
import { memberNumber, rupiah } from '../../lib/format.js';
import { html } from '../../lib/view.js';
import { w } from '../../lib/words.js';
import { whyHeld } from '../../lib/quarantine.js';
import { heldBack, saleOf, version } from '../queue.js';
import { receiptOf, tendered } from '../receipt.js';
import { nextCustomer, paid } from '../till.js';
import { Mega } from './pay.js';
import { printReceipt } from './slip.js';

/** The sale at hand; redrawn when its answer comes after the customer has left. */
const current = () => { version.value; return saleOf(paid.value); };

export function Paid() {
  const sale = current();
  return html`<div class="paid-left" tabindex="0" role="region" aria-label=${w('till.receipt', { number: '' })}>${sale && html`<${Slip} receipt=${receiptOf(sale)} />`}</div>`;
}

const heldWord = () => html`<span class="ok waiting"><${Icon} name="pause" />${w('till.quarantined_short')}</span>`;

/** @param {import('../queue.js').State} state */
const stateWord = (state) => ({
  accepted: html`<span class="ok"><${Icon} name="check" />${w('till.booked')}</span>`,
  waiting: html`<span class="ok waiting"><${Icon} name="clock" />${w('till.waiting_short')}</span>`,
  refused: html`<span class="ok waiting"><${Icon} name="warning" />${w('till.state_look')}</span>`,
  conflict: html`<span class="ok waiting"><${Icon} name="warning" />${w('till.state_look')}</span>`,
}[state]);

export function PaidTotal() {
  const sale = current();
  if (!sale) return null;
  const r = receiptOf(sale);
  const cash = tendered(r, 'cash');
  const payroll = tendered(r, 'payroll');
  const title = r.number ? w('till.done', { number: r.number }) : w('till.done_waiting');
  return html`<div class="paid"><section class="mem"><h2>${title}</h2>${heldBack(sale) ? heldWord() : stateWord(sale.state)}
      <p>${r.member ? r.member.name || w('common.member_number', { number: memberNumber(r.member.number) }) : w('till.anyone')}</p>
      ${sale.state === 'waiting' && html`<p class="mem-limit lim">${w('till.waiting_text')}</p>`}
      ${heldBack(sale) && html`<p class="mem-limit lim y">${w('till.quarantined', { why: whyHeld(heldBack(sale)) })} ${w('till.quarantined_text')}</p>`}
      ${sale.state === 'conflict' && html`<p class="mem-limit lim y">${w('till.conflict_text')}</p>`}
      ${sale.state === 'refused' && html`<p class="mem-limit lim y">${w('till.refused_text', { reason: sale.fault?.message ?? '' })}</p>`}</section>
    <section class="tot" aria-live="assertive"><p class="k"><span>${cash > 0 ? w('till.change_due_rp') : w('till.payroll_rp')}</span></p>
      <${Mega} amount=${cash > 0 ? r.change_rupiah : payroll} />
      <dl class="rows"><div><dt>${w('till.slip_total')}</dt><dd>${rupiah(r.total_rupiah)}</dd></div>${payroll > 0 && html`<div><dt>${w('till.payroll')}</dt><dd>${rupiah(payroll)}</dd></div>`}
        ${cash > 0 && html`<div><dt>${w('till.cash_given')}</dt><dd>${rupiah(cash)}</dd></div>`}</dl></section>
    <div class="tend"><${Button} kind="ghost" icon="print" onClick=${() => printReceipt(r)}>${w('common.print')} <kbd class="kbd">F7</kbd><//>
      <${Button} kind="brand" onClick=${nextCustomer}>${w('till.next')} <kbd class="kbd">Enter</kbd><//></div></div>`;
}
