// The frame around every page of the office: who is here, where one can go, and the page itself.
import { info } from '../lib/api.js';
import { Icon, OfflineBand, Toasts, Wordmark } from '../lib/components/index.js';
import { PrintHead } from '../lib/components/letter.js';
import { day, time, today } from '../lib/format.js';
import { forget } from '../lib/resource.js';
import { go, href, route } from '../lib/route.js';
import { setTheme, theme } from '../lib/theme.js';
import { html, useEffect, useRef, useState } from '../lib/view.js';
import { language, setLanguage, w } from '../lib/words.js';
import { Applications } from './pages/applications.js';
import { Books } from './pages/books.js';
import { Cashiers } from './pages/cashiers.js';
import { MyDevices } from './pages/devices.js';
import { Goods } from './pages/goods.js';
import { Members } from './pages/members.js';
import { Operators } from './pages/operators.js';
import { PayrollPage } from './pages/payroll.js';
import { Reports } from './pages/reports.js';
import { Savings } from './pages/savings.js';
import { Summary } from './pages/summary.js';
import { Treasury } from './pages/treasury.js';
import { Verify } from './pages/verify.js';
import { roleName } from './parts.js';

/** @typedef {import('./types.js').Door} Door */

const everybody = ['treasurer', 'supervisor', 'manager', 'storekeeper'];
const books = ['treasurer', 'supervisor', 'manager'];

/** So many names of pages find room beside the co-op's; more have a row of their own. */
const beside = 6;

/** Those that are hidden have no place in the row of pages. @type {{path: string, word: string, roles: string[], view: any, hidden?: boolean}[]} */
const pages = [
  { path: 'ringkasan', word: 'office.nav_summary', roles: everybody, view: Summary },
  { path: 'anggota', word: 'office.nav_members', roles: books, view: Members },
  { path: 'permohonan', word: 'office.nav_applications', roles: ['manager'], view: Applications },
  { path: 'simpanan', word: 'office.nav_savings', roles: ['treasurer', 'manager'], view: Savings },
  { path: 'kas', word: 'office.nav_treasury', roles: books, view: Treasury },
  { path: 'barang', word: 'office.nav_goods', roles: everybody, view: Goods },
  { path: 'kasir', word: 'office.nav_cashiers', roles: books, view: Cashiers },
  { path: 'potong-gaji', word: 'office.nav_payroll', roles: books, view: PayrollPage },
  { path: 'buku', word: 'office.nav_books', roles: books, view: Books },
  { path: 'laporan', word: 'office.nav_reports', roles: books, view: Reports },
  { path: 'periksa', word: 'office.nav_verify', roles: books, view: Verify },
  { path: 'petugas', word: 'office.nav_operators', roles: ['manager'], view: Operators },
  { path: 'perangkat', word: 'common.devices', roles: ['treasurer', 'supervisor', 'storekeeper'], view: MyDevices, hidden: true },
];

/** Day and clock of the co-op, moved on each half minute. */
function Clock() {
  const [, tick] = useState(0);
  useEffect(() => { const timer = setInterval(() => tick((n) => n + 1), 30_000); return () => clearInterval(timer); }, []);
  return html`<span class="clock">${day(today(), 'day')}, ${time(Date.now())}</span>`;
}

/** Who is here, and what they can set for themselves. @param {{door: Door}} props */
function Me({ door }) {
  const [open, setOpen] = useState(false);
  const ref = useRef(/** @type {HTMLDivElement | null} */ (null));
  const who = door.who.value;
  useEffect(() => {
    if (!open) return;
    const away = (/** @type {Event} */ e) => { if (!ref.current?.contains(/** @type {Node} */ (e.target))) setOpen(false); };
    const key = (/** @type {KeyboardEvent} */ e) => { if (e.key === 'Escape') { setOpen(false); ref.current?.querySelector('button')?.focus(); } };
    document.addEventListener('pointerdown', away);
    document.addEventListener('keydown', key);
    return () => { document.removeEventListener('pointerdown', away); document.removeEventListener('keydown', key); };
  }, [open]);
  const choice = (/** @type {string} */ name, /** @type {boolean} */ on, /** @type {() => void} */ run) => html`<button type="button" class="choice" aria-pressed=${on} onClick=${run}>${name}</button>`;
  return html`<div class="me" ref=${ref}>
    <button type="button" class="me-btn" aria-expanded=${open} onClick=${() => setOpen(!open)}><span class="me-name">${who?.name || who?.email}</span><small>${roleName(who?.role ?? '')}</small><${Icon} name="down" small /></button>
    ${open && html`<div class="me-panel">
      <p class="note">${who?.name || who?.email}, ${roleName(who?.role ?? '')}</p>
      <fieldset><legend class="note">${w('common.theme')}</legend>${/** @type {const} */ (['auto', 'light', 'dark']).map((it) => choice(w(`common.theme_${it}`), theme.value === it, () => setTheme(it)))}</fieldset>
      <fieldset><legend class="note">${w('common.language')}</legend>${choice('Indonesia', language.value === 'id', () => setLanguage('id'))}${choice('English', language.value === 'en', () => setLanguage('en'))}</fieldset>
      ${who?.role !== 'manager' && html`<a class="foot-link" href=${href('/perangkat')} onClick=${() => setOpen(false)}><span>${w('common.devices')}</span><${Icon} name="chevron" /></a>`}
      <button type="button" class="foot-link" onClick=${() => { forget(); door.logout(); }}><span>${w('common.log_out')}</span><${Icon} name="logout" /></button>
    </div>`}
  </div>`;
}

/** Moves the present page's name into sight where the row of pages is wider than the phone. @param {string} current */
function useInSight(current) {
  const ref = useRef(/** @type {HTMLElement | null} */ (null));
  useEffect(() => {
    const row = ref.current;
    const link = /** @type {HTMLElement | null} */ (row?.querySelector('[aria-current]') ?? null);
    if (row && link) row.scrollLeft = link.offsetLeft - (row.clientWidth - link.clientWidth) / 2;
  }, [current, language.value]);
  return ref;
}

/** @param {{door: Door}} props */
export function Office({ door }) {
  const role = door.role.value;
  const mine = pages.filter((p) => p.roles.includes(role));
  const [name = mine[0].path] = route.value.parts;
  const page = mine.find((p) => p.path === name);
  const nav = useInSight(name);
  const shown = mine.filter((p) => !p.hidden);
  useEffect(() => { if (!page) go(`/${mine[0].path}`); }, [page, role]);
  useEffect(() => { if (page) document.title = `${w(page.word)} · ${info.value?.short_name || 'kpdk'}`; }, [page, language.value, info.value]);
  return html`<div class=${`office${shown.length > beside ? '' : ' few'}`}>
    <a class="skip" href="#isi" onClick=${(/** @type {Event} */ e) => { e.preventDefault(); document.getElementById('isi')?.focus(); }}>${w('common.skip')}</a>
    <header class="top"><div class="top-in"><${Wordmark} href="#/ringkasan" size=${25} />
      <nav aria-label=${w('office.nav')} ref=${nav}>${shown.map((p) => html`<a key=${p.path} href=${href(`/${p.path}`)} aria-current=${p.path === name ? 'page' : undefined}>${w(p.word)}</a>`)}</nav>
      <${Clock} /><${Me} door=${door} /></div></header>
    <${OfflineBand} text=${w('office.offline')} />
    <${PrintHead} by=${door.who.value?.name || door.who.value?.email} />
    <main id="isi" tabindex="-1">${page && html`<${page.view} key=${page.path} door=${door} />`}</main>
    <${Toasts} />
  </div>`;
}
