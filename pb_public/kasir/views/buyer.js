import { online } from '../../lib/api.js';
import { Gauge, Icon, Strips } from '../../lib/components/index.js';
import { memberNumber, rupiah, time } from '../../lib/format.js';
import { html } from '../../lib/view.js';
import { w, wFault } from '../../lib/words.js';
import { catalogue } from '../catalogue.js';
import { unsentPayroll } from '../queue.js';
import { bill, draft } from '../sale.js';
import { offlineRoom } from '../tender.js';
import { asking, checking, dropBuyer, offer } from '../till.js';

const askMember = () => { asking.value = { kind: 'member' }; };

/** What the limit looks like now and after this receipt. @param {{buyer: import('../buyer.js').Buyer}} props */
function Limit({ buyer }) {
  const it = offer.value;
  const credit = offlineRoom(buyer, catalogue.value.offline_credit_rupiah);
  const unsent = unsentPayroll(buyer.number);
  const left = Math.max(0, buyer.available_rupiah - unsent);
  if (!buyer.payroll) return html`<p class="lim why-not"><${Icon} name="info" small /><span>${it.code ? wFault(it.code) : it.why ? w(it.why) : ''}</span></p>`;
  return html`<div class="mem-gauge"><${Gauge} limit_rupiah=${buyer.limit_rupiah} used_rupiah=${buyer.used_rupiah + unsent} next_rupiah=${it.payroll_rupiah} words=${false} marks=${false} /></div>
    <p class="lim"><span>${w('till.limit_left')} <b>${rupiah(left)}</b></span><span>${w('till.after_this')} <b class="y">${rupiah(left - it.payroll_rupiah)}</b></span></p>
    ${!online.value && (credit > 0
    ? html`<p class="lim l3"><span>${w('till.offline_limit', { amount: rupiah(credit) })}</span>${it.can && it.short_rupiah === 0 && bill.value.total_rupiah > 0 && html`<span class="good">${w('till.enough')}</span>`}</p>`
    : html`<p class="lim l3"><span>${w('till.payroll_offline_unknown')}</span></p>`)}
    ${it.bound && html`<p class="lim l3"><span>${w(`till.over_${it.bound}`, { amount: rupiah(it.short_rupiah) })}</span><span class="y">${w('till.cash_possible')}</span></p>`}`;
}

export function BuyerPanel() {
  const { buyer } = draft.value;
  if (checking.value && !buyer) return html`<section class="mem" role="status"><h2>${w('till.checking_card')}</h2><p><${Strips} /></p></section>`;
  if (!buyer) {
    return html`<section class="mem nobody"><h2>${w('till.anyone')}</h2><p>${w('till.anyone_text')}</p>
      <button type="button" class="mem-act" onClick=${askMember}>${w('till.type_member')} <kbd class="kbd">F6</kbd></button></section>`;
  }
  return html`<section class="mem"><h2>${buyer.name || w('common.member_number', { number: memberNumber(buyer.number) })}</h2>
    ${buyer.card ? html`<span class="ok"><${Icon} name="shield-check" />${w(buyer.rotating ? 'till.code_good' : 'till.card_good')}</span>` : html`<span class="ok cash-only">${w('till.cash_only')}</span>`}
    <p>${buyer.name ? w('common.member_number', { number: memberNumber(buyer.number) }) : w('till.name_unknown')}</p><p class="r">${buyer.offline ? w('till.checked_offline') : w('till.checked', { at: time(buyer.checkedAt) })}</p>
    <div class="mem-limit">${buyer.card ? html`<${Limit} buyer=${buyer} />` : html`<p class="lim why-not"><${Icon} name="info" small /><span>${w('till.number_only_text')}</span></p>`}</div>
    <p class="mem-acts"><button type="button" class="mem-act" onClick=${askMember}>${w('till.change')} <kbd class="kbd">F6</kbd></button>
      <button type="button" class="mem-act" onClick=${dropBuyer}>${w('till.drop_member')}</button></p></section>`;
}
