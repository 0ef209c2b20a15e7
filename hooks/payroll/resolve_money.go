package payroll

import (
	"context"
	"time"
	"unicode/utf8"

	"github.com/pocketbase/pocketbase/core"

	"kpdk/hooks/document"
	"kpdk/hooks/internal/act"
	"kpdk/hooks/internal/clock"
	"kpdk/hooks/internal/fault"
	"kpdk/hooks/internal/money"
	"kpdk/hooks/ledger"
	"kpdk/hooks/policy"
)

// otherExpense of the default chart takes money that never came.
const otherExpense = 7201

// Resolution ends a difference between what a unit's officer deducted and the money that came: too little is
// written off, too much is returned. Both say why.
type Resolution struct {
	Period clock.Period `json:"period"`
	Unit   string       `json:"unit"` // code of the work unit
	Kind   string       `json:"kind"` // written_off or returned
	Amount money.Rupiah `json:"amount_rupiah"`
	Cash   bool         `json:"cash,omitempty"` // returned from the main cash instead of the bank
	Bank   int64        `json:"bank,omitempty"`
}

const (
	stepResolved = "resolved"
	// StateWaiting is the answer of a resolution that waits for a second person.
	StateWaiting = "waiting"
)

// Resolve books the end of a difference, or lays it before a second person: when it is above what one person
// pays alone, by itself or with what else of the run's money was ended without a second person, and when the one
// who asks had a hand in the difference (prepared or locked the list, or booked what came too much).
func Resolve(ctx context.Context, app core.App, key string, by act.Actor, in Resolution, reason string) (Step, bool, error) {
	return act.Do(ctx, app, act.Act{Kind: "payroll.resolve", Key: key, Input: in, By: by, Note: reason}, func(tx *act.Tx) (Step, error) {
		var problems fault.Input
		problems.Check(document.CleanText(reason) != "", "reason", "input.required")
		problems.Check(utf8.RuneCountInString(reason) <= maxReason, "reason", "input.too_long", fault.Params{"max": maxReason})
		problems.Check(in.Amount > 0 && in.Amount <= money.Max, "amount_rupiah", "ledger.amount_invalid")
		problems.Check(in.Kind == "written_off" || in.Kind == "returned", "kind", "payroll.resolution_kind")
		if err := problems.Err(); err != nil {
			return Step{}, err
		}
		h, m, err := in.plan(tx, app)
		if err != nil {
			return Step{}, err
		}
		apart, most, earlier, err := in.needsSecond(tx, h, by)
		if err != nil {
			return Step{}, err
		}
		if !apart {
			if by.Role != act.Console && by.Role != act.System {
				m.alone, m.together = most, earlier+in.Amount
			}
			return move(tx, app, h, m, stepResolved)
		}
		var waits bool
		if err := tx.Row("SELECT EXISTS(SELECT 1 FROM payroll_resolutions q WHERE q.period = ? AND q.unit = ? AND "+undecided+")", string(in.Period), in.Unit).Scan(&waits); err != nil {
			return Step{}, err
		}
		if waits {
			return Step{}, fault.Refused("payroll.resolution_waits")
		}
		tell(tx, app, in.Period)
		return Step{Period: in.Period, State: StateWaiting}, tx.Exec("INSERT INTO payroll_resolutions(period, unit, kind, place, amount, act) VALUES(?, ?, ?, ?, ?, ?)",
			string(in.Period), in.Unit, in.Kind, m.place, int64(in.Amount), tx.ID())
	})
}

// undecided says of a resolution (q) that nobody decided it.
const undecided = "NOT EXISTS(SELECT 1 FROM payroll_resolution_decisions d WHERE d.resolution = q.id)"

// plan decides what a resolution moves, by what stands on 1123 now.
func (in Resolution) plan(tx *act.Tx, app core.App) (h head, m money1123, err error) {
	if h, err = promised(tx, in.Period); err != nil {
		return h, m, err
	}
	if h.State != StateSettled {
		return h, m, fault.Refused("payroll.no_difference", fault.Params{"unit": in.Unit})
	}
	standing, err := ledger.Balance(tx, unitRun(in.Period, in.Unit), ledger.PayrollClearing)
	if err != nil {
		return h, m, err
	}
	m = money1123{unit: in.Unit, kind: in.Kind, amount: in.Amount}
	if in.Kind == "returned" {
		standing = -standing
		from := Receipt{Bank: in.Bank, Cash: in.Cash}
		m.place = from.place()
		if m.debit, err = from.line(tx, app, -in.Amount); err != nil {
			return h, m, err
		}
	} else {
		m.debit = ledger.Dr(otherExpense, in.Amount)
	}
	if in.Amount > standing {
		return h, m, fault.Refused("payroll.difference_smaller", fault.Params{"unit": in.Unit, "difference": max(0, standing).Format()})
	}
	return h, m, nil
}

