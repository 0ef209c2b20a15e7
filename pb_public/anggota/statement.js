// A member's savings between two dates, as page and as file; and what they earned, with a slip for each month.
import { asFault } from '../lib/api.js';
import { Button, CompositionBar, Empty, FaultNote, Field, Figure, FootLink, Loaded, Skeleton, toast } from '../lib/components/index.js';
import { Hash } from '../lib/components/trace.js';
import { Why } from '../lib/components/why.js';
import { day, memberNumber, percent, period, rupiah, signed, today } from '../lib/format.js';
import { href } from '../lib/route.js';
import { html, useEffect, useRef, useState } from '../lib/view.js';
import { has, w } from '../lib/words.js';
import { AppBar } from './nav.js';

/** @typedef {import('./store.js').Store} Store */

const root = '/api/coop/me/savings';

/** How a movement came or went. @param {{source: string, amount_rupiah: number}} l */
export function sourceName({ source, amount_rupiah: amount }) {
  const way = amount < 0 ? 'out' : 'in';
  return w(has(`member.move_${source}_${way}`) ? `member.move_${source}_${way}` : `member.move_${way}`);
}

/** Months and years that people ask for, and the dates they mean. */
function ranges() {
  const [y, m] = today().split('-').map(Number);
  const date = (/** @type {number} */ year, /** @type {number} */ month, /** @type {number} */ d) => new Date(Date.UTC(year, month, d)).toISOString().slice(0, 10);
  return [
    { value: 'month', label: w('member.range_month'), from: date(y, m - 1, 1), to: today() },
    { value: 'last', label: w('member.range_last'), from: date(y, m - 2, 1), to: date(y, m - 1, 0) },
    { value: 'year', label: w('member.range_year'), from: date(y, 0, 1), to: today() },
    { value: 'before', label: w('member.range_before'), from: date(y - 1, 0, 1), to: date(y - 1, 11, 31) },
  ];
}

/** @param {{s: any}} props */
function Paper({ s }) {
  return html`<section class="koran"><table class="sums"><caption class="vh">${w('member.koran_sums')}</caption><thead><tr><th scope="col"><span class="vh">${w('member.kinds')}</span></th><th scope="col">${w('member.koran_opening')}</th><th scope="col">${w('member.koran_in')}</th><th scope="col">${w('member.koran_out')}</th><th scope="col">${w('member.koran_closing')}</th></tr></thead>
      <tbody>${s.kinds.map((/** @type {any} */ k) => html`<tr key=${k.kind}><th scope="row">${w(`member.${k.kind}`)}</th><td data-label=${w('member.koran_opening')}>${rupiah(k.opening_rupiah)}</td><td data-label=${w('member.koran_in')}>${rupiah(k.in_rupiah)}</td><td data-label=${w('member.koran_out')}>${rupiah(k.out_rupiah)}</td><td data-label=${w('member.koran_closing')}>${rupiah(k.closing_rupiah)}</td></tr>`)}</tbody>
      <tfoot><tr><th scope="row">${w('member.koran_all')}</th><td data-label=${w('member.koran_opening')}>${rupiah(s.opening_rupiah)}</td><td data-label=${w('member.koran_in')}>${rupiah(s.in_rupiah)}</td><td data-label=${w('member.koran_out')}>${rupiah(s.out_rupiah)}</td><td data-label=${w('member.koran_closing')}>${rupiah(s.closing_rupiah)}</td></tr></tfoot></table>
    ${s.kinds.filter((/** @type {any} */ k) => s.lines.some((/** @type {any} */ l) => l.kind === k.kind)).map((/** @type {any} */ k) => html`<div class="hist" key=${k.kind}><h2 class="h3">${w(`member.${k.kind}`)}</h2><div class="hh note"><span></span><span></span><span>${w('member.balance')}</span></div><ul>
      ${s.lines.filter((/** @type {any} */ l) => l.kind === k.kind).map((/** @type {any} */ l, /** @type {number} */ i) => html`<li key=${i}><span class="d">${day(l.date, 'dayOnly')}<small>${day(l.date, 'monthShort')} ${l.date.slice(0, 4) === today().slice(0, 4) ? '' : l.date.slice(0, 4)}</small></span>
        <span class="w">${sourceName(l)}<small>${l.number}</small></span><span class=${`a ${l.amount_rupiah > 0 ? 'pos' : ''}`}>${signed(l.amount_rupiah)}</span><span class="s">${rupiah(l.balance_rupiah)}</span></li>`)}</ul></div>`)}
    ${!s.lines.length && html`<p class="read pad">${w('member.koran_nothing')}</p>`}
    <div class="trace"><p class="note">${w('member.koran_head', { seq: s.head.seq })}</p><${Hash} hash=${s.head.hash} /></div></section>`;
}

