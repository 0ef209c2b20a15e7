package treasury

import (
	"github.com/pocketbase/pocketbase/core"

	"kpdk/hooks/internal/act"
	"kpdk/hooks/internal/clock"
	"kpdk/hooks/ledger"
)

// Ports are what this room asks of rooms that it does not know; hooks.go wires them.
type Ports struct {
	// AwaitedPayroll lists what payroll officers deducted and have not paid yet, the oldest first.
	AwaitedPayroll func(r act.Reader) ([]Awaiting, error)
	// ReceivePayroll books the arrival of a part of it on a bank account on a day, inside an act, and gives the entry.
	ReceivePayroll func(tx *act.Tx, app core.App, bank int64, part UnitPart, date clock.Date) (entry int64, err error)
	// SoldFor lists what the shop sold for a consignor, by product.
	SoldFor func(r act.Reader, consignor int64, from, to clock.Date) ([]Sold, error)
	// ExcessWish is what a member wants of deductions above what was owed: "refund" or "use".
	ExcessWish func(r act.Reader, number int64, on clock.Date) (string, error)
	// BillItems are the open parts of a member's bill of a month, in its order; none where it is paid.
	BillItems func(r act.Reader, p clock.Period, member int64) ([]ledger.Item, error)
	// NewestBill is the month of the newest bill of which a member still owes something, or empty.
	NewestBill func(r act.Reader, member int64) (clock.Period, error)
	// Drawer is the drawer of an open shift that somebody may put cash into.
	Drawer func(tx *act.Tx, by act.Actor, shift string) (ledger.Party, error)
}

const portsKey = "kpdk.treasury"

// Bind wires the room's ports.
func Bind(app core.App, p Ports) { app.Store().Set(portsKey, p) }

func portsOf(app core.App) Ports {
	p, _ := app.Store().Get(portsKey).(Ports)
	return p
}
