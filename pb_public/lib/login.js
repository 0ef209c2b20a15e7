// The login of every door, and the gate that stands before its pages.
import { asFault, info, loadInfo } from './api.js';
import { Button, Field, HelpRows, Icon, PasswordField, Pattern, Weave, Wordmark, sha256 } from './components/index.js';
import { html, useEffect, useId, useRef, useState } from './view.js';
import { language, setLanguage, w } from './words.js';

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
 * @param {{door: import('./auth.js').Door, identity?: string, identityLabel?: string, onDone?: () => void}} props
 */
export function LoginForm({ door, identity: given = '', identityLabel, onDone }) {
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
      name="password" autocomplete="current-password" />
    ${errors.all && html`<p class="err" role="alert"><${Icon} name="warning" /><span>${errors.all}</span></p>`}
    <div class="login-acts"><${Button} submit wide busy=${busy} busyText=${w('common.logging_in')}>${w('common.log_in')}<//></div>
  </form>`;
}

/**
 * The whole login screen.
 * @param {{door: import('./auth.js').Door, title?: string, lead?: string, identityLabel?: string, help?: {icon: string, title: string, text: string}[]}} props
 */
export function Login({ door, title, lead, identityLabel, help = [] }) {
  useEffect(() => { loadInfo(); }, []);
  const other = language.value === 'id' ? 'en' : 'id';
  return html`<div class="login"><${Band} /><main class="login-in">
    <${Wordmark} size=${27} />
    <h1 class="h1">${title ?? w('common.log_in')}</h1>
    ${lead && html`<p class="lead">${lead}</p>`}
    <${LoginForm} door=${door} identityLabel=${identityLabel} />
    <div class="help">
      ${help.length > 0 && html`<${HelpRows} rows=${help} />`}
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
  return html`<dialog class="dialog" ref=${ref} aria-labelledby=${id} onCancel=${(/** @type {Event} */ e) => e.preventDefault()}><div class="dialog-in">
    <h2 id=${id}>${w('common.login_again')}</h2><p class="lead">${w('common.login_again_lead')}</p>
    <${LoginForm} door=${door} identity=${who?.number ? String(who.number) : who?.email ?? ''} />
    <p><button type="button" class="lnk" onClick=${() => door.logout()}>${w('common.somebody_else')}</button></p>
  </div></dialog>`;
}

/**
 * Shows the login until somebody is here, then the page. When a login runs out, the page stays beneath.
 * @param {{door: import('./auth.js').Door, login?: any, children?: any}} props login = props of Login
 */
export function Gate({ door, login, children }) {
  const who = door.who.value;
  if (!who) return html`<${Login} door=${door} ...${login} />`;
  return html`<div key=${who.id}>${children}${door.expired.value && html`<${LoginAgain} door=${door} />`}</div>`;
}
