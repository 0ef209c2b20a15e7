// Who of the co-op did what with a member's data, by day and person: the member and the office read the same.
import { dateOf, day, dayName, time } from '../format.js';
import { html } from '../view.js';
import { has, w } from '../words.js';

/**
 * @typedef {object} Sighting
 * @property {number} act
 * @property {string} at
 * @property {'opened' | 'listed' | 'exported' | 'changed'} action
 * @property {string} via
 * @property {string} why
 * @property {string} role
 * @property {string} by
 * @property {string} [kind] of a change: the act's
 * @property {string[]} [fields]
 * @property {{kind: string, was: string, now: string, valid_from: string}[]} [facts]
 * @property {string} [period]
 */

/** @param {string} prefix @param {string} code */
const named = (prefix, code) => w(has(`${prefix}${code}`) ? `${prefix}${code}` : `${prefix}other`);

/** @param {Sighting} s */
const who = (s) => (s.by ? w('member.watch_by', { role: named('member.role_', s.role), name: s.by }) : named('member.role_', s.role));

/** What was done, in a sentence without who. @param {Sighting} s */
function what(s) {
  if (s.action === 'changed') return named('member.act_', (s.kind ?? '').replace('.', '_'));
  const thing = w(`member.via_${s.via}`);
  return `${w(`member.watch_${s.action}`)} ${thing}${s.period ? ` ${day(`${s.period}-01`, 'month')}` : ''}`;
}

/** @param {NonNullable<Sighting['facts']>[number]} f */
function fact(f) {
  const text = (/** @type {string} */ v) => (f.kind === 'channel' ? w(`join.own_channel_${v}`) : v || w('member.watch_empty'));
  const kind = w(`join.own_fact_${f.kind}`);
  const date = day(f.valid_from, 'medium');
  return f.kind === 'pay' ? w('member.watch_fact_hidden', { kind, date }) : w('member.watch_fact', { kind, was: text(f.was), now: text(f.now), date });
}

/** @param {{s: Sighting}} props */
const Line = ({ s }) => html`<li class="watch-line"><p>${what(s)}</p>
  ${s.fields && html`<p class="small">${s.fields.map((f) => named('member.field_', f)).join(', ')}</p>`}
  ${(s.facts ?? []).map((f, i) => html`<p class="small" key=${i}>${fact(f)}</p>`)}
  <p class="note">${s.why && s.action !== 'changed' ? `${w(`member.why_${s.why}`)} · ` : ''}${time(s.at)}</p></li>`;

/** In order; what the same person did on a day stands together. @param {Sighting[]} all */
function byDay(all) {
  /** @type {{date: string, people: {who: string, lines: Sighting[]}[]}[]} */
  const days = [];
  for (const s of all) {
    const date = dateOf(s.at);
    if (days.at(-1)?.date !== date) days.push({ date, people: [] });
    const people = /** @type {typeof days[number]} */ (days.at(-1)).people;
    const name = who(s);
    let one = people.find((p) => p.who === name);
    if (!one) people.push(one = { who: name, lines: [] });
    one.lines.push(s);
  }
  return days;
}

/** @param {{all: Sighting[]}} props */
export const SightingDays = ({ all }) => html`${byDay(all).map((d) => html`<section class="sec day-sec" key=${d.date}><div class="sec-h"><h2>${dayName(d.date)}</h2></div>
  ${d.people.map((p) => html`<div class="watch-who" key=${p.who}><h3>${p.who}</h3><ul>${p.lines.map((s) => html`<${Line} key=${s.act} s=${s} />`)}</ul></div>`)}</section>`)}`;
