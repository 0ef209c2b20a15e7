// Package store is the shop: the till's shifts and sales, goods that come in, stock and prices. Stock,
// credit limit, price and journal are decided and written in one transaction.
package store

import (
	"context"
	"encoding/hex"
	"fmt"
	"strconv"
	"strings"
	"time"

	"github.com/pocketbase/pocketbase/core"

	"kpdk/hooks/internal/act"
	"kpdk/hooks/internal/clock"
	"kpdk/hooks/internal/fault"
	"kpdk/hooks/internal/keys"
	"kpdk/hooks/internal/money"
	"kpdk/hooks/internal/ulid"
	"kpdk/hooks/ledger"
	"kpdk/hooks/member"
	"kpdk/hooks/notice"
	"kpdk/hooks/policy"
)

// SellInput is one basket as the till sends it. The PIN is checked before the act and left out of what
// is hashed and kept.
type SellInput struct {
	Shift   string      `json:"shift"`
	SoldAt  time.Time   `json:"sold_at"`
	Offline bool        `json:"offline"`
	Buyer   *Buyer      `json:"buyer"`
	Lines   []LineInput `json:"lines"`
	Tenders []Tender    `json:"tenders"`
}

// Buyer is a member by card, or by bare number for the member price and cash.
type Buyer struct {
	Card      string    `json:"card,omitempty"`
	Pin       string    `json:"pin,omitempty"`
	Member    int64     `json:"member,omitempty"`
	ScannedAt time.Time `json:"scanned_at,omitzero"` // when an offline till was shown the card
}

// LineInput is one line of a basket: a product by record id or by barcode, and the price that the till
// showed, if any.
type LineInput struct {
	Barcode  string        `json:"barcode,omitempty"`
	Product  string        `json:"product,omitempty"`
	Quantity string        `json:"quantity"`
	Price    *money.Rupiah `json:"price_rupiah,omitempty"`
}

// SellAnswer is what the till prints. A sale that was quarantined has a reason and the total that the till
// charged, and neither number nor entry: nothing was posted.
type SellAnswer struct {
	ID          string       `json:"id"`
	Number      string       `json:"number"`
	Total       money.Rupiah `json:"total_rupiah"`
	Change      money.Rupiah `json:"change_rupiah"`
	Entry       int64        `json:"entry"`
	Hash        string       `json:"hash,omitempty"`
	Flags       []string     `json:"flags,omitempty"`
	Quarantined string       `json:"quarantined,omitempty"`
}

// Sell takes a basket: one act, one receipt, one journal entry. Online, whatever breaks a rule is
// refused and nothing is written. A sale that a till made offline is a fact: within a shift the server
// knows it is taken at the charged price, and flagged where a rule was broken; what the books can't take
// at all (a forged card, goods that nobody knows) is kept in quarantine.
func Sell(ctx context.Context, app core.App, key string, by act.Actor, in SellInput) (SellAnswer, bool, error) {
	s := &sale{SellInput: in, key: key}
	if err := s.shape(); err != nil {
		return SellAnswer{}, false, err
	}
	if err := s.identify(ctx, app, by); err != nil {
		return SellAnswer{}, false, err
	}
	return act.Do(ctx, app, act.Act{Kind: "store.sell", Key: key, Input: s.withoutPin(), By: by}, func(tx *act.Tx) (SellAnswer, error) {
		d := *s // an act may run twice: it decides on a copy
		if err := d.decideShift(tx); err != nil {
			return SellAnswer{}, err
		}
		answer, err := d.post(tx, app)
		if d.Offline && fault.IsFault(err) {
			return d.quarantine(tx, reasonOf(err))
		}
		return answer, err
	})
}

// post decides a sale of a known shift and writes it. It refuses only before its first write.
func (s *sale) post(tx *act.Tx, app core.App) (SellAnswer, error) {
	if err := s.decide(tx, app); err != nil {
		return SellAnswer{}, err
	}
	answer, err := s.write(tx)
	if err == nil && s.person.Number != 0 {
		notice.Tell(tx, app, s.person.Number, "sale", answer.ID)
	}
	return answer, err
}

