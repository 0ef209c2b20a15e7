package savings

import (
	"context"
	"database/sql"
	"errors"
	"strings"

	"github.com/pocketbase/pocketbase/core"

	"kpdk/hooks/internal/act"
	"kpdk/hooks/internal/clock"
	"kpdk/hooks/internal/fault"
	"kpdk/hooks/internal/money"
	"kpdk/hooks/ledger"
	"kpdk/hooks/member"
	"kpdk/hooks/notice"
	"kpdk/hooks/policy"
)

// Steps of a withdrawal; requested is the one without a row. Prepared and released may be said anew, the
// others end it.
const (
	StepRequested = "requested" // by the member; the amount is held
	StepPrepared  = "prepared"  // above the limit: who pays has said from where, and waits for a manager
	StepReleased  = "released"  // may be fetched at a till
	StepPaid      = "paid"
	StepRefused   = "refused" // with a reason
	StepRevoked   = "revoked" // by the member
	StepLapsed    = "lapsed"  // the member left: the money is part of the settlement
)

// Ways to be paid.
const (
	wayCash     = "cash"
	wayTransfer = "transfer"
)

const (
	mostOpen  = 5 // open withdrawals of one member
	maxReason = 300
	maxTo     = 120
)

// Withdrawal is what a member asks for. To, the account to transfer to, is told apart: it can be erased.
type Withdrawal struct {
	Amount money.Rupiah `json:"amount_rupiah"`
	Way    string       `json:"way"` // cash, transfer
}

// Payout is how a withdrawal is paid.
type Payout struct {
	From     string     `json:"from"` // cash, bank:N, or till: fetched at any till
	Date     clock.Date `json:"date,omitempty"`
	BankLine int64      `json:"bank_line,omitempty"`
}

// Withdrawn is what became of a withdrawal.
type Withdrawn struct {
	ID     string       `json:"id"`
	State  string       `json:"state"`
	Member int64        `json:"member"`
	Amount money.Rupiah `json:"amount_rupiah"`
	Free   money.Rupiah `json:"free_rupiah"` // may still be asked for
	Entry  int64        `json:"entry"`
	Number string       `json:"number"`
}

// RequestWithdrawal lays a member's wish before the office and holds the amount.
func RequestWithdrawal(ctx context.Context, app core.App, key string, by act.Actor, in Withdrawal, to string) (Withdrawn, bool, error) {
	to = strings.TrimSpace(to)
	var bad fault.Input
	bad.Check(in.Amount > 0 && in.Amount <= member.MaxMandate, "amount_rupiah", "input.amount")
	bad.Check(in.Way == wayCash || in.Way == wayTransfer, "way", "savings.way_unknown")
	bad.Check(in.Way != wayTransfer || to != "", "to", "savings.to_required")
	bad.Check(in.Way != wayCash || to == "", "to", "savings.to_cash")
	bad.Check(len(to) <= maxTo, "to", "input.too_long", fault.Params{"max": maxTo})
	if err := bad.Err(); err != nil {
		return Withdrawn{}, false, err
	}
	return act.Do(ctx, app, act.Act{Kind: withdrawKind, Key: key, Input: in, By: by, Note: to}, func(tx *act.Tx) (Withdrawn, error) {
		out := Withdrawn{ID: key, State: StepRequested, Member: by.Number, Amount: in.Amount}
		p, err := member.Find(tx, by.Number)
		if err != nil {
			return out, err
		}
		if p.Status != member.Active {
			return out, fault.Refused("member.not_active", fault.Params{"number": member.PrintNumber(p.Number)})
		}
		free, err := mayAsk(tx, p.Number, in.Amount)
		if err != nil {
			return out, err
		}
		out.Free = free - in.Amount
		if err := tx.Exec("INSERT INTO withdrawals(act, member, amount, way) VALUES(?, ?, ?, ?)", tx.ID(), p.Number, int64(in.Amount), in.Way); err != nil {
			return out, err
		}
		tellBoth(tx, app, p.Number)
		if err := notice.Keep(tx, app, notice.Notice{Member: p.Number, Kind: notice.Asked, Subject: key, Amount: in.Amount}); err != nil {
			return out, err
		}
		return out, ledger.Hold(tx, ledger.MemberParty(p.Number), ledger.VoluntarySavings, in.Amount)
	})
}

