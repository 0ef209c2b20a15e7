// A member pays a month's bill at the till: what could not be deducted from the pay, part by part in the bill's order.
import { asFault, info, online, ulid } from '../../lib/api.js';
import { Button, FaultNote, Field, Icon, Skeleton } from '../../lib/components/index.js';
import { chainHead, day, memberNumber, period, readRupiah, rupiah, time } from '../../lib/format.js';
import { html, useEffect, useMemo, useState } from '../../lib/view.js';
import { w } from '../../lib/words.js';
import { loadShift, shift } from '../shift.js';
import { printPaper } from './slip.js';
import { Member } from './who.js';

/** @typedef {ReturnType<typeof import('../../lib/auth.js').openDoor>} Door */
/** @typedef {{item: number, kind: string, date: string, amount_rupiah: number, remaining_rupiah: number}} Part */
/** @typedef {{number: number, name: string, card: string, bill: string, due_rupiah: number, items: Part[], places: {place: string, kind: string, name: string}[]}} Payer */

const base = '/api/coop/treasury';

/** How money comes, as people say it. @param {{place: string, kind: string, name: string}} p @param {Payer['places']} all */
const wayName = (p, all) => (p.kind === 'cash' ? w('cash.by_cash') : p.kind === 'bank' ? w('cash.by_bank', { name: p.name }) : w(all.filter((it) => it.kind === 'qris').length > 1 ? 'till.bill_qris' : 'cash.by_qris', { name: p.name }));

/** What was paid as paper from the roll. @param {{m: any}} props a move as the server gives it, with what was left when it was taken */
function BillSlip({ m }) {
  return html`<article class="slip roll" aria-label=${w('till.bill_slip')}><header><b>${info.value?.name || info.value?.short_name || ''}</b><span>${day(m.date, 'long')}, ${time(m.at)}</span><span>${w('till.bill_slip')} ${m.number}</span><span>${w('till.slip_cashier', { till: shift.value?.till ?? '', cashier: m.by })}</span><span>${w('till.slip_member', { number: `…${memberNumber(Number(m.target)).slice(-3)}` })}</span></header>
    <dl>${m.items.map((/** @type {Part} */ i) => html`<div key=${i.item}><dt>${w(`common.kind_${i.kind}`)} <small>${day(i.date, 'short')}</small></dt><dd>${rupiah(i.amount_rupiah)}</dd></div>`)}
      <div class="t"><dt>${m.place.startsWith('shift:') ? w('cash.by_cash') : m.place_name}</dt><dd>Rp ${rupiah(m.amount_rupiah)}</dd></div>${m.left_rupiah > 0 && html`<div><dt>${w('till.bill_still')}</dt><dd>${rupiah(m.left_rupiah)}</dd></div>`}</dl>
    ${m.reversed_by && html`<p>${w('cash.reversed', { number: m.reversed_by })}</p>`}
    <footer><span>${w('till.slip_hash')}</span><code>${chainHead(m.hash, m.entry)}</code></footer></article>`;
}

