package showcase

import (
	"context"
	"fmt"
	"io/fs"
	"math"
	"time"

	"github.com/pocketbase/pocketbase/core"

	"kpdk/hooks/internal/act"
	"kpdk/hooks/internal/clock"
	"kpdk/hooks/internal/money"
	"kpdk/hooks/ledger"
)

const (
	shelfLength  = 6
	makersLength = 4
	pagesLength  = 12
	newsLength   = 3
	trendMonths  = 23
	daysLength   = 3
	// lately is how many acts back the best sellers are looked for when too few goods are featured.
	lately = 5_000
)

// From is the port over an app's own tables. Checks gives the last verify and its time; nil means none is run.
// Payroll's rule for the sample slip is added by who knows payroll.
func From(app core.App, public fs.FS, checks func() ([]Check, time.Time)) Port {
	t := &tally{months: months{}}
	return Port{
		Public: public,
		Coop:   func() Coop { return coop(app) },
		Figures: func(ctx context.Context) (f Figures, err error) {
			err = act.Snapshot(ctx, app, func(r act.Reader) error {
				f, err = read(r, clock.Of(app), t)
				return err
			})
			if err == nil && checks != nil {
				f.Checks, f.CheckedAt = checks()
				f.CheckedAt = f.CheckedAt.In(clock.Of(app).Zone())
			}
			return f, err
		},
		Shelf: func(context.Context) ([]Good, error) { return shelf(act.Read(app)) },
		Consignors: func(context.Context) ([]Consignor, error) {
			return makers(act.Read(app), t, clock.Of(app).Today().Period())
		},
		Pages: func(_ context.Context, language string) ([]Page, error) { return pages(act.Read(app), language) },
		News: func(_ context.Context, language string) ([]News, error) {
			return news(act.Read(app), language, clock.Of(app).Today())
		},
	}
}

// coop reads who the co-op is; an unreadable row leaves its name empty, which the figures' own error explains.
func coop(app core.App) Coop {
	c := Coop{URL: app.Settings().Meta.AppURL, Language: "id"}
	err := act.Read(app).Row("SELECT name, short_name, tagline, city, legal_number, demo, iif(logo = '', '', '/api/files/coop/' || id || '/' || logo) FROM coop LIMIT 1").
		Scan(&c.Name, &c.ShortName, &c.Tagline, &c.City, &c.LegalNumber, &c.Demo, &c.Logo)
	if err != nil {
		app.Logger().Error("showcase: coop", "error", err)
	}
	return c
}

func read(r act.Reader, c *clock.Clock, t *tally) (Figures, error) {
	today := c.Today()
	f := Figures{AsOf: c.Now().In(c.Zone()), BusinessDate: string(today)}
	for _, step := range []func() error{
		func() error { return people(r, &f) },
		func() error { return held(r, &f) },
		func() error { return t.catchUp(r, today) },
		func() error { return sold(r, &f, t, today) },
		func() error { return joined(r, &f, today) },
		func() error { return heads(r, &f, c) },
	} {
		if err := step(); err != nil {
			return f, err
		}
	}
	return f, nil
}

func people(r act.Reader, f *Figures) error {
	return r.Row(`SELECT (SELECT count(*) FROM members WHERE status = 'active'), (SELECT count(*) FROM employees WHERE active),
		(SELECT count(DISTINCT m.employee) FROM members m JOIN employees e ON e.id = m.employee WHERE m.status = 'active' AND e.active)`).
		Scan(&f.Members, &f.Employees, &f.StaffMembers)
}

// held reads the kinds of savings. People are counted up to the floor only: more is never asked.
func held(r act.Reader, f *Figures) error {
	for account, h := range map[int]*Held{ledger.PrincipalSavings: &f.Principal, ledger.MandatorySavings: &f.Mandatory, ledger.VoluntarySavings: &f.Voluntary} {
		balance, err := ledger.AccountBalance(r, account)
		if err != nil {
			return err
		}
		h.Amount = -balance
		err = r.Row("SELECT count(*) FROM (SELECT 1 FROM party_balances WHERE account = ? AND amount <> 0 LIMIT ?)", account, Floor).Scan(&h.People)
		if err != nil {
			return err
		}
	}
	return nil
}

// sold reads this year's sales by month from the kept balances; who bought comes from the tally.
func sold(r act.Reader, f *Figures, t *tally, today clock.Date) error {
	first := clock.Period(fmt.Sprintf("%d-01", today.Year()))
	for p := first; p <= today.Period(); p = p.Add(1) {
		s := Sold{Period: string(p)}
		for account, amount := range map[int]*money.Rupiah{ledger.MemberSales: &s.Members.Amount, ledger.PublicSales: &s.NonMember} {
			debit, credit, err := ledger.AccountTurnover(r, account, p, p)
			if err != nil {
				return err
			}
			*amount = credit - debit
		}
		s.Members.People = t.buyers(p)
		f.MemberSales.Amount += s.Members.Amount
		f.NonMemberSales += s.NonMember
		if len(f.Sales) > 0 || s.Members.Amount != 0 || s.NonMember != 0 {
			f.Sales = append(f.Sales, s)
		}
	}
	f.Advantage = t.year(today.Year())
	f.MemberSales.People = f.Advantage.People
	return nil
}

