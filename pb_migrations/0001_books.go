// Package pb_migrations lays the tables and collections of a co-op. A released migration is frozen;
// none imports anything of ours, so that later code cannot change what an old step did.
package pb_migrations

import (
	"fmt"
	"regexp"
	"strings"

	"github.com/pocketbase/dbx"
	"github.com/pocketbase/pocketbase/core"
	m "github.com/pocketbase/pocketbase/migrations"
)

func init() {
	m.Register(func(txApp core.App) error { return run(txApp.DB(), books, triggers()) }, nil, "0001_books.go")
}

var foreignKey = regexp.MustCompile(`REFERENCES \w+\(\w+\)`)

func run(db dbx.Builder, scripts ...[]string) error {
	for _, script := range scripts {
		for _, statement := range script {
			statement = foreignKey.ReplaceAllString(statement, "$0 DEFERRABLE INITIALLY DEFERRED")
			if _, err := db.NewQuery(statement).Execute(); err != nil {
				return fmt.Errorf("%w in %s", err, statement)
			}
		}
	}
	return nil
}

// A statement that may abort half-way keeps a journal of its own in SQLite, and every table here has a
// trigger, so each insert would pay for one: a third of a sale. It is spared by three things together:
// triggers that FAIL, before anything was changed; foreign keys that are checked at the commit; and
// INSERT OR FAIL in the statements of the till. A chain of "or" spares the list that IN would build.

