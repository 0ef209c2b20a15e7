package act

import (
	"sync/atomic"

	"github.com/pocketbase/dbx"
	"github.com/pocketbase/pocketbase/core"
)

// What is kept under insideKey is the transaction of the act with records that runs now. There is one
// writer, so there is at most one.
const insideKey = "kpdk.inside"

func insideOf(app core.App) *atomic.Value {
	return app.Store().GetOrSet(insideKey, func() any { return &atomic.Value{} }).(*atomic.Value)
}

// enter marks PocketBase's transaction as an act's; the returned function unmarks it.
func enter(txApp core.App) func() {
	mark := insideOf(txApp)
	mark.Store(holder{txApp.NonconcurrentDB()})
	return func() { mark.Store(holder{}) }
}

type holder struct{ db dbx.Builder }

// Inside says whether an app (a hook's e.App) is the transaction of an act that runs: what only an act
// may change, only such a save may change.
func Inside(app core.App) bool {
	if !app.IsTransactional() {
		return false
	}
	h, ok := insideOf(app).Load().(holder)
	return ok && h.db != nil && h.db == app.NonconcurrentDB()
}
