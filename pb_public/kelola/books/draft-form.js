// The form of an entry by hand: lines with a live balance, vouchers, and a way to hand it over.
import { Button, Dialog, Field, Icon, IconButton, toast } from '../../lib/components/index.js';
import { asFault, ulid } from '../../lib/api.js';
import { day, readRupiah, rupiah, today } from '../../lib/format.js';
import { go } from '../../lib/route.js';
import { html, useEffect, useRef, useState } from '../../lib/view.js';
import { w } from '../../lib/words.js';
import { useResource } from '../fetching.js';
import { Head, Refusal, State } from '../parts.js';
import { Vouchers, voucherPath } from './vouchers.js';

/** @typedef {import('../types.js').Door} Door */
/** @typedef {import('../types.js').Draft} Draft */
/** @typedef {{key: number, account: string, party: string, debit: string, credit: string}} FormLine */

let keys = 0;
/** @param {Partial<FormLine>} [of] @returns {FormLine} */
const line = (of = {}) => ({ key: ++keys, account: '', party: '', debit: '', credit: '', ...of });

/** An amount as typed; empty is nothing, nonsense is not a number. @param {string} text */
const amount = (text) => (text.trim() ? readRupiah(text) : 0);

/** @param {FormLine[]} lines @param {'debit' | 'credit'} side */
const sum = (lines, side) => lines.reduce((n, l) => n + (amount(l[side]) ?? 0), 0);

/** @param {Draft | null} draft */
const startOf = (draft) => ({
  date: draft?.date ?? today(),
  description: draft?.description ?? '',
  lines: draft?.lines.length ? draft.lines.map((l) => line({ account: String(l.account), party: l.party ?? '', debit: l.debit_rupiah ? rupiah(l.debit_rupiah) : '', credit: l.credit_rupiah ? rupiah(l.credit_rupiah) : '' })) : [line(), line()],
});

/** What is sent of the lines: those that say anything. @param {FormLine[]} lines */
const filled = (lines) => lines.filter((l) => l.account || l.debit.trim() || l.credit.trim());

