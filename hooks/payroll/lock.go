package payroll

import (
	"context"
	"database/sql"
	"errors"

	"github.com/pocketbase/pocketbase/core"

	"kpdk/hooks/internal/act"
	"kpdk/hooks/internal/clock"
	"kpdk/hooks/internal/fault"
)

// Lock freezes a list: from here on it is what the payroll officers are asked for, under a number and a hash
// for each work unit. A list over which a member's consent has changed since it was drafted must be drafted
// again first, and members look at it as long as they were told. It is two acts: the lists are read and hashed between them, out of the tills' way.
func Lock(ctx context.Context, app core.App, key string, by act.Actor, p clock.Period) (Step, bool, error) {
	done, err := finished(app, "payroll.lock", key)
	if err != nil {
		return Step{}, false, err
	}
	var lists []Sealed
	if !done {
		if lists, err = freeze(ctx, app, key, by, p); err != nil {
			return Step{}, false, err
		}
	}
	return act.Do(ctx, app, act.Act{Kind: "payroll.lock", Key: key, Input: p, By: by}, func(tx *act.Tx) (Step, error) {
		h, err := promised(tx, p)
		if err != nil {
			return Step{}, err
		}
		if err := keepSeals(tx, p, lists); err != nil {
			return Step{}, err
		}
		tell(tx, app, p)
		return Step{Period: p, State: h.State}, nil
	})
}

// freeze ends the draft and reads what now cannot change any more.
func freeze(ctx context.Context, app core.App, key string, by act.Actor, p clock.Period) ([]Sealed, error) {
	_, err := link(ctx, app, by, "payroll.lock_begin", key+":begin", p, func(tx *act.Tx) (Step, error) {
		h, err := existing(tx, p)
		if err != nil {
			return Step{}, err
		}
		if frozen(h.State) {
			return Step{}, fault.Refused("payroll.locked_already", fault.Params{"period": p})
		}
		if err := lockable(tx, p); err != nil {
			return Step{}, err
		}
		if err := mayLock(tx, h, tx.By(), clock.Of(app)); err != nil {
			return Step{}, err
		}
		if err := setState(tx, p, StateLocked); err != nil {
			return Step{}, err
		}
		return Step{Period: p, State: StateLocked}, note(tx, p, StateLocked, stepUnitEmpty)
	})
	if err != nil {
		return nil, err
	}
	h, err := promised(act.Read(app), p)
	if err != nil {
		return nil, err
	}
	return seals(act.Read(app), h, nil)
}

func lockable(r act.Reader, p clock.Period) error {
	step, drafted, err := lastStep(r, p, stepDrafting, StateDraft)
	if err != nil {
		return err
	}
	if step != StateDraft {
		return fault.Refused("payroll.draft_unfinished", fault.Params{"period": p})
	}
	var asks bool
	if err := r.Row("SELECT EXISTS(SELECT 1 FROM payroll_lines WHERE period = ? AND requested > 0)", string(p)).Scan(&asks); err != nil {
		return err
	}
	if !asks {
		return fault.Refused("payroll.empty", fault.Params{"period": p})
	}
	return unchanged(r, p, drafted)
}

// unchanged refuses when, since the draft began, a mandate was given or withdrawn, a member left, or something
// on the list was paid another way: nobody is asked for what is paid. These tables grow with the acts, so only
// their newest rows are read: CROSS JOIN makes SQLite begin with them, and not with each line of the list, for
// which tills would wait a third of a second at 100,000 members.
func unchanged(r act.Reader, p clock.Period, drafted int64) error {
	begun := drafted
	if err := r.Row("SELECT max(act) FROM payroll_events WHERE period = ? AND step = ? AND act <= ?", string(p), stepDrafting, drafted).Scan(&begun); err != nil {
		return err
	}
	for _, change := range []struct{ code, query string }{
		{"payroll.draft_stale", `SELECT m.member FROM mandates m CROSS JOIN payroll_lines l ON l.period = ? AND l.member = m.member
			WHERE m.id > coalesce((SELECT id FROM mandates WHERE act <= ? ORDER BY id DESC LIMIT 1), 0) LIMIT 1`},
		{"payroll.draft_stale", `SELECT m.member FROM member_events m CROSS JOIN payroll_lines l ON l.period = ? AND l.member = m.member
			WHERE m.kind = 'left' AND m.id > coalesce((SELECT id FROM member_events WHERE act <= ? ORDER BY id DESC LIMIT 1), 0) LIMIT 1`},
		{"payroll.draft_paid", `SELECT i.member FROM settlements s CROSS JOIN open_items i ON i.id = s.item
			CROSS JOIN payroll_parts p ON p.period = ? AND p.member = i.member AND p.item = i.id AND p.planned > 0
			WHERE s.id > coalesce((SELECT id FROM settlements WHERE act <= ? ORDER BY id DESC LIMIT 1), 0) LIMIT 1`},
	} {
		var member int64
		err := r.Row(change.query, string(p), begun).Scan(&member)
		if err == nil {
			return fault.Refused(change.code, fault.Params{"member": member})
		}
		if !errors.Is(err, sql.ErrNoRows) {
			return err
		}
	}
	return nil
}
