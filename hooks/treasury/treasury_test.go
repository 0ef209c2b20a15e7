package treasury_test

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"

	"kpdk/hooks/internal/act"
	"kpdk/hooks/internal/fault"
	"kpdk/hooks/internal/money"
	"kpdk/hooks/internal/testapp"
	"kpdk/hooks/internal/ulid"
	"kpdk/hooks/ledger"
	"kpdk/hooks/ledger/book"
	"kpdk/hooks/member"
	"kpdk/hooks/treasury"

	"github.com/pocketbase/pocketbase/core"
)

var (
	ctx       = context.Background()
	treasurer = act.Actor{ID: "treasurer000001", Role: act.Treasurer}
	second    = act.Actor{ID: "treasurer000002", Role: act.Treasurer}
)

const power = "expensecat00001" // Listrik, air, internet: 6102

// coop is a co-op with three million in the box, ten at the bank, and a million taken by QRIS.
func coop(t *testing.T) *testapp.App {
	t.Helper()
	app := testapp.New(t)
	app.Act("test.money", func(tx *act.Tx) error {
		_, err := ledger.Post(tx, ledger.Entry{Kind: ledger.KindOpening, Date: "2026-11-01", Lines: []ledger.Line{ledger.Dr(ledger.Cash, 3_000_000),
			ledger.Dr(ledger.Bank, 10_000_000, ledger.MainBank), ledger.Dr(ledger.QRISSettling, 1_000_000, ledger.MainBank), ledger.Cr(ledger.OpeningBalance, 14_000_000)}})
		return err
	})
	t.Cleanup(app.Verify)
	return app
}

func owe(t *testing.T, app *testapp.App, m *core.Record, amounts ...money.Rupiah) {
	t.Helper()
	number := int64(m.GetInt("number"))
	for i, a := range amounts {
		kind, account := ledger.ItemStore, ledger.StoreReceivable
		if i%2 == 1 {
			kind, account = ledger.ItemInstalment, ledger.InstalmentRecv
		}
		app.Act("test.owe", func(tx *act.Tx) error {
			if _, err := ledger.Post(tx, ledger.Entry{Kind: ledger.KindSale, Date: tx.Today(), Lines: []ledger.Line{ledger.Dr(account, a, ledger.MemberParty(number)), ledger.Cr(ledger.MemberSales, a, ledger.MemberParty(number))}}); err != nil {
				return err
			}
			_, err := ledger.OweSince(tx, number, kind, tx.Today().Add(i-20), tx.Today(), a)
			return err
		})
	}
}

func credit(app *testapp.App, account int, party ledger.Party, amount money.Rupiah) {
	app.Act("test.credit", func(tx *act.Tx) error {
		_, err := ledger.Post(tx, ledger.Entry{Kind: ledger.KindGoods, Date: tx.Today(), Lines: []ledger.Line{ledger.Dr(ledger.OpeningBalance, amount), ledger.Cr(account, amount, party)}})
		return err
	})
}

func pay(app *testapp.App, by act.Actor, kind, from, to string, amount money.Rupiah) (treasury.Paid, error) {
	out, _, err := treasury.Pay(ctx, app, ulid.New(), by, treasury.Payment{Kind: kind, From: from, To: to, Amount: amount}, "")
	return out, err
}

func balance(t *testing.T, app *testapp.App, account int) money.Rupiah {
	t.Helper()
	b, err := ledger.AccountBalance(act.Read(app), account)
	if err != nil {
		t.Fatal(err)
	}
	return b
}

func refused(t *testing.T, what string, err error, code string) {
	t.Helper()
	if !errors.Is(err, &fault.Fault{Code: code}) {
		shape := fault.Say(err, "en")
		for _, f := range shape.Data {
			if f.Code == code {
				return
			}
		}
		t.Errorf("%s: %v, want %s", what, err, code)
	}
}

