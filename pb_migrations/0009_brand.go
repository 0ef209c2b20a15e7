package pb_migrations

import (
	"github.com/pocketbase/pocketbase/core"
	m "github.com/pocketbase/pocketbase/migrations"
)

func init() {
	m.Register(brand, nil, "0009_brand.go")
}

// brand gives a co-op its logo beside its colour. What may be in the file is checked again, deeper, when it is saved.
func brand(txApp core.App) error {
	coop, err := txApp.FindCollectionByNameOrId("coop")
	if err != nil {
		return err
	}
	coop.Fields.Add(&core.FileField{Name: "logo", MaxSelect: 1, MaxSize: 200 << 10, MimeTypes: []string{"image/png", "image/svg+xml"}})
	return txApp.Save(coop)
}
