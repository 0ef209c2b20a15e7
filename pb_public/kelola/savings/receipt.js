// A deposit on paper, with where the chain of entries stood.
import { asFault, info } from '../../lib/api.js';
import { Button, Dialog, Field, Figure, Icon, Loaded, toast } from '../../lib/components/index.js';
import { Hash } from '../../lib/components/trace.js';
import { day, memberNumber, moment, rupiah } from '../../lib/format.js';
import { href } from '../../lib/route.js';
import { html, useEffect, useState } from '../../lib/view.js';
import { w, wFault } from '../../lib/words.js';
import { useAct, useResource } from '../fetching.js';
import { Refusal, State } from '../parts.js';
import { Back, placeText } from './parts.js';

/** @typedef {import('../types.js').Door} Door */

/** @param {{door: Door, r: any, onDone: () => void, onClose: () => void}} props */
function TakeBack({ door, r, onDone, onClose }) {
  const [reason, setReason] = useState('');
  const it = useAct((id) => door.send('POST', `/api/coop/savings/deposits/${r.entry}/reverse`, { id, reason: reason.trim() }), (answer) => { toast(w('cash.did_reverse', { number: answer.number })); onDone(); onClose(); });
  useEffect(() => { it.open(); }, []);
  return html`<${Dialog} open danger title=${w('saving.reverse_title')} lead=${w('saving.reverse_lead')} confirm=${w('cash.reverse')} busy=${it.busy} refusal=${reason.trim() ? '' : w('cash.reason_first')} onConfirm=${it.run} onClose=${onClose}
    rows=${[{ label: r.name, text: r.number }]} total=${{ label: w('office.amount'), amount_rupiah: r.amount_rupiah }}>
    <div class="form"><${Field} label=${w('cash.reason')} value=${reason} onInput=${setReason} maxlength="200" /></div><${Refusal} fault=${it.fault} /><//>`;
}

/** @param {{door: Door, id: string, writes: boolean}} props */
export function Receipt({ door, id, writes }) {
  const it = useResource(door, `/api/coop/savings/deposits/${encodeURIComponent(id)}`);
  const [busy, setBusy] = useState(false);
  const [open, setOpen] = useState(false);
  const file = async (/** @type {any} */ r) => {
    setBusy(true);
    try { await door.download(`/api/coop/savings/deposits/${r.entry}/receipt.pdf`, `${r.number.replace('/', '-')}.pdf`); } catch (cause) { toast(asFault(cause).message, { kind: 'bad' }); } finally { setBusy(false); }
  };
  return html`<${Back} /><div class="narrow"><${Loaded} of=${it} rows=${6} draw=${(/** @type {any} */ r) => html`<article class="paper"><header><p class="note">${info.value?.name ?? ''}</p><h1 class="h2">${w('saving.receipt')}</h1><p class="note">${r.number}</p></header>
      <p class="sheet-fig"><${Figure} rupiah=${r.amount_rupiah} /></p>
      ${r.reversed_by && html`<p><${State} icon="block" kind="neg">${w('cash.reversed', { number: r.reversed_by })}<//></p>`}
      <dl class="rows">${[[w('office.member'), `${r.name} · ${memberNumber(r.member)}`], [w('office.kind'), w(`common.kind_${r.kind}`)], [w('office.date'), day(r.date, 'full')], [w('saving.into'), placeText(r)], [w('office.by'), r.by || '–']].map(([label, text]) => html`<div key=${label}><dt>${label}</dt><dd>${text}</dd></div>`)}</dl>
      <ul class="rows">${r.settled_rupiah > 0 && html`<li><span>${w('saving.was_due')}</span><b>${rupiah(r.settled_rupiah)}</b></li>`}${r.amount_rupiah > r.settled_rupiah && html`<li><span>${w('saving.on_top')}</span><b>${rupiah(r.amount_rupiah - r.settled_rupiah)}</b></li>`}
        <li class="sum"><span>${w('saving.balance_after')}</span><b>${rupiah(r.balance_rupiah)}</b></li></ul>
      <div class="trace"><p class="note">${w('cash.trace', { entry: r.entry, at: moment(r.at) })}</p><${Hash} hash=${r.hash} /></div>
      <div class="signs print-only"><p>${w('cash.sign_give')}</p><p>${w('cash.sign_take')}</p></div></article>
    <div class="slip-b no-print"><${Button} icon="print" onClick=${() => print()}>${w('cash.print')}<//><${Button} kind="ghost" icon="download" busy=${busy} onClick=${() => file(r)}>PDF<//>
      <a class="lnk" href=${href(`/laporan/jurnal/${r.entry}`)}>${w('cash.to_entry')}<${Icon} name="chevron" /></a><a class="lnk" href=${href(`/simpanan/anggota/${r.member}`)}>${w('saving.to_statement')}<${Icon} name="chevron" /></a>
      ${writes && html`<a class="lnk" href=${href('/simpanan/setor')}>${w('saving.another')}<${Icon} name="chevron" /></a>`}
      ${writes && !r.reversed_by && (r.refusal ? html`<p class="note">${wFault(r.refusal)}</p>` : html`<button type="button" class="lnk" onClick=${() => setOpen(true)}>${w('cash.reverse')}</button>`)}</div>
    ${open && html`<${TakeBack} door=${door} r=${r} onDone=${it.load} onClose=${() => setOpen(false)} />`}`} /></div>`;
}
