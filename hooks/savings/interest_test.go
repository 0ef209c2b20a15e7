package savings_test

import (
	"bytes"
	"fmt"
	"strings"
	"sync"
	"testing"

	"pgregory.net/rapid"

	"kpdk/hooks/internal/act"
	"kpdk/hooks/internal/clock"
	"kpdk/hooks/internal/money"
	"kpdk/hooks/internal/testapp"
	"kpdk/hooks/internal/ulid"
	"kpdk/hooks/ledger"
	"kpdk/hooks/member"
	"kpdk/hooks/policy"
	"kpdk/hooks/savings"
)

func interest(t *testing.T, b *bank) []savings.Posted {
	t.Helper()
	all, err := savings.PostInterest(ctx, b, clock.Of(b).Today())
	if err != nil {
		t.Fatal(err)
	}
	return all
}

func (b *bank) slips(number int64) string {
	b.t.Helper()
	own, err := savings.InterestOf(act.Read(b), number, clock.Of(b).Today())
	if err != nil {
		b.t.Fatal(err)
	}
	var all []string
	for _, s := range own.Slips {
		all = append(all, fmt.Sprintf("%s %d: %d-%d=%d on %s", s.Period, s.Lowest, s.Gross, s.Tax, s.Net, s.Date))
	}
	return strings.Join(all, ", ")
}

// The lowest balance of a month counts; each month is posted once, late ones with their own rate; whoever left
// gets none.
func TestInterestGoesByTheLowestBalance(t *testing.T) {
	b := newBank(t)
	rule(t, b.App, policy.Interest.Key, "600", "2026-11-01")
	rule(t, b.App, policy.Interest.Key, "1200", "2026-12-10")
	whole, drawn, filled, gone, large := b.saver("Utuh", 1_000_000), b.saver("Tarik", 1_000_000), b.Member("Isi"), b.saver("Pergi", 1_000_000), b.Member("Besar")
	if got := interest(t, b); len(got) != 0 {
		t.Errorf("a month that is not over: %+v", got)
	}
	b.Act("test.opening", func(tx *act.Tx) error { // stood there before the co-op kept its books here
		_, err := ledger.Post(tx, ledger.Entry{Kind: ledger.KindOpening, Date: "2026-10-31", Lines: []ledger.Line{ledger.Dr(ledger.Bank, 66_000_300, ledger.MainBank),
			ledger.Cr(ledger.VoluntarySavings, 48_000_200, ledger.MemberParty(num(large))), ledger.Cr(ledger.VoluntarySavings, 18_000_100, ledger.MemberParty(num(whole)))}})
		return err
	})
	b.Travel(day("2026-11-30"))
	if out, err := b.pays(b.office, b.asks(drawn, 900_000), "cash"); err != nil || out.State != savings.StepPaid {
		t.Fatal(out, err)
	}
	b.save(filled, 700_000)
	b.Travel(day("2026-12-20"))
	if _, _, err := member.LeaveCoop(ctx, b, ulid.New(), b.manager, num(gone), member.Leave{Reason: "moved"}); err != nil {
		t.Fatal(err)
	}
	b.save(drawn, 5_000_000)
	b.Travel(day("2027-01-04"))
	got := interest(t, b)
	if len(got) != 2 || got[0].Period != "2026-11" || got[0].Members != 2 || got[1].Members != 4 {
		t.Errorf("%+v", got)
	}
	if again := interest(t, b); len(again) != 0 {
		t.Errorf("again: %+v", again)
	}
	for _, c := range []struct {
		who  int64
		want string
	}{
		// November at 6 %: what stood there at the start. December at 12 %: what November left, interest included.
		{num(whole), "2026-12 19090101: 190901-0=190901 on 2026-12-31, 2026-11 18000100: 90001-0=90001 on 2026-11-30"},
		{num(large), "2026-12 48240201: 482402-48240=434162 on 2026-12-31, 2026-11 48000200: 240001-0=240001 on 2026-11-30"},
		{num(drawn), "2026-12 100000: 1000-0=1000 on 2026-12-31"}, {num(filled), "2026-12 700000: 7000-0=7000 on 2026-12-31"}, {num(gone), ""},
	} {
		got := b.slips(c.who)
		if c.who == num(large) { // the cliff: a rupiah above the threshold taxes the whole
			c.want = strings.Replace(c.want, "240001-0=240001", "240001-24000=216001", 1)
			c.want = strings.Replace(c.want, "48240201: 482402-48240=434162", "48216201: 482162-48216=433946", 1)
		}
		if got != c.want {
			t.Errorf("%d: %s\nwant %s", c.who, got, c.want)
		}
	}
	sums := map[int]money.Rupiah{}
	for _, account := range []int{ledger.SavingsInterest, ledger.TaxPayable} {
		amount, err := ledger.AccountBalance(act.Read(b), account)
		if err != nil {
			t.Fatal(err)
		}
		sums[account] = amount
	}
	if sums[ledger.SavingsInterest] != got[0].Gross+got[1].Gross || -sums[ledger.TaxPayable] != 24_000+48_216 || got[0].Tax+got[1].Tax != 24_000+48_216 {
		t.Errorf("%v %+v", sums, got)
	}
	months, err := savings.InterestMonths(act.Read(b), clock.Of(b).Today())
	if err != nil || len(months.Months) != 2 || months.Rate != 1_200 || months.Months[1].Rate != 600 {
		t.Errorf("%+v %v", months, err)
	}
	b.Verify()
}