/** @param {{store: Store}} props */
export function StatementScreen({ store }) {
  const [from, setFrom] = useState(`${today().slice(0, 4)}-01-01`);
  const [to, setTo] = useState(today());
  const [state, setState] = useState(/** @type {{s: any, fault: any, loading: boolean}} */ ({ s: null, fault: null, loading: true }));
  const [busy, setBusy] = useState('');
  const turn = useRef(0);
  const load = async () => {
    const mine = ++turn.current;
    setState({ ...state, fault: null, loading: true });
    try {
      const s = await store.door.send('GET', `${root}/statement?from=${from}&to=${to}`);
      if (mine === turn.current) setState({ s, fault: null, loading: false });
    } catch (cause) { if (mine === turn.current) setState({ s: null, fault: asFault(cause), loading: false }); }
  };
  useEffect(() => { if (from && to) load(); }, [from, to]);
  const fetchFile = async (/** @type {string} */ format) => {
    setBusy(format);
    try {
      await store.door.download(`${root}/statement/file?format=${format}&from=${from}&to=${to}`, `${w('member.koran_file')}-${memberNumber(store.door.who.peek()?.number ?? 0)}-${from}-${to}.${format}`);
    } catch (cause) { toast(asFault(cause).message, { kind: 'bad' }); } finally { setBusy(''); }
  };
  return html`<${AppBar} title=${w('member.koran')} back="/simpanan" print />
    <div class="form koran-ask no-print"><div class="ranges">${ranges().map((r) => html`<button key=${r.value} type="button" class="chip-btn" aria-pressed=${r.from === from && r.to === to} onClick=${() => { setFrom(r.from); setTo(r.to); }}>${r.label}</button>`)}</div>
      <div class="two"><${Field} label=${w('member.koran_from')} type="date" max=${to} value=${from} onInput=${setFrom} /><${Field} label=${w('member.koran_to')} type="date" min=${from} value=${to} onInput=${setTo} /></div>
      <div class="files">${['pdf', 'csv', 'xlsx'].map((f) => html`<${Button} key=${f} kind="ghost" small icon="download" busy=${busy === f} disabled=${!state.s} onClick=${() => fetchFile(f)}>${f.toUpperCase()}<//>`)}</div></div>
    ${state.fault ? html`<${FaultNote} fault=${state.fault} retry=${load} />` : state.s ? html`<p class="print-only">${w('member.koran_range', { from: day(state.s.from), to: day(state.s.to) })}</p><${Paper} s=${state.s} />` : html`<${Skeleton} rows=${6} />`}`;
}

/** @param {{store: Store}} props */
export function InterestScreen({ store }) {
  const [busy, setBusy] = useState('');
  useEffect(() => { store.need(store.interest); }, []);
  const slip = async (/** @type {string} */ period) => {
    setBusy(period);
    try { await store.door.download(`${root}/interest/${period}/slip.pdf`, `${w('member.interest_file')}-${memberNumber(store.door.who.peek()?.number ?? 0)}-${period}.pdf`); } catch (cause) { toast(asFault(cause).message, { kind: 'bad' }); } finally { setBusy(''); }
  };
  const draw = (/** @type {any} */ own) => {
    const year = today().slice(0, 4);
    const ofYear = own.slips.filter((/** @type {any} */ s) => s.period.startsWith(year));
    const sum = (/** @type {string} */ key) => ofYear.reduce((/** @type {number} */ n, /** @type {any} */ s) => n + s[key], 0);
    const rules = html`<${Why} title=${w('member.interest_why')}><p>${own.rate_bp > 0 ? w('member.interest_rule', { rate: percent(own.rate_bp) }) : w('member.interest_off')}</p><p>${w('member.interest_tax', { free: rupiah(own.tax_free_rupiah), rate: percent(own.tax_bp) })}</p><//>`;
    if (!own.slips.length) return html`<${Empty} title=${w('member.interest_none')} text=${w(own.rate_bp > 0 ? 'member.interest_none_text' : 'member.interest_off')} />${own.rate_bp > 0 && rules}`;
    return html`<section class="lead-fig"><p class="k">${w('member.interest_year', { year })}</p><p><${Figure} rupiah=${sum('net_rupiah')} size="xl" /></p>
        <${CompositionBar} parts=${[{ kind: 'voluntary', amount_rupiah: sum('net_rupiah'), label: w('member.interest_net') }, { kind: 'arrears', amount_rupiah: sum('tax_rupiah'), label: w('member.interest_taxed') }]} />
        <p class="small">${w('member.interest_sum', { gross: rupiah(sum('gross_rupiah')), tax: rupiah(sum('tax_rupiah')) })}</p></section>
      <section class="sec"><div class="sec-h"><h2>${w('member.interest_months')}</h2></div><ul class="jasa">${own.slips.map((/** @type {any} */ s) => html`<li key=${s.period}><span class="w">${period(s.period)}<small>${w('member.interest_from', { lowest: rupiah(s.lowest_rupiah), rate: percent(s.rate_bp) })}${s.tax_rupiah > 0 ? ` · ${w('member.interest_less', { tax: rupiah(s.tax_rupiah) })}` : ''}</small></span>
        <b class="pos">${signed(s.net_rupiah)}</b><${Button} kind="ghost" small icon="download" busy=${busy === s.period} onClick=${() => slip(s.period)}>${w('member.interest_slip')}<//></li>`)}</ul></section>${rules}`;
  };
  return html`<${AppBar} title=${w('member.interest')} back="/simpanan" /><${Loaded} of=${store.interest} draw=${draw} /><p class="after"><${FootLink} href=${href('/koran')}>${w('member.koran')}<//></p>`;
}
