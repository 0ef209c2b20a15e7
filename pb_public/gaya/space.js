import { html, useState } from '../lib/view.js';
import { w } from '../lib/words.js';
import { Button } from '../lib/components/index.js';
import { Group, Specimen } from './parts.js';

const steps = [4, 8, 12, 16, 24, 32, 48, 72, 120];
const radii = [['r-bar', 2], ['r-s', 6], ['r-m', 12], ['r-l', 20], ['r-card', 22]];

export function Space() {
  const [moved, setMoved] = useState(false);
  return html`<${Group} title=${w('look.steps')}><ul class="g-steps">${steps.map((px, i) => html`<li key=${px}><i style=${{ width: `var(--s${i + 1})`, height: `var(--s${i + 1})` }}></i><b>${px}</b><small class="mono">--s${i + 1}</small></li>`)}</ul><//>
    <div class="g-pair"><${Group} title=${w('look.corners')} note=${w('look.corners_note')}><div class="g-row">${radii.map(([name, px]) => html`<${Specimen} key=${name} name=${w(`look.corner_${String(name).slice(2)}`, { px })}><i class="g-corner" style=${{ borderRadius: `var(--${name})` }}></i><//>`)}</div><//>
    <${Group} title=${w('look.motion')} note=${w('look.motion_note')}><div class="g-motion"><i class=${moved ? 'at' : ''}></i></div><${Button} kind="ghost" small onClick=${() => setMoved(!moved)}>${w('look.move')}<//><//></div>`;
}
