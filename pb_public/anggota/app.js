// The member's door: routes to its screens, and news that redraws them.
import { info, online } from '../lib/api.js';
import { openDoor } from '../lib/auth.js';
import { OfflineBand, Toasts, toast } from '../lib/components/index.js';
import { Gate } from '../lib/login.js';
import { listen } from '../lib/realtime.js';
import { forget, whenBack } from '../lib/resource.js';
import { route } from '../lib/route.js';
import { start } from '../lib/start.js';
import { effect, html, useEffect, useMemo, useRef } from '../lib/view.js';
import { w } from '../lib/words.js';
import { CardScreen } from './card.js';
import { DeductionList, DeductionScreen, NextDeduction, OpenItems } from './deductions.js';
import { DeviceScreen } from './devices.js';
import { Home } from './home.js';
import { Nav, screens } from './nav.js';
import { Profile } from './profile.js';
import { PurchaseList, ReceiptScreen } from './purchases.js';
import { Savings } from './savings.js';
import { openStore } from './store.js';

const door = openDoor({ collections: ['members'] });
door.renew();

// What is kept for offline belongs to one person: it goes when they do.
let before = door.who.peek()?.id;
effect(() => {
  const now = door.who.value?.id;
  if (before && before !== now) forget();
  before = now;
});

/** @param {string[]} parts @param {import('./store.js').Store} store */
function screenOf([name = '', id], store) {
  switch (name) {
    case 'belanja': return id ? html`<${ReceiptScreen} key=${id} store=${store} id=${id} />` : html`<${PurchaseList} store=${store} />`;
    case 'kartu': return html`<${CardScreen} store=${store} />`;
    case 'potongan':
      if (id === 'berikutnya') return html`<${NextDeduction} store=${store} />`;
      return id ? html`<${DeductionScreen} key=${id} store=${store} period=${id} />` : html`<${DeductionList} store=${store} />`;
    case 'tagihan': return html`<${OpenItems} store=${store} />`;
    case 'simpanan': return html`<${Savings} store=${store} />`;
    case 'perangkat': return html`<${DeviceScreen} store=${store} />`;
    case 'saya': return html`<${Profile} store=${store} />`;
    default: return html`<${Home} store=${store} />`;
  }
}

const heard = { sale: 'member.news_sale', payroll: 'member.news_payroll', savings: 'member.news_savings', card: 'member.news_card' };

/** @param {import('./store.js').Store} store */
function follow(store) {
  const number = door.who.peek()?.number;
  const stop = listen(door, `coop/member/${number}`, (message) => {
    store.changed(message.what);
    const word = heard[/** @type {keyof typeof heard} */ (message.what)];
    if (word) toast(w(word), { kind: 'warn' });
  }, () => store.changed(''));
  const stopWaiting = whenBack(() => store.changed(''));
  return () => { stop(); stopWaiting(); };
}

function Page() {
  const store = useMemo(() => openStore(door), []);
  const main = useRef(/** @type {HTMLElement | null} */ (null));
  const parts = route.value.parts;
  const address = parts.join('/');
  const first = useRef(true);

  useEffect(() => follow(store), [store]);
  // What a member may need without a signal is fetched even if its screen was not opened yet.
  useEffect(() => {
    const later = setTimeout(() => { for (const it of [store.me, store.card, store.purchases, store.deductions, store.savings]) store.need(it); }, 2_000);
    return () => clearTimeout(later);
  }, [store]);
  useEffect(() => {
    const title = w(screens.find((s) => s.path === `/${parts[0] ?? ''}`)?.word ?? 'member.home');
    document.title = `${title} · ${info.peek()?.short_name ?? 'kpdk'}`;
    // A new screen starts at its beginning, also for who listens to it.
    if (!first.current) main.current?.focus({ preventScroll: true });
    first.current = false;
  }, [address]);

  return html`<div class="app">
    <a class="skip" href="#isi" onClick=${(/** @type {Event} */ e) => { e.preventDefault(); main.current?.focus(); }}>${w('common.skip')}</a>
    <${Nav} at=${parts[0] ?? ''} />
    <div class="app-in">
      <${OfflineBand} text=${w('member.offline_text')} at=${online.value ? 0 : store.me.state.value.at} />
      <main id="isi" ref=${main} tabindex="-1">${screenOf(parts, store)}</main>
    </div>
    <${Toasts} />
  </div>`;
}

const login = () => ({
  help: [
    { icon: 'people', title: w('member.help_forgot'), text: w('member.help_forgot_text') },
  ],
});
const Door = () => html`<${Gate} door=${door} login=${login()}><${Page} /><//>`;

start(html`<${Door} />`, { worker: '/anggota/sw.js' });