// Nobody decided on interest: nothing is posted, whatever time passes.
func TestWithoutARateThereIsNoInterest(t *testing.T) {
	b := newBank(t)
	sari := b.saver("Sari", 1_000_000)
	b.Travel(day("2027-04-04"))
	if got := interest(t, b); got != nil || b.slips(num(sari)) != "" {
		t.Errorf("%+v", got)
	}
	rule(t, b.App, policy.Interest.Key, "100", "2027-04-01")
	rule(t, b.App, policy.Interest.Key, "0", "2027-05-01")
	b.Travel(day("2027-08-04"))
	if got := interest(t, b); len(got) != 1 || got[0].Period != "2027-04" {
		t.Errorf("%+v", got)
	}
}

// A month that was closed meanwhile takes nothing: its interest is dated on the first open day. Many members
// make a chain, and two who run it at once make it once.
func TestInterestOfManyIsAChain(t *testing.T) {
	b := newBank(t)
	rule(t, b.App, policy.Interest.Key, "1200", "2026-11-01")
	numbers := joined(t, b.App, 230, "cash", 0)
	b.Act("test.save", func(tx *act.Tx) error {
		var lines []ledger.Line
		for _, n := range numbers {
			lines = append(lines, ledger.Cr(ledger.VoluntarySavings, 100_000, ledger.MemberParty(n)))
		}
		_, err := ledger.Post(tx, ledger.Entry{Kind: ledger.KindSavings, Date: "2026-10-30", Lines: append(lines, ledger.Dr(ledger.Cash, 23_000_000))})
		return err
	})
	b.Travel(day("2026-12-03"))
	if _, _, err := ledger.ClosePeriod(ctx, b, ulid.New(), b.office, "2026-11"); err != nil {
		t.Fatal(err)
	}
	var wg sync.WaitGroup
	for range 4 {
		wg.Go(func() {
			if _, err := savings.PostInterest(ctx, b, clock.Of(b).Today()); err != nil {
				t.Error(err)
			}
		})
	}
	wg.Wait()
	var n, sum int64
	if err := act.Read(b).Row("SELECT count(*), sum(gross) FROM savings_interest").Scan(&n, &sum); err != nil || n != 230 || sum != 230_000 {
		t.Errorf("%d, %d %v", n, sum, err)
	}
	if got := b.slips(numbers[229]); got != "2026-11 100000: 1000-0=1000 on 2026-12-01" {
		t.Error(got)
	}
	b.Verify()
}

// The slip says what the book says, in both languages.
func TestTheSlipAndTheStatementOnPaper(t *testing.T) {
	b := newBank(t)
	server := b.Serve()
	rule(t, b.App, policy.Interest.Key, "1200", "2026-11-01")
	sari := b.saver("Sari Wulandari", 1_000_000)
	b.Travel(day("2026-12-01"))
	b.save(sari, 250_000)
	b.Travel(day("2027-01-02"))
	interest(t, b)
	token := b.LogIn(sari)
	read := func(path string) string {
		t.Helper()
		status, raw := fetch(t, server.URL+"/api/coop/"+path, token)
		if status != 200 || !bytes.HasPrefix(raw, []byte("%PDF-")) {
			t.Fatalf("%s: %d %.200s", path, status, raw)
		}
		return testapp.PaperText(t, raw)
	}
	holds := func(text string, all ...string) {
		t.Helper()
		for _, part := range all {
			if !strings.Contains(text, part) {
				t.Errorf("%q is not in:\n%s", part, text)
			}
		}
		if strings.Contains(text, "paper.") {
			t.Errorf("a word is missing:\n%s", text)
		}
	}
	holds(read("me/savings/interest/2026-12/slip.pdf"), "Desember 2026", "Sari Wulandari", "1.000.000", "12 %", "10.000")
	holds(read("me/savings/statement/file?format=pdf&from=2026-11-01&to=2026-12-31"), "1 November 2026 sampai", "03/11/2026", "Setoran", "Jasa simpanan", "1.260.000")
	status, raw := fetch(t, server.URL+"/api/coop/me/savings/statement/file?format=csv&from=2026-12-01&to=2026-12-31", token)
	if status != 200 || !strings.Contains(string(raw), "1260000") || !strings.Contains(string(raw), "Saldo akhir") {
		t.Errorf("%d %s", status, raw)
	}
	receipts, err := savings.Receipts(act.Read(b), b.office, 0, 1)
	if err != nil {
		t.Fatal(err)
	}
	token = b.Token(b.Operator(act.Treasurer))
	holds(read(fmt.Sprintf("savings/deposits/%d/receipt.pdf", receipts.Receipts[0].Entry)), "Bukti setoran", receipts.Receipts[0].Hash[:16], "250.000", "1.250.000")
}

