package ledger_test

import (
	"bytes"
	"context"
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/pocketbase/pocketbase/core"

	"kpdk/hooks/internal/act"
	"kpdk/hooks/internal/clock"
	"kpdk/hooks/internal/command"
	"kpdk/hooks/internal/testapp"
	"kpdk/hooks/ledger"
	"kpdk/hooks/ledger/book"
)

// run calls a command of the ledger in English and gives its exit code and what it printed.
func run(t *testing.T, app core.App, name string, flags map[string]string) (int, string) {
	t.Helper()
	all := map[string]string{"lang": "en"}
	maps.Copy(all, flags)
	for _, spec := range ledger.Commands() {
		if spec.Name != name {
			continue
		}
		for _, f := range spec.Flags {
			if _, ok := all[f.Name]; !ok {
				all[f.Name] = f.Default
			}
		}
		var out bytes.Buffer
		c := &command.Call{Ctx: context.Background(), App: app, Flags: all, Out: &out}
		code, err := spec.Run(c)
		if err != nil {
			c.Refuse(err)
			code = max(code, command.Failed)
		}
		return code, out.String()
	}
	t.Fatalf("no command %s", name)
	return 0, ""
}

// A head that was printed once proves the whole history before it, and tells when it was bent.
func TestAHeadSaysWhetherTheBooksStillContainIt(t *testing.T) {
	app := lived(t)
	var hash []byte
	if err := act.Read(app).Row("SELECT hash FROM seals WHERE seq = 3").Scan(&hash); err != nil {
		t.Fatal(err)
	}
	head := ledger.ShortHead(hash, 3)
	if len(head) != 18 || !strings.HasSuffix(head, "@3") {
		t.Errorf("a receipt prints %q", head)
	}
	check := func(flag string, code int, says string) {
		t.Helper()
		if got, text := run(t, app, "verify", map[string]string{"head": flag}); got != code || !strings.Contains(text, says) {
			t.Errorf("%s: exit %d: %s", flag, got, text)
		}
	}
	check(head, 0, "still contain "+head+": entry PJ-2026/00002, 2026-10-07. 3 entries")
	check(strings.ToUpper(head[:8])+" "+head[8:], 0, "still contain")
	check(fmt.Sprintf("%x@3", hash), 0, "still contain")
	check(head[:16]+"@4", 1, "at number 4 the chain now reads")
	check("0123456789abcdef@3", 1, "NOT")
	check(head[:16]+"@99", 1, "the books end at 5")
	check(head[:16]+"@0", 1, "NOT")
	check("3f9a", 2, "is no head")
	check(head[:12]+"@3", 2, "is no head")

	f := forger{t, rawDB(t, app)}
	f.quietly("UPDATE journal_lines SET amount = amount * 2 WHERE entry = 2")
	check(head, 1, "entry 2 ")
	if code, text := run(t, app, "verify", map[string]string{"fast": "true"}); code != 1 || !strings.Contains(text, "entry 2 ") {
		t.Errorf("the fast verification: exit %d: %s", code, text)
	}
}

// Whoever forges the history to its very end, with every seal computed anew, is told by the months that were
// closed on the old one; and whoever forges these too finds verify silent: only a head that was printed before tells.
func TestAForgeryToTheEndIsToldByAPrintedHead(t *testing.T) {
	app := lived(t)
	printed := verify(t, app).Head.Short()
	f := forger{t, rawDB(t, app)}
	f.quietly("UPDATE journal SET date = '2026-10-09' WHERE id = 3")
	var previous []byte
	if err := act.Read(app).Row("SELECT hash FROM seals WHERE seq = 2").Scan(&previous); err != nil {
		t.Fatal(err)
	}
	for seq := int64(3); seq <= 5; seq++ {
		s := book.Sealed{Seq: seq}
		if err := act.Read(app).Row(`SELECT j.kind, j.year, j.number, j.date, j.at, j.act, a.kind, a.key, a.role, a.actor FROM journal j JOIN acts a ON a.id = j.act WHERE j.id = ?`, seq).
			Scan(&s.Kind, &s.Year, &s.Number, &s.Date, &s.At, &s.Act, &s.Source.Kind, &s.Source.Key, &s.Source.Role, &s.Source.Actor); err != nil {
			t.Fatal(err)
		}
		var err error
		if s.Lines, err = ledger.LinesOf(act.Read(app), seq); err != nil {
			t.Fatal(err)
		}
		previous = s.Hash(previous)
		f.quietly(fmt.Sprintf("UPDATE seals SET hash = x'%x' WHERE seq = %d", previous, seq))
	}
	if report := verify(t, app); report.OK {
		t.Error("a month was closed on a seal that reads differently now")
	}
	f.quietly("UPDATE periods_log SET hash = (SELECT hash FROM seals WHERE seq = periods_log.seq) WHERE seq > 0")
	silent(t, app)
	if code, text := run(t, app, "verify", map[string]string{"head": printed}); code != 1 || !strings.Contains(text, "NOT contain "+printed) {
		t.Errorf("exit %d: %s", code, text)
	}
}

