package hooks_test

import (
	"context"
	"fmt"
	"slices"
	"testing"
	"time"

	"github.com/pocketbase/pocketbase/core"
	"pgregory.net/rapid"

	"kpdk/hooks/internal/act"
	"kpdk/hooks/internal/clock"
	"kpdk/hooks/internal/fault"
	"kpdk/hooks/internal/keys"
	"kpdk/hooks/internal/money"
	"kpdk/hooks/internal/testapp"
	"kpdk/hooks/internal/ulid"
	"kpdk/hooks/ledger"
	"kpdk/hooks/member"
	"kpdk/hooks/payroll"
	"kpdk/hooks/savings"
	"kpdk/hooks/store"
	"kpdk/hooks/treasury"
)

// Whatever people do in whatever order, each act is done to its end or refused with a code; the books are in
// order after it, and what is kept beside the lines is what the lines add up to.
func TestAnyHistoryOfAllActsVerifies(t *testing.T) {
	h, nth, histories := newHistory(t), 0, 0
	h.office = newOffice(t, h.app)
	rapid.Check(t, func(t *rapid.T) {
		for range rapid.IntRange(1, 60).Draw(t, "acts") {
			name := rapid.SampledFrom(h.often).Draw(t, "act")
			nth++
			err := h.acts[name](t)
			if err != nil && !fault.IsFault(err) {
				t.Fatalf("%s: %v", name, err)
			}
			if err == nil {
				h.done[name]++
			} else {
				h.why[name] = append(h.why[name], testapp.Refusal(err))
			}
		}
		h.verified(t)
		histories++
		h.statements(t, histories%10 == 0) // a paper takes a while to be read
		if nth%10 == 0 {                   // rebuilding is the slow part
			h.rebuilt(t)
		}
	})
	h.rebuilt(t)
	anew(t, h.app)
	for _, name := range h.names {
		if h.done[name] == 0 {
			t.Errorf("%s was never done, so nothing was learned of it: %v", name, slices.Compact(slices.Sorted(slices.Values(h.why[name]))))
		}
	}
}

// history is a co-op with the people who act in it, and what later acts refer to.
type history struct {
	office                    office
	app                       *testapp.App
	cashier, maker, checker   act.Actor
	boss                      act.Actor
	members                   []*core.Record
	products                  []*core.Record
	shift                     string // open
	closed, moves, held, asks []string
	sold, plans, late         []string                // sales, goods on credit, and shifts that something of came late, by their keys
	drawn                     []string                // withdrawals that were asked for
	savers                    map[string]*core.Record // who asked, by withdrawal
	paidIn                    []int64                 // entries of deposits
	entries                   []int64                 // by hand
	period                    clock.Period
	acts                      map[string]func(t *rapid.T) error
	names, often              []string // what happens, and how often
	done                      map[string]int
	why                       map[string][]string // refusals
}

const (
	supplierNumber = 1
	onlyOpened     = "8990002000015" // goods that no till sells
)

