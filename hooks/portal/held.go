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
	Sealed    []string   `json:"sealed"` // nip, nik, phone, pay, bank, photo, pin: those that are kept
	Purchases int64      `json:"purchases"`
	Moves     int64      `json:"savings_moves"`
	Deducted  int64      `json:"deductions"`
	Cards     int64      `json:"cards"`
	Papers    int64      `json:"papers"`   // that the member signed
	Browsers  int64      `json:"browsers"` // that the member logged in with
	Notices   int64      `json:"notices"`
}

func held(c *web.Call) (Held, error) { return readHeld(act.Read(c.App), c.By.Number) }

func readHeld(r act.Reader, number int64) (h Held, err error) {
	var kept [7]bool
	err = r.Row(`SELECT m.number, m.name, m.email, coalesce(u.name, ''), m.joined_on, e.id IS NOT NULL, coalesce(e.office_number, ''), coalesce(e.birth_date, ''),
		coalesce(e.nip_sealed, '') <> '', coalesce(e.nik_sealed, '') <> '', coalesce(e.phone, '') <> '' OR m.phone <> '', coalesce(e.pay_rupiah, 0) <> 0,
		EXISTS(SELECT 1 FROM member_banks b WHERE b.member = m.number), EXISTS(SELECT 1 FROM member_photos f WHERE f.member = m.number), m.pin_hash <> ''
		FROM members m LEFT JOIN work_units u ON u.id = m.work_unit LEFT JOIN employees e ON e.id = m.employee WHERE m.number = ?`, number).
		Scan(&h.Number, &h.Name, &h.Email, &h.WorkUnit, &h.JoinedOn, &h.Employee, &h.Office, &h.BirthDate, &kept[0], &kept[1], &kept[2], &kept[3], &kept[4], &kept[5], &kept[6])
	if err != nil {
		return h, err
	}
	h.Sealed = []string{}
	for i, name := range []string{"nip", "nik", "phone", "pay", "bank", "photo", "pin"} {
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
		(SELECT count(*) FROM payroll_lines WHERE member = ?1), (SELECT count(*) FROM card_events WHERE member = ?1 AND kind = 'issue'),
		(SELECT count(*) FROM signed_papers WHERE member = ?1), (SELECT count(*) FROM known_devices d JOIN members m ON m.id = d.record WHERE m.number = ?1 AND d.login = 'members'),
		(SELECT count(*) FROM notices WHERE member = ?1)`, number, ledger.PrincipalSavings, ledger.MandatorySavings, ledger.VoluntarySavings).
		Scan(&h.Purchases, &h.Moves, &h.Deducted, &h.Cards, &h.Papers, &h.Browsers, &h.Notices)
}
