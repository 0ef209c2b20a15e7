// Receipts put aside while somebody fetches what they forgot.
import { ulid } from '../lib/api.js';
import { signal } from '../lib/view.js';
import { db } from './store.js';

/** @typedef {{key: string, at: number, draft: import('./sale.js').Draft}} Held */

export const held = signal(/** @type {Held[]} */ ([]));

/** @type {BroadcastChannel | null} */
const otherTabs = typeof BroadcastChannel === 'undefined' ? null : new BroadcastChannel('kpdk.kasir.held');
otherTabs?.addEventListener('message', () => { openHeld(); });

export async function openHeld() {
  held.value = (await (await db()).getAll('held')).sort((a, b) => a.at - b.at);
}

/** @param {import('./sale.js').Draft} draft */
export async function hold(draft) {
  await (await db()).put('held', { key: ulid(), at: Date.now(), draft });
  await openHeld();
  otherTabs?.postMessage('held');
}

/** Takes one out; null when another tab was faster. @param {string} key */
export async function recall(key) {
  const tx = (await db()).transaction('held', 'readwrite');
  const it = await tx.store.get(key);
  if (it) await tx.store.delete(key);
  await tx.done;
  await openHeld();
  otherTabs?.postMessage('held');
  return it?.draft ?? null;
}
