// The officer's answer: the file is looked at first, side by side with what was asked; only then is it taken.
import { Check as Tick, Dialog, Field, Icon, Skeleton, toast } from '../../lib/components/index.js';
import { Table } from '../../lib/components/table.js';
import { asFault } from '../../lib/api.js';
import { count, memberNumber, readRupiah, rupiah } from '../../lib/format.js';
import { html, useEffect, useState } from '../../lib/view.js';
import { has, w, wn } from '../../lib/words.js';
import { Drop, fileLimit } from '../drop.js';
import { useAct } from '../fetching.js';
import { Refusal, reasonText } from '../parts.js';

/** @typedef {import('../types.js').Run} Run */
/** @typedef {import('../types.js').Door} Door */
/** @typedef {import('../types.js').Preview} Preview */
/** @typedef {import('../types.js').PreviewLine} PreviewLine */

const shown = 200;

/** What is other than asked or known, line by line. @param {{lines: PreviewLine[], more?: number, caption: string, missing?: boolean}} props */
function Lines({ lines, more, caption, missing }) {
  if (!lines.length) return null;
  const known = (/** @type {number | null} */ n) => (n === null || n === undefined ? '–' : rupiah(n));
  const why = (/** @type {PreviewLine} */ l) => (l.settled ? w(l.was_rupiah === l.deducted_rupiah ? 'office.preview_settled_same' : 'office.preview_settled') : reasonText(l.reason));
  const columns = [
    { label: w('office.member'), cell: (/** @type {PreviewLine} */ l) => html`<b>${l.name || memberNumber(l.member)}</b><small class="note block">${memberNumber(l.member)}${l.row ? ` · ${w('office.row_n', { n: l.row })}` : ''}</small>${!missing && html`<small class="note phone">${w('office.requested')} ${rupiah(l.requested_rupiah)} · ${w('office.answer_before')} ${known(l.was_rupiah)}</small><small class="phone">${why(l)}</small>`}` },
    { label: w('office.requested'), num: true, class: missing ? '' : 'desk', cell: (/** @type {PreviewLine} */ l) => rupiah(l.requested_rupiah) },
    ...(missing ? [] : [
      { label: w('office.answer_before'), num: true, class: 'desk', cell: (/** @type {PreviewLine} */ l) => known(l.was_rupiah) },
      { label: w('office.answer_now'), num: true, cell: (/** @type {PreviewLine} */ l) => html`<b>${rupiah(l.deducted_rupiah)}</b>` },
      { label: w('office.difference'), num: true, cell: (/** @type {PreviewLine} */ l) => { const d = l.deducted_rupiah - (l.settled ? l.was_rupiah ?? 0 : l.requested_rupiah); return html`<span class=${d < 0 ? 'rest' : ''}>${d > 0 ? '+' : ''}${rupiah(d)}</span>`; } },
      { label: w('office.note'), class: 'desk', cell: why }]),
  ];
  return html`<div class="preview-t"><h3 class="h3">${caption}</h3><${Table} columns=${columns} rows=${lines.slice(0, shown)} rowKey=${(/** @type {PreviewLine} */ l) => `${l.member}`} caption=${caption} quietCaption />
    ${(more ?? 0) + Math.max(0, lines.length - shown) > 0 && html`<p class="note">${w('office.rejected_more', { n: count((more ?? 0) + Math.max(0, lines.length - shown)) })}</p>`}</div>`;
}

/** @param {{rejected: import('../types.js').Rejected[]}} props */
export function RejectedRows({ rejected }) {
  if (!rejected.length) return null;
  const columns = [{ label: w('office.row'), num: true, cell: (/** @type {any} */ r) => r.row }, { label: w('office.column'), cell: (/** @type {any} */ r) => (has(`office.field_${r.field}`) ? w(`office.field_${r.field}`) : r.field || '–') }, { label: w('office.remedy'), cell: (/** @type {any} */ r) => r.message }];
  return html`<div class="rejected"><${Table} columns=${columns} rows=${rejected.slice(0, shown)} rowKey=${(/** @type {any} */ r) => rejected.indexOf(r)} caption=${w('office.rejected_rows')} quietCaption /></div>
    ${rejected.length > shown && html`<p class="note">${w('office.rejected_more', { n: count(rejected.length - shown) })}</p>`}`;
}

