package hooks_test

import (
	"context"
	"fmt"
	"testing"

	"pgregory.net/rapid"

	"kpdk/hooks/document"
	"kpdk/hooks/internal/act"
	"kpdk/hooks/internal/fault"
	"kpdk/hooks/internal/money"
	"kpdk/hooks/internal/ulid"
	"kpdk/hooks/ledger"
	"kpdk/hooks/opening"
	"kpdk/hooks/store"
	"kpdk/hooks/treasury"
)

// shelf is the store's side of an opening, as the house wires it.
var shelf = opening.Stock{
	Find: func(r act.Reader, code string) (opening.Good, bool, error) {
		g, found, err := store.GoodByBarcode(r, code)
		return opening.Good{Number: g.Number, Consigned: g.Consignor != 0, Lies: g.Stock.Quantity != 0 || g.Stock.Value != 0}, found, err
	},
	Put: store.PutOpening,
}

// open brings balances in, takes them back, and brings them in again, before anything else happens.
func (h *history) open(t *testing.T) {
	t.Helper()
	bring := func() (opening.Report, error) {
		saved, owed, who := 500_000, 90_000, numberOf(h.members[0]) // one of those who stay
		list := document.Upload{Key: ulid.New(), Name: "saldo.csv", Data: fmt.Appendf(nil, "Jenis;Kode;Nama;Debit;Kredit;Jumlah;Harga Pokok\nAkun;1101;Kas;%d;;;\nsukarela;%d;;;%d;;\nbelanja;%d;;%d;;;\nbarang;%s;;;;3;7.001\nAkun;3201;Cadangan umum;;%d;;\n",
			saved, who, saved, who, owed, onlyOpened, owed+3*7_001)}
		report, _, err := opening.Import(context.Background(), h.app, shelf, h.boss, list, h.today(), "id")
		return report, err
	}
	for undone := range 2 {
		if report, err := bring(); err != nil || !report.Done {
			t.Fatalf("%+v %v", report, err)
		}
		if undone == 0 {
			if _, _, err := opening.Undo(context.Background(), h.app, shelf, ulid.New(), h.boss, "salah"); err != nil {
				t.Fatal(err)
			}
		}
	}
}

// openAgain tries what must not go: by an opening one person could post whatever they like.
func (h *history) openAgain(t *rapid.T) error {
	list := document.Upload{Key: ulid.New(), Name: "saldo.csv", Data: fmt.Appendf(nil, "Jenis;Kode;Debit;Kredit\nAkun;6109;%[1]d;\nAkun;1101;;%[1]d\n", h.amount(t, 500_000))}
	if report, _, err := opening.Import(context.Background(), h.app, shelf, h.boss, list, h.today(), "id"); !fault.IsFault(err) || report.Done {
		t.Fatalf("an opening after other entries: %+v %v", report, err)
	}
	return nil
}

// statement brings in what the bank says: a line that the books have, and perhaps one that they don't.
func (h *history) statement(t *rapid.T) error {
	amount, date := money.Rupiah(0), h.today()
	_ = act.Read(h.app).Row("SELECT l.amount, j.date FROM journal_lines l JOIN journal j ON j.id = l.entry WHERE l.account = ? AND j.date > '2026-09-01' ORDER BY l.entry DESC LIMIT 1 OFFSET ?",
		ledger.Bank, rapid.IntRange(0, 4).Draw(t, "how far back")).Scan(&amount, &date) // none yet: amount stays 0
	if amount == 0 || rapid.Bool().Draw(t, "unknown to the books") {
		amount = h.amount(t, 90_000)
	}
	sides := [2]string{"", fmt.Sprint(int64(amount))}
	if amount < 0 {
		sides = [2]string{fmt.Sprint(int64(-amount)), ""}
	}
	f := treasury.File{Bank: 1, Name: "m.csv", Data: fmt.Appendf(nil, "Tanggal;Keterangan;Debet;Kredit\n%s;%s;%s;%s\n", date, ulid.New(), sides[0], sides[1])}
	look, err := treasury.Look(h.app, "id", f)
	if err != nil {
		return err
	}
	f.Layout = &look.Layout
	_, _, err = treasury.Import(context.Background(), h.app, ulid.New(), h.maker, f, nil)
	return err
}

// match confirms what the books propose for a line of the bank.
func (h *history) match(t *rapid.T) error {
	c, err := treasury.Reconcile(h.app, act.Read(h.app), "id", 1)
	if err != nil {
		return err
	}
	if len(c.Proposals) == 0 {
		return fault.NotFound("treasury.match_unknown")
	}
	p := rapid.SampledFrom(c.Proposals).Draw(t, "proposal")
	choice := treasury.Choice{Kind: p.Kind, Line: p.Line, Entries: p.Entries, Gross: p.Gross, Supplier: p.Supplier}
	for _, part := range p.Payroll {
		choice.Payroll = append(choice.Payroll, treasury.UnitPart{Period: part.Period, Unit: part.Unit, Amount: part.Amount})
	}
	_, _, err = treasury.Match(context.Background(), h.app, ulid.New(), h.maker, 1, []treasury.Choice{choice})
	return err
}

func (h *history) unmatch(t *rapid.T) error {
	c, err := treasury.Reconcile(h.app, act.Read(h.app), "id", 1)
	if err != nil {
		return err
	}
	if len(c.Recent) == 0 {
		return fault.NotFound("treasury.match_unknown")
	}
	_, _, err = treasury.Unmatch(context.Background(), h.app, ulid.New(), h.maker, rapid.SampledFrom(c.Recent).Draw(t, "match").ID)
	return err
}
