package member_test

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"image/png"
	"io"
	"net/http"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/pocketbase/pocketbase/core"

	"kpdk/hooks/internal/act"
	"kpdk/hooks/internal/fault"
	"kpdk/hooks/internal/testapp"
	"kpdk/hooks/internal/ulid"
	"kpdk/hooks/member"
)

func recordOf(t *testing.T, app *testapp.App, number int64) *core.Record {
	t.Helper()
	r, err := app.FindFirstRecordByData("members", "number", number)
	if err != nil {
		t.Fatal(err)
	}
	return r
}

func TestWhoMayDoWhatInTheRegister(t *testing.T) {
	app := testapp.New(t)
	numbers := joined(t, app, 2, "cash")
	url := serve(app)
	people := map[string]*core.Record{"nobody": nil, "manager": app.Manager(), "member": recordOf(t, app, numbers[0]), "other member": recordOf(t, app, numbers[1])}
	for _, role := range act.OperatorRoles {
		people[string(role)] = app.Operator(role)
	}
	for _, c := range []struct {
		method, path string
		may          string
	}{
		{"GET", "/api/coop/members", "treasurer supervisor manager"},
		{"POST", "/api/coop/members/invite", "manager"}, {"POST", "/api/coop/members/join", "manager"},
		{"POST", "/api/coop/members/1/card", "manager"}, {"POST", "/api/coop/members/1/mandate", "manager"}, {"POST", "/api/coop/members/1/leave", "manager"},
		{"POST", "/api/coop/import/employees", "manager"}, {"POST", "/api/coop/import/members", "manager"},
		{"GET", "/api/coop/members/cards", "manager"}, {"POST", "/api/coop/members/cards/sheets", "manager"}, {"GET", "/api/coop/members/1/card.pdf", "manager member"},
		{"POST", "/api/coop/me/card/device", "member other_member"}, {"POST", "/api/coop/me/card/certificate", "member other_member"}, {"POST", "/api/coop/me/card/block", "member other_member"},
		{"GET", "/api/coop/members/1/card.svg", "manager member"}, {"GET", "/api/coop/members/1/card.png", "manager member"},
		{"POST", "/api/coop/me/pin", "member other_member"},
	} {
		for name, who := range people {
			var body any
			if c.method == "POST" {
				body = map[string]any{} // refused for its content, when not for its sender
			}
			got := call(t, app, who, c.method, url+c.path, body).status
			allowed := strings.Contains(" "+c.may+" ", " "+strings.ReplaceAll(name, " ", "_")+" ")
			switch {
			case name == "nobody" && got != http.StatusUnauthorized, name != "nobody" && !allowed && got != http.StatusForbidden,
				allowed && got != http.StatusOK && got != http.StatusBadRequest:
				t.Errorf("%s %s %s: %d", name, c.method, c.path, got)
			}
		}
	}
}

func TestTreasurerPagesThroughTheRegister(t *testing.T) {
	app := testapp.New(t)
	invited(t, app, 12)
	url, treasurer := serve(app), app.Operator(act.Treasurer)
	var seen []string
	for after := 0.0; ; {
		page := call(t, app, treasurer, "GET", fmt.Sprintf("%s/api/coop/members?limit=5&after=%.0f", url, after), nil).body
		for _, m := range page["members"].([]any) {
			seen = append(seen, m.(map[string]any)["name"].(string))
		}
		if after = page["next"].(float64); after == 0 {
			break
		}
	}
	if len(seen) != 12 || seen[0] != "Pegawai 01" || seen[11] != "Pegawai 12" {
		t.Errorf("pages show %v", seen)
	}
	for query, want := range map[string]int{"search=awai%2003": 1, "search=7": 1, "search=0007": 1, "search=%25": 0, "status=active": 0, "status=invited": 12} {
		if page := call(t, app, treasurer, "GET", url+"/api/coop/members?"+query, nil).body; len(page["members"].([]any)) != want {
			t.Errorf("%s: %v", query, page["members"])
		}
	}
	if a := call(t, app, treasurer, "GET", url+"/api/coop/members?status=gone", nil); a.status != http.StatusBadRequest {
		t.Errorf("%d", a.status)
	}
}

