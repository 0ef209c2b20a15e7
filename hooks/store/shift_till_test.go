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

// Who has no till of their own and names none gets one that is free.
func TestAShiftFindsAFreeTill(t *testing.T) {
	s := newShop(t)
	s.Record("tills", map[string]any{"code": "K2", "name": "Kasir 2"})
	answer, _, err := store.OpenShift(ctx, s, ulid.New(), testapp.By(s.Operator(act.Cashier)), store.OpenShiftInput{})
	if err != nil || answer.Till != "K2" {
		t.Fatalf("K1 is taken: %+v %v", answer, err)
	}
	_, _, err = store.OpenShift(ctx, s, ulid.New(), testapp.By(s.Operator(act.Cashier)), store.OpenShiftInput{})
	if !errors.Is(err, fault.Refused("store.till_busy")) {
		t.Errorf("both are taken: %v", err)
	}
}
