// Before the lock: who is new, gone or very different since the list before, who can't be deducted, what the caps keep.
import { Button, Dialog, Empty, FaultNote, Field, Loaded, Skeleton, toast } from '../../lib/components/index.js';
import { Table } from '../../lib/components/table.js';
import { count, day, memberNumber, period as periodText, rupiah } from '../../lib/format.js';
import { go, href, route } from '../../lib/route.js';
import { html, useEffect, useState } from '../../lib/view.js';
import { has, w } from '../../lib/words.js';
import { query, useAct, usePages, useResource } from '../fetching.js';
import { Head, More, Refusal, reasonText } from '../parts.js';
import { staleParams } from './run.js';
import { BackToRun, Ways } from './ways.js';

/** @typedef {import('../types.js').Door} Door */

const channels = ['officer', 'bank', 'self'];

/** From the cut-off on, or the list that is looked at would stay as it is. @param {{door: Door, member: any, cutoff: string, onDone: () => void, onClose: () => void}} props */
function Channel({ door, member, cutoff, onDone, onClose }) {
  const [channel, setChannel] = useState(member.channel || 'officer');
  const [from, setFrom] = useState(cutoff);
  const it = useAct((id) => door.send('POST', `/api/coop/payroll/members/${member.member}/channel`, { id, channel, valid_from: from }), () => { toast(w('plan.did_channel', { name: member.name })); onDone(); onClose(); });
  useEffect(() => { it.open(); }, [channel, from]);
  return html`<${Dialog} open title=${w('plan.channel_title')} lead=${w('plan.channel_lead', { name: member.name })} confirm=${w('plan.channel_set')} busy=${it.busy} onConfirm=${it.run} onClose=${onClose}>
    <div class="form"><${Field} label=${w('plan.channel')} value=${channel} options=${channels.map((c) => ({ value: c, label: w(`plan.channel_${c}`) }))} onInput=${setChannel} />
      <${Field} label=${w('plan.valid_from')} type="date" value=${from} onInput=${(/** @type {string} */ d) => setFrom(d || cutoff)} hint=${w(from > cutoff ? 'plan.channel_next' : 'plan.channel_now', { date: day(cutoff, 'medium') })} error=${it.fault?.field('valid_from')} /></div><${Refusal} fault=${it.fault} /><//>`;
}

/** @param {string} why */
const whyText = (why) => (has(`plan.kept_${why}`) ? w(`plan.kept_${why}`) : reasonText(why));

/** @param {{door: Door, period: string, cutoff: string, name: string, again: () => void}} props */
function Members({ door, period, cutoff, name, again }) {
  const list = usePages(door, 'lines', (after) => `/api/coop/payroll/runs/${period}/review/${name}${query({ after })}`);
  const [chosen, setChosen] = useState(/** @type {any} */ (null));
  const writes = ['treasurer', 'manager'].includes(door.role.value);
  const byChannel = ['no_channel', 'self'].includes(name);
  const columns = [
    { label: w('office.member'), cell: (/** @type {any} */ l) => html`<b>${l.name}</b><small class="note">${memberNumber(l.member)} · ${l.unit}</small>` },
    ...(['new', 'no_mandate', 'no_channel', 'self', 'capped', 'objection'].includes(name) ? [] : [{ label: w('plan.was'), num: true, cell: (/** @type {any} */ l) => rupiah(l.was_rupiah) }]),
    ...(['no_mandate', 'no_channel', 'self', 'capped', 'objection'].includes(name) ? [{ label: w('plan.due'), num: true, cell: (/** @type {any} */ l) => rupiah(l.due_rupiah) }] : []),
    { label: w('office.requested'), num: true, cell: (/** @type {any} */ l) => html`<b>${rupiah(l.now_rupiah)}</b>` },
    { label: w('office.note'), class: 'desk', cell: (/** @type {any} */ l) => html`<span class="soft">${name === 'jump' ? `${l.now_rupiah > l.was_rupiah ? '+' : '−'}${rupiah(Math.abs(l.now_rupiah - l.was_rupiah))}` : whyText(name === 'objection' ? name : l.why)}</span>` },
    ...(byChannel && writes ? [{ label: w('plan.channel'), class: 'act', cell: (/** @type {any} */ l) => html`<button type="button" class="lnk" onClick=${() => setChosen(l)}>${w('plan.channel_change')}</button>` }] : []),
  ];
  return html`<div class="list">${list.rows.length > 0 && html`<${Table} columns=${columns} rows=${list.rows} rowKey=${(/** @type {any} */ l) => l.member} caption=${w(`plan.class_${name}`)} quietCaption />`}
    ${list.fault && html`<${FaultNote} fault=${list.fault} retry=${list.reload} />`}${list.loading && !list.rows.length && html`<${Skeleton} rows=${6} />`}
    ${!list.loading && !list.fault && !list.rows.length && html`<div class="narrow"><${Empty} title=${w('plan.class_nobody')} /></div>`}<${More} list=${list} /></div>
    ${chosen && html`<${Channel} key=${chosen.member} door=${door} cutoff=${cutoff} member=${chosen} onDone=${() => { list.reload(); again(); }} onClose=${() => setChosen(null)} />`}`;
}

