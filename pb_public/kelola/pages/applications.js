// Permohonan: who waits for the board, by what each identity was matched, and the board's word, one by one or many at once.
import { asFault } from '../../lib/api.js';
import { Button, Check, Dialog, Empty, FaultNote, Field, Icon, Skeleton, toast } from '../../lib/components/index.js';
import { Table } from '../../lib/components/table.js';
import { Tabs } from '../../lib/components/tabs.js';
import { count, day, memberNumber, rupiah } from '../../lib/format.js';
import { html, useEffect, useState } from '../../lib/view.js';
import { w, wFault, wn } from '../../lib/words.js';
import { query, useAct, usePages, useResource } from '../fetching.js';
import { Head, More, Refusal, State } from '../parts.js';

/** @typedef {import('../types.js').Door} Door */
/** @typedef {{application: number, number: number, name: string, work_unit: string, way: string, matched: string, signed: string, at: string, mandate_max_rupiah: number, voluntary_rupiah: number, principal: string, principal_rupiah: number, instalments: number, state: string, reason: string, email: string, email_listed: boolean, former: number, owed_rupiah: number, papers: {paper: number, kind: string, statutes?: string}[]}} Application */

const states = ['waiting', 'approved', 'refused'];
/** What somebody looks at before a person without a letter is taken in. */
const checks = ['asked', 'signature', 'card'];

/** Opens a signed paper in a tab of its own. @param {Door} door @param {number} paper */
export const openPaper = (door, paper) => openPDF(door, `/api/coop/papers/${paper}`);

/** @param {Door} door @param {string} path */
async function openPDF(door, path) {
  const tab = open('', '_blank');
  try {
    const answer = await door.request('GET', path);
    const address = URL.createObjectURL(await answer.blob());
    if (tab) tab.location.href = address; else location.href = address;
    setTimeout(() => URL.revokeObjectURL(address), 60_000);
  } catch (cause) {
    tab?.close();
    toast(asFault(cause).message, { kind: 'bad' });
  }
}

/** No letter with a match stands behind it: somebody looks at the person. @param {Application} a */
const doubtful = (a) => !['birth_date', 'digits'].includes(a.matched);
/** By what somebody was matched, or else came in. @param {Application} a */
const matchOf = (a) => a.matched || a.way;

/** @param {{a: Application}} props */
const Matched = ({ a }) => doubtful(a) && a.state === 'waiting' ? html`<span class="doubt"><${State} icon="warning" kind="neg">${w(`office.matched_${matchOf(a)}`)}<//><small>${w(`office.matched_${matchOf(a)}_text`)}</small></span>` : html`<${State} icon=${doubtful(a) ? 'warning' : 'check'} kind=${doubtful(a) ? 'soft' : 'pos'}>${w(`office.matched_${matchOf(a)}`)}<//>`;

/** Whoever was a member before, and what is owed since. @param {{a: Application}} props */
const Former = ({ a }) => a.former > 0 && html`<small class=${a.owed_rupiah ? 'err' : 'note'}>${w('office.was_member', { number: memberNumber(a.former) })}${a.owed_rupiah > 0 && ` · ${w('office.still_owes', { amount: rupiah(a.owed_rupiah) })}`}</small>`;

/** @param {{door: Door, a: Application}} props */
const Papers = ({ door, a }) => html`${a.papers.map((p) => html`<button key=${p.paper} type="button" class="lnk" onClick=${() => openPaper(door, p.paper)}>${w(`office.paper_${p.kind}`)}</button> ${p.statutes && html`<button type="button" class="lnk" onClick=${() => openPDF(door, `/api/coop/statutes/${p.statutes}`)}>${w('office.paper_statutes')}</button> `}`)}`;

/** @param {Application} a */
const principalOf = (a) => w(`office.pays_${a.principal}`, { n: a.instalments });

/** @param {Application[]} all @param {(a: Application) => number} of */
const sum = (all, of) => all.reduce((n, a) => n + of(a), 0);

/**
 * One sheet of what an approval brings, for all chosen.
 * @param {{door: Door, chosen: Application[], page: any, onClose: () => void, onDone: () => void}} props
 */
