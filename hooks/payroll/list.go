package payroll

import (
	"bytes"
	"crypto/sha256"
	"encoding/csv"
	"encoding/hex"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"github.com/pocketbase/pocketbase/core"
	"github.com/xuri/excelize/v2"

	"kpdk/hooks/document"
	"kpdk/hooks/internal/act"
	"kpdk/hooks/internal/clock"
	"kpdk/hooks/internal/fault"
	"kpdk/hooks/internal/keys"
	"kpdk/hooks/internal/money"
	"kpdk/hooks/internal/words"
	"kpdk/hooks/ledger"
	"kpdk/hooks/member"
)

// List is what one work unit's payroll officer gets. It opens the sealed NIP, so it goes to nobody else.
type List struct {
	Period   clock.Period
	PayDate  clock.Date
	UnitCode string
	UnitName string
	Rows     []Row
}

// Row is one member's line: every column of money, and their sum.
type Row struct {
	Member int64
	NIP    string
	Name   string
	Grade  string
	Shown  map[string]money.Rupiah // by kind, or Arrears
	Total  money.Rupiah
}

// columns are the kinds of a list in their order on paper.
var columns = []string{string(ledger.ItemPrincipal), string(ledger.ItemMandatory), string(ledger.ItemVoluntary), string(ledger.ItemInstalment), string(ledger.ItemStore), Arrears}

// Total is what the officer is asked for.
func (l List) Total() (sum money.Rupiah) {
	for _, r := range l.Rows {
		sum += r.Total
	}
	return sum
}

// FileName is the list's name on disk: the code may hold signs that a path must not.
func (l List) FileName(extension string) string {
	safe := "tanpa-satker"
	if l.UnitCode != NoUnit {
		safe = safeName(l.UnitCode)
	}
	return fmt.Sprintf("potong-gaji-%s-%s.%s", l.Period, safe, extension)
}

// safeName writes a code with letters and digits alone. What is left out or may be the same to a file system
// leaves a mark, so that "A.1", "A-1" and "a.1" don't overwrite each other's list.
func safeName(code string) string {
	safe := strings.Map(func(r rune) rune {
		if r >= '0' && r <= '9' || r >= 'a' && r <= 'z' || r >= 'A' && r <= 'Z' {
			return r
		}
		return '_'
	}, code)
	if safe != code || safe != strings.ToUpper(safe) {
		sum := sha256.Sum256([]byte(code))
		safe += "-" + hex.EncodeToString(sum[:3])
	}
	return safe
}

// ListsOf makes the lists of a locked run, one for each work unit, or the one of a unit (code or record
// id). Whoever withdrew the consent is on none.
func ListsOf(app core.App, p clock.Period, unit string) ([]List, error) {
	r := act.Read(app)
	h, err := promised(r, p)
	if err != nil {
		return nil, err
	}
	ring, err := keys.Of(app)
	if err != nil {
		return nil, err
	}
	if unit, err = unitCode(r, unit); err != nil {
		return nil, err
	}
	lists, err := listRows(r, ring, h, unit)
	if err == nil && len(lists) == 0 {
		err = fault.NotFound("payroll.list_empty", fault.Params{"period": p})
	}
	return lists, err
}

// unitCode takes a work unit's record id for its code; a code stays what it is.
func unitCode(r act.Reader, unit string) (string, error) {
	if unit == "" {
		return "", nil
	}
	var code string
	err := act.Each(r, "SELECT code FROM work_units WHERE id = ?", []any{unit}, func(row act.Scanner) error { return row.Scan(&code) })
	if code == "" {
		code = unit
	}
	return code, err
}

func listRows(r act.Reader, ring *keys.Ring, h head, unit string) ([]List, error) {
	withdrawn, err := withdrawnSince(r, h)
	if err != nil {
		return nil, err
	}
	shown, err := plannedByKind(r, h.Period)
	if err != nil {
		return nil, err
	}
	var lists []List
	err = act.Each(r, `SELECT l.unit, coalesce(u.name, ''), l.member, l.requested, coalesce(m.name, ''), coalesce(e.grade, ''), coalesce(e.nip_sealed, '')
		FROM payroll_lines l LEFT JOIN members m ON m.number = l.member LEFT JOIN employees e ON e.id = m.employee LEFT JOIN work_units u ON u.code = l.unit
		WHERE l.period = ? AND (? = '' OR l.unit = ?) AND l.requested > 0 AND NOT (l.reason = 'consent_revoked' AND l.deducted = 0) ORDER BY l.unit, m.name, l.member`,
		[]any{string(h.Period), unit, unit}, func(row act.Scanner) error {
			var code, name, sealed string
			var line Row
			if err := row.Scan(&code, &name, &line.Member, &line.Total, &line.Name, &line.Grade, &sealed); err != nil {
				return err
			}
			if withdrawn[line.Member] {
				return nil
			}
			if n := len(lists); n == 0 || lists[n-1].UnitCode != code {
				lists = append(lists, List{Period: h.Period, PayDate: h.PayDate, UnitCode: code, UnitName: name})
			}
			var err error
			line.NIP, err = ring.Open(sealed)
			line.Shown = shown[line.Member]
			last := &lists[len(lists)-1]
			last.Rows = append(last.Rows, line)
			return err
		})
	return lists, err
}

