package portal

import (
	"kpdk/hooks/internal/act"
	"kpdk/hooks/internal/clock"
	"kpdk/hooks/internal/money"
	"kpdk/hooks/internal/web"
	"kpdk/hooks/ledger"
	"kpdk/hooks/payroll"
)

// SavingsMove is one movement of a member's savings, with the balance of that kind after it.
type SavingsMove struct {
	Date    clock.Date      `json:"date"`
	Kind    ledger.ItemKind `json:"kind"`
	Source  string          `json:"source"`           // the kind of journal entry: payroll, savings, member, interest; skipped: a pay that brought nothing
	Reason  string          `json:"reason,omitempty"` // why it was skipped
	Amount  money.Rupiah    `json:"amount_rupiah"`
	Balance money.Rupiah    `json:"balance_rupiah"`
	Entry   int64           `json:"entry"`
}

type savingsList struct {
	Moves []SavingsMove `json:"moves"`
	Next  int64         `json:"next,omitempty"`
}

var savingsKinds = map[int]ledger.ItemKind{ledger.PrincipalSavings: ledger.ItemPrincipal, ledger.MandatorySavings: ledger.ItemMandatory, ledger.VoluntarySavings: ledger.ItemVoluntary}

func moves(c *web.Call) (savingsList, error) {
	before, err := c.Number("before")
	if err != nil {
		return savingsList{}, err
	}
	limit, err := c.Limit(50, 200)
	if err != nil {
		return savingsList{}, err
	}
	return readSavings(act.Read(c.App), c.By.Number, before, limit)
}

// readSavings walks the member's savings lines backwards from the present balances; a page that starts
// further back first passes over what came after it. Months that brought nothing stand among them as 0.
func readSavings(r act.Reader, number, before, limit int64) (savingsList, error) {
	w := walk{savingsList: savingsList{Moves: []SavingsMove{}}, before: before, limit: limit}
	var err error
	if w.standing, err = ledger.Balances(r, ledger.MemberParty(number)); err != nil {
		return w.savingsList, err
	}
	if w.skipped, err = payroll.SkippedSavings(r, number); err != nil {
		return w.savingsList, err
	}
	err = act.Each(r, `SELECT j.id, j.date, CASE a.kind WHEN 'savings.interest' THEN 'interest' WHEN 'savings.reverse_deposit' THEN 'reversal' ELSE j.kind END, l.account, l.amount
		FROM parties p JOIN journal_lines l ON l.party = p.id JOIN journal j ON j.id = l.entry JOIN acts a ON a.id = j.act
		WHERE p.kind = 'member' AND p.ref = CAST(? AS TEXT) AND l.account IN (?, ?, ?) ORDER BY l.entry DESC, l.line DESC`,
		[]any{number, ledger.PrincipalSavings, ledger.MandatorySavings, ledger.VoluntarySavings}, func(row act.Scanner) error {
			var m SavingsMove
			var account int
			if err := row.Scan(&m.Entry, &m.Date, &m.Source, &account, &m.Amount); err != nil {
				return err
			}
			w.pass(m, account)
			return nil
		})
	if w.Next == 0 {
		w.skipUntil("", true)
	}
	return w.savingsList, err
}

// walk is one page of savings on its way back in time.
type walk struct {
	savingsList
	standing      map[int]money.Rupiah
	skipped       []payroll.Skip
	before, limit int64
	last          int64
}

func (w *walk) pass(m SavingsMove, account int) {
	over := w.before != 0 && m.Entry >= w.before
	taken := !over && (int64(len(w.Moves)) < w.limit || m.Entry == w.last) // an entry is never cut in two
	if over || taken {
		w.skipUntil(m.Date, taken)
	}
	m.Kind, m.Balance = savingsKinds[account], -w.standing[account]
	w.standing[account] -= m.Amount
	m.Amount = -m.Amount
	switch {
	case taken:
		w.Moves, w.last = append(w.Moves, m), m.Entry
	case !over && w.Next == 0:
		w.Next = w.last
	}
}

// skipUntil passes over the months without savings that came after a date, and shows those of this page.
func (w *walk) skipUntil(date clock.Date, show bool) {
	for len(w.skipped) > 0 && w.skipped[0].Date > date {
		s := w.skipped[0]
		w.skipped = w.skipped[1:]
		if show {
			w.Moves = append(w.Moves, SavingsMove{Date: s.Date, Kind: s.Kind, Source: "skipped", Reason: s.Reason, Balance: -w.standing[s.Kind.CreditAccount()]})
		}
	}
}
