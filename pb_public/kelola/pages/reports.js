// Laporan: what moved between two dates, as a bookkeeper asks for it; on paper and as a file too.
import { Button, Empty, FaultNote, Field, Skeleton, toast } from '../../lib/components/index.js';
import { Table } from '../../lib/components/table.js';
import { Tabs } from '../../lib/components/tabs.js';
import { asFault, info } from '../../lib/api.js';
import { count, day, memberNumber, rupiah, today } from '../../lib/format.js';
import { whenBack } from '../../lib/resource.js';
import { go, href, route } from '../../lib/route.js';
import { html, useEffect, useRef, useState } from '../../lib/view.js';
import { has, w } from '../../lib/words.js';
import { EntryDrawer } from '../books/entry.js';
import { query, useLater, useResource } from '../fetching.js';
import { Head, More, State } from '../parts.js';

/** @typedef {import('../types.js').Door} Door */
/** @typedef {import('../types.js').Entry} Entry */
/** @typedef {{date: string, entry: number, number: string, kind: string, account: number, name: string, party: string, debit_rupiah: number, credit_rupiah: number, balance_rupiah: number}} Line */
/** @typedef {{from: string, to: string, account: string, member: string, party: string}} Asked */

const root = '/api/coop/ledger/reports';
/** The report behind each tab, as the server names it. @type {Record<string, string>} */
const reports = { jurnal: 'journal', kartu: 'card', anggota: 'member', kas: 'cash', neraca: 'trial-balance', piutang: 'receivables' };
const printed = 2000;

/** @param {string} kind */
const kindName = (kind) => (has(`office.entry_${kind}`) ? w(`office.entry_${kind}`) : kind);
/** An amount, or nothing where nothing moved. @param {number} n */
const some = (n) => (n ? rupiah(n) : '');
/** A balance with its side. @param {number} n */
const sided = (n) => (n ? html`${rupiah(Math.abs(n))} <small class="side">${w(n > 0 ? 'office.side_debit' : 'office.side_credit')}</small>` : '0');

/**
 * A report that is read page by page: the answer's head, and its rows so far.
 * @param {Door} door @param {string} path without a page; '' asks for nothing @param {string} list
 */
function useReport(door, path, list) {
  const none = { head: /** @type {any} */ (null), rows: /** @type {any[]} */ ([]), next: '', loading: path !== '', fault: /** @type {any} */ (null) };
  const [state, setState] = useState(none);
  const turn = useRef(0);
  async function fetchPage(/** @type {typeof none} */ have, limit = 50) {
    const mine = ++turn.current;
    setState({ ...have, loading: true, fault: null });
    try {
      const answer = await door.send('GET', `${path}${path.includes('?') ? '&' : '?'}${query({ limit, after: have.next }).slice(1)}`);
      const now = { head: answer, rows: [...have.rows, ...(answer[list] ?? [])], next: answer.next ? String(answer.next) : '', loading: false, fault: null };
      if (mine === turn.current) setState(now);
      return now;
    } catch (cause) {
      if (mine === turn.current) setState({ ...have, loading: false, fault: asFault(cause) });
      return null;
    }
  }
  const reload = () => { if (path) fetchPage(none); else setState(none); };
  useEffect(() => { reload(); return whenBack(reload); }, [path]);
  return {
    ...state, reload, more: () => fetchPage(state),
    /** Reads on for a printer, and says whether that was all. */
    async whole() {
      /** @type {typeof none | null} */
      let now = state;
      while (now && now.next && now.rows.length < printed) now = await fetchPage(now, 500);
      return now !== null && !now.next;
    },
  };
}
/** @typedef {ReturnType<typeof useReport>} Report */

/** Prints when the page has drawn what was read. @param {Report | null} report */
async function print(report) {
  if (report && !(await report.whole())) toast(w('office.print_part', { n: count(printed) }));
  setTimeout(() => globalThis.print(), 100);
}

