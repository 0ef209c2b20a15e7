package payroll

import (
	"kpdk/hooks/internal/act"
	"kpdk/hooks/internal/clock"
	"kpdk/hooks/internal/fault"
	"kpdk/hooks/internal/money"
	"kpdk/hooks/policy"
)

// Bands are the limits of goods on credit (kredit barang): by amount, how many instalments at most and
// whether a second person approves.
type Bands struct {
	Least      money.Rupiah `json:"least_rupiah"`
	Small      money.Rupiah `json:"small_rupiah"` // up to here one person decides
	SmallParts int64        `json:"small_parts"`
	Most       money.Rupiah `json:"most_rupiah"` // of all that a member owes on instalments
	MostParts  int64        `json:"most_parts"`
	Till       money.Rupiah `json:"till_rupiah"`   // up to here a till sells by itself
	MarginRate int64        `json:"margin_bp"`     // of the price a month, at the till
	DownMost   int64        `json:"down_most_pct"` // of the price, in cash at once
}

func bandsOn(r act.Reader, on clock.Date) (b Bands, err error) {
	for _, rule := range []struct {
		policy policy.Number
		into   *int64
	}{{policy.InstalmentLeast, (*int64)(&b.Least)}, {policy.InstalmentSmall, (*int64)(&b.Small)}, {policy.InstalmentSmallParts, &b.SmallParts},
		{policy.InstalmentMost, (*int64)(&b.Most)}, {policy.InstalmentMostParts, &b.MostParts}, {policy.InstalmentTill, (*int64)(&b.Till)},
		{policy.InstalmentMargin, &b.MarginRate}, {policy.InstalmentDown, &b.DownMost}} {
		if *rule.into, err = rule.policy.On(r, on); err != nil {
			return b, err
		}
	}
	return b, nil
}

// Margin is what a price costs more over a number of months, by the co-op's rate, half-up.
func (b Bands) Margin(principal money.Rupiah, parts int64) money.Rupiah {
	return money.Share(principal, b.MarginRate*parts, 10_000)
}

// parts is the most instalments for a price.
func (b Bands) parts(principal money.Rupiah) int64 {
	if principal > b.Small {
		return b.MostParts
	}
	return b.SmallParts
}

// soldAlone is what one member took on plans of a day without a second person, and did not bring back: with it, what
// is large must not pass in pieces.
func soldAlone(r act.Reader, number int64, on clock.Date) (sum money.Rupiah, err error) {
	err = r.Row(`SELECT coalesce(sum(max(0, p.principal - coalesce((SELECT sum(b.amount) FROM instalment_returns b WHERE b.plan = p.act), 0))), 0)
		FROM instalment_plans p WHERE p.member = ? AND p.date = ? AND p.request IS NULL`, number, string(on)).Scan(&sum)
	return sum, err
}

// Judge holds a plan against the bands: standing is what the member owes on other plans, earlier
// what soldAlone says.
func (b Bands) Judge(principal, standing, earlier money.Rupiah, parts int64) (second bool, err error) {
	second = policy.Apart(principal, earlier, b.Small)
	most := b.parts(principal)
	switch {
	case principal < b.Least:
		return second, fault.Refused("payroll.instalment_least", fault.Params{"least": b.Least.Format()})
	case principal+standing > b.Most:
		return second, fault.Refused("payroll.instalment_most", fault.Params{"most": b.Most.Format(), "left": max(0, b.Most-standing).Format()})
	case parts > most:
		return second, fault.Refused("payroll.instalment_parts", fault.Params{"max": most})
	}
	return second, nil
}

// Instalment is one of a plan's: its part of the price, and of the margin that is shown openly beside it.
type Instalment struct {
	N         int64        `json:"n"`
	Period    clock.Period `json:"period"`
	Date      clock.Date   `json:"date"`
	Principal money.Rupiah `json:"principal_rupiah"`
	Margin    money.Rupiah `json:"margin_rupiah"`
}

// Schedule splits a price and its margin over months, to the rupiah: what doesn't divide goes to the first. An
// instalment is dated the first day of the month before its pay, as savings are, so that it belongs to its
// period wherever the cut-off lies; none is dated before the day of the sale.
func Schedule(principal, margin money.Rupiah, parts int64, first clock.Period, sold clock.Date) []Instalment {
	out := make([]Instalment, parts)
	for i := range out {
		p := first.Add(i)
		out[i] = Instalment{N: int64(i) + 1, Period: p, Date: max(p.Add(-1).First(), sold), Principal: part(principal, parts, int64(i)), Margin: part(margin, parts, int64(i))}
	}
	return out
}

// part is the i-th of n equal parts; the first ones take what is left over, a rupiah each.
func part(total money.Rupiah, n, i int64) money.Rupiah {
	share := int64(total) / n
	if i < int64(total)%n {
		share++
	}
	return money.Rupiah(share)
}
