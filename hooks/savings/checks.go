package savings

import (
	"context"

	"kpdk/hooks/internal/act"
	"kpdk/hooks/ledger"
)

// Checks are the questions this room puts to the books.
func Checks() []ledger.Check { return []ledger.Check{{Name: "savings", Run: check}} }

// State are the holds: a withdrawal holds its amount until its last step.
func State() []ledger.Kept {
	return []ledger.Kept{{Table: "holds", Key: []string{"act"}, Values: []string{"party", "account", "amount"},
		Rows: `SELECT w.act, p.id, 2103, w.amount FROM withdrawals w JOIN parties p ON p.ref = CAST(w.member AS TEXT) AND p.kind = 'member'
			WHERE NOT EXISTS(SELECT 1 FROM withdrawal_steps s WHERE s.withdrawal = w.act AND s.step <> 'prepared' AND s.step <> 'released')`}}
}

// promises are what must hold; each query finds who breaks it.
var promises = []struct {
	key, query string
	names      []string
}{
	{"savings.verify.hold", `SELECT h.act, h.amount, coalesce(w.amount, 0) FROM holds h LEFT JOIN withdrawals w ON w.act = h.act LEFT JOIN parties p ON p.id = h.party
		WHERE w.amount IS NOT h.amount OR p.kind IS NOT 'member' OR p.ref IS NOT CAST(w.member AS TEXT) OR h.account <> 2103`, []string{"act", "held_rupiah", "asked_rupiah"}},
	{"savings.verify.hold_lost", `SELECT w.act, w.member FROM withdrawals w LEFT JOIN holds h ON h.act = w.act
		LEFT JOIN withdrawal_steps s ON s.withdrawal = w.act AND s.step <> 'prepared' AND s.step <> 'released' WHERE (h.act IS NULL) <> (s.id IS NOT NULL)`, []string{"act", "member"}},
	{"savings.verify.overheld", `SELECT p.ref, x.held, -coalesce(b.amount, 0) FROM (SELECT party, account, sum(amount) AS held FROM holds GROUP BY party, account) x JOIN parties p ON p.id = x.party
		LEFT JOIN party_balances b ON b.party = x.party AND b.account = x.account WHERE x.held > -coalesce(b.amount, 0)`, []string{"member", "held_rupiah", "balance_rupiah"}},
	{"savings.verify.payout", `SELECT w.act, s.entry, w.amount FROM withdrawals w JOIN withdrawal_steps s ON s.withdrawal = w.act AND s.step = 'paid'
		WHERE w.amount IS NOT (SELECT sum(l.amount) FROM journal_lines l JOIN parties p ON p.id = l.party WHERE l.entry = s.entry AND l.account = 2103 AND p.kind = 'member' AND p.ref = CAST(w.member AS TEXT))`,
		[]string{"act", "entry", "amount_rupiah"}},
	{"savings.verify.approval", `SELECT s.withdrawal FROM withdrawal_steps s JOIN acts a ON a.id = s.act JOIN acts m ON m.id = (SELECT p.act FROM withdrawal_steps p WHERE p.withdrawal = s.withdrawal AND p.id < s.id AND p.step = 'prepared' ORDER BY p.id DESC LIMIT 1)
		WHERE a.kind = 'savings.approve_withdrawal' AND a.actor = m.actor AND a.role <> 'console'`, []string{"act"}},
	{"savings.verify.receipt", `SELECT d.entry, d.amount FROM savings_receipts d WHERE d.amount IS NOT (SELECT -sum(l.amount) FROM journal_lines l JOIN parties p ON p.id = l.party
		WHERE l.entry = d.entry AND l.amount < 0 AND p.kind = 'member' AND p.ref = CAST(d.member AS TEXT))`, []string{"entry", "amount_rupiah"}},
	{"savings.verify.reversal", `SELECT v.deposit, v.entry FROM savings_reversals v JOIN savings_receipts d ON d.entry = v.deposit JOIN acts a ON a.id = v.act JOIN acts m ON m.id = d.act
		WHERE a.actor = m.actor AND a.role <> 'console' AND a.actor <> '' OR d.amount IS NOT (SELECT sum(l.amount) FROM journal_lines l JOIN parties p ON p.id = l.party
		WHERE l.entry = v.entry AND l.amount > 0 AND p.kind = 'member' AND p.ref = CAST(d.member AS TEXT))`, []string{"deposit", "entry"}},
	{"savings.verify.ahead", `SELECT member, sum(over), sum(used) FROM (SELECT d.member, d.amount - d.settled AS over, 0 AS used FROM savings_receipts d
		WHERE d.kind = 'mandatory' AND NOT EXISTS(SELECT 1 FROM savings_reversals v WHERE v.deposit = d.entry)
		UNION ALL SELECT i.member, 0, s.amount FROM settlements s JOIN open_items i ON i.id = s.item WHERE s.kind = 'offset' AND s.entry IS NULL AND i.kind = 'mandatory') GROUP BY member HAVING sum(used) > sum(over)`,
		[]string{"member", "ahead_rupiah", "used_rupiah"}},
	{"savings.verify.interest", `SELECT i.period, i.member, i.gross FROM savings_interest i WHERE i.gross <> (i.lowest * i.rate * 2 + 120000) / 240000
		OR i.gross - i.tax IS NOT (SELECT -coalesce(sum(l.amount), 0) FROM journal_lines l JOIN parties p ON p.id = l.party WHERE l.entry = i.entry AND l.account = 2103 AND p.kind = 'member' AND p.ref = CAST(i.member AS TEXT))`,
		[]string{"period", "member", "gross_rupiah"}},
	{"savings.verify.interest_entry", `SELECT x.entry, x.gross, x.tax FROM (SELECT entry, sum(gross) AS gross, sum(tax) AS tax FROM savings_interest GROUP BY entry) x
		WHERE x.gross IS NOT (SELECT sum(l.amount) FROM journal_lines l WHERE l.entry = x.entry AND l.account = 6105)
		OR x.tax <> (SELECT -coalesce(sum(l.amount), 0) FROM journal_lines l WHERE l.entry = x.entry AND l.account = 2122)`, []string{"entry", "gross_rupiah", "tax_rupiah"}},
	{"savings.verify.interest_month", `SELECT m.period, m.gross, coalesce(sum(i.gross), 0) FROM savings_interest_months m LEFT JOIN savings_interest i ON i.period = m.period
		GROUP BY m.period HAVING m.gross <> coalesce(sum(i.gross), 0) OR m.tax <> coalesce(sum(i.tax), 0) OR m.members <> count(i.member)`, []string{"period", "kept_rupiah", "real_rupiah"}},
}

// check: what is held is what open withdrawals ask for, and no more than there is; what was paid, taken in and
// credited is what the entries say; above the limit another person agreed.
func check(ctx context.Context, r act.Reader) (int, []string, error) {
	f := ledger.NewFindings(ctx)
	var n int64
	if err := r.Row("SELECT (SELECT count(*) FROM withdrawals) + (SELECT count(*) FROM savings_receipts) + (SELECT count(*) FROM savings_interest)").Scan(&n); err != nil {
		return f.Done(n, err)
	}
	for _, p := range promises {
		if err := f.Each(r, p.key, p.query, nil, p.names...); err != nil {
			return f.Done(n, err)
		}
	}
	return f.Done(n, nil)
}
