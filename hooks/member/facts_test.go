package member_test

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"

	"kpdk/hooks/document"
	"kpdk/hooks/internal/act"
	"kpdk/hooks/internal/clock"
	"kpdk/hooks/internal/fault"
	"kpdk/hooks/internal/money"
	"kpdk/hooks/internal/testapp"
	"kpdk/hooks/internal/ulid"
	"kpdk/hooks/member"
)

const january = "nip,nama,kode satker,nama satker,golongan,gaji\n198609262015051001,Rani Wulandari,622801,Sekretariat,III/a,5000000\n199205082023081001,Budi Santoso,622801,Sekretariat,III/b,5500000\n"

func imports(t testing.TB, app *testapp.App, list string) document.Report {
	t.Helper()
	return must[document.Report](t)(member.ImportEmployees(context.Background(), app, member.Source{Name: "pegawai.csv", Data: []byte(list), Key: ulid.New(), By: manager, Language: "id"}))
}

// A move is one fact; the same list again changes nothing, and last month's list moves nobody back.
func TestTheSameListAfterMoves(t *testing.T) {
	app, ctx := testapp.New(t), context.Background()
	if r := imports(t, app, january); r.Created != 2 || len(r.Warnings)+len(r.Rejected) > 0 {
		t.Fatalf("%+v", r)
	}
	rani, err := app.FindFirstRecordByData("employees", "name", "Rani Wulandari")
	if err != nil {
		t.Fatal(err)
	}
	unitOf := func(id string) string {
		r, _ := app.FindRecordById("employees", id)
		u, _ := app.FindRecordById("work_units", r.GetString("work_unit"))
		return u.GetString("code")
	}
	facts := func() int64 {
		return count(t, app, "SELECT count(*) FROM employee_facts WHERE valid_from > '2000-01-01'")
	}
	if r := imports(t, app, january); r.Unchanged != 2 || facts() != 0 {
		t.Errorf("the same again: %+v, %d facts", r, facts())
	}
	// The ministry was split: one list brings the move of one, and a unit's move the other.
	february := "nip,nama,kode satker,nama satker,golongan,gaji\n198609262015051001,Rani Wulandari,709901,Kementerian Baru,III/a,5000000\n199205082023081001,Budi Santoso,622801,Sekretariat,III/b,5500000\n"
	for range 2 {
		imports(t, app, february)
		if facts() != 1 || unitOf(rani.Id) != "709901" {
			t.Errorf("%d facts, in %s", facts(), unitOf(rani.Id))
		}
	}
	// A clerk takes the wrong file, and again; or the same list, sorted by name.
	lines := strings.SplitAfter(january, "\n")
	for _, list := range []string{january, january, lines[0] + lines[2] + lines[1]} {
		if r := imports(t, app, list); r.Updated != 0 || facts() != 1 || unitOf(rani.Id) != "709901" {
			t.Errorf("last month's list: %+v, %d facts, in %s", r, facts(), unitOf(rani.Id))
		}
	}
	old, _ := app.FindFirstRecordByData("work_units", "code", "622801")
	fresh, _ := app.FindFirstRecordByData("work_units", "code", "709901")
	key, in := ulid.New(), member.MoveUnit{From: old.Id, To: fresh.Id, ValidFrom: "2026-11-01"}
	moved := must[member.Moved](t)(member.MoveWholeUnit(ctx, app, key, manager, in))
	if again, replayed, err := member.MoveWholeUnit(ctx, app, key, manager, in); again != moved || !replayed || err != nil || moved.Employees != 1 || facts() != 2 {
		t.Errorf("%+v, again %+v %v %v, %d facts", moved, again, replayed, err, facts())
	}
	// Dated before the list of this month brought one of the two there: both go, that one since then.
	third := must[member.Moved](t)(member.MoveWholeUnit(ctx, app, ulid.New(), manager, member.MoveUnit{From: fresh.Id, To: old.Id, ValidFrom: "2026-11-02"}))
	if third != (member.Moved{Employees: 2, Later: 1}) || unitOf(rani.Id) != "622801" || facts() != 4 {
		t.Errorf("%+v, %s, %d facts", third, unitOf(rani.Id), facts())
	}
	must[member.Moved](t)(member.MoveWholeUnit(ctx, app, ulid.New(), manager, member.MoveUnit{From: old.Id, To: fresh.Id, ValidFrom: "2026-11-03"}))
	for _, list := range []string{february, january} {
		if r := imports(t, app, list); r.Updated != 0 || facts() != 6 {
			t.Errorf("after a unit's move: %+v, %d facts", r, facts())
		}
	}
	sound(t, app)
}

