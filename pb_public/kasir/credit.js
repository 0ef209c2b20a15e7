// Goods on credit (kredit barang) at the till: what may be offered, the sale, and what waits for the office. It needs
// contact: nobody can promise a limit without the books. An act without an answer stays with the receipt until there is one.
import { Fault, asFault, online, ulid } from '../lib/api.js';
import { dateOf } from '../lib/format.js';
import { computed, signal } from '../lib/view.js';
import { w, wFault } from '../lib/words.js';
import { bill, decimal, draft, keyOf, saved, setCredit } from './sale.js';
import { loadShift, shift } from './shift.js';

/** @typedef {ReturnType<typeof import('../lib/auth.js').openDoor>} Door */
/** @typedef {{parts: number, monthly_rupiah: number, margin_rupiah: number, total_rupiah: number, fits: boolean, second: boolean}} Choice */
/** @typedef {{refusal: string, params?: Record<string, string>, principal_rupiah: number, least_rupiah: number, left_rupiah: number, till_rupiah: number, down_most_rupiah: number, margin_bp: number, room_rupiah: number, first_period: string, pay_date: string, pin_above_rupiah: number, choices: Choice[]}} Terms */
/**
 * @typedef {object} CreditSale
 * @property {string} id
 * @property {string} state waiting, approved, refused, handed, made
 * @property {number} number
 * @property {string} at
 * @property {string} till
 * @property {string} cashier
 * @property {{number: number, name: string}} member
 * @property {{name: string, unit: string, quantity: string, price_rupiah: number, amount_rupiah: number}[]} lines
 * @property {number} total_rupiah
 * @property {number} down_rupiah
 * @property {number} principal_rupiah
 * @property {number} margin_rupiah
 * @property {number} parts
 * @property {string} first_period
 * @property {{n: number, period: string, principal_rupiah: number, margin_rupiah: number}[]} schedule
 * @property {number} entry
 * @property {string} hash
 * @property {string} reason
 */

const base = '/api/coop/store/credit-sales';

/** What the till may offer for the receipt at hand. */
export const terms = signal(/** @type {{of: string, it: Terms | null, fault: Fault | null}} */ ({ of: '', it: null, fault: null }));

/** What this shift sold or asked for, newest first. */
export const creditList = signal(/** @type {{sales: CreditSale[], fault: Fault | null, loading: boolean}} */ ({ sales: [], fault: null, loading: true }));

/** Approved by the office: the goods can be handed over. */
export const approved = computed(() => creditList.value.sales.filter((s) => s.state === 'approved'));

/** Neither with the member nor given up: it does not end with the shift by itself. */
export const pending = computed(() => creditList.value.sales.filter((s) => s.state === 'approved' || s.state === 'waiting'));

/** Why this receipt can't go on credit, as far as the till knows; '' = ask the server. */
export const creditRefusal = computed(() => {
  const { buyer } = draft.value;
  if (!buyer) return w('till.payroll_no_card');
  if (!buyer.card) return w('till.payroll_number_only');
  if (!online.value) return w('till.credit_offline');
  return buyer.payroll ? '' : buyer.payroll_refusal ? w('till.payroll_refused') : w('till.payroll_not_now');
});

/** @param {Door} door @param {number} down */
export async function loadTerms(door, down) {
  const { buyer } = draft.peek();
  const of = ulid();
  terms.value = { ...terms.peek(), of, fault: null };
  try {
    const it = await door.send('POST', `${base}/terms`, { card: buyer?.card ?? '', total_rupiah: bill.peek().total_rupiah, down_rupiah: down });
    if (terms.peek().of === of) terms.value = { of, it, fault: null };
  } catch (cause) {
    if (terms.peek().of === of) terms.value = { of, it: null, fault: asFault(cause) };
  }
}

export const forgetTerms = () => { terms.value = { of: '', it: null, fault: null }; };

