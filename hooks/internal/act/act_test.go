package act_test

import (
	"context"
	"crypto/sha256"
	"database/sql"
	"encoding/binary"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"testing"

	"github.com/pocketbase/pocketbase/core"

	"kpdk/hooks/internal/act"
	"kpdk/hooks/internal/fault"
	"kpdk/hooks/internal/testapp"
)

type answer struct {
	Value int64 `json:"value"`
}

func count(t *testing.T, app core.App, table string, args ...any) (n int64) {
	t.Helper()
	if err := act.Read(app).Row("SELECT count(*) FROM "+table, args...).Scan(&n); err != nil {
		t.Fatal(err)
	}
	return n
}

// bump counts up a counter of the books: the smallest thing an act can write.
func bump(tx *act.Tx, name string) (answer, error) {
	if err := tx.Exec("INSERT INTO counters(name, last) VALUES(?, 1) ON CONFLICT(name) DO UPDATE SET last = last + 1", name); err != nil {
		return answer{}, err
	}
	var a answer
	return a, tx.Row("SELECT last FROM counters WHERE name = ?", name).Scan(&a.Value)
}

func do(app core.App, key string, input any, decide func(tx *act.Tx) (answer, error)) (answer, bool, error) {
	return act.Do(context.Background(), app, act.Act{Kind: "test.bump", Key: key, Input: input, By: act.BySystem}, decide)
}

func TestTheSameKeyIsTheSameAct(t *testing.T) {
	app := testapp.New(t)
	up := func(tx *act.Tx) (answer, error) { return bump(tx, "x") }
	for i, c := range []struct {
		kind, key string
		input     any
		value     int64
		replayed  bool
		code      string
	}{
		{"test.bump", "key-00001", "a", 1, false, ""},
		{"test.bump", "key-00001", "a", 1, true, ""},
		{"test.bump", "key-00001", "b", 0, false, "idempotency_conflict"},
		{"test.bump", "key-00002", "a", 2, false, ""},
		{"test.other", "key-00001", "b", 3, false, ""},
		{"test.bump", "key-00001", "a", 1, true, ""},
		{"test.bump", "short", "a", 0, false, "act.key_invalid"},
		{"test.bump", strings.Repeat("k", act.MaxKey+1), "a", 0, false, "act.key_invalid"},
	} {
		got, replayed, err := act.Do(context.Background(), app, act.Act{Kind: c.kind, Key: c.key, Input: c.input, By: act.BySystem}, up)
		if c.code != "" {
			if !errors.Is(err, &fault.Fault{Code: c.code}) {
				t.Errorf("%d: got %v, want %s", i, err, c.code)
			}
			continue
		}
		if err != nil || got.Value != c.value || replayed != c.replayed {
			t.Errorf("%d: got %v replayed %v (%v), want %d replayed %v", i, got, replayed, err, c.value, c.replayed)
		}
	}
	if n := count(t, app, "acts WHERE kind LIKE 'test.%'"); n != 3 {
		t.Errorf("%d acts are recorded, want 3", n)
	}
}

func TestTheAuditRowSaysWhoAndWhenAndKeepsTheNoteApart(t *testing.T) {
	app := testapp.New(t)
	by := act.Actor{ID: "rec123456789012", Role: act.Treasurer}
	if _, _, err := act.Do(context.Background(), app, act.Act{Kind: "test.note", Key: "note-0001", Input: 7, By: by, Note: "salah ketik"},
		func(tx *act.Tx) (answer, error) { return answer{tx.ID()}, nil }); err != nil {
		t.Fatal(err)
	}
	var role, actor, text string
	var at, id int64
	var input, note, salt []byte
	err := act.Read(app).Row("SELECT a.id, a.role, a.actor, a.at, a.input, a.note, n.salt, n.text FROM acts a JOIN act_notes n ON n.act = a.id WHERE a.kind = 'test.note'").
		Scan(&id, &role, &actor, &at, &input, &note, &salt, &text)
	if err != nil {
		t.Fatal(err)
	}
	wantInput, wantNote := sha256.Sum256([]byte("7")), sha256.Sum256(append(salt, "salah ketik"...))
	if role != "treasurer" || actor != by.ID || at != testapp.Now.UnixMilli() || string(input) != string(wantInput[:]) || string(note) != string(wantNote[:]) || text != "salah ketik" {
		t.Errorf("audit row %d: %s %s %d %x %x %q", id, role, actor, at, input, note, text)
	}
}

