package payroll

import (
	"context"

	"github.com/pocketbase/pocketbase/core"

	"kpdk/hooks/internal/act"
	"kpdk/hooks/internal/clock"
	"kpdk/hooks/notice"
)

// Export marks a locked list as sent. Whoever withdrew the consent after the list was locked is not
// asked for: the line is answered with nothing deducted, and what was owed stays open.
func Export(ctx context.Context, app core.App, key string, by act.Actor, p clock.Period) (Step, bool, error) {
	return act.Do(ctx, app, act.Act{Kind: "payroll.export", Key: key, Input: p, By: by}, func(tx *act.Tx) (Step, error) {
		h, err := promised(tx, p)
		if err != nil {
			return Step{}, err
		}
		withdrawn, err := withdrawnSince(tx, h)
		if err != nil {
			return Step{}, err
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
		if h.State != StateLocked {
			return Step{Period: p, State: h.State}, nil
		}
		if err := setState(tx, p, StateSent); err != nil {
			return Step{}, err
		}
		tell(tx, app, p)
		return Step{Period: p, State: StateSent}, note(tx, p, StateSent, stepUnitEmpty)
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
	return withdrawn, act.Each(r, `SELECT DISTINCT m.member FROM mandates m JOIN payroll_lines l ON l.period = ? AND l.member = m.member
		WHERE m.id > coalesce((SELECT id FROM mandates WHERE act <= ? ORDER BY id DESC LIMIT 1), 0) AND l.requested > 0 AND l.settled = 0 AND l.deducted IS NULL
		AND coalesce((SELECT kind FROM mandates n WHERE n.member = m.member AND n.valid_from <= ? ORDER BY n.id DESC LIMIT 1), 'revoke') = 'revoke'`,
		[]any{string(h.Period), begun, string(h.PayDate)}, func(row act.Scanner) error {
			var member int64
			err := row.Scan(&member)
			withdrawn[member] = true
			return err
		})
}
