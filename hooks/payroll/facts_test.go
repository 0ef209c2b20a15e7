package payroll_test

import (
	"testing"

	"kpdk/hooks/internal/act"
	"kpdk/hooks/internal/clock"
	"kpdk/hooks/internal/money"
	"kpdk/hooks/internal/ulid"
	"kpdk/hooks/ledger"
	"kpdk/hooks/member"
	"kpdk/hooks/payroll"
)

// The list reads unit, channel and pay as of the cut-off (20 October): what changed since is next month's.
func TestTheDraftReadsFactsAsOfTheCutOff(t *testing.T) {
	o := newOffice(t)
	for number := int64(1); number <= 4; number++ {
		o.hire(number, hired{max: 1_000_000, pay: 1_000_000})
		o.owe(number, ledger.ItemStore, "2026-10-02", 900_000)
	}
	set := func(number int64, in member.ChangeFacts) {
		p, err := member.Find(act.Read(o), number)
		o.must(err)
		_, _, err = member.SetFacts(ctx, o, ulid.New(), act.BySystem, p.Employee, in)
		o.must(err)
	}
	self, bank, unit, pay := member.BySelf, member.ByBank, o.units["622802"], money.Rupiah(2_000_000)
	set(1, member.ChangeFacts{ValidFrom: "2026-10-20", Channel: &self})
	set(2, member.ChangeFacts{ValidFrom: "2026-10-21", Channel: &bank, Unit: &unit, Pay: &pay})
	set(3, member.ChangeFacts{ValidFrom: "2026-10-20", Unit: &unit, Pay: &pay})
	o.draft()
	for number, want := range map[int64]struct {
		unit, excluded string
		asked          money.Rupiah
	}{1: {"622801", payroll.SelfPayer, 0}, 2: {"622801", "", 500_000}, 3: {"622802", "", 900_000}, 4: {"622801", "", 500_000}} {
		var unit, excluded string
		var asked money.Rupiah
		o.must(act.Read(o).Row("SELECT unit, excluded, requested FROM payroll_lines WHERE period = ? AND member = ?", string(period), number).Scan(&unit, &excluded, &asked))
		if unit != want.unit || excluded != want.excluded || asked != want.asked {
			t.Errorf("member %d: %s %q %d", number, unit, excluded, asked)
		}
	}
	next, err := payroll.NextDeduction(act.Read(o), 1, "2026-11-03", 0)
	o.must(err)
	if next.Refusal != payroll.SelfPayer || next.Total != 0 {
		t.Errorf("%+v", next)
	}
	o.verify()
}

// A unit that moves ahead stays where it is on this month's list and stands in its new place on the next; what was
// announced for a day before the cut-off and taken back is on no list that can be locked.
func TestAListTakesTheFactOfItsDate(t *testing.T) {
	o := newOffice(t)
	o.hire(1, hired{max: 1_000_000, pay: 1_000_000})
	o.hire(2, hired{max: 1_000_000, unit: "622802"})
	o.owe(1, ledger.ItemStore, "2026-10-02", 900_000)
	o.owe(2, ledger.ItemStore, "2026-10-02", 10_000)
	o.Travel(day("2026-10-10")) // before the cut-off of 20 October
	move := func(on clock.Date) {
		_, _, err := member.MoveWholeUnit(ctx, o, ulid.New(), act.BySystem, member.MoveUnit{From: o.units["622801"], To: o.units["622802"], ValidFrom: on})
		o.must(err)
	}
	back := func(on clock.Date) {
		_, _, err := member.TakeMoveBack(ctx, o, ulid.New(), act.BySystem, member.CancelMove{To: o.units["622802"], ValidFrom: on})
		o.must(err)
	}
	unit := func(p clock.Period, want string) {
		t.Helper()
		if got := lineIn(o, p, 1).Unit; got != want {
			t.Errorf("%s: in %s, want %s", p, got, want)
		}
	}
	move("2026-10-15")
	o.draft()
	unit(period, "622802")
	back("2026-10-15")
	o.Travel(day("2026-11-03"))
	o.refused(o.locksIt(period), "payroll.drafted_before_cutoff")
	o.draft()
	unit(period, "622801")
	move("2026-11-15")
	o.must(o.locksIt(period))
	o.Travel(day("2026-11-21"))
	o.must(o.draftOf(december))
	unit(period, "622801")
	unit(december, "622802")
	o.verify()
}
