// Each work unit's money: what was deducted, what arrived, and every difference until nothing is open.
import { Button, Dialog, Empty, Field, Loaded, toast } from '../../lib/components/index.js';
import { count, moment, period as periodText, readRupiah, rupiah } from '../../lib/format.js';
import { href } from '../../lib/route.js';
import { html, useEffect, useState } from '../../lib/view.js';
import { w } from '../../lib/words.js';
import { useAct, useResource } from '../fetching.js';
import { Head, Refusal, State, nameOf, reasonText } from '../parts.js';
import { Crumb } from './crumb.js';
import { usePlaces } from './places.js';
import { unitName } from './run.js';

/** @typedef {import('../types.js').UnitMoney} UnitMoney */

/** @param {{door: any, period: string, unit: UnitMoney, onDone: () => void, onClose: () => void}} props */
function Resolve({ door, period, unit, onDone, onClose }) {
  const much = unit.standing_rupiah < 0;
  const open = Math.abs(unit.standing_rupiah);
  const [text, setText] = useState(rupiah(open));
  const [from, setFrom] = useState('bank:1');
  const places = usePlaces(door);
  const [why, setWhy] = useState('');
  const amount = readRupiah(text) ?? 0;
  const it = useAct((id) => door.send('POST', `/api/coop/payroll/runs/${period}/resolve`, { id, unit: unit.unit, kind: much ? 'returned' : 'written_off', amount_rupiah: amount, from, reason: why.trim() }), () => { toast(w('office.did_resolve', { amount: rupiah(amount) })); onDone(); onClose(); });
  useEffect(() => { it.open(); }, []);
  const refusal = !amount || amount > open ? w('office.amount_above', { amount: rupiah(open) }) : why.trim() ? '' : w('office.correct_why_missing');
  return html`<${Dialog} open danger=${!much} title=${w(much ? 'office.return_title' : 'office.write_off_title', { unit: unit.name || unitName(unit.unit) })} lead=${w(much ? 'office.return_lead' : 'office.write_off_lead')} confirm=${w(much ? 'office.act_return' : 'office.act_write_off')} busy=${it.busy} busyText=${w('office.busy_writing')} refusal=${refusal}
    rows=${[{ label: w('office.money_settled'), amount_rupiah: unit.settled_rupiah }, { label: w('office.money_received'), amount_rupiah: unit.received_rupiah }]} total=${{ label: w(much ? 'office.money_over' : 'office.money_open'), amount_rupiah: open }} onConfirm=${it.run} onClose=${onClose}>
    <div class="form"><${Field} label=${w('office.amount')} prefix="Rp" inputmode="numeric" value=${text} onInput=${setText} />
      ${much && html`<${Field} label=${w('office.return_from')} value=${from} options=${places} onInput=${setFrom} />`}
      <${Field} label=${w('office.why')} value=${why} onInput=${setWhy} maxlength="300" error=${it.fault?.field('reason')} /></div><${Refusal} fault=${it.fault} /><//>`;
}

/** A difference that waits for its second person. @param {{door: any, period: string, waiting: any, act: string, onDone: () => void, onClose: () => void}} props */
function Second({ door, period, waiting: v, act, onDone, onClose }) {
  const it = useAct((id) => door.send('POST', `/api/coop/payroll/runs/${period}/resolutions/${v.resolution}/${act}`, { id }), () => { toast(w(act === 'approve' ? (v.kind === 'returned' ? 'office.did_return' : 'office.did_write_off') : 'office.did_refuse_money', { amount: rupiah(v.amount_rupiah) })); onDone(); onClose(); });
  useEffect(() => { it.open(); }, []);
  return html`<${Dialog} open danger=${act === 'refuse' || v.kind !== 'returned'} title=${w(act === 'approve' ? 'office.money_second_title' : 'office.money_refuse_title')} lead=${`${nameOf(v.by)}: ${v.reason}`} confirm=${w(act === 'approve' ? 'office.act_money_approve' : 'office.act_money_refuse')} busy=${it.busy} busyText=${w('office.busy_writing')}
    rows=${[]} total=${{ label: w(`office.money_${v.kind}`), amount_rupiah: v.amount_rupiah }} onConfirm=${it.run} onClose=${onClose}><${Refusal} fault=${it.fault} /><//>`;
}

