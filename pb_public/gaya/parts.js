// How a specimen stands on the page.
import { html } from '../lib/view.js';

/** A group of specimens under one word. @param {{title: string, note?: string, children?: any}} props */
export const Group = ({ title, note, children }) => html`<section class="g-group"><h3 class="g-k">${title}</h3>${children}${note && html`<p class="note g-note">${note}</p>`}</section>`;

/** One specimen with its name beneath. @param {{name: string, class?: string, children?: any}} props */
export const Specimen = ({ name, class: extra = '', children }) => html`<figure class=${`g-one ${extra}`}><div data-sample>${children}</div><figcaption>${name}</figcaption></figure>`;
