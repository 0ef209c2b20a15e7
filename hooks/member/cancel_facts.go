package member

import (
	"context"
	"database/sql"
	"errors"

	"github.com/pocketbase/pocketbase/core"

	"kpdk/hooks/internal/act"
	"kpdk/hooks/internal/clock"
	"kpdk/hooks/internal/fault"
)

// CancelFact names a fact of an employee that was announced and does not come.
type CancelFact struct {
	Fact int64 `json:"fact"`
}

// FactCancelled is what does not come.
type FactCancelled struct {
	Employee  string     `json:"employee"`
	Kind      string     `json:"kind"`
	ValidFrom clock.Date `json:"valid_from"`
}

// TakeFactBack cancels, before its day, what was announced of an employee. What has begun is changed by a new fact.
func TakeFactBack(ctx context.Context, app core.App, key string, by act.Actor, employee string, in CancelFact) (FactCancelled, bool, error) {
	a := act.Act{Kind: "member.cancel_fact", Key: key, By: by, Input: struct {
		Employee string
		CancelFact
	}{employee, in}}
	return act.Do(ctx, app, a, func(tx *act.Tx) (FactCancelled, error) {
		out := FactCancelled{Employee: employee}
		err := tx.Row("SELECT kind, valid_from FROM standing_facts WHERE id = ? AND employee = ?", in.Fact, employee).Scan(&out.Kind, &out.ValidFrom)
		if errors.Is(err, sql.ErrNoRows) {
			return out, fault.NotFound("member.fact_unknown")
		}
		if err != nil {
			return out, err
		}
		if out.ValidFrom <= tx.Today() {
			return out, fault.Refused("member.fact_begun")
		}
		if err := cancelFact(tx, in.Fact); err != nil {
			return out, err
		}
		return out, tellFacts(tx, app, []string{employee})
	})
}

func cancelFact(tx *act.Tx, fact int64) error {
	return tx.Exec("INSERT INTO fact_cancels(fact, act) VALUES(?, ?)", fact, tx.ID())
}

// CancelMove names a move that was announced, by where to and from when.
type CancelMove struct {
	To        string     `json:"to"`
	ValidFrom clock.Date `json:"valid_from"`
}

// MoveCancelled tells how many people stay where they are.
type MoveCancelled struct {
	Employees int `json:"employees"`
}

// TakeMoveBack cancels, as a chain of acts, that people go to a unit from a day to come.
func TakeMoveBack(ctx context.Context, app core.App, key string, by act.Actor, in CancelMove) (MoveCancelled, bool, error) {
	date, ok := clock.ParseDate(string(in.ValidFrom))
	var problems fault.Input
	problems.Check(ok, "valid_from", "input.date")
	if err := problems.Err(); err != nil {
		return MoveCancelled{}, false, err
	}
	if date <= clock.Of(app).Today() {
		return MoveCancelled{}, false, fault.Refused("member.fact_begun")
	}
	opening := act.Act{Kind: "member.cancel_move", Key: key, By: by, Input: in}
	facts, replayed, err := act.Do(ctx, app, opening, func(tx *act.Tx) (facts []int64, err error) {
		facts = []int64{}
		err = act.Each(tx, "SELECT f.id"+inAhead+" AND f.value = ?2 AND f.valid_from = ?3 ORDER BY f.id", []any{string(tx.Today()), in.To, string(date)}, func(row act.Scanner) error {
			var id int64
			err := row.Scan(&id)
			facts = append(facts, id)
			return err
		})
		if err == nil && len(facts) == 0 {
			err = fault.NotFound("member.move_unknown")
		}
		return facts, err
	})
	if err != nil {
		return MoveCancelled{}, false, err
	}
	whole, people := digest(facts), map[string]bool{}
	_, err = inChunks(key, facts, recordChunk, func(key string, part []int64) (bool, error) {
		a := act.Act{Kind: "member.cancel_move_part", Key: key, By: by, Input: struct {
			Whole string
			Part  []int64
		}{whole, part}}
		stay, again, err := act.Do(ctx, app, a, func(tx *act.Tx) (stay []string, err error) {
			stay = []string{}
			for _, id := range part {
				var employee string
				err := tx.Row("SELECT employee FROM standing_facts WHERE id = ? AND valid_from > ?", id, string(tx.Today())).Scan(&employee)
				if errors.Is(err, sql.ErrNoRows) { // taken back singly, or begun while the chain ran
					continue
				}
				if err != nil {
					return nil, err
				}
				if err := cancelFact(tx, id); err != nil {
					return nil, err
				}
				stay = append(stay, employee)
			}
			return stay, tellFacts(tx, app, distinct(stay))
		})
		for _, employee := range stay {
			people[employee] = true
		}
		return again, err
	})
	return MoveCancelled{len(people)}, replayed, err
}
