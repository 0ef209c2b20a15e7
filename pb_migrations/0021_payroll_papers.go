package pb_migrations

import (
	"fmt"
	"strings"

	"github.com/pocketbase/pocketbase/core"
	m "github.com/pocketbase/pocketbase/migrations"
)

func init() {
	m.Register(func(txApp core.App) error {
		return run(txApp.DB(), paperTables, paperTriggers())
	}, nil, "0021_payroll_papers.go")
}

// What goes out to payroll officers and what comes back: the lists as locked (number and hash), the layouts
// that officers want, corrections of what was settled, and what became of money that didn't fit. They hold
// numbers, codes and amounts; a reason in people's words stands in act_notes.
var paperTables = []string{
	`CREATE TABLE payroll_lists(id INTEGER PRIMARY KEY, year INTEGER NOT NULL, number INTEGER NOT NULL CHECK(number > 0), period TEXT NOT NULL REFERENCES payroll_runs(period),
		unit TEXT NOT NULL, hash BLOB NOT NULL CHECK(length(hash) = 32), members INTEGER NOT NULL CHECK(members >= 0), total INTEGER NOT NULL CHECK(total >= 0),
		replaces INTEGER REFERENCES payroll_lists(id), act INTEGER NOT NULL REFERENCES acts(id)) STRICT`,
	`CREATE UNIQUE INDEX payroll_lists_number ON payroll_lists(year, number)`,
	`CREATE INDEX payroll_lists_period ON payroll_lists(period, unit)`,
	`CREATE TABLE payroll_layouts(id INTEGER PRIMARY KEY, unit TEXT NOT NULL, body TEXT NOT NULL, act INTEGER NOT NULL REFERENCES acts(id)) STRICT`,
	`CREATE INDEX payroll_layouts_unit ON payroll_layouts(unit)`,
	`CREATE TABLE payroll_corrections(id INTEGER PRIMARY KEY, period TEXT NOT NULL REFERENCES payroll_runs(period), digest TEXT NOT NULL, act INTEGER NOT NULL REFERENCES acts(id)) STRICT`,
	`CREATE INDEX payroll_corrections_period ON payroll_corrections(period)`,
	`CREATE TABLE payroll_correction_lines(correction INTEGER NOT NULL REFERENCES payroll_corrections(id), member INTEGER NOT NULL, was INTEGER NOT NULL CHECK(was >= 0),
		deducted INTEGER NOT NULL CHECK(deducted >= 0), reason TEXT NOT NULL, PRIMARY KEY(correction, member)) STRICT, WITHOUT ROWID`,
	`CREATE TABLE payroll_correction_steps(id INTEGER PRIMARY KEY, correction INTEGER NOT NULL REFERENCES payroll_corrections(id),
		step TEXT NOT NULL CHECK(step = 'submitted' OR step = 'approved' OR step = 'refused' OR step = 'posted'), act INTEGER NOT NULL REFERENCES acts(id)) STRICT`,
	`CREATE UNIQUE INDEX payroll_correction_steps_once ON payroll_correction_steps(correction, step)`,
	`CREATE TABLE payroll_corrected(correction INTEGER NOT NULL, member INTEGER NOT NULL, entry INTEGER REFERENCES journal(id), act INTEGER NOT NULL REFERENCES acts(id),
		PRIMARY KEY(correction, member), FOREIGN KEY(correction, member) REFERENCES payroll_correction_lines(correction, member)) STRICT, WITHOUT ROWID`,
	`CREATE TABLE payroll_money(entry INTEGER PRIMARY KEY REFERENCES journal(id), period TEXT NOT NULL REFERENCES payroll_runs(period), unit TEXT NOT NULL,
		kind TEXT NOT NULL CHECK(kind = 'receipt' OR kind = 'returned' OR kind = 'written_off'), place TEXT NOT NULL, amount INTEGER NOT NULL CHECK(amount > 0),
		act INTEGER NOT NULL REFERENCES acts(id)) STRICT`,
	`CREATE INDEX payroll_money_period ON payroll_money(period, unit)`,
	`CREATE TABLE payroll_unmatched_decisions(unmatched INTEGER PRIMARY KEY REFERENCES payroll_unmatched(id), kind TEXT NOT NULL CHECK(kind = 'matched' OR kind = 'dismissed'),
		member INTEGER, act INTEGER NOT NULL REFERENCES acts(id), CHECK((kind = 'matched') = (member IS NOT NULL))) STRICT`,
}

// paperTriggers keep these tables append-only and the numbers of a year's lists without a gap.
func paperTriggers() []string {
	var all []string
	for _, t := range []struct{ table, same string }{
		{"payroll_lists", "id = NEW.id OR year = NEW.year AND number = NEW.number"}, {"payroll_layouts", "id = NEW.id"}, {"payroll_corrections", "id = NEW.id"},
		{"payroll_correction_lines", "correction = NEW.correction AND member = NEW.member"}, {"payroll_correction_steps", "id = NEW.id OR correction = NEW.correction AND step = NEW.step"},
		{"payroll_corrected", "correction = NEW.correction AND member = NEW.member"}, {"payroll_money", "entry = NEW.entry"}, {"payroll_unmatched_decisions", "unmatched = NEW.unmatched"},
	} {
		for _, verb := range []string{"UPDATE", "DELETE"} {
			all = append(all, fmt.Sprintf("CREATE TRIGGER %s_no_%s BEFORE %s ON %s BEGIN SELECT RAISE(ABORT, '%s is append-only'); END",
				t.table, strings.ToLower(verb), verb, t.table, t.table))
		}
		all = append(all, fmt.Sprintf("CREATE TRIGGER %s_no_replace BEFORE INSERT ON %s WHEN EXISTS(SELECT 1 FROM %s WHERE %s) BEGIN SELECT RAISE(FAIL, '%s is append-only'); END",
			t.table, t.table, t.table, t.same, t.table))
	}
	return append(all,
		`CREATE TRIGGER payroll_lists_gapless BEFORE INSERT ON payroll_lists WHEN NEW.number <> (SELECT coalesce(max(number), 0) + 1 FROM payroll_lists WHERE year = NEW.year)
			BEGIN SELECT RAISE(FAIL, 'lists are numbered without gaps'); END`)
}
