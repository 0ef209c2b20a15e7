package pb_migrations

import (
	"fmt"
	"slices"
	"strings"

	"github.com/pocketbase/pocketbase/core"
	m "github.com/pocketbase/pocketbase/migrations"
)

func init() {
	m.Register(func(txApp core.App) error {
		kept := func(table, same string) (triggers []string) {
			for _, t := range keptForever(table) {
				triggers = append(triggers, strings.ReplaceAll(t, "id = NEW.id", same))
			}
			return triggers
		}
		return run(txApp.DB(), goodsOnCreditTables, slices.Concat(kept("instalment_ends", "request = NEW.request"), kept("credit_carries", "request = NEW.request AND shift = NEW.shift"),
			kept("instalment_returns", "act = NEW.act OR entry = NEW.entry"), kept("instalment_return_goods", `act = NEW.act AND line = NEW.line`),
			kept("instalment_cuts", `act = NEW.act AND n = NEW.n`), onceTriggers()))
	}, nil, "0030_goods_on_credit.go")
}

// One request becomes at most one plan, and ends at most once. What a till asked for passes from a shift to the till's
// next one only by a row. Goods come back in parts: what came back of each line, and by how much each instalment, its
// principal and the margin it bore, is less for it. Ended is the principal that needs not be paid any more, margin the
// income that is taken back, and held what stands on 2107 for the member instead.
var goodsOnCreditTables = []string{
	`CREATE UNIQUE INDEX instalment_plans_request ON instalment_plans(request) WHERE request IS NOT NULL`,
	`CREATE UNIQUE INDEX instalment_plans_entry ON instalment_plans(entry)`,

	// Approved, and never handed over.
	`CREATE TABLE instalment_ends(request INTEGER PRIMARY KEY REFERENCES instalment_requests(act), act INTEGER NOT NULL REFERENCES acts(id)) STRICT`,
	`CREATE TABLE credit_carries(request INTEGER NOT NULL REFERENCES credit_requests(act), shift INTEGER NOT NULL REFERENCES shifts(id), act INTEGER NOT NULL REFERENCES acts(id),
		PRIMARY KEY(request, shift)) STRICT, WITHOUT ROWID`,
	`CREATE INDEX credit_carries_shift ON credit_carries(shift)`,

	`CREATE TABLE instalment_returns(act INTEGER PRIMARY KEY REFERENCES acts(id), plan INTEGER NOT NULL REFERENCES instalment_plans(act), amount INTEGER NOT NULL CHECK(amount >= 0),
		ended INTEGER NOT NULL CHECK(ended BETWEEN 0 AND amount), margin INTEGER NOT NULL CHECK(margin >= 0), held INTEGER NOT NULL CHECK(held BETWEEN 0 AND amount + margin - ended),
		entry INTEGER NOT NULL UNIQUE REFERENCES journal(id)) STRICT`,
	`CREATE INDEX instalment_returns_plan ON instalment_returns(plan)`,
	`CREATE TABLE instalment_return_goods(act INTEGER NOT NULL REFERENCES instalment_returns(act), plan INTEGER NOT NULL, line INTEGER NOT NULL, quantity INTEGER NOT NULL CHECK(quantity > 0),
		amount INTEGER NOT NULL CHECK(amount >= 0), cost INTEGER NOT NULL, PRIMARY KEY(act, line), FOREIGN KEY(plan, line) REFERENCES instalment_goods(plan, line)) STRICT, WITHOUT ROWID`,
	`CREATE INDEX instalment_return_goods_line ON instalment_return_goods(plan, line)`,
	`CREATE TABLE instalment_cuts(act INTEGER NOT NULL REFERENCES instalment_returns(act), plan INTEGER NOT NULL, n INTEGER NOT NULL, principal INTEGER NOT NULL CHECK(principal >= 0),
		margin INTEGER NOT NULL CHECK(margin >= 0 AND principal + margin > 0), PRIMARY KEY(act, n), FOREIGN KEY(plan, n) REFERENCES instalment_parts(plan, n)) STRICT, WITHOUT ROWID`,
	`CREATE INDEX instalment_cuts_part ON instalment_cuts(plan, n)`,

	// Until now all goods of a plan came back at once. A margin that had not fallen due by then never does.
	`INSERT INTO instalment_returns(act, plan, amount, ended, margin, held, entry)
		SELECT t.act, s.plan, g.amount, sum(t.amount), 0, g.amount - sum(t.amount), t.entry FROM settlements t JOIN instalment_parts s ON s.item = t.item
		JOIN (SELECT plan, sum(amount) AS amount FROM instalment_goods GROUP BY plan) g ON g.plan = s.plan WHERE t.kind = 'return' GROUP BY t.act`,
	`INSERT INTO instalment_return_goods(act, plan, line, quantity, amount, cost) SELECT r.act, g.plan, g.line, g.quantity, g.amount, g.cost FROM instalment_returns r JOIN instalment_goods g ON g.plan = r.plan`,
	`INSERT INTO instalment_cuts(act, plan, n, principal, margin) SELECT act, plan, n, principal, margin FROM (
		SELECT r.act, s.plan, s.n, coalesce((SELECT sum(t.amount) FROM settlements t WHERE t.item = s.item AND t.act = r.act AND t.kind = 'return'), 0) AS principal,
			CASE WHEN EXISTS(SELECT 1 FROM instalment_margins m WHERE m.plan = s.plan AND m.n = s.n) THEN 0 ELSE s.margin END AS margin
		FROM instalment_returns r JOIN instalment_parts s ON s.plan = r.plan) WHERE principal + margin > 0`,
}

