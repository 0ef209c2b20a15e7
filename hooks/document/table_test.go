package document

import (
	"bytes"
	"fmt"
	"reflect"
	"strings"
	"testing"
	"time"

	"github.com/xuri/excelize/v2"
	"golang.org/x/text/encoding/charmap"
	"golang.org/x/text/encoding/unicode"
)

var people = Synonyms{
	"nip":   {"nip", "nip baru", "no induk pegawai"},
	"name":  {"nama lengkap", "nama", "nama pegawai"},
	"birth": {"tanggal lahir", "tgl lahir"},
	"pay":   {"gaji bersih", "gaji", "thp"},
	"sex":   {"l/p", "jk"},
}

// flat prints a table one line per row, so that expectations read like the file.
func flat(table *Table) string {
	var b strings.Builder
	fmt.Fprintln(&b, "0:"+strings.Join(table.Header, "|"))
	for _, row := range table.Rows {
		fmt.Fprintf(&b, "%d:%s\n", row.Line, strings.Join(row.Cells, "|"))
	}
	return strings.TrimSpace(b.String())
}

func TestReadTableText(t *testing.T) {
	wide := func(order unicode.Endianness, text string) []byte {
		out, err := unicode.UTF16(order, unicode.UseBOM).NewEncoder().Bytes([]byte(text))
		if err != nil {
			t.Fatal(err)
		}
		return out
	}
	windows, err := charmap.Windows1252.NewEncoder().Bytes([]byte("NIP;Nama\n1;José\n"))
	if err != nil {
		t.Fatal(err)
	}
	for name, c := range map[string]struct {
		data []byte
		want string
	}{
		"comma":                    {[]byte("NIP,Nama\n1,Ani\n"), "0:NIP|Nama\n2:1|Ani"},
		"semicolon, CRLF, BOM":     {[]byte("\xef\xbb\xbfNIP;Nama\r\n1;Ani\r\n"), "0:NIP|Nama\n2:1|Ani"},
		"tab":                      {[]byte("NIP\tNama\n1\tAni"), "0:NIP|Nama\n2:1|Ani"},
		"old Mac line ends":        {[]byte("NIP,Nama\r1,Ani\r"), "0:NIP|Nama\n2:1|Ani"},
		"UTF-16 little":            {wide(unicode.LittleEndian, "NIP\tNama\r\n1\tÉva\r\n"), "0:NIP|Nama\n2:1|Éva"},
		"UTF-16 big":               {wide(unicode.BigEndian, "NIP;Nama\n1;Éva\n"), "0:NIP|Nama\n2:1|Éva"},
		"UTF-16 little, unmarked":  {wide(unicode.LittleEndian, "NIP\tNama\r\n1\tÉva\r\n")[2:], "0:NIP|Nama\n2:1|Éva"},
		"UTF-16 big, unmarked":     {append(wide(unicode.BigEndian, "NIP;Nama\n1;Éva\n")[2:], 0), "0:NIP|Nama\n2:1|Éva"},
		"Windows-1252":             {windows, "0:NIP|Nama\n2:1|José"},
		"blank rows keep numbers":  {[]byte("NIP;Nama\n\n1;Ani\n;\n  ; \n2;Budi\n"), "0:NIP|Nama\n3:1|Ani\n6:2|Budi"},
		"quotes":                   {[]byte("NIP,Nama\n1,\"Ani, S.E.\"\n2,\"Bu \"\"Di\"\"\"\n"), "0:NIP|Nama\n2:1|Ani, S.E.\n3:2|Bu \"Di\""},
		"line break in quotes":     {[]byte("NIP,Nama\n1,\"Ani\nPutri\"\n2,Budi\n"), "0:NIP|Nama\n2:1|Ani\nPutri\n4:2|Budi"},
		"stray quote harms no row": {[]byte("NIP,Nama\n1,\"Ani\n2,Budi\n3,\"Citra\"\n"), "0:NIP|Nama\n2:1|\"Ani\n3:2|Budi\n4:3|Citra"},
		"separator hint":           {[]byte("sep=;\nNIP;Nama\n1;Ani\n"), "0:NIP|Nama\n3:1|Ani"},
		"titles above":             {[]byte("KEMENTERIAN;;\nDaftar Pegawai, Nama, dan NIP;;\n;;\nNo;NIP;Nama\n(1);(2);(3)\n1;11;Ani\n"), "0:No|NIP|Nama\n6:1|11|Ani"},
		"commas inside amounts":    {[]byte("Nama;Gaji\nAni;8,400,000.00\nBudi;5,250,000.00\nCitra;7,000,000.00\n"), "0:Nama|Gaji\n2:Ani|8,400,000.00\n3:Budi|5,250,000.00\n4:Citra|7,000,000.00"},
		"no rows":                  {[]byte("NIP;Nama\n"), "0:NIP|Nama"},
	} {
		t.Run(name, func(t *testing.T) {
			table, err := ReadTable("daftar.csv", c.data, Limits{Known: people})
			if err != nil {
				t.Fatal(err)
			}
			if got := flat(table); got != c.want {
				t.Errorf("got\n%s\nwant\n%s", got, c.want)
			}
		})
	}
}

