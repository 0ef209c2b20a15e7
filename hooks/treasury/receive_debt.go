package treasury

import (
	"context"
	"encoding/hex"

	"github.com/pocketbase/pocketbase/core"

	"kpdk/hooks/internal/act"
	"kpdk/hooks/internal/clock"
	"kpdk/hooks/internal/fault"
	"kpdk/hooks/internal/money"
	"kpdk/hooks/ledger"
	"kpdk/hooks/ledger/book"
	"kpdk/hooks/member"
	"kpdk/hooks/notice"
)

// fromDeposit pays a debt out of what the co-op holds for the member on 2107.
const fromDeposit = "deposit"

// holdExcess keeps what a member pays above the debt on 2107; else too much is refused.
const holdExcess = "hold"

// DebtPayment is a member who pays in another way than from the pay: purchases and instalments, the oldest first,
// or the bill of a month, part by part in its order, savings that are due among them.
type DebtPayment struct {
	Member   int64        `json:"member"`
	Into     string       `json:"into"` // place, or "deposit"
	Amount   money.Rupiah `json:"amount_rupiah"`
	Excess   string       `json:"excess,omitempty"` // "", "hold"
	Date     clock.Date   `json:"date,omitempty"`
	BankLine int64        `json:"bank_line,omitempty"`
	Bill     clock.Period `json:"bill,omitempty"` // the month of the bill; empty: debts
}

// SettledItem is what a payment took from one debt.
type SettledItem struct {
	Item      int64        `json:"item"`
	Kind      string       `json:"kind"`
	Date      clock.Date   `json:"date"`
	Amount    money.Rupiah `json:"amount_rupiah"`
	Remaining money.Rupiah `json:"remaining_rupiah"`
}

// DebtPaid is the receipt of a payment.
type DebtPaid struct {
	ID     string        `json:"id"`
	Member int64         `json:"member"`
	Amount money.Rupiah  `json:"amount_rupiah"`
	Held   money.Rupiah  `json:"held_rupiah"`
	Left   money.Rupiah  `json:"left_rupiah"` // still owed after it, of the bill where one was paid
	Entry  int64         `json:"entry"`
	Number string        `json:"number"`
	Hash   string        `json:"hash,omitempty"` // the head of the chain with it
	Bill   clock.Period  `json:"bill,omitempty"`
	Items  []SettledItem `json:"items"`
}

// ReceiveDebt books a member's payment.
func ReceiveDebt(ctx context.Context, app core.App, key string, by act.Actor, in DebtPayment) (DebtPaid, bool, error) {
	if err := in.shape(); err != nil {
		return DebtPaid{}, false, err
	}
	return act.Do(ctx, app, act.Act{Kind: "treasury.receive_debt", Key: key, Input: in, By: by}, func(tx *act.Tx) (DebtPaid, error) {
		out, err := in.receive(tx, app, nil)
		out.ID = key
		return out, err
	})
}

func (in DebtPayment) shape() error {
	var bad fault.Input
	_, ok := ParsePlace(in.Into)
	bad.Check(ok || in.Into == fromDeposit, "into", "treasury.place_unknown")
	bad.Check(in.Member > 0, "member", "input.required")
	bad.Check(in.Amount > 0 && in.Amount <= MostPaid, "amount_rupiah", "input.amount")
	bad.Check(in.Excess == "" || in.Excess == holdExcess && in.Into != fromDeposit, "excess", "treasury.excess_unknown")
	checkDate(&bad, in.Date)
	bad.Check(in.BankLine >= 0, "bank_line", "input.number")
	checkBill(&bad, in.Bill)
	return bad.Err()
}

