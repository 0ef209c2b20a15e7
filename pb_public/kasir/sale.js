// The receipt being rung up. It is kept on the device at every change, so a reload loses nothing.
import { ulid } from '../lib/api.js';
import { computed, signal } from '../lib/view.js';
import { catalogue, product } from './catalogue.js';
import { db } from './store.js';

/** @typedef {import('./catalogue.js').Product} Product */
/** @typedef {import('./buyer.js').Buyer} Buyer */
/** @typedef {{product: string, milli: number, seen: Product, fault?: string}} Line milli = thousandths of the unit; seen = the goods as last known */
/** @typedef {{id: string, lines: Line[], on: number, buyer: Buyer | null, startedAt: number, credit?: {body: any, shown: any} | null}} Draft id = key of the act, from the first try to pay until it is done; credit = sent on credit, and not answered yet */
/** @typedef {Line & {price_rupiah: number, public_price_rupiah: number, amount_rupiah: number}} PricedLine */

export const mostMilli = 9_999_000;
export const mostLines = 200;

/** @returns {Draft} */
export const blank = () => ({ id: '', lines: [], on: -1, buyer: null, startedAt: 0 });

export const draft = signal(blank());

/** Half-up(quantity × price), in whole numbers only. @param {number} milli @param {number} price */
export function amountOf(milli, price) {
  const product = milli * price + 500;
  return (product - (product % 1000)) / 1000;
}

/** @param {Product} p @param {Buyer | null} buyer */
export const priceOf = (p, buyer) => (buyer && p.member_price_rupiah > 0 ? p.member_price_rupiah : p.price_rupiah);

/** @param {Draft} it @returns {PricedLine[]} */
export const priced = (it) => it.lines.map((line) => {
  const p = product(line.product) ?? line.seen;
  const price = priceOf(p, it.buyer);
  return { ...line, seen: p, price_rupiah: price, public_price_rupiah: p.price_rupiah, amount_rupiah: amountOf(line.milli, price) };
});

/** Prices follow the catalogue and the buyer. */
export const bill = computed(() => {
  catalogue.value.version;
  const lines = priced(draft.value);
  const total = lines.reduce((sum, l) => sum + l.amount_rupiah, 0);
  const open = lines.reduce((sum, l) => sum + amountOf(l.milli, l.public_price_rupiah), 0);
  return { lines, total_rupiah: total, saved_rupiah: Math.max(0, open - total) };
});

/** Thousandths as a decimal string: 1250 → `1.25`. @param {number} milli */
export const decimal = (milli) => String(milli / 1000);

/** `1,25` or `1.25` → 1250; null when it is no quantity. @param {string} text */
export function readMilli(text) {
  const m = /^(\d{1,4})(?:[.,](\d{1,3}))?$/.exec(text.trim());
  if (!m) return null;
  const milli = Number(m[1]) * 1000 + Number((m[2] ?? '').padEnd(3, '0'));
  return milli > 0 && milli <= mostMilli ? milli : null;
}

/** @param {Partial<Draft>} change */
const set = (change) => { draft.value = { ...draft.peek(), ...change }; };

/**
 * Adds goods; what is already there grows. Returns why not, as a word key, or ''.
 * @param {Product} p
 * @param {number} milli
 */
export function add(p, milli) {
  const it = draft.peek();
  if (!p.weighed && milli % 1000) return 'till.whole_only';
  const at = it.lines.findIndex((l) => l.product === p.id);
  const sum = (at < 0 ? 0 : it.lines[at].milli) + milli;
  if (sum > mostMilli) return 'till.too_many';
  if (at < 0 && it.lines.length >= mostLines) return 'till.too_many_lines';
  const line = { product: p.id, milli: sum, seen: p };
  const lines = at < 0 ? [...it.lines, line] : it.lines.map((l, i) => (i === at ? line : l));
  set({ lines, on: at < 0 ? lines.length - 1 : at, startedAt: it.startedAt || Date.now() });
  return '';
}

/** @param {number} at @param {number} milli */
export function setQuantity(at, milli) {
  if (milli <= 0 || milli > mostMilli) return;
  set({ lines: draft.peek().lines.map((l, i) => (i === at ? { product: l.product, seen: l.seen, milli } : l)), on: at });
}

/** @param {number} at @returns {Line | null} what was taken out */
export function remove(at) {
  const it = draft.peek();
  const gone = it.lines[at];
  if (!gone) return null;
  const lines = it.lines.filter((_, i) => i !== at);
  set({ lines, on: Math.min(at, lines.length - 1) });
  return gone;
}

/** @param {number} at @param {Line} line */
export function putBack(at, line) {
  const lines = [...draft.peek().lines];
  lines.splice(Math.min(at, lines.length), 0, line);
  set({ lines, on: Math.min(at, lines.length - 1) });
}

/** @param {number} at */
export const select = (at) => { const n = draft.peek().lines.length; if (n) set({ on: Math.max(0, Math.min(n - 1, at)) }); };

/** @param {Buyer | null} buyer */
export const setBuyer = (buyer) => set({ buyer });

/** @param {Draft['credit']} credit */
export const setCredit = (credit) => set({ credit });

/** What the server said about single lines. @param {Record<string, {message: string}>} data */
export function markLines(data) {
  set({ lines: draft.peek().lines.map((l, i) => {
    const field = Object.keys(data).find((name) => name.startsWith(`lines.${i}.`) || name === `lines.${i}`);
    return { product: l.product, seen: l.seen, milli: l.milli, ...(field && { fault: data[field].message }) };
  }) });
}

/** The key of this receipt's act: one for its whole life, so that it can never be booked twice. */
export function keyOf() {
  if (!draft.peek().id) set({ id: ulid() });
  return draft.peek().id;
}

export const clear = () => { draft.value = blank(); };

// --- kept per tab ---

let tab = '';
let saving = Promise.resolve();

/** Two tabs hold two receipts: each takes a name that no living tab has. */
async function nameTab() {
  const mine = sessionStorage.getItem('kpdk.kasir.tab') ?? '';
  for (const name of [mine, ulid()]) {
    if (!name) continue;
    if (!navigator.locks) { tab = name; break; }
    const got = await new Promise((resolve) => {
      navigator.locks.request(`kpdk.kasir.tab.${name}`, { ifAvailable: true }, (lock) => {
        resolve(Boolean(lock));
        return lock ? new Promise(() => {}) : undefined;
      });
    });
    if (got) { tab = name; break; }
  }
  sessionStorage.setItem('kpdk.kasir.tab', tab);
}

/** Brings back this tab's receipt, and hands over those of tabs that are gone. @returns {Promise<Draft[]>} */
export async function openDraft() {
  await nameTab();
  const store = await db();
  const mine = await store.get('drafts', tab);
  if (mine?.draft && !draft.peek().lines.length) draft.value = mine.draft;
  const alive = new Set((await navigator.locks?.query())?.held?.map((l) => l.name) ?? []);
  const orphans = navigator.locks ? (await store.getAll('drafts')).filter((d) => d.tab !== tab && !alive.has(`kpdk.kasir.tab.${d.tab}`)) : [];
  for (const d of orphans) await store.delete('drafts', d.tab);
  draft.subscribe((now) => {
    saving = saving.then(async () => { await store.put('drafts', { tab, draft: now }); }).catch((cause) => console.warn('draft', cause));
  });
  return orphans.map((d) => d.draft).filter((d) => d.lines?.length);
}

/** Resolves when the receipt as it stands is on disk. */
export const saved = () => saving;
