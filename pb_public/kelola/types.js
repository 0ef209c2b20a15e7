// Shapes of the server's answers, for the type checker (docs/names.md tells the same for people).

/** @typedef {import('../lib/auth.js').Door} Door */

/**
 * @typedef {object} Unit
 * @property {string} id
 * @property {string} code
 * @property {string} name
 * @property {number} members
 * @property {number} requested_rupiah
 * @property {number} deducted_rupiah
 * @property {number} remaining_rupiah
 * @property {number} excess_rupiah
 * @property {boolean} answered
 * @property {number} received_rupiah
 */
/** @typedef {{name: string, role: string}} Person */
/** @typedef {{number: string, unit: string, hash: string, code: string, members: number, total_rupiah: number, replaces: string, at: string}} SealedList */
/** @typedef {{row: number, member: number, name: string, unit: string, requested_rupiah: number, was_rupiah: number | null, deducted_rupiah: number, reason: string, settled: boolean}} PreviewLine */
/** @typedef {{row: number, field: string, code: string, message: string}} Rejected */
/**
 * @typedef {object} Preview what an answer would do
 * @property {number} read
 * @property {number} matched
 * @property {Rejected[]} rejected
 * @property {boolean} [read_before]
 * @property {string[]} [unread_sheets]
 * @property {{row: number, stated_rupiah: number, found_rupiah: number, difference_rupiah: number} | null} footer
 * @property {number} asked_rupiah
 * @property {number} deducted_rupiah
 * @property {number} lost_rupiah
 * @property {number} full
 * @property {number} same
 * @property {PreviewLine[]} lines
 * @property {number} [lines_more]
 * @property {PreviewLine[]} missing
 * @property {number} [missing_more]
 * @property {number} corrections
 * @property {number} [ownerless]
 * @property {number[]} [hidden_rows]
 * @property {number} correction_rupiah
 */
/** @typedef {{field: string, title: string, value?: string}} LayoutColumn */
/** @typedef {{format: string, separator: string, sheets: string, amounts: string, titles: boolean, header: boolean, footer: boolean, columns: LayoutColumn[]}} Layout */
/** @typedef {{unit: string, name: string, own: boolean, layout: Layout, at: string, by: Person | null}} LayoutView */
/** @typedef {{correction: number, state: 'submitted' | 'approved' | 'posted' | 'refused', at: string, by: Person | null, reason: string, decided_at: string, decided_by: Person | null, lines: number, difference_rupiah: number, claimed_rupiah: number, from_row?: number, shown: {member: number, name: string, was_rupiah: number, deducted_rupiah: number, claimed_rupiah: number, reason: string}[], may: boolean, refusal?: string}} Correction */
/** @typedef {{unit: string, name: string, settled_rupiah: number, received_rupiah: number, returned_rupiah: number, written_off_rupiah: number, standing_rupiah: number, days: number, moves: {entry: number, kind: string, place: string, amount_rupiah: number, at: string, by: Person, reason: string}[], waiting: {resolution: number, kind: string, place: string, amount_rupiah: number, at: string, by: Person, reason: string, may: boolean, refusal?: string} | null}} UnitMoney */
/** @typedef {{member: number, name: string, unit: string, why: string, self: boolean, owed_rupiah: number, paid_rupiah: number, parts: {kind: string, date: string, owed_rupiah: number, source: {sale: string, number: string} | null}[]}} Bill */
/** @typedef {'draft' | 'locked' | 'sent' | 'answered' | 'settled' | 'received'} RunState */
/**
 * @typedef {object} Run
 * @property {string} period
 * @property {RunState} state
 * @property {string} pay_date
 * @property {string} cutoff_date
 * @property {string} from_date
 * @property {string} preview_until
 * @property {{at: string, by: string, until: string, reason: string} | null} early
 * @property {Person | null} prepared_by
 * @property {Person | null} approved_by
 * @property {{state: RunState, at: string, by: string | Person}[]} steps
 * @property {Record<string, any>} may
 * @property {number} members
 * @property {number} [answered_members]
 * @property {number} requested_rupiah
 * @property {number} deducted_rupiah
 * @property {number} remaining_rupiah
 * @property {number} excess_rupiah
 * @property {number} elsewhere_rupiah paid another way before it was booked
 * @property {number} moves_rupiah of what remains, what is owed and comes again
 * @property {number} skipped_rupiah
 * @property {number} capped_rupiah
 * @property {number} unmatched_rupiah
 * @property {{kind: string, requested_rupiah: number, deducted_rupiah: number}[]} composition
 * @property {Unit[]} units
 * @property {{code: string, members: number, amount_rupiah: number}[]} excluded
 */
