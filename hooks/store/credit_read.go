package store

import (
	"database/sql"
	"encoding/hex"
	"errors"
	"time"

	"github.com/pocketbase/pocketbase/core"

	"kpdk/hooks/internal/act"
	"kpdk/hooks/internal/clock"
	"kpdk/hooks/internal/fault"
	"kpdk/hooks/internal/money"
	"kpdk/hooks/policy"
)

// CreditTermsInput asks what a card's holder may take on credit.
type CreditTermsInput struct {
	Card  string       `json:"card"`
	Total money.Rupiah `json:"total_rupiah"`
	Down  money.Rupiah `json:"down_rupiah,omitempty"`
}

// CreditTermsOf reads the terms for a price. The till shows them; the sale decides anew.
func CreditTermsOf(app core.App, in CreditTermsInput) (t CreditTerms, err error) {
	credit, err := creditOf(app)
	if err != nil {
		return t, err
	}
	var bad fault.Input
	bad.Check(in.Card != "", "card", "store.card_required")
	bad.Check(in.Total > 0 && in.Total <= MaxPrice, "total_rupiah", "ledger.amount_invalid")
	bad.Check(in.Down >= 0 && in.Down < in.Total, "down_rupiah", "ledger.amount_invalid")
	if err := bad.Err(); err != nil {
		return t, err
	}
	r, today := act.Read(app), clock.Of(app).Today()
	person, _, err := buyer(app, r, CheckInput{Card: in.Card})
	if err != nil {
		return t, err
	}
	if t, err = credit.Terms(r, today, person.Number, in.Total, in.Down); err != nil {
		return t, err
	}
	t.Member = person.Number
	t.PinAbove, err = policy.PinAbove.RupiahOn(r, today)
	return t, err
}

// CreditReceipt is goods on credit as a till reads them again: what was sold, or waits for the office, with the
// plan's terms. State is waiting, approved, refused, made, or handed for a request whose goods are with the member.
type CreditReceipt struct {
	ID        string        `json:"id"`
	State     string        `json:"state"`
	Number    int64         `json:"number"`
	At        time.Time     `json:"at"`
	Till      string        `json:"till"`
	Cashier   string        `json:"cashier"`
	Member    ReceiptBuyer  `json:"member"`
	Lines     []ReceiptLine `json:"lines"`
	Total     money.Rupiah  `json:"total_rupiah"`
	Down      money.Rupiah  `json:"down_rupiah"`
	Principal money.Rupiah  `json:"principal_rupiah"`
	Margin    money.Rupiah  `json:"margin_rupiah"`
	Parts     int64         `json:"parts"`
	First     clock.Period  `json:"first_period"`
	Schedule  []CreditPart  `json:"schedule"`
	Entry     int64         `json:"entry"`
	Hash      string        `json:"hash"`
	Reason    string        `json:"reason"` // why the office refused
	cashier   string        // whose shift it is
}

// CreditList is a shift's goods on credit: what waits, and what was sold, newest first.
type CreditList struct {
	Sales []CreditReceipt `json:"sales"`
}

// maxCredit bounds a shift's list.
const maxCredit = 200

const creditQuery = `SELECT x.act, k.key, k.at, h.till, h.cashier, coalesce(o.name, ''), x.total, x.down, coalesce(p.number, 0), coalesce(p.member, json_extract(q.body, '$.member')), coalesce(m.name, ''),
	coalesce(p.principal, q.principal), coalesce(p.margin, json_extract(q.body, '$.margin_rupiah'), 0), coalesce(p.parts, json_extract(q.body, '$.parts')), coalesce(p.first_period, ''), coalesce(p.entry, 0), s.hash,
	CASE WHEN p.act IS NOT NULL THEN 'made' WHEN d.request IS NULL THEN 'waiting' WHEN d.approved = 0 OR EXISTS(SELECT 1 FROM instalment_ends e WHERE e.request = x.act) THEN 'refused'
		WHEN EXISTS(SELECT 1 FROM instalment_plans n WHERE n.request = x.act) THEN 'handed' ELSE 'approved' END, coalesce(n.text, '')
	FROM (SELECT act, shift, total, down FROM credit_sales UNION ALL SELECT act, shift, total, down FROM credit_requests) x JOIN acts k ON k.id = x.act JOIN shifts h ON h.id = x.shift
	LEFT JOIN operators o ON o.id = h.cashier LEFT JOIN instalment_plans p ON p.act = x.act LEFT JOIN seals s ON s.seq = p.entry LEFT JOIN instalment_requests q ON q.act = x.act
	LEFT JOIN instalment_decisions d ON d.request = x.act LEFT JOIN act_notes n ON n.act = d.act
	LEFT JOIN members m ON m.number = coalesce(p.member, json_extract(q.body, '$.member')) `

