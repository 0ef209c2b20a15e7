package member

import (
	"context"

	"github.com/pocketbase/pocketbase/core"

	"kpdk/hooks/document"
	"kpdk/hooks/internal/act"
	"kpdk/hooks/internal/clock"
	"kpdk/hooks/internal/fault"
	"kpdk/hooks/internal/keys"
	"kpdk/hooks/internal/money"
	"kpdk/hooks/policy"
)

// memberChange takes one row into the register of members: a new line (with its own number or the
// next), or an invitation that the consent makes a membership.
type memberChange struct {
	line     int
	employee string
	existing int64 // the number of the invitation, or 0
	number   int64 // the number that the list gives, or 0 for the next
	consent  Consent
	joined   clock.Date
	max      *money.Rupiah
}

func (c memberChange) at() int { return c.line }

func (c memberChange) plain() bool { return false }

// enrolled is who is in the register of members.
type enrolled struct {
	byEmployee map[string]Person // without those who left
	numbers    map[int64]bool    // of all, for ever
}

// ImportMembers takes in people who already are members. With a consent they are members at once, and
// owe no principal: they paid it when they joined. Without one they are invited and owe nothing.
func ImportMembers(ctx context.Context, app core.App, src Source) (document.Report, bool, error) {
	if src.Consent.given() && src.Consent.Date > clock.Of(app).Today() {
		var problems fault.Input
		problems.Add("consent", "member.date_future")
		return document.Report{}, false, problems.Err()
	}
	read, rows, problems, err := readList(src)
	if err != nil {
		return document.Report{}, false, err
	}
	ring, err := keys.Of(app)
	if err != nil {
		return document.Report{}, false, err
	}
	reader := act.Read(app)
	directory, err := readDirectory(reader, ring)
	if err != nil {
		return document.Report{}, false, err
	}
	register, err := readEnrolled(reader)
	if err != nil {
		return document.Report{}, false, err
	}
	p := planMembers(directory, register, rows, src.Consent, clock.Of(app).Today())
	p.problems = append(problems, p.problems...)
	highest := int64(0)
	for _, c := range p.changes {
		highest = max(highest, c.number)
	}
	return carryOut(ctx, app, "member.import_members", src, read, p, recordChunk, func(tx *act.Tx, part []memberChange) error {
		return writeMembers(tx, part, highest)
	})
}

func readEnrolled(r act.Reader) (enrolled, error) {
	all := enrolled{map[string]Person{}, map[int64]bool{}}
	err := act.Each(r, "SELECT number, status, employee FROM members", nil, func(row act.Scanner) error {
		var p Person
		err := row.Scan(&p.Number, &p.Status, &p.Employee)
		all.numbers[p.Number] = true
		if p.Status != Left && p.Employee != "" {
			all.byEmployee[p.Employee] = p
		}
		return err
	})
	return all, err
}

func planMembers(d *directory, register enrolled, rows []StaffRow, general Consent, today clock.Date) (p plan[memberChange]) {
	inFile := map[int64]int{}
	for _, row := range rows {
		e, problem := whoJoins(d, register, inFile, row, today)
		if problem != nil {
			problem.Row = row.Line
			p.problems = append(p.problems, *problem)
			continue
		}
		e.claimed = row.Line
		consent, complete := consentOf(row, general)
		if !complete {
			p.problems = append(p.problems, document.Problem{Row: row.Line, Field: "consent_reference", Code: ConsentIncomplete, Warning: true})
		}
		existing, known := register.byEmployee[e.id]
		if row.MemberNumber != 0 && !known {
			inFile[row.MemberNumber] = row.Line
		}
		change := memberChange{row.Line, e.id, existing.Number, row.MemberNumber, consent, consent.Date, row.MandateMax}
		if row.JoinedOn != "" {
			change.joined = clock.Date(row.JoinedOn)
		}
		switch {
		case !known:
			p.created++
			p.changes = append(p.changes, change)
		case existing.Status == Invited && consent.given():
			p.updated++
			change.number = 0
			p.changes = append(p.changes, change)
		default:
			if existing.Status == Applicant {
				p.problems = append(p.problems, document.Problem{Row: row.Line, Code: MemberIsApplicant, Warning: true})
			}
			p.unchanged++
		}
	}
	return p
}

