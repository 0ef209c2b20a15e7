package store_test

import (
	"errors"
	"fmt"
	"net/http"
	"strings"
	"sync"
	"testing"

	"golang.org/x/crypto/bcrypt"
	"pgregory.net/rapid"

	"kpdk/hooks/internal/act"
	"kpdk/hooks/internal/clock"
	"kpdk/hooks/internal/fault"
	"kpdk/hooks/internal/money"
	"kpdk/hooks/internal/testapp"
	"kpdk/hooks/internal/ulid"
	"kpdk/hooks/ledger"
	plans "kpdk/hooks/payroll"
	"kpdk/hooks/policy"
	"kpdk/hooks/store"
)

const cooker = "8995522000107"

// creditShop is a shop with rice cookers, at which a card's holder has a PIN.
func creditShop(t testing.TB) *shop {
	s := newShop(t)
	s.Product(cooker, 620_000, 600_000, 450_000, 20)
	s.pin(s.member)
	return s
}

// pin gives a member the PIN 482915, by a hash that is cheap to check.
func (s *shop) pin(number int64) {
	s.T.Helper()
	hash, err := bcrypt.GenerateFromPassword([]byte("482915"), bcrypt.MinCost)
	if err != nil {
		s.T.Fatal(err)
	}
	s.Act("test.pin", func(tx *act.Tx) error {
		return tx.Exec("UPDATE members SET pin_hash = ? WHERE number = ?", string(hash), number)
	})
}

func (s *shop) decide(key string, value string) {
	s.T.Helper()
	if _, _, err := policy.Set(ctx, s, ulid.New(), act.ByConsole, policy.Setting{Key: key, Value: []byte(value), ValidFrom: s.today().Period().First()}); err != nil {
		s.T.Fatal(err)
	}
}

func (s *shop) today() clock.Date { return clock.Of(s.App).Today() }

func (s *shop) onPlan(quantity string, parts int64, down money.Rupiah) store.CreditSaleInput {
	return store.CreditSaleInput{Shift: s.shift, Buyer: &store.Buyer{Card: s.card, Pin: "482915"}, Lines: []store.LineInput{{Barcode: cooker, Quantity: quantity}}, Parts: parts, Down: down}
}

func (s *shop) credit(in store.CreditSaleInput) (store.CreditAnswer, error) {
	answer, _, err := store.SellOnPlan(ctx, s, ulid.New(), s.cashier, in)
	return answer, err
}

func (s *shop) refused(err error, code string) {
	s.T.Helper()
	if !errors.Is(err, fault.Refused(code)) {
		var f *fault.Fault
		if errors.As(err, &f) && f.Code == code {
			return
		}
		s.T.Errorf("got %v, want %s", err, code)
	}
}

func TestGoodsOnCreditAtTheTill(t *testing.T) {
	s := creditShop(t)
	s.decide("payroll.instalment_margin_bp", "100")
	key, in := ulid.New(), s.onPlan("1", 7, 100_000)
	made, replayed, err := store.SellOnPlan(ctx, s, key, s.cashier, in)
	if err != nil || replayed {
		t.Fatal(err)
	}
	if made.State != "made" || made.Number != 1 || made.Total != 600_000 || made.Principal != 500_000 || made.Margin != 35_000 || len(made.Schedule) != 7 || len(made.Hash) != 64 {
		t.Errorf("%+v", made)
	}
	again, replayed, err := store.SellOnPlan(ctx, s, key, s.cashier, in)
	if err != nil || !replayed || again.Entry != made.Entry {
		t.Errorf("again: %+v %v", again, err)
	}
	in.Parts = 6
	if _, _, err := store.SellOnPlan(ctx, s, key, s.cashier, in); !errors.Is(err, fault.Refused("idempotency_conflict")) {
		t.Errorf("other input: %v", err)
	}
	for account, want := range map[int]money.Rupiah{1122: 500_000, 1102: 300_000, 4101: -600_000, 5101: 450_000, 1121: 0, 4102: 0} {
		if got := s.balance(account); got != want {
			t.Errorf("account %d: %s, want %s", account, got, want)
		}
	}
	items, err := ledger.OpenItems(act.Read(s), s.member)
	var owed money.Rupiah
	for _, i := range items {
		owed += i.Remainder
	}
	if err != nil || len(items) != 7 || owed != 500_000 || items[0].Kind != ledger.ItemInstalment {
		t.Errorf("open items %+v %v", items, err)
	}
	// The office sees the plan as its own, with the till and the cash.
	plan, err := plans.PlanOf(act.Read(s), act.ByConsole, key)
	if err != nil || plan.Down != 100_000 || plan.Till != "K1" || plan.Principal != 500_000 || len(plan.Goods) != 1 || plan.Approver != "" {
		t.Errorf("%+v %v", plan, err)
	}
	receipt, err := store.CreditByKey(act.Read(s), key)
	if err != nil || receipt.State != "made" || receipt.Member.Name != "Rani Prameswari" || receipt.Lines[0].Amount != 600_000 || len(receipt.Schedule) != 7 || receipt.Hash != made.Hash {
		t.Errorf("%+v %v", receipt, err)
	}
	shift, err := store.ViewShift(act.Read(s), s.cashier)
	if err != nil || shift.Credit != 600_000 || shift.Down != 100_000 || shift.Expected != 300_000 {
		t.Errorf("%+v %v", shift, err)
	}
	s.Verify()
}

