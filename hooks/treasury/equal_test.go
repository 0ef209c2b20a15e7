package treasury_test

import (
	"bytes"
	"encoding/json"
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"kpdk/hooks/internal/act"
	"kpdk/hooks/internal/command"
	"kpdk/hooks/internal/testapp"
	"kpdk/hooks/internal/ulid"
	"kpdk/hooks/ledger"
	"kpdk/hooks/ledger/book"
	"kpdk/hooks/member"
	"kpdk/hooks/treasury"
)

// till does what the page of cash and bank does, by whichever way; what it asks for is named as the routes name it.
type till func(path string, body map[string]any, file []byte) map[string]any

// bill is a PDF as far as anybody looks.
var bill = []byte("%PDF-1.7\n%%EOF\n")

// TestTheConsoleDoesWhatTheCashPageDoes: the same days at the page and at the console leave the same, row by row.
func TestTheConsoleDoesWhatTheCashPageDoes(t *testing.T) {
	left := map[string][]string{}
	for name, sit := range map[string]func(*testing.T, *testapp.App) till{"pages": atThePage, "console": atTheConsole} {
		app := coop(t)
		app.Record("suppliers", map[string]any{"number": 501, "name": "CV Maju"})
		app.Record("consignors", map[string]any{"number": 502, "name": "Bu Sri"})
		ani := app.Record("members", map[string]any{"number": 41, "name": "Ani", "status": "left"})
		budi := app.Record("members", map[string]any{"number": 42, "name": "Budi", "status": "active"})
		owe(t, app, ani, 40_000, 60_000)
		owe(t, app, budi, 30_000)
		if _, _, err := member.LeaveCoop(ctx, app, ulid.New(), act.Actor{ID: "manager00000001", Role: act.Manager}, 42, member.Leave{Reason: "resigned"}); err != nil {
			t.Fatal(err)
		}
		credit(app, ledger.SupplierPayable, book.Of(book.Supplier, 501), 800_000)
		do := sit(t, app)
		kept := do("vouchers", nil, bill)
		do("payments", map[string]any{"kind": "expense", "from": "cash", "to": power, "amount_rupiah": 250_000, "date": "2026-11-03", "note": "PLN", "voucher": kept["voucher"]}, nil)
		wrong := do("payments", map[string]any{"kind": "supplier", "from": "bank:1", "to": "501", "amount_rupiah": 50_000}, nil)
		do(fmt.Sprintf("moves/%v/reverse", wrong["entry"]), map[string]any{"reason": "salah pemasok"}, nil)
		do("transfers", map[string]any{"from": "qris:1", "to": "bank:1", "amount_rupiah": 100_000, "fee_rupiah": 700, "note": "QRIS cair"}, nil)
		do("debt-payments", map[string]any{"member": 41, "into": "cash", "amount_rupiah": 110_000, "excess": "hold"}, nil)
		for _, decide := range []string{"refuse", "approve"} {
			asked := do("write-offs", map[string]any{"member": 42, "category": power, "reason": "tidak tertagih"}, nil)
			do(fmt.Sprintf("requests/%v/%s", asked["id"], decide), map[string]any{"reason": "sudah dicek"}, nil)
		}
		do("banks/1/statements", nil, mutasi(10_000_000, "03;QRIS CAIR;;99300", "03;CV MAJU;800000;"))
		do("banks/1/matches", map[string]any{"all": true}, nil)
		do("banks/1/unmatch", map[string]any{"match": 1}, nil)
		do("banks/1/voids", map[string]any{"statement": stands(t, app).Statements[0].ID}, nil)
		left[name] = strings.Split(app.Trace(), "\n")
		for _, table := range []string{"treasury_moves ", "treasury_reversals ", "treasury_requests ", "treasury_decisions ", "write_offs ", "bank_lines ", "bank_matches ", "bank_unmatches ", "bank_voids ", "settlements ", "journal_lines "} {
			if !slices.ContainsFunc(left[name], func(row string) bool { return strings.HasPrefix(row, table) }) {
				t.Errorf("%s leave nothing in %s", name, table)
			}
		}
	}
	pages, console := left["pages"], left["console"]
	for i := range max(len(pages), len(console)) {
		if i >= len(pages) || i >= len(console) || pages[i] != console[i] {
			t.Fatalf("line %d, by the page:\n%s\nby the console:\n%s", i, strings.Join(pages[i:min(i+6, len(pages))], "\n"), strings.Join(console[i:min(i+6, len(console))], "\n"))
		}
	}
}

