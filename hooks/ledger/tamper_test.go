package ledger_test

import (
	"bytes"
	"context"
	"database/sql"
	"errors"
	"fmt"
	"net/http"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/pocketbase/pocketbase/core"

	"kpdk/hooks/internal/act"
	"kpdk/hooks/internal/testapp"
	"kpdk/hooks/ledger"
	"kpdk/hooks/member"
)

// lived is a co-op in which every append-only table has a row.
func lived(t *testing.T) *testapp.App {
	t.Helper()
	app := testapp.New(t)
	ctx, who := context.Background(), ledger.MemberParty(846)
	post(t, app, "lived-001", ledger.KindSavings, "2026-09-05", ledger.Dr(ledger.Cash, 100_000), ledger.Cr(ledger.PrincipalSavings, 100_000, who))
	must(t, app, "lived-002", func(tx *act.Tx) error { return buy(tx, 846, "2026-10-06", 25_000) })
	must(t, app, "lived-003", func(tx *act.Tx) error { return buy(tx, 847, "2026-10-07", 30_000) })
	must(t, app, "lived-004", func(tx *act.Tx) error {
		item, err := ledger.ItemOf(tx, 1)
		if err != nil {
			return err
		}
		return pay(tx, item, "2026-10-08", 10_000)
	})
	post(t, app, "lived-005", ledger.KindSavings, "2026-11-02", ledger.Dr(ledger.Cash, 50_000), ledger.Cr(ledger.MandatorySavings, 50_000, who))
	if _, _, err := ledger.ClosePeriod(ctx, app, "lived-006", act.ByConsole, "2026-09"); err != nil {
		t.Fatal(err)
	}
	if _, _, err := ledger.ReopenPeriod(ctx, app, "lived-007", act.ByConsole, "2026-09", "nota tercecer"); err != nil {
		t.Fatal(err)
	}
	if _, _, err := ledger.ClosePeriod(ctx, app, "lived-008", act.ByConsole, "2026-09"); err != nil {
		t.Fatal(err)
	}
	return app
}

