package document

import (
	"slices"

	"kpdk/hooks/internal/command"
	"kpdk/hooks/internal/fault"
	"kpdk/hooks/internal/words"
)

// Report tells what an import did, or would do.
type Report struct {
	Read      int          `json:"read"`
	Created   int          `json:"created"`
	Updated   int          `json:"updated"`
	Unchanged int          `json:"unchanged"`
	Rejected  []RowProblem `json:"rejected"`
	Warnings  []RowProblem `json:"warnings"`
	// Changes are the first rows that a trial would write, the changed ones before the new: MaxChanges of each. Only
	// lists of people tell them.
	Changes []RowChange `json:"changes,omitempty"`
	// WithoutConsent counts the rows whose consent or mandate was left aside, because only people were taken in.
	WithoutConsent int `json:"without_consent,omitempty"`
}

// MaxChanges is how many changed rows, and how many new ones, a report tells.
const MaxChanges = 200

// RowChange is what a row would do to one person: somebody new, or what is known now beside what the row says.
type RowChange struct {
	Row    int          `json:"row"`
	Name   string       `json:"name"`
	New    bool         `json:"new,omitempty"`
	Fields []CellChange `json:"fields,omitempty"`
}

// CellChange is one fact before and after; of a sealed number neither is told.
type CellChange struct {
	Field  string `json:"field"`
	Was    string `json:"was"`
	Now    string `json:"now"`
	Sealed bool   `json:"sealed,omitempty"`
}

// RowProblem is what is wrong with one cell; row is the line in the file, the header being 1.
type RowProblem struct {
	Row     int    `json:"row"`
	Field   string `json:"field"`
	Code    string `json:"code"`
	Message string `json:"message"`
}

// RejectedRows counts rows: one row may have several things wrong.
func (r Report) RejectedRows() int {
	rows := map[int]bool{}
	for _, p := range r.Rejected {
		rows[p.Row] = true
	}
	return len(rows)
}

// Taken counts the rows that are in, changed or not.
func (r Report) Taken() int { return r.Created + r.Updated + r.Unchanged }

// Add notes more problems, in the order of the file and in the reader's language.
func (r *Report) Add(problems []Problem, language string) {
	for _, p := range problems {
		said := RowProblem{p.Row, p.Field, string(p.Code), fault.Message(language, "import."+string(p.Code), p.Params)}
		if p.Warning {
			r.Warnings = append(r.Warnings, said)
		} else {
			r.Rejected = append(r.Rejected, said)
		}
	}
	byRow := func(a, b RowProblem) int { return a.Row - b.Row }
	slices.SortStableFunc(r.Rejected, byRow)
	slices.SortStableFunc(r.Warnings, byRow)
}

// NewReport starts a report; its lists are never null.
func NewReport(read int) Report {
	return Report{Read: read, Rejected: []RowProblem{}, Warnings: []RowProblem{}}
}

// Exit is 0 when every row is in, 2 when some are, 1 when none is.
func (r Report) Exit() int {
	switch {
	case len(r.Rejected) == 0:
		return command.Done
	case r.Taken() == 0:
		return command.Failed
	}
	return command.Partial
}

// Tell prints the counts, then a line for every problem.
func (r Report) Tell(c *command.Call) error {
	if c.JSON() {
		return c.Print(r)
	}
	if c.Flags["dry-run"] == "true" {
		c.Say("import.dry_run", nil)
	}
	c.Say("import.counts", map[string]any{"read": r.Read, "created": r.Created, "updated": r.Updated, "unchanged": r.Unchanged, "rejected": r.RejectedRows()})
	for _, group := range []struct {
		title    string
		problems []RowProblem
	}{{"import.rejected", r.Rejected}, {"import.warnings", r.Warnings}} {
		if len(group.problems) > 0 {
			c.Say(group.title, nil)
		}
		for _, p := range group.problems {
			key := "import.row"
			if p.Field == "" {
				key = "import.row_whole"
			}
			c.Say(key, map[string]any{"row": p.Row, "field": words.Say(c.Language(), "import.field."+p.Field, nil), "message": p.Message})
		}
	}
	return nil
}
