package member_test

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/pocketbase/pocketbase/core"
	"pgregory.net/rapid"

	"kpdk/hooks/internal/act"
	"kpdk/hooks/internal/testapp"
	"kpdk/hooks/internal/ulid"
	"kpdk/hooks/ledger"
	"kpdk/hooks/member"
)

// sightings are what a member (or the office) reads, each as "day action via why role by".
func sightings(t testing.TB, app *testapp.App, who *core.Record, url string) (all []string) {
	t.Helper()
	a := call(t, app, who, "GET", url, nil)
	if a.status != http.StatusOK {
		t.Fatalf("%s: %d %v", url, a.status, a.body)
	}
	for _, it := range a.body["sightings"].([]any) {
		s := it.(map[string]any)
		line := fmt.Sprintf("%s %s %s %s %s %s", s["at"].(string)[:10], s["action"], s["via"], s["why"], s["role"], s["by"])
		if s["kind"] != nil {
			line += " " + s["kind"].(string)
		}
		if s["fields"] != nil {
			line += fmt.Sprint(" ", s["fields"])
		}
		all = append(all, strings.Join(strings.Fields(line), " "))
	}
	return all
}

// Whoever looks ten times a day is written down once, by person, member, action, page and day; a member reads what
// was theirs, and nobody else does.
func TestLookingTenTimesIsOneSighting(t *testing.T) {
	app := testapp.New(t)
	rani, budi := app.Member("Rani"), app.Member("Budi")
	officers := []*core.Record{app.Operator(act.Treasurer), app.Operator(act.Supervisor), app.Manager()}
	url := serve(app)
	own := func(number int) string { return fmt.Sprintf("%s/api/coop/members/%d/sightings", url, number) }
	var settled int64
	rapid.Check(t, func(rt *rapid.T) {
		settled++
		app.Travel(testapp.Now.AddDate(0, 0, int(settled)))
		want := map[string]bool{}
		for range rapid.IntRange(1, 5).Draw(rt, "looks") {
			who, whom := rapid.IntRange(0, 2).Draw(rt, "officer"), rapid.SampledFrom([]*core.Record{rani, budi}).Draw(rt, "member")
			number := whom.GetInt("number")
			path := rapid.SampledFrom([]string{"/api/coop/members/%d", "/api/coop/treasury/members/%d", "/api/coop/members?search=%d", "/api/coop/members", "/api/coop/savings/members/%d/statement"}).Draw(rt, "page")
			key := fmt.Sprint(who, number, path)
			switch path {
			case "/api/coop/members":
				key = fmt.Sprint(who, path)
			case "/api/coop/members?search=%d":
				key = fmt.Sprint(who, number, "found")
			}
			if strings.Contains(path, "%d") {
				path = fmt.Sprintf(path, number)
			}
			if a := call(t, app, officers[who], "GET", url+path, nil); a.status != http.StatusOK {
				rt.Fatalf("%s: %d", path, a.status)
			}
			want[key] = true
		}
		sightings(t, app, rani, url+"/api/coop/me/sightings") // waits for what is being written
		today := app.Now().Format(time.DateOnly)
		if n := count(t, app, "SELECT count(*) FROM sightings WHERE date = ?", today); n != int64(len(want)) {
			rt.Fatalf("%d sightings, want %d: %v", n, len(want), want)
		}
		if n := count(t, app, "SELECT count(*) FROM acts WHERE kind = 'member.see'"); n != count(t, app, "SELECT count(*) FROM sightings") {
			rt.Fatalf("%d acts: something was written twice", n)
		}
	})
	for _, line := range sightings(t, app, rani, url+"/api/coop/me/sightings?limit=200") {
		if strings.Contains(line, "listed") || strings.Contains(line, "contoh.id") {
			t.Errorf("Rani's own sightings have %q", line)
		}
	}
	a, b := sightings(t, app, officers[2], own(rani.GetInt("number"))+"?limit=200"), sightings(t, app, officers[2], own(budi.GetInt("number"))+"?limit=200")
	if len(a) == 0 || len(b) == 0 || strings.Join(a, "\n") == strings.Join(b, "\n") {
		t.Errorf("Rani was seen %d times, Budi %d", len(a), len(b))
	}
}

