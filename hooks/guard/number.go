package guard

import (
	"github.com/pocketbase/pocketbase/core"

	"kpdk/hooks/internal/act"
)

// numbered are collections whose records carry a number for people and books: counted up, never reused,
// never chosen. An act may bring a number along (an import keeps the one it took).
var numbered = map[string]string{"products": "product.number", "suppliers": "supplier.number", "consignors": "consignor.number", "bank_accounts": "bank.number"}

func bindNumbers(app core.App) {
	for collection, counter := range numbered {
		app.OnRecordCreate(collection).BindFunc(func(e *core.RecordEvent) error {
			return inTransaction(e, func() error { return number(e, collection, counter) })
		})
	}
}

// inTransaction makes the number and the record one: they are saved together or not at all.
func inTransaction(e *core.RecordEvent, before func() error) error {
	outer := e.App
	return outer.RunInTransaction(func(txApp core.App) error {
		e.App = txApp
		defer func() { e.App = outer }()
		if err := before(); err != nil {
			return err
		}
		return e.Next()
	})
}

func number(e *core.RecordEvent, collection, counter string) error {
	var last, highest int64
	r := act.Read(e.App)
	if err := r.Row("SELECT coalesce((SELECT last FROM counters WHERE name = ?), 0), coalesce((SELECT max(number) FROM "+collection+"), 0)", counter).Scan(&last, &highest); err != nil {
		return err
	}
	next := max(last, highest) + 1
	if chosen := int64(e.Record.GetInt("number")); chosen > 0 && act.Inside(e.App) {
		next = chosen
	}
	e.Record.Set("number", next)
	_, err := e.App.DB().NewQuery("INSERT INTO counters(name, last) VALUES({:name}, {:last}) ON CONFLICT(name) DO UPDATE SET last = max(last, excluded.last)").
		Bind(map[string]any{"name": counter, "last": next}).Execute()
	return err
}
