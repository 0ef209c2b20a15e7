package login_test

import (
	"bytes"
	"context"
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"image"
	"image/color"
	"image/png"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/pocketbase/pocketbase/core"

	"kpdk/hooks/internal/act"
	"kpdk/hooks/internal/clock"
	"kpdk/hooks/internal/fault"
	"kpdk/hooks/internal/keys"
	"kpdk/hooks/internal/money"
	"kpdk/hooks/internal/testapp"
	"kpdk/hooks/internal/ulid"
	"kpdk/hooks/ledger"
	"kpdk/hooks/login"
	"kpdk/hooks/member"
	"kpdk/hooks/savings"
)

const (
	raniNIP = "198609262015052001"
	budiNIP = "199205082023081001"
)

// onTheList puts somebody onto the staff list the way an import does: the NIP sealed.
func (o *office) onTheList(name, nip, birth string) *core.Record {
	o.t.Helper()
	ring, err := keys.Of(o)
	if err != nil {
		o.t.Fatal(err)
	}
	unit, err := o.FindFirstRecordByData("work_units", "code", "622801")
	if err != nil {
		unit = o.Record("work_units", map[string]any{"code": "622801", "name": "Sekretariat"})
	}
	return o.Record("employees", map[string]any{"name": name, "work_unit": unit.Id, "status": "civil_servant", "active": true, "birth_date": birth,
		"nip_sealed": ring.Seal(nip), "nip_index": ring.Index("nip", nip)})
}

// drawn is a signature of one stroke.
func drawn(ink bool) map[string]any {
	picture := image.NewNRGBA(image.Rect(0, 0, 300, 100))
	for x := 20; ink && x < 280; x++ {
		picture.Set(x, 30+x/8, color.NRGBA{14, 47, 39, 255})
	}
	var out bytes.Buffer
	_ = png.Encode(&out, picture)
	return map[string]any{"how": "drawn", "drawn": base64.StdEncoding.EncodeToString(out.Bytes())}
}

var typedName = map[string]any{"how": "typed", "typed": "Rani Wulandari"}

func (o *office) statutes() {
	o.t.Helper()
	o.Record("pages", map[string]any{"slug": "anggaran-dasar", "section": "statutes", "language": "id", "title": "Anggaran dasar", "public": true,
		"body": "<h2>Nama</h2><p>Satu &amp; <b>sama</b>.</p><script>alert(1)</script><ul><li>Pasal satu</li></ul>"})
}

func (o *office) books(number int64, account int) money.Rupiah {
	o.t.Helper()
	amount, err := ledger.Balance(act.Read(o), ledger.MemberParty(number), account)
	if err != nil {
		o.t.Fatal(err)
	}
	return -amount
}

func (o *office) statusOf(number int64) member.Status {
	o.t.Helper()
	p, err := member.Find(act.Read(o), number)
	if err != nil {
		o.t.Fatal(err)
	}
	return p.Status
}

