import { Empty, Figure, FootLink, Icon, Loaded, PartialBar, Skeleton, inOrder, kindName, toast } from '../lib/components/index.js';
import { Path } from '../lib/components/path.js';
import { Why } from '../lib/components/why.js';
import { asOf, chainHead, dateOf, day, period, rupiah } from '../lib/format.js';
import { href } from '../lib/route.js';
import { resource } from '../lib/resource.js';
import { html, useEffect, useMemo } from '../lib/view.js';
import { has, w } from '../lib/words.js';
import { Excess } from './excess.js';
import { refusalWords } from './home.js';
import { AppBar } from './nav.js';
import { TransferTo } from './transfer-to.js';
import { Objections, partName } from './objection.js';
import { Preview } from './preview.js';
import { AddsUp, Plans, YearScreen } from './year.js';

/** @typedef {import('./store.js').Deduction} Deduction */
/** @typedef {import('./store.js').PlannedPart} PlannedPart */

const states = ['locked', 'sent', 'answered', 'settled', 'received'];
/** Whether this member's line is booked, so that figures are final; a run can still wait for other units. @param {Deduction} d */
const final = (d) => d.settled ?? (d.state === 'settled' || d.state === 'received');

/** How far this member's deduction is. @param {Deduction} d */
const stateOf = (d) => (final(d) && d.state !== 'received' ? 'settled' : d.state);

/** The officer's or the rules' reason, in words. @param {string} reason */
const reasonWords = (reason) => (has(`member.reason_${reason}`) ? w(`member.reason_${reason}`) : w('member.reason_noted', { reason }));

/** @param {{d: Deduction}} props */
function DeductionRow({ d }) {
  const done = final(d);
  return html`<li><a href=${href(`/potongan/${d.period}`)}>
    <span class="w">${period(d.period)}<small>${done ? w('member.deducted_on', { date: day(d.pay_date, 'short') }) : w(`member.state_${stateOf(d)}`)}</small></span>
    <span class="a">${rupiah(done ? d.deducted_rupiah : d.requested_rupiah)}
      ${done && d.remaining_rupiah > 0 && html`<small class="rest">${w('member.remaining_short', { amount: rupiah(d.remaining_rupiah) })}</small>`}
      ${done && d.excess_rupiah > 0 && html`<small class="rest">${w('member.excess_short', { amount: rupiah(d.excess_rupiah) })}</small>`}</span>
    <${Icon} name="chevron" small /></a></li>`;
}

/** All months, one of them, or the coming one. @param {{store: import('./store.js').Store, id: string}} props */
export function Deductions({ store, id }) {
  if (id === 'berikutnya') return html`<${Preview} store=${store} />`;
  if (id === 'angsuran') return html`<${Plans} store=${store} />`;
  if (/^\d{4}$/.test(id)) return html`<${YearScreen} store=${store} year=${id} />`;
  return id ? html`<${DeductionScreen} store=${store} period=${id} />` : html`<${DeductionList} store=${store} />`;
}

/** @param {{store: import('./store.js').Store}} props */
function DeductionList({ store }) {
  useEffect(() => { store.need(store.deductions); store.need(store.me); }, []);
  const { data: me, fault } = store.me.state.value;
  const next = me?.next_deduction;
  const draw = (/** @type {any} */ { deductions, years, plans, excess, uses }) => html`${deductions.length
    ? html`<ul class="months">${deductions.map((/** @type {Deduction} */ d) => html`<${DeductionRow} key=${d.period} d=${d} />`)}</ul>`
    : html`<${Empty} title=${w('member.no_deductions')} text=${w('member.no_deductions_text')} />`}
    ${(years?.length > 0 || plans?.length > 0) && html`<div class="links months-more">${plans?.length > 0 && html`<${FootLink} href=${href('/potongan/angsuran')}>${w('member.plans')}<//>`}
      ${years?.map((/** @type {any} */ y) => html`<${FootLink} key=${y.year} href=${href(`/potongan/${y.year}`)}>${w('member.year_of', { year: y.year })} <b>${rupiah(y.deducted_rupiah)}</b><//>`)}</div>`}
    ${excess && html`<${Excess} store=${store} excess=${excess} uses=${uses} onDone=${() => store.changed('payroll')} />`}`;
  return html`<header class="hello"><h1 class="title">${w('member.deductions')}</h1></header>
    ${!me && !fault && html`<${Skeleton} rows=${2} />`}
    ${next && html`<a class="sheet next-row" href=${href('/potongan/berikutnya')}><span class="sheet-h"><b class="h3">${w(next.drafted ? 'member.preview' : 'member.next')}</b><span class="chip now">${day(next.pay_date, 'day')}</span></span>
      <span class="next-row-fig"><${Figure} rupiah=${next.total_rupiah} size="s" /><${Icon} name="chevron" small /></span></a>`}
    <section class="sec"><div class="sec-h"><h2>${w('member.past')}</h2></div><${Loaded} of=${store.deductions} draw=${draw} /></section>`;
}

