// Paying in three taps: from where, what for, how much. What follows stands beside it before it happens.
import { Button, Check, Field, Figure, Icon, Loaded, Sheet, toast } from '../../lib/components/index.js';
import { asOf, day, memberNumber, readRupiah, rupiah, today } from '../../lib/format.js';
import { go, route } from '../../lib/route.js';
import { asFault, ulid } from '../../lib/api.js';
import { html, useRef, useState } from '../../lib/view.js';
import { w } from '../../lib/words.js';
import { useResource } from '../fetching.js';
import { Head, Refusal } from '../parts.js';
import { Back, Choose, placeName, placeOptions, Then, usePress } from './parts.js';

/** @typedef {import('../types.js').Door} Door */

const kinds = ['expense', 'supplier', 'consignor', 'leaver', 'refund'];
const listOf = /** @type {Record<string, string>} */ ({ supplier: 'suppliers', consignor: 'consignors', leaver: 'leavers', refund: 'held' });
const limit = 10 * 1024 * 1024;

/** Takes a photo or PDF at once, so that the payment only names it. @param {{door: Door, value: string, onKept: (id: string) => void}} props */
function Voucher({ door, value, onKept }) {
  const [busy, setBusy] = useState(false);
  const [wrong, setWrong] = useState('');
  const [name, setName] = useState('');
  const input = useRef(/** @type {HTMLInputElement | null} */ (null));
  const take = async (/** @type {File | undefined} */ file) => {
    if (!file) return;
    if (file.size > limit) { setWrong(w('cash.voucher_large')); return; }
    setBusy(true);
    setWrong('');
    try {
      const body = new FormData();
      body.append('id', ulid());
      body.append('file', file);
      onKept((await door.send('POST', '/api/coop/treasury/vouchers', body)).voucher);
      setName(file.name);
    } catch (cause) { setWrong(asFault(cause).message); } finally { setBusy(false); }
  };
  return html`<div class=${`drop ${value ? 'has' : ''}`} onDragOver=${(/** @type {DragEvent} */ e) => e.preventDefault()} onDrop=${(/** @type {DragEvent} */ e) => { e.preventDefault(); take(e.dataTransfer?.files?.[0]); }}>
    <${Icon} name=${value ? 'check' : 'camera'} /><span><b>${value ? name : w('cash.voucher')}</b><small class="note">${value ? w('cash.voucher_kept') : w('cash.voucher_kinds')}</small></span>
    <${Button} kind="ghost" small busy=${busy} onClick=${() => input.current?.click()}>${w(value ? 'office.file_other' : 'cash.voucher_choose')}<//>
    <input ref=${input} class="vh" type="file" tabindex="-1" aria-label=${w('cash.voucher_choose')} accept="image/jpeg,image/png,image/webp,application/pdf" onChange=${(/** @type {any} */ e) => take(e.currentTarget.files?.[0])} />
    ${wrong && html`<p class="err" role="alert"><${Icon} name="warning" /><span>${wrong}</span></p>`}</div>`;
}

/** The bills behind what is owed, the oldest first. @param {{c: any}} props */
function Bills({ c }) {
  return html`<div class="bills"><h3 class="note">${w('cash.bills')}</h3><ul class="rows">${c.bills.slice(0, 6).map((/** @type {any} */ b) => html`<li key=${b.entry}><span>${day(b.date, 'medium')} · ${b.number}${b.note ? ` · ${b.note}` : ''}${b.due ? html` <small class="note">${w('cash.due_on', { date: day(b.due, 'medium') })}</small>` : ''}${b.unpaid_rupiah < b.amount_rupiah ? html` <small class="note">${w('cash.of', { amount: rupiah(b.amount_rupiah) })}</small>` : ''}</span><b>${rupiah(b.unpaid_rupiah)}</b></li>`)}
    <li class="sum"><span>${c.bills.length > 6 || c.more ? w('cash.all_bills') : w('office.sum')}</span><b>${rupiah(c.owed_rupiah)}</b></li></ul></div>`;
}

