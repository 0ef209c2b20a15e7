package payroll

import (
	"kpdk/hooks/internal/act"
	"kpdk/hooks/internal/clock"
	"kpdk/hooks/policy"
)

// CalendarFor reads the policies that hold for a period.
func CalendarFor(r act.Reader, p clock.Period) (Calendar, error) {
	previous, err := policy.CutoffDay.On(r, p.Add(-2).First())
	if err != nil {
		return Calendar{}, err
	}
	day, err := policy.CutoffDay.On(r, p.Add(-1).First())
	if err != nil {
		return Calendar{}, err
	}
	payDay, err := policy.PayDay.On(r, p.First())
	if err != nil {
		return Calendar{}, err
	}
	holidays, err := policy.Holidays.On(r, p.Last())
	return CalendarOf(p, int(previous), int(day), int(payDay), holidays), err
}

// Coming is the period that collects what is bought on a date: the first whose cut-off has not passed.
func Coming(r act.Reader, on clock.Date) (Calendar, error) {
	c, err := CalendarFor(r, on.Period().Add(1))
	if err != nil || on <= c.Cutoff {
		return c, err
	}
	return CalendarFor(r, on.Period().Add(2))
}

// unlockedFrom is the first period from the coming one on whose list is not yet locked.
func unlockedFrom(r act.Reader, on clock.Date) (Calendar, error) {
	c, err := Coming(r, on)
	for range 12 { // nobody locks a year ahead
		if err != nil {
			return c, err
		}
		h, found, err := headOf(r, c.Period)
		if err != nil || !found || !frozen(h.State) {
			return c, err
		}
		if c, err = CalendarFor(r, c.Period.Add(1)); err != nil {
			return c, err
		}
	}
	return c, err
}

// listAhead is the first list that has yet to be locked. Between the cut-off and the lock that is the one
// whose cut-off has just passed: it is drafted late, or will be, where the co-op deducts at all and its pay
// day is still to come.
func listAhead(r act.Reader, on clock.Date) (Calendar, error) {
	coming, err := Coming(r, on)
	if err != nil {
		return coming, err
	}
	var runs int
	if err := r.Row("SELECT count(*) FROM payroll_runs").Scan(&runs); err != nil {
		return coming, err
	}
	for p := on.Period(); runs > 0 && p < coming.Period; p = p.Add(1) {
		h, found, err := headOf(r, p)
		if err != nil {
			return coming, err
		}
		c, err := CalendarFor(r, p)
		if err != nil {
			return coming, err
		}
		if found && !frozen(h.State) || !found && on <= c.PayDate {
			return c, nil
		}
	}
	return unlockedFrom(r, on)
}

// PayDateOf is when a purchase of a date will be deducted.
func PayDateOf(r act.Reader, bought clock.Date) (clock.Date, error) {
	c, err := unlockedFrom(r, bought)
	return c.PayDate, err
}
