package payroll_test

import (
	"testing"
	"time"

	"kpdk/hooks/internal/act"
	"kpdk/hooks/internal/clock"
	"kpdk/hooks/internal/ulid"
	"kpdk/hooks/ledger"
	"kpdk/hooks/payroll"
	"kpdk/hooks/treasury"
)

// Whoever prepares a list never sends it, and no answer is a way around: nobody answers what was not sent.
func TestNobodyAnswersAListThatWasNotSent(t *testing.T) {
	o := newOffice(t)
	o.hire(1, hired{max: 1_000_000})
	o.owe(1, ledger.ItemStore, "2026-10-02", 100_000)
	o.draft()
	o.lockOf(period)
	line := payroll.Answer{Row: 2, Member: 1, Deducted: 100_000}
	_, _, err := payroll.TakeAnswer(ctx, o, ulid.New(), treasurer, period, []payroll.Answer{line}, nil, nil)
	o.refused(err, "payroll.not_sent")
	_, err = payroll.PreviewAnswer(o, period, payroll.File{Answers: []payroll.Answer{line}})
	o.refused(err, "payroll.not_sent")
	_, _, err = payroll.Settle(ctx, o, ulid.New(), manager, payroll.Settlement{Period: period, CloseUnanswered: true}, nil)
	o.refused(err, "payroll.not_sent")
	if m := o.run().May; m.Answer || m.Settle || m.SettleRefusal != "payroll.not_sent" || !m.Export {
		t.Errorf("%+v", m)
	}

	// A list that was answered before it was sent, as older books may have one: still nobody sends alone.
	o.do(func(tx *act.Tx) error {
		return tx.Exec("UPDATE payroll_runs SET state = 'answered' WHERE period = ?", string(period))
	})
	_, _, err = payroll.Export(ctx, o, ulid.New(), treasurer, period)
	o.refused(err, "payroll.same_person")
	o.sendOf(period)
	run := o.run()
	if run.State != payroll.StateAnswered || !run.May.Answer || run.Steps[len(run.Steps)-1].State != payroll.StateSent {
		t.Errorf("%+v", run)
	}
	_, _, err = payroll.Export(ctx, o, ulid.New(), treasurer, period) // once it is sent, its files are there for both
	o.must(err)
	o.answer(line)
	o.settle(false)
	o.verify()
}

// The last drafter locks, so that one other person is left to send and to settle.
func TestTheLastDrafterLocks(t *testing.T) {
	o := newOffice(t)
	o.hire(1, hired{max: 1_000_000})
	o.owe(1, ledger.ItemStore, "2026-10-02", 100_000)
	draft := func(by act.Actor) {
		t.Helper()
		_, _, err := payroll.Draft(ctx, o, ulid.New(), by, period, nil)
		o.must(err)
	}
	lock := func(by act.Actor) error {
		_, _, err := payroll.Lock(ctx, o, ulid.New(), by, period)
		return err
	}
	draft(manager)
	o.refused(lock(treasurer), "payroll.lock_drafter")
	run, err := payroll.RunOf(o, treasurer, period)
	o.must(err)
	if run.May.Lock || run.May.LockRefusal != "payroll.lock_drafter" || !run.May.Draft || !o.run().May.Lock {
		t.Errorf("%+v", run.May)
	}
	draft(treasurer)
	o.refused(lock(manager), "payroll.lock_drafter")
	o.must(lock(treasurer))
	o.sendOf(period) // by the manager
	o.answer(payroll.Answer{Row: 2, Member: 1, Deducted: 100_000})
	o.settle(false)

	// The machine's console is nobody's colleague: it locks what others drafted, and others lock what it drafted.
	for p, by := range map[clock.Period][2]act.Actor{"2026-12": {act.ByConsole, treasurer}, "2027-01": {treasurer, act.ByConsole}} {
		o := newOffice(t)
		o.hire(1, hired{max: 1_000_000})
		o.owe(1, ledger.ItemStore, "2026-10-02", 100_000)
		o.Travel(day(p.Add(-1).Day(25)))
		_, _, err := payroll.Draft(ctx, o, ulid.New(), by[0], p, nil)
		o.must(err)
		_, _, err = payroll.Lock(ctx, o, ulid.New(), by[1], p)
		o.must(err)
		o.sendOf(p)
	}
	o.verify()
}

