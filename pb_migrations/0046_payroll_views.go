package pb_migrations

import (
	"fmt"

	"github.com/pocketbase/pocketbase/core"
	m "github.com/pocketbase/pocketbase/migrations"
)

// What was paid another way is made anew for months that were booked before, by the moment at which each line was
// booked: a rebuild and verify know that moment, and took the end of the round for it until now. Three views show
// managers what came back, what a month carried over, and what corrections left to be paid.
func init() {
	m.Register(func(txApp core.App) error {
		if err := run(txApp.DB(), elsewhereAnew); err != nil {
			return err
		}
		for _, v := range carriedViews {
			c := core.NewViewCollection(v.name) // without rules: for managers alone
			c.ViewQuery = v.query
			if err := txApp.Save(c); err != nil {
				return fmt.Errorf("%s: %w", v.name, err)
			}
		}
		return nil
	}, nil, "0046_payroll_views.go")
}

var elsewhereAnew = []string{
	`UPDATE payroll_parts SET elsewhere = n.elsewhere FROM (
		SELECT p.period, p.member, p.rank, p.planned - p.settled - max(0, min(p.planned - p.settled, (SELECT i.amount FROM open_items i WHERE i.id = p.item) - coalesce((
			SELECT sum(s.amount) FROM settlements s JOIN acts k ON k.id = s.act WHERE s.item = p.item
				AND NOT (s.kind = 'waived' AND k.kind IN ('payroll.settle_chunk', 'payroll.correct_post', 'payroll.answer_objection'))
				AND s.act <= max(
					coalesce((SELECT CASE WHEN a.kind IN ('payroll.settle_chunk', 'payroll.correct_post') THEN n.act ELSE coalesce(
							(SELECT max(t.act) FROM notices t WHERE t.member = p.member AND t.kind = 'deducted' AND t.subject = p.period),
							(SELECT min(e.act) FROM payroll_events e WHERE e.period = n.period AND e.step IN ('settled', 'settled_partly')
								AND e.act > coalesce((SELECT min(b.act) FROM payroll_events b WHERE b.period = n.period AND b.step = 'settling' AND b.act > n.act), n.act))) END
						FROM payroll_results n JOIN acts a ON a.id = n.act WHERE n.period = p.period AND n.member = p.member ORDER BY n.id DESC LIMIT 1), s.act),
					coalesce((SELECT max(g.act) FROM settlements g JOIN objection_answers w ON w.entry = g.entry JOIN objections o ON o.act = w.objection AND o.period = p.period AND o.member = p.member
						WHERE g.item = p.item AND g.kind = 'payroll' AND g.amount < 0), 0))), 0))) AS elsewhere
		FROM payroll_parts p JOIN payroll_lines l ON l.period = p.period AND l.member = p.member AND l.settled = 1 WHERE p.planned <> p.settled) n
		WHERE n.period = payroll_parts.period AND n.member = payroll_parts.member AND n.rank = payroll_parts.rank AND n.elsewhere <> payroll_parts.elsewhere`,
	`UPDATE payroll_lines SET elsewhere = e.amount FROM (SELECT period, member, sum(elsewhere) AS amount FROM payroll_parts GROUP BY period, member) e
		WHERE e.period = payroll_lines.period AND e.member = payroll_lines.member AND e.amount <> payroll_lines.elsewhere`,
}

var carriedViews = []struct{ name, query string }{
	{"v_instalment_returns", `SELECT CAST(printf('%010d', b.act) AS TEXT) AS id, CAST(p.number AS INT) AS plan, m.id AS member, CAST(b.amount AS INT) AS amount_rupiah, CAST(b.ended AS INT) AS ended_rupiah,
		CAST(b.margin AS INT) AS margin_rupiah, CAST(b.held AS INT) AS held_rupiah, CAST(b.entry AS INT) AS entry, ` + momentOf("a.at") + ` AS at, CAST(a.role AS TEXT) AS role, o.id AS operator
		FROM instalment_returns b JOIN instalment_plans p ON p.act = b.plan JOIN acts a ON a.id = b.act LEFT JOIN members m ON m.number = p.member LEFT JOIN operators o ON o.id = a.actor
		WHERE b.act > ` + recentOf("instalment_returns", "act") + ` ORDER BY b.act DESC`},
	{"v_payroll_carried", `SELECT CAST(l.period || printf('-%08d', l.member) AS TEXT) AS id, CAST(l.period AS TEXT) AS period, m.id AS member, CAST(l.unit AS TEXT) AS unit, CAST(l.requested AS INT) AS requested_rupiah,
		CAST(l.deducted - l.excess AS INT) AS deducted_rupiah, CAST(l.elsewhere AS INT) AS elsewhere_rupiah, CAST(l.requested - l.deducted + l.excess - l.elsewhere AS INT) AS remaining_rupiah,
		CAST(coalesce((SELECT sum(p.planned - p.settled - p.elsewhere) FROM payroll_parts p JOIN open_items i ON i.id = p.item AND i.kind = 'voluntary' WHERE p.period = l.period AND p.member = l.member), 0) AS INT) AS skipped_rupiah,
		CAST(l.reason AS TEXT) AS reason FROM payroll_lines l LEFT JOIN members m ON m.number = l.member
		WHERE l.settled = 1 AND l.deducted IS NOT NULL AND l.requested - l.deducted + l.excess - l.elsewhere > 0 AND l.period IN (SELECT period FROM payroll_runs ORDER BY period DESC LIMIT 12) ORDER BY l.period DESC, l.member`},
	{"v_payroll_claims", `SELECT CAST(printf('%010d', c.id) AS TEXT) AS id, CAST(k.period AS TEXT) AS period, CAST(c.correction AS INT) AS correction, m.id AS member, CAST(i.amount AS INT) AS amount_rupiah,
		CAST(r.remainder AS INT) AS left_rupiah, ` + momentOf("a.at") + ` AS at, CAST(a.role AS TEXT) AS role, o.id AS operator
		FROM payroll_claims c JOIN payroll_corrections k ON k.id = c.correction JOIN open_items i ON i.id = c.item JOIN item_remainders r ON r.item = c.item JOIN acts a ON a.id = c.act
		LEFT JOIN members m ON m.number = c.member LEFT JOIN operators o ON o.id = a.actor WHERE c.id > ` + recentOf("payroll_claims", "id") + ` ORDER BY c.id DESC`},
}
