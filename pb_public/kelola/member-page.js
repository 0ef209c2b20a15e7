// One member at the office: what holds today, what held before, and the few things that only an act changes.
import { Button, Dialog, Field, Icon, Loaded, Section, toast } from '../lib/components/index.js';
import { Portrait } from '../lib/components/portrait.js';
import { day, memberNumber, readRupiah, rupiah, today } from '../lib/format.js';
import { html, useRef, useState } from '../lib/view.js';
import { w, wn } from '../lib/words.js';
import { query, useAct, useResource } from './fetching.js';
import { openPaper } from './pages/applications.js';
import { cardKinds, takeCard } from './pages/cards.js';
import { Head, Refusal, roleName } from './parts.js';

/** @typedef {import('./types.js').Door} Door */
/** @typedef {{id: number, kind: string, value: string, valid_from: string, at: string, by: string, ahead?: boolean}} Fact */
/** @typedef {{to: string, name: string, code: string, valid_from: string, employees: number}} Ahead */

/** @param {Fact} f */
const factText = (f) => (f.kind === 'channel' ? w(`office.channel_${f.value || 'officer'}`) : f.kind === 'pay' ? rupiah(Number(f.value)) : f.value || '–');

/** Since when a change holds. What is of a day to come says so. @param {{value: string, onInput: (v: string) => void, error?: string, hint?: string}} props */
const HoldsFrom = ({ value, hint, ...rest }) => html`<${Field} label=${w('office.valid_from')} type="date" value=${value} hint=${value > today() ? w('office.holds_ahead', { date: day(value) }) : hint} ...${rest} />`;

/** @param {{door: Door, p: any, onClose: () => void, onDone: () => void}} props */
function Change({ door, p, onClose, onDone }) {
  const units = useResource(door, '/api/coop/employees/units');
  const [form, setForm] = useState({ from: today(), unit: p.unit, grade: p.grade, channel: p.channel, pay: p.pay_rupiah ? rupiah(p.pay_rupiah) : '' });
  const set = (/** @type {string} */ name) => (/** @type {string} */ v) => setForm((f) => ({ ...f, [name]: v }));
  const pay = form.pay.trim() ? readRupiah(form.pay) ?? -1 : 0;
  const changed = { ...(form.unit !== p.unit && { unit: form.unit }), ...(form.grade !== p.grade && { grade: form.grade }), ...(form.channel !== p.channel && { channel: form.channel }), ...(pay !== (p.pay_rupiah ?? 0) && { pay_rupiah: pay }) };
  const n = Object.keys(changed).length;
  const ask = useAct((id) => door.send('POST', `/api/coop/employees/${p.employee}/facts`, { id, valid_from: form.from, ...changed }), (got) => { toast(wn('office.did_facts', got.changed, { n: got.changed })); onDone(); onClose(); });
  useState(() => { ask.open(); return 0; });
  const error = (/** @type {string} */ name) => ask.fault?.field(name) || undefined;
  const choices = (units.state.value.data?.units ?? []).map((/** @type {any} */ u) => ({ value: u.id, label: `${u.name} (${u.code})` }));
  return html`<${Dialog} open title=${w('office.facts_change', { name: p.name })} lead=${w('office.facts_lead')} confirm=${w('common.save')} refusal=${n ? '' : w('office.facts_same')} busy=${ask.busy} onConfirm=${() => { if (ask.fault) ask.open(); ask.run(); }} onClose=${onClose}>
    <div class="form"><${HoldsFrom} value=${form.from} onInput=${set('from')} error=${error('valid_from')} />
      <${Field} label=${w('office.work_unit')} value=${form.unit} onInput=${set('unit')} options=${choices.length ? choices : [{ value: p.unit, label: p.unit_name }]} error=${error('unit')} />
      <div class="two"><${Field} label=${w('office.grade')} value=${form.grade} onInput=${set('grade')} error=${error('grade')} maxlength="20" />
      <${Field} label=${w('office.channel')} value=${form.channel} onInput=${set('channel')} options=${['officer', 'bank', 'self'].map((v) => ({ value: v, label: w(`office.channel_${v}`) }))} error=${error('channel')} /></div>
      <${Field} label=${w('office.pay')} prefix="Rp" inputmode="numeric" value=${form.pay} onInput=${set('pay')} hint=${w('office.pay_hint')} error=${error('pay_rupiah')} /></div><${Refusal} fault=${ask.fault} /><//>`;
}

