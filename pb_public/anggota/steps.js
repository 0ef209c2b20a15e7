// The four steps into the co-op, above each of its screens.
import { html } from '../lib/view.js';
import { w } from '../lib/words.js';

const names = ['join.step_identity', 'join.step_consent', 'join.step_mandate', 'join.step_principal'];

/** @param {{at: number}} props 1 to 4 */
export const Steps = ({ at }) => html`<div class="steps"><p class="note">${w('join.step', { n: at, of: names.length, name: w(names[at - 1]) })}</p>
  <ol aria-hidden="true">${names.map((name, i) => html`<li key=${name} class=${i + 1 < at ? 'done' : i + 1 === at ? 'now' : ''}></li>`)}</ol></div>`;
