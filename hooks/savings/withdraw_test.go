package savings_test

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/pocketbase/pocketbase/core"

	"kpdk/hooks/internal/act"
	"kpdk/hooks/internal/clock"
	"kpdk/hooks/internal/fault"
	"kpdk/hooks/internal/money"
	"kpdk/hooks/internal/testapp"
	"kpdk/hooks/internal/ulid"
	"kpdk/hooks/ledger"
	"kpdk/hooks/member"
	"kpdk/hooks/savings"
	"kpdk/hooks/store"
	"kpdk/hooks/treasury"
)

var ctx = context.Background()

// bank is a co-op with money in its box and at the bank, and members with voluntary savings.
type bank struct {
	*testapp.App
	t              *testing.T
	manager, other act.Actor
	office         act.Actor
}

func newBank(t *testing.T) *bank {
	app := testapp.New(t)
	b := &bank{App: app, t: t, manager: testapp.By(app.Manager()), office: testapp.By(app.Operator(act.Treasurer)), other: testapp.By(app.Operator(act.Treasurer))}
	app.Act("test.money", func(tx *act.Tx) error {
		_, err := ledger.Post(tx, ledger.Entry{Kind: ledger.KindOpening, Date: "2026-09-01", Lines: []ledger.Line{ledger.Dr(ledger.Cash, 9_000_000),
			ledger.Dr(ledger.Bank, 50_000_000, ledger.MainBank), ledger.Cr(ledger.OpeningBalance, 59_000_000)}})
		return err
	})
	return b
}

func (b *bank) saver(name string, amount money.Rupiah) *core.Record {
	b.t.Helper()
	m := b.Member(name)
	b.save(m, amount)
	return m
}

func (b *bank) save(m *core.Record, amount money.Rupiah) {
	b.t.Helper()
	if _, _, err := savings.MakeDeposit(ctx, b, ulid.New(), b.office, savings.Deposit{Member: num(m), Kind: "voluntary", Amount: amount}); err != nil {
		b.t.Fatal(err)
	}
}

func num(r *core.Record) int64 { return int64(r.GetInt("number")) }

// ask is a member's request; it gives its key.
func (b *bank) ask(m *core.Record, amount money.Rupiah) (string, error) {
	key := ulid.New()
	_, _, err := savings.RequestWithdrawal(ctx, b, key, testapp.By(m), savings.Withdrawal{Amount: amount, Way: "cash"}, "")
	return key, err
}

func (b *bank) asks(m *core.Record, amount money.Rupiah) string {
	b.t.Helper()
	key, err := b.ask(m, amount)
	if err != nil {
		b.t.Fatal(err)
	}
	return key
}

func (b *bank) pays(by act.Actor, key, from string) (savings.Withdrawn, error) {
	out, _, err := savings.PayWithdrawal(ctx, b, ulid.New(), by, key, savings.Payout{From: from})
	return out, err
}

func (b *bank) own(m *core.Record) savings.Own {
	b.t.Helper()
	own, err := savings.OwnWithdrawals(act.Read(b), num(m), clock.Of(b).Today())
	if err != nil {
		b.t.Fatal(err)
	}
	return own
}

func refused(t *testing.T, what string, err error, code string) {
	t.Helper()
	var f *fault.Fault
	if !errors.As(err, &f) || f.Code != code {
		t.Errorf("%s: %v, want %s", what, err, code)
	}
}

func states(own savings.Own) string {
	var all []string
	for _, w := range own.Withdrawals {
		steps := ""
		for _, s := range w.Steps {
			steps += s.Step[:3] + "."
		}
		all = append(all, w.State+" "+steps)
	}
	return strings.Join(all, ", ")
}

func TestASmallWithdrawalIsPaidByOnePerson(t *testing.T) {
	b := newBank(t)
	sari, budi := b.saver("Sari", 1_000_000), b.saver("Budi", 500_000)
	key := b.asks(sari, 300_000)
	if own := b.own(sari); own.Balance != 1_000_000 || own.Held != 300_000 || own.Free != 700_000 || len(own.Withdrawals) != 1 {
		t.Errorf("%+v", own)
	}
	_, err := b.ask(sari, 700_001)
	refused(t, "more than is free", err, "savings.above_free")
	_, _, err = savings.RevokeWithdrawal(ctx, b, ulid.New(), testapp.By(budi), key)
	refused(t, "another member's", err, "savings.withdrawal_unknown")
	for from, code := range map[string]string{"cash": "savings.cash_today", "bank:1": "savings.before_request"} {
		_, _, err = savings.PayWithdrawal(ctx, b, ulid.New(), b.office, key, savings.Payout{From: from, Date: "2026-11-02"})
		refused(t, "paid before it was asked for, "+from, err, code)
	}
	out, err := b.pays(b.office, key, "cash")
	if err != nil || out.State != savings.StepPaid || out.Number == "" {
		t.Fatalf("%+v %v", out, err)
	}
	_, err = b.pays(b.office, key, "cash")
	refused(t, "paid twice", err, "savings.withdrawal_paid")
	_, _, err = savings.RevokeWithdrawal(ctx, b, ulid.New(), testapp.By(sari), key)
	refused(t, "taken back when it was paid", err, "savings.withdrawal_paid")
	for _, w := range []struct {
		in   savings.Withdrawal
		to   string
		want string
	}{{savings.Withdrawal{Amount: 0, Way: "cash"}, "", "amount_rupiah"}, {savings.Withdrawal{Amount: 1, Way: "gold"}, "", "way"}, {savings.Withdrawal{Amount: 1, Way: "transfer"}, " ", "to"}, {savings.Withdrawal{Amount: 1, Way: "cash"}, "BRI", "to"}} {
		_, _, err := savings.RequestWithdrawal(ctx, b, ulid.New(), testapp.By(sari), w.in, w.to)
		var f *fault.Fault
		if !errors.As(err, &f) || f.Fields[w.want].Code == "" {
			t.Errorf("%+v: %v", w, err)
		}
	}
	for range 5 {
		b.asks(budi, 1_000)
	}
	_, err = b.ask(budi, 1_000)
	refused(t, "a sixth at once", err, "savings.too_many_open")
	if own := b.own(sari); own.Free != 700_000 || states(own) != "paid req.pai." {
		t.Errorf("%+v", own)
	}
	b.Verify()
}

