// The member's door: routes to its screens, and news that redraws them.
import { Fault, asFault, info, online } from '../lib/api.js';
import { openDoor } from '../lib/auth.js';
import { FaultNote, Icon, OfflineBand, Skeleton, Toasts, toast } from '../lib/components/index.js';
import { bring } from '../lib/late.js';
import { Gate } from '../lib/login.js';
import { listen } from '../lib/realtime.js';
import { forget, whenBack } from '../lib/resource.js';
import { href, route } from '../lib/route.js';
import { start } from '../lib/start.js';
import { effect, html, signal, useEffect, useMemo, useRef } from '../lib/view.js';
import { ready, w } from '../lib/words.js';
import { Home } from './home.js';
import { Nav, screens } from './nav.js';
import { openStore } from './store.js';

const door = openDoor({ collections: ['members'] });
door.renew();

// What is kept for offline belongs to one person: it goes when they do.
let before = door.who.peek()?.id;
effect(() => {
  const now = door.who.value?.id;
  if (now) forget(now); else if (before) forget();
  // With the key of the phone's own code: it belongs to the login that ends.
  if (before && now !== before) indexedDB.deleteDatabase('kpdk.anggota');
  before = now;
});
// Who logs out in one tab is gone from all of them.
addEventListener('storage', (e) => { if (e.key === 'kpdk.members' && !e.newValue && door.who.peek()) door.logout(); });

/** Screens come when they are first opened, so that the first one is there sooner; the service worker keeps them all. */
const late = {
  belanja: () => import('./catalogue.js').then((m) => m.Catalogue),
  struk: () => import('./purchases.js').then((m) => m.Purchases),
  kartu: () => import('./card.js').then((m) => m.CardScreen),
  potongan: () => import('./deductions.js').then((m) => m.Deductions),
  tagihan: () => import('./deductions.js').then((m) => m.OpenItems),
  simpanan: () => Promise.all([import('./savings.js'), import('../lib/components/tabs.js')]).then(([m]) => m.Savings),
  tarik: () => import('./withdraw.js').then((m) => m.Withdraw),
  koran: () => import('./statement.js').then((m) => m.StatementScreen),
  jasa: () => import('./statement.js').then((m) => m.InterestScreen),
  hemat: () => import('./gains.js').then((m) => m.GainsScreen),
  perangkat: () => import('./devices.js').then((m) => m.DeviceScreen),
  keluar: () => import('./leave.js').then((m) => m.LeaveScreen),
  data: () => import('./held.js').then((m) => m.HeldScreen),
  siapa: () => import('./watch.js').then((m) => m.WatchScreen),
  pemberitahuan: () => import('./notices.js').then((m) => m.NoticesScreen),
  kuasa: () => import('./mandate.js').then((m) => m.MandateScreen),
  rekening: () => import('./bank.js').then((m) => m.BankScreen),
  // Who is not in yet: from a letter, on their own, or on the way.
  gabung: () => import('./enter.js').then((m) => m.Enter),
  daftar: () => import('./enter.js').then((m) => m.Enter),
  ikut: () => import('./joining.js').then((m) => m.Joining),
  saya: () => import('./profile.js').then((m) => m.Profile),
};
/** @typedef {keyof typeof late} Name */

/** Screens without the app around them. */
const outside = { gabung: 1, daftar: 1, ikut: 1 };

