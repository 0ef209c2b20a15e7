package store_test

import (
	"errors"
	"slices"
	"strings"
	"testing"
	"time"

	"kpdk/hooks/internal/act"
	"kpdk/hooks/internal/fault"
	"kpdk/hooks/internal/keys"
	"kpdk/hooks/internal/money"
	"kpdk/hooks/internal/testapp"
	"kpdk/hooks/internal/ulid"
	"kpdk/hooks/ledger"
	"kpdk/hooks/member"
	plans "kpdk/hooks/payroll"
	"kpdk/hooks/store"
)

// offline is one bar of soap at its member price, rung up without a network.
func (s *shop) offline(change func(in *store.SellInput)) store.SellInput {
	price := money.Rupiah(12_000)
	in := s.basket("1", payroll(12_000))
	in.Offline, in.Lines[0].Price = true, &price
	if change != nil {
		change(&in)
	}
	return in
}

func forged(card string) string {
	last := byte('A')
	if card[len(card)-1] == last {
		last = 'B'
	}
	return card[:len(card)-1] + string(last)
}

func (s *shop) held(by act.Actor) []store.HeldSale {
	s.T.Helper()
	list, err := store.Quarantined(act.Read(s), by, false, 0, 50)
	if err != nil {
		s.T.Fatal(err)
	}
	return list.Sales
}

// hold sends a sale that the books can't take.
func (s *shop) hold(change func(in *store.SellInput)) (key string) {
	s.T.Helper()
	key = ulid.New()
	answer, _, err := store.Sell(ctx, s, key, s.cashier, s.offline(change))
	if err != nil || answer.Quarantined == "" {
		s.T.Fatalf("%+v %v", answer, err)
	}
	return key
}

// Whatever a till sold offline within a shift that the server knows is taken: into the books, or into
// quarantine, once, with nothing posted.
func TestOfflineSaleIsAlwaysTaken(t *testing.T) {
	s := newShop(t)
	ring, err := keys.Of(s)
	if err != nil {
		t.Fatal(err)
	}
	ghost, err := member.EncodeCard(ring, member.Card{Member: 4_000_000, Serial: 1})
	if err != nil {
		t.Fatal(err)
	}
	free := money.Rupiah(0)
	cases := map[string]struct {
		code   string
		change func(in *store.SellInput)
	}{
		"forged card":        {"member.card_invalid", func(in *store.SellInput) { in.Buyer.Card = forged(s.card) }},
		"no card at all":     {"member.card_invalid", func(in *store.SellInput) { in.Buyer.Card = strings.Repeat("x", 100_000) }},
		"foreign card":       {"member.card_foreign", func(in *store.SellInput) { in.Buyer.Card = foreignCard(t, s.member) }},
		"card of nobody":     {"member.unknown", func(in *store.SellInput) { in.Buyer = &store.Buyer{Card: ghost, Pin: "123456"} }},
		"number of nobody":   {"member.unknown", func(in *store.SellInput) { in.Buyer = &store.Buyer{Member: 4_000_000} }},
		"unknown barcode":    {"store.product_unknown", func(in *store.SellInput) { in.Lines[0].Barcode = "999" }},
		"half a bar":         {"store.quantity_whole", func(in *store.SellInput) { in.Lines[0].Quantity = "0.5" }},
		"tenders too small":  {"store.tender_short", func(in *store.SellInput) { in.Tenders[0].Amount = 11_999 }},
		"no tender":          {"store.tender_missing", func(in *store.SellInput) { in.Tenders = nil }},
		"a thousand tenders": {"store.tender_missing", func(in *store.SellInput) { in.Tenders = slices.Repeat(in.Tenders, 1_000) }},
		"barter":             {"store.tender_kind", func(in *store.SellInput) { in.Tenders[0].Kind = "chicken" }},
		"payroll by number":  {"store.card_required", func(in *store.SellInput) { in.Buyer = &store.Buyer{Member: s.member} }},
		"for nothing":        {"store.tender_over", func(in *store.SellInput) { in.Lines[0].Price, in.Tenders = &free, []store.Tender{cash(1)} }},
	}
	before, n := s.rows(), 0
	for name, c := range cases {
		t.Run(name, func(t *testing.T) {
			key, in := ulid.New(), s.offline(c.change)
			first, again, err := store.Sell(ctx, s, key, s.cashier, in)
			if err != nil || again || first.Quarantined != c.code || first.ID != key || first.Number != "" || first.Entry != 0 {
				t.Fatalf("%+v %v %v, want %s", first, again, err, c.code)
			}
			n++
			second, again, err := store.Sell(ctx, s, key, s.cashier, in)
			if err != nil || !again || second.Quarantined != first.Quarantined || second.Total != first.Total {
				t.Errorf("sent again: %+v %v %v", second, again, err)
			}
			in.SoldAt = in.SoldAt.Add(time.Second)
			if _, _, err := store.Sell(ctx, s, key, s.cashier, in); !errors.Is(err, fault.Refused("idempotency_conflict")) {
				t.Errorf("other input under its key: %v", err)
			}
			if _, err := store.ReceiptByKey(act.Read(s), key); !errors.Is(err, fault.NotFound("store.sale_unknown")) {
				t.Errorf("it is no receipt yet: %v", err)
			}
			in.Offline = false
			if _, err := s.sell(in); !fault.IsFault(err) {
				t.Errorf("online it is refused: %v", err)
			}
		})
	}
	if got := len(s.held(act.BySystem)); got != n || n != len(cases) {
		t.Errorf("%d are held, %d were sent", got, n)
	}
	after := s.rows()
	if strings.SplitN(after, " journal", 2)[1] != strings.SplitN(before, " journal", 2)[1] {
		t.Errorf("something was posted: %s, before %s", after, before)
	}
	for _, h := range s.held(act.BySystem) {
		if len(h.Tenders) > 20 || h.Buyer != nil && (len(h.Buyer.Card) > 300 || h.Buyer.Pin != "") {
			t.Errorf("too much was kept: %+v", h)
		}
	}
	s.Verify()
}

