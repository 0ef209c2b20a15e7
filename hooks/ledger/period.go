package ledger

import (
	"context"
	"database/sql"
	"encoding/hex"
	"errors"
	"slices"
	"time"

	"github.com/pocketbase/pocketbase/core"

	"kpdk/hooks/internal/act"
	"kpdk/hooks/internal/clock"
	"kpdk/hooks/internal/fault"
)

// States of a month. A month nobody decided about is open; a soft one takes only what the office posts; a
// closed one takes nothing.
const (
	Open   = "open"
	Soft   = "soft"
	Closed = "closed"
)

// office are the roles whose acts may still post into a soft-closed month (docs/decisions/0010): the
// treasurer, the manager who approves what the treasurer prepared, and the console. To everybody else, the
// till and the nightly crons too, the month is as good as closed. The trigger journal_period_open holds
// the same list.
var office = []act.Role{act.Treasurer, act.Manager, act.Console}

// EnsureOpen refuses a date whose period is closed to whoever acts.
func EnsureOpen(r act.Reader, date clock.Date) error {
	closed, err := IsClosed(r, date.Period())
	if err != nil || !closed {
		return err
	}
	state, err := stateOf(r, date.Period())
	switch {
	case err != nil:
		return err
	case state == Soft:
		return fault.Refused("ledger.period_soft", fault.Params{"period": date.Period()})
	default:
		return fault.Refused("ledger.period_closed", fault.Params{"period": date.Period()})
	}
}

// IsClosed says whether a period takes nothing from whoever acts; outside an act nobody does.
func IsClosed(r act.Reader, period clock.Period) (bool, error) {
	state, err := stateOf(r, period)
	role := act.Nobody
	if tx, ok := r.(*act.Tx); ok {
		role = tx.By().Role
	}
	return state == Closed || state == Soft && !slices.Contains(office, role), err
}

// stateOf reads a period's state; a period nobody decided about is open.
func stateOf(r act.Reader, period clock.Period) (string, error) {
	return act.Remember(r, period, func() (state string, err error) {
		err = r.Row("SELECT state FROM periods WHERE period = ?", string(period)).Scan(&state)
		if errors.Is(err, sql.ErrNoRows) {
			return Open, nil
		}
		return state, err
	})
}

// FirstOpenDate is the date itself, or the first day after it whose period is open.
func FirstOpenDate(r act.Reader, date clock.Date) (clock.Date, error) {
	for range 120 { // ten years of closed months: nobody sells that late
		closed, err := IsClosed(r, date.Period())
		if err != nil || !closed {
			return date, err
		}
		date = date.Period().Add(1).First()
	}
	return "", fault.Refused("ledger.period_closed", fault.Params{"period": date.Period()})
}

// PeriodState is one period as listed.
type PeriodState struct {
	Period clock.Period `json:"period"`
	State  string       `json:"state"`
}

// step is one decision about a month: where it may start from, and what it makes of it.
type step struct {
	action string
	from   []string
	to     string
}

var (
	softening = step{"soft", []string{Open}, Soft}
	closing   = step{"close", []string{Open, Soft}, Closed}
	reopening = step{"reopen", []string{Soft, Closed}, Open}
)

// SoftClosePeriod leaves a month that is over to the treasurer.
func SoftClosePeriod(ctx context.Context, app core.App, key string, by act.Actor, period clock.Period) (PeriodState, bool, error) {
	return decide(ctx, app, act.Act{Kind: "ledger.soft_close_period", Key: key, Input: period, By: by}, period, softening)
}

// ClosePeriod keeps everybody from posting into a month that is over.
func ClosePeriod(ctx context.Context, app core.App, key string, by act.Actor, period clock.Period) (PeriodState, bool, error) {
	return decide(ctx, app, act.Act{Kind: "ledger.close_period", Key: key, Input: period, By: by}, period, closing)
}

// ReopenPeriod opens a month again, with a reason that stays in the audit.
func ReopenPeriod(ctx context.Context, app core.App, key string, by act.Actor, period clock.Period, reason string) (PeriodState, bool, error) {
	return decide(ctx, app, act.Act{Kind: "ledger.reopen_period", Key: key, Input: period, By: by, Note: reason}, period, reopening)
}

