// What the pages of savings share.
import { Icon } from '../../lib/components/index.js';
import { href } from '../../lib/route.js';
import { html } from '../../lib/view.js';
import { has, w } from '../../lib/words.js';

/** The way back. */
export const Back = () => html`<p class="crumb no-print"><a class="lnk" href=${href('/simpanan')}><${Icon} name="back" />${w('office.nav_savings')}</a></p>`;

/** How a movement came or went. @param {{source: string, amount_rupiah: number}} l */
export function sourceName({ source, amount_rupiah: amount }) {
  const way = amount < 0 ? 'out' : 'in';
  return w(has(`member.move_${source}_${way}`) ? `member.move_${source}_${way}` : `member.move_${way}`);
}

/** Where money of savings came in or went out. @param {{place?: string, till?: string}} it @param {any[]} [places] */
export function placeText({ place = '', till = '' }, places = []) {
  if (place === 'cash') return w('treasury.place_cash');
  if (place === 'till') return w('saving.place_till');
  if (place.startsWith('shift:')) return w('saving.place_shift', { till: till || place.slice(6) });
  return places.find((p) => p.place === place)?.name ?? w('saving.place_bank');
}
