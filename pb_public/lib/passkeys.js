// The passkeys of whoever is here: a list, one more, one less.
import { asFault, ulid } from './api.js';
import { Button, Dialog, Icon, Loaded, Section, toast } from './components/index.js';
import { nameOf } from './device-name.js';
import { day } from './format.js';
import { makePasskey, passkeysWork } from './passkey.js';
import { resource } from './resource.js';
import { html, useEffect, useMemo, useState } from './view.js';
import { w } from './words.js';

/** @typedef {{id: string, browser: string, system: string, added_on: string, used_on: string}} Passkey */

/** @param {{door: import('./auth.js').Door}} props */
export function Passkeys({ door }) {
  const list = useMemo(() => resource(door, '/api/coop/me/passkeys'), []);
  const [asking, setAsking] = useState(/** @type {{key: Passkey, id: string} | null} */ (null));
  const [busy, setBusy] = useState(false);
  const work = passkeysWork();
  const some = (list.state.value.data?.passkeys.length ?? 0) > 0;
  useEffect(() => { list.load(); }, []);

  async function run(/** @type {() => Promise<void>} */ what) {
    setBusy(true);
    try { await what(); } catch (cause) { toast(asFault(cause).message, { kind: 'bad' }); } finally { setBusy(false); setAsking(null); list.load(); }
  }
  const add = () => run(async () => {
    const { ceremony, options } = await door.send('POST', '/api/coop/me/passkeys/begin', {});
    await door.send('POST', '/api/coop/me/passkeys', { id: ulid(), ceremony, credential: await makePasskey(options) });
    toast(w('common.passkey_added'));
  });
  const remove = () => run(async () => {
    await door.send('POST', '/api/coop/me/passkeys/remove', { id: asking?.id, passkey: asking?.key.id });
    toast(w('common.passkey_removed'));
  });

  if (!work && !some) return null; // nothing to show, and no way to add one here
  return html`<${Section} title=${w('common.passkeys')}><p class="read">${w('common.passkeys_lead')}</p>
    <${Loaded} of=${list} rows=${1} draw=${(/** @type {{passkeys: Passkey[]}} */ { passkeys }) => passkeys.length > 0 && html`<ul class="devices">${passkeys.map((k) => html`<li key=${k.id}><${Icon} name="key" />
      <div><b>${nameOf(k)}</b><small class="note">${w('common.passkey_added_on', { day: day(k.added_on, 'long') })}${k.used_on && html`<br />${w('common.device_seen', { day: day(k.used_on, 'long') })}`}</small></div>
      <${Button} kind="ghost" small onClick=${() => setAsking({ key: k, id: ulid() })}><span>${w('common.remove')}</span><span class="vh">${nameOf(k)}</span><//></li>`)}</ul>`} />
    ${work && html`<${Button} kind="ghost" wide icon="key" busy=${busy && !asking} onClick=${add}>${w('common.passkey_add')}<//>`}
    <${Dialog} open=${asking !== null} title=${w('common.passkey_remove_ask')} lead=${w('common.passkey_remove_text')} confirm=${w('common.remove')} busy=${busy} onConfirm=${remove} onClose=${() => setAsking(null)} /><//>`;
}
