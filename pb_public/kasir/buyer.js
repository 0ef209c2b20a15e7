// Who buys. Online the server says; without it, what this till learned before, and the card's own signature.
import { asFault, Fault } from '../lib/api.js';
import { sha256 } from '../lib/components/index.js';
import { memberNumber } from '../lib/format.js';
import { w, wFault } from '../lib/words.js';
import { readCard } from './card.js';
import { db } from './store.js';

/**
 * @typedef {object} Buyer
 * @property {string} card the payload, '' when only the number is known
 * @property {number} number
 * @property {string} name '' when never met at this till
 * @property {number} checkedAt
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

/** @param {any} answer @param {string} card @returns {Buyer} */
const buyerOf = (answer, card) => ({
  card, number: answer.member.number, name: answer.member.name, checkedAt: Date.now(), offline: false,
  payroll: Boolean(card) && answer.payroll, payroll_refusal: answer.payroll_refusal ?? '',
  limit_rupiah: answer.limit_rupiah ?? 0, used_rupiah: answer.used_rupiah ?? 0, available_rupiah: answer.available_rupiah ?? 0,
  pin_above_rupiah: answer.pin_above_rupiah ?? 0, pin_set: answer.pin_set ?? true, pay_date: answer.pay_date ?? '',
});

/** Cards are kept by their fingerprint, so that what lies here can't be used as a card. @param {string} card */
const slot = (card) => sha256(`kasir ${card}`);

/** @param {Buyer} it */
async function remember(it) {
  const { card, ...known } = it;
  const store = await db();
  await store.put('cards', { key: `#${it.number}`, ...known });
  const key = card && await slot(card);
  if (key) await store.put('cards', { key, ...known });
}

/** Without contact. @param {string} card @param {number} number @returns {Promise<Buyer>} */
async function recall(card, number) {
  const store = await db();
  const read = card ? await readCard(card) : 'unknown';
  if (read === 'bad') throw new Fault({ code: 'member.card_invalid', message: wFault('member.card_invalid') });
  const key = card && await slot(card);
  const met = key ? await store.get('cards', key) : !card ? await store.get('cards', `#${number}`) : undefined;
  if (met) return { ...met, card, offline: true, payroll: Boolean(card) && met.payroll };
  if (read === 'unknown') throw new Fault({ code: 'offline', message: w(card ? 'till.card_unknown_offline' : 'till.number_unknown_offline', { number: memberNumber(number) }) });
  return {
    card, number: read.number, name: '', checkedAt: Date.now(), offline: true, payroll: false, payroll_refusal: '',
    limit_rupiah: 0, used_rupiah: 0, available_rupiah: 0, pin_above_rupiah: 0, pin_set: false, pay_date: '',
  };
}

/**
 * @param {import('../lib/auth.js').Door} door
 * @param {{card?: string, number?: number}} who
 * @returns {Promise<Buyer>}
 */
export async function check(door, { card = '', number = 0 }) {
  try {
    const answer = await door.send('POST', '/api/coop/store/cards/check', card ? { card } : { member: number });
    const it = buyerOf(answer, card);
    remember(it).catch(() => {});
    return it;
  } catch (cause) {
    const fault = asFault(cause);
    if (!fault.offline) throw fault;
    return recall(card, number);
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
