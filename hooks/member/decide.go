package member

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"strings"
	"time"

	"github.com/pocketbase/pocketbase/core"

	"kpdk/hooks/internal/act"
	"kpdk/hooks/internal/clock"
	"kpdk/hooks/internal/fault"
	"kpdk/hooks/internal/money"
	"kpdk/hooks/ledger"
	"kpdk/hooks/notice"
	"kpdk/hooks/policy"
)

// Application is one person who waits for the board, as the board sees it.
type Application struct {
	ID          int64        `json:"application"`
	Number      int64        `json:"number"`
	Name        string       `json:"name"`
	WorkUnit    string       `json:"work_unit"`
	Way         string       `json:"way"`     // invited, own, code (from the manager), unknown
	Matched     string       `json:"matched"` // birth_date, digits, number, none, or empty: by nothing
	Signed      string       `json:"signed"`  // drawn, typed
	At          string       `json:"at"`
	MandateMax  money.Rupiah `json:"mandate_max_rupiah"` // 0: none
	Voluntary   money.Rupiah `json:"voluntary_rupiah"`
	Principal   string       `json:"principal"`
	Due         money.Rupiah `json:"principal_rupiah"` // what an approval makes due today
	Instalments int64        `json:"instalments"`
	State       string       `json:"state"` // waiting, approved, refused
	Reason      string       `json:"reason"`
	Email       string       `json:"email"`        // where codes go once somebody is taken in
	EmailListed bool         `json:"email_listed"` // it is the staff list's
	Former      int64        `json:"former"`       // the number of an earlier membership; 0: none
	Owed        money.Rupiah `json:"owed_rupiah"`  // still, from earlier memberships
	Papers      []Paper      `json:"papers"`
}

// Paper is one signed paper, to be read.
type Paper struct {
	ID       int64  `json:"paper"`
	Kind     string `json:"kind"`               // consent, mandate
	Statutes string `json:"statutes,omitempty"` // the hash of those that a consent was given to, where their words are kept
}

// Applications is one page, the oldest first, with what an approval would make due.
type Applications struct {
	Applications []Application `json:"applications"`
	Waiting      int64         `json:"waiting"`
	Principal    money.Rupiah  `json:"principal_rupiah"` // of whoever has no grade with an amount of its own
	ActiveWhen   string        `json:"active_when"`
	Statutes     bool          `json:"statutes"` // they are published: without them nobody can apply
	Next         int64         `json:"next"`
}

// What was known of somebody's identity at the application a of the member m: the last match with the staff list, or a
// code from the manager after it, which matches nothing.
const (
	identityOf = `LEFT JOIN identity_checks i ON i.id = (SELECT max(id) FROM identity_checks WHERE member = a.member AND act < a.act)
		LEFT JOIN login_events c ON c.id = (SELECT max(id) FROM login_events WHERE login = 'members' AND record = m.id AND kind = 'code_used' AND act < a.act AND act > coalesce(i.act, 0))`
	wayIn = "CASE WHEN c.id IS NULL THEN coalesce(i.way, 'unknown') ELSE 'code' END"
	// formerly are the earlier memberships o of the same person.
	formerly  = "o.employee = m.employee AND o.employee <> '' AND o.number <> m.number AND o.status = 'left'"
	matchedBy = "CASE WHEN c.id IS NULL THEN coalesce(i.matched, '') ELSE '' END"
)

