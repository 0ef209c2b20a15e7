import { info } from '../lib/api.js';
import { Icon, Loaded } from '../lib/components/index.js';
import { Card, Code } from '../lib/components/card.js';
import { day, memberNumber } from '../lib/format.js';
import { html, useEffect, useRef, useState } from '../lib/view.js';
import { w } from '../lib/words.js';
import { PinDialog } from './pin.js';

/**
 * The code over the whole screen, on white, with the screen kept awake: scanners like it large and bright.
 * @param {{payload: string, open: boolean, onClose: () => void}} props
 */
function Large({ payload, open, onClose }) {
  const ref = useRef(/** @type {HTMLDialogElement | null} */ (null));
  useEffect(() => {
    if (!open) return undefined;
    ref.current?.showModal();
    const awake = navigator.wakeLock?.request('screen').catch(() => null);
    return () => { awake?.then((lock) => lock?.release()); };
  }, [open]);
  return open && html`<dialog class="large on-white" ref=${ref} aria-label=${w('common.card_code')} onClose=${onClose} onClick=${() => ref.current?.close()}>
    <${Code} payload=${payload} /><button type="button" class="btn ghost">${w('common.close')}</button></dialog>`;
}

/** @param {{store: import('./store.js').Store}} props */
export function CardScreen({ store }) {
  useEffect(() => { store.need(store.card); store.need(store.me); }, []);
  const [asking, setAsking] = useState(false);
  const [Sheet, setSheet] = useState(/** @type {any} */ (null));
  const [large, setLarge] = useState(false);
  // The sheet is fetched when somebody prints; it must be drawn before the print dialog takes its picture.
  const print = () => import('../lib/components/card-sheet.js').then((m) => { setSheet(() => m.CardSheet); requestAnimationFrame(() => requestAnimationFrame(() => globalThis.print())); }, () => globalThis.print());
  const member = store.me.state.value.data?.member;
  const active = member?.status === 'active';
  const draw = (/** @type {any} */ card) => html`
    <${Card} payload=${card.payload} name=${card.name} number=${card.number} coop=${info.value?.name} short=${info.value?.short_name}
      note=${member?.joined_on ? w('member.card_since', { number: memberNumber(card.number), since: day(member.joined_on, 'month') }) : undefined} />
    ${Sheet && html`<div class="print-only"><${Sheet} cards=${[card]} /></div>`}
    <div class="card-hint"><${Icon} name="info" /><p class="read"><b>${w('member.show_cashier')}</b> ${w('member.card_text')}</p></div>
    <p class="note card-serial">${w('member.card_serial', { serial: card.serial })}</p>
    <div class="card-acts"><button type="button" onClick=${() => setLarge(true)}><${Icon} name="scan" />${w('member.card_large')}</button><button type="button" onClick=${print}><${Icon} name="print" />${w('member.card_print')}</button>
      <button type="button" onClick=${() => setAsking(true)}><${Icon} name="lock" />${w(member?.pin_set ? 'member.pin_change' : 'member.pin_set')}</button></div>
    <${Large} payload=${card.payload} open=${large} onClose=${() => setLarge(false)} />`;
  // Leaving the PIN's dialog may have set one.
  const closed = () => { setAsking(false); store.me.load(); };
  return html`<header class="hello"><h1 class="title">${w('member.card')}</h1>${member && html`<span class=${`state ${active ? 'pos' : 'quiet'}`}><${Icon} name=${active ? 'shield-check' : 'info'} />${w(`member.status_${member.status}`)}</span>`}</header>
    <${Loaded} of=${store.card} draw=${draw} rows=${5} />
    <${PinDialog} door=${store.door} open=${asking} known=${member?.pin_set} onClose=${closed} />`;
}
