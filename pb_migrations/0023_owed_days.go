package pb_migrations

import (
	"github.com/pocketbase/pocketbase/core"
	m "github.com/pocketbase/pocketbase/migrations"
)

// owed_days is what members still owe for purchases and instalments by the day since when they owe it, so that
// the age of all debts is read from a few hundred rows and not from every open item. It is state, rebuildable from
// the items and their remainders.
var owedDays = []string{
	`CREATE TABLE owed_days(date TEXT PRIMARY KEY, remainder INTEGER NOT NULL CHECK(remainder >= 0)) STRICT, WITHOUT ROWID`,
	`INSERT INTO owed_days(date, remainder) SELECT i.date, sum(r.remainder) FROM open_items i JOIN item_remainders r ON r.item = i.id
		WHERE i.kind = 'store' OR i.kind = 'instalment' GROUP BY i.date`,
}

func init() {
	m.Register(func(txApp core.App) error { return run(txApp.DB(), owedDays) }, nil, "0023_owed_days.go")
}
