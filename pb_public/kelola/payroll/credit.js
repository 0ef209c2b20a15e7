// Kredit barang: goods that a member takes now and pays month by month, with the margin shown in rupiah.
import { Button, Dialog, Empty, FaultNote, Field, Figure, Icon, IconButton, Loaded, Section, Sheet, Skeleton, toast } from '../../lib/components/index.js';
import { Table } from '../../lib/components/table.js';
import { day, memberNumber, period as periodText, readRupiah, rupiah } from '../../lib/format.js';
import { go, href } from '../../lib/route.js';
import { html, useEffect, useState } from '../../lib/view.js';
import { w, wFault, wn } from '../../lib/words.js';
import { plain, stillOut, useBack } from '../back.js';
import { query, useAct, useAsk, usePages, useResource } from '../fetching.js';
import { FindMember } from '../savings/find.js';
import { Head, More, Refusal, State } from '../parts.js';
import { Then, usePress } from '../treasury/parts.js';
import { BackToRun, Ways } from './ways.js';

/** @typedef {import('../types.js').Door} Door */

/** @param {{door: Door, p: any, approve: boolean, onDone: () => void, onClose: () => void}} props */
function Decide({ door, p, approve, onDone, onClose }) {
  const [reason, setReason] = useState('');
  const it = useAct((id) => door.send('POST', `/api/coop/payroll/instalments/${p.id}/${approve ? 'approve' : 'refuse'}`, { id, reason: reason.trim() }), () => { toast(w(approve ? (p.till ? 'plan.did_approve_till' : 'plan.did_approve') : 'plan.did_refuse')); onDone(); onClose(); });
  useEffect(() => { it.open(); }, [reason]);
  const ends = p.state === 'approved';
  return html`<${Dialog} open title=${w(approve ? 'plan.approve_title' : ends ? 'plan.end_title' : 'plan.refuse_title')} lead=${ends ? w('plan.end_lead', { till: p.till }) : w('plan.asked_by', { name: p.by })} confirm=${w(approve ? 'plan.approve' : ends ? 'plan.end' : 'plan.refuse')} busy=${it.busy} onConfirm=${it.run} onClose=${onClose}
    rows=${[{ label: w('office.member'), text: p.name }, { label: w('plan.goods'), text: p.lines.map((/** @type {any} */ g) => g.name).join(', ') }, { label: w('plan.times'), text: `${p.parts}×` }, ...(p.down_rupiah > 0 ? [{ label: w('plan.down'), amount_rupiah: p.down_rupiah }] : []), { label: w('plan.margin'), amount_rupiah: p.margin_rupiah }]} total=${{ label: w(p.till ? 'plan.price_financed' : 'plan.price'), amount_rupiah: p.principal_rupiah }}>
    ${approve && p.till && html`<p class="note">${w('plan.approve_till')}</p>`}${!approve && html`<div class="form"><${Field} label=${w('plan.reason')} value=${reason} onInput=${setReason} maxlength="300" /></div>`}<${Refusal} fault=${it.fault} /><//>`;
}

/** What waits for the second person, or for its till. @param {{door: Door, plans: any[], onDone: () => void, writes: boolean}} props */
function Waits({ door, plans, onDone, writes }) {
  const [open, setOpen] = useState(/** @type {{p: any, approve: boolean} | null} */ (null));
  const buttons = (/** @type {any} */ p) => (p.state === 'approved' ? html`<${Button} small kind="ghost" onClick=${() => setOpen({ p, approve: false })}>${w('plan.end')}<//>`
    : html`<${Button} small kind="ghost" disabled=${Boolean(p.refusal)} why=${p.refusal && wFault(p.refusal)} onClick=${() => setOpen({ p, approve: true })}>${w('plan.approve')}<//><${Button} small kind="ghost" onClick=${() => setOpen({ p, approve: false })}>${w(p.refusal === 'payroll.plan_same_person' ? 'plan.withdraw' : 'plan.refuse')}<//>`);
  const list = (/** @type {string} */ title, /** @type {any[]} */ some) => some.length > 0 && html`<${Section} title=${title}><ul class="waits">${some.map((p) => html`<li key=${p.id}><div><b>${p.name}</b><small class="note">${p.lines.map((/** @type {any} */ g) => g.name).join(', ')} · ${p.parts}× · ${w('plan.asked_by', { name: p.by })}${p.till && ` · ${w('plan.at_till', { till: p.till })}`}</small></div><b class="money">${rupiah(p.principal_rupiah)}</b>
    ${writes && html`<div class="waits-b">${buttons(p)}</div>`}</li>`)}</ul><//>`;
  const waiting = plans.filter((p) => p.state !== 'approved');
  const approved = plans.filter((p) => p.state === 'approved');
  return html`${list(w('plan.waits', { n: waiting.length }), waiting)}${list(w('plan.hands', { n: approved.length }), approved)}
    ${open && html`<${Decide} key=${open.p.id} door=${door} p=${open.p} approve=${open.approve} onDone=${onDone} onClose=${() => setOpen(null)} />`}`;
}

