package payroll

import (
	"cmp"
	"encoding/json"
	"slices"

	"github.com/pocketbase/pocketbase/core"

	"kpdk/hooks/internal/act"
	"kpdk/hooks/internal/clock"
	"kpdk/hooks/internal/fault"
	"kpdk/hooks/internal/money"
	"kpdk/hooks/member"
)

// Preview is what an answer would do, side by side with what was asked and what is known. Nothing is written.
type Preview struct {
	Read        int           `json:"read"`
	Matched     int           `json:"matched"`
	Rejected    []Rejected    `json:"rejected"`
	Footer      *Footer       `json:"footer"`
	Unread      []string      `json:"unread_sheets,omitempty"` // sheets of the workbook that hold no list
	Hidden      []int         `json:"hidden_rows,omitempty"`   // rows that the workbook hides, and that are read
	Asked       money.Rupiah  `json:"asked_rupiah"`            // of the lines that the file answers
	Deducted    money.Rupiah  `json:"deducted_rupiah"`
	Lost        money.Rupiah  `json:"lost_rupiah"` // of rows that could not be matched
	Full        int           `json:"full"`        // lines deducted as asked
	Same        int           `json:"same"`        // lines that were answered so before
	Lines       []PreviewLine `json:"lines"`       // where the officer's amount is not what was asked, or not what was known
	LinesMore   int           `json:"lines_more,omitempty"`
	Missing     []PreviewLine `json:"missing"` // asked in the same work units, and not in the file
	MissingMore int           `json:"missing_more,omitempty"`
	Before      bool          `json:"read_before,omitempty"` // the very same file was read already: it changes nothing
	Ownerless   int           `json:"ownerless"`             // rejected rows that are kept until somebody says whose they are
	Corrections int           `json:"corrections"`           // settled lines with another amount: only a correction changes them
	Difference  money.Rupiah  `json:"correction_rupiah"`
}

// PreviewLine is one member's line, before and after.
type PreviewLine struct {
	Row       int           `json:"row"`
	Member    int64         `json:"member"`
	Name      string        `json:"name"`
	Unit      string        `json:"unit"`
	Requested money.Rupiah  `json:"requested_rupiah"`
	Was       *money.Rupiah `json:"was_rupiah"` // the answer so far; nil: none
	Deducted  money.Rupiah  `json:"deducted_rupiah"`
	Reason    string        `json:"reason"`
	Settled   bool          `json:"settled"`
}

// maxPreview bounds each list of a preview.
const maxPreview = 300

// PreviewAnswer says what an answer would do.
func PreviewAnswer(app core.App, p clock.Period, file File) (Preview, error) {
	return previewOf(app, p, file, false)
}

// PreviewCorrection says what an answer would do as a correction: other members may have a row, and lines that are
// not settled may not.
func PreviewCorrection(app core.App, p clock.Period, file File) (Preview, error) {
	return previewOf(app, p, file, true)
}

func previewOf(app core.App, p clock.Period, file File, corrects bool) (Preview, error) {
	out := Preview{Rejected: []Rejected{}, Lines: []PreviewLine{}, Missing: []PreviewLine{}, Footer: file.Footer, Unread: file.Unread, Hidden: file.Hidden, Read: len(file.Answers) + len(file.Rejected)}
	r := act.Read(app)
	if _, err := delivered(r, p); err != nil {
		return out, err
	}
	in, _, err := answerOf(app, p, file.Answers, file.Rejected, "")
	if err != nil {
		return out, err
	}
	if out.Before, err = readBefore(r, in); err != nil {
		return out, err
	}
	matched, unmatched, err := match(app, p, file.Answers, corrects)
	if err != nil {
		return out, err
	}
	lines, err := previewLines(r, p, matched)
	if err != nil {
		return out, err
	}
	answered, units := map[int64]bool{}, map[string]bool{}
	for _, a := range matched {
		l, there := lines[a.Member]
		if corrects && there && !l.Settled {
			unmatched = append(unmatched, Rejected{Row: a.Row, Field: "member", Code: codeUnsettled, amount: a.Deducted})
			continue
		}
		if !there {
			person, err := member.Find(r, a.Member)
			if err != nil {
				return out, err
			}
			nothing := money.Rupiah(0)
			l = PreviewLine{Member: a.Member, Name: person.Name, Was: &nothing, Settled: true}
		}
		l.Row, l.Deducted, l.Reason = a.Row, a.Deducted, settledReason(a.Reason, a.Deducted, l.Requested)
		answered[a.Member], units[l.Unit] = true, true
		out.add(l)
	}
	out.Rejected = append(append(out.Rejected, file.Rejected...), unmatched...)
	for _, lost := range out.Rejected {
		if lost.Code != codeSilence {
			out.Lost += lost.amount
		}
		if lost.ownerless() {
			out.Ownerless++
		}
	}
	slices.SortStableFunc(out.Rejected, func(a, b Rejected) int { return a.Row - b.Row })
	out.Rejected = out.Rejected[:min(len(out.Rejected), maxRejected)]
	if !corrects { // a correction says what it corrects, and nothing of the others
		if out.Missing, err = missing(r, p, units, answered); err != nil {
			return out, err
		}
	}
	slices.SortStableFunc(out.Lines, func(a, b PreviewLine) int { return cmp.Compare(weight(b), weight(a)) })
	if out.LinesMore = max(0, len(out.Lines)-maxPreview); out.LinesMore > 0 {
		out.Lines = out.Lines[:maxPreview]
	}
	if out.MissingMore = max(0, len(out.Missing)-maxPreview); out.MissingMore > 0 {
		out.Missing = out.Missing[:maxPreview]
	}
	return out, nil
}

