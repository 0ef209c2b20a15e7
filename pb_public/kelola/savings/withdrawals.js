// Withdrawals that wait: who asks for how much, since when, and what may be done about it by whoever looks.
import { Button, Dialog, Field, Section, toast } from '../../lib/components/index.js';
import { memberNumber, moment, rupiah } from '../../lib/format.js';
import { href } from '../../lib/route.js';
import { html, useEffect, useState } from '../../lib/view.js';
import { w, wFault } from '../../lib/words.js';
import { useAct } from '../fetching.js';
import { Refusal, State } from '../parts.js';
import { Choose, placeOptions } from '../treasury/parts.js';
import { placeText } from './parts.js';

/** @typedef {import('../types.js').Door} Door */

const base = '/api/coop/savings/withdrawals';

/** @param {{door: Door, it: any, places: any[], above: number, onDone: () => void, onClose: () => void}} props */
function Pay({ door, it, places, above, onDone, onClose }) {
  const options = placeOptions(places, ['cash', 'bank']);
  if (it.way === 'cash') options.splice(1, 0, { value: 'till', label: w('saving.place_till'), note: /** @type {any} */ (w('saving.till_note')), icon: 'basket' });
  const [from, setFrom] = useState(it.place || (it.way === 'cash' ? 'cash' : options.find((o) => o.value.startsWith('bank:'))?.value ?? 'cash'));
  const ask = useAct((id) => door.send('POST', `${base}/${it.id}/pay`, { id, from }), (answer) => {
    toast(w(`saving.did_${answer.state}`, { amount: rupiah(it.amount_rupiah), name: it.name }));
    onDone();
    onClose();
  });
  useEffect(() => { ask.open(); }, []);
  return html`<${Dialog} open title=${w(it.second ? 'saving.prepare_title' : 'saving.pay_title')} lead=${it.second ? w('saving.prepare_lead', { above: rupiah(above) }) : w('saving.pay_lead')} confirm=${w(it.second ? 'saving.prepare' : from === 'till' ? 'saving.release' : 'saving.pay')} busy=${ask.busy} busyText=${w('office.busy_writing')} onConfirm=${ask.run} onClose=${onClose}
    rows=${[{ label: w('office.member'), text: `${it.name} · ${memberNumber(it.member)}` }, ...(it.to ? [{ label: w('saving.to'), text: it.to }] : [])]} total=${{ label: w('office.amount'), amount_rupiah: it.amount_rupiah }}>
    <${Choose} legend=${w('cash.from')} value=${from} onChoose=${setFrom} options=${options} /><${Refusal} fault=${ask.fault} /><//>`;
}

/** @param {{door: Door, it: any, onDone: () => void, onClose: () => void}} props */
function Refuse({ door, it, onDone, onClose }) {
  const [reason, setReason] = useState('');
  const ask = useAct((id) => door.send('POST', `${base}/${it.id}/refuse`, { id, reason: reason.trim() }), () => { toast(w('saving.did_refused', { amount: rupiah(it.amount_rupiah), name: it.name })); onDone(); onClose(); });
  useEffect(() => { ask.open(); }, []);
  return html`<${Dialog} open danger title=${w('saving.refuse_title')} lead=${w('saving.refuse_lead')} confirm=${w('saving.refuse')} busy=${ask.busy} refusal=${reason.trim() ? '' : w('cash.reason_first')} onConfirm=${ask.run} onClose=${onClose}
    rows=${[{ label: w('office.member'), text: `${it.name} · ${memberNumber(it.member)}` }]} total=${{ label: w('office.amount'), amount_rupiah: it.amount_rupiah }}>
    <div class="form"><${Field} label=${w('saving.reason')} value=${reason} onInput=${setReason} maxlength="200" hint=${w('saving.reason_hint')} /></div><${Refusal} fault=${ask.fault} /><//>`;
}

