package demo_test

import (
	"bytes"
	"context"
	"encoding/csv"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/pocketbase/pocketbase/apis"
	"github.com/pocketbase/pocketbase/core"

	"kpdk/hooks"
	"kpdk/hooks/demo"
	"kpdk/hooks/internal/act"
	"kpdk/hooks/internal/clock"
	"kpdk/hooks/internal/command"
	"kpdk/hooks/internal/money"
	"kpdk/hooks/internal/testapp"
	"kpdk/hooks/ledger"
	"kpdk/hooks/ledger/book"
)

// folder opens an app on a folder, as the command line does.
func folder(t *testing.T, dir string) core.App {
	t.Helper()
	app := core.NewBaseApp(core.BaseAppConfig{DataDir: dir, DBConnect: act.Connect})
	if err := app.Bootstrap(); err != nil {
		t.Fatal(err)
	}
	if err := hooks.Register(app, testapp.Public()); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		act.Close(app)
		_ = app.ResetBootstrapState() // the folder goes with the test
	})
	return app
}

// demoOf runs the command with some flags, and gives its exit code and what it printed.
func demoOf(t *testing.T, app core.App, flags map[string]string) (int, string) {
	t.Helper()
	all := map[string]string{"http": "127.0.0.1:0", "members": "40", "months": "2", "seed": "7", "today": "2026-11-24", "build-only": "true"}
	for name, value := range flags {
		all[name] = value
	}
	var out bytes.Buffer
	c := &command.Call{Ctx: context.Background(), App: app, Flags: all, Out: &out, Progress: func(int, int) {}}
	code, err := demo.Commands()[0].Run(c)
	if err != nil {
		c.Refuse(err)
	}
	return code, out.String()
}

func logins(t *testing.T, dir string) []demo.Login {
	t.Helper()
	path := filepath.Join(dir, "logins.json")
	info, err := os.Stat(path)
	if err != nil {
		t.Fatal(err)
	}
	if info.Mode().Perm() != 0o600 {
		t.Errorf("logins.json is %v, want 0600", info.Mode().Perm())
	}
	raw, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	var all []demo.Login
	if err := json.Unmarshal(raw, &all); err != nil {
		t.Fatal(err)
	}
	return all
}

func TestDemoIsBuiltAndEverybodyLogsIn(t *testing.T) {
	dir := testapp.Migrated(t)
	app := folder(t, dir)
	code, said := demoOf(t, app, map[string]string{"months": "12"}) // a year, for the outside referee
	if code != command.Done {
		t.Fatalf("exit %d: %s", code, said)
	}
	people := logins(t, dir)
	roles := map[string]int{}
	for _, l := range people {
		roles[l.Role]++
		if !strings.Contains(said, l.Password) {
			t.Errorf("%s's password is not printed", l.Role)
		}
	}
	for role, want := range map[string]int{"member": 2, "cashier": 1, "storekeeper": 1, "treasurer": 1, "supervisor": 1, "manager": 1} {
		if roles[role] != want {
			t.Errorf("%d logins of role %s, want %d", roles[role], role, want)
		}
	}
	server := serve(t, app)
	for _, l := range people {
		if token := login(t, server, l); token == "" {
			t.Errorf("%s %s does not get in", l.Role, l.Identity)
		}
	}
	if home := get(t, server, "/api/coop/me", login(t, server, people[0])); !strings.Contains(home, `"number":1`) {
		t.Errorf("the first member's home: %s", home)
	}
	if page := get(t, server, "/", ""); !strings.Contains(page, "(contoh)") {
		t.Error("the public page does not name the demo")
	}
	for _, l := range people {
		if l.Role == "treasurer" {
			consignorsAddUp(t, app, func(path string) string { return get(t, server, path, login(t, server, l)) })
		}
	}
	storyIsWhole(t, app)
	t.Run("outside referees", func(t *testing.T) { refereesAgree(t, app) })
}

