// A code with which somebody sets a password: shown once, to be handed over in person.
import { Button, Dialog, Icon } from '../lib/components/index.js';
import { moment } from '../lib/format.js';
import { html, useMemo, useState } from '../lib/view.js';
import { w } from '../lib/words.js';
import { encode } from '../vendor/uqr.mjs';
import { useAct } from './fetching.js';
import { Refusal } from './parts.js';

/** @param {{text: string}} props */
function Link({ text }) {
  const code = useMemo(() => encode(text, { ecc: 'M', border: 4 }), [text]);
  const dark = code.data.flatMap((row, y) => row.map((on, x) => (on ? `M${x} ${y}h1v1h-1z` : ''))).join('');
  return html`<svg class="qr" viewBox=${`0 0 ${code.size} ${code.size}`} role="img" aria-label=${w('office.code_qr')}><path d=${dark} fill="currentColor" shape-rendering="crispEdges" /></svg>`;
}

/**
 * @param {{door: import('./types.js').Door, path: string, name: string, link?: string, operator?: boolean, invitation?: boolean, onClose: () => void}} props
 * link = address that the code is added to, behind the #, where no server and no log sees it
 */
export function ResetCode({ door, path, name, link, operator, invitation, onClose }) {
  const [answer, setAnswer] = useState(/** @type {{code: string, identity: string, expires_at: string} | null} */ (null));
  const ask = useAct((id) => door.send('POST', path, { id }), setAnswer);
  useState(() => { ask.open(); return 0; });
  if (!answer) {
    return html`<${Dialog} open title=${w(invitation ? 'office.invitation_title' : 'office.code_title', { name })} lead=${w(invitation ? 'office.invitation_lead' : operator ? 'office.code_lead_operator' : 'office.code_lead')} confirm=${w('office.code_make')} busy=${ask.busy}
      onConfirm=${() => { if (!ask.isOpen || ask.fault?.code === 'login.code_shown_once') ask.open(); ask.run(); }} onClose=${onClose}><${Refusal} fault=${ask.fault} /><//>`;
  }
  return html`<${Dialog} open title=${w('office.code_ready', { name })} lead=${w(invitation ? 'office.invitation_ready_lead' : 'office.code_ready_lead', { identity: answer.identity })} onClose=${onClose}>
    <div class="handover"><p class="big-code">${answer.code}</p><p class="read">${w('office.code_until', { at: moment(Date.parse(answer.expires_at)) })}</p>
      ${link && html`<${Link} text=${location.origin + link + answer.code.replace('-', '')} /><p class="note">${w('office.code_qr_text')}</p>`}
      <p class="note said"><${Icon} name="info" small /><span>${w('office.code_once')}</span></p>
      <${Button} kind="ghost" small icon="print" onClick=${() => globalThis.print()}>${w('common.print')}<//></div><//>`;
}
