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
// books, cards and chain stay, the person behind it goes. It is safe to repeat; erased is how many it took.
func EraseDue(ctx context.Context, app core.App) (erased int, err error) {
	numbers, err := toErase(act.Read(app), clock.Of(app).Today())
	for _, number := range numbers {
		if err != nil {
			return erased, err
		}
		a := act.Act{Kind: "member.erase", Key: fmt.Sprintf("erase:%06d", number), Input: number, By: act.BySystem}
		var again bool
		if _, again, err = act.DoWithRecords(ctx, app, a, func(tx *act.Tx) (Erased, error) { return erase(tx, app, number) }); err == nil && !again {
			erased++
		}
	}
	return erased, err
}

// toErase lists who left before the co-op's term, owes nothing and is owed nothing.
func toErase(r act.Reader, today clock.Date) (numbers []int64, err error) {
	days, err := policy.EraseAfterDays.On(r, today)
	if err != nil {
		return nil, err
	}
	return numbers, act.Each(r, `SELECT CAST(m.number AS INTEGER) FROM members m WHERE m.status = 'left' AND m.left_on <> '' AND m.left_on < ?
		AND NOT EXISTS(SELECT 1 FROM erasures e WHERE e.member = m.number)
		AND NOT EXISTS(SELECT 1 FROM item_remainders i WHERE i.member = m.number AND i.remainder > 0)
		AND NOT EXISTS(SELECT 1 FROM parties p JOIN party_balances b ON b.party = p.id WHERE p.kind = 'member' AND p.ref = CAST(CAST(m.number AS INTEGER) AS TEXT)
			AND b.amount <> 0 AND b.account IN (?, ?, ?, ?)) ORDER BY m.number LIMIT 200`,
		[]any{string(today.Add(-int(days))), ledger.LeaverPayable, ledger.DepositHeld, ledger.StoreReceivable, ledger.InstalmentRecv}, func(row act.Scanner) error {
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
	var gone bool
	if err := tx.Row(`SELECT EXISTS(SELECT 1 FROM employees e WHERE e.id = ? AND NOT e.active) AND NOT EXISTS(SELECT 1 FROM members m WHERE m.employee = ? AND m.number <> ?)`,
		p.Employee, p.Employee, number).Scan(&gone); err != nil {
		return out, err
	}
	if err := tx.Exec("INSERT INTO erasures(member, act) VALUES(?, ?)", number, tx.ID()); err != nil {
		return out, err
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
	for name, value := range map[string]any{"name": nameless + PrintNumber(number), "email": "", "phone": "", "work_unit": "", "employee": "", "language": ""} {
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

// nameless stands before the number of somebody whose name was erased.
const nameless = "Mantan anggota "
