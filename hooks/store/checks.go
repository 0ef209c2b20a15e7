package store

import (
	"context"

	"kpdk/hooks/internal/act"
	"kpdk/hooks/internal/money"
	"kpdk/hooks/ledger"
)

// Checks are the store's part of `kpdk verify`.
func Checks() []ledger.Check {
	return []ledger.Check{{Name: "stock", Run: checkStock}, {Name: "receipts", Run: checkReceipts}, {Name: "shifts", Run: checkShifts}}
}

// State are the store's tables that are made anew from what happened. What a product cost last is its own: a
// receipt keeps the value of what came, not the price of one.
func State() []ledger.Kept {
	return []ledger.Kept{
		{Table: "stock", Key: []string{"product", "place"}, Values: []string{"quantity", "value"}, First: []string{"last_cost"},
			Rows: "SELECT product, place, sum(quantity), sum(value), 0 FROM stock_moves GROUP BY product, place"},
		shiftState,
		{Table: "counters", Key: []string{"name"}, Values: []string{"last"}, Where: "name GLOB 'receipt.*'",
			Rows: "SELECT 'receipt.' || till, max(number) FROM sales GROUP BY till"},
	}
}

var shiftState = ledger.Kept{Table: "shifts", Key: []string{"id"}, Values: []string{"key", "till", "cashier", "party", "opened_at", "float", "closed_at", "counted", "missing"},
	Rows: `SELECT o.shift, a.key, o.till, o.cashier, p.id, o.at, o.cash, c.at, c.cash, coalesce(c.missing, 0) FROM shift_events o JOIN acts a ON a.id = o.act
		LEFT JOIN parties p ON p.ref = CAST(o.shift AS TEXT) AND p.kind = 'shift' LEFT JOIN shift_events c ON c.shift = o.shift AND c.kind = 'close' WHERE o.kind = 'open'`}

func count(r act.Reader, table string) (n int64, err error) {
	err = r.Row("SELECT count(*) FROM " + table).Scan(&n)
	return n, err
}

// checkStock holds stock against its moves, and its value against the inventory account.
func checkStock(ctx context.Context, r act.Reader) (int, []string, error) {
	f := ledger.NewFindings(ctx)
	checked, err := count(r, "stock")
	if err != nil {
		return f.Done(checked, err)
	}
	if err := f.Each(r, "verify.stock", `SELECT product, place, kept_quantity, kept_value, quantity, value FROM (
		SELECT coalesce(s.product, m.product) AS product, coalesce(s.place, m.place) AS place, coalesce(s.quantity, 0) AS kept_quantity, coalesce(s.value, 0) AS kept_value,
			coalesce(m.quantity, 0) AS quantity, coalesce(m.value, 0) AS value
		FROM stock s FULL JOIN (SELECT product, place, sum(quantity) AS quantity, sum(value) AS value FROM stock_moves GROUP BY product, place) m
		ON m.product = s.product AND m.place = s.place) WHERE kept_quantity <> quantity OR kept_value <> value ORDER BY product`, nil,
		"product", "place", "kept_thousandths", "kept_rupiah", "real_thousandths", "real_rupiah"); err != nil {
		return f.Done(checked, err)
	}
	var worth money.Rupiah
	if err := r.Row("SELECT coalesce(sum(value), 0) FROM stock").Scan(&worth); err != nil {
		return f.Done(checked, err)
	}
	inventory, err := ledger.AccountBalance(r, ledger.Inventory)
	if err == nil && inventory != worth {
		f.Add("verify.inventory", map[string]any{"account": ledger.Inventory, "account_rupiah": inventory.Format(), "stock_rupiah": worth.Format()})
	}
	return f.Done(checked, err)
}

