import { html, useEffect, useId, useRef } from '../view.js';
import { rupiah } from '../format.js';
import { w } from '../words.js';
import { Button } from './button.js';

/**
 * Asks once, and shows what will follow: rows sum to `total`. Escape and "not yet" close it.
 * With `form`, Enter in a field confirms.
 * @param {object} props
 * @param {boolean} props.open
 * @param {string} props.title
 * @param {string} [props.lead]
 * @param {{label: string, amount_rupiah?: number, text?: string}[]} [props.rows]
 * @param {{label: string, amount_rupiah: number}} [props.total]
 * @param {string} [props.confirm] the verb; without it there is only a way to close
 * @param {string} [props.cancel]
 * @param {boolean} [props.danger] cannot be undone
 * @param {boolean} [props.busy]
 * @param {string} [props.busyText]
 * @param {string} [props.refusal] why confirming is not possible now
 * @param {boolean} [props.big]
 * @param {() => void} [props.onConfirm]
 * @param {() => void} props.onClose
 * @param {import('../view.js').Children} [props.children]
 */
export function Dialog({ open, title, lead, rows, total, confirm, cancel, danger, busy, busyText, refusal, big, onConfirm, onClose, children }) {
  const ref = useRef(/** @type {HTMLDialogElement | null} */ (null));
  const id = useId();
  useEffect(() => {
    const it = ref.current;
    if (!it) return;
    if (open && !it.open) it.showModal();
    if (!open && it.open) it.close();
  }, [open]);
  const cancelled = (/** @type {Event} */ e) => { e.preventDefault(); if (!busy) onClose(); };
  const submitted = (/** @type {Event} */ e) => { e.preventDefault(); if (!busy && !refusal) onConfirm?.(); };
  return html`<dialog class=${`dialog ${big ? 'big' : ''}`} ref=${ref} aria-labelledby=${id} onCancel=${cancelled}>
    ${open && html`<form class="dialog-in" onSubmit=${submitted} novalidate>
      <h2 id=${id}>${title}</h2>
      ${lead && html`<p class="lead">${lead}</p>`}
      ${children}
      ${rows && html`<dl class="rows">${rows.map((r) => html`<div key=${r.label}><dt>${r.label}</dt><dd>${r.text ?? rupiah(r.amount_rupiah ?? 0)}</dd></div>`)}
        ${total && html`<div class="sum"><dt>${total.label}</dt><dd><span class="rp">Rp</span>${rupiah(total.amount_rupiah)}</dd></div>`}</dl>`}
      <div class="acts">
        <${Button} kind="ghost" onClick=${onClose} disabled=${busy}>${cancel ?? (confirm ? w('common.not_yet') : w('common.close'))}<//>
        ${confirm && html`<${Button} submit kind=${danger ? 'danger' : ''} busy=${busy} busyText=${busyText} disabled=${Boolean(refusal)}>${confirm}<//>`}
      </div>
      ${refusal && html`<p class="btn-why">${refusal}</p>`}
    </form>`}
  </dialog>`;
}