/** @param {{door: Door, id: string}} props */
export function Credit({ door, id }) {
  if (id === 'baru') return html`<${NewPlan} door=${door} />`;
  return id ? html`<${PlanPage} key=${id} door=${door} id=${id} />` : html`<${Plans} door=${door} />`;
}

/** @param {{door: Door}} props */
function Plans({ door }) {
  const writes = ['treasurer', 'manager'].includes(door.role.value);
  const start = useResource(door, '/api/coop/payroll/instalments?open=1&limit=1');
  const list = usePages(door, 'plans', (before) => `/api/coop/payroll/instalments${query({ before })}`);
  const columns = [
    { label: w('office.member'), cell: (/** @type {any} */ p) => html`<b>${p.name}</b><small class="note">${memberNumber(p.member)} · #${p.number} · ${day(p.date, 'medium')}</small>` },
    { label: w('plan.price'), num: true, class: 'desk', cell: (/** @type {any} */ p) => rupiah(p.principal_rupiah) },
    { label: w('plan.margin'), num: true, class: 'desk', cell: (/** @type {any} */ p) => rupiah(p.margin_rupiah) },
    { label: w('plan.paid_of'), num: true, cell: (/** @type {any} */ p) => `${p.paid_parts}/${p.parts}` },
    { label: w('plan.left'), num: true, cell: (/** @type {any} */ p) => html`<b>${rupiah(p.left_rupiah + p.margin_due_rupiah)}</b>` },
  ];
  return html`<${BackToRun} /><${Head} title=${w('plan.credit_title')} lead=${w('plan.credit_lead')}>${writes && html`<${Button} icon="plus" href=${href('/potong-gaji/angsuran/baru')}>${w('plan.new')}<//>`}<//><${Ways} at="angsuran" />
    ${start.state.value.data && html`<p class="read">${w('plan.bands', { till: rupiah(start.state.value.data.bands.till_rupiah), small: rupiah(start.state.value.data.bands.small_rupiah), n: start.state.value.data.bands.small_parts, most: rupiah(start.state.value.data.bands.most_rupiah), m: start.state.value.data.bands.most_parts })}</p><${Waits} door=${door} plans=${start.state.value.data.waiting} writes=${writes} onDone=${() => { start.load(); list.reload(); }} />`}
    <div class="list">${list.rows.length > 0 && html`<${Table} columns=${columns} rows=${list.rows} rowKey=${(/** @type {any} */ p) => p.id} onRow=${(/** @type {any} */ p) => go(`/potong-gaji/angsuran/${p.id}`)} caption=${w('plan.credit_title')} quietCaption rowClass=${(/** @type {any} */ p) => (p.state === 'paid' ? 'done' : '')} />`}
    ${list.fault && html`<${FaultNote} fault=${list.fault} retry=${list.reload} />`}${list.loading && !list.rows.length && html`<${Skeleton} rows=${5} />`}
    ${!list.loading && !list.fault && !list.rows.length && html`<div class="narrow"><${Empty} title=${w('plan.credit_none')} text=${w('plan.credit_none_text')} /></div>`}<${More} list=${list} label=${w('office.older')} /></div>`;
}

/** What would happen, in rupiah. @param {any} t */
const returnRows = (t) => [{ label: w('plan.return_amount'), amount_rupiah: t.amount_rupiah }, { label: w('plan.return_ends'), amount_rupiah: t.ended_rupiah },
  ...(t.margin_ended_rupiah ? [{ label: w('plan.return_margin_ends'), amount_rupiah: t.margin_ended_rupiah }] : []),
  { label: w('plan.return_left'), amount_rupiah: t.left_rupiah },
  ...(t.margin_stays_rupiah ? [{ label: w('plan.return_margin_stays'), amount_rupiah: t.margin_stays_rupiah }] : []),
  ...(t.margin_left_rupiah ? [{ label: w('plan.return_margin_left'), amount_rupiah: t.margin_left_rupiah }] : []),
  ...(t.schedule.length ? [{ label: wn('plan.return_next', t.schedule.length, { month: periodText(t.schedule[0].period) }), amount_rupiah: t.schedule[0].principal_rupiah + t.schedule[0].margin_rupiah }] : [])];

/** Goods of a plan come back, all or some: it says what will happen before it does. @param {{door: Door, p: any, onDone: () => void, onClose: () => void}} props */
function ComesBack({ door, p, onDone, onClose }) {
  const [reason, setReason] = useState('');
  const { lines, fields, missing } = useBack(p.lines, true);
  const terms = useAsk(door, `/api/coop/payroll/instalments/${p.id}/return/terms`, missing ? null : { lines });
  const t = terms.it;
  const it = useAct((id) => door.send('POST', `/api/coop/payroll/instalments/${p.id}/return`, { id, reason: reason.trim(), lines, seen: t?.seen }), () => { toast(w('plan.did_return')); onDone(); onClose(); });
  useEffect(() => { it.open(); }, [reason, JSON.stringify(lines)]);
  useEffect(() => { if (it.fault?.code === 'payroll.plan_return_changed') terms.again(); }, [it.fault]);
  const refusal = missing || terms.fault?.message || (t?.refusal && wFault(t.refusal)) || (t ? '' : w('plan.reckoning'));
  return html`<${Dialog} open title=${w('plan.return_title')} lead=${w(p.left_rupiah > 0 ? 'plan.return_lead' : 'plan.return_lead_paid')} confirm=${w('plan.return_go')} busy=${it.busy} refusal=${refusal} onConfirm=${it.run} onClose=${onClose}
    rows=${t ? returnRows(t) : undefined} total=${t ? { label: w('plan.return_held'), amount_rupiah: t.held_rupiah } : undefined}>
    <div class="form">${fields}
      <${Field} label=${w('plan.return_why')} value=${reason} onInput=${setReason} error=${it.fault?.field('reason')} maxlength="300" /></div><${Refusal} fault=${it.fault} /><//>`;
}

