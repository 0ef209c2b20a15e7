// Package guard keeps the doors: which of PocketBase's own routes are closed, which fields only an act
// may change, what may not be deleted, and the headers of every answer.
package guard

import (
	"errors"

	"github.com/pocketbase/pocketbase/apis"
	"github.com/pocketbase/pocketbase/core"
	"github.com/pocketbase/pocketbase/tools/hook"
	"github.com/pocketbase/pocketbase/tools/router"

	"kpdk/hooks/internal/fault"
	"kpdk/hooks/internal/web"
)

// afterToken runs a middleware when PocketBase knows the caller, before any route.
const afterToken = apis.DefaultLoadAuthTokenMiddlewarePriority + 1

const tokensKey = "kpdk.tokens"

// Bind guards records and logins; these hooks hold for commands and crons too.
func Bind(app core.App) {
	app.OnRecordCreateRequest().BindFunc(explain)
	app.OnRecordUpdateRequest().BindFunc(explain)
	app.OnRecordDeleteRequest().BindFunc(explain)
	bindFields(app)
	bindKeyed(app)
	bindNumbers(app)
	bindProducts(app)
	bindWorkUnits(app)
	bindCategories(app)
	bindRemovals(app)
	bindLog(app)
	bindSnapshots(app)
	known := &tokens{known: map[string]knownToken{}}
	bindTokens(app, known)
	app.Store().Set(tokensKey, known)
}

// Serve guards the routes of a server that starts.
func Serve(se *core.ServeEvent) {
	if err := forgetUnfinished(se.App); err != nil {
		se.App.Logger().Error("a backup that was cut off could not be removed", "error", err)
	}
	known, _ := se.App.Store().Get(tokensKey).(*tokens)
	se.Router.Bind(
		&hook.Handler[*core.RequestEvent]{Id: "kpdkRecall", Func: known.recall, Priority: beforeToken},
		&hook.Handler[*core.RequestEvent]{Id: "kpdkRemember", Func: known.remember, Priority: afterToken},
		&hook.Handler[*core.RequestEvent]{Id: "kpdkHeaders", Func: headers, Priority: apis.DefaultSecurityHeadersMiddlewarePriority + 1},
		&hook.Handler[*core.RequestEvent]{Id: "kpdkClosed", Func: closed, Priority: afterToken},
		&hook.Handler[*core.RequestEvent]{Id: "kpdkBackup", Func: backupTaken, Priority: afterToken},
	)
}

// explain says a refusal of the hooks below in the caller's language; PocketBase would hide its reason.
func explain(e *core.RecordRequestEvent) error {
	err := e.Next()
	if f := faultIn(err); f != nil {
		return web.Refuse(e.RequestEvent, f)
	}
	return err
}

// faultIn finds the co-op's own refusal inside PocketBase's error.
func faultIn(err error) *fault.Fault {
	var f *fault.Fault
	if errors.As(err, &f) {
		return f
	}
	var api *router.ApiError
	if errors.As(err, &api) {
		if raw, ok := api.RawData().(error); ok && errors.As(raw, &f) {
			return f
		}
	}
	return nil
}
