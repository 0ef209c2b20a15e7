// Package savings is the room of principal, mandatory and voluntary savings: what is due each month,
// and what members bring to the office. Savings that are due are open items, not receivables: they
// become equity when they are paid.
package savings

import (
	"kpdk/hooks/internal/clock"
	"kpdk/hooks/internal/fault"
	"kpdk/hooks/internal/money"
	"kpdk/hooks/ledger"
	"kpdk/hooks/member"
)

// kinds are what people may bring to the office.
var kinds = map[string]ledger.ItemKind{"principal": ledger.ItemPrincipal, "mandatory": ledger.ItemMandatory, "voluntary": ledger.ItemVoluntary}

// DuesDate is the date that the dues of a payroll period carry: the first day of the month whose
// cut-off the period waits for. The payroll of December collects what was due by 20 November.
func DuesDate(period clock.Period) clock.Date { return period.Add(-1).First() }

// part is how much of one open item a deposit settles.
type part struct {
	item   int64
	amount money.Rupiah
}

// share lays a deposit over what is due of its kind, oldest first. Principal savings are a fixed sum,
// so not a rupiah above what is due is taken; of the others any amount may be saved.
func share(kind ledger.ItemKind, amount money.Rupiah, items []ledger.Item) (parts []part, err error) {
	left := amount
	var due money.Rupiah
	for _, i := range items {
		if i.Kind != kind {
			continue
		}
		due += i.Remainder
		if settled := min(i.Remainder, left); settled > 0 {
			parts = append(parts, part{i.ID, settled})
			left -= settled
		}
	}
	if kind == ledger.ItemPrincipal && left > 0 {
		return nil, fault.Refused("savings.above_due", fault.Params{"due": due.Format()})
	}
	return parts, nil
}

// creditAccount is where a deposit goes: an applicant's principal is only held until it is complete.
func creditAccount(kind ledger.ItemKind, status member.Status) int {
	if kind == ledger.ItemPrincipal {
		return member.PrincipalAccount(status)
	}
	return kind.CreditAccount()
}

// maySave says who may bring which savings: members all of them, applicants their principal.
func maySave(kind ledger.ItemKind, p member.Person) error {
	if p.Status == member.Active || p.Status == member.Applicant && kind == ledger.ItemPrincipal {
		return nil
	}
	return fault.Refused("member.not_active", fault.Params{"number": member.PrintNumber(p.Number)})
}
