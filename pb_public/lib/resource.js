// What a screen shows of the server, with its honest states: loading, here, old (offline), refused.
import { signal } from '../vendor/signals.mjs';
import { asFault, online } from './api.js';

/**
 * @template T
 * @typedef {object} Resource
 * @property {T | null} data
 * @property {import('./api.js').Fault | null} fault
 * @property {boolean} loading
 * @property {boolean} stale the data is from an earlier visit or the last try failed
 * @property {number} at when the data came, ms
 */

const prefix = 'kpdk.kept.';

/**
 * A GET that remembers. With `keep`, the last answer survives a reload and is shown offline; forget() erases it.
 * @template [T=any]
 * @param {import('./auth.js').Door} door
 * @param {string} path
 * @param {{keep?: boolean}} [options]
 */
export function resource(door, path, { keep = false } = {}) {
  const slot = () => `${prefix}${door.who.peek()?.id ?? ''}.${path}`;
  /** @returns {Resource<T>} */
  const first = () => {
    if (keep) {
      try {
        const kept = JSON.parse(localStorage.getItem(slot()) ?? 'null');
        if (kept) return { data: kept.data, at: kept.at, fault: null, loading: false, stale: true };
      } catch { /* nothing kept */ }
    }
    return { data: null, at: 0, fault: null, loading: false, stale: false };
  };
  const state = signal(first());
  /** @type {Promise<void> | null} */
  let running = null;
  let again = false;

  async function fetchOnce() {
    state.value = { ...state.peek(), loading: true };
    const asker = door.who.peek()?.id;
    try {
      const data = await door.send('GET', path);
      if (door.who.peek()?.id !== asker || !door.token()) return; // who asked is gone, here or in another tab: the answer is for nobody
      state.value = { data, at: Date.now(), fault: null, loading: false, stale: false };
      if (keep) try { localStorage.setItem(slot(), JSON.stringify({ data, at: Date.now() })); } catch { /* full: only this visit then */ }
    } catch (cause) {
      state.value = { ...state.peek(), fault: asFault(cause), loading: false, stale: state.peek().data !== null };
    }
  }

  /** Fetches; asked while one is running, it fetches once more after it. */
  function load() {
    if (running) { again = true; return running; }
    running = fetchOnce().finally(() => {
      running = null;
      if (again) { again = false; load(); }
    });
    return running;
  }

  return { state, load, path };
}

/**
 * A list that comes in pages, newest first: `{[name]: […], next}`, asked on with `before=next`.
 * @param {import('./auth.js').Door} door
 * @param {string} path
 * @param {string} name of the list in the answer
 * @param {{keep?: boolean}} [options] keep the first page
 */
export function paged(door, path, name, options) {
  const first = resource(door, path, options);
  /** What came after the first page. */
  const older = signal({ items: /** @type {any[]} */ ([]), next: /** @type {any} */ (undefined), busy: false });
  const items = () => [...(first.state.value.data?.[name] ?? []), ...older.value.items];
  const next = () => (older.value.next === undefined ? first.state.value.data?.next : older.value.next) || null;

  async function more() {
    const from = next();
    if (!from || older.peek().busy) return;
    older.value = { ...older.peek(), busy: true };
    try {
      const page = await door.send('GET', `${path}${path.includes('?') ? '&' : '?'}before=${encodeURIComponent(from)}`);
      older.value = { items: [...older.peek().items, ...(page[name] ?? [])], next: page.next || 0, busy: false };
    } catch (cause) {
      older.value = { ...older.peek(), busy: false };
      throw asFault(cause);
    }
  }

  function load() {
    older.value = { items: [], next: undefined, busy: false };
    return first.load();
  }
  return { ...first, load, items, next, more, busy: () => older.value.busy };
}

/**
 * Erases everything kept, for when somebody logs out; or all but one person's, for when another one comes.
 * @param {string} [but] the id of who stays
 */
export function forget(but) {
  for (const key of Object.keys(localStorage)) if (key.startsWith(prefix) && !(but && key.startsWith(`${prefix}${but}.`))) localStorage.removeItem(key);
}

/**
 * Runs when contact comes back.
 * @param {() => void} run
 * @returns {() => void} stop
 */
export function whenBack(run) {
  let was = online.peek();
  return online.subscribe((now) => {
    if (now && !was) run();
    was = now;
  });
}
