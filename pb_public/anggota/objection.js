// A word against a deduction: why, in one's own words, with a photo; and what came of it.
import { asFault, ulid } from '../lib/api.js';
import { Button, Dialog, Field, Icon, kindName, toast } from '../lib/components/index.js';
import { dateOf, day, period, rupiah } from '../lib/format.js';
import { html, useId, useRef, useState } from '../lib/view.js';
import { w } from '../lib/words.js';

/** @typedef {import('./store.js').PlannedPart} PlannedPart */
/** @typedef {import('./store.js').Objection} Objection */

const codes = ['not_mine', 'paid', 'amount', 'hardship', 'other'];
const largest = 5 * 1024 * 1024;

/** What an item is called: its receipt, its instalment, or its kind. @param {PlannedPart | null | undefined} part */
export function partName(part) {
  if (!part) return w('member.all_of_it');
  if (part.instalment) return w(part.instalment.margin ? 'member.margin_n' : 'member.instalment_n', { n: part.instalment.n, of: part.instalment.of });
  if (part.source?.corrected) return w('member.source_corrected', { month: period(part.source.corrected) });
  return part.source?.number ?? kindName(part.kind);
}

/** The longer answer to "what is wrong". @param {{label: string, value: string, onInput: (v: string) => void, error?: string}} props */
function Words({ label, value, onInput, error }) {
  const id = useId();
  return html`<div class="field"><div class="lab"><label for=${id}>${label}</label></div><div class=${`inp ${error ? 'bad' : ''}`}><textarea id=${id} rows="3" maxlength="600" value=${value} aria-invalid=${error ? 'true' : undefined} onInput=${(/** @type {any} */ e) => onInput(e.currentTarget.value)}></textarea></div>
    ${error && html`<p class="err"><${Icon} name="warning" /><span>${error}</span></p>`}</div>`;
}

/**
 * @param {{store: import('./store.js').Store, period: string, parts: PlannedPart[], onDone: () => void, onClose: () => void}} props
 */
function Form({ store, period, parts, onDone, onClose }) {
  const [item, setItem] = useState('0');
  const [code, setCode] = useState(codes[0]);
  const [text, setText] = useState('');
  const [photo, setPhoto] = useState(/** @type {File | null} */ (null));
  const [busy, setBusy] = useState(false);
  const [fault, setFault] = useState(/** @type {import('../lib/api.js').Fault | null} */ (null));
  const [wrong, setWrong] = useState('');
  const input = useRef(/** @type {HTMLInputElement | null} */ (null));
  // The key is as old as what is said: the same words sent again after a lost answer are one objection.
  const said = `${item} ${code} ${text.trim()}`;
  const key = useRef({ said: '', id: '', photo: '' });
  if (key.current.said !== said) key.current = { said, id: ulid(), photo: ulid() };
  const take = (/** @type {File | undefined} */ file) => { if (file) { setWrong(file.size > largest ? w('member.photo_large') : ''); setPhoto(file.size > largest ? null : file); } };
  const send = async () => {
    setBusy(true);
    setFault(null);
    try {
      const { id } = await store.door.send('POST', '/api/coop/me/objections', { id: key.current.id, period, item: Number(item), code, text: text.trim() });
      if (photo) {
        const body = new FormData();
        body.append('id', key.current.photo);
        body.append('file', photo);
        await store.door.send('POST', `/api/coop/me/objections/${id}/photo`, body);
      }
      toast(w('member.did_object'));
      onDone();
      onClose();
    } catch (cause) { setFault(asFault(cause)); } finally { setBusy(false); }
  };
  const items = [{ value: '0', label: w('member.all_of_it') }, ...parts.filter((p) => p.item > 0).map((p) => ({ value: String(p.item), label: `${partName(p)} · ${day(p.date, 'short')} · ${rupiah(p.due_rupiah || p.planned_rupiah)}` }))];
  return html`<${Dialog} open title=${w('member.object')} lead=${w('member.object_lead')} confirm=${w('member.object_send')} busy=${busy} onConfirm=${send} onClose=${onClose}>
    <div class="form"><${Field} label=${w('member.object_what')} value=${item} options=${items} onInput=${setItem} error=${fault?.field('item')} />
      <${Field} label=${w('member.object_why')} value=${code} options=${codes.map((c) => ({ value: c, label: w(`member.object_${c}`) }))} onInput=${setCode} />
      <${Words} label=${w('member.object_text')} value=${text} onInput=${setText} error=${fault?.field('text')} />
      <div class=${`photo ${photo ? 'has' : ''}`}><${Button} kind="ghost" small icon=${photo ? 'check' : 'camera'} onClick=${() => input.current?.click()}>${photo ? w('member.photo_other') : w('member.photo_add')}<//><span class="note">${photo ? photo.name : w('member.photo_kinds')}</span>
        <input ref=${input} class="vh" type="file" tabindex="-1" aria-label=${w('member.photo_add')} accept="image/jpeg,image/png,image/webp" onChange=${(/** @type {any} */ e) => take(e.currentTarget.files?.[0])} /></div>
      ${wrong && html`<p class="err" role="alert"><${Icon} name="warning" /><span>${wrong}</span></p>`}
      ${fault && html`<p class="err" role="alert"><${Icon} name="warning" /><span>${fault.message}</span></p>`}</div><//>`;
}

/** @param {{o: Objection}} props */
function Said({ o }) {
  const a = o.answer;
  return html`<li class=${a ? 'said' : 'said waits'}><p class="said-h"><b>${partName(o.part)}</b><span class="note">${day(dateOf(o.at), 'short')}</span></p>
    <p class="small">${w(`member.object_${o.code}`)}${o.text ? `: ${o.text}` : ''}</p>
    ${a ? html`<p class="said-a"><${Icon} name=${a.decision === 'explain' ? 'info' : 'check'} /><span><b>${w(`member.decided_${a.decision}`, { amount: rupiah(a.most_rupiah) })}</b>${a.held_rupiah > 0 && html` ${w('member.decided_held', { amount: rupiah(a.held_rupiah) })}`}${a.text && html`<br />${a.text}`}</span></p>`
    : html`<p class="said-a"><${Icon} name="clock" /><span>${w(o.late ? 'member.answer_late' : 'member.answer_by', { date: day(o.answer_by, 'day') })}</span></p>`}</li>`;
}

/**
 * What was objected to this month, and the way to say something.
 * @param {{store: import('./store.js').Store, period: string, parts: PlannedPart[], objections: Objection[], window: {open: boolean, until: string, after: boolean, answer_days: number}, onDone: () => void}} props
 */
export function Objections({ store, period, parts, objections, window, onDone }) {
  const [open, setOpen] = useState(false);
  return html`${objections.length > 0 && html`<section class="sec"><div class="sec-h"><h2>${w('member.objections')}</h2></div><ul class="saids">${objections.map((o) => html`<${Said} key=${o.id} o=${o} />`)}</ul></section>`}
    ${window.open && parts.length > 0 && html`<div class="object-bar no-print"><${Button} wide kind=${objections.length ? 'ghost' : ''} onClick=${() => setOpen(true)}>${w('member.object')}<//><p class="note">${w(window.after ? 'member.object_until' : window.until ? 'member.object_until_lock' : 'member.object_open', { date: day(window.until, 'day'), n: window.answer_days })}</p></div>`}
    ${open && html`<${Form} store=${store} period=${period} parts=${parts} onDone=${onDone} onClose=${() => setOpen(false)} />`}`;
}
