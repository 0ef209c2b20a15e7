package hooks_test

import (
	"context"
	"encoding/json"
	"fmt"
	"slices"
	"sync"
	"testing"

	"github.com/pocketbase/pocketbase/core"
	"pgregory.net/rapid"

	"kpdk/hooks/internal/act"
	"kpdk/hooks/internal/clock"
	"kpdk/hooks/internal/fault"
	"kpdk/hooks/internal/money"
	"kpdk/hooks/internal/testapp"
	"kpdk/hooks/internal/ulid"
	"kpdk/hooks/ledger"
	"kpdk/hooks/member"
	"kpdk/hooks/payroll"
	"kpdk/hooks/savings"
	"kpdk/hooks/store"
	"kpdk/hooks/treasury"
)

// mostPairs is how many pairs of co-ops race: opening them takes most of the time, so each pair races a few times.
const mostPairs, racesOfPair = 10, 4

// Acts that race each other come to what they come to one after the other: done again alone in a co-op that was the
// same, in the order in which the writer took them, each gets the same answer or is refused by the same code, and what
// is kept and the chain are the same byte by byte.
func TestAnyInterleavingIsSomeSerialOrder(t *testing.T) {
	base, kinds := newArena(t)
	pairs, done, refused := 0, map[string]int{}, map[string]int{}
	rapid.Check(t, func(t *rapid.T) {
		var rounds [racesOfPair][]deed
		for round := range rounds {
			rounds[round] = draw(t, kinds, round)
		}
		if pairs++; pairs > mostPairs {
			return
		}
		racing, alone := base.Twin(), base.Twin()
		defer racing.Cleanup()
		defer alone.Cleanup()
		for _, deeds := range rounds {
			order, was := race(t, racing, deeds)
			is := replay(t, alone, deeds, order)
			for i, d := range deeds {
				if was[i] != is[i] {
					t.Errorf("%s: racing %s, alone %s", d.name, was[i], is[i])
				}
				if was[i][0] == '{' {
					done[d.name]++
				} else {
					refused[d.name]++
				}
			}
			for _, k := range ledger.State(racing) {
				if a, b := rowsOf(racing, k.Table), rowsOf(alone, k.Table); a != b {
					t.Errorf("%s racing is\n%s\nand alone\n%s", k.Table, a, b)
				}
			}
			if a, b := headOf(racing), headOf(alone); a != b {
				t.Errorf("racing ends at %s, alone at %s", a, b)
			}
			if t.Failed() {
				t.Fatalf("the order was %v", order)
			}
		}
		racing.Verify()
	})
	t.Log("done", done, "refused", refused)
	if len(done) == 0 || len(refused) == 0 {
		t.Errorf("done %v, refused %v: nothing was fought over", done, refused)
	}
}

// draw is a small set of deeds in lanes; one of them may be sent twice.
func draw(t *rapid.T, kinds []deed, round int) (deeds []deed) {
	for i, n := range rapid.SliceOfN(rapid.IntRange(0, len(kinds)-1), 6, 14).Draw(t, "acts") {
		d := kinds[n]
		d.key, d.lane = fmt.Sprintf("01RACE00000000000000%02d%04d", round, i), rapid.IntRange(0, lanes-1).Draw(t, "lane")
		deeds = append(deeds, d)
	}
	if again := rapid.IntRange(-1, len(deeds)-1).Draw(t, "sent again"); again >= 0 && !deeds[again].chain {
		d := deeds[again]
		d.lane = (d.lane + 1) % lanes
		deeds = append(deeds, d)
	}
	return deeds
}

const lanes = 4

// deed is one act, or a chain of them, under a key of its own.
type deed struct {
	name, key string
	lane      int
	chain     bool // more than one act
	do        func(ctx context.Context, app *testapp.App, key string) (any, error)
}

// run gives what came of it: the answer, or the code of the refusal.
func (d deed) run(ctx context.Context, app *testapp.App) (string, error) {
	answer, err := d.do(ctx, app, d.key)
	if fault.IsFault(err) {
		return testapp.Refusal(err), nil
	}
	raw, _ := json.Marshal(answer)
	return string(raw), err
}

// turn is one act of a deed: the first, the second, … that the writer took of it.
type turn struct{ deed, act int }

