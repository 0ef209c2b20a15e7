import { info } from '../api.js';
import { day, time, today } from '../format.js';
import { html } from '../view.js';
import { w } from '../words.js';
import { Wordmark } from './mark.js';

/** The head of everything on paper: who writes. @param {{ground?: string}} props */
const Sender = ({ ground }) => html`<header class="letter-h"><${Wordmark} size=${24} ground=${ground} /><span>${info.value?.name ?? ''}</span></header>`;

/**
 * A letter: who writes, when, what about, the text, and who signs.
 * @param {{subject: string, number?: string, date?: string, to?: any, children?: any, signed?: {role: string, name: string}[]}} props
 */
export const Letter = ({ subject, number, date = today(), to, children, signed = [] }) => html`<article class="letter"><${Sender} ground="var(--white)" />
  <dl class="letter-facts">${number && html`<div><dt>${w('common.letter_number')}</dt><dd>${number}</dd></div>`}<div><dt>${w('common.letter_date')}</dt><dd>${day(date, 'long')}</dd></div>${to && html`<div><dt>${w('common.letter_to')}</dt><dd>${to}</dd></div>`}</dl>
  <h2>${subject}</h2><div class="letter-body">${children}</div>
  ${signed.length > 0 && html`<div class="letter-signed">${signed.map((s) => html`<p key=${s.role}><span>${s.role}</span><b>${s.name}</b></p>`)}</div>`}</article>`;

/** The letterhead over a page of the office on paper; on the screen it isn't there. @param {{by?: string}} props by = who prints */
export const PrintHead = ({ by }) => html`<div class="print-only letter-print"><${Sender} ground="var(--white)" />
  <p>${w('common.printed_at', { at: `${day(today(), 'long')}, ${time(Date.now())}` })}${by && ` · ${by}`}</p></div>`;
