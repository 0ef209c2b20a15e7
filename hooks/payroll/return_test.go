package payroll_test

import (
	"sync"
	"testing"

	"pgregory.net/rapid"

	"kpdk/hooks/internal/act"
	"kpdk/hooks/internal/clock"
	"kpdk/hooks/internal/money"
	"kpdk/hooks/internal/testapp"
	"kpdk/hooks/internal/ulid"
	"kpdk/hooks/ledger"
	"kpdk/hooks/payroll"
	"kpdk/hooks/policy"
)

// onCredit is a house in which member 1 took fans and a radio, each at its own price and cost.
type onCredit struct {
	*office
	fan, radio int64 // products' numbers
	id         string
}

func soldOnCredit(t testing.TB, parts int64, margin money.Rupiah, quantities ...string) onCredit {
	o := onCredit{office: newHouse(t)}
	o.hire(1, hired{max: 2_000_000})
	fan, radio := o.Product("8995522000015", 450_000, 400_000, 300_000, 9), o.Product("8995522000022", 260_000, 250_000, 111_111, 9)
	o.fan, o.radio = int64(fan.GetInt("number")), int64(radio.GetInt("number"))
	in := payroll.PlanInput{Member: 1, Parts: parts, Margin: margin}
	for i, id := range []string{fan.Id, radio.Id}[:len(quantities)] {
		in.Goods = append(in.Goods, payroll.Good{Product: id, Quantity: quantities[i]})
	}
	made, _, err := payroll.MakePlan(ctx, o, ulid.New(), treasurer, in)
	o.must(err)
	o.id = made.ID
	return o
}

func back(lines ...string) (goods []payroll.BackGood) {
	for i, q := range lines {
		if q != "" {
			goods = append(goods, payroll.BackGood{Line: int64(i) + 1, Quantity: q})
		}
	}
	return goods
}

func (o onCredit) terms(goods ...payroll.BackGood) payroll.ReturnTerms {
	o.t.Helper()
	terms, number, err := payroll.ReturnTermsOf(act.Read(o), manager, clock.Of(o), o.id, payroll.Returning{Goods: goods})
	o.must(err)
	if number != 1 {
		o.t.Errorf("the terms are of %d", number)
	}
	return terms
}

func (o onCredit) returns(in payroll.Returning) (payroll.PlanReturned, error) {
	out, _, err := payroll.ReturnPlan(ctx, o, ulid.New(), manager, o.id, in, "Tidak cocok")
	return out, err
}

// pays pays one plan's instalments and margins, the oldest first.
func (o onCredit) pays(number int64, amount money.Rupiah) {
	o.t.Helper()
	o.do(func(tx *act.Tx) error {
		posted, err := ledger.Post(tx, ledger.Entry{Kind: ledger.KindBank, Date: tx.Today(), Lines: []ledger.Line{ledger.Dr(ledger.Cash, amount), ledger.Cr(ledger.InstalmentRecv, amount, ledger.MemberParty(1))}})
		if err != nil {
			return err
		}
		var open []ledger.Item
		err = act.Each(tx, `SELECT r.item, r.remainder FROM instalment_plans p JOIN (SELECT plan, n, item FROM instalment_parts UNION ALL SELECT plan, n, item FROM instalment_margins) s ON s.plan = p.act
			JOIN item_remainders r ON r.item = s.item WHERE p.number = ? ORDER BY s.n, r.item`, []any{number}, func(row act.Scanner) error {
			var i ledger.Item
			err := row.Scan(&i.ID, &i.Remainder)
			open = append(open, i)
			return err
		})
		for _, i := range open {
			part := min(amount, i.Remainder)
			if err == nil && part > 0 {
				err = ledger.Settle(tx, i.ID, part, ledger.ByPayment, posted.Entry)
			}
			amount -= part
		}
		return err
	})
}

// books are what an account holds in all.
func (o onCredit) books(account int) (sum money.Rupiah) {
	o.t.Helper()
	o.must(act.Read(o).Row("SELECT coalesce(sum(amount), 0) FROM journal_lines WHERE account = ?", account).Scan(&sum))
	return sum
}

func (o onCredit) stock(product int64) (quantity int64, value money.Rupiah) {
	o.t.Helper()
	o.must(act.Read(o).Row("SELECT quantity, value FROM stock WHERE product = ?", product).Scan(&quantity, &value))
	return quantity, value
}

