package pb_migrations

import (
	"fmt"
	"strings"

	"github.com/pocketbase/pocketbase/core"
	m "github.com/pocketbase/pocketbase/migrations"
)

func init() {
	m.Register(func(txApp core.App) error {
		if err := run(txApp.DB(), savingsTables, savingsTriggers()); err != nil {
			return err
		}
		for _, v := range savingsViews {
			c := core.NewViewCollection(v.name) // without rules: for managers alone
			c.ViewQuery = v.query
			if err := txApp.Save(c); err != nil {
				return fmt.Errorf("%s: %w", v.name, err)
			}
		}
		return nil
	}, nil, "0016_savings.go")
}

// Savings that come and go. Amounts are whole rupiah. A withdrawal is a request, what it keeps from being spent
// twice is a hold, and its steps tell what became of it; reasons and account numbers are words and stand in
// act_notes. The index of dues is of savings alone, so that a sale pays nothing for it.
var savingsTables = []string{
	`CREATE INDEX open_items_dues ON open_items(date, member) WHERE kind = 'mandatory' OR kind = 'voluntary'`,

	`CREATE TABLE holds(act INTEGER PRIMARY KEY REFERENCES acts(id), party INTEGER NOT NULL REFERENCES parties(id), account INTEGER NOT NULL,
		amount INTEGER NOT NULL CHECK(amount > 0)) STRICT`,
	`CREATE INDEX holds_party ON holds(party, account)`,

	`CREATE TABLE savings_receipts(entry INTEGER PRIMARY KEY REFERENCES journal(id), member INTEGER NOT NULL,
		kind TEXT NOT NULL CHECK(kind = 'principal' OR kind = 'mandatory' OR kind = 'voluntary'), place TEXT NOT NULL,
		amount INTEGER NOT NULL CHECK(amount > 0), settled INTEGER NOT NULL CHECK(settled BETWEEN 0 AND amount), balance INTEGER NOT NULL,
		act INTEGER NOT NULL REFERENCES acts(id)) STRICT`,

	`CREATE TABLE savings_reversals(deposit INTEGER PRIMARY KEY REFERENCES savings_receipts(entry), entry INTEGER NOT NULL REFERENCES journal(id),
		act INTEGER NOT NULL REFERENCES acts(id)) STRICT`,

	`CREATE TABLE withdrawals(act INTEGER PRIMARY KEY REFERENCES acts(id), member INTEGER NOT NULL, amount INTEGER NOT NULL CHECK(amount > 0),
		way TEXT NOT NULL CHECK(way = 'cash' OR way = 'transfer')) STRICT`,
	`CREATE INDEX withdrawals_member ON withdrawals(member)`,
	`CREATE TABLE withdrawal_steps(id INTEGER PRIMARY KEY, withdrawal INTEGER NOT NULL REFERENCES withdrawals(act),
		step TEXT NOT NULL CHECK(step = 'prepared' OR step = 'released' OR step = 'paid' OR step = 'refused' OR step = 'revoked' OR step = 'lapsed'),
		place TEXT NOT NULL, entry INTEGER REFERENCES journal(id), act INTEGER NOT NULL REFERENCES acts(id),
		CHECK((entry IS NOT NULL) = (step = 'paid')), CHECK((place <> '') = (step = 'prepared' OR step = 'released' OR step = 'paid'))) STRICT`,
	`CREATE INDEX withdrawal_steps_of ON withdrawal_steps(withdrawal)`,
	`CREATE UNIQUE INDEX withdrawal_steps_end ON withdrawal_steps(withdrawal) WHERE step <> 'prepared' AND step <> 'released'`,

	`CREATE TABLE savings_interest(period TEXT NOT NULL, member INTEGER NOT NULL, lowest INTEGER NOT NULL CHECK(lowest > 0), rate INTEGER NOT NULL CHECK(rate > 0),
		gross INTEGER NOT NULL CHECK(gross > 0), tax INTEGER NOT NULL CHECK(tax BETWEEN 0 AND gross), entry INTEGER NOT NULL REFERENCES journal(id),
		act INTEGER NOT NULL REFERENCES acts(id), PRIMARY KEY(period, member)) STRICT, WITHOUT ROWID`,
	`CREATE INDEX savings_interest_member ON savings_interest(member, period)`,
	`CREATE TABLE savings_interest_months(period TEXT PRIMARY KEY, rate INTEGER NOT NULL CHECK(rate > 0), members INTEGER NOT NULL CHECK(members >= 0),
		gross INTEGER NOT NULL CHECK(gross >= 0), tax INTEGER NOT NULL CHECK(tax BETWEEN 0 AND gross), act INTEGER NOT NULL REFERENCES acts(id)) STRICT`,
}

