package treasury

import (
	"database/sql"
	"errors"

	"github.com/pocketbase/pocketbase/core"

	"kpdk/hooks/internal/act"
	"kpdk/hooks/internal/clock"
	"kpdk/hooks/internal/money"
	"kpdk/hooks/ledger"
	"kpdk/hooks/ledger/book"
)

// Reconciliation is where the books and the bank stand. On screen it adds up:
// books − unmatched in the books + unmatched at the bank + opening difference + sen = bank.
type Reconciliation struct {
	Bank              BankAccount     `json:"bank"`
	From              clock.Date      `json:"from"` // first day of the first statement; empty: none yet
	To                clock.Date      `json:"to"`
	Books             money.Rupiah    `json:"books_rupiah"`
	UnmatchedBooks    money.Rupiah    `json:"unmatched_books_rupiah"`
	UnmatchedBank     money.Rupiah    `json:"unmatched_bank_rupiah"`
	OpeningDifference money.Rupiah    `json:"opening_difference_rupiah"`
	Sen               money.Rupiah    `json:"sen_rupiah"` // whole rupiah that fractions come to
	BankBalance       money.Rupiah    `json:"bank_rupiah"`
	Statement         *money.Rupiah   `json:"statement_rupiah"` // what the newest statement says at its end
	Gap               money.Rupiah    `json:"gap_rupiah"`       // statement − bank: lines of some days are missing
	BookLines         []BookLine      `json:"book_lines"`
	BankLines         []BankLine      `json:"bank_lines"`
	BookCount         int             `json:"book_count"`
	BankCount         int             `json:"bank_count"`
	Proposals         []Proposal      `json:"proposals"`
	Recent            []MatchView     `json:"recent"`
	Statements        []StatementView `json:"statements"`       // the newest
	OlderStatements   int64           `json:"older_statements"` // before which older ones are to be found; 0: there are none
}

// MatchView is a match that stands.
type MatchView struct {
	ID     int64        `json:"id"`
	Date   clock.Date   `json:"date"`
	Text   string       `json:"text"`
	Number string       `json:"number"`
	Amount money.Rupiah `json:"amount_rupiah"`
}

const (
	mostLeft   = 300
	mostRecent = 15
)

// standing says that a row of a match table (aliased m) belongs to a match that stands.
const standing = "NOT EXISTS(SELECT 1 FROM bank_unmatches u WHERE u.match = m.match)"

// Reconcile compares one bank account with its books.
func Reconcile(app core.App, r act.Reader, language string, number int64) (c Reconciliation, err error) {
	c = Reconciliation{BookLines: []BookLine{}, BankLines: []BankLine{}, Proposals: []Proposal{}, Recent: []MatchView{}, Statements: []StatementView{}}
	if c.Bank, err = bankOf(r, number); err != nil {
		return c, err
	}
	if c.Books, err = ledger.Balance(r, bankParty(number), ledger.Bank); err != nil {
		return c, err
	}
	if err := r.Row("SELECT coalesce(min(date), ''), coalesce(max(date), '') FROM bank_lines b WHERE bank = ? AND "+standingLine, number).Scan(&c.From, &c.To); err != nil || c.From == "" {
		c.BankBalance = c.Books
		return c, err
	}
	if err := c.bankSide(r); err != nil {
		return c, err
	}
	if err := c.bookSide(r, newNames(r, language)); err != nil {
		return c, err
	}
	if err := c.openings(r); err != nil {
		return c, err
	}
	if err := c.propose(app, r); err != nil {
		return c, err
	}
	if c.Statements, c.OlderStatements, err = statements(r, number, 0); err != nil {
		return c, err
	}
	return c, c.recent(r)
}

