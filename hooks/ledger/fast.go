package ledger

import (
	"context"

	"kpdk/hooks/internal/act"
	"kpdk/hooks/ledger/book"
)

// fastEntries is how far back a fast verification hashes anew.
const fastEntries = 10_000

// fastSeals is how many of the newest seals of rows it hashes anew: at most 40,000 rows, and mostly some thousand.
const fastSeals = 80

// quick are the checks of a fast verification: what is kept agrees with itself, and the newest entries and rows with
// their seals. They take as long for ten million lines as for ten thousand.
func quick() []Check {
	return []Check{
		{"balances", quickBalances},
		{"control-accounts", func(ctx context.Context, r act.Reader) (int, []string, error) {
			return controlsAgree(r, NewFindings(ctx))
		}},
		{"chain", quickChain},
		{"rows", quickRows},
		{"triggers", checkTriggers},
	}
}

// quickBalances: in each month debit is credit, and an account's blocks hold no more than its months.
func quickBalances(ctx context.Context, r act.Reader) (int, []string, error) {
	f := NewFindings(ctx)
	n, err := countRows(r, "account_months")
	if err == nil {
		err = f.Each(r, "verify.month_unbalanced", "SELECT period, sum(debit), sum(credit) FROM account_months GROUP BY period HAVING sum(debit) <> sum(credit)", nil,
			"period", "debit_rupiah", "credit_rupiah")
	}
	if err != nil {
		return f.Done(n, err)
	}
	tail, err := tailStart(r)
	if err == nil {
		err = f.Each(r, "verify.account_blocks", `SELECT m.account, m.debit, coalesce(b.debit, 0), m.credit, coalesce(b.credit, 0) FROM
				(SELECT account, sum(debit) AS debit, sum(credit) AS credit FROM account_months GROUP BY account) m LEFT JOIN
				(SELECT account, sum(debit) AS debit, sum(credit) AS credit FROM (SELECT account, debit, credit FROM account_blocks UNION ALL
					SELECT account, max(amount, 0), max(-amount, 0) FROM journal_lines WHERE entry >= ?) GROUP BY account) b ON b.account = m.account
			WHERE m.debit <> coalesce(b.debit, 0) OR m.credit <> coalesce(b.credit, 0)`, []any{tail},
			"account", "kept_debit_rupiah", "real_debit_rupiah", "kept_credit_rupiah", "real_credit_rupiah")
	}
	return f.Done(n, err)
}

// quickChain hashes the newest entries anew, from the seal before them.
func quickChain(ctx context.Context, r act.Reader) (int, []string, error) {
	_, last, err := head(r)
	if err != nil {
		return 0, nil, err
	}
	from, previous := max(1, last-fastEntries+1), book.Genesis
	if from > 1 {
		if err := r.Row("SELECT hash FROM seals WHERE seq = ?", from-1).Scan(&previous); err != nil {
			return 0, nil, err
		}
	}
	w, err := startWalk(ctx, r, previous)
	if err == nil {
		err = w.run(ctx, r, from, noEntry-1)
	}
	if err != nil {
		return 0, nil, err
	}
	w.chain.said = append(w.chain.said, w.balanced.List()...)
	return w.chain.Done(w.entries, chainEnds(w.chain, r))
}

// quickRows hashes the rows of the newest seals anew, from the seal before them.
func quickRows(ctx context.Context, r act.Reader) (int, []string, error) {
	f := NewFindings(ctx)
	last, _, err := lastRowSeal(r)
	if err != nil {
		return f.Done(0, err)
	}
	from := max(0, last-fastSeals)
	byTable, rows, err := sealsBetween(r, from, last)
	if err == nil {
		err = hashAnew(ctx, r, f, byTable, from)
	}
	return f.Done(rows, err)
}
