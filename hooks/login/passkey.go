package login

import (
	"crypto/rand"
	"encoding/base64"
	"encoding/json"
	"net"
	"net/url"
	"strings"
	"sync"
	"time"

	"github.com/go-webauthn/webauthn/protocol"
	"github.com/go-webauthn/webauthn/webauthn"
	"github.com/pocketbase/pocketbase/core"

	"kpdk/hooks/internal/act"
	"kpdk/hooks/internal/clock"
	"kpdk/hooks/internal/fault"
	"kpdk/hooks/member"
)

// A passkey (WebAuthn) belongs to one origin for good, so it is offered only where a co-op has a name of
// its own: the application URL in the settings, over https, or localhost. The device must know its person
// (user verification), so coming in with one counts as a proof like a password.
const (
	ceremoniesKey  = "kpdk.ceremonies"
	ceremonyLife   = 5 * time.Minute
	maxCeremonies  = 10_000
	maxPasskeys    = 10 // of one login
	passkeyByOwner = "login = ? AND record = ?"
)

// PasskeyOrigin is where passkeys work, or empty.
func PasskeyOrigin(app core.App) string {
	at, err := url.Parse(app.Settings().Meta.AppURL)
	if err != nil || at.Host == "" || net.ParseIP(at.Hostname()) != nil {
		return ""
	}
	if at.Scheme != "https" && (at.Scheme != "http" || at.Hostname() != "localhost") {
		return ""
	}
	return at.Scheme + "://" + strings.ToLower(at.Host)
}

// relyingParty is the co-op as passkeys know it.
func relyingParty(app core.App) (*webauthn.WebAuthn, error) {
	origin := PasskeyOrigin(app)
	if origin == "" {
		return nil, fault.Refused("login.passkey_off")
	}
	at, err := url.Parse(origin)
	if err != nil {
		return nil, err
	}
	var name string
	if err := act.Read(app).Row("SELECT name FROM coop LIMIT 1").Scan(&name); err != nil {
		return nil, err
	}
	return webauthn.New(&webauthn.Config{RPID: at.Hostname(), RPDisplayName: name, RPOrigins: []string{origin},
		AttestationPreference: protocol.PreferNoAttestation,
		AuthenticatorSelection: protocol.AuthenticatorSelection{ResidentKey: protocol.ResidentKeyRequirementRequired, RequireResidentKey: protocol.ResidentKeyRequired(),
			UserVerification: protocol.VerificationRequired}})
}

// owner is a login as passkeys know it: by the name of its record, which tells nobody anything.
type owner struct {
	record *core.Record
	keys   []webauthn.Credential
}

func (o owner) WebAuthnID() []byte                         { return []byte(o.record.Collection().Name + "/" + o.record.Id) }
func (o owner) WebAuthnDisplayName() string                { return o.record.GetString("name") }
func (o owner) WebAuthnCredentials() []webauthn.Credential { return o.keys }
func (o owner) WebAuthnName() string {
	if number := o.record.GetInt("number"); number > 0 {
		return member.PrintNumber(int64(number))
	}
	return o.record.Email()
}

func ownerOf(app core.App, record *core.Record) (owner, error) {
	o := owner{record: record}
	err := act.Each(act.Read(app), "SELECT credential FROM passkeys WHERE "+passkeyByOwner+" LIMIT ?", []any{record.Collection().Name, record.Id, maxPasskeys}, func(row act.Scanner) error {
		var raw string
		if err := row.Scan(&raw); err != nil {
			return err
		}
		var key webauthn.Credential
		err := json.Unmarshal([]byte(raw), &key)
		o.keys = append(o.keys, key)
		return err
	})
	return o, err
}

func nameOf(key []byte) string { return base64.RawURLEncoding.EncodeToString(key) }

// Ceremony is a question to a device: its options go to the browser as they are.
type Ceremony struct {
	Ceremony string `json:"ceremony"`
	Options  any    `json:"options"`
}

type ceremony struct {
	data    webauthn.SessionData
	expires time.Time
}

// ceremonies are asked and not yet answered; a restart forgets them.
type ceremonies struct {
	mu   sync.Mutex
	open map[string]ceremony
}

func ceremoniesOf(app core.App) *ceremonies { return app.Store().Get(ceremoniesKey).(*ceremonies) }

func (c *ceremonies) begin(data *webauthn.SessionData, now time.Time) string {
	c.mu.Lock()
	defer c.mu.Unlock()
	if len(c.open) >= maxCeremonies {
		for id, it := range c.open {
			if !now.Before(it.expires) {
				delete(c.open, id)
			}
		}
	}
	if len(c.open) >= maxCeremonies {
		clear(c.open)
	}
	id := rand.Text()
	c.open[id] = ceremony{*data, now.Add(ceremonyLife)}
	return id
}

// take gives a ceremony to the first who answers it.
func (c *ceremonies) take(id string, now time.Time) (webauthn.SessionData, error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	it, ok := c.open[id]
	delete(c.open, id)
	if !ok || !now.Before(it.expires) {
		return it.data, fault.Bad("login.passkey_late")
	}
	return it.data, nil
}

func now(app core.App) time.Time { return clock.Of(app).Now() }
