// Potong gaji: one period's run, its path, what the next step does, the work units, and what to look into.
import { info } from '../../lib/api.js';
import { Button, Empty, FaultNote, Icon, Skeleton } from '../../lib/components/index.js';
import { ActOn } from '../../lib/components/act-on.js';
import { Path } from '../../lib/components/path.js';
import { count, day, moment, period as periodText, rupiah, today } from '../../lib/format.js';
import { listen } from '../../lib/realtime.js';
import { go, href, route } from '../../lib/route.js';
import { html, useEffect, useState } from '../../lib/view.js';
import { w } from '../../lib/words.js';
import { useResource } from '../fetching.js';
import { Head, nameOf, reasonText } from '../parts.js';
import { ActDialog, FirstDraft } from '../payroll/acts.js';
import { BillsPage } from '../payroll/bills.js';
import { Calendar } from '../payroll/calendar.js';
import { Consequence } from '../payroll/consequence.js';
import { CorrectionsPage } from '../payroll/corrections.js';
import { Credit } from '../payroll/credit.js';
import { LayoutsPage } from '../payroll/layouts.js';
import { Lines } from '../payroll/lines.js';
import { MoneyPage, UnmatchedPage } from '../payroll/money.js';
import { ObjectionsPage } from '../payroll/objections.js';
import { Running } from '../payroll/progress.js';
import { Review } from '../payroll/review.js';
import { answered, at, may, shiftPeriod, states, toDraft, unitName } from '../payroll/run.js';
import { UnitTable } from '../payroll/units.js';
import { Ways } from '../payroll/ways.js';
import { Year } from '../payroll/year.js';

/** @typedef {import('../types.js').Run} Run */
/** @typedef {import('../types.js').Door} Door */

/** The steps under the title: when and by whom, or what is still needed. @param {{run: Run}} props */
function Steps({ run }) {
  const note = (/** @type {string} */ state) => {
    const step = run.steps.find((s) => s.state === state);
    if (at(/** @type {any} */ (state)) <= at(run.state) && step) {
      const by = nameOf(step.by);
      return `${moment(step.at)}${by ? ` · ${by}` : ''}`;
    }
    const still = { settled: w('office.step_settled_note'), received: w('office.step_received_note', { date: day(run.pay_date, 'short') }), answered: w('office.step_answered_note', { n: count(run.units.filter((u) => u.answered).length), all: count(run.units.length) }) };
    return /** @type {Record<string, string>} */ (still)[state] ?? '';
  };
  const state = (/** @type {number} */ i) => (run.state === 'received' || i < at(run.state) ? 'done' : i === at(run.state) ? 'now' : 'next');
  const steps = states.map((it, i) => ({ label: w(`office.state_${it}`), state: state(i), note: note(it) }));
  // While the list is a draft it is seen by the members: that is a step of its own between the two.
  const draft = run.state === 'draft';
  if (draft) steps[0].state = 'done';
  steps.splice(1, 0, { label: w('office.state_preview'), state: draft ? 'now' : 'done', note: w(draft ? 'office.step_preview_now' : 'office.step_preview_done') });
  return html`<${Path} label=${w('office.path')} steps=${steps} />`;
}

/** Which period is looked at: the runs, and the one whose cut-off is past when it is not drafted yet. @param {{period: string, runs: Run[]}} props */
function PeriodSwitch({ period, runs }) {
  const coming = info.value?.payroll?.period ?? '';
  const all = [...new Set([coming && toDraft(coming), period, ...runs.map((r) => r.period)])].filter(Boolean).sort().reverse();
  const here = all.indexOf(period);
  const step = (/** @type {string | undefined} */ to, /** @type {string} */ word, /** @type {string} */ icon) => (to
    ? html`<a key=${word} class="icobtn ring" href=${href(`/potong-gaji/${to}`)} aria-label=${`${word}: ${periodText(to)}`} title=${periodText(to)}><${Icon} name=${icon} class=${icon === 'back' ? '' : 'onward'} /></a>`
    : html`<span key=${word} class="icobtn ring off" aria-hidden="true"><${Icon} name=${icon} class=${icon === 'back' ? '' : 'onward'} /></span>`);
  return html`<div class="period">${step(all[here + 1], w('office.earlier'), 'back')}
    <label><span class="vh">${w('office.period')}</span><select value=${period} onChange=${(/** @type {any} */ e) => go(`/potong-gaji/${e.currentTarget.value}`)}>${all.map((it) => html`<option key=${it} value=${it}>${periodText(it)}</option>`)}</select><${Icon} name="down" small /></label>
    ${step(all[here - 1], w('office.later'), 'back')}</div>`;
}

/**
 * What somebody should look into; the sentence says whether it holds others up.
 * @param {{run: Run, start: (act: string) => void, door: Door, todo: {code: string, count: number, amount_rupiah: number, path: string, units?: {unit: string, name: string, amount_rupiah: number}[]}[]}} props
 */
