package demo

import (
	"strconv"

	"kpdk/hooks/internal/act"
	"kpdk/hooks/internal/clock"
	"kpdk/hooks/internal/money"
	"kpdk/hooks/ledger"
	"kpdk/hooks/ledger/book"
	"kpdk/hooks/policy"
	"kpdk/hooks/treasury"
)

// The categories of the released list that the demo pays for.
const (
	powerCategory    = "expensecat00001"
	suppliesCategory = "expensecat00003"
	teachingCategory = "expensecat00005"
)

// spending plans what the treasurer pays: power and supplies around the sixth, the suppliers around the
// sixteenth, when the payroll's money has arrived. On the last day a members' training waits for a second person.
func (b *builder) spending(day clock.Date) (events []event) {
	month := money.Rupiah(day.Time().Month())
	switch day {
	case working(day.Period().Day(6)):
		events = append(events, event{13*60 + 20, func() error { return b.spend("cash", powerCategory, 385_000+month*1_500) }},
			event{13*60 + 25, func() error { return b.spend("cash", suppliesCategory, 120_000+month*2_500) }})
	case working(day.Period().Day(16)):
		events = append(events, event{13*60 + 40, b.paySuppliers})
	}
	if day == b.today() {
		events = append(events, event{10*60 + 40, b.askForTraining})
	}
	return events
}

func (b *builder) lies(place string) (money.Rupiah, error) {
	if place == "cash" {
		return ledger.AccountBalance(act.Read(b.app), ledger.Cash)
	}
	return ledger.Balance(act.Read(b.app), ledger.MainBank, ledger.Bank)
}

// spend pays a bill when the money is there.
func (b *builder) spend(place, category string, amount money.Rupiah) error {
	left, err := b.lies(place)
	if err != nil || left < amount {
		return err
	}
	_, _, err = treasury.Pay(b.ctx, b.app, b.key(), b.crew.treasurer, treasury.Payment{Kind: treasury.KindExpense, From: place, To: category, Amount: amount}, "")
	return err
}

// paySuppliers pays each what is owed, as far as the bank account and the limit of one person go.
func (b *builder) paySuppliers() error {
	r := act.Read(b.app)
	most, err := policy.SecondAbove.RupiahOn(r, b.Today)
	if err != nil {
		return err
	}
	var numbers []int64
	err = act.Each(r, "SELECT CAST(number AS INTEGER) FROM suppliers ORDER BY number", nil, func(row act.Scanner) error {
		var n int64
		err := row.Scan(&n)
		numbers = append(numbers, n)
		return err
	})
	for _, n := range numbers {
		if err != nil {
			return err
		}
		var owed, left money.Rupiah
		if owed, err = ledger.Balance(r, book.Of(book.Supplier, n), ledger.SupplierPayable); err != nil {
			return err
		}
		if left, err = b.lies("bank:1"); err != nil {
			return err
		}
		amount := min(-owed, left, most)
		if amount <= 0 {
			continue
		}
		b.tick()
		_, _, err = treasury.Pay(b.ctx, b.app, b.key(), b.crew.treasurer, treasury.Payment{Kind: treasury.KindSupplier, From: "bank:1", To: strconv.FormatInt(n, 10), Amount: amount}, "")
	}
	return err
}

// askForTraining leaves a payment above the limit for whoever looks at the demo; nothing moves until then.
func (b *builder) askForTraining() error {
	_, _, err := treasury.Pay(b.ctx, b.app, b.key(), b.crew.treasurer, treasury.Payment{Kind: treasury.KindExpense, From: "bank:1", To: teachingCategory, Amount: 6_200_000}, "Pelatihan anggota: membaca buku koperasi")
	return err
}