// An invitation's code is one person's: forged, old, replaced and used ones all sound the same, and the
// letter alone is not the person.
func TestAnInvitationIsOnePersonsAlone(t *testing.T) {
	o := serve(t)
	boss := o.Token(o.Manager())
	rani, budi := o.onTheList("Rani Wulandari", raniNIP, "1986-09-26"), o.onTheList("Budi Santoso", budiNIP, "1992-05-08")
	asked := o.ask("POST", "/api/coop/members/invite", boss, desk, map[string]any{"id": ulid.New(), "employees": []string{rani.Id, budi.Id}})
	number := int64(asked.body["invited"].([]any)[0].(map[string]any)["number"].(float64))
	invite := func(n int64) string {
		t.Helper()
		a := o.ask("POST", fmt.Sprintf("/api/coop/members/%d/invitation", n), boss, desk, map[string]any{"id": ulid.New()})
		if a.status != http.StatusCreated || a.body["identity"] != fmt.Sprintf("%04d", n) {
			t.Fatalf("%d %s", a.status, a.raw)
		}
		return a.body["code"].(string)
	}
	accept := func(n int64, code string, more map[string]any) answer {
		body := map[string]any{"id": ulid.New(), "number": n, "code": code, "password": secret}
		for k, v := range more {
			body[k] = v
		}
		return o.ask("POST", "/api/coop/login/invitation", "", phone, body)
	}
	born := map[string]any{"birth_date": "1986-09-26"}
	code := invite(number)
	var stored string
	if err := act.Read(o).Row("SELECT hex(hash) FROM invitations WHERE member = ?", number).Scan(&stored); err != nil || strings.Contains(stored, strings.ReplaceAll(code, "-", "")) {
		t.Errorf("the file holds %s: %v", stored, err)
	}
	// Somebody else's letter, a made-up code, a number that nobody has: one and the same answer.
	forged := accept(number, invite(number+1), born)
	nobody := accept(99_999, code, born)
	if forged.raw != nobody.raw || forged.status != http.StatusBadRequest || forged.body["data"].(map[string]any)["code"].(map[string]any)["code"] != "login.invitation_refused" {
		t.Errorf("%s\n%s", forged.raw, nobody.raw)
	}
	// A colleague who knows number and birthday doesn't get around the letter.
	if a := o.ask("POST", "/api/coop/login/application", "", phone, map[string]any{"id": ulid.New(), "name": "Rani Wulandari", "identity_number": raniNIP, "birth_date": "1986-09-26", "password": secret}); a.status != http.StatusBadRequest {
		t.Errorf("applied beside a letter: %d %s", a.status, a.raw)
	}
	// The letter in another's hands.
	if a := accept(number, code, map[string]any{"birth_date": "1986-09-27"}); a.status != http.StatusBadRequest || a.body["data"].(map[string]any)["birth_date"] == nil {
		t.Errorf("%d %s", a.status, a.raw)
	}
	if a := accept(number, code, map[string]any{"digits": "2002"}); a.status != http.StatusBadRequest || a.body["data"].(map[string]any)["digits"] == nil {
		t.Errorf("%d %s", a.status, a.raw)
	}
	// A newer letter voids the older; a lost answer can't be asked for again.
	old, key := code, ulid.New()
	a := o.ask("POST", fmt.Sprintf("/api/coop/members/%d/invitation", number), boss, desk, map[string]any{"id": key})
	code = a.body["code"].(string)
	o.expect(o.ask("POST", fmt.Sprintf("/api/coop/members/%d/invitation", number), boss, desk, map[string]any{"id": key}), http.StatusConflict, "login.code_shown_once")
	if a := accept(number, old, born); a.status != http.StatusBadRequest {
		t.Errorf("an old code: %d %s", a.status, a.raw)
	}
	// As people type it; then the same act again, and the code a second time.
	body := map[string]any{"id": ulid.New(), "number": number, "code": " " + strings.ToLower(strings.ReplaceAll(code, "-", " ")), "digits": "2001", "password": secret}
	if a := o.ask("POST", "/api/coop/login/invitation", "", phone, body); a.status != http.StatusCreated {
		t.Fatalf("%d %s", a.status, a.raw)
	}
	if a := o.ask("POST", "/api/coop/login/invitation", "", phone, body); a.status != http.StatusOK {
		t.Errorf("the same again: %d %s", a.status, a.raw)
	}
	if a := accept(number, code, born); a.raw != forged.raw {
		t.Errorf("a used code: %s", a.raw)
	}
	if o.statusOf(number) != member.Invited {
		t.Error("a login makes nobody a member")
	}
	o.logIn("members", fmt.Sprint(number), secret, phone, "")
	// Thirty days are enough for a letter.
	late := invite(number + 1)
	o.Travel(testapp.Now.Add(30*24*time.Hour + time.Minute))
	if a := accept(number+1, late, map[string]any{"birth_date": "1992-05-08"}); a.raw != forged.raw {
		t.Errorf("an old letter: %s", a.raw)
	}
	// Five tries end a code, also for its person.
	late = invite(number + 1)
	for range 5 {
		accept(number+1, late, map[string]any{"birth_date": "1992-05-09"})
	}
	if a := accept(number+1, late, map[string]any{"birth_date": "1992-05-08"}); a.raw != forged.raw {
		t.Errorf("after five tries: %s", a.raw)
	}
	o.Verify()
}