function Approve({ door, chosen, page, onClose, onDone }) {
  const [answer, setAnswer] = useState(/** @type {any} */ (null));
  const [seen, setSeen] = useState(/** @type {Set<string>} */ (new Set()));
  const ask = useAct((id) => door.send('POST', '/api/coop/applications/approve', { id, applications: chosen.map((a) => a.application) }), (got) => {
    onDone();
    if (got.refused.length) { setAnswer(got); return; }
    toast(wn('office.did_take_in', got.approved.length, { n: count(got.approved.length) }));
    onClose();
  });
  useState(() => { ask.open(); return 0; });
  if (answer) {
    return html`<${Dialog} open title=${wn('office.did_take_in', answer.approved.length, { n: count(answer.approved.length) })} lead=${wn('office.take_in_refused', answer.refused.length, { n: count(answer.refused.length) })} onClose=${onClose}>
      <ul class="rows">${answer.refused.slice(0, 100).map((/** @type {any} */ r) => html`<li key=${r.number}><span><${Icon} name="warning" small /> ${memberNumber(r.number)}</span><span class="note">${r.message || wFault(r.code)}</span></li>`)}</ul><//>`;
  }
  const doubt = chosen.length === 1 && doubtful(chosen[0]) ? chosen[0] : null;
  const unchecked = doubt ? checks.filter((c) => !seen.has(c)).length : 0;
  const by = (/** @type {string} */ way) => sum(chosen.filter((a) => a.principal === way), (a) => a.principal_rupiah);
  const owing = chosen.filter((a) => a.owed_rupiah > 0);
  const mandates = chosen.filter((a) => a.mandate_max_rupiah > 0);
  const rows = ['payroll', 'transfer', 'cash'].map((way) => ({ label: w(`office.take_in_${way}`), amount_rupiah: by(way) })).filter((r) => r.amount_rupiah > 0);
  return html`<${Dialog} open title=${wn('office.take_in_title', chosen.length, { n: count(chosen.length) })} lead=${w(page.active_when === 'at_once' ? 'office.take_in_at_once' : 'office.take_in_when_paid')}
    rows=${rows} total=${{ label: w('office.take_in_total'), amount_rupiah: sum(chosen, (a) => a.principal_rupiah) }} confirm=${wn('office.take_in_n', chosen.length, { n: count(chosen.length) })} refusal=${unchecked ? w('office.check_first') : ''} busy=${ask.busy} busyText=${w('office.busy_writing')} onConfirm=${ask.run} onClose=${onClose}>
    ${doubt && html`<div class="doubt-box"><p class="err"><${Icon} name="warning" /><span>${w(`office.matched_${matchOf(doubt)}_why`, { name: doubt.name })}</span></p>
      <fieldset class="checks"><legend>${w('office.check_identity')}</legend>${checks.map((c) => html`<${Check} key=${c} label=${w(`office.check_${c}`)} checked=${seen.has(c)} onChange=${(/** @type {boolean} */ on) => setSeen((was) => { const next = new Set(was); if (on) next.add(c); else next.delete(c); return next; })} />`)}</fieldset>
      ${doubt.email && !doubt.email_listed && html`<p class="note">${w('office.applicant_email', { email: doubt.email })}</p>`}
      <p class="app-ways"><${Papers} door=${door} a=${doubt} /></p></div>`}
    <p class="read">${mandates.length ? wn('office.take_in_mandates', mandates.length, { n: count(mandates.length), max: rupiah(sum(mandates, (a) => a.mandate_max_rupiah)) }) : w('office.take_in_no_mandates')}</p>
    ${owing.length > 0 && html`<p class="err"><${Icon} name="warning" /><span>${wn('office.take_in_owing', owing.length, { n: count(owing.length), amount: rupiah(sum(owing, (a) => a.owed_rupiah)) })}</span></p>`}<${Refusal} fault=${ask.fault} /><//>`;
}

/** @param {{door: Door, a: Application, onClose: () => void, onDone: () => void}} props */
function TurnDown({ door, a, onClose, onDone }) {
  const [reason, setReason] = useState('');
  const ask = useAct((id) => door.send('POST', `/api/coop/applications/${a.application}/refuse`, { id, reason: reason.trim() }), () => { toast(w('office.did_turn_down', { name: a.name })); onDone(); onClose(); });
  useState(() => { ask.open(); return 0; });
  return html`<${Dialog} open danger title=${w('office.turn_down_title', { name: a.name })} lead=${w('office.turn_down_lead')} confirm=${w('office.turn_down')} refusal=${reason.trim() ? '' : w('office.turn_down_missing')} busy=${ask.busy} onConfirm=${ask.run} onClose=${onClose}>
    <div class="form"><${Field} label=${w('office.turn_down_reason')} value=${reason} onInput=${setReason} hint=${w('office.turn_down_hint')} maxlength="500" error=${ask.fault?.field('reason') || undefined} /></div><${Refusal} fault=${ask.fault} /><//>`;
}

