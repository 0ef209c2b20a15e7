import { html } from '../view.js';

/**
 * @template T
 * @typedef {object} Column
 * @property {string} label
 * @property {(row: T) => any} cell
 * @property {boolean} [num] right-aligned
 * @property {string} [class]
 */

/**
 * @param {object} props
 * @param {Column<any>[]} props.columns
 * @param {any[]} props.rows
 * @param {(row: any) => string | number} props.rowKey
 * @param {string} [props.caption]
 * @param {boolean} [props.quietCaption] for screen readers only
 * @param {any[]} [props.foot] one cell per column
 * @param {(row: any) => string} [props.rowClass] bad, done
 * @param {(row: any) => void} [props.onRow] opens a row; the first cell becomes the button
 * @param {any} [props.selected] the key of the selected row
 */
export function Table({ columns, rows, rowKey, caption, quietCaption, foot, rowClass, onRow, selected }) {
  const name = (/** @type {Column<any>} */ c) => `${c.num ? 'num' : ''} ${c.class ?? ''}`;
  const first = (/** @type {any} */ row, /** @type {any} */ inside) => (onRow
    ? html`<button type="button" class="rowbtn" onClick=${(/** @type {Event} */ e) => { e.stopPropagation(); onRow(row); }}>${inside}</button>` : inside);
  return html`<div class="table-wrap" tabindex="0" role="region" aria-label=${caption ?? columns.map((c) => c.label).join(', ')}><table class="table">
    ${caption && html`<caption class=${quietCaption ? 'vh' : ''}>${caption}</caption>`}
    <thead><tr>${columns.map((c, i) => html`<th key=${i} scope="col" class=${name(c)}>${c.label}</th>`)}</tr></thead>
    <tbody>${rows.map((row) => html`<tr key=${rowKey(row)} class=${`${rowClass?.(row) ?? ''} ${onRow ? 'open' : ''}`} aria-selected=${selected === undefined ? undefined : selected === rowKey(row)}
      onClick=${onRow && (() => onRow(row))}>${columns.map((c, i) => html`<td key=${i} class=${name(c)}>${i ? c.cell(row) : first(row, c.cell(row))}</td>`)}</tr>`)}</tbody>
    ${foot && html`<tfoot><tr>${foot.map((cell, i) => html`<td key=${i} class=${name(columns[i])}>${cell}</td>`)}</tr></tfoot>`}
  </table></div>`;
}
