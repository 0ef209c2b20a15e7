package member

import (
	"bytes"
	"fmt"
	"image/jpeg"
	"time"

	"codeberg.org/go-pdf/fpdf"

	"kpdk/hooks/document/pdf"
	"kpdk/hooks/internal/words"
)

// Measures of a sheet in millimetres. Ten cards of 85.6 × 54 (ISO/IEC 7810 ID-1) lie edge to edge, so that
// one cut parts two of them, in the middle of an A4 page: printed on both sides, turned over the long edge,
// each back lies behind its front.
const (
	cardWidth, cardHeight   = 85.6, 54.0
	sheetColumns, sheetRows = 2, 5
	sheetLeft               = (pdf.PageWidth - sheetColumns*cardWidth) / 2
	sheetTop                = (pdf.PageHeight - sheetRows*cardHeight) / 2
	markLength, markGap     = 6.0, 2.5
	bleed                   = 2.0 // of the cloth beyond the outer cuts
	codeSide                = 20.0
	codeModules             = 37 // a side of the code of every printed card: version 5, level M
	plateSide               = codeSide * (codeModules + 2*pdf.Quiet) / codeModules
	threads                 = 3.0 // a crossing of the cloth
	clothColumns, clothRows = 6, 18
	clothWidth              = clothColumns * threads
	photoWidth, photoHeight = 18.0, 24.0
)

// PerSheet is how many cards lie on one page.
const PerSheet = sheetColumns * sheetRows

// Plastic is what stands on one printed card: no work unit, no date, nothing else of the person.
type Plastic struct {
	Number, Serial int64
	Name           string
	Payload        string // signed, as the code shows it
	Photo          []byte // a JPEG, 3:4; nil: none
}

// cardSheets draws cards ten to a page, each page followed by its backs.
func cardSheets(coop pdf.Coop, short, language string, made time.Time, cards []Plastic) ([]byte, error) {
	s := sheet{f: pdf.Blank(words.Say(language, "print.card_sheet", map[string]any{"n": len(cards)}), language, made), coop: coop, short: short, language: language}
	s.f.SetAutoPageBreak(false, 0)
	for from := 0; from < len(cards); from += PerSheet {
		page := cards[from:min(from+PerSheet, len(cards))]
		s.f.AddPage()
		if s.cloth == nil {
			s.weave()
		}
		for i, c := range page {
			x, y := place(i%sheetColumns, i/sheetColumns)
			s.rim(x, y, i%sheetColumns == 0, i/sheetColumns == 0, i/sheetColumns == sheetRows-1, false)
			s.front(x, y, c)
		}
		s.marks()
		s.f.AddPage()
		for i, c := range page {
			x, y := place(sheetColumns-1-i%sheetColumns, i/sheetColumns)
			s.rim(x, y, i%sheetColumns == 0, i/sheetColumns == 0, i/sheetColumns == sheetRows-1, true)
			s.back(x, y, c)
		}
		s.marks()
	}
	return pdf.Finish(s.f)
}

func place(column, row int) (x, y float64) {
	return sheetLeft + float64(column)*cardWidth, sheetTop + float64(row)*cardHeight
}

type sheet struct {
	f               *fpdf.Fpdf
	coop            pdf.Coop
	short, language string
	cloth           fpdf.Template // on the front
	edge            fpdf.Template // its two outer columns, on the back behind them
}

// The cloth's tones: the tokens --cloth-…, ink on ink with one strand of the co-op's accent.
var (
	clothAcross, clothAcrossUnder = pdf.Colour{31, 74, 61}, pdf.Colour{24, 59, 49}
	clothAlong, clothAlongUnder   = pdf.Colour{44, 99, 80}, pdf.Colour{35, 79, 64}
)

// edgeColumns is how much of the cloth comes round to the back.
const edgeColumns = 2

func (s *sheet) weave() {
	s.cloth = s.f.CreateTemplateCustom(fpdf.PointType{}, fpdf.SizeType{Wd: clothWidth, Ht: cardHeight}, func(t *fpdf.Tpl) { s.twill(t, clothColumns, clothColumns-2) })
	s.edge = s.f.CreateTemplateCustom(fpdf.PointType{}, fpdf.SizeType{Wd: edgeColumns * threads, Ht: cardHeight}, func(t *fpdf.Tpl) { s.twill(t, edgeColumns, -1) })
}

