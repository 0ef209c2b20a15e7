// Penyesuaian stok: what the count found or missed, and stock of a list that came after the books began. What is worth
// much waits here for a second person.
import { Button, Dialog, Empty, FaultNote, Field, IconButton, Section, Sheet, Skeleton, toast } from '../../lib/components/index.js';
import { Table } from '../../lib/components/table.js';
import { dateOf, day, dayName, quantity, readRupiah, rupiah } from '../../lib/format.js';
import { html, useEffect, useState } from '../../lib/view.js';
import { w, wFault, wn } from '../../lib/words.js';
import { query, useAct, usePages, useResource } from '../fetching.js';
import { More, Refusal, roleName } from '../parts.js';
import { Pick, readQuantity } from './goods.js';

/** @typedef {import('../types.js').Door} Door */
/** @typedef {import('../types.js').Product} Product */
/** @typedef {{product: Product, way: string, quantity: string, cost: string}} Found */

const path = '/api/coop/store/adjustments';

/** What a few of its goods are, with their sign. @param {any} a */
const goodsOf = (a) => `${a.lines.slice(0, 3).map((/** @type {any} */ l) => `${l.name} ${l.quantity.startsWith('-') ? '−' : '+'}${quantity(l.quantity.replace('-', ''))}`).join(', ')}${a.count > 3 ? ` ${w('office.adjust_more', { n: a.count - 3 })}` : ''}`;

/** Whoever made it: people have names, managers only a role. @param {string} by */
const nameBy = (by) => (['manager', 'console', 'system'].includes(by) ? roleName(by) : by);

/** @param {{door: Door, it: any, approve: boolean, onDone: () => void, onClose: () => void}} props */
function Decide({ door, it, approve, onDone, onClose }) {
  const [reason, setReason] = useState('');
  const ask = useAct((id) => door.send('POST', `${path}/${it.id}/${approve ? 'approve' : 'refuse'}`, { id, reason: reason.trim() }), (answer) => {
    toast(w(approve ? 'office.adjust_did_approve' : 'office.adjust_did_refuse', { amount: rupiah(answer.amount_rupiah) }));
    onDone();
    onClose();
  });
  useEffect(() => { ask.open(); }, []);
  return html`<${Dialog} open title=${w(approve ? 'office.adjust_approve_title' : 'office.adjust_refuse_title')} lead=${w('cash.asked_by', { name: nameBy(it.by) })} confirm=${w(approve ? 'cash.approve' : 'cash.refuse')} busy=${ask.busy} busyText=${w('office.busy_writing')} onConfirm=${ask.run} onClose=${onClose}
    rows=${[...(it.reason ? [{ label: w('cash.reason'), text: it.reason }] : []), ...it.lines.slice(0, 8).map((/** @type {any} */ l) => ({ label: `${l.name} ${l.quantity.startsWith('-') ? '−' : '+'}${quantity(l.quantity.replace('-', ''))}`, amount_rupiah: Math.abs(l.value_rupiah) }))]} total=${{ label: wn('office.n_products', it.count), amount_rupiah: it.amount_rupiah }}>
    ${!approve && html`<div class="form"><${Field} label=${w('cash.reason')} value=${reason} onInput=${setReason} maxlength="200" /></div>`}<${Refusal} fault=${ask.fault} /><//>`;
}