// receive takes the money out of a drawer's line, where one is given, or of its place.
func (in DebtPayment) receive(tx *act.Tx, app core.App, drawer *ledger.Line) (out DebtPaid, err error) {
	out = DebtPaid{Member: in.Member, Amount: in.Amount, Bill: in.Bill, Items: []SettledItem{}}
	person, err := member.Find(tx, in.Member)
	if err != nil {
		return out, err
	}
	date, err := businessDate(tx, in.Date)
	if err != nil {
		return out, err
	}
	items, err := in.owed(tx, app)
	if err != nil {
		return out, err
	}
	parts, due, held := lay(in.Amount, items)
	if err := in.fits(person, parts, due, held); err != nil {
		return out, err
	}
	party := ledger.MemberParty(in.Member)
	lines := []ledger.Line{}
	if drawer != nil {
		lines = append(lines, *drawer)
	} else if lines, err = in.source(tx, person, party); err != nil {
		return out, err
	}
	for _, p := range parts {
		lines = append(lines, ledger.Cr(creditOf(p.item.Kind, person), p.amount, party))
	}
	lines = append(lines, ledger.Cr(ledger.DepositHeld, held, party))
	if err := showsOne(tx, in.BankLine, lines); err != nil {
		return out, err
	}
	posted, err := ledger.Post(tx, ledger.Entry{Kind: ledger.KindPayment, Date: date, Lines: book.Compact(lines)})
	if err != nil {
		return out, err
	}
	out.Entry, out.Number, out.Hash, out.Held, out.Left = posted.Entry, posted.Number, hex.EncodeToString(posted.Hash), held, due+held-in.Amount
	principal := false
	for _, p := range parts {
		if err := ledger.Settle(tx, p.item.ID, p.amount, ledger.ByPayment, posted.Entry); err != nil {
			return out, err
		}
		out.Items = append(out.Items, SettledItem{p.item.ID, string(p.item.Kind), p.item.Date, p.amount, p.item.Remainder - p.amount})
		principal = principal || p.item.Kind == ledger.ItemPrincipal
	}
	if principal {
		if _, err := member.ActivateIfPaid(tx, app, in.Member, date); err != nil {
			return out, err
		}
	}
	if err := (move{Kind: KindDebt, Place: in.Into, Target: number(in.Member), Amount: in.Amount, Held: held, Entry: posted.Entry}).write(tx); err != nil {
		return out, err
	}
	notice.Tell(tx, app, in.Member, "payment", member.PrintNumber(in.Member))
	tell(tx, app)
	return out, matchEntry(tx, in.BankLine, posted.Entry)
}

// owed are the items that a payment may pay, in its order.
func (in DebtPayment) owed(tx *act.Tx, app core.App) (items []ledger.Item, err error) {
	if in.Bill != "" {
		return portsOf(app).BillItems(tx, in.Bill, in.Member)
	}
	items, _, err = openDebts(tx, in.Member)
	return items, err
}

// fits refuses what nobody owes; more than is owed is taken only to be held. Savings are a member's, or the
// principal of somebody who applied.
func (in DebtPayment) fits(person member.Person, parts []settled, due, held money.Rupiah) error {
	switch {
	case due == 0 && in.Bill != "":
		return fault.Refused("treasury.bill_paid", fault.Params{"period": in.Bill})
	case due == 0:
		return fault.Refused("treasury.no_debt")
	case held > 0 && in.Excess != holdExcess && in.Bill != "":
		return fault.Refused("treasury.above_bill", fault.Params{"due": due.Format()})
	case held > 0 && in.Excess != holdExcess:
		return fault.Refused("treasury.above_debt", fault.Params{"due": due.Format()})
	}
	for _, p := range parts {
		if saves := !p.item.Kind.Debt(); saves && person.Status != member.Active && (person.Status != member.Applicant || p.item.Kind != ledger.ItemPrincipal) {
			return fault.Refused("member.not_active", fault.Params{"number": member.PrintNumber(person.Number)})
		}
	}
	return nil
}

// creditOf is where a part goes: an applicant's principal is only held until it is complete.
func creditOf(kind ledger.ItemKind, person member.Person) int {
	if kind == ledger.ItemPrincipal {
		return member.PrincipalAccount(person.Status)
	}
	return kind.CreditAccount()
}

// source is where the money comes from: a place, or what is held for the member.
func (in DebtPayment) source(tx *act.Tx, person member.Person, party ledger.Party) ([]ledger.Line, error) {
	if in.Into != fromDeposit {
		place, _ := ParsePlace(in.Into)
		return []ledger.Line{place.debit(in.Amount)}, place.usable(tx)
	}
	if person.Status == member.Applicant {
		return nil, fault.Refused("treasury.principal_held")
	}
	balance, err := ledger.Balance(tx, party, ledger.DepositHeld)
	if err == nil && in.Amount > -balance {
		err = fault.Refused("treasury.above_owed", fault.Params{"owed": (-balance).Format()})
	}
	return []ledger.Line{ledger.Dr(ledger.DepositHeld, in.Amount, party)}, err
}

// settled is how much of an open item a payment pays.
type settled struct {
	item   ledger.Item
	amount money.Rupiah
}

// openDebts are the open items of a member that are debts, the oldest first; savings that are due are none.
func openDebts(r act.Reader, number int64) (items []ledger.Item, due money.Rupiah, err error) {
	all, err := ledger.OpenItems(r, number)
	for _, i := range all {
		if i.Kind.Debt() {
			items, due = append(items, i), due+i.Remainder
		}
	}
	return items, due, err
}

// lay lays a payment over what is owed, in its order. Held is what is left when all is paid.
func lay(amount money.Rupiah, items []ledger.Item) (parts []settled, due, held money.Rupiah) {
	held = amount
	for _, i := range items {
		due += i.Remainder
		if paid := min(i.Remainder, held); paid > 0 {
			parts = append(parts, settled{i, paid})
			held -= paid
		}
	}
	return parts, due, held
}
