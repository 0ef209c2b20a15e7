package pb_migrations

import (
	"github.com/pocketbase/pocketbase/core"
	m "github.com/pocketbase/pocketbase/migrations"
)

func init() {
	m.Register(func(txApp core.App) error {
		script := []string{
			// What stood in a table up to a row, hashed over the seal before it. "upto" is the row's number: its act, or its own.
			`CREATE TABLE row_seals(id INTEGER PRIMARY KEY, "table" TEXT NOT NULL, upto INTEGER NOT NULL, rows INTEGER NOT NULL CHECK(rows > 0),
				hash BLOB NOT NULL CHECK(length(hash) = 32), act INTEGER NOT NULL REFERENCES acts(id)) STRICT`,
			`CREATE INDEX row_seals_table ON row_seals("table", upto)`,
		}
		for _, verb := range []string{"update", "delete"} {
			script = append(script, `CREATE TRIGGER row_seals_no_`+verb+` BEFORE `+verb+` ON row_seals BEGIN SELECT RAISE(ABORT, 'row_seals is append-only'); END`)
		}
		return run(txApp.DB(), append(script,
			`CREATE TRIGGER row_seals_no_replace BEFORE INSERT ON row_seals WHEN EXISTS(SELECT 1 FROM row_seals WHERE id = NEW.id) BEGIN SELECT RAISE(FAIL, 'row_seals is append-only'); END`))
	}, nil, "0037_row_seals.go")
}
