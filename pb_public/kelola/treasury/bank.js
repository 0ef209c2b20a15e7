// One bank account beside its books: the sum that agrees, proposals to confirm, and what is left on both sides.
import { Button, Check, Dialog, Empty, Field, Icon, Loaded, Section, Sheet, toast } from '../../lib/components/index.js';
import { Table } from '../../lib/components/table.js';
import { asFault } from '../../lib/api.js';
import { count, day, dayName, period as periodText, rupiah, signed } from '../../lib/format.js';
import { href } from '../../lib/route.js';
import { html, useRef, useState } from '../../lib/view.js';
import { has, w, wn } from '../../lib/words.js';
import { useAct, useResource } from '../fetching.js';
import { Head, More, Refusal, State } from '../parts.js';
import { moveName } from './overview.js';
import { Back } from './parts.js';

/** @typedef {import('../types.js').Door} Door */

const fields = ['date', 'text', 'debit', 'credit', 'amount', 'mark', 'balance'];

/** A file goes up, its columns are looked at once, and only then it is taken. @param {{door: Door, bank: any, onDone: () => void, onClose: () => void}} props */
function Upload({ door, bank, onDone, onClose }) {
  const [file, setFile] = useState(/** @type {File | null} */ (null));
  const [preview, setPreview] = useState(/** @type {any} */ (null));
  const [layout, setLayout] = useState(/** @type {any} */ (null));
  const [reading, setReading] = useState(false);
  const [wrong, setWrong] = useState('');
  const input = useRef(/** @type {HTMLInputElement | null} */ (null));
  const url = `/api/coop/treasury/banks/${bank.number}/statements`;
  const form = (/** @type {File} */ f, /** @type {any} */ l, id = '') => {
    const body = new FormData();
    if (id) body.append('id', id);
    if (l) body.append('layout', JSON.stringify(l));
    body.append('file', f);
    return body;
  };
  const look = async (/** @type {File} */ f, /** @type {any} */ l) => {
    setReading(true);
    setWrong('');
    try {
      const answer = await door.send('POST', `${url}?dry_run=1`, form(f, l));
      setPreview((/** @type {any} */ old) => ({ ...answer, known: l ? old?.known ?? false : answer.known }));
      setLayout(answer.layout);
    } catch (cause) { setPreview(null); setWrong(asFault(cause).message); } finally { setReading(false); }
  };
  const choose = (/** @type {File | undefined} */ f) => { if (f) { setFile(f); it.open(); look(f, null); } };
  const it = useAct((id) => door.send('POST', url, form(/** @type {File} */ (file), layout, id)), (answer) => { toast(w('cash.did_import', { n: count(answer.added), of: count(answer.lines) })); onDone(); onClose(); });
  const set = (/** @type {string} */ name, /** @type {string} */ value) => {
    const next = { ...layout, [name]: name === 'order' ? value : Number(value) };
    if (name === 'amount' && next.amount >= 0) { next.debit = -1; next.credit = -1; }
    if ((name === 'debit' || name === 'credit') && next[name] >= 0) { next.amount = -1; next.mark = -1; }
    setLayout(next);
    it.open();
    look(/** @type {File} */ (file), next);
  };
  const columns = preview ? [{ value: '-1', label: w('cash.column_none') }, ...preview.layout.header.map((/** @type {string} */ h, /** @type {number} */ i) => ({ value: String(i), label: h || w('cash.column_n', { n: i + 1 }) }))] : [];
  const refusal = !file ? w('office.file_first') : !preview ? wrong || ' ' : preview.problem ? preview.problem.message : preview.added === 0 ? w('cash.nothing_new') : '';
  return html`<${Dialog} open big title=${w('cash.import_title', { bank: bank.name })} lead=${w('cash.import_lead')} confirm=${preview && !preview.problem ? w('cash.import_go', { n: count(preview.added) }) : w('cash.import')} busy=${it.busy || reading} busyText=${w('office.busy_reading')} refusal=${refusal} onConfirm=${it.run} onClose=${onClose}>
    <div class=${`drop ${file ? 'has' : ''}`} onDragOver=${(/** @type {DragEvent} */ e) => e.preventDefault()} onDrop=${(/** @type {DragEvent} */ e) => { e.preventDefault(); choose(e.dataTransfer?.files?.[0]); }}><${Icon} name="file" /><span><b>${file ? file.name : w('office.file_none')}</b><small class="note">${file ? w('office.kilobytes', { n: count(Math.max(1, Math.round(file.size / 1024))) }) : w('office.file_kinds')}</small></span>
      <${Button} kind="ghost" small onClick=${() => input.current?.click()}>${w(file ? 'office.file_other' : 'office.file_choose')}<//>
      <input ref=${input} class="vh" type="file" tabindex="-1" aria-label=${w('office.file_choose')} accept=".csv,.xlsx,.txt" onChange=${(/** @type {any} */ e) => choose(e.currentTarget.files?.[0])} /></div>
    ${preview && html`${!preview.known && html`<p class="read layout-q">${w('cash.layout_once')}</p><div class="sample"><${Table} columns=${preview.layout.header.map((/** @type {string} */ h, /** @type {number} */ i) => ({ label: h || w('cash.column_n', { n: i + 1 }), cell: (/** @type {string[]} */ r) => r[i] }))} rows=${preview.sample} rowKey=${(/** @type {any} */ r) => preview.sample.indexOf(r)} caption=${w('cash.sample')} quietCaption /></div>
      <div class="layout">${fields.map((name) => html`<${Field} key=${name} label=${w(`cash.column_${name}`)} value=${String(layout[name])} onInput=${(/** @type {string} */ v) => set(name, v)} options=${columns} error=${preview.problem?.data?.[`layout.${name}`]?.message} />`)}
        <${Field} label=${w('cash.order')} value=${layout.order} onInput=${(/** @type {string} */ v) => set('order', v)} options=${['dmy', 'mdy', 'ymd'].map((o) => ({ value: o, label: w(`cash.order_${o}`) }))} /></div>`}
      ${!preview.problem ? html`<dl class="trio"><div><dt>${w('cash.new_lines')}</dt><dd>${count(preview.added)} <small>${w('cash.of_lines', { n: count(preview.lines) })}</small></dd></div><div><dt>${w('cash.money_in')}</dt><dd>${rupiah(preview.in_rupiah)}</dd></div><div><dt>${w('cash.money_out')}</dt><dd>${rupiah(preview.out_rupiah)}</dd></div></dl>
        <p class="note">${day(preview.from)} – ${day(preview.to)}${preview.opening_rupiah !== null ? ` · ${w('cash.opening_closing', { opening: rupiah(preview.opening_rupiah), closing: rupiah(preview.closing_rupiah) })}` : ''}</p>`
    : html`<ul class="note problems">${Object.values(preview.problem.data ?? {}).slice(0, 5).map((/** @type {any} */ p) => html`<li key=${p.message}>${p.message}</li>`)}</ul>`}`}
    <${Refusal} fault=${it.fault} /><//>`;
}