// Cards to print are those of active members, page by page, and no list tells a code. What is put on sheets is
// written down, by serial; a file holds the cards that were asked for.
func TestManagerPrintsTheCardsOfActiveMembers(t *testing.T) {
	app := testapp.New(t)
	numbers := joined(t, app, 3, "cash")
	app.Member("Sari Sudah Aktif")
	url, boss := serve(app), app.Manager()
	list := func(query string) (seen []int64, printed int) {
		t.Helper()
		for after := 0.0; ; {
			page := call(t, app, boss, "GET", fmt.Sprintf("%s/api/coop/members/cards?limit=2&after=%.0f%s", url, after, query), nil).body
			for _, c := range page["cards"].([]any) {
				one := c.(map[string]any)
				if one["name"] == "" || one["serial"].(float64) < 1 || len(one) != 4 {
					t.Errorf("%v", one)
				}
				if one["printed_on"] != "" {
					printed++
				}
				seen = append(seen, int64(one["number"].(float64)))
			}
			if after = page["next"].(float64); after == 0 {
				if page["count"].(float64) != float64(len(seen)) {
					t.Errorf("%v counted, %d listed", page["count"], len(seen))
				}
				return seen, printed
			}
		}
	}
	var active []int64
	all, err := app.FindAllRecords("members")
	if err != nil {
		t.Fatal(err)
	}
	for _, r := range all {
		if r.GetString("status") == string(member.Active) {
			active = append(active, int64(r.GetInt("number")))
		}
	}
	slices.Sort(active)
	if len(active) < 2 || len(numbers) != 3 {
		t.Fatalf("active are %v", active)
	}
	if seen, printed := list(""); !slices.Equal(seen, active) || printed != 0 {
		t.Errorf("cards of %v, active are %v", seen, active)
	}
	sheets := func(body map[string]any, status int) answer {
		t.Helper()
		if body["id"] == nil {
			body["id"] = ulid.New()
		}
		a := call(t, app, boss, "POST", url+"/api/coop/members/cards/sheets", body)
		if a.status != status {
			t.Fatalf("%v: %d %s", body, a.status, a.raw)
		}
		return a
	}
	if a := sheets(map[string]any{"members": active[:1]}, 200); !bytes.HasPrefix(a.raw, []byte("%PDF-")) {
		t.Errorf("%.40q", a.raw)
	}
	if seen, printed := list("&unprinted=1"); !slices.Equal(seen, active[1:]) || printed != 0 {
		t.Errorf("still to print: %v", seen)
	}
	key := ulid.New()
	for range 2 { // sent twice, it is written down once
		if a := sheets(map[string]any{"id": key, "unprinted": true}, 200); !bytes.HasPrefix(a.raw, []byte("%PDF-")) {
			t.Errorf("%.40q", a.raw)
		}
	}
	if seen, printed := list(""); !slices.Equal(seen, active) || printed != len(active) {
		t.Errorf("%d of %v are printed", printed, seen)
	}
	sheets(map[string]any{"unprinted": true}, 409)
	sheets(map[string]any{"members": []int{987654}}, 404)
	sheets(map[string]any{"members": active, "unprinted": true}, 400)
	if a := call(t, app, boss, "POST", fmt.Sprintf("%s/api/coop/members/%d/card", url, active[0]), map[string]any{"id": ulid.New(), "reason": "lost"}); a.status != 201 {
		t.Fatal(a.raw)
	}
	if seen, _ := list("&unprinted=1"); !slices.Equal(seen, active[:1]) {
		t.Errorf("a new card is still to print, not %v", seen)
	}
	app.Verify()
}

