package payroll

import (
	"github.com/pocketbase/pocketbase/core"

	"kpdk/hooks/internal/act"
	"kpdk/hooks/internal/clock"
	"kpdk/hooks/internal/fault"
	"kpdk/hooks/internal/money"
	"kpdk/hooks/ledger"
	"kpdk/hooks/member"
	"kpdk/hooks/policy"
)

// TillTerms are on what terms a member may take a price on credit at the till. Refusal is why not, said with
// Params; Room is what a month's pay still carries under the mandate.
type TillTerms struct {
	Bands
	Refusal   string
	Params    fault.Params
	Principal money.Rupiah
	Left      money.Rupiah // of the most a member may owe
	Room      money.Rupiah
	First     clock.Period
	PayDate   clock.Date
	Choices   []TillChoice
}

// TillChoice is one number of months with what it costs; the first month is the dearest by a rupiah or two.
type TillChoice struct {
	Parts   int64        `json:"parts"`
	Monthly money.Rupiah `json:"monthly_rupiah"`
	Margin  money.Rupiah `json:"margin_rupiah"`
	Total   money.Rupiah `json:"total_rupiah"`
	Fits    bool         `json:"fits"`   // the mandate carries it
	Second  bool         `json:"second"` // somebody of the office approves
}

// TermsAtTill reads the terms for a price of which down is paid at once.
func TermsAtTill(r act.Reader, on clock.Date, number int64, total, down money.Rupiah) (t TillTerms, err error) {
	if t.Bands, err = bandsOn(r, on); err != nil {
		return t, err
	}
	standing, err := ledger.Balance(r, ledger.MemberParty(number), ledger.InstalmentRecv)
	if err != nil {
		return t, err
	}
	earlier, err := soldAlone(r, number, on)
	if err != nil {
		return t, err
	}
	cal, err := unlockedFrom(r, on)
	if err != nil {
		return t, err
	}
	carries, err := burdenOf(r, number, cal)
	if err != nil {
		return t, err
	}
	t.Principal, t.Left, t.First, t.PayDate, t.Room, t.Choices = total-down, max(0, t.Most-standing), cal.Period, cal.PayDate, carries.roomIn(cal.Period), []TillChoice{}
	refuse := func(err error) (TillTerms, error) {
		if f, ok := err.(*fault.Fault); ok {
			t.Refusal, t.Params = f.Code, f.Params
			return t, nil
		}
		return t, err
	}
	if carries.refusal != "" {
		return refuse(fault.Refused(carries.refusal))
	}
	if err := t.mayPayDown(total, down); err != nil {
		return refuse(err)
	}
	if _, err := t.Judge(t.Principal, standing, earlier, 1); err != nil {
		return refuse(err)
	}
	for n := int64(1); n <= min(t.parts(t.Principal), int64(t.Principal)); n++ {
		margin := t.Margin(t.Principal, n)
		if margin > t.Principal {
			break
		}
		plan := Schedule(t.Principal, margin, n, cal.Period, on)
		t.Choices = append(t.Choices, TillChoice{n, plan[0].Principal + plan[0].Margin, margin, t.Principal + margin, carries.over(plan) == 0, t.asksSecond(t.Principal, earlier)})
	}
	return t, nil
}

// asksSecond says whether a till needs somebody of the office for a price, with what the member took before that day.
func (b Bands) asksSecond(principal, earlier money.Rupiah) bool {
	return policy.Apart(principal, earlier, min(b.Till, b.Small))
}

func (b Bands) mayPayDown(total, down money.Rupiah) error {
	if most := money.Share(total, b.DownMost, 100); down > most {
		return fault.Refused("payroll.instalment_down", fault.Params{"most": most.Format()})
	}
	return nil
}

// burden is what a member's pay may carry a month, and what instalments and mandatory savings take of it already.
type burden struct {
	refusal string
	most    money.Rupiah
	taken   map[clock.Period]money.Rupiah
}

// burdenOf reads it from a period on. What is behind counts in the first month, where it will be asked for.
func burdenOf(r act.Reader, number int64, from Calendar) (b burden, err error) {
	rules, err := rulesFor(r, from.Period)
	if err != nil {
		return b, err
	}
	found, err := people(r, rules, number-1, number)
	if err != nil {
		return b, err
	}
	who := found[number]
	if who == nil {
		return burden{refusal: NoMandate}, nil
	}
	b.refusal = who.terms.excluded()
	b.most, _ = who.terms.Cap()
	rates, err := policy.Mandatory.On(r, from.From)
	if err != nil {
		return b, err
	}
	grade, err := member.GradeOn(r, number, from.From)
	if err != nil {
		return b, err
	}
	b.most = max(0, b.most-rates.Of(grade))
	b.taken = map[clock.Period]money.Rupiah{}
	return b, act.Each(r, `SELECT s.date, a.remainder + CASE WHEN m.plan IS NULL AND a.remainder > 0 THEN `+marginLeft+` ELSE coalesce(b.remainder, 0) END FROM instalment_plans p JOIN instalment_parts s ON s.plan = p.act
		JOIN item_remainders a ON a.item = s.item LEFT JOIN instalment_margins m ON m.plan = s.plan AND m.n = s.n LEFT JOIN item_remainders b ON b.item = m.item WHERE p.member = ?`, []any{number}, func(row act.Scanner) error {
		var date clock.Date
		var due money.Rupiah
		err := row.Scan(&date, &due)
		b.taken[max(date.Period().Add(1), from.Period)] += due
		return err
	})
}

