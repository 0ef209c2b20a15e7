// The hearts of the catalogue: shown at once, kept at the co-op, taken back when that fails.
import { asFault, ulid } from '../lib/api.js';
import { toast } from '../lib/components/index.js';
import { signal } from '../lib/view.js';

/**
 * @param {import('../lib/auth.js').Door} door
 * @param {ReturnType<typeof import('../lib/resource.js').resource<any>>} kept
 */
export function openFavourites(door, kept) {
  /** Marks that the co-op has not confirmed yet. */
  const coming = signal(/** @type {Record<number, boolean>} */ ({}));
  const stored = () => /** @type {number[]} */ (kept.state.value.data?.products ?? []);
  /** @param {number} product */
  const has = (product) => coming.value[product] ?? stored().includes(product);
  /** @returns {number[]} */
  const all = () => [...stored(), ...Object.keys(coming.value).map(Number)].filter((p, i, list) => list.indexOf(p) === i && has(p));
  let line = Promise.resolve();

  /** @param {number} product @param {boolean} wanted */
  async function tell(product, wanted) {
    try {
      await door.send('POST', '/api/coop/me/favourites', { id: ulid(), product, wanted });
      await kept.load();
    } catch (cause) {
      toast(asFault(cause).message, { kind: 'bad' });
    }
    // A later tap of the same heart is still on its way and speaks for itself.
    if (coming.peek()[product] !== wanted) return;
    const { [product]: _, ...rest } = coming.peek();
    coming.value = rest;
  }

  /** One after the other, so that the last tap holds. @param {number} product */
  function toggle(product) {
    const wanted = !has(product);
    coming.value = { ...coming.peek(), [product]: wanted };
    line = line.then(() => tell(product, wanted));
    return line;
  }

  return { has, all, toggle };
}
