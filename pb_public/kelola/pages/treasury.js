// Kas dan bank: where the money lies, what is paid, received and moved, and whether the bank says the same.
import { route } from '../../lib/route.js';
import { html } from '../../lib/view.js';
import { Bank } from '../treasury/bank.js';
import { Bills } from '../treasury/bills.js';
import { Consignor } from '../treasury/consignor.js';
import { Overview } from '../treasury/overview.js';
import { Pay } from '../treasury/pay.js';
import { Receive } from '../treasury/receive.js';
import { Slip } from '../treasury/slip.js';
import { Transfer } from '../treasury/transfer.js';

/** @typedef {import('../types.js').Door} Door */

/** Who only reads is shown no form. @type {Record<string, {view: any, writes?: boolean}>} */
const views = { bayar: { view: Pay, writes: true }, terima: { view: Receive, writes: true }, pindah: { view: Transfer, writes: true }, bank: { view: Bank }, tagihan: { view: Bills }, titip: { view: Consignor }, bukti: { view: Slip } };

/** @param {{door: Door}} props */
export function Treasury({ door }) {
  const [, name = '', id = ''] = route.value.parts;
  const writes = ['treasurer', 'manager'].includes(door.role.value);
  const it = views[name];
  if (!it || (it.writes && !writes)) return html`<${Overview} door=${door} writes=${writes} />`;
  return html`<${it.view} key=${name + id} door=${door} id=${id} writes=${writes} />`;
}
