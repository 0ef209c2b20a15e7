package payroll

import (
	"errors"
	"slices"
	"strconv"
	"strings"

	"kpdk/hooks/document"
	"kpdk/hooks/internal/clock"
	"kpdk/hooks/internal/fault"
	"kpdk/hooks/internal/money"
	"kpdk/hooks/internal/words"
	"kpdk/hooks/member"
)

// AnswerColumns are the headers of answers as payroll officers write them: our own list with two columns
// filled in, or a list of theirs.
var AnswerColumns = document.Synonyms{
	"period": {"periode", "period", "bulan gaji", "bulan"},
	"member": {"no anggota", "nomor anggota", "no. anggota", "id anggota", "nba", "no agt", "anggota", "member", "member number", "member no"},
	"nip":    {"nip", "nip baru", "nip pegawai", "nomor induk pegawai", "nip/nippppk", "nip/ni pppk", "nipppk", "ni pppk", "employee id"},
	"name":   {"nama", "nama pegawai", "nama lengkap", "nama anggota", "name", "full name"},
	"unit":   {"satker", "nama satker", "satuan kerja", "unit kerja", "work unit", "unit"},
	"total":  {"total", "total potongan", "jumlah tagihan", "tagihan", "diminta", "requested", "requested_rupiah"},
	"deducted": {"dipotong", "jumlah dipotong", "nominal dipotong", "terpotong", "realisasi", "realisasi potongan", "potongan realisasi", "dipotong rp",
		"deducted_rupiah", "deducted", "amount deducted", "potongan", "jumlah potongan", "jumlah"},
	"reason": {"alasan", "keterangan", "ket", "catatan", "sebab", "reason", "remarks", "note"},
}

// Answer is one line of the officer's result as read: either a member number or an NIP says who.
type Answer struct {
	Row      int          `json:"row"`
	Member   int64        `json:"member,omitempty"`
	NIP      member.NIP   `json:"-"` // personal data: matched in memory, never kept
	Deducted money.Rupiah `json:"deducted_rupiah"`
	Reason   string       `json:"reason"`
}

// Rejected is a row that could not be taken, and why.
type Rejected struct {
	Row     int          `json:"row"`
	Field   string       `json:"field"`
	Code    string       `json:"code"`
	Message string       `json:"message"` // in the caller's language
	Params  fault.Params `json:"params,omitempty"`
	amount  money.Rupiah
}

// maxAnswers bounds one answer.
const maxAnswers = 200_000

// File is an officer's file as read.
type File struct {
	Answers  []Answer
	Rejected []Rejected
	Footer   *Footer  // what its last line says, where it says something
	Asked    []Listed // what each row says was asked, for who checks whether it is the locked list
}

// Footer is the sum that a file states, and the sum of its rows.
type Footer struct {
	Row        int          `json:"row"`
	Stated     money.Rupiah `json:"stated_rupiah"`
	Found      money.Rupiah `json:"found_rupiah"`
	Difference money.Rupiah `json:"difference_rupiah"`
}

// Listed is a row of a list as it stands in a file.
type Listed struct {
	Row    int
	Member int64
	NIP    member.NIP
	Asked  money.Rupiah
}

// ReadAnswer reads an officer's file in the usual columns. Rows that cannot be read are rejected one by one;
// a line that adds up the list is passed over.
func ReadAnswer(name string, data []byte, p clock.Period) (answers []Answer, rejected []Rejected, err error) {
	file, err := ReadAnswerIn(name, data, p, nil)
	return file.Answers, file.Rejected, err
}

// ReadAnswerIn reads an officer's file by the layout that its header shows, of those that the co-op has.
func ReadAnswerIn(name string, data []byte, p clock.Period, layouts []Layout) (File, error) {
	file, layout, err := readFile(name, data, p, layouts)
	if err == nil && (!layout.Has("deducted") || !layout.Has("member") && !layout.Has("nip") && !layout.Has("reference")) {
		err = fault.Bad("payroll.answer_columns", fault.Params{"file": name})
	}
	return file, err
}

func readFile(name string, data []byte, p clock.Period, layouts []Layout) (File, document.Layout, error) {
	tables, layout, err := readTables(name, data, layouts)
	var code document.Code
	if errors.As(err, &code) {
		return File{}, layout, fault.Bad("import."+string(code), fault.Params{"file": name})
	}
	if err != nil {
		return File{}, layout, err
	}
	var file File
	var totals, sheetTotals []Footer
	for _, table := range tables {
		totals = nil
		for i, row := range table.Rows {
			file.list(layout, row)
			if isTotal(row) {
				totals = appendTotal(totals, layout, row)
				continue
			}
			a, problem := readAnswerRow(layout, row, p)
			switch {
			case problem == nil:
				file.Answers = append(file.Answers, a)
			case i == len(table.Rows)-1 && i > 0 && bareTotal(layout, row):
				totals = appendTotal(totals, layout, row)
			default:
				file.Rejected = append(file.Rejected, *problem)
			}
		}
		if len(totals) > 0 {
			sheetTotals = append(sheetTotals, totals[len(totals)-1])
		}
	}
	if len(tables) > 1 { // each sheet ends with its own sum
		file.Answers = joined(file.Answers)
		totals = added(sheetTotals)
	}
	file.foot(totals)
	return file, layout, nil
}