// sale is a basket while it is decided.
type sale struct {
	SellInput
	key         string
	taken       bool // out of quarantine: somebody's word stands for the card
	card        member.Shown
	phone       int64  // row of card_devices; 0: a printed card, or none
	proved      bool   // a phone's own code, fresh and used here first: it needs no PIN
	cardRefused error  // why the code is no card of ours
	pinHash     string // the hash that the PIN matched, to be the member's still
	pinRefused  error  // why it matched none; offline the goods are gone, and only an amount that needs a PIN is flagged
	shift       Shift
	person      member.Person // Number 0: not a member
	carded      bool
	date        clock.Date
	lines       []Line
	totals      Totals
	flags       []string
	quantity    []money.Quantity
}

// shape checks all that can be checked without the books, and names every field that is wrong.
func (s *sale) shape() error {
	var in fault.Input
	in.Check(ulid.Valid(s.Shift), "shift", "input.ulid")
	in.Check(len(s.Lines) > 0 && len(s.Lines) <= MaxLines, "lines", "store.line_count", fault.Params{"max": MaxLines})
	if len(s.Lines) <= MaxLines {
		s.quantity = make([]money.Quantity, len(s.Lines))
		for i, l := range s.Lines {
			field := "lines." + strconv.Itoa(i)
			in.Check((l.Barcode == "") != (l.Product == ""), field+".barcode", "store.line_product")
			q, err := money.ParseQuantity(l.Quantity)
			in.Check(err == nil && q > 0 && q <= money.MaxQuantity, field+".quantity", "store.quantity_invalid")
			in.Check(l.Price == nil || *l.Price >= 0 && *l.Price <= MaxPrice, field+".price_rupiah", "store.price_invalid")
			s.quantity[i] = q
		}
	}
	if s.Buyer != nil {
		in.Check((s.Buyer.Card == "") != (s.Buyer.Member == 0), "buyer", "store.buyer_one")
		in.Check(s.Buyer.Member >= 0, "buyer.member", "input.number")
	}
	return in.Err()
}

// identify reads the card's signature and checks the PIN: slow work that needs no transaction.
func (s *sale) identify(ctx context.Context, app core.App, by act.Actor) error {
	if s.Buyer == nil || s.Buyer.Card == "" {
		return nil
	}
	ring, err := keys.Of(app)
	if err != nil {
		return err
	}
	if s.card, err = member.ReadCode(ring, s.Buyer.Card); err != nil && s.Offline {
		s.cardRefused = err // said inside the act, which keeps the sale
		return nil
	}
	if err != nil || s.Buyer.Pin == "" {
		return err
	}
	person, err := member.Find(act.Read(app), s.card.Member)
	if s.Offline && fault.IsFault(err) {
		return nil // the act finds nobody either, and keeps the sale
	}
	if err != nil {
		return err
	}
	switch err := member.CheckPIN(ctx, app, by, person, s.Buyer.Pin); {
	case err == nil:
		s.pinHash = person.PinHash
	case fault.IsFault(err):
		s.pinRefused = err // said inside the act: a sale that is sent again gets its stored answer
	default:
		return err
	}
	return nil
}

func (s *sale) withoutPin() SellInput {
	in := s.SellInput
	if in.Buyer != nil {
		in.Buyer = &Buyer{Card: in.Buyer.Card, Member: in.Buyer.Member, ScannedAt: in.Buyer.ScannedAt}
	}
	return in
}

// broken refuses online and flags offline.
func (s *sale) broken(err error, flag string) error {
	if !s.Offline {
		return err
	}
	s.flags = append(s.flags, flag)
	return nil
}

// decide reads and judges everything before the first write, the shift apart.
func (s *sale) decide(tx *act.Tx, app core.App) error {
	if err := s.decideDate(tx); err != nil {
		return err
	}
	if err := s.decideBuyer(tx, app); err != nil {
		return err
	}
	if err := s.decideLines(tx); err != nil {
		return err
	}
	totals, err := AddUp(s.lines, s.Tenders)
	if err != nil {
		return err
	}
	if s.totals = totals; totals.Total == 0 {
		return fault.Refused("store.total_zero")
	}
	return s.decideCredit(tx)
}

func (s *sale) decideShift(tx *act.Tx) (err error) {
	if s.shift, err = ShiftByKey(tx, s.Shift); err != nil {
		return err
	}
	if s.shift.Cashier != tx.By().ID && tx.By().Role != act.Manager {
		return fault.Forbidden("store.shift_other")
	}
	if s.shift.Closed {
		return s.broken(fault.Refused("store.shift_closed"), "shift_closed")
	}
	return nil
}

