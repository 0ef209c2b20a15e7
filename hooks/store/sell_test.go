package store_test

import (
	"context"
	"errors"
	"strings"
	"sync"
	"testing"
	"time"

	"kpdk/hooks/internal/act"
	"kpdk/hooks/internal/clock"
	"kpdk/hooks/internal/fault"
	"kpdk/hooks/internal/money"
	"kpdk/hooks/internal/testapp"
	"kpdk/hooks/internal/ulid"
	"kpdk/hooks/ledger"
	"kpdk/hooks/store"
)

var ctx = context.Background()

const soap = "8995522000015"

// shop is a co-op with a cashier at an open till, a member, and twenty bars of soap.
type shop struct {
	*testapp.App
	cashier act.Actor
	shift   string
	member  int64
	card    string
}

func newShop(t testing.TB) *shop {
	app := testapp.New(t)
	cashier := app.Operator(act.Cashier)
	who := app.Member("Rani Prameswari")
	app.Product(soap, 12_500, 12_000, 9_000, 20)
	return &shop{app, testapp.By(cashier), app.Shift(cashier), int64(who.GetInt("number")), app.CardOf(who)}
}

// basket is n bars of soap for the card's member, paid by payroll.
func (s *shop) basket(quantity string, tenders ...store.Tender) store.SellInput {
	return store.SellInput{Shift: s.shift, SoldAt: s.Now(), Buyer: &store.Buyer{Card: s.card},
		Lines: []store.LineInput{{Barcode: soap, Quantity: quantity}}, Tenders: tenders}
}

func (s *shop) sell(in store.SellInput) (store.SellAnswer, error) {
	answer, _, err := store.Sell(ctx, s, ulid.New(), s.cashier, in)
	return answer, err
}

func payroll(amount money.Rupiah) store.Tender {
	return store.Tender{Kind: store.PayrollTender, Amount: amount}
}
func cash(amount money.Rupiah) store.Tender {
	return store.Tender{Kind: store.CashTender, Amount: amount}
}

func (s *shop) balance(account int) money.Rupiah {
	s.T.Helper()
	amount, err := ledger.AccountBalance(act.Read(s), account)
	if err != nil {
		s.T.Fatal(err)
	}
	return amount
}

func TestMemberBuysOnPayroll(t *testing.T) {
	s := newShop(t)
	answer, err := s.sell(s.basket("2", payroll(24_000)))
	if err != nil {
		t.Fatal(err)
	}
	if answer.Total != 24_000 || answer.Change != 0 || answer.Number != "K1-00001" || len(answer.Hash) != 64 {
		t.Errorf("answer %+v", answer)
	}
	for account, want := range map[int]money.Rupiah{1121: 24_000, 4101: -24_000, 5101: 18_000, 1131: 162_000} {
		if got := s.balance(account); got != want {
			t.Errorf("account %d: %s, want %s", account, got, want)
		}
	}
	items, err := ledger.OpenItems(act.Read(s), s.member)
	if err != nil || len(items) != 1 || items[0].Remainder != 24_000 || items[0].Kind != ledger.ItemStore {
		t.Errorf("open items %+v %v", items, err)
	}
	receipt, err := store.ReceiptByKey(act.Read(s), answer.ID)
	if err != nil || receipt.Saved != 1_000 || receipt.Member.Name != "Rani Prameswari" || receipt.Lines[0].Quantity != "2" {
		t.Errorf("receipt %+v %v", receipt, err)
	}
	s.Verify()
}

func TestPublicPaysCashAndGetsChange(t *testing.T) {
	s := newShop(t)
	in := s.basket("1", cash(20_000))
	in.Buyer = nil
	answer, err := s.sell(in)
	if err != nil || answer.Total != 12_500 || answer.Change != 7_500 {
		t.Fatalf("%+v %v", answer, err)
	}
	for account, want := range map[int]money.Rupiah{1102: 212_500, 4201: -12_500, 5201: 9_000, 4101: 0} {
		if got := s.balance(account); got != want {
			t.Errorf("account %d: %s, want %s", account, got, want)
		}
	}
	s.Verify()
}

