package member_test

import (
	"context"
	"crypto/sha256"
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/pocketbase/pocketbase/apis"
	"github.com/pocketbase/pocketbase/core"
	"github.com/pocketbase/pocketbase/tools/subscriptions"

	"kpdk/hooks/internal/act"
	"kpdk/hooks/internal/clock"
	"kpdk/hooks/internal/fault"
	"kpdk/hooks/internal/money"
	"kpdk/hooks/internal/testapp"
	"kpdk/hooks/internal/ulid"
	"kpdk/hooks/ledger"
	"kpdk/hooks/member"
)

func TestManagerInvitesTheStaffList(t *testing.T) {
	app, ctx := testapp.New(t), context.Background()
	employees, key := staff(app, 120), ulid.New()
	out, replayed, err := member.InviteEmployees(ctx, app, key, manager, member.Invite{Employees: append(employees, employees[0])})
	if err != nil || replayed || len(out.Invited) != 120 || len(out.Already) != 0 || out.Invited[119].Number != 120 {
		t.Fatalf("invited %d, already %d, replayed %v: %v", len(out.Invited), len(out.Already), replayed, err)
	}
	p := person(t, app, 1)
	if p.Name != "Pegawai 01" || p.Status != member.Invited || p.Unit == "" || p.CardSerial != 0 {
		t.Errorf("%+v", p)
	}
	if n := count(t, app, "SELECT count(*) FROM members WHERE password = '' AND tokenKey <> '' AND email LIKE 'pegawai%'"); n != 120 {
		t.Errorf("%d of 120 have no password and a key of their own", n)
	}
	if items, _ := ledger.OpenItems(act.Read(app), 1); len(items) != 0 {
		t.Errorf("an invitation owes nothing: %v", items)
	}
	again, replayed, err := member.InviteEmployees(ctx, app, key, manager, member.Invite{Employees: employees})
	if err != nil || !replayed || fmt.Sprint(again) != fmt.Sprint(out) {
		t.Errorf("the same again: replayed %v, %v, %d invited", replayed, err, len(again.Invited))
	}
	if _, _, err := member.InviteEmployees(ctx, app, key, manager, member.Invite{Employees: employees[:119]}); !errors.Is(err, fault.Refused("idempotency_conflict")) {
		t.Errorf("the key with another list: %v", err)
	}
	already := must[member.Invitations](t)(member.InviteEmployees(ctx, app, ulid.New(), manager, member.Invite{Employees: employees[:3]}))
	if len(already.Invited) != 0 || len(already.Already) != 3 {
		t.Errorf("who is invited is not invited twice: %v", already)
	}
	_, _, err = member.InviteEmployees(ctx, app, ulid.New(), manager, member.Invite{Employees: []string{employees[0], "tidakada0000000"}})
	var f *fault.Fault
	if !errors.As(err, &f) || f.Fields["employees.1"].Code != "member.employee_unknown" {
		t.Errorf("somebody unknown: %v", err)
	}
	sound(t, app)
}

func TestPeopleJoinPayingCash(t *testing.T) {
	app := testapp.New(t)
	numbers := joined(t, app, 120, "cash")
	if cash, _ := ledger.AccountBalance(act.Read(app), ledger.Cash); cash != 120*100_000 {
		t.Errorf("cash %s", cash)
	}
	for _, number := range []int64{numbers[0], numbers[119]} {
		if p := person(t, app, number); p.Status != member.Active || p.CardSerial != 1 {
			t.Errorf("%+v", p)
		}
		if got := balance(t, app, number, ledger.PrincipalSavings); got != -100_000 {
			t.Errorf("principal %s", got)
		}
		if m, ok, err := member.MandateOn(act.Read(app), number, "2026-11-03"); !ok || err != nil || m.Max != 1_500_000 || m.Voluntary != 25_000 || m.Reference != "SK-1/2026" {
			t.Errorf("mandate %+v %v %v", m, ok, err)
		}
	}
	if n := count(t, app, "SELECT count(*) FROM member_events WHERE kind IN ('invited', 'consented', 'activated')"); n != 360 {
		t.Errorf("%d events", n)
	}
	if n := count(t, app, "SELECT count(*) FROM members WHERE joined_on = '2026-11-03'"); n != 120 {
		t.Errorf("%d have the date of joining", n)
	}
	sound(t, app)
}

