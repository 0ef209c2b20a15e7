package showcase

import (
	"context"
	"encoding/json"
	"fmt"
	"io/fs"
	"slices"
	"time"

	"github.com/pocketbase/pocketbase/core"
	"github.com/pocketbase/pocketbase/tools/types"

	"kpdk/hooks/internal/act"
	"kpdk/hooks/internal/clock"
	"kpdk/hooks/internal/keys"
	"kpdk/hooks/internal/money"
	"kpdk/hooks/ledger"
	"kpdk/hooks/policy"
)

const (
	shelfLength  = 6
	makersLength = 4
	pagesLength  = 60
	newsLength   = 100
	reportsLimit = 50
	officeLimit  = 60
	trendMonths  = 23
	// daysLength is how many daily heads can be taken away at any time: whoever comes every second month has them all.
	daysLength = 62
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
		Pages: func(_ context.Context, language string) ([]Page, error) {
			return pages(act.Read(app), language, clock.Of(app).Zone())
		},
		News: func(_ context.Context, language string) ([]News, error) {
			return news(act.Read(app), language, clock.Of(app).Today())
		},
		Reports: func(context.Context) ([]Report, error) { return reports(act.Read(app)) },
		Pattern: func(context.Context) (Pattern, error) { return pattern(act.Read(app)) },
		Signer: func() (Signer, error) {
			ring, err := keys.Of(app)
			if err != nil {
				return Signer{}, err
			}
			return Signer{ring.ID, ring.Public, ring.Sign}, nil
		},
	}
}

// coop reads who the co-op is; an unreadable row leaves its name empty, which the figures' own error explains.
func coop(app core.App) Coop {
	c := Coop{URL: app.Settings().Meta.AppURL, Language: "id"}
	var id, logo, image, title, titleEn, lead, leadEn string
	r := act.Read(app)
	err := r.Row(`SELECT id, name, short_name, tagline, employer, city, region, type, legal_number, demo, publish_financials,
		hero_title, hero_title_en, hero_lead, hero_lead_en, hero_image, logo FROM coop LIMIT 1`).
		Scan(&id, &c.Name, &c.ShortName, &c.Tagline, &c.Employer, &c.City, &c.Region, &c.Type, &c.LegalNumber, &c.Demo, &c.Financials,
			&title, &titleEn, &lead, &leadEn, &image, &logo)
	if err == nil {
		c.Board, c.Supervisors, err = board(r)
	}
	if err != nil {
		app.Logger().Error("showcase: coop", "error", err)
	}
	c.Financials = c.Financials || c.Demo // invented amounts are nobody's secret
	c.HeroTitle, c.HeroLead = Said{"id": title, "en": titleEn}, Said{"id": lead, "en": leadEn}
	c.HeroImage, c.Logo = fileOf("coop", id, image), fileOf("coop", id, logo)
	return c
}

// fileOf is where PocketBase serves a record's file; no file, no place.
func fileOf(collection, id, name string) string {
	if name == "" {
		return ""
	}
	return "/api/files/" + collection + "/" + id + "/" + name
}

// board reads who holds an office, in the order that managers gave.
func board(r act.Reader) (board, supervisors []Office, err error) {
	err = act.Each(r, `SELECT id, organ, name, role, role_en, term_from, term_to, photo FROM board WHERE public ORDER BY sort, name LIMIT ?`, []any{officeLimit},
		func(row act.Scanner) error {
			var o Office
			var id, organ, role, roleEn, photo string
			err := row.Scan(&id, &organ, &o.Name, &role, &roleEn, &o.From, &o.To, &photo)
			o.Role, o.Photo = Said{"id": role, "en": roleEn}, fileOf("board", id, photo)
			if organ == "supervisors" {
				supervisors = append(supervisors, o)
			} else {
				board = append(board, o)
			}
			return err
		})
	return board, supervisors, err
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
		func() error { return t.heads(r, &f, c) },
		func() error {
			rows, err := ledger.RowHead(r)
			if rows.Seq > 0 {
				f.Rows = rows.Rows()
			}
			return err
		},
		func() error { return wealth(r, &f, today) },
	} {
		if err := step(); err != nil {
			return f, err
		}
	}
	return f, nil
}

func people(r act.Reader, f *Figures) error {
	return r.Row(`SELECT (SELECT count(*) FROM members WHERE status = 'active'), (SELECT count(*) FROM employees WHERE active),
		(SELECT count(DISTINCT m.employee) FROM members m JOIN employees e ON e.id = m.employee WHERE m.status = 'active' AND e.active),
		(SELECT count(*) FROM operators WHERE active), (SELECT count(*) FROM _superusers)`).
		Scan(&f.Members, &f.Employees, &f.StaffMembers, &f.Operators, &f.Managers)
}

