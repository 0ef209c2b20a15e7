package payroll

import (
	"strconv"

	"kpdk/hooks/internal/act"
	"kpdk/hooks/internal/clock"
	"kpdk/hooks/internal/fault"
	"kpdk/hooks/internal/money"
	"kpdk/hooks/ledger"
)

// LineView is one member's line with its parts.
type LineView struct {
	Member    int64        `json:"member"`
	Name      string       `json:"name"`
	Unit      string       `json:"unit"`
	Due       money.Rupiah `json:"due_rupiah"`
	Requested money.Rupiah `json:"requested_rupiah"`
	Deducted  money.Rupiah `json:"deducted_rupiah"`
	Remaining money.Rupiah `json:"remaining_rupiah"` // asked, and neither deducted for it nor paid another way
	Elsewhere money.Rupiah `json:"elsewhere_rupiah"` // asked, and paid another way before it was booked
	Skipped   money.Rupiah `json:"skipped_rupiah"`   // voluntary savings within it, which are no debt
	Excess    money.Rupiah `json:"excess_rupiah"`
	Reason    string       `json:"reason"`
	Excluded  string       `json:"excluded"`
	Answered  bool         `json:"answered"`
	Settled   bool         `json:"settled"`
	Parts     []PartView   `json:"parts"`
}

// PartView is one open item within a line.
type PartView struct {
	Item       int64           `json:"item"`
	Kind       ledger.ItemKind `json:"kind"`
	Date       clock.Date      `json:"date"`
	Due        money.Rupiah    `json:"due_rupiah"` // open of the item when the list was drafted
	Planned    money.Rupiah    `json:"planned_rupiah"`
	Settled    money.Rupiah    `json:"settled_rupiah"`
	Elsewhere  money.Rupiah    `json:"elsewhere_rupiah"` // paid another way before it was booked
	Kept       string          `json:"kept,omitempty"`   // why less is asked than due: mandate, share, objection
	Instalment *PartOf         `json:"instalment,omitempty"`
}

// Lines is a page of lines; Next is where the following one begins, 0 at the end.
type Lines struct {
	Lines []LineView `json:"lines"`
	Next  int64      `json:"next"`
}

// Page asks for lines: of one unit (code), after a member number, and of a kind.
type Page struct {
	Unit   string
	After  int64
	Limit  int64
	Filter string
}

// filters are the kinds of line one may ask for.
var filters = map[string]string{
	"":           "1",
	"all":        "1",
	"partial":    "l.deducted IS NOT NULL AND " + lineRemaining + " > 0",
	"excess":     lineExcess + " > 0",
	"excluded":   "l.excluded <> ''",
	"unanswered": "l.deducted IS NULL AND l.requested > 0",
}

// LinesOf reads a page of a run's lines in order of member number.
func LinesOf(r act.Reader, p clock.Period, page Page) (Lines, error) {
	out := Lines{Lines: []LineView{}}
	if _, err := existing(r, p); err != nil {
		return out, err
	}
	where, ok := filters[page.Filter]
	if !ok {
		var in fault.Input
		in.Add("filter", "payroll.filter_unknown")
		return out, in.Err()
	}
	at := map[int64]int{}
	err := act.Each(r, `SELECT l.member, coalesce(m.name, ''), l.unit, l.due, l.requested, coalesce(l.deducted, 0), l.deducted IS NOT NULL, l.reason, l.excluded, l.excess, l.elsewhere, l.settled
		FROM payroll_lines l LEFT JOIN members m ON m.number = l.member WHERE l.period = ? AND l.member > ? AND (? = '' OR l.unit = ?) AND `+where+` ORDER BY l.member LIMIT `+strconv.FormatInt(page.Limit, 10),
		[]any{string(p), page.After, page.Unit, page.Unit}, func(row act.Scanner) error {
			var l LineView
			if err := row.Scan(&l.Member, &l.Name, &l.Unit, &l.Due, &l.Requested, &l.Deducted, &l.Answered, &l.Reason, &l.Excluded, &l.Excess, &l.Elsewhere, &l.Settled); err != nil {
				return err
			}
			l.settleSums()
			at[l.Member] = len(out.Lines)
			l.Parts = []PartView{}
			out.Lines = append(out.Lines, l)
			return nil
		})
	if err != nil || len(out.Lines) == 0 {
		return out, err
	}
	last := out.Lines[len(out.Lines)-1].Member
	if int64(len(out.Lines)) == page.Limit {
		out.Next = last
	}
	return out, act.Each(r, `SELECT p.member, i.id, i.kind, i.date, p.due, p.planned, p.settled, p.elsewhere, p.kept, `+instalmentColumns+` FROM payroll_parts p JOIN open_items i ON i.id = p.item`+instalmentJoin+`
		WHERE p.period = ? AND p.member > ? AND p.member <= ? ORDER BY p.member, p.rank`, []any{string(p), page.After, last}, func(row act.Scanner) error {
		var number int64
		var part PartView
		var of PartOf
		err := row.Scan(append([]any{&number, &part.Item, &part.Kind, &part.Date, &part.Due, &part.Planned, &part.Settled, &part.Elsewhere, &part.Kept}, of.into()...)...)
		part.Instalment = of.orNil()
		if i, ok := at[number]; ok {
			out.Lines[i].Parts = append(out.Lines[i].Parts, part)
			out.Lines[i].Skipped += part.skipped(out.Lines[i].Settled)
		}
		return err
	})
}

// settleSums works out what an answer left and took too much, as the run's sums do: what was asked is what was
// deducted and not held, what was paid another way, and what remains. Before the booking nobody knows more than the answer.
func (l *LineView) settleSums() {
	if !l.Answered {
		return
	}
	if !l.Settled {
		l.Excess = max(0, l.Deducted-l.Requested)
	}
	l.Remaining = l.Requested - (l.Deducted - l.Excess) - l.Elsewhere
}

// Remaining is what a month asked of the part and left open.
func (p PartView) Remaining() money.Rupiah { return p.Planned - p.Settled - p.Elsewhere }

// skipped is what a settled line left of voluntary savings.
func (p PartView) skipped(settled bool) money.Rupiah {
	if !settled || p.Kind != ledger.ItemVoluntary {
		return 0
	}
	return p.Remaining()
}
