// The year month by month: what was asked, what was deducted of it, what remained. The table holds the same figures.
import { period as periodText, rupiah } from '../../lib/format.js';
import { href } from '../../lib/route.js';
import { html, useId } from '../../lib/view.js';
import { w } from '../../lib/words.js';

/** @typedef {import('../types.js').Run} Run */

const height = 132;
const step = 56;
const bar = 26;

/** @param {Run} run */
const known = (run) => run.state !== 'draft' && run.state !== 'locked' && (run.state !== 'sent' || run.deducted_rupiah > 0);

/** @param {{runs: Run[], period: string}} props */
export function Year({ runs, period }) {
  const id = useId();
  const year = period.slice(0, 4);
  const months = runs.filter((r) => r.period.startsWith(year)).sort((a, b) => a.period.localeCompare(b.period));
  if (months.length < 2) return null;
  const most = Math.max(1, ...months.map((r) => Math.max(r.requested_rupiah, r.deducted_rupiah)));
  const tall = (/** @type {number} */ n) => Math.round((n / most) * (height - 22));
  const sum = (/** @type {'requested_rupiah' | 'deducted_rupiah' | 'remaining_rupiah'} */ field) => months.reduce((s, r) => s + r[field], 0);
  const short = (/** @type {string} */ p) => periodText(p).slice(0, 3);
  return html`<section class="year"><div class="act-h"><h2 class="h3" id=${id}>${w('office.year_title', { year })}</h2>
      <span class="note year-key"><span><i class="swatch got"></i>${w('office.deducted')}</span><span><i class="swatch left"></i>${w('office.remaining')}</span><span><i class="swatch asked"></i>${w('office.year_waiting')}</span></span></div>
    <div class="year-in"><svg class="year-chart" viewBox=${`0 0 ${12 * step} ${height + 22}`} role="img" aria-labelledby=${id} preserveAspectRatio="xMinYMid meet">
      ${Array.from({ length: 12 }, (_, i) => {
        const month = `${year}-${String(i + 1).padStart(2, '0')}`;
        const r = months.find((it) => it.period === month);
        const x = i * step + (step - bar) / 2;
        if (!r) return html`<text key=${month} class="none" x=${x + bar / 2} y=${height + 17} text-anchor="middle">${short(month)}</text>`;
        const got = known(r) ? tall(r.deducted_rupiah) : 0;
        const all = Math.max(tall(r.requested_rupiah), got);
        return html`<g key=${r.period} class=${r.period === period ? 'here' : ''}>
          <rect class=${known(r) ? 'left' : 'asked'} x=${x} y=${height - all} width=${bar} height=${Math.max(1, all)} rx="2" />
          ${got > 0 && html`<rect class="got" x=${x} y=${height - got} width=${bar} height=${got} rx="2" />`}
          <text x=${x + bar / 2} y=${height + 17} text-anchor="middle">${short(r.period)}</text></g>`;
      })}<line x1="0" x2=${12 * step} y1=${height + 0.5} y2=${height + 0.5} /></svg></div>
    <details class="year-table"><summary>${w('office.year_table')}</summary><div class="table-wrap" tabindex="0" role="region" aria-label=${w('office.year_title', { year })}><table class="table"><thead><tr><th scope="col">${w('office.month')}</th><th scope="col" class="num">${w('office.requested')}</th><th scope="col" class="num">${w('office.deducted')}</th><th scope="col" class="num">${w('office.remaining')}</th></tr></thead>
      <tbody>${months.map((r) => html`<tr key=${r.period}><td><a href=${href(`/potong-gaji/${r.period}`)}>${periodText(r.period)}</a></td><td class="num">${rupiah(r.requested_rupiah)}</td><td class="num">${known(r) ? rupiah(r.deducted_rupiah) : '–'}</td><td class="num">${known(r) ? rupiah(r.remaining_rupiah) : '–'}</td></tr>`)}</tbody>
      <tfoot><tr><td>${w('office.sum')}</td><td class="num">${rupiah(sum('requested_rupiah'))}</td><td class="num">${rupiah(sum('deducted_rupiah'))}</td><td class="num">${rupiah(sum('remaining_rupiah'))}</td></tr></tfoot></table></div></details></section>`;
}
