// The catalogue of words, shared with the server: words/id.json and words/en.json.
import { effect, signal } from '../vendor/signals.mjs';

/** @typedef {'id' | 'en'} Language */
/** @typedef {Record<string, string | number>} Params */

const key = 'kpdk.language';

/** @returns {Language} */
function first() {
  try {
    const kept = localStorage.getItem(key);
    if (kept === 'id' || kept === 'en') return kept;
  } catch { /* storage may be closed; Indonesian then */ }
  return 'id';
}

/** The language of the screen. Setting it loads its words and redraws. */
export const language = signal(/** @type {Language} */ (first()));

/** Words per language; a signal, so that a screen drawn early is drawn again. */
const catalogue = signal(/** @type {Record<string, Record<string, string>>} */ ({}));

const missing = new Set();

/** A door that names itself in <html data-words> gets the words it says, instead of all of them; late screens bring theirs. */
const parts = [typeof document === 'undefined' || !document.documentElement.dataset.words ? '' : `.${document.documentElement.dataset.words}`];
const come = new Set();

/** @param {Language} lang @param {string} part */
async function loadPart(lang, part) {
  const name = `${lang}${part}.json`;
  if (come.has(name)) return;
  const answer = await fetch(new URL(`../words/${name}`, import.meta.url));
  if (!answer.ok) throw new Error(`words/${name}: ${answer.status}`);
  const texts = await answer.json();
  come.add(name);
  catalogue.value = { ...catalogue.peek(), [lang]: { ...catalogue.peek()[lang], ...texts } };
}

/** @param {Language} lang */
const load = (lang) => Promise.all(parts.map((part) => loadPart(lang, part)));

/** Fetches the words of a room that the door left out. @param {string} room */
export async function needWords(room) {
  if (!parts[0] || parts.includes(`.${room}`)) return;
  await loadPart(language.peek(), `.${room}`);
  if (!parts.includes(`.${room}`)) parts.push(`.${room}`);
  await load(language.peek()); // should it have changed on the way
}

/** Resolves when the words of the present language are there; pages wait for it before the first drawing. */
export const ready = async () => { await load(language.peek()); };

/** @param {Language} lang */
export async function setLanguage(lang) {
  await load(lang);
  language.value = lang;
  try { localStorage.setItem(key, lang); } catch { /* then it lasts for this visit */ }
}

effect(() => { document.documentElement.lang = language.value; });

/** @param {string} name */
export const has = (name) => Boolean(catalogue.value[language.value]?.[name]);

/**
 * The words for a key, with {name} filled from params. A missing key shows itself, so that it is seen.
 * @param {string} name
 * @param {Params} [params]
 * @returns {string}
 */
export function w(name, params) {
  const text = catalogue.value[language.value]?.[name];
  if (text === undefined) {
    if (!missing.has(name)) { missing.add(name); console.warn(`words: ${name} is missing in ${language.value}`); }
    return name;
  }
  if (!params) return text;
  return text.replace(/\{(\w+)\}/g, (all, p) => (p in params ? String(params[p]) : all));
}

/**
 * Words that count: `key.one` where the language tells one from many and the key is there, else `key`.
 * The number is the param {n}, unless params carry their own.
 * @param {string} name
 * @param {number} n
 * @param {Params} [params]
 */
export function wn(name, n, params) {
  const one = `${name}.one`;
  const chosen = new Intl.PluralRules(language.value).select(n) === 'one' && has(one) ? one : name;
  return w(chosen, { n, ...params });
}

/**
 * The words for a refusal or reason code, such as `payroll.no_mandate`.
 * @param {string} code
 * @param {Params} [params]
 */
export const wFault = (code, params) => w(has(`fault.${code}`) ? `fault.${code}` : 'common.fault_unknown', { code, ...params });
