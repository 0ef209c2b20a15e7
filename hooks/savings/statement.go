package savings

import (
	"kpdk/hooks/internal/act"
	"kpdk/hooks/internal/clock"
	"kpdk/hooks/internal/fault"
	"kpdk/hooks/internal/money"
	"kpdk/hooks/ledger"
	"kpdk/hooks/member"
)

// Statement is what moved on a member's savings between two dates, both included. Opening and what came in less
// what went out make the closing, kind by kind and in all; each line's balance is that of its kind after it.
type Statement struct {
	From    clock.Date    `json:"from"`
	To      clock.Date    `json:"to"`
	Member  int64         `json:"member"`
	Name    string        `json:"name"`
	Kinds   []KindSum     `json:"kinds"` // principal, mandatory, voluntary
	Lines   []Line        `json:"lines"` // by date, then in the order of the books
	Opening money.Rupiah  `json:"opening_rupiah"`
	In      money.Rupiah  `json:"in_rupiah"`
	Out     money.Rupiah  `json:"out_rupiah"`
	Closing money.Rupiah  `json:"closing_rupiah"`
	Head    StatementHead `json:"head"` // of the chain, when it was read
}

// StatementHead is the head of the ledger's chain that a statement was read at.
type StatementHead struct {
	Seq  int64  `json:"seq"`
	Hash string `json:"hash"`
}

// KindSum is one kind of savings on a statement.
type KindSum struct {
	Kind    ledger.ItemKind `json:"kind"`
	Opening money.Rupiah    `json:"opening_rupiah"`
	In      money.Rupiah    `json:"in_rupiah"`
	Out     money.Rupiah    `json:"out_rupiah"`
	Closing money.Rupiah    `json:"closing_rupiah"`
}

// Line is one movement: positive came in.
type Line struct {
	Date    clock.Date      `json:"date"`
	Entry   int64           `json:"entry"`
	Number  string          `json:"number"`
	Kind    ledger.ItemKind `json:"kind"`
	Source  string          `json:"source"` // the kind of entry: savings, payroll, member, opening, …; interest
	Amount  money.Rupiah    `json:"amount_rupiah"`
	Balance money.Rupiah    `json:"balance_rupiah"`
}

// MostLines bounds a statement: twenty years of two deposits and a deduction a month are some 1,500 lines.
const MostLines = 5_000

var statementKinds = []ledger.ItemKind{ledger.ItemPrincipal, ledger.ItemMandatory, ledger.ItemVoluntary}

func kindOf(account int) int {
	for i, k := range statementKinds {
		if k.CreditAccount() == account {
			return i
		}
	}
	return -1
}

// Ask is what a statement is asked for; empty dates are this year up to today.
func askRange(from, to string, today clock.Date) (f, t clock.Date, err error) {
	f, t = clock.Date(from), clock.Date(to)
	if from == "" {
		f = clock.Date(today[:4] + "-01-01")
	}
	if to == "" {
		t = today
	}
	var bad fault.Input
	_, ok := clock.ParseDate(string(f))
	bad.Check(ok, "from", "input.date")
	_, ok2 := clock.ParseDate(string(t))
	bad.Check(ok2, "to", "input.date")
	bad.Check(!ok || !ok2 || f <= t, "to", "savings.range_turned")
	return f, t, bad.Err()
}

// ReadStatement reads one from the ledger's lines alone, so that it is what the books say. The reader should
// stand still: a snapshot.
func ReadStatement(r act.Reader, number int64, from, to clock.Date) (s Statement, err error) {
	s = Statement{From: from, To: to, Member: number, Lines: []Line{}}
	p, err := member.Find(r, number)
	if err != nil {
		return s, err
	}
	s.Name = p.Name
	for _, k := range statementKinds {
		s.Kinds = append(s.Kinds, KindSum{Kind: k})
	}
	err = act.Each(r, `SELECT j.date, j.id, j.kind, j.year, j.number, CASE a.kind WHEN ? THEN 'interest' WHEN ? THEN 'reversal' ELSE j.kind END, l.account, -l.amount
		FROM parties p JOIN journal_lines l ON l.party = p.id JOIN journal j ON j.id = l.entry JOIN acts a ON a.id = j.act
		WHERE p.kind = 'member' AND p.ref = CAST(? AS TEXT) AND l.account IN (?, ?, ?) AND j.date <= ? ORDER BY j.date, l.entry, l.line`,
		[]any{interestKind, reverseKind, number, ledger.PrincipalSavings, ledger.MandatorySavings, ledger.VoluntarySavings, string(to)}, func(row act.Scanner) error {
			var l Line
			var kind string
			var year, account int
			var n int64
			if err := row.Scan(&l.Date, &l.Entry, &kind, &year, &n, &l.Source, &account, &l.Amount); err != nil {
				return err
			}
			i := kindOf(account)
			l.Number, l.Kind = ledger.Number(kind, year, n), statementKinds[i]
			s.add(&s.Kinds[i], l)
			if len(s.Lines) > MostLines {
				return fault.Refused("savings.statement_long", fault.Params{"max": MostLines})
			}
			return nil
		})
	if err != nil {
		return s, err
	}
	for _, k := range s.Kinds {
		s.Opening, s.In, s.Out, s.Closing = s.Opening+k.Opening, s.In+k.In, s.Out+k.Out, s.Closing+k.Closing
	}
	hash, seq, err := ledger.Head(r)
	s.Head = StatementHead{seq, hexOf(hash)}
	return s, err
}

func (s *Statement) add(k *KindSum, l Line) {
	k.Closing += l.Amount
	if l.Date < s.From {
		k.Opening += l.Amount
		return
	}
	if l.Amount > 0 {
		k.In += l.Amount
	} else {
		k.Out -= l.Amount
	}
	l.Balance = k.Closing
	s.Lines = append(s.Lines, l)
}