/** @param {string} place @param {{value: string, label: string}[]} known */
const nameOfPlace = (place, known) => known.find((p) => p.value === place)?.label ?? (place.startsWith('bank:') ? w('office.into_bank') : '');

/** @param {{door: any, period: string}} props */
export function MoneyPage({ door, period }) {
  const it = useResource(door, `/api/coop/payroll/runs/${period}/money`);
  const [open, setOpen] = useState(/** @type {UnitMoney | null} */ (null));
  const [second, setSecond] = useState(/** @type {{v: any, act: string} | null} */ (null));
  const places = usePlaces(door);
  const placeName = (/** @type {string} */ place) => nameOfPlace(place, places);
  const may = ['treasurer', 'manager'].includes(door.role.value);
  const state = (/** @type {UnitMoney} */ u) => (u.standing_rupiah === 0 ? html`<${State} icon="check">${w(u.settled_rupiah > 0 ? 'office.money_even' : 'office.not_asked')}<//>`
    : u.standing_rupiah > 0 ? html`<${State} icon="clock" kind="rest">${w('office.money_missing', { amount: rupiah(u.standing_rupiah), days: count(u.days) })}<//>` : html`<${State} icon="info" kind="rest">${w('office.money_too_much', { amount: rupiah(-u.standing_rupiah) })}<//>`);
  const waits = (/** @type {any} */ v) => html`<div class="money-waits"><p><b>${w(`office.money_${v.kind}`)} ${rupiah(v.amount_rupiah)}</b> <${State} icon="clock" kind="rest">${w('office.money_waits')}<//></p><p class="note">${nameOf(v.by)}, ${moment(v.at)}: ${v.reason}</p></div>
    ${may && html`<div class="decide"><${Button} small kind="ghost" disabled=${!v.may} why=${v.may ? '' : reasonText(v.refusal ?? '')} onClick=${() => setSecond({ v, act: 'approve' })}>${w('office.act_money_approve')}<//>
      <button type="button" class="lnk" onClick=${() => setSecond({ v, act: 'refuse' })}>${w('office.act_money_refuse')}</button></div>`}`;
  const unit = (/** @type {UnitMoney} */ u) => html`<section key=${u.unit} class="money-unit"><div class="money-h"><h2 class="h3">${u.name || unitName(u.unit)}</h2>${state(u)}
      ${may && u.standing_rupiah !== 0 && !u.waiting && html`<button type="button" class="lnk" onClick=${() => setOpen(u)}>${w(u.standing_rupiah < 0 ? 'office.act_return' : 'office.act_write_off')}</button>`}</div>
    <ul class="rows"><li><span>${w('office.money_settled')}</span><b>${rupiah(u.settled_rupiah)}</b></li>
      ${u.moves.map((m) => html`<li key=${m.entry}><span>${w(`office.money_${m.kind}`)} <em>${moment(m.at)} · ${nameOf(m.by)}${placeName(m.place) ? ` · ${placeName(m.place)}` : ''}${m.reason ? ` · ${m.reason}` : ''}</em></span><b>${m.kind === 'returned' ? '+' : '−'}${rupiah(m.amount_rupiah)}</b></li>`)}
      <li class="sum"><span>${w(u.standing_rupiah < 0 ? 'office.money_over' : 'office.money_open')}</span><b>${rupiah(Math.abs(u.standing_rupiah))}</b></li></ul>
    ${u.waiting && waits(u.waiting)}</section>`;
  return html`<${Crumb} period=${period} /><${Head} title=${w('office.money_title')} lead=${w('office.money_lead', { month: periodText(period) })} />
    ${it.state.value.fault?.code === 'payroll.not_locked' ? html`<div class="narrow"><${Empty} title=${w('office.money_none')} text=${w('office.money_none_text')} /></div>` : html`<${Loaded} of=${it} rows=${6} draw=${(/** @type {{units: UnitMoney[]}} */ d) => {
      const open_ = (/** @type {UnitMoney} */ u) => Number(u.standing_rupiah !== 0);
      const units = d.units.filter((u) => u.settled_rupiah > 0 || u.moves.length > 0).sort((a, b) => open_(b) - open_(a)); // what is open comes first
      return units.length ? html`<div class="money">${units.map(unit)}</div>` : html`<div class="narrow"><${Empty} title=${w('office.money_none')} text=${w('office.money_none_text')} /></div>`;
    }} />`}
    ${open && html`<${Resolve} key=${open.unit} door=${door} period=${period} unit=${open} onDone=${it.load} onClose=${() => setOpen(null)} />`}
    ${second && html`<${Second} key=${second.v.resolution + second.act} door=${door} period=${period} waiting=${second.v} act=${second.act} onDone=${it.load} onClose=${() => setSecond(null)} />`}`;
}

