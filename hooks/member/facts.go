package member

import (
	"context"
	"database/sql"
	"errors"
	"strconv"
	"strings"

	"github.com/pocketbase/pocketbase/core"

	"kpdk/hooks/internal/act"
	"kpdk/hooks/internal/clock"
	"kpdk/hooks/internal/fault"
	"kpdk/hooks/internal/money"
	"kpdk/hooks/internal/ulid"
	"kpdk/hooks/internal/web"
	"kpdk/hooks/notice"
)

// Kinds of facts of an employee that change over time, with the column that shows today's.
const (
	FactUnit    = "unit"
	FactGrade   = "grade"
	FactChannel = "channel"
	FactPay     = "pay"
)

var factColumns = map[string]string{FactUnit: "work_unit", FactGrade: "grade", FactChannel: "channel", FactPay: "pay_rupiah"}

// FactKinds are in the order in which people read them.
var FactKinds = []string{FactUnit, FactGrade, FactChannel, FactPay}

// Channels of deduction. An empty one is the payroll officer's.
const (
	ByOfficer = "officer"
	ByBank    = "bank"
	BySelf    = "self"
)

// always is since when a value holds that was there before anybody kept dates.
const always = clock.Date("2000-01-01")

// farthest is how many days ahead something may be announced: whoever types a wrong year is told.
const farthest = 366

// Facts are what was so of an employee on a date.
type Facts struct {
	Unit    string // record id
	Grade   string
	Channel string
	Pay     money.Rupiah // 0: unknown
}

func (f *Facts) set(kind, value string) {
	switch kind {
	case FactUnit:
		f.Unit = value
	case FactGrade:
		f.Grade = value
	case FactChannel:
		f.Channel = value
	case FactPay:
		pay, _ := strconv.ParseInt(value, 10, 64) // written by writeFact alone
		f.Pay = money.Rupiah(pay)
	}
}

// FactsOn reads what was so on a date of the employees who are the members after..last, by number. What
// nobody dated holds as it stands; before the first date, the first value.
func FactsOn(r act.Reader, on clock.Date, after, last int64) (map[int64]Facts, error) {
	found := map[int64]Facts{}
	err := act.Each(r, `SELECT CAST(m.number AS INT), CASE WHEN m.work_unit <> '' THEN m.work_unit ELSE coalesce(e.work_unit, '') END, coalesce(e.grade, ''), coalesce(e.channel, ''), CAST(coalesce(e.pay_rupiah, 0) AS INT)
		FROM members m LEFT JOIN employees e ON e.id = m.employee WHERE m.number > ? AND m.number <= ?`, []any{after, last}, func(row act.Scanner) error {
		var number int64
		var f Facts
		err := row.Scan(&number, &f.Unit, &f.Grade, &f.Channel, &f.Pay)
		found[number] = f
		return err
	})
	if err != nil {
		return nil, err
	}
	type place struct {
		number int64
		kind   string
	}
	var at place
	err = act.Each(r, `SELECT CAST(m.number AS INT), f.kind, f.value, f.valid_from FROM members m JOIN standing_facts f ON f.employee = m.employee
		WHERE m.number > ? AND m.number <= ? ORDER BY m.number, f.kind, f.valid_from, f.id`, []any{after, last}, func(row act.Scanner) error {
		var it place
		var value string
		var from clock.Date
		if err := row.Scan(&it.number, &it.kind, &value, &from); err != nil {
			return err
		}
		if it != at || from <= on {
			f := found[it.number]
			f.set(it.kind, value)
			found[it.number] = f
		}
		at = it
		return nil
	})
	return found, err
}

// writeFact notes what is so of an employee since a date, and keeps the list's own column in step with
// today. What is so already is no fact. The value of before, when nobody dated it, is noted first.
func writeFact(tx *act.Tx, employee, kind, value string, from clock.Date) (changed bool, err error) {
	column := factColumns[kind]
	var known bool
	if err := tx.Row("SELECT EXISTS(SELECT 1 FROM standing_facts WHERE employee = ? AND kind = ?)", employee, kind).Scan(&known); err != nil {
		return false, err
	}
	var stands string
	if known {
		stands, err = factOn(tx, employee, kind, from)
	} else {
		err = tx.Row("SELECT CAST("+column+" AS TEXT) FROM employees WHERE id = ?", employee).Scan(&stands)
	}
	if errors.Is(err, sql.ErrNoRows) {
		return false, fault.NotFound("member.employee_unknown")
	}
	if err != nil || stands == value || kind == FactChannel && usualChannel(stands) == value {
		return false, err
	}
	note := func(value string, from clock.Date) error {
		return tx.Exec("INSERT INTO employee_facts(employee, kind, value, valid_from, act) VALUES(?, ?, ?, ?, ?)", employee, kind, value, string(from), tx.ID())
	}
	if !known && from > always {
		if err := note(stands, always); err != nil {
			return false, err
		}
	}
	if err := note(value, from); err != nil {
		return false, err
	}
	return true, showToday(tx, employee, kind)
}

