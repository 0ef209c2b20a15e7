package portal_test

import (
	"crypto/ed25519"
	"testing"
	"time"

	"kpdk/hooks/internal/act"
	"kpdk/hooks/internal/ulid"
	"kpdk/hooks/login"
	"kpdk/hooks/member"
)

// A phone's key comes in for a member who proved just before to be it, and only with the phone's own signature
// for this member; renewing wants the session that brought it.
func TestWhoBringsInAPhone(t *testing.T) {
	c := newCoop(t)
	rani, joko := c.Member("Rani Prameswari"), c.Member("Joko Susilo")
	key := ed25519.NewKeyFromSeed(make([]byte, ed25519.SeedSize))
	public := key.Public().(ed25519.PublicKey)
	device := func(number int) map[string]any {
		return map[string]any{"id": ulid.New(), "key": []byte(public), "proof": ed25519.Sign(key, member.DeviceProof(int64(number)))}
	}
	const add, renew = "/api/coop/me/card/device", "/api/coop/me/card/certificate"
	known := map[string]any{"id": ulid.New(), "key": []byte(public)}
	if got := c.ask(nil, "POST", add, device(1), nil); got != 401 {
		t.Errorf("nobody: %d", got)
	}
	if got := c.ask(c.Operator(act.Treasurer), "POST", add, device(1), nil); got != 403 {
		t.Errorf("a treasurer: %d", got)
	}
	if got := c.ask(joko, "POST", add, device(rani.GetInt("number")), nil); got != 400 {
		t.Errorf("another member with her proof: %d", got)
	}
	c.Token(rani)
	c.Travel(c.Now().Add(login.FreshFor + time.Second))
	if got := c.ask(rani, "POST", add, device(rani.GetInt("number")), nil); got != 403 {
		t.Errorf("long after the login: %d", got)
	}
	c.LogIn(rani)
	var made member.Certified
	if got := c.ask(rani, "POST", add, device(rani.GetInt("number")), &made); got != 201 || made.Serial != 1 || len(made.Certificate) == 0 {
		t.Fatalf("%d %+v", got, made)
	}
	if got := c.ask(rani, "POST", add, device(rani.GetInt("number")), nil); got != 409 {
		t.Errorf("the same key twice: %d", got)
	}
	c.Travel(c.Now().Add(login.FreshFor + time.Second))
	if got := c.ask(rani, "POST", renew, known, nil); got != 201 {
		t.Errorf("renewing: %d", got)
	}
	if got := c.ask(joko, "POST", renew, map[string]any{"id": ulid.New(), "key": []byte(public)}, nil); got != 409 {
		t.Errorf("another member renews it: %d", got)
	}
	if got := c.ask(c.cashier, "POST", "/api/coop/me/card/block", map[string]any{"id": ulid.New()}, nil); got != 403 {
		t.Errorf("a cashier blocks: %d", got)
	}
	c.Verify()
	// A certificate for a card that was never issued, and a code that paid somebody else's purchase, are found.
	c.Act("test.forge", func(tx *act.Tx) error {
		return tx.Exec("INSERT INTO card_certificates(device, serial, expires, act) VALUES(1, 9, ?, ?)", member.DayOf(tx.Now())+member.CertificateDays, tx.ID())
	})
	_, findings, err := member.Checks()[0].Run(t.Context(), act.Read(c))
	if err != nil || len(findings) != 1 {
		t.Errorf("%v %v", findings, err)
	}
}