// weight puts what is settled already first, then the largest difference.
func weight(l PreviewLine) money.Rupiah {
	d := l.Deducted - l.Requested
	if d < 0 {
		d = -d
	}
	if l.Settled {
		d += money.Max / 2
	}
	return d
}

func (out *Preview) add(l PreviewLine) {
	out.Matched++
	out.Asked += l.Requested
	out.Deducted += l.Deducted
	known := l.Was != nil && *l.Was == l.Deducted
	switch {
	case known:
		out.Same++
	case l.Settled:
		out.Corrections++
		if l.Was != nil {
			out.Difference += l.Deducted - *l.Was
		} else {
			out.Difference += l.Deducted
		}
	}
	if l.Deducted == l.Requested {
		out.Full++
		if l.Was == nil || known {
			return
		}
	}
	if !known || l.Deducted != l.Requested {
		out.Lines = append(out.Lines, l)
	}
}

func previewLines(r act.Reader, p clock.Period, answers []Answer) (map[int64]PreviewLine, error) {
	members := make([]int64, len(answers))
	for i, a := range answers {
		members[i] = a.Member
	}
	wanted, _ := json.Marshal(members) // integers: it cannot fail
	lines := make(map[int64]PreviewLine, len(answers))
	return lines, act.Each(r, `SELECT l.member, coalesce(m.name, ''), l.unit, l.requested, l.deducted, l.settled
		FROM json_each(?) j CROSS JOIN payroll_lines l ON l.period = ? AND l.member = j.value LEFT JOIN members m ON m.number = l.member`, []any{string(wanted), string(p)}, func(row act.Scanner) error {
		var l PreviewLine
		err := row.Scan(&l.Member, &l.Name, &l.Unit, &l.Requested, &l.Was, &l.Settled)
		lines[l.Member] = l
		return err
	})
}

// missing lists who was asked for in the units that a file answers, has no answer yet and is not in it.
func missing(r act.Reader, p clock.Period, units map[string]bool, answered map[int64]bool) ([]PreviewLine, error) {
	all := []PreviewLine{}
	return all, act.Each(r, `SELECT l.member, coalesce(m.name, ''), l.unit, l.requested FROM payroll_lines l LEFT JOIN members m ON m.number = l.member
		WHERE l.period = ? AND l.requested > 0 AND l.deducted IS NULL ORDER BY l.member`, []any{string(p)}, func(row act.Scanner) error {
		var l PreviewLine
		if err := row.Scan(&l.Member, &l.Name, &l.Unit, &l.Requested); err != nil {
			return err
		}
		if units[l.Unit] && !answered[l.Member] {
			all = append(all, l)
		}
		return nil
	})
}

// confirmFooter refuses a file whose last line states another sum than its rows have, until somebody who
// saw the difference says so.
func confirmFooter(file File, confirmed bool) error {
	f := file.Footer
	if f == nil || f.Difference == 0 || confirmed {
		return nil
	}
	return fault.Refused("payroll.footer_differs", fault.Params{"row": f.Row, "stated": f.Stated.Format(), "found": f.Found.Format(), "difference": f.Difference.Format()})
}