func TestALargeWithdrawalWantsTwoPersons(t *testing.T) {
	b := newBank(t)
	sari := b.saver("Sari", 8_000_000)
	key := ulid.New()
	if _, _, err := savings.RequestWithdrawal(ctx, b, key, testapp.By(sari), savings.Withdrawal{Amount: 3_000_000, Way: "transfer"}, "BRI 0021-01"); err != nil {
		t.Fatal(err)
	}
	_, _, err := savings.ApproveWithdrawal(ctx, b, ulid.New(), b.manager, key)
	refused(t, "nothing was prepared", err, "savings.not_prepared")
	out, err := b.pays(b.manager, key, "bank:1")
	if err != nil || out.State != savings.StepPrepared || out.Entry != 0 {
		t.Fatalf("%+v %v", out, err)
	}
	_, _, err = savings.ApproveWithdrawal(ctx, b, ulid.New(), b.manager, key)
	refused(t, "who prepared it", err, "savings.same_person")
	if out, err = b.pays(b.office, key, "bank:1"); err != nil || out.State != savings.StepPrepared { // said anew by another
		t.Fatalf("%+v %v", out, err)
	}
	office, err := savings.OfficeWithdrawals(act.Read(b), b.office, clock.Of(b).Today())
	if err != nil || len(office.Waiting) != 1 || office.Waiting[0].To != "BRI 0021-01" || office.Waiting[0].Refusal != "savings.same_person" || office.Held != 3_000_000 {
		t.Fatalf("%+v %v", office, err)
	}
	again := ulid.New()
	out, _, err = savings.ApproveWithdrawal(ctx, b, again, b.manager, key)
	if err != nil || out.State != savings.StepPaid || out.Entry == 0 {
		t.Fatalf("%+v %v", out, err)
	}
	if same, replayed, err := savings.ApproveWithdrawal(ctx, b, again, b.manager, key); same != out || !replayed || err != nil {
		t.Errorf("the same again: %+v %v", same, err)
	}
	if own := b.own(sari); states(own) != "paid req.pre.pre.pai." || own.Free != 5_000_000 || own.Withdrawals[0].Steps[3].Number == "" || own.Withdrawals[0].Steps[1].By != "" {
		t.Errorf("%+v", own)
	}
	b.Verify()
}

// A large withdrawal does not pass in pieces: what one person pays to one member in a day counts together.
func TestALargeWithdrawalInPiecesWantsTwoPersons(t *testing.T) {
	b := newBank(t)
	sari, budi := b.saver("Sari", 12_000_000), b.saver("Budi", 8_000_000)
	for i, c := range []struct {
		who  *core.Record
		by   act.Actor
		from string
		want string
	}{
		{sari, b.office, "till", savings.StepReleased}, {sari, b.office, "bank:1", savings.StepPrepared}, {budi, b.office, "bank:1", savings.StepPaid},
		{sari, b.other, "bank:1", savings.StepPaid}, {sari, b.other, "bank:1", savings.StepPrepared},
	} {
		if out, err := b.pays(c.by, b.asks(c.who, 1_500_000), c.from); err != nil || out.State != c.want {
			t.Errorf("%d: %+v %v, want %s", i, out, err, c.want)
		}
	}
	b.Travel(b.Now().AddDate(0, 0, 1))
	if out, err := b.pays(b.office, b.asks(sari, 1_500_000), "bank:1"); err != nil || out.State != savings.StepPaid {
		t.Errorf("the day after: %+v %v", out, err)
	}
	// What was laid before a second person, and is paid alone a day later, counts like any other.
	held := b.asks(sari, 1_500_000)
	if out, err := b.pays(b.office, held, "bank:1"); err != nil || out.State != savings.StepPrepared {
		t.Errorf("prepared: %+v %v", out, err)
	}
	b.Travel(b.Now().AddDate(0, 0, 1))
	if out, err := b.pays(b.office, held, "bank:1"); err != nil || out.State != savings.StepPaid {
		t.Errorf("paid alone: %+v %v", out, err)
	}
	if out, err := b.pays(b.office, b.asks(budi, 100_000), "bank:1"); err != nil || out.State != savings.StepPaid {
		t.Errorf("somebody else: %+v %v", out, err)
	}
	if out, err := b.pays(b.office, b.asks(sari, 1_000_000), "bank:1"); err != nil || out.State != savings.StepPrepared {
		t.Errorf("the rest of it: %+v %v", out, err)
	}
	b.Verify()
}

func TestARefusalIsReadAndFreesTheMoney(t *testing.T) {
	b := newBank(t)
	sari := b.saver("Sari", 400_000)
	first, second := b.asks(sari, 150_000), b.asks(sari, 250_000)
	_, _, err := savings.RefuseWithdrawal(ctx, b, ulid.New(), b.office, first, "  ")
	if err == nil {
		t.Error("a refusal without a reason")
	}
	if _, _, err := savings.RefuseWithdrawal(ctx, b, ulid.New(), b.office, first, "Rekening tidak terbaca"); err != nil {
		t.Fatal(err)
	}
	if _, _, err := savings.RevokeWithdrawal(ctx, b, ulid.New(), testapp.By(sari), second); err != nil {
		t.Fatal(err)
	}
	own := b.own(sari)
	if states(own) != "revoked req.rev., refused req.ref." || own.Withdrawals[1].Steps[1].Reason != "Rekening tidak terbaca" || own.Free != 400_000 {
		t.Errorf("%+v", own)
	}
	b.Act("test.erase", func(tx *act.Tx) error { return tx.Exec("DELETE FROM act_notes") })
	if own := b.own(sari); own.Withdrawals[1].Steps[1].Reason != "" {
		t.Error("what was erased is still told")
	}
	b.Verify()
}

