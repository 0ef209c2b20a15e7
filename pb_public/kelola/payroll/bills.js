// Who pays by themselves: nothing could be asked of their pay, or something of it remained.
import { Button, Empty, FaultNote, Icon, Skeleton, kindName, toast } from '../../lib/components/index.js';
import { count, day, memberNumber, period as periodText, rupiah } from '../../lib/format.js';
import { href } from '../../lib/route.js';
import { Fragment, html, useState } from '../../lib/view.js';
import { w, wn } from '../../lib/words.js';
import { query, usePages, useResource } from '../fetching.js';
import { Head, More, State, reasonText } from '../parts.js';
import { Crumb } from './crumb.js';

/** @typedef {import('../types.js').Bill} Bill */

/** @param {{door: any, period: string}} props */
export function BillsPage({ door, period }) {
  const whole = useResource(door, `/api/coop/payroll/runs/${period}/bills?limit=1`).state.value;
  const list = usePages(door, 'bills', (after) => `/api/coop/payroll/runs/${period}/bills${query({ after })}`);
  const lead = whole.data ? wn('office.bills_lead', whole.data.members, { n: count(whole.data.members), amount: rupiah(whole.data.owed_rupiah), month: periodText(period) }) : whole.fault ? '' : null;
  return html`<${Crumb} period=${period} /><${Head} title=${w('office.bills_title')} lead=${lead}><button type="button" class="lnk" onClick=${() => print()}><${Icon} name="print" />${w('office.print')}</button><//>
    ${list.rows.length > 0 && html`<table class="units lines owing" role="table"><caption class="vh">${w('office.bills_title')}</caption>
      <thead role="rowgroup"><tr role="row"><th scope="col" role="columnheader">${w('office.member')}</th><th scope="col" role="columnheader" class="num">${w('office.bill_owed')}</th><th scope="col" role="columnheader" class="u-state">${w('office.note')}</th><th scope="col" role="columnheader"><span class="vh">${w('office.bill_paper')}</span></th></tr></thead>
      <tbody role="rowgroup">${list.rows.map((b) => html`<${Row} key=${b.member} door=${door} period=${period} bill=${b} />`)}</tbody></table>
      <p class="note read">${w('office.bills_pay')} <a class="lnk" href=${href('/kas')}>${w('office.nav_treasury')}</a></p>`}
    ${list.fault && html`<${FaultNote} fault=${list.fault} retry=${list.reload} />`}
    ${list.loading && !list.rows.length && html`<${Skeleton} rows=${6} />`}
    ${!list.loading && !list.fault && !list.rows.length && html`<div class="narrow"><${Empty} title=${w('office.bills_none')} text=${w('office.bills_none_text')} /></div>`}
    <${More} list=${list} />`;
}

/** @param {{door: any, period: string, bill: Bill}} props */
function Row({ door, period, bill: b }) {
  const [open, setOpen] = useState(false);
  const [busy, setBusy] = useState(false);
  async function take() {
    setBusy(true);
    try {
      await door.download(`/api/coop/payroll/runs/${period}/members/${b.member}/bill.pdf`, `tagihan-${period}-${memberNumber(b.member)}.pdf`);
    } catch (cause) { toast(/** @type {Error} */ (cause).message, { kind: 'bad' }); } finally { setBusy(false); }
  }
  return html`<${Fragment}><tr role="row" class=${open ? 'opened' : ''}>
    <td role="cell" class="u-name"><button type="button" class="opener" aria-expanded=${open} onClick=${() => setOpen(!open)}><${Icon} name="chevron" small /><span><b>${b.name}</b><small class="note">${memberNumber(b.member)}</small></span></button></td>
    <td role="cell" class="num strong u-sum" data-name=${w('office.bill_owed')}>${rupiah(b.owed_rupiah)}</td>
    <td role="cell" class="u-state">${b.self ? html`<${State} icon="block" kind="soft">${reasonText(b.why)}<//>` : html`<${State} icon="info" kind="rest">${reasonText(b.why) || w('office.bill_capped')}<//>`}</td>
    <td role="cell" class="u-act">${['treasurer', 'manager'].includes(door.role.value) && html`<a class="lnk" href=${href(`/kas/terima?anggota=${b.member}`)}>${w('office.bill_pay')}<span class="vh"> ${b.name}</span></a> `}<${Button} kind="ghost" small icon="download" busy=${busy} onClick=${take}>PDF<span class="vh"> ${b.name}</span><//></td></tr>
    ${open && html`<tr role="row" class="detail"><td role="cell" colspan="4"><ul class="rows">${b.parts.map((p, i) => html`<li key=${i}><span><i class=${`swatch kind-${p.kind}`}></i> ${kindName(p.kind)} <em>${p.source ? `${p.source.number} · ` : ''}${day(p.date, 'medium')}</em></span><b>${rupiah(p.owed_rupiah)}</b></li>`)}
      ${b.paid_rupiah > 0 && html`<li class="quiet"><span>${w('office.bill_paid')}</span><span>${rupiah(b.paid_rupiah)}</span></li>`}</ul></td></tr>`}<//>`;
}
