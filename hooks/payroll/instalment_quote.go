package payroll

import (
	"context"
	"errors"
	"net/http"

	"github.com/pocketbase/pocketbase/core"

	"kpdk/hooks/internal/act"
	"kpdk/hooks/internal/clock"
	"kpdk/hooks/internal/fault"
	"kpdk/hooks/internal/money"
	"kpdk/hooks/internal/ulid"
)

// PlanQuote says what would come of a plan. Second: it waits for a second person; Earlier is what the member took
// today without one, which counts with it. Refusal is why nothing would, as a code, with its parameters.
type PlanQuote struct {
	Refusal   string       `json:"refusal"`
	Params    fault.Params `json:"params,omitempty"`
	Principal money.Rupiah `json:"principal_rupiah"`
	Margin    money.Rupiah `json:"margin_rupiah"`
	Second    bool         `json:"second"`
	Earlier   money.Rupiah `json:"earlier_rupiah"`
	Small     money.Rupiah `json:"small_rupiah"` // up to here, with what was earlier, one person decides
	PayDate   clock.Date   `json:"pay_date"`
	Schedule  []Instalment `json:"schedule"`
}

// errTrial ends an act that only shows what it would do.
var errTrial = fault.Refused("payroll.trial")

// QuotePlan lets a plan be decided inside an act that is given up before it writes: by the very rules, prices and
// stock by which MakePlan would decide it.
func QuotePlan(ctx context.Context, app core.App, by act.Actor, in PlanInput) (PlanQuote, error) {
	q := PlanQuote{Schedule: []Instalment{}}
	if err := in.shape(); err != nil {
		return q, err
	}
	_, _, err := act.Do(ctx, app, act.Act{Kind: "payroll.make_plan", Key: ulid.New(), Input: in, By: by}, func(tx *act.Tx) (out int, err error) {
		bands, err := bandsOn(tx, tx.Today())
		if err != nil {
			return 0, err
		}
		if q.Earlier, err = soldAlone(tx, in.Member, tx.Today()); err != nil {
			return 0, err
		}
		q.Small = bands.Small
		p, err := asked{PlanInput: in}.decideFromShelf(tx, app)
		if err != nil {
			return 0, err
		}
		cal, err := CalendarFor(tx, p.schedule[0].Period)
		if err != nil {
			return 0, err
		}
		q.Principal, q.Margin, q.Second, q.PayDate, q.Schedule = p.principal, p.margin, p.second && !decidesAlone(by), cal.PayDate, p.schedule
		return 0, errTrial
	})
	if f := (*fault.Fault)(nil); errors.As(err, &f) && f != errTrial && f.Status != http.StatusBadRequest {
		q.Refusal, q.Params, err = f.Code, f.Params, nil
	}
	if err == errTrial {
		err = nil
	}
	return q, err
}
