package payroll

import (
	"database/sql"
	"encoding/hex"
	"errors"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/pocketbase/pocketbase/core"

	"kpdk/hooks/document/pdf"
	"kpdk/hooks/internal/act"
	"kpdk/hooks/internal/clock"
	"kpdk/hooks/internal/fault"
	"kpdk/hooks/internal/money"
	"kpdk/hooks/internal/words"
	"kpdk/hooks/member"
)

// SlipPaper is one member's month as a paper whose lines add up: what was asked, what was deducted, what
// remains and why, each rupiah down to its receipt, and the year beside it.
func SlipPaper(app core.App, language string, p clock.Period, number int64) ([]byte, error) {
	r := act.Read(app)
	d, err := DeductionOf(r, number, p)
	if err != nil {
		return nil, err
	}
	year, err := deductionHeads(r, number, string(p)[:4], 12)
	if err != nil {
		return nil, err
	}
	say := func(key string, params map[string]any) string {
		return words.Say(language, "payroll.paper."+key, params)
	}
	foot, at, err := settledBy(r, p, number)
	if err != nil {
		return nil, err
	}
	paper, err := paperOf(app, language, say("slip_title", map[string]any{"month": monthOf(language, p)}), foot, at)
	if err != nil {
		return nil, err
	}
	name, unit, err := whoIs(r, p, number)
	if err != nil {
		return nil, err
	}
	paper.Facts = []pdf.Fact{{Label: say("member", nil), Value: member.PrintNumber(number) + " " + name}, {Label: say("pay_date", nil), Value: dateIn(language, d.PayDate)},
		{Label: say("unit", nil), Value: unit}, {Label: say("state", nil), Value: words.Say(language, "payroll.state."+d.State, nil)}}
	doc := pdf.New(paper)
	doc.Heading(say("where", nil))
	parts := addedUp{slipColumns(say), d.rows(language, say), []string{say("sum", nil), "", d.Requested.Format(), d.got(d.inParts()), d.got(d.Elsewhere), d.got(d.Remaining)}}
	if d.Elsewhere == 0 { // as in most months
		parts.without(4)
	}
	doc.Table(parts.columns, parts.rows, parts.total)
	for _, line := range d.sayings(language, say) {
		doc.Text(line)
	}
	if entry, hash, err := entryOf(r, p, number); err != nil {
		return nil, err
	} else if hash != "" {
		doc.Note(say("entry", map[string]any{"entry": entry}))
		doc.Code(hash)
	}
	doc.Heading(say("year", map[string]any{"year": p.First().Year()}))
	months, note := yearTable(language, year, say)
	doc.Table(months.columns, months.rows, months.total)
	doc.Note(note)
	return doc.Bytes()
}

func slipColumns(say func(string, map[string]any) string) []pdf.Column {
	return []pdf.Column{{Title: say("what", nil), Width: 4}, {Title: say("from", nil), Width: 3}, {Title: say("asked", nil), Width: 2, Amount: true}, {Title: say("deducted", nil), Width: 2, Amount: true},
		{Title: say("elsewhere", nil), Width: 2, Amount: true}, {Title: say("remaining", nil), Width: 2, Amount: true}}
}

// addedUp is a table with its sums.
type addedUp struct {
	columns []pdf.Column
	rows    [][]string
	total   []string
}

// without leaves a column out that says nothing.
func (t *addedUp) without(column int) {
	t.columns, t.total = slices.Delete(t.columns, column, column+1), slices.Delete(t.total, column, column+1)
	for i := range t.rows {
		t.rows[i] = slices.Delete(t.rows[i], column, column+1)
	}
}

// rows are the parts with their receipts, and what was deducted above them.
func (d Deduction) rows(language string, say func(string, map[string]any) string) (rows [][]string) {
	for _, part := range d.Parts {
		rows = append(rows, []string{words.Say(language, "payroll.kind."+string(part.Kind), nil), part.Source.says(language, part.Date), part.Planned.Format(), d.got(part.Settled), d.got(part.Elsewhere), d.got(part.Remaining())})
	}
	if d.Excess > 0 && d.Settled {
		rows = append(rows, []string{say("excess", nil), "", "0", d.Excess.Format(), "0", "0"})
	}
	return rows
}

// got writes what was deducted, or that nobody knows yet.
func (d Deduction) got(amount money.Rupiah) string {
	if !d.Settled {
		return "–"
	}
	return amount.Format()
}

// inParts is what the rows add up to; before the settlement nothing is.
func (d Deduction) inParts() (sum money.Rupiah) {
	for _, part := range d.Parts {
		sum += part.Settled
	}
	if d.Settled {
		sum += d.Excess
	}
	return sum
}

