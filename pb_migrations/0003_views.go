package pb_migrations

import (
	"fmt"

	"github.com/pocketbase/pocketbase/core"
	m "github.com/pocketbase/pocketbase/migrations"
)

func init() {
	m.Register(func(txApp core.App) error {
		for _, v := range views {
			c := core.NewViewCollection(v.name) // without rules: for managers alone
			c.ViewQuery = v.query
			if err := txApp.Save(c); err != nil {
				return fmt.Errorf("%s: %w", v.name, err)
			}
		}
		return nil
	}, nil, "0003_views.go")
}

// What happened, to look at in the dashboard. Views are read-only by nature. Each shows the newest rows
// first and only so many of them, bounded by the table's key: a sort or a filter in the dashboard reads
// the whole window, never the whole history. A text id with leading zeros sorts like its number.
//
// Columns are cast, so that they have a type; the id of a joined collection becomes a relation. Nothing
// here shows answers of acts, sealed numbers, PINs or notes.
const (
	moment = `CAST(strftime('%%Y-%%m-%%d %%H:%%M:%%SZ', %s / 1000, 'unixepoch') AS TEXT)`
	recent = `coalesce((SELECT %[2]s FROM %[1]s ORDER BY %[2]s DESC LIMIT 1 OFFSET 20000), 0)`
)

func momentOf(column string) string        { return fmt.Sprintf(moment, column) }
func recentOf(table, column string) string { return fmt.Sprintf(recent, table, column) }

