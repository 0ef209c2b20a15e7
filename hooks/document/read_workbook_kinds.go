package document

import (
	"bytes"
	"encoding/xml"
	"path"
	"regexp"
	"strconv"
	"strings"

	"github.com/xuri/excelize/v2"
)

// kind is what a cell's value is, beside its characters.
type kind int

const (
	kindText kind = iota
	kindNumber
	kindDate
	kindFormula // never calculated: a program wrote the formula, and nobody opened and saved the book since
)

// uncalculated stands for the value of such a cell; IsFormulaError knows it.
const uncalculated = "#FORMULA!"

// kindReader walks a sheet's XML beside the library's own reader, which streams values but not types. It
// shares the unzipped bytes, so the walk costs time and no memory.
type kindReader struct {
	decoder  *xml.Decoder
	styles   map[int]kind
	book     *excelize.File
	date1904 bool
	current  int  // the row the walk stands in
	waiting  bool // that row was opened and not yet handed out
}

func newKindReader(book *excelize.File, sheet string) *kindReader {
	k := &kindReader{book: book, styles: map[int]kind{}}
	if props, err := book.GetWorkbookProps(); err == nil && props.Date1904 != nil {
		k.date1904 = *props.Date1904
	}
	if part := sheetPart(book, sheet); part != nil {
		k.decoder = xml.NewDecoder(bytes.NewReader(part))
	}
	return k
}

// sheetPart finds the sheet's XML through the workbook's relations.
func sheetPart(book *excelize.File, sheet string) []byte {
	var workbook struct {
		Sheets []struct {
			Name string `xml:"name,attr"`
			ID   string `xml:"http://schemas.openxmlformats.org/officeDocument/2006/relationships id,attr"`
		} `xml:"sheets>sheet"`
	}
	var relations struct {
		Relation []struct {
			ID     string `xml:"Id,attr"`
			Target string `xml:"Target,attr"`
		} `xml:"Relationship"`
	}
	if xml.Unmarshal(bookPart(book, "xl/workbook.xml"), &workbook) != nil ||
		xml.Unmarshal(bookPart(book, "xl/_rels/workbook.xml.rels"), &relations) != nil {
		return nil
	}
	for _, s := range workbook.Sheets {
		for _, r := range relations.Relation {
			if s.Name == sheet && r.ID == s.ID {
				target := strings.TrimPrefix(r.Target, "/")
				if !strings.HasPrefix(target, "xl/") {
					target = path.Join("xl", target)
				}
				return bookPart(book, target)
			}
		}
	}
	return nil
}

func bookPart(book *excelize.File, name string) []byte {
	part, _ := book.Pkg.Load(name)
	data, _ := part.([]byte)
	return data
}

// row hands out the kinds of one row's number and date cells by column, counted from 0. Rows are asked for
// in order.
func (k *kindReader) row(line int) map[int]kind {
	if k.decoder == nil {
		return nil
	}
	for k.current < line || k.waiting {
		if !k.waiting && !k.open() {
			return nil
		}
		k.waiting = true
		if k.current > line {
			return nil
		}
		cells := k.cells()
		k.waiting = false
		if k.current == line {
			return cells
		}
	}
	return nil
}

// open moves to the next row.
func (k *kindReader) open() bool {
	for {
		token, err := k.decoder.Token()
		if err != nil {
			return false
		}
		if start, ok := token.(xml.StartElement); ok && start.Name.Local == "row" {
			if number, err := strconv.Atoi(attribute(start, "r")); err == nil && number > k.current {
				k.current = number
			} else {
				k.current++
			}
			return true
		}
	}
}

// cells reads the open row to its end.
func (k *kindReader) cells() map[int]kind {
	cells, column := map[int]kind{}, -1
	formula, value := false, false
	for {
		token, err := k.decoder.Token()
		if err != nil {
			return cells
		}
		switch t := token.(type) {
		case xml.EndElement:
			switch {
			case t.Name.Local == "row":
				return cells
			case t.Name.Local == "c" && formula && !value:
				cells[column] = kindFormula
			}
		case xml.StartElement:
			switch t.Name.Local {
			case "f":
				formula = true
			case "v", "is":
				value = true
			}
			if t.Name.Local != "c" {
				continue
			}
			formula, value = false, false
			column++
			if at, _, err := excelize.CellNameToCoordinates(attribute(t, "r")); err == nil {
				column = at - 1
			}
			if is := k.cell(attribute(t, "t"), attribute(t, "s")); is != kindText {
				cells[column] = is
			}
		}
	}
}

func (k *kindReader) cell(type_, style string) kind {
	if type_ != "" && type_ != "n" {
		return kindText
	}
	id, err := strconv.Atoi(style)
	if err != nil {
		return kindNumber
	}
	known, ok := k.styles[id]
	if !ok {
		known = kindNumber
		if s, err := k.book.GetStyle(id); err == nil && formatsDate(s) {
			known = kindDate
		}
		k.styles[id] = known
	}
	return known
}

// text rewrites a raw value by its kind.
func (k *kindReader) text(raw string, is kind) string {
	if is == kindFormula {
		return uncalculated
	}
	if is == kindDate {
		if date, ok := dateText(raw, k.date1904); ok {
			return date
		}
	}
	return numberText(raw)
}

// formatNoise is what a number format may hold besides its letters: quoted text, escapes, colours, locales.
var formatNoise = regexp.MustCompile(`"[^"]*"|\\.|_.|\*.|\[[^\]]*\]`)

// formatsDate says whether a number format shows a calendar date: one of the built-in ones (ECMA-376 part 1,
// 18.8.30), or one of its own that has a day or a year in it.
func formatsDate(style *excelize.Style) bool {
	if style.CustomNumFmt != nil {
		code := strings.ToLower(formatNoise.ReplaceAllString(*style.CustomNumFmt, ""))
		return !strings.Contains(code, "general") && strings.ContainsAny(code, "dy")
	}
	id := style.NumFmt
	return id >= 14 && id <= 17 || id == 22 || id >= 27 && id <= 31 || id == 36 || id >= 50 && id <= 54 || id == 57 || id == 58
}

func attribute(start xml.StartElement, name string) string {
	for _, a := range start.Attr {
		if a.Name.Local == name && a.Name.Space == "" {
			return a.Value
		}
	}
	return ""
}
