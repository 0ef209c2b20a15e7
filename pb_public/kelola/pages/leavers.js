// Keluar: who asks to leave, who waits for the settlement, who still owes; each settled in one step that says its numbers.
import { Button, Check, Dialog, Empty, Field, Icon, Loaded, Section, Skeleton, toast } from '../../lib/components/index.js';
import { Table } from '../../lib/components/table.js';
import { count, day, memberNumber, period, rupiah } from '../../lib/format.js';
import { go, href, route } from '../../lib/route.js';
import { html, useEffect, useState } from '../../lib/view.js';
import { w, wn } from '../../lib/words.js';
import { asFault } from '../../lib/api.js';
import { useAct, useResource } from '../fetching.js';
import { Head, Refusal, State } from '../parts.js';

/** @typedef {import('../types.js').Door} Door */

const reasons = ['resigned', 'retired', 'moved', 'deceased'];

/** @param {{door: Door}} props */
export function Leavers({ door }) {
  const number = Number(route.value.parts[1]);
  return number > 0 ? html`<${Leaver} key=${number} door=${door} number=${number} />` : html`<${List} door=${door} />`;
}

/** @param {{door: Door}} props */
function List({ door }) {
  const all = useResource(door, '/api/coop/leavers');
  const [search, setSearch] = useState('');
  const manager = door.role.value === 'manager';
  const who = (/** @type {any} */ l) => html`<b>${l.name}</b><small class="note">${memberNumber(l.number)}${l.reason ? ` · ${w(`office.leave_${l.reason}`)}` : ''}</small>`;
  const open = (/** @type {any} */ l) => go(`/keluar/${l.number}`);
  const asked = [{ label: w('office.name'), cell: who }, { label: w('office.leave_asked_on'), class: 'date', cell: (/** @type {any} */ l) => day(l.date, 'medium') }];
  const due = (/** @type {any} */ l) => (l.unpaid_rupiah + l.held_rupiah > 0 && l.due_on ? html`${day(l.due_on, 'medium')} ${l.overdue && html`<${State} icon="warning" kind="neg">${w('office.leave_overdue')}<//>`}` : '');
  const owes = (/** @type {any} */ l) => (l.owed_rupiah ? w('office.leave_owes_line', { amount: rupiah(l.owed_rupiah) }) : '');
  const unpaid = [{ label: w('office.name'), cell: (/** @type {any} */ l) => html`${who(l)}<small class="note phone">${due(l) || owes(l)}</small>` },
    { label: w('office.leave_due'), class: 'date desk', cell: (/** @type {any} */ l) => due(l) || '–' },
    { label: w('office.leave_unpaid'), num: true, cell: (/** @type {any} */ l) => (l.unpaid_rupiah + l.held_rupiah ? html`<b>${rupiah(l.unpaid_rupiah + l.held_rupiah)}</b>${l.held_rupiah > 0 && l.unpaid_rupiah > 0 && html`<small class="note">${w('office.leave_later_short', { amount: rupiah(l.held_rupiah) })}</small>`}` : '–') },
    { label: w('office.leave_owes'), num: true, class: 'desk', cell: (/** @type {any} */ l) => (l.owed_rupiah ? rupiah(l.owed_rupiah) : '–') }];
  const go1 = (/** @type {Event} */ e) => { e.preventDefault(); const n = Number(search.replace(/\D/g, '')); if (n > 0) go(`/keluar/${n}`); };
  const draw = (/** @type {any} */ it) => html`
    ${it.requests.length > 0 && html`<${Section} title=${wn('office.leave_requests', it.requests.length, { n: count(it.requests.length) })}><${Table} columns=${asked} rows=${it.requests} rowKey=${(/** @type {any} */ l) => l.number} onRow=${open} caption=${w('office.nav_leavers')} quietCaption /><//>`}
    <${Section} title=${w('office.leave_open')} link=${it.unpaid_rupiah ? `Rp ${rupiah(it.unpaid_rupiah)}` : ''}>${it.open.length
    ? html`<${Table} columns=${unpaid} rows=${it.open} rowKey=${(/** @type {any} */ l) => l.number} onRow=${open} caption=${w('office.leave_open')} quietCaption />`
    : html`<div class="narrow"><${Empty} title=${w('office.leave_none')} text=${w('office.leave_none_text')} /></div>`}<//>`;
  return html`<${Head} title=${w('office.nav_leavers')} lead=${w('office.leavers_lead')} />
    ${manager && html`<form class="form leave-number" onSubmit=${go1}><${Field} label=${w('office.leave_number')} value=${search} onInput=${setSearch} inputmode="numeric" maxlength="9" hint=${w('office.leave_number_hint')} /><p><${Button} submit kind="ghost" small>${w('office.leave_reckon')}<//></p></form>`}
    <${Loaded} of=${all} rows=${5} draw=${draw} />`;
}

/** @param {{door: Door, number: number}} props */
function Leaver({ door, number }) {
  const it = useResource(door, `/api/coop/members/${number}/leaving`);
  return html`<p class="crumb no-print"><a class="lnk" href="#/keluar"><${Icon} name="back" small />${w('office.back_leavers')}</a></p><${Loaded} of=${it} rows=${8} draw=${(/** @type {any} */ l) => html`<${Account} door=${door} it=${l} again=${it.load} />`} />`;
}

/** @param {{door: Door, it: any, again: () => any}} props */
function Account({ door, it, again }) {
  const [asking, setAsking] = useState('');
  const left = it.status === 'left';
  const manager = door.role.value === 'manager';
  const writes = manager || door.role.value === 'treasurer';
  const unpaid = it.payable_rupiah - it.paid_rupiah;
  const rows = [...it.held.map((/** @type {any} */ h) => [w(`office.leaving_account_${h.account}`), h.amount_rupiah]), ...it.debts.map((/** @type {any} */ d) => [`${w(`common.kind_${d.kind}`)}, ${day(d.date, 'medium')}`, -d.offset_rupiah])];
  const facts = [[w('office.status'), w(`office.member_${it.status}`)], [w('office.leave_reason'), it.reason && w(`office.leave_${it.reason}`)], [w(left ? 'office.leave_on' : 'office.leave_as_of'), it.date && day(it.date, 'long')],
    [w('office.leave_due'), it.payable_rupiah > 0 && it.due_on && day(it.due_on, 'long')], [w('office.leave_paid'), left && it.payable_rupiah > 0 && `Rp ${rupiah(it.paid_rupiah)}`],
    [w('office.leave_owes'), it.owed_now_rupiah > 0 && `Rp ${rupiah(it.owed_now_rupiah)}`], [w('office.leave_waived'), it.waived_rupiah > 0 && `Rp ${rupiah(it.waived_rupiah)}`], [w(it.reason === 'deceased' ? 'office.leave_heirs' : 'office.leave_note'), it.note], [w('office.entry'), it.entry_number]];
  return html`<${Head} title=${it.name} lead=${`${memberNumber(it.number)} · ${w(left ? 'office.leave_settled_lead' : 'office.leave_reckoned_lead')}`}><${Paper} door=${door} number=${it.number} />
      ${!left && manager && html`<${Button} small onClick=${() => setAsking('settle')}>${w('office.leave_settle')}<//>`}${!left && manager && it.request?.state === 'open' && html`<${Button} small kind="ghost" onClick=${() => setAsking('refuse')}>${w('office.leave_refuse')}<//>`}
      ${left && writes && unpaid > 0 && html`<${Button} small icon="cash" href=${href(`/kas/bayar?kind=leaver&to=${it.number}`)}>${w('office.leave_pay')}<//>`}
      ${left && writes && it.later_rupiah > 0 && it.owed_now_rupiah > 0 && html`<${Button} small icon="cash" href=${href(`/kas/terima?anggota=${it.number}&into=deposit`)}>${w('office.leave_pay_debt')}<//>`}
      ${left && writes && it.later_rupiah > 0 && !it.owed_now_rupiah && html`<${Button} small icon="cash" href=${href(`/kas/bayar?kind=refund&to=${it.number}`)}>${w('office.leave_refund')}<//>`}
      ${left && writes && it.owed_now_rupiah > 0 && html`<${Button} small kind="ghost" onClick=${() => setAsking('off')}>${w('office.leave_write_off')}<//>`}<//>
    ${it.request?.state === 'open' && html`<p class="note said-line"><${Icon} name="clock" small /><span>${w('office.leave_request_line', { date: day(it.request.on, 'long'), reason: w(`office.leave_${it.request.reason}`) })}</span></p>`}
    ${it.locked && html`<p class="note said-line"><${Icon} name="warning" small /><span>${w('office.leave_locked', { period: period(it.locked.period), amount: rupiah(it.locked.asked_rupiah) })}</span></p>`}
    ${left && it.later_rupiah > 0 && html`<p class="note said-line"><${Icon} name="clock" small /><span>${w('office.leave_later_line', { amount: rupiah(it.later_rupiah), date: day(it.later_due_on, 'long') })}</span></p>`}
    ${left && it.reason === 'deceased' && html`<p class="note said-line"><${Icon} name="mail" small /><span>${w('office.leave_heirs_line')}</span></p>`}
    <div class="summary two-cols"><div><${Section} title=${w('office.leave_result')}>${rows.length ? html`<dl class="rows">${rows.map(([label, n], i) => html`<div key=${i}><dt>${label}</dt><dd>${n < 0 ? '−' : ''}${rupiah(Math.abs(n))}</dd></div>`)}
      <div class="sum"><dt>${w('office.leave_payable')}</dt><dd><span class="rp">Rp</span>${rupiah(it.payable_rupiah)}</dd></div></dl>` : html`<p class="read">${w('office.leave_nothing')}</p>`}<//></div>
    <div><${Section} title=${w('office.leave_facts')}><dl class="rows">${facts.filter(([, text]) => text).map(([label, text]) => html`<div key=${label}><dt>${label}</dt><dd>${text}</dd></div>`)}</dl><//></div></div>
    ${asking === 'settle' && html`<${Settle} door=${door} it=${it} onClose=${() => setAsking('')} onDone=${again} />`}
    ${asking === 'refuse' && html`<${Refuse} door=${door} it=${it} onClose=${() => setAsking('')} onDone=${again} />`}
    ${asking === 'off' && html`<${WriteOff} door=${door} it=${it} onClose=${() => setAsking('')} onDone=${again} />`}`;
}

/** @param {{door: Door, number: number}} props */
function Paper({ door, number }) {
  const [busy, setBusy] = useState(false);
  async function take() {
    setBusy(true);
    try { await door.download(`/api/coop/members/${number}/leaving.pdf`, `keluar-${memberNumber(number)}.pdf`); } catch (cause) { toast(asFault(cause).message, { kind: 'warn' }); } finally { setBusy(false); }
  }
  return html`<${Button} kind="ghost" small icon="download" busy=${busy} onClick=${take}>${w('office.leave_paper')}<//>`;
}

/** Settles a membership: once, and in numbers. @param {{door: Door, it: any, onClose: () => void, onDone: () => void}} props */
function Settle({ door, it, onClose, onDone }) {
  const [reason, setReason] = useState(it.request?.state === 'open' ? it.request.reason : reasons[0]);
  const [note, setNote] = useState('');
  const [despite, setDespite] = useState(false);
  const ask = useAct((id) => door.send('POST', `/api/coop/members/${it.number}/leave`, { id, reason, despite_run: Boolean(it.locked && despite), note: note.trim() }), () => { toast(w('office.leave_did', { name: it.name })); onDone(); onClose(); });
  useEffect(() => { ask.open(); }, []);
  return html`<${Dialog} open big danger title=${w('office.leave_settle_title', { name: it.name })} lead=${w('office.leave_settle_lead')} confirm=${w('office.leave_settle')} busy=${ask.busy} refusal=${it.locked && !despite ? w('office.leave_wait_or') : ''} onConfirm=${ask.run} onClose=${onClose}
    rows=${[{ label: w('office.leave_held'), amount_rupiah: it.savings_rupiah }, { label: w('office.leave_offset'), amount_rupiah: -it.offset_rupiah }]} total=${{ label: w('office.leave_payable'), amount_rupiah: it.payable_rupiah }}>
    <div class="form"><${Field} label=${w('office.leave_reason')} value=${reason} onInput=${setReason} options=${reasons.map((r) => ({ value: r, label: w(`office.leave_${r}`) }))} />
      <${Field} label=${w(reason === 'deceased' ? 'office.leave_heirs' : 'office.leave_note')} value=${note} onInput=${setNote} maxlength="300" hint=${w(reason === 'deceased' ? 'office.leave_heirs_hint' : 'office.leave_note_hint')} />
      ${it.locked && html`<${Check} label=${w('office.leave_despite', { period: period(it.locked.period), amount: rupiah(it.locked.asked_rupiah) })} checked=${despite} onChange=${() => setDespite(!despite)} />`}</div>
    <ul class="read">${it.still_owed_rupiah > 0 && html`<li>${w('office.leave_says_owed', { amount: rupiah(it.still_owed_rupiah) })}</li>`}${it.waived_rupiah > 0 && html`<li>${w('office.leave_says_waived', { amount: rupiah(it.waived_rupiah) })}</li>`}<li>${w('office.leave_says_card')}</li></ul><${Refusal} fault=${ask.fault} /><//>`;
}

/** @param {{door: Door, it: any, onClose: () => void, onDone: () => void}} props */
function Refuse({ door, it, onClose, onDone }) {
  const [reason, setReason] = useState('');
  const ask = useAct((id) => door.send('POST', `/api/coop/members/${it.number}/leave/refuse`, { id, reason: reason.trim() }), () => { toast(w('office.leave_did_refuse')); onDone(); onClose(); });
  useEffect(() => { ask.open(); }, []);
  return html`<${Dialog} open title=${w('office.leave_refuse_title', { name: it.name })} lead=${w('office.leave_refuse_lead')} confirm=${w('office.leave_refuse')} busy=${ask.busy} refusal=${reason.trim() ? '' : w('office.reason_missing')} onConfirm=${ask.run} onClose=${onClose}>
    <div class="form"><${Field} label=${w('cash.reason')} value=${reason} onInput=${setReason} maxlength="300" /></div><${Refusal} fault=${ask.fault} /><//>`;
}

/** @param {{door: Door, it: any, onClose: () => void, onDone: () => void}} props */
function WriteOff({ door, it, onClose, onDone }) {
  const [reason, setReason] = useState('');
  const [category, setCategory] = useState('');
  const start = useResource(door, '/api/coop/treasury');
  const categories = start.state.value.data?.categories ?? [];
  const chosen = category || categories.find((/** @type {any} */ c) => c.id === 'expensewriteoff')?.id || '';
  const ask = useAct((id) => door.send('POST', '/api/coop/treasury/write-offs', { id, member: it.number, category: chosen, reason: reason.trim() }), () => { toast(w('office.leave_off_asked')); onDone(); onClose(); });
  useEffect(() => { ask.open(); }, []);
  return html`<${Dialog} open title=${w('office.leave_write_off')} lead=${w('office.leave_off_lead')} confirm=${w('office.leave_off_send')} busy=${ask.busy} refusal=${!reason.trim() ? w('office.reason_missing') : !chosen ? w('office.leave_off_category') : ''} onConfirm=${ask.run} onClose=${onClose}
    total=${{ label: w('office.leave_owes'), amount_rupiah: it.owed_now_rupiah }} rows=${[]}>
    ${start.state.value.data ? html`<div class="form"><${Field} label=${w('office.leave_off_category_label')} value=${chosen} onInput=${setCategory} options=${categories.map((/** @type {any} */ c) => ({ value: c.id, label: c.name }))} /><${Field} label=${w('cash.reason')} value=${reason} onInput=${setReason} maxlength="300" /></div>` : html`<${Skeleton} rows=${2} />`}<${Refusal} fault=${ask.fault} /><//>`;
}
