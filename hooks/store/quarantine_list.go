package store

import (
	"database/sql"
	"errors"
	"time"

	"kpdk/hooks/internal/act"
	"kpdk/hooks/internal/fault"
	"kpdk/hooks/internal/money"
)

// HeldSale is a sale in quarantine as the office sees it: what was sold, when, where, by whom, why it was
// held, and what became of it.
type HeldSale struct {
	ID            string        `json:"id"`
	Code          string        `json:"code"`
	SoldAt        time.Time     `json:"sold_at"`
	HeardAt       time.Time     `json:"heard_at"`
	Till          string        `json:"till"`
	Cashier       string        `json:"cashier"`
	ShiftClosed   bool          `json:"shift_closed"`
	Charged       *money.Rupiah `json:"charged_rupiah"` // as the till showed it; null where it could not be read
	Buyer         *Buyer        `json:"buyer"`          // as the till sent it: who it was is what nobody knows
	Lines         []HeldLine    `json:"lines"`
	Tenders       []Tender      `json:"tenders"`
	Decision      *Decision     `json:"decision"`
	Decide        bool          `json:"decide"` // the caller may decide
	DecideRefusal string        `json:"decide_refusal"`
}

// HeldLine is one line of it. A line without a name is of goods that nobody knows.
type HeldLine struct {
	Code     string        `json:"code"` // barcode or product id, as sent
	Name     string        `json:"name"`
	Unit     string        `json:"unit"`
	Quantity string        `json:"quantity"`
	Price    *money.Rupiah `json:"price_rupiah"`
	Amount   *money.Rupiah `json:"amount_rupiah"`
}

// Decision is what somebody decided. Sale is the receipt that came of it.
type Decision struct {
	Kind   string        `json:"kind"` // take, dismiss
	At     time.Time     `json:"at"`
	By     string        `json:"by"`
	Reason string        `json:"reason"` // empty once it was erased
	Member *ReceiptBuyer `json:"member"`
	Sale   string        `json:"sale"`
	Number string        `json:"number"`
}

type heldList struct {
	Sales []HeldSale   `json:"sales"`
	Open  int64        `json:"open"` // undecided, listed here or not
	Sum   money.Rupiah `json:"open_rupiah"`
	Next  int64        `json:"next,omitempty"`
}

// Quarantined lists the sales in quarantine, newest first; with open, only those that nobody decided.
func Quarantined(r act.Reader, by act.Actor, open bool, before, limit int64) (l heldList, err error) {
	l.Sales = []HeldSale{}
	if err := r.Row("SELECT count(*), coalesce(sum(charged), 0) FROM quarantined_sales q WHERE NOT EXISTS(SELECT 1 FROM quarantine_decisions d WHERE d.quarantined = q.act)").
		Scan(&l.Open, &l.Sum); err != nil {
		return l, err
	}
	var ids []int64
	var keys []string
	err = act.Each(r, `SELECT q.act, a.key FROM quarantined_sales q JOIN acts a ON a.id = q.act WHERE (? = 0 OR q.act < ?)
		AND (NOT ? OR NOT EXISTS(SELECT 1 FROM quarantine_decisions d WHERE d.quarantined = q.act)) ORDER BY q.act DESC LIMIT ?`,
		[]any{before, before, open, limit}, func(row act.Scanner) error {
			var id int64
			var key string
			err := row.Scan(&id, &key)
			ids, keys = append(ids, id), append(keys, key)
			return err
		})
	for _, key := range keys {
		if err != nil {
			return l, err
		}
		var s HeldSale
		s, err = readHeld(r, by, key)
		l.Sales = append(l.Sales, s)
	}
	if int64(len(ids)) == limit {
		l.Next = ids[len(ids)-1]
	}
	return l, err
}

func readHeld(r act.Reader, by act.Actor, key string) (HeldSale, error) {
	h, err := heldByKey(r, key)
	if err != nil {
		return HeldSale{}, err
	}
	s := HeldSale{ID: h.key, Code: h.code, Till: h.shift.Till, ShiftClosed: h.shift.Closed, Buyer: h.in.Buyer, Tenders: h.in.Tenders}
	if s.Tenders == nil {
		s.Tenders = []Tender{}
	}
	var sold, heard int64
	var charged sql.NullInt64
	if err := r.Row("SELECT q.sold_at, a.at, q.charged, coalesce((SELECT name FROM operators WHERE id = ?), '') FROM quarantined_sales q JOIN acts a ON a.id = q.act WHERE q.act = ?",
		h.shift.Cashier, h.act).Scan(&sold, &heard, &charged, &s.Cashier); err != nil {
		return s, err
	}
	s.SoldAt, s.HeardAt = time.UnixMilli(sold).UTC(), time.UnixMilli(heard).UTC()
	if charged.Valid {
		s.Charged = new(money.Rupiah)
		*s.Charged = money.Rupiah(charged.Int64)
	}
	if s.Lines, err = heldLines(r, h.in.Lines); err != nil {
		return s, err
	}
	if s.Decision, err = decisionOn(r, h); err != nil || s.Decision != nil {
		return s, err
	}
	s.DecideRefusal, err = decideRefusal(r, h, by)
	s.Decide = err == nil && s.DecideRefusal == ""
	return s, err
}

func decideRefusal(r act.Reader, h held, by act.Actor) (string, error) {
	if by.Role == act.Supervisor {
		return "auth.forbidden", nil
	}
	err := mayDecide(r, h, by)
	var f *fault.Fault
	if errors.As(err, &f) {
		return f.Code, nil
	}
	return "", err
}

func heldLines(r act.Reader, lines []LineInput) ([]HeldLine, error) {
	all := make([]HeldLine, len(lines))
	for i, l := range lines {
		good, _, err := findGood(r, l)
		if err != nil {
			return nil, err
		}
		all[i] = HeldLine{Code: l.Barcode + l.Product, Name: good.Name, Quantity: l.Quantity, Price: l.Price}
		if good.Number != 0 {
			if err := r.Row("SELECT unit FROM products WHERE number = ?", good.Number).Scan(&all[i].Unit); err != nil {
				return nil, err
			}
		}
		if q, err := money.ParseQuantity(l.Quantity); err == nil && l.Price != nil {
			amount := money.Times(q, *l.Price)
			all[i].Amount = &amount
		}
	}
	return all, nil
}

// decisionOn reads what was decided; nil when nothing was.
func decisionOn(r act.Reader, h held) (*Decision, error) {
	if !h.decided {
		return nil, nil
	}
	var d Decision
	var at int64
	var who, number sql.NullInt64
	var name, till, key string
	err := r.Row(`SELECT d.kind, a.at, coalesce(o.name, u.email, a.role), coalesce(n.text, ''), d.member, coalesce(m.name, ''), coalesce(s.till, ''), s.number, a.key
		FROM quarantine_decisions d JOIN acts a ON a.id = d.act LEFT JOIN act_notes n ON n.act = d.act LEFT JOIN sales s ON s.act = d.act LEFT JOIN members m ON m.number = d.member
		LEFT JOIN operators o ON o.id = a.actor LEFT JOIN _superusers u ON u.id = a.actor WHERE d.quarantined = ?`, h.act).
		Scan(&d.Kind, &at, &d.By, &d.Reason, &who, &name, &till, &number, &key)
	if err != nil {
		return nil, err
	}
	d.At = time.UnixMilli(at).UTC()
	if who.Valid {
		d.Member = &ReceiptBuyer{who.Int64, name}
	}
	if number.Valid {
		d.Sale, d.Number = key, ReceiptNumber(till, number.Int64)
	}
	return &d, nil
}
