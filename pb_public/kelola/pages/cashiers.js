// Kasir: sales that a till made offline and the books could not take, the shifts with their cash, and the receipts.
import { Button, Dialog, Empty, FaultNote, Field, Icon, Skeleton, toast } from '../../lib/components/index.js';
import { Table } from '../../lib/components/table.js';
import { Tabs } from '../../lib/components/tabs.js';
import { memberNumber, moment, quantity, readRupiah, rupiah, signed } from '../../lib/format.js';
import { onlyDismiss, whyHeld } from '../../lib/quarantine.js';
import { go, route } from '../../lib/route.js';
import { html, useState } from '../../lib/view.js';
import { w, wn } from '../../lib/words.js';
import { query, useAct, usePages, useResource } from '../fetching.js';
import { Head, More, Refusal, State, reasonText } from '../parts.js';
import { Pick } from './goods.js';
import { Slips } from './receipts.js';
import { FindMember } from '../savings/find.js';

/** @typedef {import('../types.js').Door} Door */
/** @typedef {import('../types.js').HeldSale} HeldSale */
/** @typedef {import('../types.js').ShiftRow} ShiftRow */
/** @typedef {import('../types.js').MemberRow} MemberRow */
/** @typedef {import('../types.js').Product} Product */

/** Opens the act once, when its dialog is first drawn. @param {{open: () => void}} act */
function useKey(act) { useState(() => { act.open(); return 0; }); }

/** @param {HeldSale} s @param {string} kind */
const tendered = (s, kind) => s.tenders.filter((t) => t.kind === kind).reduce((sum, t) => sum + t.amount_rupiah, 0);

/** Cash that stays in the drawer, as far as the till's total can be read. @param {HeldSale} s */
const cashOf = (s) => Math.max(0, (s.charged_rupiah ?? tendered(s, 'cash')) - tendered(s, 'payroll'));

/** @param {{sale: HeldSale}} props */
const HeldLines = ({ sale }) => html`<dl class="rows held-lines">${sale.lines.map((l, i) => html`<div key=${i}><dt>${l.name || html`<em>${w('office.held_unknown', { code: l.code })}</em>`}<small class="note">${quantity(l.quantity)} ${l.unit}${l.price_rupiah !== null && ` × ${rupiah(l.price_rupiah)}`}</small></dt><dd>${l.amount_rupiah === null ? '–' : rupiah(l.amount_rupiah)}</dd></div>`)}
  ${sale.tenders.map((t, i) => html`<div key=${`t${i}`} class="paid-by"><dt>${w(t.kind === 'payroll' ? 'office.paid_payroll' : t.kind === 'cash' ? 'office.paid_cash' : 'office.paid_other')}</dt><dd>${rupiah(t.amount_rupiah)}</dd></div>`)}</dl>`;

/** What became of it. @param {{sale: HeldSale}} props */
function Decided({ sale }) {
  const d = sale.decision;
  if (!d) return null;
  const took = d.kind === 'take';
  return html`<div class="held-decided"><${State} icon=${took ? 'check' : 'block'} kind=${took ? 'pos' : 'soft'}>${took ? w(d.member ? 'office.held_taken_member' : 'office.held_taken_public', { number: d.number, name: d.member?.name ?? '' }) : w('office.held_dismissed')}<//>
    <p class="note">${w('office.held_by', { name: d.by, at: moment(d.at) })}${d.reason && ` · “${d.reason}”`}</p></div>`;
}

