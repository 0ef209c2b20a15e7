import { html } from '../view.js';
import { rupiah } from '../format.js';
import { w } from '../words.js';
import { IconButton } from './button.js';
import { Icon } from './icon.js';

/**
 * What one kind of goods is on a receipt: how much, what, and the amount. The last scanned stands raised, with its keys.
 * @typedef {object} TillLine
 * @property {string} quantity as it is read, `1,25`
 * @property {string} unit
 * @property {boolean} weighed
 * @property {string} name
 * @property {string} [consignor] whose goods they are, or ''
 * @property {number} price_rupiah
 * @property {number} public_price_rupiah
 * @property {number} amount_rupiah
 * @property {string} [fault] why the server would not take it
 */

/** @param {{line: TillLine, on: boolean, row?: any, choose?: () => void, less?: () => void, more?: () => void, takeOut?: () => void}} props */
export function TillRow({ line, on, row, choose, less, more, takeOut }) {
  const { name } = line;
  return html`<li ref=${row} class=${on ? 'on' : ''} aria-current=${on ? 'true' : undefined} onClick=${choose}>
    <span class="q">${line.quantity}<small>${line.weighed ? line.unit : '×'}</small></span>
    <span class="n">${name}<small><span>${rupiah(line.price_rupiah)}${line.weighed && ` / ${line.unit}`}</span>
      ${line.price_rupiah < line.public_price_rupiah && html`<s><span class="vh">${w('till.public_price')} </span>${rupiah(line.public_price_rupiah)}</s>`}
      ${line.weighed && html`<i>${w('till.weighed')}</i>`}${line.consignor && html`<i>${w('till.consigned', { name: line.consignor })}</i>`}</small>
      ${line.fault && html`<em class="err"><${Icon} name="warning" /><span>${line.fault}</span></em>`}</span>
    <span class="a">${rupiah(line.amount_rupiah)}</span>
    ${on && html`<span class="step"><${IconButton} icon="minus" label=${w('till.less', { name })} onClick=${less} />
      <${IconButton} icon="plus" label=${w('till.more', { name })} onClick=${more} />
      <${IconButton} icon="trash" label=${w('till.remove', { name })} onClick=${takeOut} /></span>`}</li>`;
}
