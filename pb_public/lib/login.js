// The login of every door, and the gate that stands before its pages.
import { asFault, info, loadInfo, ulid } from './api.js';
import { Button, Dialog, Field, Icon, IconButton, PasswordField, Pattern, Weave, Wordmark, sha256 } from './components/index.js';
import { CodeBoxes } from './components/code-boxes.js';
import { HelpRows } from './components/help.js';
import { Why } from './components/why.js';
import { time } from './format.js';
import { passkeysWork } from './passkey.js';
import { html, signal, useEffect, useId, useRef, useState } from './view.js';
import { language, setLanguage, w, wn } from './words.js';

/**
 * The band shows this co-op's own public key as cloth, so that each co-op's door looks its own.
 */
function Band() {
  const key = info.value?.card_keys?.[0]?.public ?? '';
  const [hash, setHash] = useState('');
  useEffect(() => { if (key) sha256(key).then(setHash); }, [key]);
  return html`<div class="weave-band" aria-hidden="true">${hash ? html`<${Weave} hash=${hash} />` : html`<${Pattern} />`}</div>`;
}

/**
 * @param {{door: import('./auth.js').Door, identity?: string, identityLabel?: string, onDone?: () => void, onForgot?: () => void, onMail?: () => void}} props
 */
export function LoginForm({ door, identity: given = '', identityLabel, onDone, onForgot, onMail }) {
  const [identity, setIdentity] = useState(given);
  const [password, setPassword] = useState('');
  const [busy, setBusy] = useState(false);
  const [errors, setErrors] = useState(/** @type {{identity?: string, password?: string, all?: string}} */ ({}));
  const passwordRef = useRef(/** @type {HTMLInputElement | null} */ (null));
  useEffect(() => { if (given) passwordRef.current?.focus(); }, []);

  async function submit(/** @type {Event} */ e) {
    e.preventDefault();
    const found = { identity: identity.trim() ? '' : w('common.identity_missing'), password: password ? '' : w('common.password_missing') };
    if (found.identity || found.password) { setErrors(found); return; }
    setBusy(true);
    setErrors({});
    try {
      await door.login(identity, password);
      onDone?.();
    } catch (cause) {
      setErrors({ all: asFault(cause).message });
      setPassword('');
      passwordRef.current?.focus();
    } finally {
      setBusy(false);
    }
  }

  return html`<form class="form" onSubmit=${submit} novalidate>
    <${Field} label=${identityLabel ?? w('common.identity')} value=${identity} onInput=${setIdentity} error=${errors.identity}
      name="username" autocomplete="username" autocapitalize="off" spellcheck=${false} />
    <${PasswordField} label=${w('common.password')} value=${password} onInput=${setPassword} error=${errors.password} inputRef=${passwordRef}
      name="password" autocomplete="current-password" aside=${onForgot && html`<button type="button" class="lnk" onClick=${onForgot}>${w('common.forgot')}</button>`} />
    ${errors.all && html`<p class="err" role="alert"><${Icon} name="warning" /><span>${errors.all}</span></p>`}
    <div class="login-acts"><${Button} submit wide busy=${busy} busyText=${w('common.logging_in')}>${w('common.log_in')}<//>
      <${PasskeyButton} door=${door} onDone=${onDone} onTrouble=${(/** @type {string} */ all) => setErrors({ all })} />
      ${onMail && html`<${Button} kind="ghost" wide onClick=${onMail}>${w('common.mail_code_use')}<//>`}</div>
  </form>`;
}

/**
 * There only where a passkey can work.
 * @param {{door: import('./auth.js').Door, same?: boolean, onDone?: () => void, onTrouble: (text: string) => void}} props
 */
function PasskeyButton({ door, same, onDone, onTrouble }) {
  const [busy, setBusy] = useState(false);
  if (!passkeysWork()) return null;
  async function use() {
    setBusy(true);
    onTrouble('');
    try { await door.loginByPasskey(same); onDone?.(); } catch (cause) { onTrouble(asFault(cause).message); } finally { setBusy(false); }
  }
  return html`<${Button} kind="ghost" wide icon="key" busy=${busy} onClick=${use}>${w('common.passkey_use')}<//>`;
}

