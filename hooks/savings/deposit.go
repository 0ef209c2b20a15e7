package savings

import (
	"context"
	"database/sql"
	"encoding/hex"
	"errors"
	"strings"
	"time"

	"github.com/pocketbase/pocketbase/core"

	"kpdk/hooks/internal/act"
	"kpdk/hooks/internal/clock"
	"kpdk/hooks/internal/fault"
	"kpdk/hooks/internal/keys"
	"kpdk/hooks/internal/money"
	"kpdk/hooks/ledger"
	"kpdk/hooks/member"
	"kpdk/hooks/notice"
)

// Places of savings beside the treasury's own.
const (
	cash        = "cash"   // the main cash box at the office
	till        = "till"   // any till, for a withdrawal that waits there
	shiftPrefix = "shift:" // the drawer of one shift, by its number
)

// Deposit is money that a member brings to the office, or has sent to the bank.
type Deposit struct {
	Member   int64        `json:"member"`
	Kind     string       `json:"kind"` // principal, mandatory, voluntary
	Amount   money.Rupiah `json:"amount_rupiah"`
	Into     string       `json:"into,omitempty"` // cash (as empty), bank:N
	Date     clock.Date   `json:"date,omitempty"` // business date; empty: today
	BankLine int64        `json:"bank_line,omitempty"`
}

// TillDeposit is cash that a member brings to a till, known by the card or by the number.
type TillDeposit struct {
	Shift  string       `json:"shift"`
	Card   string       `json:"card,omitempty"`
	Member int64        `json:"member,omitempty"`
	Kind   string       `json:"kind"`
	Amount money.Rupiah `json:"amount_rupiah"`
}

// Deposited is the receipt of a deposit.
type Deposited struct {
	Member    int64        `json:"member"`
	Kind      string       `json:"kind"`
	Amount    money.Rupiah `json:"amount_rupiah"`
	Settled   money.Rupiah `json:"settled_rupiah"` // the part that was due
	Balance   money.Rupiah `json:"balance_rupiah"` // saved of this kind after it
	Activated bool         `json:"activated"`      // it completed an applicant's principal
	Entry     int64        `json:"entry"`
	Number    string       `json:"number"`
	Hash      string       `json:"hash"` // the head of the chain with it
}

func checkDeposit(problems *fault.Input, kind string, amount money.Rupiah) ledger.ItemKind {
	k, known := kinds[kind]
	problems.Check(known, "kind", "savings.kind_unknown")
	problems.Check(amount > 0 && amount <= member.MaxMandate, "amount_rupiah", "input.amount")
	return k
}

// MakeDeposit books money against the member's savings and settles what was due of that kind, oldest first.
func MakeDeposit(ctx context.Context, app core.App, key string, by act.Actor, in Deposit) (Deposited, bool, error) {
	var problems fault.Input
	kind := checkDeposit(&problems, in.Kind, in.Amount)
	problems.Check(in.Member > 0, "member", "input.required")
	problems.Check(in.Into == "" || in.Into == cash || strings.HasPrefix(in.Into, "bank:"), "into", "treasury.place_unknown")
	_, ok := clock.ParseDate(string(in.Date))
	problems.Check(in.Date == "" || ok, "date", "input.date")
	problems.Check(in.BankLine >= 0, "bank_line", "input.number")
	if err := problems.Err(); err != nil {
		return Deposited{}, false, err
	}
	a := act.Act{Kind: "savings.deposit", Key: key, Input: in, By: by}
	return act.Do(ctx, app, a, func(tx *act.Tx) (Deposited, error) {
		if in.Into == "" {
			in.Into = cash
		}
		date, err := businessDate(tx, in.Date)
		if err != nil {
			return Deposited{}, err
		}
		line, err := portsOf(app).Money(tx, in.Into, in.Amount, in.BankLine)
		if err != nil {
			return Deposited{}, err
		}
		p, err := member.Find(tx, in.Member)
		if err != nil {
			return Deposited{}, err
		}
		out, err := save(tx, app, saving{p, kind, in.Amount, in.Into, date, line})
		if err != nil {
			return out, err
		}
		return out, portsOf(app).Match(tx, in.BankLine, out.Entry)
	})
}

// PayPrincipal takes, inside the act with which somebody joins at the office, in cash what is due of the principal
// savings; the entry is its receipt's, 0 when nothing was due.
func PayPrincipal(tx *act.Tx, app core.App, number int64) (entry int64, err error) {
	items, err := ledger.OpenItems(tx, number)
	if err != nil {
		return 0, err
	}
	var due money.Rupiah
	for _, i := range items {
		if i.Kind == ledger.ItemPrincipal {
			due += i.Remainder
		}
	}
	if due == 0 {
		return 0, nil
	}
	line, err := portsOf(app).Money(tx, cash, due, 0)
	if err != nil {
		return 0, err
	}
	p, err := member.Find(tx, number)
	if err != nil {
		return 0, err
	}
	out, err := save(tx, app, saving{p, ledger.ItemPrincipal, due, cash, tx.Today(), line})
	return out.Entry, err
}

