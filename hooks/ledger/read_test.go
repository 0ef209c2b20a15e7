package ledger_test

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"slices"
	"strings"
	"sync/atomic"
	"testing"

	"kpdk/hooks/internal/act"
	"kpdk/hooks/internal/clock"
	"kpdk/hooks/internal/command"
	"kpdk/hooks/internal/testapp"
	"kpdk/hooks/internal/ulid"
	"kpdk/hooks/ledger"
	"kpdk/hooks/ledger/book"
)

// desk is a served co-op with a token for each role.
type desk struct {
	t      *testing.T
	app    *testapp.App
	url    string
	tokens map[act.Role]string
}

func open(t *testing.T, app *testapp.App) desk {
	t.Helper()
	d := desk{t: t, app: app, url: app.Serve().URL, tokens: map[act.Role]string{act.Nobody: "", act.Manager: app.Token(app.Manager())}}
	for _, role := range act.OperatorRoles {
		d.tokens[role] = app.Token(app.Operator(role))
	}
	return d
}

// ask calls a route in English and reads its answer.
func (d desk) ask(role act.Role, method, path string, in, out any) int {
	d.t.Helper()
	body, err := json.Marshal(in)
	if err != nil {
		d.t.Fatal(err)
	}
	r, err := http.NewRequest(method, d.url+path, bytes.NewReader(body))
	if err != nil {
		d.t.Fatal(err)
	}
	r.Header.Set("Authorization", d.tokens[role])
	r.Header.Set("Accept-Language", "en")
	r.Header.Set("Content-Type", "application/json")
	response, err := http.DefaultClient.Do(r)
	if err != nil {
		d.t.Fatal(err)
	}
	defer response.Body.Close()
	if out != nil {
		if err := json.NewDecoder(response.Body).Decode(out); err != nil {
			d.t.Fatalf("%s %s: %v", method, path, err)
		}
	}
	return response.StatusCode
}

func TestWhoMayReadTheBooks(t *testing.T) {
	d := open(t, lived(t))
	for _, path := range []string{"accounts", "trial-balance", "journal", "entries/1", "periods", "verify", "verify/stream", "verifications"} {
		for role, want := range map[act.Role]int{act.Nobody: 401, act.Cashier: 403, act.Storekeeper: 403, act.Treasurer: 200, act.Supervisor: 200, act.Manager: 200} {
			if got := d.ask(role, "GET", "/api/coop/ledger/"+path, nil, nil); got != want {
				t.Errorf("%s as %q: got %d, want %d", path, role, got, want)
			}
		}
	}
	close, reopen := "/api/coop/ledger/periods/2026-10/close", "/api/coop/ledger/periods/2026-10/reopen"
	for _, c := range []struct {
		role act.Role
		path string
		in   map[string]any
		want int
	}{
		{act.Nobody, close, map[string]any{"id": ulid.New()}, 401},
		{act.Supervisor, close, map[string]any{"id": ulid.New()}, 403},
		{act.Treasurer, reopen, map[string]any{"id": ulid.New(), "reason": "x"}, 403},
		{act.Treasurer, close, map[string]any{"id": "not a key"}, 400},
		{act.Treasurer, strings.Replace(close, "2026-10", "2026-13", 1), map[string]any{"id": ulid.New()}, 400},
		{act.Treasurer, close, map[string]any{"id": "01K9ZZZZZZZZZZZZZZZZZZZZZZ"}, 201},
		{act.Treasurer, close, map[string]any{"id": "01K9ZZZZZZZZZZZZZZZZZZZZZZ"}, 200},
		{act.Treasurer, close, map[string]any{"id": ulid.New()}, 409},
		{act.Manager, reopen, map[string]any{"id": ulid.New()}, 400},
		{act.Manager, reopen, map[string]any{"id": ulid.New(), "reason": "  "}, 400},
		{act.Manager, reopen, map[string]any{"id": ulid.New(), "reason": strings.Repeat("x", 501)}, 400},
		{act.Manager, reopen, map[string]any{"id": ulid.New(), "reason": "nota tercecer"}, 201},
	} {
		if got := d.ask(c.role, "POST", c.path, c.in, nil); got != c.want {
			t.Errorf("%s as %q with %v: got %d, want %d", c.path, c.role, c.in, got, c.want)
		}
	}
	silent(t, d.app)
}

