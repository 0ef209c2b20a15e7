// Steps two to four into the co-op: the consent under the statutes, a mandate or none, the principal savings; then the wait for the board.
import { asFault, info, ulid } from '../lib/api.js';
import { Button, Check, FaultNote, Field, Icon, Loaded, Wordmark, toast } from '../lib/components/index.js';
import { Path } from '../lib/components/path.js';
import { SignatureBox, isSigned, unsigned } from '../lib/components/signature.js';
import { Why } from '../lib/components/why.js';
import { count, day, memberNumber, readRupiah, rupiah, today } from '../lib/format.js';
import { bring } from '../lib/late.js';
import { resource } from '../lib/resource.js';
import { go, href, route } from '../lib/route.js';
import { html, useEffect, useMemo, useRef, useState } from '../lib/view.js';
import { language, w, wn } from '../lib/words.js';
import { Steps } from './steps.js';
import { TransferTo } from './transfer-to.js';

await bring('join', '/anggota/join.css');

/** @typedef {import('../lib/components/signature.js').Signed} Signed */
/** @typedef {{read: boolean, consent: Signed, wants: '' | 'yes' | 'no', max: string, voluntary: string, mandate: Signed, principal: string, instalments: number}} Draft */

/** @type {Draft} */
const nothing = { read: false, consent: unsigned, wants: '', max: '', voluntary: '', mandate: unsigned, principal: '', instalments: 1 };

/** What was filled in outlives a reload of this tab, and goes with it. @param {string} person */
function useDraft(person) {
  const key = `kpdk.joining.${person}`;
  const [draft, setDraft] = useState(() => { try { return { ...nothing, ...JSON.parse(sessionStorage.getItem(key) ?? '{}') }; } catch { return nothing; } });
  /** @param {Partial<Draft>} some */
  const put = (some) => setDraft((/** @type {Draft} */ before) => {
    const next = { ...before, ...some };
    try { sessionStorage.setItem(key, JSON.stringify(next)); } catch { /* full: only until the reload then */ }
    return next;
  });
  return { draft: /** @type {Draft} */ (draft), put, forget: () => sessionStorage.removeItem(key) };
}

/** @param {{name: string, value: string, checked: boolean, onPick: () => void, title: string, amount?: string, note?: string, disabled?: boolean}} props */
const Pick = ({ name, value, checked, onPick, title, amount, note, disabled }) => html`<label class="pick"><input type="radio" name=${name} value=${value} checked=${checked} disabled=${disabled} onChange=${onPick} /><b>${title}</b><span>${amount ?? ''}</span>${note && html`<small>${note}</small>`}</label>`;

/** @param {{j: any, draft: Draft, put: (some: Partial<Draft>) => void, next: () => void}} props */
function Consent({ j, draft, put, next }) {
  const missing = !j.statutes.length ? w('join.statutes_wait') : !draft.read ? w('join.read_first') : !isSigned(draft.consent, j.name) ? w('join.sign_first') : '';
  return html`<p class="lead">${w('join.consent_lead')}</p>
    <section class="sec"><div class="sec-h"><h2>${w('join.statutes')}</h2></div>
      ${j.statutes.length ? html`<div class="statutes" tabindex="0" role="region" aria-label=${w('join.statutes')}>${j.statutes.map((/** @type {any} */ s) => html`<h3 key=${s.slug}>${s.title}</h3>${s.text.map((/** @type {string} */ text, /** @type {number} */ i) => html`<p key=${i}>${text}</p>`)}`)}</div>
        <p>${j.statutes.map((/** @type {any} */ s) => html`<a key=${s.slug} class="lnk" href=${`/halaman/${s.slug}/`} target="_blank" rel="noopener">${w('join.statutes_open', { title: s.title })}</a> `)}</p>` : html`<p class="read">${w('join.statutes_none')}</p>`}
      ${j.statutes.length > 0 && html`<${Check} label=${w('join.statutes_read')} checked=${draft.read} onChange=${(/** @type {boolean} */ read) => put({ read })} />`}</section>
    ${j.statutes.length > 0 && html`<p class="words">${j.consent}</p>
    <${SignatureBox} value=${draft.consent} onChange=${(/** @type {Signed} */ consent) => put({ consent })} name=${j.name} label=${w('join.sign')} />`}
    <div class="join-acts"><${Button} wide disabled=${Boolean(missing)} why=${missing} onClick=${next}>${w('join.go_on')}<//></div>`;
}