func TestWhoCannotJoinIsToldAndTheOthersGoOn(t *testing.T) {
	app, ctx := testapp.New(t), context.Background()
	in := terms("cash")
	numbers := invited(t, app, 3)
	in.Members = numbers[:1]
	must[member.Joined](t)(member.JoinMembers(ctx, app, ulid.New(), manager, "id", in))
	in.Members, in.MandateMax, in.Voluntary = append(numbers, 999), 0, 0
	key := ulid.New()
	out, _, err := member.JoinMembers(ctx, app, key, manager, "en", in)
	if err != nil || fmt.Sprint(out.Joined) != "[2 3]" || len(out.Refused) != 2 || out.Refused[0].Code != "member.not_invited" || out.Refused[1].Code != "member.unknown" {
		t.Fatalf("%+v %v", out, err)
	}
	if out.Refused[1].Message != "There is no member 0999. Check the number." {
		t.Errorf("said %q", out.Refused[1].Message)
	}
	again, replayed, err := member.JoinMembers(ctx, app, key, manager, "en", in)
	if err != nil || !replayed || fmt.Sprint(again) != fmt.Sprint(out) {
		t.Errorf("the same again: %v %v %v", again, replayed, err)
	}
	refused := func(in member.Join, fields ...string) {
		t.Helper()
		_, _, err := member.JoinMembers(ctx, app, ulid.New(), manager, "id", in)
		var f *fault.Fault
		if !errors.As(err, &f) || fmt.Sprint(slices.Sorted(maps.Keys(f.Fields))) != fmt.Sprint(fields) {
			t.Errorf("all that is wrong is told at once: %v, want %v", err, fields)
		}
	}
	refused(member.Join{ConsentDate: "2027-01-01", MandateMax: -1, Voluntary: 5, Principal: "barter"}, "consent_date", "consent_reference", "mandate_max_rupiah", "members", "principal", "voluntary_rupiah")
	in = terms("cash")
	in.Members = []int64{1, 2}
	refused(in, "members") // one paper, two mandates
	in.Members, in.MandateReference, in.MandateDate = in.Members[:1], " ", "2026-11-04"
	refused(in, "mandate_date", "mandate_reference")
	in.MandateMax, in.Voluntary, in.Principal = 0, 0, "payroll"
	refused(in, "principal")
	sound(t, app)
}

func TestApplicantBecomesAMemberWhenThePrincipalIsPaid(t *testing.T) {
	app := testapp.New(t)
	number := joined(t, app, 1, "payroll")[0]
	if p := person(t, app, number); p.Status != member.Applicant || p.CardSerial != 0 {
		t.Fatalf("%+v", p)
	}
	items, err := ledger.OpenItems(act.Read(app), number)
	if err != nil || len(items) != 1 || items[0].Kind != ledger.ItemPrincipal || items[0].Amount != 100_000 {
		t.Fatalf("%v %v", items, err)
	}
	party, run := ledger.MemberParty(number), ledger.Party{Kind: "unit_run", Ref: "622801:2026-12"}
	deduct := func(settled, excess money.Rupiah, want bool) {
		t.Helper()
		do(t, app, func(tx *act.Tx) error { // as the payroll room does it
			posted, err := ledger.Post(tx, ledger.Entry{Kind: ledger.KindPayroll, Date: tx.Today(), Lines: []ledger.Line{
				ledger.Dr(ledger.PayrollClearing, settled+excess, run), ledger.Cr(member.PrincipalAccount(member.Applicant), settled, party), ledger.Cr(ledger.DepositHeld, excess, party)}})
			if err != nil {
				return err
			}
			if err := ledger.Settle(tx, items[0].ID, settled, ledger.ByPayroll, posted.Entry); err != nil {
				return err
			}
			activated, err := member.ActivateIfPaid(tx, app, number, tx.Today())
			if activated != want {
				t.Errorf("after %s: activated %v", settled, activated)
			}
			return err
		})
	}
	deduct(60_000, 0, false)
	if held := balance(t, app, number, ledger.DepositHeld); held != -60_000 {
		t.Errorf("held %s", held)
	}
	deduct(40_000, 5_000, true)
	if p := person(t, app, number); p.Status != member.Active || p.CardSerial != 1 {
		t.Errorf("%+v", p)
	}
	if held, principal := balance(t, app, number, ledger.DepositHeld), balance(t, app, number, ledger.PrincipalSavings); held != -5_000 || principal != -100_000 {
		t.Errorf("held %s, principal %s: what was deducted too much stays held", held, principal)
	}
	do(t, app, func(tx *act.Tx) error {
		activated, err := member.ActivateIfPaid(tx, app, number, tx.Today())
		if activated {
			t.Error("a member is activated once")
		}
		return err
	})
	sound(t, app)
}

