package payroll_test

import (
	"bytes"
	"image"
	"image/png"
	"slices"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"

	"kpdk/hooks/internal/act"
	"kpdk/hooks/internal/clock"
	"kpdk/hooks/internal/money"
	"kpdk/hooks/internal/ulid"
	"kpdk/hooks/ledger"
	"kpdk/hooks/payroll"
	"kpdk/hooks/policy"
)

func (o *office) draftOf(p clock.Period) error {
	_, _, err := payroll.Draft(ctx, o, ulid.New(), treasurer, p, nil)
	return err
}

func (o *office) lockOf(p clock.Period) {
	o.t.Helper()
	_, _, err := payroll.Lock(ctx, o, ulid.New(), treasurer, p)
	o.must(err)
}

func (o *office) sendOf(p clock.Period) {
	o.t.Helper()
	_, _, err := payroll.Export(ctx, o, ulid.New(), manager, p)
	o.must(err)
}

func TestNoMonthIsSkippedInSilence(t *testing.T) {
	o := newOffice(t)
	o.hire(1, hired{max: 1_000_000})
	o.owe(1, ledger.ItemStore, "2026-10-02", 10_000)
	o.owe(1, ledger.ItemStore, "2026-11-02", 20_000)
	o.refused(o.draftOf("2027-03"), "payroll.too_early")
	o.draft()
	o.Travel(day("2026-12-02"))
	o.refused(o.draftOf("2026-12"), "payroll.before_open") // November is drafted and nobody locked it
	skip := func(p clock.Period, reason, text string) error {
		_, _, err := payroll.SkipMonth(ctx, o, ulid.New(), treasurer, payroll.Skipping{Period: p, Reason: reason}, text)
		return err
	}
	o.refused(skip(period, "bored", ""), "input.invalid")
	o.refused(skip(period, "other", ""), "input.invalid")
	key := ulid.New()
	for range 2 { // the same answer again
		_, _, err := payroll.SkipMonth(ctx, o, key, treasurer, payroll.Skipping{Period: period, Reason: "system"}, "Aplikasi gaji mati")
		o.must(err)
	}
	if n := o.count("SELECT count(*) FROM payroll_lines") + o.count("SELECT count(*) FROM payroll_runs") + o.count("SELECT count(*) FROM payroll_parts"); n != 0 {
		t.Errorf("%d rows of a draft that was skipped", n)
	}
	o.refused(o.draftOf(period), "payroll.is_skipped")
	y, err := payroll.YearOf(act.Read(o), 2026, "2026-12-02")
	o.must(err)
	if m := y.Months[10]; m.State != payroll.MonthSkipped || m.Reason != "system" || m.Text != "Aplikasi gaji mati" || m.PayDate != "2026-11-02" || m.PreviewUntil != "2026-10-25" {
		t.Errorf("November: %+v", m)
	}
	if _, _, err := payroll.TakeUp(ctx, o, ulid.New(), treasurer, period); err != nil {
		t.Fatal(err)
	}
	o.must(skip(period, "decision", ""))
	o.must(o.draftOf("2026-12"))
	if line := lineIn(o, "2026-12", 1); line.Requested != 30_000 {
		t.Errorf("December asks for %v: what November left comes with it", line.Requested)
	}
	_, _, err = payroll.TakeUp(ctx, o, ulid.New(), treasurer, period)
	o.refused(err, "payroll.period_over")
	o.lockOf("2026-12")
	o.Travel(day("2027-02-02"))
	o.refused(o.draftOf("2027-02"), "payroll.period_missing")
	o.refused(skip("2026-12", "system", ""), "payroll.locked_already")
	o.verify()
}

func lineIn(o *office, p clock.Period, number int64) payroll.LineView {
	o.t.Helper()
	lines, err := payroll.LinesOf(act.Read(o), p, payroll.Page{After: number - 1, Limit: 1})
	o.must(err)
	if len(lines.Lines) != 1 {
		o.t.Fatalf("no line of member %d in %s", number, p)
	}
	return lines.Lines[0]
}

