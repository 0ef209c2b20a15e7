import { asFault, ulid } from '../lib/api.js';
import { Button, Check, Dialog, Empty, Icon, Loaded, toast } from '../lib/components/index.js';
import { CodeBoxes } from '../lib/components/code-boxes.js';
import { nameOf } from '../lib/device-name.js';
import { dateOf, day, dayName, period, rupiah, time } from '../lib/format.js';
import { href } from '../lib/route.js';
import { html, useEffect, useRef, useState } from '../lib/view.js';
import { w } from '../lib/words.js';
import { AppBar } from './nav.js';
import { More } from './rows.js';

/** @typedef {{id: number, kind: string, at: string, subject: string, amount_rupiah: number | null, rest_rupiah: number | null, unread: boolean, device?: {browser: string, system: string}}} Notice */
/** @typedef {{possible: boolean, address: string, verified: boolean, topics: {topic: string, mail: boolean, fixed: boolean}[]}} Mail */

/** Where what a notice tells of is seen. @param {Notice} n */
function seenAt({ kind, subject, rest_rupiah: rest }) {
  if (kind.endsWith('_returned') && rest) return '/potongan'; // where is chosen what becomes of it
  if (kind === 'sale_returned') return '/struk';
  if (['preview'].includes(kind)) return '/potongan/berikutnya';
  if (['deducted', 'deduction_corrected', 'deduction_claimed', 'objection_answered'].includes(kind)) return `/potongan/${subject}`;
  if (kind.startsWith('credit_')) return '/potongan/angsuran';
  if (kind.startsWith('withdrawal_')) return '/tarik';
  if (kind.startsWith('mandate_')) return '/kuasa';
  if (kind === 'bank_changed') return '/rekening';
  if (kind.startsWith('card_') || kind.startsWith('photo_') || kind === 'phone_added') return '/kartu';
  if (kind === 'leave_asked' || kind === 'leave_refused' || kind === 'left') return '/keluar';
  if (kind === 'pin_set') return '/saya';
  return ['applied', 'approved', 'application_refused', 'activated'].includes(kind) ? '/' : '/perangkat';
}

const icons = /** @type {Record<string, string>} */ ({ device_new: 'phone', phone_added: 'phone', password_set: 'key', code_issued: 'key', passkey_added: 'key', passkey_removed: 'key', pin_set: 'lock', email_changed: 'mail', login_voided: 'lock', photo_kept: 'card', photo_removed: 'card', preview: 'receipt', deducted: 'receipt', deduction_corrected: 'receipt', deduction_claimed: 'receipt', sale_returned: 'receipt', objection_answered: 'receipt', mandate_given: 'payroll', mandate_revoked: 'payroll', bank_changed: 'payroll' });

/** @param {string} kind */
const iconOf = (kind) => icons[kind] ?? (kind.startsWith('card_') ? 'card' : kind.startsWith('withdrawal_') ? 'savings' : kind.startsWith('credit_') ? 'receipt' : 'people');

/** @param {number | null} amount */
const money = (amount) => (amount === null ? '' : `Rp ${rupiah(amount)}`);

/** @param {Notice} n */
function paramsOf(n) {
  return { subject: n.subject, amount: money(n.amount_rupiah), rest: money(n.rest_rupiah), month: /^\d{4}-\d{2}$/.test(n.subject) ? period(n.subject) : '',
    date: /^\d{4}-\d{2}-\d{2}$/.test(n.subject) ? day(n.subject) : '', device: nameOf(n.device ?? { browser: '', system: '' }) };
}

/** Which text: nothing paid out to a leaver, nothing left. @param {Notice} n */
const variant = (n) => `${n.kind === 'left' && !n.amount_rupiah ? '_unpaid' : ''}${n.rest_rupiah === 0 ? '_none' : ''}`;

/** @param {{n: Notice, fresh: boolean}} props */
function Row({ n, fresh }) {
  const params = paramsOf(n);
  return html`<li><a class=${`note-row ${fresh ? 'fresh' : ''}`} href=${href(seenAt(n))}><${Icon} name=${iconOf(n.kind)} />
    <span class="w"><b>${w(`member.notice_${n.kind}`, params)}</b>${fresh && html` <span class="chip tint">${w('member.notices_new')}</span>`}<small>${w(`member.notice_${n.kind}_text${variant(n)}`, params)}</small></span>
    <time class="note">${time(n.at)}</time></a></li>`;
}

/** @param {Notice[]} all */
function byDay(all) {
  /** @type {[string, Notice[]][]} */
  const days = [];
  for (const n of all) {
    const date = dateOf(n.at);
    if (days.at(-1)?.[0] !== date) days.push([date, []]);
    /** @type {[string, Notice[]]} */ (days.at(-1))[1].push(n);
  }
  return days;
}

