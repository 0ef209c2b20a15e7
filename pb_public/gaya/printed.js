import { Button } from '../lib/components/index.js';
import { Letter } from '../lib/components/letter.js';
import { rupiah } from '../lib/format.js';
import { html } from '../lib/view.js';
import { w } from '../lib/words.js';
import { Group } from './parts.js';

export const Printed = () => html`<${Group} title=${w('look.letter')} note=${w('look.letter_note')}><div class="g-desk"><${Letter} number="014/POTONG/XI/2026" date="2026-10-21" to=${w('look.letter_to')} subject=${w('look.letter_subject')} signed=${[{ role: w('look.signed_a'), name: 'Yohanes Lema' }, { role: w('look.signed_b'), name: 'Maya Anggraini' }]}>
    <p>${w('look.letter_a')}</p><table><thead><tr><th scope="col">${w('look.work_unit')}</th><th scope="col" class="num">${w('look.people')}</th><th scope="col" class="num">Rp</th></tr></thead>
      <tbody><tr><td>Inspektorat</td><td class="num">74</td><td class="num">${rupiah(38140000)}</td></tr></tbody></table><p>${w('look.letter_b')}</p><//></div><//>
  <${Group} title=${w('look.on_paper')} note=${w('look.on_paper_note')}><${Button} kind="ghost" icon="print" onClick=${() => globalThis.print()}>${w('look.print')}<//><//>`;