/** @param {{door: Door, draft: Draft | null, reload?: () => void}} props */
export function DraftForm({ door, draft, reload }) {
  const [form, setForm] = useState(() => startOf(draft));
  const [busy, setBusy] = useState('');
  const [fault, setFault] = useState(/** @type {import('../../lib/api.js').Fault | null} */ (null));
  const [removing, setRemoving] = useState(false);
  const chart = useResource(door, '/api/coop/ledger/accounts').state.value.data?.accounts ?? [];
  const options = [{ value: '', label: w('office.choose_account') }, ...chart.filter((/** @type {any} */ a) => !a.protected && !a.closed).map((/** @type {any} */ a) => ({ value: String(a.code), label: `${a.code} ${a.name}` }))];
  const saved = useRef({ draft, key: ulid(), body: '' });
  const input = useRef(/** @type {HTMLInputElement | null} */ (null));
  const rows = useRef(/** @type {HTMLOListElement | null} */ (null));
  const added = useRef(false);
  useEffect(() => {
    if (!added.current) return;
    added.current = false;
    /** @type {HTMLElement | null} */ (rows.current?.querySelector('li:last-child select') ?? null)?.focus();
  }, [form.lines.length]);

  const debit = sum(form.lines, 'debit');
  const credit = sum(form.lines, 'credit');
  const unread = form.lines.some((l) => amount(l.debit) === null || amount(l.credit) === null);
  const missing = unread ? w('office.amount_unread') : !form.description.trim() ? w('office.description_missing') : form.lines.some((l) => !l.account && (l.debit || l.credit)) ? w('office.account_missing') : !debit ? w('office.lines_missing') : debit !== credit ? w('office.unbalanced_by', { amount: rupiah(Math.abs(debit - credit)) }) : '';
  const set = (/** @type {string} */ name) => (/** @type {string} */ v) => setForm((f) => ({ ...f, [name]: v }));
  const setLine = (/** @type {number} */ key, /** @type {Partial<FormLine>} */ of) => setForm((f) => ({ ...f, lines: f.lines.map((l) => (l.key === key ? { ...l, ...of } : l)) }));
  const add = () => { added.current = true; setForm((f) => ({ ...f, lines: [...f.lines, line()] })); };

  /** Keeps the draft; the same text again after a lost answer is the same act. */
  async function save() {
    const it = saved.current;
    const body = { draft: it.draft?.id ?? '', version: it.draft?.version ?? 0, date: form.date, description: form.description.trim(),
      lines: filled(form.lines).map((l) => ({ account: Number(l.account), ...(l.party ? { party: l.party } : {}), debit_rupiah: amount(l.debit) ?? 0, credit_rupiah: amount(l.credit) ?? 0 })) };
    const text = JSON.stringify(body);
    if (text !== it.body) { it.body = text; it.key = ulid(); }
    const answer = /** @type {Draft} */ (await door.send('POST', '/api/coop/ledger/drafts', { id: it.key, ...body }));
    saved.current = { draft: answer, key: ulid(), body: '' };
    return answer;
  }
  /** @param {string} name @param {() => Promise<any>} run */
  async function doing(name, run) {
    setBusy(name);
    setFault(null);
    try { await run(); } catch (cause) { setFault(asFault(cause)); } finally { setBusy(''); }
  }
  /** Shows what the server has now: a new draft gets its own address. @param {Draft} d */
  const show = (d) => { if (draft) reload?.(); else go(`/buku/manual/${d.id}`); };
  const keep = () => doing('save', async () => { const d = await save(); toast(w('office.did_draft_save')); show(d); });
  const submit = () => doing('submit', async () => {
    const d = await save();
    await door.send('POST', `/api/coop/ledger/drafts/${d.id}/submit`, { id: ulid(), version: d.version });
    toast(w('office.did_submit'));
    show(d);
  });
  const attach = (/** @type {File | undefined} */ file) => file && doing('attach', async () => {
    const d = await save();
    const body = new FormData();
    body.append('id', ulid());
    body.append('file', file);
    await door.send('POST', `/api/coop/ledger/drafts/${d.id}/vouchers`, body);
    show(d);
  });
  const detach = (/** @type {string} */ name) => draft && doing('detach', async () => { await door.send('POST', `${voucherPath(draft.id, name)}/remove`, { id: ulid() }); reload?.(); });
  const remove = () => draft && doing('remove', async () => { await door.send('POST', `/api/coop/ledger/drafts/${draft.id}/remove`, { id: ulid(), version: saved.current.draft?.version ?? draft.version }); toast(w('office.did_remove')); go('/buku/manual'); });

  const error = (/** @type {string} */ name) => fault?.field(name) || undefined;
  const at = (/** @type {FormLine} */ l) => filled(form.lines).indexOf(l);
  return html`<${Head} title=${draft ? w('office.manual_edit') : w('office.manual_new')} lead=${draft?.state === 'refused' ? '' : w('office.manual_form_lead')} />
    ${draft?.state === 'refused' && html`<p class="refused-note"><${Icon} name="block" /><span><b>${w('office.refused_by', { name: draft.decided_by?.name ?? '' })}</b> ${draft.reason}</span></p>`}
    <form class="draft" onSubmit=${(/** @type {Event} */ e) => { e.preventDefault(); if (!missing) submit(); }} novalidate>
      <div class="draft-head"><${Field} label=${w('office.date')} type="date" max=${today()} value=${form.date} onInput=${set('date')} error=${error('date')} />
        <${Field} label=${w('office.description')} value=${form.description} onInput=${set('description')} maxlength="500" placeholder=${w('office.description_like')} error=${error('description')} /></div>
      <ol class="draft-lines" ref=${rows} aria-label=${w('office.lines')}>${form.lines.map((l, i) => html`<li key=${l.key}>
        <${Field} label=${w('office.account')} value=${l.account} options=${options} onInput=${(/** @type {string} */ v) => setLine(l.key, { account: v, party: '' })} error=${error(`lines.${at(l)}.account`) ?? error(`lines.${at(l)}.party`)} />
        ${/** @type {const} */ (['debit', 'credit']).map((side) => html`<${Field} key=${side} label=${w(`office.${side}`)} inputmode="numeric" value=${l[side]} onInput=${(/** @type {string} */ v) => setLine(l.key, { [side]: v, ...(v.trim() ? { [side === 'debit' ? 'credit' : 'debit']: '' } : {}) })}
          onKeyDown=${(/** @type {KeyboardEvent} */ e) => { if (e.key === 'Enter' && i === form.lines.length - 1) { e.preventDefault(); add(); } }} error=${amount(l[side]) === null ? w('office.amount_unread') : error(`lines.${at(l)}.${side}_rupiah`)} />`)}
        <${IconButton} icon="close" label=${w('office.line_remove', { n: i + 1 })} onClick=${() => setForm((f) => ({ ...f, lines: f.lines.length > 1 ? f.lines.filter((it) => it.key !== l.key) : [line()] }))} /></li>`)}</ol>
      <p><${Button} kind="ghost" small icon="plus" onClick=${add}>${w('office.line_add')}<//></p>
      <dl class="draft-sums" aria-live="polite"><div><dt>${w('office.debit')}</dt><dd>${rupiah(debit)}</dd></div><div><dt>${w('office.credit')}</dt><dd>${rupiah(credit)}</dd></div>
        <div class="whole"><dt class="vh">${w('office.status')}</dt><dd>${debit === credit && debit > 0 ? html`<${State} icon="check">${w('office.balanced')}<//>` : html`<${State} icon="clock" kind="rest">${debit === credit ? w('office.nothing_yet') : w('office.unbalanced_by', { amount: rupiah(Math.abs(debit - credit)) })}<//>`}</dd></div></dl>
      <section class="sec"><div class="sec-h"><h2>${w('office.vouchers')}</h2></div><p class="note read">${w('office.vouchers_lead')}</p>
        ${draft && html`<${Vouchers} door=${door} draft=${draft.id} vouchers=${draft.vouchers} onRemove=${detach} />`}
        <p class="step-row"><${Button} kind="ghost" small icon="camera" busy=${busy === 'attach'} busyText=${w('office.busy_writing')} disabled=${unread} onClick=${() => input.current?.click()}>${w('office.voucher_add')}<//>
          <input ref=${input} class="vh" type="file" tabindex="-1" aria-label=${w('office.voucher_add')} accept="image/jpeg,image/png,application/pdf" onChange=${(/** @type {any} */ e) => { attach(e.currentTarget.files?.[0]); e.currentTarget.value = ''; }} /></p></section>
      <${Refusal} fault=${fault} />
      <div class="draft-acts"><${Button} submit disabled=${Boolean(missing)} why=${missing} busy=${busy === 'submit'} busyText=${w('office.busy_writing')}>${w('office.submit')}<//>
        <${Button} kind="ghost" disabled=${unread} busy=${busy === 'save'} busyText=${w('office.busy_writing')} onClick=${keep}>${w('office.draft_save')}<//>
        ${draft?.may.remove && html`<button type="button" class="lnk" onClick=${() => setRemoving(true)}>${w('office.draft_remove')}</button>`}</div></form>
    ${removing && html`<${Dialog} open danger title=${w('office.draft_remove_title')} lead=${w('office.draft_remove_lead', { date: day(form.date) })} confirm=${w('office.draft_remove')} busy=${busy === 'remove'} onConfirm=${remove} onClose=${() => setRemoving(false)}><${Refusal} fault=${fault} /><//>`}`;
}
