package payroll_test

import (
	"fmt"
	"net/http"
	"strings"
	"sync"
	"testing"

	"kpdk/hooks/internal/act"
	"kpdk/hooks/internal/clock"
	"kpdk/hooks/internal/money"
	"kpdk/hooks/internal/testapp"
	"kpdk/hooks/internal/ulid"
	"kpdk/hooks/ledger"
	"kpdk/hooks/payroll"
	"kpdk/hooks/store"
	"kpdk/hooks/treasury"
)

// billing is a co-op with members 1 and 3, who pay by themselves: purchases and mandatory savings on the bill of
// November, and a newer purchase of 1 that is on no bill yet.
type billing struct {
	*office
	shop, dues, newer int64
	cashier           act.Actor
	shift             string
}

func newBilling(t testing.TB) *billing {
	b := &billing{office: newOffice(t)}
	b.hire(1, hired{})
	b.hire(2, hired{max: 1_000_000})
	b.hire(3, hired{})
	b.shop = b.owe(1, ledger.ItemStore, "2026-10-02", 650_625)
	b.dues = b.owe(1, ledger.ItemMandatory, "2026-10-01", 300_000)
	b.newer = b.owe(1, ledger.ItemStore, "2026-10-25", 110_600)
	b.owe(2, ledger.ItemStore, "2026-10-02", 10_000)
	b.owe(3, ledger.ItemMandatory, "2026-10-01", 50_000)
	b.promise()
	b.cashier = testapp.By(b.Operator(act.Cashier))
	b.shift = b.open()
	return b
}

func (b *billing) open() string {
	b.t.Helper()
	key := ulid.New()
	_, _, err := store.OpenShift(ctx, b, key, b.cashier, store.OpenShiftInput{Till: "K1", Float: 100_000})
	b.must(err)
	return key
}

func (b *billing) atTill(into string, amount money.Rupiah) (treasury.DebtPaid, error) {
	out, _, err := treasury.PayBillAtTill(ctx, b, ulid.New(), b.cashier, treasury.TillPayment{Shift: b.shift, Member: 1, Bill: period, Into: into, Amount: amount})
	return out, err
}

func (b *billing) takeBack(by act.Actor, entry int64) error {
	_, _, err := treasury.Reverse(ctx, b, ulid.New(), by, entry, "salah orang")
	return err
}

// left is what is open of the bill's parts and of the newer purchase, and what is held for the member.
func (b *billing) left() string {
	return fmt.Sprintf("dues %d, shop %d, newer %d, held %d, saved %d", b.remainder(b.dues), b.remainder(b.shop), b.remainder(b.newer), -b.balance(1, ledger.DepositHeld), -b.balance(1, ledger.MandatorySavings))
}

func (b *billing) verify() {
	b.t.Helper()
	b.office.verify()
	for _, c := range append(treasury.Checks(), store.Checks()...) {
		if _, findings, err := c.Run(ctx, act.Read(b)); err != nil || len(findings) > 0 {
			b.t.Errorf("%s: %v %v", c.Name, findings, err)
		}
	}
}

func (b *billing) is(want string) {
	b.t.Helper()
	if got := b.left(); got != want {
		b.t.Errorf("%s, want %s", got, want)
	}
}

