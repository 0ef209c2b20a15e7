package treasury

import (
	"context"
	"database/sql"
	"errors"
	"slices"
	"strings"

	"github.com/pocketbase/pocketbase/core"

	"kpdk/hooks/internal/act"
	"kpdk/hooks/internal/clock"
	"kpdk/hooks/internal/fault"
	"kpdk/hooks/internal/money"
	"kpdk/hooks/ledger"
	"kpdk/hooks/ledger/book"
	"kpdk/hooks/member"
)

// shiftPrefix names the drawer of one shift as a place, by the shift's number.
const shiftPrefix = "shift:"

// TillPayment is a member who pays the bill of a month at a till: cash into the shift's drawer, or by transfer or
// QRIS, which the cashier sees arrive.
type TillPayment struct {
	Shift  string       `json:"shift"`
	Member int64        `json:"member"`
	Bill   clock.Period `json:"bill"`
	Into   string       `json:"into"` // cash: the drawer; bank:N, qris:N
	Amount money.Rupiah `json:"amount_rupiah"`
}

const tillPaymentKind = "treasury.till_payment"

// PayBillAtTill books it, part by part in the order of the bill; more than is owed is refused, there is no way to
// hold money at a till.
func PayBillAtTill(ctx context.Context, app core.App, key string, by act.Actor, in TillPayment) (DebtPaid, bool, error) {
	payment := DebtPayment{Member: in.Member, Into: in.Into, Amount: in.Amount, Bill: in.Bill}
	var bad fault.Input
	bad.Check(in.Shift != "", "shift", "input.required")
	bad.Check(in.Bill != "", "bill", "input.required")
	bad.Check(in.Into != fromDeposit, "into", "treasury.place_unknown")
	if err := bad.Err(); err != nil {
		return DebtPaid{}, false, err
	}
	if err := payment.shape(); err != nil {
		return DebtPaid{}, false, err
	}
	return act.Do(ctx, app, act.Act{Kind: tillPaymentKind, Key: key, Input: in, By: by}, func(tx *act.Tx) (DebtPaid, error) {
		drawer, err := portsOf(app).Drawer(tx, by, in.Shift)
		if err != nil {
			return DebtPaid{}, err
		}
		var line *ledger.Line
		if in.Into == placeCash {
			l := ledger.Dr(ledger.ShiftCash, in.Amount, drawer)
			line, payment.Into = &l, shiftPrefix+drawer.Ref
		}
		out, err := payment.receive(tx, app, line)
		out.ID = key
		return out, err
	})
}

// BillAtTill is what a cashier may know of whoever pays a bill: the name, what is owed, and how it may come.
type BillAtTill struct {
	Member int64         `json:"member"`
	Name   string        `json:"name"`
	Bill   clock.Period  `json:"bill"` // the month; empty: nothing is owed
	Due    money.Rupiah  `json:"due_rupiah"`
	Items  []SettledItem `json:"items"`
	Places []PayPlace    `json:"places"`
}

// PayPlace is a place where money may come, without what lies there.
type PayPlace struct {
	Place string `json:"place"`
	Kind  string `json:"kind"`
	Name  string `json:"name"`
}

// BillFor reads a member's newest bill that is not paid in full.
func BillFor(app core.App, number int64) (b BillAtTill, err error) {
	r := act.Read(app)
	p, err := member.Find(r, number)
	if err != nil {
		return b, err
	}
	b = BillAtTill{Member: number, Name: p.Name, Items: []SettledItem{}, Places: []PayPlace{{placeCash, placeCash, ""}}}
	if b.Bill, b.Due, b.Items, err = billOf(r, app, number); err != nil {
		return b, err
	}
	all, err := banks(r)
	for _, a := range all {
		if a.Closed {
			continue
		}
		for _, kind := range []string{placeQRIS, placeBank} {
			b.Places = append(b.Places, PayPlace{Place{kind, a.Number}.String(), kind, a.Name})
		}
	}
	return b, err
}

func billOf(r act.Reader, app core.App, number int64) (p clock.Period, due money.Rupiah, parts []SettledItem, err error) {
	parts = []SettledItem{}
	ports := portsOf(app)
	if ports.NewestBill == nil {
		return "", 0, parts, nil
	}
	if p, err = ports.NewestBill(r, number); err != nil || p == "" {
		return p, 0, parts, err
	}
	items, err := ports.BillItems(r, p, number)
	for _, i := range items {
		due += i.Remainder
		parts = append(parts, SettledItem{i.ID, string(i.Kind), i.Date, i.Amount, i.Remainder})
	}
	return p, due, parts, err
}

