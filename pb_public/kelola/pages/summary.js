// Ringkasan: what waits for this person, then the day at a glance, each figure with its date and the way to its source.
import { asFault, info } from '../../lib/api.js';
import { FaultNote, Figure, FootLink, Icon, Loaded, Section, Sheet, Skeleton } from '../../lib/components/index.js';
import { count, day, greeting, period as periodText, quantity, rupiah, today } from '../../lib/format.js';
import { href } from '../../lib/route.js';
import { html, useEffect, useState } from '../../lib/view.js';
import { w, wn } from '../../lib/words.js';
import { useResource } from '../fetching.js';
import { Head } from '../parts.js';
import { may, nextAct, posted, toDraft } from '../payroll/run.js';
import { low } from './goods.js';

/** @typedef {import('../types.js').Door} Door */

const page = 200;
const mostPages = 5;

/**
 * Today's receipts, newest first until an older day begins.
 * @param {Door} door
 */
function useSales(door) {
  const [sales, setSales] = useState(/** @type {{rows: any[], whole: boolean, fault?: import('../../lib/api.js').Fault} | null} */ (null));
  const [turn, again] = useState(0);
  const date = info.value?.business_date || today();
  useEffect(() => {
    let gone = false;
    (async () => {
      /** @type {any[]} */
      const rows = [];
      let next = '';
      for (let i = 0; i < mostPages; i++) {
        const answer = await door.send('GET', `/api/coop/store/sales?limit=${page}${next && `&before=${next}`}`);
        rows.push(...answer.sales.filter((/** @type {any} */ s) => s.date === date));
        next = answer.next ? String(answer.next) : '';
        if (!next || answer.sales.at(-1)?.date !== date) break;
      }
      if (!gone) setSales({ rows, whole: !next || rows.length < page * mostPages });
    })().catch((cause) => { if (!gone) setSales({ rows: [], whole: false, fault: asFault(cause) }); });
    return () => { gone = true; };
  }, [date, turn]);
  return { sales, again: () => { setSales(null); again(turn + 1); } };
}

/** @param {any[]} sales @param {string} kind */
const tendered = (sales, kind) => sales.reduce((sum, s) => sum + s.tenders.filter((/** @type {any} */ t) => t.kind === kind).reduce((/** @type {number} */ n, /** @type {any} */ t) => n + t.amount_rupiah, 0) - (kind === 'cash' ? s.change_rupiah : 0), 0);

/** @param {{door: Door}} props */
function Today({ door }) {
  const { sales, again } = useSales(door);
  if (!sales) return html`<${Section} title=${w('office.today_sales')}><span class="sk-fig"></span><//>`;
  if (sales.fault) return html`<${Section} title=${w('office.today_sales')}><${FaultNote} fault=${sales.fault} retry=${again} /><//>`;
  const total = sales.rows.reduce((sum, s) => sum + s.total_rupiah, 0);
  const members = sales.rows.filter((s) => s.member).reduce((sum, s) => sum + s.total_rupiah, 0);
  return html`<${Section} title=${w('office.today_sales')}><div class="today"><p class="sheet-fig"><${Figure} rupiah=${total} size="xl" /></p>
    <p class="small">${wn('office.n_receipts', sales.rows.length, { n: count(sales.rows.length) })}, ${day(info.value?.business_date || today(), 'day')}${sales.whole ? '' : ` · ${w('office.newest_only')}`}</p>
    <dl class="rows"><div><dt>${w('office.from_members')}</dt><dd>${rupiah(members)}</dd></div><div><dt>${w('office.from_public')}</dt><dd>${rupiah(total - members)}</dd></div></dl>
    <dl class="rows"><div><dt>${w('office.paid_cash')}</dt><dd>${rupiah(tendered(sales.rows, 'cash'))}</dd></div><div><dt>${w('office.paid_payroll')}</dt><dd>${rupiah(tendered(sales.rows, 'payroll'))}</dd></div></dl></div><//>`;
}

