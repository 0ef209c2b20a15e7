package act

import (
	"context"
	"database/sql/driver"
	"errors"
	"io"
)

// What database/sql needs to read lists over the writer's own connection, so that they scan as everywhere else.

// only gives database/sql the one connection.
type only struct{ conn driver.Conn }

func (o only) Connect(context.Context) (driver.Conn, error) { return o.conn, nil }

func (o only) Driver() driver.Driver { return nil }

// Begin is refused: the writer says BEGIN itself.
func (c connection) Begin() (driver.Tx, error) { return nil, errors.ErrUnsupported }

// Prepare makes the statement of a list: one of its own, since others run while it is read.
func (c connection) Prepare(query string) (driver.Stmt, error) {
	s, _, err := c.PrepareTransient(query)
	if err != nil {
		return nil, err
	}
	return &list{statement: statement{c.Conn, s}}, nil
}

// list is a statement that is read row by row, by one reader at a time.
type list struct {
	statement
	open bool // somebody reads it
}

func (l *list) NumInput() int { return -1 }

func (l *list) Close() error { return l.Finalize() }

func (l *list) Exec([]driver.Value) (driver.Result, error) { return nil, errors.ErrUnsupported }

func (l *list) Query(values []driver.Value) (driver.Rows, error) {
	args := make([]any, len(values))
	for i, v := range values {
		args[i] = v
	}
	if l.open { // a second reader would go on where the first is
		return nil, errors.New("act: a list is read while it is read")
	}
	if err := l.bind(args); err != nil {
		return nil, err
	}
	l.open = true
	return &rows{l}, nil
}

type rows struct{ *list }

// Columns says how many there are; nobody asks for their names.
func (r *rows) Columns() []string { return make([]string, r.ColumnCount()) }

func (r *rows) Next(row []driver.Value) error {
	more, err := r.Step()
	if err == nil && !more {
		err = io.EOF
	}
	for i := 0; i < len(row) && err == nil; i++ {
		row[i] = r.value(i)
	}
	return err
}

func (r *rows) Close() error {
	r.open = false
	return r.Reset()
}
