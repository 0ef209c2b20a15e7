package payroll

import (
	"time"

	"kpdk/hooks/internal/act"
	"kpdk/hooks/internal/clock"
)

// DeductionStep is a state that a month's list reached, and when.
type DeductionStep struct {
	State string    `json:"state"`
	At    time.Time `json:"at"`
}

// journey lists when each state was reached, the newest time of each. Who did it is for the office.
func journey(r act.Reader, p clock.Period) (steps []DeductionStep, err error) {
	steps = []DeductionStep{}
	return steps, act.Each(r, `SELECT e.step, max(a.at) FROM payroll_events e JOIN acts a ON a.id = e.act
		WHERE e.period = ? AND e.step IN ('locked', 'sent', 'answered', 'settled', 'received') GROUP BY e.step ORDER BY max(e.id)`, []any{string(p)}, func(row act.Scanner) error {
		var s DeductionStep
		var at int64
		err := row.Scan(&s.State, &at)
		s.At = time.UnixMilli(at).UTC()
		steps = append(steps, s)
		return err
	})
}