func TestAMemberReadsWhoSawAndChangedWhat(t *testing.T) {
	app := testapp.New(t)
	rani, budi := app.Member("Rani"), app.Member("Budi")
	unit := app.Record("work_units", map[string]any{"code": "622801", "name": "Sekretariat"})
	employee := app.Record("employees", map[string]any{"name": "Rani", "work_unit": unit.Id, "grade": "III/a", "active": true})
	rani.Set("employee", employee.Id)
	if err := app.UnsafeWithoutHooks().SaveNoValidate(rani); err != nil {
		t.Fatal(err)
	}
	url, boss, cashier, treasurer, supervisor := serve(app), app.Manager(), app.Operator(act.Cashier), app.Operator(act.Treasurer), app.Operator(act.Supervisor)
	number := rani.GetInt("number")
	path := func(form string) string { return url + fmt.Sprintf(form, number) }
	ask := func(who *core.Record, method, url string, body any, status int) {
		t.Helper()
		if a := call(t, app, who, method, url, body); a.status != status {
			t.Fatalf("%s %s: %d %v", method, url, a.status, a.body)
		}
	}
	ask(cashier, "POST", url+"/api/coop/store/cards/check", map[string]any{"member": number}, 200)
	ask(treasurer, "GET", path("/api/coop/savings/members/%d/statement/file?format=csv"), nil, 200)
	ask(treasurer, "GET", path("/api/coop/savings/members/%d/statement/file?format=doc"), nil, 400) // refused: nothing was seen
	ask(treasurer, "GET", url+"/api/coop/ledger/reports/receivables/file?format=csv", nil, 200)
	ask(treasurer, "GET", url+"/api/coop/ledger/reports/receivables/file?format=csv", nil, 200)
	ask(treasurer, "GET", url+"/api/coop/ledger/reports/cash/file?format=csv", nil, 200) // names no member
	ask(treasurer, "GET", fmt.Sprintf("%s/api/coop/ledger/reports/card?account=1121&member=%d", url, number), nil, 200)
	ask(treasurer, "GET", url+"/api/coop/ledger/reports/card?account=1121&party=shift:1", nil, 200)
	ask(treasurer, "GET", fmt.Sprintf("%s/api/coop/payroll/instalments?member=%d", url, number), nil, 200)
	ask(boss, "GET", url+"/api/collections/members/records/"+rani.Id, nil, 200)
	ask(boss, "GET", url+"/api/collections/employees/records?filter="+`(id%3D%22`+employee.Id+`%22)`, nil, 200)
	ask(boss, "GET", url+"/api/collections/members/records", nil, 200)
	ask(boss, "PATCH", url+"/api/collections/members/records/"+rani.Id, map[string]any{"name": "Rani P", "phone": "0812"}, 200)
	ask(boss, "PATCH", url+"/api/collections/members/records/"+rani.Id, map[string]any{"number": 9}, 400) // refused: nothing changed
	ask(boss, "POST", url+"/api/coop/employees/"+employee.Id+"/facts", map[string]any{"id": ulid.New(), "valid_from": "2026-11-01", "grade": "III/b", "pay_rupiah": 4_000_000}, 201)
	ask(boss, "POST", path("/api/coop/members/%d/card"), map[string]any{"id": ulid.New(), "reason": "lost"}, 201)
	ask(rani, "POST", url+"/api/coop/me/card/block", map[string]any{"id": ulid.New()}, 201) // the member's own is no news
	ask(rani, "GET", path("/api/coop/members/%d/card.svg"), nil, 200)

	day := "2026-11-03 "
	want := []string{day + "opened report books treasurer Petugas treasurer", day + "opened plans payroll treasurer Petugas treasurer", day + "changed manager member.replace_card", day + "changed manager member.set_facts", day + "changed record dashboard manager member.edit [name phone]",
		day + "opened record dashboard manager", day + "exported statement savings treasurer Petugas treasurer", day + "opened card_check counter cashier Petugas cashier"}
	same := func(got, want []string) {
		t.Helper()
		have := map[string]int{}
		for _, line := range got {
			have[line]++
		}
		for _, line := range want {
			have[line]--
		}
		for line, n := range have {
			if n != 0 && !strings.Contains(line, "system") { // testapp made the member
				t.Errorf("%+d %s", n, line)
			}
		}
	}
	same(sightings(t, app, rani, url+"/api/coop/me/sightings"), want)
	same(sightings(t, app, rani, url+"/api/coop/me/sightings?about=shared"), []string{day + "listed record dashboard manager",
		day + "exported report books treasurer Petugas treasurer", day + "exported report books treasurer Petugas treasurer"})
	same(sightings(t, app, budi, url+"/api/coop/me/sightings"), nil)
	page, err := member.SightingsOf(act.Read(app), int64(number), 0, 40, false, true)
	if err != nil {
		t.Fatal(err)
	}
	for _, s := range page.Sightings {
		if s.Kind == "member.set_facts" && fmt.Sprint(s.Facts) != "[{grade III/a III/b 2026-11-01} {pay   2026-11-01}]" {
			t.Errorf("the facts are %v", s.Facts)
		}
		if s.Role == act.Manager && s.By != boss.Email() {
			t.Errorf("to the office a manager is %q", s.By)
		}
	}
	for name, c := range map[string]struct {
		who    *core.Record
		status int
	}{"nobody": {nil, 401}, "cashier": {cashier, 403}, "treasurer": {treasurer, 403}, "another member": {budi, 403}, "the member": {rani, 403}, "supervisor": {supervisor, 200}, "manager": {boss, 200}} {
		if a := call(t, app, c.who, "GET", path("/api/coop/members/%d/sightings"), nil); a.status != c.status {
			t.Errorf("%s: %d, want %d", name, a.status, c.status)
		}
	}
	ask(boss, "GET", url+"/api/coop/members/99999/sightings", nil, 404)
	ask(rani, "GET", url+"/api/coop/me/sightings?about=budi", nil, 400)
	first := call(t, app, rani, "GET", url+"/api/coop/me/sightings?limit=2", nil).body
	rest := sightings(t, app, rani, fmt.Sprintf("%s/api/coop/me/sightings?before=%.0f", url, first["next"]))
	if all := sightings(t, app, rani, url+"/api/coop/me/sightings"); len(rest)+2 != len(all) || rest[0] != all[2] {
		t.Errorf("the second page is %v of %v", rest, all)
	}
	sound(t, app)
}

