// The first lines of every door: words, theme, the co-op's info, then the first drawing.
import { info, loadInfo } from './api.js';
import { keepForOffline } from './install.js';
import './theme.js';
import { effect, render } from './view.js';
import { language, ready, setLanguage } from './words.js';

/** The tab shows the co-op's logo when it has one. */
effect(() => {
  const icon = /** @type {HTMLLinkElement | null} */ (document.querySelector('link[rel=icon]'));
  if (icon && info.value?.logo) icon.href = info.value.logo;
});

/**
 * @param {any} page what to draw into #app
 * @param {{worker?: string, title?: () => string}} [options] worker = path of the service worker
 */
export async function start(page, { worker } = {}) {
  const root = document.getElementById('app');
  if (!root) throw new Error('the page has no #app');
  loadInfo();
  try {
    await ready();
  } catch {
    // Kept words of the other language are better than none.
    await setLanguage(language.peek() === 'id' ? 'en' : 'id').catch(() => {});
  }
  root.textContent = '';
  render(page, root);
  if (worker) keepForOffline(worker);
}
