import { CompositionBar, Empty, Figure, FootLink, Loaded } from '../lib/components/index.js';
import { Tabs } from '../lib/components/tabs.js';
import { Why } from '../lib/components/why.js';
import { asOf, day, rupiah, signed, today } from '../lib/format.js';
import { href } from '../lib/route.js';
import { html, useEffect, useState } from '../lib/view.js';
import { has, w } from '../lib/words.js';
import { AppBar } from './nav.js';
import { More } from './rows.js';

const kinds = ['principal', 'mandatory', 'voluntary'];

/** @param {{savings: Record<string, number>}} props */
const Kinds = ({ savings }) => html`<ul class="kinds">${kinds.map((kind) => html`<li key=${kind}><i class=${`swatch kind-${kind}`}></i><span class="nm">${w(`member.${kind}`)}</span><b>${rupiah(savings[`${kind}_rupiah`])}</b>
  <small class=${kind === 'voluntary' ? 'pos' : ''}>${w(`member.${kind}_text`)}</small>
  ${kind === 'mandatory' && savings.ahead_rupiah > 0 && html`<small class="ahead"><b>${w('member.ahead', { amount: rupiah(savings.ahead_rupiah) })}</b> ${w('member.ahead_text')}</small>`}</li>`)}</ul>`;

/** How it came or went: from pay, at the office, on joining or leaving. @param {{source?: string, amount_rupiah: number}} move */
function moveName({ source = '', amount_rupiah: amount }) {
  if (source === 'skipped') return w('member.move_payroll_in');
  const way = amount < 0 ? 'out' : 'in';
  return w(has(`member.move_${source}_${way}`) ? `member.move_${source}_${way}` : `member.move_${way}`);
}

/** What stands under it: the entry in the book, or why nothing came. @param {{source: string, reason?: string, entry: number}} move */
function moveNote({ source, reason = '', entry }) {
  if (source !== 'skipped') return w('member.entry', { entry });
  return has(`member.skip_${reason}`) ? w(`member.skip_${reason}`) : w('member.skip');
}

/** @param {{moves: any[], kind: string}} props */
function Moves({ moves, kind }) {
  const some = moves.filter((m) => m.kind === kind);
  if (!some.length) return html`<p class="read pad">${w('member.no_moves')}</p>`;
  return html`<div class="hist"><div class="hh note"><span></span><span></span><span>${w('member.balance')}</span></div><ul>${some.map((m, i) => html`<li key=${`${m.entry}-${i}`}>
    <span class="d">${day(m.date, 'dayOnly')}<small>${day(m.date, 'monthShort')} ${m.date.slice(0, 4) === today().slice(0, 4) ? '' : m.date.slice(0, 4)}</small></span>
    <span class="w">${moveName(m)}<small>${moveNote(m)}</small></span>
    <span class=${`a ${m.amount_rupiah > 0 ? 'pos' : m.amount_rupiah === 0 ? 'quiet' : ''}`}>${signed(m.amount_rupiah)}</span><span class="s">${rupiah(m.balance_rupiah)}</span></li>`)}</ul></div>`;
}

/** @param {{store: import('./store.js').Store}} props */
export function Savings({ store }) {
  const [kind, setKind] = useState('');
  useEffect(() => { store.need(store.me); store.need(store.savings); }, []);
  const { at } = store.me.state.value;
  const top = (/** @type {any} */ me) => {
    const s = me.savings;
    const parts = kinds.map((k) => ({ kind: k, amount_rupiah: s[`${k}_rupiah`], label: w(`member.${k}`) }));
    return html`<section class="lead-fig"><p class="k">${w('member.own_at', { date: day(asOf(at), 'day') })}</p><p><${Figure} rupiah=${s.total_rupiah} size="xl" /></p>
        <${CompositionBar} parts=${parts} /><${Kinds} savings=${s} /></section>`;
  };
  const rules = (/** @type {any} */ me) => {
    const s = me.savings;
    return html`${s.total_rupiah > 0 && html`<${Why} title=${w('member.why_withdraw')}><p>${s.voluntary_rupiah > 0 && html`<b>${rupiah(s.voluntary_rupiah)}</b> ${w('member.withdraw_voluntary')}`}</p>
        <p>${w('member.withdraw_capital')} <b>${rupiah(s.principal_rupiah + s.mandatory_rupiah)}</b> ${w('member.withdraw_leaving')}</p><//>`}`;
  };
  const ways = (/** @type {any} */ { saving, member }) => saving && html`<section class="sec"><div class="sec-h"><h2>${w('member.how_to_save')}</h2></div><ul class="ways">
      ${saving.mandate && member.status === 'active' ? html`<li><b>${w('member.by_pay')}</b> ${w(saving.voluntary_rupiah > 0 ? 'member.by_pay_both' : 'member.by_pay_mandatory', { mandatory: rupiah(saving.mandatory_rupiah), voluntary: rupiah(saving.voluntary_rupiah) })}<small>${w('member.by_pay_since', { since: day(saving.since), max: rupiah(saving.max_rupiah) })}</small></li>`
    : html`<li><b>${w('member.by_pay')}</b> ${w('member.by_pay_none')}</li>`}
      <li><b>${w('member.by_cash')}</b> ${w('member.by_cash_text')}</li></ul></section>`;
  const history = () => {
    const moves = store.savings.items();
    if (!moves.length) return html`<${Empty} title=${w('member.no_savings')} text=${w('member.no_savings_text')} />`;
    const chosen = kind || (moves.some((m) => m.kind === 'voluntary') ? 'voluntary' : 'mandatory');
    return html`<section class="sec"><div class="sec-h"><h2>${w('member.history')}</h2></div>
      <${Tabs} label=${w('member.kinds')} value=${chosen} onChange=${setKind} tabs=${kinds.map((k) => ({ value: k, label: w(`member.${k}`) }))} />
      <${Moves} moves=${moves} kind=${chosen} /><${More} of=${store.savings} /></section>`;
  };
  const acts = (/** @type {any} */ { savings, member }) => html`<section class="sec links no-print">${member.status === 'active' && html`<${FootLink} href=${href('/tarik')}>${w(savings.voluntary_rupiah > 0 ? 'member.draw' : 'member.drawns')}<//>`}<${FootLink} href=${href('/koran')}>${w('member.koran')}<//><${FootLink} href=${href('/jasa')}>${w('member.interest')}<//></section>`;
  return html`<${AppBar} title=${w('member.savings')} back="/" print /><${Loaded} of=${store.me} draw=${top} />${store.me.state.value.data && acts(store.me.state.value.data)}${(store.me.state.value.data || !store.me.state.value.fault) && html`<${Loaded} of=${store.savings} draw=${history} />`}
    ${store.me.state.value.data && html`${ways(store.me.state.value.data)}${rules(store.me.state.value.data)}`}`;
}
