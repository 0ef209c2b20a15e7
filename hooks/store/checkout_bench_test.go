package store_test

import (
	"bufio"
	"cmp"
	"database/sql"
	"encoding/json"
	"fmt"
	"io"
	"math/rand/v2"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"kpdk/hooks/internal/act"
	"kpdk/hooks/internal/keys"
	"kpdk/hooks/internal/money"
	"kpdk/hooks/internal/testapp"
	"kpdk/hooks/internal/ulid"
	"kpdk/hooks/ledger/book"
	"kpdk/hooks/member"
)

const (
	benchMembers  = 10_000
	benchProducts = 2_000
)

// BenchmarkCheckout reports checkouts over HTTP beside three floors taken in the same run: F, what SQLite
// takes of 34 lean statements a checkout, and the raw SQL of this shop's own rows, in groups and with a durable
// commit for each. Run it as
//
//	go test ./hooks/store -run '^$' -bench Checkout -benchtime 1x
//
// KPDK_BENCH_LINES (default 1,000,000) is how many journal lines lie in the books before,
// KPDK_BENCH_SECONDS (default 5) the length of one round.
func BenchmarkCheckout(b *testing.B) {
	lines, seconds := env("KPDK_BENCH_LINES", 1_000_000), env("KPDK_BENCH_SECONDS", 5)
	length := time.Duration(seconds) * time.Second
	s := fillShop(b, lines)
	defer s.stop()
	var results []string
	report := func(name string, rate float64, p99 time.Duration, each cost) {
		results = append(results, fmt.Sprintf("%-28s %8.0f /s   %4d µs of CPU and %5.1f KB written each   p99 %s",
			name, rate, each.cpu.Microseconds(), float64(each.bytes)/1000, p99.Round(100*time.Microsecond)))
	}
	lean, own := newLeanFloor(b, lines), newOwnFloor(b, s.App)
	var f, floor, rate, ofF, ofFloor []float64
	var times []time.Duration // of all rounds at 64 clients
	var worst float64
	var here, ofLean, ofOwn []cost
	for range 3 { // in turn, since machines drift: the median of the rounds counts
		var sales, one, two float64
		var round []time.Duration
		here = append(here, spent(length, func() float64 { sales, round = s.load(b, 64, length); return sales }))
		ofLean = append(ofLean, spent(length, func() float64 { one = lean.run(length, 64); return one }))
		ofOwn = append(ofOwn, spent(length, func() float64 { two = own.run(length, 64); return two }))
		f, floor, rate, times, worst = append(f, one), append(floor, two), append(rate, sales), append(times, round...), max(worst, ofMean(round))
		ofF, ofFloor = append(ofF, sales/one), append(ofFloor, sales/two)
	}
	var single, alone float64
	each := spent(length, func() float64 { single = own.run(length, 1); return single })
	report("own rows, one commit each", single, 0, each)
	for _, clients := range []int{1, 8} {
		var rate float64
		var times []time.Duration
		each := spent(length, func() float64 { rate, times = s.load(b, clients, length); return rate })
		report(fmt.Sprintf("HTTP, %d clients", clients), rate, hundredth(times), each)
		if clients == 1 {
			alone = rate
		}
	}
	report("HTTP, 64 clients", median(rate), hundredth(times), middle(here))
	report("F, lean rows, groups of 64", median(f), 0, middle(ofLean))
	report("own rows, groups of 64", median(floor), 0, middle(ofOwn))
	b.Log("\n" + strings.Join(results, "\n"))
	b.ReportMetric(median(rate), "checkouts/s")
	b.ReportMetric(median(ofF), "of-F")
	b.ReportMetric(median(ofFloor), "of-own-floor")
	b.ReportMetric(alone/single, "alone-of-own-floor")
	b.ReportMetric(ofMean(times), "p99-of-mean")
	b.ReportMetric(worst, "worst-p99-of-mean")
}

// hundredth is the time that one checkout in a hundred took longer than.
func hundredth(times []time.Duration) time.Duration {
	times = slices.Sorted(slices.Values(times))
	return times[len(times)*99/100]
}

// ofMean is the slowest hundredth over the mean of the same checkouts.
func ofMean(times []time.Duration) float64 {
	var sum time.Duration
	for _, t := range times {
		sum += t
	}
	return float64(hundredth(times)) * float64(len(times)) / float64(sum)
}

// cost is what the whole program, load generator included, spends on each checkout of a run. CPU time tells
// two programs apart on a machine that others use too; bytes are what the kernel was asked to store, the log
// and its checkpoints together (0 where it does not say).
type cost struct {
	cpu   time.Duration
	bytes int64
}

