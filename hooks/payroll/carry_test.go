package payroll_test

import (
	"bytes"
	"testing"

	"kpdk/hooks/internal/act"
	"kpdk/hooks/internal/clock"
	"kpdk/hooks/internal/money"
	"kpdk/hooks/internal/testapp"
	"kpdk/hooks/internal/ulid"
	"kpdk/hooks/ledger"
	"kpdk/hooks/payroll"
)

const december = clock.Period("2026-12")

// ahead has November on its way and December drafted, as the calendar wants it, with a purchase in each.
func ahead(t *testing.T) (o *office, november int64) {
	o = newOffice(t)
	o.hire(1, hired{max: 1_000_000})
	november = o.owe(1, ledger.ItemStore, "2026-10-02", 300_000)
	o.owe(1, ledger.ItemStore, "2026-11-05", 50_000)
	o.promise()
	o.Travel(day("2026-11-21"))
	o.must(o.draftOf(december))
	return o, november
}

// locksIt locks a month, or says why not.
func (o *office) locksIt(p clock.Period) error {
	_, _, err := payroll.Lock(ctx, o, ulid.New(), treasurer, p)
	return err
}

func (o *office) corrects(number int64, deducted money.Rupiah) {
	o.t.Helper()
	o.approve(o.correct(payroll.Answer{Row: 2, Member: number, Deducted: deducted, Reason: "other"}).Correction)
}

// spare grants an objection to an item that is booked.
func (o *office) spare(number, item int64) {
	o.t.Helper()
	id, err := o.object(number, item, "not_mine", "")
	o.must(err)
	o.must(o.replies(id, payroll.DecideExclude))
}

// What a month left over comes again in the next list, also where that list was drafted before anybody knew: by a
// settlement, a correction, or a granted objection.
func TestWhatALaterDraftForgotIsAskedFor(t *testing.T) {
	for name, c := range map[string]struct {
		code string
		// before is done before December is drafted, after when it is.
		before, after func(o *office, item int64)
		asks          money.Rupiah
	}{
		"settled with nothing": {"payroll.draft_carried", nil, func(o *office, _ int64) {
			o.answer(payroll.Answer{Row: 2, Member: 1, Reason: "on_leave"})
			o.settle(false)
		}, 350_000},
		"settled in part": {"payroll.draft_carried", nil, func(o *office, _ int64) {
			o.answer(payroll.Answer{Row: 2, Member: 1, Deducted: 299_999})
			o.settle(false)
		}, 50_001},
		"settled in full": {"", nil, func(o *office, _ int64) {
			o.answer(payroll.Answer{Row: 2, Member: 1, Deducted: 300_000})
			o.settle(false)
		}, 50_000},
		"withdrawn on the way": {"payroll.draft_stale", nil, func(o *office, _ int64) { o.mandate(1, "grant", "2026-10-30", 200_000) }, 50_000},
		"corrected to less": {"payroll.draft_corrected", func(o *office, _ int64) {
			o.answer(payroll.Answer{Row: 2, Member: 1, Deducted: 300_000})
			o.settle(false)
		}, func(o *office, _ int64) { o.corrects(1, 100_000) }, 250_000},
		"corrected to more": {"payroll.draft_corrected", func(o *office, _ int64) {
			o.answer(payroll.Answer{Row: 2, Member: 1, Deducted: 100_000, Reason: "other"})
			o.settle(false)
		}, func(o *office, _ int64) { o.corrects(1, 300_000) }, 50_000},
		"an objection granted": {"payroll.draft_more", func(o *office, _ int64) {
			o.answer(payroll.Answer{Row: 2, Member: 1, Deducted: 300_000})
			o.settle(false)
		}, func(o *office, item int64) { o.spare(1, item) }, 300_000}, // what is held pays the other purchase
		"owed for a day before the cut-off": {"payroll.draft_more", nil, func(o *office, _ int64) { o.owe(1, ledger.ItemStore, "2026-11-20", 7_000) }, 57_000},
		"bought after it":                   {"", nil, func(o *office, _ int64) { o.owe(1, ledger.ItemStore, "2026-11-21", 7_000) }, 50_000},
	} {
		t.Run(name, func(t *testing.T) {
			o, item := ahead(t)
			if c.before != nil {
				c.before(o, item)
				o.must(o.draftOf(december))
			}
			c.after(o, item)
			run, err := payroll.RunOf(o, treasurer, december)
			o.must(err)
			if run.May.LockRefusal != c.code || run.May.Lock != (c.code == "") {
				t.Errorf("the page says %+v", run.May)
			}
			if c.code != "" {
				o.refused(o.locksIt(december), c.code)
				o.must(o.draftOf(december))
			}
			o.must(o.locksIt(december))
			line := lineIn(o, december, 1)
			if line.Requested != c.asks || line.Due != c.asks {
				t.Errorf("December asks for %v of %v", line.Requested, line.Due)
			}
			o.verify()
			o.refill()
		})
	}
}

