package store

import (
	"context"
	"database/sql"
	"errors"
	"strconv"
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

// GoodsInput is goods that came in: bought on credit from a supplier or for cash. Consigned goods
// come by quantity only; they stay their maker's.
type GoodsInput struct {
	Supplier  string           `json:"supplier"`
	PaidBy    string           `json:"paid_by"`
	Reference string           `json:"reference,omitempty"`
	Lines     []GoodsInputLine `json:"lines"`
}

// GoodsInputLine is one product with what one unit cost.
type GoodsInputLine struct {
	Barcode  string       `json:"barcode,omitempty"`
	Product  string       `json:"product,omitempty"`
	Quantity string       `json:"quantity"`
	Cost     money.Rupiah `json:"cost_rupiah"`
}

// GoodsAnswer is a goods receipt as posted.
type GoodsAnswer struct {
	ID    string          `json:"id"`
	Total money.Rupiah    `json:"total_rupiah"`
	Entry int64           `json:"entry"`
	Lines []GoodsMoveLine `json:"lines"`
}

// GoodsMoveLine is one product that came in.
type GoodsMoveLine struct {
	Product  string       `json:"product"`
	Name     string       `json:"name"`
	Quantity string       `json:"quantity"`
	Value    money.Rupiah `json:"value_rupiah"`
	Stock    string       `json:"stock,omitempty"`
}

// ReceiveGoods takes goods into stock: Dr 1131, Cr 2101 or 1101.
func ReceiveGoods(ctx context.Context, app core.App, key string, by act.Actor, in GoodsInput) (GoodsAnswer, bool, error) {
	quantities, err := in.shape()
	if err != nil {
		return GoodsAnswer{}, false, err
	}
	note := in.Reference
	in.Reference = "" // people's words: kept where they can be erased
	return act.Do(ctx, app, act.Act{Kind: "store.receive_goods", Key: key, Input: in, By: by, Note: note}, func(tx *act.Tx) (GoodsAnswer, error) {
		supplier, err := in.supplier(tx)
		if err != nil {
			return GoodsAnswer{}, err
		}
		if err := ledger.EnsureOpen(tx, tx.Today()); err != nil {
			return GoodsAnswer{}, err
		}
		goods, err := in.goods(tx)
		if err != nil {
			return GoodsAnswer{}, err
		}
		if err := in.mayPay(tx, supplier, goods, quantities); err != nil {
			return GoodsAnswer{}, err
		}
		var ids []string
		for _, g := range goods {
			ids = append(ids, g.ID)
		}
		notice.TellTills(tx, app, "stock", ids...)
		return in.receive(tx, key, supplier, goods, quantities)
	})
}

func (in GoodsInput) shape() ([]money.Quantity, error) {
	var bad fault.Input
	bad.Check(in.PaidBy == "credit" || in.PaidBy == "cash", "paid_by", "store.paid_by")
	bad.Check(in.PaidBy != "credit" || in.Supplier != "", "supplier", "store.supplier_missing")
	bad.Check(len(in.Reference) <= 80, "reference", "input.too_long", fault.Params{"max": 80})
	bad.Check(len(in.Lines) > 0 && len(in.Lines) <= MaxLines, "lines", "store.line_count", fault.Params{"max": MaxLines})
	var quantities []money.Quantity
	for i, l := range in.Lines[:min(len(in.Lines), MaxLines)] {
		field := "lines." + strconv.Itoa(i)
		bad.Check((l.Barcode == "") != (l.Product == ""), field+".barcode", "store.line_product")
		q, err := money.ParseQuantity(l.Quantity)
		bad.Check(err == nil && q > 0 && q <= money.MaxQuantity, field+".quantity", "store.quantity_invalid")
		bad.Check(l.Cost >= 0 && l.Cost <= MaxPrice, field+".cost_rupiah", "store.cost_invalid")
		quantities = append(quantities, q)
	}
	return quantities, bad.Err()
}

func (in GoodsInput) supplier(r act.Reader) (number int64, err error) {
	if in.Supplier == "" {
		return 0, nil
	}
	err = r.Row("SELECT number FROM suppliers WHERE id = ?", in.Supplier).Scan(&number)
	if errors.Is(err, sql.ErrNoRows) {
		var bad fault.Input
		bad.Add("supplier", "store.supplier_unknown")
		return 0, bad.Err()
	}
	return number, err
}

func (in GoodsInput) goods(r act.Reader) ([]Good, error) {
	var bad fault.Input
	var goods []Good
	for i, l := range in.Lines {
		it := LineInput{Barcode: l.Barcode, Product: l.Product}
		good, found, err := findGood(r, it)
		if err != nil {
			return nil, err
		}
		field := "lines." + strconv.Itoa(i)
		bad.Check(found, field+"."+it.named(), "store.product_unknown", fault.Params{"code": l.Barcode + l.Product})
		if found && good.Consignor == 0 {
			bad.Check(l.Cost > 0, field+".cost_rupiah", "store.cost_invalid")
		}
		goods = append(goods, good)
	}
	return goods, bad.Err()
}

// mayPay refuses to pay out of the cash box what isn't in it, and more than one person pays alone, in one bill or
// in several of a day to the same supplier: a large bill is taken on credit, and the treasury pays it with a second
// person. The console and the system are exempt from the second person, as there; the system, which lays out a
// co-op before anybody works in it, from the first rule too.
func (in GoodsInput) mayPay(tx *act.Tx, supplier int64, goods []Good, quantities []money.Quantity) error {
	role := tx.By().Role
	if in.PaidBy != "cash" || role == act.System {
		return nil
	}
	var total money.Rupiah
	for i, g := range goods {
		if g.Consignor == 0 {
			total += money.Times(quantities[i], in.Lines[i].Cost)
		}
	}
	if total == 0 {
		return nil
	}
	most, err := policy.SecondAbove.RupiahOn(tx, tx.Today())
	if err != nil {
		return err
	}
	earlier, err := paidInCash(tx, supplier)
	if err != nil {
		return err
	}
	if role != act.Console && policy.Apart(total, earlier, most) {
		return fault.Refused("store.cash_apart", fault.Params{"above": most.Format()})
	}
	left, err := ledger.AccountBalance(tx, ledger.Cash)
	if err == nil && total > left {
		err = fault.Refused("store.cash_short", fault.Params{"left": max(left, 0).Format()})
	}
	return err
}

// paidInCash is what the same person paid in cash today to a supplier, or for goods of no named one.
func paidInCash(tx *act.Tx, supplier int64) (sum money.Rupiah, err error) {
	rows, err := tx.Query("SELECT coalesce(g.supplier, 0), g.paid_by, g.total, a.actor, a.at FROM goods_receipts g JOIN acts a ON a.id = g.act ORDER BY g.act DESC")
	if err != nil {
		return 0, err
	}
	defer rows.Close()
	since := tx.Clock().Begins(tx.Today()).UnixMilli()
	for rows.Next() { // newest first: no further than this morning
		var to, at int64
		var way, actor string
		var total money.Rupiah
		if err := rows.Scan(&to, &way, &total, &actor, &at); err != nil || at < since {
			return sum, err
		}
		if to == supplier && way == "cash" && actor == tx.By().ID {
			sum += total
		}
	}
	return sum, rows.Err()
}

func (in GoodsInput) receive(tx *act.Tx, key string, supplier int64, goods []Good, quantities []money.Quantity) (GoodsAnswer, error) {
	answer := GoodsAnswer{ID: key}
	stock := map[int64]Stock{}
	var difference money.Rupiah
	for i := range goods {
		good := &goods[i]
		if s, ok := stock[good.Number]; ok {
			good.Stock = s
		}
		value, d := good.put(quantities[i], in.Lines[i].Cost)
		stock[good.Number] = good.Stock
		answer.Total += value
		difference += d
		answer.Lines = append(answer.Lines, GoodsMoveLine{good.ID, good.Name, quantities[i].String(), value, good.Stock.Quantity.String()})
		if err := move(tx, *good, "receipt", quantities[i], value-d); err != nil {
			return answer, err
		}
	}
	var entry any
	if answer.Total != 0 || difference != 0 {
		credit := ledger.Cr(ledger.Cash, answer.Total)
		if in.PaidBy == "credit" {
			credit = ledger.Cr(ledger.SupplierPayable, answer.Total, supplierParty(supplier))
		}
		posted, err := ledger.Post(tx, ledger.Entry{Kind: ledger.KindGoods, Date: tx.Today(), Lines: []ledger.Line{
			ledger.Dr(ledger.Inventory, answer.Total-difference), ledger.Dr(ledger.StockDifference, difference), credit}})
		if err != nil {
			return answer, err
		}
		answer.Entry, entry = posted.Entry, posted.Entry
	}
	var from any
	if supplier != 0 {
		from = supplier
	}
	return answer, tx.Exec("INSERT INTO goods_receipts(act, supplier, paid_by, date, total, entry, reference) VALUES(?, ?, ?, ?, ?, ?, '')",
		tx.ID(), from, in.PaidBy, string(tx.Today()), int64(answer.Total), entry)
}

// put adds goods to stock; consigned goods have no value.
func (g *Good) put(q money.Quantity, unitCost money.Rupiah) (value, difference money.Rupiah) {
	if g.Consignor != 0 {
		g.Stock.Quantity += q
		return 0, 0
	}
	g.Stock, value, difference = g.Stock.Put(q, unitCost)
	return value, difference
}

// GoodsReceipt is a past goods receipt.
type GoodsReceipt struct {
	ID        string          `json:"id"`
	At        time.Time       `json:"at"`
	Date      clock.Date      `json:"date"`
	Supplier  string          `json:"supplier"`
	PaidBy    string          `json:"paid_by"`
	Reference string          `json:"reference"` // empty once it was erased
	Total     money.Rupiah    `json:"total_rupiah"`
	Lines     []GoodsMoveLine `json:"lines"`
}

// GoodsReceipts lists goods receipts, newest first, before an act. Their references are notes of the acts; the
// first ones stand in the rows themselves.
func GoodsReceipts(r act.Reader, before, limit int64) (list []GoodsReceipt, next int64, err error) {
	list = []GoodsReceipt{}
	var acts []int64
	err = act.Each(r, `SELECT g.act, a.key, a.at, g.date, coalesce(s.name, ''), g.paid_by, coalesce(n.text, g.reference), g.total FROM goods_receipts g JOIN acts a ON a.id = g.act
		LEFT JOIN act_notes n ON n.act = g.act LEFT JOIN suppliers s ON s.number = g.supplier WHERE (? = 0 OR g.act < ?) ORDER BY g.act DESC LIMIT ?`, []any{before, before, limit}, func(row act.Scanner) error {
		var g GoodsReceipt
		var id, at int64
		err := row.Scan(&id, &g.ID, &at, &g.Date, &g.Supplier, &g.PaidBy, &g.Reference, &g.Total)
		g.At = time.UnixMilli(at).UTC()
		list, acts = append(list, g), append(acts, id)
		return err
	})
	for i, id := range acts {
		if err != nil {
			return list, 0, err
		}
		list[i].Lines, err = moveLines(r, id, MaxLines)
	}
	if int64(len(acts)) == limit {
		next = acts[len(acts)-1]
	}
	return list, next, err
}

// moveLines are the products that an act moved, at most so many of them.
func moveLines(r act.Reader, id int64, most int) (lines []GoodsMoveLine, err error) {
	err = act.Each(r, `SELECT p.id, p.name, m.quantity, m.value FROM stock_moves m JOIN products p ON p.number = m.product WHERE m.act = ? ORDER BY m.id LIMIT ?`,
		[]any{id, most}, func(row act.Scanner) error {
			var l GoodsMoveLine
			var q money.Quantity
			err := row.Scan(&l.Product, &l.Name, &q, &l.Value)
			l.Quantity = q.String()
			lines = append(lines, l)
			return err
		})
	return lines, err
}
