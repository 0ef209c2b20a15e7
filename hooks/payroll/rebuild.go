package payroll

import "kpdk/hooks/ledger"

// State are the tables of runs that are made anew from what happened: how far a run is and who prepared and
// approved it, what was answered, and what was settled. What was asked for is the run's own: it was decided by
// the pay, the consents and the policies of the day it was drafted, and stands still from the lock on.
func State() []ledger.Kept {
	return []ledger.Kept{
		{Table: "payroll_runs", Held: true, Key: []string{"period"}, Values: []string{"state", "prepared_by", "prepared_role", "approved_by", "approved_role"}, Rows: runsAnew},
		{Table: "payroll_lines", Held: true, Key: []string{"period", "member"}, Values: []string{"deducted", "reason", "settled"}, Rows: linesAnew},
		{Table: "payroll_parts", Held: true, Key: []string{"period", "member", "rank"}, Values: []string{"settled", "elsewhere"}, Rows: partsAnew},
		{Table: "payroll_lines", Held: true, Key: []string{"period", "member"}, Values: []string{"excess", "elsewhere"}, Rows: sumsAnew}, // of parts that are right by now
	}
}

// runsAnew: a run is where its last step left it. Who drafted it last prepared it, who settled last approved.
const runsAnew = `SELECT r.period, coalesce((SELECT step FROM payroll_events WHERE period = r.period AND step IN ('draft', 'locked', 'sent', 'answered', 'settled', 'received') ORDER BY id DESC LIMIT 1), 'draft'),
	d.actor, d.role, coalesce(s.actor, ''), coalesce(s.role, '') FROM payroll_runs r
	LEFT JOIN acts d ON d.id = (SELECT act FROM payroll_events WHERE period = r.period AND step = 'drafting' ORDER BY id DESC LIMIT 1)
	LEFT JOIN acts s ON s.id = (SELECT act FROM payroll_events WHERE period = r.period AND step = 'settling' ORDER BY id DESC LIMIT 1)`

// takenByPayroll is what a run's deductions settled of a part (p), less what granted objections gave back: its
// settlements name an entry that debits 1123 for a work unit of that run, or one of an answer to an objection.
const takenByPayroll = `coalesce((SELECT sum(s.amount) FROM settlements s WHERE s.item = p.item AND s.kind = 'payroll' AND (EXISTS(SELECT 1 FROM journal_lines l
	JOIN parties u ON u.id = l.party WHERE l.entry = s.entry AND l.account = 1123 AND u.kind = 'unit_run' AND u.ref GLOB p.period || ':*')
	OR s.amount < 0 AND EXISTS(SELECT 1 FROM objections o JOIN objection_answers w ON w.objection = o.act AND w.entry = s.entry WHERE o.member = p.member AND o.period = p.period))), 0)`

// linesAnew: a line says what its newest answer says. A settlement that came to its end settled whatever was
// answered before it began, the silence that it closed itself, and, with the last of a run, what nothing was asked
// of; of an answer that came while it ran, and of one that is not over, the line alone knows.
const linesAnew = `WITH rounds AS (SELECT e.period, max(e.id) AS begun, max(e.act) AS since FROM payroll_events e WHERE e.step = 'settling' GROUP BY e.period),
	over AS (SELECT r.period, r.since, EXISTS(SELECT 1 FROM payroll_events e WHERE e.period = r.period AND e.id > r.begun AND (e.step = 'settled' OR e.step = 'settled_partly')) AS ended FROM rounds r),
	lines AS (SELECT l.period, l.member, n.deducted, coalesce(n.reason, '') AS reason, CASE
		WHEN o.period IS NULL THEN 0
		WHEN n.id IS NULL AND l.requested > 0 THEN 0
		WHEN NOT o.ended OR n.id IS NULL AND NOT EXISTS(SELECT 1 FROM payroll_events e WHERE e.period = l.period AND e.step = 'settled') THEN l.settled
		WHEN n.id IS NULL OR n.act < o.since OR a.kind = 'payroll.settle_chunk' THEN 1
		ELSE l.settled END AS settled
		FROM payroll_lines l LEFT JOIN payroll_results n ON n.id = (SELECT max(id) FROM payroll_results WHERE period = l.period AND member = l.member)
		LEFT JOIN acts a ON a.id = n.act LEFT JOIN over o ON o.period = l.period)
	SELECT period, member, deducted, reason, settled FROM lines`

// partsAnew: what was asked of an item and neither settled nor left open was paid another way. What counts is what was
// open when the part was last booked: by the round, of which the member's notice tells, by a correction, or by a
// granted objection. What a booking itself skipped was open.
const partsAnew = `SELECT p.period, p.member, p.rank, p.taken, CASE WHEN p.planned = p.taken OR p.done = 0 THEN 0 ELSE p.planned - p.taken - max(0, min(p.planned - p.taken,
	(SELECT i.amount FROM open_items i WHERE i.id = p.item) - coalesce((SELECT sum(s.amount) FROM settlements s JOIN acts k ON k.id = s.act WHERE s.item = p.item
		AND NOT (s.kind = 'waived' AND k.kind IN ('payroll.settle_chunk', 'payroll.correct_post', 'payroll.answer_objection'))
		AND s.act <= max(` + lineBooked + `, ` + partGranted + `)), 0))) END
	FROM (SELECT p.*, l.settled AS done, ` + takenByPayroll + ` AS taken FROM payroll_parts p JOIN payroll_lines l ON l.period = p.period AND l.member = p.member) p`

// lineBooked is the act that booked a part's line last. Before there were notices, it was before its round ended.
const lineBooked = `coalesce((SELECT CASE WHEN a.kind IN ('payroll.settle_chunk', 'payroll.correct_post') THEN n.act ELSE coalesce(
		(SELECT max(t.act) FROM notices t WHERE t.member = p.member AND t.kind = 'deducted' AND t.subject = p.period),
		(SELECT min(e.act) FROM payroll_events e WHERE e.period = n.period AND e.step IN ('settled', 'settled_partly')
			AND e.act > coalesce((SELECT min(b.act) FROM payroll_events b WHERE b.period = n.period AND b.step = 'settling' AND b.act > n.act), n.act))) END
	FROM payroll_results n JOIN acts a ON a.id = n.act WHERE n.period = p.period AND n.member = p.member ORDER BY n.id DESC LIMIT 1), s.act)`

// partGranted is the act of the objection that gave something of a part back last.
const partGranted = `coalesce((SELECT max(g.act) FROM settlements g JOIN objection_answers w ON w.entry = g.entry JOIN objections o ON o.act = w.objection AND o.period = p.period AND o.member = p.member
	WHERE g.item = p.item AND g.kind = 'payroll' AND g.amount < 0), 0)`

const sumsAnew = `SELECT l.period, l.member, CASE l.settled WHEN 0 THEN 0 ELSE coalesce(l.deducted, 0) - coalesce(sum(p.settled), 0) END, coalesce(sum(p.elsewhere), 0)
	FROM payroll_lines l LEFT JOIN payroll_parts p ON p.period = l.period AND p.member = l.member GROUP BY l.period, l.member`
