package savings

import (
	"context"
	"database/sql"
	"encoding/json"
	"errors"
	"fmt"

	"github.com/pocketbase/pocketbase/core"

	"kpdk/hooks/internal/act"
	"kpdk/hooks/internal/clock"
	"kpdk/hooks/internal/money"
	"kpdk/hooks/ledger"
	"kpdk/hooks/member"
	"kpdk/hooks/notice"
	"kpdk/hooks/policy"
)

// Interest on voluntary savings (jasa simpanan) goes by the lowest balance of the month: the least that stood
// there at the end of any of its days, and at the end of the day before its first. Whoever is a member when it
// is posted gets it; whoever left before was paid the balance then.

// interestChunk is how many members one act takes.
const interestChunk = 100

const interestKind = "savings.interest"

// terms are what holds for a month, on its last day.
type terms struct {
	Rate    int64        // basis points a year
	TaxFree money.Rupiah // a month
	Tax     int64        // basis points of the whole
}

// of is the interest of a month on its lowest balance, rounded half-up to whole rupiah, and what is withheld of
// it: nothing up to the threshold, above it the rate on the whole sum, rounded down (PP 15/2009: a cliff, so
// that 240,000 is free and 240,001 pays 24,000).
func (t terms) of(lowest money.Rupiah) (gross, tax money.Rupiah) {
	if lowest <= 0 || t.Rate <= 0 {
		return 0, 0
	}
	gross = money.Share(lowest, t.Rate, 12*10_000)
	if gross > t.TaxFree {
		tax = money.BasisPoints(gross, t.Tax)
	}
	return gross, tax
}

func termsOn(r act.Reader, on clock.Date) (t terms, err error) {
	if t.Rate, err = policy.Interest.On(r, on); err != nil {
		return t, err
	}
	if t.TaxFree, err = policy.InterestTaxFree.RupiahOn(r, on); err != nil {
		return t, err
	}
	t.Tax, err = policy.InterestTax.On(r, on)
	return t, err
}

// Posted counts what a month's interest came to.
type Posted struct {
	Period  clock.Period `json:"period"`
	Members int64        `json:"members"`
	Gross   money.Rupiah `json:"gross_rupiah"`
	Tax     money.Rupiah `json:"tax_rupiah"`
}

// link is one act of a month's chain: the members after a number, and what the month came to so far.
type link struct {
	Last int64 `json:"last"`
	Done bool  `json:"done"`
	Posted
}

// PostInterest posts the interest of every month before a date that a rate was decided for and that is not done
// yet, the oldest first.
func PostInterest(ctx context.Context, app core.App, today clock.Date) (all []Posted, err error) {
	first, err := firstRated(act.Read(app))
	if err != nil || first == "" {
		return nil, err
	}
	last := today.Period().Add(-1)
	for p := max(first, last.Add(-mostMissed)); p <= last; p = p.Add(1) {
		month, done, err := postMonth(ctx, app, p)
		if err != nil {
			return all, fmt.Errorf("interest of %s: %w", p, err)
		}
		if done {
			all = append(all, month)
		}
	}
	return all, nil
}

// firstRated is the month from which a rate was ever decided; empty where nobody did.
func firstRated(r act.Reader) (clock.Period, error) {
	var from clock.Date
	err := r.Row("SELECT coalesce(min(valid_from), '') FROM policies WHERE key = ? AND value <> '0'", policy.Interest.Key).Scan(&from)
	if err != nil || from == "" {
		return "", err
	}
	return from.Period(), nil
}

// postMonth runs a month's chain to its end. Its acts are keyed by their place and know where the one before
// ended, so whoever runs it again, or beside another, gets the answers that are there and goes on after them.
func postMonth(ctx context.Context, app core.App, period clock.Period) (month Posted, posted bool, err error) {
	r := act.Read(app)
	t, err := termsOn(r, period.Last())
	if err != nil || t.Rate == 0 {
		return month, false, err
	}
	var done bool
	if err := r.Row("SELECT EXISTS(SELECT 1 FROM savings_interest_months WHERE period = ?)", string(period)).Scan(&done); err != nil || done {
		return month, false, err
	}
	at, n, err := lastLink(r, period)
	for ; err == nil && !at.Done; n++ {
		before := at
		a := act.Act{Kind: interestKind, Key: interestKey(period, n+1), Input: struct {
			Period clock.Period
			After  link
		}{period, before}, By: act.BySystem}
		at, _, err = act.Do(ctx, app, a, func(tx *act.Tx) (link, error) { return before.next(tx, app, period) })
	}
	return at.Posted, err == nil, err
}

func interestKey(period clock.Period, n int) string {
	return fmt.Sprintf("interest:%s:%06d", period, n)
}

// lastLink is where a chain that was broken off stands, and how many acts it has.
func lastLink(r act.Reader, period clock.Period) (at link, n int, err error) {
	at.Period = period
	from := interestKey(period, 0)
	var answer string
	err = r.Row(`SELECT b.answer, (SELECT count(*) FROM acts WHERE key >= ?1 AND key < ?2 AND kind = ?3) FROM acts a JOIN act_answers b ON b.act = a.id
		WHERE a.key >= ?1 AND a.key < ?2 AND a.kind = ?3 ORDER BY a.key DESC LIMIT 1`, from, from[:len(from)-6]+"~", interestKind).Scan(&answer, &n)
	if errors.Is(err, sql.ErrNoRows) {
		return at, 0, nil
	}
	if err != nil {
		return at, 0, err
	}
	return at, n, json.Unmarshal([]byte(answer), &at)
}

