package login_test

import (
	"context"
	"fmt"
	"net/http"
	"strings"
	"testing"

	"github.com/pocketbase/pocketbase/core"

	"kpdk/hooks/internal/act"
	"kpdk/hooks/internal/testapp"
	"kpdk/hooks/internal/ulid"
	"kpdk/hooks/member"
)

// stranger is a colleague who opened a login in somebody's name: what it says, and what it holds.
type stranger struct {
	o       *office
	number  int64
	address string
	token   string
}

// impostor applies as a person of the staff list, whose birth date is in the NIP, with an address and a password of
// the own, and sets what can be set before anybody is a member.
func (o *office) impostor(name, nip, address string) stranger {
	o.t.Helper()
	born := nip[:4] + "-" + nip[4:6] + "-" + nip[6:8]
	who := o.onTheList(name, nip, born)
	who.Set("email", strings.ToLower(strings.Fields(name)[0])+"@kantor.example")
	if err := o.Save(who); err != nil {
		o.t.Fatal(err)
	}
	a := o.ask("POST", "/api/coop/login/application", "", desk, map[string]any{"id": ulid.New(), "name": name, "identity_number": nip, "birth_date": born,
		"email": address, "phone": "0812 666", "password": other})
	if a.status != http.StatusCreated {
		o.t.Fatalf("%d %s", a.status, a.raw)
	}
	s := stranger{o, int64(a.body["number"].(float64)), address, ""}
	s.token = o.logIn("members", fmt.Sprint(s.number), other, desk, "")
	if a := o.ask("POST", "/api/coop/me/pin", s.token, desk, map[string]any{"id": ulid.New(), "pin": "4826"}); a.status != http.StatusCreated {
		o.t.Fatalf("%d %s", a.status, a.raw)
	}
	return s
}

// signs the consent and a mandate in the person's name, and gives the application.
func (s stranger) signs(typed string) answer {
	s.o.t.Helper()
	way := s.o.ask("GET", "/api/coop/me/joining", s.token, desk, nil)
	signature := map[string]any{"how": "typed", "typed": typed}
	return s.o.ask("POST", "/api/coop/me/joining", s.token, desk, map[string]any{"id": ulid.New(), "statutes": way.body["statutes_hash"], "consent": signature, "principal": "cash",
		"mandate": map[string]any{"max_rupiah": 900_000, "voluntary_rupiah": 100_000, "signature": signature}})
}

// isOut holds that nothing of what the stranger set opens or says anything any more.
func (s stranger) isOut(email string) {
	o := s.o
	o.t.Helper()
	if o.alive(s.token) {
		o.t.Error("the stranger's session lives")
	}
	if a := o.ask("POST", "/api/collections/members/auth-with-password", "", desk, map[string]any{"identity": fmt.Sprint(s.number), "password": other}); a.status == 200 {
		o.t.Error("the stranger's password opens the login")
	}
	if n := o.codesAfter(s.address); n != 0 {
		o.t.Errorf("%d codes go to the stranger's address", n)
	}
	r := o.memberRecord(s.number)
	if r.Email() != email || r.Verified() || r.GetString("phone") != "" || r.GetString("pin_hash") != "" {
		o.t.Errorf("the login says %q %v %q %q", r.Email(), r.Verified(), r.GetString("phone"), r.GetString("pin_hash"))
	}
	if _, granted, err := member.MandateOn(act.Read(o), s.number, "2026-11-03"); granted && err == nil && s.mandates() > 0 {
		o.t.Error("a mandate that the stranger signed stands")
	}
}

// told counts how often the person was told, and whether a letter goes to the address that the staff list has.
func (s stranger) told(listed string) (n, letters int) {
	s.o.t.Helper()
	if err := act.Read(s.o).Row("SELECT count(*), count(b.email) FROM notices n LEFT JOIN notice_addresses b ON b.notice = n.id AND b.email = ? WHERE n.member = ? AND n.kind = 'login_voided'", listed, s.number).Scan(&n, &letters); err != nil {
		s.o.t.Fatal(err)
	}
	return n, letters
}

