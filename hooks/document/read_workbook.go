package document

import (
	"bytes"
	"strconv"
	"strings"
	"time"

	"github.com/shopspring/decimal"
	"github.com/xuri/excelize/v2"
)

// readWorkbook reads the first visible sheet that holds anything. A broken workbook may make the library
// panic (it trusts style numbers, for one); such a file is simply no table.
func readWorkbook(data []byte, limit Limits) (rows []Row, err error) {
	defer func() {
		if recover() != nil {
			rows, err = nil, FileNotTable
		}
	}()
	book, err := openWorkbook(data, limit)
	if err != nil {
		return nil, err
	}
	defer book.Close()
	for _, visible := range []bool{true, false} {
		for _, sheet := range book.GetSheetList() {
			if shown, err := book.GetSheetVisible(sheet); err != nil || shown != visible {
				continue
			}
			if rows, err := readSheet(book, sheet, limit); len(rows) > 0 || err == FileTooLarge {
				return rows, err
			}
		}
	}
	return nil, FileNotTable
}

type sheetRows struct {
	name string
	rows []Row
}

// readSheets reads all visible sheets that hold anything.
func readSheets(data []byte, limit Limits) (sheets []sheetRows, err error) {
	defer func() {
		if recover() != nil {
			sheets, err = nil, FileNotTable
		}
	}()
	book, err := openWorkbook(data, limit)
	if err != nil {
		return nil, err
	}
	defer book.Close()
	for _, sheet := range book.GetSheetList() {
		if shown, err := book.GetSheetVisible(sheet); err != nil || !shown {
			continue
		}
		rows, err := readSheet(book, sheet, limit)
		if err != nil {
			return nil, err
		}
		if len(rows) > 0 {
			sheets = append(sheets, sheetRows{sheet, rows})
		}
	}
	if len(sheets) == 0 {
		err = FileNotTable
	}
	return sheets, err
}

func openWorkbook(data []byte, limit Limits) (*excelize.File, error) {
	size := int64(limit.Unzipped)
	book, err := excelize.OpenReader(bytes.NewReader(data), excelize.Options{
		RawCellValue: true, UnzipSizeLimit: size, UnzipXMLSizeLimit: size,
	})
	if err == nil {
		return book, nil
	}
	// The library gives no typed error for the limit; its text is the only sign.
	if strings.Contains(err.Error(), "unzip size exceeds") {
		return nil, FileTooLarge
	}
	return nil, FileNotTable
}

// readSheet streams the cells' raw values and, beside them, each cell's type and number format: only these
// tell a date from a number, and a number that lost its digits from a text that kept them.
func readSheet(book *excelize.File, sheet string, limit Limits) ([]Row, error) {
	stream, err := book.Rows(sheet)
	if err != nil {
		return nil, FileNotTable
	}
	defer stream.Close()
	kinds := newKindReader(book, sheet)
	var rows []Row
	for line := 1; stream.Next(); line++ {
		cells, err := stream.Columns()
		if err != nil {
			return nil, FileNotTable
		}
		for len(cells) > 0 && CleanText(cells[len(cells)-1]) == "" {
			cells = cells[:len(cells)-1]
		}
		if len(cells) == 0 {
			continue
		}
		if len(cells) > limit.Columns || len(rows) > limit.Rows+headerDepth {
			return nil, FileTooLarge
		}
		for column, kind := range kinds.row(line) {
			for kind == kindFormula && column >= len(cells) && column < limit.Columns {
				cells = append(cells, "")
			}
			if column < len(cells) {
				cells[column] = kinds.text(cells[column], kind)
			}
		}
		rows = append(rows, Row{Line: line, Cells: cells, Hidden: stream.GetRowOpts().Hidden})
	}
	return rows, nil
}

// dateText writes a date cell's serial number as an ISO date.
func dateText(raw string, date1904 bool) (string, bool) {
	serial, err := strconv.ParseFloat(raw, 64)
	if err != nil || serial < 1 || serial >= 2_958_466 { // 9999-12-31
		return raw, false
	}
	at, err := excelize.ExcelDateToTime(float64(int64(serial)), date1904)
	if err != nil {
		return raw, false
	}
	return at.Format(time.DateOnly), true
}

// numberText writes a number cell so that nothing is guessed about it later: whole numbers as plain digits,
// fractions never with exactly three decimals (8.125 would look like thousands), and a number with more
// digits than a spreadsheet keeps in scientific notation, so that it is recognised as mangled.
func numberText(raw string) string {
	number, err := decimal.NewFromString(raw)
	if err != nil || number.Exponent() > 300 || number.Exponent() < -300 {
		return raw
	}
	rounded := number.Round(6)
	if !rounded.IsInteger() {
		text := rounded.String()
		if _, fraction, _ := strings.Cut(text, "."); len(fraction) == 3 {
			text += "0"
		}
		return text
	}
	plain := rounded.Truncate(0).String()
	if survives(plain, number, raw) {
		return plain
	}
	return scientific(plain)
}

// survives says whether a whole number still has all the digits that were once typed. A spreadsheet keeps
// 15; a program may store 16 exactly below 2^53, which a last digit other than 0 shows. A short mantissa with a
// large exponent comes from a file that had lost its digits before.
func survives(plain string, number decimal.Decimal, raw string) bool {
	digits := strings.TrimPrefix(plain, "-")
	if strings.ContainsAny(raw, "eE") && len(digits) > 11 && len(number.Coefficient().String()) <= 7 {
		return false
	}
	if len(digits) <= 15 {
		return true
	}
	exact := len(digits) == 16 && digits <= "9007199254740992" && !strings.HasSuffix(digits, "0")
	return exact
}

func scientific(plain string) string {
	sign, digits := "", plain
	if strings.HasPrefix(plain, "-") {
		sign, digits = "-", plain[1:]
	}
	mantissa := strings.TrimRight(digits[:min(15, len(digits))], "0")
	if len(mantissa) > 1 {
		mantissa = mantissa[:1] + "." + mantissa[1:]
	}
	return sign + mantissa + "E+" + strconv.Itoa(len(digits)-1)
}
