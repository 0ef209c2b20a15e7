package guard

import (
	"slices"
	"strings"

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

// shutForLogins are PocketBase's ways to another password or address by a link in a letter of its own. The co-op's are
// a code from the office, a code by e-mail and a change by whoever is in; those are counted, told and written down.
// Managers keep theirs: PocketBase's dashboard is their door.
var shutForLogins = []string{"request-password-reset", "confirm-password-reset", "request-email-change", "confirm-email-change", "request-verification", "confirm-verification"}

// ownWay says whether a request asks for one of those, of a collection that has ways of the co-op's.
func ownWay(e *core.RequestEvent) bool {
	way, found := strings.CutPrefix(e.Request.Pattern, "POST /api/collections/{collection}/")
	if !found || !slices.Contains(shutForLogins, way) {
		return false
	}
	c, err := e.App.FindCachedCollectionByNameOrId(e.Request.PathValue("collection"))
	return err != nil || c.Name != core.CollectionNameSuperusers
}

func closed(e *core.RequestEvent) error {
	if ownWay(e) {
		return web.Refuse(e, fault.Forbidden("guard.own_way"))
	}
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
