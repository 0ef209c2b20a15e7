package portal

import (
	"kpdk/hooks/internal/act"
	"kpdk/hooks/internal/web"
	"kpdk/hooks/member"
	"kpdk/hooks/treasury"
)

// transferring is where a member transfers to, and what to write with it.
type transferring struct {
	Accounts  []treasury.Payee `json:"accounts"`
	Reference string           `json:"reference"` // the member number, by which the bank's statement is matched
}

func transferTo(c *web.Call) (transferring, error) {
	accounts, err := treasury.TransferTo(act.Read(c.App))
	return transferring{accounts, member.PrintNumber(c.By.Number)}, err
}
