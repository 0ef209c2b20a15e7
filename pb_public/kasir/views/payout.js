// Savings that the office lets this till pay: to the saver alone, who holds up the card, and types the PIN for much money.
import { asFault, online, ulid } from '../../lib/api.js';
import { Button, Dialog, Field, Icon, Skeleton, toast } from '../../lib/components/index.js';
import { memberNumber, rupiah } from '../../lib/format.js';
import { cameraRefusal, cameraTrouble, scan } from '../../lib/scan.js';
import { html, useEffect, useMemo, useRef, useState } from '../../lib/view.js';
import { w } from '../../lib/words.js';
import { isCard } from '../card.js';
import { loadShift, shift } from '../shift.js';

/** @typedef {ReturnType<typeof import('../../lib/auth.js').openDoor>} Door */
/** @typedef {{card: string, rotating: boolean, pin_set: boolean, pin_above_rupiah: number}} Shown */

const base = '/api/coop/savings/till-payouts';
const check = '/api/coop/store/cards/check';

/** The camera until it saw a card. @param {{onCode: (code: string) => void, onTrouble: (word: string) => void}} props */
function Eye({ onCode, onTrouble }) {
  const video = useRef(/** @type {HTMLVideoElement | null} */ (null));
  useEffect(() => {
    const none = cameraTrouble();
    if (none) { onTrouble(none); return undefined; }
    let stop = () => {};
    let gone = false;
    if (video.current) scan(video.current, onCode).then((end) => { if (gone) end(); else stop = end; }, (cause) => onTrouble(cameraRefusal(cause)));
    return () => { gone = true; stop(); };
  }, []);
  return html`<video class="camera" ref=${video} muted playsinline aria-label=${w('till.camera')}></video>`;
}

/**
 * Asks for the saver's card, then for what it needs, then pays.
 * @param {{door: Door, it: any, onDone: () => void, onClose: () => void}} props
 */
function Handing({ door, it, onDone, onClose }) {
  const [text, setText] = useState('');
  const [pin, setPin] = useState('');
  const [shown, setShown] = useState(/** @type {Shown | null} */ (null));
  const [error, setError] = useState('');
  const [busy, setBusy] = useState(false);
  const [eye, setEye] = useState(false);
  const input = useRef(/** @type {HTMLInputElement | null} */ (null));
  const id = useMemo(() => ulid(), [it.id, shown?.card]); // another card is another act
  const pinNeeded = Boolean(shown && !shown.rotating && it.amount_rupiah > shown.pin_above_rupiah);
  useEffect(() => { input.current?.focus(); }, [shown, eye, error]); // a scanner does not wait

  const look = async (/** @type {string} */ said) => {
    const card = said.trim().toUpperCase();
    if (!isCard(card)) { setText(''); setError(w(card ? 'till.payout_no_card' : 'till.payout_card_missing')); return; }
    setBusy(true);
    try {
      const a = await door.send('POST', check, { card });
      setText('');
      if (a.member.number !== it.member) setError(w('till.payout_other', { shown: a.member.name, name: it.name }));
      else if (!a.rotating && !a.pin_set && it.amount_rupiah > a.pin_above_rupiah) setError(w('till.payout_pin_unset', { amount: rupiah(a.pin_above_rupiah) }));
      else { setEye(false); setError(''); setShown({ card, rotating: a.rotating, pin_set: a.pin_set, pin_above_rupiah: a.pin_above_rupiah }); }
    } catch (cause) { setText(''); setError(asFault(cause).message); } finally { setBusy(false); }
  };
  const pay = async () => {
    if (pinNeeded && !/^\d{4,6}$/.test(pin)) { setError(w('till.pin_missing')); return; }
    setBusy(true);
    try {
      await door.send('POST', base, { id, withdrawal: it.id, shift: shift.value?.id, card: shown?.card, ...(pinNeeded ? { pin } : {}) });
      toast(w('till.payout_did', { amount: rupiah(it.amount_rupiah), name: it.name }));
      onDone();
    } catch (cause) {
      const fault = asFault(cause);
      setPin('');
      setError(fault.field('card') || fault.message);
      if (/card|code/.test(fault.code)) setShown(null);
    } finally { setBusy(false); }
  };

  return html`<${Dialog} open title=${w('till.payout_title')} lead=${w('till.payout_lead')} confirm=${w(shown ? 'till.payout_go' : 'till.payout_check')} cancel=${w('common.cancel')} busy=${busy} busyText=${w(shown ? 'till.writing' : 'till.checking')}
    refusal=${online.value ? '' : w('till.payout_offline')} onConfirm=${() => (shown ? pay() : look(text))} onClose=${onClose}
    rows=${[{ label: w('till.savings_member'), text: `${it.name} · ${memberNumber(it.member)}` }]} total=${{ label: w('till.payout_amount'), amount_rupiah: it.amount_rupiah }}>
    <div class="form">${shown ? html`<div class="chosen-member" role="status"><${Icon} name="person" /><span><b>${it.name}</b><small>${w(shown.rotating ? 'till.payout_phone_good' : 'till.payout_card_good')}</small></span></div>
        ${pinNeeded && html`<${Field} key="pin" label=${w('till.pin')} inputRef=${input} value=${pin} onInput=${(/** @type {string} */ v) => { setPin(v); setError(''); }} error=${error} hint=${w('till.pin_text', { amount: rupiah(shown.pin_above_rupiah) })} type="password" inputmode="numeric" autocomplete="one-time-code" maxlength="6" />`}
        ${!pinNeeded && error && html`<p class="err" role="alert"><${Icon} name="warning" /><span>${error}</span></p>`}`
    : html`<${Field} key="card" label=${w('till.payout_card')} big icon="card" inputRef=${input} value=${text} onInput=${(/** @type {string} */ v) => { setText(v); setError(''); }} error=${error} hint=${w('till.payout_card_hint')} autocomplete="off" autocapitalize="off" spellcheck=${false} maxlength="300" />
        ${eye ? html`<${Eye} onCode=${look} onTrouble=${(/** @type {string} */ word) => { setEye(false); setError(w(word)); }} />` : html`<${Button} kind="ghost" small icon="camera" onClick=${() => { setError(''); setEye(true); }}>${w('till.camera')}<//>`}`}</div><//>`;
}

/** What the office lets a till pay. @param {{door: Door}} props */
export function Payouts({ door }) {
  const [list, setList] = useState(/** @type {any[] | null} */ (null));
  const [open, setOpen] = useState(/** @type {any} */ (null));
  const [error, setError] = useState('');
  const load = () => door.send('GET', base).then((it) => { setList(it.withdrawals); setError(''); }, (cause) => { setList([]); setError(online.peek() ? asFault(cause).message : w('till.payout_offline')); });
  useEffect(() => { load(); }, [online.value]);
  return html`<section class="sec"><div class="sec-h"><h2>${w('till.payouts')}</h2></div>
    ${list === null ? html`<${Skeleton} rows=${2} />` : list.length ? html`<ul class="picks">${list.map((it) => html`<li key=${it.id}><button type="button" class="pick" onClick=${() => setOpen(it)}><span><b>${it.name}</b><small>${memberNumber(it.member)}</small></span><span class="money">${rupiah(it.amount_rupiah)}</span></button></li>`)}</ul>`
    : html`<p class="read">${error || w('till.payouts_none')}</p>`}
    ${open && html`<${Handing} key=${open.id} door=${door} it=${open} onDone=${() => { setOpen(null); load(); loadShift(door); }} onClose=${() => { setOpen(null); load(); }} />`}</section>`;
}