// A month asks for the rest of what another on its way asks for in part: what that one takes moves nothing here.
func TestAnItemOnTwoListsIsAskedForOnce(t *testing.T) {
	o := newOffice(t)
	o.hire(1, hired{max: 200_000})
	paid := o.owe(1, ledger.ItemMandatory, "2026-10-01", 80_000)
	item := o.owe(1, ledger.ItemStore, "2026-10-02", 300_000)
	o.promise()
	o.Travel(day("2026-11-21"))
	o.must(o.draftOf(december))
	if l := lineIn(o, december, 1); l.Requested != 180_000 {
		t.Fatalf("%+v", l)
	}
	o.pays(1, paid, ledger.MandatorySavings, 80_000) // in cash: the officer deducts it all the same
	o.answer(payroll.Answer{Row: 2, Member: 1, Deducted: 200_000})
	o.settle(false)
	line := o.line(1)
	if line.Parts[1].Settled != 120_000 || line.Excess != 80_000 || line.Elsewhere != 80_000 || line.Remaining != 0 || o.remainder(item) != 180_000 {
		t.Errorf("November %+v", line)
	}
	o.must(o.locksIt(december))
	o.verify()
	o.refill()
}

// What decides a list is what held when it was drafted; changed since, it is drafted again.
func TestFactsAndRulesAfterTheDraft(t *testing.T) {
	channel := func(o *office, from clock.Date) {
		_, _, err := payroll.SetChannel(ctx, o, ulid.New(), treasurer, 1, payroll.ChannelChange{Channel: "self", ValidFrom: from})
		o.must(err)
	}
	for name, c := range map[string]struct {
		code   string
		change func(o *office)
		asks   money.Rupiah
	}{
		"the channel":                    {"payroll.draft_facts", func(o *office) { channel(o, "2026-10-01") }, 0},
		"the channel after the cut-off":  {"", func(o *office) { channel(o, "2026-11-03") }, 900_000},
		"the share of the pay":           {"payroll.draft_rules", func(o *office) { o.must(o.decides("payroll.max_share_pct", 10)) }, 200_000},
		"the channels in use":            {"payroll.draft_rules", func(o *office) { o.must(o.decides("payroll.channels", []string{"bank", "self"})) }, 0},
		"a rule that has nothing to say": {"", func(o *office) { o.must(o.decides("payroll.answer_days", 9)) }, 900_000},
		"the share of the unit": {"payroll.draft_rules", func(o *office) {
			unit, err := o.FindRecordById("work_units", o.units["622801"])
			o.must(err)
			unit.Set("max_share_pct", 20)
			o.must(o.UnsafeWithoutHooks().Save(unit))
		}, 400_000},
	} {
		t.Run(name, func(t *testing.T) {
			o := newOffice(t)
			o.hire(1, hired{max: 1_000_000, pay: 2_000_000})
			o.hire(2, hired{max: 1_000_000, unit: "622802"})
			o.owe(1, ledger.ItemStore, "2026-10-02", 900_000)
			o.owe(2, ledger.ItemStore, "2026-10-02", 10_000)
			o.draft()
			c.change(o)
			if c.code != "" {
				o.refused(o.locksIt(period), c.code)
				o.draft()
			}
			if l := o.line(1); l.Requested != c.asks {
				t.Errorf("%d is asked for", l.Requested)
			}
			if err := o.locksIt(period); err != nil && testapp.Refusal(err) != "payroll.empty" {
				t.Error(err)
			}
		})
	}
}

