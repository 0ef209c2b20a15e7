package store

import (
	"context"
	"encoding/hex"

	"github.com/pocketbase/pocketbase/core"

	"kpdk/hooks/internal/act"
	"kpdk/hooks/internal/clock"
	"kpdk/hooks/internal/fault"
	"kpdk/hooks/internal/money"
	"kpdk/hooks/ledger"
	"kpdk/hooks/member"
	"kpdk/hooks/notice"
	"kpdk/hooks/policy"
)

// CreditSaleInput is a basket that a member pays month by month: with the card, and the PIN above the limit of
// charges; Down is cash into the drawer at once. The PIN is left out of what is hashed and kept.
type CreditSaleInput struct {
	Shift string       `json:"shift"`
	Buyer *Buyer       `json:"buyer"`
	Lines []LineInput  `json:"lines"`
	Parts int64        `json:"parts"`
	Down  money.Rupiah `json:"down_rupiah,omitempty"`
}

// HandOverInput gives the goods of an approved request to the member, who shows the card again.
type HandOverInput struct {
	Shift   string `json:"shift"`
	Request string `json:"request"`
	Buyer   *Buyer `json:"buyer"`
}

// CreditAnswer is what the till prints, or shows while the office decides: it names nobody.
type CreditAnswer struct {
	ID        string       `json:"id"`
	State     string       `json:"state"` // made, waiting
	Number    int64        `json:"number"`
	Total     money.Rupiah `json:"total_rupiah"`
	Down      money.Rupiah `json:"down_rupiah"`
	Principal money.Rupiah `json:"principal_rupiah"`
	Margin    money.Rupiah `json:"margin_rupiah"`
	Parts     int64        `json:"parts"`
	First     clock.Period `json:"first_period"`
	Schedule  []CreditPart `json:"schedule"`
	Entry     int64        `json:"entry"`
	Hash      string       `json:"hash"`
}

// SellOnPlan sells goods on credit (kredit barang) at the till: they leave the shelf, the price less the cash
// stands on 1122, and each instalment is an open item of its month. Above what a till may sell by itself the
// office is asked, and nothing moves. There is no such sale without contact: nobody could check the limits.
func SellOnPlan(ctx context.Context, app core.App, key string, by act.Actor, in CreditSaleInput) (CreditAnswer, bool, error) {
	s := &sale{SellInput: SellInput{Shift: in.Shift, Buyer: in.Buyer, Lines: in.Lines}, key: key}
	if err := s.onPlan(ctx, app, by, in.Parts, in.Down); err != nil {
		return CreditAnswer{}, false, err
	}
	in.Buyer = s.withoutPin().Buyer
	return act.Do(ctx, app, act.Act{Kind: "store.sell_on_plan", Key: key, Input: in, By: by}, func(tx *act.Tx) (CreditAnswer, error) {
		d := *s // an act may run twice: it decides on a copy
		return d.sellOnPlan(tx, app, CreditPlan{Parts: in.Parts, Down: in.Down})
	})
}

// HandOver ends what the office approved: the same goods at the same price, in the shift that asked or one to which
// the request was carried.
func HandOver(ctx context.Context, app core.App, key string, by act.Actor, in HandOverInput) (CreditAnswer, bool, error) {
	credit, err := creditOf(app)
	if err != nil {
		return CreditAnswer{}, false, err
	}
	asked, err := credit.Request(act.Read(app), in.Request)
	if err != nil {
		return CreditAnswer{}, false, err
	}
	s := &sale{SellInput: SellInput{Shift: in.Shift, Buyer: in.Buyer}, key: key}
	for _, g := range asked.Goods {
		s.Lines = append(s.Lines, LineInput{Product: g.Product, Quantity: g.Quantity})
	}
	if err := s.onPlan(ctx, app, by, asked.Parts, asked.Down); err != nil {
		return CreditAnswer{}, false, err
	}
	in.Buyer = s.withoutPin().Buyer
	return act.Do(ctx, app, act.Act{Kind: "store.hand_over", Key: key, Input: in, By: by}, func(tx *act.Tx) (CreditAnswer, error) {
		here := false
		shift, err := ShiftByKey(tx, in.Shift)
		if err == nil {
			here, err = requestIsOf(tx, in.Request, shift.ID)
		}
		if err == nil && !here {
			err = fault.Refused("store.credit_other_shift")
		}
		if err != nil {
			return CreditAnswer{}, err
		}
		d := *s
		return d.sellOnPlan(tx, app, asked)
	})
}

