// Struk: a purchase found by its receipt's number, and goods of it that come back.
import { asFault } from '../../lib/api.js';
import { Button, Dialog, Empty, FaultNote, Field, Figure, Icon, IconButton, Loaded, Section, Sheet, Skeleton, toast } from '../../lib/components/index.js';
import { Hash } from '../../lib/components/trace.js';
import { Table } from '../../lib/components/table.js';
import { day, memberNumber, moment, quantity, rupiah, time } from '../../lib/format.js';
import { go, href } from '../../lib/route.js';
import { html, useEffect, useState } from '../../lib/view.js';
import { w, wFault } from '../../lib/words.js';
import { useBack } from '../back.js';
import { query, useAct, useAsk, usePages, useResource } from '../fetching.js';
import { Head, More, Refusal, State } from '../parts.js';

/** @typedef {import('../types.js').Door} Door */
/** @typedef {import('../types.js').Sale} Sale */

/** Opens a receipt by its number. @param {{door: Door}} props */
function FindReceipt({ door }) {
  const [text, setText] = useState('');
  const [busy, setBusy] = useState(false);
  const [error, setError] = useState('');
  const find = async (/** @type {Event} */ e) => {
    e.preventDefault();
    const number = text.trim();
    if (!number || busy) return;
    setBusy(true);
    try {
      const [found] = (await door.send('GET', `/api/coop/store/sales${query({ number })}`)).sales;
      if (found) go(`/kasir/struk/${found.id}`); else setError(w('office.slip_unknown', { number }));
    } catch (cause) { setError(asFault(cause).message); } finally { setBusy(false); }
  };
  return html`<form class="tools" onSubmit=${find} novalidate><${Field} label=${w('office.slip_number')} icon="search" type="search" value=${text} onInput=${(/** @type {string} */ v) => { setText(v); setError(''); }} placeholder="K1-00412" hint=${w('office.slip_number_hint')} error=${error} autocomplete="off" autocapitalize="characters" spellcheck=${false} maxlength="40" aria-busy=${busy}
    end=${html`<${IconButton} icon="chevron" label=${w('office.slip_open')} onClick=${find} />`} /></form>`;
}

/** @param {{of: {total_rupiah: number, back_rupiah?: number}}} props */
const CameBack = ({ of: s }) => (s.back_rupiah ? html`<${State} icon="refresh" kind="soft">${s.back_rupiah === s.total_rupiah ? w('office.back_whole') : w('office.back_part', { amount: rupiah(s.back_rupiah) })}<//>` : null);

/** @param {{door: Door, id: string}} props */
export const Slips = ({ door, id }) => (id ? html`<${SlipPage} key=${id} door=${door} id=${id} />` : html`<${SlipList} door=${door} />`);

/** @param {{door: Door}} props */
function SlipList({ door }) {
  const list = usePages(door, 'sales', (before) => `/api/coop/store/sales${query({ before, limit: 30 })}`);
  const buyer = (/** @type {Sale} */ s) => s.member?.name || w('office.slip_public');
  const columns = [
    { label: w('office.slip'), cell: (/** @type {Sale} */ s) => html`<b>${s.number}</b><small class="note">${moment(s.sold_at)}</small><small class="note phone">${buyer(s)}</small>${s.back_rupiah ? html`<span class="phone"><${CameBack} of=${s} /></span>` : null}` },
    { label: w('office.slip_buyer'), class: 'wide desk', cell: buyer },
    { label: html`<span class="vh">${w('office.status')}</span>`, class: 'desk', cell: (/** @type {Sale} */ s) => html`<${CameBack} of=${s} />` },
    { label: 'Rp', num: true, cell: (/** @type {Sale} */ s) => html`<b>${rupiah(s.total_rupiah)}</b>` },
  ];
  return html`<${FindReceipt} door=${door} />
    <div class="list">${list.rows.length > 0 && html`<${Table} columns=${columns} rows=${list.rows} rowKey=${(/** @type {Sale} */ s) => s.id} onRow=${(/** @type {Sale} */ s) => go(`/kasir/struk/${s.id}`)} caption=${w('office.tab_struk')} quietCaption />`}
    ${list.fault && html`<${FaultNote} fault=${list.fault} retry=${list.reload} />`}${list.loading && !list.rows.length && html`<${Skeleton} rows=${6} />`}
    ${!list.loading && !list.fault && !list.rows.length && html`<div class="narrow"><${Empty} title=${w('office.slips_none')} text=${w('office.slips_none_text')} /></div>`}</div><${More} list=${list} label=${w('office.older')} />`;
}

