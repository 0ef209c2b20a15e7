// What came out of the one input: a keyboard scanner's burst, a code, a card, a name, or a quantity in front of them.
import { signal } from '../lib/view.js';
import { isCard } from './card.js';
import { find } from './catalogue.js';
import { readMilli } from './sale.js';

/** @typedef {{kind: 'card', code: string} | {kind: 'goods', text: string, milli: number | null} | {kind: 'quantity', milli: number} | {kind: 'bad'} | {kind: 'none'}} Said */

/**
 * `3*8995…` is three of it, `3*` alone waits for the goods. A card's Base45 may hold `*` itself, so it is asked first.
 * @param {string} text
 * @returns {Said}
 */
export function understand(text) {
  const plain = text.trim();
  if (!plain) return { kind: 'none' };
  if (isCard(plain)) return { kind: 'card', code: plain.toUpperCase() };
  const times = /^([\d.,]{1,8})\s*[*×]\s*(.*)$/.exec(plain);
  if (!times) return { kind: 'goods', text: plain, milli: null };
  const milli = readMilli(times[1]);
  if (milli === null) return { kind: 'bad' };
  if (isCard(times[2])) return { kind: 'card', code: times[2].toUpperCase() };
  return times[2] ? { kind: 'goods', text: times[2], milli } : { kind: 'quantity', milli };
}

// --- telling a scanner from fingers ---

const fast = 40;     // ms between keys; a scanner needs 1 to 20
const least = 8;     // characters: EAN-8 and longer
let run = '';
let lastKey = 0;
let ended = false;

/** Watches all keys, so that a scan into a field for money or a PIN is noticed. */
export function watchBursts() {
  addEventListener('keydown', (e) => {
    // A hand on a function key: what was scanned before it is done.
    if (/^F\d/.test(e.key)) run = '';
    if (e.key.length > 1 && e.key !== 'Enter') return;
    const now = e.timeStamp;
    if (now - lastKey > fast || (ended && e.key !== 'Enter')) run = '';
    lastKey = now;
    ended = e.key === 'Enter';
    if (!ended) run += e.key;
  }, true);
}

/** What a scanner typed just now, or ''. Ask when Enter arrives. */
export const burst = () => (run.length >= least && performance.now() - lastKey < 250 ? run : '');

/**
 * The code that fell into a field meant for something else, or '': typed as fast as a scanner, or known to be one.
 * @param {string} text what the field holds
 */
export function strayScan(text) {
  const plain = text.trim();
  return burst() || (plain.length >= least && (isCard(plain) || find(plain)) ? plain : '');
}

// --- the camera's one-shot guard ---

const rest = 2_500;

/** Counts a code once while it stays in sight. lib/scan.js tells it again every two seconds; it must be away longer than that. */
export function oneShot() {
  /** @type {Map<string, number>} */
  const last = new Map();
  return (/** @type {string} */ code, now = Date.now()) => {
    const again = now - (last.get(code) ?? -rest) < rest;
    last.set(code, now);
    return !again;
  };
}

/** A word about the last thing done that needs one: unknown code, refused card, a row taken out. Gone with the next scan. */
export const scanNote = signal(/** @type {{text: string, bad: boolean, undo?: () => void} | null} */ (null));
