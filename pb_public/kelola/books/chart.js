// Bagan akun: the chart of accounts by kind. What is used keeps its code and kind; what the program posts to keeps all but its name.
import { Button, Check, Dialog, Field, Icon, Loaded, toast } from '../../lib/components/index.js';
import { html, useState } from '../../lib/view.js';
import { w } from '../../lib/words.js';
import { useAct, useResource } from '../fetching.js';
import { Refusal } from '../parts.js';

/** @typedef {import('../types.js').Door} Door */
/** @typedef {import('../types.js').Account} Account */

const kinds = ['asset', 'liability', 'equity', 'income', 'expense'];

/** What keeps an account from changing, in words. @param {Account} a */
function notes(a) {
  return [a.closed && w('office.account_closed'), a.protected && w(`office.account_${a.protected}`), !a.protected && a.reserved && w('office.account_reserved')].filter(Boolean);
}

/** @param {{door: Door, account: Account | null, onDone: () => void, onClose: () => void}} props */
function AccountDialog({ door, account, onDone, onClose }) {
  const [form, setForm] = useState({ code: account ? String(account.code) : '', name: account?.name_id ?? '', name_en: account?.name_en ?? '', kind: account?.kind ?? 'expense', closed: account?.closed ?? false });
  const set = (/** @type {string} */ name) => (/** @type {any} */ v) => setForm((f) => ({ ...f, [name]: v }));
  const path = `/api/coop/ledger/accounts${account ? `/${account.code}` : ''}`;
  const ask = useAct((id) => door.send('POST', path, { ...form, id, code: Number(form.code), name: form.name.trim(), name_en: form.name_en.trim() }), () => { toast(w(account ? 'office.did_account' : 'office.did_account_add', { name: form.name.trim() })); onDone(); onClose(); });
  useState(() => { ask.open(); return 0; });
  const fixed = Boolean(account && (account.used || account.reserved));
  const error = (/** @type {string} */ name) => ask.fault?.field(name) || undefined;
  return html`<${Dialog} open title=${account ? w('office.account_edit', { code: account.code }) : w('office.account_add')} lead=${fixed ? w(account?.reserved ? 'office.account_fixed_reserved' : 'office.account_fixed_used') : w('office.account_lead')}
    confirm=${w('common.save')} cancel=${w('common.cancel')} refusal=${/^\d{4,6}$/.test(form.code.trim()) ? (form.name.trim() ? '' : w('office.name_missing')) : w('office.account_code_missing')} busy=${ask.busy} busyText=${w('office.busy_writing')} onConfirm=${ask.run} onClose=${onClose}>
    <div class="form"><${Field} label=${w('office.account_code')} inputmode="numeric" maxlength="6" value=${form.code} onInput=${set('code')} disabled=${fixed} error=${error('code') ?? error('account')} />
      <${Field} label=${w('office.account_name')} value=${form.name} onInput=${set('name')} maxlength="120" error=${error('name')} />
      <${Field} label=${w('office.account_name_en')} value=${form.name_en} onInput=${set('name_en')} maxlength="120" error=${error('name_en')} />
      <${Field} label=${w('office.account_kind')} value=${form.kind} onInput=${set('kind')} disabled=${fixed} options=${kinds.map((k) => ({ value: k, label: w(`office.kind_${k}`) }))} error=${error('kind')} />
      ${account && !account.reserved && html`<${Check} label=${w('office.account_close')} checked=${form.closed} onChange=${set('closed')} />`}</div><${Refusal} fault=${ask.fault} /><//>`;
}

/** @param {{door: Door}} props */
export function ChartOfAccounts({ door }) {
  const it = useResource(door, '/api/coop/ledger/accounts');
  const [open, setOpen] = useState(/** @type {Account | 'new' | null} */ (null));
  const may = ['treasurer', 'manager'].includes(door.role.value);
  const row = (/** @type {Account} */ a) => html`<li key=${a.code} class=${a.closed ? 'off' : ''}><span class="code">${a.code}</span>
    <span class="chart-name">${may ? html`<button type="button" class="lnk" onClick=${() => setOpen(a)}>${a.name}</button>` : a.name}</span>
    <span class="note chart-note">${notes(a).map((text, i) => html`<span key=${i}>${i === 0 && a.protected && !a.closed && html`<${Icon} name="lock" small />`}${text}</span>`)}</span></li>`;
  return html`<div class="tools-row"><p class="note read">${w('office.chart_lead')}</p>${may && html`<${Button} small icon="plus" onClick=${() => setOpen('new')}>${w('office.account_add')}<//>`}</div>
    <div class="list chart"><${Loaded} of=${it} rows=${12} draw=${(/** @type {{accounts: Account[]}} */ d) => kinds.map((kind) => html`<section key=${kind}><h2 class="h3">${w(`office.kind_${kind}`)}</h2>
      <ul>${d.accounts.filter((a) => a.kind === kind).map(row)}</ul></section>`)} /></div>
    ${open && html`<${AccountDialog} key=${open === 'new' ? 'new' : open.code} door=${door} account=${open === 'new' ? null : open} onDone=${it.load} onClose=${() => setOpen(null)} />`}`;
}
