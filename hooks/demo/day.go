package demo

import (
	"cmp"
	"slices"
	"time"

	"kpdk/hooks/internal/clock"
	"kpdk/hooks/internal/money"
	"kpdk/hooks/internal/web"
	"kpdk/hooks/ledger"
	"kpdk/hooks/member"
	"kpdk/hooks/savings"
)

// event is something that happens at a minute of a day.
type event struct {
	minute int
	do     func() error
}

// lastMinute is when the story of the last day ends: in the working afternoon, with a shift still open.
const lastMinute = 15 * 60

// live lets one working day happen, in the order of its minutes.
func (b *builder) live(n int, day clock.Date) error {
	events := slices.Concat(b.office(n, day), b.payroll(day), b.counter(day))
	slices.SortStableFunc(events, func(x, y event) int { return cmp.Compare(x.minute, y.minute) })
	end := time.Time{}
	if day == b.Today {
		end = b.moment(day, lastMinute, 0)
	}
	if !b.Until.IsZero() && (end.IsZero() || b.Until.Before(end)) {
		end = b.Until
	}
	second, last := 0, -1
	for _, e := range events {
		if second += 9; e.minute != last {
			second, last = 0, e.minute
		}
		moment := b.moment(day, e.minute, second)
		if !end.IsZero() && moment.After(end) {
			return nil
		}
		if moment.Before(*b.now.Load()) {
			moment = b.now.Load().Add(time.Second) // the event before it took longer
		}
		b.now.Store(&moment)
		if err := e.do(); err != nil {
			return err
		}
	}
	return nil
}

// counter plans who comes to the shop on a day.
func (b *builder) counter(day clock.Date) (events []event) {
	turns := b.turns(day)
	for _, t := range turns {
		events = append(events, event{t.open, func() error { return b.open(t) }}, event{t.close, func() error { return b.shut(t) }})
	}
	visit := func(buy func(t *turn) error) {
		minute := b.hour()
		var free []*turn
		for _, t := range turns {
			if minute > t.open && minute < t.close {
				free = append(free, t)
			}
		}
		if t := free[b.rng.IntN(len(free))]; t != nil {
			events = append(events, event{minute, func() error { return buy(t) }})
		}
	}
	if day.Time().Weekday() == 5 { // what is left of the week's pocket money
		t := turns[len(turns)-1]
		events = append(events, event{12*60 + 30, func() error { return b.saveAtTill(t, 50_000) }})
	}
	events = append(events, b.onCredit(day, turns)...)
	events = append(events, b.ownBills(day, turns)...)
	busy := mood(day)
	for _, p := range b.people {
		if p.status == member.Active && b.rng.IntN(2000) < p.visits*busy {
			visit(func(t *turn) error { return b.shop(t, p) })
		}
	}
	for range b.rng.IntN(2 + b.Members*busy/100/40) {
		visit(b.passBy)
	}
	return events
}

// office plans the work behind the shop.
func (b *builder) office(n int, day clock.Date) (events []event) {
	weekday := day.Time().Weekday()
	events = append(events, event{7*60 + 20, b.bring})
	if weekday == 1 || weekday == 4 || n == 0 {
		events = append(events, event{7*60 + 40, b.restock})
	}
	if weekday == 1 {
		left := (len(b.days)-n)/5 + 1
		events = append(events, event{9*60 + 15, func() error { return b.invite((len(b.queue) + left - 1) / left) }})
	}
	if weekday == 3 && len(b.waiting()) > 0 {
		events = append(events, event{9*60 + 40, func() error { return b.join(b.waiting()) }})
	}
	for range b.rng.IntN(2 + b.Members/200) {
		p := b.someone()
		amount := money.Rupiah(1+b.rng.IntN(10)) * 50_000
		events = append(events, event{10*60 + b.rng.IntN(60), func() error { return b.deposit(p, amount) }})
	}
	if pay := working(day.Period().Day(25)); day == pay {
		events = append(events, event{13*60 + 20, func() error { return b.payWages(day) }})
	}
	if close := working(day.Period().Day(10)); day == close {
		events = append(events, event{15*60 + 30, func() error { return b.closePeriod(day.Period().Add(-1)) }})
	}
	return slices.Concat(events, b.spending(day), b.rarely(n, day), b.saving(n, day), b.ownPayer(n, day))
}

// someone is any member who is not in a printed login and brings no food; nil while there is none.
func (b *builder) someone() *person {
	able := slices.DeleteFunc(slices.Clone(b.people), func(p *person) bool {
		return p.status != member.Active || p.known || slices.Contains(b.makers, p)
	})
	if len(able) == 0 {
		return nil
	}
	return able[b.rng.IntN(len(able))]
}

func (b *builder) deposit(p *person, amount money.Rupiah) error {
	if p == nil || p.status != member.Active {
		return nil
	}
	_, _, err := savings.MakeDeposit(b.ctx, b.app, b.key(), b.crew.treasurer, savings.Deposit{Member: p.number, Kind: "voluntary", Amount: amount})
	return err
}

func (b *builder) closePeriod(period clock.Period) error {
	if period < b.first.Period() {
		return nil
	}
	_, _, err := ledger.ClosePeriod(b.ctx, b.app, b.key(), b.crew.treasurer, period)
	return err
}

// rarely plans what happens to single members: a lost card, a withdrawn mandate, a higher one, a
// farewell. Each comes at set days of the story, so that every demo has some.
func (b *builder) rarely(n int, day clock.Date) (events []event) {
	turns := []struct {
		every, first int
		do           func(p *person, day clock.Date) error
	}{{23, 9, b.loseCard}, {14, 12, b.withdraw}, {19, 15, b.raise}, {31, 18, b.farewell}}
	for i, t := range turns {
		if n < t.first || (n-t.first)%t.every != 0 {
			continue
		}
		p := b.someone()
		events = append(events, event{14*60 + i, func() error {
			if p == nil || p.status != member.Active {
				return nil
			}
			if err := t.do(p, day); err != nil {
				return err
			}
			return b.meet()
		}})
	}
	return events
}

func (b *builder) loseCard(p *person, _ clock.Date) error {
	if err := b.sees(b.crew.manager, web.Opened, "profile", "members", p.number); err != nil {
		return err
	}
	_, _, err := member.GiveNewCard(b.ctx, b.app, b.key(), b.crew.manager, p.number, member.ReplaceCard{Reason: "lost"})
	return err
}

func (b *builder) withdraw(p *person, day clock.Date) error {
	if !p.mandate {
		return nil
	}
	p.mandate = false
	_, _, err := member.ChangeMandate(b.ctx, b.app, b.key(), b.crew.manager, p.number, member.MandateChange{Kind: "revoke", ValidFrom: day, Reference: "Surat pencabutan " + string(day)})
	return err
}

func (b *builder) raise(p *person, day clock.Date) error {
	p.mandate = true
	_, _, err := member.ChangeMandate(b.ctx, b.app, b.key(), b.crew.manager, p.number, member.MandateChange{Kind: "grant", ValidFrom: day,
		Max: p.most() + 500_000, Voluntary: p.voluntary + 50_000, Reference: "SK perubahan " + string(day)})
	return err
}

func (b *builder) farewell(p *person, _ clock.Date) error {
	reason := []string{"retired", "moved", "resigned"}[b.rng.IntN(3)]
	if err := b.sees(b.crew.manager, web.Opened, "leaving", "leaving", p.number); err != nil {
		return err
	}
	_, _, err := member.LeaveCoop(b.ctx, b.app, b.key(), b.crew.manager, p.number, member.Leave{Reason: reason, DespiteRun: true})
	return err
}
