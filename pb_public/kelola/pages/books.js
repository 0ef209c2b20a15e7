// Buku: what is written into the books by hand, the chart, the opening and the months. To look at them is Laporan's.
import { Button } from '../../lib/components/index.js';
import { Tabs } from '../../lib/components/tabs.js';
import { go, route } from '../../lib/route.js';
import { html } from '../../lib/view.js';
import { w } from '../../lib/words.js';
import { ChartOfAccounts } from '../books/chart.js';
import { Manual } from '../books/manual.js';
import { Months } from '../books/months.js';
import { Opening } from '../books/opening.js';
import { Head } from '../parts.js';

/** @typedef {import('../types.js').Door} Door */

/** The tabs, each with a file of its own. @type {Record<string, any>} */
const views = { manual: Manual, akun: ChartOfAccounts, 'saldo-awal': Opening, bulan: Months };

/** @param {{door: Door}} props */
export function Books({ door }) {
  const [, asked, one] = route.value.parts;
  const tab = views[asked] ? asked : 'manual';
  if (tab === 'manual' && one) return html`<${Manual} door=${door} />`; // a page of its own, with its own head
  return html`<${Head} title=${w('office.nav_books')} lead=${w('office.books_lead')}><${Button} small kind="ghost" icon="print" onClick=${() => globalThis.print()}>${w('office.print')}<//><//>
    <${Tabs} label=${w('office.nav_books')} value=${tab} onChange=${(/** @type {string} */ v) => go(`/buku/${v}`)} tabs=${Object.keys(views).map((t) => ({ value: t, label: w(`office.tab_${t.replace('-', '_')}`) }))} />
    <${views[tab]} key=${tab} door=${door} />`;
}