/** @param {{j: any, draft: Draft, put: (some: Partial<Draft>) => void, next: () => void}} props */
function Mandate({ j, draft, put, next }) {
  const max = readRupiah(draft.max) ?? 0;
  const voluntary = readRupiah(draft.voluntary || '0') ?? 0;
  const tooMuch = voluntary > max ? w('join.voluntary_above', { max: rupiah(max) }) : '';
  const missing = !draft.wants ? w('join.choose_first') : draft.wants === 'no' ? '' : !max ? w('join.max_missing') : tooMuch || (isSigned(draft.mandate, j.name) ? '' : w('join.sign_first'));
  // Another amount is another mandate: it is signed anew.
  const amount = (/** @type {'max' | 'voluntary'} */ name) => (/** @type {string} */ value) => put({ [name]: value, mandate: unsigned });
  const tidy = (/** @type {'max' | 'voluntary'} */ name) => () => { const n = readRupiah(draft[name]); if (n && rupiah(n) !== draft[name]) put({ [name]: rupiah(n) }); };
  return html`<p class="lead">${w('join.mandate_lead')}</p>
    <fieldset class="picks sec"><legend>${w('join.mandate_ask')}</legend>
      <${Pick} name="wants" value="yes" checked=${draft.wants === 'yes'} onPick=${() => put({ wants: 'yes', max: draft.max || rupiah(j.mandate_usual_rupiah) })} title=${w('join.mandate_yes')} note=${w('join.mandate_yes_text')} />
      <${Pick} name="wants" value="no" checked=${draft.wants === 'no'} onPick=${() => put({ wants: 'no', mandate: unsigned, principal: draft.principal === 'payroll' ? '' : draft.principal })} title=${w('join.mandate_no')} note=${w('join.mandate_no_text')} /></fieldset>
    ${draft.wants === 'yes' && html`<div class="form"><${Field} label=${w('join.mandate_max')} prefix="Rp" inputmode="numeric" value=${draft.max} onInput=${amount('max')} onBlur=${tidy('max')} hint=${w('join.max_hint', { pct: j.max_share_pct })} />
        <${Field} label=${w('join.mandate_voluntary')} prefix="Rp" inputmode="numeric" value=${draft.voluntary} onInput=${amount('voluntary')} onBlur=${tidy('voluntary')} error=${tooMuch} hint=${w('join.voluntary_hint')} /></div>
      ${max > 0 && !tooMuch && html`<p class="words">${w('join.mandate_text', { coop: j.coop, max: rupiah(max), voluntary: rupiah(voluntary), date: day(today()) })}</p>
      <${SignatureBox} key=${`${max} ${voluntary}`} value=${draft.mandate} onChange=${(/** @type {Signed} */ mandate) => put({ mandate })} name=${j.name} label=${w('join.sign')} />`}`}
    <section class="sec"><${Why} title=${w('join.mandate_rights')}><p>${w('join.mandate_rights_text')}</p><//></section>
    <div class="join-acts"><${Button} wide disabled=${Boolean(missing)} why=${missing} onClick=${next}>${w('join.go_on')}<//></div>`;
}

/** The largest of so many parts. @param {number} amount @param {number} n */
const part = (amount, n) => Math.ceil(amount / n);