// Every refusal names its reason and leaves nothing behind.
func TestTheTillRefusesCredit(t *testing.T) {
	s := creditShop(t)
	s.decide("payroll.instalment_down_most_pct", "40")
	change := func(f func(in *store.CreditSaleInput)) store.CreditSaleInput {
		in := s.onPlan("1", 6, 0)
		f(&in)
		return in
	}
	other := s.Member("Sari Tanpa Kuasa")
	s.pin(int64(other.GetInt("number")))
	s.Act("test.revoke", func(tx *act.Tx) error {
		return tx.Exec("INSERT INTO mandates(member, kind, valid_from, max_rupiah, voluntary_rupiah, reference, act) VALUES(?, 'revoke', '2026-01-06', 0, 0, '', ?)", other.GetInt("number"), tx.ID())
	})
	for name, c := range map[string]struct {
		in   store.CreditSaleInput
		code string
	}{
		"nobody":                       {change(func(in *store.CreditSaleInput) { in.Buyer = nil }), "input.invalid"},
		"a bare number":                {change(func(in *store.CreditSaleInput) { in.Buyer = &store.Buyer{Member: s.member} }), "store.card_required"},
		"no PIN":                       {change(func(in *store.CreditSaleInput) { in.Buyer.Pin = "" }), "store.pin_required"},
		"a wrong PIN":                  {change(func(in *store.CreditSaleInput) { in.Buyer.Pin = "000000" }), "member.pin_wrong"},
		"without a mandate":            {change(func(in *store.CreditSaleInput) { in.Buyer.Card = s.CardOf(other) }), plans.NoMandate},
		"more than lies on the shelf":  {change(func(in *store.CreditSaleInput) { in.Lines[0].Quantity = "21" }), "store.out_of_stock"},
		"more months than the band":    {change(func(in *store.CreditSaleInput) { in.Parts = 11 }), "payroll.instalment_parts"},
		"no months":                    {change(func(in *store.CreditSaleInput) { in.Parts = 0 }), "input.invalid"},
		"too little for a plan":        {change(func(in *store.CreditSaleInput) { in.Lines[0].Barcode = soap }), "payroll.instalment_least"},
		"more cash than the rule":      {change(func(in *store.CreditSaleInput) { in.Down = 240_001 }), "payroll.instalment_down"},
		"all of it in cash":            {change(func(in *store.CreditSaleInput) { in.Down = 600_000 }), "store.credit_all_paid"},
		"another price than was shown": {change(func(in *store.CreditSaleInput) { p := money.Rupiah(590_000); in.Lines[0].Price = &p }), "store.price_changed"},
		"beyond what may be owed":      {change(func(in *store.CreditSaleInput) { in.Lines[0].Quantity = "13"; in.Parts = 24 }), "payroll.instalment_most"},
		// 1,000,000 a month, less 50,000 of mandatory savings: 1,200,000 in one part does not fit.
		"more than the mandate carries": {change(func(in *store.CreditSaleInput) { in.Lines[0].Quantity = "2"; in.Parts = 1 }), "payroll.instalment_burden"},
	} {
		t.Run(name, func(t *testing.T) {
			_, err := s.credit(c.in)
			s.refused(err, c.code)
		})
	}
	if n := s.balance(1122); n != 0 {
		t.Errorf("1122 holds %s", n)
	}
	terms, err := store.CreditTermsOf(s, store.CreditTermsInput{Card: s.card, Total: 1_200_000})
	if err != nil || terms.Refusal != "" || len(terms.Choices) != 10 || terms.Choices[0].Fits || !terms.Choices[1].Fits || terms.Room != 950_000 || terms.DownMost != 480_000 || !terms.Choices[0].Second {
		t.Errorf("%+v %v", terms, err)
	}
	if terms, err = store.CreditTermsOf(s, store.CreditTermsInput{Card: s.card, Total: 12_000}); err != nil || terms.Refusal != "payroll.instalment_least" {
		t.Errorf("%+v %v", terms, err)
	}
	s.Verify()
}