// bankSide lists the lines that are matched with nothing; less than a rupiah needs no match.
func (c *Reconciliation) bankSide(r act.Reader) error {
	return act.Each(r, `SELECT b.id, b.date, b.sen / 100, coalesce(t.text, '') FROM bank_lines b LEFT JOIN bank_line_texts t ON t.line = b.id
		WHERE b.bank = ? AND abs(b.sen) >= 100 AND `+standingLine+` AND `+unmatchedLine+` ORDER BY b.date, b.id`,
		[]any{c.Bank.Number}, func(row act.Scanner) error {
			var l BankLine
			err := row.Scan(&l.ID, &l.Date, &l.Amount, &l.Text)
			c.UnmatchedBank += l.Amount
			if c.BankCount++; c.BankCount <= mostLeft {
				c.BankLines = append(c.BankLines, l)
			}
			return err
		})
}

// bookSide lists the journal's lines on this account that no line of the bank was matched with, since the
// first statement begins.
func (c *Reconciliation) bookSide(r act.Reader, n *names) error {
	type known struct{ move, target, kind string }
	var who []known
	err := act.Each(r, `SELECT l.entry, l.line, l.amount, j.date, j.kind, j.year, j.number, coalesce(v.kind, ''), coalesce(v.target, '')
		FROM parties p JOIN journal_lines l ON l.party = p.id AND l.account = ? JOIN journal j ON j.id = l.entry LEFT JOIN treasury_moves v ON v.entry = j.id
		WHERE p.ref = ? AND p.kind = ? AND j.date >= ? AND NOT EXISTS(SELECT 1 FROM bank_match_entries m WHERE m.entry = l.entry AND m.line = l.line AND `+standing+`) ORDER BY j.date, l.entry, l.line`,
		[]any{ledger.Bank, number(c.Bank.Number), string(book.Bank), string(c.From)}, func(row act.Scanner) error {
			var b BookLine
			var k known
			var year int
			var no int64
			err := row.Scan(&b.Entry, &b.Line, &b.Amount, &b.Date, &k.kind, &year, &no, &k.move, &k.target)
			b.Number, b.Kind = ledger.Number(k.kind, year, no), k.kind
			c.UnmatchedBooks += b.Amount
			if c.BookCount++; c.BookCount <= mostLeft {
				c.BookLines, who = append(c.BookLines, b), append(who, k)
			}
			return err
		})
	for i := range c.BookLines {
		if err != nil {
			return err
		}
		if k := who[i]; k.move != "" {
			c.BookLines[i].Kind = k.move
			c.BookLines[i].What, err = n.target(k.move, k.target)
		}
	}
	return err
}

// openings compares what stood on both sides when the first statement began, and what the newest statement
// says at its end with the sum of all lines.
func (c *Reconciliation) openings(r act.Reader) error {
	var before, matchedBefore money.Rupiah
	err := r.Row(`SELECT coalesce(sum(l.amount), 0), coalesce(sum(CASE WHEN EXISTS(SELECT 1 FROM bank_match_entries m WHERE m.entry = l.entry AND m.line = l.line AND `+standing+`) THEN l.amount END), 0)
		FROM parties p JOIN journal_lines l ON l.party = p.id AND l.account = ? JOIN journal j ON j.id = l.entry WHERE p.ref = ? AND p.kind = ? AND j.date < ?`,
		ledger.Bank, number(c.Bank.Number), string(book.Bank), string(c.From)).Scan(&before, &matchedBefore)
	if err != nil {
		return err
	}
	opening, lines := Sen(before-matchedBefore)*100, Sen(0)
	err = r.Row("SELECT opening FROM bank_statements WHERE bank = ? AND first_date = ? AND opening IS NOT NULL AND EXISTS(SELECT 1 "+broughtBy+"bank_statements.act AND "+standingLine+") ORDER BY act LIMIT 1", c.Bank.Number, string(c.From)).Scan(&opening)
	if err != nil && !errors.Is(err, sql.ErrNoRows) {
		return err
	}
	c.OpeningDifference = opening.Rupiah() - before + matchedBefore
	if err := r.Row("SELECT coalesce(sum(sen), 0) FROM bank_lines b WHERE bank = ? AND "+standingLine, c.Bank.Number).Scan(&lines); err != nil {
		return err
	}
	c.BankBalance = (opening + lines).Rupiah()
	c.Sen = c.BankBalance - (c.Books - c.UnmatchedBooks + c.UnmatchedBank + c.OpeningDifference)
	return c.gap(r, opening)
}

