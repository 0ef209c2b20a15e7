package store

import (
	"database/sql"
	"errors"

	"kpdk/hooks/internal/act"
	"kpdk/hooks/ledger"
	"kpdk/hooks/ledger/book"
)

// MainPlace is the one place where stock lies until a co-op has more.
const MainPlace = 1

func consignorParty(number int64) ledger.Party { return book.Of(book.Consignor, number) }
func supplierParty(number int64) ledger.Party  { return book.Of(book.Supplier, number) }
func shiftParty(shift int64) ledger.Party      { return book.Of(book.Shift, shift) }

const goodQuery = `SELECT p.id, p.number, p.name, p.price_rupiah, p.member_price_rupiah, p.cost_rupiah, coalesce(c.number, 0), p.weighed, p.active
	FROM products p LEFT JOIN consignors c ON c.id = p.consignor WHERE `

// goodKey is how a product was asked for. What the catalogue says outlasts a group of sales; its stock never does.
type goodKey struct {
	by    string
	value any
}

var goodTables = []string{"products", "consignors"}

func good(r act.Reader, key goodKey, load func() (Good, error)) (Good, bool, error) {
	g, err := act.Lasting(r, key, goodTables, load)
	if err != nil || g.ID == "" {
		return g, false, err
	}
	g.Stock, err = stockOf(r, g)
	return g, err == nil, err
}

// readGood gives a product without its stock, or one without an id when there is none.
func readGood(r act.Reader, where string, value any) (g Good, err error) {
	err = r.Row(goodQuery+where, value).Scan(&g.ID, &g.Number, &g.Name, &g.Price, &g.MemberPrice, &g.Cost, &g.Consignor, &g.Weighed, &g.Active)
	if errors.Is(err, sql.ErrNoRows) {
		return Good{}, nil
	}
	return g, err
}

func stockOf(r act.Reader, g Good) (s Stock, err error) {
	err = r.Row("SELECT quantity, value, last_cost FROM stock WHERE product = ? AND place = ?", g.Number, MainPlace).Scan(&s.Quantity, &s.Value, &s.LastCost)
	if errors.Is(err, sql.ErrNoRows) {
		err = nil
	}
	if s.LastCost == 0 {
		s.LastCost = g.Cost
	}
	return s, err
}

// GoodByID reads a product and its stock by record id.
func GoodByID(r act.Reader, id string) (Good, bool, error) {
	return good(r, goodKey{"id", id}, func() (Good, error) { return readGood(r, "p.id = ?", id) })
}

// GoodByNumber reads a product and its stock by the product's number.
func GoodByNumber(r act.Reader, number int64) (Good, bool, error) {
	return good(r, goodKey{"number", number}, func() (Good, error) { return readGood(r, "p.number = ?", number) })
}

// GoodByBarcode finds a product by what a scanner or a cashier types: its barcode, else its own code.
func GoodByBarcode(r act.Reader, barcode string) (Good, bool, error) {
	return good(r, goodKey{"barcode", barcode}, func() (Good, error) {
		code, err := ParseBarcode(barcode)
		if err != nil || code == "" {
			return Good{}, nil
		}
		g, err := readGood(r, "p.barcode = ? AND p.barcode != ''", code)
		if g.ID == "" && err == nil {
			g, err = readGood(r, "p.code = ? AND p.code != ''", code)
		}
		return g, err
	})
}
