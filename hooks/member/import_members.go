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
	max      money.Rupiah // of the mandate that the row names; 0: it names none
}

func (c memberChange) at() int { return c.line }

func (c memberChange) plain() bool { return false }

// enrolled is who is in the register of members.
type enrolled struct {
	byEmployee map[string]Person // without those who left
	numbers    map[int64]bool    // of all, for ever
	waiting    map[int64]bool    // whose application the board has not decided
}

// ImportMembers takes in people who already are members. With a consent they are members at once, and
// owe no principal: they paid it when they joined. Without one they are invited and owe nothing. One consent may be
// given for the whole list, as the decision that these people are members; a mandate is each person's own, by the
// reference, date and maximum of the row.
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
	unsigned := 0
	if src.InviteOnly {
		src.Consent, unsigned = Consent{}, forgetConsents(rows)
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
	p.problems, p.withoutConsent = append(problems, p.problems...), unsigned
	highest := int64(0)
	for _, c := range p.changes {
		highest = max(highest, c.number)
	}
	return carryOut(ctx, app, "member.import_members", src, read, p, recordChunk, func(tx *act.Tx, part []memberChange) error {
		return writeMembers(tx, part, highest)
	})
}

// forgetConsents leaves aside what the rows say of papers, and counts them.
func forgetConsents(rows []StaffRow) (n int) {
	for i := range rows {
		row := &rows[i]
		if row.ConsentReference != "" || row.ConsentDate != "" || row.MandateMax != nil {
			n++
		}
		row.ConsentReference, row.ConsentDate, row.MandateMax = "", "", nil
	}
	return n
}

func readEnrolled(r act.Reader) (enrolled, error) {
	all := enrolled{map[string]Person{}, map[int64]bool{}, map[int64]bool{}}
	err := act.Each(r, `SELECT m.number, m.status, m.employee, EXISTS(SELECT 1 FROM applications a WHERE a.member = m.number AND NOT EXISTS(
		SELECT 1 FROM application_decisions d WHERE d.application = a.act)) FROM members m`, nil, func(row act.Scanner) error {
		var p Person
		var waits bool
		err := row.Scan(&p.Number, &p.Status, &p.Employee, &waits)
		all.numbers[p.Number], all.waiting[p.Number] = true, waits
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
		most, doubt := mandateOf(row, consent)
		change := memberChange{row.Line, e.id, existing.Number, row.MemberNumber, consent, consent.Date, most}
		if row.JoinedOn != "" {
			change.joined = clock.Date(row.JoinedOn)
		}
		switch {
		case !known:
			p.created++
			p.tell(document.RowChange{Row: row.Line, Name: e.name, New: true})
		case existing.Status == Invited && consent.given() && register.waiting[existing.Number]:
			p.problems = append(p.problems, document.Problem{Row: row.Line, Code: MemberHasApplied, Warning: true})
			p.unchanged++
			continue
		case existing.Status == Invited && consent.given():
			p.updated++
			p.tell(document.RowChange{Row: row.Line, Name: e.name, Fields: []document.CellChange{{Field: "consent_reference", Sealed: true}}})
			change.number = 0
		default:
			if existing.Status == Applicant {
				p.problems = append(p.problems, document.Problem{Row: row.Line, Code: MemberIsApplicant, Warning: true})
			}
			p.unchanged++
			continue
		}
		p.changes = append(p.changes, change)
		if doubt != nil {
			p.problems = append(p.problems, *doubt)
		}
	}
	return p
}

// mandateOf is the most that a row's own mandate lets the co-op deduct in a month, 0 for none: nobody has a mandate
// by a paper that stands for many, nor one whose maximum nobody wrote down.
func mandateOf(row StaffRow, consent Consent) (most money.Rupiah, doubt *document.Problem) {
	own := row.ConsentReference != "" && row.ConsentDate != ""
	named := row.MandateMax != nil && *row.MandateMax > 0
	switch {
	case !consent.given() || !own && !named:
		return 0, nil
	case !own:
		return 0, &document.Problem{Row: row.Line, Field: "consent_reference", Code: MandateUnsigned, Warning: true}
	case !named:
		return 0, &document.Problem{Row: row.Line, Field: "mandate_max_rupiah", Code: MandateWithoutMax, Warning: true}
	}
	return *row.MandateMax, nil
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
		if err := writeMember(tx, c); err != nil {
			return err
		}
	}
	return nil
}

func writeMember(tx *act.Tx, c memberChange) error {
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
	if c.existing != 0 {
		if waits, err := applicationWaits(tx, number); err != nil {
			return err
		} else if waits {
			return fault.Refused("import.changed_meanwhile")
		}
		if err := takeOnPaper(tx, number); err != nil {
			return err
		}
	}
	if err := note(tx, number, "consented", c.consent.Date, c.consent.Reference); err != nil {
		return err
	}
	if c.max > 0 {
		if err := grant(tx, number, Mandate{Max: c.max, ValidFrom: c.consent.Date, Reference: c.consent.Reference}); err != nil {
			return err
		}
	}
	return activate(tx, number, c.joined)
}