func usualChannel(channel string) string {
	if channel == "" {
		return ByOfficer
	}
	return channel
}

func columnValue(kind, value string) any {
	if kind == FactPay {
		pay, _ := strconv.ParseInt(value, 10, 64)
		return pay
	}
	return value
}

// factOn is the dated value on a date; before the first date, the first one.
func factOn(r act.Reader, employee, kind string, on clock.Date) (value string, err error) {
	err = r.Row("SELECT value FROM standing_facts WHERE employee = ? AND kind = ? AND valid_from <= ? ORDER BY valid_from DESC, id DESC LIMIT 1", employee, kind, string(on)).Scan(&value)
	if errors.Is(err, sql.ErrNoRows) {
		err = r.Row("SELECT value FROM standing_facts WHERE employee = ? AND kind = ? ORDER BY valid_from, id LIMIT 1", employee, kind).Scan(&value)
	}
	return value, err
}

// ChangeFacts says what is so of an employee since a date; what is left out stays as it is.
type ChangeFacts struct {
	ValidFrom clock.Date    `json:"valid_from"`
	Unit      *string       `json:"unit"` // record id
	Grade     *string       `json:"grade"`
	Channel   *string       `json:"channel"` // officer, bank, self
	Pay       *money.Rupiah `json:"pay_rupiah"`
}

// FactsChanged tells how many facts were new.
type FactsChanged struct {
	Employee string `json:"employee"`
	Changed  int    `json:"changed"`
}

func (in *ChangeFacts) check(r act.Reader, today clock.Date) error {
	var problems fault.Input
	date, ok := clock.ParseDate(string(in.ValidFrom))
	problems.Check(ok && date > always, "valid_from", "input.date")
	problems.Check(!ok || date <= today.Add(farthest), "valid_from", "member.date_far")
	if in.Unit != nil && *in.Unit != "" {
		var there bool
		if err := r.Row("SELECT EXISTS(SELECT 1 FROM work_units WHERE id = ?)", *in.Unit).Scan(&there); err != nil {
			return err
		}
		problems.Check(there, "unit", "member.unit_unknown")
	}
	if in.Grade != nil {
		*in.Grade = strings.TrimSpace(*in.Grade)
		problems.Check(len(*in.Grade) <= 20, "grade", "input.too_long", fault.Params{"max": 20})
	}
	problems.Check(in.Channel == nil || *in.Channel == ByOfficer || *in.Channel == ByBank || *in.Channel == BySelf, "channel", "member.channel_unknown")
	problems.Check(in.Pay == nil || *in.Pay >= 0 && *in.Pay <= MaxMandate, "pay_rupiah", "input.amount")
	return problems.Err()
}

// SetFacts is the one way in which these facts change by hand, at the office or in the dashboard.
func SetFacts(ctx context.Context, app core.App, key string, by act.Actor, employee string, in ChangeFacts) (FactsChanged, bool, error) {
	if err := in.check(act.Read(app), clock.Of(app).Today()); err != nil {
		return FactsChanged{}, false, err
	}
	a := act.Act{Kind: "member.set_facts", Key: key, By: by, Input: struct {
		Employee string
		ChangeFacts
	}{employee, in}}
	return act.Do(ctx, app, a, func(tx *act.Tx) (FactsChanged, error) {
		out := FactsChanged{Employee: employee}
		said := in.values()
		for _, kind := range FactKinds {
			value, ok := said[kind]
			if !ok {
				continue
			}
			changed, err := writeFact(tx, employee, kind, value, in.ValidFrom)
			if err != nil {
				return out, err
			}
			if changed {
				out.Changed++
			}
		}
		return out, tellFacts(tx, app, []string{employee})
	})
}

