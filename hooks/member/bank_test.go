package member_test

import (
	"context"
	"maps"
	"net/http"
	"strings"
	"testing"

	"github.com/pocketbase/pocketbase/core"

	"kpdk/hooks/internal/act"
	"kpdk/hooks/internal/command"
	"kpdk/hooks/internal/keys"
	"kpdk/hooks/internal/testapp"
	"kpdk/hooks/internal/ulid"
	"kpdk/hooks/ledger"
	"kpdk/hooks/member"
)

// An account is read by its owner, treasurers and managers, changes from a date on, stands in clear nowhere, and
// goes with the person.
func TestABankAccountIsItsOwners(t *testing.T) {
	app := testapp.New(t)
	numbers := joined(t, app, 2, "cash")
	url := serve(app)
	rani, other, manager := recordOf(t, app, numbers[0]), recordOf(t, app, numbers[1]), app.Manager()
	treasurer, supervisor, cashier := app.Operator(act.Treasurer), app.Operator(act.Supervisor), app.Operator(act.Cashier)
	office := url + "/api/coop/members/1/bank"
	account := map[string]any{"bank": " Bank  Contoh ", "account": "0012-3456.7890", "holder": "Rani P"}
	with := func(changes map[string]any) map[string]any {
		body := map[string]any{"id": ulid.New()}
		for _, values := range []map[string]any{account, changes} {
			for k, v := range values {
				body[k] = v
			}
		}
		return body
	}
	for _, c := range []struct {
		who          *core.Record
		method, path string
		body         map[string]any
		want         int
	}{
		{nil, "GET", url + "/api/coop/me/bank", nil, 401}, {nil, "GET", office, nil, 401}, {nil, "POST", office, with(nil), 401},
		{rani, "GET", office, nil, 403}, {supervisor, "GET", office, nil, 403}, {cashier, "GET", office, nil, 403}, {supervisor, "POST", office, with(nil), 403}, {treasurer, "GET", url + "/api/coop/me/bank", nil, 403},
		{treasurer, "GET", url + "/api/coop/members/99/bank", nil, 404},
		{rani, "POST", url + "/api/coop/me/bank", with(map[string]any{"account": "12a45"}), 400}, {rani, "POST", url + "/api/coop/me/bank", with(map[string]any{"account": "1234"}), 400},
		{rani, "POST", url + "/api/coop/me/bank", with(map[string]any{"holder": " "}), 400}, {rani, "POST", url + "/api/coop/me/bank", with(map[string]any{"valid_from": "besok"}), 400},
		{rani, "POST", url + "/api/coop/me/bank", with(nil), 201},
		{treasurer, "POST", office, with(map[string]any{"account": "5550001", "valid_from": "2026-12-01"}), 201},
		{manager, "GET", office, nil, 200},
	} {
		var body any
		if c.body != nil {
			body = c.body
		}
		if got := call(t, app, c.who, c.method, c.path, body); got.status != c.want {
			t.Errorf("%s %s %v: %d, want %d", c.method, c.path, c.body, got.status, c.want)
		}
	}
	read := func(who *core.Record, path string) map[string]any { return call(t, app, who, "GET", path, nil).body }
	mine := read(rani, url+"/api/coop/me/bank")
	if now, next := mine["account"].(map[string]any), mine["next"].(map[string]any); now["bank"] != "Bank Contoh" || now["account"] != "001234567890" || next["account"] != "5550001" || mine["next_from"] != "2026-12-01" || mine["by"] != "member" {
		t.Errorf("%+v", mine)
	}
	if theirs := read(other, url+"/api/coop/me/bank"); theirs["account"] != nil {
		t.Errorf("another member sees %+v", theirs)
	}
	ring, err := keys.Of(app)
	if err != nil {
		t.Fatal(err)
	}
	on := func(date string) string {
		t.Helper()
		found, err := member.BanksOn(act.Read(app), ring, "2026-11-30", map[int64]bool{1: true, 2: true})
		if date > "2026-11-30" {
			found, err = member.BanksOn(act.Read(app), ring, "2026-12-02", map[int64]bool{1: true})
		}
		if err != nil || len(found) != 1 {
			t.Fatal(found, err)
		}
		return found[1].Number
	}
	if on("2026-11-30") != "001234567890" || on("2026-12-02") != "5550001" {
		t.Errorf("%s, %s", on("2026-11-30"), on("2026-12-02"))
	}
	// Nowhere in the books in clear: neither in the row, nor in what acts keep.
	var clear int
	if err := act.Read(app).Row("SELECT (SELECT count(*) FROM member_banks WHERE sealed LIKE '%1234567890%') + (SELECT count(*) FROM act_answers WHERE answer LIKE '%1234567890%')").Scan(&clear); err != nil || clear != 0 {
		t.Error("an account number is kept in clear", err)
	}
	// Erased by the member: older ones too.
	if got := call(t, app, rani, "POST", url+"/api/coop/me/bank", map[string]any{"id": ulid.New(), "remove": true}); got.status != http.StatusCreated {
		t.Errorf("%+v", got)
	}
	var kept int
	if err := act.Read(app).Row("SELECT count(*) FROM member_banks WHERE member = 1").Scan(&kept); err != nil || kept != 0 {
		t.Errorf("%d accounts are left %v", kept, err)
	}
	// And with the person who left.
	ctx := context.Background()
	if _, _, err := member.SetBankAccount(ctx, app, ulid.New(), act.BySystem, 2, member.SetBank{BankAccount: member.BankAccount{Bank: "Bank Contoh", Number: "7770001", Holder: "Budi"}}); err != nil {
		t.Fatal(err)
	}
	if _, _, err := member.LeaveCoop(ctx, app, ulid.New(), act.ByConsole, 2, member.Leave{Reason: "retired"}); err != nil {
		t.Fatal(err)
	}
	app.Act("test.paid", func(tx *act.Tx) error { // what he saved is paid out
		saved, err := ledger.Balance(tx, ledger.MemberParty(2), ledger.LeaverPayable)
		if err == nil {
			_, err = ledger.Post(tx, ledger.Entry{Kind: ledger.KindPayment, Date: tx.Today(), Lines: []ledger.Line{ledger.Dr(ledger.LeaverPayable, -saved, ledger.MemberParty(2)), ledger.Cr(ledger.Cash, -saved)}})
		}
		return err
	})
	app.Travel(app.Now().AddDate(6, 0, 0))
	if n, err := member.EraseDue(ctx, app); err != nil || n != 1 {
		t.Fatalf("%d erased, %v", n, err)
	}
	if err := act.Read(app).Row("SELECT count(*) FROM member_banks").Scan(&kept); err != nil || kept != 0 {
		t.Errorf("%d accounts are left after the person %v", kept, err)
	}
}

