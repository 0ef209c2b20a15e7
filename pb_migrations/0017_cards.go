package pb_migrations

import (
	"fmt"
	"strings"

	"github.com/pocketbase/pocketbase/core"
	m "github.com/pocketbase/pocketbase/migrations"
)

func init() {
	m.Register(func(txApp core.App) error {
		if err := run(txApp.DB(), cards, cardTriggers()); err != nil {
			return err
		}
		return cardViews(txApp)
	}, nil, "0017_cards.go")
}

// A phone keeps a key that never leaves it; card_devices knows its public half and the session it was
// brought in. A device lives as long as that session, and until the same session brings another key.
// card_certificates are the co-op's words that a device speaks for a card, each with its last day (days
// since 1970, UTC). card_uses are the codes of phones that paid, by their step of 30 seconds. card_prints
// are the cards that were put on sheets.
var cards = []string{
	`CREATE TABLE card_devices(
		id INTEGER PRIMARY KEY, member INTEGER NOT NULL CHECK(member > 0), key BLOB NOT NULL CHECK(length(key) = 32), session TEXT NOT NULL,
		act INTEGER NOT NULL REFERENCES acts(id)) STRICT`,
	`CREATE UNIQUE INDEX card_devices_key ON card_devices(key)`,
	`CREATE INDEX card_devices_session ON card_devices(session, id)`,
	`CREATE TABLE card_certificates(
		id INTEGER PRIMARY KEY, device INTEGER NOT NULL REFERENCES card_devices(id), serial INTEGER NOT NULL CHECK(serial BETWEEN 1 AND 65535),
		expires INTEGER NOT NULL CHECK(expires BETWEEN 1 AND 65535), act INTEGER NOT NULL REFERENCES acts(id)) STRICT`,
	`CREATE INDEX card_certificates_expires ON card_certificates(expires, device)`,
	`CREATE TABLE card_uses(
		device INTEGER NOT NULL REFERENCES card_devices(id), step INTEGER NOT NULL CHECK(step > 0), sale INTEGER NOT NULL REFERENCES acts(id),
		PRIMARY KEY(device, step, sale)) STRICT, WITHOUT ROWID`,
	`CREATE TABLE card_prints(
		id INTEGER PRIMARY KEY, member INTEGER NOT NULL CHECK(member > 0), serial INTEGER NOT NULL CHECK(serial BETWEEN 1 AND 65535),
		act INTEGER NOT NULL REFERENCES acts(id)) STRICT`,
	`CREATE INDEX card_prints_member ON card_prints(member, serial, id)`,
	`CREATE INDEX card_events_revoked ON card_events(member) WHERE kind = 'revoke'`,
}

func cardTriggers() (all []string) {
	for _, t := range []struct{ table, same string }{
		{"card_devices", "id = NEW.id OR key = NEW.key"}, {"card_certificates", "id = NEW.id"}, {"card_prints", "id = NEW.id"},
		{"card_uses", "device = NEW.device AND step = NEW.step AND sale = NEW.sale"},
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

// cardViews show managers what happened to cards. Keys and sessions stay out.
func cardViews(txApp core.App) error {
	for _, v := range []struct{ name, query string }{
		{"v_card_events", `SELECT CAST(printf('%010d', e.id) AS TEXT) AS id, ` + momentOf("a.at") + ` AS at, m.id AS member, CAST(e.serial AS INT) AS serial,
			CAST(e.kind AS TEXT) AS kind, CAST(a.kind AS TEXT) AS source, CAST(a.role AS TEXT) AS role, o.id AS operator
			FROM card_events e JOIN acts a ON a.id = e.act LEFT JOIN members m ON m.number = e.member LEFT JOIN operators o ON o.id = a.actor
			WHERE e.id > ` + recentOf("card_events", "id") + ` ORDER BY e.id DESC`},
		{"v_card_devices", `SELECT CAST(printf('%010d', c.id) AS TEXT) AS id, ` + momentOf("a.at") + ` AS at, m.id AS member, CAST(d.id AS INT) AS device, CAST(c.serial AS INT) AS serial,
			CAST(date(c.expires * 86400, 'unixepoch') AS TEXT) AS last_day, CAST(a.kind AS TEXT) AS source
			FROM card_certificates c JOIN card_devices d ON d.id = c.device JOIN acts a ON a.id = c.act LEFT JOIN members m ON m.number = d.member
			WHERE c.id > ` + recentOf("card_certificates", "id") + ` ORDER BY c.id DESC`},
	} {
		c := core.NewViewCollection(v.name) // without rules: for managers alone
		c.ViewQuery = v.query
		if err := txApp.Save(c); err != nil {
			return fmt.Errorf("%s: %w", v.name, err)
		}
	}
	return nil
}
