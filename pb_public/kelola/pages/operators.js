// Petugas: who works at the doors. The dashboard makes and changes their logins; here a manager helps one back in.
import { Empty, FaultNote, IconButton, Skeleton } from '../../lib/components/index.js';
import { Table } from '../../lib/components/table.js';
import { html, useState } from '../../lib/view.js';
import { w } from '../../lib/words.js';
import { query, useResource } from '../fetching.js';
import { Head, State, roleName } from '../parts.js';
import { ResetCode } from '../reset-code.js';

/** @typedef {{id: string, name: string, email: string, role: string, active: boolean}} Operator */

const most = 200;

/** @param {{door: import('../types.js').Door}} props */
export function Operators({ door }) {
  const { state, load } = useResource(door, `/api/collections/operators/records${query({ sort: 'name', perPage: most, skipTotal: 1, fields: 'id,name,email,role,active' })}`);
  const [chosen, setChosen] = useState(/** @type {Operator | null} */ (null));
  const { data, fault } = state.value;
  const columns = [
    { label: w('office.name'), cell: (/** @type {Operator} */ o) => html`<b>${o.name}</b><small class="note phone">${roleName(o.role)} · ${o.email}</small>` },
    { label: w('office.role'), class: 'desk', cell: (/** @type {Operator} */ o) => html`<span class="soft">${roleName(o.role)}</span>` },
    { label: w('common.identity_email'), class: 'desk', cell: (/** @type {Operator} */ o) => html`<span class="soft">${o.email}</span>` },
    { label: w('office.status'), cell: (/** @type {Operator} */ o) => html`<${State} icon=${o.active ? 'check' : 'block'} kind=${o.active ? 'pos' : 'soft'}>${w(o.active ? 'office.operator_active' : 'office.operator_off')}<//>` },
    { label: w('office.code'), class: 'act', cell: (/** @type {Operator} */ o) => o.active && html`<${IconButton} icon="key" label=${w('office.code_for', { name: o.name })} onClick=${() => setChosen(o)} />` },
  ];
  return html`<${Head} title=${w('office.nav_operators')} lead=${w('office.operators_lead')} />
    ${fault && html`<${FaultNote} fault=${fault} retry=${load} />`}${!data && !fault && html`<${Skeleton} rows=${5} />`}
    ${data && (data.items.length ? html`<div class="list"><${Table} columns=${columns} rows=${data.items} rowKey=${(/** @type {Operator} */ o) => o.id} caption=${w('office.nav_operators')} quietCaption rowClass=${(/** @type {Operator} */ o) => (o.active ? '' : 'done')} /></div>`
    : html`<div class="narrow"><${Empty} title=${w('office.operators_none')} text=${w('office.operators_none_text')} /></div>`)}
    <p class="note made-elsewhere">${w('office.operators_elsewhere')} <a class="lnk" href="/_/#/collections?collection=operators">${w('office.dashboard')}</a></p>
    ${chosen && html`<${ResetCode} door=${door} path=${`/api/coop/operators/${chosen.id}/reset-code`} name=${chosen.name} operator onClose=${() => setChosen(null)} />`}`;
}
