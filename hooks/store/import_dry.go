package store

import (
	"kpdk/hooks/document"
	"kpdk/hooks/internal/act"
	"kpdk/hooks/internal/money"
)

// productState is what an import compares a row with.
type productState struct {
	id                                           string
	code, barcode, name, unit, category, consign string
	price, memberPrice, cost                     money.Rupiah
	moved                                        bool
}

// foresee tells what an import would do without doing it. It reads the whole catalogue once.
func foresee(r act.Reader, rows []ProductRow, report *document.Report, language string) error {
	byCode, byBarcode := map[string]*productState{}, map[string]*productState{}
	err := act.Each(r, `SELECT p.id, p.code, p.barcode, p.name, p.unit, coalesce(g.name, ''), coalesce(c.name, ''), p.price_rupiah, p.member_price_rupiah, p.cost_rupiah, s.product IS NOT NULL
		FROM products p LEFT JOIN categories g ON g.id = p.category LEFT JOIN consignors c ON c.id = p.consignor LEFT JOIN stock s ON s.product = p.number AND s.place = 1`,
		nil, func(row act.Scanner) error {
			p := &productState{}
			err := row.Scan(&p.id, &p.code, &p.barcode, &p.name, &p.unit, &p.category, &p.consign, &p.price, &p.memberPrice, &p.cost, &p.moved)
			byCode[p.code], byBarcode[p.barcode] = p, p
			return err
		})
	if err != nil {
		return err
	}
	delete(byCode, "")
	delete(byBarcode, "")
	for _, row := range rows {
		a, b := byCode[row.Code], byBarcode[row.Barcode]
		switch {
		case a != nil && b != nil && a != b:
			report.Add([]document.Problem{{Row: row.Line, Field: "barcode", Code: ProductAmbiguous}}, language)
		case a == nil && b == nil:
			report.Created++
		case a != nil && a.differs(row), a == nil && b.differs(row):
			report.Updated++
		default:
			report.Unchanged++
		}
	}
	return nil
}

// differs says whether a row would change a product.
func (p *productState) differs(row ProductRow) bool {
	text := func(have, want string) bool { return want != "" && want != have }
	amount := func(have money.Rupiah, want *money.Rupiah) bool { return want != nil && *want != have }
	return text(p.code, row.Code) || text(p.barcode, row.Barcode) || text(p.name, row.Name) || text(p.unit, row.Unit) ||
		text(p.category, row.Category) || text(p.consign, row.Consignor) || p.price != row.Price ||
		amount(p.memberPrice, row.MemberPrice) || amount(p.cost, row.Cost) || !p.moved && row.Stock > 0
}