func TestADraftSaysWhatChanged(t *testing.T) {
	o := newOffice(t)
	for number := int64(1); number <= 6; number++ {
		o.hire(number, hired{max: 1_000_000})
		if number != 2 {
			o.owe(number, ledger.ItemStore, "2026-10-02", 100_000)
		}
	}
	o.promise()
	o.answer(payroll.Answer{Row: 1, Member: 1, Deducted: 100_000}, payroll.Answer{Row: 2, Member: 3, Deducted: 100_000}, payroll.Answer{Row: 3, Member: 4, Deducted: 100_000},
		payroll.Answer{Row: 4, Member: 5, Deducted: 100_000}, payroll.Answer{Row: 5, Member: 6, Deducted: 100_000})
	o.settle(false)
	o.Travel(day("2026-12-02"))
	for number, amount := range map[int64]money.Rupiah{1: 700_000, 2: 50_000, 4: 1_200_000, 5: 80_000, 6: 90_000} { // 3 bought nothing
		o.owe(number, ledger.ItemStore, "2026-11-02", amount)
	}
	o.mandate(5, "revoke", "2026-11-05", 0)
	_, _, err := payroll.SetChannel(ctx, o, ulid.New(), treasurer, 6, payroll.ChannelChange{Channel: payroll.ChannelSelf, ValidFrom: "2026-11-05"})
	o.must(err)
	o.must(o.draftOf("2026-12"))
	review, err := payroll.ReviewOf(act.Read(o), "2026-12")
	o.must(err)
	want := map[string]payroll.ReviewClass{"new": {Members: 1, Amount: 50_000}, "gone": {Members: 3, Amount: 300_000}, "jump": {Members: 2, Amount: 600_000 + 900_000},
		"capped": {Members: 1, Amount: 200_000}, "no_mandate": {Members: 1, Amount: 80_000}, "self": {Members: 1, Amount: 90_000}}
	for _, c := range review.Classes {
		w := want[c.Class]
		w.Class = c.Class
		if c != w {
			t.Errorf("%+v, want %+v", c, w)
		}
		page, err := payroll.ReviewLines(act.Read(o), "2026-12", c.Class, 0, 50)
		if err != nil || len(page.Lines) != c.Members {
			t.Errorf("%s lists %d: %v", c.Class, len(page.Lines), err)
		}
	}
	if review.Before != period || review.Previously != 500_000 || review.Requested != 1_750_000 {
		t.Errorf("%+v", review)
	}
	if line := lineIn(o, "2026-12", 4); line.Parts[0].Kept != payroll.KeptMandate || line.Parts[0].Due != 1_200_000 || line.Parts[0].Planned != 1_000_000 {
		t.Errorf("%+v", line)
	}
	o.verify()
}

