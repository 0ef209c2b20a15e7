// What members say against their deductions, and the answers.
import { asFault } from '../../lib/api.js';
import { Button, Dialog, Empty, FaultNote, Field, Icon, Skeleton, kindName, toast } from '../../lib/components/index.js';
import { Tabs } from '../../lib/components/tabs.js';
import { day, memberNumber, moment, period as periodText, readRupiah, rupiah } from '../../lib/format.js';
import { listen } from '../../lib/realtime.js';
import { href } from '../../lib/route.js';
import { html, useEffect, useState } from '../../lib/view.js';
import { w } from '../../lib/words.js';
import { query, useAct, usePages } from '../fetching.js';
import { Head, More, Refusal, State } from '../parts.js';
import { BackToRun, Ways } from './ways.js';

/** @typedef {import('../types.js').Door} Door */

/** @param {any} p */
const partText = (p) => (p ? `${p.instalment ? w('plan.nth', { n: p.instalment.n, of: p.instalment.of }) : (p.source?.number ?? kindName(p.kind))} · ${day(p.date, 'short')}` : w('plan.all_of_it'));

/** What one item may be asked at most. @param {any} o @param {any} p */
const mostOf = (o, p) => (o.state === 'settled' || o.state === 'received' || o.after ? p.settled_rupiah : p.planned_rupiah);

/** @param {{door: Door, o: any, onDone: () => void, onClose: () => void}} props */
function Answer({ door, o, onDone, onClose }) {
  const parts = o.parts.filter((/** @type {any} */ p) => (o.item ? p.item === o.item : true) && mostOf(o, p) > 0);
  const [decision, setDecision] = useState('explain');
  const [text, setText] = useState('');
  const [amounts, setAmounts] = useState(/** @type {Record<number, string>} */ (Object.fromEntries(parts.map((/** @type {any} */ p) => [p.item, rupiah(mostOf(o, p))]))));
  const items = decision !== 'adjust' ? [] : parts.map((/** @type {any} */ p) => ({ item: p.item, most_rupiah: readRupiah(amounts[p.item]) ?? -1 })).filter((/** @type {any} */ c, /** @type {number} */ i) => c.most_rupiah !== mostOf(o, parts[i]));
  const it = useAct((id) => door.send('POST', `/api/coop/payroll/objections/${o.id}/answer`, { id, decision, text: text.trim(), ...(items.length ? { items } : {}) }), () => { toast(w('plan.did_answer', { name: o.name })); onDone(); onClose(); });
  useEffect(() => { it.open(); }, [decision, text, JSON.stringify(amounts)]);
  const less = decision === 'exclude' ? parts.reduce((/** @type {number} */ n, /** @type {any} */ p) => n + mostOf(o, p), 0)
    : items.reduce((/** @type {number} */ n, /** @type {any} */ c) => n + Math.max(0, mostOf(o, parts.find((/** @type {any} */ p) => p.item === c.item)) - c.most_rupiah), 0);
  const missing = !text.trim() ? w('plan.answer_words') : decision === 'adjust' && !items.length ? w('plan.answer_amounts') : '';
  const options = parts.length ? ['explain', 'adjust', 'exclude'] : ['explain'];
  return html`<${Dialog} open big title=${w('plan.answer_title', { name: o.name })} lead=${`${w(`plan.code_${o.code}`)}${o.text ? `: “${o.text}”` : ''}`} confirm=${w('plan.answer')} busy=${it.busy} refusal=${missing} onConfirm=${it.run} onClose=${onClose}>
    <fieldset class="pick-one"><legend class="vh">${w('plan.answer')}</legend><div class="tiles">${options.map((d) => html`<button key=${d} type="button" class="tile" aria-pressed=${d === decision} onClick=${() => setDecision(d)}><span><b>${w(`plan.decide_${d}`)}</b><small>${w(`plan.decide_${d}_text`)}</small></span></button>`)}</div></fieldset>
    ${decision === 'adjust' && html`<div class="form">${parts.map((/** @type {any} */ p) => html`<${Field} key=${p.item} label=${w('plan.at_most', { what: partText(p) })} prefix="Rp" inputmode="numeric" value=${amounts[p.item]} onInput=${(/** @type {string} */ v) => setAmounts({ ...amounts, [p.item]: v })} hint=${w('plan.at_most_of', { amount: rupiah(mostOf(o, p)) })} />`)}</div>`}
    <div class="form"><${Field} label=${w('plan.answer_text')} value=${text} onInput=${setText} maxlength="600" error=${it.fault?.field('text')} /></div>
    ${decision !== 'explain' && less > 0 && html`<p class="note">${w(o.after ? 'plan.then_held' : o.state === 'draft' ? 'plan.then_draft' : 'plan.then_spared', { amount: rupiah(less) })}</p>`}<${Refusal} fault=${it.fault} /><//>`;
}