// furnish puts a row into every append-only table that the ledger itself does not write.
func furnish(t *testing.T, app core.App) {
	t.Helper()
	must(t, app, "furnished", func(tx *act.Tx) error {
		id := tx.ID()
		party, err := ledger.PartyID(tx, ledger.Party{Kind: "shift", Ref: "1"})
		if err != nil {
			return err
		}
		for _, s := range []struct {
			query string
			args  []any
		}{
			{"INSERT INTO policies(key, value, valid_from, act) VALUES('k', '1', '2026-01-01', ?)", []any{id}},
			{"INSERT INTO member_events(member, kind, date, reference, act) VALUES(846, 'invited', '2026-01-01', '', ?)", []any{id}},
			{"INSERT INTO mandates(member, kind, valid_from, max_rupiah, voluntary_rupiah, reference, act) VALUES(846, 'grant', '2026-01-01', 1, 0, '', ?)", []any{id}},
			{"INSERT INTO card_events(member, serial, kind, act) VALUES(846, 1, 'issue', ?)", []any{id}},
			{"INSERT INTO card_devices(id, member, key, session, act) VALUES(1, 846, zeroblob(32), 's', ?)", []any{id}},
			{"INSERT INTO card_certificates(device, serial, expires, act) VALUES(1, 1, 20000, ?)", []any{id}},
			{"INSERT INTO card_uses(device, step, sale) VALUES(1, 1, ?)", []any{id}},
			{"INSERT INTO photo_events(member, kind, act) VALUES(846, 'keep', ?)", []any{id}},
			{"INSERT INTO card_prints(member, serial, act) VALUES(846, 1, ?)", []any{id}},
			{"INSERT INTO shifts(id, key, till, cashier, party, opened_at, float) VALUES(1, 'k', 'K1', 'c', ?, 1, 0)", []any{party}},
			{"INSERT INTO shift_events(shift, kind, till, cashier, cash, at, act) VALUES(1, 'open', 'K1', 'c', 0, 1, ?)", []any{id}},
			{"INSERT INTO sales(act, shift, till, number, member, sold_at, date, total, saved, change, entry, offline, flags) VALUES(?, 1, 'K1', 1, 846, 1, '2026-10-06', 25000, 0, 0, 2, 0, '')", []any{id}},
			{"INSERT INTO sale_lines(sale, line, product, quantity, price, public_price, amount, cost) VALUES(?, 1, 1, 1000, 25000, 25000, 25000, 0)", []any{id}},
			{"INSERT INTO sale_tenders(sale, line, kind, amount) VALUES(?, 1, 'payroll', 25000)", []any{id}},
			{"INSERT INTO quarantined_sales(act, shift, code, sold_at, charged, body) VALUES(?, 1, 'member.card_invalid', 1, 25000, '{}')", []any{id}},
			{"INSERT INTO quarantine_decisions(act, quarantined, kind) VALUES(?, ?, 'dismiss')", []any{id, id}},
			{"INSERT INTO late_cash(act, shift, expected, counted, entry) VALUES(?, 1, 25000, 25000, 2)", []any{id}},
			{"INSERT INTO sale_returns(act, sale, amount, saved, ended, cash, held, date, entry) VALUES(?, ?, 25000, 0, 0, 0, 25000, '2026-10-06', 1)", []any{id, id}},
			{"INSERT INTO sale_return_lines(act, sale, line, quantity, amount, cost) VALUES(?, ?, 1, 500, 1, 0)", []any{id, id}},
			{"INSERT INTO openings(action, date, items, act) VALUES('import', '2026-01-01', 0, ?)", []any{id}},
			{"INSERT INTO goods_receipts(act, paid_by, date, total, reference) VALUES(?, 'cash', '2026-10-06', 0, '')", []any{id}},
			{"INSERT INTO stock_moves(product, place, kind, quantity, value, act) VALUES(1, 1, 'receipt', 1000, 0, ?)", []any{id}},
			{"INSERT INTO payroll_runs(period, state, pay_date, cutoff_date, prepared_by, prepared_role, approved_by, approved_role) VALUES('2026-11', 'draft', '2026-11-02', '2026-10-20', '', '', '', '')", nil},
			{"INSERT INTO payroll_events(period, step, unit, act) VALUES('2026-11', 'draft', '', ?)", []any{id}},
			{"INSERT INTO payroll_results(period, member, deducted, reason, act) VALUES('2026-11', 846, 0, '', ?)", []any{id}},
			{"INSERT INTO login_events(login, record, kind, act) VALUES('members', 'x', 'code_issued', ?)", []any{id}},
			{"INSERT INTO payroll_unmatched(period, row, code, amount, act) VALUES('2026-11', 2, 'x', 1, ?)", []any{id}},
			{"INSERT INTO stock_requests(act, amount, body) VALUES(?, 1, '[]')", []any{id}},
			{"INSERT INTO stock_decisions(request, approved, act) VALUES(?, 0, ?)", []any{id, id}},
			{"INSERT INTO stock_adjustments(act, date, amount) VALUES(?, '2026-10-06', 0)", []any{id}},
			{"INSERT INTO supplier_bills(entry, supplier, category, amount, due, voucher, act) VALUES(1, 1, 'x', 1, '2026-11-05', '', ?)", []any{id}},
			{"INSERT INTO supplier_bill_reversals(bill, entry, act) VALUES(1, 2, ?)", []any{id}},
			{"INSERT INTO treasury_requests(act, amount, body) VALUES(?, 1, '{}')", []any{id}},
			{"INSERT INTO treasury_decisions(request, approved, act) VALUES(?, 0, ?)", []any{id, id}},
			{"INSERT INTO treasury_moves(entry, kind, place, target, amount, fee, held, voucher, act) VALUES(1, 'expense', 'cash', 'x', 1, 0, 0, '', ?)", []any{id}},
			{"INSERT INTO treasury_reversals(move, entry, act) VALUES(1, 2, ?)", []any{id}},
			{"INSERT INTO bank_layouts(bank, layout, act) VALUES(1, '{}', ?)", []any{id}},
			{"INSERT INTO bank_lines(id, bank, date, sen, hash, act) VALUES(1, 1, '2026-10-06', 100, zeroblob(32), ?)", []any{id}},
			{"INSERT INTO bank_statements(act, bank, first_date, last_date, lines, added) VALUES(?, 1, '2026-10-06', '2026-10-06', 1, 1)", []any{id}},
			{"INSERT INTO bank_matches(id, bank, amount, act) VALUES(1, 1, 1, ?)", []any{id}},
			{"INSERT INTO bank_match_lines(match, line) VALUES(1, 1)", nil},
			{"INSERT INTO bank_match_entries(match, entry, line) VALUES(1, 1, 1)", nil},
			{"INSERT INTO bank_unmatches(match, act) VALUES(1, ?)", []any{id}},
			{"INSERT INTO bank_voids(line, act) VALUES(1, ?)", []any{id}},
			{"INSERT INTO savings_receipts(entry, member, kind, place, amount, settled, balance, act) VALUES(1, 846, 'principal', 'cash', 1, 0, 1, ?)", []any{id}},
			{"INSERT INTO savings_reversals(deposit, entry, act) VALUES(1, 2, ?)", []any{id}},
			{"INSERT INTO withdrawals(act, member, amount, way) VALUES(?, 846, 1, 'cash')", []any{id}},
			{"INSERT INTO withdrawal_steps(id, withdrawal, step, place, act) VALUES(1, ?, 'revoked', '', ?)", []any{id, id}},
			{"INSERT INTO savings_interest(period, member, lowest, rate, gross, tax, entry, act) VALUES('2026-10', 846, 1, 1, 1, 0, 1, ?)", []any{id}},
			{"INSERT INTO savings_interest_months(period, rate, members, gross, tax, act) VALUES('2026-10', 1, 1, 1, 0, ?)", []any{id}},
			{"INSERT INTO signed_papers(id, member, kind, words, statutes, how, hash, act) VALUES(1, 846, 'consent', zeroblob(32), zeroblob(32), 'typed', zeroblob(32), ?)", []any{id}},
			{"INSERT INTO statute_texts(hash, text, act) VALUES(zeroblob(32), 'x', ?)", []any{id}},
			{"INSERT INTO applications(act, member, consent, principal, instalments) VALUES(?, 846, 1, 'cash', 1)", []any{id}},
			{"INSERT INTO application_decisions(application, approved, act) VALUES(?, 1, ?)", []any{id, id}},
			{"INSERT INTO identity_checks(member, way, matched, act) VALUES(846, 'own', 'digits', ?)", []any{id}},
			{"INSERT INTO employee_facts(employee, kind, value, valid_from, act) VALUES('e', 'grade', 'III/c', '2026-01-01', ?)", []any{id}},
			{"INSERT INTO fact_cancels(fact, act) VALUES(1, ?)", []any{id}},
			{"INSERT INTO member_kinds(member, kind, date, act) VALUES(846, 'ordinary', '2026-01-01', ?)", []any{id}},
			{"INSERT INTO imported_lists(hash, act) VALUES(zeroblob(32), ?)", []any{id}},
			{"INSERT INTO leave_requests(act, member, reason) VALUES(?, 846, 'moved')", []any{id}},
			{"INSERT INTO leave_decisions(request, kind, act) VALUES(?, 'withdrawn', ?)", []any{id, id}},
			{"INSERT INTO leavings(member, reason, date, due_on, savings, debt, offset, waived, act) VALUES(847, 'moved', '2026-10-06', '2026-11-05', 0, 0, 0, 0, ?)", []any{id}},
			{"INSERT INTO erasures(member, act) VALUES(847, ?)", []any{id}},
			{"INSERT INTO write_offs(entry, member, amount, request, act) VALUES(1, 847, 1, ?, ?)", []any{id, id}},
			{"INSERT INTO payroll_skips(period, skipped, reason, act) VALUES('2026-08', 1, 'no_pay', ?)", []any{id}},
			{"INSERT INTO instalment_requests(act, principal, body) VALUES(?, 1, '{}')", []any{id}},
			{"INSERT INTO instalment_decisions(request, approved, act) VALUES(?, 0, ?)", []any{id, id}},
			{"INSERT INTO instalment_plans(act, number, member, date, principal, margin, parts, first_period, entry) VALUES(?, 1, 846, '2026-10-06', 1, 0, 1, '2026-11', 1)", []any{id}},
			{"INSERT INTO instalment_goods(plan, line, product, quantity, price, amount, cost) VALUES(?, 1, 1, 1000, 1, 1, 0)", []any{id}},
			{"INSERT INTO instalment_parts(plan, n, date, item, principal, margin) VALUES(?, 1, '2026-10-06', (SELECT min(id) FROM open_items), 1, 0)", []any{id}},
			{"INSERT INTO instalment_margins(plan, n, act) VALUES(?, 1, ?)", []any{id, id}},
			{"INSERT INTO instalment_returns(act, plan, amount, ended, margin, held, entry) VALUES(?, ?, 1, 1, 0, 0, 1)", []any{id, id}},
			{"INSERT INTO instalment_return_goods(act, plan, line, quantity, amount, cost) VALUES(?, ?, 1, 500, 1, 0)", []any{id, id}},
			{"INSERT INTO instalment_cuts(act, plan, n, principal, margin) VALUES(?, ?, 1, 1, 0)", []any{id, id}},
			{"INSERT INTO instalment_requests(act, principal, body) VALUES(1, 1, '{}')", nil},
			{"INSERT INTO instalment_decisions(request, approved, act) VALUES(1, 1, ?)", []any{id}},
			{"INSERT INTO instalment_ends(request, act) VALUES(1, ?)", []any{id}},
			{"INSERT INTO credit_requests(act, shift, total, down) VALUES(?, (SELECT min(id) FROM shifts), 2, 1)", []any{id}},
			{"INSERT INTO credit_carries(request, shift, act) VALUES(?, (SELECT min(id) FROM shifts), ?)", []any{id, id}},
			{"INSERT INTO credit_sales(act, shift, total, down) VALUES(?, (SELECT min(id) FROM shifts), 2, 1)", []any{id}},
			{"INSERT INTO objections(act, period, member, code, after) VALUES(?, '2026-11', 846, 'other', 0)", []any{id}},
			{"INSERT INTO objection_answers(objection, decision, act) VALUES(?, 'explain', ?)", []any{id, id}},
			{"INSERT INTO payroll_adjustments(period, member, item, most, objection, act) VALUES('2026-11', 846, (SELECT min(id) FROM open_items), 0, ?, ?)", []any{id, id}},
			{"INSERT INTO excess_choices(member, choice, act) VALUES(846, 'use', ?)", []any{id}},
			{"INSERT INTO excess_uses(act, member, period, amount, entry) VALUES(?, 846, '2026-11', 1, 1)", []any{id}},
			{"INSERT INTO payroll_layouts(unit, body, act) VALUES('', '{}', ?)", []any{id}},
			{"INSERT INTO payroll_lists(year, number, period, unit, hash, members, total, act) VALUES(2026, 1, '2026-11', '', zeroblob(32), 0, 0, ?)", []any{id}},
			{"INSERT INTO payroll_money(entry, period, unit, kind, place, amount, act) VALUES(1, '2026-11', '', 'receipt', 'cash', 1, ?)", []any{id}},
			{"INSERT INTO payroll_resolutions(id, period, unit, kind, place, amount, act) VALUES(1, '2026-11', '', 'returned', 'cash', 1, ?)", []any{id}},
			{"INSERT INTO payroll_previews(period, until, act) VALUES('2026-11', '2026-10-25', ?)", []any{id}},
			{"INSERT INTO payroll_resolution_decisions(resolution, approved, act) VALUES(1, 1, ?)", []any{id}},
			{"INSERT INTO payroll_corrections(id, period, digest, act) VALUES(1, '2026-11', '', ?)", []any{id}},
			{"INSERT INTO payroll_correction_lines(correction, member, was, deducted, reason) VALUES(1, 846, 0, 1, '')", nil},
			{"INSERT INTO payroll_correction_steps(correction, step, act) VALUES(1, 'submitted', ?)", []any{id}},
			{"INSERT INTO payroll_corrected(correction, member, act) VALUES(1, 846, ?)", []any{id}},
			{"INSERT INTO row_seals(\"table\", upto, rows, hash, act) VALUES('policies', 1, 1, zeroblob(32), ?)", []any{id}},
			{"INSERT INTO sightings(act, member, action, via, why, fields, period, unit, date) VALUES(?, 846, 'opened', 'profile', 'members', '', '', '', '2026-11-03')", []any{id}},
			{"INSERT INTO notices(id, member, kind, subject, amount, rest, mail, act) VALUES(1, 846, 'deducted', '2026-11', 1, 0, 0, ?)", []any{id}},
			{"INSERT INTO notice_reads(act, member, upto) VALUES(?, 846, 1)", []any{id}},
			{"INSERT INTO notice_choices(act, member, topic, mail) VALUES(?, 846, 'payroll', 0)", []any{id}},
			{"INSERT INTO payroll_unmatched_decisions(unmatched, kind, act) VALUES((SELECT min(id) FROM payroll_unmatched), 'dismissed', ?)", []any{id}},
			{"INSERT INTO payroll_unmatched_corrections(correction, unmatched, act) VALUES(1, (SELECT min(id) FROM payroll_unmatched), ?)", []any{id}},
			{"INSERT INTO payroll_claims(item, correction, member, act) VALUES((SELECT min(id) FROM open_items), 1, 846, ?)", []any{id}},
		} {
			if err := tx.Exec(s.query, s.args...); err != nil {
				return fmt.Errorf("%s: %w", s.query, err)
			}
		}
		return nil
	})
}

