package treasury

import (
	"context"

	"github.com/pocketbase/pocketbase/core"

	"kpdk/hooks/internal/act"
	"kpdk/hooks/internal/clock"
	"kpdk/hooks/internal/fault"
	"kpdk/hooks/internal/money"
	"kpdk/hooks/ledger"
)

// Transfer moves the co-op's money from one of its places to another: a deposit at the bank, cash fetched
// from it, or what QRIS took and the bank has now paid out. Amount leaves the one place; the fee that an
// acquirer keeps (MDR) is an expense, and the rest arrives.
type Transfer struct {
	From     string       `json:"from"`
	To       string       `json:"to"`
	Amount   money.Rupiah `json:"amount_rupiah"`
	Fee      money.Rupiah `json:"fee_rupiah,omitempty"`
	Date     clock.Date   `json:"date,omitempty"`
	BankLine int64        `json:"bank_line,omitempty"`
}

// mostFeeBP is the most that a transfer books as a fee, 5 %: well above any MDR, and far from a way to spend
// money as a "fee" that no second person sees.
const mostFeeBP = 500

// Move books a transfer.
func Move(ctx context.Context, app core.App, key string, by act.Actor, in Transfer, note string) (Paid, bool, error) {
	if err := in.shape(note); err != nil {
		return Paid{}, false, err
	}
	return act.Do(ctx, app, act.Act{Kind: "treasury.transfer", Key: key, Input: in, By: by, Note: note}, func(tx *act.Tx) (Paid, error) {
		entry, err := in.move(tx, app)
		return Paid{ID: key, Kind: KindTransfer, State: StatePosted, Amount: in.Amount, Entry: entry.Entry, Number: entry.Number}, err
	})
}

func (in Transfer) shape(note string) error {
	var bad fault.Input
	from, ok := ParsePlace(in.From)
	bad.Check(ok, "from", "treasury.place_unknown")
	to, ok := ParsePlace(in.To)
	bad.Check(ok && to.Kind != placeQRIS && to != from && (from.Kind != placeQRIS || to.Kind == placeBank), "to", "treasury.place_unknown")
	bad.Check(in.Amount > 0 && in.Amount <= MostPaid, "amount_rupiah", "input.amount")
	most := money.BasisPoints(max(in.Amount, 0), mostFeeBP)
	bad.Check(in.Fee >= 0 && in.Fee <= most, "fee_rupiah", "treasury.fee_too_large", fault.Params{"max": most.Format()})
	bad.Check(in.Fee == 0 || from.Kind == placeQRIS, "fee_rupiah", "treasury.fee_only_qris")
	checkDate(&bad, in.Date)
	bad.Check(len(note) <= maxNote, "note", "input.too_long", fault.Params{"max": maxNote})
	bad.Check(in.BankLine >= 0, "bank_line", "input.number")
	return bad.Err()
}

// move posts inside an act; the shape is good.
func (in Transfer) move(tx *act.Tx, app core.App) (ledger.Posted, error) {
	from, _ := ParsePlace(in.From)
	to, _ := ParsePlace(in.To)
	for _, p := range []Place{from, to} {
		if err := p.usable(tx); err != nil {
			return ledger.Posted{}, err
		}
	}
	date, err := businessDate(tx, in.Date)
	if err != nil {
		return ledger.Posted{}, err
	}
	if err := from.covers(tx, in.Amount); err != nil {
		return ledger.Posted{}, err
	}
	lines := []ledger.Line{to.debit(in.Amount - in.Fee), ledger.Dr(ledger.QRISFee, in.Fee), from.debit(-in.Amount)}
	if err := showsOne(tx, in.BankLine, lines); err != nil {
		return ledger.Posted{}, err
	}
	posted, err := ledger.Post(tx, ledger.Entry{Kind: ledger.KindBank, Date: date, Lines: lines})
	if err != nil {
		return posted, err
	}
	if err := (move{Kind: KindTransfer, Place: in.From, Target: in.To, Amount: in.Amount, Fee: in.Fee, Entry: posted.Entry}).write(tx); err != nil {
		return posted, err
	}
	tell(tx, app)
	return posted, matchEntry(tx, in.BankLine, posted.Entry)
}
