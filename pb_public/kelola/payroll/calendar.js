// The year's months: their dates, what became of each, why one was left out; and the rules that they follow.
import { Button, Dialog, Field, Icon, Loaded, toast } from '../../lib/components/index.js';
import { Table } from '../../lib/components/table.js';
import { day, moment, percent, period as periodText, readRupiah, rupiah, today } from '../../lib/format.js';
import { go, href, route } from '../../lib/route.js';
import { html, useEffect, useState } from '../../lib/view.js';
import { w } from '../../lib/words.js';
import { useAct, useResource } from '../fetching.js';
import { Head, Refusal, State } from '../parts.js';
import { isRate, readRate } from '../savings/rules.js';
import { BackToRun, Ways } from './ways.js';

/** @typedef {import('../types.js').Door} Door */

const reasons = ['no_pay', 'system', 'decision', 'other'];

/** @param {{door: Door, m: any, onDone: () => void, onClose: () => void}} props */
function Skip({ door, m, onDone, onClose }) {
  const [reason, setReason] = useState(reasons[0]);
  const [text, setText] = useState('');
  const it = useAct((id) => door.send('POST', `/api/coop/payroll/runs/${m.period}/skip`, { id, reason, text: text.trim() }), () => { toast(w('plan.did_skip', { month: periodText(m.period) })); onDone(); onClose(); });
  useEffect(() => { it.open(); }, [reason, text]);
  const first = reason === 'other' && !text.trim();
  return html`<${Dialog} open danger title=${w('plan.skip_title', { month: periodText(m.period) })} lead=${w(m.state === 'draft' ? 'plan.skip_lead_draft' : 'plan.skip_lead')} confirm=${w('plan.skip')} busy=${it.busy} refusal=${first ? w('plan.skip_words') : ''} onConfirm=${it.run} onClose=${onClose}>
    <div class="form"><${Field} label=${w('plan.reason')} value=${reason} options=${reasons.map((r) => ({ value: r, label: w(`plan.skip_${r}`) }))} onInput=${setReason} /><${Field} label=${w('plan.reason_text')} value=${text} onInput=${setText} maxlength="300" /></div><${Refusal} fault=${it.fault} /><//>`;
}

/** @param {{door: Door, m: any, onDone: () => void, onClose: () => void}} props */
function TakeUp({ door, m, onDone, onClose }) {
  const it = useAct((id) => door.send('POST', `/api/coop/payroll/runs/${m.period}/take-up`, { id }), () => { toast(w('plan.did_take_up', { month: periodText(m.period) })); onDone(); onClose(); });
  useEffect(() => { it.open(); }, []);
  return html`<${Dialog} open title=${w('plan.take_up_title', { month: periodText(m.period) })} lead=${w('plan.take_up_lead')} confirm=${w('plan.take_up')} busy=${it.busy} onConfirm=${it.run} onClose=${onClose}><${Refusal} fault=${it.fault} /><//>`;
}

/** What a rule says, in words. @param {any} rule @param {any} value */
function ruleValue(rule, value) {
  const name = rule.key.slice(8);
  if (name === 'holidays') return value.length ? value.map((/** @type {string} */ d) => day(d, 'medium')).join(', ') : w('plan.none_yet');
  if (Array.isArray(value)) return value.map((code) => w(`plan.code_${code}`)).join(name === 'order' ? ' → ' : ', ').replaceAll(' → ', ' › ');
  if (rule.codes) return w(`plan.code_${value}`);
  if (isRate(rule.key)) return value ? w('plan.unit_bp', { rate: percent(value, 2) }) : w('plan.none_yet');
  return name.endsWith('_rupiah') ? `Rp ${rupiah(value)}` : w(name === 'instalment_down_most_pct' ? 'plan.unit_pct_price' : name.endsWith('_pct') ? 'plan.unit_pct' : name.endsWith('_parts') ? 'plan.unit_times' : name.endsWith('_day') ? 'plan.unit_day' : 'plan.unit_days', { n: value });
}