// whoJoins finds the employee of a row and says what keeps the row out.
func whoJoins(d *directory, register enrolled, inFile map[int64]int, row StaffRow, today clock.Date) (*entry, *document.Problem) {
	e, code := d.match(row)
	switch {
	case code != "":
		return nil, &document.Problem{Code: code}
	case e == nil:
		return nil, &document.Problem{Code: NotOnStaffList}
	case e.claimed != 0:
		return nil, &document.Problem{Code: PersonRepeated, Params: fault.Params{"first": e.claimed, "line": row.Line}}
	case clock.Date(row.JoinedOn) > today:
		return nil, &document.Problem{Field: "joined_on", Code: DateInFuture}
	case clock.Date(row.ConsentDate) > today:
		return nil, &document.Problem{Field: "consent_date", Code: DateInFuture}
	case row.MandateMax != nil && *row.MandateMax > MaxMandate:
		return nil, &document.Problem{Field: "mandate_max_rupiah", Code: "amount_too_large"}
	case row.MemberNumber == 0:
		return e, nil
	}
	if existing, known := register.byEmployee[e.id]; known {
		if existing.Number != row.MemberNumber {
			return nil, &document.Problem{Field: "member_number", Code: MemberNumberDiffers, Params: fault.Params{"number": PrintNumber(existing.Number)}}
		}
		return e, nil
	}
	if first, repeated := inFile[row.MemberNumber]; repeated {
		return nil, &document.Problem{Field: "member_number", Code: MemberNumberRepeated, Params: fault.Params{"first": first, "line": row.Line}}
	}
	if register.numbers[row.MemberNumber] {
		return nil, &document.Problem{Field: "member_number", Code: MemberNumberTaken}
	}
	return e, nil
}

// consentOf is the row's own consent when it has reference and date, else the one given for the list.
// It is incomplete when the row began one and nothing completes it.
func consentOf(row StaffRow, general Consent) (c Consent, complete bool) {
	own := Consent{row.ConsentReference, clock.Date(row.ConsentDate)}
	if own.given() {
		return own, true
	}
	if general.given() {
		return general, true
	}
	return Consent{}, own == Consent{}
}

// writeMembers saves one part of a plan. The counter is first moved past every number that the list
// gives, so that no later member gets one of them.
func writeMembers(tx *act.Tx, part []memberChange, highest int64) error {
	usual, err := policy.DefaultMandateMax.RupiahOn(tx, tx.Today())
	if err != nil {
		return err
	}
	employees := make([]string, len(part))
	for i, c := range part {
		employees[i] = c.employee
	}
	have, err := membersOf(tx, employees)
	if err != nil {
		return err
	}
	if highest > 0 {
		if err := tx.Exec("INSERT INTO counters(name, last) VALUES('member.number', ?) ON CONFLICT(name) DO UPDATE SET last = max(last, excluded.last)", highest); err != nil {
			return err
		}
	}
	for _, c := range part {
		if have[c.employee] != c.existing {
			return fault.Refused("import.changed_meanwhile")
		}
		if err := writeMember(tx, c, usual); err != nil {
			return err
		}
	}
	return nil
}

func writeMember(tx *act.Tx, c memberChange, usual money.Rupiah) error {
	number := c.existing
	if number == 0 {
		employee, err := tx.App().FindRecordById("employees", c.employee)
		if err != nil {
			return fault.Refused("import.changed_meanwhile")
		}
		if number, err = enter(tx, employee, c.number); err != nil {
			return err
		}
	}
	if !c.consent.given() {
		return nil
	}
	if err := note(tx, number, "consented", c.consent.Date, c.consent.Reference); err != nil {
		return err
	}
	most := usual
	if c.max != nil {
		most = *c.max
	}
	if err := grant(tx, number, Mandate{Max: most, ValidFrom: c.consent.Date, Reference: c.consent.Reference}); err != nil {
		return err
	}
	return activate(tx, number, c.joined)
}
