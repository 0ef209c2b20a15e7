package payroll_test

import (
	"fmt"
	"math/rand/v2"
	"os"
	"slices"
	"strconv"
	"strings"
	"testing"

	"kpdk/hooks/internal/act"
	"kpdk/hooks/internal/clock"
	"kpdk/hooks/internal/money"
	"kpdk/hooks/internal/ulid"
	"kpdk/hooks/ledger"
	"kpdk/hooks/payroll"
)

// someMonth is a month that chance makes: who owes what under which terms, and what the officers answer.
type someMonth struct {
	members []someMember
	files   [][]payroll.Answer
}

type someMember struct {
	hired
	items              []someItem
	beforeLock, onWay  bool         // the consent is withdrawn between draft and lock, between lock and answer
	lowered            money.Rupiah // what the mandate allows by pay day, changed between lock and answer; 0: as it was
	paid               money.Rupiah // of the first debt, after the list went out
	objected, answered bool
	deducted           money.Rupiah
}

type someItem struct {
	kind   ledger.ItemKind
	date   clock.Date
	amount money.Rupiah
}

func makeMonth(r *rand.Rand) (m someMonth) {
	kinds := []ledger.ItemKind{ledger.ItemStore, ledger.ItemMandatory, ledger.ItemVoluntary, ledger.ItemPrincipal, ledger.ItemStore}
	amount := func(most int64) money.Rupiah { return money.Rupiah(1 + r.Int64N(most)) }
	m.files = make([][]payroll.Answer, 3)
	for n := range 14 {
		p := someMember{hired: hired{unit: []string{"622801", "622802"}[r.IntN(2)], pay: []money.Rupiah{0, amount(900_000)}[r.IntN(2)], max: []money.Rupiah{0, amount(400_000), 2_000_000}[r.IntN(3)]}}
		for range 1 + r.IntN(4) {
			p.items = append(p.items, someItem{kinds[r.IntN(len(kinds))], clock.Date("2026-10-20").Add(-r.IntN(120)), amount(200_000)})
		}
		p.beforeLock, p.onWay, p.objected = p.max > 0 && r.IntN(8) == 0, p.max > 0 && r.IntN(6) == 0, r.IntN(5) == 0
		if r.IntN(4) == 0 {
			p.paid = amount(60_000)
		}
		if p.max > 0 && !p.beforeLock && !p.onWay && r.IntN(4) == 0 {
			p.lowered = amount(200_000)
		}
		p.answered = r.IntN(5) > 0
		p.deducted = []money.Rupiah{0, amount(300_000), amount(2_500_000)}[r.IntN(3)]
		if p.answered {
			file := r.IntN(len(m.files))
			m.files[file] = append(m.files[file], payroll.Answer{Row: 2 + len(m.files[file]), Member: int64(n + 1), Deducted: p.deducted, Reason: []string{"", "insufficient_pay", "on_leave"}[r.IntN(3)]})
		}
		m.members = append(m.members, p)
	}
	m.files = slices.DeleteFunc(m.files, func(f []payroll.Answer) bool { return len(f) == 0 })
	// One is asked and never answered: until the silence is confirmed, a settlement is one of some lines.
	m.members = append(m.members, someMember{hired: hired{unit: "622801", max: 2_000_000}, items: []someItem{{ledger.ItemStore, "2026-10-02", 70_000}}})
	m.files = append(m.files, []payroll.Answer{{Row: 90, Member: 999, Deducted: 5_000}})
	return m
}

