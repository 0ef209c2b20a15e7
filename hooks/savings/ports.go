package savings

import (
	"github.com/pocketbase/pocketbase/core"

	"kpdk/hooks/internal/act"
	"kpdk/hooks/internal/money"
	"kpdk/hooks/ledger"
)

// Ports are what this room asks of rooms that it does not know; hooks.go wires them.
type Ports struct {
	// Drawer is the drawer of an open shift that somebody may put cash into and take cash from.
	Drawer func(tx *act.Tx, by act.Actor, shift string) (Drawer, error)
	// Money is the line of an amount that comes to one of the treasury's places, or leaves it when negative, once
	// the place can be used, has so much, and the bank's line, if one is named, shows just that.
	Money func(tx *act.Tx, place string, amount money.Rupiah, bankLine int64) (ledger.Line, error)
	// Match confirms a line of the bank's statement with the entry that was posted for it; 0 is none.
	Match func(tx *act.Tx, bankLine, entry int64) error
	// Matched says whether an entry is matched with a line of the bank's statement.
	Matched func(r act.Reader, entry int64) (bool, error)
}

// Drawer is a till's cash during a shift.
type Drawer struct {
	Party ledger.Party
	Till  string
	Cash  money.Rupiah // what the books say lies in it
}

const portsKey = "kpdk.savings"

// Bind wires the room's ports.
func Bind(app core.App, p Ports) {
	app.Store().Set(portsKey, p)
}

func portsOf(app core.App) Ports {
	p, _ := app.Store().Get(portsKey).(Ports)
	return p
}
