package store_test

import (
	"crypto/sha256"
	"database/sql"
	"fmt"
	"math/rand/v2"
	"path/filepath"
	"testing"
	"time"

	"kpdk/hooks/internal/act"
	"kpdk/hooks/internal/testapp"
	"kpdk/hooks/internal/ulid"
	"kpdk/hooks/ledger/book"
)

// floor runs statements in groups per durable commit, on a connection of its own, with
// checkpoints from a second one: what the disk and SQLite allow, with no server and no rules.
type floor struct {
	b        *testing.B
	db       *sql.DB
	stmts    map[string]*sql.Stmt
	checkout func(f *floor)
	random   *rand.Rand
	path     string
}

func newFloor(b *testing.B, path string, checkout func(f *floor)) *floor {
	db, err := act.Open(path)
	must(b, err)
	b.Cleanup(func() { _ = db.Close() })
	return &floor{b, db, map[string]*sql.Stmt{}, checkout, rand.New(rand.NewPCG(1, 2)), path}
}

func (f *floor) stmt(query string) *sql.Stmt {
	s, ok := f.stmts[query]
	if !ok {
		var err error
		s, err = f.db.Prepare(query)
		must(f.b, err)
		f.stmts[query] = s
	}
	return s
}

func (f *floor) exec(query string, args ...any) {
	_, err := f.stmt(query).Exec(args...)
	must(f.b, err)
}

func (f *floor) scan(query string, args []any, dest ...any) error {
	return f.stmt(query).QueryRow(args...).Scan(dest...)
}

func (f *floor) number(query string, args ...any) (n int64) {
	must(f.b, f.scan(query, args, &n))
	return n
}

// run gives the rate of checkouts with so many in one commit.
func (f *floor) run(length time.Duration, group int) float64 {
	second, err := act.Open(f.path)
	must(f.b, err)
	stop, ended := make(chan struct{}), make(chan struct{})
	go func() {
		defer close(ended)
		tick := time.NewTicker(100 * time.Millisecond)
		defer tick.Stop()
		for {
			select {
			case <-stop:
				return
			case <-tick.C:
				_, _ = second.Exec("PRAGMA wal_checkpoint(PASSIVE)")
			}
		}
	}()
	n, start := 0, time.Now()
	for time.Since(start) < length {
		f.exec("BEGIN IMMEDIATE")
		for range group {
			f.checkout(f)
		}
		f.exec("COMMIT")
		n += group
	}
	rate := float64(n) / time.Since(start).Seconds()
	close(stop)
	<-ended
	_ = second.Close()
	return rate
}

// newLeanFloor is F: 34 statements on lean integer-key tables, nothing of ours.
func newLeanFloor(b *testing.B, lines int) *floor {
	f := newFloor(b, filepath.Join(b.TempDir(), "lean.db"), leanCheckout)
	seq := func(n int) string {
		return fmt.Sprintf("WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < %d) ", n)
	}
	for _, q := range []string{
		"CREATE TABLE members(id INTEGER PRIMARY KEY, credit INTEGER, balance INTEGER)",
		"CREATE TABLE goods(id INTEGER PRIMARY KEY, name TEXT, price INTEGER, cost INTEGER)",
		"CREATE TABLE onhand(good INTEGER PRIMARY KEY, quantity INTEGER)",
		"CREATE TABLE ledgers(id INTEGER PRIMARY KEY, balance INTEGER)",
		"CREATE TABLE baskets(id INTEGER PRIMARY KEY, member INTEGER, total INTEGER, at INTEGER)",
		"CREATE TABLE basket_lines(id INTEGER PRIMARY KEY, basket INTEGER, good INTEGER, quantity INTEGER, price INTEGER)",
		"CREATE TABLE moves(id INTEGER PRIMARY KEY, good INTEGER, basket INTEGER, quantity INTEGER, at INTEGER)",
		"CREATE TABLE entries(id INTEGER PRIMARY KEY, basket INTEGER, at INTEGER)",
		"CREATE TABLE sides(id INTEGER PRIMARY KEY, entry INTEGER, ledger INTEGER, member INTEGER, amount INTEGER)",
		"CREATE TABLE seen(key TEXT PRIMARY KEY, basket INTEGER) WITHOUT ROWID",
		"CREATE INDEX baskets_member ON baskets(member)",
		"CREATE INDEX sides_member ON sides(member) WHERE member <> 0",
		seq(benchMembers) + "INSERT INTO members SELECT i, 4000000000000, 0 FROM n",
		seq(benchProducts) + "INSERT INTO goods SELECT i, 'Barang ' || i, 1000 + i * 37 % 50000, 800 FROM n",
		seq(benchProducts) + "INSERT INTO onhand SELECT i, 1000000000 FROM n",
		seq(200) + "INSERT INTO ledgers SELECT i, 0 FROM n",
		seq(lines/4) + fmt.Sprintf("INSERT INTO baskets SELECT i, 1 + i * 7919 %% %d, 25000, 0 FROM n", benchMembers),
		"INSERT INTO entries SELECT id, id, 0 FROM baskets",
		"INSERT INTO sides(entry, ledger, member, amount) SELECT b.id, k.i, CASE k.i WHEN 1 THEN b.member ELSE 0 END, 25000 FROM baskets b, (SELECT 1 i UNION SELECT 2 UNION SELECT 3 UNION SELECT 4) k",
		fmt.Sprintf("INSERT INTO basket_lines(basket, good, quantity, price) SELECT b.id, 1 + (b.id * 31 + k.i) %% %d, 1, 5000 FROM baskets b, (SELECT 1 i UNION SELECT 2 UNION SELECT 3 UNION SELECT 4 UNION SELECT 5) k", benchProducts),
		"INSERT INTO moves(good, basket, quantity, at) SELECT good, basket, -1, 0 FROM basket_lines",
		"PRAGMA wal_checkpoint(TRUNCATE)",
	} {
		_, err := f.db.Exec(q)
		must(b, err)
	}
	return f
}

