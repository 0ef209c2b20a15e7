package act

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"path/filepath"
	"runtime/debug"
	"sync"
	"sync/atomic"
	"time"

	"github.com/pocketbase/pocketbase/core"

	"kpdk/hooks/internal/clock"
	"kpdk/hooks/internal/fault"
)

const (
	maxGroup        = 64
	queueLength     = 1024
	checkpointEvery = 400 * time.Millisecond
	writerKey       = "kpdk.writer"
)

// maxLog is how many frames of 4 KB the log may have before the writer pauses for it: 192 MB. A pause takes
// about a tenth of a second, so it should come seldom; the log of a day at a busy shop never gets there.
var maxLog int64 = 49_152

// ErrClosed is given to acts that arrive while the program stops.
var ErrClosed = errors.New("act: the writer is closed")

type job struct {
	ctx     context.Context
	run     func(tx *Tx) error
	records bool
	done    chan error
	after   []func()
}

// writer is the single writer of one database: a goroutine, a connection, a queue.
type writer struct {
	app     core.App
	db      *sql.DB
	stmts   *prepared
	queue   chan *job
	closed  chan struct{} // no new acts
	stopped chan struct{} // the goroutine has ended
	rested  chan struct{} // the checkpointer has let go of the files
	mu      sync.RWMutex
	off     bool
	wake    chan struct{} // tells the checkpointer that something was written
	long    atomic.Bool   // the log outgrew maxLog: only a pause of the writer lets it begin anew
}

var opening sync.Mutex

// writerOf gives the app's writer and starts it at the first call.
func writerOf(app core.App) (*writer, error) {
	opening.Lock()
	defer opening.Unlock()
	if w, ok := app.Store().Get(writerKey).(*writer); ok && !w.isClosed() {
		return w, nil
	}
	db, err := open(filepath.Join(app.DataDir(), "data.db"), synchronous(app))
	if err != nil {
		return nil, err
	}
	stmts, err := newPrepared(db)
	if err != nil {
		return nil, errors.Join(err, db.Close())
	}
	w := &writer{app: app, db: db, stmts: stmts, queue: make(chan *job, queueLength),
		closed: make(chan struct{}), stopped: make(chan struct{}), rested: make(chan struct{}), wake: make(chan struct{}, 1)}
	app.Store().Set(writerKey, w)
	go w.loop()
	go w.checkpoint()
	return w, nil
}

// Close lets the queued acts finish and stops the app's writer; a later act starts a new one.
func Close(app core.App) {
	opening.Lock() // a writer that starts meanwhile must not be taken away with this one
	w, ok := app.Store().Get(writerKey).(*writer)
	app.Store().Remove(writerKey)
	opening.Unlock()
	if ok {
		w.close()
	}
}

func (w *writer) isClosed() bool {
	w.mu.RLock()
	defer w.mu.RUnlock()
	return w.off
}

func (w *writer) close() {
	w.mu.Lock()
	if w.off {
		w.mu.Unlock()
		return
	}
	w.off = true
	close(w.queue)
	w.mu.Unlock()
	<-w.stopped
	close(w.closed)
	<-w.rested
	w.stmts.close()
	_ = w.db.Close()
}

func (w *writer) submit(j *job) error {
	w.mu.RLock()
	defer w.mu.RUnlock()
	if w.off {
		return ErrClosed
	}
	w.queue <- j
	return nil
}

// loop takes what waits, never waits to fill a group, and keeps the order of arrival.
func (w *writer) loop() {
	defer close(w.stopped)
	group := make([]*job, 0, maxGroup)
	for j := range w.queue {
		group = append(group[:0], j)
	fill:
		for len(group) < maxGroup {
			select {
			case next, ok := <-w.queue:
				if !ok {
					break fill
				}
				group = append(group, next)
			default:
				break fill
			}
		}
		w.runInOrder(group)
		if w.long.CompareAndSwap(true, false) {
			w.shorten()
		}
		select {
		case w.wake <- struct{}{}:
		default:
		}
	}
}

// shorten copies the rest of a log that grew too long, between two groups, so that the next commit can
// begin it anew. While acts follow each other without a pause the checkpointer alone never gets there:
// 250,000 acts in a row left a log of 3 GB, which every reader had to search.
func (w *writer) shorten() {
	if _, err := frames(w.stmts.row("PRAGMA wal_checkpoint(PASSIVE)", nil)); err != nil {
		w.app.Logger().Warn("act: the log could not be shortened", "error", err)
	}
}

