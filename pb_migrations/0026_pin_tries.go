package pb_migrations

import (
	"github.com/pocketbase/pocketbase/core"
	m "github.com/pocketbase/pocketbase/migrations"
)

func init() {
	m.Register(func(txApp core.App) error { return run(txApp.DB(), pinTries) }, nil, "0026_pin_tries.go")
}

// pin_tries are the wrong guesses at members' PINs in a row, and when the last was (UTC ms). A row goes with the
// right PIN, with a new one, and when it is too old to count.
var pinTries = []string{
	`CREATE TABLE pin_tries(member INTEGER PRIMARY KEY CHECK(member > 0), wrong INTEGER NOT NULL CHECK(wrong BETWEEN 1 AND 100),
		at INTEGER NOT NULL CHECK(at > 0)) STRICT, WITHOUT ROWID`,
	`CREATE INDEX pin_tries_at ON pin_tries(at)`,
}