func TestReadTableRefuses(t *testing.T) {
	html := "<html><body><table><tr><td>NIP</td><td>Nama</td></tr></table></body></html>"
	book := workbook(t, func(b *excelize.File) {})
	for name, c := range map[string]struct {
		data  []byte
		limit Limits
		want  Code
	}{
		"nothing":          {nil, Limits{}, FileNotTable},
		"only blanks":      {[]byte("\r\n \r\n"), Limits{}, FileNotTable},
		"only separators":  {[]byte(";;;\n;;;\n"), Limits{}, FileNotTable},
		"PDF":              {[]byte("%PDF-1.7\nNIP,Nama\n"), Limits{Known: people}, FileNotTable},
		"PNG":              {[]byte("\x89PNG\r\n\x1a\n\x00\x00"), Limits{}, FileNotTable},
		"web page as xls":  {[]byte("\xef\xbb\xbf \r\n" + html), Limits{Known: people}, FileNotTable},
		"wide web page":    {[]byte("<\x00h\x00t\x00m\x00l\x00>\x00N\x00I\x00P\x00;\x00"), Limits{Known: people}, FileNotTable},
		"old binary xls":   {[]byte("\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"), Limits{}, FileNotTable},
		"zero bytes":       {[]byte("NIP,Na\x00ma\n"), Limits{Known: people}, FileNotTable},
		"a zip of no book": {[]byte("PK\x03\x04 whatever"), Limits{}, FileNotTable},
		"an empty book":    {book, Limits{}, FileNotTable},
		"a cut-off book":   {book[:len(book)/2], Limits{}, FileNotTable},
		"a letter":         {[]byte("Yang terhormat,\nberikut daftar kami.\nSalam\n"), Limits{Known: people}, FileNoHeader},
		"unknown headers":  {[]byte("a,b,c\n1,2,3\n"), Limits{Known: people}, FileNoHeader},
		"one known header": {[]byte("a,nama,c\n1,2,3\n"), Limits{Known: people}, FileNoHeader},
		"too many bytes":   {[]byte("NIP,Nama\n1,Ani\n"), Limits{Bytes: 10}, FileTooLarge},
		"too many rows":    {[]byte("NIP,Nama\n1,A\n2,B\n3,C\n"), Limits{Rows: 2, Known: people}, FileTooLarge},
		"too many columns": {[]byte("NIP,Nama\n1,A,x,y\n"), Limits{Columns: 3, Known: people}, FileTooLarge},
		"an endless cell":  {[]byte("NIP,Nama\n1," + strings.Repeat("a", 40_000)), Limits{Known: people}, FileTooLarge},
		"an endless line":  {[]byte("NIP,Nama\n1" + strings.Repeat(",", 40_000)), Limits{Known: people}, FileTooLarge},
		"a zip bomb":       {workbook(t, fillWide), Limits{Unzipped: 4 << 10, Known: people}, FileTooLarge},
	} {
		t.Run(name, func(t *testing.T) {
			if _, err := ReadTable("x.csv", c.data, c.limit); err != c.want {
				t.Errorf("got %v, want %v", err, c.want)
			}
		})
	}
}

