// Simpanan: who waits to be paid, what came in, what all members hold; and the ways to the pages behind it.
import { Button, FaultNote, FootLink, Loaded, Section, Skeleton } from '../../lib/components/index.js';
import { day, memberNumber, rupiah } from '../../lib/format.js';
import { listen } from '../../lib/realtime.js';
import { href, route } from '../../lib/route.js';
import { html, useEffect } from '../../lib/view.js';
import { w } from '../../lib/words.js';
import { usePages, useResource } from '../fetching.js';
import { Head, More } from '../parts.js';
import { Deposit } from '../savings/deposit.js';
import { placeText } from '../savings/parts.js';
import { Receipt } from '../savings/receipt.js';
import { InterestPage, RulesPage } from '../savings/rules.js';
import { StatementPage } from '../savings/statement.js';
import { Ended, Withdrawals } from '../savings/withdrawals.js';

/** @typedef {import('../types.js').Door} Door */

const accountOf = /** @type {Record<string, number>} */ ({ principal: 3101, mandatory: 3102, voluntary: 2103 });

/** @param {{door: Door, writes: boolean}} props */
function Overview({ door, writes }) {
  const all = useResource(door, '/api/coop/savings/withdrawals');
  const start = useResource(door, '/api/coop/treasury');
  const trial = useResource(door, '/api/coop/ledger/trial-balance');
  const list = usePages(door, 'receipts', (before) => `/api/coop/savings/deposits?limit=12${before && `&before=${before}`}`);
  const again = () => { all.load(); start.load(); trial.load(); list.reload(); };
  useEffect(() => listen(door, 'coop/books', (message) => { if (message?.what === 'savings') again(); }, again), [all]);
  const places = start.state.value.data?.places ?? [];
  return html`<${Head} title=${w('office.nav_savings')} lead=${w('office.savings_lead')}>${writes && html`<${Button} href=${href('/simpanan/setor')} icon="savings">${w('office.deposit')}<//>`}<${Button} href=${href('/simpanan/anggota')} kind="ghost">${w('saving.statement')}<//><//>
    <div class="summary two-cols"><div>
      <${Loaded} of=${all} rows=${3} draw=${(/** @type {any} */ a) => html`<${Withdrawals} door=${door} all=${a} places=${places} writes=${writes} onDone=${again} /><${Ended} all=${a} />`} />
    </div><div>
      <${Section} title=${w('office.savings_all')}><${Loaded} of=${trial} rows=${3} draw=${(/** @type {any} */ t) => html`<dl class="rows">${['principal', 'mandatory', 'voluntary'].map((k) => {
    const a = t.accounts.find((/** @type {any} */ it) => it.code === accountOf[k]);
    return html`<div key=${k}><dt>${w(`common.kind_${k}`)}</dt><dd>${rupiah(a ? a.credit_rupiah - a.debit_rupiah : 0)}</dd></div>`;
  })}${all.state.value.data?.held_rupiah > 0 && html`<div><dt>${w('saving.held')}</dt><dd>${rupiah(all.state.value.data.held_rupiah)}</dd></div>`}</dl><p class="note">${w('office.books_at', { date: day(t.date) })}</p>`} />
        <${FootLink} href=${href('/simpanan/jasa')}>${w('member.interest')}<//><${FootLink} href=${href('/simpanan/aturan')}>${w('saving.rules')}<//><//>
      <${Section} title=${w('office.recent_deposits')}>
        ${list.rows.length > 0 && html`<ul class="rows linked">${list.rows.map((/** @type {any} */ r) => html`<li key=${r.entry}><a href=${href(`/simpanan/bukti/${r.entry}`)}><span><b>${r.name}</b><small class="note">${memberNumber(r.member)} · ${w(`common.kind_${r.kind}`)} · ${placeText(r, places)} · ${day(r.date, 'short')}</small></span><span class="money">${rupiah(r.amount_rupiah)}</span></a></li>`)}</ul>`}
        ${list.fault && html`<${FaultNote} fault=${list.fault} retry=${list.reload} />`}${list.loading && !list.rows.length && html`<${Skeleton} rows=${4} />`}
        ${!list.loading && !list.fault && !list.rows.length && html`<p class="read">${w('office.deposits_none')}</p>`}<${More} list=${list} label=${w('office.older')} /><//></div></div>`;
}

/** Who only reads is shown no form. @type {Record<string, {view: any, writes?: boolean}>} */
const views = { setor: { view: Deposit, writes: true }, bukti: { view: Receipt }, anggota: { view: StatementPage }, jasa: { view: InterestPage }, aturan: { view: RulesPage } };

/** @param {{door: Door}} props */
export function Savings({ door }) {
  const [, name = '', id = ''] = route.value.parts;
  const writes = ['treasurer', 'manager'].includes(door.role.value);
  const it = views[name];
  if (!it || (it.writes && !writes)) return html`<${Overview} door=${door} writes=${writes} />`;
  return html`<${it.view} key=${name + id} door=${door} id=${id} writes=${writes} />`;
}