// foreignCard is a good card of another co-op.
func foreignCard(t *testing.T, number int64) string {
	t.Helper()
	ring, err := keys.Of(testapp.New(t))
	if err != nil {
		t.Fatal(err)
	}
	other := *ring
	other.ID = "0000"
	card, err := member.EncodeCard(&other, member.Card{Member: number, Serial: 1})
	if err != nil {
		t.Fatal(err)
	}
	return card
}

func TestWhatNoOfflineSaleMay(t *testing.T) {
	s := newShop(t)
	before := s.rows()
	for name, c := range map[string]struct {
		by   act.Actor
		in   store.SellInput
		want error
	}{
		"a shift that nobody knows": {s.cashier, s.offline(func(in *store.SellInput) { in.Shift = ulid.New() }), fault.NotFound("store.shift_unknown")},
		"somebody else's shift":     {testapp.By(s.Operator(act.Cashier)), s.offline(func(in *store.SellInput) { in.Buyer.Card = forged(s.card) }), fault.Forbidden("store.shift_other")},
		"no line":                   {s.cashier, s.offline(func(in *store.SellInput) { in.Lines = nil }), fault.Bad("input.invalid")},
	} {
		if _, _, err := store.Sell(ctx, s, ulid.New(), c.by, c.in); !errors.Is(err, c.want) {
			t.Errorf("%s: %v, want %v", name, err, c.want)
		}
	}
	if after := s.rows(); after != before {
		t.Errorf("a refusal left something: %s, before %s", after, before)
	}
}

func TestQuarantineWhenTheBooksAreShut(t *testing.T) {
	s := newShop(t)
	account, err := s.FindFirstRecordByData("accounts", "account", ledger.MemberSales)
	if err != nil {
		t.Fatal(err)
	}
	account.Set("closed", true)
	if err := s.UnsafeWithoutHooks().Save(account); err != nil {
		t.Fatal(err)
	}
	if answer, err := s.sell(s.offline(nil)); err != nil || answer.Quarantined != "ledger.account_closed" {
		t.Errorf("%+v %v", answer, err)
	}
	s.Verify()
}

func TestTakingASaleOutOfQuarantine(t *testing.T) {
	s := newShop(t)
	treasurer := testapp.By(s.Operator(act.Treasurer))
	key := s.hold(func(in *store.SellInput) { in.Buyer.Card = forged(s.card) })
	in := store.TakeInput{Member: s.member, Reason: "Rani mengaku membeli, kartunya basah"}
	take := ulid.New()
	answer, again, err := store.Take(ctx, s, take, treasurer, key, in)
	if err != nil || again || answer.Total != 12_000 || answer.Number != "K1-00001" || strings.Join(answer.Flags, " ") != "from_quarantine" {
		t.Fatalf("%+v %v %v", answer, again, err)
	}
	if second, again, err := store.Take(ctx, s, take, treasurer, key, in); err != nil || !again || second.Hash != answer.Hash {
		t.Errorf("the same again: %+v %v %v", second, again, err)
	}
	for name, try := range map[string]func() error{
		"take": func() error { _, _, err := store.Take(ctx, s, ulid.New(), treasurer, key, in); return err },
		"dismiss": func() error {
			_, _, err := store.Dismiss(ctx, s, ulid.New(), treasurer, key, store.DismissInput{Reason: "x"})
			return err
		},
	} {
		if err := try(); !errors.Is(err, fault.Refused("store.quarantine_decided")) {
			t.Errorf("%s once more: %v", name, err)
		}
	}
	receipt, err := store.ReceiptByKey(act.Read(s), take)
	if err != nil || receipt.Member == nil || receipt.Member.Number != s.member || receipt.Total != 12_000 || !slices.Contains(receipt.Flags, "from_quarantine") {
		t.Errorf("receipt %+v %v", receipt, err)
	}
	items, err := ledger.OpenItems(act.Read(s), s.member)
	if err != nil || len(items) != 1 || items[0].Remainder != 12_000 {
		t.Errorf("owed %+v %v", items, err)
	}
	if source, err := plans.SourceOf(act.Read(s), items[0].ID); err != nil || source.Sale != take || source.Number != answer.Number {
		t.Errorf("the open item leads to %+v %v", source, err)
	}
	h := s.held(treasurer)[0]
	if h.Decision == nil || h.Decision.Kind != "take" || h.Decision.Sale != take || h.Decision.Number != answer.Number || h.Decision.Reason != in.Reason || h.Decision.Member.Number != s.member {
		t.Errorf("decision %+v", h.Decision)
	}
	s.Verify()
}