// Money that the office paid out or took, a corrected deduction and a no to goods on credit are told of too.
func TestAMemberReadsOfMoneyAndDecisions(t *testing.T) {
	app := testapp.New(t)
	rani, budi := app.Member("Rani"), app.Member("Budi")
	number := int64(rani.GetInt("number"))
	write := func(kind string, f func(tx *act.Tx) error) {
		t.Helper()
		if _, _, err := act.Do(context.Background(), app, act.Act{Kind: kind, Key: ulid.New(), By: manager}, func(tx *act.Tx) (int, error) { return 0, f(tx) }); err != nil {
			t.Fatal(err)
		}
	}
	for kind, move := range map[string]string{"treasury.pay_leaver": "leaver", "treasury.refund": "refund", "treasury.receive_debt": "debt", "treasury.pay_supplier": "supplier"} {
		write(kind, func(tx *act.Tx) error {
			posted, err := ledger.Post(tx, ledger.Entry{Kind: ledger.KindPayment, Date: tx.Today(), Lines: []ledger.Line{ledger.Dr(ledger.Cash, 1), ledger.Cr(ledger.OpeningBalance, 1)}})
			if err != nil {
				return err
			}
			return tx.Exec("INSERT INTO treasury_moves(entry, kind, place, target, amount, fee, held, voucher, act) VALUES(?, ?, 'cash', ?, 1, 0, 0, '', ?)", posted.Entry, move, fmt.Sprint(number), tx.ID())
		})
	}
	write("payroll.correct_post", func(tx *act.Tx) error {
		return errors.Join(
			tx.Exec("INSERT INTO payroll_runs(period, state, pay_date, cutoff_date, prepared_by, prepared_role, approved_by, approved_role) VALUES('2026-10', 'settled', '2026-10-02', '2026-09-20', '', '', '', '')"),
			tx.Exec("INSERT INTO payroll_corrections(id, period, digest, act) VALUES(1, '2026-10', '', ?)", tx.ID()),
			tx.Exec("INSERT INTO payroll_correction_lines(correction, member, was, deducted, reason) VALUES(1, ?, 0, 1, '')", number),
			tx.Exec("INSERT INTO payroll_corrected(correction, member, act) VALUES(1, ?, ?)", number, tx.ID()))
	})
	write("payroll.refuse_plan", func(tx *act.Tx) error {
		return errors.Join(tx.Exec("INSERT INTO instalment_requests(act, principal, body) VALUES(?, 1, ?)", tx.ID(), fmt.Sprintf(`{"member":%d}`, number)),
			tx.Exec("INSERT INTO instalment_decisions(request, approved, act) VALUES(?, 0, ?)", tx.ID(), tx.ID()))
	})
	kinds := func(number int64) (all []string) {
		t.Helper()
		page, err := member.SightingsOf(act.Read(app), number, 0, 40, false, false)
		if err != nil {
			t.Fatal(err)
		}
		for _, s := range page.Sightings {
			if s.Role == act.Manager {
				all = append(all, s.Kind)
			}
		}
		slices.Sort(all)
		return all
	}
	if got := fmt.Sprint(kinds(number)); got != "[payroll.correct_post payroll.refuse_plan treasury.pay_leaver treasury.receive_debt treasury.refund]" {
		t.Errorf("Rani reads %s", got)
	}
	if got := kinds(int64(budi.GetInt("number"))); len(got) != 0 {
		t.Errorf("Budi reads %v", got)
	}
}