/** Takes back what was announced, and says what stays instead. @param {{door: Door, p: any, fact: Fact, onClose: () => void, onDone: () => void}} props */
function CancelFact({ door, p, fact, onClose, onDone }) {
  const ask = useAct((id) => door.send('POST', `/api/coop/employees/${p.employee}/facts/cancel`, { id, fact: fact.id }), () => { toast(w('office.did_fact_cancel')); onDone(); onClose(); });
  useState(() => { ask.open(); return 0; });
  const stays = p.facts.slice(p.facts.indexOf(fact) + 1).find((/** @type {Fact} */ f) => f.kind === fact.kind);
  return html`<${Dialog} open danger title=${w('office.fact_cancel_title', { name: p.name })} lead=${w('office.fact_cancel_lead')} confirm=${w('office.fact_cancel_do')} busy=${ask.busy} onConfirm=${() => { if (ask.fault) ask.open(); ask.run(); }} onClose=${onClose}
    rows=${[{ label: w('office.fact_cancel_what'), text: `${w(`office.fact_${fact.kind}`)} ${factText(fact)}` }, { label: w('office.valid_from'), text: day(fact.valid_from) }, { label: w('office.fact_cancel_stays'), text: stays ? factText(stays) : '–' }]}><${Refusal} fault=${ask.fault} /><//>`;
}

/** @param {{p: any, manager: boolean, onCancel: (f: Fact) => void}} props */
const History = ({ p, manager, onCancel }) => html`<ul class="rows">${p.facts.map((/** @type {Fact} */ f) => html`<li key=${f.id}><span>${w(`office.fact_${f.kind}`)} <b>${factText(f)}</b></span>
  ${f.ahead ? html`<span class="ahead"><span class="note">${w('office.from_date', { date: day(f.valid_from) })}</span>${manager && html`<button type="button" class="lnk" aria-label=${w('office.fact_cancel_of', { what: `${w(`office.fact_${f.kind}`)} ${factText(f)}` })} onClick=${() => onCancel(f)}>${w('office.cancel_ahead')}</button>`}</span>`
    : html`<span class="note">${f.valid_from ? w('office.since_date', { date: day(f.valid_from) }) : w('office.since_always')}</span>`}</li>`)}</ul>`;

/** @param {{door: Door, p: any, onClose: () => void, onDone: () => void}} props */
function Kind({ door, p, onClose, onDone }) {
  const kind = p.kind === 'extraordinary' ? 'ordinary' : 'extraordinary';
  const ask = useAct((id) => door.send('POST', `/api/coop/members/${p.number}/kind`, { id, kind }), () => { toast(w('office.did_kind', { name: p.name, kind: w(`office.kind_${kind}`) })); onDone(); onClose(); });
  useState(() => { ask.open(); return 0; });
  return html`<${Dialog} open title=${w(`office.kind_ask_${kind}`, { name: p.name })} lead=${w(`office.kind_lead_${kind}`)} confirm=${w(`office.kind_do_${kind}`)} busy=${ask.busy} onConfirm=${ask.run} onClose=${onClose}><${Refusal} fault=${ask.fault} /><//>`;
}