func TestSameKeySameAnswer(t *testing.T) {
	s := newShop(t)
	key, in := ulid.New(), s.basket("1", payroll(12_000))
	first, replayed, err := store.Sell(ctx, s, key, s.cashier, in)
	if err != nil || replayed {
		t.Fatalf("first: %v %v", replayed, err)
	}
	again, replayed, err := store.Sell(ctx, s, key, s.cashier, in)
	if err != nil || !replayed || again.Number != first.Number || again.Hash != first.Hash {
		t.Errorf("again: %+v %v %v", again, replayed, err)
	}
	in.Lines[0].Quantity = "2"
	if _, _, err := store.Sell(ctx, s, key, s.cashier, in); !errors.Is(err, fault.Refused("idempotency_conflict")) {
		t.Errorf("other input: %v", err)
	}
	if got := s.balance(1121); got != 12_000 {
		t.Errorf("sold more than once: %s", got)
	}
}

// Every refusal names its reason and leaves nothing behind.
func TestTheTillRefuses(t *testing.T) {
	s := newShop(t)
	leaver := s.Member("Budi Keluar")
	leaverCard := s.CardOf(leaver)
	revoked := s.Member("Sari Ganti Kartu")
	revokedCard := s.CardOf(revoked)
	s.Act("test.change", func(tx *act.Tx) error {
		for _, who := range []int{revoked.GetInt("number"), leaver.GetInt("number")} {
			if err := tx.Exec("INSERT INTO card_events(member, serial, kind, act) VALUES(?, 1, 'revoke', ?)", who, tx.ID()); err != nil {
				return err
			}
		}
		if err := tx.Exec("INSERT INTO card_events(member, serial, kind, act) VALUES(?, 2, 'issue', ?)", revoked.GetInt("number"), tx.ID()); err != nil {
			return err
		}
		if err := tx.Exec("UPDATE members SET card_serial = 2 WHERE number = ?", revoked.GetInt("number")); err != nil {
			return err
		}
		return tx.Exec("UPDATE members SET status = 'left', card_serial = 0 WHERE number = ?", leaver.GetInt("number"))
	})
	with := func(change func(in *store.SellInput)) store.SellInput {
		in := s.basket("1", cash(12_000))
		change(&in)
		return in
	}
	price := money.Rupiah(11_000)
	cases := map[string]struct {
		in    store.SellInput
		code  string
		field string
	}{
		"unknown barcode":    {with(func(in *store.SellInput) { in.Lines[0].Barcode = "999" }), "store.product_unknown", "lines.0.barcode"},
		"zero quantity":      {with(func(in *store.SellInput) { in.Lines[0].Quantity = "0" }), "store.quantity_invalid", "lines.0.quantity"},
		"absurd quantity":    {with(func(in *store.SellInput) { in.Lines[0].Quantity = "99999999" }), "store.quantity_invalid", "lines.0.quantity"},
		"half a bar":         {with(func(in *store.SellInput) { in.Lines[0].Quantity = "0.5" }), "store.quantity_whole", "lines.0.quantity"},
		"more than there is": {with(func(in *store.SellInput) { in.Lines[0].Quantity = "21" }), "store.out_of_stock", "lines.0.quantity"},
		"twice half of it": {with(func(in *store.SellInput) {
			in.Lines = append(in.Lines, in.Lines[0])
			in.Lines[0].Quantity, in.Lines[1].Quantity = "11", "11"
		}), "store.out_of_stock", "lines.1.quantity"},
		"price changed":       {with(func(in *store.SellInput) { in.Lines[0].Price = &price }), "store.price_changed", "lines.0.price_rupiah"},
		"tender short":        {with(func(in *store.SellInput) { in.Tenders[0].Amount = 11_999 }), "store.tender_short", ""},
		"no tender":           {with(func(in *store.SellInput) { in.Tenders = nil }), "store.tender_missing", "tenders"},
		"negative tender":     {with(func(in *store.SellInput) { in.Tenders[0].Amount = -1 }), "store.tender_amount", "tenders.0.amount_rupiah"},
		"payroll above total": {with(func(in *store.SellInput) { in.Tenders = []store.Tender{payroll(12_001)} }), "store.tender_over", ""},
		"card altered":        {with(func(in *store.SellInput) { in.Buyer.Card = forged(in.Buyer.Card) }), "member.card_invalid", ""},
		"card revoked":        {with(func(in *store.SellInput) { in.Buyer.Card = revokedCard }), "member.card_revoked", ""},
		"leaver's card":       {with(func(in *store.SellInput) { in.Buyer.Card = leaverCard }), "member.card_left", ""},
		"payroll by number": {with(func(in *store.SellInput) {
			in.Buyer = &store.Buyer{Member: s.member}
			in.Tenders = []store.Tender{payroll(12_000)}
		}), "store.card_required", ""},
		"payroll without buyer": {with(func(in *store.SellInput) { in.Buyer = nil; in.Tenders = []store.Tender{payroll(12_500)} }), "store.card_required", ""},
		"no such shift":         {with(func(in *store.SellInput) { in.Shift = ulid.New() }), "store.shift_unknown", ""},
		"tomorrow":              {with(func(in *store.SellInput) { in.SoldAt = s.Now().Add(24 * time.Hour) }), "store.sold_at_future", ""},
		"before the shift":      {with(func(in *store.SellInput) { in.SoldAt = s.Now().Add(-24 * time.Hour) }), "store.sold_at_before_shift", ""},
	}
	before := s.rows()
	for name, c := range cases {
		t.Run(name, func(t *testing.T) {
			_, err := s.sell(c.in)
			var f *fault.Fault
			if !errors.As(err, &f) {
				t.Fatalf("got %v", err)
			}
			if c.field == "" && f.Code != c.code || c.field != "" && f.Fields[c.field].Code != c.code {
				t.Errorf("got %v, want %s in %q", f, c.code, c.field)
			}
		})
	}
	if after := s.rows(); after != before {
		t.Errorf("a refusal left something: %s, before %s", after, before)
	}
	s.Verify()
}

