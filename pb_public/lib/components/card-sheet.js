import { encode } from '../../vendor/uqr.mjs';
import { info } from '../api.js';
import { memberNumber } from '../format.js';
import { html, useMemo } from '../view.js';
import { w } from '../words.js';
import { Sign } from './mark.js';
import { Strands, strips } from './weave.js';

const perSheet = 10; // two by five on A4, each 85.6 × 54 mm (ISO/IEC 7810 ID-1)

/** Dark runs of a code as one path. @param {string} payload */
function drawCode(payload) {
  const code = encode(payload, { ecc: 'M', border: 0 });
  let d = '';
  for (let y = 0; y < code.size; y++) for (let x = 0; x < code.size; x++) {
    if (!code.data[y][x]) continue;
    let end = x;
    while (end < code.size && code.data[y][end]) end++;
    d += `M${x} ${y}h${end - x}v1h${x - end}z`;
    x = end;
  }
  return { d, size: code.size };
}

/** The cloth at a printed card's edge; one drawing for all. */
const edge = strips({ cols: 3, rows: 18, over: (i, j) => (((i + j) % 4) + 4) % 4 < 2, accentCol: (i) => i === 1 });

/** @param {{card: {number: number, name: string, payload: string}}} props */
function Plastic({ card }) {
  const code = useMemo(() => drawCode(card.payload), [card.payload]);
  return html`<li class="plastic"><svg class="kcloth plastic-edge" viewBox=${`0 0 ${edge.width} ${edge.height}`} preserveAspectRatio="none" aria-hidden="true"><${Strands} d=${edge.d} /></svg>
    <div class="plastic-who"><p class="plastic-coop"><${Sign} size=${20} ground="var(--white)" across="var(--print-ink)" />${info.value?.short_name || 'kpdk'}</p><div><b>${card.name}</b><span>${w('common.member_number', { number: memberNumber(card.number) })}</span></div></div>
    <svg class="plastic-code" viewBox=${`-4 -4 ${code.size + 8} ${code.size + 8}`} role="img" aria-label=${w('common.card_code')}><path fill="var(--print-ink)" shape-rendering="crispEdges" d=${code.d} /></svg></li>`;
}

/**
 * Cards to print and cut: names and numbers only, the code dark on white, marks to cut along. A full sheet holds ten.
 * @param {{cards: {number: number, name: string, payload: string}[]}} props
 */
export function CardSheet({ cards }) {
  const sheets = Array.from({ length: Math.ceil(cards.length / perSheet) }, (_, i) => cards.slice(i * perSheet, (i + 1) * perSheet));
  return html`<div class="card-sheets">${sheets.map((sheet) => html`<ol class="card-sheet" key=${sheet[0].number}>${sheet.map((c) => html`<${Plastic} key=${c.number} card=${c} />`)}</ol>`)}</div>`;
}
