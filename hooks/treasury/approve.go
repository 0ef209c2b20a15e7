package treasury

import (
	"context"
	"database/sql"
	"encoding/json"
	"errors"
	"strconv"
	"time"

	"github.com/pocketbase/pocketbase/core"

	"kpdk/hooks/internal/act"
	"kpdk/hooks/internal/fault"
	"kpdk/hooks/internal/money"
	"kpdk/hooks/ledger"
)

// Decide approves or refuses a payment that waits for a second person. Approving decides everything anew:
// what was owed may have been paid meanwhile.
func Decide(ctx context.Context, app core.App, key string, by act.Actor, request string, approve bool, reason string) (Paid, bool, error) {
	var bad fault.Input
	bad.Check(len(reason) <= maxNote, "reason", "input.too_long", fault.Params{"max": maxNote})
	if err := bad.Err(); err != nil {
		return Paid{}, false, err
	}
	kind := map[bool]string{true: "treasury.approve", false: "treasury.refuse"}[approve]
	return act.Do(ctx, app, act.Act{Kind: kind, Key: key, Input: request, By: by, Note: reason}, func(tx *act.Tx) (Paid, error) {
		return decide(tx, app, by, request, approve)
	})
}

func decide(tx *act.Tx, app core.App, by act.Actor, request string, approve bool) (Paid, error) {
	out := Paid{ID: request, State: StatePosted}
	q, err := requestOf(tx, request)
	if err != nil {
		return out, err
	}
	if q.decided {
		return out, fault.Refused("treasury.decided_already")
	}
	out.Kind, out.Amount = q.payment.Kind, q.payment.Amount
	var book func() (ledger.Posted, error)
	if approve {
		why, err := mayApprove(tx, by, q.maker)
		if err == nil && why != "" {
			err = fault.Refused(why)
		}
		if err != nil {
			return out, err
		}
		if book, err = q.plan(tx, app); err != nil {
			return out, err
		}
	}
	if err := tx.Exec("INSERT INTO treasury_decisions(request, approved, act) VALUES(?, ?, ?)", q.act, approve, tx.ID()); err != nil {
		return out, err
	}
	if !approve {
		out.State = StateRefused
		tell(tx, app)
		return out, nil
	}
	posted, err := book()
	out.Entry, out.Number = posted.Entry, posted.Number
	return out, err
}

// plan decides a request anew and tells how to book it.
func (q request) plan(tx *act.Tx, app core.App) (book func() (ledger.Posted, error), err error) {
	if q.payment.Kind == KindReversal {
		entry, _ := strconv.ParseInt(q.payment.To, 10, 64) // as Reverse wrote it
		m, err := takeBack(tx, entry)
		return func() (ledger.Posted, error) { return m.post(tx, app) }, err
	}
	if q.payment.Kind == KindWriteOff {
		w, err := q.payment.writeOff(tx)
		return func() (ledger.Posted, error) { return w.post(tx, app, q.act) }, err
	}
	p, err := q.payment.plan(tx)
	return func() (ledger.Posted, error) { return q.payment.post(tx, app, p, q.act) }, err
}

// StateRefused is a payment to which the second person said no, or its maker.
const StateRefused = "refused"

// mayApprove says why not, as a code of this room.
func mayApprove(r act.Reader, by act.Actor, maker string) (string, error) {
	conflict, err := act.SecondPerson(r, by, act.MadeBy(maker))
	return conflict.Code("treasury.same_person", "treasury.keyed_by_maker"), err
}

type request struct {
	act     int64
	maker   string
	payment Payment
	decided bool
}

func requestOf(r act.Reader, key string) (q request, err error) {
	var body string
	err = r.Row(`SELECT q.act, a.actor, q.body, EXISTS(SELECT 1 FROM treasury_decisions d WHERE d.request = q.act)
		FROM acts a JOIN treasury_requests q ON q.act = a.id WHERE a.key = ?`, key).Scan(&q.act, &q.maker, &body, &q.decided)
	if errors.Is(err, sql.ErrNoRows) {
		return q, fault.NotFound("treasury.request_unknown")
	}
	if err != nil {
		return q, err
	}
	return q, json.Unmarshal([]byte(body), &q.payment)
}

// Waiting is a payment before its second person.
type Waiting struct {
	ID         string       `json:"id"`
	At         time.Time    `json:"at"`
	By         string       `json:"by"`
	Kind       string       `json:"kind"`
	Place      string       `json:"place"`
	PlaceName  string       `json:"place_name"`
	TargetName string       `json:"target_name"`
	Amount     money.Rupiah `json:"amount_rupiah"`
	Voucher    string       `json:"voucher"`
	Note       string       `json:"note"`
	Refusal    string       `json:"refusal"` // why the caller may not approve it, or empty
}

// WaitingList is what waits for a second person.
type WaitingList struct {
	Waiting []Waiting    `json:"waiting"`
	Above   money.Rupiah `json:"above_rupiah"` // what one person pays alone at most
}

const mostWaiting = 200

// waiting lists the undecided requests, oldest first.
func waiting(r act.Reader, n *names, by act.Actor) ([]Waiting, error) {
	all := []Waiting{}
	var makers []string
	err := act.Each(r, `SELECT a.key, a.at, a.role, a.actor, q.body, coalesce(t.text, '') FROM treasury_requests q JOIN acts a ON a.id = q.act LEFT JOIN act_notes t ON t.act = q.act
		WHERE NOT EXISTS(SELECT 1 FROM treasury_decisions d WHERE d.request = q.act) ORDER BY q.act LIMIT ?`, []any{mostWaiting}, func(row act.Scanner) error {
		var w Waiting
		var at int64
		var role act.Role
		var maker, body string
		if err := row.Scan(&w.ID, &at, &role, &maker, &body, &w.Note); err != nil {
			return err
		}
		var p Payment
		if err := json.Unmarshal([]byte(body), &p); err != nil {
			return err
		}
		w.At, w.Kind, w.Place, w.Amount, w.Voucher, w.TargetName, w.By = time.UnixMilli(at).UTC(), p.Kind, p.From, p.Amount, p.Voucher, p.To, string(role)
		all, makers = append(all, w), append(makers, maker)
		return nil
	})
	for i := range all {
		if err != nil {
			return nil, err
		}
		w := &all[i]
		if w.Place != "" { // a debt that is written off moves no money
			w.PlaceName, err = n.place(w.Place)
		}
		if err == nil {
			w.TargetName, err = n.target(w.Kind, w.TargetName)
		}
		if err == nil {
			w.By, err = n.actor(act.Role(w.By), makers[i])
		}
		if err == nil {
			w.Refusal, err = mayApprove(r, by, makers[i])
		}
	}
	return all, err
}