// Asked is deducted less held, paid another way, and remaining, whatever came between; and the slip says so.
func TestASlipAddsUpWhateverCameBetween(t *testing.T) {
	o := newOffice(t)
	for number := range int64(4) {
		o.hire(number+1, hired{max: 1_000_000})
	}
	o.hire(5, hired{max: 150_000})
	theirs := o.owe(1, ledger.ItemStore, "2026-10-02", 300_000)
	o.owe(1, ledger.ItemStore, "2026-10-03", 200_000)
	o.owe(2, ledger.ItemStore, "2026-10-02", 300_000)
	o.owe(3, ledger.ItemStore, "2026-10-02", 300_000)
	o.owe(3, ledger.ItemVoluntary, "2026-10-01", 60_000)
	cash := o.owe(4, ledger.ItemStore, "2026-10-02", 100_000)
	first := o.owe(5, ledger.ItemStore, "2026-10-02", 100_000)
	o.owe(5, ledger.ItemStore, "2026-10-03", 100_000)
	o.promise()
	o.mandate(2, "revoke", "2026-10-25", 0)
	o.mandate(3, "grant", "2026-10-25", 250_000)
	o.pays(4, cash, ledger.StoreReceivable, 100_000)
	o.pays(5, first, ledger.StoreReceivable, 100_000)
	o.answer(payroll.Answer{Row: 2, Member: 1, Deducted: 500_000}, payroll.Answer{Row: 3, Member: 2, Deducted: 200_000}, payroll.Answer{Row: 4, Member: 3, Deducted: 360_000},
		payroll.Answer{Row: 5, Member: 4, Deducted: 0}, payroll.Answer{Row: 6, Member: 5, Deducted: 150_000})
	o.settle(false)
	o.spare(1, theirs)

	adds := func(number int64, asked, deducted, held, elsewhere, remaining money.Rupiah) {
		t.Helper()
		if asked != deducted-held+elsewhere+remaining {
			t.Fatalf("member %d: the expectation does not add up", number)
		}
		d, err := payroll.DeductionOf(act.Read(o), number, period)
		o.must(err)
		l := o.line(number)
		if l.Requested != asked || l.Deducted != deducted || l.Excess != held || l.Elsewhere != elsewhere || l.Remaining != remaining {
			t.Errorf("member %d's line: %+v", number, l)
		}
		if d.Requested != asked || d.Deducted != deducted || d.Excess != held || d.Elsewhere != elsewhere || d.Remaining != remaining {
			t.Errorf("member %d's month: %+v", number, d)
		}
		var sum money.Rupiah
		for _, part := range d.Parts {
			sum += part.Remaining()
		}
		years, err := payroll.MemberYears(act.Read(o), number)
		o.must(err)
		if y := years[0]; sum != remaining || y.Remaining != remaining || y.Elsewhere != elsewhere || y.Excess != held {
			t.Errorf("member %d: the parts leave %d, the year says %+v", number, sum, years[0])
		}
		for _, language := range []string{"id", "en"} {
			if slip, err := payroll.SlipPaper(o, language, period, number); err != nil || !bytes.HasPrefix(slip, []byte("%PDF-")) {
				t.Errorf("no slip: %v", err)
			}
		}
	}
	adds(1, 500_000, 500_000, 300_000, 0, 300_000)
	adds(2, 300_000, 200_000, 200_000, 0, 300_000)
	adds(3, 360_000, 360_000, 110_000, 0, 110_000)
	adds(4, 100_000, 0, 0, 100_000, 0)
	adds(5, 150_000, 150_000, 100_000, 100_000, 0)
	run := o.run()
	if run.Remaining != 710_000 || run.Elsewhere != 200_000 || run.Excess != 710_000 || run.Moves != 650_000 || run.Skipped != 60_000 || run.Requested != run.Deducted-run.Excess+run.Elsewhere+run.Remaining {
		t.Errorf("run %+v", run)
	}
	partial, err := payroll.LinesOf(act.Read(o), period, payroll.Page{Limit: 10, Filter: "partial"})
	o.must(err)
	if len(partial.Lines) != 3 {
		t.Errorf("%d lines left something", len(partial.Lines))
	}
	o.corrects(1, 250_000) // less than is left after the objection: first from what is held
	adds(1, 500_000, 250_000, 50_000, 0, 300_000)
	o.corrects(1, 450_000) // more: but what was spared is not taken again
	adds(1, 500_000, 450_000, 250_000, 0, 300_000)
	o.corrects(4, 30_000)
	adds(4, 100_000, 30_000, 30_000, 100_000, 0)
	o.verify()
	o.refill()
}

