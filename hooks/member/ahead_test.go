package member_test

import (
	"context"
	"fmt"
	"net/http"
	"testing"

	"github.com/pocketbase/pocketbase/core"

	"kpdk/hooks/internal/act"
	"kpdk/hooks/internal/clock"
	"kpdk/hooks/internal/testapp"
	"kpdk/hooks/internal/ulid"
	"kpdk/hooks/member"
)

// What is announced shows from its day on, whole units too, can be taken back before it, and comes once however long
// the machine slept.
func TestWhatIsAnnounced(t *testing.T) {
	app, ctx := testapp.New(t), context.Background()
	numbers := joined(t, app, 3, "cash")
	units, names := map[string]string{}, map[string]string{}
	for _, code := range []string{"A", "B", "C"} {
		units[code] = app.Record("work_units", map[string]any{"code": code, "name": "Unit " + code}).Id
		names[units[code]] = code
	}
	employees := make([]string, len(numbers))
	for i, number := range numbers {
		employees[i] = person(t, app, number).Employee
		at := units["A"]
		must[member.FactsChanged](t)(member.SetFacts(ctx, app, ulid.New(), manager, employees[i], member.ChangeFacts{ValidFrom: "2026-10-01", Unit: &at}))
	}
	url, boss := serve(app), app.Manager()
	// where says of each unit who is there on a day, and what is ahead.
	where := func(on clock.Date) string {
		t.Helper()
		a := call(t, app, boss, "GET", url+"/api/coop/employees/units?on="+string(on), nil)
		if a.status != http.StatusOK {
			t.Fatal(a.status, a.raw)
		}
		said := ""
		for _, u := range a.body["units"].([]any) {
			if u := u.(map[string]any); names[fmt.Sprint(u["id"])] != "" {
				said += fmt.Sprintf("%s %v/%v ", u["code"], u["employees"], u["members"])
			}
		}
		for _, m := range a.body["ahead"].([]any) {
			m := m.(map[string]any)
			said += fmt.Sprintf("; %v to %s on %s", m["employees"], m["code"], m["valid_from"])
		}
		return said
	}
	same := func(what, got, want string) {
		t.Helper()
		if got != want {
			t.Errorf("%s: %q, want %q", what, got, want)
		}
	}
	move := func(from, to string, on clock.Date) member.Moved {
		t.Helper()
		in := member.MoveUnit{From: units[from], To: units[to], ValidFrom: on}
		key := ulid.New()
		out := must[member.Moved](t)(member.MoveWholeUnit(ctx, app, key, manager, in))
		if again, replayed, err := member.MoveWholeUnit(ctx, app, key, manager, in); again != out || !replayed || err != nil {
			t.Errorf("asked again: %+v %v %v", again, replayed, err)
		}
		return out
	}
	grade := func(on clock.Date) string {
		t.Helper()
		facts, err := member.FactsOn(act.Read(app), on, numbers[0]-1, numbers[0])
		if err != nil {
			t.Fatal(err)
		}
		return facts[numbers[0]].Grade
	}
	better := "IV/a"
	must[member.FactsChanged](t)(member.SetFacts(ctx, app, ulid.New(), manager, employees[0], member.ChangeFacts{ValidFrom: "2026-12-01", Grade: &better}))
	same("the grade before its day", grade("2026-11-30"), "")
	same("the grade on its day", grade("2026-12-01"), better)

	// The second move takes those who will be there then, and leaves who is there today.
	if first, second := move("A", "B", "2027-01-01"), move("B", "C", "2027-03-01"); first != (member.Moved{Employees: 3, Members: 3}) || second != first {
		t.Errorf("%+v, then %+v", first, second)
	}
	const both = "; 3 to B on 2027-01-01; 3 to C on 2027-03-01"
	same("today", where(""), "A 3/3 B 0/0 C 0/0 "+both)
	same("in the new year", where("2027-01-01"), "A 0/0 B 3/3 C 0/0 "+both)
	same("in March", where("2027-03-01"), "A 0/0 B 0/0 C 3/3 "+both)
	if got := move("A", "C", "2026-11-01"); got.Employees != 3 { // of before: it holds until the new year
		t.Errorf("%+v", got)
	}
	same("moved until then", where("2027-01-01"), "A 0/0 B 3/3 C 0/0 "+both)
	if got := move("C", "A", "2026-11-02"); got.Employees != 3 {
		t.Errorf("%+v", got)
	}

	// Taken back: a whole move, and of the other one person alone.
	back := func(key string, on clock.Date, to string) (member.MoveCancelled, bool, error) {
		return member.TakeMoveBack(ctx, app, key, manager, member.CancelMove{To: units[to], ValidFrom: on})
	}
	for name, c := range map[string]struct {
		err  error
		code string
	}{
		"another day":   {third(back(ulid.New(), "2027-03-02", "C")), "member.move_unknown"},
		"today":         {third(back(ulid.New(), "2026-11-03", "C")), "member.fact_begun"},
		"one's that is": {third(member.TakeFactBack(ctx, app, ulid.New(), manager, employees[0], member.CancelFact{Fact: 1})), "member.fact_begun"},
		"another's":     {third(member.TakeFactBack(ctx, app, ulid.New(), manager, employees[1], member.CancelFact{Fact: ahead(t, app, employees[0], "unit", "2027-01-01")})), "member.fact_unknown"},
	} {
		same(name, testapp.Refusal(c.err), c.code)
	}
	key := ulid.New()
	out, _, err := back(key, "2027-03-01", "C")
	again, replayed, err2 := back(key, "2027-03-01", "C")
	if err != nil || err2 != nil || out.Employees != 3 || again != out || !replayed {
		t.Errorf("%+v %v, again %+v %v %v", out, err, again, replayed, err2)
	}
	same("taken back already", testapp.Refusal(third(back(ulid.New(), "2027-03-01", "C"))), "member.move_unknown")
	fact := ahead(t, app, employees[0], "unit", "2027-01-01")
	mayNot := map[string]*core.Record{"nobody": nil, "member": recordOf(t, app, numbers[0]), "cashier": app.Operator(act.Cashier), "treasurer": app.Operator(act.Treasurer)}
	before := count(t, app, "SELECT count(*) FROM acts")
	for name, who := range mayNot {
		for path, body := range map[string]map[string]any{employees[0] + "/facts/cancel": {"id": ulid.New(), "fact": fact}, "move/cancel": {"id": ulid.New(), "to": units["B"], "valid_from": "2027-01-01"}} {
			want := http.StatusForbidden
			if who == nil {
				want = http.StatusUnauthorized
			}
			if a := call(t, app, who, "POST", url+"/api/coop/employees/"+path, body); a.status != want {
				t.Errorf("%s, %s: %d", name, path, a.status)
			}
		}
	}
	if now := count(t, app, "SELECT count(*) FROM acts"); now != before {
		t.Errorf("%d acts of those who may not", now-before)
	}
	if a := call(t, app, boss, "POST", url+"/api/coop/employees/"+employees[0]+"/facts/cancel", map[string]any{"id": ulid.New(), "fact": fact}); a.status != http.StatusCreated || a.body["kind"] != "unit" || a.body["valid_from"] != "2027-01-01" {
		t.Errorf("%d %s", a.status, a.raw)
	}
	seen, err := member.SightingsOf(act.Read(app), numbers[0], 0, 1, false, false)
	if err != nil || len(seen.Sightings) != 1 || fmt.Sprint(seen.Sightings[0].Kind, seen.Sightings[0].Facts) != "member.cancel_fact[{unit Unit B Unit A 2027-01-01}]" {
		t.Errorf("the member sees %+v %v", seen.Sightings, err)
	}
	same("what is ahead", where("2027-03-01"), "A 1/1 B 2/2 C 0/0 ; 2 to B on 2027-01-01")
	page := call(t, app, boss, "GET", fmt.Sprintf("%s/api/coop/members/%d", url, numbers[0]), nil)
	waiting := 0
	for _, f := range page.body["facts"].([]any) {
		if f := f.(map[string]any); f["ahead"] == true {
			waiting++
			same("what waits", fmt.Sprint(f["kind"], f["value"], f["valid_from"]), "gradeIV/a2026-12-01")
		}
	}
	if waiting != 1 {
		t.Errorf("%d wait: %s", waiting, page.raw)
	}

	// The machine slept from November into the new year.
	app.Travel(app.Now().AddDate(0, 2, 0))
	same("not followed yet", where(""), "A 3/3 B 0/0 C 0/0 ")
	for _, want := range []int{3, 0} {
		if n, err := member.FollowDates(ctx, app); n != want || err != nil {
			t.Errorf("%d followed, want %d: %v", n, want, err)
		}
	}
	same("followed", where(""), "A 1/1 B 2/2 C 0/0 ")
	same("the list's grade", gradeShown(t, app, employees[0]), better)
	for i, unit := range []string{"A", "B", "B"} {
		same("the register of members", names[person(t, app, numbers[i]).Unit], unit)
	}
	same("begun", testapp.Refusal(third(back(ulid.New(), "2027-01-01", "B"))), "member.fact_begun")
	same("one's that has begun", testapp.Refusal(third(member.TakeFactBack(ctx, app, ulid.New(), manager, employees[1], member.CancelFact{Fact: ahead(t, app, employees[1], "unit", "2027-01-01")}))), "member.fact_begun")
	sound(t, app)
}

func third[A, B any](_ A, _ B, err error) error { return err }

// ahead is the newest standing fact of a kind that somebody has from a day on.
func ahead(t *testing.T, app *testapp.App, employee, kind string, from clock.Date) int64 {
	t.Helper()
	return count(t, app, "SELECT max(id) FROM standing_facts WHERE employee = ? AND kind = ? AND valid_from = ?", employee, kind, string(from))
}

func gradeShown(t *testing.T, app *testapp.App, employee string) string {
	t.Helper()
	r, err := app.FindRecordById("employees", employee)
	if err != nil {
		t.Fatal(err)
	}
	return r.GetString("grade")
}