/** A receipt under a part, with the way to it. @param {{part: PlannedPart, done: boolean}} props */
function ReceiptPart({ part, done }) {
  const away = part.elsewhere_rupiah ?? 0;
  const left = done ? part.planned_rupiah - part.settled_rupiah - away : 0;
  const inside = html`<span>${day(part.date, 'short')}</span><span>${part.kind === 'instalment' && !part.instalment ? period(part.date.slice(0, 7)) : partName(part)}</span><b>${rupiah(done ? part.settled_rupiah : part.planned_rupiah)}</b>
    ${part.source?.sale ? html`<${Icon} name="chevron" small />` : html`<span></span>`}
    ${left <= 0 && part.kept && html`<small class="rest">${w(`member.kept_${part.kept}`, { amount: rupiah(part.due_rupiah - part.planned_rupiah) })}</small>`}
    ${away > 0 && html`<small>${w('member.part_elsewhere', { amount: rupiah(away) })}</small>`}
    ${left > 0 && html`<small class="rest">${w('member.of_left', { of: rupiah(part.planned_rupiah), left: rupiah(left) })}</small>`}`;
  return html`<li>${part.source?.sale ? html`<a href=${href(`/struk/${part.source.sale}`)}>${inside}</a>` : html`<span class="as-a">${inside}</span>`}</li>`;
}

/** @param {{kind: string, parts: PlannedPart[], done: boolean}} props */
function KindRow({ kind, parts, done }) {
  const asked = parts.reduce((sum, p) => sum + p.planned_rupiah, 0);
  const got = parts.reduce((sum, p) => sum + p.settled_rupiah, 0);
  const detailed = parts.some((p) => p.source || p.instalment || p.kept || p.elsewhere_rupiah) || parts.length > 1;
  return html`<li class="part"><i class=${`swatch kind-${kind}`}></i><span class="nm">${kindName(kind)}</span><b>${rupiah(done ? got : asked)}</b>
    ${done && got !== asked && html`<small class="rest">${w('member.asked', { amount: rupiah(asked) })}</small>`}
    ${detailed && html`<ul class="recs">${parts.map((p, i) => html`<${ReceiptPart} key=${i} part=${p} done=${done} />`)}</ul>`}</li>`;
}

/** @param {PlannedPart[]} parts @returns {{kind: string, parts: PlannedPart[]}[]} */
function byKind(parts) {
  const kinds = [...new Set(parts.map((p) => p.kind))];
  return inOrder(kinds.map((kind) => ({ kind, parts: parts.filter((p) => p.kind === kind) })));
}

/** Why less was deducted, and where each rupiah goes. @param {{d: Deduction}} props */
function Shortfall({ d }) {
  const left = (/** @type {(p: PlannedPart) => boolean} */ which) => d.parts.filter(which).reduce((sum, p) => sum + p.planned_rupiah - p.settled_rupiah - (p.elsewhere_rupiah ?? 0), 0);
  const skipped = d.skipped_rupiah ?? left((p) => p.kind === 'voluntary');
  const carried = Math.max(0, d.remaining_rupiah - skipped);
  return html`<${Why} title=${w('member.why_rest')}>
    ${d.reason && html`<p>${reasonWords(d.reason)}</p>`}
    <p>${carried > 0 && html`<b>${rupiah(carried)}</b> ${w(d.excess_rupiah > 0 ? 'member.still_owed' : 'member.carried')} `}${skipped > 0 && html`<b>${rupiah(skipped)}</b> ${w('member.skipped')}`}</p><//>`;
}

