package member_test

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/pocketbase/pocketbase/core"

	"kpdk/hooks/internal/act"
	"kpdk/hooks/internal/clock"
	"kpdk/hooks/internal/fault"
	"kpdk/hooks/internal/money"
	"kpdk/hooks/internal/testapp"
	"kpdk/hooks/internal/ulid"
	"kpdk/hooks/ledger"
	"kpdk/hooks/member"
)

// The way out as its people walk it: the member asks, takes it back, asks again; the office sees it, a locked
// list is spoken of first, and the letter says what the books say.
func TestAMemberAsksToLeaveAndIsSettled(t *testing.T) {
	app, ctx := testapp.New(t), context.Background()
	number := joined(t, app, 1, "cash")[0]
	saves(t, app, number, ledger.VoluntarySavings, 40_000)
	buys(t, app, number, 30_000)
	me := act.Actor{ID: person(t, app, number).ID, Role: act.Member, Number: number}
	locked := clock.Period("2026-12")
	released := 0
	member.BindLeaving(app, member.LeavingPorts{
		Locked:  func(act.Reader, int64) (clock.Period, money.Rupiah, error) { return locked, 75_000, nil },
		Release: []func(*act.Tx, core.App, int64) error{func(*act.Tx, core.App, int64) error { released++; return nil }},
	})

	must[member.LeaveAsked](t)(member.AskToLeave(ctx, app, ulid.New(), me, member.LeaveRequest{Reason: "retired"}))
	if _, _, err := member.AskToLeave(ctx, app, ulid.New(), me, member.LeaveRequest{Reason: "retired"}); !errors.Is(err, fault.Refused("member.leave_asked_already")) {
		t.Errorf("asked twice: %v", err)
	}
	must[member.LeaveAsked](t)(member.TakeLeaveBack(ctx, app, ulid.New(), me))
	if _, _, err := member.TakeLeaveBack(ctx, app, ulid.New(), me); !errors.Is(err, fault.Refused("member.leave_not_asked")) {
		t.Errorf("taken back twice: %v", err)
	}
	must[member.LeaveAsked](t)(member.AskToLeave(ctx, app, ulid.New(), me, member.LeaveRequest{Reason: "moved"}))
	must[member.LeaveAsked](t)(member.RefuseLeave(ctx, app, ulid.New(), manager, number, "Surat pindah belum ada"))
	before, err := member.LeavingOf(app, number)
	if err != nil || before.Request == nil || before.Request.State != "refused" || before.Request.Answer != "Surat pindah belum ada" {
		t.Fatalf("%+v %v", before.Request, err)
	}
	if before.Payable != 110_000 || before.Locked == nil || before.Locked.Asked != 75_000 || before.DueOn != clock.Of(app).Today().Add(30) {
		t.Errorf("reckoned: %+v", before)
	}
	must[member.LeaveAsked](t)(member.AskToLeave(ctx, app, ulid.New(), me, member.LeaveRequest{Reason: "moved"}))

	if _, _, err := member.LeaveCoop(ctx, app, ulid.New(), manager, number, member.Leave{Reason: "moved"}); !errors.Is(err, fault.Refused("member.run_locked")) || released != 0 {
		t.Errorf("a locked list is spoken of first: %v", err)
	}
	s := must[member.Settlement](t)(member.LeaveCoop(ctx, app, ulid.New(), manager, number, member.Leave{Reason: "moved", DespiteRun: true, Note: "rekening BNI"}))
	after, err := member.LeavingOf(app, number)
	if err != nil || released != 1 {
		t.Fatal(err, released)
	}
	if s.Payable != before.Payable || after.Settlement != s || after.Request.State != "settled" || after.Paid != 0 || len(after.Held) != 2 || after.Hash == "" ||
		len(after.Debts) != 1 || after.Debts[0].Amount != 30_000 || after.Debts[0].Offset != 30_000 {
		t.Errorf("kept: %+v", after)
	}
	all, err := member.ListLeavers(app)
	if err != nil || len(all.Requests) != 0 || len(all.Open) != 1 || all.Unpaid != 110_000 || all.Overdue != 0 {
		t.Errorf("%+v %v", all, err)
	}
	// The settlement is paid; then the locked list's deduction comes in, twenty days later.
	do(t, app, func(tx *act.Tx) error {
		_, err := ledger.Post(tx, ledger.Entry{Kind: ledger.KindPayment, Date: tx.Today(), Lines: []ledger.Line{ledger.Dr(ledger.LeaverPayable, 110_000, ledger.MemberParty(number)), ledger.Cr(ledger.Cash, 110_000)}})
		return err
	})
	app.Travel(app.Now().AddDate(0, 0, 20))
	saves(t, app, number, ledger.DepositHeld, 75_000)
	due := clock.Of(app).Today().Add(30)
	if l, err := member.LeavingOf(app, number); err != nil || l.Later != 75_000 || l.LaterDueOn != due || l.Paid != 110_000 {
		t.Errorf("what came in after: %+v %v", l, err)
	}
	app.Travel(app.Now().AddDate(0, 0, 30))
	if all, _ = member.ListLeavers(app); len(all.Open) != 1 || all.Open[0].Held != 75_000 || all.Open[0].DueOn != due || all.Unpaid != 75_000 || all.Overdue != 0 {
		t.Errorf("the leavers: %+v", all)
	}
	if text := testapp.PaperText(t, call(t, app, app.Manager(), "GET", fmt.Sprintf("%s/api/coop/members/%d/leaving.pdf", serve(app), number), nil).raw); !strings.Contains(text, "75.000") {
		t.Errorf("the paper says nothing of it:\n%s", text)
	}
	app.Travel(app.Now().AddDate(0, 0, 1))
	if all, _ = member.ListLeavers(app); all.Overdue != 1 {
		t.Errorf("a month later nobody is told that it is overdue: %+v", all)
	}
	sound(t, app)
}

