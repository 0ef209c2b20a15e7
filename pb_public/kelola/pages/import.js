// Impor: the lists of an office, of employees or of people who already are members. A file is tried first, row by row
// and side by side with what is known; only then is it taken in. Nobody becomes a member here.
import { Fault, asFault, ulid } from '../../lib/api.js';
import { hand } from '../../lib/auth.js';
import { Button, FaultNote, Icon, Skeleton, Strips, toast } from '../../lib/components/index.js';
import { Table } from '../../lib/components/table.js';
import { Tabs } from '../../lib/components/tabs.js';
import { count, day, rupiah } from '../../lib/format.js';
import { go, route } from '../../lib/route.js';
import { html, useEffect, useRef, useState } from '../../lib/view.js';
import { has, w, wn } from '../../lib/words.js';
import { Drop, fileLimit } from '../drop.js';
import { Head, State } from '../parts.js';

/** @typedef {import('../types.js').Door} Door */
/** @typedef {{row: number, field: string, code: string, message: string}} Problem */
/** @typedef {{field: string, was: string, now: string, sealed?: boolean}} Cell */
/** @typedef {{row: number, name: string, new?: boolean, fields?: Cell[]}} Change */
/** @typedef {{read: number, created: number, updated: number, unchanged: number, rejected: Problem[], warnings: Problem[], changes?: Change[], without_consent?: number}} Report */

const lists = { pegawai: 'employees', anggota: 'members' };
const shown = 200;

const samples = {
  employees: 'NIP;NIK;Nama;Jenis Kelamin;Tanggal Lahir;Status Pegawai;Golongan;Kode Satker;Nama Satker;Gaji Bersih;Email;No HP\r\n198609262015051001;;Nama pegawai;L;26/09/1986;PNS;III/c;622801;Sekretariat;8.400.000;nama@contoh.id;081234567890\r\n',
  members: 'No Anggota;NIP;Nama;Tanggal Lahir;Nama Satker\r\n0001;198609262015051001;Nama anggota;26/09/1986;Sekretariat\r\n',
};

/** @param {string} field */
const fieldName = (field) => { const name = has(`import.field.${field}`) ? w(`import.field.${field}`) : field || '–'; return name[0].toUpperCase() + name.slice(1); };

/** What a cell says, as people read it. @param {Cell} c @param {string} text */
function said(c, text) {
  if (!text) return '–';
  if (c.field === 'pay_rupiah') return text === '0' ? '–' : rupiah(Number(text));
  if (c.field === 'channel') return w(`office.channel_${text}`);
  if (c.field === 'status') return w(`office.staff_${text}`);
  if (c.field === 'birth_date') return day(text, 'medium');
  return text;
}

/** How many rows are behind some problems. @param {Problem[]} problems */
const rowsOf = (problems) => new Set(problems.map((p) => p.row)).size;

/** @param {{report: Report, taken?: boolean}} props */
const Counts = ({ report, taken }) => html`<dl class="trio sums">${[['created', report.created], ['updated', report.updated], ['unchanged', report.unchanged], ['rejected', rowsOf(report.rejected)]].map(([name, n]) => html`<div key=${name}><dt>${w(`office.import_${name}`)}</dt><dd class=${name === 'rejected' && n ? 'rest' : ''}>${count(Number(n))}</dd></div>`)}</dl>
  <p class="note">${wn(taken ? 'office.import_was_read' : 'office.import_read', report.read, { n: count(report.read) })}</p>`;

/** @param {{problems: Problem[], caption: string}} props */
function Problems({ problems, caption }) {
  const columns = [{ label: w('office.row'), num: true, cell: (/** @type {Problem} */ p) => p.row }, { label: w('office.column'), class: 'desk', cell: (/** @type {Problem} */ p) => fieldName(p.field) },
    { label: w('office.remedy'), cell: (/** @type {Problem} */ p) => html`${p.field && html`<b class="phone">${fieldName(p.field)}</b> `}${p.message}` }];
  return html`<div class="rejected"><${Table} columns=${columns} rows=${problems.slice(0, shown)} rowKey=${(/** @type {any} */ p) => problems.indexOf(p)} caption=${caption} quietCaption /></div>
    ${problems.length > shown && html`<p class="note">${w('office.rejected_more', { n: count(problems.length - shown) })}</p>`}`;
}