// A list is locked once its purchases are over, and only as it was drafted since: nothing of its month is left out.
func TestAListIsLockedOnceItsPurchasesAreOver(t *testing.T) {
	o := newOffice(t)
	o.Travel(day("2026-10-25"))
	o.hire(1, hired{max: 1_000_000})
	o.owe(1, ledger.ItemStore, "2026-10-22", 100_000)
	const p = clock.Period("2026-12") // its cut-off is 2026-11-20
	lock := func(code string) {
		t.Helper()
		_, _, err := payroll.Lock(ctx, o, ulid.New(), treasurer, p)
		if code == "" {
			o.must(err)
			return
		}
		o.refused(err, code)
		run, err := payroll.RunOf(o, treasurer, p)
		o.must(err)
		if run.May.Lock || run.May.LockRefusal != code || run.May.AllowEarly || !run.May.Draft {
			t.Errorf("%+v", run.May)
		}
	}
	o.must(o.draftOf(p))
	lock("payroll.before_cutoff")
	o.owe(1, ledger.ItemStore, "2026-10-26", 200_000)
	o.Travel(day("2026-11-20"))
	lock("payroll.before_cutoff")
	zone := clock.Of(o).Zone()
	o.Travel(time.Date(2026, 11, 21, 0, 0, 0, 0, zone)) // the co-op's midnight
	lock("payroll.drafted_before_cutoff")
	o.must(o.draftOf(p))
	lock("")
	lists, err := payroll.LinesOf(act.Read(o), p, payroll.Page{Limit: 1})
	o.must(err)
	if lists.Lines[0].Requested != 300_000 {
		t.Errorf("the list asks for %v", lists.Lines[0].Requested)
	}
}

// A list that is drafted on the day of the pay, or later, is looked at as long as any other: cutting that short
// takes a manager's reason.
func TestALateListIsLookedAtToo(t *testing.T) {
	for _, drafted := range []clock.Date{"2026-11-02", "2026-11-09"} { // pay day is the 2nd
		o := newOffice(t)
		o.Travel(day(drafted))
		o.hire(1, hired{max: 1_000_000})
		o.owe(1, ledger.ItemStore, "2026-10-02", 100_000)
		o.do(func(tx *act.Tx) error {
			return tx.Exec("INSERT INTO login_events(login, record, kind, act) SELECT 'members', id, 'code_used', ? FROM members", tx.ID())
		})
		o.draft()
		lock := func() error {
			_, _, err := payroll.Lock(ctx, o, ulid.New(), treasurer, period)
			return err
		}
		o.refused(lock(), "payroll.preview_running")
		if run := o.run(); run.Until != drafted.Add(5) || !run.May.AllowEarly {
			t.Errorf("%s: %+v until %s", drafted, run.May, run.Until)
		}
		o.Travel(day(drafted.Add(6)))
		o.must(lock())
	}
}

// A member whose savings are spent keeps nobody else's correction waiting: what is missing is owed.
func TestACorrectionOfSavingsThatWereWithdrawn(t *testing.T) {
	o := newOffice(t)
	for n := int64(1); n <= 2; n++ {
		o.hire(n, hired{max: 1_000_000})
		o.owe(n, ledger.ItemVoluntary, "2026-10-01", 100_000)
	}
	o.promise()
	o.answer(payroll.Answer{Row: 2, Member: 1, Deducted: 100_000}, payroll.Answer{Row: 3, Member: 2, Deducted: 100_000})
	o.settle(false)
	o.do(func(tx *act.Tx) error { // withdrawn but for the last of it
		_, err := ledger.Post(tx, ledger.Entry{Kind: ledger.KindSavings, Date: tx.Today(), Lines: []ledger.Line{
			ledger.Dr(ledger.VoluntarySavings, 90_000, ledger.MemberParty(1)), ledger.Cr(ledger.OpeningBalance, 90_000)}})
		return err
	})
	r := o.correct(payroll.Answer{Row: 2, Member: 1, Deducted: 40_000}, payroll.Answer{Row: 3, Member: 2, Deducted: 40_000})
	o.approve(r.Correction)
	if o.line(1).Deducted != 40_000 || o.line(2).Deducted != 40_000 || o.balance(1, ledger.VoluntarySavings) != 0 || o.balance(1, ledger.StoreReceivable) != 50_000 || o.balance(2, ledger.StoreReceivable) != 0 {
		t.Errorf("%v, %v: saved %v, owed %v", o.line(1).Deducted, o.line(2).Deducted, o.balance(1, ledger.VoluntarySavings), o.balance(1, ledger.StoreReceivable))
	}
	o.verify()
}

