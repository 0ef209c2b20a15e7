// Vouchers of an entry by hand: photos are shown, a PDF is fetched; all of it with the login.
import { Button, IconButton, toast } from '../../lib/components/index.js';
import { html, useEffect, useState } from '../../lib/view.js';
import { w } from '../../lib/words.js';

/** @typedef {import('../types.js').Door} Door */

/** @param {string} draft @param {string} name */
export const voucherPath = (draft, name) => `/api/coop/ledger/drafts/${encodeURIComponent(draft)}/vouchers/${encodeURIComponent(name)}`;

/** The name without what the store added to keep files apart. @param {string} name */
const plain = (name) => name.replace(/_[a-z0-9]{10}(\.[a-z]+)$/i, '$1');

/** @param {{door: Door, draft: string, name: string}} props */
function Photo({ door, draft, name }) {
  const [url, setUrl] = useState('');
  useEffect(() => {
    let made = '';
    let gone = false;
    door.request('GET', voucherPath(draft, name)).then(async (answer) => { const blob = await answer.blob(); if (!gone) { made = URL.createObjectURL(blob); setUrl(made); } }, () => {});
    return () => { gone = true; if (made) URL.revokeObjectURL(made); };
  }, [name]);
  return url ? html`<img src=${url} alt=${w('office.voucher_of', { name: plain(name) })} />` : null;
}

/** @param {{door: Door, draft: string, vouchers: string[], onRemove?: (name: string) => void}} props */
export function Vouchers({ door, draft, vouchers, onRemove }) {
  const take = (/** @type {string} */ name) => door.download(voucherPath(draft, name), plain(name)).catch((/** @type {Error} */ cause) => { toast(cause.message, { kind: 'bad' }); });
  if (!vouchers.length) return null;
  return html`<ul class="vouchers">${vouchers.map((name) => html`<li key=${name}>${!name.endsWith('.pdf') && html`<${Photo} door=${door} draft=${draft} name=${name} />`}
    <span class="voucher-b"><${Button} kind="ghost" small icon="download" onClick=${() => take(name)}>${plain(name)}<//>${onRemove && html`<${IconButton} icon="trash" label=${w('office.voucher_remove', { name: plain(name) })} onClick=${() => onRemove(name)} />`}</span></li>`)}</ul>`;
}
