package treasury

import (
	"database/sql"
	"errors"

	"github.com/pocketbase/pocketbase/core"

	"kpdk/hooks/internal/act"
	"kpdk/hooks/internal/clock"
	"kpdk/hooks/internal/fault"
	"kpdk/hooks/internal/money"
	"kpdk/hooks/ledger"
	"kpdk/hooks/ledger/book"
	"kpdk/hooks/member"
)

// Bill is one credit of a creditor that isn't paid in full: a goods receipt, an opening balance.
type Bill struct {
	Entry  int64        `json:"entry"`
	Number string       `json:"number"`
	Date   clock.Date   `json:"date"`
	Amount money.Rupiah `json:"amount_rupiah"`
	Unpaid money.Rupiah `json:"unpaid_rupiah"`
	Due    clock.Date   `json:"due,omitempty"`  // of a supplier's bill for an expense
	Note   string       `json:"note,omitempty"` // what is written on it
}

// Creditor is somebody whom the co-op owes, with the bills behind it, the oldest first.
type Creditor struct {
	Number int64        `json:"number"`
	Name   string       `json:"name"`
	Owed   money.Rupiah `json:"owed_rupiah"`
	Since  clock.Date   `json:"since"`         // of the oldest unpaid bill
	Due    clock.Date   `json:"due,omitempty"` // the first day on which one of them is to be paid
	Bills  []Bill       `json:"bills"`
	More   bool         `json:"more"`           // there are older bills than are listed
	Wish   string       `json:"wish,omitempty"` // of what is held for a member: "refund" or "use" for coming deductions
}

// Owed is everybody whom the co-op owes.
type Owed struct {
	Suppliers  []Creditor `json:"suppliers"`
	Consignors []Creditor `json:"consignors"`
	Leavers    []Creditor `json:"leavers"`
	Held       []Creditor `json:"held"` // members' deposits and deductions above what was owed
}

const (
	mostCreditors = 500
	mostBills     = 60 // more than a year of weekly deliveries
)

// owed lists all creditors; a member who has only applied has principal on 2107, which isn't listed.
func owed(r act.Reader) (o Owed, err error) {
	for _, list := range []struct {
		into    *[]Creditor
		account int
		kind    book.PartyKind
		who     string
	}{
		{&o.Suppliers, ledger.SupplierPayable, book.Supplier, "JOIN suppliers w ON w.number = CAST(p.ref AS INTEGER)"},
		{&o.Consignors, ledger.ConsignorPayable, book.Consignor, "JOIN consignors w ON w.number = CAST(p.ref AS INTEGER)"},
		{&o.Leavers, ledger.LeaverPayable, book.Member, "JOIN members w ON w.number = CAST(p.ref AS INTEGER)"},
		{&o.Held, ledger.DepositHeld, book.Member, "JOIN members w ON w.number = CAST(p.ref AS INTEGER) AND w.status IN ('" + string(member.Active) + "', '" + string(member.Left) + "')"},
	} {
		if *list.into, err = creditors(r, list.account, list.kind, list.who); err != nil {
			return o, err
		}
	}
	return o, nil
}

// wishes says what members want of the money that is held for them.
func (o *Owed) wishes(app core.App) error {
	wish := portsOf(app).ExcessWish
	if wish == nil {
		return nil
	}
	r, today := act.Read(app), clock.Of(app).Today()
	for i := range o.Held {
		var err error
		if o.Held[i].Wish, err = wish(r, o.Held[i].Number, today); err != nil {
			return err
		}
	}
	return nil
}

func creditors(r act.Reader, account int, kind book.PartyKind, who string) ([]Creditor, error) {
	all := []Creditor{}
	var parties []int64
	err := act.Each(r, "SELECT p.id, CAST(w.number AS INTEGER), w.name, -b.amount FROM party_balances b JOIN parties p ON p.id = b.party AND p.kind = ? "+who+
		" WHERE b.account = ? AND b.amount < 0 ORDER BY w.name, w.number LIMIT ?", []any{string(kind), account, mostCreditors}, func(row act.Scanner) error {
		var c Creditor
		var party int64
		err := row.Scan(&party, &c.Number, &c.Name, &c.Owed)
		all, parties = append(all, c), append(parties, party)
		return err
	})
	for i := range all {
		if err != nil {
			return nil, err
		}
		err = all[i].fill(r, parties[i], account)
	}
	return all, err
}

// fill finds the bills behind what is owed. Payments pay the oldest first, so what is unpaid are the newest
// bills that make up the balance.
func (c *Creditor) fill(r act.Reader, party int64, account int) error {
	c.Bills = []Bill{}
	left := c.Owed
	rows, err := r.Query(`SELECT j.id, j.kind, j.year, j.number, j.date, -l.amount FROM journal_lines l JOIN journal j ON j.id = l.entry
		WHERE l.party = ? AND l.account = ? AND l.amount < 0
		AND NOT EXISTS(SELECT 1 FROM supplier_bill_reversals x WHERE x.bill = l.entry) ORDER BY l.entry DESC`, party, account)
	if err != nil {
		return err
	}
	defer rows.Close()
	for left > 0 && rows.Next() {
		b, _, err := scanBill(rows)
		if err != nil {
			return err
		}
		b.Unpaid = min(b.Amount, left)
		left -= b.Unpaid
		c.Since = b.Date
		if c.More = len(c.Bills) == mostBills; !c.More {
			c.Bills = append([]Bill{b}, c.Bills...)
		}
	}
	if err := rows.Err(); err != nil || account != ledger.SupplierPayable {
		return err
	}
	for i := range c.Bills {
		b := &c.Bills[i]
		err := r.Row("SELECT b.due, coalesce(n.text, '') FROM supplier_bills b LEFT JOIN act_notes n ON n.act = b.act WHERE b.entry = ?", b.Entry).Scan(&b.Due, &b.Note)
		if err != nil && !errors.Is(err, sql.ErrNoRows) {
			return err
		}
		if b.Due != "" && (c.Due == "" || b.Due < c.Due) {
			c.Due = b.Due
		}
	}
	return nil
}

