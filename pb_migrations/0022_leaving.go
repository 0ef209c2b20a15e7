package pb_migrations

import (
	"fmt"
	"strings"

	"github.com/pocketbase/pocketbase/core"
	m "github.com/pocketbase/pocketbase/migrations"
)

// How a membership ends: what somebody asked for, what the settlement came to, debts that were written
// off, and whose personal data was erased. Words that people wrote stand in act_notes.
func init() {
	m.Register(func(txApp core.App) error {
		if err := run(txApp.DB(), leavingTables, leavingTriggers()); err != nil {
			return err
		}
		categories, err := txApp.FindCollectionByNameOrId("expense_categories")
		if err != nil {
			return err
		}
		lost := core.NewRecord(categories)
		lost.Load(map[string]any{"id": "expensewriteoff", "name": "Penghapusan piutang", "name_en": "Debts written off", "account": 7201, "sort": 95})
		return txApp.SaveNoValidate(lost)
	}, nil, "0022_leaving.go")
}

var leavingTables = []string{
	`CREATE TABLE leave_requests(act INTEGER PRIMARY KEY REFERENCES acts(id), member INTEGER NOT NULL,
		reason TEXT NOT NULL CHECK(reason = 'resigned' OR reason = 'retired' OR reason = 'moved')) STRICT`,
	`CREATE INDEX leave_requests_member ON leave_requests(member)`,
	`CREATE TABLE leave_decisions(request INTEGER PRIMARY KEY REFERENCES leave_requests(act),
		kind TEXT NOT NULL CHECK(kind = 'withdrawn' OR kind = 'refused' OR kind = 'settled'), act INTEGER NOT NULL REFERENCES acts(id)) STRICT`,
	`CREATE TABLE leavings(member INTEGER PRIMARY KEY, reason TEXT NOT NULL CHECK(reason = 'resigned' OR reason = 'retired' OR reason = 'moved' OR reason = 'deceased'),
		date TEXT NOT NULL, due_on TEXT NOT NULL, savings INTEGER NOT NULL CHECK(savings >= 0), debt INTEGER NOT NULL CHECK(debt >= 0),
		offset INTEGER NOT NULL CHECK(offset BETWEEN 0 AND min(savings, debt)), waived INTEGER NOT NULL CHECK(waived >= 0),
		entry INTEGER REFERENCES journal(id), act INTEGER NOT NULL REFERENCES acts(id)) STRICT`,
	`CREATE TABLE write_offs(entry INTEGER PRIMARY KEY REFERENCES journal(id), member INTEGER NOT NULL, amount INTEGER NOT NULL CHECK(amount > 0),
		request INTEGER NOT NULL UNIQUE REFERENCES treasury_requests(act), act INTEGER NOT NULL REFERENCES acts(id)) STRICT`,
	`CREATE TABLE erasures(member INTEGER PRIMARY KEY, act INTEGER NOT NULL REFERENCES acts(id)) STRICT`,
}

func leavingTriggers() []string {
	var all []string
	for _, t := range []struct{ table, same string }{
		{"leave_requests", "act = NEW.act"}, {"leave_decisions", "request = NEW.request"}, {"leavings", "member = NEW.member"},
		{"write_offs", "entry = NEW.entry OR request = NEW.request"}, {"erasures", "member = NEW.member"},
	} {
		for _, verb := range []string{"UPDATE", "DELETE"} {
			all = append(all, fmt.Sprintf("CREATE TRIGGER %s_no_%s BEFORE %s ON %s BEGIN SELECT RAISE(ABORT, '%s is append-only'); END",
				t.table, strings.ToLower(verb), verb, t.table, t.table))
		}
		all = append(all, fmt.Sprintf("CREATE TRIGGER %s_no_replace BEFORE INSERT ON %s WHEN EXISTS(SELECT 1 FROM %s WHERE %s) BEGIN SELECT RAISE(FAIL, '%s is append-only'); END",
			t.table, t.table, t.table, t.same, t.table))
	}
	return all
}