/** @param {{door: Door, period: string}} props */
export function Review({ door, period }) {
  const it = useResource(door, `/api/coop/payroll/runs/${period}/review`);
  const asked = route.value.query.get('yang') ?? '';
  const draw = (/** @type {any} */ r) => {
    const shown = r.classes.filter((/** @type {any} */ c) => c.members > 0);
    const name = shown.some((/** @type {any} */ c) => c.class === asked) ? asked : '';
    const more = r.requested_rupiah - r.previously_rupiah;
    return html`<dl class="trio review-trio"><div><dt>${w('office.requested')}</dt><dd>${rupiah(r.requested_rupiah)}</dd></div>
        <div><dt>${r.before ? w('plan.before', { month: periodText(r.before) }) : w('plan.before_none')}</dt><dd>${r.before ? rupiah(r.previously_rupiah) : '–'}</dd></div>
        <div><dt>${w('plan.change')}</dt><dd>${r.before ? `${more < 0 ? '−' : '+'}${rupiah(Math.abs(more))}` : '–'}</dd></div></dl>
      ${r.stale && html`<p class="read rest stale">${reasonText(r.stale.code, staleParams(r.stale.params))}</p>`}
      ${r.objections > 0 && html`<p class="read"><a class="lnk" href=${href('/potong-gaji/keberatan')}>${w('plan.objections_open', { n: count(r.objections) })}</a></p>`}
      ${shown.length ? html`<ul class="classes">${shown.map((/** @type {any} */ c) => html`<li key=${c.class}><button type="button" class="class" aria-pressed=${c.class === name} onClick=${() => go(`/potong-gaji/${period}/tinjau${c.class === name ? '' : `?yang=${c.class}`}`)}>
          <span class="n">${count(c.members)}</span><span><b>${w(`plan.class_${c.class}`)}</b><small>${w(`plan.class_${c.class}_text`, { amount: rupiah(r.jump_rupiah) })}</small></span><b class="money">${rupiah(c.amount_rupiah)}</b></button></li>`)}</ul>`
    : html`<div class="narrow"><${Empty} title=${w('plan.review_none')} text=${w('plan.review_none_text')} /></div>`}
      ${name && html`<${Members} key=${name} door=${door} period=${period} cutoff=${r.cutoff_date} name=${name} again=${it.load} />`}`;
  };
  return html`<${BackToRun} period=${period} /><${Head} title=${w('plan.review_title')} lead=${w('plan.review_lead')}><${Button} kind="ghost" small icon="list" href=${href(`/potong-gaji/${period}/rincian`)}>${w('office.lines_title')}<//><//><${Ways} period=${period} at="tinjau" />
    <${Loaded} of=${it} rows=${6} draw=${draw} />`;
}
