package store

import (
	"cmp"

	"kpdk/hooks/document"
	"kpdk/hooks/internal/act"
	"kpdk/hooks/internal/money"
)

// productState is what an import compares a row with.
type productState struct {
	id                                           string
	code, barcode, name, unit, category, consign string
	price, memberPrice, cost                     money.Rupiah
	moved, lies                                  bool // moved: or waits to
}

// foresee tells what an import would do without doing it, and of how many rows the stock is late. It reads the whole
// catalogue once.
func foresee(r act.Reader, rows []ProductRow, report *document.Report, language string) (late int, err error) {
	isLate, err := stockIsLate(r)
	if err != nil {
		return 0, err
	}
	byCode, byBarcode := map[string]*productState{}, map[string]*productState{}
	err = act.Each(r, `SELECT p.id, p.code, p.barcode, p.name, p.unit, coalesce(g.name, ''), coalesce(c.name, ''), p.price_rupiah, p.member_price_rupiah, p.cost_rupiah, s.product IS NOT NULL OR p.number IN (SELECT l.value ->> 'product' FROM stock_requests q, json_each(q.body) l WHERE NOT EXISTS(SELECT 1 FROM stock_decisions d WHERE d.request = q.act)),
		coalesce(s.quantity <> 0 OR s.value <> 0, 0) FROM products p LEFT JOIN categories g ON g.id = p.category LEFT JOIN consignors c ON c.id = p.consignor LEFT JOIN stock s ON s.product = p.number AND s.place = 1`,
		nil, func(row act.Scanner) error {
			p := &productState{}
			err := row.Scan(&p.id, &p.code, &p.barcode, &p.name, &p.unit, &p.category, &p.consign, &p.price, &p.memberPrice, &p.cost, &p.moved, &p.lies)
			byCode[p.code], byBarcode[p.barcode] = p, p
			return err
		})
	if err != nil {
		return 0, err
	}
	delete(byCode, "")
	delete(byBarcode, "")
	for _, row := range rows {
		a, b := byCode[row.Code], byBarcode[row.Barcode]
		known := cmp.Or(a, b)
		if (a == nil || b == nil || a == b) && known.refuse(row) == nil && isLate && row.Stock > 0 && (known == nil || !known.moved) {
			late++
			report.Add([]document.Problem{{Row: row.Line, Field: "stock", Code: StockLate, Warning: true}}, language)
		}
		switch {
		case a != nil && b != nil && a != b:
			report.Add([]document.Problem{{Row: row.Line, Field: "barcode", Code: ProductAmbiguous}}, language)
		case known.refuse(row) != nil:
			report.Add([]document.Problem{*known.refuse(row)}, language)
		case known == nil:
			report.Created++
		case known.differs(row):
			report.Updated++
		default:
			report.Unchanged++
		}
	}
	return late, nil
}

// refuse says why the row would be refused; a product that is new has nothing of its own yet.
func (p *productState) refuse(row ProductRow) *document.Problem {
	if p == nil {
		p = &productState{}
	}
	memberPrice := p.memberPrice
	if row.MemberPrice != nil {
		memberPrice = *row.MemberPrice
	}
	return refuse(row, p.lies && row.Consignor != "" && row.Consignor != p.consign, row.Price, memberPrice)
}

// differs says whether a row would change a product.
func (p *productState) differs(row ProductRow) bool {
	text := func(have, want string) bool { return want != "" && want != have }
	amount := func(have money.Rupiah, want *money.Rupiah) bool { return want != nil && *want != have }
	return text(p.code, row.Code) || text(p.barcode, row.Barcode) || text(p.name, row.Name) || text(p.unit, row.Unit) ||
		text(p.category, row.Category) || text(p.consign, row.Consignor) || p.price != row.Price ||
		amount(p.memberPrice, row.MemberPrice) || amount(p.cost, row.Cost) || !p.moved && row.Stock > 0
}
