// Package member keeps the people: the employer's staff list, the members' register with its mandates
// and cards, and the operators. A member's number is an integer that is never given out twice.
package member

import (
	"database/sql"
	"errors"
	"fmt"

	"kpdk/hooks/internal/act"
	"kpdk/hooks/internal/fault"
	"kpdk/hooks/internal/money"
)

// Status is how far someone has come as a member.
type Status string

// The way into the co-op and out of it.
const (
	Invited   Status = "invited"   // on the staff list, asked to join, owes nothing
	Applicant Status = "applicant" // has consented; the principal savings are not yet paid in full
	Active    Status = "active"
	Left      Status = "left"
)

// Person is what acts need to know of a member.
type Person struct {
	ID          string // PocketBase record
	Number      int64
	Name        string
	Status      Status
	CardSerial  int64
	PinHash     string
	CreditLimit money.Rupiah // 0: the policy's
	Unit        string       // record id of the work unit
	Employee    string       // record id on the staff list
}

// Find reads a member by number.
func Find(r act.Reader, number int64) (Person, error) {
	return act.Lasting(r, personKey(number), []string{"members"}, func() (p Person, err error) {
		p.Number = number
		err = r.Row("SELECT id, name, status, card_serial, pin_hash, credit_limit_rupiah, work_unit, employee FROM members WHERE number = ?", number).
			Scan(&p.ID, &p.Name, &p.Status, &p.CardSerial, &p.PinHash, &p.CreditLimit, &p.Unit, &p.Employee)
		if errors.Is(err, sql.ErrNoRows) {
			return p, fault.NotFound("member.unknown", fault.Params{"number": PrintNumber(number)})
		}
		return p, err
	})
}

type personKey int64

// PrintNumber writes a member number the way people see it, with at least four digits.
func PrintNumber(number int64) string { return fmt.Sprintf("%04d", number) }