func TestTreasurerPays(t *testing.T) {
	app := coop(t)
	supplier := app.Record("suppliers", map[string]any{"number": 501, "name": "CV Maju"})
	maker := app.Record("consignors", map[string]any{"number": 502, "name": "Bu Sri"})
	held := app.Member("Titip")
	applicant := app.Record("members", map[string]any{"number": 701, "name": "Calon", "status": "applicant"})
	left := app.Record("members", map[string]any{"number": 702, "name": "Keluar", "status": "left"})
	number := func(r *core.Record) string { return fmt.Sprint(r.GetInt("number")) }
	party := func(r *core.Record) ledger.Party { return ledger.MemberParty(int64(r.GetInt("number"))) }
	credit(app, ledger.SupplierPayable, book.Of(book.Supplier, 501), 800_000)
	credit(app, ledger.ConsignorPayable, book.Of(book.Consignor, 502), 300_000)
	credit(app, ledger.DepositHeld, party(held), 70_000)
	credit(app, ledger.DepositHeld, party(applicant), 20_000)
	credit(app, ledger.LeaverPayable, party(left), 450_000)
	cost := app.Record("expense_categories", map[string]any{"name": "Harga pokok", "account": ledger.CostMember}).Id

	for _, c := range []struct {
		kind, from, to string
		amount         money.Rupiah
		code           string // empty: posted
	}{
		{"expense", "cash", power, 250_000, ""},
		{"expense", "bank:1", power, 400_000, ""},
		{"expense", "qris:1", "expensecat00007", 7_000, ""},
		{"supplier", "bank:1", number(supplier), 500_000, ""},
		{"supplier", "bank:1", number(supplier), 300_001, "treasury.above_owed"},
		{"supplier", "cash", number(supplier), 300_000, ""},
		{"supplier", "cash", number(supplier), 1, "treasury.nothing_owed"},
		{"consignor", "cash", number(maker), 300_000, ""},
		{"leaver", "bank:1", number(left), 450_000, ""},
		{"leaver", "bank:1", number(held), 1, "treasury.nothing_owed"},
		{"refund", "cash", number(held), 70_000, ""},
		{"refund", "cash", number(applicant), 20_000, "treasury.principal_held"},
		{"refund", "cash", "99999", 20_000, "member.unknown"},
		{"expense", "cash", "nosuch", 1_000, "treasury.category_unknown"},
		{"expense", "cash", cost, 1_000, "treasury.category_unknown"},
		{"expense", "cash", power, 3_000_000, "treasury.cash_short"},
		{"expense", "qris:1", power, 1_000_000, "treasury.qris_short"},
		{"expense", "bank:9", power, 1_000, "treasury.bank_unknown"},
		{"expense", "drawer", power, 1_000, "treasury.place_unknown"},
		{"gift", "cash", power, 1_000, "treasury.kind_unknown"},
		{"expense", "cash", power, 0, "input.amount"},
	} {
		out, err := pay(app, treasurer, c.kind, c.from, c.to, c.amount)
		switch {
		case c.code != "":
			refused(t, fmt.Sprint(c), err, c.code)
		case err != nil || out.State != treasury.StatePosted || out.Number == "":
			t.Errorf("%v: %+v %v", c, out, err)
		}
	}
	for account, want := range map[int]money.Rupiah{ledger.Cash: 2_080_000, ledger.Bank: 8_650_000, ledger.QRISSettling: 993_000, 6102: 650_000, 6104: 7_000, ledger.SupplierPayable: 0, ledger.LeaverPayable: 0} {
		if got := balance(t, app, account); got != want {
			t.Errorf("account %d: %d, want %d", account, got, want)
		}
	}
}

