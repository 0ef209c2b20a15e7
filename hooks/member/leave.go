package member

import (
	"context"
	"slices"

	"github.com/pocketbase/pocketbase/core"

	"kpdk/hooks/internal/act"
	"kpdk/hooks/internal/fault"
	"kpdk/hooks/internal/money"
	"kpdk/hooks/ledger"
	"kpdk/hooks/notice"
)

// Leave ends a membership.
type Leave struct {
	Reason string `json:"reason"` // resigned, retired, moved, deceased
}

var leaveReasons = []string{"resigned", "retired", "moved", "deceased"}

// Settlement is what a leaver had, owed, and gets.
type Settlement struct {
	Number    int64        `json:"number"`
	Savings   money.Rupiah `json:"savings_rupiah"`    // all that the co-op held for the person
	Debt      money.Rupiah `json:"debt_rupiah"`       // store purchases and instalments
	Offset    money.Rupiah `json:"offset_rupiah"`     // the part of the debt that the savings paid
	Payable   money.Rupiah `json:"payable_rupiah"`    // to be paid out (2106)
	StillOwed money.Rupiah `json:"still_owed_rupiah"` // a debt above the savings
	Waived    money.Rupiah `json:"waived_rupiah"`     // savings that were due and are not any more
	Entry     int64        `json:"entry"`             // 0 when no money moved
}

// savingsAccounts hold what the co-op owes a leaver, in the order of the settlement's lines.
var savingsAccounts = []int{ledger.PrincipalSavings, ledger.MandatorySavings, ledger.VoluntarySavings, ledger.SurplusPayable, ledger.DepositHeld}

// LeaveCoop settles a member's accounts in one entry, kills the card and the mandate, and closes the
// line in the register. The number is never given to anybody else.
func LeaveCoop(ctx context.Context, app core.App, key string, by act.Actor, number int64, in Leave) (Settlement, bool, error) {
	var problems fault.Input
	problems.Check(slices.Contains(leaveReasons, in.Reason), "reason", "member.leave_reason")
	if err := problems.Err(); err != nil {
		return Settlement{}, false, err
	}
	a := act.Act{Kind: "member.leave", Key: key, By: by, Input: struct {
		Number int64
		Leave
	}{number, in}}
	return act.Do(ctx, app, a, func(tx *act.Tx) (Settlement, error) { return leave(tx, app, number, in.Reason) })
}

func leave(tx *act.Tx, app core.App, number int64, reason string) (s Settlement, err error) {
	p, err := Find(tx, number)
	if err != nil {
		return s, err
	}
	if p.Status == Left {
		return s, fault.Refused("member.left_already", fault.Params{"number": PrintNumber(number)})
	}
	balances, err := ledger.Balances(tx, ledger.MemberParty(number))
	if err != nil {
		return s, err
	}
	items, err := ledger.OpenItems(tx, number)
	if err != nil {
		return s, err
	}
	s, lines, offsets := settle(number, balances, items)
	if len(lines) > 0 {
		if err := ledger.EnsureOpen(tx, tx.Today()); err != nil {
			return s, err
		}
	}
	if err := tellLeaving(tx, app, number); err != nil {
		return s, err
	}
	if len(lines) > 0 {
		posted, err := ledger.Post(tx, ledger.Entry{Kind: ledger.KindMember, Date: tx.Today(), Lines: lines})
		if err != nil {
			return s, err
		}
		s.Entry = posted.Entry
	}
	for _, i := range items {
		if paid := offsets[i.ID]; paid > 0 {
			err = ledger.Settle(tx, i.ID, paid, ledger.ByOffset, s.Entry)
		} else if !i.Kind.Debt() {
			err = ledger.Settle(tx, i.ID, i.Remainder, ledger.ByWaiver, 0)
		}
		if err != nil {
			return s, err
		}
	}
	return s, strikeOff(tx, app, p, reason)
}

// settle decides who gets what: savings pay debts, oldest first, and the rest is owed to the leaver.
func settle(number int64, balances map[int]money.Rupiah, items []ledger.Item) (s Settlement, lines []ledger.Line, offsets map[int64]money.Rupiah) {
	s, offsets = Settlement{Number: number}, map[int64]money.Rupiah{}
	party := ledger.MemberParty(number)
	for _, account := range savingsAccounts {
		if held := -balances[account]; held > 0 {
			lines = append(lines, ledger.Dr(account, held, party))
			s.Savings += held
		}
	}
	left := s.Savings
	for _, i := range items {
		if !i.Kind.Debt() {
			s.Waived += i.Remainder
			continue
		}
		s.Debt += i.Remainder
		if paid := min(i.Remainder, left); paid > 0 {
			offsets[i.ID] = paid
			lines = append(lines, ledger.Cr(i.Kind.CreditAccount(), paid, party))
			left -= paid
			s.Offset += paid
		}
	}
	if left > 0 {
		lines = append(lines, ledger.Cr(ledger.LeaverPayable, left, party))
	}
	s.Payable, s.StillOwed = left, s.Debt-s.Offset
	return s, lines, offsets
}

// strikeOff closes the line in the register: card, mandate, PIN and status.
func strikeOff(tx *act.Tx, app core.App, p Person, reason string) error {
	if err := note(tx, p.Number, "left", tx.Today(), reason); err != nil {
		return err
	}
	if err := revokeCard(tx, p.Number, p.CardSerial); err != nil {
		return err
	}
	if granted, err := standsFrom(tx, p.Number, tx.Today()); err != nil {
		return err
	} else if granted {
		if err := revoke(tx, p.Number, tx.Today(), reason); err != nil {
			return err
		}
	}
	if err := tx.Exec("UPDATE members SET status = ?, left_on = ?, card_serial = 0, pin_hash = '', updated = ? WHERE number = ?",
		string(Left), string(tx.Today()), stamp(tx), p.Number); err != nil {
		return err
	}
	notice.Tell(tx, app, p.Number, "savings", PrintNumber(p.Number))
	tellCard(tx, app, p.Number)
	return nil
}
