package payroll

import (
	"errors"
	"maps"
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

// whom says by what a row names its person.
type whom struct {
	number int64
	nip    member.NIP
}

func (a Answer) whom() whom { return whom{a.Member, a.NIP} }

// Rejected is a row that could not be taken, and why.
type Rejected struct {
	Row     int          `json:"row"`
	Field   string       `json:"field"`
	Code    string       `json:"code"`
	Message string       `json:"message"` // in the caller's language
	Params  fault.Params `json:"params,omitempty"`
	amount  money.Rupiah
	whom    whom   // as the row names its person
	owner   string // whom it is about, in a keyed hash
}

// maxAnswers bounds one answer.
const maxAnswers = 200_000

// File is an officer's file as read.
type File struct {
	Hidden   []int    // rows that the workbook hides; they are read like all others
	Unread   []string // sheets of the workbook that hold no list
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
	return readFile(name, data, p, layouts, "deducted")
}

// readFile reads a file of which a column matters: what was deducted, or what was asked.
func readFile(name string, data []byte, p clock.Period, layouts []Layout, column string) (file File, err error) {
	sheets, added, unread, err := readLists(name, data, layouts, column)
	var code document.Code
	switch {
	case errors.As(err, &code) && code == document.FileNoHeader:
		return file, fault.Bad("payroll.answer_columns", fault.Params{"file": name})
	case errors.As(err, &code):
		return file, fault.Bad("import."+string(code), fault.Params{"file": name})
	case err != nil:
		return file, err
	}
	file.Unread = unread
	var totals, last []Footer
	months := map[clock.Period]int{}
	for _, table := range sheets {
		layout, start := table.layout, len(totals)
		first := map[whom]int{}
		for i, row := range table.Rows {
			file.list(layout, row)
			if isTotal(layout, row) {
				totals = appendTotal(totals, layout, row)
				continue
			}
			if month := monthOfRow(layout, row); month != "" {
				months[month]++
			}
			a, problem := readAnswerRow(layout, row, p)
			if problem == nil && added { // what other sheets say of the person is added, this one says it once
				if before, twice := first[a.whom()]; twice {
					problem = &Rejected{Row: a.Row, Field: "member", Code: "payroll.answered_twice", Params: fault.Params{"first": before}, amount: a.Deducted, whom: a.whom()}
				} else {
					first[a.whom()] = a.Row
				}
			}
			switch {
			case problem == nil:
				file.noteHidden(row)
				file.Answers = append(file.Answers, a)
			case i == len(table.Rows)-1 && i > 0 && bareTotal(layout, row):
				totals = appendTotal(totals, layout, row)
			default:
				file.Rejected = append(file.Rejected, *problem)
			}
		}
		if len(totals) > start {
			last = append(last, totals[len(totals)-1])
		}
	}
	if added {
		file.Answers = joined(file.Answers)
	}
	if len(sheets) > 1 { // each ends with its own sum, or one with that of all
		totals = append(totals, sumOf(last)...)
	}
	file.foot(totals)
	return file, notThisMonth(name, months, p)
}

func (f *File) noteHidden(row document.Row) {
	if row.Hidden && len(f.Hidden) < maxHidden {
		f.Hidden = append(f.Hidden, row.Line)
	}
}

// maxHidden bounds the hidden rows that are named.
const maxHidden = 20

// notThisMonth refuses a file whose rows all say another month: none of its money is this run's. A row of another
// month among others is rejected by itself.
func notThisMonth(name string, months map[clock.Period]int, p clock.Period) error {
	if len(months) == 0 || months[p] > 0 {
		return nil
	}
	most := slices.MaxFunc(slices.Sorted(maps.Keys(months)), func(a, b clock.Period) int { return months[a] - months[b] })
	return fault.Bad("payroll.file_other_period", fault.Params{"file": name, "found": string(most), "period": string(p)})
}

// monthOfRow is the month that a row says it is of, in its column or in the bank's reference (202611-000123); empty: none.
func monthOfRow(layout document.Layout, row document.Row) clock.Period {
	if month, ok := document.ParseMonth(layout.Cell(row, "period")); ok {
		return clock.Period(month)
	}
	if head, _, ok := strings.Cut(layout.Cell(row, "reference"), "-"); ok {
		if month, ok := document.ParseMonth(head); ok {
			return clock.Period(month)
		}
	}
	return ""
}

// sheet is one table with what its columns mean.
type sheet struct {
	*document.Table
	layout document.Layout
}

// readLists reads the tables of a file that say of whom, and the column that matters. Those of a workbook with a sheet
// for each kind are added up (added); any others stand beside each other, as a list for each kind of employee does.
func readLists(name string, data []byte, layouts []Layout, column string) (sheets []sheet, added bool, unread []string, err error) {
	union := document.Synonyms{}
	for field, words := range AnswerColumns {
		union[field] = words
	}
	for _, l := range layouts {
		added = added || l.Sheets == "component"
		for _, c := range l.Columns {
			if c.Title != "" {
				union[c.Field] = append(slices.Clone(union[c.Field]), c.Title)
			}
		}
	}
	tables, unread, err := document.ReadSheets(name, data, document.Limits{Rows: maxAnswers, Known: union})
	if errors.Is(err, document.FileNoHeader) {
		if table, layout, ok := headless(name, data, layouts); ok {
			return []sheet{{table, layout}}, false, nil, nil
		}
	}
	if err != nil {
		return nil, false, nil, err
	}
	if added = added && slices.ContainsFunc(tables, func(t *document.Table) bool { return kindSheet(t.Sheet) }); added {
		tables = slices.DeleteFunc(tables, func(t *document.Table) bool { return !kindSheet(t.Sheet) })
		unread = nil
	}
	for _, t := range tables {
		layout := columnsIn(t.Header, layouts)
		if layout.Has(column) && (layout.Has("member") || layout.Has("nip") || layout.Has("reference")) {
			sheets = append(sheets, sheet{t, layout})
		} else {
			unread = append(unread, t.Sheet)
		}
	}
	if len(sheets) == 0 {
		err = document.FileNoHeader
	}
	return sheets, added, unread, err
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
	at := map[whom]int{}
	var all []Answer
	for _, a := range answers {
		i, known := at[a.whom()]
		if !known {
			at[a.whom()] = len(all)
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

// sumOf makes one sum of those that the sheets of a workbook end with.
func sumOf(sheets []Footer) []Footer {
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
	if isTotal(layout, row) {
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

// isTotal recognises a line that adds others up: by its first word, or, where it names nobody, by how that begins.
func isTotal(layout document.Layout, row document.Row) bool {
	i := slices.IndexFunc(row.Cells, func(cell string) bool { return document.CleanText(cell) != "" })
	if i < 0 || document.IsTotal(row.Cells[i]) {
		return i >= 0
	}
	number, nip, _ := whoIn(layout, row)
	return number == 0 && nip == "" && document.BeginsTotal(row.Cells[i])
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
		return a, &Rejected{Row: row.Line, Field: field, Code: code, amount: a.Deducted, whom: a.whom()}
	}
	number, nip, nipErr := whoIn(layout, row)
	a.Member, a.NIP = number, nip
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
	if month := monthOfRow(layout, row); month != "" && month != p {
		return refuse("period", "payroll.other_period")
	}
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
		problem := Rejected{Row: i + 1, amount: min(money.Max, max(0, a.Deducted)), whom: a.whom()}
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
