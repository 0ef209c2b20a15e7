package member

import (
	"context"

	"github.com/pocketbase/pocketbase/core"

	"kpdk/hooks/internal/act"
	"kpdk/hooks/internal/fault"
	"kpdk/hooks/internal/keys"
)

// HeldUp is a member's code, and perhaps the PIN, held up at a till that hands out money: read and compared outside
// of the writer, judged inside the act by Bearer.
type HeldUp struct {
	shown      Shown
	pinHash    string // the hash that the PIN matched, to be the member's still
	pinRefused error  // said inside the act, so that an act that is sent again gets its stored answer
}

// Bearer is the member who stands at the till.
type Bearer struct {
	Person
	phone, step int64 // 0: a printed card
}

// HoldUp reads a code's signatures and compares the PIN, if one was typed.
func HoldUp(ctx context.Context, app core.App, by act.Actor, code, pin string) (p HeldUp, err error) {
	ring, err := keys.Of(app)
	if err != nil {
		return p, err
	}
	if p.shown, err = ReadCode(ring, code); err != nil || pin == "" {
		return p, err
	}
	person, err := Find(act.Read(app), p.shown.Member)
	if err != nil {
		return p, err
	}
	switch err := CheckPIN(ctx, app, by, person, pin); {
	case err == nil:
		p.pinHash = person.PinHash
	case fault.IsFault(err):
		p.pinRefused = err
	default:
		return p, err
	}
	return p, nil
}

// Bearer says who is there: a card that is alive, a phone's code that is fresh and was used for nothing, a PIN that
// is right where one was typed.
func (p HeldUp) Bearer(tx *act.Tx, app core.App) (Bearer, error) {
	person, phone, err := Admit(tx, p.shown)
	if err == nil {
		err = p.pinRefused
	}
	if err != nil || !p.shown.Rotating() {
		return Bearer{Person: person}, err
	}
	if err := FreshNow(app, p.shown, tx.Now()); err != nil {
		return Bearer{}, err
	}
	used, err := UsedBy(tx, phone, p.shown.Step)
	if err == nil && used != 0 {
		err = fault.Refused("member.code_used")
	}
	return Bearer{person, phone, p.shown.Step}, err
}

// Sure says whether it is certainly the member, and not whoever found the card: by the phone's own code, or by the
// PIN.
func (p HeldUp) Sure(who Bearer) bool {
	return who.phone != 0 || p.pinHash != "" && p.pinHash == who.PinHash
}

// Use writes down that a phone's code was used in this act; a printed card may be used again.
func (p Bearer) Use(tx *act.Tx) error {
	if p.phone == 0 {
		return nil
	}
	return Use(tx, p.phone, p.step)
}
