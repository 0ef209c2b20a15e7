package payroll

import (
	"crypto/sha256"
	"database/sql"
	"encoding/hex"
	"encoding/json"
	"errors"
	"strconv"

	"kpdk/hooks/internal/act"
	"kpdk/hooks/internal/clock"
	"kpdk/hooks/internal/fault"
	"kpdk/hooks/internal/money"
	"kpdk/hooks/ledger"
)

// Cuts of an instalment s: by how much its principal, and its margin, are less for goods that came back.
const (
	principalCut = "(SELECT coalesce(sum(c.principal), 0) FROM instalment_cuts c WHERE c.plan = s.plan AND c.n = s.n)"
	marginCut    = "(SELECT coalesce(sum(c.margin), 0) FROM instalment_cuts c WHERE c.plan = s.plan AND c.n = s.n)"
	marginLeft   = "s.margin - " + marginCut
	// leftBefore says that an instalment was not paid off before a moment.
	leftBefore = "s.principal > coalesce((SELECT sum(t.amount) FROM settlements t JOIN acts a ON a.id = t.act WHERE t.item = s.item AND a.at < ?), 0)"
)

// BackGood is goods of a plan that come back: the line, and how much of it, with at most three decimals.
type BackGood struct {
	Line     int64  `json:"line"`
	Quantity string `json:"quantity"`
}

// Returning says what comes back; without lines all that did not yet. Seen is what the terms said of themselves:
// whoever read other terms is asked to read again.
type Returning struct {
	Goods []BackGood `json:"lines,omitempty"`
	Seen  string     `json:"seen,omitempty"`
}

// ReturnTerms are what happens when goods come back. The price of the goods first ends what is still owed; what had
// been paid beyond the new price is held for the member (2107). The margin is the price of having goods for a month: it
// stays for months whose pay day passed, and ends with the goods, in proportion to the principal, for the others.
type ReturnTerms struct {
	Amount      money.Rupiah `json:"amount_rupiah"`       // the price of what comes back
	Ended       money.Rupiah `json:"ended_rupiah"`        // of the principal, and not owed any more
	Left        money.Rupiah `json:"left_rupiah"`         // of the principal, and still owed
	Held        money.Rupiah `json:"held_rupiah"`         // for the member
	MarginEnded money.Rupiah `json:"margin_ended_rupiah"` // that was agreed, and is not owed any more
	MarginStays money.Rupiah `json:"margin_stays_rupiah"` // of months that passed, and is not paid
	MarginLeft  money.Rupiah `json:"margin_left_rupiah"`  // of months to come
	All         bool         `json:"all"`                 // nothing of the plan is out any more
	Schedule    []PartAfter  `json:"schedule"`            // what is still to be paid
	Refusal     string       `json:"refusal"`
	Seen        string       `json:"seen"`
}

// PartAfter is an instalment of which something is open after a return; the margin is what is or will be owed of it.
type PartAfter struct {
	N         int64        `json:"n"`
	Period    clock.Period `json:"period"`
	Principal money.Rupiah `json:"principal_rupiah"`
	Margin    money.Rupiah `json:"margin_rupiah"`
}

// outLine is a line of a plan's goods with how much of it came back.
type outLine struct {
	SoldLine
	line, back int64
	weighed    bool // it is not sold by the piece
}

// of is what a quantity of the line is, price and cost: what came back piece by piece sums to the whole.
func (l outLine) of(quantity int64) SoldLine {
	share := func(value money.Rupiah) money.Rupiah { return money.Slice(value, l.back, l.back+quantity, l.Quantity) }
	out := l.SoldLine
	out.Quantity, out.Amount, out.Cost = quantity, share(l.Amount), share(l.Cost)
	return out
}

// standingPart is an instalment as it stands: Margin is what was agreed, cut what earlier returns took of it.
type standingPart struct {
	n                  int64
	period             clock.Period
	item, marginItem   int64
	open, marginOpen   money.Rupiah
	margin, cut        money.Rupiah
	made, waived, past bool // its margin fell due; nobody owes one; its pay day is over
}

// standingPlan is a plan whose goods may come back.
type standingPlan struct {
	act, member     int64
	maker           string
	principal, back money.Rupiah // at first; the price of what came back
	givenUp         bool         // some of it was written off, and is owed again
	goods           []outLine
	parts           []standingPart
}

// backLine is one line of a return.
type backLine struct {
	line int64
	SoldLine
}

// partCut is by how much a return makes an instalment less. The margin was asked for already when it has an item;
// unpaid is the part of it that nobody paid.
type partCut struct {
	standingPart
	principal, marginBy, unpaid money.Rupiah
}

// returned is a return that was decided.
type returned struct {
	ReturnTerms
	goods  []backLine
	cuts   []partCut
	income money.Rupiah // of the margin that ends, what was income already
	unpaid money.Rupiah // and of that what nobody paid
}

