// The pane that sells on credit, what it says afterwards, and the list of the shift with what the office decided.
import { asFault, online, ulid } from '../../lib/api.js';
import { Button, Dialog, Empty, FaultNote, Field, Icon, IconButton, Skeleton, Strips } from '../../lib/components/index.js';
import { CreditSlip } from '../../lib/components/credit-slip.js';
import { day, moment, percent, readRupiah, rupiah } from '../../lib/format.js';
import { html, useEffect, useLayoutEffect, useMemo, useRef, useState } from '../../lib/view.js';
import { w } from '../../lib/words.js';
import { isCard, isPhone } from '../card.js';
import { creditList, handOver, loadCredit, loadTerms, refusalOf, terms, withdraw } from '../credit.js';
import { bill, draft } from '../sale.js';
import { strayScan } from '../scan.js';
import { backToSelling, nextCustomer, paidCredit, payOnCredit, paying, refusal } from '../till.js';
import { Mega, PaneHead, Refusal } from './pay.js';
import { handsOnKeys } from './sell.js';
import { printPaper } from './slip.js';

/** @typedef {ReturnType<typeof import('../../lib/auth.js').openDoor>} Door */
/** @typedef {import('../credit.js').CreditSale} CreditSale */

const usual = [3, 6, 10, 12, 18, 24, 36];
const patience = 350;

/** The first number of months that people take and the mandate carries. @param {import('../credit.js').Choice[]} choices */
const likely = (choices) => (choices.find((c) => c.fits && c.parts >= 6) ?? choices.findLast((c) => c.fits) ?? choices[choices.length - 1])?.parts ?? 0;

/** @param {{choices: import('../credit.js').Choice[], parts: number, onParts: (n: number) => void}} props */
function Months({ choices, parts, onParts }) {
  const at = choices.find((c) => c.parts === parts) ?? choices[0];
  const shown = usual.filter((n) => choices.some((c) => c.parts === n));
  return html`<div class="months"><${IconButton} icon="minus" label=${w('till.credit_less')} disabled=${parts <= 1} onClick=${() => onParts(parts - 1)} />
      <p class="months-n" aria-live="polite"><b>${w('till.credit_times', { n: at.parts, amount: rupiah(at.monthly_rupiah) })}</b></p>
      <${IconButton} icon="plus" label=${w('till.credit_more')} disabled=${parts >= choices.length} onClick=${() => onParts(parts + 1)} /></div>
    ${shown.length > 1 && html`<div class="notes" role="group" aria-label=${w('till.credit_months')}>${shown.map((n) => html`<button type="button" key=${n} class="note-btn" aria-pressed=${n === parts} onClick=${() => onParts(n)}>${w('till.credit_n', { n })}</button>`)}</div>`}`;
}