// soldAtSlack is how far a till's clock may run ahead of the server's.
const soldAtSlack = 5 * time.Minute

func (s *sale) decideDate(tx *act.Tx) (err error) {
	if s.SoldAt.IsZero() {
		s.SoldAt = tx.Now()
	}
	s.SoldAt = s.SoldAt.UTC().Truncate(time.Millisecond)
	s.date = tx.Clock().DateOf(s.SoldAt)
	if !s.Offline {
		if err := ledger.EnsureOpen(tx, s.date); err != nil {
			return err
		}
	}
	switch { // a till's clock that runs wrong must not take the books with it
	case s.SoldAt.After(tx.Now().Add(soldAtSlack)):
		s.date, err = tx.Today(), s.broken(fault.Refused("store.sold_at_future"), "sold_at_future")
	case s.SoldAt.Before(s.shift.OpenedAt.Add(-soldAtSlack)):
		s.date, err = tx.Clock().DateOf(s.shift.OpenedAt), s.broken(fault.Refused("store.sold_at_before_shift"), "sold_at_before_shift")
	}
	if err != nil {
		return err
	}
	open, err := ledger.FirstOpenDate(tx, s.date)
	if open != s.date {
		s.date, s.flags = open, append(s.flags, "period_closed")
	}
	return err
}

func (s *sale) decideBuyer(tx *act.Tx, app core.App) (err error) {
	if s.Buyer == nil {
		return nil
	}
	if s.cardRefused != nil {
		return s.cardRefused
	}
	if s.Buyer.Member != 0 {
		s.carded = s.taken
		if s.person, err = member.Find(tx, s.Buyer.Member); err != nil {
			return err
		}
		if s.person.Status != member.Active {
			return s.broken(fault.Refused("member.not_active", fault.Params{"number": member.PrintNumber(s.person.Number)}), "member_not_active")
		}
		return nil
	}
	s.carded = true
	if s.person, s.phone, err = member.Admit(tx, s.card); err != nil && s.person.ID != "" {
		return s.broken(err, "card_refused") // taken under that person: the goods are gone
	}
	if err == nil && s.card.Rotating() {
		err = s.decideCode(tx, app)
	}
	if err == nil && !s.Offline {
		err = s.pinRefused
	}
	return err
}

// decideCode holds a phone's code against the time, and lets it pay once: one that was photographed or shown
// a second time is refused, or flagged when the goods are gone.
func (s *sale) decideCode(tx *act.Tx, app core.App) error {
	err := member.FreshNow(app, s.card, tx.Now())
	if s.Offline {
		scanned := s.Buyer.ScannedAt
		if scanned.IsZero() {
			scanned = s.SoldAt
		}
		if err = s.card.FreshAt(scanned); err == nil && s.SoldAt.Sub(scanned).Abs() > member.SeenFor {
			err = fault.Refused("member.code_stale")
		}
	}
	if err != nil {
		return s.broken(err, "code_stale")
	}
	used, err := member.UsedBy(tx, s.phone, s.card.Step)
	if err != nil {
		return err
	}
	if used != 0 {
		return s.broken(fault.Refused("member.code_used"), "code_used")
	}
	s.proved = true
	return nil
}

func (s *sale) decideLines(tx *act.Tx) error {
	var in, prices, stock fault.Input
	left := map[int64]Stock{}
	for i, l := range s.Lines {
		field := "lines." + strconv.Itoa(i)
		good, found, err := findGood(tx, l)
		if err != nil {
			return err
		}
		if !found || !good.Active && !s.Offline {
			in.Add(field+"."+l.named(), "store.product_unknown", fault.Params{"code": l.Barcode + l.Product})
			continue
		}
		if !good.Weighed && s.quantity[i]%money.One != 0 {
			in.Add(field+".quantity", "store.quantity_whole", fault.Params{"name": good.Name})
			continue
		}
		line := Line{Good: good, Quantity: s.quantity[i], Price: good.For(s.isMember()), PublicPrice: good.Price}
		if l.Price != nil && *l.Price != line.Price {
			prices.Add(field+".price_rupiah", "store.price_changed", fault.Params{"name": good.Name, "price": line.Price.Format(), "price_rupiah": line.Price})
			line.Price = *l.Price
		}
		s.price(&line, left, &stock, field)
		s.lines = append(s.lines, line)
	}
	if err := in.Err(); err != nil {
		return err
	}
	if err := stock.Refusal(); err != nil {
		return s.broken(err, "stock_below_zero")
	}
	if err := prices.Refusal(); err != nil {
		return s.broken(err, "price_changed")
	}
	return nil
}

