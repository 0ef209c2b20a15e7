package ledger

import (
	"cmp"
	"database/sql"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"

	"kpdk/hooks/internal/act"
	"kpdk/hooks/internal/clock"
	"kpdk/hooks/internal/fault"
	"kpdk/hooks/internal/money"
)

// place is where a line stands in a report: reports run by date, then in the order of the chain.
type place struct {
	date  clock.Date
	entry int64
	line  int64
}

func (p place) before(q place) bool {
	return cmp.Or(cmp.Compare(p.date, q.date), cmp.Compare(p.entry, q.entry), cmp.Compare(p.line, q.line)) < 0
}

func (p place) String() string { return fmt.Sprintf("%s.%d.%d", p.date, p.entry, p.line) }

// parsePlace reads the next of an earlier page; empty is before everything.
func parsePlace(text string) (p place, err error) {
	if text == "" {
		return place{}, nil
	}
	date, rest, _ := strings.Cut(text, ".")
	entry, line, _ := strings.Cut(rest, ".")
	on, ok := clock.ParseDate(date)
	p.date = on
	var wrong error
	p.entry, wrong = strconv.ParseInt(entry, 10, 64)
	if p.line, err = strconv.ParseInt(line, 10, 64); err != nil || wrong != nil || !ok {
		var in fault.Input
		in.Add("after", "input.cursor")
		return place{}, in.Err()
	}
	return p, nil
}

// Range is the dates of a report, both included.
type Range struct {
	From clock.Date `json:"from"`
	To   clock.Date `json:"to"`
}

// Cut is a page of a report: lines after a place, at most so many of them. Limit 0 is all.
type Cut struct {
	After string
	Limit int
}

// BookLine is a line of a card, with the balance after it: debit positive.
type BookLine struct {
	Date    clock.Date   `json:"date"`
	Entry   int64        `json:"entry"`
	Number  string       `json:"number"`
	Kind    string       `json:"kind"`
	Account int          `json:"account"`
	Name    string       `json:"name"`
	Party   string       `json:"party"`
	Debit   money.Rupiah `json:"debit_rupiah"`
	Credit  money.Rupiah `json:"credit_rupiah"`
	Balance money.Rupiah `json:"balance_rupiah"`
}

// Card is an account's lines (kartu buku besar). What stood before and after, and what moved, is of the whole
// range, whatever page of it is shown.
type Card struct {
	Range
	Account int          `json:"account"`
	Name    string       `json:"name"`
	Kind    string       `json:"kind"`
	Opening money.Rupiah `json:"opening_rupiah"`
	Debit   money.Rupiah `json:"debit_rupiah"`
	Credit  money.Rupiah `json:"credit_rupiah"`
	Closing money.Rupiah `json:"closing_rupiah"`
	Lines   []BookLine   `json:"lines"`
	Next    string       `json:"next"`
}

// reportReader is what every report needs: a reader, names in a language, and the co-op's clock.
type reportReader struct {
	act.Reader
	names *names
}

func newReports(r act.Reader, at *clock.Clock, language string) reportReader {
	return reportReader{r, newNames(r, language, at)}
}

// errEnough ends a walk that has what it came for.
var errEnough = errors.New("ledger: enough")

// Card reads a page of an account's card.
func (r reportReader) Card(account int, in Range, cut Cut) (Card, error) {
	card, err := r.cardHead(account, in)
	if err != nil {
		return card, err
	}
	err = r.cardLines(account, in, cut, func(at place, l BookLine) error {
		if cut.Limit > 0 && len(card.Lines) == cut.Limit {
			return errEnough
		}
		card.Lines, card.Next = append(card.Lines, l), at.String()
		return nil
	})
	if errors.Is(err, errEnough) {
		return card, nil
	}
	card.Next = ""
	return card, err
}

func (r reportReader) cardHead(account int, in Range) (Card, error) {
	card := Card{Range: in, Account: account, Lines: []BookLine{}}
	err := r.Row("SELECT "+accountName(r.names.language)+", kind FROM accounts WHERE account = ?", account).Scan(&card.Name, &card.Kind)
	if err != nil {
		return card, fault.NotFound("ledger.account_unknown", fault.Params{"account": account})
	}
	before, err := movedBetween(r, account, begin, in.From.Add(-1))
	if err != nil {
		return card, err
	}
	within, err := movedBetween(r, account, in.From, in.To)
	card.Opening, card.Debit, card.Credit = before[account].net(), within[account].debit, within[account].credit
	card.Closing = card.Opening + card.Debit - card.Credit
	return card, err
}