// What is dated is read on its date; what is not yet so, or not any more, does not show in the list.
func TestFactsOnADate(t *testing.T) {
	app, ctx := testapp.New(t), context.Background()
	number := joined(t, app, 1, "cash")[0]
	employee := person(t, app, number).Employee
	units := map[string]string{}
	for _, code := range []string{"A", "B"} {
		units[code] = app.Record("work_units", map[string]any{"code": code, "name": "Unit " + code}).Id
	}
	set := func(from clock.Date, unit string, pay money.Rupiah) (member.FactsChanged, error) {
		id := units[unit]
		out, _, err := member.SetFacts(ctx, app, ulid.New(), manager, employee, member.ChangeFacts{ValidFrom: from, Unit: &id, Pay: &pay})
		return out, err
	}
	for _, c := range []struct {
		from    clock.Date
		unit    string
		pay     money.Rupiah
		changed int
	}{{"2026-09-01", "A", 5_000_000, 2}, {"2026-11-01", "B", 5_000_000, 1}, {"2026-11-02", "B", 5_000_000, 0}, {"2026-10-10", "B", 6_000_000, 2}} {
		if out, err := set(c.from, c.unit, c.pay); err != nil || out.Changed != c.changed {
			t.Errorf("%+v: %+v %v", c, out, err)
		}
	}
	var refused *fault.Fault
	if _, err := set("2027-11-05", "A", 1); !errors.As(err, &refused) || len(refused.Fields) == 0 || refused.Fields["valid_from"].Code != "member.date_far" {
		t.Errorf("more than a year ahead: %v", err)
	}
	first, _ := app.FindRecordById("work_units", person(t, app, number).Unit)
	if first.Id != units["B"] {
		t.Errorf("the register shows %s", first.GetString("code"))
	}
	for on, want := range map[clock.Date]member.Facts{"2026-08-31": {}, "2026-09-01": {Unit: units["A"], Pay: 5_000_000}, "2026-10-09": {Unit: units["A"], Pay: 5_000_000},
		"2026-10-10": {Unit: units["B"], Pay: 6_000_000}, "2026-11-03": {Unit: units["B"], Pay: 6_000_000}} {
		got, err := member.FactsOn(act.Read(app), on, number-1, number)
		if err != nil || got[number].Pay != want.Pay || want.Unit != "" && got[number].Unit != want.Unit {
			t.Errorf("%s: %+v %v", on, got[number], err)
		}
	}
	// A retiree: no vote, and pays directly.
	if _, _, err := member.SetKind(ctx, app, ulid.New(), manager, number, member.ChangeKind{Kind: member.Extraordinary}); err != nil {
		t.Fatal(err)
	}
	got, err := member.FactsOn(act.Read(app), "2026-11-03", number-1, number)
	if kind, _ := member.KindOf(act.Read(app), number); err != nil || got[number].Channel != member.BySelf || member.Votes(kind) {
		t.Errorf("%+v %v", got[number], err)
	}
	if _, _, err := member.SetKind(ctx, app, ulid.New(), manager, number, member.ChangeKind{Kind: member.Extraordinary}); !errors.As(err, &refused) || refused.Code != "member.kind_same" {
		t.Errorf("twice: %v", err)
	}
	// What is announced shows once its day has come, and is done once.
	do(t, app, func(tx *act.Tx) error { return member.DateChannel(tx, number, member.ByBank, "2026-11-06") })
	shown := func() string { r, _ := app.FindRecordById("employees", employee); return r.GetString("channel") }
	for _, c := range []struct {
		days, changed int
		channel       string
	}{{0, 0, member.BySelf}, {3, 1, member.ByBank}, {0, 0, member.ByBank}} {
		app.Travel(app.Now().AddDate(0, 0, c.days))
		if n, err := member.FollowDates(ctx, app); n != c.changed || err != nil || shown() != c.channel {
			t.Errorf("%+v: %d %v, %s", c, n, err, shown())
		}
	}
	do(t, app, func(tx *act.Tx) error { return member.DateChannel(tx, number, member.BySelf, "2026-11-06") })
	if _, _, err := member.SetKind(ctx, app, ulid.New(), manager, number, member.ChangeKind{Kind: member.Ordinary}); err != nil {
		t.Fatal(err)
	}
	if got, err := member.FactsOn(act.Read(app), "2026-11-06", number-1, number); err != nil || got[number].Channel != member.BySelf {
		t.Errorf("chosen since, and lost with the kind: %+v %v", got[number], err)
	}
	sound(t, app)
}