func TestGoodsOnCreditLeaveTheShelf(t *testing.T) {
	o := newHouse(t)
	o.hire(1, hired{max: 1_000_000})
	fan := o.Product("8995522000015", 450_000, 400_000, 300_000, 5)
	plan := func(by act.Actor, in payroll.PlanInput) (payroll.PlanMade, error) {
		in.Member = 1
		made, _, err := payroll.MakePlan(ctx, o, ulid.New(), by, in)
		return made, err
	}
	goods := func(quantity string) []payroll.Good { return []payroll.Good{{Product: fan.Id, Quantity: quantity}} }
	for name, c := range map[string]struct {
		in   payroll.PlanInput
		code string
	}{
		"more than the shelf has":   {payroll.PlanInput{Goods: goods("6"), Parts: 4}, "store.out_of_stock"},
		"more months than the band": {payroll.PlanInput{Goods: goods("1"), Parts: 11}, "payroll.instalment_parts"},
		"a margin above the price":  {payroll.PlanInput{Goods: goods("1"), Parts: 4, Margin: 400_001}, "payroll.instalment_margin"},
		"a month that is past":      {payroll.PlanInput{Goods: goods("1"), Parts: 4, First: "2026-11"}, "payroll.instalment_first"},
		"no goods":                  {payroll.PlanInput{Parts: 4}, "input.invalid"},
	} {
		if _, err := plan(treasurer, c.in); err == nil {
			t.Errorf("%s was taken", name)
		} else {
			o.refused(err, c.code)
		}
	}
	made, err := plan(treasurer, payroll.PlanInput{Goods: goods("1"), Parts: 3, Margin: 10_000})
	o.must(err)
	if made.State != payroll.PlanMadeState || made.Principal != 400_000 || made.Number != 1 || o.balance(1, ledger.InstalmentRecv) != 400_000 {
		t.Errorf("%+v, 1122 holds %v", made, o.balance(1, ledger.InstalmentRecv))
	}
	// Above the small band a second person approves; until then the goods stay.
	if _, _, err := policy.Set(ctx, o, ulid.New(), act.ByConsole, policy.Setting{Key: "payroll.instalment_small_rupiah", Value: []byte("500000"), ValidFrom: "2026-11-01"}); err != nil {
		t.Fatal(err)
	}
	asked, err := plan(treasurer, payroll.PlanInput{Goods: goods("2"), Parts: 20})
	o.must(err)
	left := func() int64 { return o.count("SELECT quantity FROM stock WHERE product = ?", fan.GetInt("number")) }
	if asked.State != payroll.PlanWaiting || left() != 4_000 {
		t.Errorf("%+v, %d left", asked, left())
	}
	_, _, err = payroll.DecidePlan(ctx, o, ulid.New(), treasurer, asked.ID, true, "")
	o.refused(err, "payroll.plan_same_person")
	approved, _, err := payroll.DecidePlan(ctx, o, ulid.New(), manager, asked.ID, true, "")
	o.must(err)
	if approved.State != payroll.PlanMadeState || left() != 2_000 || o.balance(1, ledger.InstalmentRecv) != 1_200_000 {
		t.Errorf("%+v, %d left, 1122 holds %v", approved, left(), o.balance(1, ledger.InstalmentRecv))
	}
	_, _, err = payroll.DecidePlan(ctx, o, ulid.New(), manager, asked.ID, false, "")
	o.refused(err, "payroll.plan_decided")
	for name, query := range map[string]string{ // nor does the file take a second plan of it, nor one that nobody approved
		"one request": "INSERT OR REPLACE INTO instalment_plans SELECT ?, 99, member, date, principal, margin, parts, first_period, entry + 1000, request FROM instalment_plans WHERE request IS NOT NULL",
		"approved":    "INSERT INTO instalment_plans SELECT ?, 99, member, date, principal, margin, parts, first_period, entry + 1000, 1 FROM instalment_plans WHERE request IS NOT NULL",
		"handed over": "INSERT INTO instalment_ends SELECT request, ? FROM instalment_plans WHERE request IS NOT NULL",
	} {
		if _, _, err := act.Do(ctx, o, act.Act{Kind: "test.twice", Key: ulid.New(), By: act.BySystem}, func(tx *act.Tx) (int, error) { return 0, tx.Exec(query, tx.ID()) }); err == nil || !strings.Contains(err.Error(), name) {
			t.Errorf("%s: %v", name, err)
		}
	}
	list, err := payroll.PlansFor(act.Read(o), manager, "2026-11-03", 0, true, 0, 50)
	o.must(err)
	if len(list.Plans) != 2 || len(list.Waiting) != 0 || list.Left != 1_200_000 || list.Plans[0].Approver == "" {
		t.Errorf("%+v", list)
	}
	one, err := payroll.PlanOf(act.Read(o), manager, list.Plans[1].ID)
	if err != nil || len(one.Schedule) != 3 || one.Schedule[0].Principal != 133_334 || one.Schedule[0].Margin != 3_334 || len(one.Goods) != 1 {
		t.Errorf("%+v %v", one, err)
	}
	o.Travel(day("2026-12-02"))
	o.must(o.draftOf("2026-12"))
	o.lockOf("2026-12")
	_, _, err = payroll.ReturnPlan(ctx, o, ulid.New(), manager, one.ID, payroll.Returning{}, "rusak") // its first instalment is asked for
	o.refused(err, "payroll.plan_on_its_way")
	o.verify()
}

// Paying a plan off early costs the principal that is left, whatever margin was agreed; so does leaving.
func TestAScheduleSumsExactly(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		principal, margin := money.Rupiah(rapid.Int64Range(1, 9_000_000_000).Draw(t, "principal")), money.Rupiah(rapid.Int64Range(0, 9_000_000).Draw(t, "margin"))
		n := rapid.Int64Range(1, min(120, int64(principal))).Draw(t, "parts")
		first := clock.Period("2026-12").Add(rapid.IntRange(0, 30).Draw(t, "first"))
		all := payroll.Schedule(principal, margin, n, first, "2026-11-20")
		var p, m money.Rupiah
		for i, s := range all {
			p, m = p+s.Principal, m+s.Margin
			if s.Principal < 1 || s.Period != first.Add(i) || s.Date < "2026-11-20" || i > 0 && (s.Date < all[i-1].Date || all[i-1].Principal-s.Principal > 1 || s.Principal > all[i-1].Principal) {
				t.Fatalf("%+v", all)
			}
		}
		if p != principal || m != margin || int64(len(all)) != n {
			t.Fatalf("%v of %v, %v of %v", p, principal, m, margin)
		}
	})
}

