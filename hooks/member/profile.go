package member

import (
	"database/sql"
	"errors"

	"kpdk/hooks/internal/act"
	"kpdk/hooks/internal/clock"
	"kpdk/hooks/internal/money"
	"kpdk/hooks/internal/web"
)

// Profile is one member as the office sees them: who, since when, what holds today and what held before.
type Profile struct {
	Number   int64           `json:"number"`
	Name     string          `json:"name"`
	Status   Status          `json:"status"`
	Kind     string          `json:"kind"`
	Votes    bool            `json:"votes"`
	JoinedOn string          `json:"joined_on"`
	Employee string          `json:"employee"` // record id, or empty
	Unit     string          `json:"unit"`     // record id
	UnitName string          `json:"unit_name"`
	Grade    string          `json:"grade"`
	Channel  string          `json:"channel"`
	Pay      *money.Rupiah   `json:"pay_rupiah"` // for managers; null: hidden or unknown
	Photo    *PhotoState     `json:"photo"`      // for managers
	Events   []RegisterEvent `json:"events"`
	Facts    []Fact          `json:"facts"`
	Mandates []MandateEvent  `json:"mandates"`
}

// RegisterEvent is one line of the register of members.
type RegisterEvent struct {
	Kind string     `json:"kind"` // invited, consented, activated, left, ordinary, extraordinary
	Date clock.Date `json:"date"`
	By   act.Role   `json:"by"`
}

func readProfile(c *web.Call) (p Profile, err error) {
	number, err := c.Number("number")
	if err != nil {
		return p, err
	}
	return profileOf(act.Read(c.App), number, clock.Of(c.App).Today(), c.By.Role == act.Manager)
}

func profileOf(r act.Reader, number int64, today clock.Date, all bool) (p Profile, err error) {
	person, err := Find(r, number)
	if err != nil {
		return p, err
	}
	p = Profile{Number: number, Name: person.Name, Status: person.Status, Employee: person.Employee, Unit: person.Unit, Events: []RegisterEvent{}}
	if p.Kind, err = KindOf(r, number); err != nil {
		return p, err
	}
	p.Votes = p.Status == Active && Votes(p.Kind)
	var pay money.Rupiah
	err = r.Row(`SELECT m.joined_on, coalesce(u.name, ''), coalesce(e.grade, ''), coalesce(e.channel, ''), coalesce(e.pay_rupiah, 0) FROM members m
		LEFT JOIN employees e ON e.id = m.employee LEFT JOIN work_units u ON u.id = m.work_unit WHERE m.number = ?`, number).Scan(&p.JoinedOn, &p.UnitName, &p.Grade, &p.Channel, &pay)
	if err != nil && !errors.Is(err, sql.ErrNoRows) {
		return p, err
	}
	if p.Channel = usualChannel(p.Channel); all && pay > 0 {
		p.Pay = &pay
	}
	err = act.Each(r, `SELECT x.kind, x.date, a.role FROM (SELECT kind, date, act FROM member_events WHERE member = ?1 UNION ALL SELECT kind, date, act FROM member_kinds WHERE member = ?1) x
		JOIN acts a ON a.id = x.act ORDER BY x.act DESC LIMIT 100`, []any{number}, func(row act.Scanner) error {
		var e RegisterEvent
		err := row.Scan(&e.Kind, &e.Date, &e.By)
		p.Events = append(p.Events, e)
		return err
	})
	if err != nil {
		return p, err
	}
	if p.Facts, err = historyOf(r, person.Employee, today, all); err != nil {
		return p, err
	}
	if all {
		photo, err := photoState(r, number, today)
		if err != nil {
			return p, err
		}
		p.Photo = &photo
	}
	mandates, err := readMandates(r, number, today)
	p.Mandates = mandates.History
	return p, err
}

// OwnFacts are a member's own facts, today's and those of before, without the pay: a phone is passed around.
type OwnFacts struct {
	Kind    string `json:"kind"`
	Votes   bool   `json:"votes"`
	Unit    string `json:"unit"`
	Grade   string `json:"grade"`
	Channel string `json:"channel"`
	History []Fact `json:"history"`
}

func readOwnFacts(c *web.Call) (OwnFacts, error) {
	p, err := profileOf(act.Read(c.App), c.By.Number, clock.Of(c.App).Today(), false)
	return OwnFacts{p.Kind, p.Votes, p.UnitName, p.Grade, p.Channel, p.Facts}, err
}
