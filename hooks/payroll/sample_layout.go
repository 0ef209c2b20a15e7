package payroll

import (
	"encoding/csv"
	"strings"

	"kpdk/hooks/internal/fault"
	"kpdk/hooks/internal/money"
	"kpdk/hooks/internal/words"
	"kpdk/hooks/member"
)

// Sample is a layout tried on people who don't exist.
type Sample struct {
	Rows     [][]string `json:"rows"`      // the header first, where there is one, and the footer last
	Text     string     `json:"text"`      // of a CSV, as the officer gets it
	ReadBack bool       `json:"read_back"` // an answer in this layout is read as it was meant
	Why      string     `json:"why"`       // when it is not, what to change
}

// columnTitle is the usual title of a column.
func columnTitle(field string) string { return words.Say("id", "payroll.list."+field, nil) }

// sampleList is a list of three people who don't exist.
func sampleList(unit string) List {
	l := List{Period: "2026-11", PayDate: "2026-11-02", UnitCode: "622801", UnitName: "Sekretariat Contoh", Sealed: Sealed{Number: listNumber(2026, 7)}}
	if unit == BankUnit {
		l.UnitCode, l.UnitName = BankUnit, "Bank"
	}
	for i, p := range []struct {
		name, nip, grade string
		shown            Shown
	}{{"Ani Contoh", "198609262015051001", "III/b", Shown{0, 50_000, 100_000, 0, 235_500, 0}}, {"Budi Contoh", "199205082023082001", "II/c", Shown{100_000, 50_000, 0, 150_000, 0, 25_000}},
		{"Cici Contoh", "", "", Shown{0, 50_000, 0, 0, 1_250_000, 0}}} {
		row := Row{Member: int64(7 + i), Name: p.name, NIP: p.nip, Grade: p.grade, Shown: p.shown}
		row.Account = member.BankAccount{Bank: "Bank Contoh", Number: pad(1_000_000_007+int64(i), 10), Holder: p.name}
		for _, amount := range p.shown {
			row.Total += amount
		}
		l.Rows = append(l.Rows, row)
	}
	return l
}

// SampleOf tries a layout: how its list looks, and whether an answer in it comes back as it was meant.
func SampleOf(in LayoutInput, language string) (Sample, error) {
	var problems fault.Input
	in.Layout.check(&problems, in.Unit)
	if err := problems.Err(); err != nil {
		return Sample{}, err
	}
	l := sampleList(in.Unit)
	l.Layout = in.Layout
	out := Sample{Rows: [][]string{}}
	asText := l
	asText.Layout.Format, asText.Layout.Sheets = "csv", "one"
	data, err := asText.CSV("id")
	if err != nil {
		return out, err
	}
	if in.Layout.Format == "csv" {
		out.Text = string(data)
	}
	reader := csv.NewReader(strings.NewReader(string(data)))
	reader.Comma, reader.FieldsPerRecord = separators[in.Layout.Separator], -1
	if out.Rows, err = reader.ReadAll(); err != nil {
		return out, err
	}
	out.Why, err = l.readBack()
	out.ReadBack = err == nil && out.Why == ""
	if out.Why != "" {
		out.Why = words.Say(language, "payroll.sample."+out.Why, nil)
	}
	return out, err
}

// readBack fills the layout's list as an officer would and reads it: a key of words when it fails.
func (l List) readBack() (why string, err error) {
	has := map[string]bool{}
	for _, c := range l.Layout.Columns {
		has[c.Field] = true
	}
	if !has["deducted"] {
		return "no_deducted", nil
	}
	answered := l
	answered.Layout.Columns = make([]LayoutColumn, len(l.Layout.Columns))
	copy(answered.Layout.Columns, l.Layout.Columns)
	var data []byte
	answered.answered = true
	if l.Layout.Format == "csv" {
		data, err = answered.CSV("id")
	} else {
		data, err = answered.XLSX("id")
	}
	if err != nil {
		return "", err
	}
	file, err := ReadAnswerIn("contoh."+l.Layout.Format, data, l.Period, []Layout{UsualLayout("", "id"), UsualLayout(BankUnit, "id"), l.Layout})
	if fault.IsFault(err) {
		return "unreadable", nil
	}
	if err != nil {
		return "", err
	}
	want := map[int64]money.Rupiah{}
	for _, r := range l.Rows {
		if has["member"] || has["reference"] || r.NIP != "" {
			want[r.Member] = r.Total
		}
	}
	if len(file.Answers) != len(want) || file.Footer != nil && file.Footer.Difference != 0 {
		return "differs", nil
	}
	for i, a := range file.Answers {
		if a.Member == 0 {
			a.Member = l.Rows[i].Member
		}
		if want[a.Member] != a.Deducted {
			return "differs", nil
		}
	}
	return "", nil
}
