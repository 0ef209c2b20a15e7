// Saldo awal: a list of balances is tried first; what is wrong is named row by row; a manager puts it into the books.
import { hand } from '../../lib/auth.js';
import { Button, Dialog, Field, Loaded, toast } from '../../lib/components/index.js';
import { Table } from '../../lib/components/table.js';
import { count, day, rupiah, today } from '../../lib/format.js';
import { html, useState } from '../../lib/view.js';
import { has, w } from '../../lib/words.js';
import { Drop, fileLimit } from '../drop.js';
import { useAct, useResource } from '../fetching.js';
import { Refusal, State } from '../parts.js';

/** @typedef {import('../types.js').Door} Door */

/** @param {{door: Door}} props */
export function Opening({ door }) {
  const it = useResource(door, '/api/coop/opening');
  return html`<div class="list opening"><${Loaded} of=${it} rows=${3} draw=${(/** @type {any} */ s) => (s.done ? html`<${Done} door=${door} state=${s} onDone=${it.load} />` : s.late ? html`<${Late} />` : html`<${Try} door=${door} onDone=${it.load} />`)} /></div>`;
}

/** @param {{door: Door, state: any, onDone: () => void}} props */
function Done({ door, state, onDone }) {
  const [open, setOpen] = useState(false);
  const [reason, setReason] = useState('');
  const ask = useAct((id) => door.send('POST', '/api/coop/opening/undo', { id, reason: reason.trim() }), () => { toast(w('office.did_undo')); setOpen(false); onDone(); });
  return html`<div class="narrow-list"><p class="verdict"><${State} icon="check">${w('office.opening_in', { date: day(state.date) })}<//></p>
    <p class="read">${w('office.opening_balances', { n: count(state.balances) })} ${w(state.may_undo ? 'office.opening_may_undo' : 'office.opening_built_on')}</p>
    ${state.may_undo && door.role.value === 'manager' && html`<p class="step"><${Button} kind="ghost" onClick=${() => { setOpen(true); ask.open(); }}>${w('office.undo')}<//></p>`}
    ${open && html`<${Dialog} open danger title=${w('office.undo_title')} lead=${w('office.undo_lead')} confirm=${w('office.undo')} busy=${ask.busy} refusal=${reason.trim() ? '' : w('office.reason_missing')} onConfirm=${ask.run} onClose=${() => setOpen(false)}>
      <div class="form"><${Field} label=${w('office.reason')} value=${reason} onInput=${setReason} maxlength="500" error=${ask.fault?.field('reason')} /></div><${Refusal} fault=${ask.fault} /><//>`}</div>`;
}

/** Too late for a list: what is missing comes as everything else does. */
const Late = () => html`<div class="narrow-list"><p class="verdict"><${State} icon="lock">${w('office.opening_late')}<//></p><p class="read">${w('office.opening_late_lead')}</p>
  <ul class="read"><li><a href="#/buku/manual/baru">${w('office.opening_late_manual')}</a></li><li><a href="#/anggota">${w('office.opening_late_savings')}</a></li><li><a href="#/barang">${w('office.opening_late_goods')}</a></li></ul></div>`;

const sample = 'jenis;kode;nama;debit;kredit;jumlah;harga pokok;jatuh tempo\r\nakun;1101;Kas besar;5.000.000;;;;\r\nakun;3101;Simpanan pokok;;100.000;;;\r\npokok;0001;Nama anggota;;100.000;;;\r\nbelanja;0001;Nama anggota;75.000;;;;2026-10-05\r\nbarang;8995522000015;Sabun;;;24;8.500;\r\nakun;3201;Cadangan umum;;5.179.000;;;\r\n';

/** An example of the list, to fill in. */
function takeSample() {
  hand(new Blob(['\ufeff', sample], { type: 'text/csv' }), 'saldo-awal-contoh.csv');
}

/** @param {{door: Door, onDone: () => void}} props */
function Try({ door, onDone }) {
  const [file, setFile] = useState(/** @type {File | null} */ (null));
  const [date, setDate] = useState(today());
  const [report, setReport] = useState(/** @type {any} */ (null));
  const [asking, setAsking] = useState(false);
  const send = (/** @type {string} */ id, dry = true) => {
    const body = new FormData();
    if (!dry) body.append('id', id);
    body.append('date', date);
    body.append('file', /** @type {File} */ (file));
    return door.send('POST', `/api/coop/import/balances${dry ? '?dry_run=1' : ''}`, body);
  };
  const attempt = useAct((id) => send(id), setReport);
  const take = useAct((id) => send(id, false), (answer) => { setAsking(false); if (answer.done) { toast(w('office.did_opening')); onDone(); } else setReport(answer); });
  const choose = (/** @type {File} */ next) => { setFile(next); setReport(null); attempt.open(); };
  const tooLarge = file && file.size > fileLimit ? w('office.file_too_large') : '';
  const good = report && !report.rejected.length && !report.differences.length && report.read > 0;
  return html`<div class="narrow-list"><p class="read">${w('office.opening_lead')}</p>
    <p><button type="button" class="lnk" onClick=${takeSample}>${w('office.opening_sample')}</button></p>
    <${Drop} file=${file} choose=${choose} kinds=${w('office.opening_kinds')} />
    <div class="opening-go"><${Field} label=${w('office.opening_date')} type="date" max=${today()} value=${date} onInput=${(/** @type {string} */ d) => { setDate(d); setReport(null); attempt.open(); }} error=${attempt.fault?.field('date')} />
      <${Button} disabled=${!file || Boolean(tooLarge)} why=${tooLarge || w('office.file_first')} busy=${attempt.busy} busyText=${w('office.busy_reading')} onClick=${attempt.run}>${w('office.opening_try')}<//></div>
    <${Refusal} fault=${attempt.fault} /></div>
    ${report && html`<${Found} report=${report} />`}
    ${good && html`<div class="narrow-list step">${door.role.value === 'manager' ? html`<${Button} onClick=${() => { setAsking(true); take.open(); }}>${w('office.opening_take')}<//>` : html`<p class="note">${w('office.opening_manager')}</p>`}</div>`}
    ${asking && html`<${Dialog} open title=${w('office.opening_take_title', { date: day(date) })} lead=${w('office.opening_take_lead')} rows=${[{ label: w('office.debit'), amount_rupiah: report.debit_rupiah }, { label: w('office.credit'), amount_rupiah: report.credit_rupiah }]} confirm=${w('office.opening_take')} busy=${take.busy} busyText=${w('office.busy_writing')} onConfirm=${take.run} onClose=${() => setAsking(false)}><${Refusal} fault=${take.fault} /><//>`}`;
}

/** What a try found: totals by kind, differences by name, and every row that is refused. @param {{report: any}} props */
function Found({ report }) {
  const rejected = report.rejected;
  const kinds = [{ label: w('office.what'), cell: (/** @type {any} */ k) => w(`office.balance_${k.kind}`) }, { label: w('office.rows'), num: true, cell: (/** @type {any} */ k) => count(k.rows) },
    { label: 'Rp', num: true, cell: (/** @type {any} */ k) => rupiah(k.amount_rupiah) }];
  const differences = [{ label: w('office.account'), cell: (/** @type {any} */ d) => html`<span class="code">${d.account}</span> ${d.name}` }, { label: w('office.stated'), num: true, class: 'desk', cell: (/** @type {any} */ d) => rupiah(d.stated_rupiah) },
    { label: w('office.found'), num: true, class: 'desk', cell: (/** @type {any} */ d) => rupiah(d.found_rupiah) }, { label: w('office.difference'), num: true, cell: (/** @type {any} */ d) => html`<b>${rupiah(d.difference_rupiah)}</b>` }];
  const rows = [{ label: w('office.row'), num: true, cell: (/** @type {any} */ r) => r.row }, { label: w('office.column'), cell: (/** @type {any} */ r) => (has(`office.balance_field_${r.field}`) ? w(`office.balance_field_${r.field}`) : r.field || '–') }, { label: w('office.remedy'), cell: (/** @type {any} */ r) => r.message }];
  const good = !rejected.length && !report.differences.length && report.kinds.length > 0;
  return html`<section class="sec opening-found" aria-live="polite"><p class="verdict">${good ? html`<${State} icon="check">${w('office.opening_good')}<//>` : html`<${State} icon="warning" kind="neg">${w('office.opening_bad')}<//>`}</p>
    ${rejected.length > 0 && html`<h2 class="h3">${w('office.rejected_rows')}</h2><div class="rejected"><${Table} columns=${rows} rows=${rejected} rowKey=${(/** @type {any} */ r) => rejected.indexOf(r)} caption=${w('office.rejected_rows')} quietCaption /></div>
      ${report.rejected_more > 0 && html`<p class="note">${w('office.rejected_more', { n: count(report.rejected_more) })}</p>`}`}
    ${report.differences.length > 0 && html`<h2 class="h3">${w('office.differences')}</h2><p class="note read">${w('office.differences_lead')}</p><${Table} columns=${differences} rows=${report.differences} rowKey=${(/** @type {any} */ d) => d.account} caption=${w('office.differences')} quietCaption />`}
    ${report.kinds.length > 0 && html`<h2 class="h3">${w('office.opening_totals')}</h2><${Table} columns=${kinds} rows=${report.kinds} rowKey=${(/** @type {any} */ k) => k.kind} caption=${w('office.opening_totals')} quietCaption />`}</section>`;
}
