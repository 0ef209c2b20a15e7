import { info } from '../lib/api.js';
import { Card } from '../lib/components/card.js';
import { Shelf } from '../lib/components/shelf.js';
import { Slip } from '../lib/components/slip.js';
import { html } from '../lib/view.js';
import { w } from '../lib/words.js';
import { Group } from './parts.js';

/** @type {import('../kasir/receipt.js').Receipt} */
const receipt = {
  id: '01K9ZCONTOHSTRUKINI00000000', number: 'K1-00412', sold_at: '2026-11-11T05:41:00Z', date: '2026-11-11', till: 'K1', cashier: 'Dewi', member: { number: 846, name: '' },
  lines: [{ name: 'Beras Pandan Wangi 5 kg', unit: 'karung', quantity: '1', price_rupiah: 78500, amount_rupiah: 78500, public_price_rupiah: 82000 }, { name: 'Telur ayam', unit: 'kg', quantity: '1.25', price_rupiah: 29600, amount_rupiah: 37000, public_price_rupiah: 31200 },
    { name: 'Kopi Gayo bubuk 200 g', unit: 'bungkus', quantity: '1', price_rupiah: 42000, amount_rupiah: 42000, public_price_rupiah: 45000 }],
  total_rupiah: 157500, saved_rupiah: 8500, tenders: [{ kind: 'payroll', amount_rupiah: 157500 }], change_rupiah: 0, entry: 18427, hash: '4c804ffc076deaed08f96bcbdeea26fc20a971a78dc6b715a5c96b4207889682', flags: [],
};

const goods = () => [{ name: 'Beras Pandan Wangi', unit: '5 kg', member_rupiah: 78500, public_rupiah: 82000, left: w('look.stock', { n: 31 }) }, { name: 'Minyak goreng', unit: '1 L', member_rupiah: 17500, public_rupiah: 18500, left: w('look.few_left', { n: 4 }), low: true },
  { name: 'Kopi Gayo', unit: '200 g', member_rupiah: 42000, public_rupiah: 45000, left: w('look.sold_out'), out: true }];

export const Things = () => html`<div class="g-pair"><${Group} title=${w('look.card')} note=${w('look.card_note')}><${Card} payload="K1:CONTOH-BUKAN-KARTU-SIAPA-PUN" name="Rani Prameswari" number=${846} note=${w('look.card_since')} coop=${info.value?.name ?? ''} short=${info.value?.short_name} /><//>
    <${Group} title=${w('look.slip')} note=${w('look.slip_note')}><div class="g-desk"><${Slip} receipt=${receipt} /></div><//></div>
  <${Group} title=${w('look.shelf')} note=${w('look.shelf_note')}><${Shelf} goods=${goods()} /><//>`;