const withdrawKind = "savings.withdraw"

// mayAsk refuses more than is free, and more requests than anybody needs.
func mayAsk(tx *act.Tx, number int64, amount money.Rupiah) (free money.Rupiah, err error) {
	if free, err = ledger.Free(tx, ledger.MemberParty(number), ledger.VoluntarySavings); err != nil {
		return 0, err
	}
	var open int
	if err := tx.Row("SELECT count(*) FROM withdrawals w JOIN holds h ON h.act = w.act WHERE w.member = ?", number).Scan(&open); err != nil {
		return 0, err
	}
	switch {
	case open >= mostOpen:
		return 0, fault.Refused("savings.too_many_open", fault.Params{"max": mostOpen})
	case amount > free:
		return 0, fault.Refused("savings.above_free", fault.Params{"free": max(free, 0).Format()})
	}
	return free, nil
}

func tellBoth(tx *act.Tx, app core.App, number int64) {
	notice.Tell(tx, app, number, "savings", member.PrintNumber(number))
	notice.TellBooks(tx, app, "savings")
}

// request is a withdrawal as it stands.
type request struct {
	act    int64
	key    string
	member int64
	amount money.Rupiah
	way    string
	state  string
	place  string
	by     string // who made the last step
}

const requestQuery = `SELECT w.act, a.key, w.member, w.amount, w.way, coalesce(s.step, 'requested'), coalesce(s.place, ''), coalesce(x.actor, '')
	FROM acts a JOIN withdrawals w ON w.act = a.id LEFT JOIN withdrawal_steps s ON s.id = (SELECT max(id) FROM withdrawal_steps WHERE withdrawal = w.act)
	LEFT JOIN acts x ON x.id = s.act WHERE a.key = ? AND a.kind = '` + withdrawKind + `'`

// openRequest finds a withdrawal that nothing has ended yet.
func openRequest(r act.Reader, key string) (q request, err error) {
	err = r.Row(requestQuery, key).Scan(&q.act, &q.key, &q.member, &q.amount, &q.way, &q.state, &q.place, &q.by)
	switch {
	case errors.Is(err, sql.ErrNoRows):
		return q, fault.NotFound("savings.withdrawal_unknown")
	case err == nil && ended(q.state):
		err = fault.Refused(overs[q.state])
	}
	return q, err
}

// overs are the ends of a withdrawal, with what is said to whoever wants more of it.
var overs = map[string]string{StepPaid: "savings.withdrawal_paid", StepRefused: "savings.withdrawal_refused", StepRevoked: "savings.withdrawal_revoked", StepLapsed: "savings.withdrawal_lapsed"}

func ended(state string) bool { return overs[state] != "" }

// stepNotices are the steps that the member is told of; what is prepared still waits for a second person.
var stepNotices = map[string]notice.Kind{StepReleased: notice.Released, StepPaid: notice.Paid, StepRefused: notice.NotPaid, StepLapsed: notice.Lapsed}

// step writes what happened to a withdrawal; an end lets go of what was held.
func (q request) step(tx *act.Tx, app core.App, step, place string, entry int64) error {
	var posted any
	if entry != 0 {
		posted = entry
	}
	if ended(step) && step != StepPaid { // what is paid was let go of before it was posted
		if err := ledger.Release(tx, q.act); err != nil {
			return err
		}
	}
	tellBoth(tx, app, q.member)
	if kind, told := stepNotices[step]; told {
		if err := notice.Keep(tx, app, notice.Notice{Member: q.member, Kind: kind, Subject: q.key, Amount: q.amount}); err != nil {
			return err
		}
	}
	return tx.Exec("INSERT INTO withdrawal_steps(withdrawal, step, place, entry, act) VALUES(?, ?, ?, ?, ?)", q.act, step, place, posted, tx.ID())
}

