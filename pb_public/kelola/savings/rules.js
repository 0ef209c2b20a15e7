// The rules of savings: what holds, since when, who decided it; a manager decides what holds from a day on.
import { Button, Dialog, Field, Icon, Loaded, Section, toast } from '../../lib/components/index.js';
import { count, day, moment, percent, readRupiah, rupiah, today } from '../../lib/format.js';
import { html, useEffect, useState } from '../../lib/view.js';
import { w } from '../../lib/words.js';
import { useAct, useResource } from '../fetching.js';
import { Head, Refusal } from '../parts.js';
import { Back } from './parts.js';

/** @typedef {import('../types.js').Door} Door */
/** @typedef {{key: string, value: any, valid_from: string}} Setting */

const order = ['savings.principal_rupiah', 'savings.mandatory_rupiah', 'savings.withdrawal_second_above_rupiah', 'savings.interest_bp', 'savings.interest_tax_free_rupiah', 'savings.interest_tax_bp',
  'member.active_when', 'savings.principal_instalments_max', 'member.leaver_due_days', 'member.erase_after_days', 'member.erase_applicants_after_days', 'member.card_photo'];
/** @type {Record<string, string[]>} */
const choices = { 'member.active_when': ['principal_paid', 'at_once'], 'member.card_photo': ['without_photo', 'with_photo'] };
/** @param {string} key */
const short = (key) => key.split('.')[1];
/** @param {string} key */
export const isRate = (key) => key.endsWith('_bp');
/** @param {string} key */
const isChoice = (key) => key in choices;
/** Days and instalments: plain counts. @param {string} key */
const isCount = (key) => key.endsWith('_days') || key.endsWith('_max');
/** @param {string} key */
const isGraded = (key) => key === order[0] || key === order[1];

/** A rule's value as people read it. @param {Setting} s */
export function valueText({ key, value }) {
  if (isChoice(key)) return w(`saving.rule_is_${value}`);
  if (isCount(key)) return w(key.endsWith('_days') ? 'saving.days' : 'saving.times', { n: count(value) });
  if (isRate(key)) return value ? w('saving.rate_year', { rate: percent(value, 2) }) : w('saving.rate_none');
  if (typeof value === 'object') return Object.entries(value).sort(([a], [b]) => (a === '*' ? 1 : b === '*' ? -1 : a < b ? -1 : 1)).map(([grade, n]) => `${grade === '*' ? w('saving.all_others') : grade} ${rupiah(/** @type {number} */ (n))}`).join(' · ');
  return `Rp ${rupiah(value)}`;
}

/** @typedef {{grade: string, amount: string}} Row */

/** A percentage as typed → basis points, or null. @param {string} text */
export function readRate(text) {
  const m = /^(\d{1,2})(?:[.,](\d{1,2}))?$/.exec(text.trim().replace(/\s*%$/, ''));
  return m ? Number(m[1]) * 100 + Number((m[2] ?? '0').padEnd(2, '0')) : null;
}

/** @param {{door: Door, s: Setting, onDone: () => void, onClose: () => void}} props */
function Decide({ door, s, onDone, onClose }) {
  const table = typeof s.value === 'object' ? s.value : null;
  const [text, setText] = useState(isChoice(s.key) ? s.value : isRate(s.key) ? String(s.value / 100).replace('.', ',') : isCount(s.key) ? String(s.value) : rupiah(table ? table['*'] : s.value));
  const [rows, setRows] = useState(/** @type {Row[]} */ (table ? Object.entries(table).filter(([g]) => g !== '*').map(([grade, n]) => ({ grade, amount: rupiah(/** @type {number} */ (n)) })) : []));
  const next = today().slice(0, 7);
  const [from, setFrom] = useState(isGraded(s.key) ? new Date(Date.UTC(Number(next.slice(0, 4)), Number(next.slice(5)), 1)).toISOString().slice(0, 10) : today());
  const amount = isChoice(s.key) ? text : isRate(s.key) ? readRate(text) : readRupiah(text);
  const filled = rows.filter((r) => r.grade.trim() || r.amount.trim());
  const bad = amount === null ? w('saving.value_unclear') : filled.some((r) => !r.grade.trim() || readRupiah(r.amount) === null) ? w('saving.grade_unclear') : '';
  const value = filled.length ? Object.fromEntries([['*', amount], ...filled.map((r) => [r.grade.trim(), readRupiah(r.amount)])]) : amount;
  const ask = useAct((id) => door.send('POST', '/api/coop/savings/rules', { id, key: s.key, value, valid_from: from }), () => { toast(w('saving.did_rule')); onDone(); onClose(); });
  useEffect(() => { ask.open(); }, []);
  const put = (/** @type {number} */ i, /** @type {Partial<Row>} */ part) => setRows(rows.map((r, n) => (n === i ? { ...r, ...part } : r)));
  return html`<${Dialog} open title=${w(`saving.rule_${short(s.key)}`)} lead=${w(`saving.rule_${short(s.key)}_text`)} confirm=${w('saving.rule_go')} busy=${ask.busy} refusal=${bad} onConfirm=${ask.run} onClose=${onClose}>
    <div class="form"><div class="two">${isChoice(s.key) ? html`<${Field} label=${w(`saving.rule_${short(s.key)}`)} value=${text} onInput=${setText} options=${choices[s.key].map((value) => ({ value, label: w(`saving.rule_is_${value}`) }))} />` : html`<${Field} label=${isGraded(s.key) ? w(filled.length ? 'saving.amount_others' : 'saving.amount_all') : w(isRate(s.key) ? 'saving.percent' : isCount(s.key) ? (s.key.endsWith('_days') ? 'saving.days_label' : 'saving.times_label') : 'office.amount')} prefix=${isRate(s.key) || isCount(s.key) ? undefined : 'Rp'} inputmode="decimal" value=${text} onInput=${setText} end=${isRate(s.key) ? html`<span class="pre">%</span>` : undefined} error=${ask.fault?.field('value')} />`}
        <${Field} label=${w('saving.from')} type="date" min=${today()} value=${from} onInput=${setFrom} error=${ask.fault?.field('valid_from')} /></div>
      ${isGraded(s.key) && html`<div class="grades">${rows.map((r, i) => html`<div class="grade" key=${i}><${Field} label=${w('saving.grade')} value=${r.grade} onInput=${(/** @type {string} */ v) => put(i, { grade: v })} maxlength="20" placeholder="III" /><${Field} label=${w('office.amount')} prefix="Rp" inputmode="numeric" value=${r.amount} onInput=${(/** @type {string} */ v) => put(i, { amount: v })} />
        <button type="button" class="icobtn" aria-label=${w('saving.grade_drop', { grade: r.grade || String(i + 1) })} onClick=${() => setRows(rows.filter((_, n) => n !== i))}><${Icon} name="trash" /></button></div>`)}
        <${Button} kind="ghost" small icon="plus" onClick=${() => setRows([...rows, { grade: '', amount: '' }])}>${w('saving.grade_add')}<//></div>`}
    </div><${Refusal} fault=${ask.fault} /><//>`;
}

