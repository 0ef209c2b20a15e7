package hooks_test

import (
	"context"
	"fmt"
	"testing"

	"kpdk/hooks/internal/act"
	"kpdk/hooks/internal/clock"
	"kpdk/hooks/internal/money"
	"kpdk/hooks/internal/testapp"
	"kpdk/hooks/internal/ulid"
	"kpdk/hooks/ledger"
	"kpdk/hooks/member"
	"kpdk/hooks/payroll"
)

// Three applicants pay their principal by three deductions each, as the house is wired. The first is paid in full and
// becomes a member, the second leaves on the way and gets back what was held, the third is deducted less one month and
// pays the rest at the next.
func TestThePrincipalIsPaidByPayroll(t *testing.T) {
	app := testapp.New(t)
	e := &erasing{App: app, t: t, ctx: context.Background(), boss: testapp.By(app.Manager()), maker: testapp.By(app.Operator(act.Treasurer)), second: testapp.By(app.Operator(act.Treasurer)), statutes: app.Statutes()}
	unit := app.Record("work_units", map[string]any{"code": "622801", "name": "Sekretariat"}).Id
	numbers := make([]int64, 3)
	for i := range numbers {
		s := somebody{name: fmt.Sprintf("Pelamar Nomor %c", 'A'+i), nip: fmt.Sprintf("19860926201505%04d", 1001+i), nik: fmt.Sprintf("317401660986%04d", i+1), born: "1986-09-26", phone: fmt.Sprintf("08129876543%d", i)}
		numbers[i] = e.paysByPayroll(s, unit, 3)
	}
	stands := func(i int) string {
		t.Helper()
		p, err := member.Find(act.Read(app), numbers[i])
		if err != nil {
			t.Fatal(err)
		}
		balance := func(account int) money.Rupiah {
			b, err := ledger.Balance(act.Read(app), ledger.MemberParty(numbers[i]), account)
			if err != nil {
				t.Fatal(err)
			}
			return -b
		}
		return fmt.Sprintf("%s held %d principal %d payable %d card %d", p.Status, balance(ledger.DepositHeld), balance(ledger.PrincipalSavings), balance(ledger.LeaverPayable), p.CardSerial)
	}
	hears := func(when string, want ...string) {
		t.Helper()
		for i := range want {
			if got := stands(i); got != want[i] {
				t.Errorf("%s, %c: %s, want %s", when, 'A'+i, got, want[i])
			}
		}
	}
	hears("approved", "applicant held 0 principal 0 payable 0 card 0", "applicant held 0 principal 0 payable 0 card 0", "applicant held 0 principal 0 payable 0 card 0")
	e.payday("2026-12", map[int64]money.Rupiah{numbers[0]: 33_334, numbers[1]: 33_334, numbers[2]: 33_334})
	hears("one part", "applicant held 33334 principal 0 payable 0 card 0", "applicant held 33334 principal 0 payable 0 card 0", "applicant held 33334 principal 0 payable 0 card 0")
	e.payday("2027-01", map[int64]money.Rupiah{numbers[0]: 33_333, numbers[1]: 33_333, numbers[2]: 10_000})
	hears("two parts", "applicant held 66667 principal 0 payable 0 card 0", "applicant held 66667 principal 0 payable 0 card 0", "applicant held 43334 principal 0 payable 0 card 0")
	// Who leaves before becoming a member gets back all that was held; what is still due is asked no more.
	left := done[member.Settlement](t)(member.LeaveCoop(e.ctx, e, ulid.New(), e.boss, numbers[1], member.Leave{Reason: "moved"}))
	if left.Payable != 66_667 || left.Waived != 33_333 || left.Debt != 0 {
		t.Errorf("%+v", left)
	}
	asked := e.payday("2027-02", map[int64]money.Rupiah{numbers[0]: 33_333, numbers[2]: 56_666})
	if asked[numbers[0]] != 33_333 || asked[numbers[1]] != 0 || asked[numbers[2]] != 56_666 {
		t.Errorf("asked %v", asked)
	}
	hears("three parts", "active held 0 principal 100000 payable 0 card 1", "left held 0 principal 0 payable 66667 card 0", "active held 0 principal 100000 payable 0 card 1")
	app.Verify()
}

// paysByPayroll applies with a mandate and instalments, and is approved.
func (e *erasing) paysByPayroll(s somebody, unit string, parts int64) int64 {
	e.t.Helper()
	number, application := e.appliesFor(s, unit, func(in *member.Apply) { in.Principal, in.Instalments = "payroll", parts })
	if out := done[member.Approved](e.t)(member.ApproveApplications(e.ctx, e, ulid.New(), e.boss, "id", member.Approve{Applications: []int64{application}})); len(out.Approved) != 1 || out.Active != 0 {
		e.t.Fatalf("%+v", out)
	}
	return number
}

// payday drafts, locks, sends, answers and settles a month; it gives what was asked of each.
func (e *erasing) payday(period clock.Period, deducted map[int64]money.Rupiah) map[int64]money.Rupiah {
	e.t.Helper()
	cal, err := payroll.CalendarFor(act.Read(e), period)
	if err != nil {
		e.t.Fatal(err)
	}
	e.Travel(cal.PayDate.Add(1).Time())
	step := func(_ any, _ bool, err error) {
		e.t.Helper()
		if err != nil {
			e.t.Fatal(err)
		}
	}
	a, replayed, err := payroll.Draft(e.ctx, e, ulid.New(), e.maker, period, nil)
	step(a, replayed, err)
	b, replayed, err := payroll.Lock(e.ctx, e, ulid.New(), e.maker, period)
	step(b, replayed, err)
	c, replayed, err := payroll.Export(e.ctx, e, ulid.New(), e.second, period)
	step(c, replayed, err)
	asked := map[int64]money.Rupiah{}
	if err := act.Each(act.Read(e), "SELECT member, sum(planned) FROM payroll_parts WHERE period = ? GROUP BY member", []any{string(period)}, func(row act.Scanner) error {
		var n int64
		var amount money.Rupiah
		err := row.Scan(&n, &amount)
		asked[n] = amount
		return err
	}); err != nil {
		e.t.Fatal(err)
	}
	var answers []payroll.Answer
	for number, amount := range deducted {
		reason := ""
		if amount < asked[number] {
			reason = "other"
		}
		answers = append(answers, payroll.Answer{Row: len(answers) + 2, Member: number, Deducted: amount, Reason: reason})
	}
	d, replayed, err := payroll.TakeAnswer(e.ctx, e, ulid.New(), e.maker, period, answers, nil, nil)
	step(d, replayed, err)
	f, replayed, err := payroll.Settle(e.ctx, e, ulid.New(), e.second, payroll.Settlement{Period: period, CloseUnanswered: true}, nil)
	step(f, replayed, err)
	return asked
}
