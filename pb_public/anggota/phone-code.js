// The phone's own code: a key that never leaves this phone, a certificate of the co-op's that it speaks for the card, and
// every 30 seconds a signature. All of it works without a network until the certificate's last day.
import { Fault, asFault, send, ulid } from '../lib/api.js';
import { fromBase64, proveDevice, stepMs, toBase64, writeCode } from '../lib/card-code.js';
import { openDB } from '../vendor/idb.mjs';
import { signal } from '../lib/view.js';

/** app.js deletes it when somebody logs out. */
const database = 'kpdk.anggota';
const slot = 'phone';
const dayMs = 86_400_000;
const renewBefore = 23 * dayMs; // of thirty: about once a week

/**
 * @typedef {object} Kept
 * @property {string} id of the member
 * @property {CryptoKey} key can sign, can't be read
 * @property {Uint8Array} public
 * @property {string} certificate base64
 * @property {number} serial
 * @property {string} last_day
 */
/**
 * looking; unable: this browser makes no such keys; off: not set up on this phone; over: too long without the co-op; on.
 * @typedef {{kind: 'looking' | 'unable' | 'off' | 'over' | 'on', payload: string, left: number, busy: boolean, fault: import('../lib/api.js').Fault | null}} State
 */

/** @template T @param {(it: import('../vendor/idb.mjs').IDBPDatabase) => Promise<T>} run @returns {Promise<T>} */
async function within(run) {
  const it = await openDB(database, 1, { upgrade(db) { db.createObjectStore('kept'); } });
  // Left open it would keep app.js from deleting it.
  try { return await run(it); } finally { it.close(); }
}

/** @returns {Promise<Kept | undefined>} */
async function read() {
  // Opening would make the database; a member who never turned this on has none.
  const all = await indexedDB.databases?.();
  if (all && !all.some((d) => d.name === database)) return undefined;
  return within((db) => db.get('kept', slot));
}

/** @param {Kept | undefined} it */
const write = (it) => within((db) => (it ? db.put('kept', it, slot) : db.delete('kept', slot)));

/** @param {CryptoKey} key @returns {import('../lib/card-code.js').Sign} */
const signs = (key) => async (message) => new Uint8Array(await crypto.subtle.sign('Ed25519', key, message));

async function newKey() {
  const pair = /** @type {CryptoKeyPair} */ (await crypto.subtle.generateKey('Ed25519', false, ['sign', 'verify']));
  return { key: pair.privateKey, public: new Uint8Array(await crypto.subtle.exportKey('raw', pair.publicKey)) };
}

/** @param {Kept} it @param {number} now */
const over = (it, now) => now >= Date.parse(`${it.last_day}T00:00:00Z`) + dayMs;

/** @param {import('./store.js').Store} store */
export function openPhone({ door, card }) {
  const state = signal(/** @type {State} */ ({ kind: 'looking', payload: '', left: 0, busy: false, fault: null }));
  /** @type {Kept | undefined} */
  let kept;
  let step = 0;
  let timer = 0;
  let renewing = false;

  /** This phone's clock, put right by the server's as it was heard last. */
  const now = () => {
    const { data, at } = card.state.peek();
    const off = data?.at ? data.at - at : 0;
    return Date.now() + (Math.abs(off) > 2_000 ? off : 0);
  };
  /** @param {Partial<State>} it */
  const say = (it) => { state.value = { ...state.peek(), ...it }; };

  async function tick() {
    if (!kept) return;
    const t = now();
    if (over(kept, t)) { say({ kind: 'over', payload: '' }); return; }
    const left = Math.ceil((stepMs - (t % stepMs)) / 1000);
    const at = Math.floor(t / stepMs);
    if (at !== step || !state.peek().payload) {
      const { key, certificate } = kept;
      const payload = await writeCode(fromBase64(certificate), at, signs(key));
      if (certificate !== kept?.certificate) return; // renewed while this was signed
      step = at;
      say({ kind: 'on', payload, left });
    } else if (left !== state.peek().left) say({ kind: 'on', left });
  }

  /** @param {Pick<Kept, 'key' | 'public'>} pair @param {any} answer */
  async function take(pair, answer) {
    kept = { id: door.who.peek()?.id ?? '', key: pair.key, public: pair.public, certificate: answer.certificate, serial: answer.serial, last_day: answer.last_day };
    await write(kept);
    step = 0;
    await tick();
  }

  /** Another certificate, when the card was replaced or the old one grows old. */
  async function renew() {
    const serial = card.state.peek().data?.serial;
    if (!kept || renewing || !serial) return;
    if (serial === kept.serial && Date.parse(kept.last_day) - now() > renewBefore) return;
    renewing = true;
    try {
      await take(kept, await door.send('POST', '/api/coop/me/card/certificate', { id: ulid(), key: toBase64(kept.public) }));
    } catch (cause) {
      if (asFault(cause).code !== 'member.device_unknown') return; // without contact the old one holds a while
      kept = undefined;
      await write(undefined);
      say({ kind: 'off', payload: '' });
    } finally {
      renewing = false;
    }
  }

  /** @param {(method: string, path: string, body: any) => Promise<any>} ask */
  async function register(ask) {
    const pair = await newKey();
    const proof = await proveDevice(door.who.peek()?.number ?? 0, signs(pair.key));
    await take(pair, await ask('POST', '/api/coop/me/card/device', { id: ulid(), key: toBase64(pair.public), proof: toBase64(proof) }));
  }

  async function begin() {
    try {
      kept = await read();
      if (kept && kept.id !== door.who.peek()?.id) kept = undefined;
      if (kept) { await tick(); await renew(); return; }
      await newKey();
    } catch {
      say({ kind: 'unable' });
      return;
    }
    // Who has just logged in has shown who they are: nothing needs to be asked.
    try {
      await register((method, path, body) => send(method, path, body, door.token()));
    } catch (cause) {
      if (!(cause instanceof Fault)) console.warn('phone', cause);
      say({ kind: 'off' });
    }
  }

  return {
    state,
    /** Turns it on by hand; the server may want a proof of the person first. */
    async turnOn() {
      say({ busy: true, fault: null });
      try {
        await register(door.send);
      } catch (cause) {
        say({ fault: asFault(cause) });
      } finally {
        say({ busy: false });
      }
    },
    /** Shows codes until the returned function is called. */
    start() {
      begin().catch((cause) => console.warn('phone', cause));
      timer = setInterval(() => { tick().catch((cause) => console.warn('phone', cause)); }, 250);
      const stop = card.state.subscribe(() => { renew().catch((cause) => console.warn('phone', cause)); });
      return () => { clearInterval(timer); stop(); };
    },
  };
}
