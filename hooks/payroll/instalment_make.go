package payroll

import (
	"context"
	"database/sql"
	"encoding/json"
	"errors"
	"strings"
	"unicode/utf8"

	"github.com/pocketbase/pocketbase/core"

	"kpdk/hooks/internal/act"
	"kpdk/hooks/internal/clock"
	"kpdk/hooks/internal/fault"
	"kpdk/hooks/internal/money"
	"kpdk/hooks/ledger"
	"kpdk/hooks/member"
	"kpdk/hooks/notice"
)

// Limits of a plan's form.
const (
	maxPlanLines = 20
	maxPlanParts = 120
)

// PlanInput asks for goods on credit for a member.
type PlanInput struct {
	Member int64        `json:"member"`
	Goods  []Good       `json:"lines"`
	Parts  int64        `json:"parts"`
	Margin money.Rupiah `json:"margin_rupiah"`
	First  clock.Period `json:"first_period,omitempty"` // empty: the first that is not locked
}

// PlanMade is what became of it.
type PlanMade struct {
	ID        string       `json:"id"`
	State     string       `json:"state"` // made, waiting, approved, refused
	Number    int64        `json:"number"`
	Principal money.Rupiah `json:"principal_rupiah"`
	Margin    money.Rupiah `json:"margin_rupiah"`
	Entry     int64        `json:"entry"`
}

// States of a plan that was asked for.
const (
	PlanMadeState = "made"
	PlanWaiting   = "waiting"  // for the second person
	PlanApproved  = "approved" // the till that asked for it hands the goods over
	PlanRefused   = "refused"
)

// MakePlan sells goods on credit: they leave the shelf as in a sale, the price stands on 1122, and each
// instalment is an open item of its month. Above the small band, by itself or with what the member took that
// day without one, it is laid before a second person first; the goods stay on the shelf until then. The machine's console makes it at once, and the audit says so.
func MakePlan(ctx context.Context, app core.App, key string, by act.Actor, in PlanInput) (PlanMade, bool, error) {
	if err := in.shape(); err != nil {
		return PlanMade{}, false, err
	}
	return act.Do(ctx, app, act.Act{Kind: "payroll.make_plan", Key: key, Input: in, By: by}, func(tx *act.Tx) (PlanMade, error) {
		out := PlanMade{ID: key, State: PlanMadeState, Margin: in.Margin}
		it := asked{PlanInput: in}
		p, err := it.decideFromShelf(tx, app)
		if err != nil {
			return out, err
		}
		out.Principal = p.principal
		if p.second && !decidesAlone(by) {
			out.State = PlanWaiting
			return out, it.request(tx, app, p)
		}
		written, err := p.write(tx, app, it, 0)
		out.Number, out.Entry = written.number, written.entry.Entry
		return out, err
	})
}

// decidesAlone says who needs no second person: the machine's console, and the audit says so.
func decidesAlone(by act.Actor) bool { return by.Role == act.Console || by.Role == act.System }

func (in PlanInput) shape() error {
	var bad fault.Input
	bad.Check(in.Member > 0, "member", "input.required")
	bad.Check(len(in.Goods) > 0 && len(in.Goods) <= maxPlanLines, "lines", "store.line_count", fault.Params{"max": maxPlanLines})
	bad.Check(in.Parts > 0 && in.Parts <= maxPlanParts, "parts", "payroll.instalment_count", fault.Params{"max": maxPlanParts})
	bad.Check(in.Margin >= 0 && in.Margin <= money.Max, "margin_rupiah", "ledger.amount_invalid")
	_, ok := clock.ParsePeriod(string(in.First))
	bad.Check(in.First == "" || ok, "first_period", "input.period")
	return bad.Err()
}

// asked is a plan as it waits for a second person. Down is what is paid in cash at the till that asked for it;
// the office's plans name no till.
type asked struct {
	PlanInput
	Down money.Rupiah `json:"down_rupiah,omitempty"`
	Till string       `json:"till,omitempty"`
}

