import { html } from '../view.js';
import { Icon } from './icon.js';

/** What to do when one is stuck. @param {{rows: {icon: string, title: string, text: string}[]}} props */
export const HelpRows = ({ rows }) => html`<ul class="help-rows">${rows.map((row) => html`<li key=${row.title}><${Icon} name=${row.icon} /><span><b>${row.title}</b><small>${row.text}</small></span></li>`)}</ul>`;
