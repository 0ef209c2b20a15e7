import { html } from '../view.js';

/**
 * A way to pay, with its key. One is filled: the likely next. One that can't be used says why, and is still reached.
 * @param {{name: string, hotkey: string, note: string, main?: boolean, slim?: boolean, off?: boolean, onClick?: () => void}} props
 */
export const Tender = ({ name, hotkey, note, main, slim, off, onClick }) => html`<button type="button" class=${`tender ${slim ? 'slim ' : ''}${off ? 'dis' : main ? 'main' : ''}`} aria-disabled=${off ? 'true' : undefined} onClick=${onClick}>
  <b>${name}</b><kbd class="kbd">${hotkey}</kbd><small>${note}</small></button>`;
