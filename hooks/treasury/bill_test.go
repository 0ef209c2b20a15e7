package treasury_test

import (
	"testing"

	"kpdk/hooks/internal/act"
	"kpdk/hooks/internal/testapp"
	"kpdk/hooks/internal/ulid"
	"kpdk/hooks/ledger"
	"kpdk/hooks/ledger/book"
	"kpdk/hooks/treasury"
)

// A bill is owed from the day it comes, is among what the supplier is owed, is paid by a payment to the supplier, and
// is taken back only while it isn't paid.
func TestABillIsOwedAndPaidLater(t *testing.T) {
	app := testapp.New(t)
	treasurer := testapp.By(app.Operator(act.Treasurer))
	supplier := app.Record("suppliers", map[string]any{"number": 7, "name": "CV Dingin"})
	app.Act("test.money", func(tx *act.Tx) error {
		_, err := ledger.Post(tx, ledger.Entry{Kind: ledger.KindOpening, Date: tx.Today(), Lines: []ledger.Line{ledger.Dr(ledger.Cash, 1_000_000), ledger.Cr(ledger.OpeningBalance, 1_000_000)}})
		return err
	})
	const category = "expensecat00001"
	good := treasury.SupplierBill{Supplier: int64(supplier.GetInt("number")), Category: category, Amount: 400_000, Due: "2026-12-10"}
	for name, c := range map[string]struct {
		change func(*treasury.SupplierBill)
		want   string
	}{
		"nobody":     {func(b *treasury.SupplierBill) { b.Supplier = 99 }, "input.invalid"},
		"no amount":  {func(b *treasury.SupplierBill) { b.Amount = 0 }, "input.invalid"},
		"due before": {func(b *treasury.SupplierBill) { b.Due = "2026-11-01" }, "input.invalid"},
		"no day":     {func(b *treasury.SupplierBill) { b.Due = "" }, "input.invalid"},
		"tomorrow":   {func(b *treasury.SupplierBill) { b.Date = "2026-11-30" }, "treasury.date_future"},
		"for what":   {func(b *treasury.SupplierBill) { b.Category = "x" }, "input.invalid"},
		"a paper":    {func(b *treasury.SupplierBill) { b.Voucher = "x" }, "treasury.voucher_unknown"},
	} {
		in := good
		c.change(&in)
		if _, _, err := treasury.BookBill(t.Context(), app, ulid.New(), treasurer, in, ""); testapp.Refusal(err) != c.want {
			t.Errorf("%s: %v, want %s", name, err, c.want)
		}
	}
	key := ulid.New()
	bill, _, err := treasury.BookBill(t.Context(), app, key, treasurer, good, "servis AC")
	if err != nil || bill.Number != "TG-2026/00001" {
		t.Fatal(bill, err)
	}
	if again, replayed, err := treasury.BookBill(t.Context(), app, key, treasurer, good, "servis AC"); err != nil || !replayed || again != bill {
		t.Errorf("again: %+v %v %v", again, replayed, err)
	}
	other, _, err := treasury.BookBill(t.Context(), app, ulid.New(), treasurer, good, "")
	if err != nil {
		t.Fatal(err)
	}
	owes := func() int64 {
		t.Helper()
		b, err := ledger.Balance(act.Read(app), book.Of(book.Supplier, 7), ledger.SupplierPayable)
		if err != nil {
			t.Fatal(err)
		}
		return -int64(b)
	}
	if owes() != 800_000 {
		t.Errorf("%d owed", owes())
	}
	for i, want := range []string{"", "treasury.reversed_already"} {
		if _, _, err := treasury.TakeBackBill(t.Context(), app, ulid.New(), treasurer, other.Bill, "dobel"); testapp.Refusal(err) != want {
			t.Errorf("taken back %d: %v", i, err)
		}
	}
	if _, _, err := treasury.Pay(t.Context(), app, ulid.New(), treasurer, treasury.Payment{Kind: treasury.KindSupplier, From: "cash", To: "7", Amount: 400_000}, ""); err != nil {
		t.Fatal(err)
	}
	if _, _, err := treasury.TakeBackBill(t.Context(), app, ulid.New(), treasurer, bill.Bill, "salah"); testapp.Refusal(err) != "treasury.supplier_bill_paid" || owes() != 0 {
		t.Errorf("paid: %v, %d owed", err, owes())
	}
	app.Verify()
}