/** @param {{door: Door, rule: any, onDone: () => void, onClose: () => void}} props */
function Decide({ door, rule, onDone, onClose }) {
  const name = rule.key.slice(8);
  const list = Array.isArray(rule.value);
  const [text, setText] = useState(list ? rule.value.join('\n') : name.endsWith('_rupiah') ? rupiah(rule.value) : isRate(rule.key) ? String(rule.value / 100).replace('.', ',') : String(rule.value));
  const [codes, setCodes] = useState(/** @type {string[]} */ (list ? rule.value : []));
  const [from, setFrom] = useState(today());
  const value = () => {
    if (name === 'holidays') return text.split(/[\s,]+/).filter(Boolean);
    if (list) return codes;
    return rule.codes ? text : isRate(rule.key) ? readRate(text) : readRupiah(text);
  };
  const it = useAct((id) => door.send('POST', '/api/coop/payroll/policies', { id, key: rule.key, value: value(), valid_from: from }), () => { toast(w('plan.did_rule')); onDone(); onClose(); });
  useEffect(() => { it.open(); }, [text, codes, from]);
  const move = (/** @type {number} */ i) => { const next = [...codes]; [next[i - 1], next[i]] = [next[i], next[i - 1]]; setCodes(next); };
  const wrong = it.fault?.field('value');
  return html`<${Dialog} open title=${w(`plan.rule_${name}`)} lead=${w(`plan.rule_${name}_text`)} confirm=${w('plan.rule_set')} busy=${it.busy} onConfirm=${it.run} onClose=${onClose}>
    <div class="form">${name === 'holidays' ? html`<${Field} label=${w('plan.dates')} value=${text.replaceAll('\n', ' ')} onInput=${setText} hint=${w('plan.dates_hint')} error=${wrong} />`
    : list && !rule.some ? html`<ol class="order">${codes.map((code, i) => html`<li key=${code}><span>${i + 1}. ${w(`plan.code_${code}`)}</span>${i > 0 && html`<button type="button" class="lnk" onClick=${() => move(i)}>${w('plan.earlier')}<span class="vh"> ${w(`plan.code_${code}`)}</span></button>`}</li>`)}</ol>`
      : list ? html`<ul class="order">${rule.codes.map((/** @type {string} */ code) => html`<li key=${code}><label class="check"><input type="checkbox" checked=${codes.includes(code)} onChange=${() => setCodes(codes.includes(code) ? codes.filter((c) => c !== code) : [...codes, code])} /><span>${w(`plan.code_${code}`)}</span></label></li>`)}</ul>${wrong && html`<p class="err"><${Icon} name="warning" /><span>${wrong}</span></p>`}`
        : rule.codes ? html`<${Field} label=${w('plan.value')} value=${text} options=${rule.codes.map((/** @type {string} */ c) => ({ value: c, label: w(`plan.code_${c}`) }))} onInput=${setText} />`
          : html`<${Field} label=${w('plan.value')} prefix=${name.endsWith('_rupiah') ? 'Rp' : undefined} end=${isRate(rule.key) ? html`<span class="pre">%</span>` : undefined} inputmode=${isRate(rule.key) ? 'decimal' : 'numeric'} value=${text} onInput=${setText} error=${wrong} />`}
      <${Field} label=${w('plan.valid_from')} type="date" min=${today()} value=${from} onInput=${(/** @type {string} */ d) => setFrom(d || today())} error=${it.fault?.field('valid_from')} /></div><${Refusal} fault=${it.fault} /><//>`;
}

/** @param {{m: any}} props */
function MonthState({ m }) {
  if (m.state === 'skipped') return html`<${State} icon="block" kind="soft">${w('plan.state_skipped')}<//><small class="note">${w(`plan.skip_${m.reason}`)}${m.text && `: ${m.text}`} · ${m.by}, ${moment(m.at)}</small>`;
  if (m.state === 'missing') return html`<${State} icon="warning" kind="rest">${w('plan.state_missing')}<//>`;
  if (m.state === 'coming' || m.state === 'before') return html`<span class="soft">${w(`plan.state_${m.state}`)}</span>`;
  return html`<a class="lnk" href=${href(`/potong-gaji/${m.period}`)}>${w(`office.state_${m.state}`)}</a><small class="note">${w('office.requested')} ${rupiah(m.requested_rupiah)}</small>`;
}

/** @param {any} m */
const skippable = (m) => ['draft', 'missing', 'coming'].includes(m.state) && m.from_date <= today();