func TestAWithdrawalIsFetchedAtTheTill(t *testing.T) {
	b := newBank(t)
	sari := b.saver("Sari", 5_000_000)
	cashier := b.Operator(act.Cashier)
	shift, by := b.Shift(cashier), testapp.By(cashier) // 200,000 in the drawer
	small, large := b.asks(sari, 250_000), b.asks(sari, 2_500_000)
	pay := func(key string) (savings.Withdrawn, error) {
		out, _, err := savings.PayAtTill(ctx, b, ulid.New(), by, savings.TillPayout{Withdrawal: key, Shift: shift, Card: b.CardOf(sari)}, "")
		return out, err
	}
	_, err := pay(small)
	refused(t, "not yet let", err, "savings.not_released")
	if out, err := b.pays(b.office, small, "till"); err != nil || out.State != savings.StepReleased {
		t.Fatalf("%+v %v", out, err)
	}
	if out, err := b.pays(b.office, large, "till"); err != nil || out.State != savings.StepPrepared {
		t.Fatalf("%+v %v", out, err)
	}
	_, err = pay(large)
	refused(t, "not approved", err, "savings.not_released")
	_, err = pay(small)
	refused(t, "the drawer has less", err, "savings.drawer_short")
	deposit, _, err := savings.MakeTillDeposit(ctx, b, ulid.New(), by, savings.TillDeposit{Shift: shift, Card: b.CardOf(sari), Kind: "voluntary", Amount: 100_000})
	if err != nil || deposit.Balance != 5_100_000 || len(deposit.Hash) != 64 {
		t.Fatalf("%+v %v", deposit, err)
	}
	_, _, err = savings.MakeTillDeposit(ctx, b, ulid.New(), testapp.By(b.Operator(act.Cashier)), savings.TillDeposit{Shift: shift, Member: num(sari), Kind: "voluntary", Amount: 1})
	refused(t, "another cashier's drawer", err, "store.shift_other")
	_, _, err = savings.MakeTillDeposit(ctx, b, ulid.New(), by, savings.TillDeposit{Shift: shift, Card: "K1:PALSU", Kind: "voluntary", Amount: 1})
	refused(t, "a forged card", err, "member.card_invalid")
	if out, err := pay(small); err != nil || out.State != savings.StepPaid {
		t.Fatalf("%+v %v", out, err)
	}
	if out, _, err := savings.ApproveWithdrawal(ctx, b, ulid.New(), b.manager, large); err != nil || out.State != savings.StepReleased {
		t.Fatalf("%+v %v", out, err)
	}
	list, err := savings.AtTill(act.Read(b))
	if err != nil || len(list) != 1 || list[0].ID != large || list[0].Name != "Sari" {
		t.Errorf("%+v %v", list, err)
	}
	_, err = b.pays(b.office, large, "cash")
	refused(t, "from elsewhere than was approved", err, "savings.released_already")
	receipts, err := savings.Receipts(act.Read(b), by, 0, 10)
	if err != nil || len(receipts.Receipts) != 1 || receipts.Receipts[0].Till != "K1" || receipts.Receipts[0].Hash != deposit.Hash {
		t.Errorf("%+v %v", receipts, err)
	}
	if _, err := savings.ReceiptOf(act.Read(b), testapp.By(b.Operator(act.Cashier)), deposit.Entry); err == nil {
		t.Error("another cashier reads the receipt")
	}
	drawer, err := ledger.Balance(act.Read(b), ledger.Party{Kind: "shift", Ref: strings.TrimPrefix(receipts.Receipts[0].Place, "shift:")}, ledger.ShiftCash)
	if err != nil || drawer != 200_000+100_000-250_000 {
		t.Errorf("the drawer holds %d %v", drawer, err)
	}
	phone := b.Phone(b.Member("Tono"))
	if d, _, err := savings.MakeTillDeposit(ctx, b, ulid.New(), by, savings.TillDeposit{Shift: shift, Card: phone.Code(b.Now()), Kind: "voluntary", Amount: 1_000}); err != nil || d.Member != num(phone.Who) {
		t.Errorf("by a phone's code: %+v %v", d, err)
	}
	_, _, err = savings.MakeTillDeposit(ctx, b, ulid.New(), by, savings.TillDeposit{Shift: shift, Card: phone.Code(b.Now().Add(-time.Hour)), Kind: "voluntary", Amount: 1_000})
	refused(t, "an old code", err, "member.code_stale")
	b.Verify()
}

