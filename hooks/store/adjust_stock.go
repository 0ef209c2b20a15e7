package store

import (
	"context"
	"database/sql"
	"encoding/json"
	"errors"
	"strconv"
	"strings"
	"time"

	"github.com/pocketbase/pocketbase/core"

	"kpdk/hooks/internal/act"
	"kpdk/hooks/internal/clock"
	"kpdk/hooks/internal/fault"
	"kpdk/hooks/internal/money"
	"kpdk/hooks/ledger"
	"kpdk/hooks/notice"
	"kpdk/hooks/policy"
)

// AdjustInput is goods that were found, or are missing, beside what was bought and sold.
type AdjustInput struct {
	Reason string       `json:"reason"`
	Lines  []AdjustLine `json:"lines"`
}

// AdjustLine is one product of it.
type AdjustLine struct {
	Barcode  string       `json:"barcode,omitempty"`
	Product  string       `json:"product,omitempty"`     // record id
	Quantity string       `json:"quantity"`              // found; with a minus missing
	Cost     money.Rupiah `json:"cost_rupiah,omitempty"` // of one that was found; 0: what it cost last
}

// Adjusted is what became of an adjustment.
type Adjusted struct {
	ID     string       `json:"id"`
	State  string       `json:"state"` // posted, waiting, refused
	Amount money.Rupiah `json:"amount_rupiah"`
	Entry  int64        `json:"entry"`
}

// States of an adjustment.
const (
	StatePosted  = "posted"
	StateWaiting = "waiting" // for the second person
	StateRefused = "refused"
)

// MaxAdjusted is how many products one adjustment takes: it is one act, and the till waits for it.
const MaxAdjusted = 1000

// adjusted is a line by what it names, as a request keeps it: numbers only.
type adjusted struct {
	Product  int64          `json:"product"`
	Quantity money.Quantity `json:"quantity"` // thousandths
	Cost     money.Rupiah   `json:"cost"`
}

// AdjustStock takes in goods that were found and takes off those that are missing, against 6110; or lays it before a
// second person where it is worth more than one person moves alone.
func AdjustStock(ctx context.Context, app core.App, key string, by act.Actor, in AdjustInput) (Adjusted, bool, error) {
	quantities, err := in.shape()
	if err != nil {
		return Adjusted{}, false, err
	}
	note := strings.TrimSpace(in.Reason)
	in.Reason = "" // people's words: kept where they can be erased
	return act.Do(ctx, app, act.Act{Kind: "store.adjust_stock", Key: key, Input: in, By: by, Note: note}, func(tx *act.Tx) (Adjusted, error) {
		lines, err := in.named(tx, quantities)
		if err != nil {
			return Adjusted{}, err
		}
		return adjust(tx, app, lines)
	})
}

func (in AdjustInput) shape() ([]money.Quantity, error) {
	bad := checkReason(strings.TrimSpace(in.Reason))
	bad.Check(len(in.Lines) > 0 && len(in.Lines) <= MaxAdjusted, "lines", "store.line_count", fault.Params{"max": MaxAdjusted})
	var quantities []money.Quantity
	for i, l := range in.Lines[:min(len(in.Lines), MaxAdjusted)] {
		field := "lines." + strconv.Itoa(i)
		bad.Check((l.Barcode == "") != (l.Product == ""), field+".barcode", "store.line_product")
		missing := strings.HasPrefix(l.Quantity, "-")
		q, err := money.ParseQuantity(strings.TrimPrefix(l.Quantity, "-"))
		bad.Check(err == nil && q > 0 && q <= money.MaxQuantity, field+".quantity", "store.quantity_invalid")
		bad.Check(l.Cost >= 0 && l.Cost <= MaxPrice && (l.Cost == 0 || !missing), field+".cost_rupiah", "store.cost_invalid")
		if missing {
			q = -q
		}
		quantities = append(quantities, q)
	}
	return quantities, bad.Err()
}

// named finds the products that lines name, each of them once.
func (in AdjustInput) named(r act.Reader, quantities []money.Quantity) ([]adjusted, error) {
	var bad fault.Input
	var lines []adjusted
	seen := map[int64]bool{}
	for i, l := range in.Lines {
		it := LineInput{Barcode: l.Barcode, Product: l.Product}
		good, found, err := findGood(r, it)
		if err != nil {
			return nil, err
		}
		name := "lines." + strconv.Itoa(i)
		bad.Check(found, name+"."+it.named(), "store.product_unknown", fault.Params{"code": l.Barcode + l.Product})
		bad.Check(!found || !seen[good.Number], name+"."+it.named(), "store.adjust_twice")
		seen[good.Number] = true
		cost := l.Cost
		if cost == 0 {
			cost = good.Cost
		}
		lines = append(lines, adjusted{good.Number, quantities[i], cost})
	}
	return lines, bad.Err()
}

