package savings_test

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"strings"
	"sync"
	"testing"
	"time"

	"kpdk/hooks/internal/act"
	"kpdk/hooks/internal/clock"
	"kpdk/hooks/internal/fault"
	"kpdk/hooks/internal/money"
	"kpdk/hooks/internal/testapp"
	"kpdk/hooks/internal/ulid"
	"kpdk/hooks/ledger"
	"kpdk/hooks/member"
	"kpdk/hooks/policy"
	"kpdk/hooks/savings"
)

var treasurer = act.Actor{ID: "treasurer000001", Role: act.Treasurer, Name: "bendahara"}

// joined makes n people members or, by payroll, applicants.
func joined(t *testing.T, app *testapp.App, n int, principal string, voluntary money.Rupiah) []int64 {
	t.Helper()
	return joinedWith(t, app, n, principal, voluntary, func(int) map[string]any { return nil })
}

// joinedWith is joined with more of what the staff list says of each.
func joinedWith(t *testing.T, app *testapp.App, n int, principal string, voluntary money.Rupiah, more func(i int) map[string]any) []int64 {
	t.Helper()
	ctx, manager := context.Background(), act.Actor{ID: "manager00000001", Role: act.Manager}
	var ids []string
	for i := range n {
		who := map[string]any{"name": fmt.Sprintf("Pegawai %d", i), "status": "contract", "active": true}
		maps.Copy(who, more(i))
		ids = append(ids, app.Record("employees", who).Id)
	}
	invited, _, err := member.InviteEmployees(ctx, app, ulid.New(), manager, member.Invite{Employees: ids})
	if err != nil {
		t.Fatal(err)
	}
	in := member.Join{ConsentReference: "SK-1", ConsentDate: clock.Of(app).Today(), Principal: principal}
	join := func(numbers ...int64) {
		in.Members = numbers
		if out, _, err := member.JoinMembers(ctx, app, ulid.New(), manager, "id", in); err != nil || len(out.Joined) != len(numbers) {
			t.Fatal(out, err)
		}
	}
	var numbers []int64
	for _, i := range invited.Invited {
		numbers = append(numbers, i.Number)
	}
	if principal == "payroll" {
		in.MandateMax, in.MandateReference, in.Voluntary = 1_000_000, "SK-1", voluntary
		for _, number := range numbers {
			join(number)
		}
		return numbers
	}
	join(numbers...)
	app.Act("test.mandates", func(tx *act.Tx) error { // as if each had signed one
		for _, number := range numbers {
			if err := tx.Exec("INSERT INTO mandates(member, kind, valid_from, max_rupiah, voluntary_rupiah, reference, act) VALUES(?, 'grant', ?, 1000000, ?, 'SK-1', ?)",
				number, string(in.ConsentDate), int64(voluntary), tx.ID()); err != nil {
				return err
			}
		}
		return nil
	})
	return numbers
}

// open lists what a member is due, oldest first.
func open(t *testing.T, app *testapp.App, number int64) string {
	t.Helper()
	items, err := ledger.OpenItems(act.Read(app), number)
	if err != nil {
		t.Fatal(err)
	}
	var all []string
	for _, i := range items {
		all = append(all, fmt.Sprintf("%s %s %d", i.Kind, i.Date, i.Remainder))
	}
	return strings.Join(all, ", ")
}

func sound(t *testing.T, app *testapp.App) {
	t.Helper()
	report, err := ledger.Verify(context.Background(), app, nil)
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range report.Checks {
		for _, finding := range c.Findings {
			t.Errorf("%s: %s", c.Name, finding)
		}
	}
}

func dues(t *testing.T, app *testapp.App, period clock.Period) savings.Made {
	t.Helper()
	made, err := savings.MakeDues(context.Background(), app, period)
	if err != nil {
		t.Fatal(err)
	}
	return made
}