func plannedByKind(r act.Reader, p clock.Period) (map[int64]map[string]money.Rupiah, error) {
	cal, err := CalendarFor(r, p)
	if err != nil {
		return nil, err
	}
	shown := map[int64]map[string]money.Rupiah{}
	return shown, act.Each(r, "SELECT p.member, i.kind, i.date, p.planned FROM payroll_parts p JOIN open_items i ON i.id = p.item WHERE p.period = ? AND p.planned > 0",
		[]any{string(p)}, func(row act.Scanner) error {
			var number int64
			var kind ledger.ItemKind
			var date clock.Date
			var planned money.Rupiah
			if err := row.Scan(&number, &kind, &date, &planned); err != nil {
				return err
			}
			if shown[number] == nil {
				shown[number] = make(map[string]money.Rupiah, 3)
			}
			shown[number][ShownAs(kind, date, cal.From)] += planned
			return nil
		})
}

// heads are the titles of a list's columns.
func heads(language string) []string {
	var titles []string
	for _, key := range slices.Concat([]string{"period", "member", "nip", "name", "unit_code", "unit", "grade"}, columns, []string{"total", "deducted", "reason"}) {
		titles = append(titles, words.Say(language, "payroll.list."+key, nil))
	}
	return titles
}

// CSV writes the list for machines: commas, UTF-8, one header line.
func (l List) CSV(language string) ([]byte, error) {
	var b bytes.Buffer
	w := csv.NewWriter(&b)
	_ = w.Write(heads(language)) // Flush and Error tell
	for _, row := range l.Rows {
		cells := l.texts(row)
		for _, kind := range columns {
			cells = append(cells, strconv.FormatInt(int64(row.Shown[kind]), 10))
		}
		_ = w.Write(append(cells, strconv.FormatInt(int64(row.Total), 10), "", ""))
	}
	w.Flush()
	return b.Bytes(), w.Error()
}

func (l List) texts(row Row) []string {
	cells := []string{string(l.Period), member.PrintNumber(row.Member), row.NIP, row.Name, l.UnitCode, l.UnitName, row.Grade}
	for i := range cells {
		if cells[i] != NoUnit {
			cells[i] = document.SafeCell(cells[i])
		}
	}
	return cells
}

// XLSX writes the list for people: a letterhead, numbers as numbers, the NIP as text so that no
// spreadsheet rounds it, and two empty columns for the officer.
func (l List) XLSX(language string) ([]byte, error) {
	f := excelize.NewFile()
	defer f.Close()
	const sheet = "Potong gaji"
	if err := f.SetSheetName("Sheet1", sheet); err != nil {
		return nil, err
	}
	bold, err := f.NewStyle(&excelize.Style{Font: &excelize.Font{Bold: true}})
	if err != nil {
		return nil, err
	}
	thousands := "#,##0"
	amount, err := f.NewStyle(&excelize.Style{CustomNumFmt: &thousands})
	if err != nil {
		return nil, err
	}
	w, err := f.NewStreamWriter(sheet)
	if err != nil {
		return nil, err
	}
	if err := l.layout(w); err != nil {
		return nil, err
	}
	for i, row := range l.cells(language, bold, amount) {
		if err := w.SetRow("A"+strconv.Itoa(i+1), row); err != nil {
			return nil, err
		}
	}
	if err := w.Flush(); err != nil {
		return nil, err
	}
	var b bytes.Buffer
	err = f.Write(&b)
	return b.Bytes(), err
}

func (l List) layout(w *excelize.StreamWriter) error {
	widths := []float64{9, 11, 21, 30, 12, 30, 7, 11, 11, 11, 11, 13, 12, 13, 13, 24}
	for i, width := range widths {
		if err := w.SetColWidth(i+1, i+1, width); err != nil {
			return err
		}
	}
	return w.SetPanes(&excelize.Panes{Freeze: true, YSplit: 5, TopLeftCell: "A6", ActivePane: "bottomLeft"})
}

func (l List) cells(language string, bold, amount int) [][]any {
	title := func(key string) []any {
		return []any{excelize.Cell{StyleID: bold, Value: words.Say(language, "payroll.list."+key, map[string]any{"period": l.Period, "pay_date": l.PayDate,
			"unit": strings.TrimSpace(l.UnitCode + " " + l.UnitName), "members": len(l.Rows), "total": l.Total().String()})}}
	}
	rows := [][]any{title("title"), title("title_unit"), title("title_total"), title("title_help"), {}}
	for _, head := range heads(language) {
		rows[4] = append(rows[4], excelize.Cell{StyleID: bold, Value: head})
	}
	for _, row := range l.Rows {
		var cells []any
		for _, text := range l.texts(row) {
			cells = append(cells, text)
		}
		for _, kind := range columns {
			cells = append(cells, excelize.Cell{StyleID: amount, Value: int64(row.Shown[kind])})
		}
		rows = append(rows, append(cells, excelize.Cell{StyleID: amount, Value: int64(row.Total)}, excelize.Cell{StyleID: amount}, nil))
	}
	return slices.Clip(rows)
}
