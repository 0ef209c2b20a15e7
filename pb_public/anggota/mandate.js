// The member's mandate for payroll deduction: what it allows, its paper, another amount, and the way out at any moment.
import { asFault, info, ulid } from '../lib/api.js';
import { Button, Dialog, Field, Figure, FootLink, Icon, Loaded, toast } from '../lib/components/index.js';
import { SignatureBox, isSigned, unsigned } from '../lib/components/signature.js';
import { Why } from '../lib/components/why.js';
import { day, readRupiah, rupiah, today } from '../lib/format.js';
import { bring } from '../lib/late.js';
import { resource } from '../lib/resource.js';
import { href } from '../lib/route.js';
import { html, useEffect, useMemo, useState } from '../lib/view.js';
import { w } from '../lib/words.js';
import { AppBar } from './nav.js';

await bring('join', '/anggota/join.css');

/** Opens a signed paper. The tab is opened at the tap, or the browser takes it for an advertisement. @param {import('../lib/auth.js').Door} door @param {number} paper */
async function openPaper(door, paper) {
  const tab = open('', '_blank');
  try {
    const answer = await door.request('GET', `/api/coop/me/papers/${paper}`);
    const address = URL.createObjectURL(await answer.blob());
    if (tab) tab.location.href = address; else location.href = address;
    setTimeout(() => URL.revokeObjectURL(address), 60_000);
  } catch (cause) {
    tab?.close();
    toast(asFault(cause).message, { kind: 'bad' });
  }
}

/** What follows of revoking, in this member's own numbers. @param {any} me */
function consequences(me) {
  const next = me?.next_deduction;
  return [
    ...(next?.held_rupiah > 0 ? [{ label: w('join.revoke_held'), amount_rupiah: next.held_rupiah }] : []),
    ...(next?.total_rupiah > 0 ? [{ label: w('join.revoke_next'), amount_rupiah: next.total_rupiah }] : []),
    ...(me?.owed?.total_rupiah > 0 ? [{ label: w('join.revoke_owed'), amount_rupiah: me.owed.total_rupiah }] : []),
    { label: w('join.revoke_limit'), text: '0' },
  ];
}

/** @param {{store: import('./store.js').Store, open: boolean, onClose: () => void, done: () => void}} props */
function Revoke({ store, open, onClose, done }) {
  const [busy, setBusy] = useState(false);
  const [fault, setFault] = useState('');
  const id = useMemo(() => ulid(), [open]);
  async function revoke() {
    setBusy(true);
    setFault('');
    try {
      await store.door.send('POST', '/api/coop/me/mandate/revoke', { id });
      toast(w('join.revoked'));
      done();
    } catch (cause) {
      setFault(asFault(cause).message);
    } finally {
      setBusy(false);
    }
  }
  return html`<${Dialog} open=${open} danger title=${w('join.revoke_ask')} lead=${w('join.revoke_lead')} rows=${consequences(store.me.state.value.data)} confirm=${w('join.revoke')} busy=${busy} onConfirm=${revoke} onClose=${onClose}>
    ${fault && html`<p class="err" role="alert"><${Icon} name="warning" /><span>${fault}</span></p>`}<//>`;
}

