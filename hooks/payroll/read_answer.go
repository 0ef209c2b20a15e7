package payroll

import (
	"errors"
	"slices"
	"strconv"

	"kpdk/hooks/document"
	"kpdk/hooks/internal/clock"
	"kpdk/hooks/internal/fault"
	"kpdk/hooks/internal/money"
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

// ReadAnswer reads an officer's file. Rows that cannot be read are rejected one by one; a line that adds
// up the list is passed over.
func ReadAnswer(name string, data []byte, p clock.Period) (answers []Answer, rejected []Rejected, err error) {
	table, err := document.ReadTable(name, data, document.Limits{Rows: maxAnswers, Known: AnswerColumns})
	var code document.Code
	if errors.As(err, &code) {
		return nil, nil, fault.Bad("import."+string(code), fault.Params{"file": name})
	}
	if err != nil {
		return nil, nil, err
	}
	layout := document.Columns(table.Header, AnswerColumns)
	if !layout.Has("deducted") || !layout.Has("member") && !layout.Has("nip") {
		return nil, nil, fault.Bad("payroll.answer_columns", fault.Params{"file": name})
	}
	for _, row := range table.Rows {
		if isTotal(row) {
			continue
		}
		a, problem := readAnswerRow(layout, row, p)
		if problem != nil {
			rejected = append(rejected, *problem)
			continue
		}
		answers = append(answers, a)
	}
	return answers, rejected, nil
}

func isTotal(row document.Row) bool {
	i := slices.IndexFunc(row.Cells, func(cell string) bool { return document.CleanText(cell) != "" })
	return i >= 0 && document.IsTotal(row.Cells[i])
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
	number, numberErr := strconv.ParseInt(layout.Cell(row, "member"), 10, 64)
	nip, nipErr := member.ParseNIP(layout.Cell(row, "nip"))
	if numberErr == nil && number > 0 {
		a.Member = number
	}
	if nipErr == nil {
		a.NIP = nip
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
