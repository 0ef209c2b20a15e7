package guard_test

import (
	"io"
	"net/http"
	"strings"
	"testing"

	"kpdk/hooks/internal/act"
	"kpdk/hooks/internal/testapp"
	"kpdk/hooks/notice"
)

// Six digits are soon found again from their hash, so nobody reads it, not even a manager.
func TestNobodyReadsThePINsHash(t *testing.T) {
	app := testapp.New(t)
	who := app.Member("Rani Prameswari")
	if _, err := app.NonconcurrentDB().NewQuery("UPDATE members SET pin_hash = 'hash-of-a-pin' WHERE id = {:id}").Bind(map[string]any{"id": who.Id}).Execute(); err != nil {
		t.Fatal(err)
	}
	server, manager := app.Serve(), app.Manager()
	edit, err := http.NewRequest(http.MethodPatch, server.URL+"/api/collections/members/records/"+who.Id, strings.NewReader(`{"name": "Rani P.", "pin_hash": ""}`))
	if err != nil {
		t.Fatal(err)
	}
	edit.Header.Set("Authorization", app.Token(manager))
	edit.Header.Set("Content-Type", "application/json")
	edited, err := http.DefaultClient.Do(edit)
	if err != nil {
		t.Fatal(err)
	}
	edited.Body.Close()
	kept, err := app.FindRecordById("members", who.Id)
	if err != nil || edited.StatusCode != http.StatusOK || kept.GetString("pin_hash") != "hash-of-a-pin" || kept.GetString("name") != "Rani P." {
		t.Errorf("a form without the hash keeps it: %d %v", edited.StatusCode, err)
	}
	for _, path := range []string{"", "/" + who.Id} {
		request, err := http.NewRequest(http.MethodGet, server.URL+"/api/collections/members/records"+path, nil)
		if err != nil {
			t.Fatal(err)
		}
		request.Header.Set("Authorization", app.Token(manager))
		answer, err := http.DefaultClient.Do(request)
		if err != nil {
			t.Fatal(err)
		}
		body, err := io.ReadAll(answer.Body)
		answer.Body.Close()
		if err != nil || answer.StatusCode != http.StatusOK || !strings.Contains(string(body), "Rani") || strings.Contains(string(body), "hash-of-a-pin") {
			t.Errorf("%s: %d %s %v", path, answer.StatusCode, body, err)
		}
	}
}

// An address that is written by hand was not shown to be the member's: nothing goes out to it until it was.
func TestAnAddressByHandIsNotProven(t *testing.T) {
	s := serve(t)
	boss, rani := s.app.Manager(), s.app.Member("Rani")
	rani.SetEmail("rani@contoh.id")
	rani.SetVerified(true)
	if err := s.app.UnsafeWithoutHooks().SaveNoValidate(rani); err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct {
		change map[string]any
		proven bool
	}{{map[string]any{"name": "Rani P."}, true}, {map[string]any{"password": "kata-sandi-baru", "passwordConfirm": "kata-sandi-baru"}, true}, {map[string]any{"email": "rini@contoh.id", "verified": true}, false}} {
		if a := s.ask(t, "PATCH", "/api/collections/members/records/"+rani.Id, boss, c.change); a.Status != 200 {
			t.Fatalf("%v: %d %s", c.change, a.Status, a.Raw)
		}
		if r, err := s.app.FindRecordById("members", rani.Id); err != nil || r.Verified() != c.proven {
			t.Errorf("%v: proven is %v, want %v: %v", c.change, r.Verified(), c.proven, err)
		}
	}
	page, err := notice.ListOf(act.Read(s.app), int64(rani.GetInt("number")), 0, 10)
	if err != nil || len(page.Notices) != 2 || page.Notices[1].Kind != notice.PasswordSet || page.Notices[0].Kind != notice.EmailChanged {
		t.Errorf("of the password and the address Rani is told %v: %v", page.Notices, err)
	}
}

// Who never had a login can be edited all the same, and gets none by it; whose deductions go to which person of the
// staff list is nobody's to type.
func TestAMemberWithoutALoginIsEdited(t *testing.T) {
	s := serve(t)
	boss, rani := s.app.Manager(), s.app.Member("Rani")
	somebody := s.app.Record("employees", map[string]any{"name": "Budi", "active": true})
	unit := s.app.Record("work_units", map[string]any{"code": "622802", "name": "Keuangan"})
	if _, err := s.app.NonconcurrentDB().NewQuery("UPDATE members SET password = '' WHERE id = {:id}").Bind(map[string]any{"id": rani.Id}).Execute(); err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct {
		change map[string]any
		status int
	}{{map[string]any{"credit_limit_rupiah": 750_000}, 200}, {map[string]any{"password": "pendek", "passwordConfirm": "pendek"}, 400},
		{map[string]any{"employee": somebody.Id}, 400}, {map[string]any{"work_unit": unit.Id}, 400}} {
		if a := s.ask(t, "PATCH", "/api/collections/members/records/"+rani.Id, boss, c.change); a.Status != c.status {
			t.Errorf("%v: %d %s", c.change, a.Status, a.Raw)
		}
	}
	if r, err := s.app.FindRecordById("members", rani.Id); err != nil || r.GetInt("credit_limit_rupiah") != 750_000 || r.GetString("password:hash") != "" || r.GetString("employee") != rani.GetString("employee") {
		t.Errorf("%+v %v", r, err)
	}
}
