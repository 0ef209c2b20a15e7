package savings

import (
	"context"
	"database/sql"
	"errors"
	"strings"

	"github.com/pocketbase/pocketbase/core"

	"kpdk/hooks/internal/act"
	"kpdk/hooks/internal/fault"
	"kpdk/hooks/internal/money"
	"kpdk/hooks/ledger"
	"kpdk/hooks/ledger/book"
)

// Reversed is the entry that takes a deposit back.
type Reversed struct {
	Deposit int64  `json:"deposit"` // the entry that is taken back
	Entry   int64  `json:"entry"`
	Number  string `json:"number"`
}

const reverseKind = "savings.reverse_deposit"

// ReverseDeposit takes back a deposit that was booked by mistake: today, with a reason, and by somebody else than
// who booked it, or one person could take cash, give a receipt and undo it. What it settled is due again, also what it
// had paid ahead of months that are due by now. What
// came to a till leaves its drawer while the shift is open, and the main cash afterwards: there it was counted in.
// Principal savings made somebody a member and are given back by leaving alone.
func ReverseDeposit(ctx context.Context, app core.App, key string, by act.Actor, entry int64, reason string) (Reversed, bool, error) {
	reason = strings.TrimSpace(reason)
	var bad fault.Input
	bad.Check(reason != "", "reason", "input.required")
	bad.Check(len(reason) <= maxReason, "reason", "input.too_long", fault.Params{"max": maxReason})
	if err := bad.Err(); err != nil {
		return Reversed{}, false, err
	}
	return act.Do(ctx, app, act.Act{Kind: reverseKind, Key: key, Input: entry, By: by, Note: reason}, func(tx *act.Tx) (Reversed, error) {
		m, err := mistakeOf(tx, entry)
		if err != nil {
			return Reversed{}, err
		}
		line, err := m.mayReverse(tx, app, by)
		if err != nil {
			return Reversed{}, err
		}
		return m.reverse(tx, app, line)
	})
}

// mistake is a deposit that somebody wants back.
type mistake struct {
	entry, member   int64
	kind            ledger.ItemKind
	place, maker    string
	amount          money.Rupiah
	reversed, drawn bool // drawn: the shift it came to is closed
}

func mistakeOf(r act.Reader, entry int64) (m mistake, err error) {
	m.entry = entry
	err = r.Row(`SELECT d.member, d.kind, d.place, d.amount, a.actor, EXISTS(SELECT 1 FROM savings_reversals v WHERE v.deposit = d.entry),
		coalesce((SELECT s.closed_at IS NOT NULL FROM shifts s WHERE 'shift:' || s.id = d.place), 0) FROM savings_receipts d JOIN acts a ON a.id = d.act WHERE d.entry = ?`, entry).
		Scan(&m.member, &m.kind, &m.place, &m.amount, &m.maker, &m.reversed, &m.drawn)
	if errors.Is(err, sql.ErrNoRows) {
		err = fault.NotFound("savings.receipt_unknown")
	}
	return m, err
}

// mayReverse says why not, or from where the money goes back.
func (m mistake) mayReverse(tx *act.Tx, app core.App, by act.Actor) (line ledger.Line, err error) {
	switch {
	case m.reversed:
		return line, fault.Refused("savings.reversed_already")
	case m.kind == ledger.ItemPrincipal:
		return line, fault.Refused("savings.reverse_principal")
	}
	conflict, err := act.SecondPerson(tx, by, func(id string) (bool, error) { return id == m.maker, nil })
	if err == nil && conflict != "" {
		err = fault.Refused("savings.reverse_apart")
	}
	if err != nil {
		return line, err
	}
	matched, err := portsOf(app).Matched(tx, m.entry)
	if err == nil && matched {
		err = fault.Refused("treasury.matched_first")
	}
	if err != nil {
		return line, err
	}
	free, err := ledger.Free(tx, ledger.MemberParty(m.member), m.kind.CreditAccount())
	if err == nil && m.amount > free {
		err = fault.Refused("savings.reverse_spent", fault.Params{"free": max(free, 0).Format()})
	}
	if err == nil {
		err = ledger.EnsureOpen(tx, tx.Today())
	}
	if err != nil {
		return line, err
	}
	return m.goesBack(tx, app)
}

func (m mistake) goesBack(tx *act.Tx, app core.App) (ledger.Line, error) {
	ref, atTill := strings.CutPrefix(m.place, shiftPrefix)
	switch {
	case !atTill:
		return portsOf(app).Money(tx, m.place, -m.amount, 0)
	case m.drawn:
		return portsOf(app).Money(tx, cash, -m.amount, 0)
	}
	drawer := ledger.Party{Kind: book.Shift, Ref: ref}
	left, err := ledger.Balance(tx, drawer, ledger.ShiftCash)
	if err == nil && m.amount > left {
		err = fault.Refused("savings.drawer_short", fault.Params{"left": max(left, 0).Format()})
	}
	return ledger.Cr(ledger.ShiftCash, m.amount, drawer), err
}

func (m mistake) reverse(tx *act.Tx, app core.App, line ledger.Line) (out Reversed, err error) {
	items := map[int64]money.Rupiah{}
	err = act.Each(tx, "SELECT item, amount FROM settlements WHERE entry = ?", []any{m.entry}, func(row act.Scanner) error {
		var item int64
		var amount money.Rupiah
		err := row.Scan(&item, &amount)
		items[item] += amount
		return err
	})
	if err != nil {
		return out, err
	}
	posted, err := ledger.Post(tx, ledger.Entry{Kind: ledger.KindSavings, Date: tx.Today(), Lines: []ledger.Line{ledger.Dr(m.kind.CreditAccount(), m.amount, ledger.MemberParty(m.member)), line}})
	if err != nil {
		return out, err
	}
	for item, amount := range items {
		if err := ledger.Reopen(tx, item, amount, ledger.ByPayment, posted.Entry); err != nil {
			return out, err
		}
	}
	tellBoth(tx, app, m.member)
	out = Reversed{m.entry, posted.Entry, posted.Number}
	err = tx.Exec("INSERT INTO savings_reversals(deposit, entry, act) VALUES(?, ?, ?)", m.entry, posted.Entry, tx.ID())
	if err == nil && m.kind == ledger.ItemMandatory {
		err = uncover(tx, m.member)
	}
	return out, err
}
