package payroll

import (
	"context"
	"slices"

	"kpdk/hooks/internal/act"
	"kpdk/hooks/internal/clock"
	"kpdk/hooks/ledger"
)

// Checks are the questions this room puts to the books.
func Checks() []ledger.Check { return []ledger.Check{{Name: "payroll", Run: check}} }

// promise is one of them.
type promise struct {
	key, query string
	names      []string
}

// promises are what must hold of every run; each query finds who breaks it.
var promises = []promise{
	{"payroll.verify.parts", `SELECT l.period, l.member, l.requested, coalesce(sum(p.planned), 0) FROM payroll_lines l LEFT JOIN payroll_parts p ON p.period = l.period AND p.member = l.member
		GROUP BY l.period, l.member HAVING coalesce(sum(p.planned), 0) <> l.requested OR l.requested > l.due`, []string{"period", "member", "requested", "parts"}},
	{"payroll.verify.settled", `SELECT l.period, l.member, coalesce(l.deducted, 0), coalesce(sum(p.settled), 0) + l.excess FROM payroll_lines l LEFT JOIN payroll_parts p ON p.period = l.period AND p.member = l.member
		WHERE l.settled = 1 GROUP BY l.period, l.member HAVING coalesce(sum(p.settled), 0) + l.excess <> coalesce(l.deducted, 0)`, []string{"period", "member", "deducted", "parts"}},
	{"payroll.verify.remaining", `SELECT l.period, l.member, l.requested - l.deducted + l.excess - l.elsewhere, coalesce(sum(p.planned - p.settled - p.elsewhere), 0) FROM payroll_lines l
		LEFT JOIN payroll_parts p ON p.period = l.period AND p.member = l.member WHERE l.settled = 1 AND l.deducted IS NOT NULL GROUP BY l.period, l.member
		HAVING l.elsewhere <> coalesce(sum(p.elsewhere), 0) OR min(p.planned - p.settled - p.elsewhere) < 0`, []string{"period", "member", "remaining", "parts"}},
	{"payroll.verify.early", `SELECT l.period, l.member FROM payroll_lines l JOIN payroll_parts p ON p.period = l.period AND p.member = l.member WHERE l.settled = 0 AND (p.settled > 0 OR l.excess > 0 OR p.elsewhere <> 0 OR l.elsewhere <> 0)`,
		[]string{"period", "member"}},
	{"payroll.verify.result", `SELECT l.period, l.member, coalesce(l.deducted, '–'), coalesce(r.deducted, '–') FROM payroll_lines l
		LEFT JOIN payroll_results r ON r.id = (SELECT max(id) FROM payroll_results n WHERE n.period = l.period AND n.member = l.member)
		WHERE l.deducted IS NOT r.deducted`, []string{"period", "member", "deducted", "result"}},
	{"payroll.verify.resolution", `SELECT m.entry, m.amount FROM payroll_money m JOIN payroll_resolutions q ON q.id = m.resolution JOIN acts k ON k.id = q.act
		LEFT JOIN payroll_resolution_decisions d ON d.resolution = q.id LEFT JOIN acts a ON a.id = d.act
		WHERE d.approved IS NOT 1 OR d.act <> m.act OR q.amount <> m.amount OR q.kind <> m.kind OR a.actor = k.actor AND a.role <> 'console'`, []string{"entry", "amount_rupiah"}},
	{"payroll.verify.resolution", `SELECT m.entry, m.amount FROM payroll_money m WHERE m.amount > m.alone OR m.together > m.alone OR m.together <> (SELECT sum(e.amount) FROM payroll_money e
		WHERE e.period = m.period AND e.kind <> 'receipt' AND e.resolution IS NULL AND e.entry <= m.entry)`, []string{"entry", "amount_rupiah"}},
	{"payroll.verify.consent", `SELECT period, member, requested FROM payroll_lines WHERE excluded <> '' AND requested > 0`, []string{"period", "member", "requested"}},
}

