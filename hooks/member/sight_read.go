package member

import (
	"database/sql"
	"errors"
	"fmt"
	"strings"

	"kpdk/hooks/internal/act"
	"kpdk/hooks/internal/clock"
	"kpdk/hooks/internal/fault"
	"kpdk/hooks/internal/web"
)

// Sighting is one thing that somebody of the co-op did with a member's data. Names are looked up now: what is kept
// says who by a record's id.
type Sighting struct {
	Act    int64      `json:"act"`
	At     string     `json:"at"`
	Action web.Action `json:"action"`
	Via    string     `json:"via"`              // what was shown, a code
	Why    string     `json:"why"`              // for what work, a code
	Role   act.Role   `json:"role"`             // who
	By     string     `json:"by"`               // a name; empty where the role says all
	Kind   string     `json:"kind,omitempty"`   // of a change: the act's
	Fields []string   `json:"fields,omitempty"` // changed by hand
	Facts  []Change   `json:"facts,omitempty"`  // changed with their dates
	Period string     `json:"period,omitempty"` // of the list that was taken
}

// Change is a fact before and after. The pay is told of and not shown.
type Change struct {
	Kind      string     `json:"kind"`
	Was       string     `json:"was"`
	Now       string     `json:"now"`
	ValidFrom clock.Date `json:"valid_from"`
}

// Sightings are a page, newest first.
type Sightings struct {
	Sightings []Sighting `json:"sightings"`
	Since     clock.Date `json:"since"` // the first day of which anything is kept; empty: nothing yet
	Next      int64      `json:"next"`
	Name      string     `json:"name,omitempty"` // whose, for the office
}

// changesOf find the acts that changed a member's record, by the member's number (1) before an act (2). Purchases and
// deductions stand in lists of their own.
var changesOf = []string{
	"SELECT act FROM member_events WHERE member = ?1 AND act < ?2",
	"SELECT act FROM member_kinds WHERE member = ?1 AND act < ?2",
	"SELECT act FROM mandates WHERE member = ?1 AND act < ?2",
	"SELECT act FROM member_banks WHERE member = ?1 AND act < ?2",
	"SELECT act FROM card_events WHERE member = ?1 AND act < ?2",
	"SELECT act FROM card_prints WHERE member = ?1 AND act < ?2",
	"SELECT act FROM photo_events WHERE member = ?1 AND act < ?2",
	"SELECT d.act FROM applications a JOIN application_decisions d ON d.application = a.act WHERE a.member = ?1 AND d.act < ?2",
	"SELECT d.act FROM leave_requests q JOIN leave_decisions d ON d.request = q.act WHERE q.member = ?1 AND d.act < ?2",
	"SELECT f.act FROM members m JOIN employee_facts f ON f.employee = m.employee WHERE m.number = ?1 AND m.employee <> '' AND f.act < ?2",
	"SELECT c.act FROM members m JOIN employee_facts f ON f.employee = m.employee JOIN fact_cancels c ON c.fact = f.id WHERE m.number = ?1 AND m.employee <> '' AND c.act < ?2",
	"SELECT e.act FROM members m JOIN login_events e ON e.record = m.id AND e.login = 'members' WHERE m.number = ?1 AND e.act < ?2",
	"SELECT act FROM savings_receipts WHERE member = ?1 AND act < ?2",
	"SELECT v.act FROM savings_receipts r JOIN savings_reversals v ON v.deposit = r.entry WHERE r.member = ?1 AND v.act < ?2",
	"SELECT s.act FROM withdrawals w JOIN withdrawal_steps s ON s.withdrawal = w.act WHERE w.member = ?1 AND s.act < ?2",
	"SELECT a.act FROM objections o JOIN objection_answers a ON a.objection = o.act WHERE o.member = ?1 AND a.act < ?2",
	"SELECT act FROM instalment_plans WHERE member = ?1 AND act < ?2",
	"SELECT act FROM leavings WHERE member = ?1 AND act < ?2",
	"SELECT act FROM treasury_moves WHERE kind IN ('leaver', 'refund', 'debt') AND target = CAST(?1 AS TEXT) AND act < ?2",
	"SELECT act FROM payroll_corrected WHERE member = ?1 AND act < ?2",
	"SELECT d.act FROM instalment_requests q JOIN instalment_decisions d ON d.request = q.act WHERE q.body ->> 'member' = ?1 AND d.act < ?2",
}