/** A letter's number and code leave the address at once; enter.js keeps them for this tab. */
function takeLetter() {
  const [, number, code] = location.hash.match(/^#\/gabung\/(\d+)\/([\w-]+)$/) ?? [];
  if (!code) return;
  sessionStorage.setItem('kpdk.invitation', JSON.stringify({ number, code }));
  history.replaceState(null, '', '#/gabung');
  route.value = { parts: ['gabung'], query: new URLSearchParams() };
}
addEventListener('hashchange', takeLetter);
takeLetter();

/** The screens that have come, or why one did not. */
const come = signal(/** @type {Record<string, {screen?: any, fault?: import('../lib/api.js').Fault}>} */ ({}));

/** Those under way. */
const coming = /** @type {Record<string, true>} */ ({});

/** @param {Name} name */
async function fetchScreen(name) {
  coming[name] = true;
  const put = (/** @type {(typeof come.value)[string]} */ it) => { come.value = { ...come.peek(), [name]: it }; };
  try {
    // What home does not say or draw comes with the first of them: member.* beyond home, and its styles.
    const [screen] = await Promise.all([late[name](), bring('later', '/anggota/later.css')]);
    put({ screen });
  } catch (cause) {
    await ready().catch(() => {});
    put({ fault: cause instanceof TypeError ? new Fault({ code: 'offline', message: w('common.fault_offline') }) : asFault(cause) });
  } finally {
    delete coming[name];
  }
}

// The one that the address names comes beside the words, not after the first drawing.
if (door.who.peek() && route.peek().parts[0] in late) fetchScreen(/** @type {Name} */ (route.peek().parts[0]));

/** A screen of which nothing has come yet says so. @param {{name: Name, id?: string, store?: import('./store.js').Store}} props */
function Late({ name, id, store }) {
  const { screen: Screen, fault } = come.value[name] ?? {};
  useEffect(() => { if (!come.peek()[name]?.screen && !(name in coming)) fetchScreen(name); }, [name]);
  if (Screen) return html`<${Screen} key=${id} store=${store} id=${id} door=${door} name=${name} />`;
  return fault ? html`<${FaultNote} fault=${fault} retry=${() => fetchScreen(name)} />` : html`<${Skeleton} rows=${6} />`;
}

/** @param {string[]} parts @param {import('./store.js').Store} store */
const screenOf = ([name = '', id = ''], store) => (name in late && !(name in outside) ? html`<${Late} key=${name} name=${name} id=${id} store=${store} />` : html`<${Home} store=${store} />`);

const heard = { sale: 'member.news_sale', payroll: 'member.news_payroll', draft: 'member.news_draft', objection: 'member.news_objection', savings: 'member.news_savings', card: 'member.news_card', device: 'member.news_device' };

/** @param {import('./store.js').Store} store */
function follow(store) {
  const number = door.who.peek()?.number;
  const stop = listen(door, `coop/member/${number}`, (message) => {
    store.changed(message.what);
    const word = heard[/** @type {keyof typeof heard} */ (message.what)];
    if (word) toast(w(word), { kind: 'warn' });
  }, () => store.changed(''));
  const stopWaiting = whenBack(() => store.changed(''));
  // What was refused while the login had run out is asked again after the next one.
  let out = door.expired.peek();
  const stopAgain = door.expired.subscribe((now) => {
    if (out && !now && door.who.peek()) store.changed('');
    out = now;
  });
  return () => { stop(); stopWaiting(); stopAgain(); };
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
    const later = setTimeout(store.needAll, 2_000);
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
    <div class=${`app-in ${[undefined, 'belanja'].includes(parts[0]) || !(parts[0] in late) ? 'broad' : ''}`}>
      <${OfflineBand} text=${w('member.offline_text')} at=${online.value ? 0 : store.me.state.value.at} />
      <main id="isi" class="settles" ref=${main} tabindex="-1">${screenOf(parts, store)}</main>
    </div>
    <${Toasts} />
  </div>`;
}

const login = () => ({
  more: html`<li><a href=${href('/daftar')}><${Icon} name="people" /><span><b>${w('member.join_own')}</b><small>${w('member.join_own_text')}</small></span><${Icon} name="chevron" /></a></li>`,
  help: [
    { icon: 'people', title: w('member.help_forgot'), text: w('member.help_forgot_text') },
  ],
});
/** Whoever has a letter wants in, on whosever phone; who is invited is on the way; the others are members. */
function Door() {
  const [name = ''] = route.value.parts;
  if (name === 'gabung' || (name === 'daftar' && !door.who.value)) return html`<${Alone} name=${name} />`;
  return html`<${Gate} door=${door} login=${login()}>${door.who.value?.record.status === 'invited' ? html`<${Alone} name="ikut" />` : html`<${Page} />`}<//>`;
}

/** @param {{name: Name}} props */
const Alone = ({ name }) => html`<${OfflineBand} /><${Late} key=${name} name=${name} /><${Toasts} />`;

start(html`<${Door} />`, { worker: '/anggota/sw.js' });