// outcome is one way an act can go, and whether it may leave something.
var outcomes = []struct {
	name   string
	good   bool
	decide func(tx *act.Tx) (answer, error)
}{
	{"writes", true, func(tx *act.Tx) (answer, error) { return bump(tx, "good") }},
	{"refuses before writing", false, func(tx *act.Tx) (answer, error) { return answer{}, fault.Refused("test.no") }},
	{"refuses after writing", false, func(tx *act.Tx) (answer, error) {
		if _, err := bump(tx, "bad"); err != nil {
			return answer{}, err
		}
		return answer{}, fault.Refused("test.no")
	}},
	{"fails after writing", false, func(tx *act.Tx) (answer, error) {
		if _, err := bump(tx, "bad"); err != nil {
			return answer{}, err
		}
		return answer{}, tx.Exec("INSERT INTO nothing VALUES(1)")
	}},
	{"panics after writing", false, func(tx *act.Tx) (answer, error) {
		if _, err := bump(tx, "bad"); err != nil {
			return answer{}, err
		}
		panic("a bug")
	}},
	{"panics at once", false, func(tx *act.Tx) (answer, error) { panic("a bug") }},
	{"breaks a promise that only the commit checks", false, func(tx *act.Tx) (answer, error) {
		return answer{}, tx.Exec("INSERT INTO policies(key, value, valid_from, act) VALUES('k', '1', '2026-01-01', 999999999)")
	}},
}

// Acts of one group share a transaction. Whatever one of them does, its neighbours go on, each exactly
// once, and the faulty one leaves nothing.
func TestNeighboursInAGroupDoNotHurtEachOther(t *testing.T) {
	for _, bad := range outcomes[1:] {
		t.Run(bad.name, func(t *testing.T) {
			app := testapp.New(t)
			const acts = 90 // more than one group
			release, errs := holdWriter(t, app), make([]error, acts)
			var wg sync.WaitGroup
			for i := range acts {
				wg.Go(func() {
					decide := outcomes[0].decide
					if i%7 == 3 {
						decide = bad.decide
					}
					_, _, errs[i] = do(app, fmt.Sprintf("group-%03d", i), i, decide)
				})
			}
			for act.Queued(app) < acts {
				runtime.Gosched()
			}
			release()
			wg.Wait()
			var good int64
			for i, err := range errs {
				if i%7 == 3 {
					if err == nil {
						t.Errorf("act %d should have failed", i)
					}
					continue
				}
				good++
				if err != nil {
					t.Errorf("act %d was hurt by a neighbour: %v", i, err)
				}
			}
			var last int64
			if err := act.Read(app).Row("SELECT last FROM counters WHERE name = 'good'").Scan(&last); err != nil || last != good {
				t.Errorf("%d good acts left %d (%v)", good, last, err)
			}
			if n := count(t, app, "counters WHERE name = 'bad'"); n != 0 {
				t.Error("a faulty act left something")
			}
			if n := count(t, app, "acts WHERE kind = 'test.bump'"); n != good {
				t.Errorf("%d acts are recorded, want %d", n, good)
			}
			if whole := count(t, app, "acts"); whole != lastAct(t, app) {
				t.Errorf("%d acts, but the last is number %d", whole, lastAct(t, app))
			}
		})
	}
}

func lastAct(t *testing.T, app core.App) (id int64) {
	t.Helper()
	if err := act.Read(app).Row("SELECT max(id) FROM acts").Scan(&id); err != nil {
		t.Fatal(err)
	}
	return id
}

