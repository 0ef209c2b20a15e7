// The till's one train of thought: what a scan does, who buys, how it is paid, what follows.
import { Fault, asFault, online } from '../lib/api.js';
import { rupiah } from '../lib/format.js';
import { go } from '../lib/route.js';
import { batch, computed, signal } from '../lib/view.js';
import { w, wFault } from '../lib/words.js';
import { seenForMs } from '../lib/card-code.js';
import { check, forgetCards } from './buyer.js';
import { isPhone, refreshRevoked } from './card.js';
import { catalogue, find, refresh, search } from './catalogue.js';
import { hold, recall } from './held.js';
import { all, deliver, keepSale, reachable, ring, saleOf, unsentPayroll } from './queue.js';
import { tendered, writeSale } from './receipt.js';
import { creditRefusal, forgetTerms, resend, sellOnCredit, silent } from './credit.js';
import { add, bill, clear, draft, keyOf, markLines, putBack, remove, saved, setBuyer, setQuantity } from './sale.js';
import { scanNote, understand } from './scan.js';
import { loadShift, numberTaken, shift } from './shift.js';
import { offlineRoom, payrollOffer } from './tender.js';

/** @typedef {ReturnType<typeof import('../lib/auth.js').openDoor>} Door */
/** @typedef {import('./catalogue.js').Product} Product */

/** sell → cash, payroll or credit → paid → sell. */
export const stage = signal(/** @type {'sell' | 'cash' | 'payroll' | 'credit' | 'paid'} */ ('sell'));
/** What stands in front: weigh (goods, at), member, held, help, camera; '' = nothing. */
export const asking = signal(/** @type {{kind: string, goods?: Product, at?: number}} */ ({ kind: '' }));
/** The sale whose receipt is shown. */
export const paid = signal('');
/** The sale on credit whose slip is shown, or what the office is asked for. */
export const paidCredit = signal(/** @type {import('./credit.js').CreditSale | null} */ (null));
/** A payment is on its way. */
export const paying = signal(false);
/** Why the last payment did not go through; `open` = we don't know whether it did. */
export const refusal = signal(/** @type {{code: string, message: string, open?: boolean} | null} */ (null));
export const checking = signal(false);

export const offer = computed(() => payrollOffer({
  total_rupiah: bill.value.total_rupiah, buyer: draft.value.buyer, online: online.value, offline_credit_rupiah: catalogue.value.offline_credit_rupiah,
  unsent_rupiah: draft.value.buyer ? unsentPayroll(draft.value.buyer.number) : 0,
}));

// --- scans: one after the other, none lost while a question stands open ---

/** @type {{door: Door, text: string, pick?: Product}[]} */
const scans = [];

/**
 * Takes what the input held. Returns the text to leave in it, or ''.
 * @param {Door} door
 * @param {string} text
 * @param {Product} [pick] the result chosen from the list
 */
export function take(door, text, pick) {
  if (asking.peek().kind && asking.peek().kind !== 'camera' || paying.peek()) { scans.push({ door, text, pick }); return ''; }
  return handle(door, text, pick);
}

function pump() {
  while (scans.length && (!asking.peek().kind || asking.peek().kind === 'camera') && !paying.peek()) {
    const next = scans.shift();
    if (next) handle(next.door, next.text, next.pick);
  }
}

/** While a sale on credit has no answer, its receipt stays as it was sent. */
function unanswered() {
  if (!draft.peek().credit) return false;
  refusal.value = { code: 'offline', message: w('till.credit_unanswered'), open: true };
  return true;
}

