package store

import (
	"database/sql"
	"encoding/json"
	"errors"
	"slices"
	"strings"

	"kpdk/hooks/internal/act"
	"kpdk/hooks/internal/fault"
	"kpdk/hooks/internal/money"
)

// Quarantine holds what a till sold offline and no rule can bend into the books: a card that is no card of
// ours, goods that nobody knows, tenders that don't add up. The goods are gone, so the sale is kept as it
// came and stays in the list for ever; somebody else than the cashier decides what becomes of it.

// Bounds of what is kept of such a sale. A good till stays far below them; a forger must not fill the disk.
const (
	heldCode    = 64  // a barcode or product id, in bytes
	heldCard    = 300 // a card's code
	heldTenders = 20
)

// quarantine keeps the sale under its key. The act posts nothing.
func (s *sale) quarantine(tx *act.Tx, code string) (SellAnswer, error) {
	charged, readable := s.charged()
	body, err := json.Marshal(s.heldBody())
	if err != nil {
		return SellAnswer{}, err
	}
	var total any
	if readable {
		total = int64(charged)
	}
	if err := tx.Exec("INSERT OR FAIL INTO quarantined_sales(act, shift, code, sold_at, charged, body) VALUES(?, ?, ?, ?, ?, ?)",
		tx.ID(), s.shift.ID, code, s.SoldAt.UnixMilli(), total, string(body)); err != nil {
		return SellAnswer{}, err
	}
	return SellAnswer{ID: s.key, Total: charged, Quarantined: code}, nil
}

// charged is the total as the till showed it, which needs a price on every line.
func (s *sale) charged() (total money.Rupiah, readable bool) {
	for i, l := range s.Lines {
		if l.Price == nil {
			return 0, false
		}
		total += money.Times(s.quantity[i], *l.Price)
	}
	if total > money.Max {
		return 0, false
	}
	return total, true
}

// heldBody is what is kept: the input without its PIN, each text cut to what a till could have meant.
func (s *sale) heldBody() SellInput {
	in := s.withoutPin()
	if in.Buyer != nil {
		in.Buyer.Card = cut(in.Buyer.Card, heldCard)
	}
	in.Lines = slices.Clone(in.Lines)
	for i := range in.Lines {
		l := &in.Lines[i]
		l.Barcode, l.Product = cut(l.Barcode, heldCode), cut(l.Product, heldCode)
	}
	in.Tenders = slices.Clone(in.Tenders[:min(len(in.Tenders), heldTenders)])
	for i := range in.Tenders {
		in.Tenders[i].Kind = cut(in.Tenders[i].Kind, heldCode)
	}
	return in
}

func cut(text string, most int) string {
	return strings.ToValidUTF8(text[:min(len(text), most)], "")
}

// reasonOf is the code behind a refusal: of many fields the first by name.
func reasonOf(err error) string {
	var f *fault.Fault
	if !errors.As(err, &f) {
		return "internal"
	}
	first, code := "", f.Code
	if code == "input.invalid" {
		for name, field := range f.Fields {
			if first == "" || name < first {
				first, code = name, field.Code
			}
		}
	}
	return code
}

// held is a sale in quarantine, as it was kept.
type held struct {
	act     int64
	key     string
	shift   Shift
	code    string
	in      SellInput
	sentBy  string // record id
	decided bool
}

// heldByKey reads a sale in quarantine by the ULID that the till gave it.
func heldByKey(r act.Reader, key string) (h held, err error) {
	var shift, body string
	err = r.Row(`SELECT q.act, a.key, h.key, q.code, q.body, a.actor, EXISTS(SELECT 1 FROM quarantine_decisions d WHERE d.quarantined = q.act)
		FROM acts a JOIN quarantined_sales q ON q.act = a.id JOIN shifts h ON h.id = q.shift WHERE a.key = ? AND a.kind = 'store.sell'`, key).
		Scan(&h.act, &h.key, &shift, &h.code, &body, &h.sentBy, &h.decided)
	if errors.Is(err, sql.ErrNoRows) {
		return h, fault.NotFound("store.quarantine_unknown")
	}
	if err != nil {
		return h, err
	}
	if h.shift, err = ShiftByKey(r, shift); err != nil {
		return h, err
	}
	return h, json.Unmarshal([]byte(body), &h.in)
}