// check: parts add up to what was asked, which is no more than was due; what was settled and the excess add
// up to what was deducted, and what was asked is settled, paid another way, or remains; a line says what the newest answer says; a run is where its steps left it; and what stands on 1123 for a work
// unit's run is what was settled less what arrived.
func check(ctx context.Context, r act.Reader) (int, []string, error) {
	f := ledger.NewFindings(ctx)
	var lines int64
	if err := r.Row("SELECT count(*) FROM payroll_lines").Scan(&lines); err != nil {
		return f.Done(lines, err)
	}
	for _, p := range slices.Concat(promises, plannerPromises) {
		if err := f.Each(r, p.key, p.query, nil, p.names...); err != nil {
			return f.Done(lines, err)
		}
	}
	if err := f.Astray(r, State()...); err != nil {
		return f.Done(lines, err)
	}
	// What payroll's own entries put on 1123 for a unit is what its settled lines say was deducted, corrections
	// with it; what came, went back or was given up is of another kind. Both come from the journal, so that a
	// balance which somebody moved is caught by the ledger's own checks and a line here.
	err := f.Each(r, "payroll.verify.clearing", `SELECT u.ref, u.settled, coalesce(j.net, 0) FROM (
			SELECT period || ':' || unit AS ref, sum(coalesce(deducted, 0)) AS settled FROM payroll_lines WHERE settled = 1 GROUP BY period, unit) u
		LEFT JOIN parties p ON p.kind = 'unit_run' AND p.ref = u.ref
		LEFT JOIN (SELECT l.party, sum(l.amount) AS net FROM journal_lines l JOIN journal e ON e.id = l.entry AND e.kind = 'payroll'
			WHERE l.account = ? AND l.party IN (SELECT id FROM parties WHERE kind = 'unit_run') GROUP BY l.party) j ON j.party = p.id
		WHERE u.settled <> coalesce(j.net, 0)`, []any{ledger.PayrollClearing}, "unit", "settled", "debit")
	if err != nil {
		return f.Done(lines, err)
	}
	err = f.Each(r, "payroll.verify.received", `SELECT p.ref, b.amount FROM parties p JOIN party_balances b ON b.party = p.id AND b.account = ? WHERE p.kind = 'unit_run' AND b.amount <> 0 AND
		(EXISTS(SELECT 1 FROM payroll_runs r WHERE r.state = 'received' AND p.ref LIKE r.period || ':%')
		OR b.amount < 0 AND NOT EXISTS(SELECT 1 FROM payroll_money m WHERE m.period = substr(p.ref, 1, 7) AND m.unit = substr(p.ref, 9)))`,
		[]any{ledger.PayrollClearing}, "unit", "amount")
	if err != nil {
		return f.Done(lines, err)
	}
	return f.Done(lines, checkSeals(r, f))
}

// checkSeals makes each standing list's hash anew from the run's lines.
func checkSeals(r act.Reader, f *ledger.Findings) error {
	var periods []clock.Period
	err := act.Each(r, "SELECT DISTINCT period FROM payroll_lists ORDER BY period", nil, func(row act.Scanner) error {
		var p clock.Period
		err := row.Scan(&p)
		periods = append(periods, p)
		return err
	})
	for _, p := range periods {
		if err != nil {
			return err
		}
		err = checkPeriodSeals(r, f, p)
	}
	return err
}

func checkPeriodSeals(r act.Reader, f *ledger.Findings, p clock.Period) error {
	h, err := existing(r, p)
	if err != nil {
		return err
	}
	standing, err := SealedLists(r, p)
	if err != nil {
		return err
	}
	left, err := leftOut(r, h)
	if err != nil {
		return err
	}
	made, err := seals(r, h, left)
	if err != nil {
		return err
	}
	for _, s := range standing {
		if !slices.ContainsFunc(made, func(m Sealed) bool { return m.Unit == s.Unit && slices.Equal(m.hash, s.hash) }) {
			f.Add("payroll.verify.seal", map[string]any{"number": s.Number, "unit": s.Unit})
		}
	}
	return nil
}
