package payroll

import (
	"slices"

	"kpdk/hooks/internal/act"
	"kpdk/hooks/internal/clock"
	"kpdk/hooks/internal/money"
)

// MemberYear is what a year of pays brought, by kind: what was settled, and what is held above it, make up
// what was deducted.
type MemberYear struct {
	Year      int          `json:"year"`
	Months    int          `json:"months"` // with a deduction
	Requested money.Rupiah `json:"requested_rupiah"`
	Deducted  money.Rupiah `json:"deducted_rupiah"`
	Remaining money.Rupiah `json:"remaining_rupiah"`
	Elsewhere money.Rupiah `json:"elsewhere_rupiah"`
	Excess    money.Rupiah `json:"excess_rupiah"`
	Kinds     []KindSum    `json:"kinds"`
	Bars      []MonthSum   `json:"bars"` // the twelve months
}

// KindSum is one kind's share.
type KindSum struct {
	Kind   string       `json:"kind"`
	Amount money.Rupiah `json:"amount_rupiah"`
}

// MonthSum is one month's.
type MonthSum struct {
	Period    clock.Period `json:"period"`
	Deducted  money.Rupiah `json:"deducted_rupiah"`
	Remaining money.Rupiah `json:"remaining_rupiah"`
}

// MemberYears adds up a member's settled months, newest year first.
func MemberYears(r act.Reader, number int64) ([]MemberYear, error) {
	years := []MemberYear{}
	err := act.Each(r, "SELECT period, requested, coalesce(deducted, 0), excess, elsewhere FROM payroll_lines WHERE member = ? AND settled = 1 ORDER BY period DESC LIMIT 240", []any{number}, func(row act.Scanner) error {
		var p clock.Period
		l := LineView{Answered: true, Settled: true}
		if err := row.Scan(&p, &l.Requested, &l.Deducted, &l.Excess, &l.Elsewhere); err != nil {
			return err
		}
		l.settleSums()
		if n := len(years); n == 0 || years[n-1].Year != p.First().Year() {
			years = append(years, MemberYear{Year: p.First().Year(), Kinds: []KindSum{}, Bars: []MonthSum{}})
		}
		y := &years[len(years)-1]
		y.Requested += l.Requested
		y.Deducted += l.Deducted
		y.Remaining += l.Remaining
		y.Elsewhere += l.Elsewhere
		y.Excess += l.Excess
		if l.Deducted > 0 {
			y.Months++
		}
		y.Bars = append([]MonthSum{{p, l.Deducted, l.Remaining}}, y.Bars...)
		return nil
	})
	if err != nil {
		return nil, err
	}
	err = act.Each(r, `SELECT CAST(substr(l.period, 1, 4) AS INT), i.kind, sum(p.settled) FROM payroll_lines l JOIN payroll_parts p ON p.period = l.period AND p.member = l.member
		JOIN open_items i ON i.id = p.item WHERE l.member = ? AND l.settled = 1 GROUP BY 1, 2 HAVING sum(p.settled) > 0`, []any{number}, func(row act.Scanner) error {
		var year int
		var k KindSum
		err := row.Scan(&year, &k.Kind, &k.Amount)
		if at := slices.IndexFunc(years, func(y MemberYear) bool { return y.Year == year }); at >= 0 {
			years[at].Kinds = append(years[at].Kinds, k)
		}
		return err
	})
	for _, y := range years {
		slices.SortFunc(y.Kinds, func(a, b KindSum) int { return slices.Index(columns, a.Kind) - slices.Index(columns, b.Kind) })
	}
	return years, err
}

// ExcessUsed is what was held for a member and paid into a month.
type ExcessUsed struct {
	Period clock.Period `json:"period"`
	Amount money.Rupiah `json:"amount_rupiah"`
	Entry  int64        `json:"entry"`
}

// ExcessUses lists them, newest first.
func ExcessUses(r act.Reader, number int64) ([]ExcessUsed, error) {
	list := []ExcessUsed{}
	return list, act.Each(r, "SELECT period, amount, entry FROM excess_uses WHERE member = ? ORDER BY act DESC LIMIT 60", []any{number}, func(row act.Scanner) error {
		var u ExcessUsed
		err := row.Scan(&u.Period, &u.Amount, &u.Entry)
		list = append(list, u)
		return err
	})
}
