package member

import (
	"context"
	"fmt"

	"github.com/pocketbase/pocketbase/core"
	"github.com/pocketbase/pocketbase/tools/security"

	"kpdk/hooks/internal/act"
	"kpdk/hooks/internal/clock"
	"kpdk/hooks/ledger"
	"kpdk/hooks/policy"
)

// Erased is whose data an act removed.
type Erased struct {
	Number   int64 `json:"number"`
	Employee bool  `json:"employee"` // the line of the staff list too
}

// EraseDue removes the personal data of everybody who left longer ago than the co-op keeps it (UU 27/2022 on
// personal data, article 16: until its purpose is over) and with whom nothing is open: a number stays, its
// books, cards and chain stay, the person behind it goes. Whoever applied and was not taken in goes by a term of
// their own, and leaves the register too. It is safe to repeat; erased is how many it took.
func EraseDue(ctx context.Context, app core.App) (erased int, err error) {
	r, today := act.Read(app), clock.Of(app).Today()
	for _, find := range []func(act.Reader, *clock.Clock, clock.Date) ([]int64, error){toErase, applicantsToErase} {
		numbers, err := find(r, clock.Of(app), today)
		if err != nil {
			return erased, err
		}
		for _, number := range numbers {
			a := act.Act{Kind: "member.erase", Key: fmt.Sprintf("erase:%06d", number), Input: number, By: act.BySystem}
			_, again, err := act.DoWithRecords(ctx, app, a, func(tx *act.Tx) (Erased, error) { return erase(tx, app, number) })
			if err != nil {
				return erased, err
			}
			if !again {
				erased++
			}
		}
	}
	return erased, nil
}

const mostErased = 200 // of each kind in a night

// toErase lists who left before the co-op's term, owes nothing and is owed nothing. Who left before becoming a
// member was an applicant, and is kept as long as one.
func toErase(r act.Reader, _ *clock.Clock, today clock.Date) (numbers []int64, err error) {
	members, err := policy.EraseAfterDays.On(r, today)
	if err != nil {
		return nil, err
	}
	applicants, err := policy.EraseApplicantsAfterDays.On(r, today)
	if err != nil {
		return nil, err
	}
	return readNumbers(r, `SELECT CAST(m.number AS INTEGER) FROM members m WHERE m.status = 'left' AND m.left_on <> '' AND m.left_on < CASE m.joined_on WHEN '' THEN ? ELSE ? END`+nothingOpen,
		string(today.Add(-int(applicants))), string(today.Add(-int(members))), ledger.LeaverPayable, ledger.DepositHeld, ledger.StoreReceivable, ledger.InstalmentRecv, mostErased)
}

// applicantsToErase lists who came in by a letter or on their own and is no member: refused before the co-op's term,
// or never heard of since. Somebody whose application waits is not among them.
func applicantsToErase(r act.Reader, c *clock.Clock, today clock.Date) (numbers []int64, err error) {
	days, err := policy.EraseApplicantsAfterDays.On(r, today)
	if err != nil {
		return nil, err
	}
	return readNumbers(r, `SELECT CAST(m.number AS INTEGER) FROM members m WHERE m.status = 'invited' AND EXISTS(SELECT 1 FROM identity_checks i WHERE i.member = m.number)
		AND NOT EXISTS(SELECT 1 FROM applications p WHERE p.member = m.number AND NOT EXISTS(SELECT 1 FROM application_decisions d WHERE d.application = p.act))
		AND (SELECT max(a.at) FROM acts a WHERE a.id IN (SELECT act FROM identity_checks WHERE member = m.number UNION SELECT act FROM applications WHERE member = m.number
			UNION SELECT d.act FROM application_decisions d JOIN applications p ON p.act = d.application WHERE p.member = m.number)) < ?`+nothingOpen,
		c.Begins(today.Add(-int(days))).UnixMilli(), ledger.LeaverPayable, ledger.DepositHeld, ledger.StoreReceivable, ledger.InstalmentRecv, mostErased)
}

const nothingOpen = ` AND NOT EXISTS(SELECT 1 FROM erasures e WHERE e.member = m.number)
	AND NOT EXISTS(SELECT 1 FROM item_remainders i WHERE i.member = m.number AND i.remainder > 0)
	AND NOT EXISTS(SELECT 1 FROM parties p JOIN party_balances b ON b.party = p.id WHERE p.kind = 'member' AND p.ref = CAST(CAST(m.number AS INTEGER) AS TEXT)
		AND b.amount <> 0 AND b.account IN (?, ?, ?, ?)) ORDER BY m.number LIMIT ?`

