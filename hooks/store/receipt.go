package store

import (
	"database/sql"
	"encoding/hex"
	"errors"
	"strconv"
	"strings"
	"time"

	"kpdk/hooks/internal/act"
	"kpdk/hooks/internal/clock"
	"kpdk/hooks/internal/fault"
	"kpdk/hooks/internal/money"
)

// Receipt is a sale as it is read again: by the till, the office, and the member who bought.
type Receipt struct {
	ID      string        `json:"id"`
	Number  string        `json:"number"`
	SoldAt  time.Time     `json:"sold_at"`
	Date    clock.Date    `json:"date"`
	Till    string        `json:"till"`
	Cashier string        `json:"cashier"`
	Member  *ReceiptBuyer `json:"member"`
	Lines   []ReceiptLine `json:"lines"`
	Total   money.Rupiah  `json:"total_rupiah"`
	Back    money.Rupiah  `json:"back_rupiah,omitempty"` // the price of goods that came back, in the three ways below
	Ended   money.Rupiah  `json:"back_ended_rupiah,omitempty"`
	Repaid  money.Rupiah  `json:"back_cash_rupiah,omitempty"`
	Held    money.Rupiah  `json:"back_held_rupiah,omitempty"`
	Unsaved money.Rupiah  `json:"back_saved_rupiah,omitempty"` // what had been saved on it
	Saved   money.Rupiah  `json:"saved_rupiah"`
	Tenders []Tender      `json:"tenders"`
	Change  money.Rupiah  `json:"change_rupiah"`
	Entry   int64         `json:"entry"`
	Hash    string        `json:"hash"`
	Flags   []string      `json:"flags"`
}

// ReceiptBuyer is the member on a receipt.
type ReceiptBuyer struct {
	Number int64  `json:"number"`
	Name   string `json:"name"`
}

// ReceiptLine is one line of a receipt, with the price that others would have paid.
type ReceiptLine struct {
	Name        string       `json:"name"`
	Unit        string       `json:"unit"`
	Quantity    string       `json:"quantity"`
	Price       money.Rupiah `json:"price_rupiah"`
	Amount      money.Rupiah `json:"amount_rupiah"`
	Back        string       `json:"back,omitempty"` // how much of it came back
	PublicPrice money.Rupiah `json:"public_price_rupiah"`
}

const receiptQuery = `SELECT s.act, a.key, s.till, s.number, s.sold_at, s.date, coalesce(o.name, ''), s.member, coalesce(m.name, ''), s.total, s.saved, s.change, s.entry, x.hash, s.flags, ` + paidBack + `
	FROM sales s JOIN acts a ON a.id = s.act JOIN shifts h ON h.id = s.shift JOIN seals x ON x.seq = s.entry
	LEFT JOIN operators o ON o.id = h.cashier LEFT JOIN members m ON m.number = s.member `

func scanReceipt(row act.Scanner) (id int64, r Receipt, err error) {
	var number, soldAt int64
	var who sql.NullInt64
	var name, flags string
	var hash []byte
	err = row.Scan(&id, &r.ID, &r.Till, &number, &soldAt, &r.Date, &r.Cashier, &who, &name, &r.Total, &r.Saved, &r.Change, &r.Entry, &hash, &flags, &r.Back)
	r.Number, r.SoldAt, r.Hash = ReceiptNumber(r.Till, number), time.UnixMilli(soldAt).UTC(), hex.EncodeToString(hash)
	r.Flags = strings.Fields(flags)
	if who.Valid {
		r.Member = &ReceiptBuyer{who.Int64, name}
	}
	return id, r, err
}

// ReceiptByKey reads one sale by the ULID that made it, or that took it out of quarantine.
func ReceiptByKey(r act.Reader, key string) (Receipt, error) {
	id, receipt, err := scanReceipt(r.Row(receiptQuery+"WHERE a.key = ? AND (a.kind = 'store.sell' OR a.kind = 'store.take')", key))
	if errors.Is(err, sql.ErrNoRows) {
		return receipt, fault.NotFound("store.sale_unknown")
	}
	if err != nil {
		return receipt, err
	}
	return receipt, fill(r, id, &receipt)
}

// ReceiptsByNumber finds the receipt of a number as people write it, "K1-00412" or "k1-412"; none when there is none. It
// goes through all sales: nobody but the office asks, and rarely.
func ReceiptsByNumber(r act.Reader, number string) ([]Receipt, error) {
	number = strings.TrimSpace(number)
	cut := strings.LastIndexByte(number, '-')
	count, err := strconv.ParseInt(number[cut+1:], 10, 64)
	if cut < 1 || err != nil {
		return []Receipt{}, nil
	}
	list, _, err := receipts(r, "WHERE s.number = ? AND s.till = ? COLLATE NOCASE ORDER BY s.act DESC LIMIT 1", 1, count, number[:cut])
	return list, err
}

// SaleView is a receipt as the office opens it: with each time that goods of it came back, and why whoever asks may
// take nothing back, as a code, or empty.
type SaleView struct {
	Receipt
	Returns []SaleReturn `json:"returns"`
	Refusal string       `json:"return_refusal"`
}