/** @param {any[]} rows @param {string} field */
const sum = (rows, field) => rows.reduce((n, r) => n + r[field], 0);

/** @param {{door: Door, id: string}} props */
function PlanPage({ door, id }) {
  const [back, setBack] = useState(false);
  const writes = ['treasurer', 'manager'].includes(door.role.value);
  const it = useResource(door, `/api/coop/payroll/instalments/${id}`);
  const columns = [
    { label: w('plan.nth_head'), cell: (/** @type {any} */ s) => html`<b>${s.n}</b> <small class="note">${periodText(s.period)}</small>` },
    { label: w('plan.price'), num: true, cell: (/** @type {any} */ s) => rupiah(s.principal_rupiah) },
    { label: w('plan.margin'), num: true, cell: (/** @type {any} */ s) => (s.waived ? w('plan.waived') : rupiah(s.margin_rupiah)) },
    { label: w('plan.left'), num: true, cell: (/** @type {any} */ s) => (s.open_rupiah + s.margin_open_rupiah ? html`<b>${rupiah(s.open_rupiah + s.margin_open_rupiah)}</b>` : html`<${State} icon="check">${w('plan.paid')}<//>`) },
  ];
  return html`<p class="crumb no-print"><a class="lnk" href=${href('/potong-gaji/angsuran')}><${Icon} name="back" />${w('plan.credit_title')}</a></p>
    <${Loaded} of=${it} rows=${8} draw=${(/** @type {any} */ p) => html`<${Head} title=${p.name} lead=${`${memberNumber(p.member)} · ${w('plan.number', { number: p.number })} · ${day(p.date, 'full')} · ${p.by}${p.approved_by ? ` + ${p.approved_by}` : ''}${p.till && ` · ${w('plan.sold_at', { till: p.till })}`}`} />
      <div class="three"><div><ul class="rows two-lines">${p.lines.map((/** @type {any} */ g) => html`<li key=${g.name}><span><b>${g.name}</b><small class="note">${g.quantity} ${g.unit} × ${rupiah(g.price_rupiah)}${g.back && ` · ${w('plan.back_of', { n: plain(Number(g.back)) })}`}</small></span><b>${rupiah(g.amount_rupiah)}</b></li>`)}</ul>
        <div class="list"><${Table} columns=${columns} rows=${p.schedule} rowKey=${(/** @type {any} */ s) => s.n} caption=${w('plan.schedule')} foot=${[w('office.sum'), rupiah(sum(p.schedule, 'principal_rupiah')), rupiah(sum(p.schedule, 'margin_rupiah')), rupiah(p.left_rupiah + p.margin_due_rupiah)]} /></div></div>
      <aside><${Sheet} title=${w('plan.payoff')} class="consequence"><p class="sheet-fig"><${Figure} rupiah=${p.left_rupiah + p.margin_due_rupiah} /></p><p class="read">${w('plan.payoff_text')}</p>
        <${Then} rows=${[...(p.down_rupiah > 0 ? [{ label: w('plan.down'), text: rupiah(p.down_rupiah) }] : []), ...(p.returned_rupiah > 0 ? [{ label: w('plan.returned'), text: rupiah(p.returned_rupiah) }] : []), { label: w('plan.price_left'), text: rupiah(p.left_rupiah) }, { label: w('plan.margin_left'), text: rupiah(p.margin_due_rupiah) }]} />
        ${p.state === 'returned' && html`<p class="step"><${State} icon="check">${w('plan.returned')}<//></p>`}
        ${p.left_rupiah > 0 && html`<div class="step"><${Button} kind="ghost" wide href=${href('/kas/terima')}>${w('plan.to_receive')}<//></div>`}
        ${writes && p.lines.some((/** @type {any} */ g) => stillOut(g) > 0) && html`<div class="step"><${Button} kind="ghost" wide disabled=${Boolean(p.refusal)} why=${p.refusal && wFault(p.refusal)} onClick=${() => setBack(true)}>${w('plan.return')}<//></div>`}<//></aside></div>
      ${back && html`<${ComesBack} door=${door} p=${p} onDone=${() => it.load()} onClose=${() => setBack(false)} />`}`} />`;
}

