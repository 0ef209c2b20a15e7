package guard

import (
	"github.com/pocketbase/pocketbase/core"

	"kpdk/hooks/internal/act"
	"kpdk/hooks/internal/fault"
	"kpdk/hooks/ledger"
)

// bindCategories lets an expense category point at an open expense account only, and at none that acts keep: any
// other would let a payment be booked where no expense belongs.
func bindCategories(app core.App) {
	check := func(e *core.RecordRequestEvent) error {
		good, err := ledger.TakesExpense(act.Read(e.App), e.Record.GetInt("account"))
		if err != nil {
			return err
		}
		var in fault.Input
		in.Check(good, "account", "guard.category_account")
		if err := in.Err(); err != nil {
			return err
		}
		return e.Next()
	}
	app.OnRecordCreateRequest("expense_categories").BindFunc(check)
	app.OnRecordUpdateRequest("expense_categories").BindFunc(check)
}
