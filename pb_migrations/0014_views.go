package pb_migrations

import (
	"fmt"

	"github.com/pocketbase/pocketbase/core"
	m "github.com/pocketbase/pocketbase/migrations"
)

func init() {
	m.Register(func(txApp core.App) error {
		for _, v := range laterViews {
			c := core.NewViewCollection(v.name) // without rules: for managers alone
			c.ViewQuery = v.query
			if err := txApp.Save(c); err != nil {
				return fmt.Errorf("%s: %w", v.name, err)
			}
		}
		return nil
	}, nil, "0014_views.go")
}

// What happened in the tables that came after 0003: windowed and typed as there. The texts of a bank's
// statement, notes and vouchers stay out: they may name people, and have doors of their own.
var laterViews = []struct{ name, query string }{
	{"v_treasury_moves", `SELECT CAST(printf('%010d', v.entry) AS TEXT) AS id, CAST(v.entry AS INT) AS entry, CAST(j.date AS TEXT) AS date, CAST(v.kind AS TEXT) AS kind,
		CAST(v.place AS TEXT) AS place, CAST(v.target AS TEXT) AS target, CAST(v.amount AS INT) AS amount_rupiah, CAST(v.fee AS INT) AS fee_rupiah, CAST(v.held AS INT) AS held_rupiah,
		CAST(b.role AS TEXT) AS made_role, o.id AS made_by, CAST(CASE WHEN v.request IS NULL THEN '' ELSE a.role END AS TEXT) AS approved_role,
		p.id AS approved_by, CAST(r.entry AS INT) AS reversed_by, ` + momentOf("a.at") + ` AS at
		FROM treasury_moves v JOIN journal j ON j.id = v.entry JOIN acts a ON a.id = v.act JOIN acts b ON b.id = coalesce(v.request, v.act)
		LEFT JOIN operators o ON o.id = b.actor LEFT JOIN operators p ON p.id = a.actor AND v.request IS NOT NULL LEFT JOIN treasury_reversals r ON r.move = v.entry
		WHERE v.entry > ` + recentOf("treasury_moves", "entry") + ` ORDER BY v.entry DESC`},

	{"v_treasury_requests", `SELECT CAST(printf('%010d', q.act) AS TEXT) AS id, ` + momentOf("a.at") + ` AS at, CAST(q.body ->> 'kind' AS TEXT) AS kind, CAST(q.body ->> 'from' AS TEXT) AS place,
		CAST(q.body ->> 'to' AS TEXT) AS target, CAST(q.amount AS INT) AS amount_rupiah, CAST(a.role AS TEXT) AS made_role, o.id AS made_by,
		CAST(CASE d.approved WHEN 1 THEN 'approved' WHEN 0 THEN 'refused' ELSE 'waiting' END AS TEXT) AS decision, ` + momentOf("b.at") + ` AS decided_at,
		CAST(b.role AS TEXT) AS decided_role, p.id AS decider
		FROM treasury_requests q JOIN acts a ON a.id = q.act LEFT JOIN operators o ON o.id = a.actor LEFT JOIN treasury_decisions d ON d.request = q.act
		LEFT JOIN acts b ON b.id = d.act LEFT JOIN operators p ON p.id = b.actor
		WHERE q.act > ` + recentOf("treasury_requests", "act") + ` ORDER BY q.act DESC`},

	{"v_bank_lines", `SELECT CAST(printf('%010d', l.id) AS TEXT) AS id, k.id AS bank, CAST(l.date AS TEXT) AS date, CAST(l.sen / 100 AS INT) AS amount_rupiah,
		CAST(abs(l.sen) % 100 AS INT) AS sen, CAST((SELECT x.match FROM bank_match_lines x WHERE x.line = l.id
			AND NOT EXISTS(SELECT 1 FROM bank_unmatches u WHERE u.match = x.match)) AS INT) AS matched, ` + momentOf("a.at") + ` AS imported_at
		FROM bank_lines l JOIN acts a ON a.id = l.act LEFT JOIN bank_accounts k ON k.number = l.bank
		WHERE l.id > ` + recentOf("bank_lines", "id") + ` ORDER BY l.id DESC`},

	{"v_bank_matches", `SELECT CAST(printf('%010d', x.id) AS TEXT) AS id, CAST(x.id AS INT) AS number, k.id AS bank, CAST(x.amount AS INT) AS amount_rupiah,
		CAST((SELECT group_concat(e.entry) FROM bank_match_entries e WHERE e.match = x.id) AS TEXT) AS entries,
		` + momentOf("a.at") + ` AS at, CAST(a.role AS TEXT) AS role, o.id AS operator, ` + momentOf("b.at") + ` AS released_at
		FROM bank_matches x JOIN acts a ON a.id = x.act LEFT JOIN bank_accounts k ON k.number = x.bank LEFT JOIN operators o ON o.id = a.actor
		LEFT JOIN bank_unmatches u ON u.match = x.id LEFT JOIN acts b ON b.id = u.act
		WHERE x.id > ` + recentOf("bank_matches", "id") + ` ORDER BY x.id DESC`},

	{"v_late_cash", `SELECT CAST(printf('%010d', c.act) AS TEXT) AS id, ` + momentOf("a.at") + ` AS at, t.id AS till, o.id AS cashier, CAST(c.expected AS INT) AS expected_rupiah,
		CAST(c.counted AS INT) AS counted_rupiah, CAST(c.entry AS INT) AS entry, CAST(a.role AS TEXT) AS role, p.id AS operator
		FROM late_cash c JOIN acts a ON a.id = c.act JOIN shifts h ON h.id = c.shift LEFT JOIN tills t ON t.code = h.till LEFT JOIN operators o ON o.id = h.cashier
		LEFT JOIN operators p ON p.id = a.actor WHERE c.act > ` + recentOf("late_cash", "act") + ` ORDER BY c.act DESC`},

	{"v_periods", `SELECT CAST(printf('%010d', l.id) AS TEXT) AS id, CAST(l.period AS TEXT) AS period, CAST(l.action AS TEXT) AS action, ` + momentOf("a.at") + ` AS at,
		CAST(a.role AS TEXT) AS role, o.id AS operator, CAST(l.seq AS INT) AS seq, CAST(lower(hex(l.hash)) AS TEXT) AS hash
		FROM periods_log l JOIN acts a ON a.id = l.act LEFT JOIN operators o ON o.id = a.actor
		WHERE l.id > ` + recentOf("periods_log", "id") + ` ORDER BY l.id DESC`},

	{"v_openings", `SELECT CAST(printf('%010d', x.id) AS TEXT) AS id, CAST(x.action AS TEXT) AS action, CAST(x.date AS TEXT) AS date, CAST(x.items AS INT) AS items,
		` + momentOf("a.at") + ` AS at, CAST(a.role AS TEXT) AS role FROM openings x JOIN acts a ON a.id = x.act
		WHERE x.id > ` + recentOf("openings", "id") + ` ORDER BY x.id DESC`},

	{"v_login_events", `SELECT CAST(printf('%010d', e.id) AS TEXT) AS id, ` + momentOf("a.at") + ` AS at, CAST(e.kind AS TEXT) AS kind, o.id AS operator, m.id AS member,
		CAST(a.role AS TEXT) AS role, p.id AS by_operator
		FROM login_events e JOIN acts a ON a.id = e.act LEFT JOIN operators o ON e.login = 'operators' AND o.id = e.record
		LEFT JOIN members m ON e.login = 'members' AND m.id = e.record LEFT JOIN operators p ON p.id = a.actor
		WHERE e.id > ` + recentOf("login_events", "id") + ` ORDER BY e.id DESC`},

	{"v_verifications", `SELECT CAST(v.date AS TEXT) AS id, CAST(v.date AS TEXT) AS date, ` + momentOf("v.at") + ` AS at, CAST(v.ok AS BOOL) AS ok, CAST(v.findings AS INT) AS findings,
		CAST(v.entries AS INT) AS entries, CAST(v.seq AS INT) AS seq, CAST(v.hash AS TEXT) AS hash
		FROM verifications v WHERE v.date > coalesce((SELECT date FROM verifications ORDER BY date DESC LIMIT 1 OFFSET 400), '') ORDER BY v.date DESC`},
}