// MakeTillDeposit books cash that came into a till's drawer during a shift.
func MakeTillDeposit(ctx context.Context, app core.App, key string, by act.Actor, in TillDeposit) (Deposited, bool, error) {
	var problems fault.Input
	kind := checkDeposit(&problems, in.Kind, in.Amount)
	problems.Check((in.Card == "") != (in.Member <= 0), "card", "savings.member_one")
	problems.Check(in.Shift != "", "shift", "input.required")
	if err := problems.Err(); err != nil {
		return Deposited{}, false, err
	}
	a := act.Act{Kind: "savings.till_deposit", Key: key, Input: in, By: by}
	return act.Do(ctx, app, a, func(tx *act.Tx) (Deposited, error) {
		p, err := bringer(tx, app, in.Card, in.Member)
		if err != nil {
			return Deposited{}, err
		}
		drawer, err := portsOf(app).Drawer(tx, by, in.Shift)
		if err != nil {
			return Deposited{}, err
		}
		if err := ledger.EnsureOpen(tx, tx.Today()); err != nil {
			return Deposited{}, err
		}
		return save(tx, app, saving{p, kind, in.Amount, shiftPrefix + drawer.Party.Ref, tx.Today(), ledger.Dr(ledger.ShiftCash, in.Amount, drawer.Party)})
	})
}

// TillSaver is what a cashier may know of whoever brings savings: the name, and what of the principal is due.
type TillSaver struct {
	Member    int64         `json:"member"`
	Name      string        `json:"name"`
	Status    member.Status `json:"status"`
	Principal money.Rupiah  `json:"principal_due_rupiah"`
}

// SaverAtTill finds who may save at a till: a member, or an applicant whose principal is due.
func SaverAtTill(r act.Reader, number int64) (s TillSaver, err error) {
	p, err := member.Find(r, number)
	if err != nil {
		return s, err
	}
	items, err := ledger.OpenItems(r, number)
	if err != nil {
		return s, err
	}
	s = TillSaver{Member: number, Name: p.Name, Status: p.Status}
	for _, i := range items {
		if i.Kind == ledger.ItemPrincipal {
			s.Principal += i.Remainder
		}
	}
	if p.Status != member.Active && (p.Status != member.Applicant || s.Principal == 0) {
		return TillSaver{}, fault.Refused("member.not_active", fault.Params{"number": member.PrintNumber(number)})
	}
	return s, nil
}

// bringer is who stands at the till, by a printed card, a phone's code or the number. Money that comes in needs
// no PIN, and a code that is shown for it may still pay once.
func bringer(tx *act.Tx, app core.App, card string, number int64) (member.Person, error) {
	if card == "" {
		return member.Find(tx, number)
	}
	ring, err := keys.Of(app)
	if err != nil {
		return member.Person{}, err
	}
	shown, err := member.ReadCode(ring, card)
	if err != nil {
		return member.Person{}, err
	}
	if err := member.FreshNow(app, shown, tx.Now()); err != nil {
		return member.Person{}, err
	}
	p, _, err := member.Admit(tx, shown)
	return p, err
}

// businessDate is the date that an act names, or today; nobody saves tomorrow.
func businessDate(tx *act.Tx, date clock.Date) (clock.Date, error) {
	switch {
	case date == "":
		date = tx.Today()
	case date > tx.Today():
		return "", fault.Refused("savings.date_future")
	}
	return date, ledger.EnsureOpen(tx, date)
}

// saving is a deposit that was decided but for what only the member's accounts say.
type saving struct {
	person member.Person
	kind   ledger.ItemKind
	amount money.Rupiah
	place  string
	date   clock.Date
	line   ledger.Line
}

func save(tx *act.Tx, app core.App, s saving) (out Deposited, err error) {
	if err := maySave(s.kind, s.person); err != nil {
		return out, err
	}
	number := s.person.Number
	items, err := ledger.OpenItems(tx, number)
	if err != nil {
		return out, err
	}
	parts, err := share(s.kind, s.amount, items)
	if err != nil {
		return out, err
	}
	party := ledger.MemberParty(number)
	posted, err := ledger.Post(tx, ledger.Entry{Kind: ledger.KindSavings, Date: s.date, Lines: []ledger.Line{s.line, ledger.Cr(creditAccount(s.kind, s.person.Status), s.amount, party)}})
	if err != nil {
		return out, err
	}
	out = Deposited{Member: number, Kind: string(s.kind), Amount: s.amount, Entry: posted.Entry, Number: posted.Number, Hash: hex.EncodeToString(posted.Hash)}
	for _, part := range parts {
		if err := ledger.Settle(tx, part.item, part.amount, ledger.ByPayment, posted.Entry); err != nil {
			return out, err
		}
		out.Settled += part.amount
	}
	if s.kind == ledger.ItemPrincipal {
		if out.Activated, err = member.ActivateIfPaid(tx, app, number, s.date); err != nil {
			return out, err
		}
	}
	status := s.person.Status
	if out.Activated {
		status = member.Active
	}
	balance, err := ledger.Balance(tx, party, creditAccount(s.kind, status))
	if err != nil {
		return out, err
	}
	out.Balance = -balance
	if err := tx.Exec("INSERT INTO savings_receipts(entry, member, kind, place, amount, settled, balance, act) VALUES(?, ?, ?, ?, ?, ?, ?, ?)",
		posted.Entry, number, string(s.kind), s.place, int64(s.amount), int64(out.Settled), int64(out.Balance), tx.ID()); err != nil {
		return out, err
	}
	notice.Tell(tx, app, number, "savings", member.PrintNumber(number))
	notice.TellBooks(tx, app, "savings")
	return out, nil
}

