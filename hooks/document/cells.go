package document

import (
	"html"
	"regexp"
	"strings"
	"time"
	"unicode"

	"golang.org/x/text/unicode/norm"

	"kpdk/hooks/internal/money"
)

// Why a single cell is refused.
const (
	TextTooLong       Code = "text_too_long"
	AmountUnreadable  Code = "amount_unreadable"
	AmountFraction    Code = "amount_fraction"
	AmountNegative    Code = "amount_negative"
	AmountTooLarge    Code = "amount_too_large"
	AmountIsDate      Code = "amount_is_date"
	DateUnreadable    Code = "date_unreadable"
	DateImpossible    Code = "date_impossible"
	QuantityUnread    Code = "quantity_unreadable"
	QuantityAmbiguous Code = "quantity_ambiguous"
	QuantityNegative  Code = "quantity_negative"
	QuantityTooLarge  Code = "quantity_too_large"
	FormulaError      Code = "formula_error"
	ColumnsShifted    Code = "columns_shifted"
	TotalLine         Code = "total_line"
)

// entity is a character written the HTML way, as some tills export it: Lay&acute;s.
var entity = regexp.MustCompile(`&(?:[a-zA-Z]{2,8}|#[0-9]{1,6});`)

// CleanText makes a cell plain: composed characters (NFC), no control or invisible characters, single
// spaces, no apostrophe in front (a spreadsheet's sign for "this is text").
func CleanText(cell string) string {
	if strings.Contains(cell, "&") {
		cell = entity.ReplaceAllStringFunc(cell, html.UnescapeString)
	}
	cell = norm.NFC.String(strings.ToValidUTF8(cell, ""))
	cell = strings.Map(func(r rune) rune {
		if unicode.IsSpace(r) {
			return ' '
		}
		if unicode.IsControl(r) || unicode.Is(unicode.Cf, r) {
			return -1
		}
		return r
	}, cell)
	cell = strings.Join(strings.Fields(cell), " ")
	return strings.TrimSpace(strings.TrimLeft(cell, "'`´‘’"))
}

// Text cleans a cell and holds it to a length in characters.
func Text(cell string, most int) (string, error) {
	cell = CleanText(cell)
	if len([]rune(cell)) > most {
		return "", TextTooLong
	}
	return cell, nil
}

// IsFormulaError recognises what a spreadsheet shows where a formula failed.
func IsFormulaError(cell string) bool {
	switch strings.ToUpper(CleanText(cell)) {
	case "#REF!", "#VALUE!", "#NAME?", "#DIV/0!", "#NUM!", "#NULL!", "#SPILL!", "#CALC!", uncalculated:
		return true
	}
	return len(cell) > 2 && strings.Trim(CleanText(cell), "#") == "" // a column too narrow, printed as ####
}

// totals are the words of lines that add up a list.
var totals = regexp.MustCompile(`(?i)^(?:grand ?total|sub ?total|total|jumlah|rata[- ]rata)(?: (?:keseluruhan|seluruhnya|semua|gaji|total|pegawai|anggota|stok|nilai|harga|[0-9]+ .*))*\s*:?$`)

// beginsTotal are cells that begin as such a line does, whatever follows: Jumlah Potongan, TOTAL (RP).
var beginsTotal = regexp.MustCompile(`(?i)^(?:grand ?total|sub ?total|total|jumlah|jml|rata[- ]rata)(?:$|[^\pL])`)

// BeginsTotal says whether a cell begins like a total line. It may still be a name: whoever asks knows that the row
// names nobody.
func BeginsTotal(cell string) bool { return beginsTotal.MatchString(CleanText(cell)) }

// IsTotal says whether a cell is the word of a total line, such as JUMLAH or Grand Total.
func IsTotal(cell string) bool { return totals.MatchString(CleanText(cell)) }

var (
	currency   = regexp.MustCompile(`(?i)^(?:rp|idr)\.?\s*`)
	commaDash  = regexp.MustCompile(`[.,](?:-{1,2}|–|—)$`)
	spaced     = regexp.MustCompile(`^[0-9]{1,3}(?: [0-9]{3})+(?:[.,][0-9]+)?$`)
	plainSigns = regexp.MustCompile(`^[0-9]+(?:[.,][0-9]+)*$`)
)

