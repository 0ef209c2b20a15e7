package guard

import (
	"github.com/pocketbase/pocketbase/core"

	"kpdk/hooks/internal/fault"
	"kpdk/hooks/internal/web"
)

// shut are PocketBase's routes that would let somebody, a manager too, go round the books: raw SQL,
// another person's login, many writes behind one answer, a database put in the place of this one.
var shut = map[string]string{
	"POST /api/sql": "guard.sql",
	"POST /api/collections/{collection}/impersonate/{id}": "guard.impersonate",
	"POST /api/batch":                               "guard.batch",
	"POST /api/backups/upload":                      "guard.backup",
	"POST /api/backups/{key}/restore":               "guard.backup",
	"DELETE /api/collections/{collection}/truncate": "guard.collections",
	"PUT /api/collections/import":                   "guard.collections",
}

// shutOutsideDev are open to whoever develops kpdk with --dev: the shape of a released co-op is changed
// by migrations only.
var shutOutsideDev = map[string]string{
	"POST /api/collections":                   "guard.collections",
	"PATCH /api/collections/{collection}":     "guard.collections",
	"DELETE /api/collections/{collection}":    "guard.collections",
	"POST /api/collections/meta/dry-run-view": "guard.collections",
}

func closed(e *core.RequestEvent) error {
	code, ok := shut[e.Request.Pattern]
	if !ok && !e.App.IsDev() {
		code, ok = shutOutsideDev[e.Request.Pattern]
	}
	if !ok {
		return e.Next()
	}
	if code == "guard.sql" { // the console isn't there at all
		return web.Refuse(e, fault.NotFound(code))
	}
	return web.Refuse(e, fault.Forbidden(code))
}
