package ledger

import (
	"fmt"
	"slices"
	"strings"

	"github.com/pocketbase/pocketbase/core"

	"kpdk/hooks/internal/act"
)

// Kept is a table of state, or a part of one, with the query that makes it anew from what happened.
type Kept struct {
	Table  string
	Key    []string // columns that name a row
	Values []string // columns that what happened says; others are the row's own, like the plan of a payroll run
	First  []string // columns that only a missing row gets
	Rows   string   // gives Key, Values and First, in this order
	Where  string   // which rows of the table are meant; empty: all
	Held   bool     // rows come and go otherwise; only their values are put right
}

// itemMoves is by how much each debt changed, and on which business date: that of the entry of its act which put it on a
// member's account, and of the one that took it off.
const itemMoves = `WITH days(act, date) AS MATERIALIZED (SELECT j.act, min(j.date) FROM journal_lines l JOIN journal j ON j.id = l.entry WHERE l.account IN (1121, 1122) AND l.amount > 0 GROUP BY j.act),
	moves(item, date, since, amount, made) AS MATERIALIZED (
	SELECT i.id, coalesce(d.date, i.date), i.date, i.amount, 1 FROM open_items i LEFT JOIN days d ON d.act = i.act WHERE i.kind = 'store' OR i.kind = 'instalment'
	UNION ALL SELECT i.id, coalesce(j.date, d.date, i.date), i.date, -s.amount, 0 FROM settlements s JOIN open_items i ON i.id = s.item LEFT JOIN journal j ON j.id = s.entry
		LEFT JOIN days d ON d.act = i.act WHERE i.kind = 'store' OR i.kind = 'instalment') `

// itemRemainders are what is left of each item; owedMoves by how much what members owe changed, by day.
var itemRemainders = Kept{Table: "item_remainders", Key: []string{"item"}, Values: []string{"member", "remainder", "booked", "settled"},
	Rows: itemMoves + `SELECT i.id, i.member, i.amount - coalesce((SELECT sum(amount) FROM settlements WHERE item = i.id), 0),
			(SELECT m.date FROM moves m WHERE m.item = i.id AND m.made AND m.date <> m.since), (SELECT max(m.date) FROM moves m WHERE m.item = i.id AND NOT m.made) FROM open_items i`}

var owedMoves = Kept{Table: "owed_moves", Key: []string{"date", "since"}, Values: []string{"amount"}, Rows: itemMoves + `SELECT date, since, sum(amount) FROM moves GROUP BY date, since`}

// kept are the tables of state that the ledger keeps beside what happened. A row is kept for whatever was
// ever touched, also when it came to nothing.
var kept = []Kept{
	{Table: "account_months", Key: []string{"account", "period"}, Values: []string{"debit", "credit"},
		Rows: `SELECT l.account, j.period, sum(max(l.amount, 0)), sum(max(-l.amount, 0)) FROM journal j JOIN journal_lines l ON l.entry = j.id GROUP BY l.account, j.period`},
	{Table: "account_blocks", Key: []string{"account", "date", "block"}, Values: []string{"lines", "debit", "credit"},
		Rows: blockColumns + `<= (SELECT coalesce(max(seq), 0) / 512 * 512 FROM seals)` + blockGroup},
	{Table: "party_balances", Key: []string{"party", "account"}, Values: []string{"amount"},
		Rows: `SELECT party, account, sum(amount) FROM journal_lines WHERE party IS NOT NULL AND entry IN (SELECT id FROM journal) GROUP BY party, account`},
	PartyDays,
	itemRemainders,
	owedMoves,
	{Table: "owed_days", Key: []string{"date"}, Values: []string{"remainder"},
		Rows: `SELECT date, sum(amount - coalesce((SELECT sum(amount) FROM settlements WHERE item = i.id), 0)) FROM open_items i WHERE kind = 'store' OR kind = 'instalment' GROUP BY date`},
	{Table: "counters", Key: []string{"name"}, Values: []string{"last"}, Where: "name GLOB 'journal.*'",
		Rows: `SELECT 'journal.' || kind || '.' || year, max(number) FROM journal GROUP BY kind, year`},
	{Table: "periods", Key: []string{"period"}, Values: []string{"state"},
		Rows: `SELECT period, CASE action WHEN 'close' THEN 'closed' WHEN 'soft' THEN 'soft' ELSE 'open' END FROM periods_log WHERE id IN (SELECT max(id) FROM periods_log GROUP BY period)`},
}

