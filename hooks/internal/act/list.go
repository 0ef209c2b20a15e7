package act

import (
	"context"
	"database/sql/driver"
	"errors"
	"io"

	"modernc.org/libc"
	lib "modernc.org/sqlite/lib"
)

// What database/sql needs to read lists over the writer's own connection, so that they scan as everywhere else.

// only gives database/sql the one connection.
type only struct{ conn driver.Conn }

func (o only) Connect(context.Context) (driver.Conn, error) { return o.conn, nil }

func (o only) Driver() driver.Driver { return nil }

// Begin is refused: the writer says BEGIN itself.
func (c *connection) Begin() (driver.Tx, error) { return nil, errors.ErrUnsupported }

// Prepare makes the statement of a list.
func (c *connection) Prepare(query string) (driver.Stmt, error) {
	s, err := c.prepare(query)
	if err != nil {
		return nil, err
	}
	return &list{s}, nil
}

// list is a statement that is read row by row, while others run.
type list struct{ *statement }

func (l *list) NumInput() int { return -1 }

func (l *list) Close() error {
	l.finalize()
	return nil
}

func (l *list) Exec([]driver.Value) (driver.Result, error) { return nil, errors.ErrUnsupported }

func (l *list) Query(values []driver.Value) (driver.Rows, error) {
	args := make([]any, len(values))
	for i, v := range values {
		args[i] = v
	}
	if err := l.bind(args, false); err != nil {
		return nil, err
	}
	return (*rows)(l), nil
}

type rows list

func (r *rows) Columns() []string {
	names := make([]string, lib.Xsqlite3_column_count(r.tls, r.handle))
	for i := range names {
		names[i] = libc.GoString(lib.Xsqlite3_column_name(r.tls, r.handle, int32(i)))
	}
	return names
}

func (r *rows) Next(row []driver.Value) error {
	switch rc := lib.Xsqlite3_step(r.tls, r.handle); rc {
	case lib.SQLITE_ROW:
		for i := range row {
			row[i] = r.value(int32(i))
		}
		return nil
	case lib.SQLITE_DONE:
		return io.EOF
	default:
		return r.failure(rc)
	}
}

func (r *rows) Close() error { return r.reset() }
