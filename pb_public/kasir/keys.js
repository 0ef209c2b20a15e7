// The keyboard of the till. Single keys count while the input is empty; function keys always.
import { held } from './held.js';
import { saleOf } from './queue.js';
import { receiptOf } from './receipt.js';
import { draft, select } from './sale.js';
import { asking, backToSelling, continueHeld, holdIt, more, nextCustomer, paid, paidCredit, stage, startPaying, takeOut } from './till.js';
import { printCredit } from './views/credit.js';
import { printReceipt } from './views/slip.js';

/** @typedef {ReturnType<typeof import('../lib/auth.js').openDoor>} Door */

let functionKey = false;
/** Whether a function key was ever pressed: keyboards drawn on glass have none. */
export const realKeys = () => functionKey;

/** @type {Record<string, () => void>} */
const always = {
  F1: () => startPaying('cash'),
  F2: () => startPaying('payroll'),
  F10: () => startPaying('credit'),
  F6: () => { if (stage.peek() !== 'paid') asking.value = { kind: 'member' }; },
  F7: () => { const it = saleOf(paid.peek()); const on = paidCredit.peek(); if (on) printCredit(on); else if (it) printReceipt(receiptOf(it)); },
  F8: () => { holdIt(); },
  F9: () => { const list = held.peek(); if (list.length === 1 && !draft.peek().lines.length) continueHeld(list[0].key); else if (list.length) asking.value = { kind: 'held' }; },
};

/** @type {Record<string, () => void>} */
const whenEmpty = {
  '+': () => more(draft.peek().on, 1),
  '-': () => more(draft.peek().on, -1),
  Delete: () => takeOut(draft.peek().on),
  ArrowUp: () => select(draft.peek().on - 1),
  ArrowDown: () => select(draft.peek().on + 1),
  '?': () => { asking.value = { kind: 'help' }; },
  '/': () => {},
};

/** @param {Element | null} it */
const takesText = (it) => it instanceof HTMLInputElement || it instanceof HTMLTextAreaElement || it instanceof HTMLSelectElement;

/**
 * @param {Door} door
 * @param {{current: HTMLInputElement | null}} field
 * @returns {() => void} stop
 */
export function handleKeys(door, field) {
  /** @param {KeyboardEvent} e */
  const pressed = (e) => {
    if (e.defaultPrevented || e.ctrlKey || e.metaKey || e.altKey || e.isComposing) return;
    if (asking.peek().kind || door.expired.peek() || document.querySelector('dialog[open]')) return;
    if (always[e.key]) { functionKey = true; e.preventDefault(); if (!e.repeat) always[e.key](); return; }
    if (e.key === 'Escape') { if (stage.peek() === 'paid') nextCustomer(); else backToSelling(); return; }
    const input = field.current;
    const elsewhere = takesText(document.activeElement) && document.activeElement !== input;
    if (!input || elsewhere) return;
    const untouched = input.value === '' || (input.selectionStart === 0 && input.selectionEnd === input.value.length);
    if (untouched && whenEmpty[e.key]) { e.preventDefault(); input.focus(); whenEmpty[e.key](); return; }
    // A scanner types wherever the focus is; its first character brings it home.
    if (e.key.length === 1 && e.key !== ' ' && document.activeElement !== input) input.focus();
  };
  addEventListener('keydown', pressed);
  return () => removeEventListener('keydown', pressed);
}