// What is kept can be thrown away: made anew from what happened it is the same, byte by byte.
func TestKeptBalancesAreRebuiltByteByByte(t *testing.T) {
	app := testapp.New(t)
	for i := range 60 { // more than a block of entries, ten in an act
		must(t, app, fmt.Sprintf("rebuild-%04d", i), func(tx *act.Tx) error {
			member := int64(i%7 + 1)
			for range 9 { // an act has one date
				if err := buy(tx, member, clock.Date("2026-10-01").Add(i%20), 25_000); err != nil {
					return err
				}
			}
			items, err := ledger.OpenItems(tx, member)
			if err != nil {
				return err
			}
			if _, err := ledger.Post(tx, ledger.Entry{Kind: ledger.KindSale, Date: "2026-10-05", Lines: []ledger.Line{ledger.Dr(ledger.QRISSettling, 500, ledger.MainBank), ledger.Cr(ledger.MemberSales, 500, ledger.MemberParty(member))}}); err != nil {
				return err
			}
			return pay(tx, items[0], "2026-11-02", min(items[0].Remainder, 10_000))
		})
	}
	if _, _, err := ledger.ClosePeriod(context.Background(), app, "rebuild-close", act.BySystem, "2026-09"); err != nil {
		t.Fatal(err)
	}
	before := keptRows(t, app)
	if code, text := run(t, app, "rebuild balances", nil); code != 0 || strings.Count(text, " 0 differed") != 18 {
		t.Errorf("exit %d: %s", code, text)
	}
	for _, query := range []string{"UPDATE account_months SET debit = debit + 5 WHERE account = 1121", "DELETE FROM account_blocks WHERE account = 4101", "INSERT INTO account_blocks VALUES(9999, '2026-01-01', 0, 1, 1, 0)",
		"UPDATE party_balances SET amount = 0", "UPDATE party_days SET debit = debit + 1", "DELETE FROM item_remainders WHERE item % 5 = 0", "UPDATE owed_days SET remainder = remainder + 1", "UPDATE owed_moves SET amount = amount + 1", "UPDATE counters SET last = last + 1 WHERE name GLOB 'journal.*'", "DELETE FROM periods"} {
		if _, err := app.NonconcurrentDB().NewQuery(query).Execute(); err != nil {
			t.Fatal(err)
		}
	}
	if report := verify(t, app); report.OK {
		t.Error("the forged balances verify")
	}
	if code, text := run(t, app, "rebuild balances", nil); code != 0 || strings.Count(text, " 0 differed") != 9 { // the rooms' own

		t.Errorf("exit %d: %s", code, text)
	}
	if keptRows(t, app) != before {
		t.Error("the rebuilt tables are not what they were")
	}
	silent(t, app)
}

// keptRows are the lines of the dump that are state; the act of the rebuilding itself is none.
func keptRows(t *testing.T, app core.App) string {
	t.Helper()
	var kept []string
	for line := range strings.Lines(dump(t, app)) {
		switch table, _, _ := strings.Cut(line, " "); table {
		case "account_months", "account_blocks", "party_balances", "party_days", "item_remainders", "owed_days", "owed_moves", "counters", "periods":
			kept = append(kept, line)
		}
	}
	if len(kept) < 100 {
		t.Fatalf("only %d rows are kept", len(kept))
	}
	return strings.Join(kept, "")
}

