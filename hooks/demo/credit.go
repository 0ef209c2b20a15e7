package demo

import (
	"slices"

	"kpdk/hooks/internal/act"
	"kpdk/hooks/internal/clock"
	"kpdk/hooks/internal/money"
	"kpdk/hooks/member"
	"kpdk/hooks/payroll"
	"kpdk/hooks/policy"
	"kpdk/hooks/store"
	"kpdk/hooks/treasury"
)

// decideMargin gives one percent a month on goods on credit at the till, from the founding on.
func (b *builder) decideMargin() error {
	_, _, err := policy.Set(b.ctx, b.app, b.key(), b.crew.manager, policy.Setting{Key: policy.InstalmentMargin.Key, Value: []byte("100"), ValidFrom: b.first.Period().First()})
	return err
}

// onCredit plans who takes household goods on credit at the till: the first printed member a cooker for ten
// months, the second a fan with cash at once; on the last day a till asks the office for a washing machine.
// In the middle of the story the treasurer sells a stove.
func (b *builder) onCredit(day clock.Date, turns []*turn) (events []event) {
	buy := func(minute, nth int, name string, parts int64, down money.Rupiah) {
		events = append(events, event{minute, func() error { return b.buyOnCredit(turns[0], b.knownMember(nth), name, parts, down) }})
	}
	switch day {
	case b.days[min(5, len(b.days)-1)]:
		buy(12*60+5, 0, "Penanak Nasi 1,8 Liter", 10, 0)
		buy(12*60+15, 1, "Kipas Angin Meja 12 Inci", 3, 65_000)
	case b.days[len(b.days)/2]:
		events = append(events, event{13*60 + 40, b.sellStove})
	case b.Today:
		buy(11*60+20, 0, "Mesin Cuci 7 kg", 10, 150_000)
	}
	return events
}

// buyOnCredit takes the least months, from parts on, that the member's mandate carries.
func (b *builder) buyOnCredit(t *turn, p *person, name string, parts int64, down money.Rupiah) error {
	g := b.goods[slices.IndexFunc(b.goods, func(g *good) bool { return g.name == name })]
	if p == nil || g.stock < money.One {
		return nil
	}
	terms, err := store.CreditTermsOf(b.app, store.CreditTermsInput{Card: p.card, Total: g.member, Down: down})
	if err != nil || terms.Refusal != "" {
		return err
	}
	at := slices.IndexFunc(terms.Choices, func(c store.CreditChoice) bool { return c.Fits && c.Parts >= parts })
	if at < 0 {
		return nil
	}
	made, _, err := store.SellOnPlan(b.ctx, b.app, b.key(), t.by, store.CreditSaleInput{Shift: t.shift, Buyer: &store.Buyer{Card: p.card, Pin: p.pin},
		Lines: []store.LineInput{{Barcode: g.scan(), Quantity: "1"}}, Parts: terms.Choices[at].Parts, Down: down})
	if err == nil && made.Number > 0 {
		g.stock -= money.One
	}
	return err
}

func (b *builder) sellStove() error {
	g := b.goods[slices.IndexFunc(b.goods, func(g *good) bool { return g.name == "Kompor Gas 2 Tungku" })]
	p := b.steady(1)
	if p == nil || g.stock < money.One {
		return nil
	}
	r, err := b.app.FindFirstRecordByData("products", "code", g.code)
	if err != nil {
		return err
	}
	if _, _, err := payroll.MakePlan(b.ctx, b.app, b.key(), b.crew.treasurer, payroll.PlanInput{Member: p.number, Goods: []payroll.Good{{Product: r.Id, Quantity: "1"}}, Parts: 6, Margin: 20_100}); err != nil {
		return err
	}
	g.stock -= money.One
	return nil
}

// steady is the nth member who is deducted, is in no printed login and brings no food; nil while there is none.
func (b *builder) steady(nth int) *person {
	for _, p := range b.people {
		if p.status != member.Active || p.known || !p.mandate || slices.Contains(b.makers, p) {
			continue
		}
		if nth == 0 {
			return p
		}
		nth--
	}
	return nil
}

// ownPayer lets one member pay by transfer instead of by deduction, from the first week on.
func (b *builder) ownPayer(n int, day clock.Date) []event {
	if n != 3 {
		return nil
	}
	return []event{{13 * 60, func() error {
		p := b.steady(0)
		if p == nil {
			return nil
		}
		_, _, err := payroll.SetChannel(b.ctx, b.app, b.key(), b.crew.treasurer, p.number, payroll.ChannelChange{Channel: payroll.ChannelSelf, ValidFrom: day})
		return err
	}}}
}