// witness is a context that is asked, by the writer, whether somebody still waits for the act that is next.
type witness struct {
	context.Context
	asked func() error
}

func (w witness) Err() error { return w.asked() }

// race lets the deeds of each lane follow each other, and the lanes race.
func race(t *rapid.T, app *testapp.App, deeds []deed) (order []turn, answers []string) {
	var mu sync.Mutex
	var wait sync.WaitGroup
	answers = make([]string, len(deeds))
	failed := make([]error, len(deeds))
	start := make(chan struct{})
	for lane := range lanes {
		wait.Go(func() {
			<-start
			for i, d := range deeds {
				if d.lane != lane {
					continue
				}
				taken := 0
				answers[i], failed[i] = d.run(witness{context.Background(), func() error {
					mu.Lock()
					defer mu.Unlock()
					taken++
					order = append(order, turn{i, taken})
					return nil
				}}, app)
			}
		})
	}
	close(start)
	wait.Wait()
	for i, err := range failed {
		if err != nil {
			t.Fatalf("%s: %v", deeds[i].name, err)
		}
	}
	return order, answers
}

// replay does them again in that order. Of a chain only the acts up to the turn's go through: what comes after is told
// that nobody waits any more, as when the program ends between two of them.
func replay(t *rapid.T, app *testapp.App, deeds []deed, order []turn) (answers []string) {
	answers = make([]string, len(deeds))
	for at, now := range order {
		d := deeds[now.deed]
		last := !slices.ContainsFunc(order[at+1:], func(later turn) bool { return later.deed == now.deed })
		answer, err := d.run(witness{context.Background(), func() error {
			if last {
				return nil
			}
			var stored int
			if err := act.Read(app).Row("SELECT count(*) FROM acts WHERE key GLOB ? || '*'", d.key).Scan(&stored); err != nil || stored >= now.act {
				return context.Canceled
			}
			return nil
		}}, app)
		if err != nil && (last || err != context.Canceled) {
			t.Fatalf("%s alone: %v", d.name, err)
		}
		answers[now.deed] = answer
	}
	return answers
}

func headOf(app *testapp.App) string {
	hash, seq, err := ledger.Head(act.Read(app))
	if err != nil {
		app.T.Fatal(err)
	}
	return fmt.Sprintf("%d %x", seq, hash)
}