// Whoever holds a connection to the open database still cannot change what happened.
func TestWhatHappenedCannotBeChangedThroughSQL(t *testing.T) {
	app := lived(t)
	furnish(t, app)
	var tables []string
	if err := act.Each(act.Read(app), "SELECT tbl_name FROM sqlite_master WHERE type = 'trigger' AND name LIKE '%\\_no\\_delete' ESCAPE '\\' ORDER BY 1", nil, func(row act.Scanner) error {
		var name string
		err := row.Scan(&name)
		tables = append(tables, name)
		return err
	}); err != nil {
		t.Fatal(err)
	}
	if len(tables) < 20 {
		t.Fatalf("only %v are append-only", tables)
	}
	before := dump(t, app)
	refused := func(query string) {
		t.Helper()
		if _, err := app.NonconcurrentDB().NewQuery(query).Execute(); err == nil {
			t.Errorf("went through: %s", query)
		}
		if dump(t, app) != before {
			t.Fatalf("changed the books: %s", query)
		}
	}
	for _, table := range tables {
		var column string
		if err := act.Read(app).Row("SELECT name FROM pragma_table_info(?) LIMIT 1", table).Scan(&column); err != nil {
			t.Fatal(err)
		}
		var rows int
		if err := act.Read(app).Row("SELECT count(*) FROM " + table).Scan(&rows); err != nil || rows == 0 {
			t.Errorf("%s has no row to try on (%v)", table, err)
			continue
		}
		for _, form := range []string{
			"UPDATE %[1]s SET %[2]s = %[2]s", "UPDATE OR REPLACE %[1]s SET %[2]s = %[2]s", "UPDATE OR IGNORE %[1]s SET %[2]s = %[2]s", "DELETE FROM %[1]s",
			"WITH x AS (SELECT 1) DELETE FROM %[1]s", "INSERT OR REPLACE INTO %[1]s SELECT * FROM %[1]s", "REPLACE INTO %[1]s SELECT * FROM %[1]s LIMIT 1",
			"INSERT INTO %[1]s SELECT * FROM %[1]s WHERE true ON CONFLICT DO UPDATE SET %[2]s = %[2]s", "DELETE FROM %[1]s RETURNING *",
			"UPDATE %[1]s SET %[2]s = x.n FROM (SELECT 1 AS n) x", "WITH x AS (SELECT 1) UPDATE OR FAIL %[1]s SET %[2]s = NULL",
		} {
			refused(fmt.Sprintf(form, table, column))
		}
	}
	for _, query := range []string{
		"INSERT INTO journal_lines(entry, line, account, amount) VALUES(1, 3, 1101, 5)",                                                        // a late line
		"INSERT INTO seals(seq, hash) VALUES(7, zeroblob(32))",                                                                                 // a seal over nothing
		"INSERT INTO journal(id, kind, year, number, date, period, at, act) VALUES(6, 'sale', 2026, 9, '2026-09-30', '2026-09', 1, 1)",         // a closed month
		"INSERT INTO journal(id, kind, year, number, date, period, at, act) VALUES(6, 'sale', 2026, 9, '2026-11-30', '2026-10', 1, 1)",         // a month that is not the date's
		"INSERT INTO journal(id, kind, year, number, date, period, at, act) VALUES(6, 'sale', 2026, 9, '2026-11-03', '2026-11', 1, 424242)",    // an act that never was
		"INSERT INTO parties(id, kind, ref) VALUES(99, 'member', '846')",                                                                       // a second party of the same name
		"UPDATE act_notes SET text = 'another reason'",                                                                                         // a note may be erased, never rewritten
		"INSERT INTO journal_lines(entry, line, account, amount) VALUES(1, 3, 1101, 1.5)",                                                      // half a rupiah
		"INSERT INTO open_items(id, member, kind, date, amount, act) VALUES(1, 846, 'store', '2026-11-03', 1, 1)",                              // an item that is there
		"INSERT INTO acts(id, kind, key, input, at, role, actor) VALUES(9999, 'test.books', 'lived-001', zeroblob(32), 1, 'system', 'system')", // a key that is taken
		"INSERT INTO periods_log(id, period, action, act) VALUES(9, '2026-10', 'shut', 1)",                                                     // no such action
		"UPDATE item_remainders SET remainder = -1",                                                                                            // below zero
	} {
		refused(query)
	}
	t.Run("a seal over unbalanced lines", func(t *testing.T) { sealRefused(t, app, 5, -4) })
	t.Run("a seal over one line", func(t *testing.T) { sealRefused(t, app, 5) })
	if dump(t, app) != before {
		t.Error("the books changed")
	}
}

