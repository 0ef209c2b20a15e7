package payroll

import (
	"encoding/json"
	"time"

	"kpdk/hooks/internal/act"
	"kpdk/hooks/internal/clock"
	"kpdk/hooks/internal/fault"
	"kpdk/hooks/internal/money"
)

// PartOf says which instalment of which plan an item is; Margin: it is the margin of that instalment.
type PartOf struct {
	Plan   int64 `json:"plan"`
	N      int64 `json:"n"`
	Of     int64 `json:"of"`
	Margin bool  `json:"margin"`
}

// instalmentJoin gives, for an item i, the plan's number, n, of, and whether it is a margin; nulls for others.
const instalmentJoin = ` LEFT JOIN instalment_parts ip ON ip.item = i.id AND i.kind = 'instalment' LEFT JOIN instalment_margins im ON im.item = i.id AND i.kind = 'instalment'
	LEFT JOIN instalment_plans pl ON pl.act = coalesce(ip.plan, im.plan)`

const instalmentColumns = "coalesce(pl.number, 0), coalesce(ip.n, im.n, 0), coalesce(pl.parts, 0), im.item IS NOT NULL"

func (p *PartOf) into() []any { return []any{&p.Plan, &p.N, &p.Of, &p.Margin} }

// orNil is nothing for an item that belongs to no plan.
func (p PartOf) orNil() *PartOf {
	if p.Plan == 0 {
		return nil
	}
	return &p
}

// PlanGood is one line of a plan's goods.
type PlanGood struct {
	Line     int64        `json:"line,omitempty"`
	Back     string       `json:"back,omitempty"` // how much of it came back
	Name     string       `json:"name"`
	Unit     string       `json:"unit"`
	Quantity string       `json:"quantity"`
	Price    money.Rupiah `json:"price_rupiah"`
	Amount   money.Rupiah `json:"amount_rupiah"`
}

// PlanPart is one instalment with what is still open of it. Waived: it was paid before its day, so that no
// margin is owed.
type PlanPart struct {
	Instalment
	Open       money.Rupiah `json:"open_rupiah"`
	MarginOpen money.Rupiah `json:"margin_open_rupiah"`
	MarginDue  bool         `json:"margin_due"`
	Waived     bool         `json:"waived"`
}

// PlanView is a plan as screens show it. Left is the principal that is still open: what paying it off today
// costs, beside the margins that are due already.
type PlanView struct {
	ID        string       `json:"id"`
	State     string       `json:"state"` // waiting, approved, refused, made, paid, returned
	Number    int64        `json:"number"`
	Member    int64        `json:"member"`
	Name      string       `json:"name"`
	Date      clock.Date   `json:"date"`
	Principal money.Rupiah `json:"principal_rupiah"`
	Margin    money.Rupiah `json:"margin_rupiah"`
	Returned  money.Rupiah `json:"returned_rupiah"` // the price of goods that came back
	Down      money.Rupiah `json:"down_rupiah"`     // paid at the till at once, beside the principal
	Till      string       `json:"till"`            // that sold it, or asks; empty: the office
	Count     int64        `json:"parts"`
	First     clock.Period `json:"first_period"`
	Paid      int64        `json:"paid_parts"`
	Left      money.Rupiah `json:"left_rupiah"`
	MarginDue money.Rupiah `json:"margin_due_rupiah"`
	Entry     int64        `json:"entry"`
	By        string       `json:"by"`
	Approver  string       `json:"approved_by"`
	Note      string       `json:"note"`
	Refusal   string       `json:"refusal"` // why the caller may not approve it, or take its goods back
	Goods     []PlanGood   `json:"lines"`
	Schedule  []PlanPart   `json:"schedule"`
}

// Plans is a page of plans with those that wait, and the bands.
type Plans struct {
	Waiting []PlanView   `json:"waiting"`
	Plans   []PlanView   `json:"plans"`
	Bands   Bands        `json:"bands"`
	Left    money.Rupiah `json:"left_rupiah"` // of all plans
	Next    int64        `json:"next"`
}