// holdWriter keeps the writer busy, so that what follows waits in its queue and becomes groups.
func holdWriter(t *testing.T, app core.App) (release func()) {
	t.Helper()
	held, let, done := make(chan struct{}), make(chan struct{}), make(chan error, 1)
	tell := sync.OnceFunc(func() { close(held) }) // the act runs again when one that joined its group fails
	go func() {
		_, _, err := act.Do(context.Background(), app, act.Act{Kind: "test.hold", Key: "hold-00001", By: act.BySystem}, func(*act.Tx) (answer, error) {
			tell()
			<-let
			return answer{}, nil
		})
		done <- err
	}()
	<-held
	return func() {
		close(let)
		if err := <-done; err != nil {
			t.Error(err)
		}
	}
}

// replace counts up through what the group remembers.
func replace(tx *act.Tx, name string) (answer, error) {
	type key string
	last, err := act.Remember(tx, key(name), func() (last int64, err error) {
		return last, tx.Row("SELECT coalesce((SELECT last FROM counters WHERE name = ?), 0)", name).Scan(&last)
	})
	if err != nil {
		return answer{}, err
	}
	return answer{last + 1}, tx.Replace(key(name), last+1, "counters",
		"INSERT INTO counters(name, last) VALUES(?, ?) ON CONFLICT(name) DO UPDATE SET last = excluded.last", name, last+1)
}

func TestStateThatAGroupReplacesIsReadAsWritten(t *testing.T) {
	app := testapp.New(t)
	read := func(tx *act.Tx, name string) (a answer, err error) {
		return a, tx.Row("SELECT coalesce((SELECT last FROM counters WHERE name = ?), 0)", name).Scan(&a.Value)
	}
	release := holdWriter(t, app)
	var all sync.WaitGroup
	broken := errors.New("broken")
	const acts = 40
	for i := range acts {
		all.Go(func() {
			_, _, err := do(app, fmt.Sprintf("key-%05d", i), nil, func(tx *act.Tx) (answer, error) {
				a, err := replace(tx, "replaced")
				switch {
				case err != nil:
					return a, err
				case i == acts/2:
					return a, broken // rolls the group back, and what waits with it
				case i%3 == 0: // a statement that names the table sees it
					if got, err := read(tx, "replaced"); err != nil || got != a {
						t.Errorf("read %v (%v) after %v was written", got, err, a)
					}
				}
				return a, nil
			})
			if (i == acts/2) != errors.Is(err, broken) {
				t.Errorf("act %d: %v", i, err)
			}
		})
	}
	for act.Queued(app) < acts {
		runtime.Gosched()
	}
	release()
	all.Wait()
	var last int64
	if err := act.Read(app).Row("SELECT last FROM counters WHERE name = 'replaced'").Scan(&last); err != nil || last != acts-1 {
		t.Errorf("the counter stands at %d (%v), want %d", last, err, acts-1)
	}
	_, _, err := act.DoWithRecords(context.Background(), app, act.Act{Kind: "test.bump", Key: "with-records", By: act.BySystem}, func(tx *act.Tx) (answer, error) {
		tx.App()
		return replace(tx, "replaced")
	})
	if err == nil {
		err = act.Read(app).Row("SELECT last FROM counters WHERE name = 'replaced'").Scan(&last)
	}
	if err != nil || last != acts {
		t.Errorf("with records the counter stands at %d (%v), want %d", last, err, acts)
	}
}

func TestNoTriggerReadsWhatAGroupReplaces(t *testing.T) {
	app := testapp.New(t)
	if n := count(t, app, "sqlite_master WHERE type = 'trigger' AND (sql LIKE '%account_months%' OR sql LIKE '%counters%' OR sql LIKE '%owed_days%')"); n != 0 {
		t.Errorf("%d triggers name state that may still wait to be written", n)
	}
}