/** @param {{door: Door}} props */
export function CreditPane({ door }) {
  const { buyer } = draft.value;
  const [downText, setDown] = useState('');
  const [parts, setParts] = useState(0);
  const [pin, setPin] = useState('');
  const [errors, setErrors] = useState(/** @type {{down?: string, pin?: string}} */ ({}));
  const form = useRef(/** @type {HTMLFormElement | null} */ (null));
  const down = downText.trim() ? readRupiah(downText) : 0;
  useEffect(() => {
    if (down === null || down >= bill.peek().total_rupiah) return undefined;
    const soon = setTimeout(() => loadTerms(door, down), terms.peek().it ? patience : 0);
    return () => clearTimeout(soon);
  }, [down, bill.value.total_rupiah, buyer?.card, online.value]);
  const { it, fault } = terms.value;
  const at = it?.choices.find((c) => c.parts === parts);
  useEffect(() => { if (it && it.choices.length && !at) setParts(likely(it.choices)); }, [it]);
  useLayoutEffect(() => { if (handsOnKeys()) form.current?.querySelector('input')?.focus(); }, [Boolean(it)]);
  useEffect(() => { if (/pin/.test(refusal.value?.code ?? '')) setPin(''); }, [refusal.value]);
  const why = it ? refusalOf(it) : '';
  const pinNeeded = Boolean(it && buyer && !buyer.rotating && it.principal_rupiah > it.pin_above_rupiah);
  const pinWrong = /pin/.test(refusal.value?.code ?? '') ? refusal.value?.message : '';
  const submit = (/** @type {Event} */ e) => {
    e.preventDefault();
    if (!it || !at || why) return;
    if (strayScan(downText)) { setDown(''); setErrors({ down: w('till.scan_is_no_money') }); return; }
    const found = {
      down: down === null ? w('till.amount_unclear') : down > it.down_most_rupiah ? w('till.credit_down_most', { amount: rupiah(it.down_most_rupiah) }) : '',
      pin: pinNeeded && !/^\d{4,6}$/.test(pin) ? w('till.pin_missing') : '',
    };
    setErrors(found);
    if (!found.down && !found.pin && at.fits) payOnCredit(door, { parts: at.parts, down: down ?? 0, pin: pinNeeded ? pin : '' });
  };
  return html`<form class="pane credit" ref=${form} onSubmit=${submit} novalidate><${PaneHead} label=${w('till.credit')} onBack=${backToSelling} />
    ${fault && html`<p class="pane-why" role="alert">${fault.offline ? w('till.credit_offline_text') : fault.message}</p>`}
    ${!it && !fault && html`<p role="status"><span class="vh">${w('till.credit_reckoning')}</span><${Strips} /></p>`}
    ${why && html`<p class="pane-why" role="alert">${why}</p>`}
    ${it && at && !why && html`<${Months} choices=${it.choices} parts=${parts} onParts=${setParts} />
      <dl class="rows credit-sums"><div><dt>${w('till.credit_principal')}</dt><dd>${rupiah(it.principal_rupiah)}</dd></div>
        <div><dt>${it.margin_bp > 0 ? w('till.credit_margin_rate', { rate: percent(it.margin_bp, 2) }) : w('till.credit_margin')}</dt><dd>${rupiah(at.margin_rupiah)}</dd></div>
        <div class="sum"><dt>${w('till.credit_all', { n: at.parts })}</dt><dd>${rupiah(at.total_rupiah)}</dd></div>
        <div><dt>${w('till.credit_from')}</dt><dd>${day(it.pay_date, 'medium')}</dd></div></dl>
      ${!at.fits && html`<p class="pane-why">${w('till.credit_over', { amount: rupiah(it.room_rupiah) })}</p>`}`}
    <div class="halves">${it && it.down_most_rupiah > 0 && (!why || down) && html`<${Field} label=${w('till.credit_down_field')} prefix="Rp" value=${downText} onInput=${(/** @type {string} */ v) => { setDown(v); setErrors({}); }} placeholder="0"
      error=${errors.down} hint=${w('till.credit_down_hint', { amount: rupiah(it.down_most_rupiah) })} inputmode="numeric" autocomplete="off" maxlength="15" />`}
    ${pinNeeded && !why && html`<${Field} label=${w('till.pin')} value=${pin} onInput=${setPin} error=${errors.pin || pinWrong} hint=${w('till.credit_pin', { amount: rupiah(it?.pin_above_rupiah ?? 0) })} type="password" inputmode="numeric" autocomplete="one-time-code" maxlength="6" />`}</div>
    ${at?.second && !why && html`<p class="pane-why">${w(it && it.principal_rupiah > it.till_rupiah ? 'till.credit_second' : 'till.credit_second_today', { amount: rupiah(it?.till_rupiah ?? 0) })}</p>`}
    ${!pinWrong && html`<${Refusal} door=${door} />`}
    ${it && !why ? html`<${Button} kind="brand" wide submit busy=${paying.value} busyText=${w('till.writing')} disabled=${!at || !at.fits} why=${at && !at.fits ? w('till.credit_choose') : ''}>${w(at?.second ? 'till.credit_ask' : 'till.credit_sell')}<//>`
    : (fault || why) && html`<${Button} kind="ghost" wide onClick=${backToSelling}>${w('till.credit_other_way')}<//>`}</form>`;
}

/** After it: what was sold, or that the office is asked. */
export const PaidCredit = () => html`<div class="paid-left" tabindex="0" role="region" aria-label=${w('till.credit')}>${paidCredit.value && html`<${CreditSlip} sale=${paidCredit.value} />`}</div>`;

export function PaidCreditTotal() {
  const s = paidCredit.value;
  if (!s) return null;
  const made = s.state === 'made';
  return html`<div class="paid"><section class="mem"><h2>${made ? w('till.credit_number', { number: s.number }) : w('till.credit_asked')}</h2>
      ${made ? html`<span class="ok"><${Icon} name="check" />${w('till.booked')}</span>` : html`<span class="ok waiting"><${Icon} name="clock" />${w('till.credit_waits')}</span>`}
      <p>${s.member.name}</p>${!made && html`<p class="mem-limit lim">${w('till.credit_asked_text')}</p>`}</section>
    <section class="tot" aria-live="assertive"><p class="k"><span>${made && s.down_rupiah > 0 ? w('till.credit_take_cash') : w('till.credit_monthly_rp')}</span></p>
      <${Mega} amount=${made && s.down_rupiah > 0 ? s.down_rupiah : s.schedule[0].principal_rupiah + s.schedule[0].margin_rupiah} />
      <dl class="rows"><div><dt>${w('till.slip_total')}</dt><dd>${rupiah(s.total_rupiah)}</dd></div><div><dt>${w('till.credit_all', { n: s.parts })}</dt><dd>${rupiah(s.principal_rupiah + s.margin_rupiah)}</dd></div></dl></section>
    <div class="tend"><${Button} kind="ghost" icon="print" onClick=${() => printCredit(s)}>${w('common.print')} <kbd class="kbd">F7</kbd><//>
      <${Button} kind="brand" onClick=${nextCustomer}>${w('till.next')} <kbd class="kbd">Enter</kbd><//></div></div>`;
}

