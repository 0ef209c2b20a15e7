package payroll

import (
	"cmp"
	"context"
	"fmt"
	"slices"

	"github.com/pocketbase/pocketbase/core"

	"kpdk/hooks/internal/act"
	"kpdk/hooks/internal/clock"
	"kpdk/hooks/internal/fault"
	"kpdk/hooks/internal/money"
	"kpdk/hooks/ledger"
	"kpdk/hooks/ledger/book"
)

// Receipt is money from one work unit's payroll officer, seen on the bank account or brought in cash. An
// amount of zero means all that is still on its way.
type Receipt struct {
	Period clock.Period `json:"period"`
	Unit   string       `json:"unit"` // code of the work unit
	Amount money.Rupiah `json:"amount_rupiah"`
	Bank   int64        `json:"bank,omitempty"` // the account it arrived on; 0: the main one
	Cash   bool         `json:"cash,omitempty"` // into the main cash instead
	Over   bool         `json:"over,omitempty"` // more than is on its way is taken, and stands as a difference
	Date   clock.Date   `json:"date,omitempty"` // business date, of a bank's line; empty: today
}

// Receive books the arrival of deducted money; when nothing of a settled run is on its way any more, the
// run is closed.
func Receive(ctx context.Context, app core.App, key string, by act.Actor, in Receipt) (Step, bool, error) {
	return act.Do(ctx, app, act.Act{Kind: "payroll.receive", Key: key, Input: in, By: by}, func(tx *act.Tx) (Step, error) { return ReceiveInside(tx, app, in) })
}

// ReceiveInside is Receive as a part of another act: a line of a bank statement that is recognised.
func ReceiveInside(tx *act.Tx, app core.App, in Receipt) (Step, error) {
	h, err := promised(tx, in.Period)
	if err != nil {
		return Step{}, err
	}
	standing, err := ledger.Balance(tx, unitRun(in.Period, in.Unit), ledger.PayrollClearing)
	if err != nil {
		return Step{}, err
	}
	amount := in.Amount
	if amount == 0 {
		amount = max(0, standing)
	}
	over := in.Over && in.Amount > 0 && (h.State == StateSettled || h.State == StateReceived)
	switch {
	case amount < 0:
		return Step{}, fault.Refused("ledger.amount_invalid")
	case over: // money that came is in the bank, whatever the list says
	case standing <= 0:
		return Step{}, fault.Refused("payroll.nothing_to_receive", fault.Params{"unit": in.Unit})
	case amount > standing:
		return Step{}, fault.Refused("payroll.received_too_much", fault.Params{"unit": in.Unit, "standing": standing.Format()})
	}
	if over {
		if err := unitInRun(tx, in.Period, in.Unit); err != nil {
			return Step{}, err
		}
	}
	debit, err := in.line(tx, app, amount)
	if err != nil {
		return Step{}, err
	}
	return move(tx, app, h, money1123{unit: in.Unit, kind: "receipt", place: in.place(), debit: debit, amount: amount, date: in.Date}, stepReceipt)
}

// line is the other side of an amount that comes, or goes back when it is negative.
func (in Receipt) line(tx *act.Tx, app core.App, amount money.Rupiah) (ledger.Line, error) {
	if at := portsOf(app).Money; at != nil {
		return at(tx, in.place(), amount, 0)
	}
	return in.debit(amount), nil
}

// money1123 is one movement of a unit's money: the other side's debit, and whether 1123 is credited (money
// that came, or is given up) or debited (money that is given back).
type money1123 struct {
	unit, kind, place string
	debit             ledger.Line
	amount            money.Rupiah
	date              clock.Date   // empty: today
	resolution        int64        // the request that a second person approved
	alone             money.Rupiah // the most that one person moves, where one did
	together          money.Rupiah // what of the run was then ended without a second person, this with it
}

// move posts a movement and looks whether the run is closed by it.
func move(tx *act.Tx, app core.App, h head, m money1123, step string) (Step, error) {
	posted, err := ledger.Post(tx, ledger.Entry{Kind: ledger.KindBank, Date: cmp.Or(m.date, tx.Today()), Lines: []ledger.Line{
		m.debit, ledger.Cr(ledger.PayrollClearing, m.debit.Amount, unitRun(h.Period, m.unit))}})
	if err != nil {
		return Step{}, err
	}
	var resolution, alone, together any
	if m.resolution > 0 {
		resolution = m.resolution
	}
	if m.alone > 0 {
		alone, together = int64(m.alone), int64(m.together)
	}
	if err := tx.Exec("INSERT INTO payroll_money(entry, period, unit, kind, place, amount, resolution, alone, together, act) VALUES(?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
		posted.Entry, string(h.Period), m.unit, m.kind, m.place, int64(m.amount), resolution, alone, together, tx.ID()); err != nil {
		return Step{}, err
	}
	if err := note(tx, h.Period, step, m.unit); err != nil {
		return Step{}, err
	}
	tell(tx, app, h.Period)
	state, err := closeMoney(tx, h)
	return Step{Period: h.Period, State: state, Entry: posted.Entry}, err
}

