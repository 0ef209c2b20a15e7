package pb_migrations

import (
	"github.com/pocketbase/pocketbase/core"
	m "github.com/pocketbase/pocketbase/migrations"
)

func init() {
	m.Register(func(txApp core.App) error {
		return run(txApp.DB(), []string{
			// What of a run's money was ended without a second person, that movement with it: no more than `alone`.
			// Empty where somebody else approved, for receipts, and for what was booked before this rule.
			`ALTER TABLE payroll_money ADD COLUMN together INTEGER`,
		})
	}, nil, "0031_together.go")
}
