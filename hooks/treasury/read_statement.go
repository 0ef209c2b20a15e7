package treasury

import (
	"fmt"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"
	"unicode"

	"kpdk/hooks/document"
	"kpdk/hooks/internal/clock"
	"kpdk/hooks/internal/fault"
	"kpdk/hooks/internal/money"
)

// Sen counts what a bank writes: hundredths of a rupiah.
type Sen int64

// Rupiah is the whole rupiah of an amount, towards zero.
func (s Sen) Rupiah() money.Rupiah { return money.Rupiah(s / 100) }

// Layout says which column of a bank's file holds what; -1 is none. A file has either a debit and a credit
// column, or one amount with a sign of its own, a mark inside the cell, or a mark in a column beside it.
type Layout struct {
	Header  []string `json:"header"`
	Date    int      `json:"date"`
	Text    int      `json:"text"`
	Debit   int      `json:"debit"`
	Credit  int      `json:"credit"`
	Amount  int      `json:"amount"`
	Mark    int      `json:"mark"`
	Balance int      `json:"balance"`
	Order   string   `json:"order"` // dmy, mdy, ymd
}

// Statement is a bank's file as read, the oldest line first. Opening and closing are known when the file
// says them, or its running balance does.
type Statement struct {
	Lines            []StatementLine
	Opening, Closing *Sen
}

// StatementLine is one line: money in is positive. Nth tells equal lines of one day apart.
type StatementLine struct {
	Row     int
	Date    clock.Date
	Sen     Sen
	Text    string
	Balance *Sen
	Nth     int
}

const (
	maxStatementLines = 20_000
	maxLineText       = 400
	maxSen            = Sen(money.Max / 100)
)

// statementWords are the headers that Indonesian banks use, the best first.
var statementWords = document.Synonyms{
	"date":    {"tanggal transaksi", "tanggal", "tgl transaksi", "tgl", "posting date", "post date", "transaction date", "date", "tgl efektif", "value date"},
	"text":    {"keterangan", "uraian transaksi", "uraian", "deskripsi", "description", "remark", "remarks", "keterangan transaksi", "berita", "transaksi", "details"},
	"debit":   {"debit", "debet", "mutasi debet", "mutasi debit", "debit amount", "keluar", "db", "uang keluar", "pengeluaran"},
	"credit":  {"kredit", "credit", "mutasi kredit", "credit amount", "masuk", "cr", "uang masuk", "penerimaan"},
	"amount":  {"jumlah", "mutasi", "nominal", "amount", "nilai", "jumlah mutasi", "amount idr"},
	"mark":    {"db/cr", "cr/db", "d/k", "k/d", "d/c", "dk", "dc", "jenis", "jenis mutasi", "tipe", "type", "debet/kredit", "debit/credit", "mutasi d/k"},
	"balance": {"saldo", "saldo akhir", "balance", "running balance", "ending balance", "saldo rekening"},
}

// ReadStatementTable reads a file as a table; it may stand under a letterhead.
func ReadStatementTable(name string, data []byte) (*document.Table, error) {
	table, err := document.ReadTable(name, data, document.Limits{Rows: maxStatementLines, Columns: 40, Known: statementWords})
	if code, ok := err.(document.Code); ok {
		var bad fault.Input
		bad.Add("file", "import."+string(code))
		return nil, bad.Err()
	}
	return table, err
}

// Detect guesses the layout from the headers, and where they say nothing, from what stands below.
func Detect(table *document.Table) Layout {
	l := Layout{Header: make([]string, len(table.Header)), Order: order(nil)}
	for i, h := range table.Header {
		l.Header[i] = document.CleanText(h)
	}
	column := map[string]int{}
	for field, words := range statementWords {
		column[field] = -1
		best := len(words)
		for i, h := range l.Header {
			if rank := slices.IndexFunc(words, func(w string) bool { return letters(w) == letters(h) }); rank >= 0 && rank < best {
				column[field], best = i, rank
			}
		}
	}
	l.Date, l.Text, l.Debit, l.Credit, l.Amount, l.Mark, l.Balance = column["date"], column["text"], column["debit"], column["credit"], column["amount"], column["mark"], column["balance"]
	if l.Debit >= 0 && l.Credit >= 0 {
		l.Amount, l.Mark = -1, -1
	} else {
		l.Debit, l.Credit = -1, -1
		if l.Mark < 0 {
			l.Mark = markColumn(table, l)
		}
	}
	if l.Date >= 0 {
		l.Order = order(cells(table, l.Date))
	}
	return l
}

