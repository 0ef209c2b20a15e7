package template_test

import (
	"encoding/json"
	"slices"
	"testing"

	"kpdk/hooks/internal/testapp"
	"kpdk/hooks/ledger"
	"kpdk/hooks/template"
)

// Each of the five types founds a co-op: its chart passes the checks of a stranger's, has the accounts that
// acts post to with their meaning, and accounts of its trade.
func TestEveryTypeOfCoopHasItsChart(t *testing.T) {
	base := template.Default()
	own := map[string]int{"konsumen": 4101, "produsen": 1134, "pemasaran": 4104, "jasa": 4105, "simpan_pinjam": 1125}
	for kind, account := range own {
		b, ok := template.Preset(kind)
		if !ok || b.Type != kind || len(b.Categories) == 0 {
			t.Fatalf("%s: %v %q", kind, ok, b.Type)
		}
		if err := b.Check(); err != nil {
			t.Errorf("%s: %v", kind, err)
		}
		code := func(a template.Account) int { return a.Account }
		for _, want := range append([]int{account}, ledger.Reserved...) {
			if !slices.ContainsFunc(b.Accounts, func(a template.Account) bool { return code(a) == want }) {
				t.Errorf("%s has no account %d", kind, want)
			}
		}
		if kind != "konsumen" && len(b.Accounts) <= len(base.Accounts) {
			t.Errorf("%s adds nothing", kind)
		}
	}
	if _, ok := template.Preset("bank"); ok {
		t.Error("a bank is no co-op")
	}
}

func TestInitFoundsTheTypeThatWasAskedFor(t *testing.T) {
	app := unfounded(t, testapp.Migrated(t))
	if out, code := run(t, app, "init", "--name", "Koperasi Tani Makmur", "--type", "nelayan"); code == 0 {
		t.Errorf("a type nobody knows: %s", out)
	}
	if out, code := run(t, app, "init", "--name", "Koperasi Tani Makmur", "--type", "produsen"); code != 0 {
		t.Fatalf("%d %s", code, out)
	}
	s, err := template.Export(app)
	if err != nil {
		t.Fatal(err)
	}
	raw, err := json.Marshal(s)
	if err != nil {
		t.Fatal(err)
	}
	_, b, err := template.Read(raw)
	if err != nil || b.Type != "produsen" || !slices.ContainsFunc(b.Accounts, func(a template.Account) bool { return a.Account == 1134 }) {
		t.Errorf("the template says %q with %d accounts (%v)", b.Type, len(b.Accounts), err)
	}
}