// What happened: plain STRICT tables with integer keys, written only by acts. Amounts are whole
// rupiah, quantities thousandths, times UTC milliseconds; debit is positive.
var books = []string{
	`CREATE TABLE acts(
		id INTEGER PRIMARY KEY, kind TEXT NOT NULL, key TEXT NOT NULL CHECK(length(key) BETWEEN 8 AND 80),
		input BLOB NOT NULL CHECK(length(input) = 32), at INTEGER NOT NULL, role TEXT NOT NULL, actor TEXT NOT NULL,
		note BLOB) STRICT`,
	`CREATE UNIQUE INDEX acts_key ON acts(key, kind)`,
	`CREATE TABLE act_answers(act INTEGER PRIMARY KEY REFERENCES acts(id), answer TEXT NOT NULL) STRICT`,
	`CREATE TABLE act_notes(act INTEGER PRIMARY KEY REFERENCES acts(id), salt BLOB NOT NULL, text TEXT NOT NULL) STRICT`,

	`CREATE TABLE parties(
		id INTEGER PRIMARY KEY, kind TEXT NOT NULL CHECK(kind = 'member' OR kind = 'supplier' OR kind = 'consignor' OR kind = 'shift' OR kind = 'drawer' OR kind = 'bank' OR kind = 'unit_run'),
		ref TEXT NOT NULL) STRICT`,
	`CREATE UNIQUE INDEX parties_ref ON parties(ref, kind)`,
	`CREATE TABLE journal(
		id INTEGER PRIMARY KEY, kind TEXT NOT NULL, year INTEGER NOT NULL, number INTEGER NOT NULL CHECK(number > 0),
		date TEXT NOT NULL CHECK(date GLOB '[12][0-9][0-9][0-9]-[01][0-9]-[0-3][0-9]'), period TEXT NOT NULL CHECK(period = substr(date, 1, 7)),
		at INTEGER NOT NULL, act INTEGER NOT NULL REFERENCES acts(id),
		reverses INTEGER REFERENCES journal(id)) STRICT`,
	`CREATE UNIQUE INDEX journal_reverses ON journal(reverses) WHERE reverses IS NOT NULL`,
	`CREATE TABLE journal_lines(
		entry INTEGER NOT NULL REFERENCES journal(id), line INTEGER NOT NULL CHECK(line BETWEEN 1 AND 1000),
		account INTEGER NOT NULL CHECK(account BETWEEN 1000 AND 999999), party INTEGER REFERENCES parties(id),
		amount INTEGER NOT NULL CHECK(amount <> 0 AND amount BETWEEN -9007199254740991 AND 9007199254740991),
		PRIMARY KEY(entry, line)) STRICT, WITHOUT ROWID`,
	`CREATE INDEX journal_lines_party ON journal_lines(party, entry) WHERE party IS NOT NULL`,
	`CREATE TABLE seals(seq INTEGER PRIMARY KEY REFERENCES journal(id), hash BLOB NOT NULL CHECK(length(hash) = 32)) STRICT`,
	`CREATE TABLE account_months(
		account INTEGER NOT NULL, period TEXT NOT NULL, debit INTEGER NOT NULL DEFAULT 0 CHECK(debit >= 0),
		credit INTEGER NOT NULL DEFAULT 0 CHECK(credit >= 0), PRIMARY KEY(account, period)) STRICT, WITHOUT ROWID`,
	`CREATE TABLE party_balances(
		party INTEGER NOT NULL REFERENCES parties(id), account INTEGER NOT NULL, amount INTEGER NOT NULL,
		PRIMARY KEY(party, account)) STRICT, WITHOUT ROWID`,
	`CREATE TABLE counters(name TEXT PRIMARY KEY, last INTEGER NOT NULL) STRICT, WITHOUT ROWID`,
	`CREATE TABLE periods(period TEXT PRIMARY KEY, state TEXT NOT NULL CHECK(state = 'open' OR state = 'closed')) STRICT, WITHOUT ROWID`,
	`CREATE TABLE periods_log(id INTEGER PRIMARY KEY, period TEXT NOT NULL, action TEXT NOT NULL CHECK(action = 'close' OR action = 'reopen'),
		act INTEGER NOT NULL REFERENCES acts(id)) STRICT`,

	`CREATE TABLE open_items(
		id INTEGER PRIMARY KEY, member INTEGER NOT NULL, kind TEXT NOT NULL CHECK(kind = 'principal' OR kind = 'mandatory' OR kind = 'voluntary' OR kind = 'instalment' OR kind = 'store'),
		date TEXT NOT NULL, amount INTEGER NOT NULL CHECK(amount > 0),
		act INTEGER NOT NULL REFERENCES acts(id)) STRICT`,
	`CREATE TABLE settlements(
		id INTEGER PRIMARY KEY, item INTEGER NOT NULL REFERENCES open_items(id), amount INTEGER NOT NULL CHECK(amount <> 0),
		kind TEXT NOT NULL CHECK(kind = 'payment' OR kind = 'payroll' OR kind = 'offset' OR kind = 'waived' OR kind = 'return'), entry INTEGER REFERENCES journal(id),
		act INTEGER NOT NULL REFERENCES acts(id)) STRICT`,
	`CREATE INDEX settlements_item ON settlements(item)`,
	`CREATE TABLE item_remainders(item INTEGER PRIMARY KEY REFERENCES open_items(id), member INTEGER NOT NULL, remainder INTEGER NOT NULL CHECK(remainder >= 0)) STRICT`,
	`CREATE INDEX item_remainders_open ON item_remainders(member) WHERE remainder > 0`,

	`CREATE TABLE policies(id INTEGER PRIMARY KEY, key TEXT NOT NULL, value TEXT NOT NULL, valid_from TEXT NOT NULL,
		act INTEGER NOT NULL REFERENCES acts(id)) STRICT`,
	`CREATE INDEX policies_key ON policies(key, valid_from, id)`,
	`CREATE TABLE member_events(id INTEGER PRIMARY KEY, member INTEGER NOT NULL,
		kind TEXT NOT NULL CHECK(kind = 'invited' OR kind = 'consented' OR kind = 'activated' OR kind = 'left'), date TEXT NOT NULL, reference TEXT NOT NULL,
		act INTEGER NOT NULL REFERENCES acts(id)) STRICT`,
	`CREATE INDEX member_events_member ON member_events(member)`,
	`CREATE TABLE mandates(id INTEGER PRIMARY KEY, member INTEGER NOT NULL, kind TEXT NOT NULL CHECK(kind = 'grant' OR kind = 'revoke'),
		valid_from TEXT NOT NULL, max_rupiah INTEGER NOT NULL CHECK(max_rupiah >= 0), voluntary_rupiah INTEGER NOT NULL CHECK(voluntary_rupiah >= 0),
		reference TEXT NOT NULL, act INTEGER NOT NULL REFERENCES acts(id)) STRICT`,
	`CREATE INDEX mandates_member ON mandates(member, valid_from, id)`,
	`CREATE TABLE card_events(id INTEGER PRIMARY KEY, member INTEGER NOT NULL, serial INTEGER NOT NULL,
		kind TEXT NOT NULL CHECK(kind = 'issue' OR kind = 'revoke'), act INTEGER NOT NULL REFERENCES acts(id)) STRICT`,
	`CREATE UNIQUE INDEX card_events_serial ON card_events(member, serial, kind)`,

	`CREATE TABLE shift_events(id INTEGER PRIMARY KEY, shift INTEGER NOT NULL, kind TEXT NOT NULL CHECK(kind = 'open' OR kind = 'close'), till TEXT NOT NULL,
		cashier TEXT NOT NULL, cash INTEGER NOT NULL CHECK(cash >= 0), at INTEGER NOT NULL,
		act INTEGER NOT NULL REFERENCES acts(id)) STRICT`,
	`CREATE UNIQUE INDEX shift_events_once ON shift_events(shift, kind)`,
	`CREATE TABLE shifts(id INTEGER PRIMARY KEY, key TEXT NOT NULL UNIQUE, till TEXT NOT NULL, cashier TEXT NOT NULL, party INTEGER NOT NULL REFERENCES parties(id),
		opened_at INTEGER NOT NULL, float INTEGER NOT NULL, closed_at INTEGER, counted INTEGER) STRICT`,
	`CREATE UNIQUE INDEX shifts_open_till ON shifts(till) WHERE closed_at IS NULL`,
	`CREATE TABLE sales(
		act INTEGER PRIMARY KEY REFERENCES acts(id), shift INTEGER NOT NULL REFERENCES shifts(id), till TEXT NOT NULL,
		number INTEGER NOT NULL CHECK(number > 0), member INTEGER, sold_at INTEGER NOT NULL, date TEXT NOT NULL,
		total INTEGER NOT NULL CHECK(total >= 0), saved INTEGER NOT NULL, change INTEGER NOT NULL CHECK(change >= 0),
		entry INTEGER NOT NULL REFERENCES journal(id), offline INTEGER NOT NULL CHECK(offline = 0 OR offline = 1), flags TEXT NOT NULL) STRICT`,
	`CREATE INDEX sales_member ON sales(member, act) WHERE member IS NOT NULL`,
	`CREATE INDEX sales_shift ON sales(shift, act)`,
	`CREATE TABLE sale_lines(
		sale INTEGER NOT NULL REFERENCES sales(act), line INTEGER NOT NULL, product INTEGER NOT NULL, quantity INTEGER NOT NULL CHECK(quantity > 0),
		price INTEGER NOT NULL CHECK(price >= 0), public_price INTEGER NOT NULL, amount INTEGER NOT NULL CHECK(amount >= 0),
		cost INTEGER NOT NULL, consignor INTEGER, PRIMARY KEY(sale, line)) STRICT, WITHOUT ROWID`,
	`CREATE TABLE sale_tenders(
		sale INTEGER NOT NULL REFERENCES sales(act), line INTEGER NOT NULL, kind TEXT NOT NULL CHECK(kind = 'cash' OR kind = 'payroll'),
		amount INTEGER NOT NULL CHECK(amount > 0), PRIMARY KEY(sale, line)) STRICT, WITHOUT ROWID`,
	`CREATE TABLE goods_receipts(act INTEGER PRIMARY KEY REFERENCES acts(id), supplier INTEGER, paid_by TEXT NOT NULL CHECK(paid_by = 'credit' OR paid_by = 'cash'),
		date TEXT NOT NULL, total INTEGER NOT NULL CHECK(total >= 0), entry INTEGER REFERENCES journal(id), reference TEXT NOT NULL) STRICT`,
	`CREATE TABLE stock_moves(
		id INTEGER PRIMARY KEY, product INTEGER NOT NULL, place INTEGER NOT NULL, kind TEXT NOT NULL CHECK(kind = 'opening' OR kind = 'receipt' OR kind = 'sale' OR kind = 'return' OR kind = 'stocktake'),
		quantity INTEGER NOT NULL CHECK(quantity <> 0), value INTEGER NOT NULL, act INTEGER NOT NULL REFERENCES acts(id)) STRICT`,
	`CREATE TABLE stock(product INTEGER NOT NULL, place INTEGER NOT NULL, quantity INTEGER NOT NULL, value INTEGER NOT NULL, last_cost INTEGER NOT NULL,
		PRIMARY KEY(product, place)) STRICT, WITHOUT ROWID`,

	`CREATE TABLE payroll_runs(period TEXT PRIMARY KEY, state TEXT NOT NULL CHECK(state = 'draft' OR state = 'locked' OR state = 'sent' OR state = 'answered' OR state = 'settled' OR state = 'received'),
		pay_date TEXT NOT NULL, cutoff_date TEXT NOT NULL, prepared_by TEXT NOT NULL, prepared_role TEXT NOT NULL,
		approved_by TEXT NOT NULL, approved_role TEXT NOT NULL) STRICT, WITHOUT ROWID`,
	`CREATE TABLE payroll_events(id INTEGER PRIMARY KEY, period TEXT NOT NULL, step TEXT NOT NULL, unit TEXT NOT NULL,
		act INTEGER NOT NULL REFERENCES acts(id)) STRICT`,
	`CREATE INDEX payroll_events_period ON payroll_events(period)`,
	`CREATE TABLE payroll_lines(period TEXT NOT NULL REFERENCES payroll_runs(period), member INTEGER NOT NULL, unit TEXT NOT NULL,
		due INTEGER NOT NULL, requested INTEGER NOT NULL CHECK(requested >= 0), excluded TEXT NOT NULL,
		deducted INTEGER CHECK(deducted >= 0), reason TEXT NOT NULL, excess INTEGER NOT NULL CHECK(excess >= 0),
		settled INTEGER NOT NULL CHECK(settled = 0 OR settled = 1), PRIMARY KEY(period, member)) STRICT, WITHOUT ROWID`,
	`CREATE TABLE payroll_parts(period TEXT NOT NULL, member INTEGER NOT NULL, rank INTEGER NOT NULL, item INTEGER NOT NULL REFERENCES open_items(id),
		planned INTEGER NOT NULL CHECK(planned >= 0), settled INTEGER NOT NULL CHECK(settled >= 0), PRIMARY KEY(period, member, rank)) STRICT, WITHOUT ROWID`,
	`CREATE TABLE payroll_results(id INTEGER PRIMARY KEY, period TEXT NOT NULL, member INTEGER NOT NULL, deducted INTEGER NOT NULL CHECK(deducted >= 0),
		reason TEXT NOT NULL, act INTEGER NOT NULL REFERENCES acts(id)) STRICT`,
	`CREATE INDEX payroll_results_member ON payroll_results(period, member)`,
	`CREATE TABLE payroll_unmatched(id INTEGER PRIMARY KEY, period TEXT NOT NULL, row INTEGER NOT NULL, code TEXT NOT NULL, amount INTEGER NOT NULL,
		act INTEGER NOT NULL REFERENCES acts(id)) STRICT`,

	`CREATE TABLE coop_keys(id TEXT PRIMARY KEY, kind TEXT NOT NULL CHECK(kind = 'sign' OR kind = 'seal'), public BLOB NOT NULL, secret BLOB NOT NULL,
		wrapped INTEGER NOT NULL CHECK(wrapped = 0 OR wrapped = 1), created_at INTEGER NOT NULL) STRICT, WITHOUT ROWID`,
}