// Above what a till may sell by itself the office approves, and the same till hands the goods over.
func TestTheOfficeApprovesAndTheTillHandsOver(t *testing.T) {
	s := creditShop(t)
	maker, manager := s.cashier, testapp.By(s.Manager())
	asked, err := s.credit(s.onPlan("2", 6, 100_000))
	if err != nil || asked.State != "waiting" || asked.Number != 0 || asked.Entry != 0 || s.balance(1122) != 0 || s.balance(1102) != 200_000 {
		t.Fatalf("%+v %v", asked, err)
	}
	handOver := func(request, shift string) (store.CreditAnswer, error) {
		out, _, err := store.HandOver(ctx, s, ulid.New(), maker, store.HandOverInput{Shift: shift, Request: request, Buyer: &store.Buyer{Card: s.card, Pin: "482915"}})
		return out, err
	}
	_, err = handOver(asked.ID, s.shift)
	s.refused(err, "payroll.plan_not_approved")
	list, err := plans.PlansFor(act.Read(s), manager, s.today(), 0, true, 0, 10)
	if err != nil || len(list.Waiting) != 1 || list.Waiting[0].Till != "K1" || list.Waiting[0].Down != 100_000 || list.Waiting[0].Principal != 1_100_000 {
		t.Errorf("%+v %v", list, err)
	}
	decided, _, err := plans.DecidePlan(ctx, s, ulid.New(), manager, asked.ID, true, "")
	if err != nil || decided.State != plans.PlanApproved || s.balance(1122) != 0 {
		t.Fatalf("%+v %v", decided, err)
	}
	made, err := handOver(asked.ID, s.shift)
	if err != nil || made.State != "made" || made.Principal != 1_100_000 || s.balance(1122) != 1_100_000 || s.balance(1102) != 300_000 {
		t.Fatalf("%+v %v", made, err)
	}
	_, err = handOver(asked.ID, s.shift)
	s.refused(err, "payroll.plan_decided")
	plan, err := plans.PlanOf(act.Read(s), act.ByConsole, made.ID)
	if err != nil || plan.Approver == "" || plan.By == "" || plan.Approver == plan.By {
		t.Errorf("%+v %v", plan, err)
	}
	// One is refused with a reason, one is taken back, one ends with the shift.
	refused, err := s.credit(s.onPlan("2", 6, 0))
	if err != nil {
		t.Fatal(err)
	}
	if _, _, err := plans.DecidePlan(ctx, s, ulid.New(), manager, refused.ID, false, "Cicilan lain belum lunas"); err != nil {
		t.Fatal(err)
	}
	withdrawn, err := s.credit(s.onPlan("2", 6, 0))
	if err != nil {
		t.Fatal(err)
	}
	_, _, err = store.WithdrawCredit(ctx, s, ulid.New(), act.Actor{ID: "somebody0000001", Role: act.Cashier}, withdrawn.ID)
	if !errors.Is(err, fault.Forbidden("store.shift_other")) {
		t.Errorf("somebody else took a request back: %v", err)
	}
	if out, _, err := store.WithdrawCredit(ctx, s, ulid.New(), maker, withdrawn.ID); err != nil || out.State != plans.PlanRefused {
		t.Errorf("%+v %v", out, err)
	}
	left, err := s.credit(s.onPlan("2", 6, 0))
	if err != nil {
		t.Fatal(err)
	}
	shift, err := store.ShiftByKey(act.Read(s), s.shift)
	if err != nil {
		t.Fatal(err)
	}
	all, err := store.CreditOfShift(act.Read(s), shift.ID)
	if err != nil || len(all.Sales) != 5 {
		t.Fatalf("%+v %v", all, err)
	}
	for i, want := range []string{"waiting", "refused", "refused", "made", "handed"} {
		if all.Sales[i].State != want {
			t.Errorf("%d is %s, want %s", i, all.Sales[i].State, want)
		}
	}
	if all.Sales[2].Reason != "Cicilan lain belum lunas" || all.Sales[0].Lines[0].Quantity != "2" {
		t.Errorf("%+v", all.Sales)
	}
	_, _, err = store.CloseShift(ctx, s, ulid.New(), maker, s.shift, store.CloseShiftInput{Counted: 300_000})
	s.refused(err, "store.credit_pending")
	closed, _, err := store.CloseShift(ctx, s, ulid.New(), maker, s.shift, store.CloseShiftInput{Counted: 300_000, Credit: []store.CreditAtExit{{Request: left.ID}, {Request: refused.ID, Carry: true}}})
	if err != nil || closed.Ended != 1 || closed.Carried != 0 {
		t.Fatalf("%+v %v", closed, err)
	}
	_, _, err = plans.DecidePlan(ctx, s, ulid.New(), manager, left.ID, true, "")
	s.refused(err, "payroll.plan_decided")
	if list, err = plans.PlansFor(act.Read(s), manager, s.today(), 0, true, 0, 10); err != nil || len(list.Waiting) != 0 {
		t.Errorf("%+v %v", list.Waiting, err)
	}
	s.Verify()
}

