package store_test

import (
	"fmt"
	"net/http"
	"slices"
	"strings"
	"testing"

	"kpdk/hooks/internal/act"
	"kpdk/hooks/internal/command"
	"kpdk/hooks/internal/money"
	"kpdk/hooks/internal/testapp"
	"kpdk/hooks/internal/ulid"
	"kpdk/hooks/ledger"
	"kpdk/hooks/store"
)

// backs takes pieces of the only line of a sale back; "" all that is out.
func (s *shop) backs(by act.Actor, sale, quantity string) (store.ReturnAnswer, error) {
	in := store.ReturnInput{Reason: "rusak"}
	if quantity != "" {
		in.Lines = []store.BackInput{{Line: 1, Quantity: quantity}}
	}
	answer, _, err := store.ReturnSale(ctx, s, ulid.New(), by, sale, in)
	return answer, err
}

// wouldBack asks what backs would do.
func (s *shop) wouldBack(by act.Actor, sale, quantity string) (store.ReturnTerms, int64, error) {
	var in store.ReturnTermsInput
	if quantity != "" {
		in.Lines = []store.BackInput{{Line: 1, Quantity: quantity}}
	}
	return store.ReturnTermsOf(act.Read(s), by, s.today(), sale, in)
}

// fillBox puts money into the cash box.
func (s *shop) fillBox(amount money.Rupiah) {
	s.T.Helper()
	s.Act("test.money", func(tx *act.Tx) error {
		_, err := ledger.Post(tx, ledger.Entry{Kind: ledger.KindOpening, Date: "2026-11-01", Lines: []ledger.Line{ledger.Dr(ledger.Cash, amount), ledger.Cr(3201, amount)}})
		return err
	})
}

// What comes back ends the debt first, then is paid out of the box, and what a payroll had taken is held; all of it
// together is the exact negative of the sale.
func TestGoodsOfASaleComeBack(t *testing.T) {
	s := newShop(t)
	s.fillBox(1_000_000)
	treasurer := testapp.By(s.Operator(act.Treasurer))
	before := s.trial()
	for _, c := range []struct {
		name    string
		public  bool
		tenders []store.Tender
		paid    money.Rupiah // of the debt, before anything comes back
		steps   []string     // quantity: ended/cash/held of each
	}{
		{"cash", false, []store.Tender{cash(36_000)}, 0, []string{": 0/36000/0"}},
		{"cash with change, in parts", true, []store.Tender{cash(40_000)}, 0, []string{"1: 0/12500/0", "2: 0/25000/0"}},
		{"to be deducted", false, []store.Tender{payroll(36_000)}, 0, []string{"1: 12000/0/0", ": 24000/0/0"}},
		{"deducted already", false, []store.Tender{payroll(36_000)}, 36_000, []string{"1: 0/0/12000", "2: 0/0/24000"}},
		{"partly deducted", false, []store.Tender{payroll(36_000)}, 26_000, []string{"2: 10000/0/14000", "1: 0/0/12000"}},
		{"both ways", false, []store.Tender{payroll(20_000), cash(16_000)}, 5_000, []string{"1: 12000/0/0", "1: 3000/9000/0", "1: 0/7000/5000"}},
	} {
		in := s.basket("3", c.tenders...)
		if c.public {
			in.Buyer = nil
		}
		sold, err := s.sell(in)
		if err != nil {
			t.Fatal(c.name, err)
		}
		s.settle(c.paid)
		for _, step := range c.steps {
			quantity, want, _ := strings.Cut(step, ": ")
			terms, who, err := s.wouldBack(treasurer, sold.ID, quantity)
			if got := fmt.Sprintf("%d/%d/%d", terms.Ended, terms.Cash, terms.Held); err != nil || got != want || (who == s.member) == c.public {
				t.Errorf("%s, %s would come back: %s of %d %v, want %s", c.name, quantity, got, who, err, want)
			}
			back, err := s.backs(treasurer, sold.ID, quantity)
			if got := fmt.Sprintf("%d/%d/%d", back.Ended, back.Cash, back.Held); err != nil || got != want {
				t.Errorf("%s, %s back: %s %v, want %s", c.name, quantity, got, err, want)
			}
		}
		receipt, err := store.ViewSale(act.Read(s), treasurer, s.today(), sold.ID)
		if err != nil || receipt.Back != receipt.Total || receipt.Ended+receipt.Repaid+receipt.Held != receipt.Back || receipt.Unsaved != receipt.Saved || receipt.Lines[0].Back != "3" ||
			len(receipt.Returns) != len(c.steps) || receipt.Returns[0].Reason != "rusak" || receipt.Refusal != "store.return_over" {
			t.Errorf("%s: %+v %v", c.name, receipt, err)
		}
		_, err = s.backs(treasurer, sold.ID, "")
		s.refused(err, "store.return_over")
		s.Verify()
	}
	if saved, err := store.SavedBy(act.Read(s), s.member, 2026); err != nil || saved != 0 {
		t.Errorf("goods that came back saved %d %v", saved, err)
	}
	if gains, err := store.GainsOf(act.Read(s), s.member, 2026); err != nil || len(gains) != 0 {
		t.Errorf("%+v %v", gains, err)
	}
	// What the drawer took went out of the box, and what was deducted is held: all else is as if nothing had been sold.
	after := s.trial()
	for account, was := range before {
		switch account {
		case ledger.Cash, ledger.ShiftCash, ledger.DepositHeld, ledger.PayrollClearing:
		default:
			if after[account] != was {
				t.Errorf("account %d stood at %d and stands at %d", account, was, after[account])
			}
		}
	}
	if moved := after[ledger.Cash] + after[ledger.ShiftCash] - before[ledger.Cash] - before[ledger.ShiftCash]; moved != 0 {
		t.Errorf("%d of the cash is nowhere", moved)
	}
	if after[ledger.DepositHeld] != -(36_000 + 26_000 + 5_000) {
		t.Errorf("%d is held", after[ledger.DepositHeld])
	}
}

