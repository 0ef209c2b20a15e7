// Into the co-op from outside: with a letter's code, or on one's own. Both end with a login, and go on in joining.js.
import { asFault, info, loadInfo, send, ulid } from '../lib/api.js';
import { Button, Field, Icon, IconButton, PasswordField, Wordmark } from '../lib/components/index.js';
import { HelpRows } from '../lib/components/help.js';
import { today } from '../lib/format.js';
import { bring } from '../lib/late.js';
import { go, href } from '../lib/route.js';
import { html, signal, useEffect, useRef, useState } from '../lib/view.js';
import { language, setLanguage, w } from '../lib/words.js';
import { Steps } from './steps.js';

await bring('join', '/anggota/join.css');

const kept = 'kpdk.invitation';

/** Number and code of the letter; they outlive a reload of this tab, and stand in no address and no history. */
export const letter = signal(/** @type {{number: string, code: string}} */ (JSON.parse(sessionStorage.getItem(kept) ?? '{"number":"","code":""}')));

/** @param {typeof letter.value} it */
function keep(it) {
  letter.value = it;
  sessionStorage.setItem(kept, JSON.stringify(it));
}

/** @param {{heading: string, lead: string, back: () => void, children?: any}} props */
function Frame({ heading, lead, back, children }) {
  const other = language.value === 'id' ? 'en' : 'id';
  const title = useRef(/** @type {HTMLHeadingElement | null} */ (null));
  useEffect(() => { loadInfo(); title.current?.focus({ preventScroll: true }); }, []);
  useEffect(() => { document.title = `${heading} · ${info.peek()?.short_name ?? 'kpdk'}`; }, [heading]);
  return html`<div class="login joining"><main class="login-in"><${Wordmark} size=${27} />
    <div class="login-back"><${IconButton} icon="back" label=${w('common.back')} onClick=${back} /></div>
    <${Steps} at=${1} /><h1 class="h1" ref=${title} tabindex="-1">${heading}</h1><p class="lead">${lead}</p>${children}
    <div class="help"><p class="login-foot"><span class="note">${info.value?.name ?? ''}</span><button type="button" class="lnk" lang=${other} onClick=${() => setLanguage(other)}>${other === 'en' ? 'English' : 'Bahasa Indonesia'}</button></p></div>
  </main></div>`;
}

/**
 * A form that sends one act: what the server refuses stands beside its field, or above the button.
 * @param {string[]} fields
 */
function useForm(fields) {
  const [errors, setErrors] = useState(/** @type {Record<string, string>} */ ({}));
  const [busy, setBusy] = useState(false);
  const id = useRef(ulid());
  return {
    errors, busy, setErrors,
    /** Another content is another act. */
    changed() { id.current = ulid(); },
    /** @param {(id: string) => Promise<void>} run */
    async send(run) {
      setBusy(true);
      setErrors({});
      try {
        await run(id.current);
      } catch (cause) {
        const fault = asFault(cause);
        const found = Object.fromEntries(fields.map((name) => [name, fault.field(name)]).filter(([, text]) => text));
        setErrors(Object.keys(found).length ? found : { all: fault.message });
        setBusy(false);
      }
    },
  };
}

/** @param {{text?: string}} props */
const Trouble = ({ text }) => (text ? html`<p class="err" role="alert"><${Icon} name="warning" /><span>${text}</span></p>` : null);

/** Whoever comes in goes on where the way continues. */
function inside() {
  sessionStorage.removeItem(kept);
  letter.value = { number: '', code: '' };
  go('/');
}

