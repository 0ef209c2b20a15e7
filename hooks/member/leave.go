package member

import (
	"context"
	"slices"

	"github.com/pocketbase/pocketbase/core"

	"kpdk/hooks/internal/act"
	"kpdk/hooks/internal/clock"
	"kpdk/hooks/internal/fault"
	"kpdk/hooks/internal/money"
	"kpdk/hooks/ledger"
	"kpdk/hooks/ledger/book"
	"kpdk/hooks/notice"
	"kpdk/hooks/policy"
)

// Leave ends a membership. Where a locked payroll list still asks for money of this person, somebody has to
// say so: either the leaving waits until that pay is settled, or it goes ahead, and what is deducted later
// is held for the leaver on 2107.
type Leave struct {
	Reason     string `json:"reason"` // resigned, retired, moved, deceased
	DespiteRun bool   `json:"despite_run,omitempty"`
	Note       string `json:"-"` // for people, erasable: to whom the money of somebody who died is paid
}

// deceased ends a membership too; what there is to say goes on paper to the heirs, as the office names them.
const deceased = "deceased"

var leaveReasons = []string{"resigned", "retired", "moved", deceased}

// Settlement is what a leaver had, owed, and gets.
type Settlement struct {
	Number    int64        `json:"number"`
	Savings   money.Rupiah `json:"savings_rupiah"`    // all that the co-op held for the person
	Debt      money.Rupiah `json:"debt_rupiah"`       // store purchases and instalments
	Offset    money.Rupiah `json:"offset_rupiah"`     // the part of the debt that the savings paid
	Payable   money.Rupiah `json:"payable_rupiah"`    // to be paid out (2106)
	StillOwed money.Rupiah `json:"still_owed_rupiah"` // a debt above the savings
	Waived    money.Rupiah `json:"waived_rupiah"`     // savings that were due and are not any more
	DueOn     clock.Date   `json:"due_on,omitempty"`  // by when Payable is paid out
	Entry     int64        `json:"entry"`             // 0 when no money moved
}

// LeavingPorts are what a leaving asks of rooms; hooks.go wires them. A port that is nil does nothing.
type LeavingPorts struct {
	// Locked tells what a locked payroll list that isn't settled asks of a member; no period: nothing.
	Locked func(r act.Reader, number int64) (period clock.Period, asked money.Rupiah, err error)
	// Release lets go, inside the act and before the settlement is posted, of what a room keeps open for the leaver: requests, reservations, plans.
	Release []func(tx *act.Tx, app core.App, number int64) error
	// Erase removes, inside the act, what a room keeps of a person in words and pictures.
	Erase []func(tx *act.Tx, app core.App, number int64) error
}

const leavingKey = "kpdk.member.leaving"

// BindLeaving wires what rooms do when somebody leaves.
func BindLeaving(app core.App, p LeavingPorts) { app.Store().Set(leavingKey, p) }

func leavingPorts(app core.App) LeavingPorts {
	p, _ := app.Store().Get(leavingKey).(LeavingPorts)
	return p
}

// savingsAccounts hold what the co-op owes a leaver, in the order of the settlement's lines.
var savingsAccounts = []int{ledger.PrincipalSavings, ledger.MandatorySavings, ledger.VoluntarySavings, ledger.SurplusPayable, ledger.DepositHeld}

// LeaveCoop settles a member's accounts in one entry, kills the card and the mandate, and closes the
// line in the register. The number is never given to anybody else.
func LeaveCoop(ctx context.Context, app core.App, key string, by act.Actor, number int64, in Leave) (Settlement, bool, error) {
	var problems fault.Input
	problems.Check(slices.Contains(leaveReasons, in.Reason), "reason", "member.leave_reason")
	problems.Check(len(in.Note) <= maxLeaveNote, "note", "input.too_long", fault.Params{"max": maxLeaveNote})
	if err := problems.Err(); err != nil {
		return Settlement{}, false, err
	}
	a := act.Act{Kind: "member.leave", Key: key, By: by, Note: in.Note, Input: struct {
		Number int64
		Leave
	}{number, in}}
	return act.Do(ctx, app, a, func(tx *act.Tx) (Settlement, error) { return leave(tx, app, number, in) })
}

