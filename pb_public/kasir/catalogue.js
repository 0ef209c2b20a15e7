// The goods this till can sell: kept on the device, found by code in a Map, by name in a prepared list.
import { asFault } from '../lib/api.js';
import { listen } from '../lib/realtime.js';
import { whenBack } from '../lib/resource.js';
import { signal } from '../lib/view.js';
import { keep, kept } from './store.js';

/**
 * @typedef {object} Product
 * @property {string} id
 * @property {number} number
 * @property {string} code
 * @property {string} barcode
 * @property {string} name
 * @property {string} unit
 * @property {string} category
 * @property {number} price_rupiah
 * @property {number} member_price_rupiah 0 = no price of its own
 * @property {boolean} weighed
 * @property {string} consignor
 * @property {string} stock
 */

const everyMinutes = 5;
const stockPatience = 120_000;

/** What is known about the catalogue; the goods themselves stay outside of signals, for speed. */
export const catalogue = signal({ version: '', at: 0, goods: 0, ready: false, offline_credit_rupiah: 0, fault: /** @type {import('../lib/api.js').Fault | null} */ (null) });

/** @type {Product[]} */
let goods = [];
/** @type {Map<string, Product>} */
let byId = new Map();
/** @type {Map<string, Product>} */
let byCode = new Map();
/** @type {string[]} */
let names = [];

/** @param {Product[]} list */
function index(list) {
  goods = list;
  byId = new Map();
  byCode = new Map();
  names = new Array(list.length);
  // Barcodes win over short codes, so they are written last.
  for (const p of list) if (p.code) byCode.set(p.code.toUpperCase(), p);
  list.forEach((p, i) => {
    byId.set(p.id, p);
    if (p.barcode) byCode.set(p.barcode, p);
    names[i] = p.name.toLowerCase();
  });
}

/** @param {string} id */
export const product = (id) => byId.get(id);

/**
 * By barcode or short code. A scanner may read a 12-digit UPC with or without its leading zero.
 * @param {string} code
 * @returns {Product | undefined}
 */
export function find(code) {
  const text = code.trim().toUpperCase();
  if (!text) return undefined;
  return byCode.get(text) ?? (/^\d{12}$/.test(text) ? byCode.get(`0${text}`) : /^0\d{12}$/.test(text) ? byCode.get(text.slice(1)) : undefined);
}

/**
 * Goods whose name holds every word; those that begin with the text come first, then those where a word begins.
 * @param {string} text
 * @param {number} [limit]
 * @returns {Product[]}
 */
export function search(text, limit = 8) {
  const said = text.trim().toLowerCase();
  const parts = said.split(/\s+/).filter(Boolean);
  if (said.length < 2) return [];
  /** @type {number[][]} */
  const ranked = [[], [], []];
  for (let i = 0; i < names.length && ranked[0].length < limit; i++) {
    const name = names[i];
    if (!parts.every((p) => name.includes(p))) continue;
    const rank = name.startsWith(said) ? 0 : name.includes(` ${parts[0]}`) ? 1 : 2;
    if (ranked[rank].length < limit) ranked[rank].push(i);
  }
  return ranked.flat().slice(0, limit).map((i) => goods[i]);
}

/** Shows what was kept on this device, at once. */
export async function openCatalogue() {
  const it = await kept('catalogue');
  if (it && !catalogue.peek().ready) {
    index(it.products);
    catalogue.value = { version: it.version, at: it.at, goods: it.products.length, ready: true, offline_credit_rupiah: it.offline_credit_rupiah ?? 0, fault: null };
  }
}

/** @type {Promise<void> | null} */
let running = null;

/** Fetches the catalogue; the index is made anew only when its version is another. @param {import('../lib/auth.js').Door} door */
export function refresh(door) {
  running ??= fetchIt(door).finally(() => { running = null; });
  return running;
}

/** @param {import('../lib/auth.js').Door} door */
async function fetchIt(door) {
  try {
    const { version, products, offline_credit_rupiah: credit = 0 } = await door.send('GET', '/api/coop/store/catalogue');
    const now = Date.now();
    if (String(version) !== catalogue.peek().version || !catalogue.peek().ready || credit !== catalogue.peek().offline_credit_rupiah) {
      index(products);
      await keep('catalogue', { version: String(version), at: now, products, offline_credit_rupiah: credit });
    }
    catalogue.value = { version: String(version), at: now, goods: products.length, ready: true, offline_credit_rupiah: credit, fault: null };
  } catch (cause) {
    catalogue.value = { ...catalogue.peek(), fault: asFault(cause) };
  }
}

/**
 * Keeps it fresh: at start, by news, when contact comes back, and every few minutes.
 * @param {import('../lib/auth.js').Door} door
 * @param {(ids: string[]) => void} cardsChanged
 * @param {() => void} [also] what else is kept fresh
 * @param {(what: string) => void} [heard] news that is not the catalogue's
 * @returns {() => void} stop
 */
export function keepFresh(door, cardsChanged, also = () => {}, heard = () => {}) {
  const now = () => refresh(door);
  const all = () => { also(); now(); };
  let soon = 0;
  // News of a price is fetched at once; every sale moves stock, which can wait.
  const later = (/** @type {number} */ ms) => { if (!soon) soon = setTimeout(() => { soon = 0; now(); }, ms); };
  const hear = (/** @type {any} */ news) => {
    if (news?.what === 'card') cardsChanged(news.ids ?? []);
    else if (news?.what === 'credit') heard(news.what);
    else if (news?.what === 'stock') later(stockPatience);
    else { clearTimeout(soon); soon = 0; later(300); }
  };
  all();
  const stops = [listen(door, 'coop/till', hear, all), whenBack(all)];
  const ticking = setInterval(all, everyMinutes * 60_000);
  return () => { clearInterval(ticking); clearTimeout(soon); for (const stop of stops) stop(); };
}
