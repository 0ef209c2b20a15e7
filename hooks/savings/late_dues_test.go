package savings_test

import (
	"context"
	"encoding/json"
	"fmt"
	"strings"
	"testing"
	"time"

	"kpdk/hooks/internal/act"
	"kpdk/hooks/internal/clock"
	"kpdk/hooks/internal/money"
	"kpdk/hooks/internal/testapp"
	"kpdk/hooks/internal/ulid"
	"kpdk/hooks/policy"
	"kpdk/hooks/savings"
)

var boss = act.Actor{ID: "manager00000001", Role: act.Manager}

func rule(t *testing.T, app *testapp.App, key, value string, from clock.Date) {
	t.Helper()
	if _, _, err := policy.Set(context.Background(), app, ulid.New(), boss, policy.Setting{Key: key, Value: json.RawMessage(value), ValidFrom: from}); err != nil {
		t.Fatal(err)
	}
}

func catchUp(t *testing.T, app *testapp.App) savings.Made {
	t.Helper()
	made, err := savings.CatchUp(context.Background(), app, clock.Of(app).Today())
	if err != nil {
		t.Fatal(err)
	}
	return made
}

func day(text string) time.Time { return clock.Date(text).Time().Add(3 * time.Hour) }

// The job makes this month's, once; a machine that slept makes each month up with the amounts of that month;
// what a mandate adds is left to the payroll list.
func TestDuesThatComeLateGoByTheirOwnMonth(t *testing.T) {
	app := testapp.New(t)
	numbers := joined(t, app, 2, "cash", 25_000)
	rule(t, app, policy.Mandatory.Key, "75000", "2027-01-01")
	rule(t, app, policy.Mandatory.Key, "80000", "2027-02-15") // in the middle of a month: from the next first on
	if made := catchUp(t, app); made != (savings.Made{Members: 2, Mandatory: 100_000}) {
		t.Errorf("this month: %+v", made)
	}
	if made := catchUp(t, app); made != (savings.Made{}) {
		t.Errorf("again: %+v", made)
	}
	app.Travel(day("2027-03-09"))
	late := joined(t, app, 1, "cash", 0)[0]
	if made := catchUp(t, app); made != (savings.Made{Members: 9, Mandatory: 2*50_000 + 2*75_000 + 2*75_000 + 3*80_000}) {
		t.Errorf("four months at once: %+v", made)
	}
	if made := catchUp(t, app); made != (savings.Made{}) {
		t.Errorf("four months again: %+v", made)
	}
	want := "mandatory 2026-11-01 50000, mandatory 2026-12-01 50000, mandatory 2027-01-01 75000, mandatory 2027-02-01 75000, mandatory 2027-03-01 80000"
	if got := open(t, app, numbers[0]); got != want {
		t.Errorf("open: %s", got)
	}
	if got := open(t, app, late); got != "mandatory 2027-03-01 80000" {
		t.Errorf("who joined since: %s", got)
	}
	if made := dues(t, app, "2027-04"); made != (savings.Made{Members: 2, Voluntary: 50_000}) {
		t.Errorf("the list adds what mandates name: %+v", made)
	}
	if made := dues(t, app, "2027-04"); made != (savings.Made{}) {
		t.Errorf("and adds it once: %+v", made)
	}
	app.Travel(day("2029-12-05"))
	if made := catchUp(t, app); made.Members != 25*3 {
		t.Errorf("who slept for years makes up two of them: %+v", made)
	}
	sound(t, app)
}

// A chain that was broken off goes on where it stood.
func TestABrokenChainOfDuesIsContinued(t *testing.T) {
	app := testapp.New(t)
	numbers := joined(t, app, 3, "cash", 0)
	if made := dues(t, app, "2026-12"); made.Members != 3 {
		t.Fatal(made)
	}
	app.Travel(day("2026-12-02"))
	if made := dues(t, app, "2027-01"); made.Members != 3 {
		t.Fatal(made)
	}
	more := joined(t, app, 2, "cash", 0) // as if the chain of the month had stopped before them
	if made := catchUp(t, app); made.Members != 2 || open(t, app, more[1]) != "mandatory 2026-12-01 50000" || strings.Count(open(t, app, numbers[0]), "mandatory") != 2 {
		t.Errorf("%+v", made)
	}
}

func TestDuesByGrade(t *testing.T) {
	app := testapp.New(t)
	rule(t, app, policy.Mandatory.Key, `{"*": 5000, "III": 7500, "IV": 10000, "IV/e": 0}`, "2026-11-01")
	rule(t, app, policy.Principal.Key, `{"*": 50000, "IV": 150000}`, "2026-11-01")
	grades := []string{"IV/a", "iii/c", "II/d", "", "IV/e"}
	numbers := joinedWith(t, app, len(grades), "payroll", 0, func(i int) map[string]any { return map[string]any{"grade": grades[i]} })
	for i, want := range []money.Rupiah{150_000, 50_000, 50_000, 50_000, 150_000} {
		if got := open(t, app, numbers[i]); got != fmt.Sprintf("principal 2026-11-03 %d", want) {
			t.Errorf("%q: %s", grades[i], got)
		}
		if _, _, err := savings.MakeDeposit(context.Background(), app, ulid.New(), treasurer, savings.Deposit{Member: numbers[i], Kind: "principal", Amount: want}); err != nil {
			t.Fatal(err)
		}
	}
	if made := catchUp(t, app); made != (savings.Made{Members: 4, Mandatory: 10_000 + 7_500 + 5_000 + 5_000}) {
		t.Errorf("%+v", made)
	}
	if got := open(t, app, numbers[1]); got != "mandatory 2026-11-01 7500" {
		t.Errorf("III: %s", got)
	}
	if got := open(t, app, numbers[4]); got != "" {
		t.Errorf("a grade that saves nothing: %s", got)
	}
	if made := catchUp(t, app); made != (savings.Made{}) {
		t.Errorf("again: %+v", made)
	}
	sound(t, app)
}

// A clock that stands a year ahead must not make a year's dues and interest; once somebody does something under it,
// the machine has slept.
func TestWhatTheClockAloneSaysWaits(t *testing.T) {
	app := testapp.New(t)
	numbers := joined(t, app, 1, "cash", 0)
	daily := func() string {
		t.Helper()
		if err := savings.Daily(context.Background(), app); err != nil {
			t.Fatal(err)
		}
		return open(t, app, numbers[0])
	}
	before := daily()
	app.Travel(app.Now().AddDate(0, 0, 62))
	slept := daily()
	if slept == before {
		t.Errorf("two months of rest are made up for: %s", slept)
	}
	app.Travel(app.Now().AddDate(1, 0, 0))
	if got := daily(); got != slept {
		t.Errorf("made by the clock alone: %s", got)
	}
	rule(t, app, policy.Mandatory.Key, "60000", clock.Of(app).Today().Period().Add(2).First())
	if got := daily(); got == slept {
		t.Error("somebody is here, and nothing is made up for")
	}
}