/** @param {CreditSale} sale */
export const printCredit = (sale) => printPaper(html`<${CreditSlip} sale=${sale} />`);

const icons = { waiting: 'clock', approved: 'check', refused: 'block', handed: 'check', made: '' };

/** The member shows the card again: the goods go to whoever asked for them. @param {{door: Door, asked: CreditSale, onDone: (sale: CreditSale) => void, onClose: () => void}} props */
function HandOver({ door, asked, onDone, onClose }) {
  const [card, setCard] = useState('');
  const [pin, setPin] = useState('');
  const [error, setError] = useState({ card: '', pin: '', all: '' });
  const [needsPin, setNeedsPin] = useState(false);
  const [busy, setBusy] = useState(false);
  const input = useRef(/** @type {HTMLInputElement | null} */ (null));
  useLayoutEffect(() => { const dialog = input.current?.closest('dialog'); if (dialog && !dialog.open) dialog.showModal(); input.current?.focus(); }, []);
  const code = card.trim().toUpperCase();
  const confirm = async () => {
    if (!isCard(code)) { setError({ card: w('till.credit_card_missing'), pin: '', all: '' }); return; }
    setBusy(true);
    try { onDone(await handOver(door, asked, { card: code, pin })); } catch (cause) {
      const fault = asFault(cause);
      const ofPin = /pin/.test(fault.code);
      if (ofPin) { setNeedsPin(true); setPin(''); }
      setError({ card: '', pin: ofPin && needsPin ? fault.message : '', all: ofPin ? '' : fault.offline ? w('till.credit_offline_text') : fault.message });
    } finally { setBusy(false); }
  };
  return html`<${Dialog} open title=${w('till.credit_hand')} lead=${w('till.credit_hand_lead', { name: asked.member.name })} confirm=${w('till.credit_hand_go')} busy=${busy} busyText=${w('till.writing')} onConfirm=${confirm} onClose=${onClose}
    rows=${[...asked.lines.map((l) => ({ label: l.name, text: `${l.quantity} ${l.unit}` })), ...(asked.down_rupiah > 0 ? [{ label: w('till.credit_take_down'), amount_rupiah: asked.down_rupiah }] : [])]} total=${{ label: w('till.credit_principal'), amount_rupiah: asked.principal_rupiah }}>
    <div class="form"><${Field} label=${w('till.credit_card')} icon="person" inputRef=${input} value=${card} onInput=${(/** @type {string} */ v) => { setCard(v); setError({ card: '', pin: '', all: '' }); }} error=${error.card} autocomplete="off" autocapitalize="off" spellcheck=${false} maxlength="300" />
      ${needsPin && !isPhone(code) && html`<${Field} label=${w('till.pin')} value=${pin} onInput=${setPin} error=${error.pin} type="password" inputmode="numeric" autocomplete="one-time-code" maxlength="6" />`}</div>
    ${error.all && html`<p class="err" role="alert"><${Icon} name="warning" /><span>${error.all}</span></p>`}<//>`;
}

