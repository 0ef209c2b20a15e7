package member_test

import (
	"bytes"
	"encoding/json"
	"io"
	"mime/multipart"
	"net/http"
	"slices"
	"strings"
	"testing"

	"kpdk/hooks/document"
	"kpdk/hooks/internal/act"
	"kpdk/hooks/internal/testapp"
	"kpdk/hooks/internal/ulid"
	"kpdk/hooks/member"
)

// send brings a file to an import's route and gives the status, the kind and the body of the answer.
func sendList(t *testing.T, url, token, path, text string, fields map[string]string) (int, string, []byte) {
	t.Helper()
	var form bytes.Buffer
	w := multipart.NewWriter(&form)
	for name, value := range fields {
		_ = w.WriteField(name, value)
	}
	part, err := w.CreateFormFile("file", "daftar.csv")
	if err != nil {
		t.Fatal(err)
	}
	_, _ = part.Write([]byte(text))
	_ = w.Close()
	request, err := http.NewRequest("POST", url+path, &form)
	if err != nil {
		t.Fatal(err)
	}
	request.Header.Set("Content-Type", w.FormDataContentType())
	if token != "" {
		request.Header.Set("Authorization", token)
	}
	response, err := http.DefaultClient.Do(request)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = response.Body.Close() }()
	body, err := io.ReadAll(response.Body)
	if err != nil {
		t.Fatal(err)
	}
	return response.StatusCode, response.Header.Get("Content-Type"), body
}

const staffHead = "NIP;NIK;Nama;Status;Gol;Kode Satker;Nama Satker;Gaji Bersih;Jalur Potongan\n"

// What the office's page asks of an import: what would change, side by side; a file that is followed; the refused
// rows back; and of members' lists people alone.
func TestThePageImportsPeople(t *testing.T) {
	app := testapp.New(t)
	url, token := app.Serve().URL, app.Token(app.Manager())
	for role, key := range map[string]string{"nobody": "", "a cashier": app.Token(app.Operator(act.Cashier)), "a treasurer": app.Token(app.Operator(act.Treasurer))} {
		for _, path := range []string{"/api/coop/import/employees?dry_run=1", "/api/coop/import/members?refused=csv", "/api/coop/import/employees?follow=1"} {
			if status, _, _ := sendList(t, url, key, path, staffHead+"198609262015051001;;Ani;PNS;III/a;622801;Sekretariat;1;\n", nil); status != 401 && status != 403 {
				t.Errorf("%s at %s: %d", role, path, status)
			}
		}
	}
	var lines []string
	follow := func(path, text string, fields map[string]string) document.Report {
		t.Helper()
		status, kind, body := sendList(t, url, token, path+"?follow=1", text, fields)
		if status != 200 || kind != "application/x-ndjson" {
			t.Fatalf("%d %s: %s", status, kind, body)
		}
		lines = strings.Split(strings.TrimSpace(string(body)), "\n")
		var last struct{ Report document.Report }
		if err := json.Unmarshal([]byte(lines[len(lines)-1]), &last); err != nil {
			t.Fatal(err)
		}
		return last.Report
	}
	first := staffHead + "198609262015051001;3602041211870001;Ani Contoh;PNS;III/a;622801;Sekretariat;5.000.000;\n199205082023082001;;Budi Contoh;PNS;III/b;622801;Sekretariat;6.000.000;\n"
	key := ulid.New()
	if got := follow("/api/coop/import/employees", first, map[string]string{"id": key}); told(got) != "2 read, 2 created, 0 updated, 0 unchanged, 0 rejected" || len(got.Changes) != 0 || !strings.Contains(lines[0], `"total":2`) {
		t.Errorf("%s, %v", told(got), lines)
	}
	if got := follow("/api/coop/import/employees", first, map[string]string{"id": key}); told(got) != "2 read, 2 created, 0 updated, 0 unchanged, 0 rejected" {
		t.Errorf("the same again: %s", told(got)) // a lost answer is told once more
	}
	if status, kind, body := sendList(t, url, token, "/api/coop/import/employees?follow=1", "\x00\x01", nil); status != 400 || kind == "application/x-ndjson" {
		t.Errorf("no list: %d %s %s", status, kind, body)
	}

	second := staffHead + "198609262015051001;3602041211870002;Ani Contoh;PNS;III/b;622802;Deputi;5.400.000;bank\n199205082023082001;;Budi Contoh;PNS;III/b;622801;Sekretariat;6.000.000;\n123;;Citra;PNS;;;;;\n199608182023211001;;=Dewi;PPPK;IX;622801;Sekretariat;;\n"
	status, _, body := sendList(t, url, token, "/api/coop/import/employees?dry_run=1", second, nil)
	var tried document.Report
	if err := json.Unmarshal(body, &tried); err != nil || status != 200 || told(tried) != "4 read, 1 created, 1 updated, 1 unchanged, 1 rejected" {
		t.Fatalf("%d %s (%v)", status, body, err)
	}
	want := []document.CellChange{{Field: "unit_code", Was: "Sekretariat (622801)", Now: "Deputi (622802)"}, {Field: "grade", Was: "III/a", Now: "III/b"}, {Field: "channel", Was: "officer", Now: "bank"},
		{Field: "pay_rupiah", Was: "5000000", Now: "5400000"}, {Field: "nik", Sealed: true}}
	if len(tried.Changes) != 2 || tried.Changes[0].Row != 2 || !slices.Equal(tried.Changes[0].Fields, want) || !tried.Changes[1].New || tried.Changes[1].Name != "=Dewi" {
		t.Errorf("changes %+v", tried.Changes)
	}
	if strings.Contains(string(body), "360204") {
		t.Error("a trial tells a NIK")
	}
	for _, format := range []string{"csv", "xlsx"} {
		status, kind, body := sendList(t, url, token, "/api/coop/import/employees?refused="+format, second, nil)
		table, err := document.ReadTable("", body, document.Limits{Known: member.StaffColumns})
		if status != 200 || kind != document.Types[format] || err != nil || len(table.Rows) != 1 || table.Rows[0].Cells[0] != "4" || !strings.HasPrefix(table.Rows[0].Cells[1], "NIP: ") || table.Rows[0].Cells[4] != "Citra" {
			t.Errorf("refused rows as %s: %d %s %v %+v", format, status, kind, err, table)
		}
	}
	if n := count(t, app, "SELECT count(*) FROM employees"); n != 2 {
		t.Errorf("trials wrote: %d people", n)
	}

	papers := "No Anggota;NIP;Nama;No Surat Kuasa;Tgl Surat Kuasa;Batas Potongan\n0007;198609262015051001;Ani Contoh;SK-1;2026-01-05;500.000\n0008;199205082023082001;Budi Contoh;;;\n"
	got := follow("/api/coop/import/members", papers, map[string]string{"invite_only": "1", "consent": "SK-9,2026-01-01"})
	if told(got) != "2 read, 2 created, 0 updated, 0 unchanged, 0 rejected" || got.WithoutConsent != 1 {
		t.Errorf("%s, %d papers left aside", told(got), got.WithoutConsent)
	}
	if n := count(t, app, "SELECT count(*) FROM members WHERE status = 'invited' AND number IN (7, 8)"); n != 2 {
		t.Errorf("%d are invited", n)
	}
	if n := count(t, app, "SELECT count(*) FROM mandates") + count(t, app, "SELECT count(*) FROM member_events WHERE kind = 'consented'"); n != 0 {
		t.Errorf("%d consents or mandates out of a list", n)
	}
	sound(t, app)
}