/** What a member signed on paper: a mandate, or that it ends. @param {{door: Door, p: any, ends: boolean, onClose: () => void, onDone: () => void}} props */
function ChangeMandate({ door, p, ends, onClose, onDone }) {
  const [form, setForm] = useState({ reference: '', from: today(), max: '', voluntary: '' });
  const set = (/** @type {string} */ name) => (/** @type {string} */ v) => setForm((f) => ({ ...f, [name]: v }));
  const max = readRupiah(form.max) ?? 0;
  const terms = ends ? { kind: 'revoke' } : { kind: 'grant', max_rupiah: max, voluntary_rupiah: readRupiah(form.voluntary || '0') ?? 0 };
  const ask = useAct((id) => door.send('POST', `/api/coop/members/${p.number}/mandate`, { id, ...terms, valid_from: form.from, reference: form.reference.trim() }), () => { toast(w(ends ? 'office.did_mandate_off' : 'office.did_mandate', { name: p.name })); onDone(); onClose(); });
  useState(() => { ask.open(); return 0; });
  const error = (/** @type {string} */ name) => ask.fault?.field(name) || undefined;
  const missing = !form.reference.trim() ? w(ends ? 'office.mandate_off_missing' : 'office.mandate_reference_missing') : !ends && !max ? w('office.amount_missing') : '';
  return html`<${Dialog} open danger=${ends} title=${w(ends ? 'office.mandate_off_title' : 'office.mandate_title', { name: p.name })} lead=${w(ends ? 'office.mandate_off_lead' : 'office.mandate_lead')} confirm=${w(ends ? 'office.mandate_off' : 'common.save')} refusal=${missing} busy=${ask.busy} onConfirm=${() => { if (ask.fault) ask.open(); ask.run(); }} onClose=${onClose}>
    <div class="form"><${Field} label=${w(ends ? 'office.mandate_off_reference' : 'office.mandate_reference')} value=${form.reference} onInput=${set('reference')} error=${error('reference')} maxlength="120" />
      <${Field} label=${w('office.valid_from')} type="date" value=${form.from} onInput=${set('from')} error=${error('valid_from')} />
      ${!ends && html`<${Field} label=${w('office.mandate_max')} prefix="Rp" inputmode="numeric" value=${form.max} onInput=${set('max')} hint=${w('office.mandate_hint')} error=${error('max_rupiah')} />
      <${Field} label=${w('office.voluntary')} prefix="Rp" inputmode="numeric" value=${form.voluntary} onInput=${set('voluntary')} hint=${w('office.voluntary_hint')} error=${error('voluntary_rupiah')} />`}</div><${Refusal} fault=${ask.fault} /><//>`;
}

/** Fills in the account from which the bank takes what a member owes. @param {{door: Door, number: number, it: any, onClose: () => void, onDone: () => void}} props */
function ChangeBank({ door, number, it, onClose, onDone }) {
  const [form, setForm] = useState({ bank: it.account?.bank ?? '', account: '', holder: it.account?.holder ?? '', valid_from: today() });
  const set = (/** @type {string} */ name) => (/** @type {string} */ v) => setForm((f) => ({ ...f, [name]: v }));
  const ask = useAct((id) => door.send('POST', `/api/coop/members/${number}/bank`, { id, ...form }), () => { toast(w('office.did_bank')); onDone(); onClose(); });
  useState(() => { ask.open(); return 0; });
  const error = (/** @type {string} */ name) => ask.fault?.field(name) || undefined;
  return html`<${Dialog} open title=${w('office.bank_change')} lead=${w('office.bank_lead')} confirm=${w('common.save')} refusal=${form.bank.trim() && form.account.trim() && form.holder.trim() ? '' : w('office.bank_missing')} busy=${ask.busy} onConfirm=${() => { if (ask.fault) ask.open(); ask.run(); }} onClose=${onClose}>
    <div class="form"><div class="two"><${Field} label=${w('office.bank_name')} value=${form.bank} onInput=${set('bank')} error=${error('bank')} maxlength="40" /><${Field} label=${w('office.bank_number')} inputmode="numeric" autocomplete="off" value=${form.account} onInput=${set('account')} error=${error('account')} maxlength="30" /></div>
      <${Field} label=${w('office.bank_holder')} value=${form.holder} onInput=${set('holder')} error=${error('holder')} maxlength="60" />
      <${Field} label=${w('office.valid_from')} type="date" value=${form.valid_from} onInput=${set('valid_from')} error=${error('valid_from')} /></div><${Refusal} fault=${ask.fault} /><//>`;
}