/** @param {{line: Found, shown: boolean, refused: (field: string) => string, onChange: (l: Found) => void, onRemove: () => void}} props */
function FoundRow({ line, shown, refused, onChange, onRemove }) {
  const { product } = line;
  const found = line.way === 'found';
  return html`<li class="adjusting"><div class="in-name"><div><b>${product.name}</b><small class="note">${w('office.stock_now', { n: quantity(product.stock), unit: product.unit })}</small></div><${IconButton} icon="trash" label=${w('office.remove', { name: product.name })} onClick=${onRemove} /></div>
    <${Field} label=${w('office.adjust_way')} value=${line.way} onInput=${(/** @type {string} */ way) => onChange({ ...line, way })} options=${['found', 'missing'].map((v) => ({ value: v, label: w(`office.adjust_${v}`) }))} />
    <${Field} label=${`${w('office.quantity')} (${product.unit})`} inputmode="decimal" value=${line.quantity} onInput=${(/** @type {string} */ v) => onChange({ ...line, quantity: v })} error=${shown && !readQuantity(line.quantity) ? w('office.quantity_wrong') : refused('quantity')} />
    ${found && !product.consignor ? html`<${Field} label=${w('office.cost')} prefix="Rp" inputmode="numeric" value=${line.cost} onInput=${(/** @type {string} */ v) => onChange({ ...line, cost: v })} hint=${w('office.adjust_cost_hint')} error=${refused('cost_rupiah')} />` : html`<p class="note adjust-cost">${w(product.consignor ? 'office.consigned_cost' : 'office.adjust_missing_cost')}</p>`}</li>`;
}

/** @param {{door: Door, products: Product[], above: number, onDone: () => void}} props */
function Adjust({ door, products, above, onDone }) {
  const [lines, setLines] = useState(/** @type {Found[]} */ ([]));
  const [reason, setReason] = useState('');
  const [tried, setTried] = useState(false);
  const ask = useAct((id) => door.send('POST', path, { id, reason: reason.trim(), lines: lines.map((l) => ({ product: l.product.id,
    quantity: `${l.way === 'missing' ? '-' : ''}${readQuantity(l.quantity)}`, cost_rupiah: l.way === 'found' ? readRupiah(l.cost) ?? 0 : 0 })) }), (answer) => {
    toast(w(answer.state === 'waiting' ? 'office.adjust_asked' : 'office.adjust_done', { amount: rupiah(answer.amount_rupiah) }));
    setLines([]);
    setReason('');
    setTried(false);
    onDone();
  });
  const add = (/** @type {Product} */ product) => setLines((before) => (before.some((l) => l.product.id === product.id) ? before : [{ product, way: 'missing', quantity: '', cost: '' }, ...before]));
  const check = (/** @type {Event} */ e) => { e.preventDefault(); setTried(true); if (lines.length && reason.trim() && lines.every((l) => readQuantity(l.quantity))) ask.open(); };
  return html`<${Sheet} title=${w('office.adjust')} class="receive"><p class="read">${w('office.adjust_lead', { amount: rupiah(above) })}</p><${Pick} products=${products} onPick=${add} />
    <form onSubmit=${check} novalidate>${lines.length > 0 && html`<ul class="incomings">${lines.map((l, i) => html`<${FoundRow} key=${l.product.id} line=${l} shown=${tried} refused=${(/** @type {string} */ field) => ask.fault?.field(`lines.${i}.${field}`) ?? ''}
        onChange=${(/** @type {Found} */ n) => setLines(lines.map((x, j) => (j === i ? n : x)))} onRemove=${() => setLines(lines.filter((_, j) => j !== i))} />`)}</ul>`}
      <div class="in-foot one"><${Field} label=${w('cash.reason')} value=${reason} onInput=${setReason} placeholder=${w('office.adjust_reason_hint')} maxlength="200" error=${tried && !reason.trim() ? w('office.adjust_reason_missing') : ask.fault?.field('reason')} /></div>
      <${Button} submit wide disabled=${!lines.length} why=${lines.length ? undefined : w('office.adjust_none_chosen')}>${w('office.adjust_go')}<//></form>
    <${Dialog} open=${ask.isOpen} title=${w('office.adjust_title')} lead=${w('office.adjust_follows', { amount: rupiah(above) })} confirm=${w('office.adjust_go')} busy=${ask.busy} busyText=${w('office.busy_writing')} onConfirm=${ask.run} onClose=${ask.close}
      rows=${[{ label: w('cash.reason'), text: reason.trim() }, ...lines.slice(0, 8).map((l) => ({ label: l.product.name, text: `${l.way === 'missing' ? '−' : '+'}${l.quantity} ${l.product.unit}` }))]}><${Refusal} fault=${ask.fault} /><//><//>`;
}

