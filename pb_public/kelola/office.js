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
import { ImportPage } from './pages/import.js';
import { Leavers } from './pages/leavers.js';
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

/** Pages stand in groups, in this order; one that is hidden has no place in the list. @type {{word: string, pages: {path: string, word: string, roles: string[], view: any, hidden?: boolean}[]}[]} */
const groups = [
  { word: '', pages: [
    { path: 'ringkasan', word: 'office.nav_summary', roles: everybody, view: Summary },
    { path: 'perangkat', word: 'common.devices', roles: ['treasurer', 'supervisor', 'storekeeper'], view: MyDevices, hidden: true },
  ] },
  { word: 'office.group_members', pages: [
    { path: 'anggota', word: 'office.nav_members', roles: books, view: Members },
    { path: 'permohonan', word: 'office.nav_applications', roles: ['manager'], view: Applications },
    { path: 'impor', word: 'office.nav_import', roles: ['manager'], view: ImportPage },
    { path: 'simpanan', word: 'office.nav_savings', roles: books, view: Savings },
    { path: 'keluar', word: 'office.nav_leavers', roles: books, view: Leavers },
  ] },
  { word: 'office.group_shop', pages: [
    { path: 'barang', word: 'office.nav_goods', roles: everybody, view: Goods },
    { path: 'kasir', word: 'office.nav_cashiers', roles: books, view: Cashiers },
  ] },
  { word: 'office.group_money', pages: [
    { path: 'kas', word: 'office.nav_treasury', roles: books, view: Treasury },
    { path: 'potong-gaji', word: 'office.nav_payroll', roles: books, view: PayrollPage },
  ] },
  { word: 'office.group_books', pages: [
    { path: 'laporan', word: 'office.nav_reports', roles: books, view: Reports },
    { path: 'buku', word: 'office.nav_books', roles: books, view: Books },
    { path: 'periksa', word: 'office.nav_verify', roles: books, view: Verify },
  ] },
  { word: 'office.group_people', pages: [
    { path: 'petugas', word: 'office.nav_operators', roles: ['manager'], view: Operators },
  ] },
];

/** Addresses of before, in links that people kept: what is only looked at stands under Laporan. @param {string[]} parts @param {string} account */
function moved([name, tab, ...rest], account) {
  if (name !== 'buku' || !['jurnal', 'neraca'].includes(tab)) return '';
  return account ? `/laporan/kartu?account=${account}` : ['/laporan', tab, ...rest].join('/');
}

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

/**
 * The pages in groups: a list at the side where there is room, else behind a button that says which page this is.
 * @param {{list: typeof groups, name: string}} props
 */
function Pages({ list, name }) {
  const [open, setOpen] = useState(false);
  const ref = useRef(/** @type {HTMLDivElement | null} */ (null));
  const here = list.flatMap((g) => g.pages.map((page) => ({ page, group: g.word }))).find((it) => it.page.path === name);
  useEffect(() => setOpen(false), [name]);
  useEffect(() => {
    if (!open) return;
    const away = (/** @type {Event} */ e) => { if (!ref.current?.contains(/** @type {Node} */ (e.target))) setOpen(false); };
    const key = (/** @type {KeyboardEvent} */ e) => { if (e.key === 'Escape') { setOpen(false); ref.current?.querySelector('button')?.focus(); } };
    document.addEventListener('pointerdown', away);
    document.addEventListener('keydown', key);
    return () => { document.removeEventListener('pointerdown', away); document.removeEventListener('keydown', key); };
  }, [open]);
  const link = (/** @type {(typeof groups)[0]['pages'][0]} */ p) => html`<li key=${p.path}><a href=${href(`/${p.path}`)} aria-current=${p.path === name ? 'page' : undefined} onClick=${() => setOpen(false)}>${w(p.word)}</a></li>`;
  return html`<div class=${`pages${open ? ' open' : ''}`} ref=${ref}>
    <button type="button" class="pages-btn" aria-expanded=${open} aria-controls="halaman" onClick=${() => setOpen(!open)}><span>${here?.group && html`<small>${w(here.group)}</small> `}${here ? w(here.page.word) : w('office.pages')}</span><span class="pages-all">${w('office.pages')}<${Icon} name="down" small /></span></button>
    <nav id="halaman" aria-label=${w('office.nav')}>${list.map((g) => html`<div class="pages-group" key=${g.word}>${g.word && html`<p class="note">${w(g.word)}</p>`}<ul>${g.pages.filter((p) => !p.hidden).map(link)}</ul></div>`)}</nav>
  </div>`;
}

/** @param {{door: Door}} props */
export function Office({ door }) {
  const role = door.role.value;
  const list = groups.map((g) => ({ ...g, pages: g.pages.filter((p) => p.roles.includes(role)) })).filter((g) => g.pages.length);
  const [name = 'ringkasan'] = route.value.parts;
  const page = list.flatMap((g) => g.pages).find((p) => p.path === name);
  const elsewhere = moved(route.value.parts, route.value.query.get('account') ?? '');
  useEffect(() => { if (elsewhere) location.replace(href(elsewhere)); else if (!page) go('/ringkasan'); }, [page, role, elsewhere]);
  useEffect(() => { if (page) document.title = `${w(page.word)} · ${info.value?.short_name || 'kpdk'}`; }, [page, language.value, info.value]);
  return html`<div class="office">
    <a class="skip" href="#isi" onClick=${(/** @type {Event} */ e) => { e.preventDefault(); document.getElementById('isi')?.focus(); }}>${w('common.skip')}</a>
    <header class="top"><div class="top-in"><${Wordmark} href="#/ringkasan" size=${25} /><${Clock} /><${Me} door=${door} /></div></header>
    <${OfflineBand} text=${w('office.offline')} />
    <${PrintHead} by=${door.who.value?.name || door.who.value?.email} />
    <div class="frame"><${Pages} list=${list} name=${name} />
      <main id="isi" class="settles" tabindex="-1">${page && !elsewhere && html`<${page.view} key=${page.path} door=${door} />`}</main></div>
    <${Toasts} />
  </div>`;
}
