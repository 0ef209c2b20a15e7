// The door's frame: opens what the device keeps, then shows the screen that fits.
import { online, lastContact } from '../../lib/api.js';
import { Button, Empty, FaultNote, Icon, Skeleton, Toasts, Wordmark } from '../../lib/components/index.js';
import { moment } from '../../lib/format.js';
import { route } from '../../lib/route.js';
import { html, useEffect, useState } from '../../lib/view.js';
import { w, wn } from '../../lib/words.js';
import { keepFresh, openCatalogue } from '../catalogue.js';
import { openRevoked, refreshRevoked } from '../card.js';
import { approved, loadCredit } from '../credit.js';
import { openHeld } from '../held.js';
import { openQueue, troubled, waiting } from '../queue.js';
import { openDraft } from '../sale.js';
import { loadShift, shift, shiftFault } from '../shift.js';
import { askToPersist } from '../store.js';
import { adopt, cardsChanged, resume } from '../till.js';
import { BillsPage } from './bills.js';
import { CreditPage } from './credit.js';
import { CloseShift } from './close-shift.js';
import { OpenShift } from './open-shift.js';
import { Printed } from './slip.js';
import { SavingsPage } from './savings.js';
import { Receipts } from './receipts.js';
import { Sell } from './sell.js';

/** @typedef {ReturnType<typeof import('../../lib/auth.js').openDoor>} Door */

/** @type {Promise<void> | null} */
let opening = null;

/** Once per page, whoever logs in. @param {Door} door */
async function open(door) {
  await Promise.all([openCatalogue(), openHeld(), openQueue(door), openRevoked()]);
  askToPersist();
  const orphans = await openDraft();
  adopt(door, orphans).catch((cause) => console.warn('adopt', cause));
  resume(door).catch((cause) => console.warn('resume', cause));
}

/**
 * Over the whole width while there is no contact, or while anything waits. Never closable, never blinking.
 */
export function Band() {
  const n = waiting.value.length;
  if (online.value && !n) return null;
  const last = lastContact.value;
  return html`<div class="offline off" role="status">
    <strong><${Icon} name=${online.value ? 'upload' : 'offline'} /><span>${online.value ? w('till.sending') : w('common.offline')}${n > 0 && html` · ${wn('common.waiting', n)}`}</span></strong>
    <span class="off-text">${online.value ? w('till.sending_text') : w('till.offline_text')}</span>
    ${!online.value && html`<span class="at">${last ? w('common.last_contact', { at: moment(last) }) : w('till.no_contact_yet')}</span>`}</div>`;
}

/** What the server would not take, in sight until somebody looked. */
function Trouble() {
  const n = troubled.value.length;
  if (!n || route.value.parts[0] === 'struk') return null;
  return html`<a class="trouble" href="#/struk"><${Icon} name="warning" /><span>${wn('till.troubled', n)}</span><b>${w('till.look')}</b></a>`;
}

/** The office said yes: somebody waits for the goods. */
function Approved() {
  const n = approved.value.length;
  if (!n || route.value.parts[0] === 'kredit') return null;
  return html`<a class="trouble good" href="#/kredit"><${Icon} name="check" /><span>${wn('till.credit_approved', n)}</span><b>${w('till.credit_hand')}</b></a>`;
}

/** Without https, cameras and offline work are switched off by the browser; say so instead of failing later. */
function Insecure() {
  if (isSecureContext) return null;
  return html`<p class="insecure" role="note"><${Icon} name="info" /><span>${w('till.insecure')}</span></p>`;
}

/** @param {{door: Door}} props */
export function Till({ door }) {
  const [ready, setReady] = useState(false);
  const [broken, setBroken] = useState(false);
  useEffect(() => {
    let stop = () => {};
    let gone = false;
    opening ??= open(door);
    opening.then(() => {
      if (gone) return;
      loadShift(door).then(() => loadCredit(door));
      stop = keepFresh(door, (ids) => { cardsChanged(door, ids); }, () => { refreshRevoked(door); loadCredit(door); }, () => loadCredit(door));
      setReady(true);
    }, (cause) => { console.error(cause); opening = null; setBroken(true); });
    return () => { gone = true; stop(); shift.value = undefined; };
  }, []);
  return html`<div class="frame">
    <div class="no-print bands"><${Band} /><${Insecure} /><${Trouble} /><${Approved} /></div>
    ${broken ? html`<main class="page"><${Empty} title=${w('till.no_storage')} text=${w('till.no_storage_text')} /></main>` : html`<${Screen} door=${door} ready=${ready} />`}
    <${Toasts} /><${Printed} /></div>`;
}

/** @param {{door: Door, ready: boolean}} props */
function Screen({ door, ready }) {
  const now = shift.value;
  if (!ready || (now === undefined && !shiftFault.value)) return html`<main class="page"><${Wordmark} /><${Skeleton} rows=${6} /></main>`;
  if (now === undefined) return html`<main class="page"><${Wordmark} /><${FaultNote} fault=${shiftFault.value} retry=${() => loadShift(door)} />
    <p class="small">${w('till.shift_needs_contact')}</p><${Button} kind="ghost" small icon="logout" onClick=${() => door.logout()}>${w('common.log_out')}<//></main>`;
  const [part] = route.value.parts;
  if (part === 'tutup' && (now || sessionStorage.getItem('kpdk.kasir.closed'))) return html`<${CloseShift} door=${door} />`;
  if (part === 'struk') return html`<${Receipts} door=${door} />`;
  if (!now) return html`<${OpenShift} door=${door} />`;
  if (part === 'kredit') return html`<${CreditPage} door=${door} />`;
  if (part === 'tagihan') return html`<${BillsPage} door=${door} />`;
  if (part === 'simpanan') return html`<${SavingsPage} door=${door} />`;
  return html`<${Sell} door=${door} shift=${now} />`;
}