// isMember says whether the buyer is a member now: a leaver's purchase is one of the public.
func (s *sale) isMember() bool { return s.person.Number != 0 && s.person.Status == member.Active }

func (l LineInput) named() string {
	if l.Product != "" {
		return "product"
	}
	return "barcode"
}

func findGood(r act.Reader, l LineInput) (Good, bool, error) {
	if l.Product != "" {
		return GoodByID(r, l.Product)
	}
	return GoodByBarcode(r, l.Barcode)
}

// price fills in a line's amount and cost and takes its goods from what is left in this sale.
func (s *sale) price(l *Line, left map[int64]Stock, short *fault.Input, field string) {
	stock, seen := left[l.Good.Number]
	if !seen {
		stock = l.Good.Stock
	}
	if stock.Quantity < l.Quantity {
		short.Add(field+".quantity", "store.out_of_stock", fault.Params{"name": l.Good.Name, "left": max(0, stock.Quantity).String()})
	}
	l.Amount = money.Times(l.Quantity, l.Price)
	after, cost := stock.Take(l.Quantity)
	if l.Good.Consignor != 0 {
		after.Value, cost = stock.Value, min(l.Amount, money.Times(l.Quantity, l.Good.Cost))
	}
	l.Cost, left[l.Good.Number] = cost, after
	l.Good.Stock = after
}

// decideCredit guards a member's account: a card, a mandate, the limit, and the PIN above an amount.
func (s *sale) decideCredit(tx *act.Tx) error {
	charge := s.totals.Payroll
	if charge == 0 {
		return nil
	}
	if s.person.Number == 0 || !s.carded {
		return fault.Refused("store.card_required")
	}
	a, err := AccountOf(tx, s.person, s.date)
	if err != nil {
		return err
	}
	if a.Refusal != "" && s.person.Status == member.Active {
		if err := s.broken(fault.Refused(a.Refusal), "no_mandate"); err != nil {
			return err
		}
	}
	if a.Used+charge > a.Limit {
		left := max(0, a.Limit-a.Used)
		err := s.broken(fault.Refused("store.limit_exceeded", fault.Params{"left": left.Format(), "left_rupiah": left}), "limit_exceeded")
		if err != nil {
			return err
		}
	}
	return s.provedFor(charge, a.PinAbove)
}

// provedFor wants the PIN of a printed card above an amount.
func (s *sale) provedFor(charge, above money.Rupiah) error {
	if !s.taken && !s.proved && charge > above && (s.pinHash == "" || s.pinHash != s.person.PinHash) {
		return s.broken(fault.Refused("store.pin_required", fault.Params{"above": above.Format()}), "pin_missing")
	}
	return nil
}

// write posts the sale. Everything was decided; from here nothing is refused.
func (s *sale) write(tx *act.Tx) (SellAnswer, error) {
	posted, err := ledger.Post(tx, ledger.Entry{Kind: ledger.KindSale, Date: s.date,
		Lines: Postings(s.lines, s.totals, shiftParty(s.shift.ID), s.person.Number, s.isMember())})
	if err != nil {
		return SellAnswer{}, err
	}
	number, err := ledger.Count(tx, "receipt."+s.shift.Till)
	if err != nil {
		return SellAnswer{}, err
	}
	if err := s.writeReceipt(tx, number, posted.Entry); err != nil {
		return SellAnswer{}, err
	}
	if s.phone != 0 {
		if err := member.Use(tx, s.phone, s.card.Step); err != nil {
			return SellAnswer{}, err
		}
	}
	if err := s.writeGoods(tx); err != nil {
		return SellAnswer{}, err
	}
	if s.totals.Payroll > 0 {
		if _, err := ledger.Owe(tx, s.person.Number, ledger.ItemStore, s.date, s.totals.Payroll); err != nil {
			return SellAnswer{}, err
		}
	}
	return SellAnswer{ID: s.key, Number: ReceiptNumber(s.shift.Till, number), Total: s.totals.Total, Change: s.totals.Change, Entry: posted.Entry,
		Hash: hex.EncodeToString(posted.Hash), Flags: s.flags}, nil
}

