package payroll

import (
	"context"
	"database/sql"
	"errors"
	"fmt"

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
	ID         int64        `json:"unmatched"`
	Row        int          `json:"row"`
	Code       string       `json:"code"`
	Amount     money.Rupiah `json:"amount_rupiah"`
	Decision   string       `json:"decision"` // empty, waiting (for a correction's second person), matched or dismissed
	Member     int64        `json:"member"`
	Correction int64        `json:"correction,omitempty"` // that gives it to a line which was booked already
}

// beingGiven says that a row (u) waits for the second person of a correction that gives it to a line.
const beingGiven = `EXISTS(SELECT 1 FROM payroll_unmatched_corrections x JOIN payroll_correction_steps b ON b.correction = x.correction AND b.step = 'submitted'
	WHERE x.unmatched = u.id AND NOT EXISTS(SELECT 1 FROM payroll_correction_steps e WHERE e.correction = x.correction AND e.step IN ('posted', 'refused')))`

// UnmatchedOf lists a run's rows without an owner, the undecided first.
func UnmatchedOf(r act.Reader, p clock.Period) ([]Unmatched, error) {
	all := []Unmatched{}
	return all, act.Each(r, `SELECT u.id, u.row, u.code, u.amount, coalesce(d.kind, CASE WHEN `+beingGiven+` THEN 'waiting' ELSE '' END), coalesce(d.member, l.member, 0), coalesce(k.correction, 0)
		FROM payroll_unmatched u LEFT JOIN payroll_unmatched_decisions d ON d.unmatched = u.id
		LEFT JOIN payroll_unmatched_corrections k ON k.id = (SELECT max(id) FROM payroll_unmatched_corrections WHERE unmatched = u.id) AND (d.kind = 'matched' OR `+beingGiven+`)
		LEFT JOIN payroll_correction_lines l ON l.correction = k.correction
		WHERE u.period = ? ORDER BY d.kind IS NOT NULL, u.amount DESC, u.id LIMIT 500`, []any{string(p)}, func(row act.Scanner) error {
		var u Unmatched
		err := row.Scan(&u.ID, &u.Row, &u.Code, &u.Amount, &u.Decision, &u.Member, &u.Correction)
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

// DecideUnmatched gives a row's money to a member's line, or dismisses the row with a reason. A line that was booked is
// not touched by one person: the row makes a correction of it, and is given when a second person posts that.
func DecideUnmatched(ctx context.Context, app core.App, key string, by act.Actor, in UnmatchedDecision, reason string) (Step, bool, error) {
	return act.Do(ctx, app, act.Act{Kind: "payroll.unmatched", Key: key, Input: in, By: by, Note: reason}, func(tx *act.Tx) (Step, error) {
		h, err := promised(tx, in.Period)
		if err != nil {
			return Step{}, err
		}
		var amount money.Rupiah
		var decided, waits bool
		err = tx.Row("SELECT u.amount, d.kind IS NOT NULL, "+beingGiven+" FROM payroll_unmatched u LEFT JOIN payroll_unmatched_decisions d ON d.unmatched = u.id WHERE u.id = ? AND u.period = ?", in.Unmatched, string(in.Period)).
			Scan(&amount, &decided, &waits)
		if errors.Is(err, sql.ErrNoRows) {
			return Step{}, fault.NotFound("payroll.unmatched_unknown")
		}
		if err != nil {
			return Step{}, err
		}
		if decided {
			return Step{}, fault.Refused("payroll.unmatched_decided")
		}
		if waits {
			return Step{}, fault.Refused("payroll.unmatched_waiting")
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
	before, err := givenBefore(tx, in)
	if err != nil {
		return err
	}
	line, there := now[in.Member]
	if line.deducted != nil {
		amount += *line.deducted
	}
	amount = max(0, amount-before)
	reason := settledReason(line.reason, amount, line.asked)
	if line.settled || !there && (h.State == StateSettled || h.State == StateReceived) {
		return correctFor(tx, in, line, amount, reason)
	}
	if !there {
		if err := addLine(tx, h, in.Member); err != nil {
			return err
		}
	}
	if err := keepResult(tx, in.Period, in.Member, amount, reason); err != nil {
		return err
	}
	if err := tx.Exec("UPDATE payroll_lines SET deducted = ?, reason = ? WHERE period = ? AND member = ?", int64(amount), reason, string(in.Period), in.Member); err != nil {
		return err
	}
	notice.Tell(tx, app, in.Member, "payroll", string(in.Period))
	return tx.Exec("INSERT INTO payroll_unmatched_decisions(unmatched, kind, member, act) VALUES(?, 'matched', ?, ?)", in.Unmatched, in.Member, tx.ID())
}

// givenBefore is what an earlier answer said of the same person, and was given to the same member: the newer one says it
// again, with more or less.
func givenBefore(r act.Reader, in UnmatchedDecision) (amount money.Rupiah, err error) {
	err = r.Row(`SELECT o.amount FROM payroll_unmatched u JOIN payroll_unmatched o ON o.period = u.period AND o.who = u.who AND o.id <> u.id JOIN payroll_unmatched_decisions d ON d.unmatched = o.id AND d.member = ?
		WHERE u.id = ? AND u.who <> '' ORDER BY d.act DESC LIMIT 1`, in.Member, in.Unmatched).Scan(&amount)
	if errors.Is(err, sql.ErrNoRows) {
		return 0, nil
	}
	return amount, err
}

// correctFor asks for a correction that gives a row to a line which was booked.
func correctFor(tx *act.Tx, in UnmatchedDecision, line lineNow, deducted money.Rupiah, reason string) error {
	if _, err := member.Find(tx, in.Member); err != nil {
		return err
	}
	was := money.Rupiah(0)
	if line.deducted != nil {
		was = *line.deducted
	}
	if was == deducted { // said again, and booked already
		return tx.Exec("INSERT INTO payroll_unmatched_decisions(unmatched, kind, member, act) VALUES(?, 'matched', ?, ?)", in.Unmatched, in.Member, tx.ID())
	}
	correction, err := beginCorrection(tx, answerInput{in.Period, fmt.Sprintf("unmatched:%d", in.Unmatched)})
	if err == nil {
		err = correctLine(tx, in.Period, correction, corrected{in.Member, was, deducted, reason})
	}
	if err == nil {
		err = tx.Exec("INSERT INTO payroll_unmatched_corrections(correction, unmatched, act) VALUES(?, ?, ?)", correction, in.Unmatched, tx.ID())
	}
	if err != nil {
		return err
	}
	return correctionStep(tx, correction, "submitted")
}

// giveUnmatched decides the row that a correction gives to a line, now that it is posted.
func giveUnmatched(tx *act.Tx, correction, number int64) error {
	return tx.Exec(`INSERT INTO payroll_unmatched_decisions(unmatched, kind, member, act) SELECT x.unmatched, 'matched', ?, ? FROM payroll_unmatched_corrections x WHERE x.correction = ?
		AND NOT EXISTS(SELECT 1 FROM payroll_unmatched_decisions d WHERE d.unmatched = x.unmatched)`, number, tx.ID(), correction)
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