// Receipt is a deposit as its paper says it.
type Receipt struct {
	Entry   int64        `json:"entry"`
	Number  string       `json:"number"`
	Date    clock.Date   `json:"date"`
	At      time.Time    `json:"at"`
	By      string       `json:"by"`
	Member  int64        `json:"member"`
	Name    string       `json:"name"`
	Kind    string       `json:"kind"`
	Place   string       `json:"place"` // cash, bank:N, shift:N
	Till    string       `json:"till"`  // of a shift's drawer
	Amount  money.Rupiah `json:"amount_rupiah"`
	Settled money.Rupiah `json:"settled_rupiah"`
	Balance money.Rupiah `json:"balance_rupiah"`
	Hash    string       `json:"hash"`
	Back    string       `json:"reversed_by"` // the number of the entry that took it back, or empty
	Refusal string       `json:"refusal"`     // why the caller may not take it back, a code; only of one receipt
}

const receiptColumns = `SELECT d.entry, j.kind, j.year, j.number, j.date, j.at, coalesce(o.name, ''), d.member, coalesce(m.name, ''), d.kind, d.place,
	coalesce((SELECT s.till FROM shifts s WHERE 'shift:' || s.id = d.place), ''), d.amount, d.settled, d.balance, q.hash, coalesce(b.kind, ''), coalesce(b.year, 0), coalesce(b.number, 0)
	FROM savings_receipts d JOIN journal j ON j.id = d.entry JOIN seals q ON q.seq = d.entry JOIN acts a ON a.id = d.act
	LEFT JOIN operators o ON o.id = a.actor LEFT JOIN members m ON m.number = d.member LEFT JOIN savings_reversals v ON v.deposit = d.entry LEFT JOIN journal b ON b.id = v.entry `

func scanReceipt(row act.Scanner) (r Receipt, err error) {
	var kind string
	var year int
	var number, at int64
	var hash []byte
	var backKind string
	var backYear int
	var back int64
	err = row.Scan(&r.Entry, &kind, &year, &number, &r.Date, &at, &r.By, &r.Member, &r.Name, &r.Kind, &r.Place, &r.Till, &r.Amount, &r.Settled, &r.Balance, &hash, &backKind, &backYear, &back)
	if back != 0 {
		r.Back = ledger.Number(backKind, backYear, back)
	}
	r.Number, r.At, r.Hash = ledger.Number(kind, year, number), time.UnixMilli(at).UTC(), hex.EncodeToString(hash)
	return r, err
}

// ReceiptOf reads one deposit. A cashier sees those that were taken at a till by that cashier alone.
func ReceiptOf(r act.Reader, by act.Actor, entry int64) (Receipt, error) {
	out, err := scanReceipt(r.Row(receiptColumns+"WHERE d.entry = ? AND (? <> 'cashier' OR a.actor = ?)", entry, string(by.Role), by.ID))
	if errors.Is(err, sql.ErrNoRows) {
		return out, fault.NotFound("savings.receipt_unknown")
	}
	if err != nil {
		return out, err
	}
	m, err := mistakeOf(r, entry)
	if err != nil {
		return out, err
	}
	conflict, err := act.SecondPerson(r, by, func(id string) (bool, error) { return id == m.maker, nil })
	switch {
	case m.reversed:
		out.Refusal = "savings.reversed_already"
	case m.kind == ledger.ItemPrincipal:
		out.Refusal = "savings.reverse_principal"
	case conflict != "":
		out.Refusal = "savings.reverse_apart"
	}
	return out, err
}

// ReceiptList is a page of deposits, newest first.
type ReceiptList struct {
	Receipts []Receipt `json:"receipts"`
	Next     int64     `json:"next,omitempty"`
}

// Receipts lists deposits before an entry (0: from the newest). A cashier sees the own ones.
func Receipts(r act.Reader, by act.Actor, before, limit int64) (list ReceiptList, err error) {
	list.Receipts = []Receipt{}
	err = act.Each(r, receiptColumns+"WHERE (? = 0 OR d.entry < ?) AND (? <> 'cashier' OR a.actor = ?) ORDER BY d.entry DESC LIMIT ?",
		[]any{before, before, string(by.Role), by.ID, limit}, func(row act.Scanner) error {
			one, err := scanReceipt(row)
			list.Receipts = append(list.Receipts, one)
			return err
		})
	if int64(len(list.Receipts)) == limit {
		list.Next = list.Receipts[limit-1].Entry
	}
	return list, err
}