// ReceiptNumber is how people name a receipt: till and counter, "K1-00412".
func ReceiptNumber(till string, number int64) string { return fmt.Sprintf("%s-%05d", till, number) }

func (s *sale) writeReceipt(tx *act.Tx, number, entry int64) error {
	var who any
	if s.person.Number != 0 {
		who = s.person.Number
	}
	if err := tx.Exec("INSERT OR FAIL INTO sales(act, shift, till, number, member, sold_at, date, total, saved, change, entry, offline, flags) VALUES(?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
		tx.ID(), s.shift.ID, s.shift.Till, number, who, s.SoldAt.UnixMilli(), string(s.date), int64(s.totals.Total), int64(s.totals.Saved),
		int64(s.totals.Change), entry, s.Offline, strings.Join(s.flags, " ")); err != nil {
		return err
	}
	for i, t := range s.Tenders {
		if err := tx.Exec("INSERT OR FAIL INTO sale_tenders(sale, line, kind, amount) VALUES(?, ?, ?, ?)", tx.ID(), i+1, t.Kind, int64(t.Amount)); err != nil {
			return err
		}
	}
	return nil
}

func (s *sale) writeGoods(tx *act.Tx) error {
	for i, l := range s.lines {
		var consignor any
		if l.Good.Consignor != 0 {
			consignor = l.Good.Consignor
		}
		if err := tx.Exec("INSERT OR FAIL INTO sale_lines(sale, line, product, quantity, price, public_price, amount, cost, consignor) VALUES(?, ?, ?, ?, ?, ?, ?, ?, ?)",
			tx.ID(), i+1, l.Good.Number, int64(l.Quantity), int64(l.Price), int64(l.PublicPrice), int64(l.Amount), int64(l.Cost), consignor); err != nil {
			return err
		}
		value := l.Cost
		if l.Good.Consignor != 0 {
			value = 0
		}
		if err := move(tx, l.Good, "sale", -l.Quantity, -value); err != nil {
			return err
		}
	}
	return nil
}

// move writes a stock move and the stock after it, which the caller has worked out in good.Stock.
func move(tx *act.Tx, good Good, kind string, quantity money.Quantity, value money.Rupiah) error {
	if err := tx.Exec("INSERT OR FAIL INTO stock_moves(product, place, kind, quantity, value, act) VALUES(?, ?, ?, ?, ?, ?)",
		good.Number, MainPlace, kind, int64(quantity), int64(value), tx.ID()); err != nil {
		return err
	}
	return tx.Exec(`INSERT INTO stock(product, place, quantity, value, last_cost) VALUES(?, ?, ?, ?, ?)
		ON CONFLICT(product, place) DO UPDATE SET quantity = excluded.quantity, value = excluded.value, last_cost = excluded.last_cost`,
		good.Number, MainPlace, int64(good.Stock.Quantity), int64(good.Stock.Value), int64(good.Stock.LastCost))
}

// Account is what a member may charge to the next payroll.
type Account struct {
	Limit, Used money.Rupiah
	PinAbove    money.Rupiah
	Refusal     string // a code when nothing may be charged at all
}

// AccountOf reads a member's limit and what is used of it: all store purchases not yet settled.
func AccountOf(r act.Reader, p member.Person, on clock.Date) (a Account, err error) {
	if a.Limit = p.CreditLimit; a.Limit == 0 {
		if a.Limit, err = policy.CreditLimit.RupiahOn(r, on); err != nil {
			return a, err
		}
	}
	if a.PinAbove, err = policy.PinAbove.RupiahOn(r, on); err != nil {
		return a, err
	}
	if a.Used, err = ledger.Balance(r, ledger.MemberParty(p.Number), ledger.StoreReceivable); err != nil {
		return a, err
	}
	_, granted, err := member.MandateOn(r, p.Number, on)
	switch {
	case err != nil:
		return a, err
	case p.Status != member.Active:
		a.Refusal = "member.not_active"
	case !granted:
		a.Refusal = "store.no_mandate"
	}
	return a, nil
}