func leave(tx *act.Tx, app core.App, number int64, in Leave) (s Settlement, err error) {
	p, err := Find(tx, number)
	if err != nil {
		return s, err
	}
	if p.Status == Left {
		return s, fault.Refused("member.left_already", fault.Params{"number": PrintNumber(number)})
	}
	ports := leavingPorts(app)
	if ports.Locked != nil && !in.DespiteRun {
		period, asked, err := ports.Locked(tx, number)
		if err != nil {
			return s, err
		}
		if period != "" {
			return s, fault.Refused("member.run_locked", fault.Params{"period": period, "amount": asked.Format()})
		}
	}
	s, lines, items, err := reckon(tx, number)
	if err != nil {
		return s, err
	}
	if s.DueOn, err = leaverDueOn(tx, tx.Today()); err != nil {
		return s, err
	}
	request, asked, err := openLeaveRequest(tx, number)
	if err != nil {
		return s, err
	}
	if len(lines) > 0 {
		if err := ledger.EnsureOpen(tx, tx.Today()); err != nil {
			return s, err
		}
	}
	for _, release := range ports.Release {
		if err := release(tx, app, number); err != nil {
			return s, err
		}
	}
	if len(lines) > 0 {
		posted, err := ledger.Post(tx, ledger.Entry{Kind: ledger.KindMember, Date: tx.Today(), Lines: lines})
		if err != nil {
			return s, err
		}
		s.Entry = posted.Entry
	}
	for _, i := range items {
		if i.offset > 0 {
			err = ledger.Settle(tx, i.ID, i.offset, ledger.ByOffset, s.Entry)
		} else if !i.Kind.Debt() {
			err = ledger.Settle(tx, i.ID, i.Remainder, ledger.ByWaiver, 0)
		}
		if err != nil {
			return s, err
		}
	}
	if asked {
		if err := decideLeave(tx, request, "settled"); err != nil {
			return s, err
		}
	}
	if err := closeApplications(tx, number); err != nil { // of whoever was only asked
		return s, err
	}
	if err := s.keep(tx, in.Reason); err != nil {
		return s, err
	}
	if in.Reason != deceased { // whose mailbox is read by whoever has the telephone now
		if err := notice.Keep(tx, app, notice.Notice{Member: number, Kind: notice.HasLeft, Subject: string(s.DueOn), Amount: s.Payable, Rest: s.StillOwed}); err != nil {
			return s, err
		}
	}
	return s, strikeOff(tx, app, p, in.Reason)
}

// keep notes the settlement, so that what was promised and by when can be followed.
func (s Settlement) keep(tx *act.Tx, reason string) error {
	var entry any
	if s.Entry != 0 {
		entry = s.Entry
	}
	return tx.Exec("INSERT INTO leavings(member, reason, date, due_on, savings, debt, offset, waived, entry, act) VALUES(?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
		s.Number, reason, string(tx.Today()), string(s.DueOn), int64(s.Savings), int64(s.Debt), int64(s.Offset), int64(s.Waived), entry, tx.ID())
}

// leaverDueOn is the day by which somebody who leaves on a date is paid.
func leaverDueOn(r act.Reader, date clock.Date) (clock.Date, error) {
	days, err := policy.LeaverDueDays.On(r, date)
	return date.Add(int(days)), err
}

// settledItem is an open item with the part of it that the savings pay.
type settledItem struct {
	ledger.Item
	offset money.Rupiah
}

// reckon reads what a member has and owes, and decides who gets what.
func reckon(r act.Reader, number int64) (s Settlement, lines []ledger.Line, all []settledItem, err error) {
	balances, err := ledger.Balances(r, ledger.MemberParty(number))
	if err != nil {
		return s, nil, nil, err
	}
	items, err := ledger.OpenItems(r, number)
	if err != nil {
		return s, nil, nil, err
	}
	s, lines, all = settle(number, balances, items)
	return s, lines, all, nil
}

// settle decides who gets what: savings pay debts, oldest first, and the rest is owed to the leaver. Of an
// instalment plan only what has become an item is owed: the principal; charges of months to come are not.
func settle(number int64, balances map[int]money.Rupiah, items []ledger.Item) (s Settlement, lines []ledger.Line, all []settledItem) {
	s = Settlement{Number: number}
	party := ledger.MemberParty(number)
	for _, account := range savingsAccounts {
		if held := -balances[account]; held > 0 {
			lines = append(lines, ledger.Dr(account, held, party))
			s.Savings += held
		}
	}
	left := s.Savings
	for _, i := range items {
		item := settledItem{Item: i}
		if i.Kind.Debt() {
			s.Debt += i.Remainder
			item.offset = min(i.Remainder, left)
			lines = append(lines, ledger.Cr(i.Kind.CreditAccount(), item.offset, party))
			left -= item.offset
			s.Offset += item.offset
		} else {
			s.Waived += i.Remainder
		}
		all = append(all, item)
	}
	lines = append(lines, ledger.Cr(ledger.LeaverPayable, left, party))
	s.Payable, s.StillOwed = left, s.Debt-s.Offset
	return s, book.Compact(lines), all
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