// play plays a month, its files and settlements in an order of chance with replays in between, and tells where
// every rupiah is in the end.
func (m someMonth) play(t *testing.T, order *rand.Rand) string {
	o := newOffice(t)
	items := map[int64][]int64{}
	for n, p := range m.members {
		number := int64(n + 1)
		o.hire(number, p.hired)
		for _, i := range p.items {
			items[number] = append(items[number], o.owe(number, i.kind, i.date, i.amount))
		}
	}
	o.draft()
	m.each(func(number int64, p someMember) bool { return p.beforeLock }, func(number int64, p someMember) {
		o.mandate(number, "revoke", "2026-10-25", 0)
		_, _, err := payroll.Lock(ctx, o, ulid.New(), treasurer, period)
		o.refused(err, "payroll.draft_stale")
	})
	o.draft()
	m.each(func(number int64, p someMember) bool { return p.beforeLock }, func(number int64, _ someMember) {
		if l := o.lineOrNone(number); l.Requested != 0 {
			t.Errorf("member %d withdrew before the lock and is asked for %d", number, l.Requested)
		}
	})
	capped := map[int64]money.Rupiah{}
	m.each(func(int64, someMember) bool { return true }, func(number int64, p someMember) {
		l := o.lineOrNone(number)
		capped[number] = l.Requested
		limit := p.max
		if p.pay > 0 {
			limit = min(limit, p.pay/2)
		}
		if p.beforeLock {
			limit = 0
		}
		var due money.Rupiah
		for _, part := range l.Parts {
			due += part.Due
		}
		if l.Requested > limit || l.Requested != min(limit, due) || l.Due != due {
			t.Errorf("member %d is asked for %d of %d under a cap of %d", number, l.Requested, due, limit)
		}
	})
	if !o.locked() {
		return "" // nobody is asked for anything
	}
	m.each(func(_ int64, p someMember) bool { return p.onWay }, func(number int64, _ someMember) { o.mandate(number, "revoke", "2026-10-30", 0) })
	m.each(func(_ int64, p someMember) bool { return p.lowered > 0 }, func(number int64, p someMember) { o.mandate(number, "grant", "2026-10-30", p.lowered) })
	m.each(func(_ int64, p someMember) bool { return p.paid > 0 }, func(number int64, p someMember) {
		if at := slices.IndexFunc(p.items, func(i someItem) bool { return i.kind == ledger.ItemStore }); at >= 0 {
			o.pays(number, items[number][at], ledger.StoreReceivable, min(p.paid, p.items[at].amount))
		}
	})
	// The files come in any order, some of them twice, and somebody settles in between.
	var steps []int
	for f := range m.files {
		for range 1 + order.IntN(2) {
			steps = append(steps, f)
		}
	}
	order.Shuffle(len(steps), func(i, j int) { steps[i], steps[j] = steps[j], steps[i] })
	settle := func(close bool) {
		if _, _, err := payroll.Settle(ctx, o, ulid.New(), manager, payroll.Settlement{Period: period, CloseUnanswered: close}, nil); err != nil && !strings.Contains(err.Error(), "payroll.nothing_answered") && !strings.Contains(err.Error(), "payroll.settled_already") {
			t.Fatal(err)
		}
	}
	for _, f := range steps {
		o.answer(m.files[f]...)
		if order.IntN(3) == 0 {
			settle(false)
		}
	}
	settle(true)
	where := o.where()
	for _, f := range steps { // all of it again
		o.answer(m.files[f]...)
		settle(true)
	}
	if again := o.where(); again != where {
		t.Errorf("the same files again:\n%s\n%s", where, again)
	}
	for number, asked := range capped {
		if l := o.lineOrNone(number); l.Requested != asked {
			t.Errorf("member %d was asked for %d, and after the answer for %d", number, asked, l.Requested)
		}
	}
	o.addUp(t, m)
	m.each(func(int64, someMember) bool { return true }, func(number int64, p someMember) {
		booked := o.lineOrNone(number).Deducted - o.lineOrNone(number).Excess
		if p.onWay && booked > 0 || p.lowered > 0 && booked > p.lowered {
			t.Errorf("member %d: %d is booked beyond the consent of pay day", number, booked)
		}
	})
	m.afterwards(o)
	o.addUp(t, m)
	o.verify()
	o.refill()
	return where
}