/** What is known now and what the list says, one fact a line. @param {{report: Report}} props */
function Changes({ report }) {
  const changed = (report.changes ?? []).filter((c) => !c.new);
  const added = (report.changes ?? []).filter((c) => c.new);
  const lines = changed.flatMap((c) => (c.fields ?? []).map((f, i) => ({ ...f, key: `${c.row}.${f.field}`, who: i ? null : c })));
  const told = (/** @type {any} */ f) => (f.sealed ? html`<span class="soft">${w(f.field === 'active' ? 'office.import_back' : 'office.import_sealed')}</span>` : html`<span class="soft">${said(f, f.was)}</span> <${Icon} name="chevron" small label=${w('office.import_becomes')} /> <b>${said(f, f.now)}</b>`);
  const columns = [
    { label: w('office.name'), cell: (/** @type {any} */ f) => html`${f.who && html`<b>${f.who.name}</b><small class="note block">${w('office.row_n', { n: f.who.row })}</small>`}<span class="phone small">${fieldName(f.field)}: ${told(f)}</span>` },
    { label: w('office.column'), class: 'desk', cell: (/** @type {any} */ f) => fieldName(f.field) },
    { label: w('office.import_was'), class: 'desk', cell: (/** @type {any} */ f) => html`<span class="soft">${f.sealed ? '–' : said(f, f.was)}</span>` },
    { label: w('office.import_now'), class: 'desk', cell: (/** @type {any} */ f) => (f.sealed ? told(f) : html`<b>${said(f, f.now)}</b>`) },
  ];
  return html`${lines.length > 0 && html`<h2 class="h3">${w('office.import_changes')}</h2><div class="changes"><${Table} columns=${columns} rows=${lines} rowKey=${(/** @type {any} */ f) => f.key} rowClass=${(/** @type {any} */ f) => (f.who ? '' : 'same')} caption=${w('office.import_changes')} quietCaption /></div>
      ${report.updated > changed.length && html`<p class="note">${w('office.rejected_more', { n: count(report.updated - changed.length) })}</p>`}`}
    ${added.length > 0 && html`<details class="folds"><summary>${wn('office.import_new_names', report.created, { n: count(report.created) })}</summary><ul class="names">${added.map((c) => html`<li key=${c.row}>${c.name}</li>`)}</ul>
      ${report.created > added.length && html`<p class="note">${w('office.rejected_more', { n: count(report.created - added.length) })}</p>`}</details>`}`;
}

/** @param {{door: Door}} props */
export function ImportPage({ door }) {
  const at = route.value.parts[1] === 'anggota' ? 'anggota' : 'pegawai';
  return html`<${Head} title=${w('office.nav_import')} lead=${w('office.import_lead')} />
    <${Tabs} label=${w('office.import_which')} value=${at} onChange=${(/** @type {string} */ v) => go(`/impor/${v}`)} tabs=${Object.keys(lists).map((v) => ({ value: v, label: w(`office.import_${lists[/** @type {keyof typeof lists} */ (v)]}`) }))} />
    <${List} key=${at} door=${door} list=${lists[at]} />`;
}

