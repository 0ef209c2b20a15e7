import { info } from '../lib/api.js';
import { Button, Dialog, FootLink, Skeleton, toast } from '../lib/components/index.js';
import { Portrait } from '../lib/components/portrait.js';
import { day, memberNumber } from '../lib/format.js';
import { resource } from '../lib/resource.js';
import { href } from '../lib/route.js';
import { setTheme, theme } from '../lib/theme.js';
import { html, useEffect, useMemo, useState } from '../lib/view.js';
import { language, setLanguage, w } from '../lib/words.js';
import { PinDialog } from './pin.js';

/**
 * One choice of few, as radio buttons.
 * @param {{name: string, label: string, value: string, options: {value: string, label: string}[], onChange: (value: any) => void}} props
 */
function Choice({ name, label, value, options, onChange }) {
  return html`<fieldset class="choice"><legend>${label}</legend><div>${options.map((o) => html`<label key=${o.value}><input type="radio" name=${name} checked=${o.value === value} onChange=${() => onChange(o.value)} /><span>${o.label}</span></label>`)}</div></fieldset>`;
}

/** @param {{store: import('./store.js').Store}} props */
function Identity({ store }) {
  const { data: me, fault } = store.me.state.value;
  const member = me?.member;
  const who = store.door.who.value;
  const rows = [
    [w('member.number'), memberNumber(member?.number ?? who?.number ?? 0)],
    [w('member.unit'), member?.work_unit],
    [w('member.since'), member?.joined_on && day(member.joined_on, 'long')],
    [w('member.status'), member && w(`member.status_${member.status}`)],
    ['E-mail', who?.email],
  ];
  return html`<header class="hello"><div><h1 class="title">${member?.name ?? who?.name}</h1><p class="small">${info.value?.name}</p></div></header>
    ${!member && !fault ? html`<${Skeleton} rows=${4} />` : html`<dl class="rows">${rows.filter(([, text]) => text).map(([label, text]) => html`<div key=${label}><dt>${label}</dt><dd>${text}</dd></div>`)}</dl>`}`;
}

/**
 * Ways to further screens, under one heading.
 * @param {{title: string, to: [path: string, word: string][], children?: any}} props
 */
const Ways = ({ title, to, children }) => html`<section class="sec"><div class="sec-h"><h2>${title}</h2></div>${children}
  <div class="links">${to.map(([path, word]) => html`<${FootLink} key=${path} href=${href(path)}>${w(word)}<//>`)}</div></section>`;

const Money = () => html`<${Ways} title=${w('member.me_money')} to=${[['/simpanan', 'member.savings'], ['/tagihan', 'member.open_items'], ['/struk', 'member.my_receipts'], ['/hemat', 'member.gains']]} />`;

const Membership = () => html`<${Ways} title=${w('member.me_membership')} to=${[['/kuasa', 'member.mandate'], ['/data', 'member.held'], ['/siapa', 'member.watch'], ['/keluar', 'member.leave']]} />`;

/** @param {{store: import('./store.js').Store}} props */
function Safety({ store }) {
  const [asking, setAsking] = useState(false);
  const set = store.me.state.value.data?.member.pin_set;
  return html`<${Ways} title=${w('member.me_safety')} to=${[['/pemberitahuan', 'member.notices'], ['/perangkat', 'common.devices']]}><div class="pin-row"><div><b>PIN</b><p class="note">${set !== undefined && w(set ? 'member.pin_is_set' : 'member.pin_is_none')}</p></div>
    <${Button} kind="ghost" small icon="lock" onClick=${() => setAsking(true)}>${w(set ? 'member.pin_change' : 'member.pin_set')}<//></div>
    <${PinDialog} door=${store.door} open=${asking} known=${set} onClose=${() => { setAsking(false); store.me.load(); }} /><//>`;
}

const portraitAt = '/api/coop/me/photo';

/** The photo on the card, where the co-op prints one, or as long as one is kept. @param {{store: import('./store.js').Store}} props */
function Photo({ store }) {
  const of = useMemo(() => resource(store.door, portraitAt), [store]);
  useEffect(() => { of.load(); }, [of]);
  const { data: it, fault } = of.state.value;
  if (!it && !fault) return html`<${Skeleton} rows=${1} />`;
  if (!it?.allowed && !it?.photo) return null;
  return html`<section class="sec"><div class="sec-h"><h2>${w('member.portrait_title')}</h2></div>
    <${Portrait} door=${store.door} path=${portraitAt} allowed=${it.allowed} there=${it.photo} name=${w('member.portrait_title')} say=${(/** @type {string} */ key) => w(`member.portrait_${key}`)} onChange=${of.load} /></section>`;
}

const Looks = () => html`<section class="sec"><div class="sec-h"><h2>${w('member.me_looks')}</h2></div><div class="choices">
  <${Choice} name="language" label=${w('common.language')} value=${language.value} onChange=${(/** @type {import('../lib/words.js').Language} */ to) => setLanguage(to).catch(() => toast(w('common.fault_offline'), { kind: 'bad' }))} options=${[{ value: 'id', label: 'Indonesia' }, { value: 'en', label: 'English' }]} />
  <${Choice} name="theme" label=${w('common.theme')} value=${theme.value} onChange=${setTheme} options=${['auto', 'light', 'dark'].map((value) => ({ value, label: w(`common.theme_${value}`) }))} /></div></section>`;

/** @param {{store: import('./store.js').Store}} props */
function Leave({ store }) {
  const [asking, setAsking] = useState(false);
  return html`<section class="sec"><${Button} kind="ghost" wide icon="logout" onClick=${() => setAsking(true)}>${w('common.log_out')}<//>
    <p class="note version">kpdk ${info.value?.version}</p>
    <${Dialog} open=${asking} title=${w('member.logout_ask')} lead=${w('member.logout_text')} confirm=${w('common.log_out')} onConfirm=${() => { location.hash = '/'; store.door.logout(); }} onClose=${() => setAsking(false)} /></section>`;
}

/** The parts of the profile, in the order of the screen. */
const parts = [Identity, Money, Safety, Photo, Membership, Looks, Leave];

/** @param {{store: import('./store.js').Store}} props */
export function Profile({ store }) {
  useEffect(() => store.need(store.me), []);
  return html`${parts.map((Part, i) => html`<${Part} key=${i} store=${store} />`)}`;
}
