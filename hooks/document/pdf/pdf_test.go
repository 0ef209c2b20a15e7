package pdf

import (
	"bytes"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"kpdk/hooks/internal/clock"
	"kpdk/hooks/internal/words"
)

func sample(t *testing.T) []byte {
	t.Helper()
	if err := words.Load(os.DirFS(filepath.Join("..", "..", "..", "pb_public"))); err != nil {
		t.Fatal(err)
	}
	d := New(Paper{Coop: Coop{Name: "Koperasi Contoh", Line: "Jakarta · AHU-0001", Accent: usual}, Title: "Slip potong gaji November 2026",
		Facts: []Fact{{"Anggota", "0846 Sri Wahyuni"}, {"Unit kerja", "Biro Umum"}, {"Periode", "November 2026"}},
		Foot:  "kepala buku 412 · 9f31…", Language: "id", Made: time.Date(2026, 11, 25, 0, 0, 0, 0, time.UTC)})
	d.Heading("Rincian")
	d.QR("K1:CONTOH", 30)
	d.Text("Angka di bawah ini dijumlahkan tepat.")
	var rows [][]string
	for i := range 60 {
		rows = append(rows, []string{fmt.Sprintf("Belanja K1-%05d", i), "Beras, minyak goreng, gula pasir, dan sabun cuci yang namanya panjang sekali", "12.500"})
	}
	d.Table([]Column{{Title: "Asal", Width: 2}, {Title: "Barang", Width: 4}, {Title: "Rp", Width: 1.4, Amount: true}}, rows, []string{"Jumlah", "", "750.000"})
	d.Code(strings.Repeat("9f31", 16))
	d.Sign(Signature{Role: "Yang memberi kuasa", Name: "Sri Wahyuni", Typed: "Sri Wahyuni", Remark: "25 November 2026 10.00"}, Signature{Role: "Pengurus", Name: "Budi"})
	raw, err := d.Bytes()
	if err != nil {
		t.Fatal(err)
	}
	return raw
}

// A hash of a paper is printed and kept: the same content must give the same bytes.
func TestSameContentSameBytes(t *testing.T) {
	if !bytes.Equal(sample(t), sample(t)) {
		t.Error("two writings of one paper differ")
	}
}

// The text can be found, copied and read aloud, and rows that don't fit go on under the same head.
func TestPaperCanBeRead(t *testing.T) {
	reader, err := exec.LookPath("pdftotext")
	if err != nil {
		if os.Getenv("KPDK_CI") != "" {
			t.Fatal("pdftotext (Debian: poppler-utils) is missing")
		}
		t.Skip("pdftotext (Debian: poppler-utils) is missing: the paper was written, not read back")
	}
	file := filepath.Join(t.TempDir(), "a.pdf")
	if err := os.WriteFile(file, sample(t), 0o600); err != nil {
		t.Fatal(err)
	}
	out, err := exec.Command(reader, "-layout", file, "-").Output()
	if err != nil {
		t.Fatal(err)
	}
	text := string(out)
	for _, want := range []string{"Slip potong gaji November 2026", "0846 Sri Wahyuni", "Belanja K1-00059", "750.000", "Yang memberi kuasa", "Halaman 1 dari 4"} {
		if !strings.Contains(text, want) {
			t.Errorf("%q is not on the paper:\n%s", want, text)
		}
	}
	if n := strings.Count(text, "Asal"); n != 3 {
		t.Errorf("the table's head stands %d times on 3 pages of rows", n)
	}
}

func TestDatesOnPaper(t *testing.T) {
	if err := words.Load(os.DirFS(filepath.Join("..", "..", "..", "pb_public"))); err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct{ language, date, want string }{{"id", "2026-08-01", "1 Agustus 2026"}, {"en", "2026-12-31", "31 December 2026"}, {"id", "", ""}, {"id", "kemarin", "kemarin"}} {
		if got := Day(c.language, clock.Date(c.date)); got != c.want {
			t.Errorf("%s in %s: %q", c.date, c.language, got)
		}
	}
	if got := Month("id", "2026-10"); got != "Oktober 2026" {
		t.Error(got)
	}
}
