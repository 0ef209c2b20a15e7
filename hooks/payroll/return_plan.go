package payroll

import (
	"context"
	"database/sql"
	"errors"
	"strings"
	"unicode/utf8"

	"github.com/pocketbase/pocketbase/core"

	"kpdk/hooks/internal/act"
	"kpdk/hooks/internal/clock"
	"kpdk/hooks/internal/fault"
	"kpdk/hooks/internal/money"
	"kpdk/hooks/ledger"
	"kpdk/hooks/notice"
)

// PlanReturned is what came of goods that a member brought back: Waived is what needs not be paid any more, Held
// what had been paid, which stands on 2107 for the member.
type PlanReturned struct {
	Plan   string       `json:"plan"`
	Waived money.Rupiah `json:"waived_rupiah"`
	Held   money.Rupiah `json:"held_rupiah"`
	Entry  int64        `json:"entry"`
}

// ReturnPlan takes all goods of a plan back: they lie on the shelf again at their own cost, the sale is booked
// the other way round, the instalments that are open end, and what was paid is held for the member. The margin
// of months that passed stays owed. Not for whoever sold them; nor while a list that is on its way asks for an
// instalment, whose money would come all the same.
func ReturnPlan(ctx context.Context, app core.App, key string, by act.Actor, plan, reason string) (PlanReturned, bool, error) {
	reason = strings.TrimSpace(reason)
	var bad fault.Input
	bad.Check(reason != "", "reason", "input.required")
	bad.Check(utf8.RuneCountInString(reason) <= maxReason, "reason", "input.too_long", fault.Params{"max": maxReason})
	if err := bad.Err(); err != nil {
		return PlanReturned{}, false, err
	}
	return act.Do(ctx, app, act.Act{Kind: "payroll.return_plan", Key: key, Input: plan, By: by, Note: reason}, func(tx *act.Tx) (PlanReturned, error) {
		out := PlanReturned{Plan: plan}
		p, err := standingPlan(tx, by, plan)
		if err != nil {
			return out, err
		}
		back := portsOf(app).TakeBack
		if back == nil {
			return out, fault.Refused("payroll.no_shop")
		}
		lines, put, err := p.reverse(tx, app, back)
		if err != nil {
			return out, err
		}
		out.Waived, out.Held = p.open, p.total-p.open
		posted, err := ledger.Post(tx, ledger.Entry{Kind: ledger.KindSale, Date: tx.Today(), Lines: lines})
		if err != nil {
			return out, err
		}
		for _, i := range p.items {
			if err := ledger.Settle(tx, i.Item, i.Due, ledger.ByReturn, posted.Entry); err != nil {
				return out, err
			}
		}
		tell(tx, app, tx.Today().Period())
		notice.Tell(tx, app, p.member, "payroll", plan)
		out.Entry = posted.Entry
		return out, put(tx)
	})
}

// planStanding is a plan whose goods may come back.
type planStanding struct {
	act, member, entry int64
	total, open        money.Rupiah // of the goods; of the principal
	returned           bool
	givenUp            bool // some of it was written off, and is owed again
	items              []Claim
	goods              []SoldLine
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

func standingPlan(tx *act.Tx, by act.Actor, key string) (p planStanding, err error) {
	var maker string
	err = tx.Row(`SELECT p.act, p.member, p.entry, q.actor FROM instalment_plans p JOIN acts k ON k.id = p.act JOIN acts q ON q.id = coalesce(p.request, p.act) WHERE k.key = ?`, key).Scan(&p.act, &p.member, &p.entry, &maker)
	if errors.Is(err, sql.ErrNoRows) {
		err = fault.NotFound("payroll.plan_unknown")
	}
	if err != nil {
		return p, err
	}
	refusal, err := returnRefusal(tx, by, maker)
	if err == nil && refusal != "" {
		err = fault.Refused(refusal)
	}
	if err != nil {
		return p, err
	}
	if err := p.read(tx); err != nil {
		return p, err
	}
	switch {
	case p.open == 0 || p.returned: // a correction may make some of it owed again; the goods come back once
		return p, fault.Refused("payroll.plan_over")
	case p.givenUp: // else what was written off would be held for the member as if it had been paid
		return p, fault.Refused("payroll.plan_written_off")
	}
	promised, err := onTheirWay(tx, clock.Period(""), p.member-1, p.member)
	if err != nil {
		return p, err
	}
	for _, i := range p.items {
		if promised[i.Item] > 0 {
			return p, fault.Refused("payroll.plan_on_its_way")
		}
	}
	return p, ledger.EnsureOpen(tx, tx.Today())
}

func (p *planStanding) read(r act.Reader) error {
	err := r.Row(`SELECT coalesce(max(t.kind = ?), 0), coalesce(max(t.kind = ?), 0) FROM instalment_parts s JOIN settlements t ON t.item = s.item WHERE s.plan = ?`,
		string(ledger.ByReturn), string(ledger.ByWaiver), p.act).Scan(&p.returned, &p.givenUp)
	if err != nil {
		return err
	}
	err = act.Each(r, "SELECT s.item, r.remainder FROM instalment_parts s JOIN item_remainders r ON r.item = s.item WHERE s.plan = ? AND r.remainder > 0 ORDER BY s.n", []any{p.act}, func(row act.Scanner) error {
		var c Claim
		err := row.Scan(&c.Item, &c.Due)
		p.items, p.open = append(p.items, c), p.open+c.Due
		return err
	})
	if err != nil {
		return err
	}
	return act.Each(r, "SELECT product, quantity, coalesce(consignor, 0), price, amount, cost FROM instalment_goods WHERE plan = ? ORDER BY line", []any{p.act}, func(row act.Scanner) error {
		var l SoldLine
		err := row.Scan(&l.Product, &l.Quantity, &l.Consignor, &l.Price, &l.Amount, &l.Cost)
		p.goods, p.total = append(p.goods, l), p.total+l.Amount
		return err
	})
}

// reverse is the exact negative of what the goods were to the books; instead of what paid for them, the open
// instalments end and the rest is held.
func (p planStanding) reverse(tx *act.Tx, app core.App, back func(tx *act.Tx, app core.App, member int64, goods []SoldLine) (TakenBack, error)) (lines []ledger.Line, put func(tx *act.Tx) error, err error) {
	taken, err := back(tx, app, p.member, p.goods)
	if err != nil {
		return nil, nil, err
	}
	party := ledger.MemberParty(p.member)
	lines = append(lines, ledger.Cr(ledger.InstalmentRecv, p.open, party), ledger.Cr(ledger.DepositHeld, p.total-p.open, party))
	return append(lines, taken.Postings...), taken.Put, nil
}
