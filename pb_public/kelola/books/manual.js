// Jurnal manual: the list of entries by hand, and the page of one: a form while it is a draft, a paper to approve after.
import { Button, Empty, FaultNote, Loaded, Skeleton } from '../../lib/components/index.js';
import { Table } from '../../lib/components/table.js';
import { Tabs } from '../../lib/components/tabs.js';
import { day, rupiah } from '../../lib/format.js';
import { go, route } from '../../lib/route.js';
import { html } from '../../lib/view.js';
import { w } from '../../lib/words.js';
import { query, usePages, useResource } from '../fetching.js';
import { More } from '../parts.js';
import { DraftForm } from './draft-form.js';
import { DraftPaper } from './draft-paper.js';
import { DraftState } from './draft-state.js';

/** @typedef {import('../types.js').Door} Door */
/** @typedef {import('../types.js').Draft} Draft */

const states = ['', 'submitted', 'draft', 'refused', 'approved'];

/** @param {{door: Door}} props */
export function Manual({ door }) {
  const id = route.value.parts[2] ?? '';
  if (id === 'baru') return html`<${Crumb} /><${DraftForm} key="new" door=${door} draft=${null} />`;
  if (id) return html`<${Crumb} /><${One} key=${id} door=${door} id=${id} />`;
  return html`<${List} door=${door} />`;
}

const Crumb = () => html`<p class="crumb"><a class="lnk" href="#/buku/manual">${w('office.manual_all')}</a></p>`;

/** @param {{door: Door, id: string}} props */
function One({ door, id }) {
  const it = useResource(door, `/api/coop/ledger/drafts/${encodeURIComponent(id)}`);
  return html`<${Loaded} of=${it} rows=${6} draw=${(/** @type {Draft} */ d) => (d.may.edit ? html`<${DraftForm} key=${d.version} door=${door} draft=${d} reload=${it.load} />` : html`<${DraftPaper} key=${d.version} door=${door} draft=${d} reload=${it.load} />`)} />`;
}

/** @param {{door: Door}} props */
function List({ door }) {
  const state = route.value.query.get('state') ?? '';
  const list = usePages(door, 'drafts', (before) => `/api/coop/ledger/drafts${query({ state, before })}`);
  const may = ['treasurer', 'manager'].includes(door.role.value);
  const columns = [
    { label: w('office.description'), class: 'wide', cell: (/** @type {Draft} */ d) => html`<b>${d.description || w('office.untitled')}</b><small class="note phone">${day(d.date, 'medium')} · ${rupiah(d.debit_rupiah)}</small>` },
    { label: w('office.date'), class: 'date desk', cell: (/** @type {Draft} */ d) => day(d.date, 'medium') },
    { label: w('office.prepared_by'), class: 'desk', cell: (/** @type {Draft} */ d) => html`<span class="soft">${d.prepared_by.name}</span>` },
    { label: w('office.number'), class: 'date desk', cell: (/** @type {Draft} */ d) => d.number || '–' },
    { label: w('office.status'), cell: (/** @type {Draft} */ d) => html`<${DraftState} state=${d.state} />` },
    { label: 'Rp', num: true, class: 'desk', cell: (/** @type {Draft} */ d) => html`<b>${rupiah(d.debit_rupiah)}</b>` },
  ];
  return html`<div class="tools-row"><p class="note read">${w('office.manual_lead')}</p>${may && html`<${Button} small icon="plus" href="#/buku/manual/baru">${w('office.manual_new')}<//>`}</div>
    <${Tabs} label=${w('office.status')} value=${state} onChange=${(/** @type {string} */ s) => go(`/buku/manual${query({ state: s })}`)} tabs=${states.map((s) => ({ value: s, label: s ? w(`office.draft_${s}`) : w('common.all') }))} />
    <div class="list">${list.rows.length > 0 && html`<${Table} columns=${columns} rows=${list.rows} rowKey=${(/** @type {Draft} */ d) => d.id} onRow=${(/** @type {Draft} */ d) => go(`/buku/manual/${d.id}`)} caption=${w('office.tab_manual')} quietCaption />`}
    ${list.fault && html`<${FaultNote} fault=${list.fault} retry=${list.reload} />`}${list.loading && !list.rows.length && html`<${Skeleton} rows=${6} />`}
    ${!list.loading && !list.fault && !list.rows.length && html`<div class="narrow"><${Empty} title=${w('office.manual_none')} text=${w('office.manual_none_text')} /></div>`}</div>
    <${More} list=${list} label=${w('office.older')} />`;
}
