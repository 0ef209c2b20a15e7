// Package document reads the lists that offices and shops keep: CSV and XLSX in, clean cells out.
//
// It knows files, headers and cells, and nothing of members or goods: ReadTable turns bytes into rows,
// Columns finds which column holds what, and ParseDate, ParseRupiah and ParseQuantity read one cell each.
// What a row means is decided by the room that owns the noun. Everything here is pure: bytes in, values
// out, and every refusal is a Code that the words catalogue explains under fault.import.<code>.
package document

import (
	"bytes"
	"slices"
	"strings"
	"unicode/utf8"

	"kpdk/hooks/internal/fault"
)

// Code says in one fixed word why a file or a cell was refused. It is an error of its own.
type Code string

// Error makes a Code an error; people read the words catalogue's sentence, not this.
func (c Code) Error() string { return string(c) }

// Why a whole file is refused.
const (
	FileNotTable Code = "file_not_table" // a PDF, a picture, a web page in disguise, nothing at all
	FileTooLarge Code = "file_too_large" // more bytes or rows than the limits allow
	FileNoHeader Code = "file_no_header" // a table, but no line of it names columns we know
)

// Limits bounds what is read; a zero means the default. Known are the header words that the wanted list
// may use: with them the header is told apart from the title lines above it and the right separator from
// a wrong one. Without Known the first line is the header.
type Limits struct {
	Bytes    int
	Unzipped int
	Rows     int
	Columns  int
	Known    Synonyms
}

// The default limits hold any real staff list or catalogue several times over.
const (
	maxBytes    = 32 << 20
	maxUnzipped = 256 << 20
	maxRows     = 200_000
	maxColumns  = 200
	// headerDepth is how many filled lines may stand above the header: letterhead, title, unit, month.
	headerDepth = 10
)

// Table is a list as it was written: a header and the filled rows below it. Sheet is its name in a workbook
// of which more than one was read.
type Table struct {
	Sheet  string
	Header []string
	Rows   []Row
}

// Row is one filled line. Line is its number in the file (text) or on the sheet (XLSX), the first being 1.
type Row struct {
	Line   int
	Cells  []string
	Hidden bool // a spreadsheet's row that its filter or somebody hid; it is read all the same
}

// Problem is what one cell or row has wrong. A Warning leaves the row readable; anything else rejects it.
type Problem struct {
	Row     int
	Field   string
	Code    Code
	Params  fault.Params
	Warning bool
}

// Rejected says whether any of a row's problems keeps it out.
func Rejected(problems []Problem) bool {
	for _, p := range problems {
		if !p.Warning {
			return true
		}
	}
	return false
}

// ReadTable reads a CSV or XLSX file. What counts is the content; the name is only a hint for people, and
// a spreadsheet called .csv is read all the same. The error is always a Code.
func ReadTable(name string, data []byte, limit Limits) (*Table, error) {
	limit = limit.filled()
	if len(data) > limit.Bytes {
		return nil, FileTooLarge
	}
	var rows []Row
	var err error
	if bytes.HasPrefix(data, []byte("PK\x03\x04")) {
		rows, err = readWorkbook(data, limit)
	} else {
		rows, err = readText(data, limit)
	}
	if err != nil {
		return nil, err
	}
	return tabulate(rows, limit)
}

// ReadSheets reads each visible sheet of a workbook that has a header of known words, and names those without one; of
// a text, its one table.
func ReadSheets(name string, data []byte, limit Limits) (tables []*Table, without []string, err error) {
	limit = limit.filled()
	var sheets []sheetRows
	if bytes.HasPrefix(data, []byte("PK\x03\x04")) && len(data) <= limit.Bytes {
		sheets, err = readSheets(data, limit)
	}
	if err == FileTooLarge {
		return nil, nil, err
	}
	if len(sheets) == 0 { // a text, or a workbook with hidden sheets alone
		table, err := ReadTable(name, data, limit)
		if err != nil {
			return nil, nil, err
		}
		return []*Table{table}, nil, nil
	}
	for _, s := range sheets {
		table, err := tabulate(s.rows, limit)
		if err == FileNoHeader {
			without = append(without, s.name)
			continue
		}
		if err != nil {
			return nil, nil, err
		}
		table.Sheet = s.name
		tables = append(tables, table)
	}
	if len(tables) == 0 {
		return nil, nil, FileNoHeader
	}
	return tables, without, nil
}