func newHistory(t *testing.T) *history {
	app := testapp.New(t)
	h := &history{app: app, period: "2026-11", done: map[string]int{}, why: map[string][]string{}, savers: map[string]*core.Record{}}
	cashier := app.Operator(act.Cashier)
	h.cashier, h.maker, h.checker, h.boss = testapp.By(cashier), testapp.By(app.Operator(act.Treasurer)), testapp.By(app.Operator(act.Treasurer)), testapp.By(app.Manager())
	app.Act("test.money", func(tx *act.Tx) error {
		_, err := ledger.Post(tx, ledger.Entry{Kind: ledger.KindOpening, Date: "2026-09-01", Lines: []ledger.Line{ledger.Dr(ledger.Cash, 30_000_000),
			ledger.Dr(ledger.Bank, 50_000_000, ledger.MainBank), ledger.Cr(3201, 80_000_000)}})
		return err
	})
	ring, err := keys.Of(app)
	if err != nil {
		t.Fatal(err)
	}
	unit := app.Record("work_units", map[string]any{"code": "622801", "name": "Sekretariat"}).Id
	for i := range 5 {
		m := app.Member(fmt.Sprintf("Anggota %d", i))
		nip := fmt.Sprintf("19860926%d051%03d", 2015, i+1)
		e := app.Record("employees", map[string]any{"name": m.GetString("name"), "work_unit": unit, "status": "civil_servant", "grade": "III/a",
			"nip_sealed": ring.Seal(nip), "nip_index": ring.Index("nip", nip), "active": true})
		m.Set("employee", e.Id)
		m.Set("work_unit", unit)
		if err := app.UnsafeWithoutHooks().Save(m); err != nil {
			t.Fatal(err)
		}
		h.members = append(h.members, m)
	}
	app.Act("test.rules", func(tx *act.Tx) error { // a soap may be taken on credit
		return tx.Exec("INSERT INTO policies(key, value, valid_from, act) VALUES('payroll.instalment_least_rupiah', '0', '2026-01-01', ?)", tx.ID())
	})
	app.Act("test.debts", func(tx *act.Tx) error { // of those who may leave, so that they leave in debt
		for _, m := range h.members[3:] {
			if _, err := ledger.OweSince(tx, numberOf(m), ledger.ItemStore, "2026-10-05", "2026-09-01", 1_200_000); err != nil {
				return err
			}
			if _, err := ledger.Post(tx, ledger.Entry{Kind: ledger.KindOpening, Date: "2026-09-01", Lines: []ledger.Line{
				ledger.Dr(ledger.StoreReceivable, 1_200_000, ledger.MemberParty(numberOf(m))), ledger.Cr(3201, 1_200_000)}}); err != nil {
				return err
			}
		}
		return nil
	})
	app.Product(onlyOpened, 9_000, 0, 0, 0)
	h.open(t) // before the others' goods are in the books
	app.Record("suppliers", map[string]any{"number": supplierNumber, "name": "CV Maju"})
	maker := app.Record("consignors", map[string]any{"number": 1, "name": "Bu Sri"})
	for i, barcode := range []string{"8995522000015", "2000000000015", "8990001000016"} {
		h.products = append(h.products, app.Product(barcode, 12_500, 12_000, 9_000, 20*(1-i/2)))
	}
	h.products[2].Set("consignor", maker.Id)
	h.products[2].Set("cost_rupiah", 8_000)
	if err := app.UnsafeWithoutHooks().Save(h.products[2]); err != nil {
		t.Fatal(err)
	}
	h.acts = map[string]func(t *rapid.T) error{"sell": h.sell, "sell offline": h.sellOffline, "return a sale": h.returnSale, "sell on credit": h.sellOnPlan, "return goods on credit": h.returnPlan, "decide quarantined": h.decideHeld, "open shift": h.openShift, "close shift": h.closeShift,
		"count late cash": h.lateCash, "receive goods": h.goods, "deposit": h.deposit, "ask for savings": h.askSavings, "decide a withdrawal": h.decideSavings, "pay": h.pay, "transfer": h.transfer, "receive a debt": h.debt, "decide a request": h.decide,
		"take a move back": h.reverse, "post by hand": h.byHand, "reverse by hand": h.reverseByHand, "close a month": h.closeMonth, "reopen a month": h.reopenMonth, "payroll": h.payroll,
		"a day passes": h.day, "leave": h.leave, "ask to leave": h.askLeave, "give a debt up": h.writeOff, "take a deposit back": h.reverseDeposit, "change the register": h.register,
		"open the books again": h.openAgain, "import a statement": h.statement, "match": h.match, "take a match apart": h.unmatch}
	for name := range h.acts {
		h.names = append(h.names, name)
	}
	slices.Sort(h.names)
	h.often = slices.Concat(h.names, []string{"sell", "sell", "sell on credit", "sell on credit", "return a sale", "return a sale", "return goods on credit", "return goods on credit", "deposit", "deposit", "ask for savings", "decide a withdrawal", "payroll", "sell offline", "count late cash"})
	if err := h.openShift(nil); err != nil {
		t.Fatal(err)
	}
	return h
}

