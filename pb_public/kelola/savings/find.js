// Finds a member by number or name.
import { Field, Icon } from '../../lib/components/index.js';
import { memberNumber } from '../../lib/format.js';
import { html, useState } from '../../lib/view.js';
import { w } from '../../lib/words.js';
import { query, useLater, useResource } from '../fetching.js';

/** @typedef {import('../types.js').Door} Door */
/** @typedef {import('../types.js').MemberRow} MemberRow */

/** @param {{door: Door, chosen: MemberRow | null, onChoose: (m: MemberRow | null) => void, error?: string, left?: boolean}} props left: also who has left */
export function FindMember({ door, chosen, onChoose, error, left }) {
  const [text, setText] = useState('');
  const late = useLater(text.trim());
  const found = useResource(door, `/api/coop/members${query({ search: late || ' ', limit: 6 })}`).state.value.data?.members ?? [];
  if (chosen) return html`<div class="chosen"><${Icon} name="person" /><span><b>${chosen.name}</b><small class="note">${memberNumber(chosen.number)} · ${chosen.work_unit || '–'}</small></span><button type="button" class="lnk" onClick=${() => onChoose(null)}>${w('office.change')}</button></div>`;
  const shown = late ? found.filter((/** @type {MemberRow} */ m) => left || m.status !== 'left') : [];
  return html`<div><${Field} label=${w('office.member')} icon="search" value=${text} onInput=${setText} placeholder=${w('office.search_member')} error=${error} autocomplete="off" />
    ${shown.length > 0 && html`<ul class="found">${shown.map((/** @type {MemberRow} */ m) => html`<li key=${m.number}><button type="button" onClick=${() => onChoose(m)}><b>${m.name}</b><small class="note">${memberNumber(m.number)} · ${m.work_unit || '–'}</small></button></li>`)}</ul>`}
    ${late && !shown.length && html`<p class="note">${w('office.members_not_found', { text: late })}</p>`}</div>`;
}