// A deposit by transfer is matched with the bank's own line, and only with the one that shows it.
func TestADepositByTransfer(t *testing.T) {
	b := newBank(t)
	sari := b.Member("Sari")
	file := treasury.File{Bank: 1, Name: "mutasi.csv", Data: []byte("Tanggal;Keterangan;Debit;Kredit;Saldo\n02/11/2026;TRANSFER SARI;;275.000,00;50.275.000,00\n")}
	look, err := treasury.Look(b, "id", file)
	if err != nil {
		t.Fatal(err)
	}
	file.Layout = &look.Layout
	taken, _, err := treasury.Import(ctx, b, ulid.New(), b.office, file, nil)
	if err != nil || taken.Added != 1 {
		t.Fatalf("%+v %v", taken, err)
	}
	var line int64
	if err := act.Read(b).Row("SELECT id FROM bank_lines").Scan(&line); err != nil {
		t.Fatal(err)
	}
	in := savings.Deposit{Member: num(sari), Kind: "voluntary", Amount: 275_001, Into: "bank:1", Date: "2026-11-02", BankLine: line}
	_, _, err = savings.MakeDeposit(ctx, b, ulid.New(), b.office, in)
	refused(t, "another amount than the bank's", err, "treasury.match_differs")
	in.Amount = 275_000
	out, _, err := savings.MakeDeposit(ctx, b, ulid.New(), b.office, in)
	if err != nil || out.Balance != 275_000 {
		t.Fatalf("%+v %v", out, err)
	}
	_, _, err = savings.MakeDeposit(ctx, b, ulid.New(), b.office, in)
	refused(t, "the same line again", err, "treasury.line_matched")
	in.BankLine, in.Into, in.Date = 0, "bank:9", ""
	_, _, err = savings.MakeDeposit(ctx, b, ulid.New(), b.office, in)
	refused(t, "a bank that there isn't", err, "treasury.bank_unknown")
	in.Into, in.Date = "cash", "2026-11-04"
	_, _, err = savings.MakeDeposit(ctx, b, ulid.New(), b.office, in)
	refused(t, "money of tomorrow", err, "savings.date_future")
	in.Date = "2026-11-02"
	_, _, err = savings.MakeDeposit(ctx, b, ulid.New(), b.office, in)
	refused(t, "cash of yesterday", err, "savings.cash_today")
	in.Into, in.Date = "qris:1", ""
	if _, _, err = savings.MakeDeposit(ctx, b, ulid.New(), b.office, in); err == nil {
		t.Error("QRIS is no place for savings")
	}
	b.Verify()
}

// fetching is a till with money, where Sari fetches what the office lets it pay.
type fetching struct {
	*bank
	sari  *core.Record
	by    act.Actor
	shift string
}

func newFetching(t *testing.T) *fetching {
	b := newBank(t)
	cashier := b.Operator(act.Cashier)
	f := &fetching{b, b.saver("Sari", 5_000_000), testapp.By(cashier), b.Shift(cashier)}
	if _, _, err := savings.MakeTillDeposit(ctx, b, ulid.New(), f.by, savings.TillDeposit{Shift: f.shift, Member: num(f.sari), Kind: "voluntary", Amount: 3_000_000}); err != nil {
		t.Fatal(err)
	}
	return f
}

// released is a withdrawal that may be fetched.
func (f *fetching) released(amount money.Rupiah) string {
	f.t.Helper()
	key := f.asks(f.sari, amount)
	if out, err := f.pays(f.manager, key, "till"); err != nil || out.State != savings.StepReleased {
		f.t.Fatalf("%+v %v", out, err)
	}
	return key
}

func (f *fetching) fetch(key, card, pin string) error {
	_, _, err := savings.PayAtTill(ctx, f, ulid.New(), f.by, savings.TillPayout{Withdrawal: key, Shift: f.shift, Card: card}, pin)
	return err
}

// Savings go to nobody but the saver, whatever a cashier says: by the card, and for much money by the PIN or the
// phone's own code, which is good once.
func TestOnlyTheSaverFetchesAtTheTill(t *testing.T) {
	f := newFetching(t)
	budi := f.saver("Budi", 100_000)
	phone, other := f.Phone(f.sari), f.Phone(budi)
	small, large := f.released(250_000), f.released(300_000) // what needs a PIN begins above 250,000
	card := f.CardOf(f.sari)
	var bad *fault.Fault
	if err := f.fetch(small, "", ""); !errors.As(err, &bad) || bad.Fields["card"].Code != "savings.payout_card" {
		t.Errorf("no card: %v", err)
	}
	refused(t, "a forged card", f.fetch(small, "K1:PALSU", ""), "member.card_invalid")
	refused(t, "another member's card", f.fetch(small, f.CardOf(budi), ""), "savings.payout_other_card")
	refused(t, "another member's phone", f.fetch(small, other.Code(f.Now()), ""), "savings.payout_other_card")
	refused(t, "a photograph of the phone", f.fetch(small, phone.Code(f.Now().Add(-5*time.Minute)), ""), "member.code_stale")
	refused(t, "much money without a PIN that there isn't", f.fetch(large, card, ""), "savings.payout_pin_unset")
	refused(t, "a PIN that there isn't", f.fetch(large, card, "482913"), "member.pin_unset")
	if _, _, err := member.ChoosePIN(ctx, f, ulid.New(), testapp.By(f.sari), member.SetPIN{PIN: "482913"}); err != nil {
		t.Fatal(err)
	}
	refused(t, "much money without a PIN", f.fetch(large, card, ""), "savings.payout_pin")
	refused(t, "a wrong PIN", f.fetch(large, card, "482914"), "member.pin_wrong")
	refused(t, "a wrong PIN for little money", f.fetch(small, card, "482914"), "member.pin_wrong")
	refused(t, "somebody else's card with the saver's PIN", f.fetch(large, f.CardOf(budi), "482913"), "member.pin_unset")
	if own := f.own(f.sari); own.Held != 550_000 || own.Withdrawals[0].State != savings.StepReleased || own.Withdrawals[1].State != savings.StepReleased {
		t.Errorf("what was refused left something: %+v", own)
	}
	if err := f.fetch(large, card, "482913"); err != nil {
		t.Errorf("the card with its PIN: %v", err)
	}
	code, again := phone.Code(f.Now()), f.released(1_400_000)
	key, in := ulid.New(), savings.TillPayout{Withdrawal: again, Shift: f.shift, Card: code}
	first, _, err := savings.PayAtTill(ctx, f, key, f.by, in, "")
	if err != nil || first.State != savings.StepPaid {
		t.Fatalf("the phone's own code needs no PIN: %+v %v", first, err)
	}
	if same, replayed, err := savings.PayAtTill(ctx, f, key, f.by, in, ""); err != nil || !replayed || same != first {
		t.Errorf("the till asks again: %+v %v", same, err)
	}
	refused(t, "the same code for another payout", f.fetch(small, code, ""), "member.code_used")
	if _, _, err := member.BlockCard(ctx, f, ulid.New(), testapp.By(f.sari)); err != nil {
		t.Fatal(err)
	}
	f.Travel(f.Now().Add(time.Minute))
	refused(t, "a blocked card", f.fetch(small, card, ""), "member.card_revoked")
	refused(t, "a phone that has not heard of it", f.fetch(small, phone.Code(f.Now()), ""), "member.card_revoked")
	if err := phone.Renew(); err != nil {
		t.Fatal(err)
	}
	if err := f.fetch(small, phone.Code(f.Now()), ""); err != nil {
		t.Errorf("the phone that heard of it: %v", err)
	}
	f.Verify()
}

