// Package clock tells the co-op's time: an injected "now" and the business date in the co-op's zone.
package clock

import (
	"time"
	_ "time/tzdata" // a machine without a zone database still knows Jakarta

	"github.com/pocketbase/pocketbase/core"
)

const storeKey = "kpdk.clock"

// Clock is a source of time in a zone.
type Clock struct {
	now  func() time.Time
	zone *time.Location
}

// DefaultZone is where a co-op keeps its books unless it says otherwise: UTC+7, Asia/Jakarta.
var DefaultZone = mustZone("Asia/Jakarta")

func mustZone(name string) *time.Location {
	zone, err := time.LoadLocation(name)
	if err != nil {
		panic(err)
	}
	return zone
}

// Of gives the clock of an app; without Set it is the machine's clock in DefaultZone.
func Of(app core.App) *Clock {
	if c, ok := app.Store().Get(storeKey).(*Clock); ok {
		return c
	}
	return &Clock{time.Now, DefaultZone}
}

// Set gives an app another source of time (tests, the demo).
func Set(app core.App, now func() time.Time) {
	app.Store().Set(storeKey, &Clock{now, Of(app).zone})
}

// SetZone moves the co-op to another time zone.
func SetZone(app core.App, name string) error {
	zone, err := time.LoadLocation(name)
	if err != nil {
		return err
	}
	app.Store().Set(storeKey, &Clock{Of(app).now, zone})
	return nil
}

// Now is the time, in UTC.
func (c *Clock) Now() time.Time { return c.now().UTC() }

// Zone is the co-op's time zone.
func (c *Clock) Zone() *time.Location { return c.zone }

// Today is the business date now.
func (c *Clock) Today() Date { return c.DateOf(c.now()) }

// Begins is the first moment of a date in the co-op's zone.
func (c *Clock) Begins(d Date) time.Time {
	day := d.Time()
	return time.Date(day.Year(), day.Month(), day.Day(), 0, 0, 0, 0, c.zone)
}

// DateOf is the business date of a moment.
func (c *Clock) DateOf(t time.Time) Date { return Date(t.In(c.zone).Format(time.DateOnly)) }

// Date is a business date, "2026-11-02".
type Date string

// ParseDate accepts ISO dates only.
func ParseDate(s string) (Date, bool) {
	t, err := time.Parse(time.DateOnly, s)
	return Date(s), err == nil && t.Year() >= 1900 && t.Year() < 2200
}

// Time is midnight UTC of the date, for arithmetic.
func (d Date) Time() time.Time {
	t, _ := time.Parse(time.DateOnly, string(d))
	return t
}

// Add moves a date by days.
func (d Date) Add(days int) Date { return Date(d.Time().AddDate(0, 0, days).Format(time.DateOnly)) }

// Period is the month a date belongs to.
func (d Date) Period() Period {
	if len(d) < 7 {
		return ""
	}
	return Period(d[:7])
}

// Year is the calendar year of a date.
func (d Date) Year() int { return d.Time().Year() }

// Period is a month, "2026-11".
type Period string

// ParsePeriod accepts "2026-11".
func ParsePeriod(s string) (Period, bool) {
	t, err := time.Parse("2006-01", s)
	return Period(s), err == nil && t.Year() >= 1900 && t.Year() < 2200
}

// First is the first day of the month.
func (p Period) First() Date { return Date(p + "-01") }

// Last is the last day of the month.
func (p Period) Last() Date { return p.Add(1).First().Add(-1) }

// Add moves a period by months.
func (p Period) Add(months int) Period {
	return Period(p.First().Time().AddDate(0, months, 0).Format("2006-01"))
}

// Day is the day-th of the month, or its last day when the month is shorter.
func (p Period) Day(day int) Date {
	d := p.First().Add(day - 1)
	if d.Period() != p {
		return p.Last()
	}
	return d
}