func TestMonthlyDuesAreMadeOnce(t *testing.T) {
	app := testapp.New(t)
	numbers := joined(t, app, 450, "cash", 25_000)
	applicant := joined(t, app, 1, "payroll", 0)[0]
	if made := dues(t, app, "2026-11"); made != (savings.Made{}) {
		t.Errorf("who joined in November starts with December: %+v", made)
	}
	if made := dues(t, app, "2026-12"); made != (savings.Made{Members: 450, Mandatory: 450 * 50_000, Voluntary: 450 * 25_000}) {
		t.Errorf("%+v", made)
	}
	if got, want := open(t, app, numbers[449]), "mandatory 2026-11-01 50000, voluntary 2026-11-01 25000"; got != want {
		t.Errorf("open: %s, want %s", got, want)
	}
	if got := open(t, app, applicant); !strings.HasPrefix(got, "principal 2026-11-03") || strings.Contains(got, "mandatory") {
		t.Errorf("an applicant owes the principal alone: %s", got)
	}
	if made := dues(t, app, "2026-12"); made != (savings.Made{}) {
		t.Errorf("made again: %+v", made)
	}
	late := joined(t, app, 2, "cash", 0)
	if made := dues(t, app, "2026-12"); made != (savings.Made{Members: 2, Mandatory: 100_000}) || open(t, app, late[1]) != "mandatory 2026-11-01 50000" {
		t.Errorf("who joined since: %+v", made)
	}
	manager := act.Actor{ID: "manager00000001", Role: act.Manager}
	if _, _, err := member.LeaveCoop(context.Background(), app, ulid.New(), manager, numbers[0], member.Leave{Reason: "moved"}); err != nil {
		t.Fatal(err)
	}
	app.Travel(time.Date(2026, 12, 21, 3, 0, 0, 0, time.UTC))
	if made := dues(t, app, "2027-01"); made.Members != 451 || open(t, app, numbers[0]) != "" {
		t.Errorf("who left saves no more: %+v", made)
	}
	if _, err := savings.MakeDues(context.Background(), app, "bulan ini"); err == nil {
		t.Error("a month that is none was taken")
	}
	sound(t, app)
}

func TestTwoWhoMakeDuesAtOnceMakeThemOnce(t *testing.T) {
	app := testapp.New(t)
	joined(t, app, 450, "cash", 0)
	var wg sync.WaitGroup
	made := make([]savings.Made, 4)
	for i := range made {
		wg.Go(func() {
			var err error
			if made[i], err = savings.MakeDues(context.Background(), app, "2026-12"); err != nil {
				t.Error(err)
			}
		})
	}
	wg.Wait()
	total := 0
	for _, m := range made {
		total += m.Members
	}
	var items int
	if err := act.Read(app).Row("SELECT count(*) FROM open_items WHERE kind = 'mandatory'").Scan(&items); err != nil || items != 450 || total != 450 {
		t.Errorf("%d items, %d told, for 450 members: %v", items, total, err)
	}
}

func TestDuesFollowPolicyAndMandate(t *testing.T) {
	app := testapp.New(t)
	ctx, manager := context.Background(), act.Actor{ID: "manager00000001", Role: act.Manager}
	number := joined(t, app, 1, "cash", 10_000)[0]
	if _, _, err := policy.Set(ctx, app, ulid.New(), manager, policy.Setting{Key: policy.Mandatory.Key, Value: []byte("75000"), ValidFrom: "2026-12-01"}); err != nil {
		t.Fatal(err)
	}
	if _, _, err := member.ChangeMandate(ctx, app, ulid.New(), manager, number, member.MandateChange{Kind: "revoke", ValidFrom: "2026-12-05", Reference: "surat"}); err != nil {
		t.Fatal(err)
	}
	dues(t, app, "2026-12")
	dues(t, app, "2027-01")
	if got, want := open(t, app, number), "mandatory 2026-11-01 50000, voluntary 2026-11-01 10000, mandatory 2026-12-01 75000"; got != want {
		t.Errorf("open: %s, want %s", got, want)
	}
}

