package savings_test

import (
	"context"
	"fmt"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"

	"kpdk/hooks/internal/act"
	"kpdk/hooks/internal/clock"
	"kpdk/hooks/internal/money"
	"kpdk/hooks/internal/testapp"
	"kpdk/hooks/internal/ulid"
	"kpdk/hooks/ledger"
	"kpdk/hooks/policy"
	"kpdk/hooks/savings"
)

func pay(t testing.TB, app *testapp.App, number int64, amount money.Rupiah) savings.Deposited {
	t.Helper()
	out, _, err := savings.MakeDeposit(context.Background(), app, ulid.New(), treasurer, savings.Deposit{Member: number, Kind: "mandatory", Amount: amount})
	if err != nil {
		t.Fatal(err)
	}
	return out
}

// takeBack undoes a deposit; the manager is somebody else than the treasurer.
func takeBack(t testing.TB, app *testapp.App, entry int64) {
	t.Helper()
	if _, _, err := savings.ReverseDeposit(context.Background(), app, ulid.New(), boss, entry, "salah hitung"); err != nil {
		t.Fatal(err)
	}
}

func aheadOf(t testing.TB, app *testapp.App, number int64) money.Rupiah {
	t.Helper()
	ahead, err := savings.PaidAhead(act.Read(app), number)
	if err != nil {
		t.Fatal(err)
	}
	return ahead
}

// What was paid above what is due settles the coming months when they are made, also late and across a change of the
// amount; a machine that slept makes each up once.
func TestMandatorySavingsArePaidAhead(t *testing.T) {
	app := testapp.New(t)
	numbers := joined(t, app, 2, "cash", 0)
	rule(t, app, policy.Mandatory.Key, "75000", "2027-01-01")
	catchUp(t, app)
	if out := pay(t, app, numbers[0], 190_000); out.Settled != 50_000 || aheadOf(t, app, numbers[0]) != 140_000 {
		t.Errorf("%+v, ahead %d", out, aheadOf(t, app, numbers[0]))
	}
	app.Travel(day("2027-02-09"))
	if made := catchUp(t, app); made != (savings.Made{Members: 6, Mandatory: 2 * 200_000, Ahead: 140_000}) {
		t.Errorf("three months at once: %+v", made)
	}
	if made := catchUp(t, app); made != (savings.Made{}) {
		t.Errorf("again: %+v", made)
	}
	if got := open(t, app, numbers[0]); got != "mandatory 2027-02-01 60000" || aheadOf(t, app, numbers[0]) != 0 {
		t.Errorf("of three months two and a part were paid ahead: %s, ahead %d", got, aheadOf(t, app, numbers[0]))
	}
	if got := open(t, app, numbers[1]); strings.Count(got, "mandatory") != 4 {
		t.Errorf("who paid nothing: %s", got)
	}
	sound(t, app)
}

// Whatever a correction made due again, or was due before payments ahead counted, is settled by the next run, once.
func TestWhatIsDueBesidesAPaymentAheadIsSettled(t *testing.T) {
	app := testapp.New(t)
	number := joined(t, app, 1, "cash", 0)[0]
	catchUp(t, app)
	pay(t, app, number, 120_000)
	app.Act("test.reopen", func(tx *act.Tx) error { // as a correction of a payroll does
		items, err := ledger.OpenItems(tx, number)
		if err != nil || len(items) != 0 {
			return fmt.Errorf("%v %w", items, err)
		}
		_, err = ledger.Owe(tx, number, ledger.ItemMandatory, "2026-10-01", 20_000)
		return err
	})
	if made := catchUp(t, app); made != (savings.Made{Ahead: 20_000}) || open(t, app, number) != "" || aheadOf(t, app, number) != 50_000 {
		t.Errorf("%+v, open %s, ahead %d", made, open(t, app, number), aheadOf(t, app, number))
	}
	if made := catchUp(t, app); made != (savings.Made{}) {
		t.Errorf("again: %+v", made)
	}
	sound(t, app)
}

// For every history of deposits, deposits taken back, months and amounts: what is due and what is paid ahead follow
// from what was asked in all and what was paid in all, never both at once, and the books hold what was paid.
func TestOpenDuesAndPaidAheadAgreeWithTheBalance(t *testing.T) {
	app := testapp.New(t)
	type saver struct {
		number      int64
		asked, paid money.Rupiah
		entries     []int64
		amounts     []money.Rupiah
	}
	savers := make([]*saver, 2)
	for i, number := range joined(t, app, len(savers), "cash", 0) {
		savers[i] = &saver{number: number}
	}
	rapid.Check(t, func(rt *rapid.T) { // each goes on where the last one stood
		agree := func(what string) {
			for _, s := range savers {
				items, err := ledger.OpenItems(act.Read(app), s.number)
				if err != nil {
					rt.Fatal(err)
				}
				var due money.Rupiah
				for _, i := range items {
					due += i.Remainder
				}
				balance, err := ledger.Balance(act.Read(app), ledger.MemberParty(s.number), ledger.MandatorySavings)
				if ahead := aheadOf(t, app, s.number); err != nil || due != max(0, s.asked-s.paid) || ahead != max(0, s.paid-s.asked) || -balance != s.paid {
					rt.Fatalf("%s: asked %d, paid %d, but due %d, ahead %d, balance %d: %v", what, s.asked, s.paid, due, ahead, -balance, err)
				}
			}
		}
		for range rapid.IntRange(1, 4).Draw(rt, "steps") {
			s := savers[rapid.IntRange(0, len(savers)-1).Draw(rt, "who")]
			switch rapid.SampledFrom([]string{"pay", "pay", "months", "rule", "back"}).Draw(rt, "what") {
			case "pay":
				amount := money.Rupiah(rapid.SampledFrom([]int64{1, 49_999, 50_000, 130_001, 200_000}).Draw(rt, "amount"))
				s.entries, s.amounts, s.paid = append(s.entries, pay(t, app, s.number, amount).Entry), append(s.amounts, amount), s.paid+amount
			case "back":
				if len(s.entries) == 0 {
					continue
				}
				i := rapid.IntRange(0, len(s.entries)-1).Draw(rt, "which")
				takeBack(t, app, s.entries[i])
				s.paid -= s.amounts[i]
				s.entries, s.amounts = append(s.entries[:i], s.entries[i+1:]...), append(s.amounts[:i], s.amounts[i+1:]...)
			case "rule":
				rule(t, app, policy.Mandatory.Key, rapid.SampledFrom([]string{"50000", "33333", "75000", "0"}).Draw(rt, "rule"), clock.Of(app).Today().Period().Add(1).First())
			case "months":
				before := clock.Of(app).Today().Period()
				app.Travel(before.Add(rapid.IntRange(1, 3).Draw(rt, "months")).First().Time().Add(3 * time.Hour))
			}
			catchUp(t, app)
			for _, s := range savers {
				if err := act.Read(app).Row("SELECT coalesce(sum(amount), 0) FROM open_items WHERE member = ? AND kind = 'mandatory'", s.number).Scan(&s.asked); err != nil {
					rt.Fatal(err)
				}
			}
			agree("after a run")
		}
	})
	sound(t, app)
}
