// Package ledger is the only writer of money. Everything that moves rupiah posts a balanced entry here,
// inside an act; the entry is sealed into the hash chain and the kept balances follow in the same
// transaction. What members owe or are due to save are open items; settlements reduce them.
package ledger

import (
	"database/sql"
	"errors"
	"fmt"

	"kpdk/hooks/internal/act"
	"kpdk/hooks/internal/clock"
	"kpdk/hooks/internal/fault"
	"kpdk/hooks/internal/money"
	"kpdk/hooks/ledger/book"
)

// The vocabulary of the pure half, for rooms that post.
type (
	Line  = book.Line
	Entry = book.Entry
	Party = book.Party
)

// MemberParty is a member by number.
func MemberParty(number int64) Party { return book.Of(book.Member, number) }

// MainBank is the co-op's one bank account of the default chart.
var MainBank = Party{Kind: book.Bank, Ref: "1"}

// MaxLines bounds one entry.
const MaxLines = book.MaxLines

// Posted tells where an entry stands in the chain.
type Posted struct {
	Entry  int64
	Number string
	Hash   []byte
}

// Dr and Cr write a line the way a bookkeeper says it.
func Dr(account int, amount money.Rupiah, party ...Party) Line {
	l := Line{Account: account, Amount: amount}
	if len(party) > 0 {
		l.Party = party[0]
	}
	return l
}

// Cr is a credit of a positive amount.
func Cr(account int, amount money.Rupiah, party ...Party) Line { return Dr(account, -amount, party...) }

// Post checks, writes, balances and seals one entry. Lines of zero are dropped. Nothing is written
// when it refuses.
func Post(tx *act.Tx, e Entry) (Posted, error) {
	if _, ok := prefixes[e.Kind]; !ok {
		return Posted{}, fault.Refused("ledger.kind_unknown", fault.Params{"kind": e.Kind})
	}
	e.Lines = book.Compact(e.Lines)
	accounts, err := accountsOf(tx, e.Lines)
	if err != nil {
		return Posted{}, err
	}
	if err := book.Check(e, accounts); err != nil {
		return Posted{}, err
	}
	if e.Kind == KindManual {
		if err := checkManual(e.Lines, accounts); err != nil {
			return Posted{}, err
		}
	}
	source := book.Source{Kind: tx.Kind(), Key: tx.Key(), Role: string(tx.By().Role), Actor: tx.By().ID}
	if err := book.CheckSource(source); err != nil {
		return Posted{}, err
	}
	if err := EnsureOpen(tx, e.Date); err != nil {
		return Posted{}, err
	}
	if err := keepHolds(tx, e.Lines); err != nil {
		return Posted{}, err
	}
	previous, seq, err := head(tx)
	if err != nil {
		return Posted{}, err
	}
	number, err := Count(tx, fmt.Sprintf("journal.%s.%d", e.Kind, e.Date.Year()))
	if err != nil {
		return Posted{}, err
	}
	sealed := book.Sealed{Seq: seq + 1, Kind: e.Kind, Year: e.Date.Year(), Number: number, Date: e.Date,
		At: tx.Now().UnixMilli(), Act: tx.ID(), Source: source, Reverses: e.Reverses, Lines: e.Lines}
	var reverses any
	if e.Reverses != 0 {
		reverses = e.Reverses
	}
	if err := tx.Exec("INSERT OR FAIL INTO journal(id, kind, year, number, date, period, at, act, reverses) VALUES(?, ?, ?, ?, ?, ?, ?, ?, ?)",
		sealed.Seq, e.Kind, sealed.Year, number, string(e.Date), string(e.Date.Period()), sealed.At, sealed.Act, reverses); err != nil {
		return Posted{}, err
	}
	if err := writeLines(tx, sealed); err != nil {
		return Posted{}, err
	}
	hash := sealed.Hash(previous)
	if err := tx.Exec("INSERT OR FAIL INTO seals(seq, hash) VALUES(?, ?)", sealed.Seq, hash); err != nil {
		return Posted{}, err
	}
	this := seal{sealed.Seq, hash}
	tx.Keep(headKey{}, this)
	tx.Keep(entryDate(sealed.Seq), e.Date) // what it settles asks for it
	w := act.Held(tx, sweepKey{}, func() *sweep { return &sweep{} })
	w.add(previous, this, e.Date, e.Lines)
	if err := fillBlock(tx, w); err != nil {
		return Posted{}, err
	}
	return Posted{sealed.Seq, Number(e.Kind, sealed.Year, number), hash}, nil
}

// writeLines writes the lines and moves the kept balances with them.
func writeLines(tx *act.Tx, s book.Sealed) error {
	for i, l := range s.Lines {
		var party any
		if l.Party.Kind != book.NoParty {
			id, err := PartyID(tx, l.Party)
			if err != nil {
				return err
			}
			party = id
			if err := tx.Exec(`INSERT INTO party_balances(party, account, amount) VALUES(?, ?, ?)
				ON CONFLICT(party, account) DO UPDATE SET amount = amount + excluded.amount`, id, l.Account, int64(l.Amount)); err != nil {
				return err
			}
			if err := keepDay(tx, id, s.Date, l); err != nil {
				return err
			}
		}
		if err := tx.Exec("INSERT OR FAIL INTO journal_lines(entry, line, account, party, amount) VALUES(?, ?, ?, ?, ?)",
			s.Seq, i+1, l.Account, party, int64(l.Amount)); err != nil {
			return err
		}
	}
	return turnOver(tx, s)
}