// settle lets a payroll take so much of what the member owes.
func (s *shop) settle(amount money.Rupiah) {
	s.T.Helper()
	if amount == 0 {
		return
	}
	s.Act("test.deduct", func(tx *act.Tx) error {
		items, err := ledger.OpenItems(tx, s.member)
		if err != nil {
			return err
		}
		posted, err := ledger.Post(tx, ledger.Entry{Kind: ledger.KindMember, Date: tx.Today(), Lines: []ledger.Line{ledger.Dr(ledger.Bank, amount, ledger.MainBank), ledger.Cr(ledger.StoreReceivable, amount, ledger.MemberParty(s.member))}})
		if err != nil {
			return err
		}
		return ledger.Settle(tx, items[len(items)-1].ID, amount, ledger.ByPayment, posted.Entry)
	})
}

// trial is what stands on each account.
func (s *shop) trial() map[int]money.Rupiah {
	s.T.Helper()
	all := map[int]money.Rupiah{}
	for _, account := range []int{ledger.Cash, ledger.ShiftCash, ledger.StoreReceivable, ledger.DepositHeld, ledger.PayrollClearing, ledger.Inventory,
		ledger.MemberSales, ledger.PublicSales, ledger.CostMember, ledger.CostPublic, ledger.CommissionMember, ledger.CommissionPublic} {
		all[account] = s.balance(account)
	}
	return all
}