func TestSomeGoodsOfAPlanComeBack(t *testing.T) {
	o := soldOnCredit(t, 5, 50_000, "3", "1") // 1,450,000 in five parts of 290,000 and 10,000
	o.pays(1, 290_000)
	one := o.terms(back("1")...)
	if one.Amount != 400_000 || one.Ended != 400_000 || one.Left != 760_000 || one.Held != 0 || one.All || one.Refusal != "" ||
		one.MarginEnded != 4*2_759 || one.MarginLeft != 4*7_241 || one.MarginStays != 0 || len(one.Schedule) != 4 || one.Schedule[0] != (payroll.PartAfter{N: 2, Period: "2027-01", Principal: 190_000, Margin: 7_241}) {
		t.Errorf("%+v", one)
	}
	for name, c := range map[string]struct {
		goods []payroll.BackGood
		code  string
	}{
		"more than was sold": {back("4"), "payroll.plan_return_more"}, "half a fan": {back("0.5"), "payroll.plan_return_whole"}, "a line that is none": {back("", "", "1"), "payroll.plan_line_unknown"},
		"nothing": {back("0"), "input.invalid"}, "a line twice": {append(back("1"), back("1")...), "input.invalid"},
	} {
		if _, err := o.returns(payroll.Returning{Goods: c.goods}); err == nil {
			t.Errorf("%s came back", name)
		} else {
			o.refused(err, c.code)
		}
	}
	_, _, err := payroll.ReturnPlan(ctx, o, ulid.New(), treasurer, o.id, payroll.Returning{Goods: back("1")}, "Rusak")
	o.refused(err, "payroll.plan_seller")
	if terms, _, err := payroll.ReturnTermsOf(act.Read(o), treasurer, clock.Of(o), o.id, payroll.Returning{}); err != nil || terms.Refusal != "payroll.plan_seller" || !terms.All {
		t.Errorf("%+v %v", terms, err)
	}
	_, err = o.returns(payroll.Returning{Goods: back("2"), Seen: one.Seen}) // whoever read the terms of one fan
	o.refused(err, "payroll.plan_return_changed")
	key := ulid.New()
	for range 2 {
		out, _, err := payroll.ReturnPlan(ctx, o, key, manager, o.id, payroll.Returning{Goods: back("1"), Seen: one.Seen}, "Satu rusak")
		if err != nil || out.Waived != 400_000 || out.Left != 760_000 || out.Held != 0 || out.Margin != one.MarginEnded {
			t.Errorf("%+v %v", out, err)
		}
	}
	if q, value := o.stock(o.fan); q != 7_000 || value != 7*300_000 {
		t.Errorf("%d fans at %v", q, value)
	}
	for account, want := range map[int]money.Rupiah{ledger.InstalmentRecv: 760_000, 4101: -1_050_000, 5101: 600_000 + 111_111, ledger.DepositHeld: 0, ledger.InstalmentMargin: 0} {
		if got := o.books(account); got != want {
			t.Errorf("account %d: %v, want %v", account, got, want)
		}
	}
	view, err := payroll.PlanOf(act.Read(o), manager, o.id)
	o.must(err)
	if view.State != payroll.PlanMadeState || view.Left != 760_000 || view.Returned != 400_000 || view.Goods[0].Back != "1" || view.Schedule[4].Principal != 190_000 || view.Schedule[4].Margin != 7_241 {
		t.Errorf("%+v", view)
	}
	// What was paid beyond the new price is held; the plan is over, whatever is still out.
	two := o.terms(back("2", "1")...)
	if two.Amount != 1_050_000 || two.Ended != 760_000 || two.Held != 290_000 || two.Left != 0 || !two.All || two.MarginLeft != 0 || len(two.Schedule) != 0 {
		t.Errorf("%+v", two)
	}
	out, err := o.returns(payroll.Returning{Seen: two.Seen})
	if err != nil || out.Held != 290_000 || o.balance(1, ledger.DepositHeld) != -290_000 || o.balance(1, ledger.InstalmentRecv) != 0 {
		t.Errorf("%+v %v", out, err)
	}
	_, err = o.returns(payroll.Returning{})
	o.refused(err, "payroll.plan_over")
	if q, value := o.stock(o.radio); q != 9_000 || value != 9*111_111 || o.books(4101) != 0 || o.books(5101) != 0 {
		t.Errorf("%d radios at %v", q, value)
	}
	if n := o.count("SELECT count(*) FROM notices WHERE member = 1 AND kind = 'credit_returned'"); n != 2 {
		t.Errorf("the member heard %d times", n)
	}
	for _, query := range []string{ // nor does the file take more back, or cut deeper
		"INSERT INTO instalment_return_goods SELECT act, plan, 2, 1, 0, 0 FROM instalment_returns ORDER BY act LIMIT 1",
		"INSERT INTO instalment_cuts SELECT max(act), plan, 1, 290001, 0 FROM instalment_cuts", // the first instalment, by more than it is
	} {
		if _, _, err := act.Do(ctx, o, act.Act{Kind: "test.more", Key: ulid.New(), By: act.BySystem}, func(tx *act.Tx) (int, error) { return 0, tx.Exec(query) }); err == nil {
			t.Errorf("went through: %s", query)
		}
	}
	o.verify()
}

