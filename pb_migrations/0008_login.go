package pb_migrations

import (
	"fmt"
	"strings"

	"github.com/pocketbase/pocketbase/core"
	m "github.com/pocketbase/pocketbase/migrations"
	"github.com/pocketbase/pocketbase/tools/dbutils"
)

func init() {
	m.Register(func(txApp core.App) error {
		if err := run(txApp.DB(), logins, keptForever("login_events")); err != nil {
			return err
		}
		return loginCollections(txApp)
	}, nil, "0008_login.go")
}

// A session is one device on which somebody is logged in; a row that is gone is a session that ended.
// Nothing of an address is kept, and of the device only what people call it. Of a reset code the file
// knows a keyed hash. Who did what to a login is in login_events, for good.
var logins = []string{
	`CREATE TABLE sessions(
		id TEXT PRIMARY KEY, login TEXT NOT NULL CHECK(login = 'members' OR login = 'operators'), record TEXT NOT NULL,
		browser TEXT NOT NULL, system TEXT NOT NULL, started_at INTEGER NOT NULL, confirmed_at INTEGER NOT NULL,
		seen_on TEXT NOT NULL CHECK(seen_on GLOB '[12][0-9][0-9][0-9]-[01][0-9]-[0-3][0-9]')) STRICT, WITHOUT ROWID`,
	`CREATE INDEX sessions_record ON sessions(record, started_at)`,
	`CREATE TABLE reset_codes(
		login TEXT NOT NULL CHECK(login = 'members' OR login = 'operators'), record TEXT NOT NULL,
		hash BLOB NOT NULL CHECK(length(hash) = 32), expires_at INTEGER NOT NULL, tries INTEGER NOT NULL CHECK(tries BETWEEN 0 AND 5),
		act INTEGER NOT NULL REFERENCES acts(id), PRIMARY KEY(login, record)) STRICT, WITHOUT ROWID`,
	`CREATE TABLE passkeys(
		id BLOB PRIMARY KEY, login TEXT NOT NULL CHECK(login = 'members' OR login = 'operators'), record TEXT NOT NULL,
		credential TEXT NOT NULL, browser TEXT NOT NULL, system TEXT NOT NULL, added_on TEXT NOT NULL, used_on TEXT NOT NULL,
		act INTEGER NOT NULL REFERENCES acts(id)) STRICT, WITHOUT ROWID`,
	`CREATE INDEX passkeys_record ON passkeys(record)`,
	`CREATE TABLE login_events(
		id INTEGER PRIMARY KEY, login TEXT NOT NULL CHECK(login = 'members' OR login = 'operators'), record TEXT NOT NULL,
		kind TEXT NOT NULL CHECK(kind = 'code_issued' OR kind = 'code_used' OR kind = 'sessions_ended' OR kind = 'passkey_added' OR kind = 'passkey_removed'),
		act INTEGER NOT NULL REFERENCES acts(id)) STRICT`,
	`CREATE INDEX login_events_record ON login_events(record)`,
}

// keptForever are the triggers of a table whose rows never change; its key is id.
func keptForever(table string) []string {
	return []string{
		fmt.Sprintf("CREATE TRIGGER %[1]s_no_update BEFORE UPDATE ON %[1]s BEGIN SELECT RAISE(ABORT, '%[1]s is append-only'); END", table),
		fmt.Sprintf("CREATE TRIGGER %[1]s_no_delete BEFORE DELETE ON %[1]s BEGIN SELECT RAISE(ABORT, '%[1]s is append-only'); END", table),
		fmt.Sprintf("CREATE TRIGGER %[1]s_no_replace BEFORE INSERT ON %[1]s WHEN EXISTS(SELECT 1 FROM %[1]s WHERE id = NEW.id) BEGIN SELECT RAISE(FAIL, '%[1]s is append-only'); END", table),
	}
}

// loginCollections lets members log in by a code that is sent to them (where mail is set up), and makes
// an e-mail address one address in whatever case it is typed.
func loginCollections(txApp core.App) error {
	// An address that two members had in different case stays with the first, as an import does it.
	if _, err := txApp.DB().NewQuery(`UPDATE members SET email = '' WHERE email != '' AND EXISTS(
		SELECT 1 FROM members b WHERE b.email = members.email COLLATE NOCASE AND b.number < members.number)`).Execute(); err != nil {
		return err
	}
	for _, name := range []string{"members", "operators"} {
		c, err := txApp.FindCollectionByNameOrId(name)
		if err != nil {
			return err
		}
		var twice bool
		if err := txApp.DB().NewQuery("SELECT EXISTS(SELECT 1 FROM " + name + " WHERE email != '' GROUP BY lower(email) HAVING count(*) > 1)").Row(&twice); err != nil {
			return err
		}
		if !twice { // two operators keep their addresses; they are told apart by case then
			emailInAnyCase(c)
		}
		if name == "members" {
			c.OTP.Enabled, c.OTP.Length, c.OTP.Duration = true, 6, 600
		}
		if err := txApp.Save(c); err != nil {
			return err
		}
	}
	return nil
}

func emailInAnyCase(c *core.Collection) {
	for i, text := range c.Indexes {
		index := dbutils.ParseIndex(text)
		if index.Unique && len(index.Columns) == 1 && strings.EqualFold(index.Columns[0].Name, core.FieldNameEmail) {
			index.Columns[0].Collate = "NOCASE"
			c.Indexes[i] = index.Build()
		}
	}
}
