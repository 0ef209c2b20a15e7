package payroll

import (
	"bytes"
	"encoding/csv"
	"fmt"
	"io"
	"slices"
	"strconv"
	"strings"

	"github.com/xuri/excelize/v2"

	"kpdk/hooks/document"
	"kpdk/hooks/internal/money"
	"kpdk/hooks/internal/words"
	"kpdk/hooks/member"
)

func itoa(n int) string { return strconv.Itoa(n) }

func pad(n int64, width int) string { return fmt.Sprintf("%0*d", width, n) }

// CSV writes the list for machines, in its layout.
func (l List) CSV(language string) ([]byte, error) {
	var b bytes.Buffer
	err := l.writeCSV(&b, language)
	return b.Bytes(), err
}

// XLSX writes the list for people, in its layout: numbers as numbers, the NIP as text so that no
// spreadsheet rounds it.
func (l List) XLSX(language string) ([]byte, error) {
	var b bytes.Buffer
	err := l.writeXLSX(&b, language)
	return b.Bytes(), err
}

// dress gives a list without a layout the usual one, in the reader's language.
func (l List) dress(language string) List {
	if len(l.Layout.Columns) == 0 {
		l.Layout = UsualLayout(l.UnitCode, language)
	}
	return l
}

// cell is what stands in a column on a member's line: a text, an amount, a number, or nil where the officer
// writes. Only names and titles come from people's hands; they are kept from being formulas.
func (l List) cell(c LayoutColumn, row Row, sequence int, only string) any {
	switch c.Field {
	case "sequence":
		return sequence
	case "period":
		return string(l.Period)
	case "pay_date":
		return string(l.PayDate)
	case "list_number":
		return l.Sealed.Number
	case "reference":
		return reference(l, row.Member)
	case "member":
		return member.PrintNumber(row.Member)
	case "nip":
		return row.NIP
	case "name":
		return row.Name
	case "unit_code":
		return l.UnitCode
	case "unit":
		return l.UnitName
	case "grade":
		return row.Grade
	case "bank":
		return row.Account.Bank
	case "account":
		return row.Account.Number
	case "holder":
		return row.Account.Holder
	case "total":
		if only != "" {
			return row.Shown.Of(only)
		}
		return row.Total
	case "deducted":
		if l.answered {
			return l.cell(LayoutColumn{Field: "total"}, row, sequence, only)
		}
		return nil
	case "reason":
		return nil
	case fixed:
		return c.Value
	}
	return row.Shown.Of(c.Field)
}

func (l List) text(cell any) string {
	switch v := cell.(type) {
	case money.Rupiah:
		if l.Layout.Amounts == "dots" {
			return v.Format()
		}
		return strconv.FormatInt(int64(v), 10)
	case int:
		return strconv.Itoa(v)
	case string:
		if v == NoUnit {
			return v
		}
		return document.SafeCell(v)
	}
	return ""
}

func (l List) writeCSV(out io.Writer, language string) error {
	l = l.dress(language)
	w := csv.NewWriter(out)
	w.Comma = separators[l.Layout.Separator]
	w.UseCRLF = l.UnitCode == BankUnit // banks' programs read lines as Windows writes them
	cells := make([]string, len(l.Layout.Columns))
	if l.Layout.Header {
		for i, c := range l.Layout.Columns {
			cells[i] = document.SafeCell(c.Title)
		}
		_ = w.Write(cells) // Flush and Error tell
	}
	for n, row := range l.Rows {
		for i, c := range l.Layout.Columns {
			cells[i] = l.text(l.cell(c, row, n+1, ""))
		}
		_ = w.Write(cells)
	}
	if l.Layout.Footer {
		for i, cell := range l.footer(language, "") {
			cells[i] = l.text(cell)
		}
		_ = w.Write(cells)
	}
	w.Flush()
	return w.Error()
}

// footer is the last line: its word in the first column of text, and the sums.
func (l List) footer(language, only string) []any {
	cells := make([]any, len(l.Layout.Columns))
	said := false
	for i, c := range l.Layout.Columns {
		switch {
		case c.Field == "total" || slices.Contains(columns, c.Field) || l.answered && c.Field == "deducted":
			var sum money.Rupiah
			for _, row := range l.Rows {
				amount, _ := l.cell(c, row, 0, only).(money.Rupiah)
				sum += amount
			}
			cells[i] = sum
		case !said && c.Field != "deducted" && c.Field != "reason":
			cells[i], said = words.Say(language, "payroll.list.footer", nil), true
		}
	}
	return cells
}

// styles of a workbook.
type styles struct{ bold, amount int }

