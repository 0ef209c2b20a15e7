package guard

import (
	"net/http"
	"strconv"
	"strings"
	"sync"
	"time"

	"github.com/pocketbase/pocketbase/core"

	"kpdk/hooks/internal/act"
	"kpdk/hooks/internal/clock"
	"kpdk/hooks/internal/fault"
	"kpdk/hooks/internal/web"
)

// How many wrong passwords an account may hear in a while. The key is the account, not the address: a
// whole office sits behind one address, and meeting day would lock it out.
const (
	maxFailures   = 10
	failureWindow = 15 * time.Minute
	maxAccounts   = 10_000 // remembered at a time
)

func bindLogins(app core.App) {
	tries := &attempts{seen: map[string]*attempt{}}
	app.OnRecordAuthWithPasswordRequest().BindFunc(func(e *core.RecordAuthWithPasswordRequestEvent) error {
		now, account := clock.Of(e.App).Now(), accountOf(e)
		if until, full := tries.begin(account, now); full {
			wait := max(1, int64(until.Sub(now).Round(time.Second)/time.Second))
			e.Response.Header().Set("Retry-After", strconv.FormatInt(wait, 10))
			at := until.In(clock.Of(e.App).Zone()).Format("15:04")
			return web.Refuse(e.RequestEvent, &fault.Fault{Status: http.StatusTooManyRequests, Code: "auth.too_many",
				Params: fault.Params{"time": at, "minutes": (wait + 59) / 60}})
		}
		err := e.Next()
		if err == nil { // the password was right, whatever was said after it
			tries.clear(account)
		}
		return err
	})
	app.OnRecordAuthRequest().BindFunc(func(e *core.RecordAuthRequestEvent) error {
		if gone(e.Record) {
			return web.Refuse(e.RequestEvent, fault.Forbidden("auth.inactive"))
		}
		return e.Next()
	})
}

// accountOf names the account that somebody tries to open, however it is spelled.
func accountOf(e *core.RecordAuthWithPasswordRequestEvent) string {
	if e.Record != nil {
		return e.Collection.Name + "/" + e.Record.Id
	}
	return e.Collection.Name + ":" + strings.ToLower(strings.TrimSpace(e.Identity))
}

// gone says whether a login belongs to somebody who left.
func gone(r *core.Record) bool {
	name := r.Collection().Name
	return (name == "members" || name == "operators") && act.ActorOf(r).Role == act.Nobody
}

// forgetLeavers makes a token of somebody who left worth nothing, on PocketBase's routes too.
func forgetLeavers(e *core.RequestEvent) error {
	if e.Auth != nil && gone(e.Auth) {
		e.Auth = nil
	}
	return e.Next()
}

type attempt struct {
	count int
	first time.Time
}

// attempts counts in memory: a restart forgives.
type attempts struct {
	mu   sync.Mutex
	seen map[string]*attempt
}

// begin counts a try before its password is looked at, so that many at once are counted too.
func (a *attempts) begin(account string, now time.Time) (until time.Time, full bool) {
	a.mu.Lock()
	defer a.mu.Unlock()
	t := a.seen[account]
	if t == nil || now.Sub(t.first) >= failureWindow {
		a.makeRoom(now)
		t = &attempt{first: now}
		a.seen[account] = t
	}
	if t.count >= maxFailures {
		return t.first.Add(failureWindow), true
	}
	t.count++
	return time.Time{}, false
}

func (a *attempts) clear(account string) {
	a.mu.Lock()
	defer a.mu.Unlock()
	delete(a.seen, account)
}

// makeRoom drops what is over; when all are fresh, those with the fewest tries of a handful.
func (a *attempts) makeRoom(now time.Time) {
	if len(a.seen) < maxAccounts {
		return
	}
	for account, t := range a.seen {
		if now.Sub(t.first) >= failureWindow {
			delete(a.seen, account)
		}
	}
	for len(a.seen) >= maxAccounts {
		victim, fewest, looked := "", maxFailures+1, 0
		for account, t := range a.seen {
			if t.count < fewest {
				victim, fewest = account, t.count
			}
			if looked++; looked >= 16 {
				break
			}
		}
		delete(a.seen, victim)
	}
}
