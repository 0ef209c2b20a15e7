package payroll

import (
	"fmt"

	"kpdk/hooks/internal/act"
	"kpdk/hooks/internal/clock"
	"kpdk/hooks/internal/fault"
	"kpdk/hooks/internal/money"
	"kpdk/hooks/policy"
)

// Review is what to look at before a list is locked: who is new, gone or very different since the list before,
// who can't be deducted and why, and what the caps keep for later.
type Review struct {
	Period     clock.Period  `json:"period"`
	Before     clock.Period  `json:"before"` // the list it is compared with, or empty
	Cutoff     clock.Date    `json:"cutoff_date"`
	Jump       money.Rupiah  `json:"jump_rupiah"`
	Requested  money.Rupiah  `json:"requested_rupiah"`
	Previously money.Rupiah  `json:"previously_rupiah"`
	Classes    []ReviewClass `json:"classes"`
	Objections int           `json:"objections"` // not answered yet
	Stale      *Stale        `json:"stale"`      // drafted now, it would be another list
}

// Stale is why a draft must be drafted again before it is locked, with what its words are about.
type Stale struct {
	Code   string       `json:"code"`
	Params fault.Params `json:"params"`
}

// ReviewClass counts the members to whom one thing applies.
type ReviewClass struct {
	Class   string       `json:"class"`
	Members int          `json:"members"`
	Amount  money.Rupiah `json:"amount_rupiah"`
}

// ReviewLine is one of them.
type ReviewLine struct {
	Member  int64        `json:"member"`
	Name    string       `json:"name"`
	Unit    string       `json:"unit"`
	Was     money.Rupiah `json:"was_rupiah"`
	Now     money.Rupiah `json:"now_rupiah"`
	Due     money.Rupiah `json:"due_rupiah"`
	Why     string       `json:"why"` // mandate, share, objection, or a code of exclusion
	Channel string       `json:"channel"`
}

// ReviewPage is a page of them; Next is the member after whom the following one begins, 0 at the end.
type ReviewPage struct {
	Lines []ReviewLine `json:"lines"`
	Next  int64        `json:"next"`
}

// Classes of a review, in the order in which they are shown.
const (
	ClassNew       = "new"
	ClassGone      = "gone"
	ClassJump      = "jump"
	ClassCapped    = "capped"
	ClassObjection = "objection"
	ClassNoMandate = "no_mandate"
	ClassNoChannel = "no_channel"
	ClassNoAccount = "no_account" // the bank is to take it, and nobody said from which account
	ClassSelf      = "self"
)

var reviewClasses = []string{ClassNew, ClassGone, ClassJump, ClassCapped, ClassObjection, ClassNoMandate, ClassNoChannel, ClassNoAccount, ClassSelf}

// reviewOf is, per class, which members of the pair (l: this list, b: the one before) belong to it and the
// amount it is about. A member without a work unit is deducted by nobody until somebody says by whom.
var reviewOf = map[string]struct{ where, amount string }{
	ClassNew:       {"?3 <> '' AND l.requested > 0 AND coalesce(b.requested, 0) = 0", "l.requested"},
	ClassGone:      {"coalesce(l.requested, 0) = 0 AND b.requested > 0", "b.requested"},
	ClassJump:      {"l.requested > 0 AND b.requested > 0 AND abs(l.requested - b.requested) >= ?4", "l.requested - b.requested"},
	ClassCapped:    {"l.excluded = '' AND l.capped <> ''", "l.due - l.requested"},
	ClassObjection: {"l.excluded = '' AND EXISTS(SELECT 1 FROM payroll_parts p WHERE p.period = ?1 AND p.member = l.member AND p.kept = '" + KeptObjection + "')", "l.due - l.requested"},
	ClassNoMandate: {"l.excluded = '" + NoMandate + "'", "l.due"},
	ClassNoChannel: {"(l.excluded = '" + NoChannel + "' OR l.excluded = '' AND l.unit = '" + NoUnit + "' AND NOT EXISTS(SELECT 1 FROM members m JOIN employees e ON e.id = m.employee WHERE m.number = l.member AND e.channel <> ''))", "l.due"},
	ClassNoAccount: {"l.unit = '" + BankUnit + "' AND l.requested > 0 AND NOT EXISTS(SELECT 1 FROM member_banks k WHERE k.member = l.member AND k.valid_from <= (SELECT pay_date FROM payroll_runs WHERE period = ?1))", "l.requested"},
	ClassSelf:      {"l.excluded = '" + SelfPayer + "'", "l.due"},
}

