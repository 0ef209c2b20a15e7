package ledger_test

import (
	"flag"
	"os"
	"strings"
	"testing"

	"kpdk/hooks/internal/act"
	"kpdk/hooks/internal/testapp"
	"kpdk/hooks/ledger"
)

var update = flag.Bool("update", false, "write golden files anew")

// The list that verify expects is the list that the migrations make.
func TestTriggersAreTheOnesOfTheMigrations(t *testing.T) {
	app := testapp.New(t)
	var b strings.Builder
	err := act.Each(act.Read(app), "SELECT name, sql FROM sqlite_master WHERE type = 'trigger' ORDER BY name", nil, func(row act.Scanner) error {
		var name, text string
		err := row.Scan(&name, &text)
		b.WriteString(name + " " + ledger.Fingerprint(text) + "\n")
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	if *update {
		if err := os.WriteFile("triggers.golden", []byte(b.String()), 0o644); err != nil {
			t.Fatal(err)
		}
		return
	}
	if b.String() != ledger.TriggersGolden {
		t.Errorf("the migrations make other triggers than triggers.golden names; look at why, then run go test ./hooks/ledger -run Triggers -update")
	}
}