func TestManagerReplacesALostCard(t *testing.T) {
	app, ctx := testapp.New(t), context.Background()
	numbers := joined(t, app, 2, "cash")
	key := ulid.New()
	out, _, err := member.GiveNewCard(ctx, app, key, manager, numbers[0], member.ReplaceCard{Reason: "lost"})
	if err != nil || out.Serial != 2 {
		t.Fatalf("%v %v", out, err)
	}
	if again, replayed, err := member.GiveNewCard(ctx, app, key, manager, numbers[0], member.ReplaceCard{Reason: "lost"}); again.Serial != 2 || !replayed || err != nil {
		t.Errorf("the same again: %v %v %v", again, replayed, err)
	}
	r := act.Read(app)
	if _, err := member.Usable(r, member.Card{Member: numbers[0], Serial: 1}); !errors.Is(err, fault.Refused("member.card_revoked")) {
		t.Errorf("the old card: %v", err)
	}
	if _, err := member.Usable(r, member.Card{Member: numbers[0], Serial: 2}); err != nil {
		t.Errorf("the new card: %v", err)
	}
	if _, err := member.Usable(r, member.Card{Member: numbers[1], Serial: 1}); err != nil {
		t.Errorf("somebody else's card: %v", err)
	}
	if _, _, err := member.GiveNewCard(ctx, app, ulid.New(), manager, numbers[0], member.ReplaceCard{Reason: "dull"}); err == nil {
		t.Error("a reason of its own was taken")
	}
	sound(t, app)
	do(t, app, func(tx *act.Tx) error {
		return tx.Exec("UPDATE members SET card_serial = 1 WHERE number = ?", numbers[0])
	})
	if _, findings, err := member.Checks()[0].Run(ctx, r); err != nil || len(findings) != 1 {
		t.Errorf("a revoked serial put back by hand: %v %v", findings, err)
	}
}

// A phone that went with the card would renew its certificate for the next serial, and needs no PIN to pay.
func TestALostCardStopsThePhoneToo(t *testing.T) {
	app := testapp.New(t)
	number := joined(t, app, 1, "cash")[0]
	phone := app.Phone(recordOf(t, app, number))
	replace := func(in member.ReplaceCard) {
		t.Helper()
		must[member.Replaced](t)(member.GiveNewCard(context.Background(), app, ulid.New(), manager, number, in))
	}
	replace(member.ReplaceCard{Reason: "changed"})
	if err := phone.Renew(); err != nil {
		t.Errorf("a worn card stops the phone: %v", err)
	}
	replace(member.ReplaceCard{Reason: "lost", Phones: true})
	if err := phone.Renew(); !errors.Is(err, fault.Refused("member.device_unknown")) {
		t.Errorf("the lost phone goes on: %v", err)
	}
	if n := count(t, app, "SELECT count(*) FROM sessions WHERE login = 'members'"); n != 0 || count(t, app, "SELECT count(*) FROM login_events WHERE kind = 'sessions_ended'") != 1 {
		t.Errorf("%d sessions go on", n)
	}
	sound(t, app)
}