/** @param {{sale: HeldSale, onTake: () => void, onDismiss: () => void}} props */
function HeldRow({ sale, onTake, onDismiss }) {
  const fixed = onlyDismiss(sale.code);
  return html`<li class=${`held-sale ${sale.decision ? 'done' : ''}`}><div class="held-what">
      <h2>${moment(sale.sold_at)}</h2><p class="small">${w('office.held_at', { till: sale.till, cashier: sale.cashier })}</p>
      <p class="held-why">${whyHeld(sale.code)}</p>
      ${sale.buyer?.member ? html`<p class="note">${w('office.held_said_member', { number: memberNumber(sale.buyer.member) })}</p>` : sale.buyer?.card && html`<p class="note">${w('office.held_said_card')}</p>`}
      <p class="note">${w('office.held_heard', { at: moment(sale.heard_at) })}</p></div>
    <div><p class="held-sum"><span class="rp">Rp</span>${sale.charged_rupiah === null ? '–' : rupiah(sale.charged_rupiah)}</p><${HeldLines} sale=${sale} /></div>
    <div class="held-acts"><${Decided} sale=${sale} />
      ${!sale.decision && (sale.decide ? html`<${Button} kind="ghost" small disabled=${fixed} why=${w('office.held_only_dismiss')} onClick=${onTake}>${w('office.held_take')}<//><${Button} kind="ghost" small onClick=${onDismiss}>${w('office.held_dismiss')}<//>`
    : html`<p class="note">${sale.decide_refusal === 'auth.forbidden' ? w('office.held_look') : reasonText(sale.decide_refusal)}</p>`)}</div></li>`;
}

/** What follows from taking it, in rupiah. @param {HeldSale} sale @param {MemberRow | null} member */
function takeRows(sale, member) {
  const payroll = tendered(sale, 'payroll');
  return [
    ...(payroll > 0 ? [{ label: w('office.held_to_bill', { name: member?.name ?? '…' }), amount_rupiah: payroll }] : []),
    ...(cashOf(sale) > 0 ? [{ label: w(sale.shift_closed ? 'office.held_cash_late' : 'office.held_cash', { till: sale.till }), amount_rupiah: cashOf(sale) }] : []),
  ];
}

/** @param {{door: Door, sale: HeldSale, onDone: () => void, onClose: () => void}} props */
function Take({ door, sale, onDone, onClose }) {
  const [member, setMember] = useState(/** @type {MemberRow | null} */ (null));
  const [named, setNamed] = useState(/** @type {Record<number, Product>} */ ({}));
  const [reason, setReason] = useState('');
  const payroll = tendered(sale, 'payroll');
  const unknown = sale.lines.map((l, i) => ({ ...l, i })).filter((l) => !l.name);
  const ask = useAct((id) => door.send('POST', `/api/coop/store/quarantine/${sale.id}/take`, { id, member: member?.number ?? 0, reason: reason.trim(),
    ...(unknown.length > 0 && { lines: unknown.map((l) => ({ line: l.i, product: named[l.i]?.id ?? '' })) }) }), (answer) => {
    toast(w('office.did_take', { number: answer.number, amount: rupiah(answer.total_rupiah) }));
    onDone();
    onClose();
  });
  useKey(ask);
  const missing = payroll > 0 && !member ? w('office.held_member_missing') : unknown.some((l) => !named[l.i]) ? w('office.held_goods_missing') : !reason.trim() ? w('office.reason_missing') : '';
  return html`<${Dialog} open big title=${w('office.held_take_title')} lead=${w('office.held_take_lead', { at: moment(sale.sold_at), why: whyHeld(sale.code) })} confirm=${w('office.held_take')} refusal=${missing} busy=${ask.busy} busyText=${w('office.busy_writing')}
    rows=${takeRows(sale, member)} total=${{ label: w('office.into_books'), amount_rupiah: sale.charged_rupiah ?? payroll + cashOf(sale) }} onConfirm=${ask.run} onClose=${onClose}>
    <div class="form"><${FindMember} door=${door} chosen=${member} onChoose=${setMember} error=${ask.fault?.field('member') || undefined} />
      ${payroll === 0 && !member && html`<p class="note">${w('office.held_public')}</p>`}
      ${unknown.length > 0 && html`<${NameGoods} door=${door} lines=${unknown} named=${named} onName=${(/** @type {number} */ i, /** @type {Product | null} */ p) => setNamed((was) => { const next = { ...was }; if (p) next[i] = p; else delete next[i]; return next; })} />`}
      <${Field} label=${w('office.reason')} value=${reason} onInput=${setReason} maxlength="500" hint=${w('office.held_reason_hint')} error=${ask.fault?.field('reason') || undefined} /></div><${Refusal} fault=${ask.fault} /><//>`;
}