/** @param {{door: Door, onDone: (made: any) => void}} props */
function Pay({ door, onDone }) {
  const [who, setWho] = useState(/** @type {Payer | null} */ (null));
  const [into, setInto] = useState('cash');
  const [text, setText] = useState('');
  const [error, setError] = useState('');
  const [busy, setBusy] = useState(false);
  const [turn, setTurn] = useState(0);
  const amount = readRupiah(text) ?? 0;
  const body = { shift: shift.value?.id, member: who?.number, bill: who?.bill, into, amount_rupiah: amount };
  const id = useMemo(() => ulid(), [JSON.stringify(body), turn]);
  const take = (/** @type {Payer | null} */ it) => { setWho(it); setInto('cash'); setError(''); setText(it?.due_rupiah ? rupiah(it.due_rupiah) : ''); };
  const look = async (/** @type {number} */ number, /** @type {string} */ card) => ({ number, card, ...await door.send('GET', `${base}/till-bills/${number}`) });
  const submit = async (/** @type {Event} */ e) => {
    e.preventDefault();
    if (!(amount > 0)) { setError(w('till.savings_amount_missing')); return; }
    setBusy(true);
    try {
      const made = await door.send('POST', `${base}/till-payments`, { id, ...body });
      setTurn(turn + 1);
      onDone(made);
    } catch (cause) {
      const fault = asFault(cause);
      setError(fault.field('amount_rupiah') || fault.message);
      if (/bill/.test(fault.code) && who) look(who.number, who.card).then(setWho, () => {}); // somebody else took some of it meanwhile
    } finally { setBusy(false); }
  };
  const left = Math.max(0, (who?.due_rupiah ?? 0) - amount);
  return html`<${Member} door=${door} who=${who} look=${look} onWho=${take} />
    ${who && !who.bill && html`<p class="read bill-none">${w('till.bill_none', { name: who.name })}</p>`}
    ${who && who.bill && html`<form class="form" onSubmit=${submit} novalidate>
      <section><h2 class="h3">${w('till.bill_of', { month: period(who.bill) })}</h2><ul class="rows bill-parts">${who.items.map((i) => html`<li key=${i.item}><span>${w(`common.kind_${i.kind}`)}<small>${day(i.date, 'medium')}</small></span><b>${rupiah(i.remaining_rupiah)}</b></li>`)}
        <li class="sum"><span>${w('till.bill_due')}</span><b>${rupiah(who.due_rupiah)}</b></li></ul></section>
      <fieldset class="kinds-row"><legend>${w('cash.paid_how')}</legend>${who.places.map((p) => html`<button key=${p.place} type="button" class="pick-kind" aria-pressed=${p.place === into} onClick=${() => { setInto(p.place); setError(''); }}>${wayName(p, who.places)}</button>`)}</fieldset>
      <${Field} label=${w('till.bill_amount')} prefix="Rp" big value=${text} onInput=${(/** @type {string} */ v) => { setText(v); setError(''); }} error=${error} hint=${left > 0 ? w('till.bill_left', { amount: rupiah(left) }) : w(into === 'cash' ? 'till.savings_hint' : 'till.bill_seen')} inputmode="numeric" autocomplete="off" maxlength="15" />
      <${Button} kind="brand" wide submit busy=${busy} disabled=${!online.value} why=${online.value ? '' : w('till.bill_offline')}>${amount > 0 ? w('till.savings_go', { amount: rupiah(amount) }) : w('till.bill_take')}<//></form>`}`;
}

/** What this shift took. @param {{list: any[] | null, fault: any, onLook: (m: any) => void, reload: () => void}} props */
function Taken({ list, fault, onLook, reload }) {
  return html`<section class="sec"><div class="sec-h"><h2>${w('till.bills_taken')}</h2></div>
    ${fault ? html`<${FaultNote} fault=${fault} retry=${reload} />` : list === null ? html`<${Skeleton} rows=${2} />` : list.length === 0 ? html`<p class="read">${w('till.bills_none')}</p>`
    : html`<ul class="picks">${list.map((m) => html`<li key=${m.entry}><button type="button" class="pick" onClick=${() => onLook(m)}><span><b>${m.target_name}</b><small>${time(m.at)} · ${m.place.startsWith('shift:') ? w('cash.by_cash') : m.place_name}${m.reversed_by ? ` · ${w('cash.reversed', { number: m.reversed_by })}` : ''}</small></span><span class="money">${rupiah(m.amount_rupiah)}</span></button></li>`)}</ul>`}</section>`;
}

/** @param {{door: Door}} props */
export function BillsPage({ door }) {
  const [seen, setSeen] = useState(/** @type {any} */ (null));
  const [fresh, setFresh] = useState(false);
  const [list, setList] = useState(/** @type {any[] | null} */ (null));
  const [fault, setFault] = useState(/** @type {any} */ (null));
  const load = async () => {
    try {
      const { moves } = await door.send('GET', `${base}/till-payments?shift=${shift.peek()?.id ?? ''}`);
      setList(moves);
      setFault(null);
      return moves;
    } catch (cause) { setFault(asFault(cause)); return []; }
  };
  useEffect(() => { load(); }, [online.value]);
  const took = async (/** @type {any} */ made) => {
    loadShift(door);
    const moves = await load();
    const it = moves.find((/** @type {any} */ m) => m.entry === made.entry);
    setFresh(true);
    setSeen(it ? { ...it, left_rupiah: made.left_rupiah } : null);
  };
  const next = () => { setFresh(false); setSeen(null); };
  return html`<main class="page no-print"><a class="lnk" href="#/"><${Icon} name="back" small /> ${w('till.back_to_till')}</a><h1 class="h1">${w('till.bills')}</h1>
    ${seen ? html`${fresh && html`<p class="lead">${w('till.bill_did', { amount: rupiah(seen.amount_rupiah), name: seen.target_name })}</p>`}<${BillSlip} m=${seen} />
        <div class="acts-row"><${Button} kind="ghost" icon="print" onClick=${() => printPaper(html`<${BillSlip} m=${seen} />`)}>${w('common.print')}<//><${Button} kind="brand" onClick=${next}>${w('till.bill_next')}<//></div>`
    : html`<p class="lead">${w('till.bills_lead')}</p><${Pay} door=${door} onDone=${took} /><${Taken} list=${list} fault=${fault} onLook=${setSeen} reload=${load} />`}</main>`;
}
