// Package pdf writes the co-op's papers: letters, slips, statements, cards. One look for all: the co-op's
// name over a line, figures that stand under each other, black enough for an office printer.
//
// The same content gives the same bytes: a paper carries the time its caller names, none of its own, so a
// hash of it can be printed, kept and checked.
package pdf

import (
	"bytes"
	"embed"
	"fmt"
	"time"

	"codeberg.org/go-pdf/fpdf"

	"kpdk/hooks/internal/words"
)

// The house type, cut to Latin letters (OFL 1.1): figures are all of one width.
//
//go:embed fonts/*.ttf
var fonts embed.FS

// Measures of an A4 sheet in millimetres.
const (
	PageWidth, PageHeight = 210.0, 297.0
	margin                = 20.0
	bottom                = 22.0
	measure               = PageWidth - 2*margin
)

// Colour is red, green and blue, 0 to 255 each.
type Colour [3]int

// Ink is what a page is written with: the tokens --print-ink, --print-ink-2 and --print-line.
var (
	Ink      = Colour{14, 47, 39}
	InkQuiet = Colour{69, 96, 86}
	Line     = Colour{132, 145, 127}
)

// Styles of type: weight and size in points.
type style struct {
	family, weight string
	size, leading  float64 // points, millimetres
}

var (
	title = style{"jakarta", "B", 18, 8}
	head  = style{"jakarta", "B", 11.5, 6}
	text  = style{"jakarta", "", 9.5, 5}
	bold  = style{"jakarta", "B", 9.5, 5}
	small = style{"jakarta", "", 8, 4.2}
	mono  = style{"mono", "", 7.5, 4}
)

// Paper is what stands at the top and the foot of each page.
type Paper struct {
	Coop     Coop
	Title    string    // what the paper is: "Slip potong gaji November 2026"
	Facts    []Fact    // under the title, in two columns
	Foot     string    // by what it can be checked: its number, the head of the ledger; may be empty
	Language string    // id, en
	Made     time.Time // when what it says was so; zero is the epoch
	Loose    bool      // sheets of their own, one for each of many: their pages are not numbered
}

// Fact is a label and what holds for it.
type Fact struct{ Label, Value string }

// Doc is a paper that is being written. Errors wait until Bytes.
type Doc struct {
	f     *fpdf.Fpdf
	paper Paper
}

// New begins a paper, with its head.
func New(p Paper) *Doc {
	d := &Doc{Blank(p.Title, p.Language, p.Made), p}
	d.f.SetFooterFunc(d.foot)
	d.f.AliasNbPages("")
	d.f.AddPage()
	d.letterhead()
	return d
}

// Next begins the next sheet, with a head of its own: a letter for each of many.
func (d *Doc) Next(p Paper) {
	d.paper = p
	d.f.AddPage()
	d.letterhead()
}

// Blank is an A4 document with the house type and nothing on it, for sheets that place things themselves:
// AddPage comes first.
func Blank(name, language string, made time.Time) *fpdf.Fpdf {
	f := fpdf.New("P", "mm", "A4", "")
	for _, font := range []struct{ family, weight, file string }{{"jakarta", "", "jakarta-500"}, {"jakarta", "B", "jakarta-700"}, {"mono", "", "mono-500"}} {
		raw, err := fonts.ReadFile("fonts/" + font.file + ".ttf")
		if err != nil {
			f.SetError(err)
		}
		f.AddUTF8FontFromBytes(font.family, font.weight, raw)
	}
	f.SetTitle(name, true)
	f.SetLang(language)
	f.SetCreator("kpdk", true)
	f.SetProducer("kpdk", true)
	f.SetCreationDate(made.UTC())
	f.SetModificationDate(made.UTC())
	f.SetCatalogSort(true)
	f.SetMargins(margin, margin, margin)
	f.SetAutoPageBreak(true, bottom)
	f.SetTextColor(Ink[0], Ink[1], Ink[2])
	f.SetDrawColor(Line[0], Line[1], Line[2])
	f.SetLineWidth(0.2)
	return f
}

// Bytes ends the paper.
func (d *Doc) Bytes() ([]byte, error) { return Finish(d.f) }