func listApplications(r act.Reader, state string, after, limit int64, today clock.Date) (page Applications, err error) {
	page.Applications = []Application{}
	var problems fault.Input
	problems.Check(state == "" || state == "waiting" || state == "approved" || state == "refused", "state", "member.application_state")
	if err := problems.Err(); err != nil {
		return page, err
	}
	rates, err := policy.Principal.On(r, today)
	if err != nil {
		return page, err
	}
	page.Principal = rates.Of("")
	if page.ActiveWhen, err = policy.ActiveWhen.On(r, today); err != nil {
		return page, err
	}
	if err := r.Row("SELECT count(*) FROM applications a LEFT JOIN application_decisions d ON d.application = a.act WHERE d.application IS NULL").Scan(&page.Waiting); err != nil {
		return page, err
	}
	if page.Statutes, err = statutesPublished(r); err != nil {
		return page, err
	}
	err = act.Each(r, `SELECT * FROM (SELECT a.act, a.member, m.name, coalesce(u.name, ''), `+wayIn+`, `+matchedBy+`, p.how, t.at, coalesce(k.max_rupiah, 0), coalesce(k.voluntary_rupiah, 0),
		a.principal, a.instalments, CASE d.approved WHEN 1 THEN 'approved' WHEN 0 THEN 'refused' ELSE 'waiting' END AS state, coalesce(n.text, ''), p.id, coalesce((SELECT lower(hex(x.hash)) FROM statute_texts x WHERE x.hash = p.statutes), ''), coalesce(q.id, 0), coalesce(e.grade, ''), m.email, m.email = coalesce(e.email, '') COLLATE NOCASE,
		coalesce((SELECT max(CAST(o.number AS INTEGER)) FROM members o WHERE `+formerly+`), 0),
		coalesce((SELECT sum(b.amount) FROM members o JOIN parties y ON y.kind = 'member' AND y.ref = CAST(CAST(o.number AS INTEGER) AS TEXT) JOIN party_balances b ON b.party = y.id AND b.account IN (?, ?) WHERE `+formerly+`), 0)
		FROM applications a JOIN acts t ON t.id = a.act JOIN signed_papers p ON p.id = a.consent JOIN members m ON m.number = a.member LEFT JOIN work_units u ON u.id = m.work_unit LEFT JOIN employees e ON e.id = m.employee
		LEFT JOIN mandates k ON k.id = a.mandate LEFT JOIN signed_papers q ON q.mandate = a.mandate LEFT JOIN application_decisions d ON d.application = a.act LEFT JOIN act_notes n ON n.act = d.act
		`+identityOf+`
		WHERE a.act > ?) WHERE ? = '' OR state = ? ORDER BY 1 LIMIT ?`, []any{ledger.StoreReceivable, ledger.InstalmentRecv, after, state, state, limit + 1}, func(row act.Scanner) error {
		var a Application
		var at, consent, mandate int64
		var grade, statutes string
		err := row.Scan(&a.ID, &a.Number, &a.Name, &a.WorkUnit, &a.Way, &a.Matched, &a.Signed, &at, &a.MandateMax, &a.Voluntary, &a.Principal, &a.Instalments, &a.State, &a.Reason, &consent, &statutes, &mandate, &grade, &a.Email, &a.EmailListed, &a.Former, &a.Owed)
		a.Due = rates.Of(grade)
		a.At, a.Papers = timeOf(at), []Paper{{consent, "consent", statutes}}
		if mandate != 0 {
			a.Papers = append(a.Papers, Paper{ID: mandate, Kind: "mandate"})
		}
		page.Applications = append(page.Applications, a)
		return err
	})
	if int64(len(page.Applications)) > limit {
		page.Applications = page.Applications[:limit]
		page.Next = page.Applications[limit-1].ID
	}
	return page, err
}

func timeOf(ms int64) string { return time.UnixMilli(ms).UTC().Format(time.RFC3339) }

// Approve takes people into the co-op.
type Approve struct {
	Applications []int64 `json:"applications"`
}

// Approved tells who was taken in; Active are members from now on, the others once their principal is paid.
type Approved struct {
	Approved []int64   `json:"approved"`
	Active   int       `json:"active"`
	Refused  []Refusal `json:"refused"`
}

