import { html } from '../view.js';

/**
 * What somebody should look into: how many, what, the amounts, one verb; and whether it holds others up.
 * @param {{title: string, note: string, items: {n: any, title: string, text: any, act?: any}[]}} props
 */
export const ActOn = ({ title, note, items }) => html`<section class="act-on"><div class="act-h"><h2 class="h3">${title}</h2><span class="note">${note}</span></div>
  <ul>${items.map((it) => html`<li key=${it.title}><span class="n">${it.n}</span><div><h3>${it.title}</h3>${it.text}</div>${it.act}</li>`)}</ul></section>`;