/** @param {{door: Door, report: string, asked: Asked, ready: boolean, rows: Report | null}} props */
function Ways({ door, report, asked, ready, rows }) {
  const [busy, setBusy] = useState('');
  async function take(/** @type {string} */ format) {
    setBusy(format);
    try {
      await door.download(`${root}/${report}/file${query({ format, ...asked })}`, `${report}-${asked.to}.${format}`);
    } catch (cause) {
      toast(asFault(cause).message, { kind: 'bad' });
    } finally { setBusy(''); }
  }
  return html`<div class="ways no-print">${['xlsx', 'csv'].map((format) => html`<${Button} key=${format} kind="ghost" small icon="download" disabled=${!ready} busy=${busy === format} onClick=${() => take(format)}>${format === 'xlsx' ? 'Excel' : 'CSV'}<//>`)}
    <${Button} kind="ghost" small icon="print" disabled=${!ready} onClick=${() => print(rows)}>${w('office.print')}<//></div>`;
}

/** What stood, what moved, what stands. @param {{head: any}} props */
const Sums = ({ head }) => html`<dl class="trio sums">
  <div><dt>${w('office.opening_at', { date: day(head.from, 'medium') })}</dt><dd>${sided(head.opening_rupiah)}</dd></div>
  <div><dt>${w('office.debit')}</dt><dd>${rupiah(head.debit_rupiah)}</dd></div><div><dt>${w('office.credit')}</dt><dd>${rupiah(head.credit_rupiah)}</dd></div>
  <div><dt>${w('office.closing_at', { date: day(head.to, 'medium') })}</dt><dd>${sided(head.closing_rupiah)}</dd></div></dl>`;

const toEntry = (/** @type {Line} */ l) => html`<a class="number" href=${href(`/laporan/jurnal/${l.entry}`)}>${l.number}</a><small class="note phone">${day(l.date, 'medium')} · ${kindName(l.kind)}</small>`;
const money = [
  { label: () => w('office.debit'), num: true, class: 'desk', cell: (/** @type {Line} */ l) => some(l.debit_rupiah) },
  { label: () => w('office.credit'), num: true, class: 'desk', cell: (/** @type {Line} */ l) => some(l.credit_rupiah) },
  { label: () => w('office.balance'), num: true, cell: (/** @type {Line} */ l) => html`<b>${sided(l.balance_rupiah)}</b><small class="note phone">${l.debit_rupiah ? `+${rupiah(l.debit_rupiah)}` : `−${rupiah(l.credit_rupiah)}`}</small>` },
];
const moneyColumns = () => money.map((c) => ({ ...c, label: c.label() }));

/** @param {{of: Report, columns: any[], rowKey: (row: any) => any, caption: string, foot?: any[], sums?: any, none?: string}} props */
function Rows({ of, columns, rowKey, caption, foot, sums, none = w('office.report_none') }) {
  return html`${of.head && sums}<div class="list" key=${of.rows.length ? 'rows' : 'none'}>${of.rows.length > 0 && html`<${Table} columns=${columns} rows=${of.rows} rowKey=${rowKey} caption=${caption} quietCaption foot=${foot} />`}
      ${of.fault && html`<${FaultNote} fault=${of.fault} retry=${of.reload} />`}${of.loading && !of.rows.length && html`<${Skeleton} rows=${8} />`}
      ${!of.loading && !of.fault && of.head && !of.rows.length && html`<div class="narrow"><${Empty} title=${none} text=${w('office.report_none_text')} /></div>`}</div>
    <${More} list=${of} />`;
}

/** @param {{of: Report}} props */
function JournalRows({ of }) {
  const lines = (/** @type {Entry} */ e, /** @type {(l: import('../types.js').EntryLine) => any} */ cell) => html`<ul class="stack">${e.lines.map((l, i) => html`<li key=${i}>${cell(l)}</li>`)}</ul>`;
  const columns = [
    { label: w('office.number'), class: 'date desk', cell: (/** @type {Entry} */ e) => html`<a class="number" href=${href(`/laporan/jurnal/${e.id}`)}>${e.number}</a>` },
    { label: w('office.date'), class: 'date desk', cell: (/** @type {Entry} */ e) => html`${day(e.date, 'medium')}<small class="note block">${kindName(e.kind)}</small>` },
    { label: w('office.account'), class: 'wide', cell: (/** @type {Entry} */ e) => html`<p class="phone entry-h"><a class="number" href=${href(`/laporan/jurnal/${e.id}`)}>${e.number}</a><span class="note">${day(e.date, 'medium')} · ${kindName(e.kind)}</span></p>${lines(e, (l) => html`<span class=${l.credit_rupiah ? 'credit' : ''}><span class="code">${l.account}</span> ${l.name}</span><span class="phone">${sided(l.debit_rupiah || -l.credit_rupiah)}</span>`)}` },
    { label: w('office.debit'), num: true, class: 'desk', cell: (/** @type {Entry} */ e) => lines(e, (l) => some(l.debit_rupiah)) },
    { label: w('office.credit'), num: true, class: 'desk', cell: (/** @type {Entry} */ e) => lines(e, (l) => some(l.credit_rupiah)) },
  ];
  return html`<${Rows} of=${of} columns=${columns} rowKey=${(/** @type {Entry} */ e) => e.id} caption=${w('office.report_jurnal')} sums=${html`<p class="small">${w('office.journal_sum', { amount: rupiah(of.head?.sum_rupiah ?? 0) })}</p>`} />`;
}