/** @param {{d: Deduction, store: import('./store.js').Store}} props */
function DeductionView({ d, store }) {
  const done = final(d);
  const at = states.indexOf(stateOf(d));
  /** When the list came that far. @param {string} state */
  const reached = (state) => { const it = d.steps?.find((s) => s.state === state); return it && day(dateOf(it.at), 'medium'); };
  return html`<section class="lead-fig"><p class="k">${done ? w('member.deducted_from_pay', { date: day(d.pay_date, 'day') }) : w('member.asked_for_pay', { date: day(d.pay_date, 'day') })}</p>
      <p><${Figure} rupiah=${done ? d.deducted_rupiah : d.requested_rupiah} size="xl" /></p>
      ${done && html`<${PartialBar} done_rupiah=${d.deducted_rupiah - d.excess_rupiah} rest_rupiah=${d.remaining_rupiah} /><${AddsUp} of=${d} />`}</section>
    ${done && d.remaining_rupiah > 0 && html`<${Shortfall} d=${d} />`}
    ${d.early && html`<${Why} title=${w('member.why_early')}><p>${w('member.locked_early', { until: day(d.early.until, 'day') })}${d.early.reason ? ` ${w('member.locked_early_why', { reason: d.early.reason })}` : ''}</p><//>`}
    ${d.excluded && html`<${Why} title=${w('member.why_none')}><p>${refusalWords(d.excluded)}</p><//>`}
    ${done && (d.elsewhere_rupiah ?? 0) > 0 && html`<${Why} title=${w('member.elsewhere')}><p><b>${rupiah(d.elsewhere_rupiah ?? 0)}</b> ${w('member.elsewhere_text')}</p><//>`}
    ${(d.claimed_rupiah ?? 0) > 0 && html`<${Why} title=${w('member.why_claimed')}><p><b>${rupiah(d.claimed_rupiah ?? 0)}</b> ${w('member.claimed_text')}</p><//>`}
    ${d.excess_rupiah > 0 && html`<${Why} title=${w('member.why_excess')}><p><b>${rupiah(d.excess_rupiah)}</b> ${w(done && d.remaining_rupiah > 0 ? 'member.excess_held' : 'member.excess_kept')}</p><//>`}
    <section class="sec"><div class="sec-h"><h2>${w('member.parts')}</h2></div><ul class="parts">${byKind(d.parts).map((g) => html`<${KindRow} key=${g.kind} ...${g} done=${done} />`)}
      ${d.excess_rupiah > 0 && html`<li class="part"><i class="swatch kind-excess"></i><span class="nm">${kindName('excess')}</span><b>${rupiah(d.excess_rupiah)}</b></li>`}</ul>
      <p class="total"><span>${done ? w('member.deducted') : w('member.requested')}</span><span><span class="rp">Rp</span>${rupiah(done ? d.deducted_rupiah : d.requested_rupiah)}</span></p></section>
    <section class="sec"><div class="sec-h"><h2>${w('member.journey')}</h2></div>
      <div class="journey"><${Path} label=${w('member.journey')} steps=${states.map((s, i) => ({ label: w(`member.step_${s}`), state: i < at || d.state === 'received' ? 'done' : i === at ? 'now' : 'next', note: i <= at ? reached(s) : undefined }))} /></div></section>
    ${d.seals && d.seals.length > 0 && html`<section class="sec trace"><div class="sec-h"><h2>${w('common.how_we_know')}</h2></div>
      ${d.seals.map((s) => html`<p class="read">${w('member.trace_deduction', { number: s.number, date: day(s.date, 'medium') })}</p><p class="mono">${chainHead(s.hash, s.entry)}</p>`)}</section>`}
    ${d.window && html`<${Objections} store=${store} period=${d.period} parts=${d.parts} objections=${d.objections ?? []} window=${d.window} onDone=${() => store.changed('payroll')} />`}`;
}

/** The month as a paper whose lines add up. @param {{door: import('../lib/auth.js').Door, month: string}} props */
function SlipLink({ door, month }) {
  const take = () => door.download(`/api/coop/me/deductions/${month}/slip.pdf`, `slip-${month}.pdf`).catch((/** @type {Error} */ cause) => toast(cause.message, { kind: 'bad' }));
  return html`<button type="button" class="foot-link" onClick=${take}><span>${w('member.slip_pdf')}</span><${Icon} name="download" /></button>`;
}

/** @param {{d: Deduction, store: import('./store.js').Store}} props */
const Month = ({ d, store }) => html`<${DeductionView} d=${d} store=${store} /><${SlipLink} door=${store.door} month=${d.period} />`;

/** A month that the list is too short for, if there was one. @param {{store: import('./store.js').Store, period: string}} props */
function OldMonth({ store, period: month }) {
  const of = useMemo(() => resource(store.door, `/api/coop/me/deductions/${month}`), [store, month]);
  useEffect(() => { of.load(); }, [of]);
  if (of.state.value.fault?.status === 404) return html`<${Empty} title=${w('member.no_deduction_then')} link=${w('member.deductions')} href=${href('/potongan')} />`;
  return html`<${Loaded} of=${of} rows=${6} draw=${(/** @type {Deduction} */ d) => html`<${Month} d=${d} store=${store} />`} />`;
}

/** @param {{store: import('./store.js').Store, period: string}} props */
function DeductionScreen({ store, period: month }) {
  useEffect(() => store.need(store.deductions), []);
  const draw = (/** @type {{deductions: Deduction[]}} */ { deductions }) => {
    const d = deductions.find((it) => it.period === month);
    return d ? html`<${Month} d=${d} store=${store} />` : html`<${OldMonth} store=${store} period=${month} />`;
  };
  return html`<${AppBar} title=${w('member.deduction_of', { period: period(month) })} back="/potongan" print /><${Loaded} of=${store.deductions} draw=${draw} />`;
}

/** A month's instalment and what it costs are one sum to pay. @param {import('./store.js').OpenItem[]} items */
function byMonth(items) {
  /** @type {Map<string, import('./store.js').OpenItem>} */
  const months = new Map();
  for (const it of items) {
    const key = it.kind === 'instalment' ? it.date : String(months.size);
    const before = months.get(key);
    months.set(key, before ? { ...before, remaining_rupiah: before.remaining_rupiah + it.remaining_rupiah } : it);
  }
  return [...months.values()];
}

/** What a member owes or is due to save, with where it comes from. @param {{items: import('./store.js').OpenItem[]}} props */
function ItemRows({ items }) {
  return html`<ul class="parts">${byKind(byMonth(items).map((it) => ({ kind: it.kind, date: it.date, item: 0, due_rupiah: it.remaining_rupiah, planned_rupiah: it.remaining_rupiah, settled_rupiah: 0, source: it.source })))
    .map((g) => html`<${KindRow} key=${g.kind} ...${g} done=${false} />`)}</ul>`;
}

const debts = new Set(['store', 'instalment']);

/** Rows with their own sum, so that the figure above can be checked. @param {{title: string, items: import('./store.js').OpenItem[]}} props */
function ItemSum({ title, items }) {
  if (!items.length) return null;
  const sum = items.reduce((total, it) => total + it.remaining_rupiah, 0);
  return html`<section class="sec"><div class="sec-h"><h2>${title}</h2></div><${ItemRows} items=${items} /><p class="total"><span>${w('member.total')}</span><span><span class="rp">Rp</span>${rupiah(sum)}</span></p></section>`;
}

/** @param {{store: import('./store.js').Store}} props */
export function OpenItems({ store }) {
  useEffect(() => store.need(store.me), []);
  const { at } = store.me.state.value;
  const draw = (/** @type {any} */ me) => {
    /** @type {import('./store.js').OpenItem[]} */
    const items = me.owed.items;
    if (!items.length) return html`<${Empty} title=${w('member.nothing_owed')} text=${w('member.nothing_owed_text')} />`;
    return html`<section class="lead-fig"><p class="k">${w('member.owed_at', { date: day(asOf(at), 'full') })}</p><p><${Figure} rupiah=${me.owed.total_rupiah} size="xl" /></p>
        <p class="small">${w('member.owed_note')}</p></section>
      <${ItemSum} title=${w('member.owed')} items=${items.filter((it) => debts.has(it.kind))} />
      <${ItemSum} title=${w('member.savings_due')} items=${items.filter((it) => !debts.has(it.kind))} />
      <${TransferTo} door=${store.door} />
      <${Why} title=${w('member.why_owed')}><p>${w('member.owed_text')}</p>${me.next_deduction.held_rupiah > 0 && html`<p>${w('member.held_note', { amount: rupiah(me.next_deduction.held_rupiah) })}</p>`}<//>`;
  };
  return html`<${AppBar} title=${w('member.open_items')} back="/" /><${Loaded} of=${store.me} draw=${draw} />`;
}
