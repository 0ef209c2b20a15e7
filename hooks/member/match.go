package member

import (
	"database/sql"
	"errors"
	"strings"

	"github.com/pocketbase/pocketbase/core"

	"kpdk/hooks/internal/act"
	"kpdk/hooks/internal/clock"
	"kpdk/hooks/internal/keys"
)

// What an invited person's identity was matched by; whoever applies on their own is matched by "number": name, NIP or
// NIK, and birth date.
const (
	byBirthDate = "birth_date"
	byDigits    = "digits" // the last four of NIP or NIK
	byNothing   = "none"   // the list knows nothing to match
)

const digitsAsked = 4

// Proof is what an invited person knows of themselves: the birth date, or the last digits of NIP or NIK.
type Proof struct {
	BirthDate clock.Date `json:"birth_date"`
	Digits    string     `json:"digits"`
}

// MatchInvited compares a proof with the staff list; a list that knows neither leaves it to the approval.
func MatchInvited(app core.App, employee string, p Proof) (matched string, ok bool, err error) {
	ring, err := keys.Of(app)
	if err != nil {
		return "", false, err
	}
	var born, nip, nik string
	err = act.Read(app).Row("SELECT birth_date, nip_sealed, nik_sealed FROM employees WHERE id = ?", employee).Scan(&born, &nip, &nik)
	if errors.Is(err, sql.ErrNoRows) {
		return byNothing, true, nil
	}
	if err != nil {
		return "", false, err
	}
	var numbers []string
	for _, sealed := range []string{nip, nik} {
		number, err := ring.Open(sealed)
		if err != nil {
			return "", false, err
		}
		if number != "" {
			numbers = append(numbers, number)
		}
	}
	if born == "" {
		born = NIP(strings.Join(numbers[:min(1, len(numbers))], "")).BirthDate()
	}
	if born == "" && len(numbers) == 0 {
		return byNothing, true, nil
	}
	if p.BirthDate != "" && string(p.BirthDate) == born {
		return byBirthDate, true, nil
	}
	for _, number := range numbers {
		if digits := bare(p.Digits); len(digits) == digitsAsked && strings.HasSuffix(number, digits) {
			return byDigits, true, nil
		}
	}
	return "", false, nil
}

// Described is somebody who applies, in their own words.
type Described struct {
	Name      string     `json:"name"`
	Number    string     `json:"identity_number"` // NIP or NIK
	BirthDate clock.Date `json:"birth_date"`
}

// MatchOnList finds who applies on the staff list: the number by its blind index, and name and birth date
// beside it must be the list's. ok is false without saying which of them was not.
func MatchOnList(app core.App, d Described) (employee string, ok bool, err error) {
	ring, err := keys.Of(app)
	if err != nil {
		return "", false, err
	}
	column, index := "", ""
	number := bare(d.Number)
	if nik, err := ParseNIK(number); err == nil && nik != "" {
		column, index = "nik_index", ring.Index("nik", string(nik))
	} else if nip, err := ParseNIP(number); err == nil && nip != "" {
		column, index = "nip_index", ring.Index("nip", string(nip))
	} else {
		return "", false, nil
	}
	var name, born, sealed string
	err = act.Read(app).Row("SELECT id, name, birth_date, nip_sealed FROM employees WHERE active = TRUE AND "+column+" = ?", index).Scan(&employee, &name, &born, &sealed)
	if errors.Is(err, sql.ErrNoRows) {
		return "", false, nil
	}
	if err != nil {
		return "", false, err
	}
	if born == "" {
		nip, err := ring.Open(sealed)
		if err != nil {
			return "", false, err
		}
		born = NIP(nip).BirthDate()
	}
	return employee, sameName(name, d.Name) && (born == "" || born == string(d.BirthDate)), nil
}

// sameName leaves out what stands around a name in lists: titles, degrees, and initials that some write out.
func sameName(a, b string) bool { return bareName(a) != "" && bareName(a) == bareName(b) }

func bareName(name string) string {
	name, _, _ = strings.Cut(name, ",") // degrees: Rani Wulandari, S.E.
	var kept []string
	for part := range strings.FieldsSeq(strings.ToLower(name)) {
		if !strings.HasSuffix(part, ".") {
			kept = append(kept, part)
		}
	}
	return marks.Replace(strings.Join(kept, " "))
}

// marks inside names, which keyboards and lists write in many ways: Ma'ruf, Ma’ruf, Siti-Aminah.
var marks = strings.NewReplacer("'", "", "’", "", "‘", "", "`", "", "ʼ", "", "-", "", ".", "")

// NoteIdentity records by what somebody's identity was matched; no more than that is kept.
func NoteIdentity(tx *act.Tx, number int64, way, matched string) error {
	return tx.Exec("INSERT INTO identity_checks(member, way, matched, act) VALUES(?, ?, ?, ?)", number, way, matched, tx.ID())
}