// What a till may sell by itself is so much a day to one member: a large price does not pass in pieces.
func TestCreditInPiecesWantsTheOffice(t *testing.T) {
	s := creditShop(t)
	s.decide("payroll.instalment_till_rupiah", "1000000")
	terms := func() store.CreditTerms {
		t.Helper()
		out, err := store.CreditTermsOf(s, store.CreditTermsInput{Card: s.card, Total: 600_000})
		if err != nil || len(out.Choices) == 0 {
			t.Fatal(out, err)
		}
		return out
	}
	if terms().Choices[0].Second {
		t.Error("the first needs the office")
	}
	made, err := s.credit(s.onPlan("1", 6, 0))
	if err != nil || made.State != "made" {
		t.Fatalf("%+v %v", made, err)
	}
	if it := terms(); !it.Choices[0].Second || it.Till != 1_000_000 {
		t.Errorf("the terms do not say it: %+v", it)
	}
	if asked, err := s.credit(s.onPlan("1", 6, 0)); err != nil || asked.State != "waiting" || s.balance(1122) != 600_000 {
		t.Errorf("%+v %v", asked, err)
	}
	if _, _, err := plans.ReturnPlan(ctx, s, ulid.New(), testapp.By(s.Operator(act.Treasurer)), made.ID, plans.Returning{}, "Rusak"); err != nil {
		t.Fatal(err)
	}
	if terms().Choices[0].Second {
		t.Error("what came back counts")
	}
	if made, err := s.credit(s.onPlan("1", 6, 0)); err != nil || made.State != "made" {
		t.Errorf("%+v %v", made, err)
	}
	s.Travel(s.Now().AddDate(0, 0, 1))
	if terms().Choices[0].Second {
		t.Error("the day after needs the office")
	}
	s.Verify()
}

// Two tills, one limit: whichever comes second finds what the first took.
func TestTwoTillsOneLimit(t *testing.T) {
	s := creditShop(t)
	s.decide("payroll.instalment_most_rupiah", "1000000")
	second := s.Operator(act.Cashier)
	s.Record("tills", map[string]any{"code": "K2", "name": "Kasir 2"})
	tills := []struct {
		by    act.Actor
		shift string
	}{{s.cashier, s.shift}, {testapp.By(second), s.Shift(second)}}
	results := make([]error, 4)
	var all sync.WaitGroup
	for i := range results {
		all.Go(func() {
			in := s.onPlan("1", 6, 0)
			in.Shift = tills[i%2].shift
			_, _, results[i] = store.SellOnPlan(ctx, s, ulid.New(), tills[i%2].by, in)
		})
	}
	all.Wait()
	sold := 0
	for _, err := range results {
		if err == nil {
			sold++
			continue
		}
		s.refused(err, "payroll.instalment_most")
	}
	if sold != 1 || s.balance(1122) != 600_000 {
		t.Errorf("%d sold, 1122 holds %s", sold, s.balance(1122))
	}
	s.Verify()
}

// Whatever price, cash and months: what the till says is what is owed, to the rupiah.
func TestWhatTheTillSaysSumsExactly(t *testing.T) {
	s := creditShop(t)
	s.decide("payroll.instalment_margin_bp", "137")
	s.decide("payroll.instalment_least_rupiah", "1")
	s.decide("payroll.instalment_till_rupiah", "900000000")
	s.decide("payroll.instalment_small_rupiah", "900000000")
	s.decide("payroll.instalment_most_rupiah", "900000000")
	s.decide("payroll.instalment_small_parts", "24")
	s.Act("test.mandate", func(tx *act.Tx) error {
		return tx.Exec("INSERT INTO mandates(member, kind, valid_from, max_rupiah, voluntary_rupiah, reference, act) VALUES(?, 'grant', '2026-01-06', 900000000, 0, '', ?)", s.member, tx.ID())
	})
	s.Product("8995522000206", 12_500, 12_000, 9_000, 200)
	owed := s.balance(1122)
	rapid.Check(t, func(t *rapid.T) {
		down := money.Rupiah(rapid.Int64Range(0, 6_000).Draw(t, "down"))
		parts := rapid.Int64Range(1, 24).Draw(t, "parts")
		in := s.onPlan("1", parts, down)
		in.Lines[0] = store.LineInput{Barcode: "8995522000206", Quantity: "1"}
		terms, err := store.CreditTermsOf(s, store.CreditTermsInput{Card: s.card, Total: 12_000, Down: down})
		if err != nil {
			t.Fatal(err)
		}
		made, err := s.credit(in)
		if err != nil {
			t.Fatal(err)
		}
		said := terms.Choices[parts-1]
		var principal, margin money.Rupiah
		for _, p := range made.Schedule {
			principal, margin = principal+p.Principal, margin+p.Margin
			if p.Principal+p.Margin > said.Monthly {
				t.Fatalf("%+v above %v", p, said.Monthly)
			}
		}
		if principal+down != 12_000 || margin != said.Margin || principal+margin != said.Total || made.Margin != margin {
			t.Fatalf("%+v, said %+v", made, said)
		}
		owed += principal
	})
	if s.balance(1122) != owed {
		t.Errorf("1122 holds %s, want %s", s.balance(1122), owed)
	}
	s.Verify()
}