// refereesAgree lets two programs that know nothing of us, hledger and beancount, check the exported journal and sum it.
func refereesAgree(t *testing.T, app core.App) {
	t.Run("hledger", func(t *testing.T) {
		check, path := referee(t, app, "hledger", "hledger")
		if out, err := exec.Command(check, "-f", path, "check", "--strict").CombinedOutput(); err != nil {
			t.Fatalf("hledger check: %v\n%s", err, out)
		}
		out, err := exec.Command(check, "-f", path, "balance", "--flat", "--no-total", "--output-format", "csv").Output()
		if err != nil {
			t.Fatal(err)
		}
		sumsAgree(t, app, out, " IDR")
	})
	t.Run("beancount", func(t *testing.T) {
		check, path := referee(t, app, "bean-check", "beancount")
		if out, err := exec.Command(check, path).CombinedOutput(); err != nil || len(out) > 0 {
			t.Fatalf("bean-check: %v\n%s", err, out)
		}
		out, err := exec.Command(strings.Replace(check, "bean-check", "bean-query", 1), "--format", "csv", path, "SELECT account, sum(number) AS sum GROUP BY account").Output()
		if err != nil {
			t.Fatal(err)
		}
		sumsAgree(t, app, out, "")
	})
}

// referee finds the program, and exports the journal for it.
func referee(t *testing.T, app core.App, program, format string) (found, path string) {
	t.Helper()
	found, err := exec.LookPath(program)
	if err != nil && os.Getenv("CI") != "true" {
		t.Skipf("%[1]s is not there (Debian: apt-get install %[2]s): %[2]s does not check the books", program, format)
	}
	if err != nil {
		t.Fatal(err)
	}
	path = filepath.Join(t.TempDir(), "koperasi."+format)
	f, err := os.Create(path)
	if err != nil {
		t.Fatal(err)
	}
	if err := ledger.Export(context.Background(), act.Read(app), f, ledger.ExportQuery{Format: format, Language: "id"}); err != nil {
		t.Fatal(err)
	}
	if err := f.Close(); err != nil {
		t.Fatal(err)
	}
	return found, path
}

// sumsAgree holds a referee's sums, account by account, against the trial balance.
func sumsAgree(t *testing.T, app core.App, table []byte, unit string) {
	t.Helper()
	rows, err := csv.NewReader(bytes.NewReader(table)).ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	theirs := map[int]string{}
	for _, row := range rows[1:] {
		_, name, _ := strings.Cut(strings.TrimSpace(row[0]), ":")
		code, _, _ := strings.Cut(name, " ")
		account, err := strconv.Atoi(code)
		if err != nil {
			t.Fatalf("the referee has an account %q", row[0])
		}
		theirs[account] = strings.TrimSuffix(strings.TrimSpace(row[1]), unit)
	}
	ours, err := ledger.TrialBalance(act.Read(app), "2026-12-31")
	if err != nil || len(ours) < 10 {
		t.Fatalf("%d accounts (%v)", len(ours), err)
	}
	for _, l := range ours {
		if want := fmt.Sprint(int64(l.Debit - l.Credit)); theirs[l.Account] != want {
			t.Errorf("account %d: the referee says %q, the books %q", l.Account, theirs[l.Account], want)
		}
		delete(theirs, l.Account)
	}
	for account, amount := range theirs {
		if amount != "0" {
			t.Errorf("account %d: the referee says %s, the books nothing", account, amount)
		}
	}
}

