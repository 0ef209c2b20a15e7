package payroll

import (
	"context"
	"slices"

	"github.com/pocketbase/pocketbase/core"

	"kpdk/hooks/internal/act"
	"kpdk/hooks/internal/clock"
	"kpdk/hooks/internal/fault"
	"kpdk/hooks/internal/money"
	"kpdk/hooks/ledger"
	"kpdk/hooks/ledger/book"
)

// Receipt is money from one work unit's payroll officer, seen on the bank account. An amount of zero
// means all that is still on its way.
type Receipt struct {
	Period clock.Period `json:"period"`
	Unit   string       `json:"unit"` // code of the work unit
	Amount money.Rupiah `json:"amount_rupiah"`
	Bank   int64        `json:"bank,omitempty"` // the account it arrived on; 0: the main one
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
		amount = standing
	}
	switch {
	case standing <= 0:
		return Step{}, fault.Refused("payroll.nothing_to_receive", fault.Params{"unit": in.Unit})
	case amount < 0:
		return Step{}, fault.Refused("ledger.amount_invalid")
	case amount > standing:
		return Step{}, fault.Refused("payroll.received_too_much", fault.Params{"unit": in.Unit, "standing": standing.Format()})
	}
	posted, err := ledger.Post(tx, ledger.Entry{Kind: ledger.KindBank, Date: tx.Today(), Lines: []ledger.Line{
		ledger.Dr(ledger.Bank, amount, in.bank()), ledger.Cr(ledger.PayrollClearing, amount, unitRun(in.Period, in.Unit))}})
	if err != nil {
		return Step{}, err
	}
	if err := note(tx, in.Period, stepReceipt, in.Unit); err != nil {
		return Step{}, err
	}
	step := Step{Period: in.Period, State: h.State, Entry: posted.Entry}
	tell(tx, app, in.Period)
	waiting, err := onTheWay(tx, in.Period)
	if err != nil || h.State != StateSettled || waiting > 0 {
		return step, err
	}
	step.State = StateReceived
	if err := setState(tx, in.Period, StateReceived); err != nil {
		return step, err
	}
	return step, note(tx, in.Period, StateReceived, stepUnitEmpty)
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

// onTheWay is what stands on 1123 for all units of a run.
func onTheWay(r act.Reader, p clock.Period) (sum money.Rupiah, err error) {
	err = r.Row(`SELECT coalesce(sum(b.amount), 0) FROM parties p JOIN party_balances b ON b.party = p.id AND b.account = ? WHERE p.ref > ? AND p.ref < ? AND p.kind = ?`,
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