// pick says which goods come back; all that did not yet when none are named.
func (p standingPlan) pick(goods []BackGood) ([]backLine, error) {
	wanted := map[int64]int64{}
	var bad fault.Input
	for i, g := range goods {
		q, err := money.ParseQuantity(g.Quantity)
		bad.Check(err == nil && q > 0 && wanted[g.Line] == 0, "lines."+strconv.Itoa(i)+".quantity", "store.quantity_invalid")
		wanted[g.Line] = int64(q)
	}
	if err := bad.Err(); err != nil {
		return nil, err
	}
	var out []backLine
	for _, l := range p.goods {
		quantity, left := wanted[l.line], l.Quantity-l.back
		if len(goods) == 0 {
			quantity = left
		}
		delete(wanted, l.line)
		if quantity > left {
			return nil, fault.Refused("payroll.plan_return_more", fault.Params{"n": l.line, "left": money.Quantity(left).String()})
		}
		if !l.weighed && quantity != left && quantity%int64(money.One) != 0 {
			return nil, fault.Refused("payroll.plan_return_whole", fault.Params{"n": l.line})
		}
		if quantity > 0 {
			out = append(out, backLine{l.line, l.of(quantity)})
		}
	}
	if len(wanted) > 0 {
		return nil, fault.NotFound("payroll.plan_line_unknown")
	}
	if len(out) == 0 {
		return nil, fault.Refused("payroll.plan_over")
	}
	return out, nil
}

// Relay cuts open instalments so that they sum to so much less: each in proportion, to the rupiah, and none below
// nothing.
func Relay(open []money.Rupiah, less money.Rupiah) (cuts []money.Rupiah, err error) {
	var sum money.Rupiah
	weights := make([]int64, len(open))
	for i, o := range open {
		sum, weights[i] = sum+o, int64(o)
	}
	cuts = make([]money.Rupiah, len(open))
	if less == 0 {
		return cuts, nil
	}
	left, err := money.SplitLargestRemainder(sum-less, weights)
	for i := range left {
		cuts[i] = open[i] - left[i]
	}
	return cuts, err
}

// decide says what comes of a return.
func (p standingPlan) decide(goods []BackGood) (out returned, err error) {
	if out.goods, err = p.pick(goods); err != nil {
		return out, err
	}
	out.All, out.Schedule = true, []PartAfter{}
	for _, l := range p.goods {
		back := l.back
		for _, b := range out.goods {
			if b.line == l.line {
				back += b.Quantity
				out.Amount += b.Amount
			}
		}
		out.All = out.All && back == l.Quantity
	}
	open := make([]money.Rupiah, len(p.parts))
	var owed money.Rupiah
	for i, s := range p.parts {
		open[i], owed = s.open, owed+s.open
	}
	out.Ended = min(owed, out.Amount)
	out.Left = owed - out.Ended
	cuts, err := Relay(open, out.Ended)
	if err != nil {
		return out, err
	}
	financed := max(0, p.principal-p.back-out.Amount) // what was paid at once is the last to come back
	if out.All {
		financed = 0
	}
	for i, s := range p.parts {
		c := partCut{standingPart: s, principal: cuts[i]}
		after := c.cutMargin(financed, p.principal)
		if s.made {
			out.income, out.unpaid = out.income+c.marginBy, out.unpaid+c.unpaid
		}
		out.MarginEnded += c.marginBy
		if s.past {
			out.MarginStays += after
		} else {
			out.MarginLeft += after
		}
		if left := s.open - c.principal; left+after > 0 {
			out.Schedule = append(out.Schedule, PartAfter{s.n, s.period, left, after})
		}
		if c.principal+c.marginBy > 0 {
			out.cuts = append(out.cuts, c)
		}
	}
	out.Held = out.Amount - out.Ended + out.income - out.unpaid
	raw, err := json.Marshal(out.ReturnTerms)
	sum := sha256.Sum256(raw)
	out.Seen = hex.EncodeToString(sum[:8])
	return out, err
}

// cutMargin says by how much the margin of an instalment is less, and gives what is or will be owed of it: none of a
// month to come that is paid, as for everybody who pays early.
func (c *partCut) cutMargin(financed, principal money.Rupiah) (after money.Rupiah) {
	agreed, early := c.margin-c.cut, !c.past && !c.made
	switch {
	case c.waived || early && c.open == 0:
		return 0
	case c.past:
	case early && c.open == c.principal:
		c.marginBy = agreed
	default:
		c.marginBy = max(0, agreed-money.Share(c.margin, int64(financed), int64(principal)))
	}
	if !c.made {
		return agreed - c.marginBy
	}
	c.unpaid = min(c.marginBy, c.marginOpen)
	return c.marginOpen - c.unpaid
}

// ReturnTermsOf reads what would happen. Nothing is written, and the return decides anew.
func ReturnTermsOf(r act.Reader, by act.Actor, c *clock.Clock, plan string, in Returning) (ReturnTerms, int64, error) {
	p, err := standingOf(r, c, plan)
	if err != nil {
		return ReturnTerms{}, 0, err
	}
	out, err := p.decide(in.Goods)
	if err == nil {
		err = p.mayReturn(r, by)
	}
	if f := (*fault.Fault)(nil); errors.As(err, &f) && f.Status < 500 && out.Seen != "" {
		out.Refusal, err = f.Code, nil
	}
	return out.ReturnTerms, p.member, err
}