/** @param {Door} door @param {string} text @param {Product} [pick] */
function handle(door, text, pick) {
  const said = understand(text);
  scanNote.value = null;
  if (unanswered()) return text.trim();
  if (said.kind === 'none') { if (stage.peek() === 'paid') nextCustomer(); return ''; }
  if (said.kind === 'bad') { scanNote.value = { text: w('till.quantity_unclear'), bad: true }; return text; }
  if (said.kind === 'quantity') return text.trim();
  if (stage.peek() === 'paid') nextCustomer();
  if (stage.peek() !== 'sell') stage.value = 'sell';
  if (said.kind === 'card') { bring(door, { card: said.code }); return ''; }
  const goods = pick ?? find(said.text) ?? only(said.text);
  if (!goods) { scanNote.value = { text: w('till.unknown_code', { code: said.text.slice(0, 40) }), bad: true }; return text.trim(); }
  return put(goods, said.milli, text);
}

/** A name that fits one thing alone needs no choosing. @param {string} text */
function only(text) {
  if (/^\d+$/.test(text)) return undefined;
  const found = search(text, 2);
  return found.length === 1 ? found[0] : undefined;
}

/** @param {Product} goods @param {number | null} milli @param {string} text */
function put(goods, milli, text) {
  if (goods.weighed && milli === null) { asking.value = { kind: 'weigh', goods }; return ''; }
  const why = add(goods, milli ?? 1000);
  if (why) { scanNote.value = { text: w(why, { name: goods.name }), bad: true }; return text.trim(); }
  refusal.value = null;
  return '';
}

/** The scale's answer. @param {Product} goods @param {number} milli @param {number} [at] the row to change, else a new one */
export function weigh(goods, milli, at) {
  if (at === undefined) add(goods, milli); else setQuantity(at, milli);
  closeQuestion();
}

export function closeQuestion() {
  asking.value = { kind: '' };
  pump();
}

// --- rows ---

/** @param {number} at @param {1 | -1} step */
export function more(at, step) {
  const line = draft.peek().lines[at];
  if (!line || stage.peek() === 'paid' || unanswered()) return;
  if (line.seen.weighed) { asking.value = { kind: 'weigh', goods: line.seen, at }; return; }
  if (line.milli + step * 1000 <= 0) takeOut(at); else setQuantity(at, line.milli + step * 1000);
}

/** @param {number} at */
export function takeOut(at) {
  if (stage.peek() === 'paid' || paying.peek() || unanswered()) return;
  const gone = remove(at);
  if (gone) scanNote.value = { text: w('till.row_removed', { name: gone.seen.name }), bad: false, undo: () => { putBack(at, gone); scanNote.value = null; } };
}

// --- the buyer ---

let asked = 0;

/** A phone's code pays once; what this till took while there was no contact, the server can't know yet. @param {string} card */
const paidHere = (card) => isPhone(card) && all().some((s) => s.kept && s.body.buyer?.card === card);

/** @param {string} code */
const faultOf = (code) => new Fault({ code, message: wFault(code) });

/** @param {Door} door @param {{card?: string, number?: number, scannedAt?: number}} who @returns {Promise<Fault | null>} */
export async function bring(door, who) {
  const mine = ++asked;
  checking.value = true;
  try {
    if (who.card && paidHere(who.card)) throw faultOf('member.code_used');
    const buyer = await check(door, who);
    // A later card, or another customer, overtook this answer.
    if (mine !== asked) return null;
    setBuyer(buyer);
    refusal.value = null;
    return null;
  } catch (cause) {
    const fault = asFault(cause);
    if (mine === asked && who.card) scanNote.value = { text: fault.message, bad: true };
    return fault;
  } finally {
    if (mine === asked) checking.value = false;
  }
}

export function dropBuyer() {
  asked++;
  checking.value = false;
  setBuyer(null);
}

/** News that cards changed. @param {Door} door @param {any[]} numbers */
export async function cardsChanged(door, numbers) {
  for (const n of numbers) await forgetCards(Number(n));
  refreshRevoked(door);
  const { buyer } = draft.peek();
  if (buyer && numbers.map(Number).includes(buyer.number)) recheck(door);
}

/** @param {Door} door */
async function recheck(door) {
  const { buyer } = draft.peek();
  if (!buyer) return;
  const fault = await bring(door, buyer.card ? { card: buyer.card, scannedAt: buyer.scannedAt } : { number: buyer.number });
  if (fault && !fault.offline) setBuyer(null);
}