/** What a proposal says a line is. @param {any} p @param {any} c */
function proposed(p, c) {
  if (p.kind === 'books') {
    const b = c.book_lines.find((/** @type {any} */ l) => l.entry === p.entries[0].entry && l.line === p.entries[0].line);
    return b ? bookName(b) : '';
  }
  if (p.kind === 'payroll') return w('cash.is_payroll', { month: periodText(p.payroll[0].period), name: p.payroll.map((/** @type {any} */ u) => u.name || u.unit).join(', ') });
  if (p.kind === 'qris') return w('cash.is_qris', { gross: rupiah(p.gross_rupiah) });
  return w('cash.is_supplier', { name: p.name });
}

/** @param {any} b */
const bookName = (b) => `${has(`cash.move_${b.kind}`) ? moveName({ kind: b.kind, target_name: b.what }) : has(`office.entry_${b.kind}`) ? w(`office.entry_${b.kind}`) : b.kind} · ${b.number}`;

/** @param {any} p */
const choiceOf = (p) => ({ kind: p.kind, line: p.line, entries: p.entries, gross_rupiah: p.gross_rupiah, supplier: p.supplier,
  payroll: p.payroll?.map((/** @type {any} */ u) => ({ period: u.period, unit: u.unit, amount_rupiah: u.amount_rupiah })) });

/** @param {{door: Door, id: string, writes: boolean}} props */
export function Bank({ door, id, writes }) {
  const it = useResource(door, `/api/coop/treasury/banks/${encodeURIComponent(id)}`);
  return html`<${Back} /><${Loaded} of=${it} rows=${8} draw=${(/** @type {any} */ c) => html`<${Standing} door=${door} c=${c} writes=${writes} again=${it.load} />`} />`;
}

