// What the lists look like: for the co-op, the bank, and each work unit whose officer wants it otherwise.
import { Button, Check as Tick, Dialog, Field, Icon, Loaded, toast } from '../../lib/components/index.js';
import { asFault } from '../../lib/api.js';
import { count } from '../../lib/format.js';
import { html, useEffect, useState } from '../../lib/view.js';
import { w, wn } from '../../lib/words.js';
import { useAct, useLater, useResource } from '../fetching.js';
import { Head, Refusal, State } from '../parts.js';
import { Crumb } from './crumb.js';
import { unitName } from './run.js';

/** @typedef {import('../types.js').Layout} Layout */
/** @typedef {import('../types.js').LayoutView} LayoutView */
/** @typedef {import('../types.js').LayoutColumn} LayoutColumn */

/** @param {LayoutView} v */
const nameOf = (v) => (v.unit === '' ? w('office.layout_coop') : v.name || unitName(v.unit));

/** @param {{columns: LayoutColumn[], fields: LayoutColumn[], onChange: (columns: LayoutColumn[]) => void, error: (name: string) => string}} props */
function Columns({ columns, fields, onChange, error }) {
  const change = (/** @type {number} */ i, /** @type {Partial<LayoutColumn>} */ to) => onChange(columns.map((c, n) => (n === i ? { ...c, ...to } : c)));
  const move = (/** @type {number} */ i, /** @type {number} */ by) => { const next = [...columns]; const [c] = next.splice(i, 1); next.splice(i + by, 0, c); onChange(next); };
  const name = (/** @type {string} */ field) => fields.find((f) => f.field === field)?.title ?? field;
  const button = (/** @type {string} */ icon, /** @type {string} */ label, /** @type {boolean} */ off, /** @type {() => void} */ run) => html`<button type="button" class="icobtn" disabled=${off} aria-label=${label} title=${label} onClick=${run}><${Icon} name=${icon === 'up' ? 'down' : icon} class=${icon} /></button>`;
  const options = fields.map((f) => ({ value: f.field, label: f.title }));
  return html`<ol class="columns">${columns.map((c, i) => html`<li key=${i}><span class="columns-n">${i + 1}</span>
    <${Field} label=${w('office.layout_holds')} value=${c.field} options=${options} onInput=${(/** @type {string} */ field) => change(i, { field, title: name(field), value: field === 'fixed' ? c.value : '' })} error=${error(`columns.${i}.field`)} />
    <${Field} label=${w('office.layout_title')} value=${c.title} maxlength="60" onInput=${(/** @type {string} */ title) => change(i, { title })} error=${error(`columns.${i}.title`)} />
    ${c.field === 'fixed' && html`<${Field} label=${w('office.layout_value')} value=${c.value ?? ''} maxlength="60" onInput=${(/** @type {string} */ value) => change(i, { value })} error=${error(`columns.${i}.value`)} />`}
    <span class="columns-b">${button('up', w('office.layout_up', { name: c.title }), i === 0, () => move(i, -1))}${button('down', w('office.layout_down', { name: c.title }), i === columns.length - 1, () => move(i, 1))}
      ${button('close', w('office.layout_remove', { name: c.title }), columns.length === 1, () => onChange(columns.filter((_, n) => n !== i)))}</span></li>`)}</ol>
    <${Button} kind="ghost" small icon="plus" onClick=${() => onChange([...columns, { field: 'fixed', title: name('fixed'), value: '' }])}>${w('office.layout_add')}<//>`;
}

