package member

import (
	"database/sql"
	"errors"

	"github.com/pocketbase/pocketbase/core"

	"kpdk/hooks/internal/act"
	"kpdk/hooks/internal/fault"
	"kpdk/hooks/notice"
)

// Whoever applies with name, NIP and birth date, which colleagues know, has a login in somebody's name and is not yet
// known to be that person. Proof is what the co-op alone hands out: the code of a letter, a code of the manager's, or
// the board's word on an application. Until then no code goes out by mail; and when the person comes, by letter, by
// code or on paper, all that was set before is void.

// Proved says whether a login is known to be the person's: of somebody whom the board took in, or who came by a code
// that the co-op gave out after whatever else.
func Proved(r act.Reader, number int64) (proved bool, err error) {
	err = r.Row(`SELECT m.status IN (?, ?) OR m.password <> '' AND coalesce((SELECT way <> 'own' FROM (SELECT act, way FROM identity_checks WHERE member = m.number
		UNION ALL SELECT act, 'code' FROM login_events WHERE login = 'members' AND record = m.id AND kind = 'code_used') ORDER BY act DESC LIMIT 1), FALSE) FROM members m WHERE m.number = ?`,
		string(Applicant), string(Active), number).Scan(&proved)
	return proved, err
}

// VacateUnproved empties the login of somebody who is not known to be the person.
func VacateUnproved(tx *act.Tx, number int64) error {
	proved, err := Proved(tx, number)
	if err != nil || proved {
		return err
	}
	return Vacate(tx, number)
}

// vacateUsed is VacateUnproved for somebody to whom a letter goes: a login that nobody opened is left as it is.
func vacateUsed(tx *act.Tx, number int64) error {
	used, err := opened(tx, number)
	if err != nil || !used {
		return err
	}
	return VacateUnproved(tx, number)
}

// Vacate makes the login of somebody who is no member yet as it was before anybody opened it: no password, session,
// passkey, browser, code, PIN or photo of before counts, the address is the staff list's again, and an application
// that waits, signed by whoever had the login, is void with its mandate. Sessions, passkeys and browsers end with the
// token key. Whose name it was is told, in the app and at the address that the staff list has for them alone.
func Vacate(tx *act.Tx, number int64) error {
	strange, err := openedUnproved(tx, number)
	if err != nil {
		return err
	}
	record, err := tx.App().FindFirstRecordByData("members", "number", number)
	if err != nil {
		return fault.NotFound("member.unknown", fault.Params{"number": PrintNumber(number)})
	}
	address, err := listedAddress(tx, number, record)
	if err != nil {
		return err
	}
	if address != record.Email() {
		record.SetEmail(address)
	}
	for name, value := range map[string]any{"phone": "", "language": "", "pin_hash": ""} {
		record.Set(name, value)
	}
	record.SetVerified(false)
	record.SetRaw(core.FieldNamePassword, &core.PasswordFieldValue{})
	record.RefreshTokenKey()
	if err := tx.App().SaveNoValidate(record); err != nil {
		return err
	}
	if _, err := dropPhoto(tx, number); err != nil {
		return err
	}
	if strange {
		listed, err := staffAddress(tx, number)
		if err != nil {
			return err
		}
		if err := notice.News(tx, tx.App(), notice.Notice{Member: number, Kind: notice.LoginVoided, Before: listed}); err != nil {
			return err
		}
	}
	return errors.Join(forgetTries(tx, number), tx.App().DeleteAllOTPsByRecord(record), dropApplication(tx, number),
		tx.Exec("DELETE FROM reset_codes WHERE login = 'members' AND record = ?", record.Id))
}

// openedUnproved says whether somebody has a login in this name without being known to be the person.
func openedUnproved(r act.Reader, number int64) (bool, error) {
	used, err := opened(r, number)
	if err != nil || !used {
		return false, err
	}
	proved, err := Proved(r, number)
	return !proved, err
}

// opened says whether anybody set a password of the login, or is in by it.
func opened(r act.Reader, number int64) (used bool, err error) {
	err = r.Row("SELECT m.password <> '' OR EXISTS(SELECT 1 FROM sessions s WHERE s.login = 'members' AND s.record = m.id) FROM members m WHERE m.number = ?", number).Scan(&used)
	if errors.Is(err, sql.ErrNoRows) {
		err = nil
	}
	return used, err
}

// listedAddress is the address that the office gave to somebody: the login's own, unless an applicant wrote it there.
func listedAddress(r act.Reader, number int64, record *core.Record) (address string, err error) {
	var applied bool
	if err := r.Row("SELECT EXISTS(SELECT 1 FROM identity_checks WHERE member = ? AND way = 'own')", number).Scan(&applied); err != nil || !applied {
		return record.Email(), err
	}
	return staffAddress(r, number)
}

// staffAddress is the address that the staff list has for somebody alone, or empty.
func staffAddress(r act.Reader, number int64) (address string, err error) {
	err = r.Row("SELECT e.email FROM members m JOIN employees e ON e.id = m.employee WHERE m.number = ?", number).Scan(&address)
	if errors.Is(err, sql.ErrNoRows) {
		return "", nil
	}
	if err != nil {
		return "", err
	}
	own, err := ownOnList(r, address, number)
	if err != nil || !own {
		return "", err
	}
	return address, nil
}

// ownOnList says whether an address of the staff list may become the login of one person of it: it is no other
// member's, and stands on no other line. Which of several people reads a mailbox that they share, nobody can tell.
func ownOnList(r act.Reader, address string, number int64) (own bool, err error) {
	if address == "" {
		return false, nil
	}
	err = r.Row(`SELECT NOT EXISTS(SELECT 1 FROM members o WHERE o.email = ? AND o.email != '' AND o.number <> ?)
		AND (SELECT count(*) FROM (SELECT 1 FROM employees e WHERE e.email = ? AND e.email != '' AND e.active LIMIT 2)) < 2`, address, number, address).Scan(&own)
	return own, err
}

// dropApplication turns down, without the board, an application that waits.
func dropApplication(tx *act.Tx, number int64) error {
	waits, err := applicationWaits(tx, number)
	if err != nil || !waits {
		return err
	}
	if err := closeApplications(tx, number); err != nil {
		return err
	}
	granted, err := standsFrom(tx, number, tx.Today())
	if err != nil || !granted {
		return err
	}
	return revoke(tx, number, tx.Today(), "application_void")
}

// closeApplications lets whoever applied wait for the board no more.
func closeApplications(tx *act.Tx, number int64) error {
	return tx.Exec(`INSERT INTO application_decisions(application, approved, act) SELECT a.act, 0, ? FROM applications a
		WHERE a.member = ? AND NOT EXISTS(SELECT 1 FROM application_decisions d WHERE d.application = a.act)`, tx.ID(), number)
}

// takeOnPaper is somebody whom the office makes a member: what a stranger set is void, and so is a letter on its way.
func takeOnPaper(tx *act.Tx, number int64) error {
	if err := VacateUnproved(tx, number); err != nil {
		return err
	}
	return tx.Exec("DELETE FROM invitations WHERE member = ?", number)
}
