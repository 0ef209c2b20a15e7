// The end of a shift: count the drawer, say the sum, see what was expected. Nothing may still be on its way.
import { asFault } from '../../lib/api.js';
import { Button, Check, Field, Icon, Wordmark } from '../../lib/components/index.js';
import { readRupiah, rupiah, signed, time } from '../../lib/format.js';
import { go } from '../../lib/route.js';
import { html, useEffect, useRef, useState } from '../../lib/view.js';
import { w, wn } from '../../lib/words.js';
import { loadCredit, pending } from '../credit.js';
import { held } from '../held.js';
import { all, heldBack, poke, troubled, version, waiting } from '../queue.js';
import { closeShift, shift } from '../shift.js';
import { denominations } from '../tender.js';

/** @typedef {ReturnType<typeof import('../../lib/auth.js').openDoor>} Door */

/** @param {import('../queue.js').Sale[]} list */
const ofShift = (list) => list.filter((s) => s.body.shift === shift.value?.id);

/** What keeps the shift open, and the way out. */
function Blocked() {
  const list = [...ofShift(waiting.value), ...ofShift(troubled.value)];
  return html`<section class="sec"><div class="why"><h2>${wn('till.close_blocked', list.length)}</h2><p>${w('till.close_blocked_text')}</p></div>
    <ul class="rows wait-rows">${list.map((s) => html`<li key=${s.id}><span>${time(s.receipt.sold_at)} · ${s.receipt.member?.name || w('till.anyone')}<small>${s.fault?.message ?? w(s.state === 'conflict' ? 'till.conflict_text' : 'till.waiting_short')}</small></span><b>${rupiah(s.receipt.total_rupiah)}</b></li>`)}</ul>
    <div class="acts-row"><${Button} kind="ghost" icon="refresh" onClick=${() => poke(true)}>${w('till.send_now')}<//>
      ${ofShift(troubled.value).length > 0 && html`<${Button} kind="ghost" icon="receipt" href="#/struk">${w('till.look')}<//>`}</div></section>`;
}

/** Goods on credit that nobody fetched, and what becomes of each. @param {{ways: Record<string, boolean>, onWay: (id: string, carry: boolean) => void, error: string}} props */
function Unfetched({ ways, onWay, error }) {
  const here = useRef(/** @type {HTMLElement | null} */ (null));
  useEffect(() => { if (error) here.current?.scrollIntoView({ block: 'start' }); }, [error]);
  return html`<section class="sec" ref=${here}><div class="why"><h2>${wn('till.close_credit', pending.value.length)}</h2><p>${w('till.close_credit_text')}</p></div>
  <ul class="rows wait-rows exits">${pending.value.map((s) => html`<li key=${s.id}><span>${s.member.name}<small>${s.lines.map((l) => l.name).join(', ')} · ${w(`till.credit_state_${s.state}`)}</small></span><b>${rupiah(s.total_rupiah)}</b>
    <fieldset class="kinds-row"><legend class="vh">${w('till.close_credit_what', { name: s.member.name })}</legend>
      <button type="button" class="pick-kind" aria-pressed=${ways[s.id] === true} onClick=${() => onWay(s.id, true)}>${w('till.close_credit_carry')}</button>
      <button type="button" class="pick-kind" aria-pressed=${ways[s.id] === false} onClick=${() => onWay(s.id, false)}>${w('till.close_credit_end')}</button></fieldset></li>`)}</ul>
  ${error && html`<p class="err" role="alert"><${Icon} name="warning" /><span>${error}</span></p>`}</section>`;
}

/** @param {{counts: Record<number, string>, onCount: (counts: Record<number, string>) => void}} props */
const Counter = ({ counts, onCount }) => html`<ul class="counter">${denominations.map((d) => html`<li key=${d}><label for=${`n${d}`}>${rupiah(d)}</label><span aria-hidden="true">×</span>
  <span class="inp"><input id=${`n${d}`} value=${counts[d] ?? ''} inputmode="numeric" autocomplete="off" maxlength="5" placeholder="0" onInput=${(/** @type {any} */ e) => onCount({ ...counts, [d]: e.currentTarget.value.replace(/\D/g, '') })} /></span>
  <b>${rupiah(d * Number(counts[d] || 0))}</b></li>`)}</ul>`;

