// Kartu: which cards are still to be printed, sheets of them as PDF, and a new card for whoever lost one. For managers.
import { asFault, ulid } from '../../lib/api.js';
import { hand } from '../../lib/auth.js';
import { Button, Check, Dialog, Empty, FaultNote, Field, Icon, IconButton, Skeleton, toast } from '../../lib/components/index.js';
import { Table } from '../../lib/components/table.js';
import { Tabs } from '../../lib/components/tabs.js';
import { count, day, memberNumber } from '../../lib/format.js';
import { html, useRef, useState } from '../../lib/view.js';
import { w, wn } from '../../lib/words.js';
import { query, useAct, useLater, usePages, useResource } from '../fetching.js';
import { Head, More, Refusal, State } from '../parts.js';

/** @typedef {import('../types.js').Door} Door */
/** @typedef {{number: number, name: string, serial: number, printed_on: string}} CardRow */

const perSheet = 10;
const perFile = 1_000; // as hooks/member MaxPrinted

/**
 * Fetches sheets, a file of at most a thousand cards after the other, and hands each to the browser. Stopped or broken
 * off, what came stays; the next try begins after it.
 * @param {Door} door @param {() => void} done
 */
function useSheets(door, done) {
  const [at, setAt] = useState(/** @type {{done: number, total: number} | null} */ (null));
  const [fault, setFault] = useState(/** @type {import('../../lib/api.js').Fault | null} */ (null));
  const stopped = useRef(false);

  /** @param {{members?: number[], unprinted?: boolean}} which @param {number} total */
  async function fetchAll(which, total) {
    setFault(null);
    stopped.current = false;
    let [got, after, file] = [0, 0, 1];
    const parts = Math.ceil(total / perFile);
    try {
      do {
        setAt({ done: got, total });
        const answer = await door.request('POST', '/api/coop/members/cards/sheets', { id: ulid(), ...which, ...(after && { after }) });
        hand(await answer.blob(), parts > 1 ? `kartu-${file}.pdf` : 'kartu.pdf');
        got += Number(answer.headers.get('Coop-Cards'));
        after = Number(answer.headers.get('Coop-Next'));
        file++;
      } while (after && !stopped.current);
      toast(wn('office.cards_done', got, { n: count(got) }));
    } catch (cause) {
      setFault(asFault(cause));
    } finally {
      setAt(null);
      done();
    }
  }
  return { at, fault, fetchAll, stop: () => { stopped.current = true; } };
}

/** The ways to take one card: ready to print, or its code as a picture. */
export const cardKinds = /** @type {const} */ (['pdf', 'png', 'svg']);

/** @param {Door} door @param {number} number @param {'pdf' | 'png' | 'svg'} kind */
export const takeCard = (door, number, kind) => door.download(`/api/coop/members/${number}/card.${kind}`, `${w('office.card_file')}-${memberNumber(number)}.${kind}`).catch((/** @type {Error} */ cause) => { toast(cause.message, { kind: 'bad' }); });

/** @param {{it: ReturnType<typeof useSheets>}} props */
function Progress({ it }) {
  if (!it.at) return null;
  const { done, total } = it.at;
  return html`<section class="reading" aria-live="polite"><p class="small">${w('office.cards_making', { n: count(done), total: count(total) })}</p>
    <progress max=${Math.max(total, 1)} value=${done || undefined} aria-label=${w('office.cards_making', { n: count(done), total: count(total) })}></progress>
    ${total > perFile && html`<${Button} kind="ghost" small onClick=${it.stop}>${w('office.cards_stop')}<//>`}</section>`;
}

/** A new card; the old one is dead at every till. @param {{door: Door, card: CardRow, onClose: () => void, onDone: () => void}} props */
function Replace({ door, card, onClose, onDone }) {
  const [reason, setReason] = useState('lost');
  const [phones, setPhones] = useState(true);
  const ask = useAct((id) => door.send('POST', `/api/coop/members/${card.number}/card`, { id, reason, phones }), (answer) => {
    toast(w('office.card_replaced', { name: card.name, serial: answer.serial }));
    onClose();
    onDone();
  });
  useState(() => { ask.open(); return 0; });
  return html`<${Dialog} open danger title=${w('office.card_replace_title', { name: card.name })} lead=${w('office.card_replace_lead', { serial: card.serial })} confirm=${w('office.card_replace')} busy=${ask.busy} onConfirm=${ask.run} onClose=${onClose}>
    <div class="form"><${Field} label=${w('office.reason')} value=${reason} onInput=${(/** @type {string} */ v) => { setReason(v); setPhones(v === 'lost'); }} options=${['lost', 'changed'].map((v) => ({ value: v, label: w(`office.card_${v}`) }))} />
      <${Check} label=${w('office.card_phones')} checked=${phones} onChange=${() => setPhones(!phones)} /><p class="note">${w(phones ? 'office.card_phones_on' : 'office.card_phones_off')}</p></div><${Refusal} fault=${ask.fault} /><//>`;
}

