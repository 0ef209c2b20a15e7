package store

import (
	"context"
	"strings"

	"github.com/pocketbase/pocketbase/core"

	"kpdk/hooks/internal/act"
	"kpdk/hooks/internal/fault"
	"kpdk/hooks/member"
)

// MaxReason bounds a reason in people's words, in bytes.
const MaxReason = 500

// TakeInput says on the decider's word who bought, and what goods nobody knew are. Member 0 is the public.
type TakeInput struct {
	Member int64     `json:"member"`
	Reason string    `json:"reason"`
	Lines  []NamedAs `json:"lines,omitempty"`
}

// NamedAs gives a line of the sale, counted from 0, the product that it really was.
type NamedAs struct {
	Line    int    `json:"line"`
	Product string `json:"product"` // record id
}

// DismissInput says why a sale is never posted.
type DismissInput struct {
	Reason string `json:"reason"`
}

// DismissAnswer names the sale that was dismissed.
type DismissAnswer struct {
	Quarantined string `json:"quarantined"`
}

// Take posts a sale out of quarantine as the offline sale it was, at the charged prices and on the day it
// was sold: charged to the member whom the decider names, or as one of the public when all was cash.
func Take(ctx context.Context, app core.App, key string, by act.Actor, quarantined string, in TakeInput) (SellAnswer, bool, error) {
	in.Reason = strings.TrimSpace(in.Reason)
	bad := checkReason(in.Reason)
	bad.Check(in.Member >= 0, "member", "input.number")
	bad.Check(len(in.Lines) <= MaxLines, "lines", "store.line_count", fault.Params{"max": MaxLines})
	if err := bad.Err(); err != nil {
		return SellAnswer{}, false, err
	}
	input := struct {
		Quarantined string
		Member      int64
		Lines       []NamedAs
	}{quarantined, in.Member, in.Lines}
	return act.Do(ctx, app, act.Act{Kind: "store.take", Key: key, Input: input, By: by, Note: in.Reason}, func(tx *act.Tx) (SellAnswer, error) {
		h, err := decidable(tx, quarantined)
		if err != nil {
			return SellAnswer{}, err
		}
		s, err := h.sale(key, in)
		if err != nil {
			return SellAnswer{}, err
		}
		answer, err := s.post(tx, app)
		if err != nil {
			return SellAnswer{}, err
		}
		return answer, decideHeld(tx, h, "take", in.Member)
	})
}

// Dismiss leaves a sale in quarantine for good, with the reason. Nothing is posted.
func Dismiss(ctx context.Context, app core.App, key string, by act.Actor, quarantined string, in DismissInput) (DismissAnswer, bool, error) {
	in.Reason = strings.TrimSpace(in.Reason)
	bad := checkReason(in.Reason)
	if err := bad.Err(); err != nil {
		return DismissAnswer{}, false, err
	}
	return act.Do(ctx, app, act.Act{Kind: "store.dismiss", Key: key, Input: quarantined, By: by, Note: in.Reason}, func(tx *act.Tx) (DismissAnswer, error) {
		h, err := decidable(tx, quarantined)
		if err != nil {
			return DismissAnswer{}, err
		}
		return DismissAnswer{quarantined}, decideHeld(tx, h, "dismiss", 0)
	})
}

func checkReason(reason string) (in fault.Input) {
	in.Check(reason != "", "reason", "input.required")
	in.Check(len(reason) <= MaxReason, "reason", "input.too_long", fault.Params{"max": MaxReason})
	return in
}

// decidable reads a sale that the act's actor may decide now.
func decidable(tx *act.Tx, key string) (held, error) {
	h, err := heldByKey(tx, key)
	if err != nil {
		return h, err
	}
	if err := mayDecide(tx, h, tx.By()); err != nil {
		return h, err
	}
	if h.decided {
		return h, fault.Refused("store.quarantine_decided")
	}
	return h, nil
}

// mayDecide is the rule of two persons: neither who rang a sale up or sent it decides on it, nor an
// operator whose login they made or re-keyed.
func mayDecide(r act.Reader, h held, by act.Actor) error {
	keyedBy, err := member.KeyedBy(r, by.ID)
	if err != nil {
		return err
	}
	for _, maker := range []string{h.shift.Cashier, h.sentBy} {
		if maker == by.ID || maker == keyedBy {
			return fault.Forbidden("store.quarantine_own")
		}
	}
	return nil
}

func decideHeld(tx *act.Tx, h held, kind string, who int64) error {
	var number any
	if who != 0 {
		number = who
	}
	return tx.Exec("INSERT OR FAIL INTO quarantine_decisions(act, quarantined, kind, member) VALUES(?, ?, ?, ?)", tx.ID(), h.act, kind, number)
}

// sale is the kept sale with what the decider said in place of what nobody could read.
func (h held) sale(key string, in TakeInput) (*sale, error) {
	s := &sale{SellInput: h.in, key: key, taken: true, shift: h.shift, flags: []string{"from_quarantine"}}
	s.Offline, s.Buyer = true, nil
	if in.Member != 0 {
		s.Buyer = &Buyer{Member: in.Member}
	}
	var bad fault.Input
	for _, named := range in.Lines {
		if named.Line < 0 || named.Line >= len(s.Lines) || named.Product == "" {
			bad.Add("lines", "store.quarantine_line", fault.Params{"lines": len(s.Lines)})
			continue
		}
		s.Lines[named.Line].Barcode, s.Lines[named.Line].Product = "", named.Product
	}
	for _, t := range s.Tenders {
		bad.Check(t.Kind != PayrollTender || in.Member != 0, "member", "store.quarantine_member")
	}
	if err := bad.Err(); err != nil {
		return nil, err
	}
	if h.shift.Closed {
		s.flags = append(s.flags, "shift_closed")
	}
	return s, s.shape()
}
