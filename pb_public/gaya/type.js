import { Figure } from '../lib/components/index.js';
import { html } from '../lib/view.js';
import { w } from '../lib/words.js';

/** @type {[string, string, string][]} role, token, class */
const roles = [['mega', 't-mega', 'fig-mega'], ['display', 't-display', 'display'], ['h1', 't-h1', 'h1'], ['title', 't-title', 'title'], ['figure', 't-figure', 'fig'], ['h2', 't-h2', 'h2'], ['h3', 't-h3', 'h3'],
  ['body', 't-body', ''], ['read', 't-read', 'read'], ['row', 't-row', 'g-t-row'], ['label', 't-label', 'g-t-label'], ['small', 't-small', 'small'], ['note', 't-note', 'note'], ['mono', 't-mono', 'mono']];

/** @param {string} token */
const value = (token) => getComputedStyle(document.documentElement).getPropertyValue(`--${token}`).match(/[\d.]+ [\d.]+px\/[\d.]+/)?.[0] ?? '';

/** @param {string} role */
const sample = (role) => (role === 'mega' ? '243.000' : role === 'figure' ? html`<${Figure} rupiah=${6275000} />` : role === 'mono' ? '4c804ffc 076deaed 08f96bcb' : w(`look.sample_${role}`));

export const Type = () => html`<ul class="g-type">${roles.map(([role, token, name]) => html`<li key=${role}><p class="g-role"><b>${w(`look.role_${role}`)}</b><small class="mono">--${token}</small><small>${value(token)}</small></p>
  <p class=${`g-sample ${role === 'figure' ? '' : name}`}>${sample(role)}</p></li>`)}</ul>`;
