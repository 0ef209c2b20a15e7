package treasury

import (
	"context"
	"database/sql"
	"encoding/json"
	"errors"
	"strconv"
	"strings"

	"github.com/pocketbase/pocketbase/core"

	"kpdk/hooks/internal/act"
	"kpdk/hooks/internal/fault"
	"kpdk/hooks/internal/money"
	"kpdk/hooks/ledger"
	"kpdk/hooks/member"
	"kpdk/hooks/notice"
)

// Reversed is the entry that takes a move back, once a second person agreed when it moved much.
type Reversed struct {
	Move   int64  `json:"move"`  // the entry that is taken back
	State  string `json:"state"` // posted, waiting
	Entry  int64  `json:"entry"`
	Number string `json:"number"`
}

// Reverse takes back a move that was booked by mistake: the exact negative, today, with a reason. Debts
// that it settled are open again. What the bank's statement shows has happened, so a matched move is
// released there first. Above the limit of a payment it waits for a second person, as a payment does.
func Reverse(ctx context.Context, app core.App, key string, by act.Actor, move int64, reason string) (Reversed, bool, error) {
	var bad fault.Input
	bad.Check(strings.TrimSpace(reason) != "", "reason", "input.required")
	bad.Check(len(reason) <= maxNote, "reason", "input.too_long", fault.Params{"max": maxNote})
	if err := bad.Err(); err != nil {
		return Reversed{}, false, err
	}
	return act.Do(ctx, app, act.Act{Kind: "treasury.reverse", Key: key, Input: move, By: by, Note: reason}, func(tx *act.Tx) (Reversed, error) {
		out := Reversed{Move: move, State: StatePosted}
		m, err := takeBack(tx, move)
		if err != nil {
			return out, err
		}
		request := Payment{Kind: KindReversal, From: m.place, To: number(move), Amount: m.amount}
		apart, _, err := request.needsSecond(tx, by)
		if err != nil {
			return out, err
		}
		if apart {
			out.State = StateWaiting
			tell(tx, app)
			return out, request.request(tx)
		}
		posted, err := m.post(tx, app)
		out.Entry, out.Number = posted.Entry, posted.Number
		return out, err
	})
}

// takenBack is a move that may be taken back, with what its reversal has to know.
type takenBack struct {
	entry               int64
	kind, place, target string
	amount              money.Rupiah
	items               []SettledItem // debts that are open again
}

// takeBack finds a move and says why it can't be taken back; it writes nothing.
func takeBack(tx *act.Tx, entry int64) (m takenBack, err error) {
	m.entry = entry
	var id int64
	var reversed, matched bool
	var held money.Rupiah
	var maker string
	err = tx.Row(`SELECT m.act, a.actor, m.kind, m.place, m.target, m.amount, m.held, EXISTS(SELECT 1 FROM treasury_reversals r WHERE r.move = m.entry),
		EXISTS(SELECT 1 FROM bank_match_entries b WHERE b.entry = m.entry AND NOT EXISTS(SELECT 1 FROM bank_unmatches u WHERE u.match = b.match))
		FROM treasury_moves m JOIN acts a ON a.id = m.act WHERE m.entry = ?`, entry).Scan(&id, &maker, &m.kind, &m.place, &m.target, &m.amount, &held, &reversed, &matched)
	switch {
	case errors.Is(err, sql.ErrNoRows):
		return m, fault.NotFound("treasury.move_unknown")
	case err != nil:
		return m, err
	case reversed:
		return m, fault.Refused("treasury.reversed_already")
	case matched:
		return m, fault.Refused("treasury.matched_first")
	}
	lines, err := ledger.LinesOf(tx, entry)
	if err != nil {
		return m, err
	}
	if err := takeable(tx, lines, m.target, held); err != nil {
		return m, err
	}
	if m.kind != KindDebt {
		return m, nil
	}
	if m.items, err = settledBy(tx, id); err != nil {
		return m, err
	}
	if err := m.savedStays(tx); err != nil {
		return m, err
	}
	return m, m.mayGiveBack(tx, maker)
}

// party is the member of a move that is a member's.
func (m takenBack) party() ledger.Party {
	number, _ := strconv.ParseInt(m.target, 10, 64)
	return ledger.MemberParty(number)
}

// post writes the reversal that was decided.
func (m takenBack) post(tx *act.Tx, app core.App) (ledger.Posted, error) {
	posted, err := ledger.Reverse(tx, m.entry, tx.Today())
	if err != nil {
		return posted, err
	}
	for _, i := range m.items {
		if err := ledger.Reopen(tx, i.Item, i.Amount, ledger.ByPayment, posted.Entry); err != nil {
			return posted, err
		}
	}
	if err := m.refillDrawer(tx); err != nil {
		return posted, err
	}
	if err := tx.Exec("INSERT INTO treasury_reversals(move, entry, act) VALUES(?, ?, ?)", m.entry, posted.Entry, tx.ID()); err != nil {
		return posted, err
	}
	if number, err := strconv.ParseInt(m.target, 10, 64); err == nil && (m.kind == KindDebt || m.kind == KindLeaver || m.kind == KindRefund) {
		notice.Tell(tx, app, number, "payment", member.PrintNumber(number))
	}
	tell(tx, app)
	return posted, nil
}

// takeable refuses to take money from a box or an acquirer that doesn't hold it any more, or from a
// member what was refunded since.
func takeable(tx *act.Tx, lines []ledger.Line, target string, held money.Rupiah) error {
	for _, l := range lines {
		p := Place{Kind: placeCash}
		if l.Account == ledger.QRISSettling {
			bank, _ := strconv.ParseInt(l.Party.Ref, 10, 64)
			p = Place{placeQRIS, bank}
		}
		if l.Amount > 0 && (l.Account == ledger.Cash || l.Account == ledger.QRISSettling) {
			if err := p.covers(tx, l.Amount); err != nil {
				return err
			}
		}
	}
	if held == 0 {
		return nil
	}
	number, _ := strconv.ParseInt(target, 10, 64) // a move that holds something is a member's
	balance, err := ledger.Balance(tx, ledger.MemberParty(number), ledger.DepositHeld)
	if err == nil && -balance < held {
		err = fault.Refused("treasury.held_used")
	}
	return err
}

// settledBy reads from a payment's own answer which debts it settled; settlements have no index by act.
func settledBy(r act.Reader, id int64) ([]SettledItem, error) {
	var answer string
	if err := r.Row("SELECT answer FROM act_answers WHERE act = ?", id).Scan(&answer); err != nil {
		return nil, err
	}
	var paid DebtPaid
	return paid.Items, json.Unmarshal([]byte(answer), &paid)
}