/** @param {Door} door */
export async function loadCredit(door) {
  const id = shift.peek()?.id;
  if (!id) return;
  try {
    const { sales } = await door.send('GET', `${base}?shift=${encodeURIComponent(id)}`);
    creditList.value = { sales, fault: null, loading: false };
  } catch (cause) {
    creditList.value = { ...creditList.peek(), fault: asFault(cause), loading: false };
  }
}

/** PINs live in memory alone. */
let lastPin = '';

/**
 * Sells the receipt at hand. It is kept with the receipt before it goes out, so that a lost answer is asked for again.
 * @param {Door} door
 * @param {{parts: number, down: number, pin: string}} how
 * @returns {Promise<CreditSale>}
 */
export async function sellOnCredit(door, { parts, down, pin }) {
  const now = draft.peek();
  const { buyer } = now;
  const body = {
    id: keyOf(), shift: shift.peek()?.id, buyer: { card: buyer?.card ?? '' }, parts, down_rupiah: down,
    lines: bill.peek().lines.map((l) => ({ product: l.product, quantity: decimal(l.milli), price_rupiah: l.price_rupiah })),
  };
  const shown = {
    at: new Date().toISOString(), till: shift.peek()?.till ?? '', cashier: shift.peek()?.cashier ?? '', member: { number: buyer?.number ?? 0, name: buyer?.name ?? '' },
    lines: bill.peek().lines.map((l) => ({ name: l.seen.name, unit: l.seen.unit, quantity: decimal(l.milli), price_rupiah: l.price_rupiah, amount_rupiah: l.amount_rupiah })),
  };
  lastPin = pin;
  setCredit({ body, shown });
  await saved();
  return resend(door);
}

/** Sends what has no answer yet; the key makes it one act. @param {Door} door @returns {Promise<CreditSale>} */
export async function resend(door) {
  const open = draft.peek().credit;
  if (!open) throw new Fault({ code: 'unknown', message: '' });
  try {
    const answer = await door.send('POST', base, { ...open.body, buyer: { ...open.body.buyer, ...(lastPin && { pin: lastPin }) } });
    lastPin = '';
    setCredit(null);
    loadCredit(door);
    loadShift(door);
    return { reason: '', ...open.shown, ...answer };
  } catch (cause) {
    const fault = asFault(cause);
    if (!silent(fault)) setCredit(null);
    throw fault;
  }
}

/** Whether a fault leaves open what became of the act. @param {Fault} fault */
export const silent = (fault) => fault.offline || fault.status === 0 || fault.status >= 500 || [401, 403, 408, 429].includes(fault.status);

/** Keys of handing over: one per request until there is an answer. @type {Map<string, string>} */
const handing = new Map();

/** @param {Door} door @param {CreditSale} asked @param {{card: string, pin: string}} by @returns {Promise<CreditSale>} */
export async function handOver(door, asked, { card, pin }) {
  const slot = `${asked.id} ${card}`; // another code is another act
  const id = handing.get(slot) ?? ulid();
  handing.set(slot, id);
  const answer = await door.send('POST', `${base}/${asked.id}/hand-over`, { id, shift: shift.peek()?.id, buyer: { card, ...(pin && { pin }) } });
  handing.delete(slot);
  loadCredit(door);
  loadShift(door);
  try {
    return await door.send('GET', `${base}/${answer.id}`);
  } catch { // it is handed over all the same; the slip has no price on each line then
    return { ...asked, ...answer, at: new Date().toISOString() };
  }
}

/** @param {Door} door @param {CreditSale} asked @param {string} id key of the act */
export async function withdraw(door, asked, id) {
  await door.send('POST', `${base}/${asked.id}/withdraw`, { id });
  await loadCredit(door);
}

/** The day of a sale on credit, for its slip. @param {CreditSale} sale */
export const dayOf = (sale) => dateOf(Date.parse(sale.at));

/** What a refusal in the terms says. @param {Terms} it */
export const refusalOf = (it) => (it.refusal ? wFault(it.refusal, it.params) : '');
