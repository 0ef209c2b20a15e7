import { Icon } from '../lib/components/index.js';
import { html } from '../lib/view.js';
import { w } from '../lib/words.js';
import { Group } from './parts.js';

const lines = ['greeting', 'savings', 'draft', 'shortfall', 'block', 'refusal', 'estimate'];

export const Voice = () => html`<dl class="g-voice">${lines.map((l) => html`<div key=${l}><dt>${w(`look.say_${l}`)}</dt><dd>${w(`look.say_${l}_text`)}</dd></div>`)}</dl>
  <div class="g-pair"><${Group} title=${w('look.do')}><ul class="g-dos">${['a', 'b', 'c', 'd'].map((k) => html`<li key=${k}><${Icon} name="check" class="pos" /><span>${w(`look.do_${k}`)}</span></li>`)}</ul><//>
    <${Group} title=${w('look.dont')}><ul class="g-dos">${['a', 'b', 'c', 'd'].map((k) => html`<li key=${k}><${Icon} name="close" class="neg" /><span>${w(`look.dont_${k}`)}</span></li>`)}</ul><//></div>
  <${Group} title=${w('look.take')}><ol class="g-take"><li>${w('look.take_a')}</li><li>${w('look.take_b')}</li><li>${w('look.take_c')}</li></ol><//>`;