// sayings say in words why less was deducted and what became of the rest.
func (d Deduction) sayings(language string, say func(string, map[string]any) string) (lines []string) {
	if d.Excluded != "" {
		return []string{fault.Message(language, d.Excluded, nil)}
	}
	if !d.Settled {
		return []string{say("not_settled", nil)}
	}
	if d.Remaining > 0 && d.Reason != "" {
		lines = append(lines, say("why", map[string]any{"reason": words.Say(language, "payroll.reason."+d.Reason, nil)}))
	}
	if left := d.Remaining - d.Skipped; left > 0 && d.Excess > 0 {
		lines = append(lines, say("left_open", map[string]any{"amount": left.String()}))
	} else if left > 0 {
		lines = append(lines, say("left", map[string]any{"amount": left.String(), "month": monthOf(language, d.Period.Add(1))}))
	}
	if d.Elsewhere > 0 {
		lines = append(lines, say("paid_elsewhere", map[string]any{"amount": d.Elsewhere.String()}))
	}
	if d.Skipped > 0 {
		lines = append(lines, say("skipped", map[string]any{"amount": d.Skipped.String()}))
	}
	if d.Claimed > 0 {
		lines = append(lines, say("claimed", map[string]any{"amount": d.Claimed.String()}))
	}
	if d.Excess > 0 {
		why := "held"
		if d.Remaining > 0 { // deducted without consent to it, or given back after an objection: what it was for is open
			why = "held_back"
		}
		lines = append(lines, say(why, map[string]any{"amount": d.Excess.String()}))
	}
	return lines
}

// yearTable are the months of a year, which come newest first, oldest first, and their sums; and how they add up.
func yearTable(language string, all []Deduction, say func(string, map[string]any) string) (t addedUp, note string) {
	t.columns = []pdf.Column{{Title: say("month", nil), Width: 3}}
	for _, title := range []string{"asked", "deducted", "held_column", "elsewhere", "remaining"} {
		t.columns = append(t.columns, pdf.Column{Title: say(title, nil), Width: 2, Amount: true})
	}
	var sum Sums
	for _, d := range slices.Backward(all) {
		row := []string{monthOf(language, d.Period), d.Requested.Format(), "–", "–", "–", "–"}
		if d.Answered {
			row = []string{row[0], row[1], d.Deducted.Format(), d.Excess.Format(), d.Elsewhere.Format(), d.Remaining.Format()}
		}
		t.rows = append(t.rows, row)
		sum.Requested, sum.Deducted, sum.Excess = sum.Requested+d.Requested, sum.Deducted+d.Deducted, sum.Excess+d.Excess
		sum.Elsewhere, sum.Remaining = sum.Elsewhere+d.Elsewhere, sum.Remaining+d.Remaining
	}
	t.total = []string{say("sum", nil), sum.Requested.Format(), sum.Deducted.Format(), sum.Excess.Format(), sum.Elsewhere.Format(), sum.Remaining.Format()}
	if sum.Elsewhere == 0 {
		t.without(4)
	}
	if sum.Excess == 0 {
		t.without(3)
	}
	if sum.Elsewhere == 0 && sum.Excess == 0 {
		return t, say("year_note", nil)
	}
	return t, say("year_note_more", nil)
}

func whoIs(r act.Reader, p clock.Period, number int64) (name, unit string, err error) {
	var code string
	err = r.Row(`SELECT coalesce(m.name, ''), l.unit, coalesce(u.name, '') FROM payroll_lines l LEFT JOIN members m ON m.number = l.member LEFT JOIN work_units u ON u.code = l.unit
		WHERE l.period = ? AND l.member = ?`, string(p), number).Scan(&name, &code, &unit)
	return name, strings.TrimSpace(code + " " + unit), err
}

// entryOf finds the newest entry that settled something of a line, and its seal.
func entryOf(r act.Reader, p clock.Period, number int64) (entry int64, hash string, err error) {
	var raw []byte
	err = r.Row(`SELECT s.seq, s.hash FROM seals s WHERE s.seq = (SELECT max(t.entry) FROM payroll_parts p JOIN settlements t ON t.item = p.item AND t.kind = 'payroll' AND t.entry IS NOT NULL
		JOIN acts a ON a.id = t.act AND a.kind IN ('payroll.settle_chunk', 'payroll.correct_post') WHERE p.period = ? AND p.member = ? AND p.settled > 0)`, string(p), number).Scan(&entry, &raw)
	if errors.Is(err, sql.ErrNoRows) {
		return 0, "", nil
	}
	return entry, hex.EncodeToString(raw), err
}

// settledBy is what stands at the foot of a slip: the head of the chain at its entry, and when that was.
func settledBy(r act.Reader, p clock.Period, number int64) (foot, at string, err error) {
	entry, hash, err := entryOf(r, p, number)
	if err != nil || hash == "" {
		return "", "", err
	}
	var ms int64
	if err := r.Row("SELECT at FROM journal WHERE id = ?", entry).Scan(&ms); err != nil {
		return "", "", err
	}
	return hash[:16] + "@" + strconv.FormatInt(entry, 10), time.UnixMilli(ms).UTC().Format(time.RFC3339), nil
}