func (l Limits) filled() Limits {
	for _, d := range []struct {
		value *int
		usual int
	}{{&l.Bytes, maxBytes}, {&l.Unzipped, maxUnzipped}, {&l.Rows, maxRows}, {&l.Columns, maxColumns}} {
		if *d.value <= 0 {
			*d.value = d.usual
		}
	}
	return l
}

// tabulate finds the header among the first rows and hands back what stands below it.
func tabulate(rows []Row, limit Limits) (*Table, error) {
	if len(rows) == 0 {
		return nil, FileNotTable
	}
	at, matches := findHeader(rows, limit.Known)
	if len(limit.Known) > 0 && matches < min(2, filledCells(rows[at].Cells)) {
		return nil, FileNoHeader
	}
	header, more := joinHeader(rows, at, limit.Known)
	table := &Table{Header: header, Rows: rows[at+1+more:]}
	if len(table.Rows) > 0 && numbersColumns(table.Rows[0].Cells) {
		table.Rows = table.Rows[1:]
	}
	if len(table.Rows) > limit.Rows {
		return nil, FileTooLarge
	}
	return table, nil
}

// findHeader picks the line with the most known words; of equals the first. One match never beats the
// first line when nothing is known.
func findHeader(rows []Row, known Synonyms) (at, matches int) {
	if len(known) == 0 {
		return 0, 0
	}
	words := known.words()
	for i := range min(len(rows), headerDepth) {
		n := 0
		for _, cell := range rows[i].Cells {
			if _, ok := words[fold(cell)]; ok {
				n++
			}
		}
		if n > matches {
			at, matches = i, n
		}
	}
	return at, matches
}

// joinHeader puts a header of two lines together, as offices make by merging cells: what the line above says where the
// header says nothing, and what a line of titles below says more exactly. More is how many lines below belong to it.
func joinHeader(rows []Row, at int, known Synonyms) (header []string, more int) {
	header = rows[at].Cells
	if len(known) == 0 {
		return header, 0
	}
	words := known.words()
	titles := func(cells []string) (n int) {
		for _, cell := range cells {
			if strings.ContainsAny(cell, "0123456789") {
				return 0
			}
			if _, ok := words[fold(cell)]; ok {
				n++
			}
		}
		return n
	}
	lay := func(over []string, where func(old string) bool) {
		header = slices.Clone(header)
		for i, cell := range over {
			if i == len(header) {
				header = append(header, "")
			}
			if CleanText(cell) != "" && where(CleanText(header[i])) {
				header[i] = cell
			}
		}
	}
	if at > 0 && titles(rows[at-1].Cells) > 0 {
		lay(rows[at-1].Cells, func(old string) bool { return old == "" })
	}
	if at+1 < len(rows) && titles(rows[at+1].Cells) > 0 {
		lay(rows[at+1].Cells, func(string) bool { return true })
		more = 1
	}
	return header, more
}

// numbersColumns recognises the line "(1) (2) (3) …" that official tables carry under their header.
func numbersColumns(cells []string) bool {
	count := 0
	for i, cell := range cells {
		if fold(cell) == "" {
			continue
		}
		if trimParentheses(cell) != itoa(i+1) {
			return false
		}
		count++
	}
	return count >= 3
}

func filledCells(cells []string) int {
	n := 0
	for _, c := range cells {
		if CleanText(c) != "" {
			n++
		}
	}
	return n
}

// isBinary looks for what text never holds: control characters and half characters.
func isBinary(text string) bool {
	if !utf8.ValidString(text) {
		return true
	}
	for _, r := range text {
		if r < ' ' && r != '\t' && r != '\n' && r != '\r' && r != '\f' && r != '\v' {
			return true
		}
	}
	return false
}
