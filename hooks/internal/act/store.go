package act

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"strconv"
	"strings"
	"sync"

	"github.com/pocketbase/dbx"
	"github.com/pocketbase/pocketbase/core"
)

// options are the pragmas of every connection to data.db: durable commits, checkpoints by the writer's side only.
func options(synchronous string, checkpoint int) []string {
	return []string{"busy_timeout(10000)", "journal_mode(WAL)", "journal_size_limit(200000000)", "synchronous(" + synchronous + ")",
		"foreign_keys(ON)", "temp_store(MEMORY)", "cache_size(-32000)", "wal_autocheckpoint(" + strconv.Itoa(checkpoint) + ")"}
}

func dsn(path, synchronous string, checkpoint int) string {
	return path + "?_txlock=immediate&_pragma=" + strings.Join(options(synchronous, checkpoint), "&_pragma=")
}

// Open opens one connection to the books, for checks and for benchmarks.
func Open(path string) (*sql.DB, error) { return open(path, "FULL") }

func open(path, synchronous string) (*sql.DB, error) {
	db, err := sql.Open("sqlite", dsn(path, synchronous, 0))
	if err != nil {
		return nil, err
	}
	db.SetMaxOpenConns(1)
	return db, nil
}

// Connect opens PocketBase's databases: data.db durable (synchronous=FULL), auxiliary.db as PocketBase does.
func Connect(path string) (*dbx.DB, error) {
	if strings.HasSuffix(path, "data.db") {
		return dbx.Open("sqlite", dsn(path, "FULL", 4000))
	}
	return core.DefaultDBConnect(path)
}

// Scanner reads one row; sql.ErrNoRows when there is none.
type Scanner interface{ Scan(dest ...any) error }

// Reader is what reading functions need: a Tx inside an act, Read(app) outside.
type Reader interface {
	Row(query string, args ...any) Scanner
	Query(query string, args ...any) (*sql.Rows, error)
}

// statements is a place to run SQL with ? placeholders.
type statements interface {
	exec(query string, args []any) (int64, error)
	row(query string, args []any) Scanner
	rows(query string, args []any) (*sql.Rows, error)
}

// prepared keeps one prepared statement per text; only the writer's goroutine uses it. Writes and reads of
// one row go to SQLite by the writer's own connection; reads of many rows go there by database/sql.
type prepared struct {
	conn       connection
	statements map[string]*ready
	db         *sql.DB // the same connection, for lists
	reader     *sql.Conn
	lists      map[string]*sql.Stmt
	lasting    lasting
}

// ready is a statement with what is known of it.
type ready struct {
	*statement
	watched int  // how many tables were watched when changes was decided
	changes bool // it may change what lasts
}

var background = context.Background()

func newPrepared(path, synchronous string) (*prepared, error) {
	conn, err := connect(path, options(synchronous, 0))
	if err != nil {
		return nil, err
	}
	db := sql.OpenDB(only{conn})
	reader, err := db.Conn(background) // held until close
	if err != nil {
		return nil, errors.Join(err, conn.Close())
	}
	return &prepared{conn: conn, statements: map[string]*ready{}, db: db, reader: reader, lists: map[string]*sql.Stmt{}, lasting: lasting{known: map[any]any{}}}, nil
}

func (p *prepared) list(query string) (*sql.Stmt, error) {
	if p.lasting.changes(query) {
		clear(p.lasting.known)
	}
	if s, ok := p.lists[query]; ok {
		return s, nil
	}
	s, err := p.reader.PrepareContext(background, query)
	if err != nil {
		return nil, fmt.Errorf("%w in %s", err, query)
	}
	p.lists[query] = s
	return s, nil
}

// statement gives the statement of a text, which the caller runs at once.
func (p *prepared) statement(query string) (*statement, error) {
	s, ok := p.statements[query]
	if !ok {
		inner, err := p.conn.prepare(query)
		if err != nil {
			return nil, err
		}
		s = &ready{statement: inner, watched: -1}
		p.statements[query] = s
	}
	if s.watched != len(p.lasting.tables) {
		s.watched, s.changes = len(p.lasting.tables), p.lasting.changes(query)
	}
	if s.changes {
		clear(p.lasting.known)
	}
	return s.statement, nil
}

