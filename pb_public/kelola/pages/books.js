// Buku: the journal and the trial balance, to look at; entries by hand, the chart, the opening and the months have files of their own.
import { Button, Dialog, Empty, FaultNote, Field, Loaded, Skeleton } from '../../lib/components/index.js';
import { Table } from '../../lib/components/table.js';
import { Tabs } from '../../lib/components/tabs.js';
import { Hash } from '../../lib/components/trace.js';
import { day, moment, rupiah, today } from '../../lib/format.js';
import { go, route } from '../../lib/route.js';
import { html } from '../../lib/view.js';
import { has, w } from '../../lib/words.js';
import { ChartOfAccounts } from '../books/chart.js';
import { Manual } from '../books/manual.js';
import { Months } from '../books/months.js';
import { Opening } from '../books/opening.js';
import { query, usePages, useResource } from '../fetching.js';
import { Head, More, State, roleName } from '../parts.js';

/** @typedef {import('../types.js').Door} Door */
/** @typedef {import('../types.js').Entry} Entry */

const tabs = ['jurnal', 'manual', 'neraca', 'akun', 'saldo-awal', 'bulan'];

/** The tabs that have a page of their own. @type {Record<string, any>} */
const views = { jurnal: Journal, manual: Manual, neraca: Trial, akun: ChartOfAccounts, 'saldo-awal': Opening, bulan: Months };

/** @param {string} kind */
const kindName = (kind) => (has(`office.entry_${kind}`) ? w(`office.entry_${kind}`) : kind);

/** What an entry moved in all. @param {Entry} e */
const sum = (e) => e.lines.reduce((n, l) => n + l.debit_rupiah, 0);

/** Who did it; the machine and the console name themselves in the role. @param {Entry} e */
const whoDid = (e) => [e.by, e.role && roleName(e.role)].filter(Boolean).join(', ');

/** @param {{e: Entry}} props */
function EntryLines({ e }) {
  return html`<table class="entry" role="table"><caption class="vh">${e.number}</caption><thead role="rowgroup"><tr role="row"><th scope="col" role="columnheader">${w('office.account')}</th><th scope="col" role="columnheader" class="num">${w('office.debit')}</th><th scope="col" role="columnheader" class="num">${w('office.credit')}</th></tr></thead>
    <tbody role="rowgroup">${e.lines.map((l, i) => html`<tr role="row" key=${i}><td role="cell" class=${l.credit_rupiah ? 'credit' : ''}><span class="code">${l.account}</span> ${l.name}${l.party && html`<small class="note">${l.party}</small>`}</td>
      <td role="cell" class="num">${l.debit_rupiah ? rupiah(l.debit_rupiah) : ''}</td><td role="cell" class="num">${l.credit_rupiah ? rupiah(l.credit_rupiah) : ''}</td></tr>`)}</tbody>
    <tfoot role="rowgroup"><tr role="row"><td role="cell">${w('office.sum')}</td><td role="cell" class="num">${rupiah(sum(e))}</td><td role="cell" class="num">${rupiah(e.lines.reduce((n, l) => n + l.credit_rupiah, 0))}</td></tr></tfoot></table>`;
}

/** What an entry by hand was for, and where its papers are. @param {{door: Door, entry: number}} props */
function ByHand({ door, entry }) {
  const draft = useResource(door, `/api/coop/ledger/drafts${query({ entry })}`).state.value.data?.drafts[0];
  if (!draft) return null;
  return html`<div class="whole"><dt>${w('office.description')}</dt><dd><a href=${`#/buku/manual/${draft.id}`}>${draft.description}</a></dd></div>`;
}