// ApproveApplications runs a chain of acts; what can't be approved any more is told one by one. Whoever did not come
// by a letter and was matched with the staff list is approved singly: somebody has to look.
func ApproveApplications(ctx context.Context, app core.App, key string, by act.Actor, language string, in Approve) (Approved, bool, error) {
	all := Approved{[]int64{}, 0, []Refusal{}}
	var problems fault.Input
	problems.Check(len(in.Applications) > 0, "applications", "member.nobody_named")
	problems.Check(len(in.Applications) <= maxPeople, "applications", "input.too_many", fault.Params{"max": maxPeople})
	if err := problems.Err(); err != nil {
		return all, false, err
	}
	applications := distinct(in.Applications)
	whole := digest(applications)
	replayed, err := inChunks(key, applications, peopleChunk, func(key string, part []int64) (bool, error) {
		a := act.Act{Kind: "member.approve", Key: key, By: by, Input: struct {
			Whole string
			Part  []int64
		}{whole, part}}
		out, again, err := act.Do(ctx, app, a, func(tx *act.Tx) (Approved, error) { return approve(tx, app, part, len(applications) == 1) })
		all.Approved, all.Refused, all.Active = append(all.Approved, out.Approved...), append(all.Refused, out.Refused...), all.Active+out.Active
		return again, err
	})
	for i, r := range all.Refused {
		all.Refused[i].Message = fault.Message(language, r.Code, r.Params)
	}
	return all, replayed, err
}

// undecided is one application that may be decided now.
type undecided struct {
	id, number  int64
	principal   string
	instalments int64
	mandate     int64
	doubtful    bool // no letter with a match stands behind it: colleagues know name, NIP and birth date
}

// undecidedOf reads an application; a refusal says why it can't be decided any more.
func undecidedOf(r act.Reader, id int64) (u undecided, err error) {
	u.id = id
	var decided bool
	err = r.Row(`SELECT a.member, a.principal, a.instalments, coalesce(a.mandate, 0), d.application IS NOT NULL, `+matchedBy+` NOT IN (?, ?) FROM applications a JOIN members m ON m.number = a.member
		LEFT JOIN application_decisions d ON d.application = a.act `+identityOf+`
		WHERE a.act = ?`, byBirthDate, byDigits, id).Scan(&u.number, &u.principal, &u.instalments, &u.mandate, &decided, &u.doubtful)
	switch {
	case errors.Is(err, sql.ErrNoRows):
		return u, fault.NotFound("member.application_unknown")
	case err != nil:
		return u, err
	case decided:
		return u, fault.Refused("member.application_decided", fault.Params{"number": PrintNumber(u.number)})
	}
	p, err := Find(r, u.number)
	if err == nil && p.Status != Invited {
		err = fault.Refused("member.not_invited", fault.Params{"number": PrintNumber(u.number), "status": string(p.Status)})
	}
	return u, err
}

// approve decides for everybody first and writes then.
func approve(tx *act.Tx, app core.App, ids []int64, single bool) (out Approved, err error) {
	out = Approved{[]int64{}, 0, []Refusal{}}
	terms, err := joiningTerms(tx)
	if err != nil {
		return out, err
	}
	var all []undecided
	for _, id := range ids {
		u, err := undecidedOf(tx, id)
		if err == nil && u.doubtful && !single {
			err = fault.Refused("member.approve_singly", fault.Params{"number": PrintNumber(u.number)})
		}
		var refusal *fault.Fault
		if errors.As(err, &refusal) {
			out.Refused = append(out.Refused, Refusal{Number: u.number, Code: refusal.Code, Params: refusal.Params})
			continue
		}
		if err != nil {
			return out, err
		}
		all = append(all, u)
	}
	for _, u := range all {
		if err := tx.Exec("INSERT INTO application_decisions(application, approved, act) VALUES(?, 1, ?)", u.id, tx.ID()); err != nil {
			return out, err
		}
		active, err := terms.take(tx, app, u.number, u.instalments)
		if err != nil {
			return out, fmt.Errorf("member %d: %w", u.number, err)
		}
		if active {
			out.Active++
		}
		out.Approved = append(out.Approved, u.number)
		notice.Tell(tx, app, u.number, "savings", PrintNumber(u.number))
		if !active { // whoever is a member at once is told that
			if err := notice.Keep(tx, app, notice.Notice{Member: u.number, Kind: notice.Approved}); err != nil {
				return out, err
			}
		}
	}
	return out, nil
}

// joinTerms are the co-op's rules of joining on the day of an act.
type joinTerms struct {
	rates     policy.Rates // of the principal savings
	atOnce    bool
	cutoffDay int64
}