// scanBill reads a line of an entry: id, kind, year, number, date and amount.
func scanBill(row act.Scanner) (b Bill, kind string, err error) {
	var year int
	var number int64
	err = row.Scan(&b.Entry, &kind, &year, &number, &b.Date, &b.Amount)
	b.Number = ledger.Number(kind, year, number)
	return b, kind, err
}

// MemberOwes is what a member owes and is owed, for whoever takes a payment.
type MemberOwes struct {
	Number int64         `json:"number"`
	Name   string        `json:"name"`
	Status member.Status `json:"status"`
	Due    money.Rupiah  `json:"due_rupiah"`
	Held   money.Rupiah  `json:"held_rupiah"`
	Items  []SettledItem `json:"items"`
	Bill   *OpenBill     `json:"bill"` // the newest that is not paid in full
}

// OpenBill is what is still owed of a month's bill, in its order: savings that are due among it.
type OpenBill struct {
	Period clock.Period  `json:"period"`
	Due    money.Rupiah  `json:"due_rupiah"`
	Items  []SettledItem `json:"items"`
}

func memberOwes(r act.Reader, app core.App, number int64) (m MemberOwes, err error) {
	p, err := member.Find(r, number)
	if err != nil {
		return m, err
	}
	m = MemberOwes{Number: number, Name: p.Name, Status: p.Status, Items: []SettledItem{}}
	var bill OpenBill
	if bill.Period, bill.Due, bill.Items, err = billOf(r, app, number); err != nil {
		return m, err
	}
	if bill.Period != "" {
		m.Bill = &bill
	}
	items, due, err := openDebts(r, number)
	if err != nil {
		return m, err
	}
	m.Due = due
	for _, i := range items {
		m.Items = append(m.Items, SettledItem{i.ID, string(i.Kind), i.Date, i.Amount, i.Remainder})
	}
	if p.Status == member.Active || p.Status == member.Left {
		held, err := ledger.Balance(r, ledger.MemberParty(number), ledger.DepositHeld)
		m.Held = -held
		return m, err
	}
	return m, nil
}

// Sold is what was sold of one consigned product.
type Sold struct {
	Product  string       `json:"product"`
	Quantity string       `json:"quantity"`
	Sales    money.Rupiah `json:"sales_rupiah"`
	Share    money.Rupiah `json:"share_rupiah"`
}

// Settlement is what a consignor is owed for a time: what was sold, the share of it, what was paid.
type Settlement struct {
	Number  int64        `json:"number"`
	Name    string       `json:"name"`
	From    clock.Date   `json:"from"`
	To      clock.Date   `json:"to"`
	Opening money.Rupiah `json:"opening_rupiah"`
	Sold    []Sold       `json:"sold"`
	Sales   money.Rupiah `json:"sales_rupiah"`
	Share   money.Rupiah `json:"share_rupiah"`
	Other   money.Rupiah `json:"other_rupiah"` // booked otherwise than by a sale: an opening balance
	Paid    []Bill       `json:"paid"`
	PaidSum money.Rupiah `json:"paid_rupiah"`
	Closing money.Rupiah `json:"closing_rupiah"` // opening + share + other − paid
}

// settlement reads the share and the payments from the ledger, and the goods through the shop's port.
func settlement(r act.Reader, sold func(r act.Reader, consignor int64, from, to clock.Date) ([]Sold, error), number int64, from, to clock.Date) (s Settlement, err error) {
	s = Settlement{Number: number, From: from, To: to, Sold: []Sold{}, Paid: []Bill{}}
	if err := r.Row("SELECT coalesce(max(name), '') FROM consignors WHERE number = ?", number).Scan(&s.Name); err != nil {
		return s, err
	}
	if s.Name == "" {
		return s, fault.NotFound("treasury.consignor_unknown")
	}
	if s.Sold, err = sold(r, number, from, to); err != nil {
		return s, err
	}
	for _, l := range s.Sold {
		s.Sales, s.Share = s.Sales+l.Sales, s.Share+l.Share
	}
	var credited money.Rupiah
	err = act.Each(r, `SELECT j.id, j.kind, j.year, j.number, j.date, l.amount FROM parties p JOIN journal_lines l ON l.party = p.id AND l.account = ? JOIN journal j ON j.id = l.entry
		WHERE p.ref = ? AND p.kind = ? AND j.date <= ? ORDER BY l.entry`, []any{ledger.ConsignorPayable, book.Of(book.Consignor, number).Ref, string(book.Consignor), string(to)}, func(row act.Scanner) error {
		b, kind, err := scanBill(row)
		switch {
		case err != nil:
			return err
		case b.Date < from:
			s.Opening -= b.Amount
		case b.Amount < 0 || kind == ledger.KindSale: // also what came back, which nobody paid
			credited -= b.Amount
		default:
			s.Paid, s.PaidSum = append(s.Paid, b), s.PaidSum+b.Amount
		}
		return nil
	})
	s.Other = credited - s.Share
	s.Closing = s.Opening + s.Share + s.Other - s.PaidSum
	return s, err
}