func TestTheSamePaymentIsMadeOnce(t *testing.T) {
	app := coop(t)
	key, in := ulid.New(), treasury.Payment{Kind: "expense", From: "cash", To: power, Amount: 100_000}
	first, again, err := treasury.Pay(ctx, app, key, treasurer, in, "PLN Oktober")
	if err != nil || again {
		t.Fatal(again, err)
	}
	second, again, err := treasury.Pay(ctx, app, key, treasurer, in, "PLN Oktober")
	if err != nil || !again || second != first || balance(t, app, ledger.Cash) != 2_900_000 {
		t.Fatal(second, again, err)
	}
	in.Amount = 1
	_, _, err = treasury.Pay(ctx, app, key, treasurer, in, "")
	refused(t, "another input under the same key", err, "idempotency_conflict")
	in.Date = "2026-11-04"
	_, _, err = treasury.Pay(ctx, app, ulid.New(), treasurer, in, "")
	refused(t, "tomorrow", err, "treasury.date_future")
}

func TestALargePaymentNeedsASecondPerson(t *testing.T) {
	app := coop(t)
	keyed := app.Operator(act.Treasurer)
	keyed.Set("keyed_by", treasurer.ID)
	if err := app.UnsafeWithoutHooks().SaveNoValidate(keyed); err != nil {
		t.Fatal(err)
	}
	out, err := pay(app, treasurer, "expense", "bank:1", power, 6_000_000)
	if err != nil || out.State != treasury.StateWaiting || out.Entry != 0 || balance(t, app, 6102) != 0 {
		t.Fatal(out, err)
	}
	decide := func(by act.Actor, id string, approve bool) error {
		_, _, err := treasury.Decide(ctx, app, ulid.New(), by, id, approve, "")
		return err
	}
	refused(t, "the maker approves", decide(treasurer, out.ID, true), "treasury.same_person")
	refused(t, "the maker's creature approves", decide(testapp.By(keyed), out.ID, true), "treasury.keyed_by_maker")
	if err := decide(second, out.ID, true); err != nil || balance(t, app, 6102) != 6_000_000 {
		t.Fatal(err)
	}
	refused(t, "twice", decide(second, out.ID, true), "treasury.decided_already")
	refused(t, "nothing", decide(second, ulid.New(), true), "treasury.request_unknown")

	// Approving decides anew: meanwhile the debt was paid. The maker may take a request back.
	app.Record("suppliers", map[string]any{"number": 501, "name": "CV Maju"})
	credit(app, ledger.SupplierPayable, book.Of(book.Supplier, 501), 5_500_000)
	big, err := pay(app, treasurer, "supplier", "bank:1", "501", 5_400_000)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := pay(app, treasurer, "supplier", "cash", "501", 200_000); err != nil {
		t.Fatal(err)
	}
	refused(t, "paid meanwhile", decide(second, big.ID, true), "treasury.above_owed")
	if err := decide(treasurer, big.ID, false); err != nil {
		t.Fatal(err)
	}
}

// What two persons paid one person doesn't take back; and a request can't hide behind another's key.
func TestALargeMoveIsTakenBackByTwo(t *testing.T) {
	app := coop(t)
	out, err := pay(app, treasurer, "expense", "bank:1", power, 6_000_000)
	if err != nil {
		t.Fatal(err)
	}
	paid, _, err := treasury.Decide(ctx, app, ulid.New(), second, out.ID, true, "")
	if err != nil {
		t.Fatal(err)
	}
	key := ulid.New()
	back, _, err := treasury.Reverse(ctx, app, key, treasurer, paid.Entry, "salah rekening")
	if err != nil || back.State != treasury.StateWaiting || back.Entry != 0 || balance(t, app, 6102) != 6_000_000 {
		t.Fatalf("%+v %v", back, err)
	}
	_, _, err = treasury.Reverse(ctx, app, ulid.New(), second, paid.Entry, "juga")
	refused(t, "asked for twice", err, "treasury.reversal_waiting")
	_, _, err = treasury.Pay(ctx, app, key, treasurer, treasury.Payment{Kind: "expense", From: "bank:1", To: power, Amount: 7_000_000}, "")
	refused(t, "another request under the same key", err, "idempotency_conflict")
	_, _, err = treasury.Decide(ctx, app, ulid.New(), treasurer, key, true, "")
	refused(t, "alone", err, "treasury.same_person")
	posted, _, err := treasury.Decide(ctx, app, ulid.New(), second, key, true, "")
	if err != nil || posted.Kind != treasury.KindReversal || posted.Entry == 0 || balance(t, app, 6102) != 0 || balance(t, app, ledger.Bank) != 10_000_000 {
		t.Fatalf("%+v %v", posted, err)
	}
	_, _, err = treasury.Reverse(ctx, app, ulid.New(), second, paid.Entry, "lagi")
	refused(t, "twice", err, "treasury.reversed_already")
	small, err := pay(app, treasurer, "expense", "cash", power, 50_000)
	if err != nil {
		t.Fatal(err)
	}
	if back, _, err := treasury.Reverse(ctx, app, ulid.New(), treasurer, small.Entry, "salah"); err != nil || back.State != treasury.StatePosted || back.Number == "" {
		t.Errorf("%+v %v", back, err)
	}
}

