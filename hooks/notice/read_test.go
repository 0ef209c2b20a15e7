package notice_test

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"slices"
	"strings"
	"testing"

	"github.com/pocketbase/pocketbase/core"
	"pgregory.net/rapid"

	"kpdk/hooks/internal/act"
	"kpdk/hooks/internal/testapp"
	"kpdk/hooks/internal/ulid"
	"kpdk/hooks/notice"
)

func ask(t testing.TB, app *testapp.App, url, method, path string, who *core.Record, body string) (status int, got map[string]any) {
	t.Helper()
	request, err := http.NewRequest(method, url+path, strings.NewReader(body))
	if err != nil {
		t.Fatal(err)
	}
	request.Header.Set("Content-Type", "application/json")
	if who != nil {
		request.Header.Set("Authorization", app.Token(who))
	}
	response, err := http.DefaultClient.Do(request)
	if err != nil {
		t.Fatal(err)
	}
	defer response.Body.Close()
	raw, err := io.ReadAll(response.Body)
	if err != nil {
		t.Fatal(err)
	}
	_ = json.Unmarshal(raw, &got) // the assertions say what was expected
	return response.StatusCode, got
}

// However notices and readings follow each other: unread is what came after the last one read, of one's own only.
func TestUnreadIsWhatCameAfterTheLastReading(t *testing.T) {
	app := testapp.New(t)
	people := []*core.Record{app.Member("Rani"), app.Member("Budi")}
	ids, read := map[int64][]int64{}, map[int64]int64{}
	rapid.Check(t, func(rt *rapid.T) {
		for range rapid.IntRange(1, 4).Draw(rt, "steps") {
			who := rapid.SampledFrom(people).Draw(rt, "who")
			number := int64(who.GetInt("number"))
			if rapid.Bool().Draw(rt, "a notice") || len(ids[number]) == 0 {
				told(app, who, notice.PinSet, 0, 0)
				var id int64
				if err := act.Read(app).Row("SELECT max(id) FROM notices").Scan(&id); err != nil {
					rt.Fatal(err)
				}
				ids[number] = append(ids[number], id)
				continue
			}
			upto := rapid.SampledFrom(ids[number]).Draw(rt, "upto")
			if _, _, err := notice.MarkRead(context.Background(), app, ulid.New(), testapp.By(who), notice.Read{Upto: upto}); err != nil {
				rt.Fatal(err)
			}
			read[number] = max(read[number], upto) // it goes forwards only
		}
		for _, who := range people {
			number := int64(who.GetInt("number"))
			want := int64(0)
			for _, id := range ids[number] {
				if id > read[number] {
					want++
				}
			}
			if n, err := notice.Unread(act.Read(app), number); err != nil || n != min(want, 100) {
				rt.Fatalf("%d has %d unread (%v), want %d", number, n, err, want)
			}
		}
	})
	var seen []int64
	number := int64(people[0].GetInt("number"))
	for before := int64(0); ; {
		page, err := notice.ListOf(act.Read(app), number, before, 7)
		if err != nil {
			t.Fatal(err)
		}
		for _, v := range page.Notices {
			seen = append(seen, v.ID)
		}
		if before = page.Next; before == 0 {
			break
		}
	}
	slices.Reverse(seen)
	if !slices.Equal(seen, ids[number]) {
		t.Errorf("the pages hold %d notices, want %d", len(seen), len(ids[number]))
	}
}

// previewed drafts December's list with some people on it, who may look until a day.
func previewed(app *testapp.App, until string, people ...*core.Record) {
	app.T.Helper()
	app.Act("test.preview", func(tx *act.Tx) error {
		if err := tx.Exec("INSERT INTO payroll_runs(period, state, pay_date, cutoff_date, prepared_by, prepared_role, approved_by, approved_role) VALUES('2026-12', 'draft', '2026-12-01', '2026-11-20', '', '', '', '')"); err != nil {
			return err
		}
		for _, who := range people {
			if err := tx.Exec("INSERT INTO payroll_lines(period, member, unit, due, requested, excluded, reason, excess, settled) VALUES('2026-12', ?, '', 0, 0, '', '', 0, 0)", who.GetInt("number")); err != nil {
				return err
			}
		}
		if err := tx.Exec("INSERT INTO payroll_previews(period, until, act) VALUES('2026-12', ?, ?)", until, tx.ID()); err != nil {
			return err
		}
		return notice.KeepOnce(tx, app, notice.Preview, "2026-12")
	})
}

