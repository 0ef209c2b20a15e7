// What the member's screens read. Each is fetched when a screen first needs it, and again when news says so.
import { paged, resource } from '../lib/resource.js';
import { signal } from '../lib/view.js';
import { openFavourites } from './favourites.js';

/** @typedef {ReturnType<typeof openStore>} Store */
/** @typedef {{sale?: string, number?: string, corrected?: string} | null} Source */
/** @typedef {{name: string, unit: string, quantity: string, price_rupiah: number, amount_rupiah: number, public_price_rupiah: number, back?: string}} Line */
/**
 * @typedef {object} Receipt
 * @property {string} id
 * @property {string} number
 * @property {string} sold_at
 * @property {string} date
 * @property {string} till
 * @property {string} cashier
 * @property {Line[]} lines
 * @property {number} total_rupiah
 * @property {number} [back_rupiah] the price of what came back, in three parts
 * @property {number} [back_ended_rupiah]
 * @property {number} [back_cash_rupiah]
 * @property {number} [back_held_rupiah]
 * @property {number} [back_saved_rupiah] what had been saved on it
 * @property {number} saved_rupiah
 * @property {{kind: string, amount_rupiah: number}[]} tenders
 * @property {number} change_rupiah
 * @property {number} entry
 * @property {string} hash
 */
/** @typedef {{kind: string, date: string, amount_rupiah: number, remaining_rupiah: number, source: Source}} OpenItem */
/** @typedef {{item: number, kind: string, date: string, due_rupiah: number, planned_rupiah: number, settled_rupiah: number, elsewhere_rupiah?: number, kept?: string, instalment?: {plan: number, n: number, of: number, margin: boolean}, source?: Source}} PlannedPart */
/**
 * @typedef {object} Objection
 * @property {string} id
 * @property {string} at
 * @property {string} answer_by
 * @property {boolean} late
 * @property {PlannedPart | null} part null = all of it
 * @property {string} code
 * @property {string} text
 * @property {boolean} photo
 * @property {{decision: string, at: string, by: string, text: string, held_rupiah: number, most_rupiah: number} | null} answer
 */
/**
 * @typedef {object} Deduction
 * @property {string} period
 * @property {string} pay_date
 * @property {string} state
 * @property {number} requested_rupiah
 * @property {number} deducted_rupiah
 * @property {number} remaining_rupiah
 * @property {number} [elsewhere_rupiah] paid another way before it was booked
 * @property {number} excess_rupiah
 * @property {number} [claimed_rupiah] a correction left it to be paid
 * @property {string} reason
 * @property {boolean} [settled] this member's line is booked
 * @property {number} [skipped_rupiah] voluntary savings left out, no debt
 * @property {string} [excluded] why nothing was asked, a code
 * @property {{at: string, until: string, reason: string} | null} [early] the list was locked before members had looked as long as they were told
 * @property {PlannedPart[]} parts
 * @property {{state: string, at: string}[]} [steps] when the month's list came how far
 * @property {{open: boolean, until: string, after: boolean, answer_days: number}} [window] whether one may object, and until when
 * @property {Objection[]} [objections]
 * @property {{entry: number, number: string, date: string, hash: string}[]} [seals] of the entries that settled it
 */

/** @param {string} language */
const newsPath = (language) => `/api/collections/news/records?perPage=8&skipTotal=1&sort=-published_on&fields=id,title,body,published_on&filter=${encodeURIComponent(`language="${language}"`)}`;

/** @param {import('../lib/auth.js').Door} door */
export function openStore(door) {
  const keep = { keep: true };
  const me = resource(door, '/api/coop/me', keep);
  const purchases = paged(door, '/api/coop/me/purchases', 'purchases', keep);
  const deductions = resource(door, '/api/coop/me/deductions', keep);
  const preview = resource(door, '/api/coop/me/next-deduction', keep);
  const savings = paged(door, '/api/coop/me/savings', 'moves', keep);
  const card = resource(door, '/api/coop/me/card', keep);
  /** Thousands of goods, so that what is kept of them is read when the shop is looked at, and not before home is there. */
  const shelf = () => (opened ??= resource(door, '/api/coop/me/catalogue', keep));
  /** @type {ReturnType<typeof resource<any>> | undefined} */
  let opened;
  const marked = resource(door, '/api/coop/me/favourites', keep);
  const gains = resource(door, '/api/coop/me/gains', keep);
  const withdrawals = resource(door, '/api/coop/me/savings/withdrawals', keep);
  const interest = resource(door, '/api/coop/me/savings/interest', keep);
  const held = resource(door, '/api/coop/me/held', keep);
  const leaving = resource(door, '/api/coop/me/leaving', keep);
  const notices = paged(door, '/api/coop/me/notices', 'notices', keep);
  /** @type {Record<string, ReturnType<typeof resource<any>>>} */
  const newsIn = {};
  const news = (/** @type {string} */ language) => (newsIn[language] ??= resource(door, newsPath(language), keep));
  const favourites = openFavourites(door, marked);
  // What was looked for in the shop stays while other screens are visited.
  const sought = signal('');
  const chosen = signal('all');
  const asked = new Set();

  /** Fetches what a screen needs, once per visit; news fetches again. @param {{load: () => any}} it */
  function need(it) {
    if (asked.has(it)) return;
    asked.add(it);
    it.load();
  }

  /** @param {string} what as in the news, '' = anything may have changed */
  function changed(what) {
    const touched = { sale: [me, purchases, gains, preview], payroll: [me, deductions, savings, withdrawals, preview], draft: [me, preview], objection: [deductions, preview, me], excess: [deductions, preview], savings: [me, savings, withdrawals, interest], card: [me, card, held], favourites: [marked], leaving: [leaving, me], payment: [me, leaving], notice: [me], device: [me] }[what]
      ?? [...asked];
    for (const it of new Set([...touched, notices])) if (asked.has(it)) it.load();
  }

  /** What a member may need without a signal, also if its screen was not opened yet. */
  function needAll() {
    const member = door.who.peek()?.record.status === 'active'; // an applicant has no card yet
    for (const it of [me, ...(member ? [card] : []), purchases, deductions, preview, savings, shelf(), marked, gains, held, withdrawals, interest, notices]) need(it);
  }

  return { door, me, purchases, deductions, preview, savings, card, get shelf() { return shelf(); }, marked, favourites, sought, chosen, gains, held, withdrawals, interest, leaving, notices, news, need, needAll, changed };
}