// FollowDates shows on the staff list, once its day has come, what was announced. Each act of it takes some people;
// asked again, there is nothing left to do.
func FollowDates(ctx context.Context, app core.App) (changed int, err error) {
	type line struct{ employee, kind string }
	var due []line
	err = act.Each(act.Read(app), `SELECT f.employee, f.kind FROM standing_facts f JOIN employees e ON e.id = f.employee WHERE f.valid_from <= ?1
		AND NOT EXISTS(SELECT 1 FROM standing_facts n WHERE n.employee = f.employee AND n.kind = f.kind AND n.valid_from <= ?1 AND (n.valid_from, n.id) > (f.valid_from, f.id))
		AND f.value <> CASE f.kind WHEN 'unit' THEN e.work_unit WHEN 'grade' THEN e.grade WHEN 'channel' THEN e.channel ELSE CAST(e.pay_rupiah AS TEXT) END ORDER BY f.employee`,
		[]any{string(clock.Of(app).Today())}, func(row act.Scanner) error {
			var l line
			err := row.Scan(&l.employee, &l.kind)
			due = append(due, l)
			return err
		})
	if err != nil || len(due) == 0 {
		return 0, err
	}
	_, err = inChunks("dates:"+ulid.New(), due, peopleChunk, func(key string, part []line) (bool, error) {
		a := act.Act{Kind: "member.follow_dates", Key: key, Input: digest(part), By: act.BySystem}
		n, again, err := act.Do(ctx, app, a, func(tx *act.Tx) (int, error) {
			ids := make([]string, len(part))
			for i, l := range part {
				ids[i] = l.employee
				if err := showToday(tx, l.employee, l.kind); err != nil {
					return 0, err
				}
			}
			return len(part), tellFacts(tx, app, distinct(ids))
		})
		changed += n
		return again, err
	})
	return changed, err
}

// showToday puts what the dates say of today into the list's own column.
func showToday(tx *act.Tx, employee, kind string) error {
	today, err := factOn(tx, employee, kind, tx.Today())
	if err != nil {
		return err
	}
	return tx.Exec("UPDATE employees SET "+factColumns[kind]+" = ?, updated = ? WHERE id = ?", columnValue(kind, today), stamp(tx), employee)
}

// DateChannel says, inside an act, how a member's money comes from a date on. Who is not on the staff list has
// the usual channel.
func DateChannel(tx *act.Tx, number int64, channel string, from clock.Date) error {
	p, err := Find(tx, number)
	if err != nil {
		return err
	}
	_, err = writeFact(tx, p.Employee, FactChannel, channel, from)
	return err
}

func (in ChangeFacts) values() map[string]string {
	all := map[string]string{}
	for kind, said := range map[string]*string{FactUnit: in.Unit, FactGrade: in.Grade, FactChannel: in.Channel} {
		if said != nil {
			all[kind] = *said
		}
	}
	if in.Pay != nil {
		all[FactPay] = strconv.FormatInt(int64(*in.Pay), 10)
	}
	return all
}

// tellFacts carries new units over to the register of members, and tells those who are in it.
func tellFacts(tx *act.Tx, app core.App, employees []string) error {
	if err := followStaff(tx, employees); err != nil {
		return err
	}
	members, err := membersOf(tx, employees)
	for _, number := range members {
		notice.Tell(tx, app, number, "savings", PrintNumber(number))
	}
	return err
}

// MoveUnit moves all employees of one unit, or some of them, to another.
type MoveUnit struct {
	From      string     `json:"from"` // record ids of units
	To        string     `json:"to"`
	ValidFrom clock.Date `json:"valid_from"`
}

// Moved tells how many people moved.
type Moved struct {
	Employees int `json:"employees"`
	Members   int `json:"members"`
	Later     int `json:"later"`  // of Employees: not from the date asked for, but since their unit last became known
	Stayed    int `json:"stayed"` // went elsewhere while the move ran
}

