package ledger_test

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"testing"

	"github.com/pocketbase/pocketbase/core"
	"pgregory.net/rapid"

	"kpdk/hooks/internal/act"
	"kpdk/hooks/internal/clock"
	"kpdk/hooks/internal/fault"
	"kpdk/hooks/internal/money"
	"kpdk/hooks/internal/testapp"
	"kpdk/hooks/ledger"
	"kpdk/hooks/ledger/book"
)

const prepaid = 1151 // an account that no room posts to

// try runs one act of the books under a key.
func try(app core.App, key string, f func(tx *act.Tx) error) error {
	_, _, err := act.Do(context.Background(), app, act.Act{Kind: "test.books", Key: key, Input: key, By: act.BySystem}, func(tx *act.Tx) (bool, error) { return true, f(tx) })
	return err
}

func must(t testing.TB, app core.App, key string, f func(tx *act.Tx) error) {
	t.Helper()
	if err := try(app, key, f); err != nil {
		t.Fatalf("%s: %v", key, err)
	}
}

func post(t testing.TB, app core.App, key string, kind string, date clock.Date, lines ...ledger.Line) (p ledger.Posted) {
	t.Helper()
	must(t, app, key, func(tx *act.Tx) (err error) {
		p, err = ledger.Post(tx, ledger.Entry{Kind: kind, Date: date, Lines: lines})
		return err
	})
	return p
}

// buy is a purchase on the account: the entry and what the member now owes.
func buy(tx *act.Tx, member int64, date clock.Date, amount money.Rupiah) error {
	who := ledger.MemberParty(member)
	if _, err := ledger.Post(tx, ledger.Entry{Kind: ledger.KindSale, Date: date, Lines: []ledger.Line{ledger.Dr(ledger.StoreReceivable, amount, who), ledger.Cr(ledger.MemberSales, amount, who)}}); err != nil {
		return err
	}
	_, err := ledger.Owe(tx, member, ledger.ItemStore, date, amount)
	return err
}

// pay settles an item, or a part of it, in cash.
func pay(tx *act.Tx, i ledger.Item, date clock.Date, amount money.Rupiah) error {
	p, err := ledger.Post(tx, ledger.Entry{Kind: ledger.KindPayment, Date: date, Lines: []ledger.Line{
		ledger.Dr(ledger.Cash, amount), ledger.Cr(i.Kind.CreditAccount(), amount, ledger.MemberParty(i.Member))}})
	if err != nil {
		return err
	}
	return ledger.Settle(tx, i.ID, amount, ledger.ByPayment, p.Entry)
}

func verify(t testing.TB, app core.App) ledger.Report {
	t.Helper()
	report, err := ledger.Verify(ledger.InLanguage(context.Background(), "en"), app, nil)
	if err != nil {
		t.Fatal(err)
	}
	return report
}

func silent(t testing.TB, app core.App) {
	t.Helper()
	for _, c := range verify(t, app).Checks {
		if !c.OK {
			t.Errorf("%s: %s", c.Name, strings.Join(c.Findings, "; "))
		}
	}
}

// dump is everything the plain tables hold, to see that nothing changed.
func dump(t testing.TB, app core.App) string {
	t.Helper()
	var tables []string
	r := act.Read(app)
	if err := act.Each(r, "SELECT name FROM sqlite_master WHERE type = 'table' AND sql LIKE '%STRICT%' ORDER BY name", nil, func(row act.Scanner) error {
		var name string
		err := row.Scan(&name)
		tables = append(tables, name)
		return err
	}); err != nil {
		t.Fatal(err)
	}
	var b strings.Builder
	for _, table := range tables {
		rows, err := r.Query("SELECT * FROM " + table)
		if err != nil {
			t.Fatal(err)
		}
		columns, err := rows.Columns()
		if err != nil {
			t.Fatal(err)
		}
		for rows.Next() {
			values, into := make([]any, len(columns)), make([]any, len(columns))
			for i := range values {
				into[i] = &values[i]
			}
			if err := rows.Scan(into...); err != nil {
				t.Fatal(err)
			}
			fmt.Fprintln(&b, table, values)
		}
		if err := rows.Close(); err != nil {
			t.Fatal(err)
		}
	}
	return b.String()
}