// cardLines hands out an account's lines after a place, with their running balance. It begins at the place's
// day: what was before is a kept sum.
func (r reportReader) cardLines(account int, in Range, cut Cut, f func(place, BookLine) error) error {
	after, err := parsePlace(cut.After)
	if err != nil {
		return err
	}
	start := max(in.From, after.date)
	before, err := movedBetween(r, account, begin, start.Add(-1))
	if err != nil {
		return err
	}
	balance := before[account].net()
	return r.eachCell(account, Range{start, in.To}, func(c span) error {
		if c.block >= 0 && c.date == after.date && c.last < after.entry {
			balance += c.net // wholly before the place
			return nil
		}
		return act.Each(r, `SELECT l.entry, l.line, j.kind, j.year, j.number, coalesce(p.kind, ''), coalesce(p.ref, ''), l.amount FROM journal_lines l JOIN journal j ON j.id = l.entry
			LEFT JOIN parties p ON p.id = l.party WHERE l.entry BETWEEN ? AND ? AND l.account = ? AND j.date = ? ORDER BY l.entry, l.line`,
			[]any{c.first, c.last, account, string(c.date)}, func(row act.Scanner) error {
				at, l, amount, err := scanBookLine(row, c.date, account)
				if err != nil {
					return err
				}
				balance += amount
				if !after.before(at) {
					return nil
				}
				l.Balance = balance
				if err := r.name(&l); err != nil {
					return err
				}
				return f(at, l.BookLine)
			})
	})
}

// namelessLine is a line whose account and party are still to be named.
type namelessLine struct {
	BookLine
	who Party
}

func scanBookLine(row act.Scanner, date clock.Date, account int) (at place, l namelessLine, amount money.Rupiah, err error) {
	var year int
	var number int64
	l.Date, l.Account, at.date = date, account, date
	err = row.Scan(&at.entry, &at.line, &l.Kind, &year, &number, &l.who.Kind, &l.who.Ref, &amount)
	l.Entry, l.Number, l.Debit, l.Credit = at.entry, Number(l.Kind, year, number), max(amount, 0), max(-amount, 0)
	return at, l, amount, err
}

func (r reportReader) name(l *namelessLine) (err error) {
	if l.Name, err = r.names.account(l.Account); err == nil {
		l.Party, err = r.names.party(l.who)
	}
	return err
}

// span is a run of entries in which lines of a date are to be found: a block, or the tail that is in no block
// yet. Its sum is that of the account asked for.
type span struct {
	date        clock.Date
	block       int64 // -1: the tail
	first, last int64
	net         money.Rupiah
}

// eachCell hands out where the lines of an account (0: of any) are to be looked for, by date and then in the
// order of the chain. It never reads beyond what the caller wants.
func (r reportReader) eachCell(account int, in Range, f func(span) error) error {
	tail, err := tailStart(r)
	if err != nil {
		return err
	}
	var late []clock.Date // the dates of the tail
	err = act.Each(r, "SELECT DISTINCT date FROM journal WHERE id >= ? AND date BETWEEN ? AND ? ORDER BY date", []any{tail, string(in.From), string(in.To)}, func(row act.Scanner) error {
		var date clock.Date
		err := row.Scan(&date)
		late = append(late, date)
		return err
	})
	if err != nil {
		return err
	}
	tails := func(until clock.Date) error { // those before a date
		for len(late) > 0 && late[0] < until {
			date := late[0]
			late = late[1:]
			if err := f(span{date, -1, tail, noEntry - 1, 0}); err != nil {
				return err
			}
		}
		return nil
	}
	err = r.eachBlock(account, in, func(c span) error {
		if err := tails(c.date); err != nil {
			return err
		}
		return f(c)
	})
	if err != nil {
		return err
	}
	return tails("9999")
}