/** @param {{door: Door}} props */
export function Applications({ door }) {
  const [state, setState] = useState('waiting');
  const [chosen, setChosen] = useState(/** @type {Set<number>} */ (new Set()));
  const [dialog, setDialog] = useState(/** @type {'' | 'approve' | Application} */ (''));
  const list = usePages(door, 'applications', (after) => `/api/coop/applications${query({ state, after, limit: 200 })}`);
  const terms = useResource(door, '/api/coop/applications?limit=1');
  const page = terms.state.value.data;
  const waiting = state === 'waiting';
  useEffect(() => { setChosen(new Set()); }, [state]);
  const flip = (/** @type {number} */ id) => setChosen((before) => { const next = new Set(before); if (!next.delete(id)) next.add(id); return next; });
  const many = list.rows.filter((a) => !doubtful(a)); // the others one by one
  const all = many.length > 0 && many.every((a) => chosen.has(a.application));
  const picked = list.rows.filter((a) => chosen.has(a.application));
  const done = () => { setChosen(new Set()); list.reload(); terms.load(); };
  const box = (/** @type {boolean} */ on, /** @type {() => void} */ change, /** @type {string} */ label) => html`<label class="check bare"><input type="checkbox" checked=${on} onChange=${change} aria-label=${label} /></label>`;
  const refuse = (/** @type {Application} */ a) => html`${doubtful(a) && html`<button type="button" class="lnk" onClick=${() => { setChosen(new Set([a.application])); setDialog('approve'); }}>${w('office.check_take_in')}</button> `}<button type="button" class="lnk" onClick=${() => setDialog(a)}>${w('office.turn_down')}</button>`;
  const columns = [
    ...(waiting ? [{ label: /** @type {any} */ (!many.length ? html`<span class="vh">${w('office.check_take_in')}</span>` : box(all, () => setChosen(all ? new Set() : new Set(many.map((a) => a.application))), w('office.choose_all', { n: count(many.length) }))), cell: (/** @type {Application} */ a) => doubtful(a) ? null : box(chosen.has(a.application), () => flip(a.application), w('office.choose_one', { name: a.name })) }] : []),
    { label: w('office.name'), cell: (/** @type {Application} */ a) => html`<b>${a.name}</b><small class="note">${memberNumber(a.number)} · ${a.work_unit || '–'}</small><${Former} a=${a} /><small class="note phone">${principalOf(a)}${a.mandate_max_rupiah > 0 ? ` · ${w('office.mandate_at_most', { max: rupiah(a.mandate_max_rupiah) })}` : ''}</small>
      <span class="phone"><${Matched} a=${a} /><span class="app-ways"><${Papers} door=${door} a=${a} />${waiting && refuse(a)}</span></span>` },
    { label: w('office.identity'), class: 'desk', cell: (/** @type {Application} */ a) => html`<${Matched} a=${a} /><small class="note">${w(`office.way_${a.way}`)}, ${day(a.at.slice(0, 10), 'short')}</small>` },
    { label: w('office.mandate'), num: true, class: 'desk', cell: (/** @type {Application} */ a) => (a.mandate_max_rupiah ? rupiah(a.mandate_max_rupiah) : html`<span class="soft">${w('office.mandate_none')}</span>`) },
    { label: w('office.principal'), class: 'desk', cell: principalOf },
    { label: w('office.papers'), class: 'desk', cell: (/** @type {Application} */ a) => html`<span class="app-ways"><${Papers} door=${door} a=${a} /></span>${a.state === 'refused' && a.reason && html`<small class="note">${a.reason}</small>`}` },
    ...(waiting ? [{ label: html`<span class="vh">${w('office.turn_down')}</span>`, class: 'act desk', cell: (/** @type {Application} */ a) => html`<span class="app-ways">${refuse(a)}</span>` }] : []),
  ];
  return html`<${Head} title=${w('office.nav_applications')} lead=${!page && !terms.state.value.fault ? null : page ? wn('office.applications_lead', page.waiting, { n: count(page.waiting), amount: rupiah(page.principal_rupiah) }) : ''}>
      ${waiting && page && page.waiting > 0 && html`<${Button} small icon="check" disabled=${!picked.length} why=${w('office.choose_somebody')} onClick=${() => setDialog('approve')}>${picked.length ? wn('office.take_in_n', picked.length, { n: count(picked.length) }) : w('office.take_in')}<//>`}<//>
    ${page && !page.statutes && html`<p class="err"><${Icon} name="warning" /><span>${w('office.statutes_none')}</span></p>`}
    <${Tabs} label=${w('office.status')} value=${state} onChange=${setState} tabs=${states.map((s) => ({ value: s, label: w(`office.application_${s}`) }))} />
    <div class="list">${list.rows.length > 0 && html`<${Table} columns=${columns} rows=${list.rows} rowKey=${(/** @type {Application} */ a) => a.application} caption=${w('office.nav_applications')} quietCaption />`}
    ${list.fault && html`<${FaultNote} fault=${list.fault} retry=${list.reload} />`}${list.loading && !list.rows.length && html`<${Skeleton} rows=${6} />`}
    ${!list.loading && !list.fault && !list.rows.length && html`<div class="narrow"><${Empty} title=${w(`office.applications_none_${state}`)} text=${waiting ? w('office.applications_none_text') : ''} /></div>`}</div><${More} list=${list} />
    ${dialog === 'approve' && page && html`<${Approve} door=${door} chosen=${picked} page=${page} onClose=${() => { setDialog(''); setChosen((was) => new Set([...was].filter((id) => many.some((a) => a.application === id)))); }} onDone=${done} />`}
    ${dialog !== '' && dialog !== 'approve' && html`<${TurnDown} door=${door} a=${dialog} onClose=${() => setDialog('')} onDone=${done} />`}`;
}
