package guard

import (
	"github.com/pocketbase/pocketbase/core"

	"kpdk/hooks/internal/act"
	"kpdk/hooks/internal/ulid"
)

// published are the settings that decide whether everybody sees the co-op's amounts: that it publishes them,
// and that they are invented (a demo shows its amounts whatever else is set). Each has an act for on and off.
var published = []struct{ field, on, off string }{
	{"publish_financials", "coop.publish_financials", "coop.withhold_financials"},
	{"demo", "coop.call_invented", "coop.call_real"},
}

// publish makes an act of a manager's decision to show the co-op's amounts to everybody, or to show them no
// longer: the audit says who decided it and when. The act saves the whole form, so that one that is refused
// turns nothing; what PocketBase saves after it is the same.
func publish(e *core.RecordRequestEvent) error {
	stored, err := e.App.FindRecordById(e.Record.Collection(), e.Record.Id)
	if err != nil {
		return err
	}
	var decided []act.Act
	for _, p := range published {
		on, kind := e.Record.GetBool(p.field), p.off
		if on {
			kind = p.on
		}
		if on != stored.GetBool(p.field) {
			decided = append(decided, act.Act{Kind: kind, Key: ulid.New(), Input: on, By: act.ActorOf(e.Auth)})
		}
	}
	if len(decided) == 0 || e.App.Validate(e.Record) != nil {
		return e.Next()
	}
	for _, a := range decided {
		if _, _, err := act.DoWithRecords(e.Request.Context(), e.App, a, func(tx *act.Tx) (struct{}, error) {
			return struct{}{}, tx.App().Save(e.Record)
		}); err != nil {
			return err
		}
	}
	return e.Next()
}
