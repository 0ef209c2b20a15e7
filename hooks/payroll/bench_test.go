package payroll_test

import (
	"flag"
	"testing"
	"time"

	"kpdk/hooks/internal/act"
	"kpdk/hooks/internal/clock"
	"kpdk/hooks/internal/money"
	"kpdk/hooks/internal/ulid"
	"kpdk/hooks/ledger"
	"kpdk/hooks/payroll"
)

var crowdSize = flag.Int("crowd", 10_000, "members in the payroll benchmarks")

// BenchmarkMonth takes a whole payroll through its steps, with two dues and two purchases a member:
//
//	go test ./hooks/payroll -run '^$' -bench Month -benchtime 1x [-crowd 100000]
func BenchmarkMonth(b *testing.B) {
	for range b.N {
		o := newOffice(b)
		o.crowd(*crowdSize)
		o.shopping(*crowdSize)
		var answers []payroll.Answer
		for i := range *crowdSize {
			answers = append(answers, payroll.Answer{Row: i + 2, Member: int64(i + 1), Deducted: 250_000})
		}
		for _, step := range []struct {
			name string
			run  func() error
		}{
			{"draft", func() error { _, _, err := payroll.Draft(ctx, o, ulid.New(), treasurer, period, nil); return err }},
			{"lock", func() error { _, _, err := payroll.Lock(ctx, o, ulid.New(), treasurer, period); return err }},
			{"lists", func() error {
				lists, err := payroll.ListsOf(o, period, "")
				if err == nil {
					_, err = lists[0].XLSX("id")
				}
				return err
			}},
			{"answer", func() error {
				_, _, err := payroll.TakeAnswer(ctx, o, ulid.New(), treasurer, period, answers, nil, nil)
				return err
			}},
			{"look", func() error { _, err := payroll.RunOf(o, manager, period); return err }},
			{"settle", func() error {
				_, _, err := payroll.Settle(ctx, o, ulid.New(), manager, payroll.Settlement{Period: period}, nil)
				return err
			}},
		} {
			start := time.Now()
			o.must(step.run())
			took := time.Since(start)
			b.ReportMetric(took.Seconds(), step.name+"-s")
			if step.name == "settle" {
				b.ReportMetric(float64(*crowdSize)/took.Seconds(), "members/s")
			}
		}
		b.ReportMetric(float64(o.count("SELECT max(n) FROM (SELECT count(*) AS n FROM journal_lines GROUP BY entry)")), "lines/entry")
		o.verify()
	}
}

// BenchmarkDraft writes the list of a month with three items a member, and tells the longest act of the chain:
//
//	go test ./hooks/payroll -run '^$' -bench Draft -benchtime 1x [-crowd 100000]
func BenchmarkDraft(b *testing.B) {
	for range b.N {
		o := newOffice(b)
		o.crowd(*crowdSize)
		for first := 1; first <= *crowdSize; first += 400 {
			o.do(func(tx *act.Tx) error {
				for i := first; i <= min(first+399, *crowdSize); i++ {
					if _, err := ledger.Owe(tx, int64(i), ledger.ItemVoluntary, "2026-10-01", 25_000); err != nil {
						return err
					}
				}
				return nil
			})
		}
		start, last, longest, told := time.Now(), time.Now(), time.Duration(0), 0
		_, _, err := payroll.Draft(ctx, o, ulid.New(), treasurer, period, func(int, int) {
			told++
			longest, last = max(longest, time.Since(last)), time.Now()
		})
		o.must(err)
		b.ReportMetric(time.Since(start).Seconds(), "draft-s")
		b.ReportMetric(float64(longest.Microseconds())/1000, "longest-link-ms")
		b.ReportMetric(float64(told), "links")
	}
}

// shopping makes two purchases for each of the crowd.
func (o *office) shopping(n int) {
	for first := 1; first <= n; first += 400 {
		o.do(func(tx *act.Tx) error {
			var lines []ledger.Line
			last := min(first+399, n)
			for i := first; i <= last; i++ {
				lines = append(lines, ledger.Dr(ledger.StoreReceivable, 230_000, ledger.MemberParty(int64(i))))
				for _, date := range []string{"2026-10-03", "2026-10-17"} {
					if _, err := ledger.Owe(tx, int64(i), ledger.ItemStore, clock.Date(date), 115_000); err != nil {
						return err
					}
				}
			}
			_, err := ledger.Post(tx, ledger.Entry{Kind: ledger.KindOpening, Date: "2026-10-17", Lines: append(lines, ledger.Cr(ledger.OpeningBalance, 230_000*money.Rupiah(last-first+1)))})
			return err
		})
	}
}
