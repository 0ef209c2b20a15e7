package guard_test

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/pocketbase/pocketbase/core"

	"kpdk/hooks/internal/act"
	"kpdk/hooks/internal/fault"
	"kpdk/hooks/internal/testapp"
)

// server asks a running co-op as somebody.
type server struct {
	*httptest.Server
	app *testapp.App
}

type answer struct {
	Status int
	Header http.Header
	Raw    []byte
	Body   struct {
		ID      string                     `json:"id"`
		Number  int                        `json:"number"`
		Code    string                     `json:"code"`
		Message string                     `json:"message"`
		Token   string                     `json:"token"`
		Barcode string                     `json:"barcode"`
		Data    map[string]json.RawMessage `json:"data"`
	}
}

func serve(t *testing.T) server {
	app := testapp.New(t)
	return server{app.Serve(), app}
}

func (s server) ask(t *testing.T, method, path string, as *core.Record, body any) answer {
	t.Helper()
	raw, err := json.Marshal(body)
	if err != nil {
		t.Fatal(err)
	}
	if body == nil {
		raw = nil
	}
	r, err := http.NewRequest(method, s.URL+path, bytes.NewReader(raw))
	if err != nil {
		t.Fatal(err)
	}
	r.Header.Set("Content-Type", "application/json")
	if as != nil {
		r.Header.Set("Authorization", s.app.Token(as))
	}
	res, err := http.DefaultClient.Do(r)
	if err != nil {
		t.Fatal(err)
	}
	defer res.Body.Close()
	a := answer{Status: res.StatusCode, Header: res.Header}
	if a.Raw, err = io.ReadAll(res.Body); err != nil {
		t.Fatal(err)
	}
	_ = json.Unmarshal(a.Raw, &a.Body) // pages are no JSON; the assertions say what was expected
	return a
}

func (s server) expect(t *testing.T, a answer, status int, code string) {
	t.Helper()
	if a.Status != status || a.Body.Code != code {
		t.Errorf("got %d %q %s, want %d %q", a.Status, a.Body.Code, a.Raw, status, code)
	}
	if code != "" && strings.HasPrefix(a.Body.Message, "fault.") {
		t.Errorf("%s has no words", code)
	}
}

func TestManagerFindsTheWaysRoundTheBooksClosed(t *testing.T) {
	s := serve(t)
	boss := s.app.Manager()
	member := s.app.Member("Sari")
	for _, c := range []struct {
		method, path, code string
		status             int
	}{
		{"POST", "/api/sql", "guard.sql", 404},
		{"POST", "/api/collections/members/impersonate/" + member.Id, "guard.impersonate", 403},
		{"POST", "/api/batch", "guard.batch", 403},
		{"POST", "/api/backups/upload", "guard.backup", 403},
		{"POST", "/api/backups/any.zip/restore", "guard.backup", 403},
		{"POST", "/api/collections", "guard.collections", 403},
		{"PATCH", "/api/collections/members", "guard.collections", 403},
		{"DELETE", "/api/collections/members", "guard.collections", 403},
		{"DELETE", "/api/collections/members/truncate", "guard.collections", 403},
		{"PUT", "/api/collections/import", "guard.collections", 403},
		{"POST", "/api/collections/meta/dry-run-view", "guard.collections", 403},
	} {
		t.Run(c.method+" "+c.path, func(t *testing.T) {
			s.expect(t, s.ask(t, c.method, c.path, boss, map[string]any{"query": "DROP TRIGGER acts_no_delete"}), c.status, c.code)
		})
	}
	if a := s.ask(t, "GET", "/api/collections/members", boss, nil); a.Status != 200 {
		t.Errorf("looking at a collection stays open: %d", a.Status)
	}
}