// letters reduces a header to its letters and the slash, in lower case.
func letters(s string) string {
	return strings.Map(func(r rune) rune {
		if unicode.IsLetter(r) || r == '/' {
			return unicode.ToLower(r)
		}
		return -1
	}, s)
}

func cells(table *document.Table, column int) (all []string) {
	for _, row := range table.Rows {
		all = append(all, cell(row, column))
	}
	return all
}

func cell(row document.Row, column int) string {
	if column < 0 || column >= len(row.Cells) {
		return ""
	}
	return document.CleanText(row.Cells[column])
}

// markColumn finds a column that holds nothing but marks.
func markColumn(table *document.Table, l Layout) int {
	for i := range l.Header {
		if slices.Contains([]int{l.Date, l.Text, l.Amount, l.Balance}, i) {
			continue
		}
		marks, other := 0, 0
		for _, c := range cells(table, i) {
			if mark(c) != 0 {
				marks++
			} else if c != "" && !strings.HasPrefix(c, "=") {
				other++
			}
		}
		if marks > 0 && other == 0 {
			return i
		}
	}
	return -1
}

// mark reads a word for money in or out: 1, -1, or 0 for neither.
func mark(text string) int {
	switch strings.ToUpper(strings.Trim(text, " .()")) {
	case "CR", "K", "KR", "C", "KREDIT", "CREDIT", "+", "MASUK":
		return 1
	case "DB", "D", "DR", "DEBET", "DEBIT", "-", "KELUAR":
		return -1
	}
	return 0
}

var numericDate = regexp.MustCompile(`^([0-9]{1,4})[-/. ]([0-9]{1,2})(?:[-/. ]([0-9]{1,4}))?$`)

// order guesses in which order a column writes its dates: Indonesia's, unless a day stands in the middle.
func order(dates []string) string {
	for _, d := range dates {
		m := numericDate.FindStringSubmatch(withoutClock(d))
		if m == nil {
			continue
		}
		first, _ := strconv.Atoi(m[1])
		second, _ := strconv.Atoi(m[2])
		switch {
		case len(m[1]) == 4:
			return "ymd"
		case first > 12:
			return "dmy"
		case second > 12:
			return "mdy"
		}
	}
	return "dmy"
}

var clockTail = regexp.MustCompile(`[ T]+[0-9]{1,2}[:.][0-9]{2}(?:[:.][0-9]{2})?(?: ?[AaPp][Mm]| ?WI[BT]A?)?$`)

func withoutClock(text string) string { return clockTail.ReplaceAllString(text, "") }

var namedDate = regexp.MustCompile(`^([0-9]{1,2})[ ./-]+(\pL{3,})\.?[ ./-]+([0-9]{2,4})$`)

// readDate reads a date in an order. A year of two digits is of this century; a missing one is the last
// in which the day is not to come.
func readDate(text, order string, today clock.Date) (clock.Date, bool) {
	text = withoutClock(text)
	if m := namedDate.FindStringSubmatch(text); m != nil {
		if len(m[3]) == 2 {
			m[3] = "20" + m[3]
		}
		iso, err := document.ParseDate(m[1] + " " + m[2] + " " + m[3])
		return clock.Date(iso), err == nil && iso != ""
	}
	m := numericDate.FindStringSubmatch(text)
	if m == nil {
		return "", false
	}
	year, month, day := m[3], m[2], m[1]
	switch {
	case len(m[1]) == 4:
		year, month, day = m[1], m[2], m[3]
	case order == "mdy":
		month, day = m[1], m[2]
	}
	if day == "" {
		return "", false
	}
	if len(year) == 2 {
		year = "20" + year
	}
	if year == "" {
		d, ok := calendarDate(today.Year(), month, day)
		if ok && d > today {
			d, ok = calendarDate(today.Year()-1, month, day)
		}
		return d, ok
	}
	y, err := strconv.Atoi(year)
	if err != nil || len(year) != 4 {
		return "", false
	}
	return calendarDate(y, month, day)
}