// twill draws strips that cross over and under two by two, as pb_public/lib/components/weave.js does.
func (s *sheet) twill(t *fpdf.Tpl, columns, accent int) {
	const wide, gap = threads * 0.76, threads * 0.07
	const side = (threads - wide) / 2
	fill := func(c pdf.Colour, x, y, w, h float64) {
		t.SetFillColor(c[0], c[1], c[2])
		t.Rect(x, y, w, h, "F")
	}
	fill(pdf.Ink, 0, 0, float64(columns)*threads, cardHeight)
	for j := range clothRows {
		for i := range columns {
			x, y := float64(i)*threads, float64(j)*threads
			along, under := clothAlong, clothAlongUnder
			if i == accent {
				along, under = s.coop.Accent, shade(s.coop.Accent)
			}
			if (i+j)%4 < 2 {
				fill(under, x+side, y, wide, threads)
				fill(pdf.Ink, x, y+side-gap, threads, wide+2*gap)
				fill(clothAcross, x, y+side, threads, wide)
			} else {
				fill(clothAcrossUnder, x, y+side, threads, wide)
				fill(pdf.Ink, x+side-gap, y, wide+2*gap, threads)
				fill(along, x+side, y, wide, threads)
			}
		}
	}
}

// shade is the accent where it runs beneath: four fifths of it, the rest black.
func shade(c pdf.Colour) pdf.Colour { return pdf.Colour{c[0] * 4 / 5, c[1] * 4 / 5, c[2] * 4 / 5} }

// rim lets the cloth run on beyond the outer cuts, so that a cut that is off by a hair leaves no white.
func (s *sheet) rim(x, y float64, outer, first, last, back bool) {
	width, from := clothWidth, x
	if back {
		width = edgeColumns * threads
		from = x + cardWidth - width
	}
	top, height := y, cardHeight
	if outer {
		width += bleed
		if !back {
			from -= bleed
		}
	}
	if first {
		top, height = top-bleed, height+bleed
	}
	if last {
		height += bleed
	}
	s.fill(pdf.Ink)
	s.f.Rect(from, top, width, height, "F")
}

func (s *sheet) fill(c pdf.Colour) { s.f.SetFillColor(c[0], c[1], c[2]) }

// front: the cloth, whose card it is, the name and the number.
func (s *sheet) front(x, y float64, c Plastic) {
	f := s.f
	f.UseTemplateScaled(s.cloth, fpdf.PointType{X: x, Y: y}, fpdf.SizeType{Wd: clothWidth, Ht: cardHeight})
	left := x + clothWidth + 5
	s.coop.Sign(f, left, y+5.5, 9)
	s.write("B", 12, pdf.Ink, left+11.5, y+5.2, cardWidth-clothWidth-20.5, 5, 1, s.short)
	s.write("", 6.3, pdf.InkQuiet, left+11.5, y+10, cardWidth-clothWidth-20.5, 2.7, 2, s.coop.Name)
	width := cardWidth - clothWidth - 9
	if s.photo(c, x+cardWidth-4-photoWidth, y+cardHeight-5-photoHeight) {
		width -= photoWidth + 3
	}
	s.fill(s.coop.Accent)
	f.Rect(left, y+26.5, 12, 0.9, "F")
	size, lines := s.fit(c.Name, width)
	s.write("B", size, pdf.Ink, left, y+29.6, width, size*0.42, lines, c.Name)
	s.write("", 7.5, pdf.InkQuiet, left, y+cardHeight-10.2, width, 4, 1, words.Say(s.language, "print.card_member", nil))
	f.SetXY(left+s.width("", 7.5, words.Say(s.language, "print.card_member", nil))+1.6, y+cardHeight-11)
	f.SetFont("jakarta", "B", 13)
	f.SetTextColor(pdf.Ink[0], pdf.Ink[1], pdf.Ink[2])
	f.CellFormat(30, 5.4, PrintNumber(c.Number), "", 0, "L", false, 0, "")
}

// photo lays a portrait onto the front, with a hair of a line around it: white walls have no edge on white plastic.
func (s *sheet) photo(c Plastic, x, y float64) bool {
	if _, err := jpeg.DecodeConfig(bytes.NewReader(c.Photo)); err != nil { // none, or a file that was spoilt: the card is printed without
		return false
	}
	options := fpdf.ImageOptions{ImageType: "JPG"}
	name := fmt.Sprint("photo", c.Number)
	if info := s.f.RegisterImageOptionsReader(name, options, bytes.NewReader(c.Photo)); s.f.Err() || info == nil {
		return false
	}
	s.f.ImageOptions(name, x, y, photoWidth, photoHeight, false, options, 0, "")
	s.f.SetDrawColor(pdf.Line[0], pdf.Line[1], pdf.Line[2])
	s.f.SetLineWidth(0.15)
	s.f.Rect(x, y, photoWidth, photoHeight, "D")
	return true
}