// TillPayments are what a cashier took in bills since the own open shift began, newest first; a manager sees all.
func TillPayments(r act.Reader, language string, by act.Actor, shift string) (MoveList, error) {
	list := MoveList{Moves: []MoveView{}}
	var since int64
	var cashier string
	err := r.Row("SELECT opened_at, cashier FROM shifts WHERE key = ?", shift).Scan(&since, &cashier)
	switch {
	case errors.Is(err, sql.ErrNoRows):
		return list, fault.NotFound("store.shift_unknown")
	case err != nil:
		return list, err
	case cashier != by.ID && by.Role != act.Manager:
		return list, fault.Forbidden("store.shift_other")
	}
	var found []scanned
	err = act.Each(r, moveColumns+"WHERE m.kind = ? AND a.kind = ? AND a.actor = ? AND a.at >= ? ORDER BY m.entry DESC LIMIT 100",
		[]any{KindDebt, tillPaymentKind, cashier, since}, func(row act.Scanner) error {
			s, err := scanMove(row)
			found = append(found, s)
			return err
		})
	n := newNames(r, language)
	for _, s := range found {
		if err != nil {
			return list, err
		}
		var v MoveView
		if v, err = s.named(n); err == nil {
			v.Items, err = settledBy(r, s.act)
		}
		list.Moves = append(list.Moves, v)
	}
	return list, err
}

// drawerOf is the drawer that a place names, and whether its shift is closed.
func drawerOf(r act.Reader, place string) (drawer ledger.Party, closed, is bool, err error) {
	ref, is := strings.CutPrefix(place, shiftPrefix)
	if !is {
		return drawer, false, false, nil
	}
	err = r.Row("SELECT closed_at IS NOT NULL FROM shifts WHERE id = CAST(? AS INTEGER)", ref).Scan(&closed)
	return ledger.Party{Kind: book.Shift, Ref: ref}, closed, true, err
}

// mayGiveBack says whether what a member paid may be given back: what came in cash, and whatever a till took, by
// somebody else than who took it, or one person could take cash, give a receipt and undo it; what came to a till out
// of its drawer while that is open, else out of the main cash.
func (m takenBack) mayGiveBack(tx *act.Tx, maker string) error {
	drawer, closed, is, err := drawerOf(tx, m.place)
	if err != nil || !is && m.place != placeCash {
		return err
	}
	conflict, err := act.SecondPerson(tx, tx.By(), func(id string) (bool, error) { return id == maker, nil })
	if err == nil && conflict != "" {
		err = fault.Refused("treasury.reverse_apart")
	}
	if err != nil {
		return err
	}
	if closed || !is {
		return Place{Kind: placeCash}.covers(tx, m.amount)
	}
	left, err := ledger.Balance(tx, drawer, ledger.ShiftCash)
	if err == nil && m.amount > left {
		err = fault.Refused("treasury.drawer_short", fault.Params{"left": max(left, 0).Format()})
	}
	return err
}

// refillDrawer gives the money back that a closed shift handed to the main cash, so that its drawer is even again.
func (m takenBack) refillDrawer(tx *act.Tx) error {
	drawer, closed, is, err := drawerOf(tx, m.place)
	if err != nil || !is || !closed {
		return err
	}
	_, err = ledger.Post(tx, ledger.Entry{Kind: ledger.KindShift, Date: tx.Today(), Lines: []ledger.Line{ledger.Dr(ledger.ShiftCash, m.amount, drawer), ledger.Cr(ledger.Cash, m.amount)}})
	return err
}

// savedStays refuses to take savings back that are not there any more, or that made somebody a member.
func (m takenBack) savedStays(tx *act.Tx) error {
	if slices.ContainsFunc(m.items, func(i SettledItem) bool { return i.Kind == string(ledger.ItemPrincipal) }) {
		return fault.Refused("savings.reverse_principal")
	}
	saved := map[int]money.Rupiah{}
	for _, i := range m.items {
		if kind := ledger.ItemKind(i.Kind); !kind.Debt() {
			saved[kind.CreditAccount()] += i.Amount
		}
	}
	for account, amount := range saved {
		free, err := ledger.Free(tx, m.party(), account)
		if err == nil && amount > free {
			err = fault.Refused("savings.reverse_spent", fault.Params{"free": max(free, 0).Format()})
		}
		if err != nil {
			return err
		}
	}
	return nil
}