/** @param {{door: Door}} props */
export function RulesPage({ door }) {
  const it = useResource(door, '/api/coop/savings/rules');
  const [open, setOpen] = useState(/** @type {Setting | null} */ (null));
  const manager = door.role.value === 'manager';
  return html`<${Back} /><${Head} title=${w('saving.rules')} lead=${w(manager ? 'saving.rules_lead' : 'saving.rules_lead_read')} />
    <div class="narrow-list"><${Loaded} of=${it} rows=${6} draw=${(/** @type {any} */ r) => html`<ul class="saving-rules">${order.map((key) => r.now.find((/** @type {Setting} */ s) => s.key === key)).filter(Boolean).map((/** @type {Setting} */ s) => {
    const coming = r.decided.filter((/** @type {any} */ d) => d.key === s.key && d.valid_from > r.on).sort((/** @type {any} */ a, /** @type {any} */ b) => (a.valid_from < b.valid_from ? -1 : 1));
    return html`<li key=${s.key}><div><h2 class="h3">${w(`saving.rule_${short(s.key)}`)}</h2><p class="rule-now">${valueText(s)}</p><p class="note">${w(`saving.rule_${short(s.key)}_text`)}</p>
      ${coming.map((/** @type {any} */ d, /** @type {number} */ i) => html`<p class="note" key=${i}>${w('saving.rule_coming', { date: day(d.valid_from), value: valueText(d) })}</p>`)}</div>
      ${manager && html`<${Button} kind="ghost" small onClick=${() => setOpen(s)}>${w('office.change')}<//>`}</li>`;
  })}</ul>
    <${Section} title=${w('saving.decided')}>${r.decided.length ? html`<ul class="rows two-lines">${r.decided.slice(0, 20).map((/** @type {any} */ d, /** @type {number} */ i) => html`<li key=${i}><span><b>${w(`saving.rule_${short(d.key)}`)}</b><small class="note">${w('saving.decided_line', { date: day(d.valid_from, 'medium'), at: moment(d.at), name: d.by || '–' })}</small></span><b>${valueText(d)}</b></li>`)}</ul>` : html`<p class="read">${w('saving.decided_none')}</p>`}<//>`} />
    ${open && html`<${Decide} key=${open.key} door=${door} s=${open} onDone=${it.load} onClose=${() => setOpen(null)} />`}</div>`;
}

/** The months whose interest was posted. @param {{door: Door}} props */
export function InterestPage({ door }) {
  const it = useResource(door, '/api/coop/savings/interest');
  return html`<${Back} /><${Head} title=${w('member.interest')} lead=${w('saving.interest_lead')} />
    <div class="narrow-list"><${Loaded} of=${it} rows=${5} draw=${(/** @type {any} */ m) => html`<dl class="rows"><div><dt>${w('saving.rule_interest_bp')}</dt><dd>${valueText({ key: 'savings.interest_bp', value: m.rate_bp, valid_from: '' })}</dd></div><div><dt>${w('saving.rule_interest_tax_free_rupiah')}</dt><dd>${rupiah(m.tax_free_rupiah)}</dd></div><div><dt>${w('saving.rule_interest_tax_bp')}</dt><dd>${percent(m.tax_bp, 2)}</dd></div></dl>
      <p class="note">${w('saving.interest_rule')}</p>
      <${Section} title=${w('member.interest_months')}>${m.months.length ? html`<ul class="rows two-lines">${m.months.map((/** @type {any} */ p) => html`<li key=${p.period}><span><b>${day(`${p.period}-01`, 'month')}</b><small class="note">${w('saving.month_line', { n: rupiah(p.members), rate: percent(p.rate_bp, 2), tax: rupiah(p.tax_rupiah) })}</small></span><b>${rupiah(p.gross_rupiah)}</b></li>`)}</ul>` : html`<p class="read">${w(m.rate_bp > 0 ? 'saving.months_none' : 'member.interest_off')}</p>`}<//>`} /></div>`;
}