func TestMemberPaysTheOldestDebtFirst(t *testing.T) {
	app := coop(t)
	m := app.Member("Rani")
	number := int64(m.GetInt("number"))
	owe(t, app, m, 100_000, 60_000, 40_000)
	receive := func(into string, amount money.Rupiah, excess string) (treasury.DebtPaid, error) {
		out, _, err := treasury.ReceiveDebt(ctx, app, ulid.New(), treasurer, treasury.DebtPayment{Member: number, Into: into, Amount: amount, Excess: excess})
		return out, err
	}
	out, err := receive("cash", 120_000, "")
	if err != nil || out.Left != 80_000 || len(out.Items) != 2 || out.Items[0].Amount != 100_000 || out.Items[1].Kind != "instalment" || out.Items[1].Remaining != 40_000 {
		t.Fatalf("%+v %v", out, err)
	}
	_, err = receive("bank:1", 80_001, "")
	refused(t, "too much", err, "treasury.above_debt")
	out, err = receive("qris:1", 100_000, "hold")
	if err != nil || out.Held != 20_000 || out.Left != 0 {
		t.Fatalf("%+v %v", out, err)
	}
	_, err = receive("cash", 1_000, "hold")
	refused(t, "no debt", err, "treasury.no_debt")

	// What is held pays the next debt; what was booked by mistake is taken back, debts and all.
	owe(t, app, m, 30_000)
	_, err = receive("deposit", 20_001, "")
	refused(t, "more than is held", err, "treasury.above_owed")
	fromHeld, err := receive("deposit", 20_000, "")
	if err != nil || fromHeld.Left != 10_000 {
		t.Fatalf("%+v %v", fromHeld, err)
	}
	reverse := func(id int64, reason string) error {
		_, _, err := treasury.Reverse(ctx, app, ulid.New(), treasurer, id, reason)
		return err
	}
	refused(t, "the held part is used", reverse(out.Entry, "salah orang"), "treasury.held_used")
	refused(t, "no reason", reverse(fromHeld.Entry, " "), "input.required")
	for _, id := range []int64{fromHeld.Entry, out.Entry} {
		if err := reverse(id, "salah orang"); err != nil {
			t.Fatal(err)
		}
	}
	refused(t, "twice", reverse(out.Entry, "lagi"), "treasury.reversed_already")

	// Cash that somebody took in the office is given back by somebody else, however little it is.
	inCash, err := receive("cash", 1_000, "")
	if err != nil {
		t.Fatal(err)
	}
	refused(t, "cash, by who took it", reverse(inCash.Entry, "salah orang"), "treasury.reverse_apart")
	if _, _, err := treasury.Reverse(ctx, app, ulid.New(), second, inCash.Entry, "salah orang"); err != nil {
		t.Fatal(err)
	}
	items, err := ledger.OpenItems(act.Read(app), number)
	if err != nil || len(items) != 3 || items[0].Remainder+items[1].Remainder+items[2].Remainder != 110_000 {
		t.Fatalf("%+v %v", items, err)
	}
}

