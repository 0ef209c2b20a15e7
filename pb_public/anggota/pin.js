import { asFault, ulid } from '../lib/api.js';
import { Dialog, Field, Icon, toast } from '../lib/components/index.js';
import { html, useEffect, useRef, useState } from '../lib/view.js';
import { w } from '../lib/words.js';

const digits = 6;
const nothing = { pin: '', again: '' };

/** @param {typeof nothing} typed @returns {Partial<typeof nothing> | null} */
function missing(typed) {
  if (!new RegExp(`^\\d{${digits}}$`).test(typed.pin)) return { pin: w('member.pin_digits', { n: digits, has: typed.pin.length }) };
  if (new Set(typed.pin).size === 1) return { pin: w('member.pin_same') };
  if (typed.again !== typed.pin) return { again: w('member.pin_differs') };
  return null;
}

/**
 * Sets the PIN that the till asks for above a limit. The server wants a proof of the person first.
 * @param {{door: import('../lib/auth.js').Door, open: boolean, known?: boolean, onClose: () => void}} props
 */
export function PinDialog({ door, open, known, onClose }) {
  const [typed, setTyped] = useState(nothing);
  const [errors, setErrors] = useState(/** @type {Partial<typeof nothing> & {all?: string}} */ ({}));
  const [busy, setBusy] = useState(false);
  const put = (/** @type {keyof typeof nothing} */ name) => (/** @type {string} */ value) => setTyped({ ...typed, [name]: value });
  const first = useRef(/** @type {HTMLInputElement | null} */ (null));
  useEffect(() => { if (open) first.current?.focus(); }, [open]);
  const close = () => { setTyped(nothing); setErrors({}); onClose(); };

  async function save() {
    const wrong = missing(typed);
    if (wrong) { setErrors(wrong); return; }
    setBusy(true);
    try {
      await door.send('POST', '/api/coop/me/pin', { id: ulid(), pin: typed.pin });
      toast(w('member.pin_done'));
      close();
    } catch (cause) {
      const fault = asFault(cause);
      setErrors(fault.field('pin') ? { pin: fault.field('pin') } : { all: fault.message });
    } finally {
      setBusy(false);
    }
  }

  const code = { type: 'password', inputmode: 'numeric', autocomplete: 'off', maxlength: digits };
  return html`<${Dialog} open=${open} title=${w(known ? 'member.pin_change' : 'member.pin_set')} lead=${w(known ? 'member.pin_lead_known' : 'member.pin_lead')} confirm=${w('common.save')} busy=${busy} onConfirm=${save} onClose=${close}>
    <div class="form"><div class="two"><${Field} label=${w('member.pin_new')} inputRef=${first} value=${typed.pin} onInput=${put('pin')} error=${errors.pin} ...${code} />
      <${Field} label=${w('member.pin_again')} value=${typed.again} onInput=${put('again')} error=${errors.again} ...${code} /></div>
      ${errors.all && html`<p class="err" role="alert"><${Icon} name="warning" /><span>${errors.all}</span></p>`}</div><//>`;
}