func leanCheckout(f *floor) {
	now, who := time.Now().UnixMilli(), 1+f.random.IntN(benchMembers)
	key := fmt.Sprintf("%016x%010x", f.random.Uint64(), f.random.Uint32())
	var credit, balance, price, cost, quantity, seen int64
	_ = f.scan("SELECT basket FROM seen WHERE key = ?", []any{key}, &seen) // a new key has no row
	must(f.b, f.scan("SELECT credit, balance FROM members WHERE id = ?", []any{who}, &credit, &balance))
	var goods [5]int
	for i := range goods {
		goods[i] = 1 + f.random.IntN(benchProducts)
		must(f.b, f.scan("SELECT g.price, g.cost, o.quantity FROM goods g JOIN onhand o ON o.good = g.id WHERE g.id = ?", []any{goods[i]}, &price, &cost, &quantity))
	}
	r, err := f.stmt("INSERT INTO baskets(member, total, at) VALUES(?, ?, ?)").Exec(who, 25_000, now)
	must(f.b, err)
	basket, _ := r.LastInsertId()
	for _, g := range goods {
		f.exec("INSERT INTO basket_lines(basket, good, quantity, price) VALUES(?, ?, ?, ?)", basket, g, 1, price)
		f.exec("INSERT INTO moves(good, basket, quantity, at) VALUES(?, ?, ?, ?)", g, basket, -1, now)
		f.exec("UPDATE onhand SET quantity = quantity - ? WHERE good = ?", 1, g)
	}
	f.exec("INSERT INTO entries(id, basket, at) VALUES(?, ?, ?)", basket, basket, now)
	for i := range 4 {
		f.exec("INSERT INTO sides(entry, ledger, member, amount) VALUES(?, ?, ?, ?)", basket, i+1, who*(1-min(i, 1)), 25_000)
		f.exec("UPDATE ledgers SET balance = balance + ? WHERE id = ?", 25_000, i+1)
	}
	f.exec("UPDATE members SET balance = balance + ? WHERE id = ?", 25_000, who)
	f.exec("INSERT INTO seen VALUES(?, ?)", key, basket)
}

// newOwnFloor writes the very rows of a sale on payroll, triggers, seal and hash included, on a copy of
// the shop's database, with nothing decided and nothing looked up that a row does not need.
func newOwnFloor(b *testing.B, app *testapp.App) *floor {
	path := filepath.Join(b.TempDir(), "own.db")
	source, err := act.Open(filepath.Join(app.DataDir(), "data.db"))
	must(b, err)
	_, err = source.Exec("VACUUM INTO ?", path)
	must(b, err)
	must(b, source.Close())
	return newFloor(b, path, ownCheckout)
}

