package ledger

import (
	"database/sql"
	"errors"

	"kpdk/hooks/internal/act"
	"kpdk/hooks/internal/clock"
	"kpdk/hooks/internal/money"
)

// Balance is what stands on one account for one party: debit positive.
func Balance(r act.Reader, p Party, account int) (amount money.Rupiah, err error) {
	id, err := partyID(r, p)
	if err == nil {
		err = r.Row("SELECT amount FROM party_balances WHERE party = ? AND account = ?", id, account).Scan(&amount)
	}
	if errors.Is(err, sql.ErrNoRows) {
		return 0, nil
	}
	return amount, err
}

// Balances are all balances of one party by account.
func Balances(r act.Reader, p Party) (map[int]money.Rupiah, error) {
	all := map[int]money.Rupiah{}
	err := act.Each(r, `SELECT b.account, b.amount FROM parties p JOIN party_balances b ON b.party = p.id WHERE p.ref = ? AND p.kind = ?`,
		[]any{p.Ref, string(p.Kind)}, func(row act.Scanner) error {
			var account int
			var amount money.Rupiah
			err := row.Scan(&account, &amount)
			all[account] = amount
			return err
		})
	return all, err
}

// AccountBalance is what stands on an account over all months: debit positive.
func AccountBalance(r act.Reader, account int) (amount money.Rupiah, err error) {
	err = r.Row("SELECT coalesce(sum(debit - credit), 0) FROM account_months WHERE account = ?", account).Scan(&amount)
	return amount, err
}

// AccountTurnover is the debit and credit of an account in the months from..to.
func AccountTurnover(r act.Reader, account int, from, to clock.Period) (debit, credit money.Rupiah, err error) {
	err = r.Row("SELECT coalesce(sum(debit), 0), coalesce(sum(credit), 0) FROM account_months WHERE account = ? AND period BETWEEN ? AND ?",
		account, string(from), string(to)).Scan(&debit, &credit)
	return debit, credit, err
}

// LinesOf reads the lines of an entry in order.
func LinesOf(r act.Reader, entry int64) ([]Line, error) {
	var lines []Line
	err := act.Each(r, `SELECT l.account, coalesce(p.kind, ''), coalesce(p.ref, ''), l.amount FROM journal_lines l LEFT JOIN parties p ON p.id = l.party
		WHERE l.entry = ? ORDER BY l.line`, []any{entry}, func(row act.Scanner) error {
		var l Line
		err := row.Scan(&l.Account, &l.Party.Kind, &l.Party.Ref, &l.Amount)
		lines = append(lines, l)
		return err
	})
	return lines, err
}

// Head is the last seal of the chain: its hash and sequence.
func Head(r act.Reader) (hash []byte, seq int64, err error) { return head(r) }

// TrialLine is one account of a trial balance: a debit or a credit balance.
type TrialLine struct {
	Account int          `json:"code"`
	Name    string       `json:"name"`
	Kind    string       `json:"kind"`
	Debit   money.Rupiah `json:"debit_rupiah"`
	Credit  money.Rupiah `json:"credit_rupiah"`
}

// TrialBalance is every account's balance at the end of a date, from kept sums.
func TrialBalance(r act.Reader, on clock.Date) ([]TrialLine, error) {
	sums, err := movedBetween(r, 0, begin, on)
	if err != nil {
		return nil, err
	}
	var all []TrialLine
	err = act.Each(r, `SELECT m.account, coalesce(a.name, ''), coalesce(a.kind, '') FROM (SELECT DISTINCT account FROM account_months) m
		LEFT JOIN accounts a ON a.account = m.account ORDER BY m.account`, nil, func(row act.Scanner) error {
		var l TrialLine
		err := row.Scan(&l.Account, &l.Name, &l.Kind)
		if amount := sums[l.Account].net(); amount != 0 {
			l.Debit, l.Credit = max(amount, 0), max(-amount, 0)
			all = append(all, l)
		}
		return err
	})
	return all, err
}

// PartyOf reads a party's kind and reference.
func PartyOf(r act.Reader, id int64) (p Party, err error) {
	err = r.Row("SELECT kind, ref FROM parties WHERE id = ?", id).Scan(&p.Kind, &p.Ref)
	return p, err
}