func TestTransfers(t *testing.T) {
	app := coop(t)
	app.Record("bank_accounts", map[string]any{"number": 2, "name": "Bank kedua"})
	app.Record("bank_accounts", map[string]any{"number": 3, "name": "Lama", "closed": true})
	for _, c := range []struct {
		from, to    string
		amount, fee money.Rupiah
		code        string
	}{
		{"cash", "bank:1", 2_000_000, 0, ""}, {"bank:1", "bank:2", 500_000, 0, ""}, {"bank:2", "cash", 100_000, 0, ""}, {"qris:1", "bank:1", 1_000_000, 7_000, ""},
		{"qris:1", "bank:1", 1, 0, "treasury.qris_short"}, {"cash", "bank:1", 2_000_000, 0, "treasury.cash_short"}, {"cash", "cash", 1, 0, "treasury.place_unknown"},
		{"cash", "qris:1", 1, 0, "treasury.place_unknown"}, {"qris:1", "cash", 1, 0, "treasury.place_unknown"}, {"cash", "bank:1", 1_000, 10, "treasury.fee_only_qris"},
		{"qris:1", "bank:1", 10, 10, "treasury.fee_too_large"}, {"qris:1", "bank:1", 100, 6, "treasury.fee_too_large"}, {"cash", "bank:3", 1_000, 0, "treasury.bank_closed"},
	} {
		_, _, err := treasury.Move(ctx, app, ulid.New(), treasurer, treasury.Transfer{From: c.from, To: c.to, Amount: c.amount, Fee: c.fee}, "")
		if c.code != "" {
			refused(t, fmt.Sprint(c), err, c.code)
		} else if err != nil {
			t.Errorf("%v: %v", c, err)
		}
	}
	for account, want := range map[int]money.Rupiah{ledger.Cash: 1_100_000, ledger.Bank: 12_893_000, ledger.QRISSettling: 0, ledger.QRISFee: 7_000} {
		if got := balance(t, app, account); got != want {
			t.Errorf("account %d: %d, want %d", account, got, want)
		}
	}
}

func TestTreasurerOverHTTP(t *testing.T) {
	app := coop(t)
	server, who := app.Serve(), app.Operator(act.Treasurer)
	token := app.Token(who)
	pdf := []byte("%PDF-1.4\n%bukti\n")
	status, body := send(t, server.URL+"/api/coop/treasury/vouchers", token, ulid.New(), "nota bu rani.pdf", pdf, nil)
	var kept treasury.VoucherKept
	if err := json.Unmarshal(body, &kept); err != nil || status != 201 || kept.Voucher == "" {
		t.Fatalf("%d %s", status, body)
	}
	if status, body = send(t, server.URL+"/api/coop/treasury/vouchers", token, ulid.New(), "x.html", []byte("<html><script>"), nil); status != 400 || !strings.Contains(string(body), "treasury.voucher_kind") {
		t.Errorf("%d %s", status, body)
	}
	key := ulid.New()
	status, body = call(t, "POST", server.URL+"/api/coop/treasury/payments", token, map[string]any{"id": key, "kind": "expense", "from": "cash", "to": power, "amount_rupiah": 50_000, "voucher": kept.Voucher, "note": "PLN"})
	if status != 201 {
		t.Fatalf("%d %s", status, body)
	}
	var paid treasury.Paid
	if err := json.Unmarshal(body, &paid); err != nil {
		t.Fatal(err)
	}
	status, body = call(t, "GET", fmt.Sprint(server.URL, "/api/coop/treasury/moves/", paid.Entry), token, nil)
	var m treasury.MoveView
	if err := json.Unmarshal(body, &m); err != nil || status != 200 || m.TargetName != "Power, water, internet" || m.Note != "PLN" || m.Voucher != kept.Voucher || len(m.Hash) != 64 || m.By == "" {
		t.Errorf("%d %s", status, body)
	}
	if status, body = call(t, "GET", server.URL+"/api/coop/treasury/vouchers/"+kept.Voucher, token, nil); status != 200 || !bytes.Equal(body, pdf) {
		t.Errorf("%d %s", status, body)
	}
	var seen int
	if err := act.Read(app).Row("SELECT count(*) FROM sightings WHERE via = 'voucher'").Scan(&seen); err != nil || seen != 0 { // a power bill is nobody's
		t.Errorf("the bill was %d members': %v", seen, err)
	}
	var start treasury.Start
	if status, body = call(t, "GET", server.URL+"/api/coop/treasury", token, nil); status != 200 || json.Unmarshal(body, &start) != nil || len(start.Categories) != 10 || start.Places[0].Balance != 2_950_000 || start.Waiting.Above != 5_000_000 {
		t.Errorf("%d %s", status, body)
	}
	if status, body = call(t, "POST", server.URL+"/api/coop/treasury/payments", token, map[string]any{"id": ulid.New(), "kind": "expense", "from": "cash", "to": power, "amount_rupiah": 50_000, "voucher": "nosuchvoucher01"}); status != 409 {
		t.Errorf("%d %s", status, body)
	}
}