// MoveWholeUnit is a chain of acts: a unit that was dissolved or renumbered goes over as a whole.
func MoveWholeUnit(ctx context.Context, app core.App, key string, by act.Actor, in MoveUnit) (Moved, bool, error) {
	all := Moved{}
	r := act.Read(app)
	to := in.To
	if err := (&ChangeFacts{ValidFrom: in.ValidFrom, Unit: &to}).check(r, clock.Of(app).Today()); err != nil {
		return all, false, err
	}
	var problems fault.Input
	problems.Check(in.From != in.To, "to", "member.unit_same")
	if err := problems.Err(); err != nil {
		return all, false, err
	}
	// The opening act fixes who moves: asked again after a crash, those who went over are counted as well.
	opening := act.Act{Kind: "member.move_unit", Key: key, By: by, Input: in}
	on := max(in.ValidFrom, clock.Of(app).Today()) // announced, it takes those who are there then
	people, replayed, err := act.Do(ctx, app, opening, func(tx *act.Tx) (people []string, err error) {
		people = []string{}
		err = act.Each(tx, `SELECT e.id FROM employees e WHERE (e.work_unit = ?1 OR e.id IN (SELECT employee FROM standing_facts WHERE kind = 'unit' AND value = ?1 AND valid_from > ?3))
			AND coalesce((SELECT value FROM standing_facts f WHERE f.employee = e.id AND f.kind = 'unit' AND f.valid_from <= ?2 ORDER BY f.valid_from DESC, f.id DESC LIMIT 1), e.work_unit) = ?1 ORDER BY e.id`,
			[]any{in.From, string(on), string(tx.Today())}, func(row act.Scanner) error {
				var id string
				err := row.Scan(&id)
				people = append(people, id)
				return err
			})
		return people, err
	})
	if err != nil {
		return all, false, err
	}
	whole := digest(people)
	_, err = inChunks(key, people, recordChunk, func(key string, part []string) (bool, error) {
		a := act.Act{Kind: "member.move_unit_part", Key: key, By: by, Input: struct {
			Whole string
			Part  []string
		}{whole, part}}
		out, again, err := act.Do(ctx, app, a, func(tx *act.Tx) (Moved, error) {
			var out Moved
			var gone []string
			for _, id := range part {
				since, there, err := unitSince(tx, id, in.From, on)
				if err != nil {
					return out, err
				}
				if !there {
					out.Stayed++
					continue
				}
				if _, err := writeFact(tx, id, FactUnit, in.To, max(in.ValidFrom, since)); err != nil {
					return out, err
				}
				if since > in.ValidFrom {
					out.Later++
				}
				gone = append(gone, id)
			}
			members, err := membersOf(tx, gone)
			if err != nil {
				return out, err
			}
			out.Employees, out.Members = len(gone), len(members)
			return out, tellFacts(tx, app, gone)
		})
		all.Employees, all.Members, all.Later, all.Stayed = all.Employees+out.Employees, all.Members+out.Members, all.Later+out.Later, all.Stayed+out.Stayed
		return again, err
	})
	return all, replayed, err
}

// unitSince is since when the unit that an employee has on a date is known, and whether it is the one asked about: a fact
// of before that would change nothing of that day.
func unitSince(r act.Reader, employee, unit string, on clock.Date) (since clock.Date, there bool, err error) {
	err = r.Row(`SELECT coalesce(f.valid_from, ''), coalesce(f.value, e.work_unit) = ? FROM employees e LEFT JOIN standing_facts f ON f.id = (SELECT id FROM standing_facts
		WHERE employee = e.id AND kind = 'unit' AND valid_from <= ? ORDER BY valid_from DESC, id DESC LIMIT 1) WHERE e.id = ?`, unit, string(on), employee).Scan(&since, &there)
	if errors.Is(err, sql.ErrNoRows) {
		return "", false, nil
	}
	return since, there, err
}

// Units lists the work units with how many people are in each: what a move would take along.
type Units struct {
	Units []UnitCount     `json:"units"`
	Ahead []AnnouncedMove `json:"ahead"` // moves whose day has not come, by date
}

// AnnouncedMove are those who go to a unit from a day to come.
type AnnouncedMove struct {
	To        string     `json:"to"` // record id
	Name      string     `json:"name"`
	Code      string     `json:"code"`
	ValidFrom clock.Date `json:"valid_from"`
	Employees int64      `json:"employees"`
}

// UnitCount is one unit.
type UnitCount struct {
	ID        string `json:"id"`
	Code      string `json:"code"`
	Name      string `json:"name"`
	Employees int64  `json:"employees"`
	Members   int64  `json:"members"`
}

func readUnits(c *web.Call) (Units, error) {
	today := clock.Of(c.App).Today()
	on, ok := today, true
	if asked := c.Query("on"); asked != "" {
		on, ok = clock.ParseDate(asked)
	}
	var problems fault.Input
	problems.Check(ok, "on", "input.date")
	if err := problems.Err(); err != nil {
		return Units{}, err
	}
	return listUnits(act.Read(c.App), today, on)
}

// inAhead begins the unit facts whose day has not come (after 1), each as long as nothing else was said of the same day.
const inAhead = ` FROM standing_facts f WHERE f.kind = 'unit' AND f.valid_from > ?1
	AND NOT EXISTS(SELECT 1 FROM standing_facts n WHERE n.employee = f.employee AND n.kind = f.kind AND n.valid_from = f.valid_from AND n.id > f.id)`