// From the letter to membership: statutes, consent and mandate signed apart, the board's word, and the
// principal in instalments that are held until it is whole.
func TestAnInvitedPersonSignsAndBecomesAMember(t *testing.T) {
	o := serve(t)
	o.statutes()
	managers := o.Manager()
	boss, cashier := o.Token(managers), o.Token(o.Operator(act.Cashier))
	rani := o.onTheList("Rani Wulandari", raniNIP, "1986-09-26")
	out, _, err := member.InviteEmployees(context.Background(), o, ulid.New(), testapp.By(managers), member.Invite{Employees: []string{rani.Id}})
	if err != nil {
		t.Fatal(err)
	}
	number := out.Invited[0].Number
	code, _, err := member.IssueInvitation(context.Background(), o, ulid.New(), testapp.By(managers), number)
	if err != nil {
		t.Fatal(err)
	}
	if a := o.ask("POST", "/api/coop/login/invitation", "", phone, map[string]any{"id": ulid.New(), "number": number, "code": code.Code, "birth_date": "1986-09-26", "password": secret}); a.status != http.StatusCreated {
		t.Fatalf("%d %s", a.status, a.raw)
	}
	token := o.logIn("members", fmt.Sprint(number), secret, phone, "")
	_, stranger := o.somebody("Sari Lain")
	strange := o.logIn("members", stranger, secret, phone, "")

	way := o.ask("GET", "/api/coop/me/joining", token, phone, nil)
	statute := way.body["statutes"].([]any)[0].(map[string]any)
	if text := fmt.Sprint(statute["text"]); way.body["status"] != "invited" || way.body["application"] != nil || text != "[Nama Satu & sama. Pasal satu]" {
		t.Fatalf("%s", way.raw)
	}
	body := map[string]any{"id": ulid.New(), "statutes": "00", "consent": drawn(true), "principal": "payroll", "instalments": 5,
		"mandate": map[string]any{"max_rupiah": 1_500_000, "voluntary_rupiah": 100_000, "signature": typedName}}
	apply := func(change map[string]any) answer {
		sent := map[string]any{}
		for k, v := range body {
			sent[k] = v
		}
		for k, v := range change {
			sent[k] = v
		}
		return o.ask("POST", "/api/coop/me/joining", token, phone, sent)
	}
	o.expect(apply(nil), http.StatusConflict, "member.statutes_changed")
	body["statutes"] = way.body["statutes_hash"]
	for field, change := range map[string]map[string]any{
		"consent": {"consent": drawn(false)}, "principal": {"mandate": nil}, "instalments": {"instalments": 6},
		"mandate.signature":        {"mandate": map[string]any{"max_rupiah": 1_500_000, "signature": map[string]any{"how": "typed", "typed": "R"}}},
		"mandate.voluntary_rupiah": {"mandate": map[string]any{"max_rupiah": 1, "voluntary_rupiah": 2, "signature": typedName}},
	} {
		if a := apply(change); a.status != http.StatusBadRequest || a.body["data"].(map[string]any)[field] == nil {
			t.Errorf("%s: %d %s", field, a.status, a.raw)
		}
	}
	first := apply(nil)
	if first.status != http.StatusCreated {
		t.Fatalf("%d %s", first.status, first.raw)
	}
	if again := apply(nil); again.status != http.StatusOK || again.body["application"] != first.body["application"] {
		t.Errorf("the same again: %d %s", again.status, again.raw)
	}
	o.expect(apply(map[string]any{"id": ulid.New()}), http.StatusConflict, "member.application_waits")
	if o.statusOf(number) != member.Invited {
		t.Error("nobody is a member before the board's word")
	}

	// Only the board sees applications; only the person and managers read the papers.
	for who, it := range map[string]string{"nobody": "", "member": strange, "cashier": cashier} {
		if a := o.ask("GET", "/api/coop/applications", it, desk, nil); a.status != http.StatusUnauthorized && a.status != http.StatusForbidden {
			t.Errorf("%s lists applications: %d", who, a.status)
		}
		if a := o.ask("POST", "/api/coop/applications/approve", it, desk, map[string]any{"id": ulid.New(), "applications": []any{first.body["application"]}}); a.status != http.StatusUnauthorized && a.status != http.StatusForbidden {
			t.Errorf("%s approves: %d", who, a.status)
		}
	}
	list := o.ask("GET", "/api/coop/applications?state=waiting", boss, desk, nil)
	one := list.body["applications"].([]any)[0].(map[string]any)
	if one["matched"] != "birth_date" || one["way"] != "invited" || one["signed"] != "drawn" || one["mandate_max_rupiah"] != 1_500_000.0 || list.body["waiting"] != 1.0 {
		t.Errorf("%s", list.raw)
	}
	for _, p := range one["papers"].([]any) {
		at := fmt.Sprintf("papers/%.0f", p.(map[string]any)["paper"])
		for who, c := range map[string]struct {
			path, token string
			status      int
		}{"owner": {"me/", token, 200}, "stranger": {"me/", strange, 404}, "manager": {"", boss, 200}, "cashier": {"", cashier, 403}, "nobody": {"me/", "", 401}} {
			a := o.ask("GET", "/api/coop/"+c.path+at, c.token, phone, nil)
			if a.status != c.status || a.status == 200 && !strings.HasPrefix(a.raw, "%PDF-") {
				t.Errorf("%s reads %s: %d %.60s", who, at, a.status, a.raw)
			}
		}
	}

	approve := map[string]any{"id": ulid.New(), "applications": []any{first.body["application"], 1}}
	said := o.ask("POST", "/api/coop/applications/approve", boss, desk, approve)
	if said.status != http.StatusCreated || len(said.body["approved"].([]any)) != 1 || said.body["active"] != 0.0 || len(said.body["refused"].([]any)) != 1 {
		t.Fatalf("%d %s", said.status, said.raw)
	}
	if o.statusOf(number) != member.Applicant {
		t.Errorf("%s", o.statusOf(number))
	}
	again := o.ask("POST", "/api/coop/applications/approve", boss, desk, map[string]any{"id": ulid.New(), "applications": []any{first.body["application"]}})
	if len(again.body["approved"].([]any)) != 0 || again.body["refused"].([]any)[0].(map[string]any)["code"] != "member.application_decided" {
		t.Errorf("%s", again.raw)
	}
	// Four of five parts are held; the fifth makes a member of the same number, and moves all of them.
	for i, paid := range []money.Rupiah{20_000, 60_000, 20_000} {
		deposit, _, err := savings.MakeDeposit(context.Background(), o, ulid.New(), testapp.By(managers), savings.Deposit{Member: number, Kind: "principal", Amount: paid})
		if err != nil || deposit.Activated != (i == 2) {
			t.Fatalf("%+v %v", deposit, err)
		}
		if i == 1 && (o.books(number, ledger.DepositHeld) != 80_000 || o.books(number, ledger.PrincipalSavings) != 0) {
			t.Errorf("held %d, principal %d", o.books(number, ledger.DepositHeld), o.books(number, ledger.PrincipalSavings))
		}
	}
	if o.statusOf(number) != member.Active || o.books(number, ledger.DepositHeld) != 0 || o.books(number, ledger.PrincipalSavings) != 100_000 {
		t.Errorf("%s, held %d, principal %d", o.statusOf(number), o.books(number, ledger.DepositHeld), o.books(number, ledger.PrincipalSavings))
	}

	// The mandate is the member's: another maximum is signed anew, and it ends at a word.
	mine := o.ask("GET", "/api/coop/me/mandate", token, phone, nil)
	if mine.body["mandate"].(map[string]any)["max_rupiah"] != 1_500_000.0 {
		t.Errorf("%s", mine.raw)
	}
	if a := o.ask("POST", "/api/coop/me/mandate", token, phone, map[string]any{"id": ulid.New(), "max_rupiah": 800_000, "signature": drawn(true)}); a.status != http.StatusCreated || a.body["paper"] == 0.0 {
		t.Errorf("%d %s", a.status, a.raw)
	}
	end := map[string]any{"id": ulid.New()}
	if a := o.ask("POST", "/api/coop/me/mandate/revoke", token, phone, end); a.status != http.StatusCreated || a.body["from"] != "2026-11-03" {
		t.Errorf("%d %s", a.status, a.raw)
	}
	if a := o.ask("POST", "/api/coop/me/mandate/revoke", token, phone, end); a.status != http.StatusOK {
		t.Errorf("the same again: %d", a.status)
	}
	o.expect(o.ask("POST", "/api/coop/me/mandate/revoke", token, phone, map[string]any{"id": ulid.New()}), http.StatusConflict, "member.no_mandate")
	if _, ok, err := member.MandateOn(act.Read(o), number, "2026-11-03"); ok || err != nil {
		t.Errorf("a revoked mandate stands: %v", err)
	}
	if a := o.ask("GET", "/api/coop/me/mandate", token, phone, nil); a.body["mandate"] != nil || len(a.body["history"].([]any)) != 3 {
		t.Errorf("%s", a.raw)
	}
	o.Verify()
}

