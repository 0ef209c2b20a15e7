// Where to transfer to: the co-op's accounts, and the number by which the office knows whose it is.
import { resource } from '../lib/resource.js';
import { html, useEffect, useMemo } from '../lib/view.js';
import { w } from '../lib/words.js';

/** Where the co-op gave no account: nothing, or whom to ask. @param {{door: import('../lib/auth.js').Door, ask?: boolean}} props */
export function TransferTo({ door, ask }) {
  const of = useMemo(() => resource(door, '/api/coop/me/transfer-to'), [door]);
  useEffect(() => { of.load(); }, [of]);
  const it = of.state.value.data;
  if (!it?.accounts.length) return it && ask ? html`<p class="read">${w('member.transfer_ask')}</p>` : null;
  return html`<section class="sec"><div class="sec-h"><h2>${w('member.transfer_to')}</h2></div>
    <dl class="rows">${it.accounts.map((/** @type {{name: string, account_number: string}} */ a) => html`<div key=${a.account_number}><dt>${a.name}</dt><dd>${a.account_number}</dd></div>`)}<div><dt>${w('member.transfer_note')}</dt><dd>${it.reference}</dd></div></dl></section>`;
}
