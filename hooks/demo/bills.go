package demo

import (
	"kpdk/hooks/internal/clock"
	"kpdk/hooks/internal/money"
	"kpdk/hooks/ledger"
)

// bills are what the shop pays every month: the treasurer writes it down, the manager approves it.
func (b *builder) bills(day clock.Date) error {
	month := money.Rupiah(day.Time().Month())
	for _, bill := range []struct {
		what    string
		account int
		from    int
		amount  money.Rupiah
	}{
		{"Gaji kasir dan petugas gudang", 6101, ledger.Bank, 3_600_000},
		{"Listrik dan internet toko", 6102, ledger.Cash, 385_000 + month*4_500},
	} {
		if err := b.payByHand(day, bill.what, bill.account, bill.from, bill.amount); err != nil {
			return err
		}
	}
	return nil
}

func (b *builder) payByHand(day clock.Date, what string, account, from int, amount money.Rupiah) error {
	d, _, err := ledger.SaveDraft(b.ctx, b.app, b.key(), b.crew.treasurer, ledger.DraftInput{Date: day, Description: what,
		Lines: []ledger.DraftLine{{Account: account, Debit: amount}, {Account: from, Credit: amount}}})
	if err != nil {
		return err
	}
	b.tick()
	if d, _, err = ledger.SubmitDraft(b.ctx, b.app, b.key(), b.crew.treasurer, ledger.DraftStep{Draft: d.ID, Version: d.Version}); err != nil {
		return err
	}
	b.tick()
	_, _, err = ledger.ApproveDraft(b.ctx, b.app, b.key(), b.crew.manager, ledger.DraftStep{Draft: d.ID, Version: d.Version})
	return err
}