// back: the code on white, what it is for, and what to do when the card is lost.
func (s *sheet) back(x, y float64, c Plastic) {
	f := s.f
	f.UseTemplateScaled(s.edge, fpdf.PointType{X: x + cardWidth - edgeColumns*threads, Y: y}, fpdf.SizeType{Wd: edgeColumns * threads, Ht: cardHeight})
	const plateLeft, text = 4.0, 4 + plateSide + 2
	pdf.QR(f, c.Payload, x+plateLeft, y+(cardHeight-plateSide)/2-3, plateSide)
	width := cardWidth - edgeColumns*threads - text - 4
	say := func(key string) string { return words.Say(s.language, key, map[string]any{"coop": s.coop.Name}) }
	s.write("B", 8.5, pdf.Ink, x+text, y+7.5, width, 3.8, 2, say("print.card_show"))
	s.write("", 6.4, pdf.InkQuiet, x+text, f.GetY()+0.8, width, 2.8, 3, say("print.card_pin"))
	s.write("B", 6.4, pdf.Ink, x+text, f.GetY()+2.2, width, 2.8, 1, say("print.card_lost"))
	s.write("", 6.4, pdf.InkQuiet, x+text, f.GetY()+0.3, width, 2.8, 3, say("print.card_block"))
	s.fill(pdf.Line)
	f.Rect(x+plateLeft+2, y+cardHeight-11.6, cardWidth-edgeColumns*threads-plateLeft-6, 0.15, "F")
	s.write("", 5.8, pdf.InkQuiet, x+plateLeft+2, y+cardHeight-9.9, cardWidth-edgeColumns*threads-plateLeft-6, 2.6, 2, say("print.card_found"))
	f.SetXY(x+plateLeft, y+(cardHeight-plateSide)/2-3+plateSide-1.6)
	f.SetFont("mono", "", 5.5)
	f.SetTextColor(pdf.InkQuiet[0], pdf.InkQuiet[1], pdf.InkQuiet[2])
	f.CellFormat(plateSide, 2.6, words.Say(s.language, "print.card_serial", map[string]any{"number": PrintNumber(c.Number), "serial": c.Serial}), "", 0, "C", false, 0, "")
}

// write puts at most so many lines of a text into a width; what does not fit is left out.
func (s *sheet) write(weight string, size float64, c pdf.Colour, x, y, width, leading float64, most int, text string) {
	s.f.SetFont("jakarta", weight, size)
	s.f.SetTextColor(c[0], c[1], c[2])
	s.f.SetCellMargin(0)
	lines := s.f.SplitText(text, width)
	for i := range min(most, len(lines)) {
		s.f.SetXY(x, y+float64(i)*leading)
		s.f.CellFormat(width, leading, lines[i], "", 0, "L", false, 0, "")
	}
	s.f.SetXY(x, y+float64(min(most, len(lines)))*leading)
}

func (s *sheet) width(weight string, size float64, text string) float64 {
	s.f.SetFont("jakarta", weight, size)
	return s.f.GetStringWidth(text)
}

// fit finds the largest size in which a name stands in two lines.
func (s *sheet) fit(name string, width float64) (size float64, lines int) {
	for size = 13.5; size > 7; size -= 0.5 {
		s.f.SetFont("jakarta", "B", size)
		if len(s.f.SplitText(name, width)) <= 2 {
			return size, 2
		}
	}
	return size, 3
}

// marks show where to cut, in the paper's rim, away from the cards.
func (s *sheet) marks() {
	f := s.f
	f.SetDrawColor(0, 0, 0)
	f.SetLineWidth(0.15)
	const right, bottom = sheetLeft + sheetColumns*cardWidth, sheetTop + sheetRows*cardHeight
	for i := range sheetColumns + 1 {
		x := sheetLeft + float64(i)*cardWidth
		f.Line(x, sheetTop-markGap-markLength, x, sheetTop-markGap)
		f.Line(x, bottom+markGap, x, bottom+markGap+markLength)
	}
	for i := range sheetRows + 1 {
		y := sheetTop + float64(i)*cardHeight
		f.Line(sheetLeft-markGap-markLength, y, sheetLeft-markGap, y)
		f.Line(right+markGap, y, right+markGap+markLength, y)
	}
}
