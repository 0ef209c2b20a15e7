package ledger

import (
	"context"

	"github.com/pocketbase/pocketbase/core"

	"kpdk/hooks/internal/act"
	"kpdk/hooks/internal/ulid"
)

// Rebuilt is how many rows of a table of state were not what happened.
type Rebuilt struct {
	Table string `json:"table"`
	Rows  int64  `json:"rows"`
	Wrong int64  `json:"wrong"`
}

// Rebuild makes all state anew from what happened, in one act; everybody else waits meanwhile.
func Rebuild(ctx context.Context, app core.App, by act.Actor) ([]Rebuilt, error) {
	tables := State(app)
	all, _, err := act.Do(ctx, app, act.Act{Kind: "ledger.rebuild", Key: ulid.New(), By: by}, func(tx *act.Tx) ([]Rebuilt, error) {
		var all []Rebuilt
		for _, k := range tables {
			r := Rebuilt{Table: k.Table}
			if err := tx.Row("SELECT (SELECT count(*) FROM ("+k.Rows+")), (SELECT count(*) FROM ("+k.astray()+"))").Scan(&r.Rows, &r.Wrong); err != nil {
				return nil, err
			}
			all = append(all, r)
			if r.Wrong == 0 {
				continue
			}
			if err := k.mend(tx); err != nil { // before the next: one may be made of another
				return nil, err
			}
		}
		tx.Forget()
		return all, nil
	})
	return all, err
}
