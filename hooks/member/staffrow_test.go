package member

import (
	"bytes"
	"flag"
	"fmt"
	"os"
	"reflect"
	"strings"
	"testing"

	"github.com/xuri/excelize/v2"

	"kpdk/hooks/document"
	"kpdk/hooks/internal/money"
)

var update = flag.Bool("update", false, "write the golden files anew")

// sharedLists is where the office's real lists lie beside the repository, for those who have them.
const sharedLists = "../../../shared/data/"

// readStaff reads a list as an import does: each row, then the repeats among the readable ones.
func readStaff(t *testing.T, name string, data []byte) (read int, accepted []StaffRow, problems []document.Problem) {
	t.Helper()
	table, err := document.ReadTable(name, data, document.Limits{Known: StaffColumns})
	if err != nil {
		t.Fatalf("%s: %v", name, err)
	}
	layout := document.Columns(table.Header, StaffColumns)
	var rows []StaffRow
	for _, row := range table.Rows {
		staff, found := ReadStaffRow(layout, row)
		problems = append(problems, found...)
		if !document.Rejected(found) {
			rows = append(rows, staff)
		}
	}
	repeats := FindRepeats(rows)
	problems = append(problems, repeats...)
	problems = append(problems, FindUnitConflicts(rows)...)
	out := map[int]bool{}
	for _, p := range repeats {
		out[p.Row] = true
	}
	for _, row := range rows {
		if !out[row.Line] {
			accepted = append(accepted, row)
		}
	}
	return len(table.Rows), accepted, problems
}

// listed writes problems in the order of the file, one to a line, for a person to check against it.
func listed(problems []document.Problem) string {
	var b strings.Builder
	for line := 1; line <= 10_000; line++ {
		for _, p := range problems {
			if p.Row != line {
				continue
			}
			fmt.Fprintf(&b, "%d %s %s", p.Row, p.Code, p.Field)
			if first, ok := p.Params["first"]; ok {
				fmt.Fprintf(&b, " first=%v", first)
			}
			if usual, ok := p.Params["usual"]; ok {
				fmt.Fprintf(&b, " usual=%v", usual)
			}
			if p.Warning {
				b.WriteString(" (warning)")
			}
			b.WriteByte('\n')
		}
	}
	return b.String()
}