func TestManagerTakesAPersonThroughAllRoutes(t *testing.T) {
	app := testapp.New(t)
	url, boss, employees := serve(app), app.Manager(), staff(app, 1)
	post := func(path string, body map[string]any, want int) map[string]any {
		t.Helper()
		if body["id"] == nil {
			body["id"] = ulid.New()
		}
		a := call(t, app, boss, "POST", url+path, body)
		if a.status != want {
			t.Fatalf("%s: %d %s", path, a.status, a.raw)
		}
		return a.body
	}
	post("/api/coop/members/invite", map[string]any{"employees": employees}, 201)
	join := map[string]any{"id": ulid.New(), "members": []int{1}, "consent_reference": "SK-1", "consent_date": "2026-11-01", "mandate_max_rupiah": 1000000, "mandate_reference": "SK-1", "principal": "cash"}
	post("/api/coop/members/join", join, 201)
	post("/api/coop/members/join", join, 200)
	join["principal"] = "payroll"
	if body := post("/api/coop/members/join", join, 409); body["code"] != "idempotency_conflict" {
		t.Errorf("%v", body)
	}
	svg := call(t, app, boss, "GET", url+"/api/coop/members/1/card.svg", nil)
	if svg.status != 200 || svg.header.Get("Content-Type") != "image/svg+xml" || !strings.HasPrefix(string(svg.raw), "<svg") {
		t.Errorf("%d %s", svg.status, svg.header)
	}
	picture := call(t, app, recordOf(t, app, 1), "GET", url+"/api/coop/members/1/card.png", nil)
	if image, err := png.Decode(bytes.NewReader(picture.raw)); err != nil || image.Bounds().Dx() < 300 {
		t.Errorf("%d %v", picture.status, err)
	}
	if body := post("/api/coop/members/1/card", map[string]any{"reason": "lost"}, 201); body["serial"] != 2.0 {
		t.Errorf("%v", body)
	}
	post("/api/coop/members/1/mandate", map[string]any{"kind": "grant", "valid_from": "2026-12-01", "max_rupiah": 500000, "voluntary_rupiah": 0, "reference": "SK-2"}, 201)
	if body := post("/api/coop/members/1/leave", map[string]any{"reason": "resigned"}, 201); body["payable_rupiah"] != 100000.0 {
		t.Errorf("%v", body)
	}
	post("/api/coop/members/7/leave", map[string]any{"reason": "resigned"}, 404)
	if a := call(t, app, boss, "GET", url+"/api/coop/members/1/card.svg", nil); a.status != 409 {
		t.Errorf("a leaver's card: %d", a.status)
	}
}

func TestMemberSetsAPIN(t *testing.T) {
	app := testapp.New(t)
	number := joined(t, app, 1, "cash")[0]
	url, key := serve(app), ulid.New()
	set := func(id, pin string) answer {
		return call(t, app, recordOf(t, app, number), "POST", url+"/api/coop/me/pin", map[string]any{"id": id, "pin": pin})
	}
	if a := set(key, "246813"); a.status != 201 || string(a.raw[:11]) != `{"ok":true}` {
		t.Fatalf("%d %s", a.status, a.raw)
	}
	if err := member.CheckPIN(context.Background(), app, act.BySystem, person(t, app, number), "246813"); err != nil {
		t.Errorf("the PIN that was set: %v", err)
	}
	if err := member.CheckPIN(context.Background(), app, act.BySystem, person(t, app, number), "000000"); !errors.Is(err, fault.Refused("member.pin_wrong")) {
		t.Errorf("another PIN: %v", err)
	}
	if a := set(key, "246813"); a.status != 200 {
		t.Errorf("the same again: %d %s", a.status, a.raw)
	}
	if a := set(key, "8642"); a.status != 409 {
		t.Errorf("the same key with another PIN: %d %s", a.status, a.raw)
	}
	for _, bad := range []string{"123", "1234567", "12a4", "1111"} {
		if a := set(ulid.New(), bad); a.status != 400 {
			t.Errorf("%v: %d %s", bad, a.status, a.raw)
		}
	}
	app.Travel(app.Now().Add(11 * time.Minute))
	if a := set(ulid.New(), "864213"); a.status != 403 || !strings.Contains(string(a.raw), "auth.confirm_first") {
		t.Errorf("whoever finds the phone lying open: %d %s", a.status, a.raw)
	}
	if n := count(t, app, "SELECT count(*) FROM acts WHERE kind = 'member.pin'"); n != 1 {
		t.Errorf("%d acts", n)
	}
}

