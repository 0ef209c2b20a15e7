package pb_migrations

import (
	"fmt"
	"slices"

	"github.com/pocketbase/pocketbase/core"
	m "github.com/pocketbase/pocketbase/migrations"
)

func init() {
	m.Register(func(txApp core.App) error {
		if err := run(txApp.DB(), moneyTables, slices.Concat(keptForever("payroll_resolutions"), keptForever("payroll_resolution_decisions"), keptForever("payroll_previews"))); err != nil {
			return err
		}
		for _, v := range paperViews {
			c := core.NewViewCollection(v.name) // without rules: for managers alone
			c.ViewQuery = v.query
			if err := txApp.Save(c); err != nil {
				return fmt.Errorf("%s: %w", v.name, err)
			}
		}
		return nil
	}, nil, "0029_payroll_money.go")
}

// Differences of a run's money that wait for a second person, and what was decided. A movement says which
// request it follows, or the most that one person moved alone on that day; both are empty for receipts and for
// what was booked before this rule.
var moneyTables = []string{
	`CREATE TABLE payroll_resolutions(id INTEGER PRIMARY KEY, period TEXT NOT NULL REFERENCES payroll_runs(period), unit TEXT NOT NULL,
		kind TEXT NOT NULL CHECK(kind = 'returned' OR kind = 'written_off'), place TEXT NOT NULL, amount INTEGER NOT NULL CHECK(amount > 0), act INTEGER NOT NULL REFERENCES acts(id)) STRICT`,
	`CREATE INDEX payroll_resolutions_period ON payroll_resolutions(period)`,
	`CREATE TABLE payroll_resolution_decisions(id INTEGER PRIMARY KEY, resolution INTEGER NOT NULL UNIQUE REFERENCES payroll_resolutions(id),
		approved INTEGER NOT NULL CHECK(approved = 0 OR approved = 1), act INTEGER NOT NULL REFERENCES acts(id)) STRICT`,
	`ALTER TABLE payroll_money ADD COLUMN resolution INTEGER REFERENCES payroll_resolutions(id)`,
	`ALTER TABLE payroll_money ADD COLUMN alone INTEGER`,

	// Until when members were told that they may look at the draft of a month.
	`CREATE TABLE payroll_previews(id INTEGER PRIMARY KEY, period TEXT NOT NULL, until TEXT NOT NULL, act INTEGER NOT NULL REFERENCES acts(id)) STRICT`,
	`CREATE INDEX payroll_previews_period ON payroll_previews(period)`,

	// The account from which a bank takes what a member owes, from a date on: bank, number and holder, sealed.
	// Rows are deleted when a person is erased; an empty one says that there is none any more.
	`CREATE TABLE member_banks(id INTEGER PRIMARY KEY, member INTEGER NOT NULL, valid_from TEXT NOT NULL CHECK(valid_from GLOB '[12][0-9][0-9][0-9]-[01][0-9]-[0-3][0-9]'),
		sealed TEXT NOT NULL, act INTEGER NOT NULL REFERENCES acts(id)) STRICT`,
	`CREATE INDEX member_banks_member ON member_banks(member, valid_from, id)`,
}