// The console reads an account from a file, so that it stands in no history of a shell, and whoever looks is written down.
func TestTheConsoleKeepsABankAccount(t *testing.T) {
	app := testapp.New(t)
	joined(t, app, 1, "cash")
	run := func(flags map[string]string, file string) (int, string) {
		for _, spec := range member.Commands() {
			if spec.Name != "member bank" {
				continue
			}
			all := map[string]string{"lang": "id", "member": "1"}
			maps.Copy(all, flags)
			var out strings.Builder
			c := &command.Call{Ctx: context.Background(), App: app, Flags: all, Out: &out}
			if file != "" {
				c.Files = []command.File{{Name: "rekening.json", Data: []byte(file)}}
			}
			exit, err := spec.Run(c)
			if err != nil {
				c.Refuse(err)
			}
			return exit, out.String()
		}
		t.Fatal("no command")
		return 0, ""
	}
	for _, c := range []struct {
		flags map[string]string
		file  string
		exit  int
		says  string
	}{
		{nil, "", command.Done, "0001 belum punya rekening"},
		{map[string]string{"member": "x"}, "", command.Failed, "member"},
		{map[string]string{"member": "99"}, "", command.Failed, ""},
		{nil, "bukan json", command.Failed, ""},
		{nil, `{"bank": "Contoh", "account": "12"}`, command.Failed, "account"},
		{nil, `{"bank": "Contoh", "account": "0012-3456.7890", "holder": "Rani P"}`, command.Done, "0001 dicatat"},
		{nil, `{"bank": "Contoh", "account": "5550001", "holder": "Rani P", "valid_from": "2026-12-01"}`, command.Done, "sejak 2026-12-01"},
		{nil, "", command.Done, "Contoh 001234567890, Rani P, sejak 2026-11-03"},
		{map[string]string{"json": "true"}, "", command.Done, `"next_from": "2026-12-01"`},
		{map[string]string{"remove": "true"}, "", command.Done, "0001 dihapus"},
		{nil, "", command.Done, "belum punya rekening"},
	} {
		if exit, said := run(c.flags, c.file); exit != c.exit || !strings.Contains(said, c.says) {
			t.Errorf("%v %s: exit %d, %s", c.flags, c.file, exit, said)
		}
	}
	var seen int
	if err := act.Read(app).Row("SELECT count(*) FROM sightings WHERE member = 1 AND via = 'bank' AND action = 'opened'").Scan(&seen); err != nil || seen != 1 {
		t.Errorf("looked at and written down %d times: %v", seen, err)
	}
}