// eachBlock walks account_blocks in order; for every account it goes month by month, so that a page of a long
// range reads a month of it.
func (r reportReader) eachBlock(account int, in Range, f func(span) error) error {
	scan := func(row act.Scanner) error {
		var c span
		if err := row.Scan(&c.date, &c.block, &c.net); err != nil {
			return err
		}
		c.first, c.last = c.block*blockSize+1, (c.block+1)*blockSize
		return f(c)
	}
	if account != 0 {
		return act.Each(r, "SELECT date, block, debit - credit FROM account_blocks WHERE account = ? AND date BETWEEN ? AND ? ORDER BY date, block",
			[]any{account, string(in.From), string(in.To)}, scan)
	}
	var first, last clock.Period
	if err := r.Row("SELECT coalesce(min(period), ''), coalesce(max(period), '') FROM account_months").Scan(&first, &last); err != nil || first == "" {
		return err
	}
	from, to := max(in.From, first.First()), min(in.To, last.Last())
	for from <= to {
		end := min(from.Period().Last(), to)
		err := act.Each(r, `SELECT DISTINCT b.date, b.block, 0 FROM (SELECT DISTINCT account FROM account_months) a JOIN account_blocks b ON b.account = a.account
			AND b.date BETWEEN ? AND ? ORDER BY b.date, b.block`, []any{string(from), string(end)}, scan)
		if err != nil {
			return err
		}
		from = end.Add(1)
	}
	return nil
}

// JournalReport is the entries of a range, by date. What moved is of the whole range.
type JournalReport struct {
	Range
	Sum     money.Rupiah `json:"sum_rupiah"`
	Entries []EntryView  `json:"entries"`
	Next    string       `json:"next"`
}

// Journal reads a page of the journal of a range.
func (r reportReader) Journal(in Range, cut Cut) (JournalReport, error) {
	report := JournalReport{Range: in, Entries: []EntryView{}}
	all, err := movedBetween(r, 0, in.From, in.To)
	if err != nil {
		return report, err
	}
	for _, m := range all {
		report.Sum += m.debit
	}
	err = r.entries(in, cut.After, func(e EntryView) error {
		if cut.Limit > 0 && len(report.Entries) == cut.Limit {
			return errEnough
		}
		report.Entries, report.Next = append(report.Entries, e), place{e.Date, e.ID, 0}.String()
		return nil
	})
	if errors.Is(err, errEnough) {
		return report, nil
	}
	report.Next = ""
	return report, err
}

// entries hands out the entries of a range after a place.
func (r reportReader) entries(in Range, after string, f func(EntryView) error) error {
	from, err := parsePlace(after)
	if err != nil {
		return err
	}
	return r.eachCell(0, Range{max(in.From, from.date), in.To}, func(c span) error {
		var ids []int64
		first := c.first
		if c.date == from.date {
			first = max(first, from.entry+1)
		}
		err := act.Each(r, "SELECT id FROM journal WHERE id BETWEEN ? AND ? AND date = ? ORDER BY id", []any{first, c.last, string(c.date)}, func(row act.Scanner) error {
			var id int64
			err := row.Scan(&id)
			ids = append(ids, id)
			return err
		})
		if err != nil {
			return err
		}
		for _, id := range ids {
			e, err := readEntry(r, r.names, id)
			if err != nil {
				return err
			}
			if err := f(e); err != nil {
				return err
			}
		}
		return nil
	})
}

// PartyCard is every line of one party, of a member every rupiah, each with the balance of its account.
type PartyCard struct {
	Range
	Party    string       `json:"party"`
	Accounts []PartyTotal `json:"accounts"`
	Lines    []BookLine   `json:"lines"`
	Next     string       `json:"next"`
}

// PartyTotal is what a party has on one account: debit positive.
type PartyTotal struct {
	Account int          `json:"account"`
	Name    string       `json:"name"`
	Kind    string       `json:"kind"`
	Opening money.Rupiah `json:"opening_rupiah"`
	Debit   money.Rupiah `json:"debit_rupiah"`
	Credit  money.Rupiah `json:"credit_rupiah"`
	Closing money.Rupiah `json:"closing_rupiah"`
}

