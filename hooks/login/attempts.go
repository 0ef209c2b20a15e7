package login

import (
	"crypto/sha256"
	"sync"
	"time"

	"github.com/pocketbase/pocketbase/core"

	"kpdk/hooks/internal/clock"
	"kpdk/hooks/internal/keys"
	"kpdk/hooks/internal/web"
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

// account is what is tried, as the file knows it: a keyed hash, for it may be somebody's number or address.
type account [sha256.Size]byte

// attempts counts tries of one kind. They are counted in memory, as a flood of them must not wait for the disk, and
// kept in a table beside (keep_tries.go), so that a restart forgives nobody.
type attempts struct {
	kind  string
	most  int
	mu    sync.Mutex
	seen  map[account]*attempt
	dirty map[account]bool // not yet in the table as it is here
}

// newAttempts counts under a name of the app's store, which is that of the kind in the table.
func newAttempts(app core.App, kind string, most int) *attempts {
	a := &attempts{kind: kind, most: most, seen: map[account]*attempt{}, dirty: map[account]bool{}}
	keeper := keptOf(app)
	keeper.mu.Lock()
	defer keeper.mu.Unlock()
	keeper.all[kind] = a
	return a
}

func triesOf(app core.App, kind string) *attempts { return keptOf(app).all[kind] }

func (a *attempts) account(app core.App, name string) (account, error) {
	ring, err := keys.Of(app)
	if err != nil {
		return account{}, err
	}
	return sha256.Sum256([]byte(ring.Index("tries", a.kind+"\n"+name))), nil
}

// begin counts a try before it is looked at, so that many at once are counted too.
func (a *attempts) begin(who account, now time.Time) (until time.Time, full bool) {
	a.mu.Lock()
	defer a.mu.Unlock()
	t := a.seen[who]
	if t == nil || now.Sub(t.first) >= window {
		a.makeRoom(now)
		t = &attempt{first: now}
		a.seen[who] = t
	}
	if t.count >= a.most {
		return t.first.Add(window), true
	}
	t.count++
	a.dirty[who] = true
	return time.Time{}, false
}

// hold counts a try, or refuses and says when to come back.
func (a *attempts) hold(app core.App, name string) error {
	_, err := a.try(app, name)
	return err
}

// holdFor is hold for a route of PocketBase's: programs are told, too, when to come back.
func (a *attempts) holdFor(e *core.RequestEvent, name string) error {
	until, err := a.try(e.App, name)
	if err != nil && !until.IsZero() {
		err = web.TooMany(e, "auth.too_many", until)
	}
	return err
}

func (a *attempts) try(app core.App, name string) (until time.Time, err error) {
	who, err := a.account(app, name)
	if err != nil {
		return until, err
	}
	until, full := a.begin(who, clock.Of(app).Now())
	if full {
		err = web.WaitUntil(app, "auth.too_many", until)
	}
	return until, err
}

// count is how many tries still count, and until when.
func (a *attempts) count(who account, now time.Time) (n int, until time.Time) {
	a.mu.Lock()
	defer a.mu.Unlock()
	t := a.seen[who]
	if t == nil || now.Sub(t.first) >= window {
		return 0, now
	}
	return t.count, t.first.Add(window)
}

// back takes a try back that was none.
func (a *attempts) back(who account) {
	a.mu.Lock()
	defer a.mu.Unlock()
	if t := a.seen[who]; t != nil && t.count > 0 {
		t.count--
		a.dirty[who] = true
	}
}

// clear forgets the tries of whoever showed to be the person.
func (a *attempts) clear(app core.App, name string) {
	who, err := a.account(app, name)
	if err != nil {
		return
	}
	a.mu.Lock()
	defer a.mu.Unlock()
	delete(a.seen, who)
	a.dirty[who] = true
}

// makeRoom drops what is over; when all are fresh, those with the fewest tries of a handful.
func (a *attempts) makeRoom(now time.Time) {
	if len(a.seen) < maxAccounts {
		return
	}
	for who, t := range a.seen {
		if now.Sub(t.first) >= window {
			delete(a.seen, who)
		}
	}
	for len(a.seen) >= maxAccounts {
		var victim account
		fewest, looked := a.most+1, 0
		for who, t := range a.seen {
			if t.count < fewest {
				victim, fewest = who, t.count
			}
			if looked++; looked >= 16 {
				break
			}
		}
		delete(a.seen, victim)
		a.dirty[victim] = true
	}
}
