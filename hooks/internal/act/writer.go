package act

import (
	"context"
	"errors"
	"fmt"
	"os"
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
	err     error // of this act, before the group's commit is on the disk
	done    chan error
	after   []func()
}

// ErrNotDurable is given to acts from the moment when the disk refuses to say that it has what was committed.
// What it has is known only when the program starts again: an act sent once more then gets its stored answer
// or is done.
var ErrNotDurable = errors.New("act: the disk did not take the log; start the program again")

// writer is the single writer of one database: a goroutine, a connection, a queue. It commits without waiting
// for the disk; a second goroutine waits, and only then are a group's acts answered. So the next group is
// decided and written while the one before it becomes durable.
type writer struct {
	app       core.App
	stmts     *prepared
	delayed   delayed
	log       *os.File // SQLite's write-ahead log, to sync it
	queue     chan *job
	held      *job          // taken from the queue, and to stand alone
	idle      chan struct{} // holds something while the disk has nothing to do
	committed chan []*job   // a group for the disk
	closed    chan struct{} // no new acts
	stopped   chan struct{} // both goroutines have ended
	rested    chan struct{} // the checkpointer has let go of the files
	mu        sync.RWMutex
	off       bool
	broken    atomic.Bool   // see ErrNotDurable
	wake      chan struct{} // tells the checkpointer that something was written
	long      atomic.Bool   // the log outgrew maxLog: only a pause of the writer lets it begin anew
	holding   map[any]any   // see Held
}

var opening sync.Mutex

// writerOf gives the app's writer and starts it at the first call.
func writerOf(app core.App) (*writer, error) {
	opening.Lock()
	defer opening.Unlock()
	if w, ok := app.Store().Get(writerKey).(*writer); ok && !w.isClosed() {
		return w, nil
	}
	path := filepath.Join(app.DataDir(), "data.db")
	stmts, err := newPrepared(path, synchronous(app, "NORMAL")) // commits leave the syncing to answer
	if err != nil {
		return nil, err
	}
	// The connection keeps the log in its place. Locks lie on other files, so that closing this one drops none.
	log, err := os.OpenFile(path+"-wal", os.O_RDWR, 0)
	if err != nil {
		stmts.close()
		return nil, err
	}
	w := &writer{app: app, stmts: stmts, log: log, queue: make(chan *job, queueLength), idle: make(chan struct{}, 1), committed: make(chan []*job),
		closed: make(chan struct{}), stopped: make(chan struct{}), rested: make(chan struct{}), wake: make(chan struct{}, 1), holding: map[any]any{}}
	w.idle <- struct{}{}
	app.Store().Set(writerKey, w)
	go w.loop()
	go w.answer()
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
	_ = w.log.Close()
}

func (w *writer) submit(j *job) error {
	w.mu.RLock()
	defer w.mu.RUnlock()
	if w.off {
		return ErrClosed
	}
	if w.broken.Load() {
		return ErrNotDurable
	}
	w.queue <- j
	return nil
}

// loop takes acts in the order of arrival.
func (w *writer) loop() {
	defer close(w.committed)
	for j := w.next(); j != nil; j = w.next() {
		if j.records {
			w.runWithRecords(j)
		} else {
			w.runGroup([]*job{j}, w.more)
		}
		if w.long.CompareAndSwap(true, false) {
			w.shorten()
		}
		select {
		case w.wake <- struct{}{}:
		default:
		}
	}
}

// next waits for an act; nil when the writer closes.
func (w *writer) next() *job {
	if j := w.held; j != nil {
		w.held = nil
		return j
	}
	return <-w.queue
}

// more gives an act that may join a group of n which is not committed yet: one that waits, or one that comes
// while the disk is still busy with the group before. Otherwise nothing waits to fill a group.
func (w *writer) more(n int) *job {
	if n == maxGroup {
		return nil
	}
	var j *job
	select {
	case j = <-w.queue:
	default:
		select {
		case j = <-w.queue:
		case <-w.idle:
			w.idle <- struct{}{}
		}
	}
	if j != nil && j.records {
		w.held, j = j, nil
	}
	return j
}