/** @param {{door: Door, it: any, places: any[], onDone: () => void, onClose: () => void}} props */
function Approve({ door, it, places, onDone, onClose }) {
  const ask = useAct((id) => door.send('POST', `${base}/${it.id}/approve`, { id }), (answer) => { toast(w(`saving.did_${answer.state}`, { amount: rupiah(it.amount_rupiah), name: it.name })); onDone(); onClose(); });
  useEffect(() => { ask.open(); }, []);
  const by = it.steps.filter((/** @type {any} */ s) => s.step === 'prepared').at(-1)?.by;
  return html`<${Dialog} open title=${w('saving.approve_title')} lead=${w('saving.approve_lead', { name: by || '–' })} confirm=${w('cash.approve')} busy=${ask.busy} busyText=${w('office.busy_writing')} onConfirm=${ask.run} onClose=${onClose}
    rows=${[{ label: w('office.member'), text: `${it.name} · ${memberNumber(it.member)}` }, { label: w('cash.from'), text: placeText(it, places) }, ...(it.to ? [{ label: w('saving.to'), text: it.to }] : [])]} total=${{ label: w('office.amount'), amount_rupiah: it.amount_rupiah }}><${Refusal} fault=${ask.fault} /><//>`;
}

/** What stands now, in words. @param {{it: any}} props */
const Now = ({ it }) => html`<${State} icon=${({ requested: 'clock', prepared: 'people', released: 'basket' })[/** @type {'requested'} */ (it.state)] ?? 'clock'} kind="rest">${w(`saving.state_${it.state}`)}<//>`;

/** @param {{door: Door, all: any, places: any[], writes: boolean, onDone: () => void}} props */
export function Withdrawals({ door, all, places, writes, onDone }) {
  const [open, setOpen] = useState(/** @type {{it: any, what: 'pay' | 'refuse' | 'approve'} | null} */ (null));
  const manager = door.role.value === 'manager';
  const close = () => setOpen(null);
  const view = { pay: Pay, refuse: Refuse, approve: Approve }[open?.what ?? 'pay'];
  const sum = all.waiting.reduce((/** @type {number} */ n, /** @type {any} */ it) => n + it.amount_rupiah, 0);
  return html`<${Section} title=${w('saving.waiting', { n: all.waiting.length })} link=${sum ? rupiah(sum) : ''}>
    ${all.waiting.length ? html`<ul class="waits">${all.waiting.map((/** @type {any} */ it) => html`<li key=${it.id}>
      <div><b>${it.name}</b><small class="note">${memberNumber(it.member)} · ${w(`saving.way_${it.way}`)}${it.to ? ` · ${it.to}` : ''} · ${moment(it.steps[0].at)}</small><${Now} it=${it} /></div><b class="money">${rupiah(it.amount_rupiah)}</b>
      ${writes && html`<div class="waits-b">
        ${it.state === 'prepared' && manager && html`<${Button} kind="ghost" small disabled=${Boolean(it.refusal)} why=${it.refusal && wFault(it.refusal)} onClick=${() => setOpen({ it, what: 'approve' })}>${w('cash.approve')}<//>`}
        ${it.state !== 'released' && html`<${Button} small kind="ghost" onClick=${() => setOpen({ it, what: 'pay' })}>${w(it.state === 'prepared' ? 'saving.prepare_anew' : it.second ? 'saving.prepare' : 'saving.pay')}<//>`}
        ${it.state === 'released' && !it.second && html`<${Button} small kind="ghost" onClick=${() => setOpen({ it, what: 'pay' })}>${w('saving.pay_here')}<//>`}
        <${Button} small kind="ghost" onClick=${() => setOpen({ it, what: 'refuse' })}>${w('saving.refuse')}<//></div>`}</li>`)}</ul>`
    : html`<p class="read">${w('saving.waiting_none')}</p>`}
    ${open && html`<${view} key=${open.it.id} door=${door} it=${open.it} places=${places} above=${all.second_above_rupiah} onDone=${onDone} onClose=${close} />`}<//>`;
}

/** What ended last. @param {{all: any}} props */
export function Ended({ all }) {
  if (!all.ended.length) return null;
  const last = (/** @type {any} */ it) => it.steps[it.steps.length - 1];
  const row = (/** @type {any} */ it) => html`<span><b>${it.name}</b><small class="note">${w(`saving.state_${it.state}`)} · ${moment(last(it).at)}${last(it).reason ? ` · ${last(it).reason}` : ''}</small></span><span class="money">${rupiah(it.amount_rupiah)}</span>`;
  return html`<${Section} title=${w('saving.ended')}><ul class="rows linked">${all.ended.slice(0, 8).map((/** @type {any} */ it) => html`<li key=${it.id}><a href=${href(last(it).entry ? `/laporan/jurnal/${last(it).entry}` : `/simpanan/anggota/${it.member}`)}>${row(it)}</a></li>`)}</ul><//>`;
}
