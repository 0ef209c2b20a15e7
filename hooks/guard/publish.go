package guard

import (
	"github.com/pocketbase/pocketbase/core"

	"kpdk/hooks/internal/act"
	"kpdk/hooks/internal/ulid"
)

// publish makes an act of a manager's decision to show the co-op's amounts to everybody, or to show them no
// longer: the audit says who decided it and when. The act saves the whole form, so that one that is refused
// turns nothing; what PocketBase saves after it is the same.
func publish(e *core.RecordRequestEvent) error {
	on := e.Record.GetBool("publish_financials")
	stored, err := e.App.FindRecordById(e.Record.Collection(), e.Record.Id)
	if err != nil {
		return err
	}
	if on == stored.GetBool("publish_financials") || e.App.Validate(e.Record) != nil {
		return e.Next()
	}
	kind := map[bool]string{true: "coop.publish_financials", false: "coop.withhold_financials"}[on]
	a := act.Act{Kind: kind, Key: ulid.New(), Input: on, By: act.ActorOf(e.Auth)}
	if _, _, err := act.DoWithRecords(e.Request.Context(), e.App, a, func(tx *act.Tx) (struct{}, error) {
		return struct{}{}, tx.App().Save(e.Record)
	}); err != nil {
		return err
	}
	return e.Next()
}