/** @param {{door: import('../lib/auth.js').Door}} props */
function Invited({ door }) {
  const [typed, setTyped] = useState({ ...letter.peek(), birth: '', digits: '', password: '' });
  const [byDigits, setByDigits] = useState(false);
  const form = useForm(['number', 'code', 'birth_date', 'digits', 'password']);
  const put = (/** @type {keyof typeof typed} */ name) => (/** @type {string} */ value) => {
    form.changed();
    const next = { ...typed, [name]: value };
    setTyped(next);
    keep({ number: next.number, code: next.code });
  };
  const handed = Boolean(letter.peek().code) && Boolean(letter.peek().number);
  const [asked] = useState(!handed); // a letter that was scanned has filled these in

  function submit(/** @type {Event} */ e) {
    e.preventDefault();
    const missing = { number: typed.number.trim() ? '' : w('join.number_missing'), code: typed.code.trim() ? '' : w('common.code_missing'),
      [byDigits ? 'digits' : 'birth_date']: (byDigits ? typed.digits : typed.birth) ? '' : w(byDigits ? 'join.digits_missing' : 'join.birth_missing'), password: typed.password ? '' : w('common.password_new_missing') };
    if (Object.values(missing).some(Boolean)) { form.setErrors(missing); return; }
    form.send(async (id) => {
      const number = Number(typed.number.replace(/\D/g, ''));
      await send('POST', '/api/coop/login/invitation', { id, number, code: typed.code, birth_date: byDigits ? '' : typed.birth, digits: byDigits ? typed.digits : '', password: typed.password });
      await door.login(String(number), typed.password);
      inside();
    });
  }

  const { errors } = form;
  return html`<form class="form" onSubmit=${submit} novalidate>
    ${asked || errors.code || errors.number ? html`<div class="two"><${Field} label=${w('join.letter_number')} value=${typed.number} onInput=${put('number')} error=${errors.number} inputmode="numeric" autocomplete="off" maxlength="12" />
      <${Field} label=${w('join.letter_code')} value=${typed.code} onInput=${put('code')} autocomplete="off" autocapitalize="characters" spellcheck=${false} maxlength="12" /></div>
      ${errors.code && html`<${Trouble} text=${errors.code} />`}` : html`<p class="handed"><${Icon} name="check" small /><span>${w('join.letter_read', { number: typed.number.padStart(4, '0') })}</span></p>`}
    ${byDigits
    ? html`<${Field} label=${w('join.digits')} value=${typed.digits} onInput=${put('digits')} error=${errors.digits} hint=${w('join.digits_hint')} inputmode="numeric" autocomplete="off" maxlength="4" aside=${html`<button type="button" class="lnk" onClick=${() => setByDigits(false)}>${w('join.use_birth')}</button>`} />`
    : html`<${Field} label=${w('join.birth')} type="date" max=${today()} value=${typed.birth} onInput=${put('birth')} error=${errors.birth_date} hint=${w('join.birth_hint')} autocomplete="bday" aside=${html`<button type="button" class="lnk" onClick=${() => setByDigits(true)}>${w('join.use_digits')}</button>`} />`}
    <input class="vh" type="text" name="username" autocomplete="username" value=${typed.number} readonly tabindex="-1" aria-hidden="true" />
    <${PasswordField} label=${w('common.password_new')} value=${typed.password} onInput=${put('password')} error=${errors.password} hint=${w('common.password_new_hint')} name="password" autocomplete="new-password" />
    <${Trouble} text=${errors.all} /><div class="login-acts"><${Button} submit wide busy=${form.busy}>${w('join.go_on')}<//></div></form>`;
}

/** @param {{door: import('../lib/auth.js').Door}} props */
function Own({ door }) {
  const [typed, setTyped] = useState({ name: '', number: '', birth: '', phone: '', email: '', password: '' });
  const form = useForm(['name', 'identity_number', 'birth_date', 'phone', 'email', 'password']);
  const put = (/** @type {keyof typeof typed} */ name) => (/** @type {string} */ value) => { form.changed(); setTyped({ ...typed, [name]: value }); };

  function submit(/** @type {Event} */ e) {
    e.preventDefault();
    const missing = { name: typed.name.trim() ? '' : w('join.name_missing'), identity_number: typed.number.trim() ? '' : w('join.identity_missing'), birth_date: typed.birth ? '' : w('join.birth_missing'), password: typed.password ? '' : w('common.password_new_missing') };
    if (Object.values(missing).some(Boolean)) { form.setErrors(missing); return; }
    form.send(async (id) => {
      const { number } = await send('POST', '/api/coop/login/application', { id, name: typed.name, identity_number: typed.number, birth_date: typed.birth, phone: typed.phone, email: typed.email, password: typed.password });
      await door.login(String(number), typed.password);
      inside();
    });
  }

  const { errors } = form;
  return html`<form class="form" onSubmit=${submit} novalidate>
    <${Field} label=${w('join.name')} value=${typed.name} onInput=${put('name')} error=${errors.name} hint=${w('join.name_hint')} autocomplete="name" maxlength="120" />
    <${Field} label=${w('join.identity')} value=${typed.number} onInput=${put('number')} error=${errors.identity_number} hint=${w('join.identity_hint')} inputmode="numeric" autocomplete="off" maxlength="24" />
    <${Field} label=${w('join.birth')} type="date" max=${today()} value=${typed.birth} onInput=${put('birth')} error=${errors.birth_date} autocomplete="bday" />
    <${Field} label=${w('join.phone')} type="tel" value=${typed.phone} onInput=${put('phone')} error=${errors.phone} autocomplete="tel" maxlength="40" />
    <${Field} label=${w('join.email')} type="email" value=${typed.email} onInput=${put('email')} error=${errors.email} hint=${w('join.email_hint')} autocomplete="email" maxlength="200" />
    <${PasswordField} label=${w('common.password_new')} value=${typed.password} onInput=${put('password')} error=${errors.password} hint=${w('common.password_new_hint')} name="password" autocomplete="new-password" />
    <${Trouble} text=${errors.all} /><div class="login-acts"><${Button} submit wide busy=${form.busy}>${w('join.go_on')}<//></div></form>
    <${HelpRows} rows=${[{ icon: 'lock', title: w('join.kept_safe'), text: w('join.kept_safe_text') }]} />
    <p class="note center"><a class="lnk" href=${href('/gabung')}>${w('join.have_letter')}</a></p>`;
}

/** @param {{door: import('../lib/auth.js').Door, name: string}} props */
export function Enter({ door, name }) {
  const back = () => { if (name === 'gabung') inside(); else go('/'); };
  return name === 'daftar'
    ? html`<${Frame} key="daftar" heading=${w('join.own_title')} lead=${w('join.own_lead')} back=${back}><${Own} door=${door} /><//>`
    : html`<${Frame} key="gabung" heading=${w('join.invited_title')} lead=${w('join.invited_lead')} back=${back}><${Invited} door=${door} />
      <p class="note center"><a class="lnk" href=${href('/daftar')}>${w('join.no_letter')}</a></p><//>`;
}
