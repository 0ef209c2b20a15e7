package template_test

import (
	"bytes"
	"context"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/pocketbase/pocketbase/core"

	"kpdk/hooks/internal/act"
	"kpdk/hooks/internal/clock"
	"kpdk/hooks/internal/command"
	"kpdk/hooks/internal/fault"
	"kpdk/hooks/internal/keys"
	"kpdk/hooks/internal/testapp"
	"kpdk/hooks/internal/ulid"
	"kpdk/hooks/ledger"
	"kpdk/hooks/policy"
	"kpdk/hooks/store"
	"kpdk/hooks/template"
)

// full is a co-op with people, money, goods and a rule of its own.
func full(t *testing.T) *testapp.App {
	app := testapp.New(t)
	ring, err := keys.Of(app)
	if err != nil {
		t.Fatal(err)
	}
	unit := app.Record("work_units", map[string]any{"code": "XQ7", "name": "Biro Zamrud", "officer_name": "Ibu Kecubung", "officer_email": "kecubung@contoh.id"})
	app.Record("employees", map[string]any{"name": "Wiratmaja Pegawai", "work_unit": unit.Id, "status": "civil_servant", "office_number": "PEG-55117",
		"pay_rupiah": 7654321, "phone": "081277755533", "nik_sealed": ring.Seal("3171234567890001"), "nik_index": ring.Index("nik", "3171234567890001"), "active": true})
	member := app.Member("Larasati Anggota")
	app.Operator(act.Cashier)
	app.Record("suppliers", map[string]any{"number": 1, "name": "CV Pemasok Rahasia", "phone": "0215551234"})
	app.Record("news", map[string]any{"title": "Kabar Rahasia", "language": "id"})
	app.Record("pages", map[string]any{"slug": "konsep", "language": "id", "title": "Naskah Belum Terbit", "body": "<p>rahasia</p>"})
	app.Record("pages", map[string]any{"slug": "aturan", "language": "id", "title": "Aturan Toko", "body": `<p onclick="x()">Jujur.</p>`, "public": true})
	app.Record("categories", map[string]any{"name": "Kerajinan", "sort": 90})
	product := app.Product("8991234567890", 98765, 97531, 86420, 37)
	cashier := app.Operator(act.Cashier)
	shift := app.Shift(cashier)
	_, _, err = store.Sell(context.Background(), app, ulid.New(), testapp.By(cashier), store.SellInput{Shift: shift,
		Lines:   []store.LineInput{{Product: product.Id, Quantity: "1"}},
		Tenders: []store.Tender{{Kind: "cash", Amount: 98765}}})
	if err != nil {
		t.Fatal(err)
	}
	app.Act("test.saving", func(tx *act.Tx) error {
		_, err := ledger.Post(tx, ledger.Entry{Kind: ledger.KindSavings, Date: tx.Today(), Lines: []ledger.Line{
			ledger.Dr(ledger.Cash, 1357924), ledger.Cr(ledger.VoluntarySavings, 1357924, ledger.MemberParty(int64(member.GetInt("number"))))}})
		return err
	})
	set := policy.Setting{Key: policy.CreditLimit.Key, Value: json.RawMessage("3141593"), ValidFrom: "2026-01-01"}
	if _, _, err := policy.Set(context.Background(), app, ulid.New(), act.BySystem, set); err != nil {
		t.Fatal(err)
	}
	return app
}

func TestABundleTellsHowACoopWorksAndNothingOfItsPeople(t *testing.T) {
	app := full(t)
	res, err := http.Get(app.Serve().URL + "/api/coop/template")
	if err != nil {
		t.Fatal(err)
	}
	defer res.Body.Close()
	var raw bytes.Buffer
	if _, err := raw.ReadFrom(res.Body); err != nil {
		t.Fatal(err)
	}
	signed, bundle, err := template.Read(raw.Bytes())
	if err != nil {
		t.Fatal(err)
	}
	text := raw.String()
	for _, told := range []string{"3141593", "Kerajinan", "Aturan Toko", "Jujur.", "Piutang anggota"} {
		if !strings.Contains(text, told) {
			t.Errorf("the bundle does not tell %q", told)
		}
	}
	for _, private := range []string{"Larasati", "Wiratmaja", "Kecubung", "Zamrud", "XQ7", "PEG-55117", "7654321", "0812777", "317123", "Rahasia", "rahasia", "0215551234",
		"98765", "97531", "86420", "1357924", "8991234567890", "Belum Terbit", "contoh.id", "onclick", "Petugas"} {
		if strings.Contains(text, private) {
			t.Errorf("the bundle tells %q", private)
		}
	}
	for _, secret := range secretsOf(t, app) {
		if strings.Contains(text, secret) {
			t.Error("the bundle tells a key")
		}
	}
	if len(bundle.Accounts) != len(template.Default().Accounts) || len(signed.Key) != 32 {
		t.Errorf("%d accounts, key of %d bytes", len(bundle.Accounts), len(signed.Key))
	}
}

