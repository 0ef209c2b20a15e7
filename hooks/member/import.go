package member

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"slices"
	"strings"

	"github.com/pocketbase/pocketbase/core"

	"kpdk/hooks/document"
	"kpdk/hooks/internal/act"
	"kpdk/hooks/internal/clock"
	"kpdk/hooks/internal/fault"
	"kpdk/hooks/internal/ulid"
)

// Why a row of an import cannot be taken, beside what reading it says.
const (
	Ambiguous            document.Code = "ambiguous" // two people fit, or its numbers belong to two people
	PersonRepeated       document.Code = "person_repeated"
	NotOnStaffList       document.Code = "not_on_staff_list"
	MemberNumberTaken    document.Code = "member_number_taken"
	MemberNumberRepeated document.Code = "member_number_repeated"
	MemberNumberDiffers  document.Code = "member_number_differs"
	MemberIsApplicant    document.Code = "member_is_applicant"
	MemberHasApplied     document.Code = "member_has_applied"
	ConsentIncomplete    document.Code = "consent_incomplete"
	MandateUnsigned      document.Code = "mandate_unsigned"
	MandateWithoutMax    document.Code = "mandate_without_max"
	DateInFuture         document.Code = "date_in_future"
	EmailShared          document.Code = "email_shared" // on several lines, so nobody's own
)

// Source is a list to import.
type Source struct {
	Name     string
	Data     []byte
	Key      string // the client's key, or empty for one of our own
	By       act.Actor
	Language string
	DryRun   bool
	Consent  Consent // for members whose row has none
	// InviteOnly leaves every consent and mandate of the list aside: its people are invited and nothing else. A page
	// on which somebody chooses a file is no paper that anybody signed.
	InviteOnly bool
	Progress   func(n, total int)
}

// Consent is a signed reference and its date.
type Consent struct {
	Reference string
	Date      clock.Date
}

func (c Consent) given() bool { return c.Reference != "" && c.Date != "" }

// change is one row's effect on the register: decided by a plan, written by an act.
type change interface {
	at() (line int)
	plain() bool // it is written without PocketBase's records
}

// plan is what a list would do to the register as it stands.
type plan[C change] struct {
	created, updated, unchanged int
	changes                     []C
	problems                    []document.Problem
	list                        [sha256.Size]byte // by which the list is known again; none: by its bytes
	altered, added              []document.RowChange
	withoutConsent              int
}

// tell keeps the first of what the plan would write, for whoever tries it.
func (p *plan[C]) tell(c document.RowChange) {
	into := &p.altered
	if c.New {
		into = &p.added
	}
	if len(*into) < document.MaxChanges {
		*into = append(*into, c)
	}
}

// readList reads a file into staff rows; a file that is no such list is refused as a whole.
func readList(src Source) (read int, rows []StaffRow, problems []document.Problem, err error) {
	table, err := document.ReadTable(src.Name, src.Data, document.Limits{Known: StaffColumns})
	if code, ok := err.(document.Code); ok {
		if code == document.FileTooLarge {
			return 0, nil, nil, fault.TooLarge("import." + string(code))
		}
		return 0, nil, nil, fault.Bad("import." + string(code))
	}
	if err != nil {
		return 0, nil, nil, err
	}
	if len(table.Rows) == 0 {
		return 0, nil, nil, fault.Bad("import.file_empty")
	}
	layout := document.Columns(table.Header, StaffColumns)
	for _, line := range table.Rows {
		row, found := ReadStaffRow(layout, line)
		problems = append(problems, found...)
		if !document.Rejected(found) {
			rows = append(rows, row)
		}
	}
	repeats := FindRepeats(rows)
	problems = append(append(problems, repeats...), FindUnitConflicts(rows)...)
	copies := map[int]bool{}
	for _, p := range repeats {
		copies[p.Row] = true
	}
	rows = slices.DeleteFunc(rows, func(row StaffRow) bool { return copies[row.Line] })
	return len(table.Rows), rows, problems, nil
}

// counts is what the opening act of an import stores: the same key tells the same again.
type counts struct {
	Read, Created, Updated, Unchanged int
}

// carryOut writes a plan as a chain of acts, unless it is only tried. The first act fixes what the
// import is; the others each take a part. A crash in between leaves whole parts: the list imported
// again finds them done and does the rest.
func carryOut[C change](ctx context.Context, app core.App, kind string, src Source, read int, p plan[C], size int, write func(tx *act.Tx, part []C) error) (document.Report, bool, error) {
	report := document.NewReport(read)
	report.Created, report.Updated, report.Unchanged = p.created, p.updated, p.unchanged
	report.Add(p.problems, src.Language)
	report.WithoutConsent = p.withoutConsent
	if src.DryRun {
		report.Changes = append(p.altered, p.added...)
	}
	if src.DryRun || len(p.changes) == 0 && src.Key == "" {
		return report, false, nil
	}
	sum := sha256.Sum256(src.Data)
	file := hex.EncodeToString(sum[:])
	if p.list == [sha256.Size]byte{} {
		p.list = sum
	}
	if src.Key == "" {
		src.Key = ulid.New()
	}
	opening := act.Act{Kind: kind, Key: src.Key, By: src.By, Input: struct {
		File       string
		Consent    Consent
		InviteOnly bool `json:",omitempty"`
	}{file, src.Consent, src.InviteOnly}}
	told, replayed, err := act.Do(ctx, app, opening, func(tx *act.Tx) (counts, error) {
		if err := tx.Exec("INSERT INTO imported_lists(hash, act) VALUES(?, ?)", p.list[:], tx.ID()); err != nil {
			return counts{}, err
		}
		return counts{report.Read, report.Created, report.Updated, report.Unchanged}, nil
	})
	if err != nil {
		return report, false, err
	}
	report.Read, report.Created, report.Updated, report.Unchanged = told.Read, told.Created, told.Updated, told.Unchanged
	for at := 0; at < len(p.changes); {
		part := nextPart(p.changes[at:], size)
		lines := make([]int, len(part))
		for i, c := range part {
			lines[i] = c.at()
		}
		a := act.Act{Kind: kind + "_part", By: src.By, Key: fmt.Sprintf("%s:%d-%d-%d", src.Key, lines[0], lines[len(lines)-1], len(lines)),
			Input: struct {
				File  string
				Lines []int
			}{file, lines}}
		do := act.DoWithRecords[int]
		if part[0].plain() {
			do = act.Do[int]
		}
		if _, _, err := do(ctx, app, a, func(tx *act.Tx) (int, error) { return len(part), write(tx, part) }); err != nil {
			return report, false, err
		}
		at += len(part)
		if src.Progress != nil {
			src.Progress(at, len(p.changes))
		}
	}
	return report, replayed, nil
}

// plainChunk is how many plain rows one act writes: some 20 ms of the writer.
const plainChunk = 250

// nextPart takes the changes that one act writes: all of them plain, or none.
func nextPart[C change](changes []C, size int) []C {
	plain := changes[0].plain()
	if plain {
		size = plainChunk
	}
	n := 1
	for n < min(size, len(changes)) && changes[n].plain() == plain {
		n++
	}
	return changes[:n]
}

// sameText compares names the way people do: without regard to capitals and spaces.
func sameText(s string) string { return strings.ToLower(strings.Join(strings.Fields(s), " ")) }
