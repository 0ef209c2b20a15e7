package store

import (
	"context"
	"database/sql"
	"encoding/hex"
	"errors"
	"fmt"
	"strconv"
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

const maxReturnReason = 200

// ReturnInput is which goods of a sale come back; without lines all that did not yet. Seen is what the terms said of
// themselves: with other terms than these nothing is written.
type ReturnInput struct {
	Lines  []BackInput `json:"lines,omitempty"`
	Reason string      `json:"reason"`
	Seen   string      `json:"seen,omitempty"`
}

// BackInput is a line of the receipt, counted from 1, and how much of it comes back, with at most three decimals.
type BackInput struct {
	Line     int64  `json:"line"`
	Quantity string `json:"quantity"`
}

// ReturnAnswer is what came of it: Ended is what the payroll needs not take any more, Cash goes back over the
// counter out of the cash box, and Held is what a payroll had taken already: it stands for the member (2107).
type ReturnAnswer struct {
	Sale   string       `json:"sale"`
	Amount money.Rupiah `json:"amount_rupiah"`
	Ended  money.Rupiah `json:"ended_rupiah"`
	Cash   money.Rupiah `json:"cash_rupiah"`
	Held   money.Rupiah `json:"held_rupiah"`
	Entry  int64        `json:"entry"`
	Hash   string       `json:"hash,omitempty"`
}

// ReturnSale takes goods of a sale back, all or some: they lie on the shelf again at the cost at which they left, and
// the sale of them is booked the other way round. Their price ends first what is still owed for them, then what was
// paid in cash; what was deducted from pay is held for the member. Not for whoever sold them: a sale that is taken
// back by who made it is money out of the box on one person's word.
func ReturnSale(ctx context.Context, app core.App, key string, by act.Actor, sale string, in ReturnInput) (ReturnAnswer, bool, error) {
	in.Reason = strings.TrimSpace(in.Reason)
	var bad fault.Input
	bad.Check(in.Reason != "", "reason", "input.required")
	bad.Check(utf8.RuneCountInString(in.Reason) <= maxReturnReason, "reason", "input.too_long", fault.Params{"max": maxReturnReason})
	wanted := readBack(in.Lines, &bad)
	if err := bad.Err(); err != nil {
		return ReturnAnswer{}, false, err
	}
	input := struct {
		Sale  string
		Lines []BackInput
	}{sale, in.Lines}
	return act.Do(ctx, app, act.Act{Kind: "store.return", Key: key, Input: input, By: by, Note: in.Reason}, func(tx *act.Tx) (ReturnAnswer, error) {
		s, err := soldBy(tx, sale)
		if err != nil {
			return ReturnAnswer{}, err
		}
		if err := s.mayReturn(tx, by, tx.Today()); err != nil {
			return ReturnAnswer{}, err
		}
		b, err := s.decide(tx, wanted)
		if err == nil && in.Seen != "" && in.Seen != b.seen() {
			err = fault.Refused("store.return_changed")
		}
		if err != nil {
			return ReturnAnswer{}, err
		}
		return b.write(tx, app)
	})
}

// readBack reads how much of which line comes back; what can't be read is added to bad.
func readBack(lines []BackInput, bad *fault.Input) map[int64]money.Quantity {
	bad.Check(len(lines) <= MaxLines, "lines", "store.line_count", fault.Params{"max": MaxLines})
	wanted := map[int64]money.Quantity{}
	for i, l := range lines {
		q, err := money.ParseQuantity(l.Quantity)
		bad.Check(err == nil && q > 0 && wanted[l.Line] == 0, "lines."+strconv.Itoa(i)+".quantity", "store.quantity_invalid")
		wanted[l.Line] = q
	}
	return wanted
}

// ReturnTermsInput is which goods would come back; without lines all that did not yet.
type ReturnTermsInput struct {
	Lines []BackInput `json:"lines,omitempty"`
}

// ReturnTerms is what would come of a return, in the words of ReturnAnswer; Seen goes back with the return itself.
type ReturnTerms struct {
	Amount money.Rupiah `json:"amount_rupiah"`
	Ended  money.Rupiah `json:"ended_rupiah"`
	Cash   money.Rupiah `json:"cash_rupiah"`
	Held   money.Rupiah `json:"held_rupiah"`
	Seen   string       `json:"seen"`
}

// ReturnTermsOf reads what would happen, or why it would be refused, and whose purchase it is (0: nobody's). Nothing is
// written, and the return decides anew.
func ReturnTermsOf(r act.Reader, by act.Actor, today clock.Date, sale string, in ReturnTermsInput) (t ReturnTerms, member int64, err error) {
	var bad fault.Input
	wanted := readBack(in.Lines, &bad)
	if err := bad.Err(); err != nil {
		return t, 0, err
	}
	s, err := soldBy(r, sale)
	if err == nil {
		err = s.mayReturn(r, by, today)
	}
	if err != nil {
		return t, s.member, err
	}
	b, err := s.decide(r, wanted)
	return ReturnTerms{b.amount, b.ended, b.cashBack, b.heldBack, b.seen()}, s.member, err
}

// sold is a sale that goods may come back of.
type sold struct {
	act, member  int64
	seller, key  string
	asMember     bool
	total, saved money.Rupiah
	cash         money.Rupiah // paid at once, less the change and what went back of it
	goods        []soldLine
	item         int64 // 0: nothing of it went to payroll
	owed         money.Rupiah
	givenUp      bool
	backed       money.Rupiah // the price of what came back before
}

// soldLine is a line of a sale with how much of it came back.
type soldLine struct {
	SoldGood
	line    int64
	back    money.Quantity
	weighed bool
}

// of is what a quantity of the line is, price and cost: what comes back piece by piece sums to the whole.
func (l soldLine) of(quantity money.Quantity) SoldGood {
	out := l.SoldGood
	out.Quantity = quantity
	out.Amount = money.Slice(l.Amount, int64(l.back), int64(l.back+quantity), int64(l.Quantity))
	out.Cost = money.Slice(l.Cost, int64(l.back), int64(l.back+quantity), int64(l.Quantity))
	return out
}

// soldBy reads a sale by its key. Whether its buyer was a member then, its entry says.
func soldBy(r act.Reader, key string) (s sold, err error) {
	s.key = key
	err = r.Row(`SELECT s.act, coalesce(s.member, 0), a.actor, s.total, s.saved,
		coalesce((SELECT sum(t.amount) FROM sale_tenders t WHERE t.sale = s.act AND t.kind = 'cash'), 0) - s.change - coalesce((SELECT sum(b.cash) FROM sale_returns b WHERE b.sale = s.act), 0),
		coalesce((SELECT sum(b.amount) FROM sale_returns b WHERE b.sale = s.act), 0),
		EXISTS(SELECT 1 FROM journal_lines l WHERE l.entry = s.entry AND l.account IN (?, ?, ?)), coalesce(i.id, 0), coalesce(x.remainder, 0),
		EXISTS(SELECT 1 FROM settlements t WHERE t.item = i.id AND t.kind = ?)
		FROM sales s JOIN acts a ON a.id = s.act LEFT JOIN open_items i ON i.act = s.act AND i.kind = ? LEFT JOIN item_remainders x ON x.item = i.id
		WHERE a.key = ? AND (a.kind = 'store.sell' OR a.kind = 'store.take')`, ledger.MemberSales, ledger.CommissionMember, ledger.CostMember, string(ledger.ByWaiver), string(ledger.ItemStore), key).
		Scan(&s.act, &s.member, &s.seller, &s.total, &s.saved, &s.cash, &s.backed, &s.asMember, &s.item, &s.owed, &s.givenUp)
	if errors.Is(err, sql.ErrNoRows) {
		err = fault.NotFound("store.sale_unknown")
	}
	if err != nil {
		return s, err
	}
	return s, act.Each(r, `SELECT l.line, l.product, l.quantity, coalesce(l.consignor, 0), l.amount, l.cost,
		coalesce((SELECT sum(b.quantity) FROM sale_return_lines b WHERE b.sale = l.sale AND b.line = l.line), 0), coalesce(p.weighed, 0)
		FROM sale_lines l LEFT JOIN products p ON p.number = l.product WHERE l.sale = ? ORDER BY l.line`, []any{s.act}, func(row act.Scanner) error {
		var l soldLine
		err := row.Scan(&l.line, &l.Product, &l.Quantity, &l.Consignor, &l.Amount, &l.Cost, &l.back, &l.weighed)
		s.goods = append(s.goods, l)
		return err
	})
}

func (s sold) mayReturn(r act.Reader, by act.Actor, today clock.Date) error {
	if err := act.NeedsAnother(r, by, act.MadeBy(s.seller), "store.return_seller", "store.return_seller_keyed"); err != nil {
		return err
	}
	if s.givenUp { // else what was given up would be held for the member as if it had been paid
		return fault.Refused("store.return_written_off")
	}
	return ledger.EnsureOpen(r, today)
}

// backed is a return that was decided.
type backed struct {
	sold
	lines                     []int64
	goods                     []SoldGood
	amount, saved             money.Rupiah
	ended, cashBack, heldBack money.Rupiah
}

// seen names the figures of a return: how a price is split changes when a payroll takes some of it.
func (b backed) seen() string { return fmt.Sprintf("%d-%d-%d", b.ended, b.cashBack, b.heldBack) }

// pick says which goods come back; all that did not yet when none are named.
func (s sold) pick(wanted map[int64]money.Quantity) (b backed, err error) {
	b.sold = s
	known := 0
	for _, l := range s.goods {
		quantity, named := wanted[l.line]
		left := l.Quantity - l.back
		if named {
			known++
		}
		if len(wanted) == 0 {
			quantity = left
		}
		if quantity > left {
			return b, fault.Refused("store.return_more", fault.Params{"n": l.line, "left": left.String()})
		}
		if !l.weighed && quantity != left && quantity%money.One != 0 {
			return b, fault.Refused("store.return_whole", fault.Params{"n": l.line})
		}
		if quantity > 0 {
			b.lines, b.goods = append(b.lines, l.line), append(b.goods, l.of(quantity))
		}
	}
	if known < len(wanted) {
		return b, fault.NotFound("store.return_line_unknown")
	}
	if len(b.goods) == 0 {
		return b, fault.Refused("store.return_over")
	}
	return b, nil
}

func (s sold) decide(r act.Reader, wanted map[int64]money.Quantity) (b backed, err error) {
	if b, err = s.pick(wanted); err != nil {
		return b, err
	}
	for _, g := range b.goods {
		b.amount += g.Amount
	}
	b.saved = money.Slice(s.saved, int64(s.backed), int64(s.backed+b.amount), int64(s.total))
	b.ended = min(s.owed, b.amount)
	b.cashBack = min(s.cash, b.amount-b.ended)
	b.heldBack = b.amount - b.ended - b.cashBack
	if b.cashBack == 0 {
		return b, nil
	}
	left, err := ledger.AccountBalance(r, ledger.Cash)
	if err == nil && b.cashBack > left {
		err = fault.Refused("store.return_cash_short", fault.Params{"left": left.Format()})
	}
	return b, err
}

// write books the return. Everything was decided.
func (b backed) write(tx *act.Tx, app core.App) (ReturnAnswer, error) {
	out := ReturnAnswer{Sale: b.key, Amount: b.amount, Ended: b.ended, Cash: b.cashBack, Held: b.heldBack}
	postings, put, err := takeBack(tx, app, b.member, b.asMember, b.goods)
	if err != nil {
		return out, err
	}
	lines := []ledger.Line{ledger.Cr(ledger.Cash, b.cashBack)}
	if b.member != 0 {
		who := ledger.MemberParty(b.member)
		lines = append(lines, ledger.Cr(ledger.StoreReceivable, b.ended, who), ledger.Cr(ledger.DepositHeld, b.heldBack, who))
	}
	posted, err := ledger.Post(tx, ledger.Entry{Kind: ledger.KindSale, Date: tx.Today(), Lines: append(lines, postings...)})
	if err != nil {
		return out, err
	}
	out.Entry, out.Hash = posted.Entry, hex.EncodeToString(posted.Hash)
	if err := tx.Exec("INSERT INTO sale_returns(act, sale, amount, saved, ended, cash, held, date, entry) VALUES(?, ?, ?, ?, ?, ?, ?, ?, ?)", tx.ID(), b.act, int64(b.amount), int64(b.saved),
		int64(b.ended), int64(b.cashBack), int64(b.heldBack), string(tx.Today()), out.Entry); err != nil {
		return out, err
	}
	for i, g := range b.goods {
		if err := tx.Exec("INSERT INTO sale_return_lines(act, sale, line, quantity, amount, cost) VALUES(?, ?, ?, ?, ?, ?)", tx.ID(), b.act, b.lines[i], int64(g.Quantity), int64(g.Amount), int64(g.Cost)); err != nil {
			return out, err
		}
	}
	if b.ended > 0 {
		if err := ledger.Settle(tx, b.item, b.ended, ledger.ByReturn, out.Entry); err != nil {
			return out, err
		}
	}
	if b.member != 0 {
		notice.Tell(tx, app, b.member, "sale", b.key)
		if err := notice.News(tx, app, notice.Notice{Member: b.member, Kind: notice.BoughtBack, Subject: b.key, Amount: b.amount, Rest: b.heldBack}); err != nil {
			return out, err
		}
	}
	return out, put(tx)
}