// answer syncs the log after each commit and then answers its acts.
func (w *writer) answer() {
	defer close(w.stopped)
	for group := range w.committed {
		err := w.sync()
		w.idle <- struct{}{}
		for _, j := range group {
			if err != nil {
				j.err = err
			}
			j.done <- j.err
		}
	}
}

// syncLog is replaced in tests.
var syncLog = (*os.File).Sync

// sync returns when all that was committed before is on the disk. After a failure nobody can know what is: the
// kernel may drop pages that it could not write, and would report nothing at the next call.
func (w *writer) sync() error {
	if w.broken.Load() {
		return ErrNotDurable
	}
	if isCareless(w.app) {
		return nil
	}
	if err := syncLog(w.log); err != nil {
		w.broken.Store(true)
		w.app.Logger().Error("act: the log could not be synced", "error", err)
		return fmt.Errorf("%w: %w", ErrNotDurable, err)
	}
	return nil
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

// runGroup runs acts, and with them those that join, in one transaction. A refusal before the first write costs
// nothing; any other error rolls all back, and the acts run again one by one, so that only the faulty one fails.
func (w *writer) runGroup(group []*job, join func(n int) *job) {
	var commit time.Time
	err := w.inTransaction(func() error {
		remembered := newMemory(&w.delayed)
		for i := 0; i < len(group); i++ {
			var clean bool
			if group[i].err, clean = w.runOne(group[i], remembered); !clean {
				return errReplay
			}
			if j := join(i + 1); j != nil {
				group = append(group, j)
			}
		}
		commit = time.Now()
		return remembered.settle(w.stmts)
	})
	if f := watcher.Load(); f != nil && !commit.IsZero() {
		(*f)(Commit, time.Since(commit))
	}
	if err == nil || len(group) == 1 {
		if err != nil && !errors.Is(err, errReplay) {
			group[0].err = err
		}
		<-w.idle
		w.committed <- group
		return
	}
	for _, j := range group {
		w.runGroup([]*job{j}, alone)
	}
}

func alone(int) *job { return nil }

var errReplay = errors.New("act: run the group again, one by one")

// runOne gives the act's error and whether the transaction is still clean after it.
func (w *writer) runOne(j *job, remembered *memory) (err error, clean bool) {
	if err := j.ctx.Err(); err != nil {
		return err, true
	}
	tx := &Tx{stmts: w.stmts, clock: clock.Of(w.app), memory: remembered, holding: w.holding}
	err = watched(func() error { return guarded(j.run, tx) }, func() string { return tx.act.Kind })
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
	err := w.stmts.begin()
	if err == nil {
		err = f()
	}
	if err == nil {
		if _, err = w.stmts.exec("COMMIT", nil); err == nil {
			return nil
		}
	}
	clear(w.stmts.lasting.known) // some of it may have been read of what is taken back
	if _, rollback := w.stmts.exec("ROLLBACK", nil); rollback != nil {
		w.app.Logger().Error("act: rollback failed", "error", rollback)
	}
	return err
}

func (w *writer) runWithRecords(j *job) {
	err := j.ctx.Err()
	if err == nil && w.broken.Load() { // what it stands on may be lost, however well its own commit is kept
		err = ErrNotDurable
	}
	if err != nil {
		j.done <- err
		return
	}
	j.done <- w.app.RunInTransaction(func(txApp core.App) error {
		defer enter(txApp)()
		tx := &Tx{app: txApp, stmts: dbxStatements{txApp.DB()}, clock: clock.Of(w.app), memory: newMemory(&delayed{}), holding: w.holding}
		err := guarded(j.run, tx)
		j.after = tx.after
		return err
	})
}

// checkpoint moves the log into the database from a connection of its own, so that no commit has to:
// with it the worst commit fell from 111 to 15 ms.
func (w *writer) checkpoint() {
	defer close(w.rested)
	db, err := open(filepath.Join(w.app.DataDir(), "data.db"), synchronous(w.app, "FULL"))
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
