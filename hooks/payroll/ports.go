package payroll

import (
	"context"

	"github.com/pocketbase/pocketbase/core"

	"kpdk/hooks/internal/act"
	"kpdk/hooks/internal/clock"
	"kpdk/hooks/internal/money"
	"kpdk/hooks/ledger"
)

// Ports are what payroll asks of rooms that it does not know; hooks.go wires them. A port that is nil
// does nothing.
type Ports struct {
	// MakeDues makes the savings that fall due in a period into open items: the mandatory ones, and the
	// voluntary ones that mandates name. It must be safe to repeat.
	MakeDues func(ctx context.Context, app core.App, period clock.Period) error
	// Activate makes an applicant a member when the principal savings are paid in full: what stood on
	// 2107 as a deposit becomes 3101. It is called inside the act that settled a part of it.
	Activate func(tx *act.Tx, app core.App, number int64, date clock.Date) (activated bool, err error)
	// SellGoods prices goods for a member who takes them on credit and decides whether the shelf has them,
	// inside an act; the shop takes them off it when the plan is written.
	SellGoods func(tx *act.Tx, app core.App, member int64, goods []Good) (Sold, error)
	// TakeBack decides that goods which were sold on credit come back to the shelf.
	TakeBack func(tx *act.Tx, app core.App, member int64, goods []SoldLine) (TakenBack, error)
	// Money is the line of an amount that comes to a place (cash, bank:N) or, when negative, leaves it: it refuses
	// a place that there is not, and more than lies in the box.
	Money func(tx *act.Tx, place string, amount money.Rupiah, bankLine int64) (ledger.Line, error)
	// TransferTo lists the co-op's accounts to which members transfer.
	TransferTo func(r act.Reader) ([]Payee, error)
}

// Payee is one of them: the bank account's name, and its number at the bank.
type Payee struct{ Name, Number string }

// Good is one line of goods on credit: a product's record id, and a quantity with at most three decimals.
type Good struct {
	Product  string `json:"product"`
	Quantity string `json:"quantity"`
}

// Sold is what the shop says of such goods: their price, what they are to the books, and how they leave.
type Sold struct {
	Total    money.Rupiah
	Lines    []SoldLine
	Postings []ledger.Line
	Take     func(tx *act.Tx) error
}

// TakenBack is what such goods are to the books, and how they lie on the shelf again.
type TakenBack struct {
	Postings []ledger.Line
	Put      func(tx *act.Tx) error
}

// SoldLine is one line as it is kept with the plan; the consignor is 0 for the co-op's own goods.
type SoldLine struct {
	Product, Quantity, Consignor int64
	Price, Amount, Cost          money.Rupiah
}

const portsKey = "kpdk.payroll"

// Bind wires the room's ports.
func Bind(app core.App, p Ports) { app.Store().Set(portsKey, p) }

func portsOf(app core.App) Ports {
	p, _ := app.Store().Get(portsKey).(Ports)
	return p
}
