// How an entry by hand stands, in words with a sign.
import { html } from '../../lib/view.js';
import { w } from '../../lib/words.js';
import { State } from '../parts.js';

/** @type {Record<string, {icon: string, kind: 'pos' | 'neg' | 'rest' | 'soft'}>} */
const signs = { draft: { icon: 'file', kind: 'soft' }, submitted: { icon: 'clock', kind: 'rest' }, approved: { icon: 'check', kind: 'pos' }, refused: { icon: 'block', kind: 'neg' } };

/** @param {{state: string}} props */
export const DraftState = ({ state }) => html`<${State} icon=${signs[state].icon} kind=${signs[state].kind}>${w(`office.draft_${state}`)}<//>`;