// savingsTriggers keep what happened as it happened. Holds are state: they come and go with their requests.
func savingsTriggers() []string {
	var all []string
	for _, t := range []struct{ table, same string }{
		{"savings_receipts", "entry = NEW.entry"}, {"savings_reversals", "deposit = NEW.deposit"}, {"withdrawals", "act = NEW.act"},
		{"withdrawal_steps", "id = NEW.id OR withdrawal = NEW.withdrawal AND step <> 'prepared' AND step <> 'released'"},
		{"savings_interest", "period = NEW.period AND member = NEW.member"}, {"savings_interest_months", "period = NEW.period"},
	} {
		for _, verb := range []string{"UPDATE", "DELETE"} {
			all = append(all, fmt.Sprintf("CREATE TRIGGER %s_no_%s BEFORE %s ON %s BEGIN SELECT RAISE(ABORT, '%s is append-only'); END",
				t.table, strings.ToLower(verb), verb, t.table, t.table))
		}
		all = append(all, fmt.Sprintf("CREATE TRIGGER %s_no_replace BEFORE INSERT ON %s WHEN EXISTS(SELECT 1 FROM %s WHERE %s) BEGIN SELECT RAISE(FAIL, '%s is append-only'); END",
			t.table, t.table, t.table, t.same, t.table))
	}
	return all
}

// What the dashboard lists; accounts to transfer to and reasons have doors of their own.
var savingsViews = []struct{ name, query string }{
	{"v_withdrawals", `SELECT CAST(printf('%010d', w.act) AS TEXT) AS id, ` + momentOf("a.at") + ` AS at, m.id AS member, CAST(w.amount AS INT) AS amount_rupiah, CAST(w.way AS TEXT) AS way,
		CAST(coalesce(s.step, 'requested') AS TEXT) AS state, CAST(coalesce(s.place, '') AS TEXT) AS place, CAST(s.entry AS INT) AS entry, ` + momentOf("b.at") + ` AS state_at,
		CAST(b.role AS TEXT) AS role, o.id AS operator
		FROM withdrawals w JOIN acts a ON a.id = w.act LEFT JOIN members m ON m.number = w.member LEFT JOIN withdrawal_steps s ON s.id = (SELECT max(id) FROM withdrawal_steps WHERE withdrawal = w.act)
		LEFT JOIN acts b ON b.id = s.act LEFT JOIN operators o ON o.id = b.actor
		WHERE w.act > ` + recentOf("withdrawals", "act") + ` ORDER BY w.act DESC`},

	{"v_savings_interest", `SELECT CAST(i.period || '-' || printf('%06d', i.member) AS TEXT) AS id, CAST(i.period AS TEXT) AS period, m.id AS member, CAST(i.lowest AS INT) AS lowest_rupiah,
		CAST(i.rate AS INT) AS rate_bp, CAST(i.gross AS INT) AS gross_rupiah, CAST(i.tax AS INT) AS tax_rupiah, CAST(i.entry AS INT) AS entry
		FROM savings_interest i LEFT JOIN members m ON m.number = i.member
		WHERE i.entry > ` + recentOf("savings_interest", "entry") + ` ORDER BY i.entry DESC, i.member`},
}
