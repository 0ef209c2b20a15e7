package ledger

import (
	"context"
	"database/sql"
	"errors"
	"strings"

	"github.com/pocketbase/pocketbase/core"

	"kpdk/hooks/internal/act"
	"kpdk/hooks/internal/clock"
	"kpdk/hooks/internal/fault"
)

// byHand is the one kind of act whose entries are taken back here, by the exact negative and nothing else.
// A sale also moved goods, a deposit settled what was due, a payroll run knows what it deducted, the opening
// made debts and stock: to take these back is the business of their room, which knows the rest.
const byHand = "ledger.approve_draft"

// ReversalInput asks for an entry to be taken back, on a date, for a reason.
type ReversalInput struct {
	Date   clock.Date `json:"date"`
	Reason string     `json:"reason"`
}

// ProposeReversal drafts and submits the negative of an entry; somebody else approves it as any draft.
func ProposeReversal(ctx context.Context, app core.App, key string, by act.Actor, entry int64, in ReversalInput) (DraftView, bool, error) {
	in.Reason = strings.TrimSpace(in.Reason)
	if err := in.check(); err != nil {
		return DraftView{}, false, err
	}
	type input struct {
		Entry int64
		ReversalInput
	}
	return keepDraft(ctx, app, act.Act{Kind: "ledger.propose_reversal", Key: key, Input: input{entry, in}, By: by}, func(tx *act.Tx) (DraftView, error) {
		var waiting bool
		if err := reversible(tx, entry, in.Date); err != nil {
			return DraftView{}, err
		}
		if err := tx.Row("SELECT EXISTS(SELECT 1 FROM journal_drafts WHERE reverses = ? AND state = 'submitted')", entry).Scan(&waiting); err != nil {
			return DraftView{}, err
		}
		if waiting {
			return DraftView{}, fault.Refused("ledger.reversal_waiting")
		}
		lines, err := LinesOf(tx, entry)
		if err != nil {
			return DraftView{}, err
		}
		d := draft{State: Submitted, Date: in.Date, Description: in.Reason, Reverses: entry}
		for _, l := range lines {
			d.Lines = append(d.Lines, DraftLine{Account: l.Account, Party: l.Party.String(), Debit: max(-l.Amount, 0), Credit: max(l.Amount, 0)})
		}
		d.madeBy(by)
		return d.keep(tx)
	})
}

func (in ReversalInput) check() error {
	var bad fault.Input
	_, ok := clock.ParseDate(string(in.Date))
	bad.Check(ok, "date", "input.date")
	bad.Check(in.Reason != "", "reason", "input.required")
	bad.Check(len(in.Reason) <= maxReason, "reason", "input.too_long", fault.Params{"max": maxReason})
	return bad.Err()
}

// reversible says why an entry can't be taken back on a date.
func reversible(tx *act.Tx, entry int64, on clock.Date) error {
	var date clock.Date
	var source string
	var taken, reversal bool
	err := tx.Row("SELECT j.date, a.kind, EXISTS(SELECT 1 FROM journal r WHERE r.reverses = j.id), j.reverses IS NOT NULL FROM journal j JOIN acts a ON a.id = j.act WHERE j.id = ?", entry).
		Scan(&date, &source, &taken, &reversal)
	switch {
	case errors.Is(err, sql.ErrNoRows):
		return fault.NotFound("ledger.entry_unknown", fault.Params{"entry": entry})
	case err != nil:
		return err
	case taken:
		return fault.Refused("ledger.reversed_already", fault.Params{"entry": entry})
	case reversal:
		return fault.Refused("ledger.reversal_of_reversal")
	case source != byHand:
		return fault.Refused("ledger.reversal_elsewhere")
	case on < date || on > tx.Today():
		return fault.Refused("ledger.reversal_date", fault.Params{"date": date})
	}
	return EnsureOpen(tx, on)
}
