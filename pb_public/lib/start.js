// The first lines of every door: words, theme, the co-op's info, then the first drawing.
import { loadInfo } from './api.js';
import { keepForOffline } from './install.js';
import './theme.js';
import { render } from './view.js';
import { language, ready, setLanguage } from './words.js';

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