// Whoever becomes ordinary again is deducted as before.
func TestTheChannelOfBeforeComesBack(t *testing.T) {
	app, ctx := testapp.New(t), context.Background()
	number := joined(t, app, 1, "cash")[0]
	must[member.KindChanged](t)(member.SetKind(ctx, app, ulid.New(), manager, number, member.ChangeKind{Kind: member.Extraordinary}))
	app.Travel(app.Now().AddDate(0, 0, 7)) // it was a mistake
	must[member.KindChanged](t)(member.SetKind(ctx, app, ulid.New(), manager, number, member.ChangeKind{Kind: member.Ordinary}))
	if got, err := member.FactsOn(act.Read(app), "2026-11-10", number-1, number); err != nil || got[number].Channel != member.ByOfficer {
		t.Errorf("ordinary again: %+v %v", got[number], err)
	}
	sound(t, app)
}

// Whatever is dated in whatever order, the list shows what the dates say of today.
func TestTheListFollowsTheFacts(t *testing.T) {
	app, ctx := testapp.New(t), context.Background()
	employee := staff(app, 1)[0]
	rapid.Check(t, func(t *rapid.T) {
		type said struct {
			from  clock.Date
			grade string
		}
		history := []said{}
		for range rapid.IntRange(1, 4).Draw(t, "changes") {
			s := said{clock.Date("2026-11-03").Add(-rapid.IntRange(0, 60).Draw(t, "ago")), rapid.SampledFrom([]string{"III/a", "III/b", "IV/a"}).Draw(t, "grade")}
			if _, _, err := member.SetFacts(ctx, app, ulid.New(), manager, employee, member.ChangeFacts{ValidFrom: s.from, Grade: &s.grade}); err != nil {
				t.Fatal(err)
			}
			history = append(history, s)
		}
		r, err := app.FindRecordById("employees", employee)
		if err != nil {
			t.Fatal(err)
		}
		var newest string
		if err := act.Read(app).Row("SELECT value FROM employee_facts WHERE employee = ? AND kind = 'grade' ORDER BY valid_from DESC, id DESC LIMIT 1", employee).Scan(&newest); err != nil || newest != r.GetString("grade") {
			t.Fatalf("%v: the list shows %q, the facts say %q: %v", history, r.GetString("grade"), newest, err)
		}
	})
}

