// Who buys. Online the server says; without it, what this till learned before, and the card's own signature.
import { asFault, Fault } from '../lib/api.js';
import { sha256 } from '../lib/components/index.js';
import { memberNumber } from '../lib/format.js';
import { w, wFault } from '../lib/words.js';
import { isPhone, judge } from './card.js';
import { db } from './store.js';

/**
 * @typedef {object} Buyer
 * @property {string} card the payload, '' when only the number is known
 * @property {number} number
 * @property {string} name '' when never met at this till
 * @property {number} checkedAt
 * @property {boolean} rotating a phone's own code: it needs no PIN, and pays once
 * @property {number} scannedAt when the code was held up
 * @property {boolean} offline checked without the server
 * @property {boolean} payroll
 * @property {string} payroll_refusal
 * @property {number} limit_rupiah
 * @property {number} used_rupiah
 * @property {number} available_rupiah
 * @property {number} pin_above_rupiah
 * @property {boolean} pin_set
 * @property {string} pay_date
 */

/** @param {any} answer @param {string} card @param {number} scannedAt @returns {Buyer} */
const buyerOf = (answer, card, scannedAt) => ({
  rotating: Boolean(answer.rotating), scannedAt,
  card, number: answer.member.number, name: answer.member.name, checkedAt: Date.now(), offline: false,
  payroll: Boolean(card) && answer.payroll, payroll_refusal: answer.payroll_refusal ?? '',
  limit_rupiah: answer.limit_rupiah ?? 0, used_rupiah: answer.used_rupiah ?? 0, available_rupiah: answer.available_rupiah ?? 0,
  pin_above_rupiah: answer.pin_above_rupiah ?? 0, pin_set: answer.pin_set ?? true, pay_date: answer.pay_date ?? '',
});

/** Cards are kept by their fingerprint, so that what lies here can't be used as a card. @param {string} card */
const slot = (card) => sha256(`kasir ${card}`);

/** What was learned of a member who showed a card, whichever it was; the card's own signature is checked apart. @param {number} number */
const met = (number) => `card#${number}`;

/** @param {Buyer} it */
async function remember(it) {
  const { card, ...known } = it;
  const store = await db();
  await store.put('cards', { key: `#${it.number}`, ...known });
  if (!card) return;
  await store.put('cards', { key: met(it.number), ...known });
  const key = isPhone(card) ? '' : await slot(card);
  if (key) await store.put('cards', { key, ...known });
}

/** Without contact. @param {string} card @param {number} number @param {number} scannedAt @returns {Promise<Buyer>} */
async function recall(card, number, scannedAt) {
  const store = await db();
  const read = card ? await judge(card) : 'unknown';
  if (typeof read === 'string' && read !== 'unknown') throw new Fault({ code: read, message: wFault(read) });
  const shown = typeof read === 'string' ? null : read;
  const key = card && await slot(card);
  const known = (key && await store.get('cards', key)) || (shown && await store.get('cards', met(shown.number))) || (!card && await store.get('cards', `#${number}`)) || undefined;
  const now = { card, offline: true, rotating: shown?.rotating ?? false, scannedAt };
  if (known) return { ...known, ...now, payroll: Boolean(card) && known.payroll };
  if (!shown) throw new Fault({ code: 'offline', message: w(card ? 'till.card_unknown_offline' : 'till.number_unknown_offline', { number: memberNumber(number) }) });
  return {
    ...now, number: shown.number, name: '', checkedAt: Date.now(), payroll: false, payroll_refusal: '',
    limit_rupiah: 0, used_rupiah: 0, available_rupiah: 0, pin_above_rupiah: 0, pin_set: false, pay_date: '',
  };
}

/**
 * @param {import('../lib/auth.js').Door} door
 * @param {{card?: string, number?: number, scannedAt?: number}} who scannedAt when the card was scanned, if not just now
 * @returns {Promise<Buyer>}
 */
export async function check(door, { card = '', number = 0, scannedAt = Date.now() }) {
  try {
    const answer = await door.send('POST', '/api/coop/store/cards/check', card ? { card } : { member: number });
    const it = buyerOf(answer, card, scannedAt);
    remember(it).catch(() => {});
    return it;
  } catch (cause) {
    const fault = asFault(cause);
    if (!fault.offline) throw fault;
    return recall(card, number, scannedAt);
  }
}

/** A card was changed or blocked somewhere: what was learned about that member is forgotten. @param {number} number */
export async function forgetCards(number) {
  const store = await db();
  for (const it of await store.getAll('cards')) if (it.number === number) await store.delete('cards', it.key);
}

/**
 * The server booked payroll for a member: what is remembered of the limit follows, so that it holds without contact too.
 * @param {number} number
 * @param {number} payroll
 */
export async function charged(number, payroll) {
  if (!number || payroll <= 0) return;
  const store = await db();
  for (const it of await store.getAll('cards')) {
    if (it.number === number) await store.put('cards', { ...it, used_rupiah: it.used_rupiah + payroll, available_rupiah: Math.max(0, it.available_rupiah - payroll) });
  }
}
