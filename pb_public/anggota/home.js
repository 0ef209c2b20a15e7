import { CompositionBar, Empty, FaultNote, Figure, FootLink, Gauge, Icon, Legend, Section, Skeleton } from '../lib/components/index.js';
import { day, greeting, rupiah, today } from '../lib/format.js';
import { href } from '../lib/route.js';
import { html, useEffect } from '../lib/view.js';
import { has, w, wn } from '../lib/words.js';
import { News } from './news.js';
import { PurchaseRows } from './rows.js';

/** @param {{savings: any}} props */
function Own({ savings }) {
  return html`<section class="own" aria-labelledby="own">
    <h2 class="k" id="own">${w('member.own')}</h2>
    <p class="own-fig"><${Figure} rupiah=${savings.total_rupiah} size="xl" /></p>
    <a class="own-link" href=${href('/simpanan')}><span class="vh">${w('member.savings_open')}</span><dl class="trio">
      <div><dt>${w('member.principal')}</dt><dd>${rupiah(savings.principal_rupiah)}</dd></div>
      <div><dt>${w('member.mandatory')}</dt><dd>${rupiah(savings.mandatory_rupiah)}</dd></div>
      <div><dt>${w('member.voluntary')}</dt><dd>${rupiah(savings.voluntary_rupiah)}${savings.voluntary_rupiah > 0 && html`<small>${w('member.withdrawable')}</small>`}</dd></div>
    </dl></a></section>`;
}

/** Counts are shown where there is something to count. @param {any} part */
export const partNote = (part) => (part.kind === 'store' && part.count ? wn('member.receipts', part.count) : part.kind === 'instalment' && part.count > 1 ? wn('member.instalments', part.count) : '');

/** Why there is no deduction, in words. @param {string} code */
export const refusalWords = (code) => w(code === 'member.not_active' ? 'member.not_yet' : has(`fault.${code}`) ? `fault.${code}` : 'member.no_deduction_now');

/** What the mandate's cap keeps for a later month. @param {{due_rupiah?: number, total_rupiah: number, refusal: string}} next */
export const capped = (next) => (next.refusal ? 0 : Math.max(0, (next.due_rupiah ?? 0) - next.total_rupiah));

