// The questions before each step of a run. Every one is asked once and says in numbers what follows.
import { Button, Check as Tick, Dialog, Field, inOrder, kindName, toast } from '../../lib/components/index.js';
import { count, day, period as periodText, readRupiah, rupiah } from '../../lib/format.js';
import { href } from '../../lib/route.js';
import { html, useEffect, useState } from '../../lib/view.js';
import { w, wn } from '../../lib/words.js';
import { useAct, useResource } from '../fetching.js';
import { Refusal } from '../parts.js';
import { Answer } from './answer.js';
import { Check } from './check.js';
import { usePlaces } from './places.js';
import { due, expected, posted, shiftPeriod, unitName } from './run.js';

/** @typedef {import('../types.js').Run} Run */
/** @typedef {import('../types.js').Door} Door */
/** @typedef {{door: Door, run: Run, onDone: (run: Run) => void, onClose: () => void}} ActProps */

/** Opens an act as soon as its dialog is drawn, so that the key is as old as the question. @param {{open: () => void}} it */
function useOpen(it) { useEffect(() => { it.open(); }, []); }

/** @param {string} period @param {string} step */
export const path = (period, step) => `/api/coop/payroll/runs/${period}/${step}`;

/** @param {ActProps & {act: string, title: string, lead: string, rows?: any[], total?: any, confirm: string, said: string, body?: any, refusal?: string, children?: any}} props */
function Ask({ door, run, act, onDone, onClose, title, lead, rows, total, confirm, said, body, refusal, children }) {
  const it = useAct((id) => door.send('POST', path(run.period, act), { id, ...body }), (answer) => { toast(said); onDone(answer); onClose(); });
  useOpen(it);
  return html`<${Dialog} open title=${title} lead=${lead} rows=${rows?.filter((r) => r.text || r.amount_rupiah > 0)} total=${total} confirm=${confirm} busy=${it.busy} busyText=${w('office.busy_writing')} refusal=${refusal}
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

/** A manager's word that members need not look as long as they were told; they see it. @param {ActProps} props */
function Early(props) {
  const [why, setWhy] = useState('');
  const body = { reason: why.trim() };
  return html`<${Ask} ...${props} act="early" title=${w('office.early_title')} lead=${w('office.lock_early', { until: day(props.run.preview_until, 'day') })} confirm=${w('office.act_early')} said=${w('office.did_early')}
    body=${body} refusal=${body.reason ? '' : w('office.lock_early_why')}><div class="form"><${Field} label=${w('office.why')} value=${why} onInput=${setWhy} maxlength="600" /></div><//>`;
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
  const moves = run.moves_rupiah;
  const lead = [wn('office.settle_lead', run.answered_members ?? run.members, { n: count(run.answered_members ?? run.members) }), moves > 0 && w('office.settle_moves', { amount: rupiah(moves), month: periodText(shiftPeriod(run.period, 1)) }),
    run.skipped_rupiah > 0 && w('office.settle_skips', { amount: rupiah(run.skipped_rupiah) })].filter(Boolean).join(' ');
  return html`<${Ask} ...${props} act="settle" title=${w('office.settle_title', { month: periodText(run.period) })} lead=${lead} rows=${rows}
    total=${{ label: w('office.into_books'), amount_rupiah: posted(run) }} confirm=${w('office.act_settle')} said=${w('office.did_settle')} key=${String(closing)} body=${closing ? { close_unanswered: true } : {}}>
    ${silent.length > 0 && html`<p class="read silent">${w(closing ? 'office.settle_closing' : 'office.settle_silent', { names: silent.slice(0, 3).map((u) => u.name).join(', ') + (silent.length > 3 ? ' …' : '') })}</p><${Tick} label=${w('office.settle_close')} checked=${closing} onChange=${setClosing} />`}<//>`;
}

/** The files for the officers. Sending takes a second person; then the files are there to take. @param {ActProps} props */
function Export({ door, run, onDone, onClose }) {
  const it = useAct((id) => door.send('POST', path(run.period, 'export'), { id }), (answer) => { toast(w('office.did_export')); onDone(answer); });
  useOpen(it);
  const sent = run.state !== 'locked';
  const total = { label: w('office.requested'), amount_rupiah: run.requested_rupiah };
  return html`<${Dialog} open big title=${w('office.files_title', { month: periodText(run.period) })} lead=${sent ? w('office.files_lead') : w('office.export_lead')} confirm=${sent ? undefined : w('office.act_export')} busy=${it.busy} busyText=${w('office.busy_writing')}
    rows=${sent ? undefined : compositionRows(run, 'requested_rupiah').filter((r) => r.amount_rupiah > 0)} total=${sent ? undefined : total} onConfirm=${it.run} onClose=${onClose}><${Refusal} fault=${it.fault} /><${Files} door=${door} run=${run} /><//>`;
}

