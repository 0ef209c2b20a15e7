import { rupiah } from '../format.js';
import { html } from '../view.js';
import { w } from '../words.js';

/**
 * @typedef {object} Part
 * @property {string} kind principal, mandatory, voluntary, instalment, store, arrears (or excess)
 * @property {number} amount_rupiah
 * @property {string} [label] else the kind's own word
 * @property {string} [note] a few grey words after the label
 */

const order = ['principal', 'mandatory', 'voluntary', 'instalment', 'store', 'arrears', 'excess'];

/** The fixed order of the screen. @template {{kind: string}} T @param {T[]} parts @returns {T[]} */
export const inOrder = (parts) => [...parts].sort((a, b) => order.indexOf(a.kind) - order.indexOf(b.kind));

/** The word for a kind of open item. @param {string} kind */
export const kindName = (kind) => w(`common.kind_${kind}`);

/**
 * What an amount is made of. Colour never speaks alone: a Legend goes with it.
 * @param {{parts: Part[], label?: string, thin?: boolean}} props
 */
export function CompositionBar({ parts, label, thin }) {
  const shown = inOrder(parts).filter((p) => p.amount_rupiah > 0);
  if (!shown.length) return null;
  const said = `${label ?? w('common.composition')}: ${shown.map((p) => `${p.label ?? kindName(p.kind)} ${rupiah(p.amount_rupiah)}`).join(', ')}`;
  return html`<div class=${`bar ${thin ? 'thin' : ''}`} role="img" aria-label=${said}>
    ${shown.map((p) => html`<i key=${p.kind} class=${`kind-${p.kind}`} style=${{ flex: `${p.amount_rupiah} 1 0` }}></i>`)}
  </div>`;
}

/** @param {{parts: Part[]}} props */
export function Legend({ parts }) {
  return html`<ul class="legend">${inOrder(parts).map((p) => html`<li key=${p.kind + (p.label ?? '')}>
    <i class=${`swatch kind-${p.kind}`}></i><span>${p.label ?? kindName(p.kind)}${p.note && html` <em>${p.note}</em>`}</span><b>${rupiah(p.amount_rupiah)}</b></li>`)}</ul>`;
}

/**
 * Asked and got: ink is deducted, hatched kunyit is what remains. Works without colour.
 * @param {{done_rupiah: number, rest_rupiah: number, label?: string}} props
 */
export function PartialBar({ done_rupiah: done, rest_rupiah: rest, label }) {
  if (done + rest <= 0) return null;
  const said = label ?? w('common.partial_label', { done: rupiah(done), total: rupiah(done + rest) });
  return html`<div class="partial" role="img" aria-label=${said}>
    ${done > 0 && html`<i class="done" style=${{ flex: `${done} 1 0` }}></i>`}
    ${rest > 0 && html`<i class="hatch" style=${{ flex: `${rest} 1 0` }}></i>`}</div>`;
}