/** Goods that nobody knew get the name of something on the shelf. @param {{door: Door, lines: (import('../types.js').HeldLine & {i: number})[], named: Record<number, Product>, onName: (i: number, p: Product | null) => void}} props */
function NameGoods({ door, lines, named, onName }) {
  const { data, fault } = useResource(door, '/api/coop/store/catalogue').state.value;
  if (fault) return html`<${FaultNote} fault=${fault} />`;
  return lines.map((l) => html`<div key=${l.i}><p class="read">${w('office.held_name', { code: l.code, n: quantity(l.quantity), price: l.price_rupiah === null ? '–' : rupiah(l.price_rupiah) })}</p>
    ${named[l.i] ? html`<div class="chosen"><${Icon} name="basket" /><span><b>${named[l.i].name}</b><small class="note">${named[l.i].barcode || named[l.i].code}</small></span><button type="button" class="lnk" onClick=${() => onName(l.i, null)}>${w('office.change')}</button></div>`
    : html`<${Pick} products=${data?.products ?? []} onPick=${(/** @type {Product} */ p) => onName(l.i, p)} />`}</div>`);
}

/** @param {{door: Door, sale: HeldSale, onDone: () => void, onClose: () => void}} props */
function Dismiss({ door, sale, onDone, onClose }) {
  const [reason, setReason] = useState('');
  const ask = useAct((id) => door.send('POST', `/api/coop/store/quarantine/${sale.id}/dismiss`, { id, reason: reason.trim() }), () => { toast(w('office.did_dismiss')); onDone(); onClose(); });
  useKey(ask);
  const cash = cashOf(sale);
  const payroll = tendered(sale, 'payroll');
  return html`<${Dialog} open title=${w('office.held_dismiss_title')} lead=${w('office.held_dismiss_lead')} confirm=${w('office.held_dismiss')} danger refusal=${reason.trim() ? '' : w('office.reason_missing')} busy=${ask.busy} busyText=${w('office.busy_writing')} onConfirm=${ask.run} onClose=${onClose}
    rows=${[...(payroll > 0 ? [{ label: w('office.held_not_billed'), amount_rupiah: payroll }] : []), ...(cash > 0 ? [{ label: w('office.held_cash_surplus'), amount_rupiah: cash }] : [])]}>
    <div class="form"><${Field} label=${w('office.reason')} value=${reason} onInput=${setReason} maxlength="500" error=${ask.fault?.field('reason') || undefined} /></div><${Refusal} fault=${ask.fault} /><//>`;
}

/** @param {{door: Door}} props */
function Held({ door }) {
  const open = route.value.query.get('lihat') !== 'semua';
  const list = usePages(door, 'sales', (before) => `/api/coop/store/quarantine${query({ open: open ? 1 : '', before, limit: 20 })}`);
  const [act, setAct] = useState(/** @type {{sale: HeldSale, way: any} | null} */ (null));
  const tabs = [{ value: 'open', label: w('office.held_open') }, { value: 'all', label: w('common.all') }];
  return html`<${Tabs} label=${w('office.filter')} value=${open ? 'open' : 'all'} onChange=${(/** @type {string} */ v) => go(`/kasir${query({ lihat: v === 'all' ? 'semua' : '' })}`)} tabs=${tabs} />
    <div class="list">${list.rows.length > 0 && html`<ul class="held-sales">${list.rows.map((s) => html`<${HeldRow} key=${s.id} sale=${s} onTake=${() => setAct({ sale: s, way: Take })} onDismiss=${() => setAct({ sale: s, way: Dismiss })} />`)}</ul>`}
    ${list.fault && html`<${FaultNote} fault=${list.fault} retry=${list.reload} />`}${list.loading && !list.rows.length && html`<${Skeleton} rows=${4} />`}
    ${!list.loading && !list.fault && !list.rows.length && html`<div class="narrow"><${Empty} title=${w('office.held_none')} text=${w('office.held_none_text')} /></div>`}</div><${More} list=${list} label=${w('office.older')} />
    ${act && html`<${act.way} key=${act.sale.id} door=${door} sale=${act.sale} onDone=${list.reload} onClose=${() => setAct(null)} />`}`;
}