func (o *office) object(number, item int64, code, text string) (string, error) {
	out, _, err := payroll.Object(ctx, o, ulid.New(), act.Actor{ID: "m", Role: act.Member, Number: number}, payroll.Objecting{Period: period, Item: item, Code: code}, text)
	return out.ID, err
}

func (o *office) replies(id, decision string, items ...payroll.Ceiling) error {
	_, _, err := payroll.AnswerObjection(ctx, o, ulid.New(), manager, id, payroll.Answering{Decision: decision, Items: items}, "Sudah dicek")
	return err
}

func TestAnObjectionAndItsAnswer(t *testing.T) {
	o := newOffice(t)
	o.hire(1, hired{max: 1_000_000})
	o.hire(2, hired{max: 1_000_000})
	a, b := o.owe(1, ledger.ItemStore, "2026-10-02", 100_000), o.owe(1, ledger.ItemVoluntary, "2026-10-01", 50_000)
	two := o.owe(2, ledger.ItemStore, "2026-10-02", 60_000)
	_, err := o.object(1, a, "not_mine", "")
	o.refused(err, "payroll.objection_closed") // there is no draft yet
	o.draft()
	_, err = o.object(1, two, "not_mine", "")
	o.refused(err, "payroll.objection_item") // somebody else's
	_, err = o.object(1, a, "other", " ")
	o.refused(err, "input.invalid")
	id, err := o.object(1, a, "amount", "Saya beli satu, ditulis dua.")
	o.must(err)
	_, err = o.object(1, a, "amount", "")
	o.refused(err, "payroll.objection_waits")

	var photo bytes.Buffer
	o.must(png.Encode(&photo, image.NewGray(image.Rect(0, 0, 2, 2))))
	keep := func(by int64, id string, data []byte) error {
		_, _, err := payroll.KeepPhoto(ctx, o, ulid.New(), act.Actor{ID: "m", Role: act.Member, Number: by}, id, data)
		return err
	}
	o.refused(keep(1, id, []byte("%PDF-1.7")), "input.invalid")
	o.refused(keep(2, id, photo.Bytes()), "payroll.objection_unknown")
	o.must(keep(1, id, photo.Bytes()))

	o.refused(o.replies(id, payroll.DecideAdjust, payroll.Ceiling{Item: b, Most: 0}), "payroll.objection_item") // not what was objected to
	o.must(o.replies(id, payroll.DecideAdjust, payroll.Ceiling{Item: a, Most: 40_000}))
	o.refused(o.replies(id, payroll.DecideExplain), "payroll.objection_answered")
	if line := o.line(1); line.Requested != 90_000 || line.Due != 150_000 {
		t.Errorf("the draft after it: %+v", line)
	}
	o.draft() // a draft that is written anew keeps it
	if line := o.line(1); line.Requested != 90_000 {
		t.Errorf("the draft written anew: %+v", line)
	}
	waiting, err := o.object(1, 0, "hardship", "Gaji bulan ini sudah habis.")
	o.must(err)
	o.lockOf(period)
	_, err = o.object(2, 0, "hardship", "")
	o.refused(err, "payroll.objection_closed")

	// Answered between lock and result: all that is deducted is held, and voluntary savings are skipped.
	o.sendOf(period)
	o.must(o.replies(waiting, payroll.DecideExclude))
	o.answer(payroll.Answer{Row: 1, Member: 1, Deducted: 90_000}, payroll.Answer{Row: 2, Member: 2, Deducted: 60_000})
	o.settle(false)
	if o.remainder(a) != 100_000 || o.remainder(b) != 0 || o.balance(1, ledger.DepositHeld) != -90_000 || o.balance(1, ledger.VoluntarySavings) != 0 {
		t.Errorf("purchases %v, savings %v, held %v", o.remainder(a), o.remainder(b), o.balance(1, ledger.DepositHeld))
	}

	// After the result, and only for some days.
	late, err := o.object(2, two, "paid", "Sudah tunai di kasir.")
	o.must(err)
	o.must(o.replies(late, payroll.DecideAdjust, payroll.Ceiling{Item: two, Most: 45_000}))
	if line := o.line(2); o.remainder(two) != 15_000 || o.balance(2, ledger.DepositHeld) != -15_000 || line.Excess != 15_000 || line.Parts[0].Settled != 45_000 {
		t.Errorf("%v open, line %+v", o.remainder(two), line)
	}
	list, err := payroll.Objections(act.Read(o), clock.Of(o), false, period, 0, 50)
	o.must(err)
	if len(list.Objections) != 3 || list.Open != 0 || list.Objections[0].Answer.Held != 15_000 || !list.Objections[2].Photo || list.Objections[2].Text != "Saya beli satu, ditulis dua." || list.Objections[2].AnswerBy != "2026-11-06" {
		t.Errorf("%+v", list)
	}
	_, _, err = payroll.EraseObjection(ctx, o, ulid.New(), manager, id)
	o.must(err)
	mine, err := payroll.MemberObjections(act.Read(o), clock.Of(o), 1, period)
	o.must(err)
	if len(mine) != 2 || mine[1].Text != "" || mine[1].Photo || mine[1].Answer.Text != "" || mine[1].Answer.Decision != payroll.DecideAdjust || mine[1].Answer.Most != 40_000 {
		t.Errorf("after erasing: %+v", mine)
	}
	o.Travel(day("2026-11-18"))
	_, err = o.object(2, two, "paid", "")
	o.refused(err, "payroll.objection_closed")
	o.verify()
}