// The margin is the price of having goods for a month: it stays when the month's pay day is over.
func TestTheMarginOfGoodsThatComeBack(t *testing.T) {
	for name, c := range map[string]struct {
		on                  clock.Date
		draft, paid         bool // December's list before; and settled
		ended, stays, later money.Rupiah
		held, income        money.Rupiah // on 2107, until January's list uses it; on 4102 after that
	}{
		"a week later":                         {on: "2026-11-10", ended: 30_000},
		"a week later, and drafted since":      {on: "2026-11-25", draft: true, ended: 30_000},
		"after the pay day, paid":              {on: "2026-12-10", paid: true, ended: 20_000, held: 400_000, income: 10_000},
		"after the pay day, and no list of it": {on: "2026-12-10", ended: 20_000, stays: 10_000, income: 10_000},
	} {
		t.Run(name, func(t *testing.T) {
			o := soldOnCredit(t, 3, 30_000, "3")
			o.hire(2, hired{max: 1_000_000})
			o.owe(2, ledger.ItemStore, "2026-11-02", 10_000) // so that no list is empty
			if c.draft || c.paid {
				o.Travel(day("2026-11-25"))
				o.must(o.draftOf("2026-12"))
			}
			if c.paid {
				o.pays(1, 410_000)
			}
			o.Travel(day(c.on))
			terms := o.terms()
			if terms.MarginEnded != c.ended || terms.MarginStays != c.stays || terms.MarginLeft != c.later || terms.Held != c.held || !terms.All {
				t.Errorf("%+v", terms)
			}
			_, err := o.returns(payroll.Returning{Seen: terms.Seen})
			o.must(err)
			if o.balance(1, ledger.DepositHeld) != -c.held {
				t.Errorf("held %v", o.balance(1, ledger.DepositHeld))
			}
			if c.draft || c.paid {
				o.must(o.draftOf("2026-12")) // the old one asks for what is paid by now
				o.lockOf("2026-12")
			}
			o.Travel(day("2027-01-05"))
			o.must(o.draftOf("2027-01"))
			if o.books(ledger.InstalmentMargin) != -c.income || c.held == 0 && o.balance(1, ledger.InstalmentRecv) != c.stays {
				t.Errorf("margin %v, owed %v", o.books(ledger.InstalmentMargin), o.balance(1, ledger.InstalmentRecv))
			}
			o.verify()
		})
	}
}

// Who pays a plan off before the first pay day pays what the screens say: the principal alone. After it, the margin of
// the month that passed is owed as well.
func TestPayingAPlanOffEarlyCostsThePrincipal(t *testing.T) {
	for on, want := range map[clock.Date]money.Rupiah{"2026-11-10": 0, "2026-12-10": 10_000} {
		o := soldOnCredit(t, 3, 30_000, "3")
		o.hire(2, hired{max: 1_000_000})
		o.owe(2, ledger.ItemStore, "2026-11-02", 10_000)
		o.Travel(day(on))
		view, err := payroll.PlanOf(act.Read(o), manager, o.id)
		o.must(err)
		o.pays(1, view.Left+view.MarginDue)
		o.Travel(day("2026-12-11"))
		o.must(o.draftOf("2026-12"))
		if got := o.balance(1, ledger.InstalmentRecv); got != want {
			t.Errorf("paid off on %s, and %v is owed", on, got)
		}
		o.verify()
	}
}

