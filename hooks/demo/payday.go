package demo

import (
	"fmt"
	"slices"
	"strconv"

	"kpdk/hooks/internal/act"
	"kpdk/hooks/internal/clock"
	"kpdk/hooks/internal/money"
	"kpdk/hooks/member"
	"kpdk/hooks/payroll"
)

// payrun is one month's deduction and the days on which its steps are done.
type payrun struct {
	period                         clock.Period
	draft, answer, settle, receive clock.Date
	last                           bool // left answered, for whoever looks at the demo
	lists                          []payroll.List
}

// planRuns lays out the payroll runs of the story: the list goes out on the working day after the cut-off, the officers
// answer around pay day, the manager settles, the money arrives. The last one waits for the manager
// since yesterday, or since this morning.
func (b *builder) planRuns() error {
	for p := b.first.Period().Add(1); ; p = p.Add(1) {
		cal, err := payroll.CalendarFor(act.Read(b.app), p)
		if err != nil {
			return err
		}
		draft := working(cal.Cutoff.Add(1))
		if draft >= b.today() {
			break
		}
		if cal.Cutoff < b.first.Add(7) {
			continue // nobody owed anything yet
		}
		b.runs = append(b.runs, &payrun{period: p, draft: draft, answer: later(cal.PayDate, 1), settle: later(cal.PayDate, 3), receive: later(cal.PayDate, 4)})
	}
	if len(b.runs) == 0 {
		return nil
	}
	r := b.runs[len(b.runs)-1]
	r.last, r.answer = true, b.days[len(b.days)-1]
	if yesterday := len(b.days) - 2; yesterday >= 0 && b.days[yesterday] > r.draft {
		r.answer = b.days[yesterday]
	}
	return nil
}

// today is the last day on which something happens.
func (b *builder) today() clock.Date { return b.days[len(b.days)-1] }

// payroll plans the steps that fall on a day. Draft, lock and export follow each other at once: between
// them nobody may change a mandate.
func (b *builder) payroll(day clock.Date) (events []event) {
	for _, r := range b.runs {
		if day == r.draft {
			events = append(events, event{16*60 + 30, func() error { return b.sendList(r) }})
		}
		if day == r.answer {
			events = append(events, event{9*60 + 5, func() error { return b.answer(r) }})
		}
		if day == r.settle && !r.last {
			events = append(events, event{11 * 60, func() error { return b.settle(r) }})
		}
		if day == r.receive && !r.last {
			events = append(events, event{11*60 + 15, func() error { return b.receiveMoney(r) }})
		}
	}
	return append(events, b.disputes(day)...)
}

func (b *builder) sendList(r *payrun) error {
	if _, _, err := payroll.Draft(b.ctx, b.app, b.key(), b.crew.treasurer, r.period, nil); err != nil {
		return err
	}
	for _, step := range []func() error{
		func() error {
			_, _, err := payroll.Lock(b.ctx, b.app, b.key(), b.crew.treasurer, r.period)
			return err
		},
		func() error {
			_, _, err := payroll.Export(b.ctx, b.app, b.key(), b.crew.manager, r.period)
			if err == nil {
				r.lists, err = payroll.ListsOf(b.app, r.period, "")
			}
			if err == nil {
				err = b.takesLists(r)
			}
			return err
		},
	} {
		b.tick()
		if err := step(); err != nil {
			return err
		}
	}
	return nil
}

// answer reads what each work unit's officer sends back: the list that went out, with two columns more.
func (b *builder) answer(r *payrun) error {
	for _, list := range r.lists {
		rows := [][]string{{"No Anggota", "NIP", "Nama", "Total Potongan", "Dipotong", "Keterangan"}}
		for _, row := range list.Rows {
			deducted, reason := b.deduct(row)
			rows = append(rows, []string{member.PrintNumber(row.Member), row.NIP, row.Name, fmt.Sprint(int64(row.Total)), strconv.FormatInt(int64(deducted), 10), reason})
		}
		file, err := semicolons(rows)
		if err != nil {
			return err
		}
		answers, unreadable, err := payroll.ReadAnswer(list.FileName("csv"), file, r.period)
		if err != nil {
			return err
		}
		b.tick()
		report, _, err := payroll.TakeAnswer(b.ctx, b.app, b.key(), b.crew.treasurer, r.period, answers, unreadable, nil)
		if err != nil {
			return err
		}
		if report.Matched != len(list.Rows) {
			return fmt.Errorf("the officer's answer: %+v", report)
		}
	}
	return nil
}

// deduct is what the officer could really take: mostly all of it.
func (b *builder) deduct(row payroll.Row) (money.Rupiah, string) {
	p := b.people[slices.IndexFunc(b.people, func(p *person) bool { return p.number == row.Member })] // all on the list were invited
	switch n := b.rng.IntN(200); {
	case p.status == member.Left:
		return 0, "Sudah pindah atau pensiun"
	case !p.mandate:
		return 0, "Kuasa potong gaji dicabut"
	case row.Member == loginsOf && b.rng.IntN(2) == 0, n < 7: // the second printed login sees a partial one now and then
		return row.Total * money.Rupiah(40+b.rng.IntN(45)) / 100 / 1000 * 1000, "Gaji tidak mencukupi"
	case n < 9:
		return 0, "Cuti di luar tanggungan negara"
	}
	return row.Total, ""
}

func (b *builder) settle(r *payrun) error {
	if _, _, err := payroll.Settle(b.ctx, b.app, b.key(), b.crew.manager, payroll.Settlement{Period: r.period}, nil); err != nil {
		return err
	}
	return b.meet()
}

// withheld is what the first unit's officer paid too little the last time.
const withheld = money.Rupiah(45_000)

// receiveMoney books what each work unit paid into the bank account.
func (b *builder) receiveMoney(r *payrun) error {
	run, err := payroll.RunOf(b.app, b.crew.treasurer, r.period)
	if err != nil {
		return err
	}
	for _, u := range run.Units {
		if u.Deducted == 0 {
			continue
		}
		b.tick()
		receipt := payroll.Receipt{Period: r.period, Unit: u.Code}
		if r == b.lastSettled() && u.Code == run.Units[0].Code && u.Deducted > 2*withheld {
			receipt.Amount = u.Deducted - withheld // the treasurer has to ask where the rest is
		}
		if _, _, err := payroll.Receive(b.ctx, b.app, b.key(), b.crew.treasurer, receipt); err != nil {
			return err
		}
	}
	return nil
}
