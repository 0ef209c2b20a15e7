package login

import (
	"crypto/rand"
	"database/sql"
	"errors"
	"strings"
	"sync"
	"time"

	"github.com/golang-jwt/jwt/v5"
	"github.com/pocketbase/pocketbase/core"
	"github.com/pocketbase/pocketbase/tools/security"

	"kpdk/hooks/internal/act"
	"kpdk/hooks/internal/clock"
)

const (
	sessionsKey  = "kpdk.sessions"
	requestKey   = "kpdk.session" // the session behind a request, and behind a realtime client
	claim        = "session"      // of the token
	keptSessions = 20_000         // in memory at a time
	perLogin     = 100            // the oldest of one login's sessions end beyond this
	restDays     = 45             // longer than any token lives: nobody comes back to such a session

	// FreshFor is how long after a password or a code somebody counts as present in person.
	FreshFor = 10 * time.Minute
)

// session is what a request needs to know of one. The rest is read only to be shown.
type session struct {
	id, login, record string
	confirmed         time.Time
	seenOn            clock.Date
}

// sessions keeps in memory what it read of the table; only this process writes it.
type sessions struct {
	mu    sync.RWMutex
	known map[string]session
	turn  int // counts endings, so that what was read before one is not kept after it
	ended []func()
}

func of(app core.App) *sessions { return app.Store().Get(sessionsKey).(*sessions) }

// WhenEnded runs f whenever sessions end: whoever remembers tokens forgets them.
func WhenEnded(app core.App, f func()) { of(app).ended = append(of(app).ended, f) }

// Alive says whether a session has not ended.
func Alive(app core.App, id string) (bool, error) {
	_, ok, err := of(app).find(app, id)
	return ok, err
}

// SessionOf is the session behind a request, or empty.
func SessionOf(e *core.RequestEvent) string {
	id, _ := e.Get(requestKey).(string)
	return id
}

// SetSession names the session of a caller who is known without asking again.
func SetSession(e *core.RequestEvent, id string) { e.Set(requestKey, id) }

// find gives a session that has not ended.
func (s *sessions) find(app core.App, id string) (it session, ok bool, err error) {
	s.mu.RLock()
	it, ok = s.known[id]
	turn := s.turn
	s.mu.RUnlock()
	if ok || id == "" {
		return it, ok, nil
	}
	var confirmed int64
	it.id = id
	err = act.Read(app).Row("SELECT login, record, confirmed_at, seen_on FROM sessions WHERE id = ?", id).Scan(&it.login, &it.record, &confirmed, &it.seenOn)
	if errors.Is(err, sql.ErrNoRows) {
		return it, false, nil
	}
	if err != nil {
		return it, false, err
	}
	it.confirmed = time.UnixMilli(confirmed)
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.turn == turn {
		s.keep(it)
	}
	return it, true, nil
}

// keep is called with the lock held.
func (s *sessions) keep(it session) {
	if len(s.known) >= keptSessions {
		clear(s.known)
	}
	s.known[it.id] = it
}

// forget drops all that is remembered: sessions have ended, and reading the living again costs little.
func (s *sessions) forget() {
	s.mu.Lock()
	clear(s.known)
	s.turn++
	s.mu.Unlock()
	for _, f := range s.ended {
		f()
	}
}

// check refuses a token whose session ended: its bearer is nobody.
func (s *sessions) check(e *core.RequestEvent) error {
	if e.Auth == nil || !keepsSessions(e.Auth.Collection().Name) || SessionOf(e) != "" {
		return e.Next()
	}
	it, ok, err := s.find(e.App, sessionIn(e.Request.Header.Get("Authorization")))
	if err != nil {
		return err
	}
	if !ok || it.record != e.Auth.Id || it.login != e.Auth.Collection().Name {
		e.Auth = nil
		return e.Next()
	}
	SetSession(e, it.id)
	if today := clock.Of(e.App).Today(); it.seenOn < today {
		it.seenOn = today
		if err := s.write(e.App, it); err != nil {
			return err
		}
	}
	return e.Next()
}