// RevokeWithdrawal takes a member's own wish back while nobody has paid it.
func RevokeWithdrawal(ctx context.Context, app core.App, key string, by act.Actor, withdrawal string) (Withdrawn, bool, error) {
	return act.Do(ctx, app, act.Act{Kind: "savings.revoke_withdrawal", Key: key, Input: withdrawal, By: by}, func(tx *act.Tx) (Withdrawn, error) {
		q, err := openRequest(tx, withdrawal)
		if q.act != 0 && q.member != by.Number {
			err = fault.NotFound("savings.withdrawal_unknown") // somebody else's is nobody's
		}
		out := Withdrawn{ID: withdrawal, State: StepRevoked, Member: q.member, Amount: q.amount}
		if err != nil {
			return out, err
		}
		if out.Free, err = ledger.Free(tx, ledger.MemberParty(q.member), ledger.VoluntarySavings); err != nil {
			return out, err
		}
		out.Free += q.amount
		return out, q.step(tx, app, StepRevoked, "", 0)
	})
}

// RefuseWithdrawal says no, with a reason that the member reads.
func RefuseWithdrawal(ctx context.Context, app core.App, key string, by act.Actor, withdrawal, reason string) (Withdrawn, bool, error) {
	reason = strings.TrimSpace(reason)
	var bad fault.Input
	bad.Check(reason != "", "reason", "input.required")
	bad.Check(len(reason) <= maxReason, "reason", "input.too_long", fault.Params{"max": maxReason})
	if err := bad.Err(); err != nil {
		return Withdrawn{}, false, err
	}
	return act.Do(ctx, app, act.Act{Kind: "savings.refuse_withdrawal", Key: key, Input: withdrawal, By: by, Note: reason}, func(tx *act.Tx) (Withdrawn, error) {
		q, err := openRequest(tx, withdrawal)
		out := Withdrawn{ID: withdrawal, State: StepRefused, Member: q.member, Amount: q.amount}
		if err != nil {
			return out, err
		}
		return out, q.step(tx, app, StepRefused, "", 0)
	})
}

func (in Payout) shape() error {
	var bad fault.Input
	bad.Check(in.From == cash || in.From == till || strings.HasPrefix(in.From, "bank:"), "from", "treasury.place_unknown")
	_, ok := clock.ParseDate(string(in.Date))
	bad.Check(in.Date == "" || ok, "date", "input.date")
	bad.Check(in.BankLine >= 0 && (in.BankLine == 0 || strings.HasPrefix(in.From, "bank:")), "bank_line", "input.number")
	return bad.Err()
}

// PayWithdrawal pays at once, or lets a till pay, what one person may; above the limit it says from where the
// money is to come and waits for a manager, who is another person.
func PayWithdrawal(ctx context.Context, app core.App, key string, by act.Actor, withdrawal string, in Payout) (Withdrawn, bool, error) {
	if err := in.shape(); err != nil {
		return Withdrawn{}, false, err
	}
	input := struct {
		Withdrawal string
		Payout
	}{withdrawal, in}
	return act.Do(ctx, app, act.Act{Kind: "savings.pay_withdrawal", Key: key, Input: input, By: by}, func(tx *act.Tx) (Withdrawn, error) {
		q, err := openRequest(tx, withdrawal)
		out := Withdrawn{ID: withdrawal, Member: q.member, Amount: q.amount}
		if err != nil {
			return out, err
		}
		apart, err := q.needsSecond(tx, by)
		if err != nil {
			return out, err
		}
		if apart && q.state == StepReleased { // approved as it stands: another place would be another approval
			return out, fault.Refused("savings.released_already")
		}
		if apart {
			if in.BankLine != 0 { // it left the bank before anybody agreed
				return out, fault.Refused("savings.second_first")
			}
			if in.From != till {
				if _, err := portsOf(app).Money(tx, in.From, -q.amount, 0); err != nil {
					return out, err
				}
			}
			out.State = StepPrepared
			return out, q.step(tx, app, StepPrepared, in.From, 0)
		}
		return q.payFrom(tx, app, out, in)
	})
}

