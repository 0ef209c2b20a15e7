package store

import (
	"strconv"

	"kpdk/hooks/internal/act"
	"kpdk/hooks/internal/clock"
	"kpdk/hooks/internal/money"
)

// Of a sale s: what came back of its price, and of what its buyer saved.
const (
	paidBack  = "coalesce((SELECT sum(b.amount) FROM sale_returns b WHERE b.sale = s.act), 0)"
	savedBack = "coalesce((SELECT sum(b.saved) FROM sale_returns b WHERE b.sale = s.act), 0)"
)

// SavedBy is what a member saved in a year by buying at the member price.
func SavedBy(r act.Reader, number int64, year int) (saved money.Rupiah, err error) {
	from := strconv.Itoa(year)
	err = r.Row("SELECT coalesce(sum(s.saved - "+savedBack+"), 0) FROM sales s WHERE s.member = ? AND s.date >= ? || '-01-01' AND s.date <= ? || '-12-31'", number, from, from).Scan(&saved)
	return saved, err
}

// Gain is a purchase by which a member paid less than others would have.
type Gain struct {
	ID     string       `json:"id"`
	Number string       `json:"number"`
	Date   clock.Date   `json:"date"`
	Total  money.Rupiah `json:"total_rupiah"`
	Saved  money.Rupiah `json:"saved_rupiah"`
}

// GainsOf lists a member's purchases of a year that saved something, newest first; SavedBy is their sum.
func GainsOf(r act.Reader, number int64, year int) (list []Gain, err error) {
	from := strconv.Itoa(year)
	return list, act.Each(r, `SELECT a.key, s.till, s.number, s.date, s.total - `+paidBack+`, s.saved - `+savedBack+` FROM sales s JOIN acts a ON a.id = s.act
		WHERE s.member = ? AND s.saved <> `+savedBack+` AND s.date >= ? || '-01-01' AND s.date <= ? || '-12-31' ORDER BY s.date DESC, s.act DESC`, []any{number, from, from}, func(row act.Scanner) error {
		var g Gain
		var till string
		var n int64
		err := row.Scan(&g.ID, &till, &n, &g.Date, &g.Total, &g.Saved)
		g.Number = ReceiptNumber(till, n)
		list = append(list, g)
		return err
	})
}