// consignorsAddUp holds each consignor's settlement against the goods that were sold and the books.
func consignorsAddUp(t *testing.T, app core.App, get func(path string) string) {
	t.Helper()
	var sold int
	for number := range int64(4) {
		var s struct {
			Opening, Share, Other, Paid, Closing money.Rupiah
			Goods                                []json.RawMessage
		}
		raw := get(fmt.Sprintf("/api/coop/treasury/consignors/%d?from=2020-01-01", number+1))
		if err := json.Unmarshal([]byte(strings.NewReplacer("_rupiah", "", `"paid":[`, `"payments":[`, `"sold":`, `"goods":`).Replace(raw)), &s); err != nil {
			t.Fatal(err)
		}
		owed, err := ledger.Balance(act.Read(app), book.Of(book.Consignor, number+1), ledger.ConsignorPayable)
		if err != nil || s.Other != 0 || s.Opening+s.Share-s.Paid != s.Closing || s.Closing != -owed {
			t.Errorf("consignor %d: %+v, the books say %d: %v", number+1, s, -owed, err)
		}
		sold += len(s.Goods)
	}
	if sold == 0 {
		t.Error("nothing was sold for any consignor")
	}
}

// storyIsWhole looks for everything that a demo must show.
func storyIsWhole(t *testing.T, app core.App) {
	t.Helper()
	var states []string
	if err := act.Each(act.Read(app), "SELECT state FROM payroll_runs ORDER BY period", nil, func(row act.Scanner) error {
		var state string
		err := row.Scan(&state)
		states = append(states, state)
		return err
	}); err != nil {
		t.Fatal(err)
	}
	if got := strings.Join(states, " "); !strings.HasSuffix(got, "received settled answered") { // one unit paid too little
		t.Errorf("the runs are %s, want settled and answered at the end", got)
	}
	for what, query := range map[string]string{
		"sales on payroll":            "SELECT count(*) FROM sale_tenders WHERE kind = 'payroll'",
		"sales in cash":               "SELECT count(*) FROM sale_tenders WHERE kind = 'cash'",
		"sales to the public":         "SELECT count(*) FROM sales WHERE member IS NULL",
		"sales of home-made food":     "SELECT count(*) FROM sale_lines WHERE consignor IS NOT NULL",
		"people invited only":         "SELECT count(*) FROM members WHERE status = 'invited'",
		"cards that were replaced":    "SELECT count(*) FROM card_events WHERE serial > 1",
		"mandates withdrawn":          "SELECT count(*) FROM mandates WHERE kind = 'revoke'",
		"bills paid":                  "SELECT count(*) FROM treasury_moves WHERE kind = 'expense'",
		"payments that wait":          "SELECT count(*) FROM treasury_requests q WHERE NOT EXISTS(SELECT 1 FROM treasury_decisions WHERE request = q.act)",
		"people who left":             "SELECT count(*) FROM members WHERE status = 'left'",
		"shifts open at till 2":       "SELECT count(*) FROM shifts WHERE closed_at IS NULL AND till = 'K2'",
		"deposits at the office":      "SELECT count(*) FROM acts WHERE kind = 'savings.deposit'",
		"deposits at a till":          "SELECT count(*) FROM acts WHERE kind = 'savings.till_deposit'",
		"withdrawals paid":            "SELECT count(*) FROM withdrawal_steps WHERE step = 'paid'",
		"withdrawals that wait":       "SELECT count(*) FROM holds",
		"withdrawals for the manager": "SELECT count(*) FROM withdrawal_steps s JOIN holds h ON h.act = s.withdrawal WHERE s.step = 'prepared'",
		"interest on savings":         "SELECT count(*) FROM savings_interest",
		"plans in the middle":         "SELECT count(*) FROM instalment_plans p WHERE 0 < (SELECT sum(r.remainder) FROM instalment_parts s JOIN item_remainders r ON r.item = s.item WHERE s.plan = p.act) AND p.principal > (SELECT sum(r.remainder) FROM instalment_parts s JOIN item_remainders r ON r.item = s.item WHERE s.plan = p.act)",
		"plans made at a till":        "SELECT count(*) FROM credit_sales WHERE down > 0",
		"credit that a till asks for": "SELECT count(*) FROM credit_requests c JOIN shifts s ON s.id = c.shift AND s.closed_at IS NULL WHERE NOT EXISTS(SELECT 1 FROM instalment_decisions WHERE request = c.act)",
		"margins in the books":        "SELECT count(*) FROM journal_lines WHERE account = 4102",
		"objections answered":         "SELECT count(*) FROM objection_answers",
		"objections open":             "SELECT count(*) FROM objections o WHERE NOT EXISTS(SELECT 1 FROM objection_answers WHERE objection = o.act)",
		"bills of own payers":         "SELECT count(*) FROM payroll_lines WHERE excluded = 'payroll.self_payer' AND due > 0",
		"bills paid at a till":        "SELECT count(*) FROM treasury_moves WHERE kind = 'debt' AND place LIKE 'shift:%'",
		"bills paid by transfer":      "SELECT count(*) FROM treasury_moves m JOIN acts a ON a.id = m.act WHERE m.kind = 'debt' AND m.place = 'bank:1' AND a.kind = 'treasury.receive_debt'",
		"money that came too little":  "SELECT count(*) FROM party_balances b JOIN parties p ON p.id = b.party WHERE b.account = 1123 AND b.amount = 45000",
		"goods bought from suppliers": "SELECT count(*) FROM goods_receipts WHERE paid_by = 'credit'",
	} {
		var n int
		if err := act.Read(app).Row(query).Scan(&n); err != nil || n == 0 {
			t.Errorf("%s: %d (%v)", what, n, err)
		}
	}
	var n int
	if err := act.Read(app).Row("SELECT count(*) FROM tills WHERE code = 'K3' AND NOT EXISTS(SELECT 1 FROM shifts WHERE till = 'K3')").Scan(&n); err != nil || n != 1 {
		t.Errorf("%d tills are free for a manager, want one (%v)", n, err)
	}
	if err := act.Read(app).Row("SELECT count(*) FROM shifts WHERE closed_at IS NULL AND till = 'K1'").Scan(&n); err != nil || n != 0 {
		t.Errorf("till 1 has %d open shifts, want none (%v)", n, err)
	}
	if err := act.Read(app).Row("SELECT count(*) FROM stock WHERE quantity < 0").Scan(&n); err != nil || n != 0 {
		t.Errorf("%d products are below zero (%v)", n, err)
	}
}

