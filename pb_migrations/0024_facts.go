package pb_migrations

import (
	"slices"

	"github.com/pocketbase/pocketbase/core"
	m "github.com/pocketbase/pocketbase/migrations"
)

func init() {
	m.Register(func(txApp core.App) error {
		if err := run(txApp.DB(), factTables, slices.Concat(keptForever("employee_facts"), keptForever("member_kinds"), keptForever("imported_lists"))); err != nil {
			return err
		}
		return factCollections(txApp)
	}, nil, "0024_facts.go")
}

// What is so of an employee since a date: work unit (record id), grade, channel of deduction (a code), pay
// (rupiah). The list of employees shows today's value. Of a kind without a fact that value holds, for ever back.
var factTables = []string{
	`CREATE TABLE employee_facts(
		id INTEGER PRIMARY KEY, employee TEXT NOT NULL, kind TEXT NOT NULL CHECK(kind = 'unit' OR kind = 'grade' OR kind = 'channel' OR kind = 'pay'),
		value TEXT NOT NULL, valid_from TEXT NOT NULL CHECK(valid_from GLOB '[12][0-9][0-9][0-9]-[01][0-9]-[0-3][0-9]'), act INTEGER NOT NULL REFERENCES acts(id)) STRICT`,
	`CREATE INDEX employee_facts_employee ON employee_facts(employee, kind, valid_from, id)`,
	`CREATE INDEX employee_facts_act ON employee_facts(act)`,
	`CREATE TABLE member_kinds(
		id INTEGER PRIMARY KEY, member INTEGER NOT NULL, kind TEXT NOT NULL CHECK(kind = 'ordinary' OR kind = 'extraordinary'), date TEXT NOT NULL,
		act INTEGER NOT NULL REFERENCES acts(id)) STRICT`,
	`CREATE INDEX member_kinds_member ON member_kinds(member, id)`,
	// The lists that were imported, by the hash of their file: what a list said once is no news when it comes again.
	`CREATE TABLE imported_lists(id INTEGER PRIMARY KEY, hash BLOB NOT NULL CHECK(length(hash) = 32), act INTEGER NOT NULL REFERENCES acts(id)) STRICT`,
	`CREATE INDEX imported_lists_hash ON imported_lists(hash, act)`,
}

func factCollections(txApp core.App) error {
	employees, err := txApp.FindCollectionByNameOrId("employees")
	if err != nil {
		return err
	}
	employees.Fields.Add(&core.SelectField{Name: "channel", Values: []string{"officer", "bank", "self"}, MaxSelect: 1})
	if err := txApp.Save(employees); err != nil {
		return err
	}
	members, err := txApp.FindCollectionByNameOrId("members")
	if err != nil {
		return err
	}
	members.Fields.Add(&core.SelectField{Name: "kind", Values: []string{"ordinary", "extraordinary"}, MaxSelect: 1})
	if err := txApp.Save(members); err != nil {
		return err
	}
	view := core.NewViewCollection("v_employee_facts") // without rules: for managers alone
	view.ViewQuery = `SELECT CAST(printf('%010d', f.id) AS TEXT) AS id, e.id AS employee, CAST(f.kind AS TEXT) AS kind, CAST(CASE f.kind WHEN 'unit' THEN coalesce(u.code, f.value) ELSE f.value END AS TEXT) AS value,
		CAST(f.valid_from AS TEXT) AS valid_from, ` + momentOf("a.at") + ` AS at, CAST(a.role AS TEXT) AS role
		FROM employee_facts f JOIN acts a ON a.id = f.act LEFT JOIN employees e ON e.id = f.employee LEFT JOIN work_units u ON f.kind = 'unit' AND u.id = f.value
		WHERE f.kind <> 'pay' AND f.id > ` + recentOf("employee_facts", "id") + ` ORDER BY f.id DESC`
	return txApp.Save(view)
}