/** @param {{of: Report}} props */
function CardRows({ of }) {
  const columns = [
    { label: w('office.number'), class: 'date', cell: toEntry },
    { label: w('office.date'), class: 'date desk', cell: (/** @type {Line} */ l) => day(l.date, 'medium') },
    { label: w('office.what'), class: 'wide desk', cell: (/** @type {Line} */ l) => html`${kindName(l.kind)}${l.party && html`<small class="note block">${l.party}</small>`}` }, ...moneyColumns(),
  ];
  return html`<${Rows} of=${of} columns=${columns} rowKey=${(/** @type {Line} */ l) => `${l.entry}-${l.balance_rupiah}`} caption=${w('office.report_kartu')} sums=${of.head && html`<${Sums} head=${of.head} />`} />`;
}

/** @param {{of: Report}} props */
function PartyRows({ of }) {
  const columns = [
    { label: w('office.number'), class: 'date', cell: toEntry },
    { label: w('office.date'), class: 'date desk', cell: (/** @type {Line} */ l) => day(l.date, 'medium') },
    { label: w('office.account'), class: 'wide', cell: (/** @type {Line} */ l) => html`<span class="code">${l.account}</span> <span class="desk">${l.name}</span><small class="note block desk">${kindName(l.kind)}</small>` }, ...moneyColumns(),
  ];
  const accounts = of.head?.accounts ?? [];
  return html`${of.head && html`<h2>${of.head.party}</h2>`}${accounts.length > 0 && html`<dl class="rows sums">${accounts.map((/** @type {any} */ a) => html`<div key=${a.account}><dt>${a.account} ${a.name}</dt><dd>${sided(a.closing_rupiah)}</dd></div>`)}</dl>`}
    <${Rows} of=${of} columns=${columns} rowKey=${(/** @type {Line} */ l) => `${l.entry}-${l.account}-${l.balance_rupiah}`} caption=${w('office.report_anggota')} />`;
}

/** @param {{of: Report, asked: Asked}} props */
function CashRows({ of, asked }) {
  const to = (/** @type {any} */ p) => href(p.party ? `/laporan/anggota${query({ ...asked, party: p.party, member: '', account: String(p.account) })}` : `/laporan/kartu${query({ ...asked, account: String(p.account), member: '', party: '' })}`);
  const columns = [
    { label: w('office.place'), class: 'wide', cell: (/** @type {any} */ p) => html`<a href=${to(p)}>${p.label || html`<b>${p.account} ${p.name}</b>`}</a>` },
    { label: w('office.opening'), num: true, class: 'desk', cell: (/** @type {any} */ p) => sided(p.opening_rupiah) },
    { label: w('office.money_in'), num: true, class: 'desk', cell: (/** @type {any} */ p) => some(p.in_rupiah) },
    { label: w('office.money_out'), num: true, class: 'desk', cell: (/** @type {any} */ p) => some(p.out_rupiah) },
    { label: w('office.closing'), num: true, cell: (/** @type {any} */ p) => html`<b>${sided(p.closing_rupiah)}</b>${(p.in_rupiah > 0 || p.out_rupiah > 0) && html`<small class="note phone">${[p.in_rupiah && `+${rupiah(p.in_rupiah)}`, p.out_rupiah && `−${rupiah(p.out_rupiah)}`].filter(Boolean).join(' ')}</small>`}` },
  ];
  return html`<${Rows} of=${of} columns=${columns} rowKey=${(/** @type {any} */ p) => p.party || p.account} caption=${w('office.report_kas')} />`;
}

