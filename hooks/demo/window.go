package demo

import (
	"bytes"
	"embed"
	"fmt"
	"strings"

	"github.com/pocketbase/pocketbase/tools/filesystem"

	"kpdk/hooks/internal/words"
)

//go:embed texts
var texts embed.FS

// furnishWindow writes what the public pages show beside figures: who the co-op is, its texts, its officers, and how a
// yearly report looks.
func (b *builder) furnishWindow() error {
	for _, step := range []func() error{b.introduce, b.writePages, b.electOfficers, b.writeReport} {
		if err := step(); err != nil {
			return err
		}
	}
	return nil
}

func (b *builder) introduce() error {
	coop, err := b.app.FindFirstRecordByFilter("coop", "")
	if err != nil {
		return err
	}
	coop.Load(map[string]any{"employer": "Kemenkop", "region": "DKI Jakarta", "type": "konsumen", "legal_number": "AHU-0000000.AH.01.26 (contoh)"})
	return b.app.Save(coop)
}

// writePages puts the demo's texts in the place of the short ones that a founding brings, and adds the rest.
func (b *builder) writePages() error {
	for i, p := range []struct{ slug, section string }{{"cara-bergabung", "join"}, {"mengapa-digital", "guide"}, {"langkah-digital", "guide"}, {"anggaran-dasar", "statutes"}} {
		for _, language := range words.Languages {
			raw, err := texts.ReadFile("texts/" + p.slug + "." + language + ".html")
			if err != nil {
				return err
			}
			title, body, _ := strings.Cut(string(raw), "\n")
			values := map[string]any{"slug": p.slug, "section": p.section, "language": language, "title": title, "body": body, "sort": i + 1, "public": true}
			if have, err := b.app.FindFirstRecordByFilter("pages", "slug = {:slug} && language = {:language}", values); err == nil {
				have.Load(values)
				err = b.app.Save(have)
				if err != nil {
					return err
				}
				continue
			}
			if _, err := b.save("pages", values); err != nil {
				return err
			}
		}
	}
	return nil
}

// electOfficers names invented people for a term of five years.
func (b *builder) electOfficers() error {
	from := b.first
	to := from.Period().Add(60).First().Add(-1)
	for i, o := range []struct{ organ, name, role, english string }{
		{"board", "Hendra Saputra", "Ketua", "Chair"}, {"board", "Ayu Kartikasari", "Sekretaris", "Secretary"}, {"board", "Yohanes Lema", "Bendahara", "Treasurer"},
		{"supervisors", "Nurul Aini", "Koordinator pengawas", "Head supervisor"}, {"supervisors", "Made Suardana", "Anggota pengawas", "Supervisor"},
		{"supervisors", "Ratna Dewanti", "Anggota pengawas", "Supervisor"},
	} {
		if _, err := b.save("board", map[string]any{"organ": o.organ, "name": o.name, "role": o.role, "role_en": o.english,
			"term_from": string(from), "term_to": string(to), "sort": i + 1, "public": true}); err != nil {
			return err
		}
	}
	return nil
}

// writeReport shows the shape of a yearly report: a co-op in its first year has none yet, and says so.
func (b *builder) writeReport() error {
	year := b.first.Year()
	file, err := filesystem.NewFileFromBytes(sheet(fmt.Sprintf("Susunan laporan tahunan %d", year), []string{
		"Koperasi Pegawai Departemen Koperasi (contoh)", "",
		"Koperasi ini baru berdiri. Laporan pertamanya disahkan rapat anggota setelah tahun",
		"bukunya ditutup. Sampai saat itu, lembar ini menunjukkan susunannya:", "",
		"1.  Sambutan pengurus, dan apa yang diputuskan rapat anggota tahun lalu",
		"2.  Keanggotaan: masuk, keluar, dan bagian pegawai yang bergabung",
		"3.  Laporan posisi keuangan",
		"4.  Perhitungan hasil usaha, dengan partisipasi anggota dan bukan anggota",
		"5.  Perubahan ekuitas dan arus kas",
		"6.  Catatan atas laporan keuangan",
		"7.  Promosi ekonomi anggota: hemat harga anggota dan bagian SHU",
		"8.  Usul pembagian SHU, berjumlah tepat 100 persen",
		"9.  Laporan pengawas, dengan jejak buku pada hari terakhir tahun itu", "",
		"Semua nama dan angka di koperasi contoh ini rekaan.",
	}), fmt.Sprintf("susunan-laporan-%d.pdf", year))
	if err != nil {
		return err
	}
	_, err = b.save("annual_reports", map[string]any{"year": year, "title": "Susunan laporan tahunan pertama", "title_en": "How the first annual report is laid out",
		"note":    "Tahun bukunya masih berjalan. Lembar ini menunjukkan isinya nanti; angkanya menyusul setelah disahkan rapat anggota.",
		"note_en": "The year is still running. This sheet (in Indonesian) shows what the report will hold; its figures follow once the members' meeting has approved them.",
		"file":    file, "public": true})
	return err
}

// sheet is one A4 page of plain text as a PDF, in a font that every reader brings along.
func sheet(title string, lines []string) []byte {
	escape := strings.NewReplacer(`\`, `\\`, "(", `\(`, ")", `\)`)
	var text strings.Builder
	fmt.Fprintf(&text, "BT /F2 20 Tf 64 762 Td (%s) Tj /F1 11 Tf 0 -36 Td 18 TL", escape.Replace(title))
	for _, line := range lines {
		fmt.Fprintf(&text, " (%s) Tj T*", escape.Replace(line))
	}
	text.WriteString(" ET")
	objects := []string{
		"<< /Type /Catalog /Pages 2 0 R /Lang (id) >>", "<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
		"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents 4 0 R /Resources << /Font << /F1 5 0 R /F2 6 0 R >> >> >>",
		fmt.Sprintf("<< /Length %d >>\nstream\n%s\nendstream", text.Len(), text.String()),
		"<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica /Encoding /WinAnsiEncoding >>",
		"<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica-Bold /Encoding /WinAnsiEncoding >>",
		"<< /Title (" + escape.Replace(title) + ") >>",
	}
	var b bytes.Buffer
	b.WriteString("%PDF-1.4\n")
	at := make([]int, len(objects))
	for i, object := range objects {
		at[i] = b.Len()
		fmt.Fprintf(&b, "%d 0 obj\n%s\nendobj\n", i+1, object)
	}
	start := b.Len()
	fmt.Fprintf(&b, "xref\n0 %d\n0000000000 65535 f \n", len(objects)+1)
	for _, offset := range at {
		fmt.Fprintf(&b, "%010d 00000 n \n", offset)
	}
	fmt.Fprintf(&b, "trailer\n<< /Size %d /Root 1 0 R /Info %d 0 R >>\nstartxref\n%d\n%%%%EOF\n", len(objects)+1, len(objects), start)
	return b.Bytes()
}