/** Shows once, by a code, that the address is the member's own. @param {{door: import('../lib/auth.js').Door, address: string, onDone: () => void}} props */
function Confirm({ door, address, onDone }) {
  const [sent, setSent] = useState('');
  const [code, setCode] = useState('');
  const [busy, setBusy] = useState(false);
  const [error, setError] = useState('');
  const first = useRef(/** @type {HTMLInputElement | null} */ (null));
  useEffect(() => { if (sent) first.current?.focus(); }, [sent]);
  const close = () => { setSent(''); setCode(''); setError(''); };
  async function run(/** @type {() => Promise<void>} */ act) {
    setBusy(true);
    try { await act(); } catch (cause) { const { message } = asFault(cause); if (sent) setError(message); else toast(message, { kind: 'bad' }); } finally { setBusy(false); }
  }
  const ask = () => run(async () => setSent(await door.mailCode(address)));
  const prove = () => run(async () => { await door.loginByMail(sent, code); toast(w('member.notices_mail_done')); close(); onDone(); });
  return html`<p class="read">${w('member.notices_mail_check', { address })}</p><${Button} kind="ghost" icon="mail" busy=${busy && !sent} onClick=${ask}>${w('member.notices_mail_confirm')}<//>
    <${Dialog} open=${Boolean(sent)} title=${w('member.notices_mail_confirm')} lead=${w('member.notices_mail_sent', { address })} confirm=${w('member.notices_mail_prove')} busy=${busy} refusal=${code.length === 6 ? '' : w('member.notices_mail_code')} onConfirm=${prove} onClose=${close}>
      <${CodeBoxes} label=${w('member.notices_mail_code')} value=${code} onInput=${(/** @type {string} */ it) => { setError(''); setCode(it); }} error=${error} inputRef=${first} /><//>`;
}

/** What also comes by e-mail. @param {{store: import('./store.js').Store, mail: Mail}} props */
function ByMail({ store, mail }) {
  if (!mail?.possible) return null;
  const choose = async (/** @type {string} */ topic, /** @type {boolean} */ wanted) => {
    try { await store.door.send('POST', '/api/coop/me/notices/mail', { id: ulid(), topic, mail: wanted }); } catch (cause) { toast(asFault(cause).message, { kind: 'bad' }); }
    store.notices.load();
  };
  const body = !mail.address ? html`<p class="read">${w('member.notices_mail_none')}</p>`
    : !mail.verified ? html`<${Confirm} door=${store.door} address=${mail.address} onDone=${store.notices.load} />`
      : html`<p class="small">${w('member.notices_mail_to', { address: mail.address })}</p><div class="form note-topics">${mail.topics.map((t) => (t.fixed
        ? html`<p class="fixed" key=${t.topic}><${Icon} name="check" /><span>${w(`member.topic_${t.topic}`)}</span><small class="note">${w('member.notices_fixed')}</small></p>`
        : html`<${Check} key=${t.topic} label=${w(`member.topic_${t.topic}`)} checked=${t.mail} onChange=${(/** @type {boolean} */ yes) => choose(t.topic, yes)} />`))}</div>`;
  return html`<section class="sec note-mail no-print"><div class="sec-h"><h2>${w('member.notices_mail')}</h2></div>${body}</section>`;
}

/** @param {{store: import('./store.js').Store}} props */
export function NoticesScreen({ store }) {
  const list = store.notices;
  const seen = useRef(/** @type {Set<number>} */ (new Set())); // unread when this visit began
  const told = useRef(0);
  useEffect(() => store.need(list), []);
  const { data, stale } = list.state.value;
  const newest = data?.notices[0]?.id ?? 0;
  for (const n of /** @type {Notice[]} */ (list.items())) if (n.unread) seen.current.add(n.id);
  // What is on the screen has been read; what is kept from an earlier visit was not asked for now.
  useEffect(() => {
    if (!data?.unread || stale || newest <= told.current) return;
    told.current = newest;
    store.door.send('POST', '/api/coop/me/notices/read', { id: ulid(), upto: newest }).then(() => store.me.load()).catch(() => { told.current = 0; });
  }, [newest, stale, data?.unread]);
  const draw = (/** @type {{mail: Mail}} */ page) => html`${list.items().length ? html`${byDay(list.items()).map(([date, some]) => html`<section class="sec day-sec" key=${date}><div class="sec-h"><h2>${dayName(date)}</h2></div>
      <ul class="note-rows">${some.map((n) => html`<${Row} key=${n.id} n=${n} fresh=${seen.current.has(n.id)} />`)}</ul></section>`)}<${More} of=${list} />`
    : html`<${Empty} title=${w('member.notices_none')} text=${w('member.notices_none_text')} />`}<${ByMail} store=${store} mail=${page.mail} />`;
  return html`<${AppBar} title=${w('member.notices')} back="/" /><p class="small">${w('member.notices_lead')}</p><${Loaded} of=${list} draw=${draw} />`;
}
