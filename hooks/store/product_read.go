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

const goodQuery = `SELECT p.id, p.number, p.name, p.price_rupiah, p.member_price_rupiah, p.cost_rupiah, coalesce(c.number, 0), p.weighed, p.active,
	coalesce(s.quantity, 0), coalesce(s.value, 0), coalesce(s.last_cost, 0)
	FROM products p LEFT JOIN consignors c ON c.id = p.consignor LEFT JOIN stock s ON s.product = p.number AND s.place = 1 WHERE `

func scanGood(row act.Scanner) (g Good, found bool, err error) {
	err = row.Scan(&g.ID, &g.Number, &g.Name, &g.Price, &g.MemberPrice, &g.Cost, &g.Consignor, &g.Weighed, &g.Active,
		&g.Stock.Quantity, &g.Stock.Value, &g.Stock.LastCost)
	if errors.Is(err, sql.ErrNoRows) {
		return g, false, nil
	}
	if g.Stock.LastCost == 0 {
		g.Stock.LastCost = g.Cost
	}
	return g, err == nil, err
}

// GoodByID reads a product and its stock by record id.
func GoodByID(r act.Reader, id string) (Good, bool, error) {
	return scanGood(r.Row(goodQuery+"p.id = ?", id))
}

// GoodByBarcode finds a product by what a scanner or a cashier types: its barcode, else its own code.
func GoodByBarcode(r act.Reader, barcode string) (Good, bool, error) {
	code, err := ParseBarcode(barcode)
	if err != nil || code == "" {
		return Good{}, false, nil
	}
	g, found, err := scanGood(r.Row(goodQuery+"p.barcode = ? AND p.barcode != ''", code))
	if found || err != nil {
		return g, found, err
	}
	return scanGood(r.Row(goodQuery+"p.code = ? AND p.code != ''", code))
}