// needsSecond says whether a withdrawal is above what one person pays alone, by itself or with what the same
// person paid to the same member today.
func (q request) needsSecond(r *act.Tx, by act.Actor) (bool, error) {
	most, err := policy.WithdrawalSecondAbove.RupiahOn(r, r.Today())
	if err != nil || by.Role == act.Console || by.Role == act.System {
		return false, err
	}
	var earlier money.Rupiah
	err = r.Row(`SELECT coalesce(sum(w.amount), 0) FROM withdrawals w WHERE w.member = ? AND w.act <> ? AND NOT EXISTS(SELECT 1 FROM withdrawal_steps s WHERE s.withdrawal = w.act AND (s.step = 'refused' OR s.step = 'revoked'))
		AND EXISTS(SELECT 1 FROM withdrawal_steps s JOIN acts a ON a.id = s.act WHERE s.withdrawal = w.act AND (s.step = 'paid' OR s.step = 'released') AND a.kind = 'savings.pay_withdrawal' AND a.actor = ? AND a.at >= ?)`,
		q.member, q.act, by.ID, r.Clock().Begins(r.Today()).UnixMilli()).Scan(&earlier)
	return policy.Apart(q.amount, earlier, most), err
}

// ApproveWithdrawal is the manager's yes: the money leaves the place that was prepared.
func ApproveWithdrawal(ctx context.Context, app core.App, key string, by act.Actor, withdrawal string) (Withdrawn, bool, error) {
	return act.Do(ctx, app, act.Act{Kind: "savings.approve_withdrawal", Key: key, Input: withdrawal, By: by}, func(tx *act.Tx) (Withdrawn, error) {
		q, err := openRequest(tx, withdrawal)
		out := Withdrawn{ID: withdrawal, Member: q.member, Amount: q.amount}
		if err == nil && q.state != StepPrepared {
			err = fault.Refused("savings.not_prepared")
		}
		if err != nil {
			return out, err
		}
		why, err := mayApprove(tx, by, q.by)
		if err == nil && why != "" {
			err = fault.Refused(why)
		}
		if err != nil {
			return out, err
		}
		return q.payFrom(tx, app, out, Payout{From: q.place})
	})
}

// mayApprove says why not, as a code of this room.
func mayApprove(r act.Reader, by act.Actor, maker string) (string, error) {
	conflict, err := act.SecondPerson(r, by, act.MadeBy(maker))
	return conflict.Code("savings.same_person", "savings.keyed_by_maker"), err
}

// payFrom moves the money, or lets a till move it.
func (q request) payFrom(tx *act.Tx, app core.App, out Withdrawn, in Payout) (Withdrawn, error) {
	if in.From == till {
		out.State = StepReleased
		return out, q.step(tx, app, StepReleased, till, 0)
	}
	date, err := businessDate(tx, in.Date)
	if err != nil {
		return out, err
	}
	line, err := portsOf(app).Money(tx, in.From, -q.amount, in.BankLine)
	if err != nil {
		return out, err
	}
	if out, err = q.pay(tx, app, out, in.From, date, line); err != nil {
		return out, err
	}
	return out, portsOf(app).Match(tx, in.BankLine, out.Entry)
}

// pay posts: what was held is spent now.
func (q request) pay(tx *act.Tx, app core.App, out Withdrawn, place string, date clock.Date, line ledger.Line) (Withdrawn, error) {
	party := ledger.MemberParty(q.member)
	balance, err := ledger.Balance(tx, party, ledger.VoluntarySavings)
	if err != nil {
		return out, err
	}
	if q.amount > -balance { // the hold forbids it; asked again where the money leaves
		return out, fault.Refused("savings.above_free", fault.Params{"free": max(-balance, 0).Format()})
	}
	if err := ledger.Release(tx, q.act); err != nil {
		return out, err
	}
	posted, err := ledger.Post(tx, ledger.Entry{Kind: ledger.KindSavings, Date: date, Lines: []ledger.Line{ledger.Dr(ledger.VoluntarySavings, q.amount, party), line}})
	if err != nil {
		return out, err
	}
	out.State, out.Entry, out.Number = StepPaid, posted.Entry, posted.Number
	return out, q.step(tx, app, StepPaid, place, posted.Entry)
}

// TillPayout is a withdrawal that is fetched at a till, by the member whose card is held up there.
type TillPayout struct {
	Withdrawal string `json:"withdrawal"`
	Shift      string `json:"shift"`
	Card       string `json:"card"`
}