/** Money where it lies, from the books. @param {{accounts: any[], date: string}} props */
function Cash({ accounts, date }) {
  const rows = accounts.filter((a) => [1101, 1102, 1111, 1115, 1123].includes(a.code)).map((a) => ({ ...a, amount: a.debit_rupiah - a.credit_rupiah })).filter((a) => a.amount !== 0);
  return html`<${Section} title=${w('office.cash')} link=${w('office.to_trial')} href=${href('/laporan/neraca')}>${rows.length ? html`<dl class="rows">${rows.map((a) => html`<div key=${a.code}><dt>${a.code} ${a.name}</dt><dd>${rupiah(a.amount)}</dd></div>`)}</dl>` : html`<p class="read">${w('office.cash_none')}</p>`}
    <p class="note">${w('office.books_at', { date: day(date) })}</p><//>`;
}

/** @param {{accounts: any[]}} props */
function Savings({ accounts }) {
  const rows = [3101, 3102, 2103].map((code) => accounts.find((a) => a.code === code)).filter(Boolean).map((a) => ({ ...a, amount: a.credit_rupiah - a.debit_rupiah }));
  if (!rows.length) return null;
  return html`<${Section} title=${w('office.savings_all')}><dl class="rows">${rows.map((a) => html`<div key=${a.code}><dt>${a.name}</dt><dd>${rupiah(a.amount)}</dd></div>`)}
    <div class="sum"><dt>${w('office.sum')}</dt><dd><span class="rp">Rp</span>${rupiah(rows.reduce((s, a) => s + a.amount, 0))}</dd></div></dl><//>`;
}

/** What waits, where it leads, and whether it waits for this person. @typedef {{title: string, text: string, to: string, mine: boolean}} Wait */

/** @typedef {{held: any, shifts: any, runs: any[], periods: any[], drafts: any[], requests: any[], drawn: any[]}} Desk what the rooms answered */

/**
 * All that waits, in the order in which it holds others up: goods and money first, then pay, then the books.
 * @param {Desk} desk @param {any} run the run that needs an act, when one does @param {string} role
 */
function waiting({ held, shifts, runs, periods, drafts, requests, drawn }, run, role) {
  const writes = role !== 'supervisor', coming = info.value?.payroll;
  /** @type {Wait[]} */
  const all = [];
  if (held.open > 0) all.push({ title: wn('office.wait_held', held.open, { n: count(held.open) }), text: w('office.wait_held_text', { amount: rupiah(held.open_rupiah) }), to: '/kasir', mine: writes });
  if (shifts.late > 0) all.push({ title: wn('office.wait_late', shifts.late, { n: count(shifts.late) }), text: w('office.wait_late_text', { amount: rupiah(shifts.late_rupiah) }), to: '/kasir/sif?lihat=susulan', mine: writes });
  for (const it of requests) all.push({ title: w('office.wait_payment', { name: it.target_name }), text: w('office.wait_payment_text', { amount: rupiah(it.amount_rupiah), name: it.by }), to: '/kas', mine: writes && !it.refusal });
  for (const state of ['requested', 'prepared']) {
    const rows = drawn.filter((d) => d.state === state);
    const sum = rows.reduce((n, d) => n + d.amount_rupiah, 0);
    if (rows.length) all.push({ title: wn(`office.wait_drawn_${state}`, rows.length, { n: count(rows.length) }), text: w('office.wait_drawn_text', { amount: rupiah(sum) }), to: '/simpanan', mine: writes && (state === 'requested' || rows.some((d) => !d.refusal)) });
  }
  for (const it of runs.slice(0, 6)) {
    const act = nextAct[/** @type {import('../types.js').RunState} */ (it.state)];
    if (act) all.push({ title: w(`office.wait_${it.state}`, { month: periodText(it.period) }), text: w(`office.wait_${it.state}_text`, { amount: rupiah(it.state === 'answered' || it.state === 'settled' ? posted(it) : it.requested_rupiah), n: count(it.members) }), to: `/potong-gaji/${it.period}`, mine: may(run?.period === it.period ? run : it, act, role).ok });
  }
  const missing = coming ? toDraft(coming.period) : '';
  if (missing && runs.length > 0 && !runs.some((r) => r.period >= missing)) all.push({ title: w('office.wait_none', { month: periodText(missing) }), text: w('office.wait_none_text'), to: `/potong-gaji/${missing}`, mine: writes });
  if (drafts.length) all.push({ title: wn('office.wait_drafts', drafts.length, { n: count(drafts.length) }), text: w('office.wait_drafts_text'), to: '/buku/manual?state=submitted', mine: drafts.some((d) => d.may.decide) });
  const old = periods.filter((p) => p.state === 'open' && p.period < today().slice(0, 7)).sort((a, b) => a.period.localeCompare(b.period));
  if (old.length && writes) all.push({ title: wn('office.wait_months', old.length, { n: old.length }), text: `${periodText(old[0].period)}${old.length > 1 ? ` – ${periodText(old[old.length - 1].period)}` : ''}`, to: '/buku/bulan', mine: true });
  return all;
}

