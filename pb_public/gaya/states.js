import { Fault } from '../lib/api.js';
import { Band, Button, Empty, FaultNote, Icon, Skeleton, toast } from '../lib/components/index.js';
import { html, useState } from '../lib/view.js';
import { w } from '../lib/words.js';
import { Group } from './parts.js';

const contact = new Date(2026, 10, 11, 12, 26).getTime();

/** A button that works when pressed, for as long as a person needs to see it. */
function Working() {
  const [busy, setBusy] = useState(false);
  const run = () => { setBusy(true); setTimeout(() => { setBusy(false); toast(w('look.toast_good'), { action: { label: w('look.see_receipt'), run: () => {} } }); }, 1600); };
  return html`<${Button} busy=${busy} busyText=${w('look.writing')} onClick=${run}>${w('look.try_busy')}<//>`;
}

/** @param {{kind: string, icon: string, text: string, act: string}} props */
const Said = ({ kind, icon, text, act }) => html`<div class=${`toast ${kind}`}><${Icon} name=${icon} /><span>${text}</span><button type="button" onClick=${() => toast(text, { kind: /** @type {any} */ (kind) })}>${act}</button></div>`;

export const States = () => html`<${Group} title=${w('look.offline')} note=${w('look.offline_note')}><${Band} waiting=${3} text=${w('look.selling_goes_on')} since=${contact} /><//>
  <div class="g-pair"><${Group} title=${w('look.empty')} note=${w('look.empty_note')}><${Empty} title=${w('look.empty_title')} text=${w('look.empty_say')} link=${w('look.this_week')} href="#things" /><//>
    <${Group} title=${w('look.loading')} note=${w('look.loading_note')}><div data-sample><${Skeleton} rows=${4} /></div><//></div>
  <div class="g-pair"><${Group} title=${w('look.fault')} note=${w('look.fault_note')}><${FaultNote} fault=${new Fault({ code: 'store.limit_exceeded', message: w('look.refusal') })} retry=${() => toast(w('look.toast_good'))} /><//>
    <${Group} title=${w('look.toasts')} note=${w('look.toasts_note')}><div class="g-toasts"><${Said} kind="good" icon="check" text=${w('look.toast_good')} act=${w('look.show')} /><${Said} kind="warn" icon="info" text=${w('look.toast_warn')} act=${w('look.undo')} /><${Said} kind="bad" icon="warning" text=${w('look.toast_bad')} act=${w('common.retry')} /></div><//></div>
  <${Group} title=${w('look.busy')} note=${w('look.busy_note')}><${Working} /><//>`;