// joined counts staff members at the end of each month: everyone who joined by then less everyone who had left.
func joined(r act.Reader, f *Figures, today clock.Date) error {
	moves := map[clock.Period]int64{}
	count := func(sign int64, query string) error {
		return act.Each(r, query, nil, func(row act.Scanner) error {
			var period clock.Period
			var n int64
			err := row.Scan(&period, &n)
			moves[period] += sign * n
			return err
		})
	}
	const staff = ` FROM members m JOIN employees e ON e.id = m.employee WHERE e.active AND m.status IN ('active', 'left') AND m.joined_on <> ''`
	if err := count(1, `SELECT substr(m.joined_on, 1, 7), count(*)`+staff+` GROUP BY 1`); err != nil {
		return err
	}
	if err := count(-1, `SELECT substr(m.left_on, 1, 7), count(*)`+staff+` AND m.status = 'left' AND m.left_on <> '' GROUP BY 1`); err != nil {
		return err
	}
	start, n := today.Period().Add(1-trendMonths), int64(0)
	for period, move := range moves {
		if period < start {
			n += move
		}
	}
	for p := start; p <= today.Period(); p = p.Add(1) {
		n += moves[p]
		if n > 0 || len(f.Participation) > 0 {
			f.Participation = append(f.Participation, Joined{string(p), n, f.Employees})
		}
	}
	return nil
}

// heads reads the newest seal and the last one of the business days before.
func heads(r act.Reader, f *Figures, c *clock.Clock) error {
	before := int64(math.MaxInt64)
	for range daysLength {
		var at int64
		var h Head
		var hash []byte
		err := act.Each(r, `SELECT s.seq, s.hash, j.at FROM seals s JOIN journal j ON j.id = s.seq WHERE j.at < ? ORDER BY s.seq DESC LIMIT 1`,
			[]any{before}, func(row act.Scanner) error { return row.Scan(&h.Seq, &hash, &at) })
		if err != nil || h.Seq == 0 {
			return err
		}
		copy(h.Hash[:], hash)
		moment := time.UnixMilli(at).In(c.Zone())
		h.Date = moment.Format(time.DateOnly)
		if f.Days = append(f.Days, h); len(f.Days) == 1 {
			f.Head = h
		}
		before = time.Date(moment.Year(), moment.Month(), moment.Day(), 0, 0, 0, 0, c.Zone()).UnixMilli()
	}
	return nil
}

// shelf is what managers feature, filled up with what sells lately.
func shelf(r act.Reader) (goods []Good, err error) {
	err = act.Each(r, `SELECT p.name, p.unit, p.barcode, p.price_rupiah, p.member_price_rupiah FROM products p
		LEFT JOIN (SELECT product, sum(quantity) AS sold FROM sale_lines WHERE sale > (SELECT coalesce(max(act), 0) FROM sales) - ? GROUP BY product) s
		ON s.product = p.number
		WHERE p.active AND p.consignor = '' AND p.price_rupiah > 0 AND (p.featured OR s.sold > 0)
		ORDER BY p.featured DESC, s.sold DESC, p.number LIMIT ?`, []any{lately, shelfLength}, func(row act.Scanner) error {
		var g Good
		err := row.Scan(&g.Name, &g.Unit, &g.Barcode, &g.PublicPrice, &g.MemberPrice)
		if g.MemberPrice == 0 {
			g.MemberPrice = g.PublicPrice
		}
		goods = append(goods, g)
		return err
	})
	return goods, err
}

// makers names consignors who agreed to it, each with the good of theirs that sold best this month.
func makers(r act.Reader, t *tally, period clock.Period) ([]Consignor, error) {
	best, order := map[int64]Consignor{}, []int64{}
	err := act.Each(r, `SELECT c.number, c.name, p.number, p.name, p.cost_rupiah, CASE WHEN p.member_price_rupiah > 0 THEN p.member_price_rupiah ELSE p.price_rupiah END
		FROM consignors c JOIN products p ON p.consignor = c.id WHERE c.public_consent AND p.active AND p.cost_rupiah > 0 ORDER BY c.number, p.number`,
		nil, func(row act.Scanner) error {
			var maker, product int64
			var price money.Rupiah
			var c Consignor
			if err := row.Scan(&maker, &c.Maker, &product, &c.Good, &c.Share, &price); err != nil {
				return err
			}
			c.Commission, c.Sold = price-c.Share, t.consigned(period, product)
			known, ok := best[maker]
			if !ok {
				order = append(order, maker)
			}
			if c.Commission >= 0 && c.Sold > known.Sold {
				best[maker] = c
			}
			return nil
		})
	return ranked(best, order), err
}

// ranked lists the makers who sold something, most first.
func ranked(best map[int64]Consignor, order []int64) (list []Consignor) {
	for len(list) < makersLength {
		top := int64(0)
		for _, maker := range order {
			if best[maker].Sold > best[top].Sold {
				top = maker
			}
		}
		if top == 0 {
			break
		}
		list = append(list, best[top])
		delete(best, top)
	}
	return list
}

func pages(r act.Reader, language string) (list []Page, err error) {
	err = act.Each(r, `SELECT slug, title, body FROM pages WHERE public AND language = ? ORDER BY sort, slug LIMIT ?`, []any{language, pagesLength},
		func(row act.Scanner) error {
			var p Page
			err := row.Scan(&p.Slug, &p.Title, &p.Body)
			list = append(list, p)
			return err
		})
	return list, err
}

func news(r act.Reader, language string, today clock.Date) (list []News, err error) {
	err = act.Each(r, `SELECT title, body, published_on FROM news WHERE public AND language = ? AND published_on <> '' AND published_on <= ?
		ORDER BY published_on DESC LIMIT ?`, []any{language, string(today), newsLength}, func(row act.Scanner) error {
		var n News
		err := row.Scan(&n.Title, &n.Body, &n.Date)
		list = append(list, n)
		return err
	})
	return list, err
}
