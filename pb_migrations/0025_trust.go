package pb_migrations

import (
	"fmt"
	"slices"
	"strings"

	"github.com/pocketbase/pocketbase/core"
	m "github.com/pocketbase/pocketbase/migrations"
)

func init() {
	m.Register(func(txApp core.App) error {
		return run(txApp.DB(), trustTables, slices.Concat(keptByAct("sightings"), keptForever("notices"), keptByAct("notice_reads"), keptByAct("notice_choices")))
	}, nil, "0025_trust.go")
}

// A sighting is that somebody of the co-op was shown data of a member, or changed it by hand; who and when is in
// its act. Without a member it is of everybody: of the list of a month and a work unit where these are named, else
// of the register. A notice is what a member is told of an act; with the member 0 everybody on the list of the
// month that its subject names. Both hold numbers, ids, amounts and codes only.
//
// notice_mails is how far the mail of a notice has come, and known_devices are the browsers somebody logged in with
// (a keyed hash of what the browser keeps, and what people call it): both go when they are of no use any more.
var trustTables = []string{
	`CREATE TABLE sightings(
		act INTEGER PRIMARY KEY REFERENCES acts(id), member INTEGER CHECK(member > 0),
		action TEXT NOT NULL CHECK(action = 'opened' OR action = 'listed' OR action = 'exported' OR action = 'changed'),
		via TEXT NOT NULL CHECK(via <> '' AND via NOT GLOB '*[^a-z_]*'), why TEXT NOT NULL CHECK(why <> '' AND why NOT GLOB '*[^a-z_]*'),
		fields TEXT NOT NULL CHECK(fields NOT GLOB '*[^a-z_,]*'), period TEXT NOT NULL CHECK(period = '' OR period GLOB '[12][0-9][0-9][0-9]-[01][0-9]'),
		unit TEXT NOT NULL CHECK(length(unit) <= 80),
		date TEXT NOT NULL CHECK(date GLOB '[12][0-9][0-9][0-9]-[01][0-9]-[0-3][0-9]')) STRICT`,
	`CREATE INDEX sightings_member ON sightings(member, act)`,
	`CREATE TABLE notices(
		id INTEGER PRIMARY KEY, member INTEGER NOT NULL CHECK(member >= 0), kind TEXT NOT NULL CHECK(kind <> '' AND kind NOT GLOB '*[^a-z_]*'),
		subject TEXT NOT NULL CHECK(length(subject) <= 80 AND subject NOT GLOB '* *'), amount INTEGER, rest INTEGER,
		mail INTEGER NOT NULL CHECK(mail = 0 OR mail = 1), act INTEGER NOT NULL REFERENCES acts(id)) STRICT`,
	`CREATE INDEX notices_member ON notices(member, id)`,
	`CREATE INDEX notices_mail ON notices(id) WHERE mail = 1`,
	`CREATE TABLE notice_reads(act INTEGER PRIMARY KEY REFERENCES acts(id), member INTEGER NOT NULL CHECK(member > 0), upto INTEGER NOT NULL CHECK(upto > 0)) STRICT`,
	`CREATE INDEX notice_reads_member ON notice_reads(member, upto)`,
	`CREATE TABLE notice_choices(
		act INTEGER PRIMARY KEY REFERENCES acts(id), member INTEGER NOT NULL CHECK(member > 0), topic TEXT NOT NULL CHECK(topic <> '' AND topic NOT GLOB '*[^a-z_]*'),
		mail INTEGER NOT NULL CHECK(mail = 0 OR mail = 1)) STRICT`,
	`CREATE INDEX notice_choices_member ON notice_choices(member, topic, act)`,
	`CREATE TABLE notice_mails(
		notice INTEGER PRIMARY KEY REFERENCES notices(id), state TEXT NOT NULL CHECK(state = 'sent' OR state = 'skipped' OR state = 'waiting' OR state = 'given_up'),
		tries INTEGER NOT NULL CHECK(tries BETWEEN 0 AND 100), next_at INTEGER NOT NULL) STRICT`,
	`CREATE INDEX notice_mails_waiting ON notice_mails(next_at) WHERE state = 'waiting'`,
	`CREATE TABLE known_devices(
		login TEXT NOT NULL CHECK(login = 'members' OR login = 'operators'), record TEXT NOT NULL, hash BLOB NOT NULL CHECK(length(hash) = 32),
		browser TEXT NOT NULL, system TEXT NOT NULL, seen_on TEXT NOT NULL CHECK(seen_on GLOB '[12][0-9][0-9][0-9]-[01][0-9]-[0-3][0-9]'),
		act INTEGER NOT NULL, PRIMARY KEY(login, record, hash)) STRICT, WITHOUT ROWID`,
	`CREATE INDEX known_devices_act ON known_devices(act)`,
	`CREATE INDEX savings_receipts_member ON savings_receipts(member)`,
}

// keptByAct are the triggers of a table whose rows never change; its key is the act that wrote the row.
func keptByAct(table string) (all []string) {
	for _, verb := range []string{"UPDATE", "DELETE"} {
		all = append(all, fmt.Sprintf("CREATE TRIGGER %s_no_%s BEFORE %s ON %s BEGIN SELECT RAISE(ABORT, '%s is append-only'); END", table, strings.ToLower(verb), verb, table, table))
	}
	return append(all, fmt.Sprintf("CREATE TRIGGER %[1]s_no_replace BEFORE INSERT ON %[1]s WHEN EXISTS(SELECT 1 FROM %[1]s WHERE act = NEW.act) BEGIN SELECT RAISE(FAIL, '%[1]s is append-only'); END", table))
}