// sessionIn reads the session that a token names. PocketBase has verified the token.
func sessionIn(token string) string {
	if len(token) > 7 && strings.EqualFold(token[:7], "Bearer ") {
		token = token[7:]
	}
	claims, err := security.ParseUnverifiedJWT(token)
	if err != nil {
		return ""
	}
	id, _ := claims[claim].(string)
	return id
}

// fresh says whether the caller proved a short while ago to be the person. It is no question to managers.
func (s *sessions) fresh(e *core.RequestEvent) (bool, error) {
	if e.Auth == nil || !keepsSessions(e.Auth.Collection().Name) {
		return true, nil
	}
	it, ok, err := s.find(e.App, SessionOf(e))
	return ok && clock.Of(e.App).Now().Before(it.confirmed.Add(FreshFor)), err
}

// admit gives whoever PocketBase lets in a token of a session. Somebody who is here already and proves
// it again keeps the session, which is fresh from now on; a renewal keeps it as it is.
func (s *sessions) admit(e *core.RecordAuthRequestEvent) error {
	it, known, err := s.find(e.App, SessionOf(e.RequestEvent))
	if err != nil {
		return err
	}
	known = known && it.record == e.Record.Id && it.login == e.Collection.Name
	switch {
	case !known:
		if e.AuthMethod != "" {
			if err := greet(e); err != nil {
				return err
			}
		}
		if it, err = s.open(e.App, e.Record, e.Request.UserAgent()); err != nil {
			return err
		}
	case e.AuthMethod != "":
		it.confirmed = clock.Of(e.App).Now()
		if err := s.write(e.App, it); err != nil {
			return err
		}
	}
	if e.Token, err = tokenOf(e.Record, it.id); err != nil {
		return err
	}
	return e.Next()
}

// Open opens a session for somebody and gives its token.
func Open(app core.App, record *core.Record, userAgent string) (token string, err error) {
	it, err := of(app).open(app, record, userAgent)
	if err != nil {
		return "", err
	}
	return tokenOf(record, it.id)
}

// open writes outside of an act, as PocketBase writes a login: it changes nothing that anybody accounts for.
func (s *sessions) open(app core.App, record *core.Record, userAgent string) (session, error) {
	now, today := clock.Of(app).Now(), clock.Of(app).Today()
	it := session{rand.Text(), record.Collection().Name, record.Id, now, today}
	browser, system := deviceOf(userAgent)
	err := exec(app, "INSERT INTO sessions(id, login, record, browser, system, started_at, confirmed_at, seen_on) VALUES({:id}, {:login}, {:record}, {:browser}, {:system}, {:now}, {:now}, {:today})",
		map[string]any{"id": it.id, "login": it.login, "record": it.record, "browser": browser, "system": system, "now": now.UnixMilli(), "today": string(today)})
	if err != nil {
		return it, err
	}
	s.mu.Lock()
	s.keep(it)
	s.mu.Unlock()
	return it, s.prune(app, it, today)
}

// prune ends the sessions that nobody comes back to.
func (s *sessions) prune(app core.App, it session, today clock.Date) error {
	var all, resting int
	if err := act.Read(app).Row("SELECT count(*), coalesce(sum(seen_on < ?), 0) FROM sessions WHERE record = ?", string(today.Add(-restDays)), it.record).Scan(&all, &resting); err != nil {
		return err
	}
	if all <= perLogin && resting == 0 {
		return nil
	}
	defer s.forget()
	return exec(app, `DELETE FROM sessions WHERE record = {:record} AND (seen_on < {:rest} OR id NOT IN (
		SELECT id FROM sessions WHERE record = {:record} ORDER BY started_at DESC, id LIMIT {:most}))`,
		map[string]any{"record": it.record, "rest": string(today.Add(-restDays)), "most": perLogin})
}

