package store

import (
	"kpdk/hooks/internal/act"
	"kpdk/hooks/internal/clock"
	"kpdk/hooks/internal/money"
	"kpdk/hooks/policy"
)

// Catalogue is what a till keeps: all active products, with a version that changes
// when a product or a stock does.
type Catalogue struct {
	Version       string       `json:"version"`
	PinAbove      money.Rupiah `json:"pin_above_rupiah"`
	OfflineCredit money.Rupiah `json:"offline_credit_rupiah"`
	Products      []Product    `json:"products"`
}

// Product is one product for a till: never what it cost.
type Product struct {
	ID          string       `json:"id"`
	Number      int64        `json:"number"`
	Code        string       `json:"code"`
	Barcode     string       `json:"barcode"`
	Name        string       `json:"name"`
	Unit        string       `json:"unit"`
	Category    string       `json:"category"`
	Price       money.Rupiah `json:"price_rupiah"`
	MemberPrice money.Rupiah `json:"member_price_rupiah"`
	Weighed     bool         `json:"weighed"`
	Consignor   string       `json:"consignor"`
	Stock       string       `json:"stock"`
}

// ReadCatalogue reads all active products.
func ReadCatalogue(r act.Reader, today clock.Date) (c Catalogue, err error) {
	if err := r.Row(`SELECT coalesce((SELECT max(updated) FROM products), '') || '/' || coalesce((SELECT max(id) FROM stock_moves), 0)`).Scan(&c.Version); err != nil {
		return c, err
	}
	if c.PinAbove, err = policy.PinAbove.RupiahOn(r, today); err != nil {
		return c, err
	}
	if c.OfflineCredit, err = policy.OfflineCredit.RupiahOn(r, today); err != nil {
		return c, err
	}
	c.Products = []Product{}
	err = act.Each(r, `SELECT p.id, p.number, p.code, p.barcode, p.name, p.unit, coalesce(g.name, ''), p.price_rupiah, p.member_price_rupiah, p.weighed, coalesce(c.name, ''), coalesce(s.quantity, 0)
		FROM products p LEFT JOIN categories g ON g.id = p.category LEFT JOIN consignors c ON c.id = p.consignor LEFT JOIN stock s ON s.product = p.number AND s.place = 1
		WHERE p.active ORDER BY p.name LIMIT 200000`, nil, func(row act.Scanner) error {
		var p Product
		var q money.Quantity
		err := row.Scan(&p.ID, &p.Number, &p.Code, &p.Barcode, &p.Name, &p.Unit, &p.Category, &p.Price, &p.MemberPrice, &p.Weighed, &p.Consignor, &q)
		p.Stock = q.String()
		c.Products = append(c.Products, p)
		return err
	})
	return c, err
}
