package pb_migrations

import (
	"fmt"
	"strings"

	"github.com/pocketbase/pocketbase/core"
	m "github.com/pocketbase/pocketbase/migrations"
)

func init() {
	m.Register(func(txApp core.App) error {
		if err := run(txApp.DB(), payrollTables, payrollTriggers()); err != nil {
			return err
		}
		return payrollCollections(txApp)
	}, nil, "0020_payroll.go")
}

// The months, goods on credit, objections and what was deducted too much. What people write in words stands
// in act_notes, and their photos in a collection: both can be erased. A part's due is what was open of the
// item; kept says why less of it is asked for.
var payrollTables = []string{
	`ALTER TABLE payroll_lines ADD COLUMN capped TEXT NOT NULL DEFAULT ''`,
	`ALTER TABLE payroll_parts ADD COLUMN due INTEGER NOT NULL DEFAULT 0`,
	`ALTER TABLE payroll_parts ADD COLUMN kept TEXT NOT NULL DEFAULT ''`,
	`UPDATE payroll_parts SET due = planned`,

	`CREATE TABLE payroll_skips(id INTEGER PRIMARY KEY, period TEXT NOT NULL, skipped INTEGER NOT NULL CHECK(skipped = 0 OR skipped = 1), reason TEXT NOT NULL,
		act INTEGER NOT NULL REFERENCES acts(id)) STRICT`,
	`CREATE INDEX payroll_skips_period ON payroll_skips(period, id)`,

	`CREATE TABLE instalment_requests(act INTEGER PRIMARY KEY REFERENCES acts(id), principal INTEGER NOT NULL CHECK(principal > 0), body TEXT NOT NULL) STRICT`,
	`CREATE TABLE instalment_decisions(request INTEGER PRIMARY KEY REFERENCES instalment_requests(act), approved INTEGER NOT NULL CHECK(approved = 0 OR approved = 1),
		act INTEGER NOT NULL REFERENCES acts(id)) STRICT`,
	`CREATE TABLE instalment_plans(act INTEGER PRIMARY KEY REFERENCES acts(id), number INTEGER NOT NULL UNIQUE CHECK(number > 0), member INTEGER NOT NULL, date TEXT NOT NULL,
		principal INTEGER NOT NULL CHECK(principal > 0), margin INTEGER NOT NULL CHECK(margin >= 0), parts INTEGER NOT NULL CHECK(parts > 0), first_period TEXT NOT NULL,
		entry INTEGER NOT NULL REFERENCES journal(id), request INTEGER REFERENCES instalment_requests(act)) STRICT`,
	`CREATE INDEX instalment_plans_member ON instalment_plans(member)`,
	`CREATE TABLE instalment_goods(plan INTEGER NOT NULL REFERENCES instalment_plans(act), line INTEGER NOT NULL, product INTEGER NOT NULL, quantity INTEGER NOT NULL CHECK(quantity > 0),
		price INTEGER NOT NULL CHECK(price >= 0), amount INTEGER NOT NULL CHECK(amount >= 0), cost INTEGER NOT NULL, consignor INTEGER, PRIMARY KEY(plan, line)) STRICT, WITHOUT ROWID`,
	`CREATE TABLE instalment_parts(plan INTEGER NOT NULL REFERENCES instalment_plans(act), n INTEGER NOT NULL CHECK(n > 0), date TEXT NOT NULL,
		item INTEGER NOT NULL REFERENCES open_items(id), principal INTEGER NOT NULL CHECK(principal > 0), margin INTEGER NOT NULL CHECK(margin >= 0), PRIMARY KEY(plan, n)) STRICT, WITHOUT ROWID`,
	`CREATE UNIQUE INDEX instalment_parts_item ON instalment_parts(item)`,
	`CREATE INDEX instalment_parts_date ON instalment_parts(date) WHERE margin > 0`,
	`CREATE TABLE instalment_margins(plan INTEGER NOT NULL, n INTEGER NOT NULL, item INTEGER REFERENCES open_items(id), entry INTEGER REFERENCES journal(id),
		act INTEGER NOT NULL REFERENCES acts(id), PRIMARY KEY(plan, n), FOREIGN KEY(plan, n) REFERENCES instalment_parts(plan, n)) STRICT, WITHOUT ROWID`,
	`CREATE UNIQUE INDEX instalment_margins_item ON instalment_margins(item) WHERE item IS NOT NULL`,

	`CREATE TABLE objections(act INTEGER PRIMARY KEY REFERENCES acts(id), period TEXT NOT NULL, member INTEGER NOT NULL, item INTEGER REFERENCES open_items(id),
		code TEXT NOT NULL, after INTEGER NOT NULL CHECK(after = 0 OR after = 1)) STRICT`,
	`CREATE INDEX objections_member ON objections(member, period)`,
	`CREATE INDEX objections_period ON objections(period)`,
	`CREATE TABLE objection_answers(objection INTEGER PRIMARY KEY REFERENCES objections(act),
		decision TEXT NOT NULL CHECK(decision = 'adjust' OR decision = 'exclude' OR decision = 'explain'), entry INTEGER REFERENCES journal(id), act INTEGER NOT NULL REFERENCES acts(id)) STRICT`,
	`CREATE TABLE payroll_adjustments(id INTEGER PRIMARY KEY, period TEXT NOT NULL, member INTEGER NOT NULL, item INTEGER NOT NULL REFERENCES open_items(id),
		most INTEGER NOT NULL CHECK(most >= 0), objection INTEGER NOT NULL REFERENCES objections(act), act INTEGER NOT NULL REFERENCES acts(id)) STRICT`,
	`CREATE INDEX payroll_adjustments_member ON payroll_adjustments(period, member)`,

	`CREATE TABLE excess_choices(id INTEGER PRIMARY KEY, member INTEGER NOT NULL, choice TEXT NOT NULL CHECK(choice = 'refund' OR choice = 'use'),
		act INTEGER NOT NULL REFERENCES acts(id)) STRICT`,
	`CREATE INDEX excess_choices_member ON excess_choices(member, id)`,
	`CREATE TABLE excess_uses(act INTEGER NOT NULL REFERENCES acts(id), member INTEGER NOT NULL, period TEXT NOT NULL, amount INTEGER NOT NULL CHECK(amount > 0),
		entry INTEGER NOT NULL REFERENCES journal(id), PRIMARY KEY(act, member)) STRICT, WITHOUT ROWID`,
	`CREATE INDEX excess_uses_member ON excess_uses(member, period)`,
}