/** @param {{door: Door, shift: ShiftRow, onDone: () => void, onClose: () => void}} props */
function LateCash({ door, shift, onDone, onClose }) {
  const [text, setText] = useState('');
  const counted = text.trim() ? readRupiah(text) : null;
  const ask = useAct((id) => door.send('POST', `/api/coop/store/shifts/${shift.id}/late-cash`, { id, counted_rupiah: counted }), (answer) => { toast(w('office.did_late', { amount: rupiah(answer.counted_rupiah) })); onDone(); onClose(); });
  useKey(ask);
  const rows = [{ label: w('office.late_expected'), amount_rupiah: shift.late_rupiah }, ...(counted === null ? [] : [{ label: w('office.late_counted'), amount_rupiah: counted }, { label: w('office.late_difference'), text: signed(counted - shift.late_rupiah) }])];
  return html`<${Dialog} open title=${w('office.late_title', { till: shift.till })} lead=${w('office.late_lead', { cashier: shift.cashier, at: moment(shift.closed_at ?? '') })} confirm=${w('office.late_count')} refusal=${counted === null ? w('office.amount_missing') : ''} rows=${rows} busy=${ask.busy} busyText=${w('office.busy_writing')} onConfirm=${ask.run} onClose=${onClose}>
    <div class="form"><${Field} label=${w('office.late_counted')} prefix="Rp" big inputmode="numeric" autocomplete="off" maxlength="15" value=${text} onInput=${setText} hint=${w('office.late_hint')} error=${ask.fault?.field('counted_rupiah') || undefined} /></div><${Refusal} fault=${ask.fault} /><//>`;
}

/** A manager closes a shift whose till is gone or keeps its sales. @param {{door: Door, shift: ShiftRow, onDone: () => void, onClose: () => void}} props */
function CloseMissing({ door, shift, onDone, onClose }) {
  const [text, setText] = useState('');
  const [lost, setLost] = useState('0');
  const counted = text.trim() ? readRupiah(text) : null;
  const missing = /^\d{1,4}$/.test(lost.trim()) ? Number(lost) : null;
  const ask = useAct((id) => door.send('POST', `/api/coop/store/shifts/${shift.id}/close`, { id, counted_rupiah: counted, ...(missing && { missing }) }), () => { toast(w('office.did_close_shift', { till: shift.till })); onDone(); onClose(); });
  useKey(ask);
  const rows = [{ label: w('office.shift_expected'), amount_rupiah: shift.expected_rupiah }, ...(counted === null ? [] : [{ label: w('office.late_difference'), text: signed(counted - shift.expected_rupiah) }])];
  return html`<${Dialog} open title=${w('office.close_shift_title', { till: shift.till, cashier: shift.cashier })} lead=${w('office.close_shift_lead')} confirm=${w('office.close_shift')} refusal=${counted === null ? w('office.amount_missing') : missing === null ? w('office.missing_wrong') : ''} rows=${rows} busy=${ask.busy} busyText=${w('office.busy_writing')} onConfirm=${ask.run} onClose=${onClose}>
    <div class="form"><${Field} label=${w('office.shift_counted')} prefix="Rp" big inputmode="numeric" autocomplete="off" maxlength="15" value=${text} onInput=${setText} error=${ask.fault?.field('counted_rupiah') || undefined} />
      <${Field} label=${w('office.missing')} inputmode="numeric" autocomplete="off" maxlength="4" value=${lost} onInput=${setLost} hint=${w('office.missing_hint')} error=${ask.fault?.field('missing') || undefined} /></div><${Refusal} fault=${ask.fault} /><//>`;
}

