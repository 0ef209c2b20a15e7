package guard

import (
	"strings"
	"sync"
	"time"

	"github.com/golang-jwt/jwt/v5"
	"github.com/pocketbase/pocketbase/apis"
	"github.com/pocketbase/pocketbase/core"
	"github.com/pocketbase/pocketbase/tools/security"

	"kpdk/hooks/login"
)

// beforeToken runs a middleware just before PocketBase looks the caller up.
const beforeToken = apis.DefaultLoadAuthTokenMiddlewarePriority - 1

// A till asks hundreds of times an hour with the same token, and PocketBase would read and verify it each
// time: a quarter of a checkout. What was verified is kept for tokenRest at most, and dropped at once
// when the operator's record changes (role, password, active) or goes, and when a session ends.
const (
	tokenRest  = 30 * time.Second
	tokensKept = 1000
)

type knownToken struct {
	operator *core.Record
	session  string
	until    time.Time
}

type tokens struct {
	mu    sync.RWMutex
	known map[string]knownToken
}

func (t *tokens) find(token string, now time.Time) (knownToken, bool) {
	t.mu.RLock()
	defer t.mu.RUnlock()
	k, ok := t.known[token]
	return k, ok && now.Before(k.until)
}

func (t *tokens) keep(token string, operator *core.Record, session string, now time.Time) {
	until := now.Add(tokenRest)
	if claims, err := security.ParseUnverifiedJWT(token); err == nil {
		if expires, err := jwt.MapClaims(claims).GetExpirationTime(); err == nil && expires != nil && expires.Before(until) {
			until = expires.Time
		}
	}
	t.mu.Lock()
	defer t.mu.Unlock()
	if len(t.known) >= tokensKept {
		clear(t.known)
	}
	t.known[token] = knownToken{operator, session, until}
}

func (t *tokens) drop() {
	t.mu.Lock()
	defer t.mu.Unlock()
	clear(t.known)
}

// bindTokens drops what is known whenever an operator or the collection with its secret changes.
func bindTokens(app core.App, t *tokens) {
	dropRecord := func(e *core.RecordEvent) error {
		t.drop()
		return e.Next()
	}
	login.WhenEnded(app, t.drop)
	app.OnRecordAfterUpdateSuccess("operators").BindFunc(dropRecord)
	app.OnRecordAfterDeleteSuccess("operators").BindFunc(dropRecord)
	app.OnCollectionAfterUpdateSuccess("operators").BindFunc(func(e *core.CollectionEvent) error {
		t.drop()
		return e.Next()
	})
}

// recall puts a known operator in before PocketBase would look; remember keeps who PocketBase found.
func (t *tokens) recall(e *core.RequestEvent) error {
	if token := e.Request.Header.Get("Authorization"); token != "" && strings.HasPrefix(e.Request.URL.Path, "/api/coop/") {
		if k, ok := t.find(token, time.Now()); ok {
			e.Auth = k.operator
			login.SetSession(e, k.session)
		}
	}
	return e.Next()
}

func (t *tokens) remember(e *core.RequestEvent) error {
	if e.Auth != nil && e.Auth.Collection().Name == "operators" && strings.HasPrefix(e.Request.URL.Path, "/api/coop/") {
		token := e.Request.Header.Get("Authorization")
		now := time.Now()
		if _, ok := t.find(token, now); !ok {
			t.keep(token, e.Auth, login.SessionOf(e), now)
			if alive, err := login.Alive(e.App, login.SessionOf(e)); err != nil || !alive { // it ended just before
				t.drop()
			}
		}
	}
	return e.Next()
}
