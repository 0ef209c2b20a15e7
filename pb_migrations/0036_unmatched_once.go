package pb_migrations

import (
	"github.com/pocketbase/pocketbase/core"
	m "github.com/pocketbase/pocketbase/migrations"
)

// A row of an officer's answer that has no line is known again by a keyed hash of whom it names, so that a corrected
// file, or the same file sent twice at once, doesn't tell of its money twice.
func init() {
	m.Register(func(txApp core.App) error {
		return run(txApp.DB(), []string{
			`ALTER TABLE payroll_unmatched ADD COLUMN who TEXT NOT NULL DEFAULT ''`,
			`CREATE UNIQUE INDEX payroll_unmatched_who ON payroll_unmatched(period, who, amount) WHERE who <> ''`,
		}, []string{`CREATE TRIGGER payroll_unmatched_once BEFORE INSERT ON payroll_unmatched WHEN NEW.who <> '' AND EXISTS(SELECT 1 FROM payroll_unmatched
			WHERE period = NEW.period AND who = NEW.who AND amount = NEW.amount) BEGIN SELECT RAISE(FAIL, 'payroll_unmatched is append-only'); END`})
	}, nil, "0036_unmatched_once.go")
}