/** @param {{store: import('./store.js').Store, it: any, onClose: () => void, done: () => void}} props */
function Change({ store, it, onClose, done }) {
  const [typed, setTyped] = useState({ max: rupiah(it.mandate?.max_rupiah ?? it.mandate_usual_rupiah), voluntary: it.mandate?.voluntary_rupiah ? rupiah(it.mandate.voluntary_rupiah) : '' });
  const [signed, setSigned] = useState(unsigned);
  const [busy, setBusy] = useState(false);
  const [errors, setErrors] = useState(/** @type {Record<string, string>} */ ({}));
  const [id, setId] = useState(ulid());
  const who = store.me.state.value.data?.member.name ?? store.door.who.value?.name ?? '';
  const max = readRupiah(typed.max) ?? 0;
  const voluntary = readRupiah(typed.voluntary || '0') ?? 0;
  const above = voluntary > max ? w('join.voluntary_above', { max: rupiah(max) }) : '';
  const missing = !max ? w('join.max_missing') : above || (isSigned(signed, who) ? '' : w('join.sign_first'));
  const put = (/** @type {'max' | 'voluntary'} */ name) => (/** @type {string} */ value) => { setTyped({ ...typed, [name]: value }); setSigned(unsigned); setId(ulid()); };
  async function save() {
    setBusy(true);
    setErrors({});
    try {
      await store.door.send('POST', '/api/coop/me/mandate', { id, max_rupiah: max, voluntary_rupiah: voluntary, signature: signed });
      toast(w('join.mandate_done'));
      done();
    } catch (cause) {
      const fault = asFault(cause);
      setErrors({ max: fault.field('max_rupiah'), voluntary: fault.field('voluntary_rupiah'), signature: fault.field('signature'), all: Object.keys(fault.data).length ? '' : fault.message });
    } finally {
      setBusy(false);
    }
  }
  return html`<${Dialog} open big title=${w(it.mandate ? 'join.mandate_change' : 'join.mandate_give')} lead=${w('join.mandate_change_lead')} confirm=${w('join.mandate_sign')} refusal=${missing} busy=${busy} onConfirm=${save} onClose=${onClose}>
    <div class="form"><${Field} label=${w('join.mandate_max')} prefix="Rp" inputmode="numeric" value=${typed.max} onInput=${put('max')} error=${errors.max} hint=${w('join.max_hint', { pct: it.max_share_pct })} />
      <${Field} label=${w('join.mandate_voluntary')} prefix="Rp" inputmode="numeric" value=${typed.voluntary} onInput=${put('voluntary')} error=${above || errors.voluntary} hint=${w('join.voluntary_hint')} />
      ${max > 0 && !above && html`<p class="words">${w('join.mandate_text', { coop: info.value?.name ?? '', max: rupiah(max), voluntary: rupiah(voluntary), date: day(today()) })}</p>`}
      <${SignatureBox} key=${`${max} ${voluntary}`} value=${signed} onChange=${(/** @type {any} */ s) => { setSigned(s); setId(ulid()); }} name=${who} label=${w('join.sign')} error=${errors.signature} />
      ${errors.all && html`<p class="err" role="alert"><${Icon} name="warning" /><span>${errors.all}</span></p>`}</div><//>`;
}

/** @param {{door: import('../lib/auth.js').Door, history: any[]}} props */
const Log = ({ door, history }) => html`<section class="sec"><div class="sec-h"><h2>${w('join.mandate_log')}</h2></div><ul class="mandate-log">${history.map((e, i) => html`<li key=${i}>
  <b>${e.kind === 'grant' ? w('join.log_grant', { max: rupiah(e.max_rupiah) }) : w('join.log_revoke')}</b><small>${[day(e.valid_from), w(e.signed ? `join.log_${e.signed}` : e.by === 'member' ? 'join.log_member' : 'join.log_office')].join(' · ')}</small>
  ${e.paper > 0 && html`<button type="button" class="lnk" onClick=${() => openPaper(door, e.paper)}>${w('join.paper_read')}</button>`}</li>`)}</ul></section>`;

/** @param {{store: import('./store.js').Store}} props */
export function MandateScreen({ store }) {
  const of = useMemo(() => resource(store.door, '/api/coop/me/mandate'), [store]);
  const [dialog, setDialog] = useState('');
  useEffect(() => { of.load(); store.need(store.me); }, [of]);
  const done = () => { setDialog(''); of.load(); store.changed('payroll'); };
  const draw = (/** @type {any} */ it) => html`${it.mandate
    ? html`<div class="lead-fig"><p class="k">${w('join.mandate_max')}</p><${Figure} rupiah=${it.mandate.max_rupiah} size="xl" /><p class="small">${w('join.mandate_standing', { date: day(it.mandate.since), voluntary: rupiah(it.mandate.voluntary_rupiah) })}</p></div>`
    : html`<div class="lead-fig"><h2 class="title">${w('join.mandate_absent')}</h2><p class="read join-none">${w('join.mandate_absent_text')}</p></div>`}
    <div class="mandate-acts">${it.mandate?.paper > 0 && html`<${Button} kind="ghost" wide icon="file" onClick=${() => openPaper(store.door, it.mandate.paper)}>${w('join.paper_open')}<//>`}
      <${Button} kind=${it.mandate ? 'ghost' : ''} wide onClick=${() => setDialog('change')}>${w(it.mandate ? 'join.mandate_change' : 'join.mandate_give')}<//>
      ${it.mandate && html`<${Button} kind="danger" wide onClick=${() => setDialog('revoke')}>${w('join.revoke')}<//>`}</div>
    <div class="links"><${FootLink} href=${href('/rekening')}>${w('join.bank')}<//></div>
    <section class="sec"><${Why} title=${w('join.mandate_rights')}><p>${w('join.mandate_rights_text')}</p><//></section>
    ${it.history.length > 0 && html`<${Log} door=${store.door} history=${it.history} />`}
    ${dialog === 'change' && html`<${Change} store=${store} it=${it} onClose=${() => setDialog('')} done=${done} />`}
    <${Revoke} store=${store} open=${dialog === 'revoke'} onClose=${() => setDialog('')} done=${done} />`;
  return html`<${AppBar} title=${w('join.mandate_title')} back="/saya" /><${Loaded} of=${of} draw=${draw} />`;
}