// plan is a plan that was decided.
type plan struct {
	sold      Sold
	principal money.Rupiah // the price less what is paid at once
	margin    money.Rupiah
	second    bool
	schedule  []Instalment
}

// decideFromShelf decides with what the shop says of the goods now.
func (in asked) decideFromShelf(tx *act.Tx, app core.App) (plan, error) {
	sell := portsOf(app).SellGoods
	if sell == nil {
		return plan{}, fault.Refused("payroll.no_shop")
	}
	sold, err := sell(tx, app, in.Member, in.Goods)
	if err != nil {
		return plan{}, err
	}
	return in.decide(tx, sold)
}

func (in asked) decide(tx *act.Tx, sold Sold) (p plan, err error) {
	person, err := member.Find(tx, in.Member)
	if err != nil {
		return p, err
	}
	if person.Status != member.Active {
		return p, fault.Refused("member.not_active", fault.Params{"number": member.PrintNumber(in.Member)})
	}
	if _, granted, err := member.MandateOn(tx, in.Member, tx.Today()); err != nil || !granted {
		if err == nil {
			err = fault.Refused(NoMandate)
		}
		return p, err
	}
	first, err := in.first(tx)
	if err != nil {
		return p, err
	}
	standing, err := ledger.Balance(tx, ledger.MemberParty(in.Member), ledger.InstalmentRecv)
	if err != nil {
		return p, err
	}
	bands, err := bandsOn(tx, tx.Today())
	if err != nil {
		return p, err
	}
	p.sold, p.principal, p.margin = sold, sold.Total-in.Down, in.Margin
	earlier, err := soldAlone(tx, in.Member, tx.Today())
	if err != nil {
		return p, err
	}
	if p.second, err = bands.Judge(p.principal, standing, earlier, in.Parts); err != nil {
		return p, err
	}
	switch {
	case p.margin > p.principal:
		return p, fault.Refused("payroll.instalment_margin", fault.Params{"principal": p.principal.Format()})
	case int64(p.principal) < in.Parts:
		return p, fault.Refused("payroll.instalment_parts", fault.Params{"max": int64(p.principal)})
	}
	p.schedule = Schedule(p.principal, p.margin, in.Parts, first, tx.Today())
	return p, ledger.EnsureOpen(tx, tx.Today())
}

// first is the month of the first instalment: the coming list at the earliest, a year from now at the latest.
func (in PlanInput) first(r *act.Tx) (clock.Period, error) {
	cal, err := unlockedFrom(r, r.Today())
	if err != nil || in.First == "" || in.First == cal.Period {
		return cal.Period, err
	}
	if in.First < cal.Period || in.First > cal.Period.Add(12) {
		return "", fault.Refused("payroll.instalment_first", fault.Params{"period": cal.Period})
	}
	return in.First, nil
}

func (in asked) request(tx *act.Tx, app core.App, p plan) error {
	var taken bool
	if err := tx.Row("SELECT EXISTS(SELECT 1 FROM acts a JOIN instalment_requests q ON q.act = a.id WHERE a.key = ?)", tx.Key()).Scan(&taken); err != nil {
		return err
	}
	if taken {
		return fault.Refused("idempotency_conflict")
	}
	body, err := json.Marshal(in)
	if err != nil {
		return err
	}
	tell(tx, app, p.schedule[0].Period)
	return tx.Exec("INSERT INTO instalment_requests(act, principal, body) VALUES(?, ?, ?)", tx.ID(), int64(p.principal), string(body))
}

// planWritten is what a plan left in the books.
type planWritten struct {
	number int64
	entry  ledger.Posted
}

