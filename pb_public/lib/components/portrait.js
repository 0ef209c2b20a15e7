// The photo for a card: look at it, choose one, take it away. The words are the door's own.
import { asFault, ulid } from '../api.js';
import { html, useEffect, useRef, useState } from '../view.js';
import { Button } from './button.js';
import { Icon } from './icon.js';
import { toast } from './toast.js';

const enough = 1440; // pixels: more than a card shows, less than a phone's bill

/**
 * A smaller copy, upright, or the file itself where this browser can't make one.
 * @param {File} file
 * @returns {Promise<Blob>}
 */
async function smaller(file) {
  try {
    const picture = await createImageBitmap(file);
    const by = Math.min(1, enough / Math.max(picture.width, picture.height));
    if (by === 1) return file;
    const canvas = Object.assign(document.createElement('canvas'), { width: Math.round(picture.width * by), height: Math.round(picture.height * by) });
    canvas.getContext('2d')?.drawImage(picture, 0, 0, canvas.width, canvas.height);
    picture.close();
    return await new Promise((done) => { canvas.toBlob((blob) => done(blob ?? file), 'image/jpeg', 0.9); });
  } catch { return file; }
}

/**
 * @param {object} props
 * @param {import('../auth.js').Door} props.door
 * @param {string} props.path of the photo, without .jpg
 * @param {boolean} props.allowed whether cards carry photos here
 * @param {boolean} props.there whether there is one
 * @param {string} props.name whose
 * @param {(key: string) => string} props.say
 * @param {() => void} props.onChange
 */
export function Portrait({ door, path, allowed, there, name, say, onChange }) {
  const [address, setAddress] = useState('');
  const [busy, setBusy] = useState('');
  const [wrong, setWrong] = useState('');
  const [turn, setTurn] = useState(0);
  const input = useRef(/** @type {HTMLInputElement | null} */ (null));
  useEffect(() => {
    let made = '';
    let gone = false;
    if (there) door.request('GET', `${path}.jpg`).then((a) => a.blob()).then((blob) => { if (!gone) setAddress(made = URL.createObjectURL(blob)); }, (cause) => { if (!gone) setWrong(asFault(cause).message); });
    else setAddress('');
    return () => { gone = true; if (made) URL.revokeObjectURL(made); };
  }, [there, turn, path]);
  /** @param {string} what @param {() => Promise<unknown>} act */
  const run = async (what, act) => {
    setBusy(what);
    setWrong('');
    try { await act(); toast(say(`did_${what}`)); setTurn(turn + 1); onChange(); } catch (cause) { const fault = asFault(cause); setWrong(fault.field('file') || fault.message); } finally { setBusy(''); }
  };
  const take = (/** @type {HTMLInputElement} */ from) => {
    const file = from.files?.[0];
    from.value = ''; // the same file may be chosen again
    if (!file) return;
    run('add', async () => {
      const photo = await smaller(file);
      const body = new FormData();
      body.append('id', ulid());
      body.append('file', photo, 'foto');
      await door.send('POST', path, body);
    });
  };
  return html`<div class="portrait"><div class="portrait-frame">${address ? html`<img src=${address} alt=${name} width="90" height="120" />` : html`<${Icon} name="person" />`}</div>
    <div class="portrait-side"><p class="note">${say(allowed ? 'text' : 'off')}</p>
      <div class="portrait-acts">${allowed && html`<${Button} kind="ghost" small icon="camera" busy=${busy === 'add'} onClick=${() => input.current?.click()}>${say(there ? 'other' : 'add')}<//>`}
        ${there && html`<${Button} kind="ghost" small icon="trash" busy=${busy === 'remove'} onClick=${() => run('remove', () => door.send('POST', `${path}/remove`, { id: ulid() }))}>${say('remove')}<//>`}</div>
      <input ref=${input} class="vh" type="file" tabindex="-1" aria-label=${say('add')} accept="image/jpeg,image/png,image/webp" onChange=${(/** @type {any} */ e) => take(e.currentTarget)} />
      ${wrong && html`<p class="err" role="alert"><${Icon} name="warning" /><span>${wrong}</span></p>`}</div></div>`;
}
