package login_test

import (
	"bufio"
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"maps"
	"net/http"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/pocketbase/pocketbase/core"

	"kpdk/hooks/internal/act"
	"kpdk/hooks/internal/testapp"
	"kpdk/hooks/internal/ulid"
	"kpdk/hooks/login"
)

const (
	secret = "pohon-mangga-berbuah"
	other  = "kali-jernih-mengalir"
	phone  = "Mozilla/5.0 (Linux; Android 10; K) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/130.0.0.0 Mobile Safari/537.36"
	desk   = "Mozilla/5.0 (Windows NT 10.0; Win64; x64; rv:132.0) Gecko/20100101 Firefox/132.0"
)

// office is a served co-op.
type office struct {
	*testapp.App
	t   *testing.T
	url string
}

func serve(t *testing.T) *office {
	app := testapp.New(t)
	return &office{app, t, app.Serve().URL}
}

type answer struct {
	status int
	raw    string
	body   map[string]any
}

func (a answer) code() string {
	code, _ := a.body["code"].(string)
	return code
}

// ask sends as a device does: with what it says of itself, and the token it holds.
func (o *office) ask(method, path, token, device string, body any) answer {
	o.t.Helper()
	raw, err := json.Marshal(body)
	if err != nil {
		o.t.Fatal(err)
	}
	r, err := http.NewRequest(method, o.url+path, bytes.NewReader(raw))
	if err != nil {
		o.t.Fatal(err)
	}
	r.Header.Set("Content-Type", "application/json")
	r.Header.Set("User-Agent", device)
	if token != "" {
		r.Header.Set("Authorization", token)
	}
	res, err := http.DefaultClient.Do(r)
	if err != nil {
		o.t.Fatal(err)
	}
	defer res.Body.Close()
	text, err := io.ReadAll(res.Body)
	if err != nil {
		o.t.Fatal(err)
	}
	a := answer{status: res.StatusCode, raw: string(text)}
	_ = json.Unmarshal(text, &a.body)
	return a
}

func (o *office) expect(a answer, status int, code string) {
	o.t.Helper()
	if a.status != status || a.code() != code {
		o.t.Errorf("%d %s, want %d %q", a.status, a.raw, status, code)
	}
}

// logIn comes in with a password; a token that is held already goes along.
func (o *office) logIn(collection, identity, password, device, held string) string {
	o.t.Helper()
	a := o.ask("POST", "/api/collections/"+collection+"/auth-with-password", held, device, map[string]any{"identity": identity, "password": password})
	if a.status != 200 {
		o.t.Fatalf("%s logs in: %d %s", identity, a.status, a.raw)
	}
	return a.body["token"].(string)
}

// somebody is a member with a password, and the number as it is printed.
func (o *office) somebody(name string) (who *core.Record, number string) {
	o.t.Helper()
	who = o.Member(name)
	who.SetPassword(secret)
	if err := o.UnsafeWithoutHooks().SaveNoValidate(who); err != nil {
		o.t.Fatal(err)
	}
	return who, fmt.Sprintf("%04d", who.GetInt("number"))
}

func (o *office) devices(token string) (all []map[string]any) {
	o.t.Helper()
	a := o.ask("GET", "/api/coop/me/sessions", token, phone, nil)
	if a.status != 200 {
		o.t.Fatalf("devices: %d %s", a.status, a.raw)
	}
	for _, d := range a.body["sessions"].([]any) {
		all = append(all, d.(map[string]any))
	}
	return all
}

func (o *office) alive(token string) bool {
	o.t.Helper()
	return o.ask("GET", "/api/coop/me/sessions", token, phone, nil).status == 200
}