// write posts the sale and makes the instalments.
func (p plan) write(tx *act.Tx, app core.App, in asked, request int64) (out planWritten, err error) {
	party := ledger.MemberParty(in.Member)
	lines := append([]ledger.Line{ledger.Dr(ledger.InstalmentRecv, p.principal, party)}, p.sold.Postings...)
	if out.entry, err = ledger.Post(tx, ledger.Entry{Kind: ledger.KindSale, Date: tx.Today(), Lines: lines}); err != nil {
		return out, err
	}
	if out.number, err = ledger.Count(tx, "instalment"); err != nil {
		return out, err
	}
	var requested any
	if request != 0 {
		requested = request
	}
	if err := tx.Exec("INSERT INTO instalment_plans(act, number, member, date, principal, margin, parts, first_period, entry, request) VALUES(?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
		tx.ID(), out.number, in.Member, string(tx.Today()), int64(p.principal), int64(p.margin), in.Parts, string(p.schedule[0].Period), out.entry.Entry, requested); err != nil {
		return out, err
	}
	for i, l := range p.sold.Lines {
		var consignor any
		if l.Consignor != 0 {
			consignor = l.Consignor
		}
		if err := tx.Exec("INSERT INTO instalment_goods(plan, line, product, quantity, price, amount, cost, consignor) VALUES(?, ?, ?, ?, ?, ?, ?, ?)",
			tx.ID(), i+1, l.Product, l.Quantity, int64(l.Price), int64(l.Amount), int64(l.Cost), consignor); err != nil {
			return out, err
		}
	}
	for _, s := range p.schedule {
		item, err := ledger.OweSince(tx, in.Member, ledger.ItemInstalment, s.Date, tx.Today(), s.Principal)
		if err != nil {
			return out, err
		}
		if err := tx.Exec("INSERT INTO instalment_parts(plan, n, date, item, principal, margin) VALUES(?, ?, ?, ?, ?, ?)", tx.ID(), s.N, string(s.Date), item, int64(s.Principal), int64(s.Margin)); err != nil {
			return out, err
		}
	}
	tell(tx, app, p.schedule[0].Period)
	notice.Tell(tx, app, in.Member, "payroll", string(p.schedule[0].Period))
	return out, p.sold.Take(tx)
}

// DecidePlan approves or refuses a plan that waits for a second person. Approving decides everything anew: the
// price and the shelf may have changed, and then the principal is what it is now.
func DecidePlan(ctx context.Context, app core.App, key string, by act.Actor, request string, approve bool, reason string) (PlanMade, bool, error) {
	reason = strings.TrimSpace(reason)
	var bad fault.Input
	bad.Check(utf8.RuneCountInString(reason) <= maxReason, "reason", "input.too_long", fault.Params{"max": maxReason})
	if err := bad.Err(); err != nil {
		return PlanMade{}, false, err
	}
	kind := map[bool]string{true: "payroll.approve_plan", false: "payroll.refuse_plan"}[approve]
	return act.Do(ctx, app, act.Act{Kind: kind, Key: key, Input: request, By: by, Note: reason}, func(tx *act.Tx) (PlanMade, error) {
		return decidePlan(tx, app, by, request, approve)
	})
}

func decidePlan(tx *act.Tx, app core.App, by act.Actor, request string, approve bool) (PlanMade, error) {
	out := PlanMade{ID: request, State: PlanRefused}
	q, err := planRequest(tx, request)
	if err != nil {
		return out, err
	}
	if q.decided && (approve || !q.waitsForTill()) {
		return out, fault.Refused("payroll.plan_decided")
	}
	out.Principal, out.Margin = q.principal, q.in.Margin
	if !approve {
		return out, q.end(tx, app, request)
	}
	if err := q.mayApprove(tx, by); err != nil {
		return out, err
	}
	p, err := q.in.decideFromShelf(tx, app)
	if err != nil {
		return out, err
	}
	if err := q.samePrice(p); err != nil {
		return out, err
	}
	if err := tx.Exec("INSERT INTO instalment_decisions(request, approved, act) VALUES(?, 1, ?)", q.act, tx.ID()); err != nil {
		return out, err
	}
	if q.in.Till != "" { // the goods leave, and the cash comes, when the till hands them over
		out.State = PlanApproved
		notice.TellTills(tx, app, "credit", request)
		tell(tx, app, p.schedule[0].Period)
		return out, notice.News(tx, app, notice.Notice{Member: q.in.Member, Kind: notice.CreditOK, Amount: q.principal})
	}
	out.State = PlanMadeState
	written, err := p.write(tx, app, q.in, q.act)
	out.Number, out.Entry = written.number, written.entry.Entry
	return out, err
}