// mandates counts what stands of those that were signed in the app.
func (s stranger) mandates() (n int) {
	s.o.t.Helper()
	if err := act.Read(s.o).Row("SELECT count(*) FROM mandates m JOIN signed_papers p ON p.mandate = m.id WHERE m.id = (SELECT max(id) FROM mandates WHERE member = ?)", s.number).Scan(&n); err != nil {
		s.o.t.Fatal(err)
	}
	return n
}

func (o *office) memberRecord(number int64) *core.Record {
	o.t.Helper()
	r, err := o.FindFirstRecordByData("members", "number", number)
	if err != nil {
		o.t.Fatal(err)
	}
	return r
}

// codesAfter asks for a code by mail and counts those that were made by it.
func (o *office) codesAfter(email string) (n int) {
	o.t.Helper()
	var before int
	for i, count := range []*int{&before, &n} {
		if i == 1 {
			if a := o.request(email); a.status != 200 || a.body["otpId"] == "" {
				o.t.Fatalf("an address sounds different: %d %s", a.status, a.raw)
			}
		}
		if err := act.Read(o).Row("SELECT count(*) FROM _otps").Scan(count); err != nil {
			o.t.Fatal(err)
		}
	}
	return n - before
}

// A colleague knows name, NIP and with it the birth date; the login that is opened with those is the person's from the
// moment the person comes, by letter, by the manager's code, or on paper.
func TestALoginThatAStrangerOpenedIsThePersons(t *testing.T) {
	o := serve(t)
	o.statutes()
	withMail(t, o)
	managers := o.Manager()
	boss, by, ctx := o.Token(managers), testapp.By(managers), context.Background()
	letter := func(number int64) string {
		t.Helper()
		a := o.ask("POST", fmt.Sprintf("/api/coop/members/%d/invitation", number), boss, desk, map[string]any{"id": ulid.New()})
		if a.status != http.StatusCreated {
			t.Fatalf("%d %s", a.status, a.raw)
		}
		return a.body["code"].(string)
	}
	code := func(number int64) {
		t.Helper()
		a := o.ask("POST", fmt.Sprintf("/api/coop/members/%d/reset-code", number), boss, desk, map[string]any{"id": ulid.New()})
		if b := o.ask("POST", "/api/coop/login/reset", "", phone, map[string]any{"id": ulid.New(), "login": "members", "identity": fmt.Sprint(number), "code": a.body["code"], "password": secret}); b.status != http.StatusCreated {
			t.Fatalf("%s %s", a.raw, b.raw)
		}
	}

	// Apply, then the letter: it ends the stranger's login before it lies on the desk, and the person has all to themself.
	s := o.impostor("Rani Wulandari", raniNIP, "penyusup@jahat.example")
	if n := o.codesAfter(s.address); n != 0 {
		t.Errorf("%d codes go to an address that an applicant wrote", n)
	}
	it := letter(s.number)
	s.isOut("rani@kantor.example")
	if a := s.signs("Rani Wulandari"); a.status != http.StatusUnauthorized {
		t.Errorf("the stranger signs beside a letter: %d %s", a.status, a.raw)
	}
	if a := o.ask("POST", "/api/coop/login/invitation", "", phone, map[string]any{"id": ulid.New(), "number": s.number, "code": it, "birth_date": "1986-09-26", "password": secret}); a.status != http.StatusCreated {
		t.Fatalf("%d %s", a.status, a.raw)
	}
	s.isOut("rani@kantor.example")
	hers := o.logIn("members", fmt.Sprint(s.number), secret, phone, "")
	if n := o.codesAfter("rani@kantor.example"); n != 1 { // what the list says is hers from the letter on
		t.Errorf("%d codes go to the person", n)
	}
	if n, letters := s.told("rani@kantor.example"); n != 1 || letters != 1 {
		t.Errorf("the person was told %d times, %d letters", n, letters)
	}
	// Another letter to whoever came by one already leaves the login alone, until somebody comes by it.
	letter(s.number)
	if !o.alive(hers) {
		t.Error("a letter ends a login that a letter opened")
	}

	// Apply and sign, then the manager's code: what was signed is void, and nobody waits for the board in the person's name.
	s = o.impostor("Budi Santoso", budiNIP, "budi@jahat.example")
	if a := s.signs("Budi Santoso"); a.status != http.StatusCreated {
		t.Fatalf("%d %s", a.status, a.raw)
	}
	code(s.number)
	s.isOut("budi@kantor.example")
	his := o.logIn("members", fmt.Sprint(s.number), secret, phone, "")
	if way := o.ask("GET", "/api/coop/me/joining", his, phone, nil); way.body["application"] != nil {
		t.Errorf("the person reads %s", way.raw)
	}
	mine := stranger{o, s.number, "", his}
	if a := mine.signs("budi  santoso"); a.status != http.StatusCreated {
		t.Fatalf("%d %s", a.status, a.raw)
	}
	code(s.number) // forgotten again: what the person signed stays
	if n, _ := s.told(""); n != 1 {
		t.Errorf("told %d times that a login was closed", n)
	}
	waiting := o.ask("GET", "/api/coop/applications?state=waiting", boss, desk, nil).body["applications"].([]any)
	if len(waiting) != 1 || waiting[0].(map[string]any)["way"] != "code" || waiting[0].(map[string]any)["matched"] != "" {
		t.Errorf("%v", waiting)
	}

	// Apply, then the paper form at the office: no card, no PIN, no notices for whoever was there before.
	s = o.impostor("Tono Wijaya", "198702032010011003", "tono@jahat.example")
	out, _, err := member.JoinMembers(ctx, o, ulid.New(), by, "id", member.Join{Members: []int64{s.number}, ConsentReference: "FORM-12", ConsentDate: "2026-11-03", Principal: "cash"})
	if err != nil || len(out.Joined) != 1 {
		t.Fatalf("%+v %v", out, err)
	}
	s.isOut("tono@kantor.example")
	if o.ask("GET", "/api/coop/me/card", s.token, desk, nil).status != http.StatusUnauthorized {
		t.Error("the stranger reads the card")
	}
	// Whoever came by a letter and hands in the form keeps the login.
	s = o.impostor("Umi Kalsum", "198803042011012004", "umi@jahat.example")
	it = letter(s.number)
	if a := o.ask("POST", "/api/coop/login/invitation", "", phone, map[string]any{"id": ulid.New(), "number": s.number, "code": it, "digits": "2004", "password": secret}); a.status != http.StatusCreated {
		t.Fatalf("%d %s", a.status, a.raw)
	}
	hers = o.logIn("members", fmt.Sprint(s.number), secret, phone, "")
	if _, _, err := member.JoinMembers(ctx, o, ulid.New(), by, "id", member.Join{Members: []int64{s.number}, ConsentReference: "FORM-13", ConsentDate: "2026-11-03", Principal: "later"}); err != nil || !o.alive(hers) {
		t.Errorf("the form ends a login that a letter opened: %v", err)
	}

	// Apply, then the list of those who are members already. Whose application waits is told, and left to the board.
	s = o.impostor("Wati Lestari", "198904052012012005", "wati@jahat.example")
	waits := o.impostor("Yuni Astuti", "199005062013012006", "yuni@jahat.example")
	if a := waits.signs("Yuni Astuti"); a.status != http.StatusCreated {
		t.Fatalf("%d %s", a.status, a.raw)
	}
	waiting = o.ask("GET", fmt.Sprintf("/api/coop/applications?state=waiting&after=%.0f", waiting[0].(map[string]any)["application"]), boss, desk, nil).body["applications"].([]any)
	if one := waiting[0].(map[string]any); one["email"] != waits.address || one["email_listed"] != false || one["way"] != "own" {
		t.Errorf("the board does not see who wrote the address: %v", one)
	}
	report, _, err := member.ImportMembers(ctx, o, member.Source{Name: "anggota.csv", Data: []byte("nama,nip\nWati Lestari,198904052012012005\nYuni Astuti,199005062013012006\n"),
		Key: ulid.New(), By: by, Language: "id", Consent: member.Consent{Reference: "SK-9", Date: "2026-01-05"}})
	if err != nil || report.Updated != 1 || len(report.Warnings) != 1 || report.Warnings[0].Code != "member_has_applied" {
		t.Fatalf("%+v %v", report, err)
	}
	s.isOut("wati@kantor.example")
	if o.statusOf(s.number) != member.Active || o.statusOf(waits.number) != member.Invited {
		t.Errorf("%s, %s", o.statusOf(s.number), o.statusOf(waits.number))
	}
	o.Verify()
}