// Of somebody who died nothing is told to the mailbox or the app: the settlement is a paper for the heirs, whom the
// office names.
func TestADeathIsTalliedForTheHeirs(t *testing.T) {
	app, ctx := testapp.New(t), context.Background()
	app.Settings().SMTP.Enabled = true
	numbers := joined(t, app, 2, "cash")
	before, url, boss := count(t, app, "SELECT count(*) FROM notices"), serve(app), app.Manager()
	for i, reason := range []string{"deceased", "retired"} {
		must[member.Settlement](t)(member.LeaveCoop(ctx, app, ulid.New(), manager, numbers[i], member.Leave{Reason: reason, Note: "Ibu Sekar, Jalan Kenanga 4"}))
	}
	if n := count(t, app, "SELECT count(*) FROM notices WHERE member = ? AND kind = 'left'", numbers[0]); n != 0 || count(t, app, "SELECT count(*) FROM notices") != before+1 {
		t.Errorf("%d notices for the dead", n)
	}
	for i, want := range []bool{true, false} {
		l, err := member.LeavingOf(app, numbers[i])
		if err != nil || l.Note != "Ibu Sekar, Jalan Kenanga 4" {
			t.Errorf("%+v %v", l, err)
		}
		raw := call(t, app, boss, "GET", fmt.Sprintf("%s/api/coop/members/%d/leaving.pdf", url, numbers[i]), nil).raw
		if text := testapp.PaperText(t, raw); strings.Contains(text, "Kepada ahli waris") != want || strings.Contains(text, "Ibu Sekar") != want || strings.Contains(text, "Dibayarkan kepada anggota") == want {
			t.Errorf("the paper of %d says\n%s", numbers[i], text)
		}
	}
	sound(t, app)
}

func TestWhoSeesWhatALeavingComesTo(t *testing.T) {
	app := testapp.New(t)
	numbers := joined(t, app, 2, "cash")
	url := serve(app)
	one, other := recordOf(t, app, numbers[0]), recordOf(t, app, numbers[1])
	paper := fmt.Sprintf("%s/api/coop/members/%d/leaving.pdf", url, numbers[0])
	if got := call(t, app, one, "GET", paper, nil); got.status != http.StatusOK || !bytes.HasPrefix(got.raw, []byte("%PDF-")) {
		t.Errorf("the member's own paper: %d", got.status)
	}
	for _, c := range []struct {
		who          *core.Record
		method, path string
		want         int
	}{
		{other, "GET", fmt.Sprintf("/api/coop/members/%d/leaving.pdf", numbers[0]), 403}, {nil, "GET", "/api/coop/leavers", 401}, {one, "GET", "/api/coop/leavers", 403},
		{app.Operator(act.Cashier), "GET", fmt.Sprintf("/api/coop/members/%d/leaving", numbers[0]), 403}, {app.Operator(act.Treasurer), "GET", "/api/coop/leavers", 200},
		{app.Operator(act.Treasurer), "POST", fmt.Sprintf("/api/coop/members/%d/leave/refuse", numbers[0]), 403}, {one, "GET", "/api/coop/me/leaving", 200},
		{one, "POST", "/api/coop/me/leave/withdraw", 409},
	} {
		var body any
		if c.method == "POST" {
			body = map[string]any{"id": ulid.New(), "reason": "x"}
			if c.want == 409 {
				body = map[string]any{"id": ulid.New()}
			}
		}
		if got := call(t, app, c.who, c.method, url+c.path, body); got.status != c.want {
			t.Errorf("%s %s: %d %s", c.method, c.path, got.status, got.raw)
		}
	}
	if n := count(t, app, "SELECT count(*) FROM leave_requests"); n != 0 {
		t.Errorf("%d requests came of refusals", n)
	}
}