/** @param {{door: Door, list: 'employees' | 'members' | string}} props */
function List({ door, list }) {
  const [file, setFile] = useState(/** @type {File | null} */ (null));
  const [tried, setTried] = useState(/** @type {Report | null} */ (null));
  const [taken, setTaken] = useState(/** @type {Report | null} */ (null));
  const [fault, setFault] = useState(/** @type {Fault | null} */ (null));
  const [busy, setBusy] = useState('');
  const [at, setAt] = useState({ done: 0, total: 0 });
  const key = useRef('');
  const asked = useRef(0);
  const leave = useRef(/** @type {AbortController | null} */ (null));
  const verdict = useRef(/** @type {HTMLParagraphElement | null} */ (null));
  useEffect(() => () => leave.current?.abort(), []);
  useEffect(() => { if (taken) verdict.current?.focus(); }, [taken]);
  const path = `/api/coop/import/${list}`;
  const form = (/** @type {File} */ of, id = '') => {
    const body = new FormData();
    if (id) body.append('id', id);
    body.append('invite_only', '1');
    body.append('file', of);
    return body;
  };

  async function look(/** @type {File} */ next) {
    const mine = ++asked.current;
    setFile(next);
    setTried(null);
    setTaken(null);
    setFault(null);
    key.current = ulid(); // another file is another act
    if (next.size > fileLimit) { setFault(new Fault({ code: 'file_too_large', message: w('fault.import.file_too_large') })); return; }
    setBusy('look');
    try {
      const report = await (await door.request('POST', `${path}?dry_run=1`, form(next), true)).json();
      if (mine === asked.current) setTried(report);
    } catch (cause) {
      if (mine === asked.current) setFault(asFault(cause));
    } finally { if (mine === asked.current) setBusy(''); }
  }

  async function take() {
    leave.current = new AbortController();
    setBusy('take');
    setFault(null);
    setAt({ done: 0, total: (tried?.created ?? 0) + (tried?.updated ?? 0) });
    try {
      /** @type {Report | null} */
      let report = null;
      await door.follow(`${path}?follow=1`, (line) => {
        if (line.fault) throw new Fault(line.fault);
        if (line.done) setAt({ done: line.done, total: line.total });
        if (line.report) report = line.report;
      }, leave.current.signal, form(/** @type {File} */ (file), key.current));
      if (!report) throw new Fault({ code: 'offline', message: w('common.fault_offline') });
      setTaken(report);
    } catch (cause) {
      if (!leave.current.signal.aborted) setFault(asFault(cause));
    } finally { setBusy(''); }
  }

  async function refused() {
    setBusy('refused');
    try {
      const answer = await door.request('POST', `${path}?refused=xlsx`, form(/** @type {File} */ (file)), true);
      hand(await answer.blob(), `${w('import.refused_file')}.xlsx`);
    } catch (cause) { toast(asFault(cause).message, { kind: 'bad' }); } finally { setBusy(''); }
  }

  const again = () => { setFile(null); setTried(null); setTaken(null); setFault(null); };
  const report = taken ?? tried;
  const rows = tried ? tried.created + tried.updated : 0;
  return html`<div class="list import"><div class="narrow-list"><p class="read">${w(`office.import_${list}_lead`)}</p>
      <p><button type="button" class="lnk" onClick=${() => hand(new Blob(['\ufeff', samples[/** @type {keyof typeof samples} */ (list)]], { type: 'text/csv' }), `${w(`office.import_${list}_sample_file`)}.csv`)}>${w('office.import_sample')}</button></p>
      <${Drop} file=${file} choose=${look} kinds=${w('office.opening_kinds')} disabled=${busy === 'take'} /></div>
    ${busy === 'look' && html`<section class="import-found" role="status" aria-label=${w('office.busy_reading')}><${Skeleton} rows=${4} /></section>`}
    ${fault && html`<div class="narrow-list step"><${FaultNote} fault=${fault} retry=${tried ? undefined : file && file.size <= fileLimit ? () => look(file) : undefined} />${tried && html`<p class="note">${w('office.import_broke')}</p>`}</div>`}
    ${report && html`<section class="import-found" aria-live="polite">
      <p class="verdict" tabindex="-1" ref=${verdict}>${taken ? html`<${State} icon="check">${w('office.import_done')}<//>`
    : rows ? html`<${State} icon=${report.rejected.length ? 'warning' : 'check'} kind=${report.rejected.length ? 'rest' : 'pos'}>${w(report.rejected.length ? 'office.import_some' : 'office.import_good')}<//>`
      : report.unchanged ? html`<${State} icon="check">${w('office.import_nothing')}<//>` : html`<${State} icon="warning" kind="neg">${w('office.import_none')}<//>`}</p>
      <${Counts} report=${report} taken=${Boolean(taken)} />
      ${(report.without_consent ?? 0) > 0 && html`<p class="note"><${Icon} name="info" /> <span>${wn('office.import_papers', report.without_consent ?? 0, { n: count(report.without_consent ?? 0) })}</span></p>`}
      ${!taken && rows > 0 && (busy === 'take' ? html`<div class="reading step"><p class="small" role="status"><${Strips} /> ${w('office.import_at', { n: count(at.done), all: count(at.total) })}</p><progress max=${Math.max(at.total, 1)} value=${at.done} aria-label=${w('office.import_busy')}></progress></div>`
    : html`<p class="step"><${Button} onClick=${take} disabled=${busy !== ''}>${wn('office.import_take', rows, { n: count(rows) })}<//></p>`)}
      ${taken && html`<p class="step ways"><a class="lnk" href="#/anggota">${w(`office.import_${list}_next`)}</a><button type="button" class="lnk" onClick=${again}>${w('office.import_again')}</button></p>`}
      ${report.rejected.length > 0 && html`<h2 class="h3">${w('office.rejected_rows')}</h2><p class="note">${w('office.import_refused_lead')}</p><p class="step"><${Button} kind="ghost" small icon="download" busy=${busy === 'refused'} disabled=${busy !== ''} onClick=${refused}>${w('office.import_refused_get')}<//></p><${Problems} problems=${report.rejected} caption=${w('office.rejected_rows')} />`}
      ${!taken && html`<${Changes} report=${report} />`}
      ${report.warnings.length > 0 && html`<details class="folds"><summary>${wn('office.import_warnings', rowsOf(report.warnings), { n: count(rowsOf(report.warnings)) })}</summary><${Problems} problems=${report.warnings} caption=${w('import.warnings')} /></details>`}</section>`}</div>`;
}