/** @param {{j: any, door: import('../lib/auth.js').Door, draft: Draft, put: (some: Partial<Draft>) => void, busy: boolean, fault: any, send: () => void}} props */
function Principal({ j, door, draft, put, busy, fault, send }) {
  const ways = [['payroll', w('join.pay_payroll'), w(draft.wants === 'yes' ? 'join.pay_payroll_text' : 'join.pay_payroll_off')], ['transfer', w('join.pay_transfer'), w('join.pay_transfer_text')], ['cash', w('join.pay_cash'), w('join.pay_cash_text')]];
  const instalments = Math.min(draft.instalments, j.instalments_max);
  const missing = j.principal_rupiah > 0 && !draft.principal ? w('join.choose_first') : '';
  const rows = [[w('join.sum_consent'), w('join.signed')], [w('join.mandate_title'), draft.wants === 'yes' ? w('join.at_most', { max: draft.max }) : w('join.none')], [w('join.mandatory_month'), rupiah(j.mandatory_rupiah)]];
  return html`<p class="lead">${w('join.principal_lead', { amount: rupiah(j.principal_rupiah) })}</p>
    ${j.principal_rupiah > 0 && html`<fieldset class="picks sec"><legend>${w('join.principal_ask')}</legend>${ways.map(([value, title, note]) => html`<${Pick} key=${value} name="principal" value=${value} disabled=${value === 'payroll' && draft.wants !== 'yes'} checked=${draft.principal === value} onPick=${() => put({ principal: value })} title=${title} note=${note} />`)}</fieldset>
    ${draft.principal === 'payroll' && html`<div class="form"><${Field} label=${w('join.instalments')} value=${String(instalments)} onInput=${(/** @type {string} */ n) => put({ instalments: Number(n) })}
      options=${Array.from({ length: j.instalments_max }, (_, i) => ({ value: String(i + 1), label: wn('join.instalments_of', i + 1, { n: count(i + 1), amount: rupiah(part(j.principal_rupiah, i + 1)) }) }))} hint=${w('join.instalments_hint')} /></div>`}`}
    ${draft.principal === 'transfer' && html`<${TransferTo} door=${door} ask />`}
    <section class="sec"><div class="sec-h"><h2>${w('join.summary')}</h2></div><dl class="rows">${rows.map(([label, text]) => html`<div key=${label}><dt>${label}</dt><dd>${text}</dd></div>`)}
      <div class="sum"><dt>${w('join.principal')}</dt><dd>${rupiah(j.principal_rupiah)}</dd></div></dl></section>
    ${fault && html`<p class="err" role="alert"><${Icon} name="warning" /><span>${fault.message}</span></p>`}
    <div class="join-acts"><${Button} wide busy=${busy} disabled=${Boolean(missing)} why=${missing} onClick=${send}>${w('join.send')}<//><p class="note">${w('join.send_note')}</p></div>`;
}

const titles = { 2: 'join.consent_heading', 3: 'join.mandate_title', 4: 'join.principal' };

/** @param {{j: any, door: import('../lib/auth.js').Door, done: () => void}} props */
function Wizard({ j, door, done }) {
  const { draft, put, forget } = useDraft(String(j.number));
  const [busy, setBusy] = useState(false);
  const [fault, setFault] = useState(/** @type {any} */ (null));
  const [id, setId] = useState(ulid());
  const asked = route.value.parts[0] === 'ikut' ? Number(route.value.parts[1]) : 2;
  // Nobody gets past a step that is not done yet, by whatever address.
  const agreed = j.statutes.length > 0 && draft.read && isSigned(draft.consent, j.name);
  const decided = draft.wants === 'no' || (draft.wants === 'yes' && isSigned(draft.mandate, j.name));
  const at = /** @type {2 | 3 | 4} */ (Math.max(2, Math.min(asked || 2, !agreed ? 2 : !decided ? 3 : 4)));
  const heading = useRef(/** @type {HTMLHeadingElement | null} */ (null));
  useEffect(() => { heading.current?.focus({ preventScroll: true }); document.title = `${w(titles[at])} · ${info.peek()?.short_name ?? 'kpdk'}`; scrollTo(0, 0); }, [at]);
  const step = (/** @type {number} */ n) => () => go(`/ikut/${n}`);
  const change = (/** @type {Partial<Draft>} */ some) => { setId(ulid()); setFault(null); put(some); };

  async function send() {
    setBusy(true);
    setFault(null);
    const mandate = draft.wants === 'yes' ? { max_rupiah: readRupiah(draft.max) ?? 0, voluntary_rupiah: readRupiah(draft.voluntary || '0') ?? 0, signature: draft.mandate } : null;
    try {
      await door.send('POST', '/api/coop/me/joining', { id, statutes: j.statutes_hash, consent: draft.consent, mandate, principal: draft.principal || 'cash', instalments: draft.principal === 'payroll' ? Math.min(draft.instalments, j.instalments_max) : 1 });
      forget();
      toast(w('join.sent'));
      go('/');
      done();
    } catch (cause) {
      const it = asFault(cause);
      setFault({ message: Object.values(it.data)[0]?.message ?? it.message });
      if (it.code === 'member.statutes_changed') { change({ read: false, consent: unsigned }); toast(it.message, { kind: 'warn' }); go('/ikut/2'); done(); }
    } finally {
      setBusy(false);
    }
  }

  return html`<${Steps} at=${at} /><h1 class="h1" ref=${heading} tabindex="-1">${w(titles[at])}</h1>
    <div class="joining-in">${at === 2 ? html`<${Consent} j=${j} draft=${draft} put=${change} next=${step(3)} />` : at === 3 ? html`<${Mandate} j=${j} draft=${draft} put=${change} next=${step(4)} />` : html`<${Principal} j=${j} door=${door} draft=${draft} put=${change} busy=${busy} fault=${fault} send=${send} />`}</div>
    ${at > 2 && html`<p class="center"><a class="lnk" href=${href(`/ikut/${at - 1}`)}>${w('join.step_back')}</a></p>`}`;
}

