// Package act gives every business act the same life: look up its key, decide and write in one
// transaction, leave an audit row, commit, then tell the world.
//
// An act is known by its kind and a key that the client made. The same key with the same input gives
// the stored answer again; with another input it is refused (idempotency_conflict). Acts wait in one
// queue for one writer, which runs up to 64 of them in one transaction and commits once.
package act

import (
	"context"
	"crypto/rand"
	"crypto/sha256"
	"database/sql"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"time"

	"github.com/pocketbase/pocketbase/core"

	"kpdk/hooks/internal/clock"
	"kpdk/hooks/internal/fault"
)

// Act names one business act and who does it.
type Act struct {
	Kind  string // "store.sell"
	Key   string // a ULID from outside, or run:chunk for chains
	Input any    // hashed as JSON; leave secrets such as a PIN out of it
	By    Actor
	Note  string // a reason in people's words, kept erasable
}

// MaxKey bounds the length of a key.
const MaxKey = 80

// Do runs an act inside the shared group commit. The decide function must read and decide everything
// before its first write; it may run twice, so it must not touch anything but tx. The answer must
// survive a round trip through JSON.
func Do[A any](ctx context.Context, app core.App, a Act, decide func(tx *Tx) (A, error)) (answer A, replayed bool, err error) {
	return do(ctx, app, a, false, decide)
}

// DoWithRecords is Do for acts that also save PocketBase records, through tx.App(). It has a
// transaction of its own, because PocketBase's after-success hooks fire at its commit.
func DoWithRecords[A any](ctx context.Context, app core.App, a Act, decide func(tx *Tx) (A, error)) (answer A, replayed bool, err error) {
	return do(ctx, app, a, true, decide)
}

func do[A any](ctx context.Context, app core.App, a Act, records bool, decide func(tx *Tx) (A, error)) (answer A, replayed bool, err error) {
	if app.IsTransactional() {
		return answer, false, errors.New("act: an act opens its own transaction; it was called inside one")
	}
	if len(a.Key) < 8 || len(a.Key) > MaxKey {
		return answer, false, fault.Bad("act.key_invalid")
	}
	raw, err := json.Marshal(a.Input)
	if err != nil {
		return answer, false, fmt.Errorf("act: input: %w", err)
	}
	input := sha256.Sum256(raw)
	w, err := writerOf(app)
	if err != nil {
		return answer, false, err
	}
	j := &job{ctx: ctx, records: records, done: make(chan error, 1)}
	j.run = func(tx *Tx) error {
		answer, replayed = *new(A), false
		stored, seen, err := tx.recall(a.Kind, a.Key, input[:])
		if err != nil {
			return err
		}
		if seen {
			replayed = true
			return json.Unmarshal([]byte(stored), &answer)
		}
		if err := tx.begin(a, input[:]); err != nil {
			return err
		}
		if answer, err = decide(tx); err != nil {
			return err
		}
		return tx.record(answer)
	}
	if err := w.submit(j); err != nil {
		return answer, false, err
	}
	if err := <-j.done; err != nil {
		return *new(A), false, err
	}
	for _, f := range j.after {
		f()
	}
	return answer, replayed, nil
}

// recall finds the stored answer of an earlier act with this key.
func (tx *Tx) recall(kind, key string, input []byte) (answer string, seen bool, err error) {
	var stored []byte
	err = tx.Row("SELECT a.input, b.answer FROM acts a JOIN act_answers b ON b.act = a.id WHERE a.key = ? AND a.kind = ?", key, kind).Scan(&stored, &answer)
	switch {
	case errors.Is(err, sql.ErrNoRows):
		return "", false, nil
	case err != nil:
		return "", false, err
	case string(stored) != string(input):
		return "", false, fault.Refused("idempotency_conflict")
	}
	return answer, true, nil
}

// begin gives the act its number and its moment.
func (tx *Tx) begin(a Act, input []byte) error {
	last, err := Remember(tx, lastActKey{}, func() (last int64, err error) {
		err = tx.Row("SELECT coalesce(max(id), 0) FROM acts").Scan(&last)
		return last, err
	})
	tx.id, tx.act, tx.input, tx.now = last+1, a, input, tx.clock.Now()
	return err
}

