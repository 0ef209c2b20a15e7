// The account from which the bank takes what a member owes: what holds, another one, and its erasure.
import { asFault, ulid } from '../lib/api.js';
import { Button, Dialog, Field, Icon, Loaded, toast } from '../lib/components/index.js';
import { Why } from '../lib/components/why.js';
import { day, today } from '../lib/format.js';
import { bring } from '../lib/late.js';
import { resource } from '../lib/resource.js';
import { html, useEffect, useMemo, useState } from '../lib/view.js';
import { w } from '../lib/words.js';
import { AppBar } from './nav.js';

await bring('join', '/anggota/join.css');

/** @typedef {{bank: string, account: string, holder: string}} Account */

/** @param {{store: import('./store.js').Store, it: any, erase: boolean, onClose: () => void, done: () => void}} props */
function Change({ store, it, erase, onClose, done }) {
  const [typed, setTyped] = useState({ bank: it.account?.bank ?? '', account: '', holder: it.account?.holder ?? store.me.state.value.data?.member.name ?? '' });
  const [id, setId] = useState(ulid());
  const [busy, setBusy] = useState(false);
  const [fault, setFault] = useState(/** @type {any} */ (null));
  const put = (/** @type {'bank' | 'account' | 'holder'} */ name) => (/** @type {string} */ value) => { setTyped({ ...typed, [name]: value }); setId(ulid()); };
  const missing = erase || (typed.bank.trim() && typed.account.trim() && typed.holder.trim()) ? '' : w('join.bank_missing');
  async function save() {
    setBusy(true);
    setFault(null);
    try {
      await store.door.send('POST', '/api/coop/me/bank', erase ? { id, remove: true } : { id, ...typed });
      toast(w(erase ? 'join.bank_erased' : 'join.bank_done'));
      done();
    } catch (cause) {
      setFault(asFault(cause));
    } finally {
      setBusy(false);
    }
  }
  const field = (/** @type {'bank' | 'account' | 'holder'} */ name, /** @type {string} */ label, /** @type {any} */ more = {}) => html`<${Field} label=${label} value=${typed[name]} onInput=${put(name)} error=${fault?.field(name) || undefined} ...${more} />`;
  return html`<${Dialog} open danger=${erase} title=${w(erase ? 'join.bank_erase_ask' : it.account ? 'join.bank_change' : 'join.bank_give')} lead=${w(erase ? 'join.bank_erase_lead' : 'join.bank_lead')} confirm=${w(erase ? 'join.bank_erase' : 'common.save')} refusal=${missing} busy=${busy} onConfirm=${save} onClose=${onClose}>
    ${!erase && html`<div class="form">${field('bank', w('join.bank_name'), { maxlength: '40' })}${field('account', w('join.bank_number'), { inputmode: 'numeric', autocomplete: 'off', maxlength: '30' })}${field('holder', w('join.bank_holder'), { maxlength: '60' })}</div>`}
    ${fault && !Object.keys(fault.data ?? {}).length && html`<p class="err" role="alert"><${Icon} name="warning" /><span>${fault.message}</span></p>`}<//>`;
}

/** @param {{store: import('./store.js').Store}} props */
export function BankScreen({ store }) {
  const of = useMemo(() => resource(store.door, '/api/coop/me/bank'), [store]);
  const [dialog, setDialog] = useState('');
  useEffect(() => { of.load(); store.need(store.me); }, [of]);
  const done = () => { setDialog(''); of.load(); };
  const draw = (/** @type {any} */ it) => html`${it.account
    ? html`<div class="lead-fig"><p class="k">${it.account.bank}</p><p class="title">${it.account.account}</p><p class="small">${it.account.holder} · ${w('join.bank_since', { date: day(it.valid_from || today()) })} · ${w(it.by === 'member' ? 'join.bank_by_you' : 'join.bank_by_office')}</p></div>`
    : html`<div class="lead-fig"><h2 class="title">${w('join.bank_none')}</h2><p class="read join-none">${w('join.bank_none_text')}</p></div>`}
    ${it.next && html`<p class="note">${w('join.bank_next', { date: day(it.next_from), bank: it.next.bank, account: it.next.account })}</p>`}
    <div class="mandate-acts"><${Button} kind=${it.account ? 'ghost' : ''} wide onClick=${() => setDialog('change')}>${w(it.account ? 'join.bank_change' : 'join.bank_give')}<//>
      ${(it.account || it.next) && html`<${Button} kind="danger" wide onClick=${() => setDialog('erase')}>${w('join.bank_erase')}<//>`}</div>
    <section class="sec"><${Why} title=${w('join.bank_who')}><p>${w('join.bank_who_text')}</p><//></section>
    ${dialog && html`<${Change} key=${dialog} store=${store} it=${it} erase=${dialog === 'erase'} onClose=${() => setDialog('')} done=${done} />`}`;
  return html`<${AppBar} title=${w('join.bank_title')} back="/kuasa" /><${Loaded} of=${of} draw=${draw} />`;
}
