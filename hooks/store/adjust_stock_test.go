package store_test

import (
	"errors"
	"testing"

	"kpdk/hooks/document"
	"kpdk/hooks/internal/act"
	"kpdk/hooks/internal/clock"
	"kpdk/hooks/internal/fault"
	"kpdk/hooks/internal/money"
	"kpdk/hooks/internal/testapp"
	"kpdk/hooks/internal/ulid"
	"kpdk/hooks/ledger"
	"kpdk/hooks/store"
)

// bringIn imports a catalogue of two products, one of them with stock.
func bringIn(app *testapp.App, by act.Actor, key, reason, stock string, dry bool) (store.CatalogueReport, error) {
	data := "Kode;Nama Barang;Harga Beli;Harga Jual;Stok\nB1;Beras;10.000;12.000;" + stock + "\nB2;Gula;5.000;8.000;\n"
	return store.ImportProducts(ctx, app, by, document.Upload{Name: "k.csv", Data: []byte(data), Key: key, DryRun: dry, Fields: map[string]string{"reason": reason}}, "id", nil)
}

func balance(t *testing.T, app *testapp.App, account int) money.Rupiah {
	t.Helper()
	b, err := ledger.AccountBalance(act.Read(app), account)
	if err != nil {
		t.Fatal(err)
	}
	return b
}

// Once the books have begun, a list of products makes no value out of nothing: its stock is an adjustment with a
// reason, of one person up to a limit, and of two above it.
func TestLateStockOfAListIsAnAdjustment(t *testing.T) {
	s := newShop(t)
	manager, treasurer := testapp.By(s.Manager()), testapp.By(s.Operator(act.Treasurer))
	opened, inventory := balance(t, s.App, ledger.OpeningBalance), balance(t, s.App, ledger.Inventory)
	if r, err := bringIn(s.App, manager, "", "", "501", true); err != nil || len(r.Warnings) != 1 || r.Warnings[0].Code != string(store.StockLate) || r.Created != 2 {
		t.Fatalf("a trial says that it is late: %+v %v", r, err)
	}
	if _, err := bringIn(s.App, manager, "", " ", "501", false); testapp.Refusal(err) != "input.invalid" {
		t.Errorf("without a reason: %v", err)
	}
	var made bool
	if err := act.Read(s).Row("SELECT EXISTS(SELECT 1 FROM products WHERE code = 'B1')").Scan(&made); err != nil || made {
		t.Errorf("a refused list made products: %v", err)
	}
	key := ulid.New()
	r, err := bringIn(s.App, manager, key, "terlewat waktu pindah", "501", false) // 5,010,000
	if err != nil || r.Created != 2 || r.Adjustment == nil || r.Adjustment.State != store.StateWaiting || r.Adjustment.Amount != 5_010_000 {
		t.Fatalf("above the limit: %+v %v", r, err)
	}
	for _, k := range []string{key, ""} { // the same again, and the same file once more while it waits
		if r, err := bringIn(s.App, manager, k, "terlewat waktu pindah", "501", false); err != nil || (k == "") != (r.Adjustment == nil) {
			t.Errorf("again: %+v %v", r, err)
		}
	}
	if balance(t, s.App, ledger.Inventory) != inventory {
		t.Error("what waits is in the books")
	}
	waiting := r.Adjustment.ID
	if _, _, err := store.DecideStock(ctx, s, ulid.New(), manager, waiting, true, ""); !errors.Is(err, fault.Refused("store.adjust_same_person")) {
		t.Errorf("its maker approves: %v", err)
	}
	for i, want := range []string{"", "store.adjustment_decided"} {
		if _, _, err := store.DecideStock(ctx, s, ulid.New(), treasurer, waiting, true, ""); testapp.Refusal(err) != want {
			t.Errorf("approval %d: %v", i, err)
		}
	}
	if got := balance(t, s.App, ledger.Inventory) - inventory; got != 5_010_000 || balance(t, s.App, ledger.OpeningBalance) != opened {
		t.Errorf("%s came in, and the opening account moved", got.Format())
	}
	list, err := store.Adjustments(act.Read(s), clock.Of(s).Today(), manager, 0, 10)
	if err != nil || len(list.Waiting) != 0 || len(list.Adjustments) != 1 || list.Adjustments[0].Reason != "terlewat waktu pindah" || list.Adjustments[0].Count != 1 || list.Adjustments[0].Lines[0].Quantity != "501" {
		t.Errorf("%+v %v", list, err)
	}
	s.Verify()
}

