package store

import (
	"github.com/pocketbase/pocketbase/core"

	"kpdk/hooks/internal/act"
	"kpdk/hooks/internal/clock"
	"kpdk/hooks/internal/fault"
	"kpdk/hooks/internal/money"
	"kpdk/hooks/member"
)

// CheckInput asks about a buyer before the basket is paid.
type CheckInput struct {
	Card   string `json:"card,omitempty"`
	Member int64  `json:"member,omitempty"`
}

// CheckAnswer is what a cashier may know of a member: the name, whether the card holds, and how much
// may go to the next payroll.
type CheckAnswer struct {
	Member         ReceiptBuyer  `json:"member"`
	Status         member.Status `json:"status"`
	Card           bool          `json:"card"`
	Rotating       bool          `json:"rotating"` // a phone's own code: it needs no PIN, and pays once
	Limit          money.Rupiah  `json:"limit_rupiah"`
	Used           money.Rupiah  `json:"used_rupiah"`
	Available      money.Rupiah  `json:"available_rupiah"`
	Payroll        bool          `json:"payroll"`
	PayrollRefusal string        `json:"payroll_refusal"`
	PinAbove       money.Rupiah  `json:"pin_above_rupiah"`
	PinSet         bool          `json:"pin_set"`
	PayDate        clock.Date    `json:"pay_date"`
}

// PayDate tells when a purchase of a date will be deducted; payroll owns the calendar, so hooks.go
// wires it.
type PayDate func(r act.Reader, bought clock.Date) (clock.Date, error)

// CheckCard reads a buyer by card or by number. By number only cash is possible, and no limit is told.
func CheckCard(app core.App, in CheckInput, payDate PayDate) (a CheckAnswer, err error) {
	var bad fault.Input
	bad.Check((in.Card == "") != (in.Member <= 0), "card", "store.buyer_one")
	if err := bad.Err(); err != nil {
		return a, err
	}
	r, today := act.Read(app), clock.Of(app).Today()
	p, rotating, err := buyer(app, r, in)
	if err != nil {
		return a, err
	}
	a.Member, a.Status, a.Card, a.Rotating = ReceiptBuyer{p.Number, p.Name}, p.Status, in.Card != "", rotating
	account, err := AccountOf(r, p, today)
	if err != nil {
		return a, err
	}
	a.PinAbove = account.PinAbove
	if !a.Card {
		a.PayrollRefusal = "store.card_required"
		return a, nil
	}
	a.Limit, a.Used, a.Available = account.Limit, account.Used, max(0, account.Limit-account.Used)
	a.Payroll, a.PayrollRefusal, a.PinSet = account.Refusal == "", account.Refusal, p.PinHash != ""
	a.PayDate, err = payDate(r, today)
	return a, err
}

func buyer(app core.App, r act.Reader, in CheckInput) (p member.Person, rotating bool, err error) {
	if in.Card == "" {
		p, err = member.Find(r, in.Member)
		if err == nil && p.Status != member.Active {
			err = fault.Refused("member.not_active", fault.Params{"number": member.PrintNumber(p.Number)})
		}
		return p, false, err
	}
	shown, err := member.Present(app, in.Card)
	if err != nil || !shown.Rotating() {
		return shown.Person, false, err
	}
	used, err := member.UsedBy(r, shown.Phone, shown.Step)
	if err == nil && used != 0 {
		err = fault.Refused("member.code_used")
	}
	return shown.Person, true, err
}
