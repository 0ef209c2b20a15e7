package payroll

import (
	"kpdk/hooks/internal/act"
	"kpdk/hooks/internal/clock"
	"kpdk/hooks/ledger"
)

// Skip is a month in which savings were due by pay and nothing of them came.
type Skip struct {
	Date   clock.Date // the pay day
	Kind   ledger.ItemKind
	Reason string // the officer's or the rules' code, may be empty
}

// SkippedSavings lists the settled months in which a kind of savings stayed away altogether, newest first.
func SkippedSavings(r act.Reader, number int64) (list []Skip, err error) {
	return list, act.Each(r, `SELECT r.pay_date, i.kind, CASE WHEN l.excluded <> '' THEN l.excluded ELSE l.reason END
		FROM payroll_runs r JOIN payroll_lines l ON l.period = r.period AND l.member = ? AND l.settled = 1
		JOIN payroll_parts p ON p.period = r.period AND p.member = l.member JOIN open_items i ON i.id = p.item
		WHERE i.kind IN (?, ?, ?) GROUP BY r.period, i.kind HAVING sum(p.settled) = 0 ORDER BY r.pay_date DESC, i.kind`,
		[]any{number, string(ledger.ItemPrincipal), string(ledger.ItemMandatory), string(ledger.ItemVoluntary)}, func(row act.Scanner) error {
			var s Skip
			err := row.Scan(&s.Date, &s.Kind, &s.Reason)
			list = append(list, s)
			return err
		})
}
