// What stands in front of the till for a moment: a weight, a member's number, held receipts, the keys, the camera, the menu.
import { Button, Dialog, Field, Icon } from '../../lib/components/index.js';
import { moment, rupiah } from '../../lib/format.js';
import { go } from '../../lib/route.js';
import { cameraRefusal, cameraTrouble, scan } from '../../lib/scan.js';
import { setTheme, theme } from '../../lib/theme.js';
import { html, useEffect, useLayoutEffect, useRef, useState } from '../../lib/view.js';
import { language, setLanguage, w, wn } from '../../lib/words.js';
import { isCard } from '../card.js';
import { held } from '../held.js';
import { amountOf, decimal, draft, priceOf, priced, readMilli } from '../sale.js';
import { oneShot, scanNote, strayScan } from '../scan.js';
import { asking, bring, closeQuestion, continueHeld, dropBuyer, stage, take, weigh } from '../till.js';

/** @typedef {ReturnType<typeof import('../../lib/auth.js').openDoor>} Door */

/**
 * Opens the dialog around an input and goes into it before the next key arrives: a scanner does not wait.
 * @param {{current: HTMLInputElement | null}} ref
 */
const focusNow = (ref) => useLayoutEffect(() => {
  const dialog = ref.current?.closest('dialog');
  if (dialog && !dialog.open) dialog.showModal();
  ref.current?.focus();
  ref.current?.select();
}, []);

/** @param {{door: Door}} props */
function Weigh({ door }) {
  const { goods, at } = asking.value;
  const now = at === undefined ? '' : decimal(draft.peek().lines[at]?.milli ?? 0);
  const [text, setText] = useState(now.replace('.', ','));
  const [error, setError] = useState('');
  const input = useRef(/** @type {HTMLInputElement | null} */ (null));
  focusNow(input);
  if (!goods) return null;
  const milli = readMilli(text);
  const price = priceOf(goods, draft.value.buyer);
  const confirm = () => {
    const scanned = strayScan(text);
    // A scan while the scale is asked for belongs to the next goods: it waits its turn.
    if (scanned) { setText(''); take(door, scanned); setError(w('till.scan_waits')); return; }
    if (milli === null) { setError(w('till.quantity_unclear')); return; }
    weigh(goods, milli, at);
  };
  return html`<${Dialog} open title=${goods.name} lead=${w('till.weigh_lead', { price: rupiah(price), unit: goods.unit })} confirm=${w('till.take_it')} cancel=${w('common.cancel')} onConfirm=${confirm} onClose=${closeQuestion}>
    <div class="form"><${Field} label=${w('till.how_many', { unit: goods.unit })} big inputRef=${input} value=${text} onInput=${(/** @type {string} */ v) => { setText(v); setError(''); }} error=${error}
      hint=${milli === null ? w('till.weigh_hint') : `Rp ${rupiah(amountOf(milli, price))}`} inputmode="decimal" autocomplete="off" maxlength="20" /></div><//>`;
}

/** @param {{door: Door}} props */
function Member({ door }) {
  const [text, setText] = useState('');
  const [error, setError] = useState('');
  const [busy, setBusy] = useState(false);
  const input = useRef(/** @type {HTMLInputElement | null} */ (null));
  focusNow(input);
  const confirm = async () => {
    const plain = text.trim();
    const card = isCard(plain);
    if (!card && !/^\d{1,9}$/.test(plain)) { setError(w('till.member_unclear')); return; }
    setBusy(true);
    const fault = await bring(door, card ? { card: plain.toUpperCase() } : { number: Number(plain) });
    setBusy(false);
    if (fault) { setError(fault.message); scanNote.value = null; } else closeQuestion();
  };
  return html`<${Dialog} open title=${w('till.member_title')} lead=${w('till.member_lead')} confirm=${w('till.take_member')} cancel=${w('common.cancel')} busy=${busy} busyText=${w('till.checking')} onConfirm=${confirm} onClose=${closeQuestion}>
    <div class="form"><${Field} label=${w('till.member_field')} big icon="person" inputRef=${input} value=${text} onInput=${(/** @type {string} */ v) => { setText(v); setError(''); }} error=${error} autocomplete="off" autocapitalize="off" spellcheck=${false} maxlength="300" />
      ${draft.value.buyer && html`<${Button} kind="ghost" small onClick=${() => { dropBuyer(); closeQuestion(); }}>${w('till.drop_member')}<//>`}</div><//>`;
}