func TestWhoDecidesOnAHeldSale(t *testing.T) {
	s := newShop(t)
	manager := testapp.By(s.Manager())
	mine := ulid.New()
	if _, _, err := store.Sell(ctx, s, mine, manager, s.offline(func(in *store.SellInput) { in.Buyer.Card = "K1:X" })); err != nil {
		t.Fatal(err)
	}
	keyed := s.Operator(act.Treasurer)
	keyed.Set("keyed_by", manager.ID)
	if err := s.UnsafeWithoutHooks().Save(keyed); err != nil {
		t.Fatal(err)
	}
	in := store.TakeInput{Member: s.member, Reason: "x"}
	for name, by := range map[string]act.Actor{"the cashier whose shift it was": s.cashier, "the manager who sent it": manager, "a treasurer under the manager's key": testapp.By(keyed)} {
		if _, _, err := store.Take(ctx, s, ulid.New(), by, mine, in); !errors.Is(err, fault.Forbidden("store.quarantine_own")) {
			t.Errorf("%s takes: %v", name, err)
		}
		if _, _, err := store.Dismiss(ctx, s, ulid.New(), by, mine, store.DismissInput{Reason: "x"}); !errors.Is(err, fault.Forbidden("store.quarantine_own")) {
			t.Errorf("%s dismisses: %v", name, err)
		}
	}
	other := testapp.By(s.Operator(act.Treasurer))
	if h := s.held(other)[0]; !h.Decide {
		t.Errorf("another treasurer may: %+v", h)
	}
	if h := s.held(testapp.By(s.Operator(act.Supervisor)))[0]; h.Decide || h.DecideRefusal != "auth.forbidden" {
		t.Errorf("a supervisor looks: %+v", h)
	}
	before := s.rows()
	if _, _, err := store.Dismiss(ctx, s, ulid.New(), other, mine, store.DismissInput{Reason: " "}); err == nil {
		t.Error("dismissed without a reason")
	}
	if _, _, err := store.Dismiss(ctx, s, ulid.New(), other, mine, store.DismissInput{Reason: "Kartu palsu, pembeli tidak dikenal"}); err != nil {
		t.Fatal(err)
	}
	if after := s.rows(); strings.SplitN(after, " journal", 2)[1] != strings.SplitN(before, " journal", 2)[1] {
		t.Errorf("dismissing posted something: %s, before %s", after, before)
	}
	if h := s.held(other); len(h) != 1 || h[0].Decision.Kind != "dismiss" || h[0].Decision.Sale != "" {
		t.Errorf("it stays in sight: %+v", h)
	}
	s.Verify()
}

