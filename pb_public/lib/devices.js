// On which devices somebody is logged in; ending them asks for a proof of the person first.
import { asFault, ulid } from './api.js';
import { Button, Dialog, Icon, Loaded, toast } from './components/index.js';
import { nameOf } from './device-name.js';
import { dateOf, day, time, today } from './format.js';
import { Passkeys } from './passkeys.js';
import { ChangePassword } from './password.js';
import { resource } from './resource.js';
import { html, useEffect, useMemo, useState } from './view.js';
import { w, wn } from './words.js';

/** @typedef {{id: string, browser: string, system: string, since: string, seen_on: string, current: boolean}} Device */

/** @param {Device} d */
function seen(d) {
  if (d.current) return w('common.device_now');
  return d.seen_on === today() ? w('common.device_today') : w('common.device_seen', { day: day(d.seen_on, 'long') });
}

/** @param {{door: import('./auth.js').Door}} props */
export function Devices({ door }) {
  const list = useMemo(() => resource(door, '/api/coop/me/sessions'), []);
  const [asking, setAsking] = useState(/** @type {{device: Device | null, id: string} | null} */ (null));
  const [busy, setBusy] = useState(false);
  const [changed, setChanged] = useState(0); // passwords since the page is open: the passkeys went with each
  useEffect(() => { list.load(); }, [changed]);
  const ask = (/** @type {Device | null} */ device) => setAsking({ device, id: ulid() });

  async function end() {
    if (!asking) return;
    setBusy(true);
    try {
      const { ended } = await door.send('POST', '/api/coop/me/sessions/end', asking.device ? { id: asking.id, session: asking.device.id } : { id: asking.id, others: true });
      toast(wn('common.devices_ended', ended));
    } catch (cause) {
      toast(asFault(cause).message, { kind: 'bad' });
    } finally {
      setBusy(false);
      setAsking(null);
      list.load();
    }
  }

  const draw = (/** @type {{sessions: Device[]}} */ { sessions }) => html`<ul class="devices">${sessions.map((d) => html`<li key=${d.id}>
      <${Icon} name=${/Android|iPhone|iPad/.test(d.system) ? 'phone' : 'screen'} /><div><b>${nameOf(d)}</b>
        <small class="note">${w('common.device_since', { day: day(dateOf(Date.parse(d.since)), 'long'), time: time(Date.parse(d.since)) })}<br />${seen(d)}</small></div>
      ${d.current ? html`<span class="chip tint">${w('common.device_this')}</span>` : html`<${Button} kind="ghost" small onClick=${() => ask(d)}><span>${w('common.device_end')}</span><span class="vh">${nameOf(d)}</span><//>`}</li>`)}</ul>
    ${sessions.length > 1 ? html`<${Button} kind="ghost" wide icon="logout" onClick=${() => ask(null)}>${w('common.devices_end_others')}<//>` : html`<p class="note">${w('common.devices_alone')}</p>`}`;
  return html`<${Loaded} of=${list} rows=${3} draw=${draw} /><div class="logins"><${ChangePassword} door=${door} onDone=${() => setChanged(changed + 1)} /><${Passkeys} key=${changed} door=${door} /></div>
    <${Dialog} open=${asking !== null} title=${asking?.device ? w('common.device_end_ask', { name: nameOf(asking.device) }) : w('common.devices_end_ask')} lead=${w('common.device_end_text')}
      confirm=${asking?.device ? w('common.device_end') : w('common.devices_end_others')} busy=${busy} onConfirm=${end} onClose=${() => setAsking(null)} />`;
}
