import { Empty, FaultNote, Figure, Icon, Loaded, Skeleton } from '../lib/components/index.js';
import { asFault } from '../lib/api.js';
import { chainHead, day, period, quantity, rupiah, time } from '../lib/format.js';
import { href } from '../lib/route.js';
import { html, useEffect, useState } from '../lib/view.js';
import { w } from '../lib/words.js';
import { AppBar } from './nav.js';
import { More, PurchaseRows } from './rows.js';

/** @typedef {import('./store.js').Receipt} Receipt */

/** @param {Receipt[]} purchases @returns {[string, Receipt[]][]} */
function byMonth(purchases) {
  /** @type {Map<string, Receipt[]>} */
  const months = new Map();
  for (const r of purchases) {
    const month = r.date.slice(0, 7);
    months.set(month, [...(months.get(month) ?? []), r]);
  }
  return [...months];
}

/** All receipts, or one. @param {{store: import('./store.js').Store, id: string}} props */
export const Purchases = ({ store, id }) => (id ? html`<${ReceiptScreen} store=${store} id=${id} />` : html`<${PurchaseList} store=${store} />`);

/** @param {{store: import('./store.js').Store}} props */
function PurchaseList({ store }) {
  useEffect(() => store.need(store.purchases), []);
  const list = () => {
    const items = store.purchases.items();
    if (!items.length) return html`<${Empty} title=${w('member.no_purchases')} text=${w('member.no_purchases_text')} link=${w('member.show_card')} href=${href('/kartu')} />`;
    return html`${byMonth(items).map(([month, some]) => html`<section class="sec" key=${month}><div class="sec-h"><h2>${period(month)}</h2></div><${PurchaseRows} purchases=${some} /></section>`)}<${More} of=${store.purchases} />`;
  };
  return html`<${AppBar} title=${w('member.my_receipts')} back="/belanja" /><${Loaded} of=${store.purchases} draw=${list} rows=${6} />`;
}

const pagesToSearch = 30;

/**
 * Finds a receipt among what is loaded, and pages on until it is there.
 * @param {import('./store.js').Store} store
 * @param {string} id
 */
function useReceipt(store, id) {
  const [fault, setFault] = useState(/** @type {import('../lib/api.js').Fault | null} */ (null));
  const [searched, setSearched] = useState(false);
  /** @returns {Receipt | undefined} */
  const find = () => store.me.state.value.data?.purchases.find((/** @type {Receipt} */ r) => r.id === id) ?? store.purchases.items().find((r) => r.id === id);
  async function search() {
    setFault(null);
    try {
      if (!store.purchases.state.peek().data) await store.purchases.load();
      for (let i = 0; i < pagesToSearch && !find() && store.purchases.next(); i++) await store.purchases.more();
      if (!find()) setFault(store.purchases.state.peek().fault);
    } catch (cause) {
      setFault(asFault(cause));
    }
    setSearched(true);
  }
  useEffect(() => { store.need(store.me); if (!find()) search(); }, [id]);
  return { receipt: find(), fault, searched, search };
}

/** @param {{r: Receipt}} props */
function Slip({ r }) {
  const saved = r.saved_rupiah - (r.back_saved_rupiah ?? 0);
  return html`<article class="slip" aria-label=${w('member.receipt', { number: r.number })}>
    <header><p class="k">${day(r.date, 'full')}, ${time(r.sold_at)}</p><p class="slip-fig"><${Figure} rupiah=${r.total_rupiah} size="xl" /></p>
      <p class="small">${w(r.cashier ? 'member.till_line' : 'member.till_only', { till: r.till, cashier: r.cashier })}</p></header>
    <ul class="lines">${r.lines.map((l, i) => html`<li key=${i}><span class="nm">${l.name}<small>${quantity(l.quantity)} ${l.unit} × ${rupiah(l.price_rupiah)}${l.public_price_rupiah > l.price_rupiah && html` <s aria-label=${w('member.public_price', { amount: rupiah(l.public_price_rupiah) })}>${rupiah(l.public_price_rupiah)}</s>`}</small>${l.back && html`<small>${w('member.came_back', { n: quantity(l.back), unit: l.unit })}</small>`}</span><b>${rupiah(l.amount_rupiah)}</b></li>`)}</ul>
    <dl class="rows"><div class="sum"><dt>${w('member.total')}</dt><dd><span class="rp">Rp</span>${rupiah(r.total_rupiah)}</dd></div>
      ${r.tenders.map((t) => html`<div key=${t.kind}><dt>${w(`member.tender_${t.kind}`)}</dt><dd>${rupiah(t.amount_rupiah)}</dd></div>`)}
      ${r.change_rupiah > 0 && html`<div><dt>${w('member.change')}</dt><dd>${rupiah(r.change_rupiah)}</dd></div>`}</dl>
    ${r.back_rupiah && html`<dl class="rows"><div class="sum"><dt>${w('member.came_back_sum')}</dt><dd><span class="rp">Rp</span>${rupiah(r.back_rupiah)}</dd></div>
      ${[['ended', r.back_ended_rupiah], ['cash', r.back_cash_rupiah], ['held', r.back_held_rupiah]].map(([way, amount]) => amount && html`<div key=${way}><dt>${w(`member.came_back_${way}`)}</dt><dd>${rupiah(Number(amount))}</dd></div>`)}</dl>`}
    ${saved > 0 && html`<p class="state pos"><${Icon} name="check" />${w('member.saved', { amount: rupiah(saved) })}</p>`}
  </article>`;
}

/** The way from the figure to the book. @param {{r: Receipt}} props */
const Trace = ({ r }) => html`<section class="sec trace"><div class="sec-h"><h2>${w('common.how_we_know')}</h2></div>
  <p class="read">${w('member.trace', { entry: r.entry })}</p><p class="mono">${chainHead(r.hash ?? '', r.entry)}</p></section>`;

/** @param {{store: import('./store.js').Store, id: string}} props */
function ReceiptScreen({ store, id }) {
  const { receipt, fault, searched, search } = useReceipt(store, id);
  const title = receipt ? w('member.receipt', { number: receipt.number }) : w('member.receipt_title');
  return html`<${AppBar} title=${title} back="/struk" print=${Boolean(receipt)} />
    ${receipt ? html`<${Slip} r=${receipt} /><${Trace} r=${receipt} />`
    : fault ? html`<${FaultNote} fault=${fault} retry=${search} />`
      : searched ? html`<${Empty} title=${w('member.receipt_unknown')} text=${w('member.receipt_unknown_text')} link=${w('member.my_receipts')} href=${href('/struk')} />` : html`<${Skeleton} rows=${5} />`}`;
}
