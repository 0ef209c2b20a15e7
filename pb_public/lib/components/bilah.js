import { rupiah } from '../format.js';
import { html } from '../view.js';
import { w } from '../words.js';

const pitch = 5.2;
const thick = 3.5;
const high = 18;
const most = 36;
const steps = [10_000, 25_000, 50_000, 100_000, 250_000, 500_000, 1_000_000, 2_500_000, 5_000_000, 10_000_000, 25_000_000, 50_000_000, 100_000_000];

/** What one strip is worth, so that the longest row has at most 36 that can be counted. @param {number} largest */
export const stripWorth = (largest) => steps.find((step) => largest / step <= most) ?? Math.ceil(largest / most / 1e8) * 1e8;

/** `5 juta`, `250 ribu`. @param {number} amount */
export function shortAmount(amount) {
  return amount >= 1_000_000 ? w('office.million', { n: String(amount / 1_000_000).replace('.', ',') }) : w('office.thousand', { n: rupiah(amount / 1_000) });
}

/**
 * One work unit as strips: ink is deducted, kunyit with an edge is what remains, an empty edge is only asked.
 * @param {{requested_rupiah: number, deducted_rupiah: number, answered: boolean, worth: number}} props
 */
export function Bilah({ requested_rupiah: requested, deducted_rupiah: deducted, answered, worth }) {
  const n = Math.min(most, Math.max(1, Math.ceil(Math.max(requested, deducted) / worth)));
  const share = (/** @type {number} */ amount, /** @type {number} */ i) => Math.min(1, Math.max(0, amount / worth - i));
  const strip = (/** @type {string} */ name, /** @type {number} */ i, /** @type {number} */ from, /** @type {number} */ to) => to > from && html`
    <rect class=${name} x=${i * pitch} y=${high * (1 - to)} width=${thick} height=${Math.max(0.6, high * (to - from))} rx=${from ? 0 : 1} />`;
  return html`<svg class="bilah" width=${n * pitch} height=${high} viewBox=${`0 0 ${n * pitch} ${high}`} aria-hidden="true">${Array.from({ length: n }, (_, i) => html`<g key=${i}>
    ${strip(answered ? 'b-rest' : 'b-asked', i, answered ? share(deducted, i) : 0, share(requested, i))}${answered && strip('b-done', i, 0, share(Math.min(deducted, requested), i))}</g>`)}</svg>`;
}
