// Small pieces that several pages of the office use.
import { Button, Icon } from '../lib/components/index.js';
import { html } from '../lib/view.js';
import { has, w, wFault } from '../lib/words.js';

/**
 * A page's head: title, one line beneath (null = still to come), and ways onward at the right.
 * @param {{title: any, lead?: any, children?: any}} props
 */
export function Head({ title, lead, children }) {
  return html`<div class="head"><div><h1 class="office-h1">${title}</h1>${lead === null ? html`<p class="small sk-fig sk-lead"></p>` : lead && html`<p class="small">${lead}</p>`}</div>
    ${children && html`<div class="head-r">${children}</div>`}</div>`;
}

/** A refusal inside a dialog or form. @param {{fault: import('../lib/api.js').Fault | null}} props */
export function Refusal({ fault }) {
  if (!fault) return null;
  const fields = Object.entries(fault.data ?? {}).filter(([, it]) => it?.message && it.message !== fault.message);
  return html`<div class="refusal" role="alert"><p class="err"><${Icon} name="warning" /><span>${fault.message}</span></p>
    ${fields.length > 0 && html`<ul class="note">${fields.slice(0, 6).map(([name, it]) => html`<li key=${name}>${it.message}</li>`)}</ul>`}</div>`;
}

/** The foot of a list that grows. @param {{list: {next: any, loading: boolean, rows: any[], more: () => void}, label?: string}} props */
export function More({ list, label }) {
  if (!list.next) return null;
  return html`<div class="more"><${Button} kind="ghost" small busy=${list.loading} onClick=${list.more}>${label ?? w('common.more')}<//></div>`;
}

/** A state in words with its sign. @param {{icon: string, kind?: 'pos' | 'neg' | 'rest' | 'soft', children?: any}} props */
export const State = ({ icon, kind = 'pos', children }) => html`<span class=${`state ${kind}`}><${Icon} name=${icon} /><span>${children}</span></span>`;

/** @param {string} role */
export const roleName = (role) => w(has(`office.role_${role}`) ? `office.role_${role}` : 'office.role_other');

/** A name as the server gives it: a person, or only text. @param {any} by */
export const nameOf = (by) => (by && typeof by === 'object' ? by.name : by) || '';

/**
 * The words for a reason code, or '' for none.
 * @param {string} code
 * @param {import('../lib/words.js').Params} [params]
 */
export const reasonText = (code, params) => (code ? (has(`office.reason_${code}`) ? w(`office.reason_${code}`, params) : wFault(code, params)) : '');