/** @param {{preview: Preview, seen: boolean, setSeen: (v: boolean) => void}} props */
export function PreviewOf({ preview: v, seen, setSeen }) {
  const off = v.footer && v.footer.difference_rupiah !== 0;
  return html`<dl class="trio"><div><dt>${w('office.read')}</dt><dd>${count(v.read)}</dd></div><div><dt>${w('office.matched')}</dt><dd>${count(v.matched)}</dd></div><div><dt>${w('office.rejected')}</dt><dd>${count(v.rejected.length)}</dd></div></dl>
    <dl class="rows"><div><dt>${w('office.preview_asked')}</dt><dd>${rupiah(v.asked_rupiah)}</dd></div><div><dt>${w('office.preview_deducted')}</dt><dd>${rupiah(v.deducted_rupiah)}</dd></div>
      ${v.lost_rupiah > 0 && html`<div><dt>${w('office.preview_lost')}</dt><dd>${rupiah(v.lost_rupiah)}</dd></div>`}</dl>
    ${v.read_before && html`<p class="note"><${Icon} name="info" /> ${w('office.preview_before')}</p>`}
    ${v.unread_sheets && html`<p class="note"><${Icon} name="info" /> ${w('office.preview_unread', { sheets: v.unread_sheets.join(', ') })}</p>`}
    ${v.hidden_rows && html`<p class="note"><${Icon} name="info" /> ${w('office.preview_hidden', { rows: v.hidden_rows.join(', ') })}</p>`}
    <p class="note">${w('office.preview_counts', { full: count(v.full), same: count(v.same) })}</p>
    ${off && html`<div class="footer-off"><p class="err"><${Icon} name="warning" /><span>${w('office.footer_differs', { row: v.footer?.row ?? 0, stated: rupiah(v.footer?.stated_rupiah ?? 0), found: rupiah(v.footer?.found_rupiah ?? 0), difference: rupiah(v.footer?.difference_rupiah ?? 0) })}</span></p>
      <${Tick} label=${w('office.footer_accept')} checked=${seen} onChange=${setSeen} /></div>`}
    <${Lines} lines=${v.lines} more=${v.lines_more} caption=${w('office.preview_differs')} />
    <${Lines} lines=${v.missing} more=${v.missing_more} caption=${wn('office.preview_missing', v.missing.length + (v.missing_more ?? 0), { n: count(v.missing.length + (v.missing_more ?? 0)) })} missing />
    ${v.rejected.length > 0 && html`<h3 class="h3">${w('office.rejected_rows')}</h3>`}<${RejectedRows} rejected=${v.rejected} />`;
}

/**
 * A file that is tried before it is sent: the address with `?dry_run=1` gives the preview.
 * @param {Door} door @param {string} path @param {(answer: any) => void} done @param {() => Record<string, string>} [fields]
 */
export function useTriedFile(door, path, done, fields) {
  const [file, setFile] = useState(/** @type {File | null} */ (null));
  const [preview, setPreview] = useState(/** @type {Preview | null} */ (null));
  const [fault, setFault] = useState(/** @type {any} */ (null));
  const [looking, setLooking] = useState(false);
  const [seen, setSeen] = useState(false);
  const form = () => { const body = new FormData(); body.append('file', /** @type {File} */ (file)); return body; };
  const it = useAct((id) => {
    const body = form();
    body.append('id', id);
    if (seen) body.append('footer', 'seen');
    for (const [name, value] of Object.entries(fields?.() ?? {})) body.append(name, value);
    return door.send('POST', path, body);
  }, done);
  useEffect(() => { it.open(); }, []);
  async function choose(/** @type {File} */ next) {
    setFile(next);
    setPreview(null);
    setSeen(false);
    setFault(null);
    it.open(); // another file is another act, so it gets a key of its own
    if (next.size > fileLimit) { setFault({ message: w('office.file_too_large') }); return; }
    setLooking(true);
    try {
      const body = new FormData();
      body.append('file', next);
      setPreview(await door.send('POST', `${path}?dry_run=1`, body));
    } catch (cause) { setFault(asFault(cause)); } finally { setLooking(false); }
  }
  const off = Boolean(preview?.footer && preview.footer.difference_rupiah !== 0 && !seen);
  const refusal = !file ? w('office.file_first') : looking ? w('office.busy_reading') : !preview ? fault?.message || w('office.file_first') : off ? w('office.footer_first') : '';
  return { file, preview, fault, looking, seen, setSeen, choose, refusal, it, clear() { setFile(null); setPreview(null); it.open(); } };
}

