package treasury

import (
	"context"
	"database/sql"
	"encoding/json"
	"errors"
	"strconv"

	"github.com/pocketbase/pocketbase/core"

	"kpdk/hooks/internal/act"
	"kpdk/hooks/internal/clock"
	"kpdk/hooks/internal/fault"
	"kpdk/hooks/internal/money"
	"kpdk/hooks/ledger"
	"kpdk/hooks/ledger/book"
	"kpdk/hooks/member"
	"kpdk/hooks/notice"
	"kpdk/hooks/policy"
)

// Kinds of payment, as the moves are called.
const (
	KindExpense   = "expense"   // to an expense account, by category
	KindSupplier  = "supplier"  // what a supplier is owed, 2101
	KindConsignor = "consignor" // what was sold for a consignor, 2102
	KindLeaver    = "leaver"    // the settlement of somebody who left, 2106
	KindRefund    = "refund"    // what a member was deducted too much, 2107
	KindDebt      = "debt"      // a member pays
	KindTransfer  = "transfer"  // between places of the co-op
	KindReversal  = "reversal"  // a request to take a move back: To is its entry
)

// acts names the act of each kind of payment.
var acts = map[string]string{KindExpense: "treasury.expense", KindSupplier: "treasury.pay_supplier", KindConsignor: "treasury.pay_consignor",
	KindLeaver: "treasury.pay_leaver", KindRefund: "treasury.refund"}

const (
	maxNote = 300
	// MostPaid bounds one payment: above any bill that an employees' co-op pays.
	MostPaid money.Rupiah = 1_000_000_000
)

// Payment is money that leaves the co-op.
type Payment struct {
	Kind     string       `json:"kind"`
	From     string       `json:"from"` // place
	To       string       `json:"to"`   // a category's record id, or the number of supplier, consignor or member
	Amount   money.Rupiah `json:"amount_rupiah"`
	Date     clock.Date   `json:"date,omitempty"`      // business date; empty: today
	Voucher  string       `json:"voucher,omitempty"`   // what the upload answered
	BankLine int64        `json:"bank_line,omitempty"` // the line of the bank's statement that shows it
	Category string       `json:"category,omitempty"`  // of a debt that is written off: the expense that bears it
}

// Paid is what became of a payment.
type Paid struct {
	ID     string       `json:"id"`
	State  string       `json:"state"` // posted, waiting
	Kind   string       `json:"kind"`
	Amount money.Rupiah `json:"amount_rupiah"`
	Entry  int64        `json:"entry"`
	Number string       `json:"number"`
}

// States of a payment.
const (
	StatePosted  = "posted"
	StateWaiting = "waiting" // for the second person
)

// Pay books a payment, or lays it before a second person when it is above the limit.
func Pay(ctx context.Context, app core.App, key string, by act.Actor, in Payment, note string) (Paid, bool, error) {
	if err := in.shape(note); err != nil {
		return Paid{}, false, err
	}
	return act.Do(ctx, app, act.Act{Kind: acts[in.Kind], Key: key, Input: in, By: by, Note: note}, func(tx *act.Tx) (Paid, error) {
		out := Paid{ID: key, Kind: in.Kind, Amount: in.Amount, State: StatePosted}
		plan, err := in.plan(tx)
		if err != nil {
			return out, err
		}
		apart, _, err := in.needsSecond(tx, by)
		if err != nil {
			return out, err
		}
		if apart {
			out.State = StateWaiting
			tell(tx, app)
			return out, in.request(tx)
		}
		posted, err := in.post(tx, app, plan, 0)
		out.Entry, out.Number = posted.Entry, posted.Number
		return out, err
	})
}

// needsSecond says whether a payment is above what one person makes alone, by itself or with what the same
// person paid to the same target today. Whoever holds the machine's console may; the audit says so.
func (in Payment) needsSecond(tx *act.Tx, by act.Actor) (apart bool, most money.Rupiah, err error) {
	if most, err = policy.SecondAbove.RupiahOn(tx, tx.Today()); err != nil || by.Role == act.Console || by.Role == act.System {
		return false, most, err
	}
	earlier, err := in.paidAlone(tx, by)
	return policy.Apart(in.Amount, earlier, most), most, err
}

