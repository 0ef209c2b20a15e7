// The sale screen: rows on paper, the customer and the total on ink.
import { IconButton, Wordmark } from '../../lib/components/index.js';
import { HeldBand } from '../../lib/components/held-band.js';
import { day, dateOf, time } from '../../lib/format.js';
import { html, useEffect, useLayoutEffect, useRef, useState } from '../../lib/view.js';
import { w } from '../../lib/words.js';
import { held } from '../held.js';
import { waiting } from '../queue.js';
import { priced } from '../sale.js';
import { handleKeys, realKeys } from '../keys.js';
import { asking, paidCredit, stage } from '../till.js';
import { BuyerPanel } from './buyer.js';
import { Pay, Total } from './pay.js';
import { PaidCredit, PaidCreditTotal } from './credit.js';
import { Paid, PaidTotal } from './paid.js';
import { Questions } from './questions.js';
import { Rows } from './rows.js';
import { ScanField } from './scan-field.js';

/** @typedef {ReturnType<typeof import('../../lib/auth.js').openDoor>} Door */

/** On a phone the keyboard would cover the receipt, so only a till with a real one gets focus by itself. A touch till shows that it has one by its first function key. */
export const handsOnKeys = () => !matchMedia('(pointer: coarse)').matches || realKeys();

function Clock() {
  const [now, setNow] = useState(Date.now());
  useEffect(() => { const ticking = setInterval(() => setNow(Date.now()), 10_000); return () => clearInterval(ticking); }, []);
  return html`<time>${day(dateOf(now), 'day')}, ${time(now)}</time>`;
}

/** @param {{shift: import('../shift.js').Shift}} props */
function Head({ shift }) {
  // Numbers are given by the server in the order in which sales reach it, so none is promised while some wait.
  const next = waiting.value.length ? '' : shift.next_number;
  return html`<header class="head"><${Wordmark} size=${24} /><span class="who-sells">${shift.till_name || shift.till}, ${shift.cashier}</span>
    <span class="when">${next && html`<span>${w('till.receipt', { number: next })}</span>`}<${Clock} /></span>
    <${IconButton} icon="menu" label=${w('till.menu')} onClick=${() => { asking.value = { kind: 'menu' }; }} /></header>`;
}

function PutAside() {
  const list = held.value;
  if (!list.length) return null;
  const last = list[list.length - 1];
  const total = priced(last.draft).reduce((sum, l) => sum + l.amount_rupiah, 0);
  return html`<${HeldBand} n=${list.length} who=${last.draft.buyer?.name} rows=${last.draft.lines.length} total_rupiah=${total} open=${() => { asking.value = { kind: 'held' }; }} />`;
}

const hints = [['+ −', 'quantity'], ['Del', 'remove'], ['F6', 'member'], ['F8', 'hold'], ['?', 'keys']];

/** @param {{door: Door, shift: import('../shift.js').Shift}} props */
export function Sell({ door, shift }) {
  const field = useRef(/** @type {HTMLInputElement | null} */ (null));
  useEffect(() => handleKeys(door, field), []);
  const focusable = (stage.value === 'sell' || stage.value === 'paid') && !asking.value.kind;
  useLayoutEffect(() => { if (focusable && handsOnKeys()) field.current?.focus(); }, [focusable, stage.value]);
  /** A click beside the controls must not cost the next scan. @param {any} e */
  const back = (e) => { if (handsOnKeys() && !e.target.closest('input,select,button,a,dialog') && !String(getSelection())) field.current?.focus(); };
  const isPaid = stage.value === 'paid';
  return html`<main class=${`till no-print at-${stage.value}`} id="main" onPointerUp=${back}>
    <h1 class="vh">${w('till.title')}</h1>
    <section class="left" aria-label=${w('till.rows_label')}>
      <${Head} shift=${shift} /><${PutAside} />
      ${isPaid ? (paidCredit.value ? html`<${PaidCredit} />` : html`<${Paid} />`) : html`<${Rows} />`}
      <${ScanField} door=${door} field=${field} />
      <ul class="keys">${hints.map(([key, word]) => html`<li key=${key}>${key.split(' ').map((k) => html`<kbd class="kbd" key=${k}>${k}</kbd>`)} ${w(`till.key_${word}`)}</li>`)}</ul>
    </section>
    <aside class="right on-base" aria-label=${w('till.pay_label')}>
      ${isPaid ? (paidCredit.value ? html`<${PaidCreditTotal} />` : html`<${PaidTotal} />`) : html`<${BuyerPanel} /><div class="foot"><${Total} /><${Pay} door=${door} /></div>`}
    </aside>
    <${Questions} door=${door} />
  </main>`;
}
