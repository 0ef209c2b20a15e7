// The page Potong Gaji: this month's run in the dashboard's own look. Steps other than the approval are
// taken at /kelola/, which this page leads to.
import { day, moment, period as periodText, rupiah } from '/lib/format.js';
import { ulid } from '/lib/ulid.js';
import { has, language, ready, w, wFault, wn } from '/lib/words.js';

const root = '/api/coop/payroll/runs';
const states = ['draft', 'locked', 'sent', 'answered', 'settled', 'received'];

/** @param {string} code */
const reason = (code, params) => (has(`office.reason_${code}`) ? w(`office.reason_${code}`, params) : wFault(code, params));
const amount = (n) => t.span({ className: 'kop-num' }, rupiah(n));
const answered = (run) => states.indexOf(run.state) >= 3 || run.units.some((u) => u.answered);

/** @param {{params?: {period?: string}}} route */
export async function page(route) {
  await ready();
  document.documentElement.lang = 'en'; // the words' own page would be Indonesian; here only this part is
  const data = store({ runs: [], run: null, loading: true, trouble: '' });
  const asked = route.params?.period;

  async function load() {
    data.loading = true;
    data.trouble = '';
    try {
      data.runs = (await app.pb.send(root, { method: 'GET' })).runs;
      const period = asked || data.runs[0]?.period;
      data.run = period ? await app.pb.send(`${root}/${period}`, { method: 'GET' }) : null;
    } catch (err) {
      if (!err.isAbort) data.trouble = err.response?.message || err.message;
    }
    data.loading = false;
  }
  app.store.title = w('office.console_page');
  load();

  return t.div({ pbEvent: 'pagePotongGaji', className: 'page', lang: language.value },
    t.div({ className: 'page-content full-height kop-page' },
      t.header({ className: 'page-header' },
        t.nav({ className: 'breadcrumbs' }, t.div({ className: 'breadcrumb-item' }, w('office.console_page')), () => data.run && t.div({ className: 'breadcrumb-item' }, periodText(data.run.period))),
        app.components.refreshButton({ className: 'btn sm transparent secondary circle', onclick: load }),
        t.div({ className: 'page-header-primary-btns' },
          () => (data.runs.length > 1 || asked) && periods(data),
          () => t.a({ className: 'btn outline', href: `/kelola/#/potong-gaji${data.run ? `/${data.run.period}` : ''}`, target: '_blank', rel: 'noopener', ariaLabel: w('office.console_open') }, t.i({ className: 'ri-external-link-line', ariaHidden: true }), t.span({ className: 'txt' }, w('office.console_open'))),
          () => data.run && settleButton(data, load))),
      () => body(data, load)));
}

/** Which month. */
function periods(data) {
  return t.select({ className: 'kop-period', ariaLabel: w('office.period'), onchange: (e) => { location.hash = `#/potong-gaji/${e.target.value}`; } },
    data.runs.map((r) => t.option({ value: r.period, selected: r.period === data.run?.period }, periodText(r.period))));
}

function body(data, load) {
  if (data.loading && !data.run) return t.div({ className: 'block txt-center p-base' }, t.span({ className: 'loader' }));
  if (data.trouble) return t.div({ className: 'alert danger' }, t.p(null, data.trouble), t.button({ type: 'button', className: 'btn sm outline', onclick: load }, w('common.retry')));
  if (!data.run) return t.div({ className: 'alert' }, t.p(null, t.strong(null, w('office.console_none'))), t.p(null, w('office.console_none_text')));
  const run = data.run;
  return [totals(run), path(run), t.h2({ className: 'kop-h' }, w('office.units_caption')), t.div({ className: 'kop-table', tabIndex: 0, role: 'region', ariaLabel: w('office.units_caption') }, units(run)), reconciled(run),
    t.h2({ className: 'kop-h' }, w('office.console_chart')), chart(run), excluded(run)];
}

/** Figures that add up: asked = deducted + remaining (as far as answered). */
function totals(run) {
  const cell = (label, n, note) => t.div({ className: 'kop-total' }, t.div({ className: 'txt-hint' }, label), t.div({ className: 'kop-figure' }, t.small(null, 'Rp'), ' ', rupiah(n)), t.div({ className: 'txt-hint txt-sm' }, note));
  const known = answered(run);
  return t.div({ className: 'kop-totals' },
    cell(w('office.requested'), run.requested_rupiah, wn('office.n_members', run.members, { n: rupiah(run.members) })),
    cell(w('office.deducted'), run.deducted_rupiah, known ? w('office.step_answered_note', { n: run.units.filter((u) => u.answered).length, all: run.units.length }) : w('office.unit_unanswered')),
    cell(w('office.remaining'), run.remaining_rupiah, run.skipped_rupiah > 0 ? `${rupiah(run.skipped_rupiah)} ${w('office.console_skipped')}` : ' '),
    cell(w('common.kind_excess'), run.excess_rupiah, run.unmatched_rupiah > 0 ? `${rupiah(run.unmatched_rupiah)} ${w('office.answer_unmatched')}` : ' '));
}