func TestAMemberSeesAndEndsTheDevices(t *testing.T) {
	o := serve(t)
	sari, number := o.somebody("Sari")
	budi, budisNumber := o.somebody("Budi")
	mine, lost, third := o.logIn("members", number, secret, phone, ""), o.logIn("members", number, secret, desk, ""), o.logIn("members", number, secret, "curl", "")
	his := o.logIn("members", budisNumber, secret, phone, "")
	all := o.devices(mine)
	if len(all) != 3 || all[0]["current"] != true || all[0]["browser"] != "Chrome" || all[0]["system"] != "Android" || all[0]["seen_on"] != "2026-11-03" {
		t.Fatalf("%v", all)
	}
	byBrowser := map[any]any{}
	for _, d := range all {
		byBrowser[d["browser"]] = d["id"]
	}
	if len(o.devices(his)) != 1 {
		t.Error("Budi sees his own alone")
	}
	o.expect(o.ask("POST", "/api/coop/me/sessions/end", his, phone, map[string]any{"id": ulid.New(), "session": byBrowser["Firefox"]}), 404, "login.session_unknown")
	o.expect(o.ask("POST", "/api/coop/me/sessions/end", "", phone, map[string]any{"id": ulid.New(), "session": byBrowser["Firefox"]}), 401, "auth.required")
	for _, bad := range []map[string]any{{}, {"session": byBrowser["Firefox"], "others": true}} {
		bad["id"] = ulid.New()
		o.expect(o.ask("POST", "/api/coop/me/sessions/end", mine, phone, bad), 400, "input.invalid")
	}
	if !o.alive(lost) {
		t.Fatal("nothing of hers ended yet")
	}
	ended := o.ask("POST", "/api/coop/me/sessions/end", mine, phone, map[string]any{"id": ulid.New(), "session": byBrowser["Firefox"]})
	if ended.status != 201 || ended.body["ended"] != 1.0 || o.alive(lost) || !o.alive(third) || !o.alive(mine) {
		t.Errorf("the lost one alone ends: %d %s", ended.status, ended.raw)
	}
	if a := o.ask("POST", "/api/collections/members/auth-refresh", lost, desk, nil); a.status != 401 {
		t.Errorf("and is not renewed: %d", a.status)
	}
	if a := o.ask("GET", "/api/collections/members/records/"+sari.Id, lost, desk, nil); a.status == 200 {
		t.Error("and opens nothing of PocketBase's")
	}
	renewed := o.ask("POST", "/api/collections/members/auth-refresh", mine, phone, nil).body["token"].(string)
	if all := o.devices(renewed); len(all) != 2 || all[0]["id"] != byBrowser["Chrome"] || all[0]["current"] != true {
		t.Errorf("a renewal keeps the session: %v", all)
	}
	o.ask("POST", "/api/coop/me/sessions/end", renewed, phone, map[string]any{"id": ulid.New(), "others": true})
	if o.alive(third) || !o.alive(renewed) || !o.alive(his) {
		t.Error("all others end, and nobody else's")
	}
	o.ask("POST", "/api/coop/me/log-out", renewed, phone, map[string]any{})
	if o.alive(renewed) || o.alive(mine) {
		t.Error("whoever logs out is out, with every token of that session")
	}
	bare, err := budi.NewAuthToken()
	if err != nil {
		t.Fatal(err)
	}
	if o.alive(bare) {
		t.Error("a token without a session is nobody's")
	}
}

func TestAnOperatorsSessionEndsAtTheTillToo(t *testing.T) {
	o := serve(t)
	cashier := o.Operator(act.Cashier)
	cashier.SetPassword(secret)
	if err := o.UnsafeWithoutHooks().SaveNoValidate(cashier); err != nil {
		t.Fatal(err)
	}
	till, home := o.logIn("operators", cashier.Email(), secret, desk, ""), o.logIn("operators", strings.ToUpper(cashier.Email())+" ", secret, phone, "")
	shift := func(token string) int {
		return o.ask("GET", "/api/coop/store/shifts/current", token, desk, nil).status
	}
	for range 2 { // the second time from memory
		if shift(till) != 200 {
			t.Fatal("a cashier asks for the shift")
		}
	}
	o.ask("POST", "/api/coop/me/sessions/end", home, phone, map[string]any{"id": ulid.New(), "others": true})
	if shift(till) != 401 || shift(home) != 200 {
		t.Error("the till's memory of tokens forgets with the session")
	}
}