// The dashboard's form goes through the same act; others may not even try.
func TestAFormOfTheDashboardDatesWhatItChanges(t *testing.T) {
	app := testapp.New(t)
	number := joined(t, app, 1, "cash")[0]
	employee := person(t, app, number).Employee
	unit := app.Record("work_units", map[string]any{"code": "B", "name": "Unit B"})
	url, boss := serve(app), app.Manager()
	app.Travel(testapp.Now.Add(24 * time.Hour))
	a := call(t, app, boss, "PATCH", url+"/api/collections/employees/records/"+employee, map[string]any{"work_unit": unit.Id, "pay_rupiah": 7_000_000, "name": "Pegawai Satu"})
	if a.status != http.StatusOK || a.body["work_unit"] != unit.Id {
		t.Fatalf("%d %s", a.status, a.raw)
	}
	if n := count(t, app, "SELECT count(*) FROM employee_facts WHERE employee = ? AND valid_from = '2026-11-04'", employee); n != 2 {
		t.Errorf("%d facts", n)
	}
	if person(t, app, number).Unit != unit.Id {
		t.Error("the register of members did not follow")
	}
	// A form that is refused for anything dates nothing.
	before := count(t, app, "SELECT count(*) FROM acts")
	for name, form := range map[string]map[string]any{"a birthday that is none": {"birth_date": "besok", "grade": "IV/a", "channel": "bank"}, "no name": {"name": "", "pay_rupiah": 9_000_000},
		"no such unit": {"work_unit": "xxxxxxxxxxxxxxx", "grade": "IV/a"}, "no such channel": {"channel": "pos", "grade": "IV/a"}, "no such sex": {"sex": "X", "grade": "IV/a"}} {
		a := call(t, app, boss, "PATCH", url+"/api/collections/employees/records/"+employee, form)
		if a.status != http.StatusBadRequest {
			t.Errorf("%s: %d %s", name, a.status, a.raw)
		}
	}
	kept, err := app.FindRecordById("employees", employee)
	if err != nil || kept.GetString("grade") != "" || kept.GetString("channel") != "" || kept.GetInt("pay_rupiah") != 7_000_000 || kept.GetString("name") != "Pegawai Satu" {
		t.Errorf("%v %v", kept.PublicExport(), err)
	}
	if n := count(t, app, "SELECT count(*) FROM employee_facts WHERE employee = ? AND valid_from = '2026-11-04'", employee); n != 2 || count(t, app, "SELECT count(*) FROM acts") != before {
		t.Errorf("forms that were refused left %d facts", n)
	}
	// In process, without an act, nothing is changed.
	r, _ := app.FindRecordById("employees", employee)
	r.Set("grade", "IV/e")
	if err := app.Save(r); err == nil {
		t.Error("a grade was changed without a date")
	}
	page := call(t, app, boss, "GET", fmt.Sprintf("%s/api/coop/members/%d", url, number), nil)
	if page.body["pay_rupiah"] != 7_000_000.0 || len(page.body["facts"].([]any)) != 3 {
		t.Errorf("%s", page.raw)
	}
	if seen := call(t, app, app.Operator(act.Treasurer), "GET", fmt.Sprintf("%s/api/coop/members/%d", url, number), nil); seen.body["pay_rupiah"] != nil || len(seen.body["facts"].([]any)) != 2 {
		t.Errorf("the treasurer sees %s", seen.raw)
	}
	if own := call(t, app, recordOf(t, app, number), "GET", url+"/api/coop/me/facts", nil); own.body["unit"] != "Unit B" || len(own.body["history"].([]any)) != 2 {
		t.Errorf("%s", own.raw)
	}
	for _, who := range []*struct{ role act.Role }{{act.Treasurer}, {act.Cashier}} {
		if a := call(t, app, app.Operator(who.role), "POST", url+"/api/coop/employees/"+employee+"/facts", map[string]any{"id": ulid.New()}); a.status != http.StatusForbidden {
			t.Errorf("%s: %d", who.role, a.status)
		}
	}
}