// sealRefused writes an entry with lines of these amounts and tries to seal it.
func sealRefused(t *testing.T, app core.App, amounts ...int) {
	t.Helper()
	err := app.RunInTransaction(func(txApp core.App) error {
		script := []string{"INSERT INTO journal(id, kind, year, number, date, period, at, act) VALUES(6, 'sale', 2026, 9, '2026-11-03', '2026-11', 1, 1)"}
		for i, amount := range amounts {
			script = append(script, fmt.Sprintf("INSERT INTO journal_lines(entry, line, account, amount) VALUES(6, %d, 1101, %d)", i+1, amount))
		}
		for _, query := range script {
			if _, err := txApp.DB().NewQuery(query).Execute(); err != nil {
				t.Errorf("%s: %v", query, err) // the lines may lie there; it is the seal that asks
			}
		}
		_, err := txApp.DB().NewQuery("INSERT INTO seals(seq, hash) VALUES(6, zeroblob(32))").Execute()
		return err
	})
	if err == nil || !strings.Contains(err.Error(), "sum to zero") {
		t.Errorf("got %v", err)
	}
}

// The dashboard's views are read-only, also for a superuser, and nobody else sees them.
func TestViewsAreReadOnlyForEverybody(t *testing.T) {
	app := lived(t)
	server := app.Serve()
	ask := func(method, path, token, body string) int {
		t.Helper()
		r, err := http.NewRequest(method, server.URL+path, bytes.NewReader([]byte(body)))
		if err != nil {
			t.Fatal(err)
		}
		r.Header.Set("Content-Type", "application/json")
		r.Header.Set("Authorization", token)
		response, err := server.Client().Do(r)
		if err != nil {
			t.Fatal(err)
		}
		defer response.Body.Close()
		return response.StatusCode
	}
	manager, treasurer := app.Token(app.Manager()), app.Token(app.Operator(act.Treasurer))
	for _, view := range viewNames {
		if status := ask("GET", "/api/collections/"+view+"/records?skipTotal=1&perPage=40", manager, ""); status != 200 {
			t.Errorf("%s: a manager gets %d", view, status)
		}
	}
	member.AwaitSightings(app) // that the manager looked is all that is written
	before := dump(t, app)
	for _, view := range viewNames {
		records := "/api/collections/" + view + "/records"
		for who, token := range map[string]string{"nobody": "", "a treasurer": treasurer} {
			if status := ask("GET", records, token, ""); status != 403 && status != 401 {
				t.Errorf("%s: %s gets %d", view, who, status)
			}
		}
		for _, call := range [][2]string{{"POST", records}, {"PATCH", records + "/0000000001"}, {"DELETE", records + "/0000000001"}} {
			if status := ask(call[0], call[1], manager, `{"amount_rupiah": 1}`); status < 400 || status >= 500 {
				t.Errorf("%s %s: a manager gets %d", call[0], call[1], status)
			}
		}
	}
	if dump(t, app) != before {
		t.Error("the books changed")
	}
}

