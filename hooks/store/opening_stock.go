package store

import (
	"kpdk/hooks/internal/act"
	"kpdk/hooks/internal/money"
)

// PutOpening lays the goods that a co-op opens with on the shelf, or takes them off again (below zero). The
// line on the inventory account is whoever opens the books' to post.
func PutOpening(tx *act.Tx, product int64, q money.Quantity, value money.Rupiah) error {
	good, _, err := GoodByNumber(tx, product)
	if err != nil {
		return err
	}
	good.Stock.Quantity += q
	good.Stock.Value += value
	if q > 0 {
		good.Stock.LastCost = money.Share(value, int64(money.One), int64(q))
	}
	return move(tx, good, "opening", q, value)
}