// --- paying ---

/** @param {'cash' | 'payroll' | 'credit'} way */
export function startPaying(way) {
  if (stage.peek() === 'paid' || paying.peek() || !draft.peek().lines.length || unanswered()) return;
  if (way === 'credit') { if (creditRefusal.peek() || !bill.peek().total_rupiah) return; forgetTerms(); }
  if (way === 'payroll' && !offer.peek().can) return;
  if (!refusal.peek()?.open) refusal.value = null;
  stage.value = way;
}

export function backToSelling() {
  if (paying.peek()) return;
  stage.value = 'sell';
}

/** Whether a sale without an answer may be finished here. @param {any} body */
function mayKeep(body) {
  const payroll = tendered(body, 'payroll');
  if (!payroll) return true;
  const { buyer } = draft.peek();
  if (!buyer) return false;
  return payroll <= offlineRoom(buyer, catalogue.peek().offline_credit_rupiah - unsentPayroll(buyer.number));
}

/**
 * @param {Door} door
 * @param {{kind: 'cash' | 'payroll', amount_rupiah: number}[]} tenders
 * @param {string} [pin]
 */
export async function pay(door, tenders, pin = '') {
  const open = shift.peek();
  if (!open || paying.peek()) return;
  const { buyer } = draft.peek();
  if (buyer?.rotating && Date.now() - buyer.scannedAt > seenForMs) { const it = faultOf('member.code_stale'); refusal.value = { code: it.code, message: it.message }; return; }
  paying.value = true;
  refusal.value = null;
  try {
    // One lost reply is not a lost network: before a sale skips the server's rules, the server is asked once more.
    const offline = !online.peek() && !await reachable();
    const id = keyOf();
    const { body, receipt } = writeSale({ id, shift: open, draft: draft.peek(), bill: bill.peek(), tenders, offline, now: Date.now() });
    await saved();
    await ring(body, receipt, { pin, kept: offline, by: door.who.peek()?.id ?? '' });
    if (offline) finish(id); else await settle(door, id);
  } catch (cause) {
    const fault = asFault(cause);
    refusal.value = { code: fault.code, message: fault.message };
  } finally {
    paying.value = false;
    pump();
  }
}

/** Waits for the server's word on a sale that is in the log. @param {Door} door @param {string} id */
async function settle(door, id) {
  try {
    const sale = await deliver(door, id);
    if (sale.state === 'accepted') { numberTaken(door, sale.answer.number); finish(id); }
    else if (sale.state === 'conflict') finish(id);
    else if (sale.fault) await refused(door, sale.fault);
  } catch (cause) {
    const fault = asFault(cause);
    const body = saleOf(id)?.body;
    const silent = fault.offline || fault.status >= 500 || fault.status === 429 || fault.status === 408;
    if (silent && body && mayKeep(body)) { await keepSale(id); finish(id); return; }
    refusal.value = { code: fault.code, message: silent ? w('till.no_answer') : fault.message, open: true };
  }
}

/** Asks again for a sale whose answer is missing. @param {Door} door */
export async function askAgain(door) {
  const { id, credit } = draft.peek();
  if (!id || paying.peek()) return;
  if (credit) { await creditAnswer(door, () => resend(door)); return; }
  paying.value = true;
  refusal.value = null;
  try { await settle(door, id); } finally { paying.value = false; pump(); }
}

/** @param {Door} door @param {{parts: number, down: number, pin: string}} how */
export async function payOnCredit(door, how) {
  const { buyer } = draft.peek();
  if (!shift.peek() || paying.peek() || unanswered()) return;
  if (buyer?.rotating && Date.now() - buyer.scannedAt > seenForMs) { const it = faultOf('member.code_stale'); refusal.value = { code: it.code, message: it.message }; return; }
  await creditAnswer(door, () => sellOnCredit(door, how));
}