type fataler interface{ Fatalf(string, ...any) }

// verified holds the books against themselves: sums, sub-ledgers, chain, and what each room checks.
func (h *history) verified(t fataler) {
	report, err := ledger.Verify(context.Background(), h.app, nil)
	if err != nil || !report.OK {
		t.Fatalf("%+v %v", report, err)
	}
}

// rebuilt makes what is kept anew.
func (h *history) rebuilt(t fataler) {
	rebuilt, err := ledger.Rebuild(context.Background(), h.app, act.BySystem)
	if err != nil {
		t.Fatalf("%v", err)
	}
	for _, r := range rebuilt {
		if r.Wrong != 0 {
			t.Fatalf("%s: %d rows are not what the lines add up to", r.Table, r.Wrong)
		}
	}
}

func (h *history) today() clock.Date { return clock.Of(h.app).Today() }

func (h *history) amount(t *rapid.T, most int64) money.Rupiah {
	return money.Rupiah(rapid.Int64Range(1, most).Draw(t, "amount"))
}

func (h *history) member(t *rapid.T) *core.Record {
	return rapid.SampledFrom(h.members).Draw(t, "member")
}
func numberOf(r *core.Record) int64 { return int64(r.GetInt("number")) }

// card is the living one: a blocked card was replaced.
func (h *history) card(m *core.Record) string {
	var serial int64
	if err := act.Read(h.app).Row("SELECT card_serial FROM members WHERE number = ?", numberOf(m)).Scan(&serial); err != nil {
		h.app.T.Fatal(err)
	}
	if serial != 0 { // who left shows the old one
		m.Set("card_serial", serial)
	}
	return h.app.CardOf(m)
}

func (h *history) basket(t *rapid.T) store.SellInput {
	quantity := rapid.IntRange(1, 3).Draw(t, "quantity")
	in := store.SellInput{Shift: h.shift, SoldAt: h.app.Now(), Lines: []store.LineInput{{Product: rapid.SampledFrom(h.products).Draw(t, "product").Id, Quantity: fmt.Sprint(quantity)}}}
	price := money.Rupiah(12_500)
	kind := store.CashTender
	if rapid.Bool().Draw(t, "member buys") {
		in.Buyer, price = &store.Buyer{Card: h.card(h.member(t))}, 12_000
		kind = rapid.SampledFrom([]string{store.CashTender, store.PayrollTender}).Draw(t, "tender")
	}
	total := price * money.Rupiah(quantity)
	in.Lines[0].Price = &price
	in.Tenders = []store.Tender{{Kind: kind, Amount: total}}
	if part := total / 2; kind == store.PayrollTender && rapid.Bool().Draw(t, "split") {
		in.Tenders = []store.Tender{{Kind: kind, Amount: part}, {Kind: store.CashTender, Amount: total - part}}
	}
	return in
}

// atTill mostly finds a till that is open.
func (h *history) atTill(t *rapid.T) {
	if slices.Contains(h.closed, h.shift) && rapid.IntRange(0, 3).Draw(t, "still closed") > 0 {
		_ = h.openShift(t)
	}
}

func (h *history) sell(t *rapid.T) error {
	h.atTill(t)
	key := ulid.New()
	_, _, err := store.Sell(context.Background(), h.app, key, h.cashier, h.basket(t))
	if err == nil {
		h.sold = append(h.sold, key)
	}
	return err
}

// back is what of a receipt's only line comes back: all that is out, or some of it, perhaps more than was sold.
func back(t *rapid.T) string {
	return rapid.SampledFrom([]string{"", "1", "2"}).Draw(t, "back")
}

