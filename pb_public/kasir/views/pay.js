// The total and how it is paid: two tenders, and the pane of the one that was chosen.
import { online } from '../../lib/api.js';
import { Button, Field, Icon } from '../../lib/components/index.js';
import { Tender } from '../../lib/components/tender.js';
import { day, readRupiah, rupiah } from '../../lib/format.js';
import { html, useEffect, useLayoutEffect, useRef, useState } from '../../lib/view.js';
import { w, wFault, wn } from '../../lib/words.js';
import { creditRefusal } from '../credit.js';
import { bill, draft } from '../sale.js';
import { strayScan } from '../scan.js';
import { absurdCash, likelyCash, needsPin } from '../tender.js';
import { askAgain, backToSelling, offer, pay, paying, refusal, stage, startPaying } from '../till.js';
import { CreditPane } from './credit.js';
import { handsOnKeys } from './sell.js';

/** @typedef {ReturnType<typeof import('../../lib/auth.js').openDoor>} Door */

/** A figure that always fits its column. @param {{amount: number}} props */
export const Mega = ({ amount }) => html`<p class=${`mega d${Math.min(10, String(Math.abs(amount)).length)}`}>${rupiah(amount)}</p>`;

export function Total() {
  const { lines, total_rupiah: total, saved_rupiah: kept } = bill.value;
  return html`<section class="tot" aria-live="polite"><p class="k"><span>${w('till.total')}</span><span>${wn('till.rows', lines.length)}</span></p>
    <${Mega} amount=${total} />
    <p class="h">${kept > 0 ? w('till.saved', { amount: rupiah(kept) }) : ' '}</p></section>`;
}

/** @param {{door: Door}} props */
export function Refusal({ door }) {
  const it = refusal.value;
  if (!it) return null;
  return html`<div class="refusal" role="alert"><${Icon} name="warning" /><p>${it.message}</p>
    ${it.open && html`<${Button} kind="ghost" small icon="refresh" busy=${paying.value} onClick=${() => askAgain(door)}>${w('till.ask_again')}<//>`}</div>`;
}

function Tenders() {
  const { total_rupiah: total, lines } = bill.value;
  const it = offer.value;
  const none = lines.length === 0 || total === 0;
  const { buyer } = draft.value;
  const payroll = none ? w('till.nothing_yet')
    : !it.can ? (it.code ? w('till.payroll_refused') : w(it.why))
      : it.cash_rupiah > 0 ? w('till.split_note', { payroll: rupiah(it.payroll_rupiah), cash: rupiah(it.cash_rupiah) })
        : buyer?.pay_date ? w('till.deducted_on', { date: day(buyer.pay_date, 'short') }) : w('till.deducted');
  return html`<div class="tend"><${Tender} name=${w('till.cash')} hotkey="F1" off=${none} main=${!it.can} note=${none ? w('till.nothing_yet') : w('till.exact', { amount: rupiah(total) })} onClick=${() => startPaying('cash')} />
    <${Tender} name=${w('till.payroll')} hotkey="F2" off=${none || !it.can} main=${it.can} note=${payroll} onClick=${() => startPaying('payroll')} />
    <${Tender} slim name=${w('till.credit')} hotkey="F10" off=${none || Boolean(creditRefusal.value)} note=${none ? w('till.nothing_yet') : creditRefusal.value || w('till.credit_note')} onClick=${() => startPaying('credit')} /></div>`;
}

/** @param {{label: string, onBack: () => void}} props */
export const PaneHead = ({ label, onBack }) => html`<div class="pane-h"><h2>${label}</h2><button type="button" class="mem-act" onClick=${onBack}>${w('common.back')} <kbd class="kbd">Esc</kbd></button></div>`;

/** Gives, lacks, or says what is wrong. @param {string} text @param {number} due */
function readCash(text, due) {
  const given = text.trim() ? readRupiah(text) : due;
  if (given === null) return { given: 0, error: w('till.amount_unclear') };
  if (given < due) return { given, error: w('till.cash_short', { amount: rupiah(due - given) }) };
  if (absurdCash(given, due)) return { given, error: w('till.cash_absurd') };
  return { given, error: '' };
}

/** @param {{due: number, given: number, error: string, shown: boolean}} props */
const Change = ({ due, given, error, shown }) => html`<p class="change" aria-live="polite">${shown && !error && html`<span>${w('till.change_due')}</span><b>${rupiah(given - due)}</b>`}</p>`;

/** @param {{door: Door}} props */
function CashPane({ door }) {
  const due = bill.value.total_rupiah;
  const [text, setText] = useState('');
  const [error, setError] = useState('');
  const input = useRef(/** @type {HTMLInputElement | null} */ (null));
  // Before the next key arrives, or its first digit would fall into the scan field.
  useLayoutEffect(() => { if (handsOnKeys()) input.current?.focus(); }, []);
  const cash = readCash(text, due);
  /** @param {number} given */
  const finish = (given) => pay(door, due > 0 ? [{ kind: 'cash', amount_rupiah: given }] : []);
  const submit = (/** @type {Event} */ e) => {
    e.preventDefault();
    if (strayScan(text)) { setText(''); setError(w('till.scan_is_no_money')); return; }
    if (cash.error) { setError(cash.error); return; }
    finish(cash.given);
  };
  const typed = (/** @type {string} */ value) => { setText(value); setError(''); };
  return html`<form class="pane" onSubmit=${submit} novalidate><${PaneHead} label=${w('till.cash')} onBack=${backToSelling} />
    <${Field} label=${w('till.cash_given')} prefix="Rp" big inputRef=${input} value=${text} onInput=${typed} error=${error} placeholder=${rupiah(due)}
      inputmode="numeric" autocomplete="off" enterkeyhint="done" maxlength="15" />
    <div class="notes" role="group" aria-label=${w('till.notes')}>${likelyCash(due).map((n) => html`<button type="button" key=${n} class="note-btn" onClick=${() => { typed(String(n)); input.current?.focus(); }}>${n === due ? w('till.exact_short') : rupiah(n)}</button>`)}</div>
    <${Change} due=${due} given=${cash.given} error=${cash.error} shown=${Boolean(text.trim())} />
    <${Refusal} door=${door} />
    <${Button} kind="brand" wide submit busy=${paying.value} busyText=${w('till.writing')}>${w('till.finish')}<//></form>`;
}

