// Members' codes, checked and made without the server: a printed card's ("K1:") and a phone's ("K2:"). A door that reads
// cards, a till or a meeting, needs the co-op's public keys, the list of what was revoked, and a clock. No secret.
// hooks/member/card.go and code.go say what the bytes mean; hooks/member/testdata/card_vectors.json holds both to it.

const alphabet = '0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ $%*+-./:';
const printed = { prefix: 'K1:', version: 1, head: 9, length: 73, domain: 'kpdk-card/1\n' };
const phone = { prefix: 'K2:', version: 2, head: 43, certificate: 107, length: 175, certDomain: 'kpdk-cert/2\n', codeDomain: 'kpdk-code/2\n', deviceDomain: 'kpdk-device/2\n' };

/** How long a phone shows one code, ms. */
export const stepMs = 30_000;
/** How long after a phone's code was scanned a basket may be paid with it, ms. */
export const seenForMs = 15 * 60_000;

/** @typedef {{id: string, public: string}} CoopKey public = base64 or hexadecimal */
/** @typedef {{number: number, serial: number, rotating: boolean, device: string, expires: number, step: number}} Shown device = hexadecimal, the first 8 bytes of the phone's key */
/** @typedef {{cards: Map<number, number>, devices: Set<string>}} Revoked cards = the living serial of members who had one revoked, 0 for none */

/** @param {string} code */
export const isCard = (code) => /^K[12]:/i.test(code);

/** @param {string} text @returns {Uint8Array<ArrayBuffer> | null} */
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

/** @param {Uint8Array} bytes */
export function writeBase45(bytes) {
  let text = '';
  for (let i = 0; i < bytes.length; i += 2) {
    const pair = i + 1 < bytes.length;
    let n = pair ? bytes[i] * 256 + bytes[i + 1] : bytes[i];
    for (let k = 0; k < (pair ? 3 : 2); k++) { text += alphabet[n % 45]; n = Math.floor(n / 45); }
  }
  return text;
}

/** @param {string} text @returns {Uint8Array<ArrayBuffer>} */
export const fromBase64 = (text) => Uint8Array.from(atob(text.replace(/-/g, '+').replace(/_/g, '/')), (c) => c.charCodeAt(0));

/** @param {ArrayBuffer | Uint8Array} bytes */
export const toBase64 = (bytes) => btoa(String.fromCharCode(...new Uint8Array(bytes)));

/** @param {Uint8Array} bytes */
const hex = (bytes) => [...bytes].map((b) => b.toString(16).padStart(2, '0')).join('');

/** @param {string} text base64 or hexadecimal */
const keyBytes = (text) => (/^[0-9a-f]{64}$/i.test(text) ? Uint8Array.from(text.match(/../g) ?? [], (h) => parseInt(h, 16)) : fromBase64(text));

/** @param {string} domain @param {...Uint8Array} parts @returns {Uint8Array<ArrayBuffer>} */
const joined = (domain, ...parts) => new Uint8Array([...new TextEncoder().encode(domain), ...parts.flatMap((p) => [...p])]);

/** @param {Uint8Array<ArrayBuffer>} key @param {Uint8Array<ArrayBuffer>} signature @param {Uint8Array<ArrayBuffer>} message */
async function holds(key, signature, message) {
  const imported = await crypto.subtle.importKey('raw', key, { name: 'Ed25519' }, false, ['verify']);
  return crypto.subtle.verify({ name: 'Ed25519' }, imported, signature, message);
}

/**
 * What a code says, when its signatures hold; else why not: a fault's code, or 'unknown' where this browser can't tell.
 * It knows neither the time nor what was revoked: ask refusalOf.
 * @param {string} code
 * @param {CoopKey[] | undefined} keys
 * @returns {Promise<Shown | 'member.card_invalid' | 'member.card_foreign' | 'unknown'>}
 */
export async function readCode(code, keys) {
  const text = code.trim().toUpperCase();
  const kind = text.startsWith(phone.prefix) ? phone : printed;
  const b = text.startsWith(kind.prefix) ? readBase45(text.slice(kind.prefix.length)) : null;
  if (!b || b.length !== kind.length || b[0] !== kind.version) return 'member.card_invalid';
  if (!globalThis.crypto?.subtle || !keys?.length) return 'unknown';
  const key = keys.find((k) => k.id === hex(b.slice(1, 3)));
  if (!key) return 'member.card_foreign';
  try {
    const by = keyBytes(key.public);
    const good = kind === phone
      ? await holds(by, b.slice(phone.head, phone.certificate), joined(phone.certDomain, b.slice(0, phone.head)))
        && await holds(b.slice(11, phone.head), b.slice(phone.certificate + 4), joined(phone.codeDomain, b.slice(0, phone.certificate + 4)))
      : await holds(by, b.slice(printed.head), joined(printed.domain, b.slice(0, printed.head)));
    if (!good) return 'member.card_invalid';
  } catch (cause) {
    // A phone's key that is no point of the curve is a forgery, not a browser that can't.
    return cause instanceof DOMException && cause.name === 'DataError' ? 'member.card_invalid' : 'unknown';
  }
  const view = new DataView(b.buffer);
  const rotating = kind === phone;
  return {
    number: view.getUint32(3), serial: view.getUint16(7), rotating,
    device: rotating ? hex(b.slice(11, 19)) : '', expires: rotating ? view.getUint16(9) : 0, step: rotating ? view.getUint32(phone.certificate) : 0,
  };
}

/**
 * Why a code whose signatures hold may not be used now: a fault's code, '' when it may.
 * @param {Shown} shown
 * @param {{now: number, revoked?: Revoked | null}} it now in ms
 */
export function refusalOf(shown, { now, revoked }) {
  if (shown.rotating) {
    if (Math.floor(now / 86_400_000) > shown.expires) return 'member.code_expired';
    if (Math.abs(shown.step - Math.floor(now / stepMs)) > 1) return 'member.code_stale';
  }
  const alive = revoked?.cards.get(shown.number);
  if (alive !== undefined && alive !== shown.serial) return 'member.card_revoked';
  if (shown.rotating && revoked?.devices.has(shown.device)) return 'member.code_revoked';
  return '';
}

/** @typedef {(message: Uint8Array<ArrayBuffer>) => Promise<Uint8Array>} Sign */

/** What a phone signs to show that it holds its key. @param {number} member @param {Sign} sign */
export async function proveDevice(member, sign) {
  const number = new Uint8Array(4);
  new DataView(number.buffer).setUint32(0, member);
  return sign(joined(phone.deviceDomain, number));
}

/** The code of a step. @param {Uint8Array} certificate @param {number} step @param {Sign} sign */
export async function writeCode(certificate, step, sign) {
  const tail = new Uint8Array(4);
  new DataView(tail.buffer).setUint32(0, step);
  const signature = await sign(joined(phone.codeDomain, certificate, tail));
  return phone.prefix + writeBase45(new Uint8Array([...certificate, ...tail, ...signature]));
}
