// How a total is paid. Pure rules: the server decides, these only keep the till from asking in vain.

/** @typedef {import('./buyer.js').Buyer} Buyer */
/**
 * @typedef {object} Offer
 * @property {boolean} can
 * @property {number} payroll_rupiah
 * @property {number} cash_rupiah
 * @property {number} short_rupiah what payroll can't carry
 * @property {'' | 'limit' | 'offline' | 'pin'} bound what keeps it from carrying more
 * @property {string} why word key
 * @property {string} code the server's reason
 */

/**
 * What payroll deduction can carry of a total.
 * @param {{total_rupiah: number, buyer: Buyer | null, online: boolean, unsent_rupiah: number, offline_credit_rupiah: number}} it
 *   unsent = payroll of this member that the server has not heard of; offline credit 0 = unknown
 * @returns {Offer}
 */
export function payrollOffer({ total_rupiah: total, buyer, online, unsent_rupiah: unsent, offline_credit_rupiah: credit }) {
  /** @returns {Offer} */
  const no = (/** @type {string} */ why, code = '') => ({ can: false, payroll_rupiah: 0, cash_rupiah: total, short_rupiah: 0, bound: '', why, code });
  if (!buyer) return no('till.payroll_no_card');
  if (!buyer.card) return no('till.payroll_number_only');
  if (!buyer.payroll) return buyer.payroll_refusal ? no('', buyer.payroll_refusal) : no(online ? 'till.payroll_not_now' : 'till.payroll_offline_unknown');
  if (!online && credit <= 0) return no('till.payroll_offline_unknown');
  const room = roomOf(buyer, online, unsent, credit);
  if (room.rupiah <= 0) return no(room.bound === 'offline' ? 'till.offline_limit_used_up' : room.bound === 'pin' ? 'till.pin_not_set' : 'till.limit_used_up');
  const payroll = Math.min(total, room.rupiah);
  const short = total - payroll;
  return { can: true, payroll_rupiah: payroll, cash_rupiah: short, short_rupiah: short, bound: short > 0 ? room.bound : '', why: '', code: '' };
}

/**
 * The tightest of the bounds: limit, what may be charged without contact, and what needs a PIN that nobody can check now.
 * @param {Buyer} buyer @param {boolean} online @param {number} unsent @param {number} credit
 * @returns {{rupiah: number, bound: 'limit' | 'offline' | 'pin'}}
 */
function roomOf(buyer, online, unsent, credit) {
  /** @type {{rupiah: number, bound: 'limit' | 'offline' | 'pin'}[]} */
  const bounds = [{ rupiah: buyer.available_rupiah - unsent, bound: 'limit' }];
  if (!online) bounds.push({ rupiah: offlineRoom(buyer, credit - unsent), bound: 'offline' });
  else if (!buyer.pin_set && !buyer.rotating) bounds.push({ rupiah: buyer.pin_above_rupiah, bound: 'pin' });
  const tightest = bounds.reduce((a, b) => (b.rupiah < a.rupiah ? b : a));
  return { rupiah: Math.max(0, tightest.rupiah), bound: tightest.bound };
}

/** How much of the credit without contact one purchase may use: nobody can check a PIN then, and a phone's own code needs none. @param {Buyer} buyer @param {number} credit */
export const offlineRoom = (buyer, credit) => (buyer.rotating ? credit : Math.min(credit, buyer.pin_above_rupiah));

/** @param {number} payroll @param {Buyer | null} buyer @param {boolean} online */
export const needsPin = (payroll, buyer, online) => Boolean(buyer && online && !buyer.rotating && payroll > buyer.pin_above_rupiah);

const notes = [5_000, 10_000, 20_000, 50_000, 100_000];

/** Amounts a customer is likely to hand over: exact, then the next round ones. @param {number} due */
export function likelyCash(due) {
  const next = notes.map((n) => Math.ceil(due / n) * n);
  return [...new Set([due, ...next])].filter((n) => n > 0).sort((a, b) => a - b).slice(0, 5);
}

/** Banknotes and coins in a drawer, large to small. */
export const denominations = [100_000, 75_000, 50_000, 20_000, 10_000, 5_000, 2_000, 1_000, 500, 200, 100];

/** Ten million above what is due is no banknote but a slip of the hand, or a scanned barcode. @param {number} given @param {number} due */
export const absurdCash = (given, due) => given > due + 10_000_000;