// forger is what somebody who owns the file can do: take triggers and indexes away, write, and put
// them back as they were.
type forger struct {
	t  *testing.T
	db *sql.DB
}

// rawDB is another program's connection to an app's file.
func rawDB(t *testing.T, app core.App) *sql.DB {
	t.Helper()
	db, err := sql.Open("sqlite", filepath.Join(app.DataDir(), "data.db")+"?_pragma=busy_timeout(10000)")
	if err != nil {
		t.Fatal(err)
	}
	db.SetMaxOpenConns(1)
	t.Cleanup(func() { _ = db.Close() })
	return db
}

func (f forger) exec(query string) {
	f.t.Helper()
	if _, err := f.db.Exec(query); err != nil {
		f.t.Fatalf("%s: %v", query, err)
	}
}

func (f forger) quietly(script ...string) {
	f.t.Helper()
	rows, err := f.db.Query("SELECT name, sql FROM sqlite_master WHERE type = 'trigger'")
	if err != nil {
		f.t.Fatal(err)
	}
	triggers := map[string]string{}
	for rows.Next() {
		var name, text string
		if err := rows.Scan(&name, &text); err != nil {
			f.t.Fatal(err)
		}
		triggers[name] = text
	}
	if err := rows.Close(); err != nil {
		f.t.Fatal(err)
	}
	for name := range triggers {
		f.exec("DROP TRIGGER " + name)
	}
	for _, query := range script {
		f.exec(query)
	}
	for _, text := range triggers {
		f.exec(text)
	}
}

var changesTable = regexp.MustCompile(`^(?:UPDATE|DELETE FROM|DROP TABLE) (\w+)`)

