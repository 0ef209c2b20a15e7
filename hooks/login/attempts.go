package login

import (
	"net/http"
	"strconv"
	"sync"
	"time"

	"github.com/pocketbase/pocketbase/core"

	"kpdk/hooks/internal/clock"
	"kpdk/hooks/internal/fault"
)

// How long a count of tries lasts, and how many accounts are counted at a time.
const (
	window      = 15 * time.Minute
	maxAccounts = 10_000
)

type attempt struct {
	count int
	first time.Time
}

// attempts counts tries of an account in memory: a restart forgives.
type attempts struct {
	most int
	mu   sync.Mutex
	seen map[string]*attempt
}

func newAttempts(most int) *attempts { return &attempts{most: most, seen: map[string]*attempt{}} }

// begin counts a try before it is looked at, so that many at once are counted too.
func (a *attempts) begin(account string, now time.Time) (until time.Time, full bool) {
	a.mu.Lock()
	defer a.mu.Unlock()
	t := a.seen[account]
	if t == nil || now.Sub(t.first) >= window {
		a.makeRoom(now)
		t = &attempt{first: now}
		a.seen[account] = t
	}
	if t.count >= a.most {
		return t.first.Add(window), true
	}
	t.count++
	return time.Time{}, false
}

// hold counts a try, or refuses and says when to come back.
func (a *attempts) hold(app core.App, account string) (wait time.Duration, refusal error) {
	now := clock.Of(app).Now()
	until, full := a.begin(account, now)
	if !full {
		return 0, nil
	}
	return max(time.Second, until.Sub(now).Round(time.Second)), waitUntil(app, "auth.too_many", until)
}

// waitUntil says when to come back.
func waitUntil(app core.App, code string, until time.Time) error {
	wait := max(time.Second, until.Sub(clock.Of(app).Now()).Round(time.Second))
	return &fault.Fault{Status: http.StatusTooManyRequests, Code: code,
		Params: fault.Params{"time": until.In(clock.Of(app).Zone()).Format("15:04"), "minutes": int64((wait + time.Minute - 1) / time.Minute)}}
}

// spent says whether an account's tries are used up, without counting one.
func (a *attempts) spent(account string, now time.Time) (until time.Time, full bool) {
	a.mu.Lock()
	defer a.mu.Unlock()
	t := a.seen[account]
	if t == nil || now.Sub(t.first) >= window || t.count < a.most {
		return time.Time{}, false
	}
	return t.first.Add(window), true
}

// retryAfter says the same to programs.
func retryAfter(e *core.RequestEvent, wait time.Duration) {
	e.Response.Header().Set("Retry-After", strconv.FormatInt(int64(wait/time.Second), 10))
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
		if now.Sub(t.first) >= window {
			delete(a.seen, account)
		}
	}
	for len(a.seen) >= maxAccounts {
		victim, fewest, looked := "", a.most+1, 0
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
