// Corrections of what was settled: one person makes it, another posts the difference.
import { Button, Dialog, Empty, Field, Icon, Loaded, Skeleton, toast } from '../../lib/components/index.js';
import { Table } from '../../lib/components/table.js';
import { count, memberNumber, moment, rupiah } from '../../lib/format.js';
import { html, useEffect, useState } from '../../lib/view.js';
import { w, wn } from '../../lib/words.js';
import { useAct, useResource } from '../fetching.js';
import { Head, Refusal, State, nameOf, reasonText } from '../parts.js';
import { Drop } from '../drop.js';
import { PreviewOf, useTriedFile } from './answer.js';
import { Crumb } from './crumb.js';

/** @typedef {import('../types.js').Correction} Correction */

/** @param {{door: any, period: string, onDone: () => void, onClose: () => void}} props */
function Make({ door, period, onDone, onClose }) {
  const [why, setWhy] = useState('');
  const t = useTriedFile(door, `/api/coop/payroll/runs/${period}/corrections`, (answer) => {
    const kept = t.preview?.ownerless ?? 0;
    toast(answer.correction ? wn('office.did_correct_file', answer.lines, { n: count(answer.lines), difference: rupiah(answer.difference_rupiah) }) : kept ? wn('office.did_keep_rows', kept, { n: count(kept) }) : w('office.correct_nothing'));
    onDone();
    onClose();
  }, () => ({ reason: why.trim() }));
  const kept = t.preview?.ownerless ?? 0;
  const nothing = t.preview && t.preview.corrections === 0 && !kept ? w('office.correct_nothing') : '';
  const rows = t.preview ? [{ label: wn('office.correct_lines', t.preview.corrections, { n: count(t.preview.corrections) }), amount_rupiah: t.preview.correction_rupiah }] : undefined;
  return html`<${Dialog} open big=${Boolean(t.preview)} title=${w('office.correct_title')} lead=${w('office.correct_lead')} confirm=${w('office.act_correct')} busy=${t.it.busy} busyText=${w('office.busy_writing')}
    refusal=${t.refusal || nothing || (why.trim() ? '' : w('office.correct_why_missing'))} rows=${rows} onConfirm=${t.it.run} onClose=${onClose}>
    <${Drop} file=${t.file} choose=${t.choose} />${t.looking && html`<${Skeleton} rows=${3} />`}
    ${t.preview && html`<${PreviewOf} preview=${t.preview} seen=${t.seen} setSeen=${t.setSeen} />${kept > 0 && html`<p class="note"><${Icon} name="info" /> ${wn('office.correct_ownerless', kept, { n: count(kept) })}</p>`}<div class="form"><${Field} label=${w('office.correct_why')} value=${why} onInput=${setWhy} maxlength="300" /></div>`}
    <${Refusal} fault=${t.fault ?? t.it.fault} /><//>`;
}

/** @param {{door: any, period: string, correction: Correction, act: string, onDone: () => void, onClose: () => void}} props */
function Decide({ door, period, correction: c, act, onDone, onClose }) {
  const it = useAct((id) => door.send('POST', `/api/coop/payroll/runs/${period}/corrections/${c.correction}/${act}`, { id }), () => { toast(w(act === 'approve' ? 'office.did_approve_correction' : 'office.did_refuse_correction')); onDone(); onClose(); });
  useEffect(() => { it.open(); }, []);
  const more = c.shown.filter((l) => l.deducted_rupiah > l.was_rupiah).length;
  const rows = [{ label: w('office.correct_more'), text: count(more) }, { label: w('office.correct_less'), text: count(c.shown.length - more) }];
  return html`<${Dialog} open title=${w(act === 'approve' ? 'office.approve_correction_title' : 'office.refuse_correction_title', { n: c.correction })} lead=${w(act === 'approve' ? 'office.approve_correction_lead' : 'office.refuse_correction_lead')} danger=${act === 'refuse'} confirm=${w(`office.act_${act}_correction`)} busy=${it.busy} busyText=${w('office.busy_writing')}
    rows=${rows} total=${{ label: w('office.correct_difference'), amount_rupiah: c.difference_rupiah }} onConfirm=${it.run} onClose=${onClose}><${Refusal} fault=${it.fault} /><//>`;
}

