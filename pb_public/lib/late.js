// What a late screen brings along: its own words and its own styles, so that the first screen does not wait for them.
import { needWords } from './words.js';

/** @param {string} address of a stylesheet */
function needStyles(address) {
  const there = document.querySelector(`link[href="${address}"]`);
  if (there) return Promise.resolve();
  return new Promise((resolve) => {
    const link = Object.assign(document.createElement('link'), { rel: 'stylesheet', href: address, onload: resolve, onerror: resolve });
    document.head.append(link);
  });
}

/**
 * Resolves when both are there.
 * @param {string} room the part of the catalogue: words/{id,en}.{room}.json
 * @param {string} styles
 */
export const bring = (room, styles) => Promise.all([needWords(room), needStyles(styles)]);
