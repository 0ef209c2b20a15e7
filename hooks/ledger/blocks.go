package ledger

import (
	"bytes"
	"database/sql"

	"kpdk/hooks/internal/act"
	"kpdk/hooks/internal/clock"
	"kpdk/hooks/internal/money"
	"kpdk/hooks/ledger/book"
)

// blockSize is how many entries make a block of account_blocks. Reports read a whole block to find the lines
// of one account in it, so a block must be small; every block costs a row for each account that moved in it.
const blockSize = 512

// blockColumns makes the rows of account_blocks from lines; a condition on j.id follows, then blockGroup.
const (
	blockColumns = `SELECT l.account, j.date, (j.id - 1) / 512 AS block, count(*), sum(max(l.amount, 0)), sum(max(-l.amount, 0))
		FROM journal j JOIN journal_lines l ON l.entry = j.id WHERE j.id `
	blockGroup = ` GROUP BY l.account, j.date, block`
)

// sweptRow is a row of a block without its number: what an account moved on a date.
type sweptRow struct {
	account int
	date    clock.Date
	lines   int64
	moved
}

// swept are a few of them; an entry has a handful.
type swept []sweptRow

func (all *swept) add(r sweptRow) {
	for i := range *all {
		if have := &(*all)[i]; have.account == r.account && have.date == r.date {
			have.lines, have.moved = have.lines+r.lines, moved{have.debit + r.debit, have.credit + r.credit}
			return
		}
	}
	*all = append(*all, r)
}

// sweep is what the entries of the block that is being filled moved, entry by entry, so that the entry that completes
// it has not to read the lines of all: 512 entries of a payroll have 150,000, for which tills would wait a tenth of a
// second. Each entry is known by its hash, and the hash of one stands for all before it; so what is swept fits the
// journal whatever was rolled back, or posted by another connection, since.
type sweep struct{ entries []sweptEntry }

type sweptEntry struct {
	seal seal
	rows swept
}

type sweepKey struct{}

// add takes an entry in. What does not lead up to it is given up: an entry that was rolled back, or all of them.
func (w *sweep) add(previous []byte, s seal, date clock.Date, lines []book.Line) {
	if (s.seq-1)%blockSize == 0 {
		w.entries = w.entries[:0]
	}
	for n := len(w.entries); n > 0; n = len(w.entries) {
		if last := w.entries[n-1].seal; last.seq == s.seq-1 && bytes.Equal(last.hash, previous) {
			break
		}
		w.entries = w.entries[:n-1]
	}
	rows := make(swept, 0, 4)
	for _, l := range lines {
		rows.add(sweptRow{l.Account, date, 1, moved{max(l.Amount, 0), max(-l.Amount, 0)}})
	}
	w.entries = append(w.entries, sweptEntry{s, rows})
}

// fillBlock writes a block's rows with the entry that completes it, which is swept already: one sale in 512 does a
// little more, and all the others nothing. The entries of a block before the first that was swept (the program began
// in the middle of it) are read.
func fillBlock(tx *act.Tx, w *sweep) error {
	seq := w.entries[len(w.entries)-1].seal.seq
	if seq%blockSize != 0 {
		return nil
	}
	var rows swept
	for _, e := range w.entries {
		for _, r := range e.rows {
			rows.add(r)
		}
	}
	block := (seq - 1) / blockSize
	err := act.Each(tx, blockColumns+"BETWEEN ? AND ?"+blockGroup, []any{block*blockSize + 1, seq - int64(len(w.entries))}, func(row act.Scanner) error {
		var r sweptRow
		err := row.Scan(&r.account, &r.date, new(int64), &r.lines, &r.debit, &r.credit)
		rows.add(r)
		return err
	})
	for _, r := range rows {
		if err != nil {
			return err
		}
		err = tx.Exec("INSERT OR FAIL INTO account_blocks(account, date, block, lines, debit, credit) VALUES(?, ?, ?, ?, ?, ?)",
			r.account, string(r.date), block, r.lines, int64(r.debit), int64(r.credit))
	}
	return err
}

// moved is how much an account was debited and credited.
type moved struct{ debit, credit money.Rupiah }

func (m moved) net() money.Rupiah { return m.debit - m.credit }

// movedBetween is the turnover of accounts from one date to another, both included: whole months from the
// kept months, the other days from their blocks and from the lines that are in no block yet. Account 0 is
// every account. It works the same for a day, a month or ten years.
func movedBetween(r act.Reader, account int, from, to clock.Date) (map[int]moved, error) {
	all := map[int]moved{}
	add := func(query string, args ...any) error {
		return act.Each(r, query, args, func(row act.Scanner) error {
			var account int
			var m moved
			err := row.Scan(&account, &m.debit, &m.credit)
			have := all[account]
			all[account] = moved{have.debit + m.debit, have.credit + m.credit}
			return err
		})
	}
	if from > to {
		return all, nil
	}
	tail, err := tailStart(r)
	if err != nil {
		return nil, err
	}
	days := func(from, to clock.Date) error {
		if from > to {
			return nil
		}
		err := add(`SELECT b.account, sum(b.debit), sum(b.credit) FROM (`+someAccounts+`) a JOIN account_blocks b ON b.account = a.account AND b.date BETWEEN ? AND ? GROUP BY b.account`,
			account, account, string(from), string(to))
		if err != nil {
			return err
		}
		return add(`SELECT l.account, sum(max(l.amount, 0)), sum(max(-l.amount, 0)) FROM journal j JOIN journal_lines l ON l.entry = j.id
			WHERE j.id >= ? AND j.date BETWEEN ? AND ? AND (? = 0 OR l.account = ?) GROUP BY l.account`, tail, string(from), string(to), account, account)
	}
	first, last := from.Period(), to.Period() // the whole months are first to last, both included
	if from != first.First() {
		first = first.Add(1)
	}
	if to != last.Last() {
		last = last.Add(-1)
	}
	if first > last {
		return all, days(from, to)
	}
	if err := days(from, first.First().Add(-1)); err != nil {
		return nil, err
	}
	err = add(`SELECT m.account, sum(m.debit), sum(m.credit) FROM (`+someAccounts+`) a JOIN account_months m ON m.account = a.account AND m.period BETWEEN ? AND ? GROUP BY m.account`,
		account, account, string(first), string(last))
	if err != nil {
		return nil, err
	}
	return all, days(last.Last().Add(1), to)
}

// someAccounts lists the account that is asked for, or every account that was ever posted to.
const someAccounts = `SELECT DISTINCT account FROM account_months WHERE ? = 0 OR account = ?`

// tailStart is the first entry that is in no block yet.
func tailStart(r act.Reader) (entry int64, err error) {
	err = r.Row("SELECT coalesce(max(seq), 0) / 512 * 512 + 1 FROM seals").Scan(&entry)
	return entry, err
}

// begin is before every business date.
const begin clock.Date = "1900-01-01"

type sinceKey struct {
	account int
	date    clock.Date
}

// FirstEntrySince is an entry before which no line of an account is dated on a date or later, so that what moved
// since is read from there on: entries may be dated back, and the journal has no index by date.
func FirstEntrySince(r act.Reader, account int, date clock.Date) (int64, error) {
	return act.Remember(r, sinceKey{account, date}, func() (first int64, err error) {
		if first, err = tailStart(r); err != nil {
			return 0, err
		}
		var block sql.NullInt64
		err = r.Row("SELECT min(block) FROM account_blocks WHERE account = ? AND date >= ?", account, string(date)).Scan(&block)
		if block.Valid {
			first = block.Int64*blockSize + 1
		}
		return first, err
	})
}