/** @param {{door: Door}} props */
function PayrollPane({ door }) {
  const total = bill.value.total_rupiah;
  const it = offer.value;
  const { buyer } = draft.value;
  const [part, setPart] = useState(rupiah(it.payroll_rupiah));
  const [cashText, setCash] = useState('');
  const [pin, setPin] = useState('');
  const [errors, setErrors] = useState(/** @type {{part?: string, cash?: string, pin?: string}} */ ({}));
  const form = useRef(/** @type {HTMLFormElement | null} */ (null));
  const first = () => { if (handsOnKeys()) /** @type {HTMLElement | null} */ (form.current?.querySelector('[data-first]') ?? form.current?.querySelector('[type=submit]'))?.focus(); };
  useLayoutEffect(first, []);
  useEffect(() => { setPart(rupiah(it.payroll_rupiah)); }, [it.payroll_rupiah]);
  useEffect(() => { if (/pin/.test(refusal.value?.code ?? '')) { setPin(''); first(); } }, [refusal.value]);
  const wanted = readRupiah(part);
  const payroll = wanted ?? 0;
  const rest = Math.max(0, total - payroll);
  const cash = readCash(cashText, rest);
  const pinNeeded = needsPin(payroll, buyer, online.value);
  const pinWrong = /pin/.test(refusal.value?.code ?? '') ? refusal.value?.message : '';
  const submit = (/** @type {Event} */ e) => {
    e.preventDefault();
    if (strayScan(cashText || part)) { setPin(''); setErrors({ [pinNeeded ? 'pin' : 'part']: w('till.scan_is_no_money') }); return; }
    const found = {
      part: wanted === null || payroll <= 0 || payroll > total ? w('till.amount_unclear') : payroll > it.payroll_rupiah ? w('till.payroll_most', { amount: rupiah(it.payroll_rupiah) }) : '',
      cash: rest > 0 ? cash.error : '', pin: pinNeeded && !/^\d{4,6}$/.test(pin) ? w('till.pin_missing') : '',
    };
    setErrors(found);
    if (found.part || found.cash || found.pin) return;
    pay(door, [{ kind: 'payroll', amount_rupiah: payroll }, ...(rest > 0 ? [{ kind: /** @type {'cash'} */ ('cash'), amount_rupiah: cash.given }] : [])], pinNeeded ? pin : '');
  };
  const numeric = { inputmode: 'numeric', autocomplete: 'off', maxlength: 15 };
  return html`<form class="pane" ref=${form} onSubmit=${submit} novalidate><${PaneHead} label=${w('till.payroll')} onBack=${backToSelling} />
    ${it.bound && html`<p class="pane-why">${w(`till.split_${it.bound}`, { amount: rupiah(it.payroll_rupiah) })}</p>`}
    <div class="halves"><${Field} label=${w('till.payroll_part')} prefix="Rp" value=${part} onInput=${setPart} error=${errors.part} hint=${buyer?.pay_date ? w('till.deducted_on', { date: day(buyer.pay_date, 'short') }) : ''} ...${numeric} />
      ${rest > 0 && html`<${Field} label=${w('till.cash_part')} prefix="Rp" value=${cashText} onInput=${setCash} error=${errors.cash} placeholder=${rupiah(rest)}
        hint=${cashText.trim() && !cash.error && cash.given > rest ? w('till.change_of', { amount: rupiah(cash.given - rest) }) : w('till.rest_cash', { amount: rupiah(rest) })} ...${pinNeeded ? {} : { 'data-first': '' }} ...${numeric} />`}</div>
    ${pinNeeded && html`<${Field} label=${w('till.pin')} value=${pin} onInput=${setPin} error=${errors.pin || pinWrong} hint=${w('till.pin_text', { amount: rupiah(buyer?.pin_above_rupiah ?? 0) })}
      type="password" inputmode="numeric" autocomplete="one-time-code" maxlength="6" data-first="" />`}
    ${!pinWrong && html`<${Refusal} door=${door} />`}
    <${Button} kind="brand" wide submit busy=${paying.value} busyText=${w('till.writing')}>${w('till.finish')}<//></form>`;
}

/** @param {{door: Door}} props */
export function Pay({ door }) {
  if (stage.value === 'cash') return html`<${CashPane} door=${door} />`;
  if (stage.value === 'payroll' && (offer.value.can || paying.value)) return html`<${PayrollPane} door=${door} />`;
  if (stage.value === 'credit') return html`<${CreditPane} door=${door} />`;
  const { code } = offer.value;
  return html`<${Refusal} door=${door} /><${Tenders} />${code && bill.value.lines.length > 0 && !draft.value.buyer?.card && html`<p class="why-below">${wFault(code)}</p>`}`;
}
