// The ways onward from a payroll page, the same on each of them.
import { Icon } from '../../lib/components/index.js';
import { period as periodText } from '../../lib/format.js';
import { href } from '../../lib/route.js';
import { html } from '../../lib/view.js';
import { w } from '../../lib/words.js';

/** @param {{period?: string, at?: string}} props */
export function Ways({ period, at }) {
  const all = [...(period ? [['tinjau', `/potong-gaji/${period}/tinjau`]] : []), ['keberatan', '/potong-gaji/keberatan'], ['angsuran', '/potong-gaji/angsuran'], ['kalender', '/potong-gaji/kalender']];
  return html`<nav class="ways no-print" aria-label=${w('plan.ways')}>${all.map(([name, to]) => html`<a key=${name} class="lnk" href=${href(to)} aria-current=${name === at ? 'page' : undefined}>${w(`plan.way_${name}`)}</a>`)}</nav>`;
}

/** The way back to a run, or to the newest. @param {{period?: string}} props */
export const BackToRun = ({ period = '' }) => html`<p class="crumb no-print"><a class="lnk" href=${href(`/potong-gaji${period && `/${period}`}`)}><${Icon} name="back" />${w('office.nav_payroll')} ${period && periodText(period)}</a></p>`;