// turnOver moves the balances by account and month, each account once: an entry of a payroll has hundreds
// of lines and a handful of accounts.
func turnOver(tx *act.Tx, s book.Sealed) error {
	turnover := make(map[int]moved, 8)
	var accounts []int
	for _, l := range s.Lines {
		m, seen := turnover[l.Account]
		if !seen {
			accounts = append(accounts, l.Account)
		}
		turnover[l.Account] = moved{m.debit + max(l.Amount, 0), m.credit + max(-l.Amount, 0)}
	}
	for _, account := range accounts {
		key := monthTurnover{account, s.Date.Period()}
		kept, err := act.Remember(tx, key, func() (kept moved, err error) {
			err = tx.Row("SELECT debit, credit FROM account_months WHERE account = ? AND period = ?", account, string(key.period)).Scan(&kept.debit, &kept.credit)
			if errors.Is(err, sql.ErrNoRows) {
				return moved{}, nil
			}
			return kept, err
		})
		if err != nil {
			return err
		}
		kept = moved{kept.debit + turnover[account].debit, kept.credit + turnover[account].credit}
		if err := tx.Replace(key, kept, "account_months", `INSERT INTO account_months(account, period, debit, credit) VALUES(?, ?, ?, ?)
			ON CONFLICT(account, period) DO UPDATE SET debit = excluded.debit, credit = excluded.credit`,
			account, string(key.period), int64(kept.debit), int64(kept.credit)); err != nil {
			return err
		}
	}
	return nil
}

// monthTurnover is remembered: the turnover of an account in a month.
type monthTurnover struct {
	account int
	period  clock.Period
}

// Reverse posts the exact negative of an entry, on a date, naming it; an entry is reversed at most once.
func Reverse(tx *act.Tx, entry int64, on clock.Date) (Posted, error) {
	lines, err := LinesOf(tx, entry)
	if err != nil {
		return Posted{}, err
	}
	if len(lines) == 0 {
		return Posted{}, fault.NotFound("ledger.entry_unknown", fault.Params{"entry": entry})
	}
	var taken int64
	if err := tx.Row("SELECT count(*) FROM journal WHERE reverses = ?", entry).Scan(&taken); err != nil {
		return Posted{}, err
	}
	if taken > 0 {
		return Posted{}, fault.Refused("ledger.reversed_already", fault.Params{"entry": entry})
	}
	for i := range lines {
		lines[i].Amount = -lines[i].Amount
	}
	return Post(tx, Entry{Kind: KindReversal, Date: on, Lines: lines, Reverses: entry})
}

type accountKey int

// accountsOf reads the accounts that lines name.
func accountsOf(r act.Reader, lines []Line) (map[int]book.Account, error) {
	accounts := make(map[int]book.Account, len(lines))
	for _, l := range lines {
		a, err := act.Remember(r, accountKey(l.Account), func() (a book.Account, err error) {
			a.Code = l.Account
			err = r.Row("SELECT party_kind, closed FROM accounts WHERE account = ?", l.Account).Scan(&a.PartyKind, &a.Closed)
			return a, err
		})
		if errors.Is(err, sql.ErrNoRows) {
			continue // book.Check names it
		}
		if err != nil {
			return nil, err
		}
		accounts[l.Account] = a
	}
	return accounts, nil
}

type headKey struct{}

type seal struct {
	seq  int64
	hash []byte
}

// head is the last seal: its hash and sequence.
func head(r act.Reader) (hash []byte, seq int64, err error) {
	s, err := act.Remember(r, headKey{}, func() (s seal, err error) {
		err = r.Row("SELECT seq, hash FROM seals ORDER BY seq DESC LIMIT 1").Scan(&s.seq, &s.hash)
		if errors.Is(err, sql.ErrNoRows) {
			return seal{0, book.Genesis}, nil
		}
		return s, err
	})
	return s.hash, s.seq, err
}

// PartyID finds a party's number and makes one for a party that is new.
func PartyID(tx *act.Tx, p Party) (int64, error) {
	id, err := partyID(tx, p)
	if errors.Is(err, sql.ErrNoRows) {
		err = tx.ExecRow("INSERT INTO parties(kind, ref) VALUES(?, ?) RETURNING id", string(p.Kind), p.Ref).Scan(&id)
	}
	return id, err
}

// partyID finds a party's number, which never changes; sql.ErrNoRows when the party is new.
func partyID(r act.Reader, p Party) (id int64, err error) {
	return act.Lasting(r, p, []string{"parties"}, func() (id int64, err error) {
		err = r.Row("SELECT id FROM parties WHERE ref = ? AND kind = ?", p.Ref, string(p.Kind)).Scan(&id)
		return id, err
	})
}

type counterKey string

// Count takes the next number of a counter that knows no gaps: it lives and dies with the act.
func Count(tx *act.Tx, name string) (next int64, err error) {
	last, err := act.Remember(tx, counterKey(name), func() (last int64, err error) {
		err = tx.Row("SELECT coalesce((SELECT last FROM counters WHERE name = ?), 0)", name).Scan(&last)
		return last, err
	})
	if err != nil {
		return 0, err
	}
	return last + 1, tx.Replace(counterKey(name), last+1, "counters",
		"INSERT INTO counters(name, last) VALUES(?, ?) ON CONFLICT(name) DO UPDATE SET last = excluded.last", name, last+1)
}
