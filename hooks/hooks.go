// Package hooks is the co-operative on PocketBase. Register is its table of contents: one line per
// feature, and the few ports through which rooms that must not know each other meet.
package hooks

import (
	"io/fs"
	"slices"

	"github.com/pocketbase/pocketbase"
	"github.com/pocketbase/pocketbase/core"
	"github.com/spf13/cobra"

	"kpdk/hooks/guard"
	"kpdk/hooks/internal/act"
	"kpdk/hooks/internal/clock"
	"kpdk/hooks/internal/command"
	"kpdk/hooks/internal/web"
	"kpdk/hooks/internal/words"
	"kpdk/hooks/ledger"
	"kpdk/hooks/openapi"
	"kpdk/hooks/store"
	"kpdk/hooks/template"
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

// Register makes an app a co-op. Public is the front end, with its words.
func Register(app core.App, public fs.FS) error {
	if err := words.Load(public); err != nil {
		return err
	}
	app.OnTerminate().BindFunc(func(e *core.TerminateEvent) error {
		act.Close(e.App)
		return e.Next()
	})
	guard.Bind(app)
	ledger.RegisterChecks(app, store.Checks()...)
	app.OnServe().BindFunc(func(se *core.ServeEvent) error {
		if err := template.Ensure(se.App); err != nil {
			return err
		}
		web.Forget(se.App)
		if err := bind(se, public); err != nil {
			return err
		}
		if se.Server == nil { // a router for a test, no server on the folder
			return se.Next()
		}
		stop, err := command.Serve(se.App, specs()...)
		if err != nil {
			return err
		}
		se.App.OnTerminate().BindFunc(func(e *core.TerminateEvent) error {
			stop()
			return e.Next()
		})
		return se.Next()
	})
	return nil
}

// bind offers every room's routes.
func bind(se *core.ServeEvent, public fs.FS) error {
	guard.Serve(se)
	web.Bind(se.App, se, openapi.Routes(nil)...)
	web.Bind(se.App, se, template.Routes()...)
	web.Bind(se.App, se, store.Routes(store.Ports{PayDate: payDate})...)
	servePublic(se, public)
	return nil
}

// specs are the commands that rooms and windows offer.
func specs() []command.Spec {
	return slices.Concat(template.Commands(), store.Commands())
}

// Commands are the co-op's own commands.
func Commands(app core.App) []*cobra.Command {
	return command.Build(app, prepare(app), specs()...)
}

// payDate tells a buyer when a purchase will be deducted.
func payDate(r act.Reader, bought clock.Date) (clock.Date, error) { return bought, nil }