// change is what an adjustment does to one product.
type change struct {
	good     Good // with its stock after it
	quantity money.Quantity
	value    money.Rupiah // of what is found, below zero of what is missing
}

// changes decides what lines come to; it writes nothing.
func changes(r act.Reader, lines []adjusted) (all []change, found, missing money.Rupiah, err error) {
	var bad fault.Input
	for i, l := range lines {
		good, there, err := GoodByNumber(r, l.Product)
		if err != nil {
			return nil, 0, 0, err
		}
		field := "lines." + strconv.Itoa(i)
		bad.Check(there, field+".product", "store.product_unknown", fault.Params{"code": strconv.FormatInt(l.Product, 10)})
		bad.Check(l.Quantity > 0 || good.Stock.Quantity+l.Quantity >= 0, field+".quantity", "store.adjust_short", fault.Params{"name": good.Name, "stock": good.Stock.Quantity.String()})
		c := change{good: good, quantity: l.Quantity}
		if l.Quantity > 0 {
			value, difference := c.good.put(l.Quantity, l.Cost)
			c.value = value - difference
		} else {
			c.good.Stock, c.value = good.Stock.Take(-l.Quantity)
			c.value = -c.value
		}
		found, missing = found+max(c.value, 0), missing+max(-c.value, 0)
		all = append(all, c)
	}
	return all, found, missing, bad.Err()
}

// adjust books lines, or keeps them for the second person.
func adjust(tx *act.Tx, app core.App, lines []adjusted) (Adjusted, error) {
	out := Adjusted{ID: tx.Key(), State: StatePosted}
	if err := ledger.EnsureOpen(tx, tx.Today()); err != nil {
		return out, err
	}
	all, found, missing, err := changes(tx, lines)
	if err != nil {
		return out, err
	}
	out.Amount = found + missing
	apart, err := adjustsApart(tx, out.Amount)
	if err != nil {
		return out, err
	}
	if !apart {
		out.Entry, err = putRight(tx, app, all, found, missing, 0)
		return out, err
	}
	var taken bool
	if err := tx.Row("SELECT EXISTS(SELECT 1 FROM acts a JOIN stock_requests q ON q.act = a.id WHERE a.key = ?)", tx.Key()).Scan(&taken); err != nil {
		return out, err
	}
	if taken { // whoever approves names a request by its key
		return out, fault.Refused("idempotency_conflict")
	}
	body, err := json.Marshal(lines)
	if err != nil {
		return out, err
	}
	out.State = StateWaiting
	return out, tx.Exec("INSERT INTO stock_requests(act, amount, body) VALUES(?, ?, ?)", tx.ID(), int64(out.Amount), string(body))
}

// adjustsApart says whether an adjustment waits for a second person: it is worth more than one person moves alone, or
// is so with what the same person adjusted alone today. Whoever holds the machine's console may; the audit says so.
func adjustsApart(tx *act.Tx, amount money.Rupiah) (bool, error) {
	if role := tx.By().Role; amount == 0 || role == act.Console || role == act.System {
		return false, nil
	}
	most, err := policy.SecondAbove.RupiahOn(tx, tx.Today())
	if err != nil {
		return false, err
	}
	var earlier money.Rupiah
	err = tx.Row(`SELECT coalesce(sum(s.amount), 0) FROM acts a JOIN stock_adjustments s ON s.act = a.id
		WHERE s.act > coalesce((SELECT max(act) FROM stock_adjustments WHERE date < ?), 0) AND s.date = ? AND s.request IS NULL AND a.actor = ?`,
		string(tx.Today()), string(tx.Today()), tx.By().ID).Scan(&earlier)
	return policy.Apart(amount, earlier, most), err
}