func TestMoneyAndIdentityAskForAFreshProof(t *testing.T) {
	o := serve(t)
	_, number := o.somebody("Sari")
	token := o.logIn("members", number, secret, phone, "")
	end := func(token string) answer {
		return o.ask("POST", "/api/coop/me/sessions/end", token, phone, map[string]any{"id": ulid.New(), "others": true})
	}
	o.expect(end(token), 201, "")
	o.Travel(testapp.Now.Add(login.FreshFor))
	o.expect(end(token), 403, "auth.confirm_first")
	o.expect(o.ask("POST", "/api/coop/me/password", token, phone, map[string]any{"id": ulid.New(), "password": other}), 403, "auth.confirm_first")
	renewed := o.ask("POST", "/api/collections/members/auth-refresh", token, phone, nil).body["token"].(string)
	o.expect(end(renewed), 403, "auth.confirm_first") // a renewal proves nothing
	if a := o.ask("POST", "/api/collections/members/auth-with-password", token, phone, map[string]any{"identity": number, "password": "salah"}); a.status != 400 {
		t.Errorf("a wrong password: %d", a.status)
	}
	o.expect(end(token), 403, "auth.confirm_first")
	proved := o.logIn("members", number, secret, phone, token)
	o.expect(end(proved), 201, "")
	o.expect(end(token), 201, "") // it is the session that is fresh
	if n := len(o.devices(proved)); n != 1 {
		t.Errorf("the same device stands in the list %d times", n)
	}
}

func TestASessionIsSeenOncePerDayAndRestsInTheEnd(t *testing.T) {
	o := serve(t)
	_, number := o.somebody("Sari")
	token, forgotten := o.logIn("members", number, secret, phone, ""), o.logIn("members", number, secret, desk, "")
	o.Travel(testapp.Now.AddDate(0, 0, 20))
	if all := o.devices(token); all[0]["seen_on"] != "2026-11-23" || all[1]["seen_on"] != "2026-11-03" {
		t.Errorf("%v", all)
	}
	o.Travel(testapp.Now.AddDate(0, 0, 50))
	o.logIn("members", number, secret, "curl", "")
	if all := o.devices(token); len(all) != 2 || o.alive(forgotten) {
		t.Errorf("a session of 50 days ago is over: %v", all)
	}
}

func TestNumbersAndAddressesAsPeopleTypeThem(t *testing.T) {
	o := serve(t)
	sari, number := o.somebody("Sari")
	sari.SetEmail("Sari.Utami@Contoh.id")
	if err := o.UnsafeWithoutHooks().SaveNoValidate(sari); err != nil {
		t.Fatal(err)
	}
	for _, typed := range []string{number, strings.TrimLeft(number, "0"), " " + number + " ", "00" + number, number[:2] + " " + number[2:], number[:2] + "-" + number[2:], "\u00a0" + number,
		"Sari.Utami@Contoh.id", "sari.utami@contoh.id", "SARI.UTAMI@CONTOH.ID", " sari.utami@contoh.id "} {
		if a := o.ask("POST", "/api/collections/members/auth-with-password", "", phone, map[string]any{"identity": typed, "password": secret}); a.status != 200 {
			t.Errorf("%q: %d %s", typed, a.status, a.raw)
		}
	}
	for _, typed := range []string{"sari", "0", "99999999999999999999", "%", "' OR 1=1 --", "sari.utami@contoh.i"} {
		if a := o.ask("POST", "/api/collections/members/auth-with-password", "", phone, map[string]any{"identity": typed, "password": secret}); a.status != 400 {
			t.Errorf("%q: %d %s", typed, a.status, a.raw)
		}
	}
}

// code lets a manager make a code for a member.
func (o *office) code(manager *core.Record, who *core.Record) string {
	o.t.Helper()
	a := o.ask("POST", fmt.Sprintf("/api/coop/members/%d/reset-code", who.GetInt("number")), o.Token(manager), desk, map[string]any{"id": ulid.New()})
	if a.status != 201 {
		o.t.Fatalf("a code: %d %s", a.status, a.raw)
	}
	return a.body["code"].(string)
}

func (o *office) reset(id, identity, code, password string) answer {
	o.t.Helper()
	return o.ask("POST", "/api/coop/login/reset", "", phone, map[string]any{"id": id, "login": "members", "identity": identity, "code": code, "password": password})
}

