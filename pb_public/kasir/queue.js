// Sales on their way to the server. Each is written to the log before it is sent and sent under the same key until there
// is an answer, so a lost reply, a reload or a second tab can neither lose it nor book it twice.
import { Fault, asFault, online, request } from '../lib/api.js';
import { computed, effect, signal } from '../lib/view.js';
import { charged } from './buyer.js';
import { tendered } from './receipt.js';
import { append, logAfter, prune } from './store.js';

/**
 * Entries of the log: `rung` (body, receipt), `changed` (other body under the same key), `kept` (finished here without an
 * answer), `accepted` (answer), `refused` (fault), `conflict` (the server holds another sale under this key: receipt), `looked`.
 * @typedef {'waiting' | 'accepted' | 'refused' | 'conflict'} State
 * @typedef {object} Sale
 * @property {string} id
 * @property {any} body what is sent, without the PIN
 * @property {any} receipt as printed here
 * @property {boolean} kept the customer has left
 * @property {State} state
 * @property {any} answer
 * @property {{code: string, message: string, data: Record<string, any>} | null} fault
 * @property {number} at
 * @property {boolean} looked somebody has dealt with what the server said
 * @property {string} by id of the cashier who rang it up; the server takes it from no other, a manager apart
 */
/** @typedef {ReturnType<typeof import('../lib/auth.js').openDoor>} Door */

const path = '/api/coop/store/sales';
const patience = 8_000;
const longest = 60_000;
const keepDays = 2;

/** @type {Map<string, Sale>} */
const sales = new Map();
let seen = 0;
/** Raised whenever the log grew; screens that show sales read it. */
export const version = signal(0);

/** PINs live in memory alone, and only until the answer. @type {Map<string, string>} */
const pins = new Map();

/** @type {BroadcastChannel | null} */
const otherTabs = typeof BroadcastChannel === 'undefined' ? null : new BroadcastChannel('kpdk.kasir');

/** @param {any} entry */
function fold(entry) {
  const it = sales.get(entry.sale);
  if (entry.kind === 'rung') {
    if (!it) sales.set(entry.sale, { id: entry.sale, body: entry.body, receipt: entry.receipt, kept: Boolean(entry.kept), state: 'waiting', answer: null, fault: null, at: entry.at, looked: false, by: entry.by ?? '' });
    return;
  }
  if (!it) return;
  const next = { ...it };
  if (entry.kind === 'changed') Object.assign(next, { body: entry.body, receipt: entry.receipt ?? it.receipt, state: 'waiting', fault: null, kept: it.kept || Boolean(entry.kept) });
  if (entry.kind === 'kept') next.kept = true;
  if (entry.kind === 'looked') next.looked = true;
  if (entry.kind === 'accepted' && it.state !== 'accepted') Object.assign(next, { state: 'accepted', answer: entry.answer, fault: null });
  if (entry.kind === 'refused' && it.state === 'waiting') Object.assign(next, { state: 'refused', fault: entry.fault });
  if (entry.kind === 'conflict') Object.assign(next, { state: 'conflict', answer: entry.receipt, fault: entry.fault ?? null });
  sales.set(entry.sale, next);
}

/** Reads what is new in the log, from this tab or another. */
async function catchUp() {
  const news = await logAfter(seen);
  for (const { seq, entry } of news) {
    if (seq <= seen) continue;
    seen = seq;
    fold(entry);
  }
  if (news.length) version.value++;
}

/** @param {{sale: string, kind: string, [more: string]: any}} entry */
async function note(entry) {
  await append({ at: Date.now(), ...entry });
  await catchUp();
  otherTabs?.postMessage('log');
}

/** @param {string} id */
export const saleOf = (id) => sales.get(id);

/** All sales this till remembers, newest first. */
export const all = () => [...sales.values()].sort((a, b) => b.at - a.at);

/** Finished here, not yet heard by the server. */
export const waiting = computed(() => { version.value; return all().filter((s) => s.kept && s.state === 'waiting'); });

