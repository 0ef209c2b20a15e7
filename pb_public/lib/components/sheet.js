import { html } from '../view.js';
import { Icon } from './icon.js';

/**
 * The one raised sheet of a screen: what matters next.
 * @param {{title: string, chip?: string, children?: import('../view.js').Children, class?: string}} props
 */
export function Sheet({ title, chip, children, class: extra = '' }) {
  return html`<section class=${`sheet ${extra}`}><div class="sheet-h"><h2>${title}</h2>${chip && html`<span class="chip now">${chip}</span>`}</div>${children}</section>`;
}

/**
 * A part of a page under a hairline heading, with at most one way onward.
 * @param {{title: string, link?: string, href?: string, children?: import('../view.js').Children}} props
 */
export function Section({ title, link, href, children }) {
  return html`<section class="sec"><div class="sec-h"><h2>${title}</h2>${link && (href ? html`<a class="lnk" href=${href}>${link}</a>` : html`<span class="small">${link}</span>`)}</div>${children}</section>`;
}

/** A whole-width row that leads onward. @param {{href: string, children?: import('../view.js').Children}} props */
export const FootLink = ({ href, children }) => html`<a class="foot-link" href=${href}><span>${children}</span><${Icon} name="chevron" /></a>`;