func TestACodeFromTheManagerLetsAMemberIn(t *testing.T) {
	o := serve(t)
	boss := o.Manager()
	sari, number := o.somebody("Sari")
	before := o.logIn("members", number, secret, phone, "")
	void, code := o.code(boss, sari), o.code(boss, sari)
	var kept int
	for _, query := range []string{"SELECT count(*) FROM act_answers WHERE answer LIKE '%' || ? || '%'", "SELECT count(*) FROM reset_codes WHERE hash = CAST(? AS BLOB)"} {
		for _, text := range []string{code, strings.ReplaceAll(code, "-", "")} {
			if err := act.Read(o).Row(query, text).Scan(&kept); err != nil || kept != 0 {
				t.Errorf("%s: the code itself is kept (%v)", query, err)
			}
		}
	}
	o.expect(o.reset(ulid.New(), number, void, other), 400, "input.invalid") // an earlier code is void
	o.expect(o.reset(ulid.New(), number, code, "pendek"), 400, "input.invalid")
	if !o.alive(before) {
		t.Fatal("nothing has changed yet")
	}
	id, typed := ulid.New(), " "+strings.ToLower(strings.NewReplacer("0", "o", "1", "l", "-", " ").Replace(code))
	if a := o.reset(id, " "+number, typed, other); a.status != 201 || strings.Contains(a.raw, "token") {
		t.Fatalf("as people type it: %d %s", a.status, a.raw)
	}
	if o.alive(before) {
		t.Error("the sessions of before end")
	}
	if a := o.ask("POST", "/api/collections/members/auth-with-password", "", phone, map[string]any{"identity": number, "password": secret}); a.status != 400 {
		t.Errorf("the old password: %d", a.status)
	}
	if all := o.devices(o.logIn("members", number, other, phone, "")); len(all) != 1 {
		t.Errorf("%v", all)
	}
	o.expect(o.reset(id, number, typed, other), 200, "") // the answer was lost, and asked for again
	o.expect(o.reset(id, number, typed, secret), 409, "idempotency_conflict")
	o.expect(o.reset(ulid.New(), number, code, secret), 400, "input.invalid") // once
	var events []string
	if err := act.Each(act.Read(o), "SELECT e.kind || ' ' || a.role FROM login_events e JOIN acts a ON a.id = e.act WHERE e.record = ? ORDER BY e.id", []any{sari.Id}, func(row act.Scanner) error {
		var event string
		err := row.Scan(&event)
		events = append(events, event)
		return err
	}); err != nil || strings.Join(events, ", ") != "code_issued manager, code_issued manager, code_used member" {
		t.Errorf("%v %v", events, err)
	}
	o.Verify()
}

func TestACodeIsShownOnce(t *testing.T) {
	o := serve(t)
	boss, sari, id := o.Manager(), o.Member("Sari"), ulid.New()
	make := func() answer {
		return o.ask("POST", fmt.Sprintf("/api/coop/members/%d/reset-code", sari.GetInt("number")), o.Token(boss), desk, map[string]any{"id": id})
	}
	if a := make(); a.status != 201 || a.body["identity"] != fmt.Sprintf("%04d", sari.GetInt("number")) || a.body["expires_at"] != "2026-11-05T03:00:00Z" {
		t.Fatalf("%d %s", a.status, a.raw)
	}
	o.expect(make(), 409, "login.code_shown_once")
}

func TestACodeEndsAfterTwoDaysAndAfterFiveWrongTries(t *testing.T) {
	o := serve(t)
	boss := o.Manager()
	sari, number := o.somebody("Sari")
	code := o.code(boss, sari)
	o.Travel(testapp.Now.Add(48 * time.Hour))
	o.expect(o.reset(ulid.New(), number, code, other), 400, "input.invalid")
	o.Travel(testapp.Now.Add(72 * time.Hour))
	code = o.code(boss, sari)
	for range 5 {
		o.expect(o.reset(ulid.New(), number, "AAAA-AAAA", other), 400, "input.invalid")
	}
	o.expect(o.reset(ulid.New(), number, code, other), 400, "input.invalid")
	code = o.code(boss, sari)
	o.Travel(testapp.Now.Add(73 * time.Hour))
	o.expect(o.reset(ulid.New(), number, code, other), 201, "")
}

// Whoever guesses hears the same of a member with a code, a member without one, a leaver and nobody at all.
func TestACodeTellsNobodyWhoIsAMember(t *testing.T) {
	o := serve(t)
	sari, number := o.somebody("Sari")
	o.code(o.Manager(), sari)
	_, without := o.somebody("Budi")
	left, leaver := o.somebody("Lia")
	left.Set("status", "left")
	if err := o.UnsafeWithoutHooks().SaveNoValidate(left); err != nil {
		t.Fatal(err)
	}
	heard := map[string][]string{}
	for _, identity := range []string{number, without, leaver, "98765", "siapa@contoh.id"} {
		for range 11 {
			a := o.reset(ulid.New(), identity, "AAAA-AAAA", other)
			heard[identity] = append(heard[identity], fmt.Sprint(a.status, a.raw))
		}
	}
	first := heard[number]
	if !strings.HasPrefix(first[9], "400") || !strings.HasPrefix(first[10], "429") {
		t.Errorf("ten tries, then a rest: %v", first)
	}
	for identity, all := range heard {
		if !slices.Equal(all, first) {
			t.Errorf("%s hears something else: %v", identity, all)
		}
	}
}