/** One entry with its lines and its hash. @param {{door: Door, id: string, onClose: () => void}} props */
function EntryDrawer({ door, id, onClose }) {
  const it = useResource(door, `/api/coop/ledger/entries/${encodeURIComponent(id)}`);
  const e = /** @type {Entry | null} */ (it.state.value.data);
  return html`<${Dialog} open big title=${e ? e.number : w('office.entry')} lead=${e ? `${kindName(e.kind)} · ${day(e.date, 'full')}` : ''} onClose=${onClose}>
    ${!e && (it.state.value.fault ? html`<${FaultNote} fault=${it.state.value.fault} retry=${it.load} />` : html`<${Skeleton} rows=${3} />`)}
    ${e && html`<${EntryLines} e=${e} /><dl class="facts"><div><dt>${w('office.by')}</dt><dd>${whoDid(e)}</dd></div><div><dt>${w('office.written')}</dt><dd>${moment(e.at)}</dd></div>
      ${e.reverses ? html`<div><dt>${w('office.reverses')}</dt><dd><a href=${`#/buku/jurnal/${e.reverses}`}>${w('office.entry')} ${e.reverses}</a></dd></div>` : null}
      ${['manual', 'reversal'].includes(e.kind) && html`<${ByHand} door=${door} entry=${e.id} />`}
      <div class="whole"><dt>${w('office.hash')}</dt><dd><${Hash} hash=${e.hash} /></dd></div></dl>`}<//>`;
}

/** @param {{door: Door}} props */
function Journal({ door }) {
  const account = route.value.query.get('account') ?? '';
  const open = route.value.parts[2] ?? '';
  const chart = useResource(door, '/api/coop/ledger/accounts').state.value.data?.accounts ?? [];
  const list = usePages(door, 'entries', (before) => `/api/coop/ledger/journal${query({ account, before, limit: 30 })}`);
  const to = (/** @type {string} */ a, id = '') => `/buku/jurnal${id && `/${id}`}${query({ account: a })}`;
  const columns = [
    { label: w('office.number'), class: 'date', cell: (/** @type {Entry} */ e) => html`${e.number}<small class="note phone">${day(e.date, 'medium')} · ${kindName(e.kind)}</small>` },
    { label: w('office.date'), class: 'date desk', cell: (/** @type {Entry} */ e) => day(e.date, 'medium') },
    { label: w('office.what'), class: 'desk', cell: (/** @type {Entry} */ e) => kindName(e.kind) },
    { label: w('office.accounts'), class: 'wide desk', cell: (/** @type {Entry} */ e) => html`<span class="small">${e.lines.slice(0, 3).map((l) => `${l.debit_rupiah ? 'D' : 'K'} ${l.account} ${l.name}`).join(' · ')}${e.lines.length > 3 ? ` +${e.lines.length - 3}` : ''}</span>` },
    { label: w('office.by'), class: 'desk', cell: (/** @type {Entry} */ e) => html`<span class="soft">${e.by}</span>` },
    { label: 'Rp', num: true, cell: (/** @type {Entry} */ e) => html`<b>${rupiah(sum(e))}</b>` },
  ];
  return html`<div class="tools"><${Field} label=${w('office.account')} value=${account} onInput=${(/** @type {string} */ a) => go(to(a))} options=${[{ value: '', label: w('office.all_accounts') }, ...chart.map((/** @type {any} */ a) => ({ value: String(a.code), label: `${a.code} ${a.name}` }))]} /></div>
    <div class="list">${list.rows.length > 0 && html`<${Table} columns=${columns} rows=${list.rows} rowKey=${(/** @type {Entry} */ e) => e.id} onRow=${(/** @type {Entry} */ e) => go(to(account, String(e.id)))} selected=${Number(open) || -1} caption=${w('office.tab_jurnal')} quietCaption />`}
    ${list.fault && html`<${FaultNote} fault=${list.fault} retry=${list.reload} />`}${list.loading && !list.rows.length && html`<${Skeleton} rows=${8} />`}
    ${!list.loading && !list.fault && !list.rows.length && (list.next ? html`<p class="read">${w('office.journal_gap')}</p>` : html`<div class="narrow"><${Empty} title=${w('office.journal_none')} text=${w('office.journal_none_text')} /></div>`)}</div>
    <${More} list=${list} label=${w('office.older')} />
    ${open && html`<${EntryDrawer} key=${open} door=${door} id=${open} onClose=${() => go(to(account))} />`}`;
}

const kinds = ['asset', 'liability', 'equity', 'income', 'expense'];

/** @param {{door: Door}} props */
function Trial({ door }) {
  const date = route.value.query.get('date') || today();
  const it = useResource(door, `/api/coop/ledger/trial-balance${query({ date })}`);
  return html`<div class="tools"><${Field} label=${w('office.on_date')} type="date" max=${today()} value=${date} onInput=${(/** @type {string} */ d) => { if (d) go(`/buku/neraca${query({ date: d })}`); }} /></div>
    <div class="list"><${Loaded} of=${it} rows=${10} draw=${(/** @type {any} */ t) => (t.accounts.length ? html`<table class="units trial" role="table"><caption class="vh">${w('office.tab_neraca')} ${day(t.date)}</caption>
      <thead role="rowgroup"><tr role="row"><th scope="col" role="columnheader">${w('office.account')}</th><th scope="col" role="columnheader" class="num">${w('office.debit')}</th><th scope="col" role="columnheader" class="num">${w('office.credit')}</th></tr></thead>
      ${kinds.map((kind) => ({ kind, rows: t.accounts.filter((/** @type {any} */ a) => a.kind === kind) })).filter((g) => g.rows.length).map((g) => html`<tbody key=${g.kind} role="rowgroup"><tr role="row" class="group"><th role="rowheader" scope="rowgroup" colspan="3">${w(`office.kind_${g.kind}`)}</th></tr>
        ${g.rows.map((/** @type {any} */ a) => html`<tr role="row" key=${a.code}><td role="cell" class="u-name"><a href=${`#/buku/jurnal?account=${a.code}`}><span class="code">${a.code}</span> ${a.name}</a></td><td role="cell" class="num u-sum" data-name=${w('office.debit')}>${a.debit_rupiah ? rupiah(a.debit_rupiah) : ''}</td><td role="cell" class="num u-sum" data-name=${w('office.credit')}>${a.credit_rupiah ? rupiah(a.credit_rupiah) : ''}</td></tr>`)}</tbody>`)}
      <tfoot role="rowgroup"><tr role="row"><td role="cell" class="u-name">${w('office.sum')}</td><td role="cell" class="num u-sum" data-name=${w('office.debit')}>${rupiah(t.debit_rupiah)}</td><td role="cell" class="num u-sum" data-name=${w('office.credit')}>${rupiah(t.credit_rupiah)}</td></tr></tfoot></table>
      <p class="balance">${t.debit_rupiah === t.credit_rupiah ? html`<${State} icon="check">${w('office.balanced')}<//>` : html`<${State} icon="warning" kind="neg">${w('office.unbalanced')}<//>`}</p>` : html`<div class="narrow"><${Empty} title=${w('office.journal_none')} text=${w('office.journal_none_text')} /></div>`)} /></div>`;
}

/** @param {{door: Door}} props */
export function Books({ door }) {
  const [, asked, one] = route.value.parts;
  const tab = tabs.includes(asked) ? asked : 'jurnal';
  if (tab === 'manual' && one) return html`<${Manual} door=${door} />`; // a page of its own, with its own head
  return html`<${Head} title=${w('office.nav_books')} lead=${w('office.books_lead')}><${Button} small kind="ghost" icon="print" onClick=${() => globalThis.print()}>${w('office.print')}<//><//>
    <${Tabs} label=${w('office.nav_books')} value=${tab} onChange=${(/** @type {string} */ v) => go(`/buku/${v}`)} tabs=${tabs.map((t) => ({ value: t, label: w(`office.tab_${t.replace('-', '_')}`) }))} />
    <${views[tab]} key=${tab} door=${door} />`;
}