func calendarDate(year int, month, day string) (clock.Date, bool) {
	mm, _ := strconv.Atoi(month)
	dd, _ := strconv.Atoi(day)
	t := time.Date(year, time.Month(mm), dd, 0, 0, 0, 0, time.UTC)
	return clock.Date(t.Format(time.DateOnly)), year >= 2000 && year < 2100 && t.Year() == year && int(t.Month()) == mm && t.Day() == dd
}

var (
	currencySign = regexp.MustCompile(`(?i)^(?:rp|idr)\.?\s*`)
	markTail     = regexp.MustCompile(`(?i)\s*(cr|db|dr|k|d|c)\.?$`)
	// Three digits after a mark are thousands only where the whole number is grouped: 1234.000 and 0.500 are refused.
	amountForm = regexp.MustCompile(`^[1-9][0-9]{0,2}(?:\.[0-9]{3})+(?:,[0-9]{1,2})?$|^[1-9][0-9]{0,2}(?:,[0-9]{3})+(?:\.[0-9]{1,2})?$|^[0-9]+(?:[.,][0-9]{1,2})?$|^[0-9]+\.00[0-9]{2,}$`)
)

// readSen reads an amount as banks write it: 1.234.567,00; 1,234,567.00 CR; (1.000,00); -500. The sign is
// 0 when nothing in the cell says one. Present is false for an empty cell or a dash.
func readSen(text string) (amount Sen, sign int, present, ok bool) {
	text = currencySign.ReplaceAllString(document.CleanText(text), "")
	if strings.Trim(text, "-–— ") == "" {
		return 0, 0, false, true
	}
	if m := markTail.FindStringSubmatch(text); m != nil {
		sign, text = mark(m[1]), strings.TrimSpace(markTail.ReplaceAllString(text, ""))
	}
	switch {
	case strings.HasPrefix(text, "(") && strings.HasSuffix(text, ")"):
		sign, text = -1, text[1:len(text)-1]
	case strings.HasPrefix(text, "-"), strings.HasPrefix(text, "−"):
		sign, text = -1, strings.TrimLeft(text, "-−")
	case strings.HasSuffix(text, "-"):
		sign, text = -1, strings.TrimSuffix(text, "-")
	case strings.HasPrefix(text, "+"):
		sign, text = 1, text[1:]
	}
	text = strings.ReplaceAll(currencySign.ReplaceAllString(strings.TrimSpace(text), ""), " ", "")
	if !amountForm.MatchString(text) {
		return 0, 0, true, false
	}
	whole, cents := text, "00"
	if i := strings.LastIndexAny(text, ".,"); i >= 0 && len(text)-i-1 != 3 {
		whole, cents = text[:i], (text[i+1:] + "00")[:2]
	}
	value, err := strconv.ParseInt(strings.NewReplacer(".", "", ",", "").Replace(whole)+cents, 10, 64)
	if err != nil || Sen(value) > maxSen {
		return 0, 0, true, false
	}
	return Sen(value), sign, true, true
}

var (
	openingWords = regexp.MustCompile(`(?i)^(saldo ?awal|opening balance|beginning balance|saldo sebelumnya)\b`)
	closingWords = regexp.MustCompile(`(?i)^(saldo ?akhir|closing balance|ending balance)\b`)
	totalWords   = regexp.MustCompile(`(?i)^(total|jumlah|mutasi|debet|debit|kredit|credit|periode|period|halaman|page)\b`)
	pendingWords = regexp.MustCompile(`(?i)^pend(ing)?$`)
)

// MaxProblems bounds what is told of one file.
const maxProblems = 50

// ReadStatement reads every line, or tells what keeps it from doing so: a statement with a hole in it
// proves nothing, so it is taken whole or not at all.
func ReadStatement(table *document.Table, l Layout, today clock.Date) (Statement, error) {
	if err := l.check(); err != nil {
		return Statement{}, err
	}
	var s Statement
	var bad fault.Input
	problems := 0
	problem := func(row int, code string) {
		if problems++; problems <= maxProblems {
			bad.Add(fmt.Sprintf("rows.%d", row), code, fault.Params{"row": row})
		}
	}
	for _, row := range table.Rows {
		line, kind := l.line(row, today)
		switch kind {
		case rowLine:
			s.Lines = append(s.Lines, line)
		case rowOpening, rowClosing:
			balance := line.Sen
			if kind == rowOpening && s.Opening == nil {
				s.Opening = &balance
			} else if kind == rowClosing {
				s.Closing = &balance
			}
		case rowMore:
			if n := len(s.Lines); n > 0 {
				s.Lines[n-1].Text = clipText(s.Lines[n-1].Text + " " + line.Text)
			}
		case rowDate:
			problem(row.Line, "treasury.row_date")
		case rowAmount:
			problem(row.Line, "treasury.row_amount")
		case rowSign:
			problem(row.Line, "treasury.row_sign")
		case rowBalance:
			problem(row.Line, "treasury.row_balance")
		}
	}
	if err := bad.Err(); err != nil {
		return s, err
	}
	if len(s.Lines) == 0 {
		return s, fault.Refused("treasury.statement_empty")
	}
	if err := s.balance(); err != nil {
		return s, err
	}
	s.count()
	return s, nil
}

