// What stands in the shop. The whole list is on the phone, so that searching needs no network; only what is in
// sight is drawn, so that thousands of goods scroll on a cheap phone.
import { Empty, FaultNote, Icon, Skeleton } from '../lib/components/index.js';
import { Ware } from '../lib/components/shelf.js';
import { Tabs } from '../lib/components/tabs.js';
import { dateOf, count, moment, time } from '../lib/format.js';
import { href } from '../lib/route.js';
import { html, useEffect, useLayoutEffect, useMemo, useRef, useState } from '../lib/view.js';
import { w, wn } from '../lib/words.js';

/** @typedef {import('../lib/components/shelf.js').Goods & {barcode?: string, category: number}} Product */
/** @typedef {{at: string, categories: string[], goods: Product[]}} Shelf */

const plain = (/** @type {string} */ text) => text.toLowerCase().normalize('NFKD').replace(/[^a-z0-9 ]+/g, ' ');

/** What is looked through, made once for a list. @type {WeakMap<Shelf, Map<Product, string>>} */
const texts = new WeakMap();

/** @param {Shelf} shelf */
function textsOf(shelf) {
  let them = texts.get(shelf);
  if (!them) texts.set(shelf, them = new Map(shelf.goods.map((p) => [p, plain(`${p.name} ${p.barcode ?? ''} ${shelf.categories[p.category] ?? ''}`)])));
  return them;
}

/**
 * @param {Shelf} shelf
 * @param {string} text
 * @param {string} tab all, favourites, or a category's place
 * @param {(product: number) => boolean} marked
 */
function find(shelf, text, tab, marked) {
  const words = plain(text).split(' ').filter(Boolean);
  // Who looks for something looks everywhere.
  const within = (/** @type {Product} */ p) => words.length > 0 || tab === 'all' || (tab === 'favourites' ? marked(p.number) : p.category === Number(tab));
  const of = textsOf(shelf);
  const found = shelf.goods.filter((p) => within(p) && words.every((word) => of.get(p)?.includes(word)));
  return [...found.filter((p) => Number(p.stock) > 0), ...found.filter((p) => !(Number(p.stock) > 0))];
}

/** How high a row of the shelf is, px; the stylesheet says the same. */
const rowHigh = 318;
const leastWide = 168;
const spare = 2;

/**
 * Draws the rows in sight and a few around them.
 * @param {{goods: Product[], favourites: ReturnType<typeof import('./favourites.js').openFavourites>}} props
 */
function Shelves({ goods, favourites }) {
  const ref = useRef(/** @type {HTMLUListElement | null} */ (null));
  const [view, setView] = useState({ columns: 2, from: 0, to: 6 });
  useLayoutEffect(() => {
    const look = () => {
      const box = ref.current?.getBoundingClientRect();
      if (!box) return;
      const columns = Math.max(2, Math.min(5, Math.floor(box.width / leastWide)));
      const from = Math.max(0, Math.floor(-box.top / rowHigh) - spare);
      const to = Math.ceil((innerHeight - box.top) / rowHigh) + spare;
      setView((old) => (old.columns === columns && old.from === from && old.to === to ? old : { columns, from, to }));
    };
    look();
    addEventListener('scroll', look, { passive: true });
    addEventListener('resize', look);
    return () => { removeEventListener('scroll', look); removeEventListener('resize', look); };
  }, [goods]);
  const rows = Math.ceil(goods.length / view.columns);
  const from = Math.min(view.from, Math.max(0, rows - 1)) * view.columns;
  const shown = goods.slice(from, view.to * view.columns);
  return html`<ul class="shelves" ref=${ref} style=${{ '--columns': view.columns, height: `${rows * rowHigh}px`, paddingTop: `${(from / view.columns) * rowHigh}px` }}>
    ${shown.map((p, i) => html`<${Ware} key=${p.number} p=${p} at=${from + i} of=${goods.length} marked=${favourites.has(p.number)} toggle=${() => favourites.toggle(p.number)} />`)}</ul>`;
}

/** When the stock was so: the clock today, else the day with it. @param {string} at */
const asOf = (at) => (dateOf(at) === dateOf(Date.now()) ? time(at) : moment(at));

const fresh = 60_000;

/** @param {{store: import('./store.js').Store}} props */
export function Catalogue({ store }) {
  const { shelf, favourites, sought, chosen } = store;
  const { data, fault, loading } = shelf.state.value;
  useEffect(() => {
    store.need(store.marked);
    const look = () => { if (document.visibilityState === 'visible' && Date.now() - shelf.state.peek().at > fresh) shelf.load(); };
    look();
    document.addEventListener('visibilitychange', look);
    return () => document.removeEventListener('visibilitychange', look);
  }, []);
  const marks = favourites.all();
  const goods = useMemo(() => (data ? find(data, sought.value, chosen.value, (n) => marks.includes(n)) : []), [data, sought.value, chosen.value, chosen.value === 'favourites' ? marks.join() : '']);
  const head = html`<header class="hello shop"><h1 class="title">${w('member.purchases')}</h1><a class="lnk" href=${href('/struk')}><${Icon} name="receipt" />${w('member.my_receipts')}</a></header>`;
  if (!data) return html`${head}${fault ? html`<${FaultNote} fault=${fault} retry=${shelf.load} />` : html`<${Skeleton} rows=${6} />`}`;
  const tabs = [{ value: 'favourites', label: html`<${Icon} name="heart" small />${w('member.favourites')}` }, { value: 'all', label: w('common.all') },
    ...data.categories.map((/** @type {string} */ name, /** @type {number} */ i) => ({ value: String(i), label: name }))];
  return html`${head}
    ${fault && !fault.offline && html`<${FaultNote} fault=${fault} retry=${shelf.load} />`}
    <div class="seek"><label class="vh" for="seek">${w('member.seek')}</label><div class="inp"><${Icon} name="search" /><input id="seek" type="search" autocomplete="off" placeholder=${wn('member.seek_in', data.goods.length, { n: count(data.goods.length) })}
      value=${sought.value} onInput=${(/** @type {any} */ e) => { sought.value = e.currentTarget.value; }} /></div></div>
    ${!sought.value.trim() && html`<${Tabs} label=${w('member.categories')} value=${chosen.value} onChange=${(/** @type {string} */ v) => { chosen.value = v; }} tabs=${tabs} />`}
    <p class="small shelf-note" role="status"><span>${wn('member.found', goods.length, { n: count(goods.length) })}</span><button type="button" class="lnk" aria-busy=${loading} onClick=${shelf.load}><${Icon} name="refresh" />${w('member.stock_at', { at: asOf(data.at) })}</button></p>
    ${goods.length ? html`<${Shelves} goods=${goods} favourites=${favourites} />` : html`<${NothingThere} store=${store} all=${data.goods.length} />`}`;
}

/** @param {{store: import('./store.js').Store, all: number}} props */
function NothingThere({ store: { sought, chosen }, all }) {
  if (!all) return html`<${Empty} title=${w('member.no_goods')} text=${w('member.no_goods_text')} />`;
  if (sought.value.trim()) {
    return html`<${Empty} title=${w('member.not_found', { text: sought.value.trim() })} text=${w('member.not_found_text')} />
      <p><button type="button" class="lnk" onClick=${() => { sought.value = ''; chosen.value = 'all'; }}>${w('member.see_all')}</button></p>`;
  }
  return html`<${Empty} title=${w('member.no_favourites')} text=${w('member.no_favourites_text')} />`;
}
