package treasury

import (
	"context"
	"database/sql"
	"errors"
	"strings"

	"github.com/pocketbase/pocketbase/core"

	"kpdk/hooks/internal/act"
	"kpdk/hooks/internal/clock"
	"kpdk/hooks/internal/fault"
	"kpdk/hooks/internal/money"
	"kpdk/hooks/ledger"
	"kpdk/hooks/ledger/book"
)

// SupplierBill is an expense that is owed to a supplier: the bill is booked when it comes, and paid later as what the
// supplier is owed.
type SupplierBill struct {
	Supplier int64        `json:"supplier"` // number
	Category string       `json:"category"` // record id in expense_categories
	Amount   money.Rupiah `json:"amount_rupiah"`
	Date     clock.Date   `json:"date,omitempty"` // business date of the bill; empty: today
	Due      clock.Date   `json:"due"`
	Voucher  string       `json:"voucher,omitempty"`
}

// BillBooked is a bill as posted, or taken back.
type BillBooked struct {
	Bill   int64        `json:"bill"` // the entry that booked it, by which it is known
	Amount money.Rupiah `json:"amount_rupiah"`
	Entry  int64        `json:"entry"`
	Number string       `json:"number"`
}

func (in SupplierBill) shape(note string) error {
	var bad fault.Input
	bad.Check(in.Supplier > 0, "supplier", "input.required")
	bad.Check(in.Category != "", "category", "input.required")
	bad.Check(in.Amount > 0 && in.Amount <= MostPaid, "amount_rupiah", "input.amount")
	checkDate(&bad, in.Date)
	_, ok := clock.ParseDate(string(in.Due))
	bad.Check(ok, "due", "input.date")
	bad.Check(!ok || in.Date == "" || in.Due >= in.Date, "due", "treasury.due_before")
	bad.Check(len(note) <= maxNote, "note", "input.too_long", fault.Params{"max": maxNote})
	bad.Check(len(in.Voucher) <= 20, "voucher", "treasury.voucher_unknown")
	return bad.Err()
}

// BookBill books a bill: the expense against 2101. No money moves, so one person may; paying it is a payment, with a
// second person above the limit.
func BookBill(ctx context.Context, app core.App, key string, by act.Actor, in SupplierBill, note string) (BillBooked, bool, error) {
	if err := in.shape(note); err != nil {
		return BillBooked{}, false, err
	}
	return act.Do(ctx, app, act.Act{Kind: "treasury.book_bill", Key: key, Input: in, By: by, Note: note}, func(tx *act.Tx) (BillBooked, error) {
		out := BillBooked{Amount: in.Amount}
		date, err := businessDate(tx, in.Date)
		if err != nil {
			return out, err
		}
		var bad fault.Input
		bad.Check(in.Due >= date, "due", "treasury.due_before")
		var known bool
		if err := tx.Row("SELECT EXISTS(SELECT 1 FROM suppliers WHERE number = ?)", in.Supplier).Scan(&known); err != nil {
			return out, err
		}
		bad.Check(known, "supplier", "store.supplier_unknown")
		if err := bad.Err(); err != nil {
			return out, err
		}
		if err := checkVoucher(tx, in.Voucher); err != nil {
			return out, err
		}
		account, err := categoryAccount(tx, in.Category)
		if err != nil {
			return out, err
		}
		posted, err := ledger.Post(tx, ledger.Entry{Kind: ledger.KindBill, Date: date, Lines: []ledger.Line{
			ledger.Dr(account, in.Amount), ledger.Cr(ledger.SupplierPayable, in.Amount, book.Of(book.Supplier, in.Supplier))}})
		if err != nil {
			return out, err
		}
		out.Bill, out.Entry, out.Number = posted.Entry, posted.Entry, posted.Number
		tell(tx, app)
		return out, tx.Exec("INSERT INTO supplier_bills(entry, supplier, category, amount, due, voucher, act) VALUES(?, ?, ?, ?, ?, ?, ?)",
			posted.Entry, in.Supplier, in.Category, int64(in.Amount), string(in.Due), in.Voucher, tx.ID())
	})
}