// ParseRupiah reads an amount in whole rupiah; present is false for an empty cell or an accountant's dash.
// Both ways of writing are understood (8.400.000,00 and 8,400,000.00). A single separator before exactly
// three digits groups thousands, as nobody prices goods in thousandths of a rupiah.
func ParseRupiah(cell string) (amount money.Rupiah, present bool, err error) {
	text := currency.ReplaceAllString(CleanText(cell), "")
	if strings.Trim(text, "-–— ") == "" {
		return 0, false, nil
	}
	if negative(text) {
		return 0, true, AmountNegative
	}
	text = commaDash.ReplaceAllString(strings.TrimPrefix(text, "+"), "")
	if spaced.MatchString(text) {
		text = strings.ReplaceAll(text, " ", "")
	}
	whole, fraction, ok := splitNumber(text, true)
	if !ok {
		return 0, true, whyUnreadable(text)
	}
	if strings.Trim(fraction, "0") != "" {
		return 0, true, AmountFraction
	}
	value, ok := digits(whole, int64(money.Max))
	if !ok {
		return 0, true, AmountTooLarge
	}
	return money.Rupiah(value), true, nil
}

// whyUnreadable says what stands where an amount should: a failed formula, a date, or nothing that we know.
func whyUnreadable(text string) Code {
	if IsFormulaError(text) {
		return FormulaError
	}
	if date, err := ParseDate(text); err == nil && date != "" {
		return AmountIsDate
	}
	return AmountUnreadable
}

// negative recognises -5, −5, 5- and the accountant's (5); the code tells whether digits are in it at all.
func negative(text string) bool {
	if !strings.ContainsAny(text, "0123456789") {
		return false
	}
	inner := strings.TrimPrefix(text, "+")
	return strings.HasPrefix(inner, "-") || strings.HasPrefix(inner, "−") || strings.HasPrefix(inner, "–") ||
		strings.HasPrefix(inner, "(") && strings.HasSuffix(inner, ")") ||
		strings.HasSuffix(inner, "-") && !commaDash.MatchString(inner)
}

// splitNumber takes the thousands' separators out of a number and hands back its whole and fraction digits.
// With thousands set, one separator before exactly three digits is a thousands' separator, else a decimal one.
func splitNumber(text string, thousands bool) (whole, fraction string, ok bool) {
	if !plainSigns.MatchString(text) || len(text) > 40 {
		return "", "", false
	}
	last := strings.LastIndexAny(text, ".,")
	if last < 0 {
		return text, "", true
	}
	mark, head, tail := text[last:last+1], text[:last], text[last+1:]
	other := "."
	if mark == "." {
		other = ","
	}
	switch {
	case strings.Contains(head, other): // both kinds: the last one is the decimal one
		if strings.Contains(head, mark) || !grouped(head, other) {
			return "", "", false
		}
		return strings.ReplaceAll(head, other, ""), tail, true
	case strings.Contains(head, mark): // one kind, several times: thousands
		return strings.ReplaceAll(text, mark, ""), "", grouped(text, mark)
	case thousands && len(tail) == 3:
		return head + tail, "", grouped(text, mark)
	}
	return head, tail, true
}

// grouped says whether the separator stands before every three digits, and only there. A leading zero
// (0.125) is no thousand.
func grouped(text, mark string) bool {
	groups := strings.Split(text, mark)
	if len(groups[0]) > 3 || groups[0] == "" || groups[0][0] == '0' {
		return false
	}
	for _, group := range groups[1:] {
		if len(group) != 3 {
			return false
		}
	}
	return true
}

// digits reads a whole number no larger than most; the check comes before each step, so it cannot overflow.
func digits(text string, most int64) (int64, bool) {
	var value int64
	for _, c := range []byte(text) {
		d := int64(c - '0')
		if value > (most-d)/10 {
			return 0, false
		}
		value = value*10 + d
	}
	return value, true
}

// ParseQuantity reads a quantity with a decimal comma or point and at most three decimals; present is false for
// an empty cell. "1.000" may be one or a thousand, depending on who wrote it, so it is refused as ambiguous;
// "0.250" and "1,5" are clear.
func ParseQuantity(cell string) (quantity money.Quantity, present bool, err error) {
	text := CleanText(cell)
	if strings.Trim(text, "-–— ") == "" {
		return 0, false, nil
	}
	if negative(text) {
		return 0, true, QuantityNegative
	}
	text = strings.TrimPrefix(text, "+")
	whole, fraction, ok := splitNumber(text, false)
	if !ok {
		return 0, true, QuantityUnread
	}
	if len(fraction) == 3 && strings.Count(text, ".")+strings.Count(text, ",") == 1 && grouped(text, text[len(whole):len(whole)+1]) {
		return 0, true, QuantityAmbiguous
	}
	if len(fraction) > 3 {
		if strings.Trim(fraction[3:], "0") != "" {
			return 0, true, QuantityUnread
		}
		fraction = fraction[:3]
	}
	value, ok := digits(whole+fraction+strings.Repeat("0", 3-len(fraction)), int64(money.MaxQuantity))
	if !ok {
		return 0, true, QuantityTooLarge
	}
	return money.Quantity(value), true, nil
}

