import { html } from '../view.js';

/**
 * A question somebody would ask, answered with its source.
 * @param {{title: string, children?: import('../view.js').Children}} props
 */
export const Why = ({ title, children }) => html`<section class="why"><h2>${title}</h2>${children}</section>`;
