package pb_migrations

import (
	"fmt"
	"strings"

	"github.com/pocketbase/pocketbase/core"
	m "github.com/pocketbase/pocketbase/migrations"
)

func init() {
	m.Register(func(txApp core.App) error { return run(txApp.DB(), statuteTexts, keptByHash("statute_texts")) }, nil, "0035_statutes.go")
}

// The words of the statutes as somebody agreed to them, once for each wording: a consent names them by their hash, and
// their page may say something else tomorrow. They are public and the co-op's own.
var statuteTexts = []string{
	`CREATE TABLE statute_texts(
		hash BLOB PRIMARY KEY CHECK(length(hash) = 32), text TEXT NOT NULL CHECK(text <> ''), act INTEGER NOT NULL REFERENCES acts(id)) STRICT`,
}

// keptByHash are the triggers of a table whose rows never change; its key is the hash of what a row holds.
func keptByHash(table string) (all []string) {
	for _, verb := range []string{"UPDATE", "DELETE"} {
		all = append(all, fmt.Sprintf("CREATE TRIGGER %s_no_%s BEFORE %s ON %s BEGIN SELECT RAISE(ABORT, '%s is append-only'); END", table, strings.ToLower(verb), verb, table, table))
	}
	return append(all, fmt.Sprintf("CREATE TRIGGER %[1]s_no_replace BEFORE INSERT ON %[1]s WHEN EXISTS(SELECT 1 FROM %[1]s WHERE hash = NEW.hash) BEGIN SELECT RAISE(FAIL, '%[1]s is append-only'); END", table))
}
