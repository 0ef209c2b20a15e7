// The first look: where the money lies, what waits for a second person, whom the co-op owes, what happened.
import { Button, Dialog, Empty, FaultNote, Field, Icon, Loaded, Section, Sheet, Skeleton, toast } from '../../lib/components/index.js';
import { Table } from '../../lib/components/table.js';
import { day, memberNumber, rupiah } from '../../lib/format.js';
import { go, href } from '../../lib/route.js';
import { html, useEffect, useState } from '../../lib/view.js';
import { w, wFault } from '../../lib/words.js';
import { useAct, usePages, useResource } from '../fetching.js';
import { Head, More, Refusal } from '../parts.js';
import { placeName } from './parts.js';

/** @typedef {import('../types.js').Door} Door */

/** What a move is, in a few words. @param {any} m */
export const moveName = (m) => w(`cash.move_${m.kind}`, { name: m.target_name });

/** Approves or refuses what waits. @param {{door: Door, it: any, approve: boolean, onDone: () => void, onClose: () => void}} props */
function Decide({ door, it, approve, onDone, onClose }) {
  const [reason, setReason] = useState('');
  const ask = useAct((id) => door.send('POST', `/api/coop/treasury/requests/${it.id}/${approve ? 'approve' : 'refuse'}`, { id, reason: reason.trim() }), (answer) => {
    toast(w(approve ? 'cash.did_approve' : 'cash.did_refuse', { amount: rupiah(it.amount_rupiah) }));
    onDone();
    onClose();
    if (approve) go(`${it.kind === 'reversal' ? '/laporan/jurnal' : '/kas/bukti'}/${answer.entry}`);
  });
  useEffect(() => { ask.open(); }, []);
  return html`<${Dialog} open title=${w(approve ? 'cash.approve_title' : 'cash.refuse_title')} lead=${w('cash.asked_by', { name: it.by })} confirm=${w(approve ? 'cash.approve' : 'cash.refuse')} busy=${ask.busy} onConfirm=${ask.run} onClose=${onClose}
    rows=${[{ label: w('cash.from'), text: it.place_name }, { label: w('cash.what_for'), text: it.target_name }]} total=${{ label: w('office.amount'), amount_rupiah: it.amount_rupiah }}>
    ${it.note && html`<p class="read">${it.note}</p>`}
    ${!approve && html`<div class="form"><${Field} label=${w('cash.reason')} value=${reason} onInput=${setReason} maxlength="200" /></div>`}<${Refusal} fault=${ask.fault} /><//>`;
}

/** @param {{door: Door, list: any, onDone: () => void, writes: boolean}} props */
function Waits({ door, list, onDone, writes }) {
  const [open, setOpen] = useState(/** @type {{it: any, approve: boolean} | null} */ (null));
  if (!list.waiting.length) return null;
  return html`<${Section} title=${w('cash.waiting', { n: list.waiting.length })}><ul class="waits">${list.waiting.map((/** @type {any} */ it) => html`<li key=${it.id}>
      <div><b>${it.target_name}</b><small class="note">${w('cash.waits_line', { name: it.by, place: it.place_name })}${it.note ? ` · ${it.note}` : ''}</small></div><b class="money">${rupiah(it.amount_rupiah)}</b>
      ${writes && html`<div class="waits-b"><${Button} small kind="ghost" disabled=${Boolean(it.refusal)} why=${it.refusal && wFault(it.refusal)} onClick=${() => setOpen({ it, approve: true })}>${w('cash.approve')}<//><${Button} small kind="ghost" onClick=${() => setOpen({ it, approve: false })}>${w(it.refusal === 'treasury.same_person' ? 'cash.withdraw' : 'cash.refuse')}<//></div>`}</li>`)}</ul>
    ${open && html`<${Decide} key=${open.it.id} door=${door} it=${open.it} approve=${open.approve} onDone=${onDone} onClose=${() => setOpen(null)} />`}<//>`;
}

const shownOwed = 5;

/** Rows lead on where there is something to do. @param {{title: string, list: any[], to?: ((c: any) => string) | false, member?: boolean}} props */
function Owes({ title, list, to, member }) {
  if (!list.length) return null;
  const inside = (/** @type {any} */ c) => html`<span><b>${c.name}</b><small class="note">${member ? `${memberNumber(c.number)} · ` : ''}${w('cash.since', { date: day(c.since, 'medium') })}${c.due ? ` · ${w('cash.due_on', { date: day(c.due, 'medium') })}` : ''}</small></span><span class="money">${rupiah(c.owed_rupiah)}</span>`;
  return html`<${Section} title=${title} link=${rupiah(list.reduce((n, c) => n + c.owed_rupiah, 0))}><ul class=${to ? 'rows linked' : 'rows owes'}>${list.slice(0, shownOwed).map((c) => html`<li key=${c.number}>${to ? html`<a href=${href(to(c))}>${inside(c)}</a>` : inside(c)}</li>`)}</ul>
    ${list.length > shownOwed && html`<p class="note">${w('cash.and_more', { n: list.length - shownOwed })}</p>`}<//>`;
}