// Goods of a plan that was paid come back too: their price is held for the member, who wants it back or uses it.
func TestGoodsThatWerePaidComeBack(t *testing.T) {
	o := soldOnCredit(t, 3, 30_000, "3")
	view, err := payroll.PlanOf(act.Read(o), manager, o.id)
	o.must(err)
	o.pays(1, view.Left+view.MarginDue)
	one := o.terms(back("1")...)
	if one.Amount != 400_000 || one.Ended != 0 || one.Held != 400_000 || one.Left != 0 || one.All || one.Refusal != "" {
		t.Errorf("%+v", one)
	}
	_, err = o.returns(payroll.Returning{Goods: back("1"), Seen: one.Seen})
	o.must(err)
	if view, err := payroll.PlanOf(act.Read(o), manager, o.id); err != nil || view.State != "paid" || view.Returned != 400_000 || view.Left != 0 {
		t.Errorf("%+v %v", view, err)
	}
	_, err = o.returns(payroll.Returning{})
	o.must(err)
	if q, _ := o.stock(o.fan); q != 9_000 || o.balance(1, ledger.DepositHeld) != -1_200_000 || o.balance(1, ledger.InstalmentRecv) != 0 || o.books(4101) != 0 || o.books(5101) != 0 {
		t.Errorf("%d fans, 2107 %v, 4101 %v", q, o.balance(1, ledger.DepositHeld), o.books(4101))
	}
	_, err = o.returns(payroll.Returning{})
	o.refused(err, "payroll.plan_over")
	o.verify()
}

// Two desks take the same last piece back: one does.
func TestTheSamePieceComesBackOnce(t *testing.T) {
	o := soldOnCredit(t, 4, 0, "2", "1")
	_, err := o.returns(payroll.Returning{Goods: back("1")})
	o.must(err)
	results := make([]error, 6)
	var all sync.WaitGroup
	for i := range results {
		all.Go(func() { _, results[i] = o.returns(payroll.Returning{Goods: back("1")}) })
	}
	all.Wait()
	took := 0
	for _, err := range results {
		if err == nil {
			took++
			continue
		}
		o.refused(err, "payroll.plan_return_more")
	}
	if q, _ := o.stock(o.fan); took != 1 || q != 9_000 || o.balance(1, ledger.InstalmentRecv) != 250_000 {
		t.Errorf("%d took it, %d on the shelf, owed %v", took, q, o.balance(1, ledger.InstalmentRecv))
	}
	o.verify()
}

// However instalments stand: they are less by just what is asked, none below nothing, and equal ones stay equal to a rupiah.
func TestRelaidInstalmentsSumExactly(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		open := rapid.SliceOfN(rapid.Custom(func(t *rapid.T) money.Rupiah { return money.Rupiah(rapid.Int64Range(0, 90_000_000).Draw(t, "open")) }), 1, 40).Draw(t, "parts")
		var sum money.Rupiah
		for _, o := range open {
			sum += o
		}
		less := money.Rupiah(rapid.Int64Range(0, int64(sum)).Draw(t, "less"))
		cuts, err := payroll.Relay(open, less)
		if err != nil {
			t.Fatal(err)
		}
		var cut money.Rupiah
		for i, c := range cuts {
			cut += c
			if c < 0 || c > open[i] {
				t.Fatalf("%v of %v", cuts, open)
			}
			for j := range i {
				if d := c - cuts[j]; open[i] == open[j] && (d > 1 || d < -1) {
					t.Fatalf("%v of %v", cuts, open)
				}
			}
		}
		if cut != less {
			t.Fatalf("%v instead of %v", cut, less)
		}
	})
}