func TestAnEntryIsReadAsPeopleReadIt(t *testing.T) {
	app := testapp.New(t)
	app.Record("members", map[string]any{"number": 846, "name": "Rina Kartika", "status": "active", "email": "rina@contoh.id"})
	app.Record("suppliers", map[string]any{"number": 3, "name": "Grosir Makmur"})
	treasurer := app.Operator(act.Treasurer)
	var posted ledger.Posted
	_, _, err := act.Do(context.Background(), app, act.Act{Kind: "test.read", Key: "read-0001", By: testapp.By(treasurer)}, func(tx *act.Tx) (bool, error) {
		var err error
		posted, err = ledger.Post(tx, ledger.Entry{Kind: ledger.KindPayment, Date: "2026-11-03", Lines: []ledger.Line{
			ledger.Dr(ledger.SupplierPayable, 70_000, book.Of(book.Supplier, 3)), ledger.Dr(ledger.VoluntarySavings, 30_000, ledger.MemberParty(846)), ledger.Cr(ledger.Bank, 100_000, ledger.MainBank)}})
		return true, err
	})
	if err != nil {
		t.Fatal(err)
	}
	d := open(t, app)
	var e ledger.EntryView
	if status := d.ask(act.Supervisor, "GET", fmt.Sprint("/api/coop/ledger/entries/", posted.Entry), nil, &e); status != 200 {
		t.Fatal(status)
	}
	if e.Number != "BY-2026/00001" || e.At != "2026-11-03T10:00:00+07:00" || e.By != "Petugas treasurer" || e.Role != act.Treasurer || e.Source != "test.read" || e.Hash != fmt.Sprintf("%x", posted.Hash) {
		t.Errorf("%+v", e)
	}
	want := []ledger.LineView{{2101, "Accounts payable", "Supplier 3 · Grosir Makmur", 70_000, 0}, {2103, "Voluntary savings", "Member 0846 · Rina Kartika", 30_000, 0}, {1111, "Bank", "Bank 1", 0, 100_000}}
	if !slices.Equal(e.Lines, want) {
		t.Errorf("got %v, want %v", e.Lines, want)
	}
	var refused struct{ Code string }
	if status := d.ask(act.Supervisor, "GET", "/api/coop/ledger/entries/99", nil, &refused); status != 404 || refused.Code != "ledger.entry_unknown" {
		t.Errorf("an entry that is not there: %d %s", status, refused.Code)
	}
	var chart ledger.Chart
	d.ask(act.Treasurer, "GET", "/api/coop/ledger/accounts", nil, &chart)
	if len(chart.Accounts) < 30 || chart.Accounts[0] != (ledger.AccountView{Code: 1101, Name: "Main cash", NameID: "Kas besar", NameEn: "Main cash", Kind: "asset", Reserved: true}) {
		t.Errorf("%+v", chart.Accounts)
	}
	var trial ledger.Trial
	d.ask(act.Treasurer, "GET", "/api/coop/ledger/trial-balance?date=2026-11-03", nil, &trial)
	if trial.Debit != 100_000 || trial.Credit != 100_000 || len(trial.Accounts) != 3 {
		t.Errorf("%+v", trial)
	}
	if status := d.ask(act.Treasurer, "GET", "/api/coop/ledger/trial-balance?date=3/11/2026", nil, nil); status != 400 {
		t.Errorf("a date that is none: %d", status)
	}
}

// Paging by key meets every entry once, newest first, also when one account is asked for.
func TestTheJournalIsPagedByKey(t *testing.T) {
	app := testapp.New(t)
	for i := range 23 {
		account := ledger.Cash
		if i%5 == 0 {
			account = prepaid
		}
		post(t, app, fmt.Sprintf("page-%04d", i), ledger.KindSale, "2026-11-03", ledger.Dr(account, 1000), ledger.Cr(ledger.PublicSales, 1000))
	}
	for name, c := range map[string]struct {
		query ledger.PageQuery
		want  int
	}{"all": {ledger.PageQuery{Limit: 5}, 23}, "a page that ends exactly": {ledger.PageQuery{Limit: 23}, 23}, "one account": {ledger.PageQuery{Limit: 2, Account: prepaid}, 5},
		"an account nobody used": {ledger.PageQuery{Limit: 2, Account: 9999}, 0}} {
		last, met := int64(1<<62), 0
		for q := c.query; ; {
			page, err := ledger.Journal(act.Read(app), clock.Of(app), "id", q)
			if err != nil {
				t.Fatal(err)
			}
			for _, e := range page.Entries {
				if e.ID >= last || c.query.Account != 0 && !slices.ContainsFunc(e.Lines, func(l ledger.LineView) bool { return int64(l.Account) == c.query.Account }) {
					t.Errorf("%s: entry %d after %d", name, e.ID, last)
				}
				last = e.ID
				met++
			}
			if page.Next == 0 {
				break
			}
			q.Before = page.Next
		}
		if met != c.want {
			t.Errorf("%s: met %d entries, want %d", name, met, c.want)
		}
	}
	d := open(t, app)
	for path, want := range map[string]int{"?limit=3": 200, "?limit=-3": 400, "?before=x": 400, "?account=x": 400, "?limit=100000": 200} {
		if got := d.ask(act.Treasurer, "GET", "/api/coop/ledger/journal"+path, nil, nil); got != want {
			t.Errorf("%s: got %d, want %d", path, got, want)
		}
	}
}