func TestManagerChangesAMandate(t *testing.T) {
	app, ctx := testapp.New(t), context.Background()
	number := joined(t, app, 1, "cash")[0]
	change := func(in member.MandateChange) error {
		_, _, err := member.ChangeMandate(ctx, app, ulid.New(), manager, number, in)
		return err
	}
	inDecember := func() string {
		m, ok, err := member.MandateOn(act.Read(app), number, "2026-12-01")

		return fmt.Sprint(m.Max, m.Voluntary, ok, err)
	}
	if err := change(member.MandateChange{Kind: "grant", ValidFrom: "2026-11-20", Max: 800_000, Voluntary: 10_000, Reference: "SK-2"}); err != nil || inDecember() != "Rp 800.000 Rp 10.000 true <nil>" {
		t.Errorf("%v %s", err, inDecember())
	}
	if err := change(member.MandateChange{Kind: "revoke", ValidFrom: "2026-11-10", Reference: "surat"}); err != nil || inDecember() != "Rp 0 Rp 0 false <nil>" {
		t.Errorf("a revocation also ends what begins later: %v %s", err, inDecember())
	}
	if err := change(member.MandateChange{Kind: "revoke", ValidFrom: "2026-11-10", Reference: "surat"}); !errors.Is(err, fault.Refused("member.no_mandate")) {
		t.Errorf("revoked twice: %v", err)
	}
	if _, ok, err := member.MandateOn(act.Read(app), number, "2026-11-12"); err != nil || ok {
		t.Errorf("between the revocation and what was to begin later, the first mandate stands no more: %v %v", ok, err)
	}
	var f *fault.Fault
	if err := change(member.MandateChange{Kind: "grant", ValidFrom: "kapan", Max: 5, Voluntary: 6}); !errors.As(err, &f) || len(f.Fields) != 3 {
		t.Errorf("%v", err)
	}
}

func TestAConsentIsWithdrawnAtOnceWhateverWasToBeginLater(t *testing.T) {
	app, ctx := testapp.New(t), context.Background()
	number := joined(t, app, 1, "cash")[0]
	change := func(kind string, from clock.Date, most money.Rupiah) {
		t.Helper()
		if _, _, err := member.ChangeMandate(ctx, app, ulid.New(), manager, number, member.MandateChange{Kind: kind, ValidFrom: from, Max: most, Reference: "surat"}); err != nil {
			t.Fatal(err)
		}
	}
	change("grant", "2026-12-10", 700_000)
	change("grant", "2027-03-01", 900_000)
	change("revoke", "2027-06-01", 0) // to end one day; then the member wants out now
	change("revoke", "2026-11-25", 0)
	for _, c := range []struct {
		on clock.Date
		ok bool
	}{{"2026-11-24", true}, {"2026-11-25", false}, {"2026-12-10", false}, {"2027-03-02", false}, {"2027-06-02", false}} {
		if _, ok, err := member.MandateOn(act.Read(app), number, c.on); err != nil || ok != c.ok {
			t.Errorf("on %s: %v %v, want %v", c.on, ok, err, c.ok)
		}
	}
	change("grant", "2026-12-01", 100_000)
	for _, on := range []clock.Date{"2026-12-05", "2026-12-10", "2027-03-02", "2027-07-01"} {
		if m, ok, err := member.MandateOn(act.Read(app), number, on); err != nil || !ok || m.Max != 100_000 {
			t.Errorf("granted anew, on %s: %v %v %v", on, m, ok, err)
		}
	}
}

