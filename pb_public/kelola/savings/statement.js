// A member's savings between two dates, for the office; as a file too. And what they earned.
import { asFault } from '../../lib/api.js';
import { Button, Field, Icon, Loaded, Section, toast } from '../../lib/components/index.js';
import { Table } from '../../lib/components/table.js';
import { Hash } from '../../lib/components/trace.js';
import { day, memberNumber, rupiah, signed, today } from '../../lib/format.js';
import { go, href, route } from '../../lib/route.js';
import { html, useState } from '../../lib/view.js';
import { w } from '../../lib/words.js';
import { query, useResource } from '../fetching.js';
import { Head } from '../parts.js';
import { FindMember } from './find.js';
import { Back, sourceName } from './parts.js';

/** @typedef {import('../types.js').Door} Door */

const root = '/api/coop/savings/members';
/** An amount, or nothing where nothing moved. @param {number} n */
const some = (n) => (n > 0 ? rupiah(n) : '');

/** @param {{door: Door, id: string}} props */
export function StatementPage({ door, id }) {
  if (!Number(id)) return html`<${Back} /><${Head} title=${w('saving.statement')} lead=${w('saving.statement_lead')} /><div class="narrow-list"><${FindMember} door=${door} chosen=${null} left onChoose=${(/** @type {any} */ m) => m && go(`/simpanan/anggota/${m.number}`)} /></div>`;
  return html`<${Of} key=${id} door=${door} number=${Number(id)} />`;
}

/** @param {{door: Door, number: number}} props */
function Of({ door, number }) {
  const asked = route.value.query;
  const from = asked.get('from') || `${today().slice(0, 4)}-01-01`;
  const to = asked.get('to') || today();
  const it = useResource(door, `${root}/${number}/statement${query({ from, to })}`);
  const earned = useResource(door, `${root}/${number}/interest`);
  const [busy, setBusy] = useState('');
  const put = (/** @type {Record<string, string>} */ next) => go(`/simpanan/anggota/${number}${query({ from, to, ...next })}`);
  const fetchFile = async (/** @type {string} */ path, /** @type {string} */ name) => {
    setBusy(name);
    try { await door.download(path, name); } catch (cause) { toast(asFault(cause).message, { kind: 'bad' }); } finally { setBusy(''); }
  };
  const file = (/** @type {string} */ f) => `${w('member.koran_file')}-${memberNumber(number)}-${from}-${to}.${f}`;
  const kinds = [
    { label: w('office.kind'), cell: (/** @type {any} */ k) => html`${w(`common.kind_${k.kind}`)}<small class="note phone">${w('saving.kind_line', { opening: rupiah(k.opening_rupiah), in: rupiah(k.in_rupiah), out: rupiah(k.out_rupiah) })}</small>` }, { label: w('member.koran_opening'), num: true, class: 'desk', cell: (/** @type {any} */ k) => rupiah(k.opening_rupiah) },
    { label: w('member.koran_in'), num: true, class: 'desk', cell: (/** @type {any} */ k) => some(k.in_rupiah) }, { label: w('member.koran_out'), num: true, class: 'desk', cell: (/** @type {any} */ k) => some(k.out_rupiah) }, { label: w('member.koran_closing'), num: true, cell: (/** @type {any} */ k) => html`<b>${rupiah(k.closing_rupiah)}</b>` },
  ];
  const lines = [
    { label: w('office.date'), class: 'date desk', cell: (/** @type {any} */ l) => day(l.date, 'medium') }, { label: w('office.what'), cell: (/** @type {any} */ l) => html`<a class="plain" href=${href(`/laporan/jurnal/${l.entry}`)}>${sourceName(l)}</a><small class="note">${w(`common.kind_${l.kind}`)} · ${l.number}</small><small class="note phone">${day(l.date, 'medium')}</small>` },
    { label: w('member.koran_in'), num: true, class: 'desk', cell: (/** @type {any} */ l) => some(l.amount_rupiah) }, { label: w('member.koran_out'), num: true, class: 'desk', cell: (/** @type {any} */ l) => some(-l.amount_rupiah) }, { label: w('member.balance'), num: true, cell: (/** @type {any} */ l) => html`${rupiah(l.balance_rupiah)}<small class="note phone">${signed(l.amount_rupiah)}</small>` },
  ];
  return html`<${Back} /><${Loaded} of=${it} rows=${8} draw=${(/** @type {any} */ s) => html`<${Head} title=${s.name} lead=${`${memberNumber(s.member)} · ${w('member.koran_range', { from: day(s.from), to: day(s.to) })}`}>${['pdf', 'csv', 'xlsx'].map((f) => html`<${Button} key=${f} kind="ghost" small icon="download" busy=${busy === file(f)} onClick=${() => fetchFile(`${root}/${number}/statement/file${query({ format: f, from, to })}`, file(f))}>${f.toUpperCase()}<//>`)}<//>
      <div class="narrow-list tools"><div class="form two"><${Field} label=${w('member.koran_from')} type="date" max=${to} value=${from} onInput=${(/** @type {string} */ d) => d && put({ from: d })} /><${Field} label=${w('member.koran_to')} type="date" min=${from} value=${to} onInput=${(/** @type {string} */ d) => d && put({ to: d })} /></div></div>
      <${Table} columns=${kinds} rows=${s.kinds} rowKey=${(/** @type {any} */ k) => k.kind} caption=${w('member.koran_sums')} quietCaption foot=${[w('office.sum'), rupiah(s.opening_rupiah), some(s.in_rupiah), some(s.out_rupiah), rupiah(s.closing_rupiah)]} />
      <${Section} title=${w('saving.lines')}>${s.lines.length ? html`<${Table} columns=${lines} rows=${s.lines.map((/** @type {any} */ l, /** @type {number} */ i) => ({ ...l, i }))} rowKey=${(/** @type {any} */ l) => l.i} caption=${w('saving.lines')} quietCaption />` : html`<p class="read">${w('member.koran_nothing')}</p>`}<//>
      <div class="trace"><p class="note">${w('member.koran_head', { seq: s.head.seq })}</p><${Hash} hash=${s.head.hash} /></div>`} />
    <${Loaded} of=${earned} rows=${2} draw=${(/** @type {any} */ e) => e.slips.length > 0 && html`<${Section} title=${w('member.interest')}><ul class="rows linked slips">${e.slips.slice(0, 12).map((/** @type {any} */ s) => html`<li key=${s.period}><button type="button" disabled=${busy !== ''} onClick=${() => fetchFile(`${root}/${number}/interest/${s.period}/slip.pdf`, `${w('member.interest_file')}-${memberNumber(number)}-${s.period}.pdf`)}><span><b>${day(`${s.period}-01`, 'month')}</b><small class="note">${w('saving.slip_line', { gross: rupiah(s.gross_rupiah), tax: rupiah(s.tax_rupiah) })}</small></span><span class="money">${rupiah(s.net_rupiah)} <${Icon} name="download" small /></span></button></li>`)}</ul><//>`} />`;
}
