// What a run's state means for the screen: pure functions over the server's answer.
import { day, memberNumber, period as periodText } from '../../lib/format.js';
import { w } from '../../lib/words.js';
import { reasonText } from '../parts.js';

/** @typedef {import('../types.js').Run} Run */
/** @typedef {import('../types.js').Unit} Unit */
/** @typedef {import('../types.js').RunState} RunState */

/** @type {RunState[]} */
export const states = ['draft', 'locked', 'sent', 'answered', 'settled', 'received'];

/** The act that leads out of a state. */
export const nextAct = /** @type {Record<RunState, string>} */ ({ draft: 'lock', locked: 'export', sent: 'answer', answered: 'settle', settled: 'receive', received: '' });

/** @param {RunState} state */
export const at = (state) => states.indexOf(state);

/** Whether the officers' answers are part of the picture. @param {Run} run */
export const answered = (run) => at(run.state) >= at('answered') || (run.state === 'sent' && run.units.some((u) => u.answered));

/** What should arrive on the bank account for a unit: all that was deducted, what was too much with it. @param {Unit} unit */
export const due = (unit) => unit.deducted_rupiah;

/** What settling writes into the books: all that was deducted, of which the excess is held. @param {Run} run */
export const posted = (run) => run.deducted_rupiah;

/** What is still expected on the bank account. @param {Run} run */
export const expected = (run) => run.units.reduce((sum, u) => sum + Math.max(0, due(u) - u.received_rupiah), 0);

const makers = ['treasurer', 'manager'];

/** States in which an act makes sense, where the server does not say. */
const when = /** @type {Record<string, RunState[]>} */ ({ draft: ['draft'], lock: ['draft'], export: ['locked', 'sent', 'answered'], answer: ['sent', 'answered'], settle: ['answered'], receive: ['settled'] });

/** What the words of a refused lock are about: a member, an earlier month. @param {Record<string, any>} [params] */
export const staleParams = (params = {}) => ({ ...(params.member && { member: memberNumber(params.member) }), ...(params.before && { before: periodText(params.before) }), ...(params.period && { period: periodText(params.period) }) });

/**
 * Whether this person may do an act now, and if not why, in words. The server's word (`may`) goes first.
 * @param {Run} run
 * @param {string} act
 * @param {string} role
 */
export function may(run, act, role) {
  if (!makers.includes(role)) return { ok: false, why: w('office.only_looking') };
  const said = run.may?.[act];
  if (said === undefined) return { ok: when[act]?.includes(run.state) ?? false, why: '' };
  return { ok: said === true, why: said ? '' : reasonText(run.may?.[`${act}_refusal`] ?? '', { period: periodText(run.period), until: run.preview_until ? day(run.preview_until, 'day') : '', cutoff: day(run.cutoff_date, 'day'),
    ...staleParams(run.may?.[`${act}_refusal_params`]) }) };
}

/** The newest period whose cut-off is past: the one to draft. @param {string} coming the period that is still collected */
export const toDraft = (coming) => shiftPeriod(coming, -1);

/** `2026-11` moved by months. @param {string} period @param {number} by */
export function shiftPeriod(period, by) {
  const [y, m] = period.split('-').map(Number);
  const n = y * 12 + (m - 1) + by;
  return `${Math.floor(n / 12)}-${String((n % 12) + 1).padStart(2, '0')}`;
}

/** Units that are no work unit: members without one, and direct debits. @param {string} code */
export const unitName = (code) => (code === 'bank' ? w('office.unit_bank') : code === '-' ? w('office.unit_none') : code);
