// Bulan: months close in two steps, and each step prints where the chain of entries stood.
import { Button, Dialog, Empty, Field, Loaded, toast } from '../../lib/components/index.js';
import { Table } from '../../lib/components/table.js';
import { Hash } from '../../lib/components/trace.js';
import { moment, period as periodText, today } from '../../lib/format.js';
import { html, useState } from '../../lib/view.js';
import { w } from '../../lib/words.js';
import { useAct, useResource } from '../fetching.js';
import { Refusal, State, roleName } from '../parts.js';

/** @typedef {import('../types.js').Door} Door */
/** @typedef {'soft' | 'close' | 'reopen'} Way */

const step = { soft: 'soft-close', close: 'close', reopen: 'reopen' };

/** @param {{door: Door, period: string, way: Way, onDone: () => void, onClose: () => void}} props */
function MonthAct({ door, period, way, onDone, onClose }) {
  const [reason, setReason] = useState('');
  const ask = useAct((id) => door.send('POST', `/api/coop/ledger/periods/${period}/${step[way]}`, way === 'reopen' ? { id, reason: reason.trim() } : { id }), () => { toast(w(`office.did_${way}`, { month: periodText(period) })); onDone(); onClose(); });
  useState(() => { ask.open(); return 0; });
  return html`<${Dialog} open title=${w(`office.${way}_title`, { month: periodText(period) })} lead=${w(`office.${way}_lead`)} confirm=${w(`office.${way}`)} busy=${ask.busy} refusal=${way === 'reopen' && !reason.trim() ? w('office.reason_missing') : ''} onConfirm=${ask.run} onClose=${onClose}>
    ${way === 'reopen' && html`<div class="form"><${Field} label=${w('office.reason')} value=${reason} onInput=${setReason} maxlength="500" error=${ask.fault?.field('reason')} /></div>`}<${Refusal} fault=${ask.fault} /><//>`;
}

const signs = /** @type {Record<string, {icon: string, kind: 'pos' | 'rest' | 'soft'}>} */ ({ open: { icon: 'book', kind: 'pos' }, soft: { icon: 'clock', kind: 'rest' }, closed: { icon: 'lock', kind: 'soft' } });

/** @param {{door: Door}} props */
export function Months({ door }) {
  const it = useResource(door, '/api/coop/ledger/periods');
  const chain = useResource(door, '/api/coop/ledger/closings');
  const [act, setAct] = useState(/** @type {{period: string, way: Way} | null} */ (null));
  const role = door.role.value;
  const may = ['treasurer', 'manager'].includes(role);
  const over = (/** @type {string} */ p) => p < today().slice(0, 7);
  const button = (/** @type {string} */ period, /** @type {Way} */ way) => html`<${Button} kind="ghost" small onClick=${() => setAct({ period, way })}>${w(`office.${way}`)}<//>`;
  const ways = (/** @type {any} */ p) => {
    if (!over(p.period)) return html`<span class="note">${w('office.month_running')}</span>`;
    return html`<span class="month-ways">${may && p.state === 'open' && button(p.period, 'soft')}${may && p.state !== 'closed' && button(p.period, 'close')}${role === 'manager' && p.state !== 'open' && button(p.period, 'reopen')}</span>`;
  };
  const columns = [
    { label: w('office.month'), cell: (/** @type {any} */ p) => html`<b>${periodText(p.period)}</b>` },
    { label: w('office.status'), cell: (/** @type {any} */ p) => html`<${State} icon=${signs[p.state].icon} kind=${signs[p.state].kind}>${w(`office.month_${p.state}`)}<//>` },
    { label: html`<span class="vh">${w('office.act')}</span>`, num: true, cell: ways },
  ];
  const done = () => { it.load(); chain.load(); };
  return html`<div class="list narrow-list no-print"><${Loaded} of=${it} draw=${(/** @type {any} */ d) => (d.periods.length ? html`<${Table} columns=${columns} rows=${[...d.periods].sort((a, b) => b.period.localeCompare(a.period))} rowKey=${(/** @type {any} */ p) => p.period} caption=${w('office.tab_bulan')} quietCaption />` : html`<div class="narrow"><${Empty} title=${w('office.months_none')} text=${w('office.journal_none_text')} /></div>`)} />
    <p class="note">${w('office.months_note')} ${w('office.soft_note')}</p></div>
    <${Loaded} of=${chain} rows=${3} draw=${(/** @type {any} */ d) => html`<${Chain} closings=${d.closings} />`} />
    ${act && html`<${MonthAct} key=${act.period + act.way} door=${door} period=${act.period} way=${act.way} onDone=${done} onClose=${() => setAct(null)} />`}`;
}

/** What was decided about months, newest first, each with the seal of that moment: to print and to keep. @param {{closings: any[]}} props */
function Chain({ closings }) {
  if (!closings.length) return null;
  return html`<section class="sec closings"><div class="sec-h"><h2>${w('office.closings')}</h2><span class="no-print"><${Button} kind="ghost" small icon="print" onClick=${() => print()}>${w('common.print')}<//></span></div>
    <p class="note read">${w('office.closings_lead')}</p>
    <ol>${closings.map((c, i) => html`<li key=${i}><div><b>${w(`office.closing_${c.action}`, { month: periodText(c.period) })}</b><small class="note">${moment(c.at)} · ${c.role === 'console' || c.role === 'system' ? c.by : [c.by, roleName(c.role)].filter(Boolean).join(', ')}</small>
      ${c.reason && html`<p class="small">${w('office.reason')}: ${c.reason}</p>`}</div>
      <div><p class="note">${w('office.seal_of', { n: c.seq })}</p>${c.hash && html`<${Hash} hash=${c.hash} />`}</div></li>`)}</ol></section>`;
}
