// Simpanan: money paid in at the office. The books below show what came in, newest first.
import { Button, Dialog, Field, FootLink, Icon, Loaded, Section, Sheet, toast } from '../../lib/components/index.js';
import { day, memberNumber, readRupiah, rupiah } from '../../lib/format.js';
import { href } from '../../lib/route.js';
import { html, useState } from '../../lib/view.js';
import { w } from '../../lib/words.js';
import { query, useAct, useLater, useResource } from '../fetching.js';
import { Head, Refusal } from '../parts.js';

/** @typedef {import('../types.js').Door} Door */
/** @typedef {import('../types.js').MemberRow} MemberRow */

const accountOf = /** @type {Record<string, number>} */ ({ principal: 3101, mandatory: 3102, voluntary: 2103 });
const kinds = ['voluntary', 'mandatory', 'principal'];

/** Finds a member by number or name. @param {{door: Door, chosen: MemberRow | null, onChoose: (m: MemberRow | null) => void, error?: string}} props */
export function FindMember({ door, chosen, onChoose, error }) {
  const [text, setText] = useState('');
  const late = useLater(text.trim());
  const found = useResource(door, `/api/coop/members${query({ search: late || ' ', limit: 6 })}`).state.value.data?.members ?? [];
  if (chosen) return html`<div class="chosen"><${Icon} name="person" /><span><b>${chosen.name}</b><small class="note">${memberNumber(chosen.number)} · ${chosen.work_unit || '–'}</small></span><button type="button" class="lnk" onClick=${() => onChoose(null)}>${w('office.change')}</button></div>`;
  const shown = late ? found.filter((/** @type {MemberRow} */ m) => m.status !== 'left') : [];
  return html`<div><${Field} label=${w('office.member')} icon="search" value=${text} onInput=${setText} placeholder=${w('office.search_member')} error=${error} autocomplete="off" />
    ${shown.length > 0 && html`<ul class="found">${shown.map((/** @type {MemberRow} */ m) => html`<li key=${m.number}><button type="button" onClick=${() => onChoose(m)}><b>${m.name}</b><small class="note">${memberNumber(m.number)} · ${m.work_unit || '–'}</small></button></li>`)}</ul>`}
    ${late && !shown.length && html`<p class="note">${w('office.members_not_found', { text: late })}</p>`}</div>`;
}

/** @param {{door: Door, onDone: () => void}} props */
function Deposit({ door, onDone }) {
  const [member, setMember] = useState(/** @type {MemberRow | null} */ (null));
  const [kind, setKind] = useState('voluntary');
  const [text, setText] = useState('');
  const [errors, setErrors] = useState(/** @type {Record<string, string>} */ ({}));
  const amount = readRupiah(text) ?? 0;
  const ask = useAct((id) => door.send('POST', '/api/coop/savings/deposits', { id, member: member?.number, kind, amount_rupiah: amount }), () => {
    toast(w('office.did_deposit', { amount: rupiah(amount), name: member?.name ?? '' }));
    setMember(null);
    setText('');
    onDone();
  });
  const check = (/** @type {Event} */ e) => {
    e.preventDefault();
    const found = { member: member ? '' : w('office.member_missing'), amount: amount > 0 ? '' : w('office.amount_missing') };
    setErrors(found);
    if (!found.member && !found.amount) ask.open();
  };
  return html`<${Sheet} title=${w('office.deposit')} class="deposit"><form class="form" onSubmit=${check} novalidate>
      <${FindMember} door=${door} chosen=${member} onChoose=${setMember} error=${errors.member} />
      <${Field} label=${w('office.kind')} value=${kind} onInput=${setKind} options=${kinds.map((k) => ({ value: k, label: w(`common.kind_${k}`) }))} />
      <${Field} label=${w('office.amount')} prefix="Rp" inputmode="numeric" big value=${text} onInput=${setText} error=${errors.amount} hint=${amount >= 1000 ? w('office.reads', { amount: rupiah(amount) }) : undefined} />
      <${Button} submit wide>${w('office.deposit_go')}<//></form>
    <${Dialog} open=${ask.isOpen} title=${w('office.deposit_title')} lead=${w('office.deposit_lead')} confirm=${w('office.deposit_confirm')} busy=${ask.busy} busyText=${w('office.busy_writing')} onConfirm=${ask.run} onClose=${ask.close}
      rows=${[{ label: w('office.member'), text: `${member?.name ?? ''} · ${memberNumber(member?.number ?? 0)}` }, { label: w('office.kind'), text: w(`common.kind_${kind}`) }]} total=${{ label: w('office.cash_in'), amount_rupiah: amount }}><${Refusal} fault=${ask.fault} /><//><//>`;
}

/** @param {{door: Door}} props */
export function Savings({ door }) {
  const trial = useResource(door, '/api/coop/ledger/trial-balance');
  const recent = useResource(door, '/api/coop/ledger/journal?account=1101&limit=50');
  const again = () => { trial.load(); recent.load(); };
  const codes = Object.values(accountOf);
  return html`<${Head} title=${w('office.nav_savings')} lead=${w('office.savings_lead')} />
    <div class="summary two-cols"><div><${Deposit} door=${door} onDone=${again} /></div><div>
      <${Section} title=${w('office.savings_all')}><${Loaded} of=${trial} rows=${3} draw=${(/** @type {any} */ t) => html`<dl class="rows">${['principal', 'mandatory', 'voluntary'].map((k) => {
    const a = t.accounts.find((/** @type {any} */ it) => it.code === accountOf[k]);
    return html`<div key=${k}><dt>${w(`common.kind_${k}`)}</dt><dd>${rupiah(a ? a.credit_rupiah - a.debit_rupiah : 0)}</dd></div>`;
  })}</dl><p class="note">${w('office.books_at', { date: day(t.date) })}</p>`} /><//>
      <${Section} title=${w('office.recent_deposits')}><${Loaded} of=${recent} rows=${4} draw=${(/** @type {any} */ j) => {
    const rows = j.entries.flatMap((/** @type {any} */ e) => e.lines.filter((/** @type {any} */ l) => codes.includes(l.account) && l.credit_rupiah > 0).map((/** @type {any} */ l) => ({ e, l })));
    return rows.length ? html`<ul class="rows linked">${rows.slice(0, 10).map((/** @type {any} */ r) => html`<li key=${`${r.e.id} ${r.l.account} ${r.l.party}`}><a href=${href(`/laporan/jurnal/${r.e.id}`)}><span><b>${r.l.party || r.l.name}</b><small class="note">${day(r.e.date, 'short')} · ${r.l.name}</small></span><span class="money">${rupiah(r.l.credit_rupiah)}</span></a></li>`)}</ul>` : html`<p class="read">${w('office.deposits_none')}</p>`;
  }} /><${FootLink} href=${href('/laporan/kartu?account=1101')}>${w('office.to_cash_journal')}<//><//></div></div>`;
}