// A work unit's code is no other list's name, and stays once it stands on a list.
func TestAUnitKeepsItsCode(t *testing.T) {
	o := newOffice(t)
	o.hire(1, hired{max: 1_000_000})
	o.owe(1, ledger.ItemStore, "2026-10-02", 100_000)
	o.draft()
	rename := func(unit, code string) error {
		u, err := o.FindRecordById("work_units", o.units[unit])
		o.must(err)
		u.Set("code", code)
		return o.Save(u)
	}
	for _, code := range []string{"bank", "BANK", "-", "62:01", "62/01"} {
		o.refused(rename("622802", code), "input.invalid")
	}
	o.refused(rename("622801", "699999"), "input.invalid")
	o.must(rename("622802", "699998")) // on no list
	u, err := o.FindRecordById("work_units", o.units["622801"])
	o.must(err)
	u.Set("name", "Sekretariat Kementerian")
	o.must(o.Save(u))
}

// The arrival of a unit's money is booked on the bank's own day, as other lines are: at a year's end books and bank agree.
func TestAUnitsMoneyIsBookedOnTheBanksDay(t *testing.T) {
	o := newOffice(t)
	o.hire(1, hired{max: 1_000_000})
	o.owe(1, ledger.ItemStore, "2026-10-02", 100_000)
	o.promise()
	o.answer(payroll.Answer{Row: 2, Member: 1, Deducted: 100_000})
	o.settle(false)
	o.Travel(day("2027-01-05"))
	file := treasury.File{Bank: 1, Name: "mutasi.csv", Data: []byte("Tanggal;Keterangan;Debet;Kredit;Saldo\n30/12/2026;SETORAN 622801;;100.000,00;100.000,00\n31/12/2026;BIAYA ADM;5.000,00;;95.000,00\n")}
	preview, err := treasury.Look(o, "id", file)
	o.must(err)
	file.Layout = &preview.Layout
	_, _, err = treasury.Import(ctx, o, ulid.New(), treasurer, file, nil)
	o.must(err)
	var line int64
	o.must(act.Read(o).Row("SELECT id FROM bank_lines WHERE sen = 10000000").Scan(&line))
	_, _, err = treasury.Match(ctx, o, ulid.New(), treasurer, 1, []treasury.Choice{{Kind: treasury.MatchPayroll, Line: line, Payroll: []treasury.UnitPart{{Period: period, Unit: "622801", Amount: 100_000}}}})
	o.must(err)
	var booked clock.Date
	o.must(act.Read(o).Row("SELECT j.date FROM payroll_money m JOIN journal j ON j.id = m.entry").Scan(&booked))
	if booked != "2026-12-30" {
		t.Errorf("booked on %s", booked)
	}
	o.verify()
}

// Too much from one unit makes up for nothing of another: each is named with its own.
func TestWhatIsOpenIsListedUnitByUnit(t *testing.T) {
	o, _ := threeAndOne(t)
	o.hire(9, hired{max: 1_000_000, unit: "622802"})
	o.owe(9, ledger.ItemStore, "2026-10-02", 80_000)
	o.promise()
	o.answer(payroll.Answer{Row: 1, Member: 3, Deducted: 300_000}, payroll.Answer{Row: 2, Member: 9, Deducted: 80_000})
	o.settle(true)
	_, _, err := payroll.Receive(ctx, o, ulid.New(), treasurer, payroll.Receipt{Period: period, Unit: "622801", Amount: 400_000, Over: true})
	o.must(err)
	todo, err := payroll.TodosOf(act.Read(o), period)
	o.must(err)
	open := map[string]payroll.Todo{}
	for _, t := range todo {
		open[t.Code] = t
	}
	if m := open["money"]; m.Count != 1 || m.Amount != 80_000 || m.Units[0].Unit != "622802" {
		t.Errorf("%+v", m)
	}
	if m := open["money_over"]; m.Count != 1 || m.Amount != 100_000 || m.Units[0].Name != "Sekretariat" {
		t.Errorf("%+v", m)
	}
}