// A mailbox that many read proves nobody: the list's address lets somebody in only who came by a letter before.
func TestASharedMailboxIsNoProof(t *testing.T) {
	o := serve(t)
	o.statutes()
	withMail(t, o)
	managers := o.Manager()
	boss := o.Token(managers)
	rani := o.onTheList("Rani Wulandari", raniNIP, "1986-09-26")
	rani.Set("email", "tata-usaha@kantor.example")
	if err := o.Save(rani); err != nil {
		t.Fatal(err)
	}
	out, _, err := member.InviteEmployees(context.Background(), o, ulid.New(), testapp.By(managers), member.Invite{Employees: []string{rani.Id}})
	if err != nil {
		t.Fatal(err)
	}
	number := out.Invited[0].Number
	if n := o.codesAfter("tata-usaha@kantor.example"); n != 0 {
		t.Errorf("%d codes go to whoever reads the mailbox", n)
	}
	// An address on two lines is nobody's: not the first one's who is invited, and the list says so.
	tono := o.onTheList("Tono Wijaya", "198702032010011003", "1987-02-03")
	report, _, err := member.ImportEmployees(context.Background(), o, member.Source{Name: "staf.csv", Language: "id", By: testapp.By(managers), Data: []byte("nip;nama;email\n198702032010011003;Tono Wijaya;Bersama@kantor.example\n198803042011012004;Umi Kalsum;bersama@kantor.example\n")})
	if err != nil || len(report.Rejected) != 0 || len(report.Warnings) != 2 || report.Warnings[0].Code != string(member.EmailShared) {
		t.Errorf("%+v %v", report, err)
	}
	if out, _, err := member.InviteEmployees(context.Background(), o, ulid.New(), testapp.By(managers), member.Invite{Employees: []string{tono.Id}}); err != nil || o.memberRecord(out.Invited[0].Number).Email() != "" {
		t.Errorf("the first who comes gets an address of two: %v", err)
	}
	// Somebody of whom nobody knows how they came in, as before this rule: they are approved singly, and said to be so.
	r := o.memberRecord(number)
	r.SetPassword(secret)
	if err := o.Save(r); err != nil {
		t.Fatal(err)
	}
	s := stranger{o, number, "", o.logIn("members", fmt.Sprint(number), secret, phone, "")}
	if a := s.signs("siapa saja"); a.status != http.StatusBadRequest || !strings.Contains(a.raw, "Rani Wulandari") {
		t.Errorf("any three letters sign: %d %s", a.status, a.raw)
	}
	first := s.signs("RANI WULANDARI, S.E.")
	if first.status != http.StatusCreated {
		t.Fatalf("%d %s", first.status, first.raw)
	}
	list := o.ask("GET", "/api/coop/applications?state=waiting", boss, desk, nil)
	if one := list.body["applications"].([]any)[0].(map[string]any); one["way"] != "unknown" || one["matched"] != "" {
		t.Errorf("%s", list.raw)
	}
	many := o.ask("POST", "/api/coop/applications/approve", boss, desk, map[string]any{"id": ulid.New(), "applications": []any{first.body["application"], 1}})
	if refused := many.body["refused"].([]any); len(many.body["approved"].([]any)) != 0 || refused[0].(map[string]any)["code"] != "member.approve_singly" {
		t.Errorf("among many: %s", many.raw)
	}
	if a := o.ask("POST", "/api/coop/applications/approve", boss, desk, map[string]any{"id": ulid.New(), "applications": []any{first.body["application"]}}); len(a.body["approved"].([]any)) != 1 {
		t.Errorf("%s", a.raw)
	}
	if n := o.codesAfter("tata-usaha@kantor.example"); n != 1 {
		t.Errorf("%d codes go to whom the board took in", n)
	}
}
