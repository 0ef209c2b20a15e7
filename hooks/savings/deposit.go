package savings

import (
	"context"

	"github.com/pocketbase/pocketbase/core"

	"kpdk/hooks/internal/act"
	"kpdk/hooks/internal/fault"
	"kpdk/hooks/internal/money"
	"kpdk/hooks/ledger"
	"kpdk/hooks/member"
	"kpdk/hooks/notice"
)

// Deposit is cash that a member brings to the office.
type Deposit struct {
	Member int64        `json:"member"`
	Kind   string       `json:"kind"` // principal, mandatory, voluntary
	Amount money.Rupiah `json:"amount_rupiah"`
}

// Deposited is the receipt of a deposit.
type Deposited struct {
	Member    int64        `json:"member"`
	Kind      string       `json:"kind"`
	Amount    money.Rupiah `json:"amount_rupiah"`
	Settled   money.Rupiah `json:"settled_rupiah"` // the part that was due
	Balance   money.Rupiah `json:"balance_rupiah"` // saved of this kind after it
	Activated bool         `json:"activated"`      // it completed an applicant's principal
	Entry     int64        `json:"entry"`
	Number    string       `json:"number"`
}

// MakeDeposit books cash against the member's savings and settles what was due of that kind.
func MakeDeposit(ctx context.Context, app core.App, key string, by act.Actor, in Deposit) (Deposited, bool, error) {
	kind, known := kinds[in.Kind]
	var problems fault.Input
	problems.Check(known, "kind", "savings.kind_unknown")
	problems.Check(in.Member > 0, "member", "input.required")
	problems.Check(in.Amount > 0 && in.Amount <= member.MaxMandate, "amount_rupiah", "input.amount")
	if err := problems.Err(); err != nil {
		return Deposited{}, false, err
	}
	a := act.Act{Kind: "savings.deposit", Key: key, Input: in, By: by}
	return act.Do(ctx, app, a, func(tx *act.Tx) (Deposited, error) { return deposit(tx, app, kind, in) })
}

func deposit(tx *act.Tx, app core.App, kind ledger.ItemKind, in Deposit) (out Deposited, err error) {
	p, err := member.Find(tx, in.Member)
	if err != nil {
		return out, err
	}
	if err := maySave(kind, p); err != nil {
		return out, err
	}
	items, err := ledger.OpenItems(tx, in.Member)
	if err != nil {
		return out, err
	}
	parts, err := share(kind, in.Amount, items)
	if err != nil {
		return out, err
	}
	party := ledger.MemberParty(in.Member)
	posted, err := ledger.Post(tx, ledger.Entry{Kind: ledger.KindSavings, Date: tx.Today(), Lines: []ledger.Line{
		ledger.Dr(ledger.Cash, in.Amount), ledger.Cr(creditAccount(kind, p.Status), in.Amount, party)}})
	if err != nil {
		return out, err
	}
	out = Deposited{Member: in.Member, Kind: in.Kind, Amount: in.Amount, Entry: posted.Entry, Number: posted.Number}
	for _, part := range parts {
		if err := ledger.Settle(tx, part.item, part.amount, ledger.ByPayment, posted.Entry); err != nil {
			return out, err
		}
		out.Settled += part.amount
	}
	if kind == ledger.ItemPrincipal {
		if out.Activated, err = member.ActivateIfPaid(tx, in.Member, tx.Today()); err != nil {
			return out, err
		}
	}
	status := p.Status
	if out.Activated {
		status = member.Active
	}
	balance, err := ledger.Balance(tx, party, creditAccount(kind, status))
	out.Balance = -balance
	notice.Tell(tx, app, in.Member, "savings", member.PrintNumber(in.Member))
	return out, err
}