func (l Layout) check() error {
	var bad fault.Input
	most := len(l.Header) - 1
	for name, column := range map[string]int{"date": l.Date, "text": l.Text, "debit": l.Debit, "credit": l.Credit, "amount": l.Amount, "mark": l.Mark, "balance": l.Balance} {
		bad.Check(column >= -1 && column <= most, "layout."+name, "treasury.layout_column")
	}
	bad.Check(l.Date >= 0, "layout.date", "treasury.layout_missing")
	bad.Check(l.Text >= 0, "layout.text", "treasury.layout_missing")
	bad.Check((l.Debit >= 0 && l.Credit >= 0 && l.Debit != l.Credit) != (l.Amount >= 0), "layout.amount", "treasury.layout_amount")
	bad.Check(slices.Contains([]string{"dmy", "mdy", "ymd"}, l.Order), "layout.order", "treasury.layout_missing")
	return bad.Err()
}

// fits says whether a file has the columns that the layout was made for.
func (l Layout) fits(header []string) bool {
	if len(header) != len(l.Header) {
		return false
	}
	for i, h := range header {
		if document.CleanText(h) != l.Header[i] {
			return false
		}
	}
	return true
}

// What a row of a statement may be.
const (
	rowNothing = iota // empty, a total, a letterhead, or not booked yet
	rowLine
	rowOpening
	rowClosing
	rowMore // more text of the line above
	rowDate // something is wrong with it
	rowAmount
	rowSign
	rowBalance // it says it is a balance and nothing else, yet it has a day and moves money
)

func (l Layout) line(row document.Row, today clock.Date) (line StatementLine, kind int) {
	line.Row = row.Line
	line.Text = clipText(cell(row, l.Text))
	dateText := cell(row, l.Date)
	amount, present, signed, ok := l.amount(row)
	moves := strings.ContainsAny(dateText, "0123456789") && (amount != 0 || !ok)
	if kind := balanceWords(dateText); kind != rowNothing {
		return balanceRow(line, row, kind)
	}
	if kind := balanceWords(line.Text); kind != rowNothing && !moves {
		return balanceRow(line, row, kind)
	}
	switch {
	case pendingWords.MatchString(dateText), dateText == "" && !present && line.Text == "", totalWords.MatchString(dateText):
		return line, rowNothing
	case dateText == "" && !present:
		return line, rowMore
	case !ok:
		return line, rowAmount
	}
	date, readable := readDate(dateText, l.Order, today)
	switch {
	case !readable && !present, present && amount == 0:
		return line, rowNothing // a remark under the list; a line that moves nothing
	case !readable && dateText == "" && totalWords.MatchString(line.Text):
		return line, rowNothing
	case !readable || date > today.Add(1):
		return line, rowDate
	case !present:
		return line, rowAmount
	case !signed:
		return line, rowSign
	case balanceWords(line.Text) != rowNothing && len(strings.Fields(line.Text)) <= 2:
		return line, rowBalance
	}
	line.Date, line.Sen = date, amount
	if l.Balance >= 0 {
		if balance, sign, there, ok := readSen(cell(row, l.Balance)); there && ok {
			if sign < 0 {
				balance = -balance
			}
			line.Balance = &balance
		}
	}
	return line, rowLine
}

// balanceWords says which balance a text begins with.
func balanceWords(text string) (kind int) {
	switch {
	case openingWords.MatchString(text):
		return rowOpening
	case closingWords.MatchString(text):
		return rowClosing
	}
	return rowNothing
}