function HeldList() {
  return html`<${Dialog} open title=${w('till.held_title')} lead=${w('till.held_lead')} onClose=${closeQuestion}>
    <ul class="picks">${held.value.map((h) => {
    const total = priced(h.draft).reduce((sum, l) => sum + l.amount_rupiah, 0);
    return html`<li key=${h.key}><button type="button" class="pick" onClick=${() => continueHeld(h.key)}><span><b>${h.draft.buyer?.name || w('till.anyone')}</b><small>${moment(h.at)}, ${wn('till.rows', h.draft.lines.length)}</small></span><span class="money">${rupiah(total)}</span></button></li>`;
  })}</ul><//>`;
}

const keyRows = ['scan', 'times', 'arrows', 'plusminus', 'del', 'f1', 'f2', 'f6', 'f7', 'f8', 'f9', 'f10', 'slash', 'esc'];

function Help() {
  return html`<${Dialog} open title=${w('till.keys_title')} onClose=${closeQuestion}><dl class="rows key-rows">${keyRows.map((k) => html`<div key=${k}><dt><kbd class="kbd">${w(`till.keys_${k}_key`)}</kbd></dt><dd>${w(`till.keys_${k}`)}</dd></div>`)}</dl><//>`;
}

/** @param {{door: Door}} props */
function Camera({ door }) {
  const video = useRef(/** @type {HTMLVideoElement | null} */ (null));
  const [trouble, setTrouble] = useState(cameraTrouble());
  const [last, setLast] = useState('');
  useEffect(() => {
    if (trouble || !video.current) return;
    const fresh = oneShot();
    let stop = () => {};
    let gone = false;
    scan(video.current, (code) => {
      if (!fresh(code)) return;
      navigator.vibrate?.(40);
      const left = take(door, code);
      const line = draft.peek().lines[draft.peek().on];
      setLast(left ? scanNote.peek()?.text ?? '' : isCard(code) ? w('till.checking_card') : line ? `${line.seen.name} × ${line.milli / 1000}` : code);
    }).then((end) => { if (gone) end(); else stop = end; }, (cause) => setTrouble(cameraRefusal(cause)));
    return () => { gone = true; stop(); };
  }, []);
  return html`<${Dialog} open title=${w('till.camera')} lead=${trouble ? w(trouble) : w('till.camera_lead')} onClose=${closeQuestion}>
    ${!trouble && html`<video class="camera" ref=${video} muted playsinline aria-label=${w('till.camera')}></video><p class="camera-last" role="status">${last}</p>`}<//>`;
}

/** @param {{door: Door}} props */
function Menu({ door }) {
  const other = language.value === 'id' ? 'en' : 'id';
  const themes = /** @type {const} */ (['auto', 'light', 'dark']);
  const leave = (/** @type {string} */ path) => { closeQuestion(); if (stage.peek() !== 'paid') stage.value = 'sell'; go(path); };
  const rows = [
    { icon: 'receipt', text: w('till.receipts'), run: () => leave('/struk') },
    { icon: 'basket', text: w('till.credit'), run: () => leave('/kredit') },
    { icon: 'savings', text: w('till.savings'), run: () => leave('/simpanan') },
    { icon: 'file', text: w('till.bills'), run: () => leave('/tagihan') },
    { icon: 'cash', text: w('till.close_shift'), run: () => leave('/tutup') },
    { icon: 'list', text: w('till.keys_title'), run: () => { asking.value = { kind: 'help' }; } },
    { icon: theme.value === 'dark' ? 'moon' : 'sun', text: `${w('common.theme')}: ${w(`common.theme_${theme.value}`)}`, run: () => setTheme(themes[(themes.indexOf(theme.value) + 1) % 3]) },
    { icon: 'globe', text: other === 'en' ? 'English' : 'Bahasa Indonesia', lang: other, run: () => setLanguage(other) },
    { icon: 'logout', text: w('common.log_out'), run: () => { closeQuestion(); door.logout(); } },
  ];
  return html`<${Dialog} open title=${w('till.menu')} onClose=${closeQuestion}><ul class="picks">${rows.map((r) => html`<li key=${r.icon}><button type="button" class="pick" lang=${r.lang} onClick=${r.run}><span class="pick-k"><${Icon} name=${r.icon} /><b>${r.text}</b></span></button></li>`)}</ul>
    <p class="note">${w('till.logout_note')}</p><//>`;
}

/** @param {{door: Door}} props */
export function Questions({ door }) {
  switch (asking.value.kind) {
    case 'weigh': return html`<${Weigh} key=${`${asking.value.goods?.id} ${asking.value.at}`} door=${door} />`;
    case 'member': return html`<${Member} door=${door} />`;
    case 'held': return html`<${HeldList} />`;
    case 'help': return html`<${Help} />`;
    case 'camera': return html`<${Camera} door=${door} />`;
    case 'menu': return html`<${Menu} door=${door} />`;
    default: return null;
  }
}
