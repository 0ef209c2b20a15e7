import { Icon, Wordmark } from '../lib/components/index.js';
import { IconButton } from '../lib/components/index.js';
import { href } from '../lib/route.js';
import { html } from '../lib/view.js';
import { w } from '../lib/words.js';

/** Every screen with a name; those with an icon stand in the navigation. */
export const screens = [
  { path: '/', icon: 'home', word: 'member.home' },
  { path: '/belanja', icon: 'basket', word: 'member.purchases' },
  { path: '/kartu', icon: 'card', word: 'member.card' },
  { path: '/potongan', icon: 'receipt', word: 'member.deductions' },
  { path: '/saya', icon: 'person', word: 'member.me' },
  { path: '/struk', icon: '', word: 'member.my_receipts' },
  { path: '/simpanan', icon: '', word: 'member.savings' },
  { path: '/tarik', icon: '', word: 'member.draw' },
  { path: '/koran', icon: '', word: 'member.koran' },
  { path: '/jasa', icon: '', word: 'member.interest' },
  { path: '/hemat', icon: '', word: 'member.gains' },
  { path: '/data', icon: '', word: 'member.held' },
  { path: '/siapa', icon: '', word: 'member.watch' },
  { path: '/pemberitahuan', icon: '', word: 'member.notices' },
  { path: '/kuasa', icon: '', word: 'member.mandate' },
  { path: '/tagihan', icon: '', word: 'member.open_items' },
  { path: '/perangkat', icon: '', word: 'common.devices' },
  { path: '/keluar', icon: '', word: 'member.leave' },
];

/** Where a screen without a place of its own in the navigation belongs. */
const under = { simpanan: '', hemat: '', tarik: '', koran: '', jasa: '', data: 'saya', siapa: 'saya', pemberitahuan: '', kuasa: 'saya', keluar: 'saya', perangkat: 'saya', struk: 'belanja', tagihan: 'potongan' };

/** @param {{at: string}} props */
export function Nav({ at }) {
  const here = `/${under[/** @type {keyof typeof under} */ (at)] ?? at}`;
  return html`<nav class="bottom-tabs" aria-label=${w('member.navigation')}>
    <span class="nav-mark"><${Wordmark} ground="var(--paper-raised)" /></span>
    ${screens.filter((s) => s.icon).map((s) => html`<a key=${s.path} href=${href(s.path)} aria-current=${s.path === here ? 'page' : undefined}><${Icon} name=${s.icon} /><span>${w(s.word)}</span></a>`)}
  </nav>`;
}

/**
 * The head of a screen below the first level.
 * @param {{title: string, back: string, print?: boolean}} props
 */
export function AppBar({ title, back, print }) {
  return html`<header class="appbar"><${IconButton} icon="back" label=${w('common.back')} href=${href(back)} /><h1>${title}</h1>
    ${print && html`<${IconButton} icon="print" label=${w('common.print')} onClick=${() => globalThis.print()} />`}</header>`;
}