// afterwards, objections are granted and officers send other figures.
func (m someMonth) afterwards(o *office) {
	m.each(func(_ int64, p someMember) bool { return p.objected }, func(number int64, _ someMember) {
		for _, part := range o.lineOrNone(number).Parts {
			if part.Settled > 0 && part.Kind == ledger.ItemStore {
				ob, _, err := payroll.Object(ctx, o, ulid.New(), act.Actor{ID: "m", Role: act.Member, Number: number}, payroll.Objecting{Period: period, Item: part.Item, Code: "not_mine"}, "")
				o.must(err)
				_, _, err = payroll.AnswerObjection(ctx, o, ulid.New(), manager, ob.ID, payroll.Answering{Decision: payroll.DecideExclude}, "benar")
				o.must(err)
			}
		}
	})
	for _, by := range []money.Rupiah{-40_000, 90_000} {
		var file []payroll.Answer
		m.each(func(number int64, p someMember) bool { return p.answered && number%2 == 0 }, func(number int64, _ someMember) {
			file = append(file, payroll.Answer{Row: int(number), Member: number, Deducted: max(0, o.lineOrNone(number).Deducted+by)})
		})
		if len(file) == 0 {
			return
		}
		report, _, err := payroll.Correct(ctx, o, ulid.New(), treasurer, period, file, nil, "berkas baru", nil)
		o.must(err)
		if report.Correction > 0 {
			_, _, err = payroll.ApproveCorrection(ctx, o, ulid.New(), manager, payroll.CorrectionStep{Period: period, Correction: report.Correction}, nil)
			o.must(err)
		}
	}
}

// refill makes what was paid elsewhere anew from what happened, and finds what the bookings wrote.
func (o *office) refill() {
	o.t.Helper()
	const query = "SELECT concat_ws(' ', period, member, rank, elsewhere) FROM payroll_parts UNION ALL SELECT concat_ws(' ', period, member, 'line', elsewhere) FROM payroll_lines ORDER BY 1"
	read := func() (all []string) {
		o.must(act.Each(act.Read(o), query, nil, func(row act.Scanner) error {
			var line string
			err := row.Scan(&line)
			all = append(all, line)
			return err
		}))
		return all
	}
	kept := read()
	o.must(o.spoil("UPDATE payroll_parts SET elsewhere = elsewhere + 7", "UPDATE payroll_lines SET elsewhere = elsewhere + 7"))
	_, err := ledger.Rebuild(ctx, o, act.BySystem)
	o.must(err)
	if made := read(); !slices.Equal(kept, made) {
		o.t.Errorf("paid elsewhere, kept\n%s\nand made anew\n%s", strings.Join(kept, "\n"), strings.Join(made, "\n"))
	}
}

// spoil writes past the program.
func (o *office) spoil(queries ...string) error {
	for _, sql := range queries {
		if _, err := o.DB().NewQuery(sql).Execute(); err != nil {
			return err
		}
	}
	return nil
}

func (m someMonth) each(which func(number int64, p someMember) bool, do func(number int64, p someMember)) {
	for n, p := range m.members {
		if which(int64(n+1), p) {
			do(int64(n+1), p)
		}
	}
}

// locked locks and sends a list that asks for something.
func (o *office) locked() bool {
	o.t.Helper()
	if o.run().Requested == 0 {
		return false
	}
	_, _, err := payroll.Lock(ctx, o, ulid.New(), treasurer, period)
	o.must(err)
	_, _, err = payroll.Export(ctx, o, ulid.New(), manager, period)
	o.must(err)
	return true
}

func (o *office) lineOrNone(number int64) payroll.LineView {
	o.t.Helper()
	lines, err := payroll.LinesOf(act.Read(o), period, payroll.Page{After: number - 1, Limit: 1})
	o.must(err)
	if len(lines.Lines) == 1 && lines.Lines[0].Member == number {
		return lines.Lines[0]
	}
	return payroll.LineView{}
}

// where tells where every rupiah is: each line and part, each balance of a party, each open item.
func (o *office) where() string {
	o.t.Helper()
	var b strings.Builder
	for _, query := range []string{
		"SELECT concat_ws(' ', member, requested, coalesce(deducted, '-'), reason, excess, settled) FROM payroll_lines ORDER BY member",
		"SELECT concat_ws(' ', member, rank, planned, settled) FROM payroll_parts ORDER BY member, rank",
		"SELECT concat_ws(' ', p.kind, p.ref, b.account, b.amount) FROM party_balances b JOIN parties p ON p.id = b.party WHERE b.amount <> 0 ORDER BY p.kind, p.ref, b.account",
		"SELECT concat_ws(' ', item, remainder) FROM item_remainders ORDER BY item", "SELECT concat_ws(' ', row, code, amount) FROM payroll_unmatched ORDER BY id",
	} {
		o.must(act.Each(act.Read(o), query, nil, func(row act.Scanner) error {
			var line string
			err := row.Scan(&line)
			b.WriteString(line + "\n")
			return err
		}))
	}
	return b.String()
}

