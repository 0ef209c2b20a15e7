// Who stands at the till for something else than goods: a member, by card or number.
import { asFault } from '../../lib/api.js';
import { Button, Field, Icon } from '../../lib/components/index.js';
import { memberNumber } from '../../lib/format.js';
import { html, useEffect, useRef, useState } from '../../lib/view.js';
import { w } from '../../lib/words.js';
import { isCard } from '../card.js';
import { handsOnKeys } from './sell.js';

/** @typedef {ReturnType<typeof import('../../lib/auth.js').openDoor>} Door */

/**
 * `look` reads what the page needs to know of a number; what it gives is the one who was found.
 * @template {{number: number, name: string, card: string}} Who
 * @param {{door: Door, who: Who | null, about?: string, look: (number: number, card: string) => Promise<Who>, onWho: (who: Who | null) => void}} props
 */
export function Member({ door, who, about = '', look, onWho }) {
  const [text, setText] = useState('');
  const [error, setError] = useState('');
  const [busy, setBusy] = useState(false);
  const input = useRef(/** @type {HTMLInputElement | null} */ (null));
  useEffect(() => { if (!who && handsOnKeys()) input.current?.focus(); }, [who]);
  if (who) return html`<div class="chosen-member"><${Icon} name="person" /><span><b>${who.name}</b><small>${memberNumber(who.number)}${about ? ` · ${about}` : ''}${who.card ? ` · ${w('till.card_good')}` : ''}</small></span><button type="button" class="lnk" onClick=${() => { setText(''); onWho(null); }}>${w('till.savings_other')}</button></div>`;
  const find = async (/** @type {Event} */ e) => {
    e.preventDefault();
    const plain = text.trim().toUpperCase();
    const card = isCard(plain) ? plain : '';
    if (!card && !/^\d{1,9}$/.test(plain)) { setError(w('till.member_unclear')); return; }
    setBusy(true);
    try {
      const number = card ? (await door.send('POST', '/api/coop/store/cards/check', { card })).member.number : Number(plain);
      onWho(await look(number, card));
    } catch (cause) { setError(asFault(cause).message); } finally { setBusy(false); }
  };
  return html`<form class="form" onSubmit=${find} novalidate><${Field} label=${w('till.member_field')} big icon="person" inputRef=${input} value=${text} onInput=${(/** @type {string} */ v) => { setText(v); setError(''); }} error=${error} autocomplete="off" autocapitalize="off" spellcheck=${false} maxlength="200" />
    <${Button} kind="ghost" submit busy=${busy} busyText=${w('till.checking')}>${w('till.take_member')}<//></form>`;
}
