package ledger_test

import (
	"bytes"
	"encoding/json"
	"io"
	"net/http"
	"strings"
	"testing"

	"kpdk/hooks/internal/act"
	"kpdk/hooks/ledger"
)

// Whoever logs in as a manager still cannot change what happened: every door of PocketBase that leads to
// the books is shut or leads to what is read-only, and says so.
func TestASuperuserCannotThroughTheAPI(t *testing.T) {
	app := lived(t)
	furnish(t, app)
	url, token := app.Serve().URL, app.Token(app.Manager())
	used, err := app.FindFirstRecordByData("accounts", "account", 1101)
	if err != nil {
		t.Fatal(err)
	}
	sql := func(query string) string {
		raw, _ := json.Marshal(map[string]string{"query": query}) // a text: it cannot fail
		return string(raw)
	}
	before := dump(t, app)
	for name, c := range map[string]struct {
		method, path, body string
		code               string // of our own refusal; empty: PocketBase's
	}{
		"the SQL console, a trigger dropped":   {"POST", "/api/sql", sql("DROP TRIGGER seals_no_update"), "guard.sql"},
		"the SQL console, an update":           {"POST", "/api/sql", sql("UPDATE journal_lines SET amount = 1"), "guard.sql"},
		"the SQL console, a file attached":     {"POST", "/api/sql", sql("ATTACH DATABASE 'x.db' AS x"), "guard.sql"},
		"the SQL console, the schema":          {"POST", "/api/sql", sql("PRAGMA writable_schema = ON"), "guard.sql"},
		"an update of a view's record":         {"PATCH", "/api/collections/v_journal/records/0000000001", `{"amount_rupiah": 1}`, ""},
		"a deletion of a view's record":        {"DELETE", "/api/collections/v_journal_lines/records/0000000001-0001", "", ""},
		"a record made in a view":              {"POST", "/api/collections/v_journal/records", `{"entry": 99}`, ""},
		"an entry as a record of a table":      {"POST", "/api/collections/journal/records", `{"kind": "sale"}`, ""},
		"a table truncated":                    {"DELETE", "/api/collections/v_journal/truncate", "", "guard.collections"},
		"a table of the books truncated":       {"DELETE", "/api/collections/journal/truncate", "", "guard.collections"},
		"a collection deleted":                 {"DELETE", "/api/collections/v_journal", "", "guard.collections"},
		"the chart of accounts deleted":        {"DELETE", "/api/collections/accounts", "", "guard.collections"},
		"an import that deletes the rest":      {"PUT", "/api/collections/import", `{"collections": [], "deleteMissing": true}`, "guard.collections"},
		"a view that asks for another table":   {"PATCH", "/api/collections/v_journal", `{"viewQuery": "SELECT id FROM seals"}`, "guard.collections"},
		"a collection over a table":            {"POST", "/api/collections", `{"name": "seals", "type": "base"}`, "guard.collections"},
		"a trial of a view that writes":        {"POST", "/api/collections/meta/dry-run-view", sql("WITH x AS (SELECT 1) DELETE FROM seals"), "guard.collections"},
		"a batch":                              {"POST", "/api/batch", `{"requests": [{"method": "DELETE", "url": "/api/collections/accounts/records/x"}]}`, "guard.batch"},
		"a backup put in its place":            {"POST", "/api/backups/any.zip/restore", "", "guard.backup"},
		"a backup uploaded":                    {"POST", "/api/backups/upload", "", "guard.backup"},
		"an account in use, deleted":           {"DELETE", "/api/collections/accounts/records/" + used.Id, "", "guard.keep_account"},
		"an account in use, another number":    {"PATCH", "/api/collections/accounts/records/" + used.Id, `{"account": 1999}`, "input.invalid"},
		"an account in use, another party":     {"PATCH", "/api/collections/accounts/records/" + used.Id, `{"party_kind": "member"}`, "input.invalid"},
		"an account in use, of another nature": {"PATCH", "/api/collections/accounts/records/" + used.Id, `{"kind": "expense"}`, "input.invalid"},
	} {
		t.Run(name, func(t *testing.T) {
			ask, err := http.NewRequest(c.method, url+c.path, bytes.NewReader([]byte(c.body)))
			if err != nil {
				t.Fatal(err)
			}
			ask.Header.Set("Content-Type", "application/json")
			ask.Header.Set("Authorization", token)
			answer, err := http.DefaultClient.Do(ask)
			if err != nil {
				t.Fatal(err)
			}
			defer answer.Body.Close()
			raw, err := io.ReadAll(answer.Body)
			if err != nil {
				t.Fatal(err)
			}
			if answer.StatusCode < 400 || answer.StatusCode >= 500 || c.code != "" && !strings.Contains(string(raw), `"code":"`+c.code+`"`) {
				t.Errorf("%d %s, want %q", answer.StatusCode, raw, c.code)
			}
			if dump(t, app) != before {
				t.Fatal("the books changed")
			}
		})
	}
	var triggers int
	if err := act.Read(app).Row("SELECT count(*) FROM sqlite_master WHERE type = 'trigger'").Scan(&triggers); err != nil || triggers != strings.Count(strings.TrimSpace(ledger.TriggersGolden), "\n")+1 {
		t.Errorf("%d triggers are left (%v)", triggers, err)
	}
}
