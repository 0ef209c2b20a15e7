package payroll_test

import (
	"bytes"
	"encoding/csv"
	"os"
	"strings"
	"testing"

	"github.com/xuri/excelize/v2"

	"kpdk/hooks/internal/act"
	"kpdk/hooks/internal/fault"
	"kpdk/hooks/internal/money"
	"kpdk/hooks/internal/testapp"
	"kpdk/hooks/internal/ulid"
	"kpdk/hooks/ledger"
	"kpdk/hooks/member"
	"kpdk/hooks/payroll"
)

func TestAWholeMonthWithPartialResults(t *testing.T) {
	o := newOffice(t)
	o.hire(1, hired{max: 2_500_000})
	o.hire(2, hired{max: 2_500_000, unit: "622802"})
	o.hire(3, hired{}) // never gave a mandate
	oldDue := o.owe(1, ledger.ItemMandatory, "2026-08-01", 50_000)
	due := o.owe(1, ledger.ItemMandatory, "2026-10-01", 50_000)
	oldShop := o.owe(1, ledger.ItemStore, "2026-07-14", 120_000)
	shop := o.owe(1, ledger.ItemStore, "2026-10-20", 300_000)
	late := o.owe(1, ledger.ItemStore, "2026-10-21", 77_000) // after the cut-off: the next period's
	extra := o.owe(1, ledger.ItemVoluntary, "2026-10-01", 100_000)
	two := o.owe(2, ledger.ItemStore, "2026-10-02", 40_000)
	three := o.owe(3, ledger.ItemStore, "2026-10-02", 60_000)

	o.promise()
	run := o.run()
	if run.State != payroll.StateSent || run.Members != 2 || run.Requested != 660_000 || len(run.Excluded) != 1 || run.Excluded[0] != (payroll.Exclusion{Code: payroll.NoMandate, Members: 1, Amount: 60_000}) {
		t.Fatalf("run %+v", run)
	}
	report := o.answer(payroll.Answer{Row: 2, NIP: member.NIP(nipOf(1)), Deducted: 350_000, Reason: "insufficient_pay"},
		payroll.Answer{Row: 3, Member: 2, Deducted: 45_000}, payroll.Answer{Row: 4, Member: 999, Deducted: 12_345})
	if report.Read != 3 || report.Matched != 2 || len(report.Rejected) != 1 || report.Rejected[0].Code != "payroll.not_in_run" || report.Rejected[0].Row != 4 {
		t.Fatalf("report %+v", report)
	}
	if step := o.settle(false); step.State != payroll.StateSettled {
		t.Errorf("state %s: everybody who was asked has an answer", step.State)
	}

	// 350.000 = old savings 50 + new savings 50 + oldest purchases 120 + 130 of 300; voluntary is skipped.
	for item, want := range map[int64]money.Rupiah{oldDue: 0, due: 0, oldShop: 0, shop: 170_000, late: 77_000, extra: 0, two: 0, three: 60_000} {
		if got := o.remainder(item); got != want {
			t.Errorf("item %d: %v left, want %v", item, got, want)
		}
	}
	for _, b := range []struct {
		member  int64
		account int
		want    money.Rupiah
	}{{1, ledger.MandatorySavings, -100_000}, {1, ledger.StoreReceivable, 247_000}, {1, ledger.VoluntarySavings, 0}, {1, ledger.DepositHeld, 0},
		{2, ledger.StoreReceivable, 0}, {2, ledger.DepositHeld, -5_000}, {3, ledger.StoreReceivable, 60_000}} {
		if got := o.balance(b.member, b.account); got != b.want {
			t.Errorf("member %d, account %d: %v, want %v", b.member, b.account, got, b.want)
		}
	}
	run = o.run()
	if run.Deducted != 395_000 || run.Excess != 5_000 || run.Remaining != 270_000 || run.Skipped != 100_000 || run.Unmatched != 12_345 {
		t.Errorf("sums %+v skipped %v unmatched %v", run.Sums, run.Skipped, run.Unmatched)
	}
	checkGolden(t, "slip.golden", payroll.Slip("id", o.line(1))+"\n"+payroll.Slip("id", o.line(2)))

	step, _, err := payroll.Receive(ctx, o, ulid.New(), treasurer, payroll.Receipt{Period: period, Unit: "622801"})
	o.must(err)
	if step.State != payroll.StateSettled {
		t.Errorf("one unit's money is missing, and the run is %s", step.State)
	}
	_, _, err = payroll.Receive(ctx, o, ulid.New(), treasurer, payroll.Receipt{Period: period, Unit: "622802", Amount: 45_001})
	o.refused(err, "payroll.received_too_much")
	for _, amount := range []money.Rupiah{5_000, 0} {
		step, _, err = payroll.Receive(ctx, o, ulid.New(), treasurer, payroll.Receipt{Period: period, Unit: "622802", Amount: amount})
		o.must(err)
	}
	if bank, _ := ledger.Balance(act.Read(o), ledger.MainBank, ledger.Bank); step.State != payroll.StateReceived || bank != 395_000 {
		t.Errorf("state %s, bank %v", step.State, bank)
	}
	o.verify()

	// What was left over comes again, as arrears, with what was bought since.
	next, err := payroll.NextDeduction(act.Read(o), 1, "2026-11-03", 0)
	o.must(err)
	if next.Period != "2026-12" || next.Total != 170_000+77_000+50_000 || next.Composition[len(next.Composition)-1] != (payroll.NextPart{Kind: payroll.Arrears, Amount: 170_000, Count: 1}) {
		t.Errorf("next deduction %+v", next)
	}
}