// rows counts what a sale would write.
func (s *shop) rows() string {
	s.T.Helper()
	var b strings.Builder
	for _, table := range []string{"acts", "journal", "seals", "sales", "sale_lines", "stock_moves", "open_items"} {
		var n string
		if err := act.Read(s).Row("SELECT count(*) FROM " + table).Scan(&n); err != nil {
			s.T.Fatal(err)
		}
		b.WriteString(table + " " + n + " ")
	}
	return b.String()
}

func TestAWrongPINNeitherLosesAnOfflineSaleNorAnAnswer(t *testing.T) {
	s := newShop(t)
	key, in := ulid.New(), s.basket("1", payroll(12_000))
	if _, _, err := store.Sell(ctx, s, key, s.cashier, in); err != nil {
		t.Fatal(err)
	}
	in.Buyer = &store.Buyer{Card: s.card, Pin: "9999"}
	if _, again, err := store.Sell(ctx, s, key, s.cashier, in); err != nil || !again {
		t.Errorf("the same sale again gets its answer: %v %v", again, err)
	}
	if _, err := s.sell(in); !errors.Is(err, fault.Refused("member.pin_unset")) {
		t.Errorf("a new sale with a wrong PIN: %v", err)
	}
	in.Offline = true
	if answer, err := s.sell(in); err != nil || len(answer.Flags) != 0 {
		t.Errorf("offline the goods are gone: %+v %v", answer, err)
	}
	s.Verify()
}

func TestGoodsThatChangedOwnersKeepTheBooksRight(t *testing.T) {
	s := newShop(t)
	product, err := s.FindFirstRecordByData("products", "barcode", soap)
	if err != nil {
		t.Fatal(err)
	}
	product.Set("consignor", s.Record("consignors", map[string]any{"name": "Bu Tini", "number": 1}).Id)
	if err := s.UnsafeWithoutHooks().Save(product); err != nil { // the guard would refuse it
		t.Fatal(err)
	}
	if _, err := s.sell(s.basket("2", cash(24_000))); err != nil {
		t.Fatal(err)
	}
	if got := s.balance(ledger.Inventory); got != 180_000 {
		t.Errorf("a consigned sale leaves the co-op's stock alone: %s", got)
	}
	s.Verify()
}

