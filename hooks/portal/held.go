package portal

import (
	"database/sql"
	"errors"

	"kpdk/hooks/internal/act"
	"kpdk/hooks/internal/clock"
	"kpdk/hooks/internal/web"
	"kpdk/hooks/ledger"
)

// Held is what the co-op holds about a member, by name of the matter. What is sealed or hidden (NIP, NIK,
// phone, pay) is told of and not shown: a phone is passed around (UU 27/2022, Ps 5 and 7).
type Held struct {
	Number    int64      `json:"number"`
	Name      string     `json:"name"`
	Email     string     `json:"email"`
	WorkUnit  string     `json:"work_unit"`
	JoinedOn  clock.Date `json:"joined_on"`
	Consent   string     `json:"consent"` // the reference of the written consent
	Employee  bool       `json:"employee"`
	Office    string     `json:"office_number"`
	BirthDate clock.Date `json:"birth_date"`
	Sealed    []string   `json:"sealed"` // nip, nik, phone, pay: those that are kept
	Purchases int64      `json:"purchases"`
	Moves     int64      `json:"savings_moves"`
	Deducted  int64      `json:"deductions"`
	Cards     int64      `json:"cards"`
}

func held(c *web.Call) (Held, error) { return readHeld(act.Read(c.App), c.By.Number) }

func readHeld(r act.Reader, number int64) (h Held, err error) {
	var kept [4]bool
	err = r.Row(`SELECT m.number, m.name, m.email, coalesce(u.name, ''), m.joined_on, e.id IS NOT NULL, coalesce(e.office_number, ''), coalesce(e.birth_date, ''),
		coalesce(e.nip_sealed, '') <> '', coalesce(e.nik_sealed, '') <> '', coalesce(e.phone, '') <> '', coalesce(e.pay_rupiah, 0) <> 0
		FROM members m LEFT JOIN work_units u ON u.id = m.work_unit LEFT JOIN employees e ON e.id = m.employee WHERE m.number = ?`, number).
		Scan(&h.Number, &h.Name, &h.Email, &h.WorkUnit, &h.JoinedOn, &h.Employee, &h.Office, &h.BirthDate, &kept[0], &kept[1], &kept[2], &kept[3])
	if err != nil {
		return h, err
	}
	h.Sealed = []string{}
	for i, name := range []string{"nip", "nik", "phone", "pay"} {
		if kept[i] {
			h.Sealed = append(h.Sealed, name)
		}
	}
	err = r.Row("SELECT reference FROM member_events WHERE member = ? AND kind = 'consented' ORDER BY id DESC LIMIT 1", number).Scan(&h.Consent)
	if err != nil && !errors.Is(err, sql.ErrNoRows) {
		return h, err
	}
	return h, r.Row(`SELECT (SELECT count(*) FROM sales WHERE member = ?1),
		(SELECT count(*) FROM parties p JOIN journal_lines l ON l.party = p.id WHERE p.kind = 'member' AND p.ref = CAST(?1 AS TEXT) AND l.account IN (?2, ?3, ?4)),
		(SELECT count(*) FROM payroll_lines WHERE member = ?1), (SELECT count(*) FROM card_events WHERE member = ?1 AND kind = 'issue')`, number, ledger.PrincipalSavings, ledger.MandatorySavings, ledger.VoluntarySavings).
		Scan(&h.Purchases, &h.Moves, &h.Deducted, &h.Cards)
}
