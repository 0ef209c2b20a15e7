// Barang: what came in, and what stands on the shelves. The storekeeper scans or types; treasurer and supervisor look.
import { Button, Dialog, Empty, FaultNote, Field, IconButton, Loaded, Sheet, Skeleton, toast } from '../../lib/components/index.js';
import { Table } from '../../lib/components/table.js';
import { Tabs } from '../../lib/components/tabs.js';
import { day, quantity, readRupiah, rupiah } from '../../lib/format.js';
import { go, route } from '../../lib/route.js';
import { cameraRefusal, cameraTrouble, scan } from '../../lib/scan.js';
import { html, useEffect, useRef, useState } from '../../lib/view.js';
import { w, wn } from '../../lib/words.js';
import { query, useAct, usePages, useResource } from '../fetching.js';
import { Head, More, Refusal, State } from '../parts.js';
import { Adjustments } from './adjustments.js';

/** @typedef {import('../types.js').Door} Door */
/** @typedef {import('../types.js').Product} Product */
/** @typedef {{product: Product, quantity: string, cost: string}} Incoming */

const fewLeft = 5;

/** Goods of the co-op's own that are out or nearly out, fewest first. @param {Product[]} products @returns {Product[]} */
export const low = (products) => products.filter((p) => Number(p.stock) <= fewLeft).sort((a, b) => Number(a.stock) - Number(b.stock));

/** `1,5` as people write it → `1.5`, or '' when it is no quantity. @param {string} text */
export function readQuantity(text) {
  const plain = text.trim().replace(',', '.');
  return /^\d{1,7}(\.\d{1,3})?$/.test(plain) && Number(plain) > 0 ? plain : '';
}

/** @param {Product[]} products @param {string} text */
function match(products, text) {
  const t = text.trim().toLowerCase();
  if (!t) return [];
  const exact = products.filter((p) => p.barcode === t || p.code.toLowerCase() === t);
  return exact.length ? exact : products.filter((p) => t.split(/\s+/).every((part) => p.name.toLowerCase().includes(part))).slice(0, 8);
}

/** The camera as a scanner. @param {{onCode: (code: string) => void, onClose: () => void}} props */
function Camera({ onCode, onClose }) {
  const ref = useRef(/** @type {HTMLVideoElement | null} */ (null));
  const [trouble, setTrouble] = useState(cameraTrouble());
  useEffect(() => {
    if (trouble || !ref.current) return;
    let stop = () => {};
    let gone = false;
    scan(ref.current, (code) => { onCode(code); onClose(); }).then((end) => { if (gone) end(); else stop = end; }, (cause) => setTrouble(cameraRefusal(cause)));
    return () => { gone = true; stop(); };
  }, []);
  return html`<${Dialog} open title=${w('office.scan_title')} lead=${trouble ? w(trouble) : w('office.scan_lead')} onClose=${onClose}>${!trouble && html`<video class="camera" ref=${ref} muted playsinline></video>`}<//>`;
}

/** @param {{products: Product[], onPick: (p: Product) => void}} props */
export function Pick({ products, onPick }) {
  const [text, setText] = useState('');
  const [camera, setCamera] = useState(false);
  const [missing, setMissing] = useState('');
  const input = useRef(/** @type {HTMLInputElement | null} */ (null));
  const found = match(products, text);
  const take = (/** @type {Product} */ p) => { onPick(p); setText(''); setMissing(''); input.current?.focus(); };
  const code = (/** @type {string} */ it) => { const hits = match(products, it); if (hits.length === 1) take(hits[0]); else { setText(it); setMissing(hits.length ? '' : w('office.product_unknown', { code: it })); } };
  const key = (/** @type {KeyboardEvent} */ e) => { if (e.key === 'Enter') { e.preventDefault(); if (text.trim()) code(text.trim()); } };
  return html`<div class="pick-product"><${Field} label=${w('office.scan_or_type')} icon="scan" value=${text} inputRef=${input} onInput=${(/** @type {string} */ v) => { setText(v); setMissing(''); }} onKeyDown=${key} error=${missing} autocomplete="off" placeholder=${w('office.scan_hint')}
      end=${html`<${IconButton} icon="camera" label=${w('office.scan_camera')} onClick=${() => setCamera(true)} />`} />
    ${found.length > 0 && html`<ul class="found">${found.map((p) => html`<li key=${p.id}><button type="button" onClick=${() => take(p)}><b>${p.name}</b><small class="note">${p.barcode || p.code} · ${w('office.stock_now', { n: quantity(p.stock), unit: p.unit })}</small></button></li>`)}</ul>`}
    ${camera && html`<${Camera} onCode=${code} onClose=${() => setCamera(false)} />`}</div>`;
}

