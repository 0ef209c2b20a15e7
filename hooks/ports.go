package hooks

import (
	"context"
	"errors"
	"io/fs"
	"sync"
	"sync/atomic"
	"time"

	"github.com/pocketbase/pocketbase/core"

	"kpdk/hooks/brand"
	"kpdk/hooks/document"
	"kpdk/hooks/internal/act"
	"kpdk/hooks/internal/clock"
	"kpdk/hooks/internal/money"
	"kpdk/hooks/ledger"
	"kpdk/hooks/login"
	"kpdk/hooks/member"
	"kpdk/hooks/openapi"
	"kpdk/hooks/opening"
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

func drawer(tx *act.Tx, by act.Actor, shift string) (savings.Drawer, error) {
	d, err := store.DrawerOf(tx, by, shift)
	return savings.Drawer(d), err
}

// openingStock lets the opening balances find goods and lay them on the shelf.
var openingStock = opening.Stock{
	Find: func(r act.Reader, code string) (opening.Good, bool, error) {
		g, found, err := store.GoodByBarcode(r, code)
		return opening.Good{Number: g.Number, Consigned: g.Consignor != 0, Lies: g.Stock.Quantity != 0 || g.Stock.Value != 0}, found, err
	},
	Put: store.PutOpening,
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

func receivePayroll(tx *act.Tx, app core.App, bank int64, part treasury.UnitPart, date clock.Date) (entry int64, err error) {
	step, err := payroll.ReceiveInside(tx, app, payroll.Receipt{Period: part.Period, Unit: part.Unit, Amount: part.Amount, Bank: bank, Date: date})
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

// sellGoods lets payroll's instalment plans take goods off the shop's shelf.
func sellGoods(tx *act.Tx, app core.App, member int64, goods []payroll.Good) (payroll.Sold, error) {
	lines := make([]store.CreditLine, len(goods))
	for i, g := range goods {
		lines[i] = store.CreditLine{Product: g.Product, Quantity: g.Quantity}
	}
	s, err := store.SellOnCredit(tx, app, member, lines)
	return soldOf(s), err
}

// takeBackGoods lets payroll lay the goods of a plan on the shelf again.
func takeBackGoods(tx *act.Tx, app core.App, member int64, goods []payroll.SoldLine) (payroll.TakenBack, error) {
	lines := make([]store.SoldGood, len(goods))
	for i, g := range goods {
		lines[i] = store.SoldGood{Product: g.Product, Quantity: money.Quantity(g.Quantity), Consignor: g.Consignor, Amount: g.Amount, Cost: g.Cost}
	}
	postings, put, err := store.TakeBack(tx, app, member, lines)
	return payroll.TakenBack{Postings: postings, Put: put}, err
}

func soldOf(s store.CreditSale) payroll.Sold {
	out := payroll.Sold{Total: s.Total, Postings: s.Postings, Take: s.Take}
	for _, l := range s.Lines {
		out.Lines = append(out.Lines, payroll.SoldLine{Product: l.Good.Number, Quantity: int64(l.Quantity), Consignor: l.Good.Consignor, Price: l.Price, Amount: l.Amount, Cost: l.Cost})
	}
	return out
}

// credit lets the shop's tills make payroll's instalment plans.
var credit = store.Credit{
	Terms: func(r act.Reader, on clock.Date, member int64, total, down money.Rupiah) (store.CreditTerms, error) {
		t, err := payroll.TermsAtTill(r, on, member, total, down)
		out := store.CreditTerms{Refusal: t.Refusal, Params: t.Params, Principal: t.Principal, Least: t.Least, Left: t.Left, Till: min(t.Till, t.Small), DownMost: money.Share(total, t.DownMost, 100),
			MarginRate: t.MarginRate, Room: t.Room, First: t.First, PayDate: t.PayDate, Choices: []store.CreditChoice{}}
		for _, c := range t.Choices {
			out.Choices = append(out.Choices, store.CreditChoice(c))
		}
		return out, err
	},
	Plan: func(tx *act.Tx, app core.App, in store.CreditPlan, sold store.CreditSale) (store.CreditMade, error) {
		ask := payroll.TillPlan{Member: in.Member, Parts: in.Parts, Down: in.Down, Till: in.Till, Request: in.Request}
		for _, g := range in.Goods {
			ask.Goods = append(ask.Goods, payroll.Good(g))
		}
		m, err := payroll.PlanAtTill(tx, app, ask, soldOf(sold))
		out := store.CreditMade{State: m.State, Number: m.Number, Entry: m.Entry, Principal: m.Principal, Margin: m.Margin, First: m.First, Hash: m.Hash}
		for _, s := range m.Schedule {
			out.Schedule = append(out.Schedule, store.CreditPart{N: s.N, Period: s.Period, Principal: s.Principal, Margin: s.Margin})
		}
		return out, err
	},
	Request: func(r act.Reader, request string) (store.CreditPlan, error) {
		q, err := payroll.TillRequest(r, request)
		out := store.CreditPlan{Member: q.Member, Parts: q.Parts, Down: q.Down, Till: q.Till, Request: q.Request}
		for _, g := range q.Goods {
			out.Goods = append(out.Goods, store.CreditLine(g))
		}
		return out, err
	},
	Withdraw: func(ctx context.Context, app core.App, key string, by act.Actor, request string) (string, bool, error) {
		made, again, err := payroll.DecidePlan(ctx, app, key, by, request, false, "")
		return made.State, again, err
	},
	End: payroll.EndAtTill,
}

// billDrawer is the drawer of a till at which somebody pays a bill.
func billDrawer(tx *act.Tx, by act.Actor, shift string) (ledger.Party, error) {
	d, err := store.DrawerOf(tx, by, shift)
	return d.Party, err
}

func transferTo(r act.Reader) ([]payroll.Payee, error) {
	all, err := treasury.TransferTo(r)
	out := make([]payroll.Payee, len(all))
	for i, a := range all {
		out[i] = payroll.Payee(a)
	}
	return out, err
}

// tidyNightly removes, each night, the personal data of those who left, or were not taken in, longer ago than the
// co-op keeps it, and the files that no row names: an act stored them and died before its commit. It also shows on the
// staff list what holds from today on.
func tidyNightly(app core.App) error {
	ctx, stop := context.WithCancel(context.Background())
	app.OnTerminate().BindFunc(func(e *core.TerminateEvent) error {
		stop()
		return e.Next()
	})
	sweep := func() {
		n, err := document.Sweep(ctx, app, time.Now().Add(-document.Grace))
		if n > 0 {
			app.Logger().Info("files that no row names were removed", "files", n)
		}
		if err != nil && ctx.Err() == nil {
			app.Logger().Error("files that no row names could not be removed", "error", err)
		}
	}
	follow := func() {
		if _, err := member.FollowDates(ctx, app); err != nil && ctx.Err() == nil {
			app.Logger().Error("the staff list could not follow its dates", "error", err)
		}
	}
	follow() // makes up for nights that the machine slept through
	return errors.Join(
		app.Cron().Add("kpdk.erase", "10 3 * * *", func() {
			if _, err := member.EraseDue(ctx, app); err != nil && ctx.Err() == nil {
				app.Logger().Error("personal data could not be erased", "error", err)
			}
			if _, err := treasury.EraseVouchers(ctx, app); err != nil && ctx.Err() == nil {
				app.Logger().Error("vouchers of people who were erased could not be removed", "error", err)
			}
			if err := login.ForgetDevices(app); err != nil {
				app.Logger().Error("browsers that nobody uses could not be forgotten", "error", err)
			}
		}),
		app.Cron().Add("kpdk.sweep", "50 3 * * *", sweep),
		app.Cron().Add("kpdk.dates", "5 0 * * *", follow))
}

// serveShowcase shows the public pages with the books' last verification: one at the start, which also makes
// up for a night that the machine slept through, then one each night. It gives what answers an address that
// leads nowhere.
func serveShowcase(se *core.ServeEvent, public fs.FS) (nowhere func(e *core.RequestEvent) error, err error) {
	app := se.App
	var last atomic.Pointer[ledger.Night]
	ctx, stop := context.WithCancel(context.Background())
	var checking sync.WaitGroup
	seal := func() {
		if err := ledger.SealRows(context.Background(), app); err != nil {
			app.Logger().Error("what happened could not be sealed", "error", err)
		}
	}
	app.OnTerminate().BindFunc(func(e *core.TerminateEvent) error {
		stop()
		checking.Wait() // what it keeps goes through the writer, which is about to close
		if se.Server != nil {
			seal() // a file that rests is sealed to its end
		}
		return e.Next()
	})
	check := func(again bool) {
		checking.Add(1)
		defer checking.Done()
		if ctx.Err() != nil {
			return
		}
		night, err := ledger.KeepNight(ctx, app, again)
		if ctx.Err() != nil {
			return
		}
		if err != nil {
			app.Logger().Error("the books could not be verified", "error", err)
			return
		}
		last.Store(&night)
	}
	if se.Server != nil { // a router for a test verifies when it wants to
		if err := app.Cron().Add("kpdk.verify", "30 2 * * *", func() { check(false) }); err != nil {
			return nil, err
		}
		if err := app.Cron().Add("kpdk.seal", "12 * * * *", seal); err != nil {
			return nil, err
		}
		go check(true)
	}
	port := showcase.From(app, public, func() ([]showcase.Check, time.Time) { return shownChecks(last.Load()) })
	port.OpenAPI, port.Allocate, port.Program = true, allocateSample, showcase.Running()
	port.Style = func() string { return brand.Of(app) }
	return showcase.Serve(se, port)
}

// shownChecks are the night's checks as the public page shows them.
func shownChecks(n *ledger.Night) (checks []showcase.Check, at time.Time) {
	if n == nil {
		return nil, time.Time{}
	}
	for _, c := range n.Checks {
		checks = append(checks, showcase.Check{Name: c.Name, OK: c.OK, Checked: c.Checked})
	}
	at, _ = time.Parse(time.RFC3339, n.At) // it was formatted so
	return checks, at
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
