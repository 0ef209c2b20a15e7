package pb_migrations

import (
	"github.com/pocketbase/pocketbase/core"
	m "github.com/pocketbase/pocketbase/migrations"
)

// An operator remembers which manager made the login or gave it another key: whoever prepares something
// must not approve it under a name that they hold the key of.
func init() {
	m.Register(func(txApp core.App) error {
		operators, err := txApp.FindCollectionByNameOrId("operators")
		if err != nil {
			return err
		}
		operators.Fields.Add(&core.TextField{Name: "keyed_by", Max: 50, Hidden: true})
		return txApp.Save(operators)
	}, nil, "0004_keyed.go")
}