/** @param {{line: Incoming, onChange: (l: Incoming) => void, onRemove: () => void, shown: boolean, refused: (field: string) => string}} props */
function IncomingRow({ line, onChange, onRemove, shown, refused }) {
  const { product } = line;
  const bad = shown && !readQuantity(line.quantity) ? w('office.quantity_wrong') : refused('quantity');
  const badCost = shown && !product.consignor && !(readRupiah(line.cost) ?? 0) ? w('office.cost_missing') : refused('cost_rupiah');
  const value = Number(readQuantity(line.quantity)) * (readRupiah(line.cost) ?? 0);
  return html`<li class="incoming"><div class="in-name"><b>${product.name}</b><small class="note">${product.consignor ? w('office.consigned', { name: product.consignor }) : w('office.stock_now', { n: quantity(product.stock), unit: product.unit })}</small></div>
    <${Field} label=${`${w('office.quantity')} (${product.unit})`} inputmode="decimal" value=${line.quantity} onInput=${(/** @type {string} */ v) => onChange({ ...line, quantity: v })} error=${bad} />
    ${product.consignor ? html`<p class="note in-cost">${w('office.consigned_cost')}</p>` : html`<${Field} label=${w('office.cost')} prefix="Rp" inputmode="numeric" value=${line.cost} onInput=${(/** @type {string} */ v) => onChange({ ...line, cost: v })} error=${badCost} />`}
    <span class="money in-value">${product.consignor ? '' : rupiah(Math.round(value))}</span><${IconButton} icon="trash" label=${w('office.remove', { name: product.name })} onClick=${onRemove} /></li>`;
}

/** @param {{door: Door, products: Product[], onDone: () => void}} props */
function Receive({ door, products, onDone }) {
  const suppliers = useResource(door, '/api/coop/store/suppliers').state.value.data?.suppliers ?? [];
  const [lines, setLines] = useState(/** @type {Incoming[]} */ ([]));
  const [way, setWay] = useState('credit');
  const [supplier, setSupplier] = useState('');
  const [reference, setReference] = useState('');
  const [tried, setTried] = useState(false);
  const own = lines.filter((l) => !l.product.consignor);
  const total = own.reduce((sum, l) => sum + Math.round(Number(readQuantity(l.quantity)) * (readRupiah(l.cost) ?? 0)), 0);
  const ask = useAct((id) => door.send('POST', '/api/coop/store/goods-receipts', { id, supplier, paid_by: way, reference: reference.trim(),
    lines: lines.map((l) => ({ product: l.product.id, quantity: readQuantity(l.quantity), cost_rupiah: l.product.consignor ? 0 : readRupiah(l.cost) ?? 0 })) }), (answer) => {
    toast(w('office.did_receive_goods', { amount: rupiah(answer.total_rupiah) }));
    setLines([]);
    setReference('');
    setTried(false);
    onDone();
  });
  const fine = lines.every((l) => readQuantity(l.quantity) && (l.product.consignor || (readRupiah(l.cost) ?? 0) > 0));
  const add = (/** @type {Product} */ p) => setLines((before) => (before.some((l) => l.product.id === p.id)
    ? before.map((l) => (l.product.id === p.id ? { ...l, quantity: String(Number(readQuantity(l.quantity) || 0) + 1).replace('.', ',') } : l)) : [{ product: p, quantity: '1', cost: '' }, ...before]));
  const refused = (/** @type {number} */ i) => (/** @type {string} */ field) => ask.fault?.field(`lines.${i}.${field}`) ?? '';
  const check = (/** @type {Event} */ e) => { e.preventDefault(); setTried(true); if (lines.length && fine && (way === 'cash' || supplier)) ask.open(); };
  return html`<${Sheet} title=${w('office.receive_goods')} class="receive"><${Pick} products=${products} onPick=${add} />
    <form onSubmit=${check} novalidate>${lines.length === 0 ? html`<p class="read">${w(products.length ? 'office.receive_empty' : 'office.products_none_text')}</p>` : html`<ul class="incomings">${lines.map((l, i) => html`<${IncomingRow} key=${l.product.id} line=${l} shown=${tried} refused=${refused(i)}
        onChange=${(/** @type {Incoming} */ n) => setLines(lines.map((x, j) => (j === i ? n : x)))} onRemove=${() => setLines(lines.filter((_, j) => j !== i))} />`)}</ul>
      <div class="in-foot"><${Field} label=${w('office.paid_by')} value=${way} onInput=${setWay} options=${['credit', 'cash'].map((v) => ({ value: v, label: w(`office.paid_by_${v}`) }))} />
        <${Field} label=${w('office.supplier')} value=${supplier} onInput=${setSupplier} options=${[{ value: '', label: w(way === 'cash' ? 'office.supplier_none' : 'office.supplier_choose') }, ...suppliers.map((/** @type {any} */ s) => ({ value: s.id, label: s.name }))]} error=${tried && way === 'credit' && !supplier ? w('office.supplier_missing') : ask.fault?.field('supplier')} />
        <${Field} label=${w('office.reference')} value=${reference} onInput=${setReference} placeholder=${w('office.reference_hint')} maxlength="80" /></div>
      <div class="in-sum"><span>${wn('office.n_products', lines.length)}</span><span class="fig fig-s"><span class="rp">Rp</span>${rupiah(total)}</span></div>
      <${Button} submit wide>${w('office.receive_go')}<//>`}</form>
    <${Dialog} open=${ask.isOpen} title=${w('office.receive_goods_title')} lead=${w(way === 'cash' ? 'office.receive_cash_lead' : 'office.receive_credit_lead', { name: suppliers.find((/** @type {any} */ s) => s.id === supplier)?.name ?? '' })} confirm=${w('office.receive_go')} busy=${ask.busy} busyText=${w('office.busy_writing')} onConfirm=${ask.run} onClose=${ask.close}
      rows=${lines.slice(0, 8).map((l) => ({ label: `${l.product.name} × ${l.quantity}`, amount_rupiah: Math.round(Number(readQuantity(l.quantity)) * (readRupiah(l.cost) ?? 0)) }))} total=${{ label: w('office.sum'), amount_rupiah: total }}><${Refusal} fault=${ask.fault} /><//><//>`;
}

