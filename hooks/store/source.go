package store

import (
	"database/sql"
	"errors"
	"strconv"

	"kpdk/hooks/internal/act"
	"kpdk/hooks/internal/money"
	"kpdk/hooks/ledger"
)

// Source is the receipt behind an open item.
type Source struct {
	Sale   string `json:"sale"`
	Number string `json:"number"`
}

// SourceOf finds the receipt that made an open item; nil for savings.
func SourceOf(r act.Reader, item ledger.Item) (*Source, error) {
	if item.Kind != ledger.ItemStore {
		return nil, nil
	}
	var s Source
	var till string
	var number int64
	err := r.Row("SELECT a.key, s.till, s.number FROM sales s JOIN acts a ON a.id = s.act WHERE s.act = ?", item.Act).Scan(&s.Sale, &till, &number)
	if errors.Is(err, sql.ErrNoRows) {
		return nil, nil
	}
	s.Number = ReceiptNumber(till, number)
	return &s, err
}

// SavedBy is what a member saved in a year by buying at the member price.
func SavedBy(r act.Reader, number int64, year int) (saved money.Rupiah, err error) {
	from := strconv.Itoa(year)
	err = r.Row("SELECT coalesce(sum(saved), 0) FROM sales WHERE member = ? AND date >= ? || '-01-01' AND date <= ? || '-12-31'", number, from, from).Scan(&saved)
	return saved, err
}
