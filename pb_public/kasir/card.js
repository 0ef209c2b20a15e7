// A member's code at the till while there is no contact: the co-op's keys, what was revoked, and this till's clock.
import { asFault, info } from '../lib/api.js';
import { readCode, refusalOf } from '../lib/card-code.js';
import { keep, kept } from './store.js';

export { isCard } from '../lib/card-code.js';

/** A phone's code, which is another one every 30 seconds. @param {string} code */
export const isPhone = (code) => /^K2:/i.test(code);

/** @type {import('../lib/card-code.js').Revoked | null} */
let revoked = null;

/** @param {{cards: {member: number, serial: number}[], devices: string[]}} it */
const index = (it) => { revoked = { cards: new Map(it.cards.map((c) => [c.member, c.serial])), devices: new Set(it.devices) }; };

/** What this till learned last of dead cards and phones. */
export async function openRevoked() {
  const it = await kept('revoked');
  if (it && !revoked) index(it);
}

/** Learns it anew. @param {import('../lib/auth.js').Door} door */
export async function refreshRevoked(door) {
  try {
    const it = await door.send('GET', '/api/coop/store/cards/revoked');
    index(it);
    await keep('revoked', it);
  } catch (cause) {
    if (!asFault(cause).offline) console.warn('revoked', cause);
  }
}

/**
 * What a code says; why it may not be used, a fault's code; or 'unknown' where this browser can't check signatures.
 * @param {string} code
 * @returns {Promise<import('../lib/card-code.js').Shown | string>}
 */
export async function judge(code) {
  const shown = await readCode(code, info.peek()?.card_keys);
  return typeof shown === 'string' ? shown : refusalOf(shown, { now: Date.now(), revoked }) || shown;
}