/** Rows of answers whose person is on no list: somebody says whose they are. @param {{door: any, period: string}} props */
export function UnmatchedPage({ door, period }) {
  const it = useResource(door, `/api/coop/payroll/runs/${period}/unmatched`);
  const [open, setOpen] = useState(/** @type {any} */ (null));
  const may = ['treasurer', 'manager'].includes(door.role.value);
  const decided = (/** @type {any} */ u) => (u.decision === 'waiting' ? html`<a class="lnk" href=${href(`/potong-gaji/${period}/koreksi`)}><${State} icon="clock" kind="rest">${w('office.unmatched_waiting', { member: String(u.member).padStart(4, '0') })}<//></a>` : u.decision === 'matched' ? html`<${State} icon="check">${w('office.unmatched_matched', { member: String(u.member).padStart(4, '0') })}<//>` : html`<${State} icon="block" kind="soft">${w('office.unmatched_dismissed')}<//>`);
  return html`<${Crumb} period=${period} /><${Head} title=${w('office.unmatched_title')} lead=${w('office.unmatched_lead')} />
    <${Loaded} of=${it} rows=${5} draw=${(/** @type {{rows: any[]}} */ d) => (d.rows.length
      ? html`<ul class="rows unmatched">${d.rows.map((u) => html`<li key=${u.unmatched}><span>${w('office.row_n', { n: u.row })} <em>${w(`fault.${u.code}`)}</em></span><b>${rupiah(u.amount_rupiah)}</b>
        ${u.decision ? decided(u) : may && html`<button type="button" class="lnk" onClick=${() => setOpen(u)}>${w('office.act_match')}</button>`}</li>`)}</ul>`
      : html`<div class="narrow"><${Empty} title=${w('office.unmatched_none')} text=${w('office.unmatched_none_text')} /></div>`)} />
    ${open && html`<${Decide} key=${open.unmatched} door=${door} period=${period} row=${open} onDone=${it.load} onClose=${() => setOpen(null)} />`}`;
}

/** @param {{door: any, period: string, row: any, onDone: () => void, onClose: () => void}} props */
function Decide({ door, period, row, onDone, onClose }) {
  const [number, setNumber] = useState('');
  const [why, setWhy] = useState('');
  const member = Number(number.replace(/\D/g, '')) || 0;
  const it = useAct((id) => door.send('POST', `/api/coop/payroll/runs/${period}/unmatched/${row.unmatched}`, { id, member, reason: why.trim() }), () => { toast(w(member ? 'office.did_match' : 'office.did_dismiss')); onDone(); onClose(); });
  useEffect(() => { it.open(); }, []);
  return html`<${Dialog} open title=${w('office.match_title', { amount: rupiah(row.amount_rupiah) })} lead=${w('office.match_lead')} confirm=${w(member ? 'office.act_match' : 'office.act_dismiss')} busy=${it.busy} busyText=${w('office.busy_writing')} refusal=${member || why.trim() ? '' : w('office.match_missing')} onConfirm=${it.run} onClose=${onClose}>
    <div class="form"><${Field} label=${w('office.match_member')} inputmode="numeric" value=${number} onInput=${setNumber} hint=${`${w('office.match_member_hint')} ${w('office.match_settled')}`} />
      ${!member && html`<${Field} label=${w('office.match_why')} value=${why} onInput=${setWhy} maxlength="300" error=${it.fault?.field('reason')} />`}</div><${Refusal} fault=${it.fault} /><//>`;
}
