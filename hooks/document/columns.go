package document

import (
	"strconv"
	"strings"
	"unicode"
)

// Synonyms lists, for each field, the header words offices use for it, the best first. Case, dots,
// underscores, spaces, apostrophes and what stands in parentheses do not matter.
type Synonyms map[string][]string

type word struct {
	field string
	rank  int
}

func (s Synonyms) words() map[string]word {
	words := map[string]word{}
	for field, list := range s {
		for rank, text := range list {
			words[fold(text)] = word{field, rank}
		}
	}
	return words
}

// Layout says which column holds which field.
type Layout struct {
	// Unknown are the headers that no field claimed, as they were written.
	Unknown []string
	index   map[string]int
	width   int
}

// Columns matches a header against the known words. When two columns claim a field, the better word has
// it ("Gaji Bersih" before "Gaji"), of equals the first; the other column counts as unknown.
func Columns(header []string, synonyms Synonyms) Layout {
	words := synonyms.words()
	layout := Layout{index: map[string]int{}, width: len(header)}
	ranks := map[string]int{}
	for column, title := range header {
		w, ok := words[fold(title)]
		if !ok {
			continue
		}
		if best, taken := ranks[w.field]; taken && best <= w.rank {
			continue
		}
		layout.index[w.field], ranks[w.field] = column, w.rank
	}
	used := map[int]bool{}
	for _, column := range layout.index {
		used[column] = true
	}
	for column, title := range header {
		if title = CleanText(title); title != "" && !used[column] {
			layout.Unknown = append(layout.Unknown, title)
		}
	}
	return layout
}

// Has says whether the file has a column for the field.
func (l Layout) Has(field string) bool {
	_, ok := l.index[field]
	return ok
}

// Missing lists those of the fields that have no column.
func (l Layout) Missing(fields ...string) []string {
	var missing []string
	for _, field := range fields {
		if !l.Has(field) {
			missing = append(missing, field)
		}
	}
	return missing
}

// Cell is the row's cleaned text for a field; empty when there is no such column, or only a sign for
// "nothing" in it.
func (l Layout) Cell(row Row, field string) string {
	column, ok := l.index[field]
	if !ok || column >= len(row.Cells) {
		return ""
	}
	text := CleanText(row.Cells[column])
	switch strings.ToLower(text) {
	case "-", "--", "–", "—", "null", "nan", "#n/a":
		return ""
	}
	return text
}

// Shifted says that the row has text beyond the last column of the header: a separator stood unquoted in
// one of its cells, and nothing to the right of it can be trusted.
func (l Layout) Shifted(row Row) bool {
	return len(row.Cells) > l.width && filledCells(row.Cells[l.width:]) > 0
}

// Fold is what of a header is compared, for who keeps headers of their own.
func Fold(title string) string { return fold(title) }

// fold reduces a header to what is compared: letters and digits in lower case, without the remark in
// parentheses, unless the remark is all there is.
func fold(title string) string {
	title = CleanText(title)
	if open := strings.IndexByte(title, '('); open > 0 {
		if end := strings.IndexByte(title[open:], ')'); end > 0 {
			title = title[:open] + title[open+end+1:]
		}
	}
	return strings.Map(func(r rune) rune {
		if unicode.IsLetter(r) || unicode.IsDigit(r) {
			return unicode.ToLower(r)
		}
		return -1
	}, title)
}

func trimParentheses(cell string) string { return strings.Trim(CleanText(cell), "() .") }

func itoa(n int) string { return strconv.Itoa(n) }
