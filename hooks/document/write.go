package document

import (
	"encoding/csv"
	"fmt"
	"io"
	"strconv"
	"strings"

	"github.com/xuri/excelize/v2"

	"kpdk/hooks/internal/money"
)

// SafeCell keeps a spreadsheet from taking a text for a formula: what begins like one gets the apostrophe
// that spreadsheets understand as "this is text" (OWASP: CSV injection).
func SafeCell(text string) string {
	if text != "" && strings.ContainsRune("=+-@\t\r\n", rune(text[0])) {
		return "'" + text
	}
	return text
}

// Column is a column of a list that is written. Width is in characters of the sheet, 0 for the usual.
type Column struct {
	Title string
	Width float64
}

// Writer writes a list row by row: texts, and amounts as numbers. The first error ends it.
type Writer interface {
	// Row takes strings, ints and amounts; nil is an empty cell.
	Row(cells ...any) error
	// Close writes what is left.
	Close() error
}

// Types of the files that NewWriter makes, by their format.
var Types = map[string]string{"csv": "text/csv; charset=utf-8", "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"}

// NewWriter begins a list as CSV (commas, UTF-8, one header line, for machines) or XLSX (titles above the
// header, for people).
func NewWriter(out io.Writer, format string, titles []string, columns []Column) (Writer, error) {
	if format == "xlsx" {
		return newSheet(out, titles, columns)
	}
	w := &csvWriter{csv.NewWriter(out)}
	head := make([]any, len(columns))
	for i, c := range columns {
		head[i] = c.Title
	}
	return w, w.Row(head...)
}

type csvWriter struct{ *csv.Writer }

func (w *csvWriter) Row(cells ...any) error {
	texts := make([]string, len(cells))
	for i, cell := range cells {
		switch v := cell.(type) {
		case nil:
		case string:
			texts[i] = SafeCell(v)
		case money.Rupiah:
			texts[i] = strconv.FormatInt(int64(v), 10)
		default:
			texts[i] = SafeCell(fmt.Sprint(v))
		}
	}
	return w.Write(texts)
}

func (w *csvWriter) Close() error {
	w.Flush()
	return w.Error()
}

// sheetWriter is a sheet that is written to a temporary file row by row, not held in memory.
type sheetWriter struct {
	out          io.Writer
	file         *excelize.File
	sheet        *excelize.StreamWriter
	row          int
	bold, amount int
}

const maxSheetRows = 1_048_576 // Excel's own limit

func newSheet(out io.Writer, titles []string, columns []Column) (Writer, error) {
	f := excelize.NewFile()
	w := &sheetWriter{out: out, file: f}
	thousands := "#,##0"
	var err error
	if w.bold, err = f.NewStyle(&excelize.Style{Font: &excelize.Font{Bold: true}}); err != nil {
		return nil, err
	}
	if w.amount, err = f.NewStyle(&excelize.Style{CustomNumFmt: &thousands}); err != nil {
		return nil, err
	}
	if w.sheet, err = f.NewStreamWriter("Sheet1"); err != nil {
		return nil, err
	}
	for i, c := range columns {
		if c.Width > 0 {
			if err := w.sheet.SetColWidth(i+1, i+1, c.Width); err != nil {
				return nil, err
			}
		}
	}
	top := len(titles) + 1
	if err := w.sheet.SetPanes(&excelize.Panes{Freeze: true, YSplit: top, TopLeftCell: "A" + strconv.Itoa(top+1), ActivePane: "bottomLeft"}); err != nil {
		return nil, err
	}
	for _, title := range titles {
		if err := w.Row(excelize.Cell{StyleID: w.bold, Value: title}); err != nil {
			return nil, err
		}
	}
	head := make([]any, len(columns))
	for i, c := range columns {
		head[i] = excelize.Cell{StyleID: w.bold, Value: c.Title}
	}
	return w, w.Row(head...)
}

func (w *sheetWriter) Row(cells ...any) error {
	if w.row >= maxSheetRows {
		return FileTooLarge
	}
	w.row++
	for i, cell := range cells {
		switch v := cell.(type) {
		case money.Rupiah:
			cells[i] = excelize.Cell{StyleID: w.amount, Value: int64(v)}
		case string:
			cells[i] = v // a cell of text in a workbook is never read as a formula
		}
	}
	return w.sheet.SetRow("A"+strconv.Itoa(w.row), cells)
}

func (w *sheetWriter) Close() error {
	defer w.file.Close() //nolint:errcheck // its temporary files
	if err := w.sheet.Flush(); err != nil {
		return err
	}
	return w.file.Write(w.out)
}