func TestOfTwoWhoUseACodeAtOnceOneWins(t *testing.T) {
	o := serve(t)
	sari, number := o.somebody("Sari")
	code := o.code(o.Manager(), sari)
	var all sync.Map
	var people sync.WaitGroup
	for i := range 4 {
		people.Go(func() {
			all.Store(i, o.reset(ulid.New(), number, code, fmt.Sprint("kata-sandi-nomor-", i)).status)
		})
	}
	people.Wait()
	won := map[any]any{}
	all.Range(func(i, status any) bool {
		if status == 201 {
			won[i] = true
		} else if status != 400 {
			t.Errorf("%v hears %v", i, status)
		}
		return true
	})
	if len(won) != 1 {
		t.Fatalf("%v won", won)
	}
	for i := range maps.Keys(won) {
		o.logIn("members", number, fmt.Sprint("kata-sandi-nomor-", i), phone, "")
	}
}

func TestOnlyManagersMakeCodesAndOperatorsRememberIt(t *testing.T) {
	o := serve(t)
	boss, treasurer, sari := o.Manager(), o.Operator(act.Treasurer), o.Member("Sari")
	path := fmt.Sprintf("/api/coop/members/%d/reset-code", sari.GetInt("number"))
	for _, who := range []*core.Record{treasurer, o.Operator(act.Supervisor), sari, o.Member("Budi")} {
		o.expect(o.ask("POST", path, o.Token(who), desk, map[string]any{"id": ulid.New()}), 403, "auth.forbidden")
	}
	o.expect(o.ask("POST", path, "", desk, map[string]any{"id": ulid.New()}), 401, "auth.required")
	o.expect(o.ask("POST", "/api/coop/members/98765/reset-code", o.Token(boss), desk, map[string]any{"id": ulid.New()}), 404, "member.unknown")
	made := o.ask("POST", "/api/coop/operators/"+treasurer.Id+"/reset-code", o.Token(boss), desk, map[string]any{"id": ulid.New()})
	if made.status != 201 || made.body["identity"] != treasurer.Email() {
		t.Fatalf("%d %s", made.status, made.raw)
	}
	keyed := func() (by string) {
		if err := act.Read(o).Row("SELECT keyed_by FROM operators WHERE id = ?", treasurer.Id).Scan(&by); err != nil {
			t.Fatal(err)
		}
		return by
	}
	if keyed() != boss.Id {
		t.Errorf("whoever makes the code holds the key: %q", keyed())
	}
	used := o.ask("POST", "/api/coop/login/reset", "", desk, map[string]any{"id": ulid.New(), "login": "operators", "identity": strings.ToUpper(treasurer.Email()), "code": made.body["code"], "password": other})
	if used.status != 201 || keyed() != boss.Id {
		t.Errorf("and could have used it: %d %s, keyed by %q", used.status, used.raw, keyed())
	}
	o.logIn("operators", treasurer.Email(), other, desk, "")
	o.expect(o.ask("POST", "/api/coop/operators/none/reset-code", o.Token(boss), desk, map[string]any{"id": ulid.New()}), 404, "login.operator_unknown")
	treasurer.Set("active", false)
	if err := o.UnsafeWithoutHooks().SaveNoValidate(treasurer); err != nil {
		t.Fatal(err)
	}
	o.expect(o.ask("POST", "/api/coop/operators/"+treasurer.Id+"/reset-code", o.Token(boss), desk, map[string]any{"id": ulid.New()}), 409, "login.gone")
}

func TestAnotherPasswordEndsAllSessions(t *testing.T) {
	o := serve(t)
	cashier := o.Operator(act.Cashier)
	token := o.LogIn(cashier)
	if a := o.ask("PATCH", "/api/collections/operators/records/"+cashier.Id, o.Token(o.Manager()), desk, map[string]any{"password": other, "passwordConfirm": other}); a.status != 200 {
		t.Fatalf("%d %s", a.status, a.raw)
	}
	var left int
	if err := act.Read(o).Row("SELECT count(*) FROM sessions WHERE record = ?", cashier.Id).Scan(&left); err != nil || left != 0 || o.alive(token) {
		t.Errorf("%d sessions are left (%v)", left, err)
	}
}