/** What a return does, in the three ways in which its price goes. @param {{ended_rupiah: number, cash_rupiah: number, held_rupiah: number}} t @param {boolean} member */
const ways = (t, member) => [...(member ? [{ label: w('office.back_ends'), amount_rupiah: t.ended_rupiah }] : []), { label: w('office.back_cash'), amount_rupiah: t.cash_rupiah },
  ...(member ? [{ label: w('office.back_held'), amount_rupiah: t.held_rupiah }] : [])];

/** It says what will happen before it does. @param {{door: Door, s: Sale, onDone: () => void, onClose: () => void}} props */
function TakeBack({ door, s, onDone, onClose }) {
  const goods = s.lines.map((l, i) => ({ ...l, line: i + 1 }));
  const back = useBack(goods, goods.length === 1);
  const [reason, setReason] = useState('');
  const terms = useAsk(door, `/api/coop/store/sales/${s.id}/return/terms`, back.missing ? null : { lines: back.lines });
  const t = terms.it;
  const it = useAct((id) => door.send('POST', `/api/coop/store/sales/${s.id}/return`, { id, reason: reason.trim(), lines: back.lines, seen: t?.seen }), (answer) => {
    toast(answer.cash_rupiah > 0 ? w('office.did_back_cash', { amount: rupiah(answer.cash_rupiah) }) : w('plan.did_return'));
    onDone();
    onClose();
  });
  useEffect(() => { it.open(); }, [reason, JSON.stringify(back.lines)]);
  useEffect(() => { if (it.fault?.code === 'store.return_changed') terms.again(); }, [it.fault]);
  const refusal = back.missing || terms.fault?.message || (!t ? w('plan.reckoning') : reason.trim() ? '' : w('office.reason_missing'));
  return html`<${Dialog} open title=${w('plan.return_title')} lead=${w(s.member ? 'office.back_lead' : 'office.back_lead_public')} confirm=${w('plan.return_go')} busy=${it.busy} busyText=${w('office.busy_writing')} refusal=${refusal} onConfirm=${it.run} onClose=${onClose}
    rows=${t ? ways(t, Boolean(s.member)) : undefined} total=${t ? { label: w('plan.return_amount'), amount_rupiah: t.amount_rupiah } : undefined}>
    <div class="form">${back.fields}${back.some > 1 && html`<p><button type="button" class="lnk" onClick=${back.all}>${w('office.back_all')}</button></p>`}
      <${Field} label=${w('plan.return_why')} value=${reason} onInput=${setReason} error=${it.fault?.field('reason') || undefined} maxlength="200" /></div><${Refusal} fault=${it.fault} /><//>`;
}

/** Each time that goods of it came back. @param {{s: Sale}} props */
const Returns = ({ s }) => html`<${Section} title=${w('office.back_before')}><ul class="rows two-lines">${s.returns.map((b) => html`<li key=${b.entry}><span><b>${moment(b.at)}</b>
    <small class="note">${ways(b, true).filter((r) => r.amount_rupiah > 0).map((r) => `${r.label} ${rupiah(r.amount_rupiah)}`).join(' · ')}</small>
    <small class="note">${b.by}${b.reason && ` · “${b.reason}”`}</small><a class="lnk" href=${href(`/laporan/jurnal/${b.entry}`)}>${w('cash.to_entry')}<${Icon} name="chevron" /></a></span><b>${rupiah(b.amount_rupiah)}</b></li>`)}</ul><//>`;