/** @param {{door: Door, c: any, writes: boolean, again: () => void}} props */
function Standing({ door, c, writes, again }) {
  const [uploading, setUploading] = useState(false);
  const [off, setOff] = useState(/** @type {number[]} */ ([]));
  const [line, setLine] = useState(0);
  const [entries, setEntries] = useState(/** @type {string[]} */ ([]));
  const lineOf = (/** @type {number} */ n) => c.bank_lines.find((/** @type {any} */ l) => l.id === n);
  const on = c.proposals.filter((/** @type {any} */ p) => !off.includes(p.line));
  const done = (/** @type {string} */ text) => { toast(text); setOff([]); setLine(0); setEntries([]); again(); };
  const confirm = useAct((key) => door.send('POST', `/api/coop/treasury/banks/${c.bank.number}/matches`, { id: key, choices: on.slice(0, 200).map(choiceOf) }), (answer) => done(w('cash.did_match', { n: answer.matches })));
  const booked = c.book_lines.filter((/** @type {any} */ b) => entries.includes(`${b.entry} ${b.line}`));
  const bookSum = booked.reduce((/** @type {number} */ n, /** @type {any} */ b) => n + b.amount_rupiah, 0);
  const pair = useAct((key) => door.send('POST', `/api/coop/treasury/banks/${c.bank.number}/matches`, { id: key, choices: [{ kind: 'books', line, entries: booked.map((/** @type {any} */ b) => ({ entry: b.entry, line: b.line })) }] }), () => done(w('cash.did_match', { n: 1 })));
  const rest = c.bank_lines.filter((/** @type {any} */ l) => !c.proposals.some((/** @type {any} */ p) => p.line === l.id));
  const used = new Set(c.proposals.flatMap((/** @type {any} */ p) => (p.entries ?? []).map((/** @type {any} */ e) => `${e.entry} ${e.line}`)));
  const left = c.book_lines.filter((/** @type {any} */ b) => !used.has(`${b.entry} ${b.line}`));
  const sums = [[w('cash.books'), c.books_rupiah], [w('cash.not_at_bank', { n: count(c.book_count) }), -c.unmatched_books_rupiah], [w('cash.not_in_books', { n: count(c.bank_count) }), c.unmatched_bank_rupiah],
    ...(c.opening_difference_rupiah ? [[w('cash.opening_difference', { date: day(c.from, 'medium') }), c.opening_difference_rupiah]] : []), ...(c.sen_rupiah ? [[w('cash.sen'), c.sen_rupiah]] : [])];
  const agrees = c.from && !c.gap_rupiah && !c.opening_difference_rupiah && !c.book_count && !c.bank_count;
  return html`<${Head} title=${w('cash.match_title', { name: c.bank.name })} lead=${c.from ? w('cash.match_lead', { from: day(c.from), to: day(c.to) }) : w('cash.match_none')}>${writes && html`<${Button} kind=${c.from ? 'ghost' : ''} icon="upload" onClick=${() => setUploading(true)}>${w('cash.import')}<//>`}<//>
    ${!c.from ? html`<div class="narrow"><${Empty} title=${w('cash.no_statement')} text=${w('cash.no_statement_text')} /></div>` : html`<div class="three"><div>
      ${c.proposals.length > 0 && html`<${Section} title=${w('cash.proposals', { n: count(c.proposals.length) })}><ul class="matches">${c.proposals.map((/** @type {any} */ p) => { const l = lineOf(p.line); return l && html`<li key=${p.line}>
          ${writes ? html`<${Check} label=${html`<${Line} l=${l} /><span class="is"><${Icon} name="arrow" /><span>${proposed(p, c)}<small class="note">${w(`cash.why_${p.why}`)}</small></span></span>`} checked=${!off.includes(p.line)} onChange=${(/** @type {boolean} */ yes) => { setOff(yes ? off.filter((n) => n !== p.line) : [...off, p.line]); }} />` : html`<div><${Line} l=${l} /><span class="is"><${Icon} name="arrow" /><span>${proposed(p, c)}</span></span></div>`}</li>`; })}</ul>
        ${writes && html`<div class="step"><${Button} disabled=${!on.length} why=${w('cash.choose_some')} onClick=${confirm.open}>${w('cash.match_go', { n: count(on.length) })}<//></div>`}<//>`}
      <${Section} title=${w('cash.left_bank', { n: count(rest.length) })}>${rest.length ? html`<ul class="matches">${rest.map((/** @type {any} */ l) => html`<li key=${l.id}>${writes ? html`<${Check} label=${html`<${Line} l=${l} />`} checked=${line === l.id} onChange=${(/** @type {boolean} */ yes) => setLine(yes ? l.id : 0)} />` : html`<${Line} l=${l} />`}
          ${writes && html`<span class="ways">${ways(c.bank.number, l).map((way) => html`<a key=${way.to} class="lnk" href=${href(way.to)}>${way.label}</a>`)}</span>`}</li>`)}</ul>` : html`<p class="read">${w('cash.left_bank_none')}</p>`}<//>
      <${Section} title=${w('cash.left_books', { n: count(left.length) })}>${left.length ? html`<ul class="matches">${left.map((/** @type {any} */ b) => { const key = `${b.entry} ${b.line}`; const inside = html`<span class="line"><span>${bookName(b)}<small class="note">${day(b.date, 'medium')}</small></span><b>${signed(b.amount_rupiah)}</b></span>`; return html`<li key=${key}>${writes ? html`<${Check} label=${inside} checked=${entries.includes(key)} onChange=${(/** @type {boolean} */ yes) => setEntries(yes ? [...entries, key] : entries.filter((k) => k !== key))} />` : inside}</li>`; })}</ul>` : html`<p class="read">${w('cash.left_books_none')}</p>`}
        ${writes && line > 0 && entries.length > 0 && html`<div class="step"><${Button} onClick=${pair.open} disabled=${bookSum !== lineOf(line)?.amount_rupiah} why=${w('cash.pair_differs', { bank: signed(lineOf(line)?.amount_rupiah ?? 0), books: signed(bookSum) })}>${w('cash.pair_go')}<//></div>`}<//>
      ${c.recent.length > 0 && html`<${Section} title=${w('cash.matched')}><ul class="matches">${c.recent.map((/** @type {any} */ m) => html`<${Recent} key=${m.id} door=${door} bank=${c.bank.number} m=${m} writes=${writes} onDone=${again} />`)}</ul><//>`}
      ${(c.statements.length > 0 || c.older_statements > 0) && html`<${Statements} key=${c.statements.map((/** @type {any} */ s) => `${s.id} ${s.lines}`).join()} door=${door} c=${c} writes=${writes} onDone=${done} />`}
    </div><aside><${Sheet} title=${w('cash.sum_title')} class="consequence"><dl class="rows">${sums.map(([label, n]) => html`<div key=${label}><dt>${label}</dt><dd>${rupiah(/** @type {number} */ (n))}</dd></div>`)}<div class="sum"><dt>${w('cash.at_bank', { date: dayName(c.to) })}</dt><dd>${rupiah(c.bank_rupiah)}</dd></div></dl>
      <p class="balance">${c.gap_rupiah ? html`<${State} icon="warning" kind="neg">${w('cash.gap', { amount: rupiah(c.gap_rupiah) })}<//>` : html`<${State} icon=${agrees ? 'check' : 'clock'} kind=${agrees ? 'pos' : 'soft'}>${w(agrees ? 'cash.agrees' : 'cash.to_do')}<//>`}</p>
      ${c.gap_rupiah !== 0 && html`<p class="note">${w('cash.gap_text')}</p>`}${c.opening_difference_rupiah !== 0 && html`<p class="note">${w('cash.opening_text')}</p>`}<//></aside></div>`}
    ${uploading && html`<${Upload} door=${door} bank=${c.bank} onDone=${again} onClose=${() => setUploading(false)} />`}
    <${Dialog} open=${confirm.isOpen} title=${w('cash.confirm_title', { n: count(on.length) })} lead=${w('cash.confirm_lead')} confirm=${w('cash.match_go', { n: count(on.length) })} busy=${confirm.busy} onConfirm=${confirm.run} onClose=${confirm.close}
      rows=${kindsOf(on).map(([kind, n, sum]) => ({ label: wn(`cash.n_${kind}`, n, { n: count(n) }), amount_rupiah: sum }))}><${Refusal} fault=${confirm.fault} /><//>
    <${Dialog} open=${pair.isOpen} title=${w('cash.pair_go')} lead=${lineOf(line)?.text} confirm=${w('cash.pair_go')} busy=${pair.busy} onConfirm=${pair.run} onClose=${pair.close} rows=${booked.map((/** @type {any} */ b) => ({ label: bookName(b), text: signed(b.amount_rupiah) }))}><${Refusal} fault=${pair.fault} /><//>`;

  /** @param {any[]} list @returns {[string, number, number][]} */
  function kindsOf(list) {
    return ['books', 'payroll', 'qris', 'supplier'].map((kind) => { const of = list.filter((p) => p.kind === kind); return /** @type {[string, number, number]} */ ([kind, of.length, of.reduce((n, p) => n + Math.abs(lineOf(p.line)?.amount_rupiah ?? 0), 0)]); }).filter(([, n]) => n > 0);
  }
}

/** @param {{l: any}} props */
const Line = ({ l }) => html`<span class="line"><span>${l.text || '–'}<small class="note">${day(l.date, 'medium')}</small></span><b>${signed(l.amount_rupiah)}</b></span>`;

/** What a person may make of a line that nothing explains. @param {number} bank @param {any} l */
function ways(bank, l) {
  const more = `amount=${Math.abs(l.amount_rupiah)}&line=${l.id}&date=${l.date}`;
  return l.amount_rupiah < 0
    ? [{ to: `/kas/bayar?from=bank:${bank}&${more}`, label: w('cash.as_payment') }, { to: `/kas/pindah?from=bank:${bank}&into=cash&${more}`, label: w('cash.as_transfer') }]
    : [{ to: `/kas/terima?into=bank:${bank}&${more}`, label: w('cash.as_debt') }, { to: `/simpanan/setor?into=bank:${bank}&${more}`, label: w('saving.as_savings') }, { to: `/kas/pindah?from=cash&into=bank:${bank}&${more}`, label: w('cash.as_deposit') }];
}

/** @param {{door: Door, bank: number, m: any, writes: boolean, onDone: () => void}} props */
function Recent({ door, bank, m, writes, onDone }) {
  const it = useAct((id) => door.send('POST', `/api/coop/treasury/banks/${bank}/unmatch`, { id, match: m.id }), () => { toast(w('cash.did_release')); onDone(); });
  return html`<li><span class="line"><span>${m.text || '–'}<small class="note">${day(m.date, 'medium')} · ${m.number}</small></span><b>${signed(m.amount_rupiah)}</b></span>
    ${writes && html`<span class="ways"><button type="button" class="lnk" onClick=${it.open}>${w('cash.release')}<span class="vh"> ${m.number}</span></button></span>`}
    <${Dialog} open=${it.isOpen} title=${w('cash.release_title')} lead=${w('cash.release_lead')} confirm=${w('cash.release')} busy=${it.busy} onConfirm=${it.run} onClose=${it.close} rows=${[{ label: m.text, text: m.number }]} total=${{ label: w('office.amount'), amount_rupiah: m.amount_rupiah }}><${Refusal} fault=${it.fault} /><//></li>`;
}

/** The files that were taken in, the newest first, and older ones by pages. @param {{door: Door, c: any, writes: boolean, onDone: (text: string) => void}} props */
function Statements({ door, c, writes, onDone }) {
  const [older, setOlder] = useState({ rows: /** @type {any[]} */ ([]), next: c.older_statements, loading: false, fault: /** @type {any} */ (null) });
  const more = async () => {
    setOlder({ ...older, loading: true, fault: null });
    try {
      const answer = await door.send('GET', `/api/coop/treasury/banks/${c.bank.number}/statements?before=${older.next}`);
      setOlder({ rows: [...older.rows, ...answer.statements], next: answer.next, loading: false, fault: null });
    } catch (cause) { setOlder({ ...older, loading: false, fault: asFault(cause) }); }
  };
  return html`<${Section} title=${w('cash.files')}><ul class="matches">${[...c.statements, ...older.rows].map((/** @type {any} */ s) => html`<${Statement} key=${s.id} door=${door} bank=${c.bank.number} s=${s} writes=${writes} onDone=${onDone} />`)}</ul>
    <${More} list=${{ ...older, more }} label=${w('office.older')} /><${Refusal} fault=${older.fault} /><//>`;
}

/** A file that was taken in; a wrong one is taken back. @param {{door: Door, bank: number, s: any, writes: boolean, onDone: (text: string) => void}} props */
function Statement({ door, bank, s, writes, onDone }) {
  const it = useAct((id) => door.send('POST', `/api/coop/treasury/banks/${bank}/voids`, { id, statement: s.id }), (answer) => onDone(w('cash.did_void', { n: count(answer.lines) })));
  const days = s.from === s.to ? day(s.from, 'medium') : `${day(s.from, 'medium')} – ${day(s.to, 'medium')}`;
  return html`<li><span class="line"><span>${days}<small class="note">${w('cash.file_lines', { n: count(s.lines), matched: count(s.matched) })}</small></span></span>
    ${writes && html`<span class="ways"><button type="button" class="lnk" onClick=${it.open}>${w('cash.void')}<span class="vh"> ${days}</span></button></span>`}
    <${Dialog} open=${it.isOpen} title=${w('cash.void_title')} lead=${w('cash.void_lead')} confirm=${w('cash.void_go', { n: count(s.unmatched) })} busy=${it.busy} refusal=${s.unmatched ? '' : w('cash.void_none')} onConfirm=${it.run} onClose=${it.close} rows=${[{ label: days, text: w('cash.file_lines', { n: count(s.lines), matched: count(s.matched) }) }]}><${Refusal} fault=${it.fault} /><//></li>`;
}
