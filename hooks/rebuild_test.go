package hooks_test

import (
	"context"
	"database/sql"
	"fmt"
	"path/filepath"
	"strings"
	"testing"

	"kpdk/hooks/internal/act"
	"kpdk/hooks/internal/testapp"
	"kpdk/hooks/ledger"
)

// anew spoils every table of state, past every guard, and has it made anew: it is what it was, byte by byte.
func anew(t *testing.T, app *testapp.App) {
	t.Helper()
	before := map[string]string{}
	for _, k := range ledger.State(app) {
		before[k.Table] = rowsOf(app, k.Table)
	}
	db, err := sql.Open("sqlite", filepath.Join(app.DataDir(), "data.db")+"?_pragma=busy_timeout(10000)&_pragma=ignore_check_constraints(ON)")
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	for _, k := range ledger.State(app) {
		where := k.Where
		if where == "" {
			where = "true"
		}
		var spoilt []string
		for _, column := range k.Values {
			spoilt = append(spoilt, fmt.Sprintf("%[1]s = CASE typeof(%[1]s) WHEN 'text' THEN %[1]s || '?' WHEN 'null' THEN 1 ELSE %[1]s + 1 END", column))
		}
		queries := []string{fmt.Sprintf("UPDATE %s SET %s WHERE %s", k.Table, strings.Join(spoilt, ", "), where)}
		if !k.Held && len(k.First) == 0 {
			queries = append(queries, fmt.Sprintf("DELETE FROM %s WHERE (%s) AND length(%s) %% 2 = 0", k.Table, where, k.Key[0]))
		}
		for _, query := range queries {
			if _, err := db.Exec(query); err != nil {
				t.Fatal(query, err)
			}
		}
	}
	report, err := ledger.Verify(context.Background(), app, nil)
	if err != nil {
		t.Fatal(err)
	}
	wrong := map[string]bool{}
	for _, c := range report.Checks {
		wrong[c.Name] = !c.OK
	}
	for _, name := range []string{"balances", "open-items", "sequence", "periods", "cards", "stock", "receipts", "shifts", "payroll"} {
		if !wrong[name] {
			t.Errorf("what %s looks at was spoilt, and it says nothing", name)
		}
	}
	rebuilt, err := ledger.Rebuild(context.Background(), app, act.BySystem)
	if err != nil {
		t.Fatal(err)
	}
	for _, r := range rebuilt {
		if r.Rows > 0 && r.Wrong == 0 {
			t.Errorf("%s was spoilt, and nothing was wrong with it", r.Table)
		}
	}
	for table, was := range before {
		if is := rowsOf(app, table); is != was {
			t.Errorf("%s was\n%s\nand is\n%s", table, was, is)
		}
	}
	app.Verify()
}

func rowsOf(app *testapp.App, table string) string {
	app.T.Helper()
	var columns, rows string
	r := act.Read(app)
	err := r.Row("SELECT group_concat('quote(' || name || ')', '|| '' '' ||') FROM pragma_table_info(?)", table).Scan(&columns)
	if err == nil {
		err = r.Row("SELECT coalesce(group_concat(row, char(10)), '') FROM (SELECT " + columns + " AS row FROM " + table + " ORDER BY 1)").Scan(&rows)
	}
	if err != nil {
		app.T.Fatal(table, err)
	}
	return rows
}

// ownState are tables that rows leave or change in, and that nothing makes anew.
var ownState = map[string]string{
	"sessions": "who is logged in", "reset_codes": "codes that are out", "invitations": "codes that are out", "passkeys": "public keys of devices", "coop_keys": "the co-op's keys",
	"favourites": "the member's own marks", "pin_tries": "wrong guesses that still count", "notice_mails": "how far letters have come", "known_devices": "browsers that were here",
	"tries": "guesses that still count", "notice_addresses": "addresses of letters that wait", "notice_rounds": "how far letters to many have come", "notice_round_waits": "letters to many that were not taken",
	"verifications": "what a night's check found",
	"act_notes":     "words, to be erased", "bank_line_texts": "words, to be erased", "member_banks": "account numbers, to be erased",
}

// Every table is append-only, or made anew from those, or says why not.
func TestEveryTableOfStateIsMadeAnew(t *testing.T) {
	app := testapp.New(t)
	known := map[string]bool{}
	for _, k := range ledger.State(app) {
		known[k.Table] = true
	}
	err := act.Each(act.Read(app), `SELECT m.name FROM pragma_table_list m WHERE m.type = 'table' AND m.strict AND m.schema = 'main'
		AND NOT EXISTS(SELECT 1 FROM sqlite_master WHERE type = 'trigger' AND name = m.name || '_no_update' AND m.name NOT IN ('act_notes', 'bank_line_texts'))`, nil, func(row act.Scanner) error {
		var table string
		err := row.Scan(&table)
		if !known[table] && ownState[table] == "" {
			t.Errorf("%s changes, and no room says how it is made anew (ledger.Kept)", table)
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
}
