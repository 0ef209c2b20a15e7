package login_test

import (
	"bytes"
	"encoding/json"
	"io"
	"net/http"
	"strings"
	"testing"

	"github.com/pocketbase/pocketbase/core"

	"kpdk/hooks/internal/act"
	"kpdk/hooks/internal/ulid"
	"kpdk/hooks/notice"
)

// sends asks on a device, with its cookies.
func (d device) sends(o *office, method, path, token string, body any) answer {
	o.t.Helper()
	raw, _ := json.Marshal(body)
	request, err := http.NewRequest(method, o.url+path, bytes.NewReader(raw))
	if err != nil {
		o.t.Fatal(err)
	}
	request.Header.Set("Content-Type", "application/json")
	request.Header.Set("User-Agent", d.name)
	request.Header.Set("Authorization", token)
	response, err := d.Do(request)
	if err != nil {
		o.t.Fatal(err)
	}
	defer response.Body.Close()
	text, err := io.ReadAll(response.Body)
	if err != nil {
		o.t.Fatal(err)
	}
	a := answer{status: response.StatusCode, raw: string(text)}
	_ = json.Unmarshal(text, &a.body)
	return a
}

// newsOf counts what somebody was told of, by kind, and forgets what was counted before.
func (o *office) newsOf(who *core.Record, counted *int64) (all string) {
	o.t.Helper()
	err := act.Each(act.Read(o.App), "SELECT id, kind FROM notices WHERE member = ? AND id > ? ORDER BY id", []any{who.GetInt("number"), *counted}, func(row act.Scanner) error {
		var kind string
		err := row.Scan(counted, &kind)
		all += " " + kind
		return err
	})
	if err != nil {
		o.t.Fatal(err)
	}
	return strings.TrimSpace(all)
}

func (o *office) passkeyOf(who *core.Record) {
	o.t.Helper()
	if _, err := o.NonconcurrentDB().NewQuery("INSERT INTO passkeys(id, login, record, credential, browser, system, added_on, used_on, act) VALUES({:id}, 'members', {:who}, '{}', '', '', '2026-11-03', '', 1)").
		Bind(map[string]any{"id": []byte(ulid.New()), "who": who.Id}).Execute(); err != nil {
		o.t.Fatal(err)
	}
}

// Whoever sets another password is alone again: sessions, passkeys and browsers of before are worth nothing, but for
// the one in hand. A thief who comes back with the new one is told of, whichever way it was set.
func TestAnotherPasswordMakesStrangersOfAllOthers(t *testing.T) {
	o := serve(t)
	manager := o.Manager()
	for name, c := range map[string]struct {
		set    func(o *office, who *core.Record, number string, mine device, token string) (goesOn string)
		told   string // of the change itself
		byHand bool   // the member's browser stays known
	}{
		"by the member": {func(o *office, who *core.Record, number string, mine device, token string) string {
			path, id := "/api/coop/me/password", ulid.New()
			o.expect(mine.sends(o, "POST", path, "", map[string]any{"id": id, "password": other}), 401, "auth.required")
			o.expect(mine.sends(o, "POST", path, token, map[string]any{"id": id, "password": "pendek"}), 400, "input.invalid")
			o.expect(mine.sends(o, "POST", path, token, map[string]any{"id": id, "password": secret}), 400, "input.invalid")
			a := mine.sends(o, "POST", path, token, map[string]any{"id": id, "password": other})
			o.expect(a, 201, "")
			next, _ := a.body["token"].(string)
			return next
		}, "password_set", true},
		"by a code of the office": {func(o *office, who *core.Record, number string, mine device, _ string) string {
			code := o.code(manager, who)
			o.expect(mine.sends(o, "POST", "/api/coop/login/reset", "", map[string]any{"id": ulid.New(), "login": "members", "identity": number, "code": code, "password": other}), 201, "")
			return ""
		}, "code_issued password_set", true},
		"by the dashboard": {func(o *office, who *core.Record, _ string, _ device, _ string) string {
			o.expect(o.ask("PATCH", "/api/collections/members/records/"+who.Id, o.Token(manager), desk, map[string]any{"password": other, "passwordConfirm": other}), 200, "")
			return ""
		}, "password_set", false},
	} {
		t.Run(name, func(t *testing.T) {
			o.t = t
			who, number := o.somebody("Sari")
			mine, thief := newDevice(phone), newDevice(desk)
			token := mine.comesIn(o, number, "")
			stolen := thief.comesIn(o, number, "")
			o.passkeyOf(who)
			var counted int64
			if got := o.newsOf(who, &counted); got != "device_new" {
				t.Fatalf("before: %s", got)
			}
			goesOn := c.set(o, who, number, mine, token)
			if got := o.newsOf(who, &counted); got != c.told {
				t.Errorf("told of the change: %s", got)
			}
			if o.alive(stolen) || o.alive(token) {
				t.Error("a token of before is good")
			}
			var sessions, passkeys int
			if err := act.Read(o.App).Row("SELECT (SELECT count(*) FROM sessions WHERE record = ?1), (SELECT count(*) FROM passkeys WHERE record = ?1)", who.Id).Scan(&sessions, &passkeys); err != nil || passkeys != 0 || (sessions == 1) != (goesOn != "") || sessions > 1 {
				t.Errorf("%d sessions and %d passkeys are left, and goes on: %v (%v)", sessions, passkeys, goesOn != "", err)
			}
			if goesOn != "" && !o.alive(goesOn) {
				t.Error("the device in hand is out")
			}
			again := func(d device, want string) {
				t.Helper()
				raw := d.sends(o, "POST", "/api/collections/members/auth-with-password", "", map[string]any{"identity": number, "password": other})
				o.expect(raw, 200, "")
				if got := o.newsOf(who, &counted); got != want {
					t.Errorf("%s comes in: told %q, want %q", d.name[:20], got, want)
				}
			}
			if c.byHand {
				again(mine, "")
			}
			again(thief, "device_new")
			// What was told before keeps its device's name.
			page, err := notice.ListOf(act.Read(o.App), int64(who.GetInt("number")), 0, 100)
			if err != nil || page.Notices[len(page.Notices)-1].Device == nil {
				t.Errorf("%+v %v", page.Notices, err)
			}
		})
	}
}

