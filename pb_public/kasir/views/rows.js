import { Icon, IconButton, Pattern } from '../../lib/components/index.js';
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
  const { seen } = line;
  return html`<li ref=${ref} class=${on ? 'on' : ''} aria-current=${on ? 'true' : undefined} onClick=${() => select(at)}>
    <span class="q">${quantity(decimal(line.milli))}<small>${seen.weighed ? seen.unit : '×'}</small></span>
    <span class="n">${seen.name}<small><span>${rupiah(line.price_rupiah)}${seen.weighed && ` / ${seen.unit}`}</span>
      ${line.price_rupiah < line.public_price_rupiah && html`<s><span class="vh">${w('till.public_price')} </span>${rupiah(line.public_price_rupiah)}</s>`}
      ${seen.weighed && html`<i>${w('till.weighed')}</i>`}${seen.consignor && html`<i>${w('till.consigned', { name: seen.consignor })}</i>`}</small>
      ${line.fault && html`<em class="err"><${Icon} name="warning" /><span>${line.fault}</span></em>`}</span>
    <span class="a">${rupiah(line.amount_rupiah)}</span>
    ${on && html`<span class="step"><${IconButton} icon="minus" label=${w('till.less', { name: seen.name })} onClick=${() => more(at, -1)} />
      <${IconButton} icon="plus" label=${w('till.more', { name: seen.name })} onClick=${() => more(at, 1)} />
      <${IconButton} icon="trash" label=${w('till.remove', { name: seen.name })} onClick=${() => takeOut(at)} /></span>`}</li>`;
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