// latest draws the newest ones more often than the old ones.
func latest(t *rapid.T, keys []string) string {
	return keys[len(keys)-1-rapid.IntRange(0, len(keys)-1).Draw(t, "back from the newest")]
}

// returnSale brings goods back whole or in part, once or again, whether they were paid, owed, deducted or given up.
func (h *history) returnSale(t *rapid.T) error {
	if len(h.sold) == 0 {
		return fault.NotFound("store.sale_unknown")
	}
	in := store.ReturnInput{Reason: "tidak jadi"}
	if quantity := back(t); quantity != "" {
		in.Lines = []store.BackInput{{Line: 1, Quantity: quantity}}
	}
	_, _, err := store.ReturnSale(context.Background(), h.app, ulid.New(), rapid.SampledFrom([]act.Actor{h.maker, h.checker}).Draw(t, "by"), latest(t, h.sold), in)
	return err
}

func (h *history) sellOnPlan(t *rapid.T) error {
	h.atTill(t)
	basket, key := h.basket(t), ulid.New()
	in := store.CreditSaleInput{Shift: basket.Shift, Buyer: &store.Buyer{Card: h.card(h.member(t))}, Lines: []store.LineInput{{Product: basket.Lines[0].Product, Quantity: basket.Lines[0].Quantity}}, Parts: rapid.Int64Range(2, 4).Draw(t, "parts")}
	_, _, err := store.SellOnPlan(context.Background(), h.app, key, h.cashier, in)
	if err == nil {
		h.plans = append(h.plans, key)
	}
	return err
}

func (h *history) returnPlan(t *rapid.T) error {
	if len(h.plans) == 0 {
		return fault.NotFound("payroll.plan_unknown")
	}
	var in payroll.Returning
	if quantity := back(t); quantity != "" {
		in.Goods = []payroll.BackGood{{Line: 1, Quantity: quantity}}
	}
	_, _, err := payroll.ReturnPlan(context.Background(), h.app, ulid.New(), h.maker, latest(t, h.plans), in, "tidak jadi")
	return err
}

// sellOffline is heard of late, perhaps after its shift or its month was closed, and perhaps makes no sense.
func (h *history) sellOffline(t *rapid.T) error {
	in := h.basket(t)
	in.Offline = true
	in.SoldAt = in.SoldAt.AddDate(0, 0, -rapid.IntRange(0, 40).Draw(t, "days late"))
	if len(h.closed) > 0 && rapid.Bool().Draw(t, "of a closed shift") {
		in.Shift = rapid.SampledFrom(h.closed).Draw(t, "shift")
	}
	if rapid.Bool().Draw(t, "nonsense") {
		in.Tenders[0].Amount--
	}
	key := ulid.New()
	answer, _, err := store.Sell(context.Background(), h.app, key, h.cashier, in)
	switch {
	case err == nil && answer.Quarantined != "":
		h.held = append(h.held, key)
	case err == nil:
		h.sold = append(h.sold, key)
		if in.Shift != h.shift {
			h.late = append(h.late, in.Shift)
		}
	}
	return err
}

func (h *history) decideHeld(t *rapid.T) (err error) {
	if len(h.held) == 0 {
		return fault.NotFound("store.quarantine_unknown")
	}
	key := rapid.SampledFrom(h.held).Draw(t, "held")
	if rapid.Bool().Draw(t, "take") {
		taken := ulid.New()
		_, _, err = store.Take(context.Background(), h.app, taken, h.maker, key, store.TakeInput{Member: numberOf(h.member(t)), Reason: "dilihat"})
		if err == nil {
			h.sold = append(h.sold, taken)
		}
		return err
	}
	_, _, err = store.Dismiss(context.Background(), h.app, ulid.New(), h.maker, key, store.DismissInput{Reason: "palsu"})
	return err
}

func (h *history) openShift(*rapid.T) error {
	key := ulid.New()
	_, _, err := store.OpenShift(context.Background(), h.app, key, h.cashier, store.OpenShiftInput{Float: 100_000})
	if err == nil {
		h.shift = key
	}
	return err
}