function ToLookInto({ run, start, door, todo }) {
  const lines = (/** @type {string} */ filter) => href(`/potong-gaji/${run.period}/rincian?filter=${filter}`);
  const link = (/** @type {string} */ filter) => html`<a class="lnk" href=${lines(filter)}>${w('office.look')}</a>`;
  const locked = at(run.state) >= at('locked');
  const silent = run.units.filter((u) => !u.answered);
  const over = run.units.filter((u) => u.excess_rupiah > 0);
  const short = run.units.filter((u) => u.remaining_rupiah > 0);
  const b = (/** @type {string} */ key, /** @type {number} */ amount) => html`<p><b>${rupiah(amount)}</b> ${w(key)}</p>`;
  /** @type {{n: any, title: string, text: any, act: any}[]} */
  const all = [];
  if ((run.state === 'sent' || run.state === 'answered') && silent.length) all.push({ n: silent.length, title: w('office.todo_silent'), text: html`<p>${silent.slice(0, 4).map((u) => u.name || unitName(u.code)).join(', ')}${silent.length > 4 ? ' …' : ''}</p>`, act: may(run, 'answer', door.role.value).ok && html`<button type="button" class="lnk" onClick=${() => start('answer')}>${w('office.todo_upload')}</button>` });
  if (answered(run) && over.length) all.push({ n: over.length, title: w('office.todo_excess'), text: b('office.todo_excess_text', run.excess_rupiah), act: link('excess') });
  if (answered(run) && short.length) all.push({ n: short.length, title: w('office.todo_partial'), text: b('office.todo_partial_text', run.remaining_rupiah), act: link('partial') });
  for (const e of run.excluded) if (e.members > 0) all.push({ n: e.members, title: reasonText(e.code), text: b(locked ? 'office.todo_bills_text' : 'office.todo_excluded_text', e.amount_rupiah), act: locked ? html`<a class="lnk" href=${href(`/potong-gaji/${run.period}/tagihan`)}>${w('office.todo_bill')}</a>` : link('excluded') });
  for (const t of todo) all.push({ n: t.count, title: w(`office.todo_${t.code}`), text: t.units?.length ? html`<p><b>${rupiah(t.amount_rupiah)}</b> ${w(`office.todo_${t.code}_text`, { units: t.units.slice(0, 6).map((u) => [u.name || unitName(u.unit), t.count > 1 && rupiah(u.amount_rupiah)].filter(Boolean).join(' ')).join(', ') + (t.units.length > 6 ? ' …' : '') })}</p>` : b(`office.todo_${t.code}_text`, Math.abs(t.amount_rupiah)), act: html`<a class="lnk" href=${href(t.path.startsWith('/') ? t.path : `/potong-gaji/${run.period}/${t.path}`)}>${w('office.look')}</a>` });
  if (!all.length) return null;
  return html`<${ActOn} title=${w('office.act_on')} note=${w('office.holds_nobody')} items=${all} />`;
}