// Savings that were deducted, and withdrawn before the objection is answered, are not given back a second time.
func TestAnObjectionToSavingsThatAreSpent(t *testing.T) {
	o := newOffice(t)
	o.hire(1, hired{max: 1_000_000})
	saving := o.owe(1, ledger.ItemVoluntary, "2026-10-01", 50_000)
	o.draft()
	o.lockOf(period)
	o.sendOf(period)
	o.answer(payroll.Answer{Row: 1, Member: 1, Deducted: 50_000})
	o.settle(false)
	id, err := o.object(1, saving, "not_mine", "")
	o.must(err)
	_, _, err = act.Do(ctx, o, act.Act{Kind: "test.withdraw", Key: ulid.New(), By: act.BySystem}, func(tx *act.Tx) (int, error) {
		_, err := ledger.Post(tx, ledger.Entry{Kind: ledger.KindSavings, Date: tx.Today(), Lines: []ledger.Line{
			ledger.Dr(ledger.VoluntarySavings, 30_000, ledger.MemberParty(1)), ledger.Cr(ledger.Cash, 30_000)}})
		return 0, err
	})
	o.must(err)
	o.refused(o.replies(id, payroll.DecideExclude), "payroll.objection_spent")
	if o.balance(1, ledger.VoluntarySavings) != -20_000 || o.balance(1, ledger.DepositHeld) != 0 {
		t.Errorf("savings %v, held %v", o.balance(1, ledger.VoluntarySavings), o.balance(1, ledger.DepositHeld))
	}
	o.must(o.replies(id, payroll.DecideAdjust, payroll.Ceiling{Item: saving, Most: 30_000}))
	if o.balance(1, ledger.VoluntarySavings) != 0 || o.balance(1, ledger.DepositHeld) != -20_000 {
		t.Errorf("savings %v, held %v", o.balance(1, ledger.VoluntarySavings), o.balance(1, ledger.DepositHeld))
	}
	o.verify()
}

// Two people decide at once: one plan takes the goods, one answer stands, and the other hears so.
func TestTwoPeopleDecideAtOnce(t *testing.T) {
	o := newHouse(t)
	o.hire(1, hired{max: 1_000_000})
	fan := o.Product("8995522000015", 2_500_000, 2_500_000, 2_000_000, 1)
	asked, _, err := payroll.MakePlan(ctx, o, ulid.New(), treasurer, payroll.PlanInput{Member: 1, Goods: []payroll.Good{{Product: fan.Id, Quantity: "1"}}, Parts: 12})
	o.must(err)
	o.owe(1, ledger.ItemStore, "2026-10-02", 50_000)
	o.draft()
	id, err := o.object(1, 0, "hardship", "")
	o.must(err)
	other := act.Actor{ID: "manager00000002", Role: act.Manager, Name: "Manajer lain"}
	for what, decide := range map[string]func(by act.Actor) error{
		"payroll.plan_decided": func(by act.Actor) error {
			_, _, err := payroll.DecidePlan(ctx, o, ulid.New(), by, asked.ID, true, "")
			return err
		},
		"payroll.objection_answered": func(by act.Actor) error {
			_, _, err := payroll.AnswerObjection(ctx, o, ulid.New(), by, id, payroll.Answering{Decision: payroll.DecideExclude}, "Bulan depan saja")
			return err
		},
	} {
		answers := make(chan error, 2)
		for _, by := range []act.Actor{manager, other} {
			go func() { answers <- decide(by) }()
		}
		first, second := <-answers, <-answers
		if first == nil {
			first, second = second, first
		}
		o.must(second)
		o.refused(first, what)
	}
	if o.balance(1, ledger.InstalmentRecv) != 2_500_000 || o.count("SELECT quantity FROM stock WHERE product = ?", fan.GetInt("number")) != 0 || o.line(1).Requested != 0 {
		t.Errorf("1122 %v, line %+v", o.balance(1, ledger.InstalmentRecv), o.line(1))
	}
	o.verify()
}

