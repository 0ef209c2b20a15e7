// Screens have addresses after #, so that back, reload and a kept link work without a server's help.
import { signal } from '../vendor/signals.mjs';

const read = () => {
  const [path, query = ''] = location.hash.replace(/^#\/?/, '').split('?');
  return { parts: path.split('/').filter(Boolean).map(decodeURIComponent), query: new URLSearchParams(query) };
};

/** `#/potongan/2026-11` → parts ['potongan', '2026-11']. */
export const route = signal(read());

/** Takes the screen from the address. */
export function follow() {
  route.value = read();
  scrollTo(0, 0);
}

addEventListener('hashchange', follow);

/** @param {string} path `/kartu` */
export const go = (path) => { location.hash = path; };

/** @param {string} path without # */
export const href = (path) => `#${path}`;
