package store_test

import (
	"errors"
	"slices"
	"testing"

	"kpdk/hooks/internal/act"
	"kpdk/hooks/internal/fault"
	"kpdk/hooks/internal/testapp"
	"kpdk/hooks/internal/ulid"
	"kpdk/hooks/ledger"
	"kpdk/hooks/store"
)

// A storekeeper doesn't empty the cash box alone: above what one person pays in a day to one supplier, goods come
// on credit; and nothing is paid out of a box that doesn't hold it.
func TestStorekeeperBuysMuchOnCreditOnly(t *testing.T) {
	s := newShop(t)
	keeper, other := testapp.By(s.Operator(act.Storekeeper)), testapp.By(s.Operator(act.Storekeeper))
	maju := s.Record("suppliers", map[string]any{"number": 501, "name": "CV Maju"}).Id
	jaya := s.Record("suppliers", map[string]any{"number": 502, "name": "CV Jaya"}).Id
	left, err := ledger.AccountBalance(act.Read(s), ledger.Cash)
	if err != nil {
		t.Fatal(err)
	}
	s.Act("test.money", func(tx *act.Tx) error { // eleven million lie in the box
		_, err := ledger.Post(tx, ledger.Entry{Kind: ledger.KindOpening, Date: tx.Today(), Lines: []ledger.Line{ledger.Dr(ledger.Cash, 11_000_000-left), ledger.Cr(ledger.OpeningBalance, 11_000_000-left)}})
		return err
	})
	for _, c := range []struct {
		by                  act.Actor
		quantity            string
		way, supplier, code string
	}{
		{keeper, "501", "cash", "", "store.cash_apart"},
		{keeper, "300", "cash", maju, ""},
		{keeper, "201", "cash", maju, "store.cash_apart"}, // the other piece of 501
		{keeper, "200", "cash", maju, ""},                 // to the rupiah
		{keeper, "1", "cash", maju, "store.cash_apart"},
		{keeper, "501", "credit", maju, ""},
		{keeper, "100", "cash", jaya, ""},
		{other, "500", "cash", maju, ""},
		{other, "1", "cash", jaya, "store.cash_short"}, // 5 + 1 + 5 million are gone
		{act.ByConsole, "1", "cash", jaya, "store.cash_short"},
	} {
		_, _, err := store.ReceiveGoods(ctx, s, ulid.New(), c.by, store.GoodsInput{PaidBy: c.way, Supplier: c.supplier,
			Lines: []store.GoodsInputLine{{Barcode: soap, Quantity: c.quantity, Cost: 10_000}}})
		if c.code == "" && err != nil || c.code != "" && !errors.Is(err, fault.Refused(c.code)) {
			t.Errorf("%+v: %v, want %q", c, err, c.code)
		}
	}
	if left, err = ledger.AccountBalance(act.Read(s), ledger.Cash); err != nil || left != 0 {
		t.Errorf("%v in the box: %v", left, err)
	}
}

// What people write on a receipt is kept where it can be erased; what was written before is still read.
func TestTheReferenceOfGoodsCanBeErased(t *testing.T) {
	s := newShop(t)
	supplier := s.Record("suppliers", map[string]any{"number": 501, "name": "CV Maju"}).Id
	in := store.GoodsInput{PaidBy: "credit", Supplier: supplier, Reference: "SJ-12 lewat Pak Ujang", Lines: []store.GoodsInputLine{{Barcode: soap, Quantity: "1", Cost: 9_000}}}
	key := ulid.New()
	for _, again := range []bool{false, true} {
		if _, replayed, err := store.ReceiveGoods(ctx, s, key, act.BySystem, in); err != nil || replayed != again {
			t.Fatal(replayed, err)
		}
	}
	s.Act("test.receipt", func(tx *act.Tx) error { // as they were kept at first
		return tx.Exec("INSERT INTO goods_receipts(act, supplier, paid_by, date, total, entry, reference) VALUES(?, 501, 'credit', '2026-11-01', 0, NULL, 'F-1')", tx.ID())
	})
	read := func() (all []string) {
		list, _, err := store.GoodsReceipts(act.Read(s), 0, 2)
		if err != nil {
			t.Fatal(err)
		}
		for _, g := range list {
			all = append(all, g.Reference)
		}
		return all
	}
	if got := read(); !slices.Equal(got, []string{"F-1", in.Reference}) {
		t.Errorf("%q", got)
	}
	if _, err := s.DB().NewQuery("DELETE FROM act_notes").Execute(); err != nil {
		t.Fatal(err)
	}
	if got := read(); !slices.Equal(got, []string{"F-1", ""}) {
		t.Errorf("%q", got)
	}
	s.Verify()
}
