// Periksa: what the last nights' checks of the books found, and every check again when somebody asks.
import { Button, Empty, FaultNote, Icon, Loaded, Skeleton, Strips, Weave } from '../../lib/components/index.js';
import { Table } from '../../lib/components/table.js';
import { Hash } from '../../lib/components/trace.js';
import { Fault, asFault } from '../../lib/api.js';
import { chainHead, count, day, moment, time } from '../../lib/format.js';
import { html, useEffect, useRef, useState } from '../../lib/view.js';
import { has, w, wn } from '../../lib/words.js';
import { useResource } from '../fetching.js';
import { Head, State } from '../parts.js';

/** @typedef {{name: string, ok: boolean, checked: number, findings: string[] | null}} Check */
/** @typedef {{ok: boolean, seconds: number, entries: number, head: {seq: number, hash: string}, checks: Check[]}} Report */
/** @typedef {Report & {date: string, at: string, count: number}} Night */

const shownFindings = 20;

/** A check has one name, here and on the public page. @param {Check} c */
const title = (c) => (has(`show.check.${c.name}`) ? w(`show.check.${c.name}`) : c.name);
/** @param {Check} c */
const meaning = (c) => (has(`office.check_${c.name}_text`) ? w(`office.check_${c.name}_text`) : '');

/** @param {{check: Check}} props */
function CheckRow({ check }) {
  const findings = check.findings ?? [];
  return html`<li class=${check.ok ? '' : 'failed'}><${Icon} name=${check.ok ? 'check' : 'warning'} label=${w(check.ok ? 'office.check_passed' : 'office.check_failed')} class=${check.ok ? 'pos' : 'neg'} />
    <div><h3>${title(check)}</h3><p class="note">${meaning(check)}</p>${findings.length > 0 && html`<ul class="findings">${findings.slice(0, shownFindings).map((f, i) => html`<li key=${i}>${f}</li>`)}</ul>`}
      ${findings.length > shownFindings && html`<p class="note">+${count(findings.length - shownFindings)}</p>`}</div>
    <span class="checked">${wn('office.checked', check.checked, { n: count(check.checked) })}<small class="note mono">${check.name}</small></span></li>`;
}

/** How far the reading is: lines of the journal first, then the checks that need none. @param {{lines: number, total: number, checks: number}} props */
function Progress({ lines, total, checks }) {
  const said = checks ? wn('office.verify_checks_done', checks, { n: checks }) : w('office.verify_lines_read', { n: count(lines), all: count(total) });
  return html`<section class="reading"><p class="small" role="status"><${Strips} /> ${said}</p>
    <progress max=${Math.max(total, 1)} value=${checks ? total : lines} aria-label=${w('office.verifying')}></progress></section>`;
}

/** @param {{report: Report, at: string}} props */
function ReportSheet({ report, at }) {
  const failed = report.checks.filter((c) => !c.ok).length;
  const said = report.ok ? w('office.verify_ok', { n: report.checks.length }) : wn('office.verify_failed', failed, { n: failed, all: report.checks.length });
  return html`<div class="verify"><section class="sheet head-sheet"><div class="weave-band" aria-hidden="true"><${Weave} hash=${report.head?.hash || '0'.repeat(64)} /></div>
      <p class=${`verdict ${report.ok ? 'pos' : 'neg'}`} role="status"><${Icon} name=${report.ok ? 'shield-check' : 'warning'} /><span>${said}</span></p>
      <dl class="trio"><div><dt>${w('office.entries')}</dt><dd>${count(report.entries)}</dd></div><div><dt>${w('office.took')}</dt><dd>${w('office.seconds', { n: Number(report.seconds).toFixed(2).replace('.', ',') })}</dd></div><div><dt>${w('office.at')}</dt><dd>${at}</dd></div></dl>
      <h2>${w('office.head', { n: count(report.head?.seq ?? 0) })}</h2><${Hash} hash=${report.head?.hash ?? ''} /><p class="note">${w('office.head_text')}</p></section>
    <ul class="checks">${report.checks.map((c) => html`<${CheckRow} key=${c.name} check=${c} />`)}</ul></div>`;
}