func workbook(t testing.TB, fill func(*excelize.File)) []byte {
	t.Helper()
	book := excelize.NewFile()
	fill(book)
	var out bytes.Buffer
	if err := book.Write(&out); err != nil {
		t.Fatal(err)
	}
	return out.Bytes()
}

func fillWide(b *excelize.File) {
	for i := 1; i < 200; i++ {
		b.SetSheetRow("Sheet1", fmt.Sprintf("A%d", i), &[]string{"NIP", "Nama", "Gaji"})
	}
}

// set writes a cell and, where a format is given, its number format.
func set(t *testing.T, b *excelize.File, sheet, cell string, value any, format string) {
	t.Helper()
	if err := b.SetCellValue(sheet, cell, value); err != nil {
		t.Fatal(err)
	}
	if format == "" {
		return
	}
	style, err := b.NewStyle(&excelize.Style{CustomNumFmt: &format})
	if err != nil {
		t.Fatal(err)
	}
	if err := b.SetCellStyle(sheet, cell, cell, style); err != nil {
		t.Fatal(err)
	}
}

func TestReadTableWorkbook(t *testing.T) {
	born := time.Date(1970, 12, 26, 0, 0, 0, 0, time.UTC)
	data := workbook(t, func(b *excelize.File) {
		b.NewSheet("Data")
		set(t, b, "Data", "B1", "DAFTAR PEGAWAI", "")
		for i, title := range []string{"NIP", "Nama", "Tgl Lahir", "Gaji"} {
			set(t, b, "Data", fmt.Sprintf("%c3", 'A'+i), title, "")
		}
		set(t, b, "Data", "A4", "197012261998041012", "@")
		set(t, b, "Data", "B4", "Ketut", "")
		set(t, b, "Data", "C4", born, "dd/mm/yy")
		set(t, b, "Data", "D4", 8400000, `"Rp"#,##0`)
		set(t, b, "Data", "A6", int64(197012261998041012), "")
		set(t, b, "Data", "B6", "Gede", "")
		set(t, b, "Data", "C6", "26/12/1970", "")
		set(t, b, "Data", "D6", 8.125, "")
		set(t, b, "Data", "A7", int64(197012261998041012), "0")
		set(t, b, "Data", "B7", int64(3171012612706956), "0")
		set(t, b, "Data", "C7", born, "[$-421]d mmmm yyyy")
		set(t, b, "Data", "D7", "8.125", "0")
		set(t, b, "Data", "A8", int64(3171012612706950), "0")
		set(t, b, "Data", "B8", 130987654, "0000 0000 0")
		set(t, b, "Data", "D8", 0.1+0.2, "0.00")
	})
	table, err := ReadTable("pegawai.xlsx", data, Limits{Known: people})
	if err != nil {
		t.Fatal(err)
	}
	want := strings.Join([]string{
		"0:NIP|Nama|Tgl Lahir|Gaji",
		"4:197012261998041012|Ketut|1970-12-26|8400000",
		"6:1.97012261998041E+17|Gede|26/12/1970|8.1250",
		"7:1.97012261998041E+17|3171012612706956|1970-12-26|8.125",
		"8:3.17101261270695E+15|130987654||0.3",
	}, "\n")
	if got := flat(table); got != want {
		t.Errorf("got\n%s\nwant\n%s", got, want)
	}
}