const (
	sightingColumns = `SELECT a.id, a.kind, a.at, a.role, a.actor, coalesce(s.action, ''), coalesce(s.via, ''), coalesce(s.why, ''), coalesce(s.fields, ''), coalesce(s.period, '') `
	// ofEverybody are the lists and files that a member stood in: all since the member is known, those of a month only
	// for who is on its list.
	ofEverybody = sightingColumns + `FROM sightings s JOIN acts a ON a.id = s.act WHERE s.member IS NULL AND s.act < ?2 AND s.act > (SELECT coalesce(min(act), 0) FROM member_events WHERE member = ?1)
		AND (s.period = '' OR EXISTS(SELECT 1 FROM payroll_lines l WHERE l.period = s.period AND l.member = ?1 AND (s.unit = '' OR l.unit = CASE s.unit WHEN '-' THEN '' ELSE s.unit END)))
		ORDER BY s.act DESC LIMIT ?3`
)

// ofOne are a member's own sightings with what changed the record; what the member did is no news to the member.
var ofOne = sightingColumns + `FROM (SELECT act FROM sightings WHERE member = ?1 AND act < ?2 UNION ` + strings.Join(changesOf, " UNION ") + `) x
	JOIN acts a ON a.id = x.act LEFT JOIN sightings s ON s.act = a.id WHERE a.role <> 'member' AND a.role <> '' ORDER BY a.id DESC LIMIT ?3`

// taken are acts that put a member's data into a file.
var taken = map[string]web.Sight{"member.print_cards": {Action: web.Exported, Via: "card", Why: whyCards}}

// SightingsOf reads what was done with a member's data before an act (0: until now): with theirs alone, or (shared)
// with lists in which they stood. Managers are named only to the office.
func SightingsOf(r act.Reader, number, before, limit int64, shared, named bool) (page Sightings, err error) {
	page.Sightings = []Sighting{}
	if err := r.Row("SELECT date FROM sightings ORDER BY act LIMIT 1").Scan(&page.Since); err != nil && !errors.Is(err, sql.ErrNoRows) {
		return page, err
	}
	if before == 0 {
		before = 1<<53 - 1
	}
	query := ofOne
	if shared {
		query = ofEverybody
	}
	var actors []string
	err = act.Each(r, query, []any{number, before, limit + 1}, func(row act.Scanner) error {
		var s Sighting
		var at int64
		var actor, fields string
		if err := row.Scan(&s.Act, &s.Kind, &at, &s.Role, &actor, &s.Action, &s.Via, &s.Why, &fields, &s.Period); err != nil {
			return err
		}
		s.At = timeOf(at)
		if fields != "" {
			s.Fields = strings.Split(fields, ",")
		}
		if file, ok := taken[s.Kind]; ok {
			s.Action, s.Via, s.Why = file.Action, file.Via, file.Why
		}
		if s.Action == "" {
			s.Action = web.Changed
		}
		if s.Action != web.Changed {
			s.Kind = ""
		}
		actors, page.Sightings = append(actors, actor), append(page.Sightings, s)
		return nil
	})
	if err != nil {
		return page, err
	}
	if int64(len(page.Sightings)) > limit {
		page.Sightings = page.Sightings[:limit]
		page.Next = page.Sightings[limit-1].Act
	}
	for i := range page.Sightings {
		s := &page.Sightings[i]
		if s.By, err = officerName(r, s.Role, actors[i], named); err != nil {
			return page, err
		}
		if s.Action == web.Changed {
			if s.Facts, err = changedFacts(r, number, s.Act); err != nil {
				return page, err
			}
		}
	}
	return page, nil
}

