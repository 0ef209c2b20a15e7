// Anggota: the register, with a search; a manager invites people of the staff list and makes the invited members.
import { hand } from '../../lib/auth.js';
import { Button, Check, Dialog, Empty, FaultNote, Field, Icon, IconButton, Skeleton, toast } from '../../lib/components/index.js';
import { Table } from '../../lib/components/table.js';
import { Tabs } from '../../lib/components/tabs.js';
import { count, memberNumber, readRupiah, rupiah, today } from '../../lib/format.js';
import { html, useState } from '../../lib/view.js';
import { w, wFault, wn } from '../../lib/words.js';
import { route } from '../../lib/route.js';
import { query, useAct, useLater, usePages } from '../fetching.js';
import { MemberPage, MoveUnit } from '../member-page.js';
import { WatchPage } from '../watch.js';
import { ResetCode } from '../reset-code.js';
import { Head, More, Refusal, State } from '../parts.js';
import { Cards } from './cards.js';

/** @typedef {import('../types.js').Door} Door */
/** @typedef {import('../types.js').MemberRow} MemberRow */

const statuses = ['', 'active', 'applicant', 'invited', 'left'];

/** @param {{status: string}} props */
const Status = ({ status }) => html`<${State} icon=${{ active: 'check', left: 'block' }[status] ?? 'clock'} kind=${status === 'active' ? 'pos' : 'soft'}>${w(`office.member_${status}`)}<//>`;

/** @param {{door: Door}} props */
export function Members({ door }) {
  const at = route.value.parts[1] ?? '';
  if (/^\d+$/.test(at) && route.value.parts[2] === 'melihat') return html`<${WatchPage} key=${`${at}-melihat`} door=${door} number=${at} />`;
  if (/^\d+$/.test(at)) return html`<${MemberPage} key=${at} door=${door} number=${at} />`;
  return at === 'kartu' && door.role.value === 'manager' ? html`<${Cards} door=${door} />` : html`<${Register} door=${door} />`;
}