// paperViews show managers what went out to officers, what was corrected, and where the money is.
var paperViews = []struct{ name, query string }{
	{"v_payroll_lists", `SELECT CAST(printf('%010d', l.id) AS TEXT) AS id, CAST(printf('DPG-%d/%04d', l.year, l.number) AS TEXT) AS number, CAST(l.period AS TEXT) AS period, CAST(l.unit AS TEXT) AS unit,
		CAST(l.members AS INT) AS members, CAST(l.total AS INT) AS total_rupiah, CAST(lower(hex(l.hash)) AS TEXT) AS hash,
		CAST(coalesce((SELECT printf('DPG-%d/%04d', o.year, o.number) FROM payroll_lists o WHERE o.id = l.replaces), '') AS TEXT) AS replaces,
		` + momentOf("a.at") + ` AS at, CAST(a.role AS TEXT) AS role, p.id AS operator
		FROM payroll_lists l JOIN acts a ON a.id = l.act LEFT JOIN operators p ON p.id = a.actor WHERE l.id > ` + recentOf("payroll_lists", "id") + ` ORDER BY l.id DESC`},
	{"v_payroll_layouts", `SELECT CAST(printf('%010d', l.id) AS TEXT) AS id, CAST(l.unit AS TEXT) AS unit, CAST(l.body AS TEXT) AS layout, ` + momentOf("a.at") + ` AS at, CAST(a.role AS TEXT) AS role, p.id AS operator
		FROM payroll_layouts l JOIN acts a ON a.id = l.act LEFT JOIN operators p ON p.id = a.actor WHERE l.id > ` + recentOf("payroll_layouts", "id") + ` ORDER BY l.id DESC`},
	{"v_payroll_corrections", `SELECT CAST(printf('%010d', s.id) AS TEXT) AS id, CAST(c.id AS INT) AS correction, CAST(c.period AS TEXT) AS period, CAST(s.step AS TEXT) AS step,
		CAST((SELECT count(*) FROM payroll_correction_lines l WHERE l.correction = c.id) AS INT) AS lines,
		CAST((SELECT sum(l.deducted - l.was) FROM payroll_correction_lines l WHERE l.correction = c.id) AS INT) AS difference_rupiah,
		CAST((SELECT count(*) FROM payroll_corrected d WHERE d.correction = c.id) AS INT) AS posted_lines, ` + momentOf("a.at") + ` AS at, CAST(a.role AS TEXT) AS role, p.id AS operator
		FROM payroll_correction_steps s JOIN payroll_corrections c ON c.id = s.correction JOIN acts a ON a.id = s.act LEFT JOIN operators p ON p.id = a.actor
		WHERE s.id > ` + recentOf("payroll_correction_steps", "id") + ` ORDER BY s.id DESC`},
	{"v_payroll_money", `SELECT CAST(printf('%010d', m.entry) AS TEXT) AS id, CAST(m.entry AS INT) AS entry, CAST(m.period AS TEXT) AS period, CAST(m.unit AS TEXT) AS unit, CAST(m.kind AS TEXT) AS kind,
		CAST(m.place AS TEXT) AS place, CAST(m.amount AS INT) AS amount_rupiah, CAST(m.resolution AS INT) AS resolution, ` + momentOf("a.at") + ` AS at, CAST(a.role AS TEXT) AS role, p.id AS operator
		FROM payroll_money m JOIN acts a ON a.id = m.act LEFT JOIN operators p ON p.id = a.actor WHERE m.entry > ` + recentOf("payroll_money", "entry") + ` ORDER BY m.entry DESC`},
	{"v_payroll_resolutions", `SELECT CAST(printf('%010d', q.id) AS TEXT) AS id, CAST(q.period AS TEXT) AS period, CAST(q.unit AS TEXT) AS unit, CAST(q.kind AS TEXT) AS kind, CAST(q.place AS TEXT) AS place,
		CAST(q.amount AS INT) AS amount_rupiah, CAST(CASE d.approved WHEN 1 THEN 'approved' WHEN 0 THEN 'refused' ELSE 'waiting' END AS TEXT) AS state,
		` + momentOf("a.at") + ` AS at, CAST(a.role AS TEXT) AS role, p.id AS operator, ` + momentOf("b.at") + ` AS decided_at, CAST(b.role AS TEXT) AS decided_role, o.id AS decided_by
		FROM payroll_resolutions q JOIN acts a ON a.id = q.act LEFT JOIN operators p ON p.id = a.actor LEFT JOIN payroll_resolution_decisions d ON d.resolution = q.id
		LEFT JOIN acts b ON b.id = d.act LEFT JOIN operators o ON o.id = b.actor WHERE q.id > ` + recentOf("payroll_resolutions", "id") + ` ORDER BY q.id DESC`},
	{"v_payroll_unmatched", `SELECT CAST(printf('%010d', u.id) AS TEXT) AS id, CAST(u.period AS TEXT) AS period, CAST(u.row AS INT) AS row, CAST(u.code AS TEXT) AS code, CAST(u.amount AS INT) AS amount_rupiah,
		CAST(coalesce(d.kind, '') AS TEXT) AS decision, m.id AS member, ` + momentOf("a.at") + ` AS at, CAST(a.role AS TEXT) AS role, p.id AS operator
		FROM payroll_unmatched u LEFT JOIN payroll_unmatched_decisions d ON d.unmatched = u.id LEFT JOIN members m ON m.number = d.member
		LEFT JOIN acts a ON a.id = coalesce(d.act, u.act) LEFT JOIN operators p ON p.id = a.actor WHERE u.id > ` + recentOf("payroll_unmatched", "id") + ` ORDER BY u.id DESC`},
}