/** @param {{shift: ShiftRow}} props */
function ShiftState({ shift }) {
  if (!shift.closed_at) return html`<${State} icon="clock" kind="soft">${w('office.shift_open')}<//>`;
  return html`${shift.late_rupiah !== 0 && html`<${State} icon="cash" kind="rest">${w('office.shift_late', { amount: rupiah(shift.late_rupiah) })}<//>`}
    ${shift.missing > 0 && html`<span class="note">${wn('office.shift_missing', shift.missing)}</span>`}
    ${shift.late_rupiah === 0 && !shift.missing && html`<${State} icon="check">${w('office.shift_closed')}<//>`}`;
}

/** @param {{door: Door}} props */
function Shifts({ door }) {
  const late = route.value.query.get('lihat') === 'susulan';
  const list = usePages(door, 'shifts', (before) => `/api/coop/store/shifts${query({ late: late ? 1 : '', before, limit: 30 })}`);
  const [act, setAct] = useState(/** @type {{shift: ShiftRow, way: any} | null} */ (null));
  const role = door.role.value;
  const columns = [
    { label: w('office.shift'), cell: (/** @type {ShiftRow} */ s) => html`<b>${s.till} · ${s.cashier}</b><small class="note shift-time">${moment(s.opened_at)}${s.closed_at ? ` – ${moment(s.closed_at)}` : ''}</small><small class="note phone">${w('office.shift_sales')} ${rupiah(s.total_rupiah)} · ${w('office.paid_cash')} ${rupiah(s.cash_rupiah)}${s.counted_rupiah === null ? '' : ` · ${w('office.shift_counted')} ${rupiah(s.counted_rupiah)}`}</small><span class="phone shift-state"><${ShiftState} shift=${s} /></span>` },
    { label: w('office.shift_sales'), num: true, class: 'desk', cell: (/** @type {ShiftRow} */ s) => `${rupiah(s.total_rupiah)}` },
    { label: w('office.paid_cash'), num: true, class: 'desk', cell: (/** @type {ShiftRow} */ s) => rupiah(s.cash_rupiah) },
    { label: w('office.shift_counted'), num: true, class: 'desk', cell: (/** @type {ShiftRow} */ s) => (s.counted_rupiah === null ? '–' : rupiah(s.counted_rupiah)) },
    { label: w('office.status'), class: 'shift-state desk', cell: (/** @type {ShiftRow} */ s) => html`<${ShiftState} shift=${s} />` },
    { label: html`<span class="vh">${w('office.act')}</span>`, num: true, cell: (/** @type {ShiftRow} */ s) => (s.late_rupiah !== 0 && role !== 'supervisor' ? html`<${Button} kind="ghost" small onClick=${() => setAct({ shift: s, way: LateCash })}>${w('office.late_count')}<//>`
      : !s.closed_at && role === 'manager' ? html`<${Button} kind="ghost" small onClick=${() => setAct({ shift: s, way: CloseMissing })}>${w('office.close_shift')}<//>` : '') },
  ];
  return html`<${Tabs} label=${w('office.filter')} value=${late ? 'late' : 'all'} onChange=${(/** @type {string} */ v) => go(`/kasir/sif${query({ lihat: v === 'late' ? 'susulan' : '' })}`)} tabs=${[{ value: 'all', label: w('common.all') }, { value: 'late', label: w('office.shifts_late') }]} />
    <div class="list">${list.rows.length > 0 && html`<${Table} columns=${columns} rows=${list.rows} rowKey=${(/** @type {ShiftRow} */ s) => s.id} caption=${w('office.tab_sif')} quietCaption />`}
    ${list.fault && html`<${FaultNote} fault=${list.fault} retry=${list.reload} />`}${list.loading && !list.rows.length && html`<${Skeleton} rows=${6} />`}
    ${!list.loading && !list.fault && !list.rows.length && html`<div class="narrow"><${Empty} title=${w(late ? 'office.late_none' : 'office.shifts_none')} text=${w(late ? 'office.late_none_text' : 'office.shifts_none_text')} /></div>`}</div><${More} list=${list} label=${w('office.older')} />
    ${act && html`<${act.way} key=${act.shift.id} door=${door} shift=${act.shift} onDone=${list.reload} onClose=${() => setAct(null)} />`}`;
}

/** @param {{door: Door}} props */
export function Cashiers({ door }) {
  const [, tab = '', id = ''] = route.value.parts;
  if (tab === 'struk' && id) return html`<${Slips} door=${door} id=${id} />`;
  const here = ['sif', 'struk'].includes(tab) ? tab : '';
  return html`<${Head} title=${w('office.nav_cashiers')} lead=${w(here === 'struk' ? 'office.slips_lead' : here ? 'office.shifts_lead' : 'office.held_lead')} />
    <${Tabs} label=${w('office.nav_cashiers')} value=${here} onChange=${(/** @type {string} */ v) => go(v ? `/kasir/${v}` : '/kasir')} tabs=${[{ value: '', label: w('office.tab_held') }, { value: 'sif', label: w('office.tab_sif') }, { value: 'struk', label: w('office.tab_struk') }]} />
    ${here === 'struk' ? html`<${Slips} key="struk" door=${door} id="" />` : here ? html`<${Shifts} key="sif" door=${door} />` : html`<${Held} key="held" door=${door} />`}`;
}
