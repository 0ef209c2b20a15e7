package store

import (
	"context"

	"github.com/pocketbase/pocketbase/core"

	"kpdk/hooks/internal/act"
	"kpdk/hooks/internal/fault"
	"kpdk/hooks/internal/money"
	"kpdk/hooks/ledger"
)

// LateCashInput is the cash that is really there of sales that came after their shift was closed. It is 0
// when that money was in the drawer already as it was counted, and was booked as a surplus then.
type LateCashInput struct {
	Counted money.Rupiah `json:"counted_rupiah"`
}

// LateCashAnswer is what was counted in.
type LateCashAnswer struct {
	Shift      string       `json:"shift"`
	Expected   money.Rupiah `json:"expected_rupiah"`
	Counted    money.Rupiah `json:"counted_rupiah"`
	Difference money.Rupiah `json:"difference_rupiah"`
	Entry      int64        `json:"entry"`
}

// CountLateCash brings the rest of a closed shift's cash (1102) into the main cash (1101). As at the
// closing, what is missing or too much is booked, never hidden.
func CountLateCash(ctx context.Context, app core.App, key string, by act.Actor, shift string, in LateCashInput) (LateCashAnswer, bool, error) {
	var bad fault.Input
	bad.Check(in.Counted >= 0 && in.Counted <= money.Max, "counted_rupiah", "store.counted_invalid")
	if err := bad.Err(); err != nil {
		return LateCashAnswer{}, false, err
	}
	input := struct {
		Shift string
		LateCashInput
	}{shift, in}
	return act.Do(ctx, app, act.Act{Kind: "store.late_cash", Key: key, Input: input, By: by}, func(tx *act.Tx) (LateCashAnswer, error) {
		s, err := ShiftByKey(tx, shift)
		if err != nil {
			return LateCashAnswer{}, err
		}
		if !s.Closed {
			return LateCashAnswer{}, fault.Refused("store.shift_still_open")
		}
		return countLateCash(tx, s, in.Counted)
	})
}

func countLateCash(tx *act.Tx, s Shift, counted money.Rupiah) (a LateCashAnswer, err error) {
	a = LateCashAnswer{Shift: s.Key, Counted: counted}
	if a.Expected, err = ledger.Balance(tx, shiftParty(s.ID), ledger.ShiftCash); err != nil {
		return a, err
	}
	if a.Expected == 0 {
		return a, fault.Refused("store.late_cash_none")
	}
	a.Difference = counted - a.Expected
	posted, err := ledger.Post(tx, ledger.Entry{Kind: ledger.KindShift, Date: tx.Today(), Lines: []ledger.Line{
		ledger.Dr(ledger.Cash, counted), ledger.Cr(ledger.ShiftCash, a.Expected, shiftParty(s.ID)), ledger.Cr(ledger.CashDifference, a.Difference)}})
	if err != nil {
		return a, err
	}
	a.Entry = posted.Entry
	return a, tx.Exec("INSERT INTO late_cash(act, shift, expected, counted, entry) VALUES(?, ?, ?, ?, ?)",
		tx.ID(), s.ID, int64(a.Expected), int64(counted), posted.Entry)
}
