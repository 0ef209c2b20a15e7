// The last receipts, to look at and print again. Those still on their way stand first.
import { asFault, online } from '../../lib/api.js';
import { Button, Dialog, Empty, FaultNote, Icon, Skeleton } from '../../lib/components/index.js';
import { Slip } from '../../lib/components/slip.js';
import { moment, rupiah } from '../../lib/format.js';
import { html, useEffect, useState } from '../../lib/view.js';
import { w } from '../../lib/words.js';
import { whyHeld } from '../../lib/quarantine.js';
import { all, heldBack, lookedAt, retry, troubled, version } from '../queue.js';
import { receiptOf } from '../receipt.js';
import { shift } from '../shift.js';
import { printReceipt } from './slip.js';

/** @typedef {ReturnType<typeof import('../../lib/auth.js').openDoor>} Door */
/** @typedef {import('../receipt.js').Receipt} Receipt */

const words = { waiting: 'till.waiting_short', refused: 'till.state_refused', conflict: 'till.state_conflict', accepted: '' };

/** What the till says beneath a receipt that is not simply booked. @param {import('../queue.js').Sale} sale */
function stateNote(sale) {
  const why = heldBack(sale);
  if (why) return html`<small class="state-word"><${Icon} name="pause" small /> ${w('till.quarantined', { why: whyHeld(why) })}</small><small class="state-more">${w('till.quarantined_text')}</small>`;
  return words[sale.state] && html`<small class="state-word"><${Icon} name=${sale.state === 'waiting' ? 'clock' : 'warning'} small /> ${w(words[sale.state])}${sale.fault && ` ${sale.fault.message}`}</small>`;
}

/** Receipts of the shift from the server, newest first. @param {Door} door */
function useSent(door) {
  const [list, setList] = useState(/** @type {Receipt[]} */ ([]));
  const [next, setNext] = useState(0);
  const [state, setState] = useState(/** @type {{loading: boolean, fault: import('../../lib/api.js').Fault | null}} */ ({ loading: true, fault: null }));
  const id = shift.value?.id;
  const load = async (/** @type {number} */ before) => {
    if (!id) { setState({ loading: false, fault: null }); return; }
    try {
      const page = await door.send('GET', `/api/coop/store/sales?shift=${encodeURIComponent(id)}&limit=50${before ? `&before=${before}` : ''}`);
      setList((was) => (before ? [...was, ...page.sales] : page.sales));
      setNext(page.next ?? 0);
      setState({ loading: false, fault: null });
    } catch (cause) { setState({ loading: false, fault: asFault(cause) }); }
  };
  useEffect(() => { load(0); }, [version.value, id]);
  return { list, next, ...state, load };
}

/** @param {{door: Door}} props */
export function Receipts({ door }) {
  const sent = useSent(door);
  const [shown, setShown] = useState(/** @type {Receipt | null} */ (null));
  version.value;
  const known = new Set(sent.list.map((r) => r.id));
  // What this till knows and the server's list does not hold: on its way, refused, or read without contact.
  const mine = all().filter((s) => troubled.value.includes(s) || ((s.kept || s.state === 'accepted') && s.body.shift === shift.value?.id && !known.has(s.id)))
    .map((sale) => ({ sale, receipt: receiptOf(sale) }));
  const row = (/** @type {Receipt} */ r, /** @type {any} */ extra) => html`<li key=${`${r.id}${extra ? 'l' : ''}`}><button type="button" class="pick" onClick=${() => setShown(r)}>
    <span><b>${r.number || w(r.quarantined ? 'till.quarantined_number' : 'till.unnumbered')}</b><small>${moment(r.sold_at)} · ${r.member?.name || w('till.anyone')}</small>${extra}</span><span class="money">${rupiah(r.total_rupiah)}</span></button></li>`;
  return html`<main class="page no-print"><a class="lnk" href="#/"><${Icon} name="back" small /> ${w('till.back_to_till')}</a><h1 class="h1">${w('till.receipts')}</h1>
    ${mine.length > 0 && html`<ul class="picks">${mine.map(({ sale, receipt }) => html`${row(receipt, stateNote(sale))}
      ${troubled.value.includes(sale) && html`<li class="retry-row">${sale.state === 'refused' && html`<${Button} kind="ghost" small icon="refresh" onClick=${() => retry(sale.id)}>${w('till.send_again')}<//>`}
        ${(sale.state === 'conflict' || door.role.value === 'manager') && html`<${Button} kind="ghost" small icon="check" onClick=${() => lookedAt(sale.id)}>${w('till.looked')}<//>`}</li>`}`)}</ul>`}
    ${sent.fault && !(sent.fault.offline && mine.length) && html`<${FaultNote} fault=${sent.fault} retry=${() => sent.load(0)} />`}
    ${sent.loading && online.value ? html`<${Skeleton} rows=${4} />` : html`<ul class="picks">${sent.list.map((r) => row(r, null))}</ul>`}
    ${!sent.loading && !sent.fault && !sent.list.length && !mine.length && html`<${Empty} title=${w('till.receipts_empty')} text=${w('till.receipts_empty_text')} />`}
    ${sent.next > 0 && html`<${Button} kind="ghost" onClick=${() => sent.load(sent.next)}>${w('common.more')}<//>`}
    <${Dialog} open=${Boolean(shown)} title=${shown?.number || w('till.unnumbered')} confirm=${w('common.print')} cancel=${w('common.close')} onClose=${() => setShown(null)} onConfirm=${() => { if (shown) printReceipt(shown); }}>${shown && html`<${Slip} receipt=${shown} />`}<//></main>`;
}
