// The run by work unit: what was asked, what was deducted, what remains, and what the officer said.
import { count, rupiah } from '../../lib/format.js';
import { href } from '../../lib/route.js';
import { html } from '../../lib/view.js';
import { w } from '../../lib/words.js';
import { State } from '../parts.js';
import { Bilah, shortAmount, stripWorth } from '../../lib/components/bilah.js';
import { answered as runAnswered, due, unitName } from './run.js';

/** @typedef {import('../types.js').Run} Run */
/** @typedef {import('../types.js').Unit} Unit */

/** @param {Run} run @param {Unit} unit */
function stateOf(run, unit) {
  if (!unit.requested_rupiah && !due(unit)) return html`<${State} icon="block" kind="soft">${w('office.not_asked')}<//>`;
  if (run.state === 'draft' || run.state === 'locked') return html`<${State} icon="clock" kind="soft">${w('office.unit_waiting')}<//>`;
  if (run.state === 'settled' || run.state === 'received') {
    if (unit.received_rupiah >= due(unit)) return html`<${State} icon="check">${w('office.unit_received')}<//>`;
    return unit.received_rupiah > 0 ? html`<${State} icon="info" kind="rest">${w('office.unit_part_received')}<//>` : html`<${State} icon="clock" kind="soft">${w('office.unit_not_received')}<//>`;
  }
  if (!unit.answered) return html`<${State} icon="clock" kind="soft">${w('office.unit_unanswered')}<//>`;
  return unit.excess_rupiah > 0 ? html`<${State} icon="info" kind="rest">${w('office.unit_differs')}<//>` : html`<${State} icon="check">${w('office.unit_matches')}<//>`;
}

/** @param {{worth: number, answered: boolean}} props */
const Key = ({ worth, answered }) => html`<span class="bilah-key"><span><i class=${answered ? 'done' : 'asked'}></i>${w('office.strip', { amount: shortAmount(worth) })}</span>
  ${answered && html`<span><i class="rest"></i>${w('office.remaining_short')}</span>`}</span>`;

/** @param {{run: Run, unit: Unit, worth: number}} props */
function Row({ run, unit, worth }) {
  const answered = runAnswered(run) && unit.answered;
  const amount = (/** @type {number} */ n) => (answered ? rupiah(n) : html`<span class="quiet" aria-label=${w('office.not_known')}>–</span>`);
  return html`<tr role="row">
    <td role="cell" class="u-name"><a href=${href(`/potong-gaji/${run.period}/rincian?unit=${encodeURIComponent(unit.id || unit.code)}`)}>${unit.name || unitName(unit.code)}</a></td>
    <td role="cell" class="num soft u-members" data-name=${w('office.members')}>${count(unit.members)}</td>
    <td role="cell" class="u-strips"><${Bilah} requested_rupiah=${unit.requested_rupiah} deducted_rupiah=${unit.deducted_rupiah} answered=${answered} worth=${worth} /></td>
    <td role="cell" class="num soft u-sum" data-name=${w('office.requested')}>${rupiah(unit.requested_rupiah)}</td>
    <td role="cell" class="num strong u-sum" data-name=${w('office.deducted')}>${amount(unit.deducted_rupiah)}</td>
    <td role="cell" class=${`num u-sum ${answered && unit.remaining_rupiah > 0 ? 'rest strong' : 'quiet'}`} data-name=${w('office.remaining')}>${amount(unit.remaining_rupiah)}</td>
    <td role="cell" class="u-state">${stateOf(run, unit)}</td></tr>`;
}

/** The sentence beneath: the officer's answer is the sum of three things, each with a way to its lines. @param {{run: Run}} props */
export function Reconciled({ run }) {
  if (!runAnswered(run)) return null;
  const { deducted_rupiah: deducted, excess_rupiah: excess, unmatched_rupiah: unmatched } = run;
  return html`<p class="note rec">${w('office.answer_is')} <b>${rupiah(deducted + unmatched)}</b> = <b>${rupiah(deducted - excess)}</b> ${w('office.answer_deducted')} + <b>${rupiah(excess)}</b> ${w('office.answer_excess')} + <b>${rupiah(unmatched)}</b> ${w('office.answer_unmatched')}</p>`;
}

/** @param {{run: Run}} props */
export function UnitTable({ run }) {
  const worth = stripWorth(Math.max(1, ...run.units.map((u) => Math.max(u.requested_rupiah, u.deducted_rupiah))));
  const answered = runAnswered(run);
  const head = (/** @type {any} */ text, /** @type {string} */ name = '') => html`<th scope="col" role="columnheader" class=${name}>${text}</th>`;
  const total = (/** @type {number} */ n) => (answered ? rupiah(n) : '–');
  return html`<div class="units-wrap"><table class="units" role="table"><caption class="vh">${w('office.units_caption')}</caption>
    <thead role="rowgroup"><tr role="row">${head(w('office.work_unit'))}${head(w('office.members'), 'num')}${head(html`<${Key} worth=${worth} answered=${answered} />`, 'u-strips')}
      ${head(w('office.requested'), 'num')}${head(w('office.deducted'), 'num')}${head(w('office.remaining'), 'num')}${head(w(run.state === 'settled' || run.state === 'received' ? 'office.money' : 'office.answer'), 'u-state')}</tr></thead>
    <tbody role="rowgroup">${run.units.map((unit) => html`<${Row} key=${unit.code} run=${run} unit=${unit} worth=${worth} />`)}</tbody>
    <tfoot role="rowgroup"><tr role="row"><td role="cell" class="u-name">${w('office.sum')}</td><td role="cell" class="num u-members" data-name=${w('office.members')}>${count(run.members)}</td><td role="cell" class="u-strips"></td>
      <td role="cell" class="num u-sum" data-name=${w('office.requested')}>${rupiah(run.requested_rupiah)}</td><td role="cell" class="num u-sum" data-name=${w('office.deducted')}>${total(run.deducted_rupiah)}</td>
      <td role="cell" class="num rest u-sum" data-name=${w('office.remaining')}>${total(run.remaining_rupiah)}</td><td role="cell" class="u-state"></td></tr></tfoot>
  </table><${Reconciled} run=${run} /></div>`;
}