// secretsOf spells every secret the co-op has in the ways that JSON might carry it.
func secretsOf(t *testing.T, app core.App) (all []string) {
	t.Helper()
	err := act.Each(act.Read(app), "SELECT secret FROM coop_keys", nil, func(row act.Scanner) error {
		var secret []byte
		err := row.Scan(&secret)
		all = append(all, base64.StdEncoding.EncodeToString(secret), base64.RawURLEncoding.EncodeToString(secret), fmt.Sprintf("%x", secret))
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	err = act.Each(act.Read(app), "SELECT tokenKey FROM operators UNION ALL SELECT tokenKey FROM members", nil, func(row act.Scanner) error {
		var key string
		err := row.Scan(&key)
		all = append(all, key)
		return err
	})
	if err != nil || len(all) < 8 {
		t.Fatalf("%d secrets: %v", len(all), err)
	}
	return all
}

// unfounded opens a folder in which no co-op was founded: an empty one, as kpdk init finds it, or one with our
// tables, which is quicker.
func unfounded(t *testing.T, dir string) *core.BaseApp {
	t.Helper()
	app := core.NewBaseApp(core.BaseAppConfig{DataDir: dir, DBConnect: act.Connect})
	if err := app.Bootstrap(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		act.Close(app)
		if err := app.ResetBootstrapState(); err != nil {
			t.Error(err)
		}
	})
	return app
}

// run calls a command as the shell does.
func run(t *testing.T, app core.App, args ...string) (out string, code int) {
	t.Helper()
	for _, c := range command.Build(app, func() error { return nil }, template.Commands()...) {
		if c.Name() != args[0] {
			continue
		}
		var b bytes.Buffer
		c.SetOut(&b)
		c.SetErr(&b)
		c.SetArgs(args[1:])
		if err := c.Execute(); err != nil {
			code = 1
		}
		return b.String(), code
	}
	t.Fatalf("no command %s", args[0])
	return "", 0
}

func TestAnotherCoopIsFoundedFromAnAddress(t *testing.T) {
	first := full(t)
	server := first.Serve()
	second := unfounded(t, t.TempDir())
	out, code := run(t, second, "init", "--from", server.URL, "--name", "Koperasi Konsumen Mekar")
	if code != 0 || !strings.Contains(out, "anggota 0") || !strings.Contains(out, "kpdk serve") {
		t.Fatalf("exit %d: %s", code, out)
	}
	mine, err := keys.Of(first)
	if err != nil {
		t.Fatal(err)
	}
	theirs, err := keys.Of(second)
	if err != nil {
		t.Fatal(err)
	}
	if bytes.Equal(mine.Public, theirs.Public) {
		t.Error("each co-op has keys of its own")
	}
	signed, err := template.Export(first)
	if err != nil || !strings.Contains(out, signed.Fingerprint()) {
		t.Errorf("the sender's key is shown (%v): %s", err, out)
	}
	var name, short string
	if err := act.Read(second).Row("SELECT name, short_name FROM coop").Scan(&name, &short); err != nil || name != "Koperasi Konsumen Mekar" || short != "Mekar" {
		t.Errorf("%q %q %v", name, short, err)
	}
	if limit, err := policy.CreditLimit.On(act.Read(second), "2026-11-03"); err != nil || limit != 3141593 {
		t.Errorf("the rule came along: %d %v", limit, err)
	}
	for table, want := range map[string]int{"members": 0, "journal": 0, "products": 0, "employees": 0, "operators": 0, "accounts": len(template.Default().Accounts)} {
		var n int
		if err := act.Read(second).Row("SELECT count(*) FROM " + table).Scan(&n); err != nil || n != want {
			t.Errorf("%s: %d rows (%v), want %d", table, n, err, want)
		}
	}
	if out, code := run(t, second, "init", "--name", "Sekali Lagi"); code != 1 || !strings.Contains(out, "sudah berisi") {
		t.Errorf("a folder with a co-op is refused: exit %d %s", code, out)
	}
	if again, err := template.Export(second); err != nil || again.From != name || bytes.Equal(again.Key, signed.Key) {
		t.Errorf("the second co-op signs for itself: %v", err)
	}
}

func TestAnotherCoopIsFoundedFromAFile(t *testing.T) {
	file := filepath.Join(t.TempDir(), "out", "template.json")
	if out, code := run(t, full(t), "template", "export", "--out", file); code != 0 {
		t.Fatalf("exit %d: %s", code, out)
	}
	second := unfounded(t, testapp.Migrated(t))
	if out, code := run(t, second, "init", "--from", file, "--name", "Mekar", "--json"); code != 0 || !strings.Contains(out, `"members": 0`) {
		t.Fatalf("exit %d: %s", code, out)
	}
}

func TestABundleThatWasTouchedFoundsNothing(t *testing.T) {
	signed, err := template.Export(full(t))
	if err != nil {
		t.Fatal(err)
	}
	good, err := json.MarshalIndent(signed, "", "  ") // whitespace is nobody's business
	if err != nil {
		t.Fatal(err)
	}
	if _, _, err := template.Read(good); err != nil {
		t.Fatalf("untouched: %v", err)
	}
	for name, change := range map[string][2]string{"a rule": {"3141593", "9141593"}, "the sender": {`"from": "`, `"from": "Bukan `}, "an account": {"Persediaan", "Persedian"}} {
		_, _, err := template.Read([]byte(strings.Replace(string(good), change[0], change[1], 1)))
		if f, ok := err.(*fault.Fault); !ok || f.Code != "template.signature" {
			t.Errorf("%s: %v", name, err)
		}
	}
	for name, data := range map[string]string{"nothing": "", "a page": "<html>", "an array": "[]", "no bundle": `{"from":"x"}`} {
		if _, _, err := template.Read([]byte(data)); !fault.IsFault(err) {
			t.Errorf("%s: %v", name, err)
		}
	}
}

func TestEveryFieldOfAStrangersBundleIsChecked(t *testing.T) {
	for _, c := range []struct {
		name, field string
		spoil       func(b *template.Bundle)
	}{
		{"schema", "schema", func(b *template.Bundle) { b.Schema = "kpdk/template/9" }},
		{"kind of co-op", "type", func(b *template.Bundle) { b.Type = "bank" }},
		{"language", "language", func(b *template.Bundle) { b.Language = "xx" }},
		{"time zone", "time_zone", func(b *template.Bundle) { b.TimeZone = "../../etc/passwd" }},
		{"unknown policy", "policies.0", func(b *template.Bundle) { b.Policies = []policy.Setting{{Key: "x", Value: json.RawMessage("1")}} }},
		{"policy out of bounds", "policies.0", func(b *template.Bundle) {
			b.Policies = []policy.Setting{{Key: policy.CutoffDay.Key, Value: json.RawMessage("31")}}
		}},
		{"account twice", "accounts.1.account", func(b *template.Bundle) { b.Accounts[1] = b.Accounts[0] }},
		{"account number", "accounts.0.account", func(b *template.Bundle) { b.Accounts[0].Account = 7 }},
		{"account kind", "accounts.0.kind", func(b *template.Bundle) { b.Accounts[0].Kind = "magic" }},
		{"account name", "accounts.0.name", func(b *template.Bundle) { b.Accounts[0].Name = "a\nb" }},
		{"account that acts need", "accounts.1131", func(b *template.Bundle) {
			for i := range b.Accounts {
				if b.Accounts[i].Account == ledger.Inventory {
					b.Accounts[i].Kind = "expense"
				}
			}
		}},
		{"category", "categories.0", func(b *template.Bundle) { b.Categories[0] = strings.Repeat("x", 81) }},
		{"categories", "categories", func(b *template.Bundle) { b.Categories = make([]string, 501) }},
		{"page name", "pages.0.slug", func(b *template.Bundle) { b.Pages[0].Slug = "../x" }},
		{"page text", "pages.0.body", func(b *template.Bundle) { b.Pages[0].Body = strings.Repeat("x", 64<<10+1) }},
	} {
		t.Run(c.name, func(t *testing.T) {
			b := template.Default()
			c.spoil(&b)
			f, ok := b.Check().(*fault.Fault)
			if !ok {
				t.Fatal("accepted")
			}
			if _, ok := f.Fields[c.field]; !ok {
				t.Errorf("blames %v", f.Fields)
			}
		})
	}
	b := template.Default()
	if err := b.Check(); err != nil {
		t.Errorf("the default is good: %v", err)
	}
	for i, p := range template.Default().Pages {
		if b.Pages[i].Body != p.Body {
			t.Errorf("the default's page %s is plain markup already:\n%s\n%s", p.Slug, p.Body, b.Pages[i].Body)
		}
	}
}

func TestPagesOfAStrangerComeAsPlainMarkup(t *testing.T) {
	for source, want := range map[string]string{
		`<p>Halo <b>dunia</b></p>`:                                      `<p>Halo dunia</p>`,
		`<p onclick="x()" style="color:red">Halo</p>`:                   `<p>Halo</p>`,
		`<script>alert(1)</script><p>A</p>`:                             `<p>A</p>`,
		`<a href="javascript:alert(1)">x</a>`:                           `<a>x</a>`,
		`<a href=" JaVaScRiPt:alert(1)">x</a>`:                          `<a>x</a>`,
		`<a href="https://contoh.id/?a=1&b=2" target=_blank>x</a>`:      `<a href="https://contoh.id/?a=1&amp;b=2" rel="noopener">x</a>`,
		`<a href="mailto:a@contoh.id">x</a>`:                            `<a href="mailto:a@contoh.id" rel="noopener">x</a>`,
		`<a href="//contoh.id">x</a>`:                                   `<a>x</a>`,
		`<img src=x onerror=alert(1)>`:                                  ``,
		`<svg><script>alert(1)</script></svg>`:                          ``,
		`<math><mi//xlink:href="data:x,<script>alert(4)</script>">`:     ``,
		`<noscript><p title="</noscript><img src=x onerror=alert(1)>">`: ``,
		`&lt;script&gt;`:                                                `&lt;script&gt;`,
		`<h2>A</h2><ul><li>B<br>C</li></ul><blockquote>D</blockquote>`:  `<h2>A</h2><ul><li>B<br>C</li></ul><blockquote>D</blockquote>`,
		`<p>buka`: `<p>buka</p>`,
		`<!--[if IE]><script>x</script><![endif]--><em>E</em>`: `<em>E</em>`,
	} {
		b := template.Default()
		b.Pages = []template.Page{{Slug: "a", Language: "id", Title: "A", Body: source}}
		if err := b.Check(); err != nil {
			t.Fatal(err)
		}
		if got := b.Pages[0].Body; got != want && !(want == "" && !strings.ContainsAny(got, "<")) {
			t.Errorf("%s\n got %s\nwant %s", source, got, want)
		}
	}
}

func TestWhatCannotBeTakenIsSaidPlainly(t *testing.T) {
	huge := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { _, _ = w.Write(make([]byte, 2<<20)) }))
	defer huge.Close()
	missing := httptest.NewServer(http.NotFoundHandler())
	defer missing.Close()
	loop := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) { http.Redirect(w, r, r.URL.Path, http.StatusFound) }))
	defer loop.Close()
	folder := t.TempDir()
	if err := os.WriteFile(filepath.Join(folder, "x.json"), []byte("{"), 0o600); err != nil {
		t.Fatal(err)
	}
	for from, code := range map[string]string{huge.URL: "template.too_large", missing.URL: "template.unreachable", loop.URL: "template.unreachable",
		"http://127.0.0.1:1": "template.unreachable", filepath.Join(folder, "none.json"): "file.missing", filepath.Join(folder, "x.json"): "template.unreadable", folder: "file.missing"} {
		_, _, err := template.Take(context.Background(), from)
		if f, ok := err.(*fault.Fault); !ok || f.Code != code {
			t.Errorf("%s: %v, want %s", from, err, code)
		}
	}
	app := unfounded(t, testapp.Migrated(t))
	if out, code := run(t, app, "init", "--name", ""); code != 1 || !strings.Contains(out, "name") {
		t.Errorf("a co-op needs a name: exit %d %s", code, out)
	}
}

func TestDaysBeginInTheCoopsOwnZone(t *testing.T) {
	app := testapp.New(t)
	app.Travel(time.Date(2026, 10, 31, 15, 30, 0, 0, time.UTC)) // 22:30 in Jakarta, 00:30 in Jayapura
	template.FollowZone(app)
	if err := template.Ensure(app); err != nil || clock.Of(app).Today() != "2026-10-31" {
		t.Fatalf("%s %v", clock.Of(app).Today(), err)
	}
	coop, err := app.FindFirstRecordByFilter("coop", "")
	if err != nil {
		t.Fatal(err)
	}
	coop.Set("time_zone", "Asia/Jayapura")
	if err := app.Save(coop); err != nil || clock.Of(app).Today() != "2026-11-01" {
		t.Errorf("after the move: %s %v", clock.Of(app).Today(), err)
	}
	if err := clock.SetZone(app, "Asia/Jakarta"); err != nil {
		t.Fatal(err)
	}
	if err := template.Ensure(app); err != nil || clock.Of(app).Today() != "2026-11-01" {
		t.Errorf("at the next start: %s %v", clock.Of(app).Today(), err)
	}
}