func readNumbers(r act.Reader, query string, args ...any) (numbers []int64, err error) {
	return numbers, act.Each(r, query, args, func(row act.Scanner) error {
		var n int64
		err := row.Scan(&n)
		numbers = append(numbers, n)
		return err
	})
}

// erase takes the person out of the register and, where the employer doesn't keep him or her any more and
// no other membership stands on it (nor one that ended and is not erased yet), out of the staff list. The line
// of the register no longer says whose it was, even while the staff list keeps the person.
func erase(tx *act.Tx, app core.App, number int64) (out Erased, err error) {
	out.Number = number
	p, err := Find(tx, number)
	if err != nil {
		return out, err
	}
	former := formerMember
	var joined string
	if err := tx.Row("SELECT joined_on FROM members WHERE number = ?", number).Scan(&joined); err != nil {
		return out, err
	}
	if joined == "" {
		former = formerApplicant
	}
	var gone bool
	if err := tx.Row(`SELECT EXISTS(SELECT 1 FROM employees e WHERE e.id = ? AND NOT e.active) AND NOT EXISTS(SELECT 1 FROM members m WHERE m.employee = ? AND m.number <> ?)`,
		p.Employee, p.Employee, number).Scan(&gone); err != nil {
		return out, err
	}
	if err := tx.Exec("INSERT INTO erasures(member, act) VALUES(?, ?)", number, tx.ID()); err != nil {
		return out, err
	}
	if p.Status == Invited { // nobody waits for them any more, and they may be asked again under another number
		if err := strikeOff(tx, app, p, "not_taken_in"); err != nil {
			return out, err
		}
	}
	for _, acts := range actsAbout {
		if err := tx.Exec("DELETE FROM act_notes WHERE act IN ("+acts+")", number); err != nil {
			return out, err
		}
	}
	for _, room := range leavingPorts(app).Erase {
		if err := room(tx, app, number); err != nil {
			return out, err
		}
	}
	if err := eraseBank(tx, number); err != nil {
		return out, err
	}
	if err := erasePapers(tx, number); err != nil {
		return out, err
	}
	if _, err := dropPhoto(tx, number); err != nil {
		return out, err
	}
	record, err := tx.App().FindRecordById("members", p.ID)
	if err != nil {
		return out, err
	}
	for name, value := range map[string]any{"name": former + PrintNumber(number), "email": "", "phone": "", "work_unit": "", "employee": "", "language": ""} {
		record.Set(name, value)
	}
	record.SetPassword(security.RandomString(40))
	record.RefreshTokenKey()
	if err := tx.App().Save(record); err != nil {
		return out, err
	}
	if !gone {
		return out, nil
	}
	employee, err := tx.App().FindRecordById("employees", p.Employee)
	if err != nil {
		return out, err
	}
	out.Employee = true
	return out, tx.App().Delete(employee)
}

// erasePapers removes what somebody signed; that it was signed, and the hash of what, stays.
func erasePapers(tx *act.Tx, number int64) error {
	var papers []int64
	err := act.Each(tx, "SELECT id FROM signed_papers WHERE member = ?", []any{number}, func(row act.Scanner) error {
		var id int64
		err := row.Scan(&id)
		papers = append(papers, id)
		return err
	})
	for _, id := range papers {
		if err != nil {
			return err
		}
		if r, missing := tx.App().FindFirstRecordByData(paperFiles, "paper", id); missing == nil {
			err = tx.App().Delete(r)
		}
	}
	return err
}

// actsAbout find the acts that concern one member, whose notes may name people.
var actsAbout = []string{"SELECT act FROM member_events WHERE member = ?", "SELECT act FROM mandates WHERE member = ?", "SELECT act FROM card_events WHERE member = ?",
	"SELECT act FROM leave_requests WHERE member = ?", "SELECT d.act FROM leave_decisions d JOIN leave_requests q ON q.act = d.request WHERE q.member = ?",
	"SELECT act FROM leavings WHERE member = ?",
	"SELECT d.act FROM application_decisions d JOIN applications a ON a.act = d.application WHERE a.member = ?"}

// What stands before the number of somebody whose name was erased.
const (
	formerMember    = "Mantan anggota "
	formerApplicant = "Mantan pelamar "
)