// newArena is a co-op in which people stand before the same drawer, shelf, savings, list and month, and what they may do.
func newArena(t *testing.T) (*testapp.App, []deed) {
	h := newHistory(t)
	app, ctx := h.app, context.Background()
	must := func(err error) {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
	}
	a, b, c := h.members[0], h.members[1], h.members[2]
	one := func(quantity string, member bool, kind string) store.SellInput {
		price := money.Rupiah(12_500)
		in := store.SellInput{Shift: h.shift, SoldAt: app.Now(), Lines: []store.LineInput{{Product: h.products[0].Id, Quantity: quantity}}}
		if member {
			in.Buyer, price = &store.Buyer{Card: app.CardOf(a)}, 12_000
		}
		in.Tenders = []store.Tender{{Kind: kind, Amount: price * money.Rupiah(quantity[0]-'0')}}
		return in
	}
	// What the deeds fight over: a sale, goods on credit, a deposit, a payment, an entry by hand, an open withdrawal, a list.
	sale, plan, drawn := ulid.New(), ulid.New(), ulid.New()
	_, _, err := store.Sell(ctx, app, sale, h.cashier, one("2", true, store.PayrollTender))
	must(err)
	_, _, err = store.SellOnPlan(ctx, app, plan, h.cashier, store.CreditSaleInput{Shift: h.shift, Buyer: &store.Buyer{Card: app.CardOf(b)}, Lines: []store.LineInput{{Product: h.products[0].Id, Quantity: "2"}}, Parts: 2})
	must(err)
	var paidIn savings.Deposited
	for _, m := range []int64{numberOf(a), numberOf(b), numberOf(c)} {
		paidIn, _, err = savings.MakeDeposit(ctx, app, ulid.New(), h.maker, savings.Deposit{Member: m, Kind: "voluntary", Amount: 100_000})
		must(err)
	}
	_, _, err = savings.RequestWithdrawal(ctx, app, drawn, testapp.By(b), savings.Withdrawal{Amount: 80_000, Way: "cash"}, "")
	must(err)
	spent, _, err := treasury.Pay(ctx, app, ulid.New(), h.maker, treasury.Payment{Kind: "expense", From: "cash", To: "expensecat00001", Amount: 60_000}, "")
	must(err)
	draft, _, err := ledger.SaveDraft(ctx, app, ulid.New(), h.maker, ledger.DraftInput{Date: h.today(), Description: "Susut", Lines: []ledger.DraftLine{{Account: 6102, Debit: 5_000}, {Account: 1151, Credit: 5_000}}})
	must(err)
	draft, _, err = ledger.SubmitDraft(ctx, app, ulid.New(), h.maker, ledger.DraftStep{Draft: draft.ID, Version: draft.Version})
	must(err)
	draft, _, err = ledger.ApproveDraft(ctx, app, ulid.New(), h.checker, ledger.DraftStep{Draft: draft.ID, Version: draft.Version})
	must(err)
	back, _, err := ledger.ProposeReversal(ctx, app, ulid.New(), h.checker, draft.Entry, ledger.ReversalInput{Date: h.today(), Reason: "salah"})
	must(err)
	left, err := ledger.AccountBalance(act.Read(app), ledger.Cash) // the box is nearly empty
	must(err)
	_, _, err = treasury.Move(ctx, app, ulid.New(), h.maker, treasury.Transfer{From: "cash", To: "bank:1", Amount: min(left-150_000, 4_000_000)}, "")
	must(err)
	for range 4 { // the list is answered, and may be settled
		must(h.onward(func() money.Rupiah { return 30_000 }))
	}
	return app, h.deeds(fought{a, b, c, sale, plan, drawn, paidIn.Entry, spent.Entry, ledger.DraftStep{Draft: back.ID, Version: back.Version}, one})
}

// fought is what the deeds fight over.
type fought struct {
	a, b, leaver      *core.Record
	sale, plan, drawn string
	paidIn, spent     int64
	byHand            ledger.DraftStep // an entry by hand, the other way round
	basket            func(quantity string, member bool, kind string) store.SellInput
}

