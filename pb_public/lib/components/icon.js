import { html } from '../view.js';

const sprite = new URL('../../icons.svg', import.meta.url).pathname;

/**
 * A line icon of icons.svg. Decorative unless it has a label.
 * @param {{name: string, label?: string, small?: boolean, class?: string}} props
 */
export function Icon({ name, label, small, class: extra = '' }) {
  const said = label ? { role: 'img', 'aria-label': label } : { 'aria-hidden': 'true' };
  return html`<svg class=${`icon ${small ? 'icon-s' : ''} ${extra}`} viewBox="0 0 24 24" ...${said}><use href=${`${sprite}#${name}`} /></svg>`;
}
