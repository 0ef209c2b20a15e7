// An entry by hand that stands still: what waits for a second person, what was posted, and how it is taken back.
import { Button, Dialog, Field, Icon, toast } from '../../lib/components/index.js';
import { day, rupiah, today } from '../../lib/format.js';
import { go } from '../../lib/route.js';
import { html, useState } from '../../lib/view.js';
import { w } from '../../lib/words.js';
import { useAct } from '../fetching.js';
import { Head, Refusal, reasonText, roleName } from '../parts.js';
import { DraftState } from './draft-state.js';
import { Vouchers } from './vouchers.js';

/** @typedef {import('../types.js').Door} Door */
/** @typedef {import('../types.js').Draft} Draft */
/** @typedef {'approve' | 'refuse' | 'withdraw' | 'remove' | 'reverse'} Step */

/** @param {{draft: Draft}} props */
const Lines = ({ draft }) => html`<table class="entry" role="table"><caption class="vh">${draft.description}</caption><thead role="rowgroup"><tr role="row"><th scope="col" role="columnheader">${w('office.account')}</th><th scope="col" role="columnheader" class="num">${w('office.debit')}</th><th scope="col" role="columnheader" class="num">${w('office.credit')}</th></tr></thead>
  <tbody role="rowgroup">${draft.lines.map((l, i) => html`<tr role="row" key=${i}><td role="cell" class=${l.credit_rupiah ? 'credit' : ''}><span class="code">${l.account}</span> ${l.name}${l.party_name && html`<small class="note">${l.party_name}</small>`}</td>
    <td role="cell" class="num">${l.debit_rupiah ? rupiah(l.debit_rupiah) : ''}</td><td role="cell" class="num">${l.credit_rupiah ? rupiah(l.credit_rupiah) : ''}</td></tr>`)}</tbody>
  <tfoot role="rowgroup"><tr role="row"><td role="cell">${w('office.sum')}</td><td role="cell" class="num">${rupiah(draft.debit_rupiah)}</td><td role="cell" class="num">${rupiah(draft.credit_rupiah)}</td></tr></tfoot></table>`;

/** @param {{name: string, role: string} | null} who */
const whoText = (who) => (who ? [who.name, roleName(who.role)].filter(Boolean).join(', ') : '–');

/** @param {{door: Door, draft: Draft, reload: () => void}} props */
export function DraftPaper({ door, draft, reload }) {
  const [step, setStep] = useState(/** @type {Step | ''} */ (''));
  const may = draft.may;
  const reversible = draft.state === 'approved' && !draft.reverses && ['treasurer', 'manager'].includes(door.role.value);
  return html`<${Head} title=${draft.description} lead=${draft.reverses ? w('office.reversal_of', { number: draft.reverses_number }) : day(draft.date, 'full')} />
    <div class="paper"><div><${Lines} draft=${draft} /><${Vouchers} door=${door} draft=${draft.id} vouchers=${draft.vouchers} /></div>
    <aside class="sheet paper-side"><p class="paper-state"><${DraftState} state=${draft.state} /></p>
      <dl class="facts"><div><dt>${w('office.date')}</dt><dd>${day(draft.date, 'medium')}</dd></div><div><dt>${w('office.number')}</dt><dd>${draft.entry ? html`<a href=${`#/laporan/jurnal/${draft.entry}`}>${draft.number}</a>` : '–'}</dd></div>
        <div><dt>${w('office.prepared_by')}</dt><dd>${whoText(draft.prepared_by)}</dd></div><div><dt>${w('office.decided_by')}</dt><dd>${whoText(draft.decided_by)}</dd></div>
        ${draft.reason && html`<div class="whole"><dt>${w('office.reason')}</dt><dd>${draft.reason}</dd></div>`}</dl>
      ${draft.state === 'submitted' && may.decide && html`<p class="step"><${Button} wide onClick=${() => setStep('approve')}>${w('office.approve')}<//></p><p class="step"><${Button} wide kind="ghost" onClick=${() => setStep('refuse')}>${w('office.refuse')}<//></p>`}
      ${draft.state === 'submitted' && may.decide_refusal && html`<p class="step note two-note"><${Icon} name="people" small /><span>${reasonText(may.decide_refusal)}</span></p>`}
      ${may.withdraw && html`<p class="step"><button type="button" class="lnk" onClick=${() => setStep('withdraw')}>${w('office.withdraw')}</button></p>`}
      ${may.remove && html`<p class="step"><button type="button" class="lnk" onClick=${() => setStep('remove')}>${w('office.draft_remove')}</button></p>`}
      ${reversible && html`<p class="step"><button type="button" class="lnk" onClick=${() => setStep('reverse')}>${w('office.reverse')}</button></p>`}</aside></div>
    ${step && html`<${StepDialog} key=${step} door=${door} draft=${draft} step=${step} onClose=${() => setStep('')} reload=${reload} />`}`;
}

/** @param {{door: Door, draft: Draft, step: Step, onClose: () => void, reload: () => void}} props */
function StepDialog({ door, draft, step, onClose, reload }) {
  const [reason, setReason] = useState('');
  const [date, setDate] = useState(today());
  const asksReason = step === 'refuse' || step === 'reverse';
  const path = step === 'reverse' ? `/api/coop/ledger/entries/${draft.entry}/reverse` : `/api/coop/ledger/drafts/${draft.id}/${step}`;
  const body = step === 'reverse' ? { date, reason: reason.trim() } : { version: draft.version, ...(asksReason ? { reason: reason.trim() } : {}) };
  const ask = useAct((id) => door.send('POST', path, { id, ...body }), (answer) => {
    toast(w(`office.did_${step}`));
    onClose();
    if (step === 'remove') go('/buku/manual'); else if (step === 'reverse') go(`/buku/manual/${answer.id}`); else reload();
  });
  useState(() => { ask.open(); return 0; });
  const error = (/** @type {string} */ name) => ask.fault?.field(name) || undefined;
  return html`<${Dialog} open title=${w(`office.${step}_title`)} lead=${w(`office.${step}_lead`)} rows=${step === 'approve' ? [{ label: draft.description, amount_rupiah: draft.debit_rupiah }] : undefined} confirm=${w(step === 'remove' ? 'office.draft_remove' : `office.${step}`)} danger=${step === 'remove'} busy=${ask.busy} busyText=${w('office.busy_writing')}
    refusal=${asksReason && !reason.trim() ? w('office.reason_missing') : ''} onConfirm=${ask.run} onClose=${onClose}>
    ${asksReason && html`<div class="form">${step === 'reverse' && html`<${Field} label=${w('office.date')} type="date" min=${draft.date} max=${today()} value=${date} onInput=${setDate} error=${error('date')} />`}
      <${Field} label=${w('office.reason')} value=${reason} onInput=${setReason} maxlength="500" error=${error('reason')} /></div>`}<${Refusal} fault=${ask.fault} /><//>`;
}
