import { Pattern } from '../../lib/components/index.js';
import { TillRow } from '../../lib/components/till-row.js';
import { quantity, rupiah } from '../../lib/format.js';
import { html, useEffect, useRef } from '../../lib/view.js';
import { w } from '../../lib/words.js';
import { catalogue } from '../catalogue.js';
import { bill, decimal, draft, select } from '../sale.js';
import { more, takeOut } from '../till.js';

/** @param {{line: import('../sale.js').PricedLine, at: number, on: boolean}} props */
function Row({ line, at, on }) {
  const ref = useRef(/** @type {HTMLElement | null} */ (null));
  useEffect(() => { if (on) ref.current?.scrollIntoView({ block: 'nearest' }); }, [on, line.milli, line.price_rupiah]);
  const { unit, weighed, name, consignor } = line.seen;
  return html`<${TillRow} row=${ref} line=${{ ...line, unit, weighed, name, consignor, quantity: quantity(decimal(line.milli)) }} on=${on}
    choose=${() => select(at)} less=${() => more(at, -1)} more=${() => more(at, 1)} takeOut=${() => takeOut(at)} />`;
}

/** Before the first scan: what the till is ready for. */
function NoRows() {
  const it = catalogue.value;
  const text = it.ready ? w('till.empty_text', { n: rupiah(it.goods) }) : it.fault ? it.fault.message : w('till.catalogue_loading');
  return html`<div class="no-rows"><div class="weave-band"><${Pattern} /></div><h2>${w('till.empty')}</h2><p>${text}</p></div>`;
}

export function Rows() {
  const { lines } = bill.value;
  const { on } = draft.value;
  if (!lines.length) return html`<${NoRows} />`;
  return html`<ol class="lines" tabindex="0" aria-label=${w('till.rows_label')}>${lines.map((line, at) => html`<${Row} key=${line.product} line=${line} at=${at} on=${at === on} />`)}</ol>`;
}
