package treasury

import (
	"context"
	"fmt"

	"github.com/pocketbase/pocketbase/core"

	"kpdk/hooks/internal/act"
	"kpdk/hooks/internal/clock"
	"kpdk/hooks/internal/fault"
)

// voidChunk is how many lines one act voids: some 15 ms of the writer.
const voidChunk = 2_000

// standingLine says that a bank line (aliased b) was not voided.
const standingLine = "NOT EXISTS(SELECT 1 FROM bank_voids v WHERE v.line = b.id)"

// broughtBy are the lines that a statement brought in, by the act of the statement (?): its chunks have its key and a
// number (see Import).
const broughtBy = `FROM acts s JOIN acts a ON a.kind = 'treasury.import_lines' AND a.key > s.key || ':' AND a.key < s.key || ';' JOIN bank_lines b ON b.act = a.id WHERE s.id = `

// unmatchedLine says that a bank line (aliased b) stands in no match.
const unmatchedLine = "NOT EXISTS(SELECT 1 FROM bank_match_lines m WHERE m.line = b.id AND " + standing + ")"

// StatementView is a file that was taken in, with its lines that still stand.
type StatementView struct {
	ID        int64      `json:"id"`
	From      clock.Date `json:"from"`
	To        clock.Date `json:"to"`
	Lines     int        `json:"lines"`
	Matched   int        `json:"matched"`
	Unmatched int        `json:"unmatched"`
}

const mostStatements = 12

// StatementList is a page of files that were taken in, newest first.
type StatementList struct {
	Statements []StatementView `json:"statements"`
	Next       int64           `json:"next"`
}

// statements lists files of which lines stand, newest first, before one of them; next is the last that was looked at.
func statements(r act.Reader, bank, before int64) (standing []StatementView, next int64, err error) {
	all := []StatementView{}
	err = act.Each(r, `SELECT act, first_date, last_date FROM bank_statements WHERE bank = ? AND (? = 0 OR act < ?) ORDER BY act DESC LIMIT ?`, []any{bank, before, before, mostStatements}, func(row act.Scanner) error {
		var s StatementView
		err := row.Scan(&s.ID, &s.From, &s.To)
		all = append(all, s)
		return err
	})
	if err != nil {
		return all, 0, err
	}
	if len(all) == mostStatements {
		next = all[mostStatements-1].ID
	}
	standing = all[:0]
	for _, s := range all {
		if err := r.Row(`SELECT count(*), coalesce(sum(`+unmatchedLine+`), 0) `+broughtBy+`? AND `+standingLine, s.ID).Scan(&s.Lines, &s.Unmatched); err != nil {
			return standing, 0, err
		}
		if s.Matched = s.Lines - s.Unmatched; s.Lines > 0 {
			standing = append(standing, s)
		}
	}
	return standing, next, nil
}

// Voided tells how many lines of a statement count no more.
type Voided struct {
	Statement int64 `json:"statement"`
	Lines     int   `json:"lines"`
}

// VoidStatement takes back the lines of a file that was wrong, those that are matched with nothing: they count no more,
// and the right file may bring the same ones again. It is a chain of acts; a crash between them is mended by asking again.
func VoidStatement(ctx context.Context, app core.App, key string, by act.Actor, bank, statement int64) (out Voided, replayed bool, err error) {
	out.Statement = statement
	for n := voidChunk; n == voidChunk; out.Lines += n {
		part := key
		if out.Lines > 0 {
			part = fmt.Sprintf("%s:%06d", key, out.Lines)
		}
		n, replayed, err = act.Do(ctx, app, act.Act{Kind: "treasury.void_statement", Key: part, Input: out, By: by}, func(tx *act.Tx) (voided int, err error) {
			var there bool
			if err := tx.Row("SELECT EXISTS(SELECT 1 FROM bank_statements WHERE act = ? AND bank = ?)", statement, bank).Scan(&there); err != nil {
				return 0, err
			}
			if !there {
				return 0, fault.NotFound("treasury.statement_unknown")
			}
			const lines = broughtBy + `?1 AND ` + standingLine + ` AND ` + unmatchedLine
			if err := tx.Row(`SELECT min(count(*), ?2) `+lines, statement, voidChunk).Scan(&voided); err != nil {
				return 0, err
			}
			if voided == 0 && out.Lines == 0 {
				return 0, fault.Refused("treasury.statement_matched")
			}
			tell(tx, app)
			return voided, tx.Exec(`INSERT INTO bank_voids(line, act) SELECT b.id, ?2 `+lines+` ORDER BY b.id LIMIT ?3`, statement, tx.ID(), voidChunk)
		})
		if err != nil {
			return out, false, err
		}
	}
	return out, replayed, nil
}