func TestGuessingAPINIsSlow(t *testing.T) {
	app := testapp.New(t)
	number := joined(t, app, 1, "cash")[0]
	by := act.Actor{ID: recordOf(t, app, number).Id, Role: act.Member, Number: number}
	if _, _, err := member.ChoosePIN(context.Background(), app, ulid.New(), by, member.SetPIN{PIN: "246813"}); err != nil {
		t.Fatal(err)
	}
	p := person(t, app, number)
	var heard sync.Map
	var guesses sync.WaitGroup
	for i := range 12 { // at once: each is counted before it is looked at
		guesses.Go(func() { heard.Store(i, member.CheckPIN(context.Background(), app, act.BySystem, p, "135790")) })
	}
	guesses.Wait()
	looked := 0
	heard.Range(func(_, err any) bool {
		if errors.Is(err.(error), fault.Refused("member.pin_wrong")) {
			looked++
		}
		return true
	})
	if looked != 5 {
		t.Errorf("%d guesses were looked at", looked)
	}
	app.Travel(app.Now().Add(16 * time.Minute))
	if err := member.CheckPIN(context.Background(), app, act.BySystem, p, "246813"); err != nil {
		t.Errorf("after the rest: %v", err)
	}
}

func TestManagerUploadsLists(t *testing.T) {
	app := testapp.New(t)
	url, boss, key := serve(app), app.Manager(), ulid.New()
	list := []byte(header + ";;K-1;Ani;;01;Sekretariat;;PNS\n1,98E+17;;;Budi;;01;;;PNS\n")
	send := func(path string, fields map[string]string, data []byte) answer {
		t.Helper()
		return call(t, app, boss, "POST", url+path, form{"pegawai.csv", data, fields})
	}
	if a := send("/api/coop/import/employees?dry_run=1", nil, list); a.status != 200 || a.body["created"] != 1.0 || count(t, app, "SELECT count(*) FROM employees") != 0 {
		t.Errorf("%d %s", a.status, a.raw)
	}
	first := send("/api/coop/import/employees", map[string]string{"id": key}, list)
	if first.status != 201 || first.body["read"] != 2.0 || first.body["created"] != 1.0 || len(first.body["rejected"].([]any)) != 1 {
		t.Errorf("%d %s", first.status, first.raw)
	}
	if again := send("/api/coop/import/employees", map[string]string{"id": key}, list); again.status != 200 || string(again.raw) != string(first.raw) {
		t.Errorf("%d %s", again.status, again.raw)
	}
	members := []byte("No Pegawai;Nama\nK-1;Ani\n")
	if a := send("/api/coop/import/members", map[string]string{"consent": "SK-1,2026-11-01"}, members); a.status != 201 || person(t, app, 1).Status != member.Active {
		t.Errorf("%d %s", a.status, a.raw)
	}
	if a := send("/api/coop/import/members", map[string]string{"consent": "SK-1"}, members); a.status != 400 {
		t.Errorf("%d %s", a.status, a.raw)
	}
	if a := send("/api/coop/import/employees", nil, []byte("%PDF-1.4\x00")); a.status != 400 || a.body["code"] != "import.file_not_table" {
		t.Errorf("%d %s", a.status, a.raw)
	}
	if a := call(t, app, boss, "POST", url+"/api/coop/import/employees", map[string]any{"file": "x"}); a.status != 400 || a.body["code"] != "input.multipart" {
		t.Errorf("%d %s", a.status, a.raw)
	}
}

// A file of 100 MB is refused by name, whether its size is said before it comes or not.
func TestManagerUploadsAFileThatIsTooLarge(t *testing.T) {
	app := testapp.New(t)
	url, boss := serve(app), app.Manager()
	head := "--b\r\nContent-Disposition: form-data; name=\"file\"; filename=\"besar.csv\"\r\n\r\n"
	for _, length := range []int64{100 << 20, -1} {
		body := io.MultiReader(strings.NewReader(head), io.LimitReader(zeros{}, 100<<20-int64(len(head))))
		request, _ := http.NewRequest("POST", url+"/api/coop/import/employees", body)
		request.ContentLength = length
		request.Header.Set("Content-Type", "multipart/form-data; boundary=b")
		request.Header.Set("Authorization", app.Token(boss))
		response, err := http.DefaultClient.Do(request.WithContext(context.Background()))
		if err != nil {
			t.Fatal(err)
		}
		raw, _ := io.ReadAll(response.Body)
		response.Body.Close()
		if response.StatusCode != 413 || !strings.Contains(string(raw), `"code":"file.too_large"`) || !strings.Contains(string(raw), "besar.csv") {
			t.Errorf("length %d: %d %s", length, response.StatusCode, raw)
		}
	}
}

type zeros struct{}

func (zeros) Read(b []byte) (int, error) {
	for i := range b {
		b[i] = '0'
	}
	return len(b), nil
}
