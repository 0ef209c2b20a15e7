// A year of pays at a glance, and goods on credit.
import { CompositionBar, Empty, Figure, Legend, Loaded } from '../lib/components/index.js';
import { day, period as periodText, rupiah } from '../lib/format.js';
import { href } from '../lib/route.js';
import { html, useEffect } from '../lib/view.js';
import { w } from '../lib/words.js';
import { AppBar } from './nav.js';

/** Twelve strips, as high as what was deducted; what remained stands on top of it, hatched. @param {{year: string, bars: {period: string, deducted_rupiah: number, remaining_rupiah: number}[]}} props */
function Strips({ year, bars: known }) {
  const bars = Array.from({ length: 12 }, (_, i) => `${year}-${String(i + 1).padStart(2, '0')}`).map((p) => known.find((b) => b.period === p) ?? { period: p, deducted_rupiah: 0, remaining_rupiah: 0 });
  const most = Math.max(1, ...bars.map((b) => b.deducted_rupiah + b.remaining_rupiah));
  const pct = (/** @type {number} */ n) => ({ height: `${Math.round((n / most) * 100)}%` });
  const said = known.map((b) => `${periodText(b.period)} ${rupiah(b.deducted_rupiah)}`).join(', ');
  return html`<div class="year-strips" role="img" aria-label=${said}>${bars.map((b) => html`<span key=${b.period}><em>${b.remaining_rupiah > 0 && html`<i class="hatch" style=${pct(b.remaining_rupiah)}></i>`}<i class=${b.deducted_rupiah > 0 ? 'done' : 'none'} style=${pct(b.deducted_rupiah)}></i></em><small aria-hidden="true">${periodText(b.period).slice(0, 3)}</small></span>`)}</div>`;
}

/**
 * What was asked, and where it went: with what was held and what was paid otherwise, where there is any, it adds up.
 * @param {{of: {requested_rupiah: number, deducted_rupiah: number, remaining_rupiah: number, excess_rupiah: number, elsewhere_rupiah?: number}}} props
 */
export function AddsUp({ of }) {
  const cell = (/** @type {string} */ name, /** @type {number} */ amount, rest = false) => html`<div><dt>${w(name)}</dt><dd class=${rest && amount > 0 ? 'rest' : ''}>${rupiah(amount)}</dd></div>`;
  return html`<dl class="trio">${cell('member.requested', of.requested_rupiah)}${cell('member.deducted', of.deducted_rupiah)}${cell('member.remaining', of.remaining_rupiah, true)}
    ${(of.elsewhere_rupiah ?? 0) > 0 && cell('member.elsewhere', of.elsewhere_rupiah ?? 0)}${of.excess_rupiah > 0 && cell('member.held_for_me', of.excess_rupiah)}</dl>`;
}

/** @param {{store: import('./store.js').Store, year: string}} props */
export function YearScreen({ store, year }) {
  useEffect(() => store.need(store.deductions), []);
  const draw = (/** @type {any} */ { years }) => {
    const y = years.find((/** @type {any} */ it) => String(it.year) === year);
    if (!y) return html`<${Empty} title=${w('member.year_none')} link=${w('member.deductions')} href=${href('/potongan')} />`;
    const parts = [...y.kinds, ...(y.excess_rupiah > 0 ? [{ kind: 'excess', amount_rupiah: y.excess_rupiah }] : [])];
    return html`<section class="lead-fig"><p class="k">${w('member.year_deducted', { year })}</p><p><${Figure} rupiah=${y.deducted_rupiah} size="xl" /></p><${AddsUp} of=${y} /></section>
      <${Strips} year=${year} bars=${y.bars} />
      <section class="sec"><div class="sec-h"><h2>${w('member.year_where')}</h2></div><${CompositionBar} parts=${parts} /><${Legend} parts=${parts} />
        <p class="total"><span>${w('member.deducted')}</span><span><span class="rp">Rp</span>${rupiah(parts.reduce((n, p) => n + p.amount_rupiah, 0))}</span></p></section>
      <section class="sec"><div class="sec-h"><h2>${w('member.past')}</h2></div><ul class="rows">${[...y.bars].reverse().map((/** @type {any} */ b) => html`<li key=${b.period}><a class="lnk" href=${href(`/potongan/${b.period}`)}>${periodText(b.period)}</a><b>${rupiah(b.deducted_rupiah)}</b></li>`)}</ul></section>`;
  };
  return html`<${AppBar} title=${w('member.year_of', { year })} back="/potongan" print /><${Loaded} of=${store.deductions} draw=${draw} />`;
}

/** @param {{plan: any}} props */
function Plan({ plan: p }) {
  const kept = (/** @type {string} */ field) => (p.state === 'returned' ? p[field] : p.schedule.reduce((/** @type {number} */ n, /** @type {any} */ s) => n + s[field], 0)); // what came back in part costs nothing any more
  return html`<section class="sec plan"><div class="sec-h"><h2>${p.lines.map((/** @type {any} */ g) => g.name).join(', ')}</h2><span class=${`chip ${p.state === 'made' ? 'now' : ''}`}>${p.state === 'paid' ? w('member.plan_paid') : p.state === 'returned' ? w('member.plan_returned') : w('member.instalment_n', { n: Math.min(p.paid_parts + 1, p.parts), of: p.parts })}</span></div>
    <dl class="trio"><div><dt>${w('member.plan_price')}</dt><dd>${rupiah(kept('principal_rupiah'))}</dd></div><div><dt>${w('member.plan_margin')}</dt><dd>${rupiah(kept('margin_rupiah'))}</dd></div><div><dt>${w('member.plan_left')}</dt><dd>${rupiah(p.left_rupiah)}</dd></div></dl>
    ${p.returned_rupiah > 0 && html`<p class="note">${w('member.plan_back', { amount: rupiah(p.returned_rupiah) })}</p>`}
    <ul class="rows plan-rows">${p.schedule.filter((/** @type {any} */ s) => s.principal_rupiah + s.margin_rupiah > 0).map((/** @type {any} */ s) => html`<li key=${s.n} class=${s.open_rupiah + s.margin_open_rupiah === 0 ? 'gone' : ''}><span>${s.n}/${p.parts} · ${periodText(s.period)}${s.margin_rupiah > 0 && html` <small class="note">${w(s.waived ? 'member.plan_waived' : 'member.plan_with', { amount: rupiah(s.margin_rupiah) })}</small>`}</span>
      <b>${rupiah(s.principal_rupiah + (s.waived ? 0 : s.margin_rupiah))}</b></li>`)}</ul>
    ${p.left_rupiah > 0 && html`<p class="note">${w('member.plan_early', { amount: rupiah(p.left_rupiah + p.margin_due_rupiah) })}</p>`}
    ${p.down_rupiah > 0 && html`<p class="note">${w('member.plan_down', { amount: rupiah(p.down_rupiah) })}</p>`}
    <p class="note">${w('member.plan_since', { date: day(p.date, 'medium'), number: p.number })}</p></section>`;
}

/** @param {{store: import('./store.js').Store}} props */
export function Plans({ store }) {
  useEffect(() => store.need(store.deductions), []);
  return html`<${AppBar} title=${w('member.plans')} back="/potongan" print /><${Loaded} of=${store.deductions} draw=${(/** @type {any} */ { plans }) => (plans?.length
    ? plans.map((/** @type {any} */ p) => html`<${Plan} key=${p.id} plan=${p} />`) : html`<${Empty} title=${w('member.plans_none')} text=${w('member.plans_none_text')} />`)} />`;
}