// One code held up for two payouts at the same moment fetches one.
func TestOneCodeForTwoPayouts(t *testing.T) {
	f := newFetching(t)
	code, keys := f.Phone(f.sari).Code(f.Now()), []string{f.released(100_000), f.released(110_000), f.released(120_000)}
	errs := make([]error, len(keys))
	var wg sync.WaitGroup
	for i, key := range keys {
		wg.Go(func() { errs[i] = f.fetch(key, code, "") })
	}
	wg.Wait()
	paid := 0
	for _, err := range errs {
		if err == nil {
			paid++
		} else {
			refused(t, "the others", err, "member.code_used")
		}
	}
	if paid != 1 {
		t.Errorf("one code fetched %d payouts", paid)
	}
	f.Verify()
}

// Two withdrawals for one balance, asked for at once, paid at once: one of each wins.
func TestTwoWithdrawalsRaceForOneBalance(t *testing.T) {
	b := newBank(t)
	sari := b.saver("Sari", 500_000)
	keys, errs := make([]string, 8), make([]error, 8)
	var wg sync.WaitGroup
	for i := range keys {
		wg.Go(func() { keys[i], errs[i] = b.ask(sari, 300_000) })
	}
	wg.Wait()
	won := ""
	for i, err := range errs {
		if err == nil && won == "" {
			won = keys[i]
		} else if err == nil {
			t.Error("a second one was taken")
		} else {
			refused(t, "the others", err, "savings.above_free")
		}
	}
	if won == "" {
		t.Fatal("nobody won")
	}
	paid := make([]error, 8)
	for i := range paid {
		wg.Go(func() { _, paid[i] = b.pays([]act.Actor{b.office, b.other}[i%2], won, []string{"cash", "bank:1"}[i/4]) })
	}
	wg.Wait()
	n := 0
	for _, err := range paid {
		if err == nil {
			n++
		} else {
			refused(t, "the others", err, "savings.withdrawal_paid")
		}
	}
	if own := b.own(sari); n != 1 || own.Balance != 200_000 || own.Free != 200_000 {
		t.Errorf("%d paid, %+v", n, own)
	}
	b.Verify()
}

// What is held is spent by nobody else, whatever room it comes from.
func TestWhatIsHeldIsNotSpentElsewhere(t *testing.T) {
	b := newBank(t)
	sari := b.saver("Sari", 500_000)
	key := b.asks(sari, 400_000)
	spend := func(amount money.Rupiah) error {
		_, _, err := act.Do(ctx, b, act.Act{Kind: "test.spend", Key: ulid.New(), By: act.BySystem}, func(tx *act.Tx) (int, error) {
			_, err := ledger.Post(tx, ledger.Entry{Kind: ledger.KindSale, Date: tx.Today(), Lines: []ledger.Line{ledger.Dr(ledger.VoluntarySavings, amount, ledger.MemberParty(num(sari))), ledger.Cr(ledger.Cash, amount)}})
			return 0, err
		})
		return err
	}
	refused(t, "a rupiah of what is held", spend(100_001), "ledger.held")
	if err := spend(100_000); err != nil {
		t.Errorf("what is free: %v", err)
	}
	if out, err := b.pays(b.office, key, "cash"); err != nil || out.State != savings.StepPaid {
		t.Errorf("%+v %v", out, err)
	}
	b.Verify()
}

// Whoever leaves takes the whole balance along; what was asked for lapses, and says so.
func TestLeavingWithAnOpenWithdrawal(t *testing.T) {
	b := newBank(t)
	sari := b.saver("Sari", 500_000)
	key := b.asks(sari, 400_000)
	settled, _, err := member.LeaveCoop(ctx, b, ulid.New(), b.manager, num(sari), member.Leave{Reason: "moved"})
	if err != nil || settled.Payable != 500_000 {
		t.Fatalf("%+v %v", settled, err)
	}
	_, err = b.pays(b.office, key, "cash")
	refused(t, "paid beside the settlement", err, "savings.withdrawal_lapsed")
	if own := b.own(sari); states(own) != "lapsed req.lap." || own.Held != 0 || own.Balance != 0 {
		t.Errorf("%+v", own)
	}
	b.Verify()
}

