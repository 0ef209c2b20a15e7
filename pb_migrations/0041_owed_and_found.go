package pb_migrations

import (
	"fmt"
	"slices"
	"strings"

	"github.com/pocketbase/pocketbase/core"
	m "github.com/pocketbase/pocketbase/migrations"
)

// stock_requests are adjustments of stock that wait for a second person, stock_decisions what was said to them,
// stock_adjustments those that are in the books. supplier_bills are what suppliers ask for other things than goods, booked when
// they come; supplier_bill_reversals took one back. The words of people are notes of the acts.
func init() {
	m.Register(func(txApp core.App) error {
		keyed := func(table, key string) (triggers []string) {
			for _, t := range keptForever(table) {
				triggers = append(triggers, strings.ReplaceAll(t, "id = NEW.id", key))
			}
			return triggers
		}
		err := run(txApp.DB(), []string{
			`CREATE TABLE stock_requests(act INTEGER PRIMARY KEY REFERENCES acts(id), amount INTEGER NOT NULL CHECK(amount > 0), body TEXT NOT NULL CHECK(json_valid(body))) STRICT`,
			`CREATE TABLE stock_decisions(request INTEGER PRIMARY KEY REFERENCES stock_requests(act), approved INTEGER NOT NULL CHECK(approved = 0 OR approved = 1),
				act INTEGER NOT NULL REFERENCES acts(id)) STRICT`,
			`CREATE TABLE stock_adjustments(act INTEGER PRIMARY KEY REFERENCES acts(id), date TEXT NOT NULL, amount INTEGER NOT NULL CHECK(amount >= 0),
				entry INTEGER REFERENCES journal(id), request INTEGER REFERENCES stock_requests(act)) STRICT`,
			`CREATE UNIQUE INDEX stock_adjustments_request ON stock_adjustments(request) WHERE request IS NOT NULL`,
			`CREATE TABLE supplier_bills(entry INTEGER PRIMARY KEY REFERENCES journal(id), supplier INTEGER NOT NULL, category TEXT NOT NULL, amount INTEGER NOT NULL CHECK(amount > 0),
				due TEXT NOT NULL, voucher TEXT NOT NULL, act INTEGER NOT NULL REFERENCES acts(id)) STRICT`,
			`CREATE TABLE supplier_bill_reversals(bill INTEGER PRIMARY KEY REFERENCES supplier_bills(entry), entry INTEGER NOT NULL REFERENCES journal(id), act INTEGER NOT NULL REFERENCES acts(id)) STRICT`,
		}, slices.Concat(keyed("stock_requests", "act = NEW.act"), keyed("stock_decisions", "request = NEW.request"), keyed("stock_adjustments", "act = NEW.act OR request = NEW.request"),
			keyed("supplier_bills", "entry = NEW.entry"), keyed("supplier_bill_reversals", "bill = NEW.bill")))
		if err != nil {
			return err
		}
		lines, err := txApp.FindCollectionByNameOrId("v_bank_lines")
		if err != nil {
			return err
		}
		lines.ViewQuery = bankLinesWithVoids
		if err := txApp.Save(lines); err != nil {
			return err
		}
		for _, v := range owedAndFoundViews {
			c := core.NewViewCollection(v.name) // without rules: for managers alone
			c.ViewQuery = v.query
			if err := txApp.Save(c); err != nil {
				return fmt.Errorf("%s: %w", v.name, err)
			}
		}
		return nil
	}, nil, "0041_owed_and_found.go")
}

// bankLinesWithVoids says of a line whether it counts: a voided one is neither matched nor left over.
var bankLinesWithVoids = `SELECT CAST(printf('%010d', l.id) AS TEXT) AS id, k.id AS bank, CAST(l.date AS TEXT) AS date, CAST(l.sen / 100 AS INT) AS amount_rupiah,
	CAST(abs(l.sen) % 100 AS INT) AS sen, CAST((SELECT x.match FROM bank_match_lines x WHERE x.line = l.id
		AND NOT EXISTS(SELECT 1 FROM bank_unmatches u WHERE u.match = x.match)) AS INT) AS matched,
	CAST(CASE WHEN v.line IS NOT NULL THEN 'void' WHEN EXISTS(SELECT 1 FROM bank_match_lines x WHERE x.line = l.id
		AND NOT EXISTS(SELECT 1 FROM bank_unmatches u WHERE u.match = x.match)) THEN 'matched' ELSE 'unmatched' END AS TEXT) AS state,
	` + momentOf("a.at") + ` AS imported_at, ` + momentOf("b.at") + ` AS voided_at
	FROM bank_lines l JOIN acts a ON a.id = l.act LEFT JOIN bank_accounts k ON k.number = l.bank LEFT JOIN bank_voids v ON v.line = l.id LEFT JOIN acts b ON b.id = v.act
	WHERE l.id > ` + recentOf("bank_lines", "id") + ` ORDER BY l.id DESC`

var owedAndFoundViews = []struct{ name, query string }{
	{"v_stock_adjustments", `SELECT CAST(printf('%010d', s.act) AS TEXT) AS id, CAST(s.date AS TEXT) AS date, CAST(s.amount AS INT) AS amount_rupiah, CAST(s.entry AS INT) AS entry,
		CAST(b.role AS TEXT) AS made_role, o.id AS made_by, CAST(CASE WHEN s.request IS NULL THEN '' ELSE a.role END AS TEXT) AS approved_role, p.id AS approved_by, ` + momentOf("a.at") + ` AS at
		FROM stock_adjustments s JOIN acts a ON a.id = s.act JOIN acts b ON b.id = coalesce(s.request, s.act) LEFT JOIN operators o ON o.id = b.actor
		LEFT JOIN operators p ON p.id = a.actor AND s.request IS NOT NULL WHERE s.act > ` + recentOf("stock_adjustments", "act") + ` ORDER BY s.act DESC`},

	{"v_supplier_bills", `SELECT CAST(printf('%010d', x.entry) AS TEXT) AS id, CAST(x.entry AS INT) AS entry, CAST(j.date AS TEXT) AS date, u.id AS supplier, c.id AS category,
		CAST(x.amount AS INT) AS amount_rupiah, CAST(x.due AS TEXT) AS due, CAST(r.entry AS INT) AS reversed_by, CAST(a.role AS TEXT) AS role, o.id AS operator, ` + momentOf("a.at") + ` AS at
		FROM supplier_bills x JOIN journal j ON j.id = x.entry JOIN acts a ON a.id = x.act LEFT JOIN suppliers u ON u.number = x.supplier LEFT JOIN expense_categories c ON c.id = x.category
		LEFT JOIN supplier_bill_reversals r ON r.bill = x.entry LEFT JOIN operators o ON o.id = a.actor
		WHERE x.entry > ` + recentOf("supplier_bills", "entry") + ` ORDER BY x.entry DESC`},
}