const kinds = ['asset', 'liability', 'equity', 'income', 'expense'];

/** All accounts on one day, kind by kind, and whether both sides are the same. @param {{of: Report}} props */
function TrialRows({ of }) {
  const t = of.head;
  const amount = (/** @type {number} */ n, /** @type {string} */ side) => html`<td role="cell" class="num u-sum" data-name=${w(`office.${side}`)}>${some(n)}</td>`;
  const card = (/** @type {any} */ a) => href(`/laporan/kartu${query({ account: a.code, from: `${t.date.slice(0, 4)}-01-01`, to: t.date })}`);
  if (!of.rows.length) return html`<${Rows} of=${of} columns=${[]} rowKey=${() => 0} caption="" />`;
  return html`<div class="list"><table class="units trial" role="table"><caption class="vh">${w('office.report_neraca')} ${day(t.date)}</caption>
      <thead role="rowgroup"><tr role="row"><th scope="col" role="columnheader">${w('office.account')}</th><th scope="col" role="columnheader" class="num">${w('office.debit')}</th><th scope="col" role="columnheader" class="num">${w('office.credit')}</th></tr></thead>
      ${kinds.map((kind) => ({ kind, rows: of.rows.filter((a) => a.kind === kind) })).filter((g) => g.rows.length).map((g) => html`<tbody key=${g.kind} role="rowgroup"><tr role="row" class="group"><th role="rowheader" scope="rowgroup" colspan="3">${w(`office.kind_${g.kind}`)}</th></tr>
        ${g.rows.map((a) => html`<tr role="row" key=${a.code}><td role="cell" class="u-name"><a href=${card(a)}><span class="code">${a.code}</span> ${a.name}</a></td>${amount(a.debit_rupiah, 'debit')}${amount(a.credit_rupiah, 'credit')}</tr>`)}</tbody>`)}
      <tfoot role="rowgroup"><tr role="row"><td role="cell" class="u-name">${w('office.sum')}</td>${amount(t.debit_rupiah, 'debit')}${amount(t.credit_rupiah, 'credit')}</tr></tfoot></table>
    <p class="balance">${t.debit_rupiah === t.credit_rupiah ? html`<${State} icon="check">${w('office.balanced')}<//>` : html`<${State} icon="warning" kind="neg">${w('office.unbalanced')}<//>`}</p></div>`;
}

const ages = ['to30', 'to60', 'to90', 'over90'];

/** @param {{of: Report}} props */
function AgedRows({ of }) {
  const total = of.head?.total;
  const columns = [
    { label: w('office.member'), class: 'wide', cell: (/** @type {any} */ m) => html`<a href=${href(`/laporan/anggota${query({ member: m.member })}`)}>${memberNumber(m.member)} ${m.name}</a>` },
    ...ages.map((age) => ({ label: w(`office.age_${age}`), num: true, class: 'desk', cell: (/** @type {any} */ m) => some(m[`${age}_rupiah`]) })),
    { label: w('office.sum'), num: true, cell: (/** @type {any} */ m) => html`<b>${rupiah(m.sum_rupiah)}</b>${m.over90_rupiah > 0 && html`<small class="note phone">${w('office.age_over90')}: ${rupiah(m.over90_rupiah)}</small>`}` },
  ];
  return html`<${Rows} of=${of} columns=${columns} rowKey=${(/** @type {any} */ m) => m.member} caption=${w('office.report_piutang')} none=${w('office.aged_none')}
    sums=${total && html`<dl class="trio sums">${ages.map((age) => html`<div key=${age}><dt>${w(`office.age_${age}`)}</dt><dd>${rupiah(total[`${age}_rupiah`])}</dd></div>`)}</dl>`} />`;
}

/** Rows and the way to them, by tab. @type {Record<string, {list: string, view: any}>} */
const views = {
  jurnal: { list: 'entries', view: JournalRows }, kartu: { list: 'lines', view: CardRows }, anggota: { list: 'lines', view: PartyRows },
  kas: { list: 'places', view: CashRows }, neraca: { list: 'accounts', view: TrialRows }, piutang: { list: 'members', view: AgedRows },
};