func TestManagerCannotEditWhatOnlyActsChange(t *testing.T) {
	s := serve(t)
	boss, member := s.app.Manager(), s.app.Member("Sari")
	path := "/api/collections/members/records/" + member.Id
	for field, value := range map[string]any{"number": 999, "status": "left", "card_serial": 7, "pin_hash": "x", "joined_on": "2020-01-01", "left_on": "2026-01-01"} {
		a := s.ask(t, "PATCH", path, boss, map[string]any{field: value, "name": "Sari Baru"})
		s.expect(t, a, 400, "input.invalid")
		if _, ok := a.Body.Data[field]; !ok || len(a.Body.Data) != 1 {
			t.Errorf("%s: the answer names the field alone, got %s", field, a.Raw)
		}
	}
	if a := s.ask(t, "PATCH", path, boss, map[string]any{"name": "Sari Baru", "status": "active"}); a.Status != 200 {
		t.Errorf("the name may change: %d %s", a.Status, a.Raw)
	}
	s.expect(t, s.ask(t, "POST", "/api/collections/members/records", boss, map[string]any{"number": 77, "name": "Tamu", "status": "active",
		"password": "rahasia-panjang", "passwordConfirm": "rahasia-panjang"}), 403, "guard.member_by_invitation")
	s.expect(t, s.ask(t, "POST", "/api/collections/coop/records", boss, map[string]any{"name": "Dua", "short_name": "Dua"}), 409, "guard.one_coop")
}

func TestCodeOutsideAnActCannotEitherButAnActCan(t *testing.T) {
	app := testapp.New(t)
	member := app.Member("Sari")
	member.Set("status", "left")
	if err := app.Save(member); !fault.IsFault(err) {
		t.Fatalf("a save outside an act: %v", err)
	}
	err := app.RunInTransaction(func(txApp core.App) error {
		again, err := txApp.FindRecordById("members", member.Id)
		if err != nil {
			return err
		}
		again.Set("card_serial", 9)
		return txApp.Save(again)
	})
	if !fault.IsFault(err) {
		t.Fatalf("a transaction of anybody's is no act: %v", err)
	}
	_, _, err = act.DoWithRecords(context.Background(), app, act.Act{Kind: "test.leave", Key: "test-leave-1", By: act.BySystem}, func(tx *act.Tx) (int, error) {
		again, err := tx.App().FindRecordById("members", member.Id)
		if err != nil {
			return 0, err
		}
		again.Set("status", "left")
		return 1, tx.App().Save(again)
	})
	if err != nil {
		t.Fatalf("an act: %v", err)
	}
	if again, _ := app.FindRecordById("members", member.Id); again.GetString("status") != "left" {
		t.Error("the act's save is kept")
	}
	if act.Inside(app) {
		t.Error("after the act nobody is inside")
	}
}

func TestAnAccountInUseKeepsItsNumber(t *testing.T) {
	s := serve(t)
	boss := s.app.Manager()
	s.app.Product("8991234567890", 5000, 0, 4000, 3) // its receipt posts to 1131 and 1101
	used, err := s.app.FindFirstRecordByData("accounts", "account", 1131)
	if err != nil {
		t.Fatal(err)
	}
	unused, err := s.app.FindFirstRecordByData("accounts", "account", 1124)
	if err != nil {
		t.Fatal(err)
	}
	s.expect(t, s.ask(t, "PATCH", "/api/collections/accounts/records/"+used.Id, boss, map[string]any{"account": 1199}), 400, "input.invalid")
	s.expect(t, s.ask(t, "PATCH", "/api/collections/accounts/records/"+used.Id, boss, map[string]any{"kind": "income"}), 400, "input.invalid")
	s.expect(t, s.ask(t, "PATCH", "/api/collections/accounts/records/"+used.Id, boss, map[string]any{"name": "Barang dagangan"}), 200, "")
	s.expect(t, s.ask(t, "PATCH", "/api/collections/accounts/records/"+unused.Id, boss, map[string]any{"account": 1125}), 200, "")
	s.expect(t, s.ask(t, "DELETE", "/api/collections/accounts/records/"+used.Id, boss, nil), 409, "guard.keep_account")
	s.expect(t, s.ask(t, "DELETE", "/api/collections/accounts/records/"+unused.Id, boss, nil), 204, "")
}

