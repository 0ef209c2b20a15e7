import { Button, Section, toast } from '../lib/components/index.js';
import { ActOn } from '../lib/components/act-on.js';
import { HeldBand } from '../lib/components/held-band.js';
import { TillRow } from '../lib/components/till-row.js';
import { Icon } from '../lib/components/icon.js';
import { rupiah } from '../lib/format.js';
import { html, signal, useState } from '../lib/view.js';
import { w } from '../lib/words.js';
import { Consequence } from '../kelola/payroll/consequence.js';
import { Group, Specimen } from './parts.js';

const tried = () => toast(w('look.toast_good'));

/** One row of each kind; the one that is touched stands raised. */
function Receipt() {
  const [on, setOn] = useState(1);
  /** @type {import('../lib/components/till-row.js').TillLine[]} */
  const lines = [
    { name: 'Beras Pandan Wangi 5 kg', quantity: '1', unit: 'karung', weighed: false, price_rupiah: 82000, public_price_rupiah: 82000, amount_rupiah: 82000 },
    { name: 'Kopi Gayo bubuk 200 g', quantity: '2', unit: 'bungkus', weighed: false, price_rupiah: 42000, public_price_rupiah: 45000, amount_rupiah: 84000 },
    { name: 'Telur ayam', quantity: '1,25', unit: 'kg', weighed: true, price_rupiah: 29600, public_price_rupiah: 31200, amount_rupiah: 37000 },
    { name: 'Kue lapis pandan', quantity: '3', unit: 'potong', weighed: false, consignor: 'Erna', price_rupiah: 2800, public_price_rupiah: 2800, amount_rupiah: 8400 },
    { name: 'Minyak goreng 2 L', quantity: '1', unit: 'botol', weighed: false, price_rupiah: 35500, public_price_rupiah: 37500, amount_rupiah: 35500, fault: w('look.till_fault') },
  ];
  return html`<ol class="lines g-till">${lines.map((line, i) => html`<${TillRow} key=${line.name} line=${line} on=${on === i} choose=${() => setOn(i)} less=${tried} more=${tried} takeOut=${tried} />`)}</ol>`;
}

const units = [{ name: 'Sekretariat', asked: 171_420_000, got: 168_955_000 }, { name: 'Inspektorat', asked: 38_140_000, got: 38_140_000 }];
const maker = { name: 'Dewi Anjani', role: 'treasurer' };
const checker = { name: 'Yohanes Lema', role: 'manager' };

/** A month's run as the server tells it; its parts are its sums. @param {import('../kelola/types.js').RunState} state @param {any} [may] @returns {import('../kelola/types.js').Run} */
function run(state, may = {}) {
  const order = /** @type {const} */ (['draft', 'locked', 'sent', 'answered', 'settled', 'received']);
  const at = order.indexOf(state);
  return {
    period: '2026-11', state, pay_date: '2026-12-01', cutoff_date: '2026-11-20', preview_until: '2026-10-25', early: null, from_date: '2026-10-21', may, members: 412, answered_members: 412,
    prepared_by: maker, approved_by: at >= 4 ? checker : null, steps: order.slice(0, at + 1).map((s, i) => ({ state: s, at: `2026-11-${20 + i}T09:05:00Z`, by: maker })),
    requested_rupiah: 209_560_000, deducted_rupiah: at >= 3 ? 207_095_000 : 0, remaining_rupiah: at >= 3 ? 2_465_000 : 0, excess_rupiah: 0, elsewhere_rupiah: 0, moves_rupiah: at >= 3 ? 1_565_000 : 0, skipped_rupiah: at >= 3 ? 900_000 : 0, capped_rupiah: 310_000, unmatched_rupiah: at >= 3 ? 275_000 : 0,
    composition: [{ kind: 'mandatory', requested_rupiah: 20_600_000, deducted_rupiah: 20_600_000 }, { kind: 'voluntary', requested_rupiah: 31_200_000, deducted_rupiah: 30_300_000 }, { kind: 'store', requested_rupiah: 157_760_000, deducted_rupiah: 156_195_000 }],
    units: units.map((u, i) => ({ id: String(i), code: String(i), name: u.name, members: 206, requested_rupiah: u.asked, deducted_rupiah: at >= 3 ? u.got : 0, remaining_rupiah: at >= 3 ? u.asked - u.got : 0, excess_rupiah: 0, answered: at >= 3, received_rupiah: at >= 5 ? u.got : 0 })),
    excluded: [],
  };
}

const door = /** @type {any} */ ({ role: signal('treasurer') });

/** Every state of the sheet, and before the second person's yes both of those who look. */
const sheets = () => [run('draft'), run('locked'), run('sent'), run('answered', { settle: false, settle_refusal: 'payroll.same_person' }), run('answered', { settle: true }), run('settled'), run('received')];

const todo = () => [
  { n: 3, title: w('office.todo_silent'), text: html`<p>Inspektorat, Biro Hukum, Pusat Data</p>`, act: html`<button type="button" class="lnk" onClick=${tried}>${w('office.todo_upload')}</button>` },
  { n: html`<${Icon} name="warning" />`, title: w('office.todo_unmatched'), text: html`<p><b>${rupiah(275000)}</b> ${w('office.todo_unmatched_text')}</p>` },
  { n: 12, title: w('office.todo_partial'), text: html`<p><b>${rupiah(2465000)}</b> ${w('office.todo_partial_text')}</p>`, act: html`<a class="lnk" href="#work">${w('office.look')}</a>` },
];

export const Work = () => html`<${Group} title=${w('look.till_rows')} note=${w('look.till_rows_note')}><${Receipt} /><//>
  <${Group} title=${w('look.held')} note=${w('look.held_note')}><div class="g-held"><${Specimen} name=${w('look.held_one')}><${HeldBand} n=${1} who="Rani Prameswari" rows=${4} total_rupiah=${157500} open=${tried} /><//><${Specimen} name=${w('look.held_more')}><${HeldBand} n=${3} rows=${1} total_rupiah=${42000} open=${tried} /><//></div><//>
  <${Group} title=${w('look.act_on')} note=${w('look.act_on_note')}><${ActOn} title=${w('office.act_on')} note=${w('office.holds_nobody')} items=${todo()} /><//>
  <${Group} title=${w('look.consequence')} note=${w('look.consequence_note')}><div class="g-sheets">${sheets().map((it, i) => html`<${Consequence} key=${i} run=${it} door=${door} start=${tried} />`)}</div><//>
  <${Group} title=${w('look.section')} note=${w('look.section_note')}><${Section} title=${w('look.next')} link=${w('look.to_receipts')} href="#work"><p class="read">${w('look.section_say')}</p><//><${Button} kind="ghost" small onClick=${tried}>${w('common.more')}<//><//>`;
