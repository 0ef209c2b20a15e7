// A receipt as this till prints it, before and after the server gave it a number.
import { dateOf } from '../lib/format.js';
import { decimal } from './sale.js';

/**
 * @typedef {object} Receipt
 * @property {string} id
 * @property {string} number '' until the server gave it
 * @property {string} sold_at
 * @property {string} date
 * @property {string} till
 * @property {string} cashier
 * @property {{number: number, name: string} | null} member
 * @property {{name: string, unit: string, quantity: string, price_rupiah: number, amount_rupiah: number, public_price_rupiah: number}[]} lines
 * @property {number} total_rupiah
 * @property {number} saved_rupiah
 * @property {{kind: string, amount_rupiah: number}[]} tenders
 * @property {number} change_rupiah
 * @property {number} entry
 * @property {string} hash
 * @property {string[]} flags
 * @property {boolean} [waiting] not yet heard by the server
 * @property {boolean} [quarantined] heard, and held for the office to look at
 */

/**
 * What is sent, and what is printed.
 * @param {object} it
 * @param {string} it.id
 * @param {import('./shift.js').Shift} it.shift
 * @param {import('./sale.js').Draft} it.draft
 * @param {{lines: import('./sale.js').PricedLine[], total_rupiah: number, saved_rupiah: number}} it.bill
 * @param {{kind: 'cash' | 'payroll', amount_rupiah: number}[]} it.tenders
 * @param {boolean} it.offline
 * @param {number} it.now
 */
export function writeSale({ id, shift, draft, bill, tenders, offline, now }) {
  const paid = tenders.reduce((sum, t) => sum + t.amount_rupiah, 0);
  const sold = new Date(now).toISOString();
  const { buyer } = draft;
  const body = {
    id, shift: shift.id, sold_at: sold, offline,
    buyer: buyer ? (buyer.card ? { card: buyer.card, ...(buyer.rotating && { scanned_at: new Date(buyer.scannedAt).toISOString() }) } : { member: buyer.number }) : null,
    lines: bill.lines.map((l) => ({ product: l.product, quantity: decimal(l.milli), price_rupiah: l.price_rupiah })),
    tenders,
  };
  /** @type {Receipt} */
  const receipt = {
    id, number: '', sold_at: sold, date: dateOf(now), till: shift.till, cashier: shift.cashier,
    member: buyer && { number: buyer.number, name: buyer.name },
    lines: bill.lines.map((l) => ({ name: l.seen.name, unit: l.seen.unit, quantity: decimal(l.milli), price_rupiah: l.price_rupiah, amount_rupiah: l.amount_rupiah, public_price_rupiah: l.public_price_rupiah })),
    total_rupiah: bill.total_rupiah, saved_rupiah: bill.saved_rupiah, tenders, change_rupiah: Math.max(0, paid - bill.total_rupiah), entry: 0, hash: '', flags: [],
  };
  return { body, receipt };
}

/** With what the server added. @param {import('./queue.js').Sale} sale @returns {Receipt} */
export const receiptOf = (sale) => (sale.state === 'conflict' && sale.answer?.lines ? sale.answer : {
  ...sale.receipt,
  ...(sale.state === 'accepted' && !sale.answer.quarantined && { number: sale.answer.number, hash: sale.answer.hash ?? '', entry: sale.answer.entry ?? 0, change_rupiah: sale.answer.change_rupiah ?? sale.receipt.change_rupiah, flags: sale.answer.flags ?? [] }),
  waiting: sale.state === 'waiting', quarantined: Boolean(sale.answer?.quarantined),
});

/** Cash and payroll in it. @param {{tenders: {kind: string, amount_rupiah: number}[]}} it @param {string} kind */
export const tendered = (it, kind) => it.tenders.filter((t) => t.kind === kind).reduce((sum, t) => sum + t.amount_rupiah, 0);