func TestFolderIsUsedAsItIsUntilFresh(t *testing.T) {
	dir := testapp.Migrated(t)
	small := func(more ...string) map[string]string {
		flags := map[string]string{"members": "20", "months": "1"}
		for i := 0; i < len(more); i += 2 {
			flags[more[i]] = more[i+1]
		}
		return flags
	}
	first := folder(t, dir)
	if code, said := demoOf(t, first, small()); code != command.Done {
		t.Fatal(said)
	}
	before, head := logins(t, dir), headOf(t, first)
	if code, said := demoOf(t, folder(t, dir), small()); code != command.Done || !strings.Contains(said, "--fresh") {
		t.Fatalf("exit %d: %s", code, said)
	}
	if after := logins(t, dir); after[0] != before[0] {
		t.Error("the logins changed though nothing was built")
	}
	fresh := folder(t, dir)
	if code, said := demoOf(t, fresh, small("fresh", "true")); code != command.Done {
		t.Fatal(said)
	}
	if after := logins(t, dir); after[0] == before[0] {
		t.Error("the logins are the old ones though the demo was built anew")
	}
	if again := headOf(t, fresh); again != head {
		t.Errorf("the same seed gave the chains %s and %s", head, again)
	}
	if err := os.Remove(filepath.Join(dir, "logins.json")); err != nil {
		t.Fatal(err)
	}
	cut := folder(t, dir)
	now := time.Date(2026, 11, 24, 3, 30, 0, 0, time.UTC) // half past ten in Jakarta
	clock.Set(cut, func() time.Time { return now })
	if code, said := demoOf(t, cut, small("seed", "8", "today", "")); code != command.Done || logins(t, dir) == nil {
		t.Fatalf("a demo that was cut off: exit %d: %s", code, said)
	}
	if headOf(t, cut) == head {
		t.Error("another seed tells the same story")
	}
	var last int64
	if err := act.Read(cut).Row("SELECT max(at) FROM acts").Scan(&last); err != nil || last > now.UnixMilli() || last < now.Add(-2*time.Hour).UnixMilli() {
		t.Errorf("without a day of its own the story ends at %s, want shortly before %s (%v)", time.UnixMilli(last).UTC(), now, err)
	}
}

