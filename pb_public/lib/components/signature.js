// A signature: drawn with a finger, or typed. Drawn, it is a small PNG; typed, a name.
import { html, useEffect, useRef, useState } from '../view.js';
import { w } from '../words.js';
import { Field } from './field.js';

/** @typedef {{how: '' | 'drawn' | 'typed', drawn: string, typed: string}} Signed drawn = PNG in base64 */
/** @type {Signed} */
export const unsigned = { how: '', drawn: '', typed: '' };

/** A name without what stands around it in lists: degrees, titles, initials, marks; as the server compares it. @param {string} name */
const bare = (name) => name.split(',')[0].toLowerCase().split(/\s+/).filter((part) => part && !part.endsWith('.')).join(' ').replace(/['’‘`ʼ.-]/g, '');
/** @param {string} text */
const plain = (text) => text.toLowerCase().split(/\s+/).filter(Boolean).join(' ');

/** A typed signature is the name of whoever signs. @param {Signed} it @param {string} name */
export const isSigned = (it, name) => (it.how === 'drawn' ? it.drawn !== '' : it.how === 'typed' && (plain(it.typed) === plain(name) || (bare(name) !== '' && bare(it.typed) === bare(name))));

const size = { width: 640, height: 220 }; // of the picture; the box on the screen is as wide as there is room
const ink = '#0E2F27'; // on paper, in both themes

/**
 * @param {{value: Signed, onChange: (value: Signed) => void, name: string, label: string, error?: string}} props name = whose
 */
export function SignatureBox({ value, onChange, name, label, error }) {
  const [typing, setTyping] = useState(value.how === 'typed');
  const canvas = useRef(/** @type {HTMLCanvasElement | null} */ (null));
  const at = useRef(/** @type {{x: number, y: number} | null} */ (null));

  useEffect(() => {
    if (typing || !value.drawn) return;
    const picture = new Image();
    picture.onload = () => canvas.current?.getContext('2d')?.drawImage(picture, 0, 0);
    picture.src = `data:image/png;base64,${value.drawn}`;
  }, [typing]);

  /** @param {PointerEvent} e */
  const place = (e) => {
    const box = /** @type {HTMLCanvasElement} */ (canvas.current).getBoundingClientRect();
    return { x: ((e.clientX - box.left) * size.width) / box.width, y: ((e.clientY - box.top) * size.height) / box.height };
  };
  /** @param {PointerEvent} e */
  function begin(e) {
    e.preventDefault();
    canvas.current?.setPointerCapture(e.pointerId);
    at.current = place(e);
    line(at.current, { x: at.current.x + 0.1, y: at.current.y });
  }
  /** @param {{x: number, y: number}} from @param {{x: number, y: number}} to */
  function line(from, to) {
    const pen = canvas.current?.getContext('2d');
    if (!pen) return;
    Object.assign(pen, { lineWidth: 4, lineCap: 'round', lineJoin: 'round', strokeStyle: ink });
    pen.beginPath();
    pen.moveTo(from.x, from.y);
    pen.lineTo(to.x, to.y);
    pen.stroke();
  }
  /** @param {PointerEvent} e */
  function move(e) {
    if (!at.current) return;
    const to = place(e);
    line(at.current, to);
    at.current = to;
  }
  function end() {
    if (!at.current) return;
    at.current = null;
    const picture = canvas.current?.toDataURL('image/png') ?? '';
    onChange({ how: 'drawn', drawn: picture.slice(picture.indexOf(',') + 1), typed: '' });
  }
  function wipe() {
    canvas.current?.getContext('2d')?.clearRect(0, 0, size.width, size.height);
    onChange(unsigned);
  }
  const turn = () => { onChange(unsigned); setTyping(!typing); };
  return html`<fieldset class="sign"><legend>${label}</legend>
    ${typing
    ? html`<${Field} label=${w('join.sign_type_label')} value=${value.typed} placeholder=${name} hint=${w('join.sign_type_hint', { name })} autocomplete="name" maxlength="120" error=${error}
        onInput=${(/** @type {string} */ typed) => onChange({ how: 'typed', drawn: '', typed })} />${value.typed.trim() && html`<p class="sign-typed" aria-hidden="true">${value.typed}</p>`}`
    : html`<div class=${`sign-box on-white ${error ? 'bad' : ''}`}><canvas ref=${canvas} width=${size.width} height=${size.height} role="img" aria-label=${w(value.drawn ? 'join.sign_there' : 'join.sign_empty')}
        onPointerDown=${begin} onPointerMove=${move} onPointerUp=${end} onPointerCancel=${end}></canvas>${!value.drawn && html`<span aria-hidden="true">${w('join.sign_here')}</span>`}</div>
      ${error && html`<p class="err">${error}</p>`}`}
    <p class="sign-acts">${!typing && value.drawn && html`<button type="button" class="lnk" onClick=${wipe}>${w('join.sign_again')}</button>`}
      <button type="button" class="lnk" onClick=${turn}>${w(typing ? 'join.sign_draw' : 'join.sign_type')}</button></p></fieldset>`;
}