func spent(length time.Duration, run func() (rate float64)) cost {
	used := func() time.Duration {
		var u syscall.Rusage
		_ = syscall.Getrusage(syscall.RUSAGE_SELF, &u)
		return time.Duration(u.Utime.Nano() + u.Stime.Nano())
	}
	before, stored := used(), written()
	n := run() * length.Seconds()
	return cost{time.Duration(float64(used()-before) / n), int64(float64(written()-stored) / n)}
}

// written is how many bytes this process had stored so far.
func written() (n int64) {
	status, _ := os.ReadFile("/proc/self/io")
	if _, after, ok := strings.Cut(string(status), "\nwrite_bytes: "); ok {
		n, _ = strconv.ParseInt(strings.Fields(after)[0], 10, 64)
	}
	return n
}

func middle(all []cost) cost {
	var cpu []time.Duration
	var bytes []int64
	for _, c := range all {
		cpu, bytes = append(cpu, c.cpu), append(bytes, c.bytes)
	}
	return cost{median(cpu), median(bytes)}
}

func median[T cmp.Ordered](values []T) T {
	values = slices.Sorted(slices.Values(values))
	return values[len(values)/2]
}

func env(name string, fallback int) int {
	if n, err := strconv.Atoi(os.Getenv(name)); err == nil && n > 0 {
		return n
	}
	return fallback
}

type benchShop struct {
	*testapp.App
	address string
	tokens  []string
	shifts  []string
	cards   []string
	stop    func()
}

func must(b testing.TB, err error) {
	b.Helper()
	if err != nil {
		b.Fatal(err)
	}
}

// fillShop makes a co-op with members, goods and old books whose chain holds.
func fillShop(b *testing.B, lines int) *benchShop {
	app := testapp.New(b)
	s := &benchShop{App: app}
	db, err := act.Open(filepath.Join(app.DataDir(), "data.db"))
	must(b, err)
	seq := func(n int) string {
		return fmt.Sprintf("WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < %d) ", n)
	}
	for _, q := range []string{
		seq(benchMembers) + "INSERT INTO members(id, password, tokenKey, number, name, status, card_serial, credit_limit_rupiah) SELECT printf('m%014d', i), '', printf('token-key-of-member-%030d', i), i, 'Anggota ' || i, 'active', 1, 9000000000000 FROM n",
		seq(benchProducts) + "INSERT INTO products(id, number, code, barcode, name, unit, price_rupiah, member_price_rupiah, active) SELECT printf('p%014d', i), i, 'C' || i, printf('%013d', 8990000000000 + i), 'Barang ' || i, 'pcs', 1000 + i * 37 % 40000, 0, 1 FROM n",
		"INSERT INTO acts(id, kind, key, input, at, role, actor) VALUES(100, 'bench.fill', 'bench-fill', zeroblob(32), 0, 'system', 'system')",
		seq(benchMembers) + "INSERT INTO mandates(member, kind, valid_from, max_rupiah, voluntary_rupiah, reference, act) SELECT i, 'grant', '2026-01-01', 1000000, 0, 'SK', 100 FROM n",
		seq(benchMembers) + "INSERT INTO parties(kind, ref) SELECT 'member', CAST(i AS TEXT) FROM n",
		seq(benchProducts) + "INSERT INTO stock_moves(product, place, kind, quantity, value, act) SELECT i, 1, 'opening', 1000000000, 800000000, 100 FROM n",
		seq(benchProducts) + "INSERT INTO stock(product, place, quantity, value, last_cost) SELECT i, 1, 1000000000, 800000000, 800 FROM n",
	} {
		_, err := db.Exec(q)
		must(b, err)
	}
	fillBooks(b, db, lines/4)
	must(b, db.Close())
	s.serve(b)
	ring, err := keys.Of(app)
	must(b, err)
	for i := range benchMembers {
		card, err := member.EncodeCard(ring, member.Card{Member: int64(i + 1), Serial: 1})
		must(b, err)
		s.cards = append(s.cards, card)
	}
	for i := range 8 {
		app.Record("tills", map[string]any{"code": fmt.Sprintf("T%d", i), "name": "Kasir"})
		till, err := app.FindFirstRecordByData("tills", "code", fmt.Sprintf("T%d", i))
		must(b, err)
		cashier := app.Record("operators", map[string]any{"email": fmt.Sprintf("k%d@contoh.id", i), "name": "Kasir", "role": "cashier", "till": till.Id, "active": true})
		s.tokens, s.shifts = append(s.tokens, app.Token(cashier)), append(s.shifts, app.Shift(cashier))
	}
	return s
}

