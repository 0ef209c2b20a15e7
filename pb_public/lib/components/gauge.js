import { rupiah } from '../format.js';
import { html } from '../view.js';
import { w } from '../words.js';

const width = 350;
const top = 6;
const height = 34;

/**
 * The limit as strips (bilah) that can be counted: used ones filled from the left, the last one partly from below;
 * with `next_rupiah`, what a purchase at hand would add follows in kunyit. Marks at 80 and 95 %.
 * @param {{limit_rupiah: number, used_rupiah: number, next_rupiah?: number, strips?: number, words?: boolean, marks?: boolean}} props
 */
export function Gauge({ limit_rupiah: limit, used_rupiah: used, next_rupiah: next = 0, strips = 40, words = true, marks = true }) {
  const pitch = width / strips;
  const thick = pitch * 0.7;
  const each = limit / strips;
  const filled = (/** @type {number} */ amount, /** @type {number} */ i) => (each > 0 ? Math.min(1, Math.max(0, amount / each - i)) : 0);
  const strip = (/** @type {string} */ name, /** @type {number} */ i, /** @type {number} */ from, /** @type {number} */ to) => to > from && html`
    <rect class=${name} x=${i * pitch + (pitch - thick) / 2} y=${top + height * (1 - to)} width=${thick} height=${height * (to - from)} rx="1.5" />`;
  const share = limit > 0 ? Math.round((used / limit) * 100) : 0;
  return html`<div class="gauge">
    <svg viewBox=${`0 0 ${width} ${height + 2 * top}`} preserveAspectRatio="none" role="img" aria-label=${w('common.gauge_label', { share, limit: rupiah(limit) })}>
      ${Array.from({ length: strips }, (_, i) => html`<g key=${i}>
        ${strip('g-rest', i, 0, 1)}${strip('g-used', i, 0, filled(used, i))}${strip('g-next', i, filled(used, i), filled(used + next, i))}</g>`)}
      ${marks && html`<path class="g-80" d=${`M${width * 0.8} 0v${height + 2 * top}`} vector-effect="non-scaling-stroke" />
      <path class="g-95" d=${`M${width * 0.95} 0v${height + 2 * top}`} vector-effect="non-scaling-stroke" />`}
    </svg>
    ${words && html`<p class="gauge-k"><span>${w('common.used')} <b>${rupiah(used)}</b></span>
      ${limit > 0 && html`<span>${w('common.one_strip', { amount: rupiah(Math.round(each)) })}</span>`}</p>`}
  </div>`;
}