/** Who may take goods back, or why not. @param {{s: Sale, onBack: () => void}} props */
function MayComeBack({ s, onBack }) {
  if (s.return_refusal === 'store.return_over') return html`<p class="step"><${State} icon="check">${w('office.back_over')}<//></p>`;
  if (s.return_refusal) return html`<p class="read step">${s.return_refusal === 'auth.forbidden' ? w('office.back_look') : wFault(s.return_refusal)}</p>`;
  return html`<div class="step"><${Button} wide onClick=${onBack}>${w('plan.return')}<//></div>`;
}

/** @param {{door: Door, id: string}} props */
function SlipPage({ door, id }) {
  const [back, setBack] = useState(false);
  const it = useResource(door, `/api/coop/store/sales/${encodeURIComponent(id)}`);
  return html`<p class="crumb no-print"><a class="lnk" href=${href('/kasir/struk')}><${Icon} name="back" />${w('office.tab_struk')}</a></p>
    <${Loaded} of=${it} rows=${8} draw=${(/** @type {Sale} */ s) => html`<${Head} title=${w('office.slip_title', { number: s.number })} lead=${`${day(s.date, 'full')}, ${time(s.sold_at)} · ${w('office.held_at', { till: s.till, cashier: s.cashier })}`} />
      <div class="three"><div>
        <ul class="rows two-lines">${s.lines.map((l, i) => html`<li key=${i}><span><b>${l.name}</b><small class="note">${quantity(l.quantity)} ${l.unit} × ${rupiah(l.price_rupiah)}</small>${l.back && html`<${State} icon="refresh" kind="soft">${w('office.back_of', { n: quantity(l.back), unit: l.unit })}<//>`}</span><b>${rupiah(l.amount_rupiah)}</b></li>`)}
          <li class="sum"><span>${w('office.sum')}</span><b>${rupiah(s.total_rupiah)}</b></li></ul>
        ${s.returns.length > 0 && html`<${Returns} s=${s} />`}
        <div class="trace"><p class="note">${w('office.slip_trace', { entry: s.entry })}</p><${Hash} hash=${s.hash} /><p class="step"><a class="lnk" href=${href(`/laporan/jurnal/${s.entry}`)}>${w('cash.to_entry')}<${Icon} name="chevron" /></a></p></div></div>
      <aside><${Sheet} title=${w(s.back_rupiah ? 'office.slip_left' : 'office.slip_total')} class="consequence"><p class="sheet-fig"><${Figure} rupiah=${s.total_rupiah - (s.back_rupiah ?? 0)} /></p>
        <dl class="rows"><div><dt>${w('office.slip_buyer')}</dt><dd>${s.member ? html`<a class="lnk" href=${href(`/anggota/${s.member.number}`)}>${s.member.name}</a> <small class="note">${memberNumber(s.member.number)}</small>` : w('office.slip_public')}</dd></div>
          ${s.tenders.map((t, i) => html`<div key=${i}><dt>${w(t.kind === 'payroll' ? 'office.paid_payroll' : t.kind === 'cash' ? 'office.paid_cash' : 'office.paid_other')}</dt><dd>${rupiah(t.amount_rupiah)}</dd></div>`)}
          ${s.change_rupiah > 0 && html`<div><dt>${w('office.slip_change')}</dt><dd>${rupiah(s.change_rupiah)}</dd></div>`}
          ${s.back_rupiah ? html`<div><dt>${w('office.back_before')}</dt><dd>−${rupiah(s.back_rupiah)}</dd></div>` : null}</dl>
        <${MayComeBack} s=${s} onBack=${() => setBack(true)} /><//></aside></div>
      ${back && html`<${TakeBack} door=${door} s=${s} onDone=${() => it.load()} onClose=${() => setBack(false)} />`}`} />`;
}
