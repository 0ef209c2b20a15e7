// Leaving the co-op: what it would come to today, asked for once, taken back until it is settled.
import { Button, Dialog, Figure, Icon, Loaded, toast } from '../lib/components/index.js';
import { Fault, asFault, ulid } from '../lib/api.js';
import { day, memberNumber, period, rupiah } from '../lib/format.js';
import { html, useEffect, useState } from '../lib/view.js';
import { w } from '../lib/words.js';
import { AppBar } from './nav.js';

const reasons = ['resigned', 'retired', 'moved'];

/** What comes out, first. @param {{it: any}} props */
const Outcome = ({ it }) => html`<div class="lead-fig"><p class="k">${w(it.still_owed_rupiah ? 'member.leave_owed' : 'member.leave_payable')}</p>
  <${Figure} rupiah=${it.still_owed_rupiah || it.payable_rupiah} size="xl" />
  <p class="small">${it.still_owed_rupiah ? w('member.leave_owed_text') : w('member.leave_due', { date: day(it.due_on, 'long') })}</p></div>`;

/** @param {{it: any}} props */
const Reckoning = ({ it }) => html`<section class="sec"><div class="sec-h"><h2>${w('member.leave_today')}</h2></div>
  <dl class="rows">${it.held.map((/** @type {any} */ h) => html`<div key=${h.account}><dt>${w(`member.leave_account_${h.account}`)}</dt><dd>${rupiah(h.amount_rupiah)}</dd></div>`)}
    ${it.debts.map((/** @type {any} */ d, /** @type {number} */ i) => html`<div key=${i}><dt>${w(`common.kind_${d.kind}`)} <span class="note">${day(d.date, 'medium')}</span></dt><dd>−${rupiah(d.amount_rupiah)}</dd></div>`)}
    <div class="sum"><dt>${w(it.still_owed_rupiah ? 'member.leave_owed' : 'member.leave_payable')}</dt><dd><span class="rp">Rp</span>${rupiah(it.still_owed_rupiah || it.payable_rupiah)}</dd></div></dl>
  ${(it.waived_rupiah > 0 || it.locked) && html`<ul class="follows after">
    ${it.waived_rupiah > 0 && html`<li><${Icon} name="info" small /><span>${w('member.leave_waived', { amount: rupiah(it.waived_rupiah) })}</span></li>`}
    ${it.locked && html`<li><${Icon} name="info" small /><span>${w('member.leave_locked', { period: period(it.locked.period), amount: rupiah(it.locked.asked_rupiah) })}</span></li>`}</ul>`}</section>`;

/** @param {{store: import('./store.js').Store, it: any}} props */
function Ask({ store, it }) {
  const [open, setOpen] = useState('');
  const [reason, setReason] = useState(reasons[0]);
  const [busy, setBusy] = useState(false);
  const [fault, setFault] = useState(/** @type {Fault | null} */ (null));
  const waiting = it.request?.state === 'open';
  const [key, setKey] = useState('');
  const ask = () => { setKey(ulid()); setFault(null); setOpen(waiting ? 'back' : 'leave'); };
  async function send() {
    setBusy(true);
    try {
      await (waiting ? store.door.send('POST', '/api/coop/me/leave/withdraw', { id: key }) : store.door.send('POST', '/api/coop/me/leave', { id: key, reason }));
      toast(w(waiting ? 'member.leave_did_back' : 'member.leave_did_ask'));
      setOpen('');
      store.leaving.load();
    } catch (cause) {
      setFault(asFault(cause));
    } finally {
      setBusy(false);
    }
  }
  return html`<section class="sec">
    ${it.request?.state === 'open' && html`<ul class="follows"><li><${Icon} name="clock" small /><span>${w('member.leave_waits', { date: day(it.request.on, 'long') })}</span></li></ul>`}
    ${it.request?.state === 'refused' && html`<ul class="follows"><li><${Icon} name="warning" small /><span>${w('member.leave_refused', { date: day(it.request.on, 'long'), answer: it.request.answer })}</span></li></ul>`}
    <${Button} kind="ghost" wide onClick=${ask}>${w(waiting ? 'member.leave_take_back' : 'member.leave_ask')}<//>
    <${Dialog} open=${open === 'leave'} title=${w('member.leave_title')} lead=${w('member.leave_lead')} confirm=${w('member.leave_send')} busy=${busy} onConfirm=${send} onClose=${() => setOpen('')}
      rows=${[{ label: w('member.leave_held'), amount_rupiah: it.savings_rupiah }, { label: w('member.leave_debts'), amount_rupiah: -it.debt_rupiah }]}
      total=${{ label: w(it.still_owed_rupiah ? 'member.leave_owed' : 'member.leave_payable'), amount_rupiah: it.still_owed_rupiah || it.payable_rupiah }}>
      <fieldset class="choice"><legend>${w('member.leave_why')}</legend><div>${reasons.map((r) => html`<label key=${r}><input type="radio" name="reason" checked=${reason === r} onChange=${() => setReason(r)} /><span>${w(`member.leave_${r}`)}</span></label>`)}</div></fieldset>
      ${fault && html`<p class="err" role="alert"><${Icon} name="warning" /><span>${fault.message}</span></p>`}<//>
    <${Dialog} open=${open === 'back'} title=${w('member.leave_take_back')} lead=${w('member.leave_back_lead')} confirm=${w('member.leave_take_back')} busy=${busy} onConfirm=${send} onClose=${() => setOpen('')}>
      ${fault && html`<p class="err" role="alert"><${Icon} name="warning" /><span>${fault.message}</span></p>`}<//></section>`;
}

/** @param {{store: import('./store.js').Store}} props */
export function LeaveScreen({ store }) {
  useEffect(() => store.need(store.leaving), []);
  const draw = (/** @type {any} */ it) => html`<p class="read">${w('member.leave_intro')}</p><${Outcome} it=${it} /><${Reckoning} it=${it} /><${Ask} store=${store} it=${it} />
    <p class="after"><${Paper} store=${store} number=${it.number} /></p>`;
  return html`<${AppBar} title=${w('member.leave')} back="/saya" /><${Loaded} of=${store.leaving} draw=${draw} />`;
}

/** @param {{store: import('./store.js').Store, number: number}} props */
function Paper({ store, number }) {
  const [busy, setBusy] = useState(false);
  async function take() {
    setBusy(true);
    try { await store.door.download(`/api/coop/members/${number}/leaving.pdf`, `keluar-${memberNumber(number)}.pdf`); } catch (cause) { toast(asFault(cause).message, { kind: 'warn' }); } finally { setBusy(false); }
  }
  return html`<${Button} kind="ghost" small icon="download" busy=${busy} onClick=${take}>${w('member.leave_paper')}<//>`;
}
