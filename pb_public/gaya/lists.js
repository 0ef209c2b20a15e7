import { Button, Check, Dialog, Icon, toast } from '../lib/components/index.js';
import { Table } from '../lib/components/table.js';
import { rupiah } from '../lib/format.js';
import { html, useState } from '../lib/view.js';
import { w } from '../lib/words.js';
import { Group } from './parts.js';

const people = [
  { name: 'Ayu Lestari', asked: 510000, got: 510000, state: 'same' }, { name: 'Bima Santoso', asked: 402500, got: 402500, state: 'hover' },
  { name: 'Rani Prameswari', asked: 907500, got: 779500, state: 'chosen' }, { name: '', asked: 0, got: 275000, state: 'bad' }, { name: 'Wulan Sari', asked: 300000, got: 300000, state: 'done' },
];

/** @type {Record<string, [string, string]>} icon and kind of each state's word */
const said = { same: ['check', 'pos'], hover: ['check', 'pos'], chosen: ['info', 'rest'], bad: ['warning', 'neg'], done: ['lock', 'soft'] };

function Rows() {
  const columns = [
    { label: w('look.person'), cell: (/** @type {any} */ p) => (p.name ? html`<b>${p.name}</b>` : w('look.nobody')) },
    { label: w('look.asked'), num: true, cell: (/** @type {any} */ p) => (p.asked ? html`<span class="soft">${rupiah(p.asked)}</span>` : html`<span class="soft">${w('look.not_there')}</span>`) },
    { label: w('look.got'), num: true, cell: (/** @type {any} */ p) => html`<b>${rupiah(p.got)}</b>` },
    { label: w('look.state'), cell: (/** @type {any} */ p) => html`<span class=${`state ${said[p.state][1]}`}><${Icon} name=${said[p.state][0]} /><span>${w(`look.row_${p.state}`)}</span></span>` },
  ];
  return html`<${Table} columns=${columns} rows=${people} rowKey=${(/** @type {any} */ p) => p.state} selected="chosen" caption=${w('look.table')} quietCaption
    rowClass=${(/** @type {any} */ p) => ({ bad: 'bad', done: 'done', hover: 'is-hover' }[/** @type {string} */ (p.state)] ?? '')} foot=${[w('look.sum'), rupiah(2120000), rupiah(2267000), '']} />`;
}

function Asking() {
  const [open, setOpen] = useState('');
  const [sure, setSure] = useState(false);
  const close = () => setOpen('');
  return html`<div class="g-row"><${Button} kind="ghost" onClick=${() => setOpen('ask')}>${w('look.ask_once')}<//><${Button} kind="ghost" onClick=${() => { setSure(false); setOpen('danger'); }}>${w('look.ask_danger')}<//></div>
    <${Dialog} open=${open === 'ask'} title=${w('look.lock_title')} lead=${w('look.lock_lead')} rows=${[{ label: w('look.savings'), amount_rupiah: 147400000 }, { label: w('look.shopping'), amount_rupiah: 426694000 }, { label: w('look.last_month'), amount_rupiah: 6538000 }]}
      total=${{ label: w('look.asked'), amount_rupiah: 580632000 }} confirm=${w('look.lock')} onConfirm=${() => { close(); toast(w('look.toast_locked')); }} onClose=${close} />
    <${Dialog} open=${open === 'danger'} danger title=${w('look.block_title')} lead=${w('look.block_lead')} confirm=${w('look.block')} refusal=${sure ? '' : w('look.tick_first')} onConfirm=${() => { close(); toast(w('look.toast_blocked'), { kind: 'warn' }); }} onClose=${close}>
      <div class="form"><${Check} label=${w('look.know')} checked=${sure} onChange=${setSure} /></div><//>`;
}

export const Lists = () => html`<${Group} title=${w('look.table')} note=${w('look.table_note')}><${Rows} /><//>
  <${Group} title=${w('look.dialog')} note=${w('look.dialog_note')}><${Asking} /><//>`;
