// Package hooks is the co-operative on PocketBase. Register is its table of contents: one line per
// feature, and the few ports through which rooms that must not know each other meet.
package hooks

import (
	"errors"
	"io/fs"
	"os"
	"slices"

	"github.com/pocketbase/pocketbase"
	"github.com/pocketbase/pocketbase/core"
	"github.com/pocketbase/pocketbase/tools/hook"
	"github.com/spf13/cobra"

	"kpdk/hooks/brand"
	"kpdk/hooks/console"
	"kpdk/hooks/demo"
	"kpdk/hooks/guard"
	"kpdk/hooks/internal/act"
	"kpdk/hooks/internal/command"
	"kpdk/hooks/internal/web"
	"kpdk/hooks/internal/words"
	"kpdk/hooks/ledger"
	"kpdk/hooks/login"
	"kpdk/hooks/member"
	"kpdk/hooks/notice"
	"kpdk/hooks/openapi"
	"kpdk/hooks/opening"
	"kpdk/hooks/payroll"
	"kpdk/hooks/portal"
	"kpdk/hooks/savings"
	"kpdk/hooks/store"
	"kpdk/hooks/template"
	"kpdk/hooks/treasury"
)

// Config is how PocketBase must be opened for a co-op: durable commits, and the folder that the
// command on the line works in (the demo has one of its own).
func Config(args []string) pocketbase.Config {
	config := pocketbase.Config{DBConnect: act.Connect, HideStartBanner: true}
	if len(args) > 1 && args[1] == "demo" {
		config.DefaultDataDir = "kpdk_demo"
	}
	return config
}

// last is when the writer of acts goes: after the servers whose commands and requests still write, or the
// next of these would open a writer that nobody closes.
const last = 999

// Register makes an app a co-op. Public is the front end, with its words.
func Register(app core.App, public fs.FS) error {
	if err := words.Load(public); err != nil {
		return err
	}
	app.OnTerminate().Bind(&hook.Handler[*core.TerminateEvent]{Priority: last, Func: func(e *core.TerminateEvent) error {
		act.Close(e.App)
		return e.Next()
	}})
	app.OnBootstrap().BindFunc(keepFolder)
	login.Bind(app)
	guard.Bind(app)
	notice.Guard(app)
	login.WhenEnded(app, func() { notice.Publish(app, notice.Till, notice.TillChange{What: "card", IDs: []string{}}) }) // a phone's code dies with its session
	brand.Bind(app)
	member.BindSightings(app)
	store.Announce(app)
	template.FollowZone(app)
	ledger.RegisterState(app, slices.Concat(member.State(), savings.State(), store.State(), payroll.State())...)
	ledger.RegisterChecks(app, slices.Concat(member.Checks(), store.Checks(), savings.Checks(), payroll.Checks(), treasury.Checks())...)
	savings.Bind(app, savings.Ports{Drawer: drawer, Money: treasury.MoneyAt, Match: treasury.MatchEntry, Matched: treasury.IsMatched})
	payroll.Bind(app, payroll.Ports{MakeDues: makeDues, Activate: member.ActivateIfPaid, SellGoods: sellGoods, TakeBack: takeBackGoods, Money: treasury.MoneyAt, TransferTo: transferTo})
	member.BindJoining(app, member.JoiningPorts{PayPrincipal: savings.PayPrincipal})
	member.BindLeaving(app, member.LeavingPorts{Locked: payroll.LockedFor, Release: []func(*act.Tx, core.App, int64) error{savings.LapseWithdrawals}, Erase: []func(*act.Tx, core.App, int64) error{savings.EraseFor, payroll.EraseFor, login.EraseFor, notice.EraseFor, treasury.EraseFor}})
	store.BindCredit(app, credit)
	treasury.Bind(app, treasury.Ports{AwaitedPayroll: awaitedPayroll, ReceivePayroll: receivePayroll, SoldFor: soldFor, ExcessWish: payroll.ExcessChoice,
		BillItems: payroll.BillItems, NewestBill: payroll.NewestBill, Drawer: billDrawer})
	app.OnServe().BindFunc(func(se *core.ServeEvent) error {
		if err := template.Ensure(se.App); err != nil {
			return err
		}
		web.Forget(se.App)
		if err := bind(se, public); err != nil {
			return err
		}
		if err := se.Next(); err != nil || se.Server == nil { // a router for a test holds no folder
			return err
		}
		if err := tidyNightly(se.App); err != nil {
			return err
		}
		return takeCommands(se.App)
	})
	return nil
}

// keepFolder makes the folder of a new co-op its owner's alone: names, savings and keys lie in it, and the computer of
// an office has other accounts. Whoever made the folder before knows who may read it.
func keepFolder(e *core.BootstrapEvent) error {
	if _, err := os.Stat(e.App.DataDir()); errors.Is(err, fs.ErrNotExist) {
		if err := os.MkdirAll(e.App.DataDir(), 0o700); err != nil {
			return err
		}
	}
	return e.Next()
}

// bind offers every room's routes.
func bind(se *core.ServeEvent, public fs.FS) error {
	if err := login.Serve(se); err != nil {
		return err
	}
	guard.Serve(se)
	web.Bind(se.App, se, openapi.Routes(payCalendar)...)
	web.Bind(se.App, se, template.Routes()...)
	web.Bind(se.App, se, ledger.Routes(se.App)...)
	web.Bind(se.App, se, login.Routes()...)
	web.Bind(se.App, se, notice.Routes()...)
	web.Bind(se.App, se, member.Routes()...)
	web.Bind(se.App, se, savings.Routes()...)
	web.Bind(se.App, se, store.Routes(store.Ports{PayDate: payroll.PayDateOf})...)
	web.Bind(se.App, se, payroll.Routes()...)
	web.Bind(se.App, se, opening.Routes(se.App, openingStock)...)
	web.Bind(se.App, se, treasury.Routes()...)
	web.Bind(se.App, se, portal.Routes()...)
	if err := console.Bind(se); err != nil {
		return err
	}
	brand.Serve(se)
	nowhere, err := serveShowcase(se, public)
	if err != nil {
		return err
	}
	servePublic(se, public, nowhere)
	if se.Server == nil { // a router for a test does nothing by itself
		return nil
	}
	login.KeepTries(se.App)
	if err := notice.Carry(se.App); err != nil {
		return err
	}
	return savings.KeepDaily(se.App)
}

// specs are the commands that rooms and windows offer.
func specs() []command.Spec {
	return slices.Concat(template.Commands(), ledger.Commands(), member.Commands(), store.Commands(), payroll.Commands(), opening.Commands(openingStock), treasury.Commands(), demo.Commands())
}

// Commands are the co-op's own commands.
func Commands(app core.App) []*cobra.Command {
	return command.Build(app, prepare(app), specs()...)
}
