package store

import (
	"github.com/pocketbase/pocketbase/core"

	"kpdk/hooks/internal/act"
	"kpdk/hooks/internal/fault"
	"kpdk/hooks/internal/money"
	"kpdk/hooks/ledger"
	"kpdk/hooks/notice"
)

// SoldGood is a line as it was sold, by the product's number.
type SoldGood struct {
	Product      int64
	Quantity     money.Quantity
	Consignor    int64
	Amount, Cost money.Rupiah
}

// TakeBack decides that goods which a member took on credit come back, in an act of another room: what they are
// to the books, the other way round, and how they lie on the shelf again, at the cost at which they left.
func TakeBack(tx *act.Tx, app core.App, buyer int64, goods []SoldGood) (postings []ledger.Line, put func(tx *act.Tx) error, err error) {
	return takeBack(tx, app, buyer, true, goods) // goods on credit were sold to a member
}

func takeBack(tx *act.Tx, app core.App, buyer int64, isMember bool, goods []SoldGood) (postings []ledger.Line, put func(tx *act.Tx) error, err error) {
	var lines []Line
	var ids []string
	stock := map[int64]Stock{}
	for _, g := range goods {
		good, found, err := GoodByNumber(tx, g.Product)
		if err != nil {
			return nil, nil, err
		}
		if !found {
			return nil, nil, fault.Refused("store.product_unknown", fault.Params{"code": g.Product})
		}
		after, seen := stock[g.Product]
		if !seen {
			after = good.Stock
		}
		after.Quantity += g.Quantity
		if g.Consignor == 0 {
			after.Value += g.Cost
		}
		good.Stock, good.Consignor, stock[g.Product] = after, g.Consignor, after
		lines, ids = append(lines, Line{Good: good, Quantity: g.Quantity, Amount: g.Amount, Cost: g.Cost}), append(ids, good.ID)
	}
	for _, l := range Postings(lines, Totals{}, ledger.Party{}, buyer, isMember)[1:] { // no drawer is moved
		l.Amount = -l.Amount
		postings = append(postings, l)
	}
	return postings, func(tx *act.Tx) error {
		for _, l := range lines {
			value := l.Cost
			if l.Good.Consignor != 0 {
				value = 0
			}
			if err := move(tx, l.Good, "return", l.Quantity, value); err != nil {
				return err
			}
		}
		notice.TellTills(tx, app, "stock", ids...)
		return nil
	}, nil
}
