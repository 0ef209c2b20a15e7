// Figures and dates as the co-op writes them. Amounts are whole rupiah; dates are business dates in the co-op's zone.
import { signal } from '../vendor/signals.mjs';
import { language, w } from './words.js';

/** The co-op's time zone; api.js sets it from /api/coop/info. */
export const zone = signal('Asia/Jakarta');

/** Whole days between the device's date and the co-op's: 0, unless a demo is set on another day or the device's clock is wrong. */
export const dayShift = signal(0);

const locale = () => (language.value === 'en' ? 'en-GB' : 'id-ID');
/** @type {Map<string, any>} */
const made = new Map();

/**
 * Intl objects are slow to make, so each kind is made once.
 * @template T
 * @param {string} name
 * @param {() => T} make
 * @returns {T}
 */
function once(name, make) {
  const id = `${locale()} ${name}`;
  let it = made.get(id);
  if (!it) { it = make(); made.set(id, it); }
  return it;
}

/**
 * `1.250.000` (`1,250,000` in English); a real minus sign below zero.
 * @param {number} n
 */
export function rupiah(n) {
  const text = once('number', () => new Intl.NumberFormat(locale(), { maximumFractionDigits: 0 })).format(Math.abs(n));
  return n < 0 ? `−${text}` : text;
}

/** With a sign also above zero, for moves. @param {number} n */
export const signed = (n) => (n > 0 ? `+${rupiah(n)}` : rupiah(n));

/** Whole numbers that are no money. @param {number} n */
export const count = rupiah;

/** A decimal string with at most three decimals, `1.25` → `1,25`. @param {string | number} q */
export function quantity(q) {
  return once('quantity', () => new Intl.NumberFormat(locale(), { maximumFractionDigits: 3 })).format(Number(q));
}

/** Basis points → `57,8%`. @param {number} bp */
export function percent(bp, digits = 1) {
  return once(`percent ${digits}`, () => new Intl.NumberFormat(locale(), { maximumFractionDigits: digits })).format(bp / 100) + '%';
}

/** What a person typed for an amount → whole rupiah, or null when it is none. @param {string} text */
export function readRupiah(text) {
  const plain = text.replace(/^\s*rp\.?/i, '').replace(/[.,]00?\s*$/, '').replace(/[\s.,](?=\d{3}(\D|$))/g, '').trim();
  if (!/^\d{1,15}$/.test(plain)) return null;
  return Number(plain);
}

/** Where something stands in the chain, as `kpdk verify --head` reads it. @param {string} hash @param {number} seq */
export const chainHead = (hash, seq) => `${hash.slice(0, 16)}@${seq}`;

/** A member's number, at least four digits. @param {number} n */
export const memberNumber = (n) => String(n).padStart(4, '0');

/** @type {Record<string, Intl.DateTimeFormatOptions>} */
const forms = {
  full: { weekday: 'long', day: 'numeric', month: 'long', year: 'numeric' },
  long: { day: 'numeric', month: 'long', year: 'numeric' },
  day: { weekday: 'long', day: 'numeric', month: 'short' },
  short: { day: 'numeric', month: 'short' },
  medium: { day: 'numeric', month: 'short', year: 'numeric' },
  month: { month: 'long', year: 'numeric' },
  monthOnly: { month: 'long' },
  monthShort: { month: 'short' },
  dayOnly: { day: 'numeric' },
};

/**
 * A business date (`2026-11-11`) in words. Forms: full, long, day, short, medium, month, monthOnly, monthShort, dayOnly.
 * @param {string} date
 * @param {keyof typeof forms | string} [form]
 */
export function day(date, form = 'long') {
  if (!date) return '';
  // A business date has no clock, so it is read and written in UTC and never shifts.
  const at = new Date(`${date.slice(0, 10)}T00:00:00Z`);
  return once(`day ${form}`, () => new Intl.DateTimeFormat(locale(), { ...forms[form], timeZone: 'UTC' })).format(at);
}

/** `2026-11` → `November 2026`. @param {string} period */
export const period = (period) => (period ? day(`${period}-01`, 'month') : '');

/**
 * `2026-11` → `bulan ini`, `bulan depan`, `bulan lalu`, or the month's name (with the year when it is another).
 * @param {string} period
 * @param {string} [now] a business date
 */
export function periodName(period, now = today()) {
  const [y, m] = period.split('-').map(Number);
  const [ny, nm] = now.split('-').map(Number);
  const apart = (y - ny) * 12 + (m - nm);
  if (apart === 0) return w('common.this_month');
  if (apart === 1) return w('common.next_month');
  if (apart === -1) return w('common.last_month');
  return day(`${period}-01`, y === ny ? 'monthOnly' : 'month');
}

/** `hari ini`, `kemarin`, or the date. @param {string} date @param {string} [now] */
export function dayName(date, now = today()) {
  const apart = Math.round((Date.parse(date.slice(0, 10)) - Date.parse(now)) / 864e5);
  if (apart === 0) return w('common.today');
  if (apart === -1) return w('common.yesterday');
  return day(date, date.slice(0, 4) === now.slice(0, 4) ? 'short' : 'medium');
}

/** The clock at an instant (RFC 3339 or ms), `12.41`. @param {string | number | Date} at */
export function time(at) {
  const parts = once(`time ${zone.value}`, () => new Intl.DateTimeFormat('en-GB', { hour: '2-digit', minute: '2-digit', timeZone: zone.value })).formatToParts(new Date(at));
  const part = (/** @type {string} */ type) => parts.find((p) => p.type === type)?.value ?? '';
  return `${part('hour')}${language.value === 'en' ? ':' : '.'}${part('minute')}`;
}

/** The business date of an instant in the co-op's zone. @param {string | number | Date} at */
export function dateOf(at) {
  return once(`date ${zone.value}`, () => new Intl.DateTimeFormat('sv-SE', { timeZone: zone.value })).format(new Date(at));
}

/** Today's business date in the co-op's zone. */
export const today = () => dateOf(Date.now() + dayShift.value * 864e5);

/** The business date at a moment of this device's clock, such as when an answer came. @param {number} at 0 = now */
export const asOf = (at) => dateOf((at || Date.now()) + dayShift.value * 864e5);

/** Day and clock of an instant, `11 Nov, 12.41`. @param {string | number | Date} at */
export const moment = (at) => `${dayName(dateOf(at))}, ${time(at)}`;

/** `Pagi`, `Siang`, `Sore` or `Malam`, by the co-op's clock. */
export function greeting() {
  const hour = Number(time(Date.now()).slice(0, 2));
  if (hour < 4 || hour >= 18) return w('common.evening');
  if (hour < 11) return w('common.morning');
  return hour < 15 ? w('common.noon') : w('common.afternoon');
}