func TestClosedShiftAndClosedPeriod(t *testing.T) {
	s := newShop(t)
	s.Travel(time.Date(2026, 12, 2, 3, 0, 0, 0, time.UTC))
	if _, _, err := ledger.ClosePeriod(ctx, s, ulid.New(), act.BySystem, clock.Period("2026-11")); err != nil {
		t.Fatal(err)
	}
	in := s.basket("1", cash(12_000))
	in.SoldAt = testapp.Now
	if _, err := s.sell(in); !errors.Is(err, fault.Refused("ledger.period_closed")) {
		t.Errorf("closed period: %v", err)
	}
	in.Offline = true
	answer, err := s.sell(in)
	if err != nil || len(answer.Flags) != 1 || answer.Flags[0] != "period_closed" {
		t.Errorf("an offline sale is a fact: %+v %v", answer, err)
	}
	receipt, err := store.ReceiptByKey(act.Read(s), answer.ID)
	if err != nil || receipt.Date != "2026-12-01" || !receipt.SoldAt.Equal(testapp.Now) {
		t.Errorf("first open date, sold_at kept: %s %s %v", receipt.Date, receipt.SoldAt, err)
	}
	wrong := s.basket("1", payroll(12_000))
	wrong.Offline, wrong.SoldAt = true, time.Date(1970, 1, 1, 0, 0, 0, 0, time.UTC)
	answer, err = s.sell(wrong)
	if err != nil || strings.Join(answer.Flags, " ") != "sold_at_before_shift period_closed" {
		t.Errorf("a till whose clock began anew: %+v %v", answer, err)
	}
	if receipt, err = store.ReceiptByKey(act.Read(s), answer.ID); err != nil || receipt.Date != "2026-12-01" {
		t.Errorf("its sale is of the shift, not of 1970: %s %v", receipt.Date, err)
	}
	closed, _, err := store.CloseShift(ctx, s, ulid.New(), s.cashier, s.shift, store.CloseShiftInput{Counted: 211_000})
	if err != nil || closed.Difference != -1_000 || closed.Expected != 212_000 {
		t.Fatalf("closing %+v %v", closed, err)
	}
	if _, err := s.sell(s.basket("1", cash(12_000))); !errors.Is(err, fault.Refused("store.shift_closed")) {
		t.Errorf("closed shift: %v", err)
	}
	if got := s.balance(ledger.CashDifference); got != 1_000 {
		t.Errorf("the missing thousand is booked: %s", got)
	}
	s.Verify()
}

func TestLimitAndPin(t *testing.T) {
	s := newShop(t)
	s.Product("111", 500_000, 0, 400_000, 10)
	big := s.basket("1", payroll(500_000))
	big.Lines[0].Barcode = "111"
	if _, err := s.sell(big); !errors.Is(err, fault.Refused("store.pin_required")) {
		t.Errorf("above the PIN's amount: %v", err)
	}
	s.Act("test.limit", func(tx *act.Tx) error {
		return tx.Exec("UPDATE members SET credit_limit_rupiah = 100000 WHERE number = ?", s.member)
	})
	_, err := s.sell(big)
	var f *fault.Fault
	if !errors.As(err, &f) || f.Code != "store.limit_exceeded" || f.Params["left_rupiah"] != money.Rupiah(100_000) {
		t.Errorf("over the limit: %v", err)
	}
	big.Offline = true
	answer, err := s.sell(big)
	if err != nil || strings.Join(answer.Flags, " ") != "limit_exceeded pin_missing" {
		t.Errorf("an offline sale is taken and flagged: %+v %v", answer, err)
	}
	s.Verify()
}