function path(run) {
  const here = states.indexOf(run.state);
  return t.ol({ className: 'kop-path', ariaLabel: w('office.path') }, states.map((state, i) => {
    const step = run.steps.find((s) => s.state === state);
    const done = i < here || run.state === 'received';
    return t.li({ className: done ? 'done' : i === here ? 'now' : '', 'html-aria-current': i === here ? 'step' : undefined },
      t.strong(null, done ? t.i({ className: 'ri-check-line', role: 'img', ariaLabel: w('common.done') }) : '', w(`office.state_${state}`), i === here && !done ? t.span({ className: 'label warning sm' }, w('common.now')) : ''),
      t.small({ className: 'txt-hint' }, step && i <= here ? `${moment(step.at)} · ${step.by}` : state === 'settled' ? w('office.step_settled_note') : ''));
  }));
}

function units(run) {
  const known = answered(run);
  const cell = (name, content, extra = '') => t.td({ 'html-data-name': name, className: extra }, content);
  return t.table({ className: 'responsive-table' },
    t.thead(null, t.tr(null, t.th(null, w('office.work_unit')), t.th({ className: 'kop-right' }, w('office.members')), t.th({ className: 'kop-right' }, w('office.requested')), t.th({ className: 'kop-right' }, w('office.deducted')), t.th({ className: 'kop-right' }, w('office.remaining')), t.th(null, w('office.answer')))),
    t.tbody(null, run.units.map((u) => t.tr({ rid: u.id }, cell(w('office.work_unit'), t.strong(null, u.name)), cell(w('office.members'), amount(u.members), 'kop-right'), cell(w('office.requested'), amount(u.requested_rupiah), 'kop-right'),
      cell(w('office.deducted'), known && u.answered ? amount(u.deducted_rupiah) : '–', 'kop-right'), cell(w('office.remaining'), known && u.answered ? amount(u.remaining_rupiah) : '–', 'kop-right'), cell(w('office.answer'), answerOf(u)))),
      t.tr({ className: 'kop-sum' }, cell('', t.strong(null, w('office.sum'))), cell(w('office.members'), amount(run.members), 'kop-right'), cell(w('office.requested'), amount(run.requested_rupiah), 'kop-right'), cell(w('office.deducted'), amount(run.deducted_rupiah), 'kop-right'), cell(w('office.remaining'), amount(run.remaining_rupiah), 'kop-right'), t.td(null, ''))));
}

function answerOf(u) {
  if (!u.requested_rupiah && !u.deducted_rupiah) return t.span({ className: 'txt-hint' }, w('office.not_asked'));
  if (!u.answered) return t.span({ className: 'label' }, w('office.unit_unanswered'));
  return u.excess_rupiah > 0 ? t.span({ className: 'label warning' }, w('office.unit_differs')) : t.span({ className: 'label success' }, w('office.unit_matches'));
}

function reconciled(run) {
  if (!answered(run)) return '';
  const { deducted_rupiah: deducted, excess_rupiah: excess, unmatched_rupiah: unmatched } = run;
  return t.p({ className: 'txt-hint txt-sm kop-rec' }, `${w('office.answer_is')} ${rupiah(deducted + unmatched)} = ${rupiah(deducted - excess)} ${w('office.answer_deducted')} + ${rupiah(excess)} ${w('office.answer_excess')} + ${rupiah(unmatched)} ${w('office.answer_unmatched')}`);
}

function excluded(run) {
  const all = run.excluded.filter((e) => e.members > 0);
  if (!all.length) return '';
  return t.div({ className: 'alert kop-excluded' }, all.map((e) => t.p(null, `${reason(e.code)}: ${wn('office.n_members', e.members, { n: rupiah(e.members) })}, ${rupiah(e.amount_rupiah)} ${w('office.todo_excluded_text')}`)));
}

const variable = (name) => getComputedStyle(document.documentElement).getPropertyValue(name).trim() || '#888';

/** `2.500.000` → `2,5 jt`. */
const million = (n) => (n >= 1e6 ? `${String(Math.round(n / 1e5) / 10).replace('.', ',')} ${w('office.console_million')}` : rupiah(n));

/** A unit's name on at most two short lines, for beneath a bar. */
function twoLines(name) {
  const lines = [''];
  for (const word of name.split(' ')) {
    const last = lines.length - 1;
    if (!lines[last] || (lines[last] + word).length < 14) lines[last] += `${lines[last] && ' '}${word}`;
    else if (lines.length < 2) lines.push(word);
    else { lines[last] += '…'; break; }
  }
  return lines.join('\n');
}

