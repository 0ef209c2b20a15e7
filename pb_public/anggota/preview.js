// This month's deduction before it is locked: every component, down to the lines of the receipts.
import { CompositionBar, Figure, FootLink, Icon, Loaded, kindName, inOrder } from '../lib/components/index.js';
import { Why } from '../lib/components/why.js';
import { day, rupiah, today } from '../lib/format.js';
import { href } from '../lib/route.js';
import { html, useEffect } from '../lib/view.js';
import { w } from '../lib/words.js';
import { Excess } from './excess.js';
import { capped, refusalWords } from './home.js';
import { AppBar } from './nav.js';
import { Objections, partName } from './objection.js';

/** @typedef {import('./store.js').PlannedPart} PlannedPart */

/** Why less of an item is asked for than is due. @param {PlannedPart} p */
const keptWords = (p) => (p.kept ? w(`member.kept_${p.kept}`, { amount: rupiah(p.due_rupiah - p.planned_rupiah) }) : '');

/** The lines of a receipt, opened in place. @param {{receipt: any}} props */
function ReceiptLines({ receipt }) {
  return html`<ul class="goods">${receipt.lines.map((/** @type {any} */ l, /** @type {number} */ i) => html`<li key=${i}><span>${l.name}${l.quantity !== '1' && html` <em>× ${l.quantity}</em>`}</span><span>${rupiah(l.amount_rupiah)}</span></li>`)}
    ${receipt.tenders.filter((/** @type {any} */ t) => t.kind !== 'payroll').map((/** @type {any} */ t) => html`<li key=${t.kind} class="note"><span>${w('member.paid_cash')}</span><span>−${rupiah(t.amount_rupiah - (receipt.change_rupiah ?? 0))}</span></li>`)}
    <li><a class="lnk" href=${href(`/struk/${receipt.id}`)}>${w('member.to_receipt')}</a></li></ul>`;
}

/** One item: a receipt, an instalment, a month of savings. @param {{p: PlannedPart, receipts: Record<string, any>}} props */
function Item({ p, receipts }) {
  const receipt = p.source?.sale && receipts[p.source.sale];
  const inside = html`<span>${day(p.date, 'short')}</span><span>${partName(p)}</span><b>${rupiah(p.planned_rupiah)}</b>${receipt ? html`<${Icon} name="down" small />` : html`<span></span>`}`;
  const kept = p.kept && html`<small class="rest">${keptWords(p)}</small>`;
  return html`<li>${receipt ? html`<details class="rec-open"><summary>${inside}</summary><${ReceiptLines} receipt=${receipt} /></details>` : html`<span class="as-a">${inside}</span>`}${kept}</li>`;
}

/** @param {{kind: string, parts: PlannedPart[], receipts: Record<string, any>}} props */
function Kind({ kind, parts, receipts }) {
  const sum = parts.reduce((n, p) => n + p.planned_rupiah, 0);
  const detailed = parts.length > 1 || parts.some((p) => p.source || p.instalment || p.kept);
  return html`<li class="part"><i class=${`swatch kind-${kind}`}></i><span class="nm">${kindName(kind)}</span><b>${rupiah(sum)}</b>
    ${detailed && html`<ul class="recs">${parts.map((p, i) => html`<${Item} key=${p.item || i} p=${p} receipts=${receipts} />`)}</ul>`}</li>`;
}

/** @param {{store: import('./store.js').Store}} props */
export function Preview({ store }) {
  useEffect(() => { store.need(store.preview); store.need(store.me); }, []);
  const me = store.me.state.value.data;
  const title = store.preview.state.value.data?.drafted ? w('member.preview') : w('member.next');
  const draw = (/** @type {any} */ next) => {
    const open = next.cutoff_date >= today();
    /** @type {PlannedPart[]} */
    const parts = next.parts ?? [];
    const kinds = inOrder([...new Set(parts.map((p) => p.kind))].map((kind) => ({ kind, parts: parts.filter((p) => p.kind === kind) })));
    const changed = next.drafted ? w(next.preview_until ? 'member.preview_until' : 'member.preview_open', { date: day(next.preview_until, 'day') }) : w(open ? 'member.so_far' : 'member.list_closed', { date: day(next.cutoff_date, 'short') });
    return html`<section class="lead-fig"><p class="k">${w('member.from_pay_on', { date: day(next.pay_date, 'full') })}</p><p><${Figure} rupiah=${next.total_rupiah} size="xl" /></p>
        <p class="small">${changed}</p><${CompositionBar} parts=${next.composition} /></section>
      ${next.early && html`<${Why} title=${w('member.why_early')}><p>${w('member.locked_early', { until: day(next.early.until, 'day') })}${next.early.reason ? ` ${w('member.locked_early_why', { reason: next.early.reason })}` : ''}</p><//>`}
      ${next.refusal && html`<${Why} title=${w('member.why_none')}><p>${refusalWords(next.refusal)}</p><//>`}
      ${capped(next) > 0 && html`<${Why} title=${w('member.why_capped')}><p><b>${rupiah(capped(next))}</b> ${w(next.capped === 'share' ? 'member.capped_share' : next.capped ? 'member.capped_text' : 'member.spared_text')}</p><//>`}
      ${next.used_rupiah > 0 && html`<${Why} title=${w('member.why_less')}><p><b>${rupiah(next.used_rupiah)}</b> ${w('member.used_text')}</p><//>`}
      <section class="sec"><div class="sec-h"><h2>${w('member.parts')}</h2></div><ul class="parts">${kinds.map((g) => html`<${Kind} key=${g.kind} ...${g} receipts=${next.receipts} />`)}</ul>
        <p class="total"><span>${w(open ? 'member.so_far_total' : 'member.total')}</span><span><span class="rp">Rp</span>${rupiah(next.total_rupiah)}</span></p></section>
      ${me?.saving?.mandate && html`<p class="note based">${w('member.based_on', { since: day(me.saving.since), max: rupiah(me.saving.max_rupiah) })}</p>`}
      <${Excess} store=${store} excess=${next.excess} onDone=${() => store.changed('payroll')} />
      ${me?.owed.items.length > 0 && html`<section class="sec links"><${FootLink} href=${href('/tagihan')}>${w('member.open_items')}<//></section>`}
      <${Objections} store=${store} period=${next.period} parts=${parts} objections=${next.objections} window=${next.window} onDone=${() => store.changed('payroll')} />`;
  };
  return html`<${AppBar} title=${title} back="/potongan" print /><${Loaded} of=${store.preview} draw=${draw} />`;
}
