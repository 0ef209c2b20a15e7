// One move on paper: what it was, who did it, and where the chain of entries stood.
import { asFault, info } from '../../lib/api.js';
import { Button, Dialog, Field, Figure, Icon, Loaded, toast } from '../../lib/components/index.js';
import { Hash } from '../../lib/components/trace.js';
import { day, moment, rupiah } from '../../lib/format.js';
import { href } from '../../lib/route.js';
import { html, useEffect, useState } from '../../lib/view.js';
import { w } from '../../lib/words.js';
import { useAct, useResource } from '../fetching.js';
import { Refusal, State } from '../parts.js';
import { moveName } from './overview.js';
import { Back } from './parts.js';

/** @typedef {import('../types.js').Door} Door */

/** @param {{door: Door, m: any, onDone: () => void, onClose: () => void}} props */
function TakeBack({ door, m, onDone, onClose }) {
  const [reason, setReason] = useState('');
  const it = useAct((id) => door.send('POST', `/api/coop/treasury/moves/${m.entry}/reverse`, { id, reason: reason.trim() }), (answer) => { toast(answer.state === 'waiting' ? w('cash.did_ask', { amount: rupiah(m.amount_rupiah) }) : w('cash.did_reverse', { number: answer.number })); onDone(); onClose(); });
  useEffect(() => { it.open(); }, []);
  return html`<${Dialog} open danger title=${w('cash.reverse_title')} lead=${w('cash.reverse_lead')} confirm=${w('cash.reverse')} busy=${it.busy} refusal=${reason.trim() ? '' : w('cash.reason_first')} onConfirm=${it.run} onClose=${onClose}
    rows=${[{ label: moveName(m), text: m.number }]} total=${{ label: w('office.amount'), amount_rupiah: m.amount_rupiah }}>
    <div class="form"><${Field} label=${w('cash.reason')} value=${reason} onInput=${setReason} maxlength="200" /></div><${Refusal} fault=${it.fault} /><//>`;
}

/** @param {{door: Door, id: string, writes: boolean}} props */
export function Slip({ door, id, writes }) {
  const it = useResource(door, `/api/coop/treasury/moves/${encodeURIComponent(id)}`);
  return html`<${Back} /><div class="narrow"><${Loaded} of=${it} rows=${6} draw=${(/** @type {any} */ m) => html`<${Paper} door=${door} m=${m} writes=${writes} onDone=${it.load} />`} /></div>`;
}

/** @param {{door: Door, m: any, writes: boolean, onDone: () => void}} props */
function Paper({ door, m, writes, onDone }) {
  const [open, setOpen] = useState(false);
  const see = async () => {
    try {
      const blob = await (await door.request('GET', `/api/coop/treasury/vouchers/${m.voucher}`)).blob();
      const link = document.createElement('a');
      link.href = URL.createObjectURL(blob);
      link.download = `${m.number.replace('/', '-')}.${blob.type.split('/')[1]}`;
      link.click();
      setTimeout(() => URL.revokeObjectURL(link.href), 10_000);
    } catch (cause) { toast(asFault(cause).message, { kind: 'bad' }); }
  };
  const rows = [[w('office.date'), day(m.date, 'full')], [w('cash.from_to'), m.place_name], ...(m.kind === 'transfer' ? [[w('cash.to'), m.target_name]] : []), [w('office.by'), m.by], ...(m.approved_by ? [[w('cash.approved_by'), m.approved_by]] : []), ...(m.note ? [[w('cash.note'), m.note]] : [])];
  return html`<article class="paper"><header><p class="note">${info.value?.name ?? ''}</p><h1 class="h2">${moveName(m)}</h1><p class="note">${m.number}</p></header>
    <p class="sheet-fig"><${Figure} rupiah=${m.amount_rupiah} /></p>
    ${m.reversed_by && html`<p><${State} icon="block" kind="neg">${w('cash.reversed', { number: m.reversed_by })}<//></p>`}
    <dl class="rows">${rows.map(([label, text]) => html`<div key=${label}><dt>${label}</dt><dd>${text}</dd></div>`)}</dl>
    ${m.items?.length > 0 && html`<h2 class="h3">${w('cash.settled_items')}</h2><ul class="rows">${m.items.map((/** @type {any} */ i) => html`<li key=${i.item}><span>${w(`common.kind_${i.kind}`)} <small class="note">${day(i.date, 'medium')}${i.remaining_rupiah ? ` · ${w('cash.remains', { amount: rupiah(i.remaining_rupiah) })}` : ''}</small></span><b>${rupiah(i.amount_rupiah)}</b></li>`)}
      ${m.held_rupiah > 0 && html`<li><span>${w('cash.held')}</span><b>${rupiah(m.held_rupiah)}</b></li>`}<li class="sum"><span>${w('office.sum')}</span><b>${rupiah(m.amount_rupiah)}</b></li></ul>`}
    ${m.fee_rupiah > 0 && html`<ul class="rows"><li><span>${w('cash.fee_expense')}</span><b>${rupiah(m.fee_rupiah)}</b></li><li class="sum"><span>${w('cash.arrived')}</span><b>${rupiah(m.amount_rupiah - m.fee_rupiah)}</b></li></ul>`}
    <div class="trace"><p class="note">${w('cash.trace', { entry: m.entry, at: moment(m.at) })}</p><${Hash} hash=${m.hash} /></div>
    <div class="signs print-only"><p>${w('cash.sign_give')}</p><p>${w('cash.sign_take')}</p></div></article>
    <div class="slip-b no-print"><${Button} icon="print" onClick=${() => print()}>${w('cash.print')}<//>
      ${m.voucher && html`<${Button} kind="ghost" icon="file" onClick=${see}>${w('cash.see_voucher')}<//>`}
      <a class="lnk" href=${href(`/laporan/jurnal/${m.entry}`)}>${w('cash.to_entry')}<${Icon} name="chevron" /></a>
      ${writes && !m.reversed_by && html`<button type="button" class="lnk" onClick=${() => setOpen(true)}>${w('cash.reverse')}</button>`}</div>
    ${open && html`<${TakeBack} door=${door} m=${m} onDone=${onDone} onClose=${() => setOpen(false)} />`}`;
}