// PayAtTill pays out of the drawer what the office let a till pay, to the member who is there: by the card, which
// must be the saver's own, and above what a card alone may move by the PIN or the phone's own code. A till without
// a network pays nothing: neither the card nor the balance can be asked for then.
func PayAtTill(ctx context.Context, app core.App, key string, by act.Actor, in TillPayout, pin string) (Withdrawn, bool, error) {
	var bad fault.Input
	bad.Check(in.Shift != "", "shift", "input.required")
	bad.Check(in.Withdrawal != "", "withdrawal", "input.required")
	bad.Check(in.Card != "", "card", "savings.payout_card")
	bad.Check(len(in.Card) <= member.MaxCode, "card", "member.card_invalid")
	if err := bad.Err(); err != nil {
		return Withdrawn{}, false, err
	}
	held, err := member.HoldUp(ctx, app, by, in.Card, pin)
	if err != nil {
		return Withdrawn{}, false, err
	}
	return act.Do(ctx, app, act.Act{Kind: "savings.pay_at_till", Key: key, Input: in, By: by}, func(tx *act.Tx) (Withdrawn, error) {
		q, err := openRequest(tx, in.Withdrawal)
		out := Withdrawn{ID: in.Withdrawal, Member: q.member, Amount: q.amount}
		if err == nil && q.state != StepReleased {
			err = fault.Refused("savings.not_released")
		}
		if err != nil {
			return out, err
		}
		who, err := q.isFetched(tx, app, held)
		if err != nil {
			return out, err
		}
		drawer, err := portsOf(app).Drawer(tx, by, in.Shift)
		if err == nil && q.amount > drawer.Cash {
			err = fault.Refused("savings.drawer_short", fault.Params{"left": max(drawer.Cash, 0).Format()})
		}
		if err == nil {
			err = ledger.EnsureOpen(tx, tx.Today())
		}
		if err != nil {
			return out, err
		}
		if out, err = q.pay(tx, app, out, shiftPrefix+drawer.Party.Ref, tx.Today(), ledger.Cr(ledger.ShiftCash, q.amount, drawer.Party)); err != nil {
			return out, err
		}
		return out, who.Use(tx)
	})
}

// isFetched says whether the saver is there.
func (q request) isFetched(tx *act.Tx, app core.App, held member.HeldUp) (member.Bearer, error) {
	who, err := held.Bearer(tx, app)
	if err != nil {
		return who, err
	}
	if who.Number != q.member {
		return who, fault.Refused("savings.payout_other_card", fault.Params{"shown": member.PrintNumber(who.Number), "number": member.PrintNumber(q.member)})
	}
	above, err := policy.PinAbove.RupiahOn(tx, tx.Today())
	switch {
	case err != nil || q.amount <= above || held.Sure(who):
		return who, err
	case who.PinHash == "":
		return who, fault.Refused("savings.payout_pin_unset", fault.Params{"above": above.Format()})
	}
	return who, fault.Refused("savings.payout_pin", fault.Params{"above": above.Format()})
}

// LapseWithdrawals ends, inside the act of leaving, what a leaver asked for: the whole balance goes into the
// settlement.
func LapseWithdrawals(tx *act.Tx, app core.App, number int64) error {
	var open []request
	err := act.Each(tx, "SELECT w.act, a.key, w.member, w.amount FROM withdrawals w JOIN holds h ON h.act = w.act JOIN acts a ON a.id = w.act WHERE w.member = ? ORDER BY w.act", []any{number}, func(row act.Scanner) error {
		var q request
		err := row.Scan(&q.act, &q.key, &q.member, &q.amount)
		open = append(open, q)
		return err
	})
	for _, q := range open {
		if err == nil {
			err = q.step(tx, app, StepLapsed, "", 0)
		}
	}
	return err
}

// EraseFor takes away, inside the act that erases a person, what was written about savings: accounts to transfer
// to, and the reasons of refusals and of deposits taken back.
func EraseFor(tx *act.Tx, _ core.App, number int64) error {
	return tx.Exec(`DELETE FROM act_notes WHERE act IN (SELECT act FROM withdrawals WHERE member = ?)
		OR act IN (SELECT s.act FROM withdrawals w JOIN withdrawal_steps s ON s.withdrawal = w.act WHERE w.member = ?)
		OR act IN (SELECT v.act FROM savings_receipts d JOIN savings_reversals v ON v.deposit = d.entry WHERE d.member = ?)`, number, number, number)
}
