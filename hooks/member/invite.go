package member

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"time"

	"github.com/pocketbase/pocketbase/core"

	"kpdk/hooks/internal/act"
	"kpdk/hooks/internal/fault"
	"kpdk/hooks/ledger"
)

// Invite asks people of the staff list to join. An invitation makes a number and owes nothing.
type Invite struct {
	Employees []string `json:"employees"`
}

// Invitation is one employee's number in the register.
type Invitation struct {
	Employee string `json:"employee"`
	Number   int64  `json:"number"`
}

// Invitations tells who was invited, and who already was or is a member.
type Invitations struct {
	Invited []Invitation `json:"invited"`
	Already []string     `json:"already"`
}

// InviteEmployees runs a chain of acts, so that a whole staff list can be invited at once.
func InviteEmployees(ctx context.Context, app core.App, key string, by act.Actor, in Invite) (Invitations, bool, error) {
	all := Invitations{[]Invitation{}, []string{}}
	if err := in.check(); err != nil {
		return all, false, err
	}
	employees := distinct(in.Employees)
	whole := digest(employees)
	replayed, err := inChunks(key, employees, recordChunk, func(key string, part []string) (bool, error) {
		a := act.Act{Kind: "member.invite", Key: key, By: by, Input: struct {
			Whole string
			Part  []string
		}{whole, part}}
		out, again, err := act.DoWithRecords(ctx, app, a, func(tx *act.Tx) (Invitations, error) { return invite(tx, part) })
		all.Invited, all.Already = append(all.Invited, out.Invited...), append(all.Already, out.Already...)
		return again, err
	})
	return all, replayed, err
}

func (in Invite) check() error {
	var problems fault.Input
	problems.Check(len(in.Employees) > 0, "employees", "member.nobody_named")
	problems.Check(len(in.Employees) <= maxPeople, "employees", "input.too_many", fault.Params{"max": maxPeople})
	for i, id := range in.Employees {
		problems.Check(id != "" && len(id) <= 50, fmt.Sprintf("employees.%d", i), "member.employee_unknown")
	}
	return problems.Err()
}

func invite(tx *act.Tx, employees []string) (out Invitations, err error) {
	out = Invitations{[]Invitation{}, []string{}}
	members, err := membersOf(tx, employees)
	if err != nil {
		return out, err
	}
	var problems fault.Input
	var invited []*core.Record
	for i, id := range employees {
		employee, err := tx.App().FindRecordById("employees", id)
		if err != nil {
			problems.Add(fmt.Sprintf("employees.%d", i), "member.employee_unknown")
			continue
		}
		if members[id] != 0 {
			out.Already = append(out.Already, id)
			continue
		}
		invited = append(invited, employee)
	}
	if err := problems.Err(); err != nil {
		return out, err
	}
	for _, employee := range invited {
		number, err := enter(tx, employee, 0)
		if err != nil {
			return out, err
		}
		out.Invited = append(out.Invited, Invitation{employee.Id, number})
	}
	return out, nil
}

// membersOf finds the numbers under which employees are in the register now; who left is not.
func membersOf(r act.Reader, employees []string) (map[string]int64, error) {
	ids, err := json.Marshal(employees)
	if err != nil {
		return nil, err
	}
	numbers := map[string]int64{}
	err = act.Each(r, "SELECT employee, number FROM members WHERE status <> ? AND employee IN (SELECT value FROM json_each(?))",
		[]any{string(Left), string(ids)}, func(row act.Scanner) error {
			var employee string
			var number int64
			err := row.Scan(&employee, &number)
			numbers[employee] = number
			return err
		})
	return numbers, err
}

// enter makes the member record of an employee: invited, without a password (a login comes to life
// when the person accepts), under the next number or one that a list already gave.
func enter(tx *act.Tx, employee *core.Record, number int64, with ...func(*core.Record)) (int64, error) {
	if number == 0 {
		next, err := ledger.Count(tx, "member.number")
		if err != nil {
			return 0, err
		}
		number = next
	}
	members, err := tx.App().FindCachedCollectionByNameOrId("members")
	if err != nil {
		return 0, err
	}
	record := core.NewRecord(members)
	record.Set("number", number)
	record.Set("name", employee.GetString("name"))
	record.Set("work_unit", employee.GetString("work_unit"))
	record.Set("employee", employee.Id)
	record.Set("status", string(Invited))
	record.RefreshTokenKey()
	if own, err := ownOnList(tx, employee.GetString("email"), number); err != nil {
		return 0, err
	} else if own {
		record.Set("email", employee.GetString("email"))
	}
	for _, f := range with {
		f(record)
	}
	if err := tx.App().SaveNoValidate(record); err != nil {
		return 0, err
	}
	return number, note(tx, number, "invited", tx.Today(), "")
}

// EmailFree says whether an address may become a login: there is one, and no other member has it.
func EmailFree(r act.Reader, email string) (free bool, err error) {
	if email == "" {
		return false, nil
	}
	err = r.Row("SELECT NOT EXISTS(SELECT 1 FROM members WHERE email = ? AND email != '')", email).Scan(&free)
	return free, err
}

// Open says whether somebody of the staff list may apply on their own: nobody with a login, an application
// or a membership speaks for them yet, and no letter with a secret code is on its way to them. Whoever has one
// comes in by it: a colleague may know a number and a birth date, and never the code. The number is that of an
// invitation nobody has answered, or 0.
func Open(r act.Reader, employee string, now time.Time) (number int64, open bool, err error) {
	members, err := membersOf(r, []string{employee})
	if err != nil || members[employee] == 0 {
		return 0, err == nil, err
	}
	number = members[employee]
	err = r.Row(`SELECT status = 'invited' AND password = '' AND NOT EXISTS(SELECT 1 FROM applications WHERE member = members.number)
		AND NOT EXISTS(SELECT 1 FROM invitations WHERE member = members.number AND expires_at > ?) FROM members WHERE number = ?`, now.UnixMilli(), number).Scan(&open)
	return number, open, err
}

// EnterOwn gives somebody who applied on their own a number and a login, or the login alone to one who was
// invited. It works inside the act that matched them.
func EnterOwn(tx *act.Tx, employee string, with func(*core.Record)) (number int64, err error) {
	number, open, err := Open(tx, employee, tx.Now())
	if err != nil || !open {
		return 0, errors.Join(err, ErrNotOpen)
	}
	if number == 0 {
		person, err := tx.App().FindRecordById("employees", employee)
		if err != nil {
			return 0, ErrNotOpen
		}
		return enter(tx, person, 0, with)
	}
	record, err := tx.App().FindFirstRecordByData("members", "number", number)
	if err != nil {
		return 0, err
	}
	with(record)
	record.RefreshTokenKey()
	return number, tx.App().SaveNoValidate(record)
}

// ErrNotOpen says that somebody else spoke for the person meanwhile.
var ErrNotOpen = errors.New("member: this person has a login or is a member already")
