// What the till keeps on this device. The log is append-only: a sale and every answer about it are added, never changed.
import { openDB } from '../vendor/idb.mjs';

/** @type {Promise<import('../vendor/idb.mjs').IDBPDatabase> | null} */
let opening = null;

/** The till's database, opened once. */
export function db() {
  opening ??= openDB('kpdk.kasir', 1, {
    upgrade(it) {
      it.createObjectStore('kept');
      it.createObjectStore('log', { autoIncrement: true }).createIndex('sale', 'sale');
      it.createObjectStore('held', { keyPath: 'key' });
      it.createObjectStore('drafts', { keyPath: 'tab' });
      it.createObjectStore('cards', { keyPath: 'key' });
    },
    blocking() { location.reload(); },
  });
  return opening;
}

/** Asks the browser not to clear this store when the disk gets full. */
export const askToPersist = () => navigator.storage?.persist?.().catch(() => false);

/** @param {string} name @returns {Promise<any>} */
export const kept = async (name) => (await db()).get('kept', name);

/** @param {string} name @param {unknown} value undefined forgets it */
export async function keep(name, value) {
  if (value === undefined) await (await db()).delete('kept', name);
  else await (await db()).put('kept', value, name);
}

/**
 * Adds to the log and returns when it is on disk, so that nothing is sent which could be forgotten.
 * @param {{sale: string, kind: string, at: number, [more: string]: any}} entry
 */
export async function append(entry) {
  const tx = (await db()).transaction('log', 'readwrite', { durability: 'strict' });
  await tx.store.add(entry);
  await tx.done;
}

/**
 * The log after a position, oldest first.
 * @param {number} after
 * @returns {Promise<{seq: number, entry: any}[]>}
 */
export async function logAfter(after) {
  const tx = (await db()).transaction('log');
  const range = IDBKeyRange.lowerBound(after, true);
  const [keys, entries] = await Promise.all([tx.store.getAllKeys(range), tx.store.getAll(range)]);
  return entries.map((entry, i) => ({ seq: Number(keys[i]), entry }));
}

/** Sales the server has, from days ago, need no second copy here. @param {string[]} sales */
export async function prune(sales) {
  const tx = (await db()).transaction('log', 'readwrite');
  for (const sale of sales.slice(0, 2_000)) for (const key of await tx.store.index('sale').getAllKeys(sale)) await tx.store.delete(key);
  await tx.done;
}