/** @param {{door: Door, run: Run, onDone: (run: Run) => void, onClose: () => void}} props */
export function Answer({ door, run, onDone, onClose }) {
  const [report, setReport] = useState(/** @type {any} */ (null));
  const t = useTriedFile(door, `/api/coop/payroll/runs/${run.period}/answer`, (answer) => { setReport(answer); onDone(answer.run); });
  if (report) return html`<${AnswerReport} report=${report} onClose=${onClose} another=${() => { setReport(null); t.clear(); }} />`;
  return html`<${Dialog} open big=${Boolean(t.preview)} title=${w('office.answer_title')} lead=${w(t.preview ? 'office.preview_lead' : 'office.answer_lead')} confirm=${w('office.act_answer')} busy=${t.it.busy} busyText=${w('office.busy_reading')} refusal=${t.refusal}
    onConfirm=${t.it.run} onClose=${onClose}>
    <${Drop} file=${t.file} choose=${t.choose} />
    ${t.looking && html`<${Skeleton} rows=${3} />`}
    ${t.preview && html`<${PreviewOf} preview=${t.preview} seen=${t.seen} setSeen=${t.setSeen} />`}
    <${Refusal} fault=${t.fault ?? t.it.fault} /><//>`;
}

/** @param {{report: any, onClose: () => void, another: () => void}} props */
function AnswerReport({ report, onClose, another }) {
  const rejected = report.rejected ?? [];
  return html`<${Dialog} open big title=${report.read_before ? w('office.read_before') : rejected.length ? w('office.read_some') : w('office.read_all')} lead=${report.read_before ? w('office.preview_before') : rejected.length ? w('office.read_some_lead') : w('office.read_all_lead')} cancel=${w('common.close')} onClose=${onClose}>
    <dl class="trio"><div><dt>${w('office.read')}</dt><dd>${count(report.read)}</dd></div><div><dt>${w('office.matched')}</dt><dd>${count(report.matched)}</dd></div><div><dt>${w('office.rejected')}</dt><dd>${count(rejected.length)}</dd></div></dl>
    <${RejectedRows} rejected=${rejected} />
    ${rejected.length > 0 && html`<button type="button" class="lnk" onClick=${another}>${w('office.file_again')}</button>`}<//>`;
}

const reasons = ['', 'insufficient_pay', 'on_leave', 'moved', 'retired', 'deceased', 'consent_revoked', 'other'];

/**
 * One line by hand: an answer while it is open, a correction once it is settled.
 * @param {{door: Door, period: string, line: import('../types.js').Line, onDone: () => void, onClose: () => void}} props
 */
export function ByHand({ door, period, line, onDone, onClose }) {
  const [text, setText] = useState(rupiah(line.answered ? line.deducted_rupiah : line.requested_rupiah));
  const [reason, setReason] = useState(line.reason ?? '');
  const [why, setWhy] = useState('');
  const amount = readRupiah(text);
  const path = `/api/coop/payroll/runs/${period}/${line.settled ? 'corrections' : 'answer'}`;
  const it = useAct((id) => door.send('POST', path, { id, lines: [{ member: line.member, deducted_rupiah: amount, reason }], ...(line.settled ? { reason: why } : {}) }), () => { toast(w(line.settled ? 'office.did_correct' : 'office.did_by_hand')); onDone(); onClose(); });
  useEffect(() => { it.open(); }, []);
  const refusal = amount === null ? w('office.amount_unread') : line.settled && !why.trim() ? w('office.correct_why_missing') : line.settled && amount === line.deducted_rupiah ? w('office.correct_same') : '';
  return html`<${Dialog} open title=${w(line.settled ? 'office.correct_line' : 'office.by_hand', { name: line.name })} lead=${w(line.settled ? 'office.correct_lead' : 'office.by_hand_lead')} confirm=${w(line.settled ? 'office.act_correct' : 'office.act_by_hand')} busy=${it.busy} busyText=${w('office.busy_writing')}
    refusal=${refusal} rows=${[{ label: w('office.requested'), amount_rupiah: line.requested_rupiah }, ...(line.answered ? [{ label: w('office.answer_before'), amount_rupiah: line.deducted_rupiah }] : [])]} onConfirm=${it.run} onClose=${onClose}>
    <div class="form"><${Field} label=${w('office.deducted')} prefix="Rp" inputmode="numeric" value=${text} onInput=${setText} error=${it.fault?.field('lines')} />
      <${Field} label=${w('office.note')} value=${reason} options=${reasons.map((r) => ({ value: r, label: r ? reasonText(r) : w('office.no_reason') }))} onInput=${setReason} />
      ${line.settled && html`<${Field} label=${w('office.correct_why')} value=${why} onInput=${setWhy} maxlength="300" error=${it.fault?.field('reason')} />`}</div>
    <${Refusal} fault=${it.fault} /><//>`;
}