/** Finished here, and the server said no: somebody has to look. */
export const troubled = computed(() => { version.value; return all().filter((s) => s.kept && !s.looked && (s.state === 'refused' || s.state === 'conflict')); });

/** Heard by the server, which could not book it: the office decides, and nothing waits for it here. @param {Sale} it @returns {string} why, or '' */
export const heldBack = (it) => (it.state === 'accepted' && it.answer?.quarantined) || '';

/** Payroll of a member that the server has not heard of. @param {number} member */
export const unsentPayroll = (member) => waiting.value.filter((s) => s.receipt.member?.number === member)
  .reduce((sum, s) => sum + tendered(s.body, 'payroll'), 0);

/**
 * Writes a sale down. The same key with another body replaces what was meant before.
 * @param {any} body without PIN
 * @param {any} receipt
 * @param {{pin?: string, kept?: boolean, by: string}} more
 */
export async function ring(body, receipt, { pin = '', kept = false, by }) {
  if (pin) pins.set(body.id, pin); else pins.delete(body.id);
  await note({ sale: body.id, kind: sales.has(body.id) ? 'changed' : 'rung', body, receipt, kept, by });
  if (kept) poke();
}

/** The customer leaves without the server's answer; from now on this tab's or another's worker owns the sale. @param {string} id */
export async function keepSale(id) {
  await note({ sale: id, kind: 'kept' });
  poke();
}

// --- sending ---

/** @type {Promise<any>} */
let chain = Promise.resolve();

/**
 * One sale at a time over all tabs. Without locks (plain http) one at a time in this tab; the key guards the rest.
 * @template T @param {() => Promise<T>} job @returns {Promise<T>}
 */
function inTurn(job) {
  if (navigator.locks) return /** @type {Promise<T>} */ (navigator.locks.request('kpdk.kasir.send', job));
  const next = chain.then(job, job);
  chain = next.catch(() => {});
  return next;
}

/** @param {Door} door @param {string} method @param {string} to @param {any} [body] */
async function ask(door, method, to, body) {
  const abort = new AbortController();
  const timer = setTimeout(() => abort.abort(), patience);
  try {
    const answer = await request(method, to, { body, token: door.token(), signal: abort.signal });
    return await answer.json();
  } catch (cause) {
    if (abort.signal.aborted) throw new Fault({ code: 'offline', message: '' });
    throw cause;
  } finally {
    clearTimeout(timer);
  }
}

/** Whether the server answers right now; a till can't wait long to find out. */
export async function reachable() {
  if (navigator.onLine === false) return false;
  try {
    await request('GET', '/api/health', { signal: AbortSignal.timeout(1_500) });
    return true;
  } catch {
    return false;
  }
}

/** Whether this fault leaves open what became of the sale. @param {Fault} fault */
const unanswered = (fault) => fault.offline || fault.status === 0 || fault.status >= 500 || [401, 403, 408, 429].includes(fault.status);

/** @param {Door} door @param {Sale} it */
async function settleConflict(door, it) {
  try {
    const receipt = await ask(door, 'GET', `${path}/${it.id}`);
    const alike = receipt.total_rupiah === it.receipt.total_rupiah && tendered(receipt, 'payroll') === tendered(it.body, 'payroll');
    await note(alike ? { sale: it.id, kind: 'accepted', answer: receipt } : { sale: it.id, kind: 'conflict', receipt });
  } catch (cause) {
    const fault = asFault(cause);
    if (unanswered(fault)) throw fault;
    await note({ sale: it.id, kind: 'refused', fault: plain(fault) });
  }
}

/** @param {Fault} fault */
const plain = (fault) => ({ code: fault.code, message: fault.message, data: /** @type {any} */ (fault.data), status: fault.status });

