import { memberNumber } from '../format.js';
import { html, signal, useEffect, useMemo } from '../view.js';
import { w } from '../words.js';
import { Sign } from './mark.js';
import { modules } from './qr.js';
import { Strands, strips } from './weave.js';

const frame = 4;        // cells of cloth on each side of the plate
const narrow = 3;       // beside a phone's code, which has more modules and needs the room
const many = 40;        // modules
const quiet = 4.5;      // modules of white around the code

/** What draws codes; fetched when the first card is shown, because few screens need it. */
const drawer = signal(/** @type {null | typeof import('../../vendor/uqr.mjs').encode} */ (null));

function useDrawer() {
  useEffect(() => { if (!drawer.value) import('../../vendor/uqr.mjs').then((m) => { drawer.value = m.encode; }, (cause) => console.warn('card', cause)); }, []);
  return drawer.value;
}

/** @param {string} payload @param {typeof import('../../vendor/uqr.mjs').encode} encode */
function layout(payload, encode) {
  const { d, size: n } = modules(payload, encode);
  const plate = (n + 2 * quiet) / 2;     // in cells; one cell is exactly two modules
  const rim = n > many ? narrow : frame;
  const cols = plate + 2 * rim;
  const inside = (/** @type {number} */ i) => i >= rim && i < rim + plate;
  const edge = (/** @type {number} */ i) => i === 1 || i === cols - 2;
  const cloth = strips({
    cols, rows: cols, cell: 2,
    over: (i, j) => (((i + j) % 4) + 4) % 4 < 2,
    accentRow: edge, accentCol: edge,
    skip: (i, j) => inside(i) && inside(j),
  });
  return { cloth, code: d, plate: plate * 2, at: rim * 2, size: cols * 2 };
}

/**
 * The member's card: brand line, twill with one kunyit frame, the code on white, the name; beside it what is given.
 * @param {{payload: string, name: string, number: number, note?: string, coop?: string, short?: string, children?: import('../view.js').Children}} props
 */
export function Card({ payload, name, number, note, coop = '', short = 'kpdk', children }) {
  const encode = useDrawer();
  const it = useMemo(() => encode && layout(payload, encode), [payload, encode]);
  return html`<article class="kcard" aria-label=${w('common.card_of', { name })}>
    <div class="kh"><span class="wordmark"><${Sign} size=${22} ground="var(--card-base)" across="var(--card-ink)" along="var(--cloth-a)" />${short}</span><em>${coop}</em></div>
    ${it ? html`<svg class="kw" viewBox=${`0 0 ${it.size} ${it.size}`} role="img" aria-label=${w('common.card_code')}>
      <g class="kcloth"><${Strands} d=${it.cloth.d} /></g>
      <rect x=${it.at} y=${it.at} width=${it.plate} height=${it.plate} fill="var(--white)" />
      <path transform=${`translate(${it.at + quiet} ${it.at + quiet})`} fill="var(--print-ink)" shape-rendering="crispEdges" d=${it.code} />
    </svg>` : html`<div class="kw sk-card" aria-busy="true"></div>`}
    <div class="who"><div><h2>${name}</h2><p>${note ?? w('common.member_number', { number: memberNumber(number) })}</p></div>${children}</div>
  </article>`;
}

/** A card's code alone, as large as its place, dark on white in both themes. @param {{payload: string}} props */
export function Code({ payload }) {
  const encode = useDrawer();
  const it = useMemo(() => encode && modules(payload, encode), [payload, encode]);
  if (!it) return html`<div class="qr sk-card" aria-busy="true"></div>`;
  const side = it.size + 2 * quiet;
  return html`<svg class="qr" viewBox=${`${-quiet} ${-quiet} ${side} ${side}`} role="img" aria-label=${w('common.card_code')}><path fill="var(--white)" d=${`M${-quiet} ${-quiet}h${side}v${side}h${-side}z`} /><path fill="var(--print-ink)" shape-rendering="crispEdges" d=${it.d} /></svg>`;
}

const round = 150.8; // of the circle of radius 24

/** The seconds that a code has left, counted down on a ring. @param {{left: number, of?: number}} props */
export const Ring = ({ left, of = 30 }) => html`<div class="count" role="timer" aria-label=${w('common.code_changes', { n: left })}>
  <svg viewBox="0 0 56 56" aria-hidden="true"><circle class="count-all" cx="28" cy="28" r="24" /><circle class="count-left" cx="28" cy="28" r="24" stroke-dasharray=${round} stroke-dashoffset=${round * (1 - left / of)} transform="rotate(-90 28 28)" /></svg><b aria-hidden="true">${left}</b></div>`;