func payrollTriggers() []string {
	var all []string
	for _, t := range []struct{ table, same string }{
		{"payroll_skips", "id = NEW.id"}, {"instalment_requests", "act = NEW.act"}, {"instalment_decisions", "request = NEW.request"},
		{"instalment_plans", "act = NEW.act OR number = NEW.number"}, {"instalment_goods", "plan = NEW.plan AND line = NEW.line"},
		{"instalment_parts", "plan = NEW.plan AND n = NEW.n OR item = NEW.item"}, {"instalment_margins", "plan = NEW.plan AND n = NEW.n OR item = NEW.item"},
		{"objections", "act = NEW.act"}, {"objection_answers", "objection = NEW.objection"}, {"payroll_adjustments", "id = NEW.id"},
		{"excess_choices", "id = NEW.id"}, {"excess_uses", "act = NEW.act AND member = NEW.member"},
	} {
		for _, verb := range []string{"UPDATE", "DELETE"} {
			all = append(all, fmt.Sprintf("CREATE TRIGGER %s_no_%s BEFORE %s ON %s BEGIN SELECT RAISE(ABORT, '%s is append-only'); END",
				t.table, strings.ToLower(verb), verb, t.table, t.table))
		}
		all = append(all, fmt.Sprintf("CREATE TRIGGER %s_no_replace BEFORE INSERT ON %s WHEN EXISTS(SELECT 1 FROM %s WHERE %s) BEGIN SELECT RAISE(FAIL, '%s is append-only'); END",
			t.table, t.table, t.table, t.same, t.table))
	}
	return append(all,
		`CREATE TRIGGER payroll_parts_due BEFORE UPDATE OF due, kept ON payroll_parts WHEN (SELECT state FROM payroll_runs WHERE period = OLD.period) <> 'draft'
			BEGIN SELECT RAISE(ABORT, 'the run is locked'); END`,
		`CREATE TRIGGER payroll_skips_run BEFORE INSERT ON payroll_skips WHEN NEW.skipped = 1 AND EXISTS(SELECT 1 FROM payroll_runs WHERE period = NEW.period)
			BEGIN SELECT RAISE(ABORT, 'the month has a run'); END`,
		`CREATE TRIGGER payroll_runs_skipped BEFORE INSERT ON payroll_runs WHEN (SELECT skipped FROM payroll_skips WHERE period = NEW.period ORDER BY id DESC LIMIT 1) = 1
			BEGIN SELECT RAISE(ABORT, 'the month is skipped'); END`,
	)
}

