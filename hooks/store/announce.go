package store

import (
	"github.com/pocketbase/pocketbase/core"

	"kpdk/hooks/notice"
)

// Announce tells the tills when a product changes, so that a new price reaches them before the next
// customer does.
func Announce(app core.App) {
	tell := func(e *core.RecordEvent) error {
		notice.Publish(e.App, notice.Till, notice.TillChange{What: "product", IDs: []string{e.Record.Id}})
		return e.Next()
	}
	app.OnRecordAfterCreateSuccess("products").BindFunc(tell)
	app.OnRecordAfterUpdateSuccess("products").BindFunc(tell)
	app.OnRecordAfterDeleteSuccess("products").BindFunc(tell)
}
