package pb_migrations

import (
	"slices"

	"github.com/pocketbase/pocketbase/core"
	m "github.com/pocketbase/pocketbase/migrations"
)

// What is so of an employee may be announced for a day to come, and taken back before it: a cancel names the fact. What
// stands is read through standing_facts.
func init() {
	m.Register(func(txApp core.App) error {
		err := run(txApp.DB(), []string{
			`CREATE TABLE fact_cancels(
				id INTEGER PRIMARY KEY, fact INTEGER NOT NULL UNIQUE REFERENCES employee_facts(id), act INTEGER NOT NULL REFERENCES acts(id)) STRICT`,
			`CREATE INDEX fact_cancels_act ON fact_cancels(act)`,
			`CREATE INDEX employee_facts_ahead ON employee_facts(kind, valid_from, value, employee)`,
			`CREATE VIEW standing_facts AS SELECT f.id, f.employee, f.kind, f.value, f.valid_from, f.act FROM employee_facts f
				WHERE NOT EXISTS(SELECT 1 FROM fact_cancels c WHERE c.fact = f.id)`,
		}, slices.Concat(keptForever("fact_cancels"), []string{`CREATE TRIGGER fact_cancels_once BEFORE INSERT ON fact_cancels WHEN EXISTS(SELECT 1 FROM fact_cancels WHERE fact = NEW.fact)
			BEGIN SELECT RAISE(FAIL, 'fact_cancels is append-only'); END`}))
		if err != nil {
			return err
		}
		view, err := txApp.FindCollectionByNameOrId("v_employee_facts")
		if err != nil {
			return err
		}
		view.ViewQuery = `SELECT CAST(printf('%010d', f.id) AS TEXT) AS id, e.id AS employee, CAST(f.kind AS TEXT) AS kind, CAST(CASE f.kind WHEN 'unit' THEN coalesce(u.code, f.value) ELSE f.value END AS TEXT) AS value,
			CAST(f.valid_from AS TEXT) AS valid_from, ` + momentOf("a.at") + ` AS at, CAST(a.role AS TEXT) AS role, CAST(c.id IS NOT NULL AS BOOL) AS cancelled
			FROM employee_facts f JOIN acts a ON a.id = f.act LEFT JOIN employees e ON e.id = f.employee LEFT JOIN work_units u ON f.kind = 'unit' AND u.id = f.value LEFT JOIN fact_cancels c ON c.fact = f.id
			WHERE f.kind <> 'pay' AND f.id > ` + recentOf("employee_facts", "id") + ` ORDER BY f.id DESC`
		return txApp.Save(view)
	}, nil, "0044_announced.go")
}
