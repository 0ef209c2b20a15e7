package store

import (
	"context"
	"fmt"

	"kpdk/hooks/internal/act"
	"kpdk/hooks/internal/money"
	"kpdk/hooks/ledger"
)

// Checks are the store's part of `kpdk verify`.
func Checks() []ledger.Check {
	return []ledger.Check{{Name: "stock", Run: checkStock}, {Name: "receipts", Run: checkReceipts}, {Name: "shifts", Run: checkShifts}}
}

// checkStock holds stock against its moves, and its value against the inventory account.
func checkStock(_ context.Context, r act.Reader) (checked int, findings []string, err error) {
	var total money.Rupiah
	err = act.Each(r, `SELECT coalesce(s.product, m.product), coalesce(s.quantity, 0), coalesce(s.value, 0), coalesce(m.quantity, 0), coalesce(m.value, 0)
		FROM stock s FULL JOIN (SELECT product, place, sum(quantity) AS quantity, sum(value) AS value FROM stock_moves GROUP BY product, place) m
		ON m.product = s.product AND m.place = s.place`, nil, func(row act.Scanner) error {
		var product int64
		var quantity, movedQuantity money.Quantity
		var value, moved money.Rupiah
		if err := row.Scan(&product, &quantity, &value, &movedQuantity, &moved); err != nil {
			return err
		}
		checked++
		total += value
		if quantity != movedQuantity || value != moved {
			findings = append(findings, fmt.Sprintf("product %d: stock %s worth %s, moves %s worth %s", product, quantity, value.Format(), movedQuantity, moved.Format()))
		}
		return nil
	})
	if err != nil {
		return checked, findings, err
	}
	inventory, err := ledger.AccountBalance(r, ledger.Inventory)
	if err == nil && inventory != total {
		findings = append(findings, fmt.Sprintf("account %d: %s, stock is worth %s", ledger.Inventory, inventory.Format(), total.Format()))
	}
	return checked, findings, err
}

// checkReceipts holds each sale against its lines, tenders and entry, and the numbers of each till
// against its counter.
func checkReceipts(_ context.Context, r act.Reader) (checked int, findings []string, err error) {
	err = act.Each(r, `SELECT s.till, s.number, s.total, s.change, coalesce((SELECT sum(l.amount) FROM sale_lines l WHERE l.sale = s.act), 0),
		coalesce((SELECT sum(t.amount) FROM sale_tenders t WHERE t.sale = s.act), 0), j.act = s.act
		FROM sales s JOIN journal j ON j.id = s.entry`, nil, func(row act.Scanner) error {
		var till string
		var number int64
		var total, change, lines, tenders money.Rupiah
		var same bool
		if err := row.Scan(&till, &number, &total, &change, &lines, &tenders, &same); err != nil {
			return err
		}
		checked++
		if total != lines || tenders-change != total || !same {
			findings = append(findings, fmt.Sprintf("receipt %s: total %s, lines %s, tenders %s, change %s", ReceiptNumber(till, number),
				total.Format(), lines.Format(), tenders.Format(), change.Format()))
		}
		return nil
	})
	if err != nil {
		return checked, findings, err
	}
	return checked, findings, act.Each(r, `SELECT s.till, count(*), count(DISTINCT s.number), min(s.number), max(s.number), coalesce((SELECT last FROM counters WHERE name = 'receipt.' || s.till), 0)
		FROM sales s GROUP BY s.till`, nil, func(row act.Scanner) error {
		var till string
		var count, distinct, first, last, counter int64
		if err := row.Scan(&till, &count, &distinct, &first, &last, &counter); err != nil {
			return err
		}
		if first != 1 || last != count || distinct != count || counter != last {
			findings = append(findings, fmt.Sprintf("till %s: %d receipts numbered %d to %d, counter at %d", till, count, first, last, counter))
		}
		return nil
	})
}

// checkShifts holds each shift against its events, and the drawer of a closed one against zero.
func checkShifts(_ context.Context, r act.Reader) (checked int, findings []string, err error) {
	err = act.Each(r, `SELECT s.id, s.till, s.float, coalesce(s.counted, -1), coalesce(o.cash, -1), coalesce(c.cash, -1), coalesce(b.amount, 0),
		EXISTS(SELECT 1 FROM sales x WHERE x.shift = s.id AND x.flags LIKE '%shift_closed%')
		FROM shifts s LEFT JOIN shift_events o ON o.shift = s.id AND o.kind = 'open' LEFT JOIN shift_events c ON c.shift = s.id AND c.kind = 'close'
		LEFT JOIN party_balances b ON b.party = s.party AND b.account = ?`, []any{ledger.ShiftCash}, func(row act.Scanner) error {
		var id int64
		var till string
		var float, counted, opened, closed, drawer money.Rupiah
		var late bool // a sale that a till sent after the shift was closed: its cash is still to be counted
		if err := row.Scan(&id, &till, &float, &counted, &opened, &closed, &drawer, &late); err != nil {
			return err
		}
		checked++
		if float != opened || counted != closed || counted >= 0 && drawer != 0 && !late {
			findings = append(findings, fmt.Sprintf("shift %d at till %s: float %s/%s, counted %s/%s, drawer %s", id, till,
				float.Format(), opened.Format(), counted.Format(), closed.Format(), drawer.Format()))
		}
		return nil
	})
	return checked, findings, err
}
