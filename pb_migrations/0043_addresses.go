package pb_migrations

import (
	"github.com/pocketbase/pocketbase/core"
	m "github.com/pocketbase/pocketbase/migrations"
)

// An address of the staff list is looked up when somebody is invited: one that stands on several lines is nobody's own.
func init() {
	m.Register(func(txApp core.App) error {
		employees, err := txApp.FindCollectionByNameOrId("employees")
		if err != nil {
			return err
		}
		employees.AddIndex("idx_employees_email", false, "`email`", "`email` != ''")
		return txApp.Save(employees)
	}, nil, "0043_addresses.go")
}