func (h *history) closeShift(t *rapid.T) error {
	_, _, err := store.CloseShift(context.Background(), h.app, ulid.New(), h.cashier, h.shift, store.CloseShiftInput{Counted: h.amount(t, 200_000)})
	if err == nil {
		h.closed = append(h.closed, h.shift)
	}
	return err
}

func (h *history) lateCash(t *rapid.T) error {
	if len(h.late) == 0 {
		return fault.NotFound("store.late_cash_none")
	}
	_, _, err := store.CountLateCash(context.Background(), h.app, ulid.New(), h.maker, latest(t, h.late), store.LateCashInput{Counted: h.amount(t, 40_000)})
	return err
}

func (h *history) goods(t *rapid.T) error {
	in := store.GoodsInput{PaidBy: "cash", Lines: []store.GoodsInputLine{{Product: rapid.SampledFrom(h.products).Draw(t, "product").Id, Quantity: fmt.Sprint(rapid.IntRange(1, 30).Draw(t, "quantity")), Cost: h.amount(t, 11_000)}}}
	if rapid.Bool().Draw(t, "on credit") {
		supplier, err := h.app.FindFirstRecordByData("suppliers", "number", supplierNumber)
		if err != nil {
			return err
		}
		in.PaidBy, in.Supplier = "credit", supplier.Id
	}
	_, _, err := store.ReceiveGoods(context.Background(), h.app, ulid.New(), h.boss, in)
	return err
}

func (h *history) deposit(t *rapid.T) error {
	kind := rapid.SampledFrom([]string{"principal", "mandatory", "voluntary"}).Draw(t, "kind")
	in := savings.Deposit{Member: numberOf(h.member(t)), Kind: kind, Amount: h.amount(t, 200_000)}
	var out savings.Deposited
	var err error
	if rapid.Bool().Draw(t, "at a till") {
		out, _, err = savings.MakeTillDeposit(context.Background(), h.app, ulid.New(), h.cashier, savings.TillDeposit{Shift: h.shift, Member: in.Member, Kind: in.Kind, Amount: in.Amount})
	} else {
		out, _, err = savings.MakeDeposit(context.Background(), h.app, ulid.New(), h.maker, in)
	}
	if err == nil {
		h.paidIn = append(h.paidIn, out.Entry)
	}
	return err
}

// reverseDeposit is somebody else's word on a deposit, while its shift is open or long after.
func (h *history) reverseDeposit(t *rapid.T) error {
	if len(h.paidIn) == 0 {
		return fault.NotFound("savings.receipt_unknown")
	}
	_, _, err := savings.ReverseDeposit(context.Background(), h.app, ulid.New(), h.checker, rapid.SampledFrom(h.paidIn).Draw(t, "deposit"), "salah orang")
	return err
}

func (h *history) askSavings(t *rapid.T) error {
	key, who := ulid.New(), h.member(t)
	_, _, err := savings.RequestWithdrawal(context.Background(), h.app, key, testapp.By(who), savings.Withdrawal{Amount: rapid.SampledFrom([]money.Rupiah{h.amount(t, 60_000), 2_100_000}).Draw(t, "small or large"), Way: "cash"}, "")
	if err == nil {
		h.drawn, h.savers[key] = append(h.drawn, key), who
	}
	return err
}