// The journal in the three formats, as another program reads it.
func TestTheExportIsWhatItIs(t *testing.T) {
	app := lived(t)
	account, err := app.FindFirstRecordByData("accounts", "account", ledger.Cash)
	if err != nil {
		t.Fatal(err)
	}
	account.Set("name_en", `=HYPERLINK("x";"y"): cash  (main)`)
	if err := app.UnsafeWithoutHooks().Save(account); err != nil {
		t.Fatal(err)
	}
	if code, text := run(t, app, "export ledger", map[string]string{"from": "2026-11-01", "to": "2026-10-31"}); code == 0 || !strings.Contains(text, "2026-10-31") {
		t.Errorf("the end before the beginning: exit %d: %s", code, text)
	}
	for _, format := range ledger.Formats {
		path := filepath.Join(t.TempDir(), "ledger.txt")
		if code, text := run(t, app, "export ledger", map[string]string{"format": format, "from": "2026-10-01", "to": "2026-10-31", "out": path}); code != 0 || !strings.Contains(text, path) {
			t.Fatalf("%s: exit %d: %s", format, code, text)
		}
		raw, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		goldenFile(t, "export."+format+".golden", string(raw))
		code, all := run(t, app, "export ledger", map[string]string{"format": format})
		if code != 0 || strings.Count(all, "SP-2026/00001") == 0 || strings.Contains(all, "opening") {
			t.Errorf("%s: the whole journal: exit %d: %s", format, code, all)
		}
	}
	for flag, value := range map[string]string{"format": "xml", "from": "1/10/2026"} {
		if code, text := run(t, app, "export ledger", map[string]string{flag: value}); code != 1 {
			t.Errorf("--%s %s: exit %d: %s", flag, value, code, text)
		}
	}
	if code, text := run(t, app, "export ledger", map[string]string{"out": filepath.Join(t.TempDir(), "no", "such", "folder")}); code != 1 {
		t.Errorf("exit %d: %s", code, text)
	}
}

// goldenFile compares with a file in testdata.
func goldenFile(t *testing.T, name, got string) {
	t.Helper()
	path := filepath.Join("testdata", name)
	if *update {
		if err := os.MkdirAll("testdata", 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, []byte(got), 0o644); err != nil {
			t.Fatal(err)
		}
		return
	}
	want, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if got != string(want) {
		t.Errorf("%s differs; if that is meant, run go test ./hooks/ledger -update and read the change. Got:\n%s", path, got)
	}
}

// What is read as a head prints as the same head; nothing else is one, and nothing makes it panic.
func FuzzParseHead(f *testing.F) {
	for _, text := range []string{"3f9a61c0b27d4e88@412", "3F9A 61C0 B27D 4E88 @ 412", "@1", "3f9a61c0b27d4e88@-1", "3f9a61c0b27d4e88@99999999999999999999"} {
		f.Add(text)
	}
	f.Fuzz(func(t *testing.T, text string) {
		hash, seq, err := ledger.ParseHead(text)
		if err != nil {
			return
		}
		again, same, err := ledger.ParseHead(fmt.Sprintf("%s@%d", hash, seq))
		if err != nil || again != hash || same != seq || seq < 0 || len(hash) < 16 {
			t.Errorf("%q reads as %s@%d, and again as %s@%d (%v)", text, hash, seq, again, same, err)
		}
	})
}

// The place that a page ends at is read as it was written.
func FuzzParsePlace(f *testing.F) {
	for _, text := range []string{"", "2026-11-03.12.1", "2026-11-03", "2026-02-30.1.1", "x.y.z", "2026-11-03.1.1.1"} {
		f.Add(text)
	}
	f.Fuzz(func(t *testing.T, text string) {
		place, err := ledger.ParsePlace(text)
		if err != nil || text == "" {
			return
		}
		if again, err := ledger.ParsePlace(place.String()); err != nil || again != place {
			t.Errorf("%q reads as %v, and again as %v (%v)", text, place, again, err)
		}
	})
}
