package pb_migrations

import (
	"github.com/pocketbase/pocketbase/core"
	m "github.com/pocketbase/pocketbase/migrations"
)

// party_days keeps suppliers and consignors as well: every sale of goods on consignment is a line of their owner.
func init() {
	m.Register(func(txApp core.App) error {
		return run(txApp.DB(), []string{
			`INSERT INTO party_days(party, account, date, debit, credit) SELECT l.party, l.account, j.date, sum(max(l.amount, 0)), sum(max(-l.amount, 0))
				FROM parties p JOIN journal_lines l ON l.party = p.id JOIN journal j ON j.id = l.entry WHERE p.kind = 'supplier' OR p.kind = 'consignor' GROUP BY l.party, l.account, j.date`,
		})
	}, nil, "0048_party_days.go")
}
