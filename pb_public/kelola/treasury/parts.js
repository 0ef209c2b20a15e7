// What the pages of cash and bank share: choices one can see at a glance, and one press that is one act.
import { asFault, ulid } from '../../lib/api.js';
import { Icon } from '../../lib/components/index.js';
import { rupiah } from '../../lib/format.js';
import { href } from '../../lib/route.js';
import { html, useMemo, useState } from '../../lib/view.js';
import { w } from '../../lib/words.js';

/** @typedef {import('../../lib/api.js').Fault} Fault */
/** @typedef {{place: string, kind: string, name: string, balance_rupiah: number, closed: boolean}} Place */

/** The name of a place as people say it. @param {Place} p @param {Place[]} all */
export function placeName(p, all) {
  const many = all.filter((it) => it.kind === 'bank').length > 1;
  if (p.kind === 'cash') return w('treasury.place_cash');
  return p.kind === 'bank' ? p.name : w(many ? 'cash.qris_of' : 'cash.qris', { name: p.name });
}

/** @type {Record<string, string>} */
const icons = { cash: 'cash', bank: 'book', qris: 'scan', deposit: 'savings' };

/**
 * A row of things to choose one of.
 * @param {{legend: string, step?: number, value: string, onChoose: (value: string) => void, error?: string, options: {value: string, label: string, note?: string, icon?: string}[]}} props
 */
export function Choose({ legend, step, value, onChoose, error, options }) {
  return html`<fieldset class="pick-one"><legend>${step && html`<span class="step-n" aria-hidden="true">${step}</span>`}${legend}</legend>
    <div class="tiles">${options.map((o) => html`<button key=${o.value} type="button" class="tile" aria-pressed=${o.value === value} onClick=${() => onChoose(o.value)}>
      ${o.icon && html`<${Icon} name=${o.icon} />`}<span><b>${o.label}</b>${o.note && html`<small>${o.note}</small>`}</span></button>`)}</div>
    ${error && html`<p class="err"><${Icon} name="warning" /><span>${error}</span></p>`}</fieldset>`;
}

/** Places as choices. @param {Place[]} places @param {string[]} kinds */
export const placeOptions = (places, kinds) => places.filter((p) => !p.closed && kinds.includes(p.kind)).map((p) => ({ value: p.place, label: placeName(p, places), note: rupiah(p.balance_rupiah), icon: icons[p.kind] }));

/**
 * One press, one act: the key stays the same for the same content, so that pressing again after a lost answer
 * happens once.
 * @template T
 * @param {object} body
 * @param {(body: object) => Promise<T>} send
 * @param {(answer: T) => void} done
 */
export function usePress(body, send, done) {
  const [turn, setTurn] = useState(0);
  const [busy, setBusy] = useState(false);
  const [fault, setFault] = useState(/** @type {Fault | null} */ (null));
  const text = JSON.stringify(body);
  const id = useMemo(() => ulid(), [text, turn]);
  return {
    busy, fault,
    async run() {
      setBusy(true);
      setFault(null);
      try {
        const answer = await send({ id, ...body });
        setTurn(turn + 1);
        done(answer);
      } catch (cause) { setFault(asFault(cause)); } finally { setBusy(false); }
    },
  };
}

/** The way back. */
export const Back = () => html`<p class="crumb no-print"><a class="lnk" href=${href('/kas')}><${Icon} name="back" />${w('office.nav_treasury')}</a></p>`;

/** Whole rows of what follows from an act. @param {{rows: {label: string, text: any}[]}} props */
export const Then = ({ rows }) => html`<ul class="then">${rows.map((r) => html`<li key=${r.label}><span>${r.label}</span><b>${r.text}</b></li>`)}</ul>`;
