import { Empty, Figure, Icon, Loaded } from '../lib/components/index.js';
import { Why } from '../lib/components/why.js';
import { day, period, rupiah } from '../lib/format.js';
import { href } from '../lib/route.js';
import { html, useEffect } from '../lib/view.js';
import { w, wn } from '../lib/words.js';
import { AppBar } from './nav.js';

/** @typedef {{period: string, saved_rupiah: number, receipts: {id: string, number: string, date: string, total_rupiah: number, saved_rupiah: number}[]}} Month */

/** Months as strips beside each other, the highest at full height. @param {{months: Month[]}} props */
function Strips({ months }) {
  const most = Math.max(1, ...months.map((m) => m.saved_rupiah));
  const said = months.map((m) => `${day(`${m.period}-01`, 'monthShort')} ${rupiah(m.saved_rupiah)}`).join(', ');
  return html`<div class="gain-strips" role="img" aria-label=${said}>${months.map((m, i) => html`<span key=${m.period}><i class=${i === months.length - 1 ? 'now' : ''} style=${{ height: `${Math.max(0, (m.saved_rupiah / most) * 100)}%` }}></i><small>${day(`${m.period}-01`, 'monthShort')}</small></span>`)}</div>`;
}

/** @param {{m: Month}} props */
function GainMonth({ m }) {
  if (!m.receipts.length) return html`<li class="gain-none"><span>${period(m.period)}</span><b>0</b></li>`;
  return html`<li><details><summary><span>${period(m.period)}<small>${wn('member.receipts', m.receipts.length)}</small></span><b>${rupiah(m.saved_rupiah)}</b><${Icon} name="chevron" small /></summary>
    <ul class="recs">${m.receipts.map((r) => html`<li key=${r.id}><a href=${href(`/struk/${r.id}`)}><span>${day(r.date, 'short')}</span><span>${r.number}</span><b>${rupiah(r.saved_rupiah)}</b><${Icon} name="chevron" small /></a></li>`)}</ul></details></li>`;
}

/** What membership gained by price this year. @param {{store: import('./store.js').Store}} props */
export function GainsScreen({ store }) {
  useEffect(() => store.need(store.gains), []);
  const draw = (/** @type {{year: number, total_rupiah: number, months: Month[]}} */ g) => {
    const used = g.months.slice(g.months.findIndex((m) => m.receipts.length) < 0 ? g.months.length : g.months.findIndex((m) => m.receipts.length));
    return html`<section class="lead-fig"><p class="k">${w('member.gained_in', { year: g.year })}</p><p><${Figure} rupiah=${g.total_rupiah} size="xl" /></p><p class="small">${w('member.gained_by')}</p></section>
      ${used.length ? html`<${Strips} months=${g.months} />
      <section class="sec"><div class="sec-h"><h2>${w('member.by_month')}</h2></div><ul class="gain-months">${[...used].reverse().map((m) => html`<${GainMonth} key=${m.period} m=${m} />`)}</ul>
        <p class="total"><span>${w('member.total')}</span><span><span class="rp">Rp</span>${rupiah(g.total_rupiah)}</span></p></section>`
    : html`<${Empty} title=${w('member.no_gains')} text=${w('member.no_gains_text')} link=${w('member.to_catalogue')} href=${href('/belanja')} />`}
      <${Why} title=${w('common.how_we_know')}><p>${w('member.gains_how')}</p><p>${w('member.gains_not')}</p><//>`;
  };
  return html`<${AppBar} title=${w('member.gains')} back="/" print /><${Loaded} of=${store.gains} draw=${draw} />`;
}