func TestTreasurerTakesDeposits(t *testing.T) {
	app, ctx := testapp.New(t), context.Background()
	number := joined(t, app, 1, "cash", 0)[0]
	dues(t, app, "2026-12")
	app.Travel(time.Date(2026, 12, 21, 3, 0, 0, 0, time.UTC))
	dues(t, app, "2027-01")
	key := ulid.New()
	in := savings.Deposit{Member: number, Kind: "mandatory", Amount: 70_000}
	out, _, err := savings.MakeDeposit(ctx, app, key, treasurer, in)
	if err != nil || out.Settled != 70_000 || out.Balance != 70_000 || out.Number != "SP-2026/00002" {
		t.Fatalf("%+v %v", out, err)
	}
	if got, want := open(t, app, number), "mandatory 2026-12-01 30000"; got != want {
		t.Errorf("the oldest first: %s, want %s", got, want)
	}
	if again, replayed, err := savings.MakeDeposit(ctx, app, key, treasurer, in); again != out || !replayed || err != nil {
		t.Errorf("the same again: %+v %v %v", again, replayed, err)
	}
	in.Kind, in.Amount = "voluntary", 1_000
	if out, _, err := savings.MakeDeposit(ctx, app, ulid.New(), treasurer, in); err != nil || out.Settled != 0 || out.Balance != 1_000 {
		t.Errorf("%+v %v", out, err)
	}
	in.Kind = "principal"
	if _, _, err := savings.MakeDeposit(ctx, app, ulid.New(), treasurer, in); !errors.Is(err, fault.Refused("savings.above_due")) {
		t.Errorf("principal that is not due: %v", err)
	}
	_, _, err = savings.MakeDeposit(ctx, app, ulid.New(), treasurer, savings.Deposit{Kind: "gold", Amount: -1})
	var f *fault.Fault
	if !errors.As(err, &f) || len(f.Fields) != 3 {
		t.Errorf("all that is wrong at once: %v", err)
	}
	if _, _, err := savings.MakeDeposit(ctx, app, ulid.New(), treasurer, savings.Deposit{Member: 99, Kind: "voluntary", Amount: 1}); !errors.Is(err, fault.NotFound("member.unknown")) {
		t.Errorf("nobody: %v", err)
	}
	sound(t, app)
}

func TestApplicantPaysThePrincipalInParts(t *testing.T) {
	app, ctx := testapp.New(t), context.Background()
	number := joined(t, app, 1, "payroll", 0)[0]
	pay := func(kind string, amount money.Rupiah) (savings.Deposited, error) {
		out, _, err := savings.MakeDeposit(ctx, app, ulid.New(), treasurer, savings.Deposit{Member: number, Kind: kind, Amount: amount})
		return out, err
	}
	if out, err := pay("principal", 40_000); err != nil || out.Activated || out.Balance != 40_000 {
		t.Errorf("%+v %v", out, err)
	}
	if held, _ := ledger.Balance(act.Read(app), ledger.MemberParty(number), ledger.DepositHeld); held != -40_000 {
		t.Errorf("held %s", held)
	}
	if _, err := pay("principal", 60_001); !errors.Is(err, fault.Refused("savings.above_due")) {
		t.Errorf("a rupiah too much: %v", err)
	}
	if _, err := pay("voluntary", 5_000); !errors.Is(err, fault.Refused("member.not_active")) {
		t.Errorf("an applicant's other savings: %v", err)
	}
	if out, err := pay("principal", 60_000); err != nil || !out.Activated || out.Balance != 100_000 {
		t.Errorf("%+v %v", out, err)
	}
	if p, err := member.Find(act.Read(app), number); err != nil || p.Status != member.Active || p.CardSerial != 1 {
		t.Errorf("%+v %v", p, err)
	}
	if held, _ := ledger.Balance(act.Read(app), ledger.MemberParty(number), ledger.DepositHeld); held != 0 {
		t.Errorf("held %s", held)
	}
	sound(t, app)
}
