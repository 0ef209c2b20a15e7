package treasury

import "kpdk/hooks/internal/act"

// Payee is an account of the co-op's to which members transfer.
type Payee struct {
	Name   string `json:"name"`
	Number string `json:"account_number"`
}

// TransferTo lists the open accounts whose number the co-op gave, the main one first.
func TransferTo(r act.Reader) ([]Payee, error) {
	all := []Payee{}
	err := act.Each(r, "SELECT name, account_number FROM bank_accounts WHERE NOT closed AND trim(account_number) <> '' ORDER BY number LIMIT 10", nil, func(row act.Scanner) error {
		var p Payee
		err := row.Scan(&p.Name, &p.Number)
		all = append(all, p)
		return err
	})
	return all, err
}