func atThePage(t *testing.T, app *testapp.App) till {
	url := app.Serve().URL + "/api/coop/treasury/"
	maker, boss := app.Token(app.Operator(act.Treasurer)), app.Token(app.Manager())
	return func(path string, body map[string]any, file []byte) (out map[string]any) {
		t.Helper()
		var status int
		var raw []byte
		token := maker
		if strings.HasSuffix(path, "/approve") {
			token = boss
		}
		switch {
		case body["all"] == true:
			body = map[string]any{"id": ulid.New(), "choices": stands(t, app).Proposals}
			status, raw = call(t, "POST", url+path, token, body)
		case file == nil:
			body["id"] = ulid.New()
			status, raw = call(t, "POST", url+path, token, body)
		default:
			fields := map[string]string{}
			if strings.HasSuffix(path, "statements") {
				p, err := treasury.Look(app, "id", treasury.File{Bank: 1, Name: "m.csv", Data: file})
				if err != nil {
					t.Fatal(err)
				}
				layout, _ := json.Marshal(p.Layout)
				fields["layout"] = string(layout)
			}
			status, raw = send(t, url+path, token, ulid.New(), "m.csv", file, fields)
		}
		if status != 201 {
			t.Fatalf("%s: %d %s", path, status, raw)
		}
		if err := json.Unmarshal(raw, &out); err != nil {
			t.Fatal(err)
		}
		return out
	}
}

// typed are the flags of what the routes call otherwise.
var typed = map[string]string{"amount_rupiah": "amount", "fee_rupiah": "fee", "category": "to"}

func atTheConsole(t *testing.T, app *testapp.App) till {
	run := func(name string, flags map[string]string, file []byte) (out map[string]any) {
		t.Helper()
		specs := treasury.Commands()
		spec := specs[slices.IndexFunc(specs, func(s command.Spec) bool { return s.Name == name })]
		for _, lang := range []string{"", "id"} { // for a program; reading, also for a person
			all := map[string]string{"lang": "id", "json": fmt.Sprint(lang == "")}
			for _, f := range spec.Flags {
				if f.Name != "json" {
					all[f.Name] = f.Default
				}
			}
			maps.Copy(all, flags)
			var said bytes.Buffer
			c := &command.Call{Ctx: ctx, App: app, Flags: all, Out: &said, Progress: func(int, int) {}, Save: func(path string, data []byte) error { return os.WriteFile(path, data, 0o600) }}
			if file != nil {
				c.Files = []command.File{{Name: "m.csv", Data: file}}
			}
			exit, err := spec.Run(c)
			switch {
			case err != nil || exit != command.Done || said.Len() == 0:
				t.Fatalf("%s: exit %d %v: %s", name, exit, err, &said)
			case lang == "" && json.Unmarshal(said.Bytes(), &out) != nil:
				t.Fatalf("%s: %s", name, &said)
			case lang != "" && strings.Contains(said.String(), "{"):
				t.Errorf("%s: %s", name, &said)
			}
			if spec.Writes && name != "treasury debts" {
				break
			}
		}
		return out
	}
	return func(path string, body map[string]any, file []byte) map[string]any {
		t.Helper()
		flags := map[string]string{}
		for k, v := range body {
			name := k
			if typed[k] != "" {
				name = typed[k]
			}
			flags[name] = fmt.Sprint(v)
		}
		parts := strings.Split(path, "/")
		switch last := parts[len(parts)-1]; last {
		case "vouchers":
			kept := run("treasury voucher", nil, file)
			folder := t.TempDir()
			wrote := run("treasury voucher", map[string]string{"voucher": fmt.Sprint(kept["voucher"]), "out": folder}, nil)
			if raw, err := os.ReadFile(fmt.Sprint(wrote["file"])); err != nil || !bytes.Equal(raw, bill) || filepath.Dir(fmt.Sprint(wrote["file"])) != folder {
				t.Errorf("%v %v", wrote, err)
			}
			return kept
		case "payments":
			run("treasury show", nil, nil)
			run("treasury owed", nil, nil)
			if flags["to"] == power {
				flags["to"] = "listrik, air, internet"
			}
			return run("treasury pay", flags, nil)
		case "reverse":
			flags["entry"] = parts[1]
			out := run("treasury take-back", flags, nil)
			run("treasury moves", nil, nil)
			run("treasury move", map[string]string{"entry": parts[1]}, nil)
			return out
		case "transfers":
			flags["into"] = flags["to"]
			return run("treasury transfer", flags, nil)
		case "debt-payments":
			run("treasury debts", map[string]string{"member": flags["member"]}, nil)
			run("treasury settlement", map[string]string{"consignor": "502"}, nil)
			flags["hold"] = fmt.Sprint(flags["excess"] == "hold")
			return run("treasury receive", flags, nil)
		case "write-offs":
			return run("treasury write-off", flags, nil)
		case "approve", "refuse":
			run("treasury show", nil, nil)
			flags["request"] = parts[1]
			return run("treasury "+last, flags, nil)
		case "statements":
			return run("bank import", map[string]string{"accept-layout": "true"}, file)
		case "matches":
			return run("bank match", flags, nil)
		case "voids":
			return run("bank void", flags, nil)
		default:
			return run("bank unmatch", flags, nil)
		}
	}
}

