// The pages Potong Gaji, Laporan and Buku: the office's own pages inside the dashboard, not copies of them. They
// stand in a shadow root with their own styles, and send with the dashboard's login.
import { loadInfo } from '/lib/api.js';
import { openDoor } from '/lib/auth.js';
import { follow, route } from '/lib/route.js';
import { html, render } from '/lib/view.js';
import { language, ready, w } from '/lib/words.js';
import { Books } from '/kelola/pages/books.js';
import { PayrollPage } from '/kelola/pages/payroll.js';
import { Reports } from '/kelola/pages/reports.js';
import { OfflineBand, Toasts } from '/lib/components/index.js';

const styles = ['/styles/tokens.css', '/styles/base.css', '/styles/desk.css', '/brand.css', '/kelola/kelola.css'];
/** Where the office's styles speak of the whole document, here they mean this part of it. */
const inner = '.kop-office';
const own = `${inner}{min-height:0;background:none}${inner} .kop-main{padding:0 0 var(--s6);max-width:none}`;

const door = openDoor({ collections: ['_superusers'], clients: { _superusers: app.pb } });

/** @type {Promise<CSSStyleSheet[]> | undefined} */
let sheets;

async function fetchSheets() {
  const texts = await Promise.all(styles.map(async (path) => (await fetch(path)).text()));
  const fonts = texts[0].match(/@font-face\{[^}]*\}/g) ?? []; // a shadow root knows the document's fonts only
  document.head.append(t.style({}, fonts.join('\n').replaceAll('url(../', 'url(/')));
  return [...texts, own].map((text) => {
    const sheet = new CSSStyleSheet();
    sheet.replaceSync(text.replace(/@import[^;]+;|@font-face\{[^}]*\}/g, '').replaceAll(':root', inner).replace(/^(html|body)\{/gm, `${inner}{`).replace(/^(\s+)body\{/gm, `$1${inner}{`).replace(/^(\s*)main\{/gm, '$1.kop-main{'));
    return sheet;
  });
}

const pages = { 'potong-gaji': PayrollPage, laporan: Reports, buku: Books };
const names = { 'potong-gaji': 'office.console_page', laporan: 'office.nav_reports', buku: 'office.nav_books' };
const nameOf = () => (pages[route.value.parts[0]] ? route.value.parts[0] : 'laporan');
const title = () => { app.store.title = w(names[nameOf()]); };

function Page() {
  const name = nameOf();
  return html`<${OfflineBand} text=${w('office.offline')} /><div class="kop-main settles"><${pages[name]} key=${name} door=${door} /></div><${Toasts} />`;
}

/** Moves from one report to the next without the dashboard drawing the page anew: whoever types a date stays in its field. */
export function move() {
  follow();
  title();
}

export async function page() {
  sheets ??= fetchSheets().catch((cause) => { sheets = undefined; throw cause; });
  const [all] = await Promise.all([sheets, ready(), loadInfo()]);
  document.documentElement.lang = 'en'; // the words' own page would be Indonesian; here only this part is
  door.who.value = door.present(); // somebody else may have logged in since
  follow();
  title();
  const host = t.div({ className: 'kop-host', lang: language.value });
  const shadow = host.attachShadow({ mode: 'open' });
  shadow.adoptedStyleSheets = all;
  const root = shadow.appendChild(t.div({ className: `${inner.slice(1)} office few` }));
  const scheme = watch(() => app.store.activeColorScheme, (now) => { root.dataset.theme = now === 'dark' ? 'dark' : 'light'; });
  return t.div({ pbEvent: 'pageLaporan', className: 'page',
    onmount: () => render(html`<${Page} />`, root), onunmount: () => { render(null, root); scheme?.unwatch?.(); } },
  t.div({ className: 'page-content full-height kop-page' }, host));
}