// With a person goes what was written about their goods on credit.
func TestErasingTakesTheWordsAboutCredit(t *testing.T) {
	s := creditShop(t)
	other := s.Member("Sari")
	s.pin(int64(other.GetInt("number")))
	mine, manager := s.card, testapp.By(s.Manager())
	for _, card := range []string{s.CardOf(other), mine} {
		s.card = card
		asked, err := s.credit(s.onPlan("2", 6, 0))
		if err != nil {
			t.Fatal(err)
		}
		if _, _, err := plans.DecidePlan(ctx, s, ulid.New(), manager, asked.ID, false, "Gajinya dipotong bank lain"); err != nil {
			t.Fatal(err)
		}
		made, err := s.credit(s.onPlan("1", 6, 0))
		if err != nil {
			t.Fatal(err)
		}
		if _, _, err := plans.ReturnPlan(ctx, s, ulid.New(), manager, made.ID, plans.Returning{}, "Anaknya sakit"); err != nil {
			t.Fatal(err)
		}
	}
	written := func() (n int) {
		t.Helper()
		if err := act.Read(s).Row("SELECT count(*) FROM act_notes WHERE text LIKE 'Gajinya%' OR text LIKE 'Anaknya%'").Scan(&n); err != nil {
			t.Fatal(err)
		}
		return n
	}
	if written() != 4 {
		t.Fatal(written())
	}
	if _, _, err := act.DoWithRecords(ctx, s, act.Act{Kind: "test.erase", Key: ulid.New(), By: act.BySystem}, func(tx *act.Tx) (bool, error) { return true, plans.EraseFor(tx, s, s.member) }); err != nil {
		t.Fatal(err)
	}
	if written() != 2 {
		t.Errorf("%d notes are left", written())
	}
	s.Verify()
}

// A cashier reads what the own shifts sold on credit; the office reads all.
func TestWhoReadsASaleOnCredit(t *testing.T) {
	s := creditShop(t)
	made, err := s.credit(s.onPlan("1", 6, 0))
	if err != nil {
		t.Fatal(err)
	}
	mine, err := s.FindRecordById("operators", s.cashier.ID)
	if err != nil {
		t.Fatal(err)
	}
	url := s.Serve().URL + "/api/coop/store/credit-sales/" + made.ID
	for who, c := range map[string]struct {
		token  string
		status int
	}{"nobody": {"", 401}, "a storekeeper": {s.Token(s.Operator(act.Storekeeper)), 403}, "another cashier": {s.Token(s.Operator(act.Cashier)), 403},
		"the cashier": {s.Token(mine), 200}, "a supervisor": {s.Token(s.Operator(act.Supervisor)), 200}} {
		r, err := http.NewRequest(http.MethodGet, url, nil)
		if err != nil {
			t.Fatal(err)
		}
		r.Header.Set("Authorization", c.token)
		answer, err := http.DefaultClient.Do(r)
		if err != nil {
			t.Fatal(err)
		}
		_ = answer.Body.Close()
		if answer.StatusCode != c.status {
			t.Errorf("%s: %d, want %d", who, answer.StatusCode, c.status)
		}
	}
}