func TestANewCoopVerifies(t *testing.T) {
	app := testapp.New(t)
	report := verify(t, app)
	if !report.OK || report.Entries != 0 || report.Head.Seq != 0 || report.Head.Hash != strings.Repeat("0", 64) {
		t.Errorf("%+v", report)
	}
}

// Whatever the ledger refuses leaves nothing: not a row, not a number taken from a counter.
func TestARefusalLeavesNothing(t *testing.T) {
	app := testapp.New(t)
	ctx, who := context.Background(), ledger.MemberParty(846)
	must(t, app, "item-0001", func(tx *act.Tx) error { return buy(tx, 846, "2026-09-10", 25_000) })
	kept := post(t, app, "entry-002", ledger.KindSavings, "2026-10-05", ledger.Dr(ledger.Cash, 100_000), ledger.Cr(ledger.PrincipalSavings, 100_000, who))
	must(t, app, "entry-003", func(tx *act.Tx) error { _, err := ledger.Reverse(tx, kept.Entry, "2026-10-06"); return err })
	if _, _, err := ledger.ClosePeriod(ctx, app, "close-001", act.ByConsole, "2026-09"); err != nil {
		t.Fatal(err)
	}
	closed, err := app.FindFirstRecordByData("accounts", "account", prepaid)
	if err != nil {
		t.Fatal(err)
	}
	closed.Set("closed", true)
	if err := app.UnsafeWithoutHooks().Save(closed); err != nil {
		t.Fatal(err)
	}
	entry := func(kind string, date clock.Date, lines ...ledger.Line) func(tx *act.Tx) error {
		return func(tx *act.Tx) error {
			_, err := ledger.Post(tx, ledger.Entry{Kind: kind, Date: date, Lines: lines})
			return err
		}
	}
	good := []ledger.Line{ledger.Dr(ledger.Cash, 5), ledger.Cr(ledger.MemberSales, 5)}
	before := dump(t, app)
	for name, c := range map[string]struct {
		f    func(tx *act.Tx) error
		code string
	}{
		"an unbalanced entry":           {entry("sale", "2026-11-02", ledger.Dr(ledger.Cash, 5), ledger.Cr(ledger.MemberSales, 4)), "ledger.unbalanced"},
		"an entry of nothing":           {entry("sale", "2026-11-02", ledger.Dr(ledger.Cash, 0), ledger.Cr(ledger.MemberSales, 0)), "ledger.line_count"},
		"an entry that cancels out":     {entry("sale", "2026-11-02", ledger.Dr(ledger.Cash, 5), ledger.Cr(ledger.Cash, 5)), "ledger.line_count"},
		"an account nobody knows":       {entry("sale", "2026-11-02", ledger.Dr(9999, 5), ledger.Cr(ledger.MemberSales, 5)), "ledger.account_unknown"},
		"a closed account":              {entry("sale", "2026-11-02", ledger.Dr(prepaid, 5), ledger.Cr(ledger.MemberSales, 5)), "ledger.account_closed"},
		"a member's account, no member": {entry("sale", "2026-11-02", ledger.Dr(ledger.StoreReceivable, 5), ledger.Cr(ledger.MemberSales, 5)), "ledger.party_required"},
		"a closed month":                {entry("sale", "2026-09-30", good...), "ledger.period_closed"},
		"a kind of entry nobody knows":  {entry("gift", "2026-11-02", good...), "ledger.kind_unknown"},
		"a second entry after a good one": {func(tx *act.Tx) error {
			return errors.Join(entry("sale", "2026-11-02", good...)(tx), entry("sale", "2026-09-30", good...)(tx))
		}, "ledger.period_closed"},
		"an item of nothing":             {func(tx *act.Tx) error { _, err := ledger.Owe(tx, 846, ledger.ItemStore, "2026-11-02", 0); return err }, "ledger.amount_invalid"},
		"an item settled twice over":     {func(tx *act.Tx) error { return ledger.Settle(tx, 1, 25_001, ledger.ByPayment, 0) }, "ledger.settles_too_much"},
		"an item settled by nothing":     {func(tx *act.Tx) error { return ledger.Settle(tx, 1, 0, ledger.ByPayment, 0) }, "ledger.amount_invalid"},
		"an item that does not exist":    {func(tx *act.Tx) error { return ledger.Settle(tx, 77, 5, ledger.ByPayment, 0) }, "ledger.settles_too_much"},
		"a reversal of nothing":          {func(tx *act.Tx) error { _, err := ledger.Reverse(tx, 77, "2026-11-02"); return err }, "ledger.entry_unknown"},
		"a second reversal":              {func(tx *act.Tx) error { _, err := ledger.Reverse(tx, kept.Entry, "2026-11-02"); return err }, "ledger.reversed_already"},
		"a reversal into a closed month": {func(tx *act.Tx) error { _, err := ledger.Reverse(tx, 1, "2026-09-30"); return err }, "ledger.period_closed"},
	} {
		if err := try(app, "refused-"+name, c.f); !errors.Is(err, &fault.Fault{Code: c.code}) {
			t.Errorf("%s: got %v, want %s", name, err, c.code)
		}
		if dump(t, app) != before {
			t.Fatalf("%s left something", name)
		}
	}
	for name, c := range map[string]struct {
		period clock.Period
		reopen bool
		code   string
	}{"closing twice": {"2026-09", false, "ledger.period_state"}, "closing the month that runs": {"2026-11", false, "ledger.period_running"}, "opening what is open": {"2026-10", true, "ledger.period_state"}} {
		var err error
		if c.reopen {
			_, _, err = ledger.ReopenPeriod(ctx, app, "period-"+name, act.ByConsole, c.period, "sebab")
		} else {
			_, _, err = ledger.ClosePeriod(ctx, app, "period-"+name, act.ByConsole, c.period)
		}
		if !errors.Is(err, &fault.Fault{Code: c.code}) || dump(t, app) != before {
			t.Errorf("%s: got %v, want %s and nothing left", name, err, c.code)
		}
	}
	silent(t, app)
}