const planColumns = `SELECT p.act, k.key, p.number, p.member, coalesce(m.name, ''), p.date, p.principal, p.margin, p.parts, p.first_period, p.entry, q.actor, q.role, coalesce(e.actor, ''), coalesce(e.role, ''), p.request IS NOT NULL, coalesce(c.down, 0), coalesce(h.till, ''), coalesce((SELECT sum(b.amount) FROM instalment_returns b WHERE b.plan = p.act), 0),
	NOT EXISTS(SELECT 1 FROM instalment_goods g WHERE g.plan = p.act AND g.quantity > (SELECT coalesce(sum(b.quantity), 0) FROM instalment_return_goods b WHERE b.plan = g.plan AND b.line = g.line)),
	coalesce((SELECT sum(r.remainder) FROM instalment_parts s JOIN item_remainders r ON r.item = s.item WHERE s.plan = p.act), 0),
	(SELECT count(*) FROM instalment_parts s JOIN item_remainders r ON r.item = s.item WHERE s.plan = p.act AND r.remainder = 0),
	coalesce((SELECT sum(r.remainder) FROM instalment_margins s JOIN item_remainders r ON r.item = s.item WHERE s.plan = p.act), 0)
	FROM instalment_plans p JOIN acts k ON k.id = p.act JOIN acts q ON q.id = coalesce(p.request, p.act)
	LEFT JOIN instalment_decisions d ON d.request = p.request LEFT JOIN acts e ON e.id = d.act LEFT JOIN credit_sales c ON c.act = p.act LEFT JOIN shifts h ON h.id = c.shift
	LEFT JOIN members m ON m.number = p.member `

func readPlans(r act.Reader, named, detailed bool, where string, args ...any) (list []PlanView, last int64, err error) {
	type people struct {
		maker, checker         string
		makerRole, checkerRole act.Role
		second, returned       bool
	}
	var who []people
	var ids []int64
	err = act.Each(r, planColumns+where, args, func(row act.Scanner) error {
		v := PlanView{State: PlanMadeState, Goods: []PlanGood{}, Schedule: []PlanPart{}}
		var w people
		if err := row.Scan(&last, &v.ID, &v.Number, &v.Member, &v.Name, &v.Date, &v.Principal, &v.Margin, &v.Count, &v.First, &v.Entry, &w.maker, &w.makerRole, &w.checker, &w.checkerRole, &w.second, &v.Down, &v.Till, &v.Returned, &w.returned,
			&v.Left, &v.Paid, &v.MarginDue); err != nil {
			return err
		}
		switch {
		case w.returned:
			v.State = "returned"
		case v.Left+v.MarginDue == 0:
			v.State = "paid"
		}
		list, who, ids = append(list, v), append(who, w), append(ids, last)
		return nil
	})
	for i := range list {
		if err != nil {
			return nil, 0, err
		}
		if named {
			list[i].By = nameOf(r, who[i].maker, who[i].makerRole)
			if who[i].second {
				list[i].Approver = nameOf(r, who[i].checker, who[i].checkerRole)
			}
		}
		if detailed {
			err = list[i].fill(r, ids[i])
		}
	}
	return list, last, err
}

func (v *PlanView) fill(r act.Reader, id int64) error {
	err := act.Each(r, `SELECT g.line, p.name, p.unit, g.quantity, coalesce((SELECT sum(b.quantity) FROM instalment_return_goods b WHERE b.plan = g.plan AND b.line = g.line), 0), g.price, g.amount
		FROM instalment_goods g JOIN products p ON p.number = g.product WHERE g.plan = ? ORDER BY g.line`, []any{id}, func(row act.Scanner) error {
		var g PlanGood
		var q, back money.Quantity
		err := row.Scan(&g.Line, &g.Name, &g.Unit, &q, &back, &g.Price, &g.Amount)
		if g.Quantity = q.String(); back > 0 {
			g.Back = back.String()
		}
		v.Goods = append(v.Goods, g)
		return err
	})
	if err != nil {
		return err
	}
	return act.Each(r, `SELECT s.n, s.date, s.principal - `+principalCut+`, `+marginLeft+`, a.remainder, coalesce(b.remainder, 0), m.item IS NOT NULL, m.plan IS NOT NULL AND m.item IS NULL
		FROM instalment_parts s JOIN item_remainders a ON a.item = s.item LEFT JOIN instalment_margins m ON m.plan = s.plan AND m.n = s.n LEFT JOIN item_remainders b ON b.item = m.item
		WHERE s.plan = ? ORDER BY s.n`, []any{id}, func(row act.Scanner) error {
		var p PlanPart
		err := row.Scan(&p.N, &p.Date, &p.Principal, &p.Margin, &p.Open, &p.MarginOpen, &p.MarginDue, &p.Waived)
		p.Period = v.First.Add(int(p.N) - 1)
		v.Schedule = append(v.Schedule, p)
		return err
	})
}