/**
 * @typedef {object} Line
 * @property {number} member
 * @property {string} name
 * @property {string} unit
 * @property {number} requested_rupiah
 * @property {number} deducted_rupiah
 * @property {number} remaining_rupiah
 * @property {number} excess_rupiah
 * @property {string} reason
 * @property {string} excluded why nothing is asked, or ''
 * @property {boolean} answered
 * @property {boolean} settled
 * @property {{kind: string, date: string, due_rupiah: number, planned_rupiah: number, settled_rupiah: number, elsewhere_rupiah: number, kept?: string, instalment?: {plan: number, n: number, of: number, margin: boolean}}[]} parts
 */
/** @typedef {{number: number, name: string, status: string, work_unit: string}} MemberRow */
/** @typedef {{id: string, number: number, code: string, barcode: string, name: string, unit: string, category: string, price_rupiah: number, member_price_rupiah: number, weighed: boolean, consignor: string, stock: string}} Product */
/** @typedef {{account: number, name: string, party: any, debit_rupiah: number, credit_rupiah: number}} EntryLine */
/** @typedef {{id: number, kind: string, number: string, date: string, at: string, by: string, role: string, source: any, reverses: any, hash: string, lines: EntryLine[]}} Entry */
/** @typedef {{code: number, name: string, name_id: string, name_en: string, kind: string, party_kind: string, closed: boolean, used: boolean, reserved: boolean, protected: '' | 'control' | 'acts'}} Account */
/**
 * @typedef {object} Draft
 * @property {string} id
 * @property {'draft' | 'submitted' | 'approved' | 'refused'} state
 * @property {number} version
 * @property {string} date
 * @property {string} description
 * @property {{account: number, name: string, party?: string, party_name: string, debit_rupiah: number, credit_rupiah: number}[]} lines
 * @property {number} debit_rupiah
 * @property {number} credit_rupiah
 * @property {string[]} vouchers
 * @property {Person} prepared_by
 * @property {Person | null} decided_by
 * @property {string} reason
 * @property {number} entry
 * @property {string} number
 * @property {number} reverses
 * @property {string} reverses_number
 * @property {{edit: boolean, submit: boolean, withdraw: boolean, decide: boolean, decide_refusal: string, remove: boolean}} may
 */

export {};

/** @typedef {{code: string, name: string, unit: string, quantity: string, price_rupiah: number | null, amount_rupiah: number | null}} HeldLine */
/** @typedef {{kind: 'take' | 'dismiss', at: string, by: string, reason: string, member: {number: number, name: string} | null, sale: string, number: string}} Decision */
/**
 * @typedef {object} HeldSale
 * @property {string} id
 * @property {string} code why it was held
 * @property {string} sold_at
 * @property {string} heard_at
 * @property {string} till
 * @property {string} cashier
 * @property {boolean} shift_closed
 * @property {number | null} charged_rupiah null = the till's total can't be read
 * @property {{card?: string, member?: number} | null} buyer
 * @property {HeldLine[]} lines
 * @property {{kind: string, amount_rupiah: number}[]} tenders
 * @property {Decision | null} decision
 * @property {boolean} decide
 * @property {string} decide_refusal
 */
/**
 * @typedef {object} ShiftRow
 * @property {string} id
 * @property {string} till
 * @property {string} cashier
 * @property {string} opened_at
 * @property {string | null} closed_at
 * @property {number} expected_rupiah
 * @property {number | null} counted_rupiah
 * @property {number} missing
 * @property {number} late_rupiah
 * @property {number} total_rupiah
 * @property {number} cash_rupiah
 */
/** @typedef {{at: string, by: string, reason: string, amount_rupiah: number, ended_rupiah: number, cash_rupiah: number, held_rupiah: number, entry: number}} SaleReturn */
/**
 * @typedef {object} Sale
 * @property {string} id
 * @property {string} number
 * @property {string} sold_at
 * @property {string} date
 * @property {string} till
 * @property {string} cashier
 * @property {{number: number, name: string} | null} member
 * @property {{name: string, unit: string, quantity: string, price_rupiah: number, amount_rupiah: number, back?: string}[]} lines
 * @property {number} total_rupiah
 * @property {number} [back_rupiah]
 * @property {{kind: string, amount_rupiah: number}[]} tenders
 * @property {number} change_rupiah
 * @property {number} entry
 * @property {string} hash
 * @property {SaleReturn[]} returns of one receipt only
 * @property {string} return_refusal why whoever looks may take nothing back, or ''
 */