// Whatever PocketBase's own routes bring along of a member was seen: rows that point to others, a save that changes
// nothing, the facts of somebody on the staff list, a question that reaches into the register.
func TestRecordsThatComeAlongAreSeen(t *testing.T) {
	app := testapp.New(t)
	rani := app.Member("Rani")
	app.Member("Budi")
	unit := app.Record("work_units", map[string]any{"code": "622801", "name": "Sekretariat"})
	employee := app.Record("employees", map[string]any{"name": "Rani", "work_unit": unit.Id, "active": true})
	rani.Set("employee", employee.Id)
	rani.Set("work_unit", unit.Id)
	if err := app.UnsafeWithoutHooks().SaveNoValidate(rani); err != nil {
		t.Fatal(err)
	}
	url, boss, treasurer := serve(app), app.Manager(), app.Operator(act.Treasurer)
	if a := call(t, app, boss, "POST", url+"/api/coop/employees/"+employee.Id+"/facts", map[string]any{"id": ulid.New(), "valid_from": "2026-11-01", "grade": "III/b"}); a.status != 201 {
		t.Fatal(a.status, a.body)
	}
	records := url + "/api/collections/"
	day := 0
	for name, c := range map[string]struct {
		who          *core.Record
		method, path string
		want         string // of the day, by Rani's own and the shared sightings
	}{
		"an operator's expand backwards":      {treasurer, "GET", "work_units/records?expand=members_via_work_unit", "opened"},
		"one record's expand backwards":       {boss, "GET", "work_units/records/" + unit.Id + "?expand=employees_via_work_unit", "opened"},
		"a save that changes nothing":         {boss, "PATCH", "members/records/" + rani.Id, "opened"},
		"a save with an expand":               {boss, "PATCH", "work_units/records/" + unit.Id + "?expand=members_via_work_unit", "opened"},
		"the dated facts":                     {boss, "GET", "v_employee_facts/records?expand=employee", "opened"},
		"a filter that reaches into members":  {boss, "GET", "work_units/records?filter=" + `members_via_work_unit.name%3F~%22x%22`, "listed"},
		"a filter over another collection":    {boss, "GET", "work_units/records?filter=" + `%40collection.members.name%3F~%22x%22`, "listed"},
		"everybody":                           {treasurer, "GET", "members/records", "listed"},
		"what is nobody's":                    {treasurer, "GET", "work_units/records", ""},
		"an expand that the rules keep empty": {treasurer, "GET", "work_units/records?expand=employees_via_work_unit", ""},
	} {
		day++
		app.Travel(testapp.Now.AddDate(0, 0, day))
		if a := call(t, app, c.who, c.method, records+c.path, nil); a.status != http.StatusOK {
			t.Errorf("%s: %d %v", name, a.status, a.body)
		}
		got, today := "", app.Now().Format(time.DateOnly)
		for _, about := range []string{"mine", "shared"} {
			for _, line := range sightings(t, app, rani, url+"/api/coop/me/sightings?about="+about) {
				if rest, of := strings.CutPrefix(line, today+" "); of {
					got += strings.Fields(rest)[0]
				}
			}
		}
		if got != c.want {
			t.Errorf("%s was %q, want %q", name, got, c.want)
		}
	}
}