// officerName is what an operator is called; a manager is known by the address, which is for the office.
func officerName(r act.Reader, role act.Role, id string, named bool) (name string, err error) {
	switch {
	case role == act.Console || role == act.System || role == act.Member:
		return "", nil
	case role == act.Manager && !named:
		return "", nil
	case role == act.Manager:
		err = r.Row("SELECT email FROM _superusers WHERE id = ?", id).Scan(&name)
	default:
		err = r.Row("SELECT name FROM operators WHERE id = ?", id).Scan(&name)
	}
	if errors.Is(err, sql.ErrNoRows) {
		err = nil // whoever is gone is known by the role
	}
	return name, err
}

// changedFacts are the facts that an act changed, or took back before their day, with what was so before.
func changedFacts(r act.Reader, number, id int64) (all []Change, err error) {
	const words = "CASE f.kind WHEN 'pay' THEN '' WHEN 'unit' THEN coalesce((SELECT name FROM work_units WHERE id = %[1]s.value), '') ELSE coalesce(%[1]s.value, '') END"
	query := `SELECT f.kind, ` + fmt.Sprintf(words, "f") + `, ` + fmt.Sprintf(words, "p") + `, f.valid_from, f.back
		FROM members m JOIN (SELECT id, employee, kind, value, valid_from, 0 AS back FROM employee_facts WHERE act = ?2
			UNION ALL SELECT f.id, f.employee, f.kind, f.value, f.valid_from, 1 FROM fact_cancels c JOIN employee_facts f ON f.id = c.fact WHERE c.act = ?2) f ON f.employee = m.employee
		LEFT JOIN employee_facts p ON p.id = (SELECT q.id FROM employee_facts q WHERE q.employee = f.employee AND q.kind = f.kind AND q.id <> f.id AND q.act <= ?2 AND q.valid_from <= f.valid_from
			AND NOT EXISTS(SELECT 1 FROM fact_cancels c WHERE c.fact = q.id AND c.act <= ?2) ORDER BY q.valid_from DESC, q.id DESC LIMIT 1)
		WHERE m.number = ?1 AND m.employee <> '' AND f.valid_from > ?3 ORDER BY f.id`
	return all, act.Each(r, query, []any{number, id, string(always)}, func(row act.Scanner) error {
		var c Change
		var back bool
		err := row.Scan(&c.Kind, &c.Now, &c.Was, &c.ValidFrom, &back)
		if back {
			c.Was, c.Now = c.Now, c.Was
		}
		if c.Kind == FactChannel {
			c.Was, c.Now = usualChannel(c.Was), usualChannel(c.Now)
		}
		all = append(all, c)
		return err
	})
}

const (
	aboutMine   = "mine"
	aboutShared = "shared"
)

// watchers may read who saw a member's data, beside the member.
var watchers = []act.Role{act.Supervisor, act.Manager}

func sightingRoutes() []web.Route {
	read := func(c *web.Call, number int64, named bool) (Sightings, error) {
		var problems fault.Input
		about := c.Query("about")
		problems.Check(about == "" || about == aboutMine || about == aboutShared, "about", "member.sightings_about")
		if err := problems.Err(); err != nil {
			return Sightings{}, err
		}
		before, err := c.Number("before")
		if err != nil {
			return Sightings{}, err
		}
		limit, err := c.Limit(40, 200)
		if err != nil {
			return Sightings{}, err
		}
		AwaitSightings(c.App)
		return SightingsOf(act.Read(c.App), number, before, limit, about == aboutShared, named)
	}
	return []web.Route{
		web.Get("/api/coop/me/sightings", web.Members, "Who opened, took along or changed the caller's data, when and for what work; about=shared: lists of many.", func(c *web.Call) (Sightings, error) {
			return read(c, c.By.Number, false)
		}),
		web.Get("/api/coop/members/{number}/sightings", watchers, "The same of one member.", func(c *web.Call) (Sightings, error) {
			number, err := c.Number("number")
			if err != nil {
				return Sightings{}, err
			}
			p, err := Find(act.Read(c.App), number)
			if err != nil {
				return Sightings{}, err
			}
			page, err := read(c, number, true)
			page.Name = p.Name
			return page, err
		}).Shows(web.Opened, "sightings", "audit"),
	}
}
