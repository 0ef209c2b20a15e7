// Periksa: runs every check over the books and says in plain words what each one means.
import { Button, FaultNote, Hash, Icon, Skeleton, Weave } from '../../lib/components/index.js';
import { asFault } from '../../lib/api.js';
import { count, time } from '../../lib/format.js';
import { html, useEffect, useState } from '../../lib/view.js';
import { has, w, wn } from '../../lib/words.js';
import { Head } from '../parts.js';

/** @typedef {{name: string, ok: boolean, checked: number, findings: string[] | null}} Check */

const shownFindings = 20;

/** @param {Check} c */
const title = (c) => (has(`office.check_${c.name}`) ? w(`office.check_${c.name}`) : c.name);
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

/** @param {{door: import('../types.js').Door}} props */
export function Verify({ door }) {
  const [report, setReport] = useState(/** @type {any} */ (null));
  const [fault, setFault] = useState(/** @type {any} */ (null));
  const [busy, setBusy] = useState(false);
  const [at, setAt] = useState(0);
  async function run() {
    setBusy(true);
    setFault(null);
    try {
      setReport(await door.send('GET', '/api/coop/ledger/verify'));
      setAt(Date.now());
    } catch (cause) {
      setFault(asFault(cause));
    } finally { setBusy(false); }
  }
  useEffect(() => { run(); }, []);
  const failed = report?.checks.filter((/** @type {Check} */ c) => !c.ok).length ?? 0;
  const said = report && (report.ok ? w('office.verify_ok', { n: report.checks.length }) : wn('office.verify_failed', failed, { n: failed, all: report.checks.length }));
  return html`<${Head} title=${w('office.nav_verify')} lead=${w('office.verify_lead')}><${Button} small kind=${report ? 'ghost' : ''} icon="refresh" busy=${busy} busyText=${w('office.verifying')} onClick=${run}>${w(report ? 'office.verify_again' : 'office.verify')}<//>${report && html`<${Button} small kind="ghost" icon="print" onClick=${() => globalThis.print()}>${w('office.print')}<//>`}<//>
    ${fault && html`<${FaultNote} fault=${fault} retry=${run} />`}${busy && !report && html`<${Skeleton} rows=${8} />`}
    ${report && html`<div class="verify" aria-busy=${busy}><section class="sheet head-sheet"><div class="weave-band" aria-hidden="true"><${Weave} hash=${report.head?.hash || '0'.repeat(64)} /></div>
        <p class=${`verdict ${report.ok ? 'pos' : 'neg'}`} role="status"><${Icon} name=${report.ok ? 'shield-check' : 'warning'} /><span>${said}</span></p>
        <dl class="trio"><div><dt>${w('office.entries')}</dt><dd>${count(report.entries)}</dd></div><div><dt>${w('office.took')}</dt><dd>${w('office.seconds', { n: Number(report.seconds).toFixed(2).replace('.', ',') })}</dd></div><div><dt>${w('office.at')}</dt><dd>${time(at)}</dd></div></dl>
        <h2>${w('office.head', { n: count(report.head?.seq ?? 0) })}</h2><${Hash} hash=${report.head?.hash ?? ''} /><p class="note">${w('office.head_text')}</p></section>
      <ul class="checks">${report.checks.map((/** @type {Check} */ c) => html`<${CheckRow} key=${c.name} check=${c} />`)}</ul></div>`}`;
}