/** What became of the application. @param {{j: any, door: import('../lib/auth.js').Door, again: () => void}} props */
function Waiting({ j, door, again }) {
  const it = j.application;
  const refused = it.state === 'refused';
  const steps = [{ label: w('join.path_sent'), state: 'done', note: day(it.at.slice(0, 10)) }, { label: w('join.path_board'), state: 'now', note: w('join.path_board_text') },
    ...(j.active_when === 'principal_paid' && j.principal_rupiah > 0 ? [{ label: w('join.path_principal', { amount: rupiah(j.principal_rupiah) }), state: 'next', note: w(`join.path_${it.principal}`, { n: it.instalments }) }] : []), { label: w('join.path_member'), state: 'next', note: w('join.path_member_text') }];
  return html`<h1 class="h1">${w(refused ? 'join.refused_title' : 'join.waiting_title', { name: j.name.split(' ')[0] })}</h1>
    ${refused ? html`<section class="sec"><${Why} title=${w('join.refused_why')}><p>${it.reason || w('join.refused_no_reason')}</p><//></section><div class="join-acts"><${Button} wide onClick=${again}>${w('join.apply_again')}<//></div>`
    : html`<p class="lead">${w('join.waiting_lead', { number: memberNumber(j.number) })}</p><div class="join-state"><${Path} label=${w('join.waiting_title', { name: '' })} steps=${steps} /></div>
      <dl class="rows"><div><dt>${w('join.mandate_title')}</dt><dd>${it.mandate_max_rupiah ? w('join.at_most', { max: rupiah(it.mandate_max_rupiah) }) : w('join.none')}</dd></div></dl>
      ${it.principal === 'transfer' && j.principal_rupiah > 0 && html`<${TransferTo} door=${door} ask />`}`}`;
}

/** @param {{door: import('../lib/auth.js').Door}} props */
export function Joining({ door }) {
  const way = useMemo(() => resource(door, '/api/coop/me/joining'), [language.value]);
  const [again, setAgain] = useState(false);
  useEffect(() => { way.load(); }, [way]);
  useEffect(() => {
    const look = () => { if (document.visibilityState === 'visible') way.load(); };
    document.addEventListener('visibilitychange', look);
    return () => document.removeEventListener('visibilitychange', look);
  }, [way]);
  const j = way.state.value.data;
  // Whom the board took in meanwhile gets the app.
  useEffect(() => { if (j && j.status !== 'invited') door.renew(); }, [j?.status]);
  const { fault } = way.state.value;
  return html`<div class="login joining"><main class="login-in" id="isi"><${Wordmark} size=${27} />
    ${fault && j && !fault.offline && html`<${FaultNote} fault=${fault} retry=${way.load} />`}
    <${Loaded} of=${way} draw=${(/** @type {any} */ it) => (it.application && it.application.state !== 'approved' && !(again && it.application.state === 'refused') ? html`<${Waiting} j=${it} again=${() => { setAgain(true); go('/ikut/2'); }} />` : html`<${Wizard} j=${it} door=${door} done=${() => { setAgain(false); way.load(); }} />`)} />
    <div class="help"><p class="login-foot"><span class="note">${info.value?.name ?? ''}</span><button type="button" class="lnk" onClick=${() => { go('/'); door.logout(); }}>${w('common.log_out')}</button></p></div>
  </main></div>`;
}