// readTables reads the one table of a file, or, in a workbook with a sheet for each kind, all of these.
func readTables(name string, data []byte, layouts []Layout) ([]*document.Table, document.Layout, error) {
	union := document.Synonyms{}
	for field, words := range AnswerColumns {
		union[field] = words
	}
	bySheet := false
	for _, l := range layouts {
		bySheet = bySheet || l.Sheets == "component"
		for _, c := range l.Columns {
			if c.Title != "" {
				union[c.Field] = append(slices.Clone(union[c.Field]), c.Title)
			}
		}
	}
	limits := document.Limits{Rows: maxAnswers, Known: union}
	if bySheet {
		if tables, err := document.ReadSheets(name, data, limits); err == nil {
			if tables = slices.DeleteFunc(tables, func(t *document.Table) bool { return !kindSheet(t.Sheet) }); len(tables) > 0 {
				return tables, columnsIn(tables[0].Header, layouts), nil
			}
		}
	}
	table, err := document.ReadTable(name, data, limits)
	if errors.Is(err, document.FileNoHeader) {
		if table, layout, ok := headless(name, data, layouts); ok {
			return []*document.Table{table}, layout, nil
		}
	}
	if err != nil {
		return nil, document.Layout{}, err
	}
	return []*document.Table{table}, columnsIn(table.Header, layouts), nil
}

// kindSheet says whether a sheet is named after a kind that is asked for.
func kindSheet(name string) bool {
	return slices.ContainsFunc(columns, func(kind string) bool {
		return name == words.Say("id", "payroll.list."+kind, nil) || name == words.Say("en", "payroll.list."+kind, nil)
	})
}

// columnsIn reads a header by the layout whose titles it shows most; of equals by the earlier one.
func columnsIn(header []string, layouts []Layout) document.Layout {
	shown := map[string]bool{}
	for _, title := range header {
		shown[document.Fold(title)] = true
	}
	best, most := AnswerColumns, 0
	for _, l := range layouts {
		n := 0
		for _, c := range l.Columns {
			if c.Title != "" && shown[document.Fold(c.Title)] {
				n++
			}
		}
		if n > most {
			best, most = l.knownColumns(), n
		}
	}
	return document.Columns(header, best)
}

// headless reads a file without a header by the layout that has none and as many columns.
func headless(name string, data []byte, layouts []Layout) (*document.Table, document.Layout, bool) {
	for _, l := range layouts {
		if l.Header {
			continue
		}
		table, err := document.ReadTable(name, data, document.Limits{Rows: maxAnswers})
		if err != nil || len(table.Header) != len(l.Columns) {
			continue
		}
		var fields []string
		for _, c := range l.Columns {
			fields = append(fields, c.Field)
		}
		first := document.Row{Line: 1, Cells: table.Header}
		table.Rows = slices.Concat([]document.Row{first}, table.Rows)
		known := document.Synonyms{}
		for _, f := range fields {
			known[f] = []string{f}
		}
		return table, document.Columns(fields, known), true
	}
	return nil, document.Layout{}, false
}

// joined adds up what the sheets of one workbook say of a person.
func joined(answers []Answer) []Answer {
	type who struct {
		number int64
		nip    member.NIP
	}
	at := map[who]int{}
	var all []Answer
	for _, a := range answers {
		key := who{a.Member, a.NIP}
		i, known := at[key]
		if !known {
			at[key] = len(all)
			all = append(all, a)
			continue
		}
		all[i].Deducted += a.Deducted
		if all[i].Reason == "" {
			all[i].Reason = a.Reason
		}
	}
	return all
}

// added makes one sum of those that the sheets of a workbook end with.
func added(sheets []Footer) []Footer {
	if len(sheets) == 0 {
		return nil
	}
	all := sheets[0]
	for _, s := range sheets[1:] {
		all.Stated += s.Stated
	}
	return []Footer{all}
}

// list keeps what a row says was asked of whom.
func (f *File) list(layout document.Layout, row document.Row) {
	if isTotal(row) {
		return
	}
	asked, present, err := document.ParseRupiah(layout.Cell(row, "total"))
	number, nip, _ := whoIn(layout, row)
	if err == nil && present && (number > 0 || nip != "") {
		f.Asked = append(f.Asked, Listed{row.Line, number, nip, asked})
	}
}

func appendTotal(totals []Footer, layout document.Layout, row document.Row) []Footer {
	if stated, present, err := document.ParseRupiah(layout.Cell(row, "deducted")); err == nil && present {
		totals = append(totals, Footer{Row: row.Line, Stated: stated})
	}
	return totals
}

