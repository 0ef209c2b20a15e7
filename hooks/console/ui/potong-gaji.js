// The page Potong Gaji: the office's own page with all its steps, drawn into the dashboard by the modules of
// /kelola/. The address after # is the same there and here.
import { language, ready, w } from '/lib/words.js';

/** One element for all addresses of the page: going from one to the other redraws what changed. */
let host = null;

export async function page() {
  await ready();
  document.documentElement.lang = 'en'; // the words' own page would be Indonesian; here only this part is
  app.store.title = w('office.console_page');
  if (!host) {
    host = document.createElement('div');
    host.className = 'kop-office';
    const scheme = () => { host.dataset.theme = app.store.activeColorScheme === 'dark' ? 'dark' : 'light'; };
    watch(() => app.store.activeColorScheme, scheme);
    scheme();
    const { payrollIn } = await import('/kelola/embed.js');
    await payrollIn(host, app.pb);
  }
  return t.div({ pbEvent: 'pagePotongGaji', className: 'page' },
    t.div({ className: 'page-content full-height kop-page', lang: language.value },
      t.h1({ className: 'kop-vh' }, w('office.console_page')), host));
}
