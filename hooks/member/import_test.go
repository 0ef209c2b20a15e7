package member_test

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"kpdk/hooks/document"
	"kpdk/hooks/internal/act"
	"kpdk/hooks/internal/command"
	"kpdk/hooks/internal/fault"
	"kpdk/hooks/internal/keys"
	"kpdk/hooks/internal/testapp"
	"kpdk/hooks/internal/ulid"
	"kpdk/hooks/ledger"
	"kpdk/hooks/member"
)

// shared reads one of the lists that lie beside the repository, for those who have them.
func shared(t *testing.T, name string) []byte {
	t.Helper()
	data, err := os.ReadFile(filepath.Join(testapp.Root(), "..", "shared", "data", name))
	if os.IsNotExist(err) {
		t.Skipf("%s is not beside the repository; the lists in testdata show the same", name)
	}
	if err != nil {
		t.Fatal(err)
	}
	return data
}

// run runs an import command as the console does, and gives what it printed and its exit code.
func run(t *testing.T, app *testapp.App, list, name string, data []byte, flags map[string]string) (string, int) {
	t.Helper()
	for _, spec := range member.Commands() {
		if spec.Name != "import "+list {
			continue
		}
		var out strings.Builder
		c := &command.Call{Ctx: context.Background(), App: app, Args: []string{name}, Flags: flags, Files: []command.File{{Name: name, Data: data}}, Out: &out, Progress: func(int, int) {}}
		exit, err := spec.Run(c)
		if err != nil {
			c.Refuse(err)
		}
		return out.String(), exit
	}
	t.Fatalf("no command import %s", list)
	return "", 0
}

