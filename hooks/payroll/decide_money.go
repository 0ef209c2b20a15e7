package payroll

import (
	"context"
	"database/sql"
	"errors"
	"time"
	"unicode/utf8"

	"github.com/pocketbase/pocketbase/core"

	"kpdk/hooks/document"
	"kpdk/hooks/internal/act"
	"kpdk/hooks/internal/clock"
	"kpdk/hooks/internal/fault"
	"kpdk/hooks/internal/money"
)

// MoneyDecision names a resolution that waits, and what is decided on it.
type MoneyDecision struct {
	Period     clock.Period `json:"period"`
	Resolution int64        `json:"resolution"`
	Approve    bool         `json:"approve"`
}

// DecideMoney approves or refuses the end of a difference that waits for a second person. Approving decides
// everything anew: money may have come meanwhile. Who asked may take it back this way, and not approve it.
func DecideMoney(ctx context.Context, app core.App, key string, by act.Actor, in MoneyDecision, reason string) (Step, bool, error) {
	reason = document.CleanText(reason)
	var bad fault.Input
	bad.Check(utf8.RuneCountInString(reason) <= maxReason, "reason", "input.too_long", fault.Params{"max": maxReason})
	if err := bad.Err(); err != nil {
		return Step{}, false, err
	}
	kind := map[bool]string{true: "payroll.resolve_approve", false: "payroll.resolve_refuse"}[in.Approve]
	return act.Do(ctx, app, act.Act{Kind: kind, Key: key, Input: in, By: by, Note: reason}, func(tx *act.Tx) (Step, error) {
		q, err := resolutionOf(tx, in)
		if err != nil {
			return Step{}, err
		}
		h, err := promised(tx, in.Period)
		if err != nil {
			return Step{}, err
		}
		var m money1123
		if in.Approve {
			if err := q.mayDecide(tx, h, by); err != nil {
				return Step{}, err
			}
			if h, m, err = q.plan(tx, app); err != nil {
				return Step{}, err
			}
			m.resolution = in.Resolution
		}
		if err := tx.Exec("INSERT INTO payroll_resolution_decisions(resolution, approved, act) VALUES(?, ?, ?)", in.Resolution, in.Approve, tx.ID()); err != nil {
			return Step{}, err
		}
		if in.Approve {
			return move(tx, app, h, m, stepResolved)
		}
		tell(tx, app, in.Period)
		return Step{Period: in.Period, State: h.State}, nil
	})
}

// askedResolution is a resolution with who asked for it.
type askedResolution struct {
	Resolution
	maker string
}

func resolutionOf(r act.Reader, in MoneyDecision) (q askedResolution, err error) {
	var place string
	var decided bool
	q.Period = in.Period
	err = r.Row("SELECT q.unit, q.kind, q.place, q.amount, a.actor, NOT "+undecided+" FROM payroll_resolutions q JOIN acts a ON a.id = q.act WHERE q.id = ? AND q.period = ?", in.Resolution, string(in.Period)).
		Scan(&q.Unit, &q.Kind, &place, &q.Amount, &q.maker, &decided)
	if errors.Is(err, sql.ErrNoRows) {
		return q, fault.NotFound("payroll.resolution_unknown")
	}
	if err == nil && decided {
		err = fault.Refused("payroll.resolution_decided")
	}
	if err != nil {
		return q, err
	}
	q.Cash, q.Bank, err = placeOf(place)
	return q, err
}

// mayDecide is the rule of two persons: not who asked, and one of the two had no hand in the difference.
func (q askedResolution) mayDecide(r act.Reader, h head, by act.Actor) error {
	hand := q.hadAHand(r, h)
	involved, err := hand(q.maker)
	if err != nil {
		return err
	}
	return act.NeedsAnother(r, by, func(id string) (bool, error) {
		if id == q.maker || !involved {
			return id == q.maker, nil
		}
		return hand(id)
	}, "payroll.resolution_own", "payroll.resolution_keyed")
}

// WaitingMove is the end of a difference before its second person.
type WaitingMove struct {
	ID      int64        `json:"resolution"`
	Kind    string       `json:"kind"`
	Place   string       `json:"place"`
	Amount  money.Rupiah `json:"amount_rupiah"`
	At      string       `json:"at"`
	By      *Person      `json:"by"`
	Reason  string       `json:"reason"`
	May     bool         `json:"may"` // the caller may approve it
	Refusal string       `json:"refusal,omitempty"`
}

// waitingMoves lays the undecided resolutions beside their units.
func waitingMoves(r act.Reader, h head, by act.Actor, all []UnitMoney, at map[string]int) error {
	waiting := map[int64]string{}
	err := act.Each(r, `SELECT q.id, q.unit, q.kind, q.place, q.amount, a.at, a.actor, a.role, coalesce(n.text, '') FROM payroll_resolutions q JOIN acts a ON a.id = q.act
		LEFT JOIN act_notes n ON n.act = q.act WHERE q.period = ? AND `+undecided+` ORDER BY q.id`, []any{string(h.Period)}, func(row act.Scanner) error {
		var unit string
		var ms int64
		w := &WaitingMove{By: &Person{}}
		if err := row.Scan(&w.ID, &unit, &w.Kind, &w.Place, &w.Amount, &ms, &w.By.Name, &w.By.Role, &w.Reason); err != nil {
			return err
		}
		w.At = time.UnixMilli(ms).UTC().Format(time.RFC3339)
		if i, ok := at[unit]; ok {
			all[i].Waiting = w
			waiting[w.ID] = unit
		}
		return nil
	})
	for id, unit := range waiting {
		if err != nil {
			return err
		}
		w := all[at[unit]].Waiting
		w.By.Name = nameOf(r, w.By.Name, w.By.Role)
		var q askedResolution
		if q, err = resolutionOf(r, MoneyDecision{Period: h.Period, Resolution: id}); err != nil {
			return err
		}
		err = q.mayDecide(r, h, by)
		if f, ok := err.(*fault.Fault); ok {
			w.Refusal, err = f.Code, nil
		}
		w.May = w.Refusal == "" && by.Role != act.Supervisor
	}
	return err
}