// earned is one member's interest.
type earned struct {
	number             int64
	lowest, gross, tax money.Rupiah
}

// next posts for the following members: one entry, expense on the one side, each member's net and the tax on
// the other.
func (l link) next(tx *act.Tx, app core.App, period clock.Period) (link, error) {
	t, err := termsOn(tx, period.Last())
	if err != nil {
		return l, err
	}
	var savers []saver
	err = act.Each(tx, `SELECT m.number, p.id, -b.amount FROM members m JOIN parties p ON p.ref = CAST(m.number AS TEXT) AND p.kind = 'member' JOIN party_balances b ON b.party = p.id AND b.account = ?
		WHERE m.number > ? AND m.status = ? ORDER BY m.number LIMIT ?`, []any{ledger.VoluntarySavings, l.Last, string(member.Active), interestChunk}, func(row act.Scanner) error {
		var s saver
		err := row.Scan(&s.number, &s.party, &s.balance)
		savers = append(savers, s)
		return err
	})
	if err != nil {
		return l, err
	}
	date, err := ledger.FirstOpenDate(tx, period.Last())
	if err != nil {
		return l, err
	}
	since, err := ledger.FirstEntrySince(tx, ledger.VoluntarySavings, period.First())
	if err != nil {
		return l, err
	}
	var all []earned
	for _, s := range savers {
		lowest, err := s.lowest(tx, period, since)
		if err != nil {
			return l, err
		}
		if gross, tax := t.of(lowest); gross > 0 {
			all = append(all, earned{s.number, lowest, gross, tax})
		}
		l.Last = s.number
	}
	l.Done = len(savers) < interestChunk
	return l, l.write(tx, app, period, t, date, all)
}

func (l *link) write(tx *act.Tx, app core.App, period clock.Period, t terms, date clock.Date, all []earned) error {
	var gross, tax money.Rupiah
	var told []int64
	lines := []ledger.Line{{}}
	for _, e := range all {
		gross, tax, told = gross+e.gross, tax+e.tax, append(told, e.number)
		lines = append(lines, ledger.Cr(ledger.VoluntarySavings, e.gross-e.tax, ledger.MemberParty(e.number)))
	}
	if len(all) > 0 {
		lines[0] = ledger.Dr(ledger.SavingsInterest, gross)
		posted, err := ledger.Post(tx, ledger.Entry{Kind: ledger.KindSavings, Date: date, Lines: append(lines, ledger.Cr(ledger.TaxPayable, tax))})
		if err != nil {
			return err
		}
		for _, e := range all {
			if err := tx.Exec("INSERT INTO savings_interest(period, member, lowest, rate, gross, tax, entry, act) VALUES(?, ?, ?, ?, ?, ?, ?, ?)",
				string(period), e.number, int64(e.lowest), t.Rate, int64(e.gross), int64(e.tax), posted.Entry, tx.ID()); err != nil {
				return err
			}
		}
		notice.TellMany(tx, app, told, "savings")
	}
	l.Members, l.Gross, l.Tax = l.Members+int64(len(all)), l.Gross+gross, l.Tax+tax
	if !l.Done {
		return nil
	}
	notice.TellBooks(tx, app, "savings")
	return tx.Exec("INSERT INTO savings_interest_months(period, rate, members, gross, tax, act) VALUES(?, ?, ?, ?, ?, ?)",
		string(period), t.Rate, l.Members, int64(l.Gross), int64(l.Tax), tx.ID())
}

// saver is a member with the present balance.
type saver struct {
	number, party int64
	balance       money.Rupiah
}

// lowest walks back from the present balance to the day before the month: after the month every day is passed
// over, in it the least counts. The month's own interest is not posted yet, so it is no saving of the month.
func (s saver) lowest(tx *act.Tx, period clock.Period, since int64) (money.Rupiah, error) {
	type moved struct {
		date   clock.Date
		amount money.Rupiah
	}
	var days []moved
	err := act.Each(tx, `SELECT j.date, -sum(l.amount) FROM journal_lines l JOIN journal j ON j.id = l.entry WHERE l.party = ? AND l.entry >= ? AND l.account = ? AND j.date >= ?
		GROUP BY j.date ORDER BY j.date DESC`, []any{s.party, since, ledger.VoluntarySavings, string(period.First())}, func(row act.Scanner) error {
		var m moved
		err := row.Scan(&m.date, &m.amount)
		days = append(days, m)
		return err
	})
	if err != nil {
		return 0, err
	}
	balance, last, inside := s.balance, period.Last(), false
	var least money.Rupiah
	for _, d := range days {
		if d.date <= last && !inside {
			least, inside = balance, true // the end of the month's last day
		}
		balance -= d.amount
		if inside {
			least = min(least, balance) // the end of the day before this one
		}
	}
	if !inside {
		return max(balance, 0), nil
	}
	return max(least, 0), nil
}
