package portal

import (
	"kpdk/hooks/internal/act"
	"kpdk/hooks/internal/clock"
	"kpdk/hooks/internal/money"
	"kpdk/hooks/internal/web"
	"kpdk/hooks/ledger"
)

// SavingsMove is one movement of a member's savings, with the balance of that kind after it.
type SavingsMove struct {
	Date    clock.Date      `json:"date"`
	Kind    ledger.ItemKind `json:"kind"`
	Source  string          `json:"source"` // the kind of journal entry: payroll, savings, member
	Amount  money.Rupiah    `json:"amount_rupiah"`
	Balance money.Rupiah    `json:"balance_rupiah"`
	Entry   int64           `json:"entry"`
}

type savingsList struct {
	Moves []SavingsMove `json:"moves"`
	Next  int64         `json:"next,omitempty"`
}

var savingsKinds = map[int]ledger.ItemKind{ledger.PrincipalSavings: ledger.ItemPrincipal, ledger.MandatorySavings: ledger.ItemMandatory, ledger.VoluntarySavings: ledger.ItemVoluntary}

func savings(c *web.Call) (savingsList, error) {
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
// further back first passes over what came after it.
func readSavings(r act.Reader, number, before, limit int64) (savingsList, error) {
	list := savingsList{Moves: []SavingsMove{}}
	standing, err := ledger.Balances(r, ledger.MemberParty(number))
	if err != nil {
		return list, err
	}
	var last int64
	err = act.Each(r, `SELECT j.id, j.date, j.kind, l.account, l.amount FROM parties p JOIN journal_lines l ON l.party = p.id JOIN journal j ON j.id = l.entry
		WHERE p.kind = 'member' AND p.ref = CAST(? AS TEXT) AND l.account IN (?, ?, ?) ORDER BY l.entry DESC, l.line DESC`,
		[]any{number, ledger.PrincipalSavings, ledger.MandatorySavings, ledger.VoluntarySavings}, func(row act.Scanner) error {
			var m SavingsMove
			var account int
			if err := row.Scan(&m.Entry, &m.Date, &m.Source, &account, &m.Amount); err != nil {
				return err
			}
			m.Kind, m.Balance = savingsKinds[account], -standing[account]
			standing[account] -= m.Amount
			m.Amount = -m.Amount
			switch {
			case before != 0 && m.Entry >= before:
			case int64(len(list.Moves)) < limit || m.Entry == last: // an entry is never cut in two
				list.Moves, last = append(list.Moves, m), m.Entry
			case list.Next == 0:
				list.Next = last
			}
			return nil
		})
	return list, err
}
