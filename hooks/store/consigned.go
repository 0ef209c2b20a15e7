package store

import (
	"kpdk/hooks/internal/act"
	"kpdk/hooks/internal/clock"
	"kpdk/hooks/internal/money"
	"kpdk/hooks/ledger"
	"kpdk/hooks/ledger/book"
)

// Consigned is what was sold of one consigned product: for how much, and the consignor's share of it.
type Consigned struct {
	Name     string
	Quantity money.Quantity
	Sales    money.Rupiah
	Share    money.Rupiah
}

// ConsignedSales lists what was sold for a consignor on the days from..to, by product, less what came back of goods
// on credit. It goes by the consignor's own lines in the journal, since sales have no index by maker.
func ConsignedSales(r act.Reader, consignor int64, from, to clock.Date) ([]Consigned, error) {
	var all []Consigned
	party := book.Of(book.Consignor, consignor)
	of := func(sign, lines string) string {
		return `SELECT s.product, ` + sign + `s.quantity AS quantity, ` + sign + `s.amount AS amount, ` + sign + `s.cost AS cost FROM parties w JOIN journal_lines l ON l.party = w.id AND l.account = ?1 JOIN journal j ON j.id = l.entry AND j.date BETWEEN ?2 AND ?3
			JOIN ` + lines + ` AND s.consignor = ?4 WHERE w.ref = ?5 AND w.kind = ?6`
	}
	err := act.Each(r, `SELECT coalesce(p.name, ''), sum(s.quantity), sum(s.amount), sum(s.cost) FROM (`+
		of("", "sales t ON t.act = j.act AND t.entry = j.id JOIN sale_lines s ON s.sale = t.act")+" UNION ALL "+
		of("", "instalment_plans t ON t.act = j.act AND t.entry = j.id JOIN instalment_goods s ON s.plan = t.act")+" UNION ALL "+
		of("-", `instalment_returns t ON t.act = j.act AND t.entry = j.id JOIN (SELECT b.act, o.product, o.consignor, b.quantity, b.amount, b.cost FROM instalment_return_goods b
			JOIN instalment_goods o ON o.plan = b.plan AND o.line = b.line) s ON s.act = t.act`)+`) s
		LEFT JOIN products p ON p.number = s.product GROUP BY s.product HAVING sum(s.quantity) <> 0 OR sum(s.amount) <> 0 ORDER BY sum(s.amount) DESC, p.name`,
		[]any{ledger.ConsignorPayable, string(from), string(to), consignor, party.Ref, string(party.Kind)}, func(row act.Scanner) error {
			var c Consigned
			err := row.Scan(&c.Name, &c.Quantity, &c.Sales, &c.Share)
			all = append(all, c)
			return err
		})
	return all, err
}