// Whatever is due, whatever caps, channels and objections say: the parts add up to what is asked, nothing is
// asked above cap, ceiling or due, and what is not asked has a reason.
func TestWhatIsNotAskedHasAReason(t *testing.T) {
	kinds := []ledger.ItemKind{ledger.ItemPrincipal, ledger.ItemMandatory, ledger.ItemVoluntary, ledger.ItemInstalment, ledger.ItemStore}
	rapid.Check(t, func(t *rapid.T) {
		terms := payroll.Terms{Mandated: rapid.Bool().Draw(t, "mandated"), Max: money.Rupiah(rapid.Int64Range(0, 2_000_000).Draw(t, "max")), Pay: money.Rupiah(rapid.Int64Range(0, 5_000_000).Draw(t, "pay")),
			SharePct: rapid.Int64Range(0, 100).Draw(t, "share"), Channel: rapid.SampledFrom([]string{"", payroll.ChannelOfficer, payroll.ChannelBank, payroll.ChannelSelf}).Draw(t, "channel"), Most: map[int64]money.Rupiah{}}
		var claims []payroll.Claim
		for i := range rapid.IntRange(0, 8).Draw(t, "claims") {
			claims = append(claims, payroll.Claim{Item: int64(i + 1), Kind: rapid.SampledFrom(kinds).Draw(t, "kind"), Date: clock.Date("2026-10-01").Add(rapid.IntRange(-60, 19).Draw(t, "day")), Due: money.Rupiah(rapid.Int64Range(1, 900_000).Draw(t, "due"))})
			if rapid.Bool().Draw(t, "objected") {
				terms.Most[int64(i+1)] = money.Rupiah(rapid.Int64Range(0, 900_000).Draw(t, "most"))
			}
		}
		order := rapid.Permutation(policy.PayrollOrder.Default).Draw(t, "order")
		plan := payroll.PlanLine(claims, terms, order, "2026-09-21")
		limit, _ := terms.Cap()
		var due, asked money.Rupiah
		for _, p := range plan.Parts {
			most, spared := terms.Most[p.Item]
			if p.Planned > p.Due || spared && p.Planned > most || (p.Kept != "") != (p.Planned < p.Due && plan.Excluded == "") {
				t.Fatalf("%+v of %+v", p, terms)
			}
			due, asked = due+p.Due, asked+p.Planned
		}
		if due != plan.Due || asked != plan.Requested || asked > limit || plan.Excluded != "" && asked > 0 || (terms.Channel == payroll.ChannelSelf || !terms.Mandated) && asked > 0 {
			t.Fatalf("%+v of %+v", plan, terms)
		}
	})
}

