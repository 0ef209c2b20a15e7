package treasury

import (
	"context"
	"database/sql"
	"errors"
	"fmt"

	"github.com/pocketbase/pocketbase/core"

	"kpdk/hooks/internal/act"
	"kpdk/hooks/internal/clock"
)

// EraseFor takes away, inside the act that erases a person, what was written about paying that person, their debts
// and what was given up of them, and what the bank said of the same payments. Vouchers stay for as long as the law
// wants the books' papers: see EraseVouchers.
func EraseFor(tx *act.Tx, _ core.App, who int64) error {
	const about = `WITH moves AS (SELECT entry, act FROM treasury_moves WHERE kind IN ('leaver', 'refund', 'debt') AND target = ?),
		requests AS (SELECT act FROM treasury_requests WHERE body ->> 'kind' IN ('leaver', 'refund', 'write_off') AND body ->> 'to' = ?
			OR body ->> 'kind' = 'reversal' AND body ->> 'to' IN (SELECT CAST(entry AS TEXT) FROM moves))`
	n := number(who)
	if err := tx.Exec(about+` DELETE FROM act_notes WHERE act IN (SELECT act FROM moves UNION SELECT act FROM requests
		UNION SELECT act FROM treasury_decisions WHERE request IN (SELECT act FROM requests) UNION SELECT act FROM treasury_reversals WHERE move IN (SELECT entry FROM moves))`, n, n); err != nil {
		return err
	}
	return tx.Exec(`DELETE FROM bank_line_texts WHERE line IN (SELECT m.line FROM parties p JOIN journal_lines l ON l.party = p.id JOIN bank_match_entries e ON e.entry = l.entry
		JOIN bank_match_lines m ON m.match = e.match WHERE p.kind = 'member' AND p.ref = ?)`, n)
}

// papersKept is how many years after a book year its papers are kept (UU 8/1997, article 11; UU 28/2007, article
// 28 paragraph 11).
const papersKept = 10

// EraseVouchers removes the papers behind payments to and from people who were erased, once the law wants them no
// more. It is safe to repeat.
func EraseVouchers(ctx context.Context, app core.App) (erased int, err error) {
	before := fmt.Sprintf("%04d-01-01", clock.Of(app).Today().Time().Year()-papersKept)
	var ids []string
	err = act.Each(act.Read(app), `SELECT v.id FROM payment_vouchers v WHERE EXISTS(SELECT 1 FROM treasury_moves m WHERE m.voucher = v.id) AND NOT EXISTS(SELECT 1 FROM supplier_bills b WHERE b.voucher = v.id) AND NOT EXISTS(
		SELECT 1 FROM treasury_moves m JOIN journal j ON j.id = m.entry WHERE m.voucher = v.id AND NOT (j.date < ? AND m.kind IN ('leaver', 'refund', 'debt')
			AND EXISTS(SELECT 1 FROM erasures e WHERE CAST(e.member AS TEXT) = m.target))) LIMIT ?`, []any{before, mostVouchers}, func(row act.Scanner) error {
		var id string
		err := row.Scan(&id)
		ids = append(ids, id)
		return err
	})
	for _, id := range ids {
		if err != nil {
			return erased, err
		}
		_, _, err = act.DoWithRecords(ctx, app, act.Act{Kind: "treasury.erase_voucher", Key: "voucher:" + id, Input: id, By: act.BySystem}, func(tx *act.Tx) (bool, error) {
			r, err := tx.App().FindRecordById(vouchers, id)
			if errors.Is(err, sql.ErrNoRows) {
				return false, nil
			}
			if err != nil {
				return false, err
			}
			return true, tx.App().Delete(r)
		})
		if err == nil {
			erased++
		}
	}
	return erased, err
}

const mostVouchers = 200