func joiningTerms(tx *act.Tx) (t joinTerms, err error) {
	if t.rates, err = policy.Principal.On(tx, tx.Today()); err != nil {
		return t, err
	}
	when, err := policy.ActiveWhen.On(tx, tx.Today())
	if err != nil {
		return t, err
	}
	t.atOnce = when == policy.AtOnce
	t.cutoffDay, err = policy.CutoffDay.On(tx, tx.Today())
	return t, err
}

// principalOf is what somebody of a grade pays.
func (t joinTerms) principalOf(r *act.Tx, number int64) (money.Rupiah, error) {
	grade, err := GradeOn(r, number, r.Today())
	return t.rates.Of(grade), err
}

// take makes the principal savings due and somebody an applicant, or a member where the co-op's rule
// doesn't wait for the money or none is asked.
func (t joinTerms) take(tx *act.Tx, app core.App, number, instalments int64) (active bool, err error) {
	principal, err := t.principalOf(tx, number)
	if err != nil {
		return false, err
	}
	for _, i := range Instalments(principal, instalments, tx.Today(), t.cutoffDay) {
		if _, err := ledger.Owe(tx, number, ledger.ItemPrincipal, i.Date, i.Amount); err != nil {
			return false, err
		}
	}
	if t.atOnce || principal == 0 {
		return true, welcome(tx, app, number, tx.Today())
	}
	return false, tx.Exec("UPDATE members SET status = ?, updated = ? WHERE number = ?", string(Applicant), stamp(tx), number)
}

// Instalment is one monthly part of the principal savings.
type Instalment struct {
	Date   clock.Date
	Amount money.Rupiah
}

// Instalments parts an amount so that each of the coming payrolls collects one: the first is due today,
// the others on the first days of months, one in each span between two cut-offs. A part too many of a
// rupiah or two goes first.
func Instalments(amount money.Rupiah, n int64, today clock.Date, cutoffDay int64) []Instalment {
	if amount <= 0 {
		return nil
	}
	n = max(1, min(n, int64(amount)))
	base := today.Period()
	if int64(today.Time().Day()) > cutoffDay { // today's part waits for the next month's cut-off already
		base = base.Add(1)
	}
	parts := make([]Instalment, n)
	for i := range n {
		part := Instalment{today, amount / money.Rupiah(n)}
		if i < int64(amount)%n {
			part.Amount++
		}
		if i > 0 {
			part.Date = base.Add(int(i)).First()
		}
		parts[i] = part
	}
	return parts
}

// RefuseApplication is the board's no, with the reason that the applicant reads.
type RefuseApplication struct {
	Reason string `json:"reason"`
}

// Turned tells who was refused.
type Turned struct {
	Application int64 `json:"application"`
	Number      int64 `json:"number"`
}

// TurnDown refuses an application; the mandate that came with it is revoked. The person may apply again.
func TurnDown(ctx context.Context, app core.App, key string, by act.Actor, id int64, in RefuseApplication) (Turned, bool, error) {
	in.Reason = strings.TrimSpace(in.Reason)
	var problems fault.Input
	problems.Check(in.Reason != "" && len(in.Reason) <= 500, "reason", "member.refusal_reason", fault.Params{"max": 500})
	if err := problems.Err(); err != nil {
		return Turned{}, false, err
	}
	a := act.Act{Kind: "member.turn_down", Key: key, By: by, Input: id, Note: in.Reason}
	return act.Do(ctx, app, a, func(tx *act.Tx) (Turned, error) {
		u, err := undecidedOf(tx, id)
		if err != nil {
			return Turned{}, err
		}
		if err := tx.Exec("INSERT INTO application_decisions(application, approved, act) VALUES(?, 0, ?)", id, tx.ID()); err != nil {
			return Turned{}, err
		}
		if u.mandate != 0 {
			if err := revoke(tx, u.number, tx.Today(), "application_refused"); err != nil {
				return Turned{}, err
			}
		}
		notice.Tell(tx, app, u.number, "savings", PrintNumber(u.number))
		return Turned{id, u.number}, notice.Keep(tx, app, notice.Notice{Member: u.number, Kind: notice.Refused})
	})
}