func TestTheCommandSpeaksAndExits(t *testing.T) {
	app := lived(t)
	spec := ledger.Commands()[0]
	run := func(flags map[string]string) (int, string) {
		var out bytes.Buffer
		code, err := spec.Run(&command.Call{Ctx: context.Background(), App: app, Flags: flags, Out: &out})
		if err != nil {
			t.Fatal(err)
		}
		return code, out.String()
	}
	if code, text := run(map[string]string{"lang": "en"}); code != 0 || !strings.Contains(text, "✓ chain") || !strings.Contains(text, "The books are right") || strings.Contains(text, "✗") {
		t.Errorf("exit %d: %s", code, text)
	}
	ledger.RegisterChecks(app, ledger.Check{Name: "test", Run: func(context.Context, act.Reader) (int, []string, error) {
		return 3, make([]string, 500), fmt.Errorf("worse")
	}})
	code, text := run(map[string]string{"json": "true", "lang": "en"})
	var report ledger.Report
	if err := json.Unmarshal([]byte(text), &report); err != nil {
		t.Fatal(err)
	}
	last := report.Checks[len(report.Checks)-1]
	if code != 1 || report.OK || last.Name != "test" || last.OK || last.Checked != 3 || len(last.Findings) != 21 || last.Findings[20] != "and 481 more" {
		t.Errorf("exit %d: %+v", code, last)
	}
	if code, text := run(map[string]string{}); code != 1 || !strings.Contains(text, "✗ test") || !strings.Contains(text, "dan 481 lagi") {
		t.Errorf("exit %d: %s", code, text)
	}
}

// Registering a check again replaces it: a server that is wired twice does not check twice.
func TestAChecksNameIsThereOnce(t *testing.T) {
	app := testapp.New(t)
	before := len(ledger.Checks(app))
	for range 2 {
		ledger.RegisterChecks(app, ledger.Check{Name: "test"})
	}
	if got := len(ledger.Checks(app)); got != before+1 {
		t.Errorf("%d checks, want %d", got, before+1)
	}
}

// Two verifications at once would read the whole ledger twice; the second waits, and one too many is told to come back.
func TestOneVerificationAtATime(t *testing.T) {
	app := testapp.New(t)
	inside, let, runs := make(chan struct{}, 16), make(chan struct{}), atomic.Int32{}
	ledger.RegisterChecks(app, ledger.Check{Name: "slow", Run: func(context.Context, act.Reader) (int, []string, error) {
		if runs.Add(1) > 1 {
			t.Error("two at once")
		}
		inside <- struct{}{}
		<-let
		runs.Add(-1)
		return 0, nil, nil
	}})
	const more = 20
	answers := make(chan error, more+1)
	verify := func() { _, err := ledger.Verify(context.Background(), app, nil); answers <- err }
	go verify()
	<-inside
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	if _, err := ledger.Verify(ctx, app, nil); !errors.Is(err, context.Canceled) {
		t.Errorf("whoever has gone needs no report: %v", err)
	}
	for range more {
		go verify()
	}
	refused := 0
	for range more - 8 { // eight may wait
		if err := <-answers; err == nil || err.Error() != "ledger.verify_running" {
			t.Errorf("got %v", err)
		}
		refused++
	}
	close(let)
	for range more + 1 - refused {
		if err := <-answers; err != nil {
			t.Error(err)
		}
	}
}
