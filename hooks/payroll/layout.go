package payroll

import (
	"context"
	"database/sql"
	"encoding/json"
	"errors"
	"regexp"
	"slices"
	"strings"
	"time"

	"github.com/pocketbase/pocketbase/core"

	"kpdk/hooks/document"
	"kpdk/hooks/internal/act"
	"kpdk/hooks/internal/fault"
	"kpdk/hooks/internal/words"
)

// Layout is what a payroll officer wants a list to look like, and how their answer is read back. The one of
// a work unit goes before the co-op's own (unit ""), which goes before the usual one.
type Layout struct {
	Format    string         `json:"format"`    // xlsx or csv: what the officer gets; the other one stays to be had
	Separator string         `json:"separator"` // of a CSV: comma, semicolon, tab or bar
	Sheets    string         `json:"sheets"`    // one, or component: a sheet for each kind that is asked for
	Amounts   string         `json:"amounts"`   // in a CSV: plain (1250000) or dots (1.250.000)
	Titles    bool           `json:"titles"`    // the lines above the table of a workbook
	Header    bool           `json:"header"`    // the line that names the columns; banks often want none
	Footer    bool           `json:"footer"`    // a last line with the sum
	Columns   []LayoutColumn `json:"columns"`
}

// LayoutColumn is one column: what stands in it, under which title. Value is what a fixed column says.
type LayoutColumn struct {
	Field string `json:"field"`
	Title string `json:"title"`
	Value string `json:"value,omitempty"`
}

// fixed is the field of a column that says the same on each line.
const fixed = "fixed"

// bankFields are what a column of the bank's list alone may hold: no payroll officer learns of a member's account.
var bankFields = []string{"bank", "account", "holder"}

// LayoutFields are what a column may hold.
var LayoutFields = slices.Concat([]string{"sequence", "period", "pay_date", "list_number", "reference", "member", "nip", "name", "unit_code", "unit", "grade", "bank", "account", "holder"},
	columns, []string{"total", "deducted", "reason", fixed})

var separators = map[string]rune{"comma": ',', "semicolon": ';', "tab": '\t', "bar": '|'}

// usualColumns are those of the usual layout.
var usualColumns = slices.Concat([]string{"period", "member", "nip", "name", "unit_code", "unit", "grade"}, columns, []string{"total", "deducted", "reason"})

// BankUnit is the code under which those stand whom their bank debits: their list goes to the bank.
const BankUnit = "bank"

// UsualLayout is a list for people who have asked for nothing else. A bank's has one line a debit: a
// reference, who, how much.
func UsualLayout(unit, language string) Layout {
	l := Layout{Format: "xlsx", Separator: "comma", Sheets: "one", Amounts: "plain", Titles: true, Header: true}
	fields := usualColumns
	if unit == BankUnit {
		l.Format, l.Separator, l.Titles, fields = "csv", "semicolon", false, []string{"reference", "pay_date", "bank", "account", "holder", "member", "name", "total", "deducted", "reason"}
	}
	for _, f := range fields {
		l.Columns = append(l.Columns, LayoutColumn{Field: f, Title: words.Say(language, "payroll.list."+f, nil)})
	}
	return l
}

// Bounds of a layout.
const (
	maxLayoutColumns = 40
	maxLayoutText    = 60
)

// personNumber looks like an NIP or NIK, which no layout may hold.
var personNumber = regexp.MustCompile(`\d{9,}`)

// check collects what is wrong with a layout of a unit.
func (l *Layout) check(in *fault.Input, unit string) {
	in.Check(l.Format == "xlsx" || l.Format == "csv", "format", "payroll.layout_choice")
	in.Check(separators[l.Separator] != 0, "separator", "payroll.layout_choice")
	in.Check(l.Sheets == "one" || l.Sheets == "component", "sheets", "payroll.layout_choice")
	in.Check(l.Format != "csv" || l.Sheets != "component", "sheets", "payroll.layout_sheets")
	in.Check(l.Amounts == "plain" || l.Amounts == "dots", "amounts", "payroll.layout_choice")
	in.Check(len(l.Columns) > 0 && len(l.Columns) <= maxLayoutColumns, "columns", "payroll.layout_columns", fault.Params{"max": maxLayoutColumns})
	in.Check(l.Header || l.Sheets == "one", "header", "payroll.layout_header")
	titles := map[string]bool{}
	for i := range l.Columns {
		c := &l.Columns[i]
		at := "columns." + itoa(i)
		c.Title, c.Value = document.CleanText(c.Title), document.CleanText(c.Value)
		in.Check(slices.Contains(LayoutFields, c.Field), at+".field", "payroll.layout_choice")
		in.Check(unit == BankUnit || !slices.Contains(bankFields, c.Field), at+".field", "payroll.layout_bank")
		in.Check(len([]rune(c.Title)) <= maxLayoutText, at+".title", "payroll.layout_text", fault.Params{"max": maxLayoutText})
		in.Check(len([]rune(c.Value)) <= maxLayoutText && !personNumber.MatchString(c.Value), at+".value", "payroll.layout_text", fault.Params{"max": maxLayoutText})
		if !l.Header {
			continue
		}
		folded := document.Fold(c.Title)
		in.Check(folded != "", at+".title", "input.required")
		in.Check(folded == "" || !titles[folded], at+".title", "payroll.layout_twice")
		titles[folded] = true
	}
	has := func(field string) bool {
		return slices.ContainsFunc(l.Columns, func(c LayoutColumn) bool { return c.Field == field })
	}
	in.Check(has("member") || has("nip") || has("reference"), "columns", "payroll.layout_who")
	in.Check(has("total"), "columns", "payroll.layout_total")
}