/** @param {{door: Door}} props */
export function Pay({ door }) {
  const start = useResource(door, '/api/coop/treasury');
  const owed = useResource(door, '/api/coop/treasury/owed');
  return html`<${Back} /><${Head} title=${w('cash.pay')} lead=${w('cash.pay_lead')} />
    <${Loaded} of=${start} rows=${6} draw=${(/** @type {any} */ s) => html`<${Loaded} of=${owed} rows=${6} draw=${(/** @type {any} */ o) => html`<${Form} door=${door} start=${s} owed=${o} />`} />`} />`;
}

/** @param {{door: Door, start: any, owed: any}} props */
function Form({ door, start, owed }) {
  const asked = route.value.query;
  const [from, setFrom] = useState(asked.get('from') ?? '');
  const [kind, setKind] = useState(asked.get('kind') ?? 'expense');
  const [to, setTo] = useState(asked.get('to') ?? '');
  const creditors = kind === 'expense' ? [] : owed[listOf[kind]];
  const creditor = creditors.find((/** @type {any} */ c) => String(c.number) === to);
  const [text, setText] = useState(asked.get('amount') ? rupiah(Number(asked.get('amount'))) : creditor ? rupiah(creditor.owed_rupiah) : '');
  const [date, setDate] = useState(asked.get('date') || today());
  const [note, setNote] = useState('');
  const [voucher, setVoucher] = useState('');
  const [more, setMore] = useState(false);
  const later = from === 'later'; // a bill that is booked now and paid another day
  const [supplier, setSupplier] = useState(asked.get('supplier') ?? '');
  const [due, setDue] = useState(asOf(Date.now() + 30 * 864e5)); // a month is usual
  const line = Number(asked.get('line') ?? 0);
  const amount = readRupiah(text) ?? 0;
  const place = start.places.find((/** @type {any} */ p) => p.place === from);
  const category = start.categories.find((/** @type {any} */ c) => c.id === to);
  const name = kind === 'expense' ? category?.name : creditor?.name;
  const second = !later && amount > start.waiting.above_rupiah;
  /** @type {Record<string, any>} */
  const body = { kind, from, to, amount_rupiah: amount };
  if (date !== today() && from !== 'cash') body.date = date;
  if (note.trim()) body.note = note.trim();
  if (voucher) body.voucher = voucher;
  if (line) body.bank_line = line;
  const owedTo = start.suppliers.find((/** @type {any} */ s) => String(s.number) === supplier);
  if (later) {
    for (const field of ['kind', 'from', 'to', 'bank_line']) delete body[field];
    Object.assign(body, { supplier: Number(supplier), category: to, due });
    if (date !== today()) body.date = date;
  }
  const bill = usePress(body, (it) => door.send('POST', '/api/coop/treasury/bills', it), () => {
    toast(w('cash.did_bill', { amount: rupiah(amount) }));
    go('/kas/tagihan');
  });
  const paying = usePress(body, (it) => door.send('POST', '/api/coop/treasury/payments', it), (/** @type {any} */ answer) => {
    toast(w(answer.state === 'waiting' ? 'cash.did_ask' : 'cash.did_pay', { amount: rupiah(amount) }));
    go(answer.state === 'waiting' ? '/kas' : `/kas/bukti/${answer.entry}`);
  });
  const press = later ? bill : paying;
  const choose = (/** @type {string} */ next) => {
    setTo(next);
    const c = creditors.find((/** @type {any} */ it) => String(it.number) === next);
    if (c && !line) setText(rupiah(c.owed_rupiah));
  };
  const options = kind === 'expense' ? start.categories.map((/** @type {any} */ c) => ({ value: c.id, label: c.name }))
    : creditors.map((/** @type {any} */ c) => ({ value: String(c.number), label: c.name, note: `${kind === 'leaver' || kind === 'refund' ? `${memberNumber(c.number)} · ` : ''}${rupiah(c.owed_rupiah)}` }));
  const missing = later ? (!name ? w('cash.choose_what') : !owedTo ? w('cash.choose_supplier') : !(amount > 0) ? w('office.amount_missing') : !due ? w('cash.choose_due') : due < date ? w('cash.due_before') : '') : !place ? w('cash.choose_from') : !name ? w('cash.choose_what') : !(amount > 0) ? w('office.amount_missing') : creditor && amount > creditor.owed_rupiah ? w('cash.amount_above', { amount: rupiah(creditor.owed_rupiah) }) : '';
  return html`<div class="three"><div>
      <${Choose} step=${1} legend=${w('cash.from')} value=${from} onChoose=${(/** @type {string} */ v) => { setFrom(v); if (v === 'later' && kind !== 'expense') { setKind('expense'); setTo(''); } }} options=${[...placeOptions(start.places, line ? ['bank'] : ['cash', 'bank', 'qris']), ...(line ? [] : [{ value: 'later', label: w('cash.later'), note: w('cash.later_note'), icon: 'clock' }])]} />
      <${Choose} step=${2} legend=${w('cash.what_for')} value=${kind} onChoose=${(/** @type {string} */ k) => { setKind(k); setTo(''); }} options=${(later ? ['expense'] : kinds).map((k) => ({ value: k, label: w(`cash.kind_${k}`) }))} />
      ${options.length ? html`<${Choose} legend=${w(`cash.pick_${kind}`)} value=${to} onChoose=${choose} options=${options} />` : html`<p class="read">${w('cash.nobody_owed')}</p>`}
      ${later && (start.suppliers.length ? html`<${Choose} legend=${w('cash.pick_owed_to')} value=${supplier} onChoose=${setSupplier} options=${start.suppliers.map((/** @type {any} */ s) => ({ value: String(s.number), label: s.name }))} />` : html`<p class="read">${w(door.role.value === 'manager' ? 'cash.no_suppliers_here' : 'cash.no_suppliers')}${door.role.value === 'manager' && html` <a class="lnk" href="/_/#/collections?collection=suppliers">${w('office.dashboard')}</a>`}</p>`)}
      ${creditor && creditor.bills.length > 0 && html`<${Bills} c=${creditor} />`}
      <fieldset class="pick-one"><legend><span class="step-n" aria-hidden="true">3</span>${w('cash.how_much')}</legend><div class="form">
        <${Field} label=${w('office.amount')} prefix="Rp" inputmode="numeric" big value=${text} onInput=${setText} hint=${amount >= 1000 ? w('office.reads', { amount: rupiah(amount) }) : undefined} error=${press.fault?.field('amount_rupiah')} />
        ${later && html`<${Field} label=${w('cash.due')} type="date" min=${date} value=${due} onInput=${setDue} error=${press.fault?.field('due')} />`}
        ${more ? html`<div class="two">${from !== 'cash' && html`<${Field} label=${w('office.date')} type="date" max=${today()} value=${date} onInput=${(/** @type {string} */ d) => setDate(d || today())} error=${press.fault?.field('date')} />`}<${Field} label=${w('cash.note')} value=${note} onInput=${setNote} maxlength="200" /></div>
          <${Voucher} door=${door} value=${voucher} onKept=${setVoucher} />` : html`<${Check} label=${w('cash.add_more')} checked=${false} onChange=${() => setMore(true)} />`}</div></fieldset>
    </div><aside><${Sheet} title=${w('cash.what_follows')} class="consequence"><p class="sheet-fig"><${Figure} rupiah=${amount} /></p>
      <p class="read">${missing ? w('cash.three_taps') : later ? w('cash.then_bill', { name, supplier: owedTo?.name, due: day(due) }) : w(`cash.then_${kind}`, { place: placeName(place, start.places), name })}</p>
      ${!missing && !later && html`<${Then} rows=${[{ label: w('cash.left_at', { place: placeName(place, start.places) }), text: rupiah(place.balance_rupiah - amount) }, ...(creditor ? [{ label: w('cash.still_owed'), text: rupiah(creditor.owed_rupiah - amount) }] : [])]} />`}
      ${second && html`<p class="note second">${w('cash.second', { amount: rupiah(start.waiting.above_rupiah) })}</p>`}
      <div class="step"><${Button} wide busy=${press.busy} busyText=${w('office.busy_writing')} disabled=${Boolean(missing)} why=${missing} onClick=${press.run}>${second ? w('cash.ask_go') : w(later ? 'cash.bill_go' : 'cash.pay_go', { amount: rupiah(amount) })}<//></div>
      <${Refusal} fault=${press.fault} /><//></aside></div>`;
}