func TestTakingForThePublicAndNamingGoods(t *testing.T) {
	s := newShop(t)
	treasurer := testapp.By(s.Operator(act.Treasurer))
	onPayroll := s.hold(func(in *store.SellInput) { in.Buyer.Card = "K1:X" })
	_, _, err := store.Take(ctx, s, ulid.New(), treasurer, onPayroll, store.TakeInput{Reason: "x"})
	var f *fault.Fault
	if !errors.As(err, &f) || f.Fields["member"].Code != "store.quarantine_member" {
		t.Errorf("payroll of nobody: %v", err)
	}
	inCash := s.hold(func(in *store.SellInput) {
		in.Buyer, in.Lines[0].Barcode, in.Tenders = nil, "999", []store.Tender{cash(15_000)}
	})
	if h := s.held(treasurer)[0]; h.Lines[0].Name != "" || h.Lines[0].Code != "999" || *h.Lines[0].Amount != 12_000 || *h.Charged != 12_000 {
		t.Errorf("shown as %+v", h)
	}
	if _, _, err := store.Take(ctx, s, ulid.New(), treasurer, inCash, store.TakeInput{Reason: "x"}); !errors.As(err, &f) || f.Fields["lines.0.barcode"].Code != "store.product_unknown" {
		t.Errorf("goods that nobody named: %v", err)
	}
	product, err := s.FindFirstRecordByData("products", "barcode", soap)
	if err != nil {
		t.Fatal(err)
	}
	if _, _, err := store.Take(ctx, s, ulid.New(), treasurer, inCash, store.TakeInput{Reason: "x", Lines: []store.NamedAs{{Line: 1, Product: product.Id}}}); !errors.As(err, &f) || f.Fields["lines"].Code != "store.quarantine_line" {
		t.Errorf("a line that is not there: %v", err)
	}
	answer, _, err := store.Take(ctx, s, ulid.New(), treasurer, inCash, store.TakeInput{Reason: "Sabun dengan barcode baru", Lines: []store.NamedAs{{Line: 0, Product: product.Id}}})
	if err != nil || answer.Total != 12_000 || answer.Change != 3_000 || strings.Join(answer.Flags, " ") != "from_quarantine price_changed" {
		t.Fatalf("%+v %v", answer, err)
	}
	for account, want := range map[int]money.Rupiah{1102: 212_000, 4201: -12_000, 1131: 171_000} {
		if got := s.balance(account); got != want {
			t.Errorf("account %d: %s, want %s", account, got, want)
		}
	}
	s.Verify()
}

func TestAShiftIsClosedWithSalesMissing(t *testing.T) {
	s := newShop(t)
	manager, treasurer := testapp.By(s.Manager()), testapp.By(s.Operator(act.Treasurer))
	in := store.CloseShiftInput{Counted: 200_000, Missing: 2}
	if _, _, err := store.CloseShift(ctx, s, ulid.New(), s.cashier, s.shift, in); !errors.Is(err, fault.Forbidden("store.missing_manager")) {
		t.Errorf("the cashier closes with sales missing: %v", err)
	}
	if _, _, err := store.CountLateCash(ctx, s, ulid.New(), treasurer, s.shift, store.LateCashInput{}); !errors.Is(err, fault.Refused("store.shift_still_open")) {
		t.Errorf("late cash of an open shift: %v", err)
	}
	closed, _, err := store.CloseShift(ctx, s, ulid.New(), manager, s.shift, in)
	if err != nil || closed.Missing != 2 || closed.Difference != 0 {
		t.Fatalf("%+v %v", closed, err)
	}
	inCash := func(in *store.SellInput) { in.Tenders = []store.Tender{cash(12_000)} }
	for range 2 {
		if answer, err := s.sell(s.offline(inCash)); err != nil || strings.Join(answer.Flags, " ") != "shift_closed" {
			t.Fatalf("late: %+v %v", answer, err)
		}
	}
	s.Verify() // late cash that is still to be counted is no fault
	late, err := store.Shifts(act.Read(s), true, 0, 50)
	if err != nil || late.Late != 1 || late.Sum != 24_000 || len(late.Shifts) != 1 || late.Shifts[0].Late != 24_000 || late.Shifts[0].Missing != 2 || late.Shifts[0].Sales != 2 {
		t.Errorf("late: %+v %v", late, err)
	}
	key := ulid.New()
	counted, _, err := store.CountLateCash(ctx, s, key, treasurer, s.shift, store.LateCashInput{Counted: 20_000})
	if err != nil || counted.Expected != 24_000 || counted.Difference != -4_000 {
		t.Fatalf("%+v %v", counted, err)
	}
	if again, replayed, err := store.CountLateCash(ctx, s, key, treasurer, s.shift, store.LateCashInput{Counted: 20_000}); err != nil || !replayed || again != counted {
		t.Errorf("again: %+v %v %v", again, replayed, err)
	}
	if _, _, err := store.CountLateCash(ctx, s, ulid.New(), treasurer, s.shift, store.LateCashInput{Counted: 1}); !errors.Is(err, fault.Refused("store.late_cash_none")) {
		t.Errorf("nothing is left: %v", err)
	}
	for account, want := range map[int]money.Rupiah{1102: 0, ledger.CashDifference: 4_000} {
		if got := s.balance(account); got != want {
			t.Errorf("account %d: %s, want %s", account, got, want)
		}
	}
	if _, err := s.sell(s.offline(inCash)); err != nil { // and one that nobody knew of
		t.Fatal(err)
	}
	if all, err := store.Shifts(act.Read(s), false, 0, 50); err != nil || len(all.Shifts) != 1 || all.Shifts[0].Late != 12_000 || *all.Shifts[0].Counted != 200_000 {
		t.Errorf("all: %+v %v", all, err)
	}
	s.Verify()
}