/** @param {{door: Door, asked: CreditSale, onClose: () => void}} props */
function TakeBack({ door, asked, onClose }) {
  const id = useMemo(() => ulid(), [asked.id]);
  const [error, setError] = useState('');
  const [busy, setBusy] = useState(false);
  const confirm = async () => {
    setBusy(true);
    try { await withdraw(door, asked, id); onClose(); } catch (cause) { setError(asFault(cause).message); } finally { setBusy(false); }
  };
  return html`<${Dialog} open title=${w('till.credit_withdraw_title')} lead=${w(asked.state === 'approved' ? 'till.credit_withdraw_lead_approved' : 'till.credit_withdraw_lead')} confirm=${w('till.credit_withdraw')} busy=${busy} onConfirm=${confirm} onClose=${onClose}>${error && html`<p class="err" role="alert"><${Icon} name="warning" /><span>${error}</span></p>`}<//>`;
}

/** The shift's goods on credit. @param {{door: Door}} props */
export function CreditPage({ door }) {
  const [open, setOpen] = useState(/** @type {{what: 'slip' | 'hand' | 'withdraw', sale: CreditSale} | null} */ (null));
  useEffect(() => { loadCredit(door); }, []);
  const { sales, fault, loading } = creditList.value;
  const close = () => setOpen(null);
  return html`<main class="page no-print"><a class="lnk" href="#/"><${Icon} name="back" small /> ${w('till.back_to_till')}</a><h1 class="h1">${w('till.credit')}</h1><p class="lead">${w('till.credit_lead')}</p>
    ${fault && html`<${FaultNote} fault=${fault} retry=${() => loadCredit(door)} />`}${loading && !sales.length && html`<${Skeleton} rows=${3} />`}
    ${sales.length > 0 && html`<ul class="picks">${sales.map((s) => html`<li key=${s.id}><button type="button" class="pick" onClick=${() => setOpen({ what: 'slip', sale: s })}><span><b>${s.number ? w('till.credit_number', { number: s.number }) : s.member.name}</b>
        <small>${moment(s.at)} · ${s.number ? s.member.name : s.lines.map((l) => l.name).join(', ')} · ${s.parts}×</small>
        ${icons[/** @type {keyof typeof icons} */ (s.state)] && html`<small class="state-word"><${Icon} name=${icons[/** @type {keyof typeof icons} */ (s.state)]} small /> ${w(`till.credit_state_${s.state}`)}${s.reason && ` ${s.reason}`}</small>`}</span><span class="money">${rupiah(s.total_rupiah)}</span></button>
      ${(s.state === 'approved' || s.state === 'waiting') && html`<p class="retry-row">${s.state === 'approved' && html`<${Button} kind="brand" small onClick=${() => setOpen({ what: 'hand', sale: s })}>${w('till.credit_hand')}<//>`}
        <${Button} kind="ghost" small onClick=${() => setOpen({ what: 'withdraw', sale: s })}>${w('till.credit_withdraw')}<//></p>`}</li>`)}</ul>
      <p class="read">${w('till.credit_return')}</p>`}
    ${!loading && !fault && !sales.length && html`<${Empty} title=${w('till.credit_none')} text=${w('till.credit_none_text')} />`}
    ${open?.what === 'slip' && html`<${Dialog} open title=${open.sale.member.name} confirm=${w('common.print')} cancel=${w('common.close')} onClose=${close} onConfirm=${() => printCredit(open.sale)}><${CreditSlip} sale=${open.sale} /><//>`}
    ${open?.what === 'hand' && html`<${HandOver} door=${door} asked=${open.sale} onClose=${close} onDone=${(/** @type {CreditSale} */ sale) => setOpen({ what: 'slip', sale })} />`}
    ${open?.what === 'withdraw' && html`<${TakeBack} door=${door} asked=${open.sale} onClose=${close} />`}</main>`;
}
