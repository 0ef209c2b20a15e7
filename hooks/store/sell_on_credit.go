package store

import (
	"strconv"

	"github.com/pocketbase/pocketbase/core"

	"kpdk/hooks/internal/act"
	"kpdk/hooks/internal/fault"
	"kpdk/hooks/internal/money"
	"kpdk/hooks/ledger"
	"kpdk/hooks/member"
	"kpdk/hooks/notice"
)

// CreditLine is goods that a member takes on credit (kredit barang), by the product's record id.
type CreditLine struct {
	Product  string
	Quantity string
}

// CreditSale is priced at the member's price and decided: the caller posts the lines with its own receivable,
// then takes the goods off the shelf.
type CreditSale struct {
	Total    money.Rupiah
	Lines    []Line
	Postings []ledger.Line // what the goods are to the books; the receivable is the caller's
	Take     func(tx *act.Tx) error
}

// SellOnCredit decides a sale of goods outside the till, in an act of another room. Nothing is written before
// Take; what the shelf lacks is refused as at the till.
func SellOnCredit(tx *act.Tx, app core.App, buyer int64, goods []CreditLine) (CreditSale, error) {
	s := sale{quantity: make([]money.Quantity, len(goods))}
	var in fault.Input
	in.Check(len(goods) > 0 && len(goods) <= MaxLines, "lines", "store.line_count", fault.Params{"max": MaxLines})
	for i, g := range goods {
		q, err := money.ParseQuantity(g.Quantity)
		in.Check(err == nil && q > 0 && q <= money.MaxQuantity, "lines."+strconv.Itoa(i)+".quantity", "store.quantity_invalid")
		s.quantity[i] = q
		s.Lines = append(s.Lines, LineInput{Product: g.Product})
	}
	if err := in.Err(); err != nil {
		return CreditSale{}, err
	}
	var err error
	if s.person, err = member.Find(tx, buyer); err != nil {
		return CreditSale{}, err
	}
	if err := s.decideLines(tx); err != nil {
		return CreditSale{}, err
	}
	return s.onCredit(app), nil
}

// onCredit is a basket that was decided, as goods that are paid later.
func (s *sale) onCredit(app core.App) CreditSale {
	out := CreditSale{Lines: s.lines, Postings: Postings(s.lines, Totals{}, ledger.Party{}, s.person.Number, s.isMember())[1:]} // no drawer is moved
	ids := make([]string, len(s.lines))
	for i, l := range s.lines {
		out.Total += l.Amount
		ids[i] = l.Good.ID
	}
	lines := s.lines
	out.Take = func(tx *act.Tx) error {
		for _, l := range lines {
			value := l.Cost
			if l.Good.Consignor != 0 {
				value = 0
			}
			if err := move(tx, l.Good, "sale", -l.Quantity, -value); err != nil {
				return err
			}
		}
		notice.TellTills(tx, app, "stock", ids...)
		return nil
	}
	return out
}
