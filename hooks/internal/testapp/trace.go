package testapp

import (
	"fmt"
	"maps"
	"regexp"
	"slices"
	"strings"

	"kpdk/hooks/internal/act"
)

// notTraced are tables that say who did something with which answer and how it was told, and not what is so.
var notTraced = []string{"acts", "act_answers", "seals", "heads", "sightings", "sessions", "login_events", "login_keys", "notices", "account_blocks"}

// timed are columns of what differs each time: moments, and what is sealed or salted anew.
var timed = []string{"at", "sealed", "salt"}

// Trace prints what every table of the co-op's own holds, line by line in the order in which it was written, without
// the ids of acts and without times, so that two ways to the same end can be compared. Skip names columns that are
// meant to differ, as "table.column".
func (a *App) Trace(skip ...string) string {
	a.T.Helper()
	var b strings.Builder
	for _, table := range a.column("SELECT name FROM pragma_table_list WHERE schema = 'main' AND type = 'table' AND strict = 1 ORDER BY name") {
		order := "rowid"
		if a.column("SELECT wr FROM pragma_table_list WHERE schema = 'main' AND name = ?", table)[0] == "1" { // it has none
			order = "1"
		}
		if slices.Contains(notTraced, table) {
			continue
		}
		ofActs := a.ofActs(table, map[string]bool{})
		var kept []string
		for _, name := range a.column("SELECT name FROM pragma_table_info(?) ORDER BY cid", table) {
			if !ofActs[name] && !slices.Contains(timed, name) && !strings.HasSuffix(name, "_at") && !slices.Contains(skip, table+"."+name) {
				kept = append(kept, fmt.Sprintf("coalesce(CAST(CASE typeof(%[1]q) WHEN 'blob' THEN hex(%[1]q) ELSE %[1]q END AS TEXT), '–')", name))
			}
		}
		if len(kept) == 0 {
			continue
		}
		for _, row := range a.column("SELECT " + strings.Join(kept, " || ' ' || ") + " FROM " + table + " ORDER BY " + order) {
			fmt.Fprintln(&b, table, row)
		}
	}
	known := map[string]string{}
	return recordID.ReplaceAllStringFunc(b.String(), func(id string) string {
		if known[id] == "" {
			known[id] = fmt.Sprintf("record%d", len(known)+1)
		}
		return known[id]
	})
}

// recordID is a PocketBase record's, drawn at random: it becomes the place where it is first met.
var recordID = regexp.MustCompile(`\b[a-z0-9]{15}\b`)

// ofActs are the columns of a table that hold an act's id, directly or through the key of another table.
func (a *App) ofActs(table string, asking map[string]bool) map[string]bool {
	found := map[string]bool{"act": true, "plan": true}
	if asking[table] {
		return found
	}
	asking = maps.Clone(asking)
	asking[table] = true
	for _, reference := range a.column(`SELECT "from" || ' ' || "table" || ' ' || coalesce("to", '') FROM pragma_foreign_key_list(?)`, table) {
		parts := strings.Split(reference, " ")
		if parts[1] == "acts" || a.ofActs(parts[1], asking)[parts[2]] {
			found[parts[0]] = true
		}
	}
	return found
}

func (a *App) column(query string, args ...any) (all []string) {
	a.T.Helper()
	err := act.Each(act.Read(a), query, args, func(row act.Scanner) error {
		var text string
		err := row.Scan(&text)
		all = append(all, text)
		return err
	})
	if err != nil {
		a.T.Fatal(err)
	}
	return all
}