// Finish gives what was written.
func Finish(f *fpdf.Fpdf) ([]byte, error) {
	var out bytes.Buffer
	if err := f.Output(&out); err != nil {
		return nil, fmt.Errorf("pdf: %w", err)
	}
	return out.Bytes(), nil
}

// Raw is the document beneath, for what a paper alone needs.
func (d *Doc) Raw() *fpdf.Fpdf { return d.f }

func (d *Doc) use(s style, c Colour) {
	d.f.SetFont(s.family, s.weight, s.size)
	d.f.SetTextColor(c[0], c[1], c[2])
}

func (d *Doc) letterhead() {
	f, c := d.f, d.paper.Coop
	top := margin - 4
	x := margin
	if c.picture(f, x, top, 12) {
		x += 16
	}
	f.SetXY(x, top)
	d.use(head, Ink)
	f.CellFormat(0, 6, c.Name, "", 2, "L", false, 0, "")
	d.use(small, InkQuiet)
	f.CellFormat(0, 4.5, c.Line, "", 1, "L", false, 0, "")
	f.SetDrawColor(Ink[0], Ink[1], Ink[2])
	f.SetLineWidth(0.5)
	f.Line(margin, top+14.5, PageWidth-margin, top+14.5)
	f.SetDrawColor(c.Accent[0], c.Accent[1], c.Accent[2])
	f.SetLineWidth(1.2)
	f.Line(margin, top+15.4, margin+30, top+15.4)
	f.SetDrawColor(Line[0], Line[1], Line[2])
	f.SetLineWidth(0.2)
	f.SetY(top + 23)
	d.use(title, Ink)
	f.MultiCell(0, title.leading, d.paper.Title, "", "L", false)
	f.Ln(3)
	if len(d.paper.Facts) > 0 {
		d.Facts(d.paper.Facts)
	}
}

func (d *Doc) foot() {
	f := d.f
	f.SetY(-bottom + 6)
	d.use(mono, InkQuiet)
	f.CellFormat(measure-30, 4, d.paper.Foot, "", 0, "L", false, 0, "")
	if d.paper.Loose {
		d.use(text, Ink)
		return
	}
	d.use(small, InkQuiet)
	f.CellFormat(30, 4, words.Say(d.paper.Language, "print.page", map[string]any{"n": f.PageNo(), "of": "{nb}"}), "", 0, "R", false, 0, "")
	d.use(text, Ink)
}

// room begins a new page when less than so many millimetres are left on this one.
func (d *Doc) room(height float64) {
	if d.f.GetY()+height > PageHeight-bottom {
		d.f.AddPage()
	}
}

// Heading opens a section.
func (d *Doc) Heading(s string) {
	d.room(head.leading + 16)
	d.f.Ln(4)
	d.use(head, Ink)
	d.f.MultiCell(0, head.leading, s, "", "L", false)
	d.f.Ln(1)
}

// Text adds running text; an empty line parts paragraphs.
func (d *Doc) Text(s string) {
	d.use(text, Ink)
	d.f.MultiCell(0, text.leading, s, "", "L", false)
	d.f.Ln(2)
}

// Note adds small print.
func (d *Doc) Note(s string) {
	d.use(small, InkQuiet)
	d.f.MultiCell(0, small.leading, s, "", "L", false)
	d.f.Ln(1)
}

// Code adds what is compared letter by letter: a hash.
func (d *Doc) Code(s string) {
	d.use(mono, Ink)
	d.f.MultiCell(0, mono.leading, s, "", "L", false)
	d.f.Ln(1)
}

// Facts lays label and value in two columns.
func (d *Doc) Facts(facts []Fact) {
	f := d.f
	const label = 32.0
	column := measure / 2
	for i := 0; i < len(facts); i += 2 {
		d.room(text.leading)
		y, lowest := f.GetY(), f.GetY()
		for j := i; j < min(i+2, len(facts)); j++ {
			x := margin + float64(j-i)*column
			f.SetXY(x, y)
			d.use(small, InkQuiet)
			f.CellFormat(label, text.leading, facts[j].Label, "", 0, "L", false, 0, "")
			d.use(bold, Ink)
			f.SetXY(x+label, y)
			f.MultiCell(column-label-4, text.leading, facts[j].Value, "", "L", false)
			lowest = max(lowest, f.GetY())
		}
		f.SetXY(margin, lowest)
	}
	f.Ln(3)
}