// bareTotal recognises a last line that names nobody and holds a sum.
func bareTotal(layout document.Layout, row document.Row) bool {
	return layout.Cell(row, "member") == "" && layout.Cell(row, "nip") == "" && layout.Cell(row, "name") == "" && layout.Cell(row, "reference") == ""
}

// foot compares what the file states with what its rows add up to; of several sums one that is right is
// enough, since lists have subtotals.
func (f *File) foot(totals []Footer) {
	if len(totals) == 0 {
		return
	}
	var found money.Rupiah
	for _, a := range f.Answers {
		found += a.Deducted
	}
	for _, r := range f.Rejected {
		found += r.amount
	}
	last := totals[len(totals)-1]
	for _, t := range totals {
		if t.Stated == found {
			last = t
		}
	}
	last.Found, last.Difference = found, last.Stated-found
	f.Footer = &last
}

func isTotal(row document.Row) bool {
	i := slices.IndexFunc(row.Cells, func(cell string) bool { return document.CleanText(cell) != "" })
	return i >= 0 && document.IsTotal(row.Cells[i])
}

// whoIn reads who a row is about: the member's number, also from a bank's reference, and the NIP.
func whoIn(layout document.Layout, row document.Row) (number int64, nip member.NIP, nipErr error) {
	number, err := strconv.ParseInt(layout.Cell(row, "member"), 10, 64)
	if err != nil || number <= 0 {
		number = 0
		if _, tail, ok := strings.Cut(layout.Cell(row, "reference"), "-"); ok {
			if n, err := strconv.ParseInt(tail, 10, 64); err == nil && n > 0 {
				number = n
			}
		}
	}
	nip, nipErr = member.ParseNIP(layout.Cell(row, "nip"))
	if nipErr != nil {
		nip = ""
	}
	return number, nip, nipErr
}

func readAnswerRow(layout document.Layout, row document.Row, p clock.Period) (Answer, *Rejected) {
	a := Answer{Row: row.Line, Reason: ReadReason(layout.Cell(row, "reason"))}
	refuse := func(field, code string) (Answer, *Rejected) {
		return a, &Rejected{Row: row.Line, Field: field, Code: code, amount: a.Deducted}
	}
	if layout.Shifted(row) {
		return refuse("", "import."+string(document.ColumnsShifted))
	}
	amount, present, err := document.ParseRupiah(layout.Cell(row, "deducted"))
	if err != nil {
		return refuse("deducted_rupiah", "import."+err.Error())
	}
	if !present && a.Reason == "" { // a reason alone says that nothing was deducted; silence says nothing
		return refuse("deducted_rupiah", codeSilence)
	}
	a.Deducted = amount
	if other, ok := clock.ParsePeriod(layout.Cell(row, "period")); ok && other != p {
		return refuse("period", "payroll.other_period")
	}
	number, nip, nipErr := whoIn(layout, row)
	a.Member, a.NIP = number, nip
	switch {
	case a.Member > 0 || a.NIP != "":
		return a, nil
	case nipErr != nil:
		return refuse("nip", "import."+nipErr.Error())
	case layout.Cell(row, "member") != "":
		return refuse("member", "import.member_number_invalid")
	}
	return refuse("nip", "payroll.who_missing")
}

// FromJSON takes the lines of a JSON body; their rows count from 1.
func FromJSON(lines []AnswerLine) (answers []Answer, rejected []Rejected) {
	for i, line := range lines {
		a := Answer{Row: i + 1, Member: line.Member, Reason: ReadReason(line.Reason)}
		nip, err := member.ParseNIP(line.NIP)
		a.NIP = nip
		if line.Deducted != nil {
			a.Deducted = *line.Deducted
		}
		problem := Rejected{Row: i + 1, amount: min(money.Max, max(0, a.Deducted))}
		switch {
		case line.Deducted == nil:
			problem.Field, problem.Code = "deducted_rupiah", codeSilence
		case a.Deducted < 0:
			problem.Field, problem.Code = "deducted_rupiah", "import.amount_negative"
		case a.Deducted > money.Max:
			problem.Field, problem.Code = "deducted_rupiah", "import.amount_too_large"
		case a.Member <= 0 && err != nil:
			problem.Field, problem.Code = "nip", "import."+err.Error()
		case a.Member <= 0 && a.NIP == "":
			problem.Field, problem.Code = "nip", "payroll.who_missing"
		default:
			answers = append(answers, a)
			continue
		}
		rejected = append(rejected, problem)
	}
	return answers, rejected
}

// AnswerLine is one line of an answer in JSON.
type AnswerLine struct {
	NIP      string        `json:"nip,omitempty"`
	Member   int64         `json:"member,omitempty"`
	Deducted *money.Rupiah `json:"deducted_rupiah"` // nil: not said, which is not zero
	Reason   string        `json:"reason"`
}
