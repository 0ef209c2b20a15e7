package notice_test

import (
	"bytes"
	"encoding/json"
	"fmt"
	"net/http"
	"regexp"
	"testing"
	"time"

	"github.com/pocketbase/pocketbase/apis"
	"github.com/pocketbase/pocketbase/core"
	"github.com/pocketbase/pocketbase/tools/subscriptions"

	"kpdk/hooks/internal/act"
	"kpdk/hooks/internal/testapp"
	"kpdk/hooks/notice"
)

// subscribe asks the server for a topic as the record's login (nil: nobody) and gives the status.
func subscribe(t *testing.T, app *testapp.App, url string, who *core.Record, topic string) (int, subscriptions.Client) {
	t.Helper()
	client := subscriptions.NewDefaultClient()
	app.SubscriptionsBroker().Register(client)
	body, _ := json.Marshal(map[string]any{"clientId": client.Id(), "subscriptions": []string{topic}})
	request, _ := http.NewRequest(http.MethodPost, url+"/api/realtime", bytes.NewReader(body))
	request.Header.Set("Content-Type", "application/json")
	if who != nil {
		request.Header.Set("Authorization", app.Token(who))
	}
	response, err := http.DefaultClient.Do(request)
	if err != nil {
		t.Fatal(err)
	}
	response.Body.Close()
	if who != nil && response.StatusCode == http.StatusNoContent {
		client.Set(apis.RealtimeClientAuthKey, who)
	}
	return response.StatusCode, client
}

func TestWhoMayHearWhat(t *testing.T) {
	app := testapp.New(t)
	url := app.Serve().URL
	people := map[string]*core.Record{"nobody": nil, "manager": app.Manager(),
		"member":       app.Record("members", map[string]any{"number": 7, "name": "Ani", "status": "active"}),
		"other member": app.Record("members", map[string]any{"number": 8, "name": "Budi", "status": "active"}),
		"left member":  app.Record("members", map[string]any{"number": 9, "name": "Citra", "status": "left"}),
	}
	for _, role := range act.OperatorRoles {
		people[string(role)] = app.Operator(role)
	}
	hears := map[string][]string{
		"coop/till": {"cashier", "manager"}, "coop/books": {"treasurer", "supervisor", "manager"}, "coop/member/7": {"member", "manager"},
		"coop/member/9": {"manager"}, "coop/member/007": {}, "coop/member/": {}, "coop/secret": {},
		"coop/till?options={}": {"cashier", "manager"},
		"pages/*":              {"nobody", "manager", "member", "other member", "left member", "cashier", "storekeeper", "treasurer", "supervisor"},
	}
	for topic, may := range hears {
		for name, who := range people {
			want := http.StatusForbidden
			if name == "nobody" || name == "left member" {
				want = http.StatusUnauthorized
			}
			for _, allowed := range may {
				if name == allowed {
					want = http.StatusNoContent
				}
			}
			if got, _ := subscribe(t, app, url, who, topic); got != want {
				t.Errorf("%s asks for %s: %d, want %d", name, topic, got, want)
			}
		}
	}
}

func TestAMessageReachesItsTopicOnly(t *testing.T) {
	app := testapp.New(t)
	url := app.Serve().URL
	ani := app.Record("members", map[string]any{"number": 7, "name": "Ani", "status": "active"})
	cashier := app.Operator(act.Cashier)
	_, hers := subscribe(t, app, url, ani, notice.Member(7))
	_, till := subscribe(t, app, url, cashier, notice.Till)
	heard := func(c subscriptions.Client) string {
		select {
		case m := <-c.Channel():
			return fmt.Sprintf("%s %s", m.Name, m.Data)
		case <-time.After(10 * time.Second): // only when the test fails
			return "nothing"
		}
	}
	notice.Publish(app, notice.Member(7), notice.Change{Version: 12, What: "card", ID: "7"})
	if got, want := heard(hers), `coop/member/7 {"version":12,"what":"card","id":"7"}`; got != want {
		t.Errorf("heard %s, want %s", got, want)
	}

	cashier.Set("active", false)
	notice.Publish(app, notice.Till, notice.TillChange{What: "stock", IDs: []string{"1"}})
	cashier.Set("active", true)
	notice.Publish(app, notice.Member(7), notice.Change{Version: 13, What: "card", ID: "7"})
	notice.Publish(app, notice.Till, notice.TillChange{What: "card", IDs: []string{"7"}})
	if got, want := heard(till), `coop/till {"what":"card","ids":["7"]}`; got != want {
		t.Errorf("the till first heard %s, want %s: not the member's topic, nothing while it was switched off", got, want)
	}
}

// What was said between a page's fetch and its line is said again to who begins to listen, once, and to nobody else.
func TestWhoComesLateHearsWhatWasSaidJustBefore(t *testing.T) {
	app := testapp.New(t)
	url := app.Serve().URL
	ani := app.Record("members", map[string]any{"number": 7, "name": "Ani", "status": "active"})
	cashier := app.Operator(act.Cashier)
	for version, number := range []int64{7, 8, 7} {
		notice.Publish(app, notice.Member(number), notice.Change{Version: int64(version), What: "card", ID: "7"})
	}
	for _, change := range []notice.TillChange{{What: "stock", IDs: []string{"1"}}, {What: "card", IDs: []string{"7"}}, {What: "stock", IDs: []string{"2"}}, {What: "card", IDs: []string{"8"}}} {
		notice.Publish(app, notice.Till, change)
	}
	for _, c := range []struct {
		who   *core.Record
		topic string
		want  []string
	}{
		{ani, notice.Member(7), []string{`{"version":2,"what":"card","id":"7"`}},
		{cashier, notice.Till, []string{`{"what":"card","ids":["7"]`, `{"what":"stock","ids":["2"]`, `{"what":"card","ids":["8"]`}},
	} {
		_, client := subscribe(t, app, url, c.who, c.topic)
		for i := 0; ; i++ {
			if i == len(c.want) { // live from here on: nothing more of what is past
				notice.Publish(app, c.topic, "now")
			}
			var got string
			select {
			case m := <-client.Channel():
				got = string(m.Data)
			case <-time.After(10 * time.Second): // only when the test fails
				t.Fatal("nothing was said")
			}
			if i == len(c.want) {
				if got != `"now"` {
					t.Errorf("%s: %s after what is past", c.topic, got)
				}
				break
			}
			if !regexp.MustCompile("^" + regexp.QuoteMeta(c.want[i]) + `,"missed_ms":\d+}$`).MatchString(got) {
				t.Errorf("%s: heard %s, want %s with its age", c.topic, got, c.want[i])
			}
		}
	}
}