/** @param {{door: Door, o: any, onDone: () => void, onClose: () => void}} props */
function Erase({ door, o, onDone, onClose }) {
  const it = useAct((id) => door.send('POST', `/api/coop/payroll/objections/${o.id}/erase`, { id }), () => { toast(w('plan.did_erase')); onDone(); onClose(); });
  useEffect(() => { it.open(); }, []);
  return html`<${Dialog} open danger title=${w('plan.erase_title')} lead=${w('plan.erase_lead')} confirm=${w('plan.erase')} busy=${it.busy} onConfirm=${it.run} onClose=${onClose}><${Refusal} fault=${it.fault} /><//>`;
}

/** The photo, fetched when somebody wants to see it. @param {{door: Door, id: string}} props */
function Photo({ door, id }) {
  const [src, setSrc] = useState('');
  const [wrong, setWrong] = useState('');
  useEffect(() => () => { if (src) URL.revokeObjectURL(src); }, [src]);
  const see = async () => {
    try { setSrc(URL.createObjectURL(await (await door.request('GET', `/api/coop/payroll/objections/${id}/photo`)).blob())); } catch (cause) { setWrong(asFault(cause).message); }
  };
  if (src) return html`<img class="said-photo" src=${src} alt=${w('plan.photo_alt')} />`;
  return html`<button type="button" class="lnk" onClick=${see}><${Icon} name="camera" />${w('plan.photo')}</button>${wrong && html`<p class="err">${wrong}</p>`}`;
}

/** @param {{door: Door, o: any, start: (what: string) => void}} props */
function Card({ door, o, start }) {
  const writes = ['treasurer', 'manager'].includes(door.role.value);
  const a = o.answer;
  return html`<li class=${a ? '' : 'mine'}><div class="obj-h"><span><b>${o.name}</b><small class="note">${memberNumber(o.member)} · <a class="lnk" href=${href(`/potong-gaji/${o.period}`)}>${periodText(o.period)}</a> · ${moment(o.at)}</small></span>
      ${a ? html`<${State} icon="check" kind="soft">${w(`plan.decided_${a.decision}`)}<//>` : o.late ? html`<${State} icon="warning" kind="neg">${w('plan.late', { date: day(o.answer_by, 'short') })}<//>` : html`<${State} icon="clock" kind="rest">${w('plan.answer_by', { date: day(o.answer_by, 'short') })}<//>`}</div>
    <p class="read"><b>${w(`plan.code_${o.code}`)}</b> · ${partText(o.part)}${o.part ? ` · ${rupiah(o.part.planned_rupiah || o.part.due_rupiah)}` : ''}</p>${o.text && html`<p class="read quote">${o.text}</p>`}
    ${o.photo && html`<${Photo} door=${door} id=${o.id} />`}
    ${a && html`<p class="small obj-a">${a.text && html`${a.text} `}${a.held_rupiah > 0 && w('plan.held', { amount: rupiah(a.held_rupiah) })} <span class="note">${a.by}, ${moment(a.at)}</span></p>`}
    <div class="waits-b">${!a && writes && html`<${Button} small onClick=${() => start('answer')}>${w('plan.answer')}<//>`}${a && door.role.value === 'manager' && (o.text || o.photo || a.text) && html`<button type="button" class="lnk" onClick=${() => start('erase')}>${w('plan.erase')}</button>`}</div></li>`;
}

/** @param {{door: Door}} props */
export function ObjectionsPage({ door }) {
  const [open, setOpen] = useState('1');
  const list = usePages(door, 'objections', (before) => `/api/coop/payroll/objections${query({ open: open === '1' ? '1' : '', before })}`);
  const [act, setAct] = useState(/** @type {{what: string, o: any} | null} */ (null));
  useEffect(() => listen(door, 'coop/books', () => list.reload(), list.reload), [open]);
  const close = () => setAct(null);
  return html`<${BackToRun} /><${Head} title=${w('plan.objections_title')} lead=${w('plan.objections_lead')} /><${Ways} at="keberatan" />
    <${Tabs} label=${w('office.status')} value=${open} onChange=${setOpen} tabs=${[{ value: '1', label: w('plan.waiting') }, { value: '', label: w('common.all') }]} />
    ${list.rows.length > 0 && html`<ul class="objs">${list.rows.map((o) => html`<${Card} key=${o.id} door=${door} o=${o} start=${(/** @type {string} */ what) => setAct({ what, o })} />`)}</ul>`}
    ${list.fault && html`<${FaultNote} fault=${list.fault} retry=${list.reload} />`}${list.loading && !list.rows.length && html`<${Skeleton} rows=${5} />`}
    ${!list.loading && !list.fault && !list.rows.length && html`<div class="narrow"><${Empty} title=${w(open ? 'plan.objections_none' : 'plan.objections_never')} text=${w('plan.objections_none_text')} /></div>`}<${More} list=${list} label=${w('office.older')} />
    ${act?.what === 'answer' && html`<${Answer} key=${act.o.id} door=${door} o=${act.o} onDone=${list.reload} onClose=${close} />`}${act?.what === 'erase' && html`<${Erase} key=${act.o.id} door=${door} o=${act.o} onDone=${list.reload} onClose=${close} />`}`;
}