// frames reads from a checkpoint's answer how many frames the log has.
func frames(row Scanner) (n int64, err error) {
	var busy, done int64
	err = row.Scan(&busy, &n, &done)
	return n, err
}

// runInOrder commits the plain acts before an act with records, then that act by itself.
func (w *writer) runInOrder(group []*job) {
	start := 0
	for i, j := range group {
		if j.records {
			w.runGroup(group[start:i])
			w.runWithRecords(j)
			start = i + 1
		}
	}
	w.runGroup(group[start:])
}

// runGroup runs acts in one transaction. A refusal before the first write costs nothing; any other
// error rolls all back, and the acts run again one by one, so that only the faulty one fails.
func (w *writer) runGroup(group []*job) {
	if len(group) == 0 {
		return
	}
	results := make([]error, len(group))
	err := w.inTransaction(func() error {
		remembered := newMemory()
		for i, j := range group {
			var clean bool
			if results[i], clean = w.runOne(j, remembered); !clean {
				return errReplay
			}
		}
		return remembered.settle(w.stmts)
	})
	if err == nil || len(group) == 1 {
		for i, j := range group {
			if err != nil && !errors.Is(err, errReplay) {
				results[i] = err
			}
			j.done <- results[i]
		}
		return
	}
	for _, j := range group {
		w.runGroup([]*job{j})
	}
}

var errReplay = errors.New("act: run the group again, one by one")

// runOne gives the act's error and whether the transaction is still clean after it.
func (w *writer) runOne(j *job, remembered *memory) (err error, clean bool) {
	if err := j.ctx.Err(); err != nil {
		return err, true
	}
	tx := &Tx{stmts: w.stmts, clock: clock.Of(w.app), memory: remembered}
	err = guarded(j.run, tx)
	j.after = tx.after
	return err, err == nil || !tx.wrote && fault.IsFault(err)
}

// guarded turns a panic of one act into its error: the other acts of the group go on.
func guarded(run func(*Tx) error, tx *Tx) (err error) {
	defer func() {
		if p := recover(); p != nil {
			tx.wrote = true
			err = fmt.Errorf("act: panic: %v\n%s", p, debug.Stack())
		}
	}()
	return run(tx)
}

func (w *writer) inTransaction(f func() error) error {
	if _, err := w.stmts.exec("BEGIN IMMEDIATE", nil); err != nil {
		return err
	}
	err := f()
	if err == nil {
		if _, err = w.stmts.exec("COMMIT", nil); err == nil {
			return nil
		}
	}
	if _, rollback := w.stmts.exec("ROLLBACK", nil); rollback != nil {
		w.app.Logger().Error("act: rollback failed", "error", rollback)
	}
	return err
}

func (w *writer) runWithRecords(j *job) {
	if err := j.ctx.Err(); err != nil {
		j.done <- err
		return
	}
	j.done <- w.app.RunInTransaction(func(txApp core.App) error {
		defer enter(txApp)()
		tx := &Tx{app: txApp, stmts: dbxStatements{txApp.DB()}, clock: clock.Of(w.app), memory: newMemory()}
		err := guarded(j.run, tx)
		j.after = tx.after
		return err
	})
}

// checkpoint moves the log into the database from a connection of its own, so that no commit has to:
// with it the worst commit fell from 111 to 15 ms.
func (w *writer) checkpoint() {
	defer close(w.rested)
	db, err := open(filepath.Join(w.app.DataDir(), "data.db"), synchronous(w.app))
	if err != nil {
		w.app.Logger().Error("act: no checkpoints", "error", err)
		return
	}
	defer db.Close()
	tick := time.NewTicker(checkpointEvery)
	defer tick.Stop()
	for {
		select {
		case <-w.closed:
			return
		case <-w.wake:
			n, err := frames(db.QueryRow("PRAGMA wal_checkpoint(PASSIVE)"))
			if err == nil && n > maxLog { // an error: somebody else is at it, the next one does it
				w.long.Store(true)
			}
		}
		select {
		case <-w.closed:
			return
		case <-tick.C:
		}
	}
}