func TestALeaversDebtIsWrittenOffByTwo(t *testing.T) {
	app := coop(t)
	m := app.Member("Budi")
	number := int64(m.GetInt("number"))
	owe(t, app, m, 40_000, 60_000)
	ask := func(by act.Actor, amount string) (treasury.Paid, error) {
		out, _, err := treasury.AskWriteOff(ctx, app, ulid.New(), by, treasury.WriteOff{Member: number, Category: power}, amount)
		return out, err
	}
	if _, err := ask(treasurer, "tidak tertagih"); !errors.Is(err, fault.Refused("treasury.write_off_member")) {
		t.Errorf("a member's debt is given up: %v", err)
	}
	if _, _, err := member.LeaveCoop(ctx, app, ulid.New(), act.Actor{ID: "manager00000001", Role: act.Manager}, number, member.Leave{Reason: "resigned"}); err != nil {
		t.Fatal(err)
	}
	// What is deducted after all is not refunded past the debt.
	credit(app, ledger.DepositHeld, ledger.MemberParty(number), 20_000)
	_, err := pay(app, treasurer, treasury.KindRefund, "cash", fmt.Sprint(number), 20_000)
	refused(t, "a refund to whoever owes", err, "treasury.refund_owes")
	paid, err := ask(treasurer, "tidak tertagih")
	if err != nil || paid.State != treasury.StateWaiting || paid.Amount == 0 {
		t.Fatalf("%+v %v", paid, err)
	}
	if _, _, err := treasury.Decide(ctx, app, ulid.New(), treasurer, paid.ID, true, ""); !errors.Is(err, fault.Refused("treasury.same_person")) {
		t.Errorf("by whoever asked: %v", err)
	}
	before := balance(t, app, ledger.StoreReceivable) + balance(t, app, ledger.InstalmentRecv)
	got, _, err := treasury.Decide(ctx, app, ulid.New(), second, paid.ID, true, "")
	if err != nil || got.State != treasury.StatePosted || got.Amount != before {
		t.Fatalf("%+v %v, owed %s", got, err, before)
	}
	if left := balance(t, app, ledger.StoreReceivable) + balance(t, app, ledger.InstalmentRecv); left != 0 || balance(t, app, 6102) != before {
		t.Errorf("left %s, expense %s", left, balance(t, app, 6102))
	}
	for from, code := range map[string]string{"cash": "treasury.cash_today", "bank:1": "treasury.before_leaving"} {
		_, _, err := treasury.Pay(ctx, app, ulid.New(), treasurer, treasury.Payment{Kind: treasury.KindRefund, From: from, To: fmt.Sprint(number), Amount: 20_000, Date: "2026-11-02"}, "")
		refused(t, "a refund of before the leaving, "+from, err, code)
	}
	_, _, err = treasury.ReceiveDebt(ctx, app, ulid.New(), treasurer, treasury.DebtPayment{Member: number, Into: "cash", Amount: 1, Date: "2026-11-02"})
	refused(t, "cash of yesterday", err, "treasury.cash_today")
	if _, err := pay(app, treasurer, treasury.KindRefund, "cash", fmt.Sprint(number), 20_000); err != nil {
		t.Errorf("and then it is: %v", err)
	}
	if _, err := ask(treasurer, "lagi"); !errors.Is(err, fault.Refused("treasury.no_debt")) {
		t.Errorf("written off twice: %v", err)
	}
}

