package pb_migrations

import (
	"fmt"
	"strings"

	"github.com/pocketbase/pocketbase/core"
	m "github.com/pocketbase/pocketbase/migrations"
)

// What a till sold offline and the books can't take is kept as it came, in sight, until somebody decides;
// a shift may be closed with sales missing; and cash that came after a shift was closed is counted in.
func init() {
	m.Register(func(txApp core.App) error {
		if err := run(txApp.DB(), quarantine, quarantineTriggers()); err != nil {
			return err
		}
		c := core.NewViewCollection("v_quarantine") // without rules: for managers alone
		c.ViewQuery = quarantineView
		return txApp.Save(c)
	}, nil, "0005_quarantine.go")
}

// charged is NULL where the till's prices could not be read.
var quarantine = []string{
	`CREATE TABLE quarantined_sales(
		act INTEGER PRIMARY KEY REFERENCES acts(id), shift INTEGER NOT NULL REFERENCES shifts(id), code TEXT NOT NULL CHECK(length(code) BETWEEN 1 AND 80),
		sold_at INTEGER NOT NULL, charged INTEGER CHECK(charged BETWEEN 0 AND 9007199254740991),
		body TEXT NOT NULL CHECK(length(body) BETWEEN 2 AND 131072)) STRICT`,
	`CREATE TABLE quarantine_decisions(
		act INTEGER PRIMARY KEY REFERENCES acts(id), quarantined INTEGER NOT NULL REFERENCES quarantined_sales(act),
		kind TEXT NOT NULL CHECK(kind = 'take' OR kind = 'dismiss'), member INTEGER CHECK(member IS NULL OR kind = 'take')) STRICT`,
	`CREATE UNIQUE INDEX quarantine_decisions_once ON quarantine_decisions(quarantined)`,
	`CREATE TABLE late_cash(
		act INTEGER PRIMARY KEY REFERENCES acts(id), shift INTEGER NOT NULL REFERENCES shifts(id), expected INTEGER NOT NULL CHECK(expected <> 0),
		counted INTEGER NOT NULL CHECK(counted >= 0), entry INTEGER NOT NULL REFERENCES journal(id)) STRICT`,
	`CREATE INDEX late_cash_shift ON late_cash(shift)`,
	`ALTER TABLE shift_events ADD COLUMN missing INTEGER NOT NULL DEFAULT 0 CHECK(missing >= 0)`,
	`ALTER TABLE shifts ADD COLUMN missing INTEGER NOT NULL DEFAULT 0`,
}

func quarantineTriggers() []string {
	var all []string
	for _, t := range []struct{ table, same string }{
		{"quarantined_sales", "EXISTS(SELECT 1 FROM quarantined_sales WHERE act = NEW.act)"},
		{"quarantine_decisions", "EXISTS(SELECT 1 FROM quarantine_decisions WHERE act = NEW.act) OR EXISTS(SELECT 1 FROM quarantine_decisions WHERE quarantined = NEW.quarantined)"},
		{"late_cash", "EXISTS(SELECT 1 FROM late_cash WHERE act = NEW.act)"},
	} {
		for _, verb := range []string{"UPDATE", "DELETE"} {
			all = append(all, fmt.Sprintf("CREATE TRIGGER %s_no_%s BEFORE %s ON %s BEGIN SELECT RAISE(ABORT, '%s is append-only'); END",
				t.table, strings.ToLower(verb), verb, t.table, t.table))
		}
		all = append(all, fmt.Sprintf("CREATE TRIGGER %s_no_replace BEFORE INSERT ON %s WHEN %s BEGIN SELECT RAISE(FAIL, '%s is append-only'); END",
			t.table, t.table, t.same, t.table))
	}
	return all
}

// The body is left out: a dashboard is no place for what a forger wrote.
var quarantineView = `SELECT CAST(printf('%010d', q.act) AS TEXT) AS id, CAST(q.code AS TEXT) AS code, ` + momentOf("q.sold_at") + ` AS sold_at, ` + momentOf("a.at") + ` AS heard_at,
	t.id AS till, o.id AS cashier, CAST(q.charged AS INT) AS charged_rupiah, CAST(coalesce(d.kind, 'open') AS TEXT) AS decision, ` + momentOf("b.at") + ` AS decided_at,
	CAST(b.role AS TEXT) AS decided_role, p.id AS decided_by, m.id AS member
	FROM quarantined_sales q JOIN acts a ON a.id = q.act JOIN shifts h ON h.id = q.shift LEFT JOIN tills t ON t.code = h.till LEFT JOIN operators o ON o.id = h.cashier
	LEFT JOIN quarantine_decisions d ON d.quarantined = q.act LEFT JOIN acts b ON b.id = d.act LEFT JOIN operators p ON p.id = b.actor LEFT JOIN members m ON m.number = d.member
	WHERE q.act > ` + recentOf("quarantined_sales", "act") + ` ORDER BY q.act DESC`