// payrollCollections keeps the photos behind objections from everybody's eyes: a member and the office read
// them through routes. Erasing one erases the record.
func payrollCollections(txApp core.App) error {
	photos := core.NewBaseCollection("objection_photos")
	photos.Fields.Add(
		&core.NumberField{Name: "objection", OnlyInt: true, System: true, Required: true, Min: ptr(1)},
		&core.FileField{Name: "file", Required: true, Protected: true, MaxSelect: 1, MaxSize: 5 << 20, MimeTypes: []string{"image/jpeg", "image/png", "image/webp"}},
		&core.AutodateField{Name: "created", OnCreate: true})
	photos.AddIndex("idx_objection_photos_objection", true, "`objection`", "")
	if err := txApp.Save(photos); err != nil {
		return err
	}
	for _, v := range payrollViews {
		c := core.NewViewCollection(v.name) // without rules: for managers alone
		c.ViewQuery = v.query
		if err := txApp.Save(c); err != nil {
			return fmt.Errorf("%s: %w", v.name, err)
		}
	}
	return nil
}

var payrollViews = []struct{ name, query string }{
	{"v_instalment_plans", `SELECT CAST(printf('%010d', p.act) AS TEXT) AS id, CAST(p.number AS INT) AS number, m.id AS member, CAST(p.date AS TEXT) AS date, CAST(p.principal AS INT) AS principal_rupiah,
		CAST(p.margin AS INT) AS margin_rupiah, CAST(p.parts AS INT) AS parts, CAST(p.first_period AS TEXT) AS first_period,
		CAST((SELECT sum(r.remainder) FROM instalment_parts x JOIN item_remainders r ON r.item = x.item WHERE x.plan = p.act) AS INT) AS left_rupiah, CAST(p.entry AS INT) AS entry
		FROM instalment_plans p LEFT JOIN members m ON m.number = p.member WHERE p.act > ` + recentOf("instalment_plans", "act") + ` ORDER BY p.act DESC`},
	{"v_objections", `SELECT CAST(printf('%010d', o.act) AS TEXT) AS id, ` + momentOf("a.at") + ` AS at, CAST(o.period AS TEXT) AS period, m.id AS member, CAST(o.code AS TEXT) AS code,
		CAST(coalesce(w.decision, '') AS TEXT) AS decision, ` + momentOf("b.at") + ` AS answered_at, CAST(b.role AS TEXT) AS answered_role, p.id AS answered_by
		FROM objections o JOIN acts a ON a.id = o.act LEFT JOIN members m ON m.number = o.member LEFT JOIN objection_answers w ON w.objection = o.act
		LEFT JOIN acts b ON b.id = w.act LEFT JOIN operators p ON p.id = b.actor WHERE o.act > ` + recentOf("objections", "act") + ` ORDER BY o.act DESC`},
	{"v_payroll_skips", `SELECT CAST(printf('%010d', s.id) AS TEXT) AS id, CAST(s.period AS TEXT) AS period, CAST(s.skipped AS BOOL) AS skipped, CAST(s.reason AS TEXT) AS reason,
		` + momentOf("a.at") + ` AS at, CAST(a.role AS TEXT) AS role, o.id AS operator FROM payroll_skips s JOIN acts a ON a.id = s.act LEFT JOIN operators o ON o.id = a.actor
		WHERE s.id > ` + recentOf("payroll_skips", "id") + ` ORDER BY s.id DESC`},
}