/** @param {{text?: string}} props */
const Trouble = ({ text }) => (text ? html`<p class="err" role="alert"><${Icon} name="warning" /><span>${text}</span></p>` : null);

/** What a printed link hands over: number and code. It leaves the address at once, and is in no history. */
const handed = signal(/** @type {{identity: string, code: string} | null} */ (null));

function takeFromAddress() {
  const [, identity, code] = location.hash.match(/^#\/sandi\/(\d+)\/([\w-]+)$/) ?? [];
  if (!code) return;
  history.replaceState(null, '', '#/');
  handed.value = { identity, code };
}
addEventListener('hashchange', takeFromAddress);
takeFromAddress();

const mailLife = 10 * 60_000; // ms: the server's

/**
 * Sets a new password with a code from the manager: the first login, and the way back without e-mail.
 * @param {{door: import('./auth.js').Door, identityLabel?: string}} props
 */
function ResetForm({ door, identityLabel }) {
  const [typed, setTyped] = useState({ identity: handed.peek()?.identity ?? '', code: handed.peek()?.code ?? '', password: '' });
  const [errors, setErrors] = useState(/** @type {Record<string, string>} */ ({}));
  const [busy, setBusy] = useState(false);
  const id = useRef(ulid());
  const put = (/** @type {keyof typeof typed} */ name) => (/** @type {string} */ value) => { id.current = ulid(); setTyped({ ...typed, [name]: value }); };

  async function submit(/** @type {Event} */ e) {
    e.preventDefault();
    const found = { identity: typed.identity.trim() ? '' : w('common.identity_missing'), code: typed.code.trim() ? '' : w('common.code_missing'), password: typed.password ? '' : w('common.password_new_missing') };
    if (found.identity || found.code || found.password) { setErrors(found); return; }
    setBusy(true);
    setErrors({});
    try {
      await door.reset(id.current, typed.identity, typed.code, typed.password);
      handed.value = null;
    } catch (cause) {
      const fault = asFault(cause);
      const fields = Object.fromEntries(['identity', 'code', 'password'].map((name) => [name, fault.field(name)]));
      setErrors(fields.identity || fields.code || fields.password ? fields : { all: fault.message });
    } finally {
      setBusy(false);
    }
  }

  return html`<form class="form" onSubmit=${submit} novalidate>
    <${Field} label=${identityLabel ?? w('common.identity')} value=${typed.identity} onInput=${put('identity')} error=${errors.identity} name="username" autocomplete="username" autocapitalize="off" spellcheck=${false} />
    <${Field} label=${w('common.code')} value=${typed.code} onInput=${put('code')} error=${errors.code} hint=${w('common.code_hint')} autocomplete="off" autocapitalize="characters" spellcheck=${false} maxlength="12" />
    <${PasswordField} label=${w('common.password_new')} value=${typed.password} onInput=${put('password')} error=${errors.password} hint=${w('common.password_new_hint')} name="password" autocomplete="new-password" />
    <${Trouble} text=${errors.all} />
    <div class="login-acts"><${Button} submit wide busy=${busy} busyText=${w('common.logging_in')}>${w('common.password_set')}<//></div>
  </form>`;
}

/**
 * A code by e-mail: first the address, then the six digits.
 * @param {{door: import('./auth.js').Door, email?: string, onDone?: () => void}} props
 */
function MailForm({ door, email: given = '', onDone }) {
  const [email, setEmail] = useState(given);
  const [sent, setSent] = useState({ id: '', until: 0 });
  const [code, setCode] = useState('');
  const [error, setError] = useState('');
  const [busy, setBusy] = useState(false);
  const boxes = useRef(/** @type {HTMLInputElement | null} */ (null));
  useEffect(() => { if (sent.id) boxes.current?.focus(); }, [sent.id]);

  async function run(/** @type {() => Promise<void>} */ what) {
    setBusy(true);
    setError('');
    try { await what(); } catch (cause) { setError(asFault(cause).message); setCode(''); boxes.current?.focus(); } finally { setBusy(false); }
  }
  const send = () => run(async () => { setSent({ id: await door.mailCode(email), until: Date.now() + mailLife }); });
  function submit(/** @type {Event} */ e) {
    e.preventDefault();
    if (!sent.id) {
      if (!/\S@\S/.test(email)) { setError(w('common.mail_missing')); return; }
      send();
    } else if (code.length < 6) setError(wn('common.mail_code_short', 6 - code.length));
    else run(async () => { await door.loginByMail(sent.id, code); onDone?.(); });
  }

  return html`<form class="form" onSubmit=${submit} novalidate>
    ${!sent.id ? html`<p class="lead">${w('common.mail_code_lead')}</p><${Field} label=${w('common.identity_email')} type="email" value=${email} onInput=${setEmail} error=${error} name="username" autocomplete="username" autocapitalize="off" spellcheck=${false} />`
    : html`<p class="lead" role="status">${w('common.mail_code_sent', { email, time: time(sent.until) })}</p><${CodeBoxes} label=${w('common.mail_code')} value=${code} onInput=${setCode} error=${error} inputRef=${boxes} />
      <p><button type="button" class="lnk" onClick=${send}>${w('common.mail_code_again')}</button></p>`}
    <div class="login-acts"><${Button} submit wide busy=${busy} busyText=${w('common.logging_in')}>${sent.id ? w('common.log_in') : w('common.mail_code_send')}<//></div>
    ${sent.id && html`<${Why} title=${w('common.mail_code_keep')}><p>${w('common.mail_code_keep_text')}</p><//>`}
  </form>`;
}

const mailWorks = (/** @type {import('./auth.js').Door} */ door) => door.forMembers && Boolean(info.value?.mail_codes);

/**
 * The whole login screen.
 * @param {{door: import('./auth.js').Door, title?: string, lead?: string, identityLabel?: string, help?: {icon: string, title: string, text: string}[], more?: any}} props more = other ways in
 */
export function Login({ door, title, lead, identityLabel, help = [], more }) {
  useEffect(() => { loadInfo(); }, []);
  const [way, setWay] = useState('');
  const at = handed.value ? 'reset' : way;
  const heading = useRef(/** @type {HTMLHeadingElement | null} */ (null));
  const first = useRef(true);
  // Another way in is another screen: it starts at its heading, also for who listens to it.
  useEffect(() => { if (!first.current) heading.current?.focus(); first.current = false; }, [at]);
  const back = () => { handed.value = null; setWay(''); };
  const other = language.value === 'id' ? 'en' : 'id';
  return html`<div class="login"><${Band} /><main class="login-in">
    <${Wordmark} size=${27} />
    ${at && html`<div class="login-back"><${IconButton} icon="back" label=${w('common.back')} onClick=${back} /></div>`}
    <h1 class="h1" ref=${heading} tabindex="-1">${at === 'reset' ? w('common.reset_title') : at === 'mail' ? w('common.mail_code_title') : title ?? w('common.log_in')}</h1>
    ${at === 'reset' ? html`<p class="lead">${w('common.reset_lead')}</p><${ResetForm} key=${handed.value?.code ?? ''} door=${door} identityLabel=${identityLabel} />`
    : at === 'mail' ? html`<${MailForm} door=${door} />`
    : html`${lead && html`<p class="lead">${lead}</p>`}<${LoginForm} door=${door} identityLabel=${identityLabel} onForgot=${() => setWay('reset')} onMail=${mailWorks(door) ? () => setWay('mail') : undefined} />`}
    <div class="help">
      ${!at && html`<ul class="help-rows help-ways"><li><button type="button" onClick=${() => setWay('reset')}><${Icon} name="mail" /><span><b>${w('common.reset_first')}</b><small>${w('common.reset_first_text')}</small></span><${Icon} name="chevron" /></button></li>${more}</ul>`}
      ${!at && help.length > 0 && html`<${HelpRows} rows=${help} />`}
      <p class="login-foot"><span class="note">${info.value?.name ?? ''}</span>
        <button type="button" class="lnk" lang=${other} onClick=${() => setLanguage(other)}>${other === 'en' ? 'English' : 'Bahasa Indonesia'}</button></p>
    </div>
  </main></div>`;
}

/** Asks for the login on top of the page, so that what was typed beneath stays. @param {{door: import('./auth.js').Door}} props */
function LoginAgain({ door }) {
  const ref = useRef(/** @type {HTMLDialogElement | null} */ (null));
  const id = useId();
  useEffect(() => { ref.current?.showModal(); }, []);
  const who = door.who.value;
  const [byMail, setByMail] = useState(false);
  return html`<dialog class="dialog" ref=${ref} aria-labelledby=${id} onCancel=${(/** @type {Event} */ e) => e.preventDefault()}><div class="dialog-in">
    <h2 id=${id}>${w('common.login_again')}</h2><p class="lead">${w('common.login_again_lead')}</p>
    ${byMail ? html`<${MailForm} door=${door} email=${who?.email ?? ''} />`
    : html`<${LoginForm} door=${door} identity=${who?.number ? String(who.number) : who?.email ?? ''} onMail=${mailWorks(door) && who?.email ? () => setByMail(true) : undefined} />`}
    <p><button type="button" class="lnk" onClick=${() => door.logout()}>${w('common.somebody_else')}</button></p>
  </div></dialog>`;
}

/**
 * Asks for a proof that it is still the same person, on top of whatever they were doing; then that goes on.
 * @param {{door: import('./auth.js').Door}} props
 */
function Confirm({ door }) {
  const [password, setPassword] = useState('');
  const [error, setError] = useState('');
  const [busy, setBusy] = useState(false);
  const [byMail, setByMail] = useState(false);
  const field = useRef(/** @type {HTMLInputElement | null} */ (null));
  useEffect(() => { field.current?.focus(); }, [byMail]);
  const who = door.who.value;
  const done = door.confirming.value?.done;
  async function prove() {
    if (!password) { setError(w('common.password_missing')); return; }
    setBusy(true);
    try {
      await door.confirm(password);
      done?.(true);
    } catch (cause) {
      setError(asFault(cause).message);
      setPassword('');
      setBusy(false);
      field.current?.focus();
    }
  }
  if (byMail) return html`<${Mailed} door=${door} onClose=${() => done?.(false)} onDone=${() => done?.(true)} />`;
  return html`<${Dialog} open title=${w('common.confirm_title')} lead=${w('common.confirm_lead')} confirm=${w('common.confirm_go')} busy=${busy} busyText=${w('common.logging_in')} onConfirm=${prove} onClose=${() => done?.(false)}>
    <div class="form"><input class="vh" type="text" name="username" autocomplete="username" value=${who?.number ? String(who.number) : who?.email ?? ''} readonly tabindex="-1" aria-hidden="true" />
      <${PasswordField} label=${w('common.password')} value=${password} onInput=${setPassword} error=${error} inputRef=${field} name="password" autocomplete="current-password" />
      <${PasskeyButton} door=${door} same onDone=${() => done?.(true)} onTrouble=${setError} />
      ${mailWorks(door) && who?.email && html`<p><button type="button" class="lnk" onClick=${() => setByMail(true)}>${w('common.mail_code_use')}</button></p>`}</div><//>`;
}

/** The same by e-mail. @param {{door: import('./auth.js').Door, onClose: () => void, onDone: () => void}} props */
function Mailed({ door, onClose, onDone }) {
  const ref = useRef(/** @type {HTMLDialogElement | null} */ (null));
  const id = useId();
  useEffect(() => { ref.current?.showModal(); }, []);
  return html`<dialog class="dialog" ref=${ref} aria-labelledby=${id} onCancel=${(/** @type {Event} */ e) => { e.preventDefault(); onClose(); }}><div class="dialog-in">
    <h2 id=${id}>${w('common.confirm_title')}</h2><${MailForm} door=${door} email=${door.who.value?.email ?? ''} onDone=${onDone} />
    <p><button type="button" class="lnk" onClick=${onClose}>${w('common.not_yet')}</button></p></div></dialog>`;
}

/**
 * Shows the login until somebody is here, then the page. When a login runs out, the page stays beneath.
 * @param {{door: import('./auth.js').Door, login?: any, children?: any}} props login = props of Login
 */
export function Gate({ door, login, children }) {
  const who = door.who.value;
  // Whoever opens a printed link wants that, also on a phone where somebody is logged in.
  if (!who || handed.value) return html`<${Login} door=${door} ...${login} />`;
  return html`<div key=${who.id}>${children}${door.expired.value && html`<${LoginAgain} door=${door} />`}${door.confirming.value && html`<${Confirm} door=${door} />`}</div>`;
}
