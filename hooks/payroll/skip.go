package payroll

import (
	"context"
	"database/sql"
	"errors"
	"math"
	"slices"
	"strings"
	"unicode/utf8"

	"github.com/pocketbase/pocketbase/core"

	"kpdk/hooks/internal/act"
	"kpdk/hooks/internal/clock"
	"kpdk/hooks/internal/fault"
)

// Reasons for a month without a list.
var skipReasons = []string{"no_pay", "system", "decision", "other"}

const maxReason = 300

// Skipping says why a month has no list; the text may be more than the code.
type Skipping struct {
	Period clock.Period `json:"period"`
	Reason string       `json:"reason"`
}

// SkipMonth records that a month is left out: what is open stays open and comes with the next list. A draft of it
// is thrown away; a list that was locked cannot be skipped any more.
func SkipMonth(ctx context.Context, app core.App, key string, by act.Actor, in Skipping, text string) (Skipping, bool, error) {
	text = strings.TrimSpace(text)
	var bad fault.Input
	bad.Check(slices.Contains(skipReasons, in.Reason), "reason", "payroll.skip_reason")
	bad.Check(in.Reason != "other" || text != "", "text", "input.required")
	bad.Check(utf8.RuneCountInString(text) <= maxReason, "text", "input.too_long", fault.Params{"max": maxReason})
	if err := bad.Err(); err != nil {
		return in, false, err
	}
	done, err := finished(app, "payroll.skip", key)
	if err == nil && !done {
		err = dropDraft(ctx, app, key, by, in.Period)
	}
	if err != nil {
		return in, false, err
	}
	return act.Do(ctx, app, act.Act{Kind: "payroll.skip", Key: key, Input: in, By: by, Note: text}, func(tx *act.Tx) (Skipping, error) {
		if err := skippable(tx, in.Period); err != nil {
			return in, err
		}
		if err := tx.Exec("DELETE FROM payroll_runs WHERE period = ?", string(in.Period)); err != nil {
			return in, err
		}
		tell(tx, app, in.Period)
		return in, tx.Exec("INSERT INTO payroll_skips(period, skipped, reason, act) VALUES(?, 1, ?, ?)", string(in.Period), in.Reason, tx.ID())
	})
}

// TakeUp takes a skipped month up again, as long as no later one has a list.
func TakeUp(ctx context.Context, app core.App, key string, by act.Actor, p clock.Period) (Skipping, bool, error) {
	return act.Do(ctx, app, act.Act{Kind: "payroll.take_up", Key: key, Input: p, By: by}, func(tx *act.Tx) (Skipping, error) {
		reason, skipped, err := skippedBy(tx, p)
		if err != nil {
			return Skipping{}, err
		}
		if !skipped {
			return Skipping{}, fault.Refused("payroll.not_skipped", fault.Params{"period": p})
		}
		var later bool
		if err := tx.Row("SELECT EXISTS(SELECT 1 FROM payroll_runs WHERE period > ?)", string(p)).Scan(&later); err != nil {
			return Skipping{}, err
		}
		if later {
			return Skipping{}, fault.Refused("payroll.period_over", fault.Params{"period": p})
		}
		tell(tx, app, p)
		return Skipping{p, reason}, tx.Exec("INSERT INTO payroll_skips(period, skipped, reason, act) VALUES(?, 0, ?, ?)", string(p), reason, tx.ID())
	})
}

func skippedBy(r act.Reader, p clock.Period) (reason string, skipped bool, err error) {
	err = r.Row("SELECT reason, skipped FROM payroll_skips WHERE period = ? ORDER BY id DESC LIMIT 1", string(p)).Scan(&reason, &skipped)
	if errors.Is(err, sql.ErrNoRows) {
		err = nil
	}
	return reason, skipped, err
}

func skippable(r act.Reader, p clock.Period) error {
	h, found, err := headOf(r, p)
	if err != nil {
		return err
	}
	if found && frozen(h.State) {
		return fault.Refused("payroll.locked_already", fault.Params{"period": p})
	}
	if _, skipped, err := skippedBy(r, p); err != nil || skipped {
		if err == nil {
			err = fault.Refused("payroll.is_skipped", fault.Params{"period": p})
		}
		return err
	}
	return nil
}

// dropDraft throws the lines of a draft away, in short acts.
func dropDraft(ctx context.Context, app core.App, key string, by act.Actor, p clock.Period) error {
	if err := skippable(act.Read(app), p); err != nil {
		return err
	}
	after := int64(0)
	for n := 0; ; n++ {
		type input struct {
			Period clock.Period
			After  int64
		}
		last, err := link(ctx, app, by, "payroll.skip_chunk", linkKey(key, "skip", n), input{p, after}, func(tx *act.Tx) (int64, error) {
			if err := skippable(tx, p); err != nil {
				return 0, err
			}
			last := int64(math.MaxInt64)
			err := tx.Row("SELECT coalesce((SELECT member FROM payroll_lines WHERE period = ? AND member > ? ORDER BY member LIMIT 1 OFFSET ?), ?)", string(p), after, chunkMembers, last).Scan(&last)
			if err != nil {
				return 0, err
			}
			for _, table := range []string{"payroll_parts", "payroll_lines"} {
				if err := tx.Exec("DELETE FROM "+table+" WHERE period = ? AND member > ? AND member <= ?", string(p), after, last); err != nil {
					return 0, err
				}
			}
			if last == math.MaxInt64 {
				last = 0
			}
			return last, nil
		})
		if err != nil {
			return err
		}
		if last == 0 {
			return nil
		}
		after = last
	}
}

// inTurn refuses a month that would leave another one out in silence: one before it has neither a locked list
// nor a word why not; or a later one was drafted already; or its purchases have not begun.
func inTurn(r act.Reader, cal Calendar, today clock.Date) error {
	p := cal.Period
	if today < cal.From {
		return fault.Refused("payroll.too_early", fault.Params{"period": p, "from": cal.From})
	}
	if _, skipped, err := skippedBy(r, p); err != nil || skipped {
		if err == nil {
			err = fault.Refused("payroll.is_skipped", fault.Params{"period": p})
		}
		return err
	}
	var known, begun, later bool
	err := r.Row(`SELECT EXISTS(SELECT 1 FROM payroll_runs WHERE period = ?1), EXISTS(SELECT 1 FROM payroll_runs WHERE period < ?1), EXISTS(SELECT 1 FROM payroll_runs WHERE period > ?1)`, string(p)).
		Scan(&known, &begun, &later)
	switch {
	case err != nil || known:
		return err
	case later:
		return fault.Refused("payroll.period_over", fault.Params{"period": p})
	case !begun:
		return nil // the first list of all
	}
	before := p.Add(-1)
	h, found, err := headOf(r, before)
	if err != nil || found && frozen(h.State) {
		return err
	}
	_, skipped, err := skippedBy(r, before)
	switch {
	case err != nil || skipped:
		return err
	case found:
		return fault.Refused("payroll.before_open", fault.Params{"period": before})
	}
	return fault.Refused("payroll.period_missing", fault.Params{"period": before})
}