/** @param {{all: Wait[], mine?: boolean}} props */
const Waits = ({ all, mine }) => html`<ul class=${mine ? 'waiting mine' : 'waiting'}>${all.map((it) => html`<li key=${it.title}><a href=${href(it.to)}><span><b>${it.title}</b><small class="note">${it.text}</small></span><${Icon} name="chevron" small /></a></li>`)}</ul>`;

/** What waits for this person, and beneath it what waits for others. @param {{desk: Desk, run?: any, role: string}} props */
function Waiting({ desk, run, role }) {
  const all = waiting(desk, run, role);
  const mine = all.filter((it) => it.mine), others = all.filter((it) => !it.mine);
  return html`<${Sheet} title=${w(others.length && !mine.length ? 'office.waits_for_other' : 'office.waits_for_you')} class="waits-for">
    ${all.length ? html`<${Waits} all=${mine.length ? mine : others} mine=${mine.length > 0} />` : html`<p class="state pos"><${Icon} name="check" /><span>${w('office.nothing_waits')}</span></p>`}
    ${mine.length > 0 && others.length > 0 && html`<h3 class="h3">${w('office.waits_for_other')}</h3><${Waits} all=${others} />`}<//>`;
}

/** Who may take the run's next step, the run itself says. @param {{door: Door, desk: Desk, period: string}} props */
function WaitingWithRun({ door, desk, period }) {
  const { data, fault } = useResource(door, `/api/coop/payroll/runs/${period}`).state.value;
  if (!data && !fault) return html`<${Sheet} title=${w('office.waiting')}><${Skeleton} rows=${2} /><//>`;
  return html`<${Waiting} desk=${desk} run=${data} role=${door.role.value} />`;
}

/** What the last night's check of the books found, when it found anything. @param {{door: Door}} props */
function Alarm({ door }) {
  const { data, fault } = useResource(door, '/api/coop/ledger/verifications').state.value;
  if (!data && !fault) return html`<${Skeleton} rows=${3} />`;
  const last = data?.nights?.[0];
  if (!last || last.ok) return null;
  return html`<div role="alert"><a class="alarm" href=${href('/periksa')}><${Icon} name="warning" class="neg" /><span><b>${w('office.books_wrong')}</b><small class="note">${wn('office.findings', last.count, { n: count(last.count) })}, ${day(last.date)}</small></span></a></div>`;
}