/** @param {{door: Door, writes: boolean}} props */
export function Overview({ door, writes }) {
  const start = useResource(door, '/api/coop/treasury');
  const owed = useResource(door, '/api/coop/treasury/owed');
  const list = usePages(door, 'moves', (before) => `/api/coop/treasury/moves?limit=20${before && `&before=${before}`}`);
  const again = () => { start.load(); owed.load(); list.reload(); };
  const columns = [
    { label: w('office.date'), class: 'date desk', cell: (/** @type {any} */ m) => day(m.date, 'medium') },
    { label: w('office.what'), cell: (/** @type {any} */ m) => html`<span class=${m.reversed_by ? 'gone' : ''}>${moveName(m)}</span><small class="note">${m.place_name}${m.reversed_by ? ` · ${w('cash.reversed', { number: m.reversed_by })}` : ''}<span class="phone">${day(m.date, 'medium')}</span></small>` },
    { label: 'Rp', num: true, cell: (/** @type {any} */ m) => html`<b>${rupiah(m.amount_rupiah)}</b>` },
  ];
  return html`<${Head} title=${w('office.nav_treasury')} lead=${w('cash.lead')} >${writes && html`<${Button} href=${href('/kas/bayar')} icon="cash">${w('cash.pay')}<//><${Button} href=${href('/kas/terima')} kind="ghost">${w('cash.receive')}<//><${Button} href=${href('/kas/pindah')} kind="ghost">${w('cash.transfer')}<//>`}<//>
    <div class="summary two-cols"><div>
      <${Sheet} title=${w('cash.where')} class="today"><${Loaded} of=${start} rows=${3} draw=${(/** @type {any} */ s) => html`<ul class="rows">${s.places.filter((/** @type {any} */ p) => !p.closed).map((/** @type {any} */ p) => html`<li key=${p.place}><span>${placeName(p, s.places)}</span><b>${rupiah(p.balance_rupiah)}</b></li>`)}
        <li class="sum"><span>${w('office.sum')}</span><b>${rupiah(s.places.reduce((/** @type {number} */ n, /** @type {any} */ p) => n + p.balance_rupiah, 0))}</b></li></ul>
        <p class="to-banks">${s.places.filter((/** @type {any} */ p) => p.kind === 'bank').map((/** @type {any} */ p) => html`<a key=${p.place} class="lnk" href=${href(`/kas/bank/${p.place.slice(5)}`)}>${w('cash.to_bank', { name: p.name })}<${Icon} name="chevron" /></a>`)}</p>`} /><//>
      <p class="to-banks"><a class="lnk" href=${href('/kas/tagihan')}>${w('cash.to_bills')}<${Icon} name="chevron" /></a></p>
      ${start.state.value.data && html`<${Waits} door=${door} list=${start.state.value.data.waiting} onDone=${again} writes=${writes} />`}
      <${Section} title=${w('cash.recent')}>${list.rows.length > 0 && html`<${Table} columns=${columns} rows=${list.rows} rowKey=${(/** @type {any} */ m) => m.entry} onRow=${(/** @type {any} */ m) => go(`/kas/bukti/${m.entry}`)} caption=${w('cash.recent')} quietCaption />`}
      ${list.fault && html`<${FaultNote} fault=${list.fault} retry=${list.reload} />`}${list.loading && !list.rows.length && html`<${Skeleton} rows=${5} />`}
      ${!list.loading && !list.fault && !list.rows.length && html`<div class="narrow"><${Empty} title=${w('cash.none')} text=${w('cash.none_text')} /></div>`}<${More} list=${list} label=${w('office.older')} /><//>
    </div><div>
      <${Loaded} of=${owed} rows=${4} draw=${(/** @type {any} */ o) => (o.suppliers.length + o.consignors.length + o.leavers.length + o.held.length ? html`
        <${Owes} title=${w('cash.owed_suppliers')} list=${o.suppliers} to=${writes && ((/** @type {any} */ c) => `/kas/bayar?kind=supplier&to=${c.number}`)} />
        <${Owes} title=${w('cash.owed_consignors')} list=${o.consignors} to=${(/** @type {any} */ c) => `/kas/titip/${c.number}`} />
        <${Owes} title=${w('cash.owed_leavers')} list=${o.leavers} to=${writes && ((/** @type {any} */ c) => `/kas/bayar?kind=leaver&to=${c.number}`)} member />
        <${Owes} title=${w('cash.owed_refunds')} list=${o.held.filter((/** @type {any} */ c) => c.wish === 'refund')} to=${writes && ((/** @type {any} */ c) => `/kas/bayar?kind=refund&to=${c.number}`)} member />
        <${Owes} title=${w('cash.owed_held')} list=${o.held.filter((/** @type {any} */ c) => c.wish !== 'refund')} to=${writes && ((/** @type {any} */ c) => `/kas/bayar?kind=refund&to=${c.number}`)} member />` : html`<${Section} title=${w('cash.owed')}><p class="read">${w('cash.owed_none')}</p><//>`)} />
    </div></div>`;
}
