package pb_migrations

import (
	"github.com/pocketbase/pocketbase/core"
	m "github.com/pocketbase/pocketbase/migrations"
)

func init() {
	m.Register(func(txApp core.App) error { return run(txApp.DB(), trustTables2) }, nil, "0032_trust.go")
}

// tries are what is counted of guesses at logins and at the staff list: of what kind, at which account or from which
// network (a keyed hash), how many since when (UTC ms). A row goes when it is too old to count.
//
// notice_addresses is the address that a member had when a notice was laid before them, where it is no longer the
// member's: what tells of the change goes there too. It goes with the letter, and with the person.
//
// notice_rounds is how far a notice of many has come, by the number of the last member whose letter was looked at;
// notice_round_waits are those whose letter the mail server did not take. Both go when they are of no use any more.
var trustTables2 = []string{
	`CREATE TABLE tries(
		kind TEXT NOT NULL CHECK(kind <> '' AND kind NOT GLOB '*[^a-z_]*'), account BLOB NOT NULL CHECK(length(account) = 32),
		count INTEGER NOT NULL CHECK(count BETWEEN 1 AND 100000), first INTEGER NOT NULL CHECK(first > 0), PRIMARY KEY(kind, account)) STRICT, WITHOUT ROWID`,
	`CREATE INDEX tries_first ON tries(first)`,
	`CREATE TABLE notice_addresses(notice INTEGER PRIMARY KEY REFERENCES notices(id), email TEXT NOT NULL CHECK(email <> '' AND length(email) <= 255)) STRICT`,
	`CREATE TABLE notice_rounds(notice INTEGER PRIMARY KEY REFERENCES notices(id), upto INTEGER NOT NULL CHECK(upto >= 0), done INTEGER NOT NULL CHECK(done = 0 OR done = 1)) STRICT`,
	`CREATE TABLE notice_round_waits(
		notice INTEGER NOT NULL REFERENCES notices(id), member INTEGER NOT NULL CHECK(member > 0), tries INTEGER NOT NULL CHECK(tries BETWEEN 1 AND 100),
		next_at INTEGER NOT NULL, PRIMARY KEY(notice, member)) STRICT, WITHOUT ROWID`,
}