/** Waits for the word on a sale on credit; without one it stays open, and is asked for again. @param {Door} door @param {() => Promise<import('./credit.js').CreditSale>} send */
async function creditAnswer(door, send) {
  paying.value = true;
  refusal.value = null;
  try {
    const sale = await send();
    finish('', sale);
  } catch (cause) {
    const fault = asFault(cause);
    if (silent(fault)) refusal.value = { code: fault.code, message: w('till.credit_unanswered'), open: true };
    else await refused(door, fault);
  } finally {
    paying.value = false;
    pump();
  }
}

/** @param {string} id @param {import('./credit.js').CreditSale | null} [credit] */
function finish(id, credit = null) {
  batch(() => {
    asked++;
    checking.value = false;
    paid.value = id;
    paidCredit.value = credit;
    stage.value = 'paid';
    refusal.value = null;
    clear();
  });
}

/** The server said no; what it complained about is put right as far as the till can. @param {Door} door @param {{code: string, message: string, data: Record<string, any>}} fault */
async function refused(door, fault) {
  markLines(fault.data ?? {});
  const lines = Object.values(fault.data ?? {}).map((f) => f.message).filter(Boolean);
  refusal.value = { code: fault.code, message: fault.code === 'input.invalid' && lines.length ? lines.join(' ') : fault.message };
  await mend(door, fault.code);
}

/** @param {Door} door @param {string} code */
async function mend(door, code) {
  if (/pin/.test(code)) return;
  if (/limit|mandate/.test(code)) return keepingRefusal(() => recheck(door));
  if (/shift/.test(code)) return loadShift(door);
  if (/tender|instalment|plan_|credit/.test(code)) return;
  stage.value = 'sell';
  if (/^member\.|card/.test(code)) return keepingRefusal(() => recheck(door));
  await refresh(door);
  // The rows show the new prices by now; the cashier only has to say the new total.
  if (/price_changed/.test(code)) refusal.value = { code, message: w('till.price_changed', { total: rupiah(bill.peek().total_rupiah) }) };
}

/** Checking a card clears the refusal that led to it; the cashier still has to read it. @param {() => Promise<void>} job */
async function keepingRefusal(job) {
  const was = refusal.peek();
  await job();
  refusal.value = was;
}

export function nextCustomer() {
  batch(() => { paid.value = ''; paidCredit.value = null; stage.value = 'sell'; refusal.value = null; scanNote.value = null; });
  go('/');
}

/** After a reload in the middle of paying: find out what became of it. @param {Door} door */
export async function resume(door) {
  const { id, credit } = draft.peek();
  if (credit) { await askAgain(door); return; }
  const sale = id ? saleOf(id) : undefined;
  if (!sale) return;
  if (sale.kept || sale.state === 'accepted' || sale.state === 'conflict') { finish(id); return; }
  if (sale.state === 'waiting') await askAgain(door);
  else if (sale.fault) refusal.value = { code: sale.fault.code, message: sale.fault.message };
}

/** Receipts of tabs that were closed: booked ones are done, the others are put aside. @param {Door} door @param {import('./sale.js').Draft[]} orphans */
export async function adopt(door, orphans) {
  for (const it of orphans) {
    const sale = it.id ? saleOf(it.id) : undefined;
    if (sale?.state === 'waiting' && !sale.kept) await deliver(door, it.id).catch(() => {});
    const now = it.id ? saleOf(it.id) : undefined;
    if (now && (now.kept || now.state === 'accepted' || now.state === 'conflict')) continue;
    await hold(it);
  }
}

// --- holding ---

export async function holdIt() {
  const it = draft.peek();
  if (stage.peek() !== 'sell' || !it.lines.length || paying.peek()) return;
  await hold(it);
  asked++;
  checking.value = false;
  clear();
  refusal.value = null;
}

/** @param {string} key */
export async function continueHeld(key) {
  if (stage.peek() === 'paid') nextCustomer();
  if (draft.peek().lines.length) await holdIt();
  const it = await recall(key);
  if (it) draft.value = it;
  closeQuestion();
}