// TakeBackBill takes back a bill that was booked by mistake: the exact negative, today. What is paid already is paid.
func TakeBackBill(ctx context.Context, app core.App, key string, by act.Actor, bill int64, reason string) (BillBooked, bool, error) {
	var bad fault.Input
	bad.Check(strings.TrimSpace(reason) != "", "reason", "input.required")
	bad.Check(len(reason) <= maxNote, "reason", "input.too_long", fault.Params{"max": maxNote})
	if err := bad.Err(); err != nil {
		return BillBooked{}, false, err
	}
	return act.Do(ctx, app, act.Act{Kind: "treasury.take_back_bill", Key: key, Input: bill, By: by, Note: reason}, func(tx *act.Tx) (BillBooked, error) {
		out := BillBooked{Bill: bill}
		var supplier int64
		var back bool
		err := tx.Row("SELECT supplier, amount, EXISTS(SELECT 1 FROM supplier_bill_reversals r WHERE r.bill = b.entry) FROM supplier_bills b WHERE entry = ?", bill).Scan(&supplier, &out.Amount, &back)
		switch {
		case errors.Is(err, sql.ErrNoRows):
			return out, fault.NotFound("treasury.bill_unknown")
		case err != nil:
			return out, err
		case back:
			return out, fault.Refused("treasury.reversed_already")
		}
		owed, err := ledger.Balance(tx, book.Of(book.Supplier, supplier), ledger.SupplierPayable)
		if err == nil && -owed < out.Amount {
			err = fault.Refused("treasury.supplier_bill_paid", fault.Params{"owed": max(-owed, 0).Format()})
		}
		if err != nil {
			return out, err
		}
		posted, err := ledger.Reverse(tx, bill, tx.Today())
		if err != nil {
			return out, err
		}
		out.Entry, out.Number = posted.Entry, posted.Number
		tell(tx, app)
		return out, tx.Exec("INSERT INTO supplier_bill_reversals(bill, entry, act) VALUES(?, ?, ?)", bill, posted.Entry, tx.ID())
	})
}

// BillView is a supplier's bill as people read it.
type BillView struct {
	Bill         int64        `json:"bill"`
	Number       string       `json:"number"`
	Date         clock.Date   `json:"date"`
	Due          clock.Date   `json:"due"`
	Supplier     int64        `json:"supplier"`
	SupplierName string       `json:"supplier_name"`
	CategoryName string       `json:"category_name"`
	Amount       money.Rupiah `json:"amount_rupiah"`
	Voucher      string       `json:"voucher"`
	Note         string       `json:"note"`
	ReversedBy   int64        `json:"reversed_by"` // the entry that took it back
}

// BillList is a page of bills, newest first.
type BillList struct {
	Bills []BillView `json:"bills"`
	Next  int64      `json:"next"`
}

// bills pages through suppliers' bills, newest first, before an entry.
func bills(r act.Reader, before, limit int64) (BillList, error) {
	list := BillList{Bills: []BillView{}}
	err := act.Each(r, `SELECT b.entry, j.kind, j.year, j.number, j.date, b.due, b.supplier, coalesce(s.name, ''), coalesce(c.name, ''), b.amount, b.voucher, coalesce(n.text, ''), coalesce(x.entry, 0)
		FROM supplier_bills b JOIN journal j ON j.id = b.entry LEFT JOIN suppliers s ON s.number = b.supplier LEFT JOIN expense_categories c ON c.id = b.category
		LEFT JOIN act_notes n ON n.act = b.act LEFT JOIN supplier_bill_reversals x ON x.bill = b.entry WHERE ? = 0 OR b.entry < ? ORDER BY b.entry DESC LIMIT ?`, []any{before, before, limit}, func(row act.Scanner) error {
		var b BillView
		var kind string
		var year int
		var number int64
		err := row.Scan(&b.Bill, &kind, &year, &number, &b.Date, &b.Due, &b.Supplier, &b.SupplierName, &b.CategoryName, &b.Amount, &b.Voucher, &b.Note, &b.ReversedBy)
		b.Number = ledger.Number(kind, year, number)
		list.Bills = append(list.Bills, b)
		return err
	})
	if int64(len(list.Bills)) == limit {
		list.Next = list.Bills[limit-1].Bill
	}
	return list, err
}

// Supplier is whom a bill may be owed to.
type Supplier struct {
	Number int64  `json:"number"`
	Name   string `json:"name"`
}

func suppliers(r act.Reader) ([]Supplier, error) {
	all := []Supplier{}
	err := act.Each(r, "SELECT CAST(number AS INTEGER), name FROM suppliers ORDER BY name, number LIMIT ?", []any{mostCreditors}, func(row act.Scanner) error {
		var s Supplier
		err := row.Scan(&s.Number, &s.Name)
		all = append(all, s)
		return err
	})
	return all, err
}
