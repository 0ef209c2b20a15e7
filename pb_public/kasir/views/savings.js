// Savings at the till: cash comes in for a member, and what the office lets this till pay goes out. It needs contact:
// a balance is not something to promise without the books.
import { asFault, info, online, ulid } from '../../lib/api.js';
import { Button, Field, Icon } from '../../lib/components/index.js';
import { chainHead, day, memberNumber, readRupiah, rupiah, time, today } from '../../lib/format.js';
import { html, useMemo, useState } from '../../lib/view.js';
import { w } from '../../lib/words.js';
import { loadShift, shift } from '../shift.js';
import { Payouts } from './payout.js';
import { printPaper } from './slip.js';
import { Member } from './who.js';

/** @typedef {ReturnType<typeof import('../../lib/auth.js').openDoor>} Door */
/** @typedef {{number: number, name: string, card: string, status: string, principal: number}} Who */

const base = '/api/coop/savings';

/** What somebody may bring: an applicant the principal, a member whatever is saved or due. @param {Who} who */
const kindsOf = (who) => (who.status === 'applicant' ? ['principal'] : ['voluntary', 'mandatory', ...(who.principal > 0 ? ['principal'] : [])]);

/** A deposit as paper from the roll. @param {{r: any}} props */
export function SavingsSlip({ r }) {
  return html`<article class="slip roll" aria-label=${w('till.savings_slip')}><header><b>${info.value?.name || info.value?.short_name || ''}</b><span>${day(r.date, 'long')}, ${time(r.at)}</span><span>${w('till.savings_slip')} ${r.number}</span><span>${w('till.slip_cashier', { till: r.till, cashier: r.by })}</span><span>${w('till.slip_member', { number: `…${memberNumber(r.member).slice(-3)}` })}</span></header>
    <dl><div class="t"><dt>${w(`common.kind_${r.kind}`)}</dt><dd>Rp ${rupiah(r.amount_rupiah)}</dd></div>${r.settled_rupiah > 0 && html`<div><dt>${w('till.savings_due')}</dt><dd>${rupiah(r.settled_rupiah)}</dd></div>`}<div><dt>${w('till.savings_balance')}</dt><dd>${rupiah(r.balance_rupiah)}</dd></div></dl>
    <footer><span>${w('till.slip_hash')}</span><code>${chainHead(r.hash, r.entry)}</code><span>${w('till.savings_thanks')}</span></footer></article>`;
}

/** @param {{door: Door, onDone: (receipt: any) => void}} props */
function Deposit({ door, onDone }) {
  const [who, setWho] = useState(/** @type {Who | null} */ (null));
  const [kind, setKind] = useState('voluntary');
  const [text, setText] = useState('');
  const pick = (/** @type {string} */ k, /** @type {Who | null} */ of) => { setKind(k); setError(''); setText(k === 'principal' && of ? rupiah(of.principal) : ''); };
  const [error, setError] = useState('');
  const [busy, setBusy] = useState(false);
  const [turn, setTurn] = useState(0);
  const amount = readRupiah(text) ?? 0;
  const body = { shift: shift.value?.id, kind, amount_rupiah: amount, ...(who?.card ? { card: who.card } : { member: who?.number ?? 0 }) };
  const id = useMemo(() => ulid(), [JSON.stringify(body), turn]);
  const submit = async (/** @type {Event} */ e) => {
    e.preventDefault();
    if (!(amount > 0)) { setError(w('till.savings_amount_missing')); return; }
    setBusy(true);
    try {
      const made = await door.send('POST', `${base}/till-deposits`, { id, ...body });
      setTurn(turn + 1);
      onDone({ ...made, name: who?.name ?? '', till: shift.value?.till ?? '', by: shift.value?.cashier ?? '', date: today(), at: new Date().toISOString() });
    } catch (cause) { const fault = asFault(cause); setError(fault.field('amount_rupiah') || fault.message); } finally { setBusy(false); }
  };
  const look = async (/** @type {number} */ number, /** @type {string} */ card) => {
    const it = await door.send('GET', `${base}/till-savers/${number}`);
    return { number, name: it.name, card, status: it.status, principal: it.principal_due_rupiah };
  };
  return html`<${Member} door=${door} who=${who} about=${who?.status === 'applicant' ? w('till.savings_applicant') : ''} look=${look} onWho=${(/** @type {Who | null} */ it) => { setWho(it); pick(it ? kindsOf(it)[0] : 'voluntary', it); }} />
    ${who && html`<form class="form" onSubmit=${submit} novalidate>
      <fieldset class="kinds-row"><legend>${w('till.savings_kind')}</legend>${kindsOf(who).map((k) => html`<button key=${k} type="button" class="pick-kind" aria-pressed=${k === kind} onClick=${() => pick(k, who)}>${w(`common.kind_${k}`)}</button>`)}</fieldset>
      <${Field} label=${w('till.savings_amount')} prefix="Rp" big value=${text} onInput=${(/** @type {string} */ v) => { setText(v); setError(''); }} error=${error} hint=${kind === 'principal' ? w('till.savings_principal_due', { amount: rupiah(who.principal) }) : amount >= 1000 ? `Rp ${rupiah(amount)}` : w('till.savings_hint')} inputmode="numeric" autocomplete="off" maxlength="15" />
      <${Button} kind="brand" wide submit busy=${busy} disabled=${!online.value} why=${online.value ? '' : w('till.savings_offline')}>${amount > 0 ? w('till.savings_go', { amount: rupiah(amount) }) : w('till.savings_take')}<//></form>`}`;
}

/** @param {{door: Door}} props */
export function SavingsPage({ door }) {
  const [done, setDone] = useState(/** @type {any} */ (null));
  const took = (/** @type {any} */ r) => { setDone(r); loadShift(door); };
  return html`<main class="page no-print"><a class="lnk" href="#/"><${Icon} name="back" small /> ${w('till.back_to_till')}</a><h1 class="h1">${w('till.savings')}</h1>
    ${done ? html`<p class="lead">${w('till.savings_did', { amount: rupiah(done.amount_rupiah), name: done.name })}${done.activated && html` <b>${w('till.savings_activated', { name: done.name })}</b>`}</p><${SavingsSlip} r=${done} />
        <div class="acts-row"><${Button} kind="ghost" icon="print" onClick=${() => printPaper(html`<${SavingsSlip} r=${done} />`)}>${w('common.print')}<//><${Button} kind="brand" onClick=${() => setDone(null)}>${w('till.savings_next')}<//></div>`
    : html`<p class="lead">${w('till.savings_lead')}</p><${Deposit} door=${door} onDone=${took} /><${Payouts} door=${door} />`}</main>`;
}