func TestGoodsThatDoNotComeBack(t *testing.T) {
	s := newShop(t)
	boss, treasurer := testapp.By(s.Manager()), testapp.By(s.Operator(act.Treasurer))
	keyed := s.Operator(act.Treasurer)
	keyed.Set("keyed_by", s.cashier.ID)
	if err := s.UnsafeWithoutHooks().Save(keyed); err != nil {
		t.Fatal(err)
	}
	sold, err := s.sell(s.basket("2", cash(24_000)))
	if err != nil {
		t.Fatal(err)
	}
	own, _, err := store.Sell(ctx, s, ulid.New(), boss, s.basket("1", cash(12_000)))
	if err != nil {
		t.Fatal(err)
	}
	asked := map[string]int{"": http.StatusUnauthorized, s.Token(s.Operator(act.Cashier)): http.StatusForbidden, s.Token(s.Operator(act.Supervisor)): http.StatusForbidden, s.Token(s.Member("Budi")): http.StatusForbidden}
	before := s.rows()
	for name, c := range map[string]struct {
		by             act.Actor
		sale, quantity string
		want           string
	}{
		"who sold them":                  {boss, own.ID, "", "store.return_seller"},
		"whose login the seller made":    {testapp.By(keyed), sold.ID, "", "store.return_seller_keyed"},
		"a sale that there is not":       {treasurer, ulid.New(), "", "store.sale_unknown"},
		"more than was sold":             {treasurer, sold.ID, "3", "store.return_more"},
		"half a piece":                   {treasurer, sold.ID, "0.5", "store.return_whole"},
		"more than lies in the cash box": {treasurer, sold.ID, "1", "store.return_cash_short"},
	} {
		_, err := s.backs(c.by, c.sale, c.quantity)
		if got := testapp.Refusal(err); got != c.want {
			t.Errorf("%s: %s", name, got)
		}
		_, _, err = s.wouldBack(c.by, c.sale, c.quantity)
		if got := testapp.Refusal(err); got != c.want {
			t.Errorf("asked about %s: %s", name, got)
		}
	}
	for _, c := range []struct {
		by         act.Actor
		sale, want string
	}{{boss, own.ID, "store.return_seller"}, {testapp.By(keyed), sold.ID, "store.return_seller_keyed"}, {testapp.By(s.Operator(act.Supervisor)), sold.ID, "auth.forbidden"}, {treasurer, sold.ID, ""}} {
		if view, err := store.ViewSale(act.Read(s), c.by, s.today(), c.sale); err != nil || view.Refusal != c.want {
			t.Errorf("%s sees %q %v, want %q", c.by.Role, view.Refusal, err, c.want)
		}
	}
	_, _, err = store.ReturnSale(ctx, s, ulid.New(), treasurer, sold.ID, store.ReturnInput{Reason: "rusak", Lines: []store.BackInput{{Line: 2, Quantity: "1"}}})
	s.refused(err, "store.return_line_unknown")
	server := s.Serve()
	for who, status := range asked {
		r, err := http.NewRequest(http.MethodPost, server.URL+"/api/coop/store/sales/"+sold.ID+"/return", strings.NewReader(fmt.Sprintf(`{"id":%q,"reason":"rusak"}`, ulid.New())))
		if err != nil {
			t.Fatal(err)
		}
		r.Header.Set("Authorization", who)
		r.Header.Set("Content-Type", "application/json")
		answer, err := http.DefaultClient.Do(r)
		if err != nil {
			t.Fatal(err)
		}
		_ = answer.Body.Close()
		if answer.StatusCode != status {
			t.Errorf("%d, want %d", answer.StatusCode, status)
		}
	}
	if after := s.rows(); after != before {
		t.Errorf("refused, and written:\n%s\n%s", before, after)
	}
}

// Two who take the last piece back at once: one of them does.
func TestTheSameGoodsComeBackOnce(t *testing.T) {
	s := newShop(t)
	s.fillBox(1_000_000)
	sold, err := s.sell(s.basket("1", cash(12_000)))
	if err != nil {
		t.Fatal(err)
	}
	box := s.balance(ledger.Cash)
	by := []act.Actor{testapp.By(s.Operator(act.Treasurer)), testapp.By(s.Manager())}
	won, reasons := race(func(i int) error {
		_, err := s.backs(by[i%2], sold.ID, "1")
		return err
	})
	if won != 1 || s.balance(ledger.Cash) != box-12_000 {
		t.Errorf("%d won, %d in the box: %v", won, s.balance(ledger.Cash), reasons)
	}
	s.Verify()
}