func ownCheckout(f *floor) {
	now, who := time.Now().UnixMilli(), int64(1+f.random.IntN(benchMembers))
	id := f.number("SELECT max(id) FROM acts") + 1
	seq := f.number("SELECT max(seq) FROM seals") + 1
	shift := f.number("SELECT max(id) FROM shifts")
	party := f.number("SELECT id FROM parties WHERE ref = CAST(? AS TEXT) AND kind = 'member'", who)
	input, key := sha256.Sum256(fmt.Append(nil, id)), ulid.New()
	f.exec("INSERT OR FAIL INTO acts(id, kind, key, input, at, role, actor) VALUES(?, 'store.sell', ?, ?, ?, 'cashier', 'k00000000000001')", id, key, input[:], now)
	f.exec("INSERT OR FAIL INTO journal(id, kind, year, number, date, period, at, act) VALUES(?, 'sale', 2026, ?, '2026-11-03', '2026-11', ?, ?)", seq, seq, now, id)
	entry := book.Sealed{Seq: seq, Kind: "sale", Year: 2026, Number: seq, Date: "2026-11-03", At: now, Act: id,
		Source: book.Source{Kind: "store.sell", Key: key, Role: "cashier", Actor: "k00000000000001"}}
	for i, side := range []struct{ account, amount int64 }{{1121, 25_000}, {4101, -25_000}, {5101, 20_000}, {1131, -20_000}} {
		var owner any
		if i < 2 {
			owner = party
			f.exec("INSERT INTO party_balances(party, account, amount) VALUES(?, ?, ?) ON CONFLICT(party, account) DO UPDATE SET amount = amount + excluded.amount", party, side.account, side.amount)
		}
		f.exec("INSERT OR FAIL INTO journal_lines(entry, line, account, party, amount) VALUES(?, ?, ?, ?, ?)", seq, i+1, side.account, owner, side.amount)
		f.exec("INSERT INTO account_months(account, period, debit, credit) VALUES(?, '2026-11', ?, 0) ON CONFLICT(account, period) DO UPDATE SET debit = debit + excluded.debit", side.account, 20_000)
		entry.Lines = append(entry.Lines, book.Line{Account: int(side.account), Party: book.Of(book.Member, who)})
	}
	f.exec("INSERT OR FAIL INTO seals(seq, hash) VALUES(?, ?)", seq, entry.Hash(book.Genesis))
	f.exec("INSERT INTO counters(name, last) VALUES('receipt.K1', 1) ON CONFLICT(name) DO UPDATE SET last = last + 1")
	f.exec("INSERT OR FAIL INTO sales(act, shift, till, number, member, sold_at, date, total, saved, change, entry, offline, flags) VALUES(?, ?, 'K1', ?, ?, ?, '2026-11-03', 25000, 0, 0, ?, 0, '')", id, shift, seq, who, now, seq)
	f.exec("INSERT OR FAIL INTO sale_tenders(sale, line, kind, amount) VALUES(?, 1, 'payroll', 25000)", id)
	for i := range 5 {
		good := 1 + f.random.IntN(benchProducts)
		f.exec("INSERT OR FAIL INTO sale_lines(sale, line, product, quantity, price, public_price, amount, cost) VALUES(?, ?, ?, 1000, 5000, 5000, 5000, 4000)", id, i+1, good)
		f.exec("INSERT OR FAIL INTO stock_moves(product, place, kind, quantity, value, act) VALUES(?, 1, 'sale', -1000, -4000, ?)", good, id)
		f.exec("INSERT INTO stock(product, place, quantity, value, last_cost) VALUES(?, 1, 0, 0, 0) ON CONFLICT(product, place) DO UPDATE SET quantity = quantity - 1000, value = value - 4000", good)
	}
	item := f.number("SELECT coalesce(max(id), 0) + 1 FROM open_items")
	f.exec("INSERT OR FAIL INTO open_items(id, member, kind, date, amount, act) VALUES(?, ?, 'store', '2026-11-03', 25000, ?)", item, who, id)
	f.exec("INSERT OR FAIL INTO item_remainders(item, member, remainder) VALUES(?, ?, 25000)", item, who)
	f.exec("INSERT OR FAIL INTO act_answers(act, answer) VALUES(?, ?)", id,
		`{"id":"01JCQF4XMVF5T8ZP5M4X2K9N3A","number":"K1-00001","total_rupiah":25000,"change_rupiah":0,"entry":1,"hash":"0000000000000000000000000000000000000000000000000000000000000000"}`)
}
