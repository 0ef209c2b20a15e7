import { info } from '../lib/api.js';
import { Card } from '../lib/components/card.js';
import { Ware } from '../lib/components/shelf.js';
import { Slip } from '../lib/components/slip.js';
import { html, useState } from '../lib/view.js';
import { w } from '../lib/words.js';
import { Group } from './parts.js';

/** @type {import('../kasir/receipt.js').Receipt} */
const receipt = {
  id: '01K9ZCONTOHSTRUKINI00000000', number: 'K1-00412', sold_at: '2026-11-11T05:41:00Z', date: '2026-11-11', till: 'K1', cashier: 'Dewi', member: { number: 846, name: '' },
  lines: [{ name: 'Beras Pandan Wangi 5 kg', unit: 'karung', quantity: '1', price_rupiah: 78500, amount_rupiah: 78500, public_price_rupiah: 82000 }, { name: 'Telur ayam', unit: 'kg', quantity: '1.25', price_rupiah: 29600, amount_rupiah: 37000, public_price_rupiah: 31200 },
    { name: 'Kopi Gayo bubuk 200 g', unit: 'bungkus', quantity: '1', price_rupiah: 42000, amount_rupiah: 42000, public_price_rupiah: 45000 }],
  total_rupiah: 157500, saved_rupiah: 8500, tenders: [{ kind: 'payroll', amount_rupiah: 157500 }], change_rupiah: 0, entry: 18427, hash: '4c804ffc076deaed08f96bcbdeea26fc20a971a78dc6b715a5c96b4207889682', flags: [],
};

/** @type {import('../lib/components/shelf.js').Goods[]} */
const goods = [{ number: 1, name: 'Beras Pandan Wangi', unit: '5 kg', price_rupiah: 82000, member_price_rupiah: 78500, stock: '31' }, { number: 2, name: 'Minyak goreng', unit: '1 L', price_rupiah: 18500, member_price_rupiah: 17500, stock: '4' },
  { number: 3, name: 'Kopi Gayo', unit: '200 g', price_rupiah: 45000, member_price_rupiah: 42000, stock: '0' }, { number: 4, name: 'Payung lipat', unit: 'buah', price_rupiah: 48000, member_price_rupiah: 48000, stock: '12' }];

function Shelf() {
  const [marks, setMarks] = useState([1]);
  const turn = (/** @type {number} */ n) => setMarks(marks.includes(n) ? marks.filter((m) => m !== n) : [...marks, n]);
  return html`<ul class="shelves g-shelves">${goods.map((p, i) => html`<${Ware} key=${p.number} p=${p} at=${i} of=${goods.length} marked=${marks.includes(p.number)} toggle=${() => turn(p.number)} />`)}</ul>`;
}

export const Things = () => html`<div class="g-pair"><${Group} title=${w('look.card')} note=${w('look.card_note')}><${Card} payload="K1:CONTOH-BUKAN-KARTU-SIAPA-PUN" name="Rani Prameswari" number=${846} note=${w('look.card_since')} coop=${info.value?.name ?? ''} short=${info.value?.short_name} /><//>
    <${Group} title=${w('look.slip')} note=${w('look.slip_note')}><div class="g-desk"><${Slip} receipt=${receipt} /></div><//></div>
  <${Group} title=${w('look.shelf')} note=${w('look.shelf_note')}><${Shelf} /><//>`;
