import { html } from '../view.js';

/**
 * @typedef {object} Cloth
 * @property {number} cols
 * @property {number} rows
 * @property {number} [cell]
 * @property {(i: number, j: number) => boolean} over true = the horizontal strip lies on top
 * @property {(j: number) => boolean} [accentRow]
 * @property {(i: number) => boolean} [accentCol]
 * @property {(i: number, j: number) => boolean} [skip]
 */

const round = (/** @type {number} */ n) => Math.round(n * 100) / 100;

/**
 * Draws crossings of strips: under, a gap, over. Returns path data per class.
 * @param {Cloth} cloth
 */
export function strips({ cols, rows, cell = 15, over, accentRow = () => false, accentCol = () => false, skip = () => false }) {
  const wide = cell * 0.76;
  const side = (cell - wide) / 2;
  const gap = cell * 0.07;
  /** @type {Record<string, string>} */
  const d = { hu: '', vu: '', au: '', gap: '', h: '', v: '', a: '' };
  const rect = (/** @type {number} */ x, /** @type {number} */ y, /** @type {number} */ w, /** @type {number} */ h) => `M${round(x)} ${round(y)}h${round(w)}v${round(h)}h${round(-w)}z`;
  for (let j = 0; j < rows; j++) {
    for (let i = 0; i < cols; i++) {
      if (skip(i, j)) continue;
      const x = i * cell;
      const y = j * cell;
      const row = accentRow(j) ? 'a' : 'h';
      const col = accentCol(i) ? 'a' : 'v';
      if (over(i, j)) {
        d[`${col}u`] += rect(x + side, y, wide, cell);
        d.gap += rect(x, y + side - gap, cell, wide + 2 * gap);
        d[row] += rect(x, y + side, cell, wide);
      } else {
        d[`${row}u`] += rect(x, y + side, cell, wide);
        d.gap += rect(x + side - gap, y, wide + 2 * gap, cell);
        d[col] += rect(x + side, y, wide, cell);
      }
    }
  }
  return { d, width: cols * cell, height: rows * cell };
}

/** The drawn paths, for use inside another svg. @param {{d: Record<string, string>}} props */
export const Strands = ({ d }) => html`${['hu', 'vu', 'au', 'gap', 'h', 'v', 'a'].map((name) => d[name] && html`<path key=${name} class=${`w-${name}`} d=${d[name]} />`)}`;

/** @param {string} hash hexadecimal @returns {number[]} */
const bits = (hash) => [...hash].flatMap((c) => [3, 2, 1, 0].map((b) => (parseInt(c, 16) >> b) & 1));

/** @param {{bit: number[], cols: number, rows: number, accent: number, name?: string}} props every accent-th standing strip is kunyit */
function Band({ bit, cols, rows, accent, name = '' }) {
  const { d, width, height } = strips({ cols, rows, over: (i, j) => bit[j * cols + i] === 1, accentCol: (i) => i % accent === accent >> 1 });
  return html`<svg class=${`weave ${name}`} viewBox=${`0 0 ${width} ${height}`} preserveAspectRatio="xMinYMid slice" aria-hidden="true"><${Strands} d=${d} /></svg>`;
}

/**
 * A SHA-256 as cloth: 64 × 4 crossings, 1 = the horizontal strip on top. A narrow screen shows its first 48, larger;
 * with `cols` and `rows` as many as they say, on any screen.
 * @param {{hash: string, cols?: number, rows?: number}} props
 */
export function Weave({ hash, cols, rows = 4 }) {
  const bit = bits(hash);
  if (cols) return html`<${Band} bit=${bit} cols=${cols} rows=${rows} accent=${8} />`;
  return html`<${Band} bit=${bit} cols=${64} rows=${4} accent=${16} name="weave-wide" /><${Band} bit=${bit} cols=${16} rows=${3} accent=${8} name="weave-narrow" />`;
}

/** The plain weave of empty states: bricks with one kunyit row. */
export function Pattern() {
  const { d, width, height } = strips({ cols: 22, rows: 7, over: (i, j) => (((i + j) % 4) + 4) % 4 < 2, accentRow: (j) => j === 3 });
  return html`<svg class="weave" viewBox=${`0 0 ${width} ${height}`} preserveAspectRatio="xMidYMid slice" aria-hidden="true"><${Strands} d=${d} /></svg>`;
}

/** SHA-256 of a text in hexadecimal; '' where the browser has no WebCrypto (plain HTTP on a LAN). @param {string} text */
export async function sha256(text) {
  if (!globalThis.crypto?.subtle) return '';
  const sum = await crypto.subtle.digest('SHA-256', new TextEncoder().encode(text));
  return [...new Uint8Array(sum)].map((b) => b.toString(16).padStart(2, '0')).join('');
}
