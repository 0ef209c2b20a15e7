package guard

import (
	"github.com/pocketbase/pocketbase/core"

	"kpdk/hooks/internal/fault"
	"kpdk/hooks/member"
)

// bindWorkUnits keeps the codes by which lists of deductions, their files and their money know a work unit: none is
// the name of another list, and one that stands on a list stays. A unit with a new code is a new unit, to which
// people move on a day.
func bindWorkUnits(app core.App) {
	app.OnRecordCreate("work_units").BindFunc(func(e *core.RecordEvent) error {
		if err := unitCode(e.Record.GetString("code")); err != nil {
			return err
		}
		return e.Next()
	})
	app.OnRecordUpdate("work_units").BindFunc(func(e *core.RecordEvent) error {
		stored, err := storedOf(e)
		if err != nil {
			return err
		}
		was, code := stored.GetString("code"), e.Record.GetString("code")
		if was == code {
			return e.Next()
		}
		if err := unitCode(code); err != nil {
			return err
		}
		listed, err := exists(e.App, "SELECT 1 FROM payroll_lines WHERE unit = ?", was)
		if err != nil {
			return err
		}
		var in fault.Input
		in.Check(!listed, "code", "guard.unit_listed")
		if err := in.Err(); err != nil {
			return err
		}
		return e.Next()
	})
}

func unitCode(code string) error {
	var in fault.Input
	in.Check(member.UnitCode(code), "code", "guard.unit_code", fault.Params{"code": code})
	return in.Err()
}
