// Package opening takes the balances that a co-op begins with: accounts, what each member saved and owes,
// goods with their cost. They come in one list, all or nothing, each posted against 3901, which ends at
// zero; and they are taken back as a whole, as long as nothing else was posted.
package opening

import (
	"cmp"
	"context"
	"crypto/sha256"
	"encoding/hex"

	"github.com/pocketbase/pocketbase/core"

	"kpdk/hooks/document"
	"kpdk/hooks/internal/act"
	"kpdk/hooks/internal/clock"
	"kpdk/hooks/internal/fault"
	"kpdk/hooks/internal/money"
	"kpdk/hooks/internal/ulid"
	"kpdk/hooks/ledger"
)

// Stock is the port to the room that keeps the goods.
type Stock struct {
	// Find looks a product up by its barcode or code.
	Find func(r act.Reader, code string) (Good, bool, error)
	// Put lays goods of a value on the shelf; below zero it takes them off again.
	Put func(tx *act.Tx, product int64, q money.Quantity, value money.Rupiah) error
}

// Good is what an opening needs to know of a product.
type Good struct {
	Number    int64
	Consigned bool // not the co-op's own
	Lies      bool // some is on the shelf already
}

// entryLines is how many balances one entry holds, beside the line on 3901.
const entryLines = ledger.MaxLines - 1

// Import takes a list of balances, all of it or nothing. With DryRun it only tells.
//
// One act writes it, so that nobody sees half an opening; the till waits meanwhile.
func Import(ctx context.Context, app core.App, stock Stock, by act.Actor, list document.Upload, date clock.Date, language string) (report Report, again bool, err error) {
	if date == "" {
		date = clock.Of(app).Today()
	}
	if list.DryRun {
		if err := importable(act.Read(app), clock.Of(app).Today(), date); err != nil {
			return Report{}, false, err
		}
		_, report, err = makePlan(act.Read(app), stock, date, list, language)
		return report, true, err
	}
	type input struct {
		Hash string
		Date clock.Date
	}
	sum := sha256.Sum256(list.Data)
	a := act.Act{Kind: "opening.import", Key: cmp.Or(list.Key, ulid.New()), Input: input{hex.EncodeToString(sum[:]), date}, By: by}
	var refused *Report
	report, again, err = act.Do(ctx, app, a, func(tx *act.Tx) (Report, error) {
		if err := importable(tx, tx.Today(), date); err != nil {
			return Report{}, err
		}
		p, report, err := makePlan(tx, stock, date, list, language)
		if err != nil {
			return report, err
		}
		if !report.OK() {
			refused = &report
			return report, fault.Refused("opening.not_ready")
		}
		report.Done = true
		report.Entries, err = p.post(tx, stock)
		return report, err
	})
	if refused != nil && err != nil { // nothing was written; the report says why
		return *refused, true, nil
	}
	return report, again, err
}

// importable says why no opening can come now. What a co-op opens with comes before what it does: once anything else is
// in the books, a list of balances would let one person post whatever they like, members' savings too, where everything
// else needs a second one. Goods that came with the list of products are part of what it opens with.
func importable(r act.Reader, today, date clock.Date) error {
	last, err := lastOpening(r)
	if err != nil {
		return err
	}
	if last.action == "import" {
		return fault.Refused("opening.done_already", fault.Params{"date": last.date})
	}
	if date > today {
		var in fault.Input
		in.Add("date", "ledger.draft_future")
		return in.Err()
	}
	if err := ledger.EnsureOpen(r, date); err != nil {
		return err
	}
	late, err := ledger.Begun(r)
	if err == nil && late {
		err = fault.Refused("opening.late")
	}
	return err
}

// post writes the entries, the debts as open items, so that payroll collects them, and the goods.
func (p plan) post(tx *act.Tx, stock Stock) (entries int, err error) {
	for from := 0; from < len(p.balances); from += entryLines {
		var lines []ledger.Line
		var sum money.Rupiah
		for _, b := range p.balances[from:min(from+entryLines, len(p.balances))] {
			lines = append(lines, ledger.Line{Account: b.account, Party: b.party, Amount: b.Amount})
			sum += b.Amount
		}
		if _, err := ledger.Post(tx, ledger.Entry{Kind: ledger.KindOpening, Date: p.date, Lines: append(lines, ledger.Cr(ledger.OpeningBalance, sum))}); err != nil {
			return entries, err
		}
		entries++
	}
	for _, b := range p.balances {
		if err := p.beside(tx, stock, b); err != nil {
			return entries, err
		}
	}
	return entries, tx.Exec("INSERT INTO openings(action, date, items, act) VALUES('import', ?, ?, ?)", string(p.date), len(p.balances), tx.ID())
}

// beside writes what a balance is besides its line.
func (p plan) beside(tx *act.Tx, stock Stock, b balance) error {
	since := b.Date
	if since == "" {
		since = p.date
	}
	switch b.Kind {
	case Store:
		_, err := ledger.OweSince(tx, b.member, ledger.ItemStore, since, p.date, b.Amount)
		return err
	case Instalment:
		_, err := ledger.OweSince(tx, b.member, ledger.ItemInstalment, since, p.date, b.Amount)
		return err
	case Product:
		return stock.Put(tx, b.product, b.Quantity, b.Amount)
	}
	return nil
}
