package store_test

import (
	"context"
	"net/http"
	"strings"
	"testing"
	"time"

	"kpdk/hooks/internal/act"
	"kpdk/hooks/internal/clock"
	"kpdk/hooks/internal/testapp"
	"kpdk/hooks/internal/ulid"
	"kpdk/hooks/member"
	"kpdk/hooks/policy"
	"kpdk/hooks/store"
)

// phoneShop is a shop whose member holds up a phone, and where little may be charged without a PIN.
func phoneShop(t *testing.T) (*shop, *testapp.Phone) {
	s := newShop(t)
	if _, _, err := policy.Set(ctx, s, ulid.New(), act.BySystem, policy.Setting{Key: policy.PinAbove.Key, Value: []byte("10000"), ValidFrom: clock.Of(s).Today()}); err != nil {
		t.Fatal(err)
	}
	who, err := s.FindFirstRecordByData("members", "number", s.member)
	if err != nil {
		t.Fatal(err)
	}
	return s, s.Phone(who)
}

func (s *shop) codeBasket(code string) store.SellInput {
	in := s.basket("1", payroll(12_000))
	in.Buyer = &store.Buyer{Card: code}
	return in
}

func noPayDate(act.Reader, clock.Date) (clock.Date, error) { return "2026-12-01", nil }

// A phone's own code pays what a printed card would need a PIN for, and pays once.
func TestAPhonesCodePaysOnceAndNeedsNoPIN(t *testing.T) {
	s, phone := phoneShop(t)
	if _, err := s.sell(s.basket("1", payroll(12_000))); testapp.Refusal(err) != "store.pin_required" {
		t.Errorf("a printed card above the limit: %v", err)
	}
	code := phone.Code(s.Now())
	a, err := store.CheckCard(s, store.CheckInput{Card: code}, noPayDate)
	if err != nil || !a.Rotating || !a.Card || a.Member.Number != s.member {
		t.Errorf("%+v %v", a, err)
	}
	key, in := ulid.New(), s.codeBasket(code)
	first, _, err := store.Sell(ctx, s, key, s.cashier, in)
	if err != nil || len(first.Flags) != 0 {
		t.Fatalf("%+v %v", first, err)
	}
	s.Travel(s.Now().Add(10 * time.Minute)) // the answer was lost, and the till asks again
	if again, replayed, err := store.Sell(ctx, s, key, s.cashier, in); err != nil || !replayed || again.Number != first.Number {
		t.Errorf("sent again: %+v %v %v", again, replayed, err)
	}
	if _, err := s.sell(in); testapp.Refusal(err) != "member.code_used" {
		t.Errorf("the same code for another basket: %v", err)
	}
	if _, err := store.CheckCard(s, store.CheckInput{Card: code}, noPayDate); testapp.Refusal(err) != "member.code_used" {
		t.Errorf("a used code at the till: %v", err)
	}
	if _, err := s.sell(s.codeBasket(phone.Code(s.Now()))); err != nil {
		t.Errorf("the next code: %v", err)
	}
	s.Verify()
}

// The clock may differ by a step, and a basket may take its time once the till has seen the code.
func TestAPhonesCodeHoldsForItsTime(t *testing.T) {
	s, phone := phoneShop(t)
	for _, c := range []struct {
		shift int
		want  string
	}{{0, ""}, {-1, ""}, {1, ""}, {-2, "member.code_stale"}, {2, "member.code_stale"}} {
		s.Travel(s.Now().Add(5 * member.StepSeconds * time.Second)) // each from a step nobody used
		in := s.codeBasket(phone.Code(s.Now().Add(time.Duration(c.shift) * member.StepSeconds * time.Second)))
		if _, err := s.sell(in); testapp.Refusal(err) != c.want {
			t.Errorf("%d steps off: %v", c.shift, err)
		}
	}
	for _, c := range []struct {
		after time.Duration
		want  string
	}{{member.SeenFor, ""}, {member.SeenFor + time.Second, "member.code_stale"}} {
		code := phone.Code(s.Now())
		if _, err := store.CheckCard(s, store.CheckInput{Card: code}, noPayDate); err != nil {
			t.Fatal(err)
		}
		s.Travel(s.Now().Add(c.after))
		if _, err := s.sell(s.codeBasket(code)); testapp.Refusal(err) != c.want {
			t.Errorf("%v after the till saw it: %v", c.after, err)
		}
	}
	s.Travel(s.Now().Add((member.CertificateDays + 1) * 24 * time.Hour))
	if _, err := store.CheckCard(s, store.CheckInput{Card: phone.Code(s.Now())}, noPayDate); testapp.Refusal(err) != "member.code_expired" {
		t.Errorf("after its last day: %v", err)
	}
	s.Verify()
}

