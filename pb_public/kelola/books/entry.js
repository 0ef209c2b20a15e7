// One entry of the journal with its lines, who wrote it, and its place in the chain.
import { Dialog, FaultNote, Skeleton } from '../../lib/components/index.js';
import { Hash } from '../../lib/components/trace.js';
import { day, moment, rupiah } from '../../lib/format.js';
import { html } from '../../lib/view.js';
import { has, w } from '../../lib/words.js';
import { query, useResource } from '../fetching.js';
import { roleName } from '../parts.js';

/** @typedef {import('../types.js').Door} Door */
/** @typedef {import('../types.js').Entry} Entry */

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
export function EntryDrawer({ door, id, onClose }) {
  const it = useResource(door, `/api/coop/ledger/entries/${encodeURIComponent(id)}`);
  const e = /** @type {Entry | null} */ (it.state.value.data);
  return html`<${Dialog} open big title=${e ? e.number : w('office.entry')} lead=${e ? `${kindName(e.kind)} · ${day(e.date, 'full')}` : '\u00a0'} onClose=${onClose}>
    ${!e && (it.state.value.fault ? html`<${FaultNote} fault=${it.state.value.fault} retry=${it.load} />` : html`<${Skeleton} rows=${7} />`)}
    ${e && html`<${EntryLines} e=${e} /><dl class="facts"><div><dt>${w('office.by')}</dt><dd>${whoDid(e)}</dd></div><div><dt>${w('office.written')}</dt><dd>${moment(e.at)}</dd></div>
      ${e.reverses ? html`<div><dt>${w('office.reverses')}</dt><dd><a href=${`#/laporan/jurnal/${e.reverses}`}>${w('office.entry')} ${e.reverses}</a></dd></div>` : null}
      ${['manual', 'reversal'].includes(e.kind) && html`<${ByHand} door=${door} entry=${e.id} />`}
      <div class="whole"><dt>${w('office.hash')}</dt><dd><${Hash} hash=${e.hash} /></dd></div></dl>`}<//>`;
}
