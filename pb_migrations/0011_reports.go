package pb_migrations

import (
	"github.com/pocketbase/pocketbase/core"
	m "github.com/pocketbase/pocketbase/migrations"
)

// account_blocks says, for every 512 entries, which accounts moved on which dates and by how much: reports
// find an account's lines with it and add up any range of days, and no sale pays for an index of its lines.
// It is state: written once by the entry that fills a block, and rebuildable from the lines.
//
// verifications keeps what each night's check of the books found, one row a business date.
var reports = []string{
	`CREATE TABLE account_blocks(
		account INTEGER NOT NULL, date TEXT NOT NULL, block INTEGER NOT NULL, lines INTEGER NOT NULL CHECK(lines > 0),
		debit INTEGER NOT NULL CHECK(debit >= 0), credit INTEGER NOT NULL CHECK(credit >= 0),
		PRIMARY KEY(account, date, block)) STRICT, WITHOUT ROWID`,
	`INSERT INTO account_blocks(account, date, block, lines, debit, credit)
		SELECT l.account, j.date, (j.id - 1) / 512 AS block, count(*), sum(max(l.amount, 0)), sum(max(-l.amount, 0))
		FROM journal j JOIN journal_lines l ON l.entry = j.id WHERE j.id <= (SELECT coalesce(max(seq), 0) / 512 * 512 FROM seals)
		GROUP BY l.account, j.date, block`,
	`CREATE TABLE verifications(
		date TEXT PRIMARY KEY, at INTEGER NOT NULL, seconds REAL NOT NULL, entries INTEGER NOT NULL, seq INTEGER NOT NULL, hash TEXT NOT NULL,
		ok INTEGER NOT NULL CHECK(ok = 0 OR ok = 1), findings INTEGER NOT NULL CHECK(findings >= 0), checks TEXT NOT NULL) STRICT, WITHOUT ROWID`,
}

func init() {
	m.Register(func(txApp core.App) error { return run(txApp.DB(), reports) }, nil, "0011_reports.go")
}
