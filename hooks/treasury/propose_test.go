package treasury

import (
	"fmt"
	"testing"

	"pgregory.net/rapid"

	"kpdk/hooks/internal/clock"
	"kpdk/hooks/internal/money"
)

func TestProposals(t *testing.T) {
	day := clock.Date("2026-11-10")
	books := []BookLine{{Entry: 7, Line: 1, Number: "BY-2026/00007", Date: "2026-11-10", Amount: -50_000}, {Entry: 8, Line: 1, Number: "BY-2026/00008", Date: "2026-11-01", Amount: -50_000},
		{Entry: 9, Line: 2, Number: "BK-2026/00009", Date: "2026-08-01", Amount: 70_000}}
	awaited := []Awaiting{{"2026-11", "A1", "Biro Umum", 300_000}, {"2026-11", "B2", "Deputi Satu", 200_000}, {"2026-11", "C3", "Inspektorat", 100_000}}
	takings := []Taking{{"2026-11-08", 100_000}, {"2026-11-09", 50_000}}
	suppliers := []Creditor{{Number: 3, Name: "CV Sumber Rejeki", Owed: 900_000, Bills: []Bill{{Unpaid: 400_000}, {Unpaid: 500_000}}}}
	for _, c := range []struct {
		what string
		line BankLine
		want string
	}{
		{"the nearest in time", BankLine{1, day, -50_000, "TRF"}, "books [{7 1}] amount"},
		{"the number that is named", BankLine{1, day, -50_000, "TRF BY 2026 00008"}, "books [{8 1}] reference"},
		{"too long ago", BankLine{1, day, 70_000, ""}, ""},
		{"a unit by name, though partial", BankLine{1, day, 250_000, "SETORAN BIRO UMUM NOV"}, "payroll 2026-11 A1 250000 reference"},
		{"a unit by amount", BankLine{1, day, 200_000, "SETORAN"}, "payroll 2026-11 B2 200000 amount"},
		{"a whole period", BankLine{1, day, 600_000, "KPPN"}, "payroll 2026-11 A1 300000 2026-11 B2 200000 2026-11 C3 100000 amount"},
		{"one day's QRIS less the fee", BankLine{1, day, 99_300, "QRIS SETTLEMENT"}, "qris 100000 reference"},
		{"two days' QRIS", BankLine{1, day, 149_550, "MDR QRIS"}, "qris 150000 reference"},
		{"QRIS needs the word", BankLine{1, day, 99_300, "TRF"}, ""},
		{"the oldest bill", BankLine{1, day, -400_000, "PEMBAYARAN"}, "supplier 3 amount"},
		{"a part, named", BankLine{1, day, -123_000, "cv sumber-rejeki inv 12"}, "supplier 3 reference"},
		{"more than is owed", BankLine{1, day, -950_000, "CV SUMBER REJEKI"}, ""},
		{"nobody's", BankLine{1, day, -12_500, "BIAYA ADM"}, ""},
	} {
		got := ""
		for _, p := range Propose([]BankLine{c.line}, books, awaited, takings, suppliers) {
			got = p.Kind
			if p.Entries != nil {
				got += fmt.Sprint(" ", p.Entries)
			}
			for _, a := range p.Payroll {
				got += fmt.Sprint(" ", a.Period, " ", a.Unit, " ", int64(a.Amount))
			}
			if p.Gross > 0 {
				got += fmt.Sprint(" ", int64(p.Gross))
			}
			if p.Supplier > 0 {
				got += fmt.Sprint(" ", p.Supplier)
			}
			got += " " + p.Why
		}
		if got != c.want {
			t.Errorf("%s: %q, want %q", c.what, got, c.want)
		}
	}
}

