// How a total is paid. Pure rules: the server decides, these only keep the till from asking in vain.

/** @typedef {import('./buyer.js').Buyer} Buyer */
/** @typedef {{can: boolean, payroll_rupiah: number, cash_rupiah: number, pin: boolean, why: string, code: string, short_rupiah: number}} Offer why = word key; code = the server's reason */

/**
 * What payroll deduction can carry of a total.
 * @param {{total_rupiah: number, buyer: Buyer | null, online: boolean, unsent_rupiah: number}} it unsent = payroll of this member that the server has not heard of
 * @returns {Offer}
 */
export function payrollOffer({ total_rupiah: total, buyer, online, unsent_rupiah: unsent }) {
  const no = (/** @type {string} */ why, code = '') => ({ can: false, payroll_rupiah: 0, cash_rupiah: total, pin: false, why, code, short_rupiah: 0 });
  if (!buyer) return no('till.payroll_no_card');
  if (!buyer.card) return no('till.payroll_number_only');
  if (!buyer.payroll) return buyer.payroll_refusal ? no('', buyer.payroll_refusal) : no(online ? 'till.payroll_not_now' : 'till.payroll_offline_unknown');
  const left = Math.max(0, buyer.available_rupiah - unsent);
  const room = online ? left : Math.min(left, Math.max(0, buyer.offline_credit_rupiah - unsent), buyer.pin_above_rupiah);
  if (!online && buyer.offline_credit_rupiah <= 0) return no('till.payroll_offline_unknown');
  if (room <= 0) return no(online ? 'till.limit_used_up' : 'till.offline_limit_used_up');
  const payroll = Math.min(total, room);
  return {
    can: true, payroll_rupiah: payroll, cash_rupiah: total - payroll, code: '', short_rupiah: Math.max(0, total - room),
    pin: online && total > buyer.pin_above_rupiah, why: '',
  };
}

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
