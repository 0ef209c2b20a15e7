// Moving money between the co-op's own places: to the bank, from it, and what QRIS took.
import { Button, Field, Figure, Loaded, Sheet, toast } from '../../lib/components/index.js';
import { readRupiah, rupiah, today } from '../../lib/format.js';
import { go, route } from '../../lib/route.js';
import { html, useState } from '../../lib/view.js';
import { w } from '../../lib/words.js';
import { useResource } from '../fetching.js';
import { Head, Refusal } from '../parts.js';
import { Back, Choose, placeName, placeOptions, Then, usePress } from './parts.js';

/** @typedef {import('../types.js').Door} Door */

/** The largest fee of an acquirer, as a share of the amount: the server holds it too. */
const mostFee = 0.05;

/** @param {{door: Door}} props */
export function Transfer({ door }) {
  const start = useResource(door, '/api/coop/treasury');
  return html`<${Back} /><${Head} title=${w('cash.transfer')} lead=${w('cash.transfer_lead')} />
    <${Loaded} of=${start} rows=${5} draw=${(/** @type {any} */ s) => html`<${Form} door=${door} places=${s.places} />`} />`;
}

/** @param {{door: Door, places: any[]}} props */
function Form({ door, places }) {
  const asked = route.value.query;
  const line = Number(asked.get('line') ?? 0);
  const [from, setFrom] = useState(asked.get('from') ?? 'cash');
  const [to, setTo] = useState(asked.get('into') ?? 'bank:1');
  const [text, setText] = useState(asked.get('amount') ? rupiah(Number(asked.get('amount'))) : '');
  const [feeText, setFee] = useState('');
  const giver = places.find((p) => p.place === from);
  const taker = places.find((p) => p.place === to);
  const qris = giver?.kind === 'qris';
  const amount = readRupiah(text) ?? 0;
  const fee = qris ? readRupiah(feeText) ?? 0 : 0;
  /** @type {Record<string, any>} */
  const body = { from, to, amount_rupiah: amount, ...(fee ? { fee_rupiah: fee } : {}) };
  if (line) { body.bank_line = line; if (asked.get('date') && asked.get('date') !== today()) body.date = asked.get('date'); }
  const press = usePress(body, (b) => door.send('POST', '/api/coop/treasury/transfers', b), (/** @type {any} */ answer) => {
    toast(w('cash.did_transfer', { amount: rupiah(amount) }));
    go(`/kas/bukti/${answer.entry}`);
  });
  const choose = (/** @type {string} */ next) => {
    setFrom(next);
    if (next === to || (next.startsWith('qris') && !to.startsWith('bank'))) setTo(next === 'bank:1' ? 'cash' : 'bank:1');
  };
  const targets = placeOptions(places, qris ? ['bank'] : ['cash', 'bank']).filter((o) => o.value !== from);
  const missing = !giver || !taker ? w('cash.choose_from') : !(amount > 0) ? w('office.amount_missing') : fee > amount * mostFee ? w('cash.fee_large') : giver.kind !== 'bank' && amount > giver.balance_rupiah ? w('cash.amount_above', { amount: rupiah(giver.balance_rupiah) }) : '';
  return html`<div class="three"><div>
      <${Choose} step=${1} legend=${w('cash.from')} value=${from} onChoose=${choose} options=${placeOptions(places, ['cash', 'bank', 'qris'])} />
      <${Choose} step=${2} legend=${w('cash.to')} value=${to} onChoose=${setTo} options=${targets} />
      <fieldset class="pick-one"><legend><span class="step-n" aria-hidden="true">3</span>${w('cash.how_much')}</legend><div class="form"><${Field} label=${qris ? w('cash.gross') : w('office.amount')} prefix="Rp" inputmode="numeric" big value=${text} onInput=${setText} />
        ${qris && html`<${Field} label=${w('cash.fee')} prefix="Rp" inputmode="numeric" value=${feeText} onInput=${setFee} hint=${w('cash.fee_hint')} />`}</div></fieldset>
    </div><aside><${Sheet} title=${w('cash.what_follows')} class="consequence"><p class="sheet-fig"><${Figure} rupiah=${amount} /></p>
      ${giver && taker && html`<p class="read">${w('cash.then_transfer', { from: placeName(giver, places), to: placeName(taker, places) })}</p>
      <${Then} rows=${[{ label: w('cash.left_at', { place: placeName(giver, places) }), text: rupiah(giver.balance_rupiah - amount) }, { label: w('cash.left_at', { place: placeName(taker, places) }), text: rupiah(taker.balance_rupiah + amount - fee) }, ...(fee ? [{ label: w('cash.fee_expense'), text: rupiah(fee) }] : [])]} />`}
      <div class="step"><${Button} wide busy=${press.busy} busyText=${w('office.busy_writing')} disabled=${Boolean(missing)} why=${missing} onClick=${press.run}>${w('cash.transfer_go', { amount: rupiah(amount) })}<//></div>
      <${Refusal} fault=${press.fault} /><//></aside></div>`;
}