func TestACategoryPointsAtNoProtectedAccount(t *testing.T) {
	s := serve(t)
	for account, code := range map[int]string{6102: "", 5101: "input.invalid", 5102: "input.invalid", 1111: "input.invalid"} {
		s.expect(t, s.ask(t, "POST", "/api/collections/expense_categories/records", s.app.Manager(), map[string]any{"name": fmt.Sprint("Biaya ", account), "account": account}), map[bool]int{true: 200, false: 400}[code == ""], code)
	}
}

func TestWhatIsNeededIsNotDeleted(t *testing.T) {
	s := serve(t)
	boss := s.app.Manager()
	unit := s.app.Record("work_units", map[string]any{"code": "A1", "name": "Biro Umum"})
	employee := s.app.Record("employees", map[string]any{"name": "Sari", "status": "civil_servant", "work_unit": unit.Id, "active": true})
	member := s.app.Record("members", map[string]any{"number": 7001, "name": "Sari", "status": "active", "employee": employee.Id, "work_unit": unit.Id})
	product := s.app.Product("8991234567890", 5000, 0, 4000, 3)
	cashier := s.app.Operator(act.Cashier)
	s.app.Act("test.something", func(*act.Tx) error { return nil }) // by the system: leaves the cashier free
	for _, c := range []struct{ collection, id, code string }{
		{"members", member.Id, "guard.keep_member"},
		{"employees", employee.Id, "guard.keep_employee"},
		{"work_units", unit.Id, "guard.keep_work_unit"},
		{"products", product.Id, "guard.keep_product"},
	} {
		s.expect(t, s.ask(t, "DELETE", "/api/collections/"+c.collection+"/records/"+c.id, boss, nil), 409, c.code)
	}
	idle := s.app.Operator(act.Cashier)
	if _, _, err := act.Do(context.Background(), s.app, act.Act{Kind: "test.did", Key: "test-did-1", By: testapp.By(cashier)}, func(*act.Tx) (int, error) { return 1, nil }); err != nil {
		t.Fatal(err)
	}
	s.expect(t, s.ask(t, "DELETE", "/api/collections/operators/records/"+cashier.Id, boss, nil), 409, "guard.keep_operator")
	s.expect(t, s.ask(t, "DELETE", "/api/collections/operators/records/"+idle.Id, boss, nil), 204, "")
	fresh := s.app.Record("work_units", map[string]any{"code": "B1", "name": "Biro Lain"})
	s.expect(t, s.ask(t, "DELETE", "/api/collections/work_units/records/"+fresh.Id, boss, nil), 204, "")
}