func (l List) writeXLSX(out io.Writer, language string) error {
	l = l.dress(language)
	f := excelize.NewFile()
	defer f.Close() //nolint:errcheck // its temporary files
	var s styles
	var err error
	if s.bold, err = f.NewStyle(&excelize.Style{Font: &excelize.Font{Bold: true}}); err != nil {
		return err
	}
	thousands := "#,##0"
	if s.amount, err = f.NewStyle(&excelize.Style{CustomNumFmt: &thousands}); err != nil {
		return err
	}
	kinds := []string{""}
	if l.Layout.Sheets == "component" {
		kinds = slices.DeleteFunc(slices.Clone(columns), func(kind string) bool {
			return !slices.ContainsFunc(l.Rows, func(r Row) bool { return r.Shown.Of(kind) > 0 })
		})
	}
	for i, kind := range kinds {
		name := "Potong gaji"
		if kind != "" {
			name = words.Say(language, "payroll.list."+kind, nil)
		}
		if i == 0 {
			err = f.SetSheetName("Sheet1", name)
		} else {
			_, err = f.NewSheet(name)
		}
		if err != nil {
			return err
		}
		if err := l.sheet(f, name, kind, language, s); err != nil {
			return err
		}
	}
	return f.Write(out)
}

// sheet writes one sheet, row by row: nothing but a row is held.
func (l List) sheet(f *excelize.File, name, only, language string, s styles) error {
	if only != "" { // on a sheet of its own a kind needs no column beside the sum
		l.Layout.Columns = slices.DeleteFunc(slices.Clone(l.Layout.Columns), func(c LayoutColumn) bool { return slices.Contains(columns, c.Field) })
		l.Rows = slices.DeleteFunc(slices.Clone(l.Rows), func(r Row) bool { return r.Shown.Of(only) == 0 })
	}
	w, err := f.NewStreamWriter(name)
	if err != nil {
		return err
	}
	top := l.titles(language, only)
	if err := l.frame(w, len(top)); err != nil {
		return err
	}
	at := 0
	put := func(cells []any) error {
		at++
		return w.SetRow("A"+strconv.Itoa(at), cells)
	}
	for _, title := range top {
		if err := put([]any{excelize.Cell{StyleID: s.bold, Value: title}}); err != nil {
			return err
		}
	}
	cells := make([]any, len(l.Layout.Columns))
	if l.Layout.Header {
		for i, c := range l.Layout.Columns {
			cells[i] = excelize.Cell{StyleID: s.bold, Value: c.Title}
		}
		if err := put(cells); err != nil {
			return err
		}
	}
	for n, row := range l.Rows {
		for i, c := range l.Layout.Columns {
			cells[i] = s.of(l.cell(c, row, n+1, only), c.Field)
		}
		if err := put(cells); err != nil {
			return err
		}
	}
	if l.Layout.Footer {
		for i, cell := range l.footer(language, only) {
			cells[i] = s.of(cell, l.Layout.Columns[i].Field)
		}
		if err := put(cells); err != nil {
			return err
		}
	}
	return w.Flush()
}

func (s styles) of(cell any, field string) any {
	switch v := cell.(type) {
	case money.Rupiah:
		return excelize.Cell{StyleID: s.amount, Value: int64(v)}
	case string:
		if v == NoUnit {
			return v
		}
		return document.SafeCell(v)
	case nil:
		if field == "deducted" {
			return excelize.Cell{StyleID: s.amount}
		}
	}
	return cell
}

// titles are the lines above a workbook's table.
func (l List) titles(language, only string) []string {
	if !l.Layout.Titles {
		return nil
	}
	total := l.Total()
	if only != "" {
		total = 0
		for _, r := range l.Rows {
			total += r.Shown.Of(only)
		}
	}
	var top []string
	for _, key := range []string{"title", "title_unit", "title_total", "title_help"} {
		top = append(top, words.Say(language, "payroll.list."+key, map[string]any{"period": l.Period, "pay_date": l.PayDate,
			"unit": strings.TrimSpace(l.UnitCode + " " + l.UnitName), "members": len(l.Rows), "total": total.String()}))
	}
	if l.Sealed.Number != "" {
		top[0] += " · " + l.Sealed.Number
	}
	return top
}

var widths = map[string]float64{"sequence": 6, "period": 9, "pay_date": 11, "list_number": 15, "reference": 15, "member": 11, "nip": 21, "name": 30, "bank": 14, "account": 22, "holder": 30, "unit_code": 12, "unit": 30, "grade": 7,
	"deducted": 13, "reason": 24, "total": 13}

func (l List) frame(w *excelize.StreamWriter, titles int) error {
	for i, c := range l.Layout.Columns {
		width := widths[c.Field]
		if width == 0 {
			width = 12
		}
		if err := w.SetColWidth(i+1, i+1, width); err != nil {
			return err
		}
	}
	if !l.Layout.Header {
		return nil
	}
	return w.SetPanes(&excelize.Panes{Freeze: true, YSplit: titles + 1, TopLeftCell: "A" + strconv.Itoa(titles+2), ActivePane: "bottomLeft"})
}