// decideSavings does to a withdrawal whatever the office may do to it.
func (h *history) decideSavings(t *rapid.T) (err error) {
	if len(h.drawn) == 0 {
		return fault.NotFound("savings.withdrawal_unknown")
	}
	key := rapid.SampledFrom(h.drawn).Draw(t, "withdrawal")
	switch rapid.IntRange(0, 3).Draw(t, "what") {
	case 0:
		_, _, err = savings.RefuseWithdrawal(context.Background(), h.app, ulid.New(), h.maker, key, "salah")
	case 1:
		_, _, err = savings.ApproveWithdrawal(context.Background(), h.app, ulid.New(), h.boss, key)
	case 2:
		_, _, err = savings.PayAtTill(context.Background(), h.app, ulid.New(), h.cashier, savings.TillPayout{Withdrawal: key, Shift: h.shift, Card: h.card(rapid.SampledFrom([]*core.Record{h.savers[key], h.savers[key], h.members[0]}).Draw(t, "whose card"))}, "")
	default:
		_, _, err = savings.PayWithdrawal(context.Background(), h.app, ulid.New(), h.maker, key, savings.Payout{From: rapid.SampledFrom([]string{"cash", "bank:1", "till"}).Draw(t, "from")})
	}
	return err
}

func (h *history) moved(paid treasury.Paid, err error) error {
	switch {
	case err == nil && paid.State == treasury.StateWaiting:
		h.asks = append(h.asks, paid.ID)
	case err == nil && paid.Entry != 0:
		h.moves = append(h.moves, fmt.Sprint(paid.Entry))
	}
	return err
}

func (h *history) pay(t *rapid.T) error {
	in := treasury.Payment{Kind: rapid.SampledFrom([]string{"expense", "supplier", "consignor", "leaver", "refund"}).Draw(t, "kind"), To: "1",
		From: rapid.SampledFrom([]string{"cash", "bank:1"}).Draw(t, "from"), Amount: h.amount(t, 20_000)}
	switch in.Kind {
	case "expense":
		in.To, in.Amount = "expensecat00001", rapid.SampledFrom([]money.Rupiah{in.Amount, 6_000_000}).Draw(t, "small or large")
	case "leaver", "refund":
		in.To = fmt.Sprint(numberOf(h.member(t)))
	}
	paid, _, err := treasury.Pay(context.Background(), h.app, ulid.New(), h.maker, in, "")
	return h.moved(paid, err)
}

// writeOff asks to give up what somebody owes who has left, or has not.
func (h *history) writeOff(t *rapid.T) error {
	paid, _, err := treasury.AskWriteOff(context.Background(), h.app, ulid.New(), h.maker, treasury.WriteOff{Member: numberOf(h.mayLeave(t)), Category: "expensecat00001"}, "pindah tanpa kabar")
	return h.moved(paid, err)
}

func (h *history) transfer(t *rapid.T) error {
	in := treasury.Transfer{From: "bank:1", To: "cash", Amount: h.amount(t, 500_000)}
	if rapid.Bool().Draw(t, "to the bank") {
		in.From, in.To = in.To, in.From
	}
	paid, _, err := treasury.Move(context.Background(), h.app, ulid.New(), h.maker, in, "")
	return h.moved(paid, err)
}

func (h *history) debt(t *rapid.T) error {
	paid, _, err := treasury.ReceiveDebt(context.Background(), h.app, ulid.New(), h.maker, treasury.DebtPayment{Member: numberOf(h.member(t)),
		Into: rapid.SampledFrom([]string{"cash", "bank:1", "deposit"}).Draw(t, "into"), Amount: h.amount(t, 30_000), Excess: rapid.SampledFrom([]string{"", "hold"}).Draw(t, "excess")})
	return h.moved(treasury.Paid{Entry: paid.Entry}, err)
}

func (h *history) decide(t *rapid.T) error {
	if len(h.asks) == 0 {
		return fault.NotFound("treasury.request_unknown")
	}
	ask := rapid.SampledFrom(h.asks).Draw(t, "request")
	paid, _, err := treasury.Decide(context.Background(), h.app, ulid.New(), rapid.SampledFrom([]act.Actor{h.maker, h.checker}).Draw(t, "by"), ask, rapid.IntRange(0, 3).Draw(t, "approve") > 0, "")
	if paid.Kind == treasury.KindReversal {
		return err
	}
	return h.moved(paid, err)
}