// Somebody of the staff list joins without an invitation; what is refused never tells why.
func TestSomebodyAppliesOnTheirOwn(t *testing.T) {
	o := serve(t)
	o.statutes()
	boss := o.Token(o.Manager())
	o.onTheList("Dr. Rani Wulandari, S.E.", raniNIP, "1986-09-26")
	o.onTheList("Budi Santoso", budiNIP, "1992-05-08")
	apply := func(name, nip, born string) answer {
		return o.ask("POST", "/api/coop/login/application", "", phone, map[string]any{"id": ulid.New(), "name": name, "identity_number": nip, "birth_date": born,
			"phone": "0812 0000 0001", "email": "rani@contoh.id", "password": secret})
	}
	nobody := apply("Siti Tidak Ada", "199001012015032009", "1990-01-01")
	o.expect(nobody, http.StatusBadRequest, "login.application_refused")
	for what, a := range map[string]answer{"another name": apply("Rina Wulandari", raniNIP, "1986-09-26"), "another day": apply("Rani Wulandari", raniNIP, "1986-09-27")} {
		if a.raw != nobody.raw {
			t.Errorf("%s: %s", what, a.raw)
		}
	}
	ok := apply("rani  wulandari", "19860926 201505 2 001", "1986-09-26")
	if ok.status != http.StatusCreated {
		t.Fatalf("%d %s", ok.status, ok.raw)
	}
	number := int64(ok.body["number"].(float64))
	if a := apply("Rani Wulandari", raniNIP, "1986-09-26"); a.raw != nobody.raw {
		t.Errorf("a second time: %s", a.raw)
	}
	apply("Rani Wulandari", raniNIP, "1986-09-26")
	if a := apply("Rani Wulandari", raniNIP, "1986-09-26"); a.status != http.StatusTooManyRequests {
		t.Errorf("the sixth try of a number: %d %s", a.status, a.raw)
	}
	token := o.logIn("members", fmt.Sprint(number), secret, phone, "")
	way := o.ask("GET", "/api/coop/me/joining", token, phone, nil)
	sent := func() answer {
		return o.ask("POST", "/api/coop/me/joining", token, phone, map[string]any{"id": ulid.New(), "statutes": way.body["statutes_hash"], "consent": typedName, "principal": "cash",
			"mandate": map[string]any{"max_rupiah": 500_000, "signature": typedName}})
	}
	first := sent()
	refuse := func(id any, reason string) answer {
		return o.ask("POST", fmt.Sprintf("/api/coop/applications/%.0f/refuse", id), boss, desk, map[string]any{"id": ulid.New(), "reason": reason})
	}
	if a := refuse(first.body["application"], " "); a.status != http.StatusBadRequest {
		t.Errorf("without a reason: %d", a.status)
	}
	if a := refuse(first.body["application"], "Datang dulu ke kantor dengan kartu pegawai."); a.status != http.StatusCreated {
		t.Fatalf("%d %s", a.status, a.raw)
	}
	told := o.ask("GET", "/api/coop/me/joining", token, phone, nil).body["application"].(map[string]any)
	if told["state"] != "refused" || told["reason"] != "Datang dulu ke kantor dengan kartu pegawai." {
		t.Errorf("%v", told)
	}
	if _, stands, err := member.MandateOn(act.Read(o), number, "2026-11-03"); stands || err != nil {
		t.Errorf("the mandate of a refused application stands: %v", err)
	}
	// Applying again is possible, and a rule of the co-op may make a member at the board's word.
	o.Act("test.policy", func(tx *act.Tx) error {
		tx.Forget()
		return tx.Exec("INSERT INTO policies(key, value, valid_from, act) VALUES('member.active_when', '\"at_once\"', '2026-11-01', ?)", tx.ID())
	})
	second := sent()
	many := o.ask("POST", "/api/coop/applications/approve", boss, desk, map[string]any{"id": ulid.New(), "applications": []any{second.body["application"], first.body["application"]}})
	if refused := many.body["refused"].([]any); len(many.body["approved"].([]any)) != 0 || len(refused) != 2 || refused[0].(map[string]any)["code"] != "member.approve_singly" {
		t.Errorf("whoever came in by number and birth date, among many: %s", many.raw)
	}
	if a := o.ask("POST", "/api/coop/applications/approve", boss, desk, map[string]any{"id": ulid.New(), "applications": []any{second.body["application"]}}); a.body["active"] != 1.0 {
		t.Errorf("%d %s", a.status, a.raw)
	}
	if o.statusOf(number) != member.Active || o.books(number, ledger.PrincipalSavings) != 0 {
		t.Errorf("%s", o.statusOf(number))
	}
	o.Verify()
}

