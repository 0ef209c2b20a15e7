// The receipt as paper: on the screen after a sale, and 80 mm wide from the printer.
import { Slip } from '../../lib/components/slip.js';
import { html, signal } from '../../lib/view.js';
import { saleOf } from '../queue.js';
import { receiptOf } from '../receipt.js';
import { paid } from '../till.js';

/** @typedef {import('../receipt.js').Receipt} Receipt */

const printing = signal(/** @type {Receipt | null} */ (null));

/** Prints one receipt and nothing else of the page. @param {Receipt} receipt */
export function printReceipt(receipt) {
  printing.value = receipt;
  // The slip must be drawn before the print dialog takes its picture.
  requestAnimationFrame(() => requestAnimationFrame(() => { window.print(); printing.value = null; }));
}

const paper = signal(/** @type {any} */ (null));

/** Prints something else from the roll. @param {any} drawn */
export function printPaper(drawn) {
  paper.value = drawn;
  requestAnimationFrame(() => requestAnimationFrame(() => { window.print(); paper.value = null; }));
}

const sheet = document.createElement('style');
document.head.append(sheet);

/** Paper from a roll is as long as what stands on it; CSS alone can't say so. */
addEventListener('beforeprint', () => {
  const it = document.querySelector('.printed');
  if (!it?.firstElementChild) { sheet.textContent = ''; return; }
  it.classList.add('measured');
  const mm = Math.ceil(it.getBoundingClientRect().height * 25.4 / 96) + 10;
  it.classList.remove('measured');
  sheet.textContent = `@page{size:80mm ${Math.max(80, mm)}mm;margin:3mm}`;
});

/** What a printer gets: the receipt asked for, or the one just paid. */
export function Printed() {
  const sale = saleOf(paid.value);
  const it = printing.value ?? (sale ? receiptOf(sale) : null);
  return html`<div class="print-only printed" aria-hidden="true">${paper.value ?? (it && html`<${Slip} receipt=${it} />`)}</div>`;
}