func TestTillsAndMemberHearOfANewCard(t *testing.T) {
	app := testapp.New(t)
	number := joined(t, app, 1, "cash")[0]
	listen := func(who *core.Record, topic string) subscriptions.Client {
		c := subscriptions.NewDefaultClient()
		c.Set(apis.RealtimeClientAuthKey, who)
		c.Subscribe(topic)
		app.SubscriptionsBroker().Register(c)
		return c
	}
	till, own := listen(app.Operator(act.Cashier), "coop/till"), listen(recordOf(t, app, number), "coop/member/1")
	must[member.Replaced](t)(member.GiveNewCard(context.Background(), app, ulid.New(), manager, number, member.ReplaceCard{Reason: "changed"}))
	for c, want := range map[subscriptions.Client]string{till: `{"what":"card","ids":["0001"]}`, own: fmt.Sprintf(`{"version":%d,"what":"card","id":"0001"}`, count(t, app, "SELECT max(id) FROM acts"))} {
		select {
		case m := <-c.Channel():
			if string(m.Data) != want {
				t.Errorf("heard %s, want %s", m.Data, want)
			}
		case <-time.After(10 * time.Second): // only when the test fails
			t.Errorf("heard nothing, want %s", want)
		}
	}
}

// What somebody hands in on paper: a consent alone makes a member, a mandate has a paper of its own and is told, and
// principal savings in cash have a receipt.
func TestJoiningOnPaper(t *testing.T) {
	app, ctx := testapp.New(t), context.Background()
	numbers := invited(t, app, 3)
	join := func(number int64, change func(in *member.Join)) member.Joined {
		t.Helper()
		in := member.Join{Members: []int64{number}, ConsentReference: "FORM-1", ConsentDate: "2026-11-02", Principal: "cash"}
		change(&in)
		return must[member.Joined](t)(member.JoinMembers(ctx, app, ulid.New(), manager, "id", in))
	}
	out := join(numbers[0], func(*member.Join) {})
	if _, granted, err := member.MandateOn(act.Read(app), numbers[0], "2026-11-03"); granted || err != nil || person(t, app, numbers[0]).Status != member.Active {
		t.Errorf("%+v has a mandate that nobody gave: %v", person(t, app, numbers[0]), err)
	}
	if n := count(t, app, "SELECT count(*) FROM savings_receipts r JOIN settlements s ON s.entry = r.entry WHERE r.entry = ? AND r.member = ? AND r.kind = 'principal' AND r.place = 'cash' AND r.amount = 100000 AND r.settled = 100000 AND r.balance = 100000",
		out.Receipts[0].Entry, numbers[0]); n != 1 {
		t.Errorf("%d receipts: %+v", n, out)
	}
	join(numbers[1], func(in *member.Join) {
		in.Principal, in.MandateMax, in.Voluntary, in.MandateReference, in.MandateDate = "payroll", 700_000, 50_000, "SK-7", "2026-11-01"
	})
	if m, granted, err := member.MandateOn(act.Read(app), numbers[1], "2026-11-03"); !granted || err != nil || m != (member.Mandate{Max: 700_000, Voluntary: 50_000, ValidFrom: "2026-11-01", Reference: "SK-7"}) {
		t.Errorf("%+v %v", m, err)
	}
	if n := count(t, app, "SELECT count(*) FROM notices WHERE member = ? AND kind = 'mandate_given' AND amount = 700000", numbers[1]); n != 1 {
		t.Errorf("the mandate is told %d times", n)
	}
	if out := join(numbers[2], func(in *member.Join) { in.Principal = "later" }); len(out.Receipts) != 0 || person(t, app, numbers[2]).Status != member.Applicant {
		t.Errorf("%+v", out)
	}
	// Whoever has no login gives and revokes a mandate at the office, each by a paper.
	change := func(in member.MandateChange) {
		t.Helper()
		must[member.MandateChanged](t)(member.ChangeMandate(ctx, app, ulid.New(), manager, numbers[0], in))
	}
	stands := func(on clock.Date, want bool) {
		t.Helper()
		if _, granted, err := member.MandateOn(act.Read(app), numbers[0], on); granted != want || err != nil {
			t.Errorf("on %s a mandate stands: %v %v", on, granted, err)
		}
	}
	change(member.MandateChange{Kind: "grant", ValidFrom: "2026-11-03", Max: 400_000, Reference: "SK-8"})
	stands("2026-11-03", true)
	change(member.MandateChange{Kind: "revoke", ValidFrom: "2026-11-03", Reference: "CABUT-8"})
	stands("2026-11-03", false)
	sound(t, app)
}

