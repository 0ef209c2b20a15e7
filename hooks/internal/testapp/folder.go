package testapp

import (
	"net"
	"net/http"

	"github.com/pocketbase/pocketbase/apis"
	"github.com/pocketbase/pocketbase/core"

	"kpdk/hooks"
	"kpdk/hooks/internal/act"
	"kpdk/hooks/internal/clock"
	"time"
)

// OpenFolder opens a co-op's folder itself, not a copy, with the test's standing clock: for processes
// that are killed and started again.
func OpenFolder(dir string) (core.App, error) {
	app := core.NewBaseApp(core.BaseAppConfig{DataDir: dir, DBConnect: act.Connect, EncryptionEnv: "pb_test_env"})
	if err := app.Bootstrap(); err != nil {
		return nil, err
	}
	if err := app.RunAllMigrations(); err != nil {
		return nil, err
	}
	clock.Set(app, func() time.Time { return Now })
	return app, hooks.Register(app, Public())
}

// ServeFolder serves a folder on a free port of loopback and tells its address to ready; it returns when
// the server ends.
func ServeFolder(dir string, ready func(address string)) error {
	app, err := OpenFolder(dir)
	if err != nil {
		return err
	}
	return Serve(app, ready, func(h http.Handler) http.Handler { return h })
}

// Serve serves an opened folder; around stands between the network and every route.
func Serve(app core.App, ready func(address string), around func(http.Handler) http.Handler) error {
	mux, err := Mux(app)
	if err != nil {
		return err
	}
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return err
	}
	ready(listener.Addr().String())
	return http.Serve(listener, around(mux)) //nolint:gosec // a test's server, on loopback
}

// Mux is all that an app serves, as when a server starts.
func Mux(app core.App) (mux http.Handler, err error) {
	router, err := apis.NewRouter(app)
	if err != nil {
		return nil, err
	}
	event := new(core.ServeEvent)
	event.App, event.Router = app, router
	err = app.OnServe().Trigger(event, func(e *core.ServeEvent) error {
		mux, err = e.Router.BuildMux()
		return err
	})
	return mux, err
}
