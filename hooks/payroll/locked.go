package payroll

import (
	"database/sql"
	"errors"

	"kpdk/hooks/internal/act"
	"kpdk/hooks/internal/clock"
	"kpdk/hooks/internal/money"
)

// LockedFor tells what a list that is locked and not settled asks of a member: whoever leaves now may still
// have it deducted. The oldest such list counts; no period means none.
func LockedFor(r act.Reader, member int64) (period clock.Period, asked money.Rupiah, err error) {
	err = r.Row(`SELECT l.period, l.requested FROM payroll_runs p JOIN payroll_lines l ON l.period = p.period AND l.member = ?
		WHERE p.state IN ('locked', 'sent', 'answered') AND l.settled = 0 AND l.requested > 0 ORDER BY l.period LIMIT 1`, member).Scan(&period, &asked)
	if errors.Is(err, sql.ErrNoRows) {
		return "", 0, nil
	}
	return period, asked, err
}
