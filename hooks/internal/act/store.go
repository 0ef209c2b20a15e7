package act

import (
	"context"
	"database/sql"
	"database/sql/driver"
	"errors"
	"fmt"
	"strconv"
	"strings"
	"sync"

	"github.com/pocketbase/dbx"
	"github.com/pocketbase/pocketbase/core"
)

// Pragmas of every connection to data.db: durable commits, checkpoints by the writer's side only.
const pragmas = "?_txlock=immediate&_pragma=busy_timeout(10000)&_pragma=journal_mode(WAL)&_pragma=journal_size_limit(200000000)" +
	"&_pragma=synchronous(%s)&_pragma=foreign_keys(ON)&_pragma=temp_store(MEMORY)&_pragma=cache_size(-32000)&_pragma=wal_autocheckpoint(%d)"

// Open opens one connection to the books, for the writer, for checks and for benchmarks.
func Open(path string) (*sql.DB, error) { return open(path, "FULL") }

func open(path, synchronous string) (*sql.DB, error) {
	db, err := sql.Open("sqlite", path+fmt.Sprintf(pragmas, synchronous, 0))
	if err != nil {
		return nil, err
	}
	db.SetMaxOpenConns(1)
	return db, nil
}

// Connect opens PocketBase's databases: data.db durable (synchronous=FULL), auxiliary.db as PocketBase does.
func Connect(path string) (*dbx.DB, error) {
	if strings.HasSuffix(path, "data.db") {
		return dbx.Open("sqlite", path+fmt.Sprintf(pragmas, "FULL", 4000))
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
// one row go to the driver's own statements: a sale has some forty of them, and what database/sql does around
// each (locks, retries, copies) was a fifth of the writer's time. Reads of many rows stay with database/sql.
type prepared struct {
	conn       *sql.Conn
	driver     driver.ConnPrepareContext
	statements map[string]*ready
	lists      map[string]*sql.Stmt
	lasting    lasting
	values     []driver.NamedValue // room for the arguments of one statement
	first      []driver.Value      // room for the first row
}

// statement is one of the driver's.
type statement interface {
	driver.Stmt
	driver.StmtExecContext
	driver.StmtQueryContext
}

// ready is a statement with what is known of it.
type ready struct {
	statement
	watched int  // how many tables were watched when changes was decided
	changes bool // it may change what lasts
}

var background = context.Background()

func newPrepared(db *sql.DB) (*prepared, error) {
	conn, err := db.Conn(context.Background())
	if err != nil {
		return nil, err
	}
	p := &prepared{conn: conn, statements: map[string]*ready{}, lists: map[string]*sql.Stmt{}, lasting: lasting{known: map[any]any{}}, first: make([]driver.Value, 0, 32)}
	// The connection is held until close and belongs to one goroutine, so the driver's side of it may be
	// kept beyond Raw.
	return p, conn.Raw(func(inner any) error {
		var ok bool
		if p.driver, ok = inner.(driver.ConnPrepareContext); !ok {
			return errors.New("act: the driver prepares no statements")
		}
		return nil
	})
}

func (p *prepared) list(query string) (*sql.Stmt, error) {
	if p.lasting.changes(query) {
		clear(p.lasting.known)
	}
	if s, ok := p.lists[query]; ok {
		return s, nil
	}
	s, err := p.conn.PrepareContext(background, query)
	if err != nil {
		return nil, fmt.Errorf("%w in %s", err, query)
	}
	p.lists[query] = s
	return s, nil
}

// statement gives the driver's statement, which the caller runs at once.
func (p *prepared) statement(query string) (statement, error) {
	s, ok := p.statements[query]
	if !ok {
		inner, err := p.driver.PrepareContext(background, query)
		if err != nil {
			return nil, fmt.Errorf("%w in %s", err, query)
		}
		s = &ready{watched: -1}
		if s.statement, ok = inner.(statement); !ok {
			return nil, errors.New("act: the driver's statements neither write nor read")
		}
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

// bind gives the arguments in the driver's form; they hold until the next statement.
func (p *prepared) bind(query string, args []any) ([]driver.NamedValue, error) {
	p.values = p.values[:0]
	for i, arg := range args {
		value, err := driver.DefaultParameterConverter.ConvertValue(arg)
		if err != nil {
			return nil, fmt.Errorf("%w in %s", err, query)
		}
		p.values = append(p.values, driver.NamedValue{Ordinal: i + 1, Value: value})
	}
	return p.values, nil
}

func (p *prepared) close() {
	for _, s := range p.statements {
		_ = s.Close()
	}
	for _, s := range p.lists {
		_ = s.Close()
	}
	_ = p.conn.Close()
}

func (p *prepared) exec(query string, args []any) (int64, error) {
	s, err := p.statement(query)
	if err != nil {
		return 0, err
	}
	values, err := p.bind(query, args)
	if err != nil {
		return 0, err
	}
	r, err := s.ExecContext(background, values)
	if err != nil {
		return 0, err
	}
	return r.RowsAffected()
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