func scanCredit(row act.Scanner) (id int64, c CreditReceipt, err error) {
	var at int64
	var hash []byte
	err = row.Scan(&id, &c.ID, &at, &c.Till, &c.cashier, &c.Cashier, &c.Total, &c.Down, &c.Number, &c.Member.Number, &c.Member.Name, &c.Principal, &c.Margin, &c.Parts, &c.First, &c.Entry, &hash, &c.State, &c.Reason)
	c.At, c.Hash, c.Lines, c.Schedule = time.UnixMilli(at).UTC(), hex.EncodeToString(hash), []ReceiptLine{}, []CreditPart{}
	return id, c, err
}

// CreditOfShift lists a shift's goods on credit, with what the till's shift before carried on to it.
func CreditOfShift(r act.Reader, shift int64) (CreditList, error) {
	out := CreditList{[]CreditReceipt{}}
	var ids []int64
	err := act.Each(r, creditQuery+"WHERE x.act IN (SELECT act FROM credit_sales WHERE shift = ? UNION ALL SELECT act FROM "+requestsOf+") ORDER BY x.act DESC LIMIT ?", []any{shift, shift, shift, maxCredit}, func(row act.Scanner) error {
		id, c, err := scanCredit(row)
		ids, out.Sales = append(ids, id), append(out.Sales, c)
		return err
	})
	for i := range out.Sales {
		if err == nil {
			err = out.Sales[i].fill(r, ids[i])
		}
	}
	return out, err
}

// CreditByKey reads one of them.
func CreditByKey(r act.Reader, key string) (CreditReceipt, error) {
	id, c, err := scanCredit(r.Row(creditQuery+"WHERE k.key = ? AND (k.kind = 'store.sell_on_plan' OR k.kind = 'store.hand_over')", key))
	if errors.Is(err, sql.ErrNoRows) {
		err = fault.NotFound("store.sale_unknown")
	}
	if err != nil {
		return c, err
	}
	return c, c.fill(r, id)
}

// fill reads the goods, which a request has without prices, and the schedule.
func (c *CreditReceipt) fill(r act.Reader, id int64) error {
	if c.Number == 0 {
		return act.Each(r, `SELECT coalesce(p.name, ''), coalesce(p.unit, ''), json_extract(j.value, '$.quantity') FROM instalment_requests q JOIN json_each(q.body, '$.lines') j
			LEFT JOIN products p ON p.id = json_extract(j.value, '$.product') WHERE q.act = ? ORDER BY j.key`, []any{id}, func(row act.Scanner) error {
			var l ReceiptLine
			err := row.Scan(&l.Name, &l.Unit, &l.Quantity)
			c.Lines = append(c.Lines, l)
			return err
		})
	}
	err := act.Each(r, `SELECT p.name, p.unit, g.quantity, g.price, g.amount, CAST(p.price_rupiah AS INT) FROM instalment_goods g JOIN products p ON p.number = g.product WHERE g.plan = ? ORDER BY g.line`, []any{id}, func(row act.Scanner) error {
		var l ReceiptLine
		var q money.Quantity
		err := row.Scan(&l.Name, &l.Unit, &q, &l.Price, &l.Amount, &l.PublicPrice)
		l.Quantity = q.String()
		c.Lines = append(c.Lines, l)
		return err
	})
	if err != nil {
		return err
	}
	return act.Each(r, "SELECT n, principal, margin FROM instalment_parts WHERE plan = ? ORDER BY n", []any{id}, func(row act.Scanner) error {
		var p CreditPart
		err := row.Scan(&p.N, &p.Principal, &p.Margin)
		p.Period = c.First.Add(int(p.N) - 1)
		c.Schedule = append(c.Schedule, p)
		return err
	})
}
