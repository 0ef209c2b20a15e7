package payroll_test

import (
	"bytes"
	"encoding/json"
	"flag"
	"fmt"
	"io"
	"net/http"
	"os"
	"runtime"
	"runtime/pprof"
	"slices"
	"strconv"
	"sync"
	"syscall"
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

// BenchmarkMonth takes a whole payroll through its steps, with two dues and a purchase a member, while four tills
// sell through HTTP, each ten times a second:
//
//	go test ./hooks/payroll -run '^$' -bench Month -benchtime 1x -timeout 30m [-crowd 100000]
//
// For each step it prints how long it took, what it cost of the processors, the most memory above what was there,
// the longest act of it that held the writer (links alone: what a folder does once is no link), the longest commit,
// and how long the slowest hundredth of the checkouts beside it waited. KPDK_PROFILE=settle keeps settle.prof.
func BenchmarkMonth(b *testing.B) {
	for range b.N {
		o := newOffice(b)
		o.crowd(*crowdSize)
		o.shopping(*crowdSize)
		var lists []payroll.List
		var book []byte
		var err error
		var answers []payroll.Answer
		for i := range *crowdSize {
			answers = append(answers, payroll.Answer{Row: i + 2, Member: int64(i + 1), Deducted: 150_000})
		}
		tills := o.sell()
		fmt.Println(tills.step("before", func() error { tills.await(80); return nil }))
		for _, step := range []struct {
			name string
			run  func() error
		}{
			{"draft", func() error { _, _, err := payroll.Draft(ctx, o, ulid.New(), treasurer, period, nil); return err }},
			{"lock", func() error { _, _, err := payroll.Lock(ctx, o, ulid.New(), treasurer, period); return err }},
			{"send", func() error { _, _, err := payroll.Export(ctx, o, ulid.New(), manager, period); return err }},
			{"lists", func() error { lists, err = payroll.ListsOf(o, period, ""); return err }},
			{"xlsx", func() error {
				lists[0].Rows = slices.Concat(lists[0].Rows, lists[1].Rows) // all of the crowd on one sheet
				book, err = lists[0].XLSX("id")
				return err
			}},
			{"read-xlsx", func() error {
				_, err := payroll.ReadAnswerIn("a.xlsx", book, period, []payroll.Layout{payroll.UsualLayout("", "id")})
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
			if os.Getenv("KPDK_PROFILE") == step.name {
				profile, err := os.Create(step.name + ".prof")
				o.must(err)
				o.must(pprof.StartCPUProfile(profile))
			}
			fmt.Println(tills.step(step.name, step.run))
			pprof.StopCPUProfile()
		}
		tills.stop()
		o.verify()
	}
}

// tills sell beside a run, until they are told to stop.
type tills struct {
	o       *office
	mu      sync.Mutex
	waited  []time.Duration
	more    *sync.Cond                 // when waited grew
	held    map[string][]time.Duration // the writer, by kind of act
	stopped chan struct{}
	all     sync.WaitGroup
}

const tillsSelling = 4

// sell opens four tills that sell ten times a second each.
func (o *office) sell() *tills {
	t := &tills{o: o, held: map[string][]time.Duration{}, stopped: make(chan struct{})}
	t.more = sync.NewCond(&t.mu)
	url := o.Serve().URL + "/api/coop/store/sales"
	code := "8995522000015"
	o.Product(code, 12_500, 12_500, 9_000, 900_000)
	for range tillsSelling {
		cashier := o.Operator(act.Cashier)
		cashier.Set("till", o.Record("tills", map[string]any{"code": "K" + strconv.FormatInt(o.count("SELECT count(*) FROM tills")+1, 10), "name": "Kasir", "active": true}).Id)
		o.must(o.UnsafeWithoutHooks().Save(cashier))
		shift, token := o.Shift(cashier), o.Token(cashier)
		t.all.Go(func() {
			defer t.more.Broadcast() // also when it gave up
			for tick := time.NewTicker(100 * time.Millisecond); ; {
				select {
				case <-t.stopped:
					tick.Stop()
					return
				case <-tick.C:
				}
				body, _ := json.Marshal(map[string]any{"id": ulid.New(), "shift": shift, "sold_at": o.Now().Format(time.RFC3339), "lines": []any{map[string]any{"barcode": code, "quantity": "1", "price_rupiah": 12_500}},
					"tenders": []any{map[string]any{"kind": "cash", "amount_rupiah": 12_500}}})
				request, _ := http.NewRequest(http.MethodPost, url, bytes.NewReader(body))
				request.Header.Set("Authorization", token)
				request.Header.Set("Content-Type", "application/json")
				start := time.Now()
				response, err := http.DefaultClient.Do(request)
				if err != nil {
					o.t.Error(err)
					return
				}
				answer, _ := io.ReadAll(response.Body)
				_ = response.Body.Close()
				if response.StatusCode != http.StatusCreated {
					o.t.Errorf("%d %s", response.StatusCode, answer)
					return
				}
				t.mu.Lock()
				t.waited = append(t.waited, time.Since(start))
				t.more.Signal()
				t.mu.Unlock()
			}
		})
	}
	unwatch := act.Watch(func(kind string, held time.Duration) {
		t.mu.Lock()
		t.held[kind] = append(t.held[kind], held)
		t.mu.Unlock()
	})
	o.t.Cleanup(unwatch)
	return t
}

// await returns when so many sales of a step were made.
func (t *tills) await(sales int) {
	t.mu.Lock()
	defer t.mu.Unlock()
	for len(t.waited) < sales && !t.o.t.Failed() {
		t.more.Wait()
	}
}

func (t *tills) stop() { close(t.stopped); t.all.Wait() }

// step runs a step of the month and says what it took.
func (t *tills) step(name string, run func() error) string {
	t.mu.Lock()
	t.waited, t.held = nil, map[string][]time.Duration{}
	t.mu.Unlock()
	top := watchHeap()
	start, spent := time.Now(), spentCPU()
	t.o.must(run())
	took, cpu, heap := time.Since(start), spentCPU()-spent, float64(top())/(1<<20)
	t.mu.Lock()
	defer t.mu.Unlock()
	longest, of := time.Duration(0), ""
	for kind, held := range t.held {
		if most := slices.Max(held); kind != act.Commit && most > longest {
			longest, of = most, kind
		}
	}
	line := fmt.Sprintf("%-9s %7.2f s  %7.2f s CPU  %5.0f MiB", name, took.Seconds(), cpu.Seconds(), heap)
	if of != "" {
		line += fmt.Sprintf("  longest %s %.1f ms of %d (median %.1f)", of, ms(longest), len(t.held[of]), ms(quantile(t.held[of], 0.5)))
	}
	if commits := t.held[act.Commit]; len(commits) > 0 {
		line += fmt.Sprintf("  commit %.1f ms", ms(slices.Max(commits)))
	}
	if len(t.waited) > 0 {
		line += fmt.Sprintf("  checkout p99 %.1f ms of %d", ms(quantile(t.waited, 0.99)), len(t.waited))
	}
	return line
}

func ms(d time.Duration) float64 { return float64(d.Microseconds()) / 1000 }

func quantile(all []time.Duration, q float64) time.Duration {
	sorted := slices.Sorted(slices.Values(all))
	return sorted[min(len(sorted)-1, int(q*float64(len(sorted))))]
}

// spentCPU is what this process took of the processors: on a busy machine the clock says little.
func spentCPU() time.Duration {
	var u syscall.Rusage
	if syscall.Getrusage(syscall.RUSAGE_SELF, &u) != nil {
		return 0
	}
	return time.Duration(u.Utime.Nano() + u.Stime.Nano())
}

// watchHeap samples the heap in use every few milliseconds; what it returns ends that and gives the most seen
// above what was there before.
func watchHeap() func() uint64 {
	runtime.GC()
	var before, now runtime.MemStats
	runtime.ReadMemStats(&before)
	most := before.HeapInuse
	done, ended := make(chan struct{}), make(chan struct{})
	go func() {
		defer close(ended)
		for tick := time.NewTicker(20 * time.Millisecond); ; {
			select {
			case <-tick.C:
				runtime.ReadMemStats(&now)
				most = max(most, now.HeapInuse)
			case <-done:
				tick.Stop()
				return
			}
		}
	}()
	return func() uint64 { close(done); <-ended; return most - before.HeapInuse }
}

// shopping makes a purchase for each of the crowd.
func (o *office) shopping(n int) {
	for first := 1; first <= n; first += 400 {
		o.do(func(tx *act.Tx) error {
			var lines []ledger.Line
			last := min(first+399, n)
			for i := first; i <= last; i++ {
				lines = append(lines, ledger.Dr(ledger.StoreReceivable, 115_000, ledger.MemberParty(int64(i))))
				for _, date := range []string{"2026-10-03"} {
					if _, err := ledger.Owe(tx, int64(i), ledger.ItemStore, clock.Date(date), 115_000); err != nil {
						return err
					}
				}
			}
			_, err := ledger.Post(tx, ledger.Entry{Kind: ledger.KindOpening, Date: "2026-10-17", Lines: append(lines, ledger.Cr(ledger.OpeningBalance, 115_000*money.Rupiah(last-first+1)))})
			return err
		})
	}
}
