package ledger_test

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"testing"

	"kpdk/hooks/internal/act"
	"kpdk/hooks/internal/testapp"
	"kpdk/hooks/ledger"
)

// unsealedTables are append-only and not sealed by rows, each with what holds it instead.
var unsealedTables = map[string]string{
	"journal": "its entries are sealed one by one", "journal_lines": "as the journal", "seals": "they are the chain", "row_seals": "they are a chain",
	"sales": "its money is the journal's, its goods the stock's", "sale_lines": "as sales", "sale_tenders": "as sales", "stock_moves": "the stock is made of them, and its value is an account's",
	"statute_texts": "its key is the hash of its text",
	"card_uses":     "written by sales", "notices": "messages", "notice_reads": "messages", "notice_choices": "messages", "sightings": "who looked; many, and no money",
	"bank_voids":         "its lines are sealed, and the answers of its acts say how many",
	"bank_match_entries": "a match's amount is sealed", "bank_match_lines": "as bank_match_entries", "instalment_goods": "the plan is sealed", "instalment_parts": "their items are sealed",
	"instalment_returns": "its money is the journal's", "instalment_return_goods": "as instalment_returns", "instalment_cuts": "as instalment_returns", "sale_returns": "as sales", "sale_return_lines": "as sales",
	"instalment_ends": "by its act's answer", "credit_carries": "by its act's answer", "payroll_correction_lines": "the correction's digest is over them",
}

// Every table of what happened is sealed, or says why not.
func TestEveryTableIsSealedOrSaysWhyNot(t *testing.T) {
	app := testapp.New(t)
	sealed := ledger.SealedTables()
	var there []string
	if err := act.Each(act.Read(app), "SELECT tbl_name FROM sqlite_master WHERE type = 'trigger' AND name = tbl_name || '_no_delete'", nil, func(row act.Scanner) error {
		var table string
		err := row.Scan(&table)
		there = append(there, table)
		if _, is := sealed[table]; is == (unsealedTables[table] != "") {
			t.Errorf("%s: sealed %v, excused %q", table, is, unsealedTables[table])
		}
		return err
	}); err != nil {
		t.Fatal(err)
	}
	for table, column := range sealed {
		var is bool
		if err := act.Read(app).Row("SELECT EXISTS(SELECT 1 FROM pragma_table_info(?) WHERE name = ? AND (pk = 1 OR name = 'act'))", table, column).Scan(&is); err != nil || !is || !slices.Contains(there, table) {
			t.Errorf("%s has no %s to be sealed by (%v)", table, column, err)
		}
	}
}

// Seals go on where the last ones ended, in short acts, and end: what is sealed already is not sealed again, and
// sealing alone is nothing to seal.
func TestSealsGoOnWhereTheyEnded(t *testing.T) {
	app := lived(t)
	ctx := context.Background()
	count := func() (seals, acts int64) {
		t.Helper()
		if err := act.Read(app).Row("SELECT (SELECT count(*) FROM row_seals), (SELECT count(*) FROM acts WHERE kind = 'ledger.seal_rows')").Scan(&seals, &acts); err != nil {
			t.Fatal(err)
		}
		return seals, acts
	}
	for range 2 {
		if err := ledger.SealRows(ctx, app); err != nil {
			t.Fatal(err)
		}
		if _, acts := count(); acts != 1 {
			t.Errorf("%d acts", acts)
		}
	}
	must(t, app, "many-rows", func(tx *act.Tx) error {
		for i := range 1700 {
			if err := tx.Exec("INSERT INTO policies(key, value, valid_from, act) VALUES(?, '1', '2026-01-01', ?)", fmt.Sprint(i), tx.ID()); err != nil {
				return err
			}
		}
		return nil
	})
	first, err := ledger.RowHead(act.Read(app))
	if err != nil || first.Seq == 0 {
		t.Fatal(first, err)
	}
	before, _ := count()
	if err := ledger.SealRows(ctx, app); err != nil {
		t.Fatal(err)
	}
	after, _ := count()
	if after-before < 4 {
		t.Errorf("1,700 rows in %d seals", after-before)
	}
	for head, holds := range map[string]bool{first.Rows(): true, first.Hash[:16] + fmt.Sprintf("@b%d", first.Seq): true, first.Hash + "@b1": false, first.Hash + "@b99999": false} {
		if proof, err := ledger.Contains(ctx, app, head, nil); err != nil || proof.OK != holds || holds && proof.Entries == 0 {
			t.Errorf("%s: %+v %v", head, proof, err)
		}
	}
	var none strings.Builder
	for _, check := range verify(t, app).Checks {
		if !check.OK {
			fmt.Fprintln(&none, check.Name, check.Findings)
		}
	}
	if none.Len() > 0 {
		t.Error(none.String())
	}
}