var views = []struct{ name, query string }{
	{"v_journal", `SELECT CAST(printf('%010d', j.id) AS TEXT) AS id, CAST(j.id AS INT) AS entry,
		CAST((CASE j.kind WHEN 'sale' THEN 'PJ' WHEN 'shift' THEN 'KS' WHEN 'goods' THEN 'BR' WHEN 'savings' THEN 'SP' WHEN 'payroll' THEN 'PG' WHEN 'bank' THEN 'BK'
			WHEN 'member' THEN 'AG' WHEN 'opening' THEN 'SA' WHEN 'reversal' THEN 'BL' WHEN 'payment' THEN 'BY' ELSE upper(j.kind) END) || printf('-%d/%05d', j.year, j.number) AS TEXT) AS number,
		CAST(j.date AS TEXT) AS date, ` + momentOf("j.at") + ` AS at, CAST(j.kind AS TEXT) AS kind, CAST(a.kind AS TEXT) AS source, CAST(a.role AS TEXT) AS role, o.id AS operator,
		CAST((SELECT sum(l.amount) FROM journal_lines l WHERE l.entry = j.id AND l.amount > 0) AS INT) AS amount_rupiah,
		CAST(j.reverses AS INT) AS reverses, CAST(lower(hex(s.hash)) AS TEXT) AS hash
		FROM journal j JOIN seals s ON s.seq = j.id LEFT JOIN acts a ON a.id = j.act LEFT JOIN operators o ON o.id = a.actor
		WHERE j.id > ` + recentOf("journal", "id") + ` ORDER BY j.id DESC`},

	{"v_journal_lines", `SELECT CAST(printf('%010d-%04d', l.entry, l.line) AS TEXT) AS id, CAST(l.entry AS INT) AS entry, CAST(l.line AS INT) AS line, CAST(j.date AS TEXT) AS date,
		CAST(l.account AS INT) AS code, a.id AS account, CAST(max(l.amount, 0) AS INT) AS debit_rupiah, CAST(max(-l.amount, 0) AS INT) AS credit_rupiah,
		m.id AS member, CAST(p.kind || ' ' || p.ref AS TEXT) AS party
		FROM journal_lines l JOIN journal j ON j.id = l.entry LEFT JOIN accounts a ON a.account = l.account LEFT JOIN parties p ON p.id = l.party
		LEFT JOIN members m ON p.kind = 'member' AND m.number = CAST(p.ref AS INTEGER)
		WHERE l.entry > ` + recentOf("journal", "id") + ` ORDER BY l.entry DESC, l.line DESC`},

	{"v_sales", `SELECT CAST(printf('%010d', s.act) AS TEXT) AS id, CAST(s.till || printf('-%05d', s.number) AS TEXT) AS number, CAST(s.date AS TEXT) AS date,
		` + momentOf("s.sold_at") + ` AS sold_at, t.id AS till, o.id AS cashier, m.id AS member, CAST(s.total AS INT) AS total_rupiah, CAST(s.saved AS INT) AS saved_rupiah,
		CAST((SELECT sum(x.amount) FROM sale_tenders x WHERE x.sale = s.act AND x.kind = 'payroll') AS INT) AS payroll_rupiah,
		CAST((SELECT sum(x.amount) FROM sale_tenders x WHERE x.sale = s.act AND x.kind = 'cash') AS INT) AS cash_rupiah,
		CAST(s.change AS INT) AS change_rupiah, CAST(s.entry AS INT) AS entry, CAST(s.offline AS BOOL) AS offline, CAST(s.flags AS TEXT) AS flags
		FROM sales s LEFT JOIN shifts h ON h.id = s.shift LEFT JOIN tills t ON t.code = s.till LEFT JOIN operators o ON o.id = h.cashier LEFT JOIN members m ON m.number = s.member
		WHERE s.act > ` + recentOf("sales", "act") + ` ORDER BY s.act DESC`},

	{"v_sale_lines", `SELECT CAST(printf('%010d-%04d', l.sale, l.line) AS TEXT) AS id, CAST(s.till || printf('-%05d', s.number) AS TEXT) AS sale, CAST(s.date AS TEXT) AS date,
		p.id AS product, CAST(l.quantity / 1000.0 AS REAL) AS quantity, CAST(l.price AS INT) AS price_rupiah, CAST(l.public_price AS INT) AS public_price_rupiah,
		CAST(l.amount AS INT) AS amount_rupiah, CAST(l.cost AS INT) AS cost_rupiah, c.id AS consignor
		FROM sale_lines l JOIN sales s ON s.act = l.sale LEFT JOIN products p ON p.number = l.product LEFT JOIN consignors c ON c.number = l.consignor
		WHERE l.sale > ` + recentOf("sales", "act") + ` ORDER BY l.sale DESC, l.line DESC`},

	{"v_stock", `SELECT CAST(printf('%07d-%d', s.product, s.place) AS TEXT) AS id, p.id AS product, CAST(s.place AS INT) AS place, CAST(s.quantity / 1000.0 AS REAL) AS quantity,
		CAST(s.value AS INT) AS value_rupiah, CAST(s.last_cost AS INT) AS last_cost_rupiah
		FROM stock s LEFT JOIN products p ON p.number = s.product ORDER BY s.product, s.place`},

	{"v_open_items", `SELECT CAST(printf('%010d', i.id) AS TEXT) AS id, m.id AS member, CAST(i.kind AS TEXT) AS kind, CAST(i.date AS TEXT) AS date,
		CAST(i.amount AS INT) AS amount_rupiah, CAST(r.remainder AS INT) AS remaining_rupiah
		FROM item_remainders r JOIN open_items i ON i.id = r.item LEFT JOIN members m ON m.number = i.member WHERE r.remainder > 0 ORDER BY r.item DESC`},

	{"v_mandates", `SELECT CAST(printf('%010d', d.id) AS TEXT) AS id, m.id AS member, CAST(d.kind AS TEXT) AS kind, CAST(d.valid_from AS TEXT) AS valid_from,
		CAST(d.max_rupiah AS INT) AS max_rupiah, CAST(d.voluntary_rupiah AS INT) AS voluntary_rupiah, CAST(d.reference AS TEXT) AS reference, ` + momentOf("a.at") + ` AS at
		FROM mandates d LEFT JOIN members m ON m.number = d.member LEFT JOIN acts a ON a.id = d.act
		WHERE d.id > ` + recentOf("mandates", "id") + ` ORDER BY d.id DESC`},

	{"v_payroll_runs", `SELECT CAST(r.period AS TEXT) AS id, CAST(r.period AS TEXT) AS period, CAST(r.state AS TEXT) AS state, CAST(r.pay_date AS TEXT) AS pay_date,
		CAST(r.cutoff_date AS TEXT) AS cutoff_date,
		CAST((SELECT count(*) FROM payroll_lines l WHERE l.period = r.period AND l.requested > 0) AS INT) AS members,
		CAST((SELECT sum(l.requested) FROM payroll_lines l WHERE l.period = r.period) AS INT) AS requested_rupiah,
		CAST((SELECT sum(l.deducted) FROM payroll_lines l WHERE l.period = r.period) AS INT) AS deducted_rupiah,
		CAST((SELECT sum(l.excess) FROM payroll_lines l WHERE l.period = r.period) AS INT) AS excess_rupiah,
		CAST(r.prepared_role AS TEXT) AS prepared_role, o.id AS prepared_by, CAST(r.approved_role AS TEXT) AS approved_role, q.id AS approved_by
		FROM payroll_runs r LEFT JOIN operators o ON o.id = r.prepared_by LEFT JOIN operators q ON q.id = r.approved_by
		WHERE r.period > coalesce((SELECT period FROM payroll_runs ORDER BY period DESC LIMIT 1 OFFSET 36), '') ORDER BY r.period DESC`},

	{"v_payroll_lines", `SELECT CAST(l.period || printf('-%08d', l.member) AS TEXT) AS id, CAST(l.period AS TEXT) AS period, m.id AS member, w.id AS unit,
		CAST(l.due AS INT) AS due_rupiah, CAST(l.requested AS INT) AS requested_rupiah, CAST(l.deducted AS INT) AS deducted_rupiah, CAST(l.excess AS INT) AS excess_rupiah,
		CAST(l.excluded AS TEXT) AS excluded, CAST(l.reason AS TEXT) AS reason, CAST(l.settled AS BOOL) AS settled
		FROM payroll_lines l LEFT JOIN members m ON m.number = l.member LEFT JOIN work_units w ON w.id = l.unit
		WHERE l.period > coalesce((SELECT period FROM payroll_runs ORDER BY period DESC LIMIT 1 OFFSET 3), '') ORDER BY l.period DESC, l.member`},

	{"v_acts", `SELECT CAST(printf('%010d', a.id) AS TEXT) AS id, CAST(a.id AS INT) AS act, CAST(a.kind AS TEXT) AS kind, ` + momentOf("a.at") + ` AS at, CAST(a.role AS TEXT) AS role,
		o.id AS operator, m.id AS member, CAST(a.actor AS TEXT) AS actor, CAST(a.note IS NOT NULL AS BOOL) AS noted
		FROM acts a LEFT JOIN operators o ON o.id = a.actor LEFT JOIN members m ON m.id = a.actor
		WHERE a.id > ` + recentOf("acts", "id") + ` ORDER BY a.id DESC`},

	{"v_policies", `SELECT CAST(printf('%010d', p.id) AS TEXT) AS id, CAST(p.key AS TEXT) AS key, CAST(p.value AS TEXT) AS value, CAST(p.valid_from AS TEXT) AS valid_from,
		` + momentOf("a.at") + ` AS decided_at, CAST(a.role AS TEXT) AS decided_by FROM policies p LEFT JOIN acts a ON a.id = p.act ORDER BY p.id DESC`},

	{"v_balances", `SELECT CAST(b.account AS TEXT) AS id, CAST(b.account AS INT) AS code, a.id AS account, CAST(max(sum(b.debit - b.credit), 0) AS INT) AS debit_rupiah,
		CAST(max(sum(b.credit - b.debit), 0) AS INT) AS credit_rupiah FROM account_months b LEFT JOIN accounts a ON a.account = b.account GROUP BY b.account ORDER BY b.account`},
}