// What members were told holds: a list is locked once they had their days to look, or with a manager's reason.
func TestAListIsLockedOnceMembersHaveLooked(t *testing.T) {
	o := newOffice(t)
	o.Travel(day("2026-10-21"))
	o.hire(1, hired{max: 1_000_000})
	item := o.owe(1, ledger.ItemStore, "2026-10-02", 100_000)
	lock := func() error {
		_, _, err := payroll.Lock(ctx, o, ulid.New(), treasurer, period)
		return err
	}
	allow := func(reason string) error {
		_, _, err := payroll.AllowEarly(ctx, o, ulid.New(), manager, period, reason)
		return err
	}
	may := func(by act.Actor) payroll.May {
		t.Helper()
		run, err := payroll.RunOf(o, by, period)
		o.must(err)
		return run.May
	}
	o.draft()
	if m := may(treasurer); !m.Lock || m.AllowEarly {
		t.Errorf("nobody on the list has ever come in: %+v", m)
	}
	o.refused(allow("tak perlu"), "payroll.preview_over")
	o.do(func(tx *act.Tx) error {
		return tx.Exec("INSERT INTO login_events(login, record, kind, act) SELECT 'members', id, 'code_used', ? FROM members", tx.ID())
	})
	w, err := payroll.WindowFor(act.Read(o), clock.Of(o), period, 1)
	o.must(err)
	if w.Until != "2026-10-26" { // drafted a day after the cut-off of the 20th, and five days from then
		t.Errorf("%+v", w)
	}
	o.must(o.decides(policy.PreviewDays.Key, 1)) // what was told stays
	o.Travel(day("2026-10-25"))
	o.draft() // a repair gives no more days
	o.Travel(day("2026-10-26"))
	o.refused(lock(), "payroll.preview_running")
	o.refused(allow(" "), "input.invalid")
	o.refused(allow(strings.Repeat("a", 601)), "input.invalid")
	if m, t_ := may(manager), may(treasurer); m.Lock || !m.AllowEarly || t_.Lock || t_.AllowEarly || t_.LockRefusal != "payroll.preview_running" {
		t.Errorf("%+v %+v", m, t_)
	}
	o.must(allow("gaji dimajukan"))
	if next, err := payroll.NextDeduction(act.Read(o), 1, "2026-10-26", 0); err != nil || next.Early == nil || next.Early.Reason != "gaji dimajukan" {
		t.Errorf("%+v %v", next, err)
	}
	o.must(lock())
	o.refused(allow("lagi"), "payroll.locked_already")
	_, _, err = payroll.Export(ctx, o, ulid.New(), manager, period) // who allowed it is still another than who made the list
	o.must(err)
	list, err := payroll.MemberDeductions(act.Read(o), 1)
	o.must(err)
	if e := list[0].Early; e == nil || e.Reason != "gaji dimajukan" || e.Until != "2026-10-26" {
		t.Errorf("%+v", list[0].Early)
	}
	if o.run().Early == nil || o.remainder(item) != 100_000 {
		t.Error("the run does not say that it was locked early")
	}
	// The next month: from the day after the last one, anybody.
	const next = clock.Period("2026-12")
	o.owe(1, ledger.ItemStore, "2026-11-02", 50_000)
	o.Travel(day("2026-11-20"))
	o.must(o.draftOf(next))
	o.Travel(day("2026-11-21"))
	o.must(o.draftOf(next)) // anew, once its purchases are over
	_, _, err = payroll.Lock(ctx, o, ulid.New(), treasurer, next)
	o.refused(err, "payroll.preview_running")
	o.Travel(day("2026-11-22"))
	o.lockOf(next)
	if list, err = payroll.MemberDeductions(act.Read(o), 1); err != nil || list[0].Early != nil {
		t.Errorf("%+v %v", list[0].Early, err)
	}
	o.verify()
}