// pairOf joins each line of a list with the same member's on the list before; who is only on the older one is
// there with an empty line.
const pairOf = `(SELECT ?2 AS period, member, unit, due, requested, excluded, capped FROM payroll_lines WHERE period = ?1
	UNION ALL SELECT ?2, o.member, o.unit, 0, 0, '', '' FROM payroll_lines o WHERE o.period = ?3 AND o.requested > 0
		AND NOT EXISTS(SELECT 1 FROM payroll_lines n WHERE n.period = ?1 AND n.member = o.member)) l
	LEFT JOIN payroll_lines b ON b.period = ?3 AND b.member = l.member`

// reviewArgs are the parameters that every question of a review has.
func reviewArgs(r act.Reader, p clock.Period) (args []any, before clock.Period, jump money.Rupiah, err error) {
	h, err := existing(r, p)
	if err != nil {
		return nil, "", 0, err
	}
	if err := r.Row("SELECT coalesce(max(period), '') FROM payroll_runs WHERE period < ?", string(p)).Scan(&before); err != nil {
		return nil, "", 0, err
	}
	jump, err = policy.Jump.RupiahOn(r, h.PayDate)
	return []any{string(p), string(p), string(before), int64(jump)}, before, jump, err
}

// ReviewOf counts what a list holds that somebody should look at.
func ReviewOf(r act.Reader, p clock.Period) (Review, error) {
	args, before, jump, err := reviewArgs(r, p)
	if err != nil {
		return Review{}, err
	}
	h, err := existing(r, p)
	if err != nil {
		return Review{}, err
	}
	out := Review{Period: p, Before: before, Cutoff: h.Cutoff, Jump: jump, Classes: make([]ReviewClass, len(reviewClasses))}
	query, into := "SELECT coalesce(sum(l.requested), 0), coalesce(sum(b.requested), 0)", []any{&out.Requested, &out.Previously}
	for i, class := range reviewClasses {
		c := reviewOf[class]
		out.Classes[i].Class = class
		query += fmt.Sprintf(", coalesce(sum(%s), 0), coalesce(sum(CASE WHEN %s THEN %s END), 0)", c.where, c.where, c.amount)
		into = append(into, &out.Classes[i].Members, &out.Classes[i].Amount)
	}
	if err := r.Row(query+" FROM "+pairOf+" WHERE ?4 IS NOT NULL", args...).Scan(into...); err != nil {
		return out, err
	}
	if !frozen(h.State) {
		err := lockable(r, p)
		if f, ok := err.(*fault.Fault); ok && f.Code != "payroll.empty" {
			out.Stale = &Stale{f.Code, f.Params}
		} else if !ok && err != nil {
			return out, err
		}
	}
	return out, r.Row("SELECT count(*) FROM objections o WHERE o.period = ? AND "+unanswered, string(p)).Scan(&out.Objections)
}

// unanswered says of an objection (o) that it waits for an answer.
const unanswered = "NOT EXISTS(SELECT 1 FROM objection_answers w WHERE w.objection = o.act)"

// ReviewLines reads the members of one class, by number.
func ReviewLines(r act.Reader, p clock.Period, class string, after, limit int64) (ReviewPage, error) {
	out := ReviewPage{Lines: []ReviewLine{}}
	c, known := reviewOf[class]
	if !known {
		var bad fault.Input
		bad.Add("class", "payroll.filter_unknown")
		return out, bad.Err()
	}
	args, _, _, err := reviewArgs(r, p)
	if err != nil {
		return out, err
	}
	err = act.Each(r, `SELECT l.member, coalesce(m.name, ''), l.unit, coalesce(b.requested, 0), l.requested, l.due, CASE WHEN l.excluded <> '' THEN l.excluded ELSE l.capped END,
		coalesce((SELECT e.channel FROM employees e WHERE e.id = m.employee), '')
		FROM `+pairOf+` LEFT JOIN members m ON m.number = l.member WHERE ?4 IS NOT NULL AND l.member > ?5 AND `+c.where+` ORDER BY l.member LIMIT ?6`, append(args, after, limit), func(row act.Scanner) error {
		var l ReviewLine
		err := row.Scan(&l.Member, &l.Name, &l.Unit, &l.Was, &l.Now, &l.Due, &l.Why, &l.Channel)
		out.Lines = append(out.Lines, l)
		return err
	})
	if n := len(out.Lines); int64(n) == limit {
		out.Next = out.Lines[n-1].Member
	}
	return out, err
}