/** The account, asked for only when somebody wants to see it. @param {{door: Door, number: number}} props */
function BankPart({ door, number }) {
  const [it, setIt] = useState(/** @type {any} */ (null));
  const [change, setChange] = useState(false);
  const show = () => door.send('GET', `/api/coop/members/${number}/bank`).then(setIt).catch((/** @type {Error} */ cause) => toast(cause.message, { kind: 'bad' }));
  return html`<${Section} title=${w('office.bank_title')}>${it === null ? html`<button type="button" class="lnk" onClick=${show}>${w('office.bank_show')}</button>` : html`
    ${it.account ? html`<ul class="rows"><li><span>${it.account.bank} <b class="mono">${it.account.account}</b> ${it.account.holder}</span><span class="note">${w('office.since_date', { date: day(it.valid_from) })} · ${w('office.bank_by', { role: roleName(it.by) })}</span></li></ul>` : html`<p class="read">${w('office.bank_none')}</p>`}
    ${it.next && html`<p class="note">${w('office.bank_next', { date: day(it.next_from), bank: it.next.bank, account: it.next.account })}</p>`}
    <button type="button" class="lnk" onClick=${() => setChange(true)}>${w('office.bank_change')}</button>`}
    ${change && html`<${ChangeBank} door=${door} number=${number} it=${it} onClose=${() => setChange(false)} onDone=${show} />`}<//>`;
}

