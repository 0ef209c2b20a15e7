package store

import (
	"strconv"

	"kpdk/hooks/internal/fault"
	"kpdk/hooks/internal/money"
	"kpdk/hooks/ledger"
)

// Limits of one sale.
const (
	MaxLines   = 200
	MaxTenders = 4
	MaxPrice   = money.Rupiah(1_000_000_000)
)

// Tender kinds that the till takes.
const (
	CashTender    = "cash"
	PayrollTender = "payroll"
)

// Good is a product as it stands while a sale is decided.
type Good struct {
	ID          string
	Number      int64
	Name        string
	Price       money.Rupiah
	MemberPrice money.Rupiah // 0: none of its own
	Cost        money.Rupiah // consigned: what the consignor gets for one; else the last known cost
	Consignor   int64        // 0: the co-op's own goods
	Weighed     bool
	Active      bool
	Stock       Stock
}

// For is the price for a member, or for the public.
func (g Good) For(member bool) money.Rupiah {
	if member && g.MemberPrice > 0 {
		return g.MemberPrice
	}
	return g.Price
}

// Stock is what lies in one place: a quantity and its value in rupiah, kept together so that the value
// of all stock is the inventory account. Consigned goods have no value: they are not the co-op's.
type Stock struct {
	Quantity money.Quantity
	Value    money.Rupiah
	LastCost money.Rupiah // for one unit
}

// Take removes a quantity and tells its cost: the kept value in proportion, the last unit takes what
// is left of it, and what goes below zero costs the last known cost.
func (s Stock) Take(q money.Quantity) (after Stock, cost money.Rupiah) {
	held := max(0, min(q, s.Quantity))
	switch {
	case held == 0:
	case held == s.Quantity:
		cost = s.Value
	default:
		cost = money.Share(s.Value, int64(held), int64(s.Quantity))
	}
	cost += money.Times(q-held, s.LastCost)
	return Stock{s.Quantity - q, s.Value - cost, s.LastCost}, cost
}

// Put adds a quantity bought at a unit cost. Where stock stood below zero, what went out at the last
// known cost is corrected: difference is that correction, positive when the goods had cost more.
func (s Stock) Put(q money.Quantity, unitCost money.Rupiah) (after Stock, value, difference money.Rupiah) {
	value = money.Times(q, unitCost)
	after = Stock{s.Quantity + q, s.Value + value, unitCost}
	if s.Quantity >= 0 {
		return after, value, 0
	}
	// What is on hand now is worth its own new cost; the rest of the value belongs to goods already sold.
	worth := money.Times(after.Quantity, unitCost)
	if after.Quantity < 0 {
		worth = -money.Times(-after.Quantity, unitCost)
	}
	difference = after.Value - worth
	after.Value = worth
	return after, value, difference
}

// Line is one priced line of a sale.
type Line struct {
	Good        Good
	Quantity    money.Quantity
	Price       money.Rupiah
	PublicPrice money.Rupiah
	Amount      money.Rupiah
	Cost        money.Rupiah // own goods: from stock; consigned: the consignor's share
}

// Tender is one way a sale is paid.
type Tender struct {
	Kind   string       `json:"kind"`
	Amount money.Rupiah `json:"amount_rupiah"`
}

// Totals of a sale.
type Totals struct {
	Total, Saved, Cash, Payroll, Change money.Rupiah
}

// AddUp sums lines and tenders and checks that the sale is paid. Change is given from cash only.
func AddUp(lines []Line, tenders []Tender) (Totals, error) {
	var t Totals
	var in fault.Input
	for _, l := range lines {
		t.Total += l.Amount
		t.Saved += money.Times(l.Quantity, l.PublicPrice) - l.Amount
	}
	in.Check(len(tenders) > 0 && len(tenders) <= MaxTenders, "tenders", "store.tender_missing", fault.Params{"total": t.Total.Format()})
	for i, tender := range tenders {
		field := "tenders." + strconv.Itoa(i)
		in.Check(tender.Amount > 0 && tender.Amount <= MaxPrice, field+".amount_rupiah", "store.tender_amount")
		switch tender.Kind {
		case CashTender:
			t.Cash += tender.Amount
		case PayrollTender:
			t.Payroll += tender.Amount
		default:
			in.Add(field+".kind", "store.tender_kind", fault.Params{"kind": tender.Kind})
		}
	}
	if err := in.Err(); err != nil {
		return t, err
	}
	due := t.Total - t.Payroll
	switch {
	case due < 0:
		return t, fault.Refused("store.tender_over", fault.Params{"total": t.Total.Format()})
	case t.Cash < due:
		return t, fault.Refused("store.tender_short", fault.Params{"total": t.Total.Format(), "short": (due - t.Cash).Format()})
	case due == 0 && t.Cash > 0:
		return t, fault.Refused("store.tender_over", fault.Params{"total": t.Total.Format()})
	}
	t.Change = t.Cash - due
	return t, nil
}

// Postings are the journal lines of a sale: what came in by tender; own goods as sales to members or
// to the public, with their cost; consigned goods as the consignor's share and the co-op's commission.
// A buyer who is no member any more still owes what goes to payroll.
func Postings(lines []Line, t Totals, shift ledger.Party, buyer int64, isMember bool) []ledger.Line {
	sales, cost, commission := ledger.PublicSales, ledger.CostPublic, ledger.CommissionPublic
	var who []ledger.Party
	if buyer != 0 {
		who = []ledger.Party{ledger.MemberParty(buyer)}
	}
	if isMember {
		sales, cost, commission = ledger.MemberSales, ledger.CostMember, ledger.CommissionMember
	}
	out := append(make([]ledger.Line, 0, 2+3*len(lines)), ledger.Dr(ledger.ShiftCash, t.Cash-t.Change, shift))
	if t.Payroll > 0 {
		out = append(out, ledger.Dr(ledger.StoreReceivable, t.Payroll, who...))
	}
	for _, l := range lines {
		if l.Good.Consignor != 0 {
			out = append(out, ledger.Cr(ledger.ConsignorPayable, l.Cost, consignorParty(l.Good.Consignor)), ledger.Cr(commission, l.Amount-l.Cost))
			continue
		}
		out = append(out, ledger.Cr(sales, l.Amount, who...), ledger.Dr(cost, l.Cost), ledger.Cr(ledger.Inventory, l.Cost))
	}
	return out
}
