// The cashier's shift: opened with a float, continued after a reload or a day without contact, closed by counting.
import { asFault, ulid } from '../lib/api.js';
import { signal } from '../lib/view.js';
import { keep, kept } from './store.js';

/** @typedef {{id: string, till: string, till_name: string, cashier: string, opened_at: string, float_rupiah: number, next_number: string, expected_rupiah?: number, sales?: number, total_rupiah?: number}} Shift */
/** @typedef {ReturnType<typeof import('../lib/auth.js').openDoor>} Door */

/** undefined = not known yet, null = none is open. */
export const shift = signal(/** @type {Shift | null | undefined} */ (undefined));
export const shiftFault = signal(/** @type {import('../lib/api.js').Fault | null} */ (null));

const base = '/api/coop/store/shifts';

/** @param {Door} door */
const slot = (door) => `shift ${door.who.peek()?.id ?? ''}`;

/** The open shift; without contact, the one this till knows. @param {Door} door */
export async function loadShift(door) {
  try {
    const { shift: now } = await door.send('GET', `${base}/current`);
    shift.value = now;
    shiftFault.value = null;
    await keep(slot(door), now ?? undefined);
  } catch (cause) {
    shiftFault.value = asFault(cause);
    const known = await kept(slot(door));
    if (shift.peek() === undefined || known) shift.value = known ?? shift.peek();
  }
}

/**
 * An act's key is kept until its answer is there, so that pressing twice, or a lost reply, is one act.
 * @param {Door} door
 * @param {string} name
 * @param {string} path
 * @param {object} body
 */
async function once(door, name, path, body) {
  const input = JSON.stringify(body);
  const tried = await kept(name);
  const id = tried?.input === input ? tried.id : ulid();
  await keep(name, { id, input });
  try {
    const answer = await door.send('POST', path, { id, ...body });
    await keep(name, undefined);
    return answer;
  } catch (cause) {
    if (asFault(cause).status >= 400 && asFault(cause).status < 500) await keep(name, undefined);
    throw cause;
  }
}

/** @param {Door} door @param {number} float @param {string} till '' = the cashier's own */
export async function openShift(door, float, till) {
  const made = await once(door, 'opening', base, { float_rupiah: float, ...(till && { till }) });
  shift.value = { cashier: door.who.peek()?.name ?? '', ...made };
  await keep(slot(door), shift.value);
}

/**
 * @param {Door} door
 * @param {number} counted
 * @param {number} missing sales that are not with the server; a manager's word
 * @param {{request: string, carry: boolean}[]} credit what becomes of goods on credit that nobody fetched
 */
export async function closeShift(door, counted, missing, credit) {
  const now = shift.peek();
  if (!now) return null;
  const answer = await once(door, `closing ${now.id}`, `${base}/${now.id}/close`, { counted_rupiah: counted, ...(missing > 0 && { missing }), ...(credit.length > 0 && { credit }) });
  await keep(slot(door), undefined);
  return answer;
}

/** After a sale got its number, the next one is known. @param {Door} door @param {string} number `K1-00412` */
export function numberTaken(door, number) {
  const now = shift.peek();
  const m = /^(.*-)(\d+)$/.exec(number ?? '');
  if (!now || !m || number < now.next_number) return;
  shift.value = { ...now, next_number: m[1] + String(Number(m[2]) + 1).padStart(m[2].length, '0') };
  keep(slot(door), shift.value).catch(() => {});
}