// Nothing that was written off is held for a member as if it had been paid.
func TestGoodsWhoseDebtWasGivenUpStayOut(t *testing.T) {
	s := creditShop(t)
	made, err := s.credit(s.onPlan("1", 5, 0))
	if err != nil {
		t.Fatal(err)
	}
	items, err := ledger.OpenItems(act.Read(s), s.member)
	if err != nil {
		t.Fatal(err)
	}
	s.Act("test.give_up", func(tx *act.Tx) error {
		posted, err := ledger.Post(tx, ledger.Entry{Kind: ledger.KindPayment, Date: tx.Today(), Lines: []ledger.Line{ledger.Dr(7201, items[0].Remainder), ledger.Cr(ledger.InstalmentRecv, items[0].Remainder, ledger.MemberParty(s.member))}})
		if err != nil {
			return err
		}
		return ledger.Settle(tx, items[0].ID, items[0].Remainder, ledger.ByWaiver, posted.Entry)
	})
	_, _, err = plans.ReturnPlan(ctx, s, ulid.New(), testapp.By(s.Operator(act.Treasurer)), made.ID, plans.Returning{}, "Tidak cocok")
	s.refused(err, "payroll.plan_written_off")
	if s.balance(2107) != 0 {
		t.Errorf("2107 holds %s", s.balance(2107))
	}
}

// Goods of a consignor that come back are no sale of theirs any more, and no payment to them.
func TestConsignedGoodsOnCreditComeBack(t *testing.T) {
	s := creditShop(t)
	maker := s.Record("consignors", map[string]any{"number": 7, "name": "Bu Sri"})
	loom := s.Record("products", map[string]any{"number": 900, "code": "TNN", "name": "Kain tenun", "price_rupiah": 700_000, "cost_rupiah": 600_000, "consignor": maker.Id, "active": true})
	if _, _, err := store.ReceiveGoods(ctx, s, ulid.New(), act.BySystem, store.GoodsInput{PaidBy: "cash", Lines: []store.GoodsInputLine{{Product: loom.Id, Quantity: "3"}}}); err != nil {
		t.Fatal(err)
	}
	in := s.onPlan("1", 5, 0)
	in.Lines[0] = store.LineInput{Product: loom.Id, Quantity: "1"}
	made, err := s.credit(in)
	if err != nil || made.State != "made" || s.balance(2102) != -600_000 {
		t.Fatalf("%+v %v", made, err)
	}
	sold := func(from clock.Date) []store.Consigned {
		t.Helper()
		all, err := store.ConsignedSales(act.Read(s), 7, from, s.today())
		if err != nil {
			t.Fatal(err)
		}
		return all
	}
	if all := sold(s.today()); len(all) != 1 || all[0].Share != 600_000 {
		t.Errorf("%+v", all)
	}
	first := s.today()
	s.Travel(s.Now().AddDate(0, 0, 1))
	if _, _, err := plans.ReturnPlan(ctx, s, ulid.New(), testapp.By(s.Operator(act.Treasurer)), made.ID, plans.Returning{}, "Tidak cocok"); err != nil {
		t.Fatal(err)
	}
	if all := sold(s.today()); len(all) != 1 || all[0].Share != -600_000 || all[0].Quantity != -money.One || s.balance(2102) != 0 {
		t.Errorf("the day it came back: %+v", all)
	}
	if all := sold(first); len(all) != 0 {
		t.Errorf("both days: %+v", all)
	}
	s.Verify()
}