/** The layout tried on three people who don't exist. @param {{door: any, unit: string, layout: Layout, onFault: (f: any) => void}} props */
function Sample({ door, unit, layout, onFault }) {
  const [sample, setSample] = useState(/** @type {any} */ (null));
  const late = useLater(JSON.stringify({ unit, layout }), 400);
  useEffect(() => {
    let gone = false;
    door.send('POST', '/api/coop/payroll/layouts/sample', JSON.parse(late)).then((/** @type {any} */ s) => { if (!gone) { setSample(s); onFault(null); } }).catch((/** @type {unknown} */ cause) => { if (!gone) onFault(asFault(cause)); });
    return () => { gone = true; };
  }, [late]);
  if (!sample) return null;
  const [head, ...rows] = layout.header ? sample.rows : [null, ...sample.rows];
  return html`<div class="sample"><h3 class="h3">${w('office.layout_sample')}</h3><p class="note">${sample.read_back ? html`<${State} icon="check">${w('office.layout_reads')}<//>` : html`<${State} icon="info" kind="rest">${sample.why}<//>`}</p>
    <div class="table-wrap" tabindex="0" role="region" aria-label=${w('office.layout_sample')}><table class="table mini">${head && html`<thead><tr>${head.map((/** @type {string} */ t, /** @type {number} */ i) => html`<th key=${i} scope="col">${t}</th>`)}</tr></thead>`}
      <tbody>${rows.map((/** @type {string[]} */ r, /** @type {number} */ i) => html`<tr key=${i}>${r.map((t, n) => html`<td key=${n}>${t}</td>`)}</tr>`)}</tbody></table></div>
    ${sample.text && html`<pre class="mono sample-text" tabindex="0" aria-label=${w('office.layout_text')}>${sample.text}</pre>`}</div>`;
}

/** @param {{door: any, view: LayoutView, fields: LayoutColumn[], onDone: () => void, onClose: () => void}} props */
function Edit({ door, view, fields, onDone, onClose }) {
  const [layout, setLayout] = useState(view.layout);
  const [tried, setTried] = useState(/** @type {any} */ (null));
  const set = (/** @type {string} */ name) => (/** @type {any} */ v) => setLayout((l) => ({ ...l, [name]: v, ...(v === 'csv' ? { sheets: 'one' } : {}) })); // a CSV has one sheet
  const it = useAct((id) => door.send('POST', '/api/coop/payroll/layouts', { id, unit: view.unit, layout }), () => { toast(w('office.did_layout', { name: nameOf(view) })); onDone(); onClose(); });
  const back = useAct((id) => door.send('POST', '/api/coop/payroll/layouts', { id, unit: view.unit, usual: true }), () => { toast(w('office.did_layout', { name: nameOf(view) })); onDone(); onClose(); });
  useEffect(() => { it.open(); back.open(); }, []);
  const fault = it.fault ?? tried;
  const error = (/** @type {string} */ name) => fault?.field?.(name) || '';
  const choice = (/** @type {string} */ name, /** @type {string[]} */ all) => html`<${Field} label=${w(`office.layout_${name}`)} value=${/** @type {any} */ (layout)[name]} options=${all.map((v) => ({ value: v, label: w(`office.layout_${name}_${v}`) }))} onInput=${set(name)} error=${error(name)} />`;
  const csv = layout.format === 'csv';
  return html`<${Dialog} open big title=${w('office.layout_of', { name: nameOf(view) })} lead=${w('office.layout_lead')} confirm=${w('common.save')} cancel=${w('common.cancel')} busy=${it.busy || back.busy} busyText=${w('office.busy_writing')} refusal=${tried?.message ?? ''} onConfirm=${it.run} onClose=${onClose}>
    <div class="form layout-form">${choice('format', ['xlsx', 'csv'])}${!csv && choice('sheets', ['one', 'component'])}${csv && choice('separator', ['comma', 'semicolon', 'tab', 'bar'])}${csv && choice('amounts', ['plain', 'dots'])}</div>
    <div class="ticks"><${Tick} label=${w('office.layout_header')} checked=${layout.header} onChange=${set('header')} /><${Tick} label=${w('office.layout_footer')} checked=${layout.footer} onChange=${set('footer')} />${!csv && html`<${Tick} label=${w('office.layout_titles')} checked=${layout.titles} onChange=${set('titles')} />`}</div>
    <${Sample} door=${door} unit=${view.unit} layout=${layout} onFault=${setTried} />
    <${Columns} columns=${layout.columns} fields=${view.unit === 'bank' ? fields : fields.filter((f) => !['bank', 'account', 'holder'].includes(f.field))} onChange=${set('columns')} error=${error} />
    ${error('columns') && html`<p class="err"><${Icon} name="warning" /><span>${error('columns')}</span></p>`}
    ${view.own && html`<button type="button" class="lnk" onClick=${back.run}>${w('office.layout_usual')}</button>`}
    <${Refusal} fault=${it.fault ?? back.fault} /><//>`;
}

/** @param {{door: any}} props */
export function LayoutsPage({ door }) {
  const it = useResource(door, '/api/coop/payroll/layouts');
  const [open, setOpen] = useState(/** @type {LayoutView | null} */ (null));
  const may = ['treasurer', 'manager'].includes(door.role.value);
  const said = (/** @type {LayoutView} */ v) => [wn('office.layout_columns', v.layout.columns.length, { n: count(v.layout.columns.length) }), v.layout.format.toUpperCase(), v.layout.sheets === 'component' && w('office.layout_sheets_component')].filter(Boolean).join(' · ');
  const row = (/** @type {LayoutView} */ v) => html`<li key=${v.unit}><span><b>${nameOf(v)}</b><small class="note block">${said(v)}</small></span>${v.own ? html`<${State} icon="check">${w('office.layout_own')}<//>` : html`<span class="note">${w(v.unit === '' || v.unit === 'bank' ? 'office.layout_is_usual' : 'office.layout_follows')}</span>`}
    ${may && html`<button type="button" class="lnk" onClick=${() => setOpen(v)}>${w('office.layout_edit')}<span class="vh"> ${nameOf(v)}</span></button>`}</li>`;
  return html`<${Crumb} period="" /><${Head} title=${w('office.layouts_title')} lead=${w('office.layouts_lead')} />
    <${Loaded} of=${it} rows=${6} draw=${(/** @type {{layouts: LayoutView[], fields: LayoutColumn[]}} */ d) => html`<ul class="rows layouts">${d.layouts.map(row)}</ul>
      ${open && html`<${Edit} key=${open.unit} door=${door} view=${open} fields=${d.fields} onDone=${it.load} onClose=${() => setOpen(null)} />`}`} />`;
}