// Whoever applied and leaves before the board decided is in its list no more.
func TestAnApplicantWhoLeavesWaitsNoMore(t *testing.T) {
	app, ctx := testapp.New(t), context.Background()
	app.Statutes()
	number, url := invited(t, app, 1)[0], serve(app)
	record := recordOf(t, app, number)
	var joining member.Joining
	if err := json.Unmarshal(call(t, app, record, "GET", url+"/api/coop/me/joining", nil).raw, &joining); err != nil {
		t.Fatal(err)
	}
	must[member.Applied](t)(member.ApplyForMembership(ctx, app, ulid.New(), testapp.By(record), "id", member.Apply{Statutes: joining.StatutesHash, Principal: "cash",
		Consent: member.Signature{How: "typed", Typed: "Pegawai 01"}}))
	const waiting = "SELECT count(*) FROM applications a WHERE NOT EXISTS(SELECT 1 FROM application_decisions d WHERE d.application = a.act)"
	if n := count(t, app, waiting); n != 1 {
		t.Fatalf("%d wait", n)
	}
	must[member.Settlement](t)(member.LeaveCoop(ctx, app, ulid.New(), manager, number, member.Leave{Reason: "moved"}))
	if n := count(t, app, waiting); n != 0 {
		t.Errorf("%d wait", n)
	}
	sound(t, app)
}

// Erasing a person leaves number, books and chain whole, and takes nobody who is still owed or still owes.
func TestAPersonIsErasedAndTheBooksStay(t *testing.T) {
	app, ctx := testapp.New(t), context.Background()
	numbers := joined(t, app, 3, "cash")
	buys(t, app, numbers[2], 500_000) // stays owed
	must[member.Signed](t)(member.GiveMandate(ctx, app, ulid.New(), act.Actor{Number: numbers[0], Role: act.Member}, "id",
		member.SignMandate{Max: 1_000_000, Signature: member.Signature{How: "typed", Typed: "Pegawai 01"}}))
	for _, n := range numbers {
		must[member.Settlement](t)(member.LeaveCoop(ctx, app, ulid.New(), manager, n, member.Leave{Reason: "retired", Note: "kepada anaknya, Budi"}))
	}
	do(t, app, func(tx *act.Tx) error { // the first is paid, the second is not
		_, err := ledger.Post(tx, ledger.Entry{Kind: ledger.KindPayment, Date: tx.Today(), Lines: []ledger.Line{
			ledger.Dr(ledger.LeaverPayable, 100_000, ledger.MemberParty(numbers[0])), ledger.Cr(ledger.Cash, 100_000)}})
		return err
	})
	employee := person(t, app, numbers[0]).Employee
	again := must[member.Invitations](t)(member.InviteEmployees(ctx, app, ulid.New(), manager, member.Invite{Employees: []string{employee}}))
	must[member.Settlement](t)(member.LeaveCoop(ctx, app, ulid.New(), manager, again.Invited[0].Number, member.Leave{Reason: "moved"})) // twice a member
	record, err := app.FindRecordById("employees", employee)
	if err != nil {
		t.Fatal(err)
	}
	record.Set("active", false)
	if err := app.Save(record); err != nil {
		t.Fatal(err)
	}
	if n, err := member.EraseDue(ctx, app); n != 0 || err != nil {
		t.Fatalf("erased before its time: %d %v", n, err)
	}
	if paper, err := app.FindFirstRecordByFilter("paper_files", "paper > 0"); err == nil && app.Delete(paper) == nil {
		t.Error("a signed paper was deleted without the person")
	}
	app.Travel(app.Now().Add(1826 * 24 * time.Hour))
	if n, err := member.EraseDue(ctx, app); n != 2 || err != nil {
		t.Fatalf("%d %v", n, err)
	}
	if n, err := member.EraseDue(ctx, app); n != 0 || err != nil {
		t.Fatalf("again: %d %v", n, err)
	}
	if count(t, app, "SELECT count(*) FROM paper_files") != 0 || count(t, app, "SELECT count(*) FROM signed_papers WHERE member = ?", numbers[0]) != 1 {
		t.Error("the signed paper stays, or that it was signed does not")
	}
	p := person(t, app, numbers[0])
	if p.Name != "Mantan anggota "+member.PrintNumber(numbers[0]) || p.Employee != "" || p.Status != member.Left {
		t.Errorf("%+v", p)
	}
	if _, err := app.FindRecordById("employees", employee); err == nil {
		t.Error("the staff list keeps a person whom the employer does not keep")
	}
	if n := count(t, app, "SELECT count(*) FROM act_notes WHERE act = (SELECT act FROM leavings WHERE member = ?)", numbers[0]); n != 0 {
		t.Error("the note about the heir stays")
	}
	if person(t, app, numbers[1]).Name == "Mantan anggota "+member.PrintNumber(numbers[1]) || person(t, app, numbers[2]).Name == "Mantan anggota "+member.PrintNumber(numbers[2]) {
		t.Error("somebody with an open account was erased")
	}
	sound(t, app)
}