/** One try. @param {Door} door @param {Sale} it */
async function tryOnce(door, it) {
  const pin = pins.get(it.id);
  const body = pin && it.body.buyer?.card ? { ...it.body, buyer: { ...it.body.buyer, pin } } : it.body;
  try {
    const answer = await ask(door, 'POST', path, body);
    await note({ sale: it.id, kind: 'accepted', answer });
    pins.delete(it.id);
    if (!answer.quarantined) charged(it.receipt.member?.number ?? 0, tendered(it.body, 'payroll')).catch((cause) => console.warn('limit', cause));
  } catch (cause) {
    const fault = asFault(cause);
    if (fault.status === 401) door.expired.value = true;
    if (unanswered(fault)) throw fault;
    if (fault.code === 'idempotency_conflict') return settleConflict(door, it);
    // The goods are gone with the customer, so what the rules refuse online is told as the offline sale it became.
    if (it.kept && !it.body.offline) return note({ sale: it.id, kind: 'changed', body: { ...it.body, offline: true } });
    await note({ sale: it.id, kind: 'refused', fault: plain(fault) });
  }
}

/**
 * Sends a sale unless it has its answer already. Throws a Fault when there was no answer.
 * @param {Door} door
 * @param {string} id
 * @returns {Promise<Sale>}
 */
export function deliver(door, id) {
  return inTurn(async () => {
    await catchUp();
    for (let turn = 0; turn < 3 && sales.get(id)?.state === 'waiting'; turn++) await tryOnce(door, /** @type {Sale} */ (sales.get(id)));
    return /** @type {Sale} */ (sales.get(id));
  });
}

/** A refused sale goes out once more, as it stands. @param {string} id */
export async function retry(id) {
  const it = sales.get(id);
  if (it?.state !== 'refused') return;
  await note({ sale: id, kind: 'changed', body: it.body });
  poke(true);
}

/** Somebody dealt with it; it stays in the list, but nothing waits for it. @param {string} id */
export const lookedAt = (id) => note({ sale: id, kind: 'looked' });

// --- the worker: never gives up, asks less often the longer it hears nothing ---

/** @type {Door | null} */
let at = null;
let timer = 0;
let wait = 1_000;
let busy = false;

/** Something changed: try soon. @param {boolean} [fresh] forget how long we had been waiting */
export function poke(fresh = false) {
  if (fresh) wait = 1_000;
  clearTimeout(timer);
  timer = setTimeout(drain, fresh ? 50 : 300);
}

/** Mine to send, oldest first: the server numbers receipts in the order in which they come. */
function mine() {
  const who = at?.who.peek();
  return waiting.peek().filter((s) => who && (s.by === who.id || who.role === 'manager')).reverse();
}

async function drain() {
  if (busy || !at) return;
  busy = true;
  let heard = true;
  try {
    for (const { id } of mine()) {
      try {
        await deliver(at, id);
        wait = 1_000;
      } catch (cause) {
        heard = false;
        // One that the server chokes on must not keep the others waiting; no contact at all stops the round.
        if (asFault(cause).offline || asFault(cause).status === 401) break;
      }
    }
  } finally {
    busy = false;
    if (!heard || mine().length) {
      clearTimeout(timer);
      timer = setTimeout(drain, wait * (0.8 + Math.random() * 0.4));
      wait = Math.min(longest, wait * 2);
    }
  }
}

/** Reads the log and starts the worker. @param {Door} door */
export async function openQueue(door) {
  at = door;
  await catchUp();
  const old = all().filter((s) => s.state === 'accepted' && Date.now() - s.at > keepDays * 864e5);
  if (old.length) { await prune(old.map((s) => s.id)); for (const s of old) sales.delete(s.id); }
  otherTabs?.addEventListener('message', () => { catchUp().catch((cause) => console.warn('queue', cause)); });
  effect(() => { if (online.value && door.who.value && !door.expired.value) poke(true); });
  document.addEventListener('visibilitychange', () => { if (document.visibilityState === 'visible') poke(true); });
  // A forgotten timer must not strand a sale: once a minute the worker is woken whatever happened before.
  setInterval(() => { if (waiting.peek().length && !busy) poke(); }, longest);
}
