package ledger

import (
	"context"
	"slices"

	"kpdk/hooks/internal/act"
	"kpdk/hooks/ledger/book"
)

// checkDrafts: behind every entry that was approved by hand stands one draft, with the same day and lines,
// that none of its makers approved, by the draft and by the acts; and no other draft says that it was posted.
func checkDrafts(ctx context.Context, r act.Reader) (int, []string, error) {
	f := NewFindings(ctx)
	n, err := countRows(r, "journal_drafts WHERE state = 'approved'")
	if err == nil {
		err = f.Each(r, "verify.draft_missing", `SELECT j.id FROM journal j JOIN acts a ON a.id = j.act WHERE a.kind = 'ledger.approve_draft'
			AND NOT EXISTS(SELECT 1 FROM journal_drafts d WHERE d.entry = j.id AND d.state = 'approved') ORDER BY j.id`, nil, "entry")
	}
	if err == nil {
		err = f.Each(r, "verify.draft_astray", `SELECT CAST(d.entry AS INTEGER) FROM journal_drafts d LEFT JOIN journal j ON j.id = d.entry LEFT JOIN acts a ON a.id = j.act
			WHERE (d.state = 'approved') <> (d.entry > 0) OR d.entry > 0 AND (a.kind IS NOT 'ledger.approve_draft' OR a.actor <> d.decided_by OR j.date <> d.date OR coalesce(j.reverses, 0) <> d.reverses)`, nil, "entry")
	}
	if err == nil {
		err = f.Each(r, "verify.draft_same_person", madeAndApproved, nil, "entry")
	}
	if err != nil {
		return f.Done(n, err)
	}
	var approved []draft
	err = act.Each(r, "SELECT "+draftColumns+" FROM journal_drafts d WHERE d.state = 'approved' ORDER BY d.entry", nil, func(row act.Scanner) error {
		d, err := scanDraft(row)
		approved = append(approved, d)
		return err
	})
	for _, d := range approved {
		if err != nil {
			break
		}
		err = d.verify(r, f)
	}
	return f.Done(n, err)
}

// madeAndApproved finds entries by hand that somebody approved who had a hand in them, by the acts, which nobody
// can edit as one can edit a draft: their answers name the draft.
const madeAndApproved = `WITH hands AS (SELECT b.answer ->> 'id' AS draft, a.actor, a.kind, a.role, b.answer ->> 'entry' AS entry FROM acts a JOIN act_answers b ON b.act = a.id
		WHERE a.kind IN ('ledger.save_draft', 'ledger.submit_draft', 'ledger.add_voucher', 'ledger.remove_voucher', 'ledger.propose_reversal', 'ledger.approve_draft'))
	SELECT p.entry FROM hands p WHERE p.kind = 'ledger.approve_draft' AND p.role <> 'console'
		AND (EXISTS(SELECT 1 FROM hands m WHERE m.draft = p.draft AND m.kind <> 'ledger.approve_draft' AND m.actor = p.actor)
		OR NOT EXISTS(SELECT 1 FROM hands m WHERE m.draft = p.draft AND m.kind <> 'ledger.approve_draft')) ORDER BY p.entry`

// verify holds an approved draft against its entry.
func (d draft) verify(r act.Reader, f *Findings) error {
	if slices.Contains(d.Makers, d.DecidedBy) && d.DecidedAs != act.Console {
		f.Add("verify.draft_same_person", map[string]any{"entry": d.Entry})
	}
	lines, err := LinesOf(r, d.Entry)
	if err != nil {
		return err
	}
	e, err := d.posting(r)
	if err != nil {
		return err
	}
	if !slices.Equal(book.Compact(e.Lines), lines) {
		f.Add("verify.draft_lines", map[string]any{"entry": d.Entry})
	}
	return nil
}