// Whoever is erased leaves no account number and no reason behind.
func TestErasingTakesTheWordsAboutSavings(t *testing.T) {
	b := newBank(t)
	sari := b.saver("Sari", 500_000)
	asked, _, err := savings.RequestWithdrawal(ctx, b, ulid.New(), testapp.By(sari), savings.Withdrawal{Amount: 100_000, Way: "transfer"}, "BRI 0123 atas nama Sari")
	if err != nil {
		t.Fatal(err)
	}
	if _, _, err := savings.RefuseWithdrawal(ctx, b, ulid.New(), b.manager, asked.ID, "Rekening Sari tidak ditemukan"); err != nil {
		t.Fatal(err)
	}
	if _, _, err := member.LeaveCoop(ctx, b, ulid.New(), b.manager, num(sari), member.Leave{Reason: "moved"}); err != nil {
		t.Fatal(err)
	}
	b.Act("test.paid", func(tx *act.Tx) error {
		_, err := ledger.Post(tx, ledger.Entry{Kind: ledger.KindPayment, Date: tx.Today(), Lines: []ledger.Line{
			ledger.Dr(ledger.LeaverPayable, 500_000, ledger.MemberParty(num(sari))), ledger.Cr(ledger.Cash, 500_000)}})
		return err
	})
	notes := func() (n int) {
		if err := act.Read(b).Row("SELECT count(*) FROM act_notes WHERE text LIKE '%Sari%'").Scan(&n); err != nil {
			t.Fatal(err)
		}
		return n
	}
	if n := notes(); n != 2 {
		t.Fatalf("%d notes before", n)
	}
	b.Travel(b.Now().AddDate(6, 0, 0))
	if n, err := member.EraseDue(ctx, b); n != 1 || err != nil {
		t.Fatalf("erased %d: %v", n, err)
	}
	if n := notes(); n != 0 {
		t.Errorf("%d notes stay", n)
	}
	b.Verify()
}

// A deposit, a payout, a request and a leaving at the same time: in whatever order they come, nothing is lost.
func TestMoneyMovesWhileSomebodyLeaves(t *testing.T) {
	b := newBank(t)
	for round := range 6 {
		m := b.saver(fmt.Sprintf("Anggota %d", round), 300_000)
		key := b.asks(m, 100_000)
		var wg sync.WaitGroup
		var deposited, paid, left error
		var out member.Settlement
		wg.Go(func() {
			_, _, deposited = savings.MakeDeposit(ctx, b, ulid.New(), b.office, savings.Deposit{Member: num(m), Kind: "voluntary", Amount: 50_000})
		})
		wg.Go(func() { _, paid = b.pays(b.office, key, "cash") })
		wg.Go(func() { _, _ = b.ask(m, 20_000) })
		wg.Go(func() {
			out, _, left = member.LeaveCoop(ctx, b, ulid.New(), b.manager, num(m), member.Leave{Reason: "retired"})
		})
		wg.Wait()
		want := money.Rupiah(300_000)
		if deposited == nil {
			want += 50_000
		} else {
			refused(t, "a deposit of somebody who left", deposited, "member.not_active")
		}
		if paid == nil {
			want -= 100_000
		} else {
			refused(t, "a payout to somebody who left", paid, "savings.withdrawal_lapsed")
		}
		balances, err := ledger.Balances(act.Read(b), ledger.MemberParty(num(m)))
		if left != nil || err != nil || out.Payable != want || -balances[ledger.LeaverPayable] != want || balances[ledger.VoluntarySavings] != 0 {
			t.Errorf("round %d: %+v %v, want %d; %v", round, out, left, want, balances)
		}
	}
	b.Verify()
}