// closeMoney sets a settled run to received when no unit's money is open, and back when some is again.
func closeMoney(tx *act.Tx, h head) (state string, err error) {
	open, err := moneyOpen(tx, h.Period)
	switch {
	case err != nil:
		return h.State, err
	case h.State == StateSettled && !open:
		state = StateReceived
	case h.State == StateReceived && open:
		state = StateSettled
	default:
		return h.State, nil
	}
	if err := setState(tx, h.Period, state); err != nil {
		return state, err
	}
	return state, note(tx, h.Period, state, stepUnitEmpty)
}

// moneyOpen says whether any unit's money is still on its way, or came too much.
func moneyOpen(r act.Reader, p clock.Period) (open bool, err error) {
	err = r.Row(`SELECT EXISTS(SELECT 1 FROM parties p JOIN party_balances b ON b.party = p.id AND b.account = ? WHERE p.ref > ? AND p.ref < ? AND p.kind = ? AND b.amount <> 0)`,
		ledger.PayrollClearing, string(p)+":", string(p)+";", string(book.UnitRun)).Scan(&open)
	return open, err
}

func unitInRun(r act.Reader, p clock.Period, unit string) error {
	var there bool
	err := r.Row("SELECT EXISTS(SELECT 1 FROM payroll_lines WHERE period = ? AND unit = ?)", string(p), unit).Scan(&there)
	if err == nil && !there {
		err = fault.Refused("payroll.nothing_to_receive", fault.Params{"unit": unit})
	}
	return err
}

func (in Receipt) place() string {
	if in.Cash {
		return "cash"
	}
	return fmt.Sprintf("bank:%d", max(1, in.Bank))
}

func (in Receipt) debit(amount money.Rupiah) ledger.Line {
	if in.Cash {
		return ledger.Dr(ledger.Cash, amount)
	}
	return ledger.Dr(ledger.Bank, amount, in.bank())
}

func (in Receipt) bank() ledger.Party {
	if in.Bank == 0 {
		return ledger.MainBank
	}
	return book.Of(book.Bank, in.Bank)
}

// Awaiting is money that a payroll officer deducted and that has not arrived yet.
type Awaiting struct {
	Period clock.Period
	Unit   string // code of the work unit
	Name   string
	Amount money.Rupiah
}

// Awaited lists what is on its way for all runs, oldest first.
func Awaited(r act.Reader) ([]Awaiting, error) {
	var all []Awaiting
	err := act.Each(r, `SELECT substr(p.ref, 1, 7), substr(p.ref, 9), coalesce((SELECT name FROM work_units WHERE code = substr(p.ref, 9)), ''), b.amount
		FROM parties p JOIN party_balances b ON b.party = p.id AND b.account = ? WHERE p.kind = ? AND b.amount > 0 ORDER BY p.ref`,
		[]any{ledger.PayrollClearing, string(book.UnitRun)}, func(row act.Scanner) error {
			var a Awaiting
			err := row.Scan(&a.Period, &a.Unit, &a.Name, &a.Amount)
			all = append(all, a)
			return err
		})
	return all, err
}

// onTheWay is what stands on 1123 for all units of a run, those alone that still owe.
func onTheWay(r act.Reader, p clock.Period) (sum money.Rupiah, err error) {
	err = r.Row(`SELECT coalesce(sum(max(b.amount, 0)), 0) FROM parties p JOIN party_balances b ON b.party = p.id AND b.account = ? WHERE p.ref > ? AND p.ref < ? AND p.kind = ?`,
		ledger.PayrollClearing, string(p)+":", string(p)+";", string(book.UnitRun)).Scan(&sum)
	return sum, err
}

// standingUnits lists what stands on 1123, by the code of the work unit.
func standingUnits(r act.Reader, p clock.Period) (map[string]money.Rupiah, error) {
	standing := map[string]money.Rupiah{}
	err := act.Each(r, `SELECT p.ref, b.amount FROM parties p JOIN party_balances b ON b.party = p.id AND b.account = ? WHERE p.ref > ? AND p.ref < ? AND p.kind = ?`,
		[]any{ledger.PayrollClearing, string(p) + ":", string(p) + ";", string(book.UnitRun)}, func(row act.Scanner) error {
			var ref string
			var amount money.Rupiah
			err := row.Scan(&ref, &amount)
			standing[ref[len(p)+1:]] = amount
			return err
		})
	return standing, err
}

// waitingUnits are the units with money on its way, by code.
func waitingUnits(standing map[string]money.Rupiah) []string {
	var units []string
	for unit, amount := range standing {
		if amount > 0 {
			units = append(units, unit)
		}
	}
	slices.Sort(units)
	return units
}
