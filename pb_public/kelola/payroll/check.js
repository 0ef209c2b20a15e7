// Is this file the list that was locked? Whatever its layout, order and format.
import { Dialog, Icon, Skeleton } from '../../lib/components/index.js';
import { Table } from '../../lib/components/table.js';
import { asFault } from '../../lib/api.js';
import { count, memberNumber, period as periodText, rupiah } from '../../lib/format.js';
import { html, useState } from '../../lib/view.js';
import { w } from '../../lib/words.js';
import { Refusal, State } from '../parts.js';
import { Drop } from '../drop.js';

/** @param {{door: import('../types.js').Door, run: import('../types.js').Run, onClose: () => void}} props */
export function Check({ door, run, onClose }) {
  const [file, setFile] = useState(/** @type {File | null} */ (null));
  const [found, setFound] = useState(/** @type {any} */ (null));
  const [fault, setFault] = useState(/** @type {any} */ (null));
  const [busy, setBusy] = useState(false);
  async function choose(/** @type {File} */ next) {
    setFile(next);
    setFound(null);
    setFault(null);
    setBusy(true);
    try {
      const body = new FormData();
      body.append('file', next);
      setFound(await door.send('POST', `/api/coop/payroll/runs/${run.period}/check`, body));
    } catch (cause) { setFault(asFault(cause)); } finally { setBusy(false); }
  }
  return html`<${Dialog} open big=${Boolean(found)} title=${w('office.check_title', { month: periodText(run.period) })} lead=${w('office.check_lead')} cancel=${w('common.close')} onClose=${onClose}>
    <${Drop} file=${file} choose=${choose} />${busy && html`<${Skeleton} rows=${3} />`}<${Refusal} fault=${fault} />${found && html`<${Found} found=${found} />`}<//>`;
}

/** @param {{found: any}} props */
function Found({ found: f }) {
  const amount = (/** @type {number | null} */ n) => (n === null ? '–' : rupiah(n));
  const columns = [{ label: w('office.row'), num: true, cell: (/** @type {any} */ d) => d.row || '–' }, { label: w('office.member'), cell: (/** @type {any} */ d) => memberNumber(d.member) },
    { label: w('office.check_listed'), num: true, cell: (/** @type {any} */ d) => amount(d.listed_rupiah) }, { label: w('office.check_found'), num: true, cell: (/** @type {any} */ d) => html`<b>${amount(d.found_rupiah)}</b>` }];
  const verdict = f.matches && !f.standing ? html`<${State} icon="check">${w('office.check_true', { number: f.list.number })}<//>`
    : f.matches ? html`<${State} icon="info" kind="rest">${w('office.check_replaced', { number: f.list.number, standing: f.standing })}<//>`
      : html`<${State} icon="warning" kind="neg">${f.list ? w('office.check_false', { number: f.list.number }) : w('office.check_none')}<//>`;
  return html`<div class="found" role="status"><p class="verdict">${verdict}</p>
    <dl class="rows">${f.unit_name && html`<div><dt>${w('office.work_unit')}</dt><dd>${f.unit_name}</dd></div>`}<div><dt>${w('office.members')}</dt><dd>${count(f.members)}</dd></div><div class="sum"><dt>${w('office.check_sum')}</dt><dd><span class="rp">Rp</span>${rupiah(f.total_rupiah)}</dd></div></dl>
    ${f.hash && html`<p class="note">${w('office.check_hash')}<code class="mono block">${f.hash}</code></p>`}
    ${f.unknown_rows.length > 0 && html`<p class="note">${w('office.check_unknown', { rows: f.unknown_rows.slice(0, 20).join(', ') })}</p>`}
    ${f.differences.length > 0 && html`<${Table} columns=${columns} rows=${f.differences} rowKey=${(/** @type {any} */ d) => d.member} caption=${w('office.check_differences')} />`}
    ${f.differences_more > 0 && html`<p class="note"><${Icon} name="info" small /> ${w('office.rejected_more', { n: count(f.differences_more) })}</p>`}</div>`;
}
