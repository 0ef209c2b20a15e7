import { encode } from '../../vendor/uqr.mjs';
import { memberNumber } from '../format.js';
import { html, useMemo } from '../view.js';
import { w } from '../words.js';
import { Sign } from './mark.js';
import { Strands, strips } from './weave.js';

const frame = 4;        // cells of cloth on each side of the plate
const quiet = 4.5;      // modules of white around the code

/** @param {string} payload */
function layout(payload) {
  const code = encode(payload, { ecc: 'M', border: 0 });
  const n = code.size;
  const plate = (n + 2 * quiet) / 2;     // in cells; one cell is exactly two modules
  const cols = plate + 2 * frame;
  const inside = (/** @type {number} */ i) => i >= frame && i < frame + plate;
  const edge = (/** @type {number} */ i) => i === 1 || i === cols - 2;
  const cloth = strips({
    cols, rows: cols, cell: 2,
    over: (i, j) => (((i + j) % 4) + 4) % 4 < 2,
    accentRow: edge, accentCol: edge,
    skip: (i, j) => inside(i) && inside(j),
  });
  let d = '';
  for (let y = 0; y < n; y++) for (let x = 0; x < n; x++) {
    if (!code.data[y][x]) continue;
    let end = x;
    while (end < n && code.data[y][end]) end++;
    d += `M${x} ${y}h${end - x}v1h${x - end}z`;
    x = end;
  }
  return { cloth, code: d, plate: plate * 2, at: frame * 2, size: cols * 2 };
}

/**
 * The member's card: brand line, twill with one kunyit frame, the code on white, the name.
 * @param {{payload: string, name: string, number: number, note?: string, coop?: string, short?: string}} props
 */
export function Card({ payload, name, number, note, coop = '', short = 'kpdk' }) {
  const it = useMemo(() => layout(payload), [payload]);
  return html`<article class="kcard" aria-label=${w('common.card_of', { name })}>
    <div class="kh"><span class="wordmark"><${Sign} size=${22} ground="var(--card-base)" across="var(--card-ink)" along="var(--cloth-a)" />${short}</span><em>${coop}</em></div>
    <svg class="kw" viewBox=${`0 0 ${it.size} ${it.size}`} role="img" aria-label=${w('common.card_code')}>
      <g class="kcloth"><${Strands} d=${it.cloth.d} /></g>
      <rect x=${it.at} y=${it.at} width=${it.plate} height=${it.plate} fill="var(--white)" />
      <path transform=${`translate(${it.at + quiet} ${it.at + quiet})`} fill="var(--print-ink)" shape-rendering="crispEdges" d=${it.code} />
    </svg>
    <div class="who"><div><h2>${name}</h2><p>${note ?? w('common.member_number', { number: memberNumber(number) })}</p></div></div>
  </article>`;
}
