package pb_migrations

import (
	"github.com/pocketbase/pocketbase/core"
	m "github.com/pocketbase/pocketbase/migrations"
)

// party_days is state: what a bank's accounts moved day by day, so that its cash book and its ledger don't add up
// every line of years. Other parties have few lines. bank_voids are lines of a bank's file that was taken in wrongly:
// they count no more, and stay to be seen.
func init() {
	m.Register(func(txApp core.App) error {
		return run(txApp.DB(), []string{
			`CREATE TABLE party_days(
				party INTEGER NOT NULL REFERENCES parties(id), account INTEGER NOT NULL, date TEXT NOT NULL,
				debit INTEGER NOT NULL CHECK(debit >= 0), credit INTEGER NOT NULL CHECK(credit >= 0), PRIMARY KEY(party, account, date)) STRICT, WITHOUT ROWID`,
			`INSERT INTO party_days(party, account, date, debit, credit) SELECT l.party, l.account, j.date, sum(max(l.amount, 0)), sum(max(-l.amount, 0))
				FROM parties p JOIN journal_lines l ON l.party = p.id JOIN journal j ON j.id = l.entry WHERE p.kind = 'bank' GROUP BY l.party, l.account, j.date`,
			`CREATE TABLE bank_voids(line INTEGER PRIMARY KEY REFERENCES bank_lines(id), act INTEGER NOT NULL REFERENCES acts(id)) STRICT`,
			`CREATE INDEX bank_lines_act ON bank_lines(act)`,
		}, []string{
			`CREATE TRIGGER bank_voids_no_update BEFORE UPDATE ON bank_voids BEGIN SELECT RAISE(ABORT, 'bank_voids is append-only'); END`,
			`CREATE TRIGGER bank_voids_no_delete BEFORE DELETE ON bank_voids BEGIN SELECT RAISE(ABORT, 'bank_voids is append-only'); END`,
			`CREATE TRIGGER bank_voids_no_replace BEFORE INSERT ON bank_voids WHEN EXISTS(SELECT 1 FROM bank_voids WHERE line = NEW.line) BEGIN SELECT RAISE(FAIL, 'bank_voids is append-only'); END`,
			`CREATE TRIGGER bank_voids_unmatched BEFORE INSERT ON bank_voids WHEN EXISTS(SELECT 1 FROM bank_match_lines m WHERE m.line = NEW.line
				AND NOT EXISTS(SELECT 1 FROM bank_unmatches u WHERE u.match = m.match)) BEGIN SELECT RAISE(FAIL, 'the bank line is matched'); END`,
			`CREATE TRIGGER bank_match_lines_stand BEFORE INSERT ON bank_match_lines WHEN EXISTS(SELECT 1 FROM bank_voids WHERE line = NEW.line)
				BEGIN SELECT RAISE(FAIL, 'the bank line is void'); END`,
		})
	}, nil, "0039_bank_days.go")
}