// A phone's code dies with its card, with its session, and with another key of the session; the phone goes on
// once it has heard of the new card.
func TestWhatEndsAPhonesCode(t *testing.T) {
	s, phone := phoneShop(t)
	check := func(what, want string) {
		t.Helper()
		if _, err := s.sell(s.codeBasket(phone.Code(s.Now()))); testapp.Refusal(err) != want {
			t.Errorf("%s: %v, want %q", what, err, want)
		}
		s.Travel(s.Now().Add(5 * time.Minute))
	}
	check("at first", "")
	out, _, err := member.BlockCard(ctx, s, ulid.New(), testapp.By(phone.Who))
	if err != nil || out.Serial != 2 {
		t.Fatalf("%+v %v", out, err)
	}
	if _, err := s.sell(s.basket("1", cash(12_000))); testapp.Refusal(err) != "member.card_revoked" {
		t.Errorf("the lost card: %v", err)
	}
	check("before the phone heard of it", "member.card_revoked")
	if err := phone.Renew(); err != nil {
		t.Fatal(err)
	}
	check("after it heard of it", "")
	revoked, err := member.ReadRevocations(act.Read(s), s.Now())
	if err != nil || len(revoked.Cards) != 1 || revoked.Cards[0] != (member.Card{Member: s.member, Serial: 2}) || len(revoked.Devices) != 0 {
		t.Errorf("%+v %v", revoked, err)
	}
	s.Act("test.logout", func(tx *act.Tx) error { return tx.Exec("DELETE FROM sessions WHERE id = ?", phone.Session) })
	check("logged out", "member.code_revoked")
	if err := phone.Renew(); testapp.Refusal(err) != "member.device_unknown" {
		t.Errorf("a phone that was logged out asks for more: %v", err)
	}
	if revoked, err = member.ReadRevocations(act.Read(s), s.Now()); err != nil || len(revoked.Devices) != 1 || len(revoked.Devices[0]) != 16 {
		t.Errorf("%+v %v", revoked, err)
	}
	s.Verify()
}

// What a till sold while it could not ask stays sold; what was wrong with the code is flagged.
func TestOfflineSalesWithAPhonesCode(t *testing.T) {
	s, phone := phoneShop(t)
	scanned := s.Now()
	code := phone.Code(scanned)
	offline := func(code string, scanned, sold time.Time) store.SellInput {
		in := s.codeBasket(code)
		in.Offline, in.SoldAt, in.Buyer.ScannedAt = true, sold, scanned
		return in
	}
	s.Travel(s.Now().Add(2 * time.Hour)) // when the network is back
	at := func(minutes int) time.Time { return scanned.Add(time.Duration(minutes) * time.Minute) }
	for _, c := range []struct {
		name string
		in   store.SellInput
		want string
	}{
		{"scanned, and paid after some minutes", offline(code, scanned, at(4)), ""},
		{"the same code for another basket", offline(code, scanned, at(5)), "code_used pin_missing"},
		{"a till that does not tell when it saw", offline(phone.Code(at(10)), time.Time{}, at(10)), ""},
		{"a photograph of the code", offline(phone.Code(at(10)), at(13), at(13)), "code_stale pin_missing"},
		{"scanned long before it was paid", offline(phone.Code(at(1)), at(1), at(17)), "code_stale pin_missing"},
		{"a printed card above its own sum", offline(s.card, time.Time{}, at(20)), "pin_missing"},
	} {
		if a, err := s.sell(c.in); err != nil || strings.Join(a.Flags, " ") != c.want {
			t.Errorf("%s: %+v %v, want %q", c.name, a, err, c.want)
		}
	}
	s.Verify()
}

// Two tills that are shown one code at the same moment: one of them sells.
func TestOneCodeAtTwoTills(t *testing.T) {
	s, phone := phoneShop(t)
	in := s.codeBasket(phone.Code(s.Now()))
	results := make(chan error, 8)
	for range cap(results) {
		go func() {
			_, _, err := store.Sell(context.Background(), s, ulid.New(), s.cashier, in)
			results <- err
		}()
	}
	sold := 0
	for range cap(results) {
		switch err := <-results; testapp.Refusal(err) {
		case "":
			sold++
		case "member.code_used":
		default:
			t.Error(err)
		}
	}
	if sold != 1 {
		t.Errorf("one code paid %d times", sold)
	}
	s.Verify()
}

// Only tills read what was revoked.
func TestWhoReadsWhatWasRevoked(t *testing.T) {
	s, phone := phoneShop(t)
	url := s.Serve().URL
	for name, c := range map[string]struct {
		token string
		want  int
	}{"nobody": {"", 401}, "member": {s.Token(phone.Who), 403}, "treasurer": {s.Token(s.Operator(act.Treasurer)), 403}, "cashier": {s.Token(s.Operator(act.Cashier)), 200}, "manager": {s.Token(s.Manager()), 200}} {
		r, err := http.NewRequest(http.MethodGet, url+"/api/coop/store/cards/revoked", nil)
		if err != nil {
			t.Fatal(err)
		}
		r.Header.Set("Authorization", c.token)
		answer, err := http.DefaultClient.Do(r)
		if err != nil {
			t.Fatal(err)
		}
		answer.Body.Close()
		if answer.StatusCode != c.want {
			t.Errorf("%s: %d", name, answer.StatusCode)
		}
	}
}
