package showcase_test

import (
	"bytes"
	"context"
	"crypto/ed25519"
	"encoding/json"
	"io"
	"net/http"
	"slices"
	"strings"
	"testing"

	"github.com/pocketbase/pocketbase/core"
	"github.com/pocketbase/pocketbase/tools/filesystem"

	"kpdk/hooks/internal/act"
	"kpdk/hooks/internal/keys"
	"kpdk/hooks/internal/money"
	"kpdk/hooks/internal/testapp"
	"kpdk/hooks/ledger"
	"kpdk/hooks/showcase"
)

// read asks as a browser does.
func read(t *testing.T, address string, header ...string) (body string, answer *http.Response) {
	t.Helper()
	request, err := http.NewRequest(http.MethodGet, address, nil)
	if err != nil {
		t.Fatal(err)
	}
	request.Header.Set("Accept", "text/html,*/*")
	for i := 0; i < len(header); i += 2 {
		request.Header.Set(header[i], header[i+1])
	}
	answer, err = http.DefaultClient.Do(request)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = answer.Body.Close() }()
	raw, err := io.ReadAll(answer.Body)
	if err != nil {
		t.Fatal(err)
	}
	return string(raw), answer
}

// edit saves a record as the dashboard does, with every hook.
func edit(t *testing.T, app *testapp.App, r *core.Record, values map[string]any) {
	t.Helper()
	r.Load(values)
	if err := app.Save(r); err != nil {
		t.Fatal(err)
	}
}

func fresh(t *testing.T, app *testapp.App, collection string) *core.Record {
	t.Helper()
	c, err := app.FindCollectionByNameOrId(collection)
	if err != nil {
		t.Fatal(err)
	}
	return core.NewRecord(c)
}

// TestManagersEditWithoutCode edits everything that can be edited, and reads it with the very next request.
func TestManagersEditWithoutCode(t *testing.T) {
	app := testapp.New(t)
	server := app.Serve()
	sees := func(path string, texts ...string) {
		t.Helper()
		page, answer := read(t, server.URL+path)
		if answer.StatusCode != http.StatusOK {
			t.Fatalf("%s: %d", path, answer.StatusCode)
		}
		for _, text := range texts {
			if !strings.Contains(page, text) {
				t.Errorf("%s: %q was saved and is not there", path, text)
			}
		}
	}
	sees("/")
	coop, err := app.FindFirstRecordByFilter("coop", "")
	if err != nil {
		t.Fatal(err)
	}
	picture, err := filesystem.NewFileFromBytes(onePixel, "toko.png")
	if err != nil {
		t.Fatal(err)
	}
	edit(t, app, coop, map[string]any{"name": "Koperasi Lentera", "short_name": "lentera", "hero_title": "Belanja bareng, untung bareng.", "hero_title_en": "We shop together.",
		"hero_lead": "Koperasi pegawai di lantai satu.", "hero_image": picture})
	sees("/", "Koperasi Lentera", "Belanja bareng, untung bareng.", "Koperasi pegawai di lantai satu.", "/api/files/coop/"+coop.Id+"/toko_")
	sees("/?bahasa=en", "We shop together.")

	page := fresh(t, app, "pages")
	edit(t, app, page, map[string]any{"slug": "aturan", "section": "statutes", "language": "id", "title": "Aturan kami", "public": true,
		"body": `<p>Jujur.</p><script>alert(1)</script><p><img src="http://lain.example/api/files/pages/x/y.png" alt="Rak"></p>`})
	sees("/halaman/", "Anggaran dasar dan aturan", "Aturan kami")
	sees("/halaman/aturan/", "<h1>Aturan kami</h1>", "<p>Jujur.</p>", `<img src="/api/files/pages/x/y.png" alt="Rak" loading="lazy">`)
	edit(t, app, page, map[string]any{"title": "Aturan baru"})
	sees("/halaman/aturan/", "<h1>Aturan baru</h1>")
	edit(t, app, page, map[string]any{"public": false})
	if _, answer := read(t, server.URL+"/halaman/aturan/"); answer.StatusCode != http.StatusNotFound {
		t.Errorf("a page that was taken back answers %d", answer.StatusCode)
	}

	news := fresh(t, app, "news")
	edit(t, app, news, map[string]any{"title": "Toko libur", "language": "id", "body": "<p>Besok.</p>", "published_on": "2026-11-03", "public": true})
	sees("/", "Toko libur")
	sees("/kabar/"+news.Id+"/", "<h1>Toko libur</h1>", "3 November 2026")
	sees("/kabar.rss", "Toko libur")
	edit(t, app, news, map[string]any{"published_on": "2026-11-04"})
	if _, answer := read(t, server.URL+"/kabar/"+news.Id+"/"); answer.StatusCode != http.StatusNotFound {
		t.Errorf("tomorrow's news is out today: %d", answer.StatusCode)
	}

	officer := fresh(t, app, "board")
	edit(t, app, officer, map[string]any{"organ": "board", "name": "Hendra Saputra", "role": "Ketua", "role_en": "Chair", "term_from": "2026-01-05", "public": true})
	sees("/pengurus/", "Hendra Saputra", "Ketua", "Sejak 5 Jan 2026")
	sees("/pengurus/?bahasa=en", "Chair")
	if err := app.Delete(officer); err != nil {
		t.Fatal(err)
	}
	sees("/pengurus/", "Daftar pengurus belum diisi.")

	paper, err := filesystem.NewFileFromBytes([]byte("%PDF-1.4\n1 0 obj\n<<>>\nendobj\ntrailer\n<<>>\n%%EOF\n"), "laporan.pdf")
	if err != nil {
		t.Fatal(err)
	}
	report := fresh(t, app, "annual_reports")
	edit(t, app, report, map[string]any{"year": 2025, "title": "Laporan 2025", "approved_on": "2026-03-27", "file": paper, "public": true})
	link := "/api/files/annual_reports/" + report.Id + "/" + report.GetString("file")
	sees("/laporan/", "Laporan 2025", "27 Maret 2026", link)
	if _, answer := read(t, server.URL+link); answer.StatusCode != http.StatusOK || answer.Header.Get("Content-Type") != "application/pdf" {
		t.Errorf("the report's file: %d %s", answer.StatusCode, answer.Header.Get("Content-Type"))
	}
}