func TestAMemberReadsTheirOwnNotices(t *testing.T) {
	app := testapp.New(t)
	rani, budi, applicant := reader(app, "Rani", "rani@contoh.id", true), app.Member("Budi"), app.Member("Sari")
	told(app, rani, notice.Deducted, 350_000, 0)
	previewed(app, "2026-11-12", rani, budi)
	app.Act("test.again", func(tx *act.Tx) error { return notice.KeepOnce(tx, app, notice.Preview, "2026-12") }) // drafted anew
	url := app.Serve().URL
	kinds := func(who *core.Record) (all string, unread any) {
		t.Helper()
		status, got := ask(t, app, url, "GET", "/api/coop/me/notices", who, "")
		if status != http.StatusOK {
			t.Fatal(status, got)
		}
		for _, n := range got["notices"].([]any) {
			one := n.(map[string]any)
			all += fmt.Sprint(one["kind"], " ", one["amount_rupiah"], " ", one["rest_rupiah"], "; ")
		}
		return all, got["unread"]
	}
	for who, want := range map[*core.Record]string{rani: "preview <nil> <nil>; deducted 350000 0; ", budi: "preview <nil> <nil>; ", applicant: ""} {
		if all, unread := kinds(who); all != want || unread != float64(strings.Count(want, ";")) {
			t.Errorf("%s has %q, %v unread; want %q", who.GetString("name"), all, unread, want)
		}
	}
	if _, got := ask(t, app, url, "GET", "/api/coop/me", rani, ""); got["unread"] != 2.0 {
		t.Errorf("home says %v unread", got["unread"])
	}
	cashier := app.Operator(act.Cashier)
	for _, c := range []struct {
		what, path, body string
		who              *core.Record
		status           int
		code             any
	}{
		{"nobody", "/api/coop/me/notices/read", `{"id": "%s", "upto": 1}`, nil, 401, "auth.required"},
		{"a cashier", "/api/coop/me/notices/read", `{"id": "%s", "upto": 1}`, cashier, 403, "auth.forbidden"},
		{"what is not there yet", "/api/coop/me/notices/read", `{"id": "%s", "upto": 99}`, rani, 400, nil},
		{"all of it", "/api/coop/me/notices/read", `{"id": "%s", "upto": 2}`, rani, 201, nil},
		{"a topic", "/api/coop/me/notices/mail", `{"id": "%s", "topic": "payroll", "mail": false}`, rani, 201, nil},
		{"what keeps one safe", "/api/coop/me/notices/mail", `{"id": "%s", "topic": "security", "mail": false}`, rani, 400, nil},
		{"no topic", "/api/coop/me/notices/mail", `{"id": "%s", "topic": "weather", "mail": false}`, rani, 400, nil},
	} {
		status, got := ask(t, app, url, "POST", c.path, c.who, fmt.Sprintf(c.body, ulid.New()))
		if status != c.status || c.code != nil && got["code"] != c.code {
			t.Errorf("%s: %d %v, want %d", c.what, status, got, c.status)
		}
	}
	if _, unread := kinds(rani); unread != 0.0 {
		t.Errorf("%v unread after reading", unread)
	}
	if all, unread := kinds(budi); unread != 1.0 {
		t.Errorf("Budi's are read too: %q %v", all, unread)
	}
	_, got := ask(t, app, url, "GET", "/api/coop/me/notices", rani, "")
	if text := fmt.Sprint(got["mail"]); !strings.Contains(text, "map[fixed:false mail:false topic:payroll]") || !strings.Contains(text, "map[fixed:true mail:true topic:security]") || !strings.Contains(text, "possible:false") {
		t.Errorf("the choices are %s", text)
	}
}