// SaleReturn is one time that goods of a sale came back.
type SaleReturn struct {
	At     time.Time    `json:"at"`
	By     string       `json:"by"`
	Reason string       `json:"reason"`
	Amount money.Rupiah `json:"amount_rupiah"`
	Ended  money.Rupiah `json:"ended_rupiah"`
	Cash   money.Rupiah `json:"cash_rupiah"`
	Held   money.Rupiah `json:"held_rupiah"`
	Entry  int64        `json:"entry"`
}

// ViewSale reads a sale for somebody.
func ViewSale(r act.Reader, by act.Actor, today clock.Date, key string) (v SaleView, err error) {
	if v.Receipt, err = ReceiptByKey(r, key); err != nil {
		return v, err
	}
	s, err := soldBy(r, key)
	if err != nil {
		return v, err
	}
	v.Returns = []SaleReturn{}
	if err := act.Each(r, `SELECT a.at, coalesce(o.name, u.email, a.role), coalesce(n.text, ''), b.amount, b.ended, b.cash, b.held, b.entry
		FROM sale_returns b JOIN acts a ON a.id = b.act LEFT JOIN act_notes n ON n.act = b.act
		LEFT JOIN operators o ON o.id = a.actor LEFT JOIN _superusers u ON u.id = a.actor WHERE b.sale = ? ORDER BY b.act DESC`, []any{s.act}, func(row act.Scanner) error {
		var back SaleReturn
		var at int64
		err := row.Scan(&at, &back.By, &back.Reason, &back.Amount, &back.Ended, &back.Cash, &back.Held, &back.Entry)
		back.At = time.UnixMilli(at).UTC()
		v.Returns = append(v.Returns, back)
		return err
	}); err != nil {
		return v, err
	}
	if v.Refusal = "auth.forbidden"; by.Role != act.Treasurer && by.Role != act.Manager {
		return v, nil
	}
	v.Refusal = ""
	err = s.mayReturn(r, by, today)
	if err == nil {
		_, err = s.pick(nil)
	}
	if f := (*fault.Fault)(nil); errors.As(err, &f) && f.Status < 500 {
		v.Refusal, err = f.Code, nil
	}
	return v, err
}

// ReceiptsOfShift lists a shift's sales, newest first.
func ReceiptsOfShift(r act.Reader, shift, before, limit int64) ([]Receipt, int64, error) {
	return receipts(r, "WHERE s.shift = ? AND (? = 0 OR s.act < ?) ORDER BY s.act DESC LIMIT ?", limit, shift, before, before, limit)
}

// Receipts lists all sales, newest first.
func Receipts(r act.Reader, before, limit int64) ([]Receipt, int64, error) {
	return receipts(r, "WHERE (? = 0 OR s.act < ?) ORDER BY s.act DESC LIMIT ?", limit, before, before, limit)
}

// ReceiptsOfMember lists a member's purchases, newest first.
func ReceiptsOfMember(r act.Reader, number, before, limit int64) ([]Receipt, int64, error) {
	return receipts(r, "WHERE s.member = ? AND (? = 0 OR s.act < ?) ORDER BY s.act DESC LIMIT ?", limit, number, before, before, limit)
}

// receipts gives at most limit receipts and the act to go on before, 0 at the end.
func receipts(r act.Reader, where string, limit int64, args ...any) (list []Receipt, next int64, err error) {
	list = []Receipt{}
	var ids []int64
	err = act.Each(r, receiptQuery+where, args, func(row act.Scanner) error {
		id, receipt, err := scanReceipt(row)
		ids, list = append(ids, id), append(list, receipt)
		return err
	})
	for i := range list {
		if err == nil {
			err = fill(r, ids[i], &list[i])
		}
	}
	if int64(len(ids)) == limit {
		next = ids[len(ids)-1]
	}
	return list, next, err
}

// fill reads the lines and tenders of a receipt.
func fill(r act.Reader, id int64, receipt *Receipt) error {
	err := act.Each(r, `SELECT coalesce(p.name, ''), coalesce(p.unit, ''), l.quantity, l.price, l.amount, l.public_price,
		coalesce((SELECT sum(b.quantity) FROM sale_return_lines b WHERE b.sale = l.sale AND b.line = l.line), 0) FROM sale_lines l
		LEFT JOIN products p ON p.number = l.product WHERE l.sale = ? ORDER BY l.line`, []any{id}, func(row act.Scanner) error {
		var l ReceiptLine
		var q, back money.Quantity
		err := row.Scan(&l.Name, &l.Unit, &q, &l.Price, &l.Amount, &l.PublicPrice, &back)
		l.Quantity = q.String()
		if back > 0 {
			l.Back = back.String()
		}
		receipt.Lines = append(receipt.Lines, l)
		return err
	})
	if err == nil && receipt.Back > 0 {
		err = r.Row("SELECT coalesce(sum(ended), 0), coalesce(sum(cash), 0), coalesce(sum(held), 0), coalesce(sum(saved), 0) FROM sale_returns WHERE sale = ?", id).Scan(&receipt.Ended, &receipt.Repaid, &receipt.Held, &receipt.Unsaved)
	}
	if err != nil {
		return err
	}
	return act.Each(r, "SELECT kind, amount FROM sale_tenders WHERE sale = ? ORDER BY line", []any{id}, func(row act.Scanner) error {
		var t Tender
		err := row.Scan(&t.Kind, &t.Amount)
		receipt.Tenders = append(receipt.Tenders, t)
		return err
	})
}