// What lasts is known from group to group while nobody can have changed it, and always read again otherwise.
func TestWhatLastsIsReadAgainWhenItMayHaveChanged(t *testing.T) {
	app := testapp.New(t)
	type key string
	loads := 0
	read := func(tx *act.Tx) (a answer, err error) {
		value, err := act.Lasting(tx, key("lasts"), []string{"counters"}, func() (n int64, err error) {
			loads++
			return n, tx.Row("SELECT coalesce((SELECT last FROM counters WHERE name = 'lasts'), 0)").Scan(&n)
		})
		return answer{value}, err
	}
	sql := func(query string) {
		t.Helper()
		if _, err := app.NonconcurrentDB().NewQuery(query).Execute(); err != nil {
			t.Fatal(err)
		}
	}
	unrelated := func(tx *act.Tx) error {
		return tx.Exec("INSERT INTO account_months(account, period, debit) VALUES(1101, '2026-01', 1) ON CONFLICT(account, period) DO UPDATE SET debit = debit + 1")
	}
	up := func(tx *act.Tx) error { _, err := bump(tx, "lasts"); return err }
	for i, c := range []struct {
		name   string
		before func()
		within func(tx *act.Tx) error // after a first reading
		fails  bool
		want   int64
		loads  int
	}{
		{name: "the first time", loads: 1},
		{name: "nothing happened", loads: 0},
		{name: "this connection wrote something else", within: unrelated, loads: 0},
		{name: "and that is committed", loads: 0},
		{name: "another connection wrote it", before: func() { sql("INSERT INTO counters(name, last) VALUES('lasts', 7)") }, want: 7, loads: 1},
		{name: "another connection wrote anything", before: func() { sql("INSERT INTO counters(name, last) VALUES('another', 7)") }, want: 7, loads: 1},
		{name: "this act writes it", within: up, want: 8, loads: 1},
		{name: "it is known again", want: 8, loads: 0},
		{name: "an act writes it and fails", within: func(tx *act.Tx) error { return errors.Join(up(tx), errors.New("broken")) }, fails: true, loads: 0},
		{name: "what it wrote was taken back", want: 8, loads: 1},
	} {
		if c.before != nil {
			c.before()
		}
		loads = 0
		a, _, err := do(app, fmt.Sprintf("lasting-%02d", i), nil, func(tx *act.Tx) (answer, error) {
			a, err := read(tx)
			if err == nil && c.within != nil {
				if err = c.within(tx); err == nil {
					a, err = read(tx)
				}
			}
			return a, err
		})
		if (err != nil) != c.fails || err == nil && a.Value != c.want || loads != c.loads {
			t.Errorf("%s: %d (%v) after %d readings, want %d after %d", c.name, a.Value, err, loads, c.want, c.loads)
		}
	}
	loads = 0
	for range 2 {
		_, _, err := act.DoWithRecords(context.Background(), app, act.Act{Kind: "test.bump", Key: fmt.Sprintf("records-%02d", loads), By: act.BySystem}, read)
		if err != nil {
			t.Error(err)
		}
	}
	if loads != 2 {
		t.Errorf("acts with records read %d times, want 2", loads)
	}
}