// TestProposalsUseNothingTwice: each bank line has one proposal at most; each line of the books, each unit's
// rupiah, each day's takings and each supplier is used once; and both sides of a proposal are equal.
func TestProposalsUseNothingTwice(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		amount := rapid.Custom(func(t *rapid.T) money.Rupiah { return money.Rupiah(rapid.IntRange(1, 6).Draw(t, "tens") * 10_000) })
		date := rapid.Custom(func(t *rapid.T) clock.Date {
			return clock.Date("2026-11-01").Add(rapid.IntRange(0, 20).Draw(t, "day"))
		})
		n := func(name string) int { return rapid.IntRange(0, 7).Draw(t, name) }
		var lines []BankLine
		for i := range n("lines") {
			l := BankLine{ID: int64(i + 1), Date: date.Draw(t, "date"), Amount: amount.Draw(t, "amount"), Text: rapid.SampledFrom([]string{"", "QRIS", "Biro Umum", "CV Maju", "BY-2026/00002"}).Draw(t, "text")}
			if rapid.Bool().Draw(t, "out") {
				l.Amount = -l.Amount
			}
			lines = append(lines, l)
		}
		var books []BookLine
		inBooks := map[EntryLine]money.Rupiah{}
		for i := range n("books") {
			b := BookLine{Entry: int64(i + 1), Line: 1, Number: fmt.Sprintf("BY-2026/%05d", i+1), Date: date.Draw(t, "date"), Amount: amount.Draw(t, "amount")}
			if rapid.Bool().Draw(t, "out") {
				b.Amount = -b.Amount
			}
			books, inBooks[EntryLine{b.Entry, 1}] = append(books, b), b.Amount
		}
		var awaited []Awaiting
		awaits := map[string]money.Rupiah{}
		for i := range n("awaited") {
			a := Awaiting{clock.Period(fmt.Sprintf("2026-1%d", i%2)), fmt.Sprint("U", i), []string{"Biro Umum", "Deputi"}[i%2], amount.Draw(t, "amount")}
			awaited, awaits[string(a.Period)+a.Unit] = append(awaited, a), a.Amount
		}
		var takings []Taking
		var taken money.Rupiah
		for i := range n("takings") {
			takings = append(takings, Taking{clock.Date("2026-11-01").Add(i), amount.Draw(t, "amount")})
			taken += takings[i].Amount
		}
		var suppliers []Creditor
		for i := range n("suppliers") {
			b := amount.Draw(t, "bill")
			suppliers = append(suppliers, Creditor{Number: int64(i + 1), Name: []string{"CV Maju", "PT Jaya"}[i%2], Owed: b + 10_000, Bills: []Bill{{Unpaid: b}, {Unpaid: 10_000}}})
		}
		of := map[int64]BankLine{}
		for _, l := range lines {
			of[l.ID] = l
		}
		seen, paid := map[int64]bool{}, map[int64]bool{}
		for _, p := range Propose(lines, books, awaited, takings, suppliers) {
			l := of[p.Line]
			if seen[p.Line] || l.Amount == 0 {
				t.Fatalf("line %d twice", p.Line)
			}
			seen[p.Line] = true
			switch p.Kind {
			case MatchBooks:
				for _, e := range p.Entries {
					if inBooks[e] != l.Amount {
						t.Fatalf("%v: %d, the bank says %d", e, inBooks[e], l.Amount)
					}
					delete(inBooks, e)
				}
			case MatchPayroll:
				var sum money.Rupiah
				for _, a := range p.Payroll {
					sum += a.Amount
					if awaits[string(a.Period)+a.Unit] -= a.Amount; awaits[string(a.Period)+a.Unit] < 0 || a.Amount <= 0 {
						t.Fatalf("more than awaited of %+v", a)
					}
				}
				if sum != l.Amount {
					t.Fatalf("%d is not %d", sum, l.Amount)
				}
			case MatchQRIS:
				if taken -= p.Gross; taken < 0 || p.Gross < l.Amount {
					t.Fatalf("takings: %d left, gross %d for %d", taken, p.Gross, l.Amount)
				}
			case MatchSupplier:
				if paid[p.Supplier] || suppliers[p.Supplier-1].Owed < -l.Amount {
					t.Fatalf("supplier %d", p.Supplier)
				}
				paid[p.Supplier] = true
			}
		}
	})
}
