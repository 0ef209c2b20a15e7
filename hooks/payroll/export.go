package payroll

import (
	"context"
	"errors"
	"maps"

	"github.com/pocketbase/pocketbase/core"

	"kpdk/hooks/internal/act"
	"kpdk/hooks/internal/clock"
	"kpdk/hooks/internal/fault"
	"kpdk/hooks/notice"
)

// Export marks a locked list as sent; the first time it takes a second person, because from here on pay is
// cut. Whoever withdrew the consent after the list was locked is not asked for: the line is answered with
// nothing deducted, what was owed stays open, and the unit's list gets a new number and hash.
func Export(ctx context.Context, app core.App, key string, by act.Actor, p clock.Period) (Step, bool, error) {
	done, err := finished(app, "payroll.export", key)
	for try := 0; ; try++ {
		var lists []Sealed
		var without map[int64]bool
		if err == nil && !done {
			lists, without, err = toSend(app, p, by)
		}
		if err != nil {
			return Step{}, false, err
		}
		step, again, err := act.Do(ctx, app, act.Act{Kind: "payroll.export", Key: key, Input: p, By: by}, func(tx *act.Tx) (Step, error) {
			return send(tx, app, p, lists, without)
		})
		if !errors.Is(err, errWithdrew) || try == 3 {
			return step, again, err
		}
	}
}

// errWithdrew says that somebody withdrew between the reading of the lists and the act.
var errWithdrew = errors.New("payroll: a consent was withdrawn meanwhile")

// toSend reads the lists as they would go out now.
func toSend(app core.App, p clock.Period, by act.Actor) (lists []Sealed, without map[int64]bool, err error) {
	r := act.Read(app)
	h, err := promised(r, p)
	if err != nil {
		return nil, nil, err
	}
	if err := maySend(r, h, by); err != nil {
		return nil, nil, err
	}
	if without, err = withdrawnFrom(r, h); err != nil {
		return nil, nil, err
	}
	lists, err = seals(r, h, without)
	return lists, without, err
}

// maySend is the rule of two persons for what leaves the house first: who drafted the list last, or locked
// it, does not send it. Once it was sent, either may take its files again.
func maySend(r act.Reader, h head, by act.Actor) error {
	if sent, err := wasSent(r, h.Period); err != nil || sent {
		return err
	}
	return mayApprove(r, h, by)
}

func wasSent(r act.Reader, p clock.Period) (sent bool, err error) {
	err = r.Row("SELECT EXISTS(SELECT 1 FROM payroll_events WHERE period = ? AND step = ?)", string(p), StateSent).Scan(&sent)
	return sent, err
}

// delivered is promised for steps that need the officers to have the list: nobody answers what was not sent.
func delivered(r act.Reader, p clock.Period) (head, error) {
	h, err := promised(r, p)
	if err != nil {
		return h, err
	}
	sent, err := wasSent(r, p)
	if err == nil && !sent {
		err = fault.Refused("payroll.not_sent", fault.Params{"period": p})
	}
	return h, err
}

func send(tx *act.Tx, app core.App, p clock.Period, lists []Sealed, without map[int64]bool) (Step, error) {
	h, err := promised(tx, p)
	if err != nil {
		return Step{}, err
	}
	if err := maySend(tx, h, tx.By()); err != nil {
		return Step{}, err
	}
	withdrawn, err := withdrawnSince(tx, h)
	if err != nil {
		return Step{}, err
	}
	for member := range withdrawn {
		if !without[member] {
			return Step{}, errWithdrew
		}
	}
	for member := range withdrawn {
		if err := keepResult(tx, p, member, 0, ReasonConsentRevoked); err != nil {
			return Step{}, err
		}
		if err := tx.Exec("UPDATE payroll_lines SET deducted = 0, reason = ? WHERE period = ? AND member = ?", ReasonConsentRevoked, string(p), member); err != nil {
			return Step{}, err
		}
		notice.Tell(tx, app, member, "payroll", string(p))
	}
	if err := keepSeals(tx, p, lists); err != nil {
		return Step{}, err
	}
	if sent, err := wasSent(tx, p); err != nil || sent {
		return Step{Period: p, State: h.State}, err
	}
	if h.State == StateLocked { // lists were once answered before they were sent
		if err := setState(tx, p, StateSent); err != nil {
			return Step{}, err
		}
		h.State = StateSent
	}
	tell(tx, app, p)
	return Step{Period: p, State: h.State}, note(tx, p, StateSent, stepUnitEmpty)
}

// withdrawnFrom lists who is left out of the lists: those whom an export left out, and those who withdrew since.
func withdrawnFrom(r act.Reader, h head) (map[int64]bool, error) {
	all, err := withdrawnSince(r, h)
	if err != nil {
		return nil, err
	}
	left, err := leftOut(r, h)
	maps.Copy(all, left)
	return all, err
}

// leftOut lists whom an export left out because they had withdrawn.
func leftOut(r act.Reader, h head) (map[int64]bool, error) {
	all := map[int64]bool{}
	return all, act.Each(r, `SELECT r.member FROM payroll_results r JOIN acts a ON a.id = r.act WHERE r.period = ? AND r.reason = ? AND r.deducted = 0 AND a.kind = 'payroll.export'`,
		[]any{string(h.Period), ReasonConsentRevoked}, func(row act.Scanner) error {
			var member int64
			err := row.Scan(&member)
			all[member] = true
			return err
		})
}

// withdrawnSince lists who is on the list, has no answer yet, and has no mandate on pay day any more.
// Only mandates newer than the draft are read.
func withdrawnSince(r act.Reader, h head) (map[int64]bool, error) {
	_, begun, err := lastStep(r, h.Period, stepDrafting, stepDrafting)
	if err != nil {
		return nil, err
	}
	withdrawn := map[int64]bool{}
	return withdrawn, act.Each(r, `SELECT DISTINCT m.member FROM mandates m CROSS JOIN payroll_lines l ON l.period = ? AND l.member = m.member
		WHERE m.id > coalesce((SELECT id FROM mandates WHERE act <= ? ORDER BY id DESC LIMIT 1), 0) AND l.requested > 0 AND l.settled = 0 AND l.deducted IS NULL
		AND coalesce((SELECT kind FROM mandates n WHERE n.member = m.member AND n.valid_from <= ? ORDER BY n.id DESC LIMIT 1), 'revoke') = 'revoke'`,
		[]any{string(h.Period), begun, string(h.PayDate)}, func(row act.Scanner) error {
			var member int64
			err := row.Scan(&member)
			withdrawn[member] = true
			return err
		})
}
