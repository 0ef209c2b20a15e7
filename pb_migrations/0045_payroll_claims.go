package pb_migrations

import (
	"slices"

	"github.com/pocketbase/pocketbase/core"
	m "github.com/pocketbase/pocketbase/migrations"
)

// What a correction leaves behind. payroll_claims are debts of members: less was deducted than was booked, and what had
// been held or saved of it was spent already. payroll_unmatched_corrections say by which correction a row of an
// answer that had no line is given to a line that was booked already.
func init() {
	m.Register(func(txApp core.App) error {
		return run(txApp.DB(), []string{
			`CREATE TABLE payroll_claims(id INTEGER PRIMARY KEY, item INTEGER NOT NULL UNIQUE REFERENCES open_items(id), correction INTEGER NOT NULL REFERENCES payroll_corrections(id),
				member INTEGER NOT NULL, act INTEGER NOT NULL REFERENCES acts(id), UNIQUE(correction, member)) STRICT`,
			`CREATE INDEX payroll_claims_member ON payroll_claims(member)`,
			`CREATE TABLE payroll_unmatched_corrections(id INTEGER PRIMARY KEY, correction INTEGER NOT NULL UNIQUE REFERENCES payroll_corrections(id), unmatched INTEGER NOT NULL REFERENCES payroll_unmatched(id),
				act INTEGER NOT NULL REFERENCES acts(id)) STRICT`,
			`CREATE INDEX payroll_unmatched_corrections_row ON payroll_unmatched_corrections(unmatched)`,
		}, slices.Concat(keptForever("payroll_claims"), keptForever("payroll_unmatched_corrections"), []string{
			`CREATE TRIGGER payroll_claims_once BEFORE INSERT ON payroll_claims WHEN EXISTS(SELECT 1 FROM payroll_claims WHERE item = NEW.item OR correction = NEW.correction AND member = NEW.member)
				BEGIN SELECT RAISE(FAIL, 'payroll_claims is append-only'); END`,
			`CREATE TRIGGER payroll_unmatched_corrections_once BEFORE INSERT ON payroll_unmatched_corrections WHEN EXISTS(SELECT 1 FROM payroll_unmatched_corrections WHERE correction = NEW.correction)
				BEGIN SELECT RAISE(FAIL, 'payroll_unmatched_corrections is append-only'); END`,
		}))
	}, nil, "0045_payroll_claims.go")
}