func TestAClosedMonthOpensAgainWithAReason(t *testing.T) {
	app := testapp.New(t)
	ctx := context.Background()
	lines := []ledger.Line{ledger.Dr(ledger.Cash, 5), ledger.Cr(ledger.MemberSales, 5)}
	post(t, app, "before-close", ledger.KindSale, "2026-10-30", lines...)
	if _, _, err := ledger.ClosePeriod(ctx, app, "close-001", act.ByConsole, "2026-10"); err != nil {
		t.Fatal(err)
	}
	if on, err := ledger.FirstOpenDate(act.Read(app), "2026-10-30"); err != nil || on != "2026-11-01" {
		t.Errorf("the first open date is %s (%v)", on, err)
	}
	if _, _, err := ledger.ReopenPeriod(ctx, app, "open-0001", act.ByConsole, "2026-10", "nota tercecer"); err != nil {
		t.Fatal(err)
	}
	post(t, app, "after-open", ledger.KindSale, "2026-10-31", lines...)
	if _, _, err := ledger.ClosePeriod(ctx, app, "close-002", act.ByConsole, "2026-10"); err != nil {
		t.Fatal(err)
	}
	var note string
	if err := act.Read(app).Row("SELECT text FROM act_notes").Scan(&note); err != nil || note != "nota tercecer" {
		t.Errorf("the reason is %q (%v)", note, err)
	}
	silent(t, app)
}

// Any run of balanced entries, debts, payments and reversals leaves books that verify, a trial balance
// that sums to zero on every date, and parties that add up to their accounts.
func TestAnyBalancedHistoryVerifies(t *testing.T) {
	app := testapp.New(t)
	history, nth := &history{app: app}, 0
	rapid.Check(t, func(t *rapid.T) {
		for range rapid.IntRange(1, 6).Draw(t, "acts") {
			nth++
			if err := try(app, fmt.Sprintf("history-%05d", nth), history.step(t)); err != nil {
				t.Fatal(err)
			}
		}
		if nth%40 != 0 && rapid.IntRange(0, 9).Draw(t, "look") > 0 { // verifying is the slow part
			return
		}
		report, err := ledger.Verify(context.Background(), app, nil)
		if err != nil || !report.OK {
			t.Fatalf("%+v, %v", report, err)
		}
		on := clock.Date("2026-09-01").Add(rapid.IntRange(0, 90).Draw(t, "on"))
		if debit, credit := trial(t, app, on); debit != credit {
			t.Fatalf("on %s debit is %d and credit %d", on, debit, credit)
		}
	})
	silent(t, app)
	controls(t, app)
}

