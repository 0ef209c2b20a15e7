// The frame: what one can go to, theme and language, and the chapters in order.
import { info } from '../lib/api.js';
import { Toasts, Wordmark } from '../lib/components/index.js';
import { setTheme, theme } from '../lib/theme.js';
import { html, useEffect } from '../lib/view.js';
import { language, setLanguage, w } from '../lib/words.js';
import { Colours } from './colours.js';
import { Controls } from './controls.js';
import { Figures } from './figures.js';
import { Cloth } from './cloth.js';
import { Icons } from './icons.js';
import { Lists } from './lists.js';
import { Printed } from './printed.js';
import { Space } from './space.js';
import { States } from './states.js';
import { Things } from './things.js';
import { Type } from './type.js';
import { Voice } from './voice.js';
import { Work } from './work.js';

/** @type {[string, any][]} */
const chapters = [['cloth', Cloth], ['colours', Colours], ['type', Type], ['space', Space], ['icons', Icons], ['controls', Controls], ['figures', Figures], ['lists', Lists], ['work', Work],
  ['states', States], ['things', Things], ['printed', Printed], ['voice', Voice]];

/** @param {{name: string, on: boolean, run: () => void}} props */
const Choice = ({ name, on, run }) => html`<button type="button" class="g-choice" aria-pressed=${on} onClick=${run}>${name}</button>`;

const Settings = () => html`<div class="g-set no-print">
  <div role="group" aria-label=${w('common.theme')}>${/** @type {const} */ (['auto', 'light', 'dark']).map((t) => html`<${Choice} key=${t} name=${w(`common.theme_${t}`)} on=${theme.value === t} run=${() => setTheme(t)} />`)}</div>
  <div role="group" aria-label=${w('common.language')}>${/** @type {const} */ (['id', 'en']).map((l) => html`<${Choice} key=${l} name=${l === 'id' ? 'Indonesia' : 'English'} on=${language.value === l} run=${() => setLanguage(l)} />`)}</div></div>`;

export function Page() {
  useEffect(() => { document.title = `${w('look.title')} · ${info.value?.short_name || 'kpdk'}`; }, [language.value, info.value]);
  return html`<div class="g">
    <a class="skip" href="#isi">${w('common.skip')}</a>
    <header class="g-top"><${Wordmark} href="/" size=${26} /><${Settings} /></header>
    <div class="g-in"><nav class="g-nav no-print" aria-label=${w('look.contents')}><ol>${chapters.map(([name]) => html`<li key=${name}><a href=${`#${name}`}>${w(`look.${name}`)}</a></li>`)}</ol></nav>
    <main id="isi" tabindex="-1"><div class="g-hero"><h1 class="display">${w('look.headline')}</h1><p class="g-lead">${w('look.lead')}</p></div>
      ${chapters.map(([name, Chapter]) => html`<section key=${name} id=${name} class="g-chapter" aria-labelledby=${`${name}-h`}><h2 id=${`${name}-h`} class="g-h">${w(`look.${name}`)}</h2><p class="read g-say">${w(`look.${name}_text`)}</p><${Chapter} /></section>`)}
      <p class="note g-end">${w('look.invented')}</p></main></div>
    <${Toasts} /></div>`;
}
