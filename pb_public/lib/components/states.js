import { lastContact, online } from '../api.js';
import { moment } from '../format.js';
import { html } from '../view.js';
import { w, wn } from '../words.js';
import { Button } from './button.js';
import { Icon } from './icon.js';
import { Pattern } from './weave.js';

/**
 * How the offline band is drawn.
 * @param {{waiting?: number, text?: string, since?: number}} props
 */
export const Band = ({ waiting = 0, text, since = 0 }) => html`<div class="offline" role="status"><strong><${Icon} name="offline" />${w('common.offline')}${waiting > 0 && ` · ${wn('common.waiting', waiting)}`}</strong>
    ${text && html`<span>${text}</span>`}
    ${since > 0 && html`<span class="at">${w('common.last_contact', { at: moment(since) })}</span>`}</div>`;

/**
 * Stands over the whole width while there is no contact; it can't be closed and doesn't blink.
 * @param {{waiting?: number, text?: string, at?: number}} props waiting = acts not sent yet; at = time of the data shown
 */
export function OfflineBand({ waiting = 0, text, at }) {
  if (online.value) return null;
  return html`<${Band} waiting=${waiting} text=${text} since=${at || lastContact.value} />`;
}

/**
 * Nothing here yet, said kindly, with at most one way onward.
 * @param {{title: string, text?: string, link?: string, href?: string}} props
 */
export function Empty({ title, text, link, href }) {
  return html`<div class="empty"><${Pattern} /><h2>${title}</h2>${text && html`<p>${text}</p>`}${link && html`<a class="lnk" href=${href}>${link}</a>`}</div>`;
}

/** Rows to come. @param {{rows?: number}} props */
export function Skeleton({ rows = 4 }) {
  return html`<div role="status"><span class="vh">${w('common.loading')}</span><ul class="skeleton" aria-hidden="true">${Array.from({ length: rows }, (_, i) => html`
    <li key=${i}><i></i><i style=${{ width: `${[88, 62, 96, 74][i % 4]}%` }}></i><i></i></li>`)}</ul></div>`;
}

/**
 * The server refused, or can't be reached: what happened and what to do.
 * @param {{fault: import('../api.js').Fault, retry?: () => void}} props
 */
export function FaultNote({ fault, retry }) {
  return html`<div class="fault" role="alert"><h2>${fault.offline ? w('common.offline_title') : w('common.fault_title')}</h2><p>${fault.offline ? w('common.fault_offline') : fault.message}</p>
    ${retry && html`<${Button} kind="ghost" small icon="refresh" onClick=${retry}>${w('common.retry')}<//>`}</div>`;
}

/**
 * Shows a resource in its honest state: rows to come, a refusal, or `draw(data)`.
 * @param {{of: {state: {value: import('../resource.js').Resource<any>}, load: () => any}, rows?: number, draw: (data: any) => any}} props
 */
export function Loaded({ of, rows, draw }) {
  const { data, fault } = of.state.value;
  // What is kept is still shown when a later try is refused; being offline is said by the band.
  if (data !== null) return fault && !fault.offline ? html`<${FaultNote} fault=${fault} retry=${of.load} />${draw(data)}` : draw(data);
  if (fault) return html`<${FaultNote} fault=${fault} retry=${of.load} />`;
  return html`<${Skeleton} rows=${rows} />`;
}
