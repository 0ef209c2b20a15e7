// The questions before each step of a run. Every one is asked once and says in numbers what follows.
import { Button, Check, Dialog, Field, Icon, inOrder, kindName, toast } from '../../lib/components/index.js';
import { Table } from '../../lib/components/table.js';
import { count, period as periodText, readRupiah, rupiah } from '../../lib/format.js';
import { html, useEffect, useRef, useState } from '../../lib/view.js';
import { has, w, wn } from '../../lib/words.js';
import { useAct } from '../fetching.js';
import { Refusal } from '../parts.js';
import { due, expected, posted, shiftPeriod } from './run.js';

/** @typedef {import('../types.js').Run} Run */
/** @typedef {import('../types.js').Door} Door */
/** @typedef {{door: Door, run: Run, onDone: (run: Run) => void, onClose: () => void}} ActProps */

/** Opens an act as soon as its dialog is drawn, so that the key is as old as the question. @param {{open: () => void}} it */
function useOpen(it) { useEffect(() => { it.open(); }, []); }

/** @param {string} period @param {string} step */
export const path = (period, step) => `/api/coop/payroll/runs/${period}/${step}`;

/** @param {ActProps & {act: string, title: string, lead: string, rows?: any[], total?: any, confirm: string, said: string, body?: any, children?: any}} props */
function Ask({ door, run, act, onDone, onClose, title, lead, rows, total, confirm, said, body, children }) {
  const it = useAct((id) => door.send('POST', path(run.period, act), { id, ...body }), (answer) => { toast(said); onDone(answer); onClose(); });
  useOpen(it);
  return html`<${Dialog} open title=${title} lead=${lead} rows=${rows?.filter((r) => r.text || r.amount_rupiah > 0)} total=${total} confirm=${confirm} busy=${it.busy} busyText=${w('office.busy_writing')}
    onConfirm=${it.run} onClose=${onClose}>${children}<${Refusal} fault=${it.fault} /><//>`;
}

/** @param {Run} run @param {'requested_rupiah' | 'deducted_rupiah'} field */
const compositionRows = (run, field) => inOrder(run.composition).map((c) => ({ label: kindName(c.kind), amount_rupiah: c[field] }));

/** @param {ActProps} props */
function Lock(props) {
  const { run } = props;
  return html`<${Ask} ...${props} act="lock" title=${w('office.lock_title', { month: periodText(run.period) })} lead=${wn('office.lock_lead', run.members, { n: count(run.members) })}
    rows=${compositionRows(run, 'requested_rupiah')} total=${{ label: w('office.requested'), amount_rupiah: run.requested_rupiah }} confirm=${w('office.act_lock')} said=${w('office.did_lock')} />`;
}

/** @param {ActProps} props */
function Redraft(props) {
  const { run } = props;
  return html`<${Ask} ...${props} act="draft" title=${w('office.draft_title', { month: periodText(run.period) })} lead=${w('office.redraft_lead')}
    rows=${[{ label: w('office.now_requested'), amount_rupiah: run.requested_rupiah }]} confirm=${w('office.again_draft')} said=${w('office.did_draft')} />`;
}

/** @param {ActProps} props */
function Settle(props) {
  const { run } = props;
  const [closing, setClosing] = useState(false);
  const silent = run.units.filter((u) => !u.answered && u.requested_rupiah > 0);
  const rows = [...compositionRows(run, 'deducted_rupiah'), { label: kindName('excess'), amount_rupiah: run.excess_rupiah }];
  const moves = run.remaining_rupiah - run.skipped_rupiah;
  const lead = [wn('office.settle_lead', run.answered_members ?? run.members, { n: count(run.answered_members ?? run.members) }), moves > 0 && w('office.settle_moves', { amount: rupiah(moves), month: periodText(shiftPeriod(run.period, 1)) }),
    run.skipped_rupiah > 0 && w('office.settle_skips', { amount: rupiah(run.skipped_rupiah) })].filter(Boolean).join(' ');
  return html`<${Ask} ...${props} act="settle" title=${w('office.settle_title', { month: periodText(run.period) })} lead=${lead} rows=${rows}
    total=${{ label: w('office.into_books'), amount_rupiah: posted(run) }} confirm=${w('office.act_settle')} said=${w('office.did_settle')} key=${String(closing)} body=${closing ? { close_unanswered: true } : {}}>
    ${silent.length > 0 && html`<p class="read silent">${w(closing ? 'office.settle_closing' : 'office.settle_silent', { names: silent.slice(0, 3).map((u) => u.name).join(', ') + (silent.length > 3 ? ' …' : '') })}</p><${Check} label=${w('office.settle_close')} checked=${closing} onChange=${setClosing} />`}<//>`;
}

