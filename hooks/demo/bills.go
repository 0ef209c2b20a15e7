package demo

import (
	"kpdk/hooks/internal/clock"
	"kpdk/hooks/internal/money"
	"kpdk/hooks/ledger"
)

// bills are what is paid by an entry by hand: the treasurer writes the shop's wages down, the manager approves.
func (b *builder) bills(day clock.Date) error {
	return b.payByHand(day, "Gaji kasir dan petugas gudang", 6101, ledger.Bank, 3_600_000)
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