func (h *history) reverse(t *rapid.T) error {
	if len(h.moves) == 0 {
		return fault.NotFound("treasury.move_unknown")
	}
	var entry int64
	if _, err := fmt.Sscan(rapid.SampledFrom(h.moves).Draw(t, "move"), &entry); err != nil {
		return err
	}
	key := ulid.New()
	back, _, err := treasury.Reverse(context.Background(), h.app, key, h.maker, entry, "salah")
	if err == nil && back.State == treasury.StateWaiting {
		h.asks = append(h.asks, key)
	}
	return err
}

// byHand goes the whole way of an entry by hand, and stops where it is refused.
func (h *history) byHand(t *rapid.T) error {
	amount := h.amount(t, 1_000_000)
	d, _, err := ledger.SaveDraft(context.Background(), h.app, ulid.New(), h.maker, ledger.DraftInput{Date: h.today().Add(-rapid.IntRange(0, 40).Draw(t, "days ago")), Description: "Susut",
		Lines: []ledger.DraftLine{{Account: 6102, Debit: amount}, {Account: rapid.SampledFrom([]int{ledger.Bank, 1151}).Draw(t, "account"), Credit: amount}}})
	if err == nil {
		d, _, err = ledger.SubmitDraft(context.Background(), h.app, ulid.New(), h.maker, ledger.DraftStep{Draft: d.ID, Version: d.Version})
	}
	if err == nil {
		d, _, err = ledger.ApproveDraft(context.Background(), h.app, ulid.New(), h.checker, ledger.DraftStep{Draft: d.ID, Version: d.Version})
	}
	if err == nil {
		h.entries = append(h.entries, d.Entry)
	}
	return err
}

func (h *history) reverseByHand(t *rapid.T) error {
	if len(h.entries) == 0 {
		return fault.NotFound("ledger.entry_unknown")
	}
	d, _, err := ledger.ProposeReversal(context.Background(), h.app, ulid.New(), h.checker, rapid.SampledFrom(h.entries).Draw(t, "entry"), ledger.ReversalInput{Date: h.today(), Reason: "salah"})
	if err == nil {
		_, _, err = ledger.ApproveDraft(context.Background(), h.app, ulid.New(), h.maker, ledger.DraftStep{Draft: d.ID, Version: d.Version})
	}
	return err
}

func (h *history) month(t *rapid.T) clock.Period {
	return h.today().Period().Add(-rapid.IntRange(0, 2).Draw(t, "months ago"))
}

func (h *history) closeMonth(t *rapid.T) (err error) {
	if rapid.Bool().Draw(t, "softly") {
		_, _, err = ledger.SoftClosePeriod(context.Background(), h.app, ulid.New(), h.maker, h.month(t))
	} else {
		_, _, err = ledger.ClosePeriod(context.Background(), h.app, ulid.New(), h.maker, h.month(t))
	}
	return err
}

func (h *history) reopenMonth(t *rapid.T) error {
	_, _, err := ledger.ReopenPeriod(context.Background(), h.app, ulid.New(), h.boss, h.month(t), "ada yang tertinggal")
	return err
}

// payroll takes the run one step on; an answer says less, more or nothing for some.
func (h *history) payroll(t *rapid.T) error {
	return h.onward(func() money.Rupiah { return h.amount(t, 120_000) })
}

func (h *history) onward(deducted func() money.Rupiah) (err error) {
	run, err := payroll.RunOf(h.app, h.boss, h.period)
	if err != nil && !fault.IsFault(err) {
		return err
	}
	switch run.State {
	case "":
		err = h.draft()
	case payroll.StateDraft:
		if _, _, err = payroll.Lock(context.Background(), h.app, ulid.New(), h.maker, h.period); fault.IsFault(err) { // a draft that is stale is drawn anew
			err = h.draft()
		}
	case payroll.StateLocked:
		_, _, err = payroll.Export(context.Background(), h.app, ulid.New(), h.checker, h.period)
	case payroll.StateSent:
		var answers []payroll.Answer
		for i, m := range h.members {
			answers = append(answers, payroll.Answer{Row: i + 2, Member: numberOf(m), Deducted: deducted(), Reason: "other"})
		}
		_, _, err = payroll.TakeAnswer(context.Background(), h.app, ulid.New(), h.maker, h.period, answers, nil, nil)
	case payroll.StateAnswered:
		_, _, err = payroll.Settle(context.Background(), h.app, ulid.New(), h.checker, payroll.Settlement{Period: h.period, CloseUnanswered: true}, nil)
	case payroll.StateSettled:
		_, _, err = payroll.Receive(context.Background(), h.app, ulid.New(), h.maker, payroll.Receipt{Period: h.period, Unit: "622801"})
	default:
		h.period = h.period.Add(1)
	}
	return err
}

