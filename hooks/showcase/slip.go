package showcase

import (
	"fmt"
	"time"

	"kpdk/hooks/internal/money"
)

type slipRow struct {
	Name, Note, Asked, Taken string
	Sub, Cut                 bool
}

type slipView struct {
	Rows         []slipRow
	Asked, Taken string
	Rest, Why    string
}

// sampleCap is the limit in the sample's mandate: below what is asked, so that the slip shows a rest.
const sampleCap money.Rupiah = 500_000

// sample is an invented month in round numbers: mandatory savings, three receipts, voluntary savings. The receipts lie
// between the cut-off days that lead to this month's pay.
func sample(businessDate string) []SlipItem {
	day, err := time.Parse(time.DateOnly, businessDate)
	if err != nil {
		return nil
	}
	first := day.AddDate(0, 0, 1-day.Day())
	on := func(months, days int) string { return first.AddDate(0, months, days-1).Format(time.DateOnly) }
	return []SlipItem{
		{"mandatory", on(-1, 1), 50_000},
		{"store", on(-2, 22), 118_000}, {"store", on(-2, 27), 203_500}, {"store", on(-1, 8), 145_000},
		{"voluntary", on(-1, 1), 100_000},
	}
}

// slip explains a deduction. The amounts are invented; what is taken of each is decided by payroll's own rule.
func slip(s speech, businessDate string, allocate func(money.Rupiah, []SlipItem) []money.Rupiah) *slipView {
	items := sample(businessDate)
	if allocate == nil || len(items) == 0 {
		return nil
	}
	taken := allocate(sampleCap, items)
	if len(taken) != len(items) {
		return nil
	}
	asked, got, receipts := map[string]money.Rupiah{}, map[string]money.Rupiah{}, 0
	var all, cut money.Rupiah
	for i, item := range items {
		asked[item.Kind] += item.Amount
		got[item.Kind] += taken[i]
		all, cut = all+item.Amount, cut+taken[i]
		if item.Kind == "store" {
			receipts++
		}
	}
	v := &slipView{Asked: s.Amount(all), Taken: s.Amount(cut)}
	line := func(name, note string, asked, taken money.Rupiah, sub bool) {
		v.Rows = append(v.Rows, slipRow{name, note, s.Amount(asked), s.Amount(taken), sub, taken < asked})
	}
	line(s.T("slip.mandatory"), "", asked["mandatory"], got["mandatory"], false)
	line(s.T("slip.store"), s.T("slip.receipts", "n", receipts), asked["store"], got["store"], false)
	for i, item := range items {
		if item.Kind == "store" {
			line(s.shortDay(item.Date), "", item.Amount, taken[i], true)
		}
	}
	line(s.T("slip.voluntary"), "", asked["voluntary"], got["voluntary"], false)
	if cut < all {
		v.Rest = s.T("slip.why", "rest", s.Amount(all-cut))
		v.Why = s.T("slip.why.text", "cap", s.Amount(sampleCap), "moved", s.Amount(asked["store"]-got["store"]),
			"skipped", s.Amount(asked["voluntary"]-got["voluntary"]))
	}
	return v
}

// shortDay writes a date within a year: 22 Sep.
func (s speech) shortDay(date string) string {
	t, err := time.Parse(time.DateOnly, date)
	if err != nil {
		return date
	}
	return fmt.Sprintf("%d %s", t.Day(), s.list("months.short", int(t.Month())-1))
}
