package pb_migrations

import (
	"github.com/pocketbase/pocketbase/core"
	m "github.com/pocketbase/pocketbase/migrations"
)

// owed_moves is by how much what members owe changed on a business date, by the day since when they owe it: the age of
// all debts on any date is a sum of it. booked says when an item came into the books, where that is another day than the
// one since when it is owed; settled is the last day on which something of it was paid, so that who owed on a date is
// found without reading every item of years. All are state, rebuildable from items, settlements and the journal.
var owedMoves = []string{
	`CREATE TABLE owed_moves(date TEXT NOT NULL, since TEXT NOT NULL, amount INTEGER NOT NULL, PRIMARY KEY(date, since)) STRICT, WITHOUT ROWID`,
	`ALTER TABLE item_remainders ADD COLUMN booked TEXT`,
	`ALTER TABLE item_remainders ADD COLUMN settled TEXT`,
	`CREATE TEMP TABLE act_days(act INTEGER PRIMARY KEY, date TEXT NOT NULL)`,
	`INSERT INTO act_days(act, date) SELECT j.act, min(j.date) FROM journal_lines l JOIN journal j ON j.id = l.entry WHERE l.account IN (1121, 1122) AND l.amount > 0 GROUP BY j.act`,
	`CREATE TEMP TABLE item_moves(item INTEGER NOT NULL, date TEXT NOT NULL, since TEXT NOT NULL, amount INTEGER NOT NULL, made INTEGER NOT NULL)`,
	`INSERT INTO item_moves SELECT i.id, coalesce(d.date, i.date), i.date, i.amount, 1 FROM open_items i LEFT JOIN act_days d ON d.act = i.act WHERE i.kind = 'store' OR i.kind = 'instalment'`,
	`INSERT INTO item_moves SELECT i.id, coalesce(j.date, d.date, i.date), i.date, -s.amount, 0 FROM settlements s JOIN open_items i ON i.id = s.item LEFT JOIN journal j ON j.id = s.entry
		LEFT JOIN act_days d ON d.act = i.act WHERE i.kind = 'store' OR i.kind = 'instalment'`,
	`INSERT INTO owed_moves(date, since, amount) SELECT date, since, sum(amount) FROM item_moves GROUP BY date, since`,
	`UPDATE item_remainders SET booked = m.date FROM item_moves m WHERE m.item = item_remainders.item AND m.made AND m.date <> m.since`,
	`UPDATE item_remainders SET settled = m.date FROM (SELECT item, max(date) AS date FROM item_moves WHERE NOT made GROUP BY item) m WHERE m.item = item_remainders.item`,
	`DROP TABLE item_moves`,
	`DROP TABLE act_days`,
	`CREATE INDEX item_remainders_settled ON item_remainders(member, settled) WHERE remainder = 0 AND settled IS NOT NULL`,
}

func init() {
	m.Register(func(txApp core.App) error { return run(txApp.DB(), owedMoves) }, nil, "0042_owed_moves.go")
}