/** @param {{door: Door}} props */
function Register({ door }) {
  const [search, setSearch] = useState('');
  const [status, setStatus] = useState('');
  const [dialog, setDialog] = useState('');
  const [chosen, setChosen] = useState(/** @type {MemberRow | null} */ (null));
  const late = useLater(search.trim());
  const list = usePages(door, 'members', (after) => `/api/coop/members${query({ search: late, status, after })}`);
  const manager = door.role.value === 'manager';
  const columns = [
    { label: w('office.name'), cell: (/** @type {MemberRow} */ m) => html`<a class="name-link" href=${`#/anggota/${m.number}`}><b>${m.name}</b></a><small class="note phone">${memberNumber(m.number)} · ${m.work_unit || '–'}</small>` },
    { label: w('office.number'), class: 'desk', cell: (/** @type {MemberRow} */ m) => html`<span class="soft">${memberNumber(m.number)}</span>` },
    { label: w('office.work_unit'), class: 'desk', cell: (/** @type {MemberRow} */ m) => html`<span class="soft">${m.work_unit || '–'}</span>` },
    { label: w('office.status'), cell: (/** @type {MemberRow} */ m) => html`<${Status} status=${m.status} />` },
    ...(manager ? [{ label: w('office.code'), class: 'act', cell: (/** @type {MemberRow} */ m) => m.status !== 'left' && html`<${IconButton} icon="key" label=${w('office.code_for', { name: m.name })} onClick=${() => setChosen(m)} />` }] : []),
  ];
  return html`<${Head} title=${w('office.nav_members')} lead=${w('office.members_lead')}>
      ${manager && html`<${Button} kind="ghost" small icon="people" onClick=${() => setDialog('move')}>${w('office.move')}<//><${Button} kind="ghost" small icon="card" href="#/anggota/kartu">${w('office.print_cards')}<//><${Button} kind="ghost" small icon="print" onClick=${() => setDialog('letters')}>${w('office.letters')}<//><${Button} kind="ghost" small icon="mail" onClick=${() => setDialog('invite')}>${w('office.invite')}<//><${Button} small icon="people" onClick=${() => setDialog('join')}>${w('office.join')}<//>`}<//>
    <div class="tools"><${Field} label=${w('common.search')} icon="search" type="search" value=${search} onInput=${setSearch} placeholder=${w('office.search_member')} maxlength="120" /></div>
    <${Tabs} label=${w('office.status')} value=${status} onChange=${setStatus} tabs=${statuses.map((s) => ({ value: s, label: s ? w(`office.member_${s}`) : w('common.all') }))} />
    <div class="list">${list.rows.length > 0 && html`<${Table} columns=${columns} rows=${list.rows} rowKey=${(/** @type {MemberRow} */ m) => m.number} caption=${w('office.nav_members')} quietCaption rowClass=${(/** @type {MemberRow} */ m) => (m.status === 'left' ? 'done' : '')} />`}
    ${list.fault && html`<${FaultNote} fault=${list.fault} retry=${list.reload} />`}${list.loading && !list.rows.length && html`<${Skeleton} rows=${8} />`}
    ${!list.loading && !list.fault && !list.rows.length && html`<div class="narrow"><${Empty} title=${late ? w('office.members_not_found', { text: late }) : w('office.members_none')} text=${late ? w('office.members_not_found_text') : w(manager ? 'office.members_none_manager' : 'office.members_none_text')} /></div>`}</div>
    <${More} list=${list} />
    ${chosen && (chosen.status === 'invited'
    ? html`<${ResetCode} door=${door} invitation path=${`/api/coop/members/${chosen.number}/invitation`} name=${chosen.name} link=${`/anggota/#/gabung/${chosen.number}/`} onClose=${() => setChosen(null)} />`
    : html`<${ResetCode} door=${door} path=${`/api/coop/members/${chosen.number}/reset-code`} name=${chosen.name} link=${`/anggota/#/sandi/${chosen.number}/`} onClose=${() => setChosen(null)} />`)}
    ${dialog === 'move' && html`<${MoveUnit} door=${door} onClose=${() => setDialog('')} onDone=${list.reload} />`}
    ${dialog === 'letters' && html`<${Letters} door=${door} onClose=${() => setDialog('')} />`}
    ${dialog === 'invite' && html`<${Invite} door=${door} onClose=${() => setDialog('')} onDone=${list.reload} />`}
    ${dialog === 'join' && html`<${Join} door=${door} onClose=${() => setDialog('')} onDone=${list.reload} />`}`;
}

/**
 * Chosen keys of a list, one by one or all that are shown.
 * @param {any[]} rows @param {(row: any) => any} key
 */
function useChosen(rows, key) {
  const [chosen, setChosen] = useState(/** @type {Set<any>} */ (new Set()));
  const flip = (/** @type {any} */ k) => setChosen((before) => { const next = new Set(before); if (!next.delete(k)) next.add(k); return next; });
  const all = rows.length > 0 && rows.every((r) => chosen.has(key(r)));
  const flipAll = () => setChosen(all ? new Set() : new Set(rows.map(key)));
  return { chosen, flip, all, flipAll };
}

/** @param {{it: ReturnType<typeof useChosen>, rows: any[], keyOf: (row: any) => any, label: (row: any) => string, note: (row: any) => string}} props */
const Choose = ({ it, rows, keyOf, label, note }) => html`<div class="choose"><${Check} label=${w('office.choose_all', { n: count(rows.length) })} checked=${it.all} onChange=${it.flipAll} />
  <ul>${rows.map((r) => html`<li key=${keyOf(r)}><${Check} label=${html`${label(r)} <em class="note">${note(r)}</em>`} checked=${it.chosen.has(keyOf(r))} onChange=${() => it.flip(keyOf(r))} /></li>`)}</ul></div>`;

const most = 500;

const shownStaff = 100;

/** People of the staff list who are not in the register yet. @param {string} search */
function staffPath(search) {
  const text = search.replace(/["\\]/g, '');
  const filter = `active = true${text ? ` && (name ~ "${text}" || office_number ~ "${text}")` : ''} && members_via_employee.id = ''`;
  return `/api/collections/employees/records${query({ filter, sort: 'name', perPage: shownStaff, skipTotal: 1, fields: 'id,name,grade,expand.work_unit.name', expand: 'work_unit' })}`;
}

/** @param {{door: Door, onClose: () => void, onDone: () => void}} props */
function Invite({ door, onClose, onDone }) {
  const [search, setSearch] = useState('');
  const late = useLater(search.trim());
  const list = usePages(door, 'items', () => staffPath(late));
  const it = useChosen(list.rows, (e) => e.id);
  const ask = useAct((id) => door.send('POST', '/api/coop/members/invite', { id, employees: [...it.chosen].slice(0, most) }), (answer) => {
    toast(wn('office.did_invite', answer.invited.length, { n: count(answer.invited.length) }));
    onDone();
    onClose();
  });
  useKey(ask);
  return html`<${Dialog} open big title=${w('office.invite_title')} lead=${w('office.invite_lead')} confirm=${it.chosen.size ? wn('office.invite_n', it.chosen.size, { n: count(it.chosen.size) }) : w('office.invite')} refusal=${it.chosen.size ? '' : w('office.choose_somebody')} busy=${ask.busy} onConfirm=${ask.run} onClose=${onClose}>
    <div class="form"><${Field} label=${w('common.search')} icon="search" type="search" value=${search} onInput=${setSearch} placeholder=${w('office.search_staff')} /></div>
    ${list.fault && html`<${FaultNote} fault=${list.fault} retry=${list.reload} />`}${list.loading && !list.rows.length && html`<${Skeleton} rows=${4} />`}
    ${list.rows.length > 0 && html`<${Choose} it=${it} rows=${list.rows} keyOf=${(/** @type {any} */ e) => e.id} label=${(/** @type {any} */ e) => e.name} note=${(/** @type {any} */ e) => [e.grade, e.expand?.work_unit?.name].filter(Boolean).join(' · ')} />`}
    ${!list.loading && !list.fault && !list.rows.length && html`<p class="read">${w('office.staff_none')}</p>`}${list.rows.length === shownStaff && html`<p class="note">${w('office.staff_more', { n: shownStaff })}</p>`}<${Refusal} fault=${ask.fault} /><//>`;
}

/** Opens the act once, when its dialog is first drawn. @param {{isOpen: boolean, open: () => void}} act */
function useKey(act) { useState(() => { act.open(); return 0; }); }

/**
 * Letters with a code each, as a PDF: what was printed before for the same person is void.
 * @param {{door: Door, onClose: () => void}} props
 */
function Letters({ door, onClose }) {
  const list = usePages(door, 'members', (after) => `/api/coop/members${query({ status: 'invited', after, limit: 200 })}`);
  const it = useChosen(list.rows, (m) => m.number);
  const ask = useAct(async (id) => (await door.request('POST', '/api/coop/members/letters', { id, members: [...it.chosen].slice(0, most) })).blob(), (pdf) => {
    hand(pdf, w('office.letters_file'));
    toast(wn('office.did_letters', it.chosen.size, { n: count(it.chosen.size) }));
    onClose();
  });
  useKey(ask);
  return html`<${Dialog} open big title=${w('office.letters_title')} lead=${w('office.letters_lead')} confirm=${it.chosen.size ? wn('office.letters_n', it.chosen.size, { n: count(it.chosen.size) }) : w('office.letters')} refusal=${it.chosen.size ? '' : w('office.choose_somebody')} busy=${ask.busy} onConfirm=${() => { if (!ask.isOpen || ask.fault?.code === 'login.code_shown_once') ask.open(); ask.run(); }} onClose=${onClose}>
    ${list.fault && html`<${FaultNote} fault=${list.fault} retry=${list.reload} />`}${list.loading && !list.rows.length && html`<${Skeleton} rows=${4} />`}
    ${!list.loading && !list.fault && !list.rows.length && html`<p class="read join-none">${w('office.invited_none')}</p>`}
    ${list.rows.length > 0 && html`<${Choose} it=${it} rows=${list.rows} keyOf=${(/** @type {any} */ m) => m.number} label=${(/** @type {any} */ m) => m.name} note=${(/** @type {any} */ m) => `${memberNumber(m.number)} · ${m.work_unit}`} /><${More} list=${list} />`}<${Refusal} fault=${ask.fault} /><//>`;
}

/** @param {{door: Door, onClose: () => void, onDone: () => void}} props */
function Join({ door, onClose, onDone }) {
  const list = usePages(door, 'members', (after) => `/api/coop/members${query({ status: 'invited', after, limit: 200 })}`);
  const it = useChosen(list.rows, (m) => m.number);
  const [form, setForm] = useState({ reference: '', date: today(), signed: false, mandate: '', max: rupiah(1_000_000), voluntary: '', principal: 'cash' });
  const [answer, setAnswer] = useState(/** @type {any} */ (null));
  const set = (/** @type {string} */ name) => (/** @type {any} */ v) => setForm((f) => ({ ...f, [name]: v }));
  const one = it.chosen.size === 1;
  const signed = one && form.signed; // a mandate is one person's
  const principal = !signed && form.principal === 'payroll' ? 'cash' : form.principal;
  const max = readRupiah(form.max) ?? 0;
  const ask = useAct((id) => door.send('POST', '/api/coop/members/join', { id, members: [...it.chosen].slice(0, most), consent_reference: form.reference.trim(), consent_date: form.date, principal,
    ...(signed && { mandate_reference: form.mandate.trim(), mandate_max_rupiah: max, voluntary_rupiah: readRupiah(form.voluntary || '0') ?? 0 }) }), (got) => {
    onDone();
    if (got.refused.length || got.receipts.length) setAnswer(got); else { toast(wn('office.did_join', got.joined.length, { n: count(got.joined.length) })); onClose(); }
  });
  useKey(ask);
  if (answer) return html`<${JoinAnswer} answer=${answer} onClose=${onClose} />`;
  const missing = !it.chosen.size ? w('office.choose_somebody') : !form.reference.trim() ? w('office.reference_missing') : signed && !form.mandate.trim() ? w('office.mandate_reference_missing') : signed && !max ? w('office.amount_missing') : '';
  const error = (/** @type {string} */ name) => ask.fault?.field(name) || undefined;
  return html`<${Dialog} open big title=${w('office.join_title')} lead=${w('office.join_lead')} confirm=${it.chosen.size ? wn('office.join_n', it.chosen.size, { n: count(it.chosen.size) }) : w('office.join')} refusal=${missing} busy=${ask.busy} busyText=${w('office.busy_writing')} onConfirm=${() => { if (ask.fault) ask.open(); ask.run(); }} onClose=${onClose}>
    ${list.fault && html`<${FaultNote} fault=${list.fault} retry=${list.reload} />`}${list.loading && !list.rows.length && html`<${Skeleton} rows=${4} />`}
    ${!list.loading && !list.fault && !list.rows.length && html`<p class="read join-none">${w('office.invited_none')}</p>`}
    ${list.rows.length > 0 && html`<div class="join-cols"><div><${Choose} it=${it} rows=${list.rows} keyOf=${(/** @type {any} */ m) => m.number} label=${(/** @type {any} */ m) => m.name} note=${(/** @type {any} */ m) => `${memberNumber(m.number)} · ${m.work_unit}`} /><${More} list=${list} /></div>
    <div class="form"><${Field} label=${w('office.consent_reference')} value=${form.reference} onInput=${set('reference')} hint=${w('office.consent_hint')} error=${error('consent_reference')} maxlength="120" />
      <${Field} label=${w('office.consent_date')} type="date" max=${today()} value=${form.date} onInput=${set('date')} error=${error('consent_date')} />
      ${one ? html`<${Check} label=${w('office.join_signed')} checked=${form.signed} onChange=${set('signed')} />` : html`<p class="note">${w('office.join_one')}</p>`}
      ${signed && html`<${Field} label=${w('office.mandate_reference')} value=${form.mandate} onInput=${set('mandate')} error=${error('mandate_reference')} maxlength="120" />
      <${Field} label=${w('office.mandate_max')} prefix="Rp" inputmode="numeric" value=${form.max} onInput=${set('max')} hint=${w('office.mandate_hint')} error=${error('mandate_max_rupiah')} />
      <${Field} label=${w('office.voluntary')} prefix="Rp" inputmode="numeric" value=${form.voluntary} onInput=${set('voluntary')} hint=${w('office.voluntary_hint')} error=${error('voluntary_rupiah')} />`}
      <${Field} label=${w('office.principal')} value=${principal} onInput=${set('principal')} options=${['cash', 'later', ...(signed ? ['payroll'] : [])].map((v) => ({ value: v, label: w(`office.principal_${v}`) }))} error=${error('principal')} /></div></div>`}
    ${it.chosen.size > 0 && html`<p class="read">${signed && max ? w('office.join_says', { max: rupiah(max) }) : w('office.join_no_mandate')}</p>`}<${Refusal} fault=${ask.fault} /><//>`;
}

/** @param {{answer: any, onClose: () => void}} props */
const JoinAnswer = ({ answer, onClose }) => html`<${Dialog} open title=${wn('office.did_join', answer.joined.length, { n: count(answer.joined.length) })} lead=${answer.refused.length ? wn('office.join_refused', answer.refused.length, { n: count(answer.refused.length) }) : w('office.join_receipts')} onClose=${onClose}>
  <ul class="rows">${answer.refused.slice(0, 100).map((/** @type {any} */ r) => html`<li key=${r.number}><span><${Icon} name="warning" small /> ${memberNumber(r.number)}</span><span class="note">${r.message || wFault(r.code)}</span></li>`)}
    ${answer.receipts.slice(0, 100).map((/** @type {any} */ r) => html`<li key=${`r${r.number}`}><span>${memberNumber(r.number)}</span><a class="lnk" href=${`#/simpanan/bukti/${r.entry}`}>${w('office.join_receipt')}</a></li>`)}</ul><//>`;