// listUnits counts who is in each unit on a date, today or to come.
func listUnits(r act.Reader, today, on clock.Date) (all Units, err error) {
	all.Units, all.Ahead = []UnitCount{}, []AnnouncedMove{}
	err = act.Each(r, `SELECT u.id, u.name, u.code, f.valid_from, f.n FROM (SELECT f.value, f.valid_from, count(*) AS n`+inAhead+` GROUP BY f.value, f.valid_from) f
		JOIN work_units u ON u.id = f.value ORDER BY f.valid_from, u.name`, []any{string(today)}, func(row act.Scanner) error {
		var m AnnouncedMove
		err := row.Scan(&m.To, &m.Name, &m.Code, &m.ValidFrom, &m.Employees)
		all.Ahead = append(all.Ahead, m)
		return err
	})
	if err != nil {
		return all, err
	}
	at := map[string]int{}
	err = act.Each(r, `SELECT u.id, u.code, u.name, (SELECT count(*) FROM employees e WHERE e.work_unit = u.id),
		(SELECT count(*) FROM employees e JOIN members m ON m.employee = e.id AND m.status IN ('active', 'applicant') WHERE e.work_unit = u.id) FROM work_units u ORDER BY u.name, u.code`, nil, func(row act.Scanner) error {
		var u UnitCount
		err := row.Scan(&u.ID, &u.Code, &u.Name, &u.Employees, &u.Members)
		at[u.ID] = len(all.Units)
		all.Units = append(all.Units, u)
		return err
	})
	if err != nil || on <= today {
		return all, err
	}
	count := func(unit string, people, members int64) {
		if i, ok := at[unit]; ok {
			all.Units[i].Employees += people
			all.Units[i].Members += members
		}
	}
	return all, act.Each(r, `SELECT e.work_unit, f.value, EXISTS(SELECT 1 FROM members m WHERE m.employee = e.id AND m.status IN ('active', 'applicant'))
		FROM (SELECT f.employee, f.value, max(f.valid_from)`+inAhead+` AND f.valid_from <= ?2 GROUP BY f.employee) f JOIN employees e ON e.id = f.employee`, []any{string(today), string(on)}, func(row act.Scanner) error {
		var from, to string
		var member int64
		err := row.Scan(&from, &to, &member)
		count(from, -1, -member)
		count(to, 1, member)
		return err
	})
}

// Fact is one line of somebody's history, in words where the value is an id.
type Fact struct {
	ID        int64      `json:"id"`
	Kind      string     `json:"kind"`
	Value     string     `json:"value"`
	ValidFrom clock.Date `json:"valid_from"` // empty: before anybody kept dates
	At        string     `json:"at"`
	By        act.Role   `json:"by"`
	Ahead     bool       `json:"ahead,omitempty"` // its day has not come
}

// historyOf lists what stands of an employee's facts, the newest first. Pay is left out unless it is asked for, and so is
// that nothing was known before, and what was said anew of the same day before it came.
func historyOf(r act.Reader, employee string, today clock.Date, withPay bool) ([]Fact, error) {
	all := []Fact{}
	err := act.Each(r, `SELECT f.id, f.kind, CASE f.kind WHEN 'unit' THEN coalesce(u.name, '') ELSE f.value END, CASE WHEN f.valid_from <= ?3 THEN '' ELSE f.valid_from END, a.at, a.role, f.valid_from > ?4
		FROM standing_facts f JOIN acts a ON a.id = f.act LEFT JOIN work_units u ON f.kind = 'unit' AND u.id = f.value
		WHERE f.employee = ?1 AND (?2 OR f.kind <> 'pay') AND NOT (f.valid_from <= ?3 AND f.kind <> 'channel' AND f.value IN ('', '0'))
		AND NOT (f.valid_from > ?4 AND EXISTS(SELECT 1 FROM standing_facts n WHERE n.employee = f.employee AND n.kind = f.kind AND n.valid_from = f.valid_from AND n.id > f.id)) ORDER BY f.valid_from DESC, f.id DESC LIMIT 200`, []any{employee, withPay, string(always), string(today)}, func(row act.Scanner) error {
		var f Fact
		var at int64
		err := row.Scan(&f.ID, &f.Kind, &f.Value, &f.ValidFrom, &at, &f.By, &f.Ahead)
		f.At = timeOf(at)
		all = append(all, f)
		return err
	})
	return all, err
}