// Whoever guesses shuts the door on themselves and on whoever sits beside them, however many addresses they have, and
// never on everybody.
func TestGuessingShutsOneDoor(t *testing.T) {
	o := serve(t)
	o.onTheList("Rani Wulandari", raniNIP, "1986-09-26")
	o.onTheList("Budi Santoso", budiNIP, "1992-05-08")
	try := func(ip, name, nip, born string) string {
		_, _, err := login.ApplyToJoin(context.Background(), o, ulid.New(), ip, login.Apply{Described: member.Described{Name: name, Number: nip, BirthDate: clock.Date(born)}, Password: secret})
		var f *fault.Fault
		if errors.As(err, &f) {
			return f.Code
		}
		return fmt.Sprint(err)
	}
	n := 0
	guess := func(ip string) string {
		n++
		return try(ip, "Rani", fmt.Sprintf("19860926201505%04d", 1000+n), "1986-09-26")
	}
	for range 100 {
		if got := guess("203.0.113.7"); got != "login.application_refused" {
			t.Fatal(n, got)
		}
	}
	for _, ip := range []string{"203.0.113.7", "::ffff:203.0.113.7"} {
		if got := guess(ip); got != "login.applications_rest" {
			t.Errorf("the hundred-and-first from %s: %s", ip, got)
		}
	}
	if got := try("203.0.113.8", "Rani Wulandari", raniNIP, "1986-09-26"); got != "<nil>" {
		t.Errorf("somebody elsewhere: %s", got)
	}
	for i := range 100 { // one household has as many long addresses as it likes
		guess(fmt.Sprintf("2001:db8:1:2::%x", i+1))
	}
	if got := guess("2001:db8:1:2:ffff::1"); got != "login.applications_rest" {
		t.Errorf("another address of the same network: %s", got)
	}
	if got := guess("2001:db8:1:3::1"); got != "login.application_refused" {
		t.Errorf("another network: %s", got)
	}
	for i := range 200 { // whoever has a whole /48 shuts the door on that
		guess(fmt.Sprintf("2001:db8:1:%x::1", 16+i))
	}
	if got := guess("2001:db8:1:ffff::1"); got != "login.applications_rest" {
		t.Errorf("a fresh network of the same customer: %s", got)
	}
	if got := guess("2001:db8:2:1::1"); got != "login.application_refused" {
		t.Errorf("another customer: %s", got)
	}
	// Ten tries of one number from anywhere, five from one place: its owner, elsewhere, has some left.
	const mine = "198609262015042001"
	o.onTheList("Citra Lestari", mine, "1986-09-26")
	for i, want := range []string{"login.application_refused", "login.application_refused", "login.application_refused", "login.application_refused", "login.application_refused", "login.applications_rest", "login.applications_rest"} {
		if got := try("192.0.2.200", "Rina", mine, "1986-09-26"); got != want {
			t.Errorf("try %d of one number from one place: %s", i+1, got)
		}
	}
	if got := try("198.18.7.7", "Citra Lestari", mine, "1986-09-26"); got != "<nil>" {
		t.Errorf("its owner: %s", got)
	}
	// A thousand places guess: those where hardly anybody did are still let in, and may guess five times.
	places := 0
	for i := 0; guess(fmt.Sprintf("198.51.%d.%d", i%40, i/40)) == "login.application_refused"; i++ {
		if places++; places > 2_000 {
			t.Fatal("nothing stops tries from everywhere")
		}
	}
	if places < 1_000 {
		t.Errorf("%d tries stopped those places", places)
	}
	for i := range 7 {
		if got, want := guess(fmt.Sprintf("192.0.3.%d", i)), map[bool]string{true: "login.application_refused", false: "login.applications_rest"}[i < 5]; got != want {
			t.Errorf("guess %d from a quiet network: %s", i+1, got)
		}
	}
	if got := guess("2001:db8:1:ffff::1"); got != "login.applications_rest" {
		t.Errorf("the attacker: %s", got)
	}
	if got := try("192.0.2.1", "Budi Santoso", budiNIP, "1992-05-08"); got != "login.applications_rest" { // five were guessed from there above
		t.Errorf("beside the attacker: %s", got)
	}
	if got := try("192.0.4.1", "Budi Santoso", budiNIP, "1992-05-08"); got != "<nil>" {
		t.Errorf("who sits elsewhere: %s", got)
	}
	// Through a proxy that nobody told PocketBase to believe all come from this machine: the number alone counts.
	o.Travel(o.Now().Add(15 * time.Minute))
	for range 120 {
		if got := guess("127.0.0.1"); got != "login.application_refused" {
			t.Fatalf("behind a proxy: %s", got)
		}
	}
}