// One person adjusts up to the limit in a day, in whatever pieces; what is missing is taken at its cost.
func TestAdjustmentsOfADayAddUp(t *testing.T) {
	s := newShop(t)
	keeper, other := testapp.By(s.Operator(act.Storekeeper)), testapp.By(s.Operator(act.Storekeeper))
	adjust := func(by act.Actor, quantity string, cost money.Rupiah) (store.Adjusted, error) {
		out, _, err := store.AdjustStock(ctx, s, ulid.New(), by, store.AdjustInput{Reason: "stok opname", Lines: []store.AdjustLine{{Barcode: soap, Quantity: quantity, Cost: cost}}})
		return out, err
	}
	for i, c := range []struct {
		by       act.Actor
		quantity string
		cost     money.Rupiah
		state    string
		refusal  string
	}{
		{keeper, "300", 10_000, store.StatePosted, ""},
		{keeper, "201", 10_000, store.StateWaiting, ""}, // the other piece of 501
		{keeper, "200", 10_000, store.StatePosted, ""},  // to the rupiah
		{keeper, "-1", 0, store.StateWaiting, ""},
		{other, "-1", 0, store.StatePosted, ""},
		{act.ByConsole, "1000", 10_000, store.StatePosted, ""},
		{other, "-999999", 0, "", "input.invalid"},
		{other, "-1", 10_000, "", "input.invalid"}, // what is missing has its own cost
		{other, "0", 0, "", "input.invalid"},
	} {
		out, err := adjust(c.by, c.quantity, c.cost)
		if testapp.Refusal(err) != c.refusal || err == nil && out.State != c.state {
			t.Errorf("%d: %+v %v", i, out, err)
		}
	}
	if _, _, err := store.AdjustStock(ctx, s, ulid.New(), other, store.AdjustInput{Reason: " ", Lines: []store.AdjustLine{{Barcode: soap, Quantity: "1"}}}); testapp.Refusal(err) != "input.invalid" {
		t.Errorf("without a reason: %v", err)
	}
	list, err := store.Adjustments(act.Read(s), clock.Of(s).Today(), other, 0, 2)
	if err != nil || len(list.Waiting) != 2 || len(list.Adjustments) != 2 || list.Next == 0 || list.Waiting[0].Refusal != "" {
		t.Fatalf("%+v %v", list, err)
	}
	if _, _, err := store.DecideStock(ctx, s, ulid.New(), keeper, list.Waiting[0].ID, false, "salah hitung"); err != nil {
		t.Errorf("its maker takes it back: %v", err)
	}
	s.Verify()
}

// A list that comes before anything else is part of the opening, and one that comes after the opening's list is not.
func TestStockOfAListIsOpeningOnlyBeforeTheOthers(t *testing.T) {
	app := testapp.New(t)
	manager := testapp.By(app.Manager())
	if r, err := bringIn(app, manager, "", "", "10", false); err != nil || r.Adjustment != nil {
		t.Fatalf("%+v %v", r, err)
	}
	if balance(t, app, ledger.OpeningBalance) != -100_000 {
		t.Error("it is no part of the opening")
	}
	app.Act("opening.import", func(tx *act.Tx) error {
		return tx.Exec("INSERT INTO openings(action, date, items, act) VALUES('import', '2026-10-31', 1, ?)", tx.ID())
	})
	data := "Kode;Nama Barang;Harga Beli;Harga Jual;Stok\nB3;Minyak;10.000;12.000;5\n"
	r, err := store.ImportProducts(ctx, app, manager, document.Upload{Name: "k.csv", Data: []byte(data), Fields: map[string]string{"reason": "terlewat"}}, "id", nil)
	if err != nil || r.Adjustment == nil || r.Adjustment.State != store.StatePosted || balance(t, app, ledger.OpeningBalance) != -100_000 {
		t.Fatalf("%+v %v", r, err)
	}
}