/** @param {{door: Door, number: string}} props */
export function MemberPage({ door, number }) {
  const of = useResource(door, `/api/coop/members/${number}`);
  const [dialog, setDialog] = useState('');
  const [back, setBack] = useState(/** @type {Fact | null} */ (null));
  const manager = door.role.value === 'manager';
  const watches = manager || door.role.value === 'supervisor';
  const draw = (/** @type {any} */ p) => {
    const living = p.status === 'active' || p.status === 'applicant';
    const rows = [[w('office.status'), w(`office.member_${p.status}`)], [w('office.kind'), w(`office.kind_${p.kind}`)], [w('office.vote'), w(p.votes ? 'office.vote_yes' : 'office.vote_no')], [w('office.work_unit'), p.unit_name], [w('office.grade'), p.grade],
      [w('office.channel'), w(`office.channel_${p.channel}`)], ...(manager ? [[w('office.pay'), p.pay_rupiah ? rupiah(p.pay_rupiah) : '']] : []), [w('office.since'), p.joined_on && day(p.joined_on)]];
    return html`<${Head} title=${p.name} lead=${memberNumber(p.number)}>
        ${watches && html`<a class="lnk" href=${`#/anggota/${p.number}/melihat`}>${w('office.watch')}</a>`}
        ${manager && living && html`<${Button} kind="ghost" small onClick=${() => setDialog('kind')}>${w(p.kind === 'extraordinary' ? 'office.kind_do_ordinary' : 'office.kind_do_extraordinary')}<//>`}
        ${manager && p.employee && html`<${Button} small onClick=${() => setDialog('facts')}>${w('office.facts_do')}<//>`}<//>
      <div class="member-page"><div><dl class="rows">${rows.map(([label, text]) => html`<div key=${label}><dt>${label}</dt><dd>${text || '–'}</dd></div>`)}</dl>
        ${p.photo && (p.photo.photo || p.photo.allowed && p.status !== 'left') && html`<${Section} title=${w('office.portrait_title')}><${Portrait} door=${door} path=${`/api/coop/members/${p.number}/photo`} allowed=${p.photo.allowed && p.status !== 'left'} there=${p.photo.photo} name=${p.name} say=${(/** @type {string} */ key) => w(`office.portrait_${key}`)} onChange=${of.load} /><//>`}</div>
      <div><${Section} title=${w('office.facts_history')}>${p.facts.length ? html`<${History} p=${p} manager=${manager} onCancel=${setBack} />` : html`<p class="read">${w('office.facts_none')}</p>`}<//>
      ${manager && p.status === 'active' && html`<${Section} title=${w('office.card_section')}><p class="read">${w('office.card_section_text')}</p><p class="card-ways">${cardKinds.map((kind) => html`<${Button} key=${kind} kind="ghost" small icon="download" onClick=${() => takeCard(door, p.number, kind)}>${w(`office.card_as_${kind}`)}<//>`)}</p><//>`}
      ${['manager', 'treasurer'].includes(door.role.value) && living && html`<${BankPart} key=${p.number} door=${door} number=${p.number} />`}
      <${Section} title=${w('office.mandates_history')}>${p.mandates.length ? html`<ul class="rows">${p.mandates.map((/** @type {any} */ m, /** @type {number} */ i) => html`<li key=${i}><span>${m.kind === 'grant' ? w('office.mandate_at_most', { max: rupiah(m.max_rupiah) }) : w('office.mandate_revoked')}${manager && m.paper > 0 && html` <button type="button" class="lnk" onClick=${() => openPaper(door, m.paper)}>${w('office.paper_mandate')}</button>`}</span><span class="note">${day(m.valid_from)}</span></li>`)}</ul>` : html`<p class="read">${w('office.mandate_none')}</p>`}
        ${manager && living && html`<p class="ways"><button type="button" class="lnk" onClick=${() => setDialog('mandate')}>${w('office.mandate_do')}</button>${p.mandates[0]?.kind === 'grant' && html` <button type="button" class="lnk" onClick=${() => setDialog('mandate-off')}>${w('office.mandate_off_do')}</button>`}</p>`}<//>
      <${Section} title=${w('office.register_history')}><ul class="rows">${p.events.map((/** @type {any} */ e, /** @type {number} */ i) => html`<li key=${i}><span>${w(`office.event_${e.kind}`)}</span><span class="note">${day(e.date)}</span></li>`)}</ul><//></div></div>
      ${back && html`<${CancelFact} door=${door} p=${p} fact=${back} onClose=${() => setBack(null)} onDone=${of.load} />`}${dialog === 'facts' && html`<${Change} door=${door} p=${p} onClose=${() => setDialog('')} onDone=${of.load} />`}${dialog.startsWith('mandate') && html`<${ChangeMandate} door=${door} p=${p} ends=${dialog === 'mandate-off'} onClose=${() => setDialog('')} onDone=${of.load} />`}${dialog === 'kind' && html`<${Kind} door=${door} p=${p} onClose=${() => setDialog('')} onDone=${of.load} />`}`;
  };
  return html`<p class="crumb"><a class="lnk" href="#/anggota"><${Icon} name="back" small />${w('office.back_members')}</a></p><${Loaded} of=${of} draw=${draw} />`;
}

/** What became of a move, with whoever did not go from the date that was asked for. @param {{employees: number, later: number, stayed: number}} got @param {string} date */
function didMove(got, date) {
  const moved = date > today() ? wn('office.did_move_ahead', got.employees, { n: rupiah(got.employees), date: day(date) }) : wn('office.did_move', got.employees, { n: rupiah(got.employees) });
  const told = got.later ? w('office.did_move_later', { moved, n: rupiah(got.later) }) : moved;
  return got.stayed ? `${told} ${w('office.did_move_stayed', { n: rupiah(got.stayed) })}` : told;
}

/** Takes back, once it is asked, that people go to a unit. @param {{door: Door, move: Ahead, onClose: () => void, onDone: () => void}} props */
function CancelMove({ door, move, onClose, onDone }) {
  const ask = useAct((id) => door.send('POST', '/api/coop/employees/move/cancel', { id, to: move.to, valid_from: move.valid_from }), (got) => { toast(wn('office.did_move_cancel', got.employees, { n: rupiah(got.employees) })); onDone(); onClose(); });
  useState(() => { ask.open(); return 0; });
  const n = { n: rupiah(move.employees) };
  return html`<${Dialog} open danger big title=${w('office.move_cancel_title', { unit: move.name })} lead=${wn('office.move_cancel_lead', move.employees, n)} confirm=${wn('office.move_cancel_do', move.employees, n)} busy=${ask.busy} busyText=${w('office.busy_writing')} onConfirm=${() => { if (ask.fault) ask.open(); ask.run(); }} onClose=${onClose}
    rows=${[{ label: w('office.move_to'), text: `${move.name} (${move.code})` }, { label: w('office.valid_from'), text: day(move.valid_from) }, { label: w('office.move_cancel_n'), text: n.n }]}><${Refusal} fault=${ask.fault} /><//>`;
}

/** A whole unit goes over to another: how many first, then the act. Below, the moves whose day has not come. @param {{door: Door, onClose: () => void, onDone: () => void}} props */
export function MoveUnit({ door, onClose, onDone }) {
  const [form, setForm] = useState({ from: '', to: '', date: today() });
  const [back, setBack] = useState(/** @type {Ahead | null} */ (null));
  const set = (/** @type {string} */ name) => (/** @type {string} */ v) => setForm((f) => ({ ...f, [name]: v }));
  const on = /^\d{4}-/.test(form.date) && form.date > today() ? form.date : '';
  const of = useResource(door, `/api/coop/employees/units${query({ on })}`);
  const kept = useRef(/** @type {any} */ (null)); // what stands there stays while another day is counted
  const { data, fault } = of.state.value;
  const known = kept.current = data ?? kept.current;
  const units = known?.units ?? [];
  const from = units.find((/** @type {any} */ u) => u.id === form.from);
  const ask = useAct((id) => door.send('POST', '/api/coop/employees/move', { id, from: form.from, to: form.to, valid_from: form.date }), (got) => { toast(didMove(got, form.date)); onDone(); onClose(); });
  useState(() => { ask.open(); return 0; });
  if (back) return html`<${CancelMove} door=${door} move=${back} onClose=${() => setBack(null)} onDone=${() => { of.load(); onDone(); }} />`;
  const counted = data && from ? from : null;
  const missing = !form.from || !form.to ? w('office.move_choose') : form.from === form.to ? w('fault.member.unit_same') : !data ? fault?.message ?? w('office.move_counting') : counted?.employees ? '' : w('office.move_empty');
  const choices = [{ value: '', label: w('office.move_pick') }, ...units.map((/** @type {any} */ u) => ({ value: u.id, label: `${u.name} (${u.code})` }))];
  return html`<${Dialog} open big title=${w('office.move_title')} lead=${w('office.move_lead')} confirm=${counted?.employees ? wn('office.move_n', counted.employees, { n: rupiah(counted.employees) }) : w('office.move')} refusal=${missing} busy=${ask.busy} busyText=${w('office.busy_writing')} onConfirm=${() => { if (ask.fault) ask.open(); ask.run(); }} onClose=${onClose}>
    <div class="form"><div class="two"><${Field} label=${w('office.move_from')} value=${form.from} onInput=${set('from')} options=${choices} /><${Field} label=${w('office.move_to')} value=${form.to} onInput=${set('to')} options=${choices} error=${ask.fault?.field('unit') || undefined} /></div>
      <${HoldsFrom} value=${form.date} onInput=${set('date')} error=${ask.fault?.field('valid_from') || undefined} hint=${w('office.move_hint')} /></div>
    ${from && html`<dl class="rows"><div><dt>${w('office.move_employees')}</dt><dd>${counted ? rupiah(counted.employees) : '…'}</dd></div><div><dt>${w('office.move_members')}</dt><dd>${counted ? rupiah(counted.members) : '…'}</dd></div></dl>`}
    ${known?.ahead.length > 0 && html`<section class="moves-ahead"><h3>${w('office.moves_ahead')}</h3><ul class="rows">${known.ahead.map((/** @type {Ahead} */ m) => html`<li key=${m.to + m.valid_from}><span><b>${w('office.move_to')} ${m.name} (${m.code})</b> <small class="note">${wn('office.move_ahead', m.employees, { n: rupiah(m.employees), date: day(m.valid_from) })}</small></span>
      <button type="button" class="lnk" aria-label=${w('office.move_cancel_title', { unit: m.name })} onClick=${() => setBack(m)}>${w('office.cancel_ahead')}</button></li>`)}</ul></section>`}<${Refusal} fault=${ask.fault} /><//>`;
}
