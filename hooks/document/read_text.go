package document

import (
	"bytes"
	"slices"
	"strings"
	"unicode/utf8"

	"golang.org/x/text/encoding/charmap"
	"golang.org/x/text/encoding/unicode"
	"golang.org/x/text/transform"
)

// disguises are the beginnings of files that are no table although their names may say so: payroll systems
// like to call a web page .xls, and the old binary .xls is a format of its own.
var disguises = []string{
	"%pdf", "\x89png", "\xff\xd8\xff", "\xd0\xcf\x11\xe0", "\x1f\x8b", "{\\rtf", "pk\x05\x06", "<!doctype", "<!--",
	"<html", "<head", "<body", "<table", "<?xml", "<meta", "<style", "<script", "<svg",
}

// readText reads a CSV in whatever encoding and with whatever separator the office's program chose.
func readText(data []byte, limit Limits) ([]Row, error) {
	if disguised(data[:min(len(data), 64)]) {
		return nil, FileNotTable
	}
	text, ok := decode(data)
	if !ok || strings.TrimSpace(text) == "" || disguised([]byte(text[:min(len(text), 64)])) {
		return nil, FileNotTable
	}
	line := 1
	separator, rest := hintedSeparator(text)
	if separator == 0 {
		separator = chooseSeparator(text, limit)
	} else {
		text, line = rest, 2
	}
	return splitRows(text, separator, line, limit.Rows+headerDepth+2, limit.Columns)
}

func disguised(head []byte) bool {
	head = bytes.ToLower(bytes.TrimLeft(bytes.TrimPrefix(head, []byte("\xef\xbb\xbf")), " \t\r\n"))
	return slices.ContainsFunc(disguises, func(mark string) bool { return bytes.HasPrefix(head, []byte(mark)) })
}

// unmarked recognises UTF-16 without a byte order mark, as some exports leave it out: in text of our letters every
// second byte is zero, and no other one.
func unmarked(data []byte) (unicode.Endianness, bool) {
	sample := data[:min(len(data), 512)&^1]
	var zeros [2]int
	for i, b := range sample {
		if b == 0 {
			zeros[i%2]++
		}
	}
	most := len(sample) / 2
	switch {
	case zeros[0] == 0 && zeros[1] > most/2:
		return unicode.LittleEndian, true
	case zeros[1] == 0 && zeros[0] > most/2:
		return unicode.BigEndian, true
	}
	return unicode.LittleEndian, false
}

// decode turns bytes into UTF-8: a byte order mark decides, then zeros, then validity; what is left is Windows-1252,
// the code page of Indonesian Windows.
func decode(data []byte) (string, bool) {
	if bytes.HasPrefix(data, []byte("\xff\xfe")) || bytes.HasPrefix(data, []byte("\xfe\xff")) {
		wide := unicode.UTF16(unicode.LittleEndian, unicode.UseBOM).NewDecoder()
		out, _, err := transform.Bytes(wide, data)
		return string(out), err == nil && !isBinary(string(out))
	}
	if order, ok := unmarked(data); ok {
		out, err := unicode.UTF16(order, unicode.IgnoreBOM).NewDecoder().Bytes(data[:len(data)&^1])
		return string(out), err == nil && !isBinary(string(out))
	}
	if utf8.Valid(data) {
		text := strings.TrimPrefix(string(data), "\ufeff")
		return text, !isBinary(text)
	}
	out, err := charmap.Windows1252.NewDecoder().Bytes(data)
	return string(out), err == nil && !isBinary(string(out))
}

// hintedSeparator reads the line "sep=;" that Excel leaves on top of some files.
func hintedSeparator(text string) (byte, string) {
	first, rest, _ := strings.Cut(text, "\n")
	first = strings.Trim(first, "\r\" ")
	if len(first) == 5 && strings.EqualFold(first[:4], "sep=") && strings.IndexByte(",;\t|", first[4]) >= 0 {
		return first[4], rest
	}
	return 0, text
}

// chooseSeparator tries each separator on the first lines. Known header words decide; without them the
// separator wins that cuts most lines into the same number of cells, and more cells break a tie.
func chooseSeparator(text string, limit Limits) byte {
	const sample = 40
	best, bestScore := byte(','), -1
	for _, separator := range []byte{';', '\t', ',', '|'} {
		rows, _ := splitRows(text, separator, 1, sample, limit.Columns)
		if len(rows) > sample {
			rows = rows[:sample]
		}
		_, matches := findHeader(rows, limit.Known)
		widths, common := map[int]int{}, 1
		for _, row := range rows {
			width := len(row.Cells)
			widths[width]++
			if width > 1 && (common == 1 || widths[width] > widths[common]) {
				common = width
			}
		}
		score := 0
		if common > 1 {
			score = matches*1_000_000 + widths[common]*1_000 + common
		}
		if score > bestScore {
			best, bestScore = separator, score
		}
	}
	return best
}

// What a spreadsheet's cell and row can hold; more is no list.
const (
	longestCell = 32_767
	widestLine  = 16_384
)

// splitRows cuts text into filled rows; it stops one row past most, so that the caller sees that there is more.
func splitRows(text string, separator byte, line, most, columns int) ([]Row, error) {
	var rows []Row
	for len(text) > 0 {
		row, width := Row{Line: line}, 0
		for more := true; more; {
			var cell string
			var lines int
			cell, text, more, lines = nextCell(text, separator)
			line += lines
			if width++; len(cell) > longestCell || width > widestLine {
				return rows, FileTooLarge
			}
			if len(row.Cells) < columns {
				row.Cells = append(row.Cells, cell)
			} else if CleanText(cell) != "" {
				return rows, FileTooLarge
			}
		}
		line++
		if filledCells(row.Cells) == 0 {
			continue
		}
		if rows = append(rows, row); len(rows) > most {
			return rows, FileTooLarge
		}
	}
	return rows, nil
}

// nextCell takes one cell off the text; more says that the row goes on, lines how many line breaks the
// cell itself held. A quote that is never properly closed is a plain character: a stray one must not
// swallow the rows below it.
func nextCell(text string, separator byte) (cell, rest string, more bool, lines int) {
	if strings.HasPrefix(text, `"`) {
		if quoted, after, ok := quotedCell(text, separator); ok {
			lines = strings.Count(quoted, "\n")
			rest, more = afterCell(after, separator)
			return quoted, rest, more, lines
		}
	}
	end := len(text)
	for i := range len(text) {
		if c := text[i]; c == separator || c == '\n' || c == '\r' {
			end = i
			break
		}
	}
	rest, more = afterCell(text[end:], separator)
	return text[:end], rest, more, 0
}

// quotedCell reads "…" with doubled quotes inside, if it ends where a cell may end.
func quotedCell(text string, separator byte) (cell, after string, ok bool) {
	for i := 1; i < len(text) && i < longestCell; i++ {
		if text[i] != '"' {
			continue
		}
		if i+1 < len(text) && text[i+1] == '"' {
			i++
			continue
		}
		after = text[i+1:]
		if after != "" && after[0] != separator && after[0] != '\n' && after[0] != '\r' {
			return "", "", false
		}
		return strings.ReplaceAll(text[1:i], `""`, `"`), after, true
	}
	return "", "", false
}

// afterCell steps over what ends a cell: a separator means more cells, a line break the end of the row.
func afterCell(text string, separator byte) (rest string, more bool) {
	switch {
	case text == "":
		return "", false
	case text[0] == separator:
		return text[1:], true
	case strings.HasPrefix(text, "\r\n"):
		return text[2:], false
	}
	return text[1:], false
}