/** @param {{door: Door, period: string, runs: Run[], reload: () => void}} props */
function NoRun({ door, period, runs, reload }) {
  const [asking, setAsking] = useState(false);
  const can = ['treasurer', 'manager'].includes(door.role.value);
  return html`<${Ways} /><div class="narrow"><${Empty} title=${w('office.no_run', { month: periodText(period) })} text=${w(can ? 'office.no_run_text' : 'office.no_run_look')} />
    ${can && html`<p class="step"><${Button} onClick=${() => setAsking(true)}>${w('office.act_draft')}<//></p>`}
    ${!runs.length && html`<p class="note">${w('office.first_run')}</p>`}
    ${asking && html`<${FirstDraft} door=${door} period=${period} onDone=${reload} onClose=${() => setAsking(false)} />`}</div>`;
}

/** @param {Run} run */
function lead(run) {
  const words = [w('office.lead_collected', { from: day(run.from_date, 'short'), to: day(run.cutoff_date, 'short') }), w(today() < run.pay_date ? 'office.lead_will' : 'office.lead_was', { date: day(run.pay_date, 'full') })];
  return words.join(' ');
}

/** The ways from a run to what hangs on it. @param {{run: Run, start: (act: string) => void}} props */
function RunWays({ run, start }) {
  if (at(run.state) < at('locked')) return null;
  const way = (/** @type {string} */ path, /** @type {string} */ word) => html`<a class="lnk" href=${href(`/potong-gaji/${run.period}/${path}`)}>${w(word)}</a>`;
  return html`<nav class="run-ways" aria-label=${w('office.ways')}>${way('rincian', 'office.lines_title')}<button type="button" class="lnk" onClick=${() => start('check')}>${w('office.check_file')}</button>
    ${run.units.some((u) => u.answered) && html`${way('uang', 'office.money_title')}${way('tanpa-pasangan', 'office.unmatched_title')}`}${at(run.state) >= at('settled') && way('koreksi', 'office.corrections_title')}${way('tagihan', 'office.bills_title')}</nav>`;
}

/** @param {{door: Door, run: Run, runs: Run[], progress: any, onRun: (run: Run | null) => void}} props */
function RunView({ door, run, runs, progress, onRun }) {
  const [act, setAct] = useState('');
  const files = at(run.state) >= at('sent') && ['treasurer', 'manager'].includes(door.role.value);
  const todo = useResource(door, `/api/coop/payroll/runs/${run.period}/todo`);
  useEffect(() => { todo.load(); }, [run]);
  return html`<${Head} title=${html`${w('office.nav_payroll')} <em>·</em> ${periodText(run.period)}`} lead=${lead(run)}>
      ${files && html`<button type="button" class="lnk" onClick=${() => setAct('export')}><${Icon} name="file" />${w('office.take_lists')}</button>`}
      <${PeriodSwitch} period=${run.period} runs=${runs} /><//>
    <${Ways} period=${run.period} />
    <${Steps} run=${run} /><${Running} progress=${progress} />
    <div class="run-body"><aside><${Consequence} run=${run} door=${door} start=${setAct} /></aside>
      <div class="run-main"><${UnitTable} run=${run} /><${RunWays} run=${run} start=${setAct} />${todo.state.value.data || todo.state.value.fault ? html`<${ToLookInto} run=${run} start=${setAct} door=${door} todo=${todo.state.value.data?.todo ?? []} />` : html`<${Skeleton} rows=${2} />`}<${Year} runs=${runs} period=${run.period} /></div></div>
    <${ActDialog} act=${act} door=${door} run=${run} onDone=${onRun} onClose=${() => setAct('')} />`;
}

/** The pages that hang on a run, by their part of the address. @type {Record<string, any>} */
const under = { rincian: Lines, uang: MoneyPage, 'tanpa-pasangan': UnmatchedPage, tagihan: BillsPage, koreksi: CorrectionsPage };

/** @param {{door: Door}} props */
export function PayrollPage({ door }) {
  const [, name, part] = route.value.parts;
  if (name === 'kalender') return html`<${Calendar} door=${door} />`;
  if (name === 'keberatan') return html`<${ObjectionsPage} door=${door} />`;
  if (name === 'angsuran') return html`<${Credit} door=${door} id=${part ?? ''} />`;
  return html`<${Months} door=${door} />`;
}

/** @param {{door: Door}} props */
function Months({ door }) {
  const [, named, part] = route.value.parts;
  const asked = named === 'susunan' || /^\d{4}-(0[1-9]|1[0-2])$/.test(named ?? '') ? named : ''; // a mistyped month is the newest
  const list = useResource(door, '/api/coop/payroll/runs');
  const runs = /** @type {Run[] | undefined} */ (list.state.value.data?.runs);
  const period = asked || runs?.[0]?.period || (info.value?.payroll ? toDraft(info.value.payroll.period) : shiftPeriod(today().slice(0, 7), 1));
  const known = Boolean(asked) || runs !== undefined;
  if (part === 'tinjau') return html`<${Review} door=${door} period=${period} key=${period} />`;
  if (asked === 'susunan') return html`<${LayoutsPage} door=${door} />`;
  if (part && under[part]) return html`<${under[part]} door=${door} period=${period} key=${part + period} />`;
  if (list.state.value.fault && !runs) return html`<${Head} title=${w('office.nav_payroll')} /><${FaultNote} fault=${list.state.value.fault} retry=${list.load} />`;
  if (!known) return html`<${Head} title=${w('office.nav_payroll')} /><${Skeleton} rows=${6} />`;
  return html`<${OneRun} key=${period} door=${door} period=${period} runs=${runs ?? []} reloadList=${list.load} />`;
}

/** @param {{door: Door, period: string, runs: Run[], reloadList: () => void}} props */
function OneRun({ door, period, runs, reloadList }) {
  const it = useResource(door, `/api/coop/payroll/runs/${period}`);
  const [progress, setProgress] = useState(/** @type {any} */ (null));
  useEffect(() => listen(door, 'coop/books', (message) => {
    if (message?.period && message.period !== period) return;
    if (message?.what === 'payroll_progress') { setProgress(message.n < message.total ? message : null); return; }
    it.load();
  }, it.load), [it]);
  const { data, fault } = it.state.value;
  const took = (/** @type {Run | null} */ run) => { if (run?.units) it.state.value = { ...it.state.peek(), data: run, fault: null }; else it.load(); reloadList(); };
  const empty = fault?.status === 404 || (data && !data.state);
  if (empty) return html`<${Head} title=${html`${w('office.nav_payroll')} <em>·</em> ${periodText(period)}`}><${PeriodSwitch} period=${period} runs=${runs} /><//><${NoRun} door=${door} period=${period} runs=${runs} reload=${() => took(null)} />`;
  if (data) return html`<${RunView} door=${door} run=${data} runs=${runs} progress=${progress} onRun=${took} />`;
  return html`<${Head} title=${html`${w('office.nav_payroll')} <em>·</em> ${periodText(period)}`}><${PeriodSwitch} period=${period} runs=${runs} /><//>${fault ? html`<${FaultNote} fault=${fault} retry=${it.load} />` : html`<${Skeleton} rows=${6} />`}`;
}

