// Tagihan pemasok: what was received and is paid later. A bill that was booked by mistake is taken back here.
import { Button, Dialog, Empty, FaultNote, Field, Skeleton, toast } from '../../lib/components/index.js';
import { Table } from '../../lib/components/table.js';
import { day, rupiah, today } from '../../lib/format.js';
import { href } from '../../lib/route.js';
import { html, useEffect, useState } from '../../lib/view.js';
import { w } from '../../lib/words.js';
import { query, useAct, usePages } from '../fetching.js';
import { Head, More, Refusal, State } from '../parts.js';
import { Back } from './parts.js';

/** @typedef {import('../types.js').Door} Door */

/** @param {{door: Door, b: any, onDone: () => void, onClose: () => void}} props */
function TakeBack({ door, b, onDone, onClose }) {
  const [reason, setReason] = useState('');
  const ask = useAct((id) => door.send('POST', `/api/coop/treasury/bills/${b.bill}/reverse`, { id, reason: reason.trim() }), () => { toast(w('cash.did_take_back_bill', { amount: rupiah(b.amount_rupiah) })); onClose(); onDone(); });
  useEffect(() => { ask.open(); }, []);
  return html`<${Dialog} open title=${w('cash.take_back_bill_title')} lead=${w('cash.take_back_bill_lead', { supplier: b.supplier_name })} confirm=${w('cash.take_back_bill')} busy=${ask.busy} busyText=${w('office.busy_writing')} refusal=${reason.trim() ? '' : w('cash.reason_first')} onConfirm=${ask.run} onClose=${onClose}
    rows=${[{ label: w('cash.what_for'), text: b.category_name }, { label: w('cash.due'), text: day(b.due, 'medium') }]} total=${{ label: w('office.amount'), amount_rupiah: b.amount_rupiah }}>
    <div class="form"><${Field} label=${w('cash.reason')} value=${reason} onInput=${setReason} maxlength="200" /></div><${Refusal} fault=${ask.fault} /><//>`;
}

/** @param {{door: Door, writes: boolean}} props */
export function Bills({ door, writes }) {
  const list = usePages(door, 'bills', (before) => `/api/coop/treasury/bills${query({ before, limit: 25 })}`);
  const [open, setOpen] = useState(/** @type {any} */ (null));
  const takeBack = (/** @type {any} */ b, /** @type {string} */ kind) => writes && !b.reversed_by && html`<button type="button" class=${`lnk ${kind}`} onClick=${() => setOpen(b)}>${w('cash.take_back_bill')}<span class="vh"> ${b.number}</span></button>`;
  const dueOf = (/** @type {any} */ b) => (b.reversed_by ? html`<${State} icon="info" kind="soft">${w('cash.bill_taken_back')}<//>` : html`<span class=${b.due < today() ? '' : 'soft'}>${day(b.due, 'medium')}</span>`);
  const columns = [
    { label: w('office.date'), class: 'date desk', cell: (/** @type {any} */ b) => day(b.date, 'medium') },
    { label: w('office.supplier'), class: 'wide', cell: (/** @type {any} */ b) => html`<span class=${b.reversed_by ? 'gone' : ''}>${b.supplier_name}</span><small class="note">${b.category_name}${b.note ? ` · ${b.note}` : ''} · <a class="nowrap" href=${href(`/laporan/jurnal/${b.bill}`)}>${b.number}</a></small><small class="note phone">${day(b.date, 'medium')} · ${w('cash.due')} ${dueOf(b)}</small>${takeBack(b, 'phone')}` },
    { label: w('cash.due'), class: 'desk', cell: dueOf },
    { label: 'Rp', num: true, cell: (/** @type {any} */ b) => html`<b>${rupiah(b.amount_rupiah)}</b>` },
    ...(writes ? [{ label: html`<span class="vh">${w('cash.take_back_bill')}</span>`, num: true, class: 'desk', cell: (/** @type {any} */ b) => takeBack(b, '') }] : []),
  ];
  return html`<${Back} /><${Head} title=${w('office.coll_v_supplier_bills')} lead=${w('cash.bills_lead')}>${writes && html`<${Button} href=${href('/kas/bayar?from=later')} icon="cash">${w('cash.bill_new')}<//><${Button} kind="ghost" href=${href('/kas/bayar?kind=supplier')}>${w('cash.pay_supplier')}<//>`}<//>
    <div class="list">${list.fault && html`<${FaultNote} fault=${list.fault} retry=${list.reload} />`}${list.loading && !list.rows.length && html`<${Skeleton} rows=${5} />`}
      ${list.rows.length > 0 && html`<${Table} columns=${columns} rows=${list.rows} rowKey=${(/** @type {any} */ b) => b.bill} caption=${w('office.coll_v_supplier_bills')} quietCaption />`}
      ${!list.loading && !list.fault && !list.rows.length && html`<div class="narrow"><${Empty} title=${w('cash.bills_none')} text=${w('cash.bills_none_text')} /></div>`}<${More} list=${list} label=${w('office.older')} /></div>
    ${open && html`<${TakeBack} key=${open.bill} door=${door} b=${open} onDone=${list.reload} onClose=${() => setOpen(null)} />`}`;
}
