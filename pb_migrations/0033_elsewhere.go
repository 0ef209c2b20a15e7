package pb_migrations

import (
	"github.com/pocketbase/pocketbase/core"
	m "github.com/pocketbase/pocketbase/migrations"
)

func init() {
	m.Register(func(txApp core.App) error {
		return run(txApp.DB(), elsewhereColumns, FillElsewhere)
	}, nil, "0033_elsewhere.go")
}

// elsewhere is what a month asked for and neither deducted nor left open: it was paid another way before the result was
// booked. What remains of a part is planned - settled - elsewhere, and of a line the sum of its parts. Of a month that
// was booked when a part could still take more than was asked of it, it may be below zero, so that both sums hold.
var elsewhereColumns = []string{
	`ALTER TABLE payroll_lines ADD COLUMN elsewhere INTEGER NOT NULL DEFAULT 0`,
	`ALTER TABLE payroll_parts ADD COLUMN elsewhere INTEGER NOT NULL DEFAULT 0`,
}

// FillElsewhere makes it for months that were booked before there was such a column, from what was open of each item
// when its line was booked or last changed: by the round that settled it, a correction, or a granted objection. What
// a booking itself skipped was open. Lines come after their parts.
var FillElsewhere = []string{
	`UPDATE payroll_parts SET elsewhere = planned - settled - max(0, min(planned - settled, (SELECT i.amount FROM open_items i WHERE i.id = payroll_parts.item) - coalesce((
		SELECT sum(s.amount) FROM settlements s JOIN acts k ON k.id = s.act WHERE s.item = payroll_parts.item
			AND NOT (s.kind = 'waived' AND k.kind IN ('payroll.settle_chunk', 'payroll.correct_post', 'payroll.answer_objection'))
			AND s.act <= max(
				coalesce((SELECT CASE WHEN a.kind IN ('payroll.settle_chunk', 'payroll.correct_post') THEN n.act ELSE (SELECT min(e.act) FROM payroll_events e WHERE e.period = n.period AND e.step IN ('settled', 'settled_partly')
					AND e.act > coalesce((SELECT min(b.act) FROM payroll_events b WHERE b.period = n.period AND b.step = 'settling' AND b.act > n.act), n.act)) END
					FROM payroll_results n JOIN acts a ON a.id = n.act WHERE n.period = payroll_parts.period AND n.member = payroll_parts.member ORDER BY n.id DESC LIMIT 1), s.act),
				coalesce((SELECT max(w.act) FROM objections o JOIN objection_answers w ON w.objection = o.act WHERE o.member = payroll_parts.member AND o.period = payroll_parts.period AND w.entry IS NOT NULL), 0))), 0)))
		WHERE planned <> settled AND (SELECT l.settled FROM payroll_lines l WHERE l.period = payroll_parts.period AND l.member = payroll_parts.member) = 1`,
	`UPDATE payroll_lines SET elsewhere = e.amount FROM (SELECT period, member, sum(elsewhere) AS amount FROM payroll_parts WHERE elsewhere <> 0 GROUP BY period, member) e
		WHERE e.period = payroll_lines.period AND e.member = payroll_lines.member`,
}
