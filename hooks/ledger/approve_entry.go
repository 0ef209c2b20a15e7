package ledger

import (
	"context"
	"errors"
	"slices"
	"strings"

	"github.com/pocketbase/pocketbase/core"

	"kpdk/hooks/internal/act"
	"kpdk/hooks/internal/clock"
	"kpdk/hooks/internal/fault"
	"kpdk/hooks/ledger/book"
)

// DraftStep is what somebody does with a draft as they saw it.
type DraftStep struct {
	Draft   string `json:"draft"`
	Version int64  `json:"version"`
	Reason  string `json:"reason,omitempty"`
}

// draftAct runs one step over a draft.
func draftAct(ctx context.Context, app core.App, kind, key string, by act.Actor, s DraftStep, do func(tx *act.Tx) (DraftView, error)) (DraftView, bool, error) {
	return keepDraft(ctx, app, act.Act{Kind: kind, Key: key, Input: s, By: by, Note: s.Reason}, do)
}

// draftKept is what the books remember of a step's answer, for good: a draft has words of people and their
// names, which can be erased, so they stay in its record.
type draftKept struct {
	ID      string `json:"id"`
	State   string `json:"state"`
	Version int64  `json:"version"`
	Entry   int64  `json:"entry"`
}

// keepDraft runs an act over a draft. Who sends it again gets the draft as it stands now; of one that was
// thrown away, its id and state.
func keepDraft(ctx context.Context, app core.App, a act.Act, do func(tx *act.Tx) (DraftView, error)) (v DraftView, replayed bool, err error) {
	var done DraftView
	kept, replayed, err := act.DoWithRecords(ctx, app, a, func(tx *act.Tx) (draftKept, error) {
		done, err = do(tx)
		return draftKept{done.ID, done.State, done.Version, done.Entry}, err
	})
	if err != nil || !replayed {
		return done, replayed, err
	}
	v, err = DraftFor(act.Read(app), clock.Of(app), "id", a.By, kept.ID)
	if errors.Is(err, fault.NotFound("ledger.draft_unknown")) {
		return DraftView{ID: kept.ID, State: kept.State, Version: kept.Version, Entry: kept.Entry}, true, nil
	}
	return v, true, err
}

// SubmitDraft hands a draft over to somebody else to approve. From here on it stands still.
func SubmitDraft(ctx context.Context, app core.App, key string, by act.Actor, s DraftStep) (DraftView, bool, error) {
	return draftAct(ctx, app, "ledger.submit_draft", key, by, s, func(tx *act.Tx) (DraftView, error) {
		d, err := editable(tx, s.Draft, s.Version)
		if err != nil {
			return DraftView{}, err
		}
		if err := d.ready(tx); err != nil {
			return DraftView{}, err
		}
		d.State, d.Reason = Submitted, ""
		d.madeBy(by)
		return d.keep(tx)
	})
}

// ready says what a draft still lacks, field by field, and then whether it could be posted today.
func (d draft) ready(tx *act.Tx) error {
	var bad fault.Input
	bad.Check(d.Description != "", "description", "input.required")
	bad.Check(d.Date <= tx.Today(), "date", "ledger.draft_future")
	if err := bad.Err(); err != nil {
		return err
	}
	if err := (DraftInput{Lines: d.Lines}).checkLines(tx); err != nil {
		return err
	}
	e, err := d.posting(tx)
	if err != nil {
		return err
	}
	e.Lines = book.Compact(e.Lines)
	accounts, err := accountsOf(tx, e.Lines)
	if err != nil {
		return err
	}
	if err := book.Check(e, accounts); err != nil {
		return err
	}
	return EnsureOpen(tx, d.Date)
}

// WithdrawDraft takes a draft back from whoever would approve it.
func WithdrawDraft(ctx context.Context, app core.App, key string, by act.Actor, s DraftStep) (DraftView, bool, error) {
	return draftAct(ctx, app, "ledger.withdraw_draft", key, by, s, func(tx *act.Tx) (DraftView, error) {
		d, err := inState(tx, s.Draft, s.Version, Submitted)
		if err != nil {
			return DraftView{}, err
		}
		if !slices.Contains(d.Makers, by.ID) {
			return DraftView{}, fault.Forbidden("ledger.draft_others")
		}
		d.State = Drafted
		return d.keep(tx)
	})
}

// ApproveDraft posts a draft that somebody else made, exactly as it was seen: in one act with the approval.
func ApproveDraft(ctx context.Context, app core.App, key string, by act.Actor, s DraftStep) (DraftView, bool, error) {
	return draftAct(ctx, app, "ledger.approve_draft", key, by, s, func(tx *act.Tx) (DraftView, error) {
		d, err := inState(tx, s.Draft, s.Version, Submitted)
		if err == nil {
			err = d.decidableBy(tx, by)
		}
		if err != nil {
			return DraftView{}, err
		}
		posted, err := d.post(tx)
		if err != nil {
			return DraftView{}, err
		}
		d.State, d.Entry, d.DecidedBy, d.DecidedAs = Approved, posted.Entry, by.ID, by.Role
		return d.keep(tx)
	})
}

func (d draft) post(tx *act.Tx) (Posted, error) {
	if d.Reverses != 0 {
		if err := reversible(tx, d.Reverses, d.Date); err != nil {
			return Posted{}, err
		}
		return Reverse(tx, d.Reverses, d.Date)
	}
	e, err := d.posting(tx)
	if err != nil {
		return Posted{}, err
	}
	return Post(tx, e)
}

// RefuseDraft gives a draft back to its maker with a reason.
func RefuseDraft(ctx context.Context, app core.App, key string, by act.Actor, s DraftStep) (DraftView, bool, error) {
	s.Reason = strings.TrimSpace(s.Reason)
	if err := (ReopenInput{Reason: s.Reason}).check(); err != nil {
		return DraftView{}, false, err
	}
	return draftAct(ctx, app, "ledger.refuse_draft", key, by, s, func(tx *act.Tx) (DraftView, error) {
		d, err := inState(tx, s.Draft, s.Version, Submitted)
		if err == nil {
			err = d.decidableBy(tx, by)
		}
		if err != nil {
			return DraftView{}, err
		}
		d.State, d.Reason, d.DecidedBy, d.DecidedAs = Refused, s.Reason, by.ID, by.Role
		return d.keep(tx)
	})
}

// RemoveDraft throws away a draft that became nothing, with its vouchers.
func RemoveDraft(ctx context.Context, app core.App, key string, by act.Actor, s DraftStep) (DraftView, bool, error) {
	return draftAct(ctx, app, "ledger.remove_draft", key, by, s, func(tx *act.Tx) (DraftView, error) {
		d, err := inState(tx, s.Draft, s.Version, Drafted, Refused)
		if err != nil {
			return DraftView{}, err
		}
		v, err := DraftFor(tx, tx.Clock(), "id", by, d.ID)
		if err != nil {
			return v, err
		}
		record, err := d.record(tx.App())
		if err != nil {
			return v, err
		}
		return v, asFault(tx.App().Delete(record))
	})
}

// decidableBy is the rule of two persons: nobody who had a hand in a draft approves or refuses it.
func (d draft) decidableBy(r act.Reader, by act.Actor) error {
	return act.NeedsAnother(r, by, act.MadeBy(d.Makers...), "ledger.same_person", "ledger.keyed_by_maker")
}
