package payroll

import (
	"context"
	"strings"
	"unicode/utf8"

	"github.com/pocketbase/pocketbase/core"

	"kpdk/hooks/internal/act"
	"kpdk/hooks/internal/fault"
	"kpdk/hooks/internal/money"
	"kpdk/hooks/ledger"
	"kpdk/hooks/notice"
)

// PlanReturned is what came of goods that a member brought back: Waived is what of the principal needs not be paid any
// more, Held what stands on 2107 for the member, Left what is still owed of the principal.
type PlanReturned struct {
	Plan   string       `json:"plan"`
	Amount money.Rupiah `json:"amount_rupiah"`
	Waived money.Rupiah `json:"waived_rupiah"`
	Left   money.Rupiah `json:"left_rupiah"`
	Margin money.Rupiah `json:"margin_ended_rupiah"`
	Held   money.Rupiah `json:"held_rupiah"`
	Entry  int64        `json:"entry"`
}

// ReturnPlan takes goods of a plan back, all or some: they lie on the shelf again at their own cost, the sale of them
// is booked the other way round, and the instalments are less. Not for whoever sold them; nor while a list that is on
// its way asks for an instalment.
func ReturnPlan(ctx context.Context, app core.App, key string, by act.Actor, plan string, in Returning, reason string) (PlanReturned, bool, error) {
	reason = strings.TrimSpace(reason)
	var bad fault.Input
	bad.Check(reason != "", "reason", "input.required")
	bad.Check(utf8.RuneCountInString(reason) <= maxReason, "reason", "input.too_long", fault.Params{"max": maxReason})
	bad.Check(len(in.Goods) <= maxPlanLines, "lines", "store.line_count", fault.Params{"max": maxPlanLines})
	if err := bad.Err(); err != nil {
		return PlanReturned{}, false, err
	}
	input := struct {
		Plan string
		Returning
	}{plan, in}
	return act.Do(ctx, app, act.Act{Kind: "payroll.return_plan", Key: key, Input: input, By: by, Note: reason}, func(tx *act.Tx) (PlanReturned, error) {
		out := PlanReturned{Plan: plan}
		p, err := standingOf(tx, tx.Clock(), plan)
		if err != nil {
			return out, err
		}
		if err := p.mayReturn(tx, by); err != nil {
			return out, err
		}
		back, err := p.decide(in.Goods)
		if err == nil && in.Seen != "" && in.Seen != back.Seen {
			err = fault.Refused("payroll.plan_return_changed")
		}
		if err == nil {
			err = ledger.EnsureOpen(tx, tx.Today())
		}
		if err != nil {
			return out, err
		}
		taken, err := back.take(tx, app, p.member)
		if err != nil {
			return out, err
		}
		out.Amount, out.Waived, out.Left, out.Margin, out.Held = back.Amount, back.Ended, back.Left, back.MarginEnded, back.Held
		if out.Entry, err = back.post(tx, p, taken.Postings); err != nil {
			return out, err
		}
		if err := back.write(tx, p, out.Entry); err != nil {
			return out, err
		}
		tell(tx, app, tx.Today().Period())
		notice.Tell(tx, app, p.member, "payroll", plan)
		if err := notice.News(tx, app, notice.Notice{Member: p.member, Kind: notice.GoodsBack, Amount: back.Amount, Rest: back.Held}); err != nil {
			return out, err
		}
		return out, taken.Put(tx)
	})
}

// take lets the shop decide that the goods come back.
func (b returned) take(tx *act.Tx, app core.App, member int64) (TakenBack, error) {
	back := portsOf(app).TakeBack
	if back == nil {
		return TakenBack{}, fault.Refused("payroll.no_shop")
	}
	goods := make([]SoldLine, len(b.goods))
	for i, g := range b.goods {
		goods[i] = g.SoldLine
	}
	return back(tx, app, member, goods)
}

// post books what the goods were to the books, the other way round; instead of what paid for them, what is owed is
// less and the rest is held.
func (b returned) post(tx *act.Tx, p standingPlan, goods []ledger.Line) (entry int64, err error) {
	party := ledger.MemberParty(p.member)
	lines := append([]ledger.Line{ledger.Cr(ledger.InstalmentRecv, b.Ended+b.unpaid, party), ledger.Dr(ledger.InstalmentMargin, b.income, party), ledger.Cr(ledger.DepositHeld, b.Held, party)}, goods...)
	posted, err := ledger.Post(tx, ledger.Entry{Kind: ledger.KindSale, Date: tx.Today(), Lines: lines})
	return posted.Entry, err
}

func (b returned) write(tx *act.Tx, p standingPlan, entry int64) error {
	if err := tx.Exec("INSERT INTO instalment_returns(act, plan, amount, ended, margin, held, entry) VALUES(?, ?, ?, ?, ?, ?, ?)",
		tx.ID(), p.act, int64(b.Amount), int64(b.Ended), int64(b.income), int64(b.Held), entry); err != nil {
		return err
	}
	for _, g := range b.goods {
		if err := tx.Exec("INSERT INTO instalment_return_goods(act, plan, line, quantity, amount, cost) VALUES(?, ?, ?, ?, ?, ?)",
			tx.ID(), p.act, g.line, g.Quantity, int64(g.Amount), int64(g.Cost)); err != nil {
			return err
		}
	}
	for _, c := range b.cuts {
		if err := tx.Exec("INSERT INTO instalment_cuts(act, plan, n, principal, margin) VALUES(?, ?, ?, ?, ?)", tx.ID(), p.act, c.n, int64(c.principal), int64(c.marginBy)); err != nil {
			return err
		}
		for _, less := range []struct {
			item   int64
			amount money.Rupiah
		}{{c.item, c.principal}, {c.marginItem, c.unpaid}} {
			if less.amount == 0 {
				continue
			}
			if err := ledger.Settle(tx, less.item, less.amount, ledger.ByReturn, entry); err != nil {
				return err
			}
		}
	}
	return nil
}
