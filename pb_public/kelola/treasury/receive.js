// A member pays: the bill of a month, part by part in its order, or debts, the oldest first; by cash, transfer or
// QRIS, or out of what the co-op holds.
import { Button, Check, Field, Figure, Loaded, Sheet, toast } from '../../lib/components/index.js';
import { day, period, readRupiah, rupiah, today } from '../../lib/format.js';
import { go, route } from '../../lib/route.js';
import { html, useEffect, useState } from '../../lib/view.js';
import { w } from '../../lib/words.js';
import { useResource } from '../fetching.js';
import { FindMember } from '../savings/find.js';
import { Head, Refusal } from '../parts.js';
import { Back, Choose, placeName, placeOptions, Then, usePress } from './parts.js';

/** @typedef {import('../types.js').Door} Door */

/** What an amount settles, in the order of the items. @param {any[]} items @param {number} amount */
function lay(items, amount) {
  let left = amount;
  return items.map((i) => {
    const paid = Math.min(i.remaining_rupiah, left);
    left -= paid;
    return { ...i, paid };
  });
}

/** @param {{door: Door}} props */
export function Receive({ door }) {
  const start = useResource(door, '/api/coop/treasury');
  const [member, setMember] = useState(/** @type {any} */ (null));
  const asked = Number(route.value.query.get('anggota') ?? 0);
  useEffect(() => {
    if (asked) door.send('GET', `/api/coop/members?search=${asked}&limit=20`).then((it) => setMember(it.members.find((/** @type {any} */ m) => m.number === asked) ?? null), () => {});
  }, [asked]);
  return html`<${Back} /><${Head} title=${w('cash.receive')} lead=${w('cash.receive_lead')} />
    <${Loaded} of=${start} rows=${5} draw=${(/** @type {any} */ s) => html`<div class="narrow-list"><${FindMember} door=${door} chosen=${member} onChoose=${setMember} /></div>
      ${member && html`<${Debts} key=${member.number} door=${door} start=${s} number=${member.number} />`}`} />`;
}

/** @param {{door: Door, start: any, number: number}} props */
function Debts({ door, start, number }) {
  const it = useResource(door, `/api/coop/treasury/members/${number}`);
  return html`<${Loaded} of=${it} rows=${4} draw=${(/** @type {any} */ m) => (m.items.length || m.bill ? html`<${Form} door=${door} start=${start} m=${m} />` : html`<p class="read no-debt">${w('cash.no_debt', { name: m.name })}</p>`)} />`;
}

