package payroll

import (
	"database/sql"
	"errors"

	"github.com/pocketbase/pocketbase/core"

	"kpdk/hooks/internal/act"
	"kpdk/hooks/internal/clock"
	"kpdk/hooks/internal/fault"
	"kpdk/hooks/ledger/book"
	"kpdk/hooks/notice"
)

// head is the state of a run.
type head struct {
	Period                  clock.Period
	State                   string
	PayDate, Cutoff         clock.Date
	PreparedBy, ApprovedBy  string // ids of actors
	PreparedRole, ApproveAs act.Role
}

func headOf(r act.Reader, p clock.Period) (h head, found bool, err error) {
	h.Period = p
	err = r.Row("SELECT state, pay_date, cutoff_date, prepared_by, prepared_role, approved_by, approved_role FROM payroll_runs WHERE period = ?", string(p)).
		Scan(&h.State, &h.PayDate, &h.Cutoff, &h.PreparedBy, &h.PreparedRole, &h.ApprovedBy, &h.ApproveAs)
	if errors.Is(err, sql.ErrNoRows) {
		return h, false, nil
	}
	return h, err == nil, err
}

// existing is headOf for those who cannot go on without a run.
func existing(r act.Reader, p clock.Period) (head, error) {
	h, found, err := headOf(r, p)
	if err == nil && !found {
		err = fault.NotFound("payroll.run_unknown", fault.Params{"period": p})
	}
	return h, err
}

// promised is existing for steps that need a locked list.
func promised(r act.Reader, p clock.Period) (head, error) {
	h, found, err := headOf(r, p)
	if err == nil && (!found || !frozen(h.State)) {
		err = fault.Refused("payroll.not_locked", fault.Params{"period": p})
	}
	return h, err
}

func setState(tx *act.Tx, p clock.Period, state string) error {
	return tx.Exec("UPDATE payroll_runs SET state = ? WHERE period = ?", state, string(p))
}

// Steps that payroll_events holds beside the states: a chain that began, an answer that was read,
// money that arrived.
const (
	stepDrafting  = "drafting"
	stepSettling  = "settling"
	stepAnswer    = "answer"
	stepTyped     = "typed" // a line got an answer that somebody typed
	stepPartly    = "settled_partly"
	stepLeft      = "left" // lines were settled, and something asked for stays owed
	stepReceipt   = "receipt"
	stepEarly     = "early"
	stepUnitEmpty = "" // the step concerns the whole run
)

func note(tx *act.Tx, p clock.Period, step, unit string) error {
	return tx.Exec("INSERT INTO payroll_events(period, step, unit, act) VALUES(?, ?, ?, ?)", string(p), step, unit, tx.ID())
}

// lastStep finds the newest of some steps of a run; act 0 when there was none.
func lastStep(r act.Reader, p clock.Period, either, or string) (step string, id int64, err error) {
	err = r.Row("SELECT step, act FROM payroll_events WHERE period = ? AND (step = ? OR step = ?) ORDER BY id DESC LIMIT 1", string(p), either, or).Scan(&step, &id)
	if errors.Is(err, sql.ErrNoRows) {
		return "", 0, nil
	}
	return step, id, err
}

// Step is the answer of every act on a run.
type Step struct {
	Period clock.Period `json:"period"`
	State  string       `json:"state"`
	Entry  int64        `json:"entry,omitempty"`
}

// unitRun is the party of account 1123: what one work unit's payroll officer deducted in one period.
func unitRun(p clock.Period, unit string) book.Party {
	return book.Party{Kind: book.UnitRun, Ref: string(p) + ":" + unit}
}

// NoUnit is the work unit of members who have none.
const NoUnit = "-"

// Change is what the books' topic says.
type Change struct {
	What   string       `json:"what"`
	Period clock.Period `json:"period"`
}

func tell(tx *act.Tx, app core.App, p clock.Period) {
	tx.AfterCommit(func() { notice.Publish(app, notice.Books, Change{"payroll", p}) })
}
