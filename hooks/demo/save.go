package demo

import (
	"math/rand/v2"
	"slices"

	"kpdk/hooks/internal/act"
	"kpdk/hooks/internal/clock"
	"kpdk/hooks/internal/money"
	"kpdk/hooks/internal/web"
	"kpdk/hooks/ledger"
	"kpdk/hooks/member"
	"kpdk/hooks/policy"
	"kpdk/hooks/savings"
)

// payOutAbove leaves so much in the box when withdrawals are paid from it.
const payOutAbove = money.Rupiah(300_000)

// decideInterest gives three percent a year on voluntary savings, from the founding on.
func (b *builder) decideInterest() error {
	_, _, err := policy.Set(b.ctx, b.app, b.key(), b.crew.manager, policy.Setting{Key: policy.Interest.Key, Value: []byte("300"), ValidFrom: b.first})
	return err
}

// saving plans what becomes of savings on a day: dues and interest come by themselves in the morning, somebody
// saves at the till, some ask for their money, and the treasurer pays what was asked for before. On the last day
// the printed member waits for one payment, and a large one waits for the manager.
func (b *builder) saving(n int, day clock.Date) (events []event) {
	rng := rand.New(rand.NewPCG(b.Seed, uint64(1_000+n))) // of its own: the rest of the story stays as it was
	events = append(events, event{7*60 + 10, func() error { return savings.Daily(b.ctx, b.app) }})
	left := len(b.days) - 1 - n
	weekday := day.Time().Weekday()
	if weekday == 2 || weekday == 4 {
		share := 20 + rng.IntN(50)
		events = append(events, event{10*60 + 25, func() error { return b.askBack(b.picked(rng), money.Rupiah(share), "cash", "") }})
	}
	if weekday != 1 && left > 0 {
		events = append(events, event{11*60 + 40, func() error { return b.payBack(day, n) }})
	}
	switch left {
	case 6:
		events = append(events, event{11*60 + 5, func() error { return b.saveByBank(b.knownMember(1), 6_000_000) }})
	case 5:
		events = append(events, event{10*60 + 5, func() error { return b.askBack(b.knownMember(0), 30, "cash", "") }})
	case 0:
		events = append(events, event{9*60 + 50, func() error { return b.askBack(b.knownMember(0), 25, "transfer", "Bank Contoh 000-1234567") }},
			event{10*60 + 10, func() error { return b.askBack(b.knownMember(1), 50, "transfer", "Bank Contoh 000-7654321") }},
			event{10*60 + 30, b.prepareLarge})
	}
	return events
}

// knownMember is one of those whose logins are printed.
func (b *builder) knownMember(nth int) *person {
	for _, p := range b.people {
		if p.known && nth == 0 {
			return p
		} else if p.known {
			nth--
		}
	}
	return nil
}

// picked is some member who has voluntary savings worth asking for.
func (b *builder) picked(rng *rand.Rand) *person {
	var able []*person
	for _, p := range b.people {
		if p.status == member.Active && !p.known {
			if free, err := ledger.Free(act.Read(b.app), ledger.MemberParty(p.number), ledger.VoluntarySavings); err == nil && free >= 150_000 {
				able = append(able, p)
			}
		}
	}
	if len(able) == 0 {
		return nil
	}
	return able[rng.IntN(len(able))]
}

// askBack asks for a share of what is free, in whole ten thousands.
func (b *builder) askBack(p *person, percent money.Rupiah, way, to string) error {
	if p == nil || p.status != member.Active {
		return nil
	}
	r := act.Read(b.app)
	free, err := ledger.Free(r, ledger.MemberParty(p.number), ledger.VoluntarySavings)
	if err != nil {
		return err
	}
	amount := free * percent / 100 / 10_000 * 10_000
	if amount <= 0 {
		return nil
	}
	by := act.Actor{Role: act.Member, Number: p.number, Name: p.name}
	if err := r.Row("SELECT id FROM members WHERE number = ?", p.number).Scan(&by.ID); err != nil {
		return err
	}
	_, _, err = savings.RequestWithdrawal(b.ctx, b.app, b.key(), by, savings.Withdrawal{Amount: amount, Way: way}, to)
	if refused(err) { // five wait already
		return nil
	}
	return err
}

// payBack pays what waits, as far as the box goes; now and then one is refused.
func (b *builder) payBack(day clock.Date, n int) error {
	office, err := savings.OfficeWithdrawals(act.Read(b.app), b.crew.treasurer, day)
	if err != nil {
		return err
	}
	for i, w := range office.Waiting {
		if w.State != savings.StepRequested {
			continue
		}
		b.tick()
		if err := b.sees(b.crew.treasurer, web.Opened, "statement", "savings", w.Member); err != nil {
			return err
		}
		if (n+i)%9 == 4 {
			if _, _, err := savings.RefuseWithdrawal(b.ctx, b.app, b.key(), b.crew.treasurer, w.ID, "Kas hari ini tidak cukup. Ajukan lagi lewat transfer, ya."); err != nil {
				return err
			}
			continue
		}
		from := "bank:1"
		if left, err := b.lies("cash"); err != nil {
			return err
		} else if w.Way == "cash" && left >= w.Amount+payOutAbove {
			from = "cash"
		}
		if left, err := b.lies(from); err != nil || left < w.Amount {
			return err
		}
		if _, _, err := savings.PayWithdrawal(b.ctx, b.app, b.key(), b.crew.treasurer, w.ID, savings.Payout{From: from}); err != nil {
			return err
		}
	}
	return nil
}

// saveByBank is a member's transfer that the treasurer books.
func (b *builder) saveByBank(p *person, amount money.Rupiah) error {
	if p == nil || p.status != member.Active {
		return nil
	}
	_, _, err := savings.MakeDeposit(b.ctx, b.app, b.key(), b.crew.treasurer, savings.Deposit{Member: p.number, Kind: "voluntary", Amount: amount, Into: "bank:1"})
	return err
}

// prepareLarge leaves a withdrawal above the limit for the manager.
func (b *builder) prepareLarge() error {
	office, err := savings.OfficeWithdrawals(act.Read(b.app), b.crew.treasurer, b.today())
	if err != nil {
		return err
	}
	for _, w := range office.Waiting {
		if w.Second && w.State == savings.StepRequested {
			_, _, err := savings.PayWithdrawal(b.ctx, b.app, b.key(), b.crew.treasurer, w.ID, savings.Payout{From: "bank:1"})
			return err
		}
	}
	return nil
}

// saver is the first member who promised no savings by deduction: what is brought in cash is not asked for again.
func (b *builder) saver() *person {
	for _, p := range b.people {
		if p.status == member.Active && !p.known && p.voluntary == 0 && !slices.Contains(b.makers, p) {
			return p
		}
	}
	return nil
}

// saveAtTill is cash that a member brings to the counter in a turn.
func (b *builder) saveAtTill(t *turn, amount money.Rupiah) error {
	p := b.saver()
	if p == nil {
		return nil
	}
	_, _, err := savings.MakeTillDeposit(b.ctx, b.app, b.key(), t.by, savings.TillDeposit{Shift: t.shift, Card: p.card, Kind: "voluntary", Amount: amount})
	return err
}