/** @param {{list: ReturnType<typeof usePages>, beside: boolean}} props beside = the form has half of the width, so that rows say what else columns would */
function Receipts({ list, beside }) {
  const all = [
    { label: w('office.date'), class: 'date desk', cell: (/** @type {any} */ r) => day(r.date, 'medium') },
    { label: w('office.supplier'), cell: (/** @type {any} */ r) => html`${r.supplier || w(r.total_rupiah ? 'office.for_cash' : 'office.on_consignment')}${r.reference && html`<small class="note">${r.reference}</small>`}<small class=${`note ${beside ? 'block' : 'phone'}`}>${day(r.date, 'medium')} · ${r.lines.slice(0, 2).map((/** @type {any} */ l) => `${l.name} × ${quantity(l.quantity)}`).join(', ')}${r.lines.length > 2 ? ` +${r.lines.length - 2}` : ''}</small>` },
    { label: w('office.goods'), class: 'wide desk', cell: (/** @type {any} */ r) => html`<span class="small">${r.lines.slice(0, 3).map((/** @type {any} */ l) => `${l.name} × ${quantity(l.quantity)}`).join(', ')}${r.lines.length > 3 ? ` +${r.lines.length - 3}` : ''}</span>` },
    { label: 'Rp', num: true, cell: (/** @type {any} */ r) => html`<b>${rupiah(r.total_rupiah)}</b>` },
  ];
  const columns = beside ? all.filter((c) => !c.class) : all;
  if (list.fault) return html`<${FaultNote} fault=${list.fault} retry=${list.reload} />`;
  if (!list.rows.length) return list.loading ? html`<${Skeleton} rows=${5} />` : html`<div class="narrow"><${Empty} title=${w('office.receipts_none')} text=${w('office.receipts_none_text')} /></div>`;
  return html`<${Table} columns=${columns} rows=${list.rows} rowKey=${(/** @type {any} */ r) => r.id} caption=${w('office.receipts')} quietCaption /><${More} list=${list} label=${w('office.older')} />`;
}

/** Whether goods run out, in words. @param {Product} p */
const fewOf = (p) => (Number(p.stock) <= 0 ? html`<${State} icon="info" kind="rest">${w('office.stock_out')}<//>` : Number(p.stock) <= fewLeft ? html`<${State} icon="info" kind="soft">${w('office.stock_few')}<//>` : '');

const shownStock = 100;