func trial(t *rapid.T, app core.App, on clock.Date) (debit, credit money.Rupiah) {
	lines, err := ledger.TrialBalance(act.Read(app), on)
	if err != nil {
		t.Fatal(err)
	}
	for _, l := range lines {
		debit, credit = debit+l.Debit, credit+l.Credit
	}
	return debit, credit
}

func controls(t *testing.T, app core.App) {
	t.Helper()
	for _, account := range []int{ledger.StoreReceivable, ledger.PrincipalSavings, ledger.VoluntarySavings, ledger.SupplierPayable, ledger.Bank} {
		total, err := ledger.AccountBalance(act.Read(app), account)
		if err != nil {
			t.Fatal(err)
		}
		var parties money.Rupiah
		if err := act.Read(app).Row("SELECT coalesce(sum(amount), 0) FROM party_balances WHERE account = ?", account).Scan(&parties); err != nil || parties != total {
			t.Errorf("account %d holds %d, its parties %d (%v)", account, total, parties, err)
		}
	}
}

// history draws acts one after the other; what it remembers lets later ones refer to earlier ones.
type history struct {
	app     core.App
	entries []int64 // free entries that nobody reversed
}

func (h *history) step(t *rapid.T) func(tx *act.Tx) error {
	date := clock.Date("2026-09-01").Add(rapid.IntRange(0, 90).Draw(t, "date"))
	amount := money.Rupiah(rapid.Int64Range(1, 5_000_000).Draw(t, "amount"))
	member := rapid.Int64Range(1, 6).Draw(t, "member")
	switch rapid.IntRange(0, 3).Draw(t, "kind") {
	case 0:
		return func(tx *act.Tx) error { return buy(tx, member, date, amount) }
	case 1:
		return func(tx *act.Tx) error {
			items, err := ledger.OpenItems(tx, member)
			if err != nil || len(items) == 0 {
				return err
			}
			return pay(tx, items[0], date, min(amount, items[0].Remainder))
		}
	case 2:
		if len(h.entries) == 0 {
			return func(*act.Tx) error { return nil }
		}
		i := rapid.IntRange(0, len(h.entries)-1).Draw(t, "reversed")
		entry := h.entries[i]
		h.entries = append(h.entries[:i], h.entries[i+1:]...)
		return func(tx *act.Tx) error { _, err := ledger.Reverse(tx, entry, date); return err }
	}
	lines := h.lines(t, member)
	return func(tx *act.Tx) error {
		p, err := ledger.Post(tx, ledger.Entry{Kind: ledger.KindSavings, Date: date, Lines: lines})
		if errors.Is(err, &fault.Fault{Code: "ledger.line_count"}) {
			return nil // all lines cancelled each other
		}
		h.entries = append(h.entries, p.Entry)
		return err
	}
}

// lines draws any balanced entry over accounts without open items.
func (h *history) lines(t *rapid.T, member int64) []ledger.Line {
	free := []ledger.Line{ledger.Dr(ledger.Cash, 0), ledger.Dr(prepaid, 0), ledger.Dr(ledger.MemberSales, 0, ledger.MemberParty(member)), ledger.Dr(ledger.PublicSales, 0),
		ledger.Dr(ledger.PrincipalSavings, 0, ledger.MemberParty(member)), ledger.Dr(ledger.VoluntarySavings, 0, ledger.MemberParty(member)),
		ledger.Dr(ledger.SupplierPayable, 0, book.Of(book.Supplier, member)), ledger.Dr(ledger.Bank, 0, ledger.MainBank)}
	var lines []ledger.Line
	var sum money.Rupiah
	for range rapid.IntRange(1, 8).Draw(t, "lines") {
		l := rapid.SampledFrom(free).Draw(t, "line")
		l.Amount = money.Rupiah(rapid.Int64Range(-9_000_000_000, 9_000_000_000).Draw(t, "line amount"))
		sum += l.Amount
		lines = append(lines, l)
	}
	return append(lines, ledger.Cr(ledger.OpeningBalance, sum))
}
