// The way to the server. A refusal becomes a Fault; no answer at all becomes a Fault with the code `offline`.
import PocketBase from '../vendor/pocketbase.mjs';
import { LocalAuthStore } from '../vendor/pocketbase.mjs';
import { effect, signal } from '../vendor/signals.mjs';
import { dateOf, dayShift, zone } from './format.js';
import { has, language, w } from './words.js';

export { ulid } from './ulid.js';

/** @typedef {{code: string, message: string, params?: Record<string, string | number>}} FieldFault */
/** @typedef {Record<string, FieldFault>} FieldFaults */
/**
 * @typedef {object} CoopInfo
 * @property {string} name
 * @property {string} short_name
 * @property {string} logo address of the picture, or ''
 * @property {string} version
 * @property {string} timezone
 * @property {string} business_date
 * @property {string} language
 * @property {{period: string, pay_date: string, cutoff_date: string}} payroll
 * @property {{id: string, public: string}[]} card_keys
 * @property {boolean} [mail_codes] members may have a code sent by e-mail
 * @property {string} [passkey_origin] where passkeys work
 */

const patience = 30_000;

/** What the server refused, or that it could not be reached. */
export class Fault extends Error {
  /** @param {{code: string, message: string, data?: FieldFaults, status?: number}} it */
  constructor({ code, message, data = {}, status = 0 }) {
    super(message);
    this.name = 'Fault';
    this.code = code;
    this.data = data;
    this.status = status;
  }

  get offline() { return this.code === 'offline'; }

  /** The words for one field, or ''. @param {string} field */
  field(field) { return this.data[field]?.message ?? ''; }
}

/** Whether the last request got an answer (or the device says it has no network). */
export const online = signal(typeof navigator === 'undefined' || navigator.onLine !== false);
/** When the server last answered, in ms; 0 = not in this visit. */
export const lastContact = signal(0);

/** @param {string} collection */
export function client(collection) {
  const pb = new PocketBase('/', new LocalAuthStore(`kpdk.${collection}`));
  pb.autoCancellation(false);
  effect(() => { pb.lang = language.value; });
  return pb;
}

function answered() {
  online.value = true;
  lastContact.value = Date.now();
}

const offlineFault = () => new Fault({ code: 'offline', message: has('common.fault_offline') ? w('common.fault_offline') : '' });

/** @param {Response} answer */
async function faultOf(answer) {
  /** @type {any} */
  let body = {};
  try { body = await answer.json(); } catch { /* a proxy's page; the status speaks */ }
  // A proxy in front of a stopped server answers for it: to the person that is the same as no answer.
  if (!body.message && [502, 503, 504].includes(answer.status)) { online.value = false; return offlineFault(); }
  const ours = typeof body.code === 'string' && body.code;
  return new Fault({
    code: ours || `http_${answer.status}`,
    // What the server's frame says of itself is English and says nothing to a person.
    message: (!ours && answer.status === 404 ? w('common.fault_missing') : !ours && answer.status >= 500 ? '' : body.message) || w('common.fault_unknown', { code: answer.status }),
    data: body.data ?? {},
    status: answer.status,
  });
}

/**
 * Sends and returns the raw answer; throws a Fault.
 * @param {string} method
 * @param {string} path
 * @param {{body?: unknown, token?: string, signal?: AbortSignal, endless?: boolean}} [options] endless: the answer may take as long as it likes
 */
export async function request(method, path, { body, token, signal: abort, endless } = {}) {
  /** @type {Record<string, string>} */
  const headers = { 'Accept-Language': language.peek() };
  if (token) headers.Authorization = token;
  const form = body instanceof FormData;
  if (body !== undefined && !form) headers['Content-Type'] = 'application/json';
  /** @type {Response} */
  let answer;
  try {
    const limit = endless ? new AbortController().signal : AbortSignal.timeout(patience);
    answer = await fetch(path, {
      method, headers, cache: 'no-store',
      body: body === undefined ? undefined : form ? body : JSON.stringify(body),
      signal: abort && AbortSignal.any ? AbortSignal.any([limit, abort]) : limit,
    });
  } catch (cause) {
    if (abort?.aborted) throw cause;
    online.value = false;
    throw offlineFault();
  }
  if (!answer.ok) {
    const fault = await faultOf(answer);
    if (!fault.offline) answered();
    throw fault;
  }
  answered();
  return answer;
}

/**
 * Sends JSON (or a FormData) and reads JSON.
 * @param {string} method
 * @param {string} path
 * @param {unknown} [body]
 * @param {string} [token]
 * @returns {Promise<any>}
 */
export async function send(method, path, body, token) {
  const answer = await request(method, path, { body, token });
  if (answer.status === 204) return null;
  return answer.json();
}

/** Anything thrown → a Fault, for showing. @param {unknown} cause */
export function asFault(cause) {
  if (cause instanceof Fault) return cause;
  console.error(cause);
  return new Fault({ code: 'unknown', message: w('common.fault_unknown', { code: '' }).trim() });
}

const infoKey = 'kpdk.info';

/** Name, zone and dates of this co-op; null until known. Kept, so that it is there offline. */
export const info = signal(/** @type {CoopInfo | null} */ (keptInfo()));

/** @returns {CoopInfo | null} */
function keptInfo() {
  try { return JSON.parse(localStorage.getItem(infoKey) ?? 'null'); } catch { return null; }
}

effect(() => { if (info.value?.timezone) zone.value = info.value.timezone; });
dayShift.value = /** @type {any} */ (info.peek())?.day_shift ?? 0;

/** Fetches the co-op's info; offline, what is kept stays. */
export async function loadInfo() {
  try {
    const it = await send('GET', '/api/coop/info');
    info.value = it;
    dayShift.value = it.business_date ? Math.round((Date.parse(it.business_date) - Date.parse(dateOf(Date.now()))) / 864e5) : 0;
    localStorage.setItem(infoKey, JSON.stringify({ ...it, day_shift: dayShift.value }));
  } catch (cause) {
    if (!(cause instanceof Fault)) console.warn(cause);
  }
  return info.value;
}

let asking = 0;

/** While there is no contact, asks now and then whether the server is back. */
function watch() {
  clearTimeout(asking);
  if (online.value) return;
  asking = setTimeout(async () => {
    if (document.visibilityState === 'visible') {
      try { await request('GET', '/api/health'); } catch { /* still away */ }
    }
    watch();
  }, 8_000);
}
if (typeof window !== 'undefined') {
  effect(() => { online.value; watch(); });
  addEventListener('offline', () => { online.value = false; });
  addEventListener('online', () => { request('GET', '/api/health').catch(() => {}); });
}
