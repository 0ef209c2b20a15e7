// Savings that come in at the office: who, which kind, how it came, how much. What was due goes first.
import { Button, Field, Figure, Loaded, Sheet, toast } from '../../lib/components/index.js';
import { day, memberNumber, readRupiah, rupiah, today } from '../../lib/format.js';
import { go, route } from '../../lib/route.js';
import { html, useState } from '../../lib/view.js';
import { w } from '../../lib/words.js';
import { useResource } from '../fetching.js';
import { Head, Refusal } from '../parts.js';
import { Choose, placeName, placeOptions, Then, usePress } from '../treasury/parts.js';
import { FindMember } from './find.js';
import { Back } from './parts.js';

/** @typedef {import('../types.js').Door} Door */

const kinds = ['voluntary', 'mandatory', 'principal'];

/** @param {{door: Door}} props */
export function Deposit({ door }) {
  const start = useResource(door, '/api/coop/treasury');
  return html`<${Back} /><${Head} title=${w('office.deposit')} lead=${w('saving.deposit_lead')} />
    <${Loaded} of=${start} rows=${6} draw=${(/** @type {any} */ s) => html`<${Form} door=${door} places=${s.places} />`} />`;
}

/** @param {{door: Door, places: any[]}} props */
function Form({ door, places }) {
  const asked = route.value.query;
  const line = Number(asked.get('line') ?? 0);
  const [member, setMember] = useState(/** @type {any} */ (null));
  const [kind, setKind] = useState('voluntary');
  const [into, setInto] = useState(asked.get('into') ?? 'cash');
  const [text, setText] = useState(asked.get('amount') ? rupiah(Number(asked.get('amount'))) : '');
  const amount = readRupiah(text) ?? 0;
  /** @type {Record<string, any>} */
  const body = { member: member?.number ?? 0, kind, amount_rupiah: amount };
  if (into !== 'cash') body.into = into;
  if (line) { body.bank_line = line; if (asked.get('date') && asked.get('date') !== today()) body.date = asked.get('date'); }
  const press = usePress(body, (b) => door.send('POST', '/api/coop/savings/deposits', b), (/** @type {any} */ answer) => {
    toast(w('office.did_deposit', { amount: rupiah(amount), name: member?.name ?? '' }));
    go(`/simpanan/bukti/${answer.entry}`);
  });
  const place = places.find((p) => p.place === into);
  const missing = !member ? w('office.member_missing') : !(amount > 0) ? w('office.amount_missing') : '';
  return html`<div class="three"><div>
      <fieldset class="pick-one"><legend><span class="step-n" aria-hidden="true">1</span>${w('saving.who')}</legend><${FindMember} door=${door} chosen=${member} onChoose=${setMember} /></fieldset>
      <${Choose} step=${2} legend=${w('office.kind')} value=${kind} onChoose=${setKind} options=${kinds.map((k) => ({ value: k, label: w(`common.kind_${k}`), note: w(`saving.about_${k}`) }))} />
      <${Choose} step=${3} legend=${w('cash.paid_how')} value=${into} onChoose=${setInto} options=${placeOptions(places, line ? ['bank'] : ['cash', 'bank']).map((o) => ({ ...o, note: undefined, label: w(`cash.by_${o.value.split(':')[0]}`, { name: o.label }) }))} />
      <fieldset class="pick-one"><legend><span class="step-n" aria-hidden="true">4</span>${w('cash.how_much')}</legend><div class="form"><${Field} label=${w('office.amount')} prefix="Rp" inputmode="numeric" big autocomplete="off" value=${text} onInput=${setText} disabled=${line > 0} hint=${amount >= 1000 ? w('office.reads', { amount: rupiah(amount) }) : undefined} error=${press.fault?.field('amount_rupiah')} /></div></fieldset>
    </div><aside><${Sheet} title=${w('cash.what_follows')} class="consequence"><p class="sheet-fig"><${Figure} rupiah=${amount} /></p>
      <p class="read">${missing ? w('saving.deposit_steps') : w('saving.then_deposit', { name: member.name, kind: w(`common.kind_${kind}`), place: place ? placeName(place, places) : into })}</p>
      ${!missing && html`<${Then} rows=${[{ label: w('office.member'), text: memberNumber(member.number) }, { label: w('office.date'), text: day(body.date ?? today(), 'medium') }]} />`}
      <div class="step"><${Button} wide busy=${press.busy} busyText=${w('office.busy_writing')} disabled=${Boolean(missing)} why=${missing} onClick=${press.run}>${w('saving.deposit_go', { amount: rupiah(amount) })}<//></div>
      <${Refusal} fault=${press.fault} /><//></aside></div>`;
}
