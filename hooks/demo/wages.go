package demo

import (
	"kpdk/hooks/internal/clock"
	"kpdk/hooks/internal/money"
	"kpdk/hooks/ledger"
)

const wages money.Rupiah = 3_600_000

// payWages is an entry by hand: the treasurer writes it down, the manager approves it. A month whose money has
// not come in pays nothing.
func (b *builder) payWages(day clock.Date) error {
	left, err := b.lies("bank:1")
	if err != nil || left < wages {
		return err
	}
	d, _, err := ledger.SaveDraft(b.ctx, b.app, b.key(), b.crew.treasurer, ledger.DraftInput{Date: day, Description: "Gaji kasir dan petugas gudang",
		Lines: []ledger.DraftLine{{Account: 6101, Debit: wages}, {Account: ledger.Bank, Credit: wages}}})
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