// ownCapital are pokok, wajib, grants and reserves (UU 25/1992, Ps 41); participation capital (3103) comes from outside.
var ownCapital = []int{ledger.PrincipalSavings, ledger.MandatorySavings, 3104, 3201, 3202}

const participationCapital = 3103

// wealth reads the sums of the chart from the kept balances.
func wealth(r act.Reader, f *Figures, today clock.Date) error {
	first := fmt.Sprintf("%d-01", today.Year())
	w := &f.Wealth
	return act.Each(r, `SELECT m.account, coalesce(a.kind, ''), sum(m.debit - m.credit), coalesce(sum(CASE WHEN m.period >= ? THEN m.debit - m.credit END), 0)
		FROM account_months m LEFT JOIN accounts a ON a.account = m.account GROUP BY m.account`, []any{first}, func(row act.Scanner) error {
		var account int
		var kind string
		var all, year money.Rupiah
		if err := row.Scan(&account, &kind, &all, &year); err != nil {
			return err
		}
		switch {
		case kind == "asset":
			w.Assets += all
		case kind == "liability" || account == participationCapital:
			w.Outside -= all
		case slices.Contains(ownCapital, account):
			w.Own -= all
		case kind == "income" || kind == "expense":
			w.Surplus -= year
			w.Lively = w.Lively || year != 0
		}
		if kind == "income" && account/1000 == 4 { // 41 members, 42 others, 43 commissions
			w.Volume -= year
		}
		return nil
	})
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

// paths are where the files of a record lie, whose names are a JSON list.
func paths(collection, id, list string) (files []File, err error) {
	var names []string
	if list != "" {
		err = json.Unmarshal([]byte(list), &names)
	}
	for _, name := range names {
		files = append(files, File{fileOf(collection, id, name), name})
	}
	return files, err
}

func pages(r act.Reader, language string, zone *time.Location) (list []Page, err error) {
	err = act.Each(r, `SELECT id, slug, section, title, body, updated, picture, picture_alt, files FROM pages
		WHERE public AND language = ? ORDER BY sort, slug LIMIT ?`, []any{language, pagesLength}, func(row act.Scanner) error {
		var p Page
		var id, updated, picture, files string
		err := row.Scan(&id, &p.Slug, &p.Section, &p.Title, &p.Body, &updated, &picture, &p.Picture.Alt, &files)
		if err != nil {
			return err
		}
		if at, err := types.ParseDateTime(updated); err == nil && !at.IsZero() {
			p.Updated = at.Time().In(zone).Format(time.DateOnly)
		}
		p.Picture.Path = fileOf("pages", id, picture)
		p.Files, err = paths("pages", id, files)
		list = append(list, p)
		return err
	})
	return list, err
}

func news(r act.Reader, language string, today clock.Date) (list []News, err error) {
	err = act.Each(r, `SELECT id, slug, title, body, published_on, picture, picture_alt, files FROM news
		WHERE public AND language = ? AND published_on <> '' AND published_on <= ? ORDER BY published_on DESC, slug, id LIMIT ?`,
		[]any{language, string(today), newsLength}, func(row act.Scanner) error {
			var n News
			var id, picture, files string
			err := row.Scan(&id, &n.Slug, &n.Title, &n.Body, &n.Date, &picture, &n.Picture.Alt, &files)
			if err != nil {
				return err
			}
			if n.Slug == "" {
				n.Slug = id
			}
			n.Picture.Path = fileOf("news", id, picture)
			n.Files, err = paths("news", id, files)
			list = append(list, n)
			return err
		})
	return list, err
}

func reports(r act.Reader) (list []Report, err error) {
	err = act.Each(r, `SELECT id, year, title, title_en, note, note_en, approved_on, file FROM annual_reports WHERE public ORDER BY year DESC, id LIMIT ?`,
		[]any{reportsLimit}, func(row act.Scanner) error {
			var y Report
			var id, title, titleEn, note, noteEn, file string
			err := row.Scan(&id, &y.Year, &title, &titleEn, &note, &noteEn, &y.Approved, &file)
			y.Title, y.Note, y.File = Said{"id": title, "en": titleEn}, Said{"id": note, "en": noteEn}, fileOf("annual_reports", id, file)
			list = append(list, y)
			return err
		})
	return list, err
}

// pattern counts what a template carries.
func pattern(r act.Reader) (p Pattern, err error) {
	p.Policies = int64(len(policy.Numbers) + len(policy.Gradeds) + len(policy.Lists) + len(policy.Choices))
	err = r.Row(`SELECT (SELECT count(*) FROM accounts WHERE NOT closed), (SELECT count(*) FROM categories), (SELECT count(*) FROM pages WHERE public)`).
		Scan(&p.Accounts, &p.Categories, &p.Pages)
	return p, err
}
