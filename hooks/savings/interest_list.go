package savings

import (
	"database/sql"
	"errors"

	"kpdk/hooks/internal/act"
	"kpdk/hooks/internal/clock"
	"kpdk/hooks/internal/fault"
	"kpdk/hooks/internal/money"
	"kpdk/hooks/ledger"
	"kpdk/hooks/policy"
)

// Slip is one month's interest of a member: a withholding slip also when nothing was withheld (PP 15/2009).
type Slip struct {
	Period clock.Period `json:"period"`
	Date   clock.Date   `json:"date"`
	Lowest money.Rupiah `json:"lowest_rupiah"`
	Rate   int64        `json:"rate_bp"`
	Gross  money.Rupiah `json:"gross_rupiah"`
	Tax    money.Rupiah `json:"tax_rupiah"`
	Net    money.Rupiah `json:"net_rupiah"`
	Entry  int64        `json:"entry"`
	Number string       `json:"number"`
}

// OwnInterest is what a member sees of interest: the terms of today, and every month that brought some.
type OwnInterest struct {
	Rate    int64        `json:"rate_bp"` // 0: the co-op gives none
	TaxFree money.Rupiah `json:"tax_free_rupiah"`
	Tax     int64        `json:"tax_bp"`
	Slips   []Slip       `json:"slips"` // newest first
}

const slipColumns = `SELECT i.period, j.date, i.lowest, i.rate, i.gross, i.tax, i.entry, j.kind, j.year, j.number FROM savings_interest i JOIN journal j ON j.id = i.entry WHERE i.member = ? `

func scanSlip(row act.Scanner) (s Slip, err error) {
	var kind string
	var year int
	var number int64
	err = row.Scan(&s.Period, &s.Date, &s.Lowest, &s.Rate, &s.Gross, &s.Tax, &s.Entry, &kind, &year, &number)
	s.Net, s.Number = s.Gross-s.Tax, ledger.Number(kind, year, number)
	return s, err
}

const mostSlips = 120 // ten years of months

// InterestOf lists a member's interest.
func InterestOf(r act.Reader, number int64, today clock.Date) (own OwnInterest, err error) {
	t, err := termsOn(r, today)
	if err != nil {
		return own, err
	}
	own = OwnInterest{t.Rate, t.TaxFree, t.Tax, []Slip{}}
	return own, act.Each(r, slipColumns+"ORDER BY i.period DESC LIMIT ?", []any{number, mostSlips}, func(row act.Scanner) error {
		s, err := scanSlip(row)
		own.Slips = append(own.Slips, s)
		return err
	})
}

// slipOf reads one month's.
func slipOf(r act.Reader, number int64, period clock.Period) (Slip, error) {
	s, err := scanSlip(r.Row(slipColumns+"AND i.period = ?", number, string(period)))
	if errors.Is(err, sql.ErrNoRows) {
		err = fault.NotFound("savings.no_interest", fault.Params{"period": period})
	}
	return s, err
}

// Month is one month's interest of all members.
type Month struct {
	Posted
	Rate int64 `json:"rate_bp"`
}

// Months is what the office sees of interest.
type Months struct {
	Rate    int64        `json:"rate_bp"`
	TaxFree money.Rupiah `json:"tax_free_rupiah"`
	Tax     int64        `json:"tax_bp"`
	Months  []Month      `json:"months"` // newest first
}

// InterestMonths lists the months whose interest was posted.
func InterestMonths(r act.Reader, today clock.Date) (all Months, err error) {
	t, err := termsOn(r, today)
	if err != nil {
		return all, err
	}
	all = Months{t.Rate, t.TaxFree, t.Tax, []Month{}}
	return all, act.Each(r, "SELECT period, members, gross, tax, rate FROM savings_interest_months ORDER BY period DESC LIMIT ?", []any{mostSlips}, func(row act.Scanner) error {
		var m Month
		err := row.Scan(&m.Period, &m.Members, &m.Gross, &m.Tax, &m.Rate)
		all.Months = append(all.Months, m)
		return err
	})
}

// Rules are the co-op's rules of savings, as they hold and as they were decided.
type Rules struct {
	On      clock.Date       `json:"on"`
	Now     []policy.Setting `json:"now"`
	Decided []Decided        `json:"decided"` // newest first
}

// Decided is a rule with who decided it and when.
type Decided struct {
	policy.Setting
	At string `json:"at"` // RFC 3339
	By string `json:"by"`
}
