package payroll

import (
	"database/sql"
	"errors"

	"kpdk/hooks/internal/act"
	"kpdk/hooks/internal/clock"
	"kpdk/hooks/internal/money"
	"kpdk/hooks/ledger"
)

// A claim is what a member owes because a month was corrected: less was deducted than had been booked, and the money
// that was held or saved of it had been spent meanwhile. It is dated the month's cut-off, so that the next list asks for
// it among the arrears.
type claim struct {
	item, member int64
	remainder    money.Rupiah
}

// claimsOf lists what is open of the claims that corrections of a month left on a member, oldest first.
func claimsOf(r act.Reader, p clock.Period, number int64) (all []claim, err error) {
	return all, act.Each(r, `SELECT c.item, c.member, r.remainder FROM payroll_claims c JOIN payroll_corrections k ON k.id = c.correction JOIN item_remainders r ON r.item = c.item AND r.remainder > 0
		WHERE c.member = ? AND k.period = ? ORDER BY c.id`, []any{number, string(p)}, func(row act.Scanner) error {
		var c claim
		err := row.Scan(&c.item, &c.member, &c.remainder)
		all = append(all, c)
		return err
	})
}

// keepClaims writes what the member owes from now on, and ends what of earlier claims was deducted after all.
func (l *correctingLine) keepClaims(tx *act.Tx, b correctionBatch, entry int64) error {
	for i, c := range l.claims {
		if l.repays[i] == 0 {
			continue
		}
		if err := ledger.Settle(tx, c.item, l.repays[i], ledger.ByOffset, entry); err != nil {
			return err
		}
	}
	amount := l.claimed()
	if amount == 0 {
		return nil
	}
	h, err := existing(tx, b.Period)
	if err != nil {
		return err
	}
	item, err := ledger.OweSince(tx, l.Member, ledger.ItemStore, h.Cutoff, tx.Today(), amount)
	if err != nil {
		return err
	}
	return tx.Exec("INSERT INTO payroll_claims(item, correction, member, act) VALUES(?, ?, ?, ?)", item, b.Correction, l.Member, tx.ID())
}

// ClaimOf is the month whose correction left an item on its member, or empty.
func ClaimOf(r act.Reader, item int64) (p clock.Period, err error) {
	err = r.Row("SELECT k.period FROM payroll_claims c JOIN payroll_corrections k ON k.id = c.correction WHERE c.item = ?", item).Scan(&p)
	if errors.Is(err, sql.ErrNoRows) {
		return "", nil
	}
	return p, err
}