// putRight writes what was decided.
func putRight(tx *act.Tx, app core.App, all []change, found, missing money.Rupiah, request int64) (entry int64, err error) {
	var ids []string
	for _, c := range all {
		ids = append(ids, c.good.ID)
		if err := move(tx, c.good, "stocktake", c.quantity, c.value); err != nil {
			return 0, err
		}
	}
	var of, asked any
	if net := found - missing; net != 0 {
		posted, err := ledger.Post(tx, ledger.Entry{Kind: ledger.KindGoods, Date: tx.Today(), Lines: []ledger.Line{ledger.Dr(ledger.Inventory, net), ledger.Cr(ledger.StockDifference, net)}})
		if err != nil {
			return 0, err
		}
		entry, of = posted.Entry, posted.Entry
	}
	if request != 0 {
		asked = request
	}
	notice.TellTills(tx, app, "stock", ids...)
	return entry, tx.Exec("INSERT INTO stock_adjustments(act, date, amount, entry, request) VALUES(?, ?, ?, ?, ?)", tx.ID(), string(tx.Today()), int64(found+missing), of, asked)
}

// DecideStock approves or refuses an adjustment that waits. Approving decides anew what it comes to: goods may have
// moved meanwhile.
func DecideStock(ctx context.Context, app core.App, key string, by act.Actor, request string, approve bool, reason string) (Adjusted, bool, error) {
	var bad fault.Input
	bad.Check(len(reason) <= MaxReason, "reason", "input.too_long", fault.Params{"max": MaxReason})
	if err := bad.Err(); err != nil {
		return Adjusted{}, false, err
	}
	kind := map[bool]string{true: "store.approve_stock", false: "store.refuse_stock"}[approve]
	return act.Do(ctx, app, act.Act{Kind: kind, Key: key, Input: request, By: by, Note: strings.TrimSpace(reason)}, func(tx *act.Tx) (Adjusted, error) {
		return decideStock(tx, app, request, approve)
	})
}

func decideStock(tx *act.Tx, app core.App, request string, approve bool) (Adjusted, error) {
	out := Adjusted{ID: request, State: StateRefused}
	var id int64
	var maker, body string
	var decided bool
	err := tx.Row(`SELECT q.act, a.actor, q.amount, q.body, EXISTS(SELECT 1 FROM stock_decisions d WHERE d.request = q.act)
		FROM acts a JOIN stock_requests q ON q.act = a.id WHERE a.key = ?`, request).Scan(&id, &maker, &out.Amount, &body, &decided)
	switch {
	case errors.Is(err, sql.ErrNoRows):
		return out, fault.NotFound("store.adjustment_unknown")
	case err != nil:
		return out, err
	case decided:
		return out, fault.Refused("store.adjustment_decided")
	}
	if !approve {
		return out, tx.Exec("INSERT INTO stock_decisions(request, approved, act) VALUES(?, 0, ?)", id, tx.ID())
	}
	if err := act.NeedsAnother(tx, tx.By(), act.MadeBy(maker), "store.adjust_same_person", "store.adjust_keyed_by_maker"); err != nil {
		return out, err
	}
	if err := ledger.EnsureOpen(tx, tx.Today()); err != nil {
		return out, err
	}
	var lines []adjusted
	if err := json.Unmarshal([]byte(body), &lines); err != nil {
		return out, err
	}
	all, found, missing, err := changes(tx, lines)
	if err != nil {
		return out, err
	}
	if err := tx.Exec("INSERT INTO stock_decisions(request, approved, act) VALUES(?, 1, ?)", id, tx.ID()); err != nil {
		return out, err
	}
	out.State, out.Amount = StatePosted, found+missing
	out.Entry, err = putRight(tx, app, all, found, missing, id)
	return out, err
}

// Adjustment is one as people read it.
type Adjustment struct {
	ID        string          `json:"id"` // the act's, or that of the request
	At        time.Time       `json:"at"`
	Date      clock.Date      `json:"date"`
	State     string          `json:"state"`
	By        string          `json:"by"`
	DecidedBy string          `json:"decided_by"`
	Reason    string          `json:"reason"` // empty once it was erased
	Amount    money.Rupiah    `json:"amount_rupiah"`
	Entry     int64           `json:"entry"`
	Lines     []GoodsMoveLine `json:"lines"`   // at most shownLines of them
	Count     int             `json:"count"`   // of its products
	Refusal   string          `json:"refusal"` // why the caller may not approve it, or empty
}