// appendOnly lists the tables whose rows never change, with the columns that make a row unique: an
// INSERT OR REPLACE over any of them would delete without firing a delete trigger.
var appendOnly = []struct {
	table string
	keys  [][]string
}{
	{"acts", [][]string{{"id"}, {"key", "kind"}}},
	{"act_answers", [][]string{{"act"}}},
	{"parties", [][]string{{"id"}, {"ref", "kind"}}},
	{"journal", [][]string{{"id"}}},
	{"journal_lines", [][]string{{"entry", "line"}}},
	{"seals", [][]string{{"seq"}}},
	{"periods_log", [][]string{{"id"}}},
	{"open_items", [][]string{{"id"}}},
	{"settlements", [][]string{{"id"}}},
	{"policies", [][]string{{"id"}}},
	{"member_events", [][]string{{"id"}}},
	{"mandates", [][]string{{"id"}}},
	{"card_events", [][]string{{"id"}, {"member", "serial", "kind"}}},
	{"shift_events", [][]string{{"id"}, {"shift", "kind"}}},
	{"sales", [][]string{{"act"}}},
	{"sale_lines", [][]string{{"sale", "line"}}},
	{"sale_tenders", [][]string{{"sale", "line"}}},
	{"goods_receipts", [][]string{{"act"}}},
	{"stock_moves", [][]string{{"id"}}},
	{"payroll_events", [][]string{{"id"}}},
	{"payroll_results", [][]string{{"id"}}},
	{"payroll_unmatched", [][]string{{"id"}}},
}

