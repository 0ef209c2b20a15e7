import { Field, Pattern, Weave, sha256 } from '../lib/components/index.js';
import { Hash } from '../lib/components/trace.js';
import { html, useEffect, useState } from '../lib/view.js';
import { w } from '../lib/words.js';
import { Specimen } from './parts.js';

const known = '4c804ffc076deaed08f96bcbdeea26fc20a971a78dc6b715a5c96b4207889682';

/** Any text becomes cloth: its SHA-256, 256 crossings. A hash is taken as it stands. */
export function Cloth() {
  const [text, setText] = useState('');
  const [hash, setHash] = useState(known);
  useEffect(() => {
    let mine = true;
    if (!text) setHash(known);
    else if (/^[0-9a-f]{64}$/i.test(text)) setHash(text.toLowerCase());
    else sha256(text).then((sum) => { if (mine && sum) setHash(sum); });
    return () => { mine = false; };
  }, [text]);
  return html`<div class="g-cloth"><div class="weave-band g-band" aria-hidden="true"><${Weave} hash=${hash} /></div>
    <div class="g-cloth-in"><${Field} label=${w('look.weave_label')} value=${text} onInput=${setText} hint=${w('look.weave_hint')} maxlength="200" autocapitalize="off" spellcheck=${false} /><div aria-live="polite"><${Hash} hash=${hash} /></div></div></div>
    <div class="g-row g-three"><${Specimen} name=${w('look.weave_read')}><div class="g-bits" aria-hidden="true"><${Weave} hash=${hash} cols=${8} rows=${2} /></div><p class="mono g-bitline">${bitsOf(hash)}</p><//>
      <${Specimen} name=${w('look.weave_empty')}><div class="g-pattern"><${Pattern} /></div><//></div>`;
}

/** The first 16 crossings as digits, in the order in which they are drawn. @param {string} hash */
const bitsOf = (hash) => [...hash.slice(0, 4)].map((c) => parseInt(c, 16).toString(2).padStart(4, '0')).join(' ');
