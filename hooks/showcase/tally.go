package showcase

import (
	"math"
	"slices"
	"strconv"
	"strings"
	"sync"
	"time"

	"kpdk/hooks/internal/act"
	"kpdk/hooks/internal/clock"
	"kpdk/hooks/internal/money"
)

// tally counts sales once each. Receipts are append-only and their numbers grow, so each reading goes on where the last
// one stopped instead of scanning the year again.
type tally struct {
	mu     sync.Mutex
	last   int64 // the newest act counted
	months months
	days   []Head // of days that are over, newest first, as the zone cut them
	zone   string
}

type months map[clock.Period]*monthTally

type monthTally struct {
	buyers      map[int64]struct{} // at most Floor of them: more is never asked
	paid, saved money.Rupiah
	consigned   map[int64]money.Quantity // by product
}

// of gives a month's tally, an empty one at first.
func (all months) of(p clock.Period) *monthTally {
	m := all[p]
	if m == nil {
		m = &monthTally{buyers: map[int64]struct{}{}, consigned: map[int64]money.Quantity{}}
		all[p] = m
	}
	return m
}

// catchUp counts what was sold, and what came back, since the last time, and forgets the years before today's.
func (t *tally) catchUp(r act.Reader, today clock.Date) error {
	t.mu.Lock()
	defer t.mu.Unlock()
	year := strconv.Itoa(today.Year())
	newest := t.last
	if err := r.Row("SELECT max(coalesce((SELECT max(act) FROM sales), 0), coalesce((SELECT max(act) FROM sale_returns), 0))").Scan(&newest); err != nil || newest == t.last {
		return err
	}
	fresh := months{}
	err := act.Each(r, `SELECT date, member, total, saved FROM sales WHERE act > ?1 AND act <= ?2 AND member IS NOT NULL UNION ALL
		SELECT s.date, s.member, -b.amount, -b.saved FROM sale_returns b JOIN sales s ON s.act = b.sale WHERE b.act > ?1 AND b.act <= ?2 AND s.member IS NOT NULL`, []any{t.last, newest},
		func(row act.Scanner) error {
			var date clock.Date
			var member int64
			var total, saved money.Rupiah
			if err := row.Scan(&date, &member, &total, &saved); err != nil || string(date[:4]) < year {
				return err
			}
			m := fresh.of(date.Period())
			m.paid, m.saved = m.paid+total, m.saved+saved
			if len(m.buyers) < Floor {
				m.buyers[member] = struct{}{}
			}
			return nil
		})
	if err != nil {
		return err
	}
	err = act.Each(r, `SELECT s.date, l.product, l.quantity FROM sale_lines l JOIN sales s ON s.act = l.sale
		WHERE l.sale > ?1 AND l.sale <= ?2 AND l.consignor IS NOT NULL UNION ALL
		SELECT s.date, l.product, -b.quantity FROM sale_return_lines b JOIN sale_lines l ON l.sale = b.sale AND l.line = b.line JOIN sales s ON s.act = b.sale
		WHERE b.act > ?1 AND b.act <= ?2 AND l.consignor IS NOT NULL`, []any{t.last, newest}, func(row act.Scanner) error {
		var date clock.Date
		var product int64
		var quantity money.Quantity
		if err := row.Scan(&date, &product, &quantity); err != nil || string(date[:4]) < year {
			return err
		}
		fresh.of(date.Period()).consigned[product] += quantity
		return nil
	})
	if err != nil {
		return err
	}
	t.take(fresh, newest, year)
	return nil
}

// take adds a whole reading, so that one that failed half-way counts nothing twice.
func (t *tally) take(fresh months, newest int64, year string) {
	for p, add := range fresh {
		m := t.months.of(p)
		m.paid, m.saved = m.paid+add.paid, m.saved+add.saved
		for buyer := range add.buyers {
			if len(m.buyers) < Floor {
				m.buyers[buyer] = struct{}{}
			}
		}
		for product, quantity := range add.consigned {
			m.consigned[product] += quantity
		}
	}
	for p := range t.months {
		if string(p[:4]) < year {
			delete(t.months, p)
		}
	}
	t.last = newest
}

// buyers is how many members bought in a month, counted up to the floor.
func (t *tally) buyers(p clock.Period) int64 {
	t.mu.Lock()
	defer t.mu.Unlock()
	return int64(len(t.months.of(p).buyers))
}

// consigned is how much of a product sold in a month on consignment.
func (t *tally) consigned(p clock.Period, product int64) money.Quantity {
	t.mu.Lock()
	defer t.mu.Unlock()
	return t.months.of(p).consigned[product]
}

// year is what members paid and saved in a year, and how many of them, counted up to the floor or a little above.
func (t *tally) year(year int) Advantage {
	t.mu.Lock()
	defer t.mu.Unlock()
	a, buyers := Advantage{}, map[int64]struct{}{}
	for p, m := range t.months {
		if !strings.HasPrefix(string(p), strconv.Itoa(year)) {
			continue
		}
		a.Paid, a.Saved = a.Paid+m.paid, a.Saved+m.saved
		for buyer := range m.buyers {
			buyers[buyer] = struct{}{}
		}
	}
	a.People = int64(len(buyers))
	return a
}

// heads reads the newest seal and the last one of each business day before. What a day ended with stays as it is, so
// only the days since the last reading are looked for.
func (t *tally) heads(r act.Reader, f *Figures, c *clock.Clock) error {
	t.mu.Lock()
	defer t.mu.Unlock()
	if zone := c.Zone().String(); t.zone != zone {
		t.days, t.zone = nil, zone
	}
	before := int64(math.MaxInt64)
	for len(f.Days) < daysLength {
		h, at, err := headBefore(r, before)
		if err != nil {
			return err
		}
		moment := time.UnixMilli(at).In(c.Zone())
		h.Date = moment.Format(time.DateOnly)
		if h.Seq == 0 || len(f.Days) > 0 && len(t.days) > 0 && h.Date <= t.days[0].Date {
			break
		}
		f.Days = append(f.Days, h)
		before = time.Date(moment.Year(), moment.Month(), moment.Day(), 0, 0, 0, 0, c.Zone()).UnixMilli()
	}
	if len(f.Days) == 0 {
		return nil
	}
	f.Head = f.Days[0]
	for _, h := range t.days {
		if len(f.Days) < daysLength && h.Date < f.Days[len(f.Days)-1].Date {
			f.Days = append(f.Days, h)
		}
	}
	t.days = slices.Clone(f.Days[1:])
	return nil
}

// headBefore is the last seal before a moment; sequence 0 when there is none.
func headBefore(r act.Reader, before int64) (h Head, at int64, err error) {
	var hash []byte
	err = act.Each(r, `SELECT s.seq, s.hash, j.at FROM seals s JOIN journal j ON j.id = s.seq WHERE j.at < ? ORDER BY s.seq DESC LIMIT 1`,
		[]any{before}, func(row act.Scanner) error { return row.Scan(&h.Seq, &hash, &at) })
	copy(h.Hash[:], hash)
	return h, at, err
}