/** @param {{door: Door, run: Run}} props */
function Files({ door, run }) {
  const [busy, setBusy] = useState('');
  /** @type {{lists: import('../types.js').SealedList[]} | null} */
  const sealed = useResource(door, `/api/coop/payroll/runs/${run.period}/lists`).state.value.data;
  const take = async (/** @type {import('../types.js').Unit} */ unit, /** @type {string} */ ending) => {
    setBusy(unit.code + ending);
    try {
      await door.download(path(run.period, `files/${encodeURIComponent(unit.id || unit.code)}.${ending}`), `potong-gaji-${run.period}-${unit.code || unit.id}.${ending}`);
    } catch (cause) {
      toast(/** @type {Error} */ (cause).message, { kind: 'bad' });
    } finally { setBusy(''); }
  };
  const button = (/** @type {any} */ unit, /** @type {string} */ ending, /** @type {string} */ label) => html`<${Button} kind="ghost" small icon="download" busy=${busy === unit.code + ending} onClick=${() => take(unit, ending)}>${label}<span class="vh"> ${unit.name}</span><//>`;
  const mark = (/** @type {any} */ unit) => sealed?.lists.find((l) => l.unit === unit.code);
  return html`<ul class="files">${run.units.filter((u) => u.requested_rupiah > 0).map((unit) => html`<li key=${unit.code}><span><b>${unit.name || unitName(unit.code)}</b><small class="note">${wn('office.n_members', unit.members, { n: count(unit.members) })} · ${rupiah(unit.requested_rupiah)}</small>
      ${mark(unit) && html`<small class="note mono">${mark(unit)?.number} · ${mark(unit)?.code}</small>`}</span>
    <span class="files-b">${button(unit, 'xlsx', 'XLSX')}${button(unit, 'csv', 'CSV')}${button(unit, 'pdf', w('office.letter'))}</span></li>`)}</ul>
    <p class="note"><a class="lnk" href=${href('/potong-gaji/susunan')}>${w('office.layouts_link')}</a></p>`;
}

/** Money that arrived, per work unit: on the bank account or in cash. @param {ActProps} props */
function Receive({ door, run, onDone, onClose }) {
  const open = run.units.filter((u) => u.received_rupiah < due(u));
  const choices = open.length ? open : run.units;
  const [unit, setUnit] = useState(choices[0]?.code ?? '');
  const chosen = run.units.find((u) => u.code === unit);
  const rest = chosen ? Math.max(0, due(chosen) - chosen.received_rupiah) : 0;
  const [text, setText] = useState(rupiah(rest));
  const [into, setInto] = useState('bank:1');
  const places = usePlaces(door);
  const [over, setOver] = useState(false);
  const [error, setError] = useState('');
  const it = useAct((id) => door.send('POST', path(run.period, 'receive'), { id, unit, amount_rupiah: readRupiah(text), into, over }), (answer) => {
    toast(w('office.did_receive', { amount: rupiah(readRupiah(text) ?? 0) }));
    onDone(answer);
    onClose();
  });
  useOpen(it);
  const choose = (/** @type {string} */ code) => {
    const next = run.units.find((u) => u.code === code);
    setUnit(code);
    setText(rupiah(next ? Math.max(0, due(next) - next.received_rupiah) : 0));
    setError('');
    setOver(false);
    it.open();
  };
  const amount = readRupiah(text);
  const tooMuch = amount !== null && amount > rest;
  const confirm = () => {
    if (!amount) setError(w('office.amount_missing'));
    else if (tooMuch && !over) setError(w('office.amount_above', { amount: rupiah(rest) }));
    else it.run();
  };
  return html`<${Dialog} open title=${w('office.receive_title')} lead=${w('office.receive_lead', { amount: rupiah(expected(run)) })} confirm=${w('office.act_receive')} busy=${it.busy} busyText=${w('office.busy_writing')} onConfirm=${confirm} onClose=${onClose}
    rows=${[{ label: w('office.receive_due'), amount_rupiah: chosen ? due(chosen) : 0 }, { label: w('office.receive_before'), amount_rupiah: chosen?.received_rupiah ?? 0 }]}>
    <div class="form"><${Field} label=${w('office.work_unit')} value=${unit} options=${choices.map((u) => ({ value: u.code, label: u.name || unitName(u.code) }))} onInput=${choose} />
      <${Field} label=${w('office.amount')} prefix="Rp" inputmode="numeric" value=${text} onInput=${(/** @type {string} */ v) => { setText(v); setError(''); }} error=${error || it.fault?.field('amount_rupiah')} />
      <${Field} label=${w('office.receive_into')} value=${into} options=${places} onInput=${setInto} />
      ${tooMuch && run.state !== 'answered' && html`<${Tick} label=${w('office.receive_over', { amount: rupiah((amount ?? 0) - rest) })} checked=${over} onChange=${(/** @type {boolean} */ v) => { setOver(v); setError(''); }} />`}</div>
    <${Refusal} fault=${it.fault} /><//>`;
}

/** @param {{door: Door, period: string, onDone: (run: Run) => void, onClose: () => void}} props */
export function FirstDraft({ door, period, onDone, onClose }) {
  const it = useAct((id) => door.send('POST', path(period, 'draft'), { id }), (answer) => { toast(w('office.did_draft')); onDone(answer); onClose(); });
  useOpen(it);
  return html`<${Dialog} open title=${w('office.draft_title', { month: periodText(period) })} lead=${w('office.draft_lead')} confirm=${w('office.act_draft')} busy=${it.busy} busyText=${w('office.busy_collecting')} onConfirm=${it.run} onClose=${onClose}><${Refusal} fault=${it.fault} /><//>`;
}

const dialogs = /** @type {Record<string, any>} */ ({ lock: Lock, early: Early, draft: Redraft, export: Export, answer: Answer, settle: Settle, receive: Receive, check: Check });

/** The dialog of an act, or nothing. @param {ActProps & {act: string}} props */
export function ActDialog({ act, ...props }) {
  return act ? html`<${dialogs[act]} key=${act} ...${props} />` : null;
}