/** The files for the officers. Taking the first marks the run as sent. @param {ActProps} props */
function Export({ door, run, onDone, onClose }) {
  const it = useAct((id) => door.send('POST', path(run.period, 'export'), { id }), (answer) => { toast(w('office.did_export')); onDone(answer); });
  useOpen(it);
  const sent = run.state !== 'locked';
  return html`<${Dialog} open big title=${w('office.files_title', { month: periodText(run.period) })} lead=${sent ? w('office.files_lead') : w('office.export_lead')} confirm=${sent ? undefined : w('office.act_export')} busy=${it.busy} busyText=${w('office.busy_writing')}
    onConfirm=${it.run} onClose=${onClose}><${Refusal} fault=${it.fault} /><${Files} door=${door} run=${run} /><//>`;
}

/** @param {{door: Door, run: Run}} props */
function Files({ door, run }) {
  const [busy, setBusy] = useState('');
  const take = async (/** @type {import('../types.js').Unit} */ unit, /** @type {string} */ ending) => {
    setBusy(unit.id + ending);
    try {
      await door.download(path(run.period, `files/${encodeURIComponent(unit.id)}.${ending}`), `potong-gaji-${run.period}-${unit.code || unit.id}.${ending}`);
    } catch (cause) {
      toast(/** @type {Error} */ (cause).message, { kind: 'bad' });
    } finally { setBusy(''); }
  };
  const button = (/** @type {any} */ unit, /** @type {string} */ ending) => html`<${Button} kind="ghost" small icon="download" busy=${busy === unit.id + ending} onClick=${() => take(unit, ending)}>${ending.toUpperCase()}<span class="vh"> ${unit.name}</span><//>`;
  return html`<ul class="files">${run.units.map((unit) => html`<li key=${unit.id}><span><b>${unit.name}</b><small class="note">${wn('office.n_members', unit.members, { n: count(unit.members) })} · ${rupiah(unit.requested_rupiah)}</small></span>
    <span class="files-b">${button(unit, 'xlsx')}${button(unit, 'csv')}</span></li>`)}</ul>`;
}

const limit = 32 * 1024 * 1024;

/** The officer's file goes up; what was read, matched and rejected comes back, each row with its remedy. @param {ActProps} props */
function Answer({ door, run, onDone, onClose }) {
  const [file, setFile] = useState(/** @type {File | null} */ (null));
  const [report, setReport] = useState(/** @type {any} */ (null));
  const [wrong, setWrong] = useState('');
  const input = useRef(/** @type {HTMLInputElement | null} */ (null));
  const it = useAct((id) => {
    const body = new FormData();
    body.append('id', id);
    body.append('file', /** @type {File} */ (file));
    return door.send('POST', path(run.period, 'answer'), body);
  }, (answer) => { setReport(answer); onDone(answer.run); });
  useOpen(it);
  const choose = (/** @type {File | undefined} */ next) => {
    if (!next) return;
    setWrong(next.size > limit ? w('office.file_too_large') : '');
    // Another file is another act, so it gets a key of its own.
    if (file) it.open();
    setFile(next);
  };
  if (report) return html`<${AnswerReport} report=${report} onClose=${onClose} another=${() => { setReport(null); setFile(null); it.open(); }} />`;
  const over = (/** @type {DragEvent} */ e) => { e.preventDefault(); };
  const drop = (/** @type {DragEvent} */ e) => { e.preventDefault(); choose(e.dataTransfer?.files?.[0]); };
  return html`<${Dialog} open title=${w('office.answer_title')} lead=${w('office.answer_lead')} confirm=${w('office.act_answer')} busy=${it.busy} busyText=${w('office.busy_reading')} refusal=${file ? wrong : w('office.file_first')}
    onConfirm=${it.run} onClose=${onClose}>
    <div class=${`drop ${file ? 'has' : ''}`} onDragOver=${over} onDrop=${drop}><${Icon} name="file" /><span><b>${file ? file.name : w('office.file_none')}</b><small class="note">${file ? w('office.kilobytes', { n: count(Math.max(1, Math.round(file.size / 1024))) }) : w('office.file_kinds')}</small></span>
      <${Button} kind="ghost" small onClick=${() => input.current?.click()}>${w(file ? 'office.file_other' : 'office.file_choose')}<//>
      <input ref=${input} class="vh" type="file" tabindex="-1" aria-label=${w('office.file_choose')} accept=".csv,.xlsx,.txt" onChange=${(/** @type {any} */ e) => choose(e.currentTarget.files?.[0])} /></div>
    <${Refusal} fault=${it.fault} /><//>`;
}

const shownRejected = 200;