// onceTriggers hold what the rooms promise: a unique index alone would let INSERT OR REPLACE take a row away.
func onceTriggers() (all []string) {
	for _, t := range []struct{ name, table, when, what string }{
		{"instalment_plans_once", "instalment_plans", "EXISTS(SELECT 1 FROM instalment_plans WHERE request = NEW.request OR entry = NEW.entry)", "one request is one plan"},
		{"instalment_plans_approved", "instalment_plans", `NEW.request IS NOT NULL AND (NOT EXISTS(SELECT 1 FROM instalment_decisions WHERE request = NEW.request AND approved = 1)
			OR EXISTS(SELECT 1 FROM instalment_ends WHERE request = NEW.request))`, "the request is not approved"},
		{"instalment_ends_approved", "instalment_ends", `NOT EXISTS(SELECT 1 FROM instalment_decisions WHERE request = NEW.request AND approved = 1)
			OR EXISTS(SELECT 1 FROM instalment_plans WHERE request = NEW.request)`, "only what waits to be handed over ends"},
		{"instalment_return_goods_most", "instalment_return_goods", `NEW.plan <> (SELECT plan FROM instalment_returns WHERE act = NEW.act)
			OR NEW.quantity + (SELECT coalesce(sum(quantity), 0) FROM instalment_return_goods WHERE plan = NEW.plan AND line = NEW.line) > (SELECT quantity FROM instalment_goods WHERE plan = NEW.plan AND line = NEW.line)`,
			"more comes back than was sold"},
		{"instalment_cuts_most", "instalment_cuts", `NEW.plan <> (SELECT plan FROM instalment_returns WHERE act = NEW.act) OR EXISTS(SELECT 1 FROM instalment_parts s WHERE s.plan = NEW.plan AND s.n = NEW.n
			AND (NEW.principal + (SELECT coalesce(sum(principal), 0) FROM instalment_cuts WHERE plan = s.plan AND n = s.n) > s.principal
			OR NEW.margin + (SELECT coalesce(sum(margin), 0) FROM instalment_cuts WHERE plan = s.plan AND n = s.n) > s.margin))`, "an instalment is cut below nothing"},
	} {
		all = append(all, fmt.Sprintf("CREATE TRIGGER %s BEFORE INSERT ON %s WHEN %s BEGIN SELECT RAISE(FAIL, '%s'); END", t.name, t.table, t.when, t.what))
	}
	return all
}