/** @param {{nights: Night[]}} props */
function Nights({ nights }) {
  const columns = [
    { label: w('office.date'), cell: (/** @type {Night} */ n) => html`<b>${day(n.date, 'medium')}</b><small class="note">${time(n.at)}</small>` },
    { label: w('office.result'), cell: (/** @type {Night} */ n) => (n.ok ? html`<${State} icon="check">${w('office.books_right')}<//>` : html`<${State} icon="warning" kind="neg">${wn('office.findings', n.count, { n: count(n.count) })}<//>`) },
    { label: w('office.entries'), num: true, cell: (/** @type {Night} */ n) => count(n.entries) },
    { label: w('office.head_short'), class: 'desk', cell: (/** @type {Night} */ n) => html`<span class="mono">${chainHead(n.head.hash, n.head.seq)}</span>` },
  ];
  return html`<section class="nights"><h2>${w('office.nights')}</h2><${Table} columns=${columns} rows=${nights} rowKey=${(/** @type {Night} */ n) => n.date} caption=${w('office.nights')} quietCaption /></section>`;
}

/** @param {{door: import('../types.js').Door}} props */
export function Verify({ door }) {
  const kept = useResource(door, '/api/coop/ledger/verifications');
  const [report, setReport] = useState(/** @type {Report | null} */ (null));
  const [fault, setFault] = useState(/** @type {Fault | null} */ (null));
  const [busy, setBusy] = useState(/** @type {{lines: number, total: number, checks: number} | null} */ (null));
  const [at, setAt] = useState(0);
  const leave = useRef(/** @type {AbortController | null} */ (null));
  useEffect(() => () => leave.current?.abort(), []);
  async function run() {
    leave.current = new AbortController();
    setBusy({ lines: 0, total: 0, checks: 0 });
    setFault(null);
    try {
      let ended = false;
      await door.follow('/api/coop/ledger/verify/stream', (line) => {
        if (line.fault) throw new Fault(line.fault);
        if (line.lines !== undefined) setBusy((b) => b && { ...b, lines: line.lines, total: line.total });
        if (line.check) setBusy((b) => b && { ...b, checks: b.checks + 1 });
        if (line.report) { ended = true; setReport(line.report); setAt(Date.now()); }
      }, leave.current.signal);
      if (!ended) throw new Fault({ code: 'offline', message: w('common.fault_offline') });
    } catch (cause) {
      if (!leave.current.signal.aborted) setFault(asFault(cause));
    } finally { setBusy(null); }
  }
  /** @type {Night[] | undefined} */
  const nights = kept.state.value.data?.nights;
  const shown = report ?? nights?.[0];
  return html`<${Head} title=${w('office.nav_verify')} lead=${w('office.verify_lead')}><${Button} small kind=${shown ? 'ghost' : ''} icon="refresh" busy=${busy !== null} busyText=${w('office.verifying')} onClick=${run}>${w(shown ? 'office.verify_again' : 'office.verify')}<//>${shown && html`<${Button} small kind="ghost" icon="print" onClick=${() => globalThis.print()}>${w('office.print')}<//>`}<//>
    ${fault && html`<${FaultNote} fault=${fault} retry=${run} />`}
    ${busy && html`<${Progress} ...${busy} />`}
    ${shown && html`<${ReportSheet} report=${shown} at=${report ? time(at) : moment(/** @type {Night} */ (shown).at)} />`}
    ${!shown && !nights && !kept.state.value.fault && html`<${Skeleton} rows=${8} />`}
    ${kept.state.value.fault && html`<${Loaded} of=${kept} draw=${() => null} />`}
    ${nights && !shown && !busy && html`<div class="narrow"><${Empty} title=${w('office.nights_none')} text=${w('office.nights_none_text')} /></div>`}
    ${nights && nights.length > 0 && html`<${Nights} nights=${nights} />`}`;
}