/** A product by what somebody types of its name or code. @param {{goods: any[], onAdd: (p: any) => void}} props */
function FindGood({ goods, onAdd }) {
  const [text, setText] = useState('');
  const sought = text.trim().toLowerCase();
  const found = sought.length < 2 ? [] : goods.filter((p) => `${p.name} ${p.barcode} ${p.code}`.toLowerCase().includes(sought)).slice(0, 8);
  return html`<${Field} label=${w('plan.find_good')} icon="search" type="search" value=${text} onInput=${setText} maxlength="80" />
    ${found.length > 0 && html`<ul class="found">${found.map((p) => html`<li key=${p.id}><button type="button" onClick=${() => { onAdd(p); setText(''); }}><b>${p.name}</b><small class="note">${rupiah(p.member_price_rupiah || p.price_rupiah)} · ${w('plan.in_stock', { n: p.stock, unit: p.unit })}</small></button></li>`)}</ul>`}`;
}

/** Equal parts; the first ones take what does not divide, as the server does. @param {number} total @param {number} n */
const first = (total, n) => Math.ceil(total / n);

/** @param {{door: Door}} props */
function NewPlan({ door }) {
  const start = useResource(door, '/api/coop/payroll/instalments?open=1&limit=1');
  const shelf = useResource(door, '/api/coop/store/catalogue');
  const [member, setMember] = useState(/** @type {any} */ (null));
  const [lines, setLines] = useState(/** @type {{p: any, q: string}[]} */ ([]));
  const [parts, setParts] = useState('10');
  const [marginText, setMargin] = useState('');
  const n = Number(parts) || 0;
  const price = lines.reduce((sum, l) => sum + Math.round(Number(l.q.replace(',', '.')) * (l.p.member_price_rupiah || l.p.price_rupiah)) || sum, 0);
  const bands = start.state.value.data?.bands;
  const usual = bands ? Math.floor((price * bands.margin_bp * n + 5000) / 10_000) : 0;
  const margin = marginText.trim() ? readRupiah(marginText) ?? 0 : usual;
  const most = bands ? (price > bands.small_rupiah ? bands.most_parts : bands.small_parts) : 0;
  const body = { member: member?.number ?? 0, lines: lines.map((l) => ({ product: l.p.id, quantity: l.q.replace(',', '.') })), parts: n, margin_rupiah: margin };
  const press = usePress(body, (b) => door.send('POST', '/api/coop/payroll/instalments', b), (/** @type {any} */ answer) => {
    toast(w(answer.state === 'waiting' ? 'plan.did_ask' : 'plan.did_make'));
    go(answer.state === 'waiting' ? '/potong-gaji/angsuran' : `/potong-gaji/angsuran/${answer.id}`);
  });
  const missing = !member ? w('plan.need_member') : !price ? w('plan.need_goods') : !bands ? '' : price < bands.least_rupiah ? w('plan.need_least', { amount: rupiah(bands.least_rupiah) })
    : price > bands.most_rupiah ? w('plan.need_most', { amount: rupiah(bands.most_rupiah) }) : !(n >= 1 && n <= most) ? w('plan.need_parts', { n: most }) : margin > price ? w('plan.need_margin') : '';
  const ask = useAsk(door, '/api/coop/payroll/instalments/terms', missing || !bands ? null : body);
  const q = ask.it;
  const why = missing || ask.fault?.message || (q?.refusal && wFault(q.refusal, q.params)) || (q ? '' : w('plan.reckoning'));
  const monthly = q && !q.refusal ? q.schedule[0].principal_rupiah + q.schedule[0].margin_rupiah : n > 0 ? first(price, n) + first(margin, n) : 0;
  const says = !q || q.refusal ? '' : !q.second ? w('plan.at_once') : q.principal_rupiah > q.small_rupiah ? w('plan.second') : w('plan.second_today', { earlier: rupiah(q.earlier_rupiah), small: rupiah(q.small_rupiah) });
  return html`<p class="crumb no-print"><a class="lnk" href=${href('/potong-gaji/angsuran')}><${Icon} name="back" />${w('plan.credit_title')}</a></p><${Head} title=${w('plan.new')} lead=${w('plan.new_lead')} />
    <${Loaded} of=${shelf} rows=${6} draw=${(/** @type {any} */ s) => html`<div class="three"><div>
      <fieldset class="pick-one"><legend><span class="step-n" aria-hidden="true">1</span>${w('plan.who')}</legend><${FindMember} door=${door} chosen=${member} onChoose=${setMember} /></fieldset>
      <fieldset class="pick-one"><legend><span class="step-n" aria-hidden="true">2</span>${w('plan.goods')}</legend><${FindGood} goods=${s.products} onAdd=${(/** @type {any} */ p) => { if (!lines.some((l) => l.p.id === p.id)) setLines([...lines, { p, q: '1' }]); }} />
        ${lines.map((l, i) => html`<div key=${l.p.id} class="plan-line"><${Field} label=${`${l.p.name} (${l.p.unit})`} inputmode="decimal" value=${l.q} onInput=${(/** @type {string} */ q) => setLines(lines.map((it, j) => (j === i ? { ...it, q } : it)))} error=${press.fault?.field(`lines.${i}.quantity`)} /><${IconButton} icon="trash" label=${w('plan.take_off', { name: l.p.name })} onClick=${() => setLines(lines.filter((_, j) => j !== i))} /></div>`)}</fieldset>
      <fieldset class="pick-one"><legend><span class="step-n" aria-hidden="true">3</span>${w('plan.how')}</legend><div class="form two"><${Field} label=${w('plan.times')} inputmode="numeric" value=${parts} onInput=${setParts} hint=${most ? w('plan.times_most', { n: most }) : undefined} />
        <${Field} label=${w('plan.margin_in')} prefix="Rp" inputmode="numeric" value=${marginText} onInput=${setMargin} placeholder=${usual ? rupiah(usual) : undefined} hint=${usual ? w('plan.margin_usual', { amount: rupiah(usual) }) : w('plan.margin_hint')} error=${press.fault?.field('margin_rupiah')} /></div></fieldset>
    </div><aside><${Sheet} title=${w('plan.then')} class="consequence"><p class="sheet-fig"><${Figure} rupiah=${monthly} /></p><p class="read">${w('plan.a_month', { n: n || '–' })}</p>
      <${Then} rows=${[{ label: w('plan.price'), text: rupiah(price) }, { label: w('plan.margin'), text: rupiah(margin) }, { label: w('plan.all'), text: rupiah(price + margin) }]} />
      <p class="note second" aria-live="polite">${says}</p>
      <div class="step"><${Button} wide busy=${press.busy} busyText=${w('office.busy_writing')} disabled=${Boolean(why)} why=${why} onClick=${press.run}>${w(q?.second ? 'plan.ask' : 'plan.make')}<//></div><${Refusal} fault=${press.fault} /><//></aside></div>`} />`;
}