// Whatever happens to a member's savings, the statement of any range is the ledger: openings, lines and closings
// add up, its end is the balance, and two ranges that touch meet.
func TestAStatementIsTheLedger(t *testing.T) {
	b := newBank(t)
	rule(t, b.App, policy.Interest.Key, "2400", "2026-11-01")
	members := []int64{}
	for i := range 3 {
		members = append(members, num(b.saver(fmt.Sprintf("Anggota %d", i), 100_000)))
	}
	people := map[int64]act.Actor{}
	for _, n := range members {
		people[n] = act.Actor{ID: fmt.Sprint("member", n), Role: act.Member, Number: n}
	}
	open := map[string]bool{}
	rapid.Check(t, func(t *rapid.T) {
		today := clock.Of(b).Today()
		for range rapid.IntRange(1, 12).Draw(t, "acts") {
			n := rapid.SampledFrom(members).Draw(t, "member")
			amount := money.Rupiah(rapid.Int64Range(1, 90_000).Draw(t, "amount"))
			switch rapid.IntRange(0, 4).Draw(t, "act") {
			case 0, 1:
				_, _, _ = savings.MakeDeposit(ctx, b, ulid.New(), b.office, savings.Deposit{Member: n, Kind: rapid.SampledFrom([]string{"mandatory", "voluntary"}).Draw(t, "kind"), Amount: amount,
					Into: "bank:1", Date: today.Add(-rapid.IntRange(0, 20).Draw(t, "days back"))})
			case 2:
				key := ulid.New()
				if _, _, err := savings.RequestWithdrawal(ctx, b, key, people[n], savings.Withdrawal{Amount: amount, Way: "cash"}, ""); err == nil {
					open[key] = true
				}
			case 3:
				for key := range open {
					_, _ = b.pays(b.office, key, "bank:1")
					delete(open, key)
				}
			case 4:
				b.Travel(day(string(today.Add(rapid.IntRange(1, 20).Draw(t, "days")))))
				today = clock.Of(b).Today()
				if err := savings.Daily(ctx, b); err != nil {
					t.Fatal(err)
				}
			}
		}
		n := rapid.SampledFrom(members).Draw(t, "whose")
		from := today.Add(-rapid.IntRange(0, 90).Draw(t, "from"))
		middle := from.Add(rapid.IntRange(0, 60).Draw(t, "middle"))
		read := func(from, to clock.Date) savings.Statement {
			s, err := savings.ReadStatement(act.Read(b), n, from, to)
			if err != nil {
				t.Fatal(err)
			}
			return addsUp(t, s)
		}
		first, second := read(from, middle), read(middle.Add(1), "2099-12-31")
		whole := read(from, "2099-12-31")
		balances, err := ledger.Balances(act.Read(b), ledger.MemberParty(n))
		if err != nil {
			t.Fatal(err)
		}
		for i, k := range whole.Kinds {
			if k.Closing != -balances[k.Kind.CreditAccount()] || first.Kinds[i].Closing != second.Kinds[i].Opening || first.Kinds[i].Opening != k.Opening || second.Kinds[i].Closing != k.Closing {
				t.Fatalf("%+v\n%+v\n%+v\n%v", first, second, whole, balances)
			}
		}
		if len(first.Lines)+len(second.Lines) != len(whole.Lines) {
			t.Fatalf("%d + %d lines are %d", len(first.Lines), len(second.Lines), len(whole.Lines))
		}
	})
	b.Verify()
}

// addsUp holds a statement against itself.
func addsUp(t *rapid.T, s savings.Statement) savings.Statement {
	var all savings.KindSum
	for _, k := range s.Kinds {
		standing, in, out := k.Opening, money.Rupiah(0), money.Rupiah(0)
		for _, l := range s.Lines {
			if l.Kind != k.Kind {
				continue
			}
			standing += l.Amount
			in, out = in+max(l.Amount, 0), out+max(-l.Amount, 0)
			if l.Balance != standing || l.Date < s.From || l.Date > s.To {
				t.Fatalf("%+v stands at %d in %+v", l, standing, s)
			}
		}
		if standing != k.Closing || in != k.In || out != k.Out || k.Opening+k.In-k.Out != k.Closing {
			t.Fatalf("%+v: %d", k, standing)
		}
		all = savings.KindSum{Opening: all.Opening + k.Opening, In: all.In + k.In, Out: all.Out + k.Out, Closing: all.Closing + k.Closing}
	}
	if all != (savings.KindSum{Opening: s.Opening, In: s.In, Out: s.Out, Closing: s.Closing}) {
		t.Fatalf("%+v is not %+v", all, s)
	}
	return s
}