// The board reads who applies again, what is owed since the first time, and the statutes as they were agreed to,
// whatever their page says today. Without statutes there is nothing to agree to.
func TestWhatTheBoardReadsOfAnApplication(t *testing.T) {
	app, ctx := testapp.New(t), context.Background()
	url, boss := serve(app), app.Manager()
	first := invited(t, app, 1)[0]
	in := member.Join{Members: []int64{first}, ConsentReference: "FORM-1", ConsentDate: "2026-11-02", Principal: "cash"}
	must[member.Joined](t)(member.JoinMembers(ctx, app, ulid.New(), manager, "id", in))
	do(t, app, func(tx *act.Tx) error {
		if _, err := ledger.Post(tx, ledger.Entry{Kind: ledger.KindSale, Date: tx.Today(), Lines: []ledger.Line{ledger.Dr(ledger.StoreReceivable, 160_000, ledger.MemberParty(first)), ledger.Cr(4101, 160_000)}}); err != nil {
			return err
		}
		_, err := ledger.Owe(tx, first, ledger.ItemStore, tx.Today(), 160_000)
		return err
	})
	employee := person(t, app, first).Employee
	must[member.Settlement](t)(member.LeaveCoop(ctx, app, ulid.New(), manager, first, member.Leave{Reason: "moved"}))
	again := must[member.Invitations](t)(member.InviteEmployees(ctx, app, ulid.New(), manager, member.Invite{Employees: []string{employee}})).Invited[0].Number
	record := recordOf(t, app, again)
	apply := func(hash string) error {
		_, _, err := member.ApplyForMembership(ctx, app, ulid.New(), testapp.By(record), "id", member.Apply{Statutes: hash, Principal: "cash", Consent: member.Signature{How: "typed", Typed: "pegawai 01"}})
		return err
	}
	if err := apply(fmt.Sprintf("%x", sha256.Sum256(nil))); !errors.Is(err, fault.Refused("member.no_statutes")) {
		t.Errorf("a consent to nothing: %v", err)
	}
	hash := app.Statutes()
	if err := apply(hash); err != nil {
		t.Fatal(err)
	}
	var page member.Applications
	if err := json.Unmarshal(call(t, app, boss, "GET", url+"/api/coop/applications", nil).raw, &page); err != nil {
		t.Fatal(err)
	}
	if a := page.Applications[0]; a.Number != again || a.Former != first || a.Owed != 60_000 || a.Papers[0].Statutes != hash || !page.Statutes {
		t.Errorf("%+v", page)
	}
	one, err := app.FindFirstRecordByData("pages", "slug", "anggaran-dasar")
	if err != nil {
		t.Fatal(err)
	}
	one.Set("body", "<p>Lain sama sekali.</p>")
	if err := app.Save(one); err != nil {
		t.Fatal(err)
	}
	for who, want := range map[*core.Record]int{boss: 200, record: 200, app.Operator(act.Cashier): 403, nil: 401} {
		if a := call(t, app, who, "GET", url+"/api/coop/statutes/"+hash, nil); a.status != want {
			t.Errorf("%v: %d", who, a.status)
		} else if want == 200 && who == boss && !strings.Contains(testapp.PaperText(t, a.raw), "Satu untuk semua.") {
			t.Error("the paper does not say what was agreed to")
		}
	}
	for _, unknown := range []string{"zz", strings.Repeat("0", 64)} {
		if a := call(t, app, boss, "GET", url+"/api/coop/statutes/"+unknown, nil); a.status != 404 {
			t.Errorf("%d", a.status)
		}
	}
	sound(t, app)
}