// What is typed wrong is refused, and nothing is written.
func TestTheConsoleRefusesWhatThePageRefuses(t *testing.T) {
	app := coop(t)
	var before int64
	count := func() (n int64) {
		if err := act.Read(app).Row("SELECT count(*) FROM acts").Scan(&n); err != nil {
			t.Fatal(err)
		}
		return n
	}
	before = count()
	specs := treasury.Commands()
	for _, c := range []struct {
		name  string
		flags map[string]string
		file  string
		code  string
	}{
		{"treasury pay", map[string]string{"kind": "expense", "from": "cash", "to": power, "amount": "banyak"}, "", "input.amount"},
		{"treasury pay", map[string]string{"kind": "expense", "from": "cash", "to": "entah", "amount": "1000"}, "", "treasury.category_unknown"},
		{"treasury pay", map[string]string{"kind": "expense", "from": "cash", "to": power, "amount": "1000", "bank-line": "x"}, "", "input.number"},
		{"treasury transfer", map[string]string{"from": "cash", "into": "cash", "amount": "1000"}, "", "treasury.place_unknown"},
		{"treasury receive", map[string]string{"member": "nol", "into": "cash", "amount": "1"}, "", "input.number"},
		{"treasury take-back", map[string]string{"entry": "999", "reason": "x"}, "", "treasury.move_unknown"},
		{"treasury move", map[string]string{"entry": "999"}, "", "treasury.move_unknown"},
		{"treasury moves", map[string]string{"before": "-1"}, "", "input.number"},
		{"treasury debts", nil, "", "input.required"},
		{"treasury settlement", map[string]string{"consignor": "1", "since": "kemarin"}, "", "input.date"},
		{"treasury approve", map[string]string{"request": "tidak ada"}, "", "treasury.request_unknown"},
		{"treasury write-off", map[string]string{"member": "1"}, "", "input.required"},
		{"treasury voucher", map[string]string{"voucher": "tidakada"}, "", "treasury.voucher_unknown"},
		{"treasury voucher", nil, "bukan gambar", "treasury.voucher_kind"},
		{"bank match", map[string]string{"lines": "7"}, "", "treasury.not_proposed"},
		{"bank match", nil, "bukan json", "input.json"},
		{"bank unmatch", map[string]string{"match": "9"}, "", "treasury.match_unknown"},
	} {
		spec := specs[slices.IndexFunc(specs, func(s command.Spec) bool { return s.Name == c.name })]
		all := map[string]string{"bank": "1", "lang": "id"}
		maps.Copy(all, c.flags)
		one := &command.Call{Ctx: ctx, App: app, Flags: all, Out: &bytes.Buffer{}, Progress: func(int, int) {}}
		if c.file != "" {
			one.Files = []command.File{{Name: "f", Data: []byte(c.file)}}
		}
		exit, err := spec.Run(one)
		if exit != command.Failed {
			t.Errorf("%s %v: exit %d", c.name, c.flags, exit)
		}
		refused(t, c.name, err, c.code)
	}
	match := specs[slices.IndexFunc(specs, func(s command.Spec) bool { return s.Name == "bank match" })]
	var said bytes.Buffer
	if exit, err := match.Run(&command.Call{Ctx: ctx, App: app, Flags: map[string]string{"bank": "1", "all": "true", "lang": "id"}, Out: &said}); exit != command.Done || err != nil || !strings.Contains(said.String(), "bank show") {
		t.Errorf("nothing to match is no mistake: exit %d %v %s", exit, err, said.String())
	}
	if n := count(); n != before {
		t.Errorf("%d acts of refused commands", n-before)
	}
}
