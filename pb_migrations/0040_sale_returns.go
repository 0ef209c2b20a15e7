package pb_migrations

import (
	"fmt"
	"slices"
	"strings"

	"github.com/pocketbase/pocketbase/core"
	m "github.com/pocketbase/pocketbase/migrations"
)

// Goods of an ordinary sale come back, all or some. Amount is their price, saved what the buyer had saved on them,
// ended what of it needs not be paid by the next payroll any more, cash what went back out of the cash box, and held
// what stands on 2107 for the member: what a payroll had paid already.
func init() {
	m.Register(func(txApp core.App) error {
		byLine := keptForever("sale_return_lines")
		for i := range byLine {
			byLine[i] = strings.ReplaceAll(byLine[i], "id = NEW.id", "act = NEW.act AND line = NEW.line")
		}
		return run(txApp.DB(), []string{
			`CREATE TABLE sale_returns(act INTEGER PRIMARY KEY REFERENCES acts(id), sale INTEGER NOT NULL REFERENCES sales(act), amount INTEGER NOT NULL CHECK(amount >= 0), saved INTEGER NOT NULL,
				ended INTEGER NOT NULL CHECK(ended >= 0), cash INTEGER NOT NULL CHECK(cash >= 0), held INTEGER NOT NULL CHECK(held >= 0 AND ended + cash + held = amount), date TEXT NOT NULL,
				entry INTEGER NOT NULL UNIQUE REFERENCES journal(id)) STRICT`,
			`CREATE INDEX sale_returns_sale ON sale_returns(sale)`,
			`CREATE TABLE sale_return_lines(act INTEGER NOT NULL REFERENCES sale_returns(act), sale INTEGER NOT NULL, line INTEGER NOT NULL, quantity INTEGER NOT NULL CHECK(quantity > 0),
				amount INTEGER NOT NULL CHECK(amount >= 0), cost INTEGER NOT NULL, PRIMARY KEY(act, line), FOREIGN KEY(sale, line) REFERENCES sale_lines(sale, line)) STRICT, WITHOUT ROWID`,
			`CREATE INDEX sale_return_lines_line ON sale_return_lines(sale, line)`,
		}, slices.Concat(keptByAct("sale_returns"), byLine, []string{fmt.Sprintf(
			"CREATE TRIGGER sale_return_lines_most BEFORE INSERT ON sale_return_lines WHEN %s BEGIN SELECT RAISE(FAIL, 'more comes back than was sold'); END",
			`NEW.sale <> (SELECT sale FROM sale_returns WHERE act = NEW.act)
				OR NEW.quantity + (SELECT coalesce(sum(quantity), 0) FROM sale_return_lines WHERE sale = NEW.sale AND line = NEW.line) > (SELECT quantity FROM sale_lines WHERE sale = NEW.sale AND line = NEW.line)`)}))
	}, nil, "0040_sale_returns.go")
}
