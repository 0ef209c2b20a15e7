// Goods as drawings: one sprite for all, so that a shelf of thousands costs a line each. What has no drawing of
// its own is a parcel with its name on it, and doesn't pretend to be anything else.
import { html } from '../view.js';

const sprite = new URL('goods.svg', import.meta.url).pathname;

/** By a word that begins in a product's name; the first that fits. */
const shapes = [
  [/\btelur/, 'tray'], [/\b(kental manis|sarden|kornet|kaleng)/, 'can'], [/\b(botol|gelas isi)/, 'bottle'], [/\bbatang/, 'box'],
  [/\b(beras|tepung|gula|kedelai|garam|kentang$)/, 'sack'],
  [/\b(minyak|kecap|saus|sirup|madu|air\b|cuka|sari\b|jus|jamu|minuman|santan|pemutih|obat kumur)/, 'bottle'],
  [/\b(sabun|sampo|shampo|kondisioner|pembersih|pelembut|lotion)/, 'pump'],
  [/\b(kopi|keripik|kerupuk|deterjen|detergen|bumbu|kacang|mie?\b|bihun|wafer|permen|abon|kuaci|agar|kaldu|penyedap|ketumbar|merica|rempeyek|bubur|roti|popok|pembalut)/, 'pouch'],
  [/\b(teh|susu|biskuit|tisu|pasta gigi|sereal|margarin|cokelat|masker|lampu|kertas|amplop)/, 'box'],
];
const labels = [[/kopi/, 'bean'], [/\bteh/, 'flower'], [/minyak|madu/, 'drop']];

/** Where each shape begins on the left, so that all stand on the rail; and where its label sits. */
const places = {
  bottle: { x: 56, label: 'translate(100 145) scale(.8)' }, box: { x: 38, label: 'translate(89 148)' }, can: { x: 52, label: 'translate(92 146) scale(.8)' },
  pouch: { x: 50, label: 'translate(100 140)' }, pump: { x: 55, label: '' }, sack: { x: 36, label: '' }, tray: { x: 24, label: '' }, parcel: { x: 38, label: '' },
};

const first = (/** @type {(RegExp | string)[][]} */ list, /** @type {string} */ name) => /** @type {string | undefined} */ (list.find(([word]) => /** @type {RegExp} */ (word).test(name))?.[1]);

/** @param {{name: string}} props */
export function Good({ name }) {
  const lower = name.toLowerCase();
  const shape = /** @type {keyof typeof places} */ (first(shapes, lower) ?? 'parcel');
  const { x, label } = places[shape];
  const [word] = lower.split(' ');
  return html`<svg class="drawn" viewBox=${`${x} 30 130 170`} aria-hidden="true"><use href=${`${sprite}#${shape}`} />
    ${label && html`<use href=${`${sprite}#${first(labels, lower) ?? 'mark'}`} transform=${label} />`}
    ${(shape === 'sack' || shape === 'parcel') && html`<text class=${shape} x="100" y=${shape === 'sack' ? 149 : 154} text-anchor="middle" font-size=${word.length > 6 ? 168 / word.length : 28}>${word}</text>`}</svg>`;
}