// paidAlone is what somebody paid today to the target of a payment without a second person, whatever day the
// payments name as theirs. What was taken back is not paid.
func (in Payment) paidAlone(tx *act.Tx, by act.Actor) (sum money.Rupiah, err error) {
	rows, err := tx.Query(`SELECT m.kind, m.target, m.amount, a.actor, a.at, m.request IS NULL AND NOT EXISTS(SELECT 1 FROM treasury_reversals r WHERE r.move = m.entry)
		FROM treasury_moves m JOIN acts a ON a.id = m.act ORDER BY m.entry DESC`)
	if err != nil {
		return 0, err
	}
	defer rows.Close()
	since := tx.Clock().Begins(tx.Today()).UnixMilli()
	for rows.Next() { // newest first: no further than this morning
		var kind, target, actor string
		var amount money.Rupiah
		var at int64
		var alone bool
		if err := rows.Scan(&kind, &target, &amount, &actor, &at, &alone); err != nil || at < since {
			return sum, err
		}
		if alone && kind == in.Kind && target == in.To && actor == by.ID {
			sum += amount
		}
	}
	return sum, rows.Err()
}

func (in Payment) shape(note string) error {
	var bad fault.Input
	bad.Check(acts[in.Kind] != "", "kind", "treasury.kind_unknown")
	bad.Check(in.Category == "", "category", "treasury.category_unknown")
	_, ok := ParsePlace(in.From)
	bad.Check(ok, "from", "treasury.place_unknown")
	bad.Check(in.To != "", "to", "input.required")
	bad.Check(in.Amount > 0 && in.Amount <= MostPaid, "amount_rupiah", "input.amount")
	checkDate(&bad, in.Date)
	bad.Check(len(note) <= maxNote, "note", "input.too_long", fault.Params{"max": maxNote})
	bad.Check(len(in.Voucher) <= 20, "voucher", "treasury.voucher_unknown")
	bad.Check(in.BankLine >= 0, "bank_line", "input.number")
	return bad.Err()
}

func checkDate(bad *fault.Input, date clock.Date) {
	_, ok := clock.ParseDate(string(date))
	bad.Check(date == "" || ok, "date", "input.date")
}

func checkBill(bad *fault.Input, bill clock.Period) {
	_, ok := clock.ParsePeriod(string(bill))
	bad.Check(bill == "" || ok, "bill", "input.period")
}

// businessDate is the date that an act names, or today; nobody pays tomorrow.
func businessDate(tx *act.Tx, date clock.Date) (clock.Date, error) {
	switch {
	case date == "":
		date = tx.Today()
	case date > tx.Today():
		return "", fault.Refused("treasury.date_future")
	}
	return date, ledger.EnsureOpen(tx, date)
}

// plan is what a payment comes to in the books.
type plan struct {
	from   Place
	date   clock.Date
	debit  ledger.Line
	member int64 // who hears of it
}

// plan decides everything, and writes nothing.
func (in Payment) plan(tx *act.Tx) (p plan, err error) {
	p.from, _ = ParsePlace(in.From)
	if err := p.from.usable(tx); err != nil {
		return p, err
	}
	if p.date, err = businessDate(tx, in.Date); err != nil {
		return p, err
	}
	if err := checkVoucher(tx, in.Voucher); err != nil {
		return p, err
	}
	if p.debit, p.member, err = in.target(tx); err != nil {
		return p, err
	}
	if err := p.from.covers(tx, in.Amount); err != nil {
		return p, err
	}
	return p, shows(tx, in.BankLine, p.from, -in.Amount)
}

// target finds whom or what is paid, and refuses more than is owed.
func (in Payment) target(tx *act.Tx) (line ledger.Line, number int64, err error) {
	if in.Kind == KindExpense {
		account, err := categoryAccount(tx, in.To)
		return ledger.Dr(account, in.Amount), 0, err
	}
	number, err = strconv.ParseInt(in.To, 10, 64)
	if err != nil || number < 1 {
		var bad fault.Input
		bad.Add("to", "input.number")
		return line, 0, bad.Err()
	}
	owing, party, err := in.creditor(tx, number)
	if err != nil {
		return line, 0, err
	}
	balance, err := ledger.Balance(tx, party, owing)
	switch {
	case err != nil:
		return line, 0, err
	case balance >= 0:
		return line, 0, fault.Refused("treasury.nothing_owed")
	case in.Amount > -balance:
		return line, 0, fault.Refused("treasury.above_owed", fault.Params{"owed": (-balance).Format()})
	}
	if party.Kind != book.Member {
		number = 0
	}
	return ledger.Dr(owing, in.Amount, party), number, nil
}