// A bill above the limit doesn't pass in pieces: what one person pays to one target in a day counts together.
func TestPiecesOfALargePaymentWait(t *testing.T) {
	app := coop(t)
	const supplies = "expensecat00003"
	first, err := pay(app, treasurer, treasury.KindExpense, "bank:1", power, 3_000_000)
	if err != nil || first.State != treasury.StatePosted {
		t.Fatal(first, err)
	}
	for _, c := range []struct {
		name   string
		by     act.Actor
		to     string
		amount money.Rupiah
		state  string
	}{
		{"the rest of the limit", treasurer, power, 2_000_000, treasury.StatePosted},
		{"one rupiah more", treasurer, power, 1, treasury.StateWaiting},
		{"something else", treasurer, supplies, 1_000_000, treasury.StatePosted},
		{"somebody else", second, power, 1_000_000, treasury.StatePosted},
	} {
		out, err := pay(app, c.by, treasury.KindExpense, "bank:1", c.to, c.amount)
		if err != nil || out.State != c.state {
			t.Errorf("%s: %+v %v", c.name, out, err)
		}
	}
	if _, _, err := treasury.Reverse(ctx, app, ulid.New(), treasurer, first.Entry, "salah pos"); err != nil {
		t.Fatal(err)
	}
	if out, err := pay(app, treasurer, treasury.KindExpense, "bank:1", power, 1_000_000); err != nil || out.State != treasury.StatePosted {
		t.Errorf("what was taken back is not paid: %+v %v", out, err)
	}
	app.Travel(testapp.Now.Add(24 * time.Hour))
	if out, err := pay(app, treasurer, treasury.KindExpense, "bank:1", power, 1_500_000); err != nil || out.State != treasury.StatePosted {
		t.Errorf("tomorrow is another day: %+v %v", out, err)
	}
}

// Whoever goes round the acts and books a large payment alone is named.
func TestALargeMoveWithoutASecondPersonIsFound(t *testing.T) {
	app := testapp.New(t)
	for i, by := range []act.Actor{act.ByConsole, treasurer} {
		_, _, err := act.Do(ctx, app, act.Act{Kind: "treasury.expense", Key: ulid.New(), By: by}, func(tx *act.Tx) (int, error) {
			posted, err := ledger.Post(tx, ledger.Entry{Kind: ledger.KindPayment, Date: tx.Today(), Lines: []ledger.Line{ledger.Dr(6102, 5_000_001), ledger.Cr(ledger.Cash, 5_000_001)}})
			if err != nil {
				return 0, err
			}
			return 0, tx.Exec("INSERT INTO treasury_moves(entry, kind, place, target, amount, fee, held, request, voucher, act) VALUES(?, 'expense', 'cash', ?, 5000001, 0, 0, NULL, '', ?)", posted.Entry, power, tx.ID())
		})
		if err != nil {
			t.Fatal(err)
		}
		report, err := ledger.Verify(ctx, app, nil)
		if err != nil || report.OK == (i == 1) {
			t.Errorf("by %s: %+v %v", by.Role, report, err)
		}
	}
	app.Act("test.policy", func(tx *act.Tx) error { // a limit that is raised later excuses nothing
		return tx.Exec("INSERT INTO policies(key, value, valid_from, act) VALUES('treasury.second_above_rupiah', '9000000', '2026-01-01', ?)", tx.ID())
	})
	if report, err := ledger.Verify(ctx, app, nil); err != nil || report.OK {
		t.Errorf("%+v %v", report, err)
	}
}