// Whatever is paid and brought back, in whatever order: every rupiah and every piece is accounted for.
func TestReturnsInAnyOrderSumExactly(t *testing.T) {
	o := onCredit{office: newHouse(t)}
	o.hire(1, hired{max: 900_000_000})
	for _, key := range []string{"payroll.instalment_small_rupiah", "payroll.instalment_most_rupiah"} {
		_, _, err := policy.Set(ctx, o, ulid.New(), act.ByConsole, policy.Setting{Key: key, Value: []byte("900000000"), ValidFrom: "2026-11-01"})
		o.must(err)
	}
	fan, rice := o.Product("8995522000015", 45_000, 44_999, 33_331, 900), o.Product("8995522000022", 1_700, 1_667, 1_111, 900)
	rice.Set("weighed", true)
	o.must(o.UnsafeWithoutHooks().SaveNoValidate(rice))
	var paid, held, out money.Rupiah
	rapid.Check(t, func(t *rapid.T) {
		quantity := []int64{rapid.Int64Range(3, 9).Draw(t, "fans") * 1000, rapid.Int64Range(1, 5_000).Draw(t, "rice")}
		left := []int64{quantity[0], quantity[1]}
		made, _, err := payroll.MakePlan(ctx, o, ulid.New(), act.ByConsole, payroll.PlanInput{Member: 1, Parts: rapid.Int64Range(1, 9).Draw(t, "parts"), Margin: money.Rupiah(rapid.Int64Range(0, 9_999).Draw(t, "margin")),
			Goods: []payroll.Good{{Product: fan.Id, Quantity: money.Quantity(quantity[0]).String()}, {Product: rice.Id, Quantity: money.Quantity(quantity[1]).String()}}})
		if err != nil {
			t.Fatal(err)
		}
		o.id = made.ID
		out += made.Principal
		for range rapid.IntRange(1, 5).Draw(t, "steps") {
			view, err := payroll.PlanOf(act.Read(o), manager, o.id)
			if err != nil {
				t.Fatal(err)
			}
			if pay := money.Rupiah(rapid.Int64Range(0, int64(view.Left)).Draw(t, "paid")); pay > 0 && rapid.Bool().Draw(t, "pays") {
				o.pays(made.Number, pay)
				paid += pay
				continue
			}
			wanted := []int64{rapid.Int64Range(0, left[0]/1000).Draw(t, "back") * 1000, rapid.Int64Range(0, left[1]).Draw(t, "rice back")}
			var goods []payroll.BackGood
			for i, w := range wanted {
				if w > 0 {
					goods = append(goods, payroll.BackGood{Line: int64(i) + 1, Quantity: money.Quantity(w).String()})
				}
			}
			if len(goods) == 0 || view.Left == 0 {
				continue
			}
			terms := o.terms(goods...)
			back, err := o.returns(payroll.Returning{Goods: goods, Seen: terms.Seen})
			if err != nil {
				t.Fatal(err)
			}
			left[0], left[1] = left[0]-wanted[0], left[1]-wanted[1]
			held, out = held+back.Held, out-back.Amount
			var principal money.Rupiah
			for _, s := range terms.Schedule {
				principal += s.Principal
			}
			if back.Amount != back.Waived+back.Held || view.Left-back.Waived != back.Left || principal != back.Left || terms.All != (left[0]+left[1] == 0) {
				t.Fatalf("%+v of %+v", back, view)
			}
		}
		if owed := o.balance(1, ledger.InstalmentRecv); owed != out-paid+held || o.balance(1, ledger.DepositHeld) != -held || -o.books(4101) != out {
			t.Fatalf("owed %v, held %v, sold %v; want %v, %v, %v", owed, o.balance(1, ledger.DepositHeld), o.books(4101), out-paid+held, held, out)
		}
	})
	o.verify()
}

// What is asked beforehand is what happens: with what the member took that day, a small plan waits too.
func TestAPlanIsQuotedAsItIsDecided(t *testing.T) {
	o := newHouse(t)
	o.hire(1, hired{max: 2_000_000})
	fan := o.Product("8995522000015", 450_000, 400_000, 300_000, 9)
	_, _, err := policy.Set(ctx, o, ulid.New(), act.ByConsole, policy.Setting{Key: "payroll.instalment_small_rupiah", Value: []byte("900000"), ValidFrom: "2026-11-01"})
	o.must(err)
	in := payroll.PlanInput{Member: 1, Goods: []payroll.Good{{Product: fan.Id, Quantity: "2"}}, Parts: 4, Margin: 1_000}
	maker := testapp.By(o.Operator(act.Treasurer))
	quote := func(in payroll.PlanInput) payroll.PlanQuote {
		t.Helper()
		q, err := payroll.QuotePlan(ctx, o, maker, in)
		o.must(err)
		return q
	}
	acts := o.count("SELECT count(*) FROM acts")
	if q := quote(in); q.Second || q.Principal != 800_000 || q.Earlier != 0 || q.Refusal != "" || len(q.Schedule) != 4 || q.Schedule[0].Margin != 250 || q.PayDate != "2026-12-01" {
		t.Errorf("%+v", q)
	}
	if n := o.count("SELECT count(*) FROM acts"); n != acts {
		t.Errorf("%d acts of a question", n-acts)
	}
	made, _, err := payroll.MakePlan(ctx, o, ulid.New(), maker, in)
	if err != nil || made.State != payroll.PlanMadeState {
		t.Fatalf("%+v %v", made, err)
	}
	in.Goods[0].Quantity = "1" // small by itself
	if q := quote(in); !q.Second || q.Earlier != 800_000 || q.Small != 900_000 {
		t.Errorf("%+v", q)
	}
	if made, _, err := payroll.MakePlan(ctx, o, ulid.New(), maker, in); err != nil || made.State != payroll.PlanWaiting {
		t.Errorf("%+v %v", made, err)
	}
	in.Goods[0].Quantity = "9"
	if q := quote(in); q.Refusal != "store.out_of_stock" {
		t.Errorf("%+v", q)
	}
	in.Parts = 0
	_, err = payroll.QuotePlan(ctx, o, maker, in)
	o.refused(err, "input.invalid")
	o.verify()
}