/** @param {string} tab @param {Asked} asked */
function pathOf(tab, asked) {
  if (tab === 'kartu' && !asked.account || tab === 'anggota' && !asked.member && !asked.party) return '';
  if (tab === 'neraca') return `/api/coop/ledger/trial-balance${query({ date: asked.to })}`;
  return `${root}/${reports[tab]}${query(tab === 'piutang' ? { to: asked.to } : asked)}`;
}

/** The dates and what else a report asks for. @param {{door: Door, tab: string, asked: Asked, change: (some: Partial<Asked>) => void}} props */
function Questions({ door, tab, asked, change }) {
  const chart = useResource(door, '/api/coop/ledger/accounts').state.value.data?.accounts ?? [];
  const [member, setMember] = useState(asked.member);
  const later = useLater(member, 400);
  useEffect(() => { setMember(asked.member); }, [asked.member]);
  useEffect(() => { if (later !== asked.member && /^\d*$/.test(later)) change({ member: later, party: '', account: '' }); }, [later]);
  const date = (/** @type {'from' | 'to'} */ name, /** @type {string} */ label) => html`<${Field} label=${label} type="date" max=${today()} value=${asked[name]} onInput=${(/** @type {string} */ d) => { if (d) change({ [name]: d }); }} />`;
  const onDay = tab === 'neraca' || tab === 'piutang';
  return html`${tab === 'piutang' && html`<p class="small">${w('office.aged_text', { date: day(asked.to, 'medium') })}</p>`}<div class="asks no-print">${!onDay && date('from', w('office.from'))}${date('to', onDay ? w('office.on_date') : w('office.to'))}
    ${tab === 'kartu' && html`<${Field} label=${w('office.account')} value=${asked.account} onInput=${(/** @type {string} */ account) => change({ account })} options=${[{ value: '', label: w('office.choose_account') }, ...chart.map((/** @type {any} */ a) => ({ value: String(a.code), label: `${a.code} ${a.name}` }))]} />`}
    ${tab === 'anggota' && !asked.party && html`<${Field} label=${w('office.member_number')} inputmode="numeric" value=${member} onInput=${setMember} maxlength="9" />`}</div>`;
}

/** @param {{door: Door}} props */
export function Reports({ door }) {
  const [, wanted = 'jurnal', entry = ''] = route.value.parts;
  const tab = reports[wanted] ? wanted : 'jurnal';
  const get = (/** @type {string} */ name) => route.value.query.get(name) ?? '';
  const to = get('to') || today();
  /** @type {Asked} */
  const asked = { from: get('from') || `${to.slice(0, 7)}-01`, to, account: get('account'), member: get('member'), party: get('party') };
  const change = (/** @type {Partial<Asked>} */ some) => go(`/laporan/${tab}${query({ ...asked, ...some })}`);
  const path = pathOf(tab, asked);
  const { list, view: View } = views[tab];
  const of = useReport(door, path, list);
  const title = w(`office.report_${tab}`);
  return html`<${Head} title=${w('office.nav_reports')} lead=${w('office.reports_lead')}><${Ways} door=${door} report=${reports[tab]} asked=${asked} ready=${path !== '' && of.rows.length > 0} rows=${of} /><//>
    <${Tabs} label=${w('office.nav_reports')} value=${tab} onChange=${(/** @type {string} */ v) => go(`/laporan/${v}${query({ from: get('from'), to: get('to') })}`)} tabs=${Object.keys(reports).map((t) => ({ value: t, label: w(`office.report_${t}`) }))} />
    <div class="print-only"><h1>${info.value?.name}</h1><h2>${title}</h2><p>${tab === 'neraca' || tab === 'piutang' ? day(to) : `${day(asked.from)} – ${day(to)}`}</p></div>
    <section class="report"><${Questions} door=${door} tab=${tab} asked=${asked} change=${change} />
      ${path ? html`<${View} key=${path} of=${of} asked=${asked} />` : html`<div class="narrow"><${Empty} title=${w(tab === 'kartu' ? 'office.choose_account' : 'office.choose_member')} text=${w('office.choose_text')} /></div>`}</section>
    ${tab === 'jurnal' && entry && html`<${EntryDrawer} key=${entry} door=${door} id=${entry} onClose=${() => go(`/laporan/jurnal${query({ from: get('from'), to: get('to') })}`)} />`}`;
}