func TestNumbersAreGivenNotChosenAndNeverAgain(t *testing.T) {
	s := serve(t)
	boss := s.app.Manager()
	create := func(name string, number int) answer {
		return s.ask(t, "POST", "/api/collections/suppliers/records", boss, map[string]any{"name": name, "number": number})
	}
	first, second := create("CV Satu", 900), create("CV Dua", 0)
	if first.Body.Number != 1 || second.Body.Number != 2 {
		t.Fatalf("numbers %d and %d: %s", first.Body.Number, second.Body.Number, second.Raw)
	}
	s.expect(t, s.ask(t, "DELETE", "/api/collections/suppliers/records/"+second.Body.ID, boss, nil), 204, "")
	if third := create("CV Tiga", 0); third.Body.Number != 3 {
		t.Errorf("a deleted number is not given again: %d", third.Body.Number)
	}
	s.expect(t, s.ask(t, "PATCH", "/api/collections/suppliers/records/"+first.Body.ID, boss, map[string]any{"number": 50}), 400, "input.invalid")

	products, err := s.app.FindCollectionByNameOrId("products")
	if err != nil {
		t.Fatal(err)
	}
	err = s.app.RunInTransaction(func(txApp core.App) error { // an import saves many in one transaction
		for i := range 3 {
			r := core.NewRecord(products)
			r.Load(map[string]any{"name": fmt.Sprint("Barang ", i), "price_rupiah": 1000})
			if err := txApp.Save(r); err != nil {
				return err
			}
			if r.GetInt("number") != i+1 {
				t.Errorf("product %d has number %d", i, r.GetInt("number"))
			}
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
}

func TestAFailedCreateGivesItsNumberBack(t *testing.T) {
	s := serve(t)
	boss := s.app.Manager()
	if a := s.ask(t, "POST", "/api/collections/suppliers/records", boss, map[string]any{"name": ""}); a.Status != 400 {
		t.Fatalf("a supplier without a name: %d", a.Status)
	}
	if a := s.ask(t, "POST", "/api/collections/suppliers/records", boss, map[string]any{"name": "CV Satu"}); a.Body.Number != 1 {
		t.Errorf("number %d, want 1: %s", a.Body.Number, a.Raw)
	}
}

func TestProductsHavePricesThatCanBeMeant(t *testing.T) {
	s := serve(t)
	boss := s.app.Manager()
	path := "/api/collections/products/records"
	good := s.ask(t, "POST", path, boss, map[string]any{"name": "Kopi", "barcode": "  sandal2 ", "price_rupiah": 5000, "member_price_rupiah": 5000})
	if good.Status != 200 || good.Body.Barcode != "SANDAL2" {
		t.Errorf("%d %s", good.Status, good.Raw)
	}
	above := s.ask(t, "POST", path, boss, map[string]any{"name": "Teh", "price_rupiah": 5000, "member_price_rupiah": 5001})
	s.expect(t, above, 400, "input.invalid")
	if !strings.Contains(string(above.Body.Data["member_price_rupiah"]), "guard.member_price_above") {
		t.Errorf("%s", above.Raw)
	}
	s.expect(t, s.ask(t, "PATCH", path+"/"+good.Body.ID, boss, map[string]any{"price_rupiah": 4000}), 400, "input.invalid")
	s.expect(t, s.ask(t, "POST", path, boss, map[string]any{"name": "Gula", "price_rupiah": -1}), 400, "input.invalid")
}

func login(t *testing.T, s server, collection, identity, password string) answer {
	t.Helper()
	return s.ask(t, "POST", "/api/collections/"+collection+"/auth-with-password", nil, map[string]any{"identity": identity, "password": password})
}

// withPassword gives a record a password that can be typed.
func withPassword(t *testing.T, s server, r *core.Record, password string) {
	t.Helper()
	r.SetPassword(password)
	if err := s.app.UnsafeWithoutHooks().SaveNoValidate(r); err != nil {
		t.Fatal(err)
	}
}

func TestAnotherOwnerWaitsForAnEmptyShelf(t *testing.T) {
	s := serve(t)
	boss, soap := s.app.Manager(), s.app.Product("8995522000015", 12_500, 12_000, 9_000, 20)
	tini := s.app.Record("consignors", map[string]any{"name": "Bu Tini"}).Id
	path := "/api/collections/products/records/" + soap.Id
	refused := s.ask(t, "PATCH", path, boss, map[string]any{"consignor": tini})
	s.expect(t, refused, 400, "input.invalid")
	if !strings.Contains(string(refused.Body.Data["consignor"]), "guard.consignor_stock") {
		t.Errorf("%s", refused.Raw)
	}
	if a := s.ask(t, "PATCH", path, boss, map[string]any{"name": "Sabun mandi"}); a.Status != 200 {
		t.Errorf("anything else may change: %d %s", a.Status, a.Raw)
	}
	s.app.Act("store.stocktake", func(tx *act.Tx) error {
		return tx.Exec("UPDATE stock SET quantity = 0, value = 0 WHERE product = ?", soap.GetInt("number"))
	})
	if a := s.ask(t, "PATCH", path, boss, map[string]any{"consignor": tini}); a.Status != 200 {
		t.Errorf("an empty shelf: %d %s", a.Status, a.Raw)
	}
}

func TestAnOperatorRemembersWhoHoldsTheKey(t *testing.T) {
	s := serve(t)
	first, second := s.app.Manager(), s.app.Manager()
	path := "/api/collections/operators/records"
	made := s.ask(t, "POST", path, first, map[string]any{"email": "bendahara@contoh.id", "password": "rahasia-sekali", "passwordConfirm": "rahasia-sekali",
		"name": "Sari", "role": "treasurer", "active": true, "keyed_by": "somebody"})
	keyedBy := func() (id string) {
		t.Helper()
		if err := act.Read(s.app).Row("SELECT keyed_by FROM operators WHERE email = 'bendahara@contoh.id'").Scan(&id); err != nil {
			t.Fatal(err)
		}
		return id
	}
	if made.Status != 200 || keyedBy() != first.Id {
		t.Fatalf("made: %d %s, keyed by %q", made.Status, made.Raw, keyedBy())
	}
	for _, step := range []struct {
		body map[string]any
		want string
	}{
		{map[string]any{"name": "Sari Utami", "keyed_by": ""}, first.Id},
		{map[string]any{"password": "rahasia-lain", "passwordConfirm": "rahasia-lain"}, first.Id + " " + second.Id}, // the first one may still know a way
	} {
		if a := s.ask(t, "PATCH", path+"/"+made.Body.ID, second, step.body); a.Status != 200 || keyedBy() != step.want {
			t.Errorf("%v: %d %s, keyed by %q, want %q", step.body, a.Status, a.Raw, keyedBy(), step.want)
		}
	}
}

func TestWhoeverPublishesAmountsIsInTheAudit(t *testing.T) {
	s := serve(t)
	boss := s.app.Manager()
	coop, err := s.app.FindFirstRecordByFilter("coop", "")
	if err != nil {
		t.Fatal(err)
	}
	path := "/api/collections/coop/records/" + coop.Id
	acts := func(kind string) (n int) {
		t.Helper()
		if err := act.Read(s.app).Row("SELECT count(*) FROM acts WHERE kind = ? AND actor = ? AND role = 'manager'", kind, boss.Id).Scan(&n); err != nil {
			t.Fatal(err)
		}
		return n
	}
	for _, step := range []struct {
		body     map[string]any
		status   int
		on, acts int
	}{
		{map[string]any{"publish_financials": true, "time_zone": "Nowhere/None"}, 400, 0, 0},
		{map[string]any{"tagline": "Dari kita"}, 200, 0, 0},
		{map[string]any{"publish_financials": true, "tagline": "Untuk kita"}, 200, 1, 0},
		{map[string]any{"publish_financials": true}, 200, 1, 0},
		{map[string]any{"publish_financials": false}, 200, 1, 1},
	} {
		a := s.ask(t, "PATCH", path, boss, step.body)
		if on, off := acts("coop.publish_financials"), acts("coop.withhold_financials"); a.Status != step.status || on != step.on || off != step.acts {
			t.Errorf("%v: %d %s, published %d, withheld %d", step.body, a.Status, a.Raw, on, off)
		}
	}
	for _, step := range []struct { // calling the amounts invented shows them, too
		demo                  bool
		invented, real, shown int
	}{{true, 1, 0, 2}, {true, 1, 0, 2}, {false, 1, 1, 2}} {
		a := s.ask(t, "PATCH", path, boss, map[string]any{"demo": step.demo, "publish_financials": true})
		if a.Status != 200 || acts("coop.call_invented") != step.invented || acts("coop.call_real") != step.real || acts("coop.publish_financials") != step.shown {
			t.Errorf("%+v: %d %s", step, a.Status, a.Raw)
		}
	}
	for field, value := range map[string]bool{"publish_financials": false, "demo": true} {
		coop, err := s.app.FindFirstRecordByFilter("coop", "")
		if err != nil {
			t.Fatal(err)
		}
		coop.Set(field, value)
		if err := s.app.Save(coop); err == nil {
			t.Errorf("%s was turned outside an act", field)
		}
	}
}

// A manager who makes another manager, or gives one another password, is still one person.
func TestAManagerRemembersWhoHoldsTheKey(t *testing.T) {
	s := serve(t)
	first, second := s.app.Manager(), s.app.Manager()
	path := "/api/collections/_superusers/records"
	made := s.ask(t, "POST", path, first, map[string]any{"email": "bayangan@contoh.id", "password": "rahasia-sekali", "passwordConfirm": "rahasia-sekali"})
	if made.Status != 200 {
		t.Fatalf("%d %s", made.Status, made.Raw)
	}
	if a := s.ask(t, "PATCH", path+"/"+second.Id, first, map[string]any{"password": "rahasia-lain", "passwordConfirm": "rahasia-lain"}); a.Status != 200 {
		t.Fatalf("%d %s", a.Status, a.Raw)
	}
	for _, id := range []string{made.Body.ID, second.Id} {
		conflict, err := act.SecondPerson(act.Read(s.app), act.Actor{ID: id, Role: act.Manager}, func(id string) (bool, error) { return id == first.Id, nil })
		if err != nil || conflict != act.KeyedByMaker {
			t.Errorf("%s: %q %v", id, conflict, err)
		}
	}
	other := s.app.Manager()
	if conflict, err := act.SecondPerson(act.Read(s.app), testapp.By(other), func(id string) (bool, error) { return id == first.Id, nil }); err != nil || conflict != act.NoConflict {
		t.Errorf("a manager of their own: %q %v", conflict, err)
	}
}

func TestWhoLeftDoesNotLogIn(t *testing.T) {
	s := serve(t)
	const secret = "rahasia-panjang"
	member, cashier := s.app.Member("Sari"), s.app.Operator(act.Cashier)
	withPassword(t, s, member, secret)
	withPassword(t, s, cashier, secret)
	number := fmt.Sprint(member.GetInt("number"))
	in := login(t, s, "members", number, secret)
	if in.Status != 200 || in.Body.Token == "" {
		t.Fatalf("an active member logs in: %d %s", in.Status, in.Raw)
	}
	if a := login(t, s, "members", fmt.Sprintf("%06d", member.GetInt("number")), secret); a.Status != 200 {
		t.Errorf("the number as printed, with zeros before it: %d %s", a.Status, a.Raw)
	}
	own := "/api/collections/members/records/" + member.Id
	if a := s.ask(t, "GET", own, member, nil); a.Status != 200 {
		t.Fatalf("and sees herself: %d", a.Status)
	}
	for collection, r := range map[string]*core.Record{"members": member, "operators": cashier} {
		r.Set("status", "left")
		r.Set("active", false)
		if err := s.app.UnsafeWithoutHooks().SaveNoValidate(r); err != nil {
			t.Fatal(err)
		}
		identity := r.Email()
		if collection == "members" {
			identity = number
		}
		s.expect(t, login(t, s, collection, identity, secret), 403, "auth.inactive")
		if a := s.ask(t, "POST", "/api/collections/"+collection+"/auth-refresh", r, nil); a.Status != 401 {
			t.Errorf("%s: an old token is not renewed: %d %s", collection, a.Status, a.Raw)
		}
	}
	if a := s.ask(t, "GET", own, member, nil); a.Status == 200 {
		t.Error("an old token of hers opens nothing")
	}
}

func TestAMemberWithoutAPasswordDoesNotLogIn(t *testing.T) {
	s := serve(t)
	member := s.app.Member("Sari")
	member.SetRaw("password", &core.PasswordFieldValue{Hash: ""})
	if err := s.app.UnsafeWithoutHooks().SaveNoValidate(member); err != nil {
		t.Fatal(err)
	}
	for _, password := range []string{"", " ", "none", "rahasia-panjang"} {
		if a := login(t, s, "members", fmt.Sprint(member.GetInt("number")), password); a.Status != 400 || a.Body.Token != "" {
			t.Errorf("password %q: %d %s", password, a.Status, a.Raw)
		}
	}
}

func TestTenWrongPasswordsCloseTheAccountAloneForAWhile(t *testing.T) {
	s := serve(t)
	const secret = "rahasia-panjang"
	sari, budi := s.app.Member("Sari"), s.app.Member("Budi")
	withPassword(t, s, sari, secret)
	withPassword(t, s, budi, secret)
	number := fmt.Sprint(sari.GetInt("number"))
	for i := range 10 {
		if a := login(t, s, "members", number, "salah"); a.Status != 400 {
			t.Fatalf("try %d: %d %s", i+1, a.Status, a.Raw)
		}
	}
	closed := login(t, s, "members", number, secret)
	s.expect(t, closed, 429, "auth.too_many")
	if closed.Header.Get("Retry-After") != "900" || !strings.Contains(closed.Body.Message, "10:15") {
		t.Errorf("it says when: %v %q", closed.Header.Get("Retry-After"), closed.Body.Message)
	}
	if a := login(t, s, "members", fmt.Sprint(budi.GetInt("number")), secret); a.Status != 200 {
		t.Errorf("a colleague at the same address logs in: %d", a.Status)
	}
	s.app.Travel(testapp.Now.Add(15 * time.Minute))
	if a := login(t, s, "members", number, secret); a.Status != 200 {
		t.Errorf("a quarter of an hour later: %d %s", a.Status, a.Raw)
	}
	for range 9 {
		login(t, s, "members", number, "salah")
	}
	if a := login(t, s, "members", number, secret); a.Status != 200 {
		t.Errorf("the right password at the tenth try: %d", a.Status)
	}
	if a := login(t, s, "members", number, "salah"); a.Status != 400 {
		t.Errorf("a right password starts the count again: %d", a.Status)
	}
}

func TestEveryAnswerCarriesItsHeaders(t *testing.T) {
	s := serve(t)
	for _, path := range []string{"/api/coop/info", "/anggota/", "/anggota/sw.js", "/mark.svg", "/nowhere"} {
		h := s.ask(t, "GET", path, nil, nil).Header
		if !strings.Contains(h.Get("Content-Security-Policy"), "frame-ancestors 'none'") || h.Get("X-Content-Type-Options") != "nosniff" ||
			h.Get("Referrer-Policy") == "" || !strings.Contains(h.Get("Permissions-Policy"), "camera=(self)") {
			t.Errorf("%s: %v", path, h)
		}
	}
	for _, path := range []string{"/words/id.json", "/lib/view.js", "/styles/base.css", "/fonts/jakarta.woff2"} { // they run under their page's
		if h := s.ask(t, "GET", path, nil, nil).Header; h.Get("X-Content-Type-Options") != "nosniff" || h.Get("Content-Security-Policy") != "" {
			t.Errorf("%s: %v", path, h)
		}
	}
	boss := s.app.Manager()
	for _, path := range []string{"/api/coop/members", "/api/coop/ledger/reports/receivables/file?format=csv", "/api/collections/members/records"} {
		if a := s.ask(t, "GET", path, boss, nil); a.Status != 200 || a.Header.Get("Cache-Control") != "no-store" {
			t.Errorf("%s is kept by the browser: %d %v", path, a.Status, a.Header)
		}
	}
	h := s.ask(t, "GET", "/_/", nil, nil).Header
	if strings.Contains(h.Get("Content-Security-Policy"), "frame-ancestors 'none'") {
		t.Errorf("the dashboard keeps its own policy: %v", h)
	}
}