// audit leaves the act's row before its first write, so that all it writes can refer to it. The note
// is kept apart, so that it can be erased; the audit row keeps only its salted hash.
func (tx *Tx) audit() error {
	if tx.wrote {
		return nil
	}
	tx.wrote = true
	tx.Keep(lastActKey{}, tx.id)
	a, salt := tx.act, make([]byte, 16)
	var note any
	if a.Note != "" {
		_, _ = rand.Read(salt) // never fails since Go 1.24
		sum := sha256.Sum256(append(slices.Clone(salt), a.Note...))
		note = sum[:]
	}
	_, err := tx.stmts.exec("INSERT OR FAIL INTO acts(id, kind, key, input, at, role, actor, note) VALUES(?, ?, ?, ?, ?, ?, ?, ?)",
		[]any{tx.id, a.Kind, a.Key, tx.input, tx.now.UnixMilli(), string(a.By.Role), a.By.ID, note})
	if err != nil || a.Note == "" {
		return err
	}
	_, err = tx.stmts.exec("INSERT INTO act_notes(act, salt, text) VALUES(?, ?, ?)", []any{tx.id, salt, a.Note})
	return err
}

// record stores the answer, which also says that the act was done to its end.
func (tx *Tx) record(answer any) error {
	raw, err := json.Marshal(answer)
	if err != nil {
		return fmt.Errorf("act: answer: %w", err)
	}
	return tx.Exec("INSERT OR FAIL INTO act_answers(act, answer) VALUES(?, ?)", tx.id, string(raw))
}

// Tx is one act's hold on the books while it decides and writes.
type Tx struct {
	app    core.App // set for acts with records
	stmts  statements
	clock  *clock.Clock
	memory *memory
	act    Act
	input  []byte
	id     int64
	now    time.Time
	wrote  bool
	after  []func()

	holding map[any]any // see Held
}

// ID is the act's number: the row in acts that this act will leave.
func (tx *Tx) ID() int64 { return tx.id }

// Kind and Key are what the act is known by.
func (tx *Tx) Kind() string { return tx.act.Kind }

// Key is the client's.
func (tx *Tx) Key() string { return tx.act.Key }

// By is who does the act.
func (tx *Tx) By() Actor { return tx.act.By }

// Now is the moment of the act, the same for everything it writes.
func (tx *Tx) Now() time.Time { return tx.now }

// Today is the business date of the act.
func (tx *Tx) Today() clock.Date { return tx.clock.DateOf(tx.now) }

// Clock is the co-op's clock.
func (tx *Tx) Clock() *clock.Clock { return tx.clock }

// App is PocketBase inside this transaction; only acts with records have it.
func (tx *Tx) App() core.App {
	if tx.app == nil {
		panic("act: records can be saved only by DoWithRecords")
	}
	if err := tx.audit(); err != nil {
		panic(err) // becomes the act's error
	}
	return tx.app
}

// Exec writes. The first write ends the act's right to refuse for free.
func (tx *Tx) Exec(query string, args ...any) error {
	_, err := tx.ExecCount(query, args...)
	return err
}

// ExecCount writes and tells how many rows were touched.
func (tx *Tx) ExecCount(query string, args ...any) (int64, error) {
	if err := tx.audit(); err != nil {
		return 0, err
	}
	if err := tx.settleFor(query); err != nil {
		return 0, err
	}
	return tx.stmts.exec(query, args)
}

// ExecRow writes, when it is scanned, and reads what the statement returns.
func (tx *Tx) ExecRow(query string, args ...any) Scanner {
	if err := tx.audit(); err != nil {
		return failed{err}
	}
	return tx.Row(query, args...)
}

// Row reads one row.
func (tx *Tx) Row(query string, args ...any) Scanner {
	if err := tx.settleFor(query); err != nil {
		return failed{err}
	}
	return tx.stmts.row(query, args)
}

// Query reads many rows; the caller closes them before the next statement.
func (tx *Tx) Query(query string, args ...any) (*sql.Rows, error) {
	if err := tx.settleFor(query); err != nil {
		return nil, err
	}
	return tx.stmts.rows(query, args)
}

// AfterCommit keeps a function for the time when the act is durable: realtime, caches. It can fail
// without harm.
func (tx *Tx) AfterCommit(f func()) { tx.after = append(tx.after, f) }
