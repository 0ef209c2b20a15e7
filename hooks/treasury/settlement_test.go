package treasury_test

import (
	"encoding/json"
	"testing"

	"kpdk/hooks/internal/act"
	"kpdk/hooks/ledger"
	"kpdk/hooks/ledger/book"
	"kpdk/hooks/treasury"
)

// What comes back from a buyer is less of a share, and nothing that the consignor was paid.
func TestWhatComesBackIsNoPayment(t *testing.T) {
	app := coop(t)
	app.Record("consignors", map[string]any{"number": 502, "name": "Bu Sri"})
	maker, buyer := book.Of(book.Consignor, 502), ledger.MemberParty(int64(app.Member("Rani").GetInt("number")))
	app.Act("test.books", func(tx *act.Tx) error {
		for _, e := range []ledger.Entry{
			{Kind: ledger.KindSale, Date: tx.Today(), Lines: []ledger.Line{ledger.Dr(ledger.Cash, 50_000), ledger.Cr(ledger.ConsignorPayable, 50_000, maker)}},
			{Kind: ledger.KindSale, Date: tx.Today(), Lines: []ledger.Line{ledger.Dr(ledger.ConsignorPayable, 20_000, maker), ledger.Cr(ledger.DepositHeld, 20_000, buyer)}},
			{Kind: ledger.KindPayment, Date: tx.Today(), Lines: []ledger.Line{ledger.Dr(ledger.ConsignorPayable, 10_000, maker), ledger.Cr(ledger.Cash, 10_000)}},
		} {
			if _, err := ledger.Post(tx, e); err != nil {
				return err
			}
		}
		return nil
	})
	var s treasury.Settlement
	status, body := call(t, "GET", app.Serve().URL+"/api/coop/treasury/consignors/502", app.Token(app.Operator(act.Treasurer)), nil)
	if err := json.Unmarshal(body, &s); err != nil || status != 200 || len(s.Paid) != 1 || s.PaidSum != 10_000 || s.Other != 30_000 || s.Closing != 20_000 {
		t.Errorf("%d %s %v", status, body, err)
	}
}