// addUp: asked is deducted (less what is held), paid another way and remaining, for each part, each member's line, the
// run and each account that the run's entries touch; and what remains of a debt is open.
func (o *office) addUp(t *testing.T, m someMonth) {
	t.Helper()
	lines, err := payroll.LinesOf(act.Read(o), period, payroll.Page{Limit: 500})
	o.must(err)
	var asked, deducted, held, remaining, away money.Rupiah
	accounts := map[int]money.Rupiah{}
	for _, l := range lines.Lines {
		var planned, settled, left, elsewhere money.Rupiah
		for _, part := range l.Parts {
			planned, settled, left, elsewhere = planned+part.Planned, settled+part.Settled, left+part.Remaining(), elsewhere+part.Elsewhere
			if open := o.remainder(part.Item); l.Settled && part.Kind.Debt() && part.Remaining() != min(part.Planned-part.Settled, open) {
				t.Errorf("member %d, item %d: %d remains of %d, %d settled, %d open", l.Member, part.Item, part.Remaining(), part.Planned, part.Settled, open)
			}
			accounts[part.Kind.CreditAccount()] += part.Settled
			if part.Settled > part.Due {
				t.Errorf("member %d, item %d: %d settled of %d", l.Member, part.Item, part.Settled, part.Due)
			}
		}
		if planned != l.Requested || settled+l.Excess != l.Deducted {
			t.Errorf("member %d: parts ask for %d of %d and settle %d, %d held of %d", l.Member, planned, l.Requested, settled, l.Excess, l.Deducted)
		}
		if l.Requested != l.Deducted-l.Excess+l.Elsewhere+l.Remaining || left != l.Remaining || elsewhere != l.Elsewhere {
			t.Errorf("member %d: asked %d, deducted %d, held %d, elsewhere %d (%d), remaining %d (%d)", l.Member, l.Requested, l.Deducted, l.Excess, l.Elsewhere, elsewhere, l.Remaining, left)
		}
		asked, deducted, held, remaining, away = asked+l.Requested, deducted+l.Deducted, held+l.Excess, remaining+l.Remaining, away+l.Elsewhere
	}
	run := o.run()
	if run.Requested != asked || run.Deducted != deducted || run.Excess != held || run.Remaining != remaining || run.Elsewhere != away {
		t.Errorf("the run says %+v of %d, %d, %d, %d, %d", run.Sums, asked, deducted, held, remaining, away)
	}
	accounts[ledger.DepositHeld] += held
	accounts[ledger.PayrollClearing] = -deducted
	err = act.Each(act.Read(o), "SELECT l.account, -sum(l.amount) FROM journal_lines l JOIN journal j ON j.id = l.entry WHERE j.kind = 'payroll' GROUP BY l.account", nil, func(row act.Scanner) error {
		var account int
		var amount money.Rupiah
		err := row.Scan(&account, &amount)
		if amount != accounts[account] {
			t.Errorf("%d: the journal has %d, the lines %d", account, amount, accounts[account])
		}
		delete(accounts, account)
		return err
	})
	o.must(err)
	for account, amount := range accounts {
		if amount != 0 {
			t.Errorf("%d: the lines have %d, the journal nothing", account, amount)
		}
	}
}

// Whatever a month is made of, and in whatever order its answers come, in parts and twice over: every rupiah is
// accounted for by line, member, run and account, nobody is asked beyond the cap or without consent, and it ends in
// the same state. KPDK_MONTHS=500 plays more of them.
func TestAnyMonthAddsUpInAnyOrder(t *testing.T) {
	months, _ := strconv.Atoi(os.Getenv("KPDK_MONTHS"))
	for n := range max(2, months) {
		seed := uint64(n)
		if months > 0 {
			seed = rand.Uint64()
		}
		t.Run(fmt.Sprintf("seed %d", seed), func(t *testing.T) {
			month := makeMonth(rand.New(rand.NewPCG(seed, 1)))
			want := month.play(t, rand.New(rand.NewPCG(seed, 2)))
			if got := month.play(t, rand.New(rand.NewPCG(seed, 3))); got != want {
				t.Errorf("another order:\n%s\n%s", want, got)
			}
		})
	}
}