// A phone that listens is cut off with its session: it hears nothing more of the member.
func TestARealtimeConnectionEndsWithItsSession(t *testing.T) {
	o := serve(t)
	_, number := o.somebody("Sari")
	mine, lost := o.logIn("members", number, secret, phone, ""), o.logIn("members", number, secret, desk, "")
	stream, err := http.Get(o.url + "/api/realtime")
	if err != nil {
		t.Fatal(err)
	}
	defer stream.Body.Close()
	lines, client := bufio.NewScanner(stream.Body), ""
	for client == "" && lines.Scan() {
		if data, ok := strings.CutPrefix(lines.Text(), "data:"); ok {
			var hello struct{ ClientID string }
			if err := json.Unmarshal([]byte(data), &hello); err != nil {
				t.Fatal(err)
			}
			client = hello.ClientID
		}
	}
	if a := o.ask("POST", "/api/realtime", lost, desk, map[string]any{"clientId": client, "subscriptions": []string{"coop/member/" + strings.TrimLeft(number, "0")}}); a.status != 204 {
		t.Fatalf("%d %s", a.status, a.raw)
	}
	o.ask("POST", "/api/coop/me/sessions/end", mine, phone, map[string]any{"id": ulid.New(), "others": true})
	for lines.Scan() { // until the server hangs up; the test's own limit stops one that doesn't
	}
	if client == "" || lines.Err() != nil {
		t.Errorf("client %q: %v", client, lines.Err())
	}
}

func TestPasskeysKeepToTheirOriginTheirOwnerAndTheirTime(t *testing.T) {
	o := serve(t)
	_, number := o.somebody("Sari")
	token := o.logIn("members", number, secret, phone, "")
	begin := func(token string) answer {
		return o.ask("POST", "/api/coop/me/passkeys/begin", token, phone, map[string]any{})
	}
	for address, origin := range map[string]string{"http://127.0.0.1:8090": "", "https://10.1.2.3": "", "http://koperasi.id": "", "": "", "ftp://koperasi.id": "",
		"http://localhost:8090": "http://localhost:8090", "https://Koperasi.ID/": "https://koperasi.id"} {
		o.Settings().Meta.AppURL = address
		if got := login.PasskeyOrigin(o); got != origin {
			t.Errorf("at %q passkeys work at %q, want %q", address, got, origin)
		}
		if (begin(token).status == 200) != (origin != "") {
			t.Errorf("at %q: %s", address, begin(token).raw)
		}
	}
	o.Settings().Meta.AppURL = "https://koperasi.id"
	asked := o.ask("POST", "/api/coop/login/passkey/begin", "", phone, map[string]any{})
	if asked.status != 200 || strings.Contains(asked.raw, "allowCredentials") {
		t.Errorf("who may come in is named to nobody: %d %s", asked.status, asked.raw)
	}
	in := func(ceremony any) answer {
		return o.ask("POST", "/api/coop/login/passkey", "", phone, map[string]any{"ceremony": ceremony, "credential": map[string]any{"id": "x", "type": "public-key"}})
	}
	o.expect(in("never"), 400, "login.passkey_late")
	o.expect(in(asked.body["ceremony"]), 400, "login.passkey_refused")
	o.expect(in(asked.body["ceremony"]), 400, "login.passkey_late") // once
	o.expect(o.ask("POST", "/api/coop/me/passkeys/remove", token, phone, map[string]any{"id": ulid.New(), "passkey": "AAAA"}), 404, "login.passkey_unknown")
	late := begin(token).body["ceremony"]
	o.Travel(testapp.Now.Add(6 * time.Minute))
	o.expect(o.ask("POST", "/api/coop/me/passkeys", token, phone, map[string]any{"id": ulid.New(), "ceremony": late, "credential": map[string]any{}}), 400, "login.passkey_late")
	o.Travel(testapp.Now.Add(11 * time.Minute))
	o.expect(begin(token), 403, "auth.confirm_first")
	o.expect(begin(""), 401, "auth.required")
}