// needsSecond says whether a resolution waits for another person. What ended without one counts together for the
// whole run, whichever unit, day, kind or person it was: a run's money is one sum, and no difference of it passes
// the second person in pieces. Whoever holds the machine's console may decide alone; the audit says so.
func (in Resolution) needsSecond(tx *act.Tx, h head, by act.Actor) (apart bool, most, earlier money.Rupiah, err error) {
	if most, err = policy.SecondAbove.RupiahOn(tx, tx.Today()); err != nil {
		return false, most, 0, err
	}
	conflict, err := act.SecondPerson(tx, by, in.hadAHand(tx, h))
	if err != nil || conflict != act.NoConflict || by.Role == act.Console || by.Role == act.System {
		return conflict != act.NoConflict, most, 0, err
	}
	err = tx.Row("SELECT coalesce(sum(amount), 0) FROM payroll_money WHERE period = ? AND kind <> 'receipt' AND resolution IS NULL", string(in.Period)).Scan(&earlier)
	return policy.Apart(in.Amount, earlier, most), most, earlier, err
}

// hadAHand says whether somebody made the list whose money differs, or booked the money that came too much: who
// does both could send the co-op's money wherever he likes.
func (in Resolution) hadAHand(r act.Reader, h head) func(id string) (bool, error) {
	return func(id string) (made bool, err error) {
		if made, err = preparedBy(r, h, id); made || err != nil || in.Kind != "returned" {
			return made, err
		}
		err = r.Row("SELECT EXISTS(SELECT 1 FROM payroll_money m JOIN acts a ON a.id = m.act WHERE m.period = ? AND m.unit = ? AND m.kind = 'receipt' AND a.actor = ?)",
			string(in.Period), in.Unit, id).Scan(&made)
		return made, err
	}
}

// UnitMoney is one unit's money of a run, followed until nothing is open.
type UnitMoney struct {
	Unit       string       `json:"unit"`
	Name       string       `json:"name"`
	Settled    money.Rupiah `json:"settled_rupiah"`
	Received   money.Rupiah `json:"received_rupiah"`
	Returned   money.Rupiah `json:"returned_rupiah"`
	WrittenOff money.Rupiah `json:"written_off_rupiah"`
	Standing   money.Rupiah `json:"standing_rupiah"` // still on its way; below zero: came too much
	Days       int          `json:"days"`            // since pay day, while something is open
	Moves      []MoneyMove  `json:"moves"`
	Waiting    *WaitingMove `json:"waiting"` // for a second person
}

// MoneyMove is one movement, as it is booked.
type MoneyMove struct {
	Entry  int64        `json:"entry"`
	Kind   string       `json:"kind"`
	Place  string       `json:"place"`
	Amount money.Rupiah `json:"amount_rupiah"`
	At     string       `json:"at"`
	By     *Person      `json:"by"`
	Reason string       `json:"reason"`
}

// MoneyOf tells where each unit's money of a run stands. What came before movements were kept one by one is
// known as a sum.
func MoneyOf(r act.Reader, p clock.Period, today clock.Date, by act.Actor) ([]UnitMoney, error) {
	h, err := promised(r, p)
	if err != nil {
		return nil, err
	}
	standing, err := standingUnits(r, p)
	if err != nil {
		return nil, err
	}
	all := []UnitMoney{}
	at := map[string]int{}
	err = act.Each(r, `SELECT l.unit, coalesce(max(u.name), ''), coalesce(sum(CASE WHEN l.settled = 1 THEN coalesce(l.deducted, 0) ELSE 0 END), 0)
		FROM payroll_lines l LEFT JOIN work_units u ON u.code = l.unit WHERE l.period = ? GROUP BY l.unit ORDER BY l.unit`, []any{string(p)}, func(row act.Scanner) error {
		u := UnitMoney{Moves: []MoneyMove{}}
		err := row.Scan(&u.Unit, &u.Name, &u.Settled)
		u.Standing = standing[u.Unit]
		at[u.Unit] = len(all)
		all = append(all, u)
		return err
	})
	if err != nil {
		return nil, err
	}
	if err := moneyMoves(r, p, all, at); err != nil {
		return nil, err
	}
	if err := waitingMoves(r, h, by, all, at); err != nil {
		return nil, err
	}
	for i := range all {
		u := &all[i]
		u.Received = u.Settled - u.Standing + u.Returned - u.WrittenOff
		if u.Standing != 0 {
			u.Days = max(0, int(today.Time().Sub(h.PayDate.Time())/(24*time.Hour)))
		}
		for j := range u.Moves {
			by := u.Moves[j].By
			by.Name = nameOf(r, by.Name, by.Role)
		}
	}
	return all, nil
}

func moneyMoves(r act.Reader, p clock.Period, all []UnitMoney, at map[string]int) error {
	return act.Each(r, `SELECT m.unit, m.entry, m.kind, m.place, m.amount, a.at, a.actor, a.role, coalesce(n.text, '') FROM payroll_money m JOIN acts a ON a.id = m.act
		LEFT JOIN act_notes n ON n.act = m.act WHERE m.period = ? ORDER BY m.entry`, []any{string(p)}, func(row act.Scanner) error {
		var unit string
		var ms int64
		m := MoneyMove{By: &Person{}}
		if err := row.Scan(&unit, &m.Entry, &m.Kind, &m.Place, &m.Amount, &ms, &m.By.Name, &m.By.Role, &m.Reason); err != nil {
			return err
		}
		m.At = time.UnixMilli(ms).UTC().Format(time.RFC3339)
		i, ok := at[unit]
		if !ok {
			return nil
		}
		switch m.Kind {
		case "returned":
			all[i].Returned += m.Amount
		case "written_off":
			all[i].WrittenOff += m.Amount
		}
		all[i].Moves = append(all[i].Moves, m)
		return nil
	})
}
