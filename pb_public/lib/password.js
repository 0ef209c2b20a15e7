// Another password for whoever is here: everything else that was open ends, and this device goes on with a new token.
import { asFault, ulid } from './api.js';
import { Button, Dialog, PasswordField, Section, toast } from './components/index.js';
import { html, useEffect, useRef, useState } from './view.js';
import { w } from './words.js';

/** @param {{door: import('./auth.js').Door, onDone: () => void}} props */
export function ChangePassword({ door, onDone }) {
  const [asking, setAsking] = useState(''); // the act's key
  const [password, setPassword] = useState('');
  const [error, setError] = useState('');
  const [busy, setBusy] = useState(false);
  const field = useRef(/** @type {HTMLInputElement | null} */ (null));
  useEffect(() => { if (asking) field.current?.focus(); }, [asking]);
  const close = () => { setAsking(''); setPassword(''); setError(''); };
  const who = door.who.value;

  async function change() {
    if (!password) { setError(w('common.password_new_missing')); field.current?.focus(); return; }
    setBusy(true);
    try {
      const { token } = await door.send('POST', '/api/coop/me/password', { id: asking, password });
      const kept = door.pb().authStore;
      kept.save(token, kept.record);
      toast(w('common.password_changed'));
      close();
      onDone();
    } catch (cause) {
      const fault = asFault(cause);
      setError(fault.field('password') || fault.message);
      field.current?.focus();
    } finally {
      setBusy(false);
    }
  }

  return html`<${Section} title=${w('common.password')}><p class="read">${w('common.password_change_lead')}</p>
    <${Button} kind="ghost" wide icon="lock" onClick=${() => setAsking(ulid())}>${w('common.password_change')}<//>
    <${Dialog} open=${asking !== ''} title=${w('common.password_change')} lead=${w('common.password_change_lead')} confirm=${w('common.save')} busy=${busy} onConfirm=${change} onClose=${close}>
      <div class="form"><input class="vh" type="text" name="username" autocomplete="username" value=${who?.number ? String(who.number) : who?.email ?? ''} readonly tabindex="-1" aria-hidden="true" />
        <${PasswordField} label=${w('common.password_new')} value=${password} onInput=${(/** @type {string} */ it) => { setError(''); setPassword(it); }} hint=${w('common.password_new_hint')} error=${error} inputRef=${field} name="new-password" autocomplete="new-password" /></div><//><//>`;
}