// PlansFor lists plans for the office, newest first: the open ones, or all; of one member, or of all.
func PlansFor(r act.Reader, by act.Actor, today clock.Date, member int64, open bool, before, limit int64) (out Plans, err error) {
	if out.Bands, err = bandsOn(r, today); err != nil {
		return out, err
	}
	var last int64
	out.Plans, last, err = readPlans(r, true, false, `WHERE (? = 0 OR p.act < ?) AND (? = 0 OR p.member = ?) AND (NOT ? OR EXISTS(SELECT 1 FROM item_remainders r
		WHERE r.remainder > 0 AND r.item IN (SELECT item FROM instalment_parts WHERE plan = p.act UNION SELECT item FROM instalment_margins WHERE plan = p.act))) ORDER BY p.act DESC LIMIT ?`,
		before, before, member, member, open, limit)
	if err != nil {
		return out, err
	}
	if int64(len(out.Plans)) == limit {
		out.Next = last
	}
	if out.Plans == nil {
		out.Plans = []PlanView{}
	}
	if out.Waiting, err = waitingPlans(r, by); err != nil {
		return out, err
	}
	return out, r.Row("SELECT coalesce(sum(r.remainder), 0) FROM instalment_parts s JOIN item_remainders r ON r.item = s.item").Scan(&out.Left)
}

// PlanOf reads one plan of the office's, by the key of the act that made it.
func PlanOf(r act.Reader, by act.Actor, id string) (PlanView, error) {
	list, _, err := readPlans(r, true, true, "WHERE k.key = ?", id)
	if err == nil && len(list) == 0 {
		err = fault.NotFound("payroll.plan_unknown")
	}
	if err != nil {
		return PlanView{}, err
	}
	var maker string
	if err := r.Row("SELECT q.actor FROM acts k JOIN instalment_plans p ON p.act = k.id JOIN acts q ON q.id = coalesce(p.request, p.act) WHERE k.key = ?", id).Scan(&maker); err != nil {
		return PlanView{}, err
	}
	list[0].Refusal, err = returnRefusal(r, by, maker)
	return list[0], err
}

// MemberPlans are a member's own, newest first, with goods and schedule.
func MemberPlans(r act.Reader, number int64) ([]PlanView, error) {
	list, _, err := readPlans(r, false, true, "WHERE p.member = ? ORDER BY p.act DESC LIMIT 50", number)
	if list == nil {
		list = []PlanView{}
	}
	return list, err
}

// waitingPlans lists what waits for a second person, and what a till has not handed over yet, oldest first.
func waitingPlans(r act.Reader, by act.Actor) ([]PlanView, error) {
	list := []PlanView{}
	type maker struct {
		id   string
		role act.Role
		in   asked
	}
	var makers []maker
	err := act.Each(r, `SELECT a.key, a.at, a.actor, a.role, q.principal, q.body, coalesce(n.text, ''), d.request IS NOT NULL FROM instalment_requests q JOIN acts a ON a.id = q.act LEFT JOIN act_notes n ON n.act = q.act
		LEFT JOIN credit_requests c ON c.act = q.act LEFT JOIN shifts h ON h.id = c.shift LEFT JOIN instalment_decisions d ON d.request = q.act
		WHERE (d.request IS NULL OR d.approved = 1 AND NOT EXISTS(SELECT 1 FROM instalment_plans p WHERE p.request = q.act) AND NOT EXISTS(SELECT 1 FROM instalment_ends e WHERE e.request = q.act))
		AND (h.closed_at IS NULL OR EXISTS(SELECT 1 FROM credit_carries y WHERE y.request = q.act)) ORDER BY d.request IS NOT NULL, q.act LIMIT 100`, nil, func(row act.Scanner) error {
		v := PlanView{State: PlanWaiting, Goods: []PlanGood{}, Schedule: []PlanPart{}}
		var m maker
		var at int64
		var body string
		var approved bool
		if err := row.Scan(&v.ID, &at, &m.id, &m.role, &v.Principal, &body, &v.Note, &approved); err != nil {
			return err
		}
		if approved {
			v.State = PlanApproved
		}
		if err := json.Unmarshal([]byte(body), &m.in); err != nil {
			return err
		}
		v.Member, v.Count, v.Margin, v.First, v.Down, v.Till = m.in.Member, m.in.Parts, m.in.Margin, m.in.First, m.in.Down, m.in.Till
		v.Date = clock.Date(time.UnixMilli(at).UTC().Format(time.DateOnly))
		list, makers = append(list, v), append(makers, m)
		return nil
	})
	for i := range list {
		if err != nil {
			return nil, err
		}
		v := &list[i]
		v.By = nameOf(r, makers[i].id, makers[i].role)
		if err = r.Row("SELECT coalesce((SELECT name FROM members WHERE number = ?), '')", v.Member).Scan(&v.Name); err != nil {
			return nil, err
		}
		for _, g := range makers[i].in.Goods {
			good := PlanGood{Quantity: g.Quantity}
			if err = r.Row("SELECT coalesce((SELECT name FROM products WHERE id = ?1), ''), coalesce((SELECT unit FROM products WHERE id = ?1), '')", g.Product).Scan(&good.Name, &good.Unit); err != nil {
				return nil, err
			}
			v.Goods = append(v.Goods, good)
		}
		if v.State == PlanWaiting {
			v.Refusal, err = planRefusal(r, by, makers[i].id)
		}
	}
	return list, err
}
