package act

import (
	"database/sql"
	"database/sql/driver"
	"errors"
	"fmt"
	"reflect"
	"time"

	"zombiezen.com/go/sqlite"
)

// connection is the writer's own to SQLite, beside those of database/sql: one goroutine uses it at a time, so
// SQLite needs no locks for it, and a statement costs no names, closures and copies
// (docs/decisions/0018-writers-connection.md). Values are the same either way.
type connection struct{ *sqlite.Conn }

// connect opens a database that exists; options are pragmas.
func connect(path string, options []string) (connection, error) {
	conn, err := sqlite.OpenConn(path, sqlite.OpenReadWrite)
	if err != nil {
		return connection{}, err
	}
	c := connection{conn}
	for i := 0; i < len(options) && err == nil; i++ {
		var s *statement
		if s, err = c.prepare("PRAGMA " + options[i]); err == nil {
			_, err = s.exec(nil)
		}
	}
	if err != nil {
		return connection{}, errors.Join(err, conn.Close())
	}
	return c, nil
}

// statement is a prepared one, which lives until its connection is closed.
type statement struct {
	conn *sqlite.Conn
	*sqlite.Stmt
}

func (c connection) prepare(query string) (*statement, error) {
	s, err := c.Conn.Prepare(query)
	if err != nil {
		return nil, fmt.Errorf("%w in %s", err, query)
	}
	return &statement{c.Conn, s}, nil
}

// exec runs a statement to its end and tells how many rows were touched by the last one that writes.
func (s *statement) exec(args []any) (int64, error) {
	if err := s.bind(args); err != nil {
		return 0, err
	}
	for {
		if row, err := s.Step(); err != nil {
			return 0, err
		} else if !row {
			return int64(s.conn.Changes()), s.Reset()
		}
	}
}

// first reads the first row. What the reset finds, as a broken foreign key, is the statement's error too.
func (s *statement) first(args, dest []any) error {
	if n := s.ColumnCount(); n != len(dest) {
		return fmt.Errorf("act: %d columns into %d places", n, len(dest))
	}
	if err := s.bind(args); err != nil {
		return err
	}
	row, err := s.Step()
	if err != nil {
		return err
	}
	if !row {
		err = sql.ErrNoRows
	}
	for i := 0; i < len(dest) && err == nil; i++ {
		err = s.read(i, dest[i])
	}
	if ended := s.Reset(); err == nil {
		err = ended
	}
	return err
}

// read puts a column into a place.
func (s *statement) read(column int, dest any) (err error) {
	if s.ColumnType(column) == sqlite.TypeInteger {
		err = assignInteger(dest, s.ColumnInt64(column))
	} else {
		err = assign(dest, s.value(column))
	}
	if err != nil {
		return fmt.Errorf("act: column %d: %w", column+1, err)
	}
	return nil
}

// value is a column of the row that was stepped to, copied.
func (s *statement) value(column int) driver.Value {
	switch s.ColumnType(column) {
	case sqlite.TypeInteger:
		return s.ColumnInt64(column)
	case sqlite.TypeFloat:
		return s.ColumnFloat(column)
	case sqlite.TypeText:
		return s.ColumnText(column)
	case sqlite.TypeBlob:
		var blob []byte // nil when there is nothing in it, as the driver gives it
		if n := s.ColumnLen(column); n > 0 {
			blob = make([]byte, n)
			s.ColumnBytes(column, blob)
		}
		return blob
	default:
		return nil
	}
}

// bind gives a statement its arguments.
func (s *statement) bind(args []any) error {
	n := s.BindParamCount()
	if len(args) < n {
		return fmt.Errorf("act: missing argument with index %d", len(args)+1)
	}
	for i := range n {
		if err := s.bindOne(i+1, args[i]); err != nil {
			return fmt.Errorf("act: argument %d: %w", i+1, err)
		}
	}
	return nil
}

// bindOne binds the kinds that SQLite knows; what SQLite has against one, it says when it runs.
func (s *statement) bindOne(i int, arg any) error {
	switch v := arg.(type) {
	case int64:
		s.BindInt64(i, v)
	case int:
		s.BindInt64(i, int64(v))
	case string:
		s.BindText(i, v)
	case []byte:
		if v == nil {
			s.BindNull(i)
		} else {
			s.BindBytes(i, v)
		}
	case nil:
		s.BindNull(i)
	case float64:
		s.BindFloat(i, v)
	case bool:
		s.BindBool(i, v)
	default:
		return s.bindKind(i, arg)
	}
	return nil
}

// bindKind binds what is money, a date, a pointer and the like, as database/sql would.
func (s *statement) bindKind(i int, arg any) error {
	if _, ok := arg.(driver.Valuer); !ok {
		if v := reflect.ValueOf(arg); v.CanInt() {
			s.BindInt64(i, v.Int())
			return nil
		}
	}
	value, err := driver.DefaultParameterConverter.ConvertValue(arg)
	if err != nil {
		return err
	}
	if _, ok := value.(time.Time); ok {
		return errors.New("a time has no form in the books; give its number or text")
	}
	return s.bindOne(i, value)
}