// onePixel is a PNG.
var onePixel = []byte("\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR\x00\x00\x00\x01\x00\x00\x00\x01\x08\x06\x00\x00\x00\x1f\x15\xc4\x89\x00\x00\x00\rIDATx\x9cc\xf8\xff\xff?\x00\x05\xfe\x02\xfe\xa75\x81\x84\x00\x00\x00\x00IEND\xaeB`\x82")

// TestAMakerIsNamedByConsentAlone gives consent and takes it back; name and sales come and go with it.
func TestAMakerIsNamedByConsentAlone(t *testing.T) {
	app := living(t)
	server := app.Serve()
	shy, err := app.FindFirstRecordByData("consignors", "number", 2)
	if err != nil {
		t.Fatal(err)
	}
	everywhere := func() string {
		var all strings.Builder
		for _, path := range []string{"/", "/?bahasa=en", "/bukti/", "/.well-known/koperasi.json"} {
			page, _ := read(t, server.URL+path)
			all.WriteString(page)
		}
		return all.String()
	}
	for _, consent := range []bool{false, true, false} {
		edit(t, app, shy, map[string]any{"public_consent": consent})
		all := everywhere()
		for _, text := range []string{"Pembuat Pemalu", "Keripik pedas"} {
			if strings.Contains(all, text) != consent {
				t.Errorf("consent %v, and %q is there: %v", consent, text, !consent)
			}
		}
		if strings.Contains(all, "0812345") {
			t.Error("a maker's phone number is on a public page")
		}
	}
}

// TestFiguresEqualTheBooks holds the signed report and the pages against what verify and the ledger say themselves.
func TestFiguresEqualTheBooks(t *testing.T) {
	app := living(t)
	coop, err := app.FindFirstRecordByFilter("coop", "")
	if err != nil {
		t.Fatal(err)
	}
	server := app.Serve()
	if _, told := fetched(t, app, server.URL); told.Figures["assets"].Reason != "not_consented" {
		t.Errorf("amounts are published though nobody agreed: %+v", told.Figures["assets"])
	}
	coop.Set("publish_financials", true)
	if _, _, err := act.DoWithRecords(context.Background(), app, act.Act{Kind: "test.publish", Key: "test.publish", By: act.BySystem}, func(tx *act.Tx) (bool, error) {
		return true, tx.App().Save(coop)
	}); err != nil {
		t.Fatal(err)
	}
	_, told := fetched(t, app, server.URL)

	verified, err := ledger.Verify(context.Background(), app, nil)
	if err != nil {
		t.Fatal(err)
	}
	if h := told.Ledger.Head; h == nil || h.Seq != verified.Head.Seq || h.Hash != verified.Head.Hash {
		t.Errorf("head %+v, verify says %+v", told.Ledger.Head, verified.Head)
	}
	balances, err := ledger.TrialBalance(act.Read(app), "2026-12-31")
	if err != nil {
		t.Fatal(err)
	}
	want, equity := map[string]money.Rupiah{}, []int{3101, 3102, 3104, 3201, 3202}
	for _, line := range balances {
		amount := line.Debit - line.Credit
		switch {
		case line.Kind == "asset":
			want["assets"] += amount
		case line.Kind == "liability":
			want["outside_capital"] -= amount
		case slices.Contains(equity, line.Account):
			want["own_capital"] -= amount
		case line.Kind == "income" || line.Kind == "expense":
			want["surplus"] -= amount
		}
		if line.Account == 4101 || line.Account == 4201 || line.Account == 4301 {
			want["volume"] -= amount
		}
	}
	for _, key := range []string{"assets", "outside_capital", "own_capital", "surplus", "volume"} {
		if told.Figures[key].Value != float64(want[key]) {
			t.Errorf("%s: the report says %v, the trial balance %s (%s)", key, told.Figures[key].Value, want[key], told.Figures[key].Reason)
		}
	}
	if want["own_capital"] != 1_800_000 || want["assets"] == 0 || told.Figures["members"].Value != 12.0 || told.Figures["participation"].Value != 4000.0 {
		t.Errorf("%v %v", want, told.Figures)
	}
	front, _ := read(t, server.URL+"/")
	proof, _ := read(t, server.URL+"/bukti/")
	for _, text := range []string{"1.800.000", verified.Head.Hash[:8]} {
		if !strings.Contains(front, text) || !strings.Contains(proof, text) {
			t.Errorf("%s is not on both pages", text)
		}
	}
}

