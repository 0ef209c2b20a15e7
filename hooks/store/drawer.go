package store

import (
	"kpdk/hooks/internal/act"
	"kpdk/hooks/internal/fault"
	"kpdk/hooks/internal/money"
	"kpdk/hooks/ledger"
)

// Drawer is the cash of an open shift, for rooms that take or pay at the till.
type Drawer struct {
	Party ledger.Party
	Till  string
	Cash  money.Rupiah
}

// DrawerOf finds the drawer of a shift that is open and the caller's own; a manager may use any.
func DrawerOf(tx *act.Tx, by act.Actor, shift string) (Drawer, error) {
	s, err := ShiftByKey(tx, shift)
	if err != nil {
		return Drawer{}, err
	}
	switch {
	case s.Cashier != by.ID && by.Role != act.Manager:
		return Drawer{}, fault.Forbidden("store.shift_other")
	case s.Closed:
		return Drawer{}, fault.Refused("store.shift_closed")
	}
	d := Drawer{Party: shiftParty(s.ID), Till: s.Till}
	d.Cash, err = ledger.Balance(tx, d.Party, ledger.ShiftCash)
	return d, err
}
