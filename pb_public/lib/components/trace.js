import { html } from '../view.js';

/** A hash in eights. @param {string} hash */
export const inEights = (hash) => hash.match(/.{1,8}/g) ?? [];

/** A SHA-256 in eights, so that two people can compare it aloud. @param {{hash: string}} props */
export const Hash = ({ hash }) => html`<p class="mono eights">${inEights(hash).map((part, i) => html`<span key=${i}>${part} </span>`)}</p>`;
