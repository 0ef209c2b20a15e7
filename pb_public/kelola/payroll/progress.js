// How far a long step is, told live by the server to everybody who looks at the run.
import { count } from '../../lib/format.js';
import { html } from '../../lib/view.js';
import { w } from '../../lib/words.js';

/** @typedef {{step: string, n: number, total: number}} Progress */

/** @param {{progress: Progress | null}} props */
export function Running({ progress: p }) {
  if (!p || p.n >= p.total) return null;
  const percent = Math.floor((p.n / Math.max(1, p.total)) * 100);
  return html`<div class="running" role="status"><p class="small"><b>${w(`office.running_${p.step}`)}</b> ${w('office.running_n', { n: count(p.n), all: count(p.total) })}</p>
    <progress max=${p.total} value=${p.n} aria-label=${w(`office.running_${p.step}`)}>${percent}%</progress></div>`;
}