// Party reads a party's lines; account 0 is all its accounts. A bank's, a supplier's and a consignor's are found by their
// kept days. Any other party has thousands of lines in a lifetime, so they are added up each time, through the index of parties.
func (r reportReader) Party(who Party, account int, in Range, cut Cut) (PartyCard, error) {
	card := PartyCard{Range: in, Accounts: []PartyTotal{}, Lines: []BookLine{}}
	after, err := parsePlace(cut.After)
	if err != nil {
		return card, err
	}
	if card.Party, err = r.names.party(who); err != nil {
		return card, err
	}
	totals, last := map[int]*PartyTotal{}, place{}
	total := func(account int) *PartyTotal {
		if totals[account] == nil {
			totals[account] = &PartyTotal{Account: account}
		}
		return totals[account]
	}
	line := func(at place, l partyLine, balance money.Rupiah) (err error) {
		if cut.Limit > 0 && len(card.Lines) == cut.Limit {
			card.Next = last.String()
			return errEnough
		}
		if l.Name, err = r.names.account(l.Account); err != nil {
			return err
		}
		l.Balance, last = balance, at
		card.Lines = append(card.Lines, l.BookLine)
		return nil
	}
	if keepsDays(who.Kind) {
		err = r.many(who, account, in, after, total, line)
	} else {
		err = r.few(who, account, in, after, total, line)
	}
	if err != nil && !errors.Is(err, errEnough) {
		return card, err
	}
	for _, account := range slices.Sorted(maps.Keys(totals)) {
		t := totals[account]
		if t.Name, err = r.names.account(account); err != nil {
			return card, err
		}
		if err := r.Row("SELECT kind FROM accounts WHERE account = ?", account).Scan(&t.Kind); err != nil && !errors.Is(err, sql.ErrNoRows) {
			return card, err
		}
		card.Accounts = append(card.Accounts, *t)
	}
	return card, nil
}

// few hands out the sums of a party's accounts and its lines after a place, of all its lines read.
func (r reportReader) few(who Party, account int, in Range, after place, total func(int) *PartyTotal, line func(place, partyLine, money.Rupiah) error) error {
	lines, err := r.partyLines(who, account, in.To)
	if err != nil {
		return err
	}
	var enough error
	for _, l := range lines {
		t := total(l.Account)
		t.Closing += l.Debit - l.Credit
		if l.Date < in.From {
			t.Opening = t.Closing
			continue
		}
		t.Debit, t.Credit = t.Debit+l.Debit, t.Credit+l.Credit
		if at := (place{l.Date, l.Entry, l.line}); enough == nil && after.before(at) {
			if enough = line(at, l, t.Closing); enough != nil && !errors.Is(enough, errEnough) {
				return enough
			}
		}
	}
	return enough
}

type partyLine struct {
	BookLine
	line int64
}

// scan reads a line, after columns of one's own.
func (l *partyLine) scan(row act.Scanner, own ...any) (amount money.Rupiah, err error) {
	var year int
	var number int64
	err = row.Scan(append(own, &l.Entry, &l.line, &l.Account, &l.Kind, &year, &number, &amount)...)
	l.Number, l.Debit, l.Credit = Number(l.Kind, year, number), max(amount, 0), max(-amount, 0)
	return amount, err
}

// partyLines are a party's lines up to a date, by date.
func (r reportReader) partyLines(who Party, account int, to clock.Date) ([]partyLine, error) {
	var lines []partyLine
	err := act.Each(r, `SELECT j.date, l.entry, l.line, l.account, j.kind, j.year, j.number, l.amount FROM parties p JOIN journal_lines l ON l.party = p.id JOIN journal j ON j.id = l.entry
		WHERE p.ref = ? AND p.kind = ? AND (? = 0 OR l.account = ?) AND j.date <= ?`, []any{who.Ref, string(who.Kind), account, account, string(to)}, func(row act.Scanner) error {
		var l partyLine
		_, err := l.scan(row, &l.Date)
		lines = append(lines, l)
		return err
	})
	slices.SortFunc(lines, func(a, b partyLine) int {
		return cmp.Or(cmp.Compare(a.Date, b.Date), cmp.Compare(a.Entry, b.Entry), cmp.Compare(a.line, b.line))
	})
	return lines, err
}