// deeds are the acts that may race, each of its own kind or with its own amount.
func (h *history) deeds(f fought) (all []deed) {
	type app = *testapp.App
	add := func(name string, do func(ctx context.Context, app app, key string) (any, error)) {
		all = append(all, deed{name: name, do: do})
	}
	byA, byB, last := testapp.By(f.a), testapp.By(f.b), h.today().Period().Add(-1)
	for _, s := range []struct {
		name   string
		member bool
		kind   string
	}{{"sell for cash", false, store.CashTender}, {"sell on payroll", true, store.PayrollTender}} {
		add(s.name, func(ctx context.Context, app app, key string) (any, error) {
			return only(store.Sell(ctx, app, key, h.cashier, f.basket("7", s.member, s.kind)))
		})
	}
	for _, quantity := range []string{"1", "2"} {
		add("return "+quantity, func(ctx context.Context, app app, key string) (any, error) {
			return only(store.ReturnSale(ctx, app, key, h.checker, f.sale, store.ReturnInput{Reason: "rusak", Lines: []store.BackInput{{Line: 1, Quantity: quantity}}}))
		})
	}
	add("return goods on credit", func(ctx context.Context, app app, key string) (any, error) {
		return only(payroll.ReturnPlan(ctx, app, key, h.checker, f.plan, payroll.Returning{Goods: []payroll.BackGood{{Line: 1, Quantity: "1"}}}, "rusak"))
	})
	add("close the shift", func(ctx context.Context, app app, key string) (any, error) {
		return only(store.CloseShift(ctx, app, key, h.cashier, h.shift, store.CloseShiftInput{Counted: 100_000}))
	})
	for _, date := range []clock.Date{"", last.Last()} {
		add("pay "+string(date), func(ctx context.Context, app app, key string) (any, error) {
			in := treasury.Payment{Kind: "expense", From: "cash", To: "expensecat00001", Amount: 60_000, Date: date}
			if date != "" {
				in.From = "bank:1"
			}
			return only(treasury.Pay(ctx, app, key, h.maker, in, ""))
		})
	}
	add("move", func(ctx context.Context, app app, key string) (any, error) {
		return only(treasury.Move(ctx, app, key, h.maker, treasury.Transfer{From: "cash", To: "bank:1", Amount: 70_000}, ""))
	})
	for _, who := range []*core.Record{f.a, f.b} {
		add("receive a debt of "+who.GetString("name"), func(ctx context.Context, app app, key string) (any, error) {
			return only(treasury.ReceiveDebt(ctx, app, key, h.maker, treasury.DebtPayment{Member: numberOf(who), Into: "cash", Amount: 15_000}))
		})
	}
	for _, who := range []*core.Record{f.a, f.leaver} {
		add("deposit of "+who.GetString("name"), func(ctx context.Context, app app, key string) (any, error) {
			return only(savings.MakeDeposit(ctx, app, key, h.maker, savings.Deposit{Member: numberOf(who), Kind: "voluntary", Amount: 20_000}))
		})
		by := testapp.By(who)
		add("ask for savings of "+who.GetString("name"), func(ctx context.Context, app app, key string) (any, error) {
			return only(savings.RequestWithdrawal(ctx, app, key, by, savings.Withdrawal{Amount: 70_000, Way: "cash"}, ""))
		})
	}
	add("leave", func(ctx context.Context, app app, key string) (any, error) {
		return only(member.LeaveCoop(ctx, app, key, h.boss, numberOf(f.leaver), member.Leave{Reason: "moved", DespiteRun: true}))
	})
	add("pay savings out", func(ctx context.Context, app app, key string) (any, error) {
		return only(savings.PayWithdrawal(ctx, app, key, h.maker, f.drawn, savings.Payout{From: "cash"}))
	})
	add("refuse savings", func(ctx context.Context, app app, key string) (any, error) {
		return only(savings.RefuseWithdrawal(ctx, app, key, h.maker, f.drawn, "salah"))
	})
	add("revoke savings", func(ctx context.Context, app app, key string) (any, error) {
		return only(savings.RevokeWithdrawal(ctx, app, key, byB, f.drawn))
	})
	add("reverse a payment", func(ctx context.Context, app app, key string) (any, error) {
		return only(treasury.Reverse(ctx, app, key, h.maker, f.spent, "salah"))
	})
	add("reverse a deposit", func(ctx context.Context, app app, key string) (any, error) {
		return only(savings.ReverseDeposit(ctx, app, key, h.checker, f.paidIn, "salah orang"))
	})
	add("reverse by hand", func(ctx context.Context, app app, key string) (any, error) {
		return only(ledger.ApproveDraft(ctx, app, key, h.maker, f.byHand))
	})
	add("refuse to reverse", func(ctx context.Context, app app, key string) (any, error) {
		in := f.byHand
		in.Reason = "benar"
		return only(ledger.RefuseDraft(ctx, app, key, h.boss, in))
	})
	add("settle", func(ctx context.Context, app app, key string) (any, error) {
		return only(payroll.Settle(ctx, app, key, h.checker, payroll.Settlement{Period: h.period, CloseUnanswered: true}, nil))
	})
	all[len(all)-1].chain = true
	type step func(ctx context.Context, app core.App, key string, by act.Actor, p clock.Period) (ledger.PeriodState, bool, error)
	for i, shut := range []step{ledger.ClosePeriod, ledger.SoftClosePeriod} {
		add([]string{"close the month", "close the month softly"}[i], func(ctx context.Context, app app, key string) (any, error) {
			return only(shut(ctx, app, key, h.maker, last))
		})
	}
	add("reopen the month", func(ctx context.Context, app app, key string) (any, error) {
		return only(ledger.ReopenPeriod(ctx, app, key, h.boss, last, "ada yang tertinggal"))
	})
	add("block the card", func(ctx context.Context, app app, key string) (any, error) {
		return only(member.BlockCard(ctx, app, key, byA))
	})
	add("withdraw the mandate", func(ctx context.Context, app app, key string) (any, error) {
		return only(member.WithdrawMandate(ctx, app, key, byA))
	})
	return all
}

func only[A any](answer A, _ bool, err error) (any, error) { return answer, err }