// onPlan checks what needs no transaction.
func (s *sale) onPlan(ctx context.Context, app core.App, by act.Actor, parts int64, down money.Rupiah) error {
	if err := s.shape(); err != nil {
		return err
	}
	var in fault.Input
	in.Check(s.Buyer != nil, "buyer", "store.card_required")
	in.Check(parts > 0, "parts", "input.required")
	in.Check(down >= 0 && down <= MaxPrice, "down_rupiah", "ledger.amount_invalid")
	if err := in.Err(); err != nil {
		return err
	}
	return s.identify(ctx, app, by)
}

// sellOnPlan decides and writes; plan says the terms, and the request when one is handed over.
func (s *sale) sellOnPlan(tx *act.Tx, app core.App, plan CreditPlan) (CreditAnswer, error) {
	credit, err := creditOf(app)
	if err != nil {
		return CreditAnswer{}, err
	}
	if err := s.decideOnPlan(tx, app, plan); err != nil {
		return CreditAnswer{}, err
	}
	plan.Member, plan.Till, plan.Goods = s.person.Number, s.shift.Till, nil
	for i, l := range s.lines {
		plan.Goods = append(plan.Goods, CreditLine{Product: l.Good.ID, Quantity: s.quantity[i].String()})
	}
	sold := s.onCredit(app)
	sold.Postings = append([]ledger.Line{ledger.Dr(ledger.ShiftCash, plan.Down, shiftParty(s.shift.ID))}, sold.Postings...)
	made, err := credit.Plan(tx, app, plan, sold)
	if err != nil {
		return CreditAnswer{}, err
	}
	table := "credit_sales"
	if made.Number == 0 {
		table = "credit_requests"
	}
	if err := tx.Exec("INSERT INTO "+table+"(act, shift, total, down) VALUES(?, ?, ?, ?)", tx.ID(), s.shift.ID, int64(sold.Total), int64(plan.Down)); err != nil {
		return CreditAnswer{}, err
	}
	if s.phone != 0 {
		if err := member.Use(tx, s.phone, s.card.Step); err != nil {
			return CreditAnswer{}, err
		}
	}
	notice.TellTills(tx, app, "credit", s.key)
	return CreditAnswer{ID: s.key, State: made.State, Number: made.Number, Total: sold.Total, Down: plan.Down, Principal: made.Principal, Margin: made.Margin, Parts: plan.Parts,
		First: made.First, Schedule: made.Schedule, Entry: made.Entry, Hash: hex.EncodeToString(made.Hash)}, nil
}

func (s *sale) decideOnPlan(tx *act.Tx, app core.App, plan CreditPlan) error {
	if err := s.decideShift(tx); err != nil {
		return err
	}
	s.SoldAt = tx.Now()
	if err := s.decideDate(tx); err != nil {
		return err
	}
	if err := s.decideBuyer(tx, app); err != nil {
		return err
	}
	if !s.carded || plan.Member != 0 && plan.Member != s.person.Number {
		return fault.Refused("store.card_required")
	}
	if err := s.decideLines(tx); err != nil {
		return err
	}
	var total money.Rupiah
	for _, l := range s.lines {
		total += l.Amount
	}
	if plan.Down >= total {
		return fault.Refused("store.credit_all_paid", fault.Params{"total": total.Format()})
	}
	above, err := policy.PinAbove.RupiahOn(tx, tx.Today())
	if err != nil {
		return err
	}
	return s.provedFor(total-plan.Down, above)
}
