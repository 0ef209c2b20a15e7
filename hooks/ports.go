package hooks

import (
	"context"
	"io/fs"
	"sync/atomic"
	"time"

	"github.com/pocketbase/pocketbase/core"

	"kpdk/hooks/brand"
	"kpdk/hooks/internal/act"
	"kpdk/hooks/internal/clock"
	"kpdk/hooks/internal/money"
	"kpdk/hooks/ledger"
	"kpdk/hooks/openapi"
	"kpdk/hooks/payroll"
	"kpdk/hooks/policy"
	"kpdk/hooks/savings"
	"kpdk/hooks/showcase"
	"kpdk/hooks/store"
	"kpdk/hooks/treasury"
)

// The ports through which rooms meet that must not know each other.

func makeDues(ctx context.Context, app core.App, period clock.Period) error {
	_, err := savings.MakeDues(ctx, app, period)
	return err
}

func payCalendar(app core.App, on clock.Date) (openapi.Calendar, error) {
	c, err := payroll.Coming(act.Read(app), on)
	return openapi.Calendar{Period: c.Period, PayDate: c.PayDate, CutoffDate: c.Cutoff}, err
}

func awaitedPayroll(r act.Reader) ([]treasury.Awaiting, error) {
	all, err := payroll.Awaited(r)
	out := make([]treasury.Awaiting, len(all))
	for i, a := range all {
		out[i] = treasury.Awaiting{Period: a.Period, Unit: a.Unit, Name: a.Name, Amount: a.Amount}
	}
	return out, err
}

func receivePayroll(tx *act.Tx, app core.App, bank int64, part treasury.UnitPart) (entry int64, err error) {
	step, err := payroll.ReceiveInside(tx, app, payroll.Receipt{Period: part.Period, Unit: part.Unit, Amount: part.Amount, Bank: bank})
	return step.Entry, err
}

func soldFor(r act.Reader, consignor int64, from, to clock.Date) ([]treasury.Sold, error) {
	all, err := store.ConsignedSales(r, consignor, from, to)
	out := make([]treasury.Sold, len(all))
	for i, c := range all {
		out[i] = treasury.Sold{Product: c.Name, Quantity: c.Quantity.String(), Sales: c.Sales, Share: c.Share}
	}
	return out, err
}

// serveShowcase shows the public page with the books' last verification: one at the start, then one
// each night.
func serveShowcase(se *core.ServeEvent, public fs.FS) error {
	app := se.App
	var last atomic.Pointer[verified]
	ctx, stop := context.WithCancel(context.Background())
	app.OnTerminate().BindFunc(func(e *core.TerminateEvent) error {
		stop()
		return e.Next()
	})
	check := func() {
		report, err := ledger.Verify(ctx, app, nil)
		if ctx.Err() != nil {
			return
		}
		if err != nil {
			app.Logger().Error("the books could not be verified", "error", err)
			return
		}
		last.Store(&verified{report, clock.Of(app).Now()})
	}
	if se.Server != nil { // a router for a test verifies when it wants to
		app.Cron().SetTimezone(clock.Of(app).Zone())
		if err := app.Cron().Add("kpdk.verify", "30 2 * * *", check); err != nil {
			return err
		}
		go check()
	}
	port := showcase.From(app, public, func() ([]showcase.Check, time.Time) { return last.Load().shown() })
	port.OpenAPI, port.Allocate, port.Style = true, allocateSample, func() string { return brand.Of(app) }
	return showcase.Serve(se, port)
}

type verified struct {
	report ledger.Report
	at     time.Time
}

func (v *verified) shown() (checks []showcase.Check, at time.Time) {
	if v == nil {
		return nil, time.Time{}
	}
	for _, c := range v.report.Checks {
		checks = append(checks, showcase.Check{Name: c.Name, OK: c.OK})
	}
	return checks, v.at
}

// allocateSample shares the showcase's sample deduction by payroll's own rule and the default order.
func allocateSample(most money.Rupiah, items []showcase.SlipItem) []money.Rupiah {
	var claims []payroll.Claim
	from := clock.Date("")
	for _, i := range items {
		claims = append(claims, payroll.Claim{Kind: ledger.ItemKind(i.Kind), Date: clock.Date(i.Date), Due: i.Amount})
	}
	return payroll.AllocateClaims(most, claims, policy.PayrollOrder.Default, from)
}
