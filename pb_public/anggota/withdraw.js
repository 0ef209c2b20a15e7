// Taking voluntary savings out: what is free, how to be paid, and what became of each wish, with its dates.
import { asFault, online, ulid } from '../lib/api.js';
import { Button, Dialog, Empty, Field, Figure, Icon, Loaded, toast } from '../lib/components/index.js';
import { Path } from '../lib/components/path.js';
import { Why } from '../lib/components/why.js';
import { moment, readRupiah, rupiah } from '../lib/format.js';
import { html, useEffect, useMemo, useState } from '../lib/view.js';
import { w } from '../lib/words.js';
import { AppBar } from './nav.js';

/** @typedef {{step: string, at: string, place?: string, reason?: string, number?: string}} Step */
/** @typedef {{id: string, amount_rupiah: number, way: string, to: string, state: string, place?: string, second: boolean, steps: Step[]}} Withdrawal */
/** @typedef {import('./store.js').Store} Store */

const ends = ['paid', 'refused', 'revoked', 'lapsed'];
const path = '/api/coop/me/savings/withdrawals';

/** What happened, what is awaited, and what comes after it. @param {Withdrawal} it */
function stepsOf(it) {
  /** @type {{label: string, state: 'done' | 'now' | 'next', note?: string}[]} */
  const all = it.steps.filter((s, i) => s.step !== 'prepared' || i === it.steps.findLastIndex((o) => o.step === 'prepared')).map((s) => ({ label: w(`member.drawn_${s.step}`), state: 'done', note: s.number ? `${moment(s.at)} · ${s.number}` : moment(s.at) }));
  if (ends.includes(it.state)) return all;
  const now = { requested: 'member.drawn_wait_office', prepared: 'member.drawn_wait_manager', released: 'member.drawn_wait_till' }[it.state] ?? 'member.drawn_wait_office';
  all.push({ label: w(now), state: 'now' });
  if (it.state !== 'released') all.push({ label: w(it.way === 'transfer' ? 'member.drawn_next_transfer' : 'member.drawn_next_cash'), state: 'next' });
  return all;
}

/** @param {{store: Store, it: Withdrawal}} props */
function One({ store, it }) {
  const [open, setOpen] = useState(false);
  const [busy, setBusy] = useState(false);
  const [wrong, setWrong] = useState('');
  const id = useMemo(() => ulid(), [it.id]);
  const reason = it.steps.find((s) => s.step === 'refused')?.reason;
  const revoke = async () => {
    setBusy(true);
    setWrong('');
    try {
      await store.door.send('POST', `${path}/${it.id}/revoke`, { id });
      toast(w('member.drawn_did_revoke', { amount: rupiah(it.amount_rupiah) }));
      setOpen(false);
      store.changed('savings');
    } catch (cause) { setWrong(asFault(cause).message); } finally { setBusy(false); }
  };
  return html`<li class="drawn"><div class="drawn-h"><h3 class="h3">Rp ${rupiah(it.amount_rupiah)}</h3><span class="small">${w(`member.drawn_way_${it.way}`)}${it.to ? ` · ${it.to}` : ''}</span></div>
    <${Path} label=${w('member.drawn_path')} steps=${stepsOf(it)} />
    ${it.state === 'refused' && html`<p class="read">${reason ? w('member.drawn_reason', { reason }) : w('member.drawn_reason_gone')}</p>`}
    ${it.state === 'lapsed' && html`<p class="read">${w('member.drawn_lapsed_text')}</p>`}
    ${!ends.includes(it.state) && html`<button type="button" class="lnk tall" onClick=${() => setOpen(true)}>${w('member.drawn_revoke')}</button>`}
    <${Dialog} open=${open} title=${w('member.drawn_revoke_title', { amount: rupiah(it.amount_rupiah) })} lead=${w('member.drawn_revoke_lead')} confirm=${w('member.drawn_revoke')} busy=${busy} onConfirm=${revoke} onClose=${() => setOpen(false)}>
      ${wrong && html`<p class="err" role="alert"><${Icon} name="warning" /><span>${wrong}</span></p>`}<//></li>`;
}

