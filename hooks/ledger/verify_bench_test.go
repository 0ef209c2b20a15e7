package ledger_test

import (
	"context"
	"fmt"
	"os"
	"strconv"
	"sync/atomic"
	"testing"
	"time"

	"github.com/pocketbase/pocketbase/core"

	"kpdk/hooks/internal/act"
	"kpdk/hooks/internal/clock"
	"kpdk/hooks/internal/testapp"
	"kpdk/hooks/ledger"
	"kpdk/hooks/ledger/book"
)

// benchLines is how many journal lines the benchmarks below stand on: KPDK_BENCH_LINES=1000000 go test
// ./hooks/ledger -run - -bench Books -benchtime 1x
func benchLines(b *testing.B) int {
	lines, err := strconv.Atoi(os.Getenv("KPDK_BENCH_LINES"))
	if err != nil {
		return 20_000
	}
	return lines
}

// fill posts sales of four lines by real acts, 64 at a time: a purchase with its cost and its open item, of which
// every second one is paid, nearly always by QRIS.
func fill(b *testing.B, app core.App, lines int) {
	b.Helper()
	var next atomic.Int64
	errs := make(chan error, 64)
	for range cap(errs) {
		go func() {
			for {
				n := next.Add(1)
				if n > int64(lines/4) {
					errs <- nil
					return
				}
				day := int(n * 300 / int64(lines/4+1)) // a shop's books follow the calendar
				if err := try(app, fmt.Sprintf("fill-%09d", n), func(tx *act.Tx) error { return fillOne(tx, n, day) }); err != nil {
					errs <- err
					return
				}
			}
		}()
	}
	for range cap(errs) {
		if err := <-errs; err != nil {
			b.Fatal(err)
		}
	}
}

func fillOne(tx *act.Tx, n int64, day int) error {
	member, date := n%5000+1, clock.Date("2026-01-01").Add(day)
	who := ledger.MemberParty(member)
	p, err := ledger.Post(tx, ledger.Entry{Kind: ledger.KindSale, Date: date, Lines: []book.Line{ledger.Dr(ledger.StoreReceivable, 25_000, who), ledger.Cr(ledger.MemberSales, 25_000, who),
		ledger.Dr(ledger.CostMember, 20_000), ledger.Cr(prepaid, 20_000)}})
	if err != nil || n%2 == 0 {
		if err == nil {
			_, err = ledger.Owe(tx, member, ledger.ItemStore, date, 25_000)
		}
		return err
	}
	item, err := ledger.Owe(tx, member, ledger.ItemStore, date, 25_000)
	if err != nil {
		return err
	}
	into := ledger.Dr(ledger.QRISSettling, 25_000, ledger.MainBank)
	switch n % 10 {
	case 1:
		into = ledger.Dr(ledger.Cash, 25_000)
	case 3:
		into = ledger.Dr(ledger.Bank, 25_000, ledger.MainBank)
	}
	if _, err := ledger.Post(tx, ledger.Entry{Kind: ledger.KindPayment, Date: date, Lines: []book.Line{into, ledger.Cr(ledger.StoreReceivable, 25_000, who)}}); err != nil {
		return err
	}
	return ledger.Settle(tx, item, 25_000, ledger.ByPayment, p.Entry)
}

// BenchmarkBooks measures what reads the whole ledger, and what must not.
func BenchmarkBooks(b *testing.B) {
	app := testapp.New(b)
	start := time.Now()
	fill(b, app, benchLines(b))
	var lines, entries int64
	if err := act.Read(app).Row("SELECT (SELECT count(*) FROM journal_lines), (SELECT count(*) FROM journal)").Scan(&lines, &entries); err != nil {
		b.Fatal(err)
	}
	b.Logf("%d lines in %d entries, filled in %s", lines, entries, time.Since(start).Round(time.Millisecond))
	start = time.Now()
	if err := ledger.SealRows(context.Background(), app); err != nil {
		b.Fatal(err)
	}
	var seals, rows int64
	if err := act.Read(app).Row("SELECT count(*), sum(rows) FROM row_seals").Scan(&seals, &rows); err != nil {
		b.Fatal(err)
	}
	b.Logf("%d rows sealed by %d seals in %s", rows, seals, time.Since(start).Round(time.Millisecond))
	b.Run("verify", func(b *testing.B) { benchVerify(b, app) })
	for _, check := range ledger.Checks(app) {
		b.Run("check/"+check.Name, func(b *testing.B) {
			for b.Loop() {
				if _, findings, err := check.Run(context.Background(), act.Read(app)); err != nil || len(findings) > 0 {
					b.Fatal(findings, err)
				}
			}
		})
	}
	pages := map[string]ledger.PageQuery{"newest": {Limit: 25}, "middle": {Limit: 25, Before: entries / 2}, "account": {Limit: 25, Account: ledger.Cash}, "rare account": {Limit: 25, Account: 3301}}
	for name, q := range pages {
		b.Run("journal/"+name, func(b *testing.B) {
			for b.Loop() {
				if _, err := ledger.Journal(act.Read(app), clock.Of(app), "id", q); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
	r := ledger.ReportsOf(act.Read(app), clock.Of(app), "id")
	year, cut := ledger.Range{From: "2026-03-17", To: "2026-09-23"}, ledger.Cut{Limit: 50}
	reports := map[string]func() error{
		"trial balance": func() error { _, err := ledger.TrialBalance(act.Read(app), "2026-10-15"); return err },
		"card":          func() error { _, err := r.Card(ledger.MemberSales, year, cut); return err },
		"rare card":     func() error { _, err := r.Card(3301, year, cut); return err },
		"journal":       func() error { _, err := r.Journal(year, cut); return err },
		"member":        func() error { _, err := r.Party(ledger.MemberParty(77), 0, year, cut); return err },
		"bank":          func() error { _, err := r.Party(ledger.MainBank, 0, year, cut); return err },
		"cash":          func() error { _, err := r.Cash(year); return err },
		"receivables":   func() error { _, err := r.Receivables("2026-11-03", 0, 50); return err },
		"verify --fast": func() error { _, err := ledger.VerifyFast(context.Background(), app, ledger.Watcher{}); return err },
	}
	for name, report := range reports {
		b.Run("report/"+name, func(b *testing.B) {
			for b.Loop() {
				if err := report(); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
	for _, view := range viewNames {
		b.Run("view/"+view, func(b *testing.B) {
			for b.Loop() {
				if err := act.Each(act.Read(app), "SELECT * FROM "+view+" LIMIT 40", nil, func(row act.Scanner) error { return nil }); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}

func benchVerify(b *testing.B, app core.App) {
	for b.Loop() {
		report, err := ledger.Verify(context.Background(), app, nil)
		if err != nil || !report.OK {
			b.Fatal(report, err)
		}
	}
}
