package member

import (
	"sync"
	"time"

	"github.com/pocketbase/pocketbase/core"
	"golang.org/x/crypto/bcrypt"

	"kpdk/hooks/internal/clock"
	"kpdk/hooks/internal/fault"
)

// A PIN has few digits, so guessing must be slow: after maxTries wrong ones in a row a member's PIN rests
// for triesRest.
const (
	maxTries  = 5
	triesRest = 15 * time.Minute
	pinKey    = "kpdk.pins"
)

// tries counts wrong guesses by member number.
type tries struct {
	sync.Mutex
	wrong map[int64]int
	until map[int64]time.Time
}

func triesOf(app core.App) *tries {
	return app.Store().GetOrSet(pinKey, func() any {
		return &tries{wrong: map[int64]int{}, until: map[int64]time.Time{}}
	}).(*tries)
}

// begin counts a guess as wrong before it is looked at, so that many at once are counted too; right takes
// that back.
func (t *tries) begin(number int64, now time.Time) (resting bool) {
	t.Lock()
	defer t.Unlock()
	if now.Before(t.until[number]) {
		return true
	}
	if t.wrong[number]++; t.wrong[number] >= maxTries {
		t.until[number] = now.Add(triesRest)
		delete(t.wrong, number)
	}
	return false
}

func (t *tries) right(number int64) {
	t.Lock()
	defer t.Unlock()
	delete(t.wrong, number)
	delete(t.until, number)
}

// CheckPIN compares a PIN with the member's hash: about 60 ms, so never inside a transaction.
func CheckPIN(app core.App, p Person, pin string) error {
	if p.PinHash == "" {
		return fault.Refused("member.pin_unset")
	}
	guesses := triesOf(app)
	if guesses.begin(p.Number, clock.Of(app).Now()) {
		return fault.Refused("member.pin_resting", fault.Params{"minutes": int(triesRest.Minutes())})
	}
	if bcrypt.CompareHashAndPassword([]byte(p.PinHash), []byte(pin)) != nil {
		return fault.Refused("member.pin_wrong")
	}
	guesses.right(p.Number)
	return nil
}