// An operator changes the password, too; the till's memory of the token goes with it, and whoever made the login is
// remembered.
func TestAnOperatorSetsAnotherPassword(t *testing.T) {
	o := serve(t)
	treasurer := o.Operator(act.Treasurer)
	treasurer.SetPassword(secret)
	treasurer.Set("keyed_by", "abcdefghijklmno")
	if err := o.UnsafeWithoutHooks().SaveNoValidate(treasurer); err != nil {
		t.Fatal(err)
	}
	token, lost := o.logIn("operators", treasurer.Email(), secret, phone, ""), o.logIn("operators", treasurer.Email(), secret, desk, "")
	for _, it := range []string{token, lost} {
		o.expect(o.ask("GET", "/api/coop/ledger/periods", it, phone, nil), 200, "")
	}
	a := o.ask("POST", "/api/coop/me/password", token, phone, map[string]any{"id": ulid.New(), "password": other})
	o.expect(a, 201, "")
	next, _ := a.body["token"].(string)
	for it, status := range map[string]int{token: 401, lost: 401, next: 200} {
		if got := o.ask("GET", "/api/coop/ledger/periods", it, phone, nil).status; got != status {
			t.Errorf("%d, want %d", got, status)
		}
	}
	fresh, err := o.FindRecordById("operators", treasurer.Id)
	if err != nil || fresh.GetString("keyed_by") != "abcdefghijklmno" {
		t.Errorf("keyed by %q %v", fresh.GetString("keyed_by"), err)
	}
}

// PocketBase's own ways to another password or address, by a link in a letter, are shut for whom the co-op lets in by
// ways of its own; a manager's is the dashboard's.
func TestPocketBasesWaysToAnotherPasswordAreShut(t *testing.T) {
	o := serve(t)
	who, number := o.withAddress("Sari", "sari@contoh.id")
	token := o.logIn("members", number, secret, phone, "")
	reset, err := who.NewPasswordResetToken()
	if err != nil {
		t.Fatal(err)
	}
	address, err := who.NewEmailChangeToken("maling@contoh.id")
	if err != nil {
		t.Fatal(err)
	}
	for _, collection := range []string{"members", "operators", who.Collection().Id} {
		for way, body := range map[string]any{"request-password-reset": map[string]any{"email": "sari@contoh.id"}, "confirm-password-reset": map[string]any{"token": reset, "password": other, "passwordConfirm": other},
			"request-email-change": map[string]any{"newEmail": "maling@contoh.id"}, "confirm-email-change": map[string]any{"token": address, "password": secret},
			"request-verification": map[string]any{"email": "sari@contoh.id"}, "confirm-verification": map[string]any{"token": "x"}} {
			o.expect(o.ask("POST", "/api/collections/"+collection+"/"+way, token, phone, body), 403, "guard.own_way")
		}
	}
	if a := o.ask("POST", "/api/collections/_superusers/request-password-reset", "", desk, map[string]any{"email": "nobody@contoh.id"}); a.status != 204 {
		t.Errorf("a manager: %d %s", a.status, a.raw)
	}
	fresh, err := o.FindRecordById("members", who.Id)
	if err != nil || !fresh.ValidatePassword(secret) || fresh.Email() != "sari@contoh.id" || !o.alive(token) {
		t.Errorf("%v", err)
	}
}