/** @param {{me: any}} props */
function NextSheet({ me }) {
  const next = me.next_deduction;
  if (!next) return null;
  const open = next.cutoff_date >= today();
  const parts = (next.composition ?? []).map((/** @type {any} */ p) => ({ ...p, note: partNote(p) }));
  return html`<section class="sheet next"><div class="sheet-h"><h2>${w(next.drafted ? 'member.preview' : 'member.next')}</h2><span class=${`chip ${next.refusal ? '' : 'now'}`}>${day(next.pay_date, 'day')}</span></div>
    <p class="next-fig"><${Figure} rupiah=${next.total_rupiah} /></p>
    <p class="small">${next.refusal ? refusalWords(next.refusal) : next.total_rupiah === 0 && open ? w('member.nothing_yet', { date: day(next.cutoff_date, 'short') }) : next.drafted ? w(next.preview_until ? 'member.preview_until' : 'member.preview_open', { date: day(next.preview_until, 'short') }) : w(open ? 'member.so_far' : 'member.list_closed', { date: day(next.cutoff_date, 'short') })}</p>
    <${CompositionBar} parts=${parts} label=${w('member.next')} />
    ${parts.length > 0 && html`<${Legend} parts=${parts} />`}
    ${capped(next) > 0 && html`<p class="note held">${w('member.capped', { amount: rupiah(capped(next)) })}</p>`}
    ${parts.length > 0 && html`<${FootLink} href=${href('/potongan/berikutnya')}>${w('member.to_receipts')}<//>`}
  </section>`;
}

/** Figure beside the title and the gauge under it, so that all of it stands above the fold of a phone. @param {{limit: any}} props */
const Limit = ({ limit }) => html`<section class="sec limit"><div class="sec-h"><h2>${w('member.can_buy')}</h2><${Figure} rupiah=${limit.available_rupiah} size="s" /></div>
  <${Gauge} limit_rupiah=${limit.limit_rupiah} used_rupiah=${limit.used_rupiah} words=${false} />
  <p class="gauge-k"><span>${w('member.used_of', { used: rupiah(limit.used_rupiah), limit: rupiah(limit.limit_rupiah) })}</span>
    ${limit.limit_rupiah > 0 && html`<span>${w('common.one_strip', { amount: rupiah(Math.round(limit.limit_rupiah / 40)) })}</span>`}</p>
  ${limit.refusal && html`<p class="note">${refusalWords(limit.refusal)}</p>`}</section>`;

/** What is owed, and what of it is on a list already. @param {{me: any, running: import('./store.js').Deduction[]}} props */
function Owes({ me, running }) {
  const held = me.next_deduction.held_rupiah;
  const [only, ...more] = running;
  const dated = only && !more.length && only.pay_date >= today();
  return html`<section class="sec owes"><div class="sec-h"><h2>${w('member.you_owe')}</h2></div>
    ${me.owed.total_rupiah > 0 ? html`<${FootLink} href=${href('/tagihan')}>${w('member.owed')} <b>${rupiah(me.owed.total_rupiah)}</b><//>` : html`<p class="read owes-none">${w('member.nothing_owed')}</p>`}
    ${held > 0 && html`<${FootLink} href=${href(dated ? `/potongan/${only.period}` : '/potongan')}>${dated ? w('member.on_its_way_on', { date: day(only.pay_date, 'short') }) : w('member.on_its_way')} <b>${rupiah(held)}</b><//>`}</section>`;
}

/** @param {{me: any}} props */
const Thanks = ({ me }) => html`<section class="sec thanks"><div class="sec-h"><h2>${w('member.gains')}</h2></div>
  <p class="limit-fig"><${Figure} rupiah=${me.saved_year_rupiah} size="s" /></p>
  <${FootLink} href=${href('/hemat')}>${w('member.saved_year', { year: today().slice(0, 4) })}<//>
  ${me.deposit_held_rupiah > 0 && html`<ul class="rows"><li><span>${w('member.deposit_held')}</span><b>${rupiah(me.deposit_held_rupiah)}</b></li></ul>`}</section>`;

/** What an applicant still waits for: the principal savings, held until they are whole. @param {{me: any}} props */
function Applicant({ me }) {
  const left = me.owed.items.filter((/** @type {any} */ i) => i.kind === 'principal').reduce((/** @type {number} */ sum, /** @type {any} */ i) => sum + i.remaining_rupiah, 0);
  return html`<section class="own"><h2 class="title">${w('member.applicant_title')}</h2><p class="read">${w('member.applicant_text', { left: `Rp ${rupiah(left)}` })}${me.deposit_held_rupiah > 0 && ` ${w('member.applicant_held', { held: `Rp ${rupiah(me.deposit_held_rupiah)}` })}`}</p></section>`;
}

/** The first name, without the titles before it. @param {string} name */
const calledBy = (name) => name.split(' ').find((part) => part && !part.endsWith('.')) ?? name;

/** @param {{store: import('./store.js').Store}} props */
export function Home({ store }) {
  useEffect(() => { store.need(store.me); store.need(store.deductions); }, []);
  const running = (store.deductions.state.value.data?.deductions ?? []).filter((/** @type {any} */ d) => !d.settled && d.requested_rupiah > 0);
  const { data: me, fault } = store.me.state.value;
  const unread = me?.unread ?? 0;
  const name = calledBy(me?.member.name ?? store.door.who.value?.name ?? '');
  return html`<div class="home">
    <header class="hello"><div><h1 class="title">${greeting()}, ${name}</h1><p class="small">${day(today(), 'full')}</p></div>
      <span class="hello-ways"><a class="icobtn ring bell" href=${href('/pemberitahuan')} aria-label=${unread ? w('member.notices_unread', { n: unread }) : w('member.notices')} title=${w('member.notices')}><${Icon} name="bell" />${unread > 0 && html`<b aria-hidden="true">${unread > 99 ? '99+' : unread}</b>`}</a>
      <a class="icobtn ring" href=${href('/kartu')} aria-label=${w('member.show_card')} title=${w('member.show_card')}><${Icon} name="scan" /></a></span></header>
    ${me && fault && !fault.offline && html`<${FaultNote} fault=${fault} retry=${store.me.load} />`}
    ${!me && (fault ? html`<${FaultNote} fault=${fault} retry=${store.me.load} />` : html`<span class="sk-fig"></span><${Skeleton} rows=${6} />`)}
    ${me?.member.status === 'applicant' && html`<${Applicant} me=${me} />`}
    ${me && html`<div class="home-grid">
      <${Own} savings=${me.savings} />
      <${NextSheet} me=${me} />
      <${Limit} limit=${me.limit} />
      <${Owes} me=${me} running=${running} />
      <${Section} title=${w('member.last_purchases')} link=${me.purchases.length ? w('common.all') : ''} href=${href('/struk')}>
        ${me.purchases.length ? html`<${PurchaseRows} purchases=${me.purchases.slice(0, 3)} />` : html`<${Empty} title=${w('member.no_purchases')} text=${w('member.no_purchases_text')} link=${w('member.show_card')} href=${href('/kartu')} />`}<//>
      <${News} store=${store} />
      <${Thanks} me=${me} />
    </div>`}
  </div>`;
}