// triggers keep what happened as it happened, also against whoever holds the SQL console.
func triggers() []string {
	var all []string
	for _, t := range appendOnly {
		for _, verb := range []string{"UPDATE", "DELETE"} {
			all = append(all, fmt.Sprintf("CREATE TRIGGER %s_no_%s BEFORE %s ON %s BEGIN SELECT RAISE(ABORT, '%s is append-only'); END",
				t.table, strings.ToLower(verb), verb, t.table, t.table))
		}
		var same []string
		for _, key := range t.keys {
			var columns []string
			for _, column := range key {
				columns = append(columns, column+" = NEW."+column)
			}
			same = append(same, fmt.Sprintf("EXISTS(SELECT 1 FROM %s WHERE %s)", t.table, strings.Join(columns, " AND ")))
		}
		all = append(all, fmt.Sprintf("CREATE TRIGGER %s_no_replace BEFORE INSERT ON %s WHEN %s BEGIN SELECT RAISE(FAIL, '%s is append-only'); END",
			t.table, t.table, strings.Join(same, " OR "), t.table))
	}
	return append(all,
		`CREATE TRIGGER seals_check BEFORE INSERT ON seals BEGIN
			SELECT RAISE(FAIL, 'seals follow each other without gaps') WHERE NEW.seq <> (SELECT coalesce(max(seq), 0) + 1 FROM seals);
			SELECT RAISE(FAIL, 'an entry needs two lines or more that sum to zero') WHERE (SELECT count(*) < 2 OR sum(amount) <> 0 FROM journal_lines WHERE entry = NEW.seq);
		END`,
		`CREATE TRIGGER journal_lines_sealed BEFORE INSERT ON journal_lines WHEN EXISTS(SELECT 1 FROM seals WHERE seq = NEW.entry)
			BEGIN SELECT RAISE(FAIL, 'the entry is sealed'); END`,
		`CREATE TRIGGER journal_period_open BEFORE INSERT ON journal WHEN EXISTS(SELECT 1 FROM periods WHERE period = NEW.period AND state = 'closed')
			BEGIN SELECT RAISE(FAIL, 'the period is closed'); END`,
		`CREATE TRIGGER act_notes_no_update BEFORE UPDATE ON act_notes BEGIN SELECT RAISE(ABORT, 'a note is erased, never rewritten'); END`,
		`CREATE TRIGGER payroll_parts_frozen BEFORE INSERT ON payroll_parts WHEN (SELECT state FROM payroll_runs WHERE period = NEW.period) <> 'draft'
			BEGIN SELECT RAISE(ABORT, 'the run is locked'); END`,
		`CREATE TRIGGER payroll_parts_kept BEFORE DELETE ON payroll_parts WHEN (SELECT state FROM payroll_runs WHERE period = OLD.period) <> 'draft'
			BEGIN SELECT RAISE(ABORT, 'the run is locked'); END`,
		`CREATE TRIGGER payroll_parts_planned BEFORE UPDATE OF item, planned ON payroll_parts WHEN (SELECT state FROM payroll_runs WHERE period = OLD.period) <> 'draft'
			BEGIN SELECT RAISE(ABORT, 'the run is locked'); END`,
	)
}