/** @param {{store: Store, own: any}} props */
function Ask({ store, own }) {
  const [text, setText] = useState('');
  const [way, setWay] = useState('cash');
  const [to, setTo] = useState('');
  const [open, setOpen] = useState(false);
  const [busy, setBusy] = useState(false);
  const [turn, setTurn] = useState(0);
  const [errors, setErrors] = useState(/** @type {Record<string, string>} */ ({}));
  const amount = readRupiah(text) ?? 0;
  const body = { amount_rupiah: amount, way, ...(way === 'transfer' && { to: to.trim() }) };
  const id = useMemo(() => ulid(), [JSON.stringify(body), turn]);
  const check = (/** @type {Event} */ e) => {
    e.preventDefault();
    const found = {
      amount: !(amount > 0) ? w('member.draw_amount_missing') : amount > own.free_rupiah ? w('member.draw_above', { free: rupiah(own.free_rupiah) }) : '',
      to: way === 'transfer' && !to.trim() ? w('member.draw_to_missing') : '',
    };
    setErrors(found);
    if (!found.amount && !found.to) setOpen(true);
  };
  const send = async () => {
    setBusy(true);
    try {
      await store.door.send('POST', path, { id, ...body });
      toast(w('member.draw_did', { amount: rupiah(amount) }));
      setTurn(turn + 1);
      setText('');
      setOpen(false);
      store.changed('savings');
    } catch (cause) {
      const fault = asFault(cause);
      setErrors({ amount: fault.field('amount_rupiah'), to: fault.field('to'), all: fault.message });
      if (fault.field('amount_rupiah') || fault.field('to')) setOpen(false);
    } finally { setBusy(false); }
  };
  const ways = ['cash', 'transfer'];
  return html`<form class="form draw" onSubmit=${check} novalidate>
      <${Field} label=${w('member.draw_amount')} prefix="Rp" big inputmode="numeric" autocomplete="off" maxlength="15" value=${text} onInput=${(/** @type {string} */ v) => { setText(v); setErrors({}); }} error=${errors.amount}
        hint=${amount >= 1000 ? `Rp ${rupiah(amount)}` : w('member.draw_most', { free: rupiah(own.free_rupiah) })} />
      <fieldset class="choice"><legend>${w('member.draw_way')}</legend><div>${ways.map((it) => html`<label key=${it}><input type="radio" name="way" value=${it} checked=${way === it} onChange=${() => setWay(it)} /><span>${w(`member.drawn_way_${it}`)}</span></label>`)}</div></fieldset>
      ${way === 'transfer' ? html`<${Field} label=${w('member.draw_to')} value=${to} onInput=${(/** @type {string} */ v) => { setTo(v); setErrors({}); }} error=${errors.to} hint=${w('member.draw_to_hint')} maxlength="100" autocomplete="off" />` : html`<p class="small">${w('member.draw_cash_text')}</p>`}
      ${amount > own.second_above_rupiah && html`<p class="small">${w('member.draw_second', { above: rupiah(own.second_above_rupiah) })}</p>`}
      <${Button} submit wide disabled=${!online.value} why=${online.value ? '' : w('common.fault_offline')}>${w('member.draw_go')}<//></form>
    <${Dialog} open=${open} title=${w('member.draw_title')} lead=${w('member.draw_lead')} confirm=${w('member.draw_go')} busy=${busy} onConfirm=${send} onClose=${() => setOpen(false)}
      rows=${[{ label: w('member.draw_way'), text: w(`member.drawn_way_${way}`) }, ...(way === 'transfer' ? [{ label: w('member.draw_to'), text: to.trim() }] : []), { label: w('member.draw_left'), amount_rupiah: Math.max(0, own.free_rupiah - amount) }]}
      total=${{ label: w('member.draw_amount'), amount_rupiah: amount }}>${errors.all && html`<p class="err" role="alert"><${Icon} name="warning" /><span>${errors.all}</span></p>`}<//>`;
}

/** @param {{store: Store}} props */
export function Withdraw({ store }) {
  useEffect(() => { store.need(store.withdrawals); }, []);
  const draw = (/** @type {any} */ own) => {
    const open = own.withdrawals.filter((/** @type {Withdrawal} */ it) => !ends.includes(it.state));
    const over = own.withdrawals.filter((/** @type {Withdrawal} */ it) => ends.includes(it.state));
    return html`<section class="lead-fig"><p class="k">${w('member.draw_free')}</p><p><${Figure} rupiah=${own.free_rupiah} size="xl" /></p>
        ${own.held_rupiah > 0 && html`<p class="small">${w('member.draw_held', { balance: rupiah(own.balance_rupiah), held: rupiah(own.held_rupiah) })}</p>`}</section>
      ${open.length > 0 && html`<section class="sec"><div class="sec-h"><h2>${w('member.drawn_open')}</h2></div><ul class="drawns">${open.map((/** @type {Withdrawal} */ it) => html`<${One} key=${it.id} store=${store} it=${it} />`)}</ul></section>`}
      ${own.free_rupiah > 0 ? html`<section class="sec"><div class="sec-h"><h2>${w('member.draw')}</h2></div><${Ask} store=${store} own=${own} /></section>`
    : !open.length && html`<${Empty} title=${w('member.draw_none')} text=${w('member.draw_none_text')} />`}
      ${over.length > 0 && html`<section class="sec"><div class="sec-h"><h2>${w('member.drawn_over')}</h2></div><ul class="drawns">${over.map((/** @type {Withdrawal} */ it) => html`<${One} key=${it.id} store=${store} it=${it} />`)}</ul></section>`}
      <${Why} title=${w('member.draw_why')}><p>${w('member.draw_why_text')}</p><//>`;
  };
  return html`<${AppBar} title=${w('member.draw')} back="/simpanan" /><${Loaded} of=${store.withdrawals} draw=${draw} />`;
}