/** @param {{correction: Correction}} props */
function StateOf({ correction: c }) {
  const [icon, kind] = { submitted: ['clock', 'rest'], approved: ['clock', 'rest'], posted: ['check', 'pos'], refused: ['block', 'soft'] }[c.state] ?? ['info', 'soft'];
  return html`<${State} icon=${icon} kind=${/** @type {any} */ (kind)}>${w(`office.correction_${c.state}`)}<//>`;
}

/** @param {{door: any, period: string}} props */
export function CorrectionsPage({ door, period }) {
  const it = useResource(door, `/api/coop/payroll/runs/${period}/corrections`);
  const [making, setMaking] = useState(false);
  const [deciding, setDeciding] = useState(/** @type {{c: Correction, act: string} | null} */ (null));
  const may = ['treasurer', 'manager'].includes(door.role.value);
  const why = (/** @type {any} */ l) => html`${reasonText(l.reason)}${l.claimed_rupiah > 0 && html`<small class="rest block">${w('office.correct_claimed')} ${rupiah(l.claimed_rupiah)}</small>`}`;
  const columns = [{ label: w('office.member'), cell: (/** @type {any} */ l) => html`<b>${l.name || memberNumber(l.member)}</b><small class="note block">${memberNumber(l.member)}</small><small class="phone">${why(l)}</small>` }, { label: w('office.correct_was'), num: true, cell: (/** @type {any} */ l) => rupiah(l.was_rupiah) },
    { label: w('office.correct_becomes'), num: true, cell: (/** @type {any} */ l) => html`<b>${rupiah(l.deducted_rupiah)}</b>` }, { label: w('office.difference'), num: true, cell: (/** @type {any} */ l) => `${l.deducted_rupiah > l.was_rupiah ? '+' : ''}${rupiah(l.deducted_rupiah - l.was_rupiah)}` }, { label: w('office.note'), class: 'desk', cell: why }];
  const one = (/** @type {Correction} */ c) => html`<section key=${c.correction} class="correction"><div class="money-h"><h2 class="h3">${w('office.correction_n', { n: c.correction })}</h2><${StateOf} correction=${c} /></div>
    <p class="note">${nameOf(c.by)}, ${c.at && moment(c.at)}${c.reason ? `: ${c.reason}` : ''}${c.from_row ? ` · ${w('office.correct_from_row', { n: c.from_row })}` : ''}${c.decided_by ? ` · ${nameOf(c.decided_by)}, ${moment(c.decided_at)}` : ''}</p>
    <${Table} columns=${columns} rows=${c.shown} rowKey=${(/** @type {any} */ l) => l.member} caption=${w('office.correction_n', { n: c.correction })} quietCaption foot=${[wn('office.correct_lines', c.lines, { n: count(c.lines) }), '', '', rupiah(c.difference_rupiah), '']} />
    ${c.claimed_rupiah > 0 && html`<p class="note"><${Icon} name="info" /> ${w('office.correct_claimed_text', { amount: rupiah(c.claimed_rupiah) })}</p>`}
    ${may && (c.state === 'submitted' || c.state === 'approved') && html`<div class="decide"><${Button} small kind="ghost" disabled=${!c.may} why=${c.may ? '' : reasonText(c.refusal ?? '')} onClick=${() => setDeciding({ c, act: 'approve' })}>${w('office.act_approve_correction')}<//>
      <button type="button" class="lnk" onClick=${() => setDeciding({ c, act: 'refuse' })}>${w('office.act_refuse_correction')}</button></div>`}</section>`;
  return html`<${Crumb} period=${period} /><${Head} title=${w('office.corrections_title')} lead=${w('office.corrections_lead')}>${may && html`<${Button} small icon="upload" onClick=${() => setMaking(true)}>${w('office.correct_file')}<//>`}<//>
    <${Loaded} of=${it} rows=${5} draw=${(/** @type {{corrections: Correction[]}} */ d) => (d.corrections.length ? html`<div class="corrections">${d.corrections.map(one)}</div>` : html`<div class="narrow"><${Empty} title=${w('office.corrections_none')} text=${w('office.corrections_none_text')} /></div>`)} />
    ${making && html`<${Make} door=${door} period=${period} onDone=${it.load} onClose=${() => setMaking(false)} />`}
    ${deciding && html`<${Decide} key=${deciding.c.correction + deciding.act} door=${door} period=${period} correction=${deciding.c} act=${deciding.act} onDone=${it.load} onClose=${() => setDeciding(null)} />`}`;
}