func golden(t *testing.T, name, got string) {
	t.Helper()
	path := filepath.Join("testdata", name)
	if flag.Lookup("update").Value.String() == "true" {
		if err := os.WriteFile(path, []byte(got), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if got != string(want) {
		t.Errorf("%s: got\n%s\nwant\n%s", name, got, want)
	}
}

func takeIn(t *testing.T, app *testapp.App, src member.Source) document.Report {
	t.Helper()
	src.By, src.Language = manager, "id"
	return must[document.Report](t)(member.ImportEmployees(context.Background(), app, src))
}

func takeInMembers(t *testing.T, app *testapp.App, src member.Source) document.Report {
	t.Helper()
	src.By, src.Language = manager, "id"
	return must[document.Report](t)(member.ImportMembers(context.Background(), app, src))
}

func told(r document.Report) string {
	return fmt.Sprintf("%d read, %d created, %d updated, %d unchanged, %d rejected", r.Read, r.Created, r.Updated, r.Unchanged, r.RejectedRows())
}

// codes lists what was rejected: row and code.
func codes(r document.Report) (all []string) {
	for _, p := range r.Rejected {
		all = append(all, fmt.Sprintf("%d %s", p.Row, p.Code))
	}
	return all
}

func TestConsoleImportsADirtyList(t *testing.T) {
	app := testapp.New(t)
	data := shared(t, "pegawai-kotor.csv")
	tried, exit := run(t, app, "employees", "pegawai-kotor.csv", data, map[string]string{"dry-run": "true", "lang": "id"})
	if exit != command.Partial || count(t, app, "SELECT count(*) FROM employees")+count(t, app, "SELECT count(*) FROM acts WHERE kind LIKE 'member.%'") != 0 {
		t.Errorf("a trial writes nothing, exit %d", exit)
	}
	printed, exit := run(t, app, "employees", "pegawai-kotor.csv", data, map[string]string{"lang": "id"})
	in := count(t, app, "SELECT count(*) FROM employees")
	if exit != command.Partial || in < 50 || !strings.Contains(printed, fmt.Sprintf("60 baris dibaca: %d baru", in)) {
		t.Errorf("exit %d, %d in", exit, in)
	}
	golden(t, "import-kotor.golden", tried+printed)
	again, exit := run(t, app, "employees", "pegawai-kotor.csv", data, map[string]string{"json": "true", "lang": "en"})
	if !strings.Contains(again, `"created": 0`) || !strings.Contains(again, `"updated": 0`) || !strings.Contains(again, fmt.Sprintf(`"unchanged": %d`, in)) || exit != command.Partial {
		t.Errorf("the same file again: exit %d\n%s", exit, again)
	}
	for _, number := range []string{"197012261998041012", "3171012612706956", "199909152025021021"} {
		if strings.Contains(tried+printed+again, number) {
			t.Errorf("a message holds %s", number)
		}
		if n := count(t, app, "SELECT count(*) FROM acts a JOIN act_answers w ON w.act = a.id WHERE w.answer LIKE '%'||?||'%' OR a.key LIKE '%'||?||'%'", number, number); n != 0 {
			t.Error("an act holds a personal number")
		}
	}
	sound(t, app)
}

func TestConsoleImportsTheWholeStaffList(t *testing.T) {
	app := testapp.New(t)
	data := shared(t, "pegawai.csv")
	printed, exit := run(t, app, "employees", "pegawai.csv", data, map[string]string{"lang": "id"})
	if exit != command.Done || count(t, app, "SELECT count(*) FROM employees") != 640 || count(t, app, "SELECT count(*) FROM members") != 0 {
		t.Fatalf("exit %d: %s", exit, printed)
	}
	updated := func() string {
		var all string
		if err := act.Read(app).Row("SELECT group_concat(id || updated || nip_sealed) FROM employees").Scan(&all); err != nil {
			t.Fatal(err)
		}
		return all + fmt.Sprint(count(t, app, "SELECT count(*) FROM acts"))
	}
	before := updated()
	again, exit := run(t, app, "employees", "pegawai.csv", data, map[string]string{"lang": "id"})
	if exit != command.Done || !strings.Contains(again, "0 baru, 0 diperbarui, 640 tetap sama, 0 ditolak") || updated() != before {
		t.Errorf("the same file again changed something: %s", again)
	}
	ring, err := keys.Of(app)
	if err != nil {
		t.Fatal(err)
	}
	var sealed, unit string
	if err := act.Read(app).Row("SELECT e.nip_sealed, u.code FROM employees e JOIN work_units u ON u.id = e.work_unit WHERE e.nip_index = ?",
		ring.Index("nip", "197012261998041012")).Scan(&sealed, &unit); err != nil {
		t.Fatal(err)
	}
	if nip, err := ring.Open(sealed); nip != "197012261998041012" || err != nil || unit != "622801" || strings.Contains(sealed, nip) {
		t.Errorf("sealed %q, unit %s: %v", sealed, unit, err)
	}
	out, exit := run(t, app, "members", "pegawai.csv", data, map[string]string{"lang": "id", "consent": "SK-7/2026, kolektif,2026-10-01"})
	if exit != command.Done || count(t, app, "SELECT count(*) FROM members WHERE status = 'active' AND joined_on = '2026-10-01' AND card_serial = 1") != 640 {
		t.Errorf("exit %d: %s", exit, out)
	}
	out, exit = run(t, app, "members", "pegawai.csv", data, map[string]string{"lang": "id", "consent": "SK-7/2026, kolektif,2026-10-01"})
	if exit != command.Done || !strings.Contains(out, "640 tetap sama") {
		t.Errorf("again, exit %d: %s", exit, out)
	}
	if n := count(t, app, "SELECT count(*) FROM open_items"); n != 0 {
		t.Errorf("existing members owe no principal: %d items", n)
	}
	sound(t, app)
}

const header = "NIP;NIK;No Pegawai;Nama;Tgl Lahir;Kode Satker;Satker;Gaji;Status\n"

func TestMatchingGoesFromStrongToWeak(t *testing.T) {
	app := testapp.New(t)
	first := takeIn(t, app, member.Source{Name: "a.csv", Data: []byte(header +
		"198609262015051001;3602042609860001;K-1;Ani Putri;26/09/1986;01;Sekretariat;5.000.000;PNS\n" +
		";3602041211870001;K-2;Budi;12/11/1987;01;Sekretariat;;Kontrak\n" +
		";;K-3;Citra;01/02/1990;01;Sekretariat;;Kontrak\n" +
		";;;Dewi;03/04/1991;01;Sekretariat;;Kontrak\n" +
		";3515144508680002;;Eko;05/08/1968;01;Sekretariat;;Kontrak\n" +
		";3515144508680003;;Eko;05/08/1968;01;Sekretariat;;Kontrak\n" +
		"130987654;;;Gita;07/08/1965;01;Sekretariat;;PNS\n")})
	if told(first) != "7 read, 7 created, 0 updated, 0 unchanged, 0 rejected" {
		t.Fatal(told(first), first.Rejected)
	}
	second := takeIn(t, app, member.Source{Name: "b.csv", Data: []byte(header +
		"198609262015051001;;;Ani Putri Lestari;;02;Inspektorat;5.500.000;\n" + // by NIP: renamed, moved, paid more
		"199205082023082001;3602041211870001;;Budi;;01;;;PPPK\n" + // by NIK: got an NIP
		";;k-3;Citra;;;;4.000.000;\n" + // by office number
		";;; DEWI ;1991-04-03;;sekretariat;3.000.000;\n" + // by name, birth date and unit
		";;;Eko;05/08/1968;01;;;\n" + // two of them
		"198609262015051001;3602041211870001;;Siapa;;01;;;\n" + // NIP repeated in the list
		";;K-3;Bukan Citra;;;;;\n" + // the same person as row 4
		"199608182023211001;;K-3;Citra;;;;;PPPK\n" + // still row 4's person: nothing contradicts
		"199309252020041038;3602042609860009;K-1;Fajar;25/09/1993;01;;;PNS\n" + // the office number of Ani, but other numbers
		"196508071990032001;;;Gita;07/08/1965;01;;;\n")}) // an old number and its new one
	if told(second) != "10 read, 1 created, 5 updated, 0 unchanged, 4 rejected" {
		t.Error(told(second))
	}
	if got, want := strings.Join(codes(second), ", "), "6 ambiguous, 7 nip_repeated, 8 person_repeated, 9 person_repeated"; got != want {
		t.Errorf("rejected %s, want %s", got, want)
	}
	if n := count(t, app, `SELECT count(*) FROM employees e JOIN work_units u ON u.id = e.work_unit WHERE e.name = 'Ani Putri Lestari' AND u.code = '02'
		AND u.name = 'Inspektorat' AND e.pay_rupiah = 5500000 AND e.birth_date = '1986-09-26'`); n != 1 {
		t.Error("what the list says is taken over, what it does not say stays")
	}
	crossed := takeIn(t, app, member.Source{Name: "c.csv", Data: []byte(header + "198609262015051001;3602041211870001;;Ani;;01;;;\n")})
	if got := strings.Join(codes(crossed), ""); got != "2 ambiguous" {
		t.Errorf("an NIP and an NIK of two people: %s", got)
	}
	sound(t, app)
}

func TestExistingMembersComeIn(t *testing.T) {
	app := testapp.New(t)
	takeIn(t, app, member.Source{Name: "a.csv", Data: []byte(header +
		"198609262015051001;;K-1;Ani;;01;Sekretariat;;PNS\n;;K-2;Budi;;01;;;Kontrak\n;;K-3;Citra;;01;;;Kontrak\n;;K-4;Dewi;;01;;;Kontrak\n;;K-5;Eko;;01;;;Kontrak\n")})
	list := []byte("No Pegawai;Nama;No Anggota;Tanggal Masuk;No Surat Kuasa;Tanggal Surat Kuasa;Batas Potongan\n" +
		"K-1;Ani;846;01/02/2020;SK-1;15/01/2020;1.000.000\n" +
		"K-2;Budi;;;SK-2;2021-03-04;\n" +
		"K-3;Citra;;;;;\n" +
		"K-4;Dewi;846;;SK-4;2021-03-04;\n" +
		"K-5;Eko;12;;SK-5;;\n" +
		"K-9;Orang Lain;;;SK-9;2021-03-04;\n" +
		"K-2;Budi;;;SK-2;2021-03-04;\n" +
		"K-4;Dewi;;;SK-4;2031-03-04;\n")
	tried := takeInMembers(t, app, member.Source{Name: "m.csv", Data: list, DryRun: true})
	if count(t, app, "SELECT count(*) FROM members") != 0 {
		t.Error("a trial wrote")
	}
	report := takeInMembers(t, app, member.Source{Name: "m.csv", Data: list})
	if len(tried.Changes) != 4 {
		t.Errorf("tried, it tells %v", tried.Changes)
	}
	tried.Changes = nil // a trial says besides whom it would take in
	if told(report) != "8 read, 4 created, 0 updated, 0 unchanged, 4 rejected" || fmt.Sprint(tried) != fmt.Sprint(report) {
		t.Errorf("tried %v\ngot   %v", tried, report)
	}
	if got, want := strings.Join(codes(report), ", "), "5 member_number_repeated, 7 not_on_staff_list, 8 person_repeated, 9 date_in_future"; got != want {
		t.Errorf("rejected %s, want %s", got, want)
	}
	if len(report.Warnings) != 2 || report.Warnings[0].Code != "mandate_without_max" || report.Warnings[1].Code != "consent_incomplete" {
		t.Errorf("warnings %v", report.Warnings)
	}
	ani, budi, citra := person(t, app, 846), person(t, app, 847), person(t, app, 848)
	if ani.Status != member.Active || ani.CardSerial != 1 || budi.Status != member.Active || citra.Status != member.Invited || person(t, app, 12).Status != member.Invited {
		t.Errorf("%+v %+v %+v", ani, budi, citra)
	}
	m, _, err := member.MandateOn(act.Read(app), 846, "2026-11-03")
	if got := fmt.Sprint(m.Max, " ", m.ValidFrom, " ", m.Reference); got != "Rp 1.000.000 2020-01-15 SK-1" || err != nil {
		t.Errorf("mandate: %s %v", got, err)
	}
	unsigned := func(number int64) {
		t.Helper()
		if _, granted, err := member.MandateOn(act.Read(app), number, "2026-11-03"); granted || err != nil {
			t.Errorf("%d signed no maximum and has a mandate: %v", number, err)
		}
	}
	unsigned(847)
	if n := count(t, app, "SELECT count(*) FROM members WHERE number = 846 AND joined_on = '2020-02-01' OR number = 847 AND joined_on = '2021-03-04'"); n != 2 {
		t.Error("the date of joining is the list's, or the consent's")
	}
	again := takeInMembers(t, app, member.Source{Name: "m.csv", Data: list})
	if told(again) != "8 read, 0 created, 0 updated, 4 unchanged, 4 rejected" {
		t.Errorf("the same list again: %s %v", told(again), again.Rejected)
	}
	consented := takeInMembers(t, app, member.Source{Name: "n.csv", Data: []byte("No Pegawai;Nama\nK-3;Citra\n"), Consent: member.Consent{Reference: "SK-8", Date: "2026-10-10"}})
	if told(consented) != "1 read, 0 created, 1 updated, 0 unchanged, 0 rejected" || person(t, app, 848).Status != member.Active {
		t.Errorf("an invitation with a consent: %s", told(consented))
	}
	unsigned(848) // a decision on many is nobody's mandate, whatever maximum a row names
	named := takeInMembers(t, app, member.Source{Name: "o.csv", Data: []byte("No Pegawai;Nama;Batas Potongan\nK-5;Eko;900.000\n"), Consent: member.Consent{Reference: "SK-8", Date: "2026-10-10"}})
	if told(named) != "1 read, 0 created, 1 updated, 0 unchanged, 0 rejected" || len(named.Warnings) != 1 || named.Warnings[0].Code != "mandate_unsigned" {
		t.Errorf("%s %v", told(named), named.Warnings)
	}
	unsigned(12)
	taken := takeInMembers(t, app, member.Source{Name: "o.csv", Data: []byte("No Pegawai;Nama;No Anggota\nK-4;Dewi;846\nK-3;Citra;9\n")})
	if got := strings.Join(codes(taken), ", "); got != "2 member_number_taken, 3 member_number_differs" {
		t.Errorf("numbers stay: %s", got)
	}
	if items, _ := ledger.OpenItems(act.Read(app), 846); len(items) != 0 {
		t.Errorf("an existing member owes no principal: %v", items)
	}
	sound(t, app)
}

func TestStaffListCarriesItsChangesToMembers(t *testing.T) {
	app := testapp.New(t)
	takeIn(t, app, member.Source{Name: "a.csv", Data: []byte(header + ";;K-1;Ani;;01;Sekretariat;;PNS\n")})
	takeInMembers(t, app, member.Source{Name: "m.csv", Data: []byte("No Pegawai;Nama\nK-1;Ani\n")})
	takeIn(t, app, member.Source{Name: "a.csv", Data: []byte(header + ";;K-1;Ani Lestari;;02;Inspektorat;;PNS\n")})
	if n := count(t, app, "SELECT count(*) FROM members m JOIN work_units u ON u.id = m.work_unit WHERE m.name = 'Ani Lestari' AND u.code = '02'"); n != 1 {
		t.Error("the register of members keeps the old name or unit")
	}
}

func TestAFileThatIsNoListIsRefusedAsAWhole(t *testing.T) {
	app := testapp.New(t)
	for name, c := range map[string]struct{ data, code string }{
		"surat.pdf": {"%PDF-1.4\x00\x01", "import.file_not_table"}, "kosong.csv": {"", "import.file_not_table"},
		"lain.csv": {"Warna;Ukuran\nmerah;5\n", "import.file_no_header"}, "judul.csv": {header, "import.file_empty"},
	} {
		out, exit := run(t, app, "employees", name, []byte(c.data), map[string]string{"json": "true", "lang": "id"})
		if exit != command.Failed || !strings.Contains(out, `"code": "`+c.code+`"`) {
			t.Errorf("%s: exit %d, %s", name, exit, out)
		}
	}
	out, exit := run(t, app, "employees", "semua-salah.csv", []byte(header+";;;;;;;;\n1,98E+17;;;Ani;;;;;\n"), map[string]string{"lang": "id"})
	if exit != command.Failed {
		t.Errorf("nothing was done, exit %d: %s", exit, out)
	}
	if out, exit := run(t, app, "members", "m.csv", []byte("NIP;Nama\n1;A\n"), map[string]string{"consent": "SK tanpa tanggal", "json": "true"}); exit != command.Failed || !strings.Contains(out, "member.consent_form") {
		t.Errorf("exit %d: %s", exit, out)
	}
}

func TestAnImportCutShortIsFinishedByTheNext(t *testing.T) {
	app := testapp.New(t)
	var list strings.Builder
	list.WriteString(header)
	for i := range 600 {
		fmt.Fprintf(&list, ";;K-%d;Pegawai %d;;01;Sekretariat;;PNS\n", i, i)
	}
	ctx, cancel := context.WithCancel(context.Background())
	src := member.Source{Name: "a.csv", Data: []byte(list.String()), Key: ulid.New(), By: manager, Language: "id", Progress: func(n, _ int) {
		if n >= 500 {
			cancel()
		}
	}}
	if _, _, err := member.ImportEmployees(ctx, app, src); !errors.Is(err, context.Canceled) {
		t.Fatalf("cut short: %v", err)
	}
	if n := count(t, app, "SELECT count(*) FROM employees"); n != 500 {
		t.Fatalf("%d are in: whole parts", n)
	}
	src.Progress = nil
	report, replayed, err := member.ImportEmployees(context.Background(), app, src)
	if err != nil || !replayed || told(report) != "600 read, 600 created, 0 updated, 0 unchanged, 0 rejected" || count(t, app, "SELECT count(*) FROM employees") != 600 {
		t.Errorf("the same key finishes and tells the same: %s %v %v", told(report), replayed, err)
	}
	src.Data = []byte(header + ";;K-900;Lain;;01;;;\n")
	if _, _, err := member.ImportEmployees(context.Background(), app, src); !errors.Is(err, fault.Refused("idempotency_conflict")) || count(t, app, "SELECT count(*) FROM employees") != 600 {
		t.Errorf("the same key with another list: %v", err)
	}
}

// A row whose work unit's code is the name of another list is refused by itself; the others come in.
func TestAReservedUnitCodeRefusesItsRowAlone(t *testing.T) {
	app := testapp.New(t)
	report := takeIn(t, app, member.Source{Name: "a.csv", Data: []byte(header +
		"198609262015051001;3602042609860001;K-1;Ani Putri;26/09/1986;01;Sekretariat;5.000.000;PNS\n" +
		";3602041211870001;K-2;Budi;12/11/1987;bank;Bank;;Kontrak\n")})
	if got := told(report); got != "2 read, 1 created, 0 updated, 0 unchanged, 1 rejected" || !slices.Equal(codes(report), []string{"3 unit_code_reserved"}) {
		t.Errorf("%s, %v", got, codes(report))
	}
}
