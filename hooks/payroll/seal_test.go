package payroll_test

import (
	"context"
	"testing"

	"kpdk/hooks/internal/act"
	"kpdk/hooks/ledger"
	"kpdk/hooks/payroll"
)

// A slip names the entry that settled it, and the books say that they contain it; nobody's slip names an entry
// that has nothing of theirs.
func TestASlipNamesTheEntryThatSettledIt(t *testing.T) {
	o := newOffice(t)
	for number := int64(1); number <= 3; number++ {
		o.hire(number, hired{max: 500_000})
		o.owe(number, ledger.ItemStore, "2026-10-02", 100_000)
	}
	o.promise()
	seals := func(number int64) []payroll.Seal {
		t.Helper()
		all, err := payroll.MemberDeductions(act.Read(o), number)
		o.must(err)
		return all[0].Seals
	}
	if got := seals(1); len(got) != 0 || got == nil {
		t.Errorf("before anything is booked: %+v", got)
	}
	o.answer(payroll.Answer{Row: 2, Member: 1, Deducted: 100_000})
	o.settle(false)
	o.answer(payroll.Answer{Row: 2, Member: 2, Deducted: 120_000}, payroll.Answer{Row: 3, Member: 3, Deducted: 0})
	o.settle(false)
	first, second := seals(1), seals(2)
	if len(first) != 1 || len(second) != 1 || first[0].Entry == second[0].Entry || len(seals(3)) != 0 {
		t.Fatalf("%+v %+v %+v", first, second, seals(3))
	}
	head := ledger.HeadSeal{Seq: second[0].Entry, Hash: second[0].Hash}.Short()
	proof, err := ledger.Contains(context.Background(), o, head, nil)
	if err != nil || !proof.OK || proof.Number != second[0].Number || proof.Date != second[0].Date {
		t.Errorf("%s: %+v %v", head, proof, err)
	}
	o.verify()
}