func (p *prepared) close() {
	for _, s := range p.lists {
		_ = s.Close()
	}
	_ = p.reader.Close()
	_ = p.db.Close() // and with it the connection
}

func (p *prepared) exec(query string, args []any) (int64, error) {
	s, err := p.statement(query)
	if err != nil {
		return 0, err
	}
	return s.exec(args)
}

func (p *prepared) row(query string, args []any) Scanner { return one{p, query, args} }

func (p *prepared) rows(query string, args []any) (*sql.Rows, error) {
	s, err := p.list(query)
	if err != nil {
		return nil, err
	}
	return s.Query(args...)
}

type failed struct{ err error }

func (f failed) Scan(...any) error { return f.err }

// dbxStatements runs the same SQL through PocketBase's transaction, which knows only named parameters.
type dbxStatements struct{ db dbx.Builder }

var named sync.Map // query with ? → query with {:p0}

func (d dbxStatements) query(query string, args []any) *dbx.Query {
	text, ok := named.Load(query)
	if !ok {
		parts := strings.Split(query, "?")
		var b strings.Builder
		for i, part := range parts {
			if i > 0 {
				b.WriteString("{:p" + strconv.Itoa(i-1) + "}")
			}
			b.WriteString(part)
		}
		text = b.String()
		named.Store(query, text)
	}
	params := make(dbx.Params, len(args))
	for i, arg := range args {
		params["p"+strconv.Itoa(i)] = arg
	}
	return d.db.NewQuery(text.(string)).Bind(params)
}

func (d dbxStatements) exec(query string, args []any) (int64, error) {
	r, err := d.query(query, args).Execute()
	if err != nil {
		return 0, err
	}
	return r.RowsAffected()
}

func (d dbxStatements) row(query string, args []any) Scanner { return dbxRow{d.query(query, args)} }

func (d dbxStatements) rows(query string, args []any) (*sql.Rows, error) {
	r, err := d.query(query, args).Rows()
	if err != nil {
		return nil, err
	}
	return r.Rows, nil
}

type dbxRow struct{ q *dbx.Query }

func (r dbxRow) Scan(dest ...any) error { return r.q.Row(dest...) }

// Read reads outside an act, from PocketBase's pool of readers.
func Read(app core.App) Reader {
	switch db := app.ConcurrentDB().(type) {
	case *dbx.DB:
		return pool{db.DB()}
	default: // inside a transaction of PocketBase
		return inside{dbxStatements{db}}
	}
}

type pool struct{ db *sql.DB }

func (p pool) Row(query string, args ...any) Scanner { return p.db.QueryRow(query, args...) }
func (p pool) Query(query string, args ...any) (*sql.Rows, error) {
	return p.db.Query(query, args...)
}

type inside struct{ s dbxStatements }

func (i inside) Row(query string, args ...any) Scanner { return i.s.row(query, args) }
func (i inside) Query(query string, args ...any) (*sql.Rows, error) {
	return i.s.rows(query, args)
}

// Snapshot runs f over one unchanging view of the books, for checks and reports of many queries.
func Snapshot(ctx context.Context, app core.App, f func(r Reader) error) error {
	db, ok := app.ConcurrentDB().(*dbx.DB)
	if !ok {
		return f(Read(app))
	}
	tx, err := db.DB().BeginTx(ctx, &sql.TxOptions{ReadOnly: true})
	if err != nil {
		return err
	}
	defer tx.Rollback() //nolint:errcheck // it only read
	return f(snapshot{tx})
}

type snapshot struct{ tx *sql.Tx }

func (s snapshot) Row(query string, args ...any) Scanner { return s.tx.QueryRow(query, args...) }
func (s snapshot) Query(query string, args ...any) (*sql.Rows, error) {
	return s.tx.Query(query, args...)
}

// Each runs a query and calls scan for every row.
func Each(r Reader, query string, args []any, scan func(row Scanner) error) error {
	rows, err := r.Query(query, args...)
	if err != nil {
		return err
	}
	defer rows.Close()
	for rows.Next() {
		if err := scan(rows); err != nil {
			return err
		}
	}
	return rows.Err()
}