/** @param {{door: Door}} props */
function Desk({ door }) {
  const answers = {
    runs: useResource(door, '/api/coop/payroll/runs'), periods: useResource(door, '/api/coop/ledger/periods'), drafts: useResource(door, '/api/coop/ledger/drafts?state=submitted'),
    held: useResource(door, '/api/coop/store/quarantine?open=1&limit=1'), shifts: useResource(door, '/api/coop/store/shifts?late=1&limit=1'), money: useResource(door, '/api/coop/treasury'), savings: useResource(door, '/api/coop/savings/withdrawals'),
  };
  const silent = Object.values(answers).find((it) => it.state.value.fault && !it.state.value.data);
  if (silent) return html`<${Sheet} title=${w('office.waiting')}><${FaultNote} fault=${silent.state.value.fault} retry=${silent.load} /><//>`;
  const [runs, periods, drafts, held, shifts, money, savings] = Object.values(answers).map((it) => it.state.value.data);
  if (!runs || !periods || !drafts || !held || !shifts || !money || !savings) return html`<${Sheet} title=${w('office.waiting')}><${Skeleton} rows=${3} /><//>`;
  const desk = { held, shifts, runs: runs.runs, periods: periods.periods, drafts: drafts.drafts, requests: money.waiting.waiting, drawn: savings.waiting };
  const next = desk.runs.find((/** @type {any} */ r) => nextAct[/** @type {import('../types.js').RunState} */ (r.state)]);
  return next ? html`<${WaitingWithRun} door=${door} desk=${desk} period=${next.period} />` : html`<${Waiting} desk=${desk} role=${door.role.value} />`;
}

/** @param {{door: Door}} props */
function Keepers({ door }) {
  const trial = useResource(door, '/api/coop/ledger/trial-balance');
  const newest = useResource(door, '/api/coop/payroll/runs').state.value.data?.runs?.[0];
  return html`<${Alarm} door=${door} /><div class="summary"><div><${Desk} door=${door} /></div>
    <div><${Today} door=${door} /></div>
    <div><${Loaded} of=${trial} rows=${4} draw=${(/** @type {any} */ t) => html`<${Cash} accounts=${t.accounts} date=${t.date} /><${Savings} accounts=${t.accounts} />`} />
      ${newest && html`<${Section} title=${w('office.members')} link=${w('office.to_members')} href=${href('/anggota')}><dl class="rows"><div><dt>${w('office.in_run', { month: periodText(newest.period) })}</dt><dd>${count(newest.members)}</dd></div></dl><//>`}</div></div>`;
}

/** What a storekeeper needs: what runs out, and what came in last. @param {{door: Door}} props */
function Storeroom({ door }) {
  const catalogue = useResource(door, '/api/coop/store/catalogue');
  const receipts = useResource(door, '/api/coop/store/goods-receipts');
  return html`<div class="summary two-cols"><div><${Loaded} of=${catalogue} draw=${(/** @type {any} */ c) => {
    const few = low(c.products);
    return html`<${Sheet} title=${w('office.runs_out')}><p class="sheet-fig"><span class="fig">${count(few.length)}</span></p><p class="small">${w('office.runs_out_text', { all: count(c.products.length) })}</p>
      <dl class="rows">${few.slice(0, 8).map((p) => html`<div key=${p.id}><dt>${p.name}</dt><dd>${quantity(p.stock)} ${p.unit}</dd></div>`)}</dl><${FootLink} href=${href('/barang/stok?show=low')}>${w('office.to_stock')}<//><//>`;
  }} /></div>
  <div><${Section} title=${w('office.receipts')} link=${w('office.nav_goods')} href=${href('/barang')}><${Loaded} of=${receipts} draw=${(/** @type {any} */ r) => (r.receipts.length ? html`<dl class="rows">${r.receipts.slice(0, 8).map((/** @type {any} */ it) => html`<div key=${it.id}><dt>${day(it.date, 'short')} · ${it.supplier || w(it.total_rupiah ? 'office.for_cash' : 'office.on_consignment')}</dt><dd>${rupiah(it.total_rupiah)}</dd></div>`)}</dl>` : html`<p class="read">${w('office.receipts_none')}</p>`)} /><//></div></div>`;
}

/** @param {{door: Door}} props */
export function Summary({ door }) {
  const name = (door.who.value?.name || '').split(' ')[0];
  return html`<${Head} title=${name && !name.includes('@') ? `${greeting()}, ${name}` : greeting()} lead=${info.value?.name} />
    ${door.role.value === 'storekeeper' ? html`<${Storeroom} door=${door} />` : html`<${Keepers} door=${door} />`}`;
}