// A list may say how each is deducted. It holds from the day of the import; what was there before stays to be read,
// and a list that came before a move moves nobody back.
func TestAListWithChannels(t *testing.T) {
	app := testapp.New(t)
	list := func(header, rani, budi string) string {
		return "nip,nama,kode satker,nama satker," + header + "\n198609262015051001,Rani Wulandari,622801,Sekretariat," + rani + "\n199205082023081001,Budi Santoso,622801,Sekretariat," + budi + "\n"
	}
	first := list("Saluran Potongan", "Bendahara Gaji", "Bank Mandiri")
	if r := imports(t, app, first); r.Created != 2 || len(r.Warnings)+len(r.Rejected) > 0 {
		t.Fatalf("%+v", r)
	}
	channels := func() string {
		t.Helper()
		var all string
		if err := act.Read(app).Row("SELECT group_concat(name || ' ' || channel, ', ') FROM (SELECT name, channel FROM employees ORDER BY name)").Scan(&all); err != nil {
			t.Fatal(err)
		}
		return all
	}
	facts := func() string {
		t.Helper()
		var all string
		if err := act.Read(app).Row(`SELECT coalesce(group_concat(line, ', '), '') FROM (SELECT e.name || ' ' || f.value || ' ' || f.valid_from AS line FROM employee_facts f JOIN employees e ON e.id = f.employee
			WHERE f.kind = 'channel' ORDER BY f.id)`).Scan(&all); err != nil {
			t.Fatal(err)
		}
		return all
	}
	if channels() != "Budi Santoso bank, Rani Wulandari officer" || facts() != "" {
		t.Errorf("%s; %s", channels(), facts())
	}
	if r := imports(t, app, first); r.Unchanged != 2 || r.Updated != 0 {
		t.Errorf("the same again: %+v", r)
	}
	app.Travel(app.Now().AddDate(0, 0, 7))
	second := list("Cara Potong", "bayar mandiri", "bank")
	for range 2 {
		if r := imports(t, app, second); r.Created != 0 || len(r.Rejected) > 0 {
			t.Errorf("%+v", r)
		}
	}
	const moved = "Rani Wulandari officer 2000-01-01, Rani Wulandari self 2026-11-10"
	if channels() != "Budi Santoso bank, Rani Wulandari self" || facts() != moved {
		t.Errorf("%s; %s", channels(), facts())
	}
	if r := imports(t, app, first); r.Updated != 0 || facts() != moved { // a clerk takes last week's file
		t.Errorf("%+v; %s", r, facts())
	}
	if r := imports(t, app, list("golongan", "III/a", "III/b")); r.Updated != 2 || facts() != moved { // a list that does not say
		t.Errorf("%+v; %s", r, facts())
	}
	r := imports(t, app, list("channel", "lewat siapa saja", "-"))
	if len(r.Rejected) != 1 || r.Rejected[0].Row != 2 || r.Rejected[0].Field != "channel" || !strings.Contains(r.Rejected[0].Message, "bendahara gaji, bank, atau bayar sendiri") || r.Unchanged != 1 || facts() != moved {
		t.Errorf("%+v; %s", r, facts())
	}
	r = imports(t, app, list("channel", "mandiri", "bendahara gaji")) // Bank Mandiri, or by oneself; the other row is taken
	if len(r.Rejected) != 1 || r.Rejected[0].Row != 2 || r.Rejected[0].Field != "channel" || !strings.Contains(r.Rejected[0].Message, "bayar sendiri kalau") || r.Updated != 1 || channels() != "Budi Santoso officer, Rani Wulandari self" {
		t.Errorf("%+v; %s", r, channels())
	}
	imports(t, app, list("channel,golongan", "sendiri,III/a", "bank,III/b")) // the office writes it as it meant it, in a list of its own
	channel := "bank"
	must[member.FactsChanged](t)(member.SetFacts(context.Background(), app, ulid.New(), manager, onlyNamed(t, app, "Rani Wulandari"), member.ChangeFacts{ValidFrom: "2026-11-10", Channel: &channel}))
	if r := imports(t, app, second); r.Updated != 0 || channels() != "Budi Santoso bank, Rani Wulandari bank" {
		t.Errorf("an older list undoes what the office said: %+v; %s", r, channels())
	}
}

// onlyNamed is the record of an employee by name.
func onlyNamed(t *testing.T, app *testapp.App, name string) string {
	t.Helper()
	r, err := app.FindFirstRecordByData("employees", "name", name)
	if err != nil {
		t.Fatal(err)
	}
	return r.Id
}
