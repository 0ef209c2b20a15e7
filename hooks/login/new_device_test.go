package login_test

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"net/http/cookiejar"
	"testing"

	"kpdk/hooks/internal/act"
	"kpdk/hooks/internal/ulid"
	"kpdk/hooks/ledger"
	"kpdk/hooks/login"
	"kpdk/hooks/notice"
)

// device is a browser with its cookies.
type device struct {
	*http.Client
	name string
}

func newDevice(name string) device {
	jar, _ := cookiejar.New(nil) // it fails for no options
	return device{&http.Client{Jar: jar}, name}
}

// comesIn logs in on a device and tells the token.
func (d device) comesIn(o *office, number, held string) (token string) {
	o.t.Helper()
	raw, _ := json.Marshal(map[string]any{"identity": number, "password": secret})
	request, err := http.NewRequest("POST", o.url+"/api/collections/members/auth-with-password", bytes.NewReader(raw))
	if err != nil {
		o.t.Fatal(err)
	}
	request.Header.Set("Content-Type", "application/json")
	request.Header.Set("User-Agent", d.name)
	if held != "" {
		request.Header.Set("Authorization", held)
	}
	response, err := d.Do(request)
	if err != nil {
		o.t.Fatal(err)
	}
	defer response.Body.Close()
	var in struct{ Token string }
	if err := json.NewDecoder(response.Body).Decode(&in); err != nil || in.Token == "" {
		o.t.Fatalf("%s: %s %v", number, response.Status, err)
	}
	return in.Token
}

// A login from a browser that was not here before is told to the member, once; another person's browser is not
// theirs, though the phone is the same.
func TestALoginFromANewDeviceIsTold(t *testing.T) {
	o := serve(t)
	sari, number := o.somebody("Sari")
	budi, budis := o.somebody("Budi")
	told := func(who int) (all []string) {
		t.Helper()
		page, err := notice.ListOf(act.Read(o.App), int64(who), 0, 100)
		if err != nil {
			t.Fatal(err)
		}
		for _, n := range page.Notices {
			it := string(n.Kind)
			if n.Device != nil {
				it += " " + n.Device.Browser + " " + n.Device.System
			}
			all = append(all, it)
		}
		return all
	}
	mine, shared := newDevice(phone), newDevice(desk)
	for _, step := range []struct {
		what   string
		on     device
		number string
		want   string // Sari's notices after it
	}{
		{"the first of all is the own way in", mine, number, "[]"},
		{"the same phone again", mine, number, "[]"},
		{"somebody else on another machine", shared, budis, "[]"},
		{"Sari on that machine", shared, number, "[device_new Firefox Windows]"},
		{"and again", shared, number, "[device_new Firefox Windows]"},
		{"a browser that forgets", newDevice(phone), number, "[device_new Chrome Android device_new Firefox Windows]"},
	} {
		token := step.on.comesIn(o, step.number, "")
		if got := fmt.Sprint(told(sari.GetInt("number"))); got != step.want {
			t.Errorf("%s: %s, want %s", step.what, got, step.want)
		}
		if step.on.comesIn(o, step.number, token); fmt.Sprint(told(sari.GetInt("number"))) != step.want { // a proof of the person
			t.Errorf("%s: a proof is told as a login", step.what)
		}
	}
	if got := told(budi.GetInt("number")); len(got) != 0 {
		t.Errorf("Budi hears %v", got)
	}
	treasurer := o.Operator(act.Treasurer)
	treasurer.SetPassword(secret)
	if err := o.UnsafeWithoutHooks().SaveNoValidate(treasurer); err != nil {
		t.Fatal(err)
	}
	for range 3 { // operators have no notices
		o.logIn("operators", treasurer.Email(), secret, phone, "")
	}
	var rows, kept int
	if err := act.Read(o.App).Row("SELECT (SELECT count(*) FROM notices WHERE kind = 'device_new'), (SELECT count(*) FROM known_devices)").Scan(&rows, &kept); err != nil || rows != 2 || kept != 4 {
		t.Errorf("%d notices, %d devices (%v)", rows, kept, err)
	}
	// What was told of a login is told of a password and a code, too.
	manager := o.Manager()
	a := o.ask("POST", "/api/coop/members/"+number+"/reset-code", o.Token(manager), desk, map[string]any{"id": ulid.New()})
	code, _ := a.body["code"].(string)
	o.expect(o.ask("POST", "/api/coop/login/reset", "", phone, map[string]any{"id": ulid.New(), "login": "members", "identity": number, "code": code, "password": other}), 201, "")
	if got := fmt.Sprint(told(sari.GetInt("number"))); got != "[password_set code_issued device_new Chrome Android device_new Firefox Windows]" {
		t.Errorf("in the end %s", got)
	}
	// With the person goes what was known of the browsers; that something was told stays.
	if _, _, err := act.Do(context.Background(), o.App, act.Act{Kind: "test.erase", Key: ulid.New(), By: act.BySystem}, func(tx *act.Tx) (int, error) {
		return 0, login.EraseFor(tx, o.App, int64(sari.GetInt("number")))
	}); err != nil {
		t.Fatal(err)
	}
	if got := fmt.Sprint(told(sari.GetInt("number"))); got != "[password_set code_issued device_new device_new]" {
		t.Errorf("after the erasure %s", got)
	}
	if report, err := ledger.Verify(context.Background(), o.App, nil); err != nil || !report.OK {
		t.Errorf("%+v %v", report, err)
	}
}
