package ledger

import (
	"context"

	"github.com/pocketbase/pocketbase/core"

	"kpdk/hooks/internal/act"
	"kpdk/hooks/internal/clock"
	"kpdk/hooks/internal/fault"
)

// EnsureOpen refuses a date whose period is closed.
func EnsureOpen(r act.Reader, date clock.Date) error {
	closed, err := IsClosed(r, date.Period())
	if err == nil && closed {
		return fault.Refused("ledger.period_closed", fault.Params{"period": date.Period()})
	}
	return err
}

// IsClosed tells a period's state; a period nobody closed is open.
func IsClosed(r act.Reader, period clock.Period) (closed bool, err error) {
	return act.Remember(r, period, func() (closed bool, err error) {
		err = r.Row("SELECT EXISTS(SELECT 1 FROM periods WHERE period = ? AND state = 'closed')", string(period)).Scan(&closed)
		return closed, err
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

// ClosePeriod keeps everybody from posting into a month that is over.
func ClosePeriod(ctx context.Context, app core.App, key string, by act.Actor, period clock.Period) (PeriodState, bool, error) {
	return setPeriod(ctx, app, act.Act{Kind: "ledger.close_period", Key: key, Input: period, By: by}, period, "close", "closed")
}

// ReopenPeriod opens a month again, with a reason that stays in the audit.
func ReopenPeriod(ctx context.Context, app core.App, key string, by act.Actor, period clock.Period, reason string) (PeriodState, bool, error) {
	return setPeriod(ctx, app, act.Act{Kind: "ledger.reopen_period", Key: key, Input: period, By: by, Note: reason}, period, "reopen", "open")
}

func setPeriod(ctx context.Context, app core.App, a act.Act, period clock.Period, action, state string) (PeriodState, bool, error) {
	return act.Do(ctx, app, a, func(tx *act.Tx) (PeriodState, error) {
		closed, err := IsClosed(tx, period)
		if err != nil {
			return PeriodState{}, err
		}
		if closed == (state == "closed") {
			return PeriodState{}, fault.Refused("ledger.period_state", fault.Params{"period": period})
		}
		if state == "closed" && period >= tx.Today().Period() {
			return PeriodState{}, fault.Refused("ledger.period_running", fault.Params{"period": period})
		}
		if err := tx.Exec("INSERT INTO periods_log(period, action, act) VALUES(?, ?, ?)", string(period), action, tx.ID()); err != nil {
			return PeriodState{}, err
		}
		tx.Forget()
		err = tx.Exec("INSERT INTO periods(period, state) VALUES(?, ?) ON CONFLICT(period) DO UPDATE SET state = excluded.state", string(period), state)
		return PeriodState{period, state}, err
	})
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
