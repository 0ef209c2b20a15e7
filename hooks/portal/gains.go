package portal

import (
	"kpdk/hooks/internal/act"
	"kpdk/hooks/internal/clock"
	"kpdk/hooks/internal/money"
	"kpdk/hooks/internal/web"
	"kpdk/hooks/store"
)

// Gains is what membership gained somebody in a year by price alone: what others would have paid for the
// same goods on the same day, less what the member paid. The year's sum is the sum of its months, and a
// month's that of its receipts. A share of the surplus is no part of it: that is decided at the meeting.
type Gains struct {
	Year   int64        `json:"year"`
	Total  money.Rupiah `json:"total_rupiah"`
	Months []GainMonth  `json:"months"` // of this year up to now, each of them, oldest first
}

// GainMonth is one month with the receipts behind it.
type GainMonth struct {
	Period   clock.Period `json:"period"`
	Saved    money.Rupiah `json:"saved_rupiah"`
	Receipts []store.Gain `json:"receipts"` // newest first
}

func gains(c *web.Call) (Gains, error) {
	today := clock.Of(c.App).Today()
	list, err := store.GainsOf(act.Read(c.App), c.By.Number, today.Year())
	return sumGains(today, list), err
}

// sumGains lays receipts into the months of the year so far; a month without any counts 0.
func sumGains(today clock.Date, list []store.Gain) Gains {
	g := Gains{Year: int64(today.Year()), Months: []GainMonth{}}
	at := map[clock.Period]int{}
	for p := clock.Date(today[:4] + "-01-01").Period(); p <= today.Period(); p = p.Add(1) {
		at[p] = len(g.Months)
		g.Months = append(g.Months, GainMonth{Period: p, Receipts: []store.Gain{}})
	}
	for _, one := range list {
		i, known := at[one.Date.Period()]
		if !known { // a till whose clock runs ahead: its day will come
			continue
		}
		g.Months[i].Saved += one.Saved
		g.Months[i].Receipts = append(g.Months[i].Receipts, one)
		g.Total += one.Saved
	}
	return g
}
