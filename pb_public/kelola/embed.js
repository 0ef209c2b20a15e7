// The payroll page inside PocketBase's dashboard: the same modules and the same look, in a shadow of its own,
// so that neither's styles reach the other. The dashboard's login is the door.
import { request, send, asFault, loadInfo } from '../lib/api.js';
import { Toasts } from '../lib/components/index.js';
import { html, render, signal } from '../lib/view.js';
import { ready } from '../lib/words.js';
import { PayrollPage } from './pages/payroll.js';

/** @typedef {import('../lib/auth.js').Door} Door */

/**
 * A page's stylesheet for a shadow: what is said of the document is said of the host.
 * @param {string} css
 */
export const forShadow = (css) => css
  .replace(/@import[^;]+;/g, '').replace(/@font-face\{[^}]*\}/g, '')
  .replace(/:root((?::not\([^)]*\)|\[[^\]]*\]|\.[\w-]+)+)/g, ':host($1)').replace(/:root/g, ':host')
  .replace(/(^|[\s,{}])\[data-theme=dark\](?=\{)/g, '$1:host([data-theme=dark])')
  .replace(/(^|[\s,{}])html(?=[\s{,])/g, '$1:host').replace(/(^|[\s,{}])body(?=[\s{,:.])/g, '$1.body');

/** @param {string} path */
async function sheet(path) {
  const it = new CSSStyleSheet();
  const answer = await fetch(path);
  if (answer.ok) it.replaceSync(forShadow(await answer.text()));
  return it;
}

/** Fonts count for the whole document; a shadow's own are not heard. */
function fonts() {
  for (const [family, file, weight] of [['Plus Jakarta Sans', 'jakarta', '200 800'], ['JetBrains Mono', 'mono', '500']]) {
    if (![...document.fonts].some((f) => f.family.replace(/"/g, '') === family)) document.fonts.add(new FontFace(family, `url(/fonts/${file}.woff2)`, { weight }));
  }
}

/**
 * A door that is open already: the dashboard's own login.
 * @param {any} pb the dashboard's client
 * @returns {Door}
 */
function doorOf(pb) {
  const record = pb.authStore.record ?? {};
  const who = signal({ id: record.id, name: record.email ?? '', email: record.email ?? '', role: 'manager', collection: '_superusers', number: 0, record });
  const token = () => pb.authStore.token;
  const door = {
    who, role: signal('manager'), expired: signal(false), confirming: signal(null), pb: () => pb, token,
    send: (/** @type {string} */ method, /** @type {string} */ path, /** @type {unknown} */ body) => send(method, path, body, token()),
    request: (/** @type {string} */ method, /** @type {string} */ path, /** @type {unknown} */ body) => request(method, path, { body, token: token() }),
    async download(/** @type {string} */ path, /** @type {string} */ name) {
      const answer = await request('GET', path, { token: token() });
      const url = URL.createObjectURL(await answer.blob());
      Object.assign(document.createElement('a'), { href: url, download: name }).click();
      setTimeout(() => URL.revokeObjectURL(url), 10_000);
    },
  };
  return /** @type {any} */ (door);
}

/**
 * Draws the payroll page into an element's shadow, once.
 * @param {HTMLElement} host
 * @param {any} pb
 */
export async function payrollIn(host, pb) {
  if (host.shadowRoot) return;
  const shadow = host.attachShadow({ mode: 'open' });
  fonts();
  loadInfo();
  try {
    const [sheets] = await Promise.all([Promise.all(['/styles/tokens.css', '/styles/base.css', '/brand.css', '/kelola/kelola.css'].map(sheet)), ready()]);
    const here = new CSSStyleSheet();
    here.replaceSync(':host{display:block;background:var(--paper);color:var(--ink)}.body{min-height:0;padding:0 var(--w-gutter) var(--s6)}');
    shadow.adoptedStyleSheets = [...sheets, here];
  } catch (cause) {
    shadow.textContent = asFault(cause).message;
    return;
  }
  const inside = document.createElement('div');
  inside.className = 'body';
  shadow.append(inside);
  render(html`<div class="office"><${PayrollPage} door=${doorOf(pb)} /><${Toasts} /></div>`, inside);
}