/** A month that somebody can still do something about. @param {any} m */
const undone = (m) => skippable(m) || m.state === 'skipped';

/** @param {{door: Door}} props */
export function Calendar({ door }) {
  const year = Number(route.value.query.get('tahun')) || Number(today().slice(0, 4));
  const it = useResource(door, `/api/coop/payroll/calendar?year=${year}`);
  const [open, setOpen] = useState(/** @type {{what: string, it: any} | null} */ (null));
  const writes = ['treasurer', 'manager'].includes(door.role.value);
  const manager = door.role.value === 'manager';
  const close = () => setOpen(null);
  const columns = [
    { label: w('office.period'), cell: (/** @type {any} */ m) => html`<b>${periodText(m.period)}</b><small class="note phone">${w('plan.paid_short', { date: day(m.pay_date, 'short') })}</small>` },
    { label: w('plan.collected'), class: 'desk', cell: (/** @type {any} */ m) => `${day(m.from_date, 'short')} – ${day(m.cutoff_date, 'short')}` },
    { label: w('plan.looked_until'), class: 'desk', cell: (/** @type {any} */ m) => (m.preview_until ? day(m.preview_until, 'short') : w('plan.no_preview')) },
    { label: w('plan.paid_on'), class: 'desk', cell: (/** @type {any} */ m) => day(m.pay_date, 'day') },
    { label: w('office.status'), cell: (/** @type {any} */ m) => html`<${MonthState} m=${m} />` },
    ...(writes && it.state.value.data?.months.some(undone) ? [{ label: w('plan.do'), class: 'act', cell: (/** @type {any} */ m) => (skippable(m) ? html`<button type="button" class="lnk" onClick=${() => setOpen({ what: 'skip', it: m })}>${w('plan.skip')}<span class="vh"> ${periodText(m.period)}</span></button>`
      : m.state === 'skipped' ? html`<button type="button" class="lnk" onClick=${() => setOpen({ what: 'up', it: m })}>${w('plan.take_up')}<span class="vh"> ${periodText(m.period)}</span></button>` : null) }] : []),
  ];
  const to = (/** @type {number} */ y) => go(`/potong-gaji/kalender?tahun=${y}`);
  return html`<${BackToRun} /><${Head} title=${html`${w('plan.calendar_title')} <em>·</em> ${year}`} lead=${w('plan.calendar_lead')}>
      <${Button} kind="ghost" small onClick=${() => to(year - 1)}>${year - 1}<//><${Button} kind="ghost" small onClick=${() => to(year + 1)}>${year + 1}<//><//><${Ways} at="kalender" />
    <${Loaded} of=${it} rows=${12} draw=${(/** @type {any} */ y) => html`<div class="list"><${Table} columns=${columns} rows=${y.months} rowKey=${(/** @type {any} */ m) => m.period} caption=${w('plan.calendar_title')} quietCaption /></div>
      <section class="sec rules"><div class="sec-h"><h2>${w('plan.rules')}</h2></div><p class="small">${w(manager ? 'plan.rules_lead' : 'plan.rules_look')}</p>
        <ul class="rows">${y.rules.map((/** @type {any} */ r) => html`<li key=${r.key}><span>${w(`plan.rule_${r.key.slice(8)}`)}${r.next.map((/** @type {any} */ n) => html`<small class="note">${w('plan.rule_from', { date: day(n.valid_from, 'medium'), value: ruleValue(r, n.value) })}</small>`)}</span>
          <span class="rule-v"><b>${ruleValue(r, r.value)}</b>${manager && html`<button type="button" class="lnk" onClick=${() => setOpen({ what: 'rule', it: r })}>${w('plan.change_rule')}<span class="vh"> ${w(`plan.rule_${r.key.slice(8)}`)}</span></button>`}</span></li>`)}</ul></section>`} />
    ${open?.what === 'skip' && html`<${Skip} door=${door} m=${open.it} onDone=${it.load} onClose=${close} />`}${open?.what === 'up' && html`<${TakeUp} door=${door} m=${open.it} onDone=${it.load} onClose=${close} />`}
    ${open?.what === 'rule' && html`<${Decide} key=${open.it.key} door=${door} rule=${open.it} onDone=${it.load} onClose=${close} />`}`;
}
