// The one raised sheet of the payroll page: what happens when the next step is taken, in figures that add up.
import { Button, CompositionBar, Figure, Icon, Legend } from '../../lib/components/index.js';
import { count, day, moment, period as periodText, rupiah } from '../../lib/format.js';
import { html } from '../../lib/view.js';
import { w, wn } from '../../lib/words.js';
import { nameOf, reasonText, roleName } from '../parts.js';
import { answered, at, expected, may, nextAct, posted, shiftPeriod } from './run.js';

/** @typedef {import('../types.js').Run} Run */

/** @param {Run} run */
function parts(run) {
  const field = answered(run) ? 'deducted_rupiah' : 'requested_rupiah';
  /** @type {{kind: string, amount_rupiah: number}[]} */
  const all = run.composition.map((c) => ({ kind: c.kind, amount_rupiah: c[field] })).filter((p) => p.amount_rupiah > 0);
  if (run.excess_rupiah > 0 && answered(run)) all.push({ kind: 'excess', amount_rupiah: run.excess_rupiah });
  return all;
}

/** What moves on, what is skipped, what is held. @param {{run: Run}} props */
function Then({ run }) {
  const rows = answered(run)
    ? [[w('office.then_moves', { month: periodText(shiftPeriod(run.period, 1)) }), run.moves_rupiah], [w('office.then_elsewhere'), run.elsewhere_rupiah],
      [w('office.then_skipped'), run.skipped_rupiah], [w('office.then_held'), run.unmatched_rupiah]]
    : [[w('office.then_capped'), run.capped_rupiah], ...run.excluded.map((e) => [reasonText(e.code), e.amount_rupiah])];
  const shown = rows.filter(([, n]) => Number(n) > 0);
  return shown.length > 0 && html`<ul class="then">${shown.map(([label, n]) => html`<li key=${label}><span>${label}</span><b>${rupiah(Number(n))}</b></li>`)}</ul>`;
}

/** Maker and checker, shown before the rule is met. @param {{run: Run, door: import('../types.js').Door}} props */
function TwoPeople({ run, door }) {
  if (at(run.state) < at('locked')) return null;
  const settled = at(run.state) >= at('settled');
  const locked = run.state === 'locked';
  const mine = may(run, locked ? 'export' : 'settle', door.role.value).ok;
  const when = (/** @type {string} */ state) => { const step = run.steps.find((s) => s.state === state); return step ? moment(step.at) : ''; };
  const role = (/** @type {any} */ by) => (by?.role ? `${roleName(by.role)}, ` : '');
  return html`<dl class="two-people"><div><dt>${w('office.prepared')}</dt><dd>${nameOf(run.prepared_by) || '–'}</dd><dd class="note">${role(run.prepared_by)}${when('locked') || when('draft')}</dd></div>
    <div class=${!settled && mine ? 'you' : ''}><dt>${w('office.approved')}</dt>
      <dd>${settled ? nameOf(run.approved_by) : mine ? w('office.waits_for_you') : w('office.waits_for_other')}</dd>
      <dd class="note">${settled ? `${role(run.approved_by)}${when('settled')}` : w('office.second_person')}</dd></div></dl>`;
}

const icons = /** @type {Record<string, string>} */ ({ export: 'download', answer: 'upload', receive: 'cash' });

/**
 * The step's button, or the reason why it can't be pressed.
 * @param {{run: Run, door: import('../types.js').Door, start: (act: string) => void}} props
 */
function Step({ run, door, start }) {
  const act = nextAct[run.state];
  if (!act) return html`<p class="state pos"><${Icon} name="check" /><span>${w('office.run_closed')}</span></p>`;
  const { ok, why } = may(run, act, door.role.value);
  const after = { lock: w('office.after_lock'), export: wn('office.after_export', run.units.length), answer: w('office.after_answer'),
    settle: w('office.after_settle', { amount: rupiah(posted(run)) }), receive: w('office.after_receive') }[act] ?? '';
  const second = /** @type {Record<string, string[]>} */ ({ draft: ['draft'], locked: ['answer'], sent: ['settle'], answered: ['answer'], settled: [] })[run.state] ?? [];
  return html`<div class="step"><${Button} wide icon=${icons[act]} disabled=${!ok} why=${why} onClick=${() => start(act)}>${w(`office.act_${act}`)}<//>
    ${run.may?.allow_early && html`<button type="button" class="lnk" onClick=${() => start('early')}>${w('office.act_early')}</button>`}
    ${ok && after && html`<p class="note">${after}</p>`}
    ${second.filter((it) => may(run, it, door.role.value).ok).map((it) => html`<button key=${it} type="button" class="lnk" onClick=${() => start(it)}>${w(`office.again_${it}`)}</button>`)}</div>`;
}

/** Figure and sentence of the sheet per state. @param {Run} run */
function saying(run) {
  const amount = { draft: run.requested_rupiah, locked: run.requested_rupiah, sent: answered(run) ? posted(run) : run.requested_rupiah,
    answered: posted(run), settled: expected(run), received: run.units.reduce((s, u) => s + u.received_rupiah, 0) }[run.state];
  const arrived = run.units.filter((u) => u.answered).length;
  const text = { draft: wn('office.say_draft', run.members, { n: count(run.members), date: day(run.pay_date, 'short') }), locked: wn('office.say_locked', run.units.length),
    sent: w('office.say_sent', { n: count(arrived), all: count(run.units.length) }), answered: wn('office.say_answered', run.answered_members ?? run.members, { n: count(run.answered_members ?? run.members) }),
    settled: w('office.say_settled'), received: w('office.say_received') }[run.state];
  return { amount, text };
}

/**
 * @param {{run: Run, door: import('../types.js').Door, start: (act: string) => void}} props
 */
export function Consequence({ run, door, start }) {
  const { amount, text } = saying(run);
  const shown = parts(run);
  return html`<section class="sheet consequence"><h2>${w(`office.if_${run.state}`)}</h2>
    <p class="sheet-fig"><${Figure} rupiah=${amount} /></p><p class="small">${text}</p>
    ${shown.length > 0 && html`<${CompositionBar} parts=${shown} thin /><${Legend} parts=${shown} />`}
    ${run.early && html`<p class="note">${w('office.locked_early', { until: day(run.early.until, 'day'), reason: run.early.reason })}</p>`}
    <${Then} run=${run} /><${TwoPeople} run=${run} door=${door} /><${Step} run=${run} door=${door} start=${start} /></section>`;
}