/** @param {{of: any}} props */
function Summary({ of: it }) {
  const difference = it.difference_rupiah;
  const next = () => { sessionStorage.removeItem('kpdk.kasir.closed'); shift.value = null; go('/'); };
  const rows = [['till.sum_sales', it.sales], ['till.sum_cash', it.cash_rupiah], ...(it.savings_rupiah ? [['till.sum_savings', it.savings_rupiah]] : []), ...(it.bills_rupiah ? [['till.sum_bills', it.bills_rupiah]] : []), ['till.sum_payroll', it.payroll_rupiah], ...(it.credit_rupiah ? [['till.sum_credit', it.credit_rupiah], ['till.sum_down', it.down_rupiah]] : []), ...(it.credit_carried ? [['till.sum_credit_carried', it.credit_carried]] : []), ...(it.credit_ended ? [['till.sum_credit_ended', it.credit_ended]] : []), ['till.sum_expected', it.expected_rupiah], ['till.sum_counted', it.counted_rupiah]];
  return html`<main class="page"><${Wordmark} size=${27} /><h1 class="h1">${difference === 0 ? w('till.closed_even') : w('till.closed')}</h1>
    <dl class="rows">${rows.map(([key, n]) => html`<div key=${key}><dt>${w(key)}</dt><dd>${rupiah(n)}</dd></div>`)}
      <div class="sum"><dt>${w(difference < 0 ? 'till.sum_short' : difference > 0 ? 'till.sum_over' : 'till.sum_difference')}</dt><dd><span class="rp">Rp</span>${signed(difference)}</dd></div></dl>
    <p class="read">${w(difference === 0 ? 'till.closed_even_text' : 'till.closed_text')}</p>
    <div class="acts-row"><${Button} kind="ghost" icon="print" onClick=${() => window.print()}>${w('common.print')}<//><${Button} onClick=${next}>${w('till.closed_next')}<//></div></main>`;
}

/** @param {{door: Door}} props */
export function CloseShift({ door }) {
  const kept = sessionStorage.getItem('kpdk.kasir.closed');
  const [done, setDone] = useState(/** @type {any} */ (kept ? JSON.parse(kept) : null));
  const [counts, setCounts] = useState(/** @type {Record<number, string>} */ ({}));
  const [typed, setTyped] = useState('');
  const [error, setError] = useState('');
  const [busy, setBusy] = useState(false);
  const [anyway, setAnyway] = useState(false);
  const [ways, setWays] = useState(/** @type {Record<string, boolean>} */ ({}));
  const [unsaid, setUnsaid] = useState('');
  useEffect(() => { poke(true); if (!kept) loadCredit(door); }, []);
  if (done) return html`<${Summary} of=${done} />`;
  const sum = denominations.reduce((n, d) => n + d * Number(counts[d] || 0), 0);
  const counted = typed.trim() ? readRupiah(typed) : sum || null;
  version.value;
  const missing = ofShift(waiting.value).length + ofShift(troubled.value).length;
  const blocked = missing > 0 && !(anyway && door.role.value === 'manager');
  const forOffice = ofShift(all()).filter(heldBack).length;
  const submit = async (/** @type {Event} */ e) => {
    e.preventDefault();
    const credit = pending.value.map((s) => ({ request: s.id, carry: ways[s.id] }));
    setUnsaid(credit.some((c) => c.carry === undefined) ? w('till.close_credit_choose') : '');
    if (counted === null) setError(w('till.count_missing'));
    if (counted === null || credit.some((c) => c.carry === undefined)) return;
    setBusy(true);
    try {
      const it = await closeShift(door, counted, missing, credit);
      sessionStorage.setItem('kpdk.kasir.closed', JSON.stringify(it));
      setDone(it);
    } catch (cause) {
      const fault = asFault(cause);
      if (/^store\.credit_/.test(fault.code)) { setUnsaid(fault.message); loadCredit(door); } else setError(fault.message);
    } finally { setBusy(false); }
  };
  return html`<main class="page no-print"><a class="lnk" href="#/"><${Icon} name="back" small /> ${w('till.back_to_till')}</a>
    <h1 class="h1">${w('till.close_shift')}</h1><p class="lead">${w('till.close_lead')}</p>
    ${missing > 0 && html`<${Blocked} />`}
    ${missing > 0 && door.role.value === 'manager' && html`<div class="anyway"><${Check} label=${wn('till.close_missing', missing)} checked=${anyway} onChange=${setAnyway} /><p class="note">${w('till.close_missing_text')}</p></div>`}
    ${forOffice > 0 && html`<p class="read">${wn('till.close_quarantined', forOffice)}</p>`}
    ${held.value.length > 0 && html`<p class="read">${wn('till.close_held', held.value.length)}</p>`}
    ${pending.value.length > 0 && html`<${Unfetched} ways=${ways} error=${unsaid} onWay=${(/** @type {string} */ id, /** @type {boolean} */ carry) => { setWays({ ...ways, [id]: carry }); setUnsaid(''); }} />`}
    <form class="form" onSubmit=${submit} novalidate>
      <details class="count-help" open><summary>${w('till.count_notes')}</summary><${Counter} counts=${counts} onCount=${(/** @type {any} */ c) => { setCounts(c); setTyped(''); setError(''); }} /></details>
      <${Field} label=${w('till.counted')} prefix="Rp" big value=${typed || (sum ? rupiah(sum) : '')} onInput=${(/** @type {string} */ v) => { setTyped(v); setError(''); }} error=${error} hint=${w('till.counted_hint')} inputmode="numeric" autocomplete="off" maxlength="15" />
      <${Button} wide submit busy=${busy} busyText=${w('till.closing')} disabled=${blocked} why=${blocked ? w('till.close_wait') : ''}>${w('till.close_shift')}<//></form></main>`;
}
