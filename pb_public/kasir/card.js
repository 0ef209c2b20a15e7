// A member's card, checked without the server: Base45 text, key id, and the co-op's Ed25519 signature.
import { info } from '../lib/api.js';

export const prefix = 'K1:';
const alphabet = '0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ $%*+-./:';
const headBytes = 9;
const cardBytes = headBytes + 64;
const domain = new TextEncoder().encode('kpdk-card/1\n');

/** @param {string} code */
export const isCard = (code) => code.toUpperCase().startsWith(prefix);

/** @param {string} text @returns {Uint8Array | null} */
export function readBase45(text) {
  if (text.length % 3 === 1) return null;
  /** @type {number[]} */
  const out = [];
  for (let i = 0; i < text.length; i += 3) {
    const v = [...text.slice(i, i + 3)].map((c) => alphabet.indexOf(c));
    if (v.includes(-1)) return null;
    const n = v.reduce((sum, d, place) => sum + d * 45 ** place, 0);
    if (n > (v.length === 3 ? 0xffff : 0xff)) return null;
    if (v.length === 3) out.push(n >> 8, n & 255); else out.push(n);
  }
  return new Uint8Array(out);
}

/** @param {string} text base64 or hexadecimal */
function keyBytes(text) {
  if (/^[0-9a-f]{64}$/i.test(text)) return Uint8Array.from(text.match(/../g) ?? [], (h) => parseInt(h, 16));
  const plain = atob(text.replace(/-/g, '+').replace(/_/g, '/'));
  return Uint8Array.from(plain, (c) => c.charCodeAt(0));
}

/** @param {Uint8Array} head @param {Uint8Array} signature @param {string} key */
async function signed(head, signature, key) {
  const signedText = new Uint8Array([...domain, ...head]);
  const imported = await crypto.subtle.importKey('raw', keyBytes(key), { name: 'Ed25519' }, false, ['verify']);
  return crypto.subtle.verify({ name: 'Ed25519' }, imported, /** @type {any} */ (signature), signedText);
}

/**
 * What a card says, when its signature holds. Revocation is known to the server only.
 * 'unknown' = this browser can't check signatures; 'bad' = not this co-op's card.
 * @param {string} code
 * @returns {Promise<{number: number, serial: number} | 'bad' | 'unknown'>}
 */
export async function readCard(code) {
  const b = readBase45(code.trim().slice(prefix.length));
  if (!b || b.length !== cardBytes || b[0] !== 1) return 'bad';
  const id = [...b.slice(1, 3)].map((x) => x.toString(16).padStart(2, '0')).join('');
  const key = info.peek()?.card_keys?.find((k) => k.id === id);
  if (!globalThis.crypto?.subtle || !info.peek()?.card_keys?.length) return 'unknown';
  if (!key) return 'bad';
  try {
    if (!await signed(b.slice(0, headBytes), b.slice(headBytes), key.public)) return 'bad';
  } catch {
    return 'unknown';
  }
  const view = new DataView(b.buffer);
  return { number: view.getUint32(3), serial: view.getUint16(7) };
}