// end lets a request come to nothing, approved or not: the goods stay on the shelf, and the member hears of it.
func (q requestedPlan) end(tx *act.Tx, app core.App, request string) error {
	query := "INSERT INTO instalment_decisions(request, approved, act) VALUES(?, 0, ?)"
	if q.decided {
		query = "INSERT INTO instalment_ends(request, act) VALUES(?, ?)"
	}
	if err := tx.Exec(query, q.act, tx.ID()); err != nil {
		return err
	}
	tell(tx, app, tx.Today().Period())
	if q.in.Till == "" {
		return nil
	}
	notice.TellTills(tx, app, "credit", request)
	return notice.News(tx, app, notice.Notice{Member: q.in.Member, Kind: notice.CreditOver, Amount: q.principal})
}

// waitsForTill says whether a request is approved, and its goods neither handed over nor put back.
func (q requestedPlan) waitsForTill() bool { return q.approved && !q.made && !q.ended }

// mayApprove refuses whoever is no second person, and what a till asked for whose shift is over.
func (q requestedPlan) mayApprove(r act.Reader, by act.Actor) error {
	refusal, err := planRefusal(r, by, q.maker)
	if err == nil && refusal == "" && q.over {
		refusal = "payroll.plan_shift_over"
	}
	if err == nil && refusal != "" {
		err = fault.Refused(refusal)
	}
	return err
}

// samePrice: the second person saw, or approved, another price.
func (q requestedPlan) samePrice(p plan) error {
	if p.principal == q.principal {
		return nil
	}
	return fault.Refused("payroll.plan_price", fault.Params{"was": q.principal.Format(), "now": p.principal.Format()})
}

type requestedPlan struct {
	act               int64
	maker             string
	principal         money.Rupiah
	in                asked
	decided, approved bool
	made              bool // the till handed the goods over
	ended             bool // it never will
	over              bool // the shift that asked for it is closed, and did not carry it on to the next
}

func planRequest(r act.Reader, key string) (q requestedPlan, err error) {
	var body string
	err = r.Row(`SELECT q.act, a.actor, q.principal, q.body, d.request IS NOT NULL, coalesce(d.approved, 0), EXISTS(SELECT 1 FROM instalment_plans p WHERE p.request = q.act), EXISTS(SELECT 1 FROM instalment_ends e WHERE e.request = q.act),
		s.closed_at IS NOT NULL AND NOT EXISTS(SELECT 1 FROM credit_carries y WHERE y.request = q.act)
		FROM acts a JOIN instalment_requests q ON q.act = a.id LEFT JOIN instalment_decisions d ON d.request = q.act
		LEFT JOIN credit_requests c ON c.act = q.act LEFT JOIN shifts s ON s.id = c.shift WHERE a.key = ?`, key).
		Scan(&q.act, &q.maker, &q.principal, &body, &q.decided, &q.approved, &q.made, &q.ended, &q.over)
	if errors.Is(err, sql.ErrNoRows) {
		return q, fault.NotFound("payroll.plan_unknown")
	}
	if err != nil {
		return q, err
	}
	return q, json.Unmarshal([]byte(body), &q.in)
}

// planRefusal says why somebody may not approve a plan, as a code, or empty.
func planRefusal(r act.Reader, by act.Actor, maker string) (string, error) {
	conflict, err := act.SecondPerson(r, by, func(id string) (bool, error) { return id == maker, nil })
	switch conflict {
	case act.SamePerson:
		return "payroll.plan_same_person", err
	case act.KeyedByMaker:
		return "payroll.plan_keyed_by_maker", err
	}
	return "", err
}