// A mandate that is less by pay day covers no more than that; what was deducted beyond it is held, and owed.
func TestALoweredMandateCoversLess(t *testing.T) {
	for name, change := range map[string]func(o *office){
		"lowered":               func(o *office) { o.mandate(1, "grant", "2026-10-25", 100_000) },
		"withdrawn, then again": func(o *office) { o.mandate(1, "revoke", "2026-10-25", 0); o.mandate(1, "grant", "2026-10-26", 100_000) },
	} {
		t.Run(name, func(t *testing.T) {
			o := newOffice(t)
			o.hire(1, hired{max: 1_000_000})
			item := o.owe(1, ledger.ItemStore, "2026-10-02", 800_000)
			o.promise()
			change(o)
			o.answer(payroll.Answer{Row: 2, Member: 1, Deducted: 800_000})
			o.settle(false)
			if l := o.line(1); l.Excess != 700_000 || l.Remaining != 700_000 || o.remainder(item) != 700_000 || o.balance(1, ledger.DepositHeld) != -700_000 {
				t.Errorf("%+v", l)
			}
			o.corrects(1, 60_000)
			o.corrects(1, 400_000)
			if l := o.line(1); l.Excess != 300_000 || l.Remaining != 700_000 || o.remainder(item) != 700_000 {
				t.Errorf("corrected: %+v", l)
			}
			o.verify()
		})
	}
	o := newOffice(t) // from the day after the pay on: this month is as it was
	o.hire(1, hired{max: 1_000_000})
	o.owe(1, ledger.ItemStore, "2026-10-02", 800_000)
	o.promise()
	o.mandate(1, "grant", "2026-11-03", 100_000)
	o.answer(payroll.Answer{Row: 2, Member: 1, Deducted: 800_000})
	o.settle(false)
	if l := o.line(1); l.Excess != 0 || l.Remaining != 0 {
		t.Errorf("%+v", l)
	}
}

// What a granted objection put aside pays that item only when the member says so, after the grant.
func TestAGrantIsNotUndone(t *testing.T) {
	o := newOffice(t)
	o.hire(1, hired{max: 1_000_000})
	member := act.Actor{ID: "m", Role: act.Member, Number: 1}
	choose := func(choice string) {
		t.Helper()
		_, _, err := payroll.ChooseExcess(ctx, o, ulid.New(), member, payroll.ExcessChosen{Choice: choice})
		o.must(err)
	}
	asks := func(want bool) {
		t.Helper()
		held, err := payroll.HeldFor(act.Read(o), 1, clock.Of(o).Today())
		o.must(err)
		if held.Asks != want {
			t.Errorf("held %+v", held)
		}
	}
	choose("use") // long ago, about something else
	theirs, mine := o.owe(1, ledger.ItemStore, "2026-10-02", 300_000), o.owe(1, ledger.ItemStore, "2026-10-22", 40_000)
	o.promise()
	o.answer(payroll.Answer{Row: 2, Member: 1, Deducted: 300_000})
	o.settle(false)
	asks(false)
	o.spare(1, theirs)
	asks(true)
	o.Travel(day("2026-11-21"))
	o.must(o.draftOf(december))
	if held := -o.balance(1, ledger.DepositHeld); held != 260_000 || o.remainder(theirs) != 300_000 || o.remainder(mine) != 0 {
		t.Errorf("nobody chose: %v held, %v and %v open", held, o.remainder(theirs), o.remainder(mine))
	}
	choose("use")
	asks(false)
	o.must(o.draftOf(december))
	if held := -o.balance(1, ledger.DepositHeld); held != 0 || o.remainder(theirs) != 40_000 {
		t.Errorf("chosen: %v held, %v open", held, o.remainder(theirs))
	}
	o.verify()
}

// A month is there however long ago it was, and its slip shows the whole year.
func TestAnOldMonthIsStillThere(t *testing.T) {
	o := newOffice(t)
	o.hire(1, hired{max: 1_000_000})
	p := period
	for range 26 {
		cal, err := payroll.CalendarFor(act.Read(o), p)
		o.must(err)
		o.Travel(day(cal.PayDate.Add(1)))
		o.owe(1, ledger.ItemMandatory, p.Add(-1).First(), 10_000)
		o.must(o.draftOf(p))
		o.must(o.locksIt(p))
		o.sendOf(p)
		_, _, err = payroll.TakeAnswer(ctx, o, ulid.New(), treasurer, p, []payroll.Answer{{Row: 2, Member: 1, Deducted: 10_000}}, nil, nil)
		o.must(err)
		_, _, err = payroll.Settle(ctx, o, ulid.New(), manager, payroll.Settlement{Period: p}, nil)
		o.must(err)
		p = p.Add(1)
	}
	d, err := payroll.DeductionOf(act.Read(o), 1, period)
	o.must(err)
	if d.Deducted != 10_000 || len(d.Parts) != 1 || len(d.Steps) == 0 || len(d.Seals) != 1 {
		t.Errorf("%+v", d)
	}
	slip, err := payroll.SlipPaper(o, "id", period, 1)
	if err != nil || !bytes.HasPrefix(slip, []byte("%PDF-")) {
		t.Errorf("no slip of the first month: %v", err)
	}
	if months, err := payroll.DeductionHeads(act.Read(o), 1, "2027", 12); err != nil || len(months) != 12 || months[11].Period != "2027-01" {
		t.Errorf("the year has %d months: %v", len(months), err)
	}
	_, err = payroll.DeductionOf(act.Read(o), 1, "2026-10")
	o.refused(err, "payroll.slip_none")
}