// A statement says all that it changes: no trigger writes, or what lasts would be believed too long.
func TestNoTriggerWrites(t *testing.T) {
	app := testapp.New(t)
	err := act.Each(act.Read(app), "SELECT name, sql FROM sqlite_master WHERE type = 'trigger'", nil, func(row act.Scanner) error {
		var name, text string
		err := row.Scan(&name, &text)
		_, body, _ := strings.Cut(text, "BEGIN")
		for _, verb := range []string{"INSERT", "UPDATE", "DELETE"} {
			if strings.Contains(strings.ToUpper(body), verb+" ") {
				t.Errorf("%s: %s", name, body)
			}
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
}

func TestARowIsScannedAsItIs(t *testing.T) {
	app := testapp.New(t)
	type code string
	var whole int64
	var small int8
	var yes bool
	var name string
	var named code
	var blob, none []byte
	var null sql.NullInt64
	var real float64
	cases := []struct {
		query string
		dest  []any
		ok    bool
	}{
		{"SELECT 7, 7, 1, 'a', 'b', x'0102', NULL, NULL, 2", []any{&whole, &small, &yes, &name, &named, &blob, &none, &null, &real}, true},
		{"SELECT 2.0", []any{&whole}, true},
		{"SELECT 2.5", []any{&whole}, false},
		{"SELECT 300", []any{&small}, false},
		{"SELECT 2", []any{&yes}, false},
		{"SELECT 'x'", []any{&whole}, false},
		{"SELECT NULL", []any{&whole}, false},
		{"SELECT 1", []any{whole}, false},
		{"SELECT 1, 2", []any{&whole}, false},
	}
	_, _, err := do(app, "key-00001", nil, func(tx *act.Tx) (answer, error) {
		for _, c := range cases {
			if err := tx.Row(c.query).Scan(c.dest...); (err == nil) != c.ok {
				t.Errorf("%s: %v", c.query, err)
			}
		}
		if err := tx.Row("SELECT 1 WHERE 0").Scan(&whole); !errors.Is(err, sql.ErrNoRows) {
			t.Errorf("no row is %v", err)
		}
		return answer{}, nil
	})
	if err != nil || small != 7 || !yes || name != "a" || named != "b" || string(blob) != "\x01\x02" || none != nil || null.Valid || real != 2 {
		t.Error(err, small, yes, name, named, blob, none, null, real)
	}
}

func TestManyClientsWithTheSameKeyAreOneAct(t *testing.T) {
	app := testapp.New(t)
	var wg sync.WaitGroup
	values, fresh := make([]int64, 64), make([]bool, 64)
	for i := range values {
		wg.Go(func() {
			a, replayed, err := do(app, "one-key-for-all", "same", outcomes[0].decide)
			if err != nil {
				t.Error(err)
			}
			values[i], fresh[i] = a.Value, !replayed
		})
	}
	wg.Wait()
	firsts := 0
	for i := range values {
		if values[i] != 1 {
			t.Errorf("client %d heard %d", i, values[i])
		}
		if fresh[i] {
			firsts++
		}
	}
	if firsts != 1 {
		t.Errorf("%d clients were told that theirs was the first", firsts)
	}
}

func TestActsWithRecordsStandAlone(t *testing.T) {
	app := testapp.New(t)
	saved := 0
	app.OnRecordAfterCreateSuccess("categories").BindFunc(func(e *core.RecordEvent) error { saved++; return e.Next() })
	save := func(name string, end func() error) error {
		_, _, err := act.DoWithRecords(context.Background(), app, act.Act{Kind: "test.record", Key: "record-" + name, By: act.BySystem}, func(tx *act.Tx) (answer, error) {
			c, err := tx.App().FindCollectionByNameOrId("categories")
			if err != nil {
				return answer{}, err
			}
			r := core.NewRecord(c)
			r.Set("name", name)
			if err := tx.App().Save(r); err != nil {
				return answer{}, err
			}
			if _, err := bump(tx, "records"); err != nil {
				return answer{}, err
			}
			return answer{}, end()
		})
		return err
	}
	if err := save("kept", func() error { return nil }); err != nil {
		t.Fatal(err)
	}
	if err := save("refused", func() error { return fault.Refused("test.no") }); err == nil {
		t.Error("a refusal is an error")
	}
	if err := save("panicked", func() error { panic("a bug") }); err == nil {
		t.Error("a panic is an error")
	}
	var last int64
	if err := act.Read(app).Row("SELECT last FROM counters WHERE name = 'records'").Scan(&last); err != nil || last != 1 {
		t.Errorf("the counter stands at %d (%v), want 1", last, err)
	}
	if n := count(t, app, "categories WHERE name IN ('kept', 'refused', 'panicked')"); n != 1 || saved != 1 {
		t.Errorf("%d categories, %d hooks, want one each", n, saved)
	}
}

func TestAnActInsideATransactionIsAMistake(t *testing.T) {
	app := testapp.New(t)
	err := app.RunInTransaction(func(txApp core.App) error {
		_, _, err := do(txApp, "inside-01", nil, outcomes[0].decide)
		return err
	})
	if err == nil || !strings.Contains(err.Error(), "inside") {
		t.Errorf("got %v", err)
	}
}

func TestRecordsNeedTheirOwnKindOfAct(t *testing.T) {
	app := testapp.New(t)
	if _, _, err := do(app, "no-records", nil, func(tx *act.Tx) (answer, error) { tx.App(); return answer{}, nil }); err == nil {
		t.Error("a plain act has no PocketBase in its transaction")
	}
}

func TestWhoHasGoneIsNotServed(t *testing.T) {
	app := testapp.New(t)
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	_, _, err := act.Do(ctx, app, act.Act{Kind: "test.bump", Key: "gone-00001", By: act.BySystem}, outcomes[0].decide)
	if !errors.Is(err, context.Canceled) || count(t, app, "counters WHERE name = 'good'") != 0 {
		t.Errorf("got %v", err)
	}
}

func TestAnAnswerThatJSONCannotSayIsNotKept(t *testing.T) {
	app := testapp.New(t)
	_, _, err := act.Do(context.Background(), app, act.Act{Kind: "test.chan", Key: "chan-00001", By: act.BySystem}, func(tx *act.Tx) (map[string]any, error) {
		_, err := bump(tx, "chan")
		return map[string]any{"c": make(chan int)}, err
	})
	if err == nil || count(t, app, "counters WHERE name = 'chan'") != 0 {
		t.Errorf("got %v", err)
	}
}

func TestAfterCommitRunsOnlyAfterACommit(t *testing.T) {
	app := testapp.New(t)
	told := 0
	tell := func(end error) func(tx *act.Tx) (answer, error) {
		return func(tx *act.Tx) (answer, error) {
			tx.AfterCommit(func() { told++ })
			return answer{}, end
		}
	}
	for range 2 { // the second time the stored answer is given: nothing happened, nothing is told
		if _, _, err := do(app, "told-00001", nil, tell(nil)); err != nil {
			t.Fatal(err)
		}
	}
	if _, _, err := do(app, "told-00002", nil, tell(fault.Refused("test.no"))); err == nil || told != 1 {
		t.Errorf("told %d times (%v), want once", told, err)
	}
}

// Closing lets what was taken in finish; what comes later is told so; and a folder that was closed can
// be opened again.
func TestTheWriterClosesCleanly(t *testing.T) {
	app := testapp.New(t)
	release := holdWriter(t, app)
	const acts = 40
	errs := make([]error, acts)
	var wg sync.WaitGroup
	for i := range acts {
		wg.Go(func() { _, _, errs[i] = do(app, fmt.Sprintf("close-%03d", i), i, outcomes[0].decide) })
	}
	for act.Queued(app) < acts {
		runtime.Gosched()
	}
	closed := make(chan struct{})
	go func() { act.Close(app); close(closed) }()
	release()
	wg.Wait()
	<-closed
	for i, err := range errs {
		if err != nil {
			t.Errorf("act %d was queued before the close and got %v", i, err)
		}
	}
	if !act.WriterEnded(app) {
		t.Error("the writer is still there")
	}
	act.Close(app) // closing twice is no harm
	if a, _, err := do(app, "after-close", nil, outcomes[0].decide); err != nil || a.Value != acts+1 {
		t.Errorf("a later act starts a new writer: got %v, %v", a, err)
	}
}

// What was committed when a sync began is what it makes durable: no act is answered before a sync of its own, and
// while one is under way the next acts are decided already.
func TestNoActIsAnsweredBeforeItsSync(t *testing.T) {
	app := testapp.New(t)
	var durable atomic.Int64
	syncing, let := make(chan struct{}), make(chan struct{})
	first := sync.OnceFunc(func() { close(syncing); <-let })
	defer act.SetSync(func(log *os.File) error {
		if want := filepath.Join(app.DataDir(), "data.db-wal"); log.Name() != want {
			t.Errorf("%s is synced, want %s", log.Name(), want)
		}
		committed := lastAct(t, app)
		first()
		durable.Store(committed)
		return log.Sync()
	})()
	defer act.Close(app) // before the syncing is put back
	var all sync.WaitGroup
	run := func(key string, decided func()) {
		all.Go(func() {
			var id int64
			_, _, err := do(app, key, nil, func(tx *act.Tx) (answer, error) {
				id = tx.ID()
				decided()
				return bump(tx, key)
			})
			if err != nil || id > durable.Load() {
				t.Errorf("act %d is answered (%v), the disk has %d", id, err, durable.Load())
			}
		})
	}
	run("before-the-sync", func() {})
	<-syncing
	decided := make(chan struct{})
	run("while-it-syncs", sync.OnceFunc(func() { close(decided) }))
	<-decided
	close(let)
	all.Wait()
	for i := range 20 {
		run(fmt.Sprintf("many-%05d", i), func() {})
	}
	all.Wait()
}

// After a sync that failed nobody knows what the disk has: nothing is called done until the log is read again.
func TestADiskThatFailsStopsTheWriter(t *testing.T) {
	app := testapp.New(t)
	broken := errors.New("broken")
	reset := act.SetSync(func(*os.File) error { return broken })
	key := "on-a-broken-disk"
	if _, _, err := do(app, key, nil, outcomes[0].decide); !errors.Is(err, act.ErrNotDurable) || !errors.Is(err, broken) {
		t.Errorf("got %v", err)
	}
	reset()
	for _, key := range []string{key, "and-another"} {
		if _, _, err := do(app, key, nil, outcomes[0].decide); !errors.Is(err, act.ErrNotDurable) {
			t.Errorf("%s: got %v", key, err)
		}
	}
	act.Close(app)
	if a, replayed, err := do(app, key, nil, outcomes[0].decide); err != nil || !replayed || a.Value != 1 {
		t.Errorf("sent again: %v, replayed %v, %v", a, replayed, err)
	}
}

// An act with records that waits behind a group whose sync fails stands on what may be lost, and is not answered.
func TestADiskThatFailsStopsWhatWaits(t *testing.T) {
	app := testapp.New(t)
	reset := act.SetSync(func(*os.File) error { return errors.New("broken") })
	if _, _, err := do(app, "on-a-broken-disk", nil, outcomes[0].decide); !errors.Is(err, act.ErrNotDurable) {
		t.Errorf("got %v", err)
	}
	reset()
	act.RunRecords(app, func(tx *act.Tx) error { t.Error("it ran"); return nil }, func(err error) {
		if !errors.Is(err, act.ErrNotDurable) {
			t.Errorf("got %v", err)
		}
	})
	act.Close(app)
}

// Close and Do race here on purpose: every act is either done or told that the writer is closed.
func TestClosingUnderLoadLosesNothing(t *testing.T) {
	app := testapp.New(t)
	var wg sync.WaitGroup
	var mu sync.Mutex
	var done int64
	for client := range 8 {
		wg.Go(func() {
			for i := range 40 {
				_, _, err := do(app, fmt.Sprintf("race-%d-%03d", client, i), i, outcomes[0].decide)
				mu.Lock()
				if err == nil {
					done++
				} else if !errors.Is(err, act.ErrClosed) {
					t.Errorf("got %v", err)
				}
				mu.Unlock()
			}
		})
	}
	for range 10 {
		act.Close(app)
		runtime.Gosched()
	}
	wg.Wait()
	var last int64
	if err := act.Read(app).Row("SELECT coalesce(max(last), 0) FROM counters WHERE name = 'good'").Scan(&last); err != nil || last != done {
		t.Errorf("%d acts were acknowledged, %d are there (%v)", done, last, err)
	}
}

func TestActorsAreReadFromLogins(t *testing.T) {
	app := testapp.New(t)
	cashier := app.Operator(act.Cashier)
	idle := app.Operator(act.Treasurer)
	idle.Set("active", false)
	for name, c := range map[string]struct {
		record *core.Record
		role   act.Role
	}{"nobody": {nil, act.Nobody}, "cashier": {cashier, act.Cashier}, "an operator who is no longer active": {idle, act.Nobody}, "manager": {app.Manager(), act.Manager}} {
		if got := act.ActorOf(c.record); got.Role != c.role {
			t.Errorf("%s: got role %q, want %q", name, got.Role, c.role)
		}
	}
}

// A question mark is a parameter in both ways of running SQL.
func TestReadersAgree(t *testing.T) {
	app := testapp.New(t)
	if _, _, err := do(app, "reader-001", nil, outcomes[0].decide); err != nil {
		t.Fatal(err)
	}
	query := "SELECT last FROM counters WHERE name = ? AND last = ?"
	read := func(r act.Reader) int64 {
		var n int64
		if err := r.Row(query, "good", 1).Scan(&n); err != nil {
			t.Error(err)
		}
		if err := act.Each(r, query, []any{"good", 1}, func(row act.Scanner) error { return row.Scan(&n) }); err != nil {
			t.Error(err)
		}
		return n
	}
	if read(act.Read(app)) != 1 {
		t.Error("outside a transaction")
	}
	if err := app.RunInTransaction(func(txApp core.App) error { read(act.Read(txApp)); return nil }); err != nil {
		t.Error(err)
	}
	if err := act.Snapshot(context.Background(), app, func(r act.Reader) error { read(r); return nil }); err != nil {
		t.Error(err)
	}
}

// A snapshot sees the books as they were when it began.
func TestASnapshotStandsStill(t *testing.T) {
	app := testapp.New(t)
	up := func(key string) {
		if _, _, err := do(app, key, nil, outcomes[0].decide); err != nil {
			t.Fatal(err)
		}
	}
	up("still-001")
	err := act.Snapshot(context.Background(), app, func(r act.Reader) error {
		for range 2 {
			var n int64
			if err := r.Row("SELECT last FROM counters WHERE name = 'good'").Scan(&n); err != nil || n != 1 {
				t.Errorf("the snapshot reads %d (%v), want 1", n, err)
			}
			up("still-002")
		}
		return nil
	})
	if err != nil {
		t.Error(err)
	}
}

// Acts that follow each other without a pause leave the checkpointer no moment in which the whole log
// lies in the database; the writer makes one, and the log begins anew instead of growing for ever.
func TestTheLogBeginsAnewUnderLoad(t *testing.T) {
	defer act.SetMaxLog(50)()
	app := testapp.New(t)
	defer act.Close(app) // before the limit is put back
	const clients, most = 16, 4000
	var wg sync.WaitGroup
	var made atomic.Int64
	for client := range clients {
		wg.Go(func() {
			for i := 0; made.Load() < most && restarts(t, app) < 3; i++ {
				made.Add(1)
				if _, _, err := do(app, fmt.Sprintf("load-%d-%05d", client, i), i, func(tx *act.Tx) (answer, error) {
					return bump(tx, strings.Repeat("x", 8000)+fmt.Sprint(client, i))
				}); err != nil {
					t.Error(err)
					return
				}
			}
		})
	}
	wg.Wait()
	if n := restarts(t, app); n < 3 {
		t.Errorf("after %d acts the log began anew %d times", made.Load(), n)
	}
}

// restarts is the log's own count of how often it began anew: bytes 12 to 15 of its head.
func restarts(t *testing.T, app core.App) uint32 {
	f, err := os.Open(filepath.Join(app.DataDir(), "data.db-wal"))
	if err != nil {
		t.Error(err)
		return 0
	}
	defer f.Close()
	var head [16]byte
	if n, _ := f.ReadAt(head[:], 0); n < len(head) {
		return 0 // nothing was written yet
	}
	return binary.BigEndian.Uint32(head[12:])
}

// Making something carelessly leaves the files locked as they were: others must see that somebody has them.
func TestBecomingCarefulLeavesTheLocks(t *testing.T) {
	app := testapp.New(t)
	careful, err := act.Careless(app)
	if err != nil {
		t.Fatal(err)
	}
	if _, _, err := do(app, "careless", nil, outcomes[0].decide); err != nil {
		t.Fatal(err)
	}
	before := testapp.Locks(t, os.Getpid(), app.DataDir())
	if err := careful(); err != nil {
		t.Fatal(err)
	}
	if after := testapp.Locks(t, os.Getpid(), app.DataDir()); !slices.Equal(before, after) {
		t.Errorf("locked were %v, and are %v", before, after)
	}
	var mode string
	if err := app.NonconcurrentDB().NewQuery("PRAGMA synchronous").Row(&mode); err != nil || mode != "2" {
		t.Errorf("synchronous is %s, want 2 (FULL): %v", mode, err)
	}
	if info, err := os.Stat(filepath.Join(app.DataDir(), "data.db-wal")); err != nil || info.Size() != 0 {
		t.Errorf("%v %v: something is in the log only", info, err)
	}
}