// returnRefusal says why somebody may not take a plan's goods back, as a code, or empty.
func returnRefusal(r act.Reader, by act.Actor, seller string) (string, error) {
	conflict, err := act.SecondPerson(r, by, func(id string) (bool, error) { return id == seller, nil })
	switch {
	case by.Role == act.Console:
	case conflict == act.SamePerson:
		return "payroll.plan_seller", err
	case conflict == act.KeyedByMaker:
		return "payroll.plan_seller_keyed", err
	}
	return "", err
}

// mayReturn refuses whoever sold the goods, what was written off, and a plan of which a list that is on its way asks for
// an instalment, whose money would come all the same.
func (p standingPlan) mayReturn(r act.Reader, by act.Actor) error {
	refusal, err := returnRefusal(r, by, p.maker)
	if err == nil && refusal != "" {
		err = fault.Refused(refusal)
	}
	if err != nil {
		return err
	}
	if p.givenUp { // else what was written off would be held for the member as if it had been paid
		return fault.Refused("payroll.plan_written_off")
	}
	promised, err := onTheirWay(r, clock.Period(""), p.member-1, p.member)
	if err != nil {
		return err
	}
	for _, s := range p.parts {
		if promised[s.item] > 0 || promised[s.marginItem] > 0 {
			return fault.Refused("payroll.plan_on_its_way")
		}
	}
	return nil
}

func standingOf(r act.Reader, c *clock.Clock, key string) (p standingPlan, err error) {
	var first clock.Period
	err = r.Row(`SELECT p.act, p.member, q.actor, p.principal, p.first_period, coalesce((SELECT sum(amount) FROM instalment_returns WHERE plan = p.act), 0),
		EXISTS(SELECT 1 FROM instalment_parts s JOIN settlements t ON t.item = s.item WHERE s.plan = p.act AND t.kind = ?)
		FROM instalment_plans p JOIN acts k ON k.id = p.act JOIN acts q ON q.id = coalesce(p.request, p.act) WHERE k.key = ?`, string(ledger.ByWaiver), key).
		Scan(&p.act, &p.member, &p.maker, &p.principal, &first, &p.back, &p.givenUp)
	if errors.Is(err, sql.ErrNoRows) {
		err = fault.NotFound("payroll.plan_unknown")
	}
	if err != nil {
		return p, err
	}
	err = act.Each(r, `SELECT g.line, g.product, g.quantity, coalesce(g.consignor, 0), g.price, g.amount, g.cost, coalesce((SELECT sum(b.quantity) FROM instalment_return_goods b WHERE b.plan = g.plan AND b.line = g.line), 0), coalesce(x.weighed, 0)
		FROM instalment_goods g LEFT JOIN products x ON x.number = g.product WHERE g.plan = ? ORDER BY g.line`, []any{p.act}, func(row act.Scanner) error {
		var l outLine
		err := row.Scan(&l.line, &l.Product, &l.Quantity, &l.Consignor, &l.Price, &l.Amount, &l.Cost, &l.back, &l.weighed)
		p.goods = append(p.goods, l)
		return err
	})
	if err != nil {
		return p, err
	}
	return p, p.readParts(r, c, first)
}

func (p *standingPlan) readParts(r act.Reader, c *clock.Clock, first clock.Period) error {
	err := act.Each(r, `SELECT s.n, s.item, a.remainder, s.margin, `+marginCut+`, m.plan IS NOT NULL, coalesce(m.item, 0), coalesce(b.remainder, 0)
		FROM instalment_parts s JOIN item_remainders a ON a.item = s.item LEFT JOIN instalment_margins m ON m.plan = s.plan AND m.n = s.n LEFT JOIN item_remainders b ON b.item = m.item
		WHERE s.plan = ? ORDER BY s.n`, []any{p.act}, func(row act.Scanner) error {
		var s standingPart
		var fell bool
		err := row.Scan(&s.n, &s.item, &s.open, &s.margin, &s.cut, &fell, &s.marginItem, &s.marginOpen)
		s.period, s.made, s.waived = first.Add(int(s.n)-1), s.marginItem != 0, fell && s.marginItem == 0
		p.parts = append(p.parts, s)
		return err
	})
	for i := range p.parts {
		if err != nil {
			return err
		}
		s := &p.parts[i]
		var cal Calendar
		if cal, err = CalendarFor(r, s.period); err != nil {
			return err
		}
		if s.past = cal.PayDate <= c.Today(); s.made || s.waived || !s.past {
			continue
		}
		var left bool
		if err = r.Row("SELECT "+leftBefore+" FROM instalment_parts s WHERE s.plan = ? AND s.n = ?", c.Begins(cal.PayDate).UnixMilli(), p.act, s.n).Scan(&left); err == nil {
			s.waived = !left
		}
	}
	return err
}