// Consigned goods are the maker's again, and commission is taken back; a weight comes back in parts of a rupiah that
// sum to the price.
func TestConsignedGoodsAndWeightsComeBack(t *testing.T) {
	s := newShop(t)
	s.fillBox(1_000_000)
	treasurer := testapp.By(s.Operator(act.Treasurer))
	maker := s.Record("consignors", map[string]any{"number": 1, "name": "Bu Sri"})
	rice := s.Product("8990001000016", 13_333, 13_331, 9_001, 0)
	rice.Set("weighed", true)
	rice.Set("consignor", maker.Id)
	rice.Set("cost_rupiah", 9_001)
	if err := s.UnsafeWithoutHooks().Save(rice); err != nil {
		t.Fatal(err)
	}
	if _, _, err := store.ReceiveGoods(ctx, s, ulid.New(), act.BySystem, store.GoodsInput{PaidBy: "cash", Lines: []store.GoodsInputLine{{Product: rice.Id, Quantity: "5"}}}); err != nil {
		t.Fatal(err)
	}
	in := s.basket("1", cash(20_000))
	in.Lines = []store.LineInput{{Product: rice.Id, Quantity: "1.333"}}
	sold, err := s.sell(in)
	if err != nil {
		t.Fatal(err)
	}
	var sum money.Rupiah
	for range 3 {
		back, err := s.backs(treasurer, sold.ID, "0.444")
		if err != nil {
			t.Fatal(err)
		}
		sum += back.Amount
	}
	last, err := s.backs(treasurer, sold.ID, "")
	if err != nil || sum+last.Amount != sold.Total {
		t.Errorf("%d and %d of %d %v", sum, last.Amount, sold.Total, err)
	}
	for _, account := range []int{ledger.ConsignorPayable, ledger.CommissionMember, ledger.CommissionPublic} {
		if left := s.balance(account); left != 0 {
			t.Errorf("%d is left on %d", left, account)
		}
	}
	s.Verify()
}

// What was looked at is what happens: a payroll that took some of it in between asks to look again.
func TestTheFiguresOfAReturnThatChanged(t *testing.T) {
	s := newShop(t)
	treasurer := testapp.By(s.Operator(act.Treasurer))
	sold, err := s.sell(s.basket("2", payroll(24_000)))
	if err != nil {
		t.Fatal(err)
	}
	terms, _, err := s.wouldBack(treasurer, sold.ID, "1")
	if err != nil {
		t.Fatal(err)
	}
	s.settle(20_000)
	in := store.ReturnInput{Reason: "rusak", Lines: []store.BackInput{{Line: 1, Quantity: "1"}}, Seen: terms.Seen}
	_, _, err = store.ReturnSale(ctx, s, ulid.New(), treasurer, sold.ID, in)
	s.refused(err, "store.return_changed")
	terms, _, err = s.wouldBack(treasurer, sold.ID, "1")
	in.Seen = terms.Seen
	if back, _, again := store.ReturnSale(ctx, s, ulid.New(), treasurer, sold.ID, in); err != nil || again != nil || back.Ended != 4_000 || back.Held != 8_000 {
		t.Errorf("%+v %v %v", back, err, again)
	}
}

// The console finds a sale by the number on its receipt, says what would happen, and does it.
func TestGoodsComeBackAtTheConsole(t *testing.T) {
	s := newShop(t)
	sold, err := s.sell(s.basket("3", payroll(36_000)))
	if err != nil {
		t.Fatal(err)
	}
	till, _, _ := strings.Cut(sold.Number, "-")
	specs := store.Commands()
	spec := specs[slices.IndexFunc(specs, func(c command.Spec) bool { return c.Name == "store return" })]
	for _, c := range []struct {
		sale, line, reason, dry string
		exit                    int
		says                    string
	}{
		{sold.Number, "1=1", "", "true", command.Done, "12.000"},
		{strings.ToLower(till) + "-1", "1=1", "rusak", "", command.Done, "12.000"},
		{sold.Number, "1", "rusak", "", command.Failed, "Baris itu tidak ada"},
		{sold.Number, "", "", "", command.Failed, ""},
		{till + "-99", "", "rusak", "", command.Failed, ""},
		{sold.ID, "", "rusak", "", command.Done, "24.000"},
		{sold.ID, "", "rusak", "", command.Failed, "sudah kembali"},
	} {
		var out strings.Builder
		call := &command.Call{Ctx: ctx, App: s, Flags: map[string]string{"lang": "id", "sale": c.sale, "line": c.line, "reason": c.reason, "dry-run": c.dry}, Out: &out}
		exit, err := spec.Run(call)
		if err != nil {
			call.Refuse(err)
		}
		if exit != c.exit || !strings.Contains(out.String(), c.says) {
			t.Errorf("%+v: exit %d, %s", c, exit, out.String())
		}
	}
	if receipt, err := store.ReceiptByKey(act.Read(s), sold.ID); err != nil || receipt.Back != receipt.Total {
		t.Errorf("%+v %v", receipt, err)
	}
	s.Verify()
}