// Who may call what, and that a refused call leaves nothing.
func TestDoorsOfSavings(t *testing.T) {
	b := newBank(t)
	server := b.Serve()
	sari, budi := b.saver("Sari", 1_000_000), b.saver("Budi", 1_000_000)
	cashier := b.Operator(act.Cashier)
	shift := b.Shift(cashier)
	treasurer, boss, watcher := b.Token(b.Operator(act.Treasurer)), b.Token(b.App.Manager()), b.Token(b.Operator(act.Supervisor))
	fresh, stranger, till := b.LogIn(sari), b.LogIn(budi), b.Token(cashier)
	call := func(method, path, token string, body any, want int) (answer map[string]any) {
		t.Helper()
		raw, err := json.Marshal(body)
		if err != nil {
			t.Fatal(err)
		}
		r, err := http.NewRequest(method, server.URL+"/api/coop/"+path, strings.NewReader(string(raw)))
		if err != nil {
			t.Fatal(err)
		}
		r.Header.Set("Authorization", token)
		r.Header.Set("Content-Type", "application/json")
		response, err := http.DefaultClient.Do(r)
		if err != nil {
			t.Fatal(err)
		}
		defer response.Body.Close()
		_ = json.NewDecoder(response.Body).Decode(&answer)
		if response.StatusCode != want {
			t.Errorf("%s %s: %d %v, want %d", method, path, response.StatusCode, answer, want)
		}
		return answer
	}
	wish := func(amount int) map[string]any {
		return map[string]any{"id": ulid.New(), "amount_rupiah": amount, "way": "transfer", "to": "BRI 0021"}
	}
	before := b.count("acts")
	for _, token := range []string{"", treasurer, till, boss} {
		want := 403
		if token == "" {
			want = 401
		}
		call("POST", "me/savings/withdrawals", token, wish(1_000), want)
		call("GET", "me/savings/statement", token, nil, want)
	}
	for _, token := range []string{fresh, till, watcher} {
		call("POST", "savings/deposits", token, map[string]any{"id": ulid.New(), "member": num(sari), "kind": "voluntary", "amount_rupiah": 1}, 403)
		call("POST", "savings/rules", token, map[string]any{"id": ulid.New(), "key": "savings.interest_bp", "value": 100, "valid_from": "2026-12-01"}, 403)
	}
	call("POST", "savings/till-deposits", treasurer, map[string]any{"id": ulid.New(), "shift": shift, "member": num(sari), "kind": "voluntary", "amount_rupiah": 1}, 403)
	call("POST", "savings/rules", boss, map[string]any{"id": ulid.New(), "key": "savings.interest_bp", "value": 100, "valid_from": "2026-11-02"}, 400)
	call("POST", "savings/rules", boss, map[string]any{"id": ulid.New(), "key": "store.credit_limit_rupiah", "value": 100, "valid_from": "2026-12-01"}, 400)
	if n := b.count("acts"); n != before {
		t.Errorf("%d acts came of refused calls", n-before)
	}
	asked := wish(250_000)
	call("POST", "me/savings/withdrawals", fresh, asked, 201)
	call("POST", "me/savings/withdrawals", fresh, asked, 200)
	key := asked["id"].(string)
	call("POST", "me/savings/withdrawals/"+key+"/revoke", stranger, map[string]any{"id": ulid.New()}, 404)
	call("POST", "savings/withdrawals/"+key+"/approve", treasurer, map[string]any{"id": ulid.New()}, 403)
	call("POST", "savings/withdrawals/"+key+"/pay", watcher, map[string]any{"id": ulid.New(), "from": "cash"}, 403)
	call("POST", "savings/withdrawals/"+key+"/pay", treasurer, map[string]any{"id": ulid.New(), "from": "qris:1"}, 400)
	call("GET", "savings/withdrawals", till, nil, 403)
	if list := call("GET", "savings/withdrawals", watcher, nil, 200); len(list["waiting"].([]any)) != 1 {
		t.Errorf("%v", list)
	}
	call("POST", "savings/withdrawals/"+key+"/pay", treasurer, map[string]any{"id": ulid.New(), "from": "bank:1"}, 201)
	call("POST", "savings/rules", boss, map[string]any{"id": ulid.New(), "key": "savings.mandatory_rupiah", "value": map[string]int{"*": 5000, "IV": 9000}, "valid_from": "2026-12-01"}, 201)
	if rules := call("GET", "savings/rules", watcher, nil, 200); len(rules["decided"].([]any)) != 1 || len(rules["now"].([]any)) != 12 {
		t.Errorf("%v", rules)
	}
	deposit := call("POST", "savings/till-deposits", till, map[string]any{"id": ulid.New(), "shift": shift, "member": num(sari), "kind": "voluntary", "amount_rupiah": 25_000}, 201)
	entry := fmt.Sprint(int64(deposit["entry"].(float64)))
	call("GET", "savings/deposits/"+entry, till, nil, 200)
	call("GET", "savings/deposits/"+entry, fresh, nil, 403)
	if mine := call("GET", "me/savings/statement?from=2026-11-01&to=2026-11-30", fresh, nil, 200); mine["closing_rupiah"].(float64) != 775_000 || mine["in_rupiah"].(float64) != 1_025_000 {
		t.Errorf("%v", mine)
	}
	call("GET", "me/savings/statement?from=2026-11-30&to=2026-11-01", fresh, nil, 400)
	call("GET", fmt.Sprintf("savings/members/%d/statement", num(sari)), till, nil, 403)
	call("GET", fmt.Sprintf("savings/members/%d/statement", num(sari)), watcher, nil, 200)
	call("GET", "savings/members/999999/statement", watcher, nil, 404)
	call("GET", "me/savings/interest/2026-10/slip.pdf", fresh, nil, 404)
	for format, mime := range map[string]string{"pdf": "application/pdf", "csv": "text/csv", "xlsx": "application/vnd"} {
		r, _ := http.NewRequest("GET", server.URL+"/api/coop/me/savings/statement/file?format="+format, nil)
		r.Header.Set("Authorization", fresh)
		response, err := http.DefaultClient.Do(r)
		if err != nil || response.StatusCode != 200 || !strings.HasPrefix(response.Header.Get("Content-Type"), mime) || response.Header.Get("Cache-Control") != "no-store" {
			t.Errorf("%s: %v %v", format, response, err)
		}
		_ = response.Body.Close()
	}
	call("GET", "me/savings/statement/file?format=exe", fresh, nil, 400)
	b.Verify()
}

func (b *bank) count(table string) (n int) {
	b.t.Helper()
	if err := act.Read(b).Row("SELECT count(*) FROM " + table).Scan(&n); err != nil {
		b.t.Fatal(err)
	}
	return n
}

func fetch(t *testing.T, url, token string) (int, []byte) {
	t.Helper()
	r, err := http.NewRequest("GET", url, nil)
	if err != nil {
		t.Fatal(err)
	}
	r.Header.Set("Authorization", token)
	response, err := http.DefaultClient.Do(r)
	if err != nil {
		t.Fatal(err)
	}
	defer response.Body.Close()
	raw, err := io.ReadAll(response.Body)
	if err != nil {
		t.Fatal(err)
	}
	return response.StatusCode, raw
}

