package treasury

import (
	"context"
	"fmt"

	"kpdk/hooks/internal/act"
	"kpdk/hooks/ledger"
	"kpdk/hooks/policy"
)

// Checks are the questions this room puts to the books.
func Checks() []ledger.Check { return []ledger.Check{{Name: "treasury", Run: check}} }

// limitThen is what one person paid alone at the moment of an act (a), as the policies stood then. The business
// date is that of the act in UTC or the next one, so the more generous of the two holds.
var limitThen = fmt.Sprintf(`max(%s, %s)`, limitOn("date(a.at / 1000, 'unixepoch')"), limitOn("date(a.at / 1000, 'unixepoch', '+1 day')"))

func limitOn(date string) string {
	return fmt.Sprintf(`coalesce((SELECT CAST(p.value AS INTEGER) FROM policies p WHERE p.key = '%s' AND p.valid_from <= %s AND p.act < a.id ORDER BY p.valid_from DESC, p.id DESC LIMIT 1), %d)`,
		policy.SecondAbove.Key, date, policy.SecondAbove.Default)
}

// promises are what must hold; each query finds who breaks it.
var promises = []struct {
	key, query string
	names      []string
}{
	{"treasury.verify.move", `SELECT m.entry, m.amount, coalesce(sum(l.amount), 0) FROM treasury_moves m LEFT JOIN journal_lines l ON l.entry = m.entry AND l.amount > 0
		GROUP BY m.entry HAVING coalesce(sum(l.amount), 0) <> m.amount`, []string{"entry", "amount_rupiah", "entry_rupiah"}},
	{"treasury.verify.approval", `SELECT m.entry FROM treasury_moves m JOIN acts q ON q.id = m.request LEFT JOIN treasury_decisions d ON d.request = m.request LEFT JOIN acts a ON a.id = d.act
		WHERE d.approved IS NOT 1 OR d.act <> m.act OR a.actor = q.actor AND a.role <> 'console'`, []string{"entry"}},
	{"treasury.verify.approval", `SELECT r.move FROM treasury_reversals r JOIN treasury_decisions d ON d.act = r.act JOIN acts q ON q.id = d.request JOIN acts a ON a.id = d.act
		WHERE d.approved IS NOT 1 OR a.actor = q.actor AND a.role <> 'console'`, []string{"entry"}},
	{"treasury.verify.alone", `SELECT m.entry, m.amount FROM treasury_moves m JOIN acts a ON a.id = m.act WHERE m.request IS NULL AND m.kind <> 'debt' AND m.kind <> 'transfer'
		AND a.role <> 'console' AND a.role <> 'system' AND m.amount > ` + limitThen, []string{"entry", "amount_rupiah"}},
	{"treasury.verify.alone", `SELECT r.entry, m.amount FROM treasury_reversals r JOIN treasury_moves m ON m.entry = r.move JOIN acts a ON a.id = r.act
		WHERE NOT EXISTS(SELECT 1 FROM treasury_decisions d WHERE d.act = r.act) AND a.role <> 'console' AND a.role <> 'system' AND m.amount > ` + limitThen, []string{"entry", "amount_rupiah"}},
	{"treasury.verify.unposted", `SELECT d.request FROM treasury_decisions d WHERE d.approved = 1 AND NOT EXISTS(SELECT 1 FROM treasury_moves m WHERE m.request = d.request)
		AND NOT EXISTS(SELECT 1 FROM treasury_reversals r WHERE r.act = d.act) AND NOT EXISTS(SELECT 1 FROM write_offs w WHERE w.request = d.request)`, []string{"act"}},
	{"treasury.verify.approval", `SELECT w.entry FROM write_offs w JOIN acts q ON q.id = w.request LEFT JOIN treasury_decisions d ON d.request = w.request LEFT JOIN acts a ON a.id = d.act
		WHERE d.approved IS NOT 1 OR d.act <> w.act OR a.actor = q.actor AND a.role <> 'console'`, []string{"entry"}},
	{"treasury.verify.move", `SELECT w.entry, w.amount, coalesce(sum(l.amount), 0) FROM write_offs w LEFT JOIN journal_lines l ON l.entry = w.entry AND l.amount > 0
		GROUP BY w.entry HAVING coalesce(sum(l.amount), 0) <> w.amount`, []string{"entry", "amount_rupiah", "entry_rupiah"}},
	{"treasury.verify.move", `SELECT b.entry, b.amount, coalesce(sum(-l.amount), 0) FROM supplier_bills b LEFT JOIN parties p ON p.kind = 'supplier' AND p.ref = CAST(b.supplier AS TEXT)
		LEFT JOIN journal_lines l ON l.entry = b.entry AND l.account = 2101 AND l.party = p.id GROUP BY b.entry HAVING coalesce(sum(-l.amount), 0) <> b.amount`, []string{"entry", "amount_rupiah", "entry_rupiah"}},
	{"treasury.verify.reversal", `SELECT r.bill, r.entry FROM supplier_bill_reversals r LEFT JOIN journal j ON j.id = r.entry WHERE j.reverses IS NOT r.bill`, []string{"move", "entry"}},
	{"treasury.verify.reversal", `SELECT r.move, r.entry FROM treasury_reversals r LEFT JOIN journal j ON j.id = r.entry WHERE j.reverses IS NOT r.move`, []string{"move", "entry"}},
	{"treasury.verify.match", `SELECT x.id, x.amount, (SELECT coalesce(sum(b.sen / 100), 0) FROM bank_match_lines m JOIN bank_lines b ON b.id = m.line WHERE m.match = x.id) AS at_bank,
		(SELECT coalesce(sum(l.amount), 0) FROM bank_match_entries m JOIN journal_lines l ON l.entry = m.entry AND l.line = m.line WHERE m.match = x.id) AS in_books
		FROM bank_matches x WHERE at_bank <> x.amount OR in_books <> x.amount`, []string{"match", "amount_rupiah", "bank_rupiah", "books_rupiah"}},
	{"treasury.verify.line_twice", `SELECT m.line, count(*) FROM bank_match_lines m WHERE ` + standing + ` GROUP BY m.line HAVING count(*) > 1`, []string{"line", "matches"}},
	{"treasury.verify.void_matched", `SELECT m.line, m.match FROM bank_match_lines m JOIN bank_voids v ON v.line = m.line WHERE ` + standing, []string{"line", "match"}},
	{"treasury.verify.entry_twice", `SELECT m.entry, m.line, count(*) FROM bank_match_entries m WHERE ` + standing + ` GROUP BY m.entry, m.line HAVING count(*) > 1`, []string{"entry", "line", "matches"}},
	{"treasury.verify.other_bank", `SELECT m.entry, m.line FROM bank_match_entries m JOIN bank_matches x ON x.id = m.match JOIN journal_lines l ON l.entry = m.entry AND l.line = m.line
		LEFT JOIN parties p ON p.id = l.party WHERE l.account <> 1111 OR p.kind IS NOT 'bank' OR p.ref IS NOT CAST(x.bank AS TEXT)`, []string{"entry", "line"}},
}

// check: a move moves what its entry says; above the limit another person approved it; a match is of equal
// sums, of that bank, and no line stands in two.
func check(ctx context.Context, r act.Reader) (int, []string, error) {
	f := ledger.NewFindings(ctx)
	var n int64
	if err := r.Row("SELECT (SELECT count(*) FROM treasury_moves) + (SELECT count(*) FROM bank_matches)").Scan(&n); err != nil {
		return f.Done(n, err)
	}
	for _, p := range promises {
		if err := f.Each(r, p.key, p.query, nil, p.names...); err != nil {
			return f.Done(n, err)
		}
	}
	return f.Done(n, f.Astray(r, ledger.PartyDays))
}