/** @param {{products: Product[]}} props */
function Stock({ products }) {
  const only = route.value.query.get('show') === 'low';
  const [text, setText] = useState('');
  const [more, setMore] = useState(1);
  const t = text.trim().toLowerCase();
  const all = (only ? low(products) : products).filter((p) => !t || p.name.toLowerCase().includes(t) || p.barcode === t || p.code.toLowerCase() === t);
  const columns = [
    { label: w('office.goods'), cell: (/** @type {Product} */ p) => html`<b>${p.name}</b><small class="note phone">${p.barcode || p.code} · ${rupiah(p.member_price_rupiah || p.price_rupiah)}</small>` },
    { label: w('office.code'), class: 'desk', cell: (/** @type {Product} */ p) => html`<span class="soft">${p.barcode || p.code}</span>` },
    { label: w('office.category'), class: 'desk', cell: (/** @type {Product} */ p) => html`<span class="soft">${p.category || '–'}</span>` },
    { label: w('office.price_member'), num: true, class: 'desk', cell: (/** @type {Product} */ p) => rupiah(p.member_price_rupiah || p.price_rupiah) },
    { label: w('office.stock'), num: true, cell: (/** @type {Product} */ p) => html`<b>${quantity(p.stock)}</b> <span class="soft">${p.unit}</span><small class="phone">${fewOf(p)}</small>` },
    { label: html`<span class="vh">${w('office.status')}</span>`, class: 'desk', cell: (/** @type {Product} */ p) => fewOf(p) },
  ];
  return html`<div class="tools"><${Field} label=${w('common.search')} icon="search" type="search" value=${text} onInput=${setText} placeholder=${w('office.search_product')} /></div>
    <${Tabs} label=${w('office.filter')} value=${only ? 'low' : 'all'} onChange=${(/** @type {string} */ v) => go(`/barang/stok${query({ show: v === 'low' ? 'low' : '' })}`)} tabs=${[{ value: 'all', label: w('common.all') }, { value: 'low', label: w('office.stock_low', { n: low(products).length }) }]} />
    <div class="list">${all.length ? html`<${Table} columns=${columns} rows=${all.slice(0, shownStock * more)} rowKey=${(/** @type {Product} */ p) => p.id} caption=${w('office.stock')} quietCaption />` : html`<div class="narrow"><${Empty} title=${w(products.length ? 'office.stock_none' : 'office.products_none')} text=${products.length ? undefined : w('office.products_none_text')} /></div>`}</div>
    ${all.length > shownStock * more && html`<div class="more"><${Button} kind="ghost" small onClick=${() => setMore(more + 1)}>${w('common.more')}<//></div>`}`;
}

/** What needs no catalogue is drawn without one. @param {{draw: (c: any) => any}} props */
const AsItIs = ({ draw }) => draw(null);

/** @param {{door: Door}} props */
export function Goods({ door }) {
  const role = door.role.value;
  const takes = role === 'storekeeper' || role === 'manager';
  const sees = role !== 'supervisor';
  const tabs = [{ value: '', label: w('office.goods_in') }, ...(sees ? [{ value: 'stok', label: w('office.stock') }] : []), ...(role === 'cashier' ? [] : [{ value: 'penyesuaian', label: w('office.adjustments') }])];
  const tab = tabs.find((t) => t.value === route.value.parts[1])?.value ?? '';
  const list = usePages(door, 'receipts', (before) => `/api/coop/store/goods-receipts${query({ before, limit: 20 })}`);
  const catalogue = sees ? useResource(door, '/api/coop/store/catalogue') : null;
  return html`<${Head} title=${w('office.nav_goods')} lead=${w('office.goods_lead')} />
    <${Tabs} label=${w('office.nav_goods')} value=${tab} onChange=${(/** @type {string} */ v) => go(v ? `/barang/${v}` : '/barang')} tabs=${tabs} />
    ${tab === 'stok' && catalogue ? html`<${Loaded} of=${catalogue} rows=${8} draw=${(/** @type {any} */ c) => html`<${Stock} products=${c.products} />`} />`
    : tab === 'penyesuaian' ? html`<${takes && catalogue ? Loaded : AsItIs} of=${catalogue} draw=${(/** @type {any} */ c) => html`<${Adjustments} door=${door} products=${takes ? c.products : null} onMoved=${() => catalogue?.load()} />`} />`
    : html`<div class=${takes ? 'goods' : ''}>${takes && catalogue && html`<${Loaded} of=${catalogue} draw=${(/** @type {any} */ c) => html`<${Receive} door=${door} products=${c.products} onDone=${() => { list.reload(); catalogue.load(); }} />`} />`}
      <section class="list"><h2 class="h3">${w('office.receipts')}</h2><${Receipts} list=${list} beside=${takes} /></section></div>`}`;
}
