package store_test

import (
	"errors"
	"testing"

	"kpdk/hooks/internal/act"
	"kpdk/hooks/internal/fault"
	"kpdk/hooks/internal/testapp"
	"kpdk/hooks/internal/ulid"
	"kpdk/hooks/store"
)

// A storekeeper doesn't empty the cash box alone: above what one person pays, goods come on credit.
func TestStorekeeperBuysMuchOnCreditOnly(t *testing.T) {
	s := newShop(t)
	keeper := testapp.By(s.Operator(act.Storekeeper))
	supplier := s.Record("suppliers", map[string]any{"number": 501, "name": "CV Maju"})
	for _, c := range []struct {
		quantity string
		in       store.GoodsInput
		code     string
	}{
		{"500", store.GoodsInput{PaidBy: "cash"}, ""}, // 5,000,000 to the rupiah
		{"501", store.GoodsInput{PaidBy: "cash"}, "store.cash_apart"},
		{"501", store.GoodsInput{PaidBy: "credit", Supplier: supplier.Id}, ""},
	} {
		c.in.Lines = []store.GoodsInputLine{{Barcode: soap, Quantity: c.quantity, Cost: 10_000}}
		_, _, err := store.ReceiveGoods(ctx, s, ulid.New(), keeper, c.in)
		if c.code == "" && err != nil || c.code != "" && !errors.Is(err, fault.Refused(c.code)) {
			t.Errorf("%+v: %v, want %q", c.in, err, c.code)
		}
	}
}
