package act

import (
	"context"
	"database/sql"
	"os"

	"github.com/pocketbase/pocketbase/core"
)

// Queued tells how many acts wait for the app's writer.
func Queued(app core.App) int {
	if w, ok := app.Store().Get(writerKey).(*writer); ok {
		return len(w.queue)
	}
	return 0
}

// WriterEnded says whether the app has no writer.
func WriterEnded(app core.App) bool { return app.Store().Get(writerKey) == nil }

// SetMaxLog makes logs of so many frames long; the returned function takes that back.
func SetMaxLog(frames int64) (reset func()) {
	before := maxLog
	maxLog = frames
	return func() { maxLog = before }
}

// SetSync puts something else in the place of syncing the log; the returned function takes that back. No writer
// may run then.
func SetSync(f func(log *os.File) error) (reset func()) {
	before := syncLog
	syncLog = f
	return func() { syncLog = before }
}

// RunRecords puts an act with records into the queue as if it had come before the disk failed.
func RunRecords(app core.App, run func(tx *Tx) error, answer func(err error)) {
	w := app.Store().Get(writerKey).(*writer)
	j := &job{ctx: context.Background(), records: true, run: run, done: make(chan error, 1)}
	w.queue <- j
	answer(<-j.done)
}

// Own is the writer's way to SQLite, without the writer.
type Own struct{ p *prepared }

// OpenOwn opens a database as the writer does.
func OpenOwn(path string) (Own, error) {
	p, err := newPrepared(path, "NORMAL")
	return Own{p}, err
}

// Exec runs a statement as Tx.ExecCount does.
func (o Own) Exec(query string, args ...any) (int64, error) { return o.p.exec(query, args) }

// Row reads one row as Tx.Row does.
func (o Own) Row(query string, args ...any) Scanner { return o.p.row(query, args) }

// Query reads many rows as Tx.Query does.
func (o Own) Query(query string, args ...any) (*sql.Rows, error) { return o.p.rows(query, args) }

// Close ends the connection.
func (o Own) Close() { o.p.close() }