/** @param {{report: any, onClose: () => void, another: () => void}} props */
function AnswerReport({ report, onClose, another }) {
  const rejected = report.rejected ?? [];
  const columns = [{ label: w('office.row'), num: true, cell: (/** @type {any} */ r) => r.row }, { label: w('office.column'), cell: (/** @type {any} */ r) => (has(`office.field_${r.field}`) ? w(`office.field_${r.field}`) : r.field || '–') }, { label: w('office.remedy'), cell: (/** @type {any} */ r) => r.message }];
  return html`<${Dialog} open big title=${rejected.length ? w('office.read_some') : w('office.read_all')} lead=${rejected.length ? w('office.read_some_lead') : w('office.read_all_lead')} cancel=${w('common.close')} onClose=${onClose}>
    <dl class="trio"><div><dt>${w('office.read')}</dt><dd>${count(report.read)}</dd></div><div><dt>${w('office.matched')}</dt><dd>${count(report.matched)}</dd></div><div><dt>${w('office.rejected')}</dt><dd>${count(rejected.length)}</dd></div></dl>
    ${rejected.length > 0 && html`<div class="rejected"><${Table} columns=${columns} rows=${rejected.slice(0, shownRejected)} rowKey=${(/** @type {any} */ r) => rejected.indexOf(r)} caption=${w('office.rejected_rows')} quietCaption /></div>
      ${rejected.length > shownRejected && html`<p class="note">${w('office.rejected_more', { n: count(rejected.length - shownRejected) })}</p>`}
      <button type="button" class="lnk" onClick=${another}>${w('office.file_again')}</button>`}<//>`;
}

/** Money seen on the bank account, per work unit. @param {ActProps} props */
function Receive({ door, run, onDone, onClose }) {
  const open = run.units.filter((u) => u.received_rupiah < due(u));
  const [unit, setUnit] = useState(open[0]?.id ?? '');
  const chosen = run.units.find((u) => u.id === unit);
  const rest = chosen ? due(chosen) - chosen.received_rupiah : 0;
  const [text, setText] = useState(rupiah(rest));
  const [error, setError] = useState('');
  const it = useAct((id) => door.send('POST', path(run.period, 'receive'), { id, unit, amount_rupiah: readRupiah(text) }), (answer) => {
    toast(w('office.did_receive', { amount: rupiah(readRupiah(text) ?? 0) }));
    onDone(answer);
    onClose();
  });
  useOpen(it);
  const choose = (/** @type {string} */ id) => {
    const next = run.units.find((u) => u.id === id);
    setUnit(id);
    setText(rupiah(next ? due(next) - next.received_rupiah : 0));
    setError('');
    it.open();
  };
  const confirm = () => {
    const amount = readRupiah(text);
    if (!amount) setError(w('office.amount_missing'));
    else if (amount > rest) setError(w('office.amount_above', { amount: rupiah(rest) }));
    else it.run();
  };
  return html`<${Dialog} open title=${w('office.receive_title')} lead=${w('office.receive_lead', { amount: rupiah(expected(run)) })} confirm=${w('office.act_receive')} busy=${it.busy} busyText=${w('office.busy_writing')} onConfirm=${confirm} onClose=${onClose}
    rows=${[{ label: w('office.receive_due'), amount_rupiah: chosen ? due(chosen) : 0 }, { label: w('office.receive_before'), amount_rupiah: chosen?.received_rupiah ?? 0 }]}>
    <div class="form"><${Field} label=${w('office.work_unit')} value=${unit} options=${open.map((u) => ({ value: u.id, label: u.name }))} onInput=${choose} />
      <${Field} label=${w('office.amount')} prefix="Rp" inputmode="numeric" value=${text} onInput=${(/** @type {string} */ v) => { setText(v); setError(''); }} error=${error || it.fault?.field('amount_rupiah')} /></div>
    <${Refusal} fault=${it.fault} /><//>`;
}

/** @param {{door: Door, period: string, onDone: (run: Run) => void, onClose: () => void}} props */
export function FirstDraft({ door, period, onDone, onClose }) {
  const it = useAct((id) => door.send('POST', path(period, 'draft'), { id }), (answer) => { toast(w('office.did_draft')); onDone(answer); onClose(); });
  useOpen(it);
  return html`<${Dialog} open title=${w('office.draft_title', { month: periodText(period) })} lead=${w('office.draft_lead')} confirm=${w('office.act_draft')} busy=${it.busy} busyText=${w('office.busy_collecting')} onConfirm=${it.run} onClose=${onClose}><${Refusal} fault=${it.fault} /><//>`;
}

const dialogs = /** @type {Record<string, any>} */ ({ lock: Lock, draft: Redraft, export: Export, answer: Answer, settle: Settle, receive: Receive });

/** The dialog of an act, or nothing. @param {ActProps & {act: string}} props */
export function ActDialog({ act, ...props }) {
  return act ? html`<${dialogs[act]} key=${act} ...${props} />` : null;
}
