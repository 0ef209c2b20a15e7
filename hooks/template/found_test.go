package template_test

import (
	"testing"

	"kpdk/hooks/internal/act"
	"kpdk/hooks/internal/testapp"
	"kpdk/hooks/template"
)

func TestFoundingMakesAWholeCoop(t *testing.T) {
	app := testapp.New(t)
	for table, want := range map[string]int{"accounts": len(template.Default().Accounts), "coop_keys": 2, "tills": 1, "coop": 1} {
		var n int
		if err := act.Read(app).Row("SELECT count(*) FROM " + table).Scan(&n); err != nil || n != want {
			t.Errorf("%s: %d rows (%v), want %d", table, n, err, want)
		}
	}
	if err := template.Ensure(app); err != nil {
		t.Errorf("a founded co-op is left alone: %v", err)
	}
}