// checkReceipts holds each sale against its lines, tenders and entry, the numbers of each till against its
// counter, and what a till sold on credit against its plan and the cash in its drawer.
func checkReceipts(ctx context.Context, r act.Reader) (int, []string, error) {
	f := ledger.NewFindings(ctx)
	checked, err := count(r, "sales")
	if err != nil {
		return f.Done(checked, err)
	}
	if err := f.Each(r, "verify.receipt", `SELECT receipt, total, change, lines, tenders FROM (
		SELECT printf('%s-%05d', s.till, s.number) AS receipt, s.total, s.change, j.act = s.act AS same,
			coalesce((SELECT sum(l.amount) FROM sale_lines l WHERE l.sale = s.act), 0) AS lines,
			coalesce((SELECT sum(t.amount) FROM sale_tenders t WHERE t.sale = s.act), 0) AS tenders
		FROM sales s LEFT JOIN journal j ON j.id = s.entry) WHERE total <> lines OR tenders - change <> total OR same IS NOT 1`, nil,
		"receipt", "total_rupiah", "change_rupiah", "lines_rupiah", "tenders_rupiah"); err != nil {
		return f.Done(checked, err)
	}
	if err := f.Each(r, "verify.sale_return", `SELECT receipt, amount, lines, ended, settled, cash, paid, held, booked FROM (
		SELECT printf('%s-%05d', s.till, s.number) AS receipt, b.amount, b.ended, b.cash, b.held, j.act = b.act AS same,
			coalesce((SELECT sum(l.amount) FROM sale_return_lines l WHERE l.act = b.act), 0) AS lines,
			coalesce((SELECT sum(t.amount) FROM settlements t JOIN open_items i ON i.id = t.item WHERE t.act = b.act AND t.kind = 'return' AND i.act = b.sale), 0) AS settled,
			-coalesce((SELECT sum(l.amount) FROM journal_lines l WHERE l.entry = b.entry AND l.account = ?), 0) AS paid,
			-coalesce((SELECT sum(l.amount) FROM journal_lines l WHERE l.entry = b.entry AND l.account = ?), 0) AS booked
		FROM sale_returns b JOIN sales s ON s.act = b.sale LEFT JOIN journal j ON j.id = b.entry)
		WHERE amount <> lines OR ended <> settled OR cash <> paid OR held <> booked OR same IS NOT 1`, []any{ledger.Cash, ledger.DepositHeld},
		"receipt", "amount_rupiah", "lines_rupiah", "ended_rupiah", "settled_rupiah", "cash_rupiah", "paid_rupiah", "held_rupiah", "booked_rupiah"); err != nil {
		return f.Done(checked, err)
	}
	if err := f.Each(r, "verify.credit_sale", `SELECT act, total, down, plan, cash FROM (
		SELECT c.act, c.total, c.down, j.act = c.act AS same, coalesce(p.principal, 0) + c.down AS plan,
			coalesce((SELECT sum(l.amount) FROM journal_lines l WHERE l.entry = p.entry AND l.party = s.party AND l.account = ?), 0) AS cash
		FROM credit_sales c JOIN shifts s ON s.id = c.shift LEFT JOIN instalment_plans p ON p.act = c.act LEFT JOIN journal j ON j.id = p.entry)
		WHERE total <> plan OR cash <> down OR same IS NOT 1`, []any{ledger.ShiftCash}, "act", "total_rupiah", "down_rupiah", "plan_rupiah", "cash_rupiah"); err != nil {
		return f.Done(checked, err)
	}
	err = f.Each(r, "verify.receipt_numbers", `SELECT till, receipts, last, counter FROM (
		SELECT s.till, count(DISTINCT s.number) AS receipts, count(*) AS sales, min(s.number) AS first, max(s.number) AS last,
			coalesce((SELECT c.last FROM counters c WHERE c.name = 'receipt.' || s.till), 0) AS counter
		FROM sales s GROUP BY s.till) WHERE first <> 1 OR last <> sales OR receipts <> sales OR counter <> last`, nil,
		"till", "receipts", "last", "counter")
	return f.Done(checked, err)
}

// checkShifts holds each shift against its events, and the drawer of a closed one against the cash that
// came after the closing and was not counted in yet: that is still to be done, and no fault.
func checkShifts(ctx context.Context, r act.Reader) (int, []string, error) {
	f := ledger.NewFindings(ctx)
	checked, err := count(r, "shifts")
	if err != nil {
		return f.Done(checked, err)
	}
	if err := f.Astray(r, shiftState); err != nil {
		return f.Done(checked, err)
	}
	err = f.Each(r, "verify.shift", `SELECT id, till, drawer, late FROM (
		SELECT s.id, s.till, coalesce(b.amount, 0) AS drawer,
			coalesce((SELECT sum((SELECT coalesce(sum(t.amount), 0) FROM sale_tenders t WHERE t.sale = x.act AND t.kind = 'cash') - x.change)
				FROM sales x WHERE x.shift = s.id AND x.act > c.act), 0) - coalesce((SELECT sum(l.expected) FROM late_cash l WHERE l.shift = s.id), 0) AS late
		FROM shifts s JOIN shift_events c ON c.shift = s.id AND c.kind = 'close' LEFT JOIN party_balances b ON b.party = s.party AND b.account = ?)
		WHERE drawer <> late`, []any{ledger.ShiftCash}, "shift", "till", "drawer_rupiah", "late_rupiah")
	return f.Done(checked, err)
}