// Who pays what a bill says pays just that: the parts of the bill, in its order, savings that are due among them.
func TestABillIsPaidAsItSays(t *testing.T) {
	b := newBilling(t)
	bill, err := payroll.BillOf(act.Read(b), period, 1)
	b.must(err)
	if bill.Owed != 950_625 || len(bill.Parts) != 2 || bill.Parts[0].Item != b.dues {
		t.Fatalf("%+v", bill)
	}
	pay := func(into string, amount money.Rupiah, excess string) (treasury.DebtPaid, error) {
		out, _, err := treasury.ReceiveDebt(ctx, b, ulid.New(), treasurer, treasury.DebtPayment{Member: 1, Bill: period, Into: into, Amount: amount, Excess: excess})
		return out, err
	}
	_, err = pay("bank:1", 950_626, "")
	b.refused(err, "treasury.above_bill")
	out, err := pay("qris:1", 400_000, "")
	b.must(err)
	if out.Left != 550_625 || len(out.Items) != 2 || out.Items[0].Item != b.dues || out.Items[1].Remaining != 550_625 {
		t.Errorf("%+v", out)
	}
	b.is("dues 0, shop 550625, newer 110600, held 0, saved 300000")
	rest, err := pay("bank:1", 550_625, "")
	b.must(err)
	b.is("dues 0, shop 0, newer 110600, held 0, saved 300000")
	_, err = pay("cash", 1_000, "")
	b.refused(err, "treasury.bill_paid")
	if bill, err = payroll.BillOf(act.Read(b), period, 1); err != nil || bill.Owed != 0 || bill.Paid != 950_625 {
		t.Errorf("%+v %v", bill, err)
	}

	// Taken back, the bill is owed again; what came above it, and was said to be held, is.
	b.must(b.takeBack(treasurer, rest.Entry))
	b.must(b.takeBack(treasurer, out.Entry))
	b.is("dues 300000, shop 650625, newer 110600, held 0, saved 0")
	_, err = pay("bank:1", 1_000_000, "hold")
	b.must(err)
	b.is("dues 0, shop 0, newer 110600, held 49375, saved 300000")
	for _, wrong := range []clock.Period{"2026-12", "2026-1"} {
		if _, _, err := treasury.ReceiveDebt(ctx, b, ulid.New(), treasurer, treasury.DebtPayment{Member: 1, Bill: wrong, Into: "cash", Amount: 1}); testapp.Refusal(err) == "" {
			t.Errorf("%s was paid: %v", wrong, err)
		}
	}
	b.verify()
}

// At a till the cash lies in the drawer and is counted with it; QRIS and transfers lie where they come.
func TestABillIsPaidAtATill(t *testing.T) {
	b := newBilling(t)
	drawer := func() money.Rupiah {
		t.Helper()
		view, err := store.ViewShift(act.Read(b), b.cashier)
		b.must(err)
		if view.Expected-100_000 != view.Bills {
			t.Errorf("the drawer %v, of bills %v", view.Expected, view.Bills)
		}
		return view.Bills
	}
	cash, err := b.atTill("cash", 350_000)
	b.must(err)
	if cash.Hash == "" || drawer() != 350_000 {
		t.Errorf("%+v", cash)
	}
	_, err = b.atTill("qris:1", 100_000)
	b.must(err)
	_, err = b.atTill("bank:1", 50_000)
	b.must(err)
	for into, code := range map[string]string{"deposit": "input.invalid", "cash": "treasury.above_bill", "bank:9": "treasury.bank_unknown"} {
		_, err = b.atTill(into, map[bool]money.Rupiah{true: 450_626, false: 1_000}[into == "cash"])
		b.refused(err, code)
	}
	b.is("dues 0, shop 450625, newer 110600, held 0, saved 300000")
	list, err := treasury.TillPayments(act.Read(b), "id", b.cashier, b.shift)
	b.must(err)
	if len(list.Moves) != 3 || list.Moves[2].PlaceName != "Kasir K1" || len(list.Moves[2].Items) != 2 {
		t.Errorf("%+v", list)
	}

	// Whoever took it does not take it back; somebody else does, out of the drawer while it is open.
	boss := manager
	b.refused(b.takeBack(b.cashier, cash.Entry), "treasury.reverse_apart")
	b.must(b.takeBack(treasurer, cash.Entry))
	b.refused(b.takeBack(boss, cash.Entry), "treasury.reversed_already")
	if drawer() != 0 {
		t.Error("the drawer still has it")
	}
	b.is("dues 300000, shop 500625, newer 110600, held 0, saved 0")

	// Of a shift that is closed it leaves the main cash, and the drawer stays even.
	again, err := b.atTill("cash", 800_625)
	b.must(err)
	b.is("dues 0, shop 0, newer 110600, held 0, saved 300000")
	closed, _, err := store.CloseShift(ctx, b, ulid.New(), b.cashier, b.shift, store.CloseShiftInput{Counted: 900_625})
	b.must(err)
	if closed.Difference != 0 || closed.Bills != 800_625 {
		t.Errorf("%+v", closed)
	}
	_, err = b.atTill("cash", 1_000)
	b.refused(err, "store.shift_closed")
	before, err := ledger.AccountBalance(act.Read(b), ledger.Cash)
	b.must(err)
	b.must(b.takeBack(boss, again.Entry))
	after, err := ledger.AccountBalance(act.Read(b), ledger.Cash)
	b.must(err)
	inDrawers, err := ledger.AccountBalance(act.Read(b), ledger.ShiftCash)
	b.must(err)
	if before-after != 800_625 || inDrawers != 0 {
		t.Errorf("main cash %v, then %v; drawers %v", before, after, inDrawers)
	}
	b.is("dues 300000, shop 500625, newer 110600, held 0, saved 0")
	b.verify()
}

