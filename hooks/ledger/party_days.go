package ledger

import (
	"database/sql"
	"errors"

	"kpdk/hooks/internal/act"
	"kpdk/hooks/internal/clock"
	"kpdk/hooks/internal/money"
	"kpdk/hooks/ledger/book"
)

// PartyDays are the kept sums of banks, suppliers and consignors by account and day: every QRIS sale is a line of a bank
// and every sale of goods on consignment one of their owner, so they have hundreds of thousands where others have hundreds.
var PartyDays = Kept{Table: "party_days", Key: []string{"party", "account", "date"}, Values: []string{"debit", "credit"},
	Rows: `SELECT l.party, l.account, j.date, sum(max(l.amount, 0)), sum(max(-l.amount, 0)) FROM parties p JOIN journal_lines l ON l.party = p.id
		JOIN journal j ON j.id = l.entry WHERE p.kind IN ('bank', 'supplier', 'consignor') GROUP BY l.party, l.account, j.date`}

// keepsDays says whether what a party moved is kept by day.
func keepsDays(kind book.PartyKind) bool {
	return kind == book.Bank || kind == book.Supplier || kind == book.Consignor
}

// keepDay moves the kept sum of a party's day.
func keepDay(tx *act.Tx, party int64, date clock.Date, l book.Line) error {
	if !keepsDays(l.Party.Kind) {
		return nil
	}
	return tx.Exec(`INSERT INTO party_days(party, account, date, debit, credit) VALUES(?, ?, ?, ?, ?)
		ON CONFLICT(party, account, date) DO UPDATE SET debit = debit + excluded.debit, credit = credit + excluded.credit`,
		party, l.Account, string(date), int64(max(l.Amount, 0)), int64(max(-l.Amount, 0)))
}

// partyMoved is what such a party moved from one date to another, both included, by account; account 0 is all.
func (r reportReader) partyMoved(party int64, account int, from, to clock.Date) (map[int]moved, error) {
	all := map[int]moved{}
	return all, act.Each(r, "SELECT account, sum(debit), sum(credit) FROM party_days WHERE party = ? AND (? = 0 OR account = ?) AND date BETWEEN ? AND ? GROUP BY account",
		[]any{party, account, account, string(from), string(to)}, func(row act.Scanner) error {
			var account int
			var m moved
			err := row.Scan(&account, &m.debit, &m.credit)
			all[account] = m
			return err
		})
}

// many hands out the sums of such a party's accounts and then its lines after a place, with their running balance: what was
// before their first day is a kept sum, and where lines of a day are is known by the blocks.
func (r reportReader) many(who Party, account int, in Range, after place, total func(int) *PartyTotal, line func(place, partyLine, money.Rupiah) error) error {
	party, err := partyID(r, who)
	if errors.Is(err, sql.ErrNoRows) {
		return nil
	}
	if err != nil {
		return err
	}
	before, err := r.partyMoved(party, account, begin, in.From.Add(-1))
	if err != nil {
		return err
	}
	within, err := r.partyMoved(party, account, in.From, in.To)
	if err != nil {
		return err
	}
	for account, m := range before {
		t := total(account)
		t.Opening, t.Closing = m.net(), m.net()
	}
	for account, m := range within {
		t := total(account)
		t.Debit, t.Credit, t.Closing = m.debit, m.credit, t.Opening+m.net()
	}
	start := max(in.From, after.date)
	stood, err := r.partyMoved(party, account, begin, start.Add(-1))
	if err != nil {
		return err
	}
	balances := map[int]money.Rupiah{}
	for account, m := range stood {
		balances[account] = m.net()
	}
	return r.eachCell(account, Range{start, in.To}, func(c span) error {
		return act.Each(r, `SELECT l.entry, l.line, l.account, j.kind, j.year, j.number, l.amount FROM journal_lines l JOIN journal j ON j.id = l.entry
			WHERE l.party = ? AND l.entry BETWEEN ? AND ? AND (? = 0 OR l.account = ?) AND j.date = ? ORDER BY l.entry, l.line`,
			[]any{party, c.first, c.last, account, account, string(c.date)}, func(row act.Scanner) error {
				l := partyLine{BookLine: BookLine{Date: c.date}}
				amount, err := l.scan(row)
				balances[l.Account] += amount
				if at := (place{l.Date, l.Entry, l.line}); err == nil && after.before(at) {
					err = line(at, l, balances[l.Account])
				}
				return err
			})
	})
}
