package pb_migrations

import (
	"fmt"
	"slices"

	"github.com/pocketbase/pocketbase/core"
	m "github.com/pocketbase/pocketbase/migrations"
)

func init() {
	m.Register(func(txApp core.App) error {
		if err := run(txApp.DB(), joinTables, joinTriggers()); err != nil {
			return err
		}
		return joinCollections(txApp)
	}, nil, "0015_join.go")
}

// The way into the co-op. Of an invitation the file knows a keyed hash. What was agreed to and signed is
// kept as a hash of its words and of its paper; the paper itself, with the name and the signature, is a
// record that can be erased, and so is what the board told somebody it refused (act_notes).
var joinTables = []string{
	`CREATE TABLE invitations(
		member INTEGER PRIMARY KEY, hash BLOB NOT NULL CHECK(length(hash) = 32), expires_at INTEGER NOT NULL, tries INTEGER NOT NULL CHECK(tries BETWEEN 0 AND 5),
		act INTEGER NOT NULL REFERENCES acts(id)) STRICT`,
	`CREATE TABLE identity_checks(
		id INTEGER PRIMARY KEY, member INTEGER NOT NULL, way TEXT NOT NULL CHECK(way = 'invited' OR way = 'own'),
		matched TEXT NOT NULL CHECK(matched = 'birth_date' OR matched = 'digits' OR matched = 'number' OR matched = 'none'),
		act INTEGER NOT NULL REFERENCES acts(id)) STRICT`,
	`CREATE INDEX identity_checks_member ON identity_checks(member, id)`,
	`CREATE TABLE signed_papers(
		id INTEGER PRIMARY KEY, member INTEGER NOT NULL, kind TEXT NOT NULL CHECK(kind = 'consent' OR kind = 'mandate'), mandate INTEGER REFERENCES mandates(id),
		words BLOB NOT NULL CHECK(length(words) = 32), statutes BLOB CHECK(length(statutes) = 32),
		how TEXT NOT NULL CHECK(how = 'drawn' OR how = 'typed'), hash BLOB NOT NULL CHECK(length(hash) = 32),
		act INTEGER NOT NULL REFERENCES acts(id), CHECK((kind = 'mandate') = (mandate IS NOT NULL)), CHECK((kind = 'consent') = (statutes IS NOT NULL))) STRICT`,
	`CREATE INDEX signed_papers_member ON signed_papers(member, id)`,
	`CREATE UNIQUE INDEX signed_papers_mandate ON signed_papers(mandate) WHERE mandate IS NOT NULL`,
	`CREATE TABLE applications(
		act INTEGER PRIMARY KEY REFERENCES acts(id), member INTEGER NOT NULL, consent INTEGER NOT NULL REFERENCES signed_papers(id), mandate INTEGER REFERENCES mandates(id),
		principal TEXT NOT NULL CHECK(principal = 'cash' OR principal = 'transfer' OR principal = 'payroll'), instalments INTEGER NOT NULL CHECK(instalments BETWEEN 1 AND 24)) STRICT`,
	`CREATE INDEX applications_member ON applications(member, act)`,
	`CREATE TABLE application_decisions(
		application INTEGER PRIMARY KEY REFERENCES applications(act), approved INTEGER NOT NULL CHECK(approved = 0 OR approved = 1),
		act INTEGER NOT NULL REFERENCES acts(id)) STRICT`,
}

// joinTriggers keep what happened append-only.
func joinTriggers() []string {
	all := slices.Concat(keptForever("identity_checks"), keptForever("signed_papers"))
	for table, key := range map[string]string{"applications": "act", "application_decisions": "application"} {
		all = append(all,
			fmt.Sprintf("CREATE TRIGGER %[1]s_no_update BEFORE UPDATE ON %[1]s BEGIN SELECT RAISE(ABORT, '%[1]s is append-only'); END", table),
			fmt.Sprintf("CREATE TRIGGER %[1]s_no_delete BEFORE DELETE ON %[1]s BEGIN SELECT RAISE(ABORT, '%[1]s is append-only'); END", table),
			fmt.Sprintf("CREATE TRIGGER %[1]s_no_replace BEFORE INSERT ON %[1]s WHEN EXISTS(SELECT 1 FROM %[1]s WHERE %[2]s = NEW.%[2]s) BEGIN SELECT RAISE(FAIL, '%[1]s is append-only'); END", table, key))
	}
	return all
}

func joinCollections(txApp core.App) error {
	members, err := txApp.FindCollectionByNameOrId("members")
	if err != nil {
		return err
	}
	members.Fields.Add(&core.TextField{Name: "phone", Max: 40, Hidden: true})
	if err := txApp.Save(members); err != nil {
		return err
	}
	// A signed paper as PDF: kept from everybody's eyes, read through a route by its member and by managers.
	papers := core.NewBaseCollection("paper_files")
	papers.Fields.Add(
		&core.NumberField{Name: "paper", OnlyInt: true, System: true, Required: true, Min: ptr(1)},
		&core.FileField{Name: "file", Protected: true, MaxSelect: 1, MaxSize: 2 << 20, MimeTypes: []string{"application/pdf"}},
		&core.AutodateField{Name: "created", OnCreate: true}, &core.AutodateField{Name: "updated", OnCreate: true, OnUpdate: true})
	papers.AddIndex("idx_paper_files_paper", true, "`paper`", "")
	if err := txApp.Save(papers); err != nil {
		return err
	}
	view := core.NewViewCollection("v_applications") // without rules: for managers alone
	view.ViewQuery = `SELECT CAST(printf('%010d', x.act) AS TEXT) AS id, ` + momentOf("a.at") + ` AS at, m.id AS member, CAST(p.how AS TEXT) AS signed,
		CAST(k.max_rupiah AS INT) AS mandate_rupiah, CAST(x.principal AS TEXT) AS principal, CAST(x.instalments AS INT) AS instalments,
		CAST(CASE d.approved WHEN 1 THEN 'approved' WHEN 0 THEN 'refused' ELSE 'waiting' END AS TEXT) AS decision, ` + momentOf("b.at") + ` AS decided_at, CAST(b.role AS TEXT) AS decided_role
		FROM applications x JOIN acts a ON a.id = x.act JOIN signed_papers p ON p.id = x.consent LEFT JOIN members m ON m.number = x.member LEFT JOIN mandates k ON k.id = x.mandate
		LEFT JOIN application_decisions d ON d.application = x.act LEFT JOIN acts b ON b.id = d.act
		WHERE x.act > ` + recentOf("applications", "act") + ` ORDER BY x.act DESC`
	return txApp.Save(view)
}
