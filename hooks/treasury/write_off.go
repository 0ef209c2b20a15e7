package treasury

import (
	"context"
	"strconv"

	"github.com/pocketbase/pocketbase/core"

	"kpdk/hooks/internal/act"
	"kpdk/hooks/internal/fault"
	"kpdk/hooks/internal/money"
	"kpdk/hooks/ledger"
	"kpdk/hooks/member"
	"kpdk/hooks/notice"
)

// KindWriteOff is a request to give up what somebody who left still owes: To is the number, Category the
// expense that bears it. Whatever the amount, a second person approves.
const KindWriteOff = "write_off"

// WriteOff asks to give up a leaver's debt, all of it.
type WriteOff struct {
	Member   int64  `json:"member"`
	Category string `json:"category"` // record id in expense_categories
}

// AskWriteOff lays the request before a second person. The reason is kept beside it.
func AskWriteOff(ctx context.Context, app core.App, key string, by act.Actor, in WriteOff, reason string) (Paid, bool, error) {
	var bad fault.Input
	bad.Check(in.Member > 0, "member", "input.required")
	bad.Check(in.Category != "", "category", "input.required")
	bad.Check(reason != "", "reason", "input.required")
	bad.Check(len(reason) <= maxNote, "reason", "input.too_long", fault.Params{"max": maxNote})
	if err := bad.Err(); err != nil {
		return Paid{}, false, err
	}
	return act.Do(ctx, app, act.Act{Kind: "treasury.write_off", Key: key, Input: in, By: by, Note: reason}, func(tx *act.Tx) (Paid, error) {
		request := Payment{Kind: KindWriteOff, To: number(in.Member), Category: in.Category}
		out := Paid{ID: key, Kind: KindWriteOff, State: StateWaiting}
		w, err := request.writeOff(tx)
		if err != nil {
			return out, err
		}
		request.Amount, out.Amount = w.amount, w.amount
		tell(tx, app)
		return out, request.request(tx)
	})
}

// writtenOff is what giving up a debt comes to.
type writtenOff struct {
	member  int64
	expense int
	amount  money.Rupiah
	items   []ledger.Item
}

// writeOff finds what would be given up; it writes nothing.
func (in Payment) writeOff(tx *act.Tx) (w writtenOff, err error) {
	if w.member, err = strconv.ParseInt(in.To, 10, 64); err != nil {
		return w, fault.Refused("treasury.request_unknown")
	}
	p, err := member.Find(tx, w.member)
	if err != nil {
		return w, err
	}
	if p.Status != member.Left {
		return w, fault.Refused("treasury.write_off_member", fault.Params{"number": member.PrintNumber(w.member)})
	}
	if err := ledger.EnsureOpen(tx, tx.Today()); err != nil {
		return w, err
	}
	if w.expense, err = categoryAccount(tx, in.Category); err != nil {
		return w, err
	}
	if w.items, w.amount, err = openDebts(tx, w.member); err != nil {
		return w, err
	}
	switch {
	case w.amount == 0:
		return w, fault.Refused("treasury.no_debt")
	case in.Amount != 0 && in.Amount != w.amount: // something was paid, or bought offline, since it was asked
		return w, fault.Refused("treasury.write_off_changed", fault.Params{"asked": in.Amount.Format(), "now": w.amount.Format()})
	}
	return w, nil
}

func (w writtenOff) post(tx *act.Tx, app core.App, request int64) (ledger.Posted, error) {
	party := ledger.MemberParty(w.member)
	lines := []ledger.Line{ledger.Dr(w.expense, w.amount)}
	for _, i := range w.items {
		lines = append(lines, ledger.Cr(i.Kind.CreditAccount(), i.Remainder, party))
	}
	posted, err := ledger.Post(tx, ledger.Entry{Kind: ledger.KindPayment, Date: tx.Today(), Lines: lines})
	if err != nil {
		return posted, err
	}
	for _, i := range w.items {
		if err := ledger.Settle(tx, i.ID, i.Remainder, ledger.ByWaiver, posted.Entry); err != nil {
			return posted, err
		}
	}
	if err := tx.Exec("INSERT INTO write_offs(entry, member, amount, request, act) VALUES(?, ?, ?, ?, ?)", posted.Entry, w.member, int64(w.amount), request, tx.ID()); err != nil {
		return posted, err
	}
	notice.Tell(tx, app, w.member, "payment", member.PrintNumber(w.member))
	tell(tx, app)
	return posted, nil
}