func golden(t *testing.T, name, got string) {
	t.Helper()
	if *update {
		if err := os.WriteFile("testdata/"+name, []byte(got), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile("testdata/" + name)
	if err != nil {
		t.Fatal(err)
	}
	if got != string(want) {
		t.Errorf("%s: got\n%swant\n%s", name, got, want)
	}
}

func list(t *testing.T, path string) []byte {
	t.Helper()
	data, err := os.ReadFile(path)
	if os.IsNotExist(err) && strings.HasPrefix(path, sharedLists) {
		t.Skipf("%s is not beside the repository; the lists in testdata show the same", strings.TrimPrefix(path, sharedLists))
	}
	if err != nil {
		t.Fatal(err)
	}
	return data
}

func TestOfficeTriesItsDirtyList(t *testing.T) {
	read, accepted, problems := readStaff(t, "pegawai-kotor.csv", list(t, sharedLists+"pegawai-kotor.csv"))
	golden(t, "pegawai-kotor.golden", fmt.Sprintf("read %d accepted %d\n%s", read, len(accepted), listed(problems)))
}

func TestOfficeTriesItsCleanList(t *testing.T) {
	read, accepted, problems := readStaff(t, "pegawai.csv", list(t, sharedLists+"pegawai.csv"))
	if read != 640 || len(accepted) != 640 || len(problems) != 0 {
		t.Errorf("read %d, accepted %d, problems\n%s", read, len(accepted), listed(problems))
	}
}

func TestEveryKindOfDirtIsToldApart(t *testing.T) {
	read, accepted, problems := readStaff(t, "staf-kotor.csv", list(t, "testdata/staf-kotor.csv"))
	golden(t, "staf-kotor.golden", fmt.Sprintf("read %d accepted %d\n%s", read, len(accepted), listed(problems)))
}

func TestASpreadsheetTellsTheSameAsItsText(t *testing.T) {
	table, err := document.ReadTable("", list(t, "testdata/staf-kotor.csv"), document.Limits{Known: StaffColumns})
	if err != nil {
		t.Fatal(err)
	}
	book := excelize.NewFile()
	put := func(line int, cells []string) {
		if err := book.SetSheetRow("Sheet1", fmt.Sprintf("A%d", line), &cells); err != nil {
			t.Fatal(err)
		}
	}
	put(4, table.Header)
	for _, row := range table.Rows {
		put(row.Line, row.Cells)
	}
	var out bytes.Buffer
	if err := book.Write(&out); err != nil {
		t.Fatal(err)
	}
	read, accepted, problems := readStaff(t, "staf.xlsx", out.Bytes())
	golden(t, "staf-kotor.golden", fmt.Sprintf("read %d accepted %d\n%s", read, len(accepted), listed(problems)))
}

func TestNumbersThatASpreadsheetRounded(t *testing.T) {
	book := excelize.NewFile()
	book.SetSheetRow("Sheet1", "A1", &[]string{"NIP", "NIK", "Nama"})
	book.SetSheetRow("Sheet1", "A2", &[]any{int64(198609262015051001), int64(3602041211870001), "Ani"})
	book.SetSheetRow("Sheet1", "A3", &[]any{130987654, "3602041211870010", "Budi"})
	book.SetSheetRow("Sheet1", "A4", &[]any{"", 3602041211870010.0, "Citra"})
	var out bytes.Buffer
	if err := book.Write(&out); err != nil {
		t.Fatal(err)
	}
	_, accepted, problems := readStaff(t, "angka.xlsx", out.Bytes())
	if got, want := listed(problems), "2 nip_mangled nip\n4 nik_mangled nik\n"; got != want || len(accepted) != 1 || accepted[0].NIP != "130987654" {
		t.Errorf("got %s, accepted %v", got, accepted)
	}
}

func TestReadStaffRowWhole(t *testing.T) {
	header := []string{"No", "NIP Baru", "No KTP", "No. Pegawai", "Nama Lengkap", "L/P", "Tgl. Lahir", "Status Pegawai", "Gol/Ruang", "Kd Satker", "Satuan Kerja",
		"THP", "E-mail", "No. HP", "No Anggota", "Tanggal Masuk", "Nomor Surat Kuasa/Persetujuan", "Tanggal Surat Kuasa", "Batas Potongan"}
	layout := document.Columns(header, StaffColumns)
	if got := strings.Join(layout.Unknown, ","); got != "No" {
		t.Fatalf("unknown columns: %s", got)
	}
	row := document.Row{Line: 9, Cells: []string{"1", "198609262015051001", "3602042609860001", "K-7", "  Ani   Putri ", "Laki-laki", "26 September 1986", "cpns", "III/a", "622801", "Inspektorat",
		"Rp 5.250.000,00", "Ani@Contoh.ID", "+62 878-4104-5750", "0846", "1/2/2024", "SK-12/2024", "2024-01-31", "1.500.000"}}
	got, problems := ReadStaffRow(layout, row)
	pay, most := money.Rupiah(5_250_000), money.Rupiah(1_500_000)
	want := StaffRow{Line: 9, NIP: "198609262015051001", NIK: "3602042609860001", OfficeNumber: "K-7", Name: "Ani Putri", Sex: "L", BirthDate: "1986-09-26",
		Status: "civil_servant", Grade: "III/a", UnitCode: "622801", UnitName: "Inspektorat", Pay: &pay, Email: "ani@contoh.id", Phone: "087841045750",
		MemberNumber: 846, JoinedOn: "2024-02-01", ConsentReference: "SK-12/2024", ConsentDate: "2024-01-31", MandateMax: &most}
	if !reflect.DeepEqual(got, want) || len(problems) != 0 {
		t.Errorf("got %+v\nwant %+v\nproblems %v", got, want, problems)
	}
}

// A word for a channel means one thing or the row waits: money is asked of whom it names. The rest of the list is taken.
func TestDeductionChannels(t *testing.T) {
	layout := document.Columns([]string{"Nama", "NIP", "Cara Bayar"}, StaffColumns)
	for said, want := range map[string]string{
		"": "", "Bendahara Gaji": ByOfficer, "potong gaji": ByOfficer, "PPABP": ByOfficer,
		"bank": ByBank, "Bank Mandiri": ByBank, "BANK MANDIRI (autodebet)": ByBank, "Bank Jateng": ByBank, "auto-debit": ByBank,
		"sendiri": BySelf, "Bayar Sendiri": BySelf, "bayar mandiri": BySelf, "self": BySelf, "tunai": BySelf,
		"mandiri": "channel_ambiguous", "Mandiri": "channel_ambiguous", "setor mandiri": "channel_ambiguous", "rekening mandiri": "channel_ambiguous", "transfer ke Mandiri": "channel_ambiguous",
		"bank atau sendiri": "channel_ambiguous", "bank/tunai": "channel_ambiguous", "bendahara / bank": "channel_ambiguous", "sendiri lewat debet": "channel_ambiguous",
		"lewat siapa saja": "channel_unreadable", "lewat bendahara yang lama": "channel_unreadable",
	} {
		row, problems := ReadStaffRow(layout, document.Row{Line: 7, Cells: []string{"Ani Putri", "198609262015051001", said}})
		got := row.Channel
		if len(problems) > 0 {
			got = string(problems[0].Code)
			if len(problems) != 1 || problems[0].Row != 7 || problems[0].Field != "channel" || problems[0].Warning {
				t.Errorf("%q: %+v", said, problems)
			}
		}
		if got != want {
			t.Errorf("%q is %q, want %q", said, got, want)
		}
	}
}

func TestNoHeaderWordServesTwoFields(t *testing.T) {
	for field, words := range StaffColumns {
		for _, word := range words {
			if layout := document.Columns([]string{word}, StaffColumns); !layout.Has(field) {
				t.Errorf("%q is a word of %s and of another field", word, field)
			}
		}
	}
}