func checkGolden(t *testing.T, name, got string) {
	t.Helper()
	file := "testdata/" + name
	if os.Getenv("GOLDEN") != "" {
		if err := os.WriteFile(file, []byte(got), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(file)
	if err != nil || string(want) != got {
		t.Errorf("%s (%v):\n%s\ninstead of\n%s", name, err, got, want)
	}
}

func TestAMemberWhoPaidMeanwhileIsOwedTheExcess(t *testing.T) {
	o := newOffice(t)
	o.hire(1, hired{max: 2_500_000})
	shop := o.owe(1, ledger.ItemStore, "2026-10-02", 400_000)
	o.promise()
	o.pays(1, shop, ledger.StoreReceivable, 250_000)
	o.answer(payroll.Answer{Row: 1, Member: 1, Deducted: 400_000})
	o.settle(false)
	line := o.line(1)
	if o.remainder(shop) != 0 || o.balance(1, ledger.DepositHeld) != -250_000 || line.Excess != 250_000 || line.Remaining != 0 || line.Parts[0].Settled != 150_000 {
		t.Errorf("line %+v, held %v", line, o.balance(1, ledger.DepositHeld))
	}
	o.verify()
}

func TestNobodyIsAskedWithoutConsent(t *testing.T) {
	o := newOffice(t)
	o.hire(1, hired{})
	o.hire(2, hired{max: 1_000_000})
	o.mandate(2, "revoke", "2026-10-15", 0)
	o.hire(3, hired{max: 1_000_000, status: "left"})
	o.hire(4, hired{})
	o.mandate(4, "grant", "2026-11-03", 1_000_000) // in force only after pay day
	for number := int64(1); number <= 4; number++ {
		o.owe(number, ledger.ItemStore, "2026-10-02", 10_000)
	}
	o.draft()
	_, _, err := payroll.Lock(ctx, o, ulid.New(), treasurer, period)
	o.refused(err, "payroll.empty")
	o.hire(5, hired{max: 1_000_000})
	o.owe(5, ledger.ItemStore, "2026-10-02", 10_000)
	o.promise()
	if run := o.run(); run.Members != 1 || run.Requested != 10_000 || run.Excluded[0].Members != 4 || run.Excluded[0].Amount != 40_000 {
		t.Fatalf("run %+v", run)
	}
	// Money that is taken all the same belongs to the member.
	o.answer(payroll.Answer{Row: 1, Member: 1, Deducted: 10_000}, payroll.Answer{Row: 2, Member: 5, Deducted: 10_000})
	o.settle(false)
	if o.balance(1, ledger.DepositHeld) != -10_000 || o.balance(1, ledger.StoreReceivable) != 10_000 {
		t.Error("a deduction without consent is held, not used")
	}
	o.verify()
}

func TestNobodyIsAskedForWhatWasPaidSinceTheDraft(t *testing.T) {
	o := newOffice(t)
	o.hire(1, hired{max: 1_000_000})
	o.hire(2, hired{max: 1_000_000})
	dues := o.owe(1, ledger.ItemMandatory, "2026-10-01", 50_000)
	o.owe(1, ledger.ItemStore, "2026-10-02", 10_000)
	late := o.owe(2, ledger.ItemStore, "2026-10-25", 20_000) // after the cut-off: not on this list
	o.draft()
	o.pays(2, late, ledger.StoreReceivable, 20_000)
	o.pays(1, dues, ledger.MandatorySavings, 50_000)
	_, _, err := payroll.Lock(ctx, o, ulid.New(), treasurer, period)
	o.refused(err, "payroll.draft_paid")
	o.draft()
	_, _, err = payroll.Lock(ctx, o, ulid.New(), treasurer, period)
	o.must(err)
	if run := o.run(); run.Requested != 10_000 {
		t.Errorf("asked for %s", run.Requested)
	}
	o.verify()
}

func TestConsentWithdrawnOnTheWay(t *testing.T) {
	o := newOffice(t)
	o.hire(1, hired{max: 1_000_000})
	o.hire(2, hired{max: 1_000_000})
	shop := o.owe(1, ledger.ItemStore, "2026-10-02", 10_000)
	o.owe(2, ledger.ItemStore, "2026-10-02", 20_000)
	o.draft()
	o.mandate(2, "grant", "2026-10-25", 5_000)
	_, _, err := payroll.Lock(ctx, o, ulid.New(), treasurer, period)
	o.refused(err, "payroll.draft_stale")
	o.draft()
	_, _, err = payroll.Lock(ctx, o, ulid.New(), treasurer, period)
	o.must(err)
	o.mandate(1, "revoke", "2026-10-30", 0)
	lists, err := payroll.ListsOf(o, period, "")
	o.must(err)
	if len(lists) != 1 || len(lists[0].Rows) != 1 || lists[0].Rows[0].Member != 2 || lists[0].Total() != 5_000 {
		t.Fatalf("lists %+v", lists)
	}
	_, _, err = payroll.Export(ctx, o, ulid.New(), manager, period)
	o.must(err)
	if line := o.line(1); line.Reason != payroll.ReasonConsentRevoked || line.Deducted != 0 || !line.Answered {
		t.Errorf("line %+v", line)
	}
	o.settle(true)
	if o.remainder(shop) != 10_000 {
		t.Error("what was owed stays open")
	}
	o.verify()
}

func TestTheCapIsAShareOfThePay(t *testing.T) {
	o := newOffice(t)
	o.hire(1, hired{max: 2_500_000, pay: 600_000})
	o.hire(2, hired{max: 2_500_000, pay: 600_000, unit: "622802"})
	unit, err := o.FindRecordById("work_units", o.units["622802"])
	o.must(err)
	unit.Set("max_share_pct", 30)
	o.must(o.UnsafeWithoutHooks().Save(unit))
	for number := int64(1); number <= 2; number++ {
		o.owe(number, ledger.ItemStore, "2026-10-02", 400_000)
		o.owe(number, ledger.ItemVoluntary, "2026-10-01", 50_000)
	}
	o.promise()
	if a, b := o.line(1), o.line(2); a.Requested != 300_000 || b.Requested != 180_000 {
		t.Errorf("asked %v and %v", a.Requested, b.Requested)
	}
	if run := o.run(); run.Capped != 100_000+220_000 || run.Skipped != 100_000 {
		t.Errorf("capped %v, skipped %v", run.Capped, run.Skipped)
	}
	o.answer(payroll.Answer{Row: 1, Member: 1, Deducted: 300_000}, payroll.Answer{Row: 2, Member: 2, Deducted: 180_000})
	o.settle(false)
	items, err := ledger.OpenItems(act.Read(o), 1)
	o.must(err)
	if len(items) != 1 || items[0].Kind != ledger.ItemStore || items[0].Remainder != 100_000 {
		t.Errorf("left open %+v", items)
	}
	o.verify()
}

func TestADraftMayBeRepeatedAndALockedListNot(t *testing.T) {
	o := newOffice(t)
	o.hire(1, hired{max: 1_000_000})
	o.hire(2, hired{max: 1_000_000})
	first := o.owe(1, ledger.ItemStore, "2026-10-02", 10_000)
	o.draft()
	o.pays(1, first, ledger.StoreReceivable, 10_000)
	o.owe(2, ledger.ItemStore, "2026-10-03", 20_000)
	o.draft()
	if run := o.run(); run.Requested != 20_000 || run.Members != 1 || o.count("SELECT count(*) FROM payroll_lines") != 1 {
		t.Errorf("redraft %+v", run.Sums)
	}
	o.promise()
	_, _, err := payroll.Draft(ctx, o, ulid.New(), treasurer, period, nil)
	o.refused(err, "payroll.locked_already")
	_, _, err = payroll.Lock(ctx, o, ulid.New(), treasurer, period)
	o.refused(err, "payroll.locked_already")
	for _, sql := range []string{"UPDATE payroll_parts SET planned = 1", "DELETE FROM payroll_parts", "INSERT INTO payroll_parts VALUES('2026-11', 1, 9, 1, 1, 0, 0, '', 0)"} {
		if _, err := o.DB().NewQuery(sql).Execute(); err == nil {
			t.Errorf("%s is possible on a locked list", sql)
		}
	}
}

func TestAListOnItsWayIsNotAskedForTwice(t *testing.T) {
	o := newOffice(t)
	o.hire(1, hired{max: 1_000_000})
	o.owe(1, ledger.ItemStore, "2026-10-02", 100_000)
	o.promise()
	o.owe(1, ledger.ItemStore, "2026-11-01", 30_000)
	next, err := payroll.NextDeduction(act.Read(o), 1, "2026-11-03", 0)
	o.must(err)
	if next.Held != 100_000 || next.Total != 30_000+50_000 {
		t.Errorf("next %+v", next)
	}
	_, _, err = payroll.Draft(ctx, o, ulid.New(), treasurer, "2026-12", nil)
	o.must(err)
	run, err := payroll.RunOf(o, manager, "2026-12")
	o.must(err)
	if run.Requested != 30_000 {
		t.Errorf("December asks for %v", run.Requested)
	}
}

func TestAnAnswerNeedsALockedList(t *testing.T) {
	o := newOffice(t)
	lines := []payroll.Answer{{Row: 1, Member: 1, Deducted: 1}}
	_, _, err := payroll.TakeAnswer(ctx, o, ulid.New(), treasurer, period, lines, nil, nil)
	o.refused(err, "payroll.not_locked")
	o.hire(1, hired{max: 1_000_000})
	o.owe(1, ledger.ItemStore, "2026-10-02", 100_000)
	o.draft()
	_, _, err = payroll.TakeAnswer(ctx, o, ulid.New(), treasurer, period, lines, nil, nil)
	o.refused(err, "payroll.not_locked")
	_, _, err = payroll.Settle(ctx, o, ulid.New(), manager, payroll.Settlement{Period: period}, nil)
	o.refused(err, "payroll.not_locked")
	_, err = payroll.ListsOf(o, period, "")
	o.refused(err, "payroll.not_locked")
}

func TestAnswersUntilAndAfterALineIsSettled(t *testing.T) {
	o := newOffice(t)
	for number := int64(1); number <= 3; number++ {
		o.hire(number, hired{max: 1_000_000})
		o.owe(number, ledger.ItemStore, "2026-10-02", 100_000)
	}
	o.promise()
	o.answer(payroll.Answer{Row: 1, Member: 1, Deducted: 100_000}, payroll.Answer{Row: 2, Member: 2, Deducted: 1})
	o.answer(payroll.Answer{Row: 2, Member: 2, Deducted: 60_000, Reason: payroll.ReasonOnLeave}) // a newer answer replaces
	if n := o.count("SELECT count(*) FROM payroll_results"); n != 3 {
		t.Errorf("%d results: what an officer said is kept", n)
	}
	o.answer(payroll.Answer{Row: 2, Member: 2, Deducted: 60_000, Reason: payroll.ReasonOnLeave})
	if n := o.count("SELECT count(*) FROM payroll_results"); n != 3 {
		t.Errorf("%d results after the same answer again", n)
	}
	if step := o.settle(false); step.State != payroll.StateAnswered {
		t.Errorf("state %s with one line unanswered", step.State)
	}
	report := o.answer(payroll.Answer{Row: 1, Member: 1, Deducted: 100_000}, payroll.Answer{Row: 2, Member: 2, Deducted: 70_000}, payroll.Answer{Row: 3, Member: 2, Deducted: 60_000})
	if report.Matched != 1 || len(report.Rejected) != 2 || report.Rejected[0].Code != "payroll.settled_line" || report.Rejected[1].Code != "payroll.answered_twice" {
		t.Errorf("report %+v", report)
	}
	if line := o.line(2); line.Deducted != 60_000 || line.Reason != payroll.ReasonOnLeave || line.Remaining != 40_000 {
		t.Errorf("a settled line changed: %+v", line)
	}
	_, _, err := payroll.Settle(ctx, o, ulid.New(), manager, payroll.Settlement{Period: period}, nil)
	o.refused(err, "payroll.nothing_answered")
	if step := o.settle(true); step.State != payroll.StateSettled {
		t.Errorf("state %s after the silence was confirmed", step.State)
	}
	if line := o.line(3); line.Reason != payroll.ReasonOther || line.Remaining != 100_000 || !line.Settled {
		t.Errorf("silent line %+v", line)
	}
	o.verify()
}

func TestEveryStepAgainWithItsKeyChangesNothing(t *testing.T) {
	o := newOffice(t)
	o.hire(1, hired{max: 1_000_000})
	o.owe(1, ledger.ItemStore, "2026-10-02", 100_000)
	keys := [6]string{}
	for i := range keys {
		keys[i] = ulid.New()
	}
	steps := []func() (bool, error){
		func() (bool, error) {
			_, again, err := payroll.Draft(ctx, o, keys[0], treasurer, period, nil)
			return again, err
		},
		func() (bool, error) {
			_, again, err := payroll.Lock(ctx, o, keys[1], treasurer, period)
			return again, err
		},
		func() (bool, error) {
			_, again, err := payroll.Export(ctx, o, keys[2], manager, period)
			return again, err
		},
		func() (bool, error) {
			report, again, err := payroll.TakeAnswer(ctx, o, keys[3], treasurer, period, []payroll.Answer{{Row: 1, Member: 1, Deducted: 90_000}, {Row: 2, Member: 7, Deducted: 5}}, nil, nil)
			if report.Matched != 1 || len(report.Rejected) != 1 {
				t.Errorf("report %+v", report)
			}
			return again, err
		},
		func() (bool, error) {
			_, again, err := payroll.Settle(ctx, o, keys[4], manager, payroll.Settlement{Period: period}, nil)
			return again, err
		},
		func() (bool, error) {
			_, again, err := payroll.Receive(ctx, o, keys[5], treasurer, payroll.Receipt{Period: period, Unit: "622801"})
			return again, err
		},
	}
	for i, step := range steps {
		if again, err := step(); err != nil || again {
			t.Fatalf("step %d: %v %v", i, again, err)
		}
	}
	before := o.count("SELECT count(*) FROM acts") + o.count("SELECT count(*) FROM payroll_unmatched") + o.count("SELECT count(*) FROM journal")
	for i, step := range steps {
		if again, err := step(); err != nil || !again {
			t.Errorf("step %d again: %v %v", i, again, err)
		}
	}
	if after := o.count("SELECT count(*) FROM acts") + o.count("SELECT count(*) FROM payroll_unmatched") + o.count("SELECT count(*) FROM journal"); after != before {
		t.Errorf("%d rows, then %d", before, after)
	}
	_, _, err := payroll.Settle(ctx, o, keys[4], manager, payroll.Settlement{Period: period, CloseUnanswered: true}, nil)
	o.refused(err, "idempotency_conflict")
	// The same file under a new key: nothing is counted twice.
	o.answer(payroll.Answer{Row: 1, Member: 1, Deducted: 90_000}, payroll.Answer{Row: 2, Member: 7, Deducted: 5})
	if run := o.run(); run.Unmatched != 5 {
		t.Errorf("unmatched %v", run.Unmatched)
	}
	_, _, err = payroll.Settle(ctx, o, ulid.New(), manager, payroll.Settlement{Period: period}, nil)
	o.refused(err, "payroll.settled_already")
	o.verify()
}

func TestWhoPreparedDoesNotSettle(t *testing.T) {
	o := newOffice(t)
	o.hire(1, hired{max: 1_000_000})
	o.owe(1, ledger.ItemStore, "2026-10-02", 100_000)
	o.promise()
	o.answer(payroll.Answer{Row: 1, Member: 1, Deducted: 100_000})
	_, _, err := payroll.Settle(ctx, o, ulid.New(), treasurer, payroll.Settlement{Period: period}, nil)
	o.refused(err, "payroll.same_person")
	run, err := payroll.RunOf(o, treasurer, period)
	o.must(err)
	if run.May.Settle || run.May.SettleRefusal != "payroll.same_person" {
		t.Errorf("may %+v", run.May)
	}
	keyed := o.Operator(act.Treasurer)
	keyed.Set("keyed_by", treasurer.ID)
	o.must(o.Save(keyed))
	_, _, err = payroll.Settle(ctx, o, ulid.New(), testapp.By(keyed), payroll.Settlement{Period: period}, nil)
	o.refused(err, "payroll.keyed_by_maker")
	if o.count("SELECT count(*) FROM settlements") != 0 {
		t.Error("something was settled")
	}
	_, _, err = payroll.Settle(ctx, o, ulid.New(), act.ByConsole, payroll.Settlement{Period: period}, nil)
	o.must(err)
	if o.count("SELECT count(*) FROM acts WHERE kind = 'payroll.settle' AND role = 'console'") != 1 {
		t.Error("the audit must say that the console did it")
	}
}

// Behind what somebody typed stands no paper of the officer's: somebody else settles it, as long as anybody else may.
func TestWhoTypedTheAnswerDoesNotSettleIt(t *testing.T) {
	o := newOffice(t)
	for n := int64(1); n <= 3; n++ {
		o.hire(n, hired{max: 1_000_000})
		o.owe(n, ledger.ItemStore, "2026-10-02", 100_000)
	}
	o.promise() // drafted and locked by the treasurer
	type answers = []payroll.Answer
	types := func(by act.Actor, lines answers) {
		t.Helper()
		_, _, err := payroll.TakeLines(ctx, o, ulid.New(), by, period, lines, nil, nil)
		o.must(err)
	}
	settle := func(by act.Actor) error {
		_, _, err := payroll.Settle(ctx, o, ulid.New(), by, payroll.Settlement{Period: period}, nil)
		return err
	}
	boss := testapp.By(o.Manager())
	types(boss, answers{{Row: 1, Member: 1, Deducted: 90_000}})
	second := o.Operator(act.Treasurer)
	o.refused(settle(boss), "payroll.typed_own")
	run, err := payroll.RunOf(o, boss, period)
	o.must(err)
	if run.May.Settle || run.May.SettleRefusal != "payroll.typed_own" {
		t.Errorf("may %+v", run.May)
	}
	keyed := o.Operator(act.Treasurer)
	keyed.Set("keyed_by", boss.ID)
	o.must(o.Save(keyed))
	o.refused(settle(testapp.By(keyed)), "payroll.typed_keyed")
	if o.count("SELECT count(*) FROM settlements") != 0 {
		t.Error("something was settled")
	}
	types(testapp.By(second), answers{{Row: 1, Member: 1, Deducted: 90_000}}) // says the same: it changes nothing, and nobody new vouches for it
	o.refused(settle(boss), "payroll.typed_own")
	o.must(settle(testapp.By(second)))

	// What a file said may be settled by whoever read it in, and the settlement of others' typing says nothing of one's own.
	_, _, err = payroll.TakeAnswer(ctx, o, ulid.New(), boss, period, answers{{Row: 1, Member: 2, Deducted: 80_000}}, nil, nil)
	o.must(err)
	o.must(settle(boss))

	// In a co-op of two the drafter types and the other one settles; where the other one typed, nobody else is left.
	for _, who := range []string{second.Id, keyed.Id} {
		o.do(func(tx *act.Tx) error { return tx.Exec("UPDATE operators SET active = 0 WHERE id = ?", who) })
	}
	o.do(func(tx *act.Tx) error { return tx.Exec("DELETE FROM _superusers WHERE id <> ?", boss.ID) })
	types(boss, answers{{Row: 1, Member: 3, Deducted: 70_000}})
	o.must(settle(boss))
	o.verify()
}

func TestAnApplicantBecomesAMemberByPayroll(t *testing.T) {
	o := newOffice(t)
	o.hire(1, hired{max: 1_000_000, status: "applicant"})
	o.owe(1, ledger.ItemPrincipal, "2026-10-02", 100_000)
	o.promise()
	o.answer(payroll.Answer{Row: 1, Member: 1, Deducted: 60_000})
	o.settle(false)
	if o.balance(1, ledger.DepositHeld) != -60_000 || o.balance(1, ledger.PrincipalSavings) != 0 {
		t.Error("an instalment of principal is a deposit")
	}
	o.Travel(day("2026-12-02"))
	_, _, err := payroll.Draft(ctx, o, ulid.New(), treasurer, "2026-12", nil)
	o.must(err)
	o.lockOf("2026-12")
	o.sendOf("2026-12")
	_, _, err = payroll.TakeAnswer(ctx, o, ulid.New(), treasurer, "2026-12", []payroll.Answer{{Row: 1, Member: 1, Deducted: 45_000}}, nil, nil)
	o.must(err)
	_, _, err = payroll.Settle(ctx, o, ulid.New(), manager, payroll.Settlement{Period: "2026-12"}, nil)
	o.must(err)
	person, err := member.Find(act.Read(o), 1)
	o.must(err)
	if person.Status != member.Active || o.balance(1, ledger.PrincipalSavings) != -100_000 || o.balance(1, ledger.DepositHeld) != -5_000 {
		t.Errorf("%s, principal %v, held %v", person.Status, o.balance(1, ledger.PrincipalSavings), o.balance(1, ledger.DepositHeld))
	}
	o.verify()
}

func TestTheOfficersListHoldsEverythingAndComesBack(t *testing.T) {
	o := newOffice(t)
	o.hire(1, hired{max: 2_500_000, unit: "622802"})
	o.hire(2, hired{max: 2_500_000, unit: "622802"})
	o.owe(1, ledger.ItemMandatory, "2026-10-01", 50_000)
	o.owe(1, ledger.ItemStore, "2026-03-02", 25_000)
	o.owe(1, ledger.ItemStore, "2026-10-02", 100_000)
	o.owe(2, ledger.ItemStore, "2026-10-02", 70_000)
	o.promise()
	lists, err := payroll.ListsOf(o, period, o.units["622802"])
	o.must(err)
	asCSV, err := lists[0].CSV("id")
	o.must(err)
	rows, err := csv.NewReader(bytes.NewReader(asCSV)).ReadAll()
	o.must(err)
	want := "2026-11|0001|" + nipOf(1) + "|Pegawai 1|622802|'=Deputi|III/a|0|50000|0|0|100000|25000|175000||"
	if got := strings.Join(rows[1], "|"); got != want || len(rows) != 3 {
		t.Errorf("row %s, want %s", got, want)
	}
	asXLSX, err := lists[0].XLSX("id")
	o.must(err)
	book, err := excelize.OpenReader(bytes.NewReader(asXLSX))
	o.must(err)
	sheet := book.GetSheetName(0)
	if kind, _ := book.GetCellType(sheet, "C6"); kind != excelize.CellTypeSharedString && kind != excelize.CellTypeInlineString {
		t.Errorf("the NIP is no text: %v", kind)
	}
	if kind, _ := book.GetCellType(sheet, "N6"); kind != excelize.CellTypeNumber && kind != excelize.CellTypeUnset {
		t.Errorf("the total is no number: %v", kind)
	}
	o.must(book.SetCellValue(sheet, "O6", 150_000))
	o.must(book.SetCellValue(sheet, "P6", "Gaji tidak cukup"))
	o.must(book.SetCellValue(sheet, "A8", "JUMLAH"))
	o.must(book.SetCellValue(sheet, "O8", 150_000))
	filled, err := book.WriteToBuffer()
	o.must(err)
	answers, rejected, err := payroll.ReadAnswer("jawaban.xlsx", filled.Bytes(), period)
	o.must(err)
	if len(answers) != 1 || answers[0].Deducted != 150_000 || answers[0].Reason != payroll.ReasonInsufficientPay || answers[0].Member != 1 {
		t.Fatalf("answers %+v", answers)
	}
	if len(rejected) != 1 || rejected[0].Row != 7 || rejected[0].Code != "payroll.amount_missing" {
		t.Fatalf("rejected %+v", rejected)
	}
	report, _, err := payroll.TakeAnswer(ctx, o, ulid.New(), treasurer, period, answers, rejected, nil)
	o.must(err)
	if run := o.run(); report.Matched != 1 || run.Answered != 1 || run.Unmatched != 0 || run.Units[0].Answered {
		t.Errorf("report %+v run %+v", report, run)
	}
}

func TestRowsOfAnOfficersOwnList(t *testing.T) {
	answers, rejected, err := payroll.ReadAnswer("hasil.csv", []byte("No;NIP;Nama;Potongan;Keterangan\n"+
		"1;198609262015051001;Ani;Rp 50.000,00;\n2;1,98609E+17;Budi;10.000;\n3;;Cici;10.000;\n4;199205082023082001;Dedi;-5;\n5;197707212006121008;Eko;;cuti\n6;197707212006121008;Eko;12,5;\n;;JUMLAH;60.000;\n"), period)
	if err != nil {
		t.Fatal(err)
	}
	if len(answers) != 2 || answers[0].Deducted != 50_000 || answers[1].Deducted != 0 || answers[1].Reason != payroll.ReasonOnLeave {
		t.Errorf("answers %+v", answers)
	}
	var codes []string
	for _, r := range rejected {
		codes = append(codes, r.Code)
		if fault.Message("id", r.Code, r.Params) == "fault."+r.Code {
			t.Errorf("no words for %s", r.Code)
		}
	}
	if got := strings.Join(codes, " "); got != "import.nip_mangled payroll.who_missing import.amount_negative import.amount_fraction" {
		t.Errorf("codes %s", got)
	}
	for name, data := range map[string][]byte{"x.pdf": []byte("%PDF-1.4"), "x.csv": []byte("Nama,Alamat\nAni,Depok\n")} {
		if _, _, err := payroll.ReadAnswer(name, data, period); !fault.IsFault(err) {
			t.Errorf("%s: %v", name, err)
		}
	}
}

// A chain that was cut off in the middle goes on: half of the members are settled by the first call,
// whose context ends; the second call settles the rest, once.
func TestAChainCutOffInTheMiddleGoesOn(t *testing.T) {
	const people = 700
	o := newOffice(t)
	o.crowd(people)
	o.promise()
	var answers []payroll.Answer
	for i := int64(1); i <= people; i++ {
		answers = append(answers, payroll.Answer{Row: int(i), Member: i, Deducted: 60_000})
	}
	key := ulid.New()
	cut, stop := o.cutting(1)
	_, _, err := payroll.TakeAnswer(cut, o, key, treasurer, period, answers, nil, stop)
	if err == nil {
		t.Fatal("the answer was not cut off")
	}
	report, _, err := payroll.TakeAnswer(ctx, o, key, treasurer, period, answers, nil, nil)
	o.must(err)
	if report.Matched != people || o.count("SELECT count(*) FROM payroll_results") != people {
		t.Errorf("%d matched", report.Matched)
	}
	key = ulid.New()
	cut, stop = o.cutting(3)
	if _, _, err = payroll.Settle(cut, o, key, manager, payroll.Settlement{Period: period}, stop); err == nil {
		t.Fatal("the settlement was not cut off")
	}
	half := o.count("SELECT count(*) FROM payroll_lines WHERE settled = 1")
	if half == 0 || half == people || o.run().State != payroll.StateAnswered {
		t.Fatalf("%d lines settled, state %s", half, o.run().State)
	}
	o.verify()
	step, again, err := payroll.Settle(ctx, o, key, manager, payroll.Settlement{Period: period}, nil)
	o.must(err)
	if again || step.State != payroll.StateSettled {
		t.Errorf("again %v, state %s", again, step.State)
	}
	if run := o.run(); run.Deducted != 60_000*people || o.count("SELECT sum(amount) FROM settlements WHERE kind = 'payroll'") != 60_000*people {
		t.Errorf("deducted %v", run.Deducted)
	}
	o.verify()
}

func TestADraftCutOffIsNotLocked(t *testing.T) {
	o := newOffice(t)
	o.crowd(400)
	key := ulid.New()
	cut, stop := o.cutting(1)
	if _, _, err := payroll.Draft(cut, o, key, treasurer, period, stop); err == nil {
		t.Fatal("the draft was not cut off")
	}
	_, _, err := payroll.Lock(ctx, o, ulid.New(), treasurer, period)
	o.refused(err, "payroll.draft_unfinished")
	_, _, err = payroll.Draft(ctx, o, key, treasurer, period, nil)
	o.must(err)
	if run := o.run(); run.Members != 400 {
		t.Errorf("%d members", run.Members)
	}
	_, _, err = payroll.Lock(ctx, o, ulid.New(), treasurer, period)
	o.must(err)
}

func TestTheCheckNamesWhatIsWrong(t *testing.T) {
	o := newOffice(t)
	o.hire(1, hired{max: 1_000_000})
	o.owe(1, ledger.ItemStore, "2026-10-02", 100_000)
	o.promise()
	o.answer(payroll.Answer{Row: 1, Member: 1, Deducted: 80_000})
	o.settle(false)
	for sql, back := range map[string]string{
		"UPDATE payroll_lines SET requested = 1":         "UPDATE payroll_lines SET requested = 100000",
		"UPDATE payroll_parts SET settled = settled + 1": "UPDATE payroll_parts SET settled = settled - 1",
		"UPDATE payroll_lines SET deducted = 1":          "UPDATE payroll_lines SET deducted = 80000",
		"UPDATE payroll_lines SET settled = 0":           "UPDATE payroll_lines SET settled = 1",
		"UPDATE payroll_runs SET state = 'received'":     "UPDATE payroll_runs SET state = 'settled'",
	} {
		if _, err := o.DB().NewQuery(sql).Execute(); err != nil {
			t.Fatal(err)
		}
		if _, findings, err := payroll.Checks()[0].Run(ctx, act.Read(o)); err != nil || len(findings) == 0 {
			t.Errorf("%s stays unseen (%v)", sql, err)
		}
		if _, err := o.DB().NewQuery(back).Execute(); err != nil {
			t.Fatal(err)
		}
	}
	o.verify()
}