/** @param {{door: Door}} props */
export function Cards({ door }) {
  const [search, setSearch] = useState('');
  const [which, setWhich] = useState('new');
  const [chosen, setChosen] = useState(/** @type {Set<number>} */ (new Set()));
  const [replacing, setReplacing] = useState(/** @type {CardRow | null} */ (null));
  const late = useLater(search.trim());
  const unprinted = which === 'new' ? 1 : '';
  const path = (/** @type {string} */ after) => `/api/coop/members/cards${query({ search: late, unprinted, after, limit: 100 })}`;
  const list = usePages(door, 'cards', path);
  const all = useResource(door, '/api/coop/members/cards?limit=1');
  const fresh = useResource(door, '/api/coop/members/cards?limit=1&unprinted=1');
  const reload = () => { setChosen(new Set()); list.reload(); all.load(); fresh.load(); };
  const sheets = useSheets(door, reload);
  const total = all.state.value.data?.count ?? 0;
  const left = fresh.state.value.data?.count ?? 0;
  const number = which === 'new' ? left : total;
  const flip = (/** @type {number} */ n) => setChosen((before) => { const next = new Set(before); if (!next.delete(n)) next.add(n); return next; });
  const everyone = list.rows.length > 0 && list.rows.every((/** @type {CardRow} */ c) => chosen.has(c.number));
  const columns = [
    { label: w('office.name'), cell: (/** @type {CardRow} */ c) => html`<${Check} label=${html`<b>${c.name}</b> <em class="note">${memberNumber(c.number)}</em>`} checked=${chosen.has(c.number)} onChange=${() => flip(c.number)} />` },
    { label: w('office.card_number'), class: 'desk', cell: (/** @type {CardRow} */ c) => html`<span class="soft">${w('office.card_nth', { serial: c.serial })}</span>` },
    ...(which === 'new' ? [] : [{ label: w('office.card_printed'), cell: (/** @type {CardRow} */ c) => (c.printed_on ? html`<${State} icon="check">${day(c.printed_on, 'short')}<//>` : html`<${State} icon="clock" kind="soft">${w('office.card_unprinted')}<//>`) }]),
    { label: w('office.card_acts_column'), class: 'act', cell: (/** @type {CardRow} */ c) => html`<${IconButton} icon="download" label=${w('office.card_png_of', { name: c.name })} onClick=${() => takeCard(door, c.number, 'png')} /><${IconButton} icon="block" label=${w('office.card_replace_of', { name: c.name })} onClick=${() => setReplacing(c)} />` },
  ];
  const some = chosen.size > 0;
  const get = () => (some ? sheets.fetchAll({ members: [...chosen].sort((a, b) => a - b).slice(0, perFile) }, Math.min(chosen.size, perFile)) : sheets.fetchAll({ unprinted: which === 'new' }, number));
  const n = some ? Math.min(chosen.size, perFile) : number;
  return html`<p class="crumb"><a class="lnk" href="#/anggota"><${Icon} name="back" small />${w('office.back_members')}</a></p>
    <${Head} title=${w('office.cards_title')} lead=${[all, fresh].some((it) => !it.state.value.data && !it.state.value.fault) ? null : total ? wn('office.cards_lead', total, { n: count(total), left: count(left) }) : ''}>
      ${n > 0 && html`<${Button} small icon="download" busy=${Boolean(sheets.at)} onClick=${get}>${wn('office.cards_get', n, { n: count(n) })}<//>`}<//>
    <${Progress} it=${sheets} /><${Refusal} fault=${sheets.fault} />
    <p class="note cards-how"><${Icon} name="print" small /><span>${w('office.cards_how', { sheets: count(Math.ceil(n / perSheet)) })}</span></p>
    <div class="tools"><${Field} label=${w('common.search')} icon="search" type="search" value=${search} onInput=${setSearch} placeholder=${w('office.search_member')} maxlength="120" /></div>
    <${Tabs} label=${w('office.card_printed')} value=${which} onChange=${(/** @type {string} */ v) => { setWhich(v); setChosen(new Set()); }} tabs=${[{ value: 'new', label: w('office.card_unprinted') }, { value: 'all', label: w('common.all') }]} />
    <div class="list cards-list">${list.rows.length > 0 && html`<${Check} label=${w('office.choose_all', { n: count(list.rows.length) })} checked=${everyone} onChange=${() => setChosen(everyone ? new Set() : new Set(list.rows.map((/** @type {CardRow} */ c) => c.number)))} />
      <${Table} columns=${columns} rows=${list.rows} rowKey=${(/** @type {CardRow} */ c) => c.number} caption=${w('office.cards_title')} quietCaption />`}
    ${list.fault && html`<${FaultNote} fault=${list.fault} retry=${list.reload} />`}${list.loading && !list.rows.length && html`<${Skeleton} rows=${8} />`}
    ${!list.loading && !list.fault && !list.rows.length && html`<div class="narrow"><${Empty} title=${w(late ? 'office.members_not_found' : total ? 'office.cards_all_printed' : 'office.cards_none', { text: late })} text=${w(total ? 'office.cards_all_printed_text' : 'office.cards_none_text')} /></div>`}</div>
    <${More} list=${list} />
    ${replacing && html`<${Replace} door=${door} card=${replacing} onClose=${() => setReplacing(null)} onDone=${reload} />`}`;
}