var (
	midnight   = regexp.MustCompile(`[ T]0{1,2}:00(?::00(?:\.0+)?)?$`)
	yearFirst  = regexp.MustCompile(`^([0-9]{4})([-/.])([0-9]{1,2})([-/.])([0-9]{1,2})$`)
	dayFirst   = regexp.MustCompile(`^([0-9]{1,2})([-/.])([0-9]{1,2})([-/.])([0-9]{4})$`)
	monthNamed = regexp.MustCompile(`^([0-9]{1,2})[ ./-]+(\pL+)[ ./-]+([0-9]{4})$`)
)

// months by the first letters of their names, Indonesian (old spellings too) and English.
var months = map[string]int{}

func init() {
	for i, names := range []string{
		"jan januari january", "feb peb februari pebruari february", "mar maret march", "apr april", "mei may",
		"jun juni june", "jul juli july", "agu agt ags agust agustus aug august", "sep sept september",
		"okt oktober oct october", "nov nop november nopember", "des desember dec december",
	} {
		for _, name := range strings.Fields(names) {
			months[name] = i + 1
		}
	}
}

// ParseDate reads a date as YYYY-MM-DD; empty stays empty. Day before month, as Indonesia writes; years have
// four digits, since '80 says nothing about the century.
func ParseDate(cell string) (string, error) {
	text := midnight.ReplaceAllString(CleanText(cell), "")
	if text == "" {
		return "", nil
	}
	if m := yearFirst.FindStringSubmatch(text); m != nil && m[2] == m[4] {
		return calendarDate(m[1], number(m[3]), m[5])
	}
	if m := dayFirst.FindStringSubmatch(text); m != nil && m[2] == m[4] {
		return calendarDate(m[5], number(m[3]), m[1])
	}
	if m := monthNamed.FindStringSubmatch(text); m != nil {
		if month, ok := months[strings.ToLower(m[2])]; ok {
			return calendarDate(m[3], month, m[1])
		}
	}
	return "", DateUnreadable
}

var (
	monthPlain = regexp.MustCompile(`^([0-9]{4})[-/. ]?([0-9]{2})$`)
	monthLast  = regexp.MustCompile(`^([0-9]{1,2})[-/. ]([0-9]{4})$`)
	monthWord  = regexp.MustCompile(`^(\pL+)[ .,/'-]*([0-9]{4}|[0-9]{2})$`)
)

// ParseMonth reads a month as YYYY-MM: 2026-11, 202611, 11/2026, November 2026, Nov-26 (which spreadsheets make of it),
// or a date within it.
func ParseMonth(cell string) (month string, ok bool) {
	text := midnight.ReplaceAllString(CleanText(cell), "")
	made := func(year string, m int) (string, bool) {
		if len(year) == 2 {
			year = "20" + year
		}
		date, err := calendarDate(year, m, "1")
		return date[:min(len(date), len("2006-01"))], err == nil
	}
	if m := monthPlain.FindStringSubmatch(text); m != nil {
		return made(m[1], number(m[2]))
	}
	if m := monthLast.FindStringSubmatch(text); m != nil {
		return made(m[2], number(m[1]))
	}
	if m := monthWord.FindStringSubmatch(text); m != nil {
		if n, known := months[strings.ToLower(m[1])]; known {
			return made(m[2], n)
		}
	}
	if date, err := ParseDate(text); err == nil && date != "" {
		return date[:len("2006-01")], true
	}
	return "", false
}

func number(text string) int {
	n, _ := digits(text, 1<<30)
	return int(n)
}

// calendarDate accepts only days that exist, in years in which a living person's papers may be dated.
func calendarDate(year string, month int, day string) (string, error) {
	date := time.Date(number(year), time.Month(month), number(day), 0, 0, 0, 0, time.UTC)
	if date.Year() != number(year) || int(date.Month()) != month || date.Day() != number(day) ||
		date.Year() < 1900 || date.Year() > 2100 {
		return "", DateImpossible
	}
	return date.Format(time.DateOnly), nil
}