// Whoever edits the closed file, and even puts the triggers back, is found out by name.
func TestVerifyNamesWhatWasForged(t *testing.T) {
	source := lived(t)
	decided(t, source)
	silent(t, source)
	if night, err := ledger.KeepNight(context.Background(), source, true); err != nil || !night.OK {
		t.Fatal(night, err)
	}
	act.Close(source)
	if _, err := source.NonconcurrentDB().NewQuery("PRAGMA wal_checkpoint(TRUNCATE)").Execute(); err != nil {
		t.Fatal(err)
	}
	whole, err := os.ReadFile(filepath.Join(source.DataDir(), "data.db"))
	if err != nil {
		t.Fatal(err)
	}
	for name, c := range map[string]struct {
		script []string
		openly bool     // the triggers are left as the script leaves them
		checks []string // which checks speak
		says   string   // what one of them says
	}{
		"nothing":                        {},
		"both amounts of an entry":       {script: []string{"UPDATE journal_lines SET amount = amount * 2 WHERE entry = 3"}, checks: []string{"chain", "balances"}, says: "entry 3 "},
		"both amounts, and the balances": {script: []string{"UPDATE journal_lines SET amount = amount + sign(amount) WHERE entry = 1", "UPDATE account_months SET debit = debit + 1 WHERE account = 1101 AND period = '2026-09'", "UPDATE account_months SET credit = credit + 1 WHERE account = 3101", "UPDATE party_balances SET amount = amount - 1 WHERE account = 3101"}, checks: []string{"chain"}, says: "entry 1 "},
		"one amount":                     {script: []string{"UPDATE journal_lines SET amount = 1 WHERE entry = 2 AND line = 1"}, checks: []string{"balanced", "chain", "balances"}, says: "entry 2: debit and credit differ by -24999 rupiah"},
		"a line taken out":               {script: []string{"DELETE FROM journal_lines WHERE entry = 2 AND line = 2"}, checks: []string{"balanced", "chain", "balances"}, says: "entry 2"},
		"all lines taken out":            {script: []string{"DELETE FROM journal_lines WHERE entry = 2"}, checks: []string{"balanced", "chain", "balances"}, says: "entry 2: without lines"},
		"a line put in":                  {script: []string{"INSERT INTO journal_lines(entry, line, account, amount) VALUES(5, 3, 1151, 7), (5, 4, 1101, -7)"}, checks: []string{"chain", "balances"}, says: "entry 5 "},
		"a line for no entry":            {script: []string{"PRAGMA foreign_keys = OFF", "INSERT INTO journal_lines(entry, line, account, amount) VALUES(50, 1, 1101, 7), (50, 2, 1151, -7)"}, checks: []string{"balanced"}, says: "entry 50"},
		"lines renumbered":               {script: []string{"UPDATE journal_lines SET line = line + 1 WHERE entry = 4 AND line = 2"}, checks: []string{"balanced"}, says: "entry 4: 2 lines, but numbered up to 3"},
		"another party":                  {script: []string{"UPDATE journal_lines SET party = (SELECT id FROM parties WHERE ref = '847') WHERE entry = 1 AND party IS NOT NULL"}, checks: []string{"chain", "balances"}, says: "entry 1 "},
		"no party":                       {script: []string{"UPDATE journal_lines SET party = NULL WHERE entry = 1"}, checks: []string{"chain", "balances", "control-accounts"}, says: "entry 1 line 2: account 3101 needs a party of kind member"},
		"a party renamed":                {script: []string{"UPDATE parties SET ref = '900' WHERE ref = '847'"}, checks: []string{"chain", "open-items"}, says: "entry 3 "},
		"a date":                         {script: []string{"UPDATE journal SET date = '2026-10-30' WHERE id = 3"}, checks: []string{"chain"}, says: "entry 3 "},
		"a month":                        {script: []string{"UPDATE journal SET date = '2026-10-30', period = '2026-10' WHERE id = 5"}, checks: []string{"chain", "balances"}, says: "entry 5 "},
		"an account":                     {script: []string{"UPDATE journal_lines SET account = 1151 WHERE entry = 5 AND account = 1101"}, checks: []string{"chain", "balances"}, says: "entry 5 "},
		"an act swapped":                 {script: []string{"UPDATE journal SET act = act - 1 WHERE id = 5"}, checks: []string{"chain"}, says: "entry 5 "},
		"a seal's hash":                  {script: []string{"UPDATE seals SET hash = zeroblob(32) WHERE seq = 3"}, checks: []string{"chain"}, says: "entry 3 "},
		"a seal taken away":              {script: []string{"DELETE FROM seals WHERE seq = 4"}, checks: []string{"balanced", "sequence", "chain"}, says: "seals: number 4 is missing"},
		"the first seal taken away":      {script: []string{"DELETE FROM seals WHERE seq = 1"}, checks: []string{"balanced", "sequence", "chain"}, says: "seals: number 1 is missing"},
		"the last entry, wholly":         {script: []string{"DELETE FROM journal_lines WHERE entry = 5", "DELETE FROM seals WHERE seq = 5", "DELETE FROM journal WHERE id = 5"}, checks: []string{"sequence", "balances", "chain", "periods"}, says: "counter journal.savings.2026: kept 2, really 1"},
		"a seal of no entry":             {script: []string{"INSERT INTO seals VALUES(6, randomblob(32))"}, checks: []string{"chain"}, says: "seal 6 has no entry"},
		"a seal below the first":         {script: []string{"INSERT INTO seals VALUES(-3, randomblob(32))"}, checks: []string{"chain", "sequence"}, says: "seal -3 has no entry"},
		"lines before all entries":       {script: []string{"INSERT INTO journal_lines(entry, line, account, party, amount) SELECT -1, 1, 3101, id, -7 FROM parties WHERE ref = '846'", "INSERT INTO journal_lines(entry, line, account, amount) VALUES(-1, 2, 1101, 7)"}, checks: []string{"balanced"}, says: "lines of entry -1: there is no such entry"},
		"lines after all entries":        {script: []string{"INSERT INTO journal_lines(entry, line, account, amount) VALUES(9223372036854775807, 1, 1101, 7), (9223372036854775807, 2, 1151, -7)"}, checks: []string{"balanced"}, says: "lines of entry 9223372036854775807"},
		"the last night's head":          {script: []string{"UPDATE verifications SET hash = lower(hex(zeroblob(32)))"}, checks: []string{"chain"}, says: "noted the head 0000000000000000@5"},
		"an entry's number":              {script: []string{"UPDATE journal SET number = 7 WHERE id = 5"}, checks: []string{"chain", "sequence"}, says: "entry 5: number 7 of journal.savings.2026, should be 2"},
		"a counter":                      {script: []string{"UPDATE counters SET last = 9 WHERE name = 'journal.sale.2026'"}, checks: []string{"sequence"}, says: "counter journal.sale.2026: kept 9, really 2"},
		"a counter taken away":           {script: []string{"DELETE FROM counters WHERE name = 'journal.sale.2026'"}, checks: []string{"sequence"}, says: "kept –, really 2"},
		"a counter of nothing":           {script: []string{"INSERT INTO counters VALUES('journal.gift.2026', 3)"}, checks: []string{"sequence"}, says: "kept 3, really 0"},
		"a month's balance":              {script: []string{"UPDATE account_months SET debit = debit + 5, credit = credit + 5 WHERE account = 1101 AND period = '2026-11'"}, checks: []string{"balances"}, says: "account 1101 in 2026-11: kept debit 50005 credit 5, by the journal debit 50000 credit 0"},
		"a month's balance taken away":   {script: []string{"DELETE FROM account_months WHERE account = 1101 AND period = '2026-11'"}, checks: []string{"balances"}, says: "kept debit – credit –"},
		"a day's turnover":               {script: []string{"INSERT INTO account_blocks VALUES(1101, '2026-09-05', 0, 1, 5, 0)"}, checks: []string{"balances"}, says: "account 1101 on 2026-09-05, block 0: kept debit 5 credit 0, by the journal debit 100000 credit 0"},
		"a balance of nothing":           {script: []string{"INSERT INTO account_months VALUES(1151, '2026-11', 5, 5)"}, checks: []string{"balances"}, says: "account 1151"},
		"a member's balance":             {script: []string{"UPDATE party_balances SET amount = amount - 5 WHERE account = 3102"}, checks: []string{"balances", "control-accounts"}, says: "balance of member:846 on account 3102: kept -50005, by the journal -50000 rupiah"},
		"what a member owes":             {script: []string{"UPDATE item_remainders SET remainder = 0 WHERE item = 2"}, checks: []string{"open-items"}, says: "open item 2 of member 847: kept remainder 0, really 30000 rupiah"},
		"an item given to another":       {script: []string{"UPDATE item_remainders SET member = 846 WHERE item = 2"}, checks: []string{"open-items"}, says: "open item 2 of member 847"},
		"an item's amount":               {script: []string{"UPDATE open_items SET amount = 1 WHERE id = 2"}, checks: []string{"open-items"}, says: "open item 2"},
		"an item forgiven on both sides": {script: []string{"UPDATE open_items SET amount = 1 WHERE id = 2", "UPDATE item_remainders SET remainder = 1 WHERE item = 2"}, checks: []string{"open-items"}, says: "member 847, account 1121: open items 1, balance 30000 rupiah"},
		"what is owed since a day":       {script: []string{"UPDATE owed_days SET remainder = remainder + 5"}, checks: []string{"open-items"}, says: "owed since 2026-"},
		"a settlement":                   {script: []string{"DELETE FROM settlements"}, checks: []string{"open-items"}, says: "open item 1 of member 846: kept remainder 15000, really 25000 rupiah"},
		"a remainder taken away":         {script: []string{"DELETE FROM item_remainders WHERE item = 2"}, checks: []string{"open-items"}, says: "open item 2"},
		"an act taken away":              {script: []string{"PRAGMA foreign_keys = OFF", "DELETE FROM acts WHERE key = 'lived-003'"}, checks: []string{"chain", "idempotency"}, says: "is missing"},
		"an act's answer taken away":     {script: []string{"DELETE FROM act_answers WHERE act = (SELECT id FROM acts WHERE key = 'lived-003')"}, checks: []string{"idempotency"}, says: "has no answer"},
		"an act's moment":                {script: []string{"UPDATE acts SET at = at - 86400000 WHERE key = 'lived-003'"}, checks: []string{"idempotency"}, says: "entry 3: its time differs"},
		"an act in another's name":       {script: []string{"UPDATE acts SET actor = 'console', role = 'console' WHERE key = 'lived-003'"}, checks: []string{"chain"}, says: "3"},
		"an act that was something else": {script: []string{"UPDATE acts SET kind = 'store.sell' WHERE key = 'lived-003'"}, checks: []string{"chain"}, says: "3"},
		"a key used twice":               {script: []string{"DROP INDEX acts_key", "UPDATE acts SET key = 'lived-002' WHERE key = 'lived-003'"}, checks: []string{"chain", "idempotency"}, says: "was recorded more than once"},
		"a reason rewritten":             {script: []string{"UPDATE act_notes SET text = 'lupa'"}, checks: []string{"idempotency"}, says: "is not the one that was given"},
		"a reason erased":                {script: []string{"DELETE FROM act_notes"}},
		"a month opened quietly":         {script: []string{"UPDATE periods SET state = 'open' WHERE period = '2026-09'"}, checks: []string{"periods"}, says: "period 2026-09: kept open, by its history closed"},
		"a month's history":              {script: []string{"DELETE FROM periods_log WHERE id = 3"}, checks: []string{"periods"}, says: "period 2026-09"},
		"an entry slipped into a closed month": {script: []string{"INSERT INTO periods_log(period, action, act) SELECT '2026-10', 'close', act FROM journal WHERE id = 2", "INSERT INTO periods VALUES('2026-10', 'closed')"},
			checks: []string{"periods"}, says: "entry 3 was posted into period 2026-10 after it was closed"},
		"an account taken out of the chart": {script: []string{"DELETE FROM accounts WHERE account = 1101"}, checks: []string{"accounts"}, says: "account 1101 is not in the chart"},
		"an account asks for another party": {script: []string{"UPDATE accounts SET party_kind = 'supplier' WHERE account = 3102"}, checks: []string{"accounts", "control-accounts"}, says: "account 3102 needs a party of kind supplier"},
		"members' savings kept by nobody":   {script: []string{"UPDATE accounts SET party_kind = '' WHERE account = 2103"}, checks: []string{"accounts"}, says: "account 2103: in the chart liability kept by –, though acts post to it as liability kept by member"},
		"savings that became a debt":        {script: []string{"UPDATE accounts SET kind = 'liability' WHERE account = 3101"}, checks: []string{"accounts"}, says: "account 3101: in the chart liability kept by member, though acts post to it as equity"},
		"an account that acts will need":    {script: []string{"DELETE FROM accounts WHERE account = 4301"}, checks: []string{"accounts"}, says: "account 4301, to which acts post, is not in the chart"},
		"a due raised, and what remains":    {script: []string{"UPDATE open_items SET amount = amount + 1000 WHERE kind = 'mandatory'", "UPDATE item_remainders SET remainder = remainder + 1000 WHERE item = (SELECT id FROM open_items WHERE kind = 'mandatory')"}, checks: []string{"rows"}, says: "open_items: rows 1 to 3 are not what was sealed at 2026-11-03 03:00 UTC"},
		"a settlement of another entry":     {script: []string{"UPDATE settlements SET entry = 5"}, checks: []string{"rows", "idempotency"}, says: "settlement 1 of open item 1 names entry 5 of another act"},
		"an answer blanked":                 {script: []string{"UPDATE act_answers SET answer = '{}' WHERE act = 3"}, checks: []string{"rows"}, says: "act_answers: rows 1 to"},
		"who closed a month":                {script: []string{"UPDATE acts SET actor = 'x' WHERE key = 'lived-008'"}, checks: []string{"rows"}, says: "acts: rows 1 to"},
		"a rule":                            {script: []string{"UPDATE policies SET value = '2' WHERE key = 'k'"}, checks: []string{"rows"}, says: "policies: rows 1 to"},
		"a mandate":                         {script: []string{"UPDATE mandates SET max_rupiah = 900000"}, checks: []string{"rows"}, says: "mandates: rows 1 to 1"},
		"an event taken out of a life":      {script: []string{"DELETE FROM member_events WHERE member = 846"}, checks: []string{"rows"}, says: "member_events: rows 1 to"},
		"an event put into a life":          {script: []string{"INSERT INTO member_events(id, member, kind, date, reference, act) VALUES(0, 846, 'left', '2026-01-01', '', 1)"}, checks: []string{"rows"}, says: "member_events: rows 1 to"},
		"a decision and its seal":           {script: []string{"UPDATE mandates SET max_rupiah = 900000", "DELETE FROM row_seals WHERE \"table\" = 'mandates'"}, checks: []string{"rows"}, says: "row_seals: number"},
		"all seals of rows":                 {script: []string{"DELETE FROM row_seals"}, checks: []string{"rows"}, says: "sealed rows, but its seals are gone"},
		"a seal of rows":                    {script: []string{"UPDATE row_seals SET hash = zeroblob(32) WHERE id = 2"}, checks: []string{"rows"}, says: "are not what was sealed"},
		"a trigger dropped":                 {script: []string{"DROP TRIGGER seals_no_update"}, openly: true, checks: []string{"triggers"}, says: "trigger seals_no_update was dropped"},
		"a trigger made harmless":           {script: []string{"DROP TRIGGER acts_no_delete", "CREATE TRIGGER acts_no_delete BEFORE DELETE ON acts BEGIN SELECT 1; END"}, openly: true, checks: []string{"triggers"}, says: "trigger acts_no_delete on acts was changed"},
		"a trigger of one's own":            {script: []string{"CREATE TRIGGER gift AFTER INSERT ON sales BEGIN UPDATE party_balances SET amount = amount - 1; END"}, openly: true, checks: []string{"triggers"}, says: "trigger gift on sales was not made by this program"},
		"a table taken away":                {script: []string{"PRAGMA foreign_keys = OFF", "DROP TABLE settlements"}, openly: true, checks: []string{"open-items", "idempotency", "triggers"}, says: "could not run"},
	} {
		t.Run(name, func(t *testing.T) {
			for _, query := range c.script { // whatever was sealed and is not the same
				if m := changesTable.FindStringSubmatch(query); m != nil && ledger.SealedTables()[m[1]] != "" && !slices.Contains(c.checks, "rows") {
					c.checks = append(c.checks, "rows")
				}
			}
			report, fast := forged(t, whole, c.script, c.openly)
			if (slices.Contains(c.checks, "chain") || strings.HasSuffix(c.says, "not what was sealed")) && fast.OK {
				t.Error("a fast verification says nothing")
			}
			var wrong []string
			var said strings.Builder
			for _, check := range report.Checks {
				if !check.OK {
					wrong = append(wrong, check.Name)
					fmt.Fprintln(&said, check.Name, check.Findings)
				}
			}
			for _, want := range c.checks {
				if !slices.Contains(wrong, want) {
					t.Errorf("%s says nothing; the others: %s", want, said.String())
				}
			}
			for _, found := range wrong {
				if !slices.Contains(c.checks, found) {
					t.Errorf("%s speaks, which was not expected: %s", found, said.String())
				}
			}
			if !strings.Contains(said.String(), c.says) || report.OK != (len(c.checks) == 0) {
				t.Errorf("want %q in: %s", c.says, said.String())
			}
		})
	}
}