func TestReadTableWorkbookFrom1904(t *testing.T) {
	on := true
	data := workbook(t, func(b *excelize.File) {
		if err := b.SetWorkbookProps(&excelize.WorkbookPropsOptions{Date1904: &on}); err != nil {
			t.Fatal(err)
		}
		b.SetSheetRow("Sheet1", "A1", &[]string{"Nama", "Tgl Lahir"})
		set(t, b, "Sheet1", "A2", "Ani", "")
		set(t, b, "Sheet1", "B2", 24466, "yyyy-mm-dd") // 1904-01-01 + 24466 days
	})
	table, err := ReadTable("mac.xlsx", data, Limits{Known: people})
	if err != nil {
		t.Fatal(err)
	}
	if want := time.Date(1904, 1, 1, 0, 0, 0, 0, time.UTC).AddDate(0, 0, 24466).Format(time.DateOnly); table.Rows[0].Cells[1] != want {
		t.Errorf("got %s, want %s", table.Rows[0].Cells[1], want)
	}
}

func TestReadTableSkipsHiddenSheets(t *testing.T) {
	data := workbook(t, func(b *excelize.File) {
		b.SetSheetRow("Sheet1", "A1", &[]string{"Nama", "Gaji"})
		b.NewSheet("Cetak")
		b.SetSheetRow("Cetak", "A1", &[]string{"NIP", "Nama"})
		b.SetSheetRow("Cetak", "A2", &[]string{"1", "Ani"})
		b.SetActiveSheet(1)
		if err := b.SetSheetVisible("Sheet1", false); err != nil {
			t.Fatal(err)
		}
	})
	table, err := ReadTable("x.xlsx", data, Limits{Known: people})
	if err != nil {
		t.Fatal(err)
	}
	if got := flat(table); got != "0:NIP|Nama\n2:1|Ani" {
		t.Error(got)
	}
}

func TestColumnsMatchOfficeWords(t *testing.T) {
	layout := Columns([]string{"No.", " NIP_Baru", "NAMA PEGAWAI", "Tgl. Lahir", "Gaji", "Gaji Bersih (Rp)", "L/P", "Catatan"}, people)
	row := Row{Cells: []string{"1", "’123", " Ani ", "x", "5", "7", "-"}}
	got := map[string]string{}
	for field := range people {
		got[field] = layout.Cell(row, field)
	}
	want := map[string]string{"nip": "123", "name": "Ani", "birth": "x", "pay": "7", "sex": ""}
	if !reflect.DeepEqual(got, want) {
		t.Errorf("got %v, want %v", got, want)
	}
	if got := strings.Join(layout.Unknown, ","); got != "No.,Gaji,Catatan" {
		t.Errorf("unknown: %s", got)
	}
	if got := layout.Missing("nip", "phone"); !reflect.DeepEqual(got, []string{"phone"}) {
		t.Errorf("missing: %v", got)
	}
	if layout.Shifted(row) || !layout.Shifted(Row{Cells: make8("x")}) || layout.Shifted(Row{Cells: make8("  ")}) {
		t.Error("only text beyond the header is a shifted row")
	}
}

func make8(last string) []string { return append(make([]string, 8), last) }

func FuzzReadTable(f *testing.F) {
	for _, seed := range []string{
		"NIP;Nama\n1;Ani\n", "NIP,Nama\r\n\"1\",\"A\"\"ni\"\r\n", "\xff\xfeN\x00I\x00", "\xef\xbb\xbfNIP\tNama", "sep=;\nNIP;Nama\n",
		"%PDF", "<html>", "\"", "\"\n\"", "NIP,Nama\n\"1\n2,\"", "PK\x03\x04", "\xe9;Nama;Gaji\n",
	} {
		f.Add([]byte(seed))
	}
	f.Add(workbook(f, fillWide))
	f.Fuzz(func(t *testing.T, data []byte) {
		if len(data) > 64<<10 {
			return
		}
		table, err := ReadTable("fuzz", data, Limits{Unzipped: 1 << 20, Rows: 1000, Known: people})
		if err != nil {
			if _, ok := err.(Code); !ok {
				t.Fatalf("not a code: %v", err)
			}
			return
		}
		last := 0
		for _, row := range table.Rows {
			if row.Line <= last || filledCells(row.Cells) == 0 {
				t.Fatalf("row %d after %d, cells %q", row.Line, last, row.Cells)
			}
			last = row.Line
		}
	})
}
