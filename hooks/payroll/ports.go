package payroll

import (
	"context"

	"github.com/pocketbase/pocketbase/core"

	"kpdk/hooks/internal/act"
	"kpdk/hooks/internal/clock"
)

// Ports are what payroll asks of rooms that it does not know; hooks.go wires them. A port that is nil
// does nothing.
type Ports struct {
	// MakeDues makes the savings that fall due in a period into open items: the mandatory ones, and the
	// voluntary ones that mandates name. It must be safe to repeat.
	MakeDues func(ctx context.Context, app core.App, period clock.Period) error
	// Activate makes an applicant a member when the principal savings are paid in full: what stood on
	// 2107 as a deposit becomes 3101. It is called inside the act that settled a part of it.
	Activate func(tx *act.Tx, number int64, date clock.Date) (activated bool, err error)
}

const portsKey = "kpdk.payroll"

// Bind wires the room's ports.
func Bind(app core.App, p Ports) { app.Store().Set(portsKey, p) }

func portsOf(app core.App) Ports {
	p, _ := app.Store().Get(portsKey).(Ports)
	return p
}