// Two tills race for the last bar of soap, then for the last rupiah of a limit: one wins.
func TestTwoTillsRace(t *testing.T) {
	s := newShop(t)
	s.Record("tills", map[string]any{"code": "K2", "name": "Kasir 2"})
	second := s.Operator(act.Cashier)
	other := *s
	other.cashier = testapp.By(second)
	key := ulid.New()
	if _, _, err := store.OpenShift(ctx, s, key, other.cashier, store.OpenShiftInput{Till: "K2"}); err != nil {
		t.Fatal(err)
	}
	other.shift = key
	if _, err := s.sell(s.basket("19", cash(300_000))); err != nil {
		t.Fatal(err)
	}
	won, reasons := race(func(i int) error {
		who := s
		if i%2 == 1 {
			who = &other
		}
		_, err := who.sell(who.basket("1", cash(12_000)))
		return err
	})
	if won != 1 {
		t.Errorf("the last bar was sold %d times: %v", won, reasons)
	}
	s.Product("222", 1_000, 0, 500, 1_000)
	s.Act("test.limit", func(tx *act.Tx) error {
		return tx.Exec("UPDATE members SET credit_limit_rupiah = 5000 WHERE number = ?", s.member)
	})
	won, reasons = race(func(i int) error {
		in := s.basket("1", payroll(1_000))
		in.Lines[0].Barcode = "222"
		_, err := s.sell(in)
		return err
	})
	if won != 5 {
		t.Errorf("five thousand of limit were spent %d times a thousand: %v", won, reasons)
	}
	s.Verify()
}

// race runs twenty at once and counts those that were not refused.
func race(f func(i int) error) (won int, reasons []error) {
	var wg sync.WaitGroup
	var mu sync.Mutex
	for i := range 20 {
		wg.Go(func() {
			err := f(i)
			mu.Lock()
			defer mu.Unlock()
			if err == nil {
				won++
			} else {
				reasons = append(reasons, err)
			}
		})
	}
	wg.Wait()
	return won, reasons
}

func TestConsignedSnack(t *testing.T) {
	s := newShop(t)
	maker := s.Record("consignors", map[string]any{"number": 7, "name": "Bu Sri"})
	snack := s.Record("products", map[string]any{"number": 900, "code": "KRP", "name": "Keripik tempe", "price_rupiah": 12_000, "cost_rupiah": 10_200,
		"consignor": maker.Id, "active": true})
	if _, _, err := store.ReceiveGoods(ctx, s, ulid.New(), act.BySystem, store.GoodsInput{PaidBy: "cash", Lines: []store.GoodsInputLine{{Product: snack.Id, Quantity: "10"}}}); err != nil {
		t.Fatal(err)
	}
	in := s.basket("3", cash(36_000))
	in.Lines[0] = store.LineInput{Product: snack.Id, Quantity: "3"}
	if _, err := s.sell(in); err != nil {
		t.Fatal(err)
	}
	for account, want := range map[int]money.Rupiah{2102: -30_600, 4301: -5_400, 4101: 0, 1131: 180_000} {
		if got := s.balance(account); got != want {
			t.Errorf("account %d: %s, want %s", account, got, want)
		}
	}
	s.Verify()
}

// What a till sold while it could not know that the card's owner had left stays that person's debt, and
// is a sale to the public.
func TestALeaverBoughtOffline(t *testing.T) {
	s := newShop(t)
	s.Act("test.leave", func(tx *act.Tx) error {
		if err := tx.Exec("INSERT INTO card_events(member, serial, kind, act) VALUES(?, 1, 'revoke', ?)", s.member, tx.ID()); err != nil {
			return err
		}
		return tx.Exec("UPDATE members SET status = 'left', card_serial = 0 WHERE number = ?", s.member)
	})
	in := s.basket("1", payroll(12_000))
	price := money.Rupiah(12_000)
	in.Lines[0].Price, in.Offline = &price, true
	answer, err := s.sell(in)
	if err != nil || strings.Join(answer.Flags, " ") != "card_refused price_changed" {
		t.Fatalf("%+v %v", answer, err)
	}
	owed, err := ledger.Balance(act.Read(s), ledger.MemberParty(s.member), ledger.StoreReceivable)
	if err != nil || owed != 12_000 || s.balance(4101) != 0 || s.balance(4201) != -12_000 {
		t.Errorf("owed %s, member sales %s, public sales %s, %v", owed, s.balance(4101), s.balance(4201), err)
	}
	s.Verify()
}