// decided adds what has no entry in the journal: a rule, a mandate, an event of a member, a due that isn't money yet.
func decided(t *testing.T, app core.App) {
	t.Helper()
	must(t, app, "lived-decisions", func(tx *act.Tx) error {
		for _, query := range []string{
			"INSERT INTO policies(key, value, valid_from, act) VALUES('k', '1', '2026-01-01', ?)",
			"INSERT INTO mandates(member, kind, valid_from, max_rupiah, voluntary_rupiah, reference, act) VALUES(846, 'grant', '2026-01-01', 100000, 0, '', ?)",
			"INSERT INTO member_events(member, kind, date, reference, act) VALUES(846, 'activated', '2026-01-01', '', ?)",
		} {
			if err := tx.Exec(query, tx.ID()); err != nil {
				return err
			}
		}
		_, err := ledger.Owe(tx, 846, ledger.ItemMandatory, "2026-11-01", 50_000)
		return err
	})
}

// forged opens a copy of a closed file, lets the forger at it, and verifies it as a server would.
func forged(t *testing.T, whole []byte, script []string, openly bool) (full, fast ledger.Report) {
	t.Helper()
	dir := t.TempDir()
	file := filepath.Join(dir, "data.db")
	if err := os.WriteFile(file, whole, 0o600); err != nil {
		t.Fatal(err)
	}
	db, err := sql.Open("sqlite", file+"?_pragma=synchronous(OFF)") // hundreds of triggers go and come back
	if err != nil {
		t.Fatal(err)
	}
	db.SetMaxOpenConns(1)
	f := forger{t, db}
	if openly {
		for _, query := range script {
			f.exec(query)
		}
	} else {
		f.quietly(script...)
	}
	if err := db.Close(); err != nil {
		t.Fatal(err)
	}
	app := core.NewBaseApp(core.BaseAppConfig{DataDir: dir, DBConnect: act.Connect, EncryptionEnv: "pb_test_env"})
	if err := app.Bootstrap(); err != nil {
		t.Fatal(err)
	}
	full = verify(t, app)
	fast, err = ledger.VerifyFast(context.Background(), app, ledger.Watcher{})
	if err := errors.Join(err, app.ResetBootstrapState()); err != nil {
		t.Error(err)
	}
	return full, fast
}
