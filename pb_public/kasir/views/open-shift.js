// Before the first sale: the float is counted and the shift opened.
import { asFault, info } from '../../lib/api.js';
import { Button, Field, FootLink, Icon, Wordmark } from '../../lib/components/index.js';
import { day, greeting, readRupiah, rupiah, today } from '../../lib/format.js';
import { html, useEffect, useRef, useState } from '../../lib/view.js';
import { w } from '../../lib/words.js';
import { waiting } from '../queue.js';
import { openShift } from '../shift.js';
import { handsOnKeys } from './sell.js';

/** @typedef {ReturnType<typeof import('../../lib/auth.js').openDoor>} Door */

/** The tills there are, for somebody who has none of their own. @param {Door} door */
function useTills(door) {
  const [tills, setTills] = useState(/** @type {{code: string, name: string}[]} */ ([]));
  const own = Boolean(door.who.value?.record.till);
  useEffect(() => {
    if (own) return;
    door.send('GET', '/api/collections/tills/records?perPage=100&sort=code').then((list) => setTills(list.items), () => {});
  }, []);
  return { tills, own };
}

/** @param {{door: Door}} props */
export function OpenShift({ door }) {
  const { tills, own } = useTills(door);
  const [chosen, setChosen] = useState('');
  const [float, setFloat] = useState('');
  const [error, setError] = useState('');
  const [fault, setFault] = useState('');
  const [busy, setBusy] = useState(false);
  const input = useRef(/** @type {HTMLInputElement | null} */ (null));
  useEffect(() => { if (handsOnKeys()) input.current?.focus(); }, []);
  const amount = readRupiah(float);
  const till = own ? '' : chosen || tills[0]?.code || '';
  const submit = async (/** @type {Event} */ e) => {
    e.preventDefault();
    if (amount === null) { setError(w('till.float_missing')); return; }
    setBusy(true);
    setFault('');
    try { await openShift(door, amount, till); } catch (cause) {
      const it = asFault(cause);
      setError(it.field('float_rupiah'));
      setFault(it.field('till') || it.message);
    } finally { setBusy(false); }
  };
  const name = (door.who.value?.name ?? '').split(' ')[0];
  return html`<main class="page no-print"><${Wordmark} size=${27} /><p class="small">${info.value?.name ?? ''}</p>
    <h1 class="h1">${greeting()}${name && !name.includes('@') ? `, ${name}` : ''}</h1><p class="lead">${w('till.open_lead', { date: day(today(), 'full') })}</p>
    <form class="form" onSubmit=${submit} novalidate>
      ${!own && tills.length > 1 && html`<${Field} label=${w('till.which_till')} value=${till} onInput=${setChosen} options=${tills.map((t) => ({ value: t.code, label: `${t.code} · ${t.name}` }))} />`}
      <${Field} label=${w('till.float')} prefix="Rp" big inputRef=${input} value=${float} onInput=${(/** @type {string} */ v) => { setFloat(v); setError(''); }} error=${error}
        hint=${amount === null ? w('till.float_hint') : `Rp ${rupiah(amount)}`} inputmode="numeric" autocomplete="off" maxlength="15" />
      ${fault && html`<p class="err" role="alert"><${Icon} name="warning" /><span>${fault}</span></p>`}
      <${Button} kind="brand" wide submit busy=${busy} busyText=${w('till.opening')}>${w('till.open_shift')}<//></form>
    ${waiting.value.length > 0 && html`<p class="read">${w('till.waiting_other_shift', { n: waiting.value.length })}</p>`}
    <div class="page-foot"><${FootLink} href="#/struk">${w('till.receipts_known')}<//><button type="button" class="lnk" onClick=${() => door.logout()}>${w('common.log_out')}</button></div></main>`;
}
