package payroll

import (
	"context"
	"database/sql"
	"errors"

	"github.com/pocketbase/pocketbase/core"

	"kpdk/hooks/document"
	"kpdk/hooks/internal/act"
	"kpdk/hooks/internal/clock"
	"kpdk/hooks/internal/fault"
	"kpdk/hooks/internal/money"
	"kpdk/hooks/member"
	"kpdk/hooks/notice"
)

// Unmatched is a row of an answer whose person is not on the list: money without an owner until somebody
// says whose it is, or that the officer takes it back.
type Unmatched struct {
	ID       int64        `json:"unmatched"`
	Row      int          `json:"row"`
	Code     string       `json:"code"`
	Amount   money.Rupiah `json:"amount_rupiah"`
	Decision string       `json:"decision"` // empty, matched or dismissed
	Member   int64        `json:"member"`
}

// UnmatchedOf lists a run's rows without an owner, the undecided first.
func UnmatchedOf(r act.Reader, p clock.Period) ([]Unmatched, error) {
	all := []Unmatched{}
	return all, act.Each(r, `SELECT u.id, u.row, u.code, u.amount, coalesce(d.kind, ''), coalesce(d.member, 0) FROM payroll_unmatched u LEFT JOIN payroll_unmatched_decisions d ON d.unmatched = u.id
		WHERE u.period = ? ORDER BY d.kind IS NOT NULL, u.amount DESC, u.id LIMIT 500`, []any{string(p)}, func(row act.Scanner) error {
		var u Unmatched
		err := row.Scan(&u.ID, &u.Row, &u.Code, &u.Amount, &u.Decision, &u.Member)
		all = append(all, u)
		return err
	})
}

// UnmatchedDecision says what becomes of a row: whose it is, or, with member 0, that it is nobody's here.
type UnmatchedDecision struct {
	Period    clock.Period `json:"period"`
	Unmatched int64        `json:"unmatched"`
	Member    int64        `json:"member"`
}

// DecideUnmatched gives a row's money to a member's line, or dismisses the row with a reason. A line that is
// settled is not touched: its row is dismissed, and a correction says the rest.
func DecideUnmatched(ctx context.Context, app core.App, key string, by act.Actor, in UnmatchedDecision, reason string) (Step, bool, error) {
	return act.Do(ctx, app, act.Act{Kind: "payroll.unmatched", Key: key, Input: in, By: by, Note: reason}, func(tx *act.Tx) (Step, error) {
		h, err := promised(tx, in.Period)
		if err != nil {
			return Step{}, err
		}
		var amount money.Rupiah
		var decided bool
		err = tx.Row("SELECT u.amount, d.kind IS NOT NULL FROM payroll_unmatched u LEFT JOIN payroll_unmatched_decisions d ON d.unmatched = u.id WHERE u.id = ? AND u.period = ?", in.Unmatched, string(in.Period)).
			Scan(&amount, &decided)
		if errors.Is(err, sql.ErrNoRows) {
			return Step{}, fault.NotFound("payroll.unmatched_unknown")
		}
		if err != nil {
			return Step{}, err
		}
		if decided {
			return Step{}, fault.Refused("payroll.unmatched_decided")
		}
		tell(tx, app, in.Period)
		step := Step{Period: in.Period, State: h.State}
		if in.Member == 0 {
			var problems fault.Input
			problems.Check(document.CleanText(reason) != "", "reason", "input.required")
			if err := problems.Err(); err != nil {
				return step, err
			}
			return step, tx.Exec("INSERT INTO payroll_unmatched_decisions(unmatched, kind, member, act) VALUES(?, 'dismissed', NULL, ?)", in.Unmatched, tx.ID())
		}
		return step, giveTo(tx, app, h, in, amount)
	})
}

func giveTo(tx *act.Tx, app core.App, h head, in UnmatchedDecision, amount money.Rupiah) error {
	now, err := linesNow(tx, in.Period, []Answer{{Member: in.Member}})
	if err != nil {
		return err
	}
	line, there := now[in.Member]
	if !there && (h.State == StateSettled || h.State == StateReceived) {
		return fault.Refused("payroll.settled_line")
	}
	if !there {
		if err := addLine(tx, h, in.Member); err != nil {
			return err
		}
	}
	if line.settled {
		return fault.Refused("payroll.settled_line")
	}
	if line.deducted != nil {
		amount += *line.deducted
	}
	reason := settledReason(line.reason, amount, line.asked)
	if err := keepResult(tx, in.Period, in.Member, amount, reason); err != nil {
		return err
	}
	if err := tx.Exec("UPDATE payroll_lines SET deducted = ?, reason = ? WHERE period = ? AND member = ?", int64(amount), reason, string(in.Period), in.Member); err != nil {
		return err
	}
	notice.Tell(tx, app, in.Member, "payroll", string(in.Period))
	return tx.Exec("INSERT INTO payroll_unmatched_decisions(unmatched, kind, member, act) VALUES(?, 'matched', ?, ?)", in.Unmatched, in.Member, tx.ID())
}

// addLine gives a member who is not on a list a line that asks for nothing: what an officer deducted all the same is
// held for the member (2107), and stands where the member looks for it. It is on no sealed list.
func addLine(tx *act.Tx, h head, number int64) error {
	if _, err := member.Find(tx, number); err != nil {
		return err
	}
	rules, err := rulesFor(tx, h.Period)
	if err != nil {
		return err
	}
	rules.Cutoff, rules.PayDate = h.Cutoff, h.PayDate
	found, err := people(tx, rules, number-1, number)
	if err != nil {
		return err
	}
	return writeLine(tx, h.Period, number, found[number].unit, Plan{})
}
