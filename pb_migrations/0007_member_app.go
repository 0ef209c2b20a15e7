package pb_migrations

import (
	"github.com/pocketbase/pocketbase/core"
	m "github.com/pocketbase/pocketbase/migrations"
)

func init() {
	m.Register(func(txApp core.App) error { return run(txApp.DB(), memberApp) }, nil, "0007_member_app.go")
}

// What a member marked in the catalogue. It is theirs to wipe, so it is state that may be deleted and
// that nothing else rests on.
var memberApp = []string{
	`CREATE TABLE favourites(member INTEGER NOT NULL, product INTEGER NOT NULL, act INTEGER NOT NULL REFERENCES acts(id),
		PRIMARY KEY(member, product)) STRICT, WITHOUT ROWID`,
}