const stateKey = "kpdk.state"

// RegisterState names the rooms' tables of state, which Rebuild makes anew with the ledger's own.
func RegisterState(app core.App, tables ...Kept) { app.Store().Set(stateKey, tables) }

// State lists the ledger's tables of state and then the rooms'.
func State(app core.App) []Kept {
	rooms, _ := app.Store().Get(stateKey).([]Kept)
	return slices.Concat(kept, rooms)
}

// Astray notes each row of tables of state that is not what happened: kept otherwise, missing, or of nothing.
func (f *Findings) Astray(r act.Reader, tables ...Kept) error {
	for _, k := range tables {
		if err := f.Each(r, "verify.kept", "SELECT '"+k.Table+"', row FROM ("+k.astray()+")", nil, "table", "row"); err != nil {
			return err
		}
	}
	return nil
}

// columns lists columns of an alias.
func columns(alias string, names []string) string {
	return alias + strings.Join(names, ", "+alias)
}

// same compares the keys of two aliases.
func (k Kept) same() string {
	var all []string
	for _, name := range k.Key {
		all = append(all, "r."+name+" = t."+name)
	}
	return strings.Join(all, " AND ")
}

// differ compares the values of two aliases.
func (k Kept) differ() string {
	return fmt.Sprintf("(%s) IS NOT (%s)", columns("r.", k.Values), columns("t.", k.Values))
}

// with names what is real, by columns, and what the table has.
func (k Kept) with() string {
	where := k.Where
	if where == "" {
		where = "true"
	}
	return fmt.Sprintf("WITH real(%s) AS (%s), have AS (SELECT * FROM %s WHERE %s) ", columns("", slices.Concat(k.Key, k.Values, k.First)), k.Rows, k.Table, where)
}

// astray gives the names of the rows that are wrong.
func (k Kept) astray() string {
	name := func(alias string) string {
		return "concat_ws(' ', " + columns(alias, k.Key) + ") AS row"
	}
	query := k.with() + "SELECT " + name("r.") + " FROM real r LEFT JOIN have t ON " + k.same() + " WHERE " + k.differ()
	if k.Held {
		return query + " AND t." + k.Key[0] + " IS NOT NULL"
	}
	keys := columns("", k.Key)
	return query + " UNION ALL SELECT " + name("") + " FROM (SELECT " + keys + " FROM have EXCEPT SELECT " + keys + " FROM real)"
}

// mend makes the rows that are wrong what happened.
func (k Kept) mend(tx *act.Tx) error {
	if k.Held {
		return tx.Exec(k.with() + "UPDATE " + k.Table + " AS t SET (" + columns("", k.Values) + ") = (" + columns("r.", k.Values) + ") FROM real r WHERE " + k.same() + " AND " + k.differ())
	}
	keys := columns("", k.Key)
	if err := tx.Exec(k.with() + "DELETE FROM " + k.Table + " WHERE (" + keys + ") IN (SELECT " + keys + " FROM have EXCEPT SELECT " + keys + " FROM real)"); err != nil {
		return err
	}
	return tx.Exec(k.with() + "INSERT INTO " + k.Table + "(" + columns("", slices.Concat(k.Key, k.Values, k.First)) + ") SELECT * FROM real WHERE true ON CONFLICT(" + keys + ") DO UPDATE SET (" +
		columns("", k.Values) + ") = (" + columns("excluded.", k.Values) + ")")
}
