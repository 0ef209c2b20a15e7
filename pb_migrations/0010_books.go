package pb_migrations

import (
	"strings"

	"github.com/pocketbase/pocketbase/core"
	m "github.com/pocketbase/pocketbase/migrations"
)

// The books of a treasurer's day: entries that two people make, months that close in two steps and say
// where the chain stood, and the balances a co-op opens with.
func init() {
	m.Register(func(txApp core.App) error {
		for _, step := range []func(core.App) error{typeOfCoop, journalDrafts, closings, openings, manualNumbers} {
			if err := step(txApp); err != nil {
				return err
			}
		}
		return nil
	}, nil, "0010_books.go")
}

// typeOfCoop lets a co-op say which of the five types it is; those before it are consumer co-ops.
func typeOfCoop(txApp core.App) error {
	coop, err := txApp.FindCollectionByNameOrId("coop")
	if err != nil {
		return err
	}
	coop.Fields.Add(&core.SelectField{Name: "type", Values: []string{"konsumen", "produsen", "pemasaran", "jasa", "simpan_pinjam"}, MaxSelect: 1})
	if err := txApp.Save(coop); err != nil {
		return err
	}
	return run(txApp.DB(), []string{"UPDATE coop SET type = 'konsumen' WHERE type = ''"})
}

// journalDrafts are entries before they are posted. Bookkeepers see them and their vouchers; only acts write.
func journalDrafts(txApp core.App) error {
	c := core.NewBaseCollection("journal_drafts")
	c.ListRule, c.ViewRule = rule(bookkeeper), rule(bookkeeper)
	number := func(name string) core.Field {
		return &core.NumberField{Name: name, OnlyInt: true, Min: ptr(0), Max: ptr(9007199254740991)}
	}
	c.Fields.Add(
		&core.SelectField{Name: "state", Values: []string{"draft", "submitted", "approved", "refused"}, MaxSelect: 1, Required: true},
		number("version"),
		&core.TextField{Name: "date", Pattern: `^\d{4}-\d{2}-\d{2}$`},
		&core.TextField{Name: "description", Max: 500},
		&core.JSONField{Name: "lines", MaxSize: 200_000},
		&core.FileField{Name: "vouchers", MaxSelect: 8, MaxSize: 5 << 20, MimeTypes: []string{"image/jpeg", "image/png", "application/pdf"}, Protected: true},
		&core.JSONField{Name: "makers", MaxSize: 4000},
		&core.TextField{Name: "prepared_by", Max: 50}, &core.TextField{Name: "prepared_role", Max: 20},
		&core.TextField{Name: "decided_by", Max: 50}, &core.TextField{Name: "decided_role", Max: 20},
		&core.TextField{Name: "reason", Max: 500},
		number("entry"), number("reverses"),
		&core.AutodateField{Name: "created", OnCreate: true}, &core.AutodateField{Name: "updated", OnCreate: true, OnUpdate: true})
	c.AddIndex("idx_journal_drafts_state", false, "`state`", "")
	c.AddIndex("idx_journal_drafts_entry", true, "`entry`", "`entry` > 0")
	return txApp.Save(c)
}

// closings gives a month a state between open and closed, and each decision the seal that the chain ended
// with. Both tables are made anew, with the rows that they had.
func closings(txApp core.App) error {
	keep := func(table, columns string) []string {
		return []string{"CREATE TEMP TABLE kept_" + table + " AS SELECT * FROM " + table, "DROP TABLE " + table, columns}
	}
	scripts := append(keep("periods", `CREATE TABLE periods(period TEXT PRIMARY KEY, state TEXT NOT NULL CHECK(state = 'open' OR state = 'soft' OR state = 'closed')) STRICT, WITHOUT ROWID`),
		"INSERT INTO periods SELECT period, state FROM kept_periods", "DROP TABLE kept_periods")
	scripts = append(scripts, keep("periods_log", `CREATE TABLE periods_log(id INTEGER PRIMARY KEY, period TEXT NOT NULL, action TEXT NOT NULL CHECK(action = 'soft' OR action = 'close' OR action = 'reopen'),
		act INTEGER NOT NULL REFERENCES acts(id), seq INTEGER NOT NULL DEFAULT 0 CHECK(seq >= 0), hash BLOB CHECK(length(hash) = 32)) STRICT`)...)
	scripts = append(scripts,
		`INSERT INTO periods_log SELECT k.id, k.period, k.action, k.act, k.seq, s.hash
			FROM (SELECT *, coalesce((SELECT max(id) FROM journal WHERE act < l.act), 0) AS seq FROM kept_periods_log l) k
			LEFT JOIN seals s ON s.seq = k.seq ORDER BY k.id`,
		"DROP TABLE kept_periods_log", "DROP TRIGGER journal_period_open",
		`CREATE TRIGGER journal_period_open BEFORE INSERT ON journal WHEN EXISTS(SELECT 1 FROM periods WHERE period = NEW.period AND (state = 'closed' OR state = 'soft'
			AND NOT EXISTS(SELECT 1 FROM acts WHERE id = NEW.act AND (role = 'treasurer' OR role = 'manager' OR role = 'console'))))
			BEGIN SELECT RAISE(FAIL, 'the period is closed'); END`)
	return run(txApp.DB(), append(scripts, keepAsItWas("periods_log", "id")...))
}

// openings says when the balances that a co-op opened with came in, and when they were taken back.
func openings(txApp core.App) error {
	return run(txApp.DB(), append([]string{`CREATE TABLE openings(id INTEGER PRIMARY KEY, action TEXT NOT NULL CHECK(action = 'import' OR action = 'undo'),
		date TEXT NOT NULL, items INTEGER NOT NULL CHECK(items >= 0), act INTEGER NOT NULL REFERENCES acts(id)) STRICT`}, keepAsItWas("openings", "id")...))
}

// keepAsItWas are the three triggers of a table that is only added to.
func keepAsItWas(table, key string) []string {
	no := " BEGIN SELECT RAISE(ABORT, '" + table + " is append-only'); END"
	return []string{
		"CREATE TRIGGER " + table + "_no_update BEFORE UPDATE ON " + table + no,
		"CREATE TRIGGER " + table + "_no_delete BEFORE DELETE ON " + table + no,
		"CREATE TRIGGER " + table + "_no_replace BEFORE INSERT ON " + table + " WHEN EXISTS(SELECT 1 FROM " + table + " WHERE " + key + " = NEW." + key + ")" +
			strings.Replace(no, "ABORT", "FAIL", 1),
	}
}

// manualNumbers makes the dashboard's list of entries spell the new kind's numbers as people do.
func manualNumbers(txApp core.App) error {
	v, err := txApp.FindCollectionByNameOrId("v_journal")
	if err != nil {
		return err
	}
	v.ViewQuery = strings.Replace(v.ViewQuery, "CASE j.kind ", "CASE j.kind WHEN 'manual' THEN 'JU' ", 1)
	return txApp.Save(v)
}
