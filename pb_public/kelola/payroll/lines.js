// The run line by line: a member, what was asked, what was deducted, why less, and what each rupiah was for.
import { Empty, FaultNote, Icon, PartialBar, Skeleton, kindName, toast } from '../../lib/components/index.js';
import { Tabs } from '../../lib/components/tabs.js';
import { day, memberNumber, period as periodText, rupiah } from '../../lib/format.js';
import { go, href, route } from '../../lib/route.js';
import { Fragment, html, useState } from '../../lib/view.js';
import { w } from '../../lib/words.js';
import { query, usePages, useResource } from '../fetching.js';
import { Head, More, State, reasonText } from '../parts.js';
import { ByHand } from './answer.js';

/** @typedef {import('../types.js').Line} Line */

/** @param {{line: Line, known: boolean}} props */
function LineState({ line, known }) {
  if (line.excluded) return html`<${State} icon="block" kind="soft">${reasonText(line.excluded)}<//>`;
  if (line.requested_rupiah === 0 && !line.excess_rupiah) return html`<${State} icon="block" kind="soft">${w('office.not_asked')}<//>`;
  if (!known) return html`<${State} icon="clock" kind="soft">${w('office.unit_unanswered')}<//>`;
  if (line.excess_rupiah > 0) return html`<${State} icon="info" kind="rest">${w('office.line_excess', { amount: rupiah(line.excess_rupiah) })}<//>`;
  if (line.remaining_rupiah > 0) return html`<${State} icon="info" kind="rest">${reasonText(line.reason) || w('office.line_partial')}<//>`;
  return html`<${State} icon="check">${w('office.unit_matches')}<//>`;
}

/** Where each rupiah of a line goes. @param {{line: Line, known: boolean}} props */
function Parts({ line, known }) {
  if (!line.parts?.length) return html`<p class="note">${w('office.no_parts')}</p>`;
  return html`<div class="line-parts">${known && line.remaining_rupiah > 0 && html`<${PartialBar} done_rupiah=${line.deducted_rupiah - line.excess_rupiah} rest_rupiah=${line.remaining_rupiah} />`}
    <ul class="rows">${line.parts.map((p, i) => html`<li key=${i}><span><i class=${`swatch kind-${p.kind}`}></i> ${kindName(p.kind)}${p.instalment ? ` ${p.instalment.n}/${p.instalment.of}` : ''} <em>${day(p.date, 'medium')}${p.kept ? ` · ${w(`plan.kept_${p.kept}`)}` : ''}${p.elsewhere_rupiah ? ` · ${w('office.part_elsewhere', { amount: rupiah(p.elsewhere_rupiah) })}` : ''}</em></span>
      <span>${line.settled ? html`<b>${rupiah(p.settled_rupiah)}</b> <em>${w('office.of')} ${rupiah(p.planned_rupiah)}</em>` : html`<b>${rupiah(p.planned_rupiah)}</b>`}</span></li>`)}
      ${line.excess_rupiah > 0 && html`<li><span><i class="swatch kind-excess"></i> ${kindName('excess')}</span><b>${rupiah(line.excess_rupiah)}</b></li>`}</ul>
    ${known && !line.settled && line.remaining_rupiah > 0 && html`<p class="note">${w('office.parts_later')}</p>`}</div>`;
}