// What the office changes of a member's ways in is told with the change or not at all: another address, another
// password, a photo. The address of before hears of it, too; only its owner says whose an address is.
func TestTheOfficesChangesAreTold(t *testing.T) {
	app := testapp.New(t)
	app.Settings().SMTP.Enabled = true
	rani, budi := app.Member("Rani"), app.Member("Budi")
	rani.SetEmail("rani@contoh.id")
	rani.SetVerified(true)
	budi.SetEmail("budi@contoh.id")
	for _, who := range []*core.Record{rani, budi} {
		if err := app.UnsafeWithoutHooks().SaveNoValidate(who); err != nil {
			t.Fatal(err)
		}
	}
	url, boss := serve(app), app.Manager()
	save := func(who *core.Record, body map[string]any, status int) {
		t.Helper()
		if a := call(t, app, boss, "PATCH", url+"/api/collections/members/records/"+who.Id, body); a.status != status {
			t.Fatalf("%v: %d %v", body, a.status, a.body)
		}
	}
	told := func(who *core.Record) (all string) {
		t.Helper()
		if err := act.Each(act.Read(app), "SELECT n.kind, a.kind, coalesce(b.email, '') FROM notices n JOIN acts a ON a.id = n.act LEFT JOIN notice_addresses b ON b.notice = n.id WHERE n.member = ? ORDER BY n.id", []any{who.GetInt("number")}, func(row act.Scanner) error {
			var kind, by, before string
			err := row.Scan(&kind, &by, &before)
			all += strings.TrimRight(fmt.Sprintf("%s by %s %s", kind, by, before), " ") + "; "
			return err
		}); err != nil {
			t.Fatal(err)
		}
		return all
	}
	save(rani, map[string]any{"verified": false}, 400)
	save(budi, map[string]any{"verified": true}, 400)
	save(rani, map[string]any{"email": "budi@contoh.id"}, 400) // another's
	save(rani, map[string]any{"name": "Rani P"}, 200)
	if got := told(rani) + told(budi); got != "" || count(t, app, "SELECT count(*) FROM acts WHERE kind = 'member.edit'") != 1 {
		t.Errorf("told %q", got)
	}
	save(rani, map[string]any{"email": "maling@contoh.id"}, 200)
	save(budi, map[string]any{"email": "budi.baru@contoh.id", "password": "kali-jernih-mengalir", "passwordConfirm": "kali-jernih-mengalir"}, 200)
	if got := told(rani); got != "email_changed by member.edit rani@contoh.id; " {
		t.Errorf("Rani is told %q", got)
	}
	if got := told(budi); got != "password_set by member.edit; email_changed by member.edit; " { // nobody had shown that the one of before was Budi's
		t.Errorf("Budi is told %q", got)
	}
	if fresh := recordOf(t, app, int64(rani.GetInt("number"))); fresh.Verified() || fresh.Email() != "maling@contoh.id" {
		t.Error("nobody has shown that the new address is Rani's")
	}
	sound(t, app)
}