func (c *Reconciliation) gap(r act.Reader, opening Sen) error {
	var closing, until Sen
	var last clock.Date
	err := r.Row("SELECT closing, last_date FROM bank_statements WHERE bank = ? AND closing IS NOT NULL AND EXISTS(SELECT 1 "+broughtBy+"bank_statements.act AND "+standingLine+") ORDER BY last_date DESC, act DESC LIMIT 1", c.Bank.Number).Scan(&closing, &last)
	if errors.Is(err, sql.ErrNoRows) {
		return nil
	}
	if err != nil {
		return err
	}
	if err := r.Row("SELECT coalesce(sum(sen), 0) FROM bank_lines b WHERE bank = ? AND date <= ? AND "+standingLine, c.Bank.Number, string(last)).Scan(&until); err != nil {
		return err
	}
	said := closing.Rupiah()
	c.Statement, c.Gap = &said, (closing - opening - until).Rupiah()
	return nil
}

func (c *Reconciliation) propose(app core.App, r act.Reader) error {
	awaited, err := portsOf(app).AwaitedPayroll(r)
	if err != nil {
		return err
	}
	takings, err := unsettled(r, c.Bank.Number)
	if err != nil {
		return err
	}
	o, err := creditors(r, ledger.SupplierPayable, book.Supplier, "JOIN suppliers w ON w.number = CAST(p.ref AS INTEGER)")
	if err != nil {
		return err
	}
	if all := Propose(c.BankLines, c.BookLines, awaited, takings, o); all != nil {
		c.Proposals = all
	}
	return nil
}

// unsettled lists the days whose QRIS takings have not arrived; what arrived paid the oldest days.
func unsettled(r act.Reader, bank int64) (days []Taking, err error) {
	balance, err := ledger.Balance(r, bankParty(bank), ledger.QRISSettling)
	if err != nil || balance <= 0 {
		return nil, err
	}
	rows, err := r.Query(`SELECT j.date, l.amount FROM parties p JOIN journal_lines l ON l.party = p.id AND l.account = ? JOIN journal j ON j.id = l.entry
		WHERE p.ref = ? AND p.kind = ? AND l.amount > 0 ORDER BY l.entry DESC`, ledger.QRISSettling, number(bank), string(book.Bank))
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	for balance > 0 && rows.Next() {
		var t Taking
		if err := rows.Scan(&t.Date, &t.Amount); err != nil {
			return nil, err
		}
		t.Amount = min(t.Amount, balance)
		balance -= t.Amount
		if n := len(days); n > 0 && days[0].Date == t.Date {
			days[0].Amount += t.Amount
		} else {
			days = append([]Taking{t}, days...)
		}
	}
	return days, rows.Err()
}

func (c *Reconciliation) recent(r act.Reader) error {
	return act.Each(r, `SELECT m.match, b.date, coalesce(t.text, ''), j.kind, j.year, j.number, x.amount FROM bank_matches x
		JOIN bank_match_lines m ON m.match = x.id JOIN bank_lines b ON b.id = m.line LEFT JOIN bank_line_texts t ON t.line = b.id
		JOIN bank_match_entries e ON e.match = x.id JOIN journal j ON j.id = e.entry
		WHERE x.bank = ? AND `+standing+` GROUP BY x.id ORDER BY x.id DESC LIMIT ?`, []any{c.Bank.Number, mostRecent}, func(row act.Scanner) error {
		var m MatchView
		var kind string
		var year int
		var no int64
		err := row.Scan(&m.ID, &m.Date, &m.Text, &kind, &year, &no, &m.Amount)
		m.Number = ledger.Number(kind, year, no)
		c.Recent = append(c.Recent, m)
		return err
	})
}
