import { CompositionBar, Figure, FootLink, Gauge, Legend, Money, PartialBar, Sheet } from '../lib/components/index.js';
import { Bilah, stripWorth } from '../lib/components/bilah.js';
import { Path } from '../lib/components/path.js';
import { Why } from '../lib/components/why.js';
import { rupiah } from '../lib/format.js';
import { html, useState } from '../lib/view.js';
import { w } from '../lib/words.js';
import { Group } from './parts.js';

/** Sums add up on screen: the parts of the sample are 835.000. */
const parts = () => [{ kind: 'mandatory', amount_rupiah: 50000 }, { kind: 'voluntary', amount_rupiah: 100000 }, { kind: 'instalment', amount_rupiah: 245000, note: w('look.of_ten') },
  { kind: 'store', amount_rupiah: 412000, note: w('look.receipts') }, { kind: 'arrears', amount_rupiah: 28000 }];

const limit = 2_000_000;

function Limit() {
  const [used, setUsed] = useState(440_000);
  return html`<div><${Figure} rupiah=${limit - used} /><div class="g-gauge"><${Gauge} limit_rupiah=${limit} used_rupiah=${used} /></div>
    <label class="g-slide"><span class="note">${w('look.slide')}</span><input type="range" min="0" max=${limit} step="5000" value=${used} onInput=${(/** @type {any} */ e) => setUsed(Number(e.currentTarget.value))} /></label></div>`;
}

const Next = () => html`<${Sheet} title=${w('look.next')} chip=${w('look.tuesday')}><p class="g-fig"><${Figure} rupiah=${835000} /></p><p class="small">${w('look.so_far')}</p>
  <${CompositionBar} parts=${parts()} /><${Legend} parts=${parts()} /><${FootLink} href="#figures">${w('look.to_receipts')}<//><//>`;

const Fell = () => html`<div><p class="small">${w('look.deducted_on')}</p><p class="g-fig"><${Figure} rupiah=${779500} size="xl" /></p><${PartialBar} done_rupiah=${779500} rest_rupiah=${128000} />
  <dl class="trio"><div><dt>${w('look.asked')}</dt><dd>${rupiah(907500)}</dd></div><div><dt>${w('look.got')}</dt><dd>${rupiah(779500)}</dd></div><div><dt>${w('look.left')}</dt><dd class="rest">${rupiah(128000)}</dd></div></dl>
  <div class="g-why"><${Why} title=${w('look.why')}><p>${w('look.why_text')}</p><p><b>28.000</b> ${w('look.why_moves')} <b>100.000</b> ${w('look.why_skipped')}</p><//></div></div>`;

const units = [['Sekretariat', 171_420_000, 168_955_000], ['Kelembagaan', 104_310_500, 103_402_500], ['Pengawasan', 57_902_000, 55_106_500], ['Inspektorat', 38_140_000, 38_140_000]];

const steps = () => /** @type {{label: string, state: 'done' | 'now' | 'next', note: string}[]} */ (['draft', 'locked', 'sent', 'answered', 'settled', 'received'].map((s, i) => ({ label: w(`look.step_${s}`), state: i < 3 ? 'done' : i === 3 ? 'now' : 'next', note: w(`look.step_${s}_note`) })));

export function Figures() {
  const worth = stripWorth(171_420_000);
  return html`<div class="g-pair"><${Group} title=${w('look.sheet')} note=${w('look.sheet_note')}><${Next} /><//>
      <div><${Group} title=${w('look.gauge')} note=${w('look.gauge_note')}><${Limit} /><//>
        <${Group} title=${w('look.gauge_base')}><div class="on-base g-base"><${Gauge} limit_rupiah=${limit} used_rupiah=${440000} next_rupiah=${243000} /></div><//></div></div>
    <div class="g-pair"><${Group} title=${w('look.partial')} note=${w('look.partial_note')}><${Fell} /><//>
      <div><${Group} title=${w('look.units')} note=${w('look.units_note')}><ul class="g-units">${units.map(([name, asked, got]) => html`<li key=${name}><b>${name}</b><${Bilah} requested_rupiah=${Number(asked)} deducted_rupiah=${Number(got)} answered worth=${worth} /><${Money} rupiah=${Number(got)} /></li>`)}</ul><//>
        <${Group} title=${w('look.amounts')}><ul class="rows"><li><span>${w('look.in_rows')}</span><${Money} rupiah=${143500} /></li><li><span>${w('look.with_unit')}</span><${Money} rupiah=${143500} unit /></li><li><span>${w('look.moved')}</span><${Money} rupiah=${-50000} sign /></li></ul><//></div></div>
    <${Group} title=${w('look.path')} note=${w('look.path_note')}><${Path} label=${w('look.path')} steps=${steps()} /><//>`;
}