func decide(ctx context.Context, app core.App, a act.Act, period clock.Period, s step) (PeriodState, bool, error) {
	return act.Do(ctx, app, a, func(tx *act.Tx) (PeriodState, error) {
		if err := decidable(tx, period, s); err != nil {
			return PeriodState{}, err
		}
		hash, seq, err := head(tx)
		if err != nil {
			return PeriodState{}, err
		}
		if err := tx.Exec("INSERT INTO periods_log(period, action, act, seq, hash) VALUES(?, ?, ?, ?, ?)", string(period), s.action, tx.ID(), seq, hash); err != nil {
			return PeriodState{}, err
		}
		tx.Keep(period, s.to)
		err = tx.Exec("INSERT INTO periods(period, state) VALUES(?, ?) ON CONFLICT(period) DO UPDATE SET state = excluded.state", string(period), s.to)
		return PeriodState{period, s.to}, err
	})
}

// decidable says why a month can't take a decision now.
func decidable(tx *act.Tx, period clock.Period, s step) error {
	state, err := stateOf(tx, period)
	switch {
	case err != nil:
		return err
	case !slices.Contains(s.from, state):
		return fault.Refused("ledger.period_state", fault.Params{"period": period})
	case s.to != Open && period >= tx.Today().Period():
		return fault.Refused("ledger.period_running", fault.Params{"period": period})
	case s.to != Closed:
		return nil
	}
	var waiting int
	if err := tx.Row("SELECT count(*) FROM journal_drafts WHERE state = 'submitted' AND date BETWEEN ? AND ?", string(period.First()), string(period.Last())).Scan(&waiting); err != nil {
		return err
	}
	if waiting > 0 {
		return fault.Refused("ledger.period_drafts", fault.Params{"period": period, "count": waiting})
	}
	return nil
}

// Periods lists the months that have postings or were closed, newest first.
func Periods(r act.Reader) ([]PeriodState, error) {
	all := []PeriodState{}
	err := act.Each(r, `SELECT m.period, coalesce(p.state, 'open') FROM (SELECT DISTINCT period FROM account_months UNION SELECT period FROM periods) m
		LEFT JOIN periods p ON p.period = m.period ORDER BY m.period DESC LIMIT 240`, nil, func(row act.Scanner) error {
		var p PeriodState
		err := row.Scan(&p.Period, &p.State)
		all = append(all, p)
		return err
	})
	return all, err
}

// Closing is one decision about a month, with the seal that the chain ended with at that moment: whoever
// kept the print can ask verify whether the books still contain it.
type Closing struct {
	Period clock.Period `json:"period"`
	Action string       `json:"action"` // soft, close, reopen
	At     string       `json:"at"`
	By     string       `json:"by"`
	Role   act.Role     `json:"role"`
	Reason string       `json:"reason"` // of a reopening; empty when it was erased
	Seq    int64        `json:"seq"`
	Hash   string       `json:"hash"`
}

// closingsShown bounds the list: twenty years of months, each closed and opened again.
const closingsShown = 500

// Closings lists what was decided about months, newest first.
func Closings(r act.Reader, at *clock.Clock, language string) ([]Closing, error) {
	all, n := []Closing{}, newNames(r, language, at)
	var actors []string
	err := act.Each(r, `SELECT l.period, l.action, a.at, a.actor, a.role, coalesce(n.text, ''), l.seq, coalesce(l.hash, x'') FROM periods_log l
		JOIN acts a ON a.id = l.act LEFT JOIN act_notes n ON n.act = l.act ORDER BY l.id DESC LIMIT ?`, []any{closingsShown}, func(row act.Scanner) error {
		var c Closing
		var when int64
		var actor string
		var hash []byte
		err := row.Scan(&c.Period, &c.Action, &when, &actor, &c.Role, &c.Reason, &c.Seq, &hash)
		c.At, c.Hash = time.UnixMilli(when).In(at.Zone()).Format(time.RFC3339), hex.EncodeToString(hash)
		all, actors = append(all, c), append(actors, actor)
		return err
	})
	for i := range all {
		if err == nil {
			all[i].By, err = n.actor(all[i].Role, actors[i])
		}
	}
	return all, err
}