// What comes back is booked the other way round, to the rupiah; what was paid is held for the member.
func TestGoodsOnCreditComeBack(t *testing.T) {
	s := creditShop(t)
	made, err := s.credit(s.onPlan("1", 5, 100_000))
	if err != nil {
		t.Fatal(err)
	}
	items, err := ledger.OpenItems(act.Read(s), s.member)
	if err != nil {
		t.Fatal(err)
	}
	s.Act("test.pay", func(tx *act.Tx) error {
		posted, err := ledger.Post(tx, ledger.Entry{Kind: ledger.KindBank, Date: tx.Today(), Lines: []ledger.Line{ledger.Dr(ledger.Cash, 100_000), ledger.Cr(ledger.InstalmentRecv, 100_000, ledger.MemberParty(s.member))}})
		if err != nil {
			return err
		}
		return ledger.Settle(tx, items[0].ID, 100_000, ledger.ByPayment, posted.Entry)
	})
	back := func(by act.Actor) (plans.PlanReturned, error) {
		out, _, err := plans.ReturnPlan(ctx, s, ulid.New(), by, made.ID, plans.Returning{}, "Tidak cocok")
		return out, err
	}
	_, err = back(s.cashier)
	s.refused(err, "payroll.plan_seller")
	treasurer := testapp.By(s.Operator(act.Treasurer))
	if _, _, err := plans.ReturnPlan(ctx, s, ulid.New(), treasurer, made.ID, plans.Returning{}, " "); err == nil {
		t.Error("goods came back without a reason")
	}
	out, err := back(treasurer)
	if err != nil || out.Waived != 400_000 || out.Held != 200_000 {
		t.Fatalf("%+v %v", out, err)
	}
	for account, want := range map[int]money.Rupiah{1122: 0, 4101: 0, 5101: 0, 2107: -200_000, 1102: 300_000} {
		if got := s.balance(account); got != want {
			t.Errorf("account %d: %s, want %s", account, got, want)
		}
	}
	good, _, err := store.GoodByBarcode(act.Read(s), cooker)
	if err != nil || good.Stock.Quantity != 20*money.One || good.Stock.Value != 20*450_000 {
		t.Errorf("%+v %v", good.Stock, err)
	}
	plan, err := plans.PlanOf(act.Read(s), treasurer, made.ID)
	if err != nil || plan.State != "returned" || plan.Left != 0 {
		t.Errorf("%+v %v", plan, err)
	}
	_, err = back(treasurer)
	s.refused(err, "payroll.plan_over")
	// What is owed again, after a correction, brings the goods back no second time.
	s.Act("test.correct", func(tx *act.Tx) error {
		posted, err := ledger.Post(tx, ledger.Entry{Kind: ledger.KindPayroll, Date: tx.Today(), Lines: []ledger.Line{ledger.Dr(ledger.InstalmentRecv, 100_000, ledger.MemberParty(s.member)), ledger.Cr(ledger.DepositHeld, 100_000, ledger.MemberParty(s.member))}})
		if err != nil {
			return err
		}
		return ledger.Reopen(tx, items[0].ID, 100_000, ledger.ByPayment, posted.Entry)
	})
	_, err = back(treasurer)
	s.refused(err, "payroll.plan_over")
	if got := s.balance(2107); got != -300_000 {
		t.Errorf("2107 holds %s", got)
	}
	s.Verify()
	// Somebody who writes it past the program is found.
	s.Act("test.tamper", func(tx *act.Tx) error {
		return tx.Exec("INSERT INTO settlements(item, amount, kind, entry, act) SELECT item, amount, kind, 1, ? FROM settlements WHERE kind = 'return' LIMIT 1", tx.ID())
	})
	report, err := ledger.Verify(ctx, s, nil)
	if err != nil {
		t.Fatal(err)
	}
	var found []string
	for _, c := range report.Checks {
		for _, finding := range c.Findings {
			found = append(found, fmt.Sprint(finding))
		}
	}
	if all := strings.Join(found, "\n"); !strings.Contains(all, "no return says so") && !strings.Contains(all, "tanpa barang kembali") {
		t.Error(found)
	}
}

