// What was deducted though it was not owed any more: the member says what becomes of it.
import { asFault, ulid } from '../lib/api.js';
import { Figure, Icon, toast } from '../lib/components/index.js';
import { period as periodText, rupiah } from '../lib/format.js';
import { html, useState } from '../lib/view.js';
import { w } from '../lib/words.js';

/** @param {{store: import('./store.js').Store, excess: {amount_rupiah: number, choice: string, asks?: boolean}, uses?: {period: string, amount_rupiah: number}[], onDone: () => void}} props */
export function Excess({ store, excess, uses = [], onDone }) {
  const [busy, setBusy] = useState('');
  const [fault, setFault] = useState('');
  if (!(excess?.amount_rupiah > 0) && !uses.length) return null;
  const chosen = excess.asks ? '' : excess.choice; // after a granted objection it is for the member to say
  const choose = async (/** @type {string} */ choice) => {
    if (busy || choice === chosen) return;
    setBusy(choice);
    setFault('');
    try {
      await store.door.send('POST', '/api/coop/me/excess', { id: ulid(), choice });
      toast(w(`member.excess_did_${choice}`));
      onDone();
    } catch (cause) { setFault(asFault(cause).message); } finally { setBusy(''); }
  };
  return html`<section class="sec excess"><div class="sec-h"><h2>${w('member.excess')}</h2>${excess.amount_rupiah > 0 && html`<${Figure} rupiah=${excess.amount_rupiah} size="s" />`}</div>
    ${excess.amount_rupiah > 0 && html`<p class="small">${w('member.excess_text')}</p>${excess.asks && html`<p class="read">${w('member.excess_asks')}</p>`}<div class="picks" role="group" aria-label=${w('member.excess_choice')}>${['use', 'refund'].map((choice) => html`<button key=${choice} type="button" class="pickone" aria-pressed=${choice === chosen} disabled=${busy !== ''} onClick=${() => choose(choice)}>
      <${Icon} name=${choice === chosen ? 'check' : choice === 'use' ? 'refresh' : 'cash'} /><span><b>${w(`member.excess_${choice}`)}</b><small>${w(`member.excess_${choice}_text`)}</small></span></button>`)}</div>`}
    ${fault && html`<p class="err" role="alert"><${Icon} name="warning" /><span>${fault}</span></p>`}
    ${uses.length > 0 && html`<ul class="rows">${uses.slice(0, 6).map((u) => html`<li key=${u.period}><span>${w('member.excess_used', { month: periodText(u.period) })}</span><b>${rupiah(u.amount_rupiah)}</b></li>`)}</ul>`}</section>`;
}
