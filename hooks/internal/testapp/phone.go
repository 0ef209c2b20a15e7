package testapp

import (
	"context"
	"crypto/ed25519"
	"crypto/rand"
	"time"

	"github.com/pocketbase/pocketbase/core"
	"github.com/pocketbase/pocketbase/tools/security"

	"kpdk/hooks/internal/ulid"
	"kpdk/hooks/member"
)

// Phone is a member's phone that makes codes.
type Phone struct {
	app         *App
	Who         *core.Record
	Key         ed25519.PrivateKey
	Session     string
	Certificate []byte
}

// Phone logs a member in on a phone of its own and brings in its key.
func (a *App) Phone(who *core.Record) *Phone {
	a.T.Helper()
	claims, err := security.ParseUnverifiedJWT(a.LogIn(who))
	if err != nil {
		a.T.Fatal(err)
	}
	session, _ := claims["session"].(string)
	_, key, err := ed25519.GenerateKey(rand.Reader)
	if err != nil {
		a.T.Fatal(err)
	}
	p := &Phone{app: a, Who: who, Key: key, Session: session}
	in := member.NewDevice{Key: key.Public().(ed25519.PublicKey), Proof: ed25519.Sign(key, member.DeviceProof(int64(who.GetInt("number"))))}
	c, _, err := member.AddDevice(context.Background(), a, ulid.New(), By(who), session, in)
	if err != nil {
		a.T.Fatal(err)
	}
	p.Certificate = c.Certificate
	return p
}

// Code is what the phone shows at a moment.
func (p *Phone) Code(at time.Time) string {
	return member.WriteCode(p.Certificate, member.StepOf(at), func(m []byte) []byte { return ed25519.Sign(p.Key, m) })
}

// Renew asks for a new certificate.
func (p *Phone) Renew() error {
	c, _, err := member.RenewDevice(context.Background(), p.app, ulid.New(), By(p.Who), p.Session, member.KnownDevice{Key: p.Key.Public().(ed25519.PublicKey)})
	if err == nil {
		p.Certificate = c.Certificate
	}
	return err
}