// headOf verifies the books and gives the end of their chain.
func headOf(t *testing.T, app core.App) string {
	t.Helper()
	report, err := ledger.Verify(context.Background(), app, nil)
	if err != nil || !report.OK {
		t.Fatalf("%+v %v", report, err)
	}
	return report.Head.Hash
}

func TestRealCoopIsLeftAlone(t *testing.T) {
	real := testapp.New(t)
	code, said := demoOf(t, real, map[string]string{"fresh": "true"})
	if code != command.Failed || !strings.Contains(said, "sungguhan") {
		t.Errorf("exit %d: %s", code, said)
	}
	if _, err := real.FindFirstRecordByFilter("coop", "name != ''"); err != nil {
		t.Error("the co-op is gone")
	}
}

func TestFlagsOutOfRangeAreRefused(t *testing.T) {
	app := testapp.New(t)
	for name, value := range map[string]string{"members": "3", "months": "99", "seed": "x", "today": "2026-02-31"} {
		if code, said := demoOf(t, app, map[string]string{name: value}); code != command.Failed || !strings.Contains(said, name) {
			t.Errorf("--%s %s: exit %d: %s", name, value, code, said)
		}
	}
}

// serve opens the doors of an app on loopback.
func serve(t *testing.T, app core.App) *httptest.Server {
	t.Helper()
	router, err := apis.NewRouter(app)
	if err != nil {
		t.Fatal(err)
	}
	var server *httptest.Server
	event := new(core.ServeEvent)
	event.App, event.Router = app, router
	if err := app.OnServe().Trigger(event, func(e *core.ServeEvent) error {
		mux, err := e.Router.BuildMux()
		server = httptest.NewServer(mux)
		return err
	}); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(server.Close)
	return server
}

// login goes through PocketBase's own door of the role's collection.
func login(t *testing.T, server *httptest.Server, l demo.Login) string {
	t.Helper()
	collection := map[string]string{"member": "members", "manager": core.CollectionNameSuperusers}[l.Role]
	if collection == "" {
		collection = "operators"
	}
	body, _ := json.Marshal(map[string]string{"identity": l.Identity, "password": l.Password}) // texts: it cannot fail
	answer, err := http.Post(server.URL+"/api/collections/"+collection+"/auth-with-password", "application/json", bytes.NewReader(body))
	if err != nil {
		t.Fatal(err)
	}
	defer answer.Body.Close()
	var got struct {
		Token  string `json:"token"`
		Record struct {
			Role string `json:"role"`
		} `json:"record"`
	}
	if err := json.NewDecoder(answer.Body).Decode(&got); err != nil {
		t.Fatal(err)
	}
	if collection == "operators" && got.Record.Role != l.Role {
		t.Errorf("%s logs in as %q, want %s", l.Identity, got.Record.Role, l.Role)
	}
	return got.Token
}

func get(t *testing.T, server *httptest.Server, path, token string) string {
	t.Helper()
	ask, err := http.NewRequest(http.MethodGet, server.URL+path, nil)
	if err != nil {
		t.Fatal(err)
	}
	ask.Header.Set("Authorization", token)
	answer, err := (&http.Client{Timeout: 10 * time.Second}).Do(ask)
	if err != nil {
		t.Fatal(err)
	}
	defer answer.Body.Close()
	raw, err := io.ReadAll(answer.Body)
	if err != nil || answer.StatusCode != http.StatusOK {
		t.Fatalf("GET %s: %d %s (%v)", path, answer.StatusCode, raw, err)
	}
	return string(raw)
}
