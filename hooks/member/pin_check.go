package member

import (
	"sync"
	"time"

	"github.com/pocketbase/pocketbase/core"
	"golang.org/x/crypto/bcrypt"

	"kpdk/hooks/internal/clock"
	"kpdk/hooks/internal/fault"
)

// A PIN has few digits, so guessing must be slow: after maxPinTries wrong ones in a row a member's PIN
// rests for pinRest.
const (
	maxPinTries = 5
	pinRest     = 15 * time.Minute
	pinStoreKey = "kpdk.pins"
)

type pinTries struct {
	sync.Mutex
	wrong map[int64]int
	until map[int64]time.Time
}

func triesOf(app core.App) *pinTries {
	return app.Store().GetOrSet(pinStoreKey, func() any {
		return &pinTries{wrong: map[int64]int{}, until: map[int64]time.Time{}}
	}).(*pinTries)
}

// CheckPIN compares a PIN with the member's hash: about 60 ms, so never inside a transaction.
func CheckPIN(app core.App, p Person, pin string) error {
	tries, now := triesOf(app), clock.Of(app).Now()
	tries.Lock()
	resting := now.Before(tries.until[p.Number])
	tries.Unlock()
	if resting {
		return fault.Refused("member.pin_resting", fault.Params{"minutes": int(pinRest.Minutes())})
	}
	if p.PinHash == "" {
		return fault.Refused("member.pin_unset")
	}
	right := bcrypt.CompareHashAndPassword([]byte(p.PinHash), []byte(pin)) == nil
	tries.Lock()
	defer tries.Unlock()
	if right {
		delete(tries.wrong, p.Number)
		return nil
	}
	tries.wrong[p.Number]++
	if tries.wrong[p.Number] >= maxPinTries {
		tries.until[p.Number] = now.Add(pinRest)
		delete(tries.wrong, p.Number)
	}
	return fault.Refused("member.pin_wrong")
}
