package demo

import (
	"errors"

	"kpdk/hooks/internal/act"
	"kpdk/hooks/internal/clock"
	"kpdk/hooks/internal/fault"
	"kpdk/hooks/internal/money"
	"kpdk/hooks/internal/web"
	"kpdk/hooks/member"
	"kpdk/hooks/store"
)

// turn is one cashier's turn at one till on one day, in minutes of the day.
type turn struct {
	by          act.Actor
	till        string
	open, close int
	shift       string // its key once it is open
}

const cashFloat = money.Rupiah(200_000)

// turns of a day. On the last day only the second till works: the first is left for whoever looks at
// the demo.
func (b *builder) turns(day clock.Date) []*turn {
	if day == b.Today {
		return []*turn{{by: b.crew.second, till: "K2", open: 8 * 60, close: 16*60 + 5}}
	}
	return []*turn{{by: b.crew.first, till: "K1", open: 8 * 60, close: 14*60 + 30}, {by: b.crew.second, till: "K2", open: 10*60 + 30, close: 16*60 + 5}}
}

func (b *builder) open(t *turn) error {
	t.shift = b.key()
	_, _, err := store.OpenShift(b.ctx, b.app, t.shift, t.by, store.OpenShiftInput{Float: cashFloat, Till: t.till})
	return err
}

// shut counts the drawer; now and then it is a little off.
func (b *builder) shut(t *turn) error {
	view, err := store.ViewShift(act.Read(b.app), t.by)
	if err != nil {
		return err
	}
	counted := view.Expected
	if b.rng.IntN(100) < 10 {
		counted += []money.Rupiah{-5_000, -2_000, -1_000, -500, 500, 1_000}[b.rng.IntN(6)]
	}
	_, _, err = store.CloseShift(b.ctx, b.app, b.key(), t.by, t.shift, store.CloseShiftInput{Counted: counted})
	return err
}

// mood is how busy a day is, of a hundred: pay day, Friday, and the thin end of the month.
func mood(day clock.Date) int {
	busy := 95
	switch date := day.Time().Day(); {
	case date <= 6:
		busy = 150
	case date <= 10:
		busy = 115
	case date >= 26:
		busy = 80
	}
	if day.Time().Weekday() == 5 {
		busy = busy * 120 / 100
	}
	return busy
}

// hours are when people come, in minutes of the day, and how many of a hundred.
var hours = []struct{ from, to, often int }{{8*60 + 5, 9*60 + 30, 18}, {9*60 + 30, 11*60 + 30, 16}, {11*60 + 30, 13 * 60, 38}, {13 * 60, 15 * 60, 14}, {15 * 60, 16 * 60, 14}}

func (b *builder) hour() int {
	weights := make([]int, len(hours))
	for i, h := range hours {
		weights[i] = h.often
	}
	h := hours[pick(b.rng, weights)]
	return h.from + b.rng.IntN(h.to-h.from)
}

// basket is what somebody puts on the counter.
type basket struct {
	lines []store.LineInput
	goods []*good
	taken []money.Quantity
	total money.Rupiah
}

// fill puts things in while they are on the shelf and the money reaches.
func (b *builder) fill(own bool, things int, most money.Rupiah) (all basket) {
	for range things {
		g := b.goods[pick(b.rng, b.weights)]
		quantity, price := g.amountOf(b.rng), g.price
		if own {
			price = g.member
		}
		amount := money.Times(quantity, price)
		if g.stock < quantity || all.total+amount > most {
			continue
		}
		g.stock -= quantity
		all.goods, all.taken, all.total = append(all.goods, g), append(all.taken, quantity), all.total+amount
		all.lines = append(all.lines, store.LineInput{Barcode: g.scan(), Quantity: quantity.String()})
	}
	return all
}

// back puts a basket on the shelf again.
func (all basket) back() {
	for i, g := range all.goods {
		g.stock += all.taken[i]
	}
}

// Bounds of a basket: what a card alone charges, and a month's shopping.
const (
	cardAlone = money.Rupiah(250_000)
	bigBasket = money.Rupiah(600_000)
)

// shop lets a member buy: mostly on payroll, sometimes in cash.
func (b *builder) shop(t *turn, p *person) error {
	if p.status != member.Active { // said farewell earlier today
		return nil
	}
	things, most, charge := 1+pick(b.rng, []int{26, 28, 20, 14, 8, 4}), cardAlone, p.mandate && b.rng.IntN(100) < 80
	if date := b.now.Load().Day(); date <= 8 && b.rng.IntN(9) == 0 { // the month's shopping, above the card's limit
		things, most = 7+b.rng.IntN(6), bigBasket
		charge = charge && p.pin != "" && b.rng.IntN(2) == 0
	}
	basket := b.fill(true, things, most)
	if len(basket.lines) == 0 {
		return nil
	}
	buyer := &store.Buyer{Card: p.card}
	if charge {
		if err := b.sees(t.by, web.Opened, "card_check", "counter", p.number); err != nil {
			return err
		}
		if basket.total > cardAlone {
			buyer.Pin = p.pin
		}
		err := b.sell(t, buyer, basket, store.Tender{Kind: store.PayrollTender, Amount: basket.total})
		if !refused(err) {
			return err
		}
		buyer.Pin = "" // above the limit or without a mandate: in cash then
	}
	if b.rng.IntN(3) == 0 {
		buyer = &store.Buyer{Member: p.number}
	}
	return b.sell(t, buyer, basket, b.cash(basket.total))
}

// refused says whether the till said no to charging an account.
func refused(err error) bool {
	var f *fault.Fault
	return errors.As(err, &f) && (f.Code == "store.limit_exceeded" || f.Code == "member.no_mandate")
}

// passBy lets a visitor buy at the public price.
func (b *builder) passBy(t *turn) error {
	basket := b.fill(false, 1+b.rng.IntN(3), cardAlone)
	if len(basket.lines) == 0 {
		return nil
	}
	return b.sell(t, nil, basket, b.cash(basket.total))
}

// cash is what somebody hands over: the exact amount, or the next notes.
func (b *builder) cash(total money.Rupiah) store.Tender {
	note := []money.Rupiah{1, 5_000, 10_000, 50_000, 100_000}[pick(b.rng, []int{20, 20, 20, 25, 15})]
	return store.Tender{Kind: store.CashTender, Amount: (total + note - 1) / note * note}
}

func (b *builder) sell(t *turn, buyer *store.Buyer, all basket, tender store.Tender) error {
	_, _, err := store.Sell(b.ctx, b.app, b.key(), t.by, store.SellInput{Shift: t.shift, SoldAt: *b.now.Load(), Buyer: buyer, Lines: all.lines, Tenders: []store.Tender{tender}})
	if err != nil && !refused(err) {
		all.back()
	}
	return err
}