// creditor is the account and party that a payment reduces. What an applicant brought on 2107 is the
// beginning of the principal savings and no excess, so it isn't refunded here.
func (in Payment) creditor(r act.Reader, number int64) (account int, party ledger.Party, err error) {
	switch in.Kind {
	case KindSupplier:
		return ledger.SupplierPayable, book.Of(book.Supplier, number), nil
	case KindConsignor:
		return ledger.ConsignorPayable, book.Of(book.Consignor, number), nil
	}
	p, err := member.Find(r, number)
	if err != nil {
		return 0, party, err
	}
	if in.Kind == KindLeaver {
		return ledger.LeaverPayable, ledger.MemberParty(number), nil
	}
	if p.Status == member.Applicant || p.Status == member.Invited {
		return 0, party, fault.Refused("treasury.principal_held")
	}
	if p.Status == member.Left {
		_, due, err := openDebts(r, number)
		if err == nil && due > 0 {
			err = fault.Refused("treasury.refund_owes", fault.Params{"due": due.Format()})
		}
		if err != nil {
			return 0, party, err
		}
	}
	return ledger.DepositHeld, ledger.MemberParty(number), nil
}

// categoryAccount is the expense account behind a category.
func categoryAccount(r act.Reader, id string) (account int, err error) {
	err = r.Row("SELECT CAST(account AS INTEGER) FROM expense_categories WHERE id = ? AND NOT closed", id).Scan(&account)
	good := false
	if err == nil {
		good, err = ledger.TakesExpense(r, account)
	}
	if err != nil && !errors.Is(err, sql.ErrNoRows) {
		return 0, err
	}
	var bad fault.Input
	bad.Check(good, "to", "treasury.category_unknown")
	return account, bad.Err()
}

// request keeps a payment for the second person, once: who approves names a request by its key, so no other
// may have it, and a move waits to be taken back but once. The body holds ids and amounts only.
func (in Payment) request(tx *act.Tx) error {
	var taken, waiting bool
	if err := tx.Row(`SELECT EXISTS(SELECT 1 FROM acts a JOIN treasury_requests q ON q.act = a.id WHERE a.key = ?1),
		?2 = 'reversal' AND EXISTS(SELECT 1 FROM treasury_requests q WHERE q.body ->> 'kind' = ?2 AND q.body ->> 'to' = ?3 AND NOT EXISTS(SELECT 1 FROM treasury_decisions d WHERE d.request = q.act))`,
		tx.Key(), in.Kind, in.To).Scan(&taken, &waiting); err != nil {
		return err
	}
	switch {
	case taken:
		return fault.Refused("idempotency_conflict")
	case waiting:
		return fault.Refused("treasury.reversal_waiting")
	}
	body, err := json.Marshal(in)
	if err != nil {
		return err
	}
	return tx.Exec("INSERT INTO treasury_requests(act, amount, body) VALUES(?, ?, ?)", tx.ID(), int64(in.Amount), string(body))
}

// post writes what was decided.
func (in Payment) post(tx *act.Tx, app core.App, p plan, request int64) (ledger.Posted, error) {
	posted, err := ledger.Post(tx, ledger.Entry{Kind: ledger.KindPayment, Date: p.date, Lines: []ledger.Line{p.debit, p.from.debit(-in.Amount)}})
	if err != nil {
		return posted, err
	}
	m := move{Kind: in.Kind, Place: in.From, Target: in.To, Amount: in.Amount, Entry: posted.Entry, Request: request, Voucher: in.Voucher}
	if err := m.write(tx); err != nil {
		return posted, err
	}
	if p.member != 0 {
		notice.Tell(tx, app, p.member, "payment", member.PrintNumber(p.member))
	}
	tell(tx, app)
	return posted, matchEntry(tx, in.BankLine, posted.Entry)
}

// move is a row of what happened to the co-op's money.
type move struct {
	Kind, Place, Target string
	Amount, Fee, Held   money.Rupiah
	Entry, Request      int64
	Voucher             string
}

func (m move) write(tx *act.Tx) error {
	var request any
	if m.Request != 0 {
		request = m.Request
	}
	return tx.Exec("INSERT INTO treasury_moves(entry, kind, place, target, amount, fee, held, request, voucher, act) VALUES(?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
		m.Entry, m.Kind, m.Place, m.Target, int64(m.Amount), int64(m.Fee), int64(m.Held), request, m.Voucher, tx.ID())
}

// Change is what the books' topic says.
type Change struct {
	What string `json:"what"`
}

func tell(tx *act.Tx, app core.App) {
	tx.AfterCommit(func() { notice.Publish(app, notice.Books, Change{"treasury"}) })
}