// AdjustmentList is what waits, and a page of those that were made, newest first.
type AdjustmentList struct {
	Waiting     []Adjustment `json:"waiting"`
	Adjustments []Adjustment `json:"adjustments"`
	Above       money.Rupiah `json:"above_rupiah"` // what one person adjusts alone at most
	Next        int64        `json:"next"`
}

const (
	mostWaiting = 200
	shownLines  = 20
)

// Adjustments lists what waits for a second person, and what was adjusted or refused before an act.
func Adjustments(r act.Reader, today clock.Date, by act.Actor, before, limit int64) (AdjustmentList, error) {
	list := AdjustmentList{Waiting: []Adjustment{}, Adjustments: []Adjustment{}}
	var err error
	if list.Above, err = policy.SecondAbove.RupiahOn(r, today); err != nil {
		return list, err
	}
	if before == 0 {
		if list.Waiting, err = waitingStock(r, by); err != nil {
			return list, err
		}
	}
	var acts []int64
	err = act.Each(r, `SELECT s.act, coalesce(q.key, a.key), a.at, s.date, s.amount, coalesce(s.entry, 0), coalesce(n.text, ''), coalesce(`+whoOf("q")+`, `+whoOf("a")+`),
			CASE WHEN q.id IS NULL THEN '' ELSE `+whoOf("a")+` END, (SELECT count(*) FROM stock_moves m WHERE m.act = s.act)
		FROM stock_adjustments s JOIN acts a ON a.id = s.act LEFT JOIN acts q ON q.id = s.request LEFT JOIN act_notes n ON n.act = coalesce(s.request, s.act)
		WHERE (? = 0 OR s.act < ?) ORDER BY s.act DESC LIMIT ?`, []any{before, before, limit}, func(row act.Scanner) error {
		a := Adjustment{State: StatePosted}
		var id, at int64
		err := row.Scan(&id, &a.ID, &at, &a.Date, &a.Amount, &a.Entry, &a.Reason, &a.By, &a.DecidedBy, &a.Count)
		a.At = time.UnixMilli(at).UTC()
		list.Adjustments, acts = append(list.Adjustments, a), append(acts, id)
		return err
	})
	for i, id := range acts {
		if err != nil {
			return list, err
		}
		list.Adjustments[i].Lines, err = moveLines(r, id, shownLines)
	}
	if int64(len(acts)) == limit {
		list.Next = acts[len(acts)-1]
	}
	return list, err
}

// whoOf is the name of an act's actor, or its role: managers and the console have none.
func whoOf(acts string) string {
	return "coalesce((SELECT o.name FROM operators o WHERE o.id = " + acts + ".actor), " + acts + ".role)"
}

func waitingStock(r act.Reader, by act.Actor) ([]Adjustment, error) {
	all := []Adjustment{}
	var makers, bodies []string
	err := act.Each(r, `SELECT a.key, a.at, a.actor, q.amount, q.body, coalesce(n.text, ''), `+whoOf("a")+` FROM stock_requests q JOIN acts a ON a.id = q.act LEFT JOIN act_notes n ON n.act = q.act
		WHERE NOT EXISTS(SELECT 1 FROM stock_decisions d WHERE d.request = q.act) ORDER BY q.act LIMIT ?`, []any{mostWaiting}, func(row act.Scanner) error {
		a := Adjustment{State: StateWaiting}
		var at int64
		var maker, body string
		err := row.Scan(&a.ID, &at, &maker, &a.Amount, &body, &a.Reason, &a.By)
		a.At = time.UnixMilli(at).UTC()
		all, makers, bodies = append(all, a), append(makers, maker), append(bodies, body)
		return err
	})
	for i := range all {
		if err != nil {
			return nil, err
		}
		a := &all[i]
		var lines []adjusted
		if err := json.Unmarshal([]byte(bodies[i]), &lines); err != nil {
			return nil, err
		}
		a.Count = len(lines)
		for _, l := range lines[:min(len(lines), shownLines)] {
			good, _, err := GoodByNumber(r, l.Product)
			if err != nil {
				return nil, err
			}
			a.Lines = append(a.Lines, GoodsMoveLine{good.ID, good.Name, l.Quantity.String(), money.Times(l.Quantity, l.Cost), good.Stock.Quantity.String()})
		}
		var conflict act.Conflict
		conflict, err = act.SecondPerson(r, by, act.MadeBy(makers[i]))
		a.Refusal = conflict.Code("store.adjust_same_person", "store.adjust_keyed_by_maker")
	}
	return all, err
}