/** What waits for a second person; for the tab it is also a number. @param {{door: Door, waiting: any[], onDone: () => void}} props */
function Waits({ door, waiting, onDone }) {
  const [open, setOpen] = useState(/** @type {{it: any, approve: boolean} | null} */ (null));
  const decides = ['treasurer', 'manager'].includes(door.role.value);
  if (!waiting.length) return null;
  return html`<${Section} title=${w('cash.waiting', { n: waiting.length })}><ul class="waits">${waiting.map((it) => html`<li key=${it.id}><div><b>${goodsOf(it)}</b><small class="note">${nameBy(it.by)} · ${dayName(dateOf(it.at))}${it.reason ? ` · ${it.reason}` : ''}</small></div><b class="money">${rupiah(it.amount_rupiah)}</b>
      ${decides && html`<div class="waits-b"><${Button} small kind="ghost" disabled=${Boolean(it.refusal)} why=${it.refusal && wFault(it.refusal)} onClick=${() => setOpen({ it, approve: true })}>${w('cash.approve')}<//><${Button} small kind="ghost" onClick=${() => setOpen({ it, approve: false })}>${w(it.refusal === 'store.adjust_same_person' ? 'cash.withdraw' : 'cash.refuse')}<//></div>`}</li>`)}</ul>
    ${open && html`<${Decide} key=${open.it.id} door=${door} it=${open.it} approve=${open.approve} onDone=${onDone} onClose=${() => setOpen(null)} />`}<//>`;
}

/** @param {{door: Door, products: Product[] | null, onMoved: () => void}} props products = what the caller may adjust, null where they only look */
export function Adjustments({ door, products, onMoved }) {
  const start = useResource(door, `${path}?limit=1`);
  const list = usePages(door, 'adjustments', (before) => `${path}${query({ before, limit: 20 })}`);
  const again = () => { start.load(); list.reload(); onMoved(); };
  const columns = [
    { label: w('office.date'), class: 'date desk', cell: (/** @type {any} */ a) => day(a.date, 'medium') },
    { label: w('office.goods'), class: 'wide', cell: (/** @type {any} */ a) => html`${goodsOf(a)}<small class="note">${a.reason}${a.reason ? ' · ' : ''}${a.decided_by ? w('office.adjust_by_two', { maker: nameBy(a.by), checker: nameBy(a.decided_by) }) : nameBy(a.by)}<span class="phone">${day(a.date, 'medium')}</span></small>` },
    { label: 'Rp', num: true, cell: (/** @type {any} */ a) => html`<b>${rupiah(a.amount_rupiah)}</b>` },
  ];
  const data = start.state.value.data;
  return html`<div class=${products ? 'goods' : ''}>${products && html`<${Adjust} door=${door} products=${products} above=${data?.above_rupiah ?? 0} onDone=${again} />`}
    <div>${data && html`<${Waits} door=${door} waiting=${data.waiting} onDone=${again} />`}
      <section class="list"><h2 class="h3">${w('office.adjustments_made')}</h2>
        ${list.fault && html`<${FaultNote} fault=${list.fault} retry=${list.reload} />`}${list.loading && !list.rows.length && html`<${Skeleton} rows=${4} />`}
        ${list.rows.length > 0 && html`<${Table} columns=${columns} rows=${list.rows} rowKey=${(/** @type {any} */ a) => a.id} caption=${w('office.adjustments_made')} quietCaption />`}
        ${!list.loading && !list.fault && !list.rows.length && html`<div class="narrow"><${Empty} title=${w('office.adjustments_none')} text=${w('office.adjustments_none_text')} /></div>`}<${More} list=${list} label=${w('office.older')} /></section></div></div>`;
}
