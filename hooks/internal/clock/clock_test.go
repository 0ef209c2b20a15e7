package clock_test

import (
	"testing"
	"time"

	"kpdk/hooks/internal/clock"
	"kpdk/hooks/internal/testapp"
)

// The business day of a co-op in Jakarta begins at 17:00 UTC of the day before; the shop in Jayapura is
// two hours ahead.
func TestTheBusinessDateIsTheCoopsOwn(t *testing.T) {
	app := testapp.New(t)
	for _, c := range []struct {
		zone, at, want string
	}{
		{"Asia/Jakarta", "2026-10-31T16:59:59Z", "2026-10-31"},
		{"Asia/Jakarta", "2026-10-31T17:00:00Z", "2026-11-01"},
		{"Asia/Jayapura", "2026-10-31T15:00:00Z", "2026-11-01"},
		{"Asia/Jakarta", "2026-12-31T17:00:00Z", "2027-01-01"},
	} {
		at, err := time.Parse(time.RFC3339, c.at)
		if err != nil {
			t.Fatal(err)
		}
		app.Travel(at)
		if err := clock.SetZone(app, c.zone); err != nil {
			t.Fatal(err)
		}
		if got := clock.Of(app).Today(); string(got) != c.want {
			t.Errorf("%s in %s is %s, want %s", c.at, c.zone, got, c.want)
		}
	}
	if err := clock.SetZone(app, "Asia/Nowhere"); err == nil {
		t.Error("a zone that does not exist was taken")
	}
	if got := clock.Of(app).Zone().String(); got != "Asia/Jakarta" {
		t.Errorf("a refused zone changed the clock to %s", got)
	}
}

func TestDatesAndMonths(t *testing.T) {
	for text, want := range map[string]bool{"2026-11-02": true, "2028-02-29": true, "2026-02-29": false, "2026-2-9": false, "02/11/2026": false, "": false,
		"1899-12-31": false, "2200-01-01": false, "2026-11-02T00:00": false} {
		if _, ok := clock.ParseDate(text); ok != want {
			t.Errorf("date %q: %v", text, ok)
		}
	}
	for text, want := range map[string]bool{"2026-11": true, "2026-13": false, "2026-1": false, "26-11": false, "": false, "2026-11-02": false} {
		if _, ok := clock.ParsePeriod(text); ok != want {
			t.Errorf("period %q: %v", text, ok)
		}
	}
	for _, c := range []struct{ got, want any }{
		{clock.Date("2026-02-28").Add(1), clock.Date("2026-03-01")},
		{clock.Date("2026-01-01").Add(-1), clock.Date("2025-12-31")},
		{clock.Date("2026-11-02").Period(), clock.Period("2026-11")},
		{clock.Date("bad").Period(), clock.Period("")},
		{clock.Date("2026-11-02").Year(), 2026},
		{clock.Period("2026-12").Add(1), clock.Period("2027-01")},
		{clock.Period("2026-01").Add(-1), clock.Period("2025-12")},
		{clock.Period("2028-02").Last(), clock.Date("2028-02-29")},
		{clock.Period("2026-02").Day(30), clock.Date("2026-02-28")},
		{clock.Period("2026-11").Day(20), clock.Date("2026-11-20")},
	} {
		if c.got != c.want {
			t.Errorf("got %v, want %v", c.got, c.want)
		}
	}
}