/** @param {{door: Door, start: any, m: any}} props */
function Form({ door, start, m }) {
  const asked = route.value.query;
  const line = Number(asked.get('line') ?? 0);
  const [what, setWhat] = useState(m.bill ? 'bill' : 'debts');
  const bill = what === 'bill' ? m.bill : null;
  const { due_rupiah: due, items } = bill ?? m;
  const [into, setInto] = useState(asked.get('into') ?? 'cash');
  const [text, setText] = useState(rupiah(Number(asked.get('amount')) || due));
  const choose = (/** @type {string} */ it) => { setWhat(it); if (!asked.get('amount')) setText(rupiah(it === 'bill' ? m.bill.due_rupiah : m.due_rupiah)); };
  const [hold, setHold] = useState(false);
  const amount = readRupiah(text) ?? 0;
  const excess = Math.max(0, amount - due);
  useEffect(() => { if (!excess) setHold(false); }, [excess]);
  const rows = lay(items, amount);
  /** @type {Record<string, any>} */
  const body = { member: m.number, into, amount_rupiah: amount };
  if (bill) body.bill = bill.period;
  if (hold) body.excess = 'hold';
  if (line) { body.bank_line = line; if (asked.get('date') && asked.get('date') !== today()) body.date = asked.get('date'); }
  const press = usePress(body, (b) => door.send('POST', '/api/coop/treasury/debt-payments', b), (/** @type {any} */ answer) => {
    toast(w('cash.did_receive', { amount: rupiah(amount), name: m.name }));
    go(`/kas/bukti/${answer.entry}`);
  });
  const options = placeOptions(start.places, line ? ['bank'] : ['cash', 'bank', 'qris']).map((o) => ({ ...o, note: undefined, label: w(`cash.by_${o.value.split(':')[0]}`, { name: o.label }) }));
  if (m.held_rupiah > 0 && !line) options.push({ value: 'deposit', label: w('treasury.place_deposit'), note: /** @type {any} */ (rupiah(m.held_rupiah)), icon: 'savings' });
  const place = start.places.find((/** @type {any} */ p) => p.place === into);
  const missing = !(amount > 0) ? w('office.amount_missing') : into === 'deposit' && amount > m.held_rupiah ? w('cash.amount_above', { amount: rupiah(m.held_rupiah) })
    : excess && (!hold || into === 'deposit') ? w('cash.too_much', { amount: rupiah(due) }) : '';
  const both = m.bill && m.items.length > 0;
  const whats = both ? [{ value: 'bill', icon: 'file', label: w('cash.pay_bill', { month: period(m.bill.period) }), note: rupiah(m.bill.due_rupiah) }, { value: 'debts', icon: 'clock', label: w('cash.pay_debts'), note: rupiah(m.due_rupiah) }] : [];
  return html`<div class="three"><div>
      ${both && html`<${Choose} step=${1} legend=${w('cash.pay_what')} value=${what} onChoose=${choose} options=${whats} />`}
      <${Choose} step=${both ? 2 : 1} legend=${w('cash.paid_how')} value=${into} onChoose=${setInto} options=${options} />
      <fieldset class="pick-one"><legend><span class="step-n" aria-hidden="true">${both ? 3 : 2}</span>${w('cash.how_much')}</legend><div class="form"><${Field} label=${w('office.amount')} prefix="Rp" inputmode="numeric" big value=${text} onInput=${setText} hint=${amount >= 1000 ? w('office.reads', { amount: rupiah(amount) }) : undefined} />
        ${excess > 0 && into !== 'deposit' && html`<${Check} label=${w('cash.hold', { amount: rupiah(excess) })} checked=${hold} onChange=${setHold} />`}</div></fieldset>
      <h2 class="h3 debts-h">${bill ? w('cash.bill_parts', { month: period(bill.period) }) : w('cash.oldest_first')}</h2><ul class="rows debts">${rows.map((i) => html`<li key=${i.item} class=${i.paid ? '' : 'soft'}><span>${w(`common.kind_${i.kind}`)} <small class="note">${day(i.date, 'medium')} · ${w('cash.of', { amount: rupiah(i.remaining_rupiah) })}</small></span><b>${i.paid ? rupiah(i.paid) : '–'}</b></li>`)}
        <li class="sum"><span>${w('cash.settled')}</span><b>${rupiah(Math.min(amount, due))}</b></li></ul>
    </div><aside><${Sheet} title=${w('cash.what_follows')} class="consequence"><p class="sheet-fig"><${Figure} rupiah=${amount} /></p>
      <p class="read">${w('cash.then_debt', { name: m.name, place: place ? placeName(place, start.places) : w('treasury.place_deposit') })}</p>
      <${Then} rows=${[{ label: w('cash.debt_before'), text: rupiah(due) }, { label: w('cash.debt_after'), text: rupiah(Math.max(0, due - amount)) }, ...(hold ? [{ label: w('cash.held'), text: rupiah(excess) }] : [])]} />
      <p class="note second">${w('cash.payroll_twice')}</p>
      <div class="step"><${Button} wide busy=${press.busy} busyText=${w('office.busy_writing')} disabled=${Boolean(missing)} why=${missing} onClick=${press.run}>${w('cash.receive_go', { amount: rupiah(amount) })}<//></div>
      <${Refusal} fault=${press.fault} /><//></aside></div>`;
}