// ownBills lets whoever pays without deduction pay the bill of each settled run: half in cash at the till on the day of
// the answer, the rest by transfer a working day later. The bill of the last run still waits.
func (b *builder) ownBills(day clock.Date, turns []*turn) (events []event) {
	for _, r := range b.runs {
		switch {
		case r.last:
		case day == r.answer:
			events = append(events, event{12*60 + 40, func() error {
				return b.payBill(r.period, func(number int64, owed money.Rupiah) error {
					_, _, err := treasury.PayBillAtTill(b.ctx, b.app, b.key(), turns[0].by, treasury.TillPayment{Shift: turns[0].shift, Member: number, Bill: r.period, Into: "cash", Amount: max(owed/2/1000*1000, min(owed, 1000))})
					return err
				})
			}})
		case day == later(r.answer, 1):
			events = append(events, event{13*60 + 20, func() error {
				return b.payBill(r.period, func(number int64, owed money.Rupiah) error {
					_, _, err := treasury.ReceiveDebt(b.ctx, b.app, b.key(), b.crew.treasurer, treasury.DebtPayment{Member: number, Bill: r.period, Into: "bank:1", Amount: owed})
					return err
				})
			}})
		}
	}
	return events
}

// payBill pays what the month's first own payer still owes of it.
func (b *builder) payBill(period clock.Period, pay func(number int64, owed money.Rupiah) error) error {
	bills, err := payroll.Bills(act.Read(b.app), period, 0, 500)
	if err != nil {
		return err
	}
	for _, bill := range bills.Bills {
		if bill.Why == payroll.SelfPayer && bill.Owed > 0 {
			return pay(bill.Member, bill.Owed)
		}
	}
	return nil
}

// lastSettled is the newest run that was settled; nil when none was.
func (b *builder) lastSettled() *payrun {
	for _, r := range slices.Backward(b.runs) {
		if !r.last {
			return r
		}
	}
	return nil
}

// disputes lets the first printed member object to the last settled deduction, and the treasurer answer; the
// second objects as late as may be, and still waits.
func (b *builder) disputes(day clock.Date) (events []event) {
	r := b.lastSettled()
	if r == nil || len(b.days) < 2 {
		return nil
	}
	late := r.settle
	for _, d := range b.days[:len(b.days)-1] {
		if d <= r.settle.Add(int(policy.ObjectionDays.Default)) {
			late = d
		}
	}
	if day == later(r.settle, 1) {
		events = append(events, event{10 * 60, func() error {
			return b.object(b.knownMember(0), r.period, "paid", "Yang tanggal ini rasanya sudah kubayar tunai di kasir.")
		}})
	}
	if day == later(r.settle, 2) {
		events = append(events, event{14 * 60, b.answerObjection})
	}
	if day == late {
		events = append(events, event{14*60 + 30, func() error {
			return b.object(b.knownMember(1), r.period, "amount", "Belanjaku bulan itu rasanya tidak sebanyak ini.")
		}})
	}
	return events
}

func (b *builder) object(p *person, period clock.Period, code, text string) error {
	by := act.Actor{Role: act.Member, Number: p.number, Name: p.name}
	r := act.Read(b.app)
	if err := r.Row("SELECT id FROM members WHERE number = ?", p.number).Scan(&by.ID); err != nil {
		return err
	}
	if w, err := payroll.WindowFor(r, clock.Of(b.app), period, p.number); err != nil || !w.Open {
		return err // nothing was deducted of this month
	}
	_, _, err := payroll.Object(b.ctx, b.app, b.key(), by, payroll.Objecting{Period: period, Code: code}, text)
	return err
}

func (b *builder) answerObjection() error {
	open, err := payroll.Objections(act.Read(b.app), clock.Of(b.app), true, "", 0, 1)
	if err != nil || len(open.Objections) == 0 {
		return err
	}
	_, _, err = payroll.AnswerObjection(b.ctx, b.app, b.key(), b.crew.treasurer, open.Objections[0].ID, payroll.Answering{Decision: payroll.DecideExplain},
		"Sudah dicek: pembayaran tunai di kasir waktu itu untuk belanja lain. Struknya ada di rincian potongan.")
	return err
}