// fetched takes the report as a stranger does, and checks its signature with the key that the co-op publishes elsewhere.
func fetched(t *testing.T, app *testapp.App, base string) (*http.Response, showcase.Told) {
	t.Helper()
	body, answer := read(t, base+"/.well-known/koperasi.json")
	var e showcase.Envelope
	if err := json.Unmarshal([]byte(body), &e); err != nil {
		t.Fatalf("%v: %.200s", err, body)
	}
	ring, err := keys.Of(app)
	if err != nil {
		t.Fatal(err)
	}
	var message bytes.Buffer
	if err := json.Compact(&message, e.Report); err != nil {
		t.Fatal(err)
	}
	if e.KeyID != ring.ID || !bytes.Equal(e.Key, ring.Public) || !ed25519.Verify(ring.Public, message.Bytes(), e.Signature) {
		t.Fatal("the report is not signed by this co-op")
	}
	var told showcase.Told
	if err := json.Unmarshal(e.Report, &told); err != nil {
		t.Fatal(err)
	}
	return answer, told
}

func TestReportIsOpenToOtherSites(t *testing.T) {
	app := living(t)
	server := app.Serve()
	answer, _ := fetched(t, app, server.URL)
	h := answer.Header
	if h.Get("Access-Control-Allow-Origin") != "*" || h.Get("Content-Type") != "application/json" || h.Get("ETag") == "" || h.Get("Cache-Control") == "" {
		t.Errorf("%v", h)
	}
	if body, again := read(t, server.URL+"/.well-known/koperasi.json", "If-None-Match", h.Get("ETag"), "Origin", "https://lain.example"); again.StatusCode != http.StatusNotModified || body != "" {
		t.Errorf("a known report is answered %d", again.StatusCode)
	}
}

// TestNobodyIsNamedAnywhere reads every address of the window over a co-op that uses all of it.
func TestNobodyIsNamedAnywhere(t *testing.T) {
	app := living(t)
	server := app.Serve()
	for _, path := range []string{"/", "/bukti/", "/halaman/", "/halaman/cara-bergabung/", "/kabar/", "/kabar.rss", "/pengurus/", "/laporan/", "/sitemap.xml", "/robots.txt", "/.well-known/koperasi.json"} {
		for _, lang := range []string{"id", "en"} {
			page, answer := read(t, server.URL+path+"?bahasa="+lang)
			if answer.StatusCode != http.StatusOK {
				t.Errorf("%s %s: %d", path, lang, answer.StatusCode)
			}
			for _, secret := range []string{"Rahasia", "rahasia", "Pemalu", "Keripik pedas", "0812345"} {
				if strings.Contains(page, secret) {
					t.Errorf("%s %s: %q is public", path, lang, secret)
				}
			}
		}
	}
	if _, answer := read(t, server.URL+"/og.png"); answer.StatusCode != http.StatusOK || answer.Header.Get("Content-Type") != "image/png" {
		t.Errorf("og.png: %d %s", answer.StatusCode, answer.Header.Get("Content-Type"))
	}
	if page, answer := read(t, server.URL+"/bukti"); answer.Request.URL.Path != "/bukti/" || !strings.Contains(page, "Jejak buku saat ini") {
		t.Errorf("/bukti leads to %s", answer.Request.URL)
	}
	for _, path := range []string{"/tidak-ada", "/halaman/tidak-ada/"} {
		if page, answer := read(t, server.URL+path); answer.StatusCode != http.StatusNotFound || !strings.Contains(page, "Halaman ini tidak ada") {
			t.Errorf("%s: %d", path, answer.StatusCode)
		}
	}
}