/** @param {{line: Line, unit: string, door: any, run: import('../types.js').Run | null, reload: () => void}} props */
function LineRow({ line, unit, door, run, reload }) {
  const known = line.answered;
  const [open, setOpen] = useState(false);
  const [hand, setHand] = useState(false);
  const sent = Boolean(run) && run?.state !== 'draft' && run?.state !== 'locked';
  const mayHand = ['treasurer', 'manager'].includes(door.role.value) && sent && (line.requested_rupiah > 0 || line.answered);
  const amount = (/** @type {number} */ n) => (known ? rupiah(n) : '–');
  const take = () => door.download(`/api/coop/payroll/runs/${run?.period}/members/${line.member}/slip.pdf`, `slip-${run?.period}-${memberNumber(line.member)}.pdf`).catch((/** @type {Error} */ cause) => toast(cause.message, { kind: 'bad' }));
  return html`<${Fragment}><tr role="row" class=${open ? 'opened' : ''}>
    <td role="cell" class="u-name"><button type="button" class="opener" aria-expanded=${open} onClick=${() => setOpen(!open)}><${Icon} name="chevron" small /><span><b>${line.name}</b><small class="note">${memberNumber(line.member)} · ${unit}</small></span></button></td>
    <td role="cell" class="num soft u-sum" data-name=${w('office.requested')}>${rupiah(line.requested_rupiah)}</td>
    <td role="cell" class="num strong u-sum" data-name=${w('office.deducted')}>${amount(line.deducted_rupiah)}</td>
    <td role="cell" class=${`num u-sum ${known && line.remaining_rupiah > 0 ? 'rest strong' : 'quiet'}`} data-name=${w('office.remaining')}>${amount(line.remaining_rupiah)}</td>
    <td role="cell" class="u-state"><${LineState} line=${line} known=${known} /></td></tr>
    ${open && html`<tr role="row" class="detail"><td role="cell" colspan="5"><${Parts} line=${line} known=${known} />
      <p class="line-acts">${mayHand && html`<button type="button" class="lnk" onClick=${() => setHand(true)}>${w(line.settled ? 'office.act_correct_line' : 'office.act_by_hand_line')}</button>`}
        ${sent && html`<button type="button" class="lnk" onClick=${() => take()}><${Icon} name="download" small />${w('office.slip_pdf')}</button>`}</p>
      ${hand && html`<${ByHand} door=${door} period=${run?.period} line=${line} onDone=${reload} onClose=${() => setHand(false)} />`}</td></tr>`}<//>`;
}

const filters = ['all', 'partial', 'excess', 'excluded', 'unanswered'];

/** @param {{door: import('../types.js').Door, period: string}} props */
export function Lines({ door, period }) {
  const unit = route.value.query.get('unit') ?? '';
  const filter = filters.includes(route.value.query.get('filter') ?? '') ? /** @type {string} */ (route.value.query.get('filter')) : 'all';
  const run = useResource(door, `/api/coop/payroll/runs/${period}`).state.value.data;
  const list = usePages(door, 'lines', (after) => `/api/coop/payroll/runs/${period}/lines${query({ unit, filter, after })}`);
  const move = (/** @type {string} */ u, /** @type {string} */ f) => go(`/potong-gaji/${period}/rincian${query({ unit: u, filter: f === 'all' ? '' : f })}`);
  const units = [{ id: '', code: '', name: w('office.all_units') }, ...(run?.units ?? [])];
  return html`<p class="crumb"><a class="lnk" href=${href(`/potong-gaji/${period}`)}><${Icon} name="back" />${w('office.nav_payroll')} ${periodText(period)}</a></p>
    <${Head} title=${w('office.lines_title')} lead=${units.find((u) => u.id === unit)?.name}>
      <label class="pick"><span class="note">${w('office.work_unit')}</span><select value=${unit} onChange=${(/** @type {any} */ e) => move(e.currentTarget.value, filter)}>${units.map((u) => html`<option key=${u.id} value=${u.id}>${u.name}</option>`)}</select><${Icon} name="down" small /></label><//>
    <${Tabs} label=${w('office.filter')} value=${filter} onChange=${(/** @type {string} */ f) => move(unit, f)} tabs=${filters.map((f) => ({ value: f, label: w(`office.filter_${f}`) }))} />
    ${list.rows.length > 0 && html`<table class="units lines" role="table"><caption class="vh">${w('office.lines_title')}</caption>
      <thead role="rowgroup"><tr role="row"><th scope="col" role="columnheader">${w('office.member')}</th><th scope="col" role="columnheader" class="num">${w('office.requested')}</th><th scope="col" role="columnheader" class="num">${w('office.deducted')}</th><th scope="col" role="columnheader" class="num">${w('office.remaining')}</th><th scope="col" role="columnheader" class="u-state">${w('office.note')}</th></tr></thead>
      <tbody role="rowgroup">${list.rows.map((line) => html`<${LineRow} key=${line.member} door=${door} run=${run} reload=${list.reload} line=${line} unit=${units.find((u) => u.code === line.unit)?.name ?? line.unit} />`)}</tbody></table>`}
    ${list.fault && html`<${FaultNote} fault=${list.fault} retry=${list.reload} />`}
    ${list.loading && !list.rows.length && html`<${Skeleton} rows=${8} />`}
    ${!list.loading && !list.fault && !list.rows.length && html`<div class="narrow"><${Empty} title=${w('office.lines_none')} text=${w(`office.lines_none_${filter}`)} /></div>`}
    <${More} list=${list} />`;
}