// fillBooks writes old sales of four lines each straight into the tables, with a chain that verifies.
func fillBooks(b *testing.B, db *sql.DB, entries int) {
	tx, err := db.Begin()
	must(b, err)
	prepare := func(q string) *sql.Stmt { s, err := tx.Prepare(q); must(b, err); return s }
	journal := prepare("INSERT INTO journal(id, kind, year, number, date, period, at, act) VALUES(?, 'sale', 2026, ?, '2026-10-15', '2026-10', 0, 100)")
	line := prepare("INSERT INTO journal_lines(entry, line, account, party, amount) VALUES(?, ?, ?, ?, ?)")
	seal := prepare("INSERT INTO seals(seq, hash) VALUES(?, ?)")
	hash := book.Genesis
	amounts := []struct {
		account int
		amount  int64
		party   bool
	}{{1121, 25_000, true}, {4101, -25_000, true}, {5101, 20_000, false}, {1131, -20_000, false}}
	for n := 1; n <= entries; n++ {
		who := int64(1 + n*7919%benchMembers)
		entry := book.Sealed{Seq: int64(n), Kind: "sale", Year: 2026, Number: int64(n), Date: "2026-10-15", Act: 100,
			Source: book.Source{Kind: "bench.fill", Key: "bench-fill", Role: "system", Actor: "system"}}
		_, err := journal.Exec(n, n)
		must(b, err)
		for i, a := range amounts {
			var party any
			l := book.Line{Account: a.account, Amount: money.Rupiah(a.amount)}
			if a.party {
				party, l.Party = who, book.Of(book.Member, who)
			}
			_, err := line.Exec(n, i+1, a.account, party, a.amount)
			must(b, err)
			entry.Lines = append(entry.Lines, l)
		}
		hash = entry.Hash(hash)
		_, err = seal.Exec(n, hash)
		must(b, err)
	}
	_, err = tx.Exec("INSERT INTO counters(name, last) VALUES('journal.sale.2026', ?)", entries)
	must(b, err)
	must(b, tx.Commit())
	_, err = db.Exec("PRAGMA wal_checkpoint(TRUNCATE)")
	must(b, err)
}

// serve listens on loopback with the program's own router.
func (s *benchShop) serve(b *testing.B) {
	server := s.Serve()
	s.address, s.stop = server.Listener.Addr().String(), server.Close
}

// load runs clients for a while and gives the rate and how long each checkout took.
func (s *benchShop) load(b *testing.B, clients int, length time.Duration) (rate float64, all []time.Duration) {
	times := make([][]time.Duration, clients)
	var wg sync.WaitGroup
	start := time.Now()
	for c := range clients {
		wg.Go(func() { times[c] = s.client(b, c, start.Add(length)) })
	}
	wg.Wait()
	all = slices.Concat(times...)
	return float64(len(all)) / time.Since(start).Seconds(), all
}

// client speaks HTTP/1.1 over one connection, with as little work as a load generator may do on the
// same two cores.
func (s *benchShop) client(b *testing.B, n int, until time.Time) (times []time.Duration) {
	conn, err := net.Dial("tcp", s.address)
	if err != nil {
		b.Error(err)
		return nil
	}
	defer conn.Close()
	in, random := bufio.NewReader(conn), rand.New(rand.NewPCG(uint64(n), uint64(time.Now().UnixNano())))
	for time.Now().Before(until) {
		body := s.basket(random, n)
		start := time.Now()
		fmt.Fprintf(conn, "POST /api/coop/store/sales HTTP/1.1\r\nHost: kpdk\r\nAuthorization: %s\r\nContent-Type: application/json\r\nContent-Length: %d\r\n\r\n%s", s.tokens[n%8], len(body), body)
		answer, err := http.ReadResponse(in, nil)
		if err != nil {
			b.Error(err)
			return times
		}
		raw, _ := io.ReadAll(answer.Body)
		if answer.StatusCode != http.StatusCreated {
			b.Errorf("%d %s", answer.StatusCode, raw)
			return times
		}
		times = append(times, time.Since(start))
	}
	return times
}

func (s *benchShop) basket(random *rand.Rand, n int) []byte {
	total := 0
	var lines []string
	for range 5 {
		p := 1 + random.IntN(benchProducts)
		price := 1000 + p*37%40000
		total += price
		lines = append(lines, fmt.Sprintf(`{"barcode":"%013d","quantity":"1","price_rupiah":%d}`, 8990000000000+p, price))
	}
	card, _ := json.Marshal(s.cards[random.IntN(benchMembers)])
	return fmt.Appendf(nil, `{"id":"%s","shift":"%s","sold_at":"%s","offline":false,"buyer":{"card":%s},"lines":[%s],"tenders":[{"kind":"payroll","amount_rupiah":%d}]}`,
		ulid.New(), s.shifts[n%8], testapp.Now.Format(time.RFC3339), card, strings.Join(lines, ","), total)
}
