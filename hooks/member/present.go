package member

import (
	"database/sql"
	"errors"
	"sync"
	"time"

	"github.com/pocketbase/pocketbase/core"

	"kpdk/hooks/internal/act"
	"kpdk/hooks/internal/clock"
	"kpdk/hooks/internal/fault"
	"kpdk/hooks/internal/keys"
)

// Presence is a code that was held up at a door, and who it stands for.
type Presence struct {
	Shown
	Person Person
	Phone  int64 // row of card_devices; 0: a printed card
}

// Present is what any door asks of a code held up to it now, a till's or a meeting's: whose it is, and that
// card, certificate, phone and step all hold. It may be asked again for a while: what was fresh when it was
// first held up stays so for SeenFor, because a basket is paid some minutes after the card was scanned.
func Present(app core.App, payload string) (Presence, error) {
	ring, err := keys.Of(app)
	if err != nil {
		return Presence{}, err
	}
	shown, err := ReadCode(ring, payload)
	if err != nil {
		return Presence{}, err
	}
	now := clock.Of(app).Now()
	if err := FreshNow(app, shown, now); err != nil {
		return Presence{Shown: shown}, err
	}
	person, phone, err := Admit(act.Read(app), shown)
	if err == nil && shown.Rotating() {
		seenOf(app).note(shown, now)
	}
	return Presence{shown, person, phone}, err
}

// Admit finds who a code stands for and says why it may not be used: revoked, the member has left, the phone
// was logged out. The person is given back even then, for sales that a till made while it could not know.
func Admit(r act.Reader, s Shown) (p Person, phone int64, err error) {
	if p, err = Usable(r, s.Card); err != nil || !s.Rotating() {
		return p, 0, err
	}
	var whose int64
	var alive bool
	err = r.Row(`SELECT d.id, d.member, `+deviceLives+` FROM card_devices d WHERE d.key = ?`, s.Device).Scan(&phone, &whose, &alive)
	if errors.Is(err, sql.ErrNoRows) || err == nil && whose != s.Member {
		return p, 0, fault.Refused("member.card_invalid") // signed by us, and yet we never brought it in
	}
	if err == nil && !alive {
		err = fault.Refused("member.code_revoked")
	}
	return p, phone, err
}

// deviceLives: the session that brought the phone's key in has not ended, nor brought in another key since.
const deviceLives = `(EXISTS(SELECT 1 FROM sessions s WHERE s.id = d.session) AND NOT EXISTS(SELECT 1 FROM card_devices n WHERE n.session = d.session AND n.id > d.id))`

// UsedBy is the act that a phone's code was used for in its step, a sale or a payout, 0 for none: a code is used
// once. It stands in the books, so that no restart makes a code good again.
func UsedBy(r act.Reader, phone, step int64) (sale int64, err error) {
	err = r.Row("SELECT coalesce(min(sale), 0) FROM card_uses WHERE device = ? AND step = ?", phone, step).Scan(&sale)
	return sale, err
}

// Use writes down, in the act itself, what a phone's code was used for.
func Use(tx *act.Tx, phone, step int64) error {
	return tx.Exec("INSERT INTO card_uses(device, step, sale) VALUES(?, ?, ?)", phone, step, tx.ID())
}

// SeenFor is how long after a phone's code was held up a basket may be paid with it.
const SeenFor = 15 * time.Minute

const (
	seenKey = "kpdk.codes"
	maxSeen = 20_000
)

// seen remembers the codes that were held up while they were fresh. It may be lost: then the member holds up
// the next code.
type seen struct {
	sync.Mutex
	at map[seenCode]time.Time
}

type seenCode struct {
	device string
	step   int64
}

func seenOf(app core.App) *seen {
	return app.Store().GetOrSet(seenKey, func() any { return &seen{at: map[seenCode]time.Time{}} }).(*seen)
}

func (s *seen) note(shown Shown, now time.Time) {
	s.Lock()
	defer s.Unlock()
	code := seenCode{string(shown.Device), shown.Step}
	if _, known := s.at[code]; known {
		return // a later look does not make it younger
	}
	if len(s.at) >= maxSeen {
		for k, t := range s.at {
			if now.Sub(t) > SeenFor {
				delete(s.at, k)
			}
		}
		if len(s.at) >= maxSeen {
			clear(s.at)
		}
	}
	s.at[code] = now
}

func (s *seen) since(shown Shown) (time.Time, bool) {
	s.Lock()
	defer s.Unlock()
	t, known := s.at[seenCode{string(shown.Device), shown.Step}]
	return t, known
}

// FreshNow is FreshAt, and holds also for a code that was held up here while it was fresh.
func FreshNow(app core.App, s Shown, now time.Time) error {
	err := s.FreshAt(now)
	if err == nil || DayOf(now) > s.Expires {
		return err
	}
	if at, known := seenOf(app).since(s); known && now.Sub(at) <= SeenFor {
		return nil
	}
	return err
}