func balanceRow(line StatementLine, row document.Row, kind int) (StatementLine, int) {
	var ok bool
	if line.Sen, ok = lastAmount(row); !ok {
		kind = rowNothing
	}
	return line, kind
}

// amount reads what a row moves; money in is positive.
func (l Layout) amount(row document.Row) (amount Sen, present, signed, ok bool) {
	if l.Amount < 0 {
		out, outSign, outThere, outOK := readSen(cell(row, l.Debit))
		in, inSign, inThere, inOK := readSen(cell(row, l.Credit))
		if outSign < 0 && out != 0 { // some banks write debits with their sign
			outSign = 0
		}
		ok = outOK && inOK && inSign >= 0 && outSign >= 0 && (out == 0 || in == 0)
		return in - out, outThere || inThere, true, ok
	}
	value, sign, present, ok := readSen(cell(row, l.Amount))
	if l.Mark >= 0 {
		if m := mark(cell(row, l.Mark)); m != 0 {
			sign = m
		}
	}
	if sign == 0 && l.Mark >= 0 {
		return value, present, false, ok
	}
	if sign < 0 { // in a column of signed amounts only money out is marked
		value = -value
	}
	return value, present, true, ok
}

func lastAmount(row document.Row) (Sen, bool) {
	for _, c := range slices.Backward(row.Cells) {
		if amount, sign, there, ok := readSen(c); there && ok {
			if sign < 0 {
				amount = -amount
			}
			return amount, true
		}
	}
	return 0, false
}

func clipText(text string) string {
	runes := []rune(strings.TrimSpace(text))
	return string(runes[:min(len(runes), maxLineText)])
}

// balance puts the oldest line first and holds the lines against every balance that the file tells.
func (s *Statement) balance() error {
	if s.Lines[0].Date > s.Lines[len(s.Lines)-1].Date || s.Lines[0].Date == s.Lines[len(s.Lines)-1].Date && !runs(s.Lines) && runs(reversed(s.Lines)) {
		s.Lines = reversed(s.Lines)
	}
	var sum Sen
	for i, l := range s.Lines {
		if i > 0 && l.Date < s.Lines[i-1].Date {
			return fault.Refused("treasury.statement_order", fault.Params{"row": l.Row})
		}
		sum += l.Sen
	}
	if row := broken(s.Lines); row != 0 {
		return fault.Refused("treasury.balance_broken", fault.Params{"row": row})
	}
	if first := s.Lines[0]; first.Balance != nil && s.Opening == nil {
		opening := *first.Balance - first.Sen
		s.Opening = &opening
	}
	if last := s.Lines[len(s.Lines)-1]; last.Balance != nil && s.Closing == nil {
		closing := *last.Balance
		s.Closing = &closing
	}
	switch {
	case s.Opening != nil && s.Closing != nil && *s.Opening+sum != *s.Closing:
		return fault.Refused("treasury.sums_differ", fault.Params{"opening": s.Opening.Rupiah().Format(), "closing": s.Closing.Rupiah().Format(), "difference": (*s.Closing - *s.Opening - sum).Rupiah().Format()})
	case s.Opening == nil && s.Closing != nil:
		opening := *s.Closing - sum
		s.Opening = &opening
	case s.Opening != nil && s.Closing == nil:
		closing := *s.Opening + sum
		s.Closing = &closing
	}
	return nil
}

func reversed(lines []StatementLine) []StatementLine {
	back := slices.Clone(lines)
	slices.Reverse(back)
	return back
}

func runs(lines []StatementLine) bool { return broken(lines) == 0 }

// broken names the row whose running balance doesn't follow from the row before it; 0 is none.
func broken(lines []StatementLine) int {
	for i := 1; i < len(lines); i++ {
		a, b := lines[i-1].Balance, lines[i].Balance
		if a != nil && b != nil && *a+lines[i].Sen != *b {
			return lines[i].Row
		}
	}
	return 0
}

// count numbers equal lines of one day, so that two equal payments are two, and the same file again none.
func (s *Statement) count() {
	type same struct {
		date clock.Date
		sen  Sen
		text string
	}
	seen := map[same]int{}
	for i := range s.Lines {
		l := &s.Lines[i]
		key := same{l.Date, l.Sen, strings.ToUpper(l.Text)}
		seen[key]++
		l.Nth = seen[key]
	}
}
