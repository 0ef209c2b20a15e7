package member

import (
	"github.com/pocketbase/pocketbase/core"

	"kpdk/hooks/internal/act"
)

// Leaving is what a room does when a member leaves, inside the act and before the settlement is posted: it
// lets go of what it held of the member's money.
type Leaving func(tx *act.Tx, number int64) error

const leavingKey = "kpdk.member.leaving"

// OnLeaving has a room hear of leavers, under its own name.
func OnLeaving(app core.App, room string, f Leaving) {
	all, _ := app.Store().Get(leavingKey).(map[string]Leaving)
	next := map[string]Leaving{room: f}
	for name, other := range all {
		if name != room {
			next[name] = other
		}
	}
	app.Store().Set(leavingKey, next)
}

// tellLeaving lets every room know.
func tellLeaving(tx *act.Tx, app core.App, number int64) error {
	all, _ := app.Store().Get(leavingKey).(map[string]Leaving)
	for _, f := range all {
		if err := f(tx, number); err != nil {
			return err
		}
	}
	return nil
}
