import { info } from '../api.js';
import { html } from '../view.js';

/**
 * The woven mark: two strips over and under two others.
 * @param {{size?: number, ground?: string, across?: string, along?: string}} props ground = what lies behind it
 */
export function Mark({ size = 26, ground = 'var(--paper)', across = 'currentColor', along = 'var(--brand)' }) {
  const r = (/** @type {string} */ fill, /** @type {number} */ x, /** @type {number} */ y, /** @type {number} */ wide, /** @type {number} */ high) => html`<rect x=${x} y=${y} width=${wide} height=${high} fill=${fill} />`;
  return html`<svg width=${size} height=${size} viewBox="0 0 32 32" aria-hidden="true">
    ${r(across, 1, 7, 30, 7)}${r(across, 1, 18, 30, 7)}
    ${r(ground, 6, 0, 9, 14.5)}${r(ground, 17, 17.5, 9, 14.5)}
    ${r(along, 7, 1, 7, 30)}${r(along, 18, 1, 7, 30)}
    ${r(ground, 17, 6, 9, 9)}${r(across, 16, 7, 11, 7)}${r(ground, 6, 17, 9, 9)}${r(across, 5, 18, 11, 7)}
  </svg>`;
}

/**
 * The co-op's logo, else the woven mark.
 * @param {{size?: number, ground?: string, across?: string, along?: string}} props
 */
export const Sign = (props) => (info.value?.logo ? html`<img src=${info.value.logo} alt="" />` : html`<${Mark} ...${props} />`);

/**
 * Sign and the co-op's short name.
 * @param {{href?: string, size?: number, ground?: string}} props
 */
export function Wordmark({ href, size, ground }) {
  const inside = html`<${Sign} size=${size} ground=${ground} /><span>${info.value?.short_name || 'kpdk'}</span>`;
  return href ? html`<a class="wordmark" href=${href}>${inside}</a>` : html`<span class="wordmark">${inside}</span>`;
}