// What was counted of guesses outlives the server, also what was cleared; the table names nobody, and what is over goes.
func TestARestartForgivesNobody(t *testing.T) {
	o := serve(t)
	withMail(t, o)
	_, number := o.withAddress("Sari", "sari@contoh.id")
	try := func(url, way string, body map[string]any) int {
		t.Helper()
		raw, _ := json.Marshal(body)
		response, err := http.Post(url+"/api/collections/members/"+way, "application/json", bytes.NewReader(raw))
		if err != nil {
			t.Fatal(err)
		}
		response.Body.Close()
		return response.StatusCode
	}
	reset := func(url string) int { // without the cost of a password
		t.Helper()
		raw, _ := json.Marshal(map[string]any{"id": ulid.New(), "login": "members", "identity": number, "code": "AAAA-AAAA", "password": other})
		response, err := http.Post(url+"/api/coop/login/reset", "application/json", bytes.NewReader(raw))
		if err != nil {
			t.Fatal(err)
		}
		response.Body.Close()
		return response.StatusCode
	}
	code := map[string]any{"otpId": o.request("sari@contoh.id").body["otpId"], "password": "000000"}
	for range 9 {
		if got := reset(o.url); got != 400 {
			t.Fatal(got)
		}
	}
	for range 3 {
		if got := try(o.url, "auth-with-otp", code); got != 400 {
			t.Fatal(got)
		}
	}
	if got := try(o.url, "auth-with-password", map[string]any{"identity": number, "password": "salah sekali"}); got != 400 {
		t.Fatal(got)
	}
	count := func(kind string) (rows int) {
		t.Helper()
		if err := login.SaveTries(o.App); err != nil {
			t.Fatal(err)
		}
		var words int
		if err := act.Read(o.App).Row("SELECT count(*), coalesce(sum(instr(CAST(account AS TEXT), ?) > 0), 0) FROM tries WHERE kind = ?", number, kind).Scan(&rows, &words); err != nil || words != 0 {
			t.Errorf("%d rows have the number: %v", words, err)
		}
		return rows
	}
	if count("reset") != 1 || count("code") != 1 || count("password") != 1 {
		t.Errorf("%d, %d and %d rows", count("reset"), count("code"), count("password"))
	}
	again, err := testapp.OpenFolder(o.DataDir())
	if err != nil {
		t.Fatal(err)
	}
	clock.Set(again, o.Now)
	mux, err := testapp.Mux(again)
	if err != nil {
		t.Fatal(err)
	}
	server := httptest.NewServer(mux)
	t.Cleanup(func() { server.Close(); act.Close(again); _ = again.ResetBootstrapState() })
	if one, two := reset(server.URL), reset(server.URL); one != 400 || two != 429 {
		t.Errorf("the tenth and the eleventh after a restart: %d, %d", one, two)
	}
	for i, want := range []int{400, 400, 429} {
		if got := try(server.URL, "auth-with-otp", code); got != want {
			t.Errorf("code %d after a restart: %d, want %d", 4+i, got, want)
		}
	}
	if o.logIn("members", number, secret, phone, ""); count("password") != 0 {
		t.Error("the right password clears nothing")
	}
	o.Travel(o.Now().Add(16 * time.Minute))
	reset(o.url)
	if count("reset") != 1 || count("code") != 0 {
		t.Errorf("%d and %d rows, and what is over stays", count("reset"), count("code"))
	}
}
