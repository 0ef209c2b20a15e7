package ledger

import (
	"context"

	"github.com/pocketbase/pocketbase/core"

	"kpdk/hooks/internal/act"
	"kpdk/hooks/internal/ulid"
)

// kept are the tables of state that the ledger keeps beside what happened, and the query that makes each
// anew. A row is kept for whatever was ever touched, also when it came to nothing.
var kept = []struct{ table, columns, rows, where string }{
	{"account_months", "account, period, debit, credit",
		`SELECT l.account, j.period, sum(max(l.amount, 0)), sum(max(-l.amount, 0)) FROM journal j JOIN journal_lines l ON l.entry = j.id GROUP BY l.account, j.period`, "true"},
	{"account_blocks", "account, date, block, lines, debit, credit",
		blockColumns + `<= (SELECT coalesce(max(seq), 0) / 512 * 512 FROM seals)` + blockGroup, "true"},
	{"party_balances", "party, account, amount",
		`SELECT party, account, sum(amount) FROM journal_lines WHERE party IS NOT NULL GROUP BY party, account`, "true"},
	{"item_remainders", "item, member, remainder",
		`SELECT id, member, amount - coalesce((SELECT sum(amount) FROM settlements WHERE item = i.id), 0) FROM open_items i`, "true"},
	{"owed_days", "date, remainder",
		`SELECT date, sum(amount - coalesce((SELECT sum(amount) FROM settlements WHERE item = i.id), 0)) FROM open_items i WHERE kind = 'store' OR kind = 'instalment' GROUP BY date`, "true"},
	{"counters", "name, last",
		`SELECT 'journal.' || kind || '.' || year, max(number) FROM journal GROUP BY kind, year`, "name GLOB 'journal.*'"},
}

// Rebuilt is how many rows of a table of state were not what the journal says.
type Rebuilt struct {
	Table string `json:"table"`
	Rows  int64  `json:"rows"`
	Wrong int64  `json:"wrong"`
}

// Rebuild makes the kept balances anew from what happened, in one act; everybody else waits meanwhile.
func Rebuild(ctx context.Context, app core.App, by act.Actor) ([]Rebuilt, error) {
	all, _, err := act.Do(ctx, app, act.Act{Kind: "ledger.rebuild", Key: ulid.New(), By: by}, func(tx *act.Tx) ([]Rebuilt, error) {
		var all []Rebuilt
		for _, k := range kept {
			r := Rebuilt{Table: k.table}
			have := "SELECT " + k.columns + " FROM " + k.table + " WHERE " + k.where
			err := tx.Row(`SELECT (SELECT count(*) FROM (SELECT * FROM (` + k.rows + `) EXCEPT ` + have + `)) + (SELECT count(*) FROM (` + have + ` EXCEPT SELECT * FROM (` + k.rows + `)))`).Scan(&r.Wrong)
			if err == nil {
				err = tx.Row("SELECT count(*) FROM (" + k.rows + ")").Scan(&r.Rows)
			}
			if err != nil {
				return nil, err
			}
			all = append(all, r)
		}
		for i, k := range kept {
			if all[i].Wrong == 0 {
				continue
			}
			if err := tx.Exec("DELETE FROM " + k.table + " WHERE " + k.where); err != nil {
				return nil, err
			}
			if err := tx.Exec("INSERT INTO " + k.table + "(" + k.columns + ") " + k.rows); err != nil {
				return nil, err
			}
		}
		tx.Forget()
		return all, nil
	})
	return all, err
}
