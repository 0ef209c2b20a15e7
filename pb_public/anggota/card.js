import { asFault, info, online, ulid } from '../lib/api.js';
import { Button, Dialog, Icon, Loaded, toast } from '../lib/components/index.js';
import { Card, Code, Ring } from '../lib/components/card.js';
import { day, memberNumber } from '../lib/format.js';
import { html, useEffect, useMemo, useRef, useState } from '../lib/view.js';
import { w } from '../lib/words.js';
import { openPhone } from './phone-code.js';
import { PinDialog } from './pin.js';

/** @typedef {ReturnType<typeof openPhone>} Phone */

/**
 * The code over the whole screen, on white, with the screen kept awake: scanners like it large and bright.
 * @param {{payload: string, left: number, open: boolean, onClose: () => void}} props left = seconds, 0 = the code stays
 */
function Large({ payload, left, open, onClose }) {
  const ref = useRef(/** @type {HTMLDialogElement | null} */ (null));
  useEffect(() => {
    if (!open) return undefined;
    ref.current?.showModal();
    const awake = navigator.wakeLock?.request('screen').catch(() => null);
    return () => { awake?.then((lock) => lock?.release()); };
  }, [open]);
  return open && html`<dialog class="large on-white" ref=${ref} aria-label=${w('common.card_code')} onClose=${onClose} onClick=${() => ref.current?.close()}>
    <${Code} payload=${payload} />${left > 0 && html`<${Ring} left=${left} />`}<button type="button" class="btn ghost">${w('common.close')}</button></dialog>`;
}

/** What kind of code this is, and what that means for who holds the phone. @param {{phone: Phone}} props */
function Hint({ phone }) {
  const { kind, busy, fault } = phone.state.value;
  const text = { on: 'member.code_text', unable: 'member.code_unable', over: 'member.code_over', off: 'member.card_text', looking: 'member.card_text' }[kind];
  return html`<div class="card-hint"><${Icon} name=${kind === 'on' ? 'clock' : 'info'} /><div><p class="read"><b>${w('member.show_cashier')}</b> ${w(text)}</p>
    ${kind === 'off' && html`<p class="read card-on">${w('member.code_offer')}</p><${Button} small busy=${busy} onClick=${phone.turnOn}>${w('member.code_turn_on')}<//>`}
    ${fault && html`<p class="err" role="alert"><${Icon} name="warning" /><span>${fault.message}</span></p>`}</div></div>`;
}

/**
 * The lost card: one tap asks, the second one ends it.
 * @param {{store: import('./store.js').Store, phone: Phone, open: boolean, onClose: () => void}} props
 */
function Block({ store, phone, open, onClose }) {
  const [busy, setBusy] = useState(false);
  const [refusal, setRefusal] = useState('');
  const key = useMemo(ulid, [open]);
  const run = async () => {
    setBusy(true);
    setRefusal('');
    try {
      await store.door.send('POST', '/api/coop/me/card/block', { id: key });
      toast(w('member.card_blocked'));
      onClose();
      store.card.load();
    } catch (cause) {
      setRefusal(asFault(cause).message);
    } finally {
      setBusy(false);
    }
  };
  return html`<${Dialog} open=${open} danger title=${w('member.block_title')} lead=${w('member.block_lead')} confirm=${w('member.block_now')} cancel=${w('member.block_not')} busy=${busy} onConfirm=${run} onClose=${onClose}
      refusal=${online.value ? '' : w('member.block_offline')}>
    <ul class="follows"><li><${Icon} name="block" small /><span>${w('member.block_then_card')}</span></li>
      <li><${Icon} name=${phone.state.value.kind === 'on' ? 'check' : 'info'} small /><span>${w(phone.state.value.kind === 'on' ? 'member.block_then_phone' : 'member.block_then_code')}</span></li>
      <li><${Icon} name="card" small /><span>${w('member.block_then_print')}</span></li></ul>
    ${refusal && html`<p class="err" role="alert"><${Icon} name="warning" /><span>${refusal}</span></p>`}<//>`;
}

/** @param {{store: import('./store.js').Store}} props */
export function CardScreen({ store }) {
  useEffect(() => { store.need(store.card); store.need(store.me); }, []);
  const phone = useMemo(() => openPhone(store), [store]);
  useEffect(() => phone.start(), [phone]);
  const [asking, setAsking] = useState('');
  const member = store.me.state.value.data?.member;
  const active = member?.status === 'active';
  const { kind, payload: own, left } = phone.state.value;
  const [busy, setBusy] = useState(false);
  const take = async (/** @type {number} */ number, kind = 'pdf') => {
    setBusy(true);
    try { await store.door.download(`/api/coop/members/${number}/card.${kind}`, `kartu-${memberNumber(number)}.${kind}`); } catch (cause) { toast(asFault(cause).message, { kind: 'warn' }); } finally { setBusy(false); }
  };
  const draw = (/** @type {any} */ card) => {
    const rotating = kind === 'on' && own !== '';
    const payload = rotating ? own : card.payload;
    const seconds = rotating ? left : 0;
    return html`
    <${Card} payload=${payload} name=${card.name} number=${card.number} coop=${info.value?.name} short=${info.value?.short_name}
      note=${member?.joined_on ? w('member.card_since', { number: memberNumber(card.number), since: day(member.joined_on, 'month') }) : undefined}>${seconds > 0 && html`<${Ring} left=${seconds} />`}<//>
    <${Hint} phone=${phone} />
    <div class="card-acts"><button type="button" onClick=${() => setAsking('large')}><${Icon} name="scan" />${w('member.card_large')}</button>
      <button type="button" disabled=${busy} onClick=${() => take(card.number)}><${Icon} name="print" />${w('member.card_print')}</button>
      <button type="button" onClick=${() => setAsking('pin')}><${Icon} name="lock" />${w(member?.pin_set ? 'member.pin_change' : 'member.pin_set')}</button>
      <button type="button" class="stop" onClick=${() => setAsking('block')}><${Icon} name="block" />${w('member.block')}</button></div>
    <p class="note card-serial">${w('member.card_serial', { serial: card.serial })}</p><p class="note card-pictures">${w('member.card_pictures')} ${['png', 'svg'].map((kind) => html`<button type="button" key=${kind} class="lnk" disabled=${busy} aria-label=${w('member.card_picture', { kind: kind.toUpperCase() })} onClick=${() => take(card.number, kind)}>${kind.toUpperCase()}</button>`)}</p>
    <${Large} payload=${payload} left=${seconds} open=${asking === 'large'} onClose=${() => setAsking('')} />
    <${Block} store=${store} phone=${phone} open=${asking === 'block'} onClose=${() => setAsking('')} />`;
  };
  // Leaving the PIN's dialog may have set one.
  const closed = () => { setAsking(''); store.me.load(); };
  return html`<header class="hello"><h1 class="title">${w('member.card')}</h1>${member && html`<span class=${`state ${active ? 'pos' : 'quiet'}`}><${Icon} name=${active ? 'shield-check' : 'info'} />${w(`member.status_${member.status}`)}</span>`}</header>
    <${Loaded} of=${store.card} draw=${draw} rows=${5} />
    <${PinDialog} door=${store.door} open=${asking === 'pin'} known=${member?.pin_set} onClose=${closed} />`;
}