func (b burden) roomIn(p clock.Period) money.Rupiah { return max(0, b.most-b.taken[p]) }

// over is by how much a plan goes beyond the pay in its worst month.
func (b burden) over(plan []Instalment) (worst money.Rupiah) {
	for _, s := range plan {
		worst = max(worst, s.Principal+s.Margin-b.roomIn(s.Period))
	}
	return worst
}

// TillPlan is a plan of a till: the shop has read the card, priced the goods and knows how they leave. Request
// is the key of what was approved and is handed over now, or empty.
type TillPlan struct {
	Member  int64
	Goods   []Good
	Parts   int64
	Down    money.Rupiah
	Till    string
	Request string
}

// TillMade is what became of it; the entry's hash is nil while it waits.
type TillMade struct {
	PlanMade
	First    clock.Period
	Schedule []Instalment
	Hash     []byte
}

// PlanAtTill makes a plan inside the shop's act: at the co-op's margin, within the bands and the mandate. Above
// what a till may sell by itself, in one or in pieces of a day, it is laid before the office, and the goods stay.
func PlanAtTill(tx *act.Tx, app core.App, in TillPlan, sold Sold) (out TillMade, err error) {
	out.ID, out.State = tx.Key(), PlanMadeState
	bands, err := bandsOn(tx, tx.Today())
	if err != nil {
		return out, err
	}
	var bad fault.Input
	bad.Check(in.Parts > 0 && in.Parts <= maxPlanParts, "parts", "payroll.instalment_count", fault.Params{"max": maxPlanParts})
	bad.Check(len(in.Goods) <= maxPlanLines, "lines", "store.line_count", fault.Params{"max": maxPlanLines})
	if err := bad.Err(); err != nil {
		return out, err
	}
	it := asked{PlanInput{Member: in.Member, Goods: in.Goods, Parts: in.Parts, Margin: bands.Margin(sold.Total-in.Down, in.Parts)}, in.Down, in.Till}
	request, err := in.approved(tx)
	if err != nil {
		return out, err
	}
	if request.act != 0 { // what was approved holds, whatever the rate is now
		it.Margin = request.in.Margin
	}
	p, err := it.decideAtTill(tx, sold, bands)
	if err != nil {
		return out, err
	}
	earlier, err := soldAlone(tx, in.Member, tx.Today())
	if err != nil {
		return out, err
	}
	out.Principal, out.Margin, out.First, out.Schedule = p.principal, p.margin, p.schedule[0].Period, p.schedule
	if request.act != 0 {
		if err := request.samePrice(p); err != nil {
			return out, err
		}
	} else if bands.asksSecond(p.principal, earlier) {
		out.State = PlanWaiting
		return out, it.request(tx, app, p)
	}
	written, err := p.write(tx, app, it, request.act)
	out.Number, out.Entry, out.Hash = written.number, written.entry.Entry, written.entry.Hash
	return out, err
}

func (in asked) decideAtTill(tx *act.Tx, sold Sold, bands Bands) (plan, error) {
	if err := bands.mayPayDown(sold.Total, in.Down); err != nil {
		return plan{}, err
	}
	p, err := in.decide(tx, sold)
	if err != nil {
		return p, err
	}
	cal, err := CalendarFor(tx, p.schedule[0].Period)
	if err != nil {
		return p, err
	}
	carries, err := burdenOf(tx, in.Member, cal)
	if err != nil {
		return p, err
	}
	if carries.refusal != "" {
		return p, fault.Refused(carries.refusal)
	}
	if over := carries.over(p.schedule); over > 0 {
		monthly := p.schedule[0].Principal + p.schedule[0].Margin
		return p, fault.Refused("payroll.instalment_burden", fault.Params{"monthly": monthly.Format(), "room": max(0, monthly-over).Format()})
	}
	return p, nil
}

// approved is the request that a till hands over: approved, of this till and not made yet.
func (in TillPlan) approved(r act.Reader) (q requestedPlan, err error) {
	if in.Request == "" {
		return q, nil
	}
	if q, err = planRequest(r, in.Request); err != nil {
		return q, err
	}
	switch {
	case q.in.Till == "" || q.in.Member != in.Member:
		return q, fault.NotFound("payroll.plan_unknown")
	case q.made, q.ended:
		return q, fault.Refused("payroll.plan_decided")
	case !q.approved:
		return q, fault.Refused("payroll.plan_not_approved")
	}
	return q, nil
}

// TillRequest reads what a till asked for, so that it is handed over as it was asked.
func TillRequest(r act.Reader, request string) (TillPlan, error) {
	q, err := planRequest(r, request)
	if err == nil && q.in.Till == "" {
		err = fault.NotFound("payroll.plan_unknown")
	}
	return TillPlan{q.in.Member, q.in.Goods, q.in.Parts, q.in.Down, q.in.Till, request}, err
}

// EndAtTill ends a request that its till hands over no more, inside the act that closes the shift.
func EndAtTill(tx *act.Tx, app core.App, request string) error {
	q, err := planRequest(tx, request)
	if err == nil && q.decided && !q.waitsForTill() {
		err = fault.Refused("payroll.plan_decided")
	}
	if err != nil {
		return err
	}
	return q.end(tx, app, request)
}
