package store

import (
	"context"

	"github.com/pocketbase/pocketbase/core"

	"kpdk/hooks/internal/act"
	"kpdk/hooks/internal/fault"
	"kpdk/hooks/internal/money"
	"kpdk/hooks/notice"
)

// CreditAtExit says what becomes, when a shift ends, of a request of goods on credit that was not handed over: it is
// carried on to the till's next shift, or ends here.
type CreditAtExit struct {
	Request string `json:"request"`
	Carry   bool   `json:"carry"`
}

// pendingCredit is a request whose goods are neither with the member nor given up.
type pendingCredit struct {
	act, member int64
	key         string
	principal   money.Rupiah
	approved    bool
}

// requestsOf are the acts of the requests that stand in a shift, given twice: its own, and what the till's shift before
// it carried on.
const requestsOf = `(SELECT act FROM credit_requests WHERE shift = ? UNION ALL SELECT y.request FROM credit_carries y
	WHERE y.shift = (SELECT max(b.id) FROM shifts a JOIN shifts b ON b.till = a.till AND b.id < a.id WHERE a.id = ?))`

func pendingOf(r act.Reader, shift int64) (list []pendingCredit, err error) {
	err = act.Each(r, `SELECT q.act, k.key, q.body ->> 'member', q.principal, d.request IS NOT NULL FROM instalment_requests q JOIN acts k ON k.id = q.act LEFT JOIN instalment_decisions d ON d.request = q.act
		WHERE q.act IN `+requestsOf+` AND coalesce(d.approved, 1) = 1 AND NOT EXISTS(SELECT 1 FROM instalment_plans p WHERE p.request = q.act)
		AND NOT EXISTS(SELECT 1 FROM instalment_ends e WHERE e.request = q.act) ORDER BY q.act`, []any{shift, shift}, func(row act.Scanner) error {
		var p pendingCredit
		err := row.Scan(&p.act, &p.key, &p.member, &p.principal, &p.approved)
		list = append(list, p)
		return err
	})
	return list, err
}

// sortCredit holds what somebody says of a shift's requests against those that are there: none ends in silence. What
// was decided meanwhile needs no word any more.
func sortCredit(r act.Reader, shift int64, said []CreditAtExit) (carried, ended []pendingCredit, err error) {
	carry := map[string]bool{}
	for _, s := range said {
		here, err := requestIsOf(r, s.Request, shift)
		if err == nil && !here {
			err = fault.NotFound("store.credit_request_unknown")
		}
		if err != nil {
			return nil, nil, err
		}
		carry[s.Request] = s.Carry
	}
	all, err := pendingOf(r, shift)
	for _, p := range all {
		on, known := carry[p.key]
		switch {
		case !known:
			return nil, nil, fault.Refused("store.credit_pending", fault.Params{"n": len(all)})
		case on:
			carried = append(carried, p)
		default:
			ended = append(ended, p)
		}
	}
	return carried, ended, err
}

// settleCredit writes it. Whoever may fetch goods hears that they lie there on; nothing changes for who waits for the
// office.
func settleCredit(tx *act.Tx, app core.App, shift int64, carried, ended []pendingCredit) error {
	for _, p := range carried {
		if err := tx.Exec("INSERT INTO credit_carries(request, shift, act) VALUES(?, ?, ?)", p.act, shift, tx.ID()); err != nil {
			return err
		}
		if !p.approved {
			continue
		}
		if err := notice.News(tx, app, notice.Notice{Member: p.member, Kind: notice.CreditKept, Amount: p.principal}); err != nil {
			return err
		}
	}
	if len(ended) == 0 {
		return nil
	}
	credit, err := creditOf(app)
	for _, p := range ended {
		if err == nil {
			err = credit.End(tx, app, p.key)
		}
	}
	return err
}

func requestIsOf(r act.Reader, request string, shift int64) (here bool, err error) {
	err = r.Row("SELECT EXISTS(SELECT 1 FROM acts k WHERE k.key = ? AND k.id IN "+requestsOf+")", request, shift, shift).Scan(&here)
	return here, err
}

// WithdrawCredit ends a request that was not handed over, by the cashier in whose open shift it stands, or a manager.
func WithdrawCredit(ctx context.Context, app core.App, key string, by act.Actor, request string) (CreditState, bool, error) {
	credit, err := creditOf(app)
	if err != nil {
		return CreditState{}, false, err
	}
	if by.Role != act.Manager {
		shift, found, err := CurrentShift(act.Read(app), by.ID)
		here := false
		if err == nil && found {
			here, err = requestIsOf(act.Read(app), request, shift.ID)
		}
		if err == nil && !here {
			err = fault.Forbidden("store.shift_other")
		}
		if err != nil {
			return CreditState{}, false, err
		}
	}
	state, replayed, err := credit.Withdraw(ctx, app, key, by, request)
	return CreditState{state}, replayed, err
}