// A deposit that was booked by mistake is taken back by another person, while the money is there; what it settled
// is due again.
func TestADepositIsTakenBack(t *testing.T) {
	b := newBank(t)
	sari := b.Member("Sari")
	number := num(sari)
	dues(t, b.App, "2026-12")
	back := func(by act.Actor, entry int64) error {
		_, _, err := savings.ReverseDeposit(ctx, b, ulid.New(), by, entry, "salah anggota")
		return err
	}
	save := func(kind string, amount money.Rupiah) int64 {
		t.Helper()
		out, _, err := savings.MakeDeposit(ctx, b, ulid.New(), b.office, savings.Deposit{Member: number, Kind: kind, Amount: amount})
		if err != nil {
			t.Fatal(err)
		}
		return out.Entry
	}
	mandatory, voluntary := save("mandatory", 70_000), save("voluntary", 200_000)
	refused(t, "who booked it", back(b.office, mandatory), "savings.reverse_apart")
	refused(t, "no deposit", back(b.other, 1), "savings.receipt_unknown")
	if err := back(b.other, mandatory); err != nil {
		t.Fatal(err)
	}
	if got := open(t, b.App, number); got != "mandatory 2026-11-01 50000" {
		t.Errorf("due again: %s", got)
	}
	refused(t, "twice", back(b.manager, mandatory), "savings.reversed_already")
	key := b.asks(sari, 150_000)
	refused(t, "what is held", back(b.other, voluntary), "savings.reverse_spent")
	if _, _, err := savings.RevokeWithdrawal(ctx, b, ulid.New(), testapp.By(sari), key); err != nil {
		t.Fatal(err)
	}
	cashier := b.Operator(act.Cashier)
	shift := b.Shift(cashier)
	atTill := func() int64 {
		t.Helper()
		out, _, err := savings.MakeTillDeposit(ctx, b, ulid.New(), testapp.By(cashier), savings.TillDeposit{Shift: shift, Member: number, Kind: "voluntary", Amount: 30_000})
		if err != nil {
			t.Fatal(err)
		}
		return out.Entry
	}
	first, second := atTill(), atTill()
	if err := back(b.office, first); err != nil {
		t.Fatal(err)
	}
	closed, _, err := store.CloseShift(ctx, b, ulid.New(), testapp.By(cashier), shift, store.CloseShiftInput{Counted: 230_000})
	if err != nil || closed.Difference != 0 || closed.Savings != 30_000 {
		t.Errorf("the drawer: %+v %v", closed, err)
	}
	if err := back(b.office, second); err != nil {
		t.Fatal(err)
	}
	if err := back(b.other, voluntary); err != nil {
		t.Fatal(err)
	}
	receipt, err := savings.ReceiptOf(act.Read(b), b.other, voluntary)
	if err != nil || receipt.Back == "" || receipt.Refusal != "savings.reversed_already" {
		t.Errorf("%+v %v", receipt, err)
	}
	s, err := savings.ReadStatement(act.Read(b), number, "2026-11-01", "2026-11-30")
	if err != nil || s.Closing != 0 || s.Lines[len(s.Lines)-1].Source != "reversal" {
		t.Errorf("%+v %v", s, err)
	}
	b.Verify()
}

// An applicant brings the principal to a till, in parts, and is a member with the last of them; nobody else who is
// not a member saves there, and nobody pays more than is due.
func TestThePrincipalIsPaidAtTheTill(t *testing.T) {
	b := newBank(t)
	cashier := b.Operator(act.Cashier)
	shift, by := b.Shift(cashier), testapp.By(cashier)
	rani, budi := b.Record("members", map[string]any{"number": 901, "name": "Rani", "status": "applicant"}), b.Record("members", map[string]any{"number": 902, "name": "Budi", "status": "invited"})
	b.Act("test.principal", func(tx *act.Tx) error {
		if err := tx.Exec("INSERT INTO member_events(member, kind, date, reference, act) VALUES(901, 'consented', '2026-11-03', 'SK-1', ?)", tx.ID()); err != nil {
			return err
		}
		_, err := ledger.Owe(tx, 901, ledger.ItemPrincipal, tx.Today(), 100_000)
		return err
	})
	pay := func(who *core.Record, kind string, amount money.Rupiah) (savings.Deposited, error) {
		out, _, err := savings.MakeTillDeposit(ctx, b, ulid.New(), by, savings.TillDeposit{Shift: shift, Member: num(who), Kind: kind, Amount: amount})
		return out, err
	}
	if s, err := savings.SaverAtTill(act.Read(b), 901); err != nil || s.Principal != 100_000 || s.Name != "Rani" || s.Status != member.Applicant {
		t.Errorf("%+v %v", s, err)
	}
	_, err := savings.SaverAtTill(act.Read(b), 902)
	refused(t, "who was only asked", err, "member.not_active")
	_, err = pay(budi, "principal", 1)
	refused(t, "who was only asked pays", err, "member.not_active")
	_, err = pay(rani, "voluntary", 1)
	refused(t, "an applicant saves", err, "member.not_active")
	_, err = pay(rani, "principal", 100_001)
	refused(t, "more than is due", err, "savings.above_due")
	if out, err := pay(rani, "principal", 40_000); err != nil || out.Activated || out.Balance != 40_000 {
		t.Errorf("%+v %v", out, err)
	}
	balance := func(account int) money.Rupiah {
		t.Helper()
		n, err := ledger.Balance(act.Read(b), ledger.MemberParty(901), account)
		if err != nil {
			t.Fatal(err)
		}
		return -n
	}
	if balance(ledger.DepositHeld) != 40_000 || balance(ledger.PrincipalSavings) != 0 {
		t.Errorf("held %d, principal %d", balance(ledger.DepositHeld), balance(ledger.PrincipalSavings))
	}
	out, err := pay(rani, "principal", 60_000)
	if err != nil || !out.Activated || out.Balance != 100_000 || balance(ledger.DepositHeld) != 0 || balance(ledger.PrincipalSavings) != 100_000 {
		t.Errorf("%+v %v", out, err)
	}
	if p, err := member.Find(act.Read(b), 901); err != nil || p.Status != member.Active || p.CardSerial != 1 {
		t.Errorf("%+v %v", p, err)
	}
	_, err = pay(rani, "principal", 1)
	refused(t, "once it is paid", err, "savings.above_due")
	if s, err := savings.SaverAtTill(act.Read(b), 901); err != nil || s.Principal != 0 || s.Status != member.Active {
		t.Errorf("%+v %v", s, err)
	}
	b.Verify()
}