// draft draws a run up; a month that asks nothing of anybody is passed over.
func (h *history) draft() error {
	_, _, err := payroll.Draft(context.Background(), h.app, ulid.New(), h.maker, h.period, nil)
	if fault.IsFault(err) {
		h.period = h.period.Add(1)
	}
	return err
}

func (h *history) day(*rapid.T) error {
	h.app.Travel(h.app.Now().Add(24 * time.Hour))
	return nil
}

// leave is rare, and somebody stays.
func (h *history) leave(t *rapid.T) error {
	if rapid.IntRange(0, 2).Draw(t, "really") > 0 {
		return fault.Refused("member.leave_reason")
	}
	_, _, err := member.LeaveCoop(context.Background(), h.app, ulid.New(), h.boss, numberOf(h.mayLeave(t)), member.Leave{Reason: "retired", DespiteRun: rapid.Bool().Draw(t, "despite the list")})
	return err
}

func (h *history) mayLeave(t *rapid.T) *core.Record {
	return h.members[rapid.IntRange(3, 4).Draw(t, "who")]
}

func (h *history) askLeave(t *rapid.T) (err error) {
	who := testapp.By(h.member(t))
	switch rapid.IntRange(0, 2).Draw(t, "what") {
	case 0:
		_, _, err = member.TakeLeaveBack(context.Background(), h.app, ulid.New(), who)
	case 1:
		_, _, err = member.RefuseLeave(context.Background(), h.app, ulid.New(), h.boss, who.Number, "masih ada potongan")
	default:
		_, _, err = member.AskToLeave(context.Background(), h.app, ulid.New(), who, member.LeaveRequest{Reason: "moved"})
	}
	return err
}

// register changes what holds of a member: the mandate, the card, the kind, what the employer knows.
func (h *history) register(t *rapid.T) (err error) {
	m := h.member(t)
	who := testapp.By(m)
	switch rapid.IntRange(0, 6).Draw(t, "what") {
	case 0, 5, 6:
		_, _, err = member.GiveMandate(context.Background(), h.app, ulid.New(), who, "id", member.SignMandate{Max: 100_000 + h.amount(t, 2_000_000), Signature: member.Signature{How: "typed", Typed: m.GetString("name")}})
	case 1:
		_, _, err = member.WithdrawMandate(context.Background(), h.app, ulid.New(), who)
	case 2:
		_, _, err = member.BlockCard(context.Background(), h.app, ulid.New(), who)
	case 3:
		_, _, err = member.SetKind(context.Background(), h.app, ulid.New(), h.boss, who.Number, member.ChangeKind{Kind: rapid.SampledFrom([]string{member.Ordinary, member.Ordinary, member.Extraordinary}).Draw(t, "kind")})
	default:
		channel := rapid.SampledFrom([]string{member.ByOfficer, member.ByOfficer, member.ByOfficer, member.ByBank, member.BySelf}).Draw(t, "channel")
		_, _, err = member.SetFacts(context.Background(), h.app, ulid.New(), h.boss, m.GetString("employee"), member.ChangeFacts{ValidFrom: h.today().Add(-rapid.IntRange(0, 40).Draw(t, "days ago")), Channel: &channel})
	}
	return err
}