// write keeps when a session was last confirmed and seen.
func (s *sessions) write(app core.App, it session) error {
	err := exec(app, "UPDATE sessions SET confirmed_at = {:confirmed}, seen_on = {:seen} WHERE id = {:id}",
		map[string]any{"confirmed": it.confirmed.UnixMilli(), "seen": string(it.seenOn), "id": it.id})
	if err != nil {
		return err
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	if _, still := s.known[it.id]; still { // it may have ended meanwhile
		s.known[it.id] = it
	}
	return nil
}

// tokenOf is PocketBase's own token, which also names the session.
func tokenOf(record *core.Record, id string) (string, error) {
	options := record.Collection().AuthToken
	return security.NewJWT(jwt.MapClaims{
		core.TokenClaimType: core.TokenTypeAuth, core.TokenClaimId: record.Id, core.TokenClaimCollectionId: record.Collection().Id,
		core.TokenClaimRefreshable: true, claim: id,
	}, record.TokenKey()+options.Secret, options.DurationTime())
}

// inHand is what stays of a login when all else of it ends: whence somebody sets another password.
type inHand struct {
	session string
	browser []byte // its hash in known_devices
}

type inHandKey struct{}

// endWithKey ends all sessions when a record's tokens die: with another password, another address. It asks
// the stored row, for a record's memory of itself may be of any age. Both are one transaction.
func (s *sessions) endWithKey(e *core.RecordEvent) error {
	var before string
	err := act.Read(e.App).Row("SELECT tokenKey FROM "+e.Record.Collection().Name+" WHERE id = ?", e.Record.Id).Scan(&before)
	if err != nil && !errors.Is(err, sql.ErrNoRows) {
		return err
	}
	app := e.App
	defer func() { e.App = app }()
	return app.RunInTransaction(func(txApp core.App) error {
		e.App = txApp
		if err := e.Next(); err != nil || before == e.Record.TokenKey() {
			return err
		}
		stays, _ := e.Context.Value(inHandKey{}).(inHand)
		return s.endAll(txApp, e.Record, stays)
	})
}

func (s *sessions) endWithRecord(e *core.RecordEvent) error {
	if err := e.Next(); err != nil {
		return err
	}
	return s.endAll(e.App, e.Record, inHand{})
}

// endAll ends all but what is in hand. The passkeys end too: whoever needs another password may have lost the device
// that holds them, or somebody else added one. Browsers of before are known no more, so that a login from any of them
// is told; their rows stay, for what was told of them names them, and somebody was here before.
func (s *sessions) endAll(app core.App, record *core.Record, stays inHand) error {
	login, ids := record.Collection().Name, []string{}
	if err := act.Each(act.Read(app), "SELECT id FROM sessions WHERE login = ? AND record = ?", []any{login, record.Id}, func(row act.Scanner) error {
		var id string
		err := row.Scan(&id)
		ids = append(ids, id)
		return err
	}); err != nil {
		return err
	}
	afterwards(app, func(app core.App) {
		s.forget()
		hangUp(app, ids) // the one in hand comes back with its new token
	})
	params := map[string]any{"login": login, "record": record.Id, "session": stays.session, "browser": stays.browser}
	return errors.Join(exec(app, "DELETE FROM sessions WHERE login = {:login} AND record = {:record} AND id <> {:session}", params),
		exec(app, "DELETE FROM passkeys WHERE login = {:login} AND record = {:record}", params),
		exec(app, "UPDATE known_devices SET hash = randomblob(32) WHERE login = {:login} AND record = {:record} AND hash IS NOT {:browser}", params))
}

// afterwards runs f when what was written is there for all to read.
func afterwards(app core.App, f func(app core.App)) {
	tx := app.TxInfo()
	if tx == nil {
		f(app)
		return
	}
	tx.OnComplete(func(error) error {
		f(app)
		return nil
	})
}

// noteSession remembers which session listens, so that it can be cut off.
func noteSession(e *core.RealtimeSubscribeRequestEvent) error {
	e.Client.Set(requestKey, SessionOf(e.RequestEvent))
	return e.Next()
}

// hangUp closes the realtime connections of sessions that ended.
func hangUp(app core.App, ids []string) {
	ended := map[string]bool{}
	for _, id := range ids {
		ended[id] = true
	}
	broker := app.SubscriptionsBroker()
	for id, client := range broker.Clients() {
		if session, _ := client.Get(requestKey).(string); ended[session] {
			broker.Unregister(id)
		}
	}
}

func exec(app core.App, query string, params map[string]any) error {
	_, err := app.NonconcurrentDB().NewQuery(query).Bind(params).Execute()
	return err
}