// LayoutInput asks for a layout: of a unit (code or record id), or of the co-op where it is empty.
type LayoutInput struct {
	Unit   string `json:"unit"`
	Layout Layout `json:"layout"`
	Usual  bool   `json:"usual"` // back to what holds without one
}

// LayoutView is a layout as it holds for a unit.
type LayoutView struct {
	Unit   string  `json:"unit"`
	Name   string  `json:"name"`
	Own    bool    `json:"own"` // it was chosen for this unit
	Layout Layout  `json:"layout"`
	At     string  `json:"at"`
	By     *Person `json:"by"`
}

// SetLayout keeps a layout; the one before it stays in the books.
func SetLayout(ctx context.Context, app core.App, key string, by act.Actor, in LayoutInput) (LayoutView, bool, error) {
	return act.Do(ctx, app, act.Act{Kind: "payroll.layout", Key: key, Input: in, By: by}, func(tx *act.Tx) (LayoutView, error) {
		var problems fault.Input
		body := ""
		if !in.Usual {
			in.Layout.check(&problems, in.Unit)
			raw, _ := json.Marshal(in.Layout) // texts and booleans: it cannot fail
			body = string(raw)
		}
		unit, err := layoutUnit(tx, in.Unit)
		if err != nil {
			return LayoutView{}, err
		}
		if err := problems.Err(); err != nil {
			return LayoutView{}, err
		}
		var id int64
		if err := tx.Row("SELECT coalesce(max(id), 0) + 1 FROM payroll_layouts").Scan(&id); err != nil {
			return LayoutView{}, err
		}
		if err := tx.Exec("INSERT INTO payroll_layouts(id, unit, body, act) VALUES(?, ?, ?, ?)", id, unit, body, tx.ID()); err != nil {
			return LayoutView{}, err
		}
		layout, err := LayoutOf(tx, unit)
		return LayoutView{Unit: unit, Own: !in.Usual, Layout: layout, At: tx.Now().UTC().Format(time.RFC3339)}, err
	})
}

// layoutUnit takes the co-op's own, the bank's, or a unit's that there is.
func layoutUnit(r act.Reader, unit string) (string, error) {
	code, err := unitCode(r, unit)
	if err != nil || code == "" || code == BankUnit || code == NoUnit {
		return code, err
	}
	var there bool
	err = r.Row("SELECT EXISTS(SELECT 1 FROM work_units WHERE code = ?)", code).Scan(&there)
	if err == nil && !there {
		var in fault.Input
		in.Add("unit", "payroll.layout_unit")
		err = in.Err()
	}
	return code, err
}

// LayoutOf is the layout that holds for a unit's list.
func LayoutOf(r act.Reader, unit string) (Layout, error) {
	for _, of := range []string{unit, ""} {
		if of == "" && unit == BankUnit {
			break // what officers want is not what a bank wants
		}
		layout, found, err := newestLayout(r, of)
		if err != nil || found {
			return layout, err
		}
	}
	return UsualLayout(unit, "id"), nil
}

func newestLayout(r act.Reader, unit string) (layout Layout, found bool, err error) {
	var body string
	err = r.Row("SELECT body FROM payroll_layouts WHERE unit = ? ORDER BY id DESC LIMIT 1", unit).Scan(&body)
	if errors.Is(err, sql.ErrNoRows) || err == nil && body == "" {
		return layout, false, nil
	}
	if err != nil {
		return layout, false, err
	}
	layout, err = parseLayout(body)
	return layout, true, err
}

func parseLayout(body string) (layout Layout, err error) {
	return layout, json.Unmarshal([]byte(body), &layout)
}

// Layouts lists what holds for the co-op, the bank and each unit.
func Layouts(r act.Reader) ([]LayoutView, error) {
	all := []LayoutView{{Unit: ""}, {Unit: BankUnit}}
	err := act.Each(r, "SELECT code, name FROM work_units ORDER BY code", nil, func(row act.Scanner) error {
		var v LayoutView
		err := row.Scan(&v.Unit, &v.Name)
		if v.Unit != BankUnit {
			all = append(all, v)
		}
		return err
	})
	for i := range all {
		if err != nil {
			return nil, err
		}
		v := &all[i]
		if v.Layout, err = LayoutOf(r, v.Unit); err != nil {
			return nil, err
		}
		var at int64
		var by, role, body string
		e := r.Row("SELECT l.body, a.at, a.actor, a.role FROM payroll_layouts l JOIN acts a ON a.id = l.act WHERE l.unit = ? ORDER BY l.id DESC LIMIT 1", v.Unit).Scan(&body, &at, &by, &role)
		if e == nil && body != "" {
			v.Own, v.At, v.By = true, time.UnixMilli(at).UTC().Format(time.RFC3339), personOf(r, by, act.Role(role))
		} else if e != nil && !errors.Is(e, sql.ErrNoRows) {
			err = e
		}
	}
	return all, err
}

// knownColumns are the header words by which an answer in this layout is read: its own titles first, then
// those that officers usually write, except where the layout says something else by them.
func (l Layout) knownColumns() document.Synonyms {
	known := document.Synonyms{}
	mine := map[string]bool{}
	for _, c := range l.Columns {
		if folded := document.Fold(c.Title); folded != "" {
			mine[folded] = true
		}
	}
	for field, list := range AnswerColumns {
		for _, word := range list {
			if !mine[document.Fold(word)] {
				known[field] = append(known[field], word)
			}
		}
	}
	for _, c := range l.Columns {
		if c.Title != "" {
			known[c.Field] = slices.Concat([]string{c.Title}, known[c.Field])
		}
	}
	delete(known, fixed)
	return known
}

// reference is what a bank gives back with a debit: the period and the member's number.
func reference(l List, member int64) string {
	return strings.ReplaceAll(string(l.Period), "-", "") + "-" + pad(member, 6)
}
