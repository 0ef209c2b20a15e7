package pb_migrations

import (
	"slices"
	"strings"

	"github.com/pocketbase/pocketbase/core"
	m "github.com/pocketbase/pocketbase/migrations"
)

func init() {
	m.Register(func(txApp core.App) error {
		keyed := func(table string) (triggers []string) { // their key is the act
			for _, t := range keptForever(table) {
				triggers = append(triggers, strings.ReplaceAll(t, "id = NEW.id", "act = NEW.act"))
			}
			return triggers
		}
		return run(txApp.DB(), creditSaleTables, slices.Concat(keyed("credit_requests"), keyed("credit_sales")))
	}, nil, "0028_credit_sales.go")
}

// Goods on credit at a till: what was asked for and waits for a second person, and what was sold. The plan, its
// goods and its instalments are payroll's rows of the same act; down is the cash that came into the shift's drawer.
var creditSaleTables = []string{
	`CREATE TABLE credit_requests(
		act INTEGER PRIMARY KEY REFERENCES acts(id), shift INTEGER NOT NULL REFERENCES shifts(id), total INTEGER NOT NULL CHECK(total > 0),
		down INTEGER NOT NULL CHECK(down >= 0 AND down < total)) STRICT`,
	`CREATE INDEX credit_requests_shift ON credit_requests(shift, act)`,
	`CREATE TABLE credit_sales(
		act INTEGER PRIMARY KEY REFERENCES acts(id), shift INTEGER NOT NULL REFERENCES shifts(id), total INTEGER NOT NULL CHECK(total > 0),
		down INTEGER NOT NULL CHECK(down >= 0 AND down < total)) STRICT`,
	`CREATE INDEX credit_sales_shift ON credit_sales(shift, act)`,
}