// Days of preview are the co-op's days: none waits for nobody, N last until midnight where the co-op is.
func TestDaysOfPreviewEndAtTheCoopsMidnight(t *testing.T) {
	o := newOffice(t)
	o.hire(1, hired{max: 1_000_000})
	o.do(func(tx *act.Tx) error {
		return tx.Exec("INSERT INTO login_events(login, record, kind, act) SELECT 'members', id, 'code_used', ? FROM members", tx.ID())
	})
	at := func(moment string) {
		t.Helper()
		when, err := time.ParseInLocation("2006-01-02 15:04", moment, clock.Of(o).Zone())
		o.must(err)
		o.Travel(when)
	}
	for _, c := range []struct {
		zone         string
		days         int64
		then         int64 // decided after the list was drafted, and drafted again
		drafted      string
		until        clock.Date
		refused, may string // the last moment in which it is refused, the first in which it is not
	}{
		{zone: "Asia/Jakarta", drafted: "2026-10-21 00:00", may: "2026-10-21 00:10"},
		{zone: "Asia/Jakarta", drafted: "2026-11-21 00:10", may: "2026-11-21 00:10", then: 3},
		{zone: "Asia/Jakarta", days: 1, drafted: "2026-12-21 00:10", until: "2026-12-22", refused: "2026-12-22 23:59", may: "2026-12-23 00:00"},
		{zone: "Asia/Jayapura", days: 1, drafted: "2027-01-21 00:00", until: "2027-01-22", refused: "2027-01-22 23:59", may: "2027-01-23 00:00"},
		{zone: "Asia/Jayapura", days: 5, drafted: "2027-02-21 08:00", until: "2027-02-26", refused: "2027-02-26 23:59", may: "2027-02-27 00:00"},
		{zone: "Asia/Jakarta", days: 14, drafted: "2027-03-25 08:00", until: "2027-03-31", may: "2027-04-01 00:00", refused: "2027-03-31 23:59"}, // not beyond the day before the pay
		{zone: "Asia/Jakarta", days: 1, drafted: "2027-04-21 08:00", until: "2027-04-22", refused: "2027-04-22 12:00", may: "2027-04-23 00:00", then: 0},
	} {
		o.must(clock.SetZone(o, c.zone))
		o.must(o.decides(policy.PreviewDays.Key, c.days))
		at(c.drafted)
		p := clock.Of(o).Today().Period().Add(1)
		o.owe(1, ledger.ItemStore, p.Add(-1).First(), 10_000)
		o.must(o.draftOf(p))
		if c.then != c.days {
			o.must(o.decides(policy.PreviewDays.Key, c.then))
			o.must(o.draftOf(p))
		}
		lock := func() error {
			_, _, err := payroll.Lock(ctx, o, ulid.New(), treasurer, p)
			return err
		}
		w, err := payroll.WindowFor(act.Read(o), clock.Of(o), p, 1)
		o.must(err)
		if !w.Open || w.Until != c.until {
			t.Errorf("%s: %+v", c.drafted, w)
		}
		if c.refused != "" {
			o.refused(lock(), "payroll.preview_running")
			at(c.refused)
			o.refused(lock(), "payroll.preview_running")
		}
		at(c.may)
		_, _, err = payroll.AllowEarly(ctx, o, ulid.New(), manager, p, "lebih awal")
		o.refused(err, "payroll.preview_over")
		if run, err := payroll.RunOf(o, treasurer, p); err != nil || !run.May.Lock || run.Until != c.until {
			t.Errorf("%s: %+v %v", c.drafted, run.May, err)
		}
		o.must(lock())
	}
	o.verify()
}

// A member's days to object begin when the own line is settled or changes, not with what is settled for others.
func TestEachLineHasItsOwnDaysToObject(t *testing.T) {
	o := newOffice(t)
	for number := int64(1); number <= 4; number++ {
		o.hire(number, hired{max: 1_000_000})
		if number < 4 {
			o.owe(number, ledger.ItemStore, "2026-10-02", 100_000)
		}
	}
	o.promise()
	until := func(number int64) clock.Date {
		t.Helper()
		w, err := payroll.WindowFor(act.Read(o), clock.Of(o), period, number)
		o.must(err)
		return w.Until
	}
	o.Travel(day("2026-11-04"))
	o.answer(payroll.Answer{Row: 1, Member: 1, Deducted: 90_000, Reason: "other"})
	o.Travel(day("2026-11-05"))
	o.settle(false)
	if until(1) != "2026-11-19" || until(2) != "" {
		t.Errorf("%s %s", until(1), until(2))
	}
	o.Travel(day("2026-11-10"))
	o.answer(payroll.Answer{Row: 1, Member: 2, Deducted: 0, Reason: "other"})
	o.Travel(day("2026-11-12"))
	o.settle(false)
	o.Travel(day("2026-11-20"))
	o.settle(true) // the silence about 3
	if until(1) != "2026-11-19" || until(2) != "2026-11-26" || until(3) != "2026-12-04" || until(4) != "" {
		t.Errorf("%s %s %s %s", until(1), until(2), until(3), until(4))
	}
	_, err := o.object(1, 0, "amount", "")
	o.refused(err, "payroll.objection_closed")
	o.Travel(day("2026-11-24"))
	r := o.correct(payroll.Answer{Row: 1, Member: 1, Deducted: 100_000})
	o.approve(r.Correction)
	if until(1) != "2026-12-08" || until(2) != "2026-11-26" {
		t.Errorf("after the correction: %s %s", until(1), until(2))
	}
	id, err := o.object(1, 0, "amount", "")
	o.must(err)
	todo, err := payroll.TodosOf(act.Read(o), period)
	o.must(err)
	if !slices.ContainsFunc(todo, func(t payroll.Todo) bool { return t.Code == "objection" && t.Count == 1 && t.Amount == 100_000 }) {
		t.Errorf("an objection waits: %+v", todo)
	}
	o.Travel(day("2026-11-26"))
	o.must(o.replies(id, payroll.DecideExclude))
	if until(1) != "2026-12-10" {
		t.Errorf("after the answer: %s", until(1))
	}
	o.verify()
}