// A shift that ends says of each request whether it goes on: to the till's next shift, whoever stands there, or to
// nothing. The member hears of it, and what is carried on is handed over the day after.
func TestRequestsPassFromShiftToShift(t *testing.T) {
	s := creditShop(t)
	manager, maker := testapp.By(s.Manager()), s.cashier
	ask := func() string {
		t.Helper()
		asked, err := s.credit(s.onPlan("2", 6, 100_000))
		if err != nil || asked.State != "waiting" {
			t.Fatalf("%+v %v", asked, err)
		}
		return asked.ID
	}
	decide := func(id string) error {
		_, _, err := plans.DecidePlan(ctx, s, ulid.New(), manager, id, true, "")
		return err
	}
	waits, fetched, ended, stays := ask(), ask(), ask(), ask()
	for _, id := range []string{fetched, ended} {
		if err := decide(id); err != nil {
			t.Fatal(err)
		}
	}
	shut := func(by act.Actor, counted money.Rupiah, credit ...store.CreditAtExit) (store.CloseShiftAnswer, error) {
		out, _, err := store.CloseShift(ctx, s, ulid.New(), by, s.shift, store.CloseShiftInput{Counted: counted, Credit: credit})
		return out, err
	}
	on := func(id string) store.CreditAtExit { return store.CreditAtExit{Request: id, Carry: true} }
	_, err := shut(maker, 200_000)
	s.refused(err, "store.credit_pending")
	_, err = shut(maker, 200_000, on(waits), on(fetched), on(stays))
	s.refused(err, "store.credit_pending") // one is not named
	_, err = shut(maker, 200_000, on(waits), on(fetched), on(stays), store.CreditAtExit{Request: ended}, on(ulid.New()))
	if !errors.Is(err, fault.NotFound("store.credit_request_unknown")) {
		t.Errorf("a request of nowhere: %v", err)
	}
	out, err := shut(maker, 200_000, on(waits), on(fetched), on(stays), store.CreditAtExit{Request: ended})
	if err != nil || out.Carried != 3 || out.Ended != 1 || out.Difference != 0 {
		t.Fatalf("%+v %v", out, err)
	}
	told := func() string {
		t.Helper()
		var all string
		if err := act.Read(s).Row("SELECT group_concat(kind || ' ' || amount, ', ') FROM (SELECT kind, amount FROM notices WHERE member = ? ORDER BY id)", s.member).Scan(&all); err != nil {
			t.Fatal(err)
		}
		return all
	}
	if got := told(); got != "credit_approved 1100000, credit_approved 1100000, credit_carried 1100000, credit_ended 1100000" {
		t.Errorf("the member heard: %s", got)
	}
	list, err := plans.PlansFor(act.Read(s), manager, s.today(), 0, true, 0, 10)
	if err != nil || len(list.Waiting) != 3 || list.Waiting[0].ID != waits || list.Waiting[2].State != plans.PlanApproved || list.Waiting[2].ID != fetched {
		t.Errorf("the office sees %+v %v", list.Waiting, err)
	}

	// The day after somebody else stands at the till.
	s.Travel(s.Now().AddDate(0, 0, 1))
	second := s.Operator(act.Cashier)
	s.cashier, s.shift = testapp.By(second), s.Shift(second)
	handOver := func(id string) error {
		_, _, err := store.HandOver(ctx, s, ulid.New(), s.cashier, store.HandOverInput{Shift: s.shift, Request: id, Buyer: &store.Buyer{Card: s.card, Pin: "482915"}})
		return err
	}
	s.refused(handOver(ended), "store.credit_other_shift")
	s.refused(handOver(waits), "payroll.plan_not_approved")
	if err := handOver(fetched); err != nil {
		t.Fatal(err)
	}
	if err := decide(waits); err != nil { // the office says yes to what was carried on
		t.Fatal(err)
	}
	shift, err := store.ShiftByKey(act.Read(s), s.shift)
	if err != nil {
		t.Fatal(err)
	}
	here, err := store.CreditOfShift(act.Read(s), shift.ID)
	if err != nil || len(here.Sales) != 4 {
		t.Fatalf("%+v %v", here, err)
	}
	for i, want := range []string{"made", "waiting", "handed", "approved"} {
		if here.Sales[i].State != want {
			t.Errorf("%d is %s, want %s", i, here.Sales[i].State, want)
		}
	}
	// Its cashier ends what the office approved, when the member changed their mind; the one before does not.
	_, _, err = store.WithdrawCredit(ctx, s, ulid.New(), maker, waits)
	if !errors.Is(err, fault.Forbidden("store.shift_other")) {
		t.Errorf("the cashier of yesterday: %v", err)
	}
	if _, _, err := store.WithdrawCredit(ctx, s, ulid.New(), s.cashier, waits); err != nil {
		t.Error(err)
	}
	s.refused(handOver(waits), "payroll.plan_decided")
	_, err = shut(s.cashier, 300_000)
	s.refused(err, "store.credit_pending")
	if out, err = shut(s.cashier, 300_000, on(stays)); err != nil || out.Carried != 1 || out.Ended != 0 {
		t.Errorf("%+v %v", out, err)
	}
	if s.balance(1122) != 1_100_000 || s.balance(1102) != 0 {
		t.Errorf("1122 holds %s, 1102 %s", s.balance(1122), s.balance(1102))
	}
	s.Verify()
}

// While a shift ends, its cashier hands the goods over at another till window: one of the two comes first.
func TestAShiftEndsWhileGoodsAreHandedOver(t *testing.T) {
	s := creditShop(t)
	asked, err := s.credit(s.onPlan("2", 6, 0))
	if err != nil {
		t.Fatal(err)
	}
	if _, _, err := plans.DecidePlan(ctx, s, ulid.New(), testapp.By(s.Manager()), asked.ID, true, ""); err != nil {
		t.Fatal(err)
	}
	var all sync.WaitGroup
	var handed, shut, withdrawn error
	all.Go(func() {
		_, _, handed = store.HandOver(ctx, s, ulid.New(), s.cashier, store.HandOverInput{Shift: s.shift, Request: asked.ID, Buyer: &store.Buyer{Card: s.card, Pin: "482915"}})
	})
	all.Go(func() {
		_, _, shut = store.CloseShift(ctx, s, ulid.New(), s.cashier, s.shift, store.CloseShiftInput{Counted: 200_000, Credit: []store.CreditAtExit{{Request: asked.ID}}})
	})
	all.Go(func() { _, _, withdrawn = store.WithdrawCredit(ctx, s, ulid.New(), s.cashier, asked.ID) })
	all.Wait()
	if shut != nil {
		t.Error(shut)
	}
	if handed == nil && (withdrawn == nil || s.balance(1122) != 1_200_000) || handed != nil && s.balance(1122) != 0 {
		t.Errorf("handed over: %v, withdrawn: %v, 1122 holds %s", handed, withdrawn, s.balance(1122))
	}
	s.Verify()
}