/** Bars per work unit: asked behind, deducted in front. The table above holds the same figures. */
function chart(run) {
  let plot = null;
  let stop = null;
  const draw = (el) => {
    plot?.destroy();
    const hint = variable('--surfaceTxtHintColor');
    const names = run.units.map((u) => (el.clientWidth / run.units.length > 96 ? twoLines(u.name) : u.code));
    const narrow = el.clientWidth / run.units.length < 60;
    const bars = uPlot.paths.bars({ size: [0.55, 60], radius: 0.06 });
    const axis = { stroke: hint, grid: { show: false }, ticks: { show: false }, font: `12px ${getComputedStyle(document.body).fontFamily}` };
    plot = new uPlot({
      width: el.clientWidth, height: 240, cursor: { drag: { x: false, y: false } }, legend: { show: false },
      scales: { x: { time: false, range: [-0.6, run.units.length - 0.4] }, y: { range: (_, __, max) => [0, Math.max(1, max) * 1.08] } },
      axes: [{ ...axis, size: narrow ? 72 : 46, rotate: narrow ? -60 : 0, splits: () => names.map((_, i) => i), values: (_, at) => at.map((i) => names[i] ?? '') }, { ...axis, size: 84, values: (_, at) => at.map(million), grid: { stroke: variable('--surfaceAlt3Color'), width: 1 } }],
      series: [{}, { paths: bars, fill: variable('--surfaceAlt4Color'), stroke: variable('--surfaceAlt5Color'), points: { show: false } }, { paths: bars, fill: variable('--koperasiBar'), points: { show: false } }],
    }, [names.map((_, i) => i), run.units.map((u) => u.requested_rupiah), run.units.map((u) => u.deducted_rupiah)], el);
  };
  const said = run.units.map((u) => `${u.name}: ${w('office.requested')} ${rupiah(u.requested_rupiah)}, ${w('office.deducted')} ${rupiah(u.deducted_rupiah)}`).join('; ');
  const fit = (el) => () => plot?.setSize({ width: el.clientWidth, height: 240 });
  return t.figure({ className: 'kop-chart' },
    t.figcaption({ className: 'txt-hint txt-sm' }, t.span({ className: 'kop-key asked' }, w('office.requested')), t.span({ className: 'kop-key got' }, w('office.deducted'))),
    t.div({ role: 'img', ariaLabel: said,
      onmount: (el) => { el._fit = fit(el); addEventListener('resize', el._fit); stop = watch(() => app.store.activeColorScheme, () => setTimeout(() => el.isConnected && draw(el), 0)); },
      onunmount: (el) => { removeEventListener('resize', el._fit); stop?.unwatch(); plot?.destroy(); } }));
}

/** The approval: asked once, in numbers, with the key made when it is asked. */
function settleButton(data, load) {
  const run = data.run;
  if (!['sent', 'answered'].includes(run.state)) return '';
  const why = run.may.settle ? '' : reason(run.may.settle_refusal || 'payroll.nothing_answered', { period: periodText(run.period) });
  return t.button({ type: 'button', className: 'btn', disabled: !run.may.settle, title: why, ariaLabel: w('office.act_settle'), onclick: () => ask(run, load) }, t.i({ className: 'ri-check-double-line', ariaHidden: true }), t.span({ className: 'txt' }, w('office.act_settle')));
}

function ask(run, load) {
  const id = ulid();
  const row = (label, n) => t.tr(null, t.td(null, label), t.td({ className: 'kop-right' }, amount(n)));
  const shown = run.composition.filter((c) => c.deducted_rupiah > 0);
  const silent = run.units.filter((u) => !u.answered && u.requested_rupiah > 0).map((u) => u.name);
  app.modals.confirm(
    t.div({ className: 'kop-ask' }, t.h6(null, w('office.settle_title', { month: periodText(run.period) })), t.p(null, wn('office.settle_lead', run.answered_members, { n: rupiah(run.answered_members) })), silent.length ? t.p({ className: 'txt-hint' }, w('office.settle_silent', { names: silent.join(', ') })) : '',
      t.table(null, t.tbody(null, shown.map((c) => row(w(`common.kind_${c.kind}`), c.deducted_rupiah)), run.excess_rupiah > 0 ? row(w('common.kind_excess'), run.excess_rupiah) : '',
        t.tr({ className: 'kop-sum' }, t.td(null, t.strong(null, w('office.into_books'))), t.td({ className: 'kop-right' }, t.strong(null, amount(run.deducted_rupiah))))))),
    async () => {
      try {
        await app.pb.send(`${root}/${run.period}/settle`, { method: 'POST', body: { id } });
        app.toasts.success(w('office.did_settle'));
        load();
      } catch (err) {
        app.toasts.error(err.response?.message || err.message);
      }
    }, null, { yesButton: w('office.act_settle'), noButton: w('common.not_yet') });
}