// Two who take the same bill at once: one of them is told that it is paid.
func TestABillIsPaidOnce(t *testing.T) {
	b := newBilling(t)
	var wait sync.WaitGroup
	errs := make([]error, 2)
	wait.Go(func() { _, errs[0] = b.atTill("cash", 950_625) })
	wait.Go(func() {
		_, _, errs[1] = treasury.ReceiveDebt(ctx, b, ulid.New(), treasurer, treasury.DebtPayment{Member: 1, Bill: period, Into: "bank:1", Amount: 950_625})
	})
	wait.Wait()
	if codes := testapp.Refusal(errs[0]) + testapp.Refusal(errs[1]); codes != "treasury.bill_paid" {
		t.Errorf("%v", errs)
	}
	b.is("dues 0, shop 0, newer 110600, held 0, saved 300000")
	b.verify()
}

// Who sees and takes a bill at a till, and what the answer says.
func TestTheDoorsOfABillAtATill(t *testing.T) {
	b := newBilling(t)
	url := b.Serve().URL
	cashier, err := b.FindRecordById("operators", b.cashier.ID)
	b.must(err)
	other, keeper, member := b.Operator(act.Cashier), b.Operator(act.Storekeeper), b.Member("Rani")
	body := func(amount int) string {
		return fmt.Sprintf(`{"id":%q,"shift":%q,"member":1,"bill":"2026-11","into":"cash","amount_rupiah":%d}`, ulid.New(), b.shift, amount)
	}
	for _, c := range []struct {
		who, method, path, body string
		status                  int
		holds                   string
	}{
		{"", "GET", "till-bills/1", "", 401, ""},
		{b.LogIn(member), "GET", "till-bills/1", "", 403, ""},
		{b.Token(keeper), "GET", "till-bills/1", "", 403, ""},
		{b.Token(cashier), "GET", "till-bills/1", "", 200, `"bill":"2026-11","due_rupiah":950625`},
		{b.Token(cashier), "GET", "till-bills/2", "", 200, `"bill":"","due_rupiah":0,"items":[]`},
		{b.Token(cashier), "GET", "till-bills/77", "", 404, ""},
		{"", "POST", "till-payments", body(1_000), 401, ""},
		{b.LogIn(member), "POST", "till-payments", body(1_000), 403, ""},
		{b.Token(other), "POST", "till-payments", body(1_000), 403, "store.shift_other"},
		{b.Token(other), "GET", "till-payments?shift=" + b.shift, "", 403, "store.shift_other"},
		{b.Token(cashier), "POST", "till-payments", body(0), 400, "amount_rupiah"},
		{b.Token(cashier), "POST", "till-payments", body(1_000), 201, `"left_rupiah":949625`},
		{b.Token(cashier), "GET", "till-payments?shift=" + b.shift, "", 200, `"amount_rupiah":1000`},
		{b.Token(b.Operator(act.Treasurer)), "GET", "members/1", "", 200, `"bill":{"period":"2026-11","due_rupiah":949625`},
	} {
		request, err := http.NewRequest(c.method, url+"/api/coop/treasury/"+c.path, strings.NewReader(c.body))
		b.must(err)
		request.Header.Set("Authorization", c.who)
		request.Header.Set("Content-Type", "application/json")
		response, err := http.DefaultClient.Do(request)
		b.must(err)
		var said strings.Builder
		_, _ = fmt.Fprint(&said, response.Status)
		raw := make([]byte, 1<<14)
		n, _ := response.Body.Read(raw)
		response.Body.Close()
		if response.StatusCode != c.status || !strings.Contains(string(raw[:n]), c.holds) {
			t.Errorf("%s %s: %s %s", c.method, c.path, said.String(), raw[:n])
		}
	}
}
